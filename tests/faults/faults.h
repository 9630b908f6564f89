/* SPDX-License-Identifier: MIT */
/* Every function of the interface that can fail, with memory and storage that fail at each point where they are asked. */
#ifndef FAULTS_H
#define FAULTS_H

#include "test.h"

/* --- what goes wrong --- */
typedef enum fault_kind {
	FAULT_NONE, FAULT_MEMORY, /* an allocation */
	FAULT_CALL,               /* a call of the storage, with a status */
	FAULT_SHORT,              /* a scan that feeds one pair, and fails then */
	FAULT_CONFLICT,           /* a commit: somebody else was faster */
	FAULT_LOST, FAULT_DONE,   /* a commit of which nobody knows: it did not happen, it did */
	FAULT_CUT, FAULT_KEY, FAULT_GONE, /* a pair that is read: the last byte of its value is not there; the key that a scan
	                           * feeds has one byte more; all of it is gone */
	FAULT_FILE,               /* a call on a file */
	FAULT_HOST                /* a callback of the host, with a status */
} fault_kind;

typedef struct fault { fault_kind kind; bool sticky; rpv_status status; const char *name; } fault;

/* What a store holds at first, and after each commit. */
enum { MOMENTS = 64 };
typedef struct moments { test_dump at[MOMENTS]; size_t count; } moments;

/* --- a store to try on --- */
typedef struct run {
	int64_t now;
	test_memory memory;
	rpv_storage pairs;          /* in memory, never fails */
	fault fault;
	size_t fail_at, calls;      /* of the storage: 0 none */
	bool met;
	bool steps;                 /* of several commits */
	moments *moments;           /* to be added to; NULL: none */
	rpv_store *store;
	rpv_session *session, *other;
	rpv_batch *batch;
	rpv_score_engine *engine;
	uint64_t output;            /* what it handed out, as a sum */
	const char *untidy;         /* an output that a failure did not leave as documented */
} run;

/* One function, and how to bring a store to where it has much to do. */
typedef enum traits {
	EMPTY = 1,      /* on an empty store */
	UNOPENED = 2,   /* `act` opens it */
	NO_STORAGE = 4, /* needs none */
	STEPS = 8,      /* of several commits: what failed may leave what any of them left, and goes on from there */
	OWN_WORDS = 16, /* `act` looks after the words of failures */
	LARGE = 32,     /* of very many calls: each fails once, and not on a chained journal too */
	FILES = 64,     /* reads files */
	CALLS = 128,    /* calls the host back */
	ANEW = 256      /* what broke off in the middle is not gone on with, but refused */
} traits;

typedef struct scene {
	const char *function;
	rpv_status (*act)(run *r);
	void (*arrange)(run *r);    /* without faults; NULL: nothing */
	unsigned traits;
} scene;

/* --- what each program supplies --- */
extern const scene scenes[];
extern const size_t scene_count;
void make_base(run *base);      /* a store as it is before each scene */

/* --- fleet.c: a base, and where backups are taken from --- */
void make_fleet(run *base);

/* --- failing.c: a store over memory and storage that fail --- */
rpv_status open_run(run *r);
void sit_down(run *r);          /* opens it with both sessions */
void copy_run(const run *from, run *r);
void close_run(run *r);
extern run *working;            /* the one that is armed */
bool strikes(run *r, fault_kind kind); /* called where that could happen: whether it does */
void arm(run *r, const fault *f, size_t k);
bool disarm(run *r);            /* whether the fault was met */
test_dump dump_of(const run *r);

/* --- test_faults.c --- */
extern run *backup;             /* a run of the base */

/* A failure that left an output otherwise than documented is untidy. */
static inline rpv_status tidy(run *r, rpv_status status, bool is_tidy, const char *what)
{
	if (status && !is_tidy)
		r->untidy = what;
	return status;
}

#endif
