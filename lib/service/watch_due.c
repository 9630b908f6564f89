/* SPDX-License-Identifier: MIT */
/* Reminders of the end of exceptions, and due dates of remediation activities, as they fall due. */
#include "../model/instant.h"
#include "activity.h"
#include "due.h"
#include "watch.h"

/* --- reminders (R43) --- */
int64_t rpv__due_reminder(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	return cover->pending ? 0 : rpv__watch_reminder(cover, policy, after_ms);
}

static rpv_status remind(rpv__txn *txn, const rpv__deadline *due, rpv_error *error)
{
	char end[RPV_TIME_TEXT_SIZE], words[RPV__DURATION_WORDS];
	char reason[RPV__DURATION_WORDS + 16];
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_EXPIRING, .time_ms = due->time_ms, .actor = RPV__SYSTEM,
	                     .after = end, .reason = reason };
	rpv__cover cover = due->cover;
	rpv__time_text(cover.end_ms, end);
	rpv__format(reason, sizeof reason, "it ends in %s", rpv__duration_words(cover.end_ms - due->time_ms, words));
	rpv_status st = RPV_OK;
	if (!(cover.watch & RPV__WATCH_TOLD(RPV_WATCH_EXPIRING))) {
		cover.watch |= RPV__WATCH_TOLD(RPV_WATCH_EXPIRING);
		st = rpv__txn_put_cover(txn, &cover, error);
	}
	return st == RPV_OK ? rpv__txn_exception_event(txn, &cover, &event, error) : st;
}

rpv_status rpv__due_remind(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	const rpv__policy *policy;
	rpv__key key;
	rpv_status st = rpv__txn_policy(txn, &policy, error);
	if (st)
		return st;
	due->next_ms = rpv__due_reminder(&due->cover, policy, due->time_ms);
	if (due->next_ms)
		st = rpv__txn_put(txn, rpv__key_deadline(&key, due->next_ms, RPV__DUE_REMINDER, due->id), (rpv_bytes){ NULL, 0 },
		                  error);
	if (due->next_ms && due->next_ms <= rpv__txn_now(txn)) /* after downtime only the latest */
		return st;
	bool ends = rpv__exception_status_alone(&due->cover, due->time_ms) == RPV_EXCEPTION_IN_EFFECT && !due->cover.renewal;
	return st == RPV_OK && ends ? remind(txn, due, error) : st;
}

/* --- activities --- */
rpv_status rpv__txn_activity_due(rpv__txn *txn, uint32_t number, const rpv__activity *activity, bool put,
                                 rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key_deadline(&key, activity->due_ms, RPV__DUE_ACTIVITY, RPV__DUE_ACTIVITY_ID(number));
	if (!activity->due_ms)
		return RPV_OK;
	return put ? rpv__txn_put(txn, at, (rpv_bytes){ NULL, 0 }, error) : rpv__txn_remove(txn, at, error);
}

rpv_status rpv__due_activity(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	uint32_t number = (uint32_t)due->id;
	rpv__activity activity;
	rpv_status st = due->id == RPV__DUE_ACTIVITY_ID(number) ? rpv__txn_activity(txn, number, &activity, error)
	                                                        : RPV_E_NOT_FOUND;
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && activity.due_ms != due->time_ms))
		return rpv__fail(error, RPV_E_CORRUPT, "the due date of activity number %u is not its own", (unsigned)number);
	if (st || activity.status != RPV_REMEDIATION_ACTIVE)
		return st;
	return rpv__watch_plans(txn, activity.recommendation, number, due->time_ms, RPV__SYSTEM, error);
}

/* --- another policy --- */
typedef struct moved { uint64_t exception; int64_t from_ms, to_ms; } moved;
typedef struct moving {
	const rpv__policy *before, *now;
	int64_t at_ms;
	rpv__arena scratch;                 /* of one record */
	moved *items; size_t count, cap;
} moving;

static rpv_status take_cover(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	moving *m = user;
	rpv__cover cover;
	if (!rpv__get_cover(key, value, &m->scratch, &cover))
		return rpv__fail_corrupt(error, "cover", key);
	moved item = { cover.exception, rpv__due_reminder(&cover, m->before, m->at_ms),
	               rpv__due_reminder(&cover, m->now, m->at_ms) };
	rpv__arena_free(&m->scratch);
	if (item.from_ms == item.to_ms || !rpv__exception_live(rpv__exception_status_alone(&cover, m->at_ms)))
		return RPV_OK;
	if (rpv__grow(&m->scratch.alloc, &m->items, &m->cap, m->count + 1, sizeof item))
		return rpv__fail_nomem(error);
	m->items[m->count++] = item;
	return RPV_OK;
}

static rpv_status move_one(rpv__txn *txn, const moved *m, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	if (m->from_ms)
		st = rpv__txn_remove(txn, rpv__key_deadline(&key, m->from_ms, RPV__DUE_REMINDER, m->exception), error);
	if (st == RPV_OK && m->to_ms)
		st = rpv__txn_put(txn, rpv__key_deadline(&key, m->to_ms, RPV__DUE_REMINDER, m->exception),
		                  (rpv_bytes){ NULL, 0 }, error);
	return st;
}

rpv_status rpv__watch_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, rpv_error *error)
{
	moving m = { .before = before, .now = now, .at_ms = rpv__txn_now(txn) };
	rpv__key key;
	if (memcmp(before->remind_ms, now->remind_ms, sizeof now->remind_ms) == 0)
		return RPV_OK;
	rpv__arena_init(&m.scratch, &rpv__txn_port(txn)->alloc);
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key1(&key, RPV__K_COVER), take_cover, &m, error);
	for (size_t i = 0; st == RPV_OK && i < m.count; i++)
		st = move_one(txn, &m.items[i], error);
	rpv__free(&m.scratch.alloc, m.items);
	rpv__arena_free(&m.scratch);
	return st;
}
