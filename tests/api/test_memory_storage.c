/* SPDX-License-Identifier: MIT */
/* The storage in memory: what all storages must do, and that nothing is lost or half done when memory runs out. */
#include "../support/storage_suite.h"

static void open_memory(rpv_storage *storage, bool again)
{
	(void)again;
	assert_ok(rpv_memory_storage(NULL, storage));
}

static suite_backend backend = { open_memory, NULL, false, false, NULL, NULL };

static void test_memory_storage_when_called_wrongly_then_invalid(void **state)
{
	(void)state;
	assert_status(RPV_E_INVALID, rpv_memory_storage(NULL, NULL));
}

static void test_memory_storage_when_opened_then_says_it_is_volatile(void **state)
{
	(void)state;
	rpv_storage s;
	assert_ok(rpv_memory_storage(NULL, &s));
	assert_int_equal(s.capabilities, RPV_STORAGE_VOLATILE);
	assert_int_equal(s.max_commit, 0);
	s.close(s.user);
}

static void test_memory_storage_when_memory_fails_then_commit_is_all_or_nothing(void **state)
{
	(void)state;
	for (int sticky = 0; sticky < 2; sticky++) {
		test_memory memory = { 0 };
		rpv_allocator fragile = test_memory_allocator(&memory);
		rpv_storage s = RPV_STORAGE_INIT;
		test_memory_fail(&memory, 1, sticky);
		assert_status(RPV_E_NOMEM, rpv_memory_storage(&fragile, &s));
		assert_null(s.get);
		test_memory_fail(&memory, 0, false);
		assert_ok(rpv_memory_storage(&fragile, &s));
		assert_ok(suite_put(&s, "a", "old"));
		assert_ok(suite_put(&s, "b", "old"));
		rpv_write writes[] = { { suite_bytes("a"), suite_bytes("new"), 0 }, { suite_bytes("b"), suite_bytes(""), 1 },
		                       { suite_bytes("c"), suite_bytes("new"), 0 }, { suite_bytes("d"), suite_bytes("new"), 0 } };
		size_t live = memory.live, k = 1;
		for (;; k++) {
			test_memory_fail(&memory, k, sticky);
			rpv_status status = s.commit(s.user, writes, 4, NULL, 0, NULL);
			bool failed = test_memory_failed(&memory);
			test_memory_fail(&memory, 0, false);
			if (!failed)
				break;
			assert_status(RPV_E_NOMEM, status);
			assert_int_equal(memory.live, live);
			assert_string_equal(suite_get(&s, "a"), "old");
			assert_string_equal(suite_get(&s, "b"), "old");
			assert_null(suite_get(&s, "c"));
		}
		assert_int_equal(k, 4);
		assert_string_equal(suite_get(&s, "a"), "new");
		assert_null(suite_get(&s, "b"));
		s.close(s.user);
		assert_int_equal(memory.live, 0);
	}
}

/* A hundred thousand look-ups among as many pairs: a moment when they are logarithmic, minutes when not. */
static void test_memory_storage_when_large_then_still_fast(void **state)
{
	(void)state;
	rpv_storage s;
	test_random random = { 1 };
	assert_ok(rpv_memory_storage(NULL, &s));
	for (int i = 0; i < 1000; i++) {
		uint64_t keys[100];
		rpv_write writes[100];
		for (int j = 0; j < 100; j++) {
			keys[j] = test_random_next(&random);
			writes[j] = (rpv_write){ { &keys[j], sizeof keys[j] }, suite_bytes("x"), 0 };
		}
		assert_ok(s.commit(s.user, writes, 100, NULL, 0, NULL));
	}
	random.state = 1;
	for (int i = 0; i < 100000; i++) {
		char key[9] = "";
		uint64_t number = test_random_next(&random);
		memcpy(key, &number, sizeof number);
		if (strlen(key) == sizeof number)
			assert_string_equal(suite_get(&s, key), "x");
	}
	s.close(s.user);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORAGE_SUITE(&backend),
		cmocka_unit_test(test_memory_storage_when_called_wrongly_then_invalid),
		cmocka_unit_test(test_memory_storage_when_opened_then_says_it_is_volatile),
		cmocka_unit_test(test_memory_storage_when_memory_fails_then_commit_is_all_or_nothing),
		cmocka_unit_test(test_memory_storage_when_large_then_still_fast),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
