/* SPDX-License-Identifier: MIT */
/* What all layers stand on, at the ends: sizes that no memory has, keys of no bytes and of one hash, words that are none. */
#include "../support/test.h"

#include "../../lib/base/base.h"

static rpv__alloc alloc;

static int set_up(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	return 0;
}

static void test_sizes_when_no_memory_has_them_then_none_is_asked_for(void **state)
{
	test_memory memory = { 0 };
	rpv__alloc counted = test_memory_allocator(&memory);
	rpv__arena arena;
	rpv__buf buf;
	rpv__map map;
	char byte = 'x';
	size_t cap = 0;
	void *array = NULL;
	(void)state;
	rpv__arena_init(&arena, &counted);
	rpv__buf_init(&buf, &counted);
	rpv__map_init(&map, &counted);
	assert_null(rpv__arena_text(&arena, &byte, SIZE_MAX));
	assert_null(rpv__arena_get(&arena, SIZE_MAX - 1));
	assert_status(RPV_E_NOMEM, rpv__grow(&counted, &array, &cap, SIZE_MAX / 8, 16));
	assert_status(RPV_E_NOMEM, rpv__sort(&counted, &byte, SIZE_MAX / 8, 16, NULL, NULL));
	assert_status(RPV_E_LIMIT, rpv__map_put(&map, (rpv_bytes){ &byte, UINT32_MAX }, 1));
	assert_int_equal(0, memory.requests);
	rpv__buf_u8(&buf, 1);
	rpv__buf_put(&buf, &byte, SIZE_MAX);
	assert_status(RPV_E_NOMEM, buf.status);
	assert_int_equal(1, buf.size);
	rpv__buf_u8(&buf, 2); /* a failure is remembered */
	assert_int_equal(1, buf.size);
	rpv__buf_free(&buf);
	assert_int_equal(0, memory.live);
}

static rpv_bytes of(const char *text)
{
	return rpv__bytes_of(text);
}

/* Of so many keys dozens share the 32 bits that their slots keep of a hash, whatever the hash is. */
static rpv_bytes numbered(uint64_t number, char *out)
{
	static const char *const ends[] = { "", "-", "-of-more", "-of-many-more" };
	return (rpv_bytes){ out, (size_t)snprintf(out, 48, "%llu%s", (unsigned long long)number / 4, ends[number % 4]) };
}

static void test_map_when_keys_have_one_hash_or_no_bytes_then_told_apart(void **state)
{
	enum { MANY = 500000 };
	rpv__map map;
	uint64_t value = 0;
	char text[48];
	(void)state;
	rpv__map_init(&map, &alloc);
	assert_false(rpv__map_remove(&map, of("")));
	assert_false(rpv__map_get(&map, of(""), &value));
	for (uint64_t round = 0; round < 2; round++)
		assert_ok(rpv__map_put(&map, (rpv_bytes){ NULL, 0 }, 7 + round));
	assert_int_equal(1, map.count);
	for (uint64_t i = 0; i < MANY; i++)
		assert_ok(rpv__map_put(&map, numbered(i, text), i));
	assert_int_equal(MANY + 1, map.count);
	for (uint64_t i = 0; i < MANY; i += 2)
		assert_true(rpv__map_remove(&map, numbered(i, text)));
	for (uint64_t i = 0; i < MANY; i++) {
		bool found = rpv__map_get(&map, numbered(i, text), i % 3 ? &value : NULL); /* NULL: is it there? */
		assert_true(found == (i % 2 == 1) && (!found || i % 3 == 0 || value == i));
	}
	assert_true(rpv__map_get(&map, of(""), &value) && value == 8);
	rpv__map_free(&map);
}

static void test_words_when_there_are_none_or_they_are_no_text_then_a_whole_message(void **state)
{
	rpv_error error = RPV_ERROR_INIT;
	char text[2 * sizeof error.message];
	uint8_t key[80];
	(void)state;
	assert_status(RPV_E_LIMIT, rpv__fail(&error, RPV_E_LIMIT, "%s", ""));
	assert_string_equal("failed", error.message);
	memset(text, 0x80, sizeof text); /* ends of characters, and no beginning */
	text[sizeof text - 1] = '\0';
	assert_status(RPV_E_LIMIT, rpv__fail(&error, RPV_E_LIMIT, "%s", text));
	assert_int_equal(sizeof error.message - 1, strlen(error.message));
	memset(key, 'k', sizeof key);
	assert_status(RPV_E_CORRUPT, rpv__fail_corrupt(&error, "row", (rpv_bytes){ key, 64 }));
	assert_null(strstr(error.message, "..."));
	assert_status(RPV_E_CORRUPT, rpv__fail_corrupt(&error, "row", (rpv_bytes){ key, 65 }));
	assert_non_null(strstr(error.message, "6b..."));
	assert_int_equal('6', error.message[strlen("the row under key ")]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_when_no_memory_has_them_then_none_is_asked_for),
		cmocka_unit_test(test_map_when_keys_have_one_hash_or_no_bytes_then_told_apart),
		cmocka_unit_test(test_words_when_there_are_none_or_they_are_no_text_then_a_whole_message),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
