/* SPDX-License-Identifier: MIT */
/* Differences of a row on any machine, see row_steps.h. */
#include "row_steps.h"

#define HIGHS UINT64_C(0x8080808080808080)

/* A byte is 0 in a difference of 0 and in one that is not the shortest form, and nowhere else. */
static bool is_fine(uint64_t window, uint64_t high)
{
	uint64_t zeros = (window - HIGHS / 128) & ~window & HIGHS;
	return !(zeros | (window & high));
}

size_t rpv__row_steps_plain(rpv__reader *in, uint32_t before, uint32_t *out)
{
	const uint32_t most = 4 * 0x3FFF; /* what eight bytes add */
	uint32_t sum = before;
	size_t count = 0;
	for (; in->end - in->at >= 8 && sum < UINT32_MAX - most; in->at += 8) {
		uint64_t window = rpv__word_at(in->at);
		uint64_t high = rpv__word_at(in->at - 1) & HIGHS; /* of bytes behind one that goes on */
		if (!is_fine(window, high))
			break;
		for (unsigned i = 0; i < 64; i += 8) {
			sum += (uint32_t)(window >> i & 127) << (high >> (i + 7) & 1 ? 7 : 0);
			out[count] = sum;
			count += ~window >> (i + 7) & 1;
		}
	}
	if (in->at[-1] > 127)
		in->at--;
	return count;
}

size_t rpv__row_steps(rpv__reader *in, uint32_t before, uint32_t *out)
{
#ifdef RPV__HAVE_SSE41
	if (__builtin_cpu_supports("sse4.1")) /* unreachable: a machine has it, or has it not; both are tested by themselves */
		return rpv__row_steps_sse41(in, before, out);
#endif
	return rpv__row_steps_plain(in, before, out);
}
