/* SPDX-License-Identifier: MIT */
/* Filing an exception: records and events, in one transaction. A preview is the same, dry. */
#include "../model/approval.h"
#include "exception.h"
#include "watch.h"

/* --- writing --- */
rpv_status rpv__plan_write_events(rpv__plan *plan, rpv__txn *txn, rpv_event_type type, const char *reason,
                                  rpv_error *error)
{
	const rpv__cover *cover = &plan->cover;
	bool starts = rpv__exception_status_alone(cover, plan->now_ms) == RPV_EXCEPTION_IN_EFFECT;
	rpv__event decided = { .type = type, .count = cover->baseline.devices, .reason = reason };
	rpv__event suspended = { .type = RPV_EVENT_EXCEPTION_SUSPENDED };
	rpv__arena *arena = &plan->filing->arena;
	rpv__group_count_pair *groups = NULL;
	rpv_status st = rpv__txn_cover_groups(txn, cover, arena, &groups, &decided.group_count, error);
	for (size_t i = 0; st == RPV_OK && i < decided.group_count; i++)
		for (size_t k = 0; k < plan->pair_count; k++)
			if (plan->pairs[k].group == groups[i].group)
				groups[i].count = plan->pairs[k].count;
	decided.groups = groups;
	if (st == RPV_OK)
		st = rpv__txn_exception_event(txn, cover, &decided, error);
	for (size_t i = 0; st == RPV_OK && !cover->pending && plan->request.supersede && i < plan->conflict_count; i++)
		st = rpv__plan_supersede(plan, txn, plan->conflicts[i], error);
	if (cover->scope == RPV_SCOPE_GLOBAL && starts)
		suspended.count = rpv__others_in_effect(plan->others, plan->other_count, plan->now_ms);
	if (st == RPV_OK && suspended.count)
		st = rpv__txn_exception_event(txn, cover, &suspended, error);
	return st;
}

static rpv_status write_all(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv__revision *revision = rpv__txn_revision(txn);
	rpv_status st;
	plan->cover.exception = revision->next[RPV__NEXT_EXCEPTION]++;
	revision->count[RPV__NEXT_EXCEPTION]++;
	st = rpv__txn_put_exception(txn, plan->cover.exception, &plan->texts, error);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, &plan->cover, error);
	if (st == RPV_OK)
		st = rpv__txn_put_deadlines(txn, &plan->cover, plan->now_ms, error);
	if (st == RPV_OK)
		st = rpv__plan_write_events(plan, txn, RPV_EVENT_EXCEPTION_FILED, plan->texts.context, error);
	if (st == RPV_OK)
		st = rpv__plan_hold_budgets(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__watch_shadows(txn, &plan->cover, plan->now_ms, NULL, error);
	if (plan->dry)
		plan->cover.exception = 0; /* it gets no id */
	return st;
}

/* --- the transaction --- */
static void start_over(rpv__plan *plan, rpv__txn *txn)
{
	rpv__arena_free(&plan->filing->arena);
	memset(&plan->filing->outcome, 0, sizeof plan->filing->outcome);
	memset(&plan->filing->row, 0, sizeof plan->filing->row);
	plan->now_ms = rpv__txn_now(txn);
	plan->recommendation = plan->weakness = NULL;
	plan->configuration = false;
	memset(&plan->cover, 0, sizeof plan->cover);
	memset(&plan->texts, 0, sizeof plan->texts);
	plan->unit_names = plan->controls = NULL;
	plan->pairs = NULL;
	plan->others = NULL;
	plan->conflicts = NULL;
	plan->pair_count = plan->other_count = plan->conflict_count = 0;
	memset(&plan->chain, 0, sizeof plan->chain);
	plan->refusals = plan->skipped = (rpv__text_list){ NULL, 0, 0 };
	plan->since = NULL;
}

rpv_status rpv__plan_body(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__plan *plan = user;
	start_over(plan, txn);
	rpv_status st = plan->run(plan, txn, error);
	return st == RPV_OK && plan->dry ? RPV_STOP : st;
}

/* R14: whether a second person is asked follows from what was frozen. */
static rpv_status ask_for_approval(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv__policy *policy;
	rpv_status st = rpv__txn_policy(txn, &policy, error);
	if (st || !rpv__approval_asked(&policy->approval, &plan->cover))
		return st;
	rpv__approval_await(&plan->cover, policy->approval_window_ms);
	plan->cover.supersede = plan->request.supersede == 1;
	return RPV_OK;
}

rpv_status rpv__plan_file(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv_limits *limits = &plan->session->store->limits;
	rpv__arena *arena = &plan->filing->arena;
	rpv_status st = rpv__plan_resolve(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__txn_subject(txn, plan->cover.recommendation, plan->cover.weakness, arena, &plan->others,
		                      &plan->other_count, error);
	if (st == RPV_OK && plan->cover.all_groups && !plan->request.supersede && !plan->renewal)
		st = rpv__plan_skip_groups(plan, error);
	if (st == RPV_OK)
		st = rpv__plan_find_conflicts(plan, error);
	if (st == RPV_OK && plan->conflict_count && !plan->request.supersede && !plan->dry)
		st = rpv__plan_refuse_conflicts(plan, error);
	if (st == RPV_OK)
		st = rpv__plan_chain(plan, txn, error);
	if (st == RPV_OK && rpv__txn_revision(txn)->count[RPV__NEXT_EXCEPTION] >= limits->exceptions)
		st = rpv__plan_refuse(plan, RPV_E_LIMIT, error, "the store holds %llu exceptions, and no more are allowed",
		                      (unsigned long long)limits->exceptions);
	if (st == RPV_OK)
		st = rpv__baseline_freeze(txn, &plan->cover, arena, &plan->cover.baseline, &plan->pairs, &plan->pair_count,
		                          error);
	rpv__watch_frozen(&plan->cover);
	if (st == RPV_OK)
		st = ask_for_approval(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__txn_text(txn, plan->texts.requester, &plan->cover.requester, error);
	if (st == RPV_OK) /* dry runs too, for budgets and what is filed with it: nobody commits theirs */
		st = write_all(plan, txn, error);
	return st == RPV_OK ? rpv__plan_outcome(plan, error) : st;
}

rpv_status rpv__plan_commit(rpv__plan *plan, rpv_filing *preview, rpv_filing **out)
{
	if (preview)
		plan->known = &preview->outcome;
	rpv_status st = rpv__session_write(plan->session, rpv__plan_body, plan, NULL);
	rpv__filing_free(preview);
	if (st == RPV_OK && out)
		*out = plan->filing;
	else
		rpv__filing_free(plan->filing);
	return st;
}

rpv_status rpv__exception_file(rpv_session *session, const rpv_exception_request *request, rpv_filing **out)
{
	rpv_filing *preview = NULL;
	rpv__plan plan;
	rpv_status st = out ? rpv__exception_preview(session, request, &preview) : RPV_OK;
	if (st)
		return st;
	st = rpv__plan_open(&plan, session, request);
	if (st == RPV_OK)
		st = rpv__plan_check(&plan, &session->error);
	if (st == RPV_OK)
		return rpv__plan_commit(&plan, preview, out);
	rpv__filing_free(preview);
	rpv__filing_free(plan.filing);
	return st;
}
