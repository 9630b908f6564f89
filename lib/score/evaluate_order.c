/* SPDX-License-Identifier: MIT */
/* The order in which a pass takes devices: those of device groups under the same exceptions together. */
#include "evaluation.h"

enum { BLOCK = 4096, AHEAD = 32 };

typedef struct sorting { uint32_t *copy, *numbers, *start; rpv__view_row **marked; } sorting; /* memory for it */

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

/* Numbers of the rows of devices: 1, 2 and so on for those that several devices have, else 0. Rows lie all over memory,
 * therefore they are looked at just here. */
static uint32_t number_rows(const struct rpv__evaluation *e, const uint32_t *listed, size_t count, const sorting *s)
{
	const rpv__view_device *devices = e->view->devices;
	uint32_t most = 0;
	for (size_t i = 0; i < count; i++) {
		rpv__view_row *row = devices[listed[i]].row;
		RPV__PREFETCH(i + 8 < count ? devices[listed[i + 8]].row : NULL);
		if (row && row->mark == 0 && row->devices > 1) {
			row->mark = ++most;
			s->marked[most] = row;
		}
		s->numbers[i] = row ? row->mark : 0;
	}
	for (uint32_t i = 1; i <= most; i++)
		s->marked[i]->mark = 0;
	return most;
}

/* Devices in the order of their rows; those of a row that no other device has come first. */
static void sort_rows(const struct rpv__evaluation *e, uint32_t *devices, size_t count, const sorting *s)
{
	uint32_t most = number_rows(e, devices, count, s), sum = 0;
	memset(s->start, 0, (most + 1) * sizeof *s->start);
	for (size_t i = 0; i < count; i++) {
		s->copy[i] = devices[i];
		s->start[s->numbers[i]]++;
	}
	for (uint32_t i = 0; i <= most; i++) {
		uint32_t own = s->start[i];
		s->start[i] = sum;
		sum += own;
	}
	for (size_t i = 0; i < count; i++)
		devices[s->start[s->numbers[i]]++] = s->copy[i];
}

void rpv__order_classes(const rpv__counted *counted, uint32_t *devices, size_t count, uint32_t *copy)
{
	uint32_t start[RPV__CLASSES + 1] = { 0 };
	for (size_t i = 0; i < count; i++) {
		RPV__PREFETCH(i + AHEAD < count ? &counted[devices[i + AHEAD]] : NULL);
		copy[i] = devices[i];
		start[counted[copy[i]].class + 1]++;
	}
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		start[c + 1] += start[c];
	for (size_t i = 0; i < count; i++)
		devices[start[counted[copy[i]].class]++] = copy[i];
}

/* For what devices gain. Within blocks: their memory comes page by page, and is not gone over again for each class. */
static rpv_status sort(const struct rpv__evaluation *e, rpv__arena *arena, const rpv__order *o)
{
	size_t all = o->start[o->classes] + 1, rows = e->view->rows.count + 2;
	bool shared = rpv__rows_shared(&e->view->rows);
	sorting s = { .copy = rpv__arena_room(arena, (shared && all > BLOCK ? all : BLOCK) * sizeof *s.copy) };
	if (shared) {
		s.numbers = rpv__arena_room(arena, all * sizeof *s.numbers);
		s.start = rpv__arena_room(arena, rows * sizeof *s.start);
		s.marked = rpv__arena_room(arena, rows * sizeof *s.marked);
	}
	if (!s.copy || (shared && (!s.numbers || !s.start || !s.marked)))
		return RPV_E_NOMEM;
	for (size_t c = 0; c < o->classes; c++) {
		uint32_t *devices = o->devices + o->start[c];
		size_t count = o->start[c + 1] - o->start[c];
		if (shared)
			sort_rows(e, devices, count, &s);
		for (size_t at = 0; at < count; at += BLOCK)
			rpv__order_classes(e->counted, devices + at, count - at < BLOCK ? count - at : BLOCK, s.copy);
	}
	return RPV_OK;
}

static uint32_t *start_of(const struct rpv__evaluation *e, const rpv__order *o, size_t device)
{
	return &o->start[o->groups[e->counted[device].group].class];
}

/* Notes how each device counts, in memory that nothing may have been written to yet. */
static void note_all(struct rpv__evaluation *e, const rpv__order *o)
{
	size_t count = e->view->device_count;
	for (size_t i = 0; i < count; i++) {
		rpv__counted *c = &e->counted[i];
		rpv__evaluation_note(e, (uint32_t)i, rpv__evaluation_counts(e, (uint32_t)i));
		c->moved = e->moved_list && c->moved;
		*start_of(e, o, i) += c->in;
	}
	for (size_t i = count; i < e->device_room; i++) /* those to come, and some that are gone */
		e->counted[i] = (rpv__counted){ .moved = e->moved_list && e->counted[i].moved };
}

/* From how many there are of each class. */
static rpv_status fill(const struct rpv__evaluation *e, const uint32_t *devices, size_t count, rpv__arena *arena,
                       rpv__order *o)
{
	uint32_t sum = 0;
	for (size_t i = 0; i <= o->classes; i++) {
		sum += o->start[i];
		o->start[i] = sum;
	}
	o->devices = rpv__arena_room(arena, (sum + (size_t)1) * sizeof *o->devices);
	if (!o->devices)
		return RPV_E_NOMEM;
	for (size_t i = count; i-- > 0;) {
		uint32_t device = devices ? devices[i] : (uint32_t)i;
		if (devices && i > AHEAD)
			RPV__PREFETCH(&e->counted[devices[i - AHEAD]]);
		if (devices || e->counted[device].in)
			o->devices[--*start_of(e, o, device)] = device;
	}
	return RPV_OK;
}

rpv_status rpv__order_devices(struct rpv__evaluation *e, const uint32_t *devices, size_t count, rpv__arena *arena,
                              rpv__order *out)
{
	rpv_status status = class_groups(e, arena, out);
	if (!status && !(out->start = rpv__arena_get(arena, (out->classes + 2) * sizeof *out->start)))
		status = RPV_E_NOMEM;
	if (status)
		return status;
	if (!devices)
		note_all(e, out);
	for (size_t i = 0; devices && i < count; i++) {
		RPV__PREFETCH(i + AHEAD < count ? &e->counted[devices[i + AHEAD]] : NULL);
		++*start_of(e, out, devices[i]);
	}
	status = fill(e, devices, devices ? count : e->view->device_count, arena, out);
	return !status && e->figures ? sort(e, arena, out) : status;
}
