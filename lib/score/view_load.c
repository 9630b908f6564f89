/* SPDX-License-Identifier: MIT */
/* Loading a view: one scan of each kind of record that it holds. */
#include "view_inside.h"

enum { LIGHT = 4 }; /* of the kinds below, those that a light view holds */

typedef struct loading {
	rpv__view *view;
	rpv__arena scratch; /* of one record */
} loading;

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	loading *l = user;
	rpv_status status = rpv__view_apply(l->view, key, &value, &l->scratch, error);
	rpv__arena_reuse(&l->scratch);
	return status;
}

rpv_status rpv__view_read_all(rpv__view *view, const rpv__source *s, const rpv__revision *revision, rpv_error *error)
{
	static const rpv__kind kinds[] = { RPV__K_POLICY, RPV__K_GROUP, RPV__K_GROUP_COUNT, RPV__K_COVER,
		                               RPV__K_RECOMMENDATION, RPV__K_THREAT, RPV__K_VARIANT, RPV__K_DEVICE_HOT,
		                               RPV__K_ROW, RPV__K_STATES };
	size_t count = view->light ? LIGHT : RPV__COUNT(kinds);
	loading l = { .view = view };
	view->stale = true;
	rpv__view_clear(view);
	rpv__arena_init(&l.scratch, &view->alloc);
	rpv_status status = rpv__view_room(view, revision, error);
	if (!status && !view->light && rpv__rows_expect(&view->alloc, &view->rows, view->device_count))
		status = rpv__fail_nomem(error);
	for (size_t i = 0; !status && i < count; i++) {
		rpv__key key;
		status = rpv__source_scan_prefix(s, rpv__key1(&key, kinds[i]), take, &l, error);
	}
	rpv__rows_settle(&view->alloc, &view->rows);
	rpv__arena_free(&l.scratch);
	if (!status)
		status = rpv__view_unite(view, error);
	if (!status) {
		view->revision = *revision;
		view->stale = false;
	}
	return status;
}
