/* SPDX-License-Identifier: MIT */
/* Device groups, devices, recommendations and sets: how they come, change and go. */
#include "look.h"

static void declare(test_world *w, const char *name, const char *previous, uint32_t rank, bool removed)
{
	rpv_group_facts f = { .name = name, .previous_name = previous, .rank = rank, .removed = removed };
	assert_call(RPV_OK, rpv_batch_group(begin(w), &f));
}

static void test_groups_when_declared_named_or_left_then_present_or_not(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	assert_string_equal("IT 2, Sales 2", groups(w));
	declare(w, "Lab", NULL, 1, false);
	device(w, "u", "none");
	device(w, "v", "unassigned");
	commit(w);
	assert_string_equal("IT 2, Lab 0, Sales 2, UnassignedGroup 2", groups(w));
	declare(w, "Lab", NULL, 0, true);
	declare(w, "IT", NULL, 0, true); /* devices still name it */
	device(w, "u", "Sales");
	device(w, "v", "IT");
	commit(w);
	assert_string_equal("IT 3, Sales 3", groups(w));
	device(w, "s1", "IT");
	device(w, "s2", "IT");
	device(w, "u", "IT");
	commit(w);
	assert_string_equal("IT 6", groups(w));
	declare(w, "Never", NULL, 0, true);
	commit(w);
	assert_string_equal("IT 6", groups(w));
	close_all(w);
}

static void test_group_when_renamed_then_devices_follow(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	uint64_t events = sequence(w);
	for (int again = 0; again < 2; again++) { /* sent twice it happens once */
		declare(w, "Field", "Sales", 0, false);
		declare(w, "Field Sales", "Field", 3, false);
		device(w, "s1", "Sales"); /* the old name means the new one in the batch that renames it */
		commit(w);
		assert_string_equal("Field Sales 2, IT 2", groups(w));
		assert_string_equal("group_renamed Field Sales [Sales -> Field Sales]", told(w, events));
	}
	declare(w, "IT", "Field Sales", 0, false);
	refuse_commit(w, 0, "name", "there is a device group \"IT\" already");
	declare(w, "X", "Sales", 0, false);
	refuse_commit(w, 0, "previous_name", "no such device group \"Sales\"");
	device(w, "s9", "Sales"); /* later the name is free for another one */
	commit(w);
	assert_string_equal("Field Sales 2, IT 2, Sales 1", groups(w));
	close_all(w);
}

static void test_device_when_removed_then_gone_with_its_assessments_until_back(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	uint64_t events = sequence(w);
	remove_device(w, "s1");
	remove_device(w, "never-heard-of");
	commit(w);
	assert_null(see(w, "s1"));
	assert_string_equal("gone", held(w, "s1"));
	assert_string_equal("IT 2, Sales 1", groups(w));
	assert_int_equal(3, see_recommendation(w, BROWSER)->exposed_devices);
	assert_string_equal("device_removed s1", told(w, events));
	remove_device(w, "s1");
	uint64_t before = revision(w);
	commit(w);
	assert_int_equal(before, revision(w));
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	refuse_commit(w, 0, "device", "s1");
	events = sequence(w);
	device(w, "s1", NULL);
	commit(w);
	assert_string_equal("UnassignedGroup", see(w, "s1")->group); /* as one never heard of */
	assert_string_equal("", held(w, "s1"));
	assert_string_equal("device_added s1", told(w, events));
	remove_device(w, "i1"); /* out and in again within one batch: as new, with what the batch says */
	device(w, "i1", "IT");
	assess(w, "i1", MAIL, "CVE-2", NULL);
	commit(w);
	assert_string_equal(MAIL " default: CVE-2", held(w, "i1"));
	assert_int_equal(2, see_recommendation(w, BROWSER)->exposed_devices);
	close_all(w);
}

static void test_recommendation_when_removed_then_gone_with_its_assessments_until_back(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request accept = RPV_EXCEPTION_REQUEST_INIT;
	(void)state;
	open_fleet(w);
	accept.recommendation = BROWSER;
	accept.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	accept.context = "accepted";
	accept.duration_ms = 30 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &accept, NULL));
	uint64_t events = sequence(w);
	remove_recommendation(w, BROWSER);
	commit(w);
	assert_null(see_recommendation(w, BROWSER));
	assert_string_equal("", held(w, "s1"));
	assert_string_equal("recommendation_removed " BROWSER "; exception_stale " BROWSER " [4 -> 0]", told(w, events));
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	refuse_commit(w, 0, "recommendation", BROWSER);
	recommendation(w, BROWSER, RPV_KIND_CONFIGURATION_CHANGE); /* as one never heard of: of any kind */
	configure(w, "s1", BROWSER, RPV_CONFIGURATION_EXPOSED, false);
	device(w, "s2", "IT"); /* moves, with an assessment that means nothing any more */
	commit(w);
	assert_string_equal(BROWSER " default: state 3", held(w, "s1"));
	assert_string_equal("", held(w, "s2"));
	assert_int_equal(1, see_recommendation(w, BROWSER)->assessed_devices);
	assert_int_equal(RPV_STATE_FULL_EXCEPTION, see_recommendation(w, BROWSER)->state); /* decisions follow the id */
	remove_recommendation(w, BROWSER);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	commit(w);
	assert_string_equal("", held(w, "s1"));
	assert_int_equal(1, see_recommendation(w, BROWSER)->exceptions);
	close_all(w);
}

static void test_activities_when_the_recommendation_leaves_or_returns_then_follow(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 0);
	remove_recommendation(w, BROWSER); /* out and in again: what the batch does not say is gone */
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 3);
	assess(w, "s2", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 2);
	remove_recommendation(w, BROWSER);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	close_all(w);
}

static void test_set_when_removed_then_only_without_devices(void **state)
{
	test_world world, *w = &world;
	rpv_weakness_set_facts gone = { .recommendation = BROWSER, .id = "1.0", .removed = 1 };
	(void)state;
	open_fleet(w);
	name_set(w, BROWSER, "1.0", "CVE-1", NULL);
	assess_set(w, "s1", BROWSER, "1.0");
	commit(w);
	begin_as(w, "other", 0, false); /* within a union too */
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	commit(w);
	assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &gone));
	refuse_commit(w, 0, "removed", "a device is on the weakness set \"1.0\"");
	assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &gone));
	assess(w, "s1", BROWSER, "CVE-1", NULL); /* leaves it in the same batch */
	commit(w);
	assess_set(w, "s2", BROWSER, "1.0");
	refuse_commit(w, 0, "set", "1.0");
	uint64_t before = revision(w);
	assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &gone));
	commit(w);
	assert_int_equal(before, revision(w));
	close_all(w);
}

static void say_excluded(test_world *w, rpv_flag excluded)
{
	rpv_device_facts d = { .id = "s1", .group = "Sales", .excluded = excluded };
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	commit(w);
	assert_status(RPV_OK, rpv_store_check(w->store, NULL, NULL));
}

static void test_set_when_removed_under_an_excluded_device_then_it_has_nothing_and_the_store_is_sound(void **state)
{
	test_world world, *w = &world;
	rpv_weakness_set_facts gone = { .recommendation = BROWSER, .id = "1.0", .removed = 1 };
	(void)state;
	open_fleet(w);
	name_set(w, BROWSER, "1.0", "CVE-1", NULL);
	assess_set(w, "s1", BROWSER, "1.0");
	say_excluded(w, RPV_FLAG_TRUE);
	assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &gone));
	commit(w);
	say_excluded(w, RPV_FLAG_FALSE);
	assert_string_equal(BROWSER " default: set 1.0", held(w, "s1"));
	name_set(w, BROWSER, "1.0", "CVE-1", NULL); /* another one of that name */
	commit(w);
	say_excluded(w, RPV_FLAG_FALSE);
	assert_string_equal(BROWSER " default: set 1.0", held(w, "s1"));
	close_all(w);
}

static void test_events_when_things_change_then_before_and_after(void **state)
{
	static const char *const tags[] = { "EOS software" };
	test_world world, *w = &world;
	rpv_weakness_facts f = { .id = "CVE-1", .severity = RPV_SEVERITY_CRITICAL, .exploit = RPV_EXPLOIT_KIT,
		.known_exploited_ms = START, .active_alert = RPV_FLAG_TRUE, .fix_available = RPV_FLAG_TRUE, .epss = 0.5,
		.title = "not an event" };
	rpv_device_facts d = { .id = "s1", .group = "IT", .value = RPV_VALUE_HIGH, .excluded = RPV_FLAG_TRUE,
		.internet_facing = RPV_FLAG_TRUE, .active_alert = RPV_FLAG_TRUE, .name = "not an event" };
	rpv_recommendation_facts r = { .id = LOCK, .points = 7, .category = RPV_CATEGORY_NETWORK, .tags = tags,
		.tag_count = 1, .title = "not an event" };
	(void)state;
	open_fleet(w);
	uint64_t events = sequence(w);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &r));
	assess(w, "s2", BROWSER, "CVE-2", NULL);
	assess(w, "i1", BROWSER, "CVE-2", NULL);
	assess(w, "i2", BROWSER, "CVE-1", NULL); /* as before */
	commit(w);
	assert_string_equal("weakness_changed CVE-1 [severity high -> severity critical]; "
	                    "weakness_changed CVE-1 [exploit none -> exploit kit]; "
	                    "weakness_changed CVE-1 [not known exploited -> known exploited]; "
	                    "weakness_changed CVE-1 [no active alert -> active alert]; "
	                    "weakness_changed CVE-1 [fix unknown -> fix available]; "
	                    "recommendation_changed " LOCK " [category OS -> category network]; "
	                    "recommendation_changed " LOCK " [points 5 -> points 7]; "
	                    "recommendation_changed " LOCK " [tags -> tags EOS software]; "
	                    "device_changed s1 [group Sales -> group IT]; device_changed s1 [value normal -> value high]; "
	                    "device_changed s1 [not excluded -> excluded]; "
	                    "device_changed s1 [not internet facing -> internet facing]; "
	                    "device_changed s1 [no active alert -> active alert]; facts_reported  3 Sales=1 IT=1",
	                    told(w, events));
	close_all(w);
}

static void test_lists_when_the_session_sees_some_groups_then_only_those(void **state)
{
	static const char *const visible[] = { "Sales" };
	test_world world, *w = &world;
	rpv_list *list = (rpv_list *)&world;
	(void)state;
	open_fleet(w);
	rpv_session *limited = open_session(w, "sam", RPV_PERMIT_VIEW, visible, 1);
	assert_ok(rpv_group_list(limited, &list));
	assert_int_equal(1, rpv_list_count(list));
	assert_string_equal("Sales", rpv_group_at(list, 0)->name);
	assert_int_equal(2, rpv_group_at(list, 0)->active_devices);
	assert_null(rpv_group_at(list, 1));
	assert_null(rpv_assessment_at(list, 0)); /* of another noun */
	rpv_list_free(list);
	assert_ok(rpv_assessment_list(limited, "s1", &list));
	rpv_list_free(list);
	assert_int_equal(RPV_E_NOT_FOUND, rpv_assessment_list(limited, "i1", &list));
	assert_null(list);
	rpv_session_close(limited);
	limited = open_session(w, "eve", 0, NULL, 0);
	assert_int_equal(RPV_E_DENIED, rpv_weakness_set_list(limited, &list));
	rpv_session_close(limited);
	close_all(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups_when_declared_named_or_left_then_present_or_not),
		cmocka_unit_test(test_group_when_renamed_then_devices_follow),
		cmocka_unit_test(test_device_when_removed_then_gone_with_its_assessments_until_back),
		cmocka_unit_test(test_recommendation_when_removed_then_gone_with_its_assessments_until_back),
		cmocka_unit_test(test_activities_when_the_recommendation_leaves_or_returns_then_follow),
		cmocka_unit_test(test_set_when_removed_then_only_without_devices),
		cmocka_unit_test(test_set_when_removed_under_an_excluded_device_then_it_has_nothing_and_the_store_is_sound),
		cmocka_unit_test(test_events_when_things_change_then_before_and_after),
		cmocka_unit_test(test_lists_when_the_session_sees_some_groups_then_only_those),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
