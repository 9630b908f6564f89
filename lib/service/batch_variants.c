/* SPDX-License-Identifier: MIT */
/* Variants as the intake sees them: each is read once, equal lists of weaknesses are looked for once. */
#include "batch.h"

/* --- by their weaknesses --- */
rpv_status rpv__in_variant_new(rpv__intake *in, uint32_t recommendation, const uint32_t *weaknesses, size_t count,
                               uint32_t *out)
{
	rpv_status st = rpv__txn_variant(in->txn, recommendation, weaknesses, count, out, in->error);

	if (st == RPV_OK && rpv__list_map_add(&in->interned, recommendation, weaknesses, count, *out) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	return st;
}

/* --- by number --- */
static rpv_status unite(rpv__intake *in, const uint32_t *parts, size_t part_count, rpv__in_variant *out)
{
	rpv__in_variant *part;
	uint32_t *all;
	size_t count = 0;
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < part_count; i++) {
		st = parts[i] < out->number ? rpv__in_variant_at(in, parts[i], &part) : RPV_E_CORRUPT;
		count += st == RPV_OK ? part->count : 0;
	}
	if (st != RPV_OK)
		return st == RPV_E_CORRUPT ? rpv__fail(in->error, st, "a weakness set is made of one that is not older") : st;
	all = rpv__in_new(in, count * sizeof *all);
	if (!all)
		return RPV_E_NOMEM;
	count = 0;
	for (size_t i = 0; st == RPV_OK && i < part_count; i++) {
		st = rpv__in_variant_at(in, parts[i], &part);
		for (size_t j = 0; st == RPV_OK && j < part->count; j++)
			all[count++] = part->weaknesses[j];
	}
	out->weaknesses = all;
	out->count = rpv__sort_unique_u32(all, count);
	return st;
}

static rpv_status load(rpv__intake *in, rpv__in_variant *v)
{
	rpv__variant record;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_VARIANT, v->number), &value);

	if (st == RPV_OK && !rpv__get_variant(value, in->arena, &record))
		st = rpv__fail_corrupt(in->error, "weakness set", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	v->recommendation = record.recommendation;
	v->named = record.set != NULL || record.part_count;
	v->weaknesses = record.weaknesses;
	v->count = record.weakness_count;
	return record.part_count ? unite(in, record.parts, record.part_count, v) : RPV_OK;
}

rpv_status rpv__in_variant_at(rpv__intake *in, uint32_t number, rpv__in_variant **out)
{
	rpv__in_variant *v;
	uint64_t at;
	rpv_status st;

	if (rpv__map_get_u64(&in->variant_of, number, &at)) {
		*out = (rpv__in_variant *)(uintptr_t)at;
		return RPV_OK;
	}
	v = rpv__in_new(in, sizeof *v);
	if (!v)
		return RPV_E_NOMEM;
	v->number = number;
	st = load(in, v);
	if (st == RPV_OK && rpv__map_put_u64(&in->variant_of, number, (uintptr_t)v) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	if (st == RPV_OK)
		*out = v;
	return st;
}

/* --- several sources --- */
/* Looks among the variants that share a hash; *out 0: none is it. The list is that of service/variants.c. */
static rpv_status find(rpv__intake *in, rpv_bytes key, rpv_bytes list, rpv_bytes record, uint32_t *out)
{
	rpv__reader r = rpv__reader_of(list);
	rpv_status st = RPV_OK;

	if (rpv__read_u8(&r) != 1)
		return rpv__fail_corrupt(in->error, "weakness set index", key);
	while (st == RPV_OK && *out == 0 && r.at != r.end) {
		uint32_t number = (uint32_t)rpv__read_uint_max(&r, UINT32_MAX);
		rpv__key at;
		rpv_bytes value;

		if (r.bad)
			return rpv__fail_corrupt(in->error, "weakness set index", key);
		st = rpv__in_get(in, rpv__key32(&at, RPV__K_VARIANT, number), &value);
		if (st == RPV_OK && rpv__bytes_compare(value, record) == 0)
			*out = number;
	}
	return st;
}

static rpv_status add(rpv__intake *in, rpv_bytes key, rpv_bytes list, rpv_bytes record, uint32_t *out)
{
	rpv__key at;
	rpv_status st = rpv__in_number(in, RPV__NEXT_VARIANT, out);

	if (st == RPV_OK)
		st = rpv__txn_put(in->txn, rpv__key32(&at, RPV__K_VARIANT, *out), record, in->error);
	if (st != RPV_OK)
		return st;
	rpv__buf_clear(&in->buf);
	if (list.size)
		rpv__buf_put(&in->buf, list.data, list.size);
	else
		rpv__buf_u8(&in->buf, 1);
	rpv__buf_uint(&in->buf, *out);
	return rpv__in_put(in, key, (rpv_bytes){ NULL, 0 }, NULL);
}

/* What the hash in the key of the store is made of, for a variant made of others. */
static rpv_status parts_key(rpv__intake *in, uint32_t recommendation, const uint32_t *parts, size_t count)
{
	rpv__buf_clear(&in->buf);
	rpv__buf_u8(&in->buf, 'p');
	rpv__buf_be32(&in->buf, recommendation);
	for (size_t i = 0; i < count; i++)
		rpv__buf_be32(&in->buf, parts[i]);
	return in->buf.status == RPV_OK ? RPV_OK : rpv__fail_nomem(in->error);
}

/* The variant made of others, some of which may change: not of their weaknesses. */
static rpv_status variant_of_parts(rpv__intake *in, uint32_t recommendation, const uint32_t *parts, size_t count,
                                   uint32_t *out)
{
	rpv__variant variant = { recommendation, NULL, NULL, 0, parts, count };
	rpv__buf record;
	rpv__key at;
	rpv_bytes list;
	rpv_status st;

	if (rpv__list_map_get(&in->united, recommendation, parts, count, out))
		return RPV_OK;
	st = parts_key(in, recommendation, parts, count);
	if (st != RPV_OK)
		return st;
	rpv__key32_64(&at, RPV__K_VARIANT_HASH, recommendation, rpv__hash(in->buf.data, in->buf.size));
	rpv__buf_init(&record, in->alloc);
	rpv__put_variant(&record, &variant);
	st = record.status == RPV_OK ? rpv__in_get(in, rpv__key_view(&at), &list) : rpv__fail_nomem(in->error);
	*out = 0;
	if (st == RPV_OK && list.size)
		st = find(in, rpv__key_view(&at), list, rpv__buf_view(&record), out);
	if (st == RPV_OK && *out == 0)
		st = add(in, rpv__key_view(&at), list, rpv__buf_view(&record), out);
	rpv__buf_free(&record);
	if (st == RPV_OK && rpv__list_map_add(&in->united, recommendation, parts, count, *out) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	return st;
}

rpv_status rpv__in_variant_union(rpv__intake *in, uint32_t recommendation, uint32_t *variants, size_t count,
                                 uint32_t *out)
{
	bool fixed = true; /* no part can change */
	size_t kept = 0, total = 0;
	uint32_t *all;
	rpv__in_variant *part;
	rpv_status st = RPV_OK;

	count = rpv__sort_unique_u32(variants, count);
	for (size_t i = 0; st == RPV_OK && count > 1 && i < count; i++) {
		st = rpv__in_variant_at(in, variants[i], &part);
		if (st != RPV_OK || (!part->named && part->count == 0))
			continue; /* adds nothing */
		fixed = fixed && !part->named;
		total += part->count;
		variants[kept++] = variants[i];
	}
	if (st != RPV_OK)
		return st;
	if (count == 1 || kept == 1 || (kept == 0 && count)) {
		*out = variants[0];
		return RPV_OK;
	}
	if (!fixed)
		return variant_of_parts(in, recommendation, variants, kept, out);
	all = rpv__in_new(in, total * sizeof *all);
	if (!all)
		return RPV_E_NOMEM;
	total = 0;
	for (size_t i = 0; st == RPV_OK && i < kept; i++) {
		st = rpv__in_variant_at(in, variants[i], &part);
		for (size_t j = 0; st == RPV_OK && j < part->count; j++)
			all[total++] = part->weaknesses[j];
	}
	total = rpv__sort_unique_u32(all, total);
	return st == RPV_OK ? rpv__in_variant_of(in, recommendation, all, total, out) : st;
}
