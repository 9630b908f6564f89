/* SPDX-License-Identifier: MIT */
/* A deliberately naive model of exceptions, written from the rules alone and not from the library: plain arrays,
 * everything worked out anew at every question. What it says and what the library says must never differ. */
#ifndef MODEL_REFERENCE_H
#define MODEL_REFERENCE_H

#include <reprieve/reprieve.h>
#include <stdbool.h>
#include <stdint.h>

#define REF_DAY INT64_C(86400000)
#define REF_START INT64_C(1772323200000) /* 2026-03-01 */

/* The last recommendation is a configuration. Groups are names; 0 is the default one, the last two arise by renaming. */
enum { REF_DEVICES = 9, REF_GROUPS = 7, REF_RECS = 3, REF_CONFIG = REF_RECS - 1, REF_WEAKS = 4, REF_MOST = 60,
	REF_EVENTS = 400, REF_CONTROLS = 3, REF_TRIGGERS = 14, REF_JUSTIFICATIONS = 7 };

/* --- facts --- */
typedef struct ref_device {
	bool known, internet, alert, excluded;
	int group;
	rpv_value value;
	int64_t seen;
	unsigned has[REF_RECS];      /* bits of weaknesses; of the configuration: 1 when exposed */
} ref_device;

typedef struct ref_weakness {
	rpv_severity severity;
	rpv_exploit exploit;
	bool exploited, alert;
	long epss;                   /* millionths, -1: unknown */
	rpv_flag fix;                /* 0: unknown */
	int model;                   /* of EPSS, from 1 */
} ref_weakness;

typedef struct ref_control {
	bool known, retired;
	int64_t reviewed, interval;  /* 0: never reviewed, or never stale */
	int64_t added;
} ref_control;

typedef struct ref_facts {
	ref_device devices[REF_DEVICES];
	ref_weakness weaks[REF_WEAKS];
	bool declared[REF_GROUPS];
	bool heard_of[REF_GROUPS];   /* a record bore the name, and it was not renamed since */
	bool end_of_support[REF_RECS];
	ref_control controls[REF_CONTROLS];
} ref_facts;

/* --- policies --- */
typedef enum ref_action { REF_OFF, REF_WARN, REF_VOID } ref_action;

typedef struct ref_policy {
	int64_t duration_max[REF_JUSTIFICATIONS], start_ahead, jump, inactive;
	int context_min, scope_devices_max;
	int renewals_max[REF_JUSTIFICATIONS];  /* INT_MAX: none */
	int64_t total_max[REF_JUSTIFICATIONS], renewal_window;
	rpv_impact impacts[REF_JUSTIFICATIONS];
	unsigned triggers;           /* bits of those that are on */
	unsigned approval, approval_scopes; /* bits of justifications, scopes that ask for a second person */
	int approval_severity;       /* 0: none asks */
	int64_t approval_longer, approval_window;
	int budget[REF_JUSTIFICATIONS], budget_requester; /* tenths of a point, -1: none */
	ref_action actions[REF_JUSTIFICATIONS][REF_TRIGGERS];
	long crossing, crossing_rise, crossing_rearm, doubled_floor; /* EPSS in millionths */
	int exposure_percent, devices_percent, devices_rise, doubled_percent, doubled_rearm_percent, rearm_percent;
	long double exposure_rise;
} ref_policy;

/* --- exceptions --- */
/* What an exception's subject looks like inside its scope. */
typedef struct ref_measure {
	int devices, high, internet;
	int by_value[3];             /* devices in scope, exposed or not: low, normal, high */
	unsigned weaks;
	int severity, exploit;       /* highest, 0: none */
	bool exploited, fix, end_of_support;
	long epss;                   /* highest, -1: unknown */
	long double exposure;
} ref_measure;

typedef struct ref_exception {
	int rec, weak;               /* -1: everywhere, whole */
	rpv_scope scope;
	bool all_groups;
	unsigned units, canceled;    /* bits of groups or devices */
	unsigned controls;           /* bits of those it rests on */
	rpv_justification justification;
	rpv_impact impact;
	int64_t filed, start, end, ended;
	rpv_exception_status ending; /* 0: not ended by a decision */
	int successor, predecessor;  /* -1: none */
	int context;                 /* characters */
	ref_measure base;
	long base_doubling;          /* first EPSS known, -1: none yet */
	long double base_exposure;   /* what later ones are held against: as frozen, moved by new EPSS models since */
	long double base_slack;      /* how far the library's may be from it: shares of 100 points come in steps of 2^-40 */
	long base_epss;
	unsigned fired, warned;      /* bits of triggers: ever, and not re-armed */
	bool told_start, told_end;
	bool pending, takes_later;   /* waits for a second person, or did to its end; supersedes at approval */
	int requester;
	int64_t lapse, approved;     /* 0: nobody did */
	int64_t stale, stale_warn;   /* when the clock makes it void, or warns, as of the last commit; INT64_MAX: never */
} ref_exception;

typedef struct ref_event {
	rpv_event_type type;
	int number;
	int64_t time;
	uint64_t count;
	int trigger;                 /* -1: none */
} ref_event;

typedef struct ref {
	int64_t clock, mark;
	ref_facts facts;
	ref_policy policy;
	ref_exception all[REF_MOST];
	int count;
	ref_event events[REF_EVENTS]; /* of the step at hand */
	int event_count;
	bool accepts_jumps;
	bool tie;                    /* a real number came too near to a threshold to be judged by floating point */
} ref;

void ref_open(ref *m);
int64_t ref_time(const ref *m);
void ref_tell(ref *m, rpv_event_type type, int number, int64_t time, uint64_t count, int trigger);

/* --- facts --- */
bool ref_present(const ref_facts *f, int group);
bool ref_active(const ref *m, int device);

/* --- status, time --- */
rpv_exception_status ref_alone(const ref_exception *e, int64_t t);
rpv_exception_status ref_status(const ref *m, const ref_exception *e, int64_t t);
bool ref_live(const ref *m, const ref_exception *e);
int ref_global_above(const ref *m, const ref_exception *e, int64_t t); /* -1: none */
uint64_t ref_below(const ref *m, const ref_exception *e, int64_t t);
bool ref_same_subject(const ref_exception *a, const ref_exception *b);
void ref_fall_due(ref *m);            /* what a commit writes down first; moves the mark */
int64_t ref_next_deadline(const ref *m);

/* --- scope --- */
bool ref_covers(const ref_exception *e, const ref_facts *f, int device);
bool ref_on_subject(const ref_exception *e, int rec, int weak); /* weak -1: a configuration */
/* The exception on this subject that decides a device at a time, -1: none. */
int ref_decider(const ref *m, int rec, int weak, int device, int64_t t);
/* Deciders of a finding by subject: whole, weakness of it, weakness everywhere. Whether one of them is there. */
bool ref_hidden(const ref *m, int device, int rec, int weak, int64_t t, int by[3]);
int ref_shadowed(const ref *m, int number, int64_t t);
rpv_state ref_state(const ref *m, int rec, int64_t t);

/* --- resurfacing --- */
ref_action ref_default_action(int justification, int trigger);
/* Weights: devices of each value frozen, NULL: those of now. */
void ref_take_measure(const ref_facts *f, const ref_exception *e, const int frozen[3], ref_measure *out);
void ref_freeze(ref *m, ref_exception *e);
void ref_judge_change(ref *m, const ref_facts *before); /* all exceptions, after a batch */

/* --- controls --- */
bool ref_gone(const ref_facts *f, unsigned controls);
int64_t ref_stale(const ref_facts *f, unsigned controls); /* the first instant; INT64_MAX: never */
unsigned ref_fired(const ref_exception *e, int64_t t); /* triggers; what the clock made void too */
void ref_rest(ref *m); /* after every commit: when what rests on controls is void or warns by the clock */

/* --- requests --- */
typedef struct ref_request {
	ref_exception e;
	bool supersede, renews;      /* renews e.predecessor */
	bool override;               /* an impact of its own */
} ref_request;

/* Bits of what may come of a request. */
enum { REF_OK = 1, REF_REFUSED = 2, REF_NOT_FOUND = 4, REF_INVALID = 8, REF_CLOCK = 16 };

bool ref_conflict(const ref *m, const ref_exception *a, const ref_exception *b); /* b is live */
bool ref_times_refused(const ref *m, const ref_request *r);
unsigned ref_judge_filing(ref *m, ref_request *r); /* works out "all groups" */
unsigned ref_all_groups(const ref *m, const ref_request *r, unsigned *skipped);
/* R13: which one a filing renews without saying so; -1: none. */
int ref_link(const ref *m, const ref_request *r);
int ref_renewals(const ref *m, const ref_exception *e);
int64_t ref_total(const ref *m, const ref_exception *e, const ref_request *r); /* r: of a draft, else NULL */
bool ref_renewal(const ref *m, int number, ref_request *r); /* all but its end; false: not to be renewed */
void ref_file(ref *m, const ref_request *r);
unsigned ref_judge_cancel(const ref *m, int number, int group);
void ref_resume(ref *m, int number);
void ref_cancel(ref *m, int number, int group);
bool ref_over_budget(ref *m, const ref_request *r, int approved); /* after filing r, or approving that one */
unsigned ref_judge_approval(ref *m, int number, int who, bool approves);
void ref_approve(ref *m, int number);
void ref_reject(ref *m, int number);
bool ref_clock_refuses(const ref *m);

#endif
