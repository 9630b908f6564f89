/* SPDX-License-Identifier: MIT */
/* Renewing an exception: a filing whose subject, scope and justification are those of another one (R11). */
#include "exception.h"

static rpv_status not_found(const rpv__plan *plan, rpv_error *error)
{
	return rpv__fail(error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", plan->renewal->id);
}

/* As for filing it anew, and the session is to see all that it covers. */
static rpv_status check_permission(rpv__plan *plan, rpv__txn *txn, const rpv__cover *old, rpv_error *error)
{
	rpv_session *session = plan->session;
	const char *id = plan->renewal->id;
	uint32_t needed = 0;
	size_t all = 0, seen = 0;
	rpv_status st = rpv__txn_cover_seen(txn, session, old, &all, &seen, error);
	if (st == RPV_OK && seen == 0)
		return not_found(plan, error);
	if (old->scope == RPV_SCOPE_GLOBAL)
		needed |= RPV_PERMIT_GLOBAL_EXCEPTIONS;
	if (plan->request.impact != RPV_IMPACT_DEFAULT)
		needed |= RPV_PERMIT_SETTINGS;
	if (st == RPV_OK)
		st = rpv__session_require(session, needed, id);
	if (st == RPV_OK && old->scope == RPV_SCOPE_GLOBAL && !session->all_groups)
		st = rpv__fail(error, RPV_E_DENIED, "a global exception needs a session that sees all device groups");
	if (st == RPV_OK && seen < all)
		st = rpv__fail(error, RPV_E_REFUSED, "%s also covers what the session does not see: file one for what it sees",
		               id);
	return st;
}

/* The request that files such a one anew. An impact that was not the policy's is asked for again. */
static void take_over(rpv__plan *plan, const rpv__cover *old, const rpv__exception *texts)
{
	const rpv_renewal_request *given = plan->renewal;
	rpv_exception_request *r = &plan->request;
	rpv_impact usual = rpv__exception_impact(plan->policy, old->justification, RPV_IMPACT_DEFAULT, old->weakness != 0);
	r->context = given->context ? given->context : texts->context;
	r->ticket = given->ticket ? given->ticket : texts->ticket;
	r->evidence = given->evidence_count ? given->evidence : texts->evidence.items;
	r->evidence_count = given->evidence_count ? given->evidence_count : texts->evidence.count;
	r->justification = old->justification;
	r->impact = old->impact == usual ? RPV_IMPACT_DEFAULT : old->impact;
	r->scope = old->scope;
	r->end_ms = given->end_ms;
	r->duration_ms = given->duration_ms;
	r->start_ms = rpv__exception_live(rpv__exception_status_alone(old, plan->now_ms)) ? old->end_ms : 0;
}

static rpv_status run(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv__arena *arena = &plan->filing->arena;
	rpv__exception texts;
	rpv__cover old;
	uint64_t number = rpv__number_of_id(plan->renewal->id, 'E');
	rpv_status st = rpv__txn_policy(txn, &plan->policy, error);
	if (st == RPV_OK)
		st = number ? rpv__txn_exception(txn, number, arena, &texts, &old, error) : RPV_E_NOT_FOUND;
	if (st == RPV_E_NOT_FOUND)
		return not_found(plan, error);
	if (st)
		return st;
	take_over(plan, &old, &texts);
	st = check_permission(plan, txn, &old, error);
	if (st == RPV_OK)
		st = rpv__txn_subject_ids(txn, &old, arena, &plan->request.recommendation, &plan->request.weakness, error);
	if (st == RPV_OK && rpv__exception_status_alone(&old, plan->now_ms) == RPV_EXCEPTION_PENDING_APPROVAL)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "%s waits for approval: what is not accepted cannot be renewed",
		                      plan->renewal->id);
	plan->cover.scope = old.scope;
	plan->cover.all_groups = old.all_groups;
	plan->cover.groups = old.groups;
	plan->cover.group_count = old.group_count;
	plan->cover.devices = old.devices;
	plan->cover.device_count = old.device_count;
	plan->cover.controls = old.controls;
	plan->cover.control_count = old.control_count;
	plan->cover.predecessor = number;
	return st == RPV_OK ? rpv__plan_file(plan, txn, error) : st;
}

/* Opens the plan: `request` is what the caller gave, `kept` a place for it that lives as long as the plan. */
static rpv_status open_plan(rpv__plan *plan, rpv_session *session, const rpv_renewal_request *request,
                            rpv_renewal_request *kept)
{
	const rpv_renewal_request init = RPV_RENEWAL_REQUEST_INIT;
	rpv_error *error = &session->error;
	*kept = init;
	rpv_status st = rpv__plan_open_empty(plan, session);
	if (st == RPV_OK)
		st = rpv__take_struct(request, sizeof init, kept, sizeof init, "renewal request", error);
	if (st == RPV_OK)
		st = rpv__session_require_write(session, RPV_PERMIT_EXCEPTIONS, kept->id);
	if (st == RPV_OK)
		st = rpv__check_id(kept->id, "id", error);
	if (st == RPV_OK)
		st = rpv__plan_check_renewal(kept, error);
	plan->renewal = kept;
	plan->run = run;
	return st;
}

rpv_status rpv__exception_renew_preview(rpv_session *session, const rpv_renewal_request *request, rpv_filing **out)
{
	rpv_renewal_request kept;
	rpv__plan plan;
	rpv_status st = open_plan(&plan, session, request, &kept);
	if (st == RPV_OK)
		return rpv__plan_preview(&plan, out);
	rpv__filing_free(plan.filing);
	return st;
}

rpv_status rpv__exception_renew(rpv_session *session, const rpv_renewal_request *request, rpv_filing **out)
{
	rpv_filing *preview = NULL;
	rpv_renewal_request kept;
	rpv__plan plan;
	rpv_status st = out ? rpv__exception_renew_preview(session, request, &preview) : RPV_OK;
	if (st)
		return st;
	st = open_plan(&plan, session, request, &kept);
	if (st == RPV_OK)
		return rpv__plan_commit(&plan, preview, out);
	rpv__filing_free(preview);
	rpv__filing_free(plan.filing);
	return st;
}
