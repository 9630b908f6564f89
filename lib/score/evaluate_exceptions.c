/* SPDX-License-Identifier: MIT */
/* An evaluation that follows exceptions: what is decided in another way is worked out for the devices that it matters on.
 * Scores follow at once. Impacts of these devices are settled when somebody asks for impacts: then the devices are taken out
 * of the sums as they were and put in as they are. Impacts that nobody asked for in between are given up. */
#include "evaluation.h"

enum { SPARE_MOST = 1 << 20 }; /* bytes that changes may leave behind, and 8 for each device */

static bool same_deciders(const rpv__decider *a, size_t a_count, const rpv__decider *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (a[i].number != b[i].number || a[i].bits != b[i].bits)
			return false;
	return true;
}

static bool same_subjects(const rpv__subject *a, const rpv__subject *b)
{
	return a->global == b->global && same_deciders(a->groups, a->group_count, b->groups, b->group_count) &&
	       same_deciders(a->devices, a->device_count, b->devices, b->device_count);
}

/* Decides the subject as another one does, and brings all that is made of that up to date but sums. */
static rpv_status put(struct rpv__evaluation *e, rpv__subject *subject, const rpv__subject *as)
{
	subject->global = as->global;
	subject->groups = as->groups;
	subject->group_count = as->group_count;
	subject->devices = as->devices;
	subject->device_count = as->device_count;
	for (size_t i = 0; i < subject->variant_count; i++) {
		rpv__table_put(e, subject->variants[i]);
		e->rows[subject->variants[i]].touched = true;
		if (e->figures)
			rpv__gains_row(e, subject->variants[i]);
	}
	return rpv__covers_scope(&e->covers, e->view);
}

/* --- impacts --- */
static void free_unsettled(struct rpv__evaluation *e)
{
	rpv__free(&e->alloc, e->unsettled.devices);
	rpv__free(&e->alloc, e->unsettled.sums);
	memset(&e->unsettled, 0, sizeof e->unsettled);
}

void rpv__evaluation_give_up(struct rpv__evaluation *e)
{
	e->figures &= e->unsettled.count == 0;
	free_unsettled(e);
}

static void swap_sums(struct rpv__evaluation *e)
{
	rpv__unsettled *u = &e->unsettled;
	for (size_t i = 0; i < u->count; i++) {
		uint64_t sums[RPV__VIEWS];
		memcpy(sums, e->counted[u->devices[i]].sums, sizeof sums);
		memcpy(e->counted[u->devices[i]].sums, u->sums[i], sizeof sums);
		memcpy(u->sums[i], sums, sizeof sums);
	}
}

rpv_status rpv__evaluation_settle(struct rpv__evaluation *e)
{
	rpv__unsettled *u = &e->unsettled;
	if (u->count == 0 || u->count > e->view->device_count / 3) { /* a pass over all costs less */
		rpv__evaluation_give_up(e);
		return RPV_OK;
	}
	rpv__subject *subject = rpv__subject_find(&e->covers, u->before.recommendation, u->before.weakness), now = *subject;
	swap_sums(e);
	rpv_status status = put(e, subject, &u->before);
	if (!status)
		status = rpv__evaluation_gains(e, u->devices, u->count, true);
	swap_sums(e);
	if (!status)
		status = put(e, subject, &now);
	if (!status)
		status = rpv__evaluation_gains(e, u->devices, u->count, false);
	free_unsettled(e);
	return status;
}

/* --- exceptions --- */
static rpv_status copy(rpv__covers *covers, rpv__decider **deciders, size_t count)
{
	rpv__decider *own = count ? rpv__arena_get(&covers->arena, count * sizeof *own) : NULL;
	if (count && !own)
		return RPV_E_NOMEM;
	if (count)
		memcpy(own, *deciders, count * sizeof *own);
	*deciders = own;
	covers->spare += count * sizeof *own;
	return RPV_OK;
}

/* Whether sums have to wait for the next pass: there is no index, and this is the first time that one would help. */
static bool waits(struct rpv__evaluation *e, const rpv__subject *subject)
{
	if (!e->stale && subject->variant_count && !e->by_variant.first && !e->missed)
		e->missed = e->stale = true;
	return e->stale;
}

static rpv_status change(struct rpv__evaluation *e, rpv__subject *subject, rpv__subject *after)
{
	rpv_status status = copy(&e->covers, &after->groups, after->group_count);
	if (!status)
		status = copy(&e->covers, &after->devices, after->device_count);
	if (!status)
		status = rpv__evaluation_settle(e); /* an earlier change of the same moment */
	if (status)
		return status;
	e->settled = false;
	if (!waits(e, subject)) {
		rpv__shift c;
		e->unsettled.before = *subject;
		status = rpv__shift_work_out(&c, e, subject, after, true);
		if (status)
			return status;
		memcpy(e->total, c.total, sizeof e->total);
		e->states[subject->recommendation] = c.states;
	}
	return put(e, subject, after);
}

rpv_status rpv__evaluation_subject(struct rpv__evaluation *e, const rpv__cover *key, rpv__subject **out)
{
	*out = rpv__subject_find(&e->covers, key->recommendation, key->weakness);
	if (*out)
		return RPV_OK;
	rpv_status status = rpv__covers_subject(&e->covers, e->view, key->recommendation, key->weakness, out);
	if (!status)
		status = rpv__table_subject(e, *out);
	return status ? status : rpv__covers_scope(&e->covers, e->view); /* which lists subjects by their places */
}

static rpv_status decide(struct rpv__evaluation *e, const rpv__cover *key, rpv__arena *arena)
{
	rpv__subject after = { 0 }, *subject = rpv__subject_find(&e->covers, key->recommendation, key->weakness);
	const rpv__cover **covers;
	size_t count;
	rpv_status status = rpv__covers_in_effect(e->view, &e->lens, key, 0, arena, &covers, &count);
	if (!status)
		status = rpv__subject_of(&after, arena, covers, count);
	if (status || (!subject && count == 0) || (subject && same_subjects(subject, &after)))
		return status;
	status = rpv__evaluation_subject(e, key, &subject);
	return status ? status : change(e, subject, &after);
}

rpv_status rpv__evaluation_decide(struct rpv__evaluation *e, uint32_t recommendation, uint32_t weakness)
{
	rpv__cover key = { .recommendation = recommendation, .weakness = weakness };
	rpv__arena arena;
	if (recommendation >= e->view->recommendation_count)
		return RPV_OK; /* it will be known by a later commit */
	if (e->covers.spare > SPARE_MOST + e->view->device_count * sizeof(rpv__decider))
		return RPV_E_LIMIT;
	rpv__arena_init(&arena, &e->alloc);
	rpv_status status = decide(e, &key, &arena);
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__evaluation_turn(struct rpv__evaluation *e, int64_t before_ms, int64_t now_ms)
{
	const rpv__view *view = e->view;
	size_t subjects = 0;
	rpv_status status = RPV_OK;
	e->lens.now_ms = now_ms;
	for (size_t i = 0; !status && i < view->cover_count; i++) {
		const rpv__cover *c = &view->covers[i];
		if ((rpv__exception_status_alone(c, before_ms) == RPV_EXCEPTION_IN_EFFECT) ==
		    (rpv__exception_status_alone(c, now_ms) == RPV_EXCEPTION_IN_EFFECT))
			continue;
		status = ++subjects > RPV__SUBJECTS_MOST ? RPV_E_LIMIT
		                                         : rpv__evaluation_decide(e, c->recommendation, c->weakness);
	}
	rpv__covers_next(&e->covers, view, &e->lens);
	return status;
}
