/* SPDX-License-Identifier: MIT */
/* What a session answers that sees some device groups only: what the model says of a store that holds nothing else. */
#include "simulation.h"

/* Bits of groups that the session sees. */
static bool sees(unsigned groups, int group)
{
	return groups >> group & 1;
}

static bool sees_exception(const ref *m, const ref_exception *e, unsigned groups)
{
	if (e->scope == RPV_SCOPE_GLOBAL)
		return true;
	if (e->scope == RPV_SCOPE_GROUPS)
		return e->units & groups;
	for (int i = 0; i < REF_DEVICES; i++)
		if (e->units >> i & 1 && m->facts.devices[i].known && sees(groups, m->facts.devices[i].group))
			return true;
	return false;
}

/* Takes out of the model what the session does not see. Exceptions keep their numbers; those unseen are on nothing. */
static void narrow(ref *m, unsigned groups)
{
	unsigned devices = 0;
	for (int i = 0; i < m->count; i++)
		if (!sees_exception(m, &m->all[i], groups))
			m->all[i].rec = m->all[i].weak = -2;
	for (int i = 0; i < REF_DEVICES; i++) {
		ref_device *device = &m->facts.devices[i];
		device->known = device->known && sees(groups, device->group);
		devices |= (unsigned)device->known << i;
		for (int r = 0; r < REF_RECS && !device->known; r++)
			device->has[r] = 0;
	}
	for (int g = 0; g < REF_GROUPS; g++)
		m->facts.declared[g] = m->facts.declared[g] && sees(groups, g);
	for (int i = 0; i < m->count; i++) {
		ref_exception *e = &m->all[i];
		e->units &= e->scope == RPV_SCOPE_DEVICES ? devices : groups;
		e->canceled &= groups;
	}
}

static bool unseen(const ref_exception *e)
{
	return e->rec == -2;
}

static void check_row(driver *d, const rpv_exception *row, int number, const ref *whole)
{
	const ref_exception *e = &d->m.all[number];
	static const rpv_baseline none;
	bool devices = e->scope == RPV_SCOPE_DEVICES;
	bool all = e->scope != RPV_SCOPE_GLOBAL && e->units == whole->all[number].units;
	SAME(d, number, number_of(row->id), "the next exception");
	SAME(d, ref_status(whole, &whole->all[number], ref_time(&d->m)), row->status, "a status in part");
	SAME(d, e->start, row->start_ms, "a start in part");
	SAME(d, e->end, row->end_ms, "an end in part");
	same_units(d, number, e->scope == RPV_SCOPE_GROUPS ? e->units : 0,
	           bits_of(d, row->groups, row->group_count, group_names, REF_GROUPS),
	           group_names, "visible groups");
	same_units(d, number, devices ? e->units : 0, bits_of(d, row->devices, row->device_count, device_ids, REF_DEVICES),
	           device_ids, "visible devices");
	same_units(d, number, e->canceled, bits_of(d, row->canceled_groups, row->canceled_group_count, group_names, REF_GROUPS),
	           group_names, "visible canceled groups");
	if (all)
		return;
	SAME(d, 0, row->filed_devices, "devices at filing, not all of them visible");
	CHECK(d, memcmp(&row->baseline, &none, sizeof none) == 0, "the baseline of %s is not all visible", row->id);
}

static void check_rows(driver *d, const ref *whole)
{
	rpv_list *list;
	size_t at = 0;
	CALL(d, rpv_exception_list(d->session, NULL, &list));
	for (int i = 0; i < d->m.count; i++) {
		if (unseen(&d->m.all[i]))
			continue;
		const rpv_exception *row = rpv_exception_at(list, at++);
		CHECK(d, row, "E-%d is visible, and not in the list", i + 1);
		check_row(d, row, i, whole);
	}
	SAME(d, at, rpv_list_count(list), "number of visible exceptions");
	rpv_list_free(list);
}

/* Devices and exceptions that it does not see are not there, whichever way they are asked for. */
static void check_hidden(driver *d, const ref *whole)
{
	rpv_explanation *explanation;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	rpv_status status;
	char id[16];
	int device = (int)pick(d, REF_DEVICES), rec = (int)pick(d, REF_RECS);
	if (whole->facts.devices[device].known && !d->m.facts.devices[device].known) {
		ATTEMPT_(d, status, rpv_explain(d->session, device_ids[device], rec_ids[rec], NULL, &explanation), false);
		SAME(d, RPV_E_NOT_FOUND, status, "explaining a hidden device");
		ATTEMPT_(d, status, rpv_assessment_list(d->session, device_ids[device], &list), false);
		SAME(d, RPV_E_NOT_FOUND, status, "assessments of a hidden device");
	}
	for (int i = 0; i < d->m.count; i++) {
		if (!unseen(&d->m.all[i]) || !one_in(d, 3))
			continue;
		snprintf(id, sizeof id, "E-%d", i + 1);
		q.id = id;
		ATTEMPT_(d, status, rpv_exception_list(d->session, &q, &list), false);
		SAME(d, RPV_E_NOT_FOUND, status, "a hidden exception");
	}
}

static rpv_session *open_limited(driver *d, unsigned groups)
{
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	const char *names[REF_GROUPS];
	rpv_session *session;
	rpv_status status;
	size_t count = 0;
	for (int g = 0; g < REF_GROUPS; g++)
		if (sees(groups, g))
			names[count++] = group_names[g];
	principal.id = "cy@corp.example";
	principal.permissions = RPV_PERMIT_VIEW;
	principal.visible_groups = names;
	principal.visible_group_count = count;
	ATTEMPT_(d, status, rpv_session_open(d->at->store, &principal, &session, &error), false);
	CHECK(d, !status, "a session of some groups: %s", error.message);
	return session;
}

/* One group alone: what others read of it by name. */
static void check_score(driver *d, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score own = RPV_SCORE_INIT, of_group = RPV_SCORE_INIT;
	rpv_session *limited = d->session;
	rpv_status status;
	CALL(d, rpv_score_read(limited, NULL, &own));
	d->session = d->at->sessions[0];
	q.group = group;
	ATTEMPT_(d, status, rpv_score_read(d->session, &q, &of_group), false);
	d->session = limited;
	if (status == RPV_E_NOT_FOUND) {
		SAME(d, 0, own.devices, "devices of a group that is not there");
		return;
	}
	CHECK(d, !status, "the score of %s: %s", group, rpv_status_name(status));
	CHECK(d, same_scores(&own, &of_group), "%s alone has %.17g, asked for by name %.17g", group, own.exposure_official,
	      of_group.exposure_official);
}

void check_limited(driver *d)
{
	static ref whole;
	unsigned groups = (unsigned)pick(d, 1u << REF_GROUPS), only = (unsigned)pick(d, REF_GROUPS);
	if (one_in(d, 3))
		groups = 1u << only;
	rpv_session *before = d->session, *limited = open_limited(d, groups);
	say(d, "\ta session that sees %s", list_bits(group_names, groups));
	whole = d->m;
	narrow(&d->m, groups);
	d->session = limited;
	check_rows(d, &whole);
	check_recommendations(d);
	check_devices(d, (int)pick(d, REF_RECS));
	for (int device = 0; device < REF_DEVICES; device++)
		check_explanation(d, device);
	check_hidden(d, &whole);
	if (groups == 1u << only)
		check_score(d, group_names[only]);
	d->m = whole;
	d->session = before;
	rpv_session_close(limited);
	counts.limited++;
}
