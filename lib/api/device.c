/* SPDX-License-Identifier: MIT */
/* Exported functions of device.h that list devices. */
#include "../service/lister.h"

rpv_status rpv_device_list(rpv_session *session, const rpv_device_query *query, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	st = list ? rpv__device_list(session, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, st);
}

const rpv_device *rpv_device_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_DEVICE, index);
}
