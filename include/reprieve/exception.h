/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Exceptions to recommendations and weaknesses.
 *
 * An exception holds for a time, [start, end) in milliseconds: it is in effect at `start` and no longer at `end`, for
 * every reader, whether or not anything runs. `end` never changes; `ended` says when it really stopped.
 * @defgroup rpv_exception Exceptions
 * @{
 */
#ifndef RPV_EXCEPTION_H
#define RPV_EXCEPTION_H

#include <reprieve/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why an exception is granted. */
typedef enum rpv_justification {
	RPV_JUSTIFICATION_NONE = 0,                 /**< not said: refused */
	RPV_JUSTIFICATION_THIRD_PARTY_CONTROL = 1,  /**< a third party's product covers it; counts as mitigation */
	RPV_JUSTIFICATION_ALTERNATE_MITIGATION = 2, /**< an internal measure covers it; counts as mitigation */
	RPV_JUSTIFICATION_RISK_ACCEPTED = 3,        /**< accepted; no impact on scores */
	RPV_JUSTIFICATION_PLANNED_REMEDIATION = 4,  /**< planned (grace); no impact on scores */
	RPV_JUSTIFICATION_NO_PATCH_AVAILABLE = 5,   /**< single weaknesses only: there is no fix */
	RPV_JUSTIFICATION_FALSE_POSITIVE = 6        /**< single weaknesses only: does not apply here */
} rpv_justification;

/** How an exception counts in the official scores. */
typedef enum rpv_impact {
	RPV_IMPACT_DEFAULT = 0,         /**< follows from the justification */
	RPV_IMPACT_NO_IMPACT = 1,       /**< counts only in the best case */
	RPV_IMPACT_MITIGATION_LIKE = 2, /**< counts as remediated */
	RPV_IMPACT_HYBRID = 3           /**< officially no impact; both figures are shown */
} rpv_impact;

/** How wide an exception is. */
typedef enum rpv_scope {
	RPV_SCOPE_GLOBAL = 0,     /**< every device, future device groups too */
	RPV_SCOPE_ALL_GROUPS = 1, /**< in requests: all device groups present now */
	RPV_SCOPE_GROUPS = 2,     /**< chosen device groups */
	RPV_SCOPE_DEVICES = 3     /**< chosen devices, as many as the policy `scope_devices_max` allows */
} rpv_scope;

/** Status of an exception at a time: the first that holds of ended by a decision, pending approval, scheduled, expired,
 * suspended, in effect. Values are bits 1 << status in queries. */
typedef enum rpv_exception_status {
	RPV_EXCEPTION_PENDING_APPROVAL = 0, /**< waits for a second person; changes nothing */
	RPV_EXCEPTION_SCHEDULED = 1,        /**< before its start */
	RPV_EXCEPTION_IN_EFFECT = 2,        /**< in effect */
	RPV_EXCEPTION_SUSPENDED = 3,        /**< a global one on the same subject is in effect; time keeps running */
	RPV_EXCEPTION_EXPIRED = 4,          /**< at or after its end */
	RPV_EXCEPTION_CANCELED = 5,         /**< canceled by a person */
	RPV_EXCEPTION_RESURFACED = 6,       /**< void: its environment got worse */
	RPV_EXCEPTION_REJECTED = 7,         /**< not approved, or not in time */
	RPV_EXCEPTION_SUPERSEDED = 8        /**< another one took over all of it */
} rpv_exception_status;

/** Folds a status to the three documented words: ::RPV_EXCEPTION_EXPIRED, ::RPV_EXCEPTION_CANCELED (also for resurfaced,
 * rejected and superseded ones; the reason tells which), and ::RPV_EXCEPTION_IN_EFFECT for all that has not ended. Pure.
 * @param status a status
 * @return one of the three; an unknown status as it is
 * @since 0.1 */
RPV_API rpv_exception_status rpv_exception_status_fold(rpv_exception_status status);

/** What can make an environment worse than it was when an exception was decided, and void the exception. Each means:
 * above the value frozen then, after the whole batch, over the findings of its subject inside its scope. Values are
 * bits 1 << trigger in sets. */
typedef enum rpv_trigger {
	RPV_TRIGGER_EXPOSURE = 0,        /**< standalone exposure up by a part and by points */
	RPV_TRIGGER_SEVERITY = 1,        /**< severity raised */
	RPV_TRIGGER_EXPLOIT = 2,         /**< newly public, verified or in a kit */
	RPV_TRIGGER_KNOWN_EXPLOITED = 3, /**< newly known exploited */
	RPV_TRIGGER_EPSS_CROSSING = 4,   /**< highest EPSS probability crossed a mark */
	RPV_TRIGGER_EPSS_DOUBLED = 5,    /**< highest EPSS probability multiplied */
	RPV_TRIGGER_ACTIVE_ALERT = 6,    /**< a covered exposed device has an alert that it had not, or was not covered
	                                  * and exposed */
	RPV_TRIGGER_EXPOSED_DEVICES = 7, /**< exposed devices up by a part and a number */
	RPV_TRIGGER_HIGH_VALUE = 8,      /**< more exposed devices of high value */
	RPV_TRIGGER_INTERNET_FACING = 9, /**< more exposed devices that face the internet */
	RPV_TRIGGER_END_OF_SUPPORT = 10, /**< the recommendation is newly tagged `EOS software` or `EOS versions` */
	RPV_TRIGGER_FIX_AVAILABLE = 11,  /**< a fix became available where there was none */
	RPV_TRIGGER_CONTROL_RETIRED = 12, /**< a control it rests on was retired */
	RPV_TRIGGER_CONTROL_STALE = 13   /**< the review of a control it rests on is overdue, from that instant on */
} rpv_trigger;

/** A request for an exception. */
typedef struct rpv_exception_request {
	size_t struct_size;              /**< size of this struct: ::RPV_EXCEPTION_REQUEST_INIT sets it */
	const char *recommendation;      /**< id; NULL: the weakness wherever it occurs */
	const char *weakness;            /**< id; NULL: the whole recommendation */
	const char *context;             /**< required: why, in words */
	const char *const *groups;       /**< names of device groups, for ::RPV_SCOPE_GROUPS */
	size_t group_count;              /**< number of them */
	const char *const *devices;      /**< ids of devices, for ::RPV_SCOPE_DEVICES */
	size_t device_count;             /**< number of them */
	const char *ticket;              /**< id of an external ticket, or NULL */
	const char *const *evidence;     /**< URI and digest in turn; a digest may be empty */
	size_t evidence_count;           /**< number of texts in `evidence`, even */
	int64_t start_ms;                /**< 0: now; never in the past, nor further ahead than the policy `start_ahead_max` */
	int64_t end_ms;                  /**< the end, or 0 with `duration_ms` */
	int64_t duration_ms;             /**< ms from the start, at most the policy `duration_max`; or 0 with `end_ms` */
	rpv_justification justification; /**< required */
	rpv_impact impact;               /**< default: follows from the justification. Weaknesses: default only */
	rpv_scope scope;                 /**< how wide */
	int32_t supersede;               /**< 1: take over what conflicts; then it starts now */
	const char *const *controls;     /**< ids of the compensating controls it rests on: only for
	                                  * ::RPV_JUSTIFICATION_THIRD_PARTY_CONTROL and
	                                  * ::RPV_JUSTIFICATION_ALTERNATE_MITIGATION; each in place, and not stale */
	size_t control_count;            /**< number of them */
} rpv_exception_request;

/** Initial value of an ::rpv_exception_request. */
#define RPV_EXCEPTION_REQUEST_INIT                                                                                   \
	{ sizeof(rpv_exception_request), NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, 0, 0, 0, 0,                     \
	  RPV_JUSTIFICATION_NONE, RPV_IMPACT_DEFAULT, RPV_SCOPE_GLOBAL, 0, NULL, 0 }

/** Sets a request to its initial values, for languages without ::RPV_EXCEPTION_REQUEST_INIT.
 * @param[out] request where to write them
 * @since 0.1 */
RPV_API void rpv_exception_request_init(rpv_exception_request *request);

/** What an exception takes off, or adds to, the scores now: score after canceling it (what it suspends returns) less
 * the score now. 0 unless in effect. Worths of several do not add up. */
typedef struct rpv_worth {
	double exposure;                 /**< points of exposure, official view */
	double exposure_mitigation_like; /**< points of exposure, best case */
	double secure;                   /**< points of secure score gained by it, official view */
	double secure_mitigation_like;   /**< points of secure score gained by it, best case */
} rpv_worth;

/** A trigger that fired for an exception. The three values are in the unit of the trigger: exposure in points, severity
 * and exploit as ::rpv_severity and ::rpv_exploit, EPSS as probabilities, devices and alerts as counts, a stale
 * control as milliseconds since 1970 (its last review, when it fired, when the review was due), all others as 0 or 1. */
typedef struct rpv_firing {
	rpv_trigger trigger;  /**< what fired */
	int32_t voided;       /**< 1: the exception became void by it; 0: it warned */
	int64_t time_ms;      /**< when */
	const char *weakness; /**< id of the weakness that it came from, or NULL */
	double frozen;        /**< value frozen at filing; of one weakness that rose, its value before */
	double now;           /**< value that fired */
	double threshold;     /**< what `now` had to reach */
	const char *control;  /**< id of the control that was retired or is stale, or NULL */
} rpv_firing;

/** What a decision rests on, apart from the `filed_` figures of its row: frozen at filing over the findings of its target
 * inside its scope, and what later values are held against. */
typedef struct rpv_baseline {
	uint64_t high_value;       /**< exposed devices of high value */
	uint64_t internet_facing;  /**< exposed devices that face the internet */
	uint64_t scope_devices[3]; /**< devices in scope, exposed or not, of low, normal, high value: they weigh exposure */
	double epss;               /**< highest EPSS probability, below 0: unknown */
	const char *epss_weakness; /**< id of the weakness that had it, or NULL */
	rpv_severity severity;     /**< highest severity, 0: nothing was exposed */
	rpv_exploit exploit;       /**< highest exploit level, 0: nothing was exposed */
	int32_t known_exploited;   /**< 1: one was known to be exploited */
	int32_t fix_available;     /**< 1: there was a fix for one */
	int32_t end_of_support;    /**< 1: the recommendation was tagged `EOS software` or `EOS versions` */
	uint32_t warned;           /**< bits 1 << ::rpv_trigger: have warned and not re-armed */
	double base_exposure;      /**< standalone exposure that later ones are held against: the one at filing, moved by new
	                            * EPSS models since */
	double base_epss;          /**< the same of the EPSS mark; below 0: unknown, counts as 0 */
	double base_doubling;      /**< the same of EPSS doubling: the first known value; below 0: none yet */
} rpv_baseline;

/** An exception, as the session sees it: of a wider one the visible device groups or devices. */
typedef struct rpv_exception {
	size_t struct_size; /**< size of this struct; 0, as in rows, stands for the size that it has in version 0.1 */
	const char *id;                    /**< such as `E-17` */
	const char *recommendation;        /**< id, NULL: the weakness everywhere */
	const char *weakness;              /**< id, NULL: the whole recommendation */
	const char *context;               /**< why, in words */
	const char *requester;             /**< who filed it */
	const char *approver;              /**< who approved it, or NULL */
	const char *status_reason;         /**< why it ended or is suspended, or NULL */
	const char *ticket;                /**< id of an external ticket, or NULL */
	const char *predecessor;           /**< id of the one it renews: said so, or filed within the policy's renewal window
	                                    * after it ended; or NULL */
	const char *successor;             /**< id of the one that superseded it, or NULL */
	const char *const *groups;         /**< device groups it covers, by name */
	size_t group_count;                /**< number of them */
	const char *const *canceled_groups; /**< device groups taken out of it */
	size_t canceled_group_count;       /**< number of them */
	const char *const *devices;        /**< devices it covers, by id */
	size_t device_count;               /**< number of them */
	const char *const *evidence;       /**< URI and digest in turn */
	size_t evidence_count;             /**< number of texts in `evidence` */
	int64_t filed_ms;                  /**< when it was filed */
	int64_t start_ms;                  /**< first millisecond in effect */
	int64_t end_ms;                    /**< first millisecond no longer in effect, as agreed */
	int64_t ended_ms;                  /**< when it really ended, 0 while it has not */
	rpv_worth worth;                   /**< what it is worth now; all 0 unless asked for */
	uint64_t filed_devices;            /**< exposed devices in scope at filing; 0 when not all are visible. Known and not
	                                    * excluded ones, active or not. Taking device groups or devices out works these
	                                    * figures out anew for the rest */
	uint64_t filed_groups;             /**< device groups in scope at filing */
	uint64_t filed_weaknesses;         /**< distinct weaknesses there at filing */
	double filed_exposure;             /**< standalone exposure there at filing, over its scope */
	rpv_justification justification;   /**< why */
	rpv_impact impact;                 /**< how it counts, never ::RPV_IMPACT_DEFAULT */
	rpv_scope scope;                   /**< global, groups or devices */
	rpv_exception_status status;       /**< at the list's time */
	int32_t all_groups;                /**< 1: filed for all groups present then */
	int32_t shadowed;                  /**< 1: in effect, but wider or other ones decide everything it covers */
	rpv_baseline baseline;             /**< what it rests on; all 0 when not all of its scope is visible */
	const rpv_firing *firings;         /**< triggers that fired, the newest of each, in the order of ::rpv_trigger; without
	                                    * weakness and values when not all of its scope is visible */
	size_t firing_count;               /**< number of them */
	uint64_t renewals;                 /**< how many renewals there are from the first of its chain up to this one; what the
	                                    * session may not see is left out */
	int64_t total_ms;                  /**< time in exception of the chain up to this one, each from its start until it
	                                    * ended or ends */
	const char *const *controls;       /**< ids of the compensating controls it rests on, in byte order */
	size_t control_count;              /**< number of them */
	int64_t stale_ms;                  /**< while it has not ended: from this instant on one of them is stale, and by policy
	                                    * it is void or warns; 0: never */
	int64_t approve_by_ms;             /**< waits for a second person until this instant, or did, unanswered; 0: else */
	int64_t approved_ms;               /**< when a second person approved it, 0: nobody did */
	int32_t supersede;                 /**< 1: pending, and takes over what it conflicts with once approved */
	int32_t reserved;                  /**< 0 */
	uint32_t watch;                    /**< bits 1 << ::rpv_watch: stale, grown; 0 when not all of its scope is visible */
	uint32_t watch_told;               /**< bits 1 << ::rpv_watch: lists that it was told once to have come onto */
} rpv_exception;

/** Order of an exception list. */
typedef enum rpv_exception_sort {
	RPV_EXCEPTION_BY_FILED = 0, /**< oldest first: order of ids */
	RPV_EXCEPTION_BY_END = 1,   /**< soonest end first */
	RPV_EXCEPTION_BY_WORTH = 2  /**< highest worth in the best case first */
} rpv_exception_sort;

/** A watch list: exceptions that ask for somebody's attention. Words are those of ::RPV_WORDS_WATCH. Stale and grown count
 * known, not excluded devices, active or not, of exceptions in effect, suspended or scheduled. */
typedef enum rpv_watch {
	RPV_WATCH_NONE = 0,     /**< no watch list: all exceptions */
	RPV_WATCH_EXPIRING = 1, /**< in effect or suspended, and ending within `within_ms`; renewed ones too */
	RPV_WATCH_STALE = 2,    /**< matches no finding now, or never did */
	RPV_WATCH_SHADOWED = 3, /**< in effect, but wider or other ones decide everything it covers */
	RPV_WATCH_GROWN = 4,    /**< exposed devices in its scope are up since filing, by the policies `grown_percent` and
	                         * `grown_rise` */
	RPV_WATCH_OVERDUE = 5   /**< planned remediation, in effect or suspended and not stale, whose recommendation has no
	                         * active remediation activity in its scope that is not overdue. Of a weakness everywhere:
	                         * none of the recommendations that bring it has */
} rpv_watch;

/** Which exceptions to list. */
typedef struct rpv_exception_query {
	size_t struct_size;         /**< size of this struct: ::RPV_EXCEPTION_QUERY_INIT sets it */
	const char *id;             /**< only this one */
	const char *recommendation; /**< only on this recommendation or a weakness of it */
	const char *weakness;       /**< only on this weakness */
	const char *group;          /**< only those that cover this device group, global ones too */
	const char *requester;      /**< only filed by this principal */
	const char *after;          /**< cursor, NULL: from the beginning */
	uint64_t limit;             /**< at most so many rows, 0: all */
	int64_t ends_before_ms;     /**< only with an end before this; 0: any */
	uint32_t statuses;          /**< bits 1 << ::rpv_exception_status; 0: all */
	uint32_t justifications;    /**< bits 1 << ::rpv_justification; 0: all */
	uint32_t impacts;           /**< bits 1 << ::rpv_impact; 0: all */
	uint32_t scopes;            /**< bits 1 << ::rpv_scope; 0: all */
	rpv_flag single_weakness;   /**< only on single weaknesses, or on whole recommendations */
	rpv_exception_sort sort;    /**< order */
	int32_t with_worth;         /**< 1: work out `worth`, which costs a pass over the devices it covers */
	int32_t reserved;           /**< 0 */
	const char *control;        /**< only those that rest on this compensating control */
	int64_t within_ms;          /**< expiring: how long before the end, inclusive; 0: the longest reminder by policy */
	rpv_watch watch;            /**< only those on this watch list */
	int32_t reserved2;          /**< 0 */
} rpv_exception_query;

/** Initial value of an ::rpv_exception_query: all, in order of filing, without worth. */
#define RPV_EXCEPTION_QUERY_INIT                                                                                     \
	{ sizeof(rpv_exception_query), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, RPV_FLAG_UNCHANGED,         \
	  RPV_EXCEPTION_BY_FILED, 0, 0, NULL, 0, RPV_WATCH_NONE, 0 }

/** Lists exceptions. Cost: one look at each exception, in memory, that `id`, `recommendation` or `weakness` do not leave
 * out; texts are read for the rows listed. Devices are read by sessions that see some device groups only, and for worth.
 * @param session   a session with ::RPV_PERMIT_VIEW
 * @param query     which, NULL for all
 * @param[out] list the list; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_NOT_FOUND the id, recommendation, weakness, group or control asked for is not there or not visible
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_list(rpv_session *session, const rpv_exception_query *query,
                                                     rpv_list **list);
/** A row of rpv_exception_list().
 * @param list  a list of exceptions
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_exception *rpv_exception_at(const rpv_list *list, size_t index);

/** What a filing did, or would do. Opaque, immutable. */
typedef struct rpv_filing rpv_filing;

/** A figure that a decision rests on: as it was frozen, and as it is now. */
typedef struct rpv_figure_then {
	const char *figure; /**< `exposed_devices`, `high_value_devices`, `internet_facing_devices`, `weaknesses`, `exposure`
	                     * (standalone, in points), `severity` (::rpv_severity), `exploit` (::rpv_exploit), `epss` (below 0:
	                     * unknown), and, 0 or 1, `known_exploited`, `fix_available`, `end_of_support` */
	double then;        /**< when it was frozen */
	double now;         /**< now */
} rpv_figure_then;

/** Most ids of devices, and of weaknesses, that a preview names. */
#define RPV_HIDDEN_IDS_MAX 1000

/** What a filing did, or would do, in one struct that lives as long as its ::rpv_filing. */
typedef struct rpv_filing_outcome {
	const rpv_exception *exception;     /**< the exception, with its worth; in a preview its id is NULL */
	const char *message;                /**< confirmation for people: begins with the scope and its size, and prints the
	                                     * end as an instant */
	const char *const *conflicts;       /**< ids of visible exceptions it conflicts with (preview only) */
	size_t conflict_count;              /**< number of them */
	uint64_t unseen_conflicts;          /**< conflicts with exceptions that the session may not see */
	const char *const *refusals;        /**< other rules that would refuse it (preview only) */
	size_t refusal_count;               /**< number of them */
	const char *const *suspends;        /**< ids of exceptions that it suspends while in effect */
	size_t suspend_count;               /**< number of them */
	const char *const *supersedes;      /**< ids of exceptions that it takes over, wholly or in part */
	size_t supersede_count;             /**< number of them */
	const char *const *skipped_groups;  /**< all present groups: those that have one already, left out */
	size_t skipped_group_count;         /**< number of them */
	uint64_t hidden_devices;            /**< active exposed devices in its scope */
	uint64_t hidden_findings;           /**< findings that it hides and no other exception hides */
	rpv_score before;                   /**< scores before it */
	rpv_score after;                    /**< scores with it, as if it were in effect now */
	int32_t worse;                      /**< 1: the official exposure score gets worse by it */
	int32_t reserved;                   /**< 0 */
	const rpv_figure_then *figures;     /**< what was frozen, and is now: of approvals at filing, of renewals for the first
	                                     * of the chain; else none */
	size_t figure_count;                /**< number of them */
	const char *const *hidden_device_ids; /**< ids of the hidden devices, in byte order; of more than ::RPV_HIDDEN_IDS_MAX
	                                     * those that became known first (preview only) */
	size_t hidden_device_id_count;      /**< number of them */
	const char *const *hidden_weaknesses; /**< ids of the weaknesses of the hidden findings, likewise (preview only) */
	size_t hidden_weakness_count;       /**< number of them */
} rpv_filing_outcome;

/** Shows what rpv_exception_file() would do. Writes nothing. Conflicts and rules that refuse are reported in the outcome;
 * only what cannot be read at all fails.
 * Cost: the scores are worked out twice; nothing else grows with the store.
 * @param session     a session with the permission to file it
 * @param request     the request
 * @param[out] filing the outcome, for rpv_filing_free(); NULL on failure
 * @return as rpv_exception_file()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_preview(rpv_session *session, const rpv_exception_request *request,
                                                        rpv_filing **filing);
/** Files an exception. Needs ::RPV_PERMIT_EXCEPTIONS, for a global one ::RPV_PERMIT_GLOBAL_EXCEPTIONS too, to override
 * the impact ::RPV_PERMIT_SETTINGS too. A global one needs a session that sees all device groups; other sessions file for
 * device groups and devices that they see, and "all groups" are theirs. Superseding starts at once and takes from others
 * the device groups or devices that the new one covers; one left with none is superseded.
 * Cost: in the exceptions on its subject, in the device groups and devices that it names, and in those that it shadows from
 * now on, each of which is told; one for device groups also asks which devices have exceptions on its recommendation. With
 * a `filing` the scores are worked out twice.
 * @param session     a session
 * @param request     the request; copied
 * @param[out] filing what it did, for rpv_filing_free(); NULL on failure; may be NULL (then scores are not worked out)
 * @retval RPV_OK          filed
 * @retval RPV_E_INVALID   a field is missing or malformed: `field` names it
 * @retval RPV_E_NOT_FOUND recommendation, weakness, device group or device unknown, or not visible
 * @retval RPV_E_REFUSED   a rule refuses: dates, conflict (the message names the ids), justification
 * @retval RPV_E_LIMIT     the store holds as many exceptions as it may
 * @retval RPV_E_DENIED    a permission is missing
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_file(rpv_session *session, const rpv_exception_request *request,
                                                     rpv_filing **filing);
/** Most requests that rpv_exception_file_many() takes at once. */
#define RPV_FILINGS_MAX 1000

/** Shows what rpv_exception_file_many() would do. Writes nothing. Each outcome is that of its request after those before
 * it; its scores are those with it alone.
 * @param session      a session as for rpv_exception_file()
 * @param requests     the requests
 * @param count        number of them, 1 to ::RPV_FILINGS_MAX
 * @param[out] filings room for `count` outcomes, each for rpv_filing_free(); untouched on failure
 * @return as rpv_exception_file(); `index` of the error is that of the request
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_preview_many(rpv_session *session,
                                                             const rpv_exception_request *const *requests, size_t count,
                                                             rpv_filing **filings);
/** Files many exceptions in one commit: all of them, or none when one is refused. Conflicts among them, budgets and
 * approvals count as if they were filed one by one.
 * @param session      a session
 * @param requests     the requests; copied
 * @param count        number of them, 1 to ::RPV_FILINGS_MAX
 * @param[out] filings room for `count` outcomes, each for rpv_filing_free(); untouched on failure; may be NULL (then scores
 *                     are not worked out)
 * @return as rpv_exception_file(); `index` of the error is that of the request
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_file_many(rpv_session *session,
                                                          const rpv_exception_request *const *requests, size_t count,
                                                          rpv_filing **filings);
/** What a filing did, or would do.
 * @param filing a filing
 * @return the outcome, which lives as long as the filing
 * @since 0.1 */
RPV_API const rpv_filing_outcome *rpv_filing_read(const rpv_filing *filing);
/** Frees a filing.
 * @param filing the filing, may be NULL
 * @since 0.1 */
RPV_API void rpv_filing_free(rpv_filing *filing);

/** A request to renew an exception. */
typedef struct rpv_renewal_request {
	size_t struct_size;          /**< size of this struct: ::RPV_RENEWAL_REQUEST_INIT sets it */
	const char *id;              /**< required: the exception to renew, such as `E-17` */
	const char *context;         /**< why, in words; NULL: as before */
	const char *ticket;          /**< id of an external ticket; NULL: as before */
	const char *const *evidence; /**< URI and digest in turn; none: as before */
	size_t evidence_count;       /**< number of texts in `evidence`, even */
	int64_t end_ms;              /**< the end, or 0 with `duration_ms` */
	int64_t duration_ms;         /**< counted from the start of the renewal; or 0 with `end_ms` */
} rpv_renewal_request;

/** Initial value of an ::rpv_renewal_request. */
#define RPV_RENEWAL_REQUEST_INIT { sizeof(rpv_renewal_request), NULL, NULL, NULL, NULL, 0, 0, 0 }

/** Sets a request to its initial values, for languages without ::RPV_RENEWAL_REQUEST_INIT.
 * @param[out] request where to write them
 * @since 0.1 */
RPV_API void rpv_renewal_request_init(rpv_renewal_request *request);

/** Shows what rpv_exception_renew() would do, and what changed since the first of the chain was filed. Writes nothing.
 * @param session     a session with the permission to renew it
 * @param request     the request
 * @param[out] filing the outcome, for rpv_filing_free(); NULL on failure
 * @return as rpv_exception_renew(); what a rule would refuse is in the outcome
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_renew_preview(rpv_session *session, const rpv_renewal_request *request,
                                                              rpv_filing **filing);
/** Renews an exception: files a new one, linked to it, with its subject, scope (as it is now), justification, impact and
 * controls. The dates of the old one stay. Of one that is scheduled, in effect or suspended the renewal starts at its end,
 * whenever that is; of one that has ended it starts now. All rules of a filing hold, by the policy of now; what it rests
 * on is frozen anew. Needs what filing it needs, and a session that sees all device groups of it.
 * Canceling an exception cancels its renewals that have not started; its expiry does not, nor does its resurfacing.
 * Cost: as filing; the policy's caps on renewals and total time cost a look at each exception of the chain.
 * @param session     a session
 * @param request     the request; copied
 * @param[out] filing what it did, for rpv_filing_free(); NULL on failure; may be NULL (then scores are not worked out)
 * @retval RPV_OK          renewed
 * @retval RPV_E_INVALID   a field is missing or malformed: `field` names it
 * @retval RPV_E_NOT_FOUND no such exception, or not visible; or its recommendation is gone
 * @retval RPV_E_REFUSED   it waits for approval, or covers more than the session sees, or a rule of filing refuses:
 *                         renewed too often or too long (with the figures), renewed already (a conflict)
 * @retval RPV_E_LIMIT     the store holds as many exceptions as it may
 * @retval RPV_E_DENIED    a permission is missing
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_renew(rpv_session *session, const rpv_renewal_request *request,
                                                      rpv_filing **filing);

/** Cancels an exception that has not ended, whole or for one device group, and with it, or in that group, its renewals that
 * have not started. Each is told by an event of its own. Cost: in the exceptions on its subject.
 * @param session a session with ::RPV_PERMIT_EXCEPTIONS, for a global one ::RPV_PERMIT_GLOBAL_EXCEPTIONS too, that sees
 *                every device group of it (or, with `group`, that one)
 * @param id      the exception
 * @param group   the device group to take out; the last one cancels the whole. NULL: the whole exception
 * @param reason  required: why, in words
 * @retval RPV_OK          canceled
 * @retval RPV_E_NOT_FOUND no such exception or device group, or not visible
 * @retval RPV_E_REFUSED   it has ended (the message says how), or the group is not in it, or it is global, or it covers
 *                         more than the session sees: then only group by group
 * @retval RPV_E_INVALID   no reason
 * @retval RPV_E_DENIED    a permission is missing
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exception_cancel(rpv_session *session, const char *id, const char *group,
                                                       const char *reason);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
