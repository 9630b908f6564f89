/* SPDX-License-Identifier: MIT */
/* Opening a table as storage. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define STATEMENT_TIMEOUT_MS 30000
#define RECONNECT_MS 10000

static void pg_close(void *user)
{
	server *s = user;
	PQfinish(s->conn);
	free(s->conninfo);
	free(s);
}

/* A name in quotes; false: too long. */
static bool quote(char *out, size_t size, const char *name)
{
	size_t at = 0;
	if (size < 2)
		return false;
	out[at++] = '"';
	for (; *name; name++) {
		if (at + 4 > size)
			return false;
		if (*name == '"')
			out[at++] = '"';
		out[at++] = *name;
	}
	out[at++] = '"';
	out[at] = '\0';
	return true;
}

static bool name_table(server *s, const rpv_postgres_options *o)
{
	size_t used = 0;
	if (o->schema) {
		if (!*o->schema || !quote(s->table, sizeof s->table - 1, o->schema))
			return false;
		used = strlen(s->table);
		s->table[used++] = '.';
	}
	const char *table = o->table ? o->table : "reprieve";
	return *table && quote(s->table + used, sizeof s->table - used, table);
}

static bool valid(const rpv_postgres_options *o)
{
	return o && o->struct_size == sizeof *o && o->mode >= RPV_POSTGRES_CREATE && o->mode <= RPV_POSTGRES_READ_ONLY &&
	       o->statement_timeout_ms >= 0 && o->reconnect_ms >= 0 && (o->quiet == 0 || o->quiet == 1);
}

/* Tells a connection string that cannot be read from a server that cannot be reached. */
static rpv_status check_conninfo(const char *conninfo, rpv_error *error)
{
	char *words = NULL;
	PQconninfoOption *parsed = strchr(conninfo, '=') || strstr(conninfo, "://") ? PQconninfoParse(conninfo, &words) : NULL;
	rpv_status status = RPV_OK;
	if (words)
		status = rpv__pg_fail(error, RPV_E_INVALID, NULL, "the connection string: %.*s", (int)strcspn(words, "\n"), words);
	PQconninfoFree(parsed);
	PQfreemem(words);
	return status;
}

static rpv_status open_server(server *s, const rpv_postgres_options *o, rpv_error *error)
{
	const char *conninfo = o->conninfo ? o->conninfo : "";
	rpv_status status = check_conninfo(conninfo, error);
	if (status)
		return status;
	if (!name_table(s, o))
		return rpv__pg_fail(error, RPV_E_INVALID, NULL, "the name of the schema or table is empty or too long");
	s->conninfo = strdup(conninfo);
	if (!s->conninfo)
		return rpv__pg_fail(error, RPV_E_NOMEM, NULL, "there is no memory");
	s->mode = (rpv_postgres_mode)o->mode;
	s->notifies = !o->quiet;
	s->statement_timeout_ms = o->statement_timeout_ms ? o->statement_timeout_ms : STATEMENT_TIMEOUT_MS;
	s->reconnect_ms = o->reconnect_ms ? o->reconnect_ms : RECONNECT_MS;
	return rpv__pg_connect(s, 0, error);
}

rpv_status rpv_postgres_storage(const rpv_postgres_options *options, rpv_storage *storage, rpv_error *error)
{
	if (!storage || !valid(options))
		return rpv__pg_fail(error, RPV_E_INVALID, NULL, "the options or the storage is missing, or out of range");
	server *s = calloc(1, sizeof *s);
	if (!s)
		return rpv__pg_fail(error, RPV_E_NOMEM, NULL, "there is no memory");
	rpv_status status = open_server(s, options, error);
	if (status) {
		pg_close(s);
		return status;
	}
	rpv_storage opened = RPV_STORAGE_INIT;
	rpv__pg_callbacks(s, &opened);
	opened.commit = rpv__pg_commit;
	opened.close = pg_close;
	opened.wait = rpv__pg_wait;
	if (s->mode == RPV_POSTGRES_READ_ONLY)
		opened.capabilities = RPV_STORAGE_READ_ONLY;
	*storage = opened;
	return RPV_OK;
}
