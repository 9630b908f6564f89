/* SPDX-License-Identifier: MIT */
/* Exposure score from sums of device exposures (P, see survival.h) per value class. Sums are plain integers: added,
 * subtracted and merged in any order they come to the same bits. One rpv__sums serves one view.
 *
 *     score = floor(1600 * sum(w a) / sum(w n)) in units of 2^-44 point, w in twentieths: 15, 20, max(20, 2 N), N = sum n
 *
 * Holds up to 10^9 devices: products stay below 2^113. Against real numbers a score errs by at most
 * 100 (ln 2 m f 2^-53 + 2^-41) + 2^-44 points, f = findings of the worst device, m its multiplier; an impact by the same
 * with 2^-40 for 2^-41. */
#ifndef RPV__EXPOSURE_H
#define RPV__EXPOSURE_H

#include "../base/wide.h"
#include "hazard.h"
#include "survival.h"
#include "units.h"

enum { RPV__VALUE_LOW, RPV__VALUE_NORMAL, RPV__VALUE_HIGH, RPV__VALUES };

typedef struct rpv__sums {
	uint64_t n[RPV__VALUES];  /* devices */
	rpv__wide a[RPV__VALUES]; /* sum of their P, in units of 2^-40 */
} rpv__sums;

/* The class of a device value; unchanged counts as normal. */
static inline unsigned rpv__value_class(rpv_value value)
{
	return value == RPV_VALUE_LOW ? RPV__VALUE_LOW : value == RPV_VALUE_HIGH ? RPV__VALUE_HIGH : RPV__VALUE_NORMAL;
}

/* m of a device */
static inline uint32_t rpv__multiplier(const rpv__exposure_model *model, bool internet_facing, bool active_alert)
{
	return (internet_facing ? model->internet_facing : 1) * (active_alert ? model->active_alert : 1);
}

void rpv__sums_add(rpv__sums *sums, unsigned value_class, uint64_t p);
void rpv__sums_remove(rpv__sums *sums, unsigned value_class, uint64_t p); /* one that was added */
/* Merges devices counted elsewhere; takes such out again. */
void rpv__sums_merge(rpv__sums *sums, const rpv__sums *other);
void rpv__sums_take(rpv__sums *sums, const rpv__sums *other);

/* Score of exposures `a` over `n` devices: weights and their sum come from n alone. With sums of one set of devices this
 * is their score; with n as it once was, a standalone exposure with frozen weights (then it may pass 100 points).
 * 0 without a device. `a` is never negative. */
int64_t rpv__exposure_over(const rpv__exposure_model *model, const rpv__wide a[RPV__VALUES],
                           const uint64_t n[RPV__VALUES]);
int64_t rpv__exposure_score(const rpv__exposure_model *model, const rpv__sums *sums);
/* Score now less the score with `x` removed: x is the sum of S(L - m W) - S(L) over the devices, for W the findings that
 * would be gone. */
int64_t rpv__exposure_impact(const rpv__exposure_model *model, const rpv__sums *sums, const rpv__wide x[RPV__VALUES]);
/* 100 P of one device. */
int64_t rpv__exposure_device(uint64_t p);

#endif
