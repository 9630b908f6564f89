/* SPDX-License-Identifier: MIT */
/* Every function of the interface that can fail, with memory and storage that fail at each point where they are asked. */
#ifndef FAULTS_H
#define FAULTS_H

#include "decisions.h"

/* --- what goes wrong --- */
typedef enum fault_kind {
	FAULT_NONE, FAULT_MEMORY, /* an allocation */
	FAULT_CALL,               /* a call of the storage, with a status */
	FAULT_SHORT,              /* a scan that feeds one pair, and fails then */
	FAULT_CONFLICT,           /* a commit: somebody else was faster */
	FAULT_LOST, FAULT_DONE,   /* a commit of which nobody knows: it did not happen, it did */
	FAULT_CUT, FAULT_GONE     /* a pair that is read: the last byte of its value is not there; all of it */
} fault_kind;

typedef struct fault { fault_kind kind; bool sticky; rpv_status status; const char *name; } fault;

/* --- a store to try on --- */
typedef struct run {
	int64_t now;
	test_memory memory;
	rpv_storage pairs;          /* in memory, never fails */
	fault fault;
	size_t fail_at, calls;      /* of the storage: 0 none */
	bool met;
	rpv_store *store;
	rpv_session *session, *other;
	rpv_batch *batch;
	rpv_score_engine *engine;
	const char *untidy;         /* an output that a failure did not leave as documented */
} run;

/* One function, and how to bring a store to where it has much to do. */
typedef struct scene {
	const char *function;
	rpv_status (*act)(run *r);
	void (*arrange)(run *r);    /* without faults; NULL: nothing */
	bool empty;                 /* on an empty store */
	bool unopened;              /* `act` opens it */
	bool no_storage;            /* needs none */
} scene;

extern const scene scenes[];
extern const size_t scene_count;

/* A store as it is before each scene, and where backups are taken from. */
void make_base(run *base);
rpv_status open_run(run *r);
void close_run(run *r);
extern run *backup;

#endif
