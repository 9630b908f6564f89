/* SPDX-License-Identifier: MIT */
/* A storage over another one: reads see through to the other as it was at one revision, writes stay here. Every read
 * proves that the other one is still there, so nothing of the other has to be kept. */
#include "inside.h"

typedef struct overlay {
	rpv__ordered writes;     /* RPV__MARK_ABSENT: removed */
	rpv__port *port;         /* of the base */
	const rpv_storage *base;
	rpv__buf revision;       /* the base's revision record, byte for byte; empty: it had none */
	bool held;               /* between the base's begin_read and end_read */
} overlay;

/* --- is the base still what it was? --- */
typedef struct looking { const overlay *o; bool met, same, damaged; } looking;

static rpv_status look_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	looking *l = user;
	rpv__revision revision;
	l->met = true;
	l->same = rpv__bytes_compare(value, rpv__buf_view(&l->o->revision)) == 0;
	if (!l->same)
		l->damaged = rpv__sum_take_off(l->o->port, key, &value, NULL) || !rpv__get_revision(value, &revision);
	return RPV_OK;
}

static rpv_status still_there(const overlay *o, rpv_error *error)
{
	looking l = { .o = o };
	rpv__key key;
	rpv_status status = o->base->get(o->base->user, rpv__key1(&key, RPV__K_REVISION), look_sink, &l, error);
	if (status && status != RPV_E_NOT_FOUND)
		return status;
	if (l.met ? l.same : o->revision.size == 0)
		return RPV_OK;
	if (l.damaged)
		return rpv__fail_corrupt(error, "revision record", rpv__key_view(&key));
	return rpv__fail(error, RPV_E_BUSY, "somebody committed to the store since the what-if was opened: open it again");
}

/* A read is of that revision when the base still has it afterwards. */
static rpv_status after_read(const overlay *o, rpv_status status, rpv_error *error)
{
	if (o->held || (status && status != RPV_E_NOT_FOUND))
		return status;
	rpv_status there = still_there(o, error);
	return there ? there : status;
}

/* --- reads --- */
static rpv_status overlay_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	const overlay *o = user;
	const rpv__node *node = rpv__ordered_find(&o->writes, key);
	rpv_status status = RPV_E_NOT_FOUND;
	if (!node)
		status = o->base->get(o->base->user, key, sink, sink_user, error);
	else if (node->mark == RPV__MARK_VALUE)
		status = sink(sink_user, node->key, node->value);
	return after_read(o, status == RPV_STOP ? RPV_OK : status, error);
}

typedef struct merge {
	const overlay *o;
	const rpv__node *next; /* of the writes, in the direction of the walk; NULL: none is left in the range */
	rpv_bytes from, to;
	bool reverse, ended;   /* ended: the limit is reached, or the sink had enough */
	uint64_t limit, fed;
	rpv_storage_sink sink;
	void *sink_user;
} merge;

static void bound(merge *m)
{
	if (m->next && !(m->reverse ? rpv__bytes_compare(m->next->key, m->from) >= 0 : rpv__below(m->next->key, m->to)))
		m->next = NULL;
}

static rpv_status feed(merge *m, rpv_bytes key, rpv_bytes value)
{
	rpv_status status = m->sink(m->sink_user, key, value);
	m->fed++;
	if (!status && m->fed == m->limit)
		status = RPV_STOP;
	m->ended = status != RPV_OK;
	return status;
}

static rpv_status feed_write(merge *m)
{
	const rpv__node *node = m->next;
	m->next = m->reverse ? node->before : node->next[0];
	bound(m);
	return node->mark == RPV__MARK_ABSENT ? RPV_OK : feed(m, node->key, node->value);
}

static rpv_status merge_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	merge *m = user;
	while (m->next) {
		int order = rpv__bytes_compare(key, m->next->key);
		if (m->reverse)
			order = -order;
		if (order < 0)
			break;
		rpv_status status = feed_write(m);
		if (status || order == 0)
			return status;
	}
	return feed(m, key, value);
}

static rpv_status overlay_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                               rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	const overlay *o = user;
	merge m = { .o = o, .from = from, .to = to, .reverse = reverse != 0, .limit = limit, .sink = sink,
		.sink_user = sink_user };
	m.next = reverse ? rpv__ordered_before(&o->writes, to) : rpv__ordered_from(&o->writes, from);
	bound(&m);
	rpv_status status = o->base->scan(o->base->user, from, to, reverse, 0, merge_sink, &m, error);
	while (!status && !m.ended && m.next)
		status = feed_write(&m);
	return after_read(o, status == RPV_STOP ? RPV_OK : status, error);
}

static rpv_status overlay_begin(void *user, rpv_error *error)
{
	overlay *o = user;
	if (!o->base->begin_read)
		return RPV_OK;
	rpv_status status = o->base->begin_read(o->base->user, error);
	if (status)
		return status;
	status = still_there(o, error);
	if (status)
		o->base->end_read(o->base->user);
	o->held = status == RPV_OK;
	return status;
}

static void overlay_end(void *user)
{
	overlay *o = user;
	if (o->held)
		o->base->end_read(o->base->user);
	o->held = false;
}

/* --- commits --- */
typedef struct expecting { const rpv_expect *expect; bool met, holds; } expecting;

static rpv_status expect_sink(void *user, rpv_bytes key, rpv_bytes value)
{
	expecting *e = user;
	(void)key;
	e->met = true;
	e->holds = !e->expect->absent && rpv__bytes_compare(value, e->expect->value) == 0;
	return RPV_OK;
}

static rpv_status check(overlay *o, const rpv_expect *expect, rpv_error *error)
{
	expecting e = { expect, false, false };
	rpv_status status = overlay_get(o, expect->key, expect_sink, &e, error);
	if (status && status != RPV_E_NOT_FOUND)
		return status;
	return (e.met ? e.holds : expect->absent) ? RPV_OK : RPV_E_CONFLICT;
}

static rpv_status overlay_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                                 size_t expected_count, rpv_error *error)
{
	overlay *o = user;
	rpv_status status = still_there(o, error);
	for (size_t i = 0; !status && i < expected_count; i++)
		status = check(o, &expected[i], error);
	return status ? status : rpv__ordered_commit(&o->writes, writes, write_count, true);
}

static void overlay_close(void *user)
{
	overlay *o = user;
	rpv__alloc alloc = o->writes.alloc;
	rpv__ordered_clear(&o->writes);
	rpv__buf_free(&o->revision);
	rpv__free(&alloc, o);
}

/* --- opening --- */
rpv_status rpv__overlay_open(rpv__port *base, const rpv__alloc *alloc, rpv_storage *storage, rpv_error *error)
{
	overlay *o = rpv__new(alloc, sizeof *o);
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value = { NULL, 0 };
	rpv__revision revision;
	if (!o)
		return rpv__fail_nomem(error);
	rpv__ordered_init(&o->writes, alloc);
	rpv__buf_init(&o->revision, &o->writes.alloc);
	o->port = base;
	o->base = &base->storage;
	rpv__arena_init(&arena, alloc);
	rpv_status status = rpv__present_get_stored(base, rpv__key1(&key, RPV__K_REVISION), &arena, &value, error);
	rpv__buf_put(&o->revision, value.data, value.size);
	if (!status)
		status = rpv__sum_take_off(base, rpv__key_view(&key), &value, error);
	if (!status && !rpv__get_revision(value, &revision))
		status = rpv__fail_corrupt(error, "revision record", rpv__key_view(&key));
	rpv__arena_free(&arena);
	if (o->revision.status)
		status = rpv__fail_nomem(error);
	if (status && status != RPV_E_NOT_FOUND) {
		overlay_close(o);
		return status;
	}
	rpv_storage made = RPV_STORAGE_INIT;
	made.user = o;
	made.capabilities = RPV_STORAGE_VOLATILE;
	made.max_commit = base->storage.max_commit;
	made.get = overlay_get;
	made.scan = overlay_scan;
	made.commit = overlay_commit;
	made.begin_read = overlay_begin;
	made.end_read = overlay_end;
	made.close = overlay_close;
	*storage = made;
	return RPV_OK;
}

rpv_status rpv__overlay_keys(const rpv_storage *storage, rpv__sink sink, void *user, rpv_error *error)
{
	const overlay *o = storage->user;
	rpv_status status = RPV_OK;
	for (const rpv__node *node = o->writes.first[0]; !status && node; node = node->next[0])
		status = sink(user, node->key, node->value, error);
	return status;
}
