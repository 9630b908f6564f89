/* SPDX-License-Identifier: MIT */
/* An exception as a row of a list, as far as the session sees it. */
#include "exception.h"

rpv_status rpv__exception_rows_open(rpv__exception_rows *rows, rpv_session *session, bool full)
{
	int64_t now;
	rows->session = session;
	rows->error = &session->error;
	rows->source = rpv__session_source(session);
	rpv_status st = full || !session->all_groups ? rpv__session_view(session, &rows->view, &now)
	                                             : rpv__session_light_view(session, &rows->view, &now);
	if (st)
		return st;
	if (rpv__list_new(&session->store->port.alloc, RPV__LIST_EXCEPTION, sizeof(rpv_exception), now,
	                  rows->view->revision.revision, &rows->list))
		return rpv__fail_nomem(rows->error);
	st = rpv__session_lens(session, rows->view, now, &rows->list->arena, &rows->lens);
	if (st)
		rpv_list_free(rows->list);
	return st;
}

/* --- what the session sees --- */
static bool sees_group(const rpv__exception_rows *r, uint32_t group)
{
	return !r->lens.groups || (group < r->lens.group_count && r->lens.groups[group]);
}

static bool sees_device(const rpv__exception_rows *r, uint32_t device)
{
	if (!r->lens.groups)
		return true;
	if (device >= r->view->device_count || (r->view->devices[device].flags & RPV__DEVICE_REMOVED))
		return false;
	return sees_group(r, r->view->devices[device].group);
}

bool rpv__exception_visible(const rpv__exception_rows *r, const rpv__cover *cover)
{
	bool any = !r->lens.groups || cover->scope == RPV_SCOPE_GLOBAL;
	for (size_t i = 0; !any && i < cover->group_count; i++)
		any = sees_group(r, cover->groups[i]);
	for (size_t i = 0; !any && i < cover->device_count; i++)
		any = sees_device(r, cover->devices[i]);
	return any;
}

bool rpv__exception_whole(const rpv__exception_rows *r, const rpv__cover *cover)
{
	bool all = !r->lens.groups || cover->scope != RPV_SCOPE_GLOBAL;
	for (size_t i = 0; all && i < cover->group_count; i++)
		all = sees_group(r, cover->groups[i]);
	for (size_t i = 0; all && i < cover->device_count; i++)
		all = sees_device(r, cover->devices[i]);
	return all;
}

/* --- texts --- */
static rpv_status group_names(rpv__exception_rows *r, const uint32_t *groups, size_t count, const char *const **out,
                              size_t *out_count, bool *all)
{
	rpv__text_list names = { NULL, 0, 0 };
	for (size_t i = 0; i < count; i++) {
		const char *name = groups[i] < r->view->group_count ? r->view->groups[groups[i]].name : NULL;
		if (groups[i] == RPV__DEFAULT_GROUP)
			name = RPV__DEFAULT_GROUP_NAME;
		if (!name || !sees_group(r, groups[i]))
			*all = false;
		else if (rpv__text_list_add(&r->list->arena, &names, name))
			return rpv__fail_nomem(r->error);
	}
	if (rpv__text_list_sort(&r->list->arena, names.items, names.count))
		return rpv__fail_nomem(r->error);
	*out = names.items;
	*out_count = names.count;
	return RPV_OK;
}

static rpv_status device_ids(rpv__exception_rows *r, const rpv__cover *c, rpv_exception *row, bool *all)
{
	rpv__text_list ids = { NULL, 0, 0 };
	rpv__arena scratch;
	rpv_status st = RPV_OK;
	rpv__arena_init(&scratch, &r->view->alloc);
	for (size_t i = 0; st == RPV_OK && i < c->device_count; i++) {
		const char *id;
		if (!sees_device(r, c->devices[i])) {
			*all = false;
			continue;
		}
		st = rpv__device_id(&r->source, c->devices[i], &scratch, &id, r->error);
		if (st == RPV_OK && rpv__text_list_add(&r->list->arena, &ids, id))
			st = rpv__fail_nomem(r->error);
		rpv__arena_free(&scratch);
	}
	if (st == RPV_OK && rpv__text_list_sort(&r->list->arena, ids.items, ids.count))
		st = rpv__fail_nomem(r->error);
	row->devices = ids.items;
	row->device_count = ids.count;
	return st;
}

static rpv_status control_ids(rpv__exception_rows *r, const rpv__cover *c, rpv_exception *row)
{
	const char **ids = rpv__arena_get(&r->list->arena, c->control_count * sizeof *ids);
	rpv_status st = ids ? RPV_OK : rpv__fail_nomem(r->error);
	for (size_t i = 0; st == RPV_OK && i < c->control_count; i++)
		st = rpv__control_id(&r->source, c->controls[i], &r->list->arena, &ids[i], r->error);
	if (st == RPV_OK && rpv__text_list_sort(&r->list->arena, ids, c->control_count))
		st = rpv__fail_nomem(r->error);
	row->controls = ids;
	row->control_count = c->control_count;
	return st;
}

static rpv_status id_text(rpv__exception_rows *r, const char *before, uint64_t number, const char **out)
{
	char id[24], text[64];
	if (number == 0)
		return RPV_OK;
	rpv__id_of_number('E', number, id);
	rpv__format(text, sizeof text, "%s%s", before, id);
	*out = rpv__arena_text(&r->list->arena, text, strlen(text));
	return *out ? RPV_OK : rpv__fail_nomem(r->error);
}

/* The chain as far back as the session sees it. */
static rpv_status chain(rpv__exception_rows *r, const rpv__cover *c, rpv_exception *row)
{
	size_t count;
	const rpv__cover *covers = rpv__view_subject(r->view, c->recommendation, c->weakness, &count), *before = c;
	uint64_t unseen = 0;
	while (r->lens.groups && !unseen && before->predecessor && before->predecessor < before->exception) {
		const rpv__cover *at = rpv__chain_find(covers, count, before->predecessor);
		if (!at || !rpv__exception_visible(r, at))
			unseen = before->predecessor;
		else
			before = at;
	}
	rpv__chain all = rpv__chain_of(c, covers, count, unseen, r->lens.now_ms);
	row->renewals = all.renewals;
	row->total_ms = all.total_ms;
	return c->predecessor > unseen ? id_text(r, "", c->predecessor, &row->predecessor) : RPV_OK;
}

static rpv_status ids(rpv__exception_rows *r, const rpv__cover *c, uint64_t global, rpv_exception *row)
{
	rpv_status st = id_text(r, "", c->exception, &row->id);
	if (st == RPV_OK)
		st = chain(r, c, row);
	if (st == RPV_OK)
		st = id_text(r, "", c->successor, &row->successor);
	if (st == RPV_OK && row->status == RPV_EXCEPTION_SUSPENDED)
		st = id_text(r, "suspended by ", global, &row->status_reason);
	if (st == RPV_OK && row->status == RPV_EXCEPTION_SUPERSEDED)
		st = id_text(r, "superseded by ", c->successor, &row->status_reason);
	if (st == RPV_OK && c->recommendation)
		st = rpv__recommendation_id(&r->source, c->recommendation, &r->list->arena, &row->recommendation, r->error);
	if (st == RPV_OK && c->weakness)
		st = rpv__weakness_id(&r->source, c->weakness, &r->list->arena, &row->weakness, r->error);
	return st;
}

rpv_status rpv__exception_fill(rpv__exception_rows *r, const rpv__cover *cover, rpv_exception_status status,
                               uint64_t global, rpv_exception *row)
{
	rpv__exception texts;
	bool all = !r->lens.groups || cover->scope != RPV_SCOPE_GLOBAL; /* whether the session sees all of it */
	rpv_status st = rpv__read_exception(&r->source, cover->exception, &r->list->arena, &texts, r->error);
	if (st == RPV_E_NOT_FOUND) {
		rpv__key key;
		st = rpv__fail_corrupt(r->error, "missing exception", rpv__key64(&key, RPV__K_EXCEPTION, cover->exception));
	}
	if (st)
		return st;
	rpv__exception_row(row, cover, &texts, status, r->lens.now_ms);
	if (!rpv__exception_live(status) && !row->status_reason)
		row->status_reason = texts.status_reason;
	st = rpv__exception_shadowed(r, cover, status, &row->shadowed);
	if (st == RPV_OK)
		st = ids(r, cover, global, row);
	if (st == RPV_OK)
		st = group_names(r, cover->groups, cover->group_count, &row->groups, &row->group_count, &all);
	if (st == RPV_OK)
		st = group_names(r, texts.canceled_groups, texts.canceled_group_count, &row->canceled_groups,
		                 &row->canceled_group_count, &all);
	if (st == RPV_OK)
		st = device_ids(r, cover, row, &all);
	if (st == RPV_OK && cover->control_count)
		st = control_ids(r, cover, row);
	if (!all) { /* figures over more than the session sees */
		row->filed_devices = row->filed_groups = row->filed_weaknesses = 0;
		row->filed_exposure = 0;
		row->watch = 0;
	}
	if (st == RPV_OK)
		st = rpv__exception_row_firings(&r->source, cover, &texts, all, &r->list->arena, row, r->error);
	return st;
}
