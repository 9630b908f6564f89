/* SPDX-License-Identifier: MIT */
/* Covers of exceptions in a view: kept in key order, with arrays of their own. */
#include "view_inside.h"

void rpv__view_free_cover(const rpv__view *view, rpv__cover *cover)
{
	rpv__free(&view->alloc, (void *)(uintptr_t)cover->groups);
	rpv__free(&view->alloc, (void *)(uintptr_t)cover->devices);
	rpv__free(&view->alloc, (void *)(uintptr_t)cover->controls);
}

static int compare(const rpv__cover *a, const rpv__cover *b)
{
	if (a->recommendation != b->recommendation)
		return a->recommendation < b->recommendation ? -1 : 1;
	if (a->weakness != b->weakness)
		return a->weakness < b->weakness ? -1 : 1;
	return (a->exception > b->exception) - (a->exception < b->exception);
}

/* Where `cover` is or belongs; loading asks in ascending order, hence the look at the end first. */
static size_t place(const rpv__view *view, const rpv__cover *cover)
{
	size_t low = 0, high = view->cover_count;
	if (high && compare(&view->covers[high - 1], cover) < 0)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(&view->covers[middle], cover) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static rpv_status copy(const rpv__view *view, const uint32_t **numbers, size_t count)
{
	const uint32_t *from = *numbers;
	*numbers = NULL;
	if (count == 0)
		return RPV_OK;
	uint32_t *own = view->alloc.resize(view->alloc.user, NULL, count * sizeof *own);
	if (!own)
		return RPV_E_NOMEM;
	memcpy(own, from, count * sizeof *own);
	*numbers = own;
	return RPV_OK;
}

/* Gives a cover that was just read arrays of its own. */
static rpv_status own_arrays(const rpv__view *view, rpv__cover *cover)
{
	rpv_status groups = copy(view, &cover->groups, cover->group_count);
	rpv_status devices = copy(view, &cover->devices, cover->device_count);
	rpv_status controls = copy(view, &cover->controls, cover->control_count);
	if (groups || devices || controls) {
		rpv__view_free_cover(view, cover);
		return RPV_E_NOMEM;
	}
	return RPV_OK;
}

static void take_out(rpv__view *view, size_t at)
{
	rpv__view_free_cover(view, &view->covers[at]);
	view->cover_count--;
	memmove(&view->covers[at], &view->covers[at + 1], (view->cover_count - at) * sizeof *view->covers);
}

static rpv_status put_in(rpv__view *view, size_t at, bool known, const rpv__cover *cover)
{
	if (known) {
		rpv__view_free_cover(view, &view->covers[at]);
	} else {
		if (rpv__grow(&view->alloc, &view->covers, &view->cover_cap, view->cover_count + 1, sizeof *view->covers))
			return RPV_E_NOMEM;
		memmove(&view->covers[at + 1], &view->covers[at], (view->cover_count - at) * sizeof *view->covers);
		view->cover_count++;
	}
	view->covers[at] = *cover;
	return RPV_OK;
}

rpv_status rpv__view_apply_cover(rpv__view *view, rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch,
                                 rpv_error *error)
{
	rpv__cover cover = { 0 };
	if (!rpv__key_is_cover(key, &cover.recommendation, &cover.weakness, &cover.exception))
		return rpv__fail_corrupt(error, "key", key);
	if (value && !rpv__get_cover(key, *value, scratch, &cover))
		return rpv__fail_corrupt(error, "exception", key);
	size_t at = place(view, &cover);
	bool known = at < view->cover_count && compare(&view->covers[at], &cover) == 0;
	if (!value) {
		if (known)
			take_out(view, at);
		return RPV_OK;
	}
	if (own_arrays(view, &cover))
		return rpv__fail_nomem(error);
	if (put_in(view, at, known, &cover)) {
		rpv__view_free_cover(view, &cover);
		return rpv__fail_nomem(error);
	}
	return RPV_OK;
}
