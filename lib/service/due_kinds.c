/* SPDX-License-Identifier: MIT */
/* What becomes of each kind of deadline: starts, ends and lapses of exceptions become events. One kind, one row. */
#include "../model/approval.h"
#include "due.h"
#include "watch.h"

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

/* It has ended: it no longer counts in budgets, has no census that anyone keeps up to date, and rests on no control. */
static rpv_status leave(rpv__txn *txn, const rpv__deadline *due, rpv_error *error)
{
	rpv_status st = rpv__txn_put_cover(txn, &due->cover, error);
	return st == RPV_OK ? rpv__txn_leave_controls(txn, &due->cover, error) : st;
}

/* --- start --- */
static int64_t next_start(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	bool void_then = cover->stale_ms && cover->stale_ms <= cover->start_ms; /* it never starts */
	return !cover->pending && !void_then && cover->start_ms > after_ms ? cover->start_ms : 0;
}

static rpv_status write_start(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__event event = { .type = rpv__life_event(RPV__CAUSE_START_REACHED), .time_ms = due->time_ms, .actor = RPV__SYSTEM };
	rpv_status st = rpv__txn_exception_event(txn, &due->cover, &event, error);
	if (st == RPV_OK)
		st = tell_others(txn, due, true, error);
	return st == RPV_OK ? rpv__watch_shadows(txn, &due->cover, due->time_ms, RPV__SYSTEM, error) : st;
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
	if (st == RPV_OK)
		st = leave(txn, due, error);
	return st == RPV_OK ? tell_others(txn, due, false, error) : st;
}

/* --- a control that it rests on is stale (R29); the end comes first --- */
static int64_t next_stale(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	return !cover->pending && cover->stale_ms > after_ms && cover->stale_ms < cover->end_ms ? cover->stale_ms : 0;
}

static rpv_status write_stale(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	bool was_in_effect = due->cover.start_ms < due->time_ms;
	rpv__controls controls;
	rpv_status st = rpv__txn_controls(txn, &due->cover, due->arena, &controls, error);
	if (st == RPV_OK)
		st = rpv__resurface_by_clock(txn, &due->cover, &due->texts, rpv__controls_overdue(&controls, true, due->time_ms),
		                             error);
	return st == RPV_OK && was_in_effect ? tell_others(txn, due, false, error) : st;
}

static int64_t next_stale_warning(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	return !cover->pending && cover->stale_warn_ms > after_ms && cover->stale_warn_ms < cover->end_ms
		? cover->stale_warn_ms : 0;
}

static rpv_status write_stale_warning(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__controls controls;
	rpv_status st = rpv__txn_controls(txn, &due->cover, due->arena, &controls, error);
	due->cover.fired |= UINT32_C(1) << RPV_TRIGGER_CONTROL_STALE;
	return st == RPV_OK ? rpv__resurface_by_clock(txn, &due->cover, &due->texts,
	                                              rpv__controls_overdue(&controls, false, due->time_ms), error) : st;
}

/* --- the control itself --- */
static rpv_status write_control(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__event event = { .type = RPV_EVENT_CONTROL_STALE, .time_ms = due->time_ms, .actor = RPV__SYSTEM };
	rpv__control control;
	uint32_t number = (uint32_t)due->id;
	rpv_status st = due->id == RPV__DUE_CONTROL_ID(number) ? rpv__txn_control(txn, number, due->arena, &control, error)
	                                                       : RPV_E_NOT_FOUND;
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && rpv__control_stale_ms(&control) != due->time_ms))
		return rpv__fail(error, RPV_E_CORRUPT, "the deadline of control number %u is not its own", (unsigned)number);
	if (st)
		return st;
	event.control = control.id;
	return rpv__txn_event(txn, &event, error);
}

/* --- a pending one that nobody answered in time (R14) --- */
static int64_t next_lapse(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	(void)policy;
	return cover->pending && rpv__approval_lapse(cover) > after_ms ? rpv__approval_lapse(cover) : 0;
}

static rpv_status write_lapse(rpv__txn *txn, rpv__deadline *due, rpv_error *error)
{
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_REJECTED, .time_ms = due->time_ms, .actor = RPV__SYSTEM,
	                     .reason = RPV__LAPSED };
	rpv_status st = rpv__txn_exception_event(txn, &due->cover, &event, error);
	return st == RPV_OK ? leave(txn, due, error) : st;
}

const rpv__due_kind rpv__due_kinds[] = {
	{ RPV__DUE_START, next_start, write_start },
	{ RPV__DUE_END, next_end, write_end },
	{ RPV__DUE_STALE, next_stale, write_stale },
	{ RPV__DUE_STALE_WARN, next_stale_warning, write_stale_warning },
	{ RPV__DUE_CONTROL, NULL, write_control },
	{ RPV__DUE_LAPSE, next_lapse, write_lapse },
	{ RPV__DUE_REMINDER, rpv__due_reminder, rpv__due_remind },
	{ RPV__DUE_ACTIVITY, NULL, rpv__due_activity },
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
