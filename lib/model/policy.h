/* SPDX-License-Identifier: MIT */
/* A policy: the numbers and choices that the rules go by. A store without a policy record goes by the default. What was
 * decided under one policy stays as it was decided: a record keeps what it was filed with. */
#ifndef RPV__POLICY_H
#define RPV__POLICY_H

#include "../base/base.h"
#include <reprieve/reprieve.h>

#define RPV__JUSTIFICATIONS 7u /* indexed by rpv_justification; [RPV_JUSTIFICATION_NONE] is not used */
#define RPV__TRIGGERS 14u      /* indexed by rpv_trigger */
#define RPV__REMINDERS 8u
#define RPV__UNCAPPED UINT32_MAX
#define RPV__NO_BUDGET (-1)

typedef enum rpv__action { RPV__ACTION_OFF, RPV__ACTION_WARN, RPV__ACTION_VOID } rpv__action;

/* What asks for a second person: any that holds. */
typedef struct rpv__approval_rule {
	uint32_t justifications;              /* bits 1 << rpv_justification */
	uint32_t scopes;                      /* bits 1 << rpv_scope */
	rpv_severity severity;                /* the highest severity in scope is at least this; 0: does not matter */
	int64_t longer_than_ms;               /* its duration is longer; 0: does not matter */
} rpv__approval_rule;

/* When an environment counts as worse (R22 to R31). Parts per million, and EPSS in 1e-9. */
typedef struct rpv__thresholds {
	uint32_t exposure_ratio_ppm;          /* now >= this * frozen, and ... */
	int64_t exposure_rise;                /* ... now - frozen >= this, in 2^-44 point */
	uint32_t epss_crossing, epss_rise;    /* frozen < crossing <= now, and now - frozen >= rise */
	uint32_t epss_rearm;                  /* a warned crossing re-arms below this */
	uint32_t epss_ratio_ppm, epss_floor;  /* now >= ratio * frozen, and now > floor */
	uint32_t epss_ratio_rearm_ppm;        /* a warned doubling re-arms below this * frozen */
	uint32_t devices_percent;             /* 100 * (now - frozen) >= this * frozen, and ... */
	uint32_t devices_rise;                /* ... now - frozen >= this */
	uint32_t rearm_percent;               /* other warned ones re-arm below this part of what fires them */
} rpv__thresholds;

typedef struct rpv__policy {
	int64_t inactive_after_ms;            /* active while now < last seen + this (R37) */
	int64_t clock_jump_limit_ms;          /* R2 */
	int64_t history_kept_ms;              /* change records, for as-of and followers */
	/* filing */
	int64_t start_ahead_max_ms;           /* R4, inclusive */
	int64_t duration_max_ms[RPV__JUSTIFICATIONS]; /* R4, inclusive */
	uint32_t context_min;                 /* characters of context */
	uint32_t scope_devices_max;
	rpv_impact impact[RPV__JUSTIFICATIONS]; /* of whole recommendations (R33) */
	/* renewing (R13) */
	int64_t renewal_window_ms;
	uint32_t renewals_max[RPV__JUSTIFICATIONS]; /* RPV__UNCAPPED: any number */
	int64_t total_time_max_ms[RPV__JUSTIFICATIONS]; /* 0: not capped */
	/* a second person (R14) */
	rpv__approval_rule approval;
	int64_t approval_window_ms;
	/* accepted exposure (R35), each in 2^-44 point; RPV__NO_BUDGET: not limited */
	int64_t budget_justification[RPV__JUSTIFICATIONS];
	int64_t budget_requester, budget_group; /* of each requester, of each device group */
	/* resurfacing */
	rpv__thresholds thresholds;
	uint32_t triggers_off;                /* bits 1 << rpv_trigger: never fire */
	uint8_t actions[RPV__JUSTIFICATIONS][RPV__TRIGGERS]; /* rpv__action; ask rpv__policy_action() */
	/* watching */
	int64_t remind_ms[RPV__REMINDERS];    /* before the end, descending, 0s at the end */
	uint32_t grown_percent, grown_rise;   /* 'grown': exposed devices in scope up by both since filing */
	/* decisions read from files (R48) */
	int64_t import_duration_ms;
} rpv__policy;

extern const rpv__policy rpv__policy_default;

/* What a trigger that fires does to an exception. */
static inline rpv__action rpv__policy_action(const rpv__policy *policy, rpv_justification justification,
                                             rpv_trigger trigger)
{
	return policy->triggers_off & 1u << trigger ? RPV__ACTION_OFF : (rpv__action)policy->actions[justification][trigger];
}

#endif
