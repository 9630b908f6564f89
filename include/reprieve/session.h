/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Sessions: who asks, what they may do, which device groups they see.
 * @defgroup rpv_session Sessions
 * @{
 */
#ifndef RPV_SESSION_H
#define RPV_SESSION_H

#include <reprieve/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a principal may do. The default is nothing. */
typedef enum rpv_permission {
	RPV_PERMIT_VIEW = 1,               /**< read */
	RPV_PERMIT_EXCEPTIONS = 2,         /**< file and cancel exceptions for device groups and devices */
	RPV_PERMIT_GLOBAL_EXCEPTIONS = 4,  /**< file and cancel global exceptions, with ::RPV_PERMIT_EXCEPTIONS */
	RPV_PERMIT_APPROVE = 8,            /**< approve and reject pending exceptions */
	RPV_PERMIT_REMEDIATION = 16,       /**< request, complete and cancel remediation activities */
	RPV_PERMIT_SETTINGS = 32,          /**< change policies; restore a backup */
	RPV_PERMIT_INGEST = 64,            /**< report facts */
	RPV_PERMIT_ALL = 127               /**< all of these */
} rpv_permission;

/** Who asks. */
typedef struct rpv_principal {
	size_t struct_size;                /**< size of this struct: ::RPV_PRINCIPAL_INIT sets it */
	const char *id;                    /**< required: e-mail address or other name, at most ::RPV_ID_MAX bytes; the
	                                    * actor of events and the requester of what is filed */
	uint32_t permissions;              /**< bits of ::rpv_permission */
	uint32_t reserved;                 /**< 0 */
	const char *const *visible_groups; /**< names of the device groups that are visible, NULL for all */
	size_t visible_group_count;        /**< number of them; 0 with a non-NULL list: none */
} rpv_principal;

/** Initial value of an ::rpv_principal. */
#define RPV_PRINCIPAL_INIT { sizeof(rpv_principal), NULL, 0, 0, NULL, 0 }

/** A principal at work on a store. Opaque; one thread at a time. */
typedef struct rpv_session rpv_session;

/** Opens a session.
 * @param store        an open store
 * @param principal    who; copied
 * @param[out] session the session, for rpv_session_close(); NULL on failure
 * @param[out] error   what failed, may be NULL
 * @retval RPV_OK        `*session` is set
 * @retval RPV_E_INVALID no id, or one that is not UTF-8 or too long, or unknown permission bits
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_session_open(rpv_store *store, const rpv_principal *principal,
                                                   rpv_session **session, rpv_error *error);

/** Closes a session. Batches of it must be freed before; lists outlive it.
 * @param session the session, may be NULL
 * @since 0.1 */
RPV_API void rpv_session_close(rpv_session *session);

/** What the last call with this session came to.
 * @param session a session
 * @return the record, which lives as long as the session and changes with its next call
 * @since 0.1 */
RPV_API const rpv_error *rpv_session_error(const rpv_session *session);

/** Lets a session look at the store as a reader at a past time saw it: facts, exceptions, scores and states of the
 * commits up to then, statuses as of then; before the first commit the store was empty. Writes fail with ::RPV_E_READ_ONLY.
 * Cost: the changes since that time are read once.
 * @param session a session
 * @param time_ms milliseconds since 1970; 0 for the present
 * @retval RPV_OK        the session answers as of that time
 * @retval RPV_E_REFUSED the time lies after the last commit, or before the history that is kept (policy `history_kept`)
 * @retval RPV_E_STORAGE the storage failed
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_session_set_as_of(rpv_session *session, int64_t time_ms);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
