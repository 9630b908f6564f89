/* SPDX-License-Identifier: MIT */
/* Batches: what is collected, and the intake, one run of a commit that turns it into records.
 *
 * Collecting checks each record by itself. The intake then goes through the batch by kinds, so that references may
 * point forward: groups, weaknesses, recommendations, devices, sets, assessments. Only when all of it is found good does it
 * write: groups, weaknesses, recommendations, sets, then device by device in order of number, then what is counted. */
#ifndef RPV__SERVICE_BATCH_H
#define RPV__SERVICE_BATCH_H

#include "store.h"
#include "../base/list_map.h"
#include <reprieve/columns.h>

#define RPV__CONTROLS_MAX 10000u

/* --- what is collected (batch.c, batch_collect.c) --- */
typedef enum rpv__fact { RPV__FACT_GROUP, RPV__FACT_WEAKNESS, RPV__FACT_RECOMMENDATION, RPV__FACT_DEVICE, RPV__FACT_SET,
	RPV__FACT_ASSESSMENT, RPV__FACT_REPORT, RPV__FACT_CONTROL, RPV__FACT_EXCEPTION, RPV__FACT_ACTIVITY,
	RPV__FACT_EVENT, RPV__FACT_SCORE } rpv__fact;
typedef struct rpv__record { rpv__fact type; const void *what; } rpv__record;

/* Ids stand as symbols: numbers of the distinct texts of a batch, from 1; 0 is none. */
typedef struct rpv__symbols { const uint32_t *items; size_t count; } rpv__symbols;

typedef struct rpv__group_record { uint32_t name, previous; rpv_group_facts facts; } rpv__group_record;
typedef struct rpv__weakness_record { uint32_t id; rpv_weakness_facts facts; } rpv__weakness_record;
typedef struct rpv__recommendation_record { uint32_t id; rpv_recommendation_facts facts; } rpv__recommendation_record;
typedef struct rpv__device_record { uint32_t id, group; rpv_device_facts facts; } rpv__device_record; /* 0: default */
typedef struct rpv__set_record { uint32_t recommendation, id; rpv__symbols weaknesses; bool removed; } rpv__set_record;
typedef struct rpv__assessment_record {
	uint32_t device, recommendation, version, set;
	rpv__symbols weaknesses;
	int64_t first_seen_ms, last_seen_ms;
	uint8_t state, change;
	bool user_impact;
} rpv__assessment_record;
typedef struct rpv__report_record { uint32_t device; } rpv__report_record;
typedef struct rpv__control_record { uint32_t id; rpv_control_facts facts; } rpv__control_record;

struct rpv_batch {
	rpv_session *session;
	rpv__arena arena;                    /* records and their texts */
	const char *source;
	int64_t reported_ms;
	bool lenient, restore;
	rpv__record *records; size_t count, cap;
	const char **symbols; size_t symbol_count, symbol_cap; /* [0] is NULL */
	rpv__map symbol_of;
};

rpv_status rpv__batch_begin(rpv_session *session, const rpv_batch_options *options, rpv_batch **out);
void rpv__batch_free(rpv_batch *batch);
/* Checks one record, copies it and adds it. */
rpv_status rpv__batch_device(rpv_batch *batch, const rpv_device_facts *facts);
rpv_status rpv__batch_weakness(rpv_batch *batch, const rpv_weakness_facts *facts);
rpv_status rpv__batch_recommendation(rpv_batch *batch, const rpv_recommendation_facts *facts);
rpv_status rpv__batch_group(rpv_batch *batch, const rpv_group_facts *facts);
rpv_status rpv__batch_set(rpv_batch *batch, const rpv_weakness_set_facts *facts);
rpv_status rpv__batch_assessment(rpv_batch *batch, const rpv_assessment_facts *facts);
rpv_status rpv__batch_assessments(rpv_batch *batch, const rpv_assessment_columns *columns); /* all rows, or none */
rpv_status rpv__batch_report(rpv_batch *batch, const char *device);
rpv_status rpv__batch_control(rpv_batch *batch, const rpv_control_facts *facts);
rpv_status rpv__batch_commit(rpv_batch *batch, rpv_batch_result *result);

/* Parts of collecting. `take` checks a text and replaces it by a copy that the batch owns. */
rpv_status rpv__batch_malformed(rpv_batch *batch, const char *field, const char *words);
rpv_status rpv__batch_symbol(rpv_batch *batch, const char *id, const char *field, uint32_t *out);
rpv_status rpv__batch_symbols(rpv_batch *batch, const char *const *ids, size_t count, const char *field,
                              rpv__symbols *out);
rpv_status rpv__batch_take_text(rpv_batch *batch, const char **text, const char *field);
rpv_status rpv__batch_take_texts(rpv_batch *batch, const char *const **texts, size_t count, const char *field);
rpv_status rpv__batch_check_range(rpv_batch *batch, int64_t value, int64_t most, const char *field);
rpv_status rpv__batch_check_time(rpv_batch *batch, int64_t ms, const char *field);
rpv_status rpv__batch_add(rpv_batch *batch, rpv__fact type, const void *what);

/* --- the intake --- */
typedef struct rpv__in_group {
	uint32_t number;
	bool is_new;
	rpv__group before, now;                 /* before: all 0 when new */
	rpv__group_count counts;                /* stored */
	int64_t known, counted[3];              /* what the batch adds to them */
	uint64_t assessments;                   /* changed on its devices */
} rpv__in_group;

typedef struct rpv__in_weakness {
	uint32_t number;
	bool is_new;
	rpv__weakness facts;
	rpv__threat before, threat;
	const char *model_before;               /* EPSS model, NULL: not known */
} rpv__in_weakness;

typedef struct rpv__in_recommendation {
	uint32_t number;                        /* 0: none yet */
	uint32_t old;                           /* number it had before it was taken out; 0: it was not */
	const char *id;
	bool existed, exists, wiped;            /* in the store; after the batch; taken out by the batch */
	rpv__recommendation before, now;        /* before: as stored, also when it was taken out */
} rpv__in_recommendation;

typedef struct rpv__in_set {
	rpv__in_recommendation *recommendation;
	const char *id;
	uint32_t number;                        /* of its variant; 0: none yet */
	bool existed, exists;
	bool changed;                           /* once written */
	size_t index;                           /* of the last record that removes it */
	const uint32_t *before, *now; size_t before_count, now_count;
} rpv__in_set;

typedef struct rpv__in_device {
	uint32_t number;                        /* 0: none yet */
	const char *id;
	bool existed, exists, wiped;            /* in the store; after the batch; taken out by the batch */
	bool full, stale, reported;
	rpv__device_hot before, hot;            /* before: as stored, also when it was taken out */
	rpv_bytes hot_stored;
	rpv__device *cold;                      /* NULL: not looked at */
	rpv_bytes cold_stored;
	int64_t told_ms, sight_ms;              /* last seen by its records; by anything else; 0: not */
	bool grouped; uint32_t group;           /* a record names its group: symbol */
	uint32_t first, last;                   /* assessments, chained by in->next, as index + 1; 0: none */
} rpv__in_device;

typedef struct rpv__in_control {
	uint32_t number;
	bool existed;                           /* in the store, and not taken out */
	rpv__control before, now;               /* before: as stored, also when it was taken out; all 0 when new */
	rpv_bytes stored;
	bool changed;                           /* once written */
	uint64_t *resting; size_t resting_count; /* exceptions that rested on it before the batch */
} rpv__in_control;

typedef struct rpv__in_variant {
	uint32_t number, recommendation;
	bool named;
	const uint32_t *weaknesses; size_t count; /* ascending, parts united */
} rpv__in_variant;

/* What counts of all that is said of a device and a recommendation. */
typedef struct rpv__in_effect { uint32_t recommendation, variant; uint8_t state; bool user_impact; } rpv__in_effect;
typedef struct rpv__in_effects { const rpv__in_effect *items; size_t count; } rpv__in_effects; /* by recommendation */

typedef struct rpv__in_move { /* a device more or less in a counter */
	uint32_t recommendation, group, variant;
	uint8_t state, user_impact, class;
	int8_t by;
} rpv__in_move;
typedef struct rpv__in_finding { uint32_t device, recommendation, variant; bool exposed; } rpv__in_finding;
/* What exceptions are judged by: counters before, what counts of devices before and after. */
typedef struct rpv__in_tallied { uint32_t recommendation, group; rpv__counter before; } rpv__in_tallied;
typedef struct rpv__in_pair { /* NULL: nothing counted */
	uint32_t recommendation;
	const rpv__in_device *device;
	const rpv__in_effect *was, *is;
} rpv__in_pair;
/* What counts of the device changed where a weakness is that has an exception wherever it occurs. */
typedef struct rpv__in_hit { uint32_t weakness, device; } rpv__in_hit;
typedef struct rpv__in_touched { const rpv__in_device *device; rpv__in_effects before, after; } rpv__in_touched;
typedef struct rpv__in_coming { uint32_t device; bool counted; } rpv__in_coming;

typedef struct rpv__in_symbol {
	uint32_t weakness;                      /* number, 0: none yet */
	uint32_t text;
	bool weakness_sought;
	rpv__in_weakness *weakness_record;
	rpv__in_recommendation *recommendation;
	rpv__in_device *device;
	rpv__in_control *control;
	uint32_t renamed;                       /* a record renames the group of that name: symbol of the new one */
} rpv__in_symbol;

/* Pointers to what the arena holds, in order of arrival. */
typedef struct rpv__in_list { void **items; size_t count, cap; } rpv__in_list;

typedef struct rpv__intake {
	rpv_batch *batch;
	rpv__txn *txn;
	rpv__arena *arena;                      /* the transaction's */
	rpv_error *error;
	const rpv__alloc *alloc;
	int64_t at_ms;                          /* time of the batch */
	uint32_t source;                        /* text number */
	size_t limit;                           /* records from here on are not looked at: that one is refused */
	bool refused;
	rpv__buf buf;                           /* scratch for encoding */
	rpv__in_symbol *symbols;
	uint32_t *next;                         /* by record: chain of a device */
	rpv__in_list groups, weaknesses, recommendations, sets, devices, controls;
	rpv__map group_of, recommendation_of, set_of, variant_of, block_of; /* number -> pointer */
	rpv__list_map interned, united;         /* weaknesses of a recommendation -> variant; variants -> one of them all */
	rpv__in_move *moves; size_t move_count, move_cap;
	rpv__in_finding *findings; size_t finding_count, finding_cap;
	rpv__in_coming *comings; size_t coming_count, coming_cap;
	bool wipes;                             /* recommendations were taken out */
	bool judges;                            /* there are exceptions: what changes is noted, below */
	rpv__in_tallied *tallied; size_t tallied_count, tallied_cap;   /* by recommendation and group at last */
	rpv__in_pair *pairs; size_t pair_count, pair_cap;              /* by recommendation and device at last */
	rpv__in_touched *touched; size_t touched_count, touched_cap;   /* by device */
	rpv__in_hit *hits; size_t hit_count, hit_cap;                  /* by weakness and device */
	uint64_t changed, stale, clipped, created, assessments, epss;
	uint64_t counts[RPV__NEXT_COUNT];       /* as they stood before, for limits */
} rpv__intake;

/* --- batch_intake.c: running it --- */
rpv_status rpv__in_run(rpv__intake *in, rpv_batch *batch, rpv__txn *txn, rpv_error *error);
void rpv__in_free(rpv__intake *in);
rpv_status rpv__in_add(rpv__intake *in, rpv__in_list *list, void *item);
void *rpv__in_new(rpv__intake *in, size_t size);                   /* in the arena; NULL records the failure */
int64_t rpv__in_time(rpv__intake *in, int64_t ms);                 /* the future counts as the batch's time (R37) */
const char *rpv__in_symbol_text(const rpv__intake *in, uint32_t symbol);
rpv_status rpv__in_number(rpv__intake *in, unsigned which, uint32_t *out); /* the next number of its kind */
rpv_status rpv__in_refuse_unknown(rpv__intake *in, size_t index, const char *field, const char *what, const char *id);
/* Writes what is in in->buf unless it is what is stored; *changed (may be NULL) says whether it was not. */
rpv_status rpv__in_put(rpv__intake *in, rpv_bytes key, rpv_bytes stored, bool *changed);
rpv_status rpv__in_get(rpv__intake *in, rpv_bytes key, rpv_bytes *out); /* absent: size 0 */
/* Whether a field counts: its value says so, or its bit stands in `given`. */
static inline bool rpv__said(uint32_t given, uint32_t bit, bool has_value) { return has_value || (given & bit); }

/* --- batch_groups.c --- */
rpv_status rpv__in_group_record(rpv__intake *in, size_t index);
rpv_status rpv__in_group_named(rpv__intake *in, uint32_t symbol, rpv__in_group **out);  /* creates it; 0: default */
rpv_status rpv__in_group_at(rpv__intake *in, uint32_t number, rpv__in_group **out);
rpv_status rpv__in_groups_write(rpv__intake *in);
rpv_status rpv__in_groups_count(rpv__intake *in);                  /* counts of devices, once these are known */

/* --- batch_weaknesses.c --- */
rpv_status rpv__in_weakness_record(rpv__intake *in, size_t index);
/* Their numbers, ascending, in the arena; unknown ones are refused or created. */
rpv_status rpv__in_weakness_numbers(rpv__intake *in, size_t index, rpv__symbols ids, const uint32_t **out,
                                    size_t *count);
rpv_status rpv__in_weaknesses_write(rpv__intake *in);

/* --- batch_recommendations.c, batch_return.c --- */
rpv_status rpv__in_recommendation_record(rpv__intake *in, size_t index);
rpv_status rpv__in_recommendations_settle(rpv__intake *in);        /* once all records of them were looked at */
/* For a reference: it must exist and be of that kind; a bare one gets that kind. */
rpv_status rpv__in_recommendation_named(rpv__intake *in, size_t index, uint32_t symbol, bool configuration,
                                        rpv__in_recommendation **out);
/* For taking something away from it: of any kind; *out NULL when there is none and that is fine. */
rpv_status rpv__in_recommendation_any(rpv__intake *in, size_t index, uint32_t symbol, rpv__in_recommendation **out);
rpv_status rpv__in_recommendation_at(rpv__intake *in, uint32_t number, rpv__in_recommendation **out);
rpv_status rpv__in_recommendations_write(rpv__intake *in);
/* Exceptions and activities follow a recommendation that is back under another number. */
rpv_status rpv__in_decisions_follow(rpv__intake *in, uint32_t from, uint32_t to);

/* --- batch_controls.c, batch_control_write.c --- */
rpv_status rpv__in_control_record(rpv__intake *in, size_t index);
rpv_status rpv__in_controls_write(rpv__intake *in);
rpv_status rpv__in_controls_act(rpv__intake *in);                  /* on exceptions, when all else is written */

/* --- batch_sets.c --- */
rpv_status rpv__in_set_record(rpv__intake *in, size_t index);
rpv_status rpv__in_set_named(rpv__intake *in, size_t index, rpv__in_recommendation *r, uint32_t symbol,
                             rpv__in_set **out);
rpv_status rpv__in_sets_write(rpv__intake *in);
rpv_status rpv__in_sets_check(rpv__intake *in);                    /* no device is on a removed one */

/* --- batch_variants.c --- */
rpv_status rpv__in_variant_new(rpv__intake *in, uint32_t recommendation, const uint32_t *weaknesses, size_t count,
                               uint32_t *out);                     /* of weaknesses that the intake has not met yet */
/* The variant of weaknesses: asked for by every membership. */
static inline rpv_status rpv__in_variant_of(rpv__intake *in, uint32_t recommendation, const uint32_t *weaknesses,
                                            size_t count, uint32_t *out)
{
	return rpv__list_map_get(&in->interned, recommendation, weaknesses, count, out) ? RPV_OK
	       : rpv__in_variant_new(in, recommendation, weaknesses, count, out);
}
rpv_status rpv__in_variant_at(rpv__intake *in, uint32_t number, rpv__in_variant **out);
/* The variant that several sources' variants come to; sorts `variants`. */
rpv_status rpv__in_variant_union(rpv__intake *in, uint32_t recommendation, uint32_t *variants, size_t count,
                                 uint32_t *out);

/* --- batch_devices.c, batch_device_write.c: what is said of devices, and carrying it out --- */
rpv_status rpv__in_device_record(rpv__intake *in, size_t index);
rpv_status rpv__in_report_record(rpv__intake *in, size_t index);
rpv_status rpv__in_assessment_record(rpv__intake *in, size_t index);
rpv_status rpv__in_devices_settle(rpv__intake *in);                /* their numbers and groups, once all is looked at */
rpv_status rpv__in_devices_write(rpv__intake *in);

/* --- batch_holdings.c: each source's word --- */
/* What the sources hold of a device after the batch; *changed counts assessments that are not what they were. */
rpv_status rpv__in_holdings(rpv__intake *in, rpv__in_device *d, const rpv__holdings *before, rpv__holdings *after,
                            uint64_t *changed);

/* --- batch_effects.c: what counts --- */
rpv_status rpv__in_effects_of(rpv__intake *in, const rpv__holdings *holdings, rpv__in_effects *out);
rpv_status rpv__in_effects_write(rpv__intake *in, uint32_t device, const rpv__in_effects *effects);
/* Notes what changes in counters and for activities. */
rpv_status rpv__in_effects_move(rpv__intake *in, rpv__in_device *d, const rpv__in_effects *before,
                                const rpv__in_effects *after);

/* --- batch_progress.c --- */
rpv_status rpv__in_progress(rpv__intake *in);                      /* tells activities, when all is written */

/* --- batch_resurface.c --- */
rpv_status rpv__in_note_tallied(rpv__intake *in, uint32_t recommendation, uint32_t group, const rpv__counter *before);
rpv_status rpv__in_note_pair(rpv__intake *in, const rpv__in_device *d, const rpv__in_recommendation *r, uint32_t number,
                             const rpv__in_effect *was, const rpv__in_effect *is);
rpv_status rpv__in_note_touched(rpv__intake *in, const rpv__in_device *d, const rpv__in_effects *before,
                                const rpv__in_effects *after);
/* Exceptions on what changed are judged, when all is written. */
rpv_status rpv__in_resurface(rpv__intake *in);

/* --- batch_counters.c --- */
rpv_status rpv__in_counters_write(rpv__intake *in);

/* --- batch_events.c --- */
rpv_status rpv__in_event(rpv__intake *in, rpv__event *event);      /* nothing while restoring */
rpv_status rpv__in_device_event(rpv__intake *in, rpv_event_type type, const rpv__in_device *d);
rpv_status rpv__in_device_changes(rpv__intake *in, const rpv__in_device *d);
rpv_status rpv__in_weakness_changes(rpv__intake *in, const rpv__in_weakness *w);
rpv_status rpv__in_recommendation_changes(rpv__intake *in, const rpv__in_recommendation *r);
rpv_status rpv__in_reported_event(rpv__intake *in);

/* --- restore.c, restore_collect.c --- */
rpv_status rpv__restore_begin(rpv_session *session, const rpv_restore_store *store);
rpv_status rpv__restore_finish(rpv_session *session);
rpv_status rpv__restore_read_store(rpv_session *session, rpv_restore_store *store);
rpv_status rpv__batch_restore_exception(rpv_batch *batch, const rpv_exception *exception);
rpv_status rpv__batch_restore_remediation(rpv_batch *batch, const rpv_remediation *remediation,
                                          const rpv_target *targets, size_t target_count);
rpv_status rpv__batch_restore_event(rpv_batch *batch, const rpv_event *event);
rpv_status rpv__batch_restore_score(rpv_batch *batch, const rpv_score_point *point);
rpv_status rpv__in_restored_record(rpv__intake *in, size_t index);
rpv_status rpv__in_restored(rpv__intake *in);                      /* writes what these collected */

#endif
