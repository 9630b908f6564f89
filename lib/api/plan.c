/* SPDX-License-Identifier: MIT */
/* Exported functions of plan.h. */
#include "../service/lister.h"

rpv_status rpv_plan_make(rpv_session *session, const rpv_plan_query *query, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	st = list ? rpv__plan_list(session, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, st);
}

const rpv_plan_step *rpv_plan_step_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_PLAN, index);
}
