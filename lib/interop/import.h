/* SPDX-License-Identifier: MIT */
/* How an import runs: passes over the inputs, units of work, batches. */
#ifndef RPV__INTEROP_IMPORT_H
#define RPV__INTEROP_IMPORT_H

#include "io.h"

typedef struct rpv__io_import rpv__io_import;

/* --- queue.c: units become batches --- */

/* What goes into a batch with places for messages. */
typedef struct rpv__io_writer {
	rpv_batch *batch;
	rpv__io_where *places;         /* of each record of the batch */
	size_t count, cap;
	rpv_import_error *error;
	rpv_session *session;
} rpv__io_writer;

/* Something that must be in one commit: a record, or a device with all its assessments. */
typedef struct rpv__io_unit rpv__io_unit;
typedef struct rpv__io_unit_kind {
	rpv_status (*fill)(rpv__io_unit *unit, rpv__io_writer *writer);
	void (*free)(rpv__io_unit *unit);
} rpv__io_unit_kind;
struct rpv__io_unit {              /* first member of each kind of unit */
	const rpv__io_unit_kind *kind;
	rpv__io_where where;
	uint64_t weight;               /* about as many records of a batch */
	uint64_t records;              /* of the input, to count what is skipped */
	size_t first;                  /* number of its first record in the batch being filled */
};

/* After each record added to the batch: notes its place, or makes the error of a refusal. */
rpv_status rpv__io_added(rpv__io_writer *writer, rpv_status status, const rpv__io_where *where);

/* Units that go into batches of one source and time. */
typedef struct rpv__io_lane {
	char *source;                  /* NULL: the default */
	int64_t reported_ms;
	rpv__io_unit **units;
	size_t count, cap;
} rpv__io_lane;

typedef struct rpv__io_queue {
	rpv__io_lane *lanes;           /* the first is the import's own, and is committed first */
	size_t lane_count, lane_cap;
	uint64_t weight, limit;
} rpv__io_queue;

/* Takes over the unit, also on failure. `source` NULL and `reported_ms` 0: the import's own. */
rpv_status rpv__io_enqueue(rpv__io_import *import, rpv__io_unit *unit, const char *source, int64_t reported_ms);
rpv_status rpv__io_flush(rpv__io_import *import);
void rpv__io_queue_free(rpv__io_queue *queue);

/* --- import.c --- */

/* What an importer of a format does. A pass over the input calls one of its functions for each record. */
typedef struct rpv__io_driver {
	const char *source;            /* default source */
	rpv_status (*begin)(rpv__io_import *import);
	/* First pass: looks at every record; writes nothing. RPV_E_INVALID refuses the record. */
	rpv_status (*check)(rpv__io_import *import, rpv__io_record *record);
	/* After it: *more tells whether to pass over the records once more, with write(). Called again after each pass. */
	rpv_status (*next)(rpv__io_import *import, bool *more);
	rpv_status (*write)(rpv__io_import *import, rpv__io_record *record);
	void (*free)(void *state);
} rpv__io_driver;

struct rpv__io_import {
	rpv_session *session;
	rpv_import_options options;
	rpv_import_result result;
	rpv_import_error *error;
	rpv__io_source *sources;
	size_t source_count;
	uint32_t pass;                 /* 0 checks */
	uint64_t number;               /* of the record in the pass, from 0, over all inputs */
	const rpv__io_driver *driver;
	void *state;                   /* the driver's */
	rpv__io_queue queue;
	rpv__io_writer scratch;        /* see rpv__io_try() */
	uint32_t *bad;                 /* numbers of records refused by the first pass, ascending */
	size_t bad_count, bad_cap, bad_next;
	rpv_import_error first;        /* why the first record is of no known kind */
	bool restore;                  /* batches restore a backup */
	uint64_t bytes_done;           /* in earlier passes and inputs */
	uint64_t documents, next_links, declared;
};

/* Tells the host of something skipped (the error at hand). */
void rpv__io_notice(rpv__io_import *import);
/* As rpv__io_notice(), with `records` records counted as skipped. */
void rpv__io_skipped(rpv__io_import *import, uint64_t records);
rpv_status rpv__io_progress(rpv__io_import *import, bool writing);

/* --- detect.c --- */
/* The format of a record; fails, and says what it seems to be, when it is none that can be imported. */
rpv_status rpv__io_detect(rpv__io_record *record, rpv_format *out);
const rpv__io_driver *rpv__io_driver_of(rpv_format format);

/* --- records.c: formats whose records stand for themselves --- */
/* Adds what a record says to a batch. `writer` may be one that is never committed. */
typedef rpv_status (*rpv__io_apply)(rpv__io_record *record, rpv__io_writer *writer);
/* Tries a record on a batch that is thrown away. */
rpv_status rpv__io_try(rpv__io_import *import, rpv__io_apply apply, rpv__io_record *record);
/* Puts a record into the queue. */
rpv_status rpv__io_enqueue_record(rpv__io_import *import, rpv__io_apply apply, const rpv__io_record *record);

extern const rpv__io_driver rpv__io_native, rpv__io_vulnerabilities, rpv__io_changes, rpv__io_machine_vulnerabilities,
	rpv__io_configurations, rpv__io_software, rpv__io_machines, rpv__io_recommendations, rpv__io_vulnerability_list,
	rpv__io_software_list, rpv__io_remediation_tasks;

#endif
