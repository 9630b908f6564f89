/* SPDX-License-Identifier: MIT */
/* The storage that the documentation walks through keeps the contract that it explains. */
#include "../support/storage_suite.h"

int example_main(int argc, char **argv);
#define main example_main
#include "../../examples/custom_storage.c"
#undef main

static char folder[300];

static void open_custom(rpv_storage *storage, bool again)
{
	rpv_error error = RPV_ERROR_INIT;
	if (!again)
		test_temporary_path(folder, sizeof folder, "store");
	assert_status_error(RPV_OK, open_map(folder, storage, &error), &error);
}

static void clean(void)
{
	static const char *const files[] = { "store", "store.new", "aside", "lock" };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[320];
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
	test_remove_folder(folder);
}

static int32_t fault_custom(uint64_t nth);
static suite_backend backend = { open_custom, clean, true, false, NULL, fault_custom };

/* What this storage rests on fails in two ways: the new file cannot be made, the new name cannot be given. */
static int32_t fault_custom(uint64_t nth)
{
	static const char *const names[] = { "store.new", "store" };
	int32_t met = 0;
	char path[320], aside[330];
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		snprintf(aside, sizeof aside, "%s/aside", folder);
		met |= rmdir(path) == 0;
		if (i == 1)
			rename(aside, path);
		if (nth == i + 1) {
			rename(path, aside); /* the store; it is read from memory */
			assert_int_equal(mkdir(path, 0700), 0);
		}
	}
	return met;
}

static void write_store(const char *bytes, size_t size)
{
	char path[320];
	snprintf(path, sizeof path, "%s/store", folder);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void test_custom_storage_when_file_is_damaged_then_corrupt(void **state)
{
	(void)state;
	rpv_storage s = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	open_custom(&s, false);
	s.close(s.user);
	write_store("\1\0\0\0\377\377\377\377k", 9); /* a value that ends behind the file */
	assert_status(RPV_E_CORRUPT, open_map(folder, &s, &error));
	assert_non_null(strstr(error.message, "damaged"));
	write_store("\1\0\0", 3);
	assert_status(RPV_E_CORRUPT, open_map(folder, &s, &error));
	clean();
}

static void test_custom_storage_when_commit_breaks_off_then_nothing_more_until_opened_again(void **state)
{
	(void)state;
	rpv_storage s;
	open_custom(&s, false);
	assert_ok(suite_put(&s, "a", "1"));
	((map *)s.user)->broken = 1;
	assert_status(RPV_E_STORAGE, suite_put(&s, "a", "2"));
	s.close(s.user);
	open_custom(&s, true);
	assert_string_equal(suite_get(&s, "a"), "1");
	s.close(s.user);
	clean();
}

static void test_custom_storage_when_new_file_cannot_be_made_then_nothing_changes(void **state)
{
	(void)state;
	rpv_storage s;
	char path[320];
	open_custom(&s, false);
	assert_ok(suite_put(&s, "a", "1"));
	snprintf(path, sizeof path, "%s/store.new", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_status(RPV_E_STORAGE, suite_put(&s, "a", "2"));
	assert_string_equal(suite_get(&s, "a"), "1");
	rmdir(path);
	assert_ok(suite_put(&s, "a", "3"));
	assert_string_equal(suite_get(&s, "a"), "3");
	s.close(s.user);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORAGE_SUITE(&backend),
		cmocka_unit_test(test_custom_storage_when_file_is_damaged_then_corrupt),
		cmocka_unit_test(test_custom_storage_when_commit_breaks_off_then_nothing_more_until_opened_again),
		cmocka_unit_test(test_custom_storage_when_new_file_cannot_be_made_then_nothing_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
