/* SPDX-License-Identifier: MIT */
/* What a score is made of: the devices, recommendations or weaknesses that contribute most. Two steps, so that nothing is
 * sorted but what is listed: the lowest contribution among the first ones, then the ids of all that reach it. */
#include "../score/units.h"
#include "lister.h"
#include "scores.h"

typedef struct listing {
	rpv_contribution_query query;
	rpv__model *model;
	int64_t *keys; size_t count;    /* official contribution, by number */
	int64_t least;                  /* among the first ones; at least 1 */
	const rpv__figures *figures;    /* of recommendations */
	rpv__candidates candidates;
} listing;

static size_t numbers_of(const rpv__lister *l, const listing *s)
{
	if (s->query.by == RPV_CONTRIBUTION_BY_DEVICE)
		return l->view->device_count;
	return s->query.by == RPV_CONTRIBUTION_BY_WEAKNESS ? l->view->threat_count : l->view->recommendation_count;
}

/* Contributions of one, to exposure and, of a recommendation, to the secure score. */
typedef struct parts { int64_t exposure[RPV__VIEWS], secure[RPV__VIEWS]; } parts;

static rpv_status find_parts(rpv__lister *l, const listing *s, uint32_t number, parts *out)
{
	rpv__weakness_figures weakness;
	rpv_status status;
	memset(out, 0, sizeof *out);
	if (s->query.by == RPV_CONTRIBUTION_BY_DEVICE)
		return rpv__evaluate_part(l->view, &l->lens, number, out->exposure, l->error);
	if (s->query.by == RPV_CONTRIBUTION_BY_WEAKNESS) {
		status = rpv__evaluate_weakness(l->view, &l->lens, number, &weakness, l->error);
		if (!status)
			memcpy(out->exposure, weakness.alone, sizeof out->exposure);
		return status;
	}
	rpv_category category = s->query.category;
	if (category != RPV_CATEGORY_UNCHANGED && l->view->recommendations[number].category != category)
		return RPV_OK;
	memcpy(out->exposure, s->figures[number].impact, sizeof out->exposure);
	memcpy(out->secure, s->figures[number].secure_impact, sizeof out->secure);
	return RPV_OK;
}

static int64_t key_of(const listing *s, const parts *p)
{
	return s->query.category == RPV_CATEGORY_UNCHANGED ? p->exposure[RPV__OFFICIAL] : p->secure[RPV__OFFICIAL];
}

/* --- the lowest of the first ones: a heap with the lowest on top --- */
static void sift(int64_t *heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			return;
		int64_t other = heap[at];
		heap[at] = heap[child];
		heap[child] = other;
	}
}

static rpv_status find_least(rpv__lister *l, listing *s)
{
	size_t limit = (size_t)s->query.limit, held = 0;
	int64_t *heap = rpv__arena_get(&l->scratch, limit * sizeof *heap);
	if (!heap)
		return rpv__fail_nomem(l->error);
	for (size_t i = 1; i < s->count; i++) {
		if (s->keys[i] <= 0 || (held == limit && s->keys[i] <= heap[0]))
			continue;
		if (held == limit) {
			heap[0] = s->keys[i];
			sift(heap, limit, 0);
			continue;
		}
		heap[held++] = s->keys[i];
		for (size_t at = held == limit ? limit / 2 : 0; at-- > 0;)
			sift(heap, limit, at);
	}
	s->least = held == limit ? heap[0] : 1;
	return RPV_OK;
}

static rpv_status find_keys(rpv__lister *l, listing *s)
{
	rpv_status status = RPV_OK;
	s->count = numbers_of(l, s);
	s->keys = rpv__arena_get(&l->scratch, (s->count + 1) * sizeof *s->keys);
	if (!s->keys)
		return rpv__fail_nomem(l->error);
	if (s->query.by == RPV_CONTRIBUTION_BY_RECOMMENDATION)
		status = rpv__evaluate_all(l->view, &l->lens, NULL, &s->figures, l->error);
	for (size_t i = 1; !status && i < s->count; i++) {
		parts p;
		status = find_parts(l, s, (uint32_t)i, &p);
		s->keys[i] = key_of(s, &p);
	}
	return status ? status : find_least(l, s);
}

/* --- rows --- */
static rpv_status consider(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	listing *s = user;
	if (number >= s->count || s->keys[number] < s->least)
		return RPV_OK;
	return rpv__candidates_add(l, &s->candidates, number, s->keys[number], id);
}

static rpv_status add_row(rpv__lister *l, const listing *s, const rpv__candidate *candidate)
{
	parts p;
	rpv_status status = find_parts(l, s, candidate->number, &p);
	rpv_contribution *row = status ? NULL : rpv__list_add(l->list);
	if (status)
		return status;
	const char *id = row ? rpv__arena_text(&l->list->arena, candidate->id, strlen(candidate->id)) : NULL;
	if (!id)
		return rpv__fail_nomem(l->error);
	*row = (rpv_contribution){ id,
		                       rpv__score_to_double(p.exposure[RPV__OFFICIAL]),
		                       rpv__score_to_double(p.exposure[RPV__NO_IMPACT]),
		                       rpv__score_to_double(p.exposure[RPV__MITIGATION_LIKE]),
		                       rpv__score_to_double(p.secure[RPV__OFFICIAL]),
		                       rpv__score_to_double(p.secure[RPV__NO_IMPACT]),
		                       rpv__score_to_double(p.secure[RPV__MITIGATION_LIKE]) };
	return RPV_OK;
}

static rpv_status fill(rpv__lister *l, void *user)
{
	static const rpv__name_kind kinds[] = { RPV__N_DEVICE, RPV__N_RECOMMENDATION, RPV__N_WEAKNESS };
	const rpv__cursor beginning = { 0, 0, NULL };
	listing *s = user;
	memset(&s->candidates, 0, sizeof s->candidates);
	l->lens.model = s->model;
	rpv_status status = rpv__lens_narrow(l->session, l->view, s->query.group, &l->scratch, &l->lens);
	if (!status)
		status = find_keys(l, s);
	if (!status)
		status = rpv__lister_names(l, kinds[s->query.by - RPV_CONTRIBUTION_BY_DEVICE], NULL, consider, s);
	if (!status)
		status = rpv__candidates_arrange(l, &s->candidates, &beginning);
	for (size_t i = 0; !status && i < s->candidates.count && i < s->query.limit; i++)
		status = add_row(l, s, &s->candidates.items[i]);
	return status;
}

static rpv_status check(const rpv_contribution_query *q, rpv_error *error)
{
	const char *bad = NULL;
	if ((int)q->by < RPV_CONTRIBUTION_BY_DEVICE || (int)q->by > RPV_CONTRIBUTION_BY_WEAKNESS)
		bad = "by";
	else if (!rpv__category_ok(q->category) ||
	         (q->category != RPV_CATEGORY_UNCHANGED && q->by != RPV_CONTRIBUTION_BY_RECOMMENDATION))
		bad = "category";
	else if (q->limit < 1 || q->limit > RPV_CONTRIBUTIONS_MAX)
		bad = "limit";
	return bad ? rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s of the query is out of range", bad)
	           : RPV_OK;
}

rpv_status rpv__contribution_query(const rpv_contribution_query *given, rpv_contribution_query *out, rpv_error *error)
{
	*out = (rpv_contribution_query)RPV_CONTRIBUTION_QUERY_INIT;
	rpv_status status = rpv__take_struct(given, sizeof *out, out, sizeof *out, "contribution query", error);
	return status ? status : check(out, error);
}

rpv_status rpv__contribution_list(rpv_score_engine *engine, const rpv_contribution_query *query, rpv_list **out)
{
	listing s = { .model = engine->model };
	rpv__lister l = { .noun = RPV__LIST_CONTRIBUTION, .row_size = sizeof(rpv_contribution), .fill = fill, .user = &s };
	rpv_status status = rpv__contribution_query(query, &s.query, &engine->session->error);
	return status ? status : rpv__lister_run(&l, engine->session, out);
}
