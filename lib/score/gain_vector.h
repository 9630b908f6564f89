/* SPDX-License-Identifier: MIT */
/* Gains in vectors of RPV__GAIN_VECTOR bytes, in the words that gcc and clang have for them on every processor: included by
 * a file for each size, see gain.h. */
#include "gain.h"
#include "view_row.h"

#include <string.h>

enum { PER_VECTOR = RPV__GAIN_VECTOR / 8, VECTORS = RPV__GAIN_LANES / PER_VECTOR };
/* At places of any alignment, and beside the types of what lies there. */
typedef double reals __attribute__((vector_size(RPV__GAIN_VECTOR), aligned(8), may_alias));
typedef uint64_t words __attribute__((vector_size(RPV__GAIN_VECTOR), aligned(8), may_alias));

RPV__GAIN_TARGET __attribute__((always_inline)) static inline void add(const rpv__gain *gain,
                                                                       const rpv__gain_device *device, bool wide, bool out)
{
	uint64_t y[RPV__GAIN_CHUNK][RPV__GAIN_LANES];
	const rpv__gain_row *rows = gain->rows; /* not read again after every store */
	const void *variants = device->variants;
	rpv__gain_sums *all = gain->sums;
	uint32_t *counts = gain->counts;
	reals survival[VECTORS], base[VECTORS];
	memcpy(survival, device->survival, sizeof survival);
	memcpy(base, device->base, sizeof base);
	for (uint32_t first = 0, n; first < device->count; first += n) {
		words whole = { 0 }; /* the highest bits: some y was */
		n = device->count - first < RPV__GAIN_CHUNK ? device->count - first : RPV__GAIN_CHUNK;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t variant = rpv__row_at(variants, wide, first + i);
			const reals *growth = (const reals *)rows[variant].bits;
			words *sums = (words *)all[rpv__gain_recommendation(&rows[variant])].x;
			for (unsigned k = 0; k < VECTORS; k++) {
				words at = (words)(survival[k] * growth[k] + base[k]), term = (at >> 10) - RPV__GAIN_ZERO;
				sums[k] = out ? sums[k] - term : sums[k] + term;
				((words *)y[i])[k] = at;
				whole |= (at & 1023) - 1;
			}
			counts[variant] += out ? UINT32_MAX : 1;
		}
		uint64_t some = 0;
		for (unsigned k = 0; k < PER_VECTOR; k++)
			some |= whole[k];
		if (some >> 63)
			rpv__gain_correct(gain, device, first, n, y);
	}
}

RPV__GAIN_TARGET void RPV__GAIN_NAME(const rpv__gain *gain, const rpv__gain_device *device)
{
	if (device->times == RPV__GAIN_OUT)
		device->wide ? add(gain, device, true, true) : add(gain, device, false, true);
	else if (device->times != 1)
		rpv__gain_doubles(gain, device); /* which multiplies */
	else
		device->wide ? add(gain, device, true, false) : add(gain, device, false, false);
}
