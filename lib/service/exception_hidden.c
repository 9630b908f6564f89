/* SPDX-License-Identifier: MIT */
/* What a draft exception would hide: a pass over the devices that may have some of it, beside the exceptions that are in
 * effect with it. */
#include "../model/policy.h"
#include "exception.h"

typedef struct link { const rpv__cover *cover; size_t next; } link; /* next: place + 1 of the next one, 0: none */

typedef struct hiding {
	rpv__view *view;
	const rpv__lens *lens;
	const rpv__cover *draft;
	link *links; size_t count, cap;
	size_t everywhere;             /* heads of lists, place + 1 */
	rpv__map by_group, by_device;
	bool suspended;                /* the draft itself */
	rpv__map named;                /* weaknesses */
	rpv__hidden out;
} hiding;

static rpv_status chain(hiding *h, const rpv__cover *cover, size_t *head)
{
	rpv_status st = rpv__grow(&h->view->alloc, &h->links, &h->cap, h->count + 1, sizeof *h->links);
	if (st)
		return st;
	h->links[h->count++] = (link){ cover, *head };
	*head = h->count;
	return RPV_OK;
}

static rpv_status chain_under(hiding *h, const rpv__cover *cover, rpv__map *map, const uint32_t *units, size_t count)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		uint64_t known = 0;
		rpv__map_get_u64(map, units[i], &known);
		size_t head = (size_t)known;
		st = chain(h, cover, &head);
		if (st == RPV_OK)
			st = rpv__map_put_u64(map, units[i], head);
	}
	return st;
}

/* Covers of one subject: those in effect beside the draft that can hide a finding of its target. */
static rpv_status take_subject(hiding *h, const rpv__cover *covers, size_t count)
{
	const rpv__cover *draft = h->draft;
	bool same = rpv__exception_same_subject(covers, draft);
	bool global = rpv__global_in_effect(covers, count, h->lens->now_ms) != 0;
	rpv_status st = RPV_OK;
	if (covers->recommendation && draft->recommendation && covers->recommendation != draft->recommendation)
		return RPV_OK;
	if (same && global && draft->scope != RPV_SCOPE_GLOBAL)
		h->suspended = true;
	if (same && draft->scope == RPV_SCOPE_GLOBAL)
		return RPV_OK; /* suspended by it, or replaced */
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		const rpv__cover *c = &covers[i];
		if (rpv__exception_status(c, global, h->lens->now_ms) != RPV_EXCEPTION_IN_EFFECT)
			continue;
		if (same && c->scope == draft->scope) /* what they share is the draft's */
			continue;
		if (c->scope == RPV_SCOPE_GLOBAL)
			st = chain(h, c, &h->everywhere);
		else if (c->scope == RPV_SCOPE_DEVICES)
			st = chain_under(h, c, &h->by_device, c->devices, c->device_count);
		else
			st = chain_under(h, c, &h->by_group, c->groups, c->group_count);
	}
	return st;
}

static bool hides(const hiding *h, size_t head, uint32_t recommendation, uint32_t weakness)
{
	for (; head; head = h->links[head - 1].next) {
		const rpv__cover *c = h->links[head - 1].cover;
		if ((!c->recommendation || c->recommendation == recommendation) && (!c->weakness || c->weakness == weakness))
			return true;
	}
	return false;
}

/* The lists of covers that hold for a device. */
typedef struct lists { size_t heads[3]; } lists;

static rpv_status count_finding(hiding *h, const lists *l, uint32_t recommendation, uint32_t weakness)
{
	uint64_t known;
	bool hidden = h->suspended;
	for (int i = 0; !hidden && i < 3; i++)
		hidden = hides(h, l->heads[i], recommendation, weakness);
	if (hidden)
		return RPV_OK;
	h->out.findings++;
	if (!weakness || h->out.weakness_count == RPV_HIDDEN_IDS_MAX || rpv__map_get_u64(&h->named, weakness, &known))
		return RPV_OK;
	h->out.weakness[h->out.weakness_count++] = weakness;
	return rpv__map_put_u64(&h->named, weakness, 1);
}

static rpv_status count_variant(hiding *h, const lists *l, uint32_t number, bool *exposed)
{
	const rpv__view_variant *v = &h->view->variants[number];
	rpv_status st = RPV_OK;
	if (h->draft->recommendation && h->draft->recommendation != v->recommendation)
		return RPV_OK;
	for (uint32_t i = 0; st == RPV_OK && i < v->weakness_count; i++) {
		if (h->draft->weakness && h->draft->weakness != v->weaknesses[i])
			continue;
		*exposed = true;
		st = count_finding(h, l, v->recommendation, v->weaknesses[i]);
	}
	return st;
}

static rpv_status count_device(hiding *h, uint32_t number)
{
	const rpv__view_device *d = &h->view->devices[number];
	uint64_t by_group = 0, by_device = 0;
	bool exposed = false;
	rpv_status st = RPV_OK;
	if (h->lens->groups && (d->group >= h->lens->group_count || !h->lens->groups[d->group]))
		return RPV_OK;
	if (!rpv__view_active(d, h->lens->now_ms, h->view->policy.inactive_after_ms) ||
	    !rpv__exception_covers_device(h->draft, number, d->group))
		return RPV_OK;
	rpv__map_get_u64(&h->by_group, d->group, &by_group);
	rpv__map_get_u64(&h->by_device, number, &by_device);
	lists l = { { h->everywhere, (size_t)by_group, (size_t)by_device } };
	for (uint32_t i = 0; st == RPV_OK && i < rpv__device_variant_count(d); i++)
		if (rpv__device_variant(d, i) < h->view->variant_count)
			st = count_variant(h, &l, rpv__device_variant(d, i), &exposed);
	for (uint32_t i = 0; st == RPV_OK && !h->draft->weakness && i < d->state_count; i++) {
		const rpv__state *s = &d->states[i];
		if (s->recommendation != h->draft->recommendation || s->state != RPV_CONFIGURATION_EXPOSED)
			continue;
		exposed = true;
		st = count_finding(h, &l, s->recommendation, 0);
	}
	h->out.devices += exposed;
	if (exposed && h->out.device_count < RPV_HIDDEN_IDS_MAX)
		h->out.device[h->out.device_count++] = number;
	return st;
}

rpv_status rpv__draft_hidden(rpv__view *view, const rpv__lens *lens, rpv__arena *into, rpv__hidden *out, rpv_error *error)
{
	hiding h = { .view = view, .lens = lens, .draft = lens->draft };
	rpv_status st = RPV_OK;
	uint8_t *marks = rpv__new(&view->alloc, view->device_count + 1);
	h.out.device = rpv__arena_get(into, RPV_HIDDEN_IDS_MAX * sizeof *h.out.device);
	h.out.weakness = rpv__arena_get(into, RPV_HIDDEN_IDS_MAX * sizeof *h.out.weakness);
	if (!h.out.device || !h.out.weakness || !marks) {
		rpv__free(&view->alloc, marks);
		return rpv__fail_nomem(error);
	}
	st = rpv__evaluate_marks(view, lens, marks);
	rpv__map_init(&h.named, &view->alloc);
	rpv__map_init(&h.by_group, &view->alloc);
	rpv__map_init(&h.by_device, &view->alloc);
	for (size_t i = 0, next; st == RPV_OK && i < view->cover_count; i = next) {
		for (next = i + 1; next < view->cover_count &&
		     rpv__exception_same_subject(&view->covers[i], &view->covers[next]); next++)
			;
		st = take_subject(&h, &view->covers[i], next - i);
	}
	for (size_t i = 0; st == RPV_OK && i < view->device_count; i++)
		if (marks[i])
			st = count_device(&h, (uint32_t)i);
	*out = h.out;
	rpv__map_free(&h.named);
	rpv__map_free(&h.by_group);
	rpv__map_free(&h.by_device);
	rpv__free(&view->alloc, h.links);
	rpv__free(&view->alloc, marks);
	return st ? rpv__fail_nomem(error) : RPV_OK;
}
