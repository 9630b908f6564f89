/* SPDX-License-Identifier: MIT */
/* Words for enumerators: one table for files, programs and bindings. */
#include "../base/base.h"
#include <reprieve/reprieve.h>

typedef struct word { int32_t vocabulary, value; const char *text; } word;

static const word words[] = {
	{ RPV_WORDS_VALUE, RPV_VALUE_LOW, "low" },
	{ RPV_WORDS_VALUE, RPV_VALUE_NORMAL, "normal" },
	{ RPV_WORDS_VALUE, RPV_VALUE_HIGH, "high" },
	{ RPV_WORDS_SEVERITY, RPV_SEVERITY_UNKNOWN, "unknown" },
	{ RPV_WORDS_SEVERITY, RPV_SEVERITY_LOW, "low" },
	{ RPV_WORDS_SEVERITY, RPV_SEVERITY_MEDIUM, "medium" },
	{ RPV_WORDS_SEVERITY, RPV_SEVERITY_HIGH, "high" },
	{ RPV_WORDS_SEVERITY, RPV_SEVERITY_CRITICAL, "critical" },
	{ RPV_WORDS_EXPLOIT, RPV_EXPLOIT_NONE, "none" },
	{ RPV_WORDS_EXPLOIT, RPV_EXPLOIT_PUBLIC, "public" },
	{ RPV_WORDS_EXPLOIT, RPV_EXPLOIT_VERIFIED, "verified" },
	{ RPV_WORDS_EXPLOIT, RPV_EXPLOIT_KIT, "kit" },
	{ RPV_WORDS_KIND, RPV_KIND_UPDATE, "update" },
	{ RPV_WORDS_KIND, RPV_KIND_UPGRADE, "upgrade" },
	{ RPV_WORDS_KIND, RPV_KIND_UNINSTALL, "uninstall" },
	{ RPV_WORDS_KIND, RPV_KIND_CONFIGURATION_CHANGE, "configuration_change" },
	{ RPV_WORDS_KIND, RPV_KIND_ATTENTION_REQUIRED, "attention_required" },
	{ RPV_WORDS_CATEGORY, RPV_CATEGORY_APPLICATION, "application" },
	{ RPV_WORDS_CATEGORY, RPV_CATEGORY_OS, "os" },
	{ RPV_WORDS_CATEGORY, RPV_CATEGORY_NETWORK, "network" },
	{ RPV_WORDS_CATEGORY, RPV_CATEGORY_ACCOUNTS, "accounts" },
	{ RPV_WORDS_CATEGORY, RPV_CATEGORY_SECURITY_CONTROLS, "security_controls" },
	{ RPV_WORDS_CONFIGURATION_STATE, RPV_CONFIGURATION_NOT_APPLICABLE, "not_applicable" },
	{ RPV_WORDS_CONFIGURATION_STATE, RPV_CONFIGURATION_COMPLIANT, "compliant" },
	{ RPV_WORDS_CONFIGURATION_STATE, RPV_CONFIGURATION_EXPOSED, "exposed" },
	{ RPV_WORDS_STATE, RPV_STATE_ACTIVE, "active" },
	{ RPV_WORDS_STATE, RPV_STATE_PARTIAL_EXCEPTION, "partial_exception" },
	{ RPV_WORDS_STATE, RPV_STATE_FULL_EXCEPTION, "full_exception" },
	{ RPV_WORDS_STATE, RPV_STATE_RESOLVED, "resolved" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL, "third_party_control" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_ALTERNATE_MITIGATION, "alternate_mitigation" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_RISK_ACCEPTED, "risk_accepted" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_PLANNED_REMEDIATION, "planned_remediation" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_NO_PATCH_AVAILABLE, "no_patch_available" },
	{ RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_FALSE_POSITIVE, "false_positive" },
	{ RPV_WORDS_IMPACT, RPV_IMPACT_NO_IMPACT, "no_impact" },
	{ RPV_WORDS_IMPACT, RPV_IMPACT_MITIGATION_LIKE, "mitigation_like" },
	{ RPV_WORDS_IMPACT, RPV_IMPACT_HYBRID, "hybrid" },
	{ RPV_WORDS_SCOPE, RPV_SCOPE_GLOBAL, "global" },
	{ RPV_WORDS_SCOPE, RPV_SCOPE_ALL_GROUPS, "all_groups" },
	{ RPV_WORDS_SCOPE, RPV_SCOPE_GROUPS, "groups" },
	{ RPV_WORDS_SCOPE, RPV_SCOPE_DEVICES, "devices" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_PENDING_APPROVAL, "pending_approval" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_SCHEDULED, "scheduled" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_IN_EFFECT, "in_effect" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_SUSPENDED, "suspended" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_EXPIRED, "expired" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_CANCELED, "canceled" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_RESURFACED, "resurfaced" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_REJECTED, "rejected" },
	{ RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_SUPERSEDED, "superseded" },
	{ RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_UPDATE, "update" },
	{ RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_UPGRADE, "upgrade" },
	{ RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_UNINSTALL, "uninstall" },
	{ RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_CONFIGURATION_CHANGE, "configuration_change" },
	{ RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_ATTENTION_REQUIRED, "attention_required" },
	{ RPV_WORDS_PRIORITY, RPV_PRIORITY_LOW, "low" },
	{ RPV_WORDS_PRIORITY, RPV_PRIORITY_MEDIUM, "medium" },
	{ RPV_WORDS_PRIORITY, RPV_PRIORITY_HIGH, "high" },
	{ RPV_WORDS_REMEDIATION_STATUS, RPV_REMEDIATION_ACTIVE, "active" },
	{ RPV_WORDS_REMEDIATION_STATUS, RPV_REMEDIATION_COMPLETED, "completed" },
	{ RPV_WORDS_REMEDIATION_STATUS, RPV_REMEDIATION_CANCELED, "canceled" },
	{ RPV_WORDS_TICKET_STATUS, RPV_TICKET_PENDING, "pending" },
	{ RPV_WORDS_TICKET_STATUS, RPV_TICKET_ACCEPTED, "accepted" },
	{ RPV_WORDS_TICKET_STATUS, RPV_TICKET_COMPLETED, "completed" },
	{ RPV_WORDS_TICKET_STATUS, RPV_TICKET_REJECTED, "rejected" },
	{ RPV_WORDS_LEVEL, RPV_LEVEL_LOW, "low" },
	{ RPV_WORDS_LEVEL, RPV_LEVEL_MEDIUM, "medium" },
	{ RPV_WORDS_LEVEL, RPV_LEVEL_HIGH, "high" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_FACTS_REPORTED, "facts_reported" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_DEVICE_ADDED, "device_added" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_DEVICE_CHANGED, "device_changed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_DEVICE_REMOVED, "device_removed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_GROUP_ADDED, "group_added" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_GROUP_RENAMED, "group_renamed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_GROUP_REMOVED, "group_removed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_WEAKNESS_ADDED, "weakness_added" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_WEAKNESS_CHANGED, "weakness_changed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_WEAKNESS_SET_CHANGED, "weakness_set_changed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_RECOMMENDATION_ADDED, "recommendation_added" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_RECOMMENDATION_CHANGED, "recommendation_changed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_RECOMMENDATION_REMOVED, "recommendation_removed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_FILED, "exception_filed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_STARTED, "exception_started" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_EXPIRED, "exception_expired" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_CANCELED, "exception_canceled" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_SUSPENDED, "exception_suspended" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_RESUMED, "exception_resumed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_SUPERSEDED, "exception_superseded" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_RESURFACED, "exception_resurfaced" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_WARNED, "exception_warned" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_APPROVED, "exception_approved" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_EXCEPTION_REJECTED, "exception_rejected" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_REMEDIATION_REQUESTED, "remediation_requested" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_REMEDIATION_COMPLETED, "remediation_completed" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_REMEDIATION_CANCELED, "remediation_canceled" },
	{ RPV_WORDS_EVENT_TYPE, RPV_EVENT_POLICY_CHANGED, "policy_changed" },
};

const char *rpv_word(rpv_vocabulary vocabulary, int32_t value)
{
	for (size_t i = 0; i < RPV__COUNT(words); i++)
		if (words[i].vocabulary == (int32_t)vocabulary && words[i].value == value)
			return words[i].text;
	return NULL;
}

rpv_status rpv_word_value(rpv_vocabulary vocabulary, const char *text, int32_t *value)
{
	if (!text || !value)
		return RPV_E_INVALID;
	for (size_t i = 0; i < RPV__COUNT(words); i++)
		if (words[i].vocabulary == (int32_t)vocabulary && rpv__equal_fold(words[i].text, text)) {
			*value = words[i].value;
			return RPV_OK;
		}
	return RPV_E_INVALID;
}

const char *rpv_word_at(rpv_vocabulary vocabulary, size_t index)
{
	for (size_t i = 0; i < RPV__COUNT(words); i++)
		if (words[i].vocabulary == (int32_t)vocabulary && index-- == 0)
			return words[i].text;
	return NULL;
}
