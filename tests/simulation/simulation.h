/* SPDX-License-Identifier: MIT */
/* Several processes on one store that fails, on clocks that jump, with memory that runs out, restarted in between; every
 * answer is held against the naive model of tests/model. */
#ifndef SIMULATION_H
#define SIMULATION_H

#include "../model/story.h"
#include "disk.h"

enum { MOMENTS_MOST = 24, ANCHORS_MOST = 8 };

/* What goes wrong in this story, if at all: the more differs between stories, the more is met. */
typedef struct weather {
	bool memory, reads, commits, conflicts, outcomes, deaths, clocks, others;
} weather;

typedef struct simulation {
	driver *driver;
	weather weather;
	disk disk;
	test_memory memory[PROCESSES_MOST];
	test_random chance;          /* of what goes wrong, apart from what is done */
	bool quiet;                  /* nothing does */
	int tries;                   /* of the call at hand */
	bool clock_fails, clock_failed;
	process *dies;               /* after this step */
	uint64_t others_left;        /* commits that come in between */
	char wrong[200];             /* found where nothing may be told: in the middle of a call */
	bool chains, chained;        /* the journal will be, or is, chained */
	char anchors[ANCHORS_MOST][RPV_ANCHOR_MAX]; /* taken on the way; empty: none yet */
	ref moments[MOMENTS_MOST];   /* the model as it was, last commit first at `newest` */
	int moment_count, newest;
} simulation;

extern simulation sim;

/* Of all stories. */
typedef struct tally {
	unsigned long long disturbed, committed, given_up, deaths, restarts, meanwhile, limited, verified, recorded;
} tally;
extern tally counts;

/* --- faults --- */
extern const disturbance faults;
uint64_t chance(uint64_t bound);
int number_at_work(void);
bool model_idle(const ref *m);
/* Somebody else changes what the model does not know: a title. */
void commit_meanwhile(void *user);

/* --- the chained journal --- */
void chain_step(driver *d, bool last);
void forget_chain(void);         /* the store is another one */

/* --- recorded scores --- */
void history_step(driver *d);
void forget_points(void);

/* --- operations --- */
void op_time(driver *d);
void op_restart(driver *d);      /* of the machine */
void op_crowd(driver *d);        /* reads while others commit */
void op_past(driver *d);
void op_scores(driver *d);
bool same_scores(const rpv_score *a, const rpv_score *b);
void op_replace(driver *d);      /* by another store, restored from a backup */

/* --- sessions of some device groups --- */
void check_limited(driver *d);

#endif
