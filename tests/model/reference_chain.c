/* SPDX-License-Identifier: MIT */
/* The naive model: renewals and their chains. */
#include "reference.h"

/* When it really ended; INT64_MAX: it has not. */
static int64_t ended_at(const ref *m, const ref_exception *e)
{
	if (ref_live(m, e))
		return INT64_MAX;
	return e->ending ? e->ended : e->pending ? e->lapse : e->stale < e->end ? e->stale : e->end;
}

static bool meet(const ref *m, const ref_exception *a, const ref_exception *b)
{
	if (a->scope == RPV_SCOPE_GLOBAL || b->scope == RPV_SCOPE_GLOBAL)
		return true;
	if (a->scope == b->scope)
		return (a->units & b->units) != 0;
	const ref_exception *groups = a->scope == RPV_SCOPE_GROUPS ? a : b, *devices = a->scope == RPV_SCOPE_GROUPS ? b : a;
	for (int d = 0; d < REF_DEVICES; d++)
		if (devices->units >> d & 1 && m->facts.devices[d].known && groups->units >> m->facts.devices[d].group & 1)
			return true;
	return false;
}

/* Whether a filing that supersedes takes all of it. */
static bool taken_whole(const ref *m, const ref_request *r, const ref_exception *old)
{
	return r->supersede && ref_conflict(m, &r->e, old) &&
	       (old->scope == RPV_SCOPE_GLOBAL || !(old->units & ~r->e.units));
}

/* The one that was renewed most often, then the youngest, of those that took effect and ended lately, or end by it. */
int ref_link(const ref *m, const ref_request *r)
{
	int best = -1, most = -1;
	int64_t now = ref_time(m);
	if (r->renews)
		return r->e.predecessor;
	for (int i = 0; i < m->count; i++) {
		const ref_exception *old = &m->all[i];
		bool taken = taken_whole(m, r, old) && old->start <= now;
		int64_t ended = taken ? now : ended_at(m, old);
		bool held = ended != INT64_MAX && !old->pending && (taken || ended > old->start);
		if (!held || !ref_same_subject(old, &r->e) || !meet(m, old, &r->e) ||
		    now - ended > m->policy.renewal_window || ref_renewals(m, old) < most)
			continue;
		best = i;
		most = ref_renewals(m, old);
	}
	return best;
}

int ref_renewals(const ref *m, const ref_exception *e)
{
	const ref_exception *old = e->predecessor < 0 ? NULL : &m->all[e->predecessor];
	if (!old)
		return 0;
	bool held = ref_live(m, old) || (!old->pending && ended_at(m, old) > old->start); /* a link to what never held is none */
	return ref_renewals(m, old) + held;
}

/* R13: the union of the chain's intervals, each from its start until it ended or ends.
 */
int64_t ref_total(const ref *m, const ref_exception *e, const ref_request *r)
{
	int64_t from[REF_MOST], to[REF_MOST], total = 0, covered = INT64_MIN;
	int count = 0;
	for (const ref_exception *x = e; x; x = x->predecessor < 0 ? NULL : &m->all[x->predecessor]) {
		int64_t ended = x == e && r ? INT64_MAX : r && taken_whole(m, r, x) ? ref_time(m) : ended_at(m, x);
		from[count] = x->start;
		to[count] = ended < x->end ? ended : x->end;
		count += !x->pending || ended == INT64_MAX; /* one that never took effect has no time */
	}
	for (int done = 0; done < count; done++) { /* from the earliest start on */
		int next = -1;
		for (int i = 0; i < count; i++)
			if (from[i] != INT64_MAX && (next < 0 || from[i] < from[next]))
				next = i;
		int64_t start = from[next] > covered ? from[next] : covered;
		if (to[next] > start) {
			total += to[next] - start;
			covered = to[next];
		}
		from[next] = INT64_MAX;
	}
	return total;
}

/* R11 */
bool ref_renewal(const ref *m, int number, ref_request *r)
{
	const ref_exception *old = &m->all[number];
	*r = (ref_request){ .e = *old, .renews = true };
	r->e.predecessor = number;
	r->e.canceled = 0;
	r->e.ending = RPV_EXCEPTION_PENDING_APPROVAL;
	r->e.ended = 0;
	r->e.told_start = r->e.told_end = r->e.pending = r->e.takes_later = false;
	r->e.lapse = r->e.approved = 0;
	r->e.stale = r->e.stale_warn = INT64_MAX;
	r->e.fired = r->e.warned = 0;
	r->e.start = ref_live(m, old) ? old->end : ref_time(m);
	return ref_status(m, old, ref_time(m)) != RPV_EXCEPTION_PENDING_APPROVAL;
}
