/* SPDX-License-Identifier: MIT */
/* Named sets of weaknesses: variants that change in place, and every device on one with it. */
#include "batch.h"

static uint64_t key_of(const rpv__in_recommendation *r, uint32_t symbol)
{
	return (uint64_t)r->number << 32 | symbol;
}

static rpv_status load(rpv__intake *in, rpv__in_set *s)
{
	rpv__variant variant;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_VARIANT, s->number), &value);

	if (st == RPV_OK && !rpv__get_variant(value, in->arena, &variant))
		st = rpv__fail_corrupt(in->error, "weakness set", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	s->existed = s->exists = true;
	s->before = s->now = variant.weaknesses;
	s->before_count = s->now_count = variant.weakness_count;
	return RPV_OK;
}

static rpv_status entry_of(rpv__intake *in, rpv__in_recommendation *r, uint32_t symbol, rpv__in_set **out)
{
	uint64_t at;
	rpv__in_set *s = NULL;
	rpv_status st = RPV_E_NOT_FOUND;

	if (rpv__map_get_u64(&in->set_of, key_of(r, symbol), &at)) {
		*out = (rpv__in_set *)(uintptr_t)at;
		return RPV_OK;
	}
	s = rpv__in_new(in, sizeof *s);
	if (!s)
		return RPV_E_NOMEM;
	s->recommendation = r;
	s->id = rpv__in_symbol_text(in, symbol);
	if (r->existed && !r->wiped)
		st = rpv__txn_name_find(in->txn, RPV__N_SET, r->number, s->id, &s->number, in->error);
	if (st == RPV_OK)
		st = load(in, s);
	if (st != RPV_OK && st != RPV_E_NOT_FOUND)
		return st;
	if (rpv__map_put_u64(&in->set_of, key_of(r, symbol), (uintptr_t)s) != RPV_OK)
		return rpv__fail_nomem(in->error);
	st = rpv__in_add(in, &in->sets, s);
	if (st == RPV_OK)
		*out = s;
	return st;
}

/* A set has its number as soon as it is known to exist: devices are put on it before it is written. */
static rpv_status bring_about(rpv__intake *in, rpv__in_set *s)
{
	rpv_status st = s->number ? RPV_OK : rpv__in_number(in, RPV__NEXT_VARIANT, &s->number);

	s->exists = true;
	return st;
}

rpv_status rpv__in_set_record(rpv__intake *in, size_t index)
{
	const rpv__set_record *record = in->batch->records[index].what;
	const uint32_t *numbers;
	size_t count;
	rpv__in_recommendation *r;
	rpv__in_set *s = NULL;
	rpv_status st = rpv__in_recommendation_named(in, index, record->recommendation, false, &r);

	if (st == RPV_OK)
		st = entry_of(in, r, record->id, &s);
	if (st != RPV_OK)
		return st;
	if (record->removed) {
		s->exists = false;
		s->index = index;
		return RPV_OK;
	}
	st = rpv__in_weakness_numbers(in, index, record->weaknesses, &numbers, &count);
	if (st != RPV_OK)
		return st;
	s->now = numbers;
	s->now_count = count;
	return bring_about(in, s);
}

rpv_status rpv__in_set_named(rpv__intake *in, size_t index, rpv__in_recommendation *r, uint32_t symbol,
                             rpv__in_set **out)
{
	rpv__in_set *s = NULL;
	rpv_status st = entry_of(in, r, symbol, &s);

	if (st == RPV_OK && !s->exists) {
		if (!in->batch->lenient || s->existed)
			return rpv__in_refuse_unknown(in, index, "set", "weakness set", s->id);
		in->created++;
		st = bring_about(in, s);
	}
	if (st == RPV_OK)
		*out = s;
	return st;
}

/* --- writing --- */
/* Weaknesses point to the variants that have them: puts and removes the difference. Both lists are ascending. */
static rpv_status point(rpv__intake *in, const rpv__in_set *s)
{
	size_t i = 0, j = 0;
	rpv_status st = RPV_OK;

	while (st == RPV_OK && (i < s->before_count || j < s->now_count)) {
		rpv__key key;

		if (j == s->now_count || (i < s->before_count && s->before[i] < s->now[j])) {
			rpv__key32_32(&key, RPV__K_WEAKNESS_VARIANT, s->before[i++], s->number);
			st = rpv__txn_remove(in->txn, rpv__key_view(&key), in->error);
		} else if (i == s->before_count || s->now[j] < s->before[i]) {
			rpv__key32_32(&key, RPV__K_WEAKNESS_VARIANT, s->now[j++], s->number);
			st = rpv__txn_put(in->txn, rpv__key_view(&key), (rpv_bytes){ NULL, 0 }, in->error);
		} else {
			i++, j++;
		}
	}
	return st;
}

static rpv_status write_one(rpv__intake *in, rpv__in_set *s)
{
	rpv__variant variant = { s->recommendation->number, s->id, s->now, s->now_count, NULL, 0 };
	rpv__event event = { .type = RPV_EVENT_WEAKNESS_SET_CHANGED, .recommendation = s->recommendation->id,
	                     .after = s->id };
	bool same = s->existed == s->exists && s->before_count == s->now_count &&
	            (s->now_count == 0 || memcmp(s->before, s->now, s->now_count * sizeof *s->now) == 0);
	rpv__key key;
	rpv_status st = RPV_OK;

	if (same)
		return RPV_OK;
	in->changed++;
	s->changed = true;
	if (!s->exists) /* an excluded device may still be on it: then it has nothing there */
		st = rpv__txn_remove(in->txn, rpv__key_name(&key, RPV__N_SET, variant.recommendation, rpv__bytes_of(s->id)),
		                     in->error);
	else if (!s->existed)
		st = rpv__txn_name_put(in->txn, RPV__N_SET, variant.recommendation, s->id, s->number, in->error);
	rpv__buf_clear(&in->buf);
	rpv__put_variant(&in->buf, &variant);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_VARIANT, s->number), (rpv_bytes){ NULL, 0 }, NULL);
	if (st == RPV_OK)
		st = point(in, s);
	return st == RPV_OK ? rpv__in_event(in, &event) : st;
}

rpv_status rpv__in_sets_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->sets.count; i++) {
		rpv__in_set *s = in->sets.items[i];

		if (!s->exists) {
			s->now = NULL;
			s->now_count = 0;
		}
		if (s->existed || s->exists)
			st = write_one(in, s);
	}
	return st;
}

/* --- removing them --- */
typedef struct search { rpv__intake *in; const rpv__in_set *set; bool found; } search;

static rpv_status on_set(search *look, uint32_t variant, bool *out)
{
	rpv__intake *in = look->in;
	rpv__variant record;
	rpv__key key;
	rpv_bytes value;
	rpv_status st;

	*out = variant == look->set->number;
	if (*out || !variant)
		return RPV_OK;
	st = rpv__in_get(in, rpv__key32(&key, RPV__K_VARIANT, variant), &value);
	if (st == RPV_OK && !rpv__get_variant(value, in->arena, &record))
		st = rpv__fail_corrupt(in->error, "weakness set", rpv__key_view(&key));
	for (size_t i = 0; st == RPV_OK && i < record.part_count; i++)
		*out = *out || record.parts[i] == look->set->number;
	return st;
}

static rpv_status look_for_set(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	search *s = user;
	rpv__counter counter;
	rpv_status st = RPV_OK;

	if (!rpv__get_counter(value, s->in->arena, &counter))
		return rpv__fail_corrupt(error, "counter", key);
	for (size_t i = 0; st == RPV_OK && !s->found && i < counter.count; i++)
		st = on_set(s, counter.items[i].variant, &s->found);
	return st;
}

rpv_status rpv__in_sets_check(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->sets.count; i++) {
		const rpv__in_set *s = in->sets.items[i];
		search look = { in, s, false };
		rpv__key prefix;

		if (s->exists || !s->existed)
			continue;
		rpv__key32(&prefix, RPV__K_COUNTER, s->recommendation->number);
		st = rpv__txn_scan_prefix(in->txn, rpv__key_view(&prefix), look_for_set, &look, in->error);
		if (st == RPV_OK && look.found)
			st = rpv__fail_field(in->error, RPV_E_INVALID, s->index, "removed",
			                     "a device is on the weakness set \"%s\"", s->id);
	}
	return st;
}
