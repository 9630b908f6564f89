/* SPDX-License-Identifier: MIT */
/* Plans: the recommendation that lowers the exposure score most for its cost, again and again. */
#include "../score/units.h"
#include "lister.h"
#include "scores.h"

#define COST_MAX 1000000000

typedef struct planning {
	rpv_plan_query query;
	rpv__model *model;
	unsigned k;                    /* its view */
	const char **ids;              /* by number; NULL: not there */
	int64_t *costs;                /* by number, 0: not to be chosen */
	rpv__figures *figures;         /* with the steps so far carried out, by number */
	rpv__scores scores;            /* the same */
	rpv__done *done; size_t steps;
	rpv_plan_step *rows;
} planning;

/* --- what may be chosen --- */
static rpv_status note(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	planning *p = user;
	const rpv__view *view = l->view;
	if (number >= view->recommendation_count || !view->recommendations[number].exists ||
	    (p->query.kinds && !(p->query.kinds & 1u << view->recommendations[number].kind)))
		return RPV_OK;
	p->ids[number] = rpv__arena_text(&l->list->arena, id, strlen(id));
	p->costs[number] = p->query.other_cost;
	return p->ids[number] ? RPV_OK : rpv__fail_nomem(l->error);
}

static rpv_status wrong_cost(const rpv__lister *l, size_t index, const char *what)
{
	return rpv__fail_field(l->error, RPV_E_INVALID, index, "costs", "%s", what);
}

static rpv_status take_costs(rpv__lister *l, planning *p)
{
	uint8_t *named = rpv__arena_get(&l->scratch, l->view->recommendation_count + 1);
	if (!named)
		return rpv__fail_nomem(l->error);
	for (size_t i = 0; i < p->query.cost_count; i++) {
		const rpv_plan_cost *c = &p->query.costs[i];
		uint32_t number = 0;
		rpv_status status = rpv__check_id(c->recommendation, "costs", l->error);
		if (!status)
			status = rpv__name_find(&l->source, RPV__N_RECOMMENDATION, 0, c->recommendation, &number, l->error);
		if (status == RPV_E_NOT_FOUND || (!status && (number >= l->view->recommendation_count || !p->ids[number])))
			continue;
		if (!status && named[number])
			status = wrong_cost(l, i, "a recommendation is named twice");
		if (status)
			return status;
		named[number] = 1;
		p->costs[number] = c->cost;
	}
	return RPV_OK;
}

static rpv_status open_plan(rpv__lister *l, planning *p)
{
	size_t count = l->view->recommendation_count + 1;
	p->ids = rpv__arena_get(&l->scratch, count * sizeof *p->ids);
	p->costs = rpv__arena_get(&l->scratch, count * sizeof *p->costs);
	p->figures = rpv__arena_get(&l->scratch, count * sizeof *p->figures);
	p->done = rpv__arena_get(&l->scratch, count * sizeof *p->done);
	p->rows = rpv__arena_get(&l->scratch, count * sizeof *p->rows);
	p->steps = 0;
	if (!p->ids || !p->costs || !p->figures || !p->done || !p->rows)
		return rpv__fail_nomem(l->error);
	rpv_status status = rpv__lister_names(l, RPV__N_RECOMMENDATION, NULL, note, p);
	return status ? status : take_costs(l, p);
}

/* --- the best one --- */
/* Devices that have something of it left in the view. */
static uint64_t left(const planning *p, const rpv__figures *f)
{
	return p->k == RPV__NO_IMPACT ? f->exposed : p->k == RPV__OFFICIAL ? f->exposed_after : f->exposed - f->covered;
}

/* Of what lowers nothing by itself, since the devices that have it have so much else, the heavier one. */
static int compare(const planning *p, uint32_t a, uint32_t b)
{
	const rpv__figures *f = &p->figures[a], *g = &p->figures[b];
	bool gains = f->impact[p->k] || g->impact[p->k];
	int64_t x = gains ? f->impact[p->k] : f->standalone, y = gains ? g->impact[p->k] : g->standalone;
	int order = rpv__wide_compare(rpv__mul64((uint64_t)x, (uint64_t)p->costs[b]),
	                              rpv__mul64((uint64_t)y, (uint64_t)p->costs[a]));
	return order ? order : -strcmp(p->ids[a], p->ids[b]);
}

/* 0: none is left that fits. */
static uint32_t choose(const rpv__lister *l, const planning *p, int64_t spent)
{
	uint32_t best = 0;
	for (uint32_t r = 1; r < l->view->recommendation_count; r++) {
		const rpv__figures *f = &p->figures[r];
		if (!p->costs[r] || !left(p, f) || !f->standalone || (p->query.budget && p->costs[r] > p->query.budget - spent))
			continue;
		if (!best || compare(p, r, best) > 0)
			best = r;
	}
	return best;
}

/* --- steps --- */
static int by_recommendation(const void *a, const void *b, const void *context)
{
	uint32_t x = ((const rpv__done *)a)->recommendation, y = ((const rpv__done *)b)->recommendation;
	(void)context;
	return (x > y) - (x < y);
}

static rpv_status carry_out(rpv__lister *l, planning *p, uint32_t r, int64_t spent)
{
	const rpv__figures *f = &p->figures[r];
	rpv_plan_step *step = &p->rows[p->steps];
	rpv__recommendation record;
	rpv_status status = rpv__read_recommendation(&l->source, r, &l->list->arena, &record, l->error);
	if (status)
		return status == RPV_E_NOT_FOUND ? rpv__fail(l->error, RPV_E_CORRUPT, "a recommendation has no record") : status;
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		p->scores.exposure[k] -= f->impact[k]; /* exact: an impact is the difference of two scores */
	*step = (rpv_plan_step){ .recommendation = p->ids[r], .title = record.title, .cost = p->costs[r],
		.total_cost = spent + p->costs[r], .gain = rpv__score_to_double(f->impact[p->k]),
		.exposure = rpv__score_to_double(p->scores.exposure[p->k]),
		.exposure_official = rpv__score_to_double(p->scores.exposure[RPV__OFFICIAL]),
		.exposure_no_impact = rpv__score_to_double(p->scores.exposure[RPV__NO_IMPACT]),
		.exposure_mitigation_like = rpv__score_to_double(p->scores.exposure[RPV__MITIGATION_LIKE]),
		.devices = f->exposed };
	p->done[p->steps++] = (rpv__done){ r, RPV__NO_NUMBER };
	return rpv__sort(&l->scratch.alloc, p->done, p->steps, sizeof *p->done, by_recommendation, NULL)
		? rpv__fail_nomem(l->error) : RPV_OK;
}

static bool reached(const planning *p)
{
	return p->query.target >= 0 && rpv__score_to_double(p->scores.exposure[p->k]) <= p->query.target;
}

static rpv_status walk(rpv__lister *l, planning *p)
{
	rpv__lens lens = l->lens;
	int64_t spent = 0;
	lens.done = p->done;
	for (;;) {
		lens.done_count = p->steps;
		rpv_status status = rpv__evaluate_apart(l->view, &lens, &p->scores, p->figures, l->error);
		if (status)
			return status;
		uint32_t best = reached(p) ? 0 : choose(l, p, spent);
		if (!best)
			return RPV_OK;
		status = carry_out(l, p, best, spent);
		if (status)
			return status;
		spent = p->rows[p->steps - 1].total_cost;
		if (reached(p) || spent == p->query.budget)
			return RPV_OK;
	}
}

static rpv_status bound(rpv__lister *l, planning *p)
{
	int64_t *budgets = rpv__arena_get(&l->scratch, (p->steps + 1) * sizeof *budgets);
	int64_t *bounds = rpv__arena_get(&l->scratch, (p->steps + 1) * sizeof *bounds);
	if (!budgets || !bounds)
		return rpv__fail_nomem(l->error);
	for (size_t i = 0; i < p->steps; i++)
		budgets[i] = p->rows[i].total_cost;
	rpv_status status = rpv__evaluate_bounds(l->view, &l->lens, p->k, p->costs, budgets, p->steps, bounds, l->error);
	for (size_t i = 0; !status && i < p->steps; i++) {
		rpv_plan_step *row = rpv__list_add(l->list);
		if (!row)
			return rpv__fail_nomem(l->error);
		*row = p->rows[i];
		row->bound = rpv__score_to_double(bounds[i]);
	}
	return status;
}

static rpv_status fill(rpv__lister *l, void *user)
{
	planning *p = user;
	l->lens.model = p->model;
	rpv_status status = rpv__lens_narrow(l->session, l->view, p->query.group, &l->list->arena, &l->lens);
	if (!status)
		status = open_plan(l, p);
	if (!status)
		status = walk(l, p);
	return status || p->steps == 0 ? status : bound(l, p);
}

static rpv_status check(planning *p, rpv_error *error)
{
	static const unsigned views[] = { RPV__OFFICIAL, RPV__NO_IMPACT, RPV__MITIGATION_LIKE };
	const rpv_plan_query *q = &p->query;
	const char *bad = NULL;
	if (q->target != q->target)
		bad = "target";
	else if (q->budget < 0)
		bad = "budget";
	else if (q->other_cost < 0 || q->other_cost > COST_MAX)
		bad = "other_cost";
	else if (q->kinds & ~((2u << RPV_KIND_ATTENTION_REQUIRED) - 2))
		bad = "kinds";
	else if ((int)q->view < RPV_VIEW_OFFICIAL || (int)q->view > RPV_VIEW_MITIGATION_LIKE)
		bad = "view";
	else if (q->cost_count && !q->costs)
		bad = "costs";
	for (size_t i = 0; !bad && i < q->cost_count; i++)
		if (q->costs[i].cost < 0 || q->costs[i].cost > COST_MAX)
			return rpv__fail_field(error, RPV_E_INVALID, i, "costs", "a cost is 0 to %d", COST_MAX);
	if (bad)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s is out of range", bad);
	p->k = views[q->view];
	return RPV_OK;
}

rpv_status rpv__plan_list(rpv_score_engine *engine, const rpv_plan_query *query, rpv_list **out)
{
	planning p = { .query = RPV_PLAN_QUERY_INIT, .model = engine->model };
	rpv__lister l = { .noun = RPV__LIST_PLAN, .row_size = sizeof(rpv_plan_step), .fill = fill, .user = &p };
	rpv_error *error = &engine->session->error;
	rpv_status status = rpv__engine_own(engine, "plans");
	if (!status)
		status = rpv__take_struct(query, sizeof p.query, &p.query, sizeof p.query, "plan query", error);
	if (!status)
		status = check(&p, error);
	return status ? status : rpv__lister_run(&l, engine->session, out);
}
