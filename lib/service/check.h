/* SPDX-License-Identifier: MIT */
/* Checking a whole store: every pair is read, and all that follows from others is worked out anew and compared. Nothing
 * here changes anything. */
#ifndef RPV__SERVICE_CHECK_H
#define RPV__SERVICE_CHECK_H

#include "exception.h"

/* A pair that must be there because others say so. Long keys (names) stand here as their hash. */
typedef struct rpv__expected {
	uint8_t key[24];
	uint8_t size;
	bool optional;             /* it may be missing */
	bool met;
	uint64_t value;            /* hash of it */
} rpv__expected;

typedef struct rpv__check_device {
	uint32_t number, group;
	uint8_t class, value, flags;
	bool has_facts;
	uint64_t row, states;      /* hashes of what follows from holdings; 0: nothing */
} rpv__check_device;

typedef struct rpv__check_variant {
	uint32_t number;
	rpv__variant record;
	bool used;                 /* by a device that counts */
} rpv__check_variant;

typedef struct rpv__check_target { uint32_t activity; uint64_t all, targets, fixed; } rpv__check_target;

typedef struct rpv__check {
	const rpv__source *source;
	const rpv__revision *revision;
	rpv__alloc alloc;
	rpv__arena kept, scratch;  /* of the whole check, of one pair */
	rpv__buf buf;
	rpv__policy policy;
	uint64_t records, faults;
	rpv_error *first;          /* what was found first */
	rpv__expected *expected; size_t expected_count, expected_cap;
	rpv__check_device *devices; size_t device_count, device_cap;        /* by number; so are those below */
	rpv__check_variant *variants; size_t variant_count, variant_cap;
	rpv__cover *covers; size_t cover_count, cover_cap;                  /* in key order */
	uint32_t *weaknesses; size_t weakness_count, weakness_cap;
	rpv__check_target *activities; size_t activity_count, activity_cap; /* active or not, by number */
	rpv__map texts;            /* text -> number */
	rpv__map sets;             /* recommendation and weaknesses, or parts -> variant */
	rpv__map counters;         /* recommendation, group, variant, state, impact -> rpv__counter_row in `kept` */
	rpv__map groups;           /* number -> rpv__group_count in `kept` */
	rpv__map present;          /* numbers of device groups that are declared */
	rpv__map recommendations;  /* number -> whether it exists */
	rpv__map shares;           /* by, number -> rpv__budget_sum in `kept` */
	rpv__map everywhere;       /* weaknesses noted as such */
	rpv__map active;           /* numbers of active remediation activities */
	rpv__map waiting;          /* ids with a deadline behind the last commit */
	uint64_t sequence, commits; /* the last event and commit met */
	uint64_t first_told, told; /* the first and last event that a commit tells of */
	bool linked;               /* a commit has a link */
	bool restored;             /* from a backup */
	uint64_t policies;         /* changes of the policy told */
	uint64_t points;           /* recorded scores that there must be, by what is told */
	uint64_t met_targets;      /* activities with targets met */
	size_t threats;            /* weaknesses whose threats were met */
	uint64_t counted;          /* of one kind */
} rpv__check;

typedef rpv_status (*rpv__check_pair)(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error);

/* --- check.c --- */
/* Notes a fault; the check goes on. `what` is what stands under the key, and what is wrong with it. */
void rpv__check_fault(rpv__check *c, const char *what, rpv_bytes key);
/* Feeds all pairs of a kind to `pair`. */
rpv_status rpv__check_each(rpv__check *c, rpv__kind kind, rpv__check_pair pair, rpv_error *error);
rpv_status rpv__check_expect(rpv__check *c, rpv_bytes key, rpv_bytes value, bool optional, rpv_error *error);
rpv_status rpv__check_expect_name(rpv__check *c, rpv__name_kind kind, uint32_t recommendation, const char *id,
                                  uint32_t number, bool optional, rpv_error *error);
/* Compares all pairs of a kind with those expected. */
rpv_status rpv__check_compare(rpv__check *c, rpv__kind kind, const char *what, rpv_error *error);
uint64_t rpv__check_hash(rpv_bytes value);
/* A number that was given out. */
void rpv__check_number(rpv__check *c, size_t next, uint64_t number, const char *what, rpv_bytes key);
void rpv__check_counted(rpv__check *c, size_t of, uint64_t count, const char *what);

/* --- the kinds, in this order --- */
rpv_status rpv__check_facts(rpv__check *c, rpv_error *error);      /* check_facts.c: names, groups, weaknesses, ... */
rpv_status rpv__check_variants(rpv__check *c, rpv_error *error);   /* check_variants.c */
rpv_status rpv__check_devices(rpv__check *c, rpv_error *error);    /* check_devices.c */
rpv_status rpv__check_decisions(rpv__check *c, rpv_error *error);  /* check_decisions.c */
rpv_status rpv__check_activities(rpv__check *c, rpv_error *error); /* check_activities.c */
rpv_status rpv__check_journal(rpv__check *c, rpv_error *error);    /* check_journal.c */
rpv_status rpv__check_scores(rpv__check *c, rpv_error *error);     /* check_scores.c */

/* The variant that several are together, 0: there is none. By parts of one recommendation, all of which exist. */
uint32_t rpv__check_union(rpv__check *c, uint32_t recommendation, uint32_t *variants, size_t count);
rpv__check_variant *rpv__check_variant_at(rpv__check *c, uint32_t number);

#endif
