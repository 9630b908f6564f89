/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Remediation activities.
 * @defgroup rpv_remediation Remediation activities
 * @{
 */
#ifndef RPV_REMEDIATION_H
#define RPV_REMEDIATION_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a remediation activity asks for. */
typedef enum rpv_remediation_kind {
	RPV_REMEDIATION_DEFAULT = 0,              /**< in requests: as the recommendation says */
	RPV_REMEDIATION_UPDATE = 1,               /**< software update */
	RPV_REMEDIATION_UPGRADE = 2,              /**< software upgrade */
	RPV_REMEDIATION_UNINSTALL = 3,            /**< software uninstall */
	RPV_REMEDIATION_CONFIGURATION_CHANGE = 4, /**< configuration change */
	RPV_REMEDIATION_ATTENTION_REQUIRED = 5    /**< attention required: no targets needed, no due date, no ticket */
} rpv_remediation_kind;

/** Priority of a remediation activity. */
typedef enum rpv_priority {
	RPV_PRIORITY_MEDIUM = 0, /**< the default */
	RPV_PRIORITY_LOW = 1,    /**< low */
	RPV_PRIORITY_HIGH = 2    /**< high */
} rpv_priority;

/** Status of a remediation activity. */
typedef enum rpv_remediation_status {
	RPV_REMEDIATION_ACTIVE = 1,    /**< open */
	RPV_REMEDIATION_COMPLETED = 2, /**< completed, by hand or when the last target was fixed */
	RPV_REMEDIATION_CANCELED = 4   /**< canceled by a person */
} rpv_remediation_status;

/** Status of the ticket of a remediation activity. */
typedef enum rpv_ticket_status {
	RPV_TICKET_NONE = 0,      /**< no ticket was asked for */
	RPV_TICKET_PENDING = 1,   /**< not yet accepted */
	RPV_TICKET_ACCEPTED = 2,  /**< accepted */
	RPV_TICKET_COMPLETED = 3, /**< completed */
	RPV_TICKET_REJECTED = 4   /**< rejected */
} rpv_ticket_status;

/** A request for a remediation activity. */
typedef struct rpv_remediation_request {
	size_t struct_size;               /**< size of this struct: ::RPV_REMEDIATION_REQUEST_INIT sets it */
	const char *recommendation;       /**< required: id */
	const char *const *groups;        /**< device groups, NULL: all that the session sees */
	size_t group_count;               /**< number of them */
	const char *notes;                /**< notes, or NULL */
	const char *connector;            /**< open a ticket with this connector; NULL: none. Refused while the connection
	                                   * to ticket systems is off, which it is by default */
	int64_t due_ms;                   /**< due at this instant, 0: no due date; must lie ahead */
	rpv_remediation_kind kind;        /**< default: as the recommendation says */
	rpv_priority priority;            /**< priority */
	int32_t only_without_user_impact; /**< configurations: only devices whose users the change would not affect */
	int32_t reserved;                 /**< 0 */
} rpv_remediation_request;

/** Initial value of an ::rpv_remediation_request. */
#define RPV_REMEDIATION_REQUEST_INIT                                                                                 \
	{ sizeof(rpv_remediation_request), NULL, NULL, 0, NULL, NULL, 0, RPV_REMEDIATION_DEFAULT, RPV_PRIORITY_MEDIUM, 0, 0 }

/** A remediation activity. Figures are those of the device groups that the session sees (by group at the request). */
typedef struct rpv_remediation {
	size_t struct_size; /**< size of this struct; 0, as in rows, stands for the size that it has in version 0.1 */
	const char *id;               /**< such as `R-4` */
	const char *recommendation;   /**< id */
	const char *title;            /**< of the recommendation, or its id */
	const char *component;        /**< related component, or NULL */
	const char *requester;        /**< who requested it */
	const char *completed_by;     /**< a principal, `System confirmation`, or NULL while it is not completed */
	const char *reason;           /**< why it was canceled, or NULL */
	const char *notes;            /**< or NULL */
	const char *connector;        /**< of the ticket, or NULL */
	const char *const *groups;    /**< device groups asked for, none for all */
	size_t group_count;           /**< number of them */
	const char *const *overlaps;  /**< ids of other active ones on the same recommendation whose groups overlap */
	size_t overlap_count;         /**< number of them */
	int64_t requested_ms;         /**< when it was requested */
	int64_t due_ms;               /**< 0: no due date */
	int64_t ended_ms;             /**< when it was completed or canceled, 0 while active */
	uint64_t targets;             /**< devices that count: exposed at the request, not removed or excluded since */
	uint64_t fixed;               /**< of those, without any of the weaknesses they had then */
	uint64_t exposed_again;       /**< completed ones: targets fixed then that have one of those weaknesses now */
	rpv_remediation_status status; /**< active, completed or canceled */
	rpv_remediation_kind kind;    /**< what it asks for */
	rpv_priority priority;        /**< priority */
	rpv_ticket_status ticket;     /**< status of the ticket */
	int32_t overdue;              /**< 1: active and at or past its due date */
	int32_t only_without_user_impact; /**< 1: only devices whose users the change would not affect */
} rpv_remediation;

/** Order of a list of remediation activities. */
typedef enum rpv_remediation_sort {
	RPV_REMEDIATION_BY_REQUESTED = 0, /**< oldest first: order of ids */
	RPV_REMEDIATION_BY_DUE = 1,       /**< soonest due first, then those without due date */
	RPV_REMEDIATION_BY_IMPACT = 2     /**< highest exposure impact of the recommendation first: with a limit, the card
	                                   * *top remediation activities* */
} rpv_remediation_sort;

/** Which remediation activities to list. */
typedef struct rpv_remediation_query {
	size_t struct_size;         /**< size of this struct: ::RPV_REMEDIATION_QUERY_INIT sets it */
	const char *id;             /**< only this one */
	const char *recommendation; /**< only on this recommendation */
	const char *after;          /**< cursor, NULL: from the beginning */
	uint64_t limit;             /**< at most so many rows, 0: all */
	uint32_t statuses;          /**< bits of ::rpv_remediation_status; 0: all */
	uint32_t kinds;             /**< bits 1 << ::rpv_remediation_kind; 0: all */
	rpv_flag overdue;           /**< only overdue ones, or others */
	rpv_remediation_sort sort;  /**< order */
} rpv_remediation_query;

/** Initial value of an ::rpv_remediation_query: all, in order of request. */
#define RPV_REMEDIATION_QUERY_INIT                                                                                   \
	{ sizeof(rpv_remediation_query), NULL, NULL, NULL, 0, 0, 0, RPV_FLAG_UNCHANGED, RPV_REMEDIATION_BY_REQUESTED }

/** Requests a remediation activity: the active devices exposed now, in its device groups, are its targets. Changes
 * nothing on any device. Cost: in the devices of the recommendation.
 * @param session   a session with ::RPV_PERMIT_REMEDIATION
 * @param request   the request; copied
 * @param[out] list a list of one row, the activity; NULL on failure; may be NULL
 * @retval RPV_OK          requested
 * @retval RPV_E_INVALID   a field is malformed: `field` names it
 * @retval RPV_E_NOT_FOUND recommendation or device group unknown, or not visible
 * @retval RPV_E_REFUSED   no device is exposed, the due date has passed, the kind does not fit the recommendation, or the
 *                         connection to ticket systems is off
 * @retval RPV_E_LIMIT     more targets than one commit can hold: ask for fewer device groups
 * @retval RPV_E_DENIED    the permission is missing
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_remediation_request_file(rpv_session *session,
                                                               const rpv_remediation_request *request, rpv_list **list);
/** Marks an active remediation activity as completed, with its progress as it is.
 * @param session a session with ::RPV_PERMIT_REMEDIATION that sees every device group of it
 * @param id      the activity
 * @retval RPV_OK          completed
 * @retval RPV_E_NOT_FOUND no such activity, or not visible
 * @retval RPV_E_REFUSED   it is not active
 * @retval RPV_E_DENIED    the permission is missing, or the session sees only a part of it
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_remediation_complete(rpv_session *session, const char *id);
/** Cancels an active remediation activity.
 * @param session a session with ::RPV_PERMIT_REMEDIATION
 * @param id      the activity
 * @param reason  required: why, in words
 * @retval RPV_E_INVALID no reason
 * @return else as rpv_remediation_complete()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_remediation_cancel(rpv_session *session, const char *id, const char *reason);

/** Lists remediation activities. Cost: one pass over them.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @return as rpv_exception_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_remediation_list(rpv_session *session, const rpv_remediation_query *query,
                                                       rpv_list **list);
/** A row of rpv_remediation_list().
 * @param list  a list of remediation activities
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_remediation *rpv_remediation_at(const rpv_list *list, size_t index);

/** A target of a remediation activity. */
typedef struct rpv_target {
	size_t struct_size; /**< size of this struct; 0, as in rows, stands for the size that it has in version 0.1 */
	const char *device;            /**< host's id */
	const char *group;             /**< device group at the request */
	const char *const *weaknesses; /**< ids of what it had at the request; none for configurations */
	size_t weakness_count;         /**< number of them */
	int32_t fixed;                 /**< 1: has none of them; stays as it is once the activity has ended */
	int32_t gone;                  /**< 1: removed or excluded, not counted; stays once the activity has ended */
	int32_t exposed_again;         /**< 1: was fixed when the activity was completed, and has one of them now */
	int32_t reserved;              /**< 0 */
} rpv_target;

/** Lists the targets of a remediation activity, by device.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param id        the activity
 * @param[out] list the list; NULL on failure
 * @return as rpv_exception_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_target_list(rpv_session *session, const char *id, rpv_list **list);
/** A row of rpv_target_list().
 * @param list  a list of targets
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_target *rpv_target_at(const rpv_list *list, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
