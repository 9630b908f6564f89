/* SPDX-License-Identifier: MIT */
/* The connection: made, lost and made again, with its settings and prepared statements; what failures mean. */
#include "inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAUSE_MS 50

/* --- failures --- */
static int32_t code_of(const char *sqlstate)
{
	return sqlstate ? (int32_t)strtol(sqlstate, NULL, 36) : 0;
}

rpv_status rpv__pg_fail(rpv_error *error, rpv_status status, const char *sqlstate, const char *format, ...)
{
	if (!error)
		return status;
	va_list args;
	va_start(args, format);
	error->status = status;
	error->host_code = code_of(sqlstate);
	error->index = RPV_NO_INDEX;
	error->field[0] = '\0';
	vsnprintf(error->message, sizeof error->message, format, args);
	va_end(args);
	return status;
}

rpv_status rpv__pg_status(const char *sqlstate)
{
	static const struct { const char *begins; rpv_status status; } table[] = {
		{ "40", RPV_E_BUSY },        /* serialization failures, deadlocks */
		{ "55P03", RPV_E_BUSY },     /* lock_not_available */
		{ "57014", RPV_E_BUSY },     /* query_canceled: the statement timeout */
		{ "53100", RPV_E_FULL },     /* disk_full */
		{ "25006", RPV_E_READ_ONLY }, { "XX001", RPV_E_CORRUPT }, { "XX002", RPV_E_CORRUPT },
	};
	for (size_t i = 0; sqlstate && i < sizeof table / sizeof table[0]; i++)
		if (strncmp(sqlstate, table[i].begins, strlen(table[i].begins)) == 0)
			return table[i].status;
	return RPV_E_STORAGE;
}

/* Words without the line's end. */
static int plain(const char *words)
{
	return (int)strcspn(words, "\n");
}

rpv_status rpv__pg_failed(const server *s, const PGresult *result, rpv_error *error)
{
	const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	if (!words)
		words = s->conn ? PQerrorMessage(s->conn) : "there is no memory for a connection";
	return rpv__pg_fail(error, rpv__pg_status(sqlstate), sqlstate, "PostgreSQL: %.*s", plain(words),
	                    *words ? words : "the connection was lost");
}

bool rpv__pg_is(const PGresult *result, const char *sqlstate)
{
	const char *has = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	return has && strcmp(has, sqlstate) == 0;
}

bool rpv__pg_worked(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool rpv__pg_lost(const server *s)
{
	return !s->conn || PQstatus(s->conn) != CONNECTION_OK;
}

/* --- settings --- */
rpv_status rpv__pg_command(server *s, const char *command, rpv_error *error)
{
	PGresult *result = PQexec(s->conn, command);
	rpv_status status = rpv__pg_worked(result) ? RPV_OK : rpv__pg_failed(s, result, error);
	PQclear(result);
	return status;
}

void rpv__pg_rollback(server *s)
{
	if (!rpv__pg_lost(s) && PQtransactionStatus(s->conn) != PQTRANS_IDLE)
		PQclear(PQexec(s->conn, "ROLLBACK"));
}

/* A store whose commits are lost with the server's power would break the contract. */
static rpv_status be_durable(server *s, rpv_error *error)
{
	PGresult *result = PQexec(s->conn, "SHOW synchronous_commit");
	bool is_off = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
	              strcmp(PQgetvalue(result, 0, 0), "off") == 0;
	PQclear(result); /* relatives of PostgreSQL that do not know the setting do not need it */
	return is_off ? rpv__pg_command(s, "SET synchronous_commit TO 'on'", error) : RPV_OK;
}

static void ignore_notice(void *user, const PGresult *result)
{
	(void)user;
	(void)result;
}

static rpv_status settle(server *s, rpv_error *error)
{
	char command[100];
	PQsetNoticeReceiver(s->conn, ignore_notice, NULL);
	snprintf(command, sizeof command, "SET statement_timeout TO %d", (int)s->statement_timeout_ms);
	rpv_status status = rpv__pg_command(s, command, error);
	if (!status && s->mode == RPV_POSTGRES_READ_ONLY)
		status = rpv__pg_command(s, "SET default_transaction_read_only TO on", error);
	else if (!status)
		status = be_durable(s, error);
	return status;
}

/* --- the table --- */
/* Two that create it at once: one of them fails, and then finds it. */
static rpv_status create_table(server *s, rpv_error *error)
{
	char command[PG_TABLE + 100];
	rpv_status status = RPV_E_STORAGE;
	snprintf(command, sizeof command, "CREATE TABLE IF NOT EXISTS %s (key bytea PRIMARY KEY, value bytea NOT NULL)",
	         s->table);
	for (int tries = 0; status && tries < 5; tries++) {
		PGresult *result = PQexec(s->conn, command);
		bool others = rpv__pg_is(result, "23505") || rpv__pg_is(result, "42P07") || rpv__pg_is(result, "42710") ||
		              rpv__pg_is(result, "XX000") || rpv__pg_is(result, "40001");
		status = rpv__pg_worked(result) ? RPV_OK : rpv__pg_failed(s, result, error);
		PQclear(result);
		if (status && !others)
			break;
	}
	return status;
}

static rpv_status look_at_table(server *s, bool *there, rpv_error *error)
{
	enum { BYTEA = 17 };
	char command[PG_TABLE + 100];
	snprintf(command, sizeof command, "SELECT key, value FROM %s WHERE false", s->table);
	PGresult *result = PQexec(s->conn, command);
	rpv_status status = RPV_OK;
	*there = !rpv__pg_is(result, "42P01") && !rpv__pg_is(result, "3F000"); /* neither table nor schema missing */
	if (rpv__pg_is(result, "42703") ||
	    (rpv__pg_worked(result) && (PQftype(result, 0) != BYTEA || PQftype(result, 1) != BYTEA)))
		status = rpv__pg_fail(error, RPV_E_CORRUPT, NULL, "the table %s is not one of this library", s->table);
	else if (*there && !rpv__pg_worked(result))
		status = rpv__pg_failed(s, result, error);
	PQclear(result);
	return status;
}

static rpv_status find_table(server *s, rpv_error *error)
{
	bool there = false;
	rpv_status status = look_at_table(s, &there, error);
	if (!status && !there && s->mode == RPV_POSTGRES_CREATE) {
		status = create_table(s, error);
		if (!status)
			status = look_at_table(s, &there, error);
	}
	if (!status && !there)
		status = rpv__pg_fail(error, RPV_E_NOT_FOUND, "42P01", "there is no table %s", s->table);
	return status;
}

/* --- statements --- */
static const char *const texts[PG_COUNT] = { /* %s: the table */
	[PG_GET] = "SELECT value FROM %s WHERE key = $1::bytea",
	[PG_SCAN] = "SELECT key, value FROM %s WHERE key >= $1::bytea AND key < $2::bytea ORDER BY key LIMIT $3::bigint",
	[PG_SCAN_UP] = "SELECT key, value FROM %s WHERE key >= $1::bytea ORDER BY key LIMIT $2::bigint",
	[PG_SCAN_BACK] = "SELECT key, value FROM %s WHERE key >= $1::bytea AND key < $2::bytea ORDER BY key DESC "
		"LIMIT $3::bigint",
	[PG_SCAN_BACK_DOWN] = "SELECT key, value FROM %s WHERE key >= $1::bytea ORDER BY key DESC LIMIT $2::bigint",
	[PG_LOCK] = "SELECT value FROM %s WHERE key = $1::bytea FOR UPDATE",
	[PG_CLAIM] = "INSERT INTO %s (key, value) VALUES ($1::bytea, $1::bytea) ON CONFLICT (key) DO NOTHING",
	[PG_PUT] = "INSERT INTO %s (key, value) SELECT k, v FROM unnest($1::bytea[], $2::bytea[]) AS w (k, v) "
		"ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	[PG_REMOVE] = "DELETE FROM %s WHERE key = ANY ($1::bytea[])",
	[PG_NOTIFY] = "SELECT pg_notify('" PG_CHANNEL "', $1::text)",
};

static rpv_status prepare_one(server *s, int which, rpv_error *error)
{
	char name[12], text[PG_TABLE + 300];
	const char *at = strstr(texts[which], "%s");
	rpv_status status = RPV_OK;
	snprintf(name, sizeof name, "%d", which);
	if (at)
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - texts[which]), texts[which], s->table, at + 2);
	else
		snprintf(text, sizeof text, "%s", texts[which]);
	PGresult *result = PQprepare(s->conn, name, text, 0, NULL);
	if (!rpv__pg_worked(result))
		status = rpv__pg_failed(s, result, error);
	PQclear(result);
	return status;
}

static rpv_status prepare(server *s, rpv_error *error)
{
	int count = s->mode == RPV_POSTGRES_READ_ONLY ? PG_LOCK : PG_NOTIFY; /* the others write */
	rpv_status status = RPV_OK;
	for (int i = 0; i < count && !status; i++)
		status = prepare_one(s, i, error);
	/* relatives of PostgreSQL have no notifications: then nobody is told */
	s->can_notify = !status && s->notifies && prepare_one(s, PG_NOTIFY, NULL) == RPV_OK;
	if (!status && rpv__pg_lost(s))
		status = rpv__pg_failed(s, NULL, error);
	return status;
}

void rpv__pg_value(pg_call *call, const void *data, size_t size)
{
	call->values[call->count] = data ? data : "";
	call->lengths[call->count++] = (int)size;
}

static const int all_binary[PG_VALUES] = { 1, 1, 1 };

PGresult *rpv__pg_call(server *s, const pg_call *call)
{
	char name[12];
	snprintf(name, sizeof name, "%d", (int)call->statement);
	return PQexecPrepared(s->conn, name, call->count, call->values, call->lengths, all_binary, 1);
}

int rpv__pg_send(server *s, const pg_call *call)
{
	char name[12];
	snprintf(name, sizeof name, "%d", (int)call->statement);
	return PQsendQueryPrepared(s->conn, name, call->count, call->values, call->lengths, all_binary, 1);
}

/* --- connecting --- */
static rpv_status connect_once(server *s, rpv_error *error)
{
	/* what the connection string says comes later, and wins */
	const char *const keywords[] = { "fallback_application_name", "connect_timeout", "keepalives_idle", "tcp_user_timeout",
		"dbname", NULL };
	const char *const values[] = { "reprieve", "10", "20", "60000", s->conninfo, NULL };
	PQfinish(s->conn);
	s->listens = false;
	s->conn = PQconnectdbParams(keywords, values, 1);
	if (rpv__pg_lost(s))
		return rpv__pg_failed(s, NULL, error);
	rpv_status status = settle(s, error);
	if (!status)
		status = find_table(s, error);
	if (!status)
		status = prepare(s, error);
	return status;
}

int64_t rpv__pg_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

rpv_status rpv__pg_connect(server *s, int32_t wait_ms, rpv_error *error)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000 };
	int64_t end = rpv__pg_now_ms() + wait_ms;
	for (;;) {
		rpv_status status = connect_once(s, error);
		bool may_pass = status && rpv__pg_lost(s); /* else the server said something, and will say it again */
		if (!may_pass || rpv__pg_now_ms() >= end)
			return status;
		nanosleep(&pause, NULL);
	}
}

/* A commit that is under way holds the locks of what it expects and writes: whoever asks for one waits until it is over.
 * Afterwards reading tells whether it happened. */
static rpv_status outwait(server *s, rpv_error *error)
{
	static const pg_statement asking[] = { PG_LOCK, PG_CLAIM }; /* of a key that is there, and of one that is not yet */
	rpv_status status = rpv__pg_command(s, "BEGIN", error);
	for (int i = 0; i < 2 && !status; i++) {
		pg_call call = { .statement = asking[i] };
		rpv__pg_value(&call, s->doubt, s->doubt_size);
		PGresult *result = rpv__pg_call(s, &call);
		if (!rpv__pg_worked(result))
			status = rpv__pg_failed(s, result, error);
		PQclear(result);
	}
	rpv__pg_rollback(s);
	if (!status)
		s->doubt_size = 0;
	return status;
}

rpv_status rpv__pg_ready(server *s, rpv_error *error)
{
	rpv_status status = rpv__pg_lost(s) ? rpv__pg_connect(s, s->reconnect_ms, error) : RPV_OK;
	if (!status && s->doubt_size)
		status = outwait(s, error);
	return status;
}
