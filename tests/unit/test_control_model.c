/* SPDX-License-Identifier: MIT */
/* Compensating controls: when they are stale, and their bytes. */
#include "../support/test.h"

#include "../../lib/codec/keys.h"
#include "../../lib/model/control.h"
#include "../../lib/model/exception.h"
#include "../../lib/model/exception_life.h"
#include <stdlib.h>

#define DAY INT64_C(86400000)
#define TIME_MAX INT64_C(253402300799999)

static const char *const evidence[] = { "https://corp.example/audit", "sha256=00", "file:///b", "" };

/* --- the rules --- */
static void test_control_when_its_interval_has_passed_then_stale_at_that_millisecond(void **state)
{
	rpv__control c = { .id = "c1", .added_ms = 5, .reviewed_ms = 100 * DAY, .interval_ms = 90 * DAY };
	(void)state;
	assert_int_equal(190 * DAY, rpv__control_stale_ms(&c));
	assert_false(rpv__control_stale(&c, 190 * DAY - 1));
	assert_true(rpv__control_stale(&c, 190 * DAY));
	c.reviewed_ms = 101 * DAY;
	assert_false(rpv__control_stale(&c, 190 * DAY));
	c.reviewed_ms = 0; /* never reviewed: from when it was added */
	assert_int_equal(90 * DAY + 5, rpv__control_stale_ms(&c));
	c.interval_ms = 0;
	assert_int_equal(0, rpv__control_stale_ms(&c));
	assert_false(rpv__control_stale(&c, TIME_MAX));
}

static void test_control_when_not_in_place_then_never_stale(void **state)
{
	rpv__control c = { .id = "c1", .added_ms = 1, .interval_ms = 1, .retired = true };
	(void)state;
	assert_false(rpv__control_in_place(&c));
	assert_int_equal(0, rpv__control_stale_ms(&c));
	c.retired = false;
	c.removed = true;
	assert_false(rpv__control_in_place(&c));
	assert_int_equal(0, rpv__control_stale_ms(&c));
	c.removed = false;
	assert_true(rpv__control_in_place(&c));
	assert_int_equal(2, rpv__control_stale_ms(&c));
	c.added_ms = TIME_MAX; /* beyond the last instant there is */
	assert_int_equal(0, rpv__control_stale_ms(&c));
}

/* --- those of an exception (R29) --- */
static rpv__controls two(int64_t a_due, int64_t b_due)
{
	rpv__control a = { .id = "a", .added_ms = 1, .reviewed_ms = a_due - DAY, .interval_ms = DAY };
	rpv__control b = { .id = "b", .added_ms = 1, .reviewed_ms = b_due - DAY, .interval_ms = DAY };
	rpv__controls all = { 0 };
	rpv__controls_add(&all, 7, &b);
	rpv__controls_add(&all, 9, &a);
	return all;
}

static void test_controls_when_several_then_the_first_review_counts(void **state)
{
	rpv__controls all = two(9 * DAY, 8 * DAY);
	rpv__control gone = { .id = "c", .retired = true, .interval_ms = DAY, .reviewed_ms = 1 };
	rpv__control other = { .id = "b", .removed = true };
	(void)state;
	assert_int_equal(8 * DAY, all.due_ms);
	assert_int_equal(7, all.due);
	assert_int_equal(7 * DAY, all.reviewed_ms);
	assert_int_equal(0, all.gone);
	all = two(8 * DAY, 8 * DAY);
	assert_int_equal(9, all.due); /* a tie: by id, whatever the numbers */
	rpv__controls_add(&all, 1, &gone);
	assert_int_equal(1, all.gone);
	rpv__controls_add(&all, 2, &other);
	assert_int_equal(2, all.gone);
	assert_int_equal(8 * DAY, all.due_ms); /* one that is gone is not due */
}

static void set_actions(uint8_t actions[RPV__TRIGGERS], rpv__action retired, rpv__action stale)
{
	memset(actions, RPV__ACTION_OFF, RPV__TRIGGERS);
	actions[RPV_TRIGGER_CONTROL_RETIRED] = (uint8_t)retired;
	actions[RPV_TRIGGER_CONTROL_STALE] = (uint8_t)stale;
}

static void test_controls_when_judged_then_by_the_action(void **state)
{
	uint8_t actions[RPV__TRIGGERS];
	rpv__controls ahead = two(9 * DAY, 8 * DAY), none = { 0 };
	rpv__cover cover = { .end_ms = 100 * DAY };
	rpv__firing out[2];
	(void)state;
	set_actions(actions, RPV__ACTION_VOID, RPV__ACTION_VOID);
	assert_int_equal(0, rpv__controls_judge(&ahead, actions, 8 * DAY - 1, &cover, out));
	assert_int_equal(8 * DAY, cover.stale_ms);
	assert_int_equal(0, cover.stale_warn_ms);
	assert_int_equal(1, rpv__controls_judge(&ahead, actions, 8 * DAY, &cover, out));
	assert_int_equal(RPV_TRIGGER_CONTROL_STALE, out[0].trigger);
	assert_true(out[0].voided);
	assert_int_equal(7 * DAY, out[0].frozen);
	assert_int_equal(8 * DAY, out[0].now);
	assert_int_equal(8 * DAY, out[0].threshold);
	assert_int_equal(7, out[0].control);
	assert_int_equal(0, cover.stale_ms); /* the commit ends it */
	set_actions(actions, RPV__ACTION_WARN, RPV__ACTION_WARN);
	assert_int_equal(1, rpv__controls_judge(&ahead, actions, 8 * DAY, &cover, out));
	assert_false(out[0].voided);
	assert_int_equal(0, cover.stale_ms);
	assert_int_equal(8 * DAY, cover.stale_warn_ms);
	assert_int_equal(0, rpv__controls_judge(&ahead, actions, 9 * DAY, &cover, out)); /* once */
	assert_int_equal(1u << RPV_TRIGGER_CONTROL_STALE, cover.fired);
	assert_int_equal(0, rpv__controls_judge(&none, actions, 9 * DAY, &cover, out));
	assert_int_equal(0, cover.fired); /* re-armed */
	set_actions(actions, RPV__ACTION_OFF, RPV__ACTION_OFF);
	assert_int_equal(0, rpv__controls_judge(&ahead, actions, 9 * DAY, &cover, out));
	assert_int_equal(0, cover.stale_ms + cover.stale_warn_ms);
}

static void test_controls_when_one_is_gone_then_it_fires_in_its_order(void **state)
{
	uint8_t actions[RPV__TRIGGERS];
	rpv__controls all = two(9 * DAY, 8 * DAY);
	rpv__control gone = { .id = "c", .retired = true };
	rpv__cover cover = { .end_ms = 100 * DAY };
	rpv__firing out[2];
	(void)state;
	rpv__controls_add(&all, 5, &gone);
	set_actions(actions, RPV__ACTION_WARN, RPV__ACTION_VOID);
	assert_int_equal(2, rpv__controls_judge(&all, actions, 20 * DAY, &cover, out));
	assert_int_equal(RPV_TRIGGER_CONTROL_RETIRED, out[0].trigger);
	assert_false(out[0].voided);
	assert_int_equal(5, out[0].control);
	assert_int_equal(RPV_TRIGGER_CONTROL_STALE, out[1].trigger);
	assert_true(out[1].voided);
	cover = (rpv__cover){ .pending = true, .end_ms = 100 * DAY };
	assert_int_equal(0, rpv__controls_judge(&all, actions, 20 * DAY, &cover, out)); /* looked at when it is approved */
}

static void test_exception_when_its_control_goes_stale_then_void_at_that_millisecond(void **state)
{
	rpv__cover c = { .start_ms = 10, .end_ms = 100, .stale_ms = 50 };
	(void)state;
	assert_int_equal(RPV_EXCEPTION_IN_EFFECT, rpv__exception_status(&c, false, 49));
	assert_int_equal(50, rpv__exception_next_instant(&c, 49));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, rpv__exception_status(&c, false, 50));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, rpv__exception_status(&c, true, 50)); /* suspended ones alike */
	assert_int_equal(50, rpv__exception_ended_ms(&c, 99));
	assert_int_equal(INT64_MAX, rpv__exception_next_instant(&c, 50));
	c.stale_ms = 5; /* a scheduled one: it never starts */
	assert_int_equal(RPV_EXCEPTION_SCHEDULED, rpv__exception_status(&c, false, 4));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, rpv__exception_status(&c, false, 5));
	assert_int_equal(5, rpv__exception_next_instant(&c, 4));
	c.stale_ms = 100; /* the end comes first */
	assert_int_equal(RPV_EXCEPTION_EXPIRED, rpv__exception_status(&c, false, 100));
	assert_int_equal(100, rpv__exception_ended_ms(&c, 100));
	c.stale_ms = 50;
	c.stale_warn_ms = 20; /* warns: changes no status */
	assert_int_equal(RPV_EXCEPTION_IN_EFFECT, rpv__exception_status(&c, false, 49));
	c.pending = true;
	assert_int_equal(RPV_EXCEPTION_PENDING_APPROVAL, rpv__exception_status(&c, false, 60));
}

static void test_life_when_the_clock_ended_it_then_it_is_kept_so(void **state)
{
	rpv__cover c = { .start_ms = 10, .end_ms = 100, .stale_ms = 50 };
	(void)state;
	assert_false(rpv__life_keep(&c, 49));
	assert_true(rpv__life_keep(&c, 60));
	assert_int_equal(RPV__ENDED_RESURFACED, c.ending);
	assert_int_equal(50, c.ended_ms);
	c.stale_ms = 0; /* whatever becomes of the control */
	assert_int_equal(RPV_EXCEPTION_RESURFACED, rpv__exception_status(&c, false, 60));
	assert_false(rpv__life_keep(&c, 60));
	c = (rpv__cover){ .start_ms = 10, .end_ms = 100 };
	assert_false(rpv__life_keep(&c, 100)); /* expiry follows from the clock */
}

/* --- bytes --- */
static rpv__control full(void)
{
	return (rpv__control){ .id = "proxy", .description = "filters \xe2\x82\xac", .owner = "", .evidence = { evidence, 4 },
		.kind = RPV_CONTROL_THIRD_PARTY, .added_ms = 1, .reviewed_ms = TIME_MAX, .interval_ms = RPV_REVIEW_INTERVAL_MAX,
		.retired = true, .removed = true };
}

static void test_control_when_written_then_every_field_comes_back(void **state)
{
	test_memory memory = { 0 };
	rpv__alloc alloc = test_memory_allocator(&memory);
	rpv__control in = full(), out;
	rpv__arena arena;
	rpv__buf b;
	(void)state;
	rpv__buf_init(&b, &alloc);
	rpv__put_control(&b, &in);
	rpv__arena_init(&arena, &alloc);
	assert_true(rpv__get_control(rpv__buf_view(&b), &arena, &out));
	assert_string_equal("proxy", out.id);
	assert_string_equal(in.description, out.description);
	assert_string_equal("", out.owner);
	assert_int_equal(4, out.evidence.count);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(evidence[i], out.evidence.items[i]);
	assert_int_equal(RPV_CONTROL_THIRD_PARTY, out.kind);
	assert_int_equal(1, out.added_ms);
	assert_int_equal(TIME_MAX, out.reviewed_ms);
	assert_int_equal(RPV_REVIEW_INTERVAL_MAX, out.interval_ms);
	assert_true(out.retired && out.removed);
	rpv__arena_free(&arena);
	rpv__buf_free(&b);
	assert_int_equal(0, memory.live);
}

/* What is read of any bytes is written as the same bytes, or it is refused. */
static bool exact(rpv_bytes value, const rpv__alloc *alloc)
{
	rpv__arena arena;
	rpv__control c;
	rpv__buf again;
	rpv__arena_init(&arena, alloc);
	bool good = rpv__get_control(value, &arena, &c);
	rpv__buf_init(&again, alloc);
	if (good) {
		rpv__put_control(&again, &c);
		assert_int_equal(0, rpv__bytes_compare(value, rpv__buf_view(&again)));
	}
	rpv__buf_free(&again);
	rpv__arena_free(&arena);
	return good;
}

static void test_control_when_damaged_then_refused_or_exact(void **state)
{
	test_memory memory = { 0 };
	rpv__alloc alloc = test_memory_allocator(&memory);
	rpv__control in = full();
	rpv__buf b;
	(void)state;
	rpv__buf_init(&b, &alloc);
	rpv__put_control(&b, &in);
	size_t size = b.size;
	for (size_t i = 0; i < size; i++) {
		uint8_t *cut = malloc(i + 1); /* an exact size: reading past it is noticed */
		assert_non_null(cut);
		memcpy(cut, b.data, i);
		assert_false(exact((rpv_bytes){ cut, i }, &alloc));
		free(cut);
		for (unsigned bit = 0; bit < 8; bit++) {
			b.data[i] ^= (uint8_t)(1u << bit);
			exact(rpv__buf_view(&b), &alloc);
			b.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	rpv__buf_u8(&b, 0);
	assert_false(exact(rpv__buf_view(&b), &alloc));
	rpv__buf_free(&b);
	in.kind = RPV_CONTROL_UNCHANGED;
	rpv__buf_init(&b, &alloc);
	rpv__put_control(&b, &in);
	assert_false(exact(rpv__buf_view(&b), &alloc));
	rpv__buf_free(&b);
}

static void test_control_when_there_is_no_memory_then_it_is_refused(void **state)
{
	test_memory memory = { 0 }, good = { 0 };
	rpv__alloc fragile = test_memory_allocator(&memory), plain = test_memory_allocator(&good);
	rpv__control in = full(), out;
	rpv__buf b;
	(void)state;
	rpv__buf_init(&b, &plain);
	rpv__put_control(&b, &in);
	for (size_t at = 1, more = 1; more; at++) {
		rpv__arena arena;
		rpv__arena_init(&arena, &fragile);
		test_memory_fail(&memory, at, true);
		bool read = rpv__get_control(rpv__buf_view(&b), &arena, &out);
		more = test_memory_failed(&memory);
		assert_int_equal(!more, read);
		rpv__arena_free(&arena);
	}
	rpv__buf_free(&b);
	assert_int_equal(0, memory.live + good.live);
}

static void test_keys_when_of_controls_then_taken_apart_as_put_together(void **state)
{
	rpv__key key;
	uint32_t control;
	uint64_t exception;
	(void)state;
	assert_true(rpv__key_is32_64(rpv__key32_64(&key, RPV__K_CONTROL_EXCEPTION, 7, UINT64_MAX), RPV__K_CONTROL_EXCEPTION,
	                             &control, &exception));
	assert_int_equal(7, control);
	assert_true(exception == UINT64_MAX);
	assert_false(rpv__key_is32_64(rpv__key_view(&key), RPV__K_CONTROL, &control, &exception));
	key.size--;
	assert_false(rpv__key_is32_64(rpv__key_view(&key), RPV__K_CONTROL_EXCEPTION, &control, &exception));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_when_its_interval_has_passed_then_stale_at_that_millisecond),
		cmocka_unit_test(test_control_when_not_in_place_then_never_stale),
		cmocka_unit_test(test_controls_when_several_then_the_first_review_counts),
		cmocka_unit_test(test_controls_when_judged_then_by_the_action),
		cmocka_unit_test(test_controls_when_one_is_gone_then_it_fires_in_its_order),
		cmocka_unit_test(test_exception_when_its_control_goes_stale_then_void_at_that_millisecond),
		cmocka_unit_test(test_life_when_the_clock_ended_it_then_it_is_kept_so),
		cmocka_unit_test(test_control_when_written_then_every_field_comes_back),
		cmocka_unit_test(test_control_when_damaged_then_refused_or_exact),
		cmocka_unit_test(test_control_when_there_is_no_memory_then_it_is_refused),
		cmocka_unit_test(test_keys_when_of_controls_then_taken_apart_as_put_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
