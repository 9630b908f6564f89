/* SPDX-License-Identifier: MIT */
/* The storage callbacks over one table of a SQLite file. */
#include "inside.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_STEP_MS 20

static const char *const texts[SQL_COUNT] = {
	[SQL_GET] = "SELECT value FROM reprieve WHERE key = ?1",
	[SQL_SCAN] = "SELECT key, value FROM reprieve WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3",
	[SQL_SCAN_UP] = "SELECT key, value FROM reprieve WHERE key >= ?1 ORDER BY key LIMIT ?3",
	[SQL_SCAN_BACK] = "SELECT key, value FROM reprieve WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3",
	[SQL_SCAN_BACK_DOWN] = "SELECT key, value FROM reprieve WHERE key >= ?1 ORDER BY key DESC LIMIT ?3",
	[SQL_PUT] = "INSERT INTO reprieve (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	[SQL_REMOVE] = "DELETE FROM reprieve WHERE key = ?1",
	[SQL_PEEK] = "SELECT 1 FROM reprieve LIMIT 1",
	[SQL_BEGIN_READ] = "BEGIN",
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_VERSION] = "PRAGMA data_version",
};

/* --- failures --- */
rpv_status rpv__sqlite_status(int result)
{
	switch (result & 0xFF) {
	case SQLITE_FULL: return RPV_E_FULL;
	case SQLITE_BUSY: case SQLITE_LOCKED: return RPV_E_BUSY;
	case SQLITE_NOMEM: return RPV_E_NOMEM;
	case SQLITE_NOTADB: case SQLITE_CORRUPT: return RPV_E_CORRUPT;
	case SQLITE_READONLY: return RPV_E_READ_ONLY;
	default: return result == SQLITE_IOERR_NOMEM ? RPV_E_NOMEM : RPV_E_STORAGE;
	}
}

rpv_status rpv__sqlite_fail(rpv_error *error, rpv_status status, int code, const char *format, ...)
{
	if (!error)
		return status;
	va_list args;
	va_start(args, format);
	error->status = status;
	error->host_code = code;
	error->index = RPV_NO_INDEX;
	error->field[0] = '\0';
	vsnprintf(error->message, sizeof error->message, format, args);
	va_end(args);
	return status;
}

rpv_status rpv__sqlite_failed(database *d, int result, rpv_error *error)
{
	bool latest = sqlite3_extended_errcode(d->db) == result; /* else its words are of another call */
	return rpv__sqlite_fail(error, rpv__sqlite_status(result), result, "SQLite: %s",
	                       latest ? sqlite3_errmsg(d->db) : sqlite3_errstr(result));
}

/* --- statements --- */
int rpv__sqlite_prepare(database *d)
{
	int result = SQLITE_OK;
	for (int i = 0; i < SQL_COUNT && result == SQLITE_OK; i++)
		result = sqlite3_prepare_v3(d->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &d->statements[i], NULL);
	return result;
}

static int bind(sqlite3_stmt *statement, int number, rpv_bytes bytes)
{
	/* a NULL pointer would bind NULL, not an empty value */
	return sqlite3_bind_blob64(statement, number, bytes.data ? bytes.data : "", bytes.size, SQLITE_STATIC);
}

/* Ends a use of a statement; its result is that of the last step. */
static int finish(sqlite3_stmt *statement, int result)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

static int run(database *d, sql which)
{
	sqlite3_stmt *statement = d->statements[which];
	return finish(statement, sqlite3_step(statement));
}

static rpv_bytes column(sqlite3_stmt *statement, int number)
{
	const void *data = sqlite3_column_blob(statement, number);
	return (rpv_bytes){ data, (size_t)sqlite3_column_bytes(statement, number) };
}

/* --- reading --- */
static rpv_status sqlite_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	database *d = user;
	sqlite3_stmt *statement = d->statements[SQL_GET];
	rpv_status status = RPV_E_NOT_FOUND;
	int result = bind(statement, 1, key);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW) {
		status = sink(sink_user, key, column(statement, 0));
		if (status == RPV_STOP)
			status = RPV_OK;
	}
	result = finish(statement, result);
	return result == SQLITE_OK ? status : rpv__sqlite_failed(d, result, error);
}

static rpv_status sqlite_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                              rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	database *d = user;
	sqlite3_stmt *statement = d->statements[reverse ? (to.size ? SQL_SCAN_BACK : SQL_SCAN_BACK_DOWN)
	                                                : (to.size ? SQL_SCAN : SQL_SCAN_UP)];
	rpv_status status = RPV_OK;
	int result = bind(statement, 1, from);
	if (result == SQLITE_OK && to.size)
		result = bind(statement, 2, to);
	if (result == SQLITE_OK)
		result = sqlite3_bind_int64(statement, 3, limit && limit < INT64_MAX ? (sqlite3_int64)limit : -1);
	if (result == SQLITE_OK) {
		while ((result = sqlite3_step(statement)) == SQLITE_ROW && !status)
			status = sink(sink_user, column(statement, 0), column(statement, 1));
	}
	result = finish(statement, result);
	if (status)
		return status == RPV_STOP ? RPV_OK : status;
	return result == SQLITE_OK ? RPV_OK : rpv__sqlite_failed(d, result, error);
}

static rpv_status sqlite_begin_read(void *user, rpv_error *error)
{
	database *d = user;
	int result = run(d, SQL_BEGIN_READ);
	if (result == SQLITE_OK)
		result = run(d, SQL_PEEK); /* only the first read fixes the moment */
	if (result == SQLITE_OK)
		return RPV_OK;
	rpv_status status = rpv__sqlite_failed(d, result, error);
	if (!sqlite3_get_autocommit(d->db))
		run(d, SQL_ROLLBACK);
	return status;
}

static void sqlite_end_read(void *user)
{
	database *d = user;
	if (!sqlite3_get_autocommit(d->db))
		run(d, SQL_ROLLBACK);
}

/* --- committing --- */
/* Whether an expectation holds. */
static int check(database *d, const rpv_expect *expected, bool *holds)
{
	sqlite3_stmt *statement = d->statements[SQL_GET];
	int result = bind(statement, 1, expected->key);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW && !expected->absent) {
		rpv_bytes value = column(statement, 0);
		*holds = value.size == expected->value.size &&
			(value.size == 0 || memcmp(value.data, expected->value.data, value.size) == 0);
	} else {
		*holds = result == SQLITE_DONE && expected->absent;
	}
	return finish(statement, result);
}

static int write_one(database *d, const rpv_write *write)
{
	sqlite3_stmt *statement = d->statements[write->remove ? SQL_REMOVE : SQL_PUT];
	int result = bind(statement, 1, write->key);
	if (result == SQLITE_OK && !write->remove)
		result = bind(statement, 2, write->value);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	return finish(statement, result);
}

static rpv_status sqlite_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                                size_t expected_count, rpv_error *error)
{
	database *d = user;
	bool holds = true, last = false;
	int result = run(d, SQL_BEGIN_WRITE);
	for (size_t i = 0; i < expected_count && result == SQLITE_OK && holds; i++)
		result = check(d, &expected[i], &holds);
	for (size_t i = 0; i < write_count && result == SQLITE_OK && holds; i++)
		result = write_one(d, &writes[i]);
	if (result == SQLITE_OK && holds) {
		last = true;
		result = run(d, SQL_COMMIT);
	}
	rpv_status status = RPV_OK;
	if (result != SQLITE_OK)
		status = rpv__sqlite_failed(d, result, error);
	else if (!holds)
		status = RPV_E_CONFLICT;
	if (status && !sqlite3_get_autocommit(d->db))
		run(d, SQL_ROLLBACK);
	/* the log may hold all of it when writing it down failed at the very end: a later recovery may find it */
	if (last && (result & 0xFF) == SQLITE_IOERR && status == RPV_E_STORAGE)
		status = RPV_E_OUTCOME;
	return status;
}

/* --- waiting --- */
/* SQLite wakes nobody: its number is looked at every now and then, which reads one page of the index in memory. */
static rpv_status sqlite_wait(void *user, int32_t timeout_ms, rpv_error *error)
{
	database *d = user;
	sqlite3_stmt *statement = d->statements[SQL_VERSION];
	for (int32_t waited = 0;; waited += WAIT_STEP_MS) {
		int result = sqlite3_step(statement);
		sqlite3_int64 version = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : d->seen;
		result = finish(statement, result);
		if (result != SQLITE_OK)
			return rpv__sqlite_failed(d, result, error);
		bool changed = version != d->seen;
		d->seen = version;
		if (changed || waited >= timeout_ms)
			return RPV_OK;
		sqlite3_sleep(timeout_ms - waited < WAIT_STEP_MS ? timeout_ms - waited : WAIT_STEP_MS);
	}
}

void rpv__sqlite_close(void *user)
{
	database *d = user;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(d->statements[i]);
	sqlite3_close(d->db);
	free(d);
}

void rpv__sqlite_callbacks(database *d, rpv_storage *storage)
{
	storage->user = d;
	storage->get = sqlite_get;
	storage->scan = sqlite_scan;
	storage->commit = sqlite_commit;
	storage->begin_read = sqlite_begin_read;
	storage->end_read = sqlite_end_read;
	storage->close = rpv__sqlite_close;
	storage->wait = sqlite_wait;
}
