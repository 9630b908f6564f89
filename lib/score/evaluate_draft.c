/* SPDX-License-Identifier: MIT */
/* Drafts: scores as they would be with an exception more, or with others on the same subject changed, worked out as a shift
 * of what is kept. */
#include "evaluation.h"

/* What is kept for such a lens without its draft, as it is at that time; NULL: nothing that would do. The covers of the view
 * may be edited just now: it must not be made, nor brought to another time. */
static struct rpv__evaluation *kept_of(const rpv__view *view, const rpv__lens *lens)
{
	struct rpv__evaluation *e = view->cached;
	while (e && e->lens.model != lens->model)
		e = e->next;
	if (!e || e->stale || !rpv__evaluation_fits(e, lens) || lens->now_ms >= e->covers.next_ms ||
	    lens->now_ms >= e->silent_ms || !e->silent_count)
		return NULL;
	return e;
}

/* The one subject that the lens sees otherwise than what is kept; NULL: there is more to it. */
static const rpv__cover *subject_of(const rpv__view *view, const rpv__lens *lens)
{
	const rpv__cover *one = lens->draft ? lens->draft : lens->edited;
	if (!one || lens->without || lens->without_count || lens->done_count || lens->active_ms ||
	    one->recommendation >= view->recommendation_count || one->weakness >= view->threat_count)
		return NULL;
	return lens->edited && !rpv__exception_same_subject(one, lens->edited) ? NULL : one;
}

/* Whether devices can be found: there is an index, or one is worth making, since it would have helped before. */
static bool can_find(struct rpv__evaluation *e)
{
	bool can = e->by_variant.first || e->missed;
	e->missed = true;
	return can;
}

static rpv_status decide(const rpv__view *view, const rpv__lens *lens, const rpv__cover *one, rpv__arena *arena,
                         rpv__subject *out)
{
	const rpv__cover **in_effect, **all;
	size_t count;
	rpv_status status = rpv__covers_in_effect(view, lens, one, 0, arena, &in_effect, &count);
	if (status || !(all = rpv__arena_get(arena, (count + 1) * sizeof(*all))))
		return RPV_E_NOMEM;
	if (count)
		memcpy(all, in_effect, count * sizeof(*all));
	if (lens->draft)
		all[count++] = lens->draft;
	return rpv__subject_of(out, arena, all, count);
}

/* Reads the scores of an evaluation as if it had been shifted. */
static void read_shifted(struct rpv__evaluation *e, const rpv__shift *shift, const rpv__lens *lens, rpv__scores *out)
{
	rpv__state_sums *states = &e->states[shift->subject->recommendation], states_now = *states;
	rpv__sums total[RPV__VIEWS];
	rpv__covers clock = { .count = 0 };
	memcpy(total, e->total, sizeof total);
	memcpy(e->total, shift->total, sizeof e->total);
	*states = shift->states;
	rpv__evaluation_scores(e, lens->category, out);
	memcpy(e->total, total, sizeof e->total);
	*states = states_now;
	rpv__covers_next(&clock, e->view, lens);
	out->valid_until_ms = e->silent_ms < clock.told_ms ? e->silent_ms : clock.told_ms;
}

static rpv_status shift(struct rpv__evaluation *e, const rpv__lens *lens, const rpv__cover *one, rpv__arena *arena,
                        rpv__scores *out)
{
	rpv__subject *subject, after = { 0 };
	rpv__shift s;
	rpv_status status = rpv__evaluation_subject(e, one, &subject);
	if (!status)
		status = decide(e->view, lens, one, arena, &after);
	if (!status)
		status = rpv__shift_work_out(&s, e, subject, &after, false);
	if (!status)
		read_shifted(e, &s, lens, out);
	return status;
}

rpv_status rpv__evaluate_draft(rpv__view *view, const rpv__lens *lens, rpv__scores *out)
{
	const rpv__cover *one = subject_of(view, lens);
	struct rpv__evaluation *e = one ? kept_of(view, lens) : NULL;
	rpv__arena arena;
	if (!e || !can_find(e))
		return RPV_E_NOT_FOUND;
	rpv__arena_init(&arena, &view->alloc);
	rpv_status status = shift(e, lens, one, &arena, out);
	rpv__arena_free(&arena);
	if (status)
		rpv__evaluation_forget(view, lens->model);
	return status;
}

static void mark(void *user, uint32_t device, uint32_t variant)
{
	uint8_t *marks = user;
	(void)variant;
	marks[device] = 1;
}

rpv_status rpv__evaluate_marks(rpv__view *view, const rpv__lens *lens, uint8_t *marks)
{
	const rpv__cover *one = subject_of(view, lens);
	struct rpv__evaluation *e = one ? kept_of(view, lens) : NULL;
	rpv__subject *subject;
	rpv_status status = RPV_OK;
	bool found = e && e->by_variant.first; /* it is not made for this */
	if (found)
		status = rpv__evaluation_subject(e, one, &subject);
	if (found && !status)
		status = rpv__visit_variants(e, subject->variants, subject->variant_count, mark, marks);
	if (found && !status && one->recommendation && !one->weakness)
		status = rpv__visit_exposed(e, one->recommendation, mark, marks);
	if (!found)
		memset(marks, 1, view->device_count);
	if (status)
		rpv__evaluation_forget(view, lens->model);
	return status;
}
