/* SPDX-License-Identifier: MIT */
/* Listing devices: in order of ids they are read as names come, up to the limit. */
#include "../score/units.h"
#include "lister.h"

typedef struct listing {
	rpv_device_query query;
	rpv__cursor after;
	rpv__lens narrow;               /* one group, when it is asked for */
	uint32_t recommendation;        /* 0: none asked for */
	uint8_t *variants;              /* by variant: it holds the weakness asked for; NULL: none is */
	rpv__candidates candidates;
} listing;

/* --- which --- */
static rpv_status mark_variants(rpv__lister *l, listing *s, uint32_t weakness)
{
	const rpv__view *view = l->view;
	s->variants = rpv__arena_get(&l->scratch, view->variant_count + 1);
	if (!s->variants)
		return rpv__fail_nomem(l->error);
	for (size_t i = 1; i < view->variant_count; i++) {
		const rpv__view_variant *v = &view->variants[i];
		for (uint32_t j = 0; view->recommendations[v->recommendation].exists && j < v->weakness_count; j++)
			s->variants[i] |= v->weaknesses[j] == weakness;
	}
	return RPV_OK;
}

static bool has_weakness(const listing *s, const rpv__view_device *d)
{
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++)
		if (s->variants[rpv__device_variant(d, i)])
			return true;
	return false;
}

static rpv_status wanted(rpv__lister *l, const listing *s, uint32_t number, bool *out)
{
	const rpv_device_query *q = &s->query;
	bool sees = rpv__lister_sees(l, number), covered;
	const rpv__view_device *d = sees ? &l->view->devices[number] : NULL;
	*out = false;
	if (!sees || (s->narrow.groups && !s->narrow.groups[d->group]))
		return RPV_OK;
	bool active = rpv__view_active(d, l->lens.now_ms, l->view->policy.inactive_after_ms);
	if ((q->active != RPV_FLAG_UNCHANGED && active != (q->active == RPV_FLAG_TRUE)) ||
	    (s->recommendation && !(active && rpv__device_exposed(l->view, d, s->recommendation))) ||
	    (s->variants && !(active && has_weakness(s, d))))
		return RPV_OK;
	*out = true;
	if (q->covered == RPV_FLAG_UNCHANGED)
		return RPV_OK;
	rpv_status status = rpv__evaluate_covered(l->view, &l->lens, number, s->recommendation, &covered, l->error);
	*out = covered == (q->covered == RPV_FLAG_TRUE);
	return status;
}

static rpv_status consider(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	listing *s = user;
	int64_t exposure[RPV__VIEWS] = { 0 };
	bool take, by_id = s->query.sort == RPV_DEVICE_BY_ID;
	if (by_id && s->after.id && strcmp(id, s->after.id) == 0)
		return RPV_OK;
	rpv_status status = wanted(l, s, number, &take);
	if (status || !take)
		return status;
	if (!by_id)
		status = rpv__evaluate_device(l->view, &l->lens, number, exposure, l->error);
	if (!status)
		status = rpv__candidates_add(l, &s->candidates, number, exposure[RPV__OFFICIAL], id);
	if (!status && by_id && s->query.limit && s->candidates.count > s->query.limit)
		return RPV_STOP; /* one more than asked for: there is another page */
	return status;
}

/* --- rows --- */
/* The version that the first source names. */
static rpv_status find_version(rpv__lister *l, uint32_t device, uint32_t recommendation, const char **out)
{
	rpv__arena arena;
	rpv__holdings holdings = { NULL, 0 };
	uint32_t text = 0;
	rpv__arena_init(&arena, &l->scratch.alloc);
	rpv_status status = rpv__read_holdings(&l->source, device, &arena, &holdings, l->error);
	if (status == RPV_E_NOT_FOUND)
		status = RPV_OK; /* nothing was assessed */
	for (size_t i = 0; !status && i < holdings.count && !text; i++)
		if (holdings.items[i].recommendation == recommendation)
			text = holdings.items[i].version;
	if (!status)
		status = rpv__text_of(&l->source, text, &l->list->arena, out, l->error);
	rpv__arena_free(&arena);
	return status;
}

static rpv_status set_recommendation(rpv__lister *l, const listing *s, uint32_t number, rpv_device *row)
{
	const rpv__view_device *d = &l->view->devices[number];
	rpv__state state;
	bool covered;
	rpv_status status = rpv__evaluate_covered(l->view, &l->lens, number, s->recommendation, &covered, l->error);
	if (status)
		return status;
	row->covered = covered;
	if (rpv__state_of_device(d, s->recommendation, &state)) {
		row->state = state.state;
		row->user_impact = state.user_impact;
	}
	return find_version(l, number, s->recommendation, &row->version);
}

static rpv_status set_hot(rpv__lister *l, uint32_t number, rpv_device *row)
{
	const rpv__view_device *d = &l->view->devices[number];
	const char *group = d->group < l->view->group_count ? l->view->groups[d->group].name : NULL;
	int64_t exposure[RPV__VIEWS];
	rpv_status status = rpv__evaluate_device(l->view, &l->lens, number, exposure, l->error);
	if (!group)
		group = RPV__DEFAULT_GROUP_NAME;
	row->group = rpv__arena_text(&l->list->arena, group, strlen(group));
	if (status || !row->group)
		return status ? status : rpv__fail_nomem(l->error);
	row->last_seen_ms = d->last_seen_ms;
	row->exposure = rpv__score_to_double(exposure[RPV__OFFICIAL]);
	row->exposure_no_impact = rpv__score_to_double(exposure[RPV__NO_IMPACT]);
	row->exposure_mitigation_like = rpv__score_to_double(exposure[RPV__MITIGATION_LIKE]);
	row->value = (rpv_value)(d->value + RPV_VALUE_LOW);
	row->internet_facing = (d->flags & RPV__DEVICE_INTERNET) != 0;
	row->active_alert = (d->flags & RPV__DEVICE_ALERT) != 0;
	row->excluded = (d->flags & RPV__DEVICE_EXCLUDED) != 0;
	row->active = rpv__view_active(d, l->lens.now_ms, l->view->policy.inactive_after_ms);
	return RPV_OK;
}

static rpv_status add_row(rpv__lister *l, void *user, const rpv__candidate *candidate)
{
	const listing *s = user;
	rpv__device cold;
	rpv_device *row;
	rpv_status status = rpv__read_device(&l->source, candidate->number, &l->list->arena, &cold, l->error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail(l->error, RPV_E_CORRUPT, "the device \"%s\" has no record", candidate->id);
	if (status)
		return status;
	row = rpv__list_add(l->list);
	if (!row)
		return rpv__fail_nomem(l->error);
	row->id = cold.id;
	row->name = cold.name;
	row->os = cold.os;
	row->justification = cold.justification;
	row->tags = cold.tags.items;
	row->tag_count = cold.tags.count;
	row->first_seen_ms = cold.first_seen_ms;
	status = set_hot(l, candidate->number, row);
	return status || !s->recommendation ? status : set_recommendation(l, s, candidate->number, row);
}

/* --- the list --- */
static rpv_status resolve(rpv__lister *l, listing *s)
{
	const rpv_device_query *q = &s->query;
	uint32_t weakness;
	rpv_status status = rpv__lens_narrow(l->session, l->view, q->group, &l->scratch, &s->narrow);
	if (!status && q->recommendation)
		status = rpv__lister_find(l, RPV__N_RECOMMENDATION, "recommendation", "recommendation", q->recommendation,
		                          &s->recommendation);
	if (!status && q->weakness) {
		status = rpv__lister_find(l, RPV__N_WEAKNESS, "weakness", "weakness", q->weakness, &weakness);
		if (!status)
			status = mark_variants(l, s, weakness);
	}
	return status;
}

static rpv_status fill(rpv__lister *l, void *user)
{
	listing *s = user;
	const rpv_device_query *q = &s->query;
	uint32_t number;
	memset(&s->candidates, 0, sizeof s->candidates);
	memset(&s->narrow, 0, sizeof s->narrow);
	s->recommendation = 0;
	s->variants = NULL;
	rpv_status status = resolve(l, s);
	if (!status && q->id) {
		status = rpv__lister_find(l, RPV__N_DEVICE, "id", "device", q->id, &number);
		if (!status)
			status = consider(l, s, number, q->id);
	} else if (!status) {
		status = rpv__lister_names(l, RPV__N_DEVICE, q->sort == RPV_DEVICE_BY_ID ? s->after.id : NULL, consider, s);
	}
	if (!status)
		status = rpv__candidates_arrange(l, &s->candidates, &s->after);
	return status ? status : rpv__candidates_fill(l, &s->candidates, q->limit, (int32_t)q->sort, add_row, s);
}

static rpv_status check(listing *s, rpv_error *error)
{
	const rpv_device_query *q = &s->query;
	if ((int)q->sort < RPV_DEVICE_BY_ID || (int)q->sort > RPV_DEVICE_BY_EXPOSURE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "sort", "there is no such order");
	if ((int)q->covered < RPV_FLAG_UNCHANGED || (int)q->covered > RPV_FLAG_TRUE ||
	    (q->covered != RPV_FLAG_UNCHANGED && !q->recommendation))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "covered",
		                       "covered is yes, no or unchanged, and needs a recommendation");
	if ((int)q->active < RPV_FLAG_UNCHANGED || (int)q->active > RPV_FLAG_TRUE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "active", "active is yes, no or unchanged");
	return rpv__cursor_read(q->after, (int32_t)q->sort, &s->after, error);
}

rpv_status rpv__device_list(rpv_session *session, const rpv_device_query *query, rpv_list **out)
{
	listing s = { .query = RPV_DEVICE_QUERY_INIT };
	rpv__lister l = { .noun = RPV__LIST_DEVICE, .row_size = sizeof(rpv_device), .fill = fill, .user = &s };
	rpv_status status = rpv__take_struct(query, sizeof s.query, &s.query, sizeof s.query, "device query",
	                                     &session->error);
	if (!status)
		status = check(&s, &session->error);
	return status ? status : rpv__lister_run(&l, session, out);
}
