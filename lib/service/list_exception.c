/* SPDX-License-Identifier: MIT */
/* Lists of exceptions: from the covers of the view; texts are read for the rows listed. */
#include "../score/units.h"
#include "exception.h"

typedef struct candidate {
	const rpv__cover *cover;
	rpv_exception_status status;
	uint64_t global;               /* the global one in effect on its subject */
	rpv_worth worth;
	int64_t key;                   /* of the order */
} candidate;

typedef struct listing {
	rpv__exception_rows rows;
	rpv_exception_query query;
	rpv__cursor after;
	uint64_t id, after_id;
	bool id_seen;
	uint32_t recommendation, weakness, group, control;
	candidate *items; size_t count, cap;
} listing;

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

static rpv_status check_query(listing *l)
{
	rpv_exception_query *q = &l->query;
	rpv_error *error = l->rows.error;
	rpv_status st = RPV_OK;
	if ((uint32_t)q->sort > RPV_EXCEPTION_BY_WORTH)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "sort", "there is no such order");
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
	return st == RPV_OK ? find_group(l) : st;
}

static bool in_bits(uint32_t bits, uint32_t value)
{
	return bits == 0 || (bits >> value & 1);
}

static bool rests_on(const rpv__cover *cover, uint32_t control)
{
	for (size_t i = 0; i < cover->control_count; i++)
		if (cover->controls[i] == control)
			return true;
	return false;
}

static bool matches(const listing *l, const candidate *c)
{
	const rpv_exception_query *q = &l->query;
	const rpv__cover *cover = c->cover;
	bool scope = in_bits(q->scopes, (uint32_t)cover->scope) ||
	             (cover->all_groups && in_bits(q->scopes, RPV_SCOPE_ALL_GROUPS));
	return (!q->id || cover->exception == l->id) &&
	       (!q->recommendation || cover->recommendation == l->recommendation) &&
	       (!q->weakness || cover->weakness == l->weakness) &&
	       (!q->group || rpv__exception_covers_group(cover, l->group)) &&
	       (!q->control || rests_on(cover, l->control)) &&
	       (!q->ends_before_ms || cover->end_ms < q->ends_before_ms) &&
	       in_bits(q->statuses, (uint32_t)c->status) && in_bits(q->justifications, (uint32_t)cover->justification) &&
	       in_bits(q->impacts, (uint32_t)cover->impact) && scope &&
	       (q->single_weakness == RPV_FLAG_UNCHANGED || (q->single_weakness == RPV_FLAG_TRUE) == (cover->weakness != 0));
}

static rpv_status filed_by(listing *l, const rpv__cover *cover, bool *out)
{
	rpv__exception texts;
	rpv__arena scratch;
	*out = true;
	if (!l->query.requester)
		return RPV_OK;
	rpv__arena_init(&scratch, &l->rows.view->alloc);
	rpv_status st = rpv__read_exception(&l->rows.source, cover->exception, &scratch, &texts, l->rows.error);
	*out = st == RPV_OK && texts.requester && strcmp(texts.requester, l->query.requester) == 0;
	rpv__arena_free(&scratch);
	if (st == RPV_E_NOT_FOUND) {
		rpv__key key;
		st = rpv__fail_corrupt(l->rows.error, "missing exception",
		                       rpv__key64(&key, RPV__K_EXCEPTION, cover->exception));
	}
	return st;
}

static rpv_status work_out(listing *l, candidate *c)
{
	rpv_status st = RPV_OK;
	if (l->query.with_worth || l->query.sort == RPV_EXCEPTION_BY_WORTH)
		st = rpv__evaluate_worth(l->rows.view, &l->rows.lens, c->cover, &c->worth, l->rows.error);
	c->key = (int64_t)c->cover->exception;
	if (l->query.sort == RPV_EXCEPTION_BY_END)
		c->key = c->cover->end_ms;
	else if (l->query.sort == RPV_EXCEPTION_BY_WORTH)
		c->key = -(int64_t)(c->worth.exposure_mitigation_like * (double)RPV__POINT); /* exact: it came from such units */
	return st;
}

static rpv_status gather_subject(listing *l, const rpv__cover *covers, size_t count)
{
	rpv_status st = RPV_OK;
	uint64_t global = rpv__global_in_effect(covers, count, l->rows.lens.now_ms);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		candidate c = { .cover = &covers[i], .global = global };
		bool filed = false;
		c.status = rpv__exception_status(c.cover, global != 0, l->rows.lens.now_ms);
		if (!rpv__exception_visible(&l->rows, c.cover))
			continue;
		l->id_seen = l->id_seen || c.cover->exception == l->id;
		if (!matches(l, &c))
			continue;
		st = filed_by(l, c.cover, &filed);
		if (st || !filed)
			continue;
		st = work_out(l, &c);
		if (st == RPV_OK && rpv__grow(&l->rows.view->alloc, &l->items, &l->cap, l->count + 1, sizeof c))
			st = rpv__fail_nomem(l->rows.error);
		if (st == RPV_OK)
			l->items[l->count++] = c;
	}
	return st;
}

static int compare_keys(int64_t a_key, uint64_t a_id, int64_t b_key, uint64_t b_id)
{
	if (a_key != b_key)
		return a_key < b_key ? -1 : 1;
	return (a_id > b_id) - (a_id < b_id);
}

static int in_order(const void *a, const void *b, const void *context)
{
	const candidate *x = a, *y = b;
	(void)context;
	return compare_keys(x->key, x->cover->exception, y->key, y->cover->exception);
}

static rpv_status gather(listing *l)
{
	const rpv__view *view = l->rows.view;
	rpv_status st = RPV_OK;
	for (size_t i = 0, next; st == RPV_OK && i < view->cover_count; i = next) {
		for (next = i + 1; next < view->cover_count &&
		     rpv__exception_same_subject(&view->covers[i], &view->covers[next]); next++)
			;
		st = gather_subject(l, &view->covers[i], next - i);
	}
	if (st == RPV_OK && rpv__sort(&view->alloc, l->items, l->count, sizeof *l->items, in_order, NULL))
		st = rpv__fail_nomem(l->rows.error);
	if (st == RPV_OK && l->query.id && !l->id_seen)
		st = rpv__fail(l->rows.error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", l->query.id);
	return st;
}

/* --- rows --- */
static rpv_status add_row(listing *l, const candidate *c)
{
	rpv_exception *row = rpv__list_add(l->rows.list);
	if (!row)
		return rpv__fail_nomem(l->rows.error);
	if (l->query.with_worth)
		row->worth = c->worth;
	return rpv__exception_fill(&l->rows, c->cover, c->status, c->global, row);
}

static rpv_status add_rows(listing *l)
{
	size_t i = 0;
	rpv_status st = RPV_OK;
	while (l->query.after && i < l->count &&
	       compare_keys(l->items[i].key, l->items[i].cover->exception, l->after.key, l->after_id) <= 0)
		i++;
	for (; st == RPV_OK && i < l->count; i++) {
		if (l->query.limit && l->rows.list->count == l->query.limit) {
			const rpv_exception *last = rpv__list_row(l->rows.list, RPV__LIST_EXCEPTION, l->rows.list->count - 1);
			if (rpv__list_set_cursor(l->rows.list, (int32_t)l->query.sort, l->items[i - 1].key, last->id))
				st = rpv__fail_nomem(l->rows.error);
			break;
		}
		st = add_row(l, &l->items[i]);
	}
	return st;
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
		st = rpv__exception_rows_open(&l.rows, session);
	if (st)
		return st;
	st = check_query(&l);
	if (st == RPV_OK)
		st = gather(&l);
	if (st == RPV_OK)
		st = add_rows(&l);
	rpv__free(&l.rows.view->alloc, l.items);
	if (st == RPV_OK)
		*out = l.rows.list;
	else
		rpv_list_free(l.rows.list);
	return st;
}
