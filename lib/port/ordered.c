/* SPDX-License-Identifier: MIT */
/* A skip list for order, a hash table for finding. The dice are a fixed sequence: the same changes make the same list. */
#include "ordered.h"

void rpv__ordered_init(rpv__ordered *o, const rpv__alloc *a)
{
	memset(o, 0, sizeof *o);
	o->alloc = *a;
	o->dice = UINT64_C(0x9E3779B97F4A7C15);
}

void rpv__ordered_clear(rpv__ordered *o)
{
	for (rpv__node *node = o->first[0], *next; node; node = next) {
		next = node->next[0];
		rpv__free(&o->alloc, node);
	}
	rpv__free(&o->alloc, o->table);
	rpv__ordered_init(o, &(rpv__alloc){ o->alloc.user, o->alloc.resize });
}

static uint8_t throw_dice(rpv__ordered *o)
{
	o->dice ^= o->dice << 13;
	o->dice ^= o->dice >> 7;
	o->dice ^= o->dice << 17;
	uint8_t levels = 1;
	for (uint64_t bits = o->dice >> 16; (bits & 3) == 0 && levels < RPV__ORDERED_LEVELS; bits >>= 2)
		levels++;
	return levels;
}

static uint64_t front_of(rpv_bytes key)
{
	const uint8_t *bytes = key.data;
	uint64_t front = 0;
	for (size_t i = 0; i < 8; i++)
		front = front << 8 | (i < key.size ? bytes[i] : 0);
	return front;
}

/* --- the hash table --- */
static rpv__node **place_in_table(const rpv__ordered *o, uint64_t hash)
{
	return &o->table[(hash ^ hash >> 32) & (o->table_size - 1)];
}

static void add_to_table(rpv__ordered *o, rpv__node *node)
{
	rpv__node **place = place_in_table(o, node->hash);
	node->chain = *place;
	*place = node;
}

static void take_from_table(rpv__ordered *o, const rpv__node *node)
{
	rpv__node **link = place_in_table(o, node->hash);
	while (*link != node)
		link = &(*link)->chain;
	*link = node->chain;
}

/* Room for one node more, so that chains stay short. */
static bool reserve(rpv__ordered *o)
{
	size_t size = o->table_size ? o->table_size * 2 : 16;
	if (o->made < o->table_size)
		return true;
	rpv__node **table = rpv__new(&o->alloc, size * sizeof *table);
	if (!table)
		return false;
	rpv__free(&o->alloc, o->table);
	o->table = table;
	o->table_size = size;
	for (rpv__node *node = o->first[0]; node; node = node->next[0])
		add_to_table(o, node);
	return true;
}

rpv__node *rpv__ordered_make(rpv__ordered *o, rpv_bytes key, rpv_bytes value)
{
	uint8_t levels = throw_dice(o);
	size_t links = levels * sizeof(rpv__node *);
	if (key.size > SIZE_MAX / 4 || value.size > SIZE_MAX / 4 || !reserve(o))
		return NULL;
	rpv__node *node = o->alloc.resize(o->alloc.user, NULL, sizeof *node + links + key.size + value.size);
	if (!node)
		return NULL;
	memset(node, 0, sizeof *node + links);
	uint8_t *bytes = (uint8_t *)node + sizeof *node + links;
	if (key.size)
		memcpy(bytes, key.data, key.size);
	if (value.size)
		memcpy(bytes + key.size, value.data, value.size);
	node->front = front_of(key);
	node->hash = rpv__hash(key.data, key.size);
	node->levels = levels;
	node->key = (rpv_bytes){ bytes, key.size };
	node->value = (rpv_bytes){ bytes + key.size, value.size };
	o->made++;
	return node;
}

void rpv__ordered_discard(rpv__ordered *o, rpv__node *node)
{
	if (node)
		o->made--;
	rpv__free(&o->alloc, node);
}

/* The last node before `key` on each level (NULL: the start), in path[] where wanted; returns the one on level 0. */
static rpv__node *descend(const rpv__ordered *o, rpv_bytes key, rpv__node **path)
{
	rpv__node *at = NULL;
	uint64_t front = front_of(key);
	for (size_t level = RPV__ORDERED_LEVELS; level-- > 0;) {
		rpv__node *next = at ? at->next[level] : o->first[level];
		while (next && (next->front < front ||
		                (next->front == front && rpv__bytes_compare(next->key, key) < 0))) {
			at = next;
			next = at->next[level];
		}
		if (path)
			path[level] = at;
	}
	return at;
}

static void unlink_node(rpv__ordered *o, rpv__node *node, rpv__node *const *path)
{
	for (size_t level = 0; level < node->levels; level++)
		*(path[level] ? &path[level]->next[level] : &o->first[level]) = node->next[level];
	if (node->next[0])
		node->next[0]->before = node->before;
	else
		o->last = node->before;
	take_from_table(o, node);
	o->count--;
}

static rpv__node *after(const rpv__ordered *o, const rpv__node *node)
{
	return node ? node->next[0] : o->first[0];
}

static bool has_key(const rpv__node *node, rpv_bytes key)
{
	return node && rpv__bytes_compare(node->key, key) == 0;
}

rpv__node *rpv__ordered_place(rpv__ordered *o, rpv__node *node)
{
	rpv__node *path[RPV__ORDERED_LEVELS];
	rpv__node *replaced = after(o, descend(o, node->key, path));
	if (has_key(replaced, node->key))
		unlink_node(o, replaced, path);
	else
		replaced = NULL;
	for (size_t level = 0; level < node->levels; level++) {
		rpv__node **link = path[level] ? &path[level]->next[level] : &o->first[level];
		node->next[level] = *link;
		*link = node;
	}
	node->before = path[0];
	if (node->next[0])
		node->next[0]->before = node;
	else
		o->last = node;
	add_to_table(o, node);
	o->count++;
	return replaced;
}

rpv__node *rpv__ordered_take(rpv__ordered *o, rpv_bytes key)
{
	rpv__node *path[RPV__ORDERED_LEVELS];
	rpv__node *node = after(o, descend(o, key, path));
	if (!has_key(node, key))
		return NULL;
	unlink_node(o, node, path);
	return node;
}

rpv__node *rpv__ordered_find(const rpv__ordered *o, rpv_bytes key)
{
	uint64_t hash = rpv__hash(key.data, key.size);
	rpv__node *node = o->count ? *place_in_table(o, hash) : NULL;
	while (node && (node->hash != hash || !has_key(node, key)))
		node = node->chain;
	return node;
}

rpv__node *rpv__ordered_from(const rpv__ordered *o, rpv_bytes key)
{
	return after(o, descend(o, key, NULL));
}

rpv__node *rpv__ordered_before(const rpv__ordered *o, rpv_bytes key)
{
	return key.size == 0 ? o->last : descend(o, key, NULL);
}

rpv_status rpv__ordered_commit(rpv__ordered *o, const rpv_write *writes, size_t count, bool mark_removed)
{
	const rpv_bytes none = { NULL, 0 };
	rpv__node *made = NULL; /* all nodes first, chained by `before`: from then on nothing can fail */
	for (size_t i = count; i-- > 0;) {
		if (writes[i].remove && !mark_removed)
			continue;
		rpv__node *node = rpv__ordered_make(o, writes[i].key, writes[i].remove ? none : writes[i].value);
		if (!node) {
			for (rpv__node *next; made; made = next) {
				next = made->before;
				rpv__ordered_discard(o, made);
			}
			return RPV_E_NOMEM;
		}
		node->mark = writes[i].remove ? RPV__MARK_ABSENT : RPV__MARK_VALUE;
		node->before = made;
		made = node;
	}
	for (size_t i = 0; i < count; i++) {
		rpv__node *gone;
		if (writes[i].remove && !mark_removed) {
			gone = rpv__ordered_take(o, writes[i].key);
		} else {
			rpv__node *node = made;
			made = node->before;
			gone = rpv__ordered_place(o, node);
		}
		rpv__ordered_discard(o, gone);
	}
	return RPV_OK;
}
