/* SPDX-License-Identifier: MIT */
/* Units of work become batches of bounded size; a commit that is too large is halved. */
#include "import.h"
#include <stdlib.h>
#include <string.h>

rpv_status rpv__io_added(rpv__io_writer *w, rpv_status status, const rpv__io_where *where)
{
	if (status != RPV_OK) {
		rpv__io_fail_core(w->error, w->session);
		rpv__io_place(w->error, where);
		return status;
	}
	if (w->count == w->cap) {
		size_t cap = w->cap == 0 ? 256 : w->cap * 2;
		rpv__io_where *places = realloc(w->places, cap * sizeof(*places));
		if (places == NULL)
			return rpv__io_nomem(w->error);
		w->places = places;
		w->cap = cap;
	}
	w->places[w->count++] = *where;
	return RPV_OK;
}

static void unit_free(rpv__io_unit *unit)
{
	if (unit != NULL)
		unit->kind->free(unit);
}

static bool same_source(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static rpv_status find_lane(rpv__io_import *import, const char *source, int64_t reported_ms, rpv__io_lane **out)
{
	rpv__io_queue *q = &import->queue;
	rpv__io_lane *lanes, *lane;
	for (size_t i = 0; i < q->lane_count; i++)
		if (q->lanes[i].reported_ms == reported_ms && same_source(q->lanes[i].source, source)) {
			*out = &q->lanes[i];
			return RPV_OK;
		}
	if (q->lane_count == q->lane_cap) {
		size_t cap = q->lane_cap == 0 ? 4 : q->lane_cap * 2;
		lanes = realloc(q->lanes, cap * sizeof(*lanes));
		if (lanes == NULL)
			return rpv__io_nomem(import->error);
		q->lanes = lanes;
		q->lane_cap = cap;
	}
	lane = &q->lanes[q->lane_count];
	memset(lane, 0, sizeof(*lane));
	lane->reported_ms = reported_ms;
	if (source != NULL && (lane->source = strdup(source)) == NULL)
		return rpv__io_nomem(import->error);
	q->lane_count++;
	*out = lane;
	return RPV_OK;
}

static rpv_status put(rpv__io_import *import, rpv__io_lane *lane, rpv__io_unit *unit)
{
	if (lane->count == lane->cap) {
		size_t cap = lane->cap == 0 ? 64 : lane->cap * 2;
		rpv__io_unit **units = realloc(lane->units, cap * sizeof(*units));
		if (units == NULL)
			return rpv__io_nomem(import->error);
		lane->units = units;
		lane->cap = cap;
	}
	lane->units[lane->count++] = unit;
	import->queue.weight += unit->weight;
	return RPV_OK;
}

rpv_status rpv__io_enqueue(rpv__io_import *import, rpv__io_unit *unit, const char *source, int64_t reported_ms)
{
	rpv__io_lane *lane;
	rpv_status st = RPV_OK;
	if (import->queue.weight > 0 && import->queue.weight + unit->weight > import->queue.limit)
		st = rpv__io_flush(import);
	if (st == RPV_OK && import->queue.lane_count == 0)
		st = find_lane(import, NULL, 0, &lane);   /* the import's own comes first */
	if (st == RPV_OK)
		st = find_lane(import, source, reported_ms, &lane);
	if (st == RPV_OK)
		st = put(import, lane, unit);
	if (st != RPV_OK)
		unit_free(unit);
	return st;
}

static rpv_status begin_batch(rpv__io_import *import, const rpv__io_lane *lane, rpv__io_writer *w)
{
	rpv_batch_options options = RPV_BATCH_OPTIONS_INIT;
	options.source = lane->source != NULL ? lane->source : import->options.source;
	options.reported_ms = lane->reported_ms != 0 ? lane->reported_ms : import->options.reported_ms;
	options.lenient = import->options.lenient && !import->restore;
	options.restore = import->restore;
	w->count = 0;
	w->error = import->error;
	w->session = import->session;
	rpv_batch_free(w->batch);
	w->batch = NULL;
	return rpv_batch_begin(import->session, &options, &w->batch) == RPV_OK ? RPV_OK
	       : rpv__io_fail_core(import->error, import->session);
}

static rpv_status commit(rpv__io_import *import, rpv__io_writer *w)
{
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	uint64_t index;
	rpv_status st;
	if (w->count == 0)
		return RPV_OK;
	st = rpv_batch_commit(w->batch, &result);
	if (st == RPV_OK) {
		import->result.batches++;
		import->result.changed += result.changed;
		import->result.stale += result.stale;
		import->result.clipped += result.clipped;
		return rpv__io_progress(import, true);
	}
	index = rpv_session_error(import->session)->index;
	rpv__io_fail_core(import->error, import->session);
	if (index < w->count)
		rpv__io_place(import->error, &w->places[index]);
	return st;
}

/* Fills a batch with the units up to `to`; *stop is the one that was refused, else `to`. */
static rpv_status fill(rpv__io_lane *lane, size_t from, size_t to, rpv__io_writer *w, size_t *stop)
{
	rpv_status st = RPV_OK;
	for (*stop = from; *stop < to; (*stop)++) {
		rpv__io_unit *unit = lane->units[*stop];
		unit->first = w->count;
		if ((st = unit->kind->fill(unit, w)) != RPV_OK)
			break;
	}
	return st;
}

/* The unit that holds the record of the batch at which the commit failed; `to` when it names none. */
static size_t culprit(const rpv__io_import *import, const rpv__io_lane *lane, size_t from, size_t to, size_t count)
{
	uint64_t index = rpv_session_error(import->session)->index;
	if (index >= count)
		return to;
	while (from + 1 < to && lane->units[from + 1]->first <= index)
		from++;
	return from;
}

static rpv_status commit_range(rpv__io_import *import, rpv__io_lane *lane, size_t from, size_t to, rpv__io_writer *w);

static rpv_status without(rpv__io_import *import, rpv__io_lane *lane, size_t from, size_t bad, size_t to,
                          rpv__io_writer *w)
{
	rpv_status st;
	rpv__io_skipped(import, lane->units[bad]->records);
	st = commit_range(import, lane, from, bad, w);
	return st == RPV_OK ? commit_range(import, lane, bad + 1, to, w) : st;
}

/* Commits units, in as few commits as possible. Ranges only get smaller, so this ends. */
static rpv_status commit_range(rpv__io_import *import, rpv__io_lane *lane, size_t from, size_t to, rpv__io_writer *w)
{
	size_t bad = to;
	bool lenient = import->options.lenient && !import->restore;
	rpv_status st;
	if (from >= to)
		return RPV_OK;
	st = begin_batch(import, lane, w);
	if (st != RPV_OK)
		return st;
	st = fill(lane, from, to, w, &bad);
	if (st == RPV_E_INVALID && lenient)
		return without(import, lane, from, bad, to, w);
	if (st != RPV_OK)
		return st;
	st = commit(import, w);
	if (st == RPV_E_INVALID && lenient && (bad = culprit(import, lane, from, to, w->count)) < to)
		return without(import, lane, from, bad, to, w);
	if (st == RPV_E_LIMIT && to - from > 1) {
		size_t middle = from + (to - from) / 2;
		import->queue.limit = import->queue.limit > 1 ? import->queue.limit / 2 : 1;
		st = commit_range(import, lane, from, middle, w);
		return st == RPV_OK ? commit_range(import, lane, middle, to, w) : st;
	}
	return st;
}

rpv_status rpv__io_flush(rpv__io_import *import)
{
	rpv__io_queue *q = &import->queue;
	rpv__io_writer w = { 0 };
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < q->lane_count; i++) {
		rpv__io_lane *lane = &q->lanes[i];
		if (st == RPV_OK)
			st = commit_range(import, lane, 0, lane->count, &w);
		for (size_t k = 0; k < lane->count; k++)
			unit_free(lane->units[k]);
		lane->count = 0;
	}
	q->weight = 0;
	while (q->lane_count > 1) {            /* further sources and times may not come again */
		rpv__io_lane *lane = &q->lanes[--q->lane_count];
		free(lane->source);
		free(lane->units);
	}
	rpv_batch_free(w.batch);
	free(w.places);
	return st;
}

void rpv__io_queue_free(rpv__io_queue *q)
{
	for (size_t i = 0; i < q->lane_count; i++) {
		for (size_t k = 0; k < q->lanes[i].count; k++)
			unit_free(q->lanes[i].units[k]);
		free(q->lanes[i].source);
		free(q->lanes[i].units);
	}
	free(q->lanes);
	memset(q, 0, sizeof(*q));
}
