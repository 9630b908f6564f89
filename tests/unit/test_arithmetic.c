/* SPDX-License-Identifier: MIT */
/* Wide integers, likelihoods, hazards, survivals and the bounds of their sums. The digest at the end is the same in
 * every build on every machine. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/base/wide.h"
#include "../../lib/score/hazard.h"
#include "../../lib/score/sum.h"
#include "../../lib/score/survival.h"

#include <float.h>
#include <math.h>
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

/* of any size, small ones as likely as large ones */
static uint64_t random_size(void)
{
	unsigned shift = (unsigned)(next_random() & 63);
	return next_random() >> shift;
}

static int start(void **state)
{
	(void)state;
	random_state = 1;
	return 0;
}

/* --- wide integers --- */

static void assert_wide(rpv__wide a, rpv__wide b)
{
	assert_true(a.hi == b.hi && a.lo == b.lo);
}

static void test_wide_when_multiplied_then_both_ways_agree(void **state)
{
	(void)state;
	const uint64_t most = UINT64_MAX;
	assert_wide(rpv__mul64_portable(most, most), (rpv__wide){ most - 1, 1 });
	assert_wide(rpv__mul64(most, most), (rpv__wide){ most - 1, 1 });
	assert_wide(rpv__mul64_portable(UINT64_C(1) << 32, UINT64_C(1) << 32), (rpv__wide){ 1, 0 });
	for (int i = 0; i < 100000; i++) {
		uint64_t a = random_size(), b = random_size();
		assert_wide(rpv__mul64(a, b), rpv__mul64_portable(a, b));
		assert_true(rpv__mul_high(a, b) == rpv__mul64_portable(b, a).hi);
	}
}

static void test_wide_when_divided_then_quotient_and_rest_give_it_back(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t d = random_size() | 1, hi = random_size() % d;
		rpv__wide n = { hi, next_random() };
		uint64_t quotient = rpv__wide_div(n, d);
		assert_true(quotient == rpv__wide_div_portable(n, d));
		rpv__wide rest = rpv__wide_sub(n, rpv__mul64(quotient, d));
		assert_true(rest.hi == 0 && rest.lo < d);
	}
	assert_true(rpv__wide_div((rpv__wide){ 5, 0 }, 5) == UINT64_MAX);
	assert_true(rpv__wide_div_portable((rpv__wide){ 5, 0 }, 5) == UINT64_MAX);
	assert_true(rpv__wide_div((rpv__wide){ 4, UINT64_MAX }, 5) == UINT64_MAX);
	assert_true(rpv__wide_div_portable((rpv__wide){ 4, UINT64_MAX }, 5) == UINT64_MAX);
	assert_true(rpv__wide_div(rpv__wide_of(1), 0) == UINT64_MAX);
	assert_true(rpv__wide_div_portable(rpv__wide_of(1), 0) == UINT64_MAX);
}

static void test_wide_when_added_then_subtracting_gives_it_back(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		rpv__wide a = { next_random(), random_size() }, b = { random_size(), next_random() };
		assert_wide(rpv__wide_sub(rpv__wide_add(a, b), b), a);
		assert_wide(rpv__wide_add(rpv__wide_sub(a, b), b), a);
		assert_int_equal(rpv__wide_compare(a, b), -rpv__wide_compare(b, a));
		uint64_t k = random_size();
		assert_wide(rpv__wide_mul(rpv__wide_add(a, b), k), rpv__wide_add(rpv__wide_mul(a, k), rpv__wide_mul(b, k)));
	}
	rpv__wide zero = { 0, 0 }, minus_one = rpv__wide_sub(zero, rpv__wide_of(1));
	assert_wide(minus_one, (rpv__wide){ UINT64_MAX, UINT64_MAX });
	assert_int_equal(rpv__wide_compare(minus_one, zero), -1);
	assert_int_equal(rpv__wide_compare(zero, zero), 0);
	assert_int_equal(rpv__wide_compare((rpv__wide){ 1, 0 }, rpv__wide_of(UINT64_MAX)), 1);
}

/* --- likelihoods --- */

static void test_likelihood_when_facts_add_up_then_the_highest_counts(void **state)
{
	(void)state;
	const uint32_t unknown = UINT32_MAX;
	const struct { rpv__likelihood_facts facts; uint32_t p; } cases[] = {
		{ { unknown, RPV_SEVERITY_UNCHANGED, RPV_EXPLOIT_UNCHANGED, false, false }, 3000000 },
		{ { unknown, RPV_SEVERITY_UNKNOWN, RPV_EXPLOIT_NONE, false, false }, 3000000 },
		{ { unknown, RPV_SEVERITY_LOW, RPV_EXPLOIT_NONE, false, false }, 1000000 },
		{ { unknown, RPV_SEVERITY_MEDIUM, RPV_EXPLOIT_NONE, false, false }, 3000000 },
		{ { unknown, RPV_SEVERITY_HIGH, RPV_EXPLOIT_NONE, false, false }, 10000000 },
		{ { unknown, RPV_SEVERITY_CRITICAL, RPV_EXPLOIT_NONE, false, false }, 30000000 },
		{ { 0, RPV_SEVERITY_CRITICAL, RPV_EXPLOIT_NONE, false, false }, 0 },
		{ { 20000000, RPV_SEVERITY_HIGH, RPV_EXPLOIT_NONE, false, false }, 20000000 },
		{ { 20000000, RPV_SEVERITY_HIGH, RPV_EXPLOIT_PUBLIC, false, false }, 50000000 },
		{ { 60000000, RPV_SEVERITY_HIGH, RPV_EXPLOIT_PUBLIC, false, false }, 60000000 },
		{ { unknown, RPV_SEVERITY_LOW, RPV_EXPLOIT_VERIFIED, false, false }, 200000000 },
		{ { unknown, RPV_SEVERITY_LOW, RPV_EXPLOIT_KIT, false, false }, 400000000 },
		{ { unknown, RPV_SEVERITY_LOW, RPV_EXPLOIT_KIT, true, false }, 900000000 },
		{ { 950000000, RPV_SEVERITY_LOW, RPV_EXPLOIT_NONE, true, false }, 950000000 },
		{ { 0, RPV_SEVERITY_LOW, RPV_EXPLOIT_NONE, true, true }, 990000000 },
		{ { 1000000000, RPV_SEVERITY_LOW, RPV_EXPLOIT_NONE, false, false }, 990000000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(rpv__likelihood(model, &cases[i].facts), cases[i].p);
}

static void test_model_when_a_constant_is_out_of_range_then_it_is_not_ok(void **state)
{
	(void)state;
	assert_true(rpv__exposure_model_ok(model));
	rpv__exposure_model m = *model;
	m.highest = RPV__LIKELIHOOD_ONE;
	assert_false(rpv__exposure_model_ok(&m));
	m = *model;
	m.internet_facing = 4; /* 4 x 4 is above what sums hold */
	assert_false(rpv__exposure_model_ok(&m));
	m.active_alert = 3;
	assert_true(rpv__exposure_model_ok(&m));
	m.consequence[RPV_SEVERITY_LOW] = 1001;
	assert_false(rpv__exposure_model_ok(&m));
	static const struct { size_t at; uint32_t least, most; } bounds[] = {
#define BOUND(member, least, most) { offsetof(rpv__exposure_model, member), least, most }
		BOUND(base[0], 0, RPV__LIKELIHOOD_ONE), BOUND(base[5], 0, RPV__LIKELIHOOD_ONE),
		BOUND(exploit_floor[0], 0, RPV__LIKELIHOOD_ONE), BOUND(exploit_floor[4], 0, RPV__LIKELIHOOD_ONE),
		BOUND(known_exploited_floor, 0, RPV__LIKELIHOOD_ONE), BOUND(active_alert_floor, 0, RPV__LIKELIHOOD_ONE),
		BOUND(highest, 0, RPV__LIKELIHOOD_ONE - 1), BOUND(consequence[0], 0, 1000), BOUND(consequence[5], 0, 1000),
		BOUND(reach, 0, 1000), BOUND(internet_facing, 1, RPV__M_MAX), BOUND(active_alert, 1, RPV__M_MAX),
		BOUND(value_low, 1, 20000), BOUND(value_normal, 1, 20000), BOUND(value_high_least, 1, 20000),
		BOUND(value_high_per_device, 0, 4) };
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
		for (int upper = 0; upper < 2; upper++) {
			uint32_t edge = upper ? bounds[i].most : bounds[i].least, beyond = upper ? edge + 1 : edge - 1;
			m = *model;
			m.internet_facing = m.active_alert = 1; /* their product is not what decides */
			memcpy((char *)&m + bounds[i].at, &edge, sizeof edge);
			assert_true(rpv__exposure_model_ok(&m));
			memcpy((char *)&m + bounds[i].at, &beyond, sizeof beyond);
			if (upper || edge)
				assert_false(rpv__exposure_model_ok(&m));
		}
}

/* --- hazards --- */

static void test_hazard_when_known_by_hand_then_it_is_that(void **state)
{
	(void)state;
	/* from the formulas, in 50 digits */
	const struct { uint32_t p; rpv_severity severity; uint64_t q, h; } cases[] = {
		{ 0, RPV_SEVERITY_CRITICAL, 0, 0 },
		{ 1, RPV_SEVERITY_LOW, UINT64_C(461168601), UINT64_C(162433) },
		{ 1000000, RPV_SEVERITY_LOW, UINT64_C(461168601842738), UINT64_C(162435051661) },
		{ 3000000, RPV_SEVERITY_UNKNOWN, UINT64_C(2767011611056432), UINT64_C(974671229453) },
		{ 3000000, RPV_SEVERITY_UNCHANGED, UINT64_C(2767011611056432), UINT64_C(974671229453) },
		{ 3000000, RPV_SEVERITY_MEDIUM, UINT64_C(2767011611056432), UINT64_C(974671229453) },
		{ 10000000, RPV_SEVERITY_HIGH, UINT64_C(14757395258967641), UINT64_C(5199936931059) },
		{ 20000000, RPV_SEVERITY_HIGH, UINT64_C(29514790517935282), UINT64_C(10404038810045) },
		{ 30000000, RPV_SEVERITY_CRITICAL, UINT64_C(55340232221128654), UINT64_C(19521259097264) },
		{ 50000000, RPV_SEVERITY_MEDIUM, UINT64_C(46116860184273879), UINT64_C(16263640152834) },
		{ 900000000, RPV_SEVERITY_CRITICAL, UINT64_C(1660206966633859645), UINT64_C(612766743970054) },
		{ 990000000, RPV_SEVERITY_CRITICAL, UINT64_C(1826227663297245609), UINT64_C(677345837334477) },
		{ 1000000000, RPV_SEVERITY_CRITICAL, UINT64_C(1826227663297245609), UINT64_C(677345837334477) },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(rpv__reached(model, cases[i].p, cases[i].severity) == cases[i].q);
		assert_true(rpv__hazard(model, cases[i].p, cases[i].severity) == cases[i].h);
	}
	assert_true(rpv__hazard_of(UINT64_C(1) << 63) == RPV__BIT);
	assert_true(rpv__hazard_of(3 * (UINT64_C(1) << 62)) == 2 * RPV__BIT);
	assert_true(rpv__hazard_of(UINT64_C(1) << 62) == UINT64_C(1869162727096984));
	assert_true(rpv__hazard_of(UINT64_MAX) == 64 * RPV__BIT);
	assert_true(rpv__hazard_of(4096) == 1);
	assert_true(rpv__hazard_of(1) == 0);
}

static void test_hazard_when_q_rises_then_it_never_falls(void **state)
{
	(void)state;
	/* where the reciprocal changes, at every size of 1 - q */
	for (unsigned shift = 0; shift < 57; shift++)
		for (uint64_t i = 0; i < 128; i++) {
			uint64_t q = -((128 + i) << 56 >> shift);
			assert_true(rpv__hazard_of(q - 1) <= rpv__hazard_of(q));
			assert_true(rpv__hazard_of(q) <= rpv__hazard_of(q + 1));
		}
	for (int run = 0; run < 200; run++) {
		uint64_t q = random_size(), last = rpv__hazard_of(q);
		for (int i = 0; i < 2000 && q != UINT64_MAX; i++, q++) {
			uint64_t h = rpv__hazard_of(q + 1);
			assert_true(h >= last);
			last = h;
		}
	}
	for (int i = 0; i < 100000; i++) {
		uint64_t a = random_size(), b = random_size();
		assert_true(a < b ? rpv__hazard_of(a) <= rpv__hazard_of(b) : rpv__hazard_of(b) <= rpv__hazard_of(a));
	}
}

static void test_hazard_when_compared_with_floating_point_then_it_is_near(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t q = random_size();
		long double exact = -log1pl(-(long double)q / 0x1p64L) / logl(2) * 0x1p52L;
		if (q >> 40 == UINT64_MAX >> 40)
			continue; /* 1 - q would lose its digits */
		assert_true(fabsl((long double)rpv__hazard_of(q) - exact) <= 0.501L + 0x1p27L * LDBL_EPSILON * exact);
	}
}

/* --- survivals --- */

static void test_survival_when_known_by_hand_then_it_is_that(void **state)
{
	(void)state;
	const struct { uint64_t l, s; } cases[] = {
		{ 0, RPV__SURVIVAL_ONE },
		{ 1, RPV__SURVIVAL_ONE },
		{ RPV__BIT / 2, UINT64_C(777472127994) },
		{ RPV__BIT * 3 / 4, UINT64_C(653773525390) },
		{ RPV__BIT, RPV__SURVIVAL_ONE / 2 },
		{ UINT64_C(123456789012345), UINT64_C(1078816840390) },
		{ UINT64_C(31525266111070207), UINT64_C(8589843740) },
		{ 10 * RPV__BIT, UINT64_C(1) << 30 },
		{ UINT64_C(45048341952606194), UINT64_C(1071703525) },
		{ 40 * RPV__BIT, 1 },
		{ 40 * RPV__BIT + RPV__BIT / 2, 1 },
		{ 41 * RPV__BIT - 1, 1 },
		{ 41 * RPV__BIT, 0 },
		{ UINT64_MAX, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(rpv__survival(cases[i].l) == cases[i].s);
		assert_true(rpv__exposure(cases[i].l) == RPV__SURVIVAL_ONE - cases[i].s);
	}
}

static void test_survival_when_l_rises_then_it_never_rises(void **state)
{
	(void)state;
	/* every place where an entry of a table changes */
	for (uint64_t l = UINT64_C(1) << 36; l < 41 * RPV__BIT; l += UINT64_C(1) << 36)
		if (rpv__survival(l - 1) < rpv__survival(l) || rpv__survival(l) < rpv__survival(l + 1))
			fail();
	for (int run = 0; run < 200; run++) {
		uint64_t l = random_size() % (41 * RPV__BIT), last = rpv__survival(l);
		for (int i = 0; i < 2000; i++) {
			uint64_t s = rpv__survival(++l);
			assert_true(s <= last);
			last = s;
		}
	}
	for (int i = 0; i < 100000; i++) {
		uint64_t a = random_size(), b = random_size();
		assert_true(a < b ? rpv__survival(a) >= rpv__survival(b) : rpv__survival(b) >= rpv__survival(a));
	}
}

static void test_survival_when_compared_with_floating_point_then_it_is_near(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t l = random_size();
		long double exact = 0x1p40L * exp2l(-(long double)l * 0x1p-52L);
		assert_true(fabsl((long double)rpv__survival(l) - exact) <= 0.501L);
	}
}

/* --- bounds of sums --- */

/* Survival of m x a sum that knows no bounds, of findings' hazards by membership, without one membership. */
static uint64_t unbounded_survival(const uint64_t *hazards, size_t memberships, size_t each, size_t without, uint32_t m)
{
	rpv__wide sum = { 0, 0 };
	for (size_t i = 0; i < memberships * each; i++)
		if (i / each != without)
			sum = rpv__wide_add(sum, rpv__wide_of(hazards[i]));
	sum = rpv__wide_mul(sum, m);
	return rpv__survival(sum.hi != 0 ? UINT64_MAX : sum.lo);
}

enum { MEMBERSHIPS = 40, EACH = 3 };

static void check_row(const uint64_t *hazards, uint32_t m)
{
	uint64_t w[MEMBERSHIPS] = { 0 }, sum = 0, late = 0;
	for (size_t i = 0; i < MEMBERSHIPS; i++) {
		for (size_t j = 0; j < EACH; j++)
			w[i] = rpv__w_add(w[i], hazards[i * EACH + j]);
		sum = rpv__l_add(sum, w[i]);
		late += w[i];
		if ((i + 1) % rpv__sum_every(RPV__W_MAX) == 0)
			late = rpv__l_clamp(late);
	}
	uint64_t l = rpv__l_times(sum, m);
	assert_true(l == rpv__l_times(late, m));
	assert_true(rpv__survival(l) == unbounded_survival(hazards, MEMBERSHIPS, EACH, MEMBERSHIPS, m));
	for (size_t i = 0; i < MEMBERSHIPS; i++)
		assert_true(rpv__survival(l - m * w[i]) == unbounded_survival(hazards, MEMBERSHIPS, EACH, i, m));
}

static void test_sum_when_bounded_then_nothing_is_lost(void **state)
{
	(void)state;
	const uint32_t multipliers[] = { 1, 3, 4, 12, RPV__M_MAX };
	for (int run = 0; run < 3000; run++) {
		uint64_t hazards[MEMBERSHIPS * EACH];
		unsigned shift = 6 + (unsigned)(next_random() % 58); /* up to 64 bits each */
		for (size_t i = 0; i < MEMBERSHIPS * EACH; i++)
			hazards[i] = next_random() % 4 ? next_random() >> shift : 0;
		check_row(hazards, multipliers[run % 5]);
	}
	assert_true(RPV__L_CAP - 4 * RPV__W_MAX > 41 * RPV__BIT);
	assert_true(RPV__L_CAP / RPV__BIT * RPV__M_MAX < 4096);
}

static void test_exposure_when_anything_rises_then_it_never_falls(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t sum = rpv__l_clamp(random_size()), more = rpv__l_add(sum, rpv__w_add(0, random_size() >> 6));
		uint32_t m = 1 + (uint32_t)(next_random() % RPV__M_MAX);
		uint64_t p = rpv__exposure(rpv__l_times(sum, m));
		assert_true(rpv__exposure(rpv__l_times(more, m)) >= p);
		assert_true(m == RPV__M_MAX || rpv__exposure(rpv__l_times(sum, m + 1)) >= p);
	}
}

/* --- every build, every machine --- */

static void test_arithmetic_when_built_anyhow_then_the_digest_is_the_same(void **state)
{
	(void)state;
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	for (int i = 0; i < 200000; i++) {
		uint64_t number = random_size();
		digest = (digest ^ rpv__hazard_of(number)) * UINT64_C(0x100000001b3);
		digest = (digest ^ rpv__survival(number)) * UINT64_C(0x100000001b3);
		uint32_t p = (uint32_t)(number % RPV__LIKELIHOOD_ONE);
		digest = (digest ^ rpv__hazard(model, p, (rpv_severity)(number % 6))) * UINT64_C(0x100000001b3);
	}
	assert_true(digest == UINT64_C(0x6b50fc29c9132da8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_wide_when_multiplied_then_both_ways_agree, start),
		cmocka_unit_test_setup(test_wide_when_divided_then_quotient_and_rest_give_it_back, start),
		cmocka_unit_test_setup(test_wide_when_added_then_subtracting_gives_it_back, start),
		cmocka_unit_test_setup(test_likelihood_when_facts_add_up_then_the_highest_counts, start),
		cmocka_unit_test_setup(test_model_when_a_constant_is_out_of_range_then_it_is_not_ok, start),
		cmocka_unit_test_setup(test_hazard_when_known_by_hand_then_it_is_that, start),
		cmocka_unit_test_setup(test_hazard_when_q_rises_then_it_never_falls, start),
		cmocka_unit_test_setup(test_hazard_when_compared_with_floating_point_then_it_is_near, start),
		cmocka_unit_test_setup(test_survival_when_known_by_hand_then_it_is_that, start),
		cmocka_unit_test_setup(test_survival_when_l_rises_then_it_never_rises, start),
		cmocka_unit_test_setup(test_survival_when_compared_with_floating_point_then_it_is_near, start),
		cmocka_unit_test_setup(test_sum_when_bounded_then_nothing_is_lost, start),
		cmocka_unit_test_setup(test_exposure_when_anything_rises_then_it_never_falls, start),
		cmocka_unit_test_setup(test_arithmetic_when_built_anyhow_then_the_digest_is_the_same, start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
