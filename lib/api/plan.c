/* SPDX-License-Identifier: MIT */
/* Exported functions of plan.h. */
#include "../service/scores.h"

rpv_status rpv_plan_make(rpv_score_engine *engine, const rpv_plan_query *query, rpv_list **list)
{
	rpv_session *session = engine ? engine->session : NULL;
	rpv_status st;

	if (list)
		*list = NULL;
	st = session ? rpv__enter(session) : RPV_E_INVALID;
	if (st != RPV_OK)
		return st;
	st = list ? rpv__plan_list(engine, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, st);
}

const rpv_plan_step *rpv_plan_step_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_PLAN, index);
}
