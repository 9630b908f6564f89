/* SPDX-License-Identifier: MIT */
/* Telling of exceptions that one that came into effect puts in the shade: those that it reaches, and no others, are read. */
#include "watch.h"

typedef struct shadowing {
	rpv__txn *txn;
	rpv__arena arena, scratch;             /* scratch: of the one at hand */
	const rpv__cover *by;                  /* came into effect */
	rpv__cover *covers; size_t count;      /* on its recommendation, which it may decide */
	int64_t at_ms;
	rpv_error *error;
} shadowing;

typedef struct unit { uint32_t number, group; } unit; /* a device and its group, or a group twice */

/* --- which may be shadowed --- */
/* Devices with exceptions on the recommendation that are in the groups of `by`, ascending. */
static rpv_status devices_below(shadowing *s, uint32_t **out, size_t *count)
{
	uint32_t *all;
	size_t found, n = 0;
	rpv_status st = rpv__txn_reached_devices(s->txn, s->by->recommendation, &s->arena, &all, &found, s->error);
	for (size_t i = 0; st == RPV_OK && i < found; i++) {
		rpv__device_hot hot;
		st = rpv__txn_device(s->txn, all[i], &s->arena, &hot, s->error);
		if (st == RPV_OK && rpv__exception_covers_group(s->by, hot.group))
			all[n++] = all[i];
	}
	*out = all;
	*count = n;
	return st;
}

static rpv_status find_below(shadowing *s)
{
	const rpv__cover *by = s->by;
	rpv__reach what = { .groups = by->groups, .group_count = by->group_count, .devices = by->devices,
	                    .device_count = by->device_count };
	rpv_status st = RPV_OK;
	if (by->weakness) /* device groups over devices of one subject */
		return rpv__txn_subject(s->txn, by->recommendation, by->weakness, &s->arena, &s->covers, &s->count, s->error);
	if (by->scope == RPV_SCOPE_GLOBAL) {
		what.everything = what.of_weaknesses = true; /* those on the whole of it are suspended */
	} else if (by->scope == RPV_SCOPE_GROUPS) {
		uint32_t *devices = NULL;
		st = devices_below(s, &devices, &what.device_count);
		what.devices = devices;
	}
	return st == RPV_OK ? rpv__txn_reaching(s->txn, by->recommendation, &what, &s->arena, &s->covers, &s->count, s->error)
	                    : st;
}

/* --- whether it is --- */
/* Whether one in effect, wider on its subject or on the whole recommendation, covers a unit of another. */
static bool decides(const shadowing *s, const rpv__cover *other, const rpv__cover *c, const unit *u)
{
	bool same = other->weakness == c->weakness;
	if (other->exception == c->exception || (!same && other->weakness) || (same && other->scope >= c->scope) ||
	    rpv__exception_status_alone(other, s->at_ms) != RPV_EXCEPTION_IN_EFFECT)
		return false;
	if (c->scope == RPV_SCOPE_GLOBAL)
		return other->scope == RPV_SCOPE_GLOBAL;
	return c->scope == RPV_SCOPE_GROUPS ? rpv__exception_covers_group(other, u->group)
	                                    : rpv__exception_covers_device(other, u->number, u->group);
}

static rpv_status units_of(shadowing *s, const rpv__cover *c, unit **out, size_t *count)
{
	bool devices = c->scope == RPV_SCOPE_DEVICES;
	const uint32_t *numbers = devices ? c->devices : c->groups;
	rpv_status st = RPV_OK;
	*count = c->scope == RPV_SCOPE_GLOBAL ? 1 : devices ? c->device_count : c->group_count;
	*out = rpv__arena_get(&s->scratch, (*count + 1) * sizeof **out);
	if (!*out)
		return rpv__fail_nomem(s->error);
	(*out)[0] = (unit){ 0, 0 };
	for (size_t i = 0; st == RPV_OK && c->scope != RPV_SCOPE_GLOBAL && i < *count; i++) {
		rpv__device_hot hot = { .group = numbers[i] };
		st = devices ? rpv__txn_device(s->txn, numbers[i], &s->scratch, &hot, s->error) : RPV_OK;
		(*out)[i] = (unit){ numbers[i], hot.group };
	}
	return st;
}

/* Whether others than `by` decide the units that it does not. */
static rpv_status others_decide(shadowing *s, const rpv__cover *c, const unit *units, size_t count, bool *out)
{
	rpv__reach what = { .devices = c->devices, .device_count = c->device_count };
	rpv__cover *others;
	size_t other_count;
	uint32_t *groups = rpv__arena_get(&s->scratch, (count + 1) * sizeof *groups);
	if (!groups)
		return rpv__fail_nomem(s->error);
	for (size_t i = 0; i < count; i++)
		groups[i] = units[i].group;
	what.groups = groups;
	what.group_count = c->scope == RPV_SCOPE_GLOBAL ? 0 : rpv__sort_unique_u32(groups, count);
	rpv_status st = rpv__txn_reaching(s->txn, c->recommendation, &what, &s->scratch, &others, &other_count, s->error);
	*out = st == RPV_OK;
	for (size_t i = 0; *out && i < count; i++) {
		*out = decides(s, s->by, c, &units[i]);
		for (size_t j = 0; !*out && j < other_count; j++)
			*out = decides(s, &others[j], c, &units[i]);
	}
	return st;
}

/* Whether others decide all that it covers, and `by` a part of it. */
static rpv_status is_shadowed(shadowing *s, const rpv__cover *c, bool *out)
{
	unit *units;
	size_t count, mine = 0;
	rpv_status st = units_of(s, c, &units, &count);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		mine += decides(s, s->by, c, &units[i]);
	*out = mine > 0;
	return st == RPV_OK && mine && mine < count ? others_decide(s, c, units, count, out) : st;
}

static rpv_status tell(shadowing *s, const char *actor)
{
	char id[24];
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_SHADOWED, .time_ms = s->at_ms, .actor = actor, .after = id,
	                     .reason = "others decide everything that it covers" };
	const rpv__cover *by = s->by;
	rpv_status st = RPV_OK;
	rpv__id_of_number('E', by->exception, id);
	for (size_t i = 0; st == RPV_OK && i < s->count; i++) {
		rpv__cover *c = &s->covers[i];
		bool shadowed = false;
		if (rpv__watch_is_told(c, RPV_WATCH_SHADOWED) || c->exception == by->exception ||
		    rpv__exception_status_alone(c, s->at_ms) != RPV_EXCEPTION_IN_EFFECT)
			continue;
		st = is_shadowed(s, c, &shadowed);
		if (st == RPV_OK && shadowed)
			st = rpv__watch_tell_once(s->txn, c, RPV_WATCH_SHADOWED, &event, s->error);
		rpv__arena_free(&s->scratch);
	}
	return st;
}

/* Under a global one of the same subject it would decide nothing itself. */
static bool is_suspended(const shadowing *s)
{
	for (size_t i = 0; s->by->scope != RPV_SCOPE_GLOBAL && i < s->count; i++)
		if (s->covers[i].weakness == s->by->weakness && s->covers[i].scope == RPV_SCOPE_GLOBAL &&
		    rpv__exception_status_alone(&s->covers[i], s->at_ms) == RPV_EXCEPTION_IN_EFFECT)
			return true;
	return false;
}

rpv_status rpv__watch_shadows(rpv__txn *txn, const rpv__cover *cover, int64_t at_ms, const char *actor, rpv_error *error)
{
	shadowing s = { .txn = txn, .by = cover, .at_ms = at_ms, .error = error };
	bool none_below = cover->weakness && cover->scope != RPV_SCOPE_GROUPS; /* a global one suspends */
	if (none_below || rpv__exception_status_alone(cover, at_ms) != RPV_EXCEPTION_IN_EFFECT)
		return RPV_OK;
	rpv__arena_init(&s.arena, &rpv__txn_port(txn)->alloc);
	rpv__arena_init(&s.scratch, &rpv__txn_port(txn)->alloc);
	rpv_status st = find_below(&s);
	if (st == RPV_OK && !is_suspended(&s))
		st = tell(&s, actor);
	rpv__arena_free(&s.scratch);
	rpv__arena_free(&s.arena);
	return st;
}
