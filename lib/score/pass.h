/* SPDX-License-Identifier: MIT */
/* A pass over the memberships of devices, see evaluate_pass.c, and its pieces. */
#ifndef RPV__PASS_H
#define RPV__PASS_H

#include "evaluation.h"

/* Devices one after the other that are alike: same row, class and exceptions. Worked out once. */
typedef struct rpv__run {
	uint32_t device, times;               /* the first one; 0 times: there is no run */
	unsigned class;
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
} rpv__run;

/* One pass. What is in its arena goes with it. */
typedef struct rpv__pass {
	struct rpv__evaluation *e;
	rpv__arena arena;
	rpv__order order;
	rpv__run run;
	bool known, out;                      /* sums are known, and gains alone added; or taken out */
	/* without figures: rows of several devices, marked with one of them (+ 1) whose sums are known, of this class */
	rpv__view_row **marked; size_t marked_count;
	struct rpv__pass *pieces;             /* with an executor: parts of the devices, each with sums of its own */
	uint32_t piece_count;
} rpv__pass;

/* Devices order.devices[first] to, but without, [end], all of one class of groups. */
void rpv__pass_range(rpv__pass *p, uint32_t first, uint32_t end);

/* --- evaluate_pieces.c --- */
/* Divides the pass when there is an executor. */
rpv_status rpv__pieces_open(rpv__pass *p);
void rpv__pieces_run(rpv__pass *p, uint32_t first, uint32_t end);
/* Adds the sums of the pieces up. */
void rpv__pieces_merge(rpv__pass *p);

#endif
