/* SPDX-License-Identifier: MIT */
/* The scope of a requested exception: names to numbers, as far as the session sees them. */
#include "exception.h"

typedef struct unit { uint32_t number; const char *name; } unit;
typedef struct units { rpv__plan *plan; unit *items; size_t count, cap; } units;

static rpv_status add(units *u, uint32_t number, const char *name, rpv_error *error)
{
	rpv__arena *arena = &u->plan->filing->arena;
	if (rpv__arena_grow(arena, &u->items, &u->cap, u->count, sizeof *u->items))
		return rpv__fail_nomem(error);
	const char *copy = rpv__arena_text(arena, name, strlen(name));
	if (!copy)
		return rpv__fail_nomem(error);
	u->items[u->count++] = (unit){ number, copy };
	return RPV_OK;
}

/* R16: declared, or a known device names it. */
static rpv_status is_present(rpv__txn *txn, uint32_t group, bool *out, rpv_error *error)
{
	rpv__key key;
	rpv__group record;
	rpv__group_count count;
	rpv_bytes at = rpv__key32(&key, RPV__K_GROUP, group), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	*out = false;
	if (st == RPV_OK && !rpv__get_group(value, rpv__txn_arena(txn), &record))
		return rpv__fail_corrupt(error, "device group", at);
	if (st == RPV_OK && record.declared)
		*out = true;
	if (*out || (st && st != RPV_E_NOT_FOUND))
		return st;
	at = rpv__key32(&key, RPV__K_GROUP_COUNT, group);
	st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_OK && !rpv__get_group_count(value, &count))
		return rpv__fail_corrupt(error, "device group", at);
	*out = st == RPV_OK && count.known > 0;
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

/* --- all present groups --- */
static rpv_status known_group(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	units *u = user;
	uint32_t number;
	rpv__group record;
	if (!rpv__key_is32(key, RPV__K_GROUP, &number) || !rpv__get_group(value, &u->plan->filing->arena, &record) ||
	    !record.name)
		return rpv__fail_corrupt(error, "device group", key);
	if (number == RPV__DEFAULT_GROUP || !rpv__session_sees(u->plan->session, record.name))
		return RPV_OK;
	return add(u, number, record.name, error);
}

static rpv_status all_groups(units *u, rpv__txn *txn, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	size_t kept = 0;
	if (rpv__session_sees(u->plan->session, RPV__DEFAULT_GROUP_NAME)) /* part of it with or without a device */
		st = add(u, RPV__DEFAULT_GROUP, RPV__DEFAULT_GROUP_NAME, error);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(txn, rpv__key1(&key, RPV__K_GROUP), known_group, u, error);
	for (size_t i = 0; st == RPV_OK && i < u->count; i++) {
		bool present = u->items[i].number == RPV__DEFAULT_GROUP;
		if (!present)
			st = is_present(txn, u->items[i].number, &present, error);
		if (present)
			u->items[kept++] = u->items[i];
	}
	u->count = kept;
	return st;
}

/* --- chosen groups --- */
static rpv_status chosen_groups(units *u, rpv__txn *txn, rpv_error *error)
{
	const rpv_exception_request *r = &u->plan->request;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < r->group_count; i++) {
		const char *name = rpv__group_name(r->groups[i]);
		uint32_t number = RPV__DEFAULT_GROUP;
		bool there = strcmp(name, RPV__DEFAULT_GROUP_NAME) == 0;
		st = rpv__check_id(name, "groups", error);
		if (st == RPV_OK && !there) {
			st = rpv__txn_name_find(txn, RPV__N_GROUP, 0, name, &number, error);
			if (st == RPV_OK)
				st = is_present(txn, number, &there, error);
			else if (st == RPV_E_NOT_FOUND)
				st = RPV_OK;
		}
		if (st == RPV_OK && (!there || !rpv__session_sees(u->plan->session, name)))
			st = rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "groups", "there is no device group \"%s\"", name);
		if (st == RPV_OK)
			st = add(u, number, name, error);
	}
	return st;
}

/* --- devices --- */
static rpv_status sees_device(rpv__plan *plan, rpv__txn *txn, uint32_t device, bool *out, rpv_error *error)
{
	rpv__device_hot hot;
	const char *group;
	rpv_status st = rpv__txn_device(txn, device, rpv__txn_arena(txn), &hot, error);
	*out = st == RPV_OK && !(hot.flags & RPV__DEVICE_REMOVED);
	if (!*out || plan->session->all_groups)
		return st;
	st = rpv__txn_group_name(txn, hot.group, rpv__txn_arena(txn), &group, error);
	*out = st == RPV_OK && rpv__session_sees(plan->session, group);
	return st;
}

static rpv_status chosen_devices(units *u, rpv__txn *txn, rpv_error *error)
{
	const rpv_exception_request *r = &u->plan->request;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < r->device_count; i++) {
		uint32_t number = 0;
		bool there = false;
		st = rpv__check_id(r->devices[i], "devices", error);
		if (st == RPV_OK)
			st = rpv__txn_name_find(txn, RPV__N_DEVICE, 0, r->devices[i], &number, error);
		if (st == RPV_OK)
			st = sees_device(u->plan, txn, number, &there, error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
		else
			break;
		if (st == RPV_OK && !there)
			st = rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "devices", "there is no device \"%s\"",
			                     r->devices[i]);
		if (st == RPV_OK)
			st = add(u, number, r->devices[i], error);
	}
	return st;
}

static int by_number(const void *a, const void *b, const void *context)
{
	uint32_t x = ((const unit *)a)->number, y = ((const unit *)b)->number;
	(void)context;
	return (x > y) - (x < y);
}

/* Hands the units over to the cover, ascending and each once. */
static rpv_status hand_over(units *u, bool devices, rpv_error *error)
{
	rpv__plan *plan = u->plan;
	rpv__arena *arena = &plan->filing->arena;
	uint32_t *numbers = rpv__arena_get(arena, (u->count + 1) * sizeof *numbers);
	size_t kept = 0;
	plan->unit_names = rpv__arena_get(arena, (u->count + 1) * sizeof *plan->unit_names);
	if (!numbers || !plan->unit_names || rpv__sort(&arena->alloc, u->items, u->count, sizeof *u->items, by_number, NULL))
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < u->count; i++) {
		if (kept && numbers[kept - 1] == u->items[i].number)
			continue;
		numbers[kept] = u->items[i].number;
		plan->unit_names[kept++] = u->items[i].name;
	}
	if (devices) {
		plan->cover.devices = numbers;
		plan->cover.device_count = kept;
	} else {
		plan->cover.groups = numbers;
		plan->cover.group_count = kept;
	}
	return RPV_OK;
}

static rpv_status hold_against_most(rpv__plan *plan, size_t devices, rpv_error *error)
{
	if (devices <= plan->policy->scope_devices_max)
		return RPV_OK;
	return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "%zu devices are named, at most %u are allowed (policy "
	                        "scope_devices_max)", devices, (unsigned)plan->policy->scope_devices_max);
}

rpv_status rpv__plan_scope(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	units u = { plan, NULL, 0, 0 };
	rpv_status st = RPV_OK;
	plan->cover.scope = r->scope == RPV_SCOPE_ALL_GROUPS ? RPV_SCOPE_GROUPS : r->scope;
	plan->cover.all_groups = r->scope == RPV_SCOPE_ALL_GROUPS;
	if (r->scope == RPV_SCOPE_GLOBAL)
		return RPV_OK;
	st = hold_against_most(plan, r->device_count, error);
	if (st)
		return st;
	if (r->scope == RPV_SCOPE_ALL_GROUPS) {
		st = all_groups(&u, txn, error);
		if (st == RPV_OK && u.count == 0)
			st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the session sees no device group");
	}
	if (st == RPV_OK && r->scope == RPV_SCOPE_GROUPS)
		st = chosen_groups(&u, txn, error);
	if (st == RPV_OK && r->scope == RPV_SCOPE_DEVICES)
		st = chosen_devices(&u, txn, error);
	if (st == RPV_OK)
		st = hand_over(&u, r->scope == RPV_SCOPE_DEVICES, error);
	return st;
}

rpv_status rpv__plan_name_units(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv__cover *c = &plan->cover;
	bool devices = c->scope == RPV_SCOPE_DEVICES;
	size_t count = devices ? c->device_count : c->group_count;
	rpv__arena *arena = &plan->filing->arena;
	rpv_status st = hold_against_most(plan, devices ? count : 0, error);
	if (st)
		return st;
	plan->unit_names = rpv__arena_get(arena, (count + 1) * sizeof *plan->unit_names);
	if (!plan->unit_names)
		return rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = devices ? rpv__txn_device_id(txn, c->devices[i], arena, &plan->unit_names[i], error)
		             : rpv__txn_group_name(txn, c->groups[i], arena, &plan->unit_names[i], error);
	return st;
}
