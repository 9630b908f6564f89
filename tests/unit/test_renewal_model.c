/* SPDX-License-Identifier: MIT */
/* Chains of renewals: links and the union of their intervals. */
#include "../../lib/model/renewal.h"
#include "../support/test.h"

static rpv__cover cover(uint64_t number, uint64_t predecessor, int64_t start, int64_t end, int64_t ended)
{
	rpv__cover c = { .exception = number, .predecessor = predecessor, .start_ms = start, .end_ms = end };
	if (ended)
		c.ending = RPV__ENDED_CANCELED, c.ended_ms = ended;
	return c;
}

static void test_chain_when_links_follow_each_other_then_sum(void **state)
{
	const rpv__cover all[] = { cover(1, 0, 10, 20, 0), cover(3, 1, 20, 30, 25), cover(7, 3, 40, 50, 0),
	                            cover(9, 0, 1, 9, 0) };
	(void)state;
	rpv__chain chain = rpv__chain_of(&all[2], all, 4, 0, 45);
	assert_int_equal(2, chain.renewals);
	assert_true(chain.total_ms == 10 + 5 + 10 && chain.first == &all[0]);
	chain = rpv__chain_of(&all[2], all, 4, 1, 45); /* as far as number 3 */
	assert_int_equal(1, chain.renewals);
	assert_true(chain.total_ms == 15 && chain.first == &all[1]);
	chain = rpv__chain_of(&all[0], all, 4, 0, 45);
	assert_true(chain.renewals == 0 && chain.total_ms == 10 && chain.first == &all[0]);
}

static void test_chain_when_intervals_overlap_then_their_union(void **state)
{
	/* taken over at 15, and its end lies behind that of the next one */
	const rpv__cover all[] = { cover(1, 0, 10, 90, 0), cover(2, 1, 15, 30, 0) };
	(void)state;
	assert_true(rpv__chain_of(&all[1], all, 2, 0, 12).total_ms == 20);
}

static void test_chain_when_one_never_took_effect_then_no_time(void **state)
{
	rpv__cover all[] = { cover(1, 0, 10, 20, 5), cover(2, 1, 10, 20, 12), cover(3, 2, 30, 40, 0), cover(4, 3, 50, 60, 0) };
	(void)state;
	all[1].pending = true;             /* canceled while it waited */
	all[2].pending = true;             /* lapsed */
	all[2].approve_by_ms = 35;
	rpv__chain chain = rpv__chain_of(&all[3], all, 4, 0, 55);
	assert_true(chain.renewals == 0 && chain.total_ms == 10 && chain.first == &all[0]);
	for (int i = 0; i < 3; i++)
		assert_false(rpv__chain_ended_lately(&all[i], 100, 55));
	assert_true(rpv__chain_of(&all[2], all, 4, 0, 31).total_ms == 10); /* while it waits, as asked for */
	all[2] = cover(3, 2, 30, 40, 0);
	all[2].ending = RPV__ENDED_REJECTED;
	all[2].ended_ms = 35;
	assert_false(rpv__chain_ended_lately(&all[2], 100, 55));
	assert_true(rpv__chain_of(&all[3], all, 4, 0, 55).total_ms == 10);
}

static void test_chain_when_damaged_then_it_ends(void **state)
{
	const rpv__cover all[] = { cover(1, 2, 10, 20, 0), cover(2, 1, 20, 30, 0), cover(3, 3, 40, 50, 0),
	                            cover(4, 77, 1, 2, 0) };
	(void)state;
	assert_int_equal(1, rpv__chain_of(&all[1], all, 4, 0, 0).renewals);
	assert_int_equal(0, rpv__chain_of(&all[0], all, 4, 0, 0).renewals);
	assert_int_equal(0, rpv__chain_of(&all[2], all, 4, 0, 0).renewals);
	assert_int_equal(0, rpv__chain_of(&all[3], all, 4, 0, 0).renewals);
}

static void test_ended_lately_when_at_the_edge_of_the_window_then_inclusive(void **state)
{
	const rpv__cover c = cover(1, 0, 10, 20, 0), early = cover(2, 0, 10, 20, 15);
	(void)state;
	assert_false(rpv__chain_ended_lately(&c, 30, 19));
	assert_true(rpv__chain_ended_lately(&c, 0, 20));
	assert_true(rpv__chain_ended_lately(&c, 30, 50));
	assert_false(rpv__chain_ended_lately(&c, 30, 51));
	assert_true(rpv__chain_ended_lately(&early, 30, 45));
	assert_false(rpv__chain_ended_lately(&early, 30, 46));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain_when_links_follow_each_other_then_sum),
		cmocka_unit_test(test_chain_when_intervals_overlap_then_their_union),
		cmocka_unit_test(test_chain_when_one_never_took_effect_then_no_time),
		cmocka_unit_test(test_chain_when_damaged_then_it_ends),
		cmocka_unit_test(test_ended_lately_when_at_the_edge_of_the_window_then_inclusive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
