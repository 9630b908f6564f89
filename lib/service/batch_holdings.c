/* SPDX-License-Identifier: MIT */
/* Each source's word on a device: what a batch replaces, adds, fixes and takes away. */
#include "batch.h"

/* An assessment of the batch, by the number of its recommendation. */
typedef struct told { uint32_t recommendation; const rpv__assessment_record *what; } told;

static int by_recommendation(const void *a, const void *b, const void *context)
{
	const told *x = a, *y = b;
	(void)context;
	return (x->recommendation > y->recommendation) - (x->recommendation < y->recommendation);
}

static rpv_status collect(rpv__intake *in, const rpv__in_device *d, told **out, size_t *count)
{
	size_t n = 0;
	told *all;

	for (uint32_t at = d->first; at; at = in->next[at - 1])
		n++;
	all = rpv__in_new(in, n * sizeof *all);
	if (!all)
		return RPV_E_NOMEM;
	n = 0;
	for (uint32_t at = d->first; at; at = in->next[at - 1]) {
		const rpv__assessment_record *a = in->batch->records[at - 1].what;

		all[n++] = (told){ in->symbols[a->recommendation].recommendation->number, a };
	}
	if (rpv__sort(in->alloc, all, n, sizeof *all, by_recommendation, NULL) != RPV_OK)
		return rpv__fail_nomem(in->error);
	*out = all;
	*count = n;
	return RPV_OK;
}

/* The source's word on one recommendation while the batch's assessments change it one after the other. */
typedef struct word {
	rpv__holding holding;
	bool present;
	int64_t known_ms;       /* first seen as known, 0: not */
} word;

static rpv_status text_of(rpv__intake *in, uint32_t symbol, uint32_t *out)
{
	rpv__in_symbol *s = &in->symbols[symbol];
	rpv_status st = RPV_OK;

	if (symbol && !s->text)
		st = rpv__txn_text(in->txn, rpv__in_symbol_text(in, symbol), &s->text, in->error);
	*out = s->text;
	return st;
}

/* Adds weaknesses to those of a variant, or takes them away. All lists are ascending. */
static rpv_status combine(rpv__intake *in, uint32_t variant, bool fix, const uint32_t **numbers, size_t *count)
{
	rpv__in_variant *v;
	uint32_t *all;
	size_t n = 0, j = 0;
	rpv_status st = rpv__in_variant_at(in, variant, &v);

	if (st != RPV_OK)
		return st;
	all = rpv__in_new(in, (v->count + *count) * sizeof *all);
	if (!all)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < v->count; i++) {
		for (; j < *count && (*numbers)[j] < v->weaknesses[i]; j++)
			if (!fix)
				all[n++] = (*numbers)[j];
		if (j < *count && (*numbers)[j] == v->weaknesses[i]) {
			j++;
			if (fix)
				continue;
		}
		all[n++] = v->weaknesses[i];
	}
	for (; !fix && j < *count; j++)
		all[n++] = (*numbers)[j];
	*numbers = all;
	*count = n;
	return RPV_OK;
}

/* The variant that the assessment leaves the source with. */
static rpv_status variant_after(rpv__intake *in, const word *w, const told *t, uint32_t *out)
{
	const rpv__assessment_record *a = t->what;
	rpv__in_recommendation *r = in->symbols[a->recommendation].recommendation;
	rpv__in_set *set;
	const uint32_t *numbers;
	size_t count;
	rpv_status st;

	if (a->set) {
		st = rpv__in_set_named(in, 0, r, a->set, &set);
		*out = st == RPV_OK ? set->number : 0;
		return st;
	}
	st = rpv__in_weakness_numbers(in, 0, a->weaknesses, &numbers, &count);
	if (st == RPV_OK && a->change != RPV_ASSESSMENT_REPLACE && w->present)
		st = combine(in, w->holding.variant, a->change == RPV_ASSESSMENT_FIX, &numbers, &count);
	return st == RPV_OK ? rpv__in_variant_of(in, r->number, numbers, count, out) : st;
}

static rpv_status apply(rpv__intake *in, const told *t, word *w)
{
	const rpv__assessment_record *a = t->what;
	rpv__holding h = { .recommendation = t->recommendation, .source = in->source };
	uint32_t version;
	rpv_status st;

	if (a->change == RPV_ASSESSMENT_REMOVE || (a->change == RPV_ASSESSMENT_FIX && !w->present)) {
		w->present = w->present && a->change != RPV_ASSESSMENT_REMOVE;
		return RPV_OK;
	}
	if (w->present && a->change != RPV_ASSESSMENT_REPLACE)
		h.version = w->holding.version;
	st = text_of(in, a->version, &version);
	if (st != RPV_OK)
		return st;
	h.configuration = a->state != RPV_CONFIGURATION_NONE;
	if (h.configuration) {
		h.state = (rpv_configuration_state)a->state;
		h.user_impact = a->user_impact;
	} else {
		h.version = version ? version : h.version;
		st = variant_after(in, w, t, &h.variant);
	}
	if (!w->known_ms)
		w->known_ms = in->at_ms;
	if (a->first_seen_ms)
		w->known_ms = rpv__in_time(in, a->first_seen_ms);
	h.first_seen_ms = w->known_ms;
	h.last_seen_ms = a->last_seen_ms ? rpv__in_time(in, a->last_seen_ms) : 0;
	w->holding = h;
	w->present = true;
	return st;
}

static bool same_word(const rpv__holding *a, const rpv__holding *b)
{
	return a->configuration == b->configuration && a->variant == b->variant && a->version == b->version &&
	       a->state == b->state && a->user_impact == b->user_impact && a->first_seen_ms == b->first_seen_ms;
}

/* All that is held on one recommendation, before and after: the source's own word among those of others. */
typedef struct merge { rpv__in_device *d; rpv__holding *out; size_t count; uint64_t changed; } merge;

static rpv_status one(rpv__intake *in, merge *m, const rpv__holdings *held, const told *said, size_t said_count)
{
	const rpv__holding *own = NULL;
	word w = { .present = false };
	size_t i = 0;
	rpv_status st = RPV_OK;

	for (size_t j = 0; j < held->count; j++)
		if (held->items[j].source == in->source)
			own = &held->items[j];
	if (own)
		w = (word){ *own, !m->d->full, own->first_seen_ms };
	for (size_t j = 0; st == RPV_OK && j < said_count; j++)
		st = apply(in, &said[j], &w);
	if (st != RPV_OK)
		return st;
	m->changed += own && w.present ? !same_word(own, &w.holding) : (own != NULL) != w.present;
	for (; i < held->count && held->items[i].source < in->source; i++)
		m->out[m->count++] = held->items[i];
	if (w.present)
		m->out[m->count++] = w.holding;
	for (i += own != NULL; i < held->count; i++)
		m->out[m->count++] = held->items[i];
	return RPV_OK;
}

rpv_status rpv__in_holdings(rpv__intake *in, rpv__in_device *d, const rpv__holdings *before, rpv__holdings *after,
                            uint64_t *changed)
{
	rpv__holdings known = d->wiped ? (rpv__holdings){ NULL, 0 } : *before;
	merge m = { d, NULL, 0, 0 };
	size_t i = 0, j = 0, told_count = 0;
	told *all = NULL;
	rpv_status st;

	if (!d->reported) {
		*after = known;
		return RPV_OK;
	}
	st = collect(in, d, &all, &told_count);
	if (st != RPV_OK)
		return st;
	m.out = rpv__in_new(in, (known.count + told_count) * sizeof *m.out);
	if (!m.out)
		return RPV_E_NOMEM;
	while (st == RPV_OK && (i < known.count || j < told_count)) {
		uint32_t r = j == told_count || (i < known.count && known.items[i].recommendation < all[j].recommendation)
		             ? known.items[i].recommendation : all[j].recommendation;
		size_t i_end = i, j_end = j;
		rpv__holdings held = { known.count ? known.items + i : NULL, 0 };

		while (i_end < known.count && known.items[i_end].recommendation == r)
			i_end++;
		while (j_end < told_count && all[j_end].recommendation == r)
			j_end++;
		held.count = i_end - i;
		st = one(in, &m, &held, all + j, j_end - j);
		i = i_end;
		j = j_end;
	}
	*after = (rpv__holdings){ m.out, m.count };
	*changed = m.changed;
	return st;
}
