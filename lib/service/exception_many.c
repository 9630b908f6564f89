/* SPDX-License-Identifier: MIT */
/* Many filings in one commit: all of them or none. Each sees those before it, as if they had been filed one by one. */
#include "exception.h"

typedef struct many { rpv__plan *plans; size_t count; bool dry; } many;

static rpv_status body(rpv__txn *txn, void *user, rpv_error *error)
{
	many *m = user;
	uint64_t from = rpv__txn_revision(txn)->next[RPV__NEXT_EXCEPTION];
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < m->count; i++) {
		m->plans[i].call_from = m->count > 1 ? from : 0;
		st = rpv__plan_body(txn, &m->plans[i], error);
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
		rpv__filing_free(m->plans[i].filing);
	rpv__free(alloc, m->plans);
}

/* Opens and checks all; those opened are freed by close_all() also on failure. */
static rpv_status open_all(many *m, rpv_session *session, const rpv_exception_request *const *requests, size_t count)
{
	rpv_error *error = &session->error;
	rpv_status st = RPV_OK;
	size_t i = 0;
	if (!count || !requests)
		return rpv__fail(error, RPV_E_INVALID, "there is no request");
	if (count > RPV_FILINGS_MAX)
		return rpv__fail(error, RPV_E_LIMIT, "%zu requests at once: at most %d are allowed", count, RPV_FILINGS_MAX);
	m->plans = rpv__new(&session->store->port.alloc, count * sizeof *m->plans);
	if (!m->plans)
		return rpv__fail_nomem(error);
	m->count = count;
	for (; st == RPV_OK && i < count; i++) {
		if (!requests[i])
			st = rpv__fail(error, RPV_E_INVALID, "a request is NULL");
		if (st == RPV_OK)
			st = rpv__plan_open(&m->plans[i], session, requests[i]);
		m->plans[i].dry = m->dry;
		if (st == RPV_OK)
			st = rpv__plan_check(&m->plans[i], error);
	}
	if (st != RPV_OK)
		error->index = i - 1;
	return st;
}

static void hand_out(many *m, rpv_filing **filings)
{
	for (size_t i = 0; filings && i < m->count; i++) {
		filings[i] = m->plans[i].filing;
		m->plans[i].filing = NULL;
	}
}

rpv_status rpv__exception_preview_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                       rpv_filing **filings)
{
	many m = { NULL, 0, true };
	rpv_status st = open_all(&m, session, requests, count);
	if (st == RPV_OK)
		st = rpv__session_try(session, body, &m);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__plan_scores(&m.plans[i], &session->error);
	if (st == RPV_OK)
		hand_out(&m, filings);
	close_all(&m, &session->store->port.alloc);
	return st;
}

rpv_status rpv__exception_file_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                    rpv_filing **filings)
{
	const rpv__alloc *alloc = &session->store->port.alloc;
	many m = { NULL, 0, false };
	rpv_filing **previews = filings ? rpv__new(alloc, (count + 1) * sizeof *previews) : NULL;
	rpv_status st = filings && !previews ? rpv__fail_nomem(&session->error) : RPV_OK;
	if (st == RPV_OK && filings)
		st = rpv__exception_preview_many(session, requests, count, previews);
	if (st == RPV_OK)
		st = open_all(&m, session, requests, count);
	for (size_t i = 0; st == RPV_OK && filings && i < count; i++)
		m.plans[i].known = rpv_filing_read(previews[i]);
	if (st == RPV_OK)
		st = rpv__session_write(session, body, &m, NULL);
	if (st == RPV_OK)
		hand_out(&m, filings);
	for (size_t i = 0; previews && i < count; i++)
		rpv__filing_free(previews[i]);
	rpv__free(alloc, previews);
	close_all(&m, alloc);
	return st;
}
