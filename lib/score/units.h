/* SPDX-License-Identifier: MIT */
/* Scores are integers in units of 2^-44 point. */
#ifndef RPV__UNITS_H
#define RPV__UNITS_H

#include <reprieve/score.h>
#include <stdint.h>

#define RPV__POINT (INT64_C(1) << 44)

/* The three views of scoring.md 3. */
enum { RPV__NO_IMPACT, RPV__OFFICIAL, RPV__MITIGATION_LIKE, RPV__VIEWS };

/* Points as a double. Exact up to 512 points either way, which all exposure scores, percentages and their differences
 * are; above, the nearest double (ties to even), whatever the rounding mode. */
double rpv__score_to_double(int64_t units);

/* Level of an exposure score: low below 30 points, medium below 70, high from 70 on. */
rpv_level rpv__score_level(int64_t units);

#endif
