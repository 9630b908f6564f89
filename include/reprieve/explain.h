/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Explaining: why a finding is hidden, or why it is not, on one device.
 *
 * On one subject (the whole recommendation, one weakness of it, one weakness everywhere) the widest exception in effect
 * decides: global, then device group, then device. A finding is hidden when the decider of any subject hides it; the
 * first of them in that order of subjects is named as decider, the others as `also`. What a decider keeps from counting
 * on its own subject is `overruled`: suspended by a global one, or shadowed by one for the device group.
 * @defgroup rpv_explain Explaining
 * @{
 */
#ifndef RPV_EXPLAIN_H
#define RPV_EXPLAIN_H

#include <reprieve/exception.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The rule by which a finding is hidden or visible. Words are those of ::RPV_WORDS_RULE. */
typedef enum rpv_rule {
	RPV_RULE_NONE_COVERS = 1,         /**< visible: no exception in effect covers it */
	RPV_RULE_SOME_VISIBLE = 2,        /**< visible: exceptions hide some findings of the recommendation, but not all */
	RPV_RULE_RECOMMENDATION = 3,      /**< hidden: an exception to the whole recommendation decides */
	RPV_RULE_WEAKNESS = 4,            /**< hidden: an exception to the weakness of this recommendation decides */
	RPV_RULE_WEAKNESS_EVERYWHERE = 5, /**< hidden: an exception to the weakness everywhere decides */
	RPV_RULE_EVERY_WEAKNESS = 6       /**< hidden: exceptions to single weaknesses hide every finding there is */
} rpv_rule;

/** Where an exception stands that covers the device, or did. Words are those of ::RPV_WORDS_STANDING. */
typedef enum rpv_standing {
	RPV_STANDING_DECIDES = 1,    /**< it decides */
	RPV_STANDING_ALSO = 2,       /**< it decides on its subject, and hides too */
	RPV_STANDING_SUSPENDED = 3,  /**< overruled: `by` is global and in effect on the same subject */
	RPV_STANDING_SHADOWED = 4,   /**< overruled: `by` covers the device group, on the same subject */
	RPV_STANDING_PENDING = 5,    /**< not counted: it waits for approval */
	RPV_STANDING_SCHEDULED = 6,  /**< not counted: it starts at `at_ms` */
	RPV_STANDING_EXPIRED = 7,    /**< not counted: it reached its end at `at_ms` */
	RPV_STANDING_CANCELED = 8,   /**< not counted: canceled at `at_ms` */
	RPV_STANDING_RESURFACED = 9, /**< not counted: void since `at_ms`, because its environment got worse */
	RPV_STANDING_REJECTED = 10,  /**< not counted: not approved, at `at_ms` */
	RPV_STANDING_SUPERSEDED = 11, /**< not counted: `by` took it over at `at_ms` */
	RPV_STANDING_TAKEN_OUT = 12  /**< not counted: it has not ended, but the device group was taken out of it */
} rpv_standing;

/** One exception that covers the device and what was asked about, or did. */
typedef struct rpv_explained_exception {
	const char *id;              /**< such as `E-17` */
	const char *recommendation;  /**< its subject: id, NULL: the weakness everywhere */
	const char *weakness;        /**< its subject: id, NULL: the whole recommendation */
	const char *by;              /**< id of the one that suspends, shadows or took it over, or NULL */
	const char *reason;          /**< where it stands and why, for people */
	int64_t at_ms;               /**< since when, or from when on; see ::rpv_standing, else 0 */
	rpv_standing standing;       /**< where it stands */
	rpv_exception_status status; /**< its status */
	rpv_scope scope;             /**< global, groups or devices */
	int32_t reserved;            /**< 0 */
} rpv_explained_exception;

/** One finding of the device. */
typedef struct rpv_explained_finding {
	const char *weakness;     /**< id, NULL: the configuration */
	const char *decided_by;   /**< id of the exception that decides, NULL: it is visible */
	rpv_rule rule;            /**< by which rule */
	int32_t visible;          /**< 1: no exception hides it */
	int32_t in_official;      /**< 1: it counts in the official scores: an exception that hides it may let it */
	int32_t reserved;         /**< 0 */
} rpv_explained_finding;

/** Why something is hidden or visible. Opaque, immutable. */
typedef struct rpv_explanation rpv_explanation;

/** An explanation in one struct, which lives as long as its ::rpv_explanation. */
typedef struct rpv_explanation_outcome {
	const char *device;             /**< id */
	const char *group;              /**< the device group that the device is in now: what group scopes go by */
	const char *recommendation;     /**< id */
	const char *weakness;           /**< id, NULL: the recommendation as a whole */
	const char *decided_by;         /**< id of the exception that decides, NULL: it is visible */
	const char *message;            /**< the rule applied, for people */
	const char *const *also;        /**< ids of those that hide it too, through other subjects */
	size_t also_count;              /**< number of them */
	const char *const *overruled;   /**< ids of those in effect or suspended that a wider one on their subject overrules */
	size_t overruled_count;         /**< number of them */
	const rpv_explained_exception *exceptions; /**< all of these and those that do not count: the decider first, then
	                                 * the others by standing; of one standing that ended the latest first */
	size_t exception_count;         /**< number of them */
	uint64_t ended_left_out;        /**< ended ones beyond the latest 16, which are left out */
	const rpv_explained_finding *findings; /**< what the device has of what was asked about, weaknesses by id */
	size_t finding_count;           /**< number of them */
	int64_t time_ms;                /**< the time it speaks of */
	int64_t valid_until_ms;         /**< the next instant at which the clock alone may change it, 0: never */
	rpv_rule rule;                  /**< the rule that decided */
	int32_t visible;                /**< 1: visible, 0: hidden */
	int32_t in_no_impact;           /**< 1: it counts in the scores without exceptions: always, when it counts at all */
	int32_t in_official;            /**< 1: it counts in the official scores; as a whole: any of its findings does */
	int32_t in_mitigation_like;     /**< 1: it counts in the best case, which leaves out all that is hidden */
	int32_t active;                 /**< 1: the device counts in scores now; 0: it is silent or excluded */
	int32_t excluded;               /**< 1: the device is excluded */
	int32_t reserved;               /**< 0 */
} rpv_explanation_outcome;

/** Explains why a finding is hidden, or why it is not: which exception decides, which ones lost, and by which rule; also
 * of a past time (rpv_session_set_as_of()). Without a weakness it speaks of the recommendation on the device as a whole,
 * which is hidden when all its findings are; `also` and `overruled` are then those of any of them.
 * Cost: some ten reads, and the exceptions on the three subjects (on two more for each further weakness of the device).
 * It reads neither other devices nor other exceptions, and needs nothing in memory.
 * @param session          a session with ::RPV_PERMIT_VIEW
 * @param device           id of a device
 * @param recommendation   id of a recommendation
 * @param weakness         id of a weakness, NULL: the recommendation as a whole
 * @param[out] explanation the explanation, for rpv_explanation_free(); NULL on failure
 * @retval RPV_OK          `*explanation` is set
 * @retval RPV_E_NOT_FOUND device, recommendation or weakness is unknown or not visible, or the device has no such finding
 * @return else as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_explain(rpv_session *session, const char *device, const char *recommendation,
                                              const char *weakness, rpv_explanation **explanation);
/** What an explanation says.
 * @param explanation an explanation
 * @return the outcome, which lives as long as the explanation
 * @since 0.1 */
RPV_API const rpv_explanation_outcome *rpv_explanation_read(const rpv_explanation *explanation);
/** Frees an explanation.
 * @param explanation the explanation, may be NULL
 * @since 0.1 */
RPV_API void rpv_explanation_free(rpv_explanation *explanation);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
