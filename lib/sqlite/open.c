/* SPDX-License-Identifier: MIT */
/* Opening a SQLite file as storage: is it ours, may we create it, how is it to be used. */
#include "inside.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define APPLICATION_ID 0x72707631 /* "rpv1" */
#define LAYOUT 1                  /* user_version */
#define BUSY_MS 5000
#define STEP_MS 20

/* Durable: each commit syncs the log; where the system has a sync that reaches through the drive's cache (macOS), that one.
 * Careful: a file from elsewhere must not run functions through views or triggers, and damaged pages are noticed early. */
#define SETTINGS                                                                                                       \
	"PRAGMA page_size=8192; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; "        \
	"PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-16384"

/* --- small questions --- */
int rpv__sqlite_ask(database *d, const char *question, sqlite3_int64 *out)
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(d->db, question, -1, &statement, NULL);
	if (result != SQLITE_OK)
		return result;
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	int end = sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : end;
}

typedef struct identity {
	sqlite3_int64 application, layout, tables;
} identity;

static int identify(database *d, identity *out)
{
	int result = rpv__sqlite_ask(d, "PRAGMA application_id", &out->application);
	if (result == SQLITE_OK)
		result = rpv__sqlite_ask(d, "PRAGMA user_version", &out->layout);
	if (result == SQLITE_OK)
		result = rpv__sqlite_ask(d, "SELECT count(*) FROM sqlite_master", &out->tables);
	return result;
}

/* Ends what is left of a transaction; a failure of that is one, for whatever comes next would be part of it. */
static int roll_back(database *d, int result)
{
	if (sqlite3_get_autocommit(d->db))
		return result;
	int end = sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
	return result == SQLITE_OK ? end : result;
}

/* The same at one moment: in between somebody else could make the file ours. */
static int identify_at_once(database *d, identity *out)
{
	int result = sqlite3_exec(d->db, "BEGIN", NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = identify(d, out);
	return roll_back(d, result);
}

static bool is_blank(const identity *i)
{
	return i->application == 0 && i->layout == 0 && i->tables == 0;
}

/* --- what stands in the way --- */
static bool is_folder(const char *path)
{
	struct stat s;
	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool exists(const char *path)
{
	struct stat s;
	return stat(path, &s) == 0;
}

static rpv_status cannot_open(database *d, const char *path, int result, rpv_error *error)
{
	if (is_folder(path))
		return rpv__sqlite_fail(error, RPV_E_STORAGE, result, "%.300s is a folder, not a file", path);
	const char *slash = strrchr(path, '/');
	char folder[512];
	if (slash && slash > path && (size_t)(slash - path) < sizeof folder) {
		snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
		if (!is_folder(folder))
			return rpv__sqlite_fail(error, RPV_E_STORAGE, result, "there is no folder %.300s", folder);
	}
	const char *words = d->db ? sqlite3_errmsg(d->db) : sqlite3_errstr(result);
	return rpv__sqlite_fail(error, rpv__sqlite_status(result), result, "%.300s cannot be opened: %s", path, words);
}

static rpv_status not_ours(const identity *i, const char *path, rpv_error *error)
{
	if (i->application == APPLICATION_ID && i->layout > LAYOUT)
		return rpv__sqlite_fail(error, RPV_E_VERSION, 0, "%.300s was written by a newer version of the library", path);
	return rpv__sqlite_fail(error, RPV_E_CORRUPT, 0, "%.300s is a SQLite database, but not a store of this library", path);
}

/* --- preparing the file --- */
static int create_table(database *d)
{
	identity now = { 0 };
	char settings[128];
	int result = sqlite3_exec(d->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (result != SQLITE_OK)
		return result;
	result = identify(d, &now);
	if (result == SQLITE_OK && is_blank(&now)) { /* nobody else was faster */
		snprintf(settings, sizeof settings, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID, LAYOUT);
		result = sqlite3_exec(d->db, "CREATE TABLE reprieve (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
		                      NULL, NULL, NULL);
		if (result == SQLITE_OK)
			result = sqlite3_exec(d->db, settings, NULL, NULL, NULL);
	}
	if (result == SQLITE_OK)
		result = sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL);
	return roll_back(d, result);
}

static int note_mode(void *user, int count, char **values, char **names)
{
	(void)names;
	*(bool *)user = count == 1 && values[0] && strcmp(values[0], "wal") == 0;
	return 0;
}

/* Turns the write-ahead log on. SQLite does not wait for others here by itself. */
static int use_log(database *d, int32_t busy_ms, bool *is_on)
{
	int result = SQLITE_BUSY;
	*is_on = false;
	for (int32_t waited = 0; result == SQLITE_BUSY && waited <= busy_ms; waited += STEP_MS) {
		if (waited)
			sqlite3_sleep(STEP_MS);
		result = sqlite3_exec(d->db, "PRAGMA journal_mode=WAL", note_mode, is_on, NULL);
	}
	return result;
}

static rpv_status set_up(database *d, const char *path, rpv_sqlite_mode mode, int32_t busy_ms, rpv_error *error)
{
	identity found = { 0, 0, 0 };
	bool is_on = false;
	int result = sqlite3_exec(d->db, SETTINGS, NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = identify_at_once(d, &found);
	if (result == SQLITE_OK && mode == RPV_SQLITE_CREATE && is_blank(&found)) {
		result = create_table(d);
		if (result == SQLITE_OK)
			result = identify_at_once(d, &found);
	}
	if ((result & 0xFF) == SQLITE_NOTADB)
		return rpv__sqlite_fail(error, RPV_E_CORRUPT, result, "%.300s is not a SQLite database", path);
	if ((result & 0xFF) == SQLITE_CANTOPEN)
		return cannot_open(d, path, result, error);
	if (result == SQLITE_ERROR) /* it knows no such form of a header or a schema */
		return rpv__sqlite_fail(error, RPV_E_CORRUPT, result, "%.300s cannot be read: %s", path, sqlite3_errmsg(d->db));
	if (result != SQLITE_OK)
		return rpv__sqlite_failed(d, result, error);
	if (found.application != APPLICATION_ID || found.layout != LAYOUT)
		return not_ours(&found, path, error);
	if (mode != RPV_SQLITE_READ_ONLY) {
		result = use_log(d, busy_ms, &is_on);
		if (result == SQLITE_OK && !is_on)
			return rpv__sqlite_fail(error, RPV_E_STORAGE, 0, "%.300s lies where SQLite cannot keep a write-ahead log", path);
		if (result != SQLITE_OK)
			return rpv__sqlite_failed(d, result, error);
	}
	result = rpv__sqlite_prepare(d);
	if (result == SQLITE_ERROR) /* no such table */
		return rpv__sqlite_fail(error, RPV_E_CORRUPT, result, "%.300s lacks its table", path);
	return result == SQLITE_OK ? RPV_OK : rpv__sqlite_failed(d, result, error);
}

static rpv_status open_file(database *d, const char *path, rpv_sqlite_mode mode, int32_t busy_ms, rpv_error *error)
{
	static const int flags[] = {
		[RPV_SQLITE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		[RPV_SQLITE_EXISTING] = SQLITE_OPEN_READWRITE,
		[RPV_SQLITE_READ_ONLY] = SQLITE_OPEN_READONLY,
	};
	if (mode != RPV_SQLITE_CREATE && !exists(path))
		return rpv__sqlite_fail(error, RPV_E_NOT_FOUND, 0, "there is no file %.300s", path);
	int result = sqlite3_open_v2(path, &d->db, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK)
		return cannot_open(d, path, result, error);
	sqlite3_extended_result_codes(d->db, 1);
	sqlite3_busy_timeout(d->db, busy_ms);
	if (mode != RPV_SQLITE_READ_ONLY && sqlite3_db_readonly(d->db, "main") == 1)
		return rpv__sqlite_fail(error, RPV_E_READ_ONLY, SQLITE_READONLY, "%.300s is read-only", path);
	return set_up(d, path, mode, busy_ms, error);
}

rpv_status rpv_sqlite_storage(const char *path, rpv_sqlite_mode mode, int32_t busy_ms, rpv_storage *storage,
                              rpv_error *error)
{
	if (!path || !*path || !storage || mode < RPV_SQLITE_CREATE || mode > RPV_SQLITE_READ_ONLY || busy_ms < 0)
		return rpv__sqlite_fail(error, RPV_E_INVALID, 0, "the path, the mode, the time to wait or the storage is missing "
		                       "or out of range");
	if (strcmp(path, ":memory:") == 0)
		return rpv__sqlite_fail(error, RPV_E_INVALID, 0, ":memory: is no file: use rpv_memory_storage()");
	database *d = calloc(1, sizeof *d);
	if (!d)
		return rpv__sqlite_fail(error, RPV_E_NOMEM, 0, "there is no memory");
	rpv_status status = open_file(d, path, mode, busy_ms ? busy_ms : BUSY_MS, error);
	if (status) {
		rpv__sqlite_close(d);
		return status;
	}
	rpv_storage opened = RPV_STORAGE_INIT;
	rpv__sqlite_callbacks(d, &opened);
	if (mode == RPV_SQLITE_READ_ONLY)
		opened.capabilities = RPV_STORAGE_READ_ONLY;
	*storage = opened;
	return RPV_OK;
}
