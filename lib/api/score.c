/* SPDX-License-Identifier: MIT */
/* Exported functions of score.h. */
#include "../service/lister.h"
#include "../service/scores.h"

static rpv_status open_engine(rpv_session *session, rpv_score_engine **engine)
{
	rpv__view *view;
	int64_t now;
	rpv_status st = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);

	if (st == RPV_OK)
		st = rpv__session_view(session, &view, &now);
	if (st != RPV_OK)
		return st;
	*engine = rpv__new(&session->store->port.alloc, sizeof **engine);
	if (!*engine)
		return rpv__fail_nomem(&session->error);
	(*engine)->session = session;
	return RPV_OK;
}

rpv_status rpv_score_engine_open(rpv_session *session, rpv_score_engine **engine)
{
	rpv_status st;

	if (engine)
		*engine = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	st = engine ? open_engine(session, engine) : rpv__fail(&session->error, RPV_E_INVALID, "engine is NULL");
	return rpv__leave(session, st);
}

void rpv_score_engine_close(rpv_score_engine *engine)
{
	if (engine)
		rpv__free(&engine->session->store->port.alloc, engine);
}

rpv_status rpv_score_read(rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	rpv_status st = session ? rpv__enter(session) : RPV_E_INVALID;

	if (st != RPV_OK)
		return st;
	st = score ? rpv__score_read(session, query, score) : rpv__fail(&session->error, RPV_E_INVALID, "score is NULL");
	return rpv__leave(session, st);
}

rpv_status rpv_score_engine_read(rpv_score_engine *engine, const rpv_score_query *query, rpv_score *score)
{
	return engine ? rpv_score_read(engine->session, query, score) : RPV_E_INVALID;
}
