/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Putting a backup back: decisions and history, besides the facts of batch.h.
 *
 * A store is restored by batches with `restore` set, on a store without any commit. Such batches write no events, accept
 * times as they are, and take decisions with their ids, dates and outcomes. The first must hold the store record, the
 * last call is rpv_restore_finish(); between them nothing else can be done with the store, and a restore that broke off
 * is begun again with an empty storage.
 * @defgroup rpv_restore Restoring a backup
 * @{
 */
#ifndef RPV_RESTORE_H
#define RPV_RESTORE_H

#include <reprieve/exception.h>
#include <reprieve/history.h>
#include <reprieve/journal.h>
#include <reprieve/policy.h>
#include <reprieve/remediation.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a store is, apart from its contents. */
typedef struct rpv_restore_store {
	size_t struct_size;        /**< size of this struct */
	int64_t mark_ms;           /**< time of its last commit */
	uint64_t sequence;         /**< last event */
	uint64_t next_exception;   /**< number of the next exception */
	uint64_t next_remediation; /**< number of the next remediation activity */
	uint64_t policy_revision;  /**< how many changes of the policies there were */
	const rpv_policy_change *policies; /**< those that are not the default, for rpv_restore_begin(); those of a store are
	                                    * told by rpv_policy_list() */
	size_t policy_count;       /**< number of them */
} rpv_restore_store;

/** Reads what a backup must say of the store itself.
 * @param session    a session with ::RPV_PERMIT_VIEW that sees all device groups
 * @param[out] store `struct_size` set by the caller, the rest filled in
 * @return as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_restore_read_store(rpv_session *session, rpv_restore_store *store);
/** Begins a restore: the store must have no commit yet.
 * @param session a session with ::RPV_PERMIT_SETTINGS that sees all device groups
 * @param store   what the backup says of the store
 * @retval RPV_OK        begun
 * @retval RPV_E_REFUSED the store is not empty, or a policy is out of range
 * @retval RPV_E_INVALID a number is out of range, or a policy cannot be read: `index` is its place
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_restore_begin(rpv_session *session, const rpv_restore_store *store);
/** Adds an exception to a batch that restores, after what it renews. Rows of rpv_exception_list() are what it takes: all
 * members count but `worth` and `shadowed`; `status`, `status_reason` and `ended_ms` only where a decision ended it.
 * @param batch     a batch with `restore`
 * @param exception copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_restore_exception(rpv_batch *batch, const rpv_exception *exception);
/** Adds a remediation activity to a batch that restores, with its targets.
 * @param batch        a batch with `restore`
 * @param remediation  copied
 * @param targets      copied
 * @param target_count number of them
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_restore_remediation(rpv_batch *batch, const rpv_remediation *remediation,
                                                                const rpv_target *targets, size_t target_count);
/** Adds an event to a batch that restores.
 * @param batch a batch with `restore`
 * @param event copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_restore_event(rpv_batch *batch, const rpv_event *event);
/** Adds a recorded score to a batch that restores: a row of rpv_score_point_list().
 * @param batch a batch with `restore`
 * @param point copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_restore_score(rpv_batch *batch, const rpv_score_point *point);
/** Ends a restore: the store is open for all again.
 * @param session a session with ::RPV_PERMIT_SETTINGS
 * @return as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_restore_finish(rpv_session *session);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
