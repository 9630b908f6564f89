/* SPDX-License-Identifier: MIT */
/* Which exceptions decide what at a time: by subject, the widest in effect. */
#include "evaluation.h"

static bool is_without(const rpv__lens *lens, uint64_t exception)
{
	if (exception != 0 && exception == lens->without)
		return true;
	for (size_t i = 0; i < lens->without_count; i++)
		if (lens->withouts[i] == exception)
			return true;
	return false;
}

static bool in_effect(const rpv__view *view, const rpv__lens *lens, const rpv__cover *cover)
{
	bool known = (!cover->recommendation || cover->recommendation < view->recommendation_count) &&
	             (!cover->weakness || cover->weakness < view->threat_count);
	return known && rpv__exception_status_alone(cover, lens->now_ms) == RPV_EXCEPTION_IN_EFFECT &&
	       !is_without(lens, cover->exception);
}

/* --- subjects --- */
static int by_number(const void *a, const void *b, const void *context)
{
	uint32_t x = ((const rpv__decider *)a)->number, y = ((const rpv__decider *)b)->number;
	(void)context;
	return (x > y) - (x < y);
}

static uint8_t bits_of(const rpv__cover *cover)
{
	return (uint8_t)(RPV__HIDES | (rpv__exception_official(cover) ? RPV__REMOVES : 0));
}

/* Deciders of all covers of one width, by number. Should two claim the same number, the older one has it. */
static rpv_status deciders(rpv__arena *arena, const rpv__cover *const *covers, size_t count, bool devices,
                           rpv__decider **out, size_t *out_count)
{
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < count; i++)
		if ((covers[i]->scope == RPV_SCOPE_DEVICES) == devices)
			n += devices ? covers[i]->device_count : covers[i]->group_count;
	rpv__decider *all = n ? rpv__arena_get(arena, n * sizeof *all) : NULL;
	if (n && !all)
		return RPV_E_NOMEM;
	n = 0;
	for (size_t i = 0; i < count; i++) {
		const rpv__cover *c = covers[i];
		if ((c->scope == RPV_SCOPE_DEVICES) != devices)
			continue;
		for (size_t j = 0; j < (devices ? c->device_count : c->group_count); j++)
			all[n++] = (rpv__decider){ devices ? c->devices[j] : c->groups[j], bits_of(c) };
	}
	rpv_status status = rpv__sort(&arena->alloc, all, n, sizeof *all, by_number, NULL);
	for (size_t i = 0; !status && i < n; i++)
		if (kept == 0 || all[kept - 1].number != all[i].number)
			all[kept++] = all[i];
	*out = all;
	*out_count = kept;
	return status;
}

rpv_status rpv__subject_of(rpv__subject *out, rpv__arena *arena, const rpv__cover *const *covers, size_t count)
{
	for (size_t i = 0; i < count && !out->global; i++)
		if (covers[i]->scope == RPV_SCOPE_GLOBAL)
			out->global = bits_of(covers[i]);
	if (out->global)
		return RPV_OK;
	rpv_status status = deciders(arena, covers, count, false, &out->groups, &out->group_count);
	if (!status)
		status = deciders(arena, covers, count, true, &out->devices, &out->device_count);
	return status;
}

static uint8_t decided(const rpv__decider *deciders, size_t count, uint32_t number)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (deciders[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && deciders[low].number == number ? deciders[low].bits : 0;
}

uint8_t rpv__subject_bits(const rpv__subject *subject, uint32_t group, uint32_t device)
{
	if (subject->global)
		return subject->global;
	uint8_t bits = decided(subject->groups, subject->group_count, group);
	return bits ? bits : decided(subject->devices, subject->device_count, device);
}

rpv__subject *rpv__subject_find(const rpv__covers *covers, uint32_t recommendation, uint32_t weakness)
{
	size_t low = covers->first[recommendation], high = covers->first[recommendation + 1], end = high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (covers->subjects[middle].weakness < weakness)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && covers->subjects[low].weakness == weakness ? &covers->subjects[low] : NULL;
}

/* --- all of them --- */
static int order_of(const rpv__cover *a, const rpv__cover *b)
{
	if (a->recommendation != b->recommendation)
		return a->recommendation < b->recommendation ? -1 : 1;
	return (a->weakness > b->weakness) - (a->weakness < b->weakness);
}

bool rpv__cover_concerns(const rpv__view *view, const rpv__lens *lens, const rpv__cover *cover)
{
	if (!lens->groups || cover->scope == RPV_SCOPE_GLOBAL)
		return true;
	if (cover->scope != RPV_SCOPE_DEVICES) {
		for (size_t i = 0; i < cover->group_count; i++)
			if (cover->groups[i] < lens->group_count && lens->groups[cover->groups[i]])
				return true;
		return false;
	}
	for (size_t i = 0; i < cover->device_count; i++) {
		const rpv__view_device *d = cover->devices[i] < view->device_count ? &view->devices[cover->devices[i]] : NULL;
		if (d && !(d->flags & RPV__DEVICE_REMOVED) && d->group < lens->group_count && lens->groups[d->group])
			return true;
	}
	return false;
}

void rpv__covers_next(rpv__covers *covers, const rpv__view *view, const rpv__lens *lens)
{
	covers->next_ms = covers->told_ms = INT64_MAX;
	for (size_t i = 0; i < view->cover_count; i++) {
		const rpv__cover *c = &view->covers[i];
		int64_t at = rpv__exception_next_instant(c, lens->now_ms);
		if (c->pending || is_without(lens, c->exception))
			continue;
		if (at < covers->next_ms)
			covers->next_ms = at;
		if (at < covers->told_ms && rpv__cover_concerns(view, lens, c))
			covers->told_ms = at;
	}
}

/* All covers in effect, in order of their subjects; the draft comes last on its own. */
static rpv_status collect(const rpv__view *view, const rpv__lens *lens, rpv__arena *arena, const rpv__cover ***out,
                          size_t *count)
{
	const rpv__cover *draft = lens->draft;
	size_t n = draft ? 1 : 0;
	for (size_t i = 0; i < view->cover_count; i++)
		n += in_effect(view, lens, &view->covers[i]);
	const rpv__cover **all = rpv__arena_get(arena, (n + 1) * sizeof(*all));
	if (!all)
		return RPV_E_NOMEM;
	n = 0;
	for (size_t i = 0; i < view->cover_count; i++) {
		const rpv__cover *c = &view->covers[i];
		if (draft && order_of(draft, c) < 0) {
			all[n++] = draft;
			draft = NULL;
		}
		if (in_effect(view, lens, c))
			all[n++] = c;
	}
	if (draft)
		all[n++] = draft;
	*out = all;
	*count = n;
	return RPV_OK;
}

rpv_status rpv__covers_in_effect(const rpv__view *view, const rpv__lens *lens, const rpv__cover *subject,
                                 uint64_t without, rpv__arena *arena, const rpv__cover ***out, size_t *count)
{
	size_t low = 0, high = view->cover_count, n = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (order_of(&view->covers[middle], subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < view->cover_count && order_of(&view->covers[high], subject) == 0;)
		high++;
	const rpv__cover **all = rpv__arena_get(arena, (high - low + 1) * sizeof(*all));
	if (!all)
		return RPV_E_NOMEM;
	for (; low < high; low++)
		if (view->covers[low].exception != without && in_effect(view, lens, &view->covers[low]))
			all[n++] = &view->covers[low];
	*out = all;
	*count = n;
	return RPV_OK;
}

/* first[n] to first[n + 1]: turns counts at n + 1 into starts. */
static void starts(uint32_t *first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		first[i + 1] += first[i];
}

rpv_status rpv__covers_scope(rpv__covers *covers, const rpv__view *view)
{
	size_t entries = 0, groups = view->group_count;
	rpv__arena_free(&covers->scopes);
	for (size_t i = 0; i < covers->count; i++)
		entries += covers->subjects[i].group_count;
	covers->group_first = rpv__arena_get(&covers->scopes, (groups + 2) * sizeof *covers->group_first);
	covers->group_subjects = rpv__arena_get(&covers->scopes, (entries + 1) * sizeof *covers->group_subjects);
	if (!covers->group_first || !covers->group_subjects)
		return RPV_E_NOMEM;
	/* counted two places ahead, so that filling in leaves every start where it belongs */
	for (int fill = 0; fill < 2; fill++) {
		for (size_t i = 0; i < covers->count; i++)
			for (size_t j = 0; j < covers->subjects[i].group_count; j++) {
				uint32_t group = covers->subjects[i].groups[j].number;
				if (group >= groups)
					continue;
				if (fill)
					covers->group_subjects[covers->group_first[group + 1]++] = (uint32_t)i;
				else
					covers->group_first[group + 2]++;
			}
		if (!fill)
			starts(covers->group_first, groups + 1);
	}
	for (size_t i = 0; i < covers->count; i++)
		for (size_t j = 0; j < covers->subjects[i].device_count; j++) {
			if (!covers->special)
				covers->special = rpv__arena_get(&covers->arena, covers->special_room);
			if (!covers->special)
				return RPV_E_NOMEM;
			if (covers->subjects[i].devices[j].number < view->device_count)
				covers->special[covers->subjects[i].devices[j].number] = 1;
		}
	return RPV_OK;
}

rpv_status rpv__covers_open(rpv__covers *covers, const rpv__view *view, const rpv__lens *lens)
{
	const rpv__cover **all;
	size_t count, recommendations = view->recommendation_count;
	rpv_status status = collect(view, lens, &covers->arena, &all, &count);
	if (status)
		return status;
	rpv__covers_next(covers, view, lens);
	covers->cap = count + 1;
	covers->subjects = rpv__arena_get(&covers->arena, covers->cap * sizeof *covers->subjects);
	covers->first = rpv__arena_get(&covers->arena, (recommendations + 3) * sizeof *covers->first);
	if (!covers->subjects || !covers->first)
		return RPV_E_NOMEM;
	for (size_t i = 0, end; !status && i < count; i = end) {
		rpv__subject *subject = &covers->subjects[covers->count++];
		for (end = i + 1; end < count && order_of(all[end], all[i]) == 0;)
			end++;
		subject->recommendation = all[i]->recommendation;
		subject->weakness = all[i]->weakness;
		covers->first[subject->recommendation + 1]++;
		status = rpv__subject_of(subject, &covers->arena, &all[i], end - i);
	}
	starts(covers->first, recommendations + 1);
	return status ? status : rpv__covers_scope(covers, view);
}

void rpv__covers_close(rpv__covers *covers)
{
	rpv__arena_free(&covers->arena);
	rpv__arena_free(&covers->scopes);
}

rpv_status rpv__covers_subject(rpv__covers *covers, const rpv__view *view, uint32_t recommendation, uint32_t weakness,
                               rpv__subject **out)
{
	size_t at = covers->first[recommendation];
	*out = rpv__subject_find(covers, recommendation, weakness);
	if (*out)
		return RPV_OK;
	if (rpv__arena_grow(&covers->arena, &covers->subjects, &covers->cap, covers->count, sizeof *covers->subjects))
		return RPV_E_NOMEM;
	while (at < covers->first[recommendation + 1] && covers->subjects[at].weakness < weakness)
		at++;
	memmove(&covers->subjects[at + 1], &covers->subjects[at], (covers->count - at) * sizeof *covers->subjects);
	covers->count++;
	covers->subjects[at] = (rpv__subject){ .recommendation = recommendation, .weakness = weakness };
	for (size_t i = recommendation + 1; i <= view->recommendation_count; i++)
		covers->first[i]++;
	*out = &covers->subjects[at];
	return RPV_OK;
}
