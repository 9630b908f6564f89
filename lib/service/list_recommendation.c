/* SPDX-License-Identifier: MIT */
/* Listing recommendations: figures of all, filters, order, and texts for the rows handed out. */
#include "../model/state.h"
#include "../score/units.h"
#include "activity.h"
#include "lister.h"

typedef struct listing {
	rpv_recommendation_query query;
	rpv__cursor after;
	const rpv__figures *figures;    /* of the lens, by number */
	rpv_state *states;              /* over the groups that the session sees */
	rpv__recommendation_covers *covers; /* in the lens */
	rpv__candidates candidates;
	rpv__activity_rows activities;  /* for what a limited session sees of them */
} listing;

/* --- states --- */
static rpv_status make_covers(rpv__lister *l, const rpv__lens *lens, rpv__recommendation_covers **out)
{
	const rpv__view *view = l->view;
	uint32_t *marks = rpv__arena_get(&l->scratch, (view->group_count + 1) * sizeof *marks);
	*out = rpv__arena_get(&l->scratch, (view->recommendation_count + 1) * sizeof **out);
	if (!marks || !*out)
		return rpv__fail_nomem(l->error);
	for (uint32_t r = 1; r < view->recommendation_count; r++)
		if (view->recommendations[r].exists)
			rpv__recommendation_look(view, lens, r, marks, &(*out)[r]);
	return RPV_OK;
}

static void make_states(rpv__lister *l, listing *s, const rpv__lens *lens, const rpv__figures *figures,
                        const rpv__recommendation_covers *covers)
{
	uint64_t groups = rpv__present_groups(l->view, lens);
	for (size_t r = 1; r < l->view->recommendation_count; r++) {
		rpv__state_facts facts = { figures[r].exposed > 0, covers[r].global, groups, covers[r].covered, covers[r].others,
			                       figures[r].excepted_weakness_everywhere };
		s->states[r] = rpv__state_of(&facts);
	}
}

/* Figures of the lens, narrowed to one group when that is asked for; states stay those over all that is visible. What is
 * listed of a group is exposed there, so only exceptions on weaknesses everywhere make states ask for all devices. */
static rpv_status evaluate(rpv__lister *l, listing *s)
{
	rpv__lens visible = l->lens;
	rpv__recommendation_covers *wide;
	rpv_status status = rpv__lens_narrow(l->session, l->view, s->query.group, &l->list->arena, &l->lens);
	const rpv__lens *asked = rpv__weakness_everywhere(l->view, &visible) ? &visible : &l->lens;
	s->states = rpv__arena_get(&l->scratch, (l->view->recommendation_count + 1) * sizeof *s->states);
	if (!status && !s->states)
		status = rpv__fail_nomem(l->error);
	if (!status)
		status = make_covers(l, &visible, &wide);
	if (!status)
		status = rpv__evaluate_all(l->view, asked, NULL, &s->figures, l->error);
	if (status)
		return status;
	make_states(l, s, &visible, s->figures, wide);
	s->covers = wide;
	if (!s->query.group)
		return RPV_OK;
	status = rpv__evaluate_all(l->view, &l->lens, NULL, &s->figures, l->error);
	return status ? status : make_covers(l, &l->lens, &s->covers);
}

/* --- activities --- */
typedef struct numbers { rpv__arena arena; uint32_t *items; size_t count, cap; } numbers;

static rpv_status note_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	numbers *n = user;
	uint32_t recommendation, number;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &number))
		return rpv__fail_corrupt(error, "index of remediation activities", key);
	if (rpv__grow(&n->arena.alloc, &n->items, &n->cap, n->count + 1, sizeof *n->items))
		return rpv__fail_nomem(error);
	n->items[n->count++] = number;
	return RPV_OK;
}

static rpv_status is_visible(rpv__lister *l, listing *s, uint32_t number, rpv__arena *scratch, bool *out)
{
	rpv__activity activity;
	rpv__key key;
	rpv_status status = rpv__read_activity(&l->source, number, scratch, &activity, l->error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail_corrupt(l->error, "missing remediation activity", rpv__key32(&key, RPV__K_ACTIVITY, number));
	return status ? status : rpv__activity_visible(&s->activities, number, &activity, out);
}

static rpv_status count_activities(rpv__lister *l, listing *s, uint32_t number, uint64_t *out)
{
	numbers n = { .items = NULL };
	rpv__key key;
	rpv__arena_init(&n.arena, &l->scratch.alloc);
	rpv_status status = rpv__source_scan_prefix(&l->source, rpv__key32(&key, RPV__K_REC_ACTIVITY, number),
	                                            note_activity, &n, l->error);
	*out = 0;
	for (size_t i = 0; !status && i < n.count; i++) {
		bool visible = true;
		if (l->lens.groups)
			status = is_visible(l, s, n.items[i], &n.arena, &visible);
		*out += visible;
		rpv__arena_free(&n.arena);
	}
	rpv__free(&n.arena.alloc, n.items);
	return status;
}

/* --- which --- */
static bool has_tag(const rpv__texts *tags, const char *tag)
{
	for (size_t i = 0; i < tags->count; i++)
		if (rpv__equal_fold(tags->items[i], tag))
			return true;
	return false;
}

static bool wanted_by_figures(const rpv__lister *l, const listing *s, uint32_t number)
{
	const rpv_recommendation_query *q = &s->query;
	const rpv__view_recommendation *r = &l->view->recommendations[number];
	uint32_t states = q->states ? q->states : q->id ? RPV_STATE_ALL : RPV_STATE_ACTIVE | RPV_STATE_PARTIAL_EXCEPTION;
	const rpv__figures *f = &s->figures[number];
	if (!(states & (uint32_t)s->states[number]) || (q->kinds && !(q->kinds & 1u << r->kind)) ||
	    (q->categories && !(q->categories & 1u << r->category)))
		return false;
	return f->severity >= q->severity && f->exploit >= q->exploit && (!q->group || f->exposed > 0);
}

static rpv_status wanted_by_records(rpv__lister *l, listing *s, uint32_t number, bool *out)
{
	const rpv_recommendation_query *q = &s->query;
	rpv__arena arena;
	rpv_status status = RPV_OK;
	*out = true;
	if (q->component || q->vendor || q->tag) {
		rpv__recommendation r;
		rpv__arena_init(&arena, &l->scratch.alloc);
		status = rpv__read_recommendation(&l->source, number, &arena, &r, l->error);
		if (!status)
			*out = (!q->component || (r.component && strcmp(r.component, q->component) == 0)) &&
			       (!q->vendor || (r.vendor && rpv__equal_fold(r.vendor, q->vendor))) &&
			       (!q->tag || has_tag(&r.tags, q->tag));
		rpv__arena_free(&arena);
	}
	if (!status && *out && q->has_remediation != RPV_FLAG_UNCHANGED) {
		uint64_t count;
		status = count_activities(l, s, number, &count);
		*out = (count > 0) == (q->has_remediation == RPV_FLAG_TRUE);
	}
	return status == RPV_E_NOT_FOUND ? rpv__fail(l->error, RPV_E_CORRUPT, "a recommendation has no record") : status;
}

/* An exposure impact and a secure score impact exclude each other, so one number orders by both. */
static int64_t key_of(const listing *s, uint32_t number)
{
	const rpv__figures *f = &s->figures[number];
	switch (s->query.sort) {
	case RPV_RECOMMENDATION_BY_IMPACT:
		return f->impact[RPV__NO_IMPACT] ? f->impact[RPV__NO_IMPACT] + 100 * RPV__POINT : f->secure_impact[RPV__NO_IMPACT];
	case RPV_RECOMMENDATION_BY_SECURE_IMPACT: return f->secure_impact[RPV__NO_IMPACT];
	case RPV_RECOMMENDATION_BY_DEVICES: return (int64_t)f->exposed;
	case RPV_RECOMMENDATION_BY_WEAKNESSES: return (int64_t)f->weaknesses;
	default: return 0;
	}
}

static rpv_status consider(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	listing *s = user;
	if (number >= l->view->recommendation_count || !l->view->recommendations[number].exists ||
	    !wanted_by_figures(l, s, number))
		return RPV_OK;
	return rpv__candidates_add(l, &s->candidates, number, key_of(s, number), id);
}

/* Drops those whose records say that they are not wanted. */
static rpv_status sift(rpv__lister *l, listing *s)
{
	rpv__candidates *c = &s->candidates;
	size_t kept = 0;
	for (size_t i = 0; i < c->count; i++) {
		bool wanted;
		rpv_status status = wanted_by_records(l, s, c->items[i].number, &wanted);
		if (status)
			return status;
		if (wanted)
			c->items[kept++] = c->items[i];
	}
	c->count = kept;
	return RPV_OK;
}

/* --- rows --- */
static void set_texts(rpv_recommendation *row, const rpv__recommendation *r)
{
	row->id = r->id;
	row->title = r->title;
	row->description = r->description;
	row->steps = r->steps;
	row->component = r->component;
	row->vendor = r->vendor;
	row->product = r->product;
	row->subcategory = r->subcategory;
	row->recommended_version = r->recommended_version;
	row->recommended_vendor = r->recommended_vendor;
	row->recommended_program = r->recommended_program;
	row->tags = r->tags.items;
	row->tag_count = r->tags.count;
	row->threats = r->threats.items;
	row->threat_count = r->threats.count;
	row->kind = r->kind;
	row->category = r->category;
	row->points = r->points;
}

static void set_figures(rpv_recommendation *row, const rpv__figures *f)
{
	row->severity = f->severity ? (rpv_severity)f->severity : RPV_SEVERITY_UNKNOWN;
	row->exploit = f->exploit ? (rpv_exploit)f->exploit : RPV_EXPLOIT_NONE;
	row->assessed_devices = f->assessed;
	row->exposed_devices = f->exposed;
	row->exposed_devices_after = f->exposed_after;
	row->covered_devices = f->covered;
	row->weaknesses = f->weaknesses;
	row->exposure_impact = rpv__score_to_double(f->impact[RPV__NO_IMPACT]);
	row->exposure_impact_after = rpv__score_to_double(f->impact[RPV__OFFICIAL]);
	row->exposure_impact_best = rpv__score_to_double(f->impact[RPV__MITIGATION_LIKE]);
	row->standalone_exposure = rpv__score_to_double(f->standalone);
	row->secure_impact = rpv__score_to_double(f->secure_impact[RPV__NO_IMPACT]);
	row->secure_impact_after = rpv__score_to_double(f->secure_impact[RPV__OFFICIAL]);
	row->secure_impact_best = rpv__score_to_double(f->secure_impact[RPV__MITIGATION_LIKE]);
	row->public_exploit = f->exploit >= RPV_EXPLOIT_PUBLIC;
	row->known_exploited = f->known_exploited;
	row->active_alert = f->alert;
}

static rpv_status add_row(rpv__lister *l, void *user, const rpv__candidate *candidate)
{
	listing *s = user;
	rpv__recommendation r;
	uint64_t activities;
	rpv_status status = rpv__read_recommendation(&l->source, candidate->number, &l->list->arena, &r, l->error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail(l->error, RPV_E_CORRUPT, "the recommendation \"%s\" has no record", candidate->id);
	if (!status)
		status = count_activities(l, s, candidate->number, &activities);
	if (status)
		return status;
	rpv_recommendation *row = rpv__list_add(l->list);
	if (!row)
		return rpv__fail_nomem(l->error);
	set_texts(row, &r);
	set_figures(row, &s->figures[candidate->number]);
	row->state = s->states[candidate->number];
	row->exceptions = s->covers[candidate->number].live;
	row->remediations = activities;
	return RPV_OK;
}

static rpv_status list_all(rpv__lister *l, listing *s)
{
	const rpv_recommendation_query *q = &s->query;
	uint32_t number;
	rpv_status status = evaluate(l, s);
	s->activities = (rpv__activity_rows){ .session = l->session, .view = l->view, .source = l->source,
		.now_ms = l->lens.now_ms, .list = l->list, .groups = l->lens.groups, .group_count = l->lens.group_count,
		.subjects = s->activities.subjects };
	if (!status && q->id) {
		status = rpv__lister_find(l, RPV__N_RECOMMENDATION, "id", "recommendation", q->id, &number);
		if (!status)
			status = consider(l, s, number, q->id);
	} else if (!status) {
		status = rpv__lister_names(l, RPV__N_RECOMMENDATION, NULL, consider, s);
	}
	if (!status)
		status = sift(l, s);
	if (!status)
		status = rpv__candidates_arrange(l, &s->candidates, &s->after);
	return status ? status : rpv__candidates_fill(l, &s->candidates, q->limit, (int32_t)q->sort, add_row, s);
}

static rpv_status fill(rpv__lister *l, void *user)
{
	listing *s = user;
	memset(&s->candidates, 0, sizeof s->candidates);
	rpv__map_init(&s->activities.subjects, &l->scratch.alloc);
	rpv_status status = list_all(l, s);
	rpv__map_free(&s->activities.subjects);
	return status;
}

static rpv_status check(listing *s, rpv_error *error)
{
	const rpv_recommendation_query *q = &s->query;
	const char *bad = NULL;
	if ((int)q->sort < RPV_RECOMMENDATION_BY_IMPACT || (int)q->sort > RPV_RECOMMENDATION_BY_ID)
		bad = "sort";
	else if (q->states & ~(uint32_t)RPV_STATE_ALL)
		bad = "states";
	else if (q->kinds & ~((2u << RPV_KIND_ATTENTION_REQUIRED) - 2))
		bad = "kinds";
	else if (q->categories & ~((2u << RPV_CATEGORY_SECURITY_CONTROLS) - 2))
		bad = "categories";
	else if ((int)q->severity < RPV_SEVERITY_UNCHANGED || (int)q->severity > RPV_SEVERITY_CRITICAL)
		bad = "severity";
	else if ((int)q->exploit < RPV_EXPLOIT_UNCHANGED || (int)q->exploit > RPV_EXPLOIT_KIT)
		bad = "exploit";
	else if ((int)q->has_remediation < RPV_FLAG_UNCHANGED || (int)q->has_remediation > RPV_FLAG_TRUE)
		bad = "has_remediation";
	if (bad)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s has no such value", bad);
	return rpv__cursor_read(q->after, (int32_t)q->sort, &s->after, error);
}

rpv_status rpv__recommendation_list(rpv_session *session, const rpv_recommendation_query *query, rpv_list **out)
{
	listing s = { .query = RPV_RECOMMENDATION_QUERY_INIT };
	rpv__lister l = { .noun = RPV__LIST_RECOMMENDATION, .row_size = sizeof(rpv_recommendation), .fill = fill,
		              .user = &s };
	rpv_status status = rpv__take_struct(query, sizeof s.query, &s.query, sizeof s.query, "recommendation query",
	                                     &session->error);
	if (!status)
		status = check(&s, &session->error);
	return status ? status : rpv__lister_run(&l, session, out);
}
