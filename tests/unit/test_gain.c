/* SPDX-License-Identifier: MIT */
/* Gains of devices: whichever way they are worked out, the sums of the integers that define them. */
#include "test.h"

#include "../../lib/score/gain.h"
#include "../../lib/score/sum.h"
#include <fenv.h>

enum { VARIANTS = 600, RECOMMENDATIONS = 40, ROW = 70, DEVICES = 400 };

typedef struct table {
	uint64_t w[VARIANTS][3];
	rpv__gain_row rows[VARIANTS];
	uint32_t recommendations[VARIANTS], counts[VARIANTS];
	rpv__gain_sums sums[RPV__VALUES][RECOMMENDATIONS];
} table;

/* Hazards of all sizes, and some that are 0 in a view, the bound, or whole bits: there y is a whole number. */
static uint64_t any_w(test_random *r)
{
	switch (test_random_below(r, 8)) {
	case 0: return 0;
	case 1: return RPV__W_MAX;
	case 2: return RPV__BIT * (1 + test_random_below(r, 5));
	default: return test_random_next(r) >> (12 + test_random_below(r, 50)) & (RPV__BIT * 2 - 1);
	}
}

static void fill(table *t, test_random *r, uint32_t multiplier)
{
	memset(t, 0, sizeof *t);
	for (uint32_t v = 0; v < VARIANTS; v++) {
		for (unsigned k = 0; k < 3; k++)
			t->w[v][k] = k && test_random_below(r, 2) ? t->w[v][k - 1] : any_w(r);
		t->recommendations[v] = (uint32_t)test_random_below(r, RECOMMENDATIONS);
		rpv__gain_make(&t->rows[v], t->w[v], multiplier,
		               test_random_below(r, 2) << RPV__GAIN_OFFICIAL | test_random_below(r, 2) << RPV__GAIN_BEST |
		               test_random_below(r, 2) << RPV__GAIN_EVERYWHERE, t->recommendations[v]);
	}
}

static void take(table *t, test_random r, uint32_t multiplier, rpv__gain_way way)
{
	rpv__gain_kernel *kernel = rpv__gain_choose(way, RECOMMENDATIONS);
	for (uint32_t d = 0; d < DEVICES; d++) {
		rpv__gain gain = { t->rows, t->recommendations, t->sums[d % RPV__VALUES], t->counts,
			               (const uint8_t *)t->w, sizeof t->w[0] };
		uint32_t row[ROW], count = (uint32_t)test_random_below(&r, ROW + 1);
		uint64_t sum[3] = { 0 }, l[3], s[3];
		bool small = test_random_below(&r, 4) != 0; /* else most sums are far beyond the bounds */
		for (uint32_t i = 0; i < count; i++) {
			row[i] = (uint32_t)test_random_below(&r, VARIANTS);
			for (int tries = 0; small && tries < 8 && t->w[row[i]][0] > RPV__BIT / 4; tries++)
				row[i] = (uint32_t)test_random_below(&r, VARIANTS);
			for (unsigned k = 0; k < 3; k++)
				sum[k] = rpv__l_add(sum[k], t->w[row[i]][k]);
		}
		for (unsigned k = 0; k < 3; k++) {
			l[k] = rpv__l_times(sum[k], multiplier);
			s[k] = rpv__survival(l[k]);
		}
		uint16_t narrow[ROW];
		for (uint32_t i = 0; i < count; i++)
			narrow[i] = (uint16_t)row[i];
		bool wide = test_random_below(&r, 2) != 0;
		rpv__gain_device device = { .multiplier = multiplier, .variants = wide ? (const void *)row : narrow, .count = count,
			.wide = wide, .times = d % 4 == 0 ? test_random_below(&r, 1000) : d % 4 == 1 ? RPV__GAIN_OUT : 1 };
		rpv__gain_begin(&device, l, s);
		kernel(&gain, &device);
	}
}

static void compare_ways(uint64_t seed)
{
	static table expected, got;
	const uint32_t multipliers[] = { 1, 3, 4, 12, 15 };
	for (size_t m = 0; m < sizeof multipliers / sizeof *multipliers; m++) {
		test_random r = { seed * 977 + m };
		fill(&expected, &r, multipliers[m]);
		got = expected;
		take(&expected, r, multipliers[m], RPV__GAIN_INTEGERS);
		for (int way = RPV__GAIN_BEST_WAY; way <= RPV__GAIN_AVX2; way++) {
			memset(got.sums, 0, sizeof got.sums);
			memset(got.counts, 0, sizeof got.counts);
			take(&got, r, multipliers[m], (rpv__gain_way)way);
			assert_memory_equal(got.sums, expected.sums, sizeof got.sums);
			assert_memory_equal(got.counts, expected.counts, sizeof got.counts);
		}
	}
}

static void test_gains_when_worked_out_each_way_then_equal_to_the_integers(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++)
		compare_ways(seed);
}

static void test_gains_when_the_host_rounds_otherwise_then_equal_to_the_integers(void **state)
{
	(void)state;
	const int modes[] = { FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		if (fesetround(modes[i]))
			continue;
		bool integers = rpv__gain_choose(RPV__GAIN_BEST_WAY, 1) == rpv__gain_choose(RPV__GAIN_INTEGERS, 1);
		compare_ways(900 + i);
		fesetround(FE_TONEAREST);
		assert_true(integers);
	}
	assert_true(rpv__gain_choose(RPV__GAIN_DOUBLES, 1) != rpv__gain_choose(RPV__GAIN_INTEGERS, 1));
}

static void test_row_when_recommendations_have_any_number_then_it_tells_them_and_counts(void **state)
{
	(void)state;
	const uint64_t w[3] = { 0, 0, 0 };
	const size_t most = RPV__GAIN_RECOMMENDATIONS;
	test_random r = { 11 };
	for (uint32_t i = 0; i < 20000; i++) {
		uint32_t number = i < 8 ? (i & 1 ? (uint32_t)most - 1 : 0) : (uint32_t)test_random_below(&r, most);
		uint64_t counts = test_random_below(&r, 2) << RPV__GAIN_OFFICIAL | test_random_below(&r, 2) << RPV__GAIN_BEST |
		                  test_random_below(&r, 2) << RPV__GAIN_EVERYWHERE;
		rpv__gain_row row;
		double count = 8589934592.0 + (double)(int64_t)counts + (double)number / 524288;
		rpv__gain_make(&row, w, 1, counts, number);
		assert_memory_equal(&row.bits[3], &count, sizeof count);
		assert_int_equal(rpv__gain_recommendation(&row), number);
		assert_true(rpv__gain_counts(&row) == counts);
	}
	for (int way = RPV__GAIN_BEST_WAY; way <= RPV__GAIN_AVX2; way++)
		assert_true(rpv__gain_choose((rpv__gain_way)way, most + 1) ==
		            rpv__gain_choose(way == RPV__GAIN_INTEGERS ? RPV__GAIN_INTEGERS : RPV__GAIN_DOUBLES, 1));
}

static double from_bits(uint64_t bits)
{
	double d;
	memcpy(&d, &bits, sizeof d);
	return d;
}

static void test_doubles_when_made_of_integers_then_powers_of_two(void **state)
{
	(void)state;
	test_random r = { 5 };
	assert_true(from_bits(rpv__survival_double(0)) == 1099511627776.0);
	assert_true(from_bits(rpv__survival_double(RPV__BIT)) == 549755813888.0);
	assert_true(from_bits(rpv__survival_double(1000 * RPV__BIT)) == 0);
	assert_true(from_bits(rpv__growth_double(0)) == 1);
	assert_true(from_bits(rpv__growth_double(3 * RPV__BIT)) == 8);
	assert_true(from_bits(rpv__growth_double(RPV__BIT - 1)) < 2);
	for (int i = 0; i < 100000; i++) {
		uint64_t x = test_random_next(&r) >> 4 & (700 * RPV__BIT - 1);
		if (x > 700 * RPV__BIT)
			continue;
		double product = from_bits(rpv__survival_double(x)) / 1099511627776.0 * from_bits(rpv__growth_double(x));
		assert_true(product > 1 - 4.0 / 4503599627370496.0 && product < 1 + 4.0 / 4503599627370496.0);
	}
}

/* --- sums --- */
static void check_sum(test_random *r, rpv__gain_way way, const rpv__variant_row *rows, uint32_t every)
{
	uint32_t wide[300];
	uint16_t narrow[300];
	uint32_t count = (uint32_t)test_random_below(r, 300);
	uint64_t expected[RPV__VIEWS] = { 0 }, got[RPV__VIEWS] = { 1, 1, 1 };
	for (uint32_t i = 0; i < count; i++) {
		wide[i] = narrow[i] = (uint16_t)test_random_below(r, VARIANTS);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			expected[k] = rpv__l_add(expected[k], rows[wide[i]].w[k]);
	}
	rpv__sum_choose(way)(rows, wide, true, count, every, got);
	assert_memory_equal(expected, got, sizeof got);
	memset(got, 1, sizeof got);
	rpv__sum_choose(way)(rows, narrow, false, count, every, got);
	assert_memory_equal(expected, got, sizeof got);
}

static void test_sums_when_added_each_way_then_bounded_alike(void **state)
{
	static rpv__variant_row rows[VARIANTS];
	test_random r = { 5 };
	(void)state;
	for (uint64_t round = 0; round < test_rounds(400, 20); round++) {
		uint64_t heaviest = 0, most = round % 3 ? UINT64_MAX : RPV__BIT << test_random_below(&r, 6);
		for (uint32_t v = 0; v < VARIANTS; v++) {
			for (unsigned k = 0; k < RPV__VIEWS; k++) {
				uint64_t w = any_w(&r);
				rows[v].w[k] = w < most ? w : most;
				heaviest = rows[v].w[k] > heaviest ? rows[v].w[k] : heaviest;
			}
			rows[v].recommendation = UINT32_MAX; /* lies in the lane that is no sum */
			rows[v].left = 255;
		}
		for (int i = 0; i < 10; i++) {
			check_sum(&r, RPV__GAIN_BEST_WAY, rows, rpv__sum_every(heaviest));
			check_sum(&r, RPV__GAIN_DOUBLES, rows, rpv__sum_every(heaviest));
		}
	}
	assert_int_equal(21, rpv__sum_every(RPV__W_MAX));
	assert_int_equal(UINT32_MAX, rpv__sum_every(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gains_when_worked_out_each_way_then_equal_to_the_integers),
		cmocka_unit_test(test_gains_when_the_host_rounds_otherwise_then_equal_to_the_integers),
		cmocka_unit_test(test_row_when_recommendations_have_any_number_then_it_tells_them_and_counts),
		cmocka_unit_test(test_doubles_when_made_of_integers_then_powers_of_two),
		cmocka_unit_test(test_sums_when_added_each_way_then_bounded_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
