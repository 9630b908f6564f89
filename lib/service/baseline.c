/* SPDX-License-Identifier: MIT */
/* What an exception rests on when it is decided: counts and standalone exposure of its target inside its scope. */
#include "../score/exposure.h"
#include "activity.h"
#include "exception.h"

typedef struct target { bool exposed; uint64_t w; } target; /* what one variant has of it; w: sum of its hazards */

typedef struct freezing {
	rpv__txn *txn;
	rpv__arena *into;
	const rpv__cover *cover;
	rpv__baseline *out;
	const rpv__exposure_model *model;
	rpv__known_variants variants;
	rpv__map targets;                                  /* variant -> target in the region */
	rpv__map blocks;                                   /* number of a threat block -> the block in the region */
	rpv__map seen;                                     /* weaknesses on exposed devices */
	rpv__map visited;                                  /* recommendations whose counters were added */
	size_t bringing;                                   /* of them those under which devices are exposed */
	rpv__wide a[RPV__VALUES];
	rpv__group_count_pair *pairs; size_t pair_count, pair_cap;
} freezing;

static rpv_status nomem_if(rpv_status st, rpv_error *error)
{
	return st ? rpv__fail_nomem(error) : RPV_OK;
}

/* --- threats --- */
static rpv_status threat_of(freezing *f, uint32_t weakness, rpv__threat *out, rpv_error *error)
{
	uint32_t number = weakness / RPV__THREAT_BLOCK;
	uint64_t known;
	if (!rpv__map_get_u64(&f->blocks, number, &known)) {
		rpv__key key;
		rpv__threat_block *block = rpv__arena_get(f->into, sizeof *block);
		rpv_bytes at = rpv__key32(&key, RPV__K_THREAT, number), value;
		if (!block)
			return rpv__fail_nomem(error);
		rpv_status st = rpv__txn_get(f->txn, at, &value, error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_threat_block(value, block)))
			return rpv__fail_corrupt(error, "weaknesses", at);
		if (st == RPV_OK)
			st = nomem_if(rpv__map_put_u64(&f->blocks, number, (uint64_t)(uintptr_t)block), error);
		if (st)
			return st;
		known = (uint64_t)(uintptr_t)block;
	}
	*out = ((const rpv__threat_block *)(uintptr_t)known)->items[weakness % RPV__THREAT_BLOCK];
	return RPV_OK;
}

static uint64_t hazard_of(const freezing *f, const rpv__threat *t)
{
	rpv__likelihood_facts facts = { t->epss,
		(rpv_severity)t->severity, (rpv_exploit)t->exploit, (t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0,
		(t->flags & RPV__THREAT_ALERT) != 0 };
	return rpv__hazard(f->model, rpv__likelihood(f->model, &facts), facts.severity);
}

/* A weakness on an exposed device. */
static rpv_status see_weakness(freezing *f, uint32_t weakness, rpv_error *error)
{
	rpv__threat t;
	uint64_t known;
	rpv_status st;
	if (rpv__map_get_u64(&f->seen, weakness, &known))
		return RPV_OK;
	st = threat_of(f, weakness, &t, error);
	if (st == RPV_OK)
		st = nomem_if(rpv__map_put_u64(&f->seen, weakness, 1), error);
	if (st)
		return st;
	f->out->weaknesses++;
	if (t.severity > f->out->severity)
		f->out->severity = t.severity;
	if (t.exploit > f->out->exploit)
		f->out->exploit = t.exploit;
	if (t.epss != RPV__EPSS_UNKNOWN && (f->out->epss == RPV__EPSS_UNKNOWN || t.epss > f->out->epss)) {
		f->out->epss = t.epss;
		f->out->epss_weakness = weakness;
	}
	if (t.flags & RPV__THREAT_KNOWN_EXPLOITED)
		f->out->flags |= RPV__BASELINE_KNOWN_EXPLOITED;
	if (t.flags & RPV__THREAT_FIX)
		f->out->flags |= RPV__BASELINE_FIX;
	return RPV_OK;
}

/* --- variants --- */
static bool is_target(const freezing *f, uint32_t recommendation, uint32_t weakness)
{
	return (!f->cover->recommendation || f->cover->recommendation == recommendation) &&
	       (!f->cover->weakness || f->cover->weakness == weakness);
}

/* What of the target a variant has. Asked for only where a device that counts has it. */
static rpv_status target_of(freezing *f, uint32_t number, target *out, rpv_error *error)
{
	uint64_t known;
	if (rpv__map_get_u64(&f->targets, number, &known)) {
		*out = *(const target *)(uintptr_t)known;
		return RPV_OK;
	}
	rpv__known_variant *variant = NULL;
	target *found = rpv__arena_get(f->into, sizeof *found);
	rpv_status st = found ? rpv__known_variant_get(&f->variants, number, &variant, error) : rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < variant->weakness_count; i++) {
		rpv__threat t;
		if (!is_target(f, variant->recommendation, variant->weaknesses[i]))
			continue;
		found->exposed = true;
		st = see_weakness(f, variant->weaknesses[i], error);
		if (st == RPV_OK)
			st = threat_of(f, variant->weaknesses[i], &t, error);
		if (st == RPV_OK)
			found->w = rpv__w_add(found->w, hazard_of(f, &t));
	}
	if (st == RPV_OK)
		st = nomem_if(rpv__map_put_u64(&f->targets, number, (uint64_t)(uintptr_t)found), error);
	if (st == RPV_OK)
		*out = *found;
	return st;
}

/* --- devices, by class or one by one --- */
static rpv_status count_in_group(freezing *f, uint32_t group, uint64_t devices, rpv_error *error)
{
	size_t i = f->pair_count;
	while (i > 0 && f->pairs[i - 1].group != group) /* the last one, mostly */
		i--;
	if (i > 0) {
		f->pairs[i - 1].count += devices;
		return RPV_OK;
	}
	if (f->pair_count == f->pair_cap) {
		size_t cap = 2 * f->pair_cap + 8;
		rpv__group_count_pair *more = rpv__arena_get(f->into, cap * sizeof *more);
		if (!more)
			return rpv__fail_nomem(error);
		if (f->pair_count)
			memcpy(more, f->pairs, f->pair_count * sizeof *more);
		f->pairs = more;
		f->pair_cap = cap;
	}
	f->pairs[f->pair_count++] = (rpv__group_count_pair){ group, devices };
	return RPV_OK;
}

static unsigned class_of(const rpv__device_hot *hot)
{
	return rpv__value_class(hot->value) + (hot->flags & RPV__DEVICE_INTERNET ? 3u : 0u) +
	       (hot->flags & RPV__DEVICE_ALERT ? 6u : 0u);
}

static rpv_status add_exposed(freezing *f, uint32_t group, unsigned class, uint64_t devices, uint64_t sum,
                              rpv_error *error)
{
	unsigned value = class % 3;
	bool internet = class / 3 % 2, alert = class / 6;
	uint64_t p = rpv__exposure(rpv__l_times(sum, rpv__multiplier(f->model, internet, alert)));
	f->a[value] = rpv__wide_add(f->a[value], rpv__mul64(p, devices));
	f->out->devices += devices;
	f->out->high_value += value == RPV__VALUE_HIGH ? devices : 0;
	f->out->internet_facing += internet ? devices : 0;
	return count_in_group(f, group, devices, error);
}

static rpv_status add_counter(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	freezing *f = user;
	uint32_t recommendation, group;
	rpv__counter counter;
	rpv_status st = RPV_OK;
	if (!rpv__key_is32_32(key, RPV__K_COUNTER, &recommendation, &group) || !rpv__get_counter(value, f->into, &counter))
		return rpv__fail_corrupt(error, "counter", key);
	for (size_t i = 0; st == RPV_OK && i < counter.count; i++) {
		const rpv__counter_row *row = &counter.items[i];
		target t = { row->state == RPV_CONFIGURATION_EXPOSED, 0 };
		uint64_t devices = 0;
		for (unsigned class = 0; class < RPV__CLASSES; class++)
			devices += row->devices[class];
		if (row->variant && devices)
			st = target_of(f, row->variant, &t, error);
		for (unsigned class = 0; st == RPV_OK && t.exposed && class < RPV__CLASSES; class++)
			if (row->devices[class])
				st = add_exposed(f, group, class, row->devices[class], t.w, error);
	}
	return st;
}

typedef struct keyed { rpv__arena *into; rpv_bytes *keys, *values; size_t count, cap; } keyed;

/* Counters are collected first: no read may start within a walk. */
static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	keyed *k = user;
	if (k->count == k->cap) {
		size_t cap = 2 * k->cap + 16;
		rpv_bytes *keys = rpv__arena_get(k->into, cap * sizeof *keys);
		rpv_bytes *values = rpv__arena_get(k->into, cap * sizeof *values);
		if (!keys || !values)
			return rpv__fail_nomem(error);
		if (k->count) {
			memcpy(keys, k->keys, k->count * sizeof *keys);
			memcpy(values, k->values, k->count * sizeof *values);
		}
		k->keys = keys;
		k->values = values;
		k->cap = cap;
	}
	char *key_copy = rpv__arena_text(k->into, key.data, key.size);
	char *value_copy = rpv__arena_text(k->into, value.data, value.size);
	if (!key_copy || !value_copy)
		return rpv__fail_nomem(error);
	k->keys[k->count] = (rpv_bytes){ key_copy, key.size };
	k->values[k->count++] = (rpv_bytes){ value_copy, value.size };
	return RPV_OK;
}

static rpv_status scan_each(freezing *f, rpv_bytes prefix, rpv__sink sink, rpv_error *error)
{
	keyed k = { f->into, NULL, NULL, 0, 0 };
	rpv_status st = rpv__txn_scan_prefix(f->txn, prefix, collect, &k, error);
	for (size_t i = 0; st == RPV_OK && i < k.count; i++)
		st = sink(f, k.keys[i], k.values[i], error);
	return st;
}

static rpv_status add_recommendation(freezing *f, uint32_t recommendation, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	if (f->cover->scope == RPV_SCOPE_GLOBAL)
		return scan_each(f, rpv__key32(&key, RPV__K_COUNTER, recommendation), add_counter, error);
	for (size_t i = 0; st == RPV_OK && i < f->cover->group_count; i++) {
		rpv_bytes at = rpv__key32_32(&key, RPV__K_COUNTER, recommendation, f->cover->groups[i]), value;
		st = rpv__txn_get(f->txn, at, &value, error);
		if (st == RPV_OK)
			st = add_counter(f, at, value, error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
	}
	return st;
}

/* One variant that has the weakness: entries come by variant, so a recommendation may come again. */
static rpv_status add_weakness_variant(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	freezing *f = user;
	uint32_t weakness, number;
	rpv__known_variant *variant;
	uint64_t visited;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_WEAKNESS_VARIANT, &weakness, &number))
		return rpv__fail_corrupt(error, "weakness set index", key);
	rpv_status st = rpv__known_variant_get(&f->variants, number, &variant, error);
	if (st || rpv__map_get_u64(&f->visited, variant->recommendation, &visited))
		return st;
	uint64_t before = f->out->devices;
	st = nomem_if(rpv__map_put_u64(&f->visited, variant->recommendation, 1), error);
	if (st == RPV_OK)
		st = add_recommendation(f, variant->recommendation, error);
	f->bringing += f->out->devices != before;
	return st;
}

/* --- a weakness that several recommendations bring: counters do not tell which devices they share --- */
typedef struct sharer { uint32_t device; uint64_t w; } sharer;
typedef struct sharing { freezing *f; rpv__arena scratch; sharer *items; size_t count, cap, next; } sharing;

/* A row: all variants that count are among the targets by now, so nothing is read. */
static rpv_status add_sharer(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	sharing *s = user;
	sharer found = { 0, 0 };
	rpv__row row;
	uint64_t known;
	bool exposed = false;
	if (!rpv__key_is32(key, RPV__K_ROW, &found.device) || !rpv__get_row(value, &s->scratch, &row))
		return rpv__fail_corrupt(error, "row", key);
	for (size_t i = 0; i < row.count; i++) {
		const target *t;
		if (!rpv__map_get_u64(&s->f->targets, row.variants[i], &known))
			continue;
		t = (const target *)(uintptr_t)known;
		exposed = exposed || t->exposed;
		found.w = rpv__l_add(found.w, t->w);
	}
	rpv__arena_free(&s->scratch);
	if (exposed && rpv__grow(&s->scratch.alloc, &s->items, &s->cap, s->count + 1, sizeof found))
		return rpv__fail_nomem(error);
	if (exposed)
		s->items[s->count++] = found;
	return RPV_OK;
}

/* A device, in the order of the rows. */
static rpv_status count_sharer(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	sharing *s = user;
	rpv__device_hot hot;
	uint32_t device;
	rpv_status st = RPV_OK;
	if (!rpv__key_is32(key, RPV__K_DEVICE_HOT, &device) || !rpv__get_device_hot(value, &s->scratch, &hot))
		return rpv__fail_corrupt(error, "device", key);
	while (s->next < s->count && s->items[s->next].device < device)
		s->next++;
	if (s->next < s->count && s->items[s->next].device == device &&
	    !(hot.flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)) &&
	    rpv__exception_covers_group(s->f->cover, hot.group))
		st = add_exposed(s->f, hot.group, class_of(&hot), 1, s->items[s->next].w, error);
	rpv__arena_free(&s->scratch);
	return st;
}

static rpv_status count_anew(freezing *f, rpv_error *error)
{
	sharing s = { .f = f };
	rpv__key key;
	rpv__arena_init(&s.scratch, &f->into->alloc);
	f->out->devices = f->out->high_value = f->out->internet_facing = 0;
	f->pair_count = 0;
	memset(f->a, 0, sizeof f->a);
	rpv_status st = rpv__txn_scan_prefix(f->txn, rpv__key1(&key, RPV__K_ROW), add_sharer, &s, error);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(f->txn, rpv__key1(&key, RPV__K_DEVICE_HOT), count_sharer, &s, error);
	rpv__arena_free(&s.scratch);
	rpv__free(&s.scratch.alloc, s.items);
	return st;
}

/* --- a device scope: row by row --- */
static rpv_status add_device(freezing *f, uint32_t device, rpv_error *error)
{
	rpv__device_hot hot;
	rpv__row row = { NULL, 0 };
	rpv__states states = { NULL, 0 };
	rpv__key key;
	rpv_bytes at, value;
	uint64_t sum = 0;
	bool exposed = false;
	rpv_status st = rpv__txn_device(f->txn, device, f->into, &hot, error);
	if (st || (hot.flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)))
		return st;
	unsigned class = class_of(&hot);
	f->out->scope_devices[class % 3]++;
	at = rpv__key32(&key, RPV__K_ROW, device);
	st = rpv__txn_get(f->txn, at, &value, error);
	if (st == RPV_OK && !rpv__get_row(value, f->into, &row))
		return rpv__fail_corrupt(error, "row", at);
	for (size_t i = 0; st == RPV_OK && i < row.count; i++) {
		target t;
		st = target_of(f, row.variants[i], &t, error);
		exposed = exposed || (st == RPV_OK && t.exposed);
		sum = st == RPV_OK ? rpv__l_add(sum, t.w) : sum;
	}
	if (st == RPV_OK || st == RPV_E_NOT_FOUND)
		st = rpv__txn_get(f->txn, at = rpv__key32(&key, RPV__K_STATES, device), &value, error);
	if (st == RPV_OK && !rpv__get_states(value, f->into, &states))
		return rpv__fail_corrupt(error, "states", at);
	for (size_t i = 0; st == RPV_OK && !f->cover->weakness && i < states.count; i++)
		exposed = exposed || (states.items[i].recommendation == f->cover->recommendation &&
		                      states.items[i].state == RPV_CONFIGURATION_EXPOSED);
	if (st == RPV_E_NOT_FOUND)
		st = RPV_OK;
	return st == RPV_OK && exposed ? add_exposed(f, hot.group, class, 1, sum, error) : st;
}

/* --- size of the scope --- */
static rpv_status add_group_count(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	freezing *f = user;
	rpv__group_count count;
	if (!rpv__get_group_count(value, &count))
		return rpv__fail_corrupt(error, "device group", key);
	for (int i = 0; i < 3; i++)
		f->out->scope_devices[i] += count.counted[i];
	f->out->groups += f->cover->scope == RPV_SCOPE_GLOBAL && count.known;
	return RPV_OK;
}

static rpv_status size_of_scope(freezing *f, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	if (f->cover->scope == RPV_SCOPE_GLOBAL)
		return rpv__txn_scan_prefix(f->txn, rpv__key1(&key, RPV__K_GROUP_COUNT), add_group_count, f, error);
	f->out->groups = f->cover->group_count;
	for (size_t i = 0; st == RPV_OK && i < f->cover->group_count; i++) {
		rpv_bytes at = rpv__key32(&key, RPV__K_GROUP_COUNT, f->cover->groups[i]), value;
		st = rpv__txn_get(f->txn, at, &value, error);
		if (st == RPV_OK)
			st = add_group_count(f, at, value, error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
	}
	return st;
}

static rpv_status end_of_support(freezing *f, rpv_error *error)
{
	rpv__key key;
	rpv__recommendation record;
	rpv_bytes at = rpv__key32(&key, RPV__K_RECOMMENDATION, f->cover->recommendation), value;
	if (!f->cover->recommendation)
		return RPV_OK;
	rpv_status st = rpv__txn_get(f->txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_recommendation(value, f->into, &record)))
		return rpv__fail_corrupt(error, "recommendation", at);
	for (size_t i = 0; st == RPV_OK && i < record.tags.count; i++)
		if (rpv__equal_fold(record.tags.items[i], "EOS software") || rpv__equal_fold(record.tags.items[i], "EOS versions"))
			f->out->flags |= RPV__BASELINE_END_OF_SUPPORT;
	return st;
}

static rpv_status freeze(freezing *f, rpv_error *error)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	if (f->cover->scope == RPV_SCOPE_DEVICES) {
		for (size_t i = 0; st == RPV_OK && i < f->cover->device_count; i++)
			st = add_device(f, f->cover->devices[i], error);
	} else {
		st = size_of_scope(f, error);
		if (st == RPV_OK && f->cover->recommendation)
			st = add_recommendation(f, f->cover->recommendation, error);
		else if (st == RPV_OK)
			st = scan_each(f, rpv__key32(&key, RPV__K_WEAKNESS_VARIANT, f->cover->weakness), add_weakness_variant,
			               error);
		if (st == RPV_OK && f->bringing > 1)
			st = count_anew(f, error);
	}
	return st == RPV_OK ? end_of_support(f, error) : st;
}

rpv_status rpv__baseline_freeze(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__baseline *out,
                                rpv__group_count_pair **pairs, size_t *pair_count, rpv_error *error)
{
	rpv__baseline baseline = { .epss = RPV__EPSS_UNKNOWN };
	freezing f = { .txn = txn, .into = into, .cover = cover, .out = &baseline,
	               .model = &rpv__exposure_model_default, .variants = { .txn = txn } };
	rpv__map_init(&f.targets, &into->alloc);
	rpv__map_init(&f.blocks, &into->alloc);
	rpv__map_init(&f.seen, &into->alloc);
	rpv__map_init(&f.visited, &into->alloc);
	rpv_status st = freeze(&f, error);
	if (st == RPV_OK) {
		if (cover->scope == RPV_SCOPE_DEVICES)
			baseline.groups = f.pair_count;
		baseline.exposure = baseline.base_exposure = rpv__exposure_over(f.model, f.a, baseline.scope_devices);
		baseline.base_epss = baseline.base_doubling = baseline.epss;
		*out = baseline;
		if (pairs) {
			*pairs = f.pairs;
			*pair_count = f.pair_count;
		}
	}
	rpv__map_free(&f.targets);
	rpv__map_free(&f.blocks);
	rpv__map_free(&f.seen);
	rpv__map_free(&f.visited);
	return st;
}
