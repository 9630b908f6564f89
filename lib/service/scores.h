/* SPDX-License-Identifier: MIT */
/* Score engines, as what reads through one sees them. */
#ifndef RPV__SERVICE_SCORES_H
#define RPV__SERVICE_SCORES_H

#include "store.h"

/* A name for a session: what an engine keeps in memory belongs to the store, where all engines and lists share it. */
struct rpv_score_engine {
	rpv_session *session;
};

#endif
