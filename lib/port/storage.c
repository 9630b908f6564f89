/* SPDX-License-Identifier: MIT */
/* Calls to the host's storage: its failures become ours, big values are put together, and what breaks the contract of
 * the storage port is noticed here. */
#include "inside.h"

static const rpv_error no_error = RPV_ERROR_INIT;

/* Takes over what the storage says of its own failure. */
static rpv_status storage_failed(rpv_error *error, rpv_status status, rpv_error *host, const char *doing)
{
	host->message[sizeof host->message - 1] = '\0';
	if (error)
		error->host_code = host->host_code;
	switch (status) {
	case RPV_E_STORAGE: case RPV_E_FULL: case RPV_E_BUSY: case RPV_E_NOMEM: case RPV_E_READ_ONLY: case RPV_E_CORRUPT:
	case RPV_E_OUTCOME:
		if (host->message[0])
			return rpv__fail(error, status, "%s", host->message);
		return rpv__fail(error, status, "the storage failed when %s", doing);
	default:
		return rpv__fail(error, RPV_E_STORAGE, "the storage answered %d when %s, which it must not", (int)status, doing);
	}
}

/* --- pieces --- */
#define FIRST_BYTES (RPV__PIECE - 5) /* of the value, in the first piece */
#define NEXT_BYTES (RPV__PIECE - 1)  /* in any other */

static uint8_t first_byte(rpv_bytes value)
{
	return value.size ? *(const uint8_t *)value.data : 0;
}

bool rpv__in_pieces(rpv_bytes value)
{
	return value.size > RPV__PIECE || first_byte(value) >= RPV__PIECE_NEXT;
}

size_t rpv__pieces(rpv_bytes value)
{
	if (!rpv__in_pieces(value) || value.size <= FIRST_BYTES)
		return 1;
	return 1 + (value.size - FIRST_BYTES + NEXT_BYTES - 1) / NEXT_BYTES;
}

void rpv__piece_put(rpv__buf *b, rpv_bytes value, size_t number)
{
	size_t start = number ? FIRST_BYTES + (number - 1) * NEXT_BYTES : 0;
	size_t most = number ? NEXT_BYTES : FIRST_BYTES;
	size_t size = value.size - start < most ? value.size - start : most;
	if (number) {
		rpv__buf_u8(b, RPV__PIECE_NEXT);
	} else {
		rpv__buf_u8(b, RPV__PIECE_FIRST);
		rpv__buf_be32(b, (uint32_t)value.size);
	}
	rpv__buf_put(b, (const uint8_t *)value.data + start, size);
}

rpv_bytes rpv__piece_key(rpv__key *out, rpv_bytes key, size_t number)
{
	memcpy(out->data, key.data, key.size);
	out->size = key.size;
	out->data[out->size++] = 0xFF;
	out->data[out->size++] = (uint8_t)(number >> 8);
	out->data[out->size++] = (uint8_t)number;
	return rpv__key_view(out);
}

/* --- get --- */
typedef struct rpv__fetch {
	rpv__arena *into;
	rpv_bytes value;
	int fed;
	bool no_memory;
} rpv__fetch;

static rpv_status fetch_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	rpv__fetch *f = user;
	(void)key;
	f->fed++;
	char *copy = rpv__arena_text(f->into, value.data, value.size);
	if (!copy) {
		f->no_memory = true;
		return RPV_E_NOMEM;
	}
	f->value = (rpv_bytes){ copy, value.size };
	return RPV_OK;
}

rpv_status rpv__present_get_stored(rpv__port *port, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error)
{
	rpv__fetch f = { into, { NULL, 0 }, 0, false };
	rpv_error host = no_error;
	if (key.size == 0 || key.size > RPV_STORAGE_KEY_MAX)
		return rpv__fail(error, RPV_E_INVALID, "a key of %zu bytes cannot be looked up", key.size);
	rpv_status status = port->storage.get(port->storage.user, key, fetch_sink, &f, &host);
	if (f.no_memory)
		return rpv__fail_nomem(error);
	if (status == RPV_E_NOT_FOUND && !f.fed)
		return status;
	if (status)
		return storage_failed(error, status, &host, "reading");
	if (f.fed != 1)
		return rpv__fail(error, RPV_E_STORAGE, "the storage fed %d values of one key", f.fed);
	*out = f.value;
	return RPV_OK;
}

static rpv_status get_piece(rpv__port *port, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error)
{
	rpv_bytes value;
	rpv_status status = rpv__present_get_stored(port, key, into, &value, error);
	if (!status)
		status = rpv__sum_take_off(port, key, &value, error);
	if (!status)
		*out = value;
	return status;
}

/* Reads the pieces after the first one. The length is bounded by what a commit can hold, so that damaged bytes cannot
 * ask for much memory. */
static rpv_status put_together(rpv__port *port, rpv_bytes key, rpv_bytes first, rpv__arena *into, rpv_bytes *out,
                               rpv_error *error)
{
	rpv__reader r = rpv__reader_of(first);
	(void)rpv__read_u8(&r);
	size_t total = rpv__read_be32(&r), have = (size_t)(r.end - r.at);
	if (r.bad || total > RPV_STORAGE_COMMIT_MAX || have > total || key.size > RPV__KEY_MAX)
		return rpv__fail_corrupt(error, "value", key);
	uint8_t *whole = rpv__arena_get(into, total);
	if (!whole)
		return rpv__fail_nomem(error);
	memcpy(whole, r.at, have);
	for (size_t number = 1; have < total; number++) {
		rpv__key piece_key;
		rpv_bytes piece;
		rpv_status status = get_piece(port, rpv__piece_key(&piece_key, key, number), into, &piece, error);
		if (status && status != RPV_E_NOT_FOUND)
			return status;
		if (status || first_byte(piece) != RPV__PIECE_NEXT || piece.size < 2 || piece.size - 1 > total - have)
			return rpv__fail_corrupt(error, "value", key);
		memcpy(whole + have, (const uint8_t *)piece.data + 1, piece.size - 1);
		have += piece.size - 1;
	}
	*out = (rpv_bytes){ whole, total };
	return RPV_OK;
}

rpv_status rpv__present_get(rpv__port *port, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error)
{
	rpv_bytes value;
	rpv_status status = get_piece(port, key, into, &value, error);
	if (status)
		return status;
	if (first_byte(value) == RPV__PIECE_NEXT)
		return RPV_E_NOT_FOUND; /* a part of another value */
	if (first_byte(value) == RPV__PIECE_FIRST)
		return put_together(port, key, value, into, out, error);
	*out = value;
	return RPV_OK;
}

/* --- scan --- */
typedef struct walk {
	rpv__port *port;
	rpv__sink sink;
	void *user;
	rpv_error *error;
	rpv_status ended;    /* what the sink said to end the walk */
	uint64_t seen, given; /* pairs of this pass, pairs given to the sink in all passes */
	rpv__key last;
	bool first_piece;    /* the pass stopped at one, which is in `value` */
	rpv__buf value;
} walk;

static rpv_status walk_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	walk *w = user;
	if (key.size == 0 || key.size > sizeof w->last.data)
		return w->ended = rpv__fail(w->error, RPV_E_STORAGE, "the storage fed a key of %zu bytes", key.size);
	w->seen++;
	memcpy(w->last.data, key.data, key.size);
	w->last.size = key.size;
	w->ended = rpv__sum_take_off(w->port, key, &value, w->error);
	if (w->ended)
		return w->ended;
	if (first_byte(value) == RPV__PIECE_NEXT)
		return RPV_OK;
	if (first_byte(value) == RPV__PIECE_FIRST) {
		rpv__buf_clear(&w->value);
		rpv__buf_put(&w->value, value.data, value.size);
		if (w->value.status)
			return w->ended = rpv__fail_nomem(w->error);
		w->first_piece = true;
		return RPV_STOP; /* the rest is read after the walk: a sink never calls the storage */
	}
	w->given++;
	return w->ended = w->sink(w->user, key, value, w->error);
}

static rpv_status give_whole(walk *w)
{
	rpv__arena arena;
	rpv_bytes whole;
	rpv__arena_init(&arena, &w->port->alloc);
	rpv_bytes key = rpv__key_view(&w->last);
	rpv_status status = put_together(w->port, key, rpv__buf_view(&w->value), &arena, &whole, w->error);
	if (!status) {
		w->given++;
		status = w->sink(w->user, key, whole, w->error);
	}
	rpv__arena_free(&arena);
	return status;
}

/* One call of the storage, and the value in pieces that it may have stopped at. *more: go on after `last`. */
static rpv_status pass(walk *w, const rpv__range *range, bool *more)
{
	rpv_error host = no_error;
	const rpv_storage *storage = &w->port->storage;
	uint64_t limit = range->limit ? range->limit - w->given : 0;
	w->seen = 0;
	w->first_piece = false;
	rpv_status status = storage->scan(storage->user, range->from, range->to, range->reverse, limit, walk_sink, w, &host);
	if (w->ended)
		return w->ended;
	if (status)
		return storage_failed(w->error, status, &host, "reading");
	if (w->first_piece)
		status = give_whole(w);
	*more = range->limit ? w->given < range->limit && (w->first_piece || w->seen == limit) : w->first_piece;
	return status;
}

rpv_status rpv__present_scan(rpv__port *port, const rpv__range *range, rpv__sink sink, void *user, rpv_error *error)
{
	walk w = { .port = port, .sink = sink, .user = user, .error = error };
	rpv__range rest = *range;
	rpv_status status = RPV_OK;
	rpv__key edge;
	rpv__buf_init(&w.value, &port->alloc);
	for (bool more = true; more && !status && (rest.to.size == 0 || rpv__bytes_compare(rest.from, rest.to) < 0);) {
		status = pass(&w, &rest, &more);
		if (!more)
			break;
		edge = w.last;
		if (rest.reverse)
			rest.to = rpv__key_view(&edge);
		else
			rest.from = rpv__key_step(&edge);
		if (!rest.reverse && rest.from.size == 0)
			break; /* nothing can come after the last key of all */
	}
	rpv__buf_free(&w.value);
	return status == RPV_STOP ? RPV_OK : status;
}

/* --- keys without a sum --- */
typedef struct unsummed {
	rpv__sink sink;
	void *user;
	rpv_error *error;
	rpv_status ended;
} unsummed;

static rpv_status unsummed_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	unsummed *u = user;
	if (value.size == 0 || rpv__is_summed(value))
		return RPV_OK;
	return u->ended = u->sink(u->user, key, value, u->error);
}

rpv_status rpv__source_unsummed(rpv__port *port, rpv_bytes from, rpv__sink sink, void *user, rpv_error *error)
{
	unsummed u = { sink, user, error, RPV_OK };
	rpv_error host = no_error;
	rpv_status status = port->storage.scan(port->storage.user, from, (rpv_bytes){ NULL, 0 }, false, 0, unsummed_sink, &u,
	                                       &host);
	if (u.ended)
		return u.ended == RPV_STOP ? RPV_OK : u.ended;
	return status ? storage_failed(error, status, &host, "reading") : RPV_OK;
}

/* --- commit, snapshots --- */
/* The writes with a sum in front of each value. Both arrays are the caller's to free. */
static rpv_status sum_up(const rpv__port *port, const rpv_write *writes, size_t count, rpv__buf *bytes, rpv_write **out,
                         rpv_error *error)
{
	rpv_write *summed = rpv__new(&port->alloc, count * sizeof *summed);
	size_t size = 0;
	if (!summed)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < count; i++)
		rpv__summed_put(bytes, writes[i].key, writes[i].value);
	for (size_t i = 0; i < count && !bytes->status; i++) {
		summed[i] = writes[i];
		if (writes[i].value.size == 0)
			continue;
		summed[i].value = (rpv_bytes){ bytes->data + size, writes[i].value.size + RPV__SUM_BYTES };
		size += summed[i].value.size;
	}
	*out = summed;
	return bytes->status ? rpv__fail_nomem(error) : RPV_OK;
}

rpv_status rpv__present_commit(rpv__port *port, const rpv_write *writes, size_t count, const rpv_expect *expected,
                               rpv_error *error)
{
	rpv_error host = no_error;
	rpv_write *summed = NULL;
	rpv__buf bytes;
	if (port->storage.capabilities & RPV_STORAGE_READ_ONLY)
		return rpv__fail(error, RPV_E_READ_ONLY, "the storage is read-only");
	rpv__buf_init(&bytes, &port->alloc);
	rpv_status status = sum_up(port, writes, count, &bytes, &summed, error);
	if (!status) {
		status = port->storage.commit(port->storage.user, summed, count, expected, 1, &host);
		if (status && status != RPV_E_CONFLICT)
			status = storage_failed(error, status, &host, "committing");
	}
	rpv__free(&port->alloc, summed);
	rpv__buf_free(&bytes);
	return status;
}

rpv_status rpv__present_begin(rpv__port *port, rpv_error *error)
{
	rpv_error host = no_error;
	rpv_status status = port->storage.begin_read(port->storage.user, &host);
	return status ? storage_failed(error, status, &host, "beginning to read") : RPV_OK;
}

rpv_status rpv__present_wait(rpv__port *port, int32_t timeout_ms, rpv_error *error)
{
	rpv_error host = no_error;
	if (!port->storage.wait)
		return rpv__fail(error, RPV_E_REFUSED, "the storage cannot wait for changes");
	rpv_status status = port->storage.wait(port->storage.user, timeout_ms, &host);
	return status ? storage_failed(error, status, &host, "waiting") : RPV_OK;
}
