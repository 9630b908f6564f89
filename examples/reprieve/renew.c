/* SPDX-License-Identifier: MIT */
/* reprieve renew, reprieve cancel */
#include "program.h"

#include <string.h>

typedef struct renew_words {
	const char *duration, *until;
	texts evidence;
	int dry_run, json;
} renew_words;

static int take_renew(program *p, renew_words *w, rpv_renewal_request *r)
{
	const option options[] = {
		{ OPTION_TEXT, "--for", "DURATION", "30d, 12h, 90m from the start of the renewal", &w->duration },
		{ OPTION_TEXT, "--until", "INSTANT", "the end, itself excluded; a date is its 00:00 UTC", &w->until },
		{ OPTION_TEXT, "--context", "TEXT", "why, in words; default: as before", &r->context },
		{ OPTION_TEXT, "--ticket", "ID", "id of an external ticket; default: as before", &r->ticket },
		{ OPTION_LIST, "--evidence", "URI", "evidence; default: as before", &w->evidence },
		{ OPTION_FLAG, "--dry-run", NULL, "show what it would do, write nothing", &w->dry_run },
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &w->json },
		OPTIONS_END
	};
	int code = take_options(p, options, &r->id, 1, 1);

	if (code == EXIT_DONE && !w->duration == !w->until)
		code = usage_error("exactly one of --for and --until is required");
	if (code == EXIT_DONE)
		code = take_duration("--for", w->duration, &r->duration_ms);
	if (code == EXIT_DONE)
		code = take_instant("--until", w->until, &r->end_ms);
	return code == EXIT_DONE ? take_evidence(p, &w->evidence, &r->evidence, &r->evidence_count) : code;
}

int run_renew(program *p)
{
	rpv_renewal_request request = RPV_RENEWAL_REQUEST_INIT;
	renew_words w = { 0 };
	rpv_filing *filing = NULL;
	rpv_status status;
	int code = take_renew(p, &w, &request);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = w.dry_run ? rpv_exception_renew_preview(p->session, &request, &filing)
	                   : rpv_exception_renew(p->session, &request, &filing);
	if (status != RPV_OK)
		return fail(p, status);
	if (w.json)
		print_json(json_filing(rpv_filing_read(filing)));
	else
		print_filing(rpv_filing_read(filing), w.dry_run);
	rpv_filing_free(filing);
	return EXIT_DONE;
}

/* --- cancel --- */
/* All on the subject of an exception, as the session sees them; `q` finds the exception by its id. */
static rpv_list *list_subject(program *p, const rpv_exception_query *q)
{
	rpv_exception_query all = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list = NULL, *whole = NULL;

	if (rpv_exception_list(p->session, q, &list) != RPV_OK)
		return NULL;
	all.recommendation = rpv_exception_at(list, 0)->recommendation;
	all.weakness = rpv_exception_at(list, 0)->weakness;
	if (rpv_exception_list(p->session, &all, &whole) != RPV_OK)
		return list; /* the recommendation is gone */
	rpv_list_free(list);
	return whole;
}

static const rpv_exception *find(const rpv_list *list, const char *id)
{
	for (size_t i = 0; id && i < rpv_list_count(list); i++)
		if (strcmp(rpv_exception_at(list, i)->id, id) == 0)
			return rpv_exception_at(list, i);
	return NULL;
}

/* Whether it is a renewal, at any remove, of that exception, which took it along when it was canceled. */
static bool went_along(const rpv_list *list, const rpv_exception *e, const char *id)
{
	const rpv_exception *before = find(list, e->predecessor);

	for (; before && strcmp(before->id, id) != 0; before = find(list, before->predecessor))
		;
	return before && before->ended_ms == e->ended_ms && e->status == RPV_EXCEPTION_CANCELED &&
	       before->status == RPV_EXCEPTION_CANCELED;
}

static size_t find_renewals(const rpv_list *list, const char *id, const char **ids)
{
	size_t count = 0;

	for (size_t i = 0; list && i < rpv_list_count(list); i++)
		if (went_along(list, rpv_exception_at(list, i), id))
			ids[count++] = rpv_exception_at(list, i)->id;
	return count;
}

static void print_canceled(program *p, const rpv_exception_query *q, const char *group, bool json)
{
	rpv_list *list = list_subject(p, q);
	const char **ids = keep_texts(p, list ? rpv_list_count(list) + 1 : 1);
	size_t count = find_renewals(list, q->id, ids);
	const rpv_exception *e = list ? find(list, q->id) : NULL;
	json_t *o;

	if (json) {
		o = e ? json_exception(e) : json_pack("{s:s}", "id", q->id); /* nothing of it is visible any more */
		json_object_set_new(need_memory(o), "canceled_renewals", json_list(ids, count));
		print_json(o);
	} else {
		printf(group ? "%s: canceled for %s\n" : "%s: canceled\n", q->id, group);
		for (size_t i = 0; i < count; i++)
			printf("%s: canceled, for it renews %s and had not started\n", ids[i], find(list, ids[i])->predecessor);
	}
	rpv_list_free(list);
}

int run_cancel(program *p)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	const char *group = NULL, *reason = NULL;
	int json = 0, code;
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--reason", "TEXT", "why, in words", &reason },
		{ OPTION_TEXT, "--group", "GROUP", "take this device group out; the others stay", &group },
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
	status = rpv_exception_cancel(p->session, q.id, group, reason);
	if (status != RPV_OK)
		return fail(p, status);
	print_canceled(p, &q, group, json);
	return EXIT_DONE;
}
