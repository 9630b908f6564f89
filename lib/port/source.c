/* SPDX-License-Identifier: MIT */
/* Reading the present or the past. */
#include "inside.h"

/* --- get --- */
rpv_status rpv__source_get(const rpv__source *s, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error)
{
	const rpv__node *node = s->past ? rpv__ordered_find(&s->past->replaced, key) : NULL;
	if (!node) {
		if (s->past && rpv__past_hides(s->past, key))
			return RPV_E_NOT_FOUND;
		return rpv__present_get(s->port, key, into, out, error);
	}
	if (node->mark == RPV__MARK_ABSENT)
		return RPV_E_NOT_FOUND;
	if (node->mark == RPV__MARK_UNKNOWN)
		return rpv__fail(error, RPV_E_REFUSED, "the store does not keep the past of its counters");
	char *copy = rpv__arena_text(into, node->value.data, node->value.size);
	if (!copy)
		return rpv__fail_nomem(error);
	*out = (rpv_bytes){ copy, node->value.size };
	return RPV_OK;
}

/* --- scan --- */
/* The present as it is read, with what was replaced put in where it belongs. */
typedef struct merge {
	const struct rpv__past *past;
	const rpv__range *range;
	const rpv__node *next; /* of what was replaced, in the direction of the walk */
	uint64_t given;
	bool ended;            /* the limit is reached, or the sink had enough */
	rpv__sink sink;
	void *user;
} merge;

static rpv_status give(merge *m, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv_status status = m->sink(m->user, key, value, error);
	m->given++;
	if (status == RPV_OK && m->given == m->range->limit)
		status = RPV_STOP;
	m->ended = status != RPV_OK;
	return status;
}

static rpv_status give_replaced(merge *m, rpv_error *error)
{
	const rpv__node *node = m->next;
	m->next = m->range->reverse ? node->before : node->next[0];
	if (node->mark == RPV__MARK_UNKNOWN)
		return rpv__fail(error, RPV_E_REFUSED, "the store does not keep the past of its counters");
	return node->mark == RPV__MARK_VALUE ? give(m, node->key, node->value, error) : RPV_OK;
}

static bool in_range(const merge *m)
{
	if (!m->next)
		return false;
	return m->range->reverse ? rpv__bytes_compare(m->next->key, m->range->from) >= 0
	                         : rpv__below(m->next->key, m->range->to);
}

static rpv_status merge_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	merge *m = user;
	int order = 1;
	while (in_range(m)) {
		order = rpv__bytes_compare(key, m->next->key);
		if (m->range->reverse)
			order = -order;
		if (order < 0)
			break;
		rpv_status status = give_replaced(m, error);
		if (status || order == 0)
			return status;
	}
	return rpv__past_hides(m->past, key) ? RPV_OK : give(m, key, value, error);
}

static rpv_status scan_past(const rpv__source *s, const rpv__range *range, rpv__sink sink, void *user, rpv_error *error)
{
	merge m = { .past = s->past, .range = range, .sink = sink, .user = user };
	const rpv__ordered *replaced = &s->past->replaced;
	m.next = range->reverse ? rpv__ordered_before(replaced, range->to) : rpv__ordered_from(replaced, range->from);
	rpv__range all = *range;
	all.limit = 0;
	rpv_status status = rpv__present_scan(s->port, &all, merge_sink, &m, error);
	while (!status && !m.ended && in_range(&m))
		status = give_replaced(&m, error);
	return status == RPV_STOP ? RPV_OK : status;
}

rpv_status rpv__source_scan(const rpv__source *s, rpv_bytes from, rpv_bytes to, bool reverse, uint64_t limit,
                            rpv__sink sink, void *user, rpv_error *error)
{
	rpv__range range = { from, to, reverse, limit };
	if (s->past)
		return scan_past(s, &range, sink, user, error);
	return rpv__present_scan(s->port, &range, sink, user, error);
}

rpv_status rpv__source_scan_prefix(const rpv__source *s, rpv_bytes prefix, rpv__sink sink, void *user, rpv_error *error)
{
	rpv__key after;
	return rpv__source_scan(s, prefix, rpv__key_after_prefix(&after, prefix), false, 0, sink, user, error);
}

static rpv_status meet(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)key;
	(void)value;
	(void)error;
	*(bool *)user = true;
	return RPV_STOP;
}

rpv_status rpv__source_any(const rpv__source *s, rpv_bytes from, rpv_bytes to, bool *any, rpv_error *error)
{
	return rpv__source_scan(s, from, to, false, 1, meet, any, error);
}

/* --- the revision record, and reading all of one revision --- */
void rpv__revision_empty(rpv__revision *out)
{
	memset(out, 0, sizeof *out);
	out->format = out->oldest_reader = RPV__FORMAT;
	for (size_t i = 0; i < RPV__NEXT_COUNT; i++)
		out->next[i] = 1;
}

/* Codec, format and oldest reader stand in front in every version of the record. */
static bool is_newer(rpv_bytes value)
{
	rpv__reader r = rpv__reader_of(value);
	uint8_t codec = rpv__read_u8(&r);
	if (codec >= 32) /* no codec will be: this is what stood in front of a sum, and was damaged */
		return false;
	(void)rpv__read_uint(&r);
	uint64_t oldest_reader = rpv__read_uint(&r);
	return !r.bad && (codec > 2 || oldest_reader > RPV__FORMAT);
}

rpv_status rpv__source_revision(const rpv__source *s, rpv__revision *out, rpv_error *error)
{
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value;
	rpv__arena_init(&arena, &s->port->alloc);
	rpv_status status = rpv__source_get(s, rpv__key1(&key, RPV__K_REVISION), &arena, &value, error);
	if (!status && is_newer(value))
		status = rpv__fail(error, RPV_E_VERSION, "the store was written by a newer version of the library");
	else if (!status && !rpv__get_revision(value, out))
		status = rpv__fail_corrupt(error, "revision record", rpv__key_view(&key));
	else if (!status && !s->past && out->format >= RPV__FORMAT_SUMS)
		s->port->summed = true; /* an upgraded store never goes back */
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__source_wait(const rpv__source *s, int32_t timeout_ms, rpv_error *error)
{
	return rpv__present_wait(s->port, timeout_ms, error);
}

static rpv_status revision_or_empty(const rpv__source *s, rpv__revision *out, rpv_error *error)
{
	rpv_status status = rpv__source_revision(s, out, error);
	if (status != RPV_E_NOT_FOUND)
		return status;
	rpv__revision_empty(out);
	return RPV_OK;
}

typedef rpv_status (*reading)(void *user, const rpv__source *s, const rpv__revision *revision, rpv_error *error);

/* One try; *present is the revision that it began at. */
static rpv_status read_once(const rpv__source *s, reading read, void *user, uint64_t *present, rpv_error *error)
{
	rpv__source now = { s->port, NULL };
	rpv__revision revision = { 0 };
	rpv_status status = revision_or_empty(&now, &revision, error);
	if (!status)
		*present = revision.revision;
	if (!status && s->past) {
		status = rpv__past_follow(s->port, s->past, revision.revision, error);
		if (!status)
			status = revision_or_empty(s, &revision, error);
	}
	return status ? status : read(user, s, &revision, error);
}

rpv_status rpv__source_consistent(const rpv__source *s, reading read, void *user, rpv_error *error)
{
	rpv__port *port = s->port;
	uint64_t began = UINT64_MAX; /* not known yet */
	if (port->reading)
		return read_once(s, read, user, &began, error); /* within another one */
	if (port->storage.begin_read && port->storage.end_read) {
		rpv_status status = rpv__present_begin(port, error);
		if (status)
			return status;
		port->reading = true;
		status = read_once(s, read, user, &began, error);
		port->reading = false;
		port->storage.end_read(port->storage.user);
		return status;
	}
	for (int tries = 0; tries < 16; tries++) {
		rpv__source now = { port, NULL };
		rpv__revision after;
		rpv_status status = read_once(s, read, user, &began, error);
		if (status && began == UINT64_MAX)
			return status;
		rpv_error other = RPV_ERROR_INIT;
		rpv_status again = revision_or_empty(&now, &after, &other);
		if (again) { /* what was not found, or is damaged, may be owed to a commit in between */
			if (error)
				*error = other;
			return again;
		}
		if (after.revision == began)
			return status;
		rpv__error_clear(error);
	}
	return rpv__fail(error, RPV_E_BUSY, "others committed 16 times while this was read");
}
