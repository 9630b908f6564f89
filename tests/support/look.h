/* SPDX-License-Identifier: MIT */
/* Looking at what batches left behind, in few words. */
#ifndef TEST_LOOK_H
#define TEST_LOOK_H

#include "facts.h"

static inline uint64_t revision(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.revision;
}

static inline uint64_t sequence(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.sequence;
}

/* One row by id; the list is kept until the next call. */
static inline const rpv_device *see(test_world *w, const char *id)
{
	static rpv_list *list;
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	rpv_list_free(list);
	list = NULL;
	q.id = id;
	if (!w || rpv_device_list(w->session, &q, &list) != RPV_OK)
		return NULL;
	return rpv_device_at(list, 0);
}

static inline const rpv_weakness *see_weakness(test_world *w, const char *id)
{
	static rpv_list *list;
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	rpv_list_free(list);
	list = NULL;
	q.id = id;
	if (!w || rpv_weakness_list(w->session, &q, &list) != RPV_OK)
		return NULL;
	return rpv_weakness_at(list, 0);
}

static inline const rpv_recommendation *see_recommendation(test_world *w, const char *id)
{
	static rpv_list *list;
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list_free(list);
	list = NULL;
	q.id = id;
	if (!w || rpv_recommendation_list(w->session, &q, &list) != RPV_OK)
		return NULL;
	return rpv_recommendation_at(list, 0);
}

/* What is assessed on a device, as "recommendation source version: ids; ..." */
static inline const char *held(test_world *w, const char *device)
{
	static char out[1024];
	rpv_list *list;
	size_t size = 0;
	out[0] = '\0';
	if (rpv_assessment_list(w->session, device, &list) != RPV_OK)
		return "gone";
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_assessment *a = rpv_assessment_at(list, i);
		size += (size_t)snprintf(out + size, sizeof out - size, "%s%s %s%s%s:", i ? "; " : "", a->recommendation, a->source,
		                         a->version ? " " : "", a->version ? a->version : "");
		if (a->state)
			size += (size_t)snprintf(out + size, sizeof out - size, " state %d", (int)a->state);
		if (a->set)
			size += (size_t)snprintf(out + size, sizeof out - size, " set %s", a->set);
		for (size_t k = 0; k < a->weakness_count; k++)
			size += (size_t)snprintf(out + size, sizeof out - size, " %s", a->weaknesses[k]);
	}
	rpv_list_free(list);
	return out;
}

/* Names of the present groups with their devices, as "IT 2, Sales 2". */
static inline const char *groups(test_world *w)
{
	static char out[512];
	rpv_list *list;
	size_t size = 0;
	out[0] = '\0';
	assert_call(RPV_OK, rpv_group_list(w->session, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_group *g = rpv_group_at(list, i);
		size += (size_t)snprintf(out + size, sizeof out - size, "%s%s %d", i ? ", " : "", g->name, (int)g->devices);
	}
	rpv_list_free(list);
	return out;
}

/* Events after `since` as "type what [before -> after]; ..." */
static inline const char *told(test_world *w, uint64_t since)
{
	static char out[4096];
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	size_t size = 0;
	q.since = since;
	out[0] = '\0';
	assert_call(RPV_OK, rpv_event_list(w->session, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		const char *what = e->device ? e->device : e->weakness ? e->weakness : e->recommendation ? e->recommendation
		                 : e->group ? e->group : "";
		assert_string_equal("ana@corp.example", e->actor);
		size += (size_t)snprintf(out + size, sizeof out - size, "%s%s %s", i ? "; " : "",
		                         rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type), what);
		if (e->before || e->after)
			size += (size_t)snprintf(out + size, sizeof out - size, " [%s -> %s]", shown(e->before), shown(e->after));
		if (e->count)
			size += (size_t)snprintf(out + size, sizeof out - size, " %d", (int)e->count);
		for (size_t k = 0; k < e->group_count && e->type == RPV_EVENT_FACTS_REPORTED; k++)
			size += (size_t)snprintf(out + size, sizeof out - size, " %s=%d", e->groups[k].group, (int)e->groups[k].count);
	}
	rpv_list_free(list);
	return out;
}

static inline void close_all(test_world *w)
{
	see(NULL, NULL);
	see_weakness(NULL, NULL);
	see_recommendation(NULL, NULL);
	close_world(w);
}

/* A batch other than the default one takes the world's place for it. */
static inline void begin_as(test_world *w, const char *source, int64_t reported_ms, bool lenient)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch_free(w->batch);
	o.source = source;
	o.reported_ms = reported_ms;
	o.lenient = lenient;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &w->batch));
}

static inline void assert_error(test_world *w, uint64_t index, const char *field, const char *words)
{
	const rpv_error *e = rpv_session_error(w->session);
	assert_int_equal(index, e->index);
	assert_string_equal(field, e->field);
	if (!strstr(e->message, words))
		print_error("\"%s\" does not say \"%s\"\n", e->message, words);
	assert_non_null(strstr(e->message, words));
}

static inline void refuse_commit(test_world *w, uint64_t index, const char *field, const char *words)
{
	uint64_t before = revision(w);
	assert_call(RPV_E_INVALID, rpv_batch_commit(w->batch, NULL));
	assert_error(w, index, field, words);
	assert_int_equal(before, revision(w));
	rpv_batch_free(w->batch);
	w->batch = NULL;
}

static inline void remove_recommendation(test_world *w, const char *id)
{
	rpv_recommendation_facts f = { .id = id, .removed = 1 };
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &f));
}

#endif
