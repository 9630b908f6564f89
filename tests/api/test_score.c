/* SPDX-License-Identifier: MIT */
/* Scores through the public interface: numbers checked by hand, three views, groups, time, and what exceptions are worth. */
#include "../support/fleet.h"

#define EDITOR "va-_-acme-_-editor"
#define TOOL "va-_-acme-_-tool"

static void assert_near(double expected, double got)
{
	double difference = got - expected;
	if (difference < -1e-9 || difference > 1e-9)
		fail_msg("expected %.12f, got %.12f", expected, got);
}

/* --- facts --- */
static void threat(test_world *w, const char *id, rpv_severity severity, double epss)
{
	rpv_weakness_facts f = { .id = id, .severity = severity, .epss = epss };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
}

static void valued(test_world *w, const char *id, const char *group, rpv_value value)
{
	rpv_device_facts d = { .id = id, .group = group, .value = value };
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
}

/* `count` normal devices without findings. */
static void crowd(test_world *w, const char *group, int count)
{
	char id[16];
	for (int i = 0; i < count; i++) {
		snprintf(id, sizeof id, "n%02d", i);
		device(w, id, group);
	}
}

static void configuration(test_world *w, const char *id, uint32_t points, rpv_category category)
{
	rpv_recommendation_facts r = { .id = id, .kind = RPV_KIND_CONFIGURATION_CHANGE, .points = points,
		.category = category };
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &r));
}

/* s1, s2 in Sales and i1, i2 in IT, all exposed to the browser by CVE-1 of likelihood 0.3: q = 0.024 each. */
static void open_office(test_world *w)
{
	static const char *const ids[] = { "s1", "s2", "i1", "i2" };
	open_world(w);
	threat(w, "CVE-1", RPV_SEVERITY_HIGH, 0.3);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, EDITOR, RPV_KIND_UPDATE);
	recommendation(w, TOOL, RPV_KIND_UPDATE);
	for (size_t i = 0; i < 4; i++) {
		device(w, ids[i], i < 2 ? "Sales" : "IT");
		assess(w, ids[i], BROWSER, "CVE-1", NULL);
	}
}

/* --- exceptions --- */
static rpv_exception_request request(const char *rec, const char *weakness_id, const char *const *group,
                                     rpv_justification justification)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	r.recommendation = rec;
	r.weakness = weakness_id;
	r.context = "Accepted by the change board, reference 4711.";
	r.justification = justification;
	r.duration_ms = 20 * DAY;
	r.scope = group ? RPV_SCOPE_GROUPS : RPV_SCOPE_GLOBAL;
	r.groups = group;
	r.group_count = group ? 1 : 0;
	return r;
}

static void file(test_world *w, const char *rec, const char *weakness_id, const char *group,
                 rpv_justification justification)
{
	rpv_exception_request r = request(rec, weakness_id, group ? &group : NULL, justification);
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
}

static rpv_worth worth_of(test_world *w, const char *id)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	q.id = id;
	q.with_worth = 1;
	assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
	assert_int_equal(1, rpv_list_count(list));
	rpv_worth worth = rpv_exception_at(list, 0)->worth;
	rpv_list_free(list);
	return worth;
}

/* --- scores --- */
static rpv_score read_score(test_world *w, rpv_session *session, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	q.group = group;
	assert_status_error(RPV_OK, rpv_score_read(session ? session : w->session, &q, &score),
	                    rpv_session_error(session ? session : w->session));
	return score;
}

static void assert_views(test_world *w, double no_impact, double official, double best)
{
	rpv_score s = read_score(w, NULL, NULL);
	assert_near(no_impact, s.exposure_no_impact);
	assert_near(official, s.exposure_official);
	assert_near(best, s.exposure_mitigation_like);
}

/* --- exposure --- */
static void test_score_when_a_high_value_device_is_among_twenty_then_it_weighs_two(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_world(w);
	crowd(w, "Sales", 19);
	valued(w, "high", "Sales", RPV_VALUE_HIGH);
	threat(w, "CVE-1", RPV_SEVERITY_HIGH, 0.5);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	assess(w, "high", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_views(w, 4 * 2 / 21.0, 4 * 2 / 21.0, 4 * 2 / 21.0);
	for (int i = 0; i < 12; i++) {
		char id[16];
		snprintf(id, sizeof id, "n%02d", i);
		remove_device(w, id);
	}
	commit(w);
	assert_int_equal(8, read_score(w, NULL, NULL).devices);
	assert_views(w, 0.5, 0.5, 0.5);
	close_world(w);
}

static void test_score_when_kinds_of_exception_differ_then_three_views(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request hybrid = request(TOOL, NULL, NULL, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	(void)state;
	open_office(w);
	threat(w, "CVE-2", RPV_SEVERITY_CRITICAL, 0);
	threat(w, "CVE-3", RPV_SEVERITY_MEDIUM, 0.2);
	assess(w, "s1", EDITOR, "CVE-2", NULL);
	assess(w, "i1", EDITOR, "CVE-2", NULL);
	assess(w, "i2", TOOL, "CVE-3", NULL);
	commit(w);
	assert_views(w, 2.7904, 2.7904, 2.7904);
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_ALTERNATE_MITIGATION);
	file(w, EDITOR, NULL, NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	hybrid.impact = RPV_IMPACT_HYBRID;
	assert_call(RPV_OK, rpv_exception_file(w->session, &hybrid, NULL));
	assert_views(w, 2.7904, 1.5922, 1.2);
	assert_near(1.1982, worth_of(w, "E-1").exposure);
	assert_true(worth_of(w, "E-2").exposure == 0 && worth_of(w, "E-2").exposure_mitigation_like > 0);
	assert_true(worth_of(w, "E-3").exposure == 0 && worth_of(w, "E-3").exposure_mitigation_like > 0);
	rpv_score score = read_score(w, NULL, NULL);
	assert_int_equal(START + 20 * DAY, score.valid_until_ms);
	w->now = score.valid_until_ms - 1;
	assert_views(w, 2.7904, 1.5922, 1.2);
	w->now++;
	assert_views(w, 2.7904, 2.7904, 2.7904);
	assert_int_equal(START + 30 * DAY, read_score(w, NULL, NULL).valid_until_ms);
	close_world(w);
}

static void test_score_when_a_single_weakness_is_excepted_then_officially_whatever_the_justification(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	threat(w, "CVE-2", RPV_SEVERITY_CRITICAL, 0.1);
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	assess(w, "i1", EDITOR, "CVE-1", NULL);
	commit(w);
	file(w, BROWSER, NULL, NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	file(w, BROWSER, "CVE-1", NULL, RPV_JUSTIFICATION_NO_PATCH_AVAILABLE);
	assert_views(w, 3.2296, 0.85, 0.6);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	file(w, NULL, "CVE-1", NULL, RPV_JUSTIFICATION_FALSE_POSITIVE);
	assert_views(w, 3.2296, 0.25, 0);
	close_world(w);
}

static void test_score_when_a_device_is_excluded_then_gone_until_it_is_back(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	commit(w);
	rpv_score before = read_score(w, NULL, NULL);
	assert_near(2.4, before.exposure_official);
	exclude_device(w, "s1", true);
	commit(w);
	assert_int_equal(3, read_score(w, NULL, NULL).devices);
	assert_views(w, 2.4, 2.4, 2.4);
	exclude_device(w, "s1", false);
	commit(w);
	rpv_score after = read_score(w, NULL, NULL);
	assert_int_equal(4, after.devices);
	assert_true(after.exposure_official == before.exposure_official);
	close_world(w);
}

static void test_score_when_devices_fall_silent_then_without_a_write(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	commit(w);
	w->now += 10 * DAY;
	assess(w, "s1", BROWSER, "CVE-1", NULL); /* counts as a sight of it */
	commit(w);
	w->now = START + 30 * DAY - 1;
	assert_int_equal(4, read_score(w, NULL, NULL).devices);
	w->now++;
	rpv_score score = read_score(w, NULL, NULL);
	assert_int_equal(1, score.devices);
	assert_int_equal(START + 40 * DAY, score.valid_until_ms);
	w->now = score.valid_until_ms;
	score = read_score(w, NULL, NULL);
	assert_int_equal(0, score.devices);
	assert_true(score.exposure_official == 0 && score.valid_until_ms == 0);
	assert_int_equal(RPV_LEVEL_LOW, score.level);
	close_world(w);
}

/* --- groups --- */
static void test_score_when_by_group_then_each_has_its_own_number_of_devices(void **state)
{
	test_world world, *w = &world;
	static const char *const sales[] = { "Sales" };
	(void)state;
	open_world(w);
	threat(w, "CVE-1", RPV_SEVERITY_HIGH, 0.5);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	crowd(w, "IT", 19);
	valued(w, "it", "IT", RPV_VALUE_HIGH);
	valued(w, "low", "Sales", RPV_VALUE_LOW);
	valued(w, "normal", "Sales", RPV_VALUE_NORMAL);
	assess(w, "it", BROWSER, "CVE-1", NULL);
	assess(w, "normal", BROWSER, "CVE-1", NULL);
	assess(w, "n00", BROWSER, "CVE-1", NULL);
	commit(w);
	rpv_score it = read_score(w, NULL, "IT"), own = read_score(w, NULL, "Sales"), all = read_score(w, NULL, NULL);
	assert_int_equal(20, it.devices);
	assert_near(4 * (2 + 1) / 21.0, it.exposure_official);
	assert_near(4 / 1.75, own.exposure_official);
	assert_near(4 * (2.2 + 1 + 1) / (20 + 0.75 + 2.2), all.exposure_official);
	rpv_session *limited = open_session(w, "sam@corp.example", RPV_PERMIT_VIEW, sales, 1);
	rpv_score seen = read_score(w, limited, NULL);
	assert_int_equal(2, seen.devices);
	assert_true(seen.exposure_official == own.exposure_official);
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	q.group = "IT";
	assert_status(RPV_E_NOT_FOUND, rpv_score_read(limited, &q, &score));
	assert_string_equal("group", rpv_session_error(limited)->field);
	q.group = "Nowhere";
	assert_status(RPV_E_NOT_FOUND, rpv_score_read(w->session, &q, &score));
	assert_int_equal(0, score.devices);
	rpv_session_close(limited);
	close_world(w);
}

/* --- secure score --- */
static rpv_score secure_of(test_world *w, rpv_category category)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	q.category = category;
	assert_call(RPV_OK, rpv_score_read(w->session, &q, &score));
	return score;
}

static void test_secure_score_when_not_applicable_then_leaves_the_denominator(void **state)
{
	static const struct { const char *device, *recommendation; rpv_configuration_state state; } states[] = {
		{ "a", "sca-1", RPV_CONFIGURATION_EXPOSED },   { "b", "sca-1", RPV_CONFIGURATION_COMPLIANT },
		{ "c", "sca-1", RPV_CONFIGURATION_EXPOSED },   { "d", "sca-1", RPV_CONFIGURATION_NOT_APPLICABLE },
		{ "a", "sca-2", RPV_CONFIGURATION_COMPLIANT }, { "b", "sca-2", RPV_CONFIGURATION_EXPOSED },
		{ "a", "sca-3", RPV_CONFIGURATION_NOT_APPLICABLE },
	};
	test_world world, *w = &world;
	(void)state;
	open_world(w);
	for (const char *id = "abcd"; *id; id++) {
		char name[2] = { *id, '\0' };
		device(w, name, *id < 'c' ? "Sales" : "IT");
	}
	configuration(w, "sca-1", 5, RPV_CATEGORY_NETWORK);
	configuration(w, "sca-2", 8, RPV_CATEGORY_OS);
	configuration(w, "sca-3", 10, RPV_CATEGORY_ACCOUNTS);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		configure(w, states[i].device, states[i].recommendation, states[i].state, false);
	commit(w);
	rpv_score s = read_score(w, NULL, NULL);
	assert_near(5 / 3.0 + 4, s.secure_official.points);
	assert_near(13, s.secure_official.max_points);
	assert_near(100 * (5 / 3.0 + 4) / 13, s.secure_official.percent);
	assert_true(s.exposure_official == 0);
	file(w, "sca-1", NULL, "Sales", RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	file(w, "sca-2", NULL, NULL, RPV_JUSTIFICATION_PLANNED_REMEDIATION);
	s = read_score(w, NULL, NULL);
	assert_near(5 / 3.0 + 4, s.secure_no_impact.points);
	assert_near(10 / 3.0 + 4, s.secure_official.points);
	assert_near(10 / 3.0 + 8, s.secure_mitigation_like.points);
	assert_near(5 / 3.0, worth_of(w, "E-1").secure);
	assert_near(0, worth_of(w, "E-2").secure);
	assert_near(4, worth_of(w, "E-2").secure_mitigation_like);
	assert_near(5, secure_of(w, RPV_CATEGORY_NETWORK).secure_official.max_points);
	assert_near(10 / 3.0, secure_of(w, RPV_CATEGORY_NETWORK).secure_official.points);
	assert_true(secure_of(w, RPV_CATEGORY_ACCOUNTS).secure_official.percent < 0); /* no data */
	close_world(w);
}

/* --- worth --- */
static void test_worth_when_findings_are_shared_then_nothing_and_suspended_ones_come_back(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	assess(w, "s1", EDITOR, "CVE-1", NULL);
	assess(w, "i1", EDITOR, "CVE-1", NULL);
	commit(w);
	file(w, BROWSER, "CVE-1", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	file(w, NULL, "CVE-1", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	assert_true(worth_of(w, "E-1").exposure == 0);
	assert_near(1.2, worth_of(w, "E-2").exposure);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	file(w, BROWSER, NULL, NULL, RPV_JUSTIFICATION_ALTERNATE_MITIGATION);
	assert_true(worth_of(w, "E-3").exposure == 0);
	assert_near(1.1856, worth_of(w, "E-4").exposure);
	rpv_score before = read_score(w, NULL, NULL);
	rpv_worth worth = worth_of(w, "E-4");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-4", NULL, "x"));
	rpv_score after = read_score(w, NULL, NULL);
	assert_true(worth.exposure == after.exposure_official - before.exposure_official);
	close_world(w);
}

/* --- engines, time, callers' mistakes --- */
static void test_engine_when_facts_change_then_as_read_without_one(void **state)
{
	test_world world, *w = &world;
	rpv_score_engine *engine;
	rpv_score got = RPV_SCORE_INIT;
	(void)state;
	open_office(w);
	commit(w);
	assert_call(RPV_OK, rpv_score_engine_open(w->session, &engine));
	for (int i = 0; i < 3; i++) {
		assert_call(RPV_OK, rpv_score_engine_read(engine, NULL, &got));
		rpv_score expected = read_score(w, NULL, NULL);
		assert_memory_equal(&expected, &got, sizeof got);
		w->now += DAY;
		assess(w, "s1", i ? EDITOR : BROWSER, "CVE-1", NULL);
		device(w, i ? "new" : "s2", "IT");
		commit(w);
	}
	rpv_score_engine_close(engine);
	rpv_score_engine_close(NULL);
	close_world(w);
}

static void test_score_when_as_of_a_past_time_then_what_was_read_then(void **state)
{
	test_world world, *w = &world;
	rpv_score then[4];
	(void)state;
	open_office(w);
	commit(w);
	for (int i = 0; i < 4; i++) {
		then[i] = read_score(w, NULL, NULL);
		w->now += DAY;
		if (i == 0)
			file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
		else if (i == 1)
			assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
		else
			exclude_device(w, "i1", i == 2);
		if (i > 1)
			commit(w);
	}
	for (int i = 3; i >= 0; i--) {
		assert_call(RPV_OK, rpv_session_set_as_of(w->session, START + i * DAY));
		rpv_score now = read_score(w, NULL, NULL);
		assert_true(now.exposure_official == then[i].exposure_official && now.devices == then[i].devices);
		assert_int_equal(START + i * DAY, now.time_ms);
		assert_int_equal(then[i].revision, now.revision);
	}
	close_world(w);
}

static void test_score_when_called_wrongly_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_score score = RPV_SCORE_INIT;
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score_engine *engine = (rpv_score_engine *)&world;
	(void)state;
	open_world(w);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &score)); /* an empty store */
	assert_true(score.exposure_official == 0 && score.secure_official.percent < 0 && score.valid_until_ms == 0);
	assert_status(RPV_E_INVALID, rpv_score_read(NULL, NULL, &score));
	assert_call(RPV_E_INVALID, rpv_score_read(w->session, NULL, NULL));
	assert_status(RPV_E_INVALID, rpv_score_engine_read(NULL, NULL, &score));
	q.category = (rpv_category)6;
	assert_call(RPV_E_INVALID, rpv_score_read(w->session, &q, &score));
	assert_string_equal("category", rpv_session_error(w->session)->field);
	score.struct_size = 0;
	assert_call(RPV_E_INVALID, rpv_score_read(w->session, NULL, &score));
	rpv_session *blind = open_session(w, "bob@corp.example", RPV_PERMIT_INGEST, NULL, 0);
	score.struct_size = sizeof score;
	assert_status(RPV_E_DENIED, rpv_score_read(blind, NULL, &score));
	assert_status(RPV_E_DENIED, rpv_score_engine_open(blind, &engine));
	assert_null(engine);
	rpv_session_close(blind);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score_when_a_high_value_device_is_among_twenty_then_it_weighs_two),
		cmocka_unit_test(test_score_when_kinds_of_exception_differ_then_three_views),
		cmocka_unit_test(test_score_when_a_single_weakness_is_excepted_then_officially_whatever_the_justification),
		cmocka_unit_test(test_score_when_a_device_is_excluded_then_gone_until_it_is_back),
		cmocka_unit_test(test_score_when_devices_fall_silent_then_without_a_write),
		cmocka_unit_test(test_score_when_by_group_then_each_has_its_own_number_of_devices),
		cmocka_unit_test(test_secure_score_when_not_applicable_then_leaves_the_denominator),
		cmocka_unit_test(test_worth_when_findings_are_shared_then_nothing_and_suspended_ones_come_back),
		cmocka_unit_test(test_engine_when_facts_change_then_as_read_without_one),
		cmocka_unit_test(test_score_when_as_of_a_past_time_then_what_was_read_then),
		cmocka_unit_test(test_score_when_called_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
