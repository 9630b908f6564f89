/* SPDX-License-Identifier: MIT */
/* Native NDJSON: one object a line, its `type` says what it is. */
#ifndef RPV__INTEROP_NATIVE_H
#define RPV__INTEROP_NATIVE_H

#include "gather.h"

typedef enum rpv__io_type {
	RPV__IO_STORE = 1, RPV__IO_GROUP, RPV__IO_WEAKNESS, RPV__IO_RECOMMENDATION, RPV__IO_SET, RPV__IO_DEVICE,
	RPV__IO_ASSESSMENT, RPV__IO_FULL_REPORT, RPV__IO_EXCEPTION, RPV__IO_REMEDIATION, RPV__IO_TARGET, RPV__IO_EVENT,
	RPV__IO_CONTROL, RPV__IO_SCORE, RPV__IO_TYPES
} rpv__io_type;

/* What a pass writes, in this order. */
typedef enum rpv__io_phase {
	RPV__IO_PHASE_FACTS, RPV__IO_PHASE_SETS, RPV__IO_PHASE_DEVICES, RPV__IO_PHASE_REMOVALS, RPV__IO_PHASE_DECISIONS,
	RPV__IO_PHASES
} rpv__io_phase;

/* Things that records speak of: whether the input itself has them, and who first spoke of them. */
typedef struct rpv__io_reference { bool defined; uint64_t record, line; const char *source; } rpv__io_reference;
typedef struct rpv__io_references { rpv__io_names names; rpv__io_reference *rows; size_t cap; } rpv__io_references;

/* Several records that must be in one commit. */
typedef struct rpv__io_bundle {
	rpv__io_unit unit;                 /* must be first */
	struct rpv__io_bundled { json_t *json; rpv__io_where where; } *items;
	size_t count, cap;
	uint64_t bytes;                    /* about what it takes */
} rpv__io_bundle;

typedef struct rpv__io_native_state {
	uint64_t in_phase[RPV__IO_PHASES]; /* records */
	rpv__io_phase phase;
	rpv__io_gather gather;
	rpv__io_references weaknesses, recommendations, devices;
	rpv__io_names groups, controls;
	/* a backup */
	rpv_restore_store store;
	json_t *policies;                  /* of its policies, NULL: none */
	rpv_policy_change *changes;        /* the same */
	rpv__io_bundle *remediation;       /* whose targets are being read */
	char last_remediation[RPV_ID_MAX + 1];
} rpv__io_native_state;

/* --- native_facts.c: records of facts into batches --- */
rpv_status rpv__io_type_of(rpv__io_record *r, rpv__io_type *out);
rpv_status rpv__io_apply_fact(rpv__io_record *r, rpv__io_writer *w);   /* by its type */
rpv_status rpv__io_apply_group(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_device(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_weakness(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_recommendation(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_set(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_assessment(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_report(rpv__io_record *r, rpv__io_writer *w);
rpv_status rpv__io_apply_control(rpv__io_record *r, rpv__io_writer *w);
/* JSON null of a field: its default is meant. */
bool rpv__io_null(const rpv__io_record *r, const char *field);

/* --- native_device.c: a device with all that is said of it --- */
rpv_status rpv__io_native_take(rpv__io_import *import, rpv__io_record *r);

rpv__io_bundle *rpv__io_bundle_new(const rpv__io_unit_kind *kind, const rpv__io_where *where);
bool rpv__io_bundle_add(rpv__io_bundle *bundle, json_t *json, const rpv__io_where *where, size_t size);
void rpv__io_bundle_free(rpv__io_unit *unit);

/* --- native_refs.c --- */
rpv_status rpv__io_define(rpv__io_import *import, rpv__io_references *refs, const char *id, uint64_t *counter);
rpv_status rpv__io_refer(rpv__io_import *import, rpv__io_references *refs, const char *id, const rpv__io_where *where);
/* Refuses what neither the input nor the store knows, where that would be found only after the first commit. */
rpv_status rpv__io_references_check(rpv__io_import *import);
void rpv__io_references_free(rpv__io_references *refs);

/* --- native_restore.c: backups --- */
rpv_status rpv__io_restore_store(rpv__io_import *import, rpv__io_record *r);   /* first pass */
rpv_status rpv__io_restore_check(rpv__io_import *import, rpv__io_record *r, rpv__io_type type);
rpv_status rpv__io_restore_take(rpv__io_import *import, rpv__io_record *r, rpv__io_type type);
rpv_status rpv__io_restore_flush(rpv__io_import *import);                      /* the remediation being read */

#endif
