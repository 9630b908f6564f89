/* SPDX-License-Identifier: MIT */
/* Exported functions of budget.h. */
#include "../service/exception.h"
#include <reprieve/budget.h>

rpv_status rpv_budget_list(rpv_session *session, rpv_list **list)
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
		st = rpv__budget_list(session, list);
	return rpv__leave(session, st);
}

const rpv_budget *rpv_budget_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_BUDGET, index);
}
