/* SPDX-License-Identifier: MIT */
/* Watch lists: where each begins and ends, to the millisecond and to the device. */
#include "../../lib/model/watch.h"
#include "../support/test.h"

#define DAY RPV__DAY_MS
#define ON(list) RPV__WATCH_ON(RPV_WATCH_##list)

static const uint32_t in_groups[] = { 3, 5 };

static rpv__cover cover_of(uint64_t devices, int64_t start, int64_t end)
{
	return (rpv__cover){ .exception = 1, .start_ms = start, .end_ms = end, .scope = RPV_SCOPE_GROUPS, .groups = in_groups,
		.group_count = 2, .justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION, .baseline = { .devices = devices } };
}

static void test_watch_when_the_status_is_of_one_that_acts_then_followed(void **state)
{
	(void)state;
	for (int status = RPV_EXCEPTION_PENDING_APPROVAL; status <= RPV_EXCEPTION_SUPERSEDED; status++) {
		bool acts = status == RPV_EXCEPTION_IN_EFFECT || status == RPV_EXCEPTION_SUSPENDED;
		rpv__cover c = cover_of(1, 0, 10);
		assert_int_equal(acts || status == RPV_EXCEPTION_SCHEDULED, rpv__watch_follows((rpv_exception_status)status));
		assert_int_equal(acts, rpv__watch_expiring(&c, (rpv_exception_status)status, 10, 5));
		assert_int_equal(acts, rpv__watch_plans_for(&c, (rpv_exception_status)status));
	}
}

static void test_watch_when_frozen_then_stale_only_without_a_device(void **state)
{
	rpv__cover none = cover_of(0, 0, 1), some = cover_of(4, 0, 1);
	(void)state;
	none.watch = ON(GROWN) | ON(SHADOWED);
	some.watch = ON(GROWN) | ON(STALE) | ON(OVERDUE);
	rpv__watch_frozen(&none);
	rpv__watch_frozen(&some);
	assert_int_equal(ON(STALE) | ON(SHADOWED), none.watch); /* what facts do not decide stays */
	assert_int_equal(ON(OVERDUE), some.watch);
}

/* Both the share and the rise, inclusive; the share exactly also where a percentage of few devices is no whole number. */
static void test_watch_when_devices_are_up_by_both_then_grown(void **state)
{
	static const struct { uint64_t base, now; bool grown; } cases[] = {
		{ 10, 14, false }, { 10, 15, true }, { 4, 8, false }, { 4, 9, true }, { 11, 16, false }, { 11, 17, true },
		{ 100, 149, false }, { 100, 150, true }, { 0, 4, false }, { 0, 5, true }, { 9, 3, false },
		{ 1000000, 1500000, true }, { 1000000, 1499999, false }, { 7, 7, false } };
	const rpv__policy policy = { .grown_percent = 50, .grown_rise = 5 };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rpv__cover c = cover_of(cases[i].base, 0, 1);
		assert_int_equal(cases[i].grown, rpv__watch_counted(&c, &policy, cases[i].now));
		assert_int_equal(cases[i].grown ? ON(GROWN) : 0, c.watch);
		assert_false(rpv__watch_counted(&c, &policy, cases[i].now)); /* told only where something changes */
	}
}

static void test_watch_when_counts_fall_then_off_the_list_again(void **state)
{
	const rpv__policy any = { .grown_percent = 0, .grown_rise = 0 }, policy = { .grown_percent = 50, .grown_rise = 5 };
	rpv__cover c = cover_of(10, 0, 1);
	(void)state;
	assert_true(rpv__watch_counted(&c, &policy, 20));
	assert_true(rpv__watch_counted(&c, &policy, 0));
	assert_int_equal(ON(STALE), c.watch);
	assert_true(rpv__watch_counted(&c, &policy, 1));
	assert_int_equal(0, c.watch);
	assert_false(rpv__watch_counted(&c, &any, 10)); /* as many as at filing never is growth, whatever the policy */
	assert_true(rpv__watch_counted(&c, &any, 11));
}

static void test_watch_when_the_end_is_within_then_expiring_inclusive(void **state)
{
	rpv__cover c = cover_of(1, 0, 100 * DAY);
	const rpv__policy none = { .remind_ms = { 0 } }, some = { .remind_ms = { 14 * DAY, DAY } };
	(void)state;
	assert_false(rpv__watch_expiring(&c, RPV_EXCEPTION_IN_EFFECT, 7 * DAY, 93 * DAY - 1));
	assert_true(rpv__watch_expiring(&c, RPV_EXCEPTION_IN_EFFECT, 7 * DAY, 93 * DAY));
	assert_true(rpv__watch_expiring(&c, RPV_EXCEPTION_SUSPENDED, 0, 100 * DAY));
	assert_true(rpv__watch_within(&none) == 30 * DAY);
	assert_true(rpv__watch_within(&some) == 14 * DAY);
}

/* R43: marks shorter than the duration, each once, from any instant on. */
static void test_watch_when_marks_lie_ahead_then_the_next_one(void **state)
{
	const rpv__policy policy = { .remind_ms = { 30 * DAY, 7 * DAY, DAY } };
	rpv__cover c = cover_of(1, 0, 30 * DAY), longer = cover_of(1, 0, 30 * DAY + 1), tiny = cover_of(1, 0, DAY);
	(void)state;
	assert_true(rpv__watch_reminder(&c, &policy, 0) == 23 * DAY);      /* a mark as long as it lasts does not count */
	assert_true(rpv__watch_reminder(&longer, &policy, 0) == 1);
	assert_true(rpv__watch_reminder(&longer, &policy, 1) == 23 * DAY + 1);
	assert_true(rpv__watch_reminder(&c, &policy, 23 * DAY - 1) == 23 * DAY);
	assert_true(rpv__watch_reminder(&c, &policy, 23 * DAY) == 29 * DAY);
	assert_true(rpv__watch_reminder(&c, &policy, 29 * DAY) == 0);
	assert_true(rpv__watch_reminder(&tiny, &policy, 0) == 0);
	c.start_ms = 29 * DAY - 1;                                         /* approved late: only what still lies in it */
	assert_true(rpv__watch_reminder(&c, &policy, c.start_ms) == 29 * DAY);
}

static void test_watch_when_an_activity_is_active_in_time_and_in_scope_then_awaited(void **state)
{
	static const uint32_t other[] = { 4 }, meeting[] = { 4, 5 };
	rpv__cover c = cover_of(1, 0, 10), global = c, devices = c;
	rpv__activity a = { .status = RPV_REMEDIATION_ACTIVE, .due_ms = 100 };
	(void)state;
	global.scope = RPV_SCOPE_GLOBAL;
	devices.scope = RPV_SCOPE_DEVICES;
	assert_true(rpv__watch_awaits(&c, &a, 99));                        /* for all groups */
	assert_false(rpv__watch_awaits(&c, &a, 100));                      /* overdue at its due date */
	a.due_ms = 0;
	assert_true(rpv__watch_awaits(&c, &a, INT64_MAX));                 /* due never */
	a.groups = other;
	a.group_count = 1;
	assert_false(rpv__watch_awaits(&c, &a, 0));
	assert_true(rpv__watch_awaits(&global, &a, 0) && rpv__watch_awaits(&devices, &a, 0));
	a.groups = meeting;
	a.group_count = 2;
	assert_true(rpv__watch_awaits(&c, &a, 0));
	a.status = RPV_REMEDIATION_COMPLETED;
	assert_false(rpv__watch_awaits(&c, &a, 0) || rpv__watch_awaits(&global, &a, 0));
}

static void test_watch_when_nothing_is_planned_or_left_then_not_overdue(void **state)
{
	rpv__cover c = cover_of(1, 0, 10);
	(void)state;
	assert_true(rpv__watch_plans_for(&c, RPV_EXCEPTION_IN_EFFECT));
	c.watch = ON(STALE);
	assert_false(rpv__watch_plans_for(&c, RPV_EXCEPTION_IN_EFFECT));   /* nothing to remediate */
	c.watch = ON(GROWN);
	assert_true(rpv__watch_plans_for(&c, RPV_EXCEPTION_SUSPENDED));
	c.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	assert_false(rpv__watch_plans_for(&c, RPV_EXCEPTION_IN_EFFECT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_when_the_status_is_of_one_that_acts_then_followed),
		cmocka_unit_test(test_watch_when_frozen_then_stale_only_without_a_device),
		cmocka_unit_test(test_watch_when_devices_are_up_by_both_then_grown),
		cmocka_unit_test(test_watch_when_counts_fall_then_off_the_list_again),
		cmocka_unit_test(test_watch_when_the_end_is_within_then_expiring_inclusive),
		cmocka_unit_test(test_watch_when_marks_lie_ahead_then_the_next_one),
		cmocka_unit_test(test_watch_when_an_activity_is_active_in_time_and_in_scope_then_awaited),
		cmocka_unit_test(test_watch_when_nothing_is_planned_or_left_then_not_overdue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
