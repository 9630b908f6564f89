/* SPDX-License-Identifier: MIT */
/* Rows of a view, each kept once: a table of chains by hash. */
#include "view_row.h"

enum { FIRST_PLACES = 64 };

static uint64_t mix(uint64_t h, uint64_t number)
{
	h = (h ^ number) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

/* Four hashes side by side: none waits for the product of another one. */
static uint32_t hash_of(const uint32_t *variants, size_t count)
{
	uint64_t a = count, b = 1, c = 2, d = 3;
	size_t i = 0;
	for (; i + 4 <= count; i += 4) {
		a = mix(a, variants[i]);
		b = mix(b, variants[i + 1]);
		c = mix(c, variants[i + 2]);
		d = mix(d, variants[i + 3]);
	}
	for (; i < count; i++)
		a = mix(a, variants[i]);
	a = mix(mix(mix(a, b), c), d);
	return (uint32_t)(a ^ a >> 32);
}

static bool same(const rpv__view_row *row, uint32_t hash, const uint32_t *variants, size_t count)
{
	if (row->hash != hash || row->count != count)
		return false;
	for (uint32_t i = 0; i < row->count; i++)
		if (rpv__row_at(rpv__row_numbers(row), row->wide, i) != variants[i])
			return false;
	return true;
}

/* Makes room for one more; without memory the chains just get longer, unless there is no place yet. */
static rpv_status widen(const rpv__alloc *a, rpv__view_rows *rows)
{
	size_t count = rows->place_count ? 2 * rows->place_count : FIRST_PLACES;
	if (rows->count < rows->place_count)
		return RPV_OK;
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

static rpv__view_row *make(const rpv__alloc *a, const uint32_t *variants, size_t count)
{
	bool wide = variants[count - 1] > UINT16_MAX;
	size_t size = wide ? sizeof(uint32_t) : sizeof(uint16_t);
	if (count > INT32_MAX || count > (SIZE_MAX - sizeof(rpv__view_row)) / size)
		return NULL;
	rpv__view_row *row = a->resize(a->user, NULL, sizeof *row + count * size);
	if (!row)
		return NULL;
	*row = (rpv__view_row){ .count = (uint32_t)count, .wide = wide };
	if (wide)
		memcpy(row + 1, variants, count * size);
	else
		for (size_t i = 0; i < count; i++)
			((uint16_t *)(row + 1))[i] = (uint16_t)variants[i];
	return row;
}

rpv_status rpv__row_take(const rpv__alloc *a, rpv__view_rows *rows, const uint32_t *variants, size_t count,
                         rpv__view_row **out)
{
	uint32_t hash = hash_of(variants, count);
	rpv__view_row *row;
	*out = NULL;
	if (count == 0)
		return RPV_OK;
	if (widen(a, rows))
		return RPV_E_NOMEM;
	rpv__view_row **place = &rows->places[hash & (rows->place_count - 1)];
	for (row = *place; row && !same(row, hash, variants, count); row = row->next)
		;
	if (!row) {
		row = make(a, variants, count);
		if (!row)
			return RPV_E_NOMEM;
		row->hash = hash;
		row->next = *place;
		*place = row;
		rows->count++;
	}
	row->devices++;
	rows->devices++;
	*out = row;
	return RPV_OK;
}

void rpv__row_leave(const rpv__alloc *a, rpv__view_rows *rows, rpv__view_row *row)
{
	if (!row)
		return;
	rows->devices--;
	if (--row->devices > 0)
		return;
	rpv__view_row **at = &rows->places[row->hash & (rows->place_count - 1)];
	while (*at != row)
		at = &(*at)->next;
	*at = row->next;
	rows->count--;
	rpv__free(a, row);
}

void rpv__rows_close(const rpv__alloc *a, rpv__view_rows *rows)
{
	rpv__free(a, rows->places);
	memset(rows, 0, sizeof *rows);
}
