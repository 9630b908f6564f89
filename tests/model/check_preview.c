/* SPDX-License-Identifier: MIT */
/* Holds a preview against the model: conflicts, what it supersedes and suspends, what it would hide. */
#include "driver.h"

static unsigned long long ids_of(driver *d, const char *const *ids, size_t count)
{
	unsigned long long bits = 0;
	for (size_t i = 0; i < count; i++) {
		int n = number_of(ids[i]);
		CHECK(d, n >= 0 && n < d->m.count && !(bits >> n & 1), "%s named twice or unknown", ids[i]);
		bits |= 1ull << n;
	}
	return bits;
}

/* With the draft in effect: whether another exception hides the finding too. */
static bool hidden_by_others(const ref *m, const ref_exception *draft, int device, int rec, int weak)
{
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		bool same = ref_same_subject(e, draft);
		if (ref_status(m, e, ref_time(m)) == RPV_EXCEPTION_IN_EFFECT && ref_covers(e, &m->facts, device) &&
		    ref_on_subject(e, rec, weak) && !(same && (e->scope == draft->scope || draft->scope == RPV_SCOPE_GLOBAL)))
			return true;
	}
	return false;
}

static void count_hidden(const ref *m, const ref_exception *draft, uint64_t *devices, uint64_t *findings)
{
	bool suspended = draft->scope != RPV_SCOPE_GLOBAL && ref_global_above(m, draft, ref_time(m)) >= 0;
	*devices = *findings = 0;
	for (int d = 0; d < REF_DEVICES; d++) {
		bool is = false;
		for (int r = 0; r < REF_RECS; r++)
			for (int w = r == REF_CONFIG ? -1 : 0; w < (r == REF_CONFIG ? 0 : REF_WEAKS); w++) {
				if (!ref_active(m, d) || !ref_covers(draft, &m->facts, d) || !ref_on_subject(draft, r, w) ||
				    !(m->facts.devices[d].has[r] >> (w < 0 ? 0 : w) & 1))
					continue;
				is = true;
				*findings += !suspended && !hidden_by_others(m, draft, d, r, w);
			}
		*devices += is;
	}
}

void check_preview(driver *d, const ref_request *r, const rpv_filing_outcome *o, unsigned allowed)
{
	const ref *m = &d->m;
	unsigned long long conflicts = 0, suspends = 0;
	unsigned skipped = 0;
	uint64_t devices, findings;
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		conflicts |= (unsigned long long)ref_conflict(m, &r->e, e) << i;
		if (r->e.scope == RPV_SCOPE_GLOBAL && e->scope != RPV_SCOPE_GLOBAL && ref_same_subject(e, &r->e) && ref_live(m, e) &&
		    !e->pending && e->start < r->e.end && r->e.start < e->end)
			suspends |= 1ull << i;
	}
	if (allowed & (REF_NOT_FOUND | REF_INVALID | REF_CLOCK) || ref_times_refused(m, r))
		return;
	CHECK(d, (r->supersede ? conflicts : 0) == ids_of(d, o->supersedes, o->supersede_count), "other ones to supersede");
	CHECK(d, (r->supersede ? 0 : conflicts) == ids_of(d, o->conflicts, o->conflict_count), "other conflicts");
	CHECK(d, suspends == ids_of(d, o->suspends, o->suspend_count), "other ones to suspend");
	CHECK(d, (allowed == REF_OK) == (!o->refusal_count && !o->conflict_count), "preview: %s",
	      o->refusal_count ? o->refusals[0] : "no refusals");
	if (r->e.all_groups) {
		ref_all_groups(m, r, &skipped);
		same_units(d, m->count, skipped, bits_of(d, o->skipped_groups, o->skipped_group_count, group_names, REF_GROUPS),
		           group_names, "skipped groups");
	}
	count_hidden(m, &r->e, &devices, &findings);
	SAME(d, devices, o->hidden_devices, "devices that a preview would hide");
	SAME(d, findings, o->hidden_findings, "findings that a preview would hide");
	CHECK(d, (o->after.exposure_official > o->before.exposure_official) == (o->worse != 0), "worse is %d", o->worse);
}
