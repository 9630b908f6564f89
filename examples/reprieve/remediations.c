/* SPDX-License-Identifier: MIT */
/* reprieve remediate, reprieve remediations, reprieve complete */
#include "program.h"
#include "transfer.h"

json_t *json_remediation_at(const rpv_list *list, size_t index)
{
	const rpv_remediation *r = rpv_remediation_at(list, index);
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_string(r->id));
	json_object_set_new(o, "recommendation", json_text(r->recommendation));
	json_object_set_new(o, "title", json_text(r->title));
	json_object_set_new(o, "component", json_text(r->component));
	json_object_set_new(o, "kind", json_word(RPV_WORDS_REMEDIATION_KIND, (int32_t)r->kind));
	json_object_set_new(o, "status", json_word(RPV_WORDS_REMEDIATION_STATUS, (int32_t)r->status));
	json_object_set_new(o, "targets", json_count(r->targets));
	json_object_set_new(o, "fixed", json_count(r->fixed));
	json_object_set_new(o, "exposed_again", json_count(r->exposed_again));
	json_object_set_new(o, "priority", json_word(RPV_WORDS_PRIORITY, (int32_t)r->priority));
	json_object_set_new(o, "due", json_instant(r->due_ms));
	json_object_set_new(o, "overdue", json_boolean(r->overdue));
	json_object_set_new(o, "ticket_status", json_word(RPV_WORDS_TICKET_STATUS, (int32_t)r->ticket));
	json_object_set_new(o, "requested", json_instant(r->requested_ms));
	json_object_set_new(o, "ended", json_instant(r->ended_ms));
	json_object_set_new(o, "requester", json_text(r->requester));
	json_object_set_new(o, "completed_by", json_text(r->completed_by));
	json_object_set_new(o, "reason", json_text(r->reason));
	json_object_set_new(o, "notes", json_text(r->notes));
	json_object_set_new(o, "groups", json_list(r->groups, r->group_count));
	json_object_set_new(o, "overlaps", json_list(r->overlaps, r->overlap_count));
	return o;
}

void print_remediations(const rpv_list *list)
{
	static const column columns[] = { { "Id", COLUMN_FIXED }, { "Activity", COLUMN_TEXT }, { "Status", COLUMN_FIXED },
		{ "Fixed", COLUMN_RIGHT }, { "", COLUMN_RIGHT }, { "Priority", COLUMN_FIXED }, { "Due", COLUMN_FIXED },
		{ "Completed by", COLUMN_TEXT } };
	table t;

	table_begin(&t, columns, 8);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_remediation *r = rpv_remediation_at(list, i);
		char progress[48], due[RPV_TIME_TEXT_SIZE] = "";

		snprintf(progress, sizeof progress, "%llu of %llu", (unsigned long long)r->fixed,
		         (unsigned long long)r->targets);
		if (r->due_ms)
			snprintf(due, sizeof due, "%.10s%s", instant_text(r->due_ms), r->overdue ? " !" : "");
		table_row(&t, r->id, r->title, word_or_dash(RPV_WORDS_REMEDIATION_STATUS, (int32_t)r->status), progress,
		          r->targets ? number_text("%.0f %%", 100.0 * (double)r->fixed / (double)r->targets) : "no target",
		          word_or_dash(RPV_WORDS_PRIORITY, (int32_t)r->priority), due, r->completed_by ? r->completed_by : "");
	}
	table_end(&t);
}

static void print_request(const rpv_remediation *r)
{
	print_paragraph(0, printf("%s: ", r->id), r->title);
	print_formatted("Targets", "%llu device%s", (unsigned long long)r->targets, plural(r->targets));
	if (r->due_ms)
		print_formatted("Due", "%s, overdue from this instant on", instant_text(r->due_ms));
	for (size_t i = 0; i < r->overlap_count; i++)
		print_field(i ? "" : "Overlaps", r->overlaps[i]);
}

static int take_request(program *p, rpv_remediation_request *r, int *json)
{
	const char *due = NULL, *priority = NULL, *kind = NULL;
	int32_t priority_value = RPV_PRIORITY_MEDIUM, kind_value = RPV_REMEDIATION_DEFAULT;
	texts groups = { 0 };
	int without_impact = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--due", "INSTANT", "due date (its 00:00 UTC) or instant", &due },
		{ OPTION_TEXT, "--priority", "PRIORITY", "low, medium, high", &priority },
		{ OPTION_TEXT, "--kind", "KIND", "update, uninstall, attention_required, ...; default: as recommended", &kind },
		{ OPTION_LIST, "--group", "GROUP", "in this device group; default: all", &groups },
		{ OPTION_TEXT, "--notes", "TEXT", "notes", &r->notes },
		{ OPTION_TEXT, "--ticket", "CONNECTOR", "open a ticket with this connector", &r->connector },
		{ OPTION_FLAG, "--without-user-impact", NULL, "configurations: only devices whose users notice nothing",
		  &without_impact },
		{ OPTION_FLAG, "--json", NULL, "one JSON object", json },
		OPTIONS_END
	};

	code = take_options(p, options, &r->recommendation, 1, 1);
	if (code == EXIT_DONE)
		code = take_instant("--due", due, &r->due_ms);
	if (code == EXIT_DONE)
		code = take_word("--priority", RPV_WORDS_PRIORITY, priority, &priority_value);
	if (code == EXIT_DONE)
		code = take_word("--kind", RPV_WORDS_REMEDIATION_KIND, kind, &kind_value);
	r->groups = groups.items;
	r->group_count = groups.count;
	r->priority = (rpv_priority)priority_value;
	r->kind = (rpv_remediation_kind)kind_value;
	r->only_without_user_impact = without_impact;
	return code;
}

int run_remediate(program *p)
{
	rpv_remediation_request request = RPV_REMEDIATION_REQUEST_INIT;
	rpv_list *list = NULL;
	rpv_status status;
	int json = 0, code = take_request(p, &request, &json);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = rpv_remediation_request_file(p->session, &request, &list);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_remediation_at(list, 0));
	else
		print_request(rpv_remediation_at(list, 0));
	rpv_list_free(list);
	return EXIT_DONE;
}

static int take_filters(program *p, listing *how, rpv_remediation_query *q)
{
	static const char *const sorts[] = { "requested", "due", "impact", NULL };
	texts statuses = { 0 }, kinds = { 0 };
	int overdue = 0, sort = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--id", "ACTIVITY", "this one", &q->id },
		{ OPTION_TEXT, "--recommendation", "ID", "on this recommendation", &q->recommendation },
		{ OPTION_LIST, "--status", "STATUS", "active, completed, canceled", &statuses },
		{ OPTION_LIST, "--kind", "KIND", "update, uninstall, ...", &kinds },
		{ OPTION_FLAG, "--overdue", NULL, "past their due date", &overdue },
		{ OPTION_TEXT, "--sort", "ORDER", "requested, due, impact", &how->sort },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &how->limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &q->after },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &how->json },
		{ OPTION_FLAG, "--csv", NULL, "as CSV", &how->csv },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_words("--status", RPV_WORDS_REMEDIATION_STATUS, &statuses, false, &q->statuses);
	if (code == EXIT_DONE)
		code = take_words("--kind", RPV_WORDS_REMEDIATION_KIND, &kinds, true, &q->kinds);
	if (code == EXIT_DONE)
		code = take_number("--limit", how->limit, &q->limit);
	if (code == EXIT_DONE)
		code = take_choice("--sort", sorts, how->sort, &sort);
	q->sort = (rpv_remediation_sort)sort;
	q->overdue = overdue ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
	return code;
}

int run_remediations(program *p)
{
	rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;
	listing how = { .row = json_remediation_at, .print = print_remediations };
	rpv_list *list = NULL;
	int code = take_filters(p, &how, &q);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	if (how.csv)
		return print_csv(p, rpv_csv_write_remediations(p->session, &q, write_stdout, NULL));
	return print_listing(p, &how, rpv_remediation_list(p->session, &q, &list), &list);
}

int run_complete(program *p)
{
	rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;
	const char *reason = NULL;
	int cancel = 0, json = 0, code;
	rpv_list *list = NULL;
	rpv_status status;

	const option options[] = {
		{ OPTION_FLAG, "--cancel", NULL, "cancel it instead", &cancel },
		{ OPTION_TEXT, "--reason", "TEXT", "with --cancel: why, in words", &reason },
		{ OPTION_FLAG, "--json", NULL, "the activity as one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, &q.id, 1, 1);
	if (code == EXIT_DONE && !cancel != !reason)
		code = usage_error("--cancel and --reason go together");
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = cancel ? rpv_remediation_cancel(p->session, q.id, reason) : rpv_remediation_complete(p->session, q.id);
	if (status != RPV_OK)
		return fail(p, status);
	if (json && rpv_remediation_list(p->session, &q, &list) == RPV_OK)
		print_json(json_remediation_at(list, 0));
	else if (json) /* nothing of it is visible any more */
		print_json(json_pack("{s:s}", "id", q.id));
	else
		printf("%s: %s\n", q.id, cancel ? "canceled" : "completed");
	rpv_list_free(list);
	return EXIT_DONE;
}
