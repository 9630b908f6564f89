/* SPDX-License-Identifier: MIT */
/* Sums of W in vectors of four, the last of which is not used; see sum.h. Only called where the processor has AVX2. */
#include "sum.h"
#include "view_row.h"

#ifdef RPV__HAVE_AVX2
#include <immintrin.h>

__attribute__((target("avx2"), always_inline)) static inline void add_up(const rpv__variant_row *rows, const void *numbers,
                                                                         bool wide, uint32_t count, uint32_t every,
                                                                         uint64_t out[RPV__VIEWS])
{
	const __m256i most = _mm256_set1_epi64x((int64_t)RPV__SUM_MAX);
	/* the last lane is no sum: it is kept 0 */
	const __m256i lanes = _mm256_set_epi64x(0, -1, -1, -1);
	__m256i sum = _mm256_setzero_si256();
	for (uint32_t i = 0; i < count;) {
		uint32_t end = count - i > every ? i + every : count;
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
	/* not by way of an array: gcc 12 would keep the sum there all the time, and wait for it at every addition */
	_mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(sum));
	_mm_storel_epi64((__m128i *)(out + 2), _mm256_extracti128_si256(sum, 1));
}

__attribute__((target("avx2"))) void rpv__sum_avx2(const rpv__variant_row *rows, const void *numbers, bool wide,
                                                   uint32_t count, uint32_t every, uint64_t out[RPV__VIEWS])
{
	if (wide)
		add_up(rows, numbers, true, count, every, out);
	else
		add_up(rows, numbers, false, count, every, out);
}
#endif
