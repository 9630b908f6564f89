/* SPDX-License-Identifier: MIT */
/* What a transaction reads and writes. Reads are remembered; writes are kept in order until the commit. */
#include "txn_inside.h"

void rpv__txn_init(rpv__txn *txn, rpv__port *port, const rpv__txn_options *options)
{
	memset(txn, 0, sizeof *txn);
	txn->port = port;
	txn->options = options;
	rpv__arena_init(&txn->arena, &port->alloc);
	rpv__buf_init(&txn->base_bytes, &port->alloc);
	rpv__ordered_init(&txn->known, &port->alloc);
	rpv__ordered_init(&txn->ranges, &port->alloc);
	rpv__ordered_init(&txn->writes, &port->alloc);
	rpv__ordered_init(&txn->again, &port->alloc);
}

void rpv__txn_reset(rpv__txn *txn)
{
	while (txn->retired) {
		rpv__node *next = txn->retired->before;
		rpv__ordered_discard(&txn->writes, txn->retired);
		txn->retired = next;
	}
	rpv__ordered_clear(&txn->writes);
	rpv__ordered_clear(&txn->again);
	rpv__arena_free(&txn->arena);
	txn->event_count = 0;
	txn->policy = NULL;
	txn->revision = txn->base;
	txn->used_revision = txn->used_now = false;
}

void rpv__txn_forget_all(rpv__txn *txn)
{
	rpv__ordered_clear(&txn->known);
	rpv__ordered_clear(&txn->ranges);
}

void rpv__txn_free(rpv__txn *txn)
{
	rpv__txn_reset(txn);
	rpv__txn_forget_all(txn);
	rpv__buf_free(&txn->base_bytes);
	rpv__free(&txn->port->alloc, txn->events);
}

rpv__port *rpv__txn_port(rpv__txn *txn)
{
	return txn->port;
}

rpv__arena *rpv__txn_arena(rpv__txn *txn)
{
	return &txn->arena;
}

rpv__revision *rpv__txn_revision(rpv__txn *txn)
{
	txn->used_revision = true;
	return &txn->revision;
}

int64_t rpv__txn_now(rpv__txn *txn)
{
	txn->used_now = true;
	return txn->now_ms;
}

/* --- what was read --- */
/* The range that begins at `key` or last before it. */
static rpv__node *range_at(const rpv__txn *txn, rpv_bytes key)
{
	rpv__node *range = rpv__ordered_find(&txn->ranges, key);
	return range || key.size == 0 ? range : rpv__ordered_before(&txn->ranges, key);
}

static rpv__node *range_around(const rpv__txn *txn, rpv_bytes key)
{
	rpv__node *range = range_at(txn, key);
	return range && rpv__below(key, range->value) ? range : NULL;
}

bool rpv__txn_forget(rpv__txn *txn, rpv_bytes key)
{
	rpv__node *node = rpv__ordered_take(&txn->known, key);
	rpv__node *range = range_around(txn, key);
	bool had = node || range;
	rpv__ordered_discard(&txn->known, node);
	if (range)
		rpv__ordered_discard(&txn->ranges, rpv__ordered_take(&txn->ranges, range->key));
	return had;
}

static rpv_status remember(rpv__txn *txn, rpv_bytes key, rpv_bytes value, rpv__mark mark, rpv__node **out,
                           rpv_error *error)
{
	rpv__node *node = rpv__ordered_make(&txn->known, key, value);
	if (!node)
		return rpv__fail_nomem(error);
	node->mark = (uint8_t)mark;
	rpv__ordered_place(&txn->known, node);
	*out = node;
	return RPV_OK;
}

rpv_status rpv__txn_stored(rpv__txn *txn, rpv_bytes key, rpv__node **out, rpv_error *error)
{
	*out = rpv__ordered_find(&txn->known, key);
	if (*out || range_around(txn, key))
		return RPV_OK;
	rpv__arena arena;
	rpv_bytes value = { NULL, 0 };
	rpv__arena_init(&arena, &txn->port->alloc);
	rpv_status status = rpv__present_get(txn->port, key, &arena, &value, error);
	if (status == RPV_OK)
		status = remember(txn, key, value, RPV__MARK_VALUE, out, error);
	else if (status == RPV_E_NOT_FOUND)
		status = remember(txn, key, value, RPV__MARK_ABSENT, out, error);
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__txn_get(rpv__txn *txn, rpv_bytes key, rpv_bytes *out, rpv_error *error)
{
	rpv__node *node = rpv__ordered_find(&txn->writes, key);
	rpv_status status = node ? RPV_OK : rpv__txn_stored(txn, key, &node, error);
	if (status)
		return status;
	if (!rpv__is_there(node))
		return RPV_E_NOT_FOUND;
	*out = node->value;
	return RPV_OK;
}

/* --- scans --- */
static rpv_status remember_pair(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__txn *txn = user;
	rpv__node *node;
	if (rpv__ordered_find(&txn->known, key))
		return RPV_OK; /* as first read; if somebody changed it since, the commit will notice */
	return remember(txn, key, value, RPV__MARK_VALUE, &node, error);
}

static rpv_bytes later_end(rpv_bytes a, rpv_bytes b)
{
	return rpv__below(a, b) && a.size ? b : a;
}

/* Adds a range that is known now, together with those that it overlaps. */
static rpv_status add_range(rpv__txn *txn, rpv_bytes from, rpv_bytes to, rpv_error *error)
{
	const rpv__node *range = range_around(txn, from);
	if (range)
		from = range->key;
	for (range = rpv__ordered_from(&txn->ranges, from); range && rpv__below(range->key, to); range = range->next[0])
		to = later_end(to, range->value);
	rpv__node *all = rpv__ordered_make(&txn->ranges, from, to);
	if (!all)
		return rpv__fail_nomem(error);
	rpv__node *old;
	while ((old = rpv__ordered_from(&txn->ranges, all->key)) && rpv__below(old->key, all->value))
		rpv__ordered_discard(&txn->ranges, rpv__ordered_take(&txn->ranges, old->key));
	rpv__ordered_place(&txn->ranges, all);
	return RPV_OK;
}

static rpv_status load_range(rpv__txn *txn, rpv_bytes from, rpv_bytes to, rpv_error *error)
{
	const rpv__node *range = range_around(txn, from);
	if (range && (range->value.size == 0 || (to.size && rpv__bytes_compare(to, range->value) <= 0)))
		return RPV_OK;
	rpv__range all = { from, to, false, 0 };
	rpv_status status = rpv__present_scan(txn->port, &all, remember_pair, txn, error);
	return status ? status : add_range(txn, from, to, error);
}

/* The first pair from `key` on, of what was read and written; *value is absent for what is to be removed. */
static const rpv__node *next_pair(const rpv__txn *txn, rpv_bytes key)
{
	const rpv__node *known = rpv__ordered_from(&txn->known, key);
	const rpv__node *write = rpv__ordered_from(&txn->writes, key);
	if (!known || !write)
		return known ? known : write;
	return rpv__bytes_compare(write->key, known->key) <= 0 ? write : known;
}

rpv_status rpv__txn_scan(rpv__txn *txn, rpv_bytes from, rpv_bytes to, rpv__sink sink, void *user, rpv_error *error)
{
	if (to.size && rpv__bytes_compare(from, to) >= 0)
		return RPV_OK;
	rpv_status status = load_range(txn, from, to, error);
	const rpv__node *pair = status ? NULL : next_pair(txn, from);
	while (!status && pair && rpv__below(pair->key, to)) {
		rpv__key after; /* looked up anew each time, because the sink may read and write */
		memcpy(after.data, pair->key.data, pair->key.size);
		after.size = pair->key.size;
		if (pair->mark == RPV__MARK_VALUE)
			status = sink(user, pair->key, pair->value, error);
		from = rpv__key_step(&after);
		pair = from.size ? next_pair(txn, from) : NULL;
	}
	return status == RPV_STOP ? RPV_OK : status;
}

rpv_status rpv__txn_scan_prefix(rpv__txn *txn, rpv_bytes prefix, rpv__sink sink, void *user, rpv_error *error)
{
	rpv__key after;
	return rpv__txn_scan(txn, prefix, rpv__key_after_prefix(&after, prefix), sink, user, error);
}

/* --- writes --- */
static bool may_write(const rpv__txn *txn, rpv_bytes key)
{
	if (key.size == 0 || key.size > RPV__KEY_MAX)
		return false;
	uint8_t kind = *(const uint8_t *)key.data;
	return rpv__change_listed(key) ? kind != RPV__K_REVISION : kind == RPV__K_EVENT && txn->options->restoring;
}

static rpv_status write(rpv__txn *txn, rpv_bytes key, rpv_bytes value, rpv__mark mark, rpv_error *error)
{
	if (!may_write(txn, key))
		return rpv__fail(error, RPV_E_INVALID, "a key of %zu bytes cannot be written here", key.size);
	rpv__node *node = rpv__ordered_make(&txn->writes, key, value);
	if (!node)
		return rpv__fail_nomem(error);
	node->mark = (uint8_t)mark;
	rpv__node *replaced = rpv__ordered_place(&txn->writes, node);
	if (replaced) {
		replaced->before = txn->retired;
		txn->retired = replaced;
	}
	return RPV_OK;
}

rpv_status rpv__txn_put(rpv__txn *txn, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	return write(txn, key, value, RPV__MARK_VALUE, error);
}

rpv_status rpv__txn_remove(rpv__txn *txn, rpv_bytes key, rpv_error *error)
{
	return write(txn, key, (rpv_bytes){ NULL, 0 }, RPV__MARK_ABSENT, error);
}

rpv_status rpv__txn_put_again(rpv__txn *txn, rpv_bytes key, rpv_error *error)
{
	rpv__arena arena;
	rpv_bytes stored;
	rpv__node *node = NULL;
	txn->used_revision = true; /* others may have written it since: then it is read again */
	rpv__arena_init(&arena, &txn->port->alloc);
	rpv_status status = rpv__present_get_stored(txn->port, key, &arena, &stored, error);
	if (!status && stored.size && !rpv__is_summed(stored)) {
		node = rpv__ordered_make(&txn->again, key, stored);
		status = node ? RPV_OK : rpv__fail_nomem(error);
	}
	if (node)
		rpv__ordered_discard(&txn->again, rpv__ordered_place(&txn->again, node));
	rpv__arena_free(&arena);
	return status == RPV_E_NOT_FOUND ? RPV_OK : status;
}

/* --- events --- */
static bool keep_text(rpv__arena *into, const char **text)
{
	if (*text)
		*text = rpv__arena_text(into, *text, strlen(*text));
	else
		return true;
	return *text != NULL;
}

rpv_status rpv__txn_event(rpv__txn *txn, const rpv__event *event, rpv_error *error)
{
	if (txn->options->restoring)
		return rpv__fail(error, RPV_E_INVALID, "a restore writes no events of its own");
	if (rpv__grow(&txn->port->alloc, &txn->events, &txn->event_cap, txn->event_count + 1, sizeof *event))
		return rpv__fail_nomem(error);
	rpv__event kept = *event;
	const char **texts[] = { &kept.recommendation, &kept.weakness, &kept.device, &kept.group, &kept.before,
	                         &kept.after, &kept.reason, &kept.threshold, &kept.control, &kept.policy };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		if (!keep_text(&txn->arena, texts[i]))
			return rpv__fail_nomem(error);
	if (event->group_count) {
		size_t size = event->group_count * sizeof *event->groups;
		void *groups = rpv__arena_get(&txn->arena, size);
		if (!groups)
			return rpv__fail_nomem(error);
		kept.groups = memcpy(groups, event->groups, size);
	}
	txn->events[txn->event_count++] = kept;
	return RPV_OK;
}

size_t rpv__txn_told_count(const rpv__txn *txn)
{
	return txn->event_count;
}

const rpv__event *rpv__txn_told(const rpv__txn *txn, size_t index)
{
	return &txn->events[index];
}
