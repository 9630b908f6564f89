/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Risk budgets: how much exposure has been accepted, and how much may be.
 *
 * An exception counts with the standalone exposure that was frozen when it was decided, in points, over its own scope. The
 * accepted exposure is the plain sum over the exceptions that have not ended: pending and scheduled ones count, one that has
 * a renewal which has not ended does not. So anyone can add it up from rpv_exception_list(). It is summed by
 * justification, by requester, and by device group: there an exception for device groups counts in full for each of them,
 * a global one for every device group, one for single devices for none.
 *
 * Policies set limits (`budget.JUSTIFICATION`, `budget.requester`, `budget.group`, in points). Filing, renewing and
 * approving is refused when a sum that it adds to is above its limit afterwards. What was decided before a limit was set
 * stays.
 * @defgroup rpv_budget Risk budgets
 * @{
 */
#ifndef RPV_BUDGET_H
#define RPV_BUDGET_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** By what accepted exposure is summed. */
typedef enum rpv_budget_by {
	RPV_BUDGET_BY_JUSTIFICATION = 1, /**< `value` is the word of a justification */
	RPV_BUDGET_BY_REQUESTER = 2,     /**< `value` is the id of a principal */
	RPV_BUDGET_BY_GROUP = 3          /**< `value` is the name of a device group */
} rpv_budget_by;

/** Accepted exposure. */
typedef struct rpv_budget {
	const char *value;   /**< of what, see ::rpv_budget_by */
	double accepted;     /**< in points; above 512 rounded to the nearest double */
	double limit;        /**< what it may come to, in points; below 0: any */
	uint64_t exceptions; /**< how many exceptions it is made of */
	rpv_budget_by by;    /**< by what it is summed */
	int32_t reserved;    /**< 0 */
} rpv_budget;

/** Lists accepted exposure: by justification, then by requester, then by device group, each in byte order of `value`; only
 * what at least one exception counts for. Cost: one pass over the exceptions.
 * @param session   a session with ::RPV_PERMIT_VIEW that sees all device groups
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK       `*list` is set
 * @retval RPV_E_DENIED the permission is missing, or the session does not see all device groups
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_budget_list(rpv_session *session, rpv_list **list);
/** A row of rpv_budget_list().
 * @param list  a list of budgets
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_budget *rpv_budget_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
