/* SPDX-License-Identifier: MIT */
/* Committing, in two round trips: what is expected is read and locked, then everything is written and committed. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define COMMIT_TRIES 20

/* --- arrays of bytes, as PostgreSQL sends them --- */
typedef struct array { unsigned char *data; size_t size, cap; } array;

static void put_number(array *a, size_t at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		a->data[at + (size_t)i] = (unsigned char)(number >> 8 * (3 - i));
}

/* An empty array with room for `cap` bytes of elements; false: no memory. */
static bool array_init(array *a, size_t cap)
{
	static const uint32_t head[] = { 1, 0, 17, 0, 1 }; /* dimensions, no NULL, bytea, count, first index */
	a->cap = sizeof head + cap;
	a->data = malloc(a->cap);
	if (!a->data)
		return false;
	for (size_t i = 0; i < 5; i++)
		put_number(a, 4 * i, head[i]);
	a->size = sizeof head;
	return true;
}

static void array_add(array *a, rpv_bytes bytes)
{
	put_number(a, a->size, (uint32_t)bytes.size);
	if (bytes.size)
		memcpy(a->data + a->size + 4, bytes.data, bytes.size);
	a->size += 4 + bytes.size;
}

/* --- a commit in the making --- */
typedef struct commit {
	server *s;
	const rpv_write *writes;
	const rpv_expect *expected;
	size_t write_count, expected_count;
	size_t puts, removes, claims;          /* how many of each; claims are keys that must be absent */
	array put_keys, put_values, remove_keys, claim_keys;
	rpv_error *error;
} commit;

static bool fill(commit *c)
{
	size_t keys = 0, values = 0, removed = 0, claimed = 0;
	for (size_t i = 0; i < c->write_count; i++) {
		const rpv_write *w = &c->writes[i];
		*(w->remove ? &c->removes : &c->puts) += 1;
		*(w->remove ? &removed : &keys) += 4 + w->key.size;
		values += w->remove ? 0 : 4 + w->value.size;
	}
	for (size_t i = 0; i < c->expected_count; i++) {
		c->claims += c->expected[i].absent != 0;
		claimed += 4 + c->expected[i].key.size;
	}
	if (!array_init(&c->put_keys, keys) || !array_init(&c->put_values, values) ||
	    !array_init(&c->remove_keys, removed) || !array_init(&c->claim_keys, claimed))
		return false;
	for (size_t i = 0; i < c->write_count; i++) {
		array_add(c->writes[i].remove ? &c->remove_keys : &c->put_keys, c->writes[i].key);
		if (!c->writes[i].remove)
			array_add(&c->put_values, c->writes[i].value);
	}
	for (size_t i = 0; i < c->expected_count; i++)
		if (c->expected[i].absent)
			array_add(&c->claim_keys, c->expected[i].key);
	put_number(&c->put_keys, 12, (uint32_t)c->puts);
	put_number(&c->put_values, 12, (uint32_t)c->puts);
	put_number(&c->remove_keys, 12, (uint32_t)c->removes);
	put_number(&c->claim_keys, 12, (uint32_t)c->claims);
	return true;
}

/* --- pipelines --- */
/* The next result, without the end mark after it. */
static PGresult *next_result(server *s)
{
	PGresult *result = PQgetResult(s->conn), *more;
	while ((more = result ? PQgetResult(s->conn) : NULL))
		PQclear(more);
	return result;
}

/* Ends a pipeline whose results have all been taken, as well as they could. */
static void end_pipeline(server *s)
{
	PGresult *result;
	bool synced = false;
	while (!synced && !rpv__pg_lost(s)) {
		result = PQgetResult(s->conn);
		synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		PQclear(result);
	}
	if (!rpv__pg_lost(s))
		PQexitPipelineMode(s->conn);
}

static int send_command(server *s, const char *command)
{
	return PQsendQueryParams(s->conn, command, 0, NULL, NULL, NULL, NULL, 0);
}

static int send_array(server *s, pg_statement statement, const array *first, const array *second)
{
	pg_call call = { .statement = statement };
	rpv__pg_value(&call, first->data, first->size);
	if (second)
		rpv__pg_value(&call, second->data, second->size);
	return rpv__pg_send(s, &call);
}

/* --- first half: what is expected, locked --- */
static int send_expected(commit *c)
{
	int sent = PQenterPipelineMode(c->s->conn) && send_command(c->s, "BEGIN ISOLATION LEVEL READ COMMITTED");
	for (size_t i = 0; i < c->expected_count && sent; i++) {
		const rpv_expect *e = &c->expected[i];
		/* a key that must be absent is written: whoever else wants to write it waits, or is first */
		pg_call call = { .statement = e->absent ? PG_CLAIM : PG_LOCK };
		rpv__pg_value(&call, e->key.data, e->key.size);
		sent = rpv__pg_send(c->s, &call);
	}
	return sent && PQpipelineSync(c->s->conn);
}

static bool holds(const rpv_expect *e, PGresult *result)
{
	if (e->absent)
		return strcmp(PQcmdTuples(result), "1") == 0;
	return PQntuples(result) == 1 && (size_t)PQgetlength(result, 0, 0) == e->value.size &&
	       (e->value.size == 0 || memcmp(PQgetvalue(result, 0, 0), e->value.data, e->value.size) == 0);
}

/* Whether a failed statement may work when everything is done again. */
static bool may_repeat(const PGresult *result)
{
	return rpv__pg_is(result, "40001") || rpv__pg_is(result, "40P01");
}

static rpv_status lock_expected(commit *c, bool *again)
{
	bool sent = send_expected(c), right = true;
	rpv_status status = sent ? RPV_OK : rpv__pg_failed(c->s, NULL, c->error);
	for (size_t i = 0; i <= c->expected_count && sent && !status; i++) { /* the first one is BEGIN */
		PGresult *result = next_result(c->s);
		if (!rpv__pg_worked(result)) {
			*again = may_repeat(result);
			status = rpv__pg_failed(c->s, result, c->error);
		} else if (i > 0) {
			right = right && holds(&c->expected[i - 1], result);
		}
		PQclear(result);
	}
	end_pipeline(c->s);
	if (status && rpv__pg_lost(c->s))
		*again = true;
	return status ? status : right ? RPV_OK : RPV_E_CONFLICT;
}

/* --- second half: writing --- */
/* Tells others, when the commit happens. */
static int send_notice(server *s)
{
	pg_call call = { .statement = PG_NOTIFY };
	rpv__pg_value(&call, s->table, strlen(s->table));
	return rpv__pg_send(s, &call);
}

static int send_writes(commit *c, int *count)
{
	server *s = c->s;
	int sent = PQenterPipelineMode(s->conn);
	if (sent && c->claims && ++*count)
		sent = send_array(s, PG_REMOVE, &c->claim_keys, NULL);
	if (sent && c->removes && ++*count)
		sent = send_array(s, PG_REMOVE, &c->remove_keys, NULL);
	if (sent && c->puts && ++*count)
		sent = send_array(s, PG_PUT, &c->put_keys, &c->put_values);
	if (sent && s->can_notify && c->write_count && ++*count)
		sent = send_notice(s);
	if (sent && ++*count)
		sent = send_command(s, "COMMIT");
	return sent && PQpipelineSync(s->conn);
}

static rpv_status write_all(commit *c, bool *again)
{
	int count = 0;
	bool sent = send_writes(c, &count), committed = false;
	rpv_status status = sent ? RPV_OK : rpv__pg_failed(c->s, NULL, c->error);
	for (int i = 0; i < count && sent && !status; i++) {
		PGresult *result = next_result(c->s);
		if (!rpv__pg_worked(result)) {
			*again = may_repeat(result);
			status = rpv__pg_failed(c->s, result, c->error);
		}
		committed = !status && i == count - 1 && strcmp(PQcmdStatus(result), "COMMIT") == 0;
		PQclear(result);
	}
	end_pipeline(c->s);
	if (!committed && rpv__pg_lost(c->s) && c->expected_count + c->write_count == 0)
		return status; /* there was nothing to happen */
	if (!committed && rpv__pg_lost(c->s)) { /* perhaps the server committed, and could not say so */
		rpv_bytes key = c->expected_count ? c->expected[0].key : c->writes[0].key;
		memcpy(c->s->doubt, key.data, key.size);
		c->s->doubt_size = key.size;
		*again = false;
		return RPV_E_OUTCOME;
	}
	if (!status && !committed)
		status = rpv__pg_fail(c->error, RPV_E_STORAGE, NULL, "PostgreSQL rolled the commit back");
	return status;
}

/* --- both --- */
static rpv_status commit_once(commit *c, bool *again)
{
	*again = false;
	rpv_status status = rpv__pg_ready(c->s, c->error);
	if (status)
		return status;
	status = lock_expected(c, again);
	if (!status)
		status = write_all(c, again);
	if (status)
		rpv__pg_rollback(c->s);
	return status;
}

rpv_status rpv__pg_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                          size_t expected_count, rpv_error *error)
{
	commit c = { .s = user, .writes = writes, .expected = expected, .write_count = write_count,
	             .expected_count = expected_count, .error = error };
	bool again = true;
	rpv_status status = RPV_OK;
	if (c.s->mode == RPV_POSTGRES_READ_ONLY)
		return rpv__pg_fail(error, RPV_E_READ_ONLY, NULL, "the store is opened for reading only");
	if (!fill(&c))
		status = rpv__pg_fail(error, RPV_E_NOMEM, NULL, "there is no memory");
	for (int tries = 0; !status && again && tries < COMMIT_TRIES; tries++) {
		status = commit_once(&c, &again);
		if (again && tries + 1 < COMMIT_TRIES)
			status = RPV_OK;
	}
	free(c.put_keys.data);
	free(c.put_values.data);
	free(c.remove_keys.data);
	free(c.claim_keys.data);
	return status;
}
