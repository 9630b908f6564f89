/* SPDX-License-Identifier: MIT */
/* Checks devices: what follows from what sources hold on each, and all counts of them. */
#include "check.h"

/* --- facts --- */
static rpv_status facts(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__check_device d = { 0 };
	rpv__device_hot hot;
	if (!rpv__key_is32(key, RPV__K_DEVICE_HOT, &d.number) || !rpv__get_device_hot(value, &c->scratch, &hot)) {
		rpv__check_fault(c, "these are no facts of a device", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_DEVICE, d.number, "no such device was given a number", key);
	d.group = hot.group;
	d.class = rpv__device_class(&hot);
	d.flags = (uint8_t)hot.flags;
	d.value = (uint8_t)(hot.value - RPV_VALUE_LOW);
	if (rpv__grow(&c->alloc, &c->devices, &c->device_cap, c->device_count + 1, sizeof *c->devices))
		return rpv__fail_nomem(error);
	c->devices[c->device_count++] = d;
	c->counted += !(d.flags & RPV__DEVICE_REMOVED);
	uint64_t at;
	if (!rpv__map_get_u64(&c->groups, d.group, &at)) {
		rpv__check_fault(c, "the device group of this device is missing", key);
		return RPV_OK;
	}
	rpv__group_count *count = (rpv__group_count *)(uintptr_t)at;
	if (d.flags & RPV__DEVICE_REMOVED)
		return RPV_OK;
	count->known++;
	if (!(d.flags & RPV__DEVICE_EXCLUDED))
		count->counted[d.value]++;
	if (d.group != RPV__DEFAULT_GROUP && rpv__map_put_u64(&c->present, d.group, 1))
		return rpv__fail_nomem(error);
	return RPV_OK;
}

static rpv__check_device *device_at(rpv__check *c, uint32_t number)
{
	size_t low = 0, high = c->device_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->devices[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->device_count && c->devices[low].number == number ? &c->devices[low] : NULL;
}

static rpv_status device(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__device record;
	if (!rpv__key_is32(key, RPV__K_DEVICE, &number) || !rpv__get_device(value, &c->scratch, &record) || !record.id) {
		rpv__check_fault(c, "this is no device", key);
		return RPV_OK;
	}
	rpv__check_device *d = device_at(c, number);
	if (!d) {
		rpv__check_fault(c, "the facts of this device that change often are missing", key);
		return RPV_OK;
	}
	d->has_facts = true;
	return rpv__check_expect_name(c, RPV__N_DEVICE, 0, record.id, number, false, error);
}

/* --- counters --- */
static rpv_status count_one(rpv__check *c, const rpv__check_device *d, uint32_t recommendation,
                            const rpv__counter_row *what, rpv_error *error)
{
	uint32_t parts[5] = { recommendation, d->group, what->variant, (uint32_t)what->state, what->user_impact };
	rpv_bytes key = { parts, sizeof parts };
	uint64_t at = 0;
	if (d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED))
		return RPV_OK;
	if (!rpv__map_get(&c->counters, key, &at)) {
		rpv__counter_row *row = rpv__arena_get(&c->kept, sizeof *row);
		if (!row || rpv__map_put(&c->counters, key, (uintptr_t)row))
			return rpv__fail_nomem(error);
		*row = *what;
		at = (uintptr_t)row;
	}
	((rpv__counter_row *)(uintptr_t)at)->devices[d->class]++;
	return RPV_OK;
}

/* --- holdings --- */
typedef struct effects { uint32_t *variants; size_t variant_count; rpv__state *states; size_t state_count; } effects;

/* Holdings of one recommendation, of all sources: weaknesses are united, of states the worst wins. */
static rpv_status effect_of(rpv__check *c, const rpv__check_device *d, rpv_bytes key, const rpv__holding *held,
                            size_t count, effects *all, rpv_error *error)
{
	rpv__state state = { held->recommendation, RPV_CONFIGURATION_NONE, false };
	uint32_t *variants = rpv__arena_get(&c->scratch, count * sizeof *variants);
	size_t n = 0;
	bool counted = !(d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED));
	if (!variants)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < count; i++) {
		if (held[i].configuration) {
			state.state = held[i].state > state.state ? held[i].state : state.state;
			state.user_impact |= held[i].state == RPV_CONFIGURATION_EXPOSED && held[i].user_impact;
			continue;
		}
		rpv__check_variant *v = rpv__check_variant_at(c, held[i].variant);
		if (!v || v->record.recommendation != held->recommendation) {
			rpv__check_fault(c, "a source holds a weakness set that there is not", key);
			return RPV_OK;
		}
		v->used |= counted;
		variants[n++] = held[i].variant;
	}
	rpv__counter_row row = { .state = n ? RPV_CONFIGURATION_NONE : state.state, .user_impact = state.user_impact };
	if (n) {
		row.variant = rpv__check_union(c, held->recommendation, variants, n);
		if (!row.variant)
			rpv__check_fault(c, "what several sources hold together has no weakness set", key);
		all->variants[all->variant_count++] = row.variant;
	} else {
		all->states[all->state_count++] = state;
	}
	return count_one(c, d, held->recommendation, &row, error);
}

/* Hashes of the row and the states that follow. */
static rpv_status note(rpv__check *c, rpv__check_device *d, effects *all, rpv_error *error)
{
	rpv__row row = { all->variants, rpv__sort_unique_u32(all->variants, all->variant_count) };
	rpv__states states = { all->states, all->state_count };
	rpv__buf_clear(&c->buf);
	rpv__put_row(&c->buf, &row);
	d->row = row.count ? rpv__check_hash(rpv__buf_view(&c->buf)) : 0;
	rpv_status st = c->buf.status;
	rpv__buf_clear(&c->buf);
	rpv__put_states(&c->buf, &states);
	d->states = states.count ? rpv__check_hash(rpv__buf_view(&c->buf)) : 0;
	return st || c->buf.status ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status holdings(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__holdings held;
	if (!rpv__key_is32(key, RPV__K_HOLDINGS, &number) || !rpv__get_holdings(value, &c->scratch, &held)) {
		rpv__check_fault(c, "these are no assessments of a device", key);
		return RPV_OK;
	}
	rpv__check_device *d = device_at(c, number);
	effects all = { rpv__arena_get(&c->scratch, held.count * sizeof *all.variants), 0,
	                rpv__arena_get(&c->scratch, held.count * sizeof *all.states), 0 };
	if (!d)
		rpv__check_fault(c, "the device of these assessments is missing", key);
	if (!all.variants || !all.states)
		return rpv__fail_nomem(error);
	rpv_status st = RPV_OK;
	for (size_t i = 0, end; d && st == RPV_OK && i < held.count; i = end) {
		for (end = i + 1; end < held.count; end++)
			if (held.items[end].recommendation != held.items[i].recommendation)
				break;
		st = effect_of(c, d, key, &held.items[i], end - i, &all, error);
	}
	return st == RPV_OK && d ? note(c, d, &all, error) : st;
}

/* --- what follows from them --- */
static rpv_status follow(rpv__check *c, rpv_bytes key, rpv_bytes value, bool row)
{
	uint32_t number;
	rpv__check_device *d = rpv__key_is32(key, row ? RPV__K_ROW : RPV__K_STATES, &number) ? device_at(c, number) : NULL;
	uint64_t *expected = d ? row ? &d->row : &d->states : NULL;
	if (!expected || *expected != rpv__check_hash(value))
		rpv__check_fault(c, "this does not follow from the assessments of the device", key);
	if (expected)
		*expected = 0;
	return RPV_OK;
}

static rpv_status row_of(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)error;
	return follow(c, key, value, true);
}

static rpv_status states_of(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)error;
	return follow(c, key, value, false);
}

static void check_missing(rpv__check *c)
{
	rpv__key key;
	for (size_t i = 0; i < c->device_count; i++) {
		const rpv__check_device *d = &c->devices[i];
		if (!d->has_facts)
			rpv__check_fault(c, "this device is missing", rpv__key32(&key, RPV__K_DEVICE, d->number));
		if (d->row)
			rpv__check_fault(c, "the weakness sets of the device are missing", rpv__key32(&key, RPV__K_ROW, d->number));
		if (d->states)
			rpv__check_fault(c, "the states of the device are missing", rpv__key32(&key, RPV__K_STATES, d->number));
	}
}

/* --- counts --- */
typedef struct counted { uint32_t recommendation, group; const rpv__counter_row *row; } counted;

static int by_counter(const void *a, const void *b, const void *context)
{
	const counted *x = a, *y = b;
	const uint32_t left[5] = { x->recommendation, x->group, x->row->variant, (uint32_t)x->row->state, x->row->user_impact };
	const uint32_t right[5] = { y->recommendation, y->group, y->row->variant, (uint32_t)y->row->state,
	                            y->row->user_impact };
	(void)context;
	for (size_t i = 0; i < RPV__COUNT(left); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static rpv_status expect_counter(rpv__check *c, const counted *items, size_t count, rpv_error *error)
{
	rpv__counter_row *rows = rpv__arena_get(&c->scratch, count * sizeof *rows);
	rpv__counter counter = { rows, count };
	rpv__key key;
	if (!rows)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < count; i++)
		rows[i] = *items[i].row;
	rpv__buf_clear(&c->buf);
	rpv__put_counter(&c->buf, &counter);
	if (c->buf.status)
		return rpv__fail_nomem(error);
	rpv_status st = rpv__check_expect(c, rpv__key32_32(&key, RPV__K_COUNTER, items->recommendation, items->group),
	                                  rpv__buf_view(&c->buf), false, error);
	rpv__arena_free(&c->scratch);
	return st;
}

static rpv_status check_counters(rpv__check *c, rpv_error *error)
{
	counted *items = rpv__new(&c->alloc, (c->counters.count + 1) * sizeof *items);
	size_t count = 0, cursor = 0;
	uint64_t at, exists;
	rpv_bytes key;
	if (!items)
		return rpv__fail_nomem(error);
	while (rpv__map_next(&c->counters, &cursor, &key, &at)) {
		uint32_t parts[5];
		memcpy(parts, key.data, sizeof parts);
		if (rpv__map_get_u64(&c->recommendations, parts[0], &exists) && exists) /* nothing counts one taken out */
			items[count++] = (counted){ parts[0], parts[1], (const rpv__counter_row *)(uintptr_t)at };
	}
	rpv_status st = rpv__sort(&c->alloc, items, count, sizeof *items, by_counter, NULL) ? rpv__fail_nomem(error) : RPV_OK;
	for (size_t i = 0, end; st == RPV_OK && i < count; i = end) {
		for (end = i + 1; end < count && items[end].recommendation == items[i].recommendation &&
		                  items[end].group == items[i].group; end++)
			;
		st = expect_counter(c, items + i, end - i, error);
	}
	rpv__free(&c->alloc, items);
	return st == RPV_OK ? rpv__check_compare(c, RPV__K_COUNTER, "this counter is missing", error) : st;
}

static rpv_status group_count(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	uint64_t at = 0;
	rpv__group_count stored, *known = NULL;
	(void)error;
	if (rpv__key_is32(key, RPV__K_GROUP_COUNT, &number) && rpv__map_get_u64(&c->groups, number, &at))
		known = (rpv__group_count *)(uintptr_t)at;
	if (!known || !rpv__get_group_count(value, &stored) || memcmp(known, &stored, sizeof stored) != 0)
		rpv__check_fault(c, "the device group has another number of devices", key);
	if (known)
		memset(known, 0, sizeof *known);
	return RPV_OK;
}

static rpv_status check_groups(rpv__check *c, rpv_error *error)
{
	size_t cursor = 0;
	uint64_t at;
	rpv_bytes number;
	rpv_status st = rpv__check_each(c, RPV__K_GROUP_COUNT, group_count, error);
	while (st == RPV_OK && rpv__map_next(&c->groups, &cursor, &number, &at))
		if (((const rpv__group_count *)(uintptr_t)at)->known)
			rpv__check_fault(c, "the number of devices of a device group is missing", number);
	rpv__check_counted(c, RPV__NEXT_GROUP, c->present.count, "another number of device groups exists");
	return st;
}

rpv_status rpv__check_devices(rpv__check *c, rpv_error *error)
{
	static const struct { rpv__kind kind; rpv__check_pair pair; } kinds[] = {
		{ RPV__K_DEVICE_HOT, facts }, { RPV__K_DEVICE, device }, { RPV__K_HOLDINGS, holdings }, { RPV__K_ROW, row_of },
		{ RPV__K_STATES, states_of },
	};
	rpv_status st = RPV_OK;
	rpv__group_count *default_group = rpv__arena_get(&c->kept, sizeof *default_group);
	if (!default_group || rpv__map_put_u64(&c->groups, RPV__DEFAULT_GROUP, (uintptr_t)default_group))
		return rpv__fail_nomem(error);
	c->counted = 0;
	for (size_t i = 0; st == RPV_OK && i < RPV__COUNT(kinds); i++)
		st = rpv__check_each(c, kinds[i].kind, kinds[i].pair, error);
	if (st)
		return st;
	check_missing(c);
	rpv__check_counted(c, RPV__NEXT_DEVICE, c->counted, "another number of devices exists");
	st = check_counters(c, error);
	return st == RPV_OK ? check_groups(c, error) : st;
}
