/* SPDX-License-Identifier: MIT */
/* What the files of the evaluation share. An evaluation is a view worked out for one lens: which exceptions decide what,
 * a table of hazards by variant, and sums over the active devices in the lens. Sums are of integers and are kept so that
 * a device can be taken out as it was put in. */
#ifndef RPV__EVALUATION_H
#define RPV__EVALUATION_H

#include "covers.h"
#include "gain.h"
#include "secure.h"
#include "sum.h"

#include "../model/exception.h"
#include "../model/policy.h"

/* --- the evaluation --- */
enum { RPV__MULTIPLIERS = RPV__CLASSES / RPV__VALUES }; /* a device's class is value + RPV__VALUES * multiplier */
typedef struct rpv__carried { /* of one recommendation */
	rpv__wide x[RPV__VIEWS][RPV__VALUES]; /* sum of S(L - m W) - S(L) */
	uint64_t left[RPV__VIEWS];            /* devices with a finding left officially, in the best case */
	uint64_t everywhere;
} rpv__carried;
typedef struct rpv__state_sums { /* of one recommendation */
	uint32_t installed;                   /* has the software, without any weakness */
	uint32_t applicable, compliant[RPV__VIEWS], exposed_alert;
} rpv__state_sums;

/* A device as it is counted: 32 bytes, so that an exception looks at one line of the cache for each device. */
typedef struct rpv__counted {
	uint64_t sums[RPV__VIEWS];            /* of its W, bounded */
	uint32_t group;
	uint8_t class;                        /* see rpv__class_of() */
	bool in, moved;                       /* it is in the sums; it is no longer as the indexes have it */
} rpv__counted;

/* A change of deciders whose impacts are to be settled: devices on which it matters, and their sums before. */
typedef struct rpv__unsettled {
	rpv__subject before;
	uint32_t *devices; size_t count, cap;
	uint64_t (*sums)[RPV__VIEWS]; size_t sums_cap;
} rpv__unsettled;

/* Ascending items of numbers, as distances from one to the next: of number n, bytes[first[n]] to bytes[first[n + 1]]. */
typedef struct rpv__index { size_t *first; uint8_t *bytes; size_t numbers; } rpv__index;

struct rpv__evaluation {
	rpv__alloc alloc;
	rpv__arena arena;                     /* all arrays below but the indexes */
	const rpv__view *view;
	struct rpv__evaluation *next;         /* that of another model */
	const rpv__exposure_model *model;     /* constants of the lens's */
	uint32_t multipliers[RPV__MULTIPLIERS]; /* of a device, by its class / RPV__VALUES */
	rpv__lens lens;                       /* groups are a copy */
	bool figures;                         /* impact sums and counts are kept as well */
	rpv__covers covers;
	uint64_t *hazards;                    /* by weakness */
	rpv__variant_row *rows;               /* by variant, as for devices that only global exceptions touch */
	uint32_t *rec_first, *rec_variants;   /* variants of recommendation r, see rpv__table_list() */
	size_t listed;                        /* variants there */
	uint64_t heaviest; uint32_t sum_every; /* no W of a row is above; how many of them are added between two bounds */
	rpv__sum_kernel *sum;                 /* both chosen when it begins to work, see rpv__evaluation_choose() */
	rpv__gain_kernel *gain;
	/* sums over the active devices in the lens */
	rpv__counted *counted;                /* by device */
	rpv__sums total[RPV__VIEWS];
	rpv__state_sums *states;              /* by recommendation */
	int64_t silent_ms;                    /* when the first of them fall silent */
	uint64_t silent_count;                /* those; 0: they were taken out, and another ones are the first */
	/* with figures: by variant, what it gains at each multiplier, its recommendation, and devices of each class */
	rpv__gain_row *gains[RPV__MULTIPLIERS];
	uint32_t *recommendations, *counts[RPV__CLASSES];
	rpv__gain_sums *impacts[RPV__VALUES]; /* by recommendation, since the last carry */
	rpv__carried *carried;                /* by recommendation */
	size_t since_carry;                   /* devices added to `impacts`, or taken out */
	/* results */
	rpv__scores scores;
	rpv__figures *worked_out;             /* by recommendation */
	bool settled;                         /* they are those of the sums */
	rpv__unsettled unsettled;             /* not in the impact sums yet */
	bool stale;                           /* the sums are not those of the table: the next one who asks passes again */
	bool missed;                          /* a change could have been followed with an index */
	bool asked;                           /* figures were asked for since the last pass */
	/* numbers that it knows, and up to which its arrays have room: so it can follow changes of devices */
	size_t variants, variant_room, threats, threat_room, device_room;
	/* built when first asked for; `moved_list`: devices that changed since, see evaluate_index.c */
	rpv__index by_variant, by_exposed_state, by_weakness; /* the last: variants of a weakness */
	uint32_t *moved_list; size_t moved_count, moved_most;
};

rpv_status rpv__table_open(struct rpv__evaluation *e);
/* An array for reading here and there: no row of 32 bytes lies in two lines of the cache. The first is all 0. */
void *rpv__rows_get(rpv__arena *arena, size_t count, size_t size);
void *rpv__rows_room(rpv__arena *arena, size_t count, size_t size);
/* Hazard of a weakness; its model was asked before. */
uint64_t rpv__evaluation_hazard(const struct rpv__evaluation *e, uint32_t weakness);
/* Makes the rows of all variants anew, and what they gain. */
void rpv__table_again(struct rpv__evaluation *e);
/* Lists the variants with a finding of a subject. */
rpv_status rpv__table_subject(struct rpv__evaluation *e, rpv__subject *subject);
/* Adds the row of a variant that is new, also to the subjects that have a finding in it. */
rpv_status rpv__table_add(struct rpv__evaluation *e, uint32_t variant);
/* Brings rec_first and rec_variants up to date. */
void rpv__table_list(struct rpv__evaluation *e);
/* Whether the lens takes it as carried out on the device; RPV__NO_NUMBER: on all. */
bool rpv__lens_done(const rpv__lens *lens, uint32_t recommendation, uint32_t device);
/* The row of a variant on a device. */
void rpv__table_row(const struct rpv__evaluation *e, uint32_t variant, uint32_t group, uint32_t device,
                    rpv__variant_row *out);

/* Puts that of devices that only global exceptions touch into the table. */
void rpv__table_put(struct rpv__evaluation *e, uint32_t variant);

/* --- evaluate_order.c --- */
typedef struct rpv__group_class { uint32_t group; uint32_t class; } rpv__group_class;
/* Devices that count: those in groups of class c are devices[start[c]] to, but without, devices[start[c + 1]].
 * groups[g].class is that of group g, representative[c] a group of class c. */
typedef struct rpv__order {
	rpv__group_class *groups;
	uint32_t *representative, *start, *devices;
	size_t classes;
} rpv__order;
/* Of these devices, by what is noted of them; NULL: of all that count, which is noted first. `out` is all 0; what it gets is
 * in the arena. */
rpv_status rpv__order_devices(struct rpv__evaluation *e, const uint32_t *devices, size_t count, rpv__arena *arena,
                              rpv__order *out);

/* Devices of one class together, so that few tables are in use at a time. `copy` has room for all of them. */
void rpv__order_classes(const rpv__counted *counted, uint32_t *devices, size_t count, uint32_t *copy);

/* --- evaluate_pass.c: all devices at once --- */
rpv_status rpv__evaluation_pass(struct rpv__evaluation *e);
/* Adds what these devices gain, whose sums are known, or takes it out. */
rpv_status rpv__evaluation_gains(struct rpv__evaluation *e, const uint32_t *devices, size_t count, bool out);

/* --- evaluate_device.c: one device --- */
bool rpv__evaluation_counts(const struct rpv__evaluation *e, uint32_t device);
/* Devices and their rows lie all over memory: asks for those to come while the first of these is at work. */
void rpv__look_ahead(const struct rpv__evaluation *e, const uint32_t *devices, size_t left);
/* Chooses how sums and gains are worked out: before any of the following, in every call of the host. */
void rpv__evaluation_choose(struct rpv__evaluation *e);
/* L and S of a device whose sums are known. */
void rpv__evaluation_survival(const struct rpv__evaluation *e, uint32_t device, uint64_t l[RPV__VIEWS],
                              uint64_t s[RPV__VIEWS]);
/* Counts a device in, whose survival is known; what it gains by its memberships is not in this. */
void rpv__evaluation_count(struct rpv__evaluation *e, uint32_t device, const uint64_t s[RPV__VIEWS]);
/* Notes how a device counts. */
void rpv__evaluation_note(struct rpv__evaluation *e, uint32_t device, bool in);
/* Counts a device that is in the sums out of them, and in again as it is now. */
void rpv__evaluation_out(struct rpv__evaluation *e, uint32_t device);
void rpv__evaluation_in(struct rpv__evaluation *e, uint32_t device);
/* So many devices fall silent then. */
void rpv__evaluation_note_silence(struct rpv__evaluation *e, int64_t at_ms, uint64_t devices);
/* Moves the clock on: devices that fell silent meanwhile are counted out. */
void rpv__evaluation_advance(struct rpv__evaluation *e, int64_t now_ms);
/* Sums of W of any device, added up from its row; the second does without the rows of variants that are touched. */
void rpv__evaluation_sum(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS]);
void rpv__evaluation_sum_anew(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS]);

/* --- evaluate_shift.c: a subject that is decided in another way --- */
typedef struct rpv__effect {             /* on a variant, on the devices of a group or on one device */
	uint32_t variant;
	bool same;
	uint64_t change[RPV__VIEWS];         /* of W */
} rpv__effect;

typedef struct rpv__shift {
	struct rpv__evaluation *e;
	rpv__subject *subject, now, after;   /* *subject is as `now`, before and afterwards */
	bool keep;                           /* sums of devices become those afterwards */
	rpv__sums total[RPV__VIEWS];         /* afterwards */
	rpv__state_sums states;              /* of its recommendation, afterwards */
	rpv__arena arena;                    /* of what follows */
	rpv__effect *effects, own;           /* by group; of the device at hand */
	uint8_t *touched, *seen;             /* by variant, by device: of a weakness everywhere alone */
	int64_t parts[RPV__VIEWS][RPV__VALUES]; size_t parts_count; /* of total, not yet added */
	rpv_status status;
} rpv__shift;

/* Works out what changes when a subject is decided as by `after`. Only the devices on which that differs are looked at. */
rpv_status rpv__shift_work_out(rpv__shift *c, struct rpv__evaluation *e, rpv__subject *subject,
                                const rpv__subject *after, bool keep);
enum { RPV__SUBJECTS_MOST = 64 }; /* that are decided at a time; more are worked out with all else */
/* Decides a subject anew by the exceptions of the view that are in effect. RPV_E_NOMEM, or RPV_E_LIMIT when there was too
 * much of it: then the evaluation is of no use any more. */
rpv_status rpv__evaluation_decide(struct rpv__evaluation *e, uint32_t recommendation, uint32_t weakness);
/* The subject of a cover; one without exceptions is put in when there is none. When that fails, the evaluation is of no use
 * any more. */
rpv_status rpv__evaluation_subject(struct rpv__evaluation *e, const rpv__cover *key, rpv__subject **out);
/* Moves the clock on from then: exceptions that started or ended are decided. */
rpv_status rpv__evaluation_turn(struct rpv__evaluation *e, int64_t before_ms, int64_t now_ms);
/* Brings impact sums up to date with the last change, or gives them up. */
rpv_status rpv__evaluation_settle(struct rpv__evaluation *e);
void rpv__evaluation_give_up(struct rpv__evaluation *e);

/* --- evaluate_hazards.c --- */
/* These weaknesses have another hazard than when the rows were made. Memory comes from the arena. */
rpv_status rpv__evaluation_hazards(struct rpv__evaluation *e, const uint32_t *weaknesses, size_t count, rpv__arena *arena);

/* --- evaluate_gains.c: what devices gain by their memberships --- */
/* Room for all of it, and the tables; all sums are 0 then, as they are afterwards when there was room already. */
rpv_status rpv__gains_open(struct rpv__evaluation *e);
/* Makes what a variant gains by its row. */
void rpv__gains_row(struct rpv__evaluation *e, uint32_t variant);
/* Adds so many devices like this one, of known L and S, whose rows are those of the table; or takes them out. */
void rpv__gains_add(struct rpv__evaluation *e, const rpv__view_device *d, const uint64_t l[RPV__VIEWS],
                    const uint64_t s[RPV__VIEWS], uint32_t devices, bool out);
/* The same of one device, whatever its rows are. */
void rpv__gains_add_own(struct rpv__evaluation *e, uint32_t device, const uint64_t l[RPV__VIEWS],
                        const uint64_t s[RPV__VIEWS], bool out);
/* Carries the sums over before they, or the counts beside them, could pass their bits. */
void rpv__gains_carry(struct rpv__evaluation *e);

/* --- evaluate_figures.c --- */
/* Scores for the lens's category. */
void rpv__evaluation_scores(const struct rpv__evaluation *e, rpv_category category, rpv__scores *out);
/* Works the figures out from the sums. */
rpv_status rpv__evaluation_figures(struct rpv__evaluation *e);

/* --- evaluate_draft.c --- */
/* Scores through a lens with a draft, or with edited covers, from what is kept without. RPV_E_NOT_FOUND: there is none, or
 * it would not do. */
rpv_status rpv__evaluate_draft(rpv__view *view, const rpv__lens *lens, rpv__scores *out);

/* --- evaluate.c --- */
/* Whether for the same lens, the clock and drafts apart; the clock may only have moved on. */
bool rpv__evaluation_fits(const struct rpv__evaluation *e, const rpv__lens *lens);
/* The view's evaluation for a lens without draft and without, made when there is none yet. */
rpv_status rpv__evaluation_of(rpv__view *view, const rpv__lens *lens, bool figures, struct rpv__evaluation **out,
                              rpv_error *error);

/* --- evaluate_index.c --- */
/* A distance takes a byte up to RPV__FAR - 1; else 4 bits in that byte and 7 in each one that follows, until one of them
 * is below 128. */
enum { RPV__FAR = 240 };
typedef struct rpv__items { const uint8_t *at, *end; uint32_t item; } rpv__items;

static inline rpv__items rpv__index_items(const rpv__index *index, uint32_t number)
{
	if (number >= index->numbers)
		return (rpv__items){ NULL, NULL, 0 };
	return (rpv__items){ index->bytes + index->first[number], index->bytes + index->first[number + 1], 0 };
}

/* The next item; false: there is none. */
static inline bool rpv__items_next(rpv__items *items)
{
	if (items->at == items->end)
		return false;
	uint32_t distance = *items->at++;
	if (distance >= RPV__FAR) {
		uint8_t part = 128;
		for (unsigned shift = 4; part & 128; shift += 7) {
			part = *items->at++;
			distance += (uint32_t)(part & 127) << shift;
		}
	}
	items->item += distance;
	return true;
}

void rpv__index_drop(const rpv__alloc *a, rpv__index *index);
void rpv__index_drop_all(struct rpv__evaluation *e);
rpv_status rpv__index_variants(struct rpv__evaluation *e);   /* devices of each variant, active ones in the lens */
rpv_status rpv__index_states(struct rpv__evaluation *e);     /* devices of each configuration that are exposed to it */
rpv_status rpv__index_weaknesses(struct rpv__evaluation *e); /* variants of each weakness */
/* A device is no longer as the indexes of devices have it. */
void rpv__index_move(struct rpv__evaluation *e, uint32_t device);
/* Feeds the devices that count and have one of these variants (ascending), or are exposed by a configuration, in no
 * particular order; a device comes once for each variant that it has. What is fed must not be changed meanwhile. */
typedef void rpv__visitor(void *user, uint32_t device, uint32_t variant);
rpv_status rpv__visit_variants(struct rpv__evaluation *e, const uint32_t *variants, size_t count, rpv__visitor *visit,
                               void *user);
rpv_status rpv__visit_exposed(struct rpv__evaluation *e, uint32_t recommendation, rpv__visitor *visit, void *user);

static inline uint64_t rpv__evaluation_devices(const struct rpv__evaluation *e)
{
	return e->total[0].n[RPV__VALUE_LOW] + e->total[0].n[RPV__VALUE_NORMAL] + e->total[0].n[RPV__VALUE_HIGH];
}

/* Room for some more than there are. */
static inline size_t rpv__room(size_t count)
{
	return count + count / 8 + 64;
}

/* Class of a device: see RPV__CLASSES. */
static inline unsigned rpv__class_of(const rpv__view_device *d)
{
	return d->value + (d->flags & RPV__DEVICE_INTERNET ? 3u : 0u) + (d->flags & RPV__DEVICE_ALERT ? 6u : 0u);
}

/* Whether the table has the rows of the device: no exception of its group or its own touches it. */
static inline bool rpv__evaluation_plain(const struct rpv__evaluation *e, uint32_t device)
{
	uint32_t group = e->view->devices[device].group;
	return e->covers.group_first[group] == e->covers.group_first[group + 1] &&
	       !(e->covers.special && e->covers.special[device]);
}

/* m of a device. */
static inline uint32_t rpv__multiplier_of(const struct rpv__evaluation *e, const rpv__view_device *d)
{
	return e->multipliers[rpv__class_of(d) / RPV__VALUES];
}

#endif
