/* SPDX-License-Identifier: MIT */
/* Exceptions and the controls that they rest on (R29): what rests on which, and what becomes of it when they change. */
#include "exception.h"

rpv_status rpv__txn_control(rpv__txn *txn, uint32_t number, rpv__arena *into, rpv__control *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_CONTROL, number), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_OK && !rpv__get_control(value, into, out))
		st = rpv__fail_corrupt(error, "control", at);
	return st;
}

static rpv_status missing(rpv_status st, uint32_t number, rpv_error *error)
{
	rpv__key key;
	return st == RPV_E_NOT_FOUND ? rpv__fail_corrupt(error, "missing control", rpv__key32(&key, RPV__K_CONTROL, number))
	                             : st;
}

rpv_status rpv__txn_known_control(rpv__txn *txn, uint32_t number, rpv__arena *into, rpv__control *out,
                                  rpv_error *error)
{
	return missing(rpv__txn_control(txn, number, into, out, error), number, error);
}

rpv_status rpv__txn_controls(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__controls *out,
                             rpv_error *error)
{
	rpv_status st = RPV_OK;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++) {
		rpv__control control;
		st = rpv__txn_known_control(txn, cover->controls[i], into, &control, error);
		if (st == RPV_OK)
			rpv__controls_add(out, cover->controls[i], &control);
	}
	return st;
}

rpv_status rpv__source_controls(const rpv__source *s, const rpv__cover *cover, rpv__arena *into, rpv__controls *out,
                                rpv_error *error)
{
	rpv_status st = RPV_OK;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++) {
		rpv__control control;
		st = missing(rpv__read_control(s, cover->controls[i], into, &control, error), cover->controls[i], error);
		if (st == RPV_OK)
			rpv__controls_add(out, cover->controls[i], &control);
	}
	return st;
}

rpv_status rpv__txn_control_instants(rpv__txn *txn, rpv__cover *cover, rpv_error *error)
{
	const rpv__policy *policy;
	rpv__controls controls;
	rpv_status st = cover->control_count ? rpv__txn_policy(txn, &policy, error) : RPV_STOP;
	if (st == RPV_OK)
		st = rpv__txn_controls(txn, cover, rpv__txn_arena(txn), &controls, error);
	if (st == RPV_OK) {
		uint8_t actions[RPV__TRIGGERS];
		rpv__policy_actions(policy, cover->justification, actions);
		rpv__controls_instants(&controls, actions, cover);
	}
	return st == RPV_STOP ? RPV_OK : st;
}

/* --- what rests on a control --- */
static rpv_status forget(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	rpv_status st = RPV_OK;
	rpv__key key;
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++)
		st = rpv__txn_remove(txn, rpv__key32_64(&key, RPV__K_CONTROL_EXCEPTION, cover->controls[i], cover->exception),
		                     error);
	return st;
}

rpv_status rpv__txn_note_controls(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	rpv_status st = RPV_OK;
	rpv__key key;
	if (cover->ending != RPV__NOT_ENDED)
		return forget(txn, cover, error);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++)
		st = rpv__txn_put(txn, rpv__key32_64(&key, RPV__K_CONTROL_EXCEPTION, cover->controls[i], cover->exception),
		                  (rpv_bytes){ NULL, 0 }, error);
	return st;
}

rpv_status rpv__txn_leave_controls(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	return forget(txn, cover, error);
}

typedef struct resting { rpv__arena *into; uint64_t *items; size_t count, cap; } resting;

static rpv_status take_resting(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	resting *r = user;
	uint32_t control;
	(void)value;
	if (rpv__arena_grow(r->into, &r->items, &r->cap, r->count, sizeof *r->items))
		return rpv__fail_nomem(error);
	if (!rpv__key_is32_64(key, RPV__K_CONTROL_EXCEPTION, &control, &r->items[r->count]))
		return rpv__fail_corrupt(error, "key", key);
	r->count++;
	return RPV_OK;
}

static rpv_status scan_resting(rpv__txn *txn, rpv_bytes prefix, rpv__arena *into, uint64_t **out, size_t *count,
                               rpv_error *error)
{
	resting r = { into, NULL, 0, 0 };
	rpv_status st = rpv__txn_scan_prefix(txn, prefix, take_resting, &r, error);
	*out = r.items;
	*count = r.count;
	return st;
}

rpv_status rpv__txn_resting(rpv__txn *txn, uint32_t control, rpv__arena *into, uint64_t **out, size_t *count,
                            rpv_error *error)
{
	rpv__key key;
	return scan_resting(txn, rpv__key32(&key, RPV__K_CONTROL_EXCEPTION, control), into, out, count, error);
}

/* --- judging --- */
/* It ended in this very commit, by another trigger: what its controls came to is noted besides. */
static rpv_status note_besides(rpv__txn *txn, const rpv__cover *cover, const rpv__policy *policy,
                               const rpv__controls *controls, rpv_error *error)
{
	rpv__cover copy = *cover;
	uint8_t actions[RPV__TRIGGERS];
	rpv__firing firings[2];
	size_t count;
	if (cover->ending != RPV__ENDED_RESURFACED || cover->ended_ms != rpv__txn_now(txn))
		return RPV_OK;
	copy.fired = 0;
	rpv__policy_actions(policy, cover->justification, actions);
	count = rpv__controls_judge(controls, actions, rpv__txn_now(txn), &copy, firings);
	return count ? rpv__resurface_note(txn, cover, firings, count, error) : RPV_OK;
}

rpv_status rpv__txn_judge_controls(rpv__txn *txn, rpv__cover *cover, const rpv__policy *policy, uint64_t *voided,
                                   uint64_t *warned, rpv_error *error)
{
	const rpv__cover before = *cover;
	int64_t now = rpv__txn_now(txn);
	uint8_t actions[RPV__TRIGGERS];
	rpv__firing firings[2];
	rpv__controls controls;
	rpv_status st = rpv__txn_controls(txn, cover, rpv__txn_arena(txn), &controls, error);
	if (st || !rpv__exception_live(rpv__exception_status_alone(cover, now)))
		return st ? st : note_besides(txn, cover, policy, &controls, error);
	rpv__policy_actions(policy, cover->justification, actions);
	size_t count = rpv__controls_judge(&controls, actions, now, cover, firings);
	if (count == 0 && cover->stale_ms == before.stale_ms && cover->stale_warn_ms == before.stale_warn_ms &&
	    cover->fired == before.fired)
		return RPV_OK;
	st = rpv__txn_remove_deadlines(txn, &before, now, error);
	if (st == RPV_OK)
		st = count ? rpv__resurface_cover(txn, cover, NULL, firings, count, error) : rpv__txn_put_cover(txn, cover, error);
	if (st == RPV_OK && cover->ending == RPV__NOT_ENDED)
		st = rpv__txn_put_deadlines(txn, cover, now, error);
	*voided += cover->ending != RPV__NOT_ENDED;
	*warned += count && cover->ending == RPV__NOT_ENDED;
	return st;
}

rpv_status rpv__txn_judge_resting(rpv__txn *txn, const uint64_t *exceptions, size_t count, const rpv__policy *policy,
                                  uint64_t *voided, uint64_t *warned, rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(txn);
	rpv__map seen;
	rpv_status st = RPV_OK;
	rpv__map_init(&seen, &rpv__txn_port(txn)->alloc);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__exception texts;
		rpv__cover cover;
		uint64_t at;
		if (rpv__map_get_u64(&seen, exceptions[i], &at))
			continue;
		if (rpv__map_put_u64(&seen, exceptions[i], 0))
			st = rpv__fail_nomem(error);
		if (st == RPV_OK)
			st = rpv__txn_known_exception(txn, exceptions[i], arena, &texts, &cover, error);
		if (st == RPV_OK)
			st = rpv__txn_judge_controls(txn, &cover, policy, voided, warned, error);
	}
	rpv__map_free(&seen);
	return st;
}

rpv_status rpv__controls_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, uint64_t *voided,
                                uint64_t *warned, rpv_error *error)
{
	bool same = true;
	uint64_t *exceptions;
	size_t count;
	rpv__key key;
	for (unsigned j = 0; j < RPV__JUSTIFICATIONS; j++)
		for (unsigned t = RPV_TRIGGER_CONTROL_RETIRED; t <= RPV_TRIGGER_CONTROL_STALE; t++)
			same = same && rpv__policy_action(before, (rpv_justification)j, (rpv_trigger)t) ==
			                   rpv__policy_action(now, (rpv_justification)j, (rpv_trigger)t);
	if (same)
		return RPV_OK;
	rpv_status st = scan_resting(txn, rpv__key1(&key, RPV__K_CONTROL_EXCEPTION), rpv__txn_arena(txn), &exceptions, &count,
	                             error);
	return st == RPV_OK ? rpv__txn_judge_resting(txn, exceptions, count, now, voided, warned, error) : st;
}
