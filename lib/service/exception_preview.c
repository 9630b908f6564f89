/* SPDX-License-Identifier: MIT */
/* Preview of a decision: its own transaction, dry, then scores with the draft. */
#include "exception.h"

/* The view's own cover of an exception. */
static rpv__cover *cover_in(rpv__view *view, const rpv__cover *of)
{
	for (size_t i = 0; i < view->cover_count; i++)
		if (view->covers[i].exception == of->exception)
			return &view->covers[i];
	return NULL;
}

static rpv_status score_draft(rpv__plan *plan, rpv__view *view, rpv__lens *lens, rpv__scores *out, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	lens->draft = &plan->cover;
	rpv_status st = rpv__evaluate_scores(view, lens, out, error);
	if (st == RPV_OK)
		st = rpv__draft_hidden(view, lens, &o->hidden_devices, &o->hidden_findings, error);
	return st;
}

/* Scores with the draft; what it takes over is taken out of the view meanwhile. */
static rpv_status score_after(rpv__plan *plan, rpv__view *view, rpv__lens *lens, rpv__scores *out, rpv_error *error)
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
	if (st == RPV_OK)
		st = score_draft(plan, view, lens, out, error);
	while (taken-- > 0)
		if (saved[taken].exception)
			*cover_in(view, &saved[taken]) = saved[taken];
	return st;
}

rpv_status rpv__plan_scores(rpv__plan *plan, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv__scores before, after;
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
	st = score_after(plan, view, &lens, &after, error);
	if (st)
		return st;
	rpv__scores_to_public(view, &lens, &after, &o->after);
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
