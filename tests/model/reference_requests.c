/* SPDX-License-Identifier: MIT */
/* The naive model: filing, superseding, canceling. */
#include "reference.h"

#include <limits.h>
#include <string.h>

void ref_open(ref *m)
{
	memset(m, 0, sizeof *m);
	m->clock = REF_START;
	ref_policy *p = &m->policy;
	p->start_ahead = 90 * REF_DAY;
	p->jump = 400 * REF_DAY;
	p->inactive = 30 * REF_DAY;
	p->context_min = 1;
	p->budget_requester = -1;
	p->scope_devices_max = 10000;
	p->triggers = ~0u;
	p->renewal_window = 30 * REF_DAY;
	p->approval_longer = INT64_MAX;
	p->approval_window = 14 * REF_DAY;
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
	for (int j = 0; j < REF_JUSTIFICATIONS; j++) {
		p->duration_max[j] = 366 * REF_DAY;
		p->renewals_max[j] = INT_MAX;
		p->total_max[j] = INT64_MAX;
		p->budget[j] = -1;
		p->impacts[j] = j == RPV_JUSTIFICATION_RISK_ACCEPTED || j == RPV_JUSTIFICATION_PLANNED_REMEDIATION
		                    ? RPV_IMPACT_NO_IMPACT : RPV_IMPACT_MITIGATION_LIKE;
		for (int t = 0; t < REF_TRIGGERS; t++)
			p->actions[j][t] = ref_default_action(j, t);
	}
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
	return r->e.start < now || (!r->renews && r->e.start - now > m->policy.start_ahead) ||
	       (r->supersede && r->e.start > now) || length < 1 || length > m->policy.duration_max[r->e.justification];
}

/* Each control must be in place and its review not overdue. */
static unsigned rests_on_sand(const ref *m, unsigned controls)
{
	unsigned out = ref_stale(&m->facts, controls) <= ref_time(m) || ref_gone(&m->facts, controls) ? REF_REFUSED : 0;
	for (int c = 0; c < REF_CONTROLS; c++)
		if (controls >> c & 1 && !m->facts.controls[c].known)
			out |= REF_NOT_FOUND;
	return out;
}

/* R13 */
static bool above_caps(const ref *m, const ref_exception *e, const ref_request *r)
{
	return (ref_renewals(m, e) > m->policy.renewals_max[e->justification] && e->predecessor >= 0) ||
	       ref_total(m, e, r) > m->policy.total_max[e->justification];
}

unsigned ref_judge_filing(ref *m, ref_request *r)
{
	unsigned out = 0, skipped;
	bool single = r->e.weak >= 0;
	if (r->e.all_groups && !r->renews)
		r->e.units = ref_all_groups(m, r, &skipped);
	if (ref_times_refused(m, r) || (r->e.all_groups && !r->e.units) /* none is left */)
		out |= REF_REFUSED;
	if ((single && (r->override || r->e.rec == REF_CONFIG)) ||                           /* R33 */
	    (!single && r->e.justification >= RPV_JUSTIFICATION_NO_PATCH_AVAILABLE))
		out |= REF_REFUSED | REF_INVALID;
	if (r->e.context < m->policy.context_min)
		out |= r->e.context ? REF_REFUSED : REF_INVALID;
	if (r->e.scope == RPV_SCOPE_DEVICES && __builtin_popcount(r->e.units) > m->policy.scope_devices_max)
		out |= REF_REFUSED | REF_INVALID;
	if (!r->renews && !units_known(m, &r->e))
		out |= REF_NOT_FOUND;
	if (!r->supersede && takes(m, &r->e))
		out |= REF_REFUSED;
	if (r->e.controls && r->e.justification != RPV_JUSTIFICATION_THIRD_PARTY_CONTROL &&
	    r->e.justification != RPV_JUSTIFICATION_ALTERNATE_MITIGATION)
		out |= REF_REFUSED | REF_INVALID;
	out |= rests_on_sand(m, r->e.controls);
	ref_exception linked = r->e;
	linked.predecessor = ref_link(m, r);
	if (above_caps(m, &linked, r))
		out |= REF_REFUSED;
	if (!out && ref_over_budget(m, r, -1))
		out |= REF_REFUSED;
	if (ref_clock_refuses(m))
		out |= REF_CLOCK;
	return out ? out : REF_OK;
}

/* R33: those of single weaknesses always count as mitigation. */
static rpv_impact impact_of(const ref *m, const ref_request *r)
{
	if (r->override || r->renews)
		return r->e.impact;
	return r->e.weak >= 0 ? RPV_IMPACT_MITIGATION_LIKE : m->policy.impacts[r->e.justification];
}

/* What a global one that ended had suspended returns, unless another one is above. */
void ref_resume(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	uint64_t others = ref_below(m, e, m->mark);
	if (e->scope == RPV_SCOPE_GLOBAL && others && ref_global_above(m, e, m->mark) < 0)
		ref_tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, m->mark, others, -1);
}

/* R7: the old one loses what the new one takes. */
static void supersede(ref *m, int number, int by)
{
	ref_exception *old = &m->all[number];
	const ref_exception *e = &m->all[by];
	ref_tell(m, RPV_EVENT_EXCEPTION_SUPERSEDED, number, m->mark, 0, -1);
	if (old->scope == RPV_SCOPE_GLOBAL || !(old->units & ~e->units)) {
		old->ending = RPV_EXCEPTION_SUPERSEDED;
		old->ended = m->mark;
		old->successor = by;
		return;
	}
	if (old->scope == RPV_SCOPE_GROUPS)
		old->canceled |= old->units & e->units;
	old->units &= ~e->units;
	ref_freeze(m, old);
}

/* R14: whether a second person is to approve it. */
static bool asks(const ref *m, const ref_exception *e)
{
	const ref_policy *p = &m->policy;
	return p->approval >> e->justification & 1 || p->approval_scopes >> e->scope & 1 ||
	       (p->approval_severity && e->base.severity >= p->approval_severity) || e->end - e->start > p->approval_longer;
}

/* What comes with taking effect, or being scheduled. */
static void enter(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	bool taken[REF_MOST] = { false };
	for (int i = 0; i < m->count; i++)
		taken[i] = i != number && ref_conflict(m, e, &m->all[i]);
	for (int i = 0; i < m->count; i++)
		if (taken[i])
			supersede(m, i, number);
	e->told_start = e->start <= m->mark;
	if (e->scope == RPV_SCOPE_GLOBAL && e->told_start && ref_below(m, e, m->mark))
		ref_tell(m, RPV_EVENT_EXCEPTION_SUSPENDED, number, m->mark, ref_below(m, e, m->mark), -1);
}

void ref_file(ref *m, const ref_request *r)
{
	ref_exception e = r->e;
	int number = m->count;
	e.predecessor = ref_link(m, r);
	ref_fall_due(m);
	e.impact = impact_of(m, r);
	e.filed = m->mark;
	e.successor = -1;
	ref_freeze(m, &e);
	e.pending = asks(m, &e);
	e.takes_later = e.pending && r->supersede;
	e.lapse = e.filed + m->policy.approval_window < e.end ? e.filed + m->policy.approval_window : e.end;
	ref_tell(m, RPV_EVENT_EXCEPTION_FILED, number, m->mark, 0, -1);
	m->all[m->count++] = e;
	if (!e.pending)
		enter(m, number);
	ref_rest(m);
}

/* R14: by another person, and only while it waits. */
unsigned ref_judge_approval(ref *m, int number, int who, bool approves)
{
	ref_exception e = m->all[number];
	unsigned out = 0;
	if (ref_alone(&e, ref_time(m)) != RPV_EXCEPTION_PENDING_APPROVAL || e.requester == who)
		out |= REF_REFUSED;
	if (approves)
		out |= rests_on_sand(m, e.controls) ? REF_REFUSED : 0;
	if (e.start < ref_time(m))
		e.start = ref_time(m);
	e.pending = false; /* the caps of now hold, too */
	if (approves && above_caps(m, &e, &(ref_request){ .e = e, .supersede = e.takes_later }))
		out |= REF_REFUSED;
	for (int i = 0; approves && !e.takes_later && i < m->count; i++)
		if (i != number && ref_conflict(m, &e, &m->all[i]))
			out |= REF_REFUSED;
	if (approves && !out && ref_over_budget(m, NULL, number))
		out |= REF_REFUSED;
	if (ref_clock_refuses(m))
		out |= REF_CLOCK;
	return out ? out : REF_OK;
}

void ref_approve(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	ref_fall_due(m);
	e->pending = e->takes_later = false;
	e->approved = m->mark;
	e->start = e->start > m->mark ? e->start : m->mark;
	ref_freeze(m, e);
	ref_tell(m, RPV_EVENT_EXCEPTION_APPROVED, number, m->mark, 0, -1);
	enter(m, number);
	ref_rest(m);
}

void ref_reject(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	ref_fall_due(m);
	e->ending = RPV_EXCEPTION_REJECTED;
	e->ended = m->mark;
	ref_tell(m, RPV_EVENT_EXCEPTION_REJECTED, number, m->mark, 0, -1);
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

static void cancel(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	bool in_effect = ref_alone(e, m->mark) == RPV_EXCEPTION_IN_EFFECT;
	e->ending = RPV_EXCEPTION_CANCELED;
	e->ended = m->mark;
	if (in_effect)
		ref_resume(m, number);
}

void ref_cancel(ref *m, int number, int group)
{
	ref_exception *e = &m->all[number];
	if (m->mark != ref_time(m))
		ref_fall_due(m);
	bool part = group >= 0 && e->units & ~(1u << group); /* the last one cancels the whole */
	ref_tell(m, RPV_EVENT_EXCEPTION_CANCELED, number, m->mark, 0, -1);
	if (part) {
		e->units &= ~(1u << group);
		e->canceled |= 1u << group;
		ref_freeze(m, e);
	} else {
		cancel(m, number);
	}
	for (int i = 0; i < m->count; i++) { /* R12: renewals that have not started go with it, or lose that group */
		ref_exception *r = &m->all[i];
		rpv_exception_status s = ref_status(m, r, m->mark);
		if (r->predecessor == number && (s == RPV_EXCEPTION_SCHEDULED || s == RPV_EXCEPTION_PENDING_APPROVAL) &&
		    (!part || r->units >> group & 1))
			ref_cancel(m, i, part ? group : -1);
	}
}
