/* SPDX-License-Identifier: MIT */
/* The rules of remediation activities, one by one and against restated ones. */
#include "../support/test.h"
#include "../../lib/model/remediation.h"

static void test_overdue_at_its_due_date_then_yes(void **state)
{
	rpv__activity a = { .status = RPV_REMEDIATION_ACTIVE, .due_ms = 1000 };

	(void)state;
	assert_false(rpv__activity_overdue(&a, 999));
	assert_true(rpv__activity_overdue(&a, 1000));
	assert_true(rpv__activity_overdue(&a, 1001));
}

static void test_overdue_without_due_date_or_ended_then_no(void **state)
{
	rpv__activity a = { .status = RPV_REMEDIATION_ACTIVE };

	(void)state;
	assert_false(rpv__activity_overdue(&a, INT64_MAX));
	a.due_ms = 1;
	a.status = RPV_REMEDIATION_COMPLETED;
	assert_false(rpv__activity_overdue(&a, INT64_MAX));
	a.status = RPV_REMEDIATION_CANCELED;
	assert_false(rpv__activity_overdue(&a, INT64_MAX));
}

static void test_done_with_nothing_counted_then_no(void **state)
{
	rpv__activity a = { .targets = 0, .fixed = 0 };

	(void)state;
	assert_false(rpv__activity_done(&a));
	a.targets = 2;
	a.fixed = 1;
	assert_false(rpv__activity_done(&a));
	a.fixed = 2;
	assert_true(rpv__activity_done(&a));
}

static void test_kind_follows_the_recommendation(void **state)
{
	static const struct { rpv_kind kind; rpv_remediation_kind activity; } all[] = {
		{ RPV_KIND_UPDATE, RPV_REMEDIATION_UPDATE }, { RPV_KIND_UPGRADE, RPV_REMEDIATION_UPGRADE },
		{ RPV_KIND_UNINSTALL, RPV_REMEDIATION_UNINSTALL },
		{ RPV_KIND_CONFIGURATION_CHANGE, RPV_REMEDIATION_CONFIGURATION_CHANGE },
		{ RPV_KIND_ATTENTION_REQUIRED, RPV_REMEDIATION_ATTENTION_REQUIRED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		assert_int_equal(all[i].activity, rpv__activity_kind(all[i].kind));
		assert_true(rpv__activity_kind_fits(all[i].activity, all[i].kind));
		assert_true(rpv__activity_kind_fits(RPV_REMEDIATION_ATTENTION_REQUIRED, all[i].kind));
	}
	assert_false(rpv__activity_kind_fits(RPV_REMEDIATION_CONFIGURATION_CHANGE, RPV_KIND_UPDATE));
	assert_false(rpv__activity_kind_fits(RPV_REMEDIATION_UNINSTALL, RPV_KIND_CONFIGURATION_CHANGE));
	assert_true(rpv__activity_kind_fits(RPV_REMEDIATION_UNINSTALL, RPV_KIND_UPDATE));
}

static void test_overlap_of_scopes_is_symmetric_and_all_meets_all(void **state)
{
	static const uint32_t low[] = { 1, 3, 5 }, high[] = { 5, 7 }, other[] = { 2, 4 };
	rpv__activity all = { 0 }, a = { .groups = low, .group_count = 3 }, b = { .groups = high, .group_count = 2 },
		c = { .groups = other, .group_count = 2 };

	(void)state;
	assert_true(rpv__activity_overlaps(&a, &b) && rpv__activity_overlaps(&b, &a));
	assert_false(rpv__activity_overlaps(&a, &c) || rpv__activity_overlaps(&c, &a));
	assert_true(rpv__activity_overlaps(&all, &c) && rpv__activity_overlaps(&c, &all));
	assert_true(rpv__activity_overlaps(&all, &all));
	assert_true(rpv__activity_covers_group(&all, 9));
	assert_false(rpv__activity_covers_group(&a, 2));
}

/* Sets as bits of a number: a list ascends by itself. */
static size_t list_of(uint32_t bits, uint32_t *out)
{
	size_t count = 0;

	for (uint32_t i = 0; i < 32; i++)
		if (bits & UINT32_C(1) << i)
			out[count++] = i + 1;
	return count;
}

static void test_meeting_of_weaknesses_is_that_of_sets(void **state)
{
	test_random random = { 39 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t x = (uint32_t)(test_random_next(&random) & test_random_next(&random)), a[32], b[32];
		uint32_t y = (uint32_t)(test_random_next(&random) & test_random_next(&random) & test_random_next(&random));

		assert_int_equal((x & y) != 0, rpv__weaknesses_meet(a, list_of(x, a), b, list_of(y, b)));
	}
}

/* Figures follow the targets, whatever happens to them. */
static void test_targets_when_changed_then_figures_are_their_count(void **state)
{
	test_random random = { 40 };
	rpv__target targets[20] = { { 0 } };
	rpv__activity a = { .targets = 20 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		rpv__target *t = &targets[test_random_below(&random, 20)];
		uint64_t counted = 0, fixed = 0;

		rpv__activity_set_target(&a, t, test_random_below(&random, 2), test_random_below(&random, 2));
		for (size_t j = 0; j < 20; j++) {
			counted += !targets[j].gone;
			fixed += !targets[j].gone && targets[j].fixed;
		}
		assert_int_equal(counted, a.targets);
		assert_int_equal(fixed, a.fixed);
		assert_int_equal(counted > 0 && counted == fixed, rpv__activity_done(&a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overdue_at_its_due_date_then_yes),
		cmocka_unit_test(test_overdue_without_due_date_or_ended_then_no),
		cmocka_unit_test(test_done_with_nothing_counted_then_no),
		cmocka_unit_test(test_kind_follows_the_recommendation),
		cmocka_unit_test(test_overlap_of_scopes_is_symmetric_and_all_meets_all),
		cmocka_unit_test(test_meeting_of_weaknesses_is_that_of_sets),
		cmocka_unit_test(test_targets_when_changed_then_figures_are_their_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
