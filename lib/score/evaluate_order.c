/* SPDX-License-Identifier: MIT */
/* The order in which a pass takes devices: those of device groups under the same exceptions together. */
#include "evaluation.h"

static int compare_groups(const void *a, const void *b, const void *context)
{
	const struct rpv__evaluation *e = context;
	const rpv__covers *c = &e->covers;
	uint32_t x = ((const rpv__group_class *)a)->group, y = ((const rpv__group_class *)b)->group;
	const uint32_t *xs = c->group_subjects + c->group_first[x], *ys = c->group_subjects + c->group_first[y];
	size_t xn = c->group_first[x + 1] - c->group_first[x], yn = c->group_first[y + 1] - c->group_first[y];
	for (size_t i = 0; i < xn && i < yn; i++) {
		if (xs[i] != ys[i])
			return xs[i] < ys[i] ? -1 : 1;
		uint8_t xb = rpv__subject_bits(&c->subjects[xs[i]], x, RPV__NO_NUMBER);
		uint8_t yb = rpv__subject_bits(&c->subjects[ys[i]], y, RPV__NO_NUMBER);
		if (xb != yb)
			return xb < yb ? -1 : 1;
	}
	return (xn > yn) - (xn < yn);
}

static rpv_status class_groups(const struct rpv__evaluation *e, rpv__arena *arena, rpv__order *o)
{
	size_t count = e->view->group_count;
	rpv__group_class *sorted = rpv__arena_get(arena, (count + 1) * sizeof *sorted);
	o->groups = rpv__arena_get(arena, (count + 1) * sizeof *o->groups);
	o->representative = rpv__arena_get(arena, (count + 1) * sizeof *o->representative);
	if (!sorted || !o->groups || !o->representative)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i].group = (uint32_t)i;
	rpv_status status = rpv__sort(&e->alloc, sorted, count, sizeof *sorted, compare_groups, e);
	for (size_t i = 0; !status && i < count; i++) {
		if (i == 0 || compare_groups(&sorted[i - 1], &sorted[i], e) != 0)
			o->representative[o->classes++] = sorted[i].group;
		o->groups[sorted[i].group].class = (uint32_t)(o->classes - 1);
	}
	return status;
}

/* With figures, devices of one multiplier lie together, so that few tables are in use at a time. */
static size_t place_of(const struct rpv__evaluation *e, const rpv__order *o, const rpv__view_device *d)
{
	return (size_t)o->groups[d->group].class * RPV__MULTIPLIERS + (e->figures ? rpv__class_of(d) / RPV__VALUES : 0);
}

static rpv_status class_devices(const struct rpv__evaluation *e, rpv__arena *arena, rpv__order *o)
{
	const rpv__view *view = e->view;
	size_t sum = 0, places = o->classes * RPV__MULTIPLIERS;
	o->start = rpv__arena_get(arena, (places + 2) * sizeof *o->start);
	o->devices = rpv__arena_get(arena, (view->device_count + 1) * sizeof *o->devices);
	if (!o->start || !o->devices)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < view->device_count; i++)
		if (rpv__evaluation_counts(e, (uint32_t)i))
			o->start[place_of(e, o, &view->devices[i])]++;
	for (size_t i = 0; i <= places; i++) {
		sum += o->start[i];
		o->start[i] = (uint32_t)sum;
	}
	for (size_t i = view->device_count; i-- > 0;)
		if (rpv__evaluation_counts(e, (uint32_t)i))
			o->devices[--o->start[place_of(e, o, &view->devices[i])]] = (uint32_t)i;
	return RPV_OK;
}

rpv_status rpv__order_devices(const struct rpv__evaluation *e, rpv__arena *arena, rpv__order *out)
{
	rpv_status status = class_groups(e, arena, out);
	return status ? status : class_devices(e, arena, out);
}
