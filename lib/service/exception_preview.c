/* SPDX-License-Identifier: MIT */
/* Preview of a decision: its own transaction, dry, then scores with the draft. */
#include "../score/units.h"
#include "exception.h"

/* The view's own cover of an exception. */
static rpv__cover *cover_in(rpv__view *view, const rpv__cover *of)
{
	for (size_t i = 0; i < view->cover_count; i++)
		if (view->covers[i].exception == of->exception)
			return &view->covers[i];
	return NULL;
}

/* --- what it hides, by id --- */
typedef rpv_status (*id_of)(const rpv__source *s, uint32_t number, rpv__arena *into, const char **out, rpv_error *error);

static rpv_status name_all(rpv__plan *plan, id_of name, const uint32_t *numbers, size_t count, const char *const **out,
                           rpv_error *error)
{
	rpv__arena *arena = &plan->filing->arena;
	rpv__source source = rpv__session_source(plan->session);
	const char **ids = rpv__arena_get(arena, (count + 1) * sizeof *ids);
	rpv_status st = ids ? RPV_OK : rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = name(&source, numbers[i], arena, &ids[i], error);
	if (st == RPV_OK && rpv__text_list_sort(arena, ids, count))
		st = rpv__fail_nomem(error);
	*out = ids;
	return st;
}

static rpv_status name_hidden(rpv__plan *plan, const rpv__hidden *hidden, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv_status st = name_all(plan, rpv__device_id, hidden->device, hidden->device_count, &o->hidden_device_ids, error);
	if (st == RPV_OK)
		st = name_all(plan, rpv__weakness_id, hidden->weakness, hidden->weakness_count, &o->hidden_weaknesses, error);
	o->hidden_device_id_count = hidden->device_count;
	o->hidden_weakness_count = hidden->weakness_count;
	return st;
}

/* --- scores --- */
static rpv_status score_draft(rpv__plan *plan, rpv__view *view, rpv__lens *lens, rpv__scores *out, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv__hidden hidden;
	lens->draft = &plan->cover;
	rpv_status st = rpv__evaluate_scores(view, lens, out, error);
	if (st == RPV_OK)
		st = rpv__draft_hidden(view, lens, &plan->filing->arena, &hidden, error);
	if (st)
		return st;
	o->hidden_devices = hidden.devices;
	o->hidden_findings = hidden.findings;
	return name_hidden(plan, &hidden, error);
}

/* Scores with the draft, and those without it afterwards; what it takes over is taken out of the view meanwhile. */
static rpv_status score_after(rpv__plan *plan, rpv__view *view, rpv__lens *lens, rpv__scores *out, rpv__scores *without,
                              rpv_error *error)
{
	size_t taken = 0, count = plan->request.supersede ? plan->conflict_count : 0;
	rpv__cover *saved = rpv__arena_get(&plan->filing->arena, (count + 1) * sizeof *saved), part;
	rpv_status st = saved ? RPV_OK : rpv__fail_nomem(error);
	for (; st == RPV_OK && taken < count; taken++) {
		rpv__cover *cover = cover_in(view, plan->conflicts[taken]), rest;
		saved[taken].exception = 0;
		if (!cover)
			continue; /* others were faster: it is not in this view */
		rest = *cover;
		st = rpv__plan_take(plan, &rest, &part, error);
		if (st)
			break;
		saved[taken] = *cover;
		*cover = rest;
	}
	lens->edited = count ? &plan->cover : NULL;
	if (st == RPV_OK && count)
		st = rpv__evaluate_scores(view, lens, without, error);
	if (st == RPV_OK)
		st = score_draft(plan, view, lens, out, error);
	while (taken-- > 0)
		if (saved[taken].exception)
			*cover_in(view, &saved[taken]) = saved[taken];
	return st;
}

/* R34 */
static rpv_worth worth_of(const rpv__scores *without, const rpv__scores *with)
{
	double worth[2][RPV__VIEWS];
	for (int k = 0; k < RPV__VIEWS; k++) {
		worth[0][k] = rpv__score_to_double(without->exposure[k] - with->exposure[k]);
		worth[1][k] = rpv__score_to_double((int64_t)with->secure_points[k] - (int64_t)without->secure_points[k]);
	}
	return (rpv_worth){ worth[0][RPV__OFFICIAL], worth[0][RPV__MITIGATION_LIKE], worth[1][RPV__OFFICIAL],
	                    worth[1][RPV__MITIGATION_LIKE] };
}

rpv_status rpv__plan_scores(rpv__plan *plan, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv__scores before, after, without;
	rpv_exception *row = &plan->filing->row;
	rpv__lens lens;
	rpv__view *view;
	int64_t now;
	rpv_status st = rpv__session_view(plan->session, &view, &now);
	if (st == RPV_OK)
		st = rpv__session_lens(plan->session, view, now, &plan->filing->arena, &lens);
	if (st == RPV_OK)
		st = rpv__evaluate_scores(view, &lens, &before, error);
	if (st)
		return st;
	o->before.struct_size = o->after.struct_size = sizeof o->before;
	rpv__scores_to_public(view, &lens, &before, &o->before);
	without = before;
	st = score_after(plan, view, &lens, &after, &without, error);
	if (st)
		return st;
	rpv__scores_to_public(view, &lens, &after, &o->after);
	if (row->status == RPV_EXCEPTION_IN_EFFECT)
		row->worth = worth_of(&without, &after);
	o->worse = after.exposure[RPV__OFFICIAL] > before.exposure[RPV__OFFICIAL];
	return rpv__plan_message(plan, error);
}

rpv_status rpv__plan_preview(rpv__plan *plan, rpv_filing **out)
{
	rpv_error *error = &plan->session->error;
	plan->dry = true;
	rpv_status st = rpv__session_try(plan->session, rpv__plan_body, plan);
	if (st == RPV_OK)
		st = rpv__plan_scores(plan, error);
	if (st == RPV_OK)
		*out = plan->filing;
	else
		rpv__filing_free(plan->filing);
	return st;
}

rpv_status rpv__exception_preview(rpv_session *session, const rpv_exception_request *request, rpv_filing **out)
{
	rpv__plan plan;
	rpv_status st = rpv__plan_open(&plan, session, request);
	plan.dry = true;
	if (st == RPV_OK)
		st = rpv__plan_check(&plan, &session->error);
	if (st == RPV_OK)
		return rpv__plan_preview(&plan, out);
	rpv__filing_free(plan.filing);
	return st;
}
