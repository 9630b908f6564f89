/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Plans: which recommendations to carry out first.
 * @defgroup rpv_plan Plans
 * @{
 */
#ifndef RPV_PLAN_H
#define RPV_PLAN_H

#include <reprieve/recommendation.h>
#include <reprieve/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which exceptions count when a plan is made. */
typedef enum rpv_view {
	RPV_VIEW_OFFICIAL = 0,        /**< those that count as mitigation */
	RPV_VIEW_NO_IMPACT = 1,       /**< none */
	RPV_VIEW_MITIGATION_LIKE = 2  /**< all that are in effect */
} rpv_view;

/** What carrying out a recommendation costs, in any unit. */
typedef struct rpv_plan_cost {
	const char *recommendation; /**< its id; one that is not there is left out */
	int64_t cost;               /**< 1 to 1 000 000 000; 0: it is not to be chosen */
} rpv_plan_cost;

/** What is to be planned. With all costs 1, as they are at first, a budget is a number of recommendations. */
typedef struct rpv_plan_query {
	size_t struct_size;         /**< size of this struct: ::RPV_PLAN_QUERY_INIT sets it */
	double target;              /**< stop once the exposure score is at most this; negative: no target */
	int64_t budget;             /**< spend at most this; 0: no bound */
	const rpv_plan_cost *costs; /**< what single recommendations cost, each named once; may be NULL */
	size_t cost_count;          /**< number of them */
	int64_t other_cost;         /**< what each of the others costs, 1 at first; 0: they are not to be chosen */
	const char *group;          /**< exposure score of this device group alone; NULL: all visible */
	uint32_t kinds;             /**< bits 1 << ::rpv_kind; 0: all */
	rpv_view view;              /**< of the exposure score */
} rpv_plan_query;

/** Initial value of an ::rpv_plan_query: all that lowers the official exposure score, the best first. */
#define RPV_PLAN_QUERY_INIT { sizeof(rpv_plan_query), -1, 0, NULL, 0, 1, NULL, 0, RPV_VIEW_OFFICIAL }

/** A step of a plan. */
typedef struct rpv_plan_step {
	const char *recommendation; /**< id of what is carried out on all devices that count */
	const char *title;          /**< or NULL */
	int64_t cost;               /**< of this step */
	int64_t total_cost;         /**< of the steps up to this one */
	double gain;                /**< points that the exposure score falls by with this step, in the view of the plan */
	double exposure;            /**< exposure score after it, in the view of the plan */
	double bound;               /**< no choice that costs as much as the steps so far brings the exposure score below this */
	double exposure_official;   /**< exposure score after it */
	double exposure_no_impact;  /**< the same, before exceptions */
	double exposure_mitigation_like; /**< the same, with every exception in effect taken off */
	uint64_t devices;           /**< active devices that have something of it, before exceptions */
} rpv_plan_step;

/** Plans which recommendations to carry out, and in which order. Each step is the one that lowers the exposure score
 * most for its cost, by the exact impact after the steps before it, and fits into what is left of the budget; the
 * smaller id among equals. The scores after each step are those of a store on which the steps are carried out, to the
 * last bit. A plan is not always the best one, but `bound` tells how far from it it can be: nothing that costs as
 * much comes below. So where `bound` is above the target, no choice of that cost reaches it.
 *
 * It ends once the target is reached, the budget is spent, or nothing lowers the score any more. No step at all: the
 * target was reached before. Cost: a pass over all memberships for each step, and one, of sorting each device's, for the
 * bounds.
 * @param engine    an engine: by its model
 * @param query     what, NULL for the initial values
 * @param[out] list the steps in order; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_INVALID   a cost, the budget, the kinds or the view is out of range, or a recommendation is named twice
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_REFUSED   the engine is one of the host's
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_plan_make(rpv_score_engine *engine, const rpv_plan_query *query, rpv_list **list);
/** A row of rpv_plan_make().
 * @param list  a plan
 * @param index from 0
 * @return the step, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_plan_step *rpv_plan_step_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
