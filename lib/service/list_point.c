/* SPDX-License-Identifier: MIT */
/* Listing recorded scores, and of what there are some. */
#include "history.h"

typedef struct listing {
	rpv__facts facts;         /* first: readers get it */
	rpv_score_point_query query;
	rpv__cursor after;
	rpv__point_key kept;      /* engine, group, and the first hour that is kept */
	int64_t from_ms, to_ms;   /* both included */
	const char *engine, *group;
} listing;

static rpv_status begin(rpv__facts *f, rpv__noun noun, size_t row_size, const rpv__revision *revision, uint32_t *kept)
{
	rpv__policy policy;
	int64_t now;
	rpv_status status = rpv__session_now(f->session, revision, &now);
	if (!status)
		status = rpv__source_policy(f->source, &policy, f->error);
	if (status)
		return status;
	*kept = rpv__points_kept_from(&policy, revision->mark_ms); /* a clock that runs ahead hides nothing */
	return rpv__facts_begin(f, noun, row_size, now, revision);
}

/* --- points --- */
static int64_t span_of(const listing *l, int64_t time_ms)
{
	return l->query.every_ms ? time_ms / l->query.every_ms : time_ms;
}

static void find_bounds(listing *l)
{
	int64_t every = l->query.every_ms ? l->query.every_ms : 1, kept = (int64_t)l->kept.hour * RPV__HOUR_MS;
	l->from_ms = l->query.from_ms > kept ? l->query.from_ms : kept;
	l->to_ms = l->query.to_ms ? l->query.to_ms : RPV_TIME_MAX;
	if (!l->after.id)
		return;
	if (l->query.newest_first && l->to_ms >= l->after.key / every * every)
		l->to_ms = l->after.key / every * every - 1;
	else if (!l->query.newest_first && l->from_ms < (l->after.key / every + 1) * every)
		l->from_ms = (l->after.key / every + 1) * every;
}

static rpv_status fill_row(listing *l, rpv_score_point *row, const rpv__point *point)
{
	rpv_score *score = rpv__arena_get(&l->facts.list->arena, sizeof *score);
	if (!score)
		return rpv__fail_nomem(l->facts.error);
	*score = point->score;
	*row = (rpv_score_point){ 0, l->engine, l->group, point->digest, score };
	return RPV_OK;
}

static rpv_status take_point(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	listing *l = user;
	rpv_list *list = l->facts.list;
	rpv_score_point *last = list->count ? (rpv_score_point *)(void *)list->rows + list->count - 1 : NULL;
	rpv__point point;
	if (!rpv__get_point(value, &point))
		return rpv__fail_corrupt(error, "recorded score", key);
	int64_t time = point.score.time_ms;
	if (time < l->from_ms || time > l->to_ms)
		return RPV_OK;
	if (last && span_of(l, last->score->time_ms) == span_of(l, time))
		return l->query.newest_first ? RPV_OK : fill_row(l, last, &point);
	if (last && l->query.limit && list->count == l->query.limit) {
		if (rpv__list_set_cursor(list, l->query.newest_first, last->score->time_ms, l->engine))
			return rpv__fail_nomem(error);
		return RPV_STOP;
	}
	rpv_score_point *row = rpv__list_add(list);
	return row ? fill_row(l, row, &point) : rpv__fail_nomem(error);
}

/* The device group must be one that the session sees, and that there is. */
static rpv_status find_group(listing *l)
{
	rpv__facts *f = &l->facts;
	const char *name;
	l->kept.group = RPV__ALL_GROUPS;
	if (!l->query.group && !f->session->all_groups)
		return rpv__fail_field(f->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "group",
		                       "not all device groups are visible: name one, whose recorded scores are meant");
	if (!l->query.group)
		return RPV_OK;
	rpv_status status = rpv__session_group(f->session, f->source, l->query.group, &name, &l->kept.group);
	return status ? status : rpv__facts_text(f, name, &l->group);
}

static rpv_status read_points(rpv__facts *f, const rpv__revision *revision)
{
	listing *l = (listing *)(void *)f;
	rpv__key from, to;
	bool bounded = l->query.limit && l->query.limit < UINT64_MAX - 3 && !l->query.every_ms;
	uint64_t most = bounded ? l->query.limit + 3 : 0; /* the hours at both ends, and one more */
	rpv_status status = begin(f, RPV__LIST_SCORE_POINT, sizeof(rpv_score_point), revision, &l->kept.hour);
	if (!status)
		status = find_group(l);
	if (!status)
		status = rpv__facts_text(f, l->query.engine ? l->query.engine : RPV_EXPOSURE_MODEL, &l->engine);
	if (status)
		return status;
	status = rpv__name_find(f->source, RPV__N_TEXT, 0, l->engine, &l->kept.engine, f->error);
	if (status)
		return status == RPV_E_NOT_FOUND ? RPV_OK : status; /* nothing was ever recorded under that name */
	find_bounds(l);
	if (l->from_ms > l->to_ms)
		return RPV_OK;
	rpv__key_point(&from, l->kept.engine, l->kept.group, (uint32_t)(l->from_ms / RPV__HOUR_MS));
	rpv__key_point(&to, l->kept.engine, l->kept.group, (uint32_t)(l->to_ms / RPV__HOUR_MS) + 1);
	return rpv__source_scan(f->source, rpv__key_view(&from), rpv__key_view(&to), l->query.newest_first != 0, most,
	                        take_point, l, f->error);
}

static rpv_status check(listing *l, rpv_error *error)
{
	const rpv_score_point_query *q = &l->query;
	const char *bad = NULL;
	if (q->from_ms < 0 || q->from_ms > RPV_TIME_MAX)
		bad = "from_ms";
	else if (q->to_ms < 0 || q->to_ms > RPV_TIME_MAX)
		bad = "to_ms";
	else if (q->every_ms < 0 || q->every_ms > RPV_TIME_MAX)
		bad = "every_ms";
	else if (q->newest_first < 0 || q->newest_first > 1)
		bad = "newest_first";
	if (bad)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s is out of range", bad);
	rpv_status status = q->engine ? rpv__check_id(q->engine, "engine", error) : RPV_OK;
	if (!status)
		status = rpv__cursor_read(q->after, q->newest_first, &l->after, error);
	if (!status && l->after.id && (l->after.key < 0 || l->after.key > RPV_TIME_MAX))
		status = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "after", "the cursor is malformed");
	return status;
}

rpv_status rpv__score_point_list(rpv_session *session, const rpv_score_point_query *query, rpv_list **out)
{
	listing l = { .facts = { .session = session }, .query = RPV_SCORE_POINT_QUERY_INIT };
	rpv_status status = rpv__take_struct(query, sizeof l.query, &l.query, sizeof l.query, "score point query",
	                                     &session->error);
	if (!status)
		status = check(&l, &session->error);
	return status ? status : rpv__facts_read(&l.facts, read_points, out);
}

/* --- series --- */
static rpv_status take_time(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__point point;
	if (!rpv__get_point(value, &point))
		return rpv__fail_corrupt(error, "recorded score", key);
	*(int64_t *)user = point.score.time_ms;
	return RPV_OK;
}

/* The time of the first or last point of a series from an hour on; 0: there is none. */
static rpv_status edge(rpv__facts *f, const rpv__point_key *series, uint32_t hour, bool last, int64_t *out)
{
	rpv__key from, prefix, to;
	*out = 0;
	rpv__key_point(&from, series->engine, series->group, hour);
	rpv__key_after_prefix(&to, rpv__key32_32(&prefix, RPV__K_POINT, series->engine, series->group));
	return rpv__source_scan(f->source, rpv__key_view(&from), rpv__key_view(&to), last, 1, take_time, out, f->error);
}

static rpv_status group_text(rpv__facts *f, uint32_t group, const char **out)
{
	const char *name;
	*out = NULL;
	if (group == RPV__ALL_GROUPS)
		return RPV_OK;
	rpv_status status = rpv__group_name_of(f->source, group, "device group of a recorded score", &f->scratch, &name,
	                                       f->error);
	return status ? status : rpv__facts_text(f, name, out);
}

static rpv_status add_series(rpv__facts *f, const rpv__point_key *series, uint32_t kept)
{
	rpv_score_series found = { 0 };
	rpv_status status = group_text(f, series->group, &found.group);
	if (!status && !(found.group ? rpv__session_sees(f->session, found.group) : f->session->all_groups))
		return RPV_OK;
	if (!status)
		status = rpv__text_of(f->source, series->engine, &f->list->arena, &found.engine, f->error);
	if (!status)
		status = edge(f, series, kept, false, &found.first_ms);
	if (!status)
		status = edge(f, series, kept, true, &found.last_ms);
	if (status || found.last_ms == 0)
		return status;
	rpv_score_series *row = rpv__list_add(f->list);
	if (!row)
		return rpv__fail_nomem(f->error);
	*row = found;
	return RPV_OK;
}

static int by_name(const void *a, const void *b, const void *context)
{
	const rpv_score_series *x = a, *y = b;
	int order = strcmp(x->engine, y->engine);
	(void)context;
	if (order || !x->group || !y->group)
		return order ? order : (x->group != NULL) - (y->group != NULL);
	return strcmp(x->group, y->group);
}

static rpv_status read_series(rpv__facts *f, const rpv__revision *revision)
{
	rpv__point_key series;
	rpv__key at, prefix;
	uint32_t kept;
	rpv_status status = begin(f, RPV__LIST_SCORE_SERIES, sizeof(rpv_score_series), revision, &kept);
	rpv__key1(&at, RPV__K_POINT);
	while (!status) {
		status = rpv__series_find(f->source, rpv__key_view(&at), &series, f->error);
		if (status || series.engine == 0)
			break;
		status = add_series(f, &series, kept);
		rpv__key_after_prefix(&at, rpv__key32_32(&prefix, RPV__K_POINT, series.engine, series.group));
	}
	if (!status && rpv__sort(&f->scratch.alloc, f->list->rows, f->list->count, sizeof(rpv_score_series), by_name, NULL))
		status = rpv__fail_nomem(f->error);
	return status;
}

rpv_status rpv__score_series_list(rpv_session *session, rpv_list **out)
{
	rpv__facts facts = { .session = session };
	return rpv__facts_read(&facts, read_series, out);
}
