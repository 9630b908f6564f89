/* SPDX-License-Identifier: MIT */
/* The answers of a second person to a pending exception: approval, which is a plan as a filing is, and rejection (R14). */
#include "../model/approval.h"
#include "exception.h"
#include "watch.h"

typedef struct approval {
	rpv__plan plan;
	uint64_t number;
	const char *id, *comment;
	rpv__baseline filed;               /* what was frozen at filing */
} approval;

/* --- whether the session may answer --- */
static rpv_status not_found(const char *id, rpv_error *error)
{
	return rpv__fail(error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", id);
}

/* Whoever answers is to see all that it covers (R44). */
static rpv_status check_sight(const rpv_session *session, rpv__txn *txn, const char *id, const rpv__cover *cover,
                              rpv_error *error)
{
	size_t all, seen;
	rpv_status st = rpv__txn_cover_seen(txn, session, cover, &all, &seen, error);
	if (st == RPV_OK && seen == 0)
		return not_found(id, error);
	if (st == RPV_OK && cover->scope == RPV_SCOPE_GLOBAL && !session->all_groups)
		return rpv__fail(error, RPV_E_DENIED, "a global exception needs a session that sees all device groups");
	if (st == RPV_OK && seen < all)
		return rpv__fail(error, RPV_E_DENIED, "%s also covers what the session does not see: whoever decides on it must "
		                 "see all of it", id);
	return st;
}

/* Ended stays ended (R5), and nothing else waits for an answer. */
static rpv_status check_pending(const char *id, const rpv__cover *cover, int64_t now_ms, rpv_error *error)
{
	rpv_exception_status status = rpv__exception_status_alone(cover, now_ms);
	if (status == RPV_EXCEPTION_PENDING_APPROVAL)
		return RPV_OK;
	if (cover->pending && cover->ending == RPV__NOT_ENDED) {
		char when[RPV_TIME_TEXT_SIZE];
		rpv__time_text(rpv__approval_lapse(cover), when);
		return rpv__fail(error, RPV_E_REFUSED, "the time to approve %s ended at %s: it is rejected, file it again", id,
		                 when);
	}
	return rpv__fail(error, RPV_E_REFUSED, "%s does not wait for approval: its status is %s", id,
	                 rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)status));
}

/* Four eyes: ids of principals are compared byte by byte. */
static bool is_requester(const rpv_session *session, const rpv__exception *texts)
{
	return texts->requester && strcmp(texts->requester, session->principal) == 0;
}

/* Reads the exception and checks all of this. */
static rpv_status open_pending(rpv_session *session, rpv__txn *txn, uint64_t number, const char *id, rpv__arena *into,
                               rpv__exception *texts, rpv__cover *cover, rpv_error *error)
{
	rpv_status st = rpv__txn_exception(txn, number, into, texts, cover, error);
	if (st == RPV_E_NOT_FOUND)
		return not_found(id, error);
	if (st == RPV_OK)
		st = check_sight(session, txn, id, cover, error);
	if (st == RPV_OK && cover->scope == RPV_SCOPE_GLOBAL)
		st = rpv__session_require(session, RPV_PERMIT_GLOBAL_EXCEPTIONS, id);
	return st == RPV_OK ? check_pending(id, cover, rpv__txn_now(txn), error) : st;
}

static rpv_status check_call(rpv_session *session, const char *id, uint64_t *number)
{
	rpv_status st = rpv__session_require_write(session, RPV_PERMIT_APPROVE, id);
	if (st == RPV_OK)
		st = rpv__check_id(id, "id", &session->error);
	*number = st == RPV_OK ? rpv__number_of_id(id, 'E') : 0;
	return st == RPV_OK && !*number ? not_found(id, &session->error) : st;
}

/* --- approving --- */
/* All on its subject but itself. */
static rpv_status find_others(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	size_t kept = 0;
	rpv_status st = rpv__txn_subject(txn, plan->cover.recommendation, plan->cover.weakness, &plan->filing->arena,
	                                 &plan->others, &plan->other_count, error);
	for (size_t i = 0; st == RPV_OK && i < plan->other_count; i++)
		if (plan->others[i].exception != plan->cover.exception)
			plan->others[kept++] = plan->others[i];
	plan->other_count = kept;
	return st;
}

/* It takes effect as the world is now. */
static rpv_status give(approval *a, rpv__txn *txn, rpv_error *error)
{
	rpv__plan *plan = &a->plan;
	rpv__arena *arena = &plan->filing->arena;
	a->filed = plan->cover.baseline;
	plan->since = &a->filed;
	plan->request.supersede = plan->cover.supersede;
	rpv__approval_give(&plan->cover, plan->now_ms);
	plan->texts.approver = rpv__arena_text(arena, plan->session->principal, strlen(plan->session->principal));
	rpv_status st = plan->texts.approver ? rpv__txn_policy(txn, &plan->policy, error) : rpv__fail_nomem(error);
	if (st == RPV_OK)
		st = rpv__plan_name_units(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__plan_name_controls(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__plan_controls(plan, txn, error);
	if (st == RPV_OK)
		st = find_others(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__plan_find_conflicts(plan, error);
	if (st == RPV_OK && plan->conflict_count && !plan->request.supersede && !plan->dry)
		st = rpv__plan_refuse_conflicts(plan, error);
	if (st == RPV_OK)
		st = rpv__plan_hold_caps(plan, error);
	if (st == RPV_OK)
		st = rpv__baseline_freeze(txn, &plan->cover, arena, &plan->cover.baseline, &plan->pairs, &plan->pair_count,
		                          error);
	rpv__watch_frozen(&plan->cover);
	return st;
}

static rpv_status write_approval(approval *a, rpv__txn *txn, const rpv__cover *before, rpv_error *error)
{
	rpv__plan *plan = &a->plan;
	rpv_status st = rpv__txn_remove_deadlines(txn, before, plan->now_ms, error);
	if (st == RPV_OK)
		st = rpv__txn_put_exception(txn, plan->cover.exception, &plan->texts, error);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, &plan->cover, error);
	if (st == RPV_OK)
		st = rpv__txn_put_deadlines(txn, &plan->cover, plan->now_ms, error);
	if (st == RPV_OK)
		st = rpv__plan_write_events(plan, txn, RPV_EVENT_EXCEPTION_APPROVED, a->comment, error);
	if (st == RPV_OK)
		st = rpv__plan_hold_budgets(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__watch_shadows(txn, &plan->cover, plan->now_ms, NULL, error);
	return st;
}

static rpv_status approve(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	approval *a = (approval *)plan;
	rpv__cover before;
	rpv_status st = open_pending(plan->session, txn, a->number, a->id, &plan->filing->arena, &plan->texts, &plan->cover,
	                             error);
	if (st == RPV_OK && is_requester(plan->session, &plan->texts))
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "%s requested %s, and cannot approve it: a second person must",
		                      plan->session->principal, a->id);
	if (st == RPV_OK)
		st = rpv__txn_subject_ids(txn, &plan->cover, &plan->filing->arena, &plan->recommendation, &plan->weakness, error);
	before = plan->cover;
	if (st == RPV_OK)
		st = give(a, txn, error);
	if (st == RPV_OK) /* dry runs too, for budgets: nobody commits theirs */
		st = write_approval(a, txn, &before, error);
	return st == RPV_OK ? rpv__plan_outcome(plan, error) : st;
}

static rpv_status open_approval(approval *a, rpv_session *session, const char *id, const char *comment)
{
	memset(a, 0, sizeof *a);
	rpv_status st = check_call(session, id, &a->number);
	if (st == RPV_OK)
		st = rpv__check_text(comment, "comment", &session->error);
	if (st == RPV_OK)
		st = rpv__plan_open_empty(&a->plan, session);
	a->plan.run = approve;
	a->id = id;
	a->comment = comment;
	return st;
}

rpv_status rpv__exception_approve_preview(rpv_session *session, const char *id, rpv_filing **out)
{
	approval a;
	rpv_status st = open_approval(&a, session, id, NULL);
	return st == RPV_OK ? rpv__plan_preview(&a.plan, out) : st;
}

rpv_status rpv__exception_approve(rpv_session *session, const char *id, const char *comment, rpv_filing **out)
{
	approval a;
	rpv_filing *preview = NULL;
	rpv_status st = out ? rpv__exception_approve_preview(session, id, &preview) : RPV_OK;
	if (st == RPV_OK)
		st = open_approval(&a, session, id, comment);
	if (st == RPV_OK)
		return rpv__plan_commit(&a.plan, preview, out);
	rpv__filing_free(preview);
	return st;
}

/* --- approving many --- */
static rpv_status open_one(const rpv__call *call, size_t i, bool dry, rpv__plan *plan)
{
	rpv_status st = open_approval((approval *)plan, call->session, call->items[i], call->comment);
	plan->dry = dry;
	return st;
}

static rpv__call call_of(rpv_session *session, const char *const *ids, size_t count, const char *comment)
{
	return (rpv__call){ session, open_one, sizeof(approval), (const void *const *)ids, count, comment };
}

rpv_status rpv__exception_approve_preview_many(rpv_session *session, const char *const *ids, size_t count,
                                               rpv_filing **filings)
{
	rpv__call call = call_of(session, ids, count, NULL);
	return rpv__call_preview(&call, filings);
}

rpv_status rpv__exception_approve_many(rpv_session *session, const char *const *ids, size_t count, const char *comment,
                                       rpv_filing **filings)
{
	rpv__call call = call_of(session, ids, count, comment);
	return rpv__call_commit(&call, filings);
}

/* --- rejecting, one or many --- */
typedef struct rejection { rpv_session *session; const char *const *ids; size_t count; const char *reason; } rejection;

static rpv_status reject(const rejection *r, const char *id, rpv__txn *txn, rpv_error *error)
{
	const rpv__event event = { .reason = r->reason };
	rpv__exception texts;
	rpv__cover cover;
	rpv_status st = open_pending(r->session, txn, rpv__number_of_id(id, 'E'), id, rpv__txn_arena(txn), &texts, &cover,
	                             error);
	if (st)
		return st;
	if (is_requester(r->session, &texts) || !rpv__life_end(&cover, RPV__CAUSE_REJECTED, rpv__txn_now(txn)))
		return rpv__fail(error, RPV_E_REFUSED, "%s requested %s, and cannot reject it: cancel it instead",
		                 r->session->principal, id);
	texts.status_reason = r->reason;
	return rpv__txn_exception_ended(txn, &cover, RPV__CAUSE_REJECTED, &texts, &event, error);
}

static rpv_status reject_all(rpv__txn *txn, void *user, rpv_error *error)
{
	const rejection *r = user;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < r->count; i++) {
		st = reject(r, r->ids[i], txn, error);
		if (st != RPV_OK && error && r->count > 1)
			error->index = i;
	}
	return st;
}

rpv_status rpv__exception_reject(rpv_session *session, const char *const *ids, size_t count, const char *reason)
{
	rejection r = { session, ids, count, reason };
	rpv_error *error = &session->error;
	uint64_t number;
	rpv_status st = RPV_OK;
	if (!count || !ids)
		return rpv__fail(error, RPV_E_INVALID, "there is no id");
	if (count > RPV_FILINGS_MAX)
		return rpv__fail(error, RPV_E_LIMIT, "%zu exceptions at once: at most %d are allowed", count, RPV_FILINGS_MAX);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		st = check_call(session, ids[i], &number);
		if (st != RPV_OK && count > 1)
			error->index = i;
	}
	if (st == RPV_OK && (!reason || !*reason))
		st = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "reason", "the reason is missing: say why, in words");
	if (st == RPV_OK)
		st = rpv__check_text(reason, "reason", error);
	return st == RPV_OK ? rpv__session_write(session, reject_all, &r, NULL) : st;
}
