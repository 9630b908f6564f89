/* SPDX-License-Identifier: MIT */
/* Fields that do not follow from counters: of the devices that an exception names, and of a weakness wherever it occurs.
 * What they come to is kept in a census, so that a commit costs what it changes. A census that is missing, or that sets of
 * weaknesses or recommendations changed under, is derived from the devices again: from those named, or for a weakness
 * everywhere from all rows once. */
#include "resurface_inside.h"

/* --- what a device has of a target --- */
typedef struct target { uint32_t before, after, weakness; } target; /* recommendations 0: the weakness everywhere */

static rpv_status place_of(rpv__field *f, const target *t, bool after, const rpv__device_hot *hot,
                           const rpv__in_effects *effects, rpv__place *out)
{
	rpv__world *w = f->world;
	uint32_t recommendation = after ? t->after : t->before, *found;
	bool everywhere = !t->before && !t->after;
	size_t n = 0;
	*out = (rpv__place){ hot->group, RPV__NO_KIND, rpv__device_class(hot) };
	if (hot->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED))
		return RPV_OK;
	for (size_t i = 0; !everywhere && i < effects->count; i++)
		if (effects->items[i].recommendation == recommendation)
			return rpv__effect_place(f, hot, &effects->items[i], out);
	if (!everywhere)
		return RPV_OK;
	if (!(found = rpv__arena_get(&w->scratch, effects->count * sizeof *found)))
		return rpv__fail_nomem(w->error);
	for (size_t i = 0; i < effects->count; i++) {
		const rpv__world_variant *variant;
		bool was, is;
		if (!effects->items[i].variant)
			continue;
		rpv_status st = rpv__world_variant_at(w, effects->items[i].variant, &variant);
		if (st == RPV_OK)
			st = rpv__world_alive(w, variant->recommendation, &was, &is);
		if (st)
			return st;
		if ((after ? is : was) && rpv__set_has(after ? variant->after : variant->before, t->weakness))
			found[n++] = effects->items[i].variant;
	}
	n = rpv__sort_unique_u32(found, n);
	return n ? rpv__field_kind_of(f, found, n, &out->kind) : RPV_OK;
}

/* What counts of a device that the commit left alone. */
static rpv_status read_effects(rpv__world *w, uint32_t device, rpv__in_effects *out)
{
	rpv__row row = { NULL, 0 };
	rpv__states states = { NULL, 0 };
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_ROW, device), value;
	rpv_status st = rpv__txn_get(w->txn, at, &value, w->error);
	if (st == RPV_OK && !rpv__get_row(value, &w->scratch, &row))
		return rpv__fail_corrupt(w->error, "row", at);
	if (st == RPV_OK || st == RPV_E_NOT_FOUND)
		st = rpv__txn_get(w->txn, at = rpv__key32(&key, RPV__K_STATES, device), &value, w->error);
	if (st == RPV_OK && !rpv__get_states(value, &w->scratch, &states))
		return rpv__fail_corrupt(w->error, "states", at);
	if (st && st != RPV_E_NOT_FOUND)
		return st;
	rpv__in_effect *effects = rpv__arena_get(&w->scratch, (row.count + states.count) * sizeof *effects);
	if (!effects)
		return rpv__fail_nomem(w->error);
	st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < row.count; i++) {
		const rpv__world_variant *variant;
		st = rpv__world_variant_at(w, row.variants[i], &variant);
		if (st == RPV_OK)
			effects[i] = (rpv__in_effect){ variant->recommendation, row.variants[i], 0, false };
	}
	for (size_t i = 0; i < states.count; i++)
		effects[row.count + i] = (rpv__in_effect){ states.items[i].recommendation, 0, (uint8_t)states.items[i].state,
		                                           false };
	*out = (rpv__in_effects){ effects, row.count + states.count };
	return st;
}

const rpv__in_touched *rpv__touched_at(const rpv__intake *in, uint32_t device)
{
	size_t low = 0, high = in ? in->touched_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (in->touched[middle].device->number < device)
			low = middle + 1;
		else
			high = middle;
	}
	return in && low < in->touched_count && in->touched[low].device->number == device ? &in->touched[low] : NULL;
}

static rpv_status places_of(rpv__field *f, const target *t, uint32_t device, rpv__place *before, rpv__place *after)
{
	rpv__world *w = f->world;
	const rpv__in_touched *touched = rpv__touched_at(w->in, device);
	rpv__device_hot hot;
	rpv__in_effects effects;
	rpv_status st;
	if (touched) {
		st = place_of(f, t, false, &touched->device->before, &touched->before, before);
		return st == RPV_OK ? place_of(f, t, true, &touched->device->hot, &touched->after, after) : st;
	}
	st = rpv__txn_device(w->txn, device, &w->scratch, &hot, w->error);
	if (st == RPV_OK)
		st = read_effects(w, device, &effects);
	if (st == RPV_OK)
		st = place_of(f, t, false, &hot, &effects, before);
	return st == RPV_OK ? place_of(f, t, true, &hot, &effects, after) : st;
}

/* --- censuses --- */
static rpv_status take_census(rpv__field *f, rpv_bytes key, bool *found)
{
	rpv__world *w = f->world;
	rpv__census census;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(w->txn, key, &value, w->error);
	*found = st == RPV_OK;
	if (st == RPV_E_NOT_FOUND)
		return RPV_OK;
	if (st == RPV_OK && !rpv__get_census(value, &w->scratch, &census))
		return rpv__fail_corrupt(w->error, "census", key);
	for (size_t i = 0; st == RPV_OK && i < census.count; i++) {
		const rpv__census_row *row = &census.items[i];
		uint32_t kind;
		st = rpv__field_kind_of(f, row->variants, row->variant_count, &kind);
		if (st == RPV_OK)
			st = rpv__field_add(f, row->group, kind, row->devices, row->devices);
	}
	return st;
}

/* Of a weakness everywhere only those that have it: a recommendation's counters hold others too. */
static rpv_status belongs(rpv__field *f, const rpv__field_kind *kind, uint32_t weakness, bool *out)
{
	rpv_status st = RPV_OK;
	*out = true;
	for (size_t i = 0; weakness && st == RPV_OK && i < kind->count; i++) {
		const rpv__world_variant *variant;
		st = rpv__world_variant_at(f->world, kind->variants[i], &variant);
		*out = *out && st == RPV_OK && rpv__set_has(variant->after, weakness);
	}
	return st;
}

static rpv_status keep(rpv__field *f, rpv_bytes key, uint32_t weakness)
{
	rpv__world *w = f->world;
	rpv__census_row *rows = rpv__arena_get(&w->scratch, f->cell_count * sizeof *rows);
	rpv__census census = { rows, 0 };
	rpv__buf value;
	if (!rows)
		return rpv__fail_nomem(w->error);
	for (size_t i = 0; i < f->cell_count; i++) {
		const rpv__cell *cell = &f->cells[i];
		const rpv__field_kind *kind = &f->kinds[cell->kind];
		uint32_t any = 0;
		bool kept;
		rpv_status st = belongs(f, kind, weakness, &kept);
		if (st)
			return st;
		for (unsigned c = 0; c < RPV__CLASSES; c++)
			any |= rows[census.count].devices[c] = cell->after[c];
		rows[census.count].group = cell->group;
		rows[census.count].variants = kind->variants;
		rows[census.count].variant_count = kind->count;
		census.count += kept && any;
	}
	rpv__buf_init(&value, w->alloc);
	rpv__put_census(&value, &census);
	rpv_status st = value.status ? rpv__fail_nomem(w->error) : rpv__txn_put(w->txn, key, rpv__buf_view(&value), w->error);
	rpv__buf_free(&value);
	return st;
}

/* A device that the commit touched, in a field that stands as it was. */
static rpv_status apply(rpv__field *f, const rpv__place *before, const rpv__place *after)
{
	rpv_status st = rpv__field_count(f, before, 0, -1);
	if (st == RPV_OK)
		st = rpv__field_count(f, after, 0, 1);
	return st == RPV_OK ? rpv__field_shift(f, before, after) : st;
}

rpv_status rpv__field_derive(rpv__field *f, const rpv__place *before, const rpv__place *after)
{
	rpv_status st = rpv__field_count(f, before, 1, 0);
	if (st == RPV_OK)
		st = rpv__field_count(f, after, 0, 1);
	return st == RPV_OK ? rpv__field_shift(f, before, after) : st;
}

/* --- devices that an exception names --- */
static bool any_set_changed(const rpv__intake *in, uint32_t weakness)
{
	for (size_t i = 0; in && i < in->sets.count; i++) {
		const rpv__in_set *s = in->sets.items[i];
		if (s->changed && rpv__set_has((rpv__set_side){ s->before, s->before_count }, weakness) !=
		                  rpv__set_has((rpv__set_side){ s->now, s->now_count }, weakness))
			return true;
	}
	return false;
}

/* The number that the recommendation had before the commit. */
static uint32_t number_before(const rpv__intake *in, uint32_t recommendation)
{
	uint64_t entry;
	if (!in || !rpv__map_get_u64(&in->recommendation_of, recommendation, &entry))
		return recommendation;
	const rpv__in_recommendation *r = (const rpv__in_recommendation *)(uintptr_t)entry;
	return r->old && r->number == recommendation ? r->old : recommendation;
}

rpv_status rpv__field_of_devices(rpv__field *f, const rpv__cover *cover, bool by_group)
{
	const rpv__intake *in = f->world->in;
	target t = { number_before(in, cover->recommendation), cover->recommendation, cover->weakness };
	bool found = false, same = !by_group && !(in && in->wipes) &&
	                           (cover->recommendation || !any_set_changed(in, cover->weakness));
	rpv__key key;
	rpv_status st = same ? take_census(f, rpv__key64(&key, RPV__K_DEVICES_CENSUS, cover->exception), &found) : RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < cover->device_count; i++) {
		rpv__place before, after;
		if (found && !rpv__touched_at(in, cover->devices[i]))
			continue;
		st = places_of(f, &t, cover->devices[i], &before, &after);
		if (!by_group)
			before.group = after.group = 0;
		if (st == RPV_OK)
			st = found ? apply(f, &before, &after) : rpv__field_derive(f, &before, &after);
	}
	return st == RPV_OK ? rpv__field_settle(f) : st;
}

rpv_status rpv__field_keep_devices(rpv__field *f, uint64_t exception)
{
	rpv__key key;
	return keep(f, rpv__key64(&key, RPV__K_DEVICES_CENSUS, exception), 0);
}

/* --- a weakness wherever it occurs --- */
static rpv_status take_touched(rpv__field *f, const target *t, const rpv__in_touched *touched,
                               rpv_status (*take)(rpv__field *, const rpv__place *, const rpv__place *))
{
	rpv__place before, after;
	rpv_status st = place_of(f, t, false, &touched->device->before, &touched->before, &before);
	if (st == RPV_OK)
		st = place_of(f, t, true, &touched->device->hot, &touched->after, &after);
	return st == RPV_OK ? take(f, &before, &after) : st;
}

static size_t first_hit(const rpv__intake *in, uint32_t weakness)
{
	size_t low = 0, high = in ? in->hit_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (in->hits[middle].weakness < weakness)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

rpv_status rpv__field_of_weakness(rpv__field *f, uint32_t weakness)
{
	const rpv__intake *in = f->world->in;
	target t = { 0, 0, weakness };
	bool found = false, complete = false;
	rpv__key key;
	rpv_status st = (in && in->wipes) || any_set_changed(in, weakness)
		? RPV_OK : take_census(f, rpv__key32(&key, RPV__K_WEAKNESS_CENSUS, weakness), &found);
	if (st == RPV_OK && !found)
		st = rpv__field_scan(f, weakness, &complete);
	if (st || complete)
		return st;
	for (size_t i = 0; in && !found && st == RPV_OK && i < in->touched_count; i++)
		st = take_touched(f, &t, &in->touched[i], rpv__field_derive);
	for (size_t i = first_hit(in, weakness);
	     in && found && st == RPV_OK && i < in->hit_count && in->hits[i].weakness == weakness; i++)
		st = take_touched(f, &t, rpv__touched_at(in, in->hits[i].device), apply);
	return st == RPV_OK ? rpv__field_settle(f) : st;
}

rpv_status rpv__field_keep_weakness(rpv__field *f, uint32_t weakness)
{
	rpv__key key;
	return keep(f, rpv__key32(&key, RPV__K_WEAKNESS_CENSUS, weakness), weakness);
}
