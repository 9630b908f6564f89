/* SPDX-License-Identifier: MIT */
/* Maps from a number with a list of numbers to a number, for lists that are looked up all the time: as they lie in memory
 * and right where they are asked for, which rpv__map cannot. Nothing is taken out or replaced, and nothing goes
 * through the entries. */
#ifndef RPV__LIST_MAP_H
#define RPV__LIST_MAP_H

#include "base.h"

/* Open addressing with linear probing, at most half full. What an entry says is in `words`: value, head, count, items. */
#define RPV__LIST_AHEAD 3u /* words ahead of the items */
typedef struct rpv__list_slot { uint32_t hash, at_and_1; } rpv__list_slot; /* place in `words`; 0: the slot is empty */
typedef struct rpv__list_map {
	rpv__alloc alloc;
	rpv__list_slot *slots; size_t mask, count; /* NULL: none yet */
	uint32_t *words; size_t used, cap;
} rpv__list_map;

void rpv__list_map_init(rpv__list_map *m, const rpv__alloc *a);
void rpv__list_map_free(rpv__list_map *m);
/* Adds a copy of a list that is not there. On failure nothing changes: RPV_E_NOMEM, RPV_E_LIMIT. */
rpv_status rpv__list_map_add(rpv__list_map *m, uint32_t head, const uint32_t *items, size_t count, uint32_t value);

/* Two sums, so that no multiplication waits for the one before it. Items are read one by one: a wider read of what has just
 * been written by narrow ones has to wait for all of them. */
static inline uint32_t rpv__list_hash(uint32_t head, const uint32_t *items, size_t count)
{
	const uint64_t p = UINT64_C(0xD6E8FEB86659FD93), q = UINT64_C(0xA0761D6478BD642F), r = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t even = head, odd = count, sum;
	size_t i = 0;

	for (; i + 1 < count; i += 2) {
		even = even * p + items[i];
		odd = odd * q + items[i + 1];
	}
	if (i < count)
		even = even * p + items[i];
	sum = even * r + odd;
	return (uint32_t)((sum ^ sum >> 32) * r >> 32);
}

static inline bool rpv__list_is(const uint32_t *entry, uint32_t head, const uint32_t *items, size_t count)
{
	if (entry[1] != head || entry[2] != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (entry[RPV__LIST_AHEAD + i] != items[i])
			return false;
	return true;
}

static inline bool rpv__list_map_get(const rpv__list_map *m, uint32_t head, const uint32_t *items, size_t count,
                                     uint32_t *value)
{
	uint32_t hash;

	if (!m->slots)
		return false;
	hash = rpv__list_hash(head, items, count);
	for (size_t i = hash & m->mask; m->slots[i].at_and_1; i = (i + 1) & m->mask) {
		const uint32_t *entry = m->words + m->slots[i].at_and_1 - 1;

		if (m->slots[i].hash == hash && rpv__list_is(entry, head, items, count)) {
			*value = entry[0];
			return true;
		}
	}
	return false;
}

#endif
