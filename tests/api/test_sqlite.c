/* SPDX-License-Identifier: MIT */
/* The SQLite storage: what all storages must do, opening what is and is not a store, and several processes. */
#include "../support/storage_suite.h"

#include <errno.h>
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[300];

static void open_sqlite(rpv_storage *storage, bool again)
{
	rpv_error error = RPV_ERROR_INIT;
	if (!again)
		test_temporary_path(path, sizeof path, "store.db");
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, again ? RPV_SQLITE_EXISTING : RPV_SQLITE_CREATE, 0, storage,
	                                               &error), &error);
}

static void clean(void)
{
	test_remove_folder(path);
}

/* --- crashes and faults --- */
/* Goes on with a copy of the files as they lie there, as after a crash; the handle is never closed properly. */
static void crash_sqlite(rpv_storage *storage)
{
	static const char *const ends[] = { "", "-wal" };
	char copy[300], from[320], to[320];
	test_temporary_path(copy, sizeof copy, "store.db");
	for (size_t i = 0; i < 2; i++) {
		snprintf(from, sizeof from, "%s%s", path, ends[i]);
		snprintf(to, sizeof to, "%s%s", copy, ends[i]);
		FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
		assert_non_null(in);
		assert_non_null(out);
		for (int c; (c = getc(in)) != EOF;)
			putc(c, out);
		fclose(in);
		assert_int_equal(fclose(out), 0);
	}
	storage->close(storage->user);
	test_remove_folder(path);
	memcpy(path, copy, sizeof path);
}

/* Writes of SQLite, counted, of which one fails. */
static uint64_t fault_at, writes_seen;

static ssize_t failing_pwrite(int fd, const void *data, size_t size, off_t at)
{
	if (fault_at && ++writes_seen == fault_at) {
		errno = fault_at % 2 ? EIO : ENOSPC;
		return -1;
	}
	return pwrite(fd, data, size, at);
}

static int32_t fault_sqlite(uint64_t nth)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	int32_t met = fault_at && writes_seen >= fault_at;
	fault_at = nth;
	writes_seen = 0;
	sqlite3_syscall_ptr call = nth ? (sqlite3_syscall_ptr)failing_pwrite : NULL;
	vfs->xSetSystemCall(vfs, "pwrite64", call);
	vfs->xSetSystemCall(vfs, "pwrite", call);
	return met;
}

static suite_backend backend = { open_sqlite, clean, true, true, crash_sqlite, fault_sqlite };

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static rpv_error failed;

static rpv_status open_as(rpv_sqlite_mode mode)
{
	rpv_storage s = RPV_STORAGE_INIT;
	failed = (rpv_error)RPV_ERROR_INIT;
	rpv_status status = rpv_sqlite_storage(path, mode, 100, &s, &failed);
	if (!status) {
		s.close(s.user);
	} else {
		assert_null(s.get);
		assert_int_equal(failed.status, status);
	}
	return status;
}

#define assert_words(words) assert_non_null(strstr(failed.message, words))

/* --- opening --- */
static void test_sqlite_when_called_wrongly_then_invalid(void **state)
{
	(void)state;
	rpv_storage s;
	test_temporary_path(path, sizeof path, "store.db");
	assert_status(RPV_E_INVALID, rpv_sqlite_storage(NULL, RPV_SQLITE_CREATE, 0, &s, NULL));
	assert_status(RPV_E_INVALID, rpv_sqlite_storage("", RPV_SQLITE_CREATE, 0, &s, NULL));
	assert_status(RPV_E_INVALID, rpv_sqlite_storage(":memory:", RPV_SQLITE_CREATE, 0, &s, NULL));
	assert_status(RPV_E_INVALID, rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 0, NULL, NULL));
	assert_status(RPV_E_INVALID, rpv_sqlite_storage(path, (rpv_sqlite_mode)3, 0, &s, NULL));
	assert_status(RPV_E_INVALID, rpv_sqlite_storage(path, RPV_SQLITE_CREATE, -1, &s, NULL));
	clean();
}

static void test_sqlite_when_there_is_no_file_then_says_so(void **state)
{
	(void)state;
	test_temporary_path(path, sizeof path, "store.db");
	assert_status(RPV_E_NOT_FOUND, open_as(RPV_SQLITE_EXISTING));
	assert_words("there is no file");
	assert_status(RPV_E_NOT_FOUND, open_as(RPV_SQLITE_READ_ONLY));
	clean();
	assert_status(RPV_E_STORAGE, open_as(RPV_SQLITE_CREATE)); /* the folder is gone, too */
	assert_words("there is no folder");
}

static void test_sqlite_when_it_is_something_else_then_says_so(void **state)
{
	(void)state;
	test_temporary_path(path, sizeof path, "store.db");
	assert_int_equal(mkdir(path, 0700), 0);
	for (int mode = RPV_SQLITE_CREATE; mode <= RPV_SQLITE_READ_ONLY; mode++) {
		assert_status(RPV_E_STORAGE, open_as((rpv_sqlite_mode)mode));
		assert_words("is a folder, not a file");
	}
	rmdir(path);
	const char *texts[] = { "hello", "id,name\npc-17,a file that is rather longer than the header of a SQLite database, "
	                        "so that nobody can take it for a short one\n" };
	for (int i = 0; i < 2; i++) {
		write_file(texts[i]);
		for (int mode = RPV_SQLITE_CREATE; mode <= RPV_SQLITE_READ_ONLY; mode++) {
			assert_status(RPV_E_CORRUPT, open_as((rpv_sqlite_mode)mode));
			assert_words("is not a SQLite database");
		}
	}
	unlink(path);
	write_file("");
	assert_status(RPV_E_CORRUPT, open_as(RPV_SQLITE_EXISTING));
	assert_status(RPV_E_CORRUPT, open_as(RPV_SQLITE_READ_ONLY));
	assert_status(RPV_OK, open_as(RPV_SQLITE_CREATE)); /* an empty file is a new one */
	clean();
}

static void run_sql(const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_sqlite_when_it_is_another_programs_then_untouched(void **state)
{
	(void)state;
	test_temporary_path(path, sizeof path, "store.db");
	run_sql("CREATE TABLE theirs (a)");
	assert_status(RPV_E_CORRUPT, open_as(RPV_SQLITE_CREATE));
	assert_words("not a store of this library");
	run_sql("DROP TABLE theirs; PRAGMA application_id=7");
	assert_status(RPV_E_CORRUPT, open_as(RPV_SQLITE_CREATE));
	unlink(path);
	assert_ok(open_as(RPV_SQLITE_CREATE));
	run_sql("PRAGMA user_version=2");
	assert_status(RPV_E_VERSION, open_as(RPV_SQLITE_CREATE));
	run_sql("PRAGMA user_version=1; DROP TABLE reprieve");
	assert_status(RPV_E_CORRUPT, open_as(RPV_SQLITE_EXISTING));
	clean();
}

static int note_text(void *user, int count, char **values, char **names)
{
	(void)names;
	assert_int_equal(count, 1);
	snprintf(user, 100, "%s", values[0]);
	return 0;
}

static void test_sqlite_when_created_then_settings_last(void **state)
{
	(void)state;
	static const char *const expected[][2] = { { "PRAGMA journal_mode", "wal" }, { "PRAGMA page_size", "8192" },
		{ "PRAGMA application_id", "1919972913" }, { "PRAGMA user_version", "1" }, { "PRAGMA integrity_check", "ok" } };
	rpv_storage s;
	open_sqlite(&s, false);
	assert_ok(suite_put(&s, "a", "b"));
	assert_int_equal(s.capabilities, 0);
	s.close(s.user);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		char text[100] = "";
		assert_int_equal(sqlite3_exec(db, expected[i][0], note_text, text, NULL), SQLITE_OK);
		assert_string_equal(text, expected[i][1]);
	}
	sqlite3_close(db);
	clean();
}

/* --- read-only, locks, damage --- */
static void test_sqlite_when_read_only_then_reads_and_refuses_commits(void **state)
{
	(void)state;
	rpv_storage writer, reader;
	rpv_error error = RPV_ERROR_INIT;
	open_sqlite(&writer, false);
	assert_ok(suite_put(&writer, "a", "one"));
	for (int alone = 0; alone < 2; alone++) {
		assert_ok(rpv_sqlite_storage(path, RPV_SQLITE_READ_ONLY, 0, &reader, NULL));
		assert_int_equal(reader.capabilities, RPV_STORAGE_READ_ONLY);
		assert_string_equal(suite_get(&reader, "a"), "one");
		rpv_write write = { suite_bytes("a"), suite_bytes("two"), 0 };
		assert_status(RPV_E_READ_ONLY, reader.commit(reader.user, &write, 1, NULL, 0, &error));
		assert_true(error.message[0] != 0);
		assert_string_equal(suite_get(&reader, "a"), "one");
		reader.close(reader.user);
		if (!alone)
			writer.close(writer.user);
	}
	clean();
}

static void test_sqlite_when_locked_then_busy(void **state)
{
	(void)state;
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	open_sqlite(&s, false);
	s.close(s.user);
	assert_ok(rpv_sqlite_storage(path, RPV_SQLITE_EXISTING, 1, &s, NULL));
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	rpv_write write = { suite_bytes("a"), suite_bytes("two"), 0 };
	assert_status(RPV_E_BUSY, s.commit(s.user, &write, 1, NULL, 0, &error));
	assert_int_equal(error.host_code, SQLITE_BUSY);
	assert_null(suite_get(&s, "a"));
	sqlite3_close(db);
	assert_ok(s.commit(s.user, &write, 1, NULL, 0, &error));
	assert_string_equal(suite_get(&s, "a"), "two");
	s.close(s.user);
	clean();
}

static rpv_status pass_on(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)user;
	(void)key;
	(void)value;
	return RPV_OK;
}

static void test_sqlite_when_the_file_is_damaged_then_corrupt(void **state)
{
	(void)state;
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	open_sqlite(&s, false);
	char value[200];
	memset(value, 'v', 199);
	value[199] = 0;
	for (int i = 0; i < 300; i++) {
		char key[16];
		snprintf(key, sizeof key, "%05d", i);
		assert_ok(suite_put(&s, key, value));
	}
	s.close(s.user);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, 8192, SEEK_SET);
	for (int i = 0; i < 4 * 8192; i++)
		fputc(0xEE, file);
	fclose(file);
	open_sqlite(&s, true);
	assert_status(RPV_E_CORRUPT, s.scan(s.user, suite_bytes("0"), (rpv_bytes){ NULL, 0 }, 0, 0, pass_on, NULL, &error));
	assert_int_equal(error.host_code & 0xFF, SQLITE_CORRUPT);
	s.close(s.user);
	assert_status(RPV_E_CORRUPT, rpv_sqlite_check(path, &error));
	assert_non_null(strstr(error.message, "SQLite: "));
	clean();
}

static void test_sqlite_check_when_sound_or_not_then_says_so(void **state)
{
	(void)state;
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	test_temporary_path(path, sizeof path, "store.db");
	assert_status(RPV_E_INVALID, rpv_sqlite_check(NULL, NULL));
	assert_status(RPV_E_NOT_FOUND, rpv_sqlite_check(path, NULL));
	clean();
	open_sqlite(&s, false);
	assert_ok(suite_put(&s, "a", "one"));
	assert_ok(suite_put(&s, "b", ""));
	assert_status_error(RPV_OK, rpv_sqlite_check(path, &error), &error); /* while it is open, with a log */
	s.close(s.user);
	assert_status_error(RPV_OK, rpv_sqlite_check(path, &error), &error);
	static const char *const strange[] = { "INSERT INTO reprieve VALUES ('text', x'00')",
		"INSERT INTO reprieve VALUES (x'00', 7)", "INSERT INTO reprieve VALUES (x'', x'00')",
		"INSERT INTO reprieve VALUES (zeroblob(481), x'00')", "INSERT INTO reprieve VALUES (x'00', zeroblob(65537))" };
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		run_sql(strange[i]);
		assert_status(RPV_E_CORRUPT, rpv_sqlite_check(path, &error));
		assert_string_equal(error.message, "1 pairs are not of this library");
		run_sql("DELETE FROM reprieve WHERE key NOT IN (x'61', x'62')");
	}
	assert_ok(rpv_sqlite_check(path, &error));
	clean();
	test_temporary_path(path, sizeof path, "store.db");
	write_file("a file that is rather longer than the header of a SQLite database, so that nobody can take it for one, "
	           "really not\n");
	assert_status(RPV_E_CORRUPT, rpv_sqlite_check(path, &error));
	clean();
}

/* --- processes --- */
static int count_in_another_process(int times)
{
	rpv_storage s;
	if (rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 0, &s, NULL))
		return 1;
	for (int done = 0; done < times;) {
		char value[24];
		const char *now = suite_get(&s, "count");
		rpv_expect expected = { suite_bytes("count"), suite_bytes(now ? now : ""), now == NULL };
		snprintf(value, sizeof value, "%d", now ? atoi(now) + 1 : 1);
		rpv_write write = { suite_bytes("count"), suite_bytes(value), 0 };
		rpv_status status = s.commit(s.user, &write, 1, &expected, 1, NULL);
		if (status && status != RPV_E_CONFLICT)
			return 2;
		done += status == RPV_OK;
	}
	s.close(s.user);
	return 0;
}

static void test_sqlite_when_processes_create_the_file_at_once_then_all_open_it(void **state)
{
	(void)state;
	enum { PROCESSES = 3, ROUNDS = 25 };
	for (int round = 0; round < ROUNDS; round++) {
		pid_t children[PROCESSES];
		test_temporary_path(path, sizeof path, "store.db");
		for (int i = 0; i < PROCESSES; i++) {
			children[i] = fork();
			assert_true(children[i] >= 0);
			if (children[i] == 0)
				_exit(count_in_another_process(1));
		}
		for (int i = 0; i < PROCESSES; i++) {
			int end = -1;
			assert_int_equal(waitpid(children[i], &end, 0), children[i]);
			assert_int_equal(end, 0);
		}
		clean();
	}
}

static void test_sqlite_when_two_processes_commit_then_no_update_is_lost(void **state)
{
	(void)state;
	enum { PROCESSES = 3, TIMES = 60 };
	test_temporary_path(path, sizeof path, "store.db"); /* not there yet: they also create it together */
	pid_t children[PROCESSES];
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(count_in_another_process(TIMES));
	}
	for (int i = 0; i < PROCESSES; i++) {
		int end = -1;
		assert_int_equal(waitpid(children[i], &end, 0), children[i]);
		assert_int_equal(end, 0);
	}
	rpv_storage s;
	open_sqlite(&s, true);
	assert_int_equal(atoi(suite_get(&s, "count")), PROCESSES * TIMES);
	s.close(s.user);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORAGE_SUITE(&backend),
		cmocka_unit_test(test_sqlite_when_called_wrongly_then_invalid),
		cmocka_unit_test(test_sqlite_when_there_is_no_file_then_says_so),
		cmocka_unit_test(test_sqlite_when_it_is_something_else_then_says_so),
		cmocka_unit_test(test_sqlite_when_it_is_another_programs_then_untouched),
		cmocka_unit_test(test_sqlite_when_created_then_settings_last),
		cmocka_unit_test(test_sqlite_when_read_only_then_reads_and_refuses_commits),
		cmocka_unit_test(test_sqlite_when_locked_then_busy),
		cmocka_unit_test(test_sqlite_when_the_file_is_damaged_then_corrupt),
		cmocka_unit_test(test_sqlite_check_when_sound_or_not_then_says_so),
		cmocka_unit_test(test_sqlite_when_processes_create_the_file_at_once_then_all_open_it),
		cmocka_unit_test(test_sqlite_when_two_processes_commit_then_no_update_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
