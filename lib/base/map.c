/* SPDX-License-Identifier: MIT */
/* Hash maps with linear probing. A removal moves later entries back, so there are no tombstones; the bytes of a removed
 * long key stay in the region until the map is cleared. */
#include "base.h"

#define NEAR 8u

typedef struct rpv__slot {
	union {
		uint8_t near_bytes[NEAR]; /* keys up to 8 bytes */
		const uint8_t *far_bytes;
	} key;
	uint64_t value;
	uint32_t hash;
	uint32_t size_and_1; /* 0: the slot is empty */
} rpv__slot;

uint64_t rpv__hash(const void *data, size_t size)
{
	const uint8_t *bytes = data;
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < size; i++)
		h = (h ^ bytes[i]) * UINT64_C(1099511628211);
	return h;
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

/* The lowest first, on every machine: what a map is walked in the order of must not depend on one. */
static uint64_t word_at(const uint8_t *bytes, size_t size)
{
	uint64_t word = 0;
	for (size_t i = size; i-- > 0;)
		word = word << 8 | bytes[i];
	return word;
}

static uint32_t hash_of(rpv_bytes key)
{
	const uint8_t *at = key.data;
	uint64_t h = key.size;
	size_t left = key.size;
	for (; left >= 8; left -= 8, at += 8)
		h = mix(h, rpv__word_at(at));
	h = mix(h, word_at(at, left));
	return (uint32_t)(h ^ h >> 29);
}

static const uint8_t *slot_key(const rpv__slot *s)
{
	return s->size_and_1 - 1 <= NEAR ? s->key.near_bytes : s->key.far_bytes;
}

/* The slot of `key`, or the empty one where it belongs. */
static size_t find(const rpv__map *m, rpv_bytes key, uint32_t hash)
{
	size_t i = hash & m->mask;
	for (; m->slots[i].size_and_1; i = (i + 1) & m->mask) {
		const rpv__slot *s = &m->slots[i];
		if (s->hash == hash && s->size_and_1 - 1 == key.size &&
		    (key.size == 0 || memcmp(slot_key(s), key.data, key.size) == 0))
			break;
	}
	return i;
}

void rpv__map_init(rpv__map *m, const rpv__alloc *a)
{
	memset(m, 0, sizeof *m);
	m->alloc = *a;
	rpv__arena_init(&m->keys, a);
}

void rpv__map_free(rpv__map *m)
{
	rpv__free(&m->alloc, m->slots);
	m->slots = NULL;
	m->count = m->mask = 0;
	rpv__arena_free(&m->keys);
}

void rpv__map_clear(rpv__map *m)
{
	if (m->slots)
		memset(m->slots, 0, (m->mask + 1) * sizeof *m->slots);
	m->count = 0;
	rpv__arena_free(&m->keys);
}

/* Room for one more entry, at most two thirds full. */
static rpv_status make_room(rpv__map *m)
{
	size_t size = m->slots ? m->mask + 1 : 0;
	if (m->count + 1 <= size / 3 * 2)
		return RPV_OK;
	size_t larger = size ? size * 2 : 16;
	if (larger > SIZE_MAX / 2 / sizeof(rpv__slot)) /* unreachable: no memory holds the half of so many slots */
		return RPV_E_NOMEM;
	rpv__slot *slots = rpv__new(&m->alloc, larger * sizeof *slots);
	if (!slots)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < size; i++) {
		if (!m->slots[i].size_and_1)
			continue;
		size_t j = m->slots[i].hash & (larger - 1);
		while (slots[j].size_and_1)
			j = (j + 1) & (larger - 1);
		slots[j] = m->slots[i];
	}
	rpv__free(&m->alloc, m->slots);
	m->slots = slots;
	m->mask = larger - 1;
	return RPV_OK;
}

rpv_status rpv__map_put(rpv__map *m, rpv_bytes key, uint64_t value)
{
	if (key.size >= UINT32_MAX)
		return RPV_E_LIMIT;
	rpv_status status = make_room(m);
	if (status)
		return status;
	uint32_t hash = hash_of(key);
	rpv__slot *s = &m->slots[find(m, key, hash)];
	if (!s->size_and_1) {
		if (key.size <= NEAR) {
			if (key.size)
				memcpy(s->key.near_bytes, key.data, key.size);
		} else {
			uint8_t *copy = rpv__arena_get(&m->keys, key.size);
			if (!copy)
				return RPV_E_NOMEM;
			memcpy(copy, key.data, key.size);
			s->key.far_bytes = copy;
		}
		s->hash = hash;
		s->size_and_1 = (uint32_t)key.size + 1;
		m->count++;
	}
	s->value = value;
	return RPV_OK;
}

bool rpv__map_get(const rpv__map *m, rpv_bytes key, uint64_t *value)
{
	if (!m->count)
		return false;
	const rpv__slot *s = &m->slots[find(m, key, hash_of(key))];
	if (!s->size_and_1)
		return false;
	if (value)
		*value = s->value;
	return true;
}

bool rpv__map_remove(rpv__map *m, rpv_bytes key)
{
	if (!m->count)
		return false;
	size_t hole = find(m, key, hash_of(key));
	if (!m->slots[hole].size_and_1)
		return false;
	for (size_t i = (hole + 1) & m->mask; m->slots[i].size_and_1; i = (i + 1) & m->mask) {
		size_t home = m->slots[i].hash & m->mask;
		if (((i - home) & m->mask) >= ((i - hole) & m->mask)) { /* its home is not after the hole */
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	memset(&m->slots[hole], 0, sizeof m->slots[hole]);
	m->count--;
	return true;
}

rpv_status rpv__map_put_u64(rpv__map *m, uint64_t key, uint64_t value)
{
	return rpv__map_put(m, (rpv_bytes){ &key, sizeof key }, value);
}

bool rpv__map_get_u64(const rpv__map *m, uint64_t key, uint64_t *value)
{
	return rpv__map_get(m, (rpv_bytes){ &key, sizeof key }, value);
}

bool rpv__map_remove_u64(rpv__map *m, uint64_t key)
{
	return rpv__map_remove(m, (rpv_bytes){ &key, sizeof key });
}

bool rpv__map_next(const rpv__map *m, size_t *cursor, rpv_bytes *key, uint64_t *value)
{
	for (; m->slots && *cursor <= m->mask; ++*cursor) {
		const rpv__slot *s = &m->slots[*cursor];
		if (!s->size_and_1)
			continue;
		if (key)
			*key = (rpv_bytes){ slot_key(s), s->size_and_1 - 1 };
		if (value)
			*value = s->value;
		++*cursor;
		return true;
	}
	return false;
}
