/* SPDX-License-Identifier: MIT */
/* Filling maps of lists. */
#include "list_map.h"

void rpv__list_map_init(rpv__list_map *m, const rpv__alloc *a)
{
	memset(m, 0, sizeof *m);
	m->alloc = *a;
}

void rpv__list_map_free(rpv__list_map *m)
{
	rpv__free(&m->alloc, m->slots);
	rpv__free(&m->alloc, m->words);
	m->slots = NULL;
	m->words = NULL;
	m->mask = m->count = m->used = m->cap = 0;
}

static void put(rpv__list_slot *slots, size_t mask, rpv__list_slot slot)
{
	size_t i = slot.hash & mask;

	while (slots[i].at_and_1)
		i = (i + 1) & mask;
	slots[i] = slot;
}

/* Room for one more entry: a slot, and `more` words. */
static rpv_status make_room(rpv__list_map *m, size_t more)
{
	size_t size = m->slots ? m->mask + 1 : 0, larger = size ? size * 2 : 16;
	rpv__list_slot *slots;
	rpv_status st = rpv__grow(&m->alloc, &m->words, &m->cap, m->used + more, sizeof *m->words);

	if (st != RPV_OK || m->count < size / 2)
		return st;
	if (larger > SIZE_MAX / 2 / sizeof *slots) /* unreachable: no memory holds the half of so many slots */
		return RPV_E_NOMEM;
	slots = rpv__new(&m->alloc, larger * sizeof *slots);
	if (!slots)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < size; i++)
		if (m->slots[i].at_and_1)
			put(slots, larger - 1, m->slots[i]);
	rpv__free(&m->alloc, m->slots);
	m->slots = slots;
	m->mask = larger - 1;
	return RPV_OK;
}

rpv_status rpv__list_map_add(rpv__list_map *m, uint32_t head, const uint32_t *items, size_t count, uint32_t value)
{
	uint32_t *entry;
	rpv_status st;

	if (count > UINT32_MAX - RPV__LIST_AHEAD || m->used > UINT32_MAX - RPV__LIST_AHEAD - count)
		return RPV_E_LIMIT;
	st = make_room(m, RPV__LIST_AHEAD + count);
	if (st != RPV_OK)
		return st;
	put(m->slots, m->mask, (rpv__list_slot){ rpv__list_hash(head, items, count), (uint32_t)m->used + 1 });
	entry = m->words + m->used;
	entry[0] = value;
	entry[1] = head;
	entry[2] = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		entry[RPV__LIST_AHEAD + i] = items[i];
	m->used += RPV__LIST_AHEAD + count;
	m->count++;
	return RPV_OK;
}
