/* SPDX-License-Identifier: MIT */
/* Exposure scores from sums, secure scores from configurations, and both as doubles and levels. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/score/exposure.h"
#include "../../lib/score/secure.h"

#include <fenv.h>
#include <string.h>

static const rpv__exposure_model *const model = &rpv__exposure_model_default;

static uint64_t random_state;

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int start(void **state)
{
	(void)state;
	random_state = 1;
	return 0;
}

/* --- exposure --- */

static rpv__sums sums_of(uint64_t low_n, uint64_t low, uint64_t normal_n, uint64_t normal, uint64_t high_n, uint64_t high)
{
	return (rpv__sums){ { low_n, normal_n, high_n },
		                { rpv__wide_of(low), rpv__wide_of(normal), rpv__wide_of(high) } };
}

static void test_score_when_known_by_hand_then_it_is_that(void **state)
{
	(void)state;
	const uint64_t one = RPV__SURVIVAL_ONE;
	rpv__sums none = sums_of(0, 0, 0, 0, 0, 0);
	assert_true(rpv__exposure_score(model, &none) == 0);
	rpv__sums sums = sums_of(0, 0, 2, one, 0, 0);
	assert_true(rpv__exposure_score(model, &sums) == 50 * RPV__POINT);
	sums = sums_of(1, one, 1, 0, 1, 0); /* 15 of 55 */
	assert_true(rpv__exposure_score(model, &sums) == INT64_C(479786892120436));
	sums = sums_of(1, 0, 29, 0, 10, one); /* N = 40: one of ten, each weighing 80, of 1395 */
	assert_true(rpv__exposure_score(model, &sums) == INT64_C(100887088426758));
	sums = sums_of(3, UINT64_C(123456789012), 7, UINT64_C(987654321098), 30, UINT64_C(3000000000000));
	assert_true(rpv__exposure_score(model, &sums) == INT64_C(161921818650454));
}

static void test_score_when_a_thousand_million_devices_then_it_still_fits(void **state)
{
	(void)state;
	rpv__sums sums = { { 0, 0, 1000000000 }, { { 0, 0 }, { 0, 0 }, rpv__mul64(1000000000, RPV__SURVIVAL_ONE) } };
	assert_true(rpv__exposure_score(model, &sums) == 100 * RPV__POINT);
	sums.n[RPV__VALUE_NORMAL] = 1;
	int64_t score = rpv__exposure_score(model, &sums);
	assert_true(score < 100 * RPV__POINT && score > 99 * RPV__POINT);
}

static void test_score_when_weights_are_frozen_then_only_the_devices_move_it(void **state)
{
	(void)state;
	const uint64_t then[RPV__VALUES] = { 0, 10, 0 };
	rpv__sums now = sums_of(0, 0, 30, 15 * RPV__SURVIVAL_ONE, 0, 0);
	assert_true(rpv__exposure_over(model, now.a, then) == 150 * RPV__POINT);
	const uint64_t nobody[RPV__VALUES] = { 0, 0, 0 };
	assert_true(rpv__exposure_over(model, now.a, nobody) == 0);
}

typedef struct test_device { unsigned value_class; uint32_t multiplier; uint64_t w[4]; } test_device;

enum { DEVICES = 300, RECOMMENDATIONS = 4 };

static void make_fleet(test_device fleet[DEVICES])
{
	const uint32_t multipliers[] = { 1, 3, 4, 12 };
	for (size_t d = 0; d < DEVICES; d++) {
		fleet[d].value_class = (unsigned)(next_random() % 3);
		fleet[d].multiplier = multipliers[next_random() % 4];
		for (size_t r = 0; r < RECOMMENDATIONS; r++)
			fleet[d].w[r] = next_random() % 3 ? rpv__w_add(0, next_random() >> (6 + next_random() % 20)) : 0;
	}
}

static uint64_t survival_without(const test_device *device, size_t without)
{
	uint64_t sum = 0;
	for (size_t r = 0; r < RECOMMENDATIONS; r++)
		sum = rpv__l_add(sum, r == without ? 0 : device->w[r]);
	return rpv__survival(rpv__l_times(sum, device->multiplier));
}

static rpv__sums sums_without(const test_device *fleet, size_t count, size_t without)
{
	rpv__sums sums = sums_of(0, 0, 0, 0, 0, 0);
	for (size_t d = 0; d < count; d++)
		rpv__sums_add(&sums, fleet[d].value_class, RPV__SURVIVAL_ONE - survival_without(&fleet[d], without));
	return sums;
}

static void assert_same_sums(const rpv__sums *a, const rpv__sums *b)
{
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		assert_true(a->n[c] == b->n[c]);
		assert_int_equal(rpv__wide_compare(a->a[c], b->a[c]), 0);
	}
}

static void test_sums_when_merged_in_any_order_then_they_are_the_same(void **state)
{
	(void)state;
	test_device fleet[DEVICES];
	make_fleet(fleet);
	rpv__sums all = sums_without(fleet, DEVICES, RECOMMENDATIONS);
	rpv__sums shards[7], merged = sums_of(0, 0, 0, 0, 0, 0), backwards = merged;
	memset(shards, 0, sizeof shards);
	for (size_t d = 0; d < DEVICES; d++)
		rpv__sums_add(&shards[next_random() % 7], fleet[d].value_class,
		              RPV__SURVIVAL_ONE - survival_without(&fleet[d], RECOMMENDATIONS));
	for (size_t i = 0; i < 7; i++) {
		rpv__sums_merge(&merged, &shards[i]);
		rpv__sums_merge(&backwards, &shards[6 - i]);
	}
	assert_same_sums(&merged, &all);
	assert_same_sums(&backwards, &all);
	rpv__sums_take(&merged, &shards[3]);
	rpv__sums_merge(&merged, &shards[3]);
	assert_same_sums(&merged, &all);
}

static void test_sums_when_a_device_changes_then_they_are_as_from_scratch(void **state)
{
	(void)state;
	test_device fleet[DEVICES], changed[DEVICES];
	make_fleet(fleet);
	make_fleet(changed);
	rpv__sums sums = sums_without(fleet, DEVICES, RECOMMENDATIONS);
	for (size_t d = 0; d < DEVICES; d++) {
		rpv__sums_remove(&sums, fleet[d].value_class, RPV__SURVIVAL_ONE - survival_without(&fleet[d], RECOMMENDATIONS));
		rpv__sums_add(&sums, changed[d].value_class, RPV__SURVIVAL_ONE - survival_without(&changed[d], RECOMMENDATIONS));
	}
	rpv__sums scratch = sums_without(changed, DEVICES, RECOMMENDATIONS);
	assert_same_sums(&sums, &scratch);
}

static void test_impact_when_from_sums_then_it_is_score_less_score_without(void **state)
{
	(void)state;
	for (int run = 0; run < 50; run++) {
		test_device fleet[DEVICES];
		make_fleet(fleet);
		rpv__sums all = sums_without(fleet, DEVICES, RECOMMENDATIONS);
		for (size_t r = 0; r < RECOMMENDATIONS; r++) {
			rpv__wide x[RPV__VALUES] = { { 0, 0 }, { 0, 0 }, { 0, 0 } };
			for (size_t d = 0; d < DEVICES; d++) {
				uint64_t sum = 0, m = fleet[d].multiplier;
				for (size_t i = 0; i < RECOMMENDATIONS; i++)
					sum = rpv__l_add(sum, fleet[d].w[i]);
				uint64_t l = rpv__l_times(sum, fleet[d].multiplier);
				rpv__wide n = rpv__wide_of(rpv__survival(l - m * fleet[d].w[r]) - rpv__survival(l));
				x[fleet[d].value_class] = rpv__wide_add(x[fleet[d].value_class], n);
			}
			rpv__sums without = sums_without(fleet, DEVICES, r);
			int64_t impact = rpv__exposure_impact(model, &all, x);
			assert_true(impact == rpv__exposure_score(model, &all) - rpv__exposure_score(model, &without));
			assert_true(impact >= 0);
		}
	}
}

static void test_value_when_unchanged_then_it_is_normal(void **state)
{
	(void)state;
	assert_int_equal(rpv__value_class(RPV_VALUE_UNCHANGED), RPV__VALUE_NORMAL);
	assert_int_equal(rpv__value_class(RPV_VALUE_LOW), RPV__VALUE_LOW);
	assert_int_equal(rpv__value_class(RPV_VALUE_NORMAL), RPV__VALUE_NORMAL);
	assert_int_equal(rpv__value_class(RPV_VALUE_HIGH), RPV__VALUE_HIGH);
	assert_int_equal(rpv__multiplier(model, false, false), 1);
	assert_int_equal(rpv__multiplier(model, true, false), 3);
	assert_int_equal(rpv__multiplier(model, false, true), 4);
	assert_int_equal(rpv__multiplier(model, true, true), 12);
}

/* --- units --- */

static void test_level_when_at_a_threshold_then_it_is_the_higher(void **state)
{
	(void)state;
	assert_int_equal(rpv__score_level(0), RPV_LEVEL_LOW);
	assert_int_equal(rpv__score_level(30 * RPV__POINT - 1), RPV_LEVEL_LOW);
	assert_int_equal(rpv__score_level(30 * RPV__POINT), RPV_LEVEL_MEDIUM);
	assert_int_equal(rpv__score_level(70 * RPV__POINT - 1), RPV_LEVEL_MEDIUM);
	assert_int_equal(rpv__score_level(70 * RPV__POINT), RPV_LEVEL_HIGH);
	assert_int_equal(rpv__score_level(100 * RPV__POINT), RPV_LEVEL_HIGH);
	assert_int_equal(rpv__score_level(rpv__exposure_device(RPV__SURVIVAL_ONE)), RPV_LEVEL_HIGH);
	assert_true(rpv__exposure_device(RPV__SURVIVAL_ONE / 2) == 50 * RPV__POINT);
}

static void check_doubles(void)
{
	/* to nearest even, and exact where 53 bits suffice */
	const struct { int64_t units; double points; } cases[] = {
		{ 0, 0.0 },
		{ 1, 0x1p-44 },
		{ -1, -0x1p-44 },
		{ 100 * RPV__POINT, 100.0 },
		{ -(100 * RPV__POINT), -100.0 },
		{ (INT64_C(1) << 53) - 1, 0x1.fffffffffffffp8 },
		{ (INT64_C(1) << 53) + 1, 0x1p9 },
		{ (INT64_C(1) << 53) + 3, 0x1.0000000000002p9 },
		{ (INT64_C(1) << 54) + 2, 0x1p10 },
		{ (INT64_C(1) << 54) + 3, 0x1.0000000000001p10 },
		{ -(INT64_C(1) << 53) - 3, -0x1.0000000000002p9 },
		{ INT64_MAX, 0x1p19 },
		{ INT64_MIN, -0x1p19 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_true(rpv__score_to_double(cases[i].units) == cases[i].points);
}

static void test_double_when_the_rounding_mode_changes_then_it_does_not(void **state)
{
	(void)state;
	check_doubles();
#if defined(FE_UPWARD) && defined(FE_DOWNWARD) && defined(FE_TOWARDZERO)
	const int modes[] = { FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };
	for (size_t i = 0; i < 3; i++) {
		fesetround(modes[i]);
		check_doubles();
		fesetround(FE_TONEAREST);
	}
#endif
}

static void test_double_when_a_score_then_it_and_differences_are_exact(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t a = (int64_t)(next_random() % (uint64_t)(100 * RPV__POINT + 1));
		int64_t b = (int64_t)(next_random() % (uint64_t)(100 * RPV__POINT + 1));
		assert_true((int64_t)(rpv__score_to_double(a) * (double)RPV__POINT) == a);
		assert_true(rpv__score_to_double(a) - rpv__score_to_double(b) == rpv__score_to_double(a - b));
	}
}

/* --- secure score --- */

static void test_secure_when_known_by_hand_then_it_is_that(void **state)
{
	(void)state;
	rpv__secure score = { 0, 0 };
	assert_true(rpv__secure_percent(&score) == -1);
	assert_true(rpv__secure_to_public(&score).percent < 0);
	rpv__secure_add(&score, 7, 0, 0); /* applies nowhere */
	assert_true(rpv__secure_percent(&score) == -1 && score.max_points == 0);
	rpv__secure_add(&score, 5, 1, 3);
	rpv__secure_add(&score, 8, 1, 2);
	/* 5/3 + 4 of 13 */
	assert_true(score.points == 5 * (uint64_t)RPV__POINT / 3 + 4 * (uint64_t)RPV__POINT && score.max_points == 13);
	assert_true(rpv__secure_percent(&score) == (int64_t)(100 * score.points / 13));
	rpv_secure_score shown = rpv__secure_to_public(&score);
	assert_true(shown.points > 5.666666666 && shown.points < 5.666666667 && shown.max_points == 13.0);
	assert_true(shown.percent > 43.58974358 && shown.percent < 43.58974359);
	assert_true(rpv__secure_impact(5, 1, 3) == 5 * (uint64_t)RPV__POINT - 5 * (uint64_t)RPV__POINT / 3);
	assert_true(rpv__secure_impact(5, 3, 3) == 0 && rpv__secure_impact(5, 0, 0) == 0);
	rpv__secure_remove(&score, 5, 1, 3);
	rpv__secure_remove(&score, 7, 0, 0);
	assert_true(score.points == 4 * (uint64_t)RPV__POINT && score.max_points == 8);
}

static void test_secure_when_large_then_percent_is_exact(void **state)
{
	(void)state;
	rpv__secure score = { 0, 0 };
	for (int i = 0; i < 50000; i++)
		rpv__secure_add(&score, 10, 1000000000, 1000000000);
	assert_true(rpv__secure_percent(&score) == 100 * RPV__POINT);
	assert_true(rpv__secure_to_public(&score).points == 500000.0);
	rpv__secure_remove(&score, 10, 1000000000, 1000000000);
	rpv__secure_add(&score, 10, 999999999, 1000000000);
	int64_t percent = rpv__secure_percent(&score);
	assert_true(percent < 100 * RPV__POINT && percent > 99 * RPV__POINT);
}

static void test_secure_when_more_comply_then_it_never_falls(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint32_t points = 1 + (uint32_t)(next_random() % 10);
		uint64_t applicable = 1 + (next_random() >> (34 + next_random() % 30)), compliant = next_random() % applicable;
		uint64_t less = rpv__secure_units(points, compliant, applicable);
		assert_true(rpv__secure_units(points, compliant + 1, applicable) >= less);
		assert_true(less + rpv__secure_impact(points, compliant, applicable) == points * (uint64_t)RPV__POINT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_score_when_known_by_hand_then_it_is_that, start),
		cmocka_unit_test_setup(test_score_when_a_thousand_million_devices_then_it_still_fits, start),
		cmocka_unit_test_setup(test_score_when_weights_are_frozen_then_only_the_devices_move_it, start),
		cmocka_unit_test_setup(test_sums_when_merged_in_any_order_then_they_are_the_same, start),
		cmocka_unit_test_setup(test_sums_when_a_device_changes_then_they_are_as_from_scratch, start),
		cmocka_unit_test_setup(test_impact_when_from_sums_then_it_is_score_less_score_without, start),
		cmocka_unit_test_setup(test_value_when_unchanged_then_it_is_normal, start),
		cmocka_unit_test_setup(test_level_when_at_a_threshold_then_it_is_the_higher, start),
		cmocka_unit_test_setup(test_double_when_the_rounding_mode_changes_then_it_does_not, start),
		cmocka_unit_test_setup(test_double_when_a_score_then_it_and_differences_are_exact, start),
		cmocka_unit_test_setup(test_secure_when_known_by_hand_then_it_is_that, start),
		cmocka_unit_test_setup(test_secure_when_large_then_percent_is_exact, start),
		cmocka_unit_test_setup(test_secure_when_more_comply_then_it_never_falls, start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
