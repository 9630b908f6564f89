/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Approval: a second person decides on exceptions for which the policy asks for one.
 *
 * An exception that the policy asks approval for is filed as pending. Its start and end are fixed then, it keeps its place
 * against conflicts, and it does nothing else: it hides nothing, suspends nothing, supersedes nothing and counts in no
 * score. It takes effect at its approval, or at its start when that is later, with what it rests on frozen anew; nothing
 * that gets worse before makes it void, for the approver is shown what changed. Unapproved it lapses at
 * `approve_by_ms`, for every reader, with no write: its status is rejected, its reason "approval lapsed".
 *
 * Whoever requested an exception cannot approve or reject it, whatever the session: ids of principals are compared byte
 * by byte. The requester, as everyone who may, withdraws it by canceling.
 * @defgroup rpv_approval Approval
 * @{
 */
#ifndef RPV_APPROVAL_H
#define RPV_APPROVAL_H

#include <reprieve/exception.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Shows what approving a pending exception would do now, and in `figures` what changed since it was filed. Writes nothing.
 * Conflicts and rules that refuse are reported in the outcome, also that the session's principal requested it.
 * Cost: as rpv_exception_preview().
 * @param session     a session as for rpv_exception_approve()
 * @param id          the exception
 * @param[out] filing the outcome, for rpv_filing_free(); NULL on failure
 * @return as rpv_exception_approve()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_approve_preview(rpv_session *session, const char *id,
                                                                rpv_filing **filing);
/** Approves a pending exception. Conflicts are looked at again, and one filed to supersede takes over now what it conflicts
 * with; a start that has passed moves to now; its end stays. Cost: as rpv_exception_file(), constant in the number of
 * exceptions.
 * @param session     a session with ::RPV_PERMIT_APPROVE, for a global one ::RPV_PERMIT_GLOBAL_EXCEPTIONS too, that sees
 *                    every device group of it, of another principal than the one that requested it
 * @param id          the exception
 * @param comment     why, in words; may be NULL
 * @param[out] filing what it did, for rpv_filing_free(); NULL on failure; may be NULL (then scores are not worked out)
 * @retval RPV_OK          approved
 * @retval RPV_E_NOT_FOUND no such exception, or not visible
 * @retval RPV_E_REFUSED   it is not pending (the message says what it is), or a rule refuses: the principal requested it, a
 *                         conflict, a control that it rests on is gone, a budget, or a cap on renewals or their time
 * @retval RPV_E_DENIED    a permission is missing, or the session does not see all of it
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_approve(rpv_session *session, const char *id, const char *comment,
                                                        rpv_filing **filing);
/** Rejects a pending exception: it ends now. Cost: constant.
 * @param session a session as for rpv_exception_approve()
 * @param id      the exception
 * @param reason  required: why, in words
 * @retval RPV_OK        rejected
 * @retval RPV_E_INVALID no reason
 * @return else as rpv_exception_approve()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_reject(rpv_session *session, const char *id, const char *reason);
/** Shows what rpv_exception_approve_many() would do. Writes nothing. Each outcome is that of its exception after those
 * before it; its scores are those with it alone.
 * @param session      a session as for rpv_exception_approve()
 * @param ids          the exceptions
 * @param count        number of them, 1 to ::RPV_FILINGS_MAX
 * @param[out] filings room for `count` outcomes, each for rpv_filing_free(); untouched on failure
 * @return as rpv_exception_approve(); `index` of the error is that of the exception
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_approve_preview_many(rpv_session *session, const char *const *ids,
                                                                     size_t count, rpv_filing **filings);
/** Approves many exceptions in one commit: all of them, or none when one is refused, also when the session's principal
 * requested one of them. Conflicts, caps and budgets count as if they were approved one by one.
 * @param session      a session as for rpv_exception_approve()
 * @param ids          the exceptions
 * @param count        number of them, 1 to ::RPV_FILINGS_MAX
 * @param comment      why, in words, on all of them; may be NULL
 * @param[out] filings room for `count` outcomes, each for rpv_filing_free(); untouched on failure; may be NULL (then scores
 *                     are not worked out)
 * @return as rpv_exception_approve(); `index` of the error is that of the exception
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_approve_many(rpv_session *session, const char *const *ids, size_t count,
                                                             const char *comment, rpv_filing **filings);
/** Rejects many exceptions in one commit: all of them, or none when one is refused.
 * @param session a session as for rpv_exception_approve()
 * @param ids     the exceptions
 * @param count   number of them, 1 to ::RPV_FILINGS_MAX
 * @param reason  required: why, in words, on all of them
 * @return as rpv_exception_reject(); `index` of the error is that of the exception
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_reject_many(rpv_session *session, const char *const *ids, size_t count,
                                                            const char *reason);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
