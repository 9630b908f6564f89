/* SPDX-License-Identifier: MIT */
/* Change records: which keys a commit changed and what they held before. One run of bytes in key order, each key without
 * what it shares with the one before, cut into parts that the storage can hold. */
#include "inside.h"

#define CODEC 1u

bool rpv__change_listed(rpv_bytes key)
{
	uint8_t kind = *(const uint8_t *)key.data;
	return kind != RPV__K_EVENT && kind != RPV__K_COMMIT && kind != RPV__K_CHANGES; /* written once, never changed */
}

bool rpv__change_keeps(rpv_bytes key)
{
	uint8_t kind = *(const uint8_t *)key.data;
	return kind != RPV__K_COUNTER && kind != RPV__K_DEADLINE && kind != RPV__K_DEVICES_CENSUS &&
	       kind != RPV__K_WEAKNESS_CENSUS && kind != RPV__K_EVERYWHERE &&
	       kind != RPV__K_REACH; /* they follow from other records */
}

void rpv__change_put(rpv__buf *b, rpv_bytes previous, const rpv__change *change)
{
	const uint8_t *a = previous.data, *key = change->key.data;
	size_t shared = 0;
	while (shared < previous.size && shared < change->key.size && a[shared] == key[shared])
		shared++;
	rpv__buf_uint(b, shared);
	rpv__buf_bytes(b, key + shared, change->key.size - shared);
	rpv__buf_u8(b, (uint8_t)change->what);
	if (change->what == RPV__REPLACED_VALUE)
		rpv__buf_bytes(b, change->old.data, change->old.size);
}

#define PART_BYTES (RPV__PIECE - 1)

size_t rpv__change_parts(rpv_bytes all)
{
	return (all.size + PART_BYTES - 1) / PART_BYTES;
}

void rpv__change_part_put(rpv__buf *b, rpv_bytes all, size_t part)
{
	size_t start = part * PART_BYTES, left = all.size - start;
	rpv__buf_u8(b, CODEC);
	rpv__buf_put(b, (const uint8_t *)all.data + start, left < PART_BYTES ? left : PART_BYTES);
}

/* Reads one entry; `key` holds the key before it. */
static bool read_change(rpv__reader *r, rpv__key *key, rpv__change *out)
{
	uint64_t shared = rpv__read_uint_max(r, key->size);
	rpv_bytes rest = rpv__read_bytes(r);
	uint8_t what = rpv__read_u8(r);
	if (r->bad || what > RPV__REPLACED_VALUE || rest.size > RPV__KEY_MAX - shared || shared + rest.size == 0)
		return false;
	key->size = (size_t)shared + rest.size;
	if (rest.size)
		memcpy(key->data + shared, rest.data, rest.size);
	*out = (rpv__change){ rpv__key_view(key), (rpv__replaced)what, { NULL, 0 } };
	if (what == RPV__REPLACED_VALUE)
		out->old = rpv__read_bytes(r);
	return !r->bad;
}

rpv_status rpv__commit_of(rpv__port *port, uint64_t revision, rpv__arena *into, rpv__commit *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status status = rpv__present_get(port, rpv__key64(&key, RPV__K_COMMIT, revision), into, &value, error);
	if (status)
		return status;
	if (!rpv__get_commit(value, into, out))
		return rpv__fail_corrupt(error, "commit record", rpv__key_view(&key));
	return RPV_OK;
}

typedef struct gather {
	rpv__buf bytes;
	uint32_t parts;
	uint64_t revision;
} gather;

static rpv_status gather_part(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	gather *g = user;
	rpv__key wanted;
	const uint8_t *bytes = value.data;
	rpv_bytes expected = rpv__key64_32(&wanted, RPV__K_CHANGES, g->revision, g->parts);
	if (rpv__bytes_compare(key, expected) || value.size == 0 || bytes[0] != CODEC)
		return rpv__fail_corrupt(error, "change record", key);
	g->parts++;
	rpv__buf_put(&g->bytes, bytes + 1, value.size - 1);
	return g->bytes.status ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status each_change(const gather *g, rpv__change_sink sink, void *user, rpv_error *error)
{
	rpv__reader r = rpv__reader_of(rpv__buf_view(&g->bytes));
	rpv__key key = { .size = 0 }, record;
	rpv_status status = RPV_OK;
	while (!status && r.at != r.end) {
		rpv__change change;
		if (!read_change(&r, &key, &change))
			return rpv__fail_corrupt(error, "change record", rpv__key64(&record, RPV__K_CHANGES, g->revision));
		status = sink(user, &change, error);
	}
	return status;
}

rpv_status rpv__changes_of(rpv__port *port, uint64_t revision, rpv__change_sink sink, void *user, rpv_error *error)
{
	rpv__arena arena;
	gather g = { .revision = revision };
	rpv__commit commit;
	rpv__key key, after;
	rpv__arena_init(&arena, &port->alloc);
	rpv__buf_init(&g.bytes, &port->alloc);
	rpv_status status = rpv__commit_of(port, revision, &arena, &commit, error);
	if (!status) {
		rpv__range range = { rpv__key64(&key, RPV__K_CHANGES, revision), { NULL, 0 }, false, 0 };
		range.to = rpv__key_after_prefix(&after, range.from);
		status = rpv__present_scan(port, &range, gather_part, &g, error);
	}
	if (!status && (g.parts == 0 || g.parts != commit.parts))
		status = RPV_E_NOT_FOUND; /* pruned, perhaps at this very moment; or a commit of a restore, which keeps none */
	if (!status)
		status = each_change(&g, sink, user, error);
	rpv__buf_free(&g.bytes);
	rpv__arena_free(&arena);
	return status;
}

typedef struct key_sink {
	rpv__sink sink;
	void *user;
} key_sink;

static rpv_status give_key(void *user, const rpv__change *change, rpv_error *error)
{
	const key_sink *k = user;
	return k->sink(k->user, change->key, (rpv_bytes){ NULL, 0 }, error);
}

rpv_status rpv__changes_since(rpv__port *port, uint64_t since, uint64_t until, rpv__sink sink, void *user,
                              rpv_error *error)
{
	key_sink k = { sink, user };
	rpv_status status = RPV_OK;
	for (uint64_t revision = since; !status && revision < until; revision++)
		status = rpv__changes_of(port, revision + 1, give_key, &k, error);
	return status == RPV_STOP ? RPV_OK : status;
}
