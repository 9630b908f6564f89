/* SPDX-License-Identifier: MIT */
/* What decides a finding: exceptions in effect, by subject. */
#ifndef RPV__COVERS_H
#define RPV__COVERS_H

#include "evaluate.h"

/* What a decider does to a finding. */
enum { RPV__HIDES = 1 /* taken off in the best case */, RPV__REMOVES = 2 /* taken off officially as well */ };

typedef struct rpv__decider { uint32_t number; uint8_t bits; } rpv__decider; /* of a device group or a device */

/* One subject with its exceptions in effect: a global one suspends all others, a group's decides before a device's. */
typedef struct rpv__subject {
	uint32_t recommendation, weakness;
	uint8_t global;                                   /* bits; 0: no global one */
	rpv__decider *groups; size_t group_count;         /* by number, each once */
	rpv__decider *devices; size_t device_count;       /* by number, each once */
	uint32_t *variants; size_t variant_count, variant_cap; /* that hold a finding of it, ascending */
} rpv__subject;

typedef struct rpv__covers {
	rpv__arena arena, scopes;                         /* the second: of group_first and group_subjects */
	rpv__subject *subjects; size_t count, cap;        /* by recommendation (0: everywhere first), weakness */
	size_t spare;                                     /* bytes in the arena that changes left behind */
	uint32_t *first;                                  /* subjects of recommendation r: first[r] to first[r + 1] */
	uint32_t *group_first, *group_subjects;           /* of device group g, the same way */
	uint8_t *special;                                 /* by device: it may have deciders of its own; NULL: none has */
	size_t special_room;                              /* devices that `special` is made for */
	int64_t next_ms;                                  /* when the clock changes any of them */
	int64_t told_ms;                                  /* the same, of those that concern the lens */
} rpv__covers;

rpv_status rpv__covers_open(rpv__covers *covers, const rpv__view *view, const rpv__lens *lens);
void rpv__covers_close(rpv__covers *covers);
/* Finds next_ms and told_ms: a device that moves may bring an exception into the lens. */
void rpv__covers_next(rpv__covers *covers, const rpv__view *view, const rpv__lens *lens);
/* The subject, put in without any exception when there is none. */
rpv_status rpv__covers_subject(rpv__covers *covers, const rpv__view *view, uint32_t recommendation, uint32_t weakness,
                               rpv__subject **out);
/* Lists the subjects of each device group, and marks the devices that have some: after deciders changed. */
rpv_status rpv__covers_scope(rpv__covers *covers, const rpv__view *view);
/* A subject as decided by these covers (all in effect, all on it). */
rpv_status rpv__subject_of(rpv__subject *out, rpv__arena *arena, const rpv__cover *const *covers, size_t count);
/* The covers in effect on a subject, apart from `without`; in the arena. */
rpv_status rpv__covers_in_effect(const rpv__view *view, const rpv__lens *lens, const rpv__cover *subject,
                                 uint64_t without, rpv__arena *arena, const rpv__cover ***out, size_t *count);
/* Bits at a device; RPV__NO_NUMBER: no such group, no such device. */
uint8_t rpv__subject_bits(const rpv__subject *subject, uint32_t group, uint32_t device);
/* Subject of a recommendation and weakness, NULL: none has an exception in effect. */
rpv__subject *rpv__subject_find(const rpv__covers *covers, uint32_t recommendation, uint32_t weakness);

#endif
