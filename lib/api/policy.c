/* SPDX-License-Identifier: MIT */
/* Exported functions of policy.h. */
#include "../service/policy.h"

rpv_status rpv_policy_list(rpv_session *session, const char *name, rpv_list **list)
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
		st = rpv__policy_list(session, name, list);
	return rpv__leave(session, st);
}

const rpv_policy *rpv_policy_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_POLICY, index);
}

static rpv_status change(rpv_session *session, const rpv_policy_change *changes, size_t count, bool dry,
                         rpv_policy_outcome *outcome, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	return st == RPV_OK ? rpv__leave(session, rpv__policy_change(session, changes, count, dry, outcome, list)) : st;
}

rpv_status rpv_policy_set(rpv_session *session, const rpv_policy_change *changes, size_t count,
                          rpv_policy_outcome *outcome, rpv_list **list)
{
	return change(session, changes, count, false, outcome, list);
}

rpv_status rpv_policy_preview(rpv_session *session, const rpv_policy_change *changes, size_t count,
                              rpv_policy_outcome *outcome, rpv_list **list)
{
	return change(session, changes, count, true, outcome, list);
}
