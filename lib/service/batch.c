/* SPDX-License-Identifier: MIT */
/* Batches as such: beginning, committing, freeing, and the parts that collecting a record is made of. */
#include "batch.h"

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */

static void init_contents(rpv_batch *b)
{
	rpv__alloc alloc = b->session->store->port.alloc;

	rpv__arena_init(&b->arena, &alloc);
	rpv__map_init(&b->symbol_of, &alloc);
	b->records = NULL;
	b->symbols = NULL;
	b->count = b->cap = b->symbol_cap = 0;
	b->symbol_count = 1;
}

static void free_contents(rpv_batch *b)
{
	rpv__alloc alloc = b->arena.alloc;

	rpv__free(&alloc, b->records);
	rpv__free(&alloc, b->symbols);
	rpv__map_free(&b->symbol_of);
	rpv__arena_free(&b->arena);
}

static rpv_status check_options(rpv_session *session, const rpv_batch_options *o)
{
	rpv_error *error = &session->error;

	if (o->source && *o->source) {
		rpv_status st = rpv__check_id(o->source, "source", error);
		if (st != RPV_OK)
			return st;
	}
	if (o->reported_ms < 0 || o->reported_ms > TIME_MAX)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "reported_ms",
		                       "the time of the facts is out of range");
	if (o->restore && !session->all_groups)
		return rpv__fail(error, RPV_E_DENIED, "a restore needs a session that sees all device groups");
	return rpv__session_require_write(session, o->restore ? RPV_PERMIT_SETTINGS : RPV_PERMIT_INGEST, NULL);
}

rpv_status rpv__batch_begin(rpv_session *session, const rpv_batch_options *options, rpv_batch **out)
{
	const rpv__alloc *a = &session->store->port.alloc;
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	char *source = NULL;
	rpv_batch *b;
	rpv_status st = rpv__take_struct(options, sizeof o, &o, sizeof o, "batch options", &session->error);

	if (st == RPV_OK)
		st = check_options(session, &o);
	if (st != RPV_OK)
		return st;
	b = rpv__new(a, sizeof *b);
	if (!b || rpv__copy_text(a, o.source && *o.source ? o.source : "default", &source) != RPV_OK) {
		rpv__free(a, b);
		return rpv__fail_nomem(&session->error);
	}
	b->session = session;
	b->source = source;
	b->reported_ms = o.reported_ms;
	b->lenient = o.lenient != 0;
	b->restore = o.restore != 0;
	init_contents(b);
	*out = b;
	return RPV_OK;
}

void rpv__batch_free(rpv_batch *b)
{
	rpv__alloc alloc = b->arena.alloc;

	free_contents(b);
	rpv__free(&alloc, (char *)b->source);
	rpv__free(&alloc, b);
}

/* --- committing --- */
typedef struct commit { rpv_batch *batch; rpv__intake in; uint64_t sequence; } commit;

static rpv_status commit_body(rpv__txn *txn, void *user, rpv_error *error)
{
	commit *c = user;
	rpv_status st;

	memset(&c->in, 0, sizeof c->in);
	c->sequence = rpv__txn_revision(txn)->sequence;
	st = rpv__in_run(&c->in, c->batch, txn, error);
	rpv__in_free(&c->in);
	return st;
}

static rpv_status run(commit *c, rpv__revision *after)
{
	rpv_session *session = c->batch->session;
	rpv__txn_options restoring = { .actor = session->principal, .restoring = true };

	if (!c->batch->restore)
		return rpv__session_write(session, commit_body, c, after);
	return rpv__txn_run(&session->store->port, &restoring, commit_body, c, after, &session->error);
}

rpv_status rpv__batch_commit(rpv_batch *b, rpv_batch_result *result)
{
	rpv_session *session = b->session;
	rpv_batch_result got = RPV_BATCH_RESULT_INIT;
	commit c = { .batch = b };
	rpv__revision after;
	rpv_status st;

	if (result && !rpv__can_give(result))
		return rpv__fail(&session->error, RPV_E_INVALID, "the size of the batch result struct is %zu", result->struct_size);
	st = rpv__session_require_write(session, b->restore ? RPV_PERMIT_SETTINGS : RPV_PERMIT_INGEST, NULL);
	if (st == RPV_OK)
		st = run(&c, &after);
	if (st != RPV_OK)
		return st;
	got.revision = after.revision;
	got.records = b->count;
	got.changed = c.in.changed;
	got.stale = c.in.stale;
	got.clipped = c.in.clipped;
	got.created = c.in.created;
	got.events = after.sequence - c.sequence;
	if (result)
		rpv__give_struct(result, &got, sizeof got);
	free_contents(b);
	init_contents(b);
	return RPV_OK;
}

/* --- parts of collecting --- */
rpv_status rpv__batch_malformed(rpv_batch *b, const char *field, const char *words)
{
	return rpv__fail_field(&b->session->error, RPV_E_INVALID, b->count, field, "%s", words);
}

/* A check of the text knew no index. */
static rpv_status at_record(rpv_batch *b, rpv_status st)
{
	if (st == RPV_E_INVALID)
		b->session->error.index = b->count;
	return st;
}

static rpv_status new_symbol(rpv_batch *b, rpv_bytes id, uint32_t *out)
{
	const char *copy = rpv__arena_text(&b->arena, id.data, id.size);

	if (!copy || b->symbol_count >= UINT32_MAX ||
	    rpv__grow(&b->arena.alloc, &b->symbols, &b->symbol_cap, b->symbol_count + 1, sizeof *b->symbols) != RPV_OK ||
	    rpv__map_put(&b->symbol_of, id, b->symbol_count) != RPV_OK)
		return rpv__fail_nomem(&b->session->error);
	b->symbols[0] = NULL;
	*out = (uint32_t)b->symbol_count++;
	b->symbols[*out] = copy;
	return RPV_OK;
}

rpv_status rpv__batch_symbol(rpv_batch *b, const char *id, const char *field, uint32_t *out)
{
	rpv_bytes bytes = rpv__bytes_of(id);
	uint64_t symbol;
	rpv_status st;

	if (id && rpv__map_get(&b->symbol_of, bytes, &symbol)) {
		*out = (uint32_t)symbol;
		return RPV_OK;
	}
	st = at_record(b, rpv__check_id(id, field, &b->session->error));
	return st == RPV_OK ? new_symbol(b, bytes, out) : st;
}

rpv_status rpv__batch_symbols(rpv_batch *b, const char *const *ids, size_t count, const char *field, rpv__symbols *out)
{
	uint32_t *items;
	rpv_status st = RPV_OK;

	if (count && !ids)
		return rpv__batch_malformed(b, field, "the list is NULL, but its count is not 0");
	if (count == 0)
		return RPV_OK;
	items = count > UINT32_MAX ? NULL : rpv__arena_get(&b->arena, count * sizeof *items);
	if (!items)
		return rpv__fail_nomem(&b->session->error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__batch_symbol(b, ids[i], field, &items[i]);
	out->items = items;
	out->count = count;
	return st;
}

rpv_status rpv__batch_take_text(rpv_batch *b, const char **text, const char *field)
{
	rpv_status st = at_record(b, rpv__check_text(*text, field, &b->session->error));

	if (st != RPV_OK || !*text)
		return st;
	*text = rpv__arena_text(&b->arena, *text, strlen(*text));
	return *text ? RPV_OK : rpv__fail_nomem(&b->session->error);
}

rpv_status rpv__batch_take_texts(rpv_batch *b, const char *const **texts, size_t count, const char *field)
{
	const char **copy;
	rpv_status st = RPV_OK;

	if (count && !*texts)
		return rpv__batch_malformed(b, field, "the list is NULL, but its count is not 0");
	if (count == 0) {
		*texts = NULL;
		return RPV_OK;
	}
	copy = count > SIZE_MAX / sizeof *copy ? NULL : rpv__arena_get(&b->arena, count * sizeof *copy);
	if (!copy)
		return rpv__fail_nomem(&b->session->error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		copy[i] = (*texts)[i];
		st = copy[i] ? rpv__batch_take_text(b, &copy[i], field)
		             : rpv__batch_malformed(b, field, "one of the texts is NULL");
	}
	*texts = copy;
	return st;
}

rpv_status rpv__batch_check_range(rpv_batch *b, int64_t value, int64_t most, const char *field)
{
	if (value >= 0 && value <= most)
		return RPV_OK;
	return rpv__fail_field(&b->session->error, RPV_E_INVALID, b->count, field, "%s has no such value as %lld", field,
	                       (long long)value);
}

rpv_status rpv__batch_check_time(rpv_batch *b, int64_t ms, const char *field)
{
	if (ms >= 0 && ms <= TIME_MAX)
		return RPV_OK;
	return rpv__fail_field(&b->session->error, RPV_E_INVALID, b->count, field,
	                       "%s is %lld, which is not of the years 1970 to 9999", field, (long long)ms);
}

rpv_status rpv__batch_add(rpv_batch *b, rpv__fact type, const void *what)
{
	if (b->count >= UINT32_MAX - 1 ||
	    rpv__grow(&b->arena.alloc, &b->records, &b->cap, b->count + 1, sizeof *b->records) != RPV_OK)
		return rpv__fail_nomem(&b->session->error);
	b->records[b->count++] = (rpv__record){ type, what };
	return RPV_OK;
}
