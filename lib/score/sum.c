/* SPDX-License-Identifier: MIT */
/* Sums of W with plain integers; see sum.h. */
#include "sum.h"
#include "view_row.h"

static inline void add_up(const rpv__variant_row *rows, const void *numbers, bool wide, uint32_t count,
                          uint32_t every, uint64_t out[RPV__VIEWS])
{
	uint64_t a = 0, b = 0, c = 0;
	for (uint32_t i = 0; i < count;) {
		uint32_t end = count - i > every ? i + every : count;
		for (; i < end; i++) {
			const uint64_t *w = rows[rpv__row_at(numbers, wide, i)].w;
			a += w[0];
			b += w[1];
			c += w[2];
		}
		a = rpv__l_clamp(a);
		b = rpv__l_clamp(b);
		c = rpv__l_clamp(c);
	}
	out[0] = a;
	out[1] = b;
	out[2] = c;
}

static void plain(const rpv__variant_row *rows, const void *numbers, bool wide, uint32_t count, uint32_t every,
                  uint64_t out[RPV__VIEWS])
{
	if (wide)
		add_up(rows, numbers, true, count, every, out);
	else
		add_up(rows, numbers, false, count, every, out);
}

rpv__sum_kernel *rpv__sum_choose(rpv__gain_way way)
{
#ifdef RPV__HAVE_AVX2
	if ((way == RPV__GAIN_BEST_WAY || way == RPV__GAIN_AVX2) && __builtin_cpu_supports("avx2"))
		return rpv__sum_avx2;
#endif
	(void)way;
	return plain;
}
