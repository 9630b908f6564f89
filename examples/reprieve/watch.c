/* SPDX-License-Identifier: MIT */
/* reprieve watch: all watch lists at a glance. */
#include "program.h"

static const char *heading(rpv_watch watch)
{
	switch (watch) {
	case RPV_WATCH_EXPIRING: return "Expiring soon";
	case RPV_WATCH_STALE: return "Stale: they match nothing";
	case RPV_WATCH_SHADOWED: return "Shadowed: others decide all that they cover";
	case RPV_WATCH_GROWN: return "Grown since they were filed";
	default: return "Overdue: planned remediation without an activity in time";
	}
}

static void print_one(rpv_watch watch, const rpv_list *list)
{
	printf("%s: %zu\n", heading(watch), rpv_list_count(list));
	if (rpv_list_count(list) > 0)
		print_exceptions(list);
	putchar('\n');
}

static void print_json_rows(rpv_watch watch, const rpv_list *list)
{
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		json_t *o = json_exception_at(list, i);

		json_object_set_new(o, "on", json_word(RPV_WORDS_WATCH, (int32_t)watch));
		print_json(o);
	}
}

int run_watch(program *p)
{
	const char *within = NULL;
	int64_t within_ms = 0;
	int json = 0, code;

	const option options[] = {
		{ OPTION_TEXT, "--within", "DURATION", "expiring so soon; default: the policy's longest reminder", &within },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_duration("--within", within, &within_ms);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	for (rpv_watch watch = RPV_WATCH_EXPIRING; watch <= RPV_WATCH_OVERDUE; watch++) {
		rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
		rpv_list *list = NULL;
		rpv_status status;

		q.watch = watch;
		q.within_ms = watch == RPV_WATCH_EXPIRING ? within_ms : 0;
		q.sort = RPV_EXCEPTION_BY_END;
		q.with_worth = 1;
		status = rpv_exception_list(p->session, &q, &list);
		if (status != RPV_OK)
			return fail(p, status);
		(json ? print_json_rows : print_one)(watch, list);
		rpv_list_free(list);
	}
	return EXIT_DONE;
}
