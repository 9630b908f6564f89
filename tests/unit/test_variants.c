/* SPDX-License-Identifier: MIT */
/* Interning of weakness sets: equal ones share a number, whatever their hashes say. */
#include "../support/test.h"
#include "../../lib/service/store.h"

typedef struct world {
	rpv__port port;
	int64_t now;
	test_memory memory;
	rpv_storage storage;
} world;

static void open_world(world *w)
{
	memset(w, 0, sizeof *w);
	w->now = 1000;
	assert_ok(rpv_memory_storage(NULL, &w->storage));
	w->port.alloc = test_memory_allocator(&w->memory);
	w->port.storage = w->storage;
	w->port.max_commit = RPV_STORAGE_COMMIT_MAX;
	rpv_clock_manual(&w->now, &w->port.clock);
}

static void close_world(world *w)
{
	w->storage.close(w->storage.user);
	assert_int_equal(0, w->memory.live);
}

/* One transaction that interns a set, optionally after writing a value under its hash. */
typedef struct asking {
	uint32_t recommendation;
	const uint32_t *weaknesses;
	size_t count;
	const char *list;      /* bytes to put under the hash before, NULL: none */
	uint32_t got;
} asking;

static uint64_t hash_of(const uint32_t *weaknesses, size_t count)
{
	uint8_t bytes[64];

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < 4; j++)
			bytes[4 * i + j] = (uint8_t)(weaknesses[i] >> (24 - 8 * j));
	return rpv__hash(bytes, 4 * count);
}

static rpv_status ask_body(rpv__txn *txn, void *user, rpv_error *error)
{
	asking *a = user;
	rpv__key key;

	if (a->list)
		assert_ok(rpv__txn_put(txn, rpv__key32_64(&key, RPV__K_VARIANT_HASH, a->recommendation,
		                                          hash_of(a->weaknesses, a->count)), rpv__bytes_of(a->list), error));
	return rpv__txn_variant(txn, a->recommendation, a->weaknesses, a->count, &a->got, error);
}

static rpv_status ask(world *w, asking *a, rpv__revision *after)
{
	rpv__txn_options options = { .actor = "test" };
	rpv_error error = RPV_ERROR_INIT;

	return rpv__txn_run(&w->port, &options, ask_body, a, after, &error);
}

static uint32_t number_of(world *w, uint32_t recommendation, const uint32_t *weaknesses, size_t count)
{
	asking a = { recommendation, weaknesses, count, NULL, 0 };

	assert_ok(ask(w, &a, NULL));
	return a.got;
}

static const uint32_t one[] = { 1 }, two[] = { 1, 2 }, three[] = { 2, 3, 70000 };

static void test_equal_sets_of_a_recommendation_then_one_number(void **state)
{
	world w;

	(void)state;
	open_world(&w);
	assert_int_equal(1, number_of(&w, 5, one, 1));
	assert_int_equal(2, number_of(&w, 5, two, 2));
	assert_int_equal(3, number_of(&w, 6, two, 2));
	assert_int_equal(4, number_of(&w, 5, three, 3));
	assert_int_equal(2, number_of(&w, 5, two, 2));
	assert_int_equal(3, number_of(&w, 6, two, 2));
	assert_int_equal(1, number_of(&w, 5, one, 1));
	close_world(&w);
}

static void test_new_set_then_record_and_weaknesses_lead_to_it(void **state)
{
	world w;
	rpv__source source = { &w.port, NULL };
	rpv__variant variant;
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value;
	uint32_t number;

	(void)state;
	open_world(&w);
	rpv__arena_init(&arena, &w.port.alloc);
	number = number_of(&w, 5, three, 3);
	assert_ok(rpv__source_get(&source, rpv__key32(&key, RPV__K_VARIANT, number), &arena, &value, NULL));
	assert_true(rpv__get_variant(value, &arena, &variant));
	assert_int_equal(5, variant.recommendation);
	assert_null(variant.set);
	assert_int_equal(0, variant.part_count);
	assert_int_equal(3, variant.weakness_count);
	assert_memory_equal(three, variant.weaknesses, sizeof three);
	for (size_t i = 0; i < 3; i++)
		assert_ok(rpv__source_get(&source, rpv__key32_32(&key, RPV__K_WEAKNESS_VARIANT, three[i], number), &arena,
		                          &value, NULL));
	rpv__arena_free(&arena);
	close_world(&w);
}

static void test_hash_that_another_set_has_then_both_are_kept_apart(void **state)
{
	world w;
	asking a = { 5, two, 2, "\1\1", 0 }; /* as if number 1 had this hash */

	(void)state;
	open_world(&w);
	assert_int_equal(1, number_of(&w, 5, one, 1));
	assert_ok(ask(&w, &a, NULL));
	assert_int_equal(2, a.got);
	assert_int_equal(2, number_of(&w, 5, two, 2));
	assert_int_equal(1, number_of(&w, 5, one, 1));
	close_world(&w);
}

static void test_list_under_a_hash_when_damaged_then_corrupt(void **state)
{
	static const char *const bad[] = { "\2\1", "\1\xff", "\1\x09", "x" };
	world w;

	(void)state;
	open_world(&w);
	assert_int_equal(1, number_of(&w, 5, one, 1));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		asking a = { 5, two, 2, bad[i], 0 };

		assert_status(RPV_E_CORRUPT, ask(&w, &a, NULL));
		assert_int_equal(0, a.got);
	}
	close_world(&w);
}

static void test_memory_when_it_fails_then_nothing_is_interned(void **state)
{
	world w;

	(void)state;
	open_world(&w);
	for (size_t at = 1;; at++) {
		asking a = { 5, three, 3, NULL, 0 };
		rpv_status status;

		test_memory_fail(&w.memory, at, false);
		status = ask(&w, &a, NULL);
		if (status == RPV_OK)
			assert_int_equal(1, a.got);
		else
			assert_status(RPV_E_NOMEM, status);
		if (!test_memory_failed(&w.memory) || status == RPV_OK)
			break;
	}
	test_memory_fail(&w.memory, 0, false);
	assert_int_equal(1, number_of(&w, 5, three, 3));
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_sets_of_a_recommendation_then_one_number),
		cmocka_unit_test(test_new_set_then_record_and_weaknesses_lead_to_it),
		cmocka_unit_test(test_hash_that_another_set_has_then_both_are_kept_apart),
		cmocka_unit_test(test_list_under_a_hash_when_damaged_then_corrupt),
		cmocka_unit_test(test_memory_when_it_fails_then_nothing_is_interned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
