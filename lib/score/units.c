/* SPDX-License-Identifier: MIT */
/* From units of 2^-44 point to what people read. */
#include "units.h"

/* The nearest number of 53 bits, ties to even: then nothing is left for the rounding mode. */
static uint64_t rpv__round_to_53_bits(uint64_t value)
{
	unsigned drop = 0;
	while (value >> drop >> 53)
		drop++;
	if (drop == 0)
		return value;
	uint64_t kept = value >> drop, rest = value & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
	if (rest > half || (rest == half && (kept & 1)))
		kept++;
	return kept << drop; /* at most 2^63: value was at most that */
}

double rpv__score_to_double(int64_t units)
{
	uint64_t size = units < 0 ? -(uint64_t)units : (uint64_t)units;
	double points = rpv__number_to_double(rpv__round_to_53_bits(size)) / (double)RPV__POINT;
	return units < 0 ? -points : points;
}

rpv_level rpv__score_level(int64_t units)
{
	if (units < 30 * RPV__POINT)
		return RPV_LEVEL_LOW;
	return units < 70 * RPV__POINT ? RPV_LEVEL_MEDIUM : RPV_LEVEL_HIGH;
}
