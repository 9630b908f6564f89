/* SPDX-License-Identifier: MIT */
/* Survival of a device; see survival.h. */
#include "survival.h"

#include "../base/wide.h"
#include "tables.h"

#define RPV__LN2 UINT64_C(0xB17217F7D1CF79AC)   /* ln 2, units of 2^-64 */
#define RPV__THIRD UINT64_C(0x2AAAAAAAAAAAAAAB) /* 1/3, units of 2^-63 */

/* 2^-f in units of 2^-63, f the fraction of L = i + f, f = a 2^-8 + b 2^-16 + c 2^-52. Tables give 2^-(a 2^-8) and
 * 1 - 2^-(b 2^-16); the rest is e^-x with x = c 2^-52 ln 2 below 2^-16.5: 1 - e^-x = x (1 - x/2 (1 - x/3)), what is left
 * out being below 2^-70. Neighbouring L are 2^-52.5 apart relatively, the error is below 2^-60.6: hence monotone. */
static uint64_t fraction(uint64_t l)
{
	const uint64_t one = UINT64_C(1) << 63;
	uint64_t high = rpv__survival_high[l >> 44 & 255];      /* units of 2^-63 */
	uint64_t low = rpv__survival_low[l >> 36 & 255];        /* units of 2^-72 */
	uint64_t x = rpv__mul_high(l << 28, RPV__LN2);          /* c ln 2, units of 2^-80 */
	uint64_t third = one - (rpv__mul_high(x, RPV__THIRD) >> 16);
	uint64_t half = one - (rpv__mul_high(x, third) >> 17);
	uint64_t loss = rpv__mul_high(x, half);                 /* units of 2^-79 */
	uint64_t m = high - (rpv__mul_high(high, low) >> 8);
	return m - (rpv__mul_high(m, loss) >> 15);
}

uint64_t rpv__survival(uint64_t l)
{
	if (l >= 41 * RPV__BIT)
		return 0;
	unsigned shift = 23 + (unsigned)(l >> 52);              /* 23..63 */
	return (fraction(l) + (UINT64_C(1) << (shift - 1))) >> shift;
}

/* The double nearest to m 2^(exponent - 63), m from 2^62 to 2^63. */
static uint64_t to_double(uint64_t m, int exponent)
{
	uint64_t rounded = (m + 512) >> 10; /* from 2^52 to 2^53, which carries into the exponent */
	return ((uint64_t)(1022 + exponent) << 52) + (rounded - RPV__BIT);
}

uint64_t rpv__survival_double(uint64_t l)
{
	return l >= 1000 * RPV__BIT ? 0 : to_double(fraction(l), 40 - (int)(l >> 52));
}

uint64_t rpv__growth_double(uint64_t x)
{
	uint64_t part = x & (RPV__BIT - 1);
	int whole = (int)(x >> 52);
	return part ? to_double(fraction(RPV__BIT - part), whole + 1) : (uint64_t)(1023 + whole) << 52;
}
