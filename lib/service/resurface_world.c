/* SPDX-License-Identifier: MIT */
/* The world around a commit: sets of weaknesses and threats as they were before it and as they are after it. */
#include "resurface_inside.h"

static rpv_status put(rpv__world *w, rpv__map *map, uint64_t key, const void *item)
{
	return rpv__map_put_u64(map, key, (uint64_t)(uintptr_t)item) ? rpv__fail_nomem(w->error) : RPV_OK;
}

bool rpv__fix_came(const rpv__in_weakness *w)
{
	return (w->before.flags & (RPV__THREAT_FIX | RPV__THREAT_FIX_KNOWN)) == RPV__THREAT_FIX_KNOWN &&
	       (w->threat.flags & RPV__THREAT_FIX);
}

static bool rose(const rpv__in_weakness *w)
{
	return !w->is_new && (w->threat.severity > w->before.severity || w->threat.exploit > w->before.exploit ||
	                      rpv__fix_came(w));
}

static rpv_status add_risen(rpv__world *w, const rpv__in_weakness *weakness)
{
	if (!w->risen && !(w->risen = rpv__arena_get(w->arena, w->in->weaknesses.count * sizeof *w->risen)))
		return rpv__fail_nomem(w->error);
	w->risen[w->risen_count++] = weakness;
	return RPV_OK;
}

rpv_status rpv__world_open(rpv__world *w, rpv__txn *txn, rpv__intake *in, const rpv__policy *policy, rpv_error *error)
{
	rpv_status st = RPV_OK;
	memset(w, 0, sizeof *w);
	w->txn = txn;
	w->arena = rpv__txn_arena(txn);
	w->error = error;
	w->alloc = &rpv__txn_port(txn)->alloc;
	w->in = in;
	w->policy = policy;
	w->model = &rpv__exposure_model_default;
	w->now_ms = rpv__txn_now(txn);
	rpv__arena_init(&w->scratch, w->alloc);
	rpv__map *maps[] = { &w->variants, &w->blocks, &w->changed, &w->edited, &w->alive };
	for (size_t i = 0; i < RPV__COUNT(maps); i++)
		rpv__map_init(maps[i], w->alloc);
	for (size_t i = 0; in && st == RPV_OK && i < in->weaknesses.count; i++) {
		const rpv__in_weakness *weakness = in->weaknesses.items[i];
		st = put(w, &w->changed, weakness->number, weakness);
		if (st == RPV_OK && rose(weakness))
			st = add_risen(w, weakness);
	}
	for (size_t i = 0; in && st == RPV_OK && i < in->sets.count; i++) {
		const rpv__in_set *set = in->sets.items[i];
		if (set->changed)
			st = put(w, &w->edited, set->number, set);
	}
	return st;
}

void rpv__world_close(rpv__world *w)
{
	rpv__map *maps[] = { &w->variants, &w->blocks, &w->changed, &w->edited, &w->alive };
	for (size_t i = 0; i < RPV__COUNT(maps); i++)
		rpv__map_free(maps[i]);
	rpv__arena_free(&w->scratch);
}

rpv_status rpv__world_grow(rpv__world *w, void *array_ptr, size_t *cap, size_t count, size_t item)
{
	return rpv__arena_grow(&w->scratch, array_ptr, cap, count, item) ? rpv__fail_nomem(w->error) : RPV_OK;
}

/* --- sets of weaknesses --- */
bool rpv__set_has(rpv__set_side set, uint32_t weakness)
{
	size_t low = 0, high = set.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set.items[middle] < weakness)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set.count && set.items[low] == weakness;
}

static rpv_status unite(rpv__world *w, const rpv__variant *record, bool before, rpv__set_side *out)
{
	size_t count = 0, at = 0;
	rpv_status st = RPV_OK;
	const rpv__world_variant *part;
	for (size_t i = 0; st == RPV_OK && i < record->part_count; i++)
		if ((st = rpv__world_variant_at(w, record->parts[i], &part)) == RPV_OK)
			count += before ? part->before.count : part->after.count;
	uint32_t *all = rpv__arena_get(w->arena, count * sizeof *all);
	if (st == RPV_OK && !all)
		return rpv__fail_nomem(w->error);
	for (size_t i = 0; st == RPV_OK && i < record->part_count; i++) {
		st = rpv__world_variant_at(w, record->parts[i], &part);
		rpv__set_side side = before ? part->before : part->after;
		for (size_t j = 0; st == RPV_OK && j < side.count; j++)
			all[at++] = side.items[j];
	}
	*out = (rpv__set_side){ all, rpv__sort_unique_u32(all, at) };
	return st;
}

static rpv_status load(rpv__world *w, uint32_t number, rpv__world_variant *out)
{
	rpv__variant record;
	rpv__key key;
	uint64_t edited;
	rpv_bytes at = rpv__key32(&key, RPV__K_VARIANT, number), value;
	rpv_status st = rpv__txn_get(w->txn, at, &value, w->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_variant(value, w->arena, &record)))
		return rpv__fail_corrupt(w->error, "weakness set", at);
	if (st)
		return st;
	out->recommendation = record.recommendation;
	out->before = out->after = (rpv__set_side){ record.weaknesses, record.weakness_count };
	if (rpv__map_get_u64(&w->edited, number, &edited)) {
		const rpv__in_set *set = (const rpv__in_set *)(uintptr_t)edited;
		out->before = (rpv__set_side){ set->before, set->before_count };
	}
	if (!record.part_count)
		return RPV_OK;
	st = unite(w, &record, false, &out->after);
	out->before = out->after;
	return st == RPV_OK && w->edited.count ? unite(w, &record, true, &out->before) : st;
}

rpv_status rpv__world_variant_at(rpv__world *w, uint32_t number, const rpv__world_variant **out)
{
	uint64_t known;
	if (rpv__map_get_u64(&w->variants, number, &known)) {
		*out = (const rpv__world_variant *)(uintptr_t)known;
		return RPV_OK;
	}
	rpv__world_variant *variant = rpv__arena_get(w->arena, sizeof *variant);
	rpv_status st = variant ? load(w, number, variant) : rpv__fail_nomem(w->error);
	if (st == RPV_OK)
		st = put(w, &w->variants, number, variant);
	if (st == RPV_OK)
		*out = variant;
	return st;
}

/* --- threats --- */
static rpv_status block_at(rpv__world *w, uint32_t number, const rpv__threat_block **out)
{
	uint64_t known;
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_THREAT, number), value;
	if (rpv__map_get_u64(&w->blocks, number, &known)) {
		*out = (const rpv__threat_block *)(uintptr_t)known;
		return RPV_OK;
	}
	rpv__threat_block *block = rpv__arena_get(w->arena, sizeof *block);
	rpv_status st = block ? rpv__txn_get(w->txn, at, &value, w->error) : rpv__fail_nomem(w->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_threat_block(value, block)))
		return rpv__fail_corrupt(w->error, "weaknesses", at);
	if (st == RPV_OK)
		st = put(w, &w->blocks, number, block);
	if (st == RPV_OK)
		*out = block;
	return st;
}

/* R27: the commit brings another EPSS model for it. */
bool rpv__has_new_model(const rpv__in_weakness *weakness)
{
	return !weakness->is_new && weakness->model_before && weakness->facts.epss_model &&
	       strcmp(weakness->model_before, weakness->facts.epss_model) != 0;
}

rpv_status rpv__world_threat(rpv__world *w, uint32_t weakness, rpv__threat_sides *out)
{
	const rpv__threat_block *block = NULL;
	uint64_t changed;
	rpv_status st = block_at(w, weakness / RPV__THREAT_BLOCK, &block);
	if (st)
		return st;
	out->before = out->moved = out->after = block->items[weakness % RPV__THREAT_BLOCK];
	out->has_moved = false;
	if (rpv__map_get_u64(&w->changed, weakness, &changed)) {
		const rpv__in_weakness *was = (const rpv__in_weakness *)(uintptr_t)changed;
		if (!was->is_new)
			out->before = out->moved = was->before;
		out->has_moved = rpv__has_new_model(was);
		if (out->has_moved)
			out->moved.epss = out->after.epss;
	}
	return RPV_OK;
}

/* --- recommendations --- */
enum { ALIVE_BEFORE = 1, ALIVE_AFTER = 2 };

static rpv_status read_alive(rpv__world *w, uint32_t recommendation, uint64_t *bits)
{
	rpv__recommendation record;
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_RECOMMENDATION, recommendation), value;
	rpv_status st = rpv__txn_get(w->txn, at, &value, w->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_recommendation(value, &w->scratch, &record)))
		return rpv__fail_corrupt(w->error, "recommendation", at);
	if (st == RPV_OK)
		*bits = record.removed ? 0 : ALIVE_BEFORE | ALIVE_AFTER;
	return st;
}

rpv_status rpv__world_alive(rpv__world *w, uint32_t recommendation, bool *before, bool *after)
{
	uint64_t bits = 0, entry;
	rpv_status st = RPV_OK;
	if (!rpv__map_get_u64(&w->alive, recommendation, &bits)) {
		if (w->in && rpv__map_get_u64(&w->in->recommendation_of, recommendation, &entry)) {
			const rpv__in_recommendation *r = (const rpv__in_recommendation *)(uintptr_t)entry;
			bool new_number = r->old && r->number == recommendation, old_number = r->old == recommendation;
			bits = (r->existed && !new_number ? ALIVE_BEFORE : 0u) | (r->exists && !old_number ? ALIVE_AFTER : 0u);
		} else {
			st = read_alive(w, recommendation, &bits);
		}
		if (st == RPV_OK && rpv__map_put_u64(&w->alive, recommendation, bits))
			st = rpv__fail_nomem(w->error);
	}
	*before = bits & ALIVE_BEFORE;
	*after = bits & ALIVE_AFTER;
	return st;
}

rpv_status rpv__world_end_of_support(rpv__world *w, uint32_t recommendation, bool *out)
{
	rpv__recommendation record;
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_RECOMMENDATION, recommendation), value;
	rpv_status st = rpv__txn_get(w->txn, at, &value, w->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_recommendation(value, &w->scratch, &record)))
		return rpv__fail_corrupt(w->error, "recommendation", at);
	if (st == RPV_OK)
		*out = rpv__tags_end_of_support(&record.tags);
	return st;
}

/* --- exceptions --- */
/* What waits for approval freezes anew then (R10, R14). */
static size_t keep_judged(const rpv__world *w, rpv__cover *covers, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (!covers[i].pending && rpv__exception_live(rpv__exception_status_alone(&covers[i], w->now_ms)))
			covers[n++] = covers[i];
	return n;
}

rpv_status rpv__world_reaching(rpv__world *w, uint32_t recommendation, const rpv__reach *what, rpv__cover **out,
                               size_t *count)
{
	rpv_status st = rpv__txn_reaching(w->txn, recommendation, what, &w->scratch, out, count, w->error);
	if (st == RPV_OK)
		*count = keep_judged(w, *out, *count);
	return st;
}

rpv_status rpv__world_everywhere(rpv__world *w, uint32_t weakness, rpv__cover **out, size_t *count)
{
	rpv_status st = rpv__txn_subject(w->txn, 0, weakness, &w->scratch, out, count, w->error);
	if (st == RPV_OK)
		*count = keep_judged(w, *out, *count);
	return st;
}
