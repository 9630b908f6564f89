/* SPDX-License-Identifier: MIT */
/* What the exceptions on a recommendation come to, as a session sees them (R19, R44). */
#include "../model/exception.h"
#include "lister.h"

static bool in_lens(const rpv__lens *lens, uint32_t group)
{
	return !lens->groups || (group < lens->group_count && lens->groups[group]);
}

uint64_t rpv__present_groups(const rpv__view *view, const rpv__lens *lens)
{
	uint64_t present = 0;
	for (uint32_t g = 0; g < view->group_count; g++)
		present += in_lens(lens, g) && rpv__view_group_present(view, g);
	return present;
}

/* The first cover of a recommendation. */
static size_t first_cover(const rpv__view *view, uint32_t recommendation)
{
	size_t low = 0, high = view->cover_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (view->covers[middle].recommendation < recommendation)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks the present groups of the lens under a cover; counts those that were not marked yet. */
static uint64_t mark(const rpv__view *view, const rpv__lens *lens, const rpv__cover *cover, uint32_t *marks)
{
	uint64_t fresh = 0;
	for (size_t i = 0; i < cover->group_count; i++) {
		uint32_t group = cover->groups[i];
		if (group >= view->group_count || !in_lens(lens, group) || !rpv__view_group_present(view, group) ||
		    marks[group] == cover->recommendation)
			continue;
		marks[group] = cover->recommendation;
		fresh++;
	}
	return fresh;
}

void rpv__recommendation_look(const rpv__view *view, const rpv__lens *lens, uint32_t recommendation, uint32_t *marks,
                              rpv__recommendation_covers *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = first_cover(view, recommendation);
	     i < view->cover_count && view->covers[i].recommendation == recommendation; i++) {
		const rpv__cover *c = &view->covers[i];
		rpv_exception_status status = rpv__exception_status_alone(c, lens->now_ms);
		if (!rpv__exception_live(status) || !rpv__cover_concerns(view, lens, c))
			continue;
		out->live++;
		if (status != RPV_EXCEPTION_IN_EFFECT)
			continue;
		if (c->weakness == 0 && c->scope == RPV_SCOPE_GLOBAL)
			out->global = true;
		else
			out->others = true;
		if (c->weakness == 0)
			out->covered += mark(view, lens, c, marks);
	}
}

bool rpv__weakness_everywhere(const rpv__view *view, const rpv__lens *lens)
{
	for (size_t i = 0; i < view->cover_count && view->covers[i].recommendation == 0; i++)
		if (rpv__exception_status_alone(&view->covers[i], lens->now_ms) == RPV_EXCEPTION_IN_EFFECT)
			return true;
	return false;
}
