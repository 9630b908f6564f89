/* SPDX-License-Identifier: MIT */
/* Secure score of one view, from the devices of each configuration: points in units of 2^-44 point, their maximum in
 * whole points. Each configuration's term is rounded down by itself, so terms may be added and replaced in any order.
 *
 * Against real numbers: points of K configurations lie less than K 2^-44 below (3e-10 for 5 000), as a double at most half
 * a unit in its last place away from that; an impact errs by less than 2^-44; a percentage lies less than 101 x 2^-44
 * (6e-12) below. */
#ifndef RPV__SECURE_H
#define RPV__SECURE_H

#include "units.h"

typedef struct rpv__secure {
	uint64_t points;     /* reached, in units of 2^-44 point; holds 50 000 configurations of 10 points */
	uint64_t max_points; /* there are, in points */
} rpv__secure;

/* floor(points * compliant / applicable * 2^44); 0 when it applies nowhere. compliant is at most applicable, below 2^31 */
uint64_t rpv__secure_units(uint32_t points, uint64_t compliant, uint64_t applicable);
/* What would be gained if every device became compliant. */
uint64_t rpv__secure_impact(uint32_t points, uint64_t compliant, uint64_t applicable);

/* Adds a configuration; takes one out that was added with the same numbers. */
void rpv__secure_add(rpv__secure *score, uint32_t points, uint64_t compliant, uint64_t applicable);
void rpv__secure_remove(rpv__secure *score, uint32_t points, uint64_t compliant, uint64_t applicable);

/* 0 to 100 percent in units of 2^-44; -1 when nothing applies anywhere: no data. */
int64_t rpv__secure_percent(const rpv__secure *score);
/* The three figures for people; percent is -1 when there is no data. */
rpv_secure_score rpv__secure_to_public(const rpv__secure *score);

#endif
