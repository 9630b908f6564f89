/* SPDX-License-Identifier: MIT */
/* Judging exceptions after a commit: what its inside files share.
 *
 *   world    what the commit changed: sets of weaknesses, threats, devices; before and after
 *   field    devices counted by device group, class and kind, before and after, of a recommendation, of a weakness
 *            wherever it occurs, or of the devices that an exception names. A kind is what a device has of it
 *   aspects  what each kind of a field means for one target: exposed or not, hazard, highest severity and so on
 *   judging  one exception: its part of the field, the triggers, what is written */
#ifndef RPV__RESURFACE_INSIDE_H
#define RPV__RESURFACE_INSIDE_H

#include "../score/exposure.h"
#include "batch.h"
#include "exception.h"

/* A weakness set, before and after. */
typedef struct rpv__set_side { const uint32_t *items; size_t count; } rpv__set_side;
typedef struct rpv__world_variant {
	uint32_t recommendation;
	rpv__set_side before, after;
} rpv__world_variant;

typedef struct rpv__world {
	rpv__txn *txn;
	rpv__arena *arena;                      /* what all targets share */
	rpv__arena scratch;                     /* of the target at hand */
	rpv_error *error;
	const rpv__alloc *alloc;
	rpv__intake *in;                        /* NULL: no facts changed */
	const rpv__policy *policy;
	const rpv__exposure_model *model;
	int64_t now_ms;
	rpv__map variants, blocks, changed, edited, alive; /* number -> rpv__world_variant, threat block, rpv__in_weakness,
	                                                    * rpv__in_set; recommendations -> bits */
	const rpv__in_weakness **risen; size_t risen_count; /* severity, exploit or fix went up */
	uint64_t voided, warned;                /* exceptions */
} rpv__world;

typedef struct rpv__threat_sides { rpv__threat before, moved, after; bool has_moved; } rpv__threat_sides;

/* --- resurface_world.c --- */
rpv_status rpv__world_open(rpv__world *w, rpv__txn *txn, rpv__intake *in, const rpv__policy *policy, rpv_error *error);
void rpv__world_close(rpv__world *w);
rpv_status rpv__world_variant_at(rpv__world *w, uint32_t number, const rpv__world_variant **out);
/* `moved` is `before` with the EPSS of a new model. */
rpv_status rpv__world_threat(rpv__world *w, uint32_t weakness, rpv__threat_sides *out);
/* Whether there is a recommendation of that number, before and after. */
rpv_status rpv__world_alive(rpv__world *w, uint32_t recommendation, bool *before, bool *after);
/* R31 */
rpv_status rpv__world_end_of_support(rpv__world *w, uint32_t recommendation, bool *out);
bool rpv__has_new_model(const rpv__in_weakness *weakness);
bool rpv__fix_came(const rpv__in_weakness *weakness); /* R31: false to true */
bool rpv__set_has(rpv__set_side set, uint32_t weakness);
/* Exceptions that are judged, in the scratch arena: on a recommendation and its weaknesses, of those that reach `what`; of
 * a weakness wherever it occurs. */
rpv_status rpv__world_reaching(rpv__world *w, uint32_t recommendation, const rpv__reach *what, rpv__cover **out,
                               size_t *count);
rpv_status rpv__world_everywhere(rpv__world *w, uint32_t weakness, rpv__cover **out, size_t *count);
rpv_status rpv__world_grow(rpv__world *w, void *array_ptr, size_t *cap, size_t count, size_t item); /* in scratch */

/* --- resurface_field.c --- */
#define RPV__NO_KIND UINT32_MAX
typedef struct rpv__field_kind { const uint32_t *variants; size_t count; } rpv__field_kind; /* none: configuration */
typedef struct rpv__cell {
	uint32_t group, kind;
	uint32_t before[RPV__CLASSES], after[RPV__CLASSES];
	uint32_t shifted;                       /* devices among `after` that stand in shifts */
} rpv__cell;
typedef struct rpv__place { uint32_t group, kind; uint8_t class; } rpv__place; /* RPV__NO_KIND: none */
typedef struct rpv__shift { rpv__place before, after; } rpv__shift; /* a device that moved and has an alert now */

typedef struct rpv__field {
	rpv__world *world;
	rpv__map kind_of, cell_of;
	rpv__field_kind *kinds; size_t kind_count, kind_cap;
	rpv__cell *cells; size_t cell_count, cell_cap;
	rpv__shift *shifts; size_t shift_count, shift_cap;
} rpv__field;

void rpv__field_init(rpv__field *f, rpv__world *w);
void rpv__field_free(rpv__field *f);
rpv_status rpv__field_kind_of(rpv__field *f, const uint32_t *variants, size_t count, uint32_t *out);
rpv_status rpv__field_add(rpv__field *f, uint32_t group, uint32_t kind, const uint32_t *before, const uint32_t *after);
/* A device more or less at a place. */
rpv_status rpv__field_count(rpv__field *f, const rpv__place *at, int before, int after);
/* Notes a device that moved, when it has an alert now. */
rpv_status rpv__field_shift(rpv__field *f, const rpv__place *before, const rpv__place *after);
/* Where what counts of a device and a recommendation (NULL: nothing) puts it. */
rpv_status rpv__effect_place(rpv__field *f, const rpv__device_hot *hot, const rpv__in_effect *effect, rpv__place *out);
/* Once all is added: one cell for each group and kind, in that order. */
rpv_status rpv__field_settle(rpv__field *f);
/* Of the counters of a recommendation. `groups`: the device groups that are asked for, ascending; NULL: all. */
rpv_status rpv__field_of_recommendation(rpv__field *f, uint32_t recommendation, const uint32_t *groups, size_t count);

/* --- resurface_census.c: fields that do not follow from counters. What is read is written back where it changed --- */
/* `by_group`: by the device groups that they are in, from the devices; else all in one, from the census if there is one. */
rpv_status rpv__field_of_devices(rpv__field *f, const rpv__cover *cover, bool by_group);
rpv_status rpv__field_of_weakness(rpv__field *f, uint32_t weakness);
rpv_status rpv__field_keep_devices(rpv__field *f, uint64_t exception);
rpv_status rpv__field_keep_weakness(rpv__field *f, uint32_t weakness);
/* NULL: the commit left alone what counts of the device. */
const rpv__in_touched *rpv__touched_at(const rpv__intake *in, uint32_t device);
/* A device that was at one place and is at the other. */
rpv_status rpv__field_derive(rpv__field *f, const rpv__place *before, const rpv__place *after);

/* --- resurface_everywhere.c --- */
/* Devices that have the weakness. One recommendation brings it: from its counters, and the field is complete. Several:
 * those that the commit left alone, by one pass over all rows and devices. */
rpv_status rpv__field_scan(rpv__field *f, uint32_t weakness, bool *complete);
/* Weaknesses that may have an exception wherever they occur, ascending. */
rpv_status rpv__everywhere_list(rpv__txn *txn, rpv__arena *into, const uint32_t **out, size_t *count, rpv_error *error);

/* --- resurface_judge.c --- */
typedef struct rpv__aspect rpv__aspect;
rpv_status rpv__field_aspects(rpv__field *f, uint32_t weakness, rpv__aspect **out); /* weakness 0: all of them */
/* What is now inside the scope of a cover; `present`: which kinds. */
rpv_status rpv__measure(rpv__field *f, const rpv__aspect *aspects, const rpv__cover *cover, bool end_of_support,
                        rpv__circumstances *out, bool **present);
/* Devices of a cell that are exposed now, 0 outside the scope. */
uint64_t rpv__cell_exposed(const rpv__cell *cell, const rpv__aspect *aspects, const rpv__cover *cover);
rpv_status rpv__judge(rpv__field *f, const rpv__aspect *aspects, rpv__cover *cover, bool end_of_support);
/* --- resurface_subject.c --- */
/* Judges live exceptions of a recommendation and its weaknesses: all, or those on a device group or device that changed;
 * or those of a weakness everywhere. */
rpv_status rpv__judge_recommendation(rpv__world *w, uint32_t recommendation, const uint32_t *groups, size_t count,
                                     bool all);
rpv_status rpv__judge_weakness(rpv__world *w, uint32_t weakness);

#endif
