/* SPDX-License-Identifier: MIT */
/* Holds the library's answers against the model's, after every operation. */
#include "driver.h"

#include <math.h>
#include <stdlib.h>

int number_of(const char *id)
{
	return id ? atoi(id + 2) - 1 : -1;
}

unsigned bits_of(driver *d, const char *const *names, size_t count, const char *const *all, int most)
{
	unsigned bits = 0;
	for (size_t i = 0; i < count; i++) {
		int found = -1;
		for (int u = 0; u < most; u++)
			if (strcmp(names[i], all[u]) == 0)
				found = u;
		CHECK(d, found >= 0 && !(bits >> found & 1), "%s is unknown or named twice", names[i]);
		bits |= 1u << found;
	}
	return bits;
}

void same_units(driver *d, int number, unsigned wanted, unsigned got, const char *const *names, const char *what)
{
	CHECK(d, wanted == got, "%s of E-%d are %s, the model says %s", what, number + 1, list_bits(names, got),
	      list_bits(names, wanted));
}

/* --- exceptions --- */
#define FIGURE(wanted, got) \
	CHECK(d, (int64_t)(wanted) == (int64_t)(got), "%s of %s is %lld, the model says %lld", #got, story_of(d, number), \
	      (long long)(got), (long long)(wanted))

static long millionths(double epss)
{
	return epss < 0 ? -1 : lround(epss * 1000000);
}

static void check_baseline(driver *d, const rpv_exception *row, int number)
{
	const ref_measure *b = &d->m.all[number].base;
	uint64_t weaks = 0;
	for (int w = 0; w < REF_WEAKS; w++)
		weaks += b->weaks >> w & 1;
	FIGURE(b->devices, row->filed_devices);
	FIGURE(weaks, row->filed_weaknesses);
	FIGURE(b->high, row->baseline.high_value);
	FIGURE(b->internet, row->baseline.internet_facing);
	for (int v = 0; v < 3; v++)
		FIGURE(b->by_value[v], row->baseline.scope_devices[v]);
	FIGURE(b->severity, row->baseline.severity);
	FIGURE(b->exploit, row->baseline.exploit);
	FIGURE(b->exploited, row->baseline.known_exploited);
	FIGURE(b->fix, row->baseline.fix_available);
	FIGURE(b->end_of_support, row->baseline.end_of_support);
	FIGURE(b->epss, millionths(row->baseline.epss));
	FIGURE(d->m.all[number].warned, row->baseline.warned);
	FIGURE(d->m.all[number].base_epss, millionths(row->baseline.base_epss));
	CHECK(d, fabsl(d->m.all[number].base_exposure - (long double)row->baseline.base_exposure) <= d->m.all[number].base_slack,
	      "base exposure of %s is %.12f, the model says %.12Lf", story_of(d, number), row->baseline.base_exposure,
	      d->m.all[number].base_exposure);
	FIGURE(d->m.all[number].base_doubling, millionths(row->baseline.base_doubling));
	unsigned fired = 0;
	for (size_t i = 0; i < row->firing_count; i++)
		fired |= 1u << row->firings[i].trigger;
	FIGURE(ref_fired(&d->m.all[number], ref_time(&d->m)), fired);
	CHECK(d, fabsl(b->exposure - (long double)row->filed_exposure) < 1e-9L, "exposure of %s is %.12f, the model says %.12Lf",
	      story_of(d, number), row->filed_exposure, b->exposure);
}

static void check_exception(driver *d, const rpv_exception *row, int number)
{
	const ref_exception *e = &d->m.all[number];
	int64_t now = ref_time(&d->m);
	rpv_exception_status status = ref_status(&d->m, e, now);
	bool devices = e->scope == RPV_SCOPE_DEVICES;
	CHECK(d, number_of(row->id) == number, "row %d is %s", number, row->id);
	CHECK(d, row->status == status, "%s is %s (%s), the model says %s", story_of(d, number),
	      rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)row->status), row->status_reason ? row->status_reason : "",
	      rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)status));
	FIGURE(e->filed, row->filed_ms);
	FIGURE(e->start, row->start_ms);
	FIGURE(e->end, row->end_ms);
	FIGURE(status == RPV_EXCEPTION_EXPIRED ? e->end : e->ending ? e->ended
	       : status == RPV_EXCEPTION_REJECTED ? e->lapse : status == RPV_EXCEPTION_RESURFACED ? e->stale : 0, row->ended_ms);
	FIGURE(e->scope, row->scope);
	FIGURE(e->all_groups, row->all_groups);
	FIGURE(e->justification, row->justification);
	FIGURE(e->impact, row->impact);
	FIGURE(e->successor, number_of(row->successor));
	FIGURE(e->predecessor, number_of(row->predecessor));
	FIGURE(e->approved, row->approved_ms);
	if (status == RPV_EXCEPTION_PENDING_APPROVAL)
		FIGURE(e->lapse, row->approve_by_ms);
	FIGURE(ref_renewals(&d->m, e), row->renewals);
	if (status != RPV_EXCEPTION_PENDING_APPROVAL) /* while it waits, as if it took over already */
		FIGURE(ref_total(&d->m, e, NULL), row->total_ms);
	same_units(d, number, e->scope == RPV_SCOPE_GROUPS ? e->units : 0,
	           bits_of(d, row->groups, row->group_count, group_names, REF_GROUPS), group_names, "groups");
	same_units(d, number, e->canceled, bits_of(d, row->canceled_groups, row->canceled_group_count, group_names, REF_GROUPS),
	           group_names, "canceled groups");
	same_units(d, number, devices ? e->units : 0, bits_of(d, row->devices, row->device_count, device_ids, REF_DEVICES),
	           device_ids, "devices");
	check_baseline(d, row, number);
	if (status == RPV_EXCEPTION_SUSPENDED) {
		char text[64];
		snprintf(text, sizeof text, "suspended by E-%d", ref_global_above(&d->m, e, now) + 1);
		CHECK(d, row->status_reason && strcmp(text, row->status_reason) == 0, "%s: %s", text, row->status_reason);
	}
	if (row->shadowed)
		CHECK(d, ref_shadowed(&d->m, number, now), "%s is shadowed, yet decides something", story_of(d, number));
}

static void check_exceptions(driver *d)
{
	rpv_list *list;
	CALL(d, rpv_exception_list(d->session, NULL, &list));
	SAME(d, d->m.count, rpv_list_count(list), "number of exceptions");
	SAME(d, ref_time(&d->m), rpv_list_time(list), "time of a list");
	for (int i = 0; i < d->m.count; i++)
		check_exception(d, rpv_exception_at(list, (size_t)i), i);
	rpv_list_free(list);
}

/* --- recommendations and devices --- */
static bool exposed(const ref *m, int device, int rec)
{
	return ref_active(m, device) && m->facts.devices[device].has[rec];
}

/* Whether something of a recommendation is left on a device: counting all exceptions in effect, or official ones. */
static bool left(const ref *m, int device, int rec, bool official)
{
	unsigned has = m->facts.devices[device].has[rec];
	int64_t now = ref_time(m);
	for (int w = rec == REF_CONFIG ? -1 : 0; w < (rec == REF_CONFIG ? 0 : REF_WEAKS); w++) {
		int by[3];
		bool gone = false;
		if (!(has >> (w < 0 ? 0 : w) & 1))
			continue;
		ref_hidden(m, device, rec, w, now, by);
		for (int k = 0; k < 3; k++)
			gone = gone || (by[k] >= 0 && (!official || m->all[by[k]].impact == RPV_IMPACT_MITIGATION_LIKE));
		if (!gone)
			return true;
	}
	return false;
}

static void check_recommendation(driver *d, const rpv_recommendation *row, int rec)
{
	const ref *m = &d->m;
	uint64_t before = 0, after = 0, covered = 0, live = 0;
	rpv_state state = ref_state(m, rec, ref_time(m));
	CHECK(d, strcmp(row->id, rec_ids[rec]) == 0, "row %s for %s", row->id, rec_ids[rec]);
	CHECK(d, row->state == state, "%s is %s, the model says %s", row->id, rpv_word(RPV_WORDS_STATE, (int32_t)row->state),
	      rpv_word(RPV_WORDS_STATE, (int32_t)state));
	for (int i = 0; i < REF_DEVICES; i++)
		if (exposed(m, i, rec)) {
			before++;
			after += left(m, i, rec, true);
			covered += !left(m, i, rec, false);
		}
	for (int i = 0; i < m->count; i++)
		live += m->all[i].rec == rec && ref_live(m, &m->all[i]);
	SAME(d, before, row->exposed_devices, "exposed devices");
	SAME(d, after, row->exposed_devices_after, "exposed devices after exceptions");
	SAME(d, covered, row->covered_devices, "covered devices");
	SAME(d, live, row->exceptions, "exceptions of a recommendation");
}

void check_recommendations(driver *d)
{
	static const int order[REF_RECS] = { REF_CONFIG, 0, 1 }; /* by id */
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;
	q.states = RPV_STATE_ALL;
	q.sort = RPV_RECOMMENDATION_BY_ID;
	CALL(d, rpv_recommendation_list(d->session, &q, &list));
	SAME(d, REF_RECS, rpv_list_count(list), "number of recommendations");
	for (size_t i = 0; i < REF_RECS; i++)
		check_recommendation(d, rpv_recommendation_at(list, i), order[i]);
	rpv_list_free(list);
}

void check_devices(driver *d, int rec)
{
	const ref *m = &d->m;
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	rpv_list *list;
	size_t at = 0;
	q.recommendation = rec_ids[rec];
	CALL(d, rpv_device_list(d->session, &q, &list));
	for (int i = 0; i < REF_DEVICES; i++) {
		if (!exposed(m, i, rec))
			continue;
		const rpv_device *row = rpv_device_at(list, at++);
		CHECK(d, row && strcmp(row->id, device_ids[i]) == 0, "%s is exposed to %s, the list has %s", device_ids[i],
		      rec_ids[rec], row ? row->id : "no more");
		CHECK(d, row->covered == !left(m, i, rec, false), "%s on %s: covered %d", rec_ids[rec], row->id, row->covered);
	}
	SAME(d, at, rpv_list_count(list), "number of exposed devices");
	rpv_list_free(list);
}

/* --- the store --- */
static void check_info(driver *d)
{
	rpv_store_info info = { .struct_size = sizeof info };
	ref *m = &d->m;
	CALL(d, rpv_store_read_info(d->at->store, &info, NULL));
	if (info.mark_ms == ref_time(m) && !m->event_count && m->mark != ref_time(m))
		m->mark = info.mark_ms; /* a commit that had nothing to tell may move the mark */
	SAME(d, m->mark, info.mark_ms, "mark");
	SAME(d, ref_time(m), info.now_ms, "store's time");
	SAME(d, d->sequence, info.sequence, "last sequence");
	int64_t next = ref_next_deadline(m);
	CHECK(d, next ? info.next_deadline_ms && info.next_deadline_ms <= next : true, "next deadline %lld, the model says %lld",
	      (long long)info.next_deadline_ms, (long long)next);
}

void check_answers(driver *d, bool everything)
{
	check_exceptions(d);
	check_recommendations(d);
	for (int rec = 0; rec < REF_RECS; rec++)
		if (everything || one_in(d, 6))
			check_devices(d, rec);
	for (int device = 0; device < REF_DEVICES; device++)
		if (everything || one_in(d, 6))
			check_explanation(d, device);
}

void check_step(driver *d, bool everything)
{
	check_events(d);
	check_info(d);
	check_answers(d, everything);
}
