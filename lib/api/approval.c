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
	return rpv__leave(session, rpv__exception_reject(session, id, reason));
}
