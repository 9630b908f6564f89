/* SPDX-License-Identifier: MIT */
/* The naive model: filing, superseding, canceling. */
#include "reference.h"

#include <string.h>

void ref_open(ref *m)
{
	memset(m, 0, sizeof *m);
	m->clock = REF_START;
	ref_policy *p = &m->policy;
	p->duration_max = 366 * REF_DAY;
	p->start_ahead = 90 * REF_DAY;
	p->jump = 400 * REF_DAY;
	p->inactive = 30 * REF_DAY;
	p->context_min = 1;
	p->crossing = 360000;
	p->crossing_rise = 60000;
	p->crossing_rearm = 300000;
	p->doubled_floor = 50000;
	p->doubled_percent = 200;
	p->doubled_rearm_percent = 150;
	p->exposure_percent = 125;
	p->exposure_rise = 0.5L;
	p->devices_percent = 50;
	p->devices_rise = 5;
	p->rearm_percent = 80;
	for (int j = 0; j < REF_JUSTIFICATIONS; j++)
		for (int t = 0; t < REF_TRIGGERS; t++)
			p->actions[j][t] = (ref_action)ref_default_justification(j, t);
}

/* R6: the same subject and width, a unit in common, intersecting times. */
bool ref_conflict(const ref *m, const ref_exception *a, const ref_exception *b)
{
	return ref_same_subject(a, b) && a->scope == b->scope && ref_live(m, b) && a->start < b->end && b->start < a->end &&
	       (a->scope == RPV_SCOPE_GLOBAL || (a->units & b->units));
}

static bool takes(const ref *m, const ref_exception *e)
{
	for (int i = 0; i < m->count; i++)
		if (ref_conflict(m, e, &m->all[i]))
			return true;
	return false;
}

/* R16: the default group is part of every "all groups". Takes those that have none and names the rest. */
unsigned ref_all_groups(const ref *m, const ref_request *r, unsigned *skipped)
{
	unsigned groups = 0;
	*skipped = 0;
	for (int g = 0; g < REF_GROUPS; g++) {
		ref_exception one = r->e;
		one.units = 1u << g;
		if (g != 0 && !ref_present(&m->facts, g))
			continue;
		*(!r->supersede && takes(m, &one) ? skipped : &groups) |= 1u << g;
	}
	return groups;
}

static bool units_known(const ref *m, const ref_exception *e)
{
	for (int u = 0; u < (e->scope == RPV_SCOPE_DEVICES ? REF_DEVICES : REF_GROUPS); u++)
		if (e->scope != RPV_SCOPE_GLOBAL && e->units >> u & 1 &&
		    !(e->scope == RPV_SCOPE_DEVICES ? m->facts.devices[u].known : u == 0 || ref_present(&m->facts, u)))
			return false;
	return true;
}

/* R4 */
bool ref_times_refused(const ref *m, const ref_request *r)
{
	int64_t now = ref_time(m), length = r->e.end - r->e.start;
	return r->e.start < now || r->e.start - now > m->policy.start_ahead || (r->supersede && r->e.start > now) ||
	       length < 1 || length > m->policy.duration_max;
}

unsigned ref_judge_filing(const ref *m, ref_request *r)
{
	unsigned out = 0, skipped;
	bool single = r->e.weak >= 0;
	if (r->e.all_groups)
		r->e.units = ref_all_groups(m, r, &skipped);
	if (ref_times_refused(m, r) || (r->e.all_groups && !r->e.units))
		out |= REF_REFUSED;
	if ((single && (r->override || r->e.rec == REF_CONFIG)) ||                           /* R33 */
	    (!single && r->e.justification >= RPV_JUSTIFICATION_NO_PATCH_AVAILABLE))
		out |= REF_REFUSED | REF_INVALID;
	if (r->context < m->policy.context_min)
		out |= r->context ? REF_REFUSED : REF_INVALID;
	if (!units_known(m, &r->e))
		out |= REF_NOT_FOUND;
	if (!r->supersede && takes(m, &r->e))
		out |= REF_REFUSED;
	if (ref_clock_refuses(m))
		out |= REF_CLOCK;
	return out ? out : REF_OK;
}

static rpv_impact impact_of(const ref_request *r)
{
	if (r->override)
		return r->e.impact;
	bool none = r->e.weak < 0 && (r->e.justification == RPV_JUSTIFICATION_RISK_ACCEPTED ||
	                              r->e.justification == RPV_JUSTIFICATION_PLANNED_REMEDIATION);
	return none ? RPV_IMPACT_NO_IMPACT : RPV_IMPACT_MITIGATION_LIKE;
}

/* What a global one that ended suspended comes back, unless another one is above. */
static void resume(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	uint64_t others = ref_below(m, e, m->mark);
	if (e->scope == RPV_SCOPE_GLOBAL && others && ref_global_above(m, e, m->mark) < 0)
		ref_tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, m->mark, others, -1);
}

/* R7: the old one loses what the new one takes. */
static void supersede(ref *m, int number, const ref_exception *e)
{
	ref_exception *old = &m->all[number];
	ref_tell(m, RPV_EVENT_EXCEPTION_SUPERSEDED, number, m->mark, 0, -1);
	if (old->scope == RPV_SCOPE_GLOBAL || !(old->units & ~e->units)) {
		old->ending = RPV_EXCEPTION_SUPERSEDED;
		old->ended = m->mark;
		old->successor = m->count;
		return;
	}
	if (old->scope == RPV_SCOPE_GROUPS)
		old->canceled |= old->units & e->units;
	old->units &= ~e->units;
	ref_freeze(m, old);
}

void ref_file(ref *m, const ref_request *r)
{
	ref_exception e = r->e;
	bool taken[REF_MOST] = { false };
	ref_fall_due(m);
	e.impact = impact_of(r);
	e.filed = m->mark;
	e.successor = e.predecessor = -1;
	ref_freeze(m, &e);
	ref_tell(m, RPV_EVENT_EXCEPTION_FILED, m->count, m->mark, 0, -1);
	for (int i = 0; i < m->count; i++)
		taken[i] = ref_conflict(m, &e, &m->all[i]);
	for (int i = 0; i < m->count; i++)
		if (taken[i])
			supersede(m, i, &e);
	e.told_start = e.start <= m->mark;
	m->all[m->count++] = e;
	if (e.scope == RPV_SCOPE_GLOBAL && e.told_start && ref_below(m, &e, m->mark))
		ref_tell(m, RPV_EVENT_EXCEPTION_SUSPENDED, m->count - 1, m->mark, ref_below(m, &e, m->mark), -1);
}

/* R5, R15 */
unsigned ref_judge_cancel(const ref *m, int number, int group)
{
	const ref_exception *e = &m->all[number];
	unsigned out = 0;
	if (!ref_live(m, e))
		out |= REF_REFUSED;
	if (group >= 0 && (e->scope != RPV_SCOPE_GROUPS || !(e->units >> group & 1)))
		out |= REF_REFUSED | (ref_present(&m->facts, group) ? 0 : REF_NOT_FOUND);
	if (ref_clock_refuses(m))
		out |= REF_CLOCK;
	return out ? out : REF_OK;
}

void ref_cancel(ref *m, int number, int group)
{
	ref_exception *e = &m->all[number];
	ref_fall_due(m);
	ref_tell(m, RPV_EVENT_EXCEPTION_CANCELED, number, m->mark, 0, -1);
	bool in_effect = ref_alone(e, m->mark) == RPV_EXCEPTION_IN_EFFECT;
	if (group >= 0 && e->units & ~(1u << group)) { /* the last one cancels the whole */
		e->units &= ~(1u << group);
		e->canceled |= 1u << group;
		ref_freeze(m, e);
		return;
	}
	e->ending = RPV_EXCEPTION_CANCELED;
	e->ended = m->mark;
	if (in_effect)
		resume(m, number);
}
