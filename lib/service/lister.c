/* SPDX-License-Identifier: MIT */
/* What lists of facts share: one revision, the session's lens, names in byte order, cursors. */
#include "lister.h"

static void drop(rpv__lister *l)
{
	rpv_list_free(l->list);
	l->list = NULL;
	rpv__arena_free(&l->scratch);
}

static rpv_status attempt(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	rpv__lister *l = user;
	int64_t now;
	(void)source, (void)revision;
	drop(l); /* of an earlier try */
	rpv_status status = rpv__session_view(l->session, &l->view, &now);
	if (status)
		return status;
	if (rpv__list_new(&l->scratch.alloc, l->noun, l->row_size, now, l->view->revision.revision, &l->list))
		return rpv__fail_nomem(error);
	status = rpv__session_lens(l->session, l->view, now, &l->list->arena, &l->lens);
	return status ? status : l->fill(l, l->user);
}

rpv_status rpv__lister_run(rpv__lister *l, rpv_session *session, rpv_list **out)
{
	rpv_status status = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (status)
		return status;
	l->session = session;
	l->error = &session->error;
	l->source = rpv__session_source(session);
	l->list = NULL;
	rpv__arena_init(&l->scratch, &session->store->port.alloc);
	status = rpv__source_consistent(&l->source, attempt, l, l->error);
	if (!status) {
		*out = l->list;
		l->list = NULL;
	}
	drop(l);
	return status;
}

rpv_status rpv__lens_narrow(rpv_session *session, const rpv__view *view, const char *group, rpv__arena *arena,
                            rpv__lens *lens)
{
	size_t number = 0;
	if (!group)
		return RPV_OK;
	const char *name = rpv__group_name(group);
	while (number < view->group_count && !(view->groups[number].name && strcmp(view->groups[number].name, name) == 0))
		number++;
	if (number == view->group_count || !rpv__session_sees(session, name))
		return rpv__fail_field(&session->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "group",
		                       "there is no device group \"%.255s\"", group);
	uint8_t *groups = rpv__arena_get(arena, view->group_count);
	if (!groups)
		return rpv__fail_nomem(&session->error);
	groups[number] = 1;
	lens->groups = groups;
	lens->group_count = view->group_count;
	return RPV_OK;
}

bool rpv__lister_sees(const rpv__lister *l, uint32_t device)
{
	if (device >= l->view->device_count || l->view->devices[device].flags & RPV__DEVICE_REMOVED)
		return false;
	uint32_t group = l->view->devices[device].group;
	return !l->lens.groups || (group < l->lens.group_count && l->lens.groups[group]);
}

rpv_status rpv__lister_missing(const rpv__lister *l, const char *field, const char *what, const char *id)
{
	return rpv__fail_field(l->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, field, "there is no %s \"%.255s\"", what, id);
}

rpv_status rpv__lister_find(const rpv__lister *l, rpv__name_kind kind, const char *field, const char *what,
                            const char *id, uint32_t *out)
{
	const rpv__view *view = l->view;
	rpv_status status = rpv__name_find(&l->source, kind, 0, id, out, l->error);
	bool known = !status;
	if (known && kind == RPV__N_RECOMMENDATION)
		known = *out < view->recommendation_count && view->recommendations[*out].exists;
	else if (known && kind == RPV__N_WEAKNESS)
		known = *out < view->threat_count && view->threats[*out].flags & RPV__THREAT_EXISTS;
	else if (known && kind == RPV__N_DEVICE)
		known = rpv__lister_sees(l, *out);
	if (status == RPV_E_NOT_FOUND || (!status && !known))
		return rpv__lister_missing(l, field, what, id);
	return status;
}

/* --- what a device has --- */
bool rpv__state_of_device(const rpv__view_device *d, uint32_t recommendation, rpv__state *out)
{
	for (uint32_t i = 0; i < d->state_count; i++)
		if (d->states[i].recommendation == recommendation) {
			*out = d->states[i];
			return true;
		}
	return false;
}

const rpv__view_variant *rpv__variant_of_device(const rpv__view *view, const rpv__view_device *d, uint32_t recommendation)
{
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++)
		if (view->variants[rpv__device_variant(d, i)].recommendation == recommendation)
			return &view->variants[rpv__device_variant(d, i)];
	return NULL;
}

bool rpv__device_exposed(const rpv__view *view, const rpv__view_device *d, uint32_t recommendation)
{
	const rpv__view_variant *variant = rpv__variant_of_device(view, d, recommendation);
	rpv__state state;
	if (variant)
		return variant->weakness_count > 0;
	return rpv__state_of_device(d, recommendation, &state) && state.state == RPV_CONFIGURATION_EXPOSED;
}

/* --- names and candidates --- */
typedef struct walk { rpv__lister *l; rpv__name_sink take; void *user; } walk;

static rpv_status name_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const walk *w = user;
	char id[RPV_ID_MAX + 1];
	rpv__reader r = rpv__reader_of(value);
	uint32_t number = rpv__read_be32(&r);
	if (!rpv__reader_done(&r) || key.size < 2 || key.size - 2 > RPV_ID_MAX)
		return rpv__fail_corrupt(error, "name", key);
	memcpy(id, (const char *)key.data + 2, key.size - 2);
	id[key.size - 2] = '\0';
	return w->take(w->l, w->user, number, id);
}

rpv_status rpv__lister_names(rpv__lister *l, rpv__name_kind kind, const char *after, rpv__name_sink take, void *user)
{
	rpv__key first, end, prefix;
	walk w = { l, take, user };
	rpv__key_name(&prefix, kind, 0, rpv__bytes_of(""));
	rpv__key_after_prefix(&end, rpv__key_view(&prefix));
	rpv__key_name(&first, kind, 0, rpv__bytes_of(after ? after : ""));
	return rpv__source_scan(&l->source, rpv__key_view(&first), rpv__key_view(&end), false, 0, name_sink, &w, l->error);
}

rpv_status rpv__candidates_add(rpv__lister *l, rpv__candidates *c, uint32_t number, int64_t key, const char *id)
{
	if (rpv__arena_grow(&l->scratch, &c->items, &c->cap, c->count, sizeof *c->items))
		return rpv__fail_nomem(l->error);
	const char *copy = rpv__arena_text(&l->scratch, id, strlen(id));
	if (!copy)
		return rpv__fail_nomem(l->error);
	c->items[c->count++] = (rpv__candidate){ number, key, copy };
	return RPV_OK;
}

static int compare(const void *a, const void *b, const void *context)
{
	const rpv__candidate *x = a, *y = b;
	(void)context;
	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	return rpv__bytes_compare(rpv__bytes_of(x->id), rpv__bytes_of(y->id));
}

rpv_status rpv__candidates_arrange(rpv__lister *l, rpv__candidates *c, const rpv__cursor *after)
{
	const rpv__candidate last = { 0, after->key, after->id };
	size_t kept = 0;
	for (size_t i = 0; i < c->count; i++)
		if (!after->id || compare(&last, &c->items[i], NULL) < 0)
			c->items[kept++] = c->items[i];
	c->count = kept;
	return rpv__sort(&l->scratch.alloc, c->items, kept, sizeof *c->items, compare, NULL) ? rpv__fail_nomem(l->error)
	                                                                                      : RPV_OK;
}

rpv_status rpv__candidates_fill(rpv__lister *l, const rpv__candidates *c, uint64_t limit, int32_t sort,
                                rpv_status (*row)(rpv__lister *l, void *user, const rpv__candidate *candidate),
                                void *user)
{
	size_t count = limit && limit < c->count ? (size_t)limit : c->count;
	rpv_status status = RPV_OK;
	for (size_t i = 0; !status && i < count; i++)
		status = row(l, user, &c->items[i]);
	if (!status && count < c->count) {
		const rpv__candidate *last = &c->items[count - 1];
		status = rpv__list_set_cursor(l->list, sort, last->key, last->id) ? rpv__fail_nomem(l->error) : RPV_OK;
	}
	return status;
}
