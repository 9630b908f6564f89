/* SPDX-License-Identifier: MIT */
/* An evaluation that follows hazards: devices that have a weakness with another hazard are taken out as they were and put in
 * as they are. Where that is many, as on the day of new likelihoods for all, one pass over all of them costs less. */
#include "evaluation.h"

typedef struct following {
	struct rpv__evaluation *e;
	uint8_t *seen;            /* by variant, then by device */
	uint32_t *variants; size_t variant_count;
	uint32_t *devices; size_t device_count;
} following;

/* Variants that hold one of the weaknesses, ascending. */
static rpv_status find_variants(following *f, const uint32_t *weaknesses, size_t count, rpv__arena *arena)
{
	struct rpv__evaluation *e = f->e;
	f->seen = rpv__arena_get(arena, e->variant_room);
	if (!f->seen || rpv__index_weaknesses(e))
		return RPV_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		rpv__items items = rpv__index_items(&e->by_weakness, weaknesses[i]);
		while (rpv__items_next(&items)) {
			f->variant_count += !f->seen[items.item];
			f->seen[items.item] = 1;
		}
	}
	f->variants = rpv__arena_get(arena, (f->variant_count + 1) * sizeof *f->variants);
	if (!f->variants)
		return RPV_E_NOMEM;
	f->variant_count = 0;
	for (size_t i = 0; i < e->variants; i++)
		if (f->seen[i])
			f->variants[f->variant_count++] = (uint32_t)i;
	return RPV_OK;
}

/* Whether it is too much: by the bytes of the index, one or more for each device of a variant. */
static bool is_much(const following *f)
{
	const rpv__index *index = &f->e->by_variant;
	size_t bytes = 0;
	for (size_t i = 0; i < f->variant_count && f->variants[i] < index->numbers; i++)
		bytes += index->first[f->variants[i] + 1] - index->first[f->variants[i]];
	return bytes > f->e->view->device_count / 8 + 64;
}

static void note(void *user, uint32_t device, uint32_t variant)
{
	following *f = user;
	(void)variant;
	if (!f->seen[device])
		f->devices[f->device_count++] = device;
	f->seen[device] = 1;
}

static rpv_status find_devices(following *f, rpv__arena *arena)
{
	struct rpv__evaluation *e = f->e;
	f->seen = rpv__arena_get(arena, e->view->device_count + 1);
	f->devices = rpv__arena_get(arena, (e->view->device_count / 8 + 64 + e->moved_count) * sizeof *f->devices);
	if (!f->seen || !f->devices)
		return RPV_E_NOMEM;
	rpv_status status = rpv__visit_variants(e, f->variants, f->variant_count, note, f);
	uint32_t *copy = status ? NULL : rpv__arena_room(arena, (f->device_count + 1) * sizeof *copy);
	if (!copy)
		return RPV_E_NOMEM;
	rpv__order_classes(e->counted, f->devices, f->device_count, copy);
	return RPV_OK;
}

static void make_row(struct rpv__evaluation *e, uint32_t variant)
{
	rpv__table_put(e, variant);
	if (e->figures)
		rpv__gains_row(e, variant);
}

/* What changes, unless all sums are worked out anew anyway. */
static rpv_status find(following *f, const uint32_t *weaknesses, size_t count, rpv__arena *arena)
{
	struct rpv__evaluation *e = f->e;
	if (!e->stale && count <= e->threats / 64 + 64 && !e->by_variant.first && !e->missed)
		e->missed = e->stale = true; /* an index would help next time */
	e->stale |= count > e->threats / 64 + 64;
	if (e->stale)
		return RPV_OK;
	rpv_status status = find_variants(f, weaknesses, count, arena);
	if (!status)
		status = rpv__index_variants(e);
	e->stale = !status && is_much(f);
	return status || e->stale ? status : find_devices(f, arena);
}

rpv_status rpv__evaluation_hazards(struct rpv__evaluation *e, const uint32_t *weaknesses, size_t count, rpv__arena *arena)
{
	following f = { .e = e };
	rpv_status status = find(&f, weaknesses, count, arena);
	if (status)
		return status;
	for (size_t i = 0; i < f.device_count; i++) {
		rpv__look_ahead(e, f.devices + i, f.device_count - i);
		rpv__evaluation_out(e, f.devices[i]);
	}
	for (size_t i = 0; i < count; i++)
		e->hazards[weaknesses[i]] = rpv__evaluation_hazard(e, weaknesses[i]);
	for (size_t i = 0; i < f.variant_count; i++)
		make_row(e, f.variants[i]);
	for (size_t i = 0; i < f.device_count; i++) {
		rpv__look_ahead(e, f.devices + i, f.device_count - i);
		rpv__evaluation_in(e, f.devices[i]);
	}
	return RPV_OK;
}
