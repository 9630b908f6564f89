/* SPDX-License-Identifier: MIT */
/* What the files of the PostgreSQL storage share. Everything else comes from public headers, as for any other backend. */
#ifndef RPV_POSTGRES_INSIDE_H
#define RPV_POSTGRES_INSIDE_H

#include <libpq-fe.h>
#include <reprieve-postgres/reprieve-postgres.h>
#include <stdbool.h>

#define PG_TABLE 300 /* schema and table, quoted */

/* Statements that each connection prepares; their numbers are their names on the server. */
typedef enum pg_statement {
	PG_GET, PG_SCAN, PG_SCAN_UP, PG_SCAN_BACK, PG_SCAN_BACK_DOWN, PG_LOCK, PG_CLAIM, PG_PUT, PG_REMOVE, PG_NOTIFY,
	PG_COUNT
} pg_statement;

typedef struct server {
	PGconn *conn;
	char *conninfo;
	char table[PG_TABLE];
	rpv_postgres_mode mode;
	int32_t statement_timeout_ms, reconnect_ms;
	bool reading;    /* between begin_read and end_read */
	bool notifies;   /* commits tell others, as far as the server can */
	bool can_notify;
	bool listens;    /* the connection is told of others' commits */
	char doubt[RPV_STORAGE_KEY_MAX]; /* a key of the commit whose connection was lost: the server may still be at it */
	size_t doubt_size;
} server;

/* --- connection.c --- */
/* Records and returns a failure. */
rpv_status rpv__pg_fail(rpv_error *error, rpv_status status, const char *sqlstate, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The failure of a result, or of the connection when there is none. */
rpv_status rpv__pg_failed(const server *s, const PGresult *result, rpv_error *error);
/* What a SQLSTATE means to the library. */
rpv_status rpv__pg_status(const char *sqlstate);
bool rpv__pg_is(const PGresult *result, const char *sqlstate);
bool rpv__pg_worked(const PGresult *result);
bool rpv__pg_lost(const server *s);                         /* the connection is gone */
/* Connects and prepares everything; for as long as `wait_ms` when the server cannot be reached. */
rpv_status rpv__pg_connect(server *s, int32_t wait_ms, rpv_error *error);
/* Makes sure that there is a connection, and that no commit of a lost one is still under way. */
rpv_status rpv__pg_ready(server *s, rpv_error *error);
rpv_status rpv__pg_command(server *s, const char *command, rpv_error *error); /* without results */
int64_t rpv__pg_now_ms(void);                               /* of a clock that only goes on */
void rpv__pg_rollback(server *s);                           /* whatever happens, the connection is usable or lost */

/* Values of a prepared statement, all of them bytes in PostgreSQL's own form. */
#define PG_VALUES 3
typedef struct pg_call {
	pg_statement statement;
	int count;
	const char *values[PG_VALUES];
	int lengths[PG_VALUES];
} pg_call;
void rpv__pg_value(pg_call *call, const void *data, size_t size);
PGresult *rpv__pg_call(server *s, const pg_call *call);     /* waits for its result */
int rpv__pg_send(server *s, const pg_call *call);           /* in pipeline mode; 0: failed */

/* --- commit.c --- */
rpv_status rpv__pg_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                          size_t expected_count, rpv_error *error);

/* --- wait.c --- */
#define PG_CHANNEL "reprieve" /* with the table as what is said on it */
rpv_status rpv__pg_wait(void *user, int32_t timeout_ms, rpv_error *error);

/* --- reads.c --- */
void rpv__pg_callbacks(server *s, rpv_storage *storage); /* sets those that read */

#endif
