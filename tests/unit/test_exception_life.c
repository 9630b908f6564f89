/* SPDX-License-Identifier: MIT */
/* The life of an exception: every turn of its table has a test named after it, every other one is refused, and statuses by
 * the clock take no turn but those of the table. */
#include "../../lib/model/exception.h"
#include "../../lib/model/exception_life.h"
#include "../support/test.h"

enum { NOW = 1000, SOON = 2000, LATE = 3000, unfiled = RPV__NOT_FILED };

static int status_of(const char *word)
{
	for (int s = 0; s <= RPV_EXCEPTION_SUPERSEDED; s++)
		if (strcmp(word, rpv_word(RPV_WORDS_EXCEPTION_STATUS, s)) == 0)
			return s;
	return RPV__NOT_FILED;
}

/* One of that status at NOW, for a device group; *global: whether a global one is in effect above it. */
static rpv__cover example(int status, bool *global)
{
	rpv__cover c = { .exception = 1, .scope = RPV_SCOPE_GROUPS, .start_ms = NOW, .end_ms = LATE };
	*global = status == RPV_EXCEPTION_SUSPENDED;
	if (status == RPV_EXCEPTION_SCHEDULED)
		c.start_ms = SOON;
	c.pending = status == RPV_EXCEPTION_PENDING_APPROVAL;
	return c;
}

/* Does what the cause says to one of that status; *now: the first instant of its new status. */
static bool happen(rpv__cause cause, int to, rpv__cover *c, bool *global, int64_t *now)
{
	switch (cause) {
	case RPV__CAUSE_FILED:
		*global = to == RPV_EXCEPTION_SUSPENDED;
		return true;
	case RPV__CAUSE_FILED_AHEAD:
		c->start_ms = SOON;
		return true;
	case RPV__CAUSE_FILED_FOR_APPROVAL:
		c->pending = true;
		return true;
	case RPV__CAUSE_APPROVED:
		*global = to == RPV_EXCEPTION_SUSPENDED;
		c->pending = false;
		return true;
	case RPV__CAUSE_APPROVED_AHEAD:
		c->start_ms = SOON;
		c->pending = false;
		return true;
	case RPV__CAUSE_APPROVAL_LAPSED:
		c->approve_by_ms = *now = SOON;
		return true;
	case RPV__CAUSE_START_REACHED:
		*global = to == RPV_EXCEPTION_SUSPENDED;
		*now = c->start_ms;
		return true;
	case RPV__CAUSE_GLOBAL_ABOVE:
	case RPV__CAUSE_GLOBAL_GONE:
		*global = cause == RPV__CAUSE_GLOBAL_ABOVE;
		return true;
	case RPV__CAUSE_END_REACHED:
		*now = c->end_ms;
		return true;
	case RPV__CAUSE_CONTROL_STALE:
		c->stale_ms = *now = SOON - 1;
		return true;
	default:
		return rpv__life_end(c, cause, *now);
	}
}

static void assert_turn(const char *from_word, const char *cause_word, const char *to_word)
{
	int from = status_of(from_word), to = status_of(to_word);
	const rpv__turn *turn = NULL;
	for (size_t i = 0; i < rpv__turn_count; i++)
		if (rpv__turns[i].from == from && (int)rpv__turns[i].to == to &&
		    strcmp(rpv__cause_word(rpv__turns[i].cause), cause_word) == 0)
			turn = &rpv__turns[i];
	assert_non_null(turn);
	bool global;
	int64_t now = NOW;
	rpv__cover c = example(from, &global);
	if (from != RPV__NOT_FILED)
		assert_int_equal(from, rpv__exception_status(&c, global, NOW));
	assert_true(happen(turn->cause, to, &c, &global, &now));
	assert_int_equal(to, rpv__exception_status(&c, global, now));
	if (turn->by == RPV__BY_CLOCK) /* at that millisecond, not before */
		assert_int_equal(from, rpv__exception_status(&c, from == RPV_EXCEPTION_SUSPENDED, now - 1));
	if (!rpv__exception_live((rpv_exception_status)to)) {
		assert_true(rpv__exception_ended_ms(&c, LATE + 1) == now);
		assert_int_equal(to, rpv__exception_status(&c, global, LATE + 1)); /* ended stays ended */
	}
	assert_true(c.end_ms == LATE);
	assert_true(turn->event != RPV_EVENT_NONE && turn->event == rpv__life_event(turn->cause));
}

#define TURNS(TURN) \
	TURN(unfiled, filed, in_effect) \
	TURN(unfiled, filed, suspended) \
	TURN(unfiled, filed_ahead, scheduled) \
	TURN(unfiled, filed_for_approval, pending_approval) \
	TURN(pending_approval, approved, in_effect) \
	TURN(pending_approval, approved, suspended) \
	TURN(pending_approval, approved_ahead, scheduled) \
	TURN(pending_approval, rejected, rejected) \
	TURN(pending_approval, approval_lapsed, rejected) \
	TURN(scheduled, start_reached, in_effect) \
	TURN(scheduled, start_reached, suspended) \
	TURN(in_effect, global_above, suspended) \
	TURN(suspended, global_gone, in_effect) \
	TURN(in_effect, end_reached, expired) \
	TURN(suspended, end_reached, expired) \
	TURN(pending_approval, canceled, canceled) \
	TURN(scheduled, canceled, canceled) \
	TURN(in_effect, canceled, canceled) \
	TURN(suspended, canceled, canceled) \
	TURN(pending_approval, last_group_canceled, canceled) \
	TURN(scheduled, last_group_canceled, canceled) \
	TURN(in_effect, last_group_canceled, canceled) \
	TURN(suspended, last_group_canceled, canceled) \
	TURN(pending_approval, predecessor_canceled, canceled) \
	TURN(scheduled, predecessor_canceled, canceled) \
	TURN(scheduled, trigger_fired, resurfaced) \
	TURN(in_effect, trigger_fired, resurfaced) \
	TURN(suspended, trigger_fired, resurfaced) \
	TURN(scheduled, control_stale, resurfaced) \
	TURN(in_effect, control_stale, resurfaced) \
	TURN(suspended, control_stale, resurfaced) \
	TURN(pending_approval, superseded, superseded) \
	TURN(scheduled, superseded, superseded) \
	TURN(in_effect, superseded, superseded) \
	TURN(suspended, superseded, superseded)

#define DEFINE(from, cause, to) \
	static void test_##from##_when_##cause##_then_##to(void **state) { (void)state; assert_turn(#from, #cause, #to); }
TURNS(DEFINE)

/* --- and no other --- */
static void test_life_when_the_table_has_no_such_turn_then_refused(void **state)
{
	const rpv__cause endings[] = { RPV__CAUSE_REJECTED, RPV__CAUSE_CANCELED, RPV__CAUSE_LAST_GROUP_CANCELED,
		RPV__CAUSE_PREDECESSOR_CANCELED, RPV__CAUSE_TRIGGER_FIRED, RPV__CAUSE_SUPERSEDED };
	(void)state;
	for (rpv__cause cause = 0; cause <= RPV__CAUSE_SUPERSEDED; cause++)
		for (int from = 0; from <= RPV_EXCEPTION_SUPERSEDED; from++) {
			bool global, ends = false, allowed = false;
			rpv__cover c = example(from, &global);
			if (from > RPV_EXCEPTION_SUSPENDED)
				c.ending = RPV__ENDED_CANCELED, c.ended_ms = NOW - 1;
			if (from == RPV_EXCEPTION_EXPIRED)
				c.ending = RPV__NOT_ENDED, c.ended_ms = 0, c.start_ms = 1, c.end_ms = NOW;
			rpv__cover before = c;
			for (size_t i = 0; i < RPV__COUNT(endings); i++)
				ends = ends || endings[i] == cause;
			for (size_t i = 0; i < rpv__turn_count; i++)
				allowed = allowed || (rpv__turns[i].cause == cause && rpv__turns[i].from == from && ends &&
				                      from <= RPV_EXCEPTION_SUSPENDED);
			assert_int_equal(allowed, rpv__life_end(&c, cause, NOW));
			if (!allowed)
				assert_memory_equal(&before, &c, sizeof c);
		}
}

static void test_life_when_ended_then_no_turn_leads_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < rpv__turn_count; i++)
		assert_true(rpv__turns[i].from <= RPV_EXCEPTION_SUSPENDED);
	for (int to = 0; to <= RPV_EXCEPTION_SUPERSEDED; to++) { /* every status can be reached */
		bool reached = false;
		for (size_t i = 0; i < rpv__turn_count; i++)
			reached = reached || (int)rpv__turns[i].to == to;
		assert_true(reached);
	}
}

/* Any exception under any global one, millisecond by millisecond. */
static void test_life_when_the_clock_runs_then_only_turns_of_the_table(void **state)
{
	test_random random = { 7 };
	(void)state;
	for (int run = 0; run < 20000; run++) {
		rpv__cover c = { .scope = test_random_below(&random, 4) ? RPV_SCOPE_GROUPS : RPV_SCOPE_GLOBAL };
		c.start_ms = 1 + (int64_t)test_random_below(&random, 8);
		c.end_ms = c.start_ms + 1 + (int64_t)test_random_below(&random, 8);
		c.pending = test_random_below(&random, 4) == 0;
		c.approve_by_ms = test_random_below(&random, 2) ? 1 + (int64_t)test_random_below(&random, 18) : 0;
		c.stale_ms = test_random_below(&random, 2) ? 1 + (int64_t)test_random_below(&random, 18) : 0;
		int64_t from = (int64_t)test_random_below(&random, 18), until = from + (int64_t)test_random_below(&random, 8);
		for (int64_t t = 1; t < 20; t++) {
			rpv_exception_status was = rpv__exception_status(&c, from <= t - 1 && t - 1 < until, t - 1);
			rpv_exception_status is = rpv__exception_status(&c, from <= t && t < until, t);
			int64_t next = rpv__exception_next_instant(&c, t - 1);
			bool by_global = was != is && rpv__exception_status_alone(&c, t) == rpv__exception_status_alone(&c, t - 1);
			if (was != is)
				assert_true(rpv__life_allows((int32_t)was, is, RPV__BY_CLOCK));
			if (was != is && !by_global)
				assert_true(next == t); /* told beforehand */
			if (!rpv__exception_live(was))
				assert_true(was == is);
		}
	}
}

static void test_fold_when_any_status_then_one_of_three_words(void **state)
{
	(void)state;
	for (int s = 0; s <= RPV_EXCEPTION_SUPERSEDED; s++) {
		rpv_exception_status word = s <= RPV_EXCEPTION_SUSPENDED ? RPV_EXCEPTION_IN_EFFECT
			: s == RPV_EXCEPTION_EXPIRED ? RPV_EXCEPTION_EXPIRED : RPV_EXCEPTION_CANCELED;
		assert_int_equal(word, rpv_exception_status_fold((rpv_exception_status)s));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define LIST(from, cause, to) cmocka_unit_test(test_##from##_when_##cause##_then_##to),
		TURNS(LIST)
		cmocka_unit_test(test_life_when_the_table_has_no_such_turn_then_refused),
		cmocka_unit_test(test_life_when_ended_then_no_turn_leads_out),
		cmocka_unit_test(test_life_when_the_clock_runs_then_only_turns_of_the_table),
		cmocka_unit_test(test_fold_when_any_status_then_one_of_three_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
