/* SPDX-License-Identifier: MIT */
/* Differences of a row in vectors of sixteen bytes, see row_steps.h. Only called where the processor has SSE 4.1. */
#include "row_steps.h"

#ifdef RPV__HAVE_SSE41
#include <immintrin.h>

#define INSIDE __attribute__((target("sse4.1"), always_inline)) static inline
#define N(i) 4 * (i), 4 * (i) + 1, 4 * (i) + 2, 4 * (i) + 3

/* By which of four bytes do not end a number: the sums at the others, moved together. What comes behind does not matter. */
static const uint8_t together[16][16] = {
	{ N(0), N(1), N(2), N(3) }, { N(1), N(2), N(3) }, { N(0), N(2), N(3) }, { N(2), N(3) },
	{ N(0), N(1), N(3) },       { N(1), N(3) },       { N(0), N(3) },       { N(3) },
	{ N(0), N(1), N(2) },       { N(1), N(2) },       { N(0), N(2) },       { N(2) },
	{ N(0), N(1) },             { N(1) },             { N(0) },             { 0 },
};
static const uint8_t kept[16] = { 4, 3, 3, 2, 3, 2, 2, 1, 3, 2, 2, 1, 2, 1, 1, 0 };

/* From any place on: the last bytes of sixteen, moved to the front, and 128 behind them. */
static const uint8_t front[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128 };

typedef struct block {
	__m128i bytes;  /* behind the end: 128, which adds nothing and ends nothing */
	__m128i before; /* the byte before each of them */
	unsigned more;  /* which of them do not end a number */
} block;

typedef struct progress { uint32_t *out; __m128i sum; /* four times the same */ } progress;

INSIDE __m128i load(const void *at)
{
	return _mm_loadu_si128(at);
}

/* A byte is 0 in a difference of 0 and in one that is not the shortest form, and nowhere else. */
INSIDE bool is_fine(block *b)
{
	unsigned zeros = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(b->bytes, _mm_setzero_si128()));
	b->more = (unsigned)_mm_movemask_epi8(b->bytes);
	return !(zeros | (b->more & (unsigned)_mm_movemask_epi8(b->before)));
}

INSIDE void keep(progress *p, __m128i sums, unsigned more)
{
	_mm_storeu_si128((__m128i *)p->out, _mm_shuffle_epi8(sums, load(together[more])));
	p->out += kept[more];
}

/* Eight bytes, with room for 16 bits each. They add 65532 at most: each second one is the high one of two. */
INSIDE void take_half(progress *p, __m128i bytes, __m128i before, unsigned more)
{
	__m128i sums = _mm_blendv_epi8(bytes, _mm_slli_epi16(bytes, 7), before);
	sums = _mm_add_epi16(sums, _mm_slli_si128(sums, 2));
	sums = _mm_add_epi16(sums, _mm_slli_si128(sums, 4));
	sums = _mm_add_epi16(sums, _mm_slli_si128(sums, 8));
	keep(p, _mm_add_epi32(p->sum, _mm_cvtepu16_epi32(sums)), more & 15);
	__m128i last = _mm_add_epi32(p->sum, _mm_cvtepu16_epi32(_mm_srli_si128(sums, 8)));
	keep(p, last, more >> 4);
	p->sum = _mm_shuffle_epi32(last, 0xFF);
}

INSIDE void take_block(progress *p, const block *b)
{
	__m128i low = _mm_and_si128(b->bytes, _mm_set1_epi8(127));
	take_half(p, _mm_cvtepu8_epi16(low), _mm_cvtepi8_epi16(b->before), b->more & 255);
	take_half(p, _mm_cvtepu8_epi16(_mm_srli_si128(low, 8)), _mm_cvtepi8_epi16(_mm_srli_si128(b->before, 8)), b->more >> 8);
}

/* The last bytes, less than sixteen. `start`: the first one that can be read. */
INSIDE void load_last(const uint8_t *start, const rpv__reader *in, block *b)
{
	size_t left = (size_t)(in->end - in->at);
	__m128i order = load(front + 16 - left);
	uint8_t few[17] = { 0 };
	const uint8_t *end = in->end;
	if (end - start < 17) {
		memcpy(few + 16 - left, in->at - 1, left + 1);
		end = few + 17;
	}
	b->bytes = _mm_or_si128(_mm_shuffle_epi8(load(end - 16), order), _mm_and_si128(order, _mm_set1_epi8(-128)));
	b->before = _mm_shuffle_epi8(load(end - 17), order);
}

__attribute__((target("sse4.1"))) size_t rpv__row_steps_sse41(rpv__reader *in, uint32_t before, uint32_t *out)
{
	const uint32_t limit = UINT32_MAX - 2 * 65532;
	const uint8_t *start = in->at - 1;
	progress p = { out, _mm_set1_epi32((int32_t)before) };
	block b;
	bool fine = true;
	for (; in->end - in->at >= 16; in->at += 16) {
		b.bytes = load(in->at);
		b.before = load(in->at - 1);
		fine = is_fine(&b) && (uint32_t)_mm_cvtsi128_si32(p.sum) < limit;
		if (!fine)
			break;
		take_block(&p, &b);
	}
	if (fine && in->at < in->end && (uint32_t)_mm_cvtsi128_si32(p.sum) < limit) {
		load_last(start, in, &b);
		if (is_fine(&b)) {
			take_block(&p, &b);
			in->at = in->end;
		}
	}
	if (in->at[-1] > 127)
		in->at--;
	return (size_t)(p.out - out);
}
#endif
