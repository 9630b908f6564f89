/* SPDX-License-Identifier: MIT */
/* What records are made of. */
#include "parts.h"

void rpv__put_time(rpv__buf *b, int64_t ms)
{
	rpv__buf_uint(b, ms < 0 ? 0 : (uint64_t)ms);
}

int64_t rpv__read_time(rpv__reader *r)
{
	return (int64_t)rpv__read_uint_max(r, RPV__TIME_MAX);
}

uint32_t rpv__read_u32(rpv__reader *r)
{
	return (uint32_t)rpv__read_uint_max(r, UINT32_MAX);
}

rpv__reader rpv__open_value(rpv_bytes v)
{
	const uint8_t *at = v.data;
	if (v.size == 0 || *at != RPV__CODEC)
		return (rpv__reader){ at, at, true };
	return (rpv__reader){ at + 1, at + v.size, false };
}

rpv__reader rpv__open_version(rpv_bytes v, uint8_t newest, uint8_t *version)
{
	rpv__reader r = rpv__reader_of(v);
	*version = rpv__read_u8(&r);
	if (*version < RPV__CODEC || *version > newest)
		r.bad = true;
	return r;
}

void *rpv__read_room(rpv__reader *r, rpv__arena *into, size_t most, size_t item)
{
	void *items = most > SIZE_MAX / item ? NULL : rpv__arena_get(into, most * item);
	if (!items)
		r->bad = true;
	return items;
}

size_t rpv__left(const rpv__reader *r)
{
	return (size_t)(r->end - r->at);
}

uint32_t rpv__read_step(rpv__reader *r, uint32_t before, uint32_t least)
{
	uint32_t step = (uint32_t)rpv__read_uint_max(r, UINT32_MAX - before);
	if (step < least)
		r->bad = true;
	return before + step;
}

void rpv__put_numbers(rpv__buf *b, const uint32_t *numbers, size_t count)
{
	rpv__buf_uint(b, count);
	for (size_t i = 0; i < count; i++)
		rpv__buf_uint(b, i ? numbers[i] - numbers[i - 1] : numbers[i]);
}

const uint32_t *rpv__read_numbers(rpv__reader *r, rpv__arena *into, uint32_t first, size_t *count)
{
	*count = (size_t)rpv__read_uint_max(r, rpv__left(r));
	if (*count == 0)
		return NULL;
	uint32_t *numbers = rpv__read_room(r, into, *count, sizeof *numbers);
	for (size_t i = 0; numbers && i < *count; i++)
		numbers[i] = rpv__read_step(r, i ? numbers[i - 1] : 0, i ? 1 : first);
	return numbers;
}

void rpv__put_classes(rpv__buf *b, const uint32_t devices[RPV__CLASSES])
{
	uint32_t mask = 0;
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		mask |= (devices[c] ? 1u : 0u) << c;
	rpv__buf_uint(b, mask);
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		if (devices[c])
			rpv__buf_uint(b, devices[c]);
}

void rpv__read_classes(rpv__reader *r, uint32_t devices[RPV__CLASSES])
{
	uint32_t mask = (uint32_t)rpv__read_uint_max(r, (1u << RPV__CLASSES) - 1);
	for (unsigned c = 0; c < RPV__CLASSES; c++) {
		devices[c] = mask >> c & 1 ? rpv__read_u32(r) : 0;
		if (mask >> c & 1 && !devices[c])
			r->bad = true;
	}
}

void rpv__put_texts(rpv__buf *b, const rpv__texts *texts)
{
	rpv__buf_uint(b, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		rpv__buf_text(b, texts->items[i]);
}

rpv__texts rpv__read_texts(rpv__reader *r, rpv__arena *into)
{
	rpv__texts texts = { NULL, (size_t)rpv__read_uint_max(r, rpv__left(r)) };
	if (texts.count == 0)
		return texts;
	const char **items = rpv__read_room(r, into, texts.count, sizeof *items);
	for (size_t i = 0; items && !r->bad && i < texts.count; i++)
		if (!(items[i] = rpv__read_text(r, into)))
			r->bad = true;
	texts.items = items;
	return texts;
}
