/* SPDX-License-Identifier: MIT */
/* The store beside the model: filing and canceling. */
#include "driver.h"

static ref_request some_request(driver *d)
{
	const rpv_scope scopes[] = { RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES };
	const int64_t lengths[] = { 1, REF_DAY, 7 * REF_DAY, 30 * REF_DAY, 90 * REF_DAY, 366 * REF_DAY, 366 * REF_DAY + 1 };
	ref_request r = { .e = { .rec = (int)pick(d, REF_RECS + 1) - 1 } };
	r.e.weak = (int)pick(d, REF_WEAKS + 1) - 1;
	if (r.e.rec < 0 && r.e.weak < 0)
		r.e.rec = 0;
	if (r.e.rec == REF_CONFIG && pick(d, 10))
		r.e.weak = -1;
	if (one_in(d, 2)) /* mostly one subject, so that something happens */
		r.e.rec = 0, r.e.weak = -1;
	r.e.scope = scopes[pick(d, 4)];
	r.e.all_groups = r.e.scope == RPV_SCOPE_GROUPS && one_in(d, 4);
	int units = r.e.scope == RPV_SCOPE_DEVICES ? REF_DEVICES : REF_GROUPS;
	r.e.units = 1u << pick(d, (uint64_t)units);
	for (int n = (int)pick(d, 3); n > 0; n--)
		r.e.units |= 1u << pick(d, (uint64_t)units);
	for (int n = 0; n < 6 && r.e.scope == RPV_SCOPE_DEVICES; n++) /* mostly known ones */
		if (!d->m.facts.devices[n].known && pick(d, 8))
			r.e.units &= ~(1u << n);
	if (!r.e.units)
		r.e.units = 1;
	r.e.justification = (rpv_justification)(1 + pick(d, r.e.weak >= 0 ? 6 : one_in(d, 12) ? 6 : 4));
	r.override = one_in(d, r.e.weak >= 0 ? 12 : 5);
	r.e.impact = r.override ? (rpv_impact)(1 + pick(d, 3)) : RPV_IMPACT_DEFAULT;
	r.e.context = pick(d, 20) ? 12 : 0;
	r.e.predecessor = -1;
	r.e.stale = r.e.stale_warn = INT64_MAX;
	for (int c = 0; c < REF_CONTROLS && (r.e.justification <= RPV_JUSTIFICATION_ALTERNATE_MITIGATION || one_in(d, 30)); c++)
		if (one_in(d, 3) && (d->m.facts.controls[c].known || one_in(d, 12)))
			r.e.controls |= 1u << c;
	r.supersede = one_in(d, 4);
	r.e.start = ref_time(&d->m);
	if (one_in(d, 3))
		r.e.start = some_instant(d);
	r.e.end = pick(d, 3) ? r.e.start + lengths[pick(d, 7)] : some_instant(d);
	return r;
}

static rpv_exception_request to_public(driver *d, const ref_request *r, const char **names)
{
	rpv_exception_request out = RPV_EXCEPTION_REQUEST_INIT;
	const ref_exception *e = &r->e;
	size_t count = 0;
	out.recommendation = e->rec < 0 ? NULL : rec_ids[e->rec];
	out.weakness = e->weak < 0 ? NULL : weak_ids[e->weak];
	out.context = &"accepted now"[12 - r->e.context];
	for (int u = 0; u < REF_DEVICES; u++)
		if (e->units >> u & 1)
			names[count++] = (e->scope == RPV_SCOPE_DEVICES ? device_ids : group_names)[u];
	out.scope = e->all_groups ? RPV_SCOPE_ALL_GROUPS : e->scope;
	if (out.scope == RPV_SCOPE_GROUPS)
		out.groups = names, out.group_count = count;
	else if (out.scope == RPV_SCOPE_DEVICES)
		out.devices = names, out.device_count = count;
	out.start_ms = e->start == ref_time(&d->m) && one_in(d, 2) ? 0 : e->start;
	if (e->end > e->start && one_in(d, 2))
		out.duration_ms = e->end - e->start;
	else
		out.end_ms = e->end;
	out.controls = names + REF_DEVICES;
	for (int c = 0; c < REF_CONTROLS; c++)
		if (e->controls >> c & 1)
			names[REF_DEVICES + out.control_count++] = control_ids[c];
	out.justification = e->justification;
	out.impact = e->impact;
	out.supersede = r->supersede;
	return out;
}

static uint64_t revision_of(driver *d)
{
	rpv_store_info info = { .struct_size = sizeof info };
	CALL(d, rpv_store_read_info(d->at->store, &info, NULL));
	return info.revision;
}

void op_file(driver *d)
{
	ref *m = &d->m;
	const char *names[REF_DEVICES + REF_CONTROLS];
	ref_request r = some_request(d);
	if (m->count == REF_MOST)
		return;
	r.e.requester = someone(d);
	rpv_exception_request asked = to_public(d, &r, names);
	unsigned allowed = ref_judge_filing(m, &r);
	rpv_filing *filing = NULL;
	rpv_status status;
	m->all[m->count] = r.e;
	say(d, "file %s%s%s", story_of(d, m->count), r.e.all_groups ? " (all groups)" : "", r.supersede ? ", supersede" : "");
	if (one_in(d, 3)) {
		uint64_t revision = revision_of(d);
		ATTEMPT_(d, status, rpv_exception_preview(d->session, &asked, &filing), false);
		CHECK(d, !status || allowed & (REF_NOT_FOUND | REF_INVALID | REF_CLOCK | REF_REFUSED), "preview: %s (%s)",
		      rpv_status_name(status), rpv_session_error(d->session)->message);
		if (!status)
			check_preview(d, &r, rpv_filing_read(filing), allowed);
		rpv_filing_free(filing);
		SAME(d, revision, revision_of(d), "revision after a preview");
	}
	bool wants = one_in(d, 4);
	filing = NULL;
	ATTEMPT(d, status, rpv_exception_file(d->session, &asked, wants ? &filing : NULL));
	if (outcome(d, "file", allowed, status))
		ref_file(m, &r);
	else
		CHECK(d, !filing, "an output of a call that failed");
	rpv_filing_free(filing);
}

void op_cancel(driver *d)
{
	ref *m = &d->m;
	char id[16];
	rpv_status status;
	if (!m->count)
		return;
	int number = (int)pick(d, (uint64_t)m->count);
	if (!ref_live(m, &m->all[number]) && pick(d, 5)) /* mostly what is live */
		number = m->count - 1;
	int group = m->all[number].scope == RPV_SCOPE_GROUPS && pick(d, 3) ? (int)pick(d, REF_GROUPS) : -1;
	if (m->all[number].scope != RPV_SCOPE_GROUPS && one_in(d, 10))
		group = (int)pick(d, REF_GROUPS);
	unsigned allowed = ref_judge_cancel(m, number, group);
	snprintf(id, sizeof id, "E-%d", number + 1);
	say(d, "cancel %s%s%s", id, group < 0 ? "" : " in ", group < 0 ? "" : group_names[group]);
	ATTEMPT(d, status, rpv_exception_cancel(d->session, id, group < 0 ? NULL : group_names[group], "done"));
	if (outcome(d, "cancel", allowed, status))
		ref_cancel(m, number, group);
}

void op_renew(driver *d)
{
	static const int64_t lengths[] = { 1, REF_DAY, 7 * REF_DAY, 30 * REF_DAY, 366 * REF_DAY, 366 * REF_DAY + 1 };
	ref *m = &d->m;
	ref_request r;
	char id[16];
	rpv_renewal_request asked = RPV_RENEWAL_REQUEST_INIT;
	rpv_status status;
	if (!m->count || m->count == REF_MOST)
		return;
	int number = (int)pick(d, (uint64_t)m->count);
	unsigned allowed = ref_renewal(m, number, &r) ? 0 : REF_REFUSED;
	int64_t length = lengths[pick(d, 6)];
	r.e.end = r.e.start + length;
	r.e.requester = someone(d);
	snprintf(id, sizeof id, "E-%d", number + 1);
	asked.id = id;
	if (one_in(d, 2))
		asked.duration_ms = length;
	else
		asked.end_ms = r.e.end;
	m->all[m->count] = r.e;
	say(d, "renew %s as %s", id, story_of(d, m->count));
	if (!allowed)
		allowed = ref_judge_filing(m, &r);
	else if (ref_clock_refuses(m))
		allowed |= REF_CLOCK;
	ATTEMPT(d, status, rpv_exception_renew(d->session, &asked, NULL));
	if (outcome(d, "renew", allowed, status))
		ref_file(m, &r);
}

void op_approve(driver *d)
{
	ref *m = &d->m;
	char id[16];
	bool approves = pick(d, 4) != 0;
	rpv_status status;
	int who = someone(d);
	if (!m->count)
		return;
	int number = (int)pick(d, (uint64_t)m->count);
	for (int i = 0; i < m->count && pick(d, 8); i++) /* mostly one that waits */
		if (ref_alone(&m->all[(number + i) % m->count], ref_time(m)) == RPV_EXCEPTION_PENDING_APPROVAL) {
			number = (number + i) % m->count;
			break;
		}
	unsigned allowed = ref_judge_approval(m, number, who, approves);
	snprintf(id, sizeof id, "E-%d", number + 1);
	say(d, "%s %s %s", who ? "bob" : "ana", approves ? "approves" : "rejects", id);
	ATTEMPT(d, status, approves ? rpv_exception_approve(d->session, id, NULL, NULL)
	                            : rpv_exception_reject(d->session, id, "no"));
	if (outcome(d, approves ? "approve" : "reject", allowed, status))
		(approves ? ref_approve : ref_reject)(m, number);
}
