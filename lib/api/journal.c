/* SPDX-License-Identifier: MIT */
/* Exported functions of journal.h. */
#include "../service/exception.h"

rpv_status rpv_event_list(rpv_session *session, const rpv_event_query *query, rpv_list **list)
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
		st = rpv__event_list(session, query, list);
	return rpv__leave(session, st);
}

const rpv_event *rpv_event_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_EVENT, index);
}
