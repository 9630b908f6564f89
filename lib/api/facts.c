/* SPDX-License-Identifier: MIT */
/* Exported functions that list facts: of group.h and control.h, and of device.h and weakness.h those on assessments and
 * sets. */
#include "../service/facts.h"
#include "../service/lister.h"

/* One function that lists: `call` does it. */
#define LIST(session, list, call)                                                                                    \
	rpv_status st;                                                                                                   \
                                                                                                                     \
	if (list)                                                                                                        \
		*(list) = NULL;                                                                                              \
	if (!(session))                                                                                                  \
		return RPV_E_INVALID;                                                                                        \
	st = rpv__enter(session);                                                                                        \
	if (st != RPV_OK)                                                                                                \
		return st;                                                                                                   \
	st = (list) ? (call) : rpv__fail(&(session)->error, RPV_E_INVALID, "list is NULL");                              \
	return rpv__leave(session, st)

rpv_status rpv_group_list(rpv_session *session, rpv_list **list)
{
	LIST(session, list, rpv__group_list(session, list));
}

const rpv_group *rpv_group_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_GROUP, index);
}

rpv_status rpv_assessment_list(rpv_session *session, const char *device, rpv_list **list)
{
	LIST(session, list, rpv__assessment_list(session, device, list));
}

const rpv_assessment *rpv_assessment_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_ASSESSMENT, index);
}

rpv_status rpv_weakness_set_list(rpv_session *session, rpv_list **list)
{
	LIST(session, list, rpv__weakness_set_list(session, list));
}

const rpv_weakness_set *rpv_weakness_set_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_WEAKNESS_SET, index);
}

rpv_status rpv_control_list(rpv_session *session, const rpv_control_query *query, rpv_list **list)
{
	LIST(session, list, rpv__control_list(session, query, list));
}

const rpv_control *rpv_control_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_CONTROL, index);
}
