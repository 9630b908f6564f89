/* SPDX-License-Identifier: MIT */
/* From what sources hold to what counts: rows and states of a device, and what moves in counters and activities. */
#include "batch.h"

/* --- what counts --- */
/* Holdings of one recommendation, of all sources: weaknesses are united, of states the worst wins. */
static rpv_status effect_of(rpv__intake *in, const rpv__holding *held, size_t count, uint32_t *variants,
                            rpv__in_effect *out)
{
	size_t variant_count = 0;

	out->recommendation = held->recommendation;
	for (size_t i = 0; i < count; i++) {
		if (held[i].configuration) {
			if (held[i].state > out->state)
				out->state = (uint8_t)held[i].state;
			if (held[i].state == RPV_CONFIGURATION_EXPOSED && held[i].user_impact)
				out->user_impact = true;
		} else {
			variants[variant_count++] = held[i].variant;
		}
	}
	if (!variant_count)
		return RPV_OK;
	out->state = 0;
	return rpv__in_variant_union(in, out->recommendation, variants, variant_count, &out->variant);
}

rpv_status rpv__in_effects_of(rpv__intake *in, const rpv__holdings *holdings, rpv__in_effects *out)
{
	rpv__in_effect *effects = rpv__in_new(in, holdings->count * sizeof *effects);
	uint32_t *variants = rpv__in_new(in, holdings->count * sizeof *variants);
	size_t n = 0;
	rpv_status st = RPV_OK;

	if (!effects || !variants)
		return RPV_E_NOMEM;
	for (size_t i = 0, end; st == RPV_OK && i < holdings->count; i = end) {
		for (end = i + 1; end < holdings->count; end++)
			if (holdings->items[end].recommendation != holdings->items[i].recommendation)
				break;
		st = effect_of(in, &holdings->items[i], end - i, variants, &effects[n++]);
	}
	*out = (rpv__in_effects){ effects, n };
	return st;
}

/* Puts what is in in->buf under the key, or removes the key when there is nothing. */
static rpv_status put_or_remove(rpv__intake *in, rpv_bytes key, bool nothing)
{
	rpv_bytes stored;
	rpv_status st = rpv__in_get(in, key, &stored);

	if (st != RPV_OK || (nothing && !stored.size))
		return st;
	return nothing ? rpv__txn_remove(in->txn, key, in->error) : rpv__in_put(in, key, stored, NULL);
}

rpv_status rpv__in_effects_write(rpv__intake *in, uint32_t device, const rpv__in_effects *effects)
{
	uint32_t *variants = rpv__in_new(in, effects->count * sizeof *variants);
	rpv__state *states = rpv__in_new(in, effects->count * sizeof *states);
	rpv__row row = { variants, 0 };
	rpv__states all = { states, 0 };
	rpv__key key;
	rpv_status st;

	if (!variants || !states)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < effects->count; i++) {
		const rpv__in_effect *e = &effects->items[i];

		if (e->variant)
			variants[row.count++] = e->variant;
		else
			states[all.count++] = (rpv__state){ e->recommendation, (rpv_configuration_state)e->state, e->user_impact };
	}
	row.count = rpv__sort_unique_u32(variants, row.count);
	rpv__buf_clear(&in->buf);
	rpv__put_row(&in->buf, &row);
	st = put_or_remove(in, rpv__key32(&key, RPV__K_ROW, device), row.count == 0);
	if (st != RPV_OK)
		return st;
	rpv__buf_clear(&in->buf);
	rpv__put_states(&in->buf, &all);
	return put_or_remove(in, rpv__key32(&key, RPV__K_STATES, device), all.count == 0);
}

/* --- what moves --- */
static bool counts(const rpv__device_hot *hot)
{
	return !(hot->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED));
}

static rpv_status move(rpv__intake *in, const rpv__device_hot *hot, const rpv__in_effect *e, int by)
{
	rpv__in_move *m;

	if (!e || !counts(hot))
		return RPV_OK;
	if (rpv__grow(in->alloc, &in->moves, &in->move_cap, in->move_count + 1, sizeof *in->moves) != RPV_OK)
		return rpv__fail_nomem(in->error);
	m = &in->moves[in->move_count++];
	*m = (rpv__in_move){ e->recommendation, hot->group, e->variant, e->state, e->user_impact, rpv__device_class(hot),
	                     (int8_t)by };
	return RPV_OK;
}

static rpv_status find_changed(rpv__intake *in, uint32_t device, uint32_t recommendation, const rpv__in_effect *e)
{
	if (rpv__grow(in->alloc, &in->findings, &in->finding_cap, in->finding_count + 1, sizeof *in->findings) != RPV_OK)
		return rpv__fail_nomem(in->error);
	in->findings[in->finding_count++] = (rpv__in_finding){ device, recommendation, e ? e->variant : 0,
	                                                       e && e->state == RPV_CONFIGURATION_EXPOSED };
	return RPV_OK;
}

static bool same_effect(const rpv__in_effect *a, const rpv__in_effect *b)
{
	return a && b && a->variant == b->variant && a->state == b->state && a->user_impact == b->user_impact;
}

rpv_status rpv__in_effects_move(rpv__intake *in, rpv__in_device *d, const rpv__in_effects *before,
                                const rpv__in_effects *after)
{
	bool stays = counts(&d->before) == counts(&d->hot) && d->before.group == d->hot.group &&
	             (!counts(&d->hot) || rpv__device_class(&d->before) == rpv__device_class(&d->hot));
	size_t i = 0, j = 0;
	rpv_status st = rpv__in_note_touched(in, d, before, after);

	while (st == RPV_OK && (i < before->count || j < after->count)) {
		const rpv__in_effect *was = i < before->count ? &before->items[i] : NULL;
		const rpv__in_effect *is = j < after->count ? &after->items[j] : NULL;
		rpv__in_recommendation *r;
		uint32_t number;

		if (was && is && was->recommendation != is->recommendation) {
			if (was->recommendation < is->recommendation)
				is = NULL;
			else
				was = NULL;
		}
		i += was != NULL;
		j += is != NULL;
		if (stays && same_effect(was, is) && !in->wipes)
			continue;
		number = was ? was->recommendation : is->recommendation;
		st = rpv__in_recommendation_at(in, number, &r);
		if (st == RPV_OK)
			st = rpv__in_note_pair(in, d, r, number, was, is);
		if (st != RPV_OK || !r->exists || r->number != number || (stays && same_effect(was, is)))
			continue; /* taken out: nothing counts it any more; or as before */
		st = move(in, &d->before, was, -1);
		if (st == RPV_OK)
			st = move(in, &d->hot, is, 1);
		if (st == RPV_OK && d->exists && !same_effect(was, is))
			st = find_changed(in, d->number, number, is);
	}
	return st;
}
