/* SPDX-License-Identifier: MIT */
/* reprieve approve, reprieve reject */
#include "program.h"

int run_approve(program *p)
{
	const char *id = NULL, *comment = NULL;
	int json = 0, dry_run = 0, code;
	rpv_filing *filing = NULL;
	const option options[] = {
		{ OPTION_TEXT, "--comment", "TEXT", "why, in words", &comment },
		{ OPTION_FLAG, "--dry-run", NULL, "show what it would do and what changed since filing, write nothing", &dry_run },
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &json },
		OPTIONS_END
	};
	rpv_status status;

	code = take_options(p, options, &id, 1, 1);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = dry_run ? rpv_exception_approve_preview(p->session, id, &filing)
	                 : rpv_exception_approve(p->session, id, comment, &filing);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_filing(rpv_filing_read(filing)));
	else
		print_filing(rpv_filing_read(filing), dry_run);
	rpv_filing_free(filing);
	return EXIT_DONE;
}

int run_reject(program *p)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	const char *reason = NULL;
	int json = 0, code;
	rpv_list *list = NULL;
	rpv_status status;
	const option options[] = {
		{ OPTION_TEXT, "--reason", "TEXT", "why, in words", &reason },
		{ OPTION_FLAG, "--json", NULL, "the exception as one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, &q.id, 1, 1);
	if (code == EXIT_DONE && !reason)
		code = usage_error("--reason is required");
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = rpv_exception_reject(p->session, q.id, reason);
	if (status == RPV_OK && json)
		status = rpv_exception_list(p->session, &q, &list);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_exception_at(list, 0));
	else
		printf("%s: rejected\n", q.id);
	rpv_list_free(list);
	return EXIT_DONE;
}
