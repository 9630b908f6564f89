/* SPDX-License-Identifier: MIT */
/* Rows of a view, each kept once: a table of chains by hash. */
#include "view_row.h"

enum { FIRST_PLACES = 64 };

static uint64_t mix(uint64_t h, uint64_t number)
{
	h = (h ^ number) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;
	memcpy(&word, bytes, sizeof word);
	return word;
}

/* Of the bytes as they lie in memory. Four hashes side by side: none waits for the product of another one. */
static uint32_t hash_of(const uint8_t *bytes, size_t size)
{
	uint64_t a = size, b = 1, c = 2, d = 3, last = 0;
	if (size >= sizeof last)
		last = word_at(bytes + size - sizeof last); /* some of it may be taken twice */
	else
		memcpy(&last, bytes, size);
	for (; size >= 32; size -= 32, bytes += 32) {
		a = mix(a, word_at(bytes));
		b = mix(b, word_at(bytes + 8));
		c = mix(c, word_at(bytes + 16));
		d = mix(d, word_at(bytes + 24));
	}
	if (size > 8)
		b = mix(b, word_at(bytes));
	if (size > 16)
		c = mix(c, word_at(bytes + 8));
	if (size > 24)
		d = mix(d, word_at(bytes + 16));
	a = mix(mix(mix(mix(a, last), b), c), d);
	return (uint32_t)(a ^ a >> 32);
}

static size_t numbers_size(const rpv__view_row *row)
{
	return rpv__row_size(row) - sizeof *row;
}

static bool same(const rpv__view_row *a, const rpv__view_row *b)
{
	return a->hash == b->hash && a->count == b->count && a->wide == b->wide &&
	       memcmp(rpv__row_numbers(a), rpv__row_numbers(b), numbers_size(a)) == 0;
}

/* Without memory the chains just get longer, unless there is no place yet. */
static rpv_status widen(const rpv__alloc *a, rpv__view_rows *rows, size_t count)
{
	rpv__view_row **places = rpv__new(a, count * sizeof(rpv__view_row *));
	if (!places)
		return rows->place_count ? RPV_OK : RPV_E_NOMEM;
	for (size_t i = 0; i < rows->place_count; i++)
		for (rpv__view_row *row = rows->places[i], *next; row; row = next) {
			next = row->next;
			row->next = places[row->hash & (count - 1)];
			places[row->hash & (count - 1)] = row;
		}
	rpv__free(a, rows->places);
	rows->places = places;
	rows->place_count = count;
	return RPV_OK;
}

rpv_status rpv__rows_expect(const rpv__alloc *a, rpv__view_rows *rows, size_t expected)
{
	size_t count = FIRST_PLACES;
	while (count < expected && count < SIZE_MAX / 2 / sizeof(rpv__view_row *))
		count *= 2;
	if (count > rows->place_count && widen(a, rows, count))
		return RPV_E_NOMEM;
	if (rows->count || rows->met)
		return RPV_OK;
	rows->met = rpv__new(a, count);
	rows->met_count = count;
	return rows->met ? RPV_OK : RPV_E_NOMEM;
}

static uint8_t *met_at(const rpv__view_rows *rows, uint32_t hash)
{
	return &rows->met[hash & (rows->met_count - 1)];
}

/* Whether a row of this hash may be in the table: rows lie anywhere, and most that come are new. */
static bool may_be_met(const rpv__view_rows *rows, uint32_t hash)
{
	return !rows->met || *met_at(rows, hash) >> (hash >> 29) & 1;
}

static void meet(rpv__view_rows *rows, uint32_t hash)
{
	if (rows->met)
		*met_at(rows, hash) |= (uint8_t)(1u << (hash >> 29));
}

/* Of one device, not in the table yet. */
static rpv__view_row *make(const rpv__alloc *a, const uint32_t *variants, size_t count)
{
	bool wide = variants[count - 1] > UINT16_MAX;
	size_t size = wide ? sizeof(uint32_t) : sizeof(uint16_t);
	if (count > INT32_MAX || count > (SIZE_MAX - sizeof(rpv__view_row)) / size)
		return NULL;
	rpv__view_row *row = a->resize(a->user, NULL, sizeof *row + count * size);
	if (!row)
		return NULL;
	*row = (rpv__view_row){ .count = (uint32_t)count, .wide = wide, .devices = 1 };
	if (wide)
		memcpy(row + 1, variants, count * size);
	else
		for (size_t i = 0; i < count; i++)
			((uint16_t *)(row + 1))[i] = (uint16_t)variants[i];
	row->hash = hash_of(rpv__row_numbers(row), count * size);
	return row;
}

static rpv__view_row **place_of(const rpv__view_rows *rows, uint32_t hash)
{
	return &rows->places[hash & (rows->place_count - 1)];
}

static rpv_status reserve(const rpv__alloc *a, rpv__view_rows *rows)
{
	if (rows->count < rows->place_count)
		return RPV_OK;
	return widen(a, rows, rows->place_count ? 2 * rows->place_count : FIRST_PLACES);
}

/* Puts a row into the table, or gives the same one that is there, for one more device. */
static rpv__view_row *join(const rpv__alloc *a, rpv__view_rows *rows, rpv__view_row *row)
{
	rpv__view_row **place = place_of(rows, row->hash), *other = may_be_met(rows, row->hash) ? *place : NULL;
	while (other && !same(other, row))
		other = other->next;
	if (other) {
		rpv__free(a, row);
		other->devices++;
		return other;
	}
	row->next = *place;
	*place = row;
	rows->count++;
	meet(rows, row->hash);
	return row;
}

rpv_status rpv__row_take(const rpv__alloc *a, rpv__view_rows *rows, const uint32_t *variants, size_t count,
                         rpv__view_row **out)
{
	rpv__view_row *row = NULL;
	*out = NULL;
	if (count && (reserve(a, rows) || !(row = make(a, variants, count))))
		return RPV_E_NOMEM;
	if (!row)
		return RPV_OK;
	*out = join(a, rows, row);
	rows->devices++;
	return RPV_OK;
}

/* --- late --- */
static rpv__view_row **late(const rpv__view_rows *rows, size_t after)
{
	return rows->late[(rows->late_end - rows->late_count + after) % RPV__ROWS_LATE];
}

static void settle_one(const rpv__alloc *a, rpv__view_rows *rows)
{
	rpv__view_row **at = late(rows, 0);
	*at = join(a, rows, *at);
	rows->late_count--;
}

void rpv__rows_settle(const rpv__alloc *a, rpv__view_rows *rows)
{
	while (rows->late_count)
		settle_one(a, rows);
	rpv__free(a, rows->met);
	rows->met = NULL;
}

rpv_status rpv__row_take_late(const rpv__alloc *a, rpv__view_rows *rows, const uint32_t *variants, size_t count,
                              rpv__view_row **out)
{
	*out = NULL;
	if (count == 0)
		return RPV_OK;
	if (rows->late_count == RPV__ROWS_LATE)
		settle_one(a, rows);
	if (reserve(a, rows) || !(*out = make(a, variants, count)))
		return RPV_E_NOMEM;
	rows->devices++;
	rows->late[rows->late_end++ % RPV__ROWS_LATE] = out;
	rows->late_count++;
	RPV__PREFETCH(place_of(rows, (*out)->hash));
	if (rows->met)
		RPV__PREFETCH(met_at(rows, (*out)->hash));
	if (rows->late_count > RPV__ROWS_LATE / 2) {
		const rpv__view_row *row = *late(rows, rows->late_count - RPV__ROWS_LATE / 2);
		if (may_be_met(rows, row->hash))
			RPV__PREFETCH(*place_of(rows, row->hash));
	}
	return RPV_OK;
}

void rpv__row_leave(const rpv__alloc *a, rpv__view_rows *rows, rpv__view_row *row)
{
	if (!row)
		return;
	rows->devices--;
	if (--row->devices > 0)
		return;
	rpv__view_row **at = place_of(rows, row->hash);
	while (*at != row)
		at = &(*at)->next;
	*at = row->next;
	rows->count--;
	rpv__free(a, row);
}

void rpv__row_drop(const rpv__alloc *a, rpv__view_row *row)
{
	if (row && --row->devices == 0)
		rpv__free(a, row);
}

void rpv__rows_close(const rpv__alloc *a, rpv__view_rows *rows)
{
	rpv__free(a, rows->met);
	rpv__free(a, rows->places);
	memset(rows, 0, sizeof *rows);
}
