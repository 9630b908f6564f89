/* SPDX-License-Identifier: MIT */
/* Triggers, each at the boundary of its threshold: R24 to R28 and R31. */
#include "../support/test.h"

#include "../../lib/model/resurface.h"

#define POINT (INT64_C(1) << 44)
#define MICRO 1000u /* of EPSS: 1e-6 in 1e-9 */

static const rpv__thresholds *const usual = &rpv__policy_default.thresholds;
static const rpv__transitions quiet;

static bool fires(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now)
{
	rpv__firing firing;
	return rpv__trigger_fires(trigger, base, now, &quiet, usual, &firing);
}

/* R25: now >= 1.25 * base and now - base >= 0.5, exactly; a warning re-arms below 80 % of both. */
static void test_exposure_when_up_by_a_quarter_and_half_a_point_then_it_fires(void **state)
{
	static const struct { int64_t base, now; bool fires, rearms; } table[] = {
		{ 0, POINT / 2, true, false }, { 0, POINT / 2 - 1, false, false },
		{ 0, 2 * POINT / 5, false, true }, { 0, 2 * POINT / 5 + 1, false, false },
		{ 2 * POINT, 5 * POINT / 2, true, false }, { 2 * POINT, 5 * POINT / 2 - 1, false, false },
		{ 40 * POINT, 50 * POINT, true, false }, { 40 * POINT, 50 * POINT - 1, false, false },
		{ 40 * POINT, 48 * POINT, false, false }, { 40 * POINT, 48 * POINT - 1, false, true },
		{ POINT, POINT, false, true }, { POINT, 0, false, true }, { POINT, 5 * POINT / 4, false, true },
		{ 40 * POINT + 1, 50 * POINT + 1, false, false }, { 40 * POINT + 1, 50 * POINT + 2, true, false },
		{ INT64_MAX / 2, INT64_MAX, true, false } };
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		rpv__baseline base = { .exposure = 7, .base_exposure = table[i].base };
		rpv__circumstances now = { .exposure = table[i].now };
		assert_int_equal(table[i].fires, fires(RPV_TRIGGER_EXPOSURE, &base, &now));
		assert_int_equal(table[i].rearms, rpv__trigger_rearms(RPV_TRIGGER_EXPOSURE, &base, &now, usual));
	}
}

static void test_exposure_when_its_baseline_is_as_large_as_fits_then_so_is_its_mark(void **state)
{
	rpv__baseline base = { .base_exposure = INT64_MAX };
	rpv__circumstances now = { .exposure = INT64_MAX };
	rpv__thresholds t = *usual;
	rpv__firing f;
	(void)state;
	assert_false(rpv__trigger_fires(RPV_TRIGGER_EXPOSURE, &base, &now, &quiet, &t, &f));
	assert_true(f.threshold == INT64_MAX && f.frozen == INT64_MAX);
	t.exposure_ratio_ppm = 3000000; /* the rise alone does not fit */
	assert_false(rpv__trigger_fires(RPV_TRIGGER_EXPOSURE, &base, &now, &quiet, &t, &f));
	assert_true(f.threshold == INT64_MAX);
	base.base_exposure = -1; /* not worked out */
	assert_true(rpv__trigger_fires(RPV_TRIGGER_EXPOSURE, &base, &now, &quiet, &t, &f));
	assert_true(f.threshold == t.exposure_rise - 1);
}

/* R25: now - base >= 5 and 2 * (now - base) >= base. */
static void test_exposed_devices_when_up_by_half_and_five_then_it_fires(void **state)
{
	static const struct { uint64_t base, now; bool fires, rearms; } table[] = {
		{ 0, 4, false, false }, { 0, 3, false, true }, { 0, 5, true, false }, { 4, 8, false, false }, { 4, 9, true, false },
		{ 10, 14, false, false }, { 10, 15, true, false }, { 11, 16, false, false }, { 11, 17, true, false },
		{ 100, 149, false, false }, { 100, 150, true, false }, { 100, 139, false, true }, { 100, 140, false, false },
		{ 100, 1, false, true } };
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		rpv__baseline base = { .devices = table[i].base };
		rpv__circumstances now = { .devices = table[i].now };
		rpv__firing f;
		assert_int_equal(table[i].fires, fires(RPV_TRIGGER_EXPOSED_DEVICES, &base, &now));
		assert_int_equal(table[i].rearms, rpv__trigger_rearms(RPV_TRIGGER_EXPOSED_DEVICES, &base, &now, usual));
		/* the threshold that is named is the first number that fires */
		rpv__trigger_fires(RPV_TRIGGER_EXPOSED_DEVICES, &base, &now, &quiet, usual, &f);
		now.devices = (uint64_t)f.threshold;
		assert_true(fires(RPV_TRIGGER_EXPOSED_DEVICES, &base, &now));
		now.devices--;
		assert_false(fires(RPV_TRIGGER_EXPOSED_DEVICES, &base, &now));
	}
}

/* R26: base < 0.36 <= now and now - base >= 0.06; an unknown base is 0; re-arms below 0.30. */
static void test_epss_crossing_when_it_crosses_by_enough_then_it_fires(void **state)
{
	const uint32_t none = RPV__EPSS_UNKNOWN;
	const struct { uint32_t base, now; bool fires, rearms; } table[] = {
		{ 200000 * MICRO, 359999 * MICRO, false, false }, { 200000 * MICRO, 360000 * MICRO, true, false },
		{ 200000 * MICRO, 359999 * MICRO + 500, true, false }, { 200000 * MICRO, 359999 * MICRO + 499, false, false },
		{ 300000 * MICRO, 360000 * MICRO, true, false }, { 300001 * MICRO, 360000 * MICRO, false, false },
		{ 300001 * MICRO, 360001 * MICRO, true, false }, { 360000 * MICRO, 990000 * MICRO, false, false },
		{ none, 360000 * MICRO, true, false }, { none, none, false, true }, { 100 * MICRO, none, false, true },
		{ 100 * MICRO, 300000 * MICRO, false, false }, { 100 * MICRO, 299999 * MICRO, false, true } };
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		rpv__baseline base = { .base_epss = table[i].base, .base_doubling = none };
		rpv__circumstances now = { .epss = table[i].now };
		assert_int_equal(table[i].fires, fires(RPV_TRIGGER_EPSS_CROSSING, &base, &now));
		assert_int_equal(table[i].rearms, rpv__trigger_rearms(RPV_TRIGGER_EPSS_CROSSING, &base, &now, usual));
	}
}

/* R26: now >= 2 * base and now > 0.05; the first known value is an unknown base; re-arms below 1.5 * base. */
static void test_epss_doubled_when_twice_and_above_the_floor_then_it_fires(void **state)
{
	const uint32_t none = RPV__EPSS_UNKNOWN;
	const struct { uint32_t base, now; bool fires, rearms; } table[] = {
		{ 25000 * MICRO, 50000 * MICRO, false, false }, { 25000 * MICRO, 50001 * MICRO, true, false },
		{ 30000 * MICRO, 59999 * MICRO, false, false }, { 30000 * MICRO, 60000 * MICRO, true, false },
		{ 30000 * MICRO, 44999 * MICRO, false, true }, { 30000 * MICRO, 45000 * MICRO, false, false },
		{ 0, 50001 * MICRO, true, false }, { 0, 0, false, false }, { none, 900000 * MICRO, false, true },
		{ 30000 * MICRO, none, false, true } };
	rpv__baseline learning = { .base_epss = none, .base_doubling = none };
	rpv__circumstances now = { .epss = none };
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		rpv__baseline base = { .base_epss = none, .base_doubling = table[i].base };
		rpv__circumstances is = { .epss = table[i].now };
		assert_int_equal(table[i].fires, fires(RPV_TRIGGER_EPSS_DOUBLED, &base, &is));
		assert_int_equal(table[i].rearms, rpv__trigger_rearms(RPV_TRIGGER_EPSS_DOUBLED, &base, &is, usual));
	}
	rpv__baseline_learn(&learning, &now);
	assert_true(learning.base_doubling == none);
	now.epss = 40000 * MICRO;
	rpv__baseline_learn(&learning, &now);
	assert_true(learning.base_doubling == 40000 * MICRO && learning.base_epss == none);
	now.epss = 50000 * MICRO;
	rpv__baseline_learn(&learning, &now);
	assert_true(learning.base_doubling == 40000 * MICRO);
}

/* R24: above the highest frozen, or a weakness above itself; not known counts as the lowest. */
static void test_severity_and_exploit_when_above_or_risen_then_they_fire(void **state)
{
	static const struct { uint8_t base, now, before, after; bool fires; int64_t frozen, is; } table[] = {
		{ 4, 4, 0, 0, false, 0, 0 }, { 4, 5, 0, 0, true, 4, 5 }, { 4, 3, 0, 0, false, 0, 0 }, { 0, 1, 0, 0, false, 0, 0 },
		{ 0, 2, 0, 0, true, 1, 2 }, { 5, 5, 2, 3, true, 2, 3 }, { 3, 4, 2, 4, true, 3, 4 }, { 5, 5, 1, 2, true, 1, 2 } };
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		bool rose = table[i].after > table[i].before;
		rpv__baseline base = { .severity = table[i].base, .exploit = table[i].base };
		rpv__circumstances now = { .severity = table[i].now, .exploit = table[i].now, .severity_weakness = 1,
		                           .exploit_weakness = 1 };
		rpv__rise rise = { rose ? 2 : 0, table[i].before, table[i].after };
		rpv__transitions done = { .severity = rise, .exploit = rise };
		rpv__firing f;
		for (int t = RPV_TRIGGER_SEVERITY; t <= RPV_TRIGGER_EXPLOIT; t++) {
			assert_int_equal(table[i].fires, rpv__trigger_fires((rpv_trigger)t, &base, &now, &done, usual, &f));
			if (table[i].fires)
				assert_true(f.frozen == table[i].frozen && f.now == table[i].is && f.threshold == f.frozen + 1);
			assert_int_equal(table[i].now <= (table[i].base ? table[i].base : 1),
			                 rpv__trigger_rearms((rpv_trigger)t, &base, &now, usual));
		}
	}
}

/* What is named as risen and has not is none. */
static void test_severity_when_nothing_rose_then_quiet(void **state)
{
	rpv__baseline base = { .severity = 5 };
	rpv__circumstances now = { .severity = 5, .severity_weakness = 1 };
	rpv__transitions done = { .severity = { 2, 3, 3 } };
	rpv__firing f;
	(void)state;
	assert_false(rpv__trigger_fires(RPV_TRIGGER_SEVERITY, &base, &now, &done, usual, &f));
	done.severity.now = 4;
	assert_true(rpv__trigger_fires(RPV_TRIGGER_SEVERITY, &base, &now, &done, usual, &f));
}

static void test_known_exploited_when_none_was_or_one_is_new_then_it_fires(void **state)
{
	rpv__baseline none = { 0 }, one = { .flags = RPV__BASELINE_KNOWN_EXPLOITED };
	rpv__circumstances calm = { 0 }, exploited = { .known_exploited = 5 };
	rpv__transitions done = { .known_exploited = 6 };
	rpv__firing f;
	(void)state;
	assert_false(fires(RPV_TRIGGER_KNOWN_EXPLOITED, &none, &calm));
	assert_true(fires(RPV_TRIGGER_KNOWN_EXPLOITED, &none, &exploited));
	assert_false(fires(RPV_TRIGGER_KNOWN_EXPLOITED, &one, &exploited));
	assert_true(rpv__trigger_fires(RPV_TRIGGER_KNOWN_EXPLOITED, &one, &exploited, &done, usual, &f));
	assert_int_equal(6, f.weakness);
	assert_true(rpv__trigger_rearms(RPV_TRIGGER_KNOWN_EXPLOITED, &none, &calm, usual));
	assert_false(rpv__trigger_rearms(RPV_TRIGGER_KNOWN_EXPLOITED, &none, &exploited, usual));
}

/* R28: counts for value and internet, single events for alerts; R31 for the rest. */
static void test_counts_alerts_and_flags_when_above_then_they_fire(void **state)
{
	rpv__baseline base = { .high_value = 2, .internet_facing = 2 }, ended = { .flags = RPV__BASELINE_END_OF_SUPPORT };
	rpv__circumstances same = { .high_value = 2, .internet_facing = 2 };
	rpv__circumstances more = { .high_value = 3, .internet_facing = 3, .alerts = 1, .fix = true, .end_of_support = true };
	rpv__transitions done = { .alerts = 1, .fix = 4 };
	rpv__firing f;
	(void)state;
	for (int t = RPV_TRIGGER_HIGH_VALUE; t <= RPV_TRIGGER_END_OF_SUPPORT; t++) {
		assert_false(fires((rpv_trigger)t, &base, &same));
		assert_true(fires((rpv_trigger)t, &base, &more));
		assert_true(rpv__trigger_rearms((rpv_trigger)t, &base, &same, usual));
		assert_false(rpv__trigger_rearms((rpv_trigger)t, &base, &more, usual));
	}
	assert_false(fires(RPV_TRIGGER_END_OF_SUPPORT, &ended, &more));
	assert_false(fires(RPV_TRIGGER_ACTIVE_ALERT, &base, &more)); /* it was there before */
	assert_true(rpv__trigger_fires(RPV_TRIGGER_ACTIVE_ALERT, &base, &more, &done, usual, &f));
	assert_false(fires(RPV_TRIGGER_FIX_AVAILABLE, &base, &more));
	assert_true(rpv__trigger_fires(RPV_TRIGGER_FIX_AVAILABLE, &base, &more, &done, usual, &f));
	assert_int_equal(4, f.weakness);
	assert_true(rpv__trigger_rearms(RPV_TRIGGER_ACTIVE_ALERT, &base, &same, usual));
	assert_false(rpv__trigger_rearms(RPV_TRIGGER_FIX_AVAILABLE, &base, &more, usual));
	assert_false(fires(RPV_TRIGGER_CONTROL_RETIRED, &base, &more));
	assert_false(fires(RPV_TRIGGER_CONTROL_STALE, &base, &more));
}

/* R27: exposure by the ratio, EPSS to the new highest. */
static void test_baseline_when_a_model_changes_then_it_moves(void **state)
{
	rpv__baseline base = { .exposure = 4 * POINT, .base_exposure = 4 * POINT, .base_epss = 20000 * MICRO,
	                       .base_doubling = 20000 * MICRO };
	rpv__circumstances before = { .exposure = 5 * POINT }, after = { .exposure = 10 * POINT, .epss = 200000 * MICRO };
	rpv__circumstances gone = { .epss = RPV__EPSS_UNKNOWN };
	(void)state;
	rpv__baseline_move(&base, &before, &after);
	assert_true(base.base_exposure == 8 * POINT && base.exposure == 4 * POINT);
	assert_true(base.base_epss == 200000 * MICRO && base.base_doubling == 200000 * MICRO);
	rpv__baseline_move(&base, &gone, &gone); /* no ratio without exposure; an unknown EPSS is nothing to double */
	assert_true(base.base_exposure == 8 * POINT && base.base_epss == RPV__EPSS_UNKNOWN);
	assert_true(base.base_doubling == 200000 * MICRO);
}

/* R30, R31: all that fired, in order; the first that voids; a warning once until re-armed. */
static void test_resurface_when_several_fire_then_all_are_noted_and_warnings_once(void **state)
{
	rpv__baseline base = { .devices = 4, .base_epss = RPV__EPSS_UNKNOWN, .base_doubling = RPV__EPSS_UNKNOWN };
	rpv__circumstances worse = { .devices = 9, .high_value = 1, .known_exploited = 3, .epss = RPV__EPSS_UNKNOWN };
	rpv__circumstances better = { .devices = 4, .epss = RPV__EPSS_UNKNOWN };
	const uint8_t *patch = rpv__policy_default.actions[RPV_JUSTIFICATION_NO_PATCH_AVAILABLE];
	const uint8_t *control = rpv__policy_default.actions[RPV_JUSTIFICATION_THIRD_PARTY_CONTROL];
	rpv__firing out[RPV__TRIGGERS];
	uint32_t fired = 0;
	(void)state;
	assert_int_equal(3, rpv__resurface(&base, &worse, &quiet, usual, patch, 77, &fired, out));
	assert_int_equal(RPV_TRIGGER_KNOWN_EXPLOITED, out[0].trigger);
	assert_int_equal(RPV_TRIGGER_EXPOSED_DEVICES, out[1].trigger);
	assert_int_equal(RPV_TRIGGER_HIGH_VALUE, out[2].trigger);
	assert_true(out[0].voided && !out[1].voided && !out[2].voided && out[1].time_ms == 77);
	assert_ptr_equal(&out[0], rpv__firing_voids(out, 3));
	assert_null(rpv__firing_voids(out + 1, 2));
	fired = 0;
	assert_int_equal(3, rpv__resurface(&base, &worse, &quiet, usual, control, 1, &fired, out));
	assert_int_equal(0, rpv__resurface(&base, &worse, &quiet, usual, control, 2, &fired, out));
	assert_int_equal(0, rpv__resurface(&base, &better, &quiet, usual, control, 3, &fired, out));
	assert_int_equal(0, fired);
	assert_int_equal(3, rpv__resurface(&base, &worse, &quiet, usual, control, 4, &fired, out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exposure_when_up_by_a_quarter_and_half_a_point_then_it_fires),
		cmocka_unit_test(test_exposure_when_its_baseline_is_as_large_as_fits_then_so_is_its_mark),
		cmocka_unit_test(test_severity_when_nothing_rose_then_quiet),
		cmocka_unit_test(test_exposed_devices_when_up_by_half_and_five_then_it_fires),
		cmocka_unit_test(test_epss_crossing_when_it_crosses_by_enough_then_it_fires),
		cmocka_unit_test(test_epss_doubled_when_twice_and_above_the_floor_then_it_fires),
		cmocka_unit_test(test_severity_and_exploit_when_above_or_risen_then_they_fire),
		cmocka_unit_test(test_known_exploited_when_none_was_or_one_is_new_then_it_fires),
		cmocka_unit_test(test_counts_alerts_and_flags_when_above_then_they_fire),
		cmocka_unit_test(test_baseline_when_a_model_changes_then_it_moves),
		cmocka_unit_test(test_resurface_when_several_fire_then_all_are_noted_and_warnings_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
