/* SPDX-License-Identifier: MIT */
/* The pass over the memberships of all active devices in the lens: sums of exposures, and what every recommendation
 * contributes. Device groups under the same exceptions are passed over together, with the rows that these touch put into
 * the table meanwhile. */
#include "pass.h"

/* A device that is not like its group. */
static void add_own(const rpv__pass *p, uint32_t device)
{
	struct rpv__evaluation *e = p->e;
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	if (!p->known)
		rpv__evaluation_sum(e, device, e->counted[device].sums);
	rpv__evaluation_survival(e, device, l, s);
	if (!p->known)
		rpv__evaluation_count(e, device, s);
	if (e->figures)
		rpv__gains_add_own(e, device, l, s, p->out);
}

/* Adds what the devices of the run would gain by each of their recommendations. */
static void end_run(rpv__pass *p)
{
	const rpv__run *r = &p->run;
	const rpv__view_device *d = &p->e->view->devices[r->device];
	if (p->e->figures && r->times && d->row)
		rpv__gains_add(p->e, d, r->l, r->s, r->times, p->out);
	p->run.times = 0;
}

/* The device that was added last with the same row, or any before it; RPV__NO_NUMBER: there is none. */
static uint32_t find_same(rpv__pass *p, uint32_t device)
{
	const rpv__view_device *devices = p->e->view->devices;
	rpv__view_row *row = devices[device].row;
	if (p->run.times && devices[p->run.device].row == row)
		return p->run.device;
	if (!p->marked || !row || row->devices < 2)
		return RPV__NO_NUMBER;
	if (row->mark)
		return row->mark - 1;
	p->marked[p->marked_count++] = row;
	row->mark = device + 1;
	return RPV__NO_NUMBER;
}

static void forget_marks(rpv__pass *p)
{
	while (p->marked_count)
		p->marked[--p->marked_count]->mark = 0;
}

static void add_device(rpv__pass *p, uint32_t device)
{
	struct rpv__evaluation *e = p->e;
	const rpv__view_device *d = &e->view->devices[device];
	rpv__run *r = &p->run;
	unsigned class = rpv__class_of(d);
	uint64_t *sums = e->counted[device].sums;
	uint32_t same = find_same(p, device);
	if (p->known)
		; /* nothing to add up */
	else if (same != RPV__NO_NUMBER)
		memcpy(sums, e->counted[same].sums, sizeof e->counted[same].sums);
	else if (d->row)
		e->sum(e->rows, rpv__row_numbers(d->row), d->row->wide, d->row->count, e->sum_every, sums);
	else
		memset(sums, 0, RPV__VIEWS * sizeof *sums);
	if (r->times && same == r->device && class == r->class && r->times < RPV__GAIN_COUNT) {
		r->times++;
	} else {
		end_run(p);
		r->device = device;
		r->class = class;
		r->times = 1;
		rpv__evaluation_survival(e, device, r->l, r->s);
	}
	if (!p->known)
		rpv__evaluation_count(e, device, r->s);
}

/* Puts the rows that exceptions of a device group touch into the table, or those without them back. */
static void put_rows(const rpv__pass *p, uint32_t representative, bool back)
{
	struct rpv__evaluation *e = p->e;
	const rpv__covers *c = &e->covers;
	for (uint32_t i = c->group_first[representative]; i < c->group_first[representative + 1]; i++) {
		const rpv__subject *subject = &c->subjects[c->group_subjects[i]];
		for (size_t j = 0; j < subject->variant_count; j++) {
			rpv__variant_row *row = &e->rows[subject->variants[j]];
			rpv__table_row(e, subject->variants[j], back ? RPV__NO_NUMBER : representative, RPV__NO_NUMBER, row);
			row->touched = true;
			if (e->figures)
				rpv__gains_row(e, subject->variants[j]);
		}
	}
}

void rpv__pass_range(rpv__pass *p, uint32_t first, uint32_t end)
{
	struct rpv__evaluation *e = p->e;
	for (uint32_t i = first; i < end; i++) {
		uint32_t device = p->order.devices[i];
		rpv__look_ahead(e, p->order.devices + i, end - i);
		if (e->covers.special && e->covers.special[device])
			add_own(p, device);
		else
			add_device(p, device);
	}
	end_run(p);
	forget_marks(p);
}

static void pass_class(rpv__pass *p, size_t class)
{
	uint32_t first = p->order.start[class];
	uint32_t end = p->order.start[class + 1];
	if (first == end)
		return;
	put_rows(p, p->order.representative[class], false);
	if (p->piece_count)
		rpv__pieces_run(p, first, end);
	else
		rpv__pass_range(p, first, end);
	put_rows(p, p->order.representative[class], true);
}

static rpv_status pass_over(rpv__pass *p, const uint32_t *devices, size_t count)
{
	struct rpv__evaluation *e = p->e;
	rpv__arena_init(&p->arena, &e->alloc);
	rpv__evaluation_choose(e);
	rpv_status status = rpv__order_devices(e, devices, count, &p->arena, &p->order);
	if (!status)
		status = rpv__pieces_open(p);
	if (!status && !e->figures && !p->piece_count && rpv__rows_shared(&e->view->rows)) {
		p->marked = rpv__arena_get(&p->arena, (e->view->rows.count + 1) * sizeof(rpv__view_row *));
		status = p->marked ? RPV_OK : RPV_E_NOMEM;
	}
	for (size_t i = 0; !status && i < p->order.classes; i++)
		pass_class(p, i);
	if (!status)
		rpv__pieces_merge(p);
	rpv__arena_free(&p->arena);
	return status;
}

rpv_status rpv__evaluation_pass(struct rpv__evaluation *e)
{
	rpv__pass p = { .e = e };
	e->silent_ms = INT64_MAX;
	e->silent_count = 0;
	return pass_over(&p, NULL, 0);
}

rpv_status rpv__evaluation_gains(struct rpv__evaluation *e, const uint32_t *devices, size_t count, bool out)
{
	rpv__pass p = { .e = e, .known = true, .out = out };
	return pass_over(&p, devices, count);
}
