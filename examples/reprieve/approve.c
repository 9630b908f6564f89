/* SPDX-License-Identifier: MIT */
/* reprieve approve, reprieve reject: of several exceptions all, or none */
#include "program.h"

static size_t count_ids(const char *const *ids)
{
	size_t count = 0;

	while (ids[count])
		count++;
	return count;
}

int run_approve(program *p)
{
	const char **ids = keep_texts(p, (size_t)p->argc + 1), *comment = NULL;
	int json = 0, dry_run = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--comment", "TEXT", "why, in words", &comment },
		{ OPTION_FLAG, "--dry-run", NULL, "show what it would do and what changed since filing, write nothing", &dry_run },
		{ OPTION_FLAG, "--json", NULL, "one JSON object for each", &json },
		OPTIONS_END
	};
	rpv_filing **filings;
	rpv_status status;
	size_t count;

	code = take_options(p, options, ids, 1, p->argc); /* NULL behind the last */
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	count = count_ids(ids);
	filings = need_memory(calloc(count, sizeof *filings));
	status = dry_run ? rpv_exception_approve_preview_many(p->session, ids, count, filings)
	                 : rpv_exception_approve_many(p->session, ids, count, comment, filings);
	if (status != RPV_OK)
		code = fail_at(p, status, ids, count);
	for (size_t i = 0; status == RPV_OK && i < count; i++) {
		if (json)
			print_json(json_filing(rpv_filing_read(filings[i])));
		else
			print_filing(rpv_filing_read(filings[i]), dry_run);
		if (!json && i + 1 < count)
			putchar('\n');
		rpv_filing_free(filings[i]);
	}
	free(filings);
	return code;
}

/* What became of one of them. */
static int show_rejected(program *p, const char *id, bool json)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list = NULL;
	rpv_status status = RPV_OK;

	q.id = id;
	if (json)
		status = rpv_exception_list(p->session, &q, &list);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_exception_at(list, 0));
	else
		printf("%s: rejected\n", id);
	rpv_list_free(list);
	return EXIT_DONE;
}

int run_reject(program *p)
{
	const char **ids = keep_texts(p, (size_t)p->argc + 1), *reason = NULL;
	int json = 0, code;
	rpv_status status;
	size_t count;
	const option options[] = {
		{ OPTION_TEXT, "--reason", "TEXT", "why, in words", &reason },
		{ OPTION_FLAG, "--json", NULL, "one JSON object for each", &json },
		OPTIONS_END
	};

	code = take_options(p, options, ids, 1, p->argc); /* NULL behind the last */
	if (code == EXIT_DONE && !reason)
		code = usage_error("--reason is required");
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	count = count_ids(ids);
	status = rpv_exception_reject_many(p->session, ids, count, reason);
	if (status != RPV_OK)
		return fail_at(p, status, ids, count);
	for (size_t i = 0; code == EXIT_DONE && i < count; i++)
		code = show_rejected(p, ids[i], json);
	return code;
}
