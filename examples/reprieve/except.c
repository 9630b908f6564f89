/* SPDX-License-Identifier: MIT */
/* reprieve except */
#include "program.h"
#include <stdlib.h>

/* The first of what a preview names; --json has more. */
static void print_first(const char *label, const char *const *items, size_t count, uint64_t all)
{
	const size_t most = 8;

	print_fields(label, items, count < most ? count : most);
	if (count && all > most)
		print_formatted("", "and %llu more", (unsigned long long)(all - most));
}

static void print_scores(const rpv_score *before, const rpv_score *after)
{
	printf("%-16s%10s %10s\n", "", "before", "with it");
	printf("%-16s%10.2f %10.2f\n", "Exposure score", before->exposure_official, after->exposure_official);
	printf("%-16s%10.2f %10.2f\n", "  best case", before->exposure_mitigation_like, after->exposure_mitigation_like);
	if (before->secure_official.percent < 0)
		return;
	printf("%-16s%8.2f %% %8.2f %%\n", "Secure score", before->secure_official.percent, after->secure_official.percent);
	printf("%-16s%8.2f %% %8.2f %%\n", "  best case", before->secure_mitigation_like.percent,
	       after->secure_mitigation_like.percent);
}

/* What an exception rests on, as far as it changed. */
static void print_figures(const rpv_figure_then *figures, size_t count)
{
	char label[64];
	bool first = true;

	for (size_t i = 0; i < count; i++) {
		if (figures[i].then == figures[i].now)
			continue;
		snprintf(label, sizeof label, "%s", figures[i].figure);
		for (char *at = label; *at; at++)
			if (*at == '_')
				*at = ' ';
		print_formatted(first ? "Changed" : "", "%s: %.15g, was %.15g", label, figures[i].now, figures[i].then);
		first = false;
	}
}

/* The confirmation begins with the scope and its size: the widest one is what one gets by forgetting an option. */
void print_filing(const rpv_filing_outcome *f, bool dry_run)
{
	const rpv_exception *e = f->exception;
	bool refused = f->conflict_count || f->unseen_conflicts || f->refusal_count;

	print_paragraph(0, 0, f->message);
	print_formatted("Exception", "%s%s%s", dry_run ? "preview, nothing was written" : e->id, dry_run ? "; it would be " :
	                ": ", refused ? "refused" : word_or_dash(RPV_WORDS_EXCEPTION_STATUS, (int32_t)e->status));
	print_fields("Conflicts with", f->conflicts, f->conflict_count);
	if (f->unseen_conflicts)
		print_field("Conflicts with", "an exception that you may not see");
	print_fields("Refused", f->refusals, f->refusal_count);
	print_fields("Suspends", f->suspends, f->suspend_count);
	print_fields("Takes over", f->supersedes, f->supersede_count);
	print_fields("Leaves out", f->skipped_groups, f->skipped_group_count);
	print_first("Hides", f->hidden_weaknesses, f->hidden_weakness_count, f->hidden_weakness_count);
	print_first(f->hidden_weakness_count ? "on" : "Hides it on", f->hidden_device_ids, f->hidden_device_id_count,
	            f->hidden_devices);
	if (f->worse)
		print_field("Warning", "the official exposure score gets worse");
	print_figures(f->figures, f->figure_count);
	print_scores(&f->before, &f->after);
}

static json_t *json_figures(const rpv_figure_then *figures, size_t count)
{
	json_t *list = need_memory(json_array());

	for (size_t i = 0; i < count; i++) {
		json_t *o = need_memory(json_object());

		json_object_set_new(o, "figure", json_text(figures[i].figure));
		json_object_set_new(o, "then", json_real(figures[i].then));
		json_object_set_new(o, "now", json_real(figures[i].now));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *json_filing(const rpv_filing_outcome *f)
{
	json_t *o = json_exception(f->exception);

	json_object_set_new(o, "message", json_text(f->message));
	json_object_set_new(o, "before", json_score(&f->before, false));
	json_object_set_new(o, "after", json_score(&f->after, false));
	json_object_set_new(o, "conflicts", json_list(f->conflicts, f->conflict_count));
	json_object_set_new(o, "unseen_conflicts", json_count(f->unseen_conflicts));
	json_object_set_new(o, "refusals", json_list(f->refusals, f->refusal_count));
	json_object_set_new(o, "suspends", json_list(f->suspends, f->suspend_count));
	json_object_set_new(o, "supersedes", json_list(f->supersedes, f->supersede_count));
	json_object_set_new(o, "skipped_groups", json_list(f->skipped_groups, f->skipped_group_count));
	json_object_set_new(o, "hidden_devices", json_count(f->hidden_devices));
	json_object_set_new(o, "hidden_findings", json_count(f->hidden_findings));
	if (!f->exception->id) { /* a preview */
		json_object_set_new(o, "hidden_device_ids", json_list(f->hidden_device_ids, f->hidden_device_id_count));
		json_object_set_new(o, "hidden_weaknesses", json_list(f->hidden_weaknesses, f->hidden_weakness_count));
	}
	json_object_set_new(o, "worse", json_boolean(f->worse));
	json_object_set_new(o, "changed", json_figures(f->figures, f->figure_count));
	return o;
}

typedef struct except_words {
	const char **ids, *justification, *impact, *duration, *until, *start;
	texts groups, devices, controls, evidence;
	int all_groups, supersede, dry_run, json;
} except_words;

static int take_scope(const except_words *w, rpv_exception_request *r)
{
	if ((w->groups.count > 0) + (w->devices.count > 0) + w->all_groups > 1) {
		usage_error("--group, --all-groups and --device exclude each other: an exception has one scope");
		return EXIT_REFUSED; /* the command line can be read: a rule refuses it */
	}
	r->scope = w->all_groups ? RPV_SCOPE_ALL_GROUPS : w->groups.count ? RPV_SCOPE_GROUPS
		: w->devices.count ? RPV_SCOPE_DEVICES : RPV_SCOPE_GLOBAL;
	r->groups = w->groups.items;
	r->group_count = w->groups.count;
	r->devices = w->devices.items;
	r->device_count = w->devices.count;
	return EXIT_DONE;
}

static int take_request(program *p, const except_words *w, rpv_exception_request *r)
{
	int32_t justification = 0, impact = 0;
	int code;

	if (!w->justification || !r->context)
		return usage_error("--justification and --context are required");
	if (!w->duration == !w->until)
		return usage_error("exactly one of --for and --until is required");
	code = take_word("--justification", RPV_WORDS_JUSTIFICATION, w->justification, &justification);
	if (code == EXIT_DONE)
		code = take_word("--impact", RPV_WORDS_IMPACT, w->impact, &impact);
	if (code == EXIT_DONE)
		code = take_duration("--for", w->duration, &r->duration_ms);
	if (code == EXIT_DONE)
		code = take_instant("--until", w->until, &r->end_ms);
	if (code == EXIT_DONE)
		code = take_instant("--start", w->start, &r->start_ms);
	if (code == EXIT_DONE)
		code = take_scope(w, r);
	r->justification = (rpv_justification)justification;
	r->impact = (rpv_impact)impact;
	r->supersede = w->supersede;
	r->controls = w->controls.items;
	r->control_count = w->controls.count;
	return code == EXIT_DONE ? take_evidence(p, &w->evidence, &r->evidence, &r->evidence_count) : code;
}

static int take_except(program *p, except_words *w, rpv_exception_request *r)
{
	const option options[] = {
		{ OPTION_TEXT, "--justification", "WORD", "third_party_control, alternate_mitigation, risk_accepted, "
		  "planned_remediation; of single weaknesses also no_patch_available, false_positive", &w->justification },
		{ OPTION_TEXT, "--context", "TEXT", "why, in words", &r->context },
		{ OPTION_TEXT, "--for", "DURATION", "30d, 12h, 90m from the start", &w->duration },
		{ OPTION_TEXT, "--until", "INSTANT", "the end, itself excluded; a date is its 00:00 UTC", &w->until },
		{ OPTION_TEXT, "--start", "INSTANT", "the start; default: now", &w->start },
		{ OPTION_LIST, "--group", "GROUP", "for this device group; default: global", &w->groups },
		{ OPTION_FLAG, "--all-groups", NULL, "for all device groups present now", &w->all_groups },
		{ OPTION_LIST, "--device", "DEVICE", "for this device", &w->devices },
		{ OPTION_TEXT, "--weakness", "ID", "one weakness of the recommendation", &r->weakness },
		{ OPTION_TEXT, "--impact", "IMPACT", "no_impact, mitigation_like, hybrid; default by justification",
		  &w->impact },
		{ OPTION_LIST, "--control", "CONTROL", "a compensating control that it rests on", &w->controls },
		{ OPTION_TEXT, "--ticket", "ID", "id of an external ticket", &r->ticket },
		{ OPTION_LIST, "--evidence", "URI", "evidence, such as https://corp.example/audit.pdf#sha256=...", &w->evidence },
		{ OPTION_FLAG, "--supersede", NULL, "take over what conflicts", &w->supersede },
		{ OPTION_FLAG, "--dry-run", NULL, "show what it would do, write nothing", &w->dry_run },
		{ OPTION_FLAG, "--json", NULL, "one JSON object for each ID", &w->json },
		OPTIONS_END
	};
	int code;

	w->ids = keep_texts(p, (size_t)p->argc + 1);
	code = take_options(p, options, w->ids, 1, p->argc); /* NULL behind the last */

	return code == EXIT_DONE ? take_request(p, w, r) : code;
}

/* ID is a recommendation, or a weakness: then that weakness everywhere. */
static rpv_status find_subject(program *p, const char *id, rpv_exception_request *request)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_weakness_query w = RPV_WEAKNESS_QUERY_INIT;
	rpv_list *list = NULL;
	rpv_status status = RPV_OK;

	request->recommendation = id;
	if (request->weakness)
		return RPV_OK;
	q.id = w.id = id;
	status = rpv_recommendation_list(p->session, &q, &list);
	if (status == RPV_E_NOT_FOUND) {
		status = rpv_weakness_list(p->session, &w, &list);
		request->recommendation = NULL;
		request->weakness = id;
	}
	rpv_list_free(list);
	return status;
}

static int fail_about(rpv_status status, const char *id, const char *words)
{
	char text[1024];

	snprintf(text, sizeof text, "%s: %s", id, words);
	return fail_with(text, status);
}

int fail_at(const program *p, rpv_status status, const char *const *ids, size_t count)
{
	const rpv_error *error = rpv_session_error(p->session);

	return count > 1 && error->index < count ? fail_about(status, ids[error->index], error->message) : fail(p, status);
}

/* The same for each subject. */
static int file_all(program *p, const except_words *w, const rpv_exception_request *request, size_t count)
{
	rpv_exception_request *requests = need_memory(calloc(count, sizeof *requests));
	const rpv_exception_request **each = need_memory(calloc(count, sizeof *each));
	rpv_filing **filings = need_memory(calloc(count, sizeof *filings));
	rpv_status status = RPV_OK;
	size_t i;
	int code = EXIT_DONE;

	for (i = 0; status == RPV_OK && i < count; i++) {
		each[i] = &requests[i];
		requests[i] = *request;
		status = find_subject(p, w->ids[i], &requests[i]);
	}
	if (status == RPV_E_NOT_FOUND)
		code = fail_about(status, w->ids[i - 1], "there is no such recommendation, and no such weakness");
	else if (status == RPV_OK)
		status = w->dry_run ? rpv_exception_preview_many(p->session, each, count, filings)
		                    : rpv_exception_file_many(p->session, each, count, filings);
	if (status != RPV_OK && code == EXIT_DONE)
		code = fail_at(p, status, w->ids, count);
	for (i = 0; code == EXIT_DONE && i < count; i++) {
		if (w->json)
			print_json(json_filing(rpv_filing_read(filings[i])));
		else
			print_filing(rpv_filing_read(filings[i]), w->dry_run);
		if (!w->json && i + 1 < count)
			putchar('\n');
	}
	for (i = 0; i < count; i++)
		rpv_filing_free(filings[i]);
	free(filings);
	free(each);
	free(requests);
	return code;
}

int run_except(program *p)
{
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	except_words w = { 0 };
	size_t count = 0;
	int code = take_except(p, &w, &request);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	while (w.ids[count])
		count++;
	return file_all(p, &w, &request, count);
}
