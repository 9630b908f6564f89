/* SPDX-License-Identifier: MIT */
/* Evaluation of views built by hand: what exceptions of each kind and width do, value, clock, the bounds of sums. */
#include "../support/view_fleet.h"

/* Two devices in group 1, one in group 2, each with one weakness of recommendation 1. */
typedef struct trio { fleet f; uint32_t rec, weakness, variant, a, b, c; } trio;

static void open_trio(trio *t)
{
	open_fleet(&t->f);
	t->weakness = add_weakness(&t->f, RPV_SEVERITY_HIGH, 300000000);
	t->rec = add_recommendation(&t->f, RPV_KIND_UPDATE, 0);
	t->variant = add_variant(&t->f, t->rec, &t->weakness, 1);
	t->a = add_device(&t->f, 1, RPV__VALUE_NORMAL, 0);
	t->b = add_device(&t->f, 1, RPV__VALUE_NORMAL, 0);
	t->c = add_device(&t->f, 2, RPV__VALUE_NORMAL, 0);
	give(&t->f, t->a, t->variant);
	give(&t->f, t->b, t->variant);
	give(&t->f, t->c, t->variant);
}

static void assert_points(double expected, int64_t units)
{
	double difference = expected - rpv__score_to_double(units);
	if (difference < -1e-9 || difference > 1e-9)
		print_error("expected %.12f, got %.12f\n", expected, rpv__score_to_double(units));
	assert_true(difference >= -1e-9 && difference <= 1e-9);
}

static void assert_three(trio *t, double no_impact, double official, double best)
{
	change(&t->f);
	rpv__scores s = scores_of(&t->f, &everything);
	assert_points(no_impact, s.exposure[RPV__NO_IMPACT]);
	assert_points(official, s.exposure[RPV__OFFICIAL]);
	assert_points(best, s.exposure[RPV__MITIGATION_LIKE]);
}

static void test_views_when_kinds_of_exception_differ_then_as_their_impact_says(void **state)
{
	(void)state;
	static trio t;
	const uint32_t one[] = { 1 }, two[] = { 2 };
	open_trio(&t); /* q = 0.3 x 0.8 x 0.1 */
	assert_three(&t, 2.4, 2.4, 2.4);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, one, 1, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, 2.4, 0.8, 0.8);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, two, 1, RPV_IMPACT_HYBRID);
	assert_three(&t, 2.4, 0.8, 0);
	change(&t.f);
}

static void test_widths_when_they_meet_then_global_suspends_and_group_decides(void **state)
{
	(void)state;
	static trio t;
	const uint32_t one[] = { 1 }, devices[] = { 1, 3 };
	open_trio(&t);
	uint64_t on_devices = cover(&t.f, t.rec, 0, RPV_SCOPE_DEVICES, devices, 2, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, 2.4, 0.8, 0.8);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, one, 1, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, 2.4, 1.6, 0); /* in group 1 its own decides: no impact */
	uint64_t global = cover(&t.f, t.rec, 0, RPV_SCOPE_GLOBAL, one, 0, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, 2.4, 2.4, 0); /* suspends both: the official score gets worse */
	rpv_worth worth;
	assert_ok(rpv__evaluate_worth(&t.f.view, &everything, cover_of(&t.f, global), &worth, NULL));
	assert_true(worth.exposure < 0 && worth.exposure_mitigation_like == 0);
	assert_ok(rpv__evaluate_worth(&t.f.view, &everything, cover_of(&t.f, on_devices), &worth, NULL));
	assert_true(worth.exposure == 0); /* suspended */
	change(&t.f);
}

static void test_subjects_when_they_meet_then_union(void **state)
{
	(void)state;
	static trio t;
	uint32_t both[2];
	open_trio(&t);
	both[0] = t.weakness;
	both[1] = add_weakness(&t.f, RPV_SEVERITY_CRITICAL, 100000000); /* q = 0.01 */
	t.variant = add_variant(&t.f, t.rec, both, 2);
	give_only(&t.f, t.a, t.variant);
	give_only(&t.f, t.b, t.variant);
	give_only(&t.f, t.c, t.variant);
	double all = 100 * (1 - (1 - 0.024) * (1 - 0.01));
	assert_three(&t, all, all, all);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GLOBAL, both, 0, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, all, all, 0);
	cover(&t.f, t.rec, both[0], RPV_SCOPE_GLOBAL, both, 0, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, all, 1, 0); /* a single weakness counts officially, on top of the whole */
	cover(&t.f, 0, both[1], RPV_SCOPE_DEVICES, &t.c, 1, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, all, 2.0 / 3, 0);
	assert_true(figures_of(&t.f, &everything)[t.rec].excepted_weakness_everywhere);
	assert_int_equal(2, figures_of(&t.f, &everything)[t.rec].exposed_after);
	change(&t.f);
}

static void test_high_value_when_more_than_ten_devices_then_weighs_a_tenth_of_them(void **state)
{
	(void)state;
	static trio t;
	open_trio(&t);
	for (int i = 0; i < 16; i++)
		add_device(&t.f, 1, RPV__VALUE_NORMAL, 0);
	uint32_t none = add_variant(&t.f, t.rec, &t.weakness, 0);
	give_only(&t.f, t.b, none);
	give_only(&t.f, t.c, none);
	t.f.devices[t.a].value = RPV__VALUE_HIGH; /* the only one with a finding, N = 19 */
	assert_three(&t, 2.4 * 1.9 / (18 + 1.9), 2.4 * 1.9 / (18 + 1.9), 2.4 * 1.9 / (18 + 1.9));
	change(&t.f);
}

static void test_device_when_sums_pass_all_bounds_then_impacts_are_still_exact(void **state)
{
	(void)state;
	static fleet f;
	naive expected;
	open_fleet(&f);
	uint32_t set[SET];
	static uint32_t many[WEAKNESSES][400];
	for (int i = 0; i < WEAKNESSES - 1; i++)
		add_weakness(&f, RPV_SEVERITY_CRITICAL, 990000000);
	uint32_t device = add_device(&f, 1, RPV__VALUE_NORMAL, RPV__DEVICE_INTERNET | RPV__DEVICE_ALERT);
	add_device(&f, 1, RPV__VALUE_LOW, 0);
	for (uint32_t v = 1; v <= ROW; v++) { /* each more than 48 bits by itself; the same weakness over and over */
		add_variant(&f, add_recommendation(&f, RPV_KIND_UPDATE, 0), set, 0);
		for (uint32_t j = 0; j < 400; j++)
			many[v][j] = 1 + j % (WEAKNESSES - 1);
		f.variants[v].weaknesses = many[v];
		f.variants[v].weakness_count = 400;
		give(&f, device, v);
		recompute(&f, &everything, 0, &expected);
		change(&f);
		rpv__scores got = scores_of(&f, &everything);
		assert_scores(&expected.scores, &got);
		const rpv__figures *figures = figures_of(&f, &everything);
		for (uint32_t rec = 1; rec <= v; rec++) {
			naive gone;
			recompute(&f, &everything, rec, &gone);
			assert_true(expected.scores.exposure[0] - gone.scores.exposure[0] == figures[rec].impact[0]);
			assert_true(v > 1 || figures[rec].impact[0] > 0);
		}
	}
	change(&f);
}

static void test_clock_when_nothing_else_moves_then_valid_until_says_when(void **state)
{
	(void)state;
	static trio t;
	rpv__lens lens = everything;
	open_trio(&t);
	assert_true(scores_of(&t.f, &lens).valid_until_ms == NOW + 30 * DAY);
	uint64_t id = cover(&t.f, t.rec, 0, RPV_SCOPE_DEVICES, &t.c, 1, RPV_IMPACT_MITIGATION_LIKE);
	change(&t.f);
	rpv__scores before = scores_of(&t.f, &lens);
	assert_true(before.valid_until_ms == cover_of(&t.f, id)->end_ms);
	uint8_t others[GROUPS] = { 0, 1 };
	rpv__lens limited = { .now_ms = NOW, .groups = others, .group_count = GROUPS };
	assert_true(scores_of(&t.f, &limited).valid_until_ms == NOW + 30 * DAY); /* not its business */
	lens.now_ms = before.valid_until_ms - 1;
	rpv__scores last = scores_of(&t.f, &lens);
	assert_scores(&before, &last);
	lens.now_ms++;
	rpv__scores after = scores_of(&t.f, &lens);
	assert_true(after.exposure[RPV__OFFICIAL] > before.exposure[RPV__OFFICIAL]);
	assert_true(after.valid_until_ms == NOW + 30 * DAY);
	lens.now_ms = after.valid_until_ms;
	rpv__scores silent = scores_of(&t.f, &lens);
	assert_int_equal(0, silent.devices);
	assert_true(silent.valid_until_ms == INT64_MAX);
	lens.now_ms = NOW; /* and back */
	rpv__scores again = scores_of(&t.f, &lens);
	assert_scores(&before, &again);
	change(&t.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views_when_kinds_of_exception_differ_then_as_their_impact_says),
		cmocka_unit_test(test_widths_when_they_meet_then_global_suspends_and_group_decides),
		cmocka_unit_test(test_subjects_when_they_meet_then_union),
		cmocka_unit_test(test_high_value_when_more_than_ten_devices_then_weighs_a_tenth_of_them),
		cmocka_unit_test(test_device_when_sums_pass_all_bounds_then_impacts_are_still_exact),
		cmocka_unit_test(test_clock_when_nothing_else_moves_then_valid_until_says_when),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
