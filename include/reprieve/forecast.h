/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Forecasts: the scores at a later time, if nothing is reported until then.
 * @defgroup rpv_forecast Forecasts
 * @{
 */
#ifndef RPV_FORECAST_H
#define RPV_FORECAST_H

#include <reprieve/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is to be forecast. */
typedef struct rpv_forecast_query {
	size_t struct_size;            /**< size of this struct: ::RPV_FORECAST_QUERY_INIT sets it */
	int64_t time_ms;               /**< required: milliseconds since 1970, not before the store's time */
	const char *group;             /**< of this device group alone; NULL: all visible */
	rpv_category category;         /**< secure score of this category alone; ::RPV_CATEGORY_UNCHANGED: all */
	int32_t devices_fall_silent;   /**< 1: devices that are not seen any more stop counting by then; 0: those that count now
	                                * do */
	int32_t without_remediation;   /**< 1: nothing is remediated; 0: activities are carried out when they fall due */
	int32_t reserved;              /**< 0 */
} rpv_forecast_query;

/** Initial value of an ::rpv_forecast_query. */
#define RPV_FORECAST_QUERY_INIT { sizeof(rpv_forecast_query), 0, NULL, RPV_CATEGORY_UNCHANGED, 0, 0, 0 }

/** Forecasts the scores: exceptions start and end by then, and active remediation activities that fall due after now, up to
 * then, are taken as carried out: what their targets have under their recommendation is gone. Where devices fall silent and
 * nothing is remediated, these are the scores of a what-if whose clock is at that time, to the last bit. A curve is drawn
 * from one `valid_until_ms` to the next. Cost: a pass over all memberships, and over the targets of what falls due.
 * @param engine     an engine: by its model
 * @param query      what
 * @param[out] score the scores, with `time_ms` that of the query, and `valid_until_ms` when the forecast changes next;
 *                   `struct_size` set by the caller; untouched on failure
 * @retval RPV_OK          `*score` is filled
 * @retval RPV_E_INVALID   the time lies before the store's time or after the year 9999, or another field is out of range
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_REFUSED   the engine is one of the host's: ask it on a session of a what-if whose clock is at that time
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_forecast_read(rpv_score_engine *engine, const rpv_forecast_query *query,
                                                    rpv_score *score);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
