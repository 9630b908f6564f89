/* SPDX-License-Identifier: MIT */
/* Recorded scores: writing points, and finding them. */
#ifndef RPV__SERVICE_HISTORY_H
#define RPV__SERVICE_HISTORY_H

#include "facts.h"
#include "scores.h"

/* --- history.c --- */
/* Takes the store's lock by itself, for each read and for the commit. */
rpv_status rpv__score_record(rpv_score_engine *engine, uint64_t *recorded);
rpv_status rpv__txn_put_point(rpv__txn *txn, uint32_t engine, uint32_t group, const rpv__point *point, rpv_error *error);
/* The first point of the first series from `at` on; engine 0: there is none. */
rpv_status rpv__series_find(const rpv__source *source, rpv_bytes at, rpv__point_key *out, rpv_error *error);
/* The first hour of which points are kept, at a time. */
uint32_t rpv__points_kept_from(const rpv__policy *policy, int64_t now_ms);

/* --- list_point.c --- */
rpv_status rpv__score_point_list(rpv_session *session, const rpv_score_point_query *query, rpv_list **out);
rpv_status rpv__score_series_list(rpv_session *session, rpv_list **out);

#endif
