/* SPDX-License-Identifier: MIT */
/* Keys: their bytes are a promise, their order is that of the numbers in them. */
#include "../support/test.h"

#include "../../lib/codec/keys.h"

static void assert_key(rpv_bytes key, const char *expected, size_t size)
{
	assert_int_equal(key.size, size);
	assert_memory_equal(key.data, expected, size);
}

static void test_key_when_made_then_bytes_as_promised(void **state)
{
	(void)state;
	rpv__key k;
	assert_key(rpv__key1(&k, RPV__K_REVISION), "Z", 1);
	assert_key(rpv__key32(&k, RPV__K_DEVICE, 0x01020304), "d\1\2\3\4", 5);
	assert_key(rpv__key32_32(&k, RPV__K_COUNTER, 1, 0xFFFFFFFF), "A\0\0\0\1\xFF\xFF\xFF\xFF", 9);
	assert_key(rpv__key32_64(&k, RPV__K_VARIANT_HASH, 2, UINT64_C(0x0102030405060708)), "v\0\0\0\2\1\2\3\4\5\6\7\x8", 13);
	assert_key(rpv__key64(&k, RPV__K_EVENT, 258), "J\0\0\0\0\0\0\1\2", 9);
	assert_key(rpv__key64_32(&k, RPV__K_CHANGES, 1, 2), "c\0\0\0\0\0\0\0\1\0\0\0\2", 13);
	assert_key(rpv__key_name(&k, RPV__N_DEVICE, 99, rpv__bytes_of("pc-17")), "ndpc-17", 7);
	assert_key(rpv__key_name(&k, RPV__N_SET, 3, rpv__bytes_of("s")), "ns\0\0\0\3s", 7);
	assert_key(rpv__key_name(&k, RPV__N_GROUP, 0, rpv__bytes_of("")), "ng", 2);
	assert_key(rpv__key_cover(&k, 1, 2, 3), "U\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0\3", 17);
	assert_key(rpv__key_cover_subject(&k, 1, 2), "U\0\0\0\1\0\0\0\2", 9);
	assert_key(rpv__key_deadline(&k, 1, 7, 2), "T\0\0\0\0\0\0\0\1\7\0\0\0\0\0\0\0\2", 18);
	assert_key(rpv__key_point(&k, 1, RPV__ALL_GROUPS, 258), "L\0\0\0\1\xFF\xFF\xFF\xFF\0\0\1\2", 13);
	assert_key(rpv__key_deadline(&k, -1, 0, 0), "T\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
}

static void test_name_when_longer_than_a_key_then_no_key(void **state)
{
	(void)state;
	rpv__key k;
	char id[RPV_STORAGE_KEY_MAX] = { 'x' };
	assert_int_equal(rpv__key_name(&k, RPV__N_DEVICE, 0, (rpv_bytes){ id, RPV_STORAGE_KEY_MAX - 2 }).size,
	                 RPV_STORAGE_KEY_MAX);
	assert_int_equal(rpv__key_name(&k, RPV__N_DEVICE, 0, (rpv_bytes){ id, RPV_STORAGE_KEY_MAX - 1 }).size, 0);
	assert_int_equal(rpv__key_name(&k, RPV__N_SET, 0, (rpv_bytes){ id, RPV_STORAGE_KEY_MAX - 5 }).size, 0);
}

static void test_key_when_numbers_grow_then_order_too(void **state)
{
	(void)state;
	test_random random = { 1 };
	for (int i = 0; i < 5000; i++) {
		uint64_t a = test_random_next(&random) >> test_random_below(&random, 64), b = a + 1 + (uint64_t)i;
		rpv__key low, high;
		if (b < a)
			continue;
		rpv__key64(&low, RPV__K_EVENT, a);
		rpv__key64(&high, RPV__K_EVENT, b);
		assert_true(rpv__bytes_compare(rpv__key_view(&low), rpv__key_view(&high)) < 0);
		rpv__key_deadline(&low, (int64_t)(a >> 1), 255, UINT64_MAX);
		rpv__key_deadline(&high, (int64_t)(a >> 1) + 1, 0, 0);
		if (a >> 1 < INT64_MAX)
			assert_true(rpv__bytes_compare(rpv__key_view(&low), rpv__key_view(&high)) < 0);
	}
}

static void test_after_prefix_when_made_then_just_after_all_of_it(void **state)
{
	(void)state;
	rpv__key k, name;
	assert_key(rpv__key_after_prefix(&k, rpv__bytes_of("U")), "V", 1);
	assert_key(rpv__key_after_prefix(&k, (rpv_bytes){ "U\0\xFF\xFF", 4 }), "U\1", 2);
	assert_int_equal(rpv__key_after_prefix(&k, rpv__bytes_of("\xFF\xFF")).size, 0);
	assert_int_equal(rpv__key_after_prefix(&k, (rpv_bytes){ NULL, 0 }).size, 0);
	rpv_bytes prefix = rpv__key_name(&name, RPV__N_SET, 0x00FFFFFF, rpv__bytes_of(""));
	rpv_bytes after = rpv__key_after_prefix(&k, prefix);
	rpv__key inside, outside;
	assert_true(rpv__bytes_compare(rpv__key_name(&inside, RPV__N_SET, 0x00FFFFFF, rpv__bytes_of("\xF4\x8F\xBF\xBF")),
	                               after) < 0);
	assert_true(rpv__bytes_compare(rpv__key_name(&outside, RPV__N_SET, 0x01000000, rpv__bytes_of("")), after) >= 0);
}

/* The next key there can be: one byte more, and where no byte has room, the next of the same length or shorter. */
static void test_step_when_a_key_is_as_long_as_they_get_then_the_last_byte_counts(void **state)
{
	(void)state;
	rpv__key k = { .size = 2, .data = "U\x7F" };
	assert_key(rpv__key_step(&k), "U\x7F\0", 3);
	memset(k.data, 'U', sizeof k.data);
	k.size = sizeof k.data;
	rpv__key before = k;
	assert_true(rpv__key_step(&k).size == sizeof k.data && k.data[sizeof k.data - 1] == 'V');
	assert_true(rpv__bytes_compare(rpv__key_view(&before), rpv__key_view(&k)) < 0);
	k.data[sizeof k.data - 1] = 0xFF;
	assert_true(rpv__key_step(&k).size == sizeof k.data - 1 && k.data[sizeof k.data - 2] == 'V');
}

static void test_key_when_taken_apart_then_numbers_come_back(void **state)
{
	(void)state;
	rpv__key k;
	uint32_t a = 0, b = 0;
	uint64_t c = 0;
	int64_t time = 0;
	uint8_t kind = 0;
	assert_true(rpv__key_is32(rpv__key32(&k, RPV__K_DEVICE, 77), RPV__K_DEVICE, &a) && a == 77);
	assert_false(rpv__key_is32(rpv__key_view(&k), RPV__K_ROW, &a));
	assert_true(rpv__key_is32_32(rpv__key32_32(&k, RPV__K_TARGET, 1, UINT32_MAX), RPV__K_TARGET, &a, &b));
	assert_true(a == 1 && b == UINT32_MAX);
	assert_false(rpv__key_is32(rpv__key_view(&k), RPV__K_TARGET, &a));
	assert_true(rpv__key_is64(rpv__key64(&k, RPV__K_EVENT, UINT64_MAX), RPV__K_EVENT, &c) && c == UINT64_MAX);
	assert_true(rpv__key_is_cover(rpv__key_cover(&k, 4, 5, 6), &a, &b, &c));
	assert_true(a == 4 && b == 5 && c == 6);
	assert_false(rpv__key_is_cover(rpv__key_cover_subject(&k, 4, 5), &a, &b, &c));
	rpv__point_key point;
	assert_true(rpv__key_is_point(rpv__key_point(&k, 7, 8, UINT32_MAX), &point));
	assert_true(point.engine == 7 && point.group == 8 && point.hour == UINT32_MAX);
	assert_false(rpv__key_is_point(rpv__key32_64(&k, RPV__K_VARIANT_HASH, 7, 8), &point));
	assert_false(rpv__key_is_point(rpv__key32_32(&k, RPV__K_POINT, 7, 8), &point));
	assert_true(rpv__key_is_deadline(rpv__key_deadline(&k, INT64_MAX, 9, 8), &time, &kind, &c));
	assert_true(time == INT64_MAX && kind == 9 && c == 8);
	k.data[1] = 0x80; /* a time beyond int64_t */
	assert_false(rpv__key_is_deadline(rpv__key_view(&k), &time, &kind, &c));
	assert_false(rpv__key_is32((rpv_bytes){ NULL, 0 }, RPV__K_DEVICE, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_when_made_then_bytes_as_promised),
		cmocka_unit_test(test_name_when_longer_than_a_key_then_no_key),
		cmocka_unit_test(test_key_when_numbers_grow_then_order_too),
		cmocka_unit_test(test_after_prefix_when_made_then_just_after_all_of_it),
		cmocka_unit_test(test_step_when_a_key_is_as_long_as_they_get_then_the_last_byte_counts),
		cmocka_unit_test(test_key_when_taken_apart_then_numbers_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
