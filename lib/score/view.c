/* SPDX-License-Identifier: MIT */
/* A view of a store in memory: its arrays, and how it is kept up to date. */
#include "evaluate.h"
#include "view_inside.h"

static void free_device(rpv__view *view, rpv__view_device *device)
{
	rpv__row_drop(&view->alloc, device->row);
	rpv__free(&view->alloc, device->states);
}

void rpv__view_changed(rpv__view *view)
{
	view->generation++;
	rpv__evaluation_free_all(view);
}

void rpv__view_clear(rpv__view *view)
{
	const rpv__alloc *a = &view->alloc;
	rpv__view_changed(view);
	for (size_t i = 0; i < view->group_count; i++)
		rpv__free(a, view->groups[i].name);
	for (size_t i = 0; i < view->device_count; i++)
		free_device(view, &view->devices[i]);
	rpv__rows_close(a, &view->rows);
	for (size_t i = 0; i < view->variant_count; i++) {
		rpv__free(a, view->variants[i].weaknesses);
		rpv__free(a, view->variants[i].parts);
	}
	for (size_t i = 0; i < view->cover_count; i++)
		rpv__view_free_cover(view, &view->covers[i]);
	view->group_count = view->device_count = view->variant_count = view->threat_count = 0;
	view->recommendation_count = view->cover_count = 0;
	view->policy = rpv__policy_default;
}

void rpv__view_free(rpv__view *view)
{
	if (!view)
		return;
	const rpv__alloc a = view->alloc;
	rpv__view_clear(view);
	rpv__free(&a, view->groups);
	rpv__free(&a, view->devices);
	rpv__free(&a, view->variants);
	rpv__free(&a, view->threats);
	rpv__free(&a, view->recommendations);
	rpv__free(&a, view->covers);
	rpv__free(&a, view);
}

/* Makes an array `next` long; new items are all 0. */
static rpv_status lengthen(rpv__view *view, void *array_ptr, size_t *count, size_t *cap, uint64_t next, size_t item)
{
	if (next <= *count)
		return RPV_OK;
	if (next > UINT32_MAX)
		return RPV_E_CORRUPT;
	rpv_status status = rpv__grow(&view->alloc, array_ptr, cap, (size_t)next, item);
	if (status)
		return status;
	uint8_t *array;
	memcpy(&array, array_ptr, sizeof array);
	memset(array + *count * item, 0, ((size_t)next - *count) * item);
	*count = (size_t)next;
	return RPV_OK;
}

static rpv_status lengthen_devices(rpv__view *view, uint64_t next)
{
	size_t count = view->device_count;
	rpv_status status = lengthen(view, &view->devices, &view->device_count, &view->device_cap, next,
	                             sizeof *view->devices);
	for (; count < view->device_count; count++)
		view->devices[count].flags = RPV__DEVICE_REMOVED;
	return status;
}

static rpv_status lengthen_facts(rpv__view *view, const uint64_t *next)
{
	rpv_status status = lengthen_devices(view, next[RPV__NEXT_DEVICE]);
	if (!status)
		status = lengthen(view, &view->variants, &view->variant_count, &view->variant_cap, next[RPV__NEXT_VARIANT],
		                  sizeof *view->variants);
	if (!status)
		status = lengthen(view, &view->threats, &view->threat_count, &view->threat_cap, next[RPV__NEXT_WEAKNESS],
		                  sizeof *view->threats);
	if (!status)
		status = lengthen(view, &view->recommendations, &view->recommendation_count, &view->recommendation_cap,
		                  next[RPV__NEXT_RECOMMENDATION], sizeof *view->recommendations);
	return status;
}

rpv_status rpv__view_room(rpv__view *view, const rpv__revision *revision, rpv_error *error)
{
	const uint64_t *next = revision->next;
	rpv_status status = lengthen(view, &view->groups, &view->group_count, &view->group_cap, next[RPV__NEXT_GROUP],
	                             sizeof *view->groups);
	if (!status && !view->light)
		status = lengthen_facts(view, next);
	if (!status && view->group_count && !view->groups[RPV__DEFAULT_GROUP].name)
		status = rpv__copy_text(&view->alloc, RPV__DEFAULT_GROUP_NAME, &view->groups[RPV__DEFAULT_GROUP].name);
	if (status == RPV_E_CORRUPT)
		return rpv__fail(error, status, "the revision record names more than 2^32 things");
	return status ? rpv__fail_nomem(error) : RPV_OK;
}

static void cut(size_t *count, uint64_t next)
{
	if (next < *count)
		*count = (size_t)next;
}

void rpv__view_cut(rpv__view *view, const rpv__revision *revision)
{
	const uint64_t *next = revision->next;
	for (uint64_t i = next[RPV__NEXT_DEVICE]; i < view->device_count; i++) { /* mostly there is nothing left */
		(void)rpv__row_put(&view->alloc, &view->rows, NULL, 0, &view->devices[i].row); /* needs no memory */
		rpv__free(&view->alloc, view->devices[i].states);
		view->devices[i].states = NULL;
		view->devices[i].state_count = 0;
	}
	rpv__rows_settle(&view->alloc, &view->rows);
	cut(&view->group_count, next[RPV__NEXT_GROUP]);
	cut(&view->device_count, next[RPV__NEXT_DEVICE]);
	cut(&view->variant_count, next[RPV__NEXT_VARIANT]);
	cut(&view->threat_count, next[RPV__NEXT_WEAKNESS]);
	cut(&view->recommendation_count, next[RPV__NEXT_RECOMMENDATION]);
}

rpv_status rpv__view_copy_numbers(rpv__view *view, uint32_t **array, uint32_t *count, const uint32_t *from, size_t n)
{
	uint32_t *copy = NULL;
	if (n) {
		copy = view->alloc.resize(view->alloc.user, NULL, n * sizeof *copy);
		if (!copy)
			return RPV_E_NOMEM;
		memcpy(copy, from, n * sizeof *copy);
	}
	rpv__free(&view->alloc, *array);
	*array = copy;
	*count = (uint32_t)n;
	return RPV_OK;
}

bool rpv__view_group_present(const rpv__view *view, uint32_t group)
{
	if (group >= view->group_count || !view->groups[group].name)
		return false;
	const rpv__view_group *g = &view->groups[group];
	return g->count.known > 0 || (group != RPV__DEFAULT_GROUP && g->declared);
}

/* Brings a view to the revision at hand. When others commit meanwhile it is called again: then what changed since is read
 * over what this time read too early. */
static rpv_status bring(void *user, const rpv__source *s, const rpv__revision *revision, rpv_error *error)
{
	rpv__view *view = user;
	if (!view->stale && revision->revision == view->revision.revision)
		return RPV_OK;
	if (!view->stale && !s->past && revision->revision > view->revision.revision) {
		rpv_status status = rpv__view_read_changes(view, s, revision, error);
		if (status != RPV_E_NOT_FOUND)
			return status;
	}
	return rpv__view_read_all(view, s, revision, error);
}

rpv_status rpv__view_follow(rpv__view *view, rpv_error *error)
{
	return rpv__source_consistent(&view->source, bring, view, error);
}

static rpv_status load(const rpv__source *source, bool light, rpv__view **out, rpv_error *error)
{
	rpv__view *view = rpv__new(&source->port->alloc, sizeof *view);
	if (!view)
		return rpv__fail_nomem(error);
	view->alloc = source->port->alloc;
	view->source = *source;
	view->stale = true;
	view->light = light;
	rpv_status status = rpv__view_follow(view, error);
	if (status)
		rpv__view_free(view);
	else
		*out = view;
	return status;
}

rpv_status rpv__view_load(const rpv__source *source, rpv__view **out, rpv_error *error)
{
	return load(source, false, out, error);
}

rpv_status rpv__view_load_light(const rpv__source *source, rpv__view **out, rpv_error *error)
{
	return load(source, true, out, error);
}

rpv_status rpv__view_complete(rpv__view *view, rpv_error *error)
{
	if (view->light) {
		view->light = false;
		view->stale = true;
	}
	return rpv__view_follow(view, error);
}
