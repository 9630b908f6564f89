/* SPDX-License-Identifier: MIT */
/* Score engines, as what reads through one sees them. */
#ifndef RPV__SERVICE_SCORES_H
#define RPV__SERVICE_SCORES_H

#include "store.h"

/* A name for a session: what an engine keeps in memory belongs to the store, where all engines and lists share it. */
struct rpv_score_engine {
	rpv_session *session;
	rpv__model *model;         /* NULL: rpv-exposure-1 */
	rpv_host_engine host;      /* `score` NULL: it is one of the library's */
	char name[RPV_MODEL_NAME_MAX + 1]; /* the host's */
	bool asking;               /* a callback of the host's is under way */
};

/* Opens an engine; `model` as the caller gave it. Closing needs the store's lock. */
rpv_status rpv__engine_open(rpv_session *session, const rpv_exposure_model *model, rpv_score_engine **out);
void rpv__engine_close(rpv_score_engine *engine);
const char *rpv__engine_name(const rpv_score_engine *engine);
uint64_t rpv__engine_digest(const rpv_score_engine *engine);
/* The scores of an engine. Takes the store's lock by itself. */
rpv_status rpv__engine_score(rpv_score_engine *engine, const rpv_score_query *query, rpv_score *out);
rpv_status rpv__contribution_list(rpv_score_engine *engine, const rpv_contribution_query *query, rpv_list **out);
/* As the caller gave it, or the initial values, within range. */
rpv_status rpv__contribution_query(const rpv_contribution_query *given, rpv_contribution_query *out, rpv_error *error);
rpv_status rpv__score_query(const rpv_score_query *given, rpv_score_query *out, rpv_error *error);
/* The scores of a session in a model, NULL: rpv-exposure-1. */
rpv_status rpv__score_read(rpv_session *session, rpv__model *model, const rpv_score_query *query, rpv_score *out);

/* --- plan.c, forecast.c --- */
rpv_status rpv__plan_list(rpv_score_engine *engine, const rpv_plan_query *query, rpv_list **out);
rpv_status rpv__forecast_read(rpv_score_engine *engine, const rpv_forecast_query *query, rpv_score *out);
/* RPV_E_REFUSED, with words, for an engine of the host's. */
rpv_status rpv__engine_own(const rpv_score_engine *engine, const char *what);

/* --- host_engine.c: engines of the host's. Its callbacks are called without the store's lock --- */
rpv_status rpv__host_engine_open(rpv_session *session, const rpv_host_engine *host, rpv_score_engine **out);
rpv_status rpv__host_score(rpv_score_engine *engine, const rpv_score_query *query, rpv_score *out);
rpv_status rpv__host_contributions(rpv_score_engine *engine, const rpv_contribution_query *query, rpv_list **out);

#endif
