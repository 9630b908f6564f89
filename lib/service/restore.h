/* SPDX-License-Identifier: MIT */
/* What putting a backup back collects besides facts. */
#ifndef RPV__SERVICE_RESTORE_H
#define RPV__SERVICE_RESTORE_H

#include "batch.h"

typedef struct rpv__exception_record {
	rpv_exception row;                      /* texts that are kept as they are */
	uint32_t recommendation, weakness;      /* symbols */
	rpv__symbols groups, canceled, devices, controls;
	const uint32_t *firing_controls;        /* symbols */
	uint64_t number, predecessor, successor;
	uint32_t epss_weakness; const uint32_t *firing_weaknesses; /* symbols; one for each firing, 0: none */
} rpv__exception_record;

typedef struct rpv__target_record {
	uint32_t device, group;
	rpv__symbols weaknesses;
	bool fixed, gone;
} rpv__target_record;
typedef struct rpv__activity_record {
	rpv_remediation row;
	uint32_t recommendation, number;
	rpv__symbols groups;
	const rpv__target_record *targets; size_t target_count;
} rpv__activity_record;

typedef struct rpv__event_record {
	rpv_event row;
	uint64_t exception, remediation;
	rpv__symbols groups; const uint64_t *counts;
} rpv__event_record;

typedef struct rpv__point_record {
	const char *engine;
	uint32_t group;                         /* symbol; 0: all together */
	rpv__point point;
} rpv__point_record;

/* --- restore_collect.c: a record that lives as long as the batch; the error stands in the session --- */
void *rpv__restore_record(rpv_batch *batch, size_t size);
rpv_status rpv__restore_only(rpv_batch *batch);

/* --- restore_write.c: numbers for ids; what is gone from the store but still spoken of is put there as gone --- */
rpv_status rpv__restore_groups(rpv__intake *in, rpv__symbols names, bool sorted, const uint32_t **out, size_t *count);
rpv_status rpv__restore_control(rpv__intake *in, uint32_t symbol, uint32_t *out);
rpv_status rpv__restore_exception(rpv__intake *in, size_t index, const rpv__exception_record *record);
rpv_status rpv__restore_score(rpv__intake *in, size_t index, const rpv__point_record *record);
rpv_status rpv__restore_activity(rpv__intake *in, size_t index, const rpv__activity_record *record);

/* --- restore_firings.c: what it rests on, and what fired --- */
rpv_status rpv__restore_take_firings(rpv_batch *batch, rpv__exception_record *record);
rpv_status rpv__restore_weaknesses(rpv__intake *in, size_t index, const rpv__exception_record *record);
rpv_status rpv__restore_firings(rpv__intake *in, size_t index, const rpv__exception_record *record, rpv__cover *cover,
                                rpv__exception *texts);

#endif
