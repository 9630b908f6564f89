/* SPDX-License-Identifier: MIT */
/* Calls of score engines, each with an engine of its own: of the library's model, or of another one. */
#ifndef TEST_ENGINES_H
#define TEST_ENGINES_H

#include "test.h"

static const rpv_exposure_model *engine_model; /* NULL: the library's */

/* A model that weighs things otherwise. */
static inline rpv_exposure_model other_model(void)
{
	rpv_exposure_model m = RPV_EXPOSURE_MODEL_INIT;
	m.name = "other-1";
	m.reach = 700;
	m.base_high = 90000000;
	m.consequence_medium = 900;
	m.internet_facing = 5;
	m.active_alert = 2;
	m.value_high_per_device = 1;
	m.value_low = 7;
	return m;
}

#define OF_ENGINE(session, call)                                                                                     \
	rpv_score_engine *engine = NULL;                                                                                 \
	rpv_status status = (session) ? rpv_score_engine_open_model((session), engine_model, &engine) : RPV_OK;          \
	if (status == RPV_OK)                                                                                            \
		status = (call);                                                                                             \
	rpv_score_engine_close(engine);                                                                                  \
	return status

static inline rpv_status engine_plan(rpv_session *session, const rpv_plan_query *query, rpv_list **list)
{
	OF_ENGINE(session, rpv_plan_make(engine, query, list));
}

static inline rpv_status engine_forecast(rpv_session *session, const rpv_forecast_query *query, rpv_score *score)
{
	OF_ENGINE(session, rpv_forecast_read(engine, query, score));
}

static inline rpv_status engine_score(rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	OF_ENGINE(session, rpv_score_engine_read(engine, query, score));
}

#endif
