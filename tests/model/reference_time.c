/* SPDX-License-Identifier: MIT */
/* The naive model: statuses, suspension, and what falls due. */
#include "reference.h"

#include <stdlib.h>

int64_t ref_time(const ref *m)
{
	return m->clock > m->mark ? m->clock : m->mark;
}

void ref_tell(ref *m, rpv_event_type type, int number, int64_t time, uint64_t count, int trigger)
{
	if (m->event_count == REF_EVENTS)
		abort();
	m->events[m->event_count++] = (ref_event){ type, number, time, count, trigger };
}

/* R8: ended by a decision, else not started, else expired; suspension aside. */
rpv_exception_status ref_alone(const ref_exception *e, int64_t t)
{
	if (e->ending)
		return e->ending;
	if (e->pending) /* R14: it lapses by the clock */
		return t < e->lapse ? RPV_EXCEPTION_PENDING_APPROVAL : RPV_EXCEPTION_REJECTED;
	if (t >= e->stale && e->stale < e->end) /* the end comes first */
		return RPV_EXCEPTION_RESURFACED;
	return t < e->start ? RPV_EXCEPTION_SCHEDULED : t >= e->end ? RPV_EXCEPTION_EXPIRED : RPV_EXCEPTION_IN_EFFECT;
}

bool ref_same_subject(const ref_exception *a, const ref_exception *b)
{
	return a->rec == b->rec && a->weak == b->weak;
}

int ref_global_above(const ref *m, const ref_exception *e, int64_t t)
{
	for (int i = 0; i < m->count; i++)
		if (m->all[i].scope == RPV_SCOPE_GLOBAL && ref_same_subject(&m->all[i], e) &&
		    ref_alone(&m->all[i], t) == RPV_EXCEPTION_IN_EFFECT)
			return i;
	return -1;
}

rpv_exception_status ref_status(const ref *m, const ref_exception *e, int64_t t)
{
	rpv_exception_status s = ref_alone(e, t);
	bool suspended = s == RPV_EXCEPTION_IN_EFFECT && e->scope != RPV_SCOPE_GLOBAL && ref_global_above(m, e, t) >= 0;
	return suspended ? RPV_EXCEPTION_SUSPENDED : s;
}

bool ref_live(const ref *m, const ref_exception *e)
{
	return ref_status(m, e, ref_time(m)) <= RPV_EXCEPTION_SUSPENDED;
}

/* Those that a global one suspends while it is in effect. */
uint64_t ref_below(const ref *m, const ref_exception *e, int64_t t)
{
	uint64_t n = 0;
	for (int i = 0; i < m->count; i++)
		n += m->all[i].scope != RPV_SCOPE_GLOBAL && ref_same_subject(&m->all[i], e) &&
		     ref_alone(&m->all[i], t) == RPV_EXCEPTION_IN_EFFECT;
	return n;
}

/* When an exception next has something to write down; INT64_MAX: never. */
static int64_t next_of(const ref_exception *e)
{
	if (e->ending)
		return INT64_MAX;
	if (e->pending)
		return e->told_end ? INT64_MAX : e->lapse;
	int64_t next = !e->told_start ? e->start : !e->told_end ? e->end : INT64_MAX;
	if (!e->told_end && e->stale < e->end && e->stale < next)
		next = e->stale;
	return !e->told_end && e->stale_warn < e->end && e->stale_warn < next ? e->stale_warn : next;
}

static int earliest(const ref *m)
{
	int next = -1;
	for (int i = 0; i < m->count; i++)
		if (next_of(&m->all[i]) < (next < 0 ? INT64_MAX : next_of(&m->all[next])))
			next = i;
	return next;
}

int64_t ref_next_deadline(const ref *m)
{
	int next = earliest(m);
	return next < 0 ? 0 : next_of(&m->all[next]);
}

/* R29 */
static void by_staleness(ref *m, int number, int64_t at)
{
	ref_exception *e = &m->all[number];
	bool voids = at == e->stale, was = ref_alone(e, at - 1) == RPV_EXCEPTION_IN_EFFECT;
	e->fired |= 1u << RPV_TRIGGER_CONTROL_STALE;
	ref_tell(m, voids ? RPV_EVENT_EXCEPTION_RESURFACED : RPV_EVENT_EXCEPTION_WARNED, number, at, 0,
	         RPV_TRIGGER_CONTROL_STALE);
	if (!voids) {
		e->warned |= 1u << RPV_TRIGGER_CONTROL_STALE;
		e->stale_warn = INT64_MAX;
		return;
	}
	e->ending = RPV_EXCEPTION_RESURFACED;
	e->ended = at;
	uint64_t others = e->scope == RPV_SCOPE_GLOBAL && was ? ref_below(m, e, at) : 0;
	if (others && ref_global_above(m, e, at) < 0)
		ref_tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, at, others, -1);
}

static void write_down(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	int64_t at = next_of(e);
	bool starts = !e->told_start;
	if (e->pending) {
		ref_tell(m, RPV_EVENT_EXCEPTION_REJECTED, number, at, 0, -1);
		e->told_end = true;
		return;
	}
	if (at < e->end && (at == e->stale || at == e->stale_warn)) {
		by_staleness(m, number, at);
		return;
	}
	uint64_t others = e->scope == RPV_SCOPE_GLOBAL ? ref_below(m, e, at) : 0;
	ref_tell(m, starts ? RPV_EVENT_EXCEPTION_STARTED : RPV_EVENT_EXCEPTION_EXPIRED, number, at, 0, -1);
	if (others && starts)
		ref_tell(m, RPV_EVENT_EXCEPTION_SUSPENDED, number, at, others, -1);
	if (others && !starts && ref_global_above(m, e, at) < 0)
		ref_tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, at, others, -1);
	*(starts ? &e->told_start : &e->told_end) = true;
}

/* R3: every commit first writes what fell due at or before its time, in order of (time, id). */
void ref_fall_due(ref *m)
{
	int64_t now = ref_time(m);
	for (int next = earliest(m); next >= 0 && next_of(&m->all[next]) <= now; next = earliest(m))
		write_down(m, next);
	m->mark = now;
}

/* R2 */
bool ref_clock_refuses(const ref *m)
{
	return !m->accepts_jumps && m->clock - m->mark > m->policy.jump;
}
