/* SPDX-License-Identifier: MIT */
/* Exceptions that have not ended, by recommendation and by the device groups and devices that they reach: a change of one
 * device looks at those that reach it and at no others, however many there are or were on the recommendation. */
#include "exception.h"

enum { FEW_GROUPS = 16 }; /* an exception for more has one entry: there are few such on a subject, for they share none */

/* --- following a cover --- */
typedef struct units { rpv_scope scope; const uint32_t *items; size_t count; } units;
static const uint32_t whole = 0; /* the unit of global ones, and of those for many device groups */

static units units_of(const rpv__cover *cover)
{
	if (!cover->listed)
		return (units){ RPV_SCOPE_GLOBAL, NULL, 0 };
	if (cover->scope == RPV_SCOPE_GLOBAL)
		return (units){ RPV_SCOPE_GLOBAL, &whole, 1 };
	if (cover->scope == RPV_SCOPE_DEVICES)
		return (units){ RPV_SCOPE_DEVICES, cover->devices, cover->device_count };
	if (cover->group_count > FEW_GROUPS)
		return (units){ RPV_SCOPE_ALL_GROUPS, &whole, 1 };
	return (units){ RPV_SCOPE_GROUPS, cover->groups, cover->group_count };
}

/* Entries of `cover` that `other` has not, both ascending, come or go. */
static rpv_status change(rpv__txn *txn, const rpv__cover *cover, const rpv__cover *other, bool come, rpv_error *error)
{
	units mine = units_of(cover), theirs = units_of(other);
	rpv_status st = RPV_OK;
	if (mine.scope != theirs.scope)
		theirs.count = 0;
	for (size_t i = 0, j = 0; st == RPV_OK && i < mine.count; i++) {
		rpv__key key;
		while (j < theirs.count && theirs.items[j] < mine.items[i])
			j++;
		if (j < theirs.count && theirs.items[j] == mine.items[i])
			continue;
		rpv_bytes at = rpv__key_reach(&key, cover->recommendation, (uint8_t)mine.scope, mine.items[i], cover->weakness,
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

static rpv_status look(rpv__txn *txn, uint32_t recommendation, units of, search *s, rpv_error *error)
{
	rpv_status st = RPV_OK;
	rpv__key key;
	for (size_t i = 0; st == RPV_OK && i < of.count; i++)
		st = rpv__txn_scan_prefix(txn, rpv__key_reach_unit(&key, recommendation, (uint8_t)of.scope, of.items[i]), take, s,
		                          error);
	return st;
}

static rpv_status look_for(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, search *s, rpv_error *error)
{
	const units asked[] = { { RPV_SCOPE_GLOBAL, &whole, 1 }, { RPV_SCOPE_ALL_GROUPS, &whole, what->group_count > 0 },
		                    { RPV_SCOPE_GROUPS, what->groups, what->group_count },
		                    { RPV_SCOPE_DEVICES, what->devices, what->device_count } };
	rpv_status st = RPV_OK;
	rpv__key key;
	if (what->everything)
		return rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_REACH, recommendation), take, s, error);
	for (size_t i = 0; st == RPV_OK && i < RPV__COUNT(asked); i++)
		st = look(txn, recommendation, asked[i], s, error);
	return st;
}

/* Of those for many device groups each was found, whichever they are. */
static bool reaches(const rpv__cover *cover, const rpv__reach *what)
{
	if (what->everything || cover->scope != RPV_SCOPE_GROUPS || cover->group_count <= FEW_GROUPS)
		return true;
	for (size_t i = 0; i < what->group_count; i++)
		if (rpv__exception_covers_group(cover, what->groups[i]))
			return true;
	return false;
}

/* Each cover once, in key order. */
static rpv_status read_covers(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, search *s, rpv__arena *into,
                              rpv__cover **out, size_t *count, rpv_error *error)
{
	size_t n = 0, kept = 0;
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
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_cover(at, value, into, &covers[kept])))
			st = rpv__fail_corrupt(error, "cover", at);
		if (st)
			return st;
		kept += reaches(&covers[kept], what);
	}
	*out = covers;
	*count = kept;
	return RPV_OK;
}

rpv_status rpv__txn_reaching(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, rpv__arena *into,
                             rpv__cover **out, size_t *count, rpv_error *error)
{
	search s = { .alloc = rpv__txn_port(txn)->alloc, .of_weaknesses = what->of_weaknesses };
	rpv_status st = look_for(txn, recommendation, what, &s, error);
	if (st == RPV_OK)
		st = read_covers(txn, recommendation, what, &s, into, out, count, error);
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
	if (rpv__arena_grow(n->into, &n->items, &n->cap, n->count, sizeof *n->items))
		return rpv__fail_nomem(error);
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
