/* SPDX-License-Identifier: MIT */
/* Scores are integers in units of 2^-44 point. */
#ifndef RPV__UNITS_H
#define RPV__UNITS_H

#include <reprieve/score.h>
#include <stdint.h>

#define RPV__POINT (INT64_C(1) << 44)

/* The three views of scoring.md 3. */
enum { RPV__NO_IMPACT, RPV__OFFICIAL, RPV__MITIGATION_LIKE, RPV__VIEWS };

/* A number as a double, rounded as the host does; of 0 it is 0.0. Halves with signs: of the whole number without one clang
 * makes -0.0 where the host rounds down, and takes a check for 0 away. */
static inline double rpv__number_to_double(uint64_t number)
{
	return (double)(int64_t)(number >> 32) * 4294967296.0 + (double)(int64_t)(number & UINT32_MAX);
}

/* Points as a double. Exact up to 512 points either way, which all exposure scores, percentages and their differences
 * are; above, the nearest double (ties to even), whatever the rounding mode. */
double rpv__score_to_double(int64_t units);

/* Level of an exposure score: low below 30 points, medium below 70, high from 70 on. */
rpv_level rpv__score_level(int64_t units);

#endif
