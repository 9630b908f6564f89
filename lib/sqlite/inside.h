/* SPDX-License-Identifier: MIT */
/* What the files of the SQLite storage share. Everything else comes from public headers, as for any other backend. */
#ifndef RPV_SQLITE_INSIDE_H
#define RPV_SQLITE_INSIDE_H

#include <reprieve-sqlite/reprieve-sqlite.h>
#include <sqlite3.h>

typedef enum sql {
	SQL_GET, SQL_SCAN, SQL_SCAN_UP, SQL_SCAN_BACK, SQL_SCAN_BACK_DOWN, SQL_PUT, SQL_REMOVE, SQL_PEEK, SQL_BEGIN_READ,
	SQL_BEGIN_WRITE, SQL_COMMIT, SQL_ROLLBACK, SQL_VERSION, SQL_COUNT
} sql;

typedef struct database {
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_COUNT];
	sqlite3_int64 seen; /* SQLite's number for what others committed, when last waited; 0: never */
} database;

/* The status that a result code of SQLite stands for. */
rpv_status rpv__sqlite_status(int result);
/* Records and returns it, with the words of SQLite. */
rpv_status rpv__sqlite_failed(database *d, int result, rpv_error *error);
rpv_status rpv__sqlite_fail(rpv_error *error, rpv_status status, int code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

int rpv__sqlite_prepare(database *d);
int rpv__sqlite_ask(database *d, const char *question, sqlite3_int64 *out); /* the number that answers it */
void rpv__sqlite_close(void *user);
/* Sets the callbacks. */
void rpv__sqlite_callbacks(database *d, rpv_storage *storage);

#endif
