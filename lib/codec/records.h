/* SPDX-License-Identifier: MIT */
/* Records of a store and their bytes. Each value starts with a codec version. rpv__put_X() writes one,
 * rpv__get_X() reads it back: false when the bytes are not one, or when the arena has no memory. Texts and arrays of what
 * was read live in the arena. Pure; every decoder survives any bytes. Absent texts are NULL, absent times 0. */
#ifndef RPV__RECORDS_H
#define RPV__RECORDS_H

#include "../base/wide.h"
#include "keys.h"
#include <reprieve/reprieve.h>

#define RPV__FORMAT 2u          /* of the whole store; in the revision record */
#define RPV__FORMAT_SUMS 2u     /* the first one with sums in front of values, and with an index of what exceptions reach */

/* --- record_journal.c --- */
enum { RPV__NEXT_DEVICE, RPV__NEXT_GROUP, RPV__NEXT_WEAKNESS, RPV__NEXT_RECOMMENDATION, RPV__NEXT_TEXT,
       RPV__NEXT_VARIANT, RPV__NEXT_EXCEPTION, RPV__NEXT_ACTIVITY, RPV__NEXT_CONTROL, RPV__NEXT_COUNT };

#define RPV__HASH_NAME 16       /* bytes of the name of a hash, with its NUL */
typedef struct rpv__link {      /* of a chained journal */
	char hash[RPV__HASH_NAME];   /* empty: it is not chained */
	uint8_t size, bytes[RPV_HASH_MAX];
} rpv__link;

typedef struct rpv__revision { /* Z */
	uint32_t format, oldest_reader;  /* oldest format number a reader must know */
	uint64_t revision;               /* number of commits */
	uint64_t sequence;               /* last event */
	int64_t mark_ms;                 /* time of the last commit */
	uint64_t oldest_changes;         /* first revision whose change record is kept; 0: none yet */
	int64_t oldest_changes_ms;       /* the mark before that revision: as-of reaches back to here */
	uint64_t next[RPV__NEXT_COUNT];  /* next number to give out (start at 1; group: 1, 0 is the default group) */
	uint64_t count[RPV__NEXT_COUNT]; /* how many exist now (devices not removed, ...): for limits */
	bool restoring;                  /* a backup is being restored */
	uint64_t tag;                    /* of the last commit: settles an unknown outcome */
	rpv__link link;                  /* that of the last commit */
} rpv__revision;

typedef struct rpv__commit { /* C */
	int64_t time_ms;
	const char *actor;
	uint64_t first_sequence, event_count; /* first 0 when none */
	uint32_t parts;                       /* change record parts */
	uint64_t tag;
	rpv_bytes link;                       /* empty: the journal was not chained */
} rpv__commit;

typedef struct rpv__group_count_pair { uint32_t group; uint64_t count; } rpv__group_count_pair;

#define RPV__EVENT_LAST RPV_EVENT_SCORES_RECORDED
typedef struct rpv__event { /* J; the public row is rpv_event */
	uint64_t sequence;
	int64_t time_ms, commit_ms;
	const char *actor;
	rpv_event_type type;
	const char *recommendation, *weakness, *device, *group, *control;
	uint64_t exception, remediation;      /* numbers, 0: none */
	const char *before, *after, *reason;
	uint64_t count;                       /* of what the type says */
	const rpv__group_count_pair *groups;  /* device groups it concerns, with counts; none: concerns all */
	size_t group_count;
	bool triggered; rpv_trigger trigger;  /* an exception resurfaced or warned: by what */
	const char *threshold;                /* what `after` had to reach */
	const char *policy;                   /* the name of one that changed */
} rpv__event;

bool rpv__hash_name_ok(rpv_bytes name);
void rpv__put_revision(rpv__buf *b, const rpv__revision *r);
bool rpv__get_revision(rpv_bytes v, rpv__revision *r);
void rpv__put_commit(rpv__buf *b, const rpv__commit *r);
bool rpv__get_commit(rpv_bytes v, rpv__arena *into, rpv__commit *r);
void rpv__put_event(rpv__buf *b, const rpv__event *r);
bool rpv__get_event(rpv_bytes v, rpv__arena *into, rpv__event *r);

/* --- record_policy.c --- */
typedef struct rpv__policy_entry { uint32_t setting; const int64_t *values; size_t count; } rpv__policy_entry;
typedef struct rpv__policy_record { /* P; what the settings mean: model/policy.h */
	uint64_t revision;                    /* how many changes of the policy there were */
	const rpv__policy_entry *items; size_t count; /* by setting; what differs from the default */
} rpv__policy_record;

void rpv__put_policy(rpv__buf *b, const rpv__policy_record *r);
bool rpv__get_policy(rpv_bytes v, rpv__arena *into, rpv__policy_record *r);

/* --- record_facts.c --- */
typedef struct rpv__texts { const char *const *items; size_t count; } rpv__texts;

typedef struct rpv__group { const char *name, *description; uint32_t rank; bool declared; } rpv__group; /* G; rank 0: none */
typedef struct rpv__group_count { /* g: of devices known (not removed) */
	uint64_t known;       /* excluded or not, active or not */
	uint64_t counted[3];  /* not excluded, by value: low, normal, high */
} rpv__group_count;

typedef struct rpv__device { /* d */
	const char *id, *name, *os, *justification;
	rpv__texts tags;
	int64_t first_seen_ms;
} rpv__device;

enum { RPV__DEVICE_INTERNET = 1, RPV__DEVICE_ALERT = 2, RPV__DEVICE_EXCLUDED = 4, RPV__DEVICE_REMOVED = 8 };
typedef struct rpv__report { uint32_t source; int64_t newest_ms; } rpv__report; /* source: text number */
typedef struct rpv__device_hot { /* h */
	uint32_t group;
	rpv_value value;              /* never RPV_VALUE_UNCHANGED */
	uint32_t flags;
	int64_t last_seen_ms;
	const rpv__report *reports; size_t report_count; /* by source */
} rpv__device_hot;

typedef struct rpv__holding { /* one source's word on one recommendation */
	uint32_t recommendation, source;
	bool configuration;
	uint32_t variant;             /* weaknesses; 0 when configuration or none */
	uint32_t version;             /* text number, 0: none */
	rpv_configuration_state state; /* when configuration */
	bool user_impact;
	int64_t first_seen_ms;
	int64_t last_seen_ms;         /* 0: whenever the device was */
} rpv__holding;
typedef struct rpv__holdings { const rpv__holding *items; size_t count; } rpv__holdings; /* e; by recommendation, source */

typedef struct rpv__row { const uint32_t *variants; size_t count; } rpv__row;            /* D; ascending, none empty */
typedef struct rpv__state { uint32_t recommendation; rpv_configuration_state state; bool user_impact; } rpv__state;
typedef struct rpv__states { const rpv__state *items; size_t count; } rpv__states;       /* s; by recommendation */

typedef struct rpv__weakness { /* W; what scores need is in the threat block */
	const char *id, *title, *epss_model;
	rpv__texts cvss, aliases;
	int64_t known_exploited_ms, published_ms, updated_ms;
	bool severity_given;          /* else it follows from the CVSS vectors */
} rpv__weakness;
#define RPV__EPSS_UNKNOWN UINT32_MAX
enum { RPV__THREAT_KNOWN_EXPLOITED = 1, RPV__THREAT_RANSOMWARE = 2, RPV__THREAT_ALERT = 4, RPV__THREAT_ZERO_DAY = 8,
       RPV__THREAT_FIX_KNOWN = 16, RPV__THREAT_FIX = 32, RPV__THREAT_EXISTS = 64 };
typedef struct rpv__threat { uint32_t epss; uint8_t severity, exploit, flags; } rpv__threat; /* epss in 1e-9 */
typedef struct rpv__threat_block { rpv__threat items[RPV__THREAT_BLOCK]; } rpv__threat_block; /* w; number % 256 */

typedef struct rpv__recommendation { /* R */
	const char *id, *subcategory, *vendor, *product, *recommended_version, *recommended_vendor, *recommended_program,
		*title, *description, *steps, *component;
	rpv_kind kind; rpv_category category;
	uint32_t points;              /* 1..10 for configurations, else 0 */
	rpv__texts tags, threats;
	bool removed;
} rpv__recommendation;

typedef struct rpv__variant { /* V */
	uint32_t recommendation;
	const char *set;                                   /* host's id of a named set, else NULL */
	const uint32_t *weaknesses; size_t weakness_count; /* ascending; none when made of parts */
	const uint32_t *parts; size_t part_count;          /* variants whose union it is (several sources), ascending */
} rpv__variant;

/* Class of a device: value (0 low, 1 normal, 2 high) + 3 * (1 if internet facing) + 6 * (1 if it has an alert). */
#define RPV__CLASSES 12
static inline uint8_t rpv__device_class(const rpv__device_hot *hot)
{
	unsigned value = hot->value == RPV_VALUE_LOW ? 0 : hot->value == RPV_VALUE_HIGH ? 2 : 1;
	return (uint8_t)(value + (hot->flags & RPV__DEVICE_INTERNET ? 3u : 0u) + (hot->flags & RPV__DEVICE_ALERT ? 6u : 0u));
}
typedef struct rpv__counter_row { /* devices known and not excluded, active or not, of one group and recommendation */
	uint32_t variant;             /* 0: a configuration */
	rpv_configuration_state state;
	bool user_impact;
	uint32_t devices[RPV__CLASSES];
} rpv__counter_row;
typedef struct rpv__counter { const rpv__counter_row *items; size_t count; } rpv__counter; /* A; by variant, state, impact */

void rpv__put_group(rpv__buf *b, const rpv__group *r);
bool rpv__get_group(rpv_bytes v, rpv__arena *into, rpv__group *r);
void rpv__put_group_count(rpv__buf *b, const rpv__group_count *r);
bool rpv__get_group_count(rpv_bytes v, rpv__group_count *r);
void rpv__put_device(rpv__buf *b, const rpv__device *r);
bool rpv__get_device(rpv_bytes v, rpv__arena *into, rpv__device *r);
void rpv__put_device_hot(rpv__buf *b, const rpv__device_hot *r);
bool rpv__get_device_hot(rpv_bytes v, rpv__arena *into, rpv__device_hot *r);
void rpv__put_holdings(rpv__buf *b, const rpv__holdings *r);
bool rpv__get_holdings(rpv_bytes v, rpv__arena *into, rpv__holdings *r);
void rpv__put_row(rpv__buf *b, const rpv__row *r);
bool rpv__get_row(rpv_bytes v, rpv__arena *into, rpv__row *r);
void rpv__put_states(rpv__buf *b, const rpv__states *r);
bool rpv__get_states(rpv_bytes v, rpv__arena *into, rpv__states *r);
void rpv__put_weakness(rpv__buf *b, const rpv__weakness *r);
bool rpv__get_weakness(rpv_bytes v, rpv__arena *into, rpv__weakness *r);
void rpv__put_threat_block(rpv__buf *b, const rpv__threat_block *r);
bool rpv__get_threat_block(rpv_bytes v, rpv__threat_block *r);
void rpv__put_recommendation(rpv__buf *b, const rpv__recommendation *r);
bool rpv__get_recommendation(rpv_bytes v, rpv__arena *into, rpv__recommendation *r);
void rpv__put_variant(rpv__buf *b, const rpv__variant *r);
bool rpv__get_variant(rpv_bytes v, rpv__arena *into, rpv__variant *r);
void rpv__put_counter(rpv__buf *b, const rpv__counter *r);
bool rpv__get_counter(rpv_bytes v, rpv__arena *into, rpv__counter *r);

/* --- record_control.c --- */
typedef struct rpv__control { /* N */
	const char *id, *description, *owner;
	rpv__texts evidence;               /* URI, digest, URI, digest, ... */
	rpv_control_kind kind;             /* never RPV_CONTROL_UNCHANGED */
	int64_t added_ms;
	int64_t reviewed_ms, interval_ms;  /* 0: never, none */
	bool retired;
	bool removed;                      /* exceptions still name it */
} rpv__control;

void rpv__put_control(rpv__buf *b, const rpv__control *r);
bool rpv__get_control(rpv_bytes v, rpv__arena *into, rpv__control *r);

/* --- record_point.c --- */
#define RPV__HOUR_MS INT64_C(3600000)
typedef struct rpv__point { /* L */
	uint64_t digest;               /* of the model's constants; 0: an engine of the host's */
	rpv_score score;               /* without revision and valid_until_ms */
} rpv__point;

bool rpv__score_ok(const rpv_score *score); /* every figure is a number, and the level one that there is */
void rpv__put_point(rpv__buf *b, const rpv__point *r);
bool rpv__get_point(rpv_bytes v, rpv__point *r);

/* --- record_decisions.c --- */
typedef enum rpv__ending { /* how an exception ended by a decision; expiry follows from the clock */
	RPV__NOT_ENDED, RPV__ENDED_CANCELED, RPV__ENDED_RESURFACED, RPV__ENDED_REJECTED, RPV__ENDED_SUPERSEDED
} rpv__ending;

enum { RPV__BASELINE_KNOWN_EXPLOITED = 1, RPV__BASELINE_FIX = 2, RPV__BASELINE_END_OF_SUPPORT = 4 };

typedef struct rpv__baseline { /* frozen at filing, over the findings of the target inside the scope */
	uint64_t devices, high_value, internet_facing;     /* exposed, known and not excluded */
	uint64_t groups, weaknesses;                       /* in scope; distinct on exposed devices */
	uint64_t scope_devices[3];                         /* counted devices of the scope by value: N and W */
	int64_t exposure;                                  /* standalone, in 2^-44 point */
	uint8_t severity, exploit; uint32_t epss;          /* highest */
	uint32_t flags;                                    /* of any: see above */
	uint64_t epoch;                                    /* of likelihood constants and EPSS model */
	uint32_t epss_weakness;                            /* where the highest EPSS came from; 0: nowhere */
	/* What later values are held against: as frozen, until a new EPSS model moves it (R27). */
	int64_t base_exposure;
	uint32_t base_epss, base_doubling;                 /* an unknown one to double from is the first known (R26) */
} rpv__baseline;

typedef struct rpv__firing { /* a trigger that fired, with exact values in the unit of its kind (model/resurface.h) */
	rpv_trigger trigger;
	bool voided;                                       /* else it warned */
	int64_t time_ms;
	uint32_t weakness;                                 /* 0: none in particular */
	int64_t frozen, now, threshold;
	uint32_t control;                                  /* of the triggers of controls; else 0 */
} rpv__firing;

/* What watch lists keep of an exception, by rpv_watch: whether it is on them as far as facts alone decide (stale, grown),
 * and whether that was told. */
#define RPV__WATCH_ON(watch) (1u << (watch))
#define RPV__WATCH_TOLD(watch) (1u << (8 + (watch)))
#define RPV__WATCH_BITS (RPV__WATCH_ON(RPV_WATCH_STALE) | RPV__WATCH_ON(RPV_WATCH_GROWN) | 0x3e00u)

typedef struct rpv__cover { /* U: what decides; all that time and scope need */
	uint32_t recommendation, weakness; /* from the key */
	uint64_t exception;                /* from the key */
	int64_t filed_ms, start_ms, end_ms, ended_ms;      /* ended_ms 0: not by a decision */
	rpv__ending ending;
	bool pending; int64_t approve_by_ms, approved_ms;  /* waiting for a second person */
	bool supersede;                                    /* once approved it takes over what it conflicts with (R7) */
	bool counted;                                      /* it stands in the sums of accepted exposure (R35) */
	bool listed;                                       /* it stands in the index of what it reaches: it has not ended */
	uint64_t renewal;                                  /* of it, not ended: counts in its place; 0: none */
	rpv_justification justification; rpv_impact impact; rpv_scope scope;
	bool all_groups;                                   /* filed for all present groups (groups[] lists them) */
	const uint32_t *groups; size_t group_count;        /* ascending; what is still covered */
	const uint32_t *devices; size_t device_count;      /* ascending */
	uint64_t predecessor, successor;                   /* renewal, superseding; 0: none */
	const uint32_t *controls; size_t control_count;    /* ascending; those it rests on */
	int64_t stale_ms;                                  /* it is void once one of them is stale; 0: never */
	int64_t stale_warn_ms;                             /* the same where the policy only warns */
	uint32_t fired;                                    /* bits of triggers that have warned and not re-armed */
	rpv__baseline baseline;
	uint32_t requester;                                /* text number; 0: see the texts */
	uint32_t watch;                                    /* RPV__WATCH_... */
} rpv__cover;

typedef struct rpv__exception { /* X: the rest */
	uint32_t recommendation, weakness;                 /* finds the cover */
	const char *context, *requester, *approver, *status_reason, *ticket;
	const char *author; int64_t authored_ms;           /* of an imported decision */
	rpv__texts evidence;                               /* URI, digest, URI, digest, ... */
	const uint32_t *canceled_groups; size_t canceled_group_count;
	const rpv__firing *firings; size_t firing_count;   /* the newest of each trigger, in their order */
} rpv__exception;

typedef struct rpv__activity { /* M */
	uint32_t recommendation;
	rpv_remediation_kind kind;
	rpv_priority priority;
	rpv_remediation_status status;
	bool only_without_user_impact;
	int64_t requested_ms, due_ms, ended_ms;
	const char *requester, *notes, *ended_by, *reason, *connector;
	rpv_ticket_status ticket;
	const uint32_t *groups; size_t group_count;        /* none: all */
	uint64_t targets, fixed;                           /* counted now; frozen once ended */
	uint64_t requested_targets;                        /* at the request */
} rpv__activity;
typedef struct rpv__target { /* t */
	uint32_t variant;              /* what the device had at the request (an unnamed variant); 0: configuration */
	uint32_t group;                /* at the request */
	bool fixed, gone;              /* gone: removed or excluded */
} rpv__target;

/* --- record_census.c: what is kept for exceptions whose counts do not follow from counters --- */
typedef struct rpv__census_row { /* known devices, not excluded, of one group, that have the same of a target */
	uint32_t group;                                    /* 0 for a device scope */
	const uint32_t *variants; size_t variant_count;    /* ascending, those that bring it; none: exposed configuration */
	uint32_t devices[RPV__CLASSES];
} rpv__census_row;
typedef struct rpv__census { const rpv__census_row *items; size_t count; } rpv__census; /* B, E; by group */
void rpv__put_census(rpv__buf *b, const rpv__census *r);
bool rpv__get_census(rpv_bytes v, rpv__arena *into, rpv__census *r);
void rpv__put_everywhere(rpv__buf *b, const uint32_t *weaknesses, size_t count); /* y; ascending */
bool rpv__get_everywhere(rpv_bytes v, rpv__arena *into, const uint32_t **weaknesses, size_t *count);

/* K: what the exceptions that count come to. */
typedef struct rpv__budget_sum { rpv__wide units; uint64_t count; } rpv__budget_sum; /* in 2^-44 point */

void rpv__put_budget_sum(rpv__buf *b, const rpv__budget_sum *r);
bool rpv__get_budget_sum(rpv_bytes v, rpv__budget_sum *r);
void rpv__put_cover(rpv__buf *b, const rpv__cover *r);
bool rpv__get_cover(rpv_bytes key, rpv_bytes v, rpv__arena *into, rpv__cover *r);
void rpv__put_exception(rpv__buf *b, const rpv__exception *r);
bool rpv__get_exception(rpv_bytes v, rpv__arena *into, rpv__exception *r);
void rpv__put_activity(rpv__buf *b, const rpv__activity *r);
bool rpv__get_activity(rpv_bytes v, rpv__arena *into, rpv__activity *r);
void rpv__put_target(rpv__buf *b, const rpv__target *r);
bool rpv__get_target(rpv_bytes v, rpv__target *r);

#endif
