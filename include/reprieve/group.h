/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Device groups.
 * @defgroup rpv_group Device groups
 * @{
 */
#ifndef RPV_GROUP_H
#define RPV_GROUP_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A present device group: declared, or named by a device. */
typedef struct rpv_group {
	const char *name;        /**< `UnassignedGroup` for the default group */
	const char *description; /**< or NULL */
	uint32_t rank;           /**< 1 is the highest, 0 without rank */
	int32_t declared;        /**< 1: a group record named it */
	uint64_t devices;        /**< known devices, active or not, excluded or not */
	uint64_t active_devices; /**< those that count in scores now */
} rpv_group;

/** Lists the present groups that the session sees, by name. The default group is listed while a device is in it.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK       `*list` is set
 * @retval RPV_E_DENIED the permission is missing
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_group_list(rpv_session *session, rpv_list **list);
/** A row of rpv_group_list().
 * @param list  a list of groups
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_group *rpv_group_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
