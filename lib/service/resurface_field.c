/* SPDX-License-Identifier: MIT */
/* Fields: devices counted by device group, class and kind, before a commit and after it. */
#include "resurface_inside.h"

void rpv__field_init(rpv__field *f, rpv__world *w)
{
	memset(f, 0, sizeof *f);
	f->world = w;
	rpv__map_init(&f->kind_of, w->alloc);
	rpv__map_init(&f->cell_of, w->alloc);
}

void rpv__field_free(rpv__field *f)
{
	rpv__map_free(&f->kind_of);
	rpv__map_free(&f->cell_of);
}

/* --- kinds --- */
rpv_status rpv__field_kind_of(rpv__field *f, const uint32_t *variants, size_t count, uint32_t *out)
{
	static const uint32_t configuration = UINT32_MAX; /* no variant has this number */
	rpv_bytes key = { count ? variants : &configuration, (count ? count : 1) * sizeof *variants };
	rpv__world *w = f->world;
	uint64_t known;
	if (rpv__map_get(&f->kind_of, key, &known)) {
		*out = (uint32_t)known;
		return RPV_OK;
	}
	uint32_t *copy = rpv__arena_get(&w->scratch, count * sizeof *copy);
	rpv_status st = copy ? rpv__world_grow(w, &f->kinds, &f->kind_cap, f->kind_count, sizeof *f->kinds)
	                     : rpv__fail_nomem(w->error);
	if (st == RPV_OK && rpv__map_put(&f->kind_of, key, f->kind_count))
		st = rpv__fail_nomem(w->error);
	if (st)
		return st;
	if (count)
		memcpy(copy, variants, count * sizeof *copy);
	*out = (uint32_t)f->kind_count;
	f->kinds[f->kind_count++] = (rpv__field_kind){ copy, count };
	return RPV_OK;
}

/* --- cells --- */
static rpv_status cell_at(rpv__field *f, uint32_t group, uint32_t kind, rpv__cell **out)
{
	uint64_t place = (uint64_t)group << 32 | kind, known;
	if (rpv__map_get_u64(&f->cell_of, place, &known)) {
		*out = &f->cells[known];
		return RPV_OK;
	}
	rpv_status st = rpv__world_grow(f->world, &f->cells, &f->cell_cap, f->cell_count, sizeof *f->cells);
	if (st == RPV_OK && rpv__map_put_u64(&f->cell_of, place, f->cell_count))
		st = rpv__fail_nomem(f->world->error);
	if (st)
		return st;
	*out = &f->cells[f->cell_count++];
	(*out)->group = group;
	(*out)->kind = kind;
	return RPV_OK;
}

rpv_status rpv__field_add(rpv__field *f, uint32_t group, uint32_t kind, const uint32_t *before, const uint32_t *after)
{
	rpv__cell *cell;
	rpv_status st = cell_at(f, group, kind, &cell);
	for (unsigned c = 0; st == RPV_OK && c < RPV__CLASSES; c++) {
		cell->before[c] += before ? before[c] : 0;
		cell->after[c] += after ? after[c] : 0;
	}
	return st;
}

rpv_status rpv__field_count(rpv__field *f, const rpv__place *at, int before, int after)
{
	rpv__cell *cell;
	rpv_status st = at->kind == RPV__NO_KIND ? RPV_OK : cell_at(f, at->group, at->kind, &cell);
	if (st == RPV_OK && at->kind != RPV__NO_KIND) {
		cell->before[at->class] += (uint32_t)before;
		cell->after[at->class] += (uint32_t)after;
	}
	return st;
}

rpv_status rpv__field_shift(rpv__field *f, const rpv__place *before, const rpv__place *after)
{
	if (after->kind == RPV__NO_KIND || after->class < RPV__CLASSES / 2)
		return RPV_OK;
	rpv_status st = rpv__world_grow(f->world, &f->shifts, &f->shift_cap, f->shift_count, sizeof *f->shifts);
	if (st == RPV_OK)
		f->shifts[f->shift_count++] = (rpv__shift){ *before, *after };
	return st;
}

static int by_place(const void *a, const void *b, const void *context)
{
	const rpv__cell *x = a, *y = b;
	(void)context;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static void mark_shifts(rpv__field *f)
{
	for (size_t i = 0; i < f->shift_count; i++) {
		const rpv__place *at = &f->shifts[i].after;
		size_t low = 0, high = f->cell_count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			const rpv__cell *c = &f->cells[middle];
			if (c->group < at->group || (c->group == at->group && c->kind < at->kind))
				low = middle + 1;
			else
				high = middle;
		}
		if (low < f->cell_count && f->cells[low].group == at->group && f->cells[low].kind == at->kind)
			f->cells[low].shifted++;
	}
}

rpv_status rpv__field_settle(rpv__field *f)
{
	if (rpv__sort(f->world->alloc, f->cells, f->cell_count, sizeof *f->cells, by_place, NULL))
		return rpv__fail_nomem(f->world->error);
	mark_shifts(f);
	return RPV_OK;
}

/* --- the counters of a recommendation --- */
static rpv_status add_counter(rpv__field *f, uint32_t group, const rpv__counter *counter, bool before, bool after)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < counter->count; i++) {
		const rpv__counter_row *row = &counter->items[i];
		uint32_t kind;
		if (!row->variant && row->state != RPV_CONFIGURATION_EXPOSED)
			continue;
		st = rpv__field_kind_of(f, &row->variant, row->variant ? 1 : 0, &kind);
		if (st == RPV_OK)
			st = rpv__field_add(f, group, kind, before ? row->devices : NULL, after ? row->devices : NULL);
	}
	return st;
}

static bool precedes(const rpv__in_tallied *t, uint32_t recommendation, uint32_t group)
{
	return t->recommendation != recommendation ? t->recommendation < recommendation : t->group < group;
}

static size_t first_tallied(const rpv__intake *in, uint32_t recommendation, uint32_t group)
{
	size_t low = 0, high = in ? in->tallied_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (precedes(&in->tallied[middle], recommendation, group))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_tallied(const rpv__intake *in, size_t at, uint32_t recommendation, uint32_t group)
{
	return in && at < in->tallied_count && in->tallied[at].recommendation == recommendation &&
	       in->tallied[at].group == group;
}

static rpv_status take_counter(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__field *f = user;
	uint32_t recommendation, group;
	rpv__counter counter;
	if (!rpv__key_is32_32(key, RPV__K_COUNTER, &recommendation, &group) ||
	    !rpv__get_counter(value, &f->world->scratch, &counter))
		return rpv__fail_corrupt(error, "counter", key);
	const rpv__intake *in = f->world->in;
	bool changed = is_tallied(in, first_tallied(in, recommendation, group), recommendation, group);
	return add_counter(f, group, &counter, !changed, true);
}

static rpv_status take_groups(rpv__field *f, uint32_t recommendation, const uint32_t *groups, size_t count)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__key key;
		rpv_bytes at = rpv__key32_32(&key, RPV__K_COUNTER, recommendation, groups[i]), value;
		st = rpv__txn_get(f->world->txn, at, &value, f->world->error);
		if (st == RPV_OK)
			st = take_counter(f, at, value, f->world->error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
	}
	return st;
}

rpv_status rpv__effect_place(rpv__field *f, const rpv__device_hot *hot, const rpv__in_effect *effect, rpv__place *out)
{
	bool counts = !(hot->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED));
	*out = (rpv__place){ hot->group, RPV__NO_KIND, rpv__device_class(hot) };
	if (!counts || !effect || (!effect->variant && effect->state != RPV_CONFIGURATION_EXPOSED))
		return RPV_OK;
	return rpv__field_kind_of(f, &effect->variant, effect->variant ? 1 : 0, &out->kind);
}

/* Devices with an alert, one by one, for what is told of each. */
static rpv_status take_pairs(rpv__field *f, uint32_t recommendation)
{
	const rpv__intake *in = f->world->in;
	rpv_status st = RPV_OK;
	size_t low = 0, high = in ? in->pair_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (in->pairs[middle].recommendation < recommendation)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; st == RPV_OK && in && i < in->pair_count && in->pairs[i].recommendation == recommendation; i++) {
		const rpv__in_pair *pair = &in->pairs[i];
		rpv__place before, after;
		if (!(pair->device->hot.flags & RPV__DEVICE_ALERT))
			continue;
		st = rpv__effect_place(f, &pair->device->before, pair->was, &before);
		if (st == RPV_OK)
			st = rpv__effect_place(f, &pair->device->hot, pair->is, &after);
		if (st == RPV_OK)
			st = rpv__field_shift(f, &before, &after);
	}
	return st;
}

rpv_status rpv__field_of_recommendation(rpv__field *f, uint32_t recommendation, const uint32_t *groups, size_t count)
{
	const rpv__intake *in = f->world->in;
	rpv__key key;
	rpv_status st = groups ? take_groups(f, recommendation, groups, count)
	                       : rpv__txn_scan_prefix(f->world->txn, rpv__key32(&key, RPV__K_COUNTER, recommendation),
	                                              take_counter, f, f->world->error);
	for (size_t i = first_tallied(in, recommendation, 0);
	     st == RPV_OK && in && i < in->tallied_count && in->tallied[i].recommendation == recommendation; i++)
		st = add_counter(f, in->tallied[i].group, &in->tallied[i].before, true, false);
	if (st == RPV_OK)
		st = take_pairs(f, recommendation);
	return st == RPV_OK ? rpv__field_settle(f) : st;
}
