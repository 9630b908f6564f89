/* SPDX-License-Identifier: MIT */
/* What becomes of each kind of deadline: starts and ends of exceptions become events. One kind, one row. */
#include "due.h"

/* A global one comes into effect, or goes: what becomes of the others on its subject. */
static rpv_status tell_others(rpv__txn *txn, const rpv__deadline *due, bool starts, rpv_error *error)
{
	rpv__event event = { .type = rpv__life_event(starts ? RPV__CAUSE_GLOBAL_ABOVE : RPV__CAUSE_GLOBAL_GONE),
	                     .time_ms = due->time_ms, .actor = RPV__SYSTEM };
	const rpv__cover *cover = &due->cover;
	rpv__cover *all = NULL;
	size_t count = 0;
	if (cover->scope != RPV_SCOPE_GLOBAL)
		return RPV_OK;
	rpv_status st = rpv__txn_subject(txn, cover->recommendation, cover->weakness, due->arena, &all, &count, error);
	if (st)
		return st;
	event.count = rpv__others_in_effect(all, count, due->time_ms);
	if (!starts && rpv__global_in_effect(all, count, due->time_ms))
		return RPV_OK; /* the next global one starts at this very instant: nothing comes back */
	return event.count ? rpv__txn_exception_event(txn, cover, &event, error) : RPV_OK;
}

/* --- start --- */
static int64_t next_start(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	return !cover->pending && cover->start_ms > after_ms ? cover->start_ms : 0;
}

static rpv_status write_start(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__event event = { .type = rpv__life_event(RPV__CAUSE_START_REACHED), .time_ms = due->time_ms, .actor = RPV__SYSTEM };
	rpv_status st = rpv__txn_exception_event(txn, &due->cover, &event, error);
	return st == RPV_OK ? tell_others(txn, due, true, error) : st;
}

/* --- end --- */
static int64_t next_end(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	return !cover->pending && cover->end_ms > after_ms ? cover->end_ms : 0;
}

static rpv_status write_end(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__event event = { .type = rpv__life_event(RPV__CAUSE_END_REACHED), .time_ms = due->time_ms, .actor = RPV__SYSTEM };
	rpv_status st = rpv__txn_exception_event(txn, &due->cover, &event, error);
	return st == RPV_OK ? tell_others(txn, due, false, error) : st;
}

const rpv__due_kind rpv__due_kinds[] = {
	{ RPV__DUE_START, next_start, write_start },
	{ RPV__DUE_END, next_end, write_end },
};
const size_t rpv__due_kind_count = sizeof rpv__due_kinds / sizeof *rpv__due_kinds;

/* --- the deadlines of an exception --- */
typedef rpv_status (*change)(rpv__txn *txn, rpv_bytes key, rpv_error *error);

static rpv_status set(rpv__txn *txn, rpv_bytes key, rpv_error *error)
{
	return rpv__txn_put(txn, key, (rpv_bytes){ NULL, 0 }, error);
}

static rpv_status change_all(rpv__txn *txn, const rpv__cover *cover, int64_t after_ms, change change_one,
                             rpv_error *error)
{
	const rpv__policy *policy = NULL;
	rpv_status st = rpv__txn_policy(txn, &policy, error);
	for (size_t i = 0; st == RPV_OK && i < rpv__due_kind_count; i++) {
		const rpv__due_kind *kind = &rpv__due_kinds[i];
		int64_t at = kind->next ? kind->next(cover, policy, after_ms) : 0;
		rpv__key key;
		if (at)
			st = change_one(txn, rpv__key_deadline(&key, at, kind->kind, cover->exception), error);
	}
	return st;
}

rpv_status rpv__txn_put_deadlines(rpv__txn *txn, const rpv__cover *cover, int64_t after_ms, rpv_error *error)
{
	return change_all(txn, cover, after_ms, set, error);
}

rpv_status rpv__txn_remove_deadlines(rpv__txn *txn, const rpv__cover *cover, int64_t after_ms, rpv_error *error)
{
	return change_all(txn, cover, after_ms, rpv__txn_remove, error);
}
