/* SPDX-License-Identifier: MIT */
/* Records on their way into a view. */
#include "exposure.h"
#include "view_inside.h"

typedef struct record {
	rpv_bytes key;
	const rpv_bytes *value; /* NULL: gone */
	rpv__arena *scratch;
	rpv_error *error;
} record;

/* A number that does not exist was either never given out, or by a commit since: then all is read again. */
static bool last_below(const uint32_t *ascending, size_t count, size_t bound)
{
	return count == 0 || ascending[count - 1] < bound;
}

static rpv_status apply_group(rpv__view *view, uint32_t number, const record *r)
{
	rpv__group group = { .name = number == RPV__DEFAULT_GROUP ? RPV__DEFAULT_GROUP_NAME : NULL };
	rpv__view_group *g = &view->groups[number];
	char *name;
	if (r->value && !rpv__get_group(*r->value, r->scratch, &group))
		return rpv__fail_corrupt(r->error, "device group", r->key);
	if (rpv__copy_text(&view->alloc, group.name, &name))
		return rpv__fail_nomem(r->error);
	rpv__free(&view->alloc, g->name);
	g->name = name;
	g->declared = group.declared;
	g->rank = group.rank;
	return RPV_OK;
}

static rpv_status apply_group_count(rpv__view *view, uint32_t number, const record *r)
{
	rpv__group_count count = { 0 };
	if (r->value && !rpv__get_group_count(*r->value, &count))
		return rpv__fail_corrupt(r->error, "count of a device group", r->key);
	view->groups[number].count = count;
	return RPV_OK;
}

static rpv_status apply_device(rpv__view *view, uint32_t number, const record *r)
{
	rpv__device_hot hot = { .flags = RPV__DEVICE_REMOVED };
	rpv__view_device *d = &view->devices[number];
	if (r->value && (!rpv__get_device_hot(*r->value, r->scratch, &hot) || hot.group >= view->group_count))
		return rpv__fail_corrupt(r->error, "device", r->key);
	d->group = hot.group;
	d->value = (uint8_t)rpv__value_class(hot.value);
	d->flags = (uint8_t)hot.flags;
	d->last_seen_ms = hot.last_seen_ms;
	return RPV_OK;
}

static rpv_status apply_row(rpv__view *view, uint32_t number, const record *r)
{
	rpv__row row = { NULL, 0 };
	rpv__view_device *d = &view->devices[number];
	if (r->value && (!rpv__get_row(*r->value, r->scratch, &row) ||
	                 !last_below(row.variants, row.count, view->variant_count)))
		return rpv__fail_corrupt(r->error, "device row", r->key);
	return rpv__row_put(&view->alloc, &view->rows, row.variants, row.count, &d->row) ? rpv__fail_nomem(r->error) : RPV_OK;
}

static rpv_status apply_states(rpv__view *view, uint32_t number, const record *r)
{
	rpv__states states = { NULL, 0 };
	rpv__view_device *d = &view->devices[number];
	rpv__state *copy = NULL;
	if (r->value && (!rpv__get_states(*r->value, r->scratch, &states) ||
	                 (states.count && states.items[states.count - 1].recommendation >= view->recommendation_count)))
		return rpv__fail_corrupt(r->error, "configuration states", r->key);
	if (states.count) {
		copy = view->alloc.resize(view->alloc.user, NULL, states.count * sizeof *copy);
		if (!copy)
			return rpv__fail_nomem(r->error);
		memcpy(copy, states.items, states.count * sizeof *copy);
	}
	rpv__free(&view->alloc, d->states);
	d->states = copy;
	d->state_count = (uint32_t)states.count;
	return RPV_OK;
}

static rpv_status apply_recommendation(rpv__view *view, uint32_t number, const record *r)
{
	rpv__recommendation rec = { .removed = true };
	if (r->value && !rpv__get_recommendation(*r->value, r->scratch, &rec))
		return rpv__fail_corrupt(r->error, "recommendation", r->key);
	view->recommendations[number] = (rpv__view_recommendation){ !rec.removed, rec.kind, rec.category, rec.points };
	return RPV_OK;
}

static rpv_status apply_variant(rpv__view *view, uint32_t number, const record *r)
{
	rpv__variant variant = { 0 };
	rpv__view_variant *v = &view->variants[number];
	if (r->value && (!rpv__get_variant(*r->value, r->scratch, &variant) ||
	                 variant.recommendation >= view->recommendation_count ||
	                 !last_below(variant.weaknesses, variant.weakness_count, view->threat_count) ||
	                 !last_below(variant.parts, variant.part_count, number))) /* parts are older: no circles */
		return rpv__fail_corrupt(r->error, "weakness set", r->key);
	v->recommendation = variant.recommendation;
	if (rpv__view_copy_numbers(view, &v->weaknesses, &v->weakness_count, variant.weaknesses, variant.weakness_count) ||
	    rpv__view_copy_numbers(view, &v->parts, &v->part_count, variant.parts, variant.part_count))
		return rpv__fail_nomem(r->error);
	return RPV_OK;
}

/* `number` is that of the block here. */
static rpv_status apply_threats(rpv__view *view, uint32_t number, const record *r)
{
	rpv__threat_block block = { 0 };
	size_t first = (size_t)number * RPV__THREAT_BLOCK;
	if (r->value && !rpv__get_threat_block(*r->value, &block))
		return rpv__fail_corrupt(r->error, "threats", r->key);
	for (size_t i = 0; i < RPV__THREAT_BLOCK && first + i < view->threat_count; i++)
		view->threats[first + i] = block.items[i];
	return RPV_OK;
}

static rpv_status apply_policy(rpv__view *view, const record *r)
{
	return rpv__policy_decode(r->key, r->value, r->scratch, &view->policy, r->error);
}

typedef struct applier {
	rpv__kind kind;
	rpv_status (*apply)(rpv__view *view, uint32_t number, const record *r);
} applier;

static const applier appliers[] = {
	{ RPV__K_GROUP, apply_group },       { RPV__K_GROUP_COUNT, apply_group_count },
	{ RPV__K_DEVICE_HOT, apply_device }, { RPV__K_ROW, apply_row },
	{ RPV__K_STATES, apply_states },     { RPV__K_RECOMMENDATION, apply_recommendation },
	{ RPV__K_VARIANT, apply_variant },   { RPV__K_THREAT, apply_threats },
};

static size_t numbers_of(const rpv__view *view, rpv__kind kind)
{
	switch (kind) {
	case RPV__K_GROUP: case RPV__K_GROUP_COUNT: return view->group_count;
	case RPV__K_DEVICE_HOT: case RPV__K_ROW: case RPV__K_STATES: return view->device_count;
	case RPV__K_RECOMMENDATION: return view->recommendation_count;
	case RPV__K_VARIANT: return view->variant_count;
	default: return (view->threat_count + RPV__THREAT_BLOCK - 1) / RPV__THREAT_BLOCK;
	}
}

static const applier *applier_of(rpv_bytes key)
{
	for (size_t i = 0; key.size && i < RPV__COUNT(appliers); i++)
		if (*(const uint8_t *)key.data == (uint8_t)appliers[i].kind)
			return &appliers[i];
	return NULL;
}

bool rpv__view_holds(const rpv__view *view, rpv_bytes key)
{
	const applier *a = applier_of(key);
	if (a)
		return !view->light || a->kind == RPV__K_GROUP || a->kind == RPV__K_GROUP_COUNT;
	return key.size && (*(const uint8_t *)key.data == RPV__K_COVER || *(const uint8_t *)key.data == RPV__K_POLICY);
}

rpv_status rpv__view_apply(rpv__view *view, rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch, rpv_error *error)
{
	const applier *a = applier_of(key);
	record r = { key, value, scratch, error };
	uint32_t number;
	if (!a && *(const uint8_t *)key.data == RPV__K_POLICY)
		return apply_policy(view, &r);
	if (!a)
		return rpv__view_apply_cover(view, key, value, scratch, error);
	if (!rpv__key_is32(key, a->kind, &number))
		return rpv__fail_corrupt(error, "key", key);
	return number < numbers_of(view, a->kind) ? a->apply(view, number, &r) : RPV_OK;
}

static rpv_status unite_one(rpv__view *view, rpv__view_variant *v)
{
	size_t count = 0;
	for (uint32_t i = 0; i < v->part_count; i++)
		count += view->variants[v->parts[i]].weakness_count;
	uint32_t *all = view->alloc.resize(view->alloc.user, NULL, (count ? count : 1) * sizeof *all);
	if (!all)
		return RPV_E_NOMEM;
	count = 0;
	for (uint32_t i = 0; i < v->part_count; i++) {
		const rpv__view_variant *part = &view->variants[v->parts[i]];
		if (part->weakness_count)
			memcpy(all + count, part->weaknesses, part->weakness_count * sizeof *all);
		count += part->weakness_count;
	}
	rpv__free(&view->alloc, v->weaknesses);
	v->weaknesses = all;
	v->weakness_count = (uint32_t)rpv__sort_unique_u32(all, count);
	return RPV_OK;
}

/* Parts are older than their union, so one pass in order of numbers does. */
rpv_status rpv__view_unite(rpv__view *view, rpv_error *error)
{
	for (size_t i = 0; i < view->variant_count; i++)
		if (view->variants[i].part_count && unite_one(view, &view->variants[i]))
			return rpv__fail_nomem(error);
	return RPV_OK;
}
