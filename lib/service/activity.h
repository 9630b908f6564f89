/* SPDX-License-Identifier: MIT */
/* What the use cases of remediation activities share. */
#ifndef RPV__SERVICE_ACTIVITY_H
#define RPV__SERVICE_ACTIVITY_H

#include "../model/exception.h"
#include "../model/remediation.h"
#include "store.h"

/* --- findings.c: what a device has under a recommendation, as a transaction reads it --- */
typedef struct rpv__known_variant {
	struct rpv__known_variant *next;
	uint32_t number, recommendation;
	uint32_t unnamed;                                   /* an unnamed variant with the same weaknesses; 0: not asked yet */
	const uint32_t *weaknesses; size_t weakness_count;  /* ascending, parts united */
} rpv__known_variant;
/* Variants, each read once; lives in the transaction's arena. All NULL but `txn` at first. */
typedef struct rpv__known_variants { rpv__txn *txn; rpv__known_variant *buckets[256]; } rpv__known_variants;
rpv_status rpv__known_variant_get(rpv__known_variants *known, uint32_t number, rpv__known_variant **out,
                                  rpv_error *error);

typedef struct rpv__finding {
	rpv__known_variant *variant;                        /* of its weaknesses; NULL: none */
	bool exposed, user_impact;                          /* of a configuration */
} rpv__finding;
rpv_status rpv__finding_read(rpv__known_variants *known, uint32_t device, uint32_t recommendation, rpv__finding *out,
                             rpv_error *error);

/* --- activity.c: records of activities in a transaction --- */
rpv_status rpv__txn_activity(rpv__txn *txn, uint32_t number, rpv__activity *out, rpv_error *error);
rpv_status rpv__txn_put_activity(rpv__txn *txn, uint32_t number, const rpv__activity *activity, rpv_error *error);
/* RPV_E_NOT_FOUND, without words, when the device is no target of it. */
rpv_status rpv__txn_target(rpv__txn *txn, uint32_t activity, uint32_t device, rpv__target *out, rpv_error *error);
rpv_status rpv__txn_put_target(rpv__txn *txn, uint32_t activity, uint32_t device, const rpv__target *target,
                               rpv_error *error);
rpv_status rpv__txn_recommendation(rpv__txn *txn, uint32_t number, rpv__recommendation *out, rpv_error *error);

/* Targets by device group at the request, ascending. */
typedef struct rpv__tally_row { uint32_t group; uint64_t all, targets, fixed; } rpv__tally_row; /* all: gone ones too */
typedef struct rpv__tally { rpv__arena *arena; rpv__tally_row *rows; size_t count, cap; } rpv__tally;
rpv_status rpv__tally_add(rpv__tally *tally, const rpv__target *target, rpv_error *error);
rpv_status rpv__tally_sink(void *tally, rpv_bytes key, rpv_bytes value, rpv_error *error); /* for scans of targets */

/* Appends an event about an activity, with the device groups of `tally` and of its scope. */
rpv_status rpv__activity_event(rpv__txn *txn, rpv_event_type type, uint32_t number, const rpv__activity *activity,
                               const rpv__tally *tally, rpv_error *error);
/* Ends an active one as `activity` says by now: its record, its place among the active ones, its event. */
rpv_status rpv__activity_finish(rpv__txn *txn, rpv_event_type type, uint32_t number, const rpv__activity *activity,
                                rpv_error *error);

/* --- activity_row.c: an activity as a row of a list --- */
typedef struct rpv__activity_rows {
	rpv_session *session;
	rpv__view *view;
	rpv__source source;
	int64_t now_ms;
	rpv_list *list;                             /* rows and their texts */
	const uint8_t *groups; size_t group_count;  /* visible ones by number, NULL: all; in the list's arena */
	rpv__map subjects;                          /* recommendation -> rpv__activity_subject, in the list's arena */
} rpv__activity_rows;
/* What rows share that are about the same recommendation. */
typedef struct rpv__activity_subject {
	const char *id, *title, *component;
	uint32_t current;                           /* its number now: one that came back has another; 0: none */
	bool others_known;
	struct rpv__activity_other *others; size_t other_count; /* active activities on it */
} rpv__activity_subject;
rpv_status rpv__activity_subject_of(rpv__activity_rows *rows, uint32_t recommendation, rpv__activity_subject **out);
rpv_status rpv__activity_rows_open(rpv__activity_rows *rows, rpv_session *session, rpv__noun noun, size_t row_size);
void rpv__activity_rows_close(rpv__activity_rows *rows); /* frees all but the list */
/* Whether the session sees any of it (R44). */
rpv_status rpv__activity_visible(rpv__activity_rows *rows, uint32_t number, const rpv__activity *activity, bool *out);
/* Whether the session sees all device groups of its scope. */
bool rpv__activity_whole(const rpv__activity_rows *rows, const rpv__activity *activity);
/* Adds its row. Texts are copied; it need not be stored yet when the session sees it whole. */
rpv_status rpv__activity_row(rpv__activity_rows *rows, uint32_t number, const rpv__activity *activity);
bool rpv__activity_sees_group(const rpv__activity_rows *rows, uint32_t group);
const char *rpv__activity_group_name(const rpv__activity_rows *rows, uint32_t group);
/* Whether a target that was fixed has something of what it had at the request; `recommendation` is the number now. */
bool rpv__target_exposed_again(const rpv__view *view, const rpv__activity *activity, uint32_t recommendation,
                               uint32_t device, const rpv__target *target);

/* --- activity_request.c, activity_end.c, list_remediation.c, list_target.c: the calls of remediation.h --- */
rpv_status rpv__activity_request(rpv_session *session, const rpv_remediation_request *given, rpv_list **out);
rpv_status rpv__activity_end(rpv_session *session, const char *id, rpv_remediation_status status, const char *reason);
rpv_status rpv__remediation_list(rpv_session *session, const rpv_remediation_query *given, rpv_list **out);
rpv_status rpv__target_list(rpv_session *session, const char *id, rpv_list **out);

#endif
