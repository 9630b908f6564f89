/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief The journal: every accepted change as typed events, written in the same commit.
 * @defgroup rpv_journal Journal
 * @{
 */
#ifndef RPV_JOURNAL_H
#define RPV_JOURNAL_H

#include <reprieve/list.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an event says. Numbers are fixed for ever; words are those of
 * ::RPV_WORDS_EVENT_TYPE. */
typedef enum rpv_event_type {
	RPV_EVENT_NONE = 0,                     /**< none */
	RPV_EVENT_FACTS_REPORTED = 1,           /**< a batch changed assessments or EPSS values: `count`, by device group */
	RPV_EVENT_DEVICE_ADDED = 2,             /**< `device` appeared */
	RPV_EVENT_DEVICE_CHANGED = 3,           /**< `device`: group, value, exclusion, exposure to the internet or alert */
	RPV_EVENT_DEVICE_REMOVED = 4,           /**< `device` was taken out */
	RPV_EVENT_GROUP_ADDED = 5,              /**< `group` appeared */
	RPV_EVENT_GROUP_RENAMED = 6,            /**< `group`: `before` to `after` */
	RPV_EVENT_GROUP_REMOVED = 7,            /**< `group` is no longer declared */
	RPV_EVENT_WEAKNESS_ADDED = 8,           /**< `weakness` appeared */
	RPV_EVENT_WEAKNESS_CHANGED = 9,         /**< `weakness`: severity, exploit, known exploited, alert or fix */
	RPV_EVENT_WEAKNESS_SET_CHANGED = 10,    /**< a named set of `recommendation` (`after`) appeared or changed */
	RPV_EVENT_RECOMMENDATION_ADDED = 11,    /**< `recommendation` appeared */
	RPV_EVENT_RECOMMENDATION_CHANGED = 12,  /**< `recommendation`: kind, points, tags or category */
	RPV_EVENT_RECOMMENDATION_REMOVED = 13,  /**< `recommendation` was taken out */
	RPV_EVENT_EXCEPTION_FILED = 20,         /**< `exception` was filed */
	RPV_EVENT_EXCEPTION_STARTED = 21,       /**< it came into effect at its start */
	RPV_EVENT_EXCEPTION_EXPIRED = 22,       /**< it reached its end */
	RPV_EVENT_EXCEPTION_CANCELED = 23,      /**< it was canceled, whole or (`group`) in part */
	RPV_EVENT_EXCEPTION_SUSPENDED = 24,     /**< a global one came into effect above `count` others; `exception` is the
	                                         * global one */
	RPV_EVENT_EXCEPTION_RESUMED = 25,       /**< the global one `exception` ended, `count` others are in effect again */
	RPV_EVENT_EXCEPTION_SUPERSEDED = 26,    /**< another one (`after`) took over all of it, or some groups or devices */
	RPV_EVENT_EXCEPTION_RESURFACED = 27,    /**< it became void: its environment got worse; `trigger` */
	RPV_EVENT_EXCEPTION_WARNED = 28,        /**< its environment got worse, `trigger`; by policy it stays */
	RPV_EVENT_EXCEPTION_APPROVED = 29,      /**< a second person approved it */
	RPV_EVENT_EXCEPTION_REJECTED = 30,      /**< it was not approved */
	RPV_EVENT_EXCEPTION_EXPIRING = 31,      /**< its end (`after`) is near: one reminder of the policy */
	RPV_EVENT_EXCEPTION_STALE = 32,         /**< nothing is found any more that it covers; of `before` devices at filing */
	RPV_EVENT_EXCEPTION_SHADOWED = 33,      /**< others decide everything that it covers, since `after` is in effect */
	RPV_EVENT_EXCEPTION_GROWN = 34,         /**< exposed devices in its scope are up from `before` at filing to `after` */
	RPV_EVENT_EXCEPTION_OVERDUE = 35,       /**< planned remediation: no activity in its scope is in time, since
	                                         * `remediation` is overdue or ended. 32 to 35 are told once of each
	                                         * exception */
	RPV_EVENT_REMEDIATION_REQUESTED = 40,   /**< `remediation` was requested */
	RPV_EVENT_REMEDIATION_COMPLETED = 41,   /**< it was completed */
	RPV_EVENT_REMEDIATION_CANCELED = 42,    /**< it was canceled */
	RPV_EVENT_POLICY_CHANGED = 50,          /**< `policy` changed: `before`, `after` */
	RPV_EVENT_CONTROL_ADDED = 55,           /**< the compensating `control` appeared */
	RPV_EVENT_CONTROL_CHANGED = 56,         /**< `control`: kind, owner, review, review interval, or back in place */
	RPV_EVENT_CONTROL_RETIRED = 57,         /**< `control` is no longer in place; `count` exceptions rested on it */
	RPV_EVENT_CONTROL_STALE = 58,           /**< the review of `control` is overdue from this instant on */
	RPV_EVENT_CONTROL_REMOVED = 59,         /**< `control` was taken out; `count` exceptions rested on it */
	RPV_EVENT_RECORD_DAMAGED = 60,          /**< what fell due at this instant could not be read (`reason`), of `exception`
	                                         * when that is known: it was skipped, all else went on. Sessions that see all
	                                         * device groups see it */
	RPV_EVENT_JOURNAL_CHAINED = 61,         /**< from here on commits are chained with the hash `after` */
	RPV_EVENT_SCORES_RECORDED = 62          /**< the scores of the engine `after` were recorded: `count` points. `before` is
	                                         * how many old ones were taken out, NULL: none */
} rpv_event_type;

/** Devices of one device group that an event concerns. */
typedef struct rpv_group_count {
	const char *group; /**< name */
	uint64_t count;    /**< how many */
} rpv_group_count;

/** An event. Members that do not apply are NULL or 0. */
typedef struct rpv_event {
	size_t struct_size; /**< size of this struct; 0, as in rows, stands for the size that it has in version 0.1 */
	uint64_t sequence;             /**< its number: grows by one with each event */
	int64_t time_ms;               /**< when it took effect; never falls along the sequence */
	int64_t commit_ms;             /**< when it was written */
	const char *actor;             /**< who did it */
	const char *recommendation;    /**< id */
	const char *weakness;          /**< id */
	const char *device;            /**< id */
	const char *group;             /**< name of a device group */
	const char *exception;         /**< id */
	const char *remediation;       /**< id */
	const char *before;            /**< what was */
	const char *after;             /**< what is */
	const char *reason;            /**< why, in words */
	uint64_t count;                /**< how many, see the type */
	const rpv_group_count *groups; /**< device groups it concerns, as far as visible */
	size_t group_count;            /**< number of them */
	rpv_event_type type;           /**< what it says */
	int32_t reserved;              /**< 0 */
	const char *trigger;           /**< word of the ::rpv_trigger by which an exception resurfaced or warned */
	const char *threshold;         /**< what `after` had to reach for that; `before` is the value frozen at filing. All
	                                * three are NULL when not all that they count is visible */
	const char *control;           /**< id of a compensating control */
	const char *policy;            /**< name of a policy, see rpv_policy_list() */
} rpv_event;

/** Which events to list. */
typedef struct rpv_event_query {
	size_t struct_size;  /**< size of this struct: ::RPV_EVENT_QUERY_INIT sets it */
	uint64_t since;      /**< only with a higher sequence than this */
	uint64_t limit;      /**< at most so many rows, 0: all */
	const char *exception; /**< only about this exception, NULL: all */
} rpv_event_query;

/** Initial value of an ::rpv_event_query: all events. */
#define RPV_EVENT_QUERY_INIT { sizeof(rpv_event_query), 0, 0, NULL }

/** Lists events by sequence. The sequence of the last row is the cursor: the next query's `since`. A session that sees
 * some device groups sees events of those and events that concern no group in particular; numbers may then have gaps.
 * Cost: in the events read.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @return as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_event_list(rpv_session *session, const rpv_event_query *query, rpv_list **list);
/** A row of rpv_event_list().
 * @param list  a list of events
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_event *rpv_event_at(const rpv_list *list, size_t index);

/** Begins to chain the journal: from this commit on, each commit carries a link, the hash of the link before it, of the
 * commit's own record (who, when, which events) and of its events, byte by byte as stored. The first link covers the whole
 * journal up to here. So nobody can change, remove, insert or move an event or a commit without that showing in
 * rpv_journal_verify(); only the end can be cut off, or everything after a point be written anew, and against that helps
 * an anchor kept elsewhere (rpv_journal_anchor()). It cannot be ended again: whoever writes to the store from now on needs
 * the hash in its ::rpv_store_options, and gets ::RPV_E_REFUSED without. A restored backup is not chained. The bytes are
 * described on the documentation page *Format of a store*. Does nothing where the journal is chained with this hash.
 * Cost: reads the journal once; afterwards one call of the hash for each event and commit.
 * @param session a session with ::RPV_PERMIT_SETTINGS that sees all device groups
 * @retval RPV_OK        the journal is chained
 * @retval RPV_E_INVALID the store was opened without a hash
 * @retval RPV_E_REFUSED it is chained with another hash
 * @retval RPV_E_DENIED  the permission is missing, or not all device groups are visible
 * @retval RPV_E_CORRUPT an event or a record of a commit is damaged
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_journal_chain(rpv_session *session);

/** Longest anchor of a journal, with its NUL. */
#define RPV_ANCHOR_MAX 256

/** What rpv_journal_verify() went through. */
typedef struct rpv_journal_proof {
	size_t struct_size;    /**< size of this struct: ::RPV_JOURNAL_PROOF_INIT sets it */
	uint64_t revision;     /**< up to this commit */
	uint64_t sequence;     /**< its last event, or of those before it */
	uint64_t commits;      /**< how many were read; with `from_anchor` only those after it */
	uint64_t events;       /**< how many were read */
	uint64_t first_linked; /**< revision of the first commit with a link of its own: damage before it is noticed, but
	                        * cannot be placed any closer */
} rpv_journal_proof;

/** Initial value of an ::rpv_journal_proof. */
#define RPV_JOURNAL_PROOF_INIT { sizeof(rpv_journal_proof), 0, 0, 0, 0, 0 }

/** Writes the anchor of a chained journal at its present end: one line of ASCII, `reprieve:1:HASH:REVISION:SEQUENCE:HEX`.
 * Kept where those who can write to the store cannot, it proves later that everything up to this point is still there as
 * it was. Cost: one read.
 * @param session   a session with ::RPV_PERMIT_VIEW that sees all device groups
 * @param[out] text where to write it; empty on failure
 * @param size      room there, ::RPV_ANCHOR_MAX is enough
 * @retval RPV_OK        it is written
 * @retval RPV_E_INVALID `text` is NULL, or there is too little room
 * @retval RPV_E_REFUSED the journal is not chained
 * @retval RPV_E_DENIED  the permission is missing, or not all device groups are visible
 * @return else as rpv_event_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_journal_anchor(rpv_session *session, char *text, size_t size);

/** Reads a chained journal from its beginning, works out every link again, and compares. Others may commit meanwhile: it
 * goes to where the journal ended when the call began. Cost: reads the journal once, one call of the hash for each event
 * and commit; memory for a few hundred commits at once.
 * @param session     a session with ::RPV_PERMIT_VIEW that sees all device groups
 * @param anchor      what rpv_journal_anchor() of this store once wrote, NULL for none: the journal must lead there too
 * @param from_anchor 1: only what came after the anchor is read, what is before it is taken for good; 0: all
 * @param[out] proof  what was read, `struct_size` set by the caller; may be NULL; untouched on failure
 * @retval RPV_OK        every link follows from what is stored, and the anchor is met
 * @retval RPV_E_CORRUPT the session's error names the first commit whose link does not, or says that the journal ends
 *                       before the anchor, or does not lead to it
 * @retval RPV_E_INVALID the anchor is none, or `from_anchor` without one
 * @retval RPV_E_REFUSED the journal is not chained, the store was opened without its hash, or the anchor is of another hash
 * @retval RPV_E_DENIED  the permission is missing, or not all device groups are visible
 * @return else as rpv_event_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_journal_verify(rpv_session *session, const char *anchor, int32_t from_anchor,
                                                     rpv_journal_proof *proof);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
