/* SPDX-License-Identifier: MIT */
/* Listing the targets of a remediation activity. */
#include "activity.h"

typedef struct listed { uint32_t device; rpv__target target; } listed;

typedef struct listing {
	rpv_session *session;
	const char *id;
	rpv__activity_rows rows;
	rpv__activity activity;    /* in the list's arena */
	rpv__activity_subject *subject;
	rpv__map ids;              /* variant -> texts of its weaknesses, in the list's arena */
	rpv__arena scratch;
	listed *items; size_t count, cap;
} listing;

static int compare_texts(const void *a, const void *b, const void *context)
{
	const char *const *x = a, *const *y = b;

	(void)context;
	return strcmp(*x, *y);
}

static int compare_rows(const void *a, const void *b, const void *context)
{
	const rpv_target *x = a, *y = b;

	(void)context;
	return strcmp(x->device, y->device);
}

static rpv_status target_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	listing *l = user;
	listed item;
	uint32_t number;

	if (!rpv__key_is32_32(key, RPV__K_TARGET, &number, &item.device) || !rpv__get_target(value, &item.target))
		return rpv__fail_corrupt(error, "target", key);
	if (!rpv__activity_sees_group(&l->rows, item.target.group))
		return RPV_OK;
	if (rpv__grow(&l->scratch.alloc, &l->items, &l->cap, l->count + 1, sizeof *l->items) != RPV_OK)
		return rpv__fail_nomem(error);
	l->items[l->count++] = item;
	return RPV_OK;
}

/* The ids of the weaknesses of a variant, in byte order, read once. */
static rpv_status weakness_ids(listing *l, uint32_t variant, rpv__texts **out)
{
	rpv_error *error = &l->session->error;
	rpv__arena *arena = &l->rows.list->arena;
	const rpv__view *view = l->rows.view;
	uint64_t known;
	rpv__texts *texts;
	const char **items;
	rpv_status st = RPV_OK;
	size_t count = variant < view->variant_count ? view->variants[variant].weakness_count : 0;

	if (rpv__map_get_u64(&l->ids, variant, &known)) {
		*out = (rpv__texts *)(uintptr_t)known;
		return RPV_OK;
	}
	texts = rpv__arena_get(arena, sizeof *texts);
	items = rpv__arena_get(arena, count * sizeof *items);
	if (!texts || !items)
		return rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__weakness_id(&l->rows.source, view->variants[variant].weaknesses[i], arena, &items[i], error);
	if (st != RPV_OK)
		return st;
	*texts = (rpv__texts){ items, count };
	if (rpv__sort(&arena->alloc, items, count, sizeof *items, compare_texts, NULL) != RPV_OK ||
	    rpv__map_put_u64(&l->ids, variant, (uintptr_t)texts) != RPV_OK)
		return rpv__fail_nomem(error);
	*out = texts;
	return RPV_OK;
}

static rpv_status add_row(listing *l, const listed *item)
{
	rpv_error *error = &l->session->error;
	rpv__arena *arena = &l->rows.list->arena;
	const char *group = rpv__activity_group_name(&l->rows, item->target.group), *device;
	rpv__texts *weaknesses = NULL;
	rpv_target *row;
	rpv_status st = rpv__device_id(&l->rows.source, item->device, &l->scratch, &device, error);

	if (st == RPV_OK)
		st = weakness_ids(l, item->target.variant, &weaknesses);
	if (st != RPV_OK)
		return st;
	row = rpv__list_add(l->rows.list);
	if (!row || !(row->device = rpv__arena_text(arena, device, strlen(device))) ||
	    !(row->group = rpv__arena_text(arena, group, strlen(group))))
		return rpv__fail_nomem(error);
	row->weaknesses = weaknesses->items;
	row->weakness_count = weaknesses->count;
	row->fixed = item->target.fixed;
	row->gone = item->target.gone;
	row->exposed_again = rpv__target_exposed_again(l->rows.view, &l->activity, l->subject->current, item->device,
	                                               &item->target);
	rpv__arena_free(&l->scratch);
	return RPV_OK;
}

static void drop(listing *l)
{
	rpv__free(&l->scratch.alloc, l->items);
	l->items = NULL;
	l->count = l->cap = 0;
	rpv__map_clear(&l->ids);
	rpv__arena_free(&l->scratch);
	if (l->rows.list) {
		rpv_list_free(l->rows.list);
		rpv__activity_rows_close(&l->rows);
	}
	l->rows.list = NULL;
}

static rpv_status find_activity(listing *l, uint32_t *out)
{
	uint64_t number = rpv__number_of_id(l->id, 'R');
	bool visible = false;
	rpv_status st = RPV_E_NOT_FOUND;

	if (number > 0 && number < RPV__NO_NUMBER)
		st = rpv__read_activity(&l->rows.source, (uint32_t)number, &l->rows.list->arena, &l->activity,
		                        &l->session->error);
	if (st == RPV_OK)
		st = rpv__activity_visible(&l->rows, (uint32_t)number, &l->activity, &visible);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !visible))
		return rpv__fail_field(&l->session->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "id",
		                       "there is no remediation activity \"%s\"", l->id);
	*out = (uint32_t)number;
	return st == RPV_OK ? rpv__activity_subject_of(&l->rows, l->activity.recommendation, &l->subject) : st;
}

static rpv_status read_all(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	listing *l = user;
	uint32_t number = 0;
	rpv__key key;
	rpv_status st;

	(void)source, (void)revision;
	drop(l); /* of an earlier try */
	st = rpv__activity_rows_open(&l->rows, l->session, RPV__LIST_TARGET, sizeof(rpv_target));
	if (st == RPV_OK)
		st = find_activity(l, &number);
	if (st == RPV_OK)
		st = rpv__source_scan_prefix(&l->rows.source, rpv__key32(&key, RPV__K_TARGET, number), target_sink, l, error);
	for (size_t i = 0; st == RPV_OK && i < l->count; i++)
		st = add_row(l, &l->items[i]);
	if (st == RPV_OK && rpv__sort(&l->scratch.alloc, l->rows.list->rows, l->rows.list->count, sizeof(rpv_target),
	                              compare_rows, NULL) != RPV_OK)
		st = rpv__fail_nomem(error);
	return st;
}

rpv_status rpv__target_list(rpv_session *session, const char *id, rpv_list **out)
{
	listing l = { .session = session, .id = id };
	rpv__source source = rpv__session_source(session);
	rpv_status st = rpv__check_id(id, "id", &session->error);

	rpv__arena_init(&l.scratch, &session->store->port.alloc);
	rpv__map_init(&l.ids, &session->store->port.alloc);
	if (st == RPV_OK)
		st = rpv__session_require(session, RPV_PERMIT_VIEW, id);
	if (st == RPV_OK)
		st = rpv__source_consistent(&source, read_all, &l, &session->error);
	if (st == RPV_OK) {
		*out = l.rows.list;
		rpv__activity_rows_close(&l.rows);
		l.rows.list = NULL;
	}
	drop(&l);
	rpv__map_free(&l.ids);
	return st;
}
