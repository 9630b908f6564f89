/* SPDX-License-Identifier: MIT */
/* Memory, bytes, maps, text, sorting, locks and the error record. */
#include "../support/test.h"

#include "../../lib/base/base.h"
#include <pthread.h>
#include <stdlib.h>

/* --- memory --- */
static void test_alloc_when_none_is_given_then_that_of_the_c_library(void **state)
{
	(void)state;
	rpv__alloc a = rpv__alloc_or_default(NULL);
	uint8_t *block = rpv__new(&a, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(block[i], 0);
	rpv__free(&a, block);
	rpv__free(&a, NULL);
	test_memory memory = { 0 };
	rpv_allocator own = test_memory_allocator(&memory);
	a = rpv__alloc_or_default(&own);
	block = rpv__new(&a, 0);
	assert_non_null(block);
	assert_int_equal(memory.live, 1);
	rpv__free(&a, block);
	assert_int_equal(memory.live, 0);
}

static void test_grow_when_memory_fails_then_array_stays(void **state)
{
	(void)state;
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	uint32_t *array = NULL;
	size_t cap = 0;
	assert_ok(rpv__grow(&a, &array, &cap, 3, sizeof *array));
	assert_true(cap >= 3);
	array[2] = 7;
	uint32_t *same = array;
	size_t before = cap;
	test_memory_fail(&memory, 1, true);
	assert_ok(rpv__grow(&a, &array, &cap, before, sizeof *array)); /* has room */
	assert_status(RPV_E_NOMEM, rpv__grow(&a, &array, &cap, before + 1, sizeof *array));
	assert_status(RPV_E_NOMEM, rpv__grow(&a, &array, &cap, SIZE_MAX, sizeof *array));
	assert_ptr_equal(array, same);
	assert_int_equal(cap, before);
	assert_int_equal(array[2], 7);
	rpv__free(&a, array);
	assert_int_equal(memory.live, 0);
}

static void test_copy_text_when_null_then_null(void **state)
{
	(void)state;
	rpv__alloc a = rpv__alloc_or_default(NULL);
	char *copy = (char *)"x";
	assert_ok(rpv__copy_text(&a, NULL, &copy));
	assert_null(copy);
	assert_ok(rpv__copy_text(&a, "text", &copy));
	assert_string_equal(copy, "text");
	rpv__free(&a, copy);
}

static void test_arena_when_pieces_of_all_sizes_then_aligned_zeroed_and_apart(void **state)
{
	(void)state;
	enum { PIECES = 400 };
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	rpv__arena arena;
	rpv__arena_init(&arena, &a);
	test_random random = { 3 };
	uint8_t *pieces[PIECES];
	size_t sizes[PIECES];
	for (int i = 0; i < PIECES; i++) {
		sizes[i] = test_random_below(&random, i % 50 ? 90 : 200000);
		pieces[i] = rpv__arena_get(&arena, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], i, sizes[i]);
	}
	for (int i = 0; i < PIECES; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], (uint8_t)i);
	assert_true(memory.live < 30);
	assert_string_equal(rpv__arena_text(&arena, "abcdef", 3), "abc");
	assert_string_equal(rpv__arena_text(&arena, NULL, 0), "");
	assert_null(rpv__arena_get(&arena, SIZE_MAX));
	assert_null(rpv__arena_get(&arena, SIZE_MAX / 2));
	rpv__arena_free(&arena);
	assert_int_equal(memory.live, 0);
	assert_string_equal(rpv__arena_text(&arena, "again", 5), "again");
	rpv__arena_reuse(&arena);
	assert_string_equal(rpv__arena_get(&arena, 5), ""); /* zeroed although it was in use */
	assert_non_null(rpv__arena_get(&arena, 100000));
	rpv__arena_reuse(&arena); /* of several chunks */
	assert_string_equal(rpv__arena_get(&arena, 5), "");
	rpv__arena_free(&arena);
	test_memory_fail(&memory, 1, true);
	assert_null(rpv__arena_get(&arena, 1));
	rpv__arena_free(&arena);
}

/* --- bytes --- */
static void test_buf_when_written_then_reads_back(void **state)
{
	(void)state;
	static const uint64_t numbers[] = { 0, 1, 127, 128, 16383, 16384, UINT32_MAX, INT64_MAX, UINT64_MAX - 1, UINT64_MAX };
	static const int64_t ints[] = { 0, -1, 1, -64, 64, INT64_MIN, INT64_MAX, INT64_MIN + 1 };
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__buf b;
	rpv__arena arena;
	rpv__buf_init(&b, &a);
	rpv__arena_init(&arena, &a);
	for (size_t i = 0; i < RPV__COUNT(numbers); i++) {
		rpv__buf_uint(&b, numbers[i]);
		rpv__buf_be32(&b, (uint32_t)numbers[i]);
		rpv__buf_be64(&b, numbers[i]);
	}
	for (size_t i = 0; i < RPV__COUNT(ints); i++)
		rpv__buf_int(&b, ints[i]);
	rpv__buf_text(&b, NULL);
	rpv__buf_text(&b, "");
	rpv__buf_text(&b, "Zür");
	rpv__buf_bytes(&b, "\0\1", 2);
	rpv__buf_u8(&b, 200);
	assert_int_equal(b.status, RPV_OK);
	rpv__reader r = rpv__reader_of(rpv__buf_view(&b));
	for (size_t i = 0; i < RPV__COUNT(numbers); i++) {
		assert_true(rpv__read_uint(&r) == numbers[i]);
		assert_true(rpv__read_be32(&r) == (uint32_t)numbers[i]);
		assert_true(rpv__read_be64(&r) == numbers[i]);
	}
	for (size_t i = 0; i < RPV__COUNT(ints); i++)
		assert_true(rpv__read_int(&r) == ints[i]);
	assert_null(rpv__read_text(&r, &arena));
	assert_string_equal(rpv__read_text(&r, &arena), "");
	assert_string_equal(rpv__read_text(&r, &arena), "Zür");
	rpv_bytes bytes = rpv__read_bytes(&r);
	assert_int_equal(bytes.size, 2);
	assert_memory_equal(bytes.data, "\0\1", 2);
	assert_false(rpv__reader_done(&r));
	assert_int_equal(rpv__read_u8(&r), 200);
	assert_true(rpv__reader_done(&r));
	assert_int_equal(rpv__read_u8(&r), 0);
	assert_false(rpv__reader_done(&r));
	rpv__buf_free(&b);
	rpv__arena_free(&arena);
}

static void assert_bad_uint(const char *bytes, size_t size, uint64_t max)
{
	rpv__reader r = rpv__reader_of((rpv_bytes){ bytes, size });
	assert_true(rpv__read_uint_max(&r, max) == 0);
	assert_true(r.bad);
	assert_true(rpv__read_be64(&r) == 0);
	assert_false(rpv__reader_done(&r));
}

static void test_reader_when_bytes_are_damaged_then_bad_for_good(void **state)
{
	(void)state;
	assert_bad_uint("", 0, UINT64_MAX);
	assert_bad_uint("\x80", 1, UINT64_MAX);
	assert_bad_uint("\x80\x00", 2, UINT64_MAX); /* not the shortest form */
	assert_bad_uint("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10, UINT64_MAX);
	assert_bad_uint("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11, UINT64_MAX);
	assert_bad_uint("\x0B", 1, 10);
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__arena arena;
	rpv__arena_init(&arena, &a);
	static const rpv_bytes bad[] = { { "\x05" "abc", 4 }, { "\x04" "a\0b", 4 },
		{ "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10 } };
	for (size_t i = 0; i < RPV__COUNT(bad); i++) {
		rpv__reader r = rpv__reader_of(bad[i]);
		assert_null(rpv__read_text(&r, &arena));
		assert_true(r.bad);
	}
	rpv__reader r = rpv__reader_of((rpv_bytes){ NULL, 0 });
	assert_true(rpv__reader_done(&r));
	assert_null(rpv__read_bytes(&r).data);
	assert_true(r.bad);
	rpv__arena_free(&arena);
}

static void test_buf_when_memory_fails_then_remembers(void **state)
{
	(void)state;
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	rpv__buf b;
	rpv__buf_init(&b, &a);
	rpv__buf_put(&b, "12345678", 8);
	test_memory_fail(&memory, 1, false);
	for (int i = 0; i < 10; i++)
		rpv__buf_put(&b, "12345678", 8);
	assert_status(RPV_E_NOMEM, b.status);
	assert_int_equal(b.size, 8);
	rpv__buf_clear(&b);
	assert_ok(b.status);
	rpv__buf_free(&b);
	assert_int_equal(memory.live, 0);
}

/* --- maps --- */
static void test_map_when_used_at_random_then_as_a_plain_table(void **state)
{
	(void)state;
	enum { KEYS = 500 };
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	rpv__map m;
	rpv__map_init(&m, &a);
	test_random random = { 4 };
	bool there[KEYS] = { false };
	uint64_t values[KEYS] = { 0 };
	char keys[KEYS][40];
	for (int i = 0; i < KEYS; i++)
		snprintf(keys[i], sizeof keys[i], "%.*s%d", i % 17, "a long beginning of it", i);
	for (int round = 0; round < 20000; round++) {
		size_t i = test_random_below(&random, KEYS);
		uint64_t value = test_random_next(&random), got = 0;
		rpv_bytes key = rpv__bytes_of(keys[i]);
		if (test_random_below(&random, 2)) {
			assert_ok(rpv__map_put(&m, key, value));
			there[i] = true;
			values[i] = value;
		} else {
			assert_int_equal(rpv__map_remove(&m, key), there[i]);
			there[i] = false;
		}
		i = test_random_below(&random, KEYS);
		assert_int_equal(rpv__map_get(&m, rpv__bytes_of(keys[i]), &got), there[i]);
		if (there[i])
			assert_true(got == values[i]);
	}
	size_t cursor = 0, seen = 0, expected = 0;
	rpv_bytes key;
	uint64_t value;
	while (rpv__map_next(&m, &cursor, &key, &value)) {
		uint64_t again;
		assert_true(rpv__map_get(&m, key, &again) && again == value);
		seen++;
	}
	for (int i = 0; i < KEYS; i++)
		expected += there[i];
	assert_int_equal(seen, expected);
	assert_int_equal(m.count, expected);
	rpv__map_clear(&m);
	assert_int_equal(m.count, 0);
	cursor = 0;
	assert_false(rpv__map_next(&m, &cursor, NULL, NULL));
	assert_ok(rpv__map_put(&m, (rpv_bytes){ NULL, 0 }, 5)); /* an empty key is a key */
	assert_true(rpv__map_get(&m, (rpv_bytes){ "", 0 }, &value) && value == 5);
	rpv__map_free(&m);
	assert_int_equal(memory.live, 0);
}

static void test_map_when_keys_are_numbers_then_found(void **state)
{
	(void)state;
	rpv__alloc a = rpv__alloc_or_default(NULL);
	rpv__map m;
	uint64_t value;
	rpv__map_init(&m, &a);
	assert_false(rpv__map_get_u64(&m, 1, &value));
	for (uint64_t i = 0; i < 10000; i++)
		assert_ok(rpv__map_put_u64(&m, i << 20, i));
	for (uint64_t i = 0; i < 10000; i += 2)
		assert_true(rpv__map_remove_u64(&m, i << 20));
	for (uint64_t i = 0; i < 10000; i++)
		assert_int_equal(rpv__map_get_u64(&m, i << 20, &value) && value == i, i % 2);
	assert_false(rpv__map_remove_u64(&m, 7));
	rpv__map_free(&m);
}

static void test_map_when_memory_fails_then_as_before(void **state)
{
	(void)state;
	test_memory memory = { 0 };
	rpv__alloc a = test_memory_allocator(&memory);
	rpv__map m;
	rpv__map_init(&m, &a);
	char key[40];
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof key, "a key of some length %d", i);
		test_memory_fail(&memory, 1, false);
		rpv_status status = rpv__map_put(&m, rpv__bytes_of(key), (uint64_t)i);
		test_memory_fail(&memory, 0, false);
		if (status) {
			assert_status(RPV_E_NOMEM, status);
			assert_false(rpv__map_get(&m, rpv__bytes_of(key), NULL));
			assert_ok(rpv__map_put(&m, rpv__bytes_of(key), (uint64_t)i));
		}
		assert_int_equal(m.count, i + 1);
	}
	rpv__map_free(&m);
	assert_int_equal(memory.live, 0);
}

/* --- text --- */
static void test_utf8_when_well_formed_or_not_then_told_apart(void **state)
{
	(void)state;
	static const char *const good[] = { "", "ascii", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
		"\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "Zürich \xF0\x9F\x90\xA6" };
	static const char *const bad[] = { "\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE0\xA0",
		"\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE2\x82" };
	for (size_t i = 0; i < RPV__COUNT(good); i++)
		assert_true(rpv__utf8_ok(good[i], strlen(good[i])));
	for (size_t i = 0; i < RPV__COUNT(bad); i++)
		assert_false(rpv__utf8_ok(bad[i], strlen(bad[i])));
	assert_false(rpv__utf8_ok("a\0b", 3));
	assert_true(rpv__utf8_ok(NULL, 0));
}

static void test_text_when_compared_then_as_bytes_or_letters(void **state)
{
	(void)state;
	assert_int_equal(rpv__bytes_compare(rpv__bytes_of("a"), rpv__bytes_of("ab")), -1);
	assert_int_equal(rpv__bytes_compare(rpv__bytes_of("\xFF"), rpv__bytes_of("a")), 1);
	assert_int_equal(rpv__bytes_compare((rpv_bytes){ NULL, 0 }, rpv__bytes_of("")), 0);
	assert_int_equal(rpv__bytes_of(NULL).size, 0);
	assert_true(rpv__equal_fold("High", "hIGH"));
	assert_false(rpv__equal_fold("High", "higher"));
	assert_false(rpv__equal_fold("\xC3\x84", "\xC3\xA4")); /* letters of ASCII only */
	assert_false(rpv__equal_fold("[", "{"));
	char out[4];
	assert_int_equal(rpv__format(out, sizeof out, "%d", 12345), 5);
	assert_string_equal(out, "123");
	assert_true(rpv__hash("", 0) == UINT64_C(0xcbf29ce484222325));   /* values of the FNV page */
	assert_true(rpv__hash("foobar", 6) == UINT64_C(0x85944171f73967e8));
}

/* --- sorting --- */
typedef struct item { uint32_t key, number; } item;

static int by_key(const void *a, const void *b, const void *context)
{
	const item *x = a, *y = b;
	int order = x->key < y->key ? -1 : x->key > y->key;
	return *(const bool *)context ? -order : order;
}

static void test_sort_when_keys_repeat_then_stable(void **state)
{
	(void)state;
	rpv__alloc a = rpv__alloc_or_default(NULL);
	test_random random = { 6 };
	item items[300];
	for (size_t count = 0; count < 300; count += count < 20 ? 1 : 37) {
		bool down = count % 2;
		for (size_t i = 0; i < count; i++)
			items[i] = (item){ (uint32_t)test_random_below(&random, 20), (uint32_t)i };
		assert_ok(rpv__sort(&a, items, count, sizeof items[0], by_key, &down));
		for (size_t i = 1; i < count; i++) {
			int order = by_key(&items[i - 1], &items[i], &down);
			assert_true(order < 0 || (order == 0 && items[i - 1].number < items[i].number));
		}
	}
	test_memory memory = { .fail_at = 1 };
	rpv__alloc fragile = test_memory_allocator(&memory);
	bool down = false;
	assert_status(RPV_E_NOMEM, rpv__sort(&fragile, items, 3, sizeof items[0], by_key, &down));
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void test_sort_unique_when_numbers_repeat_then_each_once(void **state)
{
	(void)state;
	test_random random = { 8 };
	for (size_t count = 0; count < 200; count++) {
		uint32_t numbers[200], expected[200];
		size_t kept = 0;
		for (size_t i = 0; i < count; i++)
			numbers[i] = expected[i] = (uint32_t)test_random_below(&random, 100) * 50000000u;
		qsort(expected, count, sizeof expected[0], by_value);
		for (size_t i = 0; i < count; i++)
			if (i == 0 || expected[i] != expected[i - 1])
				expected[kept++] = expected[i];
		assert_int_equal(rpv__sort_unique_u32(numbers, count), kept);
		assert_memory_equal(numbers, expected, kept * sizeof numbers[0]);
	}
}

/* --- locks --- */
typedef struct counting { rpv__lock *lock; int count; } counting;

static void *count_under_lock(void *user)
{
	counting *c = user;
	for (int i = 0; i < 2000; i++) {
		if (rpv__lock_take(c->lock))
			break;
		c->count++;
		rpv__lock_give(c->lock);
	}
	return NULL;
}

static void test_lock_when_its_owner_comes_back_then_busy(void **state)
{
	(void)state;
	rpv__alloc a = rpv__alloc_or_default(NULL);
	counting c = { NULL, 0 };
	assert_ok(rpv__lock_new(&a, &c.lock));
	assert_ok(rpv__lock_take(c.lock));
	assert_status(RPV_E_BUSY, rpv__lock_take(c.lock));
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_under_lock, &c), 0);
	rpv__lock_give(c.lock);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(c.count, 4000);
	assert_ok(rpv__lock_take(c.lock));
	rpv__lock_give(c.lock);
	rpv__lock_free(&a, c.lock);
	rpv__lock_free(&a, NULL);
}

/* --- the error record --- */
static void test_error_when_recorded_then_status_words_and_host_code(void **state)
{
	(void)state;
	rpv_error e = RPV_ERROR_INIT;
	e.host_code = 5;
	assert_status(RPV_E_LIMIT, rpv__fail_field(&e, RPV_E_LIMIT, 7, "name", "at most %d bytes", 255));
	assert_int_equal(e.index, 7);
	assert_string_equal(e.field, "name");
	assert_string_equal(e.message, "at most 255 bytes");
	assert_int_equal(e.host_code, 5);
	assert_status(RPV_E_INVALID, rpv__fail(&e, RPV_E_INVALID, "not %s", e.message)); /* from its own words */
	assert_string_equal(e.message, "not at most 255 bytes");
	assert_true(e.index == RPV_NO_INDEX);
	assert_string_equal(e.field, "");
	rpv__error_clear(&e);
	assert_int_equal(e.status, RPV_OK);
	assert_int_equal(e.host_code, 0);
	assert_string_equal(e.message, "");
	assert_status(RPV_E_NOMEM, rpv__fail_nomem(NULL));
	rpv__error_clear(NULL);
	assert_status(RPV_E_CORRUPT, rpv__fail_corrupt(&e, "device", rpv__bytes_of("d\x01\xFF")));
	assert_non_null(strstr(e.message, "device"));
	assert_non_null(strstr(e.message, "6401ff"));
}

static void test_error_when_words_are_too_long_then_cut_between_characters(void **state)
{
	(void)state;
	char words[600];
	for (int shift = 0; shift < 4; shift++) {
		rpv_error e = RPV_ERROR_INIT;
		memset(words, 'x', sizeof words);
		for (size_t i = 500 + (size_t)shift; i + 4 < sizeof words; i += 4)
			memcpy(words + i, "\xF0\x9F\x90\xA6", 4);
		words[sizeof words - 1] = '\0';
		rpv__fail_field(&e, RPV_E_INVALID, 0, words, "%s", words);
		assert_true(rpv__utf8_ok(e.message, strlen(e.message)));
		assert_true(strlen(e.message) > 507 && strlen(e.message) < sizeof e.message);
		assert_int_equal(strlen(e.field), sizeof e.field - 1);
	}
}

/* --- small public things --- */
static void test_names_and_versions_when_asked_then_told(void **state)
{
	(void)state;
	assert_string_equal(rpv_status_name(RPV_OK), "RPV_OK");
	assert_string_equal(rpv_status_name(RPV_E_READ_ONLY), "RPV_E_READ_ONLY");
	assert_string_equal(rpv_status_name((rpv_status)-99), "RPV_E_?");
	assert_int_equal(rpv_version(), RPV_VERSION);
	assert_string_equal(rpv_version_text(), RPV_VERSION_TEXT);
	int64_t now = 5, told = 0;
	rpv_clock clock;
	rpv_clock_manual(&now, &clock);
	now = 6;
	assert_ok(clock.now(clock.user, &told));
	assert_int_equal(told, 6);
}

/* --- sums --- */
static uint32_t bit_by_bit(uint32_t sum, const uint8_t *bytes, size_t size)
{
	sum = ~sum;
	for (size_t i = 0; i < size; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82F63B78u : 0);
	}
	return ~sum;
}

static void test_sum_when_by_instruction_or_tables_then_the_same(void **state)
{
	uint8_t bytes[300];
	test_random random = { 7 };
	(void)state;
	assert_int_equal(0xE3069283, rpv__sum(0, "123456789", 9)); /* the check value of CRC-32C */
	assert_int_equal(0xE3069283, rpv__sum_by_tables(0, "123456789", 9));
	for (int round = 0; round < 2000; round++) {
		size_t size = (size_t)test_random_below(&random, sizeof bytes - 8), from = (size_t)test_random_below(&random, 8);
		size_t cut = (size_t)test_random_below(&random, size + 1);
		for (size_t i = 0; i < size; i++)
			bytes[from + i] = (uint8_t)test_random_next(&random);
		uint32_t expected = bit_by_bit(0, bytes + from, size);
		assert_int_equal(expected, rpv__sum(0, bytes + from, size));
		assert_int_equal(expected, rpv__sum_by_tables(0, bytes + from, size));
		assert_int_equal(expected, rpv__sum(rpv__sum_by_tables(0, bytes + from, cut), bytes + from + cut, size - cut));
		assert_int_equal(expected, rpv__sum_by_tables(rpv__sum(0, bytes + from, cut), bytes + from + cut, size - cut));
	}
}

static void test_names_of_statuses_when_known_then_each_its_own(void **unused)
{
	const rpv_status all[] = { RPV_STOP, RPV_OK, RPV_E_INVALID, RPV_E_NOMEM, RPV_E_NOT_FOUND, RPV_E_REFUSED, RPV_E_DENIED,
		RPV_E_LIMIT, RPV_E_CLOCK, RPV_E_STORAGE, RPV_E_FULL, RPV_E_CONFLICT, RPV_E_OUTCOME, RPV_E_BUSY, RPV_E_CORRUPT,
		RPV_E_VERSION, RPV_E_READ_ONLY };
	(void)unused;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_string_not_equal("RPV_E_?", rpv_status_name(all[i]));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rpv_status_name(all[i]), rpv_status_name(all[k]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_when_by_instruction_or_tables_then_the_same),
		cmocka_unit_test(test_alloc_when_none_is_given_then_that_of_the_c_library),
		cmocka_unit_test(test_grow_when_memory_fails_then_array_stays),
		cmocka_unit_test(test_copy_text_when_null_then_null),
		cmocka_unit_test(test_arena_when_pieces_of_all_sizes_then_aligned_zeroed_and_apart),
		cmocka_unit_test(test_buf_when_written_then_reads_back),
		cmocka_unit_test(test_reader_when_bytes_are_damaged_then_bad_for_good),
		cmocka_unit_test(test_buf_when_memory_fails_then_remembers),
		cmocka_unit_test(test_map_when_used_at_random_then_as_a_plain_table),
		cmocka_unit_test(test_map_when_keys_are_numbers_then_found),
		cmocka_unit_test(test_map_when_memory_fails_then_as_before),
		cmocka_unit_test(test_utf8_when_well_formed_or_not_then_told_apart),
		cmocka_unit_test(test_text_when_compared_then_as_bytes_or_letters),
		cmocka_unit_test(test_sort_when_keys_repeat_then_stable),
		cmocka_unit_test(test_sort_unique_when_numbers_repeat_then_each_once),
		cmocka_unit_test(test_lock_when_its_owner_comes_back_then_busy),
		cmocka_unit_test(test_error_when_recorded_then_status_words_and_host_code),
		cmocka_unit_test(test_error_when_words_are_too_long_then_cut_between_characters),
		cmocka_unit_test(test_names_and_versions_when_asked_then_told),
		cmocka_unit_test(test_names_of_statuses_when_known_then_each_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
