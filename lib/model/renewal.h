/* SPDX-License-Identifier: MIT */
/* Chains of renewals: how many, and how long in exception in all (R13). Pure; time is an argument. */
#ifndef RPV__MODEL_RENEWAL_H
#define RPV__MODEL_RENEWAL_H

#include "../codec/records.h"

/* Of a cover that is the last of its chain. */
typedef struct rpv__chain {
	uint64_t renewals;         /* how often the first was renewed: links to one that did not end before it took effect */
	int64_t total_ms;          /* union of the intervals from start to `ended`, or to the end of one that has not ended */
	const rpv__cover *first;
} rpv__chain;

/* The cover of that number; `covers` ascend by number. NULL: not among them. */
const rpv__cover *rpv__chain_find(const rpv__cover *covers, size_t count, uint64_t number);
/* `covers`: those of the subject. A predecessor that is not among them, or not above `after`, is left out with all before
 * it. Cost: one search for each link. */
rpv__chain rpv__chain_of(const rpv__cover *last, const rpv__cover *covers, size_t count, uint64_t after, int64_t now_ms);
/* Whether it ended at or before `now_ms`, no longer ago than `window_ms`, and was in effect or suspended before. */
bool rpv__chain_ended_lately(const rpv__cover *cover, int64_t window_ms, int64_t now_ms);

#endif
