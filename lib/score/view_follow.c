/* SPDX-License-Identifier: MIT */
/* Bringing a view up to date: reads again what the commits since its revision changed. */
#include "evaluate.h"
#include "view_inside.h"

typedef struct noting { const rpv__view *view; rpv__map *changed; } noting;

static rpv_status note(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	noting *n = user;
	(void)value;
	if (!rpv__view_holds(n->view, key))
		return RPV_OK;
	return rpv__map_put(n->changed, key, 0) ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status take_again(rpv__view *view, const rpv__source *s, rpv_bytes key, rpv__arena *scratch,
                             rpv_error *error)
{
	rpv_bytes value;
	rpv_status status = rpv__source_get(s, key, scratch, &value, error);
	if (status && status != RPV_E_NOT_FOUND)
		return status;
	return rpv__view_apply(view, key, status ? NULL : &value, scratch, error);
}

static rpv_status take_all(rpv__view *view, const rpv__source *s, const rpv__map *changed, rpv_error *error)
{
	rpv__arena scratch;
	rpv_bytes key;
	size_t cursor = 0;
	bool variants = false;
	rpv_status status = RPV_OK;
	rpv__arena_init(&scratch, &view->alloc);
	while (!status && rpv__map_next(changed, &cursor, &key, NULL)) {
		variants |= *(const uint8_t *)key.data == RPV__K_VARIANT;
		status = take_again(view, s, key, &scratch, error);
		rpv__arena_free(&scratch);
	}
	rpv__rows_settle(&view->alloc, &view->rows);
	if (!status && variants)
		status = rpv__view_unite(view, error);
	return status;
}

/* Reads these keys again, which is all that differs from what the view holds. */
static rpv_status take_in(rpv__view *view, const rpv__source *s, const rpv__revision *revision, const rpv__map *changed,
                          rpv_error *error)
{
	rpv__following following;
	view->stale = true; /* until all of it is taken in */
	view->generation++;
	rpv_status status = rpv__evaluation_before(view, changed, revision, &following);
	if (status)
		rpv__fail_nomem(error);
	else
		status = rpv__view_room(view, revision, error);
	if (!status)
		status = take_all(view, s, changed, error);
	if (!status)
		rpv__view_cut(view, revision);
	rpv_status kept = rpv__evaluation_after(view, changed, status == RPV_OK, &following);
	if (status)
		return status;
	view->revision = *revision;
	view->stale = false;
	return kept ? rpv__fail_nomem(error) : RPV_OK;
}

rpv_status rpv__view_read_changes(rpv__view *view, const rpv__source *s, const rpv__revision *revision,
                                  rpv_error *error)
{
	rpv__map changed;
	noting n = { view, &changed };
	rpv__map_init(&changed, &view->alloc);
	rpv_status status = rpv__changes_since(s->port, view->revision.revision, revision->revision, note, &n, error);
	if (!status)
		status = take_in(view, s, revision, &changed, error);
	rpv__map_free(&changed);
	return status;
}

/* --- from one source to another --- */
typedef struct turning {
	rpv__view *view;
	rpv__map held;           /* of the keys that differ, those that a view holds */
	const rpv__revision *as;
} turning;

static rpv_status turn(void *user, const rpv__source *s, const rpv__revision *revision, rpv_error *error)
{
	turning *t = user;
	return take_in(t->view, s, t->as ? t->as : revision, &t->held, error);
}

rpv_status rpv__view_turn(rpv__view *view, const rpv__source *to, const rpv__map *differ, const rpv__revision *as,
                          rpv_error *error)
{
	turning t = { .view = view, .as = as };
	noting n = { view, &t.held };
	rpv_bytes key;
	size_t cursor = 0;
	rpv_status status = RPV_OK;
	view->source = *to;
	if (view->stale)
		return RPV_OK;
	rpv__map_init(&t.held, &view->alloc);
	while (!status && rpv__map_next(differ, &cursor, &key, NULL))
		status = note(&n, key, key, error);
	if (!status)
		status = rpv__source_consistent(to, turn, &t, error);
	view->stale |= status != RPV_OK;
	rpv__map_free(&t.held);
	return status;
}
