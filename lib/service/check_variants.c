/* SPDX-License-Identifier: MIT */
/* Checks variants, and the two indexes that follow from them. */
#include "check.h"

rpv__check_variant *rpv__check_variant_at(rpv__check *c, uint32_t number)
{
	size_t low = 0, high = c->variant_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->variants[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->variant_count && c->variants[low].number == number ? &c->variants[low] : NULL;
}

/* What makes two variants the same: 'w' and weaknesses, or 'p' and parts, behind the recommendation. */
static rpv_bytes identity(rpv__check *c, uint8_t what, uint32_t recommendation, const uint32_t *numbers, size_t count)
{
	rpv__buf_clear(&c->buf);
	rpv__buf_u8(&c->buf, what);
	rpv__buf_be32(&c->buf, recommendation);
	for (size_t i = 0; i < count; i++)
		rpv__buf_be32(&c->buf, numbers[i]);
	return rpv__buf_view(&c->buf);
}

static rpv_status variant(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__check_variant v = { 0 };
	if (!rpv__key_is32(key, RPV__K_VARIANT, &number) || !rpv__get_variant(value, &c->kept, &v.record)) {
		rpv__check_fault(c, "this is no weakness set", key);
		return RPV_OK;
	}
	v.number = number;
	rpv__check_number(c, RPV__NEXT_VARIANT, number, "no such weakness set was given a number", key);
	for (size_t i = 0; i < v.record.part_count; i++)
		if (v.record.parts[i] >= number || !rpv__check_variant_at(c, v.record.parts[i]))
			rpv__check_fault(c, "a part of this weakness set is missing", key);
	if (rpv__grow(&c->alloc, &c->variants, &c->variant_cap, c->variant_count + 1, sizeof *c->variants))
		return rpv__fail_nomem(error);
	c->variants[c->variant_count++] = v;
	return RPV_OK;
}

/* --- k --- */
static rpv_status point(rpv__check *c, const rpv__check_variant *v, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < v->record.weakness_count; i++)
		st = rpv__check_expect(c, rpv__key32_32(&key, RPV__K_WEAKNESS_VARIANT, v->record.weaknesses[i], v->number),
		                       (rpv_bytes){ NULL, 0 }, false, error);
	return st;
}

/* --- v --- */
typedef struct hashed { uint32_t recommendation, number; uint64_t hash; } hashed;

static int by_hash(const void *a, const void *b, const void *context)
{
	const hashed *x = a, *y = b;
	(void)context;
	if (x->recommendation != y->recommendation)
		return x->recommendation < y->recommendation ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static rpv_status expect_lists(rpv__check *c, hashed *items, size_t count, rpv_error *error)
{
	rpv_status st = RPV_OK;
	if (rpv__sort(&c->alloc, items, count, sizeof *items, by_hash, NULL))
		return rpv__fail_nomem(error);
	for (size_t i = 0, end; st == RPV_OK && i < count; i = end) {
		rpv__key key;
		rpv__buf_clear(&c->buf);
		rpv__buf_u8(&c->buf, 1);
		for (end = i; end < count && items[end].recommendation == items[i].recommendation &&
		              items[end].hash == items[i].hash; end++)
			rpv__buf_uint(&c->buf, items[end].number);
		if (c->buf.status)
			return rpv__fail_nomem(error);
		st = rpv__check_expect(c, rpv__key32_64(&key, RPV__K_VARIANT_HASH, items[i].recommendation, items[i].hash),
		                       rpv__buf_view(&c->buf), false, error);
	}
	return st;
}

/* Unnamed sets are found by their weaknesses, those of several sources by their parts. */
static rpv_status note_identity(rpv__check *c, const rpv__check_variant *v, hashed *items, size_t *count,
                                rpv_error *error)
{
	const rpv__variant *r = &v->record;
	if (r->set)
		return RPV_OK;
	rpv_bytes all = r->part_count ? identity(c, 'p', r->recommendation, r->parts, r->part_count)
	                              : identity(c, 'w', r->recommendation, r->weaknesses, r->weakness_count);
	if (c->buf.status || rpv__map_put(&c->sets, all, v->number))
		return rpv__fail_nomem(error);
	const uint8_t *bytes = all.data;
	size_t front = r->part_count ? 0 : 5; /* the hash of weaknesses is that of their numbers alone */
	items[(*count)++] = (hashed){ r->recommendation, v->number, rpv__hash(bytes + front, all.size - front) };
	return RPV_OK;
}

rpv_status rpv__check_variants(rpv__check *c, rpv_error *error)
{
	size_t count = 0;
	rpv_status st = rpv__check_each(c, RPV__K_VARIANT, variant, error);
	hashed *items = rpv__new(&c->alloc, (c->variant_count + 1) * sizeof *items);
	if (st == RPV_OK && !items)
		st = rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < c->variant_count; i++) {
		st = point(c, &c->variants[i], error);
		if (st == RPV_OK)
			st = note_identity(c, &c->variants[i], items, &count, error);
	}
	if (st == RPV_OK)
		st = expect_lists(c, items, count, error);
	rpv__free(&c->alloc, items);
	if (st == RPV_OK)
		st = rpv__check_compare(c, RPV__K_WEAKNESS_VARIANT, "a weakness of a set does not point to it", error);
	return st == RPV_OK ? rpv__check_compare(c, RPV__K_VARIANT_HASH, "a weakness set cannot be found", error) : st;
}

/* --- several sources --- */
static uint32_t united(rpv__check *c, uint32_t recommendation, const uint32_t *variants, size_t count)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += rpv__check_variant_at(c, variants[i])->record.weakness_count;
	uint32_t *all = rpv__arena_get(&c->scratch, (total + 1) * sizeof *all);
	uint64_t number = 0;
	total = 0;
	for (size_t i = 0; all && i < count; i++) {
		const rpv__variant *part = &rpv__check_variant_at(c, variants[i])->record;
		for (size_t j = 0; j < part->weakness_count; j++)
			all[total++] = part->weaknesses[j];
	}
	if (all)
		total = rpv__sort_unique_u32(all, total);
	return all && rpv__map_get(&c->sets, identity(c, 'w', recommendation, all, total), &number) ? (uint32_t)number : 0;
}

uint32_t rpv__check_union(rpv__check *c, uint32_t recommendation, uint32_t *variants, size_t count)
{
	bool fixed = true; /* no part can change */
	size_t kept = 0;
	uint64_t number = 0;
	count = rpv__sort_unique_u32(variants, count);
	for (size_t i = 0; count > 1 && i < count; i++) {
		const rpv__variant *part = &rpv__check_variant_at(c, variants[i])->record;
		bool named = part->set || part->part_count;
		if (!named && !part->weakness_count)
			continue; /* adds nothing */
		fixed = fixed && !named;
		variants[kept++] = variants[i];
	}
	if (count == 1 || kept <= 1)
		return variants[0];
	if (fixed)
		return united(c, recommendation, variants, kept);
	return rpv__map_get(&c->sets, identity(c, 'p', recommendation, variants, kept), &number) ? (uint32_t)number : 0;
}
