/* SPDX-License-Identifier: MIT */
/* Random lives of exceptions against a naive model, written from the rules alone: filing, superseding, canceling, time,
 * ticks, device groups that change, a session of some groups. On the way every preview is held against what came of it.
 * A failure prints its seed; run with a seed as the only argument to repeat it. */
#include "../support/decisions.h"

#include <stdlib.h>

enum { GROUPS = 5, DEVICES = 8, RECOMMENDATIONS = 2, WEAKNESSES = 3, MOST = 80, EVENTS = 600, STEPS = 40 };

static const char *const recommendation_ids[] = { "va-_-a-_-browser", "va-_-a-_-mail" };
static const char *const weakness_ids[] = { "CVE-1", "CVE-2", "CVE-3" };
static const char *const device_ids[] = { "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7" };

/* --- the naive model --- */
typedef struct exception {
	int rec, weak;                      /* -1: everywhere, whole */
	rpv_scope scope;
	unsigned units, canceled;           /* bits of groups or devices */
	int64_t start, end, ended;
	rpv_exception_status ending;        /* 0 (pending): not ended by a decision */
	bool official;
} exception;

typedef struct event { rpv_event_type type; int number; int64_t time; uint64_t count; } event;

typedef struct model {
	int64_t now, mark;
	char names[GROUPS][24];
	bool declared[GROUPS];
	int group_of[DEVICES];
	bool there[DEVICES];
	unsigned has[DEVICES][RECOMMENDATIONS]; /* bits of weaknesses */
	exception all[MOST];
	int count;
	event events[EVENTS];
	int event_count;
	bool told_start[MOST], told_end[MOST];
	bool limited;                       /* the session asks that sees g1 and g2, by those names */
} model;

static int64_t time_of(const model *m)
{
	return m->now > m->mark ? m->now : m->mark;
}

static rpv_exception_status alone(const exception *e, int64_t t)
{
	if (e->ending)
		return e->ending;
	return t < e->start ? RPV_EXCEPTION_SCHEDULED : t < e->end ? RPV_EXCEPTION_IN_EFFECT : RPV_EXCEPTION_EXPIRED;
}

static bool same_subject(const exception *a, const exception *b)
{
	return a->rec == b->rec && a->weak == b->weak;
}

static int global_above(const model *m, const exception *e, int64_t t)
{
	for (int i = 0; i < m->count; i++)
		if (m->all[i].scope == RPV_SCOPE_GLOBAL && same_subject(&m->all[i], e) &&
		    alone(&m->all[i], t) == RPV_EXCEPTION_IN_EFFECT)
			return i;
	return -1;
}

static rpv_exception_status status_of(const model *m, const exception *e, int64_t t)
{
	rpv_exception_status s = alone(e, t);
	bool suspended = s == RPV_EXCEPTION_IN_EFFECT && e->scope != RPV_SCOPE_GLOBAL && global_above(m, e, t) >= 0;
	return suspended ? RPV_EXCEPTION_SUSPENDED : s;
}

static uint64_t below(const model *m, const exception *e, int64_t t)
{
	uint64_t n = 0;
	for (int i = 0; i < m->count; i++)
		n += m->all[i].scope != RPV_SCOPE_GLOBAL && same_subject(&m->all[i], e) &&
		     alone(&m->all[i], t) == RPV_EXCEPTION_IN_EFFECT;
	return n;
}

static bool conflict(const model *m, const exception *a, const exception *b)
{
	return same_subject(a, b) && a->scope == b->scope && alone(b, time_of(m)) <= RPV_EXCEPTION_SUSPENDED &&
	       a->start < b->end && b->start < a->end && (a->scope == RPV_SCOPE_GLOBAL || (a->units & b->units));
}

static void tell(model *m, rpv_event_type type, int number, int64_t time, uint64_t count)
{
	assert_true(m->event_count < EVENTS);
	m->events[m->event_count++] = (event){ type, number, time, count };
}

/* What a commit writes down first. */
static void fall_due(model *m)
{
	int64_t now = time_of(m);
	for (;;) { /* the earliest, then the lowest number */
		int next = -1;
		int64_t at = INT64_MAX;
		for (int i = 0; i < m->count; i++) {
			const exception *e = &m->all[i];
			int64_t t = !m->told_start[i] ? e->start : !m->told_end[i] ? e->end : INT64_MAX;
			if (!e->ending && t <= now && t < at) {
				at = t;
				next = i;
			}
		}
		if (next < 0)
			break;
		bool starts = !m->told_start[next], global = m->all[next].scope == RPV_SCOPE_GLOBAL;
		uint64_t others = below(m, &m->all[next], at);
		tell(m, starts ? RPV_EVENT_EXCEPTION_STARTED : RPV_EVENT_EXCEPTION_EXPIRED, next, at, 0);
		if (global && others && (starts || global_above(m, &m->all[next], at) < 0))
			tell(m, starts ? RPV_EVENT_EXCEPTION_SUSPENDED : RPV_EVENT_EXCEPTION_RESUMED, next, at, others);
		*(starts ? &m->told_start[next] : &m->told_end[next]) = true;
	}
	m->mark = now;
}

/* --- what is visible --- */
static bool sees(const model *m, int group)
{
	return !m->limited || strcmp(m->names[group], "g1") == 0 || strcmp(m->names[group], "g2") == 0;
}

static bool present(const model *m, int group)
{
	bool is = m->declared[group];
	for (int d = 0; d < DEVICES; d++)
		is = is || (m->there[d] && m->group_of[d] == group);
	return is;
}

/* Units that the session sees; all: and those that it does not. */
static unsigned visible_units(const model *m, const exception *e, unsigned *all)
{
	unsigned seen = 0;
	*all = 0;
	for (int u = 0; u < (e->scope == RPV_SCOPE_DEVICES ? DEVICES : GROUPS); u++) {
		bool device = e->scope == RPV_SCOPE_DEVICES;
		if (!(e->units >> u & 1) || (device && !m->there[u]))
			continue;
		*all |= 1u << u;
		if (sees(m, device ? m->group_of[u] : u))
			seen |= 1u << u;
	}
	return seen;
}

static bool visible(const model *m, const exception *e)
{
	unsigned all;
	return !m->limited || e->scope == RPV_SCOPE_GLOBAL || visible_units(m, e, &all) != 0;
}

/* --- filing and canceling in the model --- */
typedef struct request {
	exception e;
	bool supersede, all_groups, start_given;
} request;

static bool times_refused(const model *m, const request *r)
{
	int64_t now = time_of(m), length = r->e.end - r->e.start;
	return r->e.start < now || r->e.start - now > 90 * DAY || (r->supersede && r->e.start > now) || r->e.end <= now ||
	       length < 1 || length > 366 * DAY;
}

static bool units_found(const model *m, const request *r)
{
	bool found = true;
	if (r->e.scope == RPV_SCOPE_GLOBAL || r->all_groups)
		return true;
	for (int u = 0; u < (r->e.scope == RPV_SCOPE_DEVICES ? DEVICES : GROUPS); u++) {
		if (!(r->e.units >> u & 1))
			continue;
		if (r->e.scope == RPV_SCOPE_DEVICES)
			found = found && m->there[u] && sees(m, m->group_of[u]);
		else
			found = found && (u == 0 || present(m, u)) && sees(m, u);
	}
	return found;
}

static void take_all_groups(const model *m, request *r)
{
	r->e.units = 0;
	for (int g = 0; g < GROUPS; g++)
		if (sees(m, g) && (g == 0 || present(m, g)))
			r->e.units |= 1u << g;
	for (int i = 0; !r->supersede && i < m->count; i++)
		if (conflict(m, &r->e, &m->all[i]))
			r->e.units &= ~m->all[i].units;
}

/* Which outcomes the rules allow, as bits: 1 accepted, 2 refused, 4 not found, 8 denied. */
static unsigned judge(const model *m, request *r)
{
	unsigned out = 0;
	if (m->limited && r->e.scope == RPV_SCOPE_GLOBAL)
		return 8;
	if (r->all_groups)
		take_all_groups(m, r);
	if (times_refused(m, r) || (r->all_groups && !r->e.units))
		out |= 2;
	if (!units_found(m, r))
		out |= 4;
	for (int i = 0; !r->supersede && i < m->count; i++)
		if (conflict(m, &r->e, &m->all[i]))
			out |= 2;
	return out ? out : 1;
}

static void apply(model *m, const request *r)
{
	int number = m->count, taken[MOST], taken_count = 0;
	int64_t now = time_of(m);
	fall_due(m);
	for (int i = 0; i < m->count; i++)
		if (conflict(m, &r->e, &m->all[i]))
			taken[taken_count++] = i;
	tell(m, RPV_EVENT_EXCEPTION_FILED, number, now, 0);
	for (int i = 0; i < taken_count; i++) {
		exception *old = &m->all[taken[i]];
		if (old->scope == RPV_SCOPE_GLOBAL || !(old->units & ~r->e.units)) {
			old->ending = RPV_EXCEPTION_SUPERSEDED;
			old->ended = now;
		} else {
			if (old->scope == RPV_SCOPE_GROUPS)
				old->canceled |= old->units & r->e.units;
			old->units &= ~r->e.units;
		}
		tell(m, RPV_EVENT_EXCEPTION_SUPERSEDED, taken[i], now, 0);
	}
	m->all[m->count++] = r->e;
	m->told_start[number] = r->e.start <= now;
	if (r->e.scope == RPV_SCOPE_GLOBAL && r->e.start <= now && below(m, &r->e, now))
		tell(m, RPV_EVENT_EXCEPTION_SUSPENDED, number, now, below(m, &r->e, now));
}

static unsigned judge_cancel(const model *m, int number, int group)
{
	const exception *e = &m->all[number];
	unsigned all, seen = visible_units(m, e, &all), out = 0;
	if (!visible(m, e))
		return 4;
	if (e->scope == RPV_SCOPE_GLOBAL && m->limited)
		return 8;
	if (status_of(m, e, time_of(m)) > RPV_EXCEPTION_SUSPENDED)
		out |= 2;
	if (group >= 0 && !sees(m, group))
		out |= 4;
	else if (group >= 0 && (e->scope != RPV_SCOPE_GROUPS || !(e->units >> group & 1)))
		out |= 2;
	if (group < 0 && m->limited && seen != all)
		out |= 2;
	return out ? out : 1;
}

static void apply_cancel(model *m, int number, int group)
{
	exception *e = &m->all[number];
	int64_t now = time_of(m);
	fall_due(m);
	bool was = e->scope == RPV_SCOPE_GLOBAL && alone(e, now) == RPV_EXCEPTION_IN_EFFECT;
	tell(m, RPV_EVENT_EXCEPTION_CANCELED, number, now, 0);
	if (group >= 0 && (e->units & ~(1u << group))) {
		e->units &= ~(1u << group);
		e->canceled |= 1u << group;
		return;
	}
	e->ending = RPV_EXCEPTION_CANCELED;
	e->ended = now;
	if (was && below(m, e, now))
		tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, now, below(m, e, now));
}

/* --- what the draft hides --- */
static bool covers(const exception *e, const model *m, int device)
{
	if (e->scope == RPV_SCOPE_GLOBAL)
		return true;
	return e->units >> (e->scope == RPV_SCOPE_DEVICES ? device : m->group_of[device]) & 1;
}

static bool on_subject(const exception *e, int rec, int weak)
{
	return (e->rec < 0 || e->rec == rec) && (e->weak < 0 || e->weak == weak);
}

/* With the draft in effect: whether another one hides the finding; what shares subject, width and unit is replaced. */
static bool hidden_by_others(const model *m, const exception *draft, int device, int rec, int weak, int64_t now)
{
	for (int i = 0; i < m->count; i++) {
		const exception *e = &m->all[i];
		bool same = same_subject(e, draft);
		if (status_of(m, e, now) != RPV_EXCEPTION_IN_EFFECT || !covers(e, m, device) || !on_subject(e, rec, weak))
			continue;
		if (same && (e->scope == draft->scope || draft->scope == RPV_SCOPE_GLOBAL))
			continue;
		return true;
	}
	return false;
}

static void count_hidden(const model *m, const exception *draft, uint64_t *devices, uint64_t *findings)
{
	int64_t now = time_of(m);
	bool suspended = draft->scope != RPV_SCOPE_GLOBAL && global_above(m, draft, now) >= 0;
	*devices = *findings = 0;
	for (int d = 0; d < DEVICES; d++) {
		bool exposed = false;
		if (!m->there[d] || !covers(draft, m, d) || !sees(m, m->group_of[d]))
			continue;
		for (int r = 0; r < RECOMMENDATIONS; r++)
			for (int k = 0; k < WEAKNESSES; k++) {
				if (!(m->has[d][r] >> k & 1) || !on_subject(draft, r, k))
					continue;
				exposed = true;
				*findings += !suspended && !hidden_by_others(m, draft, d, r, k, now);
			}
		*devices += exposed;
	}
}

/* --- the store beside it --- */
typedef struct walk {
	test_world world;
	test_random random;
	rpv_session *limited;
	model m;
} walk;

static uint64_t pick(walk *k, uint64_t bound)
{
	return test_random_below(&k->random, bound);
}

static rpv_session *asking(walk *k)
{
	return k->m.limited ? k->limited : k->world.session;
}

static void sight_all(walk *k)
{
	for (int d = 0; d < DEVICES; d++)
		if (k->m.there[d])
			device(&k->world, device_ids[d], k->m.names[k->m.group_of[d]]);
}

static void open_walk(walk *k, uint64_t seed)
{
	static const char *const visible_names[] = { "g1", "g2" };
	memset(k, 0, sizeof *k);
	k->random.state = seed;
	test_world *w = &k->world;
	const rpv_policy_change calm = { "trigger", "off" };
	open_world(w);
	turn_reminders_off(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &calm, 1, NULL, NULL));
	k->m.now = START;
	snprintf(k->m.names[0], sizeof k->m.names[0], "UnassignedGroup");
	for (int g = 1; g < GROUPS; g++)
		snprintf(k->m.names[g], sizeof k->m.names[g], "g%d", g);
	for (int i = 0; i < WEAKNESSES; i++)
		weakness(w, weakness_ids[i]);
	for (int i = 0; i < RECOMMENDATIONS; i++)
		recommendation(w, recommendation_ids[i], RPV_KIND_UPDATE);
	for (int d = 0; d < DEVICES; d++) {
		const rpv_value values[] = { RPV_VALUE_LOW, RPV_VALUE_NORMAL, RPV_VALUE_HIGH };
		k->m.there[d] = true;
		k->m.group_of[d] = d < GROUPS ? d : (int)pick(k, GROUPS);
		rpv_device_facts f = { .id = device_ids[d], .group = k->m.names[k->m.group_of[d]], .value = values[pick(k, 3)],
		                       .internet_facing = pick(k, 3) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE };
		assert_call(RPV_OK, rpv_batch_device(begin(w), &f));
		for (int r = 0; r < RECOMMENDATIONS; r++) {
			const char *ids[WEAKNESSES];
			size_t count = 0;
			k->m.has[d][r] = (unsigned)pick(k, 8);
			for (int i = 0; i < WEAKNESSES; i++)
				if (k->m.has[d][r] >> i & 1)
					ids[count++] = weakness_ids[i];
			assert_call(RPV_OK, rpv_batch_assess(begin(w), device_ids[d], recommendation_ids[r], ids, count));
		}
	}
	commit(w);
	fall_due(&k->m);
	k->limited = open_session(w, "bob", RPV_PERMIT_ALL, visible_names, 2);
}

static int number_of(const char *id)
{
	return atoi(id + 2) - 1;
}

/* Compares a list of names with bits. */
static void assert_names(const char *const *names, size_t count, unsigned bits, const model *m, bool devices)
{
	unsigned got = 0;
	for (size_t i = 0; i < count; i++) {
		int found = -1;
		for (int u = 0; u < (devices ? DEVICES : GROUPS); u++)
			if (strcmp(names[i], devices ? device_ids[u] : m->names[u]) == 0)
				found = u;
		assert_true(found >= 0 && !(got >> found & 1));
		got |= 1u << found;
	}
	assert_int_equal(bits, got);
}

static unsigned visible_groups(const model *m, unsigned groups)
{
	for (int g = 0; g < GROUPS; g++)
		if (!sees(m, g))
			groups &= ~(1u << g);
	return groups;
}

static void compare_row(const model *m, const rpv_exception *row, int number)
{
	const exception *e = &m->all[number];
	int64_t now = time_of(m);
	rpv_exception_status status = status_of(m, e, now);
	unsigned all, seen = visible_units(m, e, &all);
	char text[64];
	assert_int_equal(number, number_of(row->id));
	assert_int_equal(status, row->status);
	assert_true(row->start_ms == e->start && row->end_ms == e->end);
	assert_true(row->ended_ms == (status == RPV_EXCEPTION_EXPIRED ? e->end : e->ending ? e->ended : 0));
	assert_int_equal(e->scope, row->scope);
	bool devices = e->scope == RPV_SCOPE_DEVICES;
	assert_names(row->groups, row->group_count, devices || e->scope == RPV_SCOPE_GLOBAL ? 0
	             : visible_groups(m, e->units), m, false);
	assert_names(row->canceled_groups, row->canceled_group_count, visible_groups(m, e->canceled), m, false);
	assert_names(row->devices, row->device_count, !devices ? 0 : m->limited ? seen : e->units, m, true);
	if (status == RPV_EXCEPTION_SUSPENDED) {
		snprintf(text, sizeof text, "suspended by E-%d", global_above(m, e, now) + 1);
		assert_string_equal(text, row->status_reason);
	}
}

static void compare_lists(walk *k)
{
	model *m = &k->m;
	bool was = m->limited;
	for (int limited = 0; limited < 2; limited++) {
		rpv_list *list;
		size_t at = 0;
		m->limited = limited;
		assert_ok(rpv_exception_list(asking(k), NULL, &list));
		for (int i = 0; i < m->count; i++)
			if (visible(m, &m->all[i])) {
				assert_non_null(rpv_exception_at(list, at));
				compare_row(m, rpv_exception_at(list, at++), i);
			}
		assert_int_equal(at, rpv_list_count(list));
		rpv_list_free(list);
	}
	m->limited = was;
}

static void compare_events(walk *k)
{
	test_world *w = &k->world;
	model *m = &k->m;
	rpv_list *list;
	int at = 0;
	int64_t last = 0;
	assert_call(RPV_OK, rpv_event_list(w->session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		assert_true(e->time_ms >= last && e->time_ms <= e->commit_ms);
		last = e->time_ms;
		if (!e->exception || (e->type >= RPV_EVENT_EXCEPTION_EXPIRING && e->type <= RPV_EVENT_EXCEPTION_OVERDUE))
			continue; /* watch lists are the matter of another test */
		assert_true(at < m->event_count);
		const event *x = &m->events[at++];
		assert_string_equal(rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)x->type),
		                    rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type));
		assert_int_equal(x->number, number_of(e->exception));
		assert_true(x->time == e->time_ms);
		if (x->count)
			assert_int_equal(x->count, e->count);
	}
	assert_int_equal(m->event_count, at);
	rpv_list_free(list);
}

/* --- steps --- */
/* Instants of interest: around starts and ends, and some time ahead. */
static int64_t some_instant(walk *k)
{
	const model *m = &k->m;
	int64_t now = time_of(m);
	if (m->count && pick(k, 3)) {
		const exception *e = &m->all[pick(k, (uint64_t)m->count)];
		return (pick(k, 2) ? e->start : e->end) + (int64_t)pick(k, 3) - 1;
	}
	return now + (int64_t)pick(k, 4) * DAY + (int64_t)pick(k, 2);
}

static void step_clock(walk *k)
{
	int64_t to = some_instant(k), now = time_of(&k->m);
	if (to > now && to < now + 25 * DAY) /* devices stay active */
		k->m.now = k->world.now = to;
	else if (pick(k, 4) == 0)
		k->m.now = k->world.now = now - (int64_t)pick(k, 3) * DAY / 2; /* a clock that goes back: the mark counts */
}

static request some_request(walk *k)
{
	const model *m = &k->m;
	const rpv_scope scopes[] = { RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES };
	request r = { .e = { .rec = (int)pick(k, 3) - 1, .weak = (int)pick(k, 3) - 1 } };
	int64_t now = time_of(m);
	if (r.e.rec < 0 && r.e.weak < 0)
		r.e.rec = 0;
	if (pick(k, 2)) /* mostly one subject, so that something happens */
		r.e.rec = 0, r.e.weak = -1;
	r.e.scope = scopes[pick(k, 4)];
	r.all_groups = r.e.scope == RPV_SCOPE_GROUPS && pick(k, 4) == 0;
	r.e.units = 1 + (unsigned)pick(k, (1u << (r.e.scope == RPV_SCOPE_DEVICES ? DEVICES : GROUPS)) - 1);
	if (pick(k, 2))
		r.e.units &= 1 + (unsigned)test_random_next(&k->random);
	if (!r.e.units)
		r.e.units = 1;
	r.supersede = pick(k, 4) == 0;
	r.start_given = pick(k, 3) == 0;
	r.e.start = r.start_given ? some_instant(k) : now;
	r.e.end = pick(k, 3) ? r.e.start + 1 + (int64_t)pick(k, 6) * DAY : some_instant(k);
	r.e.official = pick(k, 2);
	return r;
}

static rpv_exception_request to_public(const request *r, const model *m, const char **names)
{
	rpv_exception_request out = accept_risk(r->e.rec < 0 ? NULL : recommendation_ids[r->e.rec]);
	size_t count = 0;
	if (r->e.weak >= 0)
		out.weakness = weakness_ids[r->e.weak];
	if (r->e.official)
		out.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	out.scope = r->all_groups ? RPV_SCOPE_ALL_GROUPS : r->e.scope;
	for (int u = 0; u < DEVICES; u++)
		if (r->e.units >> u & 1)
			names[count++] = r->e.scope == RPV_SCOPE_DEVICES ? device_ids[u] : m->names[u];
	if (out.scope == RPV_SCOPE_GROUPS)
		out.groups = names, out.group_count = count;
	else if (out.scope == RPV_SCOPE_DEVICES)
		out.devices = names, out.device_count = count;
	out.start_ms = r->start_given ? r->e.start : 0;
	out.end_ms = r->e.end;
	out.duration_ms = 0;
	out.supersede = r->supersede;
	return out;
}

static void assert_same_score(const rpv_score *a, const rpv_score *b)
{
	assert_true(a->devices == b->devices);
	assert_true(a->exposure_official == b->exposure_official && a->exposure_no_impact == b->exposure_no_impact &&
	            a->exposure_mitigation_like == b->exposure_mitigation_like);
	assert_true(a->secure_official.points == b->secure_official.points);
	assert_int_equal(a->level, b->level);
}

static void check_preview(walk *k, const request *r, const rpv_filing_outcome *o, unsigned verdict)
{
	const model *m = &k->m;
	rpv_score now = RPV_SCORE_INIT;
	uint64_t devices, findings, conflicts = 0, suspended = 0;
	for (int i = 0; i < m->count; i++) {
		const exception *e = &m->all[i];
		conflicts += conflict(m, &r->e, e);
		suspended += r->e.scope == RPV_SCOPE_GLOBAL && e->scope != RPV_SCOPE_GLOBAL && same_subject(e, &r->e) &&
		             alone(e, time_of(m)) <= RPV_EXCEPTION_SUSPENDED && e->start < r->e.end && r->e.start < e->end;
	}
	assert_int_equal(conflicts, r->supersede ? o->supersede_count : o->conflict_count);
	assert_int_equal(suspended, o->suspend_count);
	assert_true((verdict == 1) == (o->refusal_count == 0 && o->conflict_count == 0));
	assert_ok(rpv_score_read(asking(k), NULL, &now));
	assert_same_score(&now, &o->before);
	count_hidden(m, &r->e, &devices, &findings);
	assert_int_equal(devices, o->hidden_devices);
	assert_int_equal(findings, o->hidden_findings);
	assert_int_equal(o->after.exposure_official > o->before.exposure_official, o->worse);
}

static void assert_verdict(unsigned verdict, rpv_status status, rpv_session *session)
{
	const rpv_status statuses[] = { RPV_OK, RPV_E_REFUSED, RPV_E_NOT_FOUND, RPV_E_DENIED };
	for (int i = 0; i < 4; i++)
		if ((verdict >> i & 1) && statuses[i] == status)
			return;
	print_error("%s (%s) where the model says %u\n", rpv_status_name(status), rpv_session_error(session)->message, verdict);
	fail();
}

static void step_file(walk *k)
{
	model *m = &k->m;
	const char *names[DEVICES];
	request r = some_request(k);
	rpv_exception_request asked = to_public(&r, m, names);
	unsigned verdict = judge(m, &r);
	uint64_t revision = revision_of(&k->world);
	rpv_filing *preview = NULL, *filing = NULL;
	rpv_status status = rpv_exception_preview(asking(k), &asked, &preview);
	assert_true(status == RPV_OK || verdict & 12);
	if (!status)
		check_preview(k, &r, rpv_filing_read(preview), verdict);
	assert_int_equal(revision, revision_of(&k->world));
	status = rpv_exception_file(asking(k), &asked, pick(k, 2) ? &filing : NULL);
	assert_verdict(verdict, status, asking(k));
	if (status) {
		assert_int_equal(revision, revision_of(&k->world));
	} else {
		rpv_score after = RPV_SCORE_INIT;
		apply(m, &r);
		assert_ok(rpv_score_read(asking(k), NULL, &after));
		if (r.e.start <= time_of(m))
			assert_same_score(&after, &rpv_filing_read(preview)->after);
		if (filing) {
			compare_row(m, rpv_filing_read(filing)->exception, m->count - 1);
			assert_same_score(&rpv_filing_read(filing)->after, &rpv_filing_read(preview)->after);
			assert_string_equal(rpv_filing_read(filing)->message, rpv_filing_read(preview)->message);
		}
	}
	rpv_filing_free(preview);
	rpv_filing_free(filing);
}

static void step_cancel(walk *k)
{
	model *m = &k->m;
	if (!m->count)
		return;
	int number = (int)pick(k, (uint64_t)m->count), group = pick(k, 2) ? (int)pick(k, GROUPS) : -1;
	unsigned verdict = judge_cancel(m, number, group);
	char id[24];
	snprintf(id, sizeof id, "E-%d", number + 1);
	rpv_status status = rpv_exception_cancel(asking(k), id, group < 0 ? NULL : m->names[group], "no more");
	assert_verdict(verdict, status, asking(k));
	if (!status)
		apply_cancel(m, number, group);
}

static void step_facts(walk *k)
{
	model *m = &k->m;
	test_world *w = &k->world;
	int g = 1 + (int)pick(k, GROUPS - 1), d = (int)pick(k, DEVICES);
	rpv_group_facts f = { .name = m->names[g] };
	char old[24];
	switch (pick(k, 5)) {
	case 0: /* a device moves */
		if (m->there[d])
			m->group_of[d] = (int)pick(k, GROUPS);
		break;
	case 1: /* it goes, with what it had, or comes back */
		m->there[d] = !m->there[d];
		if (!m->there[d])
			remove_device(w, device_ids[d]);
		for (int r = 0; r < RECOMMENDATIONS; r++)
			m->has[d][r] = 0;
		break;
	case 2: /* a group is declared, or no longer */
		m->declared[g] = !m->declared[g];
		f.removed = !m->declared[g];
		assert_call(RPV_OK, rpv_batch_group(begin(w), &f));
		break;
	case 3: /* a group is renamed, and declared with it */
		snprintf(old, sizeof old, "%s", m->names[g]);
		snprintf(m->names[g], sizeof m->names[g], old[2] ? "g%d" : "g%dx", g);
		f.name = m->names[g];
		f.previous_name = old;
		m->declared[g] = true;
		assert_call(RPV_OK, rpv_batch_group(begin(w), &f));
		break;
	default:
		break;
	}
	sight_all(k);
	commit(w);
	fall_due(m);
}

static void step_tick(walk *k)
{
	tick(&k->world);
	bool due = false;
	for (int i = 0; i < k->m.count; i++) {
		const exception *e = &k->m.all[i];
		due = due || (!e->ending && ((!k->m.told_start[i] && e->start <= time_of(&k->m)) ||
		                             (!k->m.told_end[i] && e->end <= time_of(&k->m))));
	}
	if (due) /* else nothing is written, and the mark stays */
		fall_due(&k->m);
}

static void run_walk(uint64_t seed)
{
	static walk the_walk;
	walk *k = &the_walk;
	open_walk(k, seed);
	for (int step = 0; step < STEPS; step++) {
		k->m.limited = pick(k, 3) == 0;
		switch (pick(k, 10)) {
		case 0: case 1: step_clock(k); break;
		case 2: case 3: step_cancel(k); break;
		case 4: step_facts(k); break;
		case 5: step_tick(k); break;
		default: step_file(k); break;
		}
		compare_lists(k);
		if (step % 8 == 7)
			compare_events(k);
	}
	step_tick(k);
	compare_events(k);
	rpv_session_close(k->limited);
	end_decisions(&k->world);
}

static uint64_t first_seed = 1, last_seed = 300, this_seed;

static void test_exceptions_when_life_is_random_then_as_the_model_says(void **state)
{
	(void)state;
	for (this_seed = first_seed; this_seed <= last_seed; this_seed++)
		run_walk(this_seed);
}

static int say_seed(void **state)
{
	(void)state;
	if (this_seed <= last_seed)
		print_error("seed %llu\n", (unsigned long long)this_seed);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_exceptions_when_life_is_random_then_as_the_model_says, say_seed),
	};
	if (argc > 1)
		first_seed = last_seed = strtoull(argv[1], NULL, 10);
	else
		last_seed = test_rounds(last_seed, 40);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
