/* SPDX-License-Identifier: MIT */
/* What-ifs: stores whose commits stay in memory, over a store that never sees them. */
#include "store.h"

/* --- the view that all of them share --- */
typedef struct noting { rpv__map *keys; } noting;

static rpv_status note(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)value;
	return rpv__map_put(((noting *)user)->keys, key, 0) ? rpv__fail_nomem(error) : RPV_OK;
}

/* Between a store and its what-if: reads again from `to` what the what-if wrote. Where that fails, all is. */
static rpv_status turn(rpv_store *base, const rpv_store *what_if, rpv_store *to, rpv_error *error)
{
	rpv__source source = { &to->port, NULL };
	rpv__view *view = base->view;
	rpv__map keys;
	noting n = { &keys };
	rpv__map_init(&keys, &view->alloc);
	rpv_status status = rpv__overlay_keys(&what_if->port.storage, note, &n, error);
	view->stale |= status != RPV_OK;
	if (!status)
		status = rpv__view_turn(view, &source, &keys, to == what_if ? NULL : &what_if->began, error);
	view->source = source;
	base->shown = to;
	for (rpv__model *m = base->models; m; m = m->next) /* the what-if may have told them of others by these numbers */
		m->fact_count = m->fact_count < what_if->began.next[RPV__NEXT_WEAKNESS] ? m->fact_count
			: (size_t)what_if->began.next[RPV__NEXT_WEAKNESS];
	rpv__map_free(&keys);
	return status;
}

/* The store may have moved on: then this is as it was when the what-if was opened, read over what is there now. */
static rpv_status turn_back(rpv_store *base, rpv_error *error)
{
	return base->shown != base ? turn(base, base->shown, base, error) : RPV_OK;
}

rpv_status rpv__store_turn_view(rpv_store *store, rpv_error *error)
{
	rpv_store *base = rpv__store_base(store);
	rpv__source source = { &store->port, NULL };
	rpv__revision revision;
	rpv_status status = RPV_OK;
	if (!base->view || base->shown == store) {
		base->shown = store;
		return RPV_OK;
	}
	if (store != base) /* before anything is turned: it may be out of date */
		status = rpv__source_revision(&source, &revision, error);
	if (status && status != RPV_E_NOT_FOUND)
		return status;
	status = turn_back(base, error);
	if (status || store == base)
		return status;
	status = rpv__view_follow(base->view, error);
	return status ? status : turn(base, store, store, error);
}

/* --- opening and closing --- */
static rpv_status still_now(void *user, int64_t *out_ms)
{
	*out_ms = ((const rpv_store *)user)->still_ms;
	return RPV_OK;
}

static rpv_status begin(rpv_store *store, rpv_store *base, const rpv_what_if_options *options, rpv_error *error)
{
	rpv__source source = { &store->port, NULL };
	store->limits = base->limits;
	store->host_alloc = base->host_alloc;
	store->lock = base->lock;
	store->base = base;
	store->port = base->port;
	store->port.accept_clock_jump = true;
	rpv_status status = rpv__overlay_open(&base->port, &base->host_alloc, &store->port.storage, error);
	if (status)
		return status;
	status = rpv__source_revision(&source, &store->began, error);
	if (status == RPV_E_NOT_FOUND) {
		rpv__revision_empty(&store->began);
		status = RPV_OK;
	}
	if (!status)
		status = rpv__port_now(&base->port, &store->still_ms, error);
	if (store->still_ms < store->began.mark_ms)
		store->still_ms = store->began.mark_ms;
	store->port.clock = options->clock.now ? options->clock : (rpv_clock){ store, still_now };
	if (status)
		store->port.storage.close(store->port.storage.user);
	return status;
}

rpv_status rpv__what_if_open(rpv_store *base, const rpv_what_if_options *options, rpv_store **out, rpv_error *error)
{
	rpv_what_if_options o = RPV_WHAT_IF_OPTIONS_INIT;
	rpv_status status = rpv__take_struct(options, sizeof o, &o, sizeof o, "what-if options", error);
	if (!status && base->base)
		status = rpv__fail(error, RPV_E_REFUSED, "the store is itself a what-if");
	if (status)
		return status;
	rpv_store *store = rpv__new(&base->host_alloc, sizeof *store);
	if (!store)
		return rpv__fail_nomem(error);
	status = begin(store, base, &o, error);
	if (status)
		rpv__free(&base->host_alloc, store);
	else
		*out = store;
	return status;
}

void rpv__what_if_close(rpv_store *what_if)
{
	rpv_store *base = what_if->base;
	rpv__alloc alloc = base->host_alloc;
	bool locked = rpv__lock_take(base->lock) == RPV_OK;
	if (base->view && base->shown == what_if)
		(void)turn_back(base, NULL); /* when it fails, the store loads anew */
	base->shown = base->view ? base->shown : NULL;
	what_if->port.storage.close(what_if->port.storage.user);
	if (locked)
		rpv__lock_give(base->lock);
	rpv__free(&alloc, what_if);
}
