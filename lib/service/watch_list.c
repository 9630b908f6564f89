/* SPDX-License-Identifier: MIT */
/* Watch lists as filters of the list of exceptions. */
#include "list_exception.h"

typedef struct waiting { rpv__arena *into; uint32_t *activities; size_t count, cap; } waiting;

static rpv_status take_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	waiting *w = user;
	uint32_t recommendation, number;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &number))
		return rpv__fail_corrupt(error, "remediation activity of a recommendation", key);
	if (rpv__grow(&w->into->alloc, &w->activities, &w->cap, w->count + 1, sizeof number))
		return rpv__fail_nomem(error);
	w->activities[w->count++] = number;
	return RPV_OK;
}

/* Whether one of the active activities of a recommendation is in its scope, and in time. */
static rpv_status awaits(const rpv__exception_rows *r, const rpv__cover *cover, uint32_t recommendation,
                         rpv__arena *scratch, bool *out)
{
	waiting w = { scratch, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__source_scan_prefix(&r->source, rpv__key32(&key, RPV__K_REC_ACTIVITY, recommendation),
	                                        take_activity, &w, r->error);
	for (size_t i = 0; st == RPV_OK && !*out && i < w.count; i++) {
		rpv__activity activity;
		st = rpv__read_activity(&r->source, w.activities[i], scratch, &activity, r->error);
		if (st == RPV_E_NOT_FOUND)
			st = rpv__fail_corrupt(r->error, "missing remediation activity",
			                       rpv__key32(&key, RPV__K_ACTIVITY, w.activities[i]));
		*out = st == RPV_OK && rpv__watch_awaits(cover, &activity, r->lens.now_ms);
	}
	rpv__free(&scratch->alloc, w.activities);
	return st;
}

/* Planned remediation whose activity is overdue or missing. */
static rpv_status overdue(rpv__exception_listing *l, const rpv__listed *c, bool *out)
{
	rpv__arena scratch;
	const uint32_t *recommendations = &c->cover->recommendation;
	size_t count = 1;
	bool in_time = false;
	rpv_status st = RPV_OK;
	*out = rpv__watch_plans_for(c->cover, c->status);
	if (!*out)
		return RPV_OK;
	rpv__arena_init(&scratch, &l->rows.view->alloc);
	if (!c->cover->recommendation)
		st = rpv__exception_brought(&l->rows, c->cover->weakness, &scratch, &recommendations, &count);
	for (size_t i = 0; st == RPV_OK && !in_time && i < count; i++)
		st = awaits(&l->rows, c->cover, recommendations[i], &scratch, &in_time);
	rpv__arena_free(&scratch);
	*out = !in_time;
	return st;
}

rpv_status rpv__listing_watched(rpv__exception_listing *l, const rpv__listed *c, bool *out)
{
	const rpv__exception_rows *r = &l->rows;
	int64_t within = l->query.within_ms ? l->query.within_ms : rpv__watch_within(&r->view->policy);
	int32_t shadowed = 0;
	rpv_status st = RPV_OK;
	*out = true;
	switch (l->query.watch) {
	case RPV_WATCH_NONE: break;
	case RPV_WATCH_EXPIRING: *out = rpv__watch_expiring(c->cover, c->status, within, r->lens.now_ms); break;
	case RPV_WATCH_STALE:
	case RPV_WATCH_GROWN:
		*out = rpv__watch_follows(c->status) && (c->cover->watch & RPV__WATCH_ON(l->query.watch)) &&
		       rpv__exception_whole(r, c->cover);
		break;
	case RPV_WATCH_SHADOWED:
		st = rpv__exception_shadowed(r, c->cover, c->status, &shadowed);
		*out = shadowed != 0;
		break;
	case RPV_WATCH_OVERDUE: st = overdue(l, c, out); break;
	}
	return st;
}
