/* SPDX-License-Identifier: MIT */
/* Forecasts: the scores of a later time, with the remediation that falls due until then carried out. */
#include "lister.h"
#include "scores.h"

typedef struct forecasting {
	rpv_forecast_query query;
	rpv__model *model;
	uint32_t *activities; size_t activity_count, activity_cap; /* active ones */
	rpv__done *done; size_t count, cap;
	int64_t next_due_ms;       /* of those that fall due later */
	uint32_t recommendation;   /* of the targets being read */
	rpv__lister *lister;
	rpv_score got;
} forecasting;

static rpv_status take_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	forecasting *f = user;
	uint32_t recommendation;
	(void)value;
	if (rpv__arena_grow(&f->lister->scratch, &f->activities, &f->activity_cap, f->activity_count, sizeof *f->activities))
		return rpv__fail_nomem(error);
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &f->activities[f->activity_count]))
		return rpv__fail_corrupt(error, "key", key);
	f->activity_count++;
	return RPV_OK;
}

static rpv_status take_target(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	forecasting *f = user;
	rpv__target target;
	uint32_t activity, device;
	if (!rpv__key_is32_32(key, RPV__K_TARGET, &activity, &device) || !rpv__get_target(value, &target))
		return rpv__fail_corrupt(error, "target", key);
	if (target.gone)
		return RPV_OK;
	if (rpv__arena_grow(&f->lister->scratch, &f->done, &f->cap, f->count, sizeof *f->done))
		return rpv__fail_nomem(error);
	f->done[f->count++] = (rpv__done){ f->recommendation, device };
	return RPV_OK;
}

static bool concerns(const rpv__lens *lens, const rpv__activity *a)
{
	bool any = !lens->groups || a->group_count == 0;
	for (size_t i = 0; !any && i < a->group_count; i++)
		any = a->groups[i] < lens->group_count && lens->groups[a->groups[i]];
	return any;
}

/* What one activity comes to. A recommendation that was removed and came back has another number now. */
static rpv_status carry_out(forecasting *f, uint32_t number)
{
	rpv__lister *l = f->lister;
	rpv__activity a;
	rpv__key key;
	const char *id;
	rpv_status status = rpv__read_activity(&l->source, number, &l->scratch, &a, l->error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail(l->error, RPV_E_CORRUPT, "a remediation activity has no record");
	if (status || a.due_ms <= l->lens.now_ms || !concerns(&l->lens, &a))
		return status;
	if (a.due_ms > f->query.time_ms) {
		f->next_due_ms = a.due_ms < f->next_due_ms ? a.due_ms : f->next_due_ms;
		return RPV_OK;
	}
	status = rpv__recommendation_id(&l->source, a.recommendation, &l->scratch, &id, l->error);
	if (!status)
		status = rpv__name_find(&l->source, RPV__N_RECOMMENDATION, 0, id, &f->recommendation, l->error);
	if (status)
		return status == RPV_E_NOT_FOUND ? RPV_OK : status;
	return rpv__source_scan_prefix(&l->source, rpv__key32(&key, RPV__K_TARGET, number), take_target, f, l->error);
}

static int by_place(const void *a, const void *b, const void *context)
{
	const rpv__done *x = a, *y = b;
	(void)context;
	if (x->recommendation != y->recommendation)
		return x->recommendation < y->recommendation ? -1 : 1;
	return (x->device > y->device) - (x->device < y->device);
}

static rpv_status remediate(forecasting *f)
{
	rpv__lister *l = f->lister;
	rpv__key key;
	rpv_status status = rpv__source_scan_prefix(&l->source, rpv__key1(&key, RPV__K_REC_ACTIVITY), take_activity, f,
	                                            l->error);
	for (size_t i = 0; !status && i < f->activity_count; i++)
		status = carry_out(f, f->activities[i]);
	if (!status && rpv__sort(&l->scratch.alloc, f->done, f->count, sizeof *f->done, by_place, NULL))
		status = rpv__fail_nomem(l->error);
	return status;
}

/* May run again when others commit meanwhile. */
static rpv_status fill(rpv__lister *l, void *user)
{
	forecasting *f = user;
	rpv__lens *lens = &l->lens;
	int64_t now = lens->now_ms;
	rpv__scores scores;
	*f = (forecasting){ .query = f->query, .model = f->model, .next_due_ms = INT64_MAX, .lister = l };
	if (f->query.time_ms < now)
		return rpv__fail_field(l->error, RPV_E_INVALID, RPV_NO_INDEX, "time_ms", "the time lies before the store's");
	rpv_status status = rpv__lens_narrow(l->session, l->view, f->query.group, &l->list->arena, lens);
	if (!status && !f->query.without_remediation)
		status = remediate(f);
	if (status)
		return status;
	lens->model = f->model;
	lens->now_ms = f->query.time_ms;
	lens->active_ms = f->query.devices_fall_silent ? 0 : now;
	lens->category = f->query.category;
	lens->done = f->done;
	lens->done_count = f->count;
	status = rpv__evaluate_apart(l->view, lens, &scores, NULL, l->error);
	if (status)
		return status;
	if (f->next_due_ms < scores.valid_until_ms)
		scores.valid_until_ms = f->next_due_ms;
	rpv__scores_to_public(l->view, lens, &scores, &f->got);
	return RPV_OK;
}

static rpv_status check(const rpv_forecast_query *q, rpv_error *error)
{
	const char *bad = NULL;
	if (q->time_ms > RPV_TIME_MAX)
		bad = "time_ms";
	else if (!rpv__category_ok(q->category))
		bad = "category";
	else if (q->devices_fall_silent < 0 || q->devices_fall_silent > 1)
		bad = "devices_fall_silent";
	else if (q->without_remediation < 0 || q->without_remediation > 1)
		bad = "without_remediation";
	return bad ? rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s is out of range", bad) : RPV_OK;
}

rpv_status rpv__forecast_read(rpv_score_engine *engine, const rpv_forecast_query *query, rpv_score *out)
{
	rpv_session *session = engine->session;
	forecasting f = { .query = RPV_FORECAST_QUERY_INIT, .model = engine->model };
	/* read as a list of recommendations is, with no row in it */
	rpv__lister l = { .noun = RPV__LIST_RECOMMENDATION, .row_size = sizeof(rpv_recommendation), .fill = fill, .user = &f };
	rpv_list *rows = NULL;
	rpv_status status = rpv__engine_own(engine, "forecasts");
	if (!status)
		status = rpv__take_struct(query, sizeof f.query, &f.query, sizeof f.query, "forecast query", &session->error);
	if (!status && !rpv__can_give(out))
		status = rpv__fail(&session->error, RPV_E_INVALID, "the size of the score struct is %zu", out->struct_size);
	if (!status)
		status = check(&f.query, &session->error);
	if (!status)
		status = rpv__lister_run(&l, session, &rows);
	rpv_list_free(rows);
	if (!status)
		rpv__give_struct(out, &f.got, sizeof f.got);
	return status;
}
