/* SPDX-License-Identifier: MIT */
/* Rows of a view: those that are the same are kept once, however they come, and nothing is lost without memory. */
#include "test.h"

#include "../../lib/score/view_row.h"

enum { DEVICES = 3000, MOST = 40 };

typedef struct fleet {
	test_random random;
	rpv__view_rows rows;
	rpv__view_row *of[DEVICES];
	uint32_t seeds[DEVICES];        /* the same one: the same numbers */
} fleet;

/* The numbers of a seed; some do not fit in 16 bits, some are none. */
static size_t numbers_of(uint32_t seed, uint32_t *out)
{
	test_random random = { seed };
	size_t count = (size_t)test_random_below(&random, MOST);
	uint32_t last = 0;
	for (size_t i = 0; i < count; i++)
		out[i] = last += 1 + (uint32_t)test_random_below(&random, seed % 7 == 0 ? 9000 : 200);
	return count;
}

static rpv_status take_all(const rpv__alloc *a, fleet *f)
{
	for (size_t i = 0; i < DEVICES; i++) {
		uint32_t numbers[MOST];
		f->seeds[i] = (uint32_t)test_random_below(&f->random, DEVICES);
		size_t count = numbers_of(f->seeds[i], numbers);
		rpv_status status = rpv__row_put(a, &f->rows, numbers, count, &f->of[i]);
		if (status)
			return status;
	}
	return RPV_OK;
}

static size_t assert_rows(const fleet *f)
{
	static const rpv__view_row *by_seed[DEVICES];
	size_t rows = 0, devices = 0;
	memset(by_seed, 0, sizeof by_seed);
	for (size_t i = 0; i < DEVICES; i++) {
		uint32_t numbers[MOST];
		const rpv__view_row *row = f->of[i];
		size_t count = numbers_of(f->seeds[i], numbers);
		if (!row) {
			assert_int_equal(count, 0);
			continue;
		}
		devices++;
		assert_int_equal(row->count, count);
		assert_int_equal(row->wide, numbers[count - 1] > UINT16_MAX);
		for (uint32_t j = 0; j < count; j++)
			assert_int_equal(rpv__row_at(rpv__row_numbers(row), row->wide, j), numbers[j]);
		if (by_seed[f->seeds[i]])
			assert_ptr_equal(by_seed[f->seeds[i]], row);
		rows += !by_seed[f->seeds[i]];
		by_seed[f->seeds[i]] = row;
	}
	assert_int_equal(f->rows.devices, devices);
	assert_true(f->rows.count <= rows); /* two seeds may have the same few numbers */
	return rows;
}

static void test_rows_when_many_come_then_the_same_ones_are_kept_once(void **state)
{
	static const size_t expected[] = { 0, 10, DEVICES, 8 * DEVICES };
	(void)state;
	for (size_t way = 0; way < 2 * RPV__COUNT(expected); way++) {
		test_memory memory = { 0 };
		const rpv_allocator a = test_memory_allocator(&memory);
		static fleet f;
		memset(&f, 0, sizeof f);
		f.random.state = way + 1;
		if (way % 2)
			assert_ok(rpv__rows_expect(&a, &f.rows, expected[way / 2]));
		assert_ok(take_all(&a, &f));
		rpv__rows_settle(&a, &f.rows);
		size_t rows = assert_rows(&f);
		assert_true(rows > DEVICES / 2 && f.rows.count + 100 > rows);
		for (size_t i = 0; i < DEVICES; i++)
			rpv__row_drop(&a, f.of[i]);
		rpv__rows_close(&a, &f.rows);
		assert_int_equal(memory.live, 0);
	}
}

/* Some devices again and again, at times before their last row was looked up. */
static void test_rows_when_devices_get_others_then_each_is_kept_as_long_as_one_has_it(void **state)
{
	(void)state;
	test_memory memory = { 0 };
	const rpv_allocator a = test_memory_allocator(&memory);
	static fleet f;
	memset(&f, 0, sizeof f);
	f.random.state = 77;
	assert_ok(take_all(&a, &f));
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 2000; i++) {
			uint32_t numbers[MOST];
			size_t device = (size_t)test_random_below(&f.random, i % 2 ? DEVICES : 20);
			f.seeds[device] = (uint32_t)test_random_below(&f.random, DEVICES);
			assert_ok(rpv__row_put(&a, &f.rows, numbers, numbers_of(f.seeds[device], numbers), &f.of[device]));
		}
		rpv__rows_settle(&a, &f.rows);
		assert_rows(&f);
	}
	for (size_t i = 0; i < DEVICES; i++)
		assert_ok(rpv__row_put(&a, &f.rows, NULL, 0, &f.of[i]));
	rpv__rows_settle(&a, &f.rows);
	assert_int_equal(f.rows.count + f.rows.devices, 0);
	rpv__rows_close(&a, &f.rows);
	assert_int_equal(memory.live, 0);
}

static void test_rows_when_there_is_no_memory_then_those_before_stay(void **state)
{
	(void)state;
	for (size_t fail_at = 1; fail_at < 40; fail_at++) {
		test_memory memory = { 0 };
		const rpv_allocator a = test_memory_allocator(&memory);
		static fleet f;
		memset(&f, 0, sizeof f);
		test_memory_fail(&memory, fail_at, false);
		rpv_status status = rpv__rows_expect(&a, &f.rows, DEVICES);
		if (!status)
			status = take_all(&a, &f);
		assert_status(RPV_E_NOMEM, status);
		rpv__rows_settle(&a, &f.rows);
		for (size_t i = 0; i < DEVICES; i++)
			rpv__row_drop(&a, f.of[i]);
		rpv__rows_close(&a, &f.rows);
		assert_int_equal(memory.live, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_when_many_come_then_the_same_ones_are_kept_once),
		cmocka_unit_test(test_rows_when_devices_get_others_then_each_is_kept_as_long_as_one_has_it),
		cmocka_unit_test(test_rows_when_there_is_no_memory_then_those_before_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
