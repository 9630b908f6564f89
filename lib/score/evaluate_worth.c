/* SPDX-License-Identifier: MIT */
/* What an exception is worth: the scores after canceling it, less the scores now. Only the devices that it covers are
 * looked at. */
#include "evaluation.h"

typedef struct affected {   /* a device on which the subject is decided in another way afterwards */
	uint32_t device;
	uint32_t only;             /* its one variant that holds a finding of the subject; 0: there may be several */
	uint64_t rest[RPV__VIEWS]; /* its sum without the variants that do */
} affected;

typedef struct worth {
	struct rpv__evaluation *e;
	rpv__subject *subject, now, after;
	uint8_t *touched;          /* by variant: it holds a finding of the subject */
	uint8_t *seen;             /* by device */
	affected *devices; size_t count, cap;
	rpv_status status;
	rpv__state_sums states;    /* afterwards */
} worth;

static void note(void *user, uint32_t device, uint32_t variant)
{
	worth *w = user;
	const rpv__view_device *d = &w->e->view->devices[device];
	if (w->seen[device] || rpv__subject_bits(&w->now, d->group, device) == rpv__subject_bits(&w->after, d->group, device))
		return;
	w->seen[device] = 1;
	if (!w->status)
		w->status = rpv__grow(&w->e->alloc, &w->devices, &w->cap, w->count + 1, sizeof *w->devices);
	if (w->status)
		return;
	w->devices[w->count].device = device;
	w->devices[w->count++].only = w->subject->recommendation ? variant : 0;
}

static rpv_status find_devices(worth *w)
{
	for (size_t i = 0; i < w->subject->variant_count; i++)
		w->touched[w->subject->variants[i]] = 1;
	rpv_status status = rpv__visit_variants(w->e, w->subject->variants, w->subject->variant_count, note, w);
	return status ? status : w->status;
}

/* The sum of a device apart from touched variants. A sum that was never bounded is what it was made of; else the rest is
 * added up anew. */
static void find_rest(const worth *w, affected *a)
{
	const struct rpv__evaluation *e = w->e;
	const rpv__view_device *d = &e->view->devices[a->device];
	bool exact = e->sums[a->device][RPV__NO_IMPACT] < RPV__L_CAP;
	rpv__variant_row row;
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		a->rest[k] = exact ? e->sums[a->device][k] : 0;
	if (exact && a->only) {
		rpv__table_row(e, a->only, d->group, a->device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			a->rest[k] -= row.w[k];
		return;
	}
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++) {
		if ((w->touched[rpv__device_variant(d, i)] != 0) != exact)
			continue;
		rpv__table_row(e, rpv__device_variant(d, i), d->group, a->device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			a->rest[k] = exact ? a->rest[k] - row.w[k] : rpv__l_add(a->rest[k], row.w[k]);
	}
}

static void add_touched(const worth *w, const affected *a, uint64_t after[RPV__VIEWS])
{
	const rpv__view_device *d = &w->e->view->devices[a->device];
	rpv__variant_row row;
	for (uint32_t i = 0, count = a->only ? 1 : rpv__device_variant_count(d); i < count; i++) {
		uint32_t variant = a->only ? a->only : rpv__device_variant(d, i);
		if (!w->touched[variant])
			continue;
		rpv__table_row(w->e, variant, d->group, a->device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			after[k] = rpv__l_add(after[k], row.w[k]);
	}
}

/* Moves a device from how it counts now to how it counts afterwards. */
static void move(const worth *w, const affected *a, rpv__sums total[RPV__VIEWS])
{
	const struct rpv__evaluation *e = w->e;
	const rpv__view_device *d = &e->view->devices[a->device];
	uint64_t after[RPV__VIEWS];
	memcpy(after, a->rest, sizeof after);
	add_touched(w, a, after);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		uint64_t now = e->sums[a->device][k];
		if (now == after[k])
			continue;
		rpv__sums_remove(&total[k], d->value, rpv__exposure(rpv__l_times(now, rpv__multiplier_of(e, d))));
		rpv__sums_add(&total[k], d->value, rpv__exposure(rpv__l_times(after[k], rpv__multiplier_of(e, d))));
	}
}

static rpv_status work_out_exposure(worth *w, int64_t out[RPV__VIEWS])
{
	const rpv__exposure_model *model = w->e->model;
	rpv__sums total[RPV__VIEWS];
	rpv_status status = find_devices(w);
	if (status)
		return status;
	memcpy(total, w->e->total, sizeof total);
	for (size_t i = 0; i < w->count; i++)
		find_rest(w, &w->devices[i]);
	*w->subject = w->after; /* rows are those afterwards from here on */
	for (size_t i = 0; i < w->count; i++)
		move(w, &w->devices[i], total);
	*w->subject = w->now;
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		out[k] = rpv__exposure_score(model, &total[k]) - rpv__exposure_score(model, &w->e->total[k]);
	return RPV_OK;
}

static void count_state(void *user, uint32_t device, uint32_t variant)
{
	worth *w = user;
	uint32_t group = w->e->view->devices[device].group;
	uint8_t had = rpv__subject_bits(&w->now, group, device), has = rpv__subject_bits(&w->after, group, device);
	(void)variant;
	w->states.compliant[RPV__OFFICIAL] += ((has & RPV__REMOVES) != 0) - (uint32_t)((had & RPV__REMOVES) != 0);
	w->states.compliant[RPV__MITIGATION_LIKE] += ((has & RPV__HIDES) != 0) - (uint32_t)((had & RPV__HIDES) != 0);
}

static rpv_status work_out_secure(worth *w, int64_t out[RPV__VIEWS])
{
	struct rpv__evaluation *e = w->e;
	uint32_t rec = w->subject->recommendation;
	uint32_t points = e->view->recommendations[rec].points;
	memset(out, 0, RPV__VIEWS * sizeof *out);
	w->states = e->states[rec];
	if (w->subject->weakness || !w->states.applicable)
		return RPV_OK;
	if (rpv__visit_exposed(e, rec, count_state, w))
		return RPV_E_NOMEM;
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		out[k] = (int64_t)rpv__secure_units(points, e->states[rec].compliant[k], w->states.applicable) -
		         (int64_t)rpv__secure_units(points, w->states.compliant[k], w->states.applicable);
	return RPV_OK;
}

static rpv_status work_out(worth *w, const rpv__lens *lens, const rpv__cover *cover, rpv__arena *arena, rpv_worth *out)
{
	const rpv__view *view = w->e->view;
	int64_t exposure[RPV__VIEWS], secure[RPV__VIEWS];
	const rpv__cover **others;
	size_t count;
	rpv_status status = rpv__covers_in_effect(view, lens, cover, cover->exception, arena, &others, &count);
	w->now = w->after = *w->subject;
	w->after.global = 0;
	w->after.group_count = w->after.device_count = 0;
	if (!status)
		status = rpv__subject_of(&w->after, arena, others, count);
	w->touched = rpv__arena_get(arena, view->variant_count + 1);
	w->seen = rpv__arena_get(arena, view->device_count + 1);
	if (status || !w->touched || !w->seen)
		return RPV_E_NOMEM;
	status = work_out_exposure(w, exposure);
	if (!status)
		status = work_out_secure(w, secure);
	if (!status)
		*out = (rpv_worth){ rpv__score_to_double(exposure[RPV__OFFICIAL]),
			                rpv__score_to_double(exposure[RPV__MITIGATION_LIKE]),
			                rpv__score_to_double(secure[RPV__OFFICIAL]),
			                rpv__score_to_double(secure[RPV__MITIGATION_LIKE]) };
	return status;
}

rpv_status rpv__evaluate_worth(rpv__view *view, const rpv__lens *lens, const rpv__cover *cover, rpv_worth *out,
                               rpv_error *error)
{
	rpv__arena arena;
	worth w = { 0 };
	rpv_status status = rpv__evaluation_of(view, lens, false, &w.e, error);
	if (status)
		return status;
	memset(out, 0, sizeof *out);
	bool known = cover->recommendation < view->recommendation_count &&
	             (!cover->weakness || cover->weakness < view->threat_count);
	if (known && rpv__exception_status_alone(cover, lens->now_ms) == RPV_EXCEPTION_IN_EFFECT)
		w.subject = rpv__subject_find(&w.e->covers, cover->recommendation, cover->weakness);
	if (!w.subject || (w.subject->global && cover->scope != RPV_SCOPE_GLOBAL))
		return RPV_OK; /* not in effect, or suspended */
	rpv__arena_init(&arena, &view->alloc);
	status = work_out(&w, lens, cover, &arena, out);
	rpv__free(&view->alloc, w.devices);
	rpv__arena_free(&arena);
	return status ? rpv__fail_nomem(error) : RPV_OK;
}
