/* SPDX-License-Identifier: MIT */
/* Bytes of what is kept for exceptions whose counts do not follow from counters: censuses, and which weaknesses have one
 * wherever they occur. */
#include "parts.h"

/* --- B, E --- */
void rpv__put_census(rpv__buf *b, const rpv__census *r)
{
	uint32_t group = 0;
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < r->count; i++) {
		const rpv__census_row *row = &r->items[i];
		rpv__buf_uint(b, row->group - group);
		group = row->group;
		rpv__put_numbers(b, row->variants, row->variant_count);
		rpv__put_classes(b, row->devices);
	}
}

bool rpv__get_census(rpv_bytes v, rpv__arena *into, rpv__census *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__census_row *items = rpv__left(&in) ? rpv__read_room(&in, into, rpv__left(&in) / 3 + 1, sizeof *items) : NULL;
	size_t count = 0, most = rpv__left(&in) / 3 + 1;
	for (; items && !in.bad && rpv__left(&in) && count < most; count++) { /* unreachable: a row takes 3 bytes */
		rpv__census_row *row = &items[count];
		row->group = rpv__read_step(&in, count ? items[count - 1].group : 0, 0);
		row->variants = rpv__read_numbers(&in, into, 1, &row->variant_count);
		rpv__read_classes(&in, row->devices);
	}
	if (!rpv__reader_done(&in))
		return false;
	r->items = items;
	r->count = count;
	return true;
}

/* --- y --- */
void rpv__put_everywhere(rpv__buf *b, const uint32_t *weaknesses, size_t count)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__put_numbers(b, weaknesses, count);
}

bool rpv__get_everywhere(rpv_bytes v, rpv__arena *into, const uint32_t **weaknesses, size_t *count)
{
	rpv__reader in = rpv__open_value(v);
	size_t n;
	const uint32_t *numbers = rpv__read_numbers(&in, into, 1, &n);
	if (!rpv__reader_done(&in))
		return false;
	*weaknesses = numbers;
	*count = n;
	return true;
}
