/* SPDX-License-Identifier: MIT */
/* An evaluation that follows changes: devices are counted out as they were and in as they are, those too that have a
 * weakness whose hazard is another one now; exceptions are decided anew. Whatever else changes (sets, recommendations,
 * policies, many devices) makes it go; the next one is made from scratch. */
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
	       rpv__key_is32(key, RPV__K_THREAT, number) || *(const uint8_t *)key.data == RPV__K_COVER;
}

static bool has_room(const struct rpv__evaluation *e, const rpv__revision *revision)
{
	const uint64_t *next = revision->next;
	return next[RPV__NEXT_GROUP] == e->view->group_count &&
	       next[RPV__NEXT_RECOMMENDATION] == e->view->recommendation_count &&
	       next[RPV__NEXT_DEVICE] <= e->device_room && next[RPV__NEXT_VARIANT] <= e->variant_room &&
	       next[RPV__NEXT_VARIANT] >= e->view->variant_count &&
	       next[RPV__NEXT_WEAKNESS] <= e->threat_room;
}

/* Numbers of the changed devices that there are or will be. RPV_E_LIMIT: the evaluation had better go. */
static rpv_status collect(const rpv__view *view, const rpv__map *changed, const rpv__revision *revision, rpv__following *f)
{
	size_t cursor = 0, most = view->device_count / 8 + 64;
	uint64_t next = revision->next[RPV__NEXT_DEVICE];
	rpv_bytes key;
	while (rpv__map_next(changed, &cursor, &key, NULL)) {
		uint32_t number;
		bool device;
		if (!can_follow(view, key, &device, &number) || f->count >= 3 * most)
			return RPV_E_LIMIT;
		if (!device || (number >= view->device_count && number >= next))
			continue;
		if (rpv__grow(&view->alloc, &f->devices, &f->cap, f->count + 1, sizeof *f->devices))
			return RPV_E_NOMEM;
		f->devices[f->count++] = number;
	}
	f->count = rpv__sort_unique_u32(f->devices, f->count);
	if (f->count > most)
		return RPV_E_LIMIT;
	f->copy = view->alloc.resize(view->alloc.user, NULL, (f->count + 1) * sizeof *f->copy);
	return f->copy ? RPV_OK : RPV_E_NOMEM;
}

static void count_all(struct rpv__evaluation *e, const rpv__following *f, bool out)
{
	rpv__evaluation_choose(e);
	for (size_t i = 0; !out && i < f->count; i++)
		if (f->devices[i] < e->view->device_count && rpv__evaluation_counts(e, f->devices[i]))
			rpv__evaluation_note(e, f->devices[i], true);
	rpv__order_classes(e->counted, f->devices, f->count, f->copy);
	for (size_t i = 0; i < f->count; i++) {
		uint32_t device = f->devices[i];
		rpv__look_ahead(e, f->devices + i, f->count - i);
		if (!e->counted[device].in)
			continue;
		rpv__index_move(e, device);
		if (e->stale)
			continue;
		if (out)
			rpv__evaluation_out(e, device);
		else
			rpv__evaluation_in(e, device);
	}
}

/* Whether a device is still counted that there will not be, as when its record did not say that it goes. */
static bool keeps_more(const struct rpv__evaluation *e, const rpv__revision *revision)
{
	for (uint64_t i = revision->next[RPV__NEXT_DEVICE]; i < e->view->device_count; i++)
		if (e->counted[i].in)
			return true;
	return false;
}

rpv_status rpv__evaluation_before(rpv__view *view, const rpv__map *changed, const rpv__revision *revision,
                                  rpv__following *f)
{
	memset(f, 0, sizeof *f);
	rpv_status status = view->cached ? collect(view, changed, revision, f) : RPV_OK;
	if (status)
		rpv__view_changed(view);
	for (struct rpv__evaluation *e = view->cached, *next; e; e = next) {
		next = e->next;
		if (!has_room(e, revision)) {
			rpv__evaluation_forget(view, e->lens.model);
			continue;
		}
		if (changed->count == 0)
			continue;
		rpv__evaluation_give_up(e);
		e->settled = false;
		count_all(e, f, true);
		if (keeps_more(e, revision))
			rpv__evaluation_forget(view, e->lens.model);
	}
	return status == RPV_E_NOMEM ? status : RPV_OK;
}

static rpv_status take_variants(struct rpv__evaluation *e)
{
	rpv_status status = RPV_OK;
	if (e->variants < e->view->variant_count)
		rpv__index_drop(&e->alloc, &e->by_weakness);
	for (; !status && e->variants < e->view->variant_count; e->variants++)
		status = rpv__table_add(e, (uint32_t)e->variants);
	return status;
}

/* Hazards of weaknesses that were not known yet; what has them is new as well. */
static void take_threats(struct rpv__evaluation *e)
{
	for (; e->threats < e->view->threat_count; e->threats++)
		e->hazards[e->threats] = rpv__evaluation_hazard(e, (uint32_t)e->threats);
}

/* Those that have another hazard now, among the blocks that were read again. */
static rpv_status note_hazards(struct rpv__evaluation *e, const rpv__map *changed, rpv__arena *arena, uint32_t **out,
                               size_t *count)
{
	size_t cursor = 0, cap = 0;
	rpv_bytes key;
	uint32_t block;
	while (rpv__map_next(changed, &cursor, &key, NULL)) {
		if (!rpv__key_is32(key, RPV__K_THREAT, &block))
			continue;
		size_t first = (size_t)block * RPV__THREAT_BLOCK;
		for (size_t i = first; i < first + RPV__THREAT_BLOCK && i < e->threats; i++) {
			if (rpv__evaluation_hazard(e, (uint32_t)i) == e->hazards[i])
				continue;
			if (rpv__arena_grow(arena, out, &cap, *count, sizeof **out))
				return RPV_E_NOMEM;
			(*out)[(*count)++] = (uint32_t)i;
		}
	}
	return RPV_OK;
}

static rpv_status follow_hazards(struct rpv__evaluation *e, const rpv__map *changed)
{
	uint32_t *weaknesses = NULL;
	size_t count = 0;
	rpv__arena arena;
	rpv__arena_init(&arena, &e->alloc);
	rpv_status status = note_hazards(e, changed, &arena, &weaknesses, &count);
	if (!status && count)
		status = rpv__evaluation_hazards(e, weaknesses, count, &arena);
	rpv__arena_free(&arena);
	return status;
}

static rpv_status follow_exceptions(struct rpv__evaluation *e, const rpv__map *changed)
{
	size_t cursor = 0, count = 0;
	rpv_status status = RPV_OK;
	uint32_t recommendation, weakness;
	uint64_t exception;
	rpv_bytes key;
	while (!status && rpv__map_next(changed, &cursor, &key, NULL))
		if (rpv__key_is_cover(key, &recommendation, &weakness, &exception))
			status = ++count > RPV__SUBJECTS_MOST ? RPV_E_LIMIT : rpv__evaluation_decide(e, recommendation, weakness);
	if (count || e->lens.groups)
		rpv__covers_next(&e->covers, e->view, &e->lens);
	return status;
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

/* RPV_E_NOMEM, or RPV_E_LIMIT: it had better go. */
static rpv_status follow(struct rpv__evaluation *e, const rpv__map *changed, const rpv__following *f)
{
	bool threats = has_threats(changed);
	if (threats && e->lens.model && e->lens.model->given.likelihood)
		return RPV_E_LIMIT; /* its callback must be asked */
	take_threats(e);
	rpv_status status = take_variants(e);
	if (!status)
		count_all(e, f, false);
	if (!status && threats)
		status = follow_hazards(e, changed);
	return status ? status : follow_exceptions(e, changed);
}

rpv_status rpv__evaluation_after(rpv__view *view, const rpv__map *changed, bool done, rpv__following *f)
{
	rpv_status status = RPV_OK;
	for (struct rpv__evaluation *e = view->cached, *next; e; e = next) {
		rpv_status one = done ? follow(e, changed, f) : RPV_E_LIMIT;
		next = e->next;
		if (one)
			rpv__evaluation_forget(view, e->lens.model);
		if (one == RPV_E_NOMEM)
			status = one;
	}
	rpv__free(&view->alloc, f->devices);
	rpv__free(&view->alloc, f->copy);
	return status;
}
