/* SPDX-License-Identifier: MIT */
/* Checking a file from end to end. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRANGE                                                                                                        \
	"SELECT count(*) FROM reprieve WHERE typeof(key) <> 'blob' OR typeof(value) <> 'blob' OR "                     \
	"length(key) NOT BETWEEN 1 AND 480 OR length(value) > 65536"

/* A page that could not be read is no damage, though SQLite's check lists it like that: it gives the code of the failure. */
static rpv_status wrong_pages(const char *words, rpv_error *error)
{
	const char *code = strstr(words, "error code=");
	int result = code ? atoi(code + strlen("error code=")) : SQLITE_CORRUPT;
	return rpv__sqlite_fail(error, rpv__sqlite_status(result), result, "SQLite: %.400s", words);
}

/* The first line of SQLite's own check is "ok", or what is wrong. */
static rpv_status check_pages(database *d, rpv_error *error)
{
	sqlite3_stmt *statement;
	rpv_status status = RPV_OK;
	int result = sqlite3_prepare_v2(d->db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
	if (result != SQLITE_OK)
		return rpv__sqlite_failed(d, result, error);
	result = sqlite3_step(statement);
	const char *words = result == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (words && strcmp(words, "ok") != 0)
		status = wrong_pages(words, error);
	else if (!words)
		status = rpv__sqlite_failed(d, result, error);
	sqlite3_finalize(statement);
	return status;
}

static rpv_status check_pairs(database *d, rpv_error *error)
{
	sqlite3_int64 strange = 0;
	int result = rpv__sqlite_ask(d, STRANGE, &strange);
	if (result != SQLITE_OK)
		return rpv__sqlite_failed(d, result, error);
	if (strange)
		return rpv__sqlite_fail(error, RPV_E_CORRUPT, 0, "%lld pairs are not of this library", (long long)strange);
	return RPV_OK;
}

rpv_status rpv_sqlite_check(const char *path, rpv_error *error)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv_status status = rpv_sqlite_storage(path, RPV_SQLITE_READ_ONLY, 0, &storage, error);
	if (status)
		return status;
	database *d = storage.user;
	status = check_pages(d, error);
	if (!status)
		status = check_pairs(d, error);
	storage.close(storage.user);
	return status;
}
