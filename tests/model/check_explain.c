/* SPDX-License-Identifier: MIT */
/* Holds the explanation of a finding against the model: visible or hidden, by which exception, which ones lost. */
#include "driver.h"

static unsigned long long ids_of(const char *const *ids, size_t count)
{
	unsigned long long bits = 0;
	for (size_t i = 0; i < count; i++)
		bits |= 1ull << number_of(ids[i]);
	return bits;
}

static void check_outcome(driver *d, const rpv_explanation_outcome *o, int device, int rec, int weak)
{
	const ref *m = &d->m;
	int64_t now = ref_time(m);
	int by[3], decider = -1;
	unsigned long long also = 0, overruled = 0;
	bool removed = false;
	bool hidden = ref_hidden(m, device, rec, weak, now, by);
	for (int k = 0; k < 3; k++) {
		if (by[k] < 0)
			continue;
		removed = removed || m->all[by[k]].impact == RPV_IMPACT_MITIGATION_LIKE;
		also |= decider < 0 ? 0 : 1ull << by[k];
		decider = decider < 0 ? by[k] : decider;
	}
	for (int i = 0; i < m->count; i++) {
		const ref_exception *e = &m->all[i];
		rpv_exception_status s = ref_status(m, e, now);
		if ((s == RPV_EXCEPTION_IN_EFFECT || s == RPV_EXCEPTION_SUSPENDED) && ref_on_subject(e, rec, weak) &&
		    (weak >= 0 || e->weak < 0) && ref_covers(e, &m->facts, device) && i != by[0] && i != by[1] && i != by[2])
			overruled |= 1ull << i;
	}
	SAME(d, !hidden, o->visible, "visible");
	SAME(d, decider, number_of(o->decided_by), "the decider");
	SAME(d, also, ids_of(o->also, o->also_count), "bits of those that hide it too");
	SAME(d, overruled, ids_of(o->overruled, o->overruled_count), "bits of those overruled");
	SAME(d, ref_active(m, device), o->active, "active");
	if (o->active)
		SAME(d, !removed, o->in_official, "counting in the official scores");
	SAME(d, now, o->time_ms, "time of an explanation");
}

/* One finding of a device, if it has any. */
void check_explanation(driver *d, int device)
{
	rpv_explanation *explanation;
	int rec = (int)pick(d, REF_RECS), weak = rec == REF_CONFIG ? -1 : (int)pick(d, REF_WEAKS);
	const ref_device *x = &d->m.facts.devices[device];
	if (!x->known || !(x->has[rec] >> (weak < 0 ? 0 : weak) & 1))
		return;
	CALL(d, rpv_explain(d->session, device_ids[device], rec_ids[rec], weak < 0 ? NULL : weak_ids[weak], &explanation));
	check_outcome(d, rpv_explanation_read(explanation), device, rec, weak);
	rpv_explanation_free(explanation);
}
