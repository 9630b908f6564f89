/* SPDX-License-Identifier: MIT */
/* The rules of exceptions: status by time, what suspends, conflicts, scopes, impacts, ids. */
#include "../support/test.h"

#include "../../lib/model/exception.h"

enum { FILED = 1000, BEGIN = 2000, END = 5000 };

static rpv__cover plain(rpv_scope scope)
{
	return (rpv__cover){ .recommendation = 1, .exception = 1, .filed_ms = FILED, .start_ms = BEGIN, .end_ms = END,
	                     .scope = scope, .justification = RPV_JUSTIFICATION_RISK_ACCEPTED,
	                     .impact = RPV_IMPACT_NO_IMPACT };
}

/* --- status --- */
static void test_status_when_time_passes_then_it_turns_at_the_millisecond(void **state)
{
	(void)state;
	const struct { int64_t now; rpv_exception_status status; } rows[] = {
		{ 0, RPV_EXCEPTION_SCHEDULED }, { BEGIN - 1, RPV_EXCEPTION_SCHEDULED }, { BEGIN, RPV_EXCEPTION_IN_EFFECT },
		{ END - 1, RPV_EXCEPTION_IN_EFFECT }, { END, RPV_EXCEPTION_EXPIRED }, { INT64_MAX, RPV_EXCEPTION_EXPIRED },
	};
	rpv__cover c = plain(RPV_SCOPE_GROUPS);
	for (size_t i = 0; i < RPV__COUNT(rows); i++)
		assert_int_equal(rows[i].status, rpv__exception_status_alone(&c, rows[i].now));
}

static void test_status_when_ended_by_a_decision_then_it_stays(void **state)
{
	(void)state;
	const struct { rpv__ending ending; rpv_exception_status status; } rows[] = {
		{ RPV__ENDED_CANCELED, RPV_EXCEPTION_CANCELED }, { RPV__ENDED_RESURFACED, RPV_EXCEPTION_RESURFACED },
		{ RPV__ENDED_REJECTED, RPV_EXCEPTION_REJECTED }, { RPV__ENDED_SUPERSEDED, RPV_EXCEPTION_SUPERSEDED },
	};
	for (size_t i = 0; i < RPV__COUNT(rows); i++)
		for (int64_t now = FILED; now <= END + 1000; now += 500) {
			rpv__cover c = plain(RPV_SCOPE_GLOBAL);
			c.ending = rows[i].ending;
			c.ended_ms = FILED;
			assert_int_equal(rows[i].status, rpv__exception_status(&c, true, now));
			assert_false(rpv__exception_live(rows[i].status));
			assert_true(rpv__exception_next_instant(&c, now) == INT64_MAX);
		}
}

static void test_status_when_pending_then_it_lapses_unapproved(void **state)
{
	(void)state;
	rpv__cover c = plain(RPV_SCOPE_GROUPS);
	c.pending = true;
	c.approve_by_ms = 4000;
	assert_int_equal(RPV_EXCEPTION_PENDING_APPROVAL, rpv__exception_status_alone(&c, FILED));
	assert_int_equal(RPV_EXCEPTION_PENDING_APPROVAL, rpv__exception_status_alone(&c, 3999));
	assert_int_equal(RPV_EXCEPTION_REJECTED, rpv__exception_status_alone(&c, 4000));
	assert_int_equal(4000, rpv__exception_next_instant(&c, FILED));
	c.approve_by_ms = END + 1;
	assert_int_equal(RPV_EXCEPTION_PENDING_APPROVAL, rpv__exception_status_alone(&c, END - 1));
	assert_int_equal(RPV_EXCEPTION_REJECTED, rpv__exception_status_alone(&c, END));
}

static void test_status_when_a_control_goes_stale_then_it_resurfaces_then(void **state)
{
	(void)state;
	rpv__cover c = plain(RPV_SCOPE_GROUPS);
	c.stale_ms = 3000;
	assert_int_equal(RPV_EXCEPTION_IN_EFFECT, rpv__exception_status_alone(&c, 2999));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, rpv__exception_status_alone(&c, 3000));
	assert_int_equal(3000, rpv__exception_next_instant(&c, BEGIN));
	c.stale_ms = END; /* ends in the same millisecond: it has expired */
	assert_int_equal(RPV_EXCEPTION_EXPIRED, rpv__exception_status_alone(&c, END));
}

static void test_status_when_a_global_one_is_in_effect_then_only_narrower_ones_in_effect_are_suspended(void **state)
{
	(void)state;
	const rpv_scope scopes[] = { RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES };
	for (size_t i = 0; i < RPV__COUNT(scopes); i++) {
		rpv__cover c = plain(scopes[i]);
		rpv_exception_status inside = i ? RPV_EXCEPTION_SUSPENDED : RPV_EXCEPTION_IN_EFFECT;
		assert_int_equal(RPV_EXCEPTION_SCHEDULED, rpv__exception_status(&c, true, BEGIN - 1));
		assert_int_equal(inside, rpv__exception_status(&c, true, BEGIN));
		assert_int_equal(inside, rpv__exception_status(&c, true, END - 1));
		assert_int_equal(RPV_EXCEPTION_EXPIRED, rpv__exception_status(&c, true, END));
		assert_int_equal(RPV_EXCEPTION_IN_EFFECT, rpv__exception_status(&c, false, BEGIN));
	}
}

static void test_next_instant_when_asked_then_the_status_changes_there_and_not_before(void **state)
{
	(void)state;
	test_random random = { 7 };
	for (int i = 0; i < 5000; i++) {
		rpv__cover c = plain(RPV_SCOPE_GROUPS);
		c.start_ms = (int64_t)test_random_below(&random, 20);
		c.end_ms = c.start_ms + 1 + (int64_t)test_random_below(&random, 20);
		c.stale_ms = (int64_t)test_random_below(&random, 40);
		c.pending = test_random_below(&random, 4) == 0;
		c.approve_by_ms = c.pending ? 1 + (int64_t)test_random_below(&random, 30) : 0;
		int64_t now = (int64_t)test_random_below(&random, 45), next = rpv__exception_next_instant(&c, now);
		int64_t change = INT64_MAX; /* by looking at every millisecond */
		for (int64_t t = now + 1; t < 100 && change == INT64_MAX; t++)
			if (rpv__exception_status_alone(&c, t) != rpv__exception_status_alone(&c, now))
				change = t;
		assert_true(next == change);
	}
}

/* --- conflicts --- */
static void test_conflict_when_intervals_touch_then_there_is_none(void **state)
{
	(void)state;
	rpv__cover a = plain(RPV_SCOPE_GLOBAL), b = a;
	b.start_ms = END;
	b.end_ms = END + 10;
	assert_false(rpv__exception_conflict(&a, &b));
	assert_false(rpv__exception_conflict(&b, &a));
	b.start_ms = END - 1;
	assert_true(rpv__exception_conflict(&a, &b));
	assert_true(rpv__exception_conflict(&b, &a));
}

static void test_conflict_when_subject_or_width_differ_then_there_is_none(void **state)
{
	(void)state;
	static const uint32_t units[] = { 1, 2 };
	const rpv_scope scopes[] = { RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES };
	const uint32_t subjects[][2] = { { 1, 0 }, { 2, 0 }, { 1, 1 }, { 1, 2 }, { 0, 1 }, { 0, 2 } };
	for (size_t i = 0; i < 18; i++)
		for (size_t k = 0; k < 18; k++) {
			rpv__cover a = plain(scopes[i % 3]), b = plain(scopes[k % 3]);
			a.recommendation = subjects[i / 3][0], a.weakness = subjects[i / 3][1];
			b.recommendation = subjects[k / 3][0], b.weakness = subjects[k / 3][1];
			a.groups = b.groups = a.devices = b.devices = units;
			a.group_count = b.group_count = a.device_count = b.device_count = 2;
			assert_int_equal(i == k, rpv__exception_conflict(&a, &b));
			assert_int_equal(i / 3 == k / 3, rpv__exception_same_subject(&a, &b));
		}
}

static void test_conflict_when_scopes_are_random_then_it_is_a_common_unit(void **state)
{
	(void)state;
	test_random random = { 11 };
	for (int i = 0; i < 4000; i++) {
		uint32_t units[2][12];
		size_t counts[2] = { 0, 0 };
		unsigned sets[2];
		for (int k = 0; k < 2; k++) {
			sets[k] = (unsigned)(test_random_next(&random) & test_random_next(&random)) & 0xFFF;
			for (uint32_t u = 0; u < 12; u++)
				if (sets[k] >> u & 1)
					units[k][counts[k]++] = u * 1000;
		}
		rpv__cover a = plain(i % 2 ? RPV_SCOPE_GROUPS : RPV_SCOPE_DEVICES), b = a;
		a.groups = a.devices = units[0], a.group_count = a.device_count = counts[0];
		b.groups = b.devices = units[1], b.group_count = b.device_count = counts[1];
		assert_int_equal((sets[0] & sets[1]) != 0, rpv__exception_conflict(&a, &b));
		for (uint32_t u = 0; u < 12; u++) {
			bool in = sets[0] >> u & 1;
			assert_int_equal(in && i % 2, rpv__exception_covers_group(&a, u * 1000));
			assert_int_equal(in, i % 2 ? rpv__exception_covers_device(&a, 5, u * 1000)
			                           : rpv__exception_covers_device(&a, u * 1000, 5));
		}
	}
	rpv__cover global = plain(RPV_SCOPE_GLOBAL);
	assert_true(rpv__exception_covers_group(&global, 77));
	assert_true(rpv__exception_covers_device(&global, 1, 2));
}

/* --- impacts --- */
static void test_impact_when_not_chosen_then_it_follows_from_the_justification(void **state)
{
	(void)state;
	const rpv__policy *p = &rpv__policy_default;
	for (int j = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL; j <= RPV_JUSTIFICATION_FALSE_POSITIVE; j++) {
		bool mitigates = j != RPV_JUSTIFICATION_RISK_ACCEPTED && j != RPV_JUSTIFICATION_PLANNED_REMEDIATION;
		rpv_justification justification = (rpv_justification)j;
		assert_int_equal(mitigates ? RPV_IMPACT_MITIGATION_LIKE : RPV_IMPACT_NO_IMPACT,
		                 rpv__exception_impact(p, justification, RPV_IMPACT_DEFAULT, false));
		for (int asked = RPV_IMPACT_NO_IMPACT; asked <= RPV_IMPACT_HYBRID; asked++)
			assert_int_equal(asked, rpv__exception_impact(p, justification, (rpv_impact)asked, false));
		assert_int_equal(RPV_IMPACT_MITIGATION_LIKE, rpv__exception_impact(p, justification, RPV_IMPACT_DEFAULT, true));
	}
	for (int impact = RPV_IMPACT_NO_IMPACT; impact <= RPV_IMPACT_HYBRID; impact++) {
		rpv__cover c = { .impact = (rpv_impact)impact };
		assert_int_equal(impact == RPV_IMPACT_MITIGATION_LIKE, rpv__exception_official(&c));
	}
}

/* --- ids --- */
static void test_id_when_read_then_only_what_is_written_counts(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "E", "E-", "E-0", "E-01", "e-1", "R-1", "E1", "E-1 ", " E-1", "E--1", "E-+1",
	                                   "E-1x", "E-18446744073709551616", "E-99999999999999999999" };
	const uint64_t numbers[] = { 1, 9, 10, 17, UINT32_MAX, UINT64_MAX };
	char id[24];
	for (size_t i = 0; i < RPV__COUNT(bad); i++)
		assert_true(rpv__number_of_id(bad[i], 'E') == 0);
	assert_true(rpv__number_of_id(NULL, 'E') == 0);
	for (size_t i = 0; i < RPV__COUNT(numbers); i++) {
		rpv__id_of_number('E', numbers[i], id);
		assert_true(rpv__number_of_id(id, 'E') == numbers[i]);
		assert_true(rpv__number_of_id(id, 'R') == 0);
	}
	rpv__id_of_number('R', 4, id);
	assert_string_equal("R-4", id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_when_time_passes_then_it_turns_at_the_millisecond),
		cmocka_unit_test(test_status_when_ended_by_a_decision_then_it_stays),
		cmocka_unit_test(test_status_when_pending_then_it_lapses_unapproved),
		cmocka_unit_test(test_status_when_a_control_goes_stale_then_it_resurfaces_then),
		cmocka_unit_test(test_status_when_a_global_one_is_in_effect_then_only_narrower_ones_in_effect_are_suspended),
		cmocka_unit_test(test_next_instant_when_asked_then_the_status_changes_there_and_not_before),
		cmocka_unit_test(test_conflict_when_intervals_touch_then_there_is_none),
		cmocka_unit_test(test_conflict_when_subject_or_width_differ_then_there_is_none),
		cmocka_unit_test(test_conflict_when_scopes_are_random_then_it_is_a_common_unit),
		cmocka_unit_test(test_impact_when_not_chosen_then_it_follows_from_the_justification),
		cmocka_unit_test(test_id_when_read_then_only_what_is_written_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
