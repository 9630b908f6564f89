/* SPDX-License-Identifier: MIT */
/* Taking the partial of a session: sums from the view, ids from the store, of one revision. */
#include "partials.h"

typedef struct taking {
	rpv__model *model;
	rpv_score_query query;
	rpv_partial *partial;
	const rpv__share *shares; /* by number */
} taking;

static rpv_status add(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	taking *t = user;
	if (number >= l->view->recommendation_count)
		return RPV_OK;
	return rpv__partial_add(t->partial, id, &t->shares[number], l->error);
}

/* May run again when others commit meanwhile. */
static rpv_status fill(rpv__lister *l, void *user)
{
	taking *t = user;
	rpv__asked asked = { rpv__model_name(t->model), *rpv__model_constants(t->model),
		                 t->query.group ? rpv__group_name(t->query.group) : NULL,
		                 l->view->policy.inactive_after_ms };
	rpv__partial_free(t->partial);
	t->partial = NULL;
	rpv_status status = rpv__lens_narrow(l->session, l->view, t->query.group, &l->scratch, &l->lens);
	if (status)
		return status;
	t->partial = rpv__partial_new(&l->scratch.alloc, &asked);
	if (!t->partial)
		return rpv__fail_nomem(l->error);
	l->lens.model = t->model;
	t->partial->oldest_ms = t->partial->newest_ms = l->lens.now_ms;
	status = rpv__evaluate_shares(l->view, &l->lens, &l->scratch, t->partial->total, &t->partial->valid_until_ms,
	                              &t->shares, l->error);
	return status ? status : rpv__lister_names(l, RPV__N_RECOMMENDATION, NULL, add, t);
}

rpv_status rpv__partial_take(rpv_score_engine *engine, const rpv_score_query *query, rpv_partial **out)
{
	taking t = { .query = RPV_SCORE_QUERY_INIT, .model = engine->model };
	/* read as a list of recommendations is, with no row in it */
	rpv__lister l = { .noun = RPV__LIST_RECOMMENDATION, .row_size = sizeof(rpv_recommendation), .fill = fill, .user = &t };
	rpv_session *session = engine->session;
	rpv_error *error = &session->error;
	rpv_list *rows = NULL;
	rpv_status status = rpv__engine_own(engine, "partials");
	if (!status)
		status = rpv__take_struct(query, sizeof t.query, &t.query, sizeof t.query, "score query", error);
	if (!status && t.query.category != RPV_CATEGORY_UNCHANGED)
		status = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "category",
		                         "a partial holds all categories: say which when reading its score");
	if (!status)
		status = rpv__lister_run(&l, session, &rows);
	rpv_list_free(rows);
	if (status)
		rpv__partial_free(t.partial);
	else
		*out = t.partial;
	return status;
}

/* --- reading a partial --- */
rpv_status rpv__partial_score(const rpv_partial *p, rpv_category category, rpv_score *out)
{
	rpv__scores scores = { .devices = rpv__sums_devices(&p->total[0]),
		.valid_until_ms = p->valid_until_ms ? p->valid_until_ms : INT64_MAX };
	rpv__secure secure[RPV__VIEWS] = { { 0, 0 } };
	rpv_score got = RPV_SCORE_INIT;
	if (!rpv__can_give(out) || !rpv__category_ok(category))
		return RPV_E_INVALID;
	for (size_t i = 0; i < p->count; i++) {
		const rpv__share *s = &p->shares[i].share;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			if (category == RPV_CATEGORY_UNCHANGED || s->category == category)
				rpv__secure_add(&secure[k], s->points, s->compliant[k], s->applicable);
	}
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		scores.exposure[k] = rpv__exposure_score(&p->asked.model, &p->total[k]);
		scores.secure_points[k] = secure[k].points;
	}
	scores.secure_max = secure[0].max_points;
	rpv__scores_figures(&scores, &got);
	got.time_ms = p->newest_ms;
	rpv__give_struct(out, &got, sizeof got);
	return RPV_OK;
}

rpv_status rpv__partial_read_info(const rpv_partial *p, rpv_partial_info *out)
{
	rpv_partial_info got = { sizeof got, rpv__sums_devices(&p->total[0]), p->count, p->oldest_ms, p->newest_ms,
		                     p->asked.inactive_after_ms, p->asked.group, p->asked.name };
	if (!rpv__can_give(out))
		return RPV_E_INVALID;
	rpv__give_struct(out, &got, sizeof got);
	return RPV_OK;
}

rpv_status rpv__partial_impact_at(const rpv_partial *p, size_t index, rpv_partial_impact *out)
{
	const rpv__share *s = &p->shares[index].share;
	rpv_partial_impact got = { .recommendation = p->shares[index].id };
	rpv__gains gains;
	uint64_t *const exposed[RPV__VIEWS] = { &got.exposed_devices, &got.exposed_devices_after, &got.exposed_devices_best };
	double *const impact[RPV__VIEWS] = { &got.exposure_impact, &got.exposure_impact_after, &got.exposure_impact_best };
	double *const secure[RPV__VIEWS] = { &got.secure_impact, &got.secure_impact_after, &got.secure_impact_best };
	if (!rpv__can_give(out))
		return RPV_E_INVALID;
	rpv__share_gains(&p->asked.model, p->total, s, &gains);
	got.assessed_devices = s->assessed;
	got.standalone_exposure = rpv__score_to_double(gains.standalone);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		*exposed[k] = s->left[k] + (s->applicable - s->compliant[k]);
		*impact[k] = rpv__score_to_double(gains.impact[k]);
		*secure[k] = rpv__score_to_double(gains.secure_impact[k]);
	}
	rpv__give_struct(out, &got, sizeof got);
	return RPV_OK;
}
