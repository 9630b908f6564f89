/* SPDX-License-Identifier: MIT */
/* Which exception of a subject decides for a device, and what becomes of the others (R8, R18, R21). */
#include "../../lib/model/standing.h"
#include "../support/test.h"

#define IN_GROUP 3u
#define ON_DEVICE 7u

static const uint32_t group[] = { IN_GROUP }, elsewhere[] = { 9 }, device[] = { ON_DEVICE };

static rpv__cover cover(uint64_t number, rpv_scope scope)
{
	rpv__cover c = { .exception = number, .start_ms = 10, .end_ms = 20, .scope = scope };
	if (scope == RPV_SCOPE_GROUPS)
		c.groups = group, c.group_count = 1;
	if (scope == RPV_SCOPE_DEVICES)
		c.devices = device, c.device_count = 1;
	return c;
}

static uint64_t decides(const rpv__cover *covers, size_t count, uint32_t in_group, int64_t now_ms)
{
	const rpv__cover *c = rpv__decider(covers, count, &(rpv__place){ ON_DEVICE, in_group, now_ms });
	return c ? c->exception : 0;
}

/* The narrowest is the oldest here, so that age alone would answer otherwise. */
static void test_decider_when_several_are_in_effect_then_the_widest(void **state)
{
	const rpv__cover all[] = { cover(1, RPV_SCOPE_DEVICES), cover(2, RPV_SCOPE_GROUPS), cover(3, RPV_SCOPE_GLOBAL) };
	(void)state;
	assert_int_equal(3, decides(all, 3, IN_GROUP, 15));
	assert_int_equal(2, decides(all, 2, IN_GROUP, 15));
	assert_int_equal(1, decides(all, 1, IN_GROUP, 15));
	assert_int_equal(0, decides(all, 0, IN_GROUP, 15));
}

static void test_decider_when_it_does_not_cover_the_device_then_the_next(void **state)
{
	const rpv__cover all[] = { cover(1, RPV_SCOPE_DEVICES), cover(2, RPV_SCOPE_GROUPS) };
	(void)state;
	assert_int_equal(1, decides(all, 2, elsewhere[0], 15)); /* the device moved to another group */
	assert_null(rpv__decider(all, 2, &(rpv__place){ ON_DEVICE + 1, elsewhere[0], 15 }));
}

/* Half-open: in effect at the start, no longer at the end. */
static void test_decider_when_the_interval_begins_and_ends_then_to_the_millisecond(void **state)
{
	rpv__cover all[] = { cover(1, RPV_SCOPE_GROUPS), cover(2, RPV_SCOPE_GLOBAL) };
	(void)state;
	all[1].start_ms = 12;
	all[1].end_ms = 15;
	static const struct { int64_t now; uint64_t number; } at[] = { { 9, 0 }, { 10, 1 }, { 11, 1 }, { 12, 2 }, { 14, 2 },
		{ 15, 1 }, { 19, 1 }, { 20, 0 } };
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		assert_int_equal(at[i].number, decides(all, 2, IN_GROUP, at[i].now));
	all[0].end_ms = 15; /* both end at once: nothing returns */
	assert_int_equal(0, decides(all, 2, IN_GROUP, 15));
}

static void test_decider_when_two_of_one_width_cover_then_the_older(void **state)
{
	const rpv__cover all[] = { cover(4, RPV_SCOPE_GROUPS), cover(6, RPV_SCOPE_GROUPS) };
	(void)state;
	assert_int_equal(4, decides(all, 2, IN_GROUP, 15)); /* conflicts are refused; a damaged store answers all the same */
}

static void test_standing_when_live_then_by_the_decider(void **state)
{
	const rpv__cover of_device = cover(1, RPV_SCOPE_DEVICES), of_group = cover(2, RPV_SCOPE_GROUPS),
	                 global = cover(3, RPV_SCOPE_GLOBAL);
	(void)state;
	assert_int_equal(RPV_STANDING_DECIDES, rpv__standing(&global, &global, 15));
	assert_int_equal(RPV_STANDING_DECIDES, rpv__standing(&of_device, NULL, 15));
	assert_int_equal(RPV_STANDING_SUSPENDED, rpv__standing(&of_group, &global, 15));
	assert_int_equal(RPV_STANDING_SUSPENDED, rpv__standing(&of_device, &global, 15));
	assert_int_equal(RPV_STANDING_SHADOWED, rpv__standing(&of_device, &of_group, 15));
	assert_int_equal(RPV_STANDING_SCHEDULED, rpv__standing(&of_device, &global, 9));
	assert_int_equal(RPV_STANDING_EXPIRED, rpv__standing(&of_device, &global, 20));
	assert_true(rpv__standing_at(&of_device, RPV_STANDING_SCHEDULED, 9) == 10);
	assert_true(rpv__standing_at(&of_device, RPV_STANDING_EXPIRED, 99) == 20);
	assert_true(rpv__standing_at(&of_device, RPV_STANDING_DECIDES, 15) == 0);
}

static void test_standing_when_decided_then_as_decided_and_since_when(void **state)
{
	static const struct { rpv__ending ending; rpv_standing standing; } cases[] = {
		{ RPV__ENDED_CANCELED, RPV_STANDING_CANCELED }, { RPV__ENDED_RESURFACED, RPV_STANDING_RESURFACED },
		{ RPV__ENDED_REJECTED, RPV_STANDING_REJECTED }, { RPV__ENDED_SUPERSEDED, RPV_STANDING_SUPERSEDED } };
	const rpv__cover global = cover(3, RPV_SCOPE_GLOBAL);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rpv__cover c = cover(1, RPV_SCOPE_GROUPS);
		c.ending = cases[i].ending;
		c.ended_ms = 13;
		assert_int_equal(cases[i].standing, rpv__standing(&c, &global, 15));
		assert_true(rpv__standing_ended(cases[i].standing) && rpv__standing_at(&c, cases[i].standing, 15) == 13);
		assert_int_equal(0, decides(&c, 1, IN_GROUP, 15));
	}
	assert_false(rpv__standing_ended(RPV_STANDING_SCHEDULED) || rpv__standing_ended(RPV_STANDING_TAKEN_OUT) ||
	             rpv__standing_ended(RPV_STANDING_DECIDES) || rpv__standing_ended(RPV_STANDING_PENDING));
}

/* What waits does nothing, and lapses by the clock; a stale control ends what rests on it by the clock, too. */
static void test_standing_when_the_clock_decides_then_without_a_write(void **state)
{
	rpv__cover waits = cover(1, RPV_SCOPE_GROUPS), rests = cover(2, RPV_SCOPE_GROUPS);
	(void)state;
	waits.pending = true;
	waits.approve_by_ms = 14;
	rests.stale_ms = 16;
	assert_int_equal(RPV_STANDING_PENDING, rpv__standing(&waits, NULL, 13));
	assert_int_equal(0, decides(&waits, 1, IN_GROUP, 13));
	assert_int_equal(RPV_STANDING_REJECTED, rpv__standing(&waits, NULL, 14));
	assert_true(rpv__standing_at(&waits, RPV_STANDING_REJECTED, 18) == 14);
	assert_int_equal(2, decides(&rests, 1, IN_GROUP, 15));
	assert_int_equal(0, decides(&rests, 1, IN_GROUP, 16));
	assert_int_equal(RPV_STANDING_RESURFACED, rpv__standing(&rests, NULL, 16));
	assert_true(rpv__standing_at(&rests, RPV_STANDING_RESURFACED, 30) == 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decider_when_several_are_in_effect_then_the_widest),
		cmocka_unit_test(test_decider_when_it_does_not_cover_the_device_then_the_next),
		cmocka_unit_test(test_decider_when_the_interval_begins_and_ends_then_to_the_millisecond),
		cmocka_unit_test(test_decider_when_two_of_one_width_cover_then_the_older),
		cmocka_unit_test(test_standing_when_live_then_by_the_decider),
		cmocka_unit_test(test_standing_when_decided_then_as_decided_and_since_when),
		cmocka_unit_test(test_standing_when_the_clock_decides_then_without_a_write),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
