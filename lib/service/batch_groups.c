/* SPDX-License-Identifier: MIT */
/* Device groups: declared by records, created by being named, renamed, and how many devices they have. */
#include "batch.h"

static rpv_status load(rpv__intake *in, rpv__in_group *g)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_GROUP, g->number), &value);

	if (st == RPV_OK && value.size && !rpv__get_group(value, in->arena, &g->before))
		st = rpv__fail_corrupt(in->error, "device group", rpv__key_view(&key));
	if (st == RPV_OK && !value.size && g->number != RPV__DEFAULT_GROUP)
		st = rpv__fail_corrupt(in->error, "missing device group", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	g->now = g->before;
	st = rpv__in_get(in, rpv__key32(&key, RPV__K_GROUP_COUNT, g->number), &value);
	if (st == RPV_OK && value.size && !rpv__get_group_count(value, &g->counts))
		st = rpv__fail_corrupt(in->error, "count of a device group", rpv__key_view(&key));
	return st;
}

static rpv_status keep(rpv__intake *in, rpv__in_group *g)
{
	if (rpv__map_put_u64(&in->group_of, g->number, in->groups.count) != RPV_OK)
		return rpv__fail_nomem(in->error);
	return rpv__in_add(in, &in->groups, g);
}

rpv_status rpv__in_group_at(rpv__intake *in, uint32_t number, rpv__in_group **out)
{
	uint64_t at;
	rpv__in_group *g;
	rpv_status st;

	if (rpv__map_get_u64(&in->group_of, number, &at)) {
		*out = in->groups.items[at];
		return RPV_OK;
	}
	g = rpv__in_new(in, sizeof *g);
	if (!g)
		return RPV_E_NOMEM;
	g->number = number;
	st = load(in, g);
	if (st == RPV_OK && !g->now.name)
		g->now.name = RPV__DEFAULT_GROUP_NAME;
	if (st == RPV_OK)
		st = keep(in, g);
	if (st == RPV_OK)
		*out = g;
	return st;
}

/* *out NULL when there is none of that name. */
static rpv_status find(rpv__intake *in, const char *name, rpv__in_group **out)
{
	uint32_t number = RPV__DEFAULT_GROUP;
	rpv_status st = RPV_OK;

	*out = NULL;
	if (strcmp(name, RPV__DEFAULT_GROUP_NAME) != 0)
		st = rpv__txn_name_find(in->txn, RPV__N_GROUP, 0, name, &number, in->error);
	if (st == RPV_E_NOT_FOUND)
		return RPV_OK;
	return st == RPV_OK ? rpv__in_group_at(in, number, out) : st;
}

static rpv_status create(rpv__intake *in, const char *name, rpv__in_group **out)
{
	rpv__in_group *g = rpv__in_new(in, sizeof *g);
	rpv_status st;

	if (!g)
		return RPV_E_NOMEM;
	st = rpv__in_number(in, RPV__NEXT_GROUP, &g->number);
	g->is_new = true;
	g->now.name = name;
	if (st == RPV_OK)
		st = rpv__txn_name_put(in->txn, RPV__N_GROUP, 0, name, g->number, in->error);
	if (st == RPV_OK)
		st = keep(in, g);
	if (st == RPV_OK)
		*out = g;
	return st;
}

/* Whether a record renames what this one would give its name to: then it was so sent before. */
static bool passed_on(const rpv__intake *in, uint32_t name)
{
	for (size_t i = 0; i < in->batch->count; i++) {
		const rpv__group_record *r = in->batch->records[i].what;

		if (in->batch->records[i].type == RPV__FACT_GROUP && r->previous == name)
			return true;
	}
	return false;
}

/* Gives the group of the previous name its new one, unless that happened already: then there is nothing to do. *out is
 * NULL when no group of that name is to come of it. */
static rpv_status rename_group(rpv__intake *in, size_t index, const rpv__group_record *r, rpv__in_group **out)
{
	const char *to = rpv__in_symbol_text(in, r->name), *from = rpv__in_symbol_text(in, r->previous);
	rpv__in_group *named = *out, *g;
	rpv__key key;
	rpv_status st;

	in->symbols[r->previous].renamed = r->name;
	st = find(in, from, &g);
	if (st != RPV_OK || (!g && named))
		return st;
	if (!g && (in->batch->lenient || passed_on(in, r->name)))
		return passed_on(in, r->name) ? RPV_OK : create(in, to, out);
	if (!g)
		return rpv__in_refuse_unknown(in, index, "previous_name", "device group", from);
	if (named)
		return rpv__fail_field(in->error, RPV_E_INVALID, index, "name", "there is a device group \"%s\" already", to);
	st = rpv__txn_remove(in->txn, rpv__key_name(&key, RPV__N_GROUP, 0, rpv__bytes_of(from)), in->error);
	if (st == RPV_OK)
		st = rpv__txn_name_put(in->txn, RPV__N_GROUP, 0, to, g->number, in->error);
	g->now.name = to;
	*out = g;
	return st;
}

rpv_status rpv__in_group_record(rpv__intake *in, size_t index)
{
	const rpv__group_record *r = in->batch->records[index].what;
	const char *name = rpv__in_symbol_text(in, r->name);
	rpv__in_group *g;
	rpv_status st = find(in, name, &g);

	if (st == RPV_OK && r->previous)
		st = rename_group(in, index, r, &g);
	else if (st == RPV_OK && !g && !r->facts.removed)
		st = create(in, name, &g);
	if (st != RPV_OK || !g)
		return st;
	g->now.declared = !r->facts.removed;
	if (r->facts.removed) {
		g->now.rank = 0;
		g->now.description = NULL;
		return RPV_OK;
	}
	if (r->facts.rank)
		g->now.rank = r->facts.rank;
	if (r->facts.description)
		g->now.description = r->facts.description;
	return RPV_OK;
}

/* Whoever still uses the old name in the batch that renames it means the new one. */
rpv_status rpv__in_group_named(rpv__intake *in, uint32_t symbol, rpv__in_group **out)
{
	const char *name = symbol ? rpv__in_symbol_text(in, symbol) : RPV__DEFAULT_GROUP_NAME;
	rpv__in_group *g;
	rpv_status st = find(in, name, &g);

	for (size_t steps = 0; st == RPV_OK && !g && in->symbols[symbol].renamed && steps < in->batch->count; steps++) {
		symbol = in->symbols[symbol].renamed;
		st = find(in, rpv__in_symbol_text(in, symbol), &g);
	}
	if (st == RPV_OK && !g)
		st = create(in, name, &g);
	if (st == RPV_OK)
		*out = g;
	return st;
}

/* --- writing --- */
static rpv_status write_events(rpv__intake *in, rpv__in_group *g)
{
	rpv__group_count_pair pair = { g->number, 0 };
	rpv__event event = { .group = g->now.name, .groups = &pair, .group_count = 1 };
	rpv_status st = RPV_OK;

	if (g->is_new) {
		event.type = RPV_EVENT_GROUP_ADDED;
		return rpv__in_event(in, &event);
	}
	if (g->before.name && strcmp(g->before.name, g->now.name) != 0) {
		event.type = RPV_EVENT_GROUP_RENAMED;
		event.before = g->before.name;
		event.after = g->now.name;
		st = rpv__in_event(in, &event);
	}
	if (st == RPV_OK && g->before.declared && !g->now.declared) {
		event.type = RPV_EVENT_GROUP_REMOVED;
		event.before = event.after = NULL;
		st = rpv__in_event(in, &event);
	}
	return st;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

rpv_status rpv__in_groups_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->groups.count; i++) {
		rpv__in_group *g = in->groups.items[i];
		rpv__key key;

		if (!g->is_new && g->before.declared == g->now.declared && g->before.rank == g->now.rank &&
		    (!g->before.name || same_text(g->before.name, g->now.name)) &&
		    same_text(g->before.description, g->now.description))
			continue;
		in->changed++;
		rpv__buf_clear(&in->buf);
		rpv__put_group(&in->buf, &g->now);
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_GROUP, g->number), (rpv_bytes){ NULL, 0 }, NULL);
		if (st == RPV_OK)
			st = write_events(in, g);
	}
	return st;
}

/* Adds a change to a count: false when it would fall below 0. */
static bool adjust(uint64_t *count, int64_t by)
{
	if (by < 0 && *count < (uint64_t)-by)
		return false;
	*count += (uint64_t)by;
	return true;
}

static rpv_status count_devices(rpv__intake *in, rpv__in_group *g)
{
	rpv__group_count now = g->counts;
	bool ok = adjust(&now.known, g->known);
	rpv__key key;

	for (size_t i = 0; i < RPV__COUNT(now.counted); i++)
		ok = adjust(&now.counted[i], g->counted[i]) && ok;
	rpv__key32(&key, RPV__K_GROUP_COUNT, g->number);
	if (!ok)
		return rpv__fail_corrupt(in->error, "count of a device group", rpv__key_view(&key));
	if (g->number != RPV__DEFAULT_GROUP) { /* how many are present */
		uint64_t *count = &rpv__txn_revision(in->txn)->count[RPV__NEXT_GROUP];
		bool was = g->before.declared || g->counts.known, is = g->now.declared || now.known;

		if (!adjust(count, (int64_t)is - (int64_t)was))
			return rpv__fail_corrupt(in->error, "count of device groups", rpv__key_view(&key));
	}
	if (memcmp(&now, &g->counts, sizeof now) == 0)
		return RPV_OK;
	rpv__buf_clear(&in->buf);
	rpv__put_group_count(&in->buf, &now);
	return rpv__in_put(in, rpv__key_view(&key), (rpv_bytes){ NULL, 0 }, NULL);
}

rpv_status rpv__in_groups_count(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->groups.count; i++)
		st = count_devices(in, in->groups.items[i]);
	return st;
}
