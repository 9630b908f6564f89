/* SPDX-License-Identifier: MIT */
/* Indexes from what devices have to the devices. Built when first asked for, gone with the evaluation. They stay as they
 * were built when devices change: these are listed, left out where an index has them, and looked at one by one. Once there
 * are many of them the indexes go, and are built anew when they are asked for again. */
#include "evaluation.h"

enum { AHEAD = 32 };

/* While it is built, first[n + 2] counts bytes of number n, then first[n + 1] says where the next one goes. */
typedef struct building {
	rpv__index *index;
	size_t numbers;
	uint32_t *last;  /* by number: its item before */
	bool fill;
} building;

void rpv__index_drop(const rpv__alloc *a, rpv__index *index)
{
	rpv__free(a, index->first);
	rpv__free(a, index->bytes);
	memset(index, 0, sizeof *index);
}

/* The indexes of devices, and what moved since. */
static void drop_devices(struct rpv__evaluation *e)
{
	rpv__index_drop(&e->alloc, &e->by_variant);
	rpv__index_drop(&e->alloc, &e->by_exposed_state);
	for (size_t i = 0; i < e->moved_count; i++)
		e->counted[e->moved_list[i]].moved = false;
	rpv__free(&e->alloc, e->moved_list);
	e->moved_list = NULL;
	e->moved_count = 0;
}

void rpv__index_drop_all(struct rpv__evaluation *e)
{
	drop_devices(e);
	rpv__index_drop(&e->alloc, &e->by_weakness);
}

static rpv_status begin(const rpv__alloc *a, building *b, rpv__index *index, size_t numbers)
{
	*b = (building){ index, numbers, rpv__new(a, (numbers + 1) * sizeof *b->last), false };
	index->first = rpv__new(a, (numbers + 3) * sizeof *index->first);
	index->numbers = numbers;
	return b->last && index->first ? RPV_OK : RPV_E_NOMEM;
}

/* Between counting and filling in. */
static rpv_status reserve(const rpv__alloc *a, building *b)
{
	rpv__index *index = b->index;
	for (size_t i = 0; i < b->numbers; i++)
		index->first[i + 2] += index->first[i + 1];
	index->bytes = a->resize(a->user, NULL, index->first[b->numbers + 1] + 1);
	memset(b->last, 0, b->numbers * sizeof *b->last);
	b->fill = true;
	return index->bytes ? RPV_OK : RPV_E_NOMEM;
}

static rpv_status end(const rpv__alloc *a, building *b, rpv_status status)
{
	rpv__free(a, b->last);
	if (status)
		rpv__index_drop(a, b->index);
	return status;
}

static void put_byte(building *b, uint32_t number, uint32_t byte)
{
	size_t *at = &b->index->first[number + (b->fill ? 1 : 2)];
	if (b->fill)
		b->index->bytes[*at] = (uint8_t)byte;
	++*at;
}

/* Items of a number come ascending. */
static void put(building *b, uint32_t number, uint32_t item)
{
	uint32_t distance = item - b->last[number];
	b->last[number] = item;
	if (distance < RPV__FAR) {
		put_byte(b, number, distance);
		return;
	}
	distance -= RPV__FAR;
	put_byte(b, number, RPV__FAR + (distance & 15));
	for (distance >>= 4; distance > 127; distance >>= 7)
		put_byte(b, number, 128 | (distance & 127));
	put_byte(b, number, distance);
}

/* The variants of a device, most of which it has not long after the device that had one last. */
static void put_row(building *b, const rpv__view_row *row, uint32_t device)
{
	const void *numbers = rpv__row_numbers(row);
	size_t *first = b->index->first + (b->fill ? 1 : 2);
	uint8_t *bytes = b->index->bytes;
	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t variant = rpv__row_at(numbers, row->wide, i), distance = device - b->last[variant];
		if (distance >= RPV__FAR) {
			put(b, variant, device);
			continue;
		}
		b->last[variant] = device;
		if (b->fill)
			bytes[first[variant]] = (uint8_t)distance;
		first[variant]++;
	}
}

/* Rows lie all over memory: asks for those to come. */
static void look_ahead(const rpv__view *view, size_t i)
{
	const rpv__view_row *near = i + 3 < view->device_count ? view->devices[i + 3].row : NULL;
	if (i + 8 < view->device_count)
		RPV__PREFETCH(view->devices[i + 8].row);
	for (size_t at = 64, end = near ? rpv__row_size(near) : 0; at < end; at += 64)
		RPV__PREFETCH((const uint8_t *)near + at);
}

static void put_device(const struct rpv__evaluation *e, building *b, uint32_t device, bool states)
{
	const rpv__view_device *d = &e->view->devices[device];
	if (!states) {
		look_ahead(e->view, device);
		if (d->row)
			put_row(b, d->row, device);
	}
	for (uint32_t i = 0; states && i < d->state_count; i++)
		if (d->states[i].state == RPV_CONFIGURATION_EXPOSED)
			put(b, d->states[i].recommendation, device);
}

static rpv_status open_moved(struct rpv__evaluation *e)
{
	if (!e->moved_list) {
		e->moved_most = e->view->device_count / 64 + 64;
		e->moved_list = rpv__new(&e->alloc, e->moved_most * sizeof *e->moved_list);
	}
	return e->moved_list ? RPV_OK : RPV_E_NOMEM;
}

static rpv_status index_devices(struct rpv__evaluation *e, rpv__index *index, size_t numbers, bool states)
{
	building b;
	if (index->first)
		return RPV_OK;
	if (open_moved(e))
		return RPV_E_NOMEM;
	rpv_status status = begin(&e->alloc, &b, index, numbers);
	for (int fill = 0; !status && fill < 2; fill++) {
		if (fill)
			status = reserve(&e->alloc, &b);
		for (size_t i = 0; !status && i < e->view->device_count; i++)
			if (rpv__evaluation_counts(e, (uint32_t)i))
				put_device(e, &b, (uint32_t)i, states);
	}
	return end(&e->alloc, &b, status);
}

rpv_status rpv__index_variants(struct rpv__evaluation *e)
{
	return index_devices(e, &e->by_variant, e->view->variant_count, false);
}

rpv_status rpv__index_states(struct rpv__evaluation *e)
{
	return index_devices(e, &e->by_exposed_state, e->view->recommendation_count, true);
}

rpv_status rpv__index_weaknesses(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	building b;
	if (e->by_weakness.first)
		return RPV_OK;
	rpv_status status = begin(&e->alloc, &b, &e->by_weakness, view->threat_count);
	for (int fill = 0; !status && fill < 2; fill++) {
		if (fill)
			status = reserve(&e->alloc, &b);
		for (size_t i = 1; !status && i < view->variant_count; i++)
			for (uint32_t j = 0; j < view->variants[i].weakness_count; j++)
				put(&b, view->variants[i].weaknesses[j], (uint32_t)i);
	}
	return end(&e->alloc, &b, status);
}

/* --- devices that changed since --- */
void rpv__index_move(struct rpv__evaluation *e, uint32_t device)
{
	if (!e->moved_list || e->counted[device].moved)
		return;
	if (e->moved_count == e->moved_most) {
		drop_devices(e);
		return;
	}
	e->counted[device].moved = true;
	e->moved_list[e->moved_count++] = device;
}

/* Devices lie all over memory: asks for some before they are looked at. Those that fell silent since are not in. */
static void visit_items(const struct rpv__evaluation *e, const rpv__index *index, uint32_t number, rpv__visitor *visit,
                        void *user)
{
	rpv__items items = rpv__index_items(index, number);
	uint32_t devices[AHEAD];
	size_t asked = 0, at = 0;
	for (bool more = true;;) {
		while (more && asked < at + AHEAD && (more = rpv__items_next(&items))) {
			RPV__PREFETCH(&e->counted[items.item]);
			devices[asked++ % AHEAD] = items.item;
		}
		if (at == asked)
			return;
		uint32_t device = devices[at++ % AHEAD];
		if (e->counted[device].in && !e->counted[device].moved)
			visit(user, device, number);
	}
}

/* The variants that a device has of these: both ascend. */
static void visit_row(const rpv__view_device *d, uint32_t device, const uint32_t *variants, size_t count,
                      rpv__visitor *visit, void *user)
{
	size_t at = 0;
	for (uint32_t i = 0, n = rpv__device_variant_count(d); i < n && at < count; i++) {
		uint32_t variant = rpv__device_variant(d, i);
		while (at < count && variants[at] < variant)
			at++;
		if (at < count && variants[at] == variant)
			visit(user, device, variant);
	}
}

rpv_status rpv__visit_variants(struct rpv__evaluation *e, const uint32_t *variants, size_t count, rpv__visitor *visit,
                               void *user)
{
	if (rpv__index_variants(e))
		return RPV_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		visit_items(e, &e->by_variant, variants[i], visit, user);
	for (size_t i = 0; i < e->moved_count; i++) {
		rpv__look_ahead(e, e->moved_list + i, e->moved_count - i);
		if (e->counted[e->moved_list[i]].in)
			visit_row(&e->view->devices[e->moved_list[i]], e->moved_list[i], variants, count, visit, user);
	}
	return RPV_OK;
}

rpv_status rpv__visit_exposed(struct rpv__evaluation *e, uint32_t recommendation, rpv__visitor *visit, void *user)
{
	if (rpv__index_states(e))
		return RPV_E_NOMEM;
	visit_items(e, &e->by_exposed_state, recommendation, visit, user);
	for (size_t i = 0; i < e->moved_count; i++) {
		const rpv__view_device *d = &e->view->devices[e->moved_list[i]];
		for (uint32_t j = 0; e->counted[e->moved_list[i]].in && j < d->state_count; j++)
			if (d->states[j].recommendation == recommendation && d->states[j].state == RPV_CONFIGURATION_EXPOSED)
				visit(user, e->moved_list[i], 0);
	}
	return RPV_OK;
}
