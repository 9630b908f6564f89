/* SPDX-License-Identifier: MIT */
/* reprieve exceptions */
#include "program.h"
#include "transfer.h"

static json_t *json_firings(const rpv_exception *e)
{
	json_t *all = json_array();

	need_memory(all);
	for (size_t i = 0; i < e->firing_count; i++) {
		const rpv_firing *f = &e->firings[i];
		json_t *o = json_object();

		json_object_set_new(need_memory(o), "trigger", json_word(RPV_WORDS_TRIGGER, (int32_t)f->trigger));
		json_object_set_new(o, "action", json_string(f->voided ? "void" : "warn"));
		json_object_set_new(o, "time", json_instant(f->time_ms));
		json_object_set_new(o, "weakness", json_text(f->weakness));
		json_object_set_new(o, "control", json_text(f->control));
		json_object_set_new(o, "frozen", json_real(f->frozen));
		json_object_set_new(o, "now", json_real(f->now));
		json_object_set_new(o, "threshold", json_real(f->threshold));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *json_bits(rpv_vocabulary vocabulary, uint32_t bits)
{
	json_t *words = need_memory(json_array());

	for (int32_t i = 0; i < 32; i++)
		if (bits >> i & 1)
			json_array_append_new(words, json_word(vocabulary, i));
	return words;
}

json_t *json_exception(const rpv_exception *e)
{
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_text(e->id));
	json_object_set_new(o, "recommendation", json_text(e->recommendation));
	json_object_set_new(o, "weakness", json_text(e->weakness));
	json_object_set_new(o, "scope", json_word(RPV_WORDS_SCOPE, (int32_t)e->scope));
	json_object_set_new(o, "groups", json_list(e->groups, e->group_count));
	json_object_set_new(o, "canceled_groups", json_list(e->canceled_groups, e->canceled_group_count));
	json_object_set_new(o, "devices", json_list(e->devices, e->device_count));
	json_object_set_new(o, "justification", json_word(RPV_WORDS_JUSTIFICATION, (int32_t)e->justification));
	json_object_set_new(o, "context", json_text(e->context));
	json_object_set_new(o, "impact", json_word(RPV_WORDS_IMPACT, (int32_t)e->impact));
	json_object_set_new(o, "status", json_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)e->status));
	json_object_set_new(o, "documented_status",
	                    json_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)rpv_exception_status_fold(e->status)));
	json_object_set_new(o, "status_reason", json_text(e->status_reason));
	json_object_set_new(o, "filed", json_instant(e->filed_ms));
	json_object_set_new(o, "start", json_instant(e->start_ms));
	json_object_set_new(o, "end", json_instant(e->end_ms));
	json_object_set_new(o, "ended", json_instant(e->ended_ms));
	json_object_set_new(o, "requester", json_text(e->requester));
	json_object_set_new(o, "approver", json_text(e->approver));
	json_object_set_new(o, "approve_by", json_instant(e->approve_by_ms));
	json_object_set_new(o, "approved", json_instant(e->approved_ms));
	json_object_set_new(o, "ticket", json_text(e->ticket));
	json_object_set_new(o, "evidence", json_evidence(e->evidence, e->evidence_count));
	json_object_set_new(o, "controls", json_list(e->controls, e->control_count));
	json_object_set_new(o, "stale_at", json_instant(e->stale_ms));
	json_object_set_new(o, "predecessor", json_text(e->predecessor));
	json_object_set_new(o, "renewals", json_count(e->renewals));
	json_object_set_new(o, "total_ms", json_integer(e->total_ms));
	json_object_set_new(o, "successor", json_text(e->successor));
	json_object_set_new(o, "exposure_worth", json_real(e->worth.exposure));
	json_object_set_new(o, "exposure_worth_mitigation_like", json_real(e->worth.exposure_mitigation_like));
	json_object_set_new(o, "secure_worth", json_real(e->worth.secure));
	json_object_set_new(o, "secure_worth_mitigation_like", json_real(e->worth.secure_mitigation_like));
	json_object_set_new(o, "firings", json_firings(e));
	json_object_set_new(o, "shadowed", json_boolean(e->shadowed));
	json_object_set_new(o, "watch", json_bits(RPV_WORDS_WATCH, e->watch));
	json_object_set_new(o, "watch_told", json_bits(RPV_WORDS_WATCH, e->watch_told));
	json_object_set_new(o, "filed_devices", json_count(e->filed_devices));
	json_object_set_new(o, "filed_exposure", json_real(e->filed_exposure));
	return o;
}

json_t *json_exception_at(const rpv_list *list, size_t index)
{
	return json_exception(rpv_exception_at(list, index));
}

/* The first of several things, and how many there are besides. */
static void first_of(const char *const *items, size_t count, char *out, size_t size)
{
	if (count > 1)
		snprintf(out, size, "%s +%zu", items[0], count - 1);
	else
		snprintf(out, size, "%s", count ? items[0] : "-");
}

static void subject_of(const rpv_exception *e, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s", e->weakness ? e->weakness : "", e->weakness && e->recommendation ? " of " : "",
	         e->recommendation ? e->recommendation : "");
}

/* What it is worth in points: off the exposure score, or, of a configuration, onto the secure score. */
static const char *worth_text(const rpv_exception *e, double exposure, double secure)
{
	bool configuration = e->worth.exposure_mitigation_like == 0 && e->worth.secure_mitigation_like != 0;

	return number_text("%+.2f", configuration ? secure : -exposure);
}

void print_exceptions(const rpv_list *list)
{
	static const column columns[] = { { "Id", COLUMN_FIXED }, { "On", COLUMN_ID }, { "Scope", COLUMN_ID },
		{ "Justification", COLUMN_TEXT }, { "Status", COLUMN_FIXED }, { "Ends", COLUMN_FIXED },
		{ "Worth", COLUMN_RIGHT }, { "best", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 8);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		char on[600], scope[300] = "global", end[RPV_TIME_TEXT_SIZE];

		subject_of(e, on, sizeof on);
		if (e->scope == RPV_SCOPE_GROUPS)
			first_of(e->groups, e->group_count, scope, sizeof scope);
		else if (e->scope == RPV_SCOPE_DEVICES)
			first_of(e->devices, e->device_count, scope, sizeof scope);
		snprintf(end, sizeof end, "%.10s", instant_text(e->end_ms));
		table_row(&t, e->id, on, scope, word_or_dash(RPV_WORDS_JUSTIFICATION, (int32_t)e->justification),
		          word_or_dash(RPV_WORDS_EXCEPTION_STATUS, (int32_t)e->status), end,
		          worth_text(e, e->worth.exposure, e->worth.secure),
		          worth_text(e, e->worth.exposure_mitigation_like, e->worth.secure_mitigation_like));
	}
	table_end(&t);
	print_paragraph(0, 0, "Worth: points it takes off the exposure score (-) or adds to the secure score (+); best: in "
	                "the best case.");
}

static void print_firings(const rpv_firing *firings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const rpv_firing *f = &firings[i];
		const char *of = f->weakness ? f->weakness : f->control;

		print_formatted(i ? "" : "Triggers", "%s %s%s%s at %s", f->voided ? "void by" : "warned by",
		                word_or_dash(RPV_WORDS_TRIGGER, (int32_t)f->trigger), of ? ", " : "", of ? of : "",
		                instant_text(f->time_ms));
	}
}

/* All that is known of one exception. */
static void print_exception(const rpv_list *list)
{
	const rpv_exception *e = rpv_exception_at(list, 0);
	char on[600];

	subject_of(e, on, sizeof on);
	print_paragraph(0, printf("%s: ", e->id), on);
	print_field("Status", word_or_dash(RPV_WORDS_EXCEPTION_STATUS, (int32_t)e->status));
	print_field("Reason", e->status_reason);
	print_firings(e->firings, e->firing_count);
	print_field("Scope", word_or_dash(RPV_WORDS_SCOPE, (int32_t)e->scope));
	print_fields("Device groups", e->groups, e->group_count);
	print_fields("Taken out", e->canceled_groups, e->canceled_group_count);
	print_fields("Devices", e->devices, e->device_count);
	print_formatted("Justification", "%s: %s", word_or_dash(RPV_WORDS_JUSTIFICATION, (int32_t)e->justification),
	                word_or_dash(RPV_WORDS_IMPACT, (int32_t)e->impact));
	print_field("Context", e->context);
	print_field("Ticket", e->ticket);
	print_evidence(e->evidence, e->evidence_count);
	print_fields("Rests on", e->controls, e->control_count);
	if (e->stale_ms)
		print_formatted("Review due", "%s", instant_text(e->stale_ms));
	print_formatted("Filed", "%s by %s", instant_text(e->filed_ms), e->requester);
	if (e->status == RPV_EXCEPTION_PENDING_APPROVAL)
		print_formatted("Approval", "awaited until %s%s", instant_text(e->approve_by_ms),
		                e->supersede ? "; then it takes over what it conflicts with" : "");
	if (e->approver)
		print_formatted("Approved", "%s by %s", instant_text(e->approved_ms), e->approver);
	print_formatted("In effect", "%s until %s", instant_text(e->start_ms), instant_text(e->end_ms));
	if (e->ended_ms)
		print_field("Ended", instant_text(e->ended_ms));
	if (e->predecessor)
		print_formatted("Renews", "%s: renewal %llu in a row", e->predecessor, (unsigned long long)e->renewals);
	print_field("Replaced by", e->successor);
	print_formatted("Worth", "%s points, in the best case %s", worth_text(e, e->worth.exposure, e->worth.secure),
	                worth_text(e, e->worth.exposure_mitigation_like, e->worth.secure_mitigation_like));
}

typedef struct filters {
	listing how;
	texts justifications, statuses, impacts, scopes;
	const char *type, *before, *watch, *within;
} filters;

static int read_filters(const filters *f, rpv_exception_query *q)
{
	static const char *const sorts[] = { "filed", "end", "worth", NULL };
	static const char *const types[] = { "recommendation", "weakness", NULL };
	int32_t watch = RPV_WATCH_NONE;
	int sort = 0, type = 0;
	int code = take_words("--justification", RPV_WORDS_JUSTIFICATION, &f->justifications, true, &q->justifications);

	if (code == EXIT_DONE)
		code = take_words("--status", RPV_WORDS_EXCEPTION_STATUS, &f->statuses, true, &q->statuses);
	if (code == EXIT_DONE)
		code = take_words("--impact", RPV_WORDS_IMPACT, &f->impacts, true, &q->impacts);
	if (code == EXIT_DONE)
		code = take_words("--scope", RPV_WORDS_SCOPE, &f->scopes, true, &q->scopes);
	if (code == EXIT_DONE)
		code = take_instant("--ends-before", f->before, &q->ends_before_ms);
	if (code == EXIT_DONE)
		code = take_word("--watch", RPV_WORDS_WATCH, f->watch, &watch);
	if (code == EXIT_DONE)
		code = take_duration("--within", f->within, &q->within_ms);
	q->watch = (rpv_watch)watch;
	if (code == EXIT_DONE && f->within && q->watch != RPV_WATCH_EXPIRING)
		code = usage_error("--within goes with --watch expiring");
	if (code == EXIT_DONE)
		code = take_number("--limit", f->how.limit, &q->limit);
	if (code == EXIT_DONE)
		code = take_choice("--type", types, f->type, &type);
	if (code == EXIT_DONE)
		code = take_choice("--sort", sorts, f->how.sort, &sort);
	q->sort = (rpv_exception_sort)sort;
	if (f->type)
		q->single_weakness = type == 1 ? RPV_FLAG_TRUE : RPV_FLAG_FALSE;
	return code;
}

static int take_filters(program *p, filters *f, rpv_exception_query *q)
{
	const option options[] = {
		{ OPTION_TEXT, "--id", "EXCEPTION", "this one", &q->id },
		{ OPTION_TEXT, "--recommendation", "ID", "on this recommendation or a weakness of it", &q->recommendation },
		{ OPTION_TEXT, "--weakness", "ID", "on this weakness", &q->weakness },
		{ OPTION_LIST, "--justification", "WORD", "with this justification", &f->justifications },
		{ OPTION_LIST, "--status", "STATUS", "with this status, such as in_effect", &f->statuses },
		{ OPTION_TEXT, "--type", "TYPE", "recommendation or weakness", &f->type },
		{ OPTION_LIST, "--scope", "SCOPE", "global, groups, devices", &f->scopes },
		{ OPTION_LIST, "--impact", "IMPACT", "no_impact, mitigation_like, hybrid", &f->impacts },
		{ OPTION_TEXT, "--group", "GROUP", "that cover this device group", &q->group },
		{ OPTION_TEXT, "--control", "CONTROL", "that rest on this compensating control", &q->control },
		{ OPTION_TEXT, "--requester", "NAME", "filed by this principal", &q->requester },
		{ OPTION_TEXT, "--ends-before", "INSTANT", "with an end before this", &f->before },
		{ OPTION_TEXT, "--watch", "LIST", "expiring, stale, shadowed, grown, overdue", &f->watch },
		{ OPTION_TEXT, "--within", "DURATION", "expiring so soon; default: the policy's longest reminder", &f->within },
		{ OPTION_TEXT, "--sort", "ORDER", "filed, end, worth", &f->how.sort },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &f->how.limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &q->after },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &f->how.json },
		{ OPTION_FLAG, "--csv", NULL, "as CSV", &f->how.csv },
		OPTIONS_END
	};
	int code = take_options(p, options, NULL, 0, 0);

	return code == EXIT_DONE ? read_filters(f, q) : code;
}

int run_exceptions(program *p)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	filters f = { .how = { .row = json_exception_at, .print = print_exceptions } };
	rpv_list *list = NULL;
	int code = take_filters(p, &f, &q);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	q.with_worth = 1;
	if (q.id)
		f.how.print = print_exception;
	if (f.how.csv)
		return print_csv(p, rpv_csv_write_exceptions(p->session, &q, write_stdout, NULL));
	return print_listing(p, &f.how, rpv_exception_list(p->session, &q, &list), &list);
}
