/* SPDX-License-Identifier: MIT */
/* Exported functions of score.h. */
#include "../service/lister.h"
#include "../service/scores.h"

rpv_status rpv_score_engine_open_model(rpv_session *session, const rpv_exposure_model *model, rpv_score_engine **engine)
{
	rpv_status st;

	if (engine)
		*engine = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	st = engine ? rpv__engine_open(session, model, engine)
	            : rpv__fail(&session->error, RPV_E_INVALID, "engine is NULL");
	return rpv__leave(session, st);
}

rpv_status rpv_score_engine_open(rpv_session *session, rpv_score_engine **engine)
{
	return rpv_score_engine_open_model(session, NULL, engine);
}

rpv_status rpv_score_engine_open_host(rpv_session *session, const rpv_host_engine *host, rpv_score_engine **engine)
{
	rpv_status st;

	if (engine)
		*engine = NULL;
	st = session ? rpv__enter(session) : RPV_E_INVALID;
	if (st != RPV_OK)
		return st;
	st = engine ? rpv__host_engine_open(session, host, engine)
	            : rpv__fail(&session->error, RPV_E_INVALID, "engine is NULL");
	return rpv__leave(session, st);
}

rpv_status rpv_score_engine_model(const rpv_score_engine *engine, rpv_exposure_model *model)
{
	rpv_exposure_model got = RPV_EXPOSURE_MODEL_INIT;

	if (!engine || !model || !rpv__can_give(model))
		return RPV_E_INVALID;
	if (engine->host.score)
		return RPV_E_REFUSED;
	if (engine->model)
		got = engine->model->given;
	rpv__give_struct(model, &got, sizeof got);
	return RPV_OK;
}

rpv_status rpv_exposure_model_digest(const rpv_exposure_model *model, uint64_t *digest, rpv_error *error)
{
	rpv_exposure_model given = RPV_EXPOSURE_MODEL_INIT;
	rpv__exposure_model constants;
	rpv_status st;

	rpv__error_clear(error);
	if (digest)
		*digest = 0;
	if (!model || !digest)
		return rpv__fail(error, RPV_E_INVALID, "model or digest is NULL");
	st = rpv__take_struct(model, sizeof given, &given, sizeof given, "exposure model", error);
	if (st == RPV_OK)
		st = rpv__model_check(&given, &constants, error);
	if (st == RPV_OK)
		*digest = rpv__model_digest(&constants);
	return st;
}

void rpv_score_engine_close(rpv_score_engine *engine)
{
	rpv_store *store;

	if (!engine)
		return;
	store = engine->session->store;
	if (rpv__lock_take(store->lock) == RPV_OK) {
		rpv__engine_close(engine);
		rpv__lock_give(store->lock);
	} else {
		rpv__engine_close(engine);
	}
}

rpv_status rpv_score_read(rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	rpv_score_engine own = { .session = session };

	return session ? rpv__engine_score(&own, query, score) : RPV_E_INVALID;
}

rpv_status rpv_score_engine_read(rpv_score_engine *engine, const rpv_score_query *query, rpv_score *score)
{
	return engine ? rpv__engine_score(engine, query, score) : RPV_E_INVALID;
}

const char *rpv_score_engine_name(const rpv_score_engine *engine)
{
	return engine ? rpv__engine_name(engine) : NULL;
}

rpv_status rpv_contribution_list(rpv_score_engine *engine, const rpv_contribution_query *query, rpv_list **list)
{
	rpv_session *session = engine ? engine->session : NULL;
	rpv_status st;

	if (list)
		*list = NULL;
	if (engine && engine->host.score)
		return rpv__host_contributions(engine, query, list);
	st = session ? rpv__enter(session) : RPV_E_INVALID;
	if (st != RPV_OK)
		return st;
	st = list ? rpv__contribution_list(engine, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, st);
}

const rpv_contribution *rpv_contribution_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_CONTRIBUTION, index);
}
