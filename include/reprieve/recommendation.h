/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Security recommendations.
 *
 * The card *top recommendations* is rpv_recommendation_list() with the default query and a limit; *show exceptions* is
 * the query with `states` RPV_STATE_PARTIAL_EXCEPTION | RPV_STATE_FULL_EXCEPTION. The flyout of one recommendation is its
 * row, with rpv_device_list(), rpv_weakness_list(), rpv_exception_list() and rpv_remediation_list() asked for it.
 * @defgroup rpv_recommendation Recommendations
 * @{
 */
#ifndef RPV_RECOMMENDATION_H
#define RPV_RECOMMENDATION_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** State of a recommendation: derived from what is exposed and what is excepted, never stored. The first that holds, in
 * the order resolved, full, partial, active. Values are bits, for queries. */
typedef enum rpv_state {
	RPV_STATE_ACTIVE = 1,            /**< something is exposed, no exception is in effect */
	RPV_STATE_PARTIAL_EXCEPTION = 2, /**< exceptions in effect cover some of it */
	RPV_STATE_FULL_EXCEPTION = 4,    /**< a global exception, or exceptions for every present device group */
	RPV_STATE_RESOLVED = 8,          /**< no active device is exposed */
	RPV_STATE_ALL = 15               /**< in queries: all of them */
} rpv_state;

/** Order of a recommendation list. */
typedef enum rpv_recommendation_sort {
	RPV_RECOMMENDATION_BY_IMPACT = 0,         /**< highest exposure impact first, then secure impact, then id */
	RPV_RECOMMENDATION_BY_SECURE_IMPACT = 1,  /**< highest secure score impact first, then id */
	RPV_RECOMMENDATION_BY_DEVICES = 2,        /**< most exposed devices first, then id */
	RPV_RECOMMENDATION_BY_WEAKNESSES = 3,     /**< most weaknesses first, then id */
	RPV_RECOMMENDATION_BY_ID = 4              /**< by id, byte order */
} rpv_recommendation_sort;

/** Which recommendations to list. */
typedef struct rpv_recommendation_query {
	size_t struct_size;      /**< size of this struct: ::RPV_RECOMMENDATION_QUERY_INIT sets it */
	const char *id;          /**< only this one (then `states` 0 means any), NULL: all */
	const char *component;   /**< only with this related component */
	const char *vendor;      /**< only of this vendor, ASCII case ignored */
	const char *tag;         /**< only with this tag, ASCII case ignored */
	const char *group;       /**< counts and impacts of this device group alone, only what is exposed there */
	const char *after;       /**< cursor, NULL: from the beginning */
	uint64_t limit;          /**< at most so many rows, 0: all */
	uint32_t states;         /**< bits of ::rpv_state; 0: active and partial */
	uint32_t kinds;          /**< bits 1 << ::rpv_kind; 0: all */
	uint32_t categories;     /**< bits 1 << ::rpv_category; 0: all */
	rpv_severity severity;   /**< with a weakness at least this severe, ::RPV_SEVERITY_UNCHANGED: any */
	rpv_exploit exploit;     /**< with an exploit at least this far, ::RPV_EXPLOIT_UNCHANGED: any */
	rpv_flag has_remediation; /**< with an active remediation activity, or without */
	rpv_recommendation_sort sort; /**< order */
	int32_t reserved;        /**< 0 */
} rpv_recommendation_query;

/** Initial value of an ::rpv_recommendation_query: active and partial ones by impact. */
#define RPV_RECOMMENDATION_QUERY_INIT                                                                                \
	{ sizeof(rpv_recommendation_query), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, RPV_SEVERITY_UNCHANGED,      \
	  RPV_EXPLOIT_UNCHANGED, RPV_FLAG_UNCHANGED, RPV_RECOMMENDATION_BY_IMPACT, 0 }

/** A recommendation. Counts and impacts are of active devices that the session sees; "after" is the official view:
 * exceptions that count as mitigation taken off. */
typedef struct rpv_recommendation {
	const char *id;                  /**< its id */
	const char *title;               /**< or NULL */
	const char *description;         /**< or NULL */
	const char *steps;               /**< remediation steps, or NULL */
	const char *component;           /**< related component, or NULL */
	const char *vendor;              /**< or NULL */
	const char *product;             /**< or NULL */
	const char *subcategory;         /**< or NULL */
	const char *recommended_version; /**< or NULL */
	const char *recommended_vendor;  /**< or NULL */
	const char *recommended_program; /**< or NULL */
	const char *const *tags;         /**< its tags */
	size_t tag_count;                /**< number of them */
	const char *const *threats;      /**< ids of threat reports */
	size_t threat_count;             /**< number of them */
	rpv_state state;                 /**< over the device groups that the session sees */
	rpv_kind kind;                   /**< what it asks for */
	rpv_category category;           /**< part of the secure score */
	uint32_t points;                 /**< 1 to 10 for configurations, else 0 */
	rpv_severity severity;           /**< highest among the weaknesses counted, else unknown */
	rpv_exploit exploit;             /**< furthest among the weaknesses counted, else none */
	uint64_t assessed_devices;       /**< active devices that have the software, or to which the configuration applies */
	uint64_t exposed_devices;        /**< before exceptions */
	uint64_t exposed_devices_after;  /**< after exceptions */
	uint64_t covered_devices;        /**< exposed ones that an exception in effect hides wholly */
	uint64_t weaknesses;             /**< distinct weaknesses on exposed devices, before exceptions */
	uint64_t exceptions;             /**< exceptions on it that have not ended */
	uint64_t remediations;           /**< remediation activities that are active */
	double exposure_impact;          /**< points the exposure score falls by when it is carried out, before exceptions */
	double exposure_impact_after;    /**< the same, after exceptions */
	double exposure_impact_best;     /**< the same, with every exception in effect taken off */
	double standalone_exposure;      /**< exposure score if it were the only one, before exceptions */
	double secure_impact;            /**< points the secure score rises by, before exceptions */
	double secure_impact_after;      /**< the same, after exceptions */
	double secure_impact_best;       /**< the same, with every exception in effect taken off */
	int32_t public_exploit;          /**< 1: a public exploit or further for one of the weaknesses */
	int32_t known_exploited;         /**< 1: one of the weaknesses is known exploited */
	int32_t active_alert;            /**< 1: an active alert is tied to a weakness or an exposed device of it */
	int32_t reserved;                /**< 0 */
} rpv_recommendation;

/** Lists recommendations. Cost: the first list after a change passes over all memberships (device and recommendation)
 * once; further ones cost the number of recommendations.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for the default
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_DENIED    the permission is missing
 * @retval RPV_E_NOT_FOUND the id or group asked for is not there or not visible
 * @retval RPV_E_INVALID   a field or the cursor is malformed
 * @retval RPV_E_CORRUPT   a record of the store cannot be read
 * @retval RPV_E_STORAGE   the storage failed
 * @retval RPV_E_CLOCK     the clock failed
 * @retval RPV_E_BUSY      the storage is locked, or (storages without `begin_read`) others kept committing
 * @retval RPV_E_REFUSED   a restore is under way
 * @retval RPV_E_NOMEM     no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_recommendation_list(rpv_session *session, const rpv_recommendation_query *query,
                                                          rpv_list **list);
/** A row of rpv_recommendation_list().
 * @param list  a list of recommendations
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_recommendation *rpv_recommendation_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
