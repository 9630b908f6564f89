/* SPDX-License-Identifier: MIT */
/* Covers, texts and events of exceptions in a transaction. */
#include "exception.h"

rpv_status rpv__txn_exception(rpv__txn *txn, uint64_t number, rpv__arena *into, rpv__exception *texts,
                              rpv__cover *cover, rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key64(&key, RPV__K_EXCEPTION, number), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st)
		return st;
	if (!rpv__get_exception(value, into, texts))
		return rpv__fail_corrupt(error, "exception", at);
	at = rpv__key_cover(&key, texts->recommendation, texts->weakness, number);
	st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_cover(at, value, into, cover)))
		st = rpv__fail_corrupt(error, "cover", at);
	return st;
}

rpv_status rpv__txn_known_exception(rpv__txn *txn, uint64_t number, rpv__arena *into, rpv__exception *texts,
                                    rpv__cover *cover, rpv_error *error)
{
	rpv__key key;
	rpv_status st = rpv__txn_exception(txn, number, into, texts, cover, error);
	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail_corrupt(error, "missing exception", rpv__key64(&key, RPV__K_EXCEPTION, number));
	return st;
}

static rpv_status put_and_free(rpv__txn *txn, rpv_bytes key, rpv__buf *value, rpv_error *error)
{
	rpv_status st = value->status ? rpv__fail_nomem(error) : rpv__txn_put(txn, key, rpv__buf_view(value), error);
	rpv__buf_free(value);
	return st;
}

rpv_status rpv__txn_put_exception(rpv__txn *txn, uint64_t number, const rpv__exception *texts, rpv_error *error)
{
	rpv__key key;
	rpv__buf value;
	rpv__buf_init(&value, &rpv__txn_port(txn)->alloc);
	rpv__put_exception(&value, texts);
	return put_and_free(txn, rpv__key64(&key, RPV__K_EXCEPTION, number), &value, error);
}

/* --- covers of a subject --- */
typedef struct gathering { rpv__arena *into; rpv__cover *items; size_t count, cap; } gathering;

static rpv_status gather(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	gathering *g = user;
	if (rpv__arena_grow(g->into, &g->items, &g->cap, g->count, sizeof *g->items))
		return rpv__fail_nomem(error);
	if (!rpv__get_cover(key, value, g->into, &g->items[g->count]))
		return rpv__fail_corrupt(error, "cover", key);
	g->count++;
	return RPV_OK;
}

rpv_status rpv__txn_subject(rpv__txn *txn, uint32_t recommendation, uint32_t weakness, rpv__arena *into,
                            rpv__cover **out, size_t *count, rpv_error *error)
{
	gathering g = { into, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key_cover_subject(&key, recommendation, weakness), gather, &g,
	                                     error);
	if (st)
		return st;
	*out = g.items;
	*count = g.count;
	return RPV_OK;
}

rpv_status rpv__source_subject(const rpv__source *s, uint32_t recommendation, uint32_t weakness, rpv__arena *into,
                               rpv__cover **out, size_t *count, rpv_error *error)
{
	gathering g = { into, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__source_scan_prefix(s, rpv__key_cover_subject(&key, recommendation, weakness), gather, &g,
	                                        error);
	if (st)
		return st;
	*out = g.items;
	*count = g.count;
	return RPV_OK;
}

uint64_t rpv__global_in_effect(const rpv__cover *covers, size_t count, int64_t now_ms)
{
	for (size_t i = 0; i < count; i++)
		if (covers[i].scope == RPV_SCOPE_GLOBAL &&
		    rpv__exception_status_alone(&covers[i], now_ms) == RPV_EXCEPTION_IN_EFFECT)
			return covers[i].exception;
	return 0;
}

uint64_t rpv__others_in_effect(const rpv__cover *covers, size_t count, int64_t now_ms)
{
	uint64_t others = 0;
	for (size_t i = 0; i < count; i++)
		others += covers[i].scope != RPV_SCOPE_GLOBAL &&
		          rpv__exception_status_alone(&covers[i], now_ms) == RPV_EXCEPTION_IN_EFFECT;
	return others;
}

/* --- groups and events --- */
rpv_status rpv__txn_group_name(rpv__txn *txn, uint32_t group, rpv__arena *into, const char **out, rpv_error *error)
{
	if (group == RPV__DEFAULT_GROUP) {
		*out = RPV__DEFAULT_GROUP_NAME;
		return RPV_OK;
	}
	rpv__key key;
	rpv__group record;
	rpv_bytes at = rpv__key32(&key, RPV__K_GROUP, group), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && (!rpv__get_group(value, into, &record) || !record.name)))
		return rpv__fail_corrupt(error, "device group", at);
	if (st == RPV_OK)
		*out = record.name;
	return st;
}

rpv_status rpv__txn_device_id(rpv__txn *txn, uint32_t device, rpv__arena *into, const char **out, rpv_error *error)
{
	rpv__key key;
	rpv__device record;
	rpv_bytes at = rpv__key32(&key, RPV__K_DEVICE, device), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_device(value, into, &record)))
		return rpv__fail_corrupt(error, "device", at);
	if (st == RPV_OK)
		*out = record.id;
	return st;
}

rpv_status rpv__txn_device(rpv__txn *txn, uint32_t device, rpv__arena *into, rpv__device_hot *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key32(&key, RPV__K_DEVICE_HOT, device), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND) {
		memset(out, 0, sizeof *out);
		out->flags = RPV__DEVICE_REMOVED;
		return RPV_OK;
	}
	if (st == RPV_OK && !rpv__get_device_hot(value, into, out))
		st = rpv__fail_corrupt(error, "device", at);
	return st;
}

static rpv_status groups_of_devices(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, uint32_t *groups,
                                    size_t *count, rpv_error *error)
{
	size_t n = 0;
	for (size_t i = 0; i < cover->device_count; i++) {
		rpv__device_hot hot;
		rpv_status st = rpv__txn_device(txn, cover->devices[i], into, &hot, error);
		if (st)
			return st;
		if (!(hot.flags & RPV__DEVICE_REMOVED))
			groups[n++] = hot.group;
	}
	if (n == 0) /* all are gone: a group that nobody sees, since none would mean that all are concerned */
		groups[n++] = RPV__NO_NUMBER;
	*count = rpv__sort_unique_u32(groups, n);
	return RPV_OK;
}

rpv_status rpv__txn_cover_groups(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into,
                                 rpv__group_count_pair **out, size_t *count, rpv_error *error)
{
	size_t n = cover->scope == RPV_SCOPE_DEVICES ? cover->device_count : cover->group_count;
	uint32_t *groups = rpv__arena_get(into, (n + 1) * sizeof *groups);
	rpv_status st = groups ? RPV_OK : rpv__fail_nomem(error);
	if (st == RPV_OK && cover->scope == RPV_SCOPE_DEVICES)
		st = groups_of_devices(txn, cover, into, groups, &n, error);
	else if (st == RPV_OK && n)
		memcpy(groups, cover->groups, n * sizeof *groups);
	if (st)
		return st;
	rpv__group_count_pair *pairs = rpv__arena_get(into, n * sizeof *pairs);
	if (!pairs)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < n; i++)
		pairs[i].group = groups[i];
	*out = pairs;
	*count = n;
	return RPV_OK;
}

rpv_status rpv__txn_cover_seen(rpv__txn *txn, const rpv_session *session, const rpv__cover *cover, size_t *all,
                               size_t *seen, rpv_error *error)
{
	rpv__group_count_pair *groups = NULL;
	rpv_status st;
	*all = *seen = 1;
	if (cover->scope == RPV_SCOPE_GLOBAL || session->all_groups)
		return RPV_OK;
	st = rpv__txn_cover_groups(txn, cover, rpv__txn_arena(txn), &groups, all, error);
	*seen = 0;
	for (size_t i = 0; st == RPV_OK && i < *all; i++) {
		const char *name;
		if (groups[i].group == RPV__NO_NUMBER)
			continue;
		st = rpv__txn_group_name(txn, groups[i].group, rpv__txn_arena(txn), &name, error);
		*seen += st == RPV_OK && rpv__session_sees(session, name);
	}
	return st;
}

rpv_status rpv__txn_subject_ids(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, const char **recommendation,
                                const char **weakness, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = RPV_OK;
	if (cover->recommendation) {
		rpv__recommendation record;
		rpv_bytes at = rpv__key32(&key, RPV__K_RECOMMENDATION, cover->recommendation);
		st = rpv__txn_get(txn, at, &value, error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_recommendation(value, into, &record)))
			return rpv__fail_corrupt(error, "recommendation", at);
		if (st == RPV_OK)
			*recommendation = record.id;
	}
	if (st == RPV_OK && cover->weakness) {
		rpv__weakness record;
		rpv_bytes at = rpv__key32(&key, RPV__K_WEAKNESS, cover->weakness);
		st = rpv__txn_get(txn, at, &value, error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_weakness(value, into, &record)))
			return rpv__fail_corrupt(error, "weakness", at);
		if (st == RPV_OK)
			*weakness = record.id;
	}
	return st;
}

rpv_status rpv__txn_exception_event(rpv__txn *txn, const rpv__cover *cover, const rpv__event *about, rpv_error *error)
{
	rpv__event event = *about;
	rpv__arena region;
	rpv__arena_init(&region, &rpv__txn_port(txn)->alloc);
	event.exception = cover->exception;
	rpv_status st = rpv__txn_subject_ids(txn, cover, &region, &event.recommendation, &event.weakness, error);
	if (st == RPV_OK && event.group_count == 0) {
		rpv__group_count_pair *pairs = NULL;
		st = rpv__txn_cover_groups(txn, cover, &region, &pairs, &event.group_count, error);
		event.groups = pairs;
	}
	if (st == RPV_OK)
		st = rpv__txn_event(txn, &event, error);
	rpv__arena_free(&region);
	return st;
}

rpv_status rpv__txn_tell_return(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	rpv__event event = { .type = rpv__life_event(RPV__CAUSE_GLOBAL_GONE) };
	rpv__cover before = *cover, *all = NULL;
	rpv__arena region;
	size_t count = 0;
	before.ending = RPV__NOT_ENDED;
	if (cover->scope != RPV_SCOPE_GLOBAL ||
	    rpv__exception_status_alone(&before, cover->ended_ms) != RPV_EXCEPTION_IN_EFFECT)
		return RPV_OK;
	rpv__arena_init(&region, &rpv__txn_port(txn)->alloc);
	rpv_status st = rpv__txn_subject(txn, cover->recommendation, cover->weakness, &region, &all, &count, error);
	if (st == RPV_OK && !rpv__global_in_effect(all, count, cover->ended_ms))
		event.count = rpv__others_in_effect(all, count, cover->ended_ms);
	rpv__arena_free(&region);
	return st == RPV_OK && event.count ? rpv__txn_exception_event(txn, cover, &event, error) : st;
}

rpv_status rpv__txn_tell_returns(rpv__txn *txn, size_t from, rpv_error *error)
{
	size_t count = rpv__txn_told_count(txn);
	rpv_status st = RPV_OK;
	for (size_t i = from; st == RPV_OK && i < count; i++) {
		const rpv__event *told = rpv__txn_told(txn, i);
		rpv__exception texts;
		rpv__cover cover;
		if (told->type != RPV_EVENT_EXCEPTION_RESURFACED)
			continue;
		st = rpv__txn_known_exception(txn, told->exception, rpv__txn_arena(txn), &texts, &cover, error);
		if (st == RPV_OK)
			st = rpv__txn_tell_return(txn, &cover, error);
	}
	return st;
}

rpv_status rpv__txn_exception_ended(rpv__txn *txn, const rpv__cover *cover, rpv__cause cause,
                                    const rpv__exception *texts, const rpv__event *about, rpv_error *error)
{
	rpv__event event = *about;
	rpv_status st = rpv__txn_remove_deadlines(txn, cover, rpv__txn_now(txn), error);
	event.type = rpv__life_event(cause);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, cover, error);
	if (st == RPV_OK && texts)
		st = rpv__txn_put_exception(txn, cover->exception, texts, error);
	if (st == RPV_OK)
		st = rpv__txn_exception_event(txn, cover, &event, error);
	return st == RPV_OK ? rpv__txn_tell_return(txn, cover, error) : st;
}
