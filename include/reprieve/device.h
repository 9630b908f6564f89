/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Devices and what is assessed on them.
 * @defgroup rpv_device Devices
 * @{
 */
#ifndef RPV_DEVICE_H
#define RPV_DEVICE_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Order of a device list. */
typedef enum rpv_device_sort {
	RPV_DEVICE_BY_ID = 0,      /**< by id, byte order */
	RPV_DEVICE_BY_EXPOSURE = 1 /**< highest official exposure first, then by id */
} rpv_device_sort;

/** Which devices to list. */
typedef struct rpv_device_query {
	size_t struct_size;          /**< size of this struct: ::RPV_DEVICE_QUERY_INIT sets it */
	const char *id;              /**< only this one, NULL: all */
	const char *group;           /**< only of this group, NULL: all visible */
	const char *recommendation;  /**< only those exposed to it (before exceptions) and active, NULL: all */
	const char *weakness;        /**< only those that have it and are active, NULL: all */
	const char *after;           /**< cursor, NULL: from the beginning */
	uint64_t limit;              /**< at most so many rows, 0: all */
	rpv_device_sort sort;        /**< order */
	rpv_flag covered;            /**< with `recommendation`: only those an exception in effect covers, or does not */
	rpv_flag active;             /**< only those that count in scores now, or do not */
	int32_t reserved;            /**< 0 */
} rpv_device_query;

/** Initial value of an ::rpv_device_query: all devices by id. */
#define RPV_DEVICE_QUERY_INIT                                                                                        \
	{ sizeof(rpv_device_query), NULL, NULL, NULL, NULL, NULL, 0, RPV_DEVICE_BY_ID, RPV_FLAG_UNCHANGED,               \
	  RPV_FLAG_UNCHANGED, 0 }

/** A device. */
typedef struct rpv_device {
	const char *id;                  /**< host's id */
	const char *name;                /**< or NULL */
	const char *os;                  /**< or NULL */
	const char *group;               /**< `UnassignedGroup` for the default group */
	const char *justification;       /**< of the exclusion, or NULL */
	const char *const *tags;         /**< its tags */
	size_t tag_count;                /**< number of them */
	const char *version;             /**< with a recommendation: the installed version, or NULL */
	int64_t first_seen_ms;           /**< milliseconds since 1970 */
	int64_t last_seen_ms;            /**< milliseconds since 1970 */
	double exposure;                 /**< 0 to 100, official: exceptions that count as mitigation taken off */
	double exposure_no_impact;       /**< 0 to 100, without any exception */
	double exposure_mitigation_like; /**< 0 to 100, with every exception in effect taken off */
	rpv_value value;                 /**< value to the organisation */
	int32_t internet_facing;         /**< 1: yes */
	int32_t active_alert;            /**< 1: yes */
	int32_t excluded;                /**< 1: counts nowhere */
	int32_t active;                  /**< 1: seen within the policy `inactive_after` and not excluded */
	int32_t covered;                 /**< with a recommendation: 1 when an exception in effect hides it here */
	rpv_configuration_state state;   /**< with a configuration: its state */
	int32_t user_impact;             /**< with a configuration: 1 when the change would affect users */
} rpv_device;

/** Lists devices. Cost: one pass over the devices; texts are read for the rows listed.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND the id, group, recommendation or weakness asked for is not there or not visible
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_device_list(rpv_session *session, const rpv_device_query *query, rpv_list **list);
/** A row of rpv_device_list().
 * @param list  a list of devices
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_device *rpv_device_at(const rpv_list *list, size_t index);

/** One source's word on one device and one recommendation. */
typedef struct rpv_assessment {
	const char *device;            /**< host's id */
	const char *recommendation;    /**< id */
	const char *source;            /**< who said so */
	const char *version;           /**< installed version, or NULL */
	const char *set;               /**< name of the weakness set, or NULL */
	const char *const *weaknesses; /**< ids, in byte order; those of the set when it names one */
	size_t weakness_count;         /**< number of them */
	int64_t first_seen_ms;         /**< milliseconds since 1970 */
	int64_t last_seen_ms;          /**< milliseconds since 1970 */
	int64_t reported_ms;           /**< newest report of the source for the device */
	rpv_configuration_state state; /**< ::RPV_CONFIGURATION_NONE when about weaknesses */
	int32_t user_impact;           /**< 1: the change would affect users */
	int32_t follows_device;        /**< 1: last seen is whatever the device's is */
	int32_t reserved;              /**< 0 */
} rpv_assessment;

/** Lists what was assessed on one device, by recommendation and source.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param device    id of the device
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND no such device, or not visible
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_assessment_list(rpv_session *session, const char *device, rpv_list **list);
/** A row of rpv_assessment_list().
 * @param list  a list of assessments
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_assessment *rpv_assessment_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
