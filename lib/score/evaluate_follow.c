/* SPDX-License-Identifier: MIT */
/* An evaluation that follows changes of devices: each is counted out as it was and in as it is. Whatever else changes
 * (exceptions, hazards, sets, recommendations, many devices) makes it go; the next one is made from scratch. */
#include "evaluation.h"
#include "view_inside.h"

/* Whether an evaluation can follow a change of this record. What comes new with it is looked at afterwards. */
static bool can_follow(const rpv__view *view, rpv_bytes key, bool *device, uint32_t *number)
{
	*device = rpv__key_is32(key, RPV__K_DEVICE_HOT, number) || rpv__key_is32(key, RPV__K_ROW, number) ||
	          rpv__key_is32(key, RPV__K_STATES, number);
	if (*device)
		return true;
	if (rpv__key_is32(key, RPV__K_VARIANT, number))
		return *number >= view->variant_count;
	return rpv__key_is32(key, RPV__K_GROUP, number) || rpv__key_is32(key, RPV__K_GROUP_COUNT, number) ||
	       rpv__key_is32(key, RPV__K_THREAT, number);
}

static bool has_room(const struct rpv__evaluation *e, const rpv__revision *revision)
{
	const uint64_t *next = revision->next;
	return next[RPV__NEXT_GROUP] == e->view->group_count &&
	       next[RPV__NEXT_RECOMMENDATION] == e->view->recommendation_count &&
	       next[RPV__NEXT_DEVICE] <= e->device_room && next[RPV__NEXT_VARIANT] <= e->variant_room &&
	       next[RPV__NEXT_WEAKNESS] <= e->threat_room;
}

/* Numbers of the changed devices; false when the evaluation had better go. */
static bool collect(const rpv__view *view, const rpv__map *changed, rpv__following *f)
{
	size_t cursor = 0, most = view->device_count / 8 + 64;
	rpv_bytes key;
	while (rpv__map_next(changed, &cursor, &key, NULL)) {
		uint32_t number;
		bool device;
		if (!can_follow(view, key, &device, &number))
			return false;
		if (!device)
			continue;
		if (f->count >= 3 * most || rpv__grow(&view->alloc, &f->devices, &f->cap, f->count + 1, sizeof *f->devices))
			return false;
		f->devices[f->count++] = number;
	}
	f->count = rpv__sort_unique_u32(f->devices, f->count);
	return f->count <= most;
}

void rpv__evaluation_before(rpv__view *view, const rpv__map *changed, const rpv__revision *revision, rpv__following *f)
{
	memset(f, 0, sizeof *f);
	if (view->cached && !collect(view, changed, f))
		rpv__view_changed(view);
	for (struct rpv__evaluation *e = view->cached, *next; e; e = next) {
		next = e->next;
		if (!has_room(e, revision)) {
			rpv__evaluation_forget(view, e->lens.model);
			continue;
		}
		rpv__evaluation_choose(e);
		e->settled &= changed->count == 0; /* figures tell more of weaknesses than what is summed */
		for (size_t i = 0; i < f->count; i++)
			if (f->devices[i] < view->device_count && rpv__evaluation_counts(e, f->devices[i]))
				rpv__evaluation_out(e, f->devices[i]);
	}
}

/* Takes in hazards of weaknesses; false when one that was known has another now, or a callback must be asked. */
static bool take_threats(struct rpv__evaluation *e)
{
	if (e->lens.model && e->lens.model->given.likelihood)
		return false;
	for (size_t i = 0; i < e->view->threat_count; i++) {
		uint64_t hazard = rpv__evaluation_hazard(e, (uint32_t)i);
		if (i < e->threats && e->hazards[i] != hazard)
			return false;
		e->hazards[i] = hazard;
	}
	e->threats = e->view->threat_count;
	return true;
}

static bool take_variants(struct rpv__evaluation *e)
{
	if (e->variants < e->view->variant_count)
		rpv__index_drop(&e->alloc, &e->by_weakness);
	for (; e->variants < e->view->variant_count; e->variants++)
		if (!rpv__table_add(e, (uint32_t)e->variants))
			return false;
	return true;
}

static bool has_threats(const rpv__map *changed)
{
	size_t cursor = 0;
	rpv_bytes key;
	while (rpv__map_next(changed, &cursor, &key, NULL))
		if (*(const uint8_t *)key.data == RPV__K_THREAT)
			return true;
	return false;
}

void rpv__evaluation_after(rpv__view *view, const rpv__map *changed, bool done, rpv__following *f)
{
	for (struct rpv__evaluation *e = view->cached, *next; e; e = next) {
		next = e->next;
		if (!done || (has_threats(changed) && !take_threats(e)) || !take_variants(e)) {
			rpv__evaluation_forget(view, e->lens.model);
			continue;
		}
		rpv__evaluation_choose(e);
		for (size_t i = 0; i < f->count; i++)
			if (f->devices[i] < view->device_count && rpv__evaluation_counts(e, f->devices[i]))
				rpv__evaluation_in(e, f->devices[i]);
		if (e->lens.groups)
			rpv__covers_next(&e->covers, view, &e->lens);
	}
	rpv__free(&view->alloc, f->devices);
}
