/* SPDX-License-Identifier: MIT */
/* The journal as a list, as far as the session sees it. */
#include "exception.h"

typedef struct listing {
	rpv_session *session;
	rpv_error *error;
	rpv__source source;
	rpv_event_query query;
	uint64_t exception;
	rpv_list *list;
	rpv__event *found; size_t count, cap;   /* texts in the list's arena */
	rpv__map names;                         /* group -> name in the list's arena, 0: not visible */
} listing;

/* --- groups --- */
static rpv_status name_of(listing *l, uint32_t group, const char **out)
{
	uint64_t known;
	if (rpv__map_get_u64(&l->names, group, &known)) {
		*out = (const char *)(uintptr_t)known;
		return RPV_OK;
	}
	rpv__key key;
	rpv__group record = { .name = RPV__DEFAULT_GROUP_NAME };
	rpv_bytes at = rpv__key32(&key, RPV__K_GROUP, group), value;
	rpv_status st = RPV_OK;
	if (group != RPV__DEFAULT_GROUP) {
		st = rpv__source_get(&l->source, at, &l->list->arena, &value, l->error);
		if (st == RPV_OK && !rpv__get_group(value, &l->list->arena, &record))
			st = rpv__fail_corrupt(l->error, "device group", at);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK, record.name = NULL; /* stands for no group that anybody sees */
	}
	if (st)
		return st;
	*out = record.name && rpv__session_sees(l->session, record.name) ? record.name : NULL;
	return rpv__map_put_u64(&l->names, group, (uint64_t)(uintptr_t)*out) ? rpv__fail_nomem(l->error) : RPV_OK;
}

/* The visible groups of an event, and what it counts there. */
static rpv_status visible_groups(listing *l, const rpv__event *event, rpv_group_count **out, size_t *count,
                                 uint64_t *sum)
{
	rpv_group_count *groups = rpv__arena_get(&l->list->arena, (event->group_count + 1) * sizeof *groups);
	rpv_status st = groups ? RPV_OK : rpv__fail_nomem(l->error);
	*count = 0;
	*sum = 0;
	for (size_t i = 0; st == RPV_OK && i < event->group_count; i++) {
		const char *name = NULL;
		st = name_of(l, event->groups[i].group, &name);
		if (st || !name)
			continue;
		groups[*count] = (rpv_group_count){ name, event->groups[i].count };
		*sum += groups[(*count)++].count;
	}
	*out = groups;
	return st;
}

/* --- rows --- */
static rpv_status id_text(listing *l, char letter, uint64_t number, const char **out)
{
	char id[24];
	if (number == 0)
		return RPV_OK;
	rpv__id_of_number(letter, number, id);
	*out = rpv__arena_text(&l->list->arena, id, strlen(id));
	return *out ? RPV_OK : rpv__fail_nomem(l->error);
}

static rpv_status fill(listing *l, const rpv__event *e, rpv_event *row)
{
	rpv_status st;
	row->sequence = e->sequence;
	row->time_ms = e->time_ms;
	row->commit_ms = e->commit_ms;
	row->actor = e->actor;
	row->recommendation = e->recommendation;
	row->weakness = e->weakness;
	row->device = e->device;
	row->group = e->group;
	row->control = e->control;
	row->before = e->before;
	row->after = e->after;
	row->reason = e->reason;
	row->threshold = e->threshold;
	row->policy = e->policy;
	row->trigger = e->triggered ? rpv_word(RPV_WORDS_TRIGGER, (int32_t)e->trigger) : NULL;
	row->type = e->type;
	st = id_text(l, 'E', e->exception, &row->exception);
	return st == RPV_OK ? id_text(l, 'R', e->remediation, &row->remediation) : st;
}

/* An event of some groups is seen by who sees one of them; one of a group or device without a list of groups by who sees
 * that group; all others by everybody, but without their figures, which are those of the whole store. */
static rpv_status show(listing *l, const rpv__event *e)
{
	rpv_group_count *groups = NULL;
	size_t count = 0;
	uint64_t sum = 0;
	bool limited = !l->session->all_groups;
	rpv_status st = visible_groups(l, e, &groups, &count, &sum);
	if (st)
		return st;
	if (limited && e->group_count && count == 0)
		return RPV_OK;
	if (limited && !e->group_count && (e->group ? !rpv__session_sees(l->session, e->group) : e->device != NULL))
		return RPV_OK;
	rpv_event *row = rpv__list_add(l->list);
	if (!row)
		return rpv__fail_nomem(l->error);
	row->groups = groups;
	row->group_count = count;
	row->count = limited && e->count ? sum : e->count;
	rpv_status filled = fill(l, e, row);
	if (limited && e->type == RPV_EVENT_SCORES_RECORDED) /* of all device groups */
		row->before = NULL;
	bool figures = e->triggered || e->type == RPV_EVENT_EXCEPTION_STALE || e->type == RPV_EVENT_EXCEPTION_GROWN;
	if (limited && figures && (e->group_count == 0 || count < e->group_count)) /* of the whole scope (R44) */
		row->weakness = row->before = row->after = row->threshold = NULL;
	return filled;
}

/* --- reading --- */
static rpv_status take(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	listing *l = user;
	rpv__event event;
	if (!rpv__get_event(value, &l->list->arena, &event))
		return rpv__fail_corrupt(error, "event", key);
	if (l->exception && event.exception != l->exception)
		return RPV_OK;
	if (rpv__grow(&l->list->arena.alloc, &l->found, &l->cap, l->count + 1, sizeof event))
		return rpv__fail_nomem(error);
	l->found[l->count++] = event;
	return RPV_OK;
}

/* Reads on until there are enough rows: what is not visible does not count. */
static rpv_status read_on(listing *l, uint64_t last)
{
	const uint64_t step = 1000;
	rpv__key from, to;
	rpv_status st = RPV_OK;
	for (uint64_t next = l->query.since; st == RPV_OK && next < last; next += step) {
		uint64_t end = last - next > step ? next + step : last;
		rpv__key64(&from, RPV__K_EVENT, next + 1);
		rpv__key64(&to, RPV__K_EVENT, end + 1);
		l->count = 0;
		st = rpv__source_scan(&l->source, rpv__key_view(&from), rpv__key_view(&to), false, 0, take, l, l->error);
		for (size_t i = 0; st == RPV_OK && i < l->count; i++) {
			st = show(l, &l->found[i]);
			if (l->query.limit && l->list->count == l->query.limit)
				return st;
		}
		if (last - next <= step)
			break;
	}
	return st;
}

/* The exception asked for must be there, and visible. */
static rpv_status check_visible(listing *l, bool *out)
{
	rpv__exception_rows rows;
	rpv__exception texts;
	size_t count = 0;
	rpv_status st = rpv__exception_rows_open(&rows, l->session, false);
	if (st)
		return st;
	st = rpv__read_exception(&rows.source, l->exception, &rows.list->arena, &texts, l->error);
	const rpv__cover *covers = st == RPV_OK ? rpv__view_subject(rows.view, texts.recommendation, texts.weakness, &count)
	                                        : NULL;
	for (size_t i = 0; i < count; i++)
		if (covers[i].exception == l->exception)
			*out = rpv__exception_visible(&rows, &covers[i]);
	rpv_list_free(rows.list);
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

static rpv_status check(listing *l)
{
	bool visible = false;
	rpv_status st = RPV_OK;
	if (!l->query.exception)
		return RPV_OK;
	l->exception = rpv__number_of_id(l->query.exception, 'E');
	if (l->exception)
		st = check_visible(l, &visible);
	if (st == RPV_OK && !visible)
		st = rpv__fail(l->error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", l->query.exception);
	return st;
}

rpv_status rpv__event_list(rpv_session *session, const rpv_event_query *query, rpv_list **out)
{
	const rpv_event_query init = RPV_EVENT_QUERY_INIT;
	listing l = { .session = session, .error = &session->error, .query = init };
	rpv__revision revision = { 0 };
	int64_t now = session->as_of_ms;
	rpv_status st = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (st == RPV_OK)
		st = rpv__take_struct(query, sizeof init, &l.query, sizeof init, "event query", l.error);
	if (st == RPV_OK)
		st = check(&l);
	l.source = rpv__session_source(session);
	if (st == RPV_OK)
		st = rpv__source_revision(&l.source, &revision, l.error);
	if (st == RPV_E_NOT_FOUND && !l.error->status)
		st = RPV_OK; /* an empty store */
	if (st == RPV_OK && !now)
		st = rpv__port_now(&session->store->port, &now, l.error);
	if (now < revision.mark_ms)
		now = revision.mark_ms;
	if (st == RPV_OK && rpv__list_new(&session->store->port.alloc, RPV__LIST_EVENT, sizeof(rpv_event), now,
	                                  revision.revision, &l.list))
		st = rpv__fail_nomem(l.error);
	if (st)
		return st;
	rpv__map_init(&l.names, &session->store->port.alloc);
	st = read_on(&l, revision.sequence);
	rpv__map_free(&l.names);
	rpv__free(&session->store->port.alloc, l.found);
	if (st == RPV_OK)
		*out = l.list;
	else
		rpv_list_free(l.list);
	return st;
}
