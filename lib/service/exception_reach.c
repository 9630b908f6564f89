/* SPDX-License-Identifier: MIT */
/* Exceptions that have not ended, by recommendation and by the device groups and devices that they reach: a change of one
 * device looks at those that reach it and at no others, however many there are or were on the recommendation. */
#include "exception.h"

/* --- following a cover --- */
typedef struct units { const uint32_t *items; size_t count; } units;

static units units_of(const rpv__cover *cover)
{
	static const uint32_t everything = 0;
	if (!cover->listed)
		return (units){ NULL, 0 };
	if (cover->scope == RPV_SCOPE_GLOBAL)
		return (units){ &everything, 1 };
	return cover->scope == RPV_SCOPE_DEVICES ? (units){ cover->devices, cover->device_count }
	                                         : (units){ cover->groups, cover->group_count };
}

/* Entries of `cover` that `other` has not, both ascending, come or go. */
static rpv_status change(rpv__txn *txn, const rpv__cover *cover, const rpv__cover *other, bool come, rpv_error *error)
{
	units mine = units_of(cover), theirs = units_of(other);
	rpv_status st = RPV_OK;
	for (size_t i = 0, j = 0; st == RPV_OK && i < mine.count; i++) {
		rpv__key key;
		while (j < theirs.count && theirs.items[j] < mine.items[i])
			j++;
		if (j < theirs.count && theirs.items[j] == mine.items[i])
			continue;
		rpv_bytes at = rpv__key_reach(&key, cover->recommendation, (uint8_t)cover->scope, mine.items[i], cover->weakness,
		                              cover->exception);
		st = come ? rpv__txn_put(txn, at, (rpv_bytes){ NULL, 0 }, error) : rpv__txn_remove(txn, at, error);
	}
	return st;
}

rpv_status rpv__reach_put(rpv__txn *txn, const rpv__cover *stored, const rpv__cover *written, rpv_error *error)
{
	rpv_status st = change(txn, stored, written, false, error);
	return st == RPV_OK ? change(txn, written, stored, true, error) : st;
}

/* --- looking up --- */
typedef struct found { uint32_t weakness; uint64_t exception; } found;
typedef struct search { rpv__alloc alloc; bool of_weaknesses; found *items; size_t count, cap; } search;

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	search *s = user;
	rpv__reach_key at;
	(void)value;
	if (!rpv__key_is_reach(key, &at))
		return rpv__fail_corrupt(error, "reach of an exception", key);
	if (s->of_weaknesses && !at.weakness)
		return RPV_OK;
	if (rpv__grow(&s->alloc, &s->items, &s->cap, s->count + 1, sizeof *s->items))
		return rpv__fail_nomem(error);
	s->items[s->count++] = (found){ at.weakness, at.exception };
	return RPV_OK;
}

static int in_order(const void *a, const void *b, const void *context)
{
	const found *x = a, *y = b;
	(void)context;
	if (x->weakness != y->weakness)
		return x->weakness < y->weakness ? -1 : 1;
	return (x->exception > y->exception) - (x->exception < y->exception);
}

static rpv_status look(rpv__txn *txn, uint32_t recommendation, rpv_scope scope, units of, search *s, rpv_error *error)
{
	rpv_status st = RPV_OK;
	rpv__key key;
	for (size_t i = 0; st == RPV_OK && i < of.count; i++)
		st = rpv__txn_scan_prefix(txn, rpv__key_reach_unit(&key, recommendation, (uint8_t)scope, of.items[i]), take, s,
		                          error);
	return st;
}

static rpv_status look_for(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, search *s, rpv_error *error)
{
	static const uint32_t everything = 0;
	rpv__key key;
	if (what->everything)
		return rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_REACH, recommendation), take, s, error);
	rpv_status st = look(txn, recommendation, RPV_SCOPE_GLOBAL, (units){ &everything, 1 }, s, error);
	if (st == RPV_OK)
		st = look(txn, recommendation, RPV_SCOPE_GROUPS, (units){ what->groups, what->group_count }, s, error);
	if (st == RPV_OK)
		st = look(txn, recommendation, RPV_SCOPE_DEVICES, (units){ what->devices, what->device_count }, s, error);
	return st;
}

/* Each cover once, in key order. */
static rpv_status read_covers(rpv__txn *txn, uint32_t recommendation, search *s, rpv__arena *into, rpv__cover **out,
                              size_t *count, rpv_error *error)
{
	size_t n = 0;
	if (rpv__sort(&s->alloc, s->items, s->count, sizeof *s->items, in_order, NULL))
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < s->count; i++)
		if (n == 0 || in_order(&s->items[n - 1], &s->items[i], NULL) != 0)
			s->items[n++] = s->items[i];
	rpv__cover *covers = rpv__arena_get(into, (n + 1) * sizeof *covers);
	if (!covers)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < n; i++) {
		rpv__key key;
		rpv_bytes at = rpv__key_cover(&key, recommendation, s->items[i].weakness, s->items[i].exception), value;
		rpv_status st = rpv__txn_get(txn, at, &value, error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_cover(at, value, into, &covers[i])))
			st = rpv__fail_corrupt(error, "cover", at);
		if (st)
			return st;
	}
	*out = covers;
	*count = n;
	return RPV_OK;
}

rpv_status rpv__txn_reaching(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, rpv__arena *into,
                             rpv__cover **out, size_t *count, rpv_error *error)
{
	search s = { .alloc = rpv__txn_port(txn)->alloc, .of_weaknesses = what->of_weaknesses };
	rpv_status st = look_for(txn, recommendation, what, &s, error);
	if (st == RPV_OK)
		st = read_covers(txn, recommendation, &s, into, out, count, error);
	rpv__free(&s.alloc, s.items);
	return st;
}

/* --- devices --- */
typedef struct named { rpv__arena *into; uint32_t *items; size_t count, cap; } named;

static rpv_status take_device(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	named *n = user;
	rpv__reach_key at;
	(void)value;
	if (!rpv__key_is_reach(key, &at))
		return rpv__fail_corrupt(error, "reach of an exception", key);
	if (n->count && n->items[n->count - 1] == at.unit)
		return RPV_OK;
	if (n->count == n->cap) {
		size_t cap = 2 * n->cap + 16;
		uint32_t *more = rpv__arena_get(n->into, cap * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (n->count)
			memcpy(more, n->items, n->count * sizeof *more);
		n->items = more;
		n->cap = cap;
	}
	n->items[n->count++] = at.unit;
	return RPV_OK;
}

rpv_status rpv__txn_reached_devices(rpv__txn *txn, uint32_t recommendation, rpv__arena *into, uint32_t **out, size_t *count,
                                    rpv_error *error)
{
	named n = { into, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key_reach_scope(&key, recommendation, RPV_SCOPE_DEVICES), take_device,
	                                     &n, error);
	*out = n.items;
	*count = n.count;
	return st;
}
