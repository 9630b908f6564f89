/* SPDX-License-Identifier: MIT */
/* 128-bit integers in two's complement, the same with and without a compiler's own type: sums of scores, products and
 * quotients of 64-bit numbers. RPV__NO_INT128 forces the portable way. Only products and quotients differ between the
 * two; tests compare them. */
#ifndef RPV__WIDE_H
#define RPV__WIDE_H

#include <stdint.h>

typedef struct rpv__wide { uint64_t hi, lo; } rpv__wide;

static inline rpv__wide rpv__wide_of(uint64_t value)
{
	return (rpv__wide){ 0, value };
}

static inline rpv__wide rpv__wide_add(rpv__wide a, rpv__wide b)
{
	uint64_t lo = a.lo + b.lo;
	return (rpv__wide){ a.hi + b.hi + (lo < a.lo), lo };
}

static inline rpv__wide rpv__wide_sub(rpv__wide a, rpv__wide b)
{
	return (rpv__wide){ a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo };
}

/* -1, 0, 1, as signed numbers */
static inline int rpv__wide_compare(rpv__wide a, rpv__wide b)
{
	const uint64_t sign = UINT64_C(1) << 63;
	if (a.hi != b.hi)
		return (a.hi ^ sign) < (b.hi ^ sign) ? -1 : 1;
	return (a.lo > b.lo) - (a.lo < b.lo);
}

static inline rpv__wide rpv__mul64_portable(uint64_t a, uint64_t b)
{
	uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t low = a0 * b0;
	uint64_t middle = a1 * b0 + (low >> 32);            /* at most (2^32 - 1)^2 + 2^32 - 1: no carry */
	uint64_t other = a0 * b1 + (uint32_t)middle;
	return (rpv__wide){ a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | (uint32_t)low };
}

/* floor(n / d) for n and d taken as unsigned; UINT64_MAX when it does not fit, also for d = 0 */
static inline uint64_t rpv__wide_div_portable(rpv__wide n, uint64_t d)
{
	uint64_t quotient = 0;
	if (n.hi >= d)
		return UINT64_MAX;
	if (n.hi == 0)
		return n.lo / d;
	for (int bit = 63; bit >= 0; bit--) {
		uint64_t carry = n.hi >> 63;
		n.hi = n.hi << 1 | n.lo >> 63;
		n.lo <<= 1;
		if (carry || n.hi >= d) {
			n.hi -= d;
			quotient |= UINT64_C(1) << bit;
		}
	}
	return quotient;
}

#if defined(__SIZEOF_INT128__) && !defined(RPV__NO_INT128)
__extension__ typedef unsigned __int128 rpv__u128;

static inline rpv__wide rpv__mul64(uint64_t a, uint64_t b)
{
	rpv__u128 product = (rpv__u128)a * b;
	return (rpv__wide){ (uint64_t)(product >> 64), (uint64_t)product };
}

static inline uint64_t rpv__wide_div(rpv__wide n, uint64_t d)
{
	return n.hi >= d ? UINT64_MAX : (uint64_t)(((rpv__u128)n.hi << 64 | n.lo) / d);
}
#else
static inline rpv__wide rpv__mul64(uint64_t a, uint64_t b)
{
	return rpv__mul64_portable(a, b);
}

static inline uint64_t rpv__wide_div(rpv__wide n, uint64_t d)
{
	return rpv__wide_div_portable(n, d);
}
#endif

/* The high half of a product. */
static inline uint64_t rpv__mul_high(uint64_t a, uint64_t b)
{
	return rpv__mul64(a, b).hi;
}

/* a * b modulo 2^128; a may be negative */
static inline rpv__wide rpv__wide_mul(rpv__wide a, uint64_t b)
{
	rpv__wide product = rpv__mul64(a.lo, b);
	product.hi += a.hi * b;
	return product;
}

#endif
