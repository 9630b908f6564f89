/* SPDX-License-Identifier: MIT */
/* The naive model: who is covered, which exception decides, states of recommendations. */
#include "reference.h"

/* R16 */
bool ref_present(const ref_facts *f, int group)
{
	bool present = f->declared[group];
	for (int d = 0; d < REF_DEVICES; d++)
		present = present || (f->devices[d].known && f->devices[d].group == group);
	return present;
}

/* R37 */
bool ref_active(const ref *m, int device)
{
	const ref_device *d = &m->facts.devices[device];
	return d->known && !d->excluded && ref_time(m) < d->seen + m->policy.inactive;
}

/* R18: scope is a rule. */
bool ref_covers(const ref_exception *e, const ref_facts *f, int device)
{
	if (e->scope == RPV_SCOPE_GLOBAL)
		return true;
	return e->units >> (e->scope == RPV_SCOPE_DEVICES ? device : f->devices[device].group) & 1;
}

bool ref_on_subject(const ref_exception *e, int rec, int weak)
{
	return (e->rec < 0 || e->rec == rec) && (e->weak < 0 || e->weak == weak);
}

/* R21: within a subject the widest decides. */
int ref_decider(const ref *m, int rec, int weak, int device, int64_t t)
{
	const rpv_scope widths[] = { RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES };
	for (int w = 0; w < 3; w++)
		for (int i = 0; i < m->count; i++) {
			const ref_exception *e = &m->all[i];
			if (e->rec == rec && e->weak == weak && e->scope == widths[w] &&
			    ref_status(m, e, t) == RPV_EXCEPTION_IN_EFFECT && ref_covers(e, &m->facts, device))
				return i;
		}
	return -1;
}

bool ref_hidden(const ref *m, int device, int rec, int weak, int64_t t, int by[3])
{
	by[0] = ref_decider(m, rec, -1, device, t);
	by[1] = weak < 0 ? -1 : ref_decider(m, rec, weak, device, t);
	by[2] = weak < 0 ? -1 : ref_decider(m, -1, weak, device, t);
	return by[0] >= 0 || by[1] >= 0 || by[2] >= 0;
}

/* R19 */
static bool whole_covers_all(const ref *m, int rec, int64_t t)
{
	unsigned groups = 0;
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		if (e->rec != rec || e->weak >= 0 || ref_status(m, e, t) != RPV_EXCEPTION_IN_EFFECT)
			continue;
		if (e->scope == RPV_SCOPE_GLOBAL)
			return true;
		if (e->scope == RPV_SCOPE_GROUPS)
			groups |= e->units;
	}
	for (int g = 0; g < REF_GROUPS; g++)
		if (ref_present(&m->facts, g) && !(groups >> g & 1))
			return false;
	return groups != 0;
}

rpv_state ref_state(const ref *m, int rec, int64_t t)
{
	bool exposed = false, partial = false;
	for (int d = 0; d < REF_DEVICES; d++)
		exposed = exposed || (ref_active(m, d) && m->facts.devices[d].has[rec]);
	if (!exposed)
		return RPV_STATE_RESOLVED;
	if (whole_covers_all(m, rec, t))
		return RPV_STATE_FULL_EXCEPTION;
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		if (ref_status(m, e, t) != RPV_EXCEPTION_IN_EFFECT)
			continue;
		partial = partial || e->rec == rec;
		for (int d = 0; rec != REF_CONFIG && e->rec < 0 && d < REF_DEVICES; d++)
			partial = partial || (ref_active(m, d) && ref_covers(e, &m->facts, d) &&
			                      m->facts.devices[d].has[rec] >> e->weak & 1);
	}
	return partial ? RPV_STATE_PARTIAL_EXCEPTION : RPV_STATE_ACTIVE;
}

/* In effect, but others decide all that it covers; -1: it covers nothing now. */
int ref_shadowed(const ref *m, int number, int64_t t)
{
	const ref_exception *e = &m->all[number];
	int matches = -1;
	if (ref_status(m, e, t) != RPV_EXCEPTION_IN_EFFECT)
		return 0;
	for (int d = 0; d < REF_DEVICES; d++)
		for (int r = 0; r < REF_RECS; r++)
			for (int w = r == REF_CONFIG ? -1 : 0; w < (r == REF_CONFIG ? 0 : REF_WEAKS); w++) {
				int by[3];
				if (!ref_active(m, d) || !ref_covers(e, &m->facts, d) || !ref_on_subject(e, r, w) ||
				    !(m->facts.devices[d].has[r] >> (w < 0 ? 0 : w) & 1))
					continue;
				ref_hidden(m, d, r, w, t, by);
				matches = 1;
				if ((by[0] >= 0 ? by[0] : by[1] >= 0 ? by[1] : by[2]) == number)
					return 0;
			}
	return matches;
}
