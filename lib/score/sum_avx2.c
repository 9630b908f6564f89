/* SPDX-License-Identifier: MIT */
/* Sums of W in vectors of four, the last of which is not used; see sum.h. Only called where the processor has AVX2. */
#include "sum.h"
#include "view_row.h"

#ifdef RPV__HAVE_AVX2
#include <immintrin.h>

enum { EVERY = 16 }; /* 1024 + 16 * 48 bits are below 2048: comparisons of signed numbers hold */

__attribute__((target("avx2"), always_inline)) static inline void add_up(const rpv__variant_row *rows, const void *numbers,
                                                                         bool wide, uint32_t count,
                                                                         uint64_t out[RPV__VIEWS])
{
	const __m256i most = _mm256_set1_epi64x((int64_t)RPV__SUM_MAX);
	/* the last lane is no sum: it is kept 0 */
	const __m256i lanes = _mm256_set_epi64x(0, -1, -1, -1);
	__m256i sum = _mm256_setzero_si256();
	uint64_t sums[4];
	for (uint32_t i = 0; i < count;) {
		uint32_t end = count - i > EVERY ? i + EVERY : count;
		__m256i other = _mm256_setzero_si256();
		for (; i + 1 < end; i += 2) {
			sum = _mm256_add_epi64(sum, _mm256_loadu_si256((const __m256i *)&rows[rpv__row_at(numbers, wide, i)]));
			other = _mm256_add_epi64(other, _mm256_loadu_si256((const __m256i *)&rows[rpv__row_at(numbers, wide, i + 1)]));
		}
		for (; i < end; i++)
			sum = _mm256_add_epi64(sum, _mm256_loadu_si256((const __m256i *)&rows[rpv__row_at(numbers, wide, i)]));
		sum = _mm256_and_si256(_mm256_add_epi64(sum, other), lanes);
		sum = _mm256_blendv_epi8(sum, most, _mm256_cmpgt_epi64(sum, most));
	}
	_mm256_storeu_si256((__m256i *)sums, sum);
	memcpy(out, sums, RPV__VIEWS * sizeof *sums);
}

__attribute__((target("avx2"))) void rpv__sum_avx2(const rpv__variant_row *rows, const void *numbers, bool wide,
                                                   uint32_t count, uint64_t out[RPV__VIEWS])
{
	if (wide)
		add_up(rows, numbers, true, count, out);
	else
		add_up(rows, numbers, false, count, out);
}
#endif
