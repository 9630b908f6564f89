/* SPDX-License-Identifier: MIT */
/* The rules of compensating controls as pure functions (R29). Time is an argument. */
#ifndef RPV__MODEL_CONTROL_H
#define RPV__MODEL_CONTROL_H

#include "../codec/records.h"

/* The instant from which on its review is overdue, 0: never. One that is not in place any more is not reviewed. */
int64_t rpv__control_stale_ms(const rpv__control *control);
bool rpv__control_stale(const rpv__control *control, int64_t now_ms);
bool rpv__control_in_place(const rpv__control *control);

#endif
