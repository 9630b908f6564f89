/* SPDX-License-Identifier: MIT */
/* Recorded scores: what is written when, what is listed, what is forgotten, what comes back from a backup. */
#include "../support/decisions.h"

#include <stdlib.h>

#define HOUR INT64_C(3600000)

static rpv_score_engine *engine_of(rpv_session *session)
{
	rpv_score_engine *engine;
	assert_status_error(RPV_OK, rpv_score_engine_open(session, &engine), rpv_session_error(session));
	return engine;
}

static uint64_t record(test_world *w, rpv_score_engine *engine)
{
	uint64_t recorded = 99;
	assert_call(RPV_OK, rpv_score_record(engine, &recorded));
	return recorded;
}

static rpv_list *points_as(rpv_session *session, const rpv_score_point_query *q)
{
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_score_point_list(session, q, &list), rpv_session_error(session));
	return list;
}

static rpv_score read_one(rpv_score_engine *engine, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	q.group = group;
	assert_ok(rpv_score_engine_read(engine, &q, &score));
	return score;
}

/* Bit for bit, but for what a point does not keep. */
static void assert_same_score(const rpv_score *expected, const rpv_score *got)
{
	rpv_score bare = *expected;
	bare.revision = 0;
	bare.valid_until_ms = 0;
	assert_memory_equal(&bare, got, sizeof bare);
}

/* A store whose scores differ from group to group, and have parts of every kind. */
static void open_varied(test_world *w)
{
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	assess(w, "i2", MAIL, "CVE-2", NULL);
	commit(w);
	const char *const sales = "Sales";
	const rpv_exception_request r = accept_in(BROWSER, &sales, 1);
	file_as(w, &r, "E-1");
}

static void test_record_when_called_then_what_is_read_then(void **state)
{
	static const char *const groups[] = { NULL, "IT", "Sales" };
	test_world world, *w = &world;
	rpv_score before[3];
	uint64_t digest;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	const rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	assert_ok(rpv_exposure_model_digest(&model, &digest, NULL));
	for (int i = 0; i < 3; i++)
		before[i] = read_one(engine, groups[i]);
	assert_true(before[1].exposure_official != before[2].exposure_official);
	assert_int_equal(3, record(w, engine));
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2"); /* what comes later changes no point */
	assess(w, "i1", BROWSER, NULL, NULL);
	commit(w);
	for (int i = 0; i < 3; i++) {
		rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
		q.group = groups[i];
		rpv_list *list = points_as(w->session, &q);
		assert_int_equal(1, rpv_list_count(list));
		const rpv_score_point *p = rpv_score_point_at(list, 0);
		assert_same_score(&before[i], p->score);
		assert_string_equal(RPV_EXPOSURE_MODEL, p->engine);
		assert_string_equal(rpv_score_engine_name(engine), p->engine);
		assert_true(p->digest == digest);
		assert_true(groups[i] ? strcmp(groups[i], p->group) == 0 : !p->group);
		assert_null(rpv_score_point_at(list, 1));
		rpv_list_free(list);
	}
	rpv_score_engine_close(engine);
	close_world(w);
}

static size_t told_recorded(test_world *w)
{
	rpv_list *list;
	size_t count = 0;
	assert_ok(rpv_event_list(w->session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		if (e->type != RPV_EVENT_SCORES_RECORDED)
			continue;
		count++;
		assert_int_equal(3, e->count);
		assert_null(e->before);
		assert_string_equal(RPV_EXPOSURE_MODEL, e->after);
		assert_string_equal("ana@corp.example", e->actor);
	}
	rpv_list_free(list);
	return count;
}

static void test_record_when_within_an_hour_then_once(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	assert_int_equal(3, record(w, engine));
	uint64_t revision = revision_of(w);
	w->now += HOUR - 1;
	assert_int_equal(0, record(w, engine));
	assert_int_equal(revision, revision_of(w)); /* nothing written at all */
	assert_int_equal(1, told_recorded(w));
	w->now += 1;
	assert_int_equal(3, record(w, engine));
	assert_int_equal(2, told_recorded(w));
	/* a device group that comes within the hour is not left out */
	device(w, "new", "Lab");
	commit(w);
	w->now += HOUR / 2;
	assert_int_equal(1, record(w, engine));
	assert_call(RPV_OK, rpv_score_record(engine, NULL));
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_record_when_the_store_is_empty_then_one_point(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_world(w);
	rpv_score_engine *engine = engine_of(w->session);
	assert_call(RPV_OK, rpv_score_series_list(w->session, &list));
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	assert_int_equal(1, record(w, engine));
	list = points_as(w->session, NULL);
	assert_int_equal(1, rpv_list_count(list));
	assert_true(rpv_score_point_at(list, 0)->score->exposure_official == 0);
	assert_true(rpv_score_point_at(list, 0)->score->secure_official.percent < 0);
	rpv_list_free(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_record_when_several_models_then_each_under_its_name(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	rpv_score_engine *engine, *own;
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	uint64_t digest;
	(void)state;
	open_varied(w);
	model.name = "corp-2";
	model.reach = 500;
	assert_call(RPV_OK, rpv_score_engine_open_model(w->session, &model, &own));
	assert_ok(rpv_exposure_model_digest(&model, &digest, NULL));
	engine = engine_of(w->session);
	assert_int_equal(3, record(w, own));
	assert_int_equal(3, record(w, engine));
	q.engine = "corp-2";
	rpv_list *list = points_as(w->session, &q);
	const rpv_score expected = read_one(own, NULL);
	assert_int_equal(1, rpv_list_count(list));
	assert_true(rpv_score_point_at(list, 0)->score->exposure_official == expected.exposure_official);
	assert_true(rpv_score_point_at(list, 0)->score->exposure_official != read_one(engine, NULL).exposure_official);
	assert_true(rpv_score_point_at(list, 0)->digest == digest);
	rpv_list_free(list);
	q.engine = "default"; /* a text that the store knows, but no engine */
	list = points_as(w->session, &q);
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	rpv_score_engine_close(own);
	rpv_score_engine_close(engine);
	close_world(w);
}

/* --- lists against a list of all that was recorded --- */
typedef struct written { int64_t time; double exposure; } written;

static void assert_points(test_world *w, const rpv_score_point_query *q, const written *all, size_t count, uint64_t page)
{
	/* what is asked for, by the words of the header alone */
	static written expected[4096];
	size_t n = 0, met = 0;
	for (size_t i = 0; i < count; i++) {
		bool last = true;
		if (all[i].time < q->from_ms || (q->to_ms && all[i].time > q->to_ms))
			continue;
		for (size_t k = i + 1; q->every_ms && k < count && (!q->to_ms || all[k].time <= q->to_ms); k++)
			last = last && all[k].time / q->every_ms != all[i].time / q->every_ms;
		if (last)
			expected[n++] = all[i];
	}
	rpv_score_point_query paged = *q;
	rpv_list *list = NULL, *next;
	paged.limit = page;
	do {
		paged.after = list ? rpv_list_cursor(list) : NULL;
		next = points_as(w->session, &paged);
		rpv_list_free(list);
		list = next;
		assert_true(!page || rpv_list_count(list) <= page);
		for (size_t i = 0; i < rpv_list_count(list); i++, met++) {
			const written *e = &expected[q->newest_first ? n - 1 - met : met];
			assert_true(met < n);
			assert_int_equal(e->time, rpv_score_point_at(list, i)->score->time_ms);
			assert_true(e->exposure == rpv_score_point_at(list, i)->score->exposure_no_impact);
		}
	} while (rpv_list_cursor(list));
	rpv_list_free(list);
	assert_int_equal(n, met);
}

static void test_points_when_asked_in_any_way_then_as_written(void **state)
{
	static written all[2][400];
	static const int64_t spans[] = { 0, 0, HOUR, 6 * HOUR, DAY, 7 * DAY, 1000 };
	test_world world, *w = &world;
	test_random r = { 11 };
	size_t count = 0;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 300; i++) {
		w->now += (int64_t)test_random_below(&r, 3 * HOUR);
		weakness(w, "CVE-1"); /* scores move with the devices */
		device(w, i % 2 ? "s3" : "s4", i % 3 ? "Sales" : "IT");
		assess(w, i % 2 ? "s3" : "s4", BROWSER, i % 5 ? "CVE-1" : "CVE-2", i % 5 && i % 7 ? "CVE-2" : NULL);
		commit(w);
		if (record(w, engine) == 0)
			continue;
		all[0][count] = (written){ w->now, read_one(engine, NULL).exposure_no_impact };
		all[1][count++] = (written){ w->now, read_one(engine, "Sales").exposure_no_impact };
	}
	assert_true(count > 150 && count < 300);
	for (uint64_t round = 0; round < test_rounds(2000, 100); round++) {
		rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
		bool sales = test_random_below(&r, 2);
		q.group = sales ? "Sales" : NULL;
		if (test_random_below(&r, 2))
			q.from_ms = START + (int64_t)test_random_below(&r, (uint64_t)(w->now - START));
		if (test_random_below(&r, 2))
			q.to_ms = START + (int64_t)test_random_below(&r, (uint64_t)(w->now - START));
		if (test_random_below(&r, 8) == 0)
			q.to_ms = all[0][test_random_below(&r, count)].time; /* the very instant */
		q.every_ms = spans[test_random_below(&r, sizeof spans / sizeof *spans)];
		q.newest_first = (int32_t)test_random_below(&r, 2);
		assert_points(w, &q, all[sales], count, test_random_below(&r, 2) ? 0 : 1 + test_random_below(&r, 9));
	}
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_points_when_the_newest_before_a_time_then_as_last_known(void **state)
{
	test_world world, *w = &world;
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 5; i++, w->now += 10 * HOUR)
		record(w, engine);
	q.newest_first = 1;
	q.limit = 1;
	for (int64_t hours = 0; hours < 60; hours += 7) {
		q.to_ms = START + hours * HOUR;
		rpv_list *list = points_as(w->session, &q);
		assert_int_equal(1, rpv_list_count(list));
		assert_int_equal(START + (hours / 10 > 4 ? 4 : hours / 10) * 10 * HOUR, rpv_score_point_at(list, 0)->score->time_ms);
		rpv_list_free(list);
	}
	q.to_ms = START - 1;
	rpv_list *none = points_as(w->session, &q);
	assert_int_equal(0, rpv_list_count(none));
	rpv_list_free(none);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_points_when_the_limit_is_beyond_all_then_all(void **state)
{
	test_world world, *w = &world;
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 5; i++, w->now += HOUR)
		record(w, engine);
	for (uint64_t less = 0; less < 8; less++) {
		q.limit = UINT64_MAX - less;
		rpv_list *list = points_as(w->session, &q);
		assert_int_equal(5, rpv_list_count(list));
		assert_null(rpv_list_cursor(list));
		rpv_list_free(list);
	}
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_points_when_a_cursor_is_of_another_query_then_the_bounds_hold(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 10; i++, w->now += HOUR)
		record(w, engine);
	for (int32_t newest_first = 0; newest_first < 2; newest_first++) {
		rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
		q.newest_first = newest_first;
		q.limit = 1; /* the cursor is at the first or last of the ten hours */
		rpv_list *all = points_as(w->session, &q);
		q.after = rpv_list_cursor(all);
		q.limit = 0;
		q.from_ms = START + 3 * HOUR;
		q.to_ms = START + 5 * HOUR;
		rpv_list *list = points_as(w->session, &q);
		assert_int_equal(3, rpv_list_count(list));
		assert_int_equal(START + (newest_first ? 5 : 3) * HOUR, rpv_score_point_at(list, 0)->score->time_ms);
		rpv_list_free(list);
		rpv_list_free(all);
	}
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_series_when_listed_then_by_engine_and_group(void **state)
{
	static const struct { const char *engine, *group; int64_t first, last; } expected[] = {
		{ "a-model", NULL, HOUR, HOUR }, { "a-model", "IT", HOUR, HOUR }, { "a-model", "Lab", HOUR, HOUR },
		{ "a-model", "Sales", HOUR, HOUR }, { "rpv-exposure-1", NULL, 0, 2 * HOUR }, { "rpv-exposure-1", "IT", 0, 2 * HOUR },
		{ "rpv-exposure-1", "Lab", HOUR, 2 * HOUR }, { "rpv-exposure-1", "Sales", 0, 2 * HOUR },
	};
	test_world world, *w = &world;
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	rpv_score_engine *own;
	rpv_list *list;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	model.name = "a-model";
	assert_call(RPV_OK, rpv_score_engine_open_model(w->session, &model, &own));
	record(w, engine);
	w->now += HOUR;
	device(w, "l1", "Lab");
	commit(w);
	record(w, engine);
	record(w, own);
	w->now += HOUR;
	record(w, engine);
	assert_call(RPV_OK, rpv_score_series_list(w->session, &list));
	assert_int_equal(sizeof expected / sizeof *expected, rpv_list_count(list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_score_series *s = rpv_score_series_at(list, i);
		assert_string_equal(expected[i].engine, s->engine);
		assert_true(expected[i].group ? s->group && strcmp(expected[i].group, s->group) == 0 : !s->group);
		assert_int_equal(START + expected[i].first, s->first_ms);
		assert_int_equal(START + expected[i].last, s->last_ms);
	}
	rpv_list_free(list);
	rpv_score_engine_close(own);
	rpv_score_engine_close(engine);
	close_world(w);
}

/* --- what is kept --- */
/* What the events say went, by who sees all of it; nobody else is told how much. */
static void assert_taken_out(test_world *w, long expected)
{
	const char *const it = "IT";
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_VIEW, &it, 1);
	rpv_session *const sessions[] = { w->session, limited };
	for (size_t s = 0; s < 2; s++) {
		rpv_list *list;
		long sum = 0;
		assert_ok(rpv_event_list(sessions[s], NULL, &list));
		for (size_t i = 0; i < rpv_list_count(list); i++)
			if (rpv_event_at(list, i)->type == RPV_EVENT_SCORES_RECORDED) {
				assert_int_equal(s ? 0 : 3, rpv_event_at(list, i)->count);
				sum += rpv_event_at(list, i)->before ? strtol(rpv_event_at(list, i)->before, NULL, 10) : 0;
			}
		assert_int_equal(s ? 0 : expected, sum);
		rpv_list_free(list);
	}
	rpv_session_close(limited);
}

static void test_points_when_older_than_is_kept_then_gone(void **state)
{
	const rpv_policy_change kept[] = { { "scores_kept", "2d" } }, always[] = { { "scores_kept", "none" } };
	test_world world, *w = &world;
	uint64_t records, later;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	assert_call(RPV_OK, rpv_policy_set(w->session, always, 1, NULL, NULL));
	for (int i = 0; i < 600; i++, w->now += HOUR)
		assert_int_equal(3, record(w, engine));
	assert_call(RPV_OK, rpv_policy_set(w->session, kept, 1, NULL, NULL));
	rpv_list *list = points_as(w->session, NULL);
	assert_int_equal(48, rpv_list_count(list)); /* hidden at once: the 600th hour is not there yet */
	assert_int_equal(w->now - 2 * DAY, rpv_score_point_at(list, 0)->score->time_ms);
	rpv_list_free(list);
	assert_call(RPV_OK, rpv_score_series_list(w->session, &list));
	assert_int_equal(3, rpv_list_count(list));
	assert_int_equal(w->now - 2 * DAY, rpv_score_series_at(list, 0)->first_ms);
	rpv_list_free(list);
	/* and taken out by the next ones, a thousand at a time: 1656 are old now */
	assert_ok(rpv_store_check(w->store, &records, NULL));
	record(w, engine);
	assert_ok(rpv_store_check(w->store, &later, NULL));
	assert_true(later > records + 3 - 1000 && later < records + 3 - 1000 + 10); /* with commit, event and changes */
	w->now += HOUR;
	record(w, engine);
	w->now += HOUR;
	record(w, engine);
	list = points_as(w->session, NULL);
	assert_int_equal(49, rpv_list_count(list));
	rpv_list_free(list);
	assert_taken_out(w, 1000 + 656 + 6);
	assert_ok(rpv_store_check(w->store, NULL, NULL));
	/* none of those left is old: keeping all again brings nothing back */
	assert_call(RPV_OK, rpv_policy_set(w->session, always, 1, NULL, NULL));
	list = points_as(w->session, NULL);
	assert_int_equal(49, rpv_list_count(list));
	rpv_list_free(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_points_when_series_are_no_longer_recorded_then_they_go_too(void **state)
{
	const rpv_policy_change kept[] = { { "scores_kept", "1d" } };
	test_world world, *w = &world;
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	rpv_score_engine *own;
	rpv_list *list;
	(void)state;
	open_varied(w);
	model.name = "old-model";
	assert_call(RPV_OK, rpv_score_engine_open_model(w->session, &model, &own));
	record(w, own);
	rpv_score_engine_close(own);
	assert_call(RPV_OK, rpv_policy_set(w->session, kept, 1, NULL, NULL));
	w->now += 3 * DAY;
	rpv_score_engine *engine = engine_of(w->session);
	record(w, engine);
	const rpv_policy_change always[] = { { "scores_kept", "none" } };
	assert_call(RPV_OK, rpv_policy_set(w->session, always, 1, NULL, NULL));
	assert_call(RPV_OK, rpv_score_series_list(w->session, &list));
	assert_int_equal(3, rpv_list_count(list));
	assert_string_equal(RPV_EXPOSURE_MODEL, rpv_score_series_at(list, 0)->engine);
	rpv_list_free(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

/* --- who sees and does what --- */
static void test_points_when_groups_are_hidden_then_only_the_visible_ones(void **state)
{
	const char *const it = "IT";
	test_world world, *w = &world;
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	record(w, engine);
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_ALL, &it, 1);
	q.group = "IT";
	list = points_as(limited, &q);
	assert_int_equal(1, rpv_list_count(list));
	rpv_list_free(list);
	q.group = "Sales";
	assert_int_equal(RPV_E_NOT_FOUND, rpv_score_point_list(limited, &q, &list));
	q.group = "Nowhere";
	assert_int_equal(RPV_E_NOT_FOUND, rpv_score_point_list(limited, &q, &list));
	assert_call(RPV_E_NOT_FOUND, rpv_score_point_list(w->session, &q, &list));
	q.group = NULL;
	assert_int_equal(RPV_E_NOT_FOUND, rpv_score_point_list(limited, &q, &list));
	assert_ok(rpv_score_series_list(limited, &list));
	assert_int_equal(1, rpv_list_count(list));
	assert_string_equal("IT", rpv_score_series_at(list, 0)->group);
	rpv_list_free(list);
	rpv_score_engine *theirs = engine_of(limited);
	uint64_t recorded = 99;
	assert_int_equal(RPV_E_DENIED, rpv_score_record(theirs, &recorded));
	assert_int_equal(0, recorded);
	rpv_score_engine_close(theirs);
	rpv_session_close(limited);
	rpv_session *viewer = open_session(w, "vi@corp.example", RPV_PERMIT_VIEW, NULL, 0);
	theirs = engine_of(viewer);
	w->now += HOUR;
	assert_int_equal(RPV_E_DENIED, rpv_score_record(theirs, NULL));
	list = points_as(viewer, NULL);
	assert_int_equal(1, rpv_list_count(list));
	rpv_list_free(list);
	rpv_score_engine_close(theirs);
	rpv_session_close(viewer);
	rpv_session *ingest = open_session(w, "in@corp.example", RPV_PERMIT_INGEST, NULL, 0);
	assert_int_equal(RPV_E_DENIED, rpv_score_point_list(ingest, NULL, &list));
	assert_int_equal(RPV_E_DENIED, rpv_score_series_list(ingest, &list));
	rpv_session_close(ingest);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_points_when_as_of_then_those_recorded_by_then(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 5; i++, w->now += HOUR)
		record(w, engine);
	rpv_session *past = open_session(w, "pia@corp.example", RPV_PERMIT_ALL, NULL, 0);
	for (int64_t i = 0; i < 5; i++) {
		assert_ok(rpv_session_set_as_of(past, i < 4 ? START + i * HOUR + 5 : START + i * HOUR));
		rpv_list *list = points_as(past, NULL);
		assert_int_equal(i + 1, rpv_list_count(list));
		rpv_list_free(list);
	}
	rpv_score_engine *then = engine_of(past);
	assert_int_equal(RPV_E_READ_ONLY, rpv_score_record(then, NULL));
	rpv_score_engine_close(then);
	rpv_session_close(past);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_record_when_in_a_what_if_then_only_there(void **state)
{
	test_world world, *w = &world, other = { 0 };
	(void)state;
	open_varied(w);
	assert_ok(rpv_what_if_open(w->store, NULL, &other.store, NULL));
	other.session = open_session(&other, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	rpv_score_engine *there = engine_of(other.session), *here = engine_of(w->session);
	assert_int_equal(3, record(&other, there));
	rpv_list *list = points_as(other.session, NULL);
	assert_int_equal(1, rpv_list_count(list));
	rpv_list_free(list);
	list = points_as(w->session, NULL);
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	rpv_score_engine_close(there);
	rpv_session_close(other.session);
	rpv_store_close(other.store);
	assert_int_equal(3, record(w, here));
	rpv_score_engine_close(here);
	close_world(w);
}

static void test_points_when_asked_wrongly_then_refused(void **state)
{
	static const struct { const char *field; rpv_score_point_query q; } wrong[] = {
		{ "from_ms", { .from_ms = -1 } }, { "from_ms", { .from_ms = RPV_TIME_MAX + 1 } }, { "to_ms", { .to_ms = -1 } },
		{ "to_ms", { .to_ms = RPV_TIME_MAX + 1 } }, { "every_ms", { .every_ms = -1 } },
		{ "every_ms", { .every_ms = RPV_TIME_MAX + 1 } }, { "newest_first", { .newest_first = 2 } },
		{ "newest_first", { .newest_first = -1 } }, { "engine", { .engine = "" } }, { "after", { .after = "nonsense" } },
		{ "after", { .after = "1:5:rpv-exposure-1" } }, { "after", { .after = "0:-5:rpv-exposure-1" } },
		{ "after", { .after = "0:253402300800000:rpv-exposure-1" } },
	};
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		rpv_score_point_query q = wrong[i].q;
		rpv_list *list = (rpv_list *)w;
		q.struct_size = sizeof q;
		assert_call(RPV_E_INVALID, rpv_score_point_list(w->session, &q, &list));
		assert_null(list);
		assert_string_equal(wrong[i].field, rpv_session_error(w->session)->field);
	}
	close_world(w);
}

/* --- backups --- */
static void restore_points(test_world *w, test_world *to)
{
	rpv_restore_store store = { .struct_size = sizeof store };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_list *all, *list;
	assert_call(RPV_OK, rpv_restore_read_store(w->session, &store));
	assert_ok(rpv_restore_begin(to->session, &store));
	o.restore = 1;
	assert_ok(rpv_batch_begin(to->session, &o, &to->batch));
	assert_call(RPV_OK, rpv_score_series_list(w->session, &all));
	for (size_t i = 0; i < rpv_list_count(all); i++) {
		rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
		q.engine = rpv_score_series_at(all, i)->engine;
		q.group = rpv_score_series_at(all, i)->group;
		list = points_as(w->session, &q);
		for (size_t k = 0; k < rpv_list_count(list); k++)
			assert_status_error(RPV_OK, rpv_batch_restore_score(to->batch, rpv_score_point_at(list, k)),
			                    rpv_session_error(to->session));
		rpv_list_free(list);
	}
	rpv_list_free(all);
	commit(to);
	assert_ok(rpv_restore_finish(to->session));
}

static void test_points_when_restored_then_as_before(void **state)
{
	test_world world, *w = &world, copy;
	rpv_list *all, *list, *same;
	(void)state;
	open_varied(w);
	rpv_score_engine *engine = engine_of(w->session);
	for (int i = 0; i < 4; i++, w->now += 5 * HOUR)
		record(w, engine);
	open_world(&copy);
	copy.now = w->now;
	restore_points(w, &copy);
	assert_ok(rpv_store_check(copy.store, NULL, NULL));
	assert_ok(rpv_score_series_list(copy.session, &all));
	assert_int_equal(3, rpv_list_count(all));
	for (size_t i = 0; i < rpv_list_count(all); i++) {
		rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
		q.group = rpv_score_series_at(all, i)->group;
		list = points_as(w->session, &q);
		same = points_as(copy.session, &q);
		assert_int_equal(4, rpv_list_count(same));
		for (size_t k = 0; k < 4; k++) {
			assert_memory_equal(rpv_score_point_at(list, k)->score, rpv_score_point_at(same, k)->score, sizeof(rpv_score));
			assert_true(rpv_score_point_at(list, k)->digest == rpv_score_point_at(same, k)->digest);
		}
		rpv_list_free(list);
		rpv_list_free(same);
	}
	rpv_list_free(all);
	rpv_score_engine_close(engine);
	close_world(&copy);
	close_world(w);
}

static void test_points_when_restored_wrongly_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_restore_store store = { .struct_size = sizeof store, .next_exception = 1, .next_remediation = 1 };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_score good = RPV_SCORE_INIT, late, endless, unlevelled, timeless = good, crowded;
	const double zero = 0;
	store.mark_ms = good.time_ms = START;
	late = endless = unlevelled = crowded = good;
	late.time_ms = RPV_TIME_MAX + 1;
	crowded.devices = UINT64_C(1) << 63; /* more than a backup can tell of */
	endless.secure_no_impact.percent = 1 / zero;
	unlevelled.level = (rpv_level)4;
	const struct { rpv_score_point point; const char *field; } wrong[] = {
		{ { 0, NULL, NULL, 1, &good }, "engine" }, { { 0, "", NULL, 1, &good }, "engine" },
		{ { 0, "0123456789012345678901234567890123456789012345678901234567890123", NULL, 1, &good }, "engine" },
		{ { 0, "m", NULL, 1, NULL }, "score" }, { { 0, "m", NULL, 1, &late }, "time_ms" },
		{ { 0, "m", NULL, 1, &endless }, "score" }, { { 0, "m", NULL, 1, &unlevelled }, "score" },
		{ { 0, "m", NULL, 1, &timeless }, "time_ms" }, { { 0, "m", NULL, 1, &crowded }, "score" },
	};
	(void)state;
	open_world(w);
	assert_call(RPV_OK, rpv_batch_begin(w->session, NULL, &w->batch));
	rpv_score_point point = { 0, "m", NULL, 1, &good };
	assert_call(RPV_E_INVALID, rpv_batch_restore_score(w->batch, &point)); /* of a batch that restores nothing */
	rpv_batch_free(w->batch);
	assert_call(RPV_OK, rpv_restore_begin(w->session, &store));
	o.restore = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &w->batch));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_restore_score(w->batch, &wrong[i].point));
		assert_string_equal(wrong[i].field, rpv_session_error(w->session)->field);
	}
	assert_call(RPV_OK, rpv_batch_restore_score(w->batch, &point));
	late.time_ms = START + 1; /* nobody can have recorded it yet */
	assert_call(RPV_OK, rpv_batch_restore_score(w->batch, &(rpv_score_point){ 0, "m", NULL, 1, &late }));
	assert_call(RPV_E_INVALID, rpv_batch_commit(w->batch, NULL));
	assert_string_equal("time_ms", rpv_session_error(w->session)->field);
	assert_int_equal(1, rpv_session_error(w->session)->index);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_when_called_then_what_is_read_then),
		cmocka_unit_test(test_record_when_within_an_hour_then_once),
		cmocka_unit_test(test_record_when_the_store_is_empty_then_one_point),
		cmocka_unit_test(test_record_when_several_models_then_each_under_its_name),
		cmocka_unit_test(test_points_when_asked_in_any_way_then_as_written),
		cmocka_unit_test(test_points_when_the_newest_before_a_time_then_as_last_known),
		cmocka_unit_test(test_points_when_the_limit_is_beyond_all_then_all),
		cmocka_unit_test(test_points_when_a_cursor_is_of_another_query_then_the_bounds_hold),
		cmocka_unit_test(test_series_when_listed_then_by_engine_and_group),
		cmocka_unit_test(test_points_when_older_than_is_kept_then_gone),
		cmocka_unit_test(test_points_when_series_are_no_longer_recorded_then_they_go_too),
		cmocka_unit_test(test_points_when_groups_are_hidden_then_only_the_visible_ones),
		cmocka_unit_test(test_points_when_as_of_then_those_recorded_by_then),
		cmocka_unit_test(test_record_when_in_a_what_if_then_only_there),
		cmocka_unit_test(test_points_when_asked_wrongly_then_refused),
		cmocka_unit_test(test_points_when_restored_then_as_before),
		cmocka_unit_test(test_points_when_restored_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
