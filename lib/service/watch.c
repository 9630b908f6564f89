/* SPDX-License-Identifier: MIT */
/* Telling of exceptions that come onto a watch list. */
#include "watch.h"
#include "activity.h"

static bool is_told(const rpv__cover *cover, rpv_watch watch)
{
	return cover->watch & RPV__WATCH_TOLD(watch);
}

/* --- what facts decide --- */
bool rpv__watch_take(rpv__cover *cover, const rpv__policy *policy, uint64_t devices, uint32_t *tell)
{
	static const rpv_watch kept[] = { RPV_WATCH_STALE, RPV_WATCH_GROWN };
	uint32_t before = cover->watch;
	*tell = 0;
	if (!rpv__watch_counted(cover, policy, devices))
		return false;
	for (size_t i = 0; i < RPV__COUNT(kept); i++)
		if ((cover->watch & ~before & RPV__WATCH_ON(kept[i])) && !is_told(cover, kept[i])) {
			cover->watch |= RPV__WATCH_TOLD(kept[i]);
			*tell |= RPV__WATCH_ON(kept[i]);
		}
	return true;
}

rpv_status rpv__watch_tell(rpv__txn *txn, const rpv__cover *cover, uint64_t devices, uint32_t tell, rpv_error *error)
{
	char before[24], after[24];
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_STALE, .reason = "nothing is found that it covers",
	                     .before = before, .after = after, .triggered = false };
	rpv_status st = RPV_OK;
	rpv__format(before, sizeof before, "%llu", (unsigned long long)cover->baseline.devices);
	rpv__format(after, sizeof after, "%llu", (unsigned long long)devices);
	if (tell & RPV__WATCH_ON(RPV_WATCH_STALE))
		st = rpv__txn_exception_event(txn, cover, &event, error);
	event.type = RPV_EVENT_EXCEPTION_GROWN;
	event.reason = "more devices are exposed in its scope than at filing";
	if (st == RPV_OK && (tell & RPV__WATCH_ON(RPV_WATCH_GROWN)))
		st = rpv__txn_exception_event(txn, cover, &event, error);
	return st;
}

static rpv_status tell_once(rpv__txn *txn, rpv__cover *cover, rpv_watch watch, const rpv__event *event, rpv_error *error)
{
	cover->watch |= RPV__WATCH_TOLD(watch);
	rpv_status st = rpv__txn_put_cover(txn, cover, error);
	return st == RPV_OK ? rpv__txn_exception_event(txn, cover, event, error) : st;
}

/* --- shadowed --- */
typedef struct shadowing {
	rpv__txn *txn;
	rpv__arena arena;
	const rpv__cover *by;                  /* came into effect */
	rpv__cover *covers; size_t count;      /* of its recommendation, or of its subject */
	int64_t at_ms;
	rpv_error *error;
} shadowing;

/* Whether one in effect, wider on its subject or on the whole recommendation, covers a unit of another. */
static bool decides(const shadowing *s, const rpv__cover *other, const rpv__cover *c, uint32_t unit, uint32_t group)
{
	bool same = other->weakness == c->weakness;
	if (other->exception == c->exception || (!same && other->weakness) || (same && other->scope >= c->scope) ||
	    rpv__exception_status_alone(other, s->at_ms) != RPV_EXCEPTION_IN_EFFECT)
		return false;
	if (c->scope == RPV_SCOPE_GLOBAL)
		return other->scope == RPV_SCOPE_GLOBAL;
	return c->scope == RPV_SCOPE_GROUPS ? rpv__exception_covers_group(other, unit)
	                                    : rpv__exception_covers_device(other, unit, group);
}

/* Whether others decide all that it covers, and `by` a part of it. */
static rpv_status is_shadowed(shadowing *s, const rpv__cover *c, bool *out)
{
	static const uint32_t everything = 0;
	bool devices = c->scope == RPV_SCOPE_DEVICES, global = c->scope == RPV_SCOPE_GLOBAL;
	const uint32_t *units = devices ? c->devices : global ? &everything : c->groups;
	size_t count = devices ? c->device_count : global ? 1 : c->group_count;
	bool all = count > 0, part = false;
	for (size_t i = 0; all && i < count; i++) {
		rpv__device_hot hot = { .group = RPV__NO_NUMBER };
		rpv_status st = devices ? rpv__txn_device(s->txn, units[i], &s->arena, &hot, s->error) : RPV_OK;
		if (st)
			return st;
		all = decides(s, s->by, c, units[i], hot.group);
		part = part || all;
		for (size_t j = 0; !all && j < s->count; j++)
			all = decides(s, &s->covers[j], c, units[i], hot.group);
	}
	*out = all && part;
	return RPV_OK;
}

static rpv_status tell_shadowed(shadowing *s, const char *actor)
{
	char id[24];
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_SHADOWED, .time_ms = s->at_ms, .actor = actor, .after = id,
	                     .reason = "others decide everything that it covers" };
	const rpv__cover *by = s->by;
	rpv_status st = RPV_OK;
	rpv__id_of_number('E', by->exception, id);
	for (size_t i = 0; st == RPV_OK && i < s->count; i++) {
		rpv__cover *c = &s->covers[i];
		bool suspended = by->scope == RPV_SCOPE_GLOBAL && c->weakness == by->weakness, shadowed = false;
		if (suspended || is_told(c, RPV_WATCH_SHADOWED) || c->exception == by->exception ||
		    (c->weakness != by->weakness && by->weakness) ||
		    rpv__exception_status_alone(c, s->at_ms) != RPV_EXCEPTION_IN_EFFECT)
			continue;
		st = is_shadowed(s, c, &shadowed);
		if (st == RPV_OK && shadowed)
			st = tell_once(s->txn, c, RPV_WATCH_SHADOWED, &event, s->error);
	}
	return st;
}

/* Under a global one of the same subject it would decide nothing itself. */
static bool is_suspended(const shadowing *s)
{
	for (size_t i = 0; s->by->scope != RPV_SCOPE_GLOBAL && i < s->count; i++)
		if (s->covers[i].weakness == s->by->weakness && s->covers[i].scope == RPV_SCOPE_GLOBAL &&
		    rpv__exception_status_alone(&s->covers[i], s->at_ms) == RPV_EXCEPTION_IN_EFFECT)
			return true;
	return false;
}

rpv_status rpv__watch_shadows(rpv__txn *txn, const rpv__cover *cover, int64_t at_ms, const char *actor, rpv_error *error)
{
	shadowing s = { .txn = txn, .by = cover, .at_ms = at_ms, .error = error };
	bool none_below = cover->scope == RPV_SCOPE_DEVICES && cover->weakness;
	if (none_below || rpv__exception_status_alone(cover, at_ms) != RPV_EXCEPTION_IN_EFFECT)
		return RPV_OK;
	rpv__arena_init(&s.arena, &rpv__txn_port(txn)->alloc);
	rpv_status st = cover->recommendation
		? rpv__txn_covers(txn, cover->recommendation, &s.arena, &s.covers, &s.count, error)
		: rpv__txn_subject(txn, 0, cover->weakness, &s.arena, &s.covers, &s.count, error);
	if (st == RPV_OK && !is_suspended(&s))
		st = tell_shadowed(&s, actor);
	rpv__arena_free(&s.arena);
	return st;
}

/* --- planned remediation --- */
typedef struct numbers { rpv__arena *into; uint32_t *items; size_t count, cap; } numbers;

static rpv_status take_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	numbers *n = user;
	uint32_t recommendation, activity;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &activity))
		return rpv__fail_corrupt(error, "remediation activity of a recommendation", key);
	if (rpv__grow(&n->into->alloc, &n->items, &n->cap, n->count + 1, sizeof activity))
		return rpv__fail_nomem(error);
	n->items[n->count++] = activity;
	return RPV_OK;
}

static rpv_status awaits(rpv__txn *txn, const rpv__cover *cover, const numbers *active, int64_t at_ms, bool *out,
                         rpv_error *error)
{
	rpv_status st = RPV_OK;
	*out = false;
	for (size_t i = 0; st == RPV_OK && !*out && i < active->count; i++) {
		rpv__activity activity;
		st = rpv__txn_activity(txn, active->items[i], &activity, error);
		if (st == RPV_E_NOT_FOUND)
			st = rpv__fail(error, RPV_E_CORRUPT, "the remediation activity R-%u has no record", (unsigned)active->items[i]);
		*out = st == RPV_OK && rpv__watch_awaits(cover, &activity, at_ms);
	}
	return st;
}

rpv_status rpv__watch_plans(rpv__txn *txn, uint32_t recommendation, uint32_t activity, int64_t at_ms, const char *actor,
                            rpv_error *error)
{
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_OVERDUE, .time_ms = at_ms, .actor = actor, .remediation = activity,
	                     .reason = "no remediation activity in its scope is in time" };
	rpv__arena arena;
	numbers active = { &arena, NULL, 0, 0 };
	rpv__cover *covers;
	rpv__key key;
	size_t count = 0;
	rpv__arena_init(&arena, &rpv__txn_port(txn)->alloc);
	rpv_status st = rpv__txn_covers(txn, recommendation, &arena, &covers, &count, error);
	if (st == RPV_OK && count)
		st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_REC_ACTIVITY, recommendation), take_activity, &active, error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__cover *c = &covers[i];
		bool in_time = false;
		if (!rpv__watch_plans_for(c, rpv__exception_status_alone(c, at_ms)) || is_told(c, RPV_WATCH_OVERDUE))
			continue;
		st = awaits(txn, c, &active, at_ms, &in_time, error);
		if (st == RPV_OK && !in_time)
			st = tell_once(txn, c, RPV_WATCH_OVERDUE, &event, error);
	}
	rpv__free(&arena.alloc, active.items);
	rpv__arena_free(&arena);
	return st;
}
