/* SPDX-License-Identifier: MIT */
/* A policy: the numbers and choices that the rules go by. A store without a policy record goes by the default. What was
 * decided under one policy stays as it was decided: a record keeps what it was filed with. */
#ifndef RPV__POLICY_H
#define RPV__POLICY_H

#include "../codec/records.h"

#define RPV__JUSTIFICATIONS 7u /* indexed by rpv_justification; [RPV_JUSTIFICATION_NONE] is not used */
#define RPV__TRIGGERS 14u      /* indexed by rpv_trigger */
#define RPV__REMINDERS 8u
#define RPV__UNCAPPED UINT32_MAX
#define RPV__NO_BUDGET (-1)

typedef enum rpv__action { RPV__ACTION_OFF, RPV__ACTION_WARN, RPV__ACTION_VOID } rpv__action;

/* What asks for a second person: any that holds. */
typedef struct rpv__approval_rule {
	uint32_t justifications;              /* bits 1 << rpv_justification */
	uint32_t scopes;                      /* bits 1 << rpv_scope; never that of RPV_SCOPE_ALL_GROUPS */
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
	uint64_t revision;                    /* how many changes there were */
	int64_t inactive_after_ms;            /* active while now < last seen + this (R37) */
	int64_t clock_jump_limit_ms;          /* R2 */
	int64_t history_kept_ms;              /* change records, for as-of and followers */
	int64_t scores_kept_ms;               /* recorded scores; 0: for ever */
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
	uint8_t triggers[RPV__TRIGGERS];      /* 0: never fires, whatever the actions say */
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
	return policy->triggers[trigger] ? (rpv__action)policy->actions[justification][trigger] : RPV__ACTION_OFF;
}

/* The same for all triggers. */
static inline void rpv__policy_actions(const rpv__policy *policy, rpv_justification justification,
                                       uint8_t out[RPV__TRIGGERS])
{
	for (unsigned t = 0; t < RPV__TRIGGERS; t++)
		out[t] = (uint8_t)rpv__policy_action(policy, justification, (rpv_trigger)t);
}

/* --- policy_table.c: what the settings are called --- */
typedef enum rpv__policy_kind {
	RPV__POLICY_DURATION,       /* "30d", in milliseconds */
	RPV__POLICY_COUNT,          /* "5" */
	RPV__POLICY_PERCENT,        /* "50" */
	RPV__POLICY_POINTS,         /* "0.5", at most six decimals, in 2^-44 point */
	RPV__POLICY_PARTS,          /* "1.25", in 1e-6 */
	RPV__POLICY_PROBABILITY,    /* "0.36", in 1e-9 */
	RPV__POLICY_SWITCH,         /* on, off */
	RPV__POLICY_ACTION,         /* void, warn, off */
	RPV__POLICY_IMPACT,
	RPV__POLICY_SEVERITY,
	RPV__POLICY_JUSTIFICATIONS, /* words, all, none */
	RPV__POLICY_SCOPES,         /* the same */
	RPV__POLICY_DURATIONS       /* "30d,7d,1d" */
} rpv__policy_kind;
typedef enum rpv__policy_by { RPV__POLICY_ONE, RPV__POLICY_BY_JUSTIFICATION, RPV__POLICY_BY_TRIGGER } rpv__policy_by;

/* A row is one setting, or one for each justification or trigger: its members. */
typedef struct rpv__policy_row {
	uint32_t id;                /* stored: never changes, never used again */
	const char *name;
	rpv__policy_kind kind;
	rpv__policy_by by;
	size_t offset, size;        /* in rpv__policy; members lie one behind the other */
	uint32_t members;           /* bits of those that there are, indexes; a row without: bit 0 */
	uint32_t aside;             /* bits of those that a value for all of them leaves at their default */
	int64_t min, max;           /* of a value; of a set its bits in max */
	bool has_none; int64_t none; /* "none" is allowed and stands for this */
	const char *description;
} rpv__policy_row;
extern const rpv__policy_row rpv__policy_rows[];
extern const size_t rpv__policy_row_count;

#define RPV__POLICY_ALL UINT32_MAX
/* A name: of a row with all its members, or of one member. */
typedef struct rpv__policy_name { const rpv__policy_row *row; uint32_t member; } rpv__policy_name;
enum { RPV__POLICY_NAME_SIZE = 96, RPV__POLICY_TEXT_SIZE = 1536 };
/* "max_renewals", "max_renewals.risk_accepted"; letters without regard to case, '-' for '_'. */
bool rpv__policy_find(const char *name, rpv__policy_name *out);
void rpv__policy_name_text(rpv__policy_name name, char out[RPV__POLICY_NAME_SIZE]);
/* Word of a member, NULL when there is no such. */
const char *rpv__policy_member(const rpv__policy_row *row, uint32_t member);

/* --- policy_value.c: values of settings as numbers --- */
int64_t rpv__policy_get(const rpv__policy *policy, const rpv__policy_row *row, uint32_t member);
void rpv__policy_put(rpv__policy *policy, const rpv__policy_row *row, uint32_t member, int64_t value);
bool rpv__policy_equal(const rpv__policy *a, const rpv__policy *b, const rpv__policy_row *row, uint32_t member);
void rpv__policy_copy(rpv__policy *to, const rpv__policy *from, const rpv__policy_row *row, uint32_t member);
/* Settings that only make sense together: RPV_E_REFUSED with words. */
rpv_status rpv__policy_check(const rpv__policy *policy, rpv_error *error);
/* What differs from the default; arrays live in the arena. RPV_E_NOMEM. */
rpv_status rpv__policy_to_record(const rpv__policy *policy, rpv__arena *into, rpv__policy_record *out);
/* RPV_E_VERSION: settings that this version does not know. RPV_E_CORRUPT: values that cannot be. Without words. */
rpv_status rpv__policy_from_record(const rpv__policy_record *record, rpv__policy *out);

/* --- policy_text.c, policy_parse.c: values of settings as text, both ways exact --- */
/* Of a row with members the value most of them have, then those that differ: "none,risk_accepted=2". */
void rpv__policy_text(const rpv__policy *policy, rpv__policy_name name, char out[RPV__POLICY_TEXT_SIZE]);
/* Takes a value; text NULL: the default. RPV_E_INVALID: it cannot be read; RPV_E_REFUSED: it is out of range. */
rpv_status rpv__policy_take(rpv__policy *policy, rpv__policy_name name, const char *text, uint64_t index,
                            rpv_error *error);

#endif
