/* SPDX-License-Identifier: MIT */
/* The naive model: controls that exceptions rest on (R29). */
#include "reference.h"

static ref_action action(const ref *m, const ref_exception *e)
{
	bool on = m->policy.triggers >> RPV_TRIGGER_CONTROL_STALE & 1;
	return on ? m->policy.actions[e->justification][RPV_TRIGGER_CONTROL_STALE] : REF_OFF;
}

bool ref_gone(const ref_facts *f, unsigned controls)
{
	for (int c = 0; c < REF_CONTROLS; c++)
		if (controls >> c & 1 && (!f->controls[c].known || f->controls[c].retired))
			return true;
	return false;
}

int64_t ref_stale(const ref_facts *f, unsigned controls)
{
	int64_t first = INT64_MAX;
	for (int c = 0; c < REF_CONTROLS; c++) {
		const ref_control *x = &f->controls[c];
		int64_t from = x->reviewed ? x->reviewed : x->added;
		if (controls >> c & 1 && x->known && !x->retired && x->interval && from + x->interval < first)
			first = from + x->interval;
	}
	return first;
}

/* A review before that instant moves it; what the clock ended by then stays ended. */
void ref_rest(ref *m)
{
	for (int i = 0; i < m->count; i++) {
		ref_exception *e = &m->all[i];
		int64_t stale = ref_stale(&m->facts, e->controls);
		bool ahead = stale > m->mark;
		if (e->ending || e->pending || ref_alone(e, m->mark) > RPV_EXCEPTION_SUSPENDED)
			continue;
		e->stale = ahead && action(m, e) == REF_VOID ? stale : INT64_MAX;
		e->stale_warn = ahead && action(m, e) == REF_WARN && !(e->warned >> RPV_TRIGGER_CONTROL_STALE & 1) ? stale
		                                                                                                  : INT64_MAX;
	}
}

unsigned ref_fired(const ref_exception *e, int64_t t)
{
	bool stale = !e->ending && t >= e->stale && e->stale < e->end;
	return e->fired | (stale ? 1u << RPV_TRIGGER_CONTROL_STALE : 0);
}
