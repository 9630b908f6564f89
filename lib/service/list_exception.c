/* SPDX-License-Identifier: MIT */
/* Lists of exceptions: from the covers of the view; texts are read for the rows listed. */
#include "list_exception.h"

typedef rpv__exception_listing listing;

/* --- filters --- */
static rpv_status find(listing *l, rpv__name_kind kind, const char *id, const char *what, uint32_t *out)
{
	rpv_error *error = l->rows.error;
	rpv_status st = id ? rpv__name_find(&l->rows.source, kind, 0, id, out, error) : RPV_OK;
	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail_field(error, st, RPV_NO_INDEX, what, "there is no %s \"%s\"", what, id);
	return st;
}

static rpv_status find_group(listing *l)
{
	const char *name = rpv__group_name(l->query.group);
	rpv_status st = RPV_OK;
	if (!l->query.group)
		return RPV_OK;
	l->group = RPV__DEFAULT_GROUP;
	if (!rpv__session_sees(l->rows.session, name))
		return rpv__fail_field(l->rows.error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "group",
		                       "there is no group \"%s\"", name);
	if (strcmp(name, RPV__DEFAULT_GROUP_NAME) != 0)
		st = find(l, RPV__N_GROUP, name, "group", &l->group);
	return st;
}

/* Bits that stand for no value would filter all out without a word. */
static const char *strange_bits(const rpv_exception_query *q)
{
	if (q->statuses >> (RPV_EXCEPTION_SUPERSEDED + 1))
		return "statuses";
	if (q->justifications & ~((2u << RPV_JUSTIFICATION_FALSE_POSITIVE) - 2))
		return "justifications";
	if (q->impacts & ~((2u << RPV_IMPACT_HYBRID) - 2))
		return "impacts";
	return q->scopes >> (RPV_SCOPE_DEVICES + 1) ? "scopes" : NULL;
}

static rpv_status check_query(listing *l)
{
	rpv_exception_query *q = &l->query;
	rpv_error *error = l->rows.error;
	const char *strange = strange_bits(q);
	rpv_status st = RPV_OK;
	if (strange)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, strange, "%s has no such value", strange);
	if ((uint32_t)q->sort > RPV_EXCEPTION_BY_WORTH)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "sort", "there is no such order");
	if ((uint32_t)q->watch > RPV_WATCH_OVERDUE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "watch", "there is no such watch list");
	if (q->within_ms < 0 || (q->within_ms && q->watch != RPV_WATCH_EXPIRING))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "within_ms", q->within_ms < 0 ? "it is negative"
		                       : "only the expiring ones are within something");
	if ((uint32_t)q->single_weakness > RPV_FLAG_TRUE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "single_weakness", "neither yes nor no");
	if (q->id) {
		l->id = rpv__number_of_id(q->id, 'E');
		st = rpv__check_id(q->id, "id", error);
		if (st == RPV_OK && !l->id)
			st = rpv__fail(error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", q->id);
	}
	if (st == RPV_OK)
		st = rpv__cursor_read(q->after, (int32_t)q->sort, &l->after, error);
	if (st == RPV_OK && q->after && !(l->after_id = rpv__number_of_id(l->after.id, 'E')))
		st = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "after", "the cursor is malformed");
	if (st == RPV_OK)
		st = find(l, RPV__N_RECOMMENDATION, q->recommendation, "recommendation", &l->recommendation);
	if (st == RPV_OK)
		st = find(l, RPV__N_WEAKNESS, q->weakness, "weakness", &l->weakness);
	if (st == RPV_OK)
		st = find(l, RPV__N_CONTROL, q->control, "control", &l->control);
	if (st == RPV_OK && q->requester && rpv__check_id(q->requester, "requester", NULL) == RPV_OK)
		st = rpv__name_find(&l->rows.source, RPV__N_TEXT, 0, q->requester, &l->requester, error);
	if (st == RPV_E_NOT_FOUND && !error->status)
		st = RPV_OK; /* nobody of that name filed any since their names are kept as numbers */
	return st == RPV_OK ? find_group(l) : st;
}

/* --- rows --- */
static rpv_status add_row(listing *l, const rpv__listed *c)
{
	rpv_exception *row = rpv__list_add(l->rows.list);
	rpv_status st = row ? RPV_OK : rpv__fail_nomem(l->rows.error);
	if (st == RPV_OK && l->query.with_worth && l->query.sort == RPV_EXCEPTION_BY_WORTH)
		row->worth = c->worth;
	else if (st == RPV_OK && l->query.with_worth)
		st = rpv__evaluate_worth(l->rows.view, &l->rows.lens, c->cover, &row->worth, l->rows.error);
	return st == RPV_OK ? rpv__exception_fill(&l->rows, c->cover, c->status, c->global, row) : st;
}

static rpv_status add_rows(listing *l)
{
	size_t count = l->query.limit && l->count > l->query.limit ? (size_t)l->query.limit : l->count;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = add_row(l, &l->items[i]);
	if (st || count == l->count)
		return st;
	const rpv_exception *last = rpv__list_row(l->rows.list, RPV__LIST_EXCEPTION, count - 1);
	return rpv__list_set_cursor(l->rows.list, (int32_t)l->query.sort, l->items[count - 1].key, last->id)
		? rpv__fail_nomem(l->rows.error) : RPV_OK;
}

rpv_status rpv__exception_list(rpv_session *session, const rpv_exception_query *query, rpv_list **out)
{
	const rpv_exception_query init = RPV_EXCEPTION_QUERY_INIT;
	listing l = { .query = init };
	rpv_error *error = &session->error;
	rpv_status st = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (st == RPV_OK)
		st = rpv__take_struct(query, sizeof init, &l.query, sizeof init, "exception query", error);
	if (st == RPV_OK)
		st = rpv__exception_rows_open(&l.rows, session, l.query.with_worth || l.query.sort == RPV_EXCEPTION_BY_WORTH);
	if (st)
		return st;
	st = check_query(&l);
	if (st == RPV_OK)
		st = rpv__listing_pick(&l);
	if (st == RPV_OK)
		st = add_rows(&l);
	rpv__free(&l.rows.view->alloc, l.items);
	if (st == RPV_OK)
		*out = l.rows.list;
	else
		rpv_list_free(l.rows.list);
	return st;
}
