/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Weaknesses, sets of them, and CVSS.
 * @defgroup rpv_weakness Weaknesses
 * @{
 */
#ifndef RPV_WEAKNESS_H
#define RPV_WEAKNESS_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Order of a weakness list. */
typedef enum rpv_weakness_sort {
	RPV_WEAKNESS_BY_ID = 0,     /**< by id, byte order */
	RPV_WEAKNESS_BY_DEVICES = 1, /**< most exposed devices first, then by id */
	RPV_WEAKNESS_BY_EXPOSURE = 2 /**< highest standalone exposure first, then by id */
} rpv_weakness_sort;

/** Which weaknesses to list. */
typedef struct rpv_weakness_query {
	size_t struct_size;         /**< size of this struct: ::RPV_WEAKNESS_QUERY_INIT sets it */
	const char *id;             /**< only this one, NULL: all */
	const char *recommendation; /**< only those of it that an active device has, NULL: all */
	const char *after;          /**< cursor, NULL: from the beginning */
	uint64_t limit;             /**< at most so many rows, 0: all */
	rpv_weakness_sort sort;     /**< order */
	rpv_severity severity;      /**< at least this severe, ::RPV_SEVERITY_UNCHANGED: any */
	rpv_exploit exploit;        /**< at least this level, ::RPV_EXPLOIT_UNCHANGED: any */
	rpv_flag exposed;           /**< only those that an active device has, or none has */
} rpv_weakness_query;

/** Initial value of an ::rpv_weakness_query: all weaknesses by id. */
#define RPV_WEAKNESS_QUERY_INIT                                                                                      \
	{ sizeof(rpv_weakness_query), NULL, NULL, NULL, 0, RPV_WEAKNESS_BY_ID, RPV_SEVERITY_UNCHANGED,                   \
	  RPV_EXPLOIT_UNCHANGED, RPV_FLAG_UNCHANGED }

/** A weakness. */
typedef struct rpv_weakness {
	const char *id;                 /**< `CVE-...` or any id */
	const char *title;              /**< or NULL */
	const char *epss_model;         /**< or NULL */
	const char *const *cvss;        /**< CVSS vectors */
	size_t cvss_count;              /**< number of them */
	const char *const *aliases;     /**< other ids */
	size_t alias_count;             /**< number of them */
	double epss;                    /**< 0 to 1, negative when unknown */
	double likelihood;              /**< 0 to 0.99 within 30 days, by the exposure model */
	double cvss_score;              /**< base score of the highest CVSS version, negative without */
	int64_t known_exploited_ms;     /**< 0: not known exploited */
	int64_t published_ms;           /**< 0: not said */
	int64_t updated_ms;             /**< 0: not said */
	uint64_t exposed_devices;       /**< active devices that have it, before exceptions */
	uint64_t exposed_devices_after; /**< those left in the official view */
	double standalone_exposure;     /**< exposure score if it were the only one, before exceptions */
	rpv_severity severity;          /**< never ::RPV_SEVERITY_UNCHANGED */
	rpv_exploit exploit;            /**< never ::RPV_EXPLOIT_UNCHANGED */
	int32_t severity_given;         /**< 1: reported; 0: it follows from the vectors, or is the default */
	int32_t ransomware;             /**< 1: yes */
	int32_t zero_day;               /**< 1: yes */
	rpv_flag fix_available;         /**< or unknown */
	int32_t active_alert;           /**< 1: yes */
	int32_t known_exploited;        /**< 1: yes */
} rpv_weakness;

/** Lists weaknesses. Cost: one pass over the weaknesses, and over the memberships where counts are asked for.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND the id or recommendation asked for is not there
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_weakness_list(rpv_session *session, const rpv_weakness_query *query,
                                                    rpv_list **list);
/** A row of rpv_weakness_list().
 * @param list  a list of weaknesses
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_weakness *rpv_weakness_at(const rpv_list *list, size_t index);

/** A named set of weaknesses. */
typedef struct rpv_weakness_set {
	const char *recommendation;    /**< id of its recommendation */
	const char *id;                /**< host's id within it */
	const char *const *weaknesses; /**< ids, in byte order */
	size_t weakness_count;         /**< number of them */
} rpv_weakness_set;

/** Lists the named sets, by recommendation and id.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param[out] list the list; NULL on failure
 * @return as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_weakness_set_list(rpv_session *session, rpv_list **list);
/** A row of rpv_weakness_set_list().
 * @param list  a list of sets
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_weakness_set *rpv_weakness_set_at(const rpv_list *list, size_t index);

/** Scores of a CVSS vector. */
typedef struct rpv_cvss {
	size_t struct_size;     /**< size of this struct, set by the caller */
	double base;            /**< 0.0 to 10.0, one decimal */
	double overall;         /**< with the temporal or threat, and environmental metrics that the vector has */
	int32_t version;        /**< 20, 30, 31 or 40 */
	rpv_severity severity;  /**< of the base score: of version 2.0 by the NVD's scale, where 0.0 is low; of later ones
	                         * ::RPV_SEVERITY_UNKNOWN for 0.0 */
} rpv_cvss;

/** Reads and scores a CVSS vector of version 2.0, 3.0, 3.1 or 4.0, as FIRST specifies them.
 * @param vector    NUL-terminated; `CVSS:3.0/`, `CVSS:3.1/`, `CVSS:4.0/`, or a bare vector of version 2.0, which may
 *                  stand in parentheses or behind `CVSS:2.0/`; metrics in any order
 * @param[out] cvss `struct_size` set by the caller, the rest filled in; untouched on failure
 * @retval RPV_OK        `*cvss` is filled
 * @retval RPV_E_INVALID not a vector: a metric is unknown, repeated, missing, or has no such value
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_cvss_score(const char *vector, rpv_cvss *cvss);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
