/* SPDX-License-Identifier: MIT */
/* Exported functions of approval.h. */
#include "../service/exception.h"

rpv_status rpv_exception_approve_preview(rpv_session *session, const char *id, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!filing)
		st = rpv__fail(&session->error, RPV_E_INVALID, "filing is NULL");
	else
		st = rpv__exception_approve_preview(session, id, filing);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_approve(rpv_session *session, const char *id, const char *comment, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__exception_approve(session, id, comment, filing));
}

rpv_status rpv_exception_reject(rpv_session *session, const char *id, const char *reason)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__exception_reject(session, &id, 1, reason));
}

rpv_status rpv_exception_approve_preview_many(rpv_session *session, const char *const *ids, size_t count,
                                              rpv_filing **filings)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!filings)
		st = rpv__fail(&session->error, RPV_E_INVALID, "filings is NULL");
	else
		st = rpv__exception_approve_preview_many(session, ids, count, filings);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_approve_many(rpv_session *session, const char *const *ids, size_t count, const char *comment,
                                      rpv_filing **filings)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__exception_approve_many(session, ids, count, comment, filings));
}

rpv_status rpv_exception_reject_many(rpv_session *session, const char *const *ids, size_t count, const char *reason)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__exception_reject(session, ids, count, reason));
}
