/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Compensating controls: what mitigating exceptions rest on.
 *
 * A control comes in as a fact, with rpv_batch_control(). It belongs to the whole organisation: every session sees it.
 * @defgroup rpv_control Compensating controls
 * @{
 */
#ifndef RPV_CONTROL_H
#define RPV_CONTROL_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A compensating control. */
typedef struct rpv_control {
	const char *id;              /**< the host's id */
	const char *description;     /**< what it does, or NULL */
	const char *owner;           /**< who answers for it, or NULL */
	const char *const *evidence; /**< URI and digest in turn */
	size_t evidence_count;       /**< number of texts in `evidence` */
	int64_t added_ms;            /**< when it was added */
	int64_t reviewed_ms;         /**< when it was last reviewed, 0: never */
	int64_t review_interval_ms;  /**< how long a review holds, 0: for ever */
	int64_t stale_ms;            /**< from this instant on it is stale, 0: never, or it is retired */
	uint64_t exceptions;         /**< exceptions that rest on it and have not ended, as far as the session sees them */
	rpv_control_kind kind;       /**< never ::RPV_CONTROL_UNCHANGED */
	int32_t stale;               /**< 1: its review is overdue at the list's time */
	int32_t retired;             /**< 1: no longer in place */
	int32_t reserved;            /**< 0 */
} rpv_control;

/** Which controls to list. */
typedef struct rpv_control_query {
	size_t struct_size;    /**< size of this struct: ::RPV_CONTROL_QUERY_INIT sets it */
	const char *id;        /**< only this one, NULL: all */
	const char *after;     /**< cursor, NULL: from the beginning */
	uint64_t limit;        /**< at most so many rows, 0: all */
	rpv_control_kind kind; /**< only of this kind, ::RPV_CONTROL_UNCHANGED: any */
	rpv_flag stale;        /**< only stale ones, or others */
	rpv_flag retired;      /**< only retired ones, or others */
	int32_t reserved;      /**< 0 */
} rpv_control_query;

/** Initial value of an ::rpv_control_query: all controls by id. */
#define RPV_CONTROL_QUERY_INIT                                                                                       \
	{ sizeof(rpv_control_query), NULL, NULL, 0, RPV_CONTROL_UNCHANGED, RPV_FLAG_UNCHANGED, RPV_FLAG_UNCHANGED, 0 }

/** Lists compensating controls, by id. Cost: one read for each control, and one pass over the exceptions.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND the id asked for is not there
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_control_list(rpv_session *session, const rpv_control_query *query,
                                                   rpv_list **list);
/** A row of rpv_control_list().
 * @param list  a list of controls
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_control *rpv_control_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
