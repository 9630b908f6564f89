/* SPDX-License-Identifier: MIT */
/* Assessments: what sources say of devices, and when. */
#include "look.h"

static void change(test_world *w, const char *id, rpv_assessment_change what, const char *a, const char *b)
{
	const char *weaknesses[] = { a, b };
	rpv_assessment_facts f = { .device = id, .recommendation = BROWSER, .weaknesses = weaknesses,
		.weakness_count = (size_t)(a != NULL) + (b != NULL), .change = what };
	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &f));
}

static void test_assessment_when_delta_then_adds_and_fixes(void **state)
{
	test_world world, *w = &world;
	rpv_assessment_facts versioned = { .device = "s1", .recommendation = BROWSER, .version = "1.0" };
	(void)state;
	open_fleet(w);
	change(w, "s1", RPV_ASSESSMENT_ADD, "CVE-2", NULL);
	change(w, "s2", RPV_ASSESSMENT_FIX, "CVE-1", NULL);
	change(w, "i1", RPV_ASSESSMENT_REMOVE, NULL, NULL);
	change(w, "i2", RPV_ASSESSMENT_FIX, "CVE-2", NULL);
	commit(w);
	assert_string_equal(BROWSER " default: CVE-1 CVE-2", held(w, "s1"));
	assert_string_equal(BROWSER " default:", held(w, "s2")); /* installed and fixed */
	assert_string_equal("", held(w, "i1"));
	assert_string_equal(BROWSER " default: CVE-1", held(w, "i2"));
	assert_int_equal(3, see_recommendation(w, BROWSER)->assessed_devices);
	assert_int_equal(2, see_recommendation(w, BROWSER)->exposed_devices);
	change(w, "i1", RPV_ASSESSMENT_FIX, "CVE-1", NULL); /* of what is not there nothing is fixed */
	change(w, "s2", RPV_ASSESSMENT_ADD, "CVE-2", NULL);
	change(w, "s2", RPV_ASSESSMENT_ADD, "CVE-1", NULL);
	change(w, "s2", RPV_ASSESSMENT_FIX, "CVE-2", NULL);
	commit(w);
	assert_string_equal("", held(w, "i1"));
	assert_string_equal(BROWSER " default: CVE-1", held(w, "s2"));
	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &versioned));
	change(w, "s1", RPV_ASSESSMENT_ADD, "CVE-2", NULL);
	commit(w);
	assert_string_equal(BROWSER " default 1.0: CVE-2", held(w, "s1"));
	change(w, "s1", RPV_ASSESSMENT_REPLACE, NULL, NULL); /* replaced whole: no version either */
	commit(w);
	assert_string_equal(BROWSER " default:", held(w, "s1"));
	close_all(w);
}

static void test_full_report_when_silent_about_something_then_gone_for_its_source(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	begin_as(w, "grype", 0, false);
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assess(w, "s1", MAIL, "CVE-2", NULL);
	commit(w);
	assert_string_equal(BROWSER " default: CVE-1; " BROWSER " grype: CVE-2; " MAIL " grype: CVE-2", held(w, "s1"));
	begin_as(w, "grype", 0, false);
	assess(w, "s1", MAIL, "CVE-1", NULL);
	assert_call(RPV_OK, rpv_batch_full_report(w->batch, "s1"));
	commit(w);
	assert_string_equal(BROWSER " default: CVE-1; " MAIL " grype: CVE-1", held(w, "s1"));
	begin_as(w, NULL, 0, false);
	assert_call(RPV_OK, rpv_batch_full_report(w->batch, "s1"));
	commit(w);
	assert_string_equal(MAIL " grype: CVE-1", held(w, "s1"));
	close_all(w);
}

static void test_sources_when_two_then_union_and_worst_state_count(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	name_set(w, MAIL, "1.0", "CVE-1", NULL);
	assess_set(w, "s1", MAIL, "1.0");
	assess(w, "s2", MAIL, NULL, NULL);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	begin_as(w, "other", 0, false);
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assess(w, "s1", MAIL, "CVE-2", NULL);
	assess(w, "s2", MAIL, NULL, NULL);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, true);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_NOT_APPLICABLE, true);
	commit(w);
	assert_int_equal(2, see_recommendation(w, BROWSER)->weaknesses);
	assert_int_equal(2, see_recommendation(w, MAIL)->weaknesses);
	assert_int_equal(1, see_recommendation(w, MAIL)->exposed_devices);
	assert_int_equal(2, see_recommendation(w, LOCK)->exposed_devices);
	name_set(w, MAIL, "1.0", NULL, NULL); /* the set changes under the union */
	commit(w);
	assert_int_equal(1, see_recommendation(w, MAIL)->weaknesses);
	begin_as(w, "other", 0, false);
	change(w, "s1", RPV_ASSESSMENT_REMOVE, NULL, NULL);
	commit(w);
	assert_int_equal(1, see_recommendation(w, BROWSER)->weaknesses);
	close_all(w);
}

static void test_report_when_older_than_the_newest_then_stale(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	(void)state;
	open_fleet(w);
	w->now += DAY;
	begin_as(w, "default", START - 1, true);
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assess(w, "s1", "va-unheard-of", "CVE-unheard-of", NULL);
	assert_call(RPV_OK, rpv_batch_full_report(w->batch, "s1"));
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(2, result.stale);
	assert_int_equal(0, result.changed + result.created + result.events);
	assert_int_equal(1, result.revision);
	assert_string_equal(BROWSER " default: CVE-1", held(w, "s1"));
	begin_as(w, "other", START - 1, false); /* of another source it is the newest */
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(0, result.stale);
	assert_string_equal(BROWSER " default: CVE-1; " BROWSER " other: CVE-2", held(w, "s1"));
	begin_as(w, "default", START, false); /* as new as the newest is not stale */
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(0, result.stale);
	assert_string_equal(BROWSER " default: CVE-2; " BROWSER " other: CVE-2", held(w, "s1"));
	close_all(w);
}

static void test_last_seen_when_future_past_or_unsaid_then_by_the_rules(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	rpv_device_facts seen = { .id = "s1", .last_seen_ms = START + 5 * DAY };
	rpv_assessment_facts a = { .device = "s2", .recommendation = BROWSER, .last_seen_ms = START + DAY };
	(void)state;
	open_fleet(w);
	w->now = START + 2 * DAY;
	assert_call(RPV_OK, rpv_batch_device(begin(w), &seen));
	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &a));
	assert_call(RPV_OK, rpv_batch_full_report(begin(w), "i1"));
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(1, result.clipped);
	assert_true(see(w, "s1")->last_seen_ms == START + 2 * DAY); /* the future is now */
	assert_true(see(w, "s2")->last_seen_ms == START + DAY);     /* an assessment is a sight */
	assert_true(see(w, "i1")->last_seen_ms == START + 2 * DAY); /* so is a report */
	assert_true(see(w, "i2")->last_seen_ms == START);
	seen.last_seen_ms = START - 9 * DAY;
	assert_call(RPV_OK, rpv_batch_device(begin(w), &seen));
	seen.id = "i2";
	seen.last_seen_ms = START + DAY; /* the device's own word counts, not that of the assessment beside it */
	assert_call(RPV_OK, rpv_batch_device(begin(w), &seen));
	assess(w, "i2", BROWSER, "CVE-1", NULL);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(0, result.clipped + result.changed + result.events);
	assert_true(see(w, "s1")->last_seen_ms == START + 2 * DAY); /* it never goes back */
	assert_true(see(w, "i2")->last_seen_ms == START + DAY);
	begin_as(w, NULL, START + 9 * DAY, false); /* facts of the future are facts of now */
	device(w, "s1", NULL);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(1, result.clipped);
	assert_true(see(w, "s1")->last_seen_ms == START + 2 * DAY);
	close_all(w);
}

static void test_batch_when_sent_again_then_only_last_seen_moves(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	char *before, *after;
	(void)state;
	open_fleet(w);
	uint64_t events = sequence(w);
	for (int round = 0; round < 3; round++) {
		before = picture_of(w->session);
		weakness(w, "CVE-1");
		weakness(w, "CVE-2");
		recommendation(w, BROWSER, RPV_KIND_UPDATE);
		device(w, "s1", "Sales");
		device(w, "s2", "Sales");
		assess(w, "s1", BROWSER, "CVE-1", NULL);
		assess(w, "s2", BROWSER, "CVE-1", NULL);
		assert_call(RPV_OK, rpv_batch_full_report(w->batch, "s1"));
		assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
		assert_int_equal(0, result.changed + result.events + result.created);
		assert_int_equal(events, sequence(w));
		after = picture_of(w->session);
		if (round < 2) { /* at the same time: nothing at all, not even a commit */
			assert_int_equal(1, result.revision);
			assert_pictures(before, after);
		} else {
			assert_int_equal(2, result.revision);
			assert_true(see(w, "s1")->last_seen_ms == w->now);
		}
		w->now += round == 1 ? DAY : 0;
		free(before);
		free(after);
	}
	close_all(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assessment_when_delta_then_adds_and_fixes),
		cmocka_unit_test(test_full_report_when_silent_about_something_then_gone_for_its_source),
		cmocka_unit_test(test_sources_when_two_then_union_and_worst_state_count),
		cmocka_unit_test(test_report_when_older_than_the_newest_then_stale),
		cmocka_unit_test(test_last_seen_when_future_past_or_unsaid_then_by_the_rules),
		cmocka_unit_test(test_batch_when_sent_again_then_only_last_seen_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
