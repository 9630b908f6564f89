/* SPDX-License-Identifier: MIT */
/* Controls that filings, renewals and approvals rest on: known, in place, and reviewed in time. */
#include "exception.h"

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
		st = rpv__txn_known_control(txn, *out, &plan->filing->arena, &c, error);
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

/* Ids of those that the exception rests on; a filing or renewal (`judge`) is refused when one is not in place. */
static rpv_status name_all(rpv__plan *plan, rpv__txn *txn, bool judge, rpv_error *error)
{
	rpv__arena *arena = &plan->filing->arena;
	const rpv__cover *cover = &plan->cover;
	const char **ids = rpv__arena_get(arena, cover->control_count * sizeof *ids);
	rpv_status st = ids ? RPV_OK : rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < cover->control_count; i++) {
		rpv__control c;
		st = rpv__txn_known_control(txn, cover->controls[i], arena, &c, error);
		if (st)
			return st;
		ids[i] = c.id;
		st = judge ? refuse(plan, &c, error) : RPV_OK;
	}
	if (st == RPV_OK && rpv__text_list_sort(arena, ids, cover->control_count))
		st = rpv__fail_nomem(error);
	plan->controls = ids;
	return st;
}

rpv_status rpv__plan_name_controls(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	return plan->cover.control_count ? name_all(plan, txn, false, error) : RPV_OK;
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
		st = name_all(plan, txn, true, error);
	return st == RPV_OK ? rpv__txn_control_instants(txn, &plan->cover, error) : st;
}
