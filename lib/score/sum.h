/* SPDX-License-Identifier: MIT */
/* The W of a device's variants added up in the three views. How it is done changes no bit: see survival.h on bounds. */
#ifndef RPV__SUM_H
#define RPV__SUM_H

#include "gain.h"
#include "units.h"

#include <stdbool.h>

/* One variant: 32 bytes, so that one load takes the three views. */
typedef struct rpv__variant_row {
	uint64_t w[RPV__VIEWS];     /* sum of hazards left in each view, bounded */
	uint32_t recommendation;
	uint8_t left;               /* 1 << view: a finding is left there */
	bool everywhere;            /* an exception on a weakness everywhere takes some of it off */
	bool touched;               /* some device may differ from this row */
} rpv__variant_row;

/* Adds up rows[numbers[i]]; numbers of 32 bits when `wide`, else of 16. Bounds the sum after `every` of them. */
typedef void rpv__sum_kernel(const rpv__variant_row *rows, const void *numbers, bool wide, uint32_t count, uint32_t every,
                             uint64_t out[RPV__VIEWS]);
/* How many W, none above `heaviest`, may be added to a bounded sum: it stays below 2^63, so that it can be compared as a
 * number with a sign. At least 21; mostly more than a device has. */
static inline uint32_t rpv__sum_every(uint64_t heaviest)
{
	uint64_t every = (RPV__SUM_MAX - 1) / (heaviest ? heaviest : 1);
	return every < UINT32_MAX ? (uint32_t)every : UINT32_MAX;
}
rpv__sum_kernel *rpv__sum_choose(rpv__gain_way way);

#ifdef RPV__HAVE_AVX2
rpv__sum_kernel rpv__sum_avx2;
#endif

#endif
