/* SPDX-License-Identifier: MIT */
/* Many plans in one commit, filings or approvals: all of them or none. Each sees those before it, as if they came one by
 * one. */
#include "exception.h"

typedef struct many { const rpv__call *call; void *plans; size_t count; bool dry; } many;

static rpv__plan *plan_at(const many *m, size_t i)
{
	return (rpv__plan *)((char *)m->plans + i * m->call->size);
}

static rpv_status body(rpv__txn *txn, void *user, rpv_error *error)
{
	many *m = user;
	uint64_t from = rpv__txn_revision(txn)->next[RPV__NEXT_EXCEPTION];
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < m->count; i++) {
		plan_at(m, i)->call_from = m->count > 1 ? from : 0;
		st = rpv__plan_body(txn, plan_at(m, i), error);
		if (st == RPV_STOP)
			st = RPV_OK; /* dry: only the last word ends the transaction */
		else if (st != RPV_OK && error)
			error->index = i;
	}
	return st == RPV_OK && m->dry ? RPV_STOP : st;
}

static void close_all(many *m, const rpv__alloc *alloc)
{
	for (size_t i = 0; m->plans && i < m->count; i++)
		rpv__filing_free(plan_at(m, i)->filing);
	rpv__free(alloc, m->plans);
}

/* Opens and checks all; those opened are freed by close_all() also on failure. */
static rpv_status open_all(many *m)
{
	const rpv__call *call = m->call;
	rpv_error *error = &call->session->error;
	rpv_status st = RPV_OK;
	size_t i = 0;
	if (!call->count || !call->items)
		return rpv__fail(error, RPV_E_INVALID, "there is no request");
	if (call->count > RPV_FILINGS_MAX)
		return rpv__fail(error, RPV_E_LIMIT, "%zu requests at once: at most %d are allowed", call->count,
		                 RPV_FILINGS_MAX);
	m->plans = rpv__new(&call->session->store->port.alloc, call->count * call->size);
	if (!m->plans)
		return rpv__fail_nomem(error);
	m->count = call->count;
	for (; st == RPV_OK && i < m->count; i++)
		st = call->items[i] ? call->open(call, i, m->dry, plan_at(m, i))
		                    : rpv__fail(error, RPV_E_INVALID, "a request is NULL");
	if (st != RPV_OK)
		error->index = i - 1;
	return st;
}

static void hand_out(many *m, rpv_filing **filings)
{
	for (size_t i = 0; filings && i < m->count; i++) {
		filings[i] = plan_at(m, i)->filing;
		plan_at(m, i)->filing = NULL;
	}
}

rpv_status rpv__call_preview(const rpv__call *call, rpv_filing **filings)
{
	many m = { call, NULL, 0, true };
	rpv_status st = open_all(&m);
	if (st == RPV_OK)
		st = rpv__session_try(call->session, body, &m);
	for (size_t i = 0; st == RPV_OK && i < m.count; i++)
		st = rpv__plan_scores(plan_at(&m, i), &call->session->error);
	if (st == RPV_OK)
		hand_out(&m, filings);
	close_all(&m, &call->session->store->port.alloc);
	return st;
}

rpv_status rpv__call_commit(const rpv__call *call, rpv_filing **filings)
{
	const rpv__alloc *alloc = &call->session->store->port.alloc;
	many m = { call, NULL, 0, false };
	rpv_filing **previews = filings ? rpv__new(alloc, (call->count + 1) * sizeof *previews) : NULL;
	rpv_status st = filings && !previews ? rpv__fail_nomem(&call->session->error) : RPV_OK;
	if (st == RPV_OK && filings)
		st = rpv__call_preview(call, previews);
	if (st == RPV_OK)
		st = open_all(&m);
	for (size_t i = 0; st == RPV_OK && filings && i < m.count; i++)
		plan_at(&m, i)->known = rpv_filing_read(previews[i]);
	if (st == RPV_OK)
		st = rpv__session_write(call->session, body, &m, NULL);
	if (st == RPV_OK)
		hand_out(&m, filings);
	for (size_t i = 0; previews && i < call->count; i++)
		rpv__filing_free(previews[i]);
	rpv__free(alloc, previews);
	close_all(&m, alloc);
	return st;
}

/* --- filings --- */
static rpv_status open_filing(const rpv__call *call, size_t i, bool dry, rpv__plan *plan)
{
	rpv_status st = rpv__plan_open(plan, call->session, call->items[i]);
	plan->dry = dry;
	return st == RPV_OK ? rpv__plan_check(plan, &call->session->error) : st;
}

static rpv__call call_of(rpv_session *session, const rpv_exception_request *const *requests, size_t count)
{
	return (rpv__call){ session, open_filing, sizeof(rpv__plan), (const void *const *)requests, count, NULL };
}

rpv_status rpv__exception_preview_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                       rpv_filing **filings)
{
	rpv__call call = call_of(session, requests, count);
	return rpv__call_preview(&call, filings);
}

rpv_status rpv__exception_file_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                    rpv_filing **filings)
{
	rpv__call call = call_of(session, requests, count);
	return rpv__call_commit(&call, filings);
}
