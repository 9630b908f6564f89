/* SPDX-License-Identifier: MIT */
/* Score engines of the host's: what is asked of them, what becomes of their answers. */
#include "../support/decisions.h"

#define HOUR INT64_C(3600000)

/* An engine that counts: a point for each active device that is exposed to anything officially. It reads what it needs by
 * the library's own lists. */
typedef struct counting {
	int asked;
	rpv_status fails, fails_in_groups;
	void (*meanwhile)(struct counting *c);  /* called while it reads */
	test_world *world;
	rpv_score_engine *engine;
	rpv_score wrong; bool lies;
	const char *first_id; size_t too_many;
	char group[32];                         /* that was asked for last */
} counting;

static size_t exposed_devices(rpv_session *session, const char *group)
{
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	rpv_list *list;
	size_t count = 0;
	q.group = group;
	assert_status_error(RPV_OK, rpv_device_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		count += rpv_device_at(list, i)->active && rpv_device_at(list, i)->exposure > 0;
	rpv_list_free(list);
	return count;
}

static rpv_status count_score(void *user, rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	counting *c = user;
	c->asked++;
	snprintf(c->group, sizeof c->group, "%s", query->group ? query->group : "");
	score->exposure_official = 25 * (double)exposed_devices(session, query->group);
	score->devices = 7;
	if (c->meanwhile)
		c->meanwhile(c);
	if (c->lies)
		*score = c->wrong;
	return query->group && c->fails_in_groups ? c->fails_in_groups : c->fails;
}

static rpv_status count_contributions(void *user, rpv_session *session, const rpv_contribution_query *query,
                                      rpv_contribution *rows, size_t *count)
{
	counting *c = user;
	static const char *const ids[] = { "b", "a", "z", "c" };
	(void)session;
	c->asked++;
	for (size_t i = 0; i < 4 && i < query->limit; i++) {
		rows[i].id = ids[i];
		rows[i].exposure_official = i == 2 ? 1 : 5;
		rows[i].secure_official = (double)i;
		(*count)++;
	}
	if (c->first_id)
		rows[0].id = *c->first_id ? c->first_id : NULL;
	if (c->lies)
		rows[0].secure_no_impact = c->wrong.exposure_official;
	*count += c->too_many;
	return c->fails;
}

static rpv_score_engine *open_counting(rpv_session *session, counting *c, bool contributions)
{
	rpv_host_engine host = RPV_HOST_ENGINE_INIT;
	rpv_score_engine *engine;
	char name[] = "counting-1";
	host.name = name;
	host.score = count_score;
	host.contributions = contributions ? count_contributions : NULL;
	host.user = c;
	assert_status_error(RPV_OK, rpv_score_engine_open_host(session, &host, &engine), rpv_session_error(session));
	memset(name, 'x', sizeof name - 1); /* it was copied */
	assert_string_equal("counting-1", rpv_score_engine_name(engine));
	return engine;
}

static rpv_score read_one(test_world *w, rpv_score_engine *engine, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	q.group = group;
	assert_call(RPV_OK, rpv_score_engine_read(engine, &q, &score));
	return score;
}

static void test_host_engine_when_read_then_its_figures_at_the_stores_moment(void **state)
{
	test_world world, *w = &world;
	counting c = { 0 };
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	rpv_score score = read_one(w, engine, NULL);
	assert_true(score.exposure_official == 100);
	assert_int_equal(7, score.devices);
	assert_int_equal(RPV_LEVEL_HIGH, score.level);
	assert_int_equal(revision_of(w), score.revision);
	assert_int_equal(w->now, score.time_ms);
	assert_int_equal(sizeof score, score.struct_size);
	assert_int_equal(1, c.asked);
	assert_true(score.secure_official.percent < 0); /* it tells nothing of that: no data, not 0 of 100 */
	assert_true(score.secure_no_impact.percent < 0 && score.secure_mitigation_like.percent < 0);
	assert_true(read_one(w, engine, "Sales").exposure_official == 50);
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	w->now += 5;
	score = read_one(w, engine, "Sales");
	assert_true(score.exposure_official == 25);
	assert_int_equal(RPV_LEVEL_LOW, score.level);
	assert_int_equal(w->now, score.time_ms);
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	assert_int_equal(RPV_E_REFUSED, rpv_score_engine_model(engine, &model));
	rpv_partial *partial;
	rpv_list *list;
	rpv_forecast_query soon = RPV_FORECAST_QUERY_INIT;
	soon.time_ms = w->now + HOUR;
	assert_call(RPV_E_REFUSED, rpv_forecast_read(engine, &soon, &score));
	assert_call(RPV_E_REFUSED, rpv_plan_make(engine, NULL, &list));
	assert_call(RPV_E_REFUSED, rpv_partial_take(engine, NULL, &partial));
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_host_engine_when_session_is_limited_or_past_then_it_sees_the_same(void **state)
{
	const char *const it = "IT";
	test_world world, *w = &world;
	counting c = { 0 };
	(void)state;
	open_fleet(w);
	w->now += HOUR;
	assess(w, "i1", BROWSER, NULL, NULL);
	commit(w);
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_VIEW, &it, 1);
	rpv_score_engine *engine = open_counting(limited, &c, false);
	assert_true(read_one(w, engine, NULL).exposure_official == 25);
	assert_ok(rpv_session_set_as_of(limited, START));
	rpv_score then = read_one(w, engine, NULL);
	assert_true(then.exposure_official == 50);
	assert_int_equal(START, then.time_ms);
	rpv_score_engine_close(engine);
	rpv_session_close(limited);
	close_world(w);
}

static void test_host_engine_when_a_group_is_not_there_or_hidden_then_it_is_not_asked(void **state)
{
	const char *const it = "IT";
	test_world world, *w = &world;
	counting c = { 0 };
	rpv_score score = RPV_SCORE_INIT;
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_contribution_query parts = RPV_CONTRIBUTION_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	w->now += HOUR;
	device(w, "l1", "Lab");
	commit(w);
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_VIEW, &it, 1);
	rpv_session *past = open_session(w, "pia@corp.example", RPV_PERMIT_VIEW, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START));
	const struct { rpv_session *session; const char *group; } asked[] = {
		{ w->session, "Nowhere" }, { limited, "Nowhere" }, { limited, "Sales" }, { limited, "" }, { past, "Lab" } };
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		rpv_score_engine *engine = open_counting(asked[i].session, &c, true);
		q.group = parts.group = asked[i].group;
		assert_int_equal(RPV_E_NOT_FOUND, rpv_score_engine_read(engine, &q, &score));
		assert_string_equal("group", rpv_session_error(asked[i].session)->field);
		assert_int_equal(RPV_E_NOT_FOUND, rpv_contribution_list(engine, &parts, &list));
		assert_int_equal(0, c.asked);
		rpv_score_engine_close(engine);
	}
	rpv_score_engine *engine = open_counting(w->session, &c, true);
	(void)read_one(w, engine, "none"); /* one of the names of the default group */
	assert_string_equal("UnassignedGroup", c.group);
	rpv_score_engine_close(engine);
	rpv_session_close(past);
	rpv_session_close(limited);
	close_world(w);
}

static void test_host_engine_when_in_a_what_if_then_what_would_be(void **state)
{
	test_world world, *w = &world, other = { 0 };
	counting c = { 0 };
	(void)state;
	open_fleet(w);
	rpv_score_engine *here = open_counting(w->session, &c, false);
	assert_ok(rpv_what_if_open(w->store, NULL, &other.store, NULL));
	other.session = open_session(&other, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	rpv_score_engine *there = open_counting(other.session, &c, false);
	rpv_exception_request r = accept_risk(BROWSER);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(&other, &r, "E-1");
	assert_true(read_one(&other, there, NULL).exposure_official == 0);
	assert_true(read_one(w, here, NULL).exposure_official == 100);
	rpv_score_engine_close(there);
	rpv_session_close(other.session);
	rpv_store_close(other.store);
	rpv_score_engine_close(here);
	close_world(w);
}

static void test_host_engine_when_recorded_then_a_trend_under_its_name(void **state)
{
	test_world world, *w = &world;
	counting c = { 0 };
	uint64_t recorded;
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	for (int i = 0; i < 3; i++, w->now += HOUR) {
		assert_call(RPV_OK, rpv_score_record(engine, &recorded));
		assert_int_equal(3, recorded);
		assess(w, i ? "s1" : "s2", BROWSER, NULL, NULL);
		commit(w);
	}
	q.engine = "counting-1";
	q.group = "Sales";
	assert_call(RPV_OK, rpv_score_point_list(w->session, &q, &list));
	assert_int_equal(3, rpv_list_count(list));
	for (size_t i = 0; i < 3; i++) {
		assert_true(rpv_score_point_at(list, i)->score->exposure_official == 50 - 25 * (double)i);
		assert_true(rpv_score_point_at(list, i)->digest == 0);
		assert_int_equal(7, rpv_score_point_at(list, i)->score->devices);
	}
	rpv_list_free(list);
	assert_ok(rpv_store_check(w->store, NULL, NULL));
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_host_engine_when_asked_what_contributes_then_sorted(void **state)
{
	static const struct { uint64_t limit; rpv_contribution_by by; rpv_category category; const char *ids; } asked[] = {
		{ 10, RPV_CONTRIBUTION_BY_DEVICE, RPV_CATEGORY_UNCHANGED, "abcz" },
		{ 2, RPV_CONTRIBUTION_BY_WEAKNESS, RPV_CATEGORY_UNCHANGED, "ab" },
		{ 4, RPV_CONTRIBUTION_BY_RECOMMENDATION, RPV_CATEGORY_OS, "czab" },
	};
	test_world world, *w = &world;
	counting c = { 0 };
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, true);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
		q.limit = asked[i].limit;
		q.by = asked[i].by;
		q.category = asked[i].category;
		assert_call(RPV_OK, rpv_contribution_list(engine, &q, &list));
		assert_int_equal(strlen(asked[i].ids), rpv_list_count(list));
		for (size_t k = 0; k < rpv_list_count(list); k++)
			assert_int_equal(asked[i].ids[k], rpv_contribution_at(list, k)->id[0]);
		assert_int_equal(revision_of(w), rpv_list_revision(list));
		assert_int_equal(w->now, rpv_list_time(list));
		rpv_list_free(list);
	}
	rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
	q.limit = 0;
	assert_call(RPV_E_INVALID, rpv_contribution_list(engine, &q, &list));
	assert_call(RPV_E_INVALID, rpv_contribution_list(engine, NULL, NULL));
	assert_int_equal(3, c.asked);
	rpv_score_engine_close(engine);
	engine = open_counting(w->session, &c, false);
	assert_call(RPV_E_REFUSED, rpv_contribution_list(engine, NULL, &list));
	assert_null(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

/* --- failures --- */
static void test_host_engine_when_it_fails_then_so_does_the_call(void **state)
{
	test_world world, *w = &world;
	counting c = { .fails = RPV_E_STORAGE };
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *list;
	uint64_t recorded = 9;
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, true);
	uint64_t revision = revision_of(w);
	assert_call(RPV_E_STORAGE, rpv_score_engine_read(engine, NULL, &score));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "counting-1"));
	assert_int_equal(0, score.devices);
	assert_call(RPV_E_STORAGE, rpv_score_record(engine, &recorded));
	assert_int_equal(0, recorded);
	assert_call(RPV_E_STORAGE, rpv_contribution_list(engine, NULL, &list));
	assert_null(list);
	assert_int_equal(revision, revision_of(w));
	c.fails = RPV_OK;
	assert_call(RPV_OK, rpv_score_engine_read(engine, NULL, &score));
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_host_engine_when_a_figure_is_no_number_then_refused(void **state)
{
	const double zero = 0;
	test_world world, *w = &world;
	counting c = { .lies = true };
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, true);
	double *const figures[] = { &c.wrong.exposure_official, &c.wrong.exposure_mitigation_like,
	                            &c.wrong.secure_official.points, &c.wrong.secure_mitigation_like.percent };
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		c.wrong = (rpv_score)RPV_SCORE_INIT;
		*figures[i] = i % 2 ? 1 / zero : zero / zero;
		assert_call(RPV_E_INVALID, rpv_score_engine_read(engine, NULL, &score));
		assert_call(RPV_E_INVALID, rpv_score_record(engine, NULL));
	}
	c.wrong = (rpv_score)RPV_SCORE_INIT;
	c.wrong.level = (rpv_level)9;
	assert_call(RPV_E_INVALID, rpv_score_engine_read(engine, NULL, &score));
	c.wrong.level = RPV_LEVEL_LOW;
	c.wrong.devices = UINT64_MAX;
	assert_call(RPV_E_INVALID, rpv_score_engine_read(engine, NULL, &score));
	c.wrong.exposure_official = -1 / zero;
	assert_call(RPV_E_INVALID, rpv_contribution_list(engine, NULL, &list));
	c.lies = false;
	c.first_id = "";
	assert_call(RPV_E_INVALID, rpv_contribution_list(engine, NULL, &list));
	c.first_id = NULL;
	c.too_many = 100;
	assert_call(RPV_E_INVALID, rpv_contribution_list(engine, NULL, &list));
	assert_null(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void commit_meanwhile(counting *c)
{
	rpv_session *session = open_session(c->world, "eve@corp.example", RPV_PERMIT_ALL, NULL, 0);
	rpv_batch *batch;
	char id[16];
	snprintf(id, sizeof id, "new-%d", c->asked);
	const rpv_device_facts d = { .id = id, .group = "Sales" };
	assert_ok(rpv_batch_begin(session, NULL, &batch));
	assert_ok(rpv_batch_device(batch, &d));
	assert_ok(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	rpv_session_close(session);
	if (c->fails == RPV_OK && c->asked == 3)
		c->meanwhile = NULL;
}

static void test_host_engine_when_others_commit_meanwhile_then_asked_again(void **state)
{
	test_world world, *w = &world;
	counting c = { .meanwhile = commit_meanwhile, .world = w };
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	rpv_score score = read_one(w, engine, NULL);
	assert_int_equal(4, c.asked);
	assert_int_equal(revision_of(w), score.revision);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void commit_always(counting *c)
{
	commit_meanwhile(c);
	c->meanwhile = commit_always;
}

static void test_host_engine_when_others_never_stop_then_busy(void **state)
{
	test_world world, *w = &world;
	counting c = { .meanwhile = commit_always, .world = w };
	rpv_score score = RPV_SCORE_INIT;
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	assert_call(RPV_E_BUSY, rpv_score_engine_read(engine, NULL, &score));
	assert_call(RPV_E_BUSY, rpv_score_record(engine, NULL));
	rpv_score_engine_close(engine);
	close_world(w);
}

static void test_host_engine_when_it_misses_something_then_said_so_at_once(void **state)
{
	test_world world, *w = &world;
	counting c = { .fails_in_groups = RPV_E_NOT_FOUND };
	(void)state;
	open_fleet(w);
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	assert_call(RPV_E_NOT_FOUND, rpv_score_record(engine, NULL));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "counting-1"));
	assert_true(c.asked <= 4); /* no device group went meanwhile: it is not asked again and again */
	rpv_score_engine_close(engine);
	close_world(w);
}

static void set_clock_back(counting *c)
{
	c->world->now -= HOUR;
}

static void test_host_engine_when_the_clock_goes_back_then_no_point_is_ahead_of_its_commit(void **state)
{
	test_world world, *w = &world;
	counting c = { .meanwhile = set_clock_back, .world = w };
	rpv_list *list;
	(void)state;
	open_fleet(w);
	w->now += 10 * HOUR;
	rpv_score_engine *engine = open_counting(w->session, &c, false);
	assert_call(RPV_OK, rpv_score_record(engine, NULL));
	assert_ok(rpv_store_check(w->store, NULL, NULL));
	assert_call(RPV_OK, rpv_score_series_list(w->session, &list));
	assert_int_equal(3, rpv_list_count(list));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(w->now, rpv_score_series_at(list, i)->last_ms);
	rpv_list_free(list);
	rpv_score_engine_close(engine);
	close_world(w);
}

static void read_itself(counting *c)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *list;
	assert_int_equal(RPV_E_BUSY, rpv_score_engine_read(c->engine, NULL, &score));
	assert_int_equal(RPV_E_BUSY, rpv_contribution_list(c->engine, NULL, &list));
}

static void test_host_engine_when_it_reads_itself_then_busy(void **state)
{
	test_world world, *w = &world;
	counting c = { .meanwhile = read_itself };
	(void)state;
	open_fleet(w);
	c.engine = open_counting(w->session, &c, true);
	assert_true(read_one(w, c.engine, NULL).exposure_official == 100);
	rpv_score_engine_close(c.engine);
	close_world(w);
}

static void test_host_engine_when_opened_wrongly_then_refused(void **state)
{
	static const char *const names[] = { NULL, "", RPV_EXPOSURE_MODEL, RPV_SECURE_MODEL, "\xff",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	test_world world, *w = &world;
	rpv_score_engine *engine;
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		rpv_host_engine host = RPV_HOST_ENGINE_INIT;
		host.name = names[i];
		host.score = count_score;
		engine = (rpv_score_engine *)(void *)w;
		assert_call(RPV_E_INVALID, rpv_score_engine_open_host(w->session, &host, &engine));
		assert_null(engine);
		assert_string_equal("name", rpv_session_error(w->session)->field);
	}
	rpv_host_engine host = RPV_HOST_ENGINE_INIT;
	host.name = "mine";
	assert_call(RPV_E_INVALID, rpv_score_engine_open_host(w->session, &host, &engine));
	assert_string_equal("score", rpv_session_error(w->session)->field);
	host.score = count_score;
	assert_call(RPV_E_INVALID, rpv_score_engine_open_host(w->session, NULL, &engine));
	assert_call(RPV_E_INVALID, rpv_score_engine_open_host(w->session, &host, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_score_engine_open_host(NULL, &host, &engine));
	assert_null(rpv_score_engine_name(NULL));
	rpv_session *blind = open_session(w, "in@corp.example", RPV_PERMIT_INGEST, NULL, 0);
	assert_int_equal(RPV_E_DENIED, rpv_score_engine_open_host(blind, &host, &engine));
	rpv_session_close(blind);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_engine_when_read_then_its_figures_at_the_stores_moment),
		cmocka_unit_test(test_host_engine_when_session_is_limited_or_past_then_it_sees_the_same),
		cmocka_unit_test(test_host_engine_when_a_group_is_not_there_or_hidden_then_it_is_not_asked),
		cmocka_unit_test(test_host_engine_when_in_a_what_if_then_what_would_be),
		cmocka_unit_test(test_host_engine_when_recorded_then_a_trend_under_its_name),
		cmocka_unit_test(test_host_engine_when_asked_what_contributes_then_sorted),
		cmocka_unit_test(test_host_engine_when_it_fails_then_so_does_the_call),
		cmocka_unit_test(test_host_engine_when_a_figure_is_no_number_then_refused),
		cmocka_unit_test(test_host_engine_when_others_commit_meanwhile_then_asked_again),
		cmocka_unit_test(test_host_engine_when_others_never_stop_then_busy),
		cmocka_unit_test(test_host_engine_when_it_misses_something_then_said_so_at_once),
		cmocka_unit_test(test_host_engine_when_the_clock_goes_back_then_no_point_is_ahead_of_its_commit),
		cmocka_unit_test(test_host_engine_when_it_reads_itself_then_busy),
		cmocka_unit_test(test_host_engine_when_opened_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
