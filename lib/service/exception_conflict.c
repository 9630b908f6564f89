/* SPDX-License-Identifier: MIT */
/* A new exception and those on its subject that it would conflict with: left out, refused, or taken over. */
#include "exception.h"

/* Takes from `numbers` those that are in `gone`; both ascend. Returns how many stay; `names` (may be NULL) go along. */
static size_t subtract(uint32_t *numbers, const char **names, size_t count, const uint32_t *gone, size_t gone_count)
{
	size_t kept = 0;
	for (size_t i = 0, j = 0; i < count; i++) {
		while (j < gone_count && gone[j] < numbers[i])
			j++;
		if (j < gone_count && gone[j] == numbers[i])
			continue;
		if (names)
			names[kept] = names[i];
		numbers[kept++] = numbers[i];
	}
	return kept;
}

static rpv_status copy_numbers(rpv__arena *arena, const uint32_t *numbers, size_t count, uint32_t **out,
                               rpv_error *error)
{
	*out = rpv__arena_get(arena, (count + 1) * sizeof **out);
	if (!*out)
		return rpv__fail_nomem(error);
	if (count)
		memcpy(*out, numbers, count * sizeof **out);
	return RPV_OK;
}

static bool is_live(const rpv__plan *plan, const rpv__cover *cover)
{
	return rpv__exception_live(rpv__exception_status_alone(cover, plan->now_ms));
}

/* R16: all present groups takes those that have no conflicting one, and names the rest. */
rpv_status rpv__plan_skip_groups(rpv__plan *plan, rpv_error *error)
{
	rpv__arena *arena = &plan->filing->arena;
	rpv__cover *cover = &plan->cover;
	const char **names = plan->unit_names;
	size_t before = cover->group_count;
	for (size_t i = 0; i < plan->other_count; i++) {
		const rpv__cover *other = &plan->others[i];
		if (!is_live(plan, other) || !rpv__exception_conflict(cover, other))
			continue;
		for (size_t g = 0; g < cover->group_count; g++)
			if (rpv__exception_covers_group(other, cover->groups[g]) &&
			    rpv__text_list_add(arena, &plan->skipped, names[g]))
				return rpv__fail_nomem(error);
		uint32_t *rest;
		rpv_status st = copy_numbers(arena, cover->groups, cover->group_count, &rest, error);
		if (st)
			return st;
		cover->group_count = subtract(rest, names, cover->group_count, other->groups, other->group_count);
		cover->groups = rest;
	}
	if (cover->group_count || !before)
		return RPV_OK;
	return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "every device group present now has one already");
}

rpv_status rpv__plan_find_conflicts(rpv__plan *plan, rpv_error *error)
{
	plan->conflicts = rpv__arena_get(&plan->filing->arena, (plan->other_count + 1) * sizeof *plan->conflicts);
	if (!plan->conflicts)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < plan->other_count; i++)
		if (is_live(plan, &plan->others[i]) && rpv__exception_conflict(&plan->cover, &plan->others[i]))
			plan->conflicts[plan->conflict_count++] = &plan->others[i];
	return RPV_OK;
}

/* What conflicts shares a device group or device with the request, which holds visible ones only: all are visible. */
void rpv__plan_name_conflict(const rpv__plan *plan, const rpv__cover *conflict, char out[40])
{
	if (plan->call_from && conflict->exception >= plan->call_from)
		rpv__format(out, 40, "request %llu", (unsigned long long)(conflict->exception - plan->call_from + 1));
	else
		rpv__id_of_number('E', conflict->exception, out);
}

rpv_status rpv__plan_refuse_conflicts(const rpv__plan *plan, rpv_error *error)
{
	char ids[400] = "", id[40];
	size_t size = 0, named = 0;
	for (; named < plan->conflict_count && size + sizeof id + 2 < sizeof ids; named++) {
		rpv__plan_name_conflict(plan, plan->conflicts[named], id);
		size += (size_t)rpv__format(ids + size, sizeof ids - size, "%s%s", named ? ", " : "", id);
	}
	if (named < plan->conflict_count)
		return rpv__fail(error, RPV_E_REFUSED, "it conflicts with %s and %zu more", ids, plan->conflict_count - named);
	return rpv__fail(error, RPV_E_REFUSED, "it conflicts with %s: the same subject, overlapping scope and time", ids);
}

/* --- superseding (R7) --- */
rpv_status rpv__plan_take(const rpv__plan *plan, rpv__cover *old, rpv__cover *taken, rpv_error *error)
{
	bool devices = old->scope == RPV_SCOPE_DEVICES;
	const rpv__cover *new = &plan->cover;
	const uint32_t *units = devices ? old->devices : old->groups;
	size_t count = devices ? old->device_count : old->group_count, left, gone;
	uint32_t *rest = NULL, *lost = NULL;
	rpv__arena *arena = &plan->filing->arena;
	rpv_status st = copy_numbers(arena, units, count, &rest, error);
	if (st == RPV_OK)
		st = copy_numbers(arena, units, count, &lost, error);
	if (st)
		return st;
	left = subtract(rest, NULL, count, devices ? new->devices : new->groups,
	                devices ? new->device_count : new->group_count);
	gone = subtract(lost, NULL, count, rest, left);
	*taken = *old;
	if (left == 0) {
		if (!rpv__life_end(old, RPV__CAUSE_SUPERSEDED, plan->now_ms))
			return rpv__fail(error, RPV_E_REFUSED, "what has ended cannot be superseded");
		old->successor = new->exception;
	} else if (devices) {
		old->devices = rest;
		old->device_count = left;
		taken->devices = lost;
		taken->device_count = gone;
	} else {
		old->groups = rest;
		old->group_count = left;
		taken->groups = lost;
		taken->group_count = gone;
	}
	return RPV_OK;
}

/* Keeps what was taken out among the canceled groups, ascending. */
static rpv_status note_groups(rpv__plan *plan, rpv__txn *txn, const rpv__cover *taken, rpv_error *error)
{
	rpv__exception texts;
	rpv__cover unused;
	uint32_t *all = NULL;
	rpv__arena *arena = &plan->filing->arena;
	rpv_status st = rpv__txn_known_exception(txn, taken->exception, arena, &texts, &unused, error);
	if (st == RPV_OK && !(all = rpv__arena_get(arena, (texts.canceled_group_count + taken->group_count) * sizeof *all)))
		st = rpv__fail_nomem(error);
	if (st)
		return st;
	if (texts.canceled_group_count)
		memcpy(all, texts.canceled_groups, texts.canceled_group_count * sizeof *all);
	memcpy(all + texts.canceled_group_count, taken->groups, taken->group_count * sizeof *all);
	texts.canceled_groups = all;
	texts.canceled_group_count = rpv__sort_unique_u32(all, texts.canceled_group_count + taken->group_count);
	return rpv__txn_put_exception(txn, taken->exception, &texts, error);
}

rpv_status rpv__plan_supersede(rpv__plan *plan, rpv__txn *txn, rpv__cover *old, rpv_error *error)
{
	char id[24];
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_SUPERSEDED, .after = id };
	rpv__cover taken;
	rpv_status st = rpv__plan_take(plan, old, &taken, error);
	rpv__id_of_number('E', plan->cover.exception, id);
	event.count = taken.scope == RPV_SCOPE_DEVICES ? taken.device_count : taken.group_count;
	if (st == RPV_OK && old->ending != RPV__NOT_ENDED)
		return rpv__txn_exception_ended(txn, old, RPV__CAUSE_SUPERSEDED, NULL, &event, error);
	if (st == RPV_OK && taken.scope == RPV_SCOPE_GROUPS)
		st = note_groups(plan, txn, &taken, error);
	if (st == RPV_OK)
		st = rpv__baseline_freeze(txn, old, &plan->filing->arena, &old->baseline, NULL, NULL, error);
	old->fired = 0;
	rpv__watch_frozen(old);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, old, error);
	return st == RPV_OK ? rpv__txn_exception_event(txn, &taken, &event, error) : st;
}
