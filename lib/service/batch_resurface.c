/* SPDX-License-Identifier: MIT */
/* What a batch changed is noted while it is written; then the exceptions that it concerns are judged, in the same commit.
 * Looked at are the exceptions of recommendations whose counters, sets, threats or tags changed, and of those weaknesses
 * with an exception wherever they occur that changed or that devices got or lost: never all. */
#include "resurface_inside.h"

/* --- noting --- */
rpv_status rpv__in_note_tallied(rpv__intake *in, uint32_t recommendation, uint32_t group, const rpv__counter *before)
{
	if (!in->judges)
		return RPV_OK;
	if (rpv__grow(in->alloc, &in->tallied, &in->tallied_cap, in->tallied_count + 1, sizeof *in->tallied))
		return rpv__fail_nomem(in->error);
	in->tallied[in->tallied_count++] = (rpv__in_tallied){ recommendation, group, *before };
	return RPV_OK;
}

rpv_status rpv__in_note_pair(rpv__intake *in, const rpv__in_device *d, const rpv__in_recommendation *r, uint32_t number,
                             const rpv__in_effect *was, const rpv__in_effect *is)
{
	bool returned = r->old && r->existed, before = r->existed && (!returned || r->old == number),
	     after = r->exists && r->number == number;
	if (!in->judges || (!before && !after))
		return RPV_OK;
	if (rpv__grow(in->alloc, &in->pairs, &in->pair_cap, in->pair_count + 1, sizeof *in->pairs))
		return rpv__fail_nomem(in->error);
	in->pairs[in->pair_count++] = (rpv__in_pair){ r->exists ? r->number : number, d, before ? was : NULL,
	                                              after ? is : NULL };
	return RPV_OK;
}

rpv_status rpv__in_note_touched(rpv__intake *in, const rpv__in_device *d, const rpv__in_effects *before,
                                const rpv__in_effects *after)
{
	if (!in->judges)
		return RPV_OK;
	if (rpv__grow(in->alloc, &in->touched, &in->touched_cap, in->touched_count + 1, sizeof *in->touched))
		return rpv__fail_nomem(in->error);
	in->touched[in->touched_count++] = (rpv__in_touched){ d, *before, *after };
	return RPV_OK;
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_group(const void *a, const void *b, const void *context)
{
	const rpv__in_tallied *x = a, *y = b;
	(void)context;
	return x->recommendation != y->recommendation ? compare(x->recommendation, y->recommendation)
	                                              : compare(x->group, y->group);
}

static int by_device(const void *a, const void *b, const void *context)
{
	const rpv__in_pair *x = a, *y = b;
	(void)context;
	return x->recommendation != y->recommendation ? compare(x->recommendation, y->recommendation)
	                                              : compare(x->device->number, y->device->number);
}

static int by_weakness(const void *a, const void *b, const void *context)
{
	const rpv__in_hit *x = a, *y = b;
	(void)context;
	return x->weakness != y->weakness ? compare(x->weakness, y->weakness) : compare(x->device, y->device);
}

/* Of a recommendation that came back under another number, a device has one pair for each number: they become one. */
static rpv_status put_in_order(rpv__intake *in)
{
	size_t n = 0;
	if (rpv__sort(in->alloc, in->tallied, in->tallied_count, sizeof *in->tallied, by_group, NULL) ||
	    rpv__sort(in->alloc, in->pairs, in->pair_count, sizeof *in->pairs, by_device, NULL))
		return rpv__fail_nomem(in->error);
	for (size_t i = 0; i < in->pair_count; i++) {
		if (n == 0 || by_device(&in->pairs[n - 1], &in->pairs[i], NULL) != 0) {
			in->pairs[n++] = in->pairs[i];
			continue;
		}
		if (in->pairs[i].was)
			in->pairs[n - 1].was = in->pairs[i].was;
		if (in->pairs[i].is)
			in->pairs[n - 1].is = in->pairs[i].is;
	}
	in->pair_count = n;
	return RPV_OK;
}

/* --- what it concerns --- */
typedef struct place { uint32_t recommendation, group; bool all; } place;
typedef struct concern {
	rpv__world world;
	rpv__intake *in;
	place *places; size_t count, cap;
	rpv__map seen;                          /* variants, whose recommendations are noted */
	uint32_t *variants; size_t variant_count, variant_cap;
	const uint32_t *everywhere; size_t everywhere_count;
	uint32_t *weaknesses; size_t weakness_count, weakness_cap; /* of these, those concerned */
	rpv__map held;                          /* variant -> those of everywhere that it has, before or after */
} concern;

static rpv_status add_place(concern *c, uint32_t recommendation, uint32_t group, bool all)
{
	if (rpv__grow(c->in->alloc, &c->places, &c->cap, c->count + 1, sizeof *c->places))
		return rpv__fail_nomem(c->in->error);
	c->places[c->count++] = (place){ recommendation, group, all };
	return RPV_OK;
}

static bool is_everywhere(const concern *c, uint32_t weakness)
{
	return rpv__set_has((rpv__set_side){ c->everywhere, c->everywhere_count }, weakness);
}

static rpv_status add_weakness(concern *c, uint32_t weakness)
{
	if (rpv__grow(c->in->alloc, &c->weaknesses, &c->weakness_cap, c->weakness_count + 1, sizeof *c->weaknesses))
		return rpv__fail_nomem(c->in->error);
	c->weaknesses[c->weakness_count++] = weakness;
	return RPV_OK;
}

static rpv_status take_pointer(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	concern *c = user;
	uint32_t weakness, variant;
	uint64_t known;
	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_WEAKNESS_VARIANT, &weakness, &variant))
		return rpv__fail_corrupt(error, "weakness set index", key);
	if (rpv__map_get_u64(&c->seen, variant, &known))
		return RPV_OK;
	if (rpv__map_put_u64(&c->seen, variant, 1) ||
	    rpv__grow(c->in->alloc, &c->variants, &c->variant_cap, c->variant_count + 1, sizeof variant))
		return rpv__fail_nomem(error);
	c->variants[c->variant_count++] = variant;
	return RPV_OK;
}

static bool matters(const rpv__in_weakness *w)
{
	const uint8_t flags = RPV__THREAT_KNOWN_EXPLOITED | RPV__THREAT_ALERT | RPV__THREAT_FIX | RPV__THREAT_FIX_KNOWN;
	const rpv__threat *b = &w->before, *a = &w->threat;
	return !w->is_new && (b->epss != a->epss || b->severity != a->severity || b->exploit != a->exploit ||
	                      ((b->flags ^ a->flags) & flags) || rpv__has_new_model(w));
}

static rpv_status add_threats(concern *c)
{
	rpv_status st = RPV_OK;
	rpv__key key;
	for (size_t i = 0; st == RPV_OK && i < c->in->weaknesses.count; i++) {
		const rpv__in_weakness *w = c->in->weaknesses.items[i];
		if (!matters(w))
			continue;
		st = rpv__txn_scan_prefix(c->in->txn, rpv__key32(&key, RPV__K_WEAKNESS_VARIANT, w->number), take_pointer, c,
		                          c->in->error);
		if (st == RPV_OK && is_everywhere(c, w->number))
			st = add_weakness(c, w->number);
	}
	for (size_t i = 0; st == RPV_OK && i < c->variant_count; i++) {
		const rpv__world_variant *variant;
		st = rpv__world_variant_at(&c->world, c->variants[i], &variant);
		if (st == RPV_OK)
			st = add_place(c, variant->recommendation, 0, true);
	}
	return st;
}

static rpv_status add_sets(concern *c)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < c->in->sets.count; i++) {
		const rpv__in_set *s = c->in->sets.items[i];
		const rpv__set_side sides[2] = { { s->before, s->before_count }, { s->now, s->now_count } };
		if (!s->changed)
			continue;
		st = add_place(c, s->recommendation->number, 0, true);
		for (int side = 0; side < 2; side++)
			for (size_t j = 0; st == RPV_OK && j < sides[side].count; j++)
				if (is_everywhere(c, sides[side].items[j]) && !rpv__set_has(sides[!side], sides[side].items[j]))
					st = add_weakness(c, sides[side].items[j]);
	}
	return st;
}

/* Those taken out or back, and those whose support ended. */
static rpv_status add_recommendations(concern *c)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < c->in->recommendations.count; i++) {
		const rpv__in_recommendation *r = c->in->recommendations.items[i];
		bool other = r->wiped || r->existed != r->exists ||
		             rpv__tags_end_of_support(&r->before.tags) != rpv__tags_end_of_support(&r->now.tags);
		if (other && r->number)
			st = add_place(c, r->number, 0, true);
	}
	return st;
}

/* --- weaknesses with an exception wherever they occur --- */
static rpv_status held_by(concern *c, uint32_t number, const rpv__set_side **out)
{
	const rpv__world_variant *variant;
	uint64_t known;
	if (rpv__map_get_u64(&c->held, number, &known)) {
		*out = (const rpv__set_side *)(uintptr_t)known;
		return RPV_OK;
	}
	rpv_status st = rpv__world_variant_at(&c->world, number, &variant);
	if (st)
		return st;
	size_t most = variant->before.count + variant->after.count, n = 0;
	rpv__set_side *held = rpv__in_new(c->in, sizeof *held);
	uint32_t *items = rpv__in_new(c->in, most * sizeof *items);
	if (!held || !items)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < most; i++) {
		uint32_t weakness = i < variant->before.count ? variant->before.items[i]
		                                              : variant->after.items[i - variant->before.count];
		if (is_everywhere(c, weakness))
			items[n++] = weakness;
	}
	*held = (rpv__set_side){ items, rpv__sort_unique_u32(items, n) };
	if (rpv__map_put_u64(&c->held, number, (uint64_t)(uintptr_t)held))
		return rpv__fail_nomem(c->in->error);
	*out = held;
	return RPV_OK;
}

static rpv_status add_hits(concern *c, uint32_t variant, const rpv__in_device *d)
{
	const rpv__set_side *held = NULL;
	rpv__intake *in = c->in;
	rpv_status st = held_by(c, variant, &held);
	for (size_t i = 0; st == RPV_OK && i < held->count; i++) {
		st = add_weakness(c, held->items[i]);
		if (!d || st)
			continue;
		if (rpv__grow(in->alloc, &in->hits, &in->hit_cap, in->hit_count + 1, sizeof *in->hits))
			return rpv__fail_nomem(in->error);
		in->hits[in->hit_count++] = (rpv__in_hit){ held->items[i], d->number };
	}
	return st;
}

static rpv_status find_hits(concern *c)
{
	rpv__intake *in = c->in;
	size_t n = 0;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < in->pair_count; i++) {
		const rpv__in_pair *p = &in->pairs[i];
		if (p->was && p->was->variant)
			st = add_hits(c, p->was->variant, p->device);
		if (st == RPV_OK && p->is && p->is->variant)
			st = add_hits(c, p->is->variant, p->device);
	}
	for (size_t i = 0; st == RPV_OK && i < in->tallied_count; i++) { /* of one taken out: no pair of others tells */
		const rpv__counter *before = &in->tallied[i].before;
		bool was, is = true;
		for (size_t j = 0; st == RPV_OK && j < before->count; j++) {
			const rpv__world_variant *variant;
			if (!before->items[j].variant)
				continue;
			st = rpv__world_variant_at(&c->world, before->items[j].variant, &variant);
			if (st == RPV_OK)
				st = rpv__world_alive(&c->world, variant->recommendation, &was, &is);
			if (st == RPV_OK && !is)
				st = add_hits(c, before->items[j].variant, NULL);
		}
	}
	if (st == RPV_OK && rpv__sort(in->alloc, in->hits, in->hit_count, sizeof *in->hits, by_weakness, NULL))
		st = rpv__fail_nomem(in->error);
	for (size_t i = 0; st == RPV_OK && i < in->hit_count; i++)
		if (n == 0 || by_weakness(&in->hits[n - 1], &in->hits[i], NULL) != 0)
			in->hits[n++] = in->hits[i];
	in->hit_count = n;
	return st;
}

/* --- judging --- */
static int by_place(const void *a, const void *b, const void *context)
{
	const place *x = a, *y = b;
	(void)context;
	if (x->recommendation != y->recommendation)
		return compare(x->recommendation, y->recommendation);
	return x->all != y->all ? (x->all ? -1 : 1) : compare(x->group, y->group);
}

static rpv_status judge_places(concern *c)
{
	rpv_status st = RPV_OK;
	if (rpv__sort(c->in->alloc, c->places, c->count, sizeof *c->places, by_place, NULL))
		return rpv__fail_nomem(c->in->error);
	for (size_t i = 0, end; st == RPV_OK && i < c->count; i = end) {
		for (end = i + 1; end < c->count && c->places[end].recommendation == c->places[i].recommendation; end++)
			;
		uint32_t *groups = rpv__in_new(c->in, (end - i) * sizeof *groups);
		if (!groups)
			return RPV_E_NOMEM;
		for (size_t j = i; j < end; j++)
			groups[j - i] = c->places[j].group;
		st = rpv__judge_recommendation(&c->world, c->places[i].recommendation, groups,
		                               rpv__sort_unique_u32(groups, end - i), c->places[i].all);
	}
	return st;
}

static rpv_status judge(concern *c)
{
	rpv_status st = rpv__everywhere_list(c->in->txn, c->in->arena, &c->everywhere, &c->everywhere_count, c->in->error);
	if (st == RPV_OK)
		st = put_in_order(c->in);
	for (size_t i = 0; st == RPV_OK && i < c->in->tallied_count; i++)
		st = add_place(c, c->in->tallied[i].recommendation, c->in->tallied[i].group, false);
	if (st == RPV_OK)
		st = add_threats(c);
	if (st == RPV_OK)
		st = add_sets(c);
	if (st == RPV_OK)
		st = add_recommendations(c);
	if (st == RPV_OK && c->everywhere_count)
		st = find_hits(c);
	if (st == RPV_OK)
		st = judge_places(c);
	size_t count = rpv__sort_unique_u32(c->weaknesses, c->weakness_count);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__judge_weakness(&c->world, c->weaknesses[i]);
	return st;
}

rpv_status rpv__in_resurface(rpv__intake *in)
{
	const rpv__policy *policy;
	concern c = { .in = in };
	if (!in->judges)
		return RPV_OK;
	rpv_status st = rpv__txn_policy(in->txn, &policy, in->error);
	if (st)
		return st;
	rpv__map_init(&c.seen, in->alloc);
	rpv__map_init(&c.held, in->alloc);
	st = rpv__world_open(&c.world, in->txn, in, policy, in->error);
	if (st == RPV_OK)
		st = judge(&c);
	rpv__world_close(&c.world);
	rpv__map_free(&c.seen);
	rpv__map_free(&c.held);
	rpv__free(in->alloc, c.places);
	rpv__free(in->alloc, c.variants);
	rpv__free(in->alloc, c.weaknesses);
	return st;
}
