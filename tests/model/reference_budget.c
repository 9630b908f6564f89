/* SPDX-License-Identifier: MIT */
/* The naive model: the risk budget (R35). The filing is done on a copy of the world, and what is accepted then added up. */
#include "reference.h"

static bool renewed(const ref *m, int number)
{
	for (int i = 0; i < m->count; i++)
		if (m->all[i].predecessor == number && ref_live(m, &m->all[i]))
			return true;
	return false;
}

/* Of exceptions not ended, but for predecessors under renewal; by justification, or by requester. */
static long double accepted(const ref *m, const ref_exception *like, bool by_requester)
{
	long double sum = 0;
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		bool counts = by_requester ? e->requester == like->requester : e->justification == like->justification;
		if (counts && ref_live(m, e) && !renewed(m, i))
			sum += e->base.exposure;
	}
	return sum;
}

static bool above(ref *m, long double sum, int tenths)
{
	long double limit = tenths / 10.0L + 0.5e-6L; /* equal to six decimals passes */
	if (tenths < 0)
		return false;
	if (sum > limit - 1e-9L && sum < limit + 1e-9L && sum > 0)
		m->tie = true;
	return sum > limit;
}

bool ref_over_budget(ref *m, const ref_request *r, int approved)
{
	static ref after;
	const ref_policy *p = &m->policy;
	bool any = p->budget_requester >= 0;
	for (int j = 0; j < REF_JUSTIFICATIONS; j++)
		any = any || p->budget[j] >= 0;
	if (!any || m->count == REF_MOST)
		return false;
	after = *m;
	if (r)
		ref_file(&after, r);
	else
		ref_approve(&after, approved);
	const ref_exception *e = &after.all[r ? after.count - 1 : approved];
	return above(m, accepted(&after, e, false), p->budget[e->justification]) |
	       above(m, accepted(&after, e, true), p->budget_requester);
}
