/* SPDX-License-Identifier: MIT */
/* Score engines of the host's: callbacks that read the store as any caller does. */
#include "../score/units.h"
#include "lister.h"
#include "scores.h"

#define ROUNDS 16 /* to ask again when others commit meanwhile */

static rpv_status check(const rpv_host_engine *host, rpv_error *error)
{
	size_t size = host->name ? strlen(host->name) : 0;
	const char *bad = NULL;
	if (size == 0 || size > RPV_MODEL_NAME_MAX || rpv__check_id(host->name, "name", NULL) ||
	    strcmp(host->name, RPV_EXPOSURE_MODEL) == 0 || strcmp(host->name, RPV_SECURE_MODEL) == 0)
		bad = "name";
	else if (!host->score)
		bad = "score";
	return bad ? rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s is missing or cannot be used", bad) : RPV_OK;
}

rpv_status rpv__host_engine_open(rpv_session *session, const rpv_host_engine *given, rpv_score_engine **out)
{
	rpv_host_engine host = RPV_HOST_ENGINE_INIT;
	rpv_error *error = &session->error;
	rpv_status status = given ? rpv__session_require(session, RPV_PERMIT_VIEW, NULL)
	                          : rpv__fail(error, RPV_E_INVALID, "host is NULL");
	if (!status)
		status = rpv__take_struct(given, sizeof host, &host, sizeof host, "host engine", error);
	if (!status)
		status = check(&host, error);
	if (status)
		return status;
	rpv_score_engine *engine = rpv__new(&session->store->port.alloc, sizeof *engine);
	if (!engine)
		return rpv__fail_nomem(error);
	engine->session = session;
	engine->host = host;
	memcpy(engine->name, host.name, strlen(host.name) + 1);
	*out = engine;
	return RPV_OK;
}

/* --- asking --- */
typedef struct moment { uint64_t revision; int64_t time_ms; } moment;

/* What the session looks at now, and whether it may: the device group too, if there is one, which gets its own name. */
static rpv_status look(rpv_session *session, const char **group, moment *out)
{
	rpv__source source = rpv__session_source(session);
	rpv__revision revision;
	uint32_t number;
	rpv_status status = rpv__enter(session);
	if (status)
		return status;
	rpv__revision_empty(&revision);
	status = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (!status)
		status = rpv__source_revision(&source, &revision, &session->error);
	if (status == RPV_E_NOT_FOUND && !session->error.status)
		status = RPV_OK; /* no commit yet */
	if (!status)
		status = rpv__session_now(session, &revision, &out->time_ms);
	if (!status && *group)
		status = rpv__session_group(session, &source, *group, group, &number);
	out->revision = revision.revision;
	return rpv__leave(session, status);
}

typedef struct question {
	rpv_score_query *score; rpv_contribution_query *contributions; /* one of them */
	rpv_score got;
	rpv_contribution *rows; size_t count;
} question;

static rpv_status call(const rpv_score_engine *engine, question *q)
{
	if (q->score) {
		q->got = (rpv_score)RPV_SCORE_INIT;
		q->got.level = (rpv_level)0;
		q->got.secure_official.percent = q->got.secure_no_impact.percent = q->got.secure_mitigation_like.percent = -1;
		return engine->host.score(engine->host.user, engine->session, q->score, &q->got);
	}
	memset(q->rows, 0, (size_t)q->contributions->limit * sizeof *q->rows);
	q->count = 0;
	return engine->host.contributions(engine->host.user, engine->session, q->contributions, q->rows, &q->count);
}

/* Calls back until nobody commits in between; the words of a failure are the callback's last one, if there are any. */
static rpv_status ask(rpv_score_engine *engine, question *q, moment *now)
{
	rpv_session *session = engine->session;
	const char **group = q->score ? &q->score->group : &q->contributions->group;
	moment after;
	rpv_status status = RPV_OK;
	for (int round = 0; !status && round < ROUNDS; round++) {
		status = look(session, group, now);
		if (status)
			return status;
		engine->asking = true;
		status = call(engine, q);
		engine->asking = false;
		if (status && session->error.status != status)
			rpv__fail(&session->error, status, "the engine \"%s\" failed", engine->name);
		if (!status)
			status = look(session, group, &after);
		if (!status && after.revision == now->revision)
			return RPV_OK;
	}
	return status ? status : rpv__fail(&session->error, RPV_E_BUSY, "others commit again and again");
}

/* Locked, or inside of another call of the session: then its error record stays. */
static rpv_status refuse(rpv_score_engine *engine, rpv_status status, const char *words)
{
	rpv_status entered = rpv__enter(engine->session);
	return entered ? entered : rpv__leave(engine->session, rpv__fail(&engine->session->error, status, words, engine->name));
}

/* --- scores --- */
static rpv_status prepare(rpv_score_engine *engine, const rpv_score_query *given, const rpv_score *out,
                          rpv_score_query *query)
{
	rpv_error *error = &engine->session->error;
	rpv_status status = rpv__enter(engine->session);
	if (status)
		return status;
	status = rpv__score_query(given, query, error);
	if (!status && !out)
		status = rpv__fail(error, RPV_E_INVALID, "score is NULL");
	else if (!status && !rpv__can_give(out))
		status = rpv__fail(error, RPV_E_INVALID, "the size of the score struct is %zu", out->struct_size);
	return rpv__leave(engine->session, status);
}

static rpv_level level_of(double exposure)
{
	return exposure < 30 ? RPV_LEVEL_LOW : exposure < 70 ? RPV_LEVEL_MEDIUM : RPV_LEVEL_HIGH;
}

rpv_status rpv__host_score(rpv_score_engine *engine, const rpv_score_query *given, rpv_score *out)
{
	rpv_score_query query;
	question q = { .score = &query };
	moment now;
	if (engine->asking)
		return refuse(engine, RPV_E_BUSY, "the engine \"%s\" is being read");
	rpv_status status = prepare(engine, given, out, &query);
	if (!status)
		status = ask(engine, &q, &now);
	if (status)
		return status;
	if (!q.got.level)
		q.got.level = level_of(q.got.exposure_official);
	q.got.struct_size = sizeof q.got;
	q.got.time_ms = now.time_ms;
	q.got.revision = now.revision;
	if (!rpv__score_ok(&q.got))
		return refuse(engine, RPV_E_INVALID, "the engine \"%s\" tells a figure, devices or a level that cannot be");
	rpv__give_struct(out, &q.got, sizeof q.got);
	return RPV_OK;
}

/* --- contributions --- */
static double key_of(const rpv_contribution_query *query, const rpv_contribution *c)
{
	return query->category == RPV_CATEGORY_UNCHANGED ? c->exposure_official : c->secure_official;
}

static int by_key(const void *a, const void *b, const void *context)
{
	const rpv_contribution *x = a, *y = b;
	double first = key_of(context, x), second = key_of(context, y);
	if (first != second)
		return first > second ? -1 : 1;
	return strcmp(x->id, y->id);
}

static rpv_status fill(rpv_list *list, question *q, const moment *now, rpv_error *error)
{
	list->time_ms = now->time_ms;
	list->revision = now->revision;
	if (q->count > q->contributions->limit)
		return rpv__fail(error, RPV_E_INVALID, "the engine tells of more than was asked for");
	for (size_t i = 0; i < q->count; i++) {
		const rpv_contribution *c = &q->rows[i];
		rpv_score figures = { .exposure_official = c->exposure_official, .exposure_no_impact = c->exposure_no_impact,
			.exposure_mitigation_like = c->exposure_mitigation_like, .secure_official = { c->secure_official, 0, 0 },
			.secure_no_impact = { c->secure_no_impact, 0, 0 },
			.secure_mitigation_like = { c->secure_mitigation_like, 0, 0 }, .level = RPV_LEVEL_LOW };
		if (rpv__check_id(c->id, "id", error))
			return RPV_E_INVALID;
		if (!rpv__score_ok(&figures))
			return rpv__fail(error, RPV_E_INVALID, "a contribution of \"%.255s\" is no number", c->id);
		rpv_contribution *row = rpv__list_add(list);
		if (!row)
			return rpv__fail_nomem(error);
		*row = *c;
		row->id = rpv__arena_text(&list->arena, c->id, strlen(c->id));
		if (!row->id)
			return rpv__fail_nomem(error);
	}
	if (rpv__sort(&list->arena.alloc, list->rows, list->count, sizeof(rpv_contribution), by_key, q->contributions))
		return rpv__fail_nomem(error);
	return RPV_OK;
}

/* A list to be filled, with room for the host's rows in its arena. */
static rpv_status begin(rpv_score_engine *engine, const rpv_contribution_query *given, rpv_contribution_query *query,
                        question *q, rpv_list **list)
{
	rpv_session *session = engine->session;
	rpv_status status = rpv__enter(session);
	if (status)
		return status;
	status = rpv__contribution_query(given, query, &session->error);
	if (!status && rpv__list_new(&session->store->port.alloc, RPV__LIST_CONTRIBUTION, sizeof(rpv_contribution), 0, 0, list))
		status = rpv__fail_nomem(&session->error);
	if (!status) {
		q->rows = rpv__arena_get(&(*list)->arena, (size_t)query->limit * sizeof *q->rows);
		if (!q->rows)
			status = rpv__fail_nomem(&session->error);
	}
	return rpv__leave(session, status);
}

rpv_status rpv__host_contributions(rpv_score_engine *engine, const rpv_contribution_query *given, rpv_list **out)
{
	rpv_session *session = engine->session;
	rpv_contribution_query query;
	question q = { .contributions = &query };
	rpv_list *list = NULL;
	moment now;
	if (engine->asking)
		return refuse(engine, RPV_E_BUSY, "the engine \"%s\" is being read");
	if (!engine->host.contributions)
		return refuse(engine, RPV_E_REFUSED, "the engine \"%s\" does not tell what contributes to its scores");
	rpv_status status = out ? begin(engine, given, &query, &q, &list)
	                        : refuse(engine, RPV_E_INVALID, "list is NULL");
	if (!status)
		status = ask(engine, &q, &now);
	if (!status)
		status = rpv__enter(session);
	if (!status)
		status = rpv__leave(session, fill(list, &q, &now, &session->error));
	if (!status)
		*out = list;
	else
		rpv_list_free(list);
	return status;
}
