/* SPDX-License-Identifier: MIT */
/* Recommendations. One that is taken out leaves its number behind, so that what devices still hold of it means nothing
 * any more; when it comes back it gets a new number, and decisions on it follow. */
#include "batch.h"

static bool is_configuration(rpv_kind kind)
{
	return kind == RPV_KIND_CONFIGURATION_CHANGE;
}

static rpv_status load(rpv__intake *in, rpv__in_recommendation *r)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_RECOMMENDATION, r->number), &value);

	if (st == RPV_OK && !rpv__get_recommendation(value, in->arena, &r->before))
		st = rpv__fail_corrupt(in->error, "recommendation", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	r->id = r->before.id;
	r->existed = r->exists = !r->before.removed;
	if (r->existed)
		r->now = r->before;
	else
		r->now.id = r->id;
	return rpv__map_put_u64(&in->recommendation_of, r->number, (uintptr_t)r) == RPV_OK ? RPV_OK
	                                                                                  : rpv__fail_nomem(in->error);
}

rpv_status rpv__in_recommendation_at(rpv__intake *in, uint32_t number, rpv__in_recommendation **out)
{
	rpv__in_recommendation *r;
	uint64_t at;
	rpv_status st;

	if (rpv__map_get_u64(&in->recommendation_of, number, &at)) {
		*out = (rpv__in_recommendation *)(uintptr_t)at;
		return RPV_OK;
	}
	r = rpv__in_new(in, sizeof *r);
	if (!r)
		return RPV_E_NOMEM;
	r->number = number;
	st = load(in, r);
	if (st == RPV_OK)
		*out = r;
	return st;
}

/* What the batch and the store know under an id; one that neither knows exists not and has no number. */
static rpv_status entry_of(rpv__intake *in, uint32_t symbol, rpv__in_recommendation **out)
{
	rpv__in_recommendation *r = in->symbols[symbol].recommendation;
	uint32_t number;
	rpv_status st = RPV_OK;

	if (!r) {
		const char *id = rpv__in_symbol_text(in, symbol);

		st = rpv__txn_name_find(in->txn, RPV__N_RECOMMENDATION, 0, id, &number, in->error);
		if (st == RPV_OK) {
			st = rpv__in_recommendation_at(in, number, &r);
		} else if (st == RPV_E_NOT_FOUND) {
			r = rpv__in_new(in, sizeof *r);
			st = r ? RPV_OK : RPV_E_NOMEM;
			if (r)
				r->id = r->now.id = id;
		}
		if (st == RPV_OK)
			st = rpv__in_add(in, &in->recommendations, r);
		if (st == RPV_OK)
			in->symbols[symbol].recommendation = r;
	}
	if (st == RPV_OK)
		*out = r;
	return st;
}

static void merge_texts(rpv__recommendation *r, const rpv_recommendation_facts *f)
{
	const struct { const char **to, *from; uint32_t bit; } texts[] = {
		{ &r->subcategory, f->subcategory, RPV_RECOMMENDATION_SUBCATEGORY },
		{ &r->vendor, f->vendor, RPV_RECOMMENDATION_VENDOR },
		{ &r->product, f->product, RPV_RECOMMENDATION_PRODUCT },
		{ &r->recommended_version, f->recommended_version, RPV_RECOMMENDATION_VERSION },
		{ &r->recommended_vendor, f->recommended_vendor, RPV_RECOMMENDATION_NEW_VENDOR },
		{ &r->recommended_program, f->recommended_program, RPV_RECOMMENDATION_NEW_PROGRAM },
		{ &r->title, f->title, RPV_RECOMMENDATION_TITLE },
		{ &r->description, f->description, RPV_RECOMMENDATION_DESCRIPTION },
		{ &r->steps, f->steps, RPV_RECOMMENDATION_STEPS },
		{ &r->component, f->component, RPV_RECOMMENDATION_COMPONENT } };

	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		if (rpv__said(f->given, texts[i].bit, texts[i].from))
			*texts[i].to = texts[i].from;
}

/* Kind, category and points stay 0 where nobody said them: the settling fills them in. */
static void merge(rpv__recommendation *r, const rpv_recommendation_facts *f)
{
	merge_texts(r, f);
	if (rpv__said(f->given, RPV_RECOMMENDATION_TAGS, f->tag_count))
		r->tags = (rpv__texts){ f->tags, f->tag_count };
	if (rpv__said(f->given, RPV_RECOMMENDATION_THREATS, f->threat_count))
		r->threats = (rpv__texts){ f->threats, f->threat_count };
	if (rpv__said(f->given, RPV_RECOMMENDATION_KIND, f->kind))
		r->kind = f->kind;
	if (rpv__said(f->given, RPV_RECOMMENDATION_CATEGORY, f->category))
		r->category = f->category;
	if (rpv__said(f->given, RPV_RECOMMENDATION_POINTS, f->points))
		r->points = f->points;
}

rpv_status rpv__in_recommendation_record(rpv__intake *in, size_t index)
{
	const rpv__recommendation_record *record = in->batch->records[index].what;
	const rpv_recommendation_facts *f = &record->facts;
	rpv__in_recommendation *r;
	rpv_status st = entry_of(in, record->id, &r);

	if (st != RPV_OK)
		return st;
	if (f->removed) {
		r->wiped = r->wiped || r->existed;
		in->wipes = in->wipes || r->wiped;
		r->exists = false;
		r->now = (rpv__recommendation){ .id = r->id };
		return RPV_OK;
	}
	if (r->existed && !r->wiped && rpv__said(f->given, RPV_RECOMMENDATION_KIND, f->kind) &&
	    is_configuration(f->kind) != is_configuration(r->before.kind))
		return rpv__fail_field(in->error, RPV_E_INVALID, index, "kind",
		                       "\"%s\" cannot change between a configuration and the other kinds", r->id);
	r->exists = true;
	merge(&r->now, f);
	return RPV_OK;
}

/* Fills in the defaults, and a number when it has none that is alive. */
static rpv_status settle(rpv__intake *in, rpv__in_recommendation *r)
{
	rpv__recommendation *now = &r->now;
	rpv_status st;

	if (!r->exists)
		return RPV_OK;
	if (now->kind == RPV_KIND_UNCHANGED)
		now->kind = RPV_KIND_UPDATE;
	if (now->category == RPV_CATEGORY_UNCHANGED)
		now->category = is_configuration(now->kind) ? RPV_CATEGORY_OS : RPV_CATEGORY_APPLICATION;
	if (!is_configuration(now->kind))
		now->points = 0;
	else if (now->points == 0)
		now->points = 1;
	if (r->existed && !r->wiped)
		return RPV_OK;
	r->old = r->number;
	st = rpv__in_number(in, RPV__NEXT_RECOMMENDATION, &r->number);
	if (st == RPV_OK && rpv__map_put_u64(&in->recommendation_of, r->number, (uintptr_t)r) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	return st;
}

rpv_status rpv__in_recommendations_settle(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->recommendations.count; i++)
		st = settle(in, in->recommendations.items[i]);
	return st;
}

rpv_status rpv__in_recommendation_named(rpv__intake *in, size_t index, uint32_t symbol, bool configuration,
                                        rpv__in_recommendation **out)
{
	rpv__in_recommendation *r;
	rpv_status st = entry_of(in, symbol, &r);

	if (st != RPV_OK)
		return st;
	if (!r->exists && (r->wiped || !in->batch->lenient))
		return rpv__in_refuse_unknown(in, index, "recommendation", "recommendation", r->id);
	if (!r->exists) {
		in->created++;
		r->exists = true;
		r->now.kind = configuration ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE;
		st = settle(in, r);
	}
	if (st == RPV_OK && is_configuration(r->now.kind) != configuration)
		return rpv__fail_field(in->error, RPV_E_INVALID, index, configuration ? "state" : "weaknesses",
		                       configuration ? "\"%s\" is no configuration: it has weaknesses, not a state"
		                                     : "\"%s\" is a configuration: it has a state, not weaknesses", r->id);
	if (st == RPV_OK)
		*out = r;
	return st;
}

rpv_status rpv__in_recommendation_any(rpv__intake *in, size_t index, uint32_t symbol, rpv__in_recommendation **out)
{
	rpv_status st = entry_of(in, symbol, out);

	if (st != RPV_OK || (*out)->exists)
		return st;
	if (!in->batch->lenient)
		return rpv__in_refuse_unknown(in, index, "recommendation", "recommendation", (*out)->id);
	*out = NULL;
	return RPV_OK;
}

/* --- writing --- */
typedef struct burial { rpv__intake *in; uint32_t number; } burial; /* `number`: that its exceptions will have */

static rpv_status forget_counter(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const burial *b = user;
	uint32_t recommendation, group;
	rpv__counter counter;
	rpv_status st;

	if (!rpv__key_is32_32(key, RPV__K_COUNTER, &recommendation, &group) ||
	    !rpv__get_counter(value, b->in->arena, &counter))
		return rpv__fail_corrupt(error, "counter", key);
	st = rpv__in_note_tallied(b->in, b->number, group, &counter);
	return st == RPV_OK ? rpv__txn_remove(b->in->txn, key, error) : st;
}

/* Leaves a record without assessments: counters go, what devices hold is dead from now on. */
static rpv_status bury(rpv__intake *in, rpv__in_recommendation *r, uint32_t number)
{
	rpv__recommendation dead = r->before;
	rpv__event event = { .type = RPV_EVENT_RECOMMENDATION_REMOVED, .recommendation = r->id };
	burial b = { in, r->number };
	rpv__key key;
	rpv_status st;

	dead.removed = true;
	rpv__buf_clear(&in->buf);
	rpv__put_recommendation(&in->buf, &dead);
	st = rpv__in_put(in, rpv__key32(&key, RPV__K_RECOMMENDATION, number), (rpv_bytes){ NULL, 0 }, NULL);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(in->txn, rpv__key32(&key, RPV__K_COUNTER, number), forget_counter, &b, in->error);
	rpv__txn_revision(in->txn)->count[RPV__NEXT_RECOMMENDATION]--;
	return st == RPV_OK ? rpv__in_event(in, &event) : st;
}

static rpv_status introduce(rpv__intake *in, rpv__in_recommendation *r)
{
	rpv__event event = { .type = RPV_EVENT_RECOMMENDATION_ADDED, .recommendation = r->id };
	rpv_status st = rpv__txn_name_put(in->txn, RPV__N_RECOMMENDATION, 0, r->id, r->number, in->error);

	rpv__txn_revision(in->txn)->count[RPV__NEXT_RECOMMENDATION]++;
	if (st == RPV_OK && r->old)
		st = rpv__in_decisions_follow(in, r->old, r->number);
	return st == RPV_OK ? rpv__in_event(in, &event) : st;
}

static rpv_status write_one(rpv__intake *in, rpv__in_recommendation *r)
{
	bool is_new = r->exists && (!r->existed || r->wiped), changed = false;
	rpv__key key;
	rpv_bytes stored = { NULL, 0 };
	rpv_status st = RPV_OK;

	if (r->wiped) {
		in->changed++;
		st = bury(in, r, r->old ? r->old : r->number);
	}
	if (st != RPV_OK || !r->exists)
		return st;
	rpv__key32(&key, RPV__K_RECOMMENDATION, r->number);
	if (!is_new)
		st = rpv__in_get(in, rpv__key_view(&key), &stored);
	rpv__buf_clear(&in->buf);
	rpv__put_recommendation(&in->buf, &r->now);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key_view(&key), stored, &changed);
	in->changed += changed;
	if (st == RPV_OK && is_new)
		return introduce(in, r);
	return st == RPV_OK && changed ? rpv__in_recommendation_changes(in, r) : st;
}

rpv_status rpv__in_recommendations_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->recommendations.count; i++)
		st = write_one(in, in->recommendations.items[i]);
	return st;
}
