/* SPDX-License-Identifier: MIT */
/* What a device has of a recommendation, read for explaining. What is not visible is not found. */
#include "explain.h"

static rpv_status not_found(const rpv__explaining *e, const char *field, const char *id)
{
	return rpv__fail_field(e->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, field, "there is no %s \"%s\"", field, id);
}

static rpv_status group_name(rpv__explaining *e, uint32_t group, const char **out)
{
	rpv__group record;
	rpv__key key;
	rpv_bytes value;
	*out = RPV__DEFAULT_GROUP_NAME;
	if (group == RPV__DEFAULT_GROUP)
		return RPV_OK;
	rpv_status st = rpv__source_get(e->source, rpv__key32(&key, RPV__K_GROUP, group), &e->out->arena, &value, e->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && (!rpv__get_group(value, &e->out->arena, &record) || !record.name)))
		return rpv__fail_corrupt(e->error, "device group", rpv__key_view(&key));
	if (st == RPV_OK)
		*out = record.name;
	return st;
}

static rpv_status find_device(rpv__explaining *e)
{
	rpv_explanation_outcome *o = &e->out->outcome;
	rpv__device_hot hot;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__name_find(e->source, RPV__N_DEVICE, 0, e->device_id, &e->place.device, e->error);
	if (st == RPV_OK)
		st = rpv__source_get(e->source, rpv__key32(&key, RPV__K_DEVICE_HOT, e->place.device), &e->out->arena, &value,
		                     e->error);
	if (st == RPV_E_NOT_FOUND)
		return not_found(e, "device", e->device_id);
	if (st)
		return st;
	if (!rpv__get_device_hot(value, &e->out->arena, &hot))
		return rpv__fail_corrupt(e->error, "device", rpv__key_view(&key));
	st = group_name(e, hot.group, &o->group);
	if (st == RPV_OK && ((hot.flags & RPV__DEVICE_REMOVED) || !rpv__session_sees(e->session, o->group)))
		st = not_found(e, "device", e->device_id);
	e->place.group = hot.group;
	e->flags = hot.flags;
	e->last_seen_ms = hot.last_seen_ms;
	return st;
}

static rpv_status find_subject(rpv__explaining *e, bool *configuration)
{
	rpv__recommendation record;
	rpv_status st = rpv__name_find(e->source, RPV__N_RECOMMENDATION, 0, e->recommendation_id, &e->recommendation,
	                               e->error);
	if (st == RPV_OK)
		st = rpv__read_recommendation(e->source, e->recommendation, &e->out->arena, &record, e->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && record.removed))
		return not_found(e, "recommendation", e->recommendation_id);
	*configuration = st == RPV_OK && record.kind == RPV_KIND_CONFIGURATION_CHANGE;
	e->weakness = 0;
	if (st == RPV_OK && e->weakness_id)
		st = rpv__name_find(e->source, RPV__N_WEAKNESS, 0, e->weakness_id, &e->weakness, e->error);
	return st == RPV_E_NOT_FOUND ? not_found(e, "weakness", e->weakness_id) : st;
}

/* --- findings --- */
static rpv_status add_weaknesses(rpv__explaining *e, const uint32_t *weaknesses, size_t count)
{
	uint32_t *all = rpv__arena_get(&e->out->arena, (e->found_count + count + 1) * sizeof *all);
	if (!all)
		return rpv__fail_nomem(e->error);
	if (e->found_count)
		memcpy(all, e->found, e->found_count * sizeof *all);
	if (count)
		memcpy(all + e->found_count, weaknesses, count * sizeof *all);
	e->found = all;
	e->found_count = rpv__sort_unique_u32(all, e->found_count + count);
	return RPV_OK;
}

/* A variant holds weaknesses, or is the union of older ones. */
static rpv_status add_variant(rpv__explaining *e, uint32_t number)
{
	rpv__variant variant;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__source_get(e->source, rpv__key32(&key, RPV__K_VARIANT, number), &e->out->arena, &value,
	                                e->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_variant(value, &e->out->arena, &variant)))
		return rpv__fail_corrupt(e->error, "weakness set", rpv__key_view(&key));
	if (st == RPV_OK && variant.recommendation == e->recommendation)
		st = add_weaknesses(e, variant.weaknesses, variant.weakness_count);
	for (size_t i = 0; st == RPV_OK && variant.recommendation == e->recommendation && i < variant.part_count; i++)
		st = variant.parts[i] < number ? add_variant(e, variant.parts[i])
		                               : rpv__fail_corrupt(e->error, "weakness set", rpv__key_view(&key));
	return st;
}

/* What any source says it has: holdings name the recommendation, so that no other variants are read. */
static rpv_status find_weaknesses(rpv__explaining *e)
{
	rpv__holdings holdings = { NULL, 0 };
	rpv_status st = rpv__read_holdings(e->source, e->place.device, &e->out->arena, &holdings, e->error);
	if (st == RPV_E_NOT_FOUND)
		return RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < holdings.count; i++)
		if (holdings.items[i].recommendation == e->recommendation && holdings.items[i].variant)
			st = add_variant(e, holdings.items[i].variant);
	return st;
}

static rpv_status find_state(rpv__explaining *e)
{
	static const uint32_t configuration = 0;
	rpv__states states = { NULL, 0 };
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__source_get(e->source, rpv__key32(&key, RPV__K_STATES, e->place.device), &e->out->arena, &value,
	                                e->error);
	if (st == RPV_E_NOT_FOUND)
		return RPV_OK;
	if (st == RPV_OK && !rpv__get_states(value, &e->out->arena, &states))
		st = rpv__fail_corrupt(e->error, "configuration states", rpv__key_view(&key));
	for (size_t i = 0; st == RPV_OK && i < states.count; i++)
		if (states.items[i].recommendation == e->recommendation && states.items[i].state == RPV_CONFIGURATION_EXPOSED)
			st = add_weaknesses(e, &configuration, 1);
	return st;
}

rpv_status rpv__explain_find(rpv__explaining *e)
{
	bool configuration = false;
	rpv_status st = find_device(e);
	if (st == RPV_OK)
		st = find_subject(e, &configuration);
	if (st == RPV_OK)
		st = configuration ? find_state(e) : find_weaknesses(e);
	if (st == RPV_OK && e->found_count == 0)
		return rpv__fail_field(e->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "recommendation",
		                       "nothing under \"%s\" is found on \"%s\"", e->recommendation_id, e->device_id);
	if (st || !e->weakness_id)
		return st;
	for (size_t i = 0; i < e->found_count; i++)
		if (e->found[i] == e->weakness) {
			e->found += i;
			e->found_count = 1;
			return RPV_OK;
		}
	return rpv__fail_field(e->error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "weakness",
	                       "\"%s\" is not found on \"%s\" under \"%s\"", e->weakness_id, e->device_id,
	                       e->recommendation_id);
}
