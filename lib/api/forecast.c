/* SPDX-License-Identifier: MIT */
/* Exported functions of forecast.h. */
#include "../service/scores.h"

rpv_status rpv_forecast_read(rpv_score_engine *engine, const rpv_forecast_query *query, rpv_score *score)
{
	rpv_session *session = engine ? engine->session : NULL;
	rpv_status st = session ? rpv__enter(session) : RPV_E_INVALID;

	if (st != RPV_OK)
		return st;
	if (query && score)
		st = rpv__forecast_read(engine, query, score);
	else
		st = rpv__fail(&session->error, RPV_E_INVALID, "%s is NULL", query ? "score" : "query");
	return rpv__leave(session, st);
}
