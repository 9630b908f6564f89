/* SPDX-License-Identifier: MIT */
/* Score engines, as what reads through one sees them. */
#ifndef RPV__SERVICE_SCORES_H
#define RPV__SERVICE_SCORES_H

#include "store.h"

/* A name for a session: what an engine keeps in memory belongs to the store, where all engines and lists share it. */
struct rpv_score_engine {
	rpv_session *session;
	rpv__model *model;         /* NULL: rpv-exposure-1 */
};

/* Opens an engine; `model` as the caller gave it. Closing needs the store's lock. */
rpv_status rpv__engine_open(rpv_session *session, const rpv_exposure_model *model, rpv_score_engine **out);
void rpv__engine_close(rpv_score_engine *engine);
rpv_status rpv__contribution_list(rpv_score_engine *engine, const rpv_contribution_query *query, rpv_list **out);
/* The scores of a session in a model, NULL: rpv-exposure-1. */
rpv_status rpv__score_read(rpv_session *session, rpv__model *model, const rpv_score_query *query, rpv_score *out);

#endif
