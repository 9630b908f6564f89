/* SPDX-License-Identifier: MIT */
/* Gains with doubles one by one, and with integers alone; how they are chosen. See gain.h. */
#include "gain.h"
#include "view_row.h"

#include <string.h>

#define RPV__ONE_AND_A_HALF (UINT64_C(1065) << 52 | UINT64_C(1) << 51) /* the double 1.5 2^42 */

void rpv__gain_make(rpv__gain_row *row, const uint64_t w[3], uint32_t multiplier, uint64_t counts,
                    uint32_t recommendation)
{
	for (unsigned k = 0; k < 3; k++)
		row->bits[k] = k && w[k] == w[k - 1] ? row->bits[k - 1] : rpv__growth_double(multiplier * w[k]);
	row->bits[3] = (UINT64_C(1023) + 33) << 52 | counts << RPV__GAIN_LAST |
	               (recommendation & (RPV__GAIN_RECOMMENDATIONS - 1));
}

void rpv__gain_begin(rpv__gain_device *device, const uint64_t l[3], const uint64_t s[3])
{
	for (unsigned k = 0; k < 3; k++) {
		device->l[k] = l[k];
		device->s[k] = s[k];
		device->survival[k] = k && l[k] == l[k - 1] ? device->survival[k - 1] : rpv__survival_double(l[k]);
		device->base[k] = RPV__ONE_AND_A_HALF + 512 - (s[k] << 10);
	}
	device->survival[3] = UINT64_C(1023) << 52;
	device->base[3] = RPV__ONE_AND_A_HALF + 256 - (UINT64_C(1) << 43); /* in steps of 2^-10 */
}

static uint64_t w_of(const rpv__gain *gain, uint32_t variant, unsigned k)
{
	uint64_t w;
	memcpy(&w, gain->table + variant * gain->stride + k * sizeof w, sizeof w);
	return w;
}

static uint64_t exact(const rpv__gain_device *device, uint64_t w, unsigned k)
{
	return w ? rpv__survival(device->l[k] - device->multiplier * w) - device->s[k] : 0;
}

void rpv__gain_correct(const rpv__gain *gain, const rpv__gain_device *device, uint32_t first, uint32_t count,
                       uint64_t y[RPV__GAIN_CHUNK][RPV__GAIN_LANES])
{
	for (uint32_t i = 0; i < count; i++)
		for (unsigned k = 0; k < 3; k++) {
			uint32_t variant = rpv__row_at(device->variants, device->wide, first + i);
			if (y[i][k] & 1023)
				continue;
			gain->sums[gain->recommendations[variant]].x[k] +=
				(exact(device, w_of(gain, variant, k), k) - ((y[i][k] >> 10) - RPV__GAIN_ZERO)) * device->times;
		}
}

static inline uint64_t propose(uint64_t survival, uint64_t growth, uint64_t base)
{
	double s, e, b;
	memcpy(&s, &survival, sizeof s);
	memcpy(&e, &growth, sizeof e);
	memcpy(&b, &base, sizeof b);
	s = s * e + b;
	memcpy(&survival, &s, sizeof survival);
	return survival;
}

static inline void with_doubles_of(const rpv__gain *gain, const rpv__gain_device *device, bool wide, uint64_t times)
{
	uint64_t y[RPV__GAIN_CHUNK][RPV__GAIN_LANES];
	const rpv__gain_row *rows = gain->rows; /* not read again after every store */
	const uint32_t *recommendations = gain->recommendations;
	const rpv__gain_device d = *device;
	rpv__gain_sums *all = gain->sums;
	uint32_t *counts = gain->counts;
	for (uint32_t first = 0, n; first < device->count; first += n) {
		bool proved = true;
		n = device->count - first < RPV__GAIN_CHUNK ? device->count - first : RPV__GAIN_CHUNK;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t variant = rpv__row_at(d.variants, wide, first + i);
			const rpv__gain_row *row = &rows[variant];
			rpv__gain_sums *sums = &all[recommendations[variant]];
			for (unsigned k = 0; k < RPV__GAIN_LANES; k++) {
				y[i][k] = propose(d.survival[k], row->bits[k], d.base[k]);
				sums->x[k] += ((y[i][k] >> 10) - RPV__GAIN_ZERO) * times;
			}
			proved &= (y[i][0] & 1023) && (y[i][1] & 1023) && (y[i][2] & 1023);
			counts[variant] += (uint32_t)times;
		}
		if (!proved)
			rpv__gain_correct(gain, device, first, n, y);
	}
}

void rpv__gain_doubles(const rpv__gain *gain, const rpv__gain_device *device)
{
	if (device->times != 1)
		with_doubles_of(gain, device, device->wide, device->times);
	else if (device->wide)
		with_doubles_of(gain, device, true, 1);
	else
		with_doubles_of(gain, device, false, 1);
}

static void with_integers(const rpv__gain *gain, const rpv__gain_device *device)
{
	for (uint32_t i = 0; i < device->count; i++) {
		uint32_t variant = rpv__row_at(device->variants, device->wide, i);
		rpv__gain_sums *sums = &gain->sums[gain->recommendations[variant]];
		uint64_t w[3], n = 0;
		for (unsigned k = 0; k < 3; k++) {
			w[k] = w_of(gain, variant, k);
			if (k == 0 || w[k] != w[k - 1] || device->l[k] != device->l[k - 1])
				n = exact(device, w[k], k);
			sums->x[k] += n * device->times;
		}
		sums->x[3] += rpv__gain_counts(&gain->rows[variant]) * device->times;
		gain->counts[variant] += (uint32_t)device->times;
	}
}

/* Whether this thread rounds to nearest, ties to even, as everything does unless the host asked for something else. */
static bool rounds_to_nearest(void)
{
	const volatile double one = 1, step = 1.0 / 4503599627370496.0, half = step / 2, quarter = step / 4;
	volatile double up = one + quarter, down = one - quarter, odd = one + step, even;
	even = odd + half;
	return up == one && down == one && even == one + 2 * step;
}

rpv__gain_kernel *rpv__gain_choose(rpv__gain_way way, size_t recommendations)
{
	bool in_row = recommendations <= RPV__GAIN_RECOMMENDATIONS;
	if (way == RPV__GAIN_INTEGERS || !rounds_to_nearest())
		return with_integers;
#ifdef RPV__HAVE_AVX2
	if (in_row && way != RPV__GAIN_DOUBLES && way != RPV__GAIN_PAIRS && __builtin_cpu_supports("avx2"))
		return rpv__gain_avx2;
#endif
#ifdef RPV__HAVE_PAIRS
	if (in_row && way != RPV__GAIN_DOUBLES)
		return rpv__gain_pairs;
#endif
	return rpv__gain_doubles;
}
