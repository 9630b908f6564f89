/* SPDX-License-Identifier: MIT */
/* The rules of compensating controls as pure functions (R29). Time is an argument. */
#ifndef RPV__MODEL_CONTROL_H
#define RPV__MODEL_CONTROL_H

#include "../codec/records.h"
#include "policy.h"

/* The instant from which on its review is overdue, 0: never. One that is not in place any more is not reviewed. */
int64_t rpv__control_stale_ms(const rpv__control *control);
bool rpv__control_stale(const rpv__control *control, int64_t now_ms);
bool rpv__control_in_place(const rpv__control *control);

/* What the controls that an exception rests on come to; all 0 at first. */
typedef struct rpv__controls {
	uint32_t gone, due;               /* one that is not in place; that with the earliest review due; 0: none */
	const char *gone_id, *due_id;     /* of several the first in byte order, for numbers differ between stores */
	int64_t due_ms, reviewed_ms;      /* of `due`: from when on it is stale, and its last review or its addition */
} rpv__controls;
void rpv__controls_add(rpv__controls *all, uint32_t number, const rpv__control *control);
/* When the exception becomes void, or warns, because a review is overdue. */
void rpv__controls_instants(const rpv__controls *all, const uint8_t actions[RPV__TRIGGERS], rpv__cover *cover);
/* Holds an exception that has not ended against its controls in a commit: sets the instants ahead and the bits of
 * triggers that have warned; what fires goes into `out`; returns how many. One that waits for approval is looked at when it
 * is approved (R14). */
size_t rpv__controls_judge(const rpv__controls *all, const uint8_t actions[RPV__TRIGGERS], int64_t now_ms,
                           rpv__cover *cover, rpv__firing out[2]);
/* What fires by the clock at `at_ms`. */
rpv__firing rpv__controls_overdue(const rpv__controls *all, bool voided, int64_t at_ms);

#endif
