/* SPDX-License-Identifier: MIT */
/* Listing remediation activities: one pass picks them, then texts and figures are read for the rows handed out. */
#include "activity.h"

typedef struct pick { uint32_t number, recommendation; int64_t due_ms, key; } pick; /* key: what the order asks for */

typedef struct listing {
	rpv_session *session;
	rpv_remediation_query query;
	rpv__cursor after;
	uint64_t after_number;
	rpv__activity_rows rows;
	const rpv__figures *figures; size_t figure_count; /* for the order by impact */
	rpv__arena scratch;        /* of one activity */
	pick *picks; size_t count, cap;
} listing;

static int compare(const void *a, const void *b, const void *context)
{
	const pick *x = a, *y = b;

	(void)context;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static bool wanted(const listing *l, const rpv__activity *activity)
{
	const rpv_remediation_query *q = &l->query;
	rpv_flag overdue = rpv__activity_overdue(activity, l->rows.now_ms) ? RPV_FLAG_TRUE : RPV_FLAG_FALSE;

	if (q->statuses && !(q->statuses & (uint32_t)activity->status))
		return false;
	if (q->kinds && !(q->kinds & 1u << activity->kind))
		return false;
	return q->overdue == RPV_FLAG_UNCHANGED || q->overdue == overdue;
}

static rpv_status take(listing *l, uint32_t number, const rpv__activity *activity, rpv_error *error)
{
	if (!wanted(l, activity))
		return RPV_OK;
	if (rpv__grow(&l->scratch.alloc, &l->picks, &l->cap, l->count + 1, sizeof *l->picks) != RPV_OK)
		return rpv__fail_nomem(error);
	l->picks[l->count++] = (pick){ number, activity->recommendation, activity->due_ms, 0 };
	return RPV_OK;
}

static rpv_status pick_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	listing *l = user;
	rpv__activity activity;
	uint32_t number;
	rpv_status st;

	if (!rpv__key_is32(key, RPV__K_ACTIVITY, &number) || !rpv__get_activity(value, &l->scratch, &activity))
		st = rpv__fail_corrupt(error, "remediation activity", key);
	else
		st = take(l, number, &activity, error);
	rpv__arena_free(&l->scratch);
	return st;
}

static rpv_status not_found(const listing *l, const char *field, const char *id)
{
	return rpv__fail_field(&l->session->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, field, "there is no %s \"%s\"",
	                       strcmp(field, "id") == 0 ? "remediation activity" : field, id);
}

/* The one asked for by id: not there when the session sees nothing of it, whatever else is asked for. */
static rpv_status pick_one(listing *l)
{
	uint64_t number = rpv__number_of_id(l->query.id, 'R');
	rpv__activity activity;
	bool visible = false;
	rpv_status st = RPV_E_NOT_FOUND;

	if (number > 0 && number < RPV__NO_NUMBER)
		st = rpv__read_activity(&l->rows.source, (uint32_t)number, &l->scratch, &activity, &l->session->error);
	if (st == RPV_OK)
		st = rpv__activity_visible(&l->rows, (uint32_t)number, &activity, &visible);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !visible))
		return not_found(l, "id", l->query.id);
	return st == RPV_OK ? take(l, (uint32_t)number, &activity, &l->session->error) : st;
}

static int64_t key_of(const listing *l, const pick *p, uint32_t recommendation)
{
	switch (l->query.sort) {
	case RPV_REMEDIATION_BY_DUE: return p->due_ms ? p->due_ms : INT64_MAX;
	case RPV_REMEDIATION_BY_IMPACT: return recommendation < l->figure_count
		                                       ? -l->figures[recommendation].impact[RPV__NO_IMPACT] : 0;
	default: return p->number;
	}
}

/* Drops those on other recommendations and those before the cursor, and puts the rest in order. */
static rpv_status arrange(listing *l)
{
	pick last = { .number = (uint32_t)l->after_number, .key = l->after.key };
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		pick *p = &l->picks[i];
		rpv__activity_subject *subject;
		rpv_status st = rpv__activity_subject_of(&l->rows, p->recommendation, &subject);

		if (st != RPV_OK)
			return st;
		if (l->query.recommendation && strcmp(subject->id, l->query.recommendation) != 0)
			continue;
		p->key = key_of(l, p, subject->current);
		if (!l->query.after || compare(p, &last, NULL) > 0)
			l->picks[kept++] = *p;
	}
	l->count = kept;
	if (rpv__sort(&l->scratch.alloc, l->picks, l->count, sizeof *l->picks, compare, NULL) != RPV_OK)
		return rpv__fail_nomem(&l->session->error);
	return RPV_OK;
}

static rpv_status pick_all(listing *l)
{
	rpv_error *error = &l->session->error;
	rpv__key key;
	rpv__lens lens;
	const rpv__scores *scores;
	uint32_t recommendation;
	rpv_status st = RPV_OK;

	if (l->query.recommendation)
		st = rpv__name_find(&l->rows.source, RPV__N_RECOMMENDATION, 0, l->query.recommendation, &recommendation, error);
	if (st == RPV_E_NOT_FOUND)
		return not_found(l, "recommendation", l->query.recommendation);
	if (st == RPV_OK && l->query.sort == RPV_REMEDIATION_BY_IMPACT) {
		st = rpv__session_lens(l->session, l->rows.view, l->rows.now_ms, &l->rows.list->arena, &lens);
		if (st == RPV_OK)
			st = rpv__evaluate_all(l->rows.view, &lens, &scores, &l->figures, error);
		l->figure_count = l->rows.view->recommendation_count;
	}
	if (st == RPV_OK && l->query.id)
		st = pick_one(l);
	else if (st == RPV_OK)
		st = rpv__source_scan_prefix(&l->rows.source, rpv__key1(&key, RPV__K_ACTIVITY), pick_sink, l, error);
	return st == RPV_OK ? arrange(l) : st;
}

/* The rows in order, up to the limit; with a cursor when a visible one is left. */
static rpv_status fill(listing *l)
{
	rpv_error *error = &l->session->error;
	uint64_t limit = l->query.limit;
	const pick *last = NULL;
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < l->count; i++) {
		rpv__activity activity;
		bool visible = false;
		char id[24];

		st = rpv__read_activity(&l->rows.source, l->picks[i].number, &l->scratch, &activity, error);
		if (st == RPV_OK)
			st = rpv__activity_visible(&l->rows, l->picks[i].number, &activity, &visible);
		if (st == RPV_OK && visible && limit && l->rows.list->count == limit) {
			rpv__id_of_number('R', last->number, id);
			st = rpv__list_set_cursor(l->rows.list, (int32_t)l->query.sort, last->key, id);
			return st == RPV_OK ? st : rpv__fail_nomem(error);
		}
		if (st == RPV_OK && visible) {
			st = rpv__activity_row(&l->rows, l->picks[i].number, &activity);
			last = &l->picks[i];
		}
		rpv__arena_free(&l->scratch);
	}
	return st == RPV_E_NOT_FOUND ? rpv__fail(error, RPV_E_CORRUPT, "a remediation activity vanished while listed") : st;
}

static void drop(listing *l)
{
	rpv__free(&l->scratch.alloc, l->picks);
	l->picks = NULL;
	l->count = l->cap = 0;
	rpv__arena_free(&l->scratch);
	if (l->rows.list) {
		rpv_list_free(l->rows.list);
		rpv__activity_rows_close(&l->rows);
	}
	l->rows.list = NULL;
}

static rpv_status read_all(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	listing *l = user;
	rpv_status st;

	(void)source, (void)revision, (void)error;
	drop(l); /* of an earlier try */
	st = rpv__activity_rows_open(&l->rows, l->session, RPV__LIST_REMEDIATION, sizeof(rpv_remediation));
	if (st == RPV_OK)
		st = pick_all(l);
	return st == RPV_OK ? fill(l) : st;
}

static rpv_status check_query(listing *l)
{
	rpv_error *error = &l->session->error;
	const rpv_remediation_query *q = &l->query;
	rpv_status st;

	if ((int)q->sort < RPV_REMEDIATION_BY_REQUESTED || (int)q->sort > RPV_REMEDIATION_BY_IMPACT)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "sort", "there is no such order");
	if (q->statuses & ~(uint32_t)(RPV_REMEDIATION_ACTIVE | RPV_REMEDIATION_COMPLETED | RPV_REMEDIATION_CANCELED))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "statuses", "there is no such status");
	if (q->kinds & ~((2u << RPV_REMEDIATION_ATTENTION_REQUIRED) - 2))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "kinds", "there is no such kind");
	if ((int)q->overdue < RPV_FLAG_UNCHANGED || (int)q->overdue > RPV_FLAG_TRUE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "overdue", "there is no such answer");
	st = rpv__cursor_read(q->after, (int32_t)q->sort, &l->after, error);
	if (st == RPV_OK && q->after) {
		l->after_number = rpv__number_of_id(l->after.id, 'R');
		if (l->after_number == 0 || l->after_number >= RPV__NO_NUMBER)
			return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "after", "the cursor is malformed");
	}
	return st;
}

rpv_status rpv__remediation_list(rpv_session *session, const rpv_remediation_query *given, rpv_list **out)
{
	listing l = { .session = session, .query = RPV_REMEDIATION_QUERY_INIT };
	rpv__source source = rpv__session_source(session);
	rpv_status st = rpv__take_struct(given, sizeof l.query, &l.query, sizeof l.query, "remediation query",
	                                 &session->error);

	rpv__arena_init(&l.scratch, &session->store->port.alloc);
	if (st == RPV_OK)
		st = check_query(&l);
	if (st == RPV_OK)
		st = rpv__session_require(session, RPV_PERMIT_VIEW, l.query.id);
	if (st == RPV_OK)
		st = rpv__source_consistent(&source, read_all, &l, &session->error);
	if (st == RPV_OK) {
		*out = l.rows.list;
		rpv__activity_rows_close(&l.rows);
		l.rows.list = NULL;
	}
	drop(&l);
	return st;
}
