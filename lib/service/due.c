/* SPDX-License-Identifier: MIT */
/* What falls due: starts and ends of exceptions become events, each with its own instant. Statuses never wait for it. */
#include "exception.h"

#define SYSTEM "system" /* who lets time pass */
#define TICK_DEFAULT 1000u
#define TICK_MAX 20000u
#define BYTES_EACH 512u /* of a commit, for one deadline: generous */

typedef struct deadline { int64_t time_ms; uint64_t id; uint8_t kind; bool readable; rpv__key key; } deadline;
typedef struct deadlines { rpv__arena *arena; deadline *items; size_t count; uint64_t limit; } deadlines;

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	deadlines *d = user;
	deadline next = { 0, 0, 0, false, { { 0 }, 0 } };
	(void)value;
	if (d->count == d->limit)
		return RPV_STOP;
	/* grows by doubling: 8, 16, 32, ... */
	if (d->count == 0 || (d->count >= 8 && (d->count & (d->count - 1)) == 0)) {
		deadline *more = rpv__arena_get(d->arena, (d->count ? 2 * d->count : 8) * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (d->count)
			memcpy(more, d->items, d->count * sizeof *more);
		d->items = more;
	}
	next.readable = rpv__key_is_deadline(key, &next.time_ms, &next.kind, &next.id);
	memcpy(next.key.data, key.data, key.size);
	next.key.size = key.size;
	d->items[d->count++] = next;
	return RPV_OK;
}

/* R3: by time, then by id. */
static int in_order(const void *a, const void *b, const void *context)
{
	const deadline *x = a, *y = b;
	(void)context;
	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	return x->id != y->id ? (x->id < y->id ? -1 : 1) : (int)x->kind - (int)y->kind;
}

/* A global one comes into effect, or goes: what becomes of the others on its subject. */
static rpv_status tell_others(rpv__txn *txn, const rpv__cover *cover, const deadline *due, rpv__arena *arena,
                              rpv_error *error)
{
	bool starts = due->kind == RPV__DUE_START;
	rpv__event event = { .type = starts ? RPV_EVENT_EXCEPTION_SUSPENDED : RPV_EVENT_EXCEPTION_RESUMED,
	                     .time_ms = due->time_ms, .actor = SYSTEM };
	rpv__cover *all = NULL;
	size_t count = 0;
	if (cover->scope != RPV_SCOPE_GLOBAL)
		return RPV_OK;
	rpv_status st = rpv__txn_subject(txn, cover->recommendation, cover->weakness, arena, &all, &count, error);
	if (st)
		return st;
	event.count = rpv__others_in_effect(all, count, due->time_ms);
	if (!starts && rpv__global_in_effect(all, count, due->time_ms))
		return RPV_OK; /* the next global one starts at this very instant: nothing comes back */
	return event.count ? rpv__txn_exception_event(txn, cover, &event, error) : RPV_OK;
}

static rpv_status write_down(rpv__txn *txn, const deadline *due, rpv__arena *arena, rpv_error *error)
{
	rpv__exception texts;
	rpv__cover cover;
	rpv__event event = { .time_ms = due->time_ms, .actor = SYSTEM };
	rpv_status st = rpv__txn_exception(txn, due->id, arena, &texts, &cover, error);
	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail_corrupt(error, "deadline", rpv__key_view(&due->key));
	if (st)
		return st;
	if (due->kind == RPV__DUE_START && cover.start_ms == due->time_ms)
		event.type = RPV_EVENT_EXCEPTION_STARTED;
	else if (due->kind == RPV__DUE_END && cover.end_ms == due->time_ms)
		event.type = RPV_EVENT_EXCEPTION_EXPIRED;
	if (event.type == RPV_EVENT_NONE || cover.ending != RPV__NOT_ENDED)
		return rpv__fail_corrupt(error, "deadline", rpv__key_view(&due->key));
	st = rpv__txn_exception_event(txn, &cover, &event, error);
	return st == RPV_OK ? tell_others(txn, &cover, due, arena, error) : st;
}

/* One deadline. A damaged record is reported and skipped; it never stops the rest. */
static rpv_status handle(rpv__txn *txn, const deadline *due, rpv_error *error)
{
	rpv_error problem = RPV_ERROR_INIT;
	rpv__arena arena;
	rpv__port *port = rpv__txn_port(txn);
	rpv__arena_init(&arena, &port->alloc);
	rpv_status st = due->readable ? write_down(txn, due, &arena, &problem)
	                              : rpv__fail_corrupt(&problem, "deadline", rpv__key_view(&due->key));
	rpv__arena_free(&arena);
	if (st == RPV_E_CORRUPT) {
		rpv__port_log(port, RPV_LOG_WARNING, "a deadline was skipped: %s", problem.message);
		st = RPV_OK;
	} else if (st && error) {
		*error = problem;
	}
	return st == RPV_OK ? rpv__txn_remove(txn, rpv__key_view(&due->key), error) : st;
}

rpv_status rpv__due_some(rpv__txn *txn, uint64_t limit, uint64_t *done, rpv_error *error)
{
	rpv__port *port = rpv__txn_port(txn);
	rpv__arena arena;
	rpv__key from, to;
	deadlines d = { &arena, NULL, 0, limit };
	rpv__arena_init(&arena, &port->alloc);
	rpv__key1(&from, RPV__K_DEADLINE);
	rpv__key_deadline(&to, rpv__txn_now(txn) + 1, 0, 0);
	rpv_status st = rpv__txn_scan(txn, rpv__key_view(&from), rpv__key_view(&to), collect, &d, error);
	if (st == RPV_OK && rpv__sort(&port->alloc, d.items, d.count, sizeof *d.items, in_order, NULL))
		st = rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < d.count; i++)
		st = handle(txn, &d.items[i], error);
	if (st == RPV_OK)
		*done = d.count;
	rpv__arena_free(&arena);
	return st;
}

/* Every commit writes down all that fell due before it; more than fits goes by ticks first. */
rpv_status rpv__due(rpv__txn *txn, void *user, rpv_error *error)
{
	uint64_t most = rpv__txn_port(txn)->max_commit / BYTES_EACH / 2, done = 0;
	(void)user;
	rpv_status st = rpv__due_some(txn, most, &done, error);
	if (st == RPV_OK && done >= most)
		st = rpv__fail(error, RPV_E_LIMIT, "more than %llu deadlines fell due since the last commit: tick first",
		               (unsigned long long)most - 1);
	return st;
}

/* --- ticking --- */
typedef struct ticking { uint64_t limit, done; } ticking;

static rpv_status tick(rpv__txn *txn, void *user, rpv_error *error)
{
	ticking *t = user;
	if (rpv__txn_revision(txn)->restoring)
		return rpv__fail(error, RPV_E_REFUSED, "a restore is under way or broke off: restore into an empty storage again");
	return rpv__due_some(txn, t->limit, &t->done, error);
}

rpv_status rpv__store_tick(rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error)
{
	rpv__txn_options options = { .actor = SYSTEM };
	uint64_t most = store->port.max_commit / BYTES_EACH;
	ticking t = { limit ? limit : TICK_DEFAULT, 0 };
	if (most > TICK_MAX)
		most = TICK_MAX;
	if (t.limit > most)
		t.limit = most;
	rpv_status st = rpv__txn_run(&store->port, &options, tick, &t, NULL, error);
	while (st == RPV_E_LIMIT && t.limit > 1) { /* events of many device groups are long: fewer at once then */
		t.limit /= 2;
		st = rpv__txn_run(&store->port, &options, tick, &t, NULL, error);
	}
	if (st == RPV_OK && done)
		*done = t.done;
	return st;
}

static rpv_status first(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	int64_t *out = user, time_ms;
	uint8_t kind;
	uint64_t id;
	(void)value;
	(void)error;
	if (!rpv__key_is_deadline(key, &time_ms, &kind, &id))
		return RPV_OK;
	*out = time_ms;
	return RPV_STOP;
}

rpv_status rpv__next_deadline(const rpv__source *s, int64_t *out_ms, rpv_error *error)
{
	rpv__key key;
	int64_t time_ms = 0;
	rpv_status st = rpv__source_scan_prefix(s, rpv__key1(&key, RPV__K_DEADLINE), first, &time_ms, error);
	if (st == RPV_OK)
		*out_ms = time_ms;
	return st;
}
