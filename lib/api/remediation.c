/* SPDX-License-Identifier: MIT */
/* Exported functions of remediation.h. */
#include "../service/activity.h"

rpv_status rpv_remediation_request_file(rpv_session *session, const rpv_remediation_request *request, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!request)
		return rpv__leave(session, rpv__fail(&session->error, RPV_E_INVALID, "request is NULL"));
	return rpv__leave(session, rpv__activity_request(session, request, list));
}

rpv_status rpv_remediation_complete(rpv_session *session, const char *id)
{
	rpv_status st = session ? rpv__enter(session) : RPV_E_INVALID;

	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__activity_end(session, id, RPV_REMEDIATION_COMPLETED, NULL));
}

rpv_status rpv_remediation_cancel(rpv_session *session, const char *id, const char *reason)
{
	rpv_status st = session ? rpv__enter(session) : RPV_E_INVALID;

	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__activity_end(session, id, RPV_REMEDIATION_CANCELED, reason));
}

rpv_status rpv_remediation_list(rpv_session *session, const rpv_remediation_query *query, rpv_list **list)
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
		return rpv__leave(session, rpv__fail(&session->error, RPV_E_INVALID, "list is NULL"));
	return rpv__leave(session, rpv__remediation_list(session, query, list));
}

const rpv_remediation *rpv_remediation_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_REMEDIATION, index);
}

rpv_status rpv_target_list(rpv_session *session, const char *id, rpv_list **list)
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
		return rpv__leave(session, rpv__fail(&session->error, RPV_E_INVALID, "list is NULL"));
	return rpv__leave(session, rpv__target_list(session, id, list));
}

const rpv_target *rpv_target_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_TARGET, index);
}
