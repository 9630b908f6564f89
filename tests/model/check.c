/* SPDX-License-Identifier: MIT */
/* Holds the library's answers against the model's, after every operation. */
#include "driver.h"

#include <math.h>
#include <stdlib.h>

static int number_of(const char *id)
{
	return id ? atoi(id + 2) - 1 : -1;
}

static unsigned bits_of(driver *d, const char *const *names, size_t count, const char *const *all, int most)
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

static void same_units(driver *d, int number, unsigned wanted, unsigned got, const char *const *names, const char *what)
{
	CHECK(d, wanted == got, "%s of E-%d are %s, the model says %s", what, number + 1, list_bits(names, got),
	      list_bits(names, wanted));
}

/* --- exceptions --- */
#define FIGURE(wanted, got) \
	CHECK(d, (int64_t)(wanted) == (int64_t)(got), "%s of %s is %lld, the model says %lld", #got, story_of(d, number), \
	      (long long)(got), (long long)(wanted))

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
	FIGURE(b->epss < 0 ? -1 : b->epss, row->baseline.epss < 0 ? -1 : llround(row->baseline.epss * 1000000));
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
	FIGURE(status == RPV_EXCEPTION_EXPIRED ? e->end : e->ending ? e->ended : 0, row->ended_ms);
	FIGURE(e->scope, row->scope);
	FIGURE(e->all_groups, row->all_groups);
	FIGURE(e->justification, row->justification);
	FIGURE(e->impact, row->impact);
	FIGURE(e->successor, number_of(row->successor));
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

static void check_recommendations(driver *d)
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

static void check_devices(driver *d, int rec)
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

/* --- the journal --- */
static int by_time(const void *a, const void *b)
{
	const ref_event *x = a, *y = b;
	return x->time != y->time ? (x->time < y->time ? -1 : 1) : x->number != y->number ? x->number - y->number
	     : x->type != y->type ? (int)x->type - (int)y->type : x->trigger - y->trigger;
}

static bool modelled(rpv_event_type type)
{
	return type >= RPV_EVENT_EXCEPTION_FILED && type <= RPV_EVENT_EXCEPTION_REJECTED;
}

static int trigger_of(const char *word)
{
	for (int t = 0; word && t < REF_TRIGGERS; t++)
		if (strcmp(word, rpv_word(RPV_WORDS_TRIGGER, t)) == 0)
			return t;
	return -1;
}

static int read_events(driver *d, ref_event *got)
{
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	int count = 0;
	q.since = d->sequence;
	CALL(d, rpv_event_list(d->session, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		SAME(d, d->sequence + 1, e->sequence, "sequence of an event");
		CHECK(d, e->time_ms >= d->last_time && e->time_ms <= e->commit_ms, "event %d at %+lld after %+lld", (int)e->sequence,
		      (long long)(e->time_ms - REF_START), (long long)(d->last_time - REF_START));
		d->sequence = e->sequence;
		d->last_time = e->time_ms;
		if (modelled(e->type) && count < REF_EVENTS)
			got[count++] = (ref_event){ e->type, number_of(e->exception), e->time_ms, e->count, trigger_of(e->trigger) };
	}
	rpv_list_free(list);
	return count;
}

static const char *told(const ref_event *e)
{
	static char out[2][160];
	static int at;
	char *text = out[at++ & 1];
	snprintf(text, sizeof out[0], "%s E-%d at %+lld of %d%s%s", rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type),
	         e->number + 1, (long long)(e->time - REF_START), (int)e->count, e->trigger < 0 ? "" : " by ",
	         e->trigger < 0 ? "" : rpv_word(RPV_WORDS_TRIGGER, e->trigger));
	return text;
}

/* Resurfacing is taken as told: the model follows, and judges what comes of it. */
static void follow(driver *d, const ref_event *e)
{
	if (e->type == RPV_EVENT_EXCEPTION_RESURFACED && ref_live(&d->m, &d->m.all[e->number]))
		ref_void(&d->m, e->number);
	if (e->type == RPV_EVENT_EXCEPTION_RESURFACED || e->type == RPV_EVENT_EXCEPTION_WARNED)
		ref_tell(&d->m, e->type, e->number, e->time, e->count, e->trigger);
}

static void check_events(driver *d)
{
	static ref_event got[REF_EVENTS];
	ref *m = &d->m;
	int count = read_events(d, got);
	for (int i = 0; i < count; i++)
		follow(d, &got[i]);
	qsort(got, (size_t)count, sizeof *got, by_time);
	qsort(m->events, (size_t)m->event_count, sizeof *got, by_time);
	for (int i = 0; i < count || i < m->event_count; i++) {
		const ref_event *a = &m->events[i], *b = &got[i];
		CHECK(d, i < m->event_count, "told: %s, of which the model knows nothing", told(b));
		CHECK(d, i < count, "not told: %s", told(a));
		bool counts = a->type == RPV_EVENT_EXCEPTION_SUSPENDED || a->type == RPV_EVENT_EXCEPTION_RESUMED;
		CHECK(d, a->type == b->type && a->number == b->number && a->time == b->time && a->trigger == b->trigger &&
		      (!counts || a->count == b->count), "told: %s, the model says %s", told(b), told(a));
	}
	m->event_count = 0;
}

/* --- the store --- */
static void check_info(driver *d)
{
	rpv_store_info info = { .struct_size = sizeof info };
	ref *m = &d->m;
	CHECK(d, !rpv_store_read_info(d->store, &info, NULL), "no info");
	if (info.mark_ms == ref_time(m) && !m->event_count && m->mark != ref_time(m))
		m->mark = info.mark_ms; /* a commit that had nothing to tell may move the mark */
	SAME(d, m->mark, info.mark_ms, "mark");
	SAME(d, ref_time(m), info.now_ms, "store's time");
	SAME(d, d->sequence, info.sequence, "last sequence");
	int64_t next = ref_next_deadline(m);
	CHECK(d, next ? info.next_deadline_ms && info.next_deadline_ms <= next : true, "next deadline %lld, the model says %lld",
	      (long long)info.next_deadline_ms, (long long)next);
}

void check_step(driver *d, bool everything)
{
	check_events(d);
	check_info(d);
	check_exceptions(d);
	check_recommendations(d);
	for (int rec = 0; rec < REF_RECS; rec++)
		if (everything || one_in(d, 6))
			check_devices(d, rec);
}

/* --- previews --- */
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
		    e->start < r->e.end && r->e.start < e->end)
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
