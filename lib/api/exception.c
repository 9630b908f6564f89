/* SPDX-License-Identifier: MIT */
/* Exported functions of exception.h. */
#include "../service/exception.h"

rpv_exception_status rpv_exception_status_fold(rpv_exception_status status)
{
	switch (status) {
	case RPV_EXCEPTION_PENDING_APPROVAL:
	case RPV_EXCEPTION_SCHEDULED:
	case RPV_EXCEPTION_SUSPENDED: return RPV_EXCEPTION_IN_EFFECT;
	case RPV_EXCEPTION_RESURFACED:
	case RPV_EXCEPTION_REJECTED:
	case RPV_EXCEPTION_SUPERSEDED: return RPV_EXCEPTION_CANCELED;
	default: return status;
	}
}

void rpv_exception_request_init(rpv_exception_request *request)
{
	static const rpv_exception_request init = RPV_EXCEPTION_REQUEST_INIT;

	if (request)
		*request = init;
}

rpv_status rpv_exception_preview(rpv_session *session, const rpv_exception_request *request, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!request || !filing)
		st = rpv__fail(&session->error, RPV_E_INVALID, "request or filing is NULL");
	else
		st = rpv__exception_preview(session, request, filing);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_preview_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
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
		st = rpv__exception_preview_many(session, requests, count, filings);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_file_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                   rpv_filing **filings)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	return st == RPV_OK ? rpv__leave(session, rpv__exception_file_many(session, requests, count, filings)) : st;
}

rpv_status rpv_exception_file(rpv_session *session, const rpv_exception_request *request, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!request)
		st = rpv__fail(&session->error, RPV_E_INVALID, "request is NULL");
	else
		st = rpv__exception_file(session, request, filing);
	return rpv__leave(session, st);
}

const rpv_filing_outcome *rpv_filing_read(const rpv_filing *filing)
{
	return filing ? &filing->outcome : NULL;
}

void rpv_filing_free(rpv_filing *filing)
{
	rpv__filing_free(filing);
}

void rpv_renewal_request_init(rpv_renewal_request *request)
{
	static const rpv_renewal_request init = RPV_RENEWAL_REQUEST_INIT;

	if (request)
		*request = init;
}

rpv_status rpv_exception_renew_preview(rpv_session *session, const rpv_renewal_request *request, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!request || !filing)
		st = rpv__fail(&session->error, RPV_E_INVALID, "request or filing is NULL");
	else
		st = rpv__exception_renew_preview(session, request, filing);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_renew(rpv_session *session, const rpv_renewal_request *request, rpv_filing **filing)
{
	rpv_status st;

	if (filing)
		*filing = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!request)
		st = rpv__fail(&session->error, RPV_E_INVALID, "request is NULL");
	else
		st = rpv__exception_renew(session, request, filing);
	return rpv__leave(session, st);
}

rpv_status rpv_exception_cancel(rpv_session *session, const char *id, const char *group, const char *reason)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__exception_cancel(session, id, group, reason));
}

rpv_status rpv_exception_list(rpv_session *session, const rpv_exception_query *query, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!list)
		st = rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	else
		st = rpv__exception_list(session, query, list);
	return rpv__leave(session, st);
}

const rpv_exception *rpv_exception_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_EXCEPTION, index);
}
