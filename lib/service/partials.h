/* SPDX-License-Identifier: MIT */
/* Partials as a session takes them, and what is read from one. */
#ifndef RPV__SERVICE_PARTIALS_H
#define RPV__SERVICE_PARTIALS_H

#include "lister.h"
#include "scores.h"

rpv_status rpv__partial_take(rpv_score_engine *engine, const rpv_score_query *query, rpv_partial **out);
/* Outputs: their struct_size is the caller's. */
rpv_status rpv__partial_score(const rpv_partial *partial, rpv_category category, rpv_score *out);
rpv_status rpv__partial_read_info(const rpv_partial *partial, rpv_partial_info *out);
rpv_status rpv__partial_impact_at(const rpv_partial *partial, size_t index, rpv_partial_impact *out);

#endif
