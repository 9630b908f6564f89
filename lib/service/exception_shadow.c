/* SPDX-License-Identifier: MIT */
/* Whether others decide all that an exception in effect covers. Devices and sets of weaknesses come from the view, or from
 * their records where the view is a light one. */
#include "exception.h"

typedef struct unit { bool everything, is_group; uint32_t device, group; } unit;

const rpv__cover *rpv__view_subject(const rpv__view *view, uint32_t recommendation, uint32_t weakness, size_t *count)
{
	size_t low = rpv__view_cover_place(view, recommendation, weakness), high = low;
	while (high < view->cover_count && view->covers[high].recommendation == recommendation &&
	       view->covers[high].weakness == weakness)
		high++;
	*count = high - low;
	return view->covers + low;
}

size_t rpv__view_cover_place(const rpv__view *view, uint32_t recommendation, uint32_t weakness)
{
	size_t low = 0, high = view->cover_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const rpv__cover *c = &view->covers[middle];
		bool before = c->recommendation != recommendation ? c->recommendation < recommendation : c->weakness < weakness;
		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether an exception in effect on the subject, wider than `than` (any for NULL), covers the unit. */
static bool decided(const rpv__exception_rows *r, uint32_t recommendation, uint32_t weakness, const unit *u,
                    const rpv__cover *than)
{
	size_t count;
	const rpv__cover *covers = rpv__view_subject(r->view, recommendation, weakness, &count);
	bool global = rpv__global_in_effect(covers, count, r->lens.now_ms) != 0;
	if (global || u->everything)
		return global && than == NULL;
	for (size_t i = 0; i < count; i++) {
		const rpv__cover *c = &covers[i];
		bool covers_it = u->is_group ? rpv__exception_covers_group(c, u->group)
		                             : rpv__exception_covers_device(c, u->device, u->group);
		if (covers_it && (!than || c->scope < than->scope) &&
		    rpv__exception_status_alone(c, r->lens.now_ms) == RPV_EXCEPTION_IN_EFFECT)
			return true;
	}
	return false;
}

/* --- recommendations that bring a weakness --- */
static bool has_weakness(const rpv__view_variant *v, uint32_t weakness)
{
	size_t low = 0, high = v->weakness_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (v->weaknesses[middle] < weakness)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->weakness_count && v->weaknesses[low] == weakness;
}

typedef struct bringing { rpv__arena *into; uint32_t *numbers; size_t count, cap; } bringing;

static rpv_status add(bringing *b, uint32_t number, rpv_error *error)
{
	if (rpv__arena_grow(b->into, &b->numbers, &b->cap, b->count, sizeof *b->numbers))
		return rpv__fail_nomem(error);
	b->numbers[b->count++] = number;
	return RPV_OK;
}

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t weakness, variant;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_WEAKNESS_VARIANT, &weakness, &variant))
		return rpv__fail_corrupt(error, "weakness set index", key);
	return add(user, variant, error);
}

/* From the index of sets by weakness; numbers of sets become those of their recommendations. */
static rpv_status bring_light(const rpv__exception_rows *r, uint32_t weakness, bringing *b)
{
	rpv__key key;
	rpv_status st = rpv__source_scan_prefix(&r->source, rpv__key32(&key, RPV__K_WEAKNESS_VARIANT, weakness), take, b,
	                                        r->error);
	for (size_t i = 0; st == RPV_OK && i < b->count; i++) {
		rpv__variant variant;
		rpv_bytes value;
		st = rpv__source_get(&r->source, rpv__key32(&key, RPV__K_VARIANT, b->numbers[i]), b->into, &value, r->error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_variant(value, b->into, &variant)))
			st = rpv__fail_corrupt(r->error, "weakness set", rpv__key_view(&key));
		if (st == RPV_OK)
			b->numbers[i] = variant.recommendation;
	}
	return st;
}

rpv_status rpv__exception_brought(const rpv__exception_rows *r, uint32_t weakness, rpv__arena *into,
                                  const uint32_t **out, size_t *count)
{
	bringing b = { into, NULL, 0, 0 };
	rpv_status st = r->view->light ? bring_light(r, weakness, &b) : RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < r->view->variant_count; i++) {
		const rpv__view_variant *v = &r->view->variants[i];
		if (v->recommendation && has_weakness(v, weakness))
			st = add(&b, v->recommendation, r->error);
	}
	*count = rpv__sort_unique_u32(b.numbers, b.count);
	*out = b.numbers;
	return st;
}

/* --- units --- */
typedef struct brought { rpv__arena *scratch; const uint32_t *numbers; size_t count; } brought; /* recommendations */

/* R21: a wider one of the subject decides, or the whole recommendation, or the weakness of each recommendation that
 * brings it. */
static bool unit_decided(const rpv__exception_rows *r, const rpv__cover *c, const unit *u, const brought *b)
{
	if (decided(r, c->recommendation, c->weakness, u, c))
		return true;
	if (c->weakness == 0)
		return false;
	if (c->recommendation)
		return decided(r, c->recommendation, 0, u, NULL);
	for (size_t i = 0; i < b->count; i++)
		if (!decided(r, b->numbers[i], 0, u, NULL) && !decided(r, b->numbers[i], c->weakness, u, NULL))
			return false;
	return b->count > 0;
}

static rpv_status group_of(const rpv__exception_rows *r, uint32_t device, rpv__arena *scratch, uint32_t *out)
{
	rpv__device_hot hot;
	rpv__key key;
	rpv_bytes value;
	*out = RPV__NO_NUMBER;
	if (!r->view->light) {
		if (device < r->view->device_count)
			*out = r->view->devices[device].group;
		return RPV_OK;
	}
	rpv_status st = rpv__source_get(&r->source, rpv__key32(&key, RPV__K_DEVICE_HOT, device), scratch, &value, r->error);
	if (st == RPV_OK && !rpv__get_device_hot(value, scratch, &hot))
		return rpv__fail_corrupt(r->error, "device", rpv__key_view(&key));
	if (st == RPV_OK)
		*out = hot.group;
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

static rpv_status all_decided(const rpv__exception_rows *r, const rpv__cover *c, const brought *b, bool *out)
{
	unit u = { .everything = c->scope == RPV_SCOPE_GLOBAL, .is_group = c->scope == RPV_SCOPE_GROUPS };
	size_t count = u.everything ? 1 : u.is_group ? c->group_count : c->device_count;
	rpv_status st = RPV_OK;
	*out = count > 0;
	for (size_t i = 0; st == RPV_OK && *out && i < count; i++) {
		if (u.is_group) {
			u.group = c->groups[i];
		} else if (!u.everything) {
			u.device = c->devices[i];
			st = group_of(r, u.device, b->scratch, &u.group);
		}
		*out = st == RPV_OK && unit_decided(r, c, &u, b);
	}
	return st;
}

rpv_status rpv__exception_shadowed(const rpv__exception_rows *r, const rpv__cover *cover, rpv_exception_status status,
                                   int32_t *out)
{
	rpv__arena scratch;
	brought b = { &scratch, NULL, 0 };
	bool all = false;
	rpv_status st = RPV_OK;
	*out = 0;
	if (status != RPV_EXCEPTION_IN_EFFECT || (cover->scope == RPV_SCOPE_GLOBAL && !cover->weakness))
		return RPV_OK;
	rpv__arena_init(&scratch, &r->view->alloc);
	if (!cover->recommendation)
		st = rpv__exception_brought(r, cover->weakness, &scratch, &b.numbers, &b.count);
	if (st == RPV_OK)
		st = all_decided(r, cover, &b, &all);
	rpv__arena_free(&scratch);
	*out = all;
	return st;
}
