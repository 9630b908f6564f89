/* SPDX-License-Identifier: MIT */
/* Bytes of the records of findings: what sources say of devices, and what follows from it. Lists are differences to the
 * entry before, up to the end of the value: an entry takes a few bytes, and decoding stays linear in them. */
#include "parts.h"
#include "row_steps.h"

/* --- e: one byte of what follows, recommendation as a difference; sources and first sightings mostly repeat --- */
enum { HOLDS_CONFIGURATION = 1, HOLDS_SOURCE = 2, HOLDS_FIRST = 4, HOLDS_LAST = 8,
       HOLDS_VERSION = 16, HOLDS_VARIANT = 32,             /* weaknesses */
       HOLDS_STATE_SHIFT = 4, HOLDS_STATE = 48, HOLDS_IMPACT = 64 }; /* configurations */

static uint8_t holding_head(const rpv__holding *h, const rpv__holding *before)
{
	unsigned head = 0;
	if (h->source != before->source)
		head |= HOLDS_SOURCE;
	if (h->first_seen_ms != before->first_seen_ms)
		head |= HOLDS_FIRST;
	if (h->last_seen_ms)
		head |= HOLDS_LAST;
	if (h->configuration)
		head |= HOLDS_CONFIGURATION | (unsigned)h->state << HOLDS_STATE_SHIFT | (h->user_impact ? HOLDS_IMPACT : 0);
	else
		head |= (h->version ? HOLDS_VERSION : 0) | (h->variant ? HOLDS_VARIANT : 0);
	return (uint8_t)head;
}

void rpv__put_holdings(rpv__buf *b, const rpv__holdings *r)
{
	rpv__holding before = { 0 };
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < r->count; i++) {
		const rpv__holding *h = &r->items[i];
		uint8_t head = holding_head(h, &before);
		rpv__buf_u8(b, head);
		rpv__buf_uint(b, h->recommendation - before.recommendation);
		if (head & HOLDS_SOURCE)
			rpv__buf_uint(b, h->source);
		if (!h->configuration && h->variant)
			rpv__buf_uint(b, h->variant);
		if (!h->configuration && h->version)
			rpv__buf_uint(b, h->version);
		if (head & HOLDS_FIRST)
			rpv__buf_int(b, h->first_seen_ms - before.first_seen_ms);
		if (head & HOLDS_LAST)
			rpv__put_time(b, h->last_seen_ms);
		before = *h;
	}
}

static void read_holding(rpv__reader *in, const rpv__holding *before, rpv__holding *h)
{
	uint8_t head = rpv__read_u8(in);
	h->recommendation = rpv__read_step(in, before->recommendation, 0);
	h->source = head & HOLDS_SOURCE ? rpv__read_u32(in) : before->source;
	h->configuration = head & HOLDS_CONFIGURATION;
	if (h->configuration) {
		h->state = (rpv_configuration_state)((head & HOLDS_STATE) >> HOLDS_STATE_SHIFT);
		h->user_impact = head & HOLDS_IMPACT;
	} else {
		h->variant = head & HOLDS_VARIANT ? rpv__read_u32(in) : 0;
		h->version = head & HOLDS_VERSION ? rpv__read_u32(in) : 0;
		if (head & HOLDS_IMPACT)
			in->bad = true;
	}
	int64_t later = head & HOLDS_FIRST ? rpv__read_int(in) : 0;
	if (head > 127 || later < -before->first_seen_ms || later > (int64_t)RPV__TIME_MAX - before->first_seen_ms)
		in->bad = true;
	else
		h->first_seen_ms = before->first_seen_ms + later;
	h->last_seen_ms = head & HOLDS_LAST ? rpv__read_time(in) : 0;
}

bool rpv__get_holdings(rpv_bytes v, rpv__arena *into, rpv__holdings *r)
{
	static const rpv__holding none;
	rpv__reader in = rpv__open_value(v);
	rpv__holding *items = rpv__left(&in) ? rpv__read_room(&in, into, rpv__left(&in) / 2, sizeof *items) : NULL;
	size_t count = 0;
	for (; items && !in.bad && rpv__left(&in); count++) {
		const rpv__holding *before = count ? &items[count - 1] : &none;
		if (rpv__left(&in) < 2)
			return false;
		read_holding(&in, before, &items[count]);
		if (count && items[count].recommendation == before->recommendation && items[count].source <= before->source)
			in.bad = true;
	}
	if (!rpv__reader_done(&in))
		return false;
	r->items = items;
	r->count = count;
	return true;
}

/* --- D, s --- */
void rpv__put_row(rpv__buf *b, const rpv__row *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < r->count; i++)
		rpv__buf_uint(b, i ? r->variants[i] - r->variants[i - 1] : r->variants[i]);
}

bool rpv__get_row(rpv_bytes v, rpv__arena *into, rpv__row *r)
{
	rpv__reader in = rpv__open_value(v);
	size_t left = rpv__left(&in), count = 0;
	if (left && in.end[-1] > 127) /* ends within a number */
		return false;
	uint32_t *variants = NULL;
	if (left && left < SIZE_MAX / 2 / sizeof *variants)
		variants = rpv__arena_room(into, (left + RPV__ROW_STEPS_MORE) * sizeof *variants);
	while (variants && !in.bad && rpv__left(&in)) {
		count += rpv__row_steps(&in, count ? variants[count - 1] : 0, variants + count);
		if (rpv__left(&in)) {
			variants[count] = rpv__read_step(&in, count ? variants[count - 1] : 0, 1);
			count++;
		}
	}
	if (!rpv__reader_done(&in)) /* or no memory */
		return false;
	r->variants = variants;
	r->count = count;
	return true;
}

void rpv__put_states(rpv__buf *b, const rpv__states *r)
{
	uint32_t before = 0;
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < r->count; i++) {
		const rpv__state *s = &r->items[i];
		rpv__buf_uint(b, (uint64_t)(s->recommendation - before) << 3 | (s->user_impact ? 4u : 0u) | (uint32_t)s->state);
		before = s->recommendation;
	}
}

bool rpv__get_states(rpv_bytes v, rpv__arena *into, rpv__states *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__state *items = rpv__left(&in) ? rpv__read_room(&in, into, rpv__left(&in), sizeof *items) : NULL;
	uint32_t before = 0;
	size_t count = 0;
	for (; items && !in.bad && rpv__left(&in); count++) {
		uint64_t packed = rpv__read_uint_max(&in, (uint64_t)(UINT32_MAX - before) << 3 | 7);
		before += (uint32_t)(packed >> 3);
		items[count].recommendation = before;
		items[count].user_impact = packed & 4;
		items[count].state = (rpv_configuration_state)(packed & 3);
		if (packed >> 3 == 0)
			in.bad = true;
	}
	if (!rpv__reader_done(&in))
		return false;
	r->items = items;
	r->count = count;
	return true;
}

/* --- V --- */
void rpv__put_variant(rpv__buf *b, const rpv__variant *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->recommendation);
	rpv__buf_text(b, r->set);
	rpv__put_numbers(b, r->weaknesses, r->weakness_count);
	rpv__put_numbers(b, r->parts, r->part_count);
}

bool rpv__get_variant(rpv_bytes v, rpv__arena *into, rpv__variant *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__variant got = { 0 };
	got.recommendation = rpv__read_u32(&in);
	got.set = rpv__read_text(&in, into);
	got.weaknesses = rpv__read_numbers(&in, into, 1, &got.weakness_count);
	got.parts = rpv__read_numbers(&in, into, 1, &got.part_count);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- A: a variant as a difference (0 once or more: configurations, with their state), then which classes have devices,
 * then how many --- */
void rpv__put_counter(rpv__buf *b, const rpv__counter *r)
{
	uint32_t before = 0;
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < r->count; i++) {
		const rpv__counter_row *row = &r->items[i];
		rpv__buf_uint(b, row->variant - before);
		before = row->variant;
		if (!row->variant)
			rpv__buf_u8(b, (uint8_t)((uint32_t)row->state | (row->user_impact ? 4u : 0u)));
		rpv__put_classes(b, row->devices);
	}
}

static void read_counter_row(rpv__reader *in, uint32_t before, rpv__counter_row *row)
{
	row->variant = rpv__read_step(in, before, 0);
	if (!row->variant) {
		uint8_t packed = rpv__read_u8(in);
		row->state = (rpv_configuration_state)(packed & 3);
		row->user_impact = packed & 4;
		if (packed > 7)
			in->bad = true;
	}
	rpv__read_classes(in, row->devices);
}

static bool in_order(const rpv__counter_row *a, const rpv__counter_row *b)
{
	if (a->variant != b->variant || a->variant)
		return a->variant < b->variant;
	return a->state != b->state ? a->state < b->state : a->user_impact < b->user_impact;
}

bool rpv__get_counter(rpv_bytes v, rpv__arena *into, rpv__counter *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__counter_row *items = rpv__left(&in) ? rpv__read_room(&in, into, rpv__left(&in) / 2, sizeof *items) : NULL;
	size_t count = 0;
	for (; items && !in.bad && rpv__left(&in); count++) {
		if (rpv__left(&in) < 2)
			return false;
		read_counter_row(&in, count ? items[count - 1].variant : 0, &items[count]);
		if (count && !in_order(&items[count - 1], &items[count]))
			in.bad = true;
	}
	if (!rpv__reader_done(&in))
		return false;
	r->items = items;
	r->count = count;
	return true;
}
