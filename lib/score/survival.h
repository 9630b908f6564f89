/* SPDX-License-Identifier: MIT */
/* From a device's sum of hazards L (in units of 2^-52, see hazard.h) to its survival S = 2^-L and exposure P = 1 - S, in
 * units of 2^-40; and how such sums are added without overflow or loss.
 *
 * W is the sum of the hazards of one membership (recommendation on a device) in one view, L = m x (sum of the device's
 * W), m the device's multiplier. S is 0 from 41 bits on, therefore these bounds change no score, whatever is added or
 * taken away in whatever order:
 *  - W is at most 48 bits. A W of 48 gives S = 0 by itself, as every larger one does.
 *  - A running sum is at most 1024 bits, bounded before it can pass 2048 (sum.h). A sum that was bounded stays at or
 *    above 1024 however many are added.
 *  - A sum is at most 256 bits before it is multiplied: 15 x 256 fit, so m is at most 15. Taking one membership (up to
 *    4) from such a sum leaves 208 (64) bits or more, hence S = 0, as it is without bounds; a smaller sum is exact.
 * Where more than 4 memberships go, or some findings of one, add up what stays instead. */
#ifndef RPV__SURVIVAL_H
#define RPV__SURVIVAL_H

#include <stdint.h>

#define RPV__BIT (UINT64_C(1) << 52)
#define RPV__W_MAX (48 * RPV__BIT)
#define RPV__SUM_MAX (1024 * RPV__BIT)
#define RPV__L_CAP (256 * RPV__BIT)
#define RPV__M_MAX 15u
#define RPV__SURVIVAL_ONE (UINT64_C(1) << 40)

/* Adds a hazard to a W. */
static inline uint64_t rpv__w_add(uint64_t w, uint64_t hazard)
{
	w += hazard; /* at most 48 + 64 bits */
	return w < RPV__W_MAX ? w : RPV__W_MAX;
}

/* Bounds a running sum. */
static inline uint64_t rpv__l_clamp(uint64_t sum)
{
	return sum < RPV__SUM_MAX ? sum : RPV__SUM_MAX;
}

/* Adds a W, or another bounded sum, to a bounded sum. */
static inline uint64_t rpv__l_add(uint64_t sum, uint64_t w)
{
	return rpv__l_clamp(sum + w);
}

/* The L of a device. */
static inline uint64_t rpv__l_times(uint64_t sum, uint32_t multiplier)
{
	return (sum < RPV__L_CAP ? sum : RPV__L_CAP) * multiplier;
}

/* S = round(2^40 * 2^-L), 0 from 41 bits on, defined by its integer operations: before rounding within 2^-60.6 of the
 * real number, relatively. Never higher for a higher L. */
uint64_t rpv__survival(uint64_t l);

/* The bits of IEEE doubles, made by integer operations: 2^40 2^-L, 0 from 1000 bits on; and 2^x, x at most 720 bits. Within
 * 2^-53 + 2^-60 of the real numbers, relatively. */
uint64_t rpv__survival_double(uint64_t l);
uint64_t rpv__growth_double(uint64_t x);

/* P = 2^40 - S */
static inline uint64_t rpv__exposure(uint64_t l)
{
	return RPV__SURVIVAL_ONE - rpv__survival(l);
}

#endif
