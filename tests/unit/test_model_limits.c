/* SPDX-License-Identifier: MIT */
/* Rules at the ends of what they are asked: nothing to find, everything used up, figures too large. */
#include "../support/test.h"

#include "../../lib/model/exception_life.h"
#include "../../lib/model/policy.h"
#include "../../lib/model/remediation.h"
#include "../../lib/model/renewal.h"
#include "../../lib/model/resurface.h"
#include "../../lib/model/state.h"
#include "../../lib/model/watch.h"

#define DAY INT64_C(86400000)

static void test_life_when_no_turn_leads_there_then_not_allowed(void **state)
{
	(void)state;
	assert_true(rpv__life_allows(RPV_EXCEPTION_IN_EFFECT, RPV_EXCEPTION_EXPIRED, RPV__BY_CLOCK));
	assert_false(rpv__life_allows(RPV_EXCEPTION_EXPIRED, RPV_EXCEPTION_IN_EFFECT, RPV__BY_EITHER));
	assert_int_equal(RPV_EVENT_NONE, rpv__life_event((rpv__cause)1000));
}

static void test_activity_when_attention_is_required_then_any_kind_fits(void **state)
{
	(void)state;
	assert_true(rpv__activity_kind_fits(RPV_REMEDIATION_ATTENTION_REQUIRED, RPV_KIND_UPDATE));
	assert_true(rpv__activity_kind_fits(RPV_REMEDIATION_UPDATE, RPV_KIND_ATTENTION_REQUIRED));
	assert_true(rpv__activity_kind_fits(RPV_REMEDIATION_CONFIGURATION_CHANGE, RPV_KIND_ATTENTION_REQUIRED));
	assert_false(rpv__activity_kind_fits(RPV_REMEDIATION_UPDATE, RPV_KIND_CONFIGURATION_CHANGE));
}

static void test_state_when_there_are_no_groups_then_not_full(void **state)
{
	rpv__state_facts facts = { .exposed = true };
	(void)state;
	assert_int_equal(RPV_STATE_ACTIVE, rpv__state_of(&facts));
	facts.groups = 2;
	facts.covered = 1;
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, rpv__state_of(&facts));
	facts.covered = 2;
	assert_int_equal(RPV_STATE_FULL_EXCEPTION, rpv__state_of(&facts));
}

static void test_chain_when_the_number_is_none_then_nothing(void **state)
{
	const rpv__cover covers[] = { { .exception = 3 }, { .exception = 7 } };
	(void)state;
	assert_ptr_equal(&covers[1], rpv__chain_find(covers, 2, 7));
	assert_null(rpv__chain_find(covers, 2, 2));
	assert_null(rpv__chain_find(covers, 2, 5));
	assert_null(rpv__chain_find(covers, 2, 9));
	assert_null(rpv__chain_find(covers, 0, 3));
}

/* All reminders in use, and all of them past. */
static void test_reminder_when_the_last_one_is_past_then_none(void **state)
{
	rpv__policy policy = rpv__policy_default;
	rpv__cover cover = { .start_ms = 0, .end_ms = 100 * DAY };
	(void)state;
	for (unsigned i = 0; i < RPV__REMINDERS; i++)
		policy.remind_ms[i] = (RPV__REMINDERS - i) * DAY;
	assert_int_equal(100 * DAY - RPV__REMINDERS * DAY, rpv__watch_reminder(&cover, &policy, 0));
	assert_int_equal(99 * DAY, rpv__watch_reminder(&cover, &policy, 98 * DAY));
	assert_int_equal(0, rpv__watch_reminder(&cover, &policy, 99 * DAY));
}

/* What a stored policy may not say. */
static void test_policy_when_reminders_are_not_in_order_then_corrupt(void **state)
{
	int64_t values[RPV__REMINDERS + 1];
	rpv__policy policy, reminding = rpv__policy_default;
	rpv__policy_record record;
	rpv__arena arena;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	(void)state;
	for (unsigned i = 0; i <= RPV__REMINDERS; i++)
		values[i] = (40 - i) * DAY;
	rpv__arena_init(&arena, &alloc);
	reminding.remind_ms[0] = 5 * DAY;
	reminding.remind_ms[1] = 2 * DAY;
	reminding.remind_ms[2] = 0;
	assert_ok(rpv__policy_to_record(&reminding, &arena, &record));
	assert_int_equal(1, record.count);
	rpv__policy_entry entry = record.items[0];
	const struct { const int64_t *values; size_t count; rpv_status status; } tries[] = {
		{ values, RPV__REMINDERS, RPV_OK }, { values, RPV__REMINDERS + 1, RPV_E_CORRUPT },
		{ (const int64_t[]){ DAY, 2 * DAY }, 2, RPV_E_CORRUPT }, { (const int64_t[]){ DAY, DAY }, 2, RPV_E_CORRUPT },
		{ (const int64_t[]){ 0 }, 1, RPV_E_CORRUPT }, { (const int64_t[]){ -DAY }, 1, RPV_E_CORRUPT }, { NULL, 0, RPV_OK },
	};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		entry.values = tries[i].values;
		entry.count = tries[i].count;
		record.items = &entry;
		assert_status(tries[i].status, rpv__policy_from_record(&record, &policy));
	}
	rpv__arena_free(&arena);
}

static void test_baseline_when_moved_beyond_what_fits_then_the_largest(void **state)
{
	rpv__baseline base = { .base_exposure = INT64_MAX / 2, .base_epss = RPV__EPSS_UNKNOWN, .base_doubling = 5 };
	rpv__circumstances before = { .exposure = 1, .epss = RPV__EPSS_UNKNOWN }, after = { .exposure = 8,
		.epss = RPV__EPSS_UNKNOWN };
	(void)state;
	rpv__baseline_move(&base, &before, &after);
	assert_int_equal(INT64_MAX, base.base_exposure);
	assert_int_equal(5, base.base_doubling);
	base.base_exposure = 0;
	rpv__baseline_move(&base, &before, &after);
	assert_int_equal(0, base.base_exposure);
	base.base_exposure = 6;
	before.exposure = 4;
	rpv__baseline_move(&base, &before, &after);
	assert_int_equal(12, base.base_exposure);
	after.exposure = -1; /* not worked out */
	rpv__baseline_move(&base, &before, &after);
	assert_int_equal(12, base.base_exposure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life_when_no_turn_leads_there_then_not_allowed),
		cmocka_unit_test(test_activity_when_attention_is_required_then_any_kind_fits),
		cmocka_unit_test(test_state_when_there_are_no_groups_then_not_full),
		cmocka_unit_test(test_chain_when_the_number_is_none_then_nothing),
		cmocka_unit_test(test_reminder_when_the_last_one_is_past_then_none),
		cmocka_unit_test(test_policy_when_reminders_are_not_in_order_then_corrupt),
		cmocka_unit_test(test_baseline_when_moved_beyond_what_fits_then_the_largest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
