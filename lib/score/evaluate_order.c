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

/* With figures, devices of one class lie together, so that few tables are in use at a time, and those with the same row
 * are alike. */
static size_t place_of(const struct rpv__evaluation *e, const rpv__order *o, const rpv__view_device *d)
{
	return (size_t)o->groups[d->group].class * RPV__CLASSES + (e->figures ? rpv__class_of(d) : 0);
}

/* Marks of the rows of listed devices: 1, 2 and so on for those that several devices have, else 0. Rows lie all over
 * memory, therefore they are looked at just here. */
static uint32_t mark_rows(const struct rpv__evaluation *e, const uint32_t *listed, size_t count, uint32_t *marks,
                          rpv__view_row **marked)
{
	const rpv__view_device *devices = e->view->devices;
	uint32_t most = 0;
	for (size_t i = 0; i < count; i++) {
		rpv__view_row *row = devices[listed[i]].row;
		RPV__PREFETCH(i + 8 < count ? devices[listed[i + 8]].row : NULL);
		if (row && row->mark == 0 && row->devices > 1) {
			row->mark = ++most;
			marked[most] = row;
		}
		marks[i] = row ? row->mark : 0;
	}
	for (uint32_t i = 1; i <= most; i++)
		marked[i]->mark = 0;
	return most;
}

/* Numbers of listed devices in the order of their rows; those of a row that no other device has come first. */
static rpv_status sort_rows(const struct rpv__evaluation *e, rpv__arena *arena, const uint32_t *listed, size_t count,
                            uint32_t *out)
{
	size_t rows = e->view->rows.count + 2;
	uint32_t *start = rpv__arena_get(arena, rows * sizeof *start);
	uint32_t *marks = rpv__arena_get(arena, (count + 1) * sizeof *marks), sum = 0;
	rpv__view_row **marked = rpv__arena_get(arena, rows * sizeof(rpv__view_row *));
	if (!start || !marks || !marked)
		return RPV_E_NOMEM;
	uint32_t most = mark_rows(e, listed, count, marks, marked);
	for (size_t i = 0; i < count; i++)
		start[marks[i]]++;
	for (uint32_t i = 0; i <= most; i++) {
		uint32_t own = start[i];
		start[i] = sum;
		sum += own;
	}
	for (size_t i = 0; i < count; i++)
		out[start[marks[i]]++] = listed[i];
	return RPV_OK;
}

/* Devices that count, unless some are given; with figures, those that share a row together. */
static rpv_status list_devices(const struct rpv__evaluation *e, rpv__arena *arena, const uint32_t **list, size_t *count)
{
	size_t room = (*list ? *count : e->view->device_count) + 1;
	const uint32_t *given = *list;
	uint32_t *listed = given ? NULL : rpv__arena_get(arena, room * sizeof *listed), *sorted;
	if (!given) {
		*list = listed;
		*count = 0;
	}
	for (size_t i = 0; listed && i < e->view->device_count; i++)
		if (rpv__evaluation_counts(e, (uint32_t)i))
			listed[(*count)++] = (uint32_t)i;
	if (!*list || !e->figures || !rpv__rows_shared(&e->view->rows))
		return *list ? RPV_OK : RPV_E_NOMEM;
	given = *list;
	*list = sorted = rpv__arena_get(arena, room * sizeof *sorted);
	return sorted ? sort_rows(e, arena, given, *count, sorted) : RPV_E_NOMEM;
}

static rpv_status class_devices(const struct rpv__evaluation *e, const uint32_t *listed, size_t count, rpv__arena *arena,
                                rpv__order *o)
{
	const rpv__view *view = e->view;
	size_t sum = 0, places = o->classes * RPV__CLASSES;
	if (list_devices(e, arena, &listed, &count))
		return RPV_E_NOMEM;
	o->start = rpv__arena_get(arena, (places + 2) * sizeof *o->start);
	o->devices = rpv__arena_get(arena, (count + 1) * sizeof *o->devices);
	if (!o->start || !o->devices)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		RPV__PREFETCH(i + 32 < count ? &view->devices[listed[i + 32]] : NULL);
		o->start[place_of(e, o, &view->devices[listed[i]])]++;
	}
	for (size_t i = 0; i <= places; i++) {
		sum += o->start[i];
		o->start[i] = (uint32_t)sum;
	}
	for (size_t i = count; i-- > 0;) {
		RPV__PREFETCH(i > 32 ? &view->devices[listed[i - 32]] : NULL);
		o->devices[--o->start[place_of(e, o, &view->devices[listed[i]])]] = listed[i];
	}
	return RPV_OK;
}

rpv_status rpv__order_devices(const struct rpv__evaluation *e, const uint32_t *devices, size_t count, rpv__arena *arena,
                              rpv__order *out)
{
	rpv_status status = class_groups(e, arena, out);
	return status ? status : class_devices(e, devices, count, arena, out);
}
