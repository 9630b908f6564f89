/* SPDX-License-Identifier: MIT */
/* The rules' numbers. Constants of the default policy; a stored policy takes their place when there is one. */
#ifndef RPV__POLICY_H
#define RPV__POLICY_H

#include "../base/base.h"

#define RPV__INACTIVE_AFTER_MS (30 * RPV__DAY_MS)     /* active while now < last seen + this (R37) */
#define RPV__CLOCK_JUMP_LIMIT_MS (400 * RPV__DAY_MS)  /* R2 */
#define RPV__HISTORY_KEPT_MS (30 * RPV__DAY_MS)       /* change records, for as-of and followers */
#define RPV__DURATION_MAX_MS (366 * RPV__DAY_MS)      /* R4, inclusive */
#define RPV__START_AHEAD_MAX_MS (90 * RPV__DAY_MS)    /* R4, inclusive */
#define RPV__SCOPE_DEVICES_MAX 10000u
#define RPV__CONTEXT_MIN 1u                           /* characters of context required */

#endif
