/* SPDX-License-Identifier: MIT */
/* Lists of device groups, of weakness sets, and what lists of facts share. */
#include "facts.h"

/* --- shared --- */
typedef struct attempt { rpv__facts *facts; rpv__facts_reading read; } attempt;

static rpv_status read_again(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	attempt *a = user;
	rpv_status st;

	if (revision->restoring)
		return rpv__fail(error, RPV_E_REFUSED,
		                 "a restore is under way or broke off: restore into an empty storage again");
	rpv_list_free(a->facts->list);
	a->facts->list = NULL;
	a->facts->source = source;
	a->facts->error = error;
	st = a->read(a->facts, revision);
	rpv__arena_free(&a->facts->scratch);
	return st;
}

rpv_status rpv__facts_read(rpv__facts *facts, rpv__facts_reading read, rpv_list **out)
{
	rpv_session *session = facts->session;
	rpv__source source = rpv__session_source(session);
	attempt a = { facts, read };
	rpv_status st = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);

	if (st != RPV_OK)
		return st;
	rpv__arena_init(&facts->scratch, &session->store->port.alloc);
	st = rpv__source_consistent(&source, read_again, &a, &session->error);
	if (st == RPV_OK)
		*out = facts->list;
	else
		rpv_list_free(facts->list);
	return st;
}

rpv_status rpv__facts_begin(rpv__facts *f, rpv__noun noun, size_t row_size, int64_t now_ms,
                            const rpv__revision *revision)
{
	rpv_status st = rpv__list_new(&f->session->store->port.alloc, noun, row_size, now_ms, revision->revision, &f->list);

	return st == RPV_OK ? RPV_OK : rpv__fail_nomem(f->error);
}

rpv_status rpv__facts_text(rpv__facts *f, const char *text, const char **out)
{
	*out = text ? rpv__arena_text(&f->list->arena, text, strlen(text)) : NULL;
	return text && !*out ? rpv__fail_nomem(f->error) : RPV_OK;
}

static int compare_texts(const void *a, const void *b, const void *context)
{
	const char *const *x = a, *const *y = b;
	(void)context;
	return strcmp(*x, *y);
}

rpv_status rpv__facts_variant(rpv__facts *f, uint32_t number, rpv__variant *variant, rpv__texts *weaknesses)
{
	rpv__key key;
	rpv_bytes value;
	const char **ids;
	rpv_status st = rpv__source_get(f->source, rpv__key32(&key, RPV__K_VARIANT, number), &f->scratch, &value, f->error);

	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_variant(value, &f->scratch, variant)))
		return rpv__fail_corrupt(f->error, "weakness set", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	ids = rpv__arena_get(&f->list->arena, variant->weakness_count * sizeof *ids);
	if (!ids)
		return rpv__fail_nomem(f->error);
	for (size_t i = 0; st == RPV_OK && i < variant->weakness_count; i++) {
		st = rpv__weakness_id(f->source, variant->weaknesses[i], &f->scratch, &ids[i], f->error);
		if (st == RPV_OK)
			st = rpv__facts_text(f, ids[i], &ids[i]);
	}
	if (st == RPV_OK && rpv__sort(&f->scratch.alloc, ids, variant->weakness_count, sizeof *ids, compare_texts, NULL))
		st = rpv__fail_nomem(f->error);
	*weaknesses = (rpv__texts){ ids, variant->weakness_count };
	return st;
}

/* --- device groups --- */
static int compare_groups(const void *a, const void *b, const void *context)
{
	const rpv_group *x = a, *y = b;
	(void)context;
	return strcmp(x->name, y->name);
}

static rpv_status add_group(rpv__facts *f, const rpv__view *view, uint32_t number, uint64_t active)
{
	const rpv__view_group *group = &view->groups[number];
	rpv__group record = { .name = RPV__DEFAULT_GROUP_NAME };
	rpv_group *row = rpv__list_add(f->list);
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__source_get(f->source, rpv__key32(&key, RPV__K_GROUP, number), &f->scratch, &value, f->error);

	if (!row)
		return rpv__fail_nomem(f->error);
	if (st == RPV_E_NOT_FOUND && number == RPV__DEFAULT_GROUP)
		st = RPV_OK;
	else if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_group(value, &f->scratch, &record)))
		st = rpv__fail_corrupt(f->error, "device group", rpv__key_view(&key));
	if (st == RPV_OK)
		st = rpv__facts_text(f, record.name, &row->name);
	if (st == RPV_OK)
		st = rpv__facts_text(f, record.description, &row->description);
	row->rank = record.rank;
	row->declared = record.declared;
	row->devices = group->count.known;
	row->active_devices = active;
	return st;
}

static rpv_status read_groups(rpv__facts *f, const rpv__revision *revision)
{
	const uint8_t *visible;
	size_t visible_count;
	uint64_t *active;
	rpv__view *view;
	int64_t now;
	rpv_status st = rpv__session_view(f->session, &view, &now);

	if (st == RPV_OK)
		st = rpv__facts_begin(f, RPV__LIST_GROUP, sizeof(rpv_group), now, revision);
	if (st == RPV_OK)
		st = rpv__session_groups(f->session, view, &f->scratch, &visible, &visible_count);
	if (st != RPV_OK)
		return st;
	active = rpv__arena_get(&f->scratch, view->group_count * sizeof *active);
	if (!active)
		return rpv__fail_nomem(f->error);
	for (size_t i = 0; i < view->device_count; i++)
		if (view->devices[i].group < view->group_count &&
		    rpv__view_active(&view->devices[i], now, view->policy.inactive_after_ms))
			active[view->devices[i].group]++;
	for (uint32_t g = 0; st == RPV_OK && g < view->group_count; g++)
		if (rpv__view_group_present(view, g) && (!visible || (g < visible_count && visible[g])))
			st = add_group(f, view, g, active[g]);
	if (st == RPV_OK && rpv__sort(&f->scratch.alloc, f->list->rows, f->list->count, sizeof(rpv_group), compare_groups,
	                              NULL) != RPV_OK)
		st = rpv__fail_nomem(f->error);
	return st;
}

rpv_status rpv__group_list(rpv_session *session, rpv_list **out)
{
	rpv__facts facts = { .session = session };

	return rpv__facts_read(&facts, read_groups, out);
}
