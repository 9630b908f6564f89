/* SPDX-License-Identifier: MIT */
/* Recording scores: one point an hour for each engine and device group. */
#include "history.h"

#define ROUNDS 16      /* to read all scores of one revision */
#define OLD_POINTS 1000 /* taken out in one commit */

uint32_t rpv__points_kept_from(const rpv__policy *policy, int64_t now_ms)
{
	if (policy->scores_kept_ms == 0 || now_ms < policy->scores_kept_ms)
		return 0;
	return (uint32_t)((now_ms - policy->scores_kept_ms) / RPV__HOUR_MS);
}

rpv_status rpv__txn_put_point(rpv__txn *txn, uint32_t engine, uint32_t group, const rpv__point *point, rpv_error *error)
{
	rpv__key key;
	rpv__buf buf;
	rpv__buf_init(&buf, &rpv__txn_port(txn)->alloc);
	rpv__put_point(&buf, point);
	rpv__key_point(&key, engine, group, (uint32_t)(point->score.time_ms / RPV__HOUR_MS));
	rpv_status status = buf.status ? rpv__fail_nomem(error)
	                               : rpv__txn_put(txn, rpv__key_view(&key), rpv__buf_view(&buf), error);
	rpv__buf_free(&buf);
	return status;
}

static rpv_status take_first(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)value;
	return rpv__key_is_point(key, user) ? RPV_OK : rpv__fail_corrupt(error, "key", key);
}

rpv_status rpv__series_find(const rpv__source *source, rpv_bytes at, rpv__point_key *out, rpv_error *error)
{
	rpv__key end, all;
	*out = (rpv__point_key){ 0, 0, 0 };
	rpv__key_after_prefix(&end, rpv__key1(&all, RPV__K_POINT));
	return rpv__source_scan(source, at, rpv__key_view(&end), false, 1, take_first, out, error);
}

/* --- what is to be recorded --- */
typedef struct taken { const char *group; rpv_score score; } taken; /* NULL: all together */

typedef struct recording {
	rpv_score_engine *engine;
	rpv__arena arena;
	taken *items; size_t count;
	uint64_t missing;   /* the revision in which a device group was not found */
	uint64_t written;
} recording;

static rpv_status read_groups(rpv_session *session, rpv_list **out)
{
	rpv_status status = rpv__enter(session);
	return status ? status : rpv__leave(session, rpv__group_list(session, out));
}

static rpv_status take_one(recording *r, const char *group)
{
	taken *item = &r->items[r->count++];
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	query.group = group;
	*item = (taken){ NULL, RPV_SCORE_INIT };
	if (group) {
		item->group = rpv__arena_text(&r->arena, group, strlen(group));
		if (!item->group)
			return rpv__fail_nomem(&r->engine->session->error);
	}
	return rpv__engine_score(r->engine, &query, &item->score);
}

/* All scores, of one revision or not: *same tells. A group may go meanwhile: then the next try is of another revision. */
static rpv_status take_all(recording *r, bool *same)
{
	rpv_list *groups = NULL;
	rpv_status status = read_groups(r->engine->session, &groups);
	if (status)
		return status;
	uint64_t revision = groups->revision;
	r->count = 0;
	rpv__arena_free(&r->arena);
	r->items = rpv__arena_get(&r->arena, (groups->count + 1) * sizeof *r->items);
	status = r->items ? take_one(r, NULL) : rpv__fail_nomem(&r->engine->session->error);
	*same = !status && r->items[0].score.revision == revision;
	for (size_t i = 0; !status && *same && i < groups->count; i++) {
		const rpv_group *group = rpv__list_row(groups, RPV__LIST_GROUP, i);
		if (group->devices == 0)
			continue;
		status = take_one(r, group->name);
		*same = !status && r->items[r->count - 1].score.revision == revision;
		if (status == RPV_E_NOT_FOUND && r->missing != revision) {
			status = RPV_OK;
			r->missing = revision;
		}
	}
	rpv_list_free(groups);
	return status;
}

/* --- writing --- */
static rpv_status group_number(rpv__txn *txn, const char *group, uint32_t *out, rpv_error *error)
{
	*out = group ? RPV__DEFAULT_GROUP : RPV__ALL_GROUPS;
	if (!group || strcmp(group, RPV__DEFAULT_GROUP_NAME) == 0)
		return RPV_OK;
	return rpv__txn_name_find(txn, RPV__N_GROUP, 0, group, out, error);
}

static rpv_status write_one(recording *r, rpv__txn *txn, uint32_t engine, const taken *item, rpv_error *error)
{
	rpv__point point = { rpv__engine_digest(r->engine), item->score };
	int64_t now = rpv__txn_now(txn);
	uint32_t group;
	rpv_bytes there;
	rpv__key key;
	rpv_status status = group_number(txn, item->group, &group, error);
	if (status == RPV_E_NOT_FOUND)
		return RPV_OK; /* renamed since */
	if (point.score.time_ms > now)
		point.score.time_ms = now; /* the clock went back since */
	if (!status)
		status = rpv__txn_get(txn, rpv__key_point(&key, engine, group, (uint32_t)(point.score.time_ms / RPV__HOUR_MS)),
		                      &there, error);
	if (status != RPV_E_NOT_FOUND)
		return status;
	r->written++;
	return rpv__txn_put_point(txn, engine, group, &point, error);
}

typedef struct taking_out { rpv__txn *txn; unsigned count; } taking_out;

static rpv_status take_out(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	taking_out *t = user;
	(void)value;
	t->count++;
	return rpv__txn_remove(t->txn, key, error);
}

/* Points that are no longer kept; what is too much for one commit goes with the next ones. */
static rpv_status take_out_old(rpv__txn *txn, unsigned *count, rpv_error *error)
{
	taking_out t = { txn, 0 };
	rpv__source present = { rpv__txn_port(txn), NULL };
	const rpv__policy *policy;
	rpv__point_key series;
	rpv__key at, end;
	rpv_status status = rpv__txn_policy(txn, &policy, error);
	uint32_t kept = status ? 0 : rpv__points_kept_from(policy, rpv__txn_now(txn));
	rpv__key1(&at, RPV__K_POINT);
	while (!status && kept && t.count < OLD_POINTS) {
		status = rpv__series_find(&present, rpv__key_view(&at), &series, error);
		if (status || series.engine == 0)
			break;
		rpv__key_point(&at, series.engine, series.group, series.hour);
		rpv__key_point(&end, series.engine, series.group, kept);
		if (series.hour < kept)
			status = rpv__source_scan(&present, rpv__key_view(&at), rpv__key_view(&end), false, OLD_POINTS - t.count,
			                          take_out, &t, error);
		rpv__key32_32(&end, RPV__K_POINT, series.engine, series.group);
		rpv__key_after_prefix(&at, rpv__key_view(&end));
	}
	*count = t.count;
	return status;
}

static rpv_status write_all(rpv__txn *txn, void *user, rpv_error *error)
{
	recording *r = user;
	rpv__event event = { .type = RPV_EVENT_SCORES_RECORDED, .after = rpv__engine_name(r->engine) };
	char text[16];
	unsigned old = 0;
	uint32_t engine;
	rpv_status status = rpv__txn_text(txn, event.after, &engine, error);
	r->written = 0;
	for (size_t i = 0; !status && i < r->count; i++)
		status = write_one(r, txn, engine, &r->items[i], error);
	if (status || r->written == 0)
		return status;
	status = take_out_old(txn, &old, error);
	event.count = r->written;
	if (!status && old) {
		rpv__format(text, sizeof text, "%u", old);
		event.before = text;
	}
	return status ? status : rpv__txn_event(txn, &event, error);
}

static rpv_status require(rpv_session *session)
{
	rpv_status status = rpv__enter(session);
	if (status)
		return status;
	status = rpv__session_require_write(session, RPV_PERMIT_INGEST, NULL);
	if (!status && !session->all_groups)
		status = rpv__fail(&session->error, RPV_E_DENIED, "recording scores needs a session that sees all device groups");
	return rpv__leave(session, status);
}

rpv_status rpv__score_record(rpv_score_engine *engine, uint64_t *recorded)
{
	rpv_session *session = engine->session;
	recording r = { .engine = engine };
	bool same = false;
	rpv_status status = require(session);
	rpv__arena_init(&r.arena, &session->store->port.alloc);
	for (int round = 0; !status && !same && round < ROUNDS; round++)
		status = take_all(&r, &same);
	if (!status)
		status = rpv__enter(session);
	if (!status && !same)
		status = rpv__leave(session, rpv__fail(&session->error, RPV_E_BUSY, "others commit again and again"));
	else if (!status)
		status = rpv__leave(session, rpv__session_write(session, write_all, &r, NULL));
	if (!status)
		*recorded = r.written;
	rpv__arena_free(&r.arena);
	return status;
}
