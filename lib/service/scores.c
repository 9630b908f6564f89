/* SPDX-License-Identifier: MIT */
/* Scores as a session sees them. */
#include "lister.h"
#include "scores.h"

/* --- engines --- */
/* The store's model like the one given, a new one when no engine has it yet. */
static rpv_status take_model(rpv_session *session, const rpv_exposure_model *given, rpv__model **out)
{
	rpv_store *store = rpv__store_base(session->store);
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	rpv__exposure_model constants;
	rpv_status status = rpv__take_struct(given, sizeof model, &model, sizeof model, "exposure model", &session->error);
	if (!status)
		status = rpv__model_check(&model, &constants, &session->error);
	if (status || strcmp(model.name, RPV_EXPOSURE_MODEL) == 0)
		return status;
	for (*out = store->models; *out && !rpv__model_is(*out, &model, &constants);)
		*out = (*out)->next;
	if (!*out) {
		*out = rpv__model_new(&store->port.alloc, &model, &constants);
		if (!*out)
			return rpv__fail_nomem(&session->error);
		(*out)->next = store->models;
		store->models = *out;
	}
	(*out)->engines++;
	return RPV_OK;
}

/* Evaluations go before the model that they point to. */
static void leave_model(rpv_session *session, rpv__model *model)
{
	rpv_store *store = rpv__store_base(session->store);
	rpv__model **at = &store->models;
	if (!model)
		return;
	rpv__evaluation_forget(session->past_view, model);
	if (--model->engines != 0)
		return;
	rpv__evaluation_forget(store->view, model);
	while (*at != model)
		at = &(*at)->next;
	*at = model->next;
	rpv__model_free(&store->port.alloc, model);
}

rpv_status rpv__engine_open(rpv_session *session, const rpv_exposure_model *given, rpv_score_engine **out)
{
	rpv__model *model = NULL;
	rpv__view *view;
	int64_t now;
	rpv_status status = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (!status)
		status = take_model(session, given, &model);
	if (status)
		return status;
	status = rpv__session_view(session, &view, &now);
	rpv_score_engine *engine = status ? NULL : rpv__new(&session->store->port.alloc, sizeof *engine);
	if (!engine) {
		leave_model(session, model);
		return status ? status : rpv__fail_nomem(&session->error);
	}
	engine->session = session;
	engine->model = model;
	*out = engine;
	return RPV_OK;
}

void rpv__engine_close(rpv_score_engine *engine)
{
	rpv_session *session = engine->session;
	leave_model(session, engine->model);
	rpv__free(&session->store->port.alloc, engine);
}

const char *rpv__engine_name(const rpv_score_engine *engine)
{
	return engine->host.score ? engine->name : rpv__model_name(engine->model);
}

uint64_t rpv__engine_digest(const rpv_score_engine *engine)
{
	return engine->host.score ? 0 : rpv__model_digest(rpv__model_constants(engine->model));
}

rpv_status rpv__engine_own(const rpv_score_engine *engine, const char *what)
{
	if (!engine->host.score)
		return RPV_OK;
	return rpv__fail(&engine->session->error, RPV_E_REFUSED, "the engine \"%s\" is the host's: it has no %s",
	                 engine->name, what);
}

/* --- reading --- */
typedef struct reading {
	rpv_session *session;
	rpv__model *model;
	rpv_score_query query;
	rpv_score got;
} reading;

static rpv_status read_scores(reading *r, rpv_error *error)
{
	rpv__view *view;
	rpv__lens lens;
	rpv__scores scores;
	rpv__arena arena;
	int64_t now;
	rpv_status status = rpv__session_view(r->session, &view, &now);
	if (status)
		return status;
	rpv__arena_init(&arena, &view->alloc);
	status = rpv__session_lens(r->session, view, now, &arena, &lens);
	if (!status)
		status = rpv__lens_narrow(r->session, view, r->query.group, &arena, &lens);
	lens.model = r->model;
	lens.category = r->query.category;
	if (!status)
		status = rpv__evaluate_scores(view, &lens, &scores, error);
	if (!status)
		rpv__scores_to_public(view, &lens, &scores, &r->got);
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__score_query(const rpv_score_query *given, rpv_score_query *out, rpv_error *error)
{
	*out = (rpv_score_query)RPV_SCORE_QUERY_INIT;
	rpv_status status = rpv__take_struct(given, sizeof *out, out, sizeof *out, "score query", error);
	if (!status && !rpv__category_ok(out->category))
		status = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "category", "there is no such category");
	return status;
}

rpv_status rpv__score_read(rpv_session *session, rpv__model *model, const rpv_score_query *query, rpv_score *out)
{
	reading r = { .session = session, .model = model };
	rpv_error *error = &session->error;
	rpv_status status = rpv__score_query(query, &r.query, error);
	if (!status && !rpv__can_give(out))
		status = rpv__fail(error, RPV_E_INVALID, "the size of the score struct is %zu", out->struct_size);
	if (!status)
		status = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (!status)
		status = read_scores(&r, error);
	if (!status)
		rpv__give_struct(out, &r.got, sizeof r.got);
	return status;
}

rpv_status rpv__engine_score(rpv_score_engine *engine, const rpv_score_query *query, rpv_score *out)
{
	if (engine->host.score)
		return rpv__host_score(engine, query, out);
	rpv_status status = rpv__enter(engine->session);
	if (status)
		return status;
	status = out ? rpv__score_read(engine->session, engine->model, query, out)
	             : rpv__fail(&engine->session->error, RPV_E_INVALID, "score is NULL");
	return rpv__leave(engine->session, status);
}
