/* SPDX-License-Identifier: MIT */
/* Exported functions of weakness.h that list weaknesses. */
#include "../service/lister.h"

rpv_status rpv_weakness_list(rpv_session *session, const rpv_weakness_query *query, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	st = list ? rpv__weakness_list(session, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, st);
}

const rpv_weakness *rpv_weakness_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_WEAKNESS, index);
}
