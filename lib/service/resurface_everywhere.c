/* SPDX-License-Identifier: MIT */
/* A weakness wherever it occurs: which ones have an exception there, and who has one, found by a pass over all rows. */
#include "resurface_inside.h"

/* --- which weaknesses --- */
typedef struct listing { rpv__arena *into; uint32_t *items; size_t count, cap; } listing;

static rpv_status take_block(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	listing *l = user;
	const uint32_t *numbers;
	size_t count;
	if (!rpv__get_everywhere(value, l->into, &numbers, &count))
		return rpv__fail_corrupt(error, "weaknesses with an exception", key);
	if (l->count + count > l->cap) {
		size_t cap = 2 * l->cap + count;
		uint32_t *more = rpv__arena_get(l->into, cap * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (l->count)
			memcpy(more, l->items, l->count * sizeof *more);
		l->items = more;
		l->cap = cap;
	}
	if (count)
		memcpy(l->items + l->count, numbers, count * sizeof *numbers);
	l->count += count;
	return RPV_OK;
}

rpv_status rpv__everywhere_list(rpv__txn *txn, rpv__arena *into, const uint32_t **out, size_t *count, rpv_error *error)
{
	listing l = { into, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key1(&key, RPV__K_EVERYWHERE), take_block, &l, error);
	*out = l.items;
	*count = l.count;
	return st;
}

rpv_status rpv__everywhere_set(rpv__txn *txn, uint32_t weakness, bool has, rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(txn);
	const uint32_t *old = NULL;
	size_t count = 0, n = 0;
	rpv__key key;
	rpv__buf value;
	rpv_bytes at = rpv__key32(&key, RPV__K_EVERYWHERE, weakness / RPV__EVERYWHERE_BLOCK), stored;
	rpv_status st = rpv__txn_get(txn, at, &stored, error);
	if (st == RPV_OK && !rpv__get_everywhere(stored, arena, &old, &count))
		return rpv__fail_corrupt(error, "weaknesses with an exception", at);
	if ((st && st != RPV_E_NOT_FOUND) || rpv__set_has((rpv__set_side){ old, count }, weakness) == has)
		return st == RPV_E_NOT_FOUND ? RPV_OK : st;
	uint32_t *numbers = rpv__arena_get(arena, (count + 1) * sizeof *numbers);
	if (!numbers)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < count; i++)
		if (old[i] != weakness)
			numbers[n++] = old[i];
	if (has)
		numbers[n++] = weakness;
	if ((n = rpv__sort_unique_u32(numbers, n)) == 0)
		return rpv__txn_remove(txn, at, error);
	rpv__buf_init(&value, &rpv__txn_port(txn)->alloc);
	rpv__put_everywhere(&value, numbers, n);
	st = value.status ? rpv__fail_nomem(error) : rpv__txn_put(txn, at, rpv__buf_view(&value), error);
	rpv__buf_free(&value);
	return st;
}

/* --- who has one --- */
typedef struct holder { uint32_t device, before, after; } holder; /* kinds */
typedef struct scanning {
	rpv__field *f;
	uint32_t weakness;
	rpv__map variants;                /* number -> bits: has it, and counts, before (1), after (2) */
	rpv__map recommendations;
	rpv__arena scratch;
	holder *holders; size_t count, cap, next;
	uint32_t bringing; size_t bringing_count; /* recommendations that bring it to a device, before or after */
} scanning;

static rpv_status add_variant(scanning *s, uint32_t number)
{
	const rpv__world_variant *variant;
	uint64_t known;
	bool was, is;
	if (!number || rpv__map_get_u64(&s->variants, number, &known))
		return RPV_OK;
	rpv_status st = rpv__world_variant_at(s->f->world, number, &variant);
	if (st == RPV_OK)
		st = rpv__world_alive(s->f->world, variant->recommendation, &was, &is);
	if (st)
		return st;
	known = (was && rpv__set_has(variant->before, s->weakness) ? 1u : 0u) |
	        (is && rpv__set_has(variant->after, s->weakness) ? 2u : 0u);
	return rpv__map_put_u64(&s->variants, number, known) ? rpv__fail_nomem(s->f->world->error) : RPV_OK;
}

static void note_bringing(scanning *s, uint32_t recommendation, uint32_t variant)
{
	uint64_t bits = 0;
	if (!variant || !rpv__map_get_u64(&s->variants, variant, &bits) || !bits ||
	    (s->bringing_count && s->bringing == recommendation))
		return;
	s->bringing = recommendation;
	s->bringing_count++;
}

typedef struct numbers { scanning *s; uint32_t *items; size_t count, cap; } numbers;

static rpv_status add_number(numbers *n, uint32_t number)
{
	rpv_status st = rpv__world_grow(n->s->f->world, &n->items, &n->cap, n->count, sizeof number);
	if (st == RPV_OK)
		n->items[n->count++] = number;
	return st;
}

static rpv_status take_pointer(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t weakness, variant;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_WEAKNESS_VARIANT, &weakness, &variant))
		return rpv__fail_corrupt(error, "weakness set index", key);
	return add_number(user, variant);
}

static rpv_status take_variants(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	numbers *n = user;
	rpv__counter counter;
	rpv_status st = RPV_OK;
	if (!rpv__get_counter(value, &n->s->f->world->scratch, &counter))
		return rpv__fail_corrupt(error, "counter", key);
	for (size_t i = 0; st == RPV_OK && i < counter.count; i++)
		st = add_number(n, counter.items[i].variant);
	return st;
}

/* All variants of the recommendation that count: those of several parts are nowhere else to be found. */
static rpv_status add_recommendation(scanning *s, uint32_t recommendation)
{
	numbers n = { s, NULL, 0, 0 };
	uint64_t known;
	rpv__key key;
	if (rpv__map_get_u64(&s->recommendations, recommendation, &known))
		return RPV_OK;
	rpv_status st = rpv__map_put_u64(&s->recommendations, recommendation, 1) ? rpv__fail_nomem(s->f->world->error)
	                                                                          : RPV_OK;
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(s->f->world->txn, rpv__key32(&key, RPV__K_COUNTER, recommendation), take_variants, &n,
		                          s->f->world->error);
	for (size_t i = 0; st == RPV_OK && i < n.count; i++) {
		st = add_variant(s, n.items[i]);
		if (st == RPV_OK)
			note_bringing(s, recommendation, n.items[i]);
	}
	return st;
}

static rpv_status find_variants(scanning *s)
{
	const rpv__intake *in = s->f->world->in;
	numbers n = { s, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(s->f->world->txn, rpv__key32(&key, RPV__K_WEAKNESS_VARIANT, s->weakness),
	                                     take_pointer, &n, s->f->world->error);
	for (size_t i = 0; in && st == RPV_OK && i < in->sets.count; i++)
		if (((const rpv__in_set *)in->sets.items[i])->changed)
			st = add_number(&n, ((const rpv__in_set *)in->sets.items[i])->number);
	for (size_t i = 0; st == RPV_OK && i < n.count; i++) {
		const rpv__world_variant *variant;
		st = add_variant(s, n.items[i]);
		if (st == RPV_OK)
			st = rpv__world_variant_at(s->f->world, n.items[i], &variant);
		if (st == RPV_OK)
			st = add_recommendation(s, variant->recommendation);
	}
	for (size_t i = 0; in && st == RPV_OK && i < in->tallied_count; i++) {
		const rpv__counter *before = &in->tallied[i].before;
		for (size_t j = 0; st == RPV_OK && j < before->count; j++) {
			st = add_variant(s, before->items[j].variant);
			if (st == RPV_OK)
				note_bringing(s, in->tallied[i].recommendation, before->items[j].variant);
		}
	}
	return st;
}

/* What is read here was found before: no read may start within a walk. */
static rpv_status take_row(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	scanning *s = user;
	holder found = { 0, RPV__NO_KIND, RPV__NO_KIND };
	size_t n[2] = { 0, 0 };
	rpv__row row;
	rpv_status st = RPV_OK;
	if (!rpv__key_is32(key, RPV__K_ROW, &found.device) || !rpv__get_row(value, &s->scratch, &row))
		return rpv__fail_corrupt(error, "row", key);
	uint32_t *has[2] = { rpv__arena_get(&s->scratch, row.count * sizeof **has),
	                     rpv__arena_get(&s->scratch, row.count * sizeof **has) };
	if (!has[0] || !has[1])
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < row.count; i++) {
		uint64_t bits;
		if (!rpv__map_get_u64(&s->variants, row.variants[i], &bits))
			continue;
		for (unsigned side = 0; side < 2; side++)
			if (bits >> side & 1)
				has[side][n[side]++] = row.variants[i];
	}
	if (n[0])
		st = rpv__field_kind_of(s->f, has[0], n[0], &found.before);
	if (st == RPV_OK && n[1])
		st = rpv__field_kind_of(s->f, has[1], n[1], &found.after);
	rpv__arena_free(&s->scratch);
	if (st || (!n[0] && !n[1]) || rpv__touched_at(s->f->world->in, found.device))
		return st;
	if (rpv__grow(s->f->world->alloc, &s->holders, &s->cap, s->count + 1, sizeof found))
		return rpv__fail_nomem(error);
	s->holders[s->count++] = found;
	return RPV_OK;
}

static rpv_status take_device(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	scanning *s = user;
	rpv__device_hot hot;
	uint32_t device;
	rpv_status st = RPV_OK;
	if (!rpv__key_is32(key, RPV__K_DEVICE_HOT, &device))
		return rpv__fail_corrupt(error, "device", key);
	while (s->next < s->count && s->holders[s->next].device < device)
		s->next++;
	if (s->next == s->count || s->holders[s->next].device != device)
		return RPV_OK;
	if (!rpv__get_device_hot(value, &s->scratch, &hot))
		return rpv__fail_corrupt(error, "device", key);
	if (!(hot.flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED))) {
		const holder *h = &s->holders[s->next];
		rpv__place before = { hot.group, h->before, rpv__device_class(&hot) }, after = before;
		after.kind = h->after;
		st = h->before == h->after ? rpv__field_count(s->f, &after, 1, 1) : rpv__field_derive(s->f, &before, &after);
	}
	rpv__arena_free(&s->scratch);
	return st;
}

/* Rows tell which devices several recommendations share; of one, its counters tell all. */
static rpv_status take_rows(scanning *s)
{
	rpv__world *w = s->f->world;
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(w->txn, rpv__key1(&key, RPV__K_ROW), take_row, s, w->error);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(w->txn, rpv__key1(&key, RPV__K_DEVICE_HOT), take_device, s, w->error);
	return st;
}

rpv_status rpv__field_scan(rpv__field *f, uint32_t weakness, bool *complete)
{
	rpv__world *w = f->world;
	scanning s = { .f = f, .weakness = weakness };
	rpv__map_init(&s.variants, w->alloc);
	rpv__map_init(&s.recommendations, w->alloc);
	rpv__arena_init(&s.scratch, w->alloc);
	rpv_status st = find_variants(&s);
	*complete = s.bringing_count <= 1;
	if (st == RPV_OK && s.bringing_count == 1)
		st = rpv__field_of_recommendation(f, s.bringing, NULL, 0);
	else if (st == RPV_OK && s.bringing_count)
		st = take_rows(&s);
	rpv__map_free(&s.variants);
	rpv__map_free(&s.recommendations);
	rpv__arena_free(&s.scratch);
	rpv__free(w->alloc, s.holders);
	return st;
}
