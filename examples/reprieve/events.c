/* SPDX-License-Identifier: MIT */
/* reprieve events */
#include "program.h"
#include <stdarg.h>
#include <time.h>

static json_t *json_event(const rpv_event *e)
{
	json_t *o = json_object(), *groups = json_object();
	const struct { const char *name, *text; } texts_of[] = {
		{ "recommendation", e->recommendation }, { "weakness", e->weakness }, { "device", e->device },
		{ "group", e->group }, { "control", e->control }, { "exception", e->exception }, { "remediation", e->remediation },
		{ "before", e->before }, { "after", e->after }, { "reason", e->reason }, { "trigger", e->trigger },
		{ "threshold", e->threshold }, { "policy", e->policy } };

	json_object_set_new(need_memory(o), "sequence", json_count(e->sequence));
	json_object_set_new(o, "time", json_instant(e->time_ms));
	json_object_set_new(o, "committed", json_instant(e->commit_ms));
	json_object_set_new(o, "actor", json_text(e->actor));
	json_object_set_new(o, "type", json_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type));
	for (size_t i = 0; i < sizeof texts_of / sizeof *texts_of; i++)
		if (texts_of[i].text)
			json_object_set_new(o, texts_of[i].name, json_string(texts_of[i].text));
	if (e->count)
		json_object_set_new(o, "count", json_count(e->count));
	for (size_t i = 0; i < e->group_count; i++)
		json_object_set_new(groups, e->groups[i].group, json_count(e->groups[i].count));
	if (e->group_count)
		json_object_set(o, "groups", groups);
	json_decref(groups);
	return o;
}

typedef struct sentence { char text[4096]; size_t used; } sentence;

/* Adds words to a sentence, cut where it is full. */
__attribute__((format(printf, 2, 3))) static void add(sentence *s, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(s->text + s->used, sizeof s->text - s->used, format, arguments);
	va_end(arguments);
	if (size > 0)
		s->used = s->used + (size_t)size < sizeof s->text ? s->used + (size_t)size : sizeof s->text - 1;
}

static void print_event(const rpv_event *e)
{
	const char *const names[] = { e->exception, e->remediation, e->weakness, e->recommendation, e->device, e->group,
		                      e->control, e->policy };
	sentence s = { "", 0 };

	add(&s, "%s", word_or_dash(RPV_WORDS_EVENT_TYPE, (int32_t)e->type));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i])
			add(&s, " %s", names[i]);
	if (e->count)
		add(&s, " (%llu)", (unsigned long long)e->count);
	if (e->type == RPV_EVENT_SCORES_RECORDED && e->before)
		add(&s, ": %s; %s old ones taken out", e->after, e->before);
	else if (e->before && e->after)
		add(&s, ": %s -> %s", e->before, e->after);
	else if (e->before || e->after)
		add(&s, ": %s", e->before ? e->before : e->after);
	if (e->trigger)
		add(&s, "; threshold %s", e->threshold ? e->threshold : "-");
	if (e->actor)
		add(&s, ", by %s", e->actor);
	if (e->reason)
		add(&s, ": %s", e->reason);
	print_paragraph(30, printf("%6llu  %-20s  ", (unsigned long long)e->sequence, instant_text(e->time_ms)), s.text);
}

/* Prints the events above q->since, which moves along. */
static rpv_status print_events(const program *p, rpv_event_query *q, bool json)
{
	rpv_list *list = NULL;
	rpv_status status = rpv_event_list(p->session, q, &list);

	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);

		if (json)
			print_json(json_event(e));
		else
			print_event(e);
		q->since = e->sequence;
	}
	rpv_list_free(list);
	return status;
}

/* Until there may be more: told by the storage, or else after a second. */
static rpv_status wait_for_more(program *p, uint64_t *revision)
{
	const struct timespec pause = { 1, 0 };
	rpv_status status = rpv_store_wait(p->store, *revision, 10000, revision, NULL);

	if (status == RPV_E_REFUSED) {
		nanosleep(&pause, NULL);
		status = RPV_OK;
	}
	return status;
}

int run_events(program *p)
{
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	const char *since = NULL, *limit = NULL;
	int json = 0, follow = 0, code;
	uint64_t before, revision = 0;
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--since", "N", "with a sequence above N", &since },
		{ OPTION_TEXT, "--exception", "ID", "about this exception", &q.exception },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &limit },
		{ OPTION_FLAG, "--follow", NULL, "go on as they come, until interrupted", &follow },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_number("--since", since, &q.since);
	if (code == EXIT_DONE)
		code = take_number("--limit", limit, &q.limit);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	before = q.since;
	status = print_events(p, &q, json);
	if (status == RPV_OK && !json && !follow && q.since == before)
		puts("(none)");
	while (follow && status == RPV_OK && fflush(stdout) == 0) {
		status = wait_for_more(p, &revision);
		if (status == RPV_OK)
			status = print_events(p, &q, json);
	}
	return status == RPV_OK ? EXIT_DONE : fail(p, status);
}
