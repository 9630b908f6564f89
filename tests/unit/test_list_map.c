/* SPDX-License-Identifier: MIT */
/* Maps of lists, beside a plain table that is gone through from the front. */
#include "../support/test.h"

#include "../../lib/base/list_map.h"
#include <stdlib.h>

enum { LONGEST = 9, ENTRIES = 3000 };

typedef struct entry { uint32_t head, items[LONGEST], count, value; } entry;

/* Few heads and items, so that many lists are met again, and are beginnings of each other. */
static entry some_entry(test_random *random)
{
	entry e = { .head = (uint32_t)test_random_below(random, 4), .value = (uint32_t)test_random_next(random) };

	e.count = (uint32_t)test_random_below(random, LONGEST + 1);
	for (uint32_t i = 0; i < e.count; i++)
		e.items[i] = (uint32_t)test_random_below(random, 3);
	return e;
}

static entry *of_table(entry *table, size_t count, const entry *e)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].head == e->head && table[i].count == e->count &&
		    memcmp(table[i].items, e->items, e->count * sizeof *e->items) == 0)
			return &table[i];
	return NULL;
}

static bool get(const rpv__list_map *m, const entry *e, uint32_t *value)
{
	return rpv__list_map_get(m, e->head, e->items, e->count, value);
}

static rpv_status add(rpv__list_map *m, const entry *e)
{
	return rpv__list_map_add(m, e->head, e->items, e->count, e->value);
}

static void assert_same(const rpv__list_map *m, const entry *table, size_t count)
{
	assert_int_equal(m->count, count);
	for (size_t i = 0; i < count; i++) {
		uint32_t value;

		assert_true(get(m, &table[i], &value));
		assert_int_equal(value, table[i].value);
	}
}

static void test_list_map_when_used_at_random_then_as_a_plain_table(void **state)
{
	static entry table[ENTRIES];
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	test_random random = { 7 };
	rpv__list_map m;
	size_t count = 0;
	(void)state;
	rpv__list_map_init(&m, &a);
	for (int round = 0; round < 20000; round++) {
		entry e = some_entry(&random), *known = of_table(table, count, &e);
		uint32_t value = 77;

		assert_int_equal(get(&m, &e, &value), known != NULL);
		assert_int_equal(value, known ? known->value : 77);
		if (known || count == ENTRIES)
			continue;
		assert_ok(add(&m, &e));
		table[count++] = e;
	}
	assert_true(count > ENTRIES / 2);
	assert_same(&m, table, count);
	rpv__list_map_free(&m);
	assert_int_equal(memory.live, 0);
	assert_same(&m, table, 0);
	assert_ok(add(&m, &table[0])); /* freed, it may be used again */
	assert_same(&m, table, 1);
	rpv__list_map_free(&m);
	assert_int_equal(memory.live, 0);
}

static void test_list_map_when_lists_are_empty_long_or_large_then_told_apart(void **state)
{
	static uint32_t many[100001]; /* of one number each, all beginnings of the longest */
	static const uint32_t large[] = { 0, UINT32_MAX, UINT32_MAX - 1 };
	const size_t counts[] = { 0, 1, 2, 3, 99999, 100000, 100001 };
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__list_map m;
	uint32_t value;
	(void)state;
	rpv__list_map_init(&m, &a);
	assert_false(rpv__list_map_get(&m, 0, NULL, 0, &value));
	for (uint32_t i = 0; i < RPV__COUNT(counts); i++) {
		assert_false(rpv__list_map_get(&m, 0, many, counts[i], &value));
		assert_ok(rpv__list_map_add(&m, 0, counts[i] ? many : NULL, counts[i], i));
	}
	for (uint32_t i = 0; i < RPV__COUNT(counts); i++)
		assert_true(rpv__list_map_get(&m, 0, many, counts[i], &value) && value == i);
	for (uint32_t i = 0; i < RPV__COUNT(large); i++)
		for (uint32_t j = 0; j < RPV__COUNT(large); j++)
			assert_ok(rpv__list_map_add(&m, large[i], &large[j], 1, i == 0 && j == 0 ? 1 : large[i] ^ large[j]));
	for (uint32_t i = 0; i < RPV__COUNT(large); i++)
		for (uint32_t j = 0; j < RPV__COUNT(large); j++)
			assert_true(rpv__list_map_get(&m, large[i], &large[j], 1, &value) &&
			            value == (i == 0 && j == 0 ? 1 : large[i] ^ large[j]));
	assert_false(rpv__list_map_get(&m, 1, many, 1, &value));
	rpv__list_map_free(&m);
}

/* --- hashes --- */
typedef struct hashed { uint32_t hash, items[3]; } hashed;

static hashed hashed_of(uint32_t i)
{
	hashed h = { .items = { i / 10000, i % 10000, i } };

	h.hash = rpv__list_hash(5, h.items, 3);
	return h;
}

static int by_hash(const void *a, const void *b)
{
	const hashed *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Of so many lists dozens share all 32 bits, whatever the hash is: 29 pairs are to be expected. */
static void test_list_map_when_lists_have_one_hash_then_told_apart(void **state)
{
	enum { MANY = 500000 };
	hashed *all = malloc(MANY * sizeof *all);
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__list_map m;
	size_t pairs = 0;
	(void)state;
	assert_non_null(all);
	rpv__list_map_init(&m, &a);
	for (uint32_t i = 0; i < MANY; i++)
		all[i] = hashed_of(i);
	qsort(all, MANY, sizeof *all, by_hash);
	for (uint32_t i = 1; i < MANY; i++) {
		uint32_t value;

		if (all[i].hash != all[i - 1].hash)
			continue;
		if (!rpv__list_map_get(&m, 5, all[i - 1].items, 3, &value)) /* else the second of a pair, now of three */
			assert_ok(rpv__list_map_add(&m, 5, all[i - 1].items, 3, i - 1));
		pairs++;
		assert_false(rpv__list_map_get(&m, 5, all[i].items, 3, &value));
		assert_ok(rpv__list_map_add(&m, 5, all[i].items, 3, i));
		assert_true(rpv__list_map_get(&m, 5, all[i - 1].items, 3, &value) && value == i - 1);
		assert_true(rpv__list_map_get(&m, 5, all[i].items, 3, &value) && value == i);
	}
	assert_in_range(pairs, 5, 100); /* more: the hash is a bad one */
	rpv__list_map_free(&m);
	free(all);
}

/* All belong into the last slot of the first sixteen: the others go round to the front, and apart as the map grows. */
static void test_list_map_when_slots_end_then_goes_on_in_front(void **state)
{
	enum { FEW = 100 };
	hashed all[FEW];
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__list_map m;
	size_t count = 0;
	uint32_t value;
	(void)state;
	rpv__list_map_init(&m, &a);
	for (uint32_t i = 0; count < FEW; i++) {
		all[count] = hashed_of(i);
		count += all[count].hash % 16 == 15;
	}
	for (uint32_t i = 0; i < FEW; i++) {
		assert_false(rpv__list_map_get(&m, 5, all[i].items, 3, &value));
		assert_ok(rpv__list_map_add(&m, 5, all[i].items, 3, i));
		for (uint32_t j = 0; j <= i; j++)
			assert_true(rpv__list_map_get(&m, 5, all[j].items, 3, &value) && value == j);
		assert_true(m.count * 2 <= m.mask + 1);
	}
	rpv__list_map_free(&m);
}

/* --- failures --- */
static void test_list_map_when_memory_fails_then_as_before(void **state)
{
	static entry table[ENTRIES];
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	test_random random = { 9 };
	rpv__list_map m;
	size_t count = 0, failures = 0;
	uint32_t value;
	(void)state;
	rpv__list_map_init(&m, &a);
	for (int round = 0; round < 2000; round++) {
		entry e = some_entry(&random);

		if (of_table(table, count, &e))
			continue;
		test_memory_fail(&memory, 1 + (size_t)round % 2, true); /* one asks for words, for slots, or for both */
		rpv_status status = add(&m, &e);
		bool failed = test_memory_failed(&memory);
		test_memory_fail(&memory, 0, false);
		assert_status(failed ? RPV_E_NOMEM : RPV_OK, status);
		if (failed) {
			failures++;
			assert_false(get(&m, &e, &value));
			assert_same(&m, table, count);
			assert_ok(add(&m, &e));
		}
		table[count++] = e;
		assert_same(&m, table, count);
	}
	assert_true(failures > 10);
	rpv__list_map_free(&m);
	assert_int_equal(memory.live, 0);
}

static void test_list_map_when_no_word_has_a_place_for_it_then_limit(void **state)
{
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	rpv__list_map m;
	uint32_t item = 1;
	(void)state;
	rpv__list_map_init(&m, &a);
	assert_status(RPV_E_LIMIT, rpv__list_map_add(&m, 1, &item, UINT32_MAX - 2, 1));
	assert_status(RPV_E_LIMIT, rpv__list_map_add(&m, 1, &item, SIZE_MAX, 1));
	m.used = UINT32_MAX - 3;
	assert_status(RPV_E_LIMIT, rpv__list_map_add(&m, 1, &item, 1, 1));
	m.used = UINT32_MAX;
	assert_status(RPV_E_LIMIT, rpv__list_map_add(&m, 1, &item, 0, 1));
	assert_int_equal(0, memory.requests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_map_when_used_at_random_then_as_a_plain_table),
		cmocka_unit_test(test_list_map_when_lists_are_empty_long_or_large_then_told_apart),
		cmocka_unit_test(test_list_map_when_lists_have_one_hash_then_told_apart),
		cmocka_unit_test(test_list_map_when_slots_end_then_goes_on_in_front),
		cmocka_unit_test(test_list_map_when_memory_fails_then_as_before),
		cmocka_unit_test(test_list_map_when_no_word_has_a_place_for_it_then_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
