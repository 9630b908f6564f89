/* SPDX-License-Identifier: MIT */
/* The table of hazards by variant, and which variants each exception touches. */
#include "evaluation.h"

uint64_t rpv__evaluation_hazard(const struct rpv__evaluation *e, uint32_t weakness)
{
	const rpv__threat *threat = &e->view->threats[weakness];
	const rpv__model *model = e->lens.model;
	rpv__likelihood_facts facts = rpv__threat_facts(threat);
	if (!(threat->flags & RPV__THREAT_EXISTS))
		return 0;
	uint32_t likelihood = model && model->given.likelihood ? model->told[weakness] : RPV_LIKELIHOOD_UNKNOWN;
	if (likelihood == RPV_LIKELIHOOD_UNKNOWN)
		likelihood = rpv__likelihood(e->model, &facts);
	return rpv__hazard(e->model, likelihood, facts.severity);
}

void *rpv__rows_room(rpv__arena *arena, size_t count, size_t size)
{
	const size_t line = 64;
	uint8_t *piece = count > (SIZE_MAX - line) / size ? NULL : rpv__arena_room(arena, count * size + line);
	return piece ? piece + (line - (uintptr_t)piece % line) % line : NULL;
}

void *rpv__rows_get(rpv__arena *arena, size_t count, size_t size)
{
	void *rows = rpv__rows_room(arena, count, size);
	return rows ? memset(rows, 0, count * size) : NULL;
}

static rpv_status make_hazards(struct rpv__evaluation *e)
{
	e->threats = e->view->threat_count;
	e->threat_room = rpv__room(e->threats);
	e->hazards = rpv__arena_get(&e->arena, e->threat_room * sizeof *e->hazards);
	if (!e->hazards)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < e->threats; i++)
		e->hazards[i] = rpv__evaluation_hazard(e, (uint32_t)i);
	return RPV_OK;
}

void rpv__table_list(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	uint32_t *first = e->rec_first, sum = 0;
	if (e->listed == e->variants)
		return;
	memset(first, 0, (view->recommendation_count + 1) * sizeof *first);
	for (size_t i = 1; i < e->variants; i++)
		first[view->variants[i].recommendation]++;
	for (size_t i = 0; i <= view->recommendation_count; i++) {
		sum += first[i];
		first[i] = sum;                            /* end of i, which filling in from behind makes its start */
	}
	for (size_t i = e->variants; i-- > 1;)
		e->rec_variants[--first[view->variants[i].recommendation]] = (uint32_t)i;
	e->listed = e->variants;
}

static uint8_t bits_at(const struct rpv__evaluation *e, uint32_t recommendation, uint32_t weakness, uint32_t group,
                       uint32_t device)
{
	const rpv__subject *subject = rpv__subject_find(&e->covers, recommendation, weakness);
	return subject ? rpv__subject_bits(subject, group, device) : 0;
}

static bool done_at(const rpv__lens *lens, uint32_t recommendation, uint32_t device)
{
	size_t low = 0, high = lens->done_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const rpv__done *d = &lens->done[middle];
		if (d->recommendation < recommendation || (d->recommendation == recommendation && d->device < device))
			low = middle + 1;
		else
			high = middle;
	}
	return low < lens->done_count && lens->done[low].recommendation == recommendation && lens->done[low].device == device;
}

bool rpv__lens_done(const rpv__lens *lens, uint32_t recommendation, uint32_t device)
{
	if (lens->done_count == 0)
		return false;
	return done_at(lens, recommendation, RPV__NO_NUMBER) ||
	       (device != RPV__NO_NUMBER && done_at(lens, recommendation, device));
}

void rpv__table_row(const struct rpv__evaluation *e, uint32_t variant, uint32_t group, uint32_t device,
                    rpv__variant_row *out)
{
	const rpv__view_variant *v = &e->view->variants[variant];
	const uint32_t *first = e->covers.first;
	uint32_t rec = v->recommendation;
	memset(out, 0, sizeof *out);
	out->recommendation = rec;
	if (!e->view->recommendations[rec].exists || rpv__lens_done(&e->lens, rec, device))
		return;
	bool everywhere = first[0] != first[1], single = first[rec] != first[rec + 1];
	uint8_t whole = single ? bits_at(e, rec, 0, group, device) : 0;
	for (uint32_t i = 0; i < v->weakness_count; i++) {
		uint32_t weakness = v->weaknesses[i];
		uint64_t hazard = e->hazards[weakness];
		uint8_t wide = everywhere ? bits_at(e, 0, weakness, group, device) : 0;
		uint8_t bits = whole | wide | (single ? bits_at(e, rec, weakness, group, device) : 0);
		const bool counts[RPV__VIEWS] = { true, !(bits & RPV__REMOVES), !(bits & RPV__HIDES) };
		out->everywhere |= wide != 0;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			if (counts[k]) {
				out->w[k] = rpv__w_add(out->w[k], hazard);
				out->left |= (uint8_t)(1u << k);
			}
	}
}

/* Exceptions only take off from what no_impact counts. */
void rpv__table_put(struct rpv__evaluation *e, uint32_t variant)
{
	rpv__variant_row *row = &e->rows[variant];
	bool touched = row->touched;
	rpv__table_row(e, variant, RPV__NO_NUMBER, RPV__NO_NUMBER, row);
	row->touched = touched;
	if (row->w[RPV__NO_IMPACT] > e->heaviest || !e->sum_every) {
		e->heaviest = row->w[RPV__NO_IMPACT];
		e->sum_every = rpv__sum_every(e->heaviest);
	}
}

/* --- variants touched by a subject --- */
static void note(rpv__subject *subject, uint32_t variant, bool fill)
{
	if (fill)
		subject->variants[subject->variant_count] = variant;
	subject->variant_count++;
}

/* Notes a variant with every subject that has a finding in it. */
static bool note_subjects(struct rpv__evaluation *e, uint32_t variant, bool fill)
{
	const rpv__view_variant *v = &e->view->variants[variant];
	const rpv__covers *c = &e->covers;
	uint32_t rec = v->recommendation;
	bool everywhere = c->first[0] != c->first[1], single = c->first[rec] != c->first[rec + 1], touched = false;
	if ((!everywhere && !single) || v->weakness_count == 0 || !e->view->recommendations[rec].exists)
		return false;
	rpv__subject *whole = rpv__subject_find(c, rec, 0);
	if (whole)
		note(whole, variant, fill);
	for (uint32_t i = 0; i < v->weakness_count; i++) {
		rpv__subject *one = single ? rpv__subject_find(c, rec, v->weaknesses[i]) : NULL;
		rpv__subject *wide = everywhere ? rpv__subject_find(c, 0, v->weaknesses[i]) : NULL;
		if (one)
			note(one, variant, fill);
		if (wide)
			note(wide, variant, fill);
		touched |= one || wide;
	}
	return touched || whole;
}

/* What is carried out on single devices makes rows of their own for these. */
static rpv_status touch_done(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	for (size_t i = 0; i < e->lens.done_count; i++) {
		const rpv__done *d = &e->lens.done[i];
		if (d->device >= view->device_count || d->recommendation >= view->recommendation_count) /* or all devices */
			continue;
		if (!e->covers.special)
			e->covers.special = rpv__arena_get(&e->covers.arena, e->covers.special_room);
		if (!e->covers.special)
			return RPV_E_NOMEM;
		e->covers.special[d->device] = 1;
		for (uint32_t j = e->rec_first[d->recommendation]; j < e->rec_first[d->recommendation + 1]; j++)
			e->rows[e->rec_variants[j]].touched = true;
	}
	return RPV_OK;
}

static rpv_status touch(struct rpv__evaluation *e)
{
	rpv__covers *covers = &e->covers;
	for (size_t i = 1; i < e->view->variant_count; i++)
		e->rows[i].touched = note_subjects(e, (uint32_t)i, false);
	if (touch_done(e))
		return RPV_E_NOMEM;
	for (size_t i = 0; i < covers->count; i++) {
		rpv__subject *s = &covers->subjects[i];
		s->variant_cap = s->variant_count + 1;
		s->variants = rpv__arena_get(&covers->arena, s->variant_cap * sizeof *s->variants);
		if (!s->variants)
			return RPV_E_NOMEM;
		s->variant_count = 0;
	}
	for (size_t i = 1; covers->count && i < e->view->variant_count; i++)
		if (e->rows[i].touched)
			note_subjects(e, (uint32_t)i, true);
	return RPV_OK;
}

void rpv__table_again(struct rpv__evaluation *e)
{
	e->sum_every = 0;
	for (size_t i = 1; i < e->variants; i++)
		rpv__table_put(e, (uint32_t)i);
}

static bool holds(const rpv__view_variant *v, uint32_t weakness)
{
	for (uint32_t i = 0; i < v->weakness_count; i++)
		if (v->weaknesses[i] == weakness || weakness == 0)
			return true;
	return false;
}

rpv_status rpv__table_subject(struct rpv__evaluation *e, rpv__subject *subject)
{
	uint32_t rec = subject->recommendation;
	rpv__items items = { NULL, NULL, 0 };
	size_t most = 0;
	rpv__table_list(e);
	if (!rec && rpv__index_weaknesses(e))
		return RPV_E_NOMEM;
	if (!rec)
		items = rpv__index_items(&e->by_weakness, subject->weakness);
	most = rec ? e->rec_first[rec + 1] - e->rec_first[rec] : (size_t)(items.end - items.at); /* at least a byte each */
	subject->variant_cap = most + 1;
	subject->variants = rpv__arena_get(&e->covers.arena, subject->variant_cap * sizeof *subject->variants);
	if (!subject->variants)
		return RPV_E_NOMEM;
	for (size_t i = 0; rec && i < most; i++) {
		uint32_t variant = e->rec_variants[e->rec_first[rec] + i];
		if (e->view->recommendations[rec].exists && holds(&e->view->variants[variant], subject->weakness))
			subject->variants[subject->variant_count++] = variant;
	}
	while (!rec && rpv__items_next(&items))
		if (e->view->recommendations[e->view->variants[items.item].recommendation].exists)
			subject->variants[subject->variant_count++] = items.item;
	for (size_t i = 0; i < subject->variant_count; i++)
		e->rows[subject->variants[i]].touched = true;
	return RPV_OK;
}

rpv_status rpv__table_open(struct rpv__evaluation *e)
{
	rpv_status status = make_hazards(e);
	e->variants = e->view->variant_count;
	e->variant_room = rpv__room(e->variants);
	e->rec_first = rpv__arena_get(&e->arena, (e->view->recommendation_count + 1) * sizeof *e->rec_first);
	e->rec_variants = rpv__arena_get(&e->arena, e->variant_room * sizeof *e->rec_variants);
	e->rows = rpv__rows_get(&e->arena, e->variant_room, sizeof *e->rows);
	if (status || !e->rec_first || !e->rec_variants || !e->rows)
		return RPV_E_NOMEM;
	rpv__table_list(e);
	for (size_t i = 1; i < e->variants; i++)
		rpv__table_put(e, (uint32_t)i);
	return touch(e);
}

static rpv_status add_to(struct rpv__evaluation *e, rpv__subject *subject, uint32_t variant)
{
	if (!subject)
		return RPV_OK;
	if (rpv__arena_grow(&e->covers.arena, &subject->variants, &subject->variant_cap, subject->variant_count,
	                    sizeof *subject->variants))
		return RPV_E_NOMEM;
	subject->variants[subject->variant_count++] = variant;
	e->rows[variant].touched = true;
	return RPV_OK;
}

rpv_status rpv__table_add(struct rpv__evaluation *e, uint32_t variant)
{
	const rpv__view_variant *v = &e->view->variants[variant];
	const rpv__covers *c = &e->covers;
	rpv__table_put(e, variant);
	if (e->figures)
		rpv__gains_row(e, variant);
	if (v->weakness_count == 0 || !e->view->recommendations[v->recommendation].exists)
		return RPV_OK;
	rpv_status status = add_to(e, rpv__subject_find(c, v->recommendation, 0), variant);
	for (uint32_t i = 0; !status && i < v->weakness_count; i++) {
		status = add_to(e, rpv__subject_find(c, v->recommendation, v->weaknesses[i]), variant);
		if (!status)
			status = add_to(e, rpv__subject_find(c, 0, v->weaknesses[i]), variant);
	}
	return status;
}
