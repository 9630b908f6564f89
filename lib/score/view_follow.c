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
	if (!status && variants)
		status = rpv__view_unite(view, error);
	return status;
}

rpv_status rpv__view_read_changes(rpv__view *view, const rpv__source *s, const rpv__revision *revision,
                                  rpv_error *error)
{
	rpv__following following;
	rpv__map changed;
	noting n = { view, &changed };
	rpv__map_init(&changed, &view->alloc);
	rpv_status status = rpv__changes_since(s->port, view->revision.revision, revision->revision, note, &n, error);
	if (!status) {
		view->stale = true; /* until all of it is taken in */
		view->generation++;
		rpv__evaluation_before(view, &changed, revision, &following);
		status = rpv__view_room(view, revision, error);
		if (!status)
			status = take_all(view, s, &changed, error);
		rpv__evaluation_after(view, &changed, status == RPV_OK, &following);
	}
	rpv__map_free(&changed);
	if (!status) {
		view->revision = *revision;
		view->stale = false;
	}
	return status;
}
