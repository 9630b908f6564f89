/* SPDX-License-Identifier: MIT */
/* Telling of exceptions that come onto a watch list. */
#include "watch.h"
#include "activity.h"

bool rpv__watch_is_told(const rpv__cover *cover, rpv_watch watch)
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
		if ((cover->watch & ~before & RPV__WATCH_ON(kept[i])) && !rpv__watch_is_told(cover, kept[i])) {
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

rpv_status rpv__watch_tell_once(rpv__txn *txn, rpv__cover *cover, rpv_watch watch, const rpv__event *event,
                                rpv_error *error)
{
	cover->watch |= RPV__WATCH_TOLD(watch);
	rpv_status st = rpv__txn_put_cover(txn, cover, error);
	return st == RPV_OK ? rpv__txn_exception_event(txn, cover, event, error) : st;
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
	const rpv__reach all = { .everything = true };
	numbers active = { &arena, NULL, 0, 0 };
	rpv__cover *covers;
	rpv__key key;
	size_t count = 0;
	rpv__arena_init(&arena, &rpv__txn_port(txn)->alloc);
	rpv_status st = rpv__txn_reaching(txn, recommendation, &all, &arena, &covers, &count, error);
	if (st == RPV_OK && count)
		st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_REC_ACTIVITY, recommendation), take_activity, &active, error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__cover *c = &covers[i];
		bool in_time = false;
		if (!rpv__watch_plans_for(c, rpv__exception_status_alone(c, at_ms)) || rpv__watch_is_told(c, RPV_WATCH_OVERDUE))
			continue;
		st = awaits(txn, c, &active, at_ms, &in_time, error);
		if (st == RPV_OK && !in_time)
			st = rpv__watch_tell_once(txn, c, RPV_WATCH_OVERDUE, &event, error);
	}
	rpv__free(&arena.alloc, active.items);
	rpv__arena_free(&arena);
	return st;
}
