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

/* Puts a row into the table, or gives the same one that is there, for one more device. It moves into the spare one when that
 * is as large: rows stay where they were loaded, one behind the other. */
static rpv__view_row *join(const rpv__alloc *a, rpv__view_rows *rows, rpv__view_row *row, rpv__view_row **spare)
{
	rpv__view_row **place = place_of(rows, row->hash), *other = may_be_met(rows, row->hash) ? *place : NULL;
	while (other && !same(other, row))
		other = other->next;
	if (other) {
		rpv__free(a, row);
		other->devices++;
		return other;
	}
	if (*spare && rpv__row_size(*spare) == rpv__row_size(row)) {
		memcpy(*spare, row, rpv__row_size(row));
		rpv__free(a, row);
		row = *spare;
		*spare = NULL;
	}
	row->next = *place;
	*place = row;
	rows->count++;
	meet(rows, row->hash);
	return row;
}

/* A device has it no longer. The row itself when it was the last one, out of the table; else NULL. */
static rpv__view_row *leave(rpv__view_rows *rows, rpv__view_row *row)
{
	if (!row)
		return NULL;
	rows->devices--;
	if (--row->devices > 0)
		return NULL;
	rpv__view_row **at = place_of(rows, row->hash);
	while (*at != row)
		at = &(*at)->next;
	*at = row->next;
	rows->count--;
	return row;
}

/* --- late --- */
static rpv__row_late *late(rpv__view_rows *rows, size_t after)
{
	return &rows->late[(rows->late_end - rows->late_count + after) % RPV__ROWS_LATE];
}

static void settle_one(const rpv__alloc *a, rpv__view_rows *rows)
{
	rpv__row_late *first = late(rows, 0);
	rpv__view_row *spare = leave(rows, first->before);
	if (*first->at)
		*first->at = join(a, rows, *first->at, &spare);
	rpv__free(a, spare);
	rows->late_count--;
}

static void settle_late(const rpv__alloc *a, rpv__view_rows *rows)
{
	while (rows->late_count)
		settle_one(a, rows);
}

void rpv__rows_settle(const rpv__alloc *a, rpv__view_rows *rows)
{
	settle_late(a, rows);
	rpv__free(a, rows->met);
	rows->met = NULL;
}

static bool is_late(rpv__view_rows *rows, rpv__view_row **at)
{
	bool found = false;
	for (size_t i = 0; i < rows->late_count; i++)
		found |= late(rows, i)->at == at;
	return found;
}

/* Asks for the places where a row will be put in and another one taken out. */
static void ask_for_places(const rpv__view_rows *rows, const rpv__row_late *one)
{
	if (*one->at)
		RPV__PREFETCH(place_of(rows, (*one->at)->hash));
	if (*one->at && rows->met)
		RPV__PREFETCH(met_at(rows, (*one->at)->hash));
	if (one->before)
		RPV__PREFETCH(place_of(rows, one->before->hash));
}

/* Asks for what lies there. */
static void ask_for_rows(const rpv__view_rows *rows, const rpv__row_late *one)
{
	if (*one->at && may_be_met(rows, (*one->at)->hash))
		RPV__PREFETCH(*place_of(rows, (*one->at)->hash));
	if (one->before)
		RPV__PREFETCH(*place_of(rows, one->before->hash));
}

rpv_status rpv__row_put(const rpv__alloc *a, rpv__view_rows *rows, const uint32_t *variants, size_t count,
                        rpv__view_row **at)
{
	rpv__view_row *row = NULL;
	if (is_late(rows, at))
		settle_late(a, rows);
	if (rows->late_count == RPV__ROWS_LATE)
		settle_one(a, rows);
	if (count && (reserve(a, rows) || !(row = make(a, variants, count))))
		return RPV_E_NOMEM;
	rows->devices += row != NULL;
	rpv__row_late *one = &rows->late[rows->late_end++ % RPV__ROWS_LATE];
	rows->late_count++;
	*one = (rpv__row_late){ at, *at };
	*at = row;
	ask_for_places(rows, one);
	if (rows->late_count > RPV__ROWS_LATE / 2)
		ask_for_rows(rows, late(rows, rows->late_count - 1 - RPV__ROWS_LATE / 2));
	return RPV_OK;
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
