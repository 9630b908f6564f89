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

rpv_status rpv__txn_controls(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__controls *out,
                             rpv_error *error)
{
	rpv_status st = RPV_OK;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++) {
		rpv__control control;
		st = missing(rpv__txn_control(txn, cover->controls[i], into, &control, error), cover->controls[i], error);
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
	if (st == RPV_OK)
		rpv__controls_instants(&controls, policy->actions[cover->justification], cover);
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
	if (r->count == r->cap) {
		size_t cap = 2 * r->cap + 8;
		uint64_t *more = rpv__arena_get(r->into, cap * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (r->count)
			memcpy(more, r->items, r->count * sizeof *more);
		r->items = more;
		r->cap = cap;
	}
	if (!rpv__key_is32_64(key, RPV__K_CONTROL_EXCEPTION, &control, &r->items[r->count]))
		return rpv__fail_corrupt(error, "key", key);
	r->count++;
	return RPV_OK;
}

rpv_status rpv__txn_resting(rpv__txn *txn, uint32_t control, rpv__arena *into, uint64_t **out, size_t *count,
                            rpv_error *error)
{
	resting r = { into, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_CONTROL_EXCEPTION, control), take_resting, &r,
	                                     error);
	*out = r.items;
	*count = r.count;
	return st;
}

/* --- judging --- */
/* It ended in this very commit, by another trigger: what its controls came to is noted besides. */
static rpv_status note_besides(rpv__txn *txn, const rpv__cover *cover, const rpv__policy *policy,
                               const rpv__controls *controls, rpv_error *error)
{
	rpv__cover copy = *cover;
	rpv__firing firings[2];
	size_t count;
	if (cover->ending != RPV__ENDED_RESURFACED || cover->ended_ms != rpv__txn_now(txn))
		return RPV_OK;
	copy.fired = 0;
	count = rpv__controls_judge(controls, policy->actions[cover->justification], rpv__txn_now(txn), &copy, firings);
	return count ? rpv__resurface_note(txn, cover, firings, count, error) : RPV_OK;
}

rpv_status rpv__txn_judge_controls(rpv__txn *txn, rpv__cover *cover, const rpv__policy *policy, uint64_t *voided,
                                   uint64_t *warned, rpv_error *error)
{
	const rpv__cover before = *cover;
	int64_t now = rpv__txn_now(txn);
	rpv__firing firings[2];
	rpv__controls controls;
	rpv_status st = rpv__txn_controls(txn, cover, rpv__txn_arena(txn), &controls, error);
	if (st || !rpv__exception_live(rpv__exception_status_alone(cover, now)))
		return st ? st : note_besides(txn, cover, policy, &controls, error);
	size_t count = rpv__controls_judge(&controls, policy->actions[cover->justification], now, cover, firings);
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

/* --- filing --- */
static rpv_status refuse(rpv__plan *plan, const rpv__control *c, rpv_error *error)
{
	char when[RPV_TIME_TEXT_SIZE];
	if (!rpv__control_in_place(c))
		return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the control \"%.255s\" is %s", c->id,
		                        c->removed ? "not known any more" : "retired");
	if (!rpv__control_stale(c, plan->now_ms))
		return RPV_OK;
	rpv__time_text(rpv__control_stale_ms(c), when);
	return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the review of the control \"%.255s\" is overdue since %s",
	                        c->id, when);
}

static rpv_status find(rpv__plan *plan, rpv__txn *txn, const char *id, uint32_t *out, rpv_error *error)
{
	rpv__control c = { .removed = true };
	rpv_status st = rpv__txn_name_find(txn, RPV__N_CONTROL, 0, id, out, error);
	if (st == RPV_OK)
		st = missing(rpv__txn_control(txn, *out, &plan->filing->arena, &c, error), *out, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && c.removed))
		return rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "controls", "there is no control \"%.255s\"", id);
	return st;
}

/* Numbers of those that the request names. */
static rpv_status find_all(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	uint32_t *numbers = rpv__arena_get(&plan->filing->arena, r->control_count * sizeof *numbers);
	rpv_status st = numbers ? RPV_OK : rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < r->control_count; i++)
		st = find(plan, txn, r->controls[i], &numbers[i], error);
	if (st)
		return st;
	plan->cover.controls = numbers;
	plan->cover.control_count = rpv__sort_unique_u32(numbers, r->control_count);
	return RPV_OK;
}

static rpv_status name_all(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv__arena *arena = &plan->filing->arena;
	const rpv__cover *cover = &plan->cover;
	const char **ids = rpv__arena_get(arena, cover->control_count * sizeof *ids);
	rpv_status st = ids ? RPV_OK : rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++) {
		rpv__control c;
		st = missing(rpv__txn_control(txn, cover->controls[i], arena, &c, error), cover->controls[i], error);
		if (st)
			return st;
		ids[i] = c.id;
		st = refuse(plan, &c, error);
	}
	if (st == RPV_OK && rpv__text_list_sort(arena, ids, cover->control_count))
		st = rpv__fail_nomem(error);
	plan->controls = ids;
	return st;
}

rpv_status rpv__plan_controls(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv_justification justification = plan->request.justification;
	bool mitigates = justification == RPV_JUSTIFICATION_THIRD_PARTY_CONTROL ||
	                 justification == RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	rpv_status st = RPV_OK;
	if (plan->request.control_count && !mitigates)
		return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the justification %s rests on no control: only "
		                        "third_party_control and alternate_mitigation do",
		                        rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)justification));
	if (plan->request.control_count)
		st = find_all(plan, txn, error);
	if (st == RPV_OK && plan->cover.control_count)
		st = name_all(plan, txn, error);
	return st == RPV_OK ? rpv__txn_control_instants(txn, &plan->cover, error) : st;
}
