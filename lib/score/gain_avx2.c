/* SPDX-License-Identifier: MIT */
/* Gains in vectors of four doubles, one membership each; see gain.h. Only called where the processor has AVX2. */
#include "gain.h"
#include "view_row.h"

#ifdef RPV__HAVE_AVX2
#include <immintrin.h>

__attribute__((target("avx2"), always_inline)) static inline void add(const rpv__gain *gain, const rpv__gain_device *device,
                                                                      bool wide, bool out)
{
	uint64_t y[RPV__GAIN_CHUNK][RPV__GAIN_LANES];
	const __m256d survival = _mm256_castsi256_pd(_mm256_loadu_si256((const __m256i *)device->survival));
	const __m256d base = _mm256_castsi256_pd(_mm256_loadu_si256((const __m256i *)device->base));
	const __m256i zero = _mm256_set1_epi64x((int64_t)RPV__GAIN_ZERO), low = _mm256_set1_epi64x(1023);
	const rpv__gain_row *rows = gain->rows; /* not read again after every store */
	const uint32_t *recommendations = gain->recommendations;
	const void *variants = device->variants;
	rpv__gain_sums *all = gain->sums;
	uint32_t *counts = gain->counts;
	for (uint32_t first = 0, n; first < device->count; first += n) {
		__m256i whole = _mm256_setzero_si256();
		n = device->count - first < RPV__GAIN_CHUNK ? device->count - first : RPV__GAIN_CHUNK;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t variant = rpv__row_at(variants, wide, first + i);
			rpv__gain_sums *sums = &all[recommendations[variant]];
			__m256d growth = _mm256_castsi256_pd(_mm256_loadu_si256((const __m256i *)rows[variant].bits));
			__m256i at = _mm256_castpd_si256(_mm256_add_pd(_mm256_mul_pd(survival, growth), base));
			__m256i term = _mm256_sub_epi64(_mm256_srli_epi64(at, 10), zero);
			__m256i sum = _mm256_loadu_si256((const __m256i *)sums->x);
			sum = out ? _mm256_sub_epi64(sum, term) : _mm256_add_epi64(sum, term);
			_mm256_storeu_si256((__m256i *)sums->x, sum);
			_mm256_storeu_si256((__m256i *)y[i], at);
			whole = _mm256_or_si256(whole, _mm256_cmpeq_epi64(_mm256_and_si256(at, low), _mm256_setzero_si256()));
			counts[variant] += out ? UINT32_MAX : 1;
		}
		if (_mm256_movemask_pd(_mm256_castsi256_pd(whole)) & 7)
			rpv__gain_correct(gain, device, first, n, y);
	}
}

__attribute__((target("avx2"))) void rpv__gain_avx2(const rpv__gain *gain, const rpv__gain_device *device)
{
	if (device->times == RPV__GAIN_OUT)
		device->wide ? add(gain, device, true, true) : add(gain, device, false, true);
	else if (device->times != 1)
		rpv__gain_doubles(gain, device); /* which multiplies */
	else
		device->wide ? add(gain, device, true, false) : add(gain, device, false, false);
}
#endif
