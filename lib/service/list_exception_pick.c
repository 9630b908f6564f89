/* SPDX-License-Identifier: MIT */
/* Picking the exceptions of a list: subject by subject, from the covers of the view. What has a key is found by it; of the
 * others each is looked at once. With a limit only as many as that are kept at any time. */
#include "../score/units.h"
#include "list_exception.h"

typedef rpv__exception_listing listing;

/* --- filters --- */
static bool in_bits(uint32_t bits, uint32_t value)
{
	return bits == 0 || (bits >> value & 1);
}

static bool rests_on(const rpv__cover *cover, uint32_t control)
{
	for (size_t i = 0; i < cover->control_count; i++)
		if (cover->controls[i] == control)
			return true;
	return false;
}

static bool matches(const listing *l, const rpv__listed *c)
{
	const rpv_exception_query *q = &l->query;
	const rpv__cover *cover = c->cover;
	bool scope = in_bits(q->scopes, (uint32_t)cover->scope) ||
	             (cover->all_groups && in_bits(q->scopes, RPV_SCOPE_ALL_GROUPS));
	return (!q->id || cover->exception == l->id) &&
	       (!q->recommendation || cover->recommendation == l->recommendation) &&
	       (!q->weakness || cover->weakness == l->weakness) &&
	       (!q->group || rpv__exception_covers_group(cover, l->group)) &&
	       (!q->control || rests_on(cover, l->control)) &&
	       (!q->ends_before_ms || cover->end_ms < q->ends_before_ms) &&
	       in_bits(q->statuses, (uint32_t)c->status) && in_bits(q->justifications, (uint32_t)cover->justification) &&
	       in_bits(q->impacts, (uint32_t)cover->impact) && scope &&
	       (q->single_weakness == RPV_FLAG_UNCHANGED || (q->single_weakness == RPV_FLAG_TRUE) == (cover->weakness != 0));
}

/* Covers written since version 2 of their codec name the requester; of older ones the texts are read. */
static rpv_status filed_by(listing *l, const rpv__cover *cover, bool *out)
{
	rpv__exception texts;
	rpv__arena scratch;
	*out = !l->query.requester || (cover->requester && cover->requester == l->requester);
	if (*out || cover->requester)
		return RPV_OK;
	rpv__arena_init(&scratch, &l->rows.view->alloc);
	rpv_status st = rpv__read_exception(&l->rows.source, cover->exception, &scratch, &texts, l->rows.error);
	*out = st == RPV_OK && texts.requester && strcmp(texts.requester, l->query.requester) == 0;
	rpv__arena_free(&scratch);
	if (st == RPV_E_NOT_FOUND) {
		rpv__key key;
		st = rpv__fail_corrupt(l->rows.error, "missing exception",
		                       rpv__key64(&key, RPV__K_EXCEPTION, cover->exception));
	}
	return st;
}

static rpv_status work_out(listing *l, rpv__listed *c)
{
	rpv_status st = RPV_OK;
	if (l->query.sort == RPV_EXCEPTION_BY_WORTH)
		st = rpv__evaluate_worth(l->rows.view, &l->rows.lens, c->cover, &c->worth, l->rows.error);
	c->key = (int64_t)c->cover->exception;
	if (l->query.sort == RPV_EXCEPTION_BY_END)
		c->key = c->cover->end_ms;
	else if (l->query.sort == RPV_EXCEPTION_BY_WORTH)
		c->key = -(int64_t)(c->worth.exposure_mitigation_like * (double)RPV__POINT); /* exact: it came from such units */
	return st;
}

/* --- keeping the first ones --- */
static int compare_keys(int64_t a_key, uint64_t a_id, int64_t b_key, uint64_t b_id)
{
	if (a_key != b_key)
		return a_key < b_key ? -1 : 1;
	return (a_id > b_id) - (a_id < b_id);
}

static int in_order(const void *a, const void *b, const void *context)
{
	const rpv__listed *x = a, *y = b;
	(void)context;
	return compare_keys(x->key, x->cover->exception, y->key, y->cover->exception);
}

static void swap(rpv__listed *a, rpv__listed *b)
{
	rpv__listed c = *a;
	*a = *b;
	*b = c;
}

/* The items are a heap: the last one in order is on top. */
static void sink(rpv__listed *items, size_t count)
{
	for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && in_order(&items[child], &items[child + 1], NULL) < 0)
			child++;
		if (in_order(&items[at], &items[child], NULL) >= 0)
			return;
		swap(&items[at], &items[child]);
	}
}

static void rise(rpv__listed *items, size_t at)
{
	for (size_t up; at && in_order(&items[at], &items[up = (at - 1) / 2], NULL) > 0; at = up)
		swap(&items[at], &items[up]);
}

static bool is_full(const listing *l)
{
	return l->query.limit && l->count > l->query.limit;
}

static bool too_late(const listing *l, const rpv__listed *c)
{
	if (l->query.after && compare_keys(c->key, c->cover->exception, l->after.key, l->after_id) <= 0)
		return true; /* on a page before */
	return is_full(l) && in_order(c, &l->items[0], NULL) >= 0;
}

static rpv_status keep(listing *l, const rpv__listed *c)
{
	if (is_full(l)) {
		l->items[0] = *c;
		sink(l->items, l->count);
		return RPV_OK;
	}
	if (rpv__grow(&l->rows.view->alloc, &l->items, &l->cap, l->count + 1, sizeof *c))
		return rpv__fail_nomem(l->rows.error);
	l->items[l->count++] = *c;
	if (l->query.limit)
		rise(l->items, l->count - 1);
	return RPV_OK;
}

/* --- which subjects --- */
static rpv_status consider(listing *l, rpv__listed *c)
{
	bool wanted = false;
	l->id_seen = l->id_seen || c->cover->exception == l->id;
	if (!matches(l, c))
		return RPV_OK;
	rpv_status st = filed_by(l, c->cover, &wanted);
	if (st == RPV_OK && wanted)
		st = rpv__listing_watched(l, c, &wanted);
	if (st || !wanted)
		return st;
	st = work_out(l, c);
	return st == RPV_OK && !too_late(l, c) ? keep(l, c) : st;
}

/* From the first cover of a subject to its last; *next is the first one behind it. */
static rpv_status take_subject(listing *l, size_t first, size_t *next)
{
	const rpv__cover *covers = &l->rows.view->covers[first];
	size_t count;
	rpv_status st = RPV_OK;
	rpv__view_subject(l->rows.view, covers->recommendation, covers->weakness, &count);
	uint64_t global = rpv__global_in_effect(covers, count, l->rows.lens.now_ms);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__listed c = { .cover = &covers[i], .global = global };
		c.status = rpv__exception_status(c.cover, global != 0, l->rows.lens.now_ms);
		if (rpv__exception_visible(&l->rows, c.cover))
			st = consider(l, &c);
	}
	*next = first + count;
	return st;
}

/* The subject of the exception asked for. */
static rpv_status take_id(listing *l)
{
	rpv__arena scratch;
	rpv__exception texts;
	size_t first, next, count = l->rows.view->cover_count;
	rpv__arena_init(&scratch, &l->rows.view->alloc);
	rpv_status st = rpv__read_exception(&l->rows.source, l->id, &scratch, &texts, l->rows.error);
	if (st == RPV_OK) {
		first = rpv__view_cover_place(l->rows.view, texts.recommendation, texts.weakness);
		if (first < count && l->rows.view->covers[first].recommendation == texts.recommendation &&
		    l->rows.view->covers[first].weakness == texts.weakness)
			st = take_subject(l, first, &next);
	}
	rpv__arena_free(&scratch);
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

static rpv_status take_range(listing *l, size_t first, size_t end)
{
	rpv_status st = RPV_OK;
	for (size_t next; st == RPV_OK && first < end; first = next)
		st = take_subject(l, first, &next);
	return st;
}

/* The weakness of each recommendation that has exceptions, and everywhere. */
static rpv_status take_weakness(listing *l)
{
	const rpv__view *view = l->rows.view;
	rpv_status st = RPV_OK;
	for (size_t at = 0, next; st == RPV_OK && at < view->cover_count; at = next) {
		uint32_t recommendation = view->covers[at].recommendation;
		size_t first = rpv__view_cover_place(view, recommendation, l->weakness);
		next = rpv__view_cover_place(view, recommendation + 1, 0);
		st = take_range(l, first, rpv__view_cover_place(view, recommendation, l->weakness + 1));
	}
	return st;
}

static rpv_status take_covers(listing *l)
{
	const rpv__view *view = l->rows.view;
	const rpv_exception_query *q = &l->query;
	if (q->id)
		return take_id(l);
	if (q->recommendation)
		return take_range(l, rpv__view_cover_place(view, l->recommendation, q->weakness ? l->weakness : 0),
		                  q->weakness ? rpv__view_cover_place(view, l->recommendation, l->weakness + 1)
		                              : rpv__view_cover_place(view, l->recommendation + 1, 0));
	return q->weakness ? take_weakness(l) : take_range(l, 0, view->cover_count);
}

rpv_status rpv__listing_pick(listing *l)
{
	rpv_status st = take_covers(l);
	if (st == RPV_OK && rpv__sort(&l->rows.view->alloc, l->items, l->count, sizeof *l->items, in_order, NULL))
		st = rpv__fail_nomem(l->rows.error);
	if (st == RPV_OK && l->query.id && !l->id_seen)
		st = rpv__fail(l->rows.error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", l->query.id);
	return st;
}
