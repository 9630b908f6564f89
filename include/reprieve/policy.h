/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Policies: the numbers and choices that the rules go by.
 *
 * A store goes by the defaults until they are changed. A change counts at once and for all, and never changes what was
 * decided before: dates, impacts and approvals stay. Names, values and defaults are listed in @ref policy.
 * @defgroup rpv_policy Policies
 * @{
 */
#ifndef RPV_POLICY_H
#define RPV_POLICY_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A policy. */
typedef struct rpv_policy {
	const char *name;          /**< such as `max_renewals`, or `max_renewals.risk_accepted` */
	const char *value;         /**< what counts, such as `30d`; rpv_policy_set() takes it back */
	const char *default_value; /**< what counts unless it is changed */
	const char *previous;      /**< of rpv_policy_set() and rpv_policy_preview(): the value before; else NULL */
	const char *description;   /**< what it is, in one line */
	const char *part_of;       /**< name of the policy that holds this one for each justification or trigger, or NULL */
	int32_t is_default;        /**< 1: the value is the default */
	int32_t reserved;          /**< 0 */
} rpv_policy;

/** Lists policies in the order of the documentation, those that have a value for each justification or trigger followed
 * by these.
 * @param session   a session with ::RPV_PERMIT_VIEW; also one that looks at the past: then the policies of that time
 * @param name      only this one with its parts; NULL: all
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND there is no policy of that name
 * @retval RPV_E_VERSION   the policies were changed by a newer version of the library
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_policy_list(rpv_session *session, const char *name, rpv_list **list);
/** A row of rpv_policy_list(), or of the list that a change hands out.
 * @param list  a list of policies
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_policy *rpv_policy_at(const rpv_list *list, size_t index);

/** A change of one policy. */
typedef struct rpv_policy_change {
	const char *name;  /**< which; letters without regard to case, `-` for `_` */
	const char *value; /**< what is to count; NULL: the default */
} rpv_policy_change;

/** What a change comes to. */
typedef struct rpv_policy_outcome {
	size_t struct_size; /**< size of this struct: ::RPV_POLICY_OUTCOME_INIT sets it */
	uint64_t revision;  /**< how many changes of the policies there were, this one included */
	uint64_t changed;   /**< how many policies have another value now */
	uint64_t voided;    /**< exceptions that become void: a trigger that now counts holds */
	uint64_t warned;    /**< exceptions that are warned about for the same reason */
} rpv_policy_outcome;

/** Initial value of an ::rpv_policy_outcome. */
#define RPV_POLICY_OUTCOME_INIT { sizeof(rpv_policy_outcome), 0, 0, 0, 0 }

/** Changes policies, in order, all or nothing. What already counts is no change; without any only what fell due is
 * written. The triggers of exceptions that have not ended are judged by the new policies in the same commit. Each policy
 * that changed is an event, ::RPV_EVENT_POLICY_CHANGED.
 * Cost: in all exceptions when a change is about triggers or thresholds; else constant.
 * @param session      a session with ::RPV_PERMIT_SETTINGS that sees all device groups
 * @param changes      what to change
 * @param count        number of them
 * @param[out] outcome what it came to, `struct_size` set by the caller; may be NULL
 * @param[out] list    the policies that changed, for rpv_policy_at(); may be NULL; NULL on failure
 * @retval RPV_OK          done
 * @retval RPV_E_INVALID   `field` of the error says "name": there is no such policy, or "value": it cannot be read;
 *                         `index` is the change
 * @retval RPV_E_REFUSED   a value is out of range, or two do not go together; a restore is under way
 * @retval RPV_E_DENIED    the permission is missing, or the session does not see all device groups
 * @retval RPV_E_READ_ONLY the session looks at the past, or the storage only reads
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_policy_set(rpv_session *session, const rpv_policy_change *changes, size_t count,
                                                 rpv_policy_outcome *outcome, rpv_list **list);
/** The same as a dry run: nothing is written.
 * @param session      as rpv_policy_set()
 * @param changes      as rpv_policy_set()
 * @param count        as rpv_policy_set()
 * @param[out] outcome what it would come to
 * @param[out] list    the policies that would change
 * @return as rpv_policy_set()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_policy_preview(rpv_session *session, const rpv_policy_change *changes,
                                                     size_t count, rpv_policy_outcome *outcome, rpv_list **list);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
