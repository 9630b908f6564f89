/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief The words for enumerators: snake_case, the same in files, on the command line and in bindings.
 * @defgroup rpv_words Words
 * @{
 */
#ifndef RPV_WORDS_H
#define RPV_WORDS_H

#include <reprieve/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An enumeration whose enumerators have words. */
typedef enum rpv_vocabulary {
	RPV_WORDS_VALUE = 1,               /**< ::rpv_value: low, normal, high */
	RPV_WORDS_SEVERITY = 2,            /**< ::rpv_severity: unknown, low, medium, high, critical */
	RPV_WORDS_EXPLOIT = 3,             /**< ::rpv_exploit: none, public, verified, kit */
	RPV_WORDS_KIND = 4,                /**< ::rpv_kind: update, upgrade, ... */
	RPV_WORDS_CATEGORY = 5,            /**< ::rpv_category: application, os, ... */
	RPV_WORDS_CONFIGURATION_STATE = 6, /**< ::rpv_configuration_state: not_applicable, compliant, exposed */
	RPV_WORDS_STATE = 7,               /**< ::rpv_state: active, partial_exception, full_exception, resolved */
	RPV_WORDS_JUSTIFICATION = 8,       /**< ::rpv_justification: third_party_control, ... */
	RPV_WORDS_IMPACT = 9,              /**< ::rpv_impact: no_impact, mitigation_like, hybrid */
	RPV_WORDS_SCOPE = 10,              /**< ::rpv_scope: global, groups, devices (all groups: all_groups) */
	RPV_WORDS_EXCEPTION_STATUS = 11,   /**< ::rpv_exception_status: in_effect, ... */
	RPV_WORDS_REMEDIATION_KIND = 12,   /**< ::rpv_remediation_kind: update, ... */
	RPV_WORDS_PRIORITY = 13,           /**< ::rpv_priority: low, medium, high */
	RPV_WORDS_REMEDIATION_STATUS = 14, /**< ::rpv_remediation_status: active, completed, canceled */
	RPV_WORDS_TICKET_STATUS = 15,      /**< ::rpv_ticket_status: pending, accepted, completed, rejected */
	RPV_WORDS_LEVEL = 16,              /**< ::rpv_level: low, medium, high */
	RPV_WORDS_EVENT_TYPE = 17,         /**< ::rpv_event_type: exception_filed, ... */
	RPV_WORDS_TRIGGER = 18,            /**< ::rpv_trigger: known_exploited, ... */
	RPV_WORDS_CONTROL_KIND = 19,       /**< ::rpv_control_kind: third_party, internal */
	RPV_WORDS_RULE = 20,               /**< ::rpv_rule: none_covers, recommendation, ... */
	RPV_WORDS_STANDING = 21,           /**< ::rpv_standing: decides, suspended, ... */
	RPV_WORDS_WATCH = 22,              /**< ::rpv_watch: expiring, stale, shadowed, grown, overdue */
	RPV_WORDS_BUDGET_BY = 23           /**< ::rpv_budget_by: justification, requester, group */
} rpv_vocabulary;

/** Word for an enumerator.
 * @param vocabulary which enumeration
 * @param value      the enumerator
 * @return a string that lives as long as the library; NULL for "unchanged", "none" and unknown values
 * @since 0.1 */
RPV_API const char *rpv_word(rpv_vocabulary vocabulary, int32_t value);

/** Enumerator for a word, ASCII case ignored.
 * @param vocabulary     which enumeration
 * @param word           NUL-terminated
 * @param[out] value     the enumerator; untouched on failure
 * @retval RPV_OK        `*value` is set
 * @retval RPV_E_INVALID no such word
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_word_value(rpv_vocabulary vocabulary, const char *word, int32_t *value);

/** Walks the words of an enumeration, for help texts.
 * @param vocabulary which enumeration
 * @param index      from 0
 * @return the word, NULL past the end
 * @since 0.1 */
RPV_API const char *rpv_word_at(rpv_vocabulary vocabulary, size_t index);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
