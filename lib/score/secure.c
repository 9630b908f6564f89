/* SPDX-License-Identifier: MIT */
/* Secure score; see secure.h. */
#include "secure.h"

#include "../base/wide.h"

uint64_t rpv__secure_units(uint32_t points, uint64_t compliant, uint64_t applicable)
{
	return applicable == 0 ? 0 : rpv__wide_div(rpv__mul64(points * compliant, RPV__POINT), applicable);
}

uint64_t rpv__secure_impact(uint32_t points, uint64_t compliant, uint64_t applicable)
{
	return rpv__secure_units(points, applicable, applicable) - rpv__secure_units(points, compliant, applicable);
}

void rpv__secure_add(rpv__secure *score, uint32_t points, uint64_t compliant, uint64_t applicable)
{
	score->points += rpv__secure_units(points, compliant, applicable);
	score->max_points += applicable == 0 ? 0 : points;
}

void rpv__secure_remove(rpv__secure *score, uint32_t points, uint64_t compliant, uint64_t applicable)
{
	score->points -= rpv__secure_units(points, compliant, applicable);
	score->max_points -= applicable == 0 ? 0 : points;
}

int64_t rpv__secure_percent(const rpv__secure *score)
{
	if (score->max_points == 0)
		return -1;
	return (int64_t)rpv__wide_div(rpv__mul64(score->points, 100), score->max_points);
}

rpv_secure_score rpv__secure_to_public(const rpv__secure *score)
{
	int64_t percent = rpv__secure_percent(score);
	return (rpv_secure_score){ .points = rpv__score_to_double((int64_t)score->points),
	                            .max_points = rpv__number_to_double(score->max_points),
	                            .percent = percent < 0 ? -1 : rpv__score_to_double(percent) };
}
