/* SPDX-License-Identifier: MIT */
/* What a device would gain by each of its memberships: n = S(L - m W) - S(L), an integer (see survival.h), summed by
 * recommendation. Floating point proposes n, and what is not proved equal is replaced:
 *
 *     y = 2^40 2^-L * 2^(m W) + (1.5 2^42 + 1/2 - S(L))      a double from 2^42 to 2^43, in steps of u = 2^-10
 *
 * Both factors err by 2^-53 relatively, their product is at most 2^40: with its own rounding 0.375 u. The sum rounds by
 * 0.5 u, the term in brackets is exact, and S is within 2^-19 of the real number before it is rounded. So y errs by less
 * than u, and floor(y) is 1.5 2^42 + n unless y is a whole number: then the integers decide. The same with the product
 * and sum fused, or kept longer than a double in between. All terms come as bits, so that no option of a compiler can
 * rearrange them. It takes a machine that rounds to nearest: where not, all is left to the integers. */
#ifndef RPV__GAIN_H
#define RPV__GAIN_H

#include "exposure.h"

#include <stdbool.h>

enum { RPV__GAIN_LANES = 4, RPV__GAIN_CHUNK = 16 };

/* One variant at one multiplier: doubles 2^(m W) in the three views; and one that counts and tells the recommendation:
 *
 *     2^33 + c + r 2^-19      c: bits RPV__GAIN_..., r: the recommendation, below RPV__GAIN_RECOMMENDATIONS
 *
 * with which y comes to 1.5 2^42 + 1/4 + c + r 2^-19: its floor counts, and it is never a whole number. */
typedef struct rpv__gain_row { uint64_t bits[RPV__GAIN_LANES]; } rpv__gain_row;
#define RPV__GAIN_RECOMMENDATIONS (UINT32_C(1) << 18)
/* Sums of n; and in the last lane counts of memberships: with findings left officially, in the best case, and with an
 * exception on a weakness everywhere. All are signed, since devices may be taken out: see rpv__gain_count(). Carry over at
 * the latest after 2^15 - 1 devices. */
typedef struct rpv__gain_sums { uint64_t x[RPV__GAIN_LANES]; } rpv__gain_sums;
enum { RPV__GAIN_OFFICIAL = 0, RPV__GAIN_BEST = 16, RPV__GAIN_EVERYWHERE = 32 }; /* first bit of a count */
#define RPV__GAIN_COUNT ((UINT64_C(1) << 15) - 1)
#define RPV__GAIN_OUT UINT64_MAX /* as `times`: one device less */

/* Takes the lowest count off a last lane. */
static inline int64_t rpv__gain_count(uint64_t *lane)
{
	int64_t count = (int64_t)(*lane & ((UINT64_C(1) << 16) - 1));
	count -= count > (int64_t)RPV__GAIN_COUNT ? INT64_C(1) << 16 : 0;
	*lane = (*lane - (uint64_t)count) >> 16;
	return count;
}

/* One device. */
typedef struct rpv__gain_device {
	uint64_t l[3], s[3];                /* its L and S in the three views */
	uint64_t survival[RPV__GAIN_LANES]; /* doubles 2^40 2^-L; 1 */
	uint64_t base[RPV__GAIN_LANES];     /* doubles 1.5 2^42 + 1/2 - S; 1.5 2^42 + 1/4 - 2^33 */
	uint32_t multiplier;
	const void *variants; uint32_t count; /* their numbers, of 32 bits when `wide`, else of 16 */
	bool wide;
	uint64_t times;                     /* that many devices like this: at most RPV__GAIN_COUNT; or that many less */
} rpv__gain_device;

/* Where it goes. */
typedef struct rpv__gain {
	const rpv__gain_row *rows;          /* by variant, at the multiplier of the device */
	const uint32_t *recommendations;    /* by variant */
	rpv__gain_sums *sums;               /* of the device's value; by recommendation */
	uint32_t *counts;                   /* devices by variant, of the class of the device */
	const uint8_t *table; size_t stride; /* the W of variant v in the three views: at table + v * stride */
} rpv__gain;

typedef void rpv__gain_kernel(const rpv__gain *gain, const rpv__gain_device *device);

/* How it is done; all give the same bits. */
typedef enum rpv__gain_way {
	RPV__GAIN_BEST_WAY, RPV__GAIN_INTEGERS, RPV__GAIN_DOUBLES, RPV__GAIN_PAIRS, RPV__GAIN_AVX2
} rpv__gain_way;
/* The kernel of a way; where it does not do, on this machine or for so many recommendations, the next lower one. */
rpv__gain_kernel *rpv__gain_choose(rpv__gain_way way, size_t recommendations);

/* The row of a variant with these W; `counts` as in the last lane of the sums. */
void rpv__gain_make(rpv__gain_row *row, const uint64_t w[3], uint32_t multiplier, uint64_t counts, uint32_t recommendation);
/* Takes the L and S of a device. */
void rpv__gain_begin(rpv__gain_device *device, const uint64_t l[3], const uint64_t s[3]);

/* --- for kernels --- */
enum { RPV__GAIN_LAST = 19 }; /* where c begins in the bits of the last lane */
static inline uint64_t rpv__gain_counts(const rpv__gain_row *row)
{
	return row->bits[RPV__GAIN_LANES - 1] >> RPV__GAIN_LAST & ((UINT64_C(1) << 33) - 1);
}

static inline uint32_t rpv__gain_recommendation(const rpv__gain_row *row)
{
	return (uint32_t)row->bits[RPV__GAIN_LANES - 1] & (RPV__GAIN_RECOMMENDATIONS - 1);
}

/* y >> 10 for n = 0 */
#define RPV__GAIN_ZERO ((UINT64_C(1065) << 42) + (UINT64_C(1) << 41))
/* Replaces what is not proved of a chunk that was added: y of memberships from `first` on. */
void rpv__gain_correct(const rpv__gain *gain, const rpv__gain_device *device, uint32_t first, uint32_t count,
                       uint64_t y[RPV__GAIN_CHUNK][RPV__GAIN_LANES]);
rpv__gain_kernel rpv__gain_doubles;
/* These take devices one at a time, and leave others to rpv__gain_doubles(). */
#ifdef __GNUC__
#define RPV__HAVE_PAIRS 1
rpv__gain_kernel rpv__gain_pairs;
#ifdef __x86_64__
#define RPV__HAVE_AVX2 1
rpv__gain_kernel rpv__gain_avx2;
#endif
#endif

#endif
