/* SPDX-License-Identifier: MIT */
/* What falls due is found and written down, each with its own instant. Statuses never wait for it. */
#include "due.h"

#define TICK_DEFAULT 1000u
#define TICK_MAX 20000u
#define BYTES_EACH 512u /* of a commit, for one deadline: generous */

typedef struct found { int64_t time_ms; uint64_t id; uint8_t kind; bool readable; rpv__key key; } found;
typedef struct finding { rpv__arena *arena; found *items; size_t count; uint64_t limit; } finding;

/* --- finding them --- */
static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	finding *f = user;
	found next = { 0, 0, 0, false, { { 0 }, 0 } };
	(void)value;
	if (f->count == f->limit)
		return RPV_STOP;
	/* grows by doubling: 8, 16, 32, ... */
	if (f->count == 0 || (f->count >= 8 && (f->count & (f->count - 1)) == 0)) {
		found *more = rpv__arena_get(f->arena, (f->count ? 2 * f->count : 8) * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (f->count)
			memcpy(more, f->items, f->count * sizeof *more);
		f->items = more;
	}
	next.readable = rpv__key_is_deadline(key, &next.time_ms, &next.kind, &next.id);
	memcpy(next.key.data, key.data, key.size);
	next.key.size = key.size;
	f->items[f->count++] = next;
	return RPV_OK;
}

/* R3: by time, then by id. */
static int in_order(const void *a, const void *b, const void *context)
{
	const found *x = a, *y = b;
	(void)context;
	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	return x->id != y->id ? (x->id < y->id ? -1 : 1) : (int)x->kind - (int)y->kind;
}

/* Keys of one instant are in the order of their kinds. Of the last instant, which may not be there whole: as many of each
 * kind as there is room for, so that those with the lowest ids are among them. */
static rpv_status collect_last(const rpv__source *s, finding *f, rpv_error *error)
{
	int64_t time_ms = f->items[f->count - 1].time_ms;
	rpv__key from, to;
	rpv_status st = RPV_OK;
	while (f->count && f->items[f->count - 1].readable && f->items[f->count - 1].time_ms == time_ms)
		f->count--;
	uint64_t room = f->limit - f->count;
	rpv__key_deadline(&to, time_ms + 1, 0, 0);
	for (unsigned kind = 0; st == RPV_OK && kind <= UINT8_MAX; kind++) {
		size_t before = f->count;
		f->limit = f->count + room;
		rpv__key_deadline(&from, time_ms, (uint8_t)kind, 0);
		st = rpv__source_scan(s, rpv__key_view(&from), rpv__key_view(&to), false, room, collect, f, error);
		if (f->count == before || !f->items[f->count - 1].readable)
			break;
		kind = f->items[f->count - 1].kind;
	}
	return st;
}

/* The first `limit` that are due. However many there are, no more are read; all of them: then the transaction depends on
 * there being no others. */
static rpv_status find(rpv__txn *txn, finding *f, uint64_t limit, rpv_error *error)
{
	rpv__source present = { rpv__txn_port(txn), NULL };
	rpv__key from, to;
	f->limit = limit;
	rpv__key1(&from, RPV__K_DEADLINE);
	rpv__key_deadline(&to, rpv__txn_now(txn) + 1, 0, 0);
	rpv_status st = rpv__source_scan(&present, rpv__key_view(&from), rpv__key_view(&to), false, limit, collect, f, error);
	if (st == RPV_OK && f->count < limit) {
		f->count = 0;
		f->limit = UINT64_MAX;
		st = rpv__txn_scan(txn, rpv__key_view(&from), rpv__key_view(&to), collect, f, error);
	} else if (st == RPV_OK && f->items[limit - 1].readable) {
		st = collect_last(&present, f, error);
	}
	if (st == RPV_OK && rpv__sort(&f->arena->alloc, f->items, f->count, sizeof *f->items, in_order, NULL))
		st = rpv__fail_nomem(error);
	if (f->count > limit)
		f->count = limit;
	return st;
}

/* --- writing them down --- */
static const rpv__due_kind *kind_of(const found *f)
{
	for (size_t i = 0; f->readable && i < rpv__due_kind_count; i++)
		if (rpv__due_kinds[i].kind == f->kind)
			return &rpv__due_kinds[i];
	return NULL;
}

static rpv_status write_down(rpv__txn *txn, const found *f, rpv__arena *arena, int64_t *next_ms, rpv_error *error)
{
	rpv__deadline due = { .time_ms = f->time_ms, .id = f->id, .arena = arena };
	const rpv__due_kind *kind = kind_of(f);
	const rpv__policy *policy = NULL;
	rpv_status st = kind ? RPV_OK : RPV_E_NOT_FOUND;
	if (kind && kind->next) {
		st = rpv__txn_policy(txn, &policy, error);
		if (st == RPV_OK)
			st = rpv__txn_exception(txn, f->id, arena, &due.texts, &due.cover, error);
		if (st == RPV_OK && (due.cover.ending != RPV__NOT_ENDED ||
		                     kind->next(&due.cover, policy, f->time_ms - 1) != f->time_ms))
			st = RPV_E_NOT_FOUND;
	}
	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail_corrupt(error, "deadline", rpv__key_view(&f->key));
	if (st == RPV_OK)
		st = kind->write_down(txn, &due, error);
	*next_ms = due.next_ms;
	return st;
}

/* A damaged record is told in the log and in the journal, to those who see everything; its deadline is gone. */
static rpv_status tell_damage(rpv__txn *txn, const found *f, const rpv_error *problem, rpv_error *error)
{
	const rpv__group_count_pair nobody = { RPV__NO_NUMBER, 0 };
	const rpv__due_kind *kind = kind_of(f);
	rpv__event event = { .type = RPV_EVENT_RECORD_DAMAGED, .time_ms = f->time_ms, .actor = RPV__SYSTEM,
	                     .reason = problem->message, .groups = &nobody, .group_count = 1 };
	if (kind && kind->next)
		event.exception = f->id;
	rpv__port_log(rpv__txn_port(txn), RPV_LOG_WARNING, "a deadline was skipped: %s", problem->message);
	return rpv__txn_event(txn, &event, error);
}

/* One deadline. A damaged record never stops the rest. */
static rpv_status handle(rpv__txn *txn, const rpv_store *store, const found *f, int64_t *next_ms, rpv_error *error)
{
	rpv_error problem = RPV_ERROR_INIT;
	rpv__arena arena;
	rpv_bytes nothing;
	rpv_status st = rpv__txn_get(txn, rpv__key_view(&f->key), &nothing, error);
	if (st == RPV_E_NOT_FOUND)
		return RPV_OK; /* one before it ended the exception */
	if (st)
		return st;
	rpv__arena_init(&arena, &rpv__txn_port(txn)->alloc);
	st = write_down(txn, f, &arena, next_ms, &problem);
	rpv__arena_free(&arena);
	if (st == RPV_E_CORRUPT && !store->starved) /* else it could not be read for lack of memory */
		st = tell_damage(txn, f, &problem, error);
	else if (st && error)
		*error = problem;
	return st == RPV_OK ? rpv__txn_remove(txn, rpv__key_view(&f->key), error) : st;
}

/* Takes in one that comes again, in its place behind item `at`; when not all that is due was found, no later than the
 * last one: then it is found in its turn. */
static rpv_status take_again(finding *f, size_t at, int64_t next_ms, bool all, rpv_error *error)
{
	found next = f->items[at];
	size_t place = at + 1;
	next.time_ms = next_ms;
	rpv__key_deadline(&next.key, next.time_ms, next.kind, next.id);
	while (place < f->count && in_order(&f->items[place], &next, NULL) < 0)
		place++;
	if (place == f->count && !all)
		return RPV_OK;
	found *more = rpv__arena_get(f->arena, (f->count + 1) * sizeof *more);
	if (!more)
		return rpv__fail_nomem(error);
	memcpy(more, f->items, place * sizeof *more);
	more[place] = next;
	if (place < f->count)
		memcpy(more + place + 1, f->items + place, (f->count - place) * sizeof *more);
	f->items = more;
	f->count++;
	return RPV_OK;
}

/* Writes down at most `limit`, and what comes again among them. */
static rpv_status due_some(rpv__txn *txn, const rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error)
{
	rpv__arena arena;
	finding f = { &arena, NULL, 0, limit };
	rpv__arena_init(&arena, &rpv__txn_port(txn)->alloc);
	rpv_status st = find(txn, &f, limit, error);
	bool all = f.count < limit;
	for (size_t i = 0; st == RPV_OK && i < f.count; i++) {
		int64_t next_ms = 0;
		st = handle(txn, store, &f.items[i], &next_ms, error);
		if (st == RPV_OK && next_ms && next_ms <= rpv__txn_now(txn))
			st = take_again(&f, i, next_ms, all, error);
	}
	if (st == RPV_OK)
		*done = f.count;
	rpv__arena_free(&arena);
	return st;
}

rpv_status rpv__due(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__due_before *before = user;
	uint64_t most = rpv__txn_port(txn)->max_commit / BYTES_EACH / 2;
	rpv_status st = due_some(txn, before->store, most, &before->done, error);
	if (st == RPV_OK && before->done >= most)
		st = rpv__fail_field(error, RPV_E_LIMIT, RPV_NO_INDEX, "max_commit", "more than %llu deadlines fell due since the "
		                     "last commit", (unsigned long long)most - 1);
	return st;
}

/* --- ticking --- */
typedef struct ticking { const rpv_store *store; uint64_t limit, done; } ticking;

static rpv_status tick(rpv__txn *txn, void *user, rpv_error *error)
{
	ticking *t = user;
	if (rpv__txn_revision(txn)->restoring)
		return rpv__fail(error, RPV_E_REFUSED, "a restore is under way or broke off: restore into an empty storage again");
	return due_some(txn, t->store, t->limit, &t->done, error);
}

rpv_status rpv__store_tick(rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error)
{
	rpv__txn_options options = { .actor = RPV__SYSTEM };
	uint64_t most = store->port.max_commit / BYTES_EACH;
	ticking t = { store, limit ? limit : TICK_DEFAULT, 0 };
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

rpv_status rpv__due_catch_up(rpv_store *store, rpv_error *error)
{
	uint64_t done = TICK_MAX;
	rpv_status st = RPV_OK;
	while (st == RPV_OK && done)
		st = rpv__store_tick(store, TICK_MAX, &done, error);
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
