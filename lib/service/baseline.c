/* SPDX-License-Identifier: MIT */
/* What an exception rests on when it is decided: counts and standalone exposure of its target inside its scope. */
#include "resurface_inside.h"

/* --- size of the scope --- */
typedef struct sizing { rpv__baseline *out; bool global; } sizing;

static rpv_status add_group_count(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	sizing *s = user;
	rpv__group_count count;
	if (!rpv__get_group_count(value, &count))
		return rpv__fail_corrupt(error, "device group", key);
	for (int i = 0; i < 3; i++)
		s->out->scope_devices[i] += count.counted[i];
	s->out->groups += s->global && count.known;
	return RPV_OK;
}

static rpv_status size_of_devices(rpv__world *w, const rpv__cover *cover, rpv__baseline *out)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < cover->device_count; i++) {
		rpv__device_hot hot;
		st = rpv__txn_device(w->txn, cover->devices[i], &w->scratch, &hot, w->error);
		if (st == RPV_OK && !(hot.flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)))
			out->scope_devices[rpv__device_class(&hot) % 3]++;
	}
	return st;
}

static rpv_status size_of_scope(rpv__world *w, const rpv__cover *cover, rpv__baseline *out)
{
	sizing s = { out, cover->scope == RPV_SCOPE_GLOBAL };
	rpv__key key;
	rpv_status st = RPV_OK;
	if (cover->scope == RPV_SCOPE_DEVICES)
		return size_of_devices(w, cover, out);
	if (s.global)
		return rpv__txn_scan_prefix(w->txn, rpv__key1(&key, RPV__K_GROUP_COUNT), add_group_count, &s, w->error);
	out->groups = cover->group_count;
	for (size_t i = 0; st == RPV_OK && i < cover->group_count; i++) {
		rpv_bytes at = rpv__key32(&key, RPV__K_GROUP_COUNT, cover->groups[i]), value;
		st = rpv__txn_get(w->txn, at, &value, w->error);
		if (st == RPV_OK)
			st = add_group_count(&s, at, value, w->error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
	}
	return st;
}

/* --- its findings --- */
static rpv_status field_of(rpv__field *f, const rpv__cover *cover)
{
	if (cover->scope == RPV_SCOPE_DEVICES)
		return rpv__field_of_devices(f, cover, true);
	if (!cover->recommendation) { /* what it came to is kept: batches go on from there */
		rpv_status st = rpv__field_of_weakness(f, cover->weakness);
		return st == RPV_OK ? rpv__field_keep_weakness(f, cover->weakness) : st;
	}
	return rpv__field_of_recommendation(f, cover->recommendation,
	                                    cover->scope == RPV_SCOPE_GLOBAL ? NULL : cover->groups, cover->group_count);
}

/* Distinct ones of the target on exposed devices. */
static rpv_status count_weaknesses(rpv__field *f, const rpv__cover *cover, const bool *present, uint64_t *out)
{
	rpv__world *w = f->world;
	rpv__map seen;
	rpv_status st = RPV_OK;
	rpv__map_init(&seen, w->alloc);
	for (size_t k = 0; k < f->kind_count; k++)
		for (size_t i = 0; st == RPV_OK && present[k] && i < f->kinds[k].count; i++) {
			const rpv__world_variant *variant;
			st = rpv__world_variant_at(w, f->kinds[k].variants[i], &variant);
			for (size_t j = 0; st == RPV_OK && j < variant->after.count; j++)
				if ((!cover->weakness || cover->weakness == variant->after.items[j]) &&
				    rpv__map_put_u64(&seen, variant->after.items[j], 1))
					st = rpv__fail_nomem(w->error);
		}
	*out = seen.count;
	rpv__map_free(&seen);
	return st;
}

/* Exposed devices by group. The cells are in their order. */
static rpv_status count_groups(rpv__field *f, const rpv__aspect *aspects, const rpv__cover *cover, rpv__arena *into,
                               rpv__group_count_pair **out, size_t *out_count)
{
	rpv__group_count_pair *pairs = rpv__arena_get(into, f->cell_count * sizeof *pairs);
	size_t n = 0;
	if (!pairs)
		return rpv__fail_nomem(f->world->error);
	for (size_t i = 0; i < f->cell_count; i++) {
		uint64_t devices = rpv__cell_exposed(&f->cells[i], aspects, cover);
		if (!devices)
			continue;
		if (n == 0 || pairs[n - 1].group != f->cells[i].group)
			pairs[n++] = (rpv__group_count_pair){ f->cells[i].group, 0 };
		pairs[n - 1].count += devices;
	}
	*out = pairs;
	*out_count = n;
	return RPV_OK;
}

static void take(rpv__baseline *out, const rpv__circumstances *now)
{
	out->devices = now->devices;
	out->high_value = now->high_value;
	out->internet_facing = now->internet_facing;
	out->exposure = out->base_exposure = now->exposure;
	out->severity = now->severity;
	out->exploit = now->exploit;
	out->epss = out->base_epss = out->base_doubling = now->epss;
	out->epss_weakness = now->epss == RPV__EPSS_UNKNOWN ? 0 : now->epss_weakness;
	out->flags = (now->known_exploited ? RPV__BASELINE_KNOWN_EXPLOITED : 0u) | (now->fix ? RPV__BASELINE_FIX : 0u) |
	             (now->end_of_support ? RPV__BASELINE_END_OF_SUPPORT : 0u);
}

static rpv_status freeze(rpv__field *f, const rpv__cover *cover, rpv__arena *into, rpv__baseline *out,
                         rpv__group_count_pair **pairs, size_t *pair_count)
{
	rpv__world *w = f->world;
	rpv__aspect *aspects;
	rpv__circumstances now;
	bool *present, ended = false;
	rpv__cover sized = *cover;
	rpv_status st = size_of_scope(w, cover, out);
	sized.baseline = *out;
	if (st == RPV_OK)
		st = field_of(f, cover);
	if (st == RPV_OK && cover->recommendation)
		st = rpv__world_end_of_support(w, cover->recommendation, &ended);
	if (st == RPV_OK)
		st = rpv__field_aspects(f, cover->weakness, &aspects);
	if (st == RPV_OK)
		st = rpv__measure(f, aspects, &sized, ended, &now, &present);
	if (st == RPV_OK)
		st = count_weaknesses(f, cover, present, &out->weaknesses);
	if (st == RPV_OK)
		st = count_groups(f, aspects, cover, into, pairs, pair_count);
	if (st)
		return st;
	take(out, &now);
	if (cover->scope == RPV_SCOPE_DEVICES)
		out->groups = *pair_count;
	return RPV_OK;
}

rpv_status rpv__baseline_freeze(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__baseline *out,
                                rpv__group_count_pair **pairs, size_t *pair_count, rpv_error *error)
{
	rpv__baseline baseline = { .epss = RPV__EPSS_UNKNOWN };
	rpv__group_count_pair *found = NULL;
	size_t count = 0;
	rpv__world w;
	rpv__field f;
	rpv_status st = rpv__world_open(&w, txn, NULL, NULL, error);
	rpv__field_init(&f, &w);
	if (st == RPV_OK)
		st = freeze(&f, cover, into, &baseline, &found, &count);
	rpv__field_free(&f);
	rpv__world_close(&w);
	if (st)
		return st;
	*out = baseline;
	if (pairs) {
		*pairs = found;
		*pair_count = count;
	}
	return RPV_OK;
}
