/* SPDX-License-Identifier: MIT */
/* What an exception is worth: the scores after canceling it, less the scores now. Only the devices that it covers are
 * looked at. */
#include "evaluation.h"

static rpv_status work_out(struct rpv__evaluation *e, rpv__subject *subject, const rpv__lens *lens, const rpv__cover *cover,
                           rpv__arena *arena, rpv_worth *out)
{
	uint32_t rec = subject->recommendation, points = e->view->recommendations[rec].points;
	int64_t exposure[RPV__VIEWS], secure[RPV__VIEWS] = { 0 };
	rpv__subject after = { 0 };
	const rpv__cover **others;
	rpv__shift c;
	size_t count;
	rpv_status status = rpv__covers_in_effect(e->view, lens, cover, cover->exception, arena, &others, &count);
	if (!status)
		status = rpv__subject_of(&after, arena, others, count);
	if (!status)
		status = rpv__shift_work_out(&c, e, subject, &after, false);
	if (status)
		return status;
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		exposure[k] = rpv__exposure_score(e->model, &c.total[k]) - rpv__exposure_score(e->model, &e->total[k]);
		if (c.states.applicable)
			secure[k] = (int64_t)rpv__secure_units(points, e->states[rec].compliant[k], c.states.applicable) -
			            (int64_t)rpv__secure_units(points, c.states.compliant[k], c.states.applicable);
	}
	*out = (rpv_worth){ rpv__score_to_double(exposure[RPV__OFFICIAL]), rpv__score_to_double(exposure[RPV__MITIGATION_LIKE]),
		                rpv__score_to_double(secure[RPV__OFFICIAL]), rpv__score_to_double(secure[RPV__MITIGATION_LIKE]) };
	return RPV_OK;
}

rpv_status rpv__evaluate_worth(rpv__view *view, const rpv__lens *lens, const rpv__cover *cover, rpv_worth *out,
                               rpv_error *error)
{
	struct rpv__evaluation *e;
	rpv__subject *subject = NULL;
	rpv__arena arena;
	rpv_status status = rpv__evaluation_of(view, lens, false, &e, error);
	if (status)
		return status;
	memset(out, 0, sizeof *out);
	bool known = cover->recommendation < view->recommendation_count &&
	             (!cover->weakness || cover->weakness < view->threat_count);
	if (known && rpv__exception_status_alone(cover, lens->now_ms) == RPV_EXCEPTION_IN_EFFECT)
		subject = rpv__subject_find(&e->covers, cover->recommendation, cover->weakness);
	if (!subject || (subject->global && cover->scope != RPV_SCOPE_GLOBAL))
		return RPV_OK; /* not in effect, or suspended */
	rpv__arena_init(&arena, &view->alloc);
	status = work_out(e, subject, lens, cover, &arena, out);
	rpv__arena_free(&arena);
	return status ? rpv__fail_nomem(error) : RPV_OK;
}
