/* SPDX-License-Identifier: MIT */
/* Evaluations: made for a lens, kept in the view while they hold. */
#include "evaluation.h"

void rpv__evaluation_free(struct rpv__evaluation *e)
{
	if (!e)
		return;
	const rpv__alloc a = e->alloc;
	rpv__index_drop_all(e);
	rpv__free(&a, e->unsettled.devices);
	rpv__free(&a, e->unsettled.sums);
	rpv__covers_close(&e->covers);
	rpv__arena_free(&e->arena);
	rpv__free(&a, e);
}

void rpv__evaluation_free_all(rpv__view *view)
{
	while (view->cached) {
		struct rpv__evaluation *next = view->cached->next;
		rpv__evaluation_free(view->cached);
		view->cached = next;
	}
}

/* Where the view keeps the evaluation of a model, or where one is to be put. */
static struct rpv__evaluation **place_of(rpv__view *view, const rpv__model *model)
{
	struct rpv__evaluation **at = &view->cached;
	while (*at && (*at)->lens.model != model)
		at = &(*at)->next;
	return at;
}

static void let_go(struct rpv__evaluation **at)
{
	struct rpv__evaluation *e = *at;
	if (e) {
		*at = e->next;
		rpv__evaluation_free(e);
	}
}

void rpv__evaluation_forget(rpv__view *view, const rpv__model *model)
{
	if (view)
		let_go(place_of(view, model));
}

static rpv_status copy_lens(struct rpv__evaluation *e, const rpv__lens *lens)
{
	e->lens = *lens;
	if (!lens->groups)
		return RPV_OK;
	uint8_t *groups = rpv__arena_get(&e->arena, lens->group_count + 1);
	if (!groups)
		return RPV_E_NOMEM;
	if (lens->group_count)
		memcpy(groups, lens->groups, lens->group_count);
	e->lens.groups = groups;
	return RPV_OK;
}

static rpv_status make_room(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	size_t recommendations = view->recommendation_count + 1;
	e->device_room = view->device_count + view->device_count / 32 + 64; /* few: it is the most of all memory */
	e->covers.special_room = e->device_room;
	e->counted = rpv__rows_room(&e->arena, e->device_room, sizeof *e->counted);
	e->states = rpv__arena_get(&e->arena, recommendations * sizeof *e->states);
	return e->counted && e->states ? RPV_OK : RPV_E_NOMEM;
}

static rpv_status make(const rpv__view *view, const rpv__lens *lens, bool figures, struct rpv__evaluation **out)
{
	struct rpv__evaluation *e = rpv__new(&view->alloc, sizeof *e);
	if (!e)
		return RPV_E_NOMEM;
	e->alloc = view->alloc;
	e->view = view;
	e->figures = e->asked = figures;
	e->model = rpv__model_constants(lens->model);
	for (unsigned m = 0; m < RPV__MULTIPLIERS; m++)
		e->multipliers[m] = rpv__multiplier(e->model, m & 1, m >> 1);
	rpv__arena_init(&e->arena, &view->alloc);
	rpv__arena_init(&e->covers.arena, &view->alloc);
	rpv__arena_init(&e->covers.scopes, &view->alloc);
	rpv_status status = copy_lens(e, lens);
	if (!status)
		status = make_room(e);
	if (!status)
		status = rpv__covers_open(&e->covers, view, lens);
	if (!status)
		status = rpv__table_open(e);
	if (!status && figures)
		status = rpv__gains_open(e);
	if (!status)
		status = rpv__evaluation_pass(e);
	if (!status && figures)
		status = rpv__evaluation_figures(e);
	if (status)
		rpv__evaluation_free(e);
	else
		*out = e;
	return status;
}

bool rpv__evaluation_fits(const struct rpv__evaluation *e, const rpv__lens *lens)
{
	const rpv__lens *had = &e->lens;
	if (!had->groups != !lens->groups || lens->now_ms < had->now_ms)
		return false;
	return !lens->groups || (had->group_count == lens->group_count &&
	                         memcmp(had->groups, lens->groups, lens->group_count) == 0);
}

/* Works all sums out anew, in what is there already. */
static rpv_status pass_again(struct rpv__evaluation *e, int64_t now_ms, bool figures)
{
	rpv_status status = RPV_OK;
	rpv__evaluation_give_up(e);
	e->lens.now_ms = now_ms;
	e->figures = figures || (e->figures && e->asked);
	e->asked = false;
	rpv__table_again(e);
	if (e->figures)
		status = rpv__gains_open(e);
	memset(e->total, 0, sizeof e->total);
	memset(e->states, 0, (e->view->recommendation_count + 1) * sizeof *e->states);
	e->settled = false;
	if (!status)
		status = rpv__evaluation_pass(e);
	e->stale = false;
	return status;
}

/* Brings an evaluation of such a lens to the time of it, and to what is asked for. */
static rpv_status bring(struct rpv__evaluation *e, const rpv__lens *lens, bool figures)
{
	int64_t before = e->lens.now_ms;
	rpv_status status = RPV_OK;
	rpv__evaluation_advance(e, lens->now_ms);
	if (lens->now_ms >= e->covers.next_ms)
		status = rpv__evaluation_turn(e, before, lens->now_ms);
	if (!status && figures && !e->stale)
		status = rpv__evaluation_settle(e);
	if (!status && (e->stale || (figures && !e->figures)))
		status = pass_again(e, lens->now_ms, figures);
	e->asked |= figures;
	if (!status && figures)
		status = rpv__evaluation_figures(e);
	return status;
}

rpv_status rpv__evaluation_of(rpv__view *view, const rpv__lens *lens, bool figures, struct rpv__evaluation **out,
                              rpv_error *error)
{
	struct rpv__evaluation **at = place_of(view, lens->model), *e = *at;
	rpv_status status = e && rpv__evaluation_fits(e, lens) ? bring(e, lens, figures) : RPV_E_LIMIT;
	if (!status) {
		*out = e;
		return RPV_OK;
	}
	let_go(at);
	if (status == RPV_E_NOMEM)
		return rpv__fail_nomem(error);
	status = rpv__model_ask(lens->model, view, error);
	if (status)
		return status;
	if (make(view, lens, figures, &e))
		return rpv__fail_nomem(error);
	e->next = view->cached;
	*out = view->cached = e;
	return RPV_OK;
}

static bool kept(const rpv__lens *lens)
{
	return !lens->draft && !lens->without && !lens->without_count && !lens->edited && !lens->done_count && !lens->active_ms;
}

rpv_status rpv__evaluate_apart(rpv__view *view, const rpv__lens *lens, rpv__scores *scores, rpv__figures *figures,
                               rpv_error *error)
{
	struct rpv__evaluation *e = NULL;
	rpv_status status = RPV_OK;
	if (kept(lens))
		status = rpv__evaluation_of(view, lens, figures != NULL, &e, error);
	else
		status = rpv__model_ask(lens->model, view, error);
	if (!status && !e && make(view, lens, figures != NULL, &e))
		status = rpv__fail_nomem(error);
	if (status)
		return status;
	rpv__evaluation_scores(e, lens->category, scores);
	if (figures && view->recommendation_count)
		memcpy(figures, e->worked_out, view->recommendation_count * sizeof *figures);
	if (!kept(lens))
		rpv__evaluation_free(e);
	return RPV_OK;
}

rpv_status rpv__evaluate_scores(rpv__view *view, const rpv__lens *lens, rpv__scores *out, rpv_error *error)
{
	rpv_status status = rpv__evaluate_draft(view, lens, out);
	if (status == RPV_E_NOMEM)
		return rpv__fail_nomem(error);
	return status ? rpv__evaluate_apart(view, lens, out, NULL, error) : RPV_OK;
}

rpv_status rpv__evaluate_all(rpv__view *view, const rpv__lens *lens, const rpv__scores **scores,
                             const rpv__figures **figures, rpv_error *error)
{
	struct rpv__evaluation *e = NULL;
	rpv_status status = rpv__evaluation_of(view, lens, true, &e, error);
	if (status)
		return status;
	rpv__evaluation_scores(e, lens->category, &e->scores);
	if (scores)
		*scores = &e->scores;
	*figures = e->worked_out;
	return RPV_OK;
}

rpv_status rpv__evaluate_counts(rpv__view *view, const rpv__lens *lens, const uint32_t *const **out, rpv_error *error)
{
	struct rpv__evaluation *e = NULL;
	rpv_status status = rpv__evaluation_of(view, lens, true, &e, error);
	if (!status)
		*out = (const uint32_t *const *)e->counts;
	return status;
}

rpv_status rpv__evaluate_device(rpv__view *view, const rpv__lens *lens, uint32_t device, int64_t out[RPV__VIEWS],
                                rpv_error *error)
{
	struct rpv__evaluation *e = NULL;
	uint64_t sums[RPV__VIEWS];
	rpv_status status = rpv__evaluation_of(view, lens, false, &e, error);
	if (status)
		return status;
	if (e->counted[device].in)
		memcpy(sums, e->counted[device].sums, sizeof sums);
	else
		rpv__evaluation_sum(e, device, sums);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		out[k] = rpv__exposure_device(rpv__exposure(rpv__l_times(sums[k], rpv__multiplier_of(e, &view->devices[device]))));
	return RPV_OK;
}

rpv_status rpv__evaluate_part(rpv__view *view, const rpv__lens *lens, uint32_t device, int64_t out[RPV__VIEWS],
                              rpv_error *error)
{
	const rpv__view_device *d = &view->devices[device];
	struct rpv__evaluation *e = NULL;
	rpv_status status = rpv__evaluation_of(view, lens, false, &e, error);
	memset(out, 0, RPV__VIEWS * sizeof *out);
	if (status || !e->counted[device].in)
		return status;
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		rpv__wide a[RPV__VALUES] = { { 0, 0 } };
		a[d->value] = rpv__wide_of(rpv__exposure(rpv__l_times(e->counted[device].sums[k], rpv__multiplier_of(e, d))));
		out[k] = rpv__exposure_over(e->model, a, e->total[0].n);
	}
	return RPV_OK;
}

static bool state_covered(const struct rpv__evaluation *e, uint32_t device, uint32_t recommendation)
{
	const rpv__view_device *d = &e->view->devices[device];
	const rpv__subject *subject = rpv__subject_find(&e->covers, recommendation, 0);
	for (uint32_t i = 0; subject && i < d->state_count; i++)
		if (d->states[i].recommendation == recommendation && d->states[i].state == RPV_CONFIGURATION_EXPOSED)
			return rpv__subject_bits(subject, d->group, device) != 0;
	return false;
}

rpv_status rpv__evaluate_covered(rpv__view *view, const rpv__lens *lens, uint32_t device, uint32_t recommendation,
                                 bool *out, rpv_error *error)
{
	const rpv__view_device *d = &view->devices[device];
	struct rpv__evaluation *e = NULL;
	rpv__variant_row row;
	rpv_status status = rpv__evaluation_of(view, lens, false, &e, error);
	if (status)
		return status;
	*out = state_covered(e, device, recommendation);
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++)
		if (view->variants[rpv__device_variant(d, i)].recommendation == recommendation) {
			rpv__table_row(e, rpv__device_variant(d, i), d->group, device, &row);
			*out = row.left & 1u << RPV__NO_IMPACT && !(row.left & 1u << RPV__MITIGATION_LIKE);
		}
	return RPV_OK;
}

void rpv__scores_figures(const rpv__scores *scores, rpv_score *out)
{
	double *const exposure[RPV__VIEWS] = { &out->exposure_no_impact, &out->exposure_official,
		                                   &out->exposure_mitigation_like };
	rpv_secure_score *const secure[RPV__VIEWS] = { &out->secure_no_impact, &out->secure_official,
		                                           &out->secure_mitigation_like };
	out->valid_until_ms = scores->valid_until_ms == INT64_MAX ? 0 : scores->valid_until_ms;
	out->devices = scores->devices;
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		rpv__secure s = { scores->secure_points[k], scores->secure_max };
		*exposure[k] = rpv__score_to_double(scores->exposure[k]);
		*secure[k] = rpv__secure_to_public(&s);
	}
	out->level = rpv__score_level(scores->exposure[RPV__OFFICIAL]);
	out->reserved = 0;
}

void rpv__scores_to_public(const rpv__view *view, const rpv__lens *lens, const rpv__scores *scores, rpv_score *out)
{
	out->time_ms = lens->now_ms;
	out->revision = view->revision.revision;
	rpv__scores_figures(scores, out);
}
