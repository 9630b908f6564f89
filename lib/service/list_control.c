/* SPDX-License-Identifier: MIT */
/* Listing compensating controls, and how many exceptions rest on each. */
#include "../model/control.h"
#include "exception.h"
#include "lister.h"

typedef struct listing {
	rpv_control_query query;
	rpv__cursor after;
	uint64_t *resting; size_t resting_count; /* by control: exceptions that have not ended */
	rpv__candidates candidates;
} listing;

/* R44: exceptions of which the session sees nothing do not count. */
static rpv_status count_exceptions(rpv__lister *l, listing *s)
{
	const rpv__exception_rows rows = { .session = l->session, .view = l->view, .lens = l->lens };
	s->resting_count = (size_t)l->view->revision.next[RPV__NEXT_CONTROL];
	s->resting = rpv__arena_get(&l->scratch, s->resting_count * sizeof *s->resting);
	if (!s->resting)
		return rpv__fail_nomem(l->error);
	for (size_t i = 0; i < l->view->cover_count; i++) {
		const rpv__cover *cover = &l->view->covers[i];
		if (cover->control_count == 0 || !rpv__exception_live(rpv__exception_status_alone(cover, l->lens.now_ms)) ||
		    !rpv__exception_visible(&rows, cover))
			continue;
		for (size_t k = 0; k < cover->control_count; k++)
			if (cover->controls[k] < s->resting_count)
				s->resting[cover->controls[k]]++;
	}
	return RPV_OK;
}

static rpv_status read_control(rpv__lister *l, uint32_t number, const char *id, rpv__arena *into, rpv__control *out)
{
	rpv_status st = rpv__read_control(&l->source, number, into, out, l->error);
	return st == RPV_E_NOT_FOUND ? rpv__fail(l->error, RPV_E_CORRUPT, "the control \"%s\" has no record", id) : st;
}

static bool is(rpv_flag asked, bool value)
{
	return asked == RPV_FLAG_UNCHANGED || (asked == RPV_FLAG_TRUE) == value;
}

static rpv_status wanted(rpv__lister *l, const listing *s, const rpv__candidate *candidate, bool *out)
{
	const rpv_control_query *q = &s->query;
	rpv__control c;
	rpv_status st = read_control(l, candidate->number, candidate->id, &l->scratch, &c);
	*out = st == RPV_OK && !c.removed && (!q->kind || q->kind == c.kind) && is(q->retired, c.retired) &&
	       is(q->stale, rpv__control_stale(&c, l->lens.now_ms));
	return st;
}

static rpv_status take_name(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	listing *s = user;
	return rpv__candidates_add(l, &s->candidates, number, 0, id);
}

/* Keeps those that the query asks for, and no more than tell whether there is another page. */
static rpv_status filter(rpv__lister *l, listing *s)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->candidates.count && !(s->query.limit && kept > s->query.limit); i++) {
		bool keep;
		rpv_status st = wanted(l, s, &s->candidates.items[i], &keep);
		if (st)
			return st;
		if (keep)
			s->candidates.items[kept++] = s->candidates.items[i];
	}
	s->candidates.count = kept;
	return RPV_OK;
}

static rpv_status add_row(rpv__lister *l, void *user, const rpv__candidate *candidate)
{
	const listing *s = user;
	rpv__control c;
	rpv_status st = read_control(l, candidate->number, candidate->id, &l->list->arena, &c);
	if (st)
		return st;
	rpv_control *row = rpv__list_add(l->list);
	if (!row)
		return rpv__fail_nomem(l->error);
	row->id = c.id;
	row->description = c.description;
	row->owner = c.owner;
	row->evidence = c.evidence.items;
	row->evidence_count = c.evidence.count;
	row->added_ms = c.added_ms;
	row->reviewed_ms = c.reviewed_ms;
	row->review_interval_ms = c.interval_ms;
	row->stale_ms = rpv__control_stale_ms(&c);
	row->stale = rpv__control_stale(&c, l->lens.now_ms);
	row->exceptions = candidate->number < s->resting_count ? s->resting[candidate->number] : 0;
	row->kind = c.kind;
	row->retired = c.retired;
	return RPV_OK;
}

static rpv_status find(rpv__lister *l, listing *s)
{
	const char *id = s->query.id;
	rpv__control c = { .removed = true };
	uint32_t number;
	rpv_status st = rpv__name_find(&l->source, RPV__N_CONTROL, 0, id, &number, l->error);
	if (st == RPV_OK)
		st = read_control(l, number, id, &l->scratch, &c);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && c.removed))
		return rpv__lister_missing(l, "id", "control", id);
	return st == RPV_OK ? take_name(l, s, number, id) : st;
}

static rpv_status fill(rpv__lister *l, void *user)
{
	listing *s = user;
	memset(&s->candidates, 0, sizeof s->candidates);
	rpv_status st = count_exceptions(l, s);
	if (st == RPV_OK)
		st = s->query.id ? find(l, s) : rpv__lister_names(l, RPV__N_CONTROL, s->after.id, take_name, s);
	if (st == RPV_OK)
		st = rpv__candidates_arrange(l, &s->candidates, &s->after);
	if (st == RPV_OK)
		st = filter(l, s);
	return st ? st : rpv__candidates_fill(l, &s->candidates, s->query.limit, 0, add_row, s);
}

static rpv_status check(listing *s, rpv_error *error)
{
	const rpv_control_query *q = &s->query;
	const char *bad = NULL;
	if ((uint32_t)q->kind > RPV_CONTROL_INTERNAL)
		bad = "kind";
	else if ((uint32_t)q->stale > RPV_FLAG_TRUE)
		bad = "stale";
	else if ((uint32_t)q->retired > RPV_FLAG_TRUE)
		bad = "retired";
	if (bad)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s has no such value", bad);
	return rpv__cursor_read(q->after, 0, &s->after, error);
}

rpv_status rpv__control_list(rpv_session *session, const rpv_control_query *query, rpv_list **out)
{
	listing s = { .query = RPV_CONTROL_QUERY_INIT };
	rpv__lister l = { .noun = RPV__LIST_CONTROL, .row_size = sizeof(rpv_control), .fill = fill, .user = &s };
	rpv_status st = rpv__take_struct(query, sizeof s.query, &s.query, sizeof s.query, "control query",
	                                 &session->error);
	if (st == RPV_OK)
		st = check(&s, &session->error);
	return st ? st : rpv__lister_run(&l, session, out);
}
