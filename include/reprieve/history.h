/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Score history: scores that were recorded, and how they went.
 *
 * The store keeps what scores follow from for as long as the policy `history_kept` says. How scores went over a longer time
 * is kept as points: rpv_score_record() writes the scores of an engine, of all device groups together and of each, at most
 * once an hour. A point is what was shown then: facts and exceptions that change later do not change it. Policy
 * `scores_kept` says for how long, 180 days at first.
 * @defgroup rpv_history Score history
 * @{
 */
#ifndef RPV_HISTORY_H
#define RPV_HISTORY_H

#include <reprieve/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Scores that were recorded. */
typedef struct rpv_score_point {
	size_t struct_size;     /**< size of this struct; 0, as in rows, stands for the size that it has in version 0.1 */
	const char *engine;     /**< rpv_score_engine_name() */
	const char *group;      /**< of this device group; NULL: of all together */
	uint64_t digest;        /**< rpv_exposure_model_digest() of the model that they were worked out with; 0: an
	                         * engine of the host's */
	const rpv_score *score; /**< as they were, to the last bit; without `revision` and `valid_until_ms`, which are 0 */
} rpv_score_point;

/** Records the scores of an engine: a point for all device groups together, and one for each group with devices. What has
 * a point in the same hour (of UTC) is left out; without anything left nothing is written. So it may be called as often as
 * a host likes, beside every rpv_store_tick() for example. Points that are no longer kept are taken out, up to 1000 at a
 * time. One event, ::RPV_EVENT_SCORES_RECORDED, tells of it. Cost: rpv_score_engine_read() and a write of some 140 bytes for
 * each group.
 * @param engine        an engine of a session with ::RPV_PERMIT_VIEW and ::RPV_PERMIT_INGEST that sees all device groups
 * @param[out] recorded points written; 0 on failure. May be NULL
 * @retval RPV_OK       the points are there
 * @retval RPV_E_DENIED a permission is missing, or a device group is not visible
 * @retval RPV_E_BUSY   others committed again and again while the scores were read
 * @return else as rpv_score_engine_read() and rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_record(rpv_score_engine *engine, uint64_t *recorded);

/** Which points are asked for. */
typedef struct rpv_score_point_query {
	size_t struct_size;    /**< size of this struct: ::RPV_SCORE_POINT_QUERY_INIT sets it */
	const char *engine;    /**< its rpv_score_engine_name(); NULL: ::RPV_EXPOSURE_MODEL */
	const char *group;     /**< of this device group; NULL: of all together */
	int64_t from_ms;       /**< milliseconds since 1970: points from then on; 0: all that are kept */
	int64_t to_ms;         /**< up to and including then; 0: all. With `newest_first` and a limit of 1: the scores as they
	                        * were last known at that time */
	int64_t every_ms;      /**< of each span of so many milliseconds, counted from 1970 on, its last point only (86 400 000:
	                        * one for each day of UTC); 0: all points */
	int32_t newest_first;  /**< 1: the newest first */
	int32_t reserved;      /**< 0 */
	uint64_t limit;        /**< at most so many; 0: all */
	const char *after;     /**< go on behind the list whose rpv_list_cursor() this is; NULL: from the beginning */
} rpv_score_point_query;

/** Initial value of an ::rpv_score_point_query: all points of the library's own model for all device groups together. */
#define RPV_SCORE_POINT_QUERY_INIT { sizeof(rpv_score_point_query), NULL, NULL, 0, 0, 0, 0, 0, 0, NULL }

/** Lists recorded scores by time: a trend. Without a point the list is empty. Cost: a read for each point between `from_ms`
 * and `to_ms`, up to the limit.
 * @param session   a session with ::RPV_PERMIT_VIEW. Points of all device groups together are for those that see all
 * @param query     which; NULL for the initial values
 * @param[out] list the points; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_INVALID   an argument is NULL, or a field of `query` is out of range
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_DENIED    the permission is missing
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_point_list(rpv_session *session, const rpv_score_point_query *query,
                                                       rpv_list **list);
/** A row of rpv_score_point_list().
 * @param list  a list of points
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_score_point *rpv_score_point_at(const rpv_list *list, size_t index);

/** Points of one engine and device group. */
typedef struct rpv_score_series {
	const char *engine; /**< rpv_score_engine_name() */
	const char *group;  /**< device group; NULL: all together */
	int64_t first_ms;   /**< time of the oldest point that is kept: milliseconds since 1970 */
	int64_t last_ms;    /**< time of the newest */
} rpv_score_series;

/** Lists of what there are points, by engine and device group in byte order, all groups together first. Cost: three reads
 * for each.
 * @param session   a session with ::RPV_PERMIT_VIEW; lists what is visible
 * @param[out] list the list; NULL on failure
 * @return as rpv_score_point_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_series_list(rpv_session *session, rpv_list **list);
/** A row of rpv_score_series_list().
 * @param list  a list of series
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_score_series *rpv_score_series_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
