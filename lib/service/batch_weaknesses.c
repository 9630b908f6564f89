/* SPDX-License-Identifier: MIT */
/* Weaknesses: what is known of them goes into cold records, what scores need into blocks of threats. */
#include "../model/cvss.h"
#include "batch.h"

/* A block of threats, read once; `stored` are its bytes. */
typedef struct block { rpv__threat_block now; rpv_bytes stored; bool touched; uint32_t number; } block;

static rpv_status block_at(rpv__intake *in, uint32_t weakness, block **out)
{
	uint32_t number = weakness / RPV__THREAT_BLOCK;
	rpv__key key;
	uint64_t at;
	rpv_status st;

	if (rpv__map_get_u64(&in->block_of, number, &at)) {
		*out = (block *)(uintptr_t)at;
		return RPV_OK;
	}
	block *b = rpv__in_new(in, sizeof *b);
	if (!b)
		return RPV_E_NOMEM;
	b->number = number;
	st = rpv__in_get(in, rpv__key32(&key, RPV__K_THREAT, number), &b->stored);
	if (st == RPV_OK && b->stored.size && !rpv__get_threat_block(b->stored, &b->now))
		st = rpv__fail_corrupt(in->error, "block of weaknesses", rpv__key_view(&key));
	if (st == RPV_OK && rpv__map_put_u64(&in->block_of, number, (uintptr_t)b) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	if (st == RPV_OK)
		*out = b;
	return st;
}

static const rpv__threat new_threat = { RPV__EPSS_UNKNOWN, RPV_SEVERITY_UNKNOWN, RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };

/* --- looking at them --- */
static rpv_status seek(rpv__intake *in, uint32_t symbol, uint32_t *out)
{
	rpv__in_symbol *s = &in->symbols[symbol];
	rpv_status st = RPV_OK;

	if (!s->weakness_sought)
		st = rpv__txn_name_find(in->txn, RPV__N_WEAKNESS, 0, rpv__in_symbol_text(in, symbol), &s->weakness, in->error);
	if (st != RPV_OK && st != RPV_E_NOT_FOUND)
		return st;
	s->weakness_sought = true;
	*out = s->weakness;
	return RPV_OK;
}

static rpv_status create(rpv__intake *in, uint32_t symbol, rpv__in_weakness *w)
{
	rpv_status st = rpv__in_number(in, RPV__NEXT_WEAKNESS, &w->number);

	w->is_new = true;
	w->facts.id = rpv__in_symbol_text(in, symbol);
	w->threat = new_threat;
	in->symbols[symbol].weakness = w->number;
	rpv__txn_revision(in->txn)->count[RPV__NEXT_WEAKNESS]++;
	return st == RPV_OK ? rpv__txn_name_put(in->txn, RPV__N_WEAKNESS, 0, w->facts.id, w->number, in->error) : st;
}

static rpv_status load(rpv__intake *in, rpv__in_weakness *w)
{
	rpv__key key;
	rpv_bytes value;
	block *b;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_WEAKNESS, w->number), &value);

	if (st == RPV_OK && !rpv__get_weakness(value, in->arena, &w->facts))
		st = rpv__fail_corrupt(in->error, "weakness", rpv__key_view(&key));
	if (st == RPV_OK)
		st = block_at(in, w->number, &b);
	w->model_before = w->facts.epss_model;
	if (st == RPV_OK)
		w->before = w->threat = b->now.items[w->number % RPV__THREAT_BLOCK];
	return st;
}

static rpv_status entry_of(rpv__intake *in, uint32_t symbol, rpv__in_weakness **out)
{
	rpv__in_weakness *w = in->symbols[symbol].weakness_record;
	rpv_status st = RPV_OK;

	if (!w) {
		w = rpv__in_new(in, sizeof *w);
		if (!w)
			return RPV_E_NOMEM;
		st = seek(in, symbol, &w->number);
		if (st == RPV_OK)
			st = w->number ? load(in, w) : create(in, symbol, w);
		if (st == RPV_OK)
			st = rpv__in_add(in, &in->weaknesses, w);
		if (st == RPV_OK)
			in->symbols[symbol].weakness_record = w;
	}
	if (st == RPV_OK)
		*out = w;
	return st;
}

static void set_flag(uint8_t *flags, unsigned flag, bool on)
{
	*flags = (uint8_t)(on ? *flags | flag : *flags & ~flag);
}

/* Base severity of the vector of the highest version, the more severe one at a tie. */
static rpv_severity severity_of(const rpv__texts *vectors)
{
	rpv__cvss_result best = { 0, { 0, 0 }, RPV_SEVERITY_UNKNOWN }, got;

	for (size_t i = 0; i < vectors->count; i++)
		if (rpv__cvss_score(vectors->items[i], &got) &&
		    (got.version > best.version || (got.version == best.version && got.severity > best.severity)))
			best = got;
	return best.severity;
}

static void merge_cold(rpv__weakness *w, const rpv_weakness_facts *f)
{
	if (rpv__said(f->given, RPV_WEAKNESS_TITLE, f->title))
		w->title = f->title;
	if (rpv__said(f->given, RPV_WEAKNESS_EPSS_MODEL, f->epss_model))
		w->epss_model = f->epss_model;
	if (rpv__said(f->given, RPV_WEAKNESS_CVSS, f->cvss_count))
		w->cvss = (rpv__texts){ f->cvss, f->cvss_count };
	if (rpv__said(f->given, RPV_WEAKNESS_ALIASES, f->alias_count))
		w->aliases = (rpv__texts){ f->aliases, f->alias_count };
	if (rpv__said(f->given, RPV_WEAKNESS_KNOWN_EXPLOITED, f->known_exploited_ms))
		w->known_exploited_ms = f->known_exploited_ms;
	if (rpv__said(f->given, RPV_WEAKNESS_PUBLISHED, f->published_ms))
		w->published_ms = f->published_ms;
	if (rpv__said(f->given, RPV_WEAKNESS_UPDATED, f->updated_ms))
		w->updated_ms = f->updated_ms;
	if (rpv__said(f->given, RPV_WEAKNESS_SEVERITY, f->severity))
		w->severity_given = f->severity != RPV_SEVERITY_UNCHANGED;
}

static void merge_threat(rpv__in_weakness *w, const rpv_weakness_facts *f)
{
	rpv__threat *t = &w->threat;

	if (f->severity)
		t->severity = (uint8_t)f->severity;
	if (!w->facts.severity_given && (f->cvss_count || (f->given & (RPV_WEAKNESS_CVSS | RPV_WEAKNESS_SEVERITY))))
		t->severity = (uint8_t)severity_of(&w->facts.cvss);
	if (f->epss > 0 || (f->given & RPV_WEAKNESS_EPSS))
		t->epss = f->epss < 0 ? RPV__EPSS_UNKNOWN : (uint32_t)(f->epss * 1e9 + 0.5);
	if (rpv__said(f->given, RPV_WEAKNESS_EXPLOIT, f->exploit))
		t->exploit = (uint8_t)(f->exploit ? f->exploit : RPV_EXPLOIT_NONE);
	set_flag(&t->flags, RPV__THREAT_KNOWN_EXPLOITED, w->facts.known_exploited_ms != 0);
	if (rpv__said(f->given, RPV_WEAKNESS_RANSOMWARE, f->ransomware))
		set_flag(&t->flags, RPV__THREAT_RANSOMWARE, f->ransomware == RPV_FLAG_TRUE);
	if (rpv__said(f->given, RPV_WEAKNESS_ZERO_DAY, f->zero_day))
		set_flag(&t->flags, RPV__THREAT_ZERO_DAY, f->zero_day == RPV_FLAG_TRUE);
	if (rpv__said(f->given, RPV_WEAKNESS_ACTIVE_ALERT, f->active_alert))
		set_flag(&t->flags, RPV__THREAT_ALERT, f->active_alert == RPV_FLAG_TRUE);
	if (rpv__said(f->given, RPV_WEAKNESS_FIX_AVAILABLE, f->fix_available)) {
		set_flag(&t->flags, RPV__THREAT_FIX_KNOWN, f->fix_available != RPV_FLAG_UNCHANGED);
		set_flag(&t->flags, RPV__THREAT_FIX, f->fix_available == RPV_FLAG_TRUE);
	}
}

rpv_status rpv__in_weakness_record(rpv__intake *in, size_t index)
{
	const rpv__weakness_record *r = in->batch->records[index].what;
	rpv__in_weakness *w;
	rpv_status st = entry_of(in, r->id, &w);

	if (st != RPV_OK)
		return st;
	merge_cold(&w->facts, &r->facts);
	merge_threat(w, &r->facts);
	return RPV_OK;
}

rpv_status rpv__in_weakness_numbers(rpv__intake *in, size_t index, rpv__symbols ids, const uint32_t **out,
                                    size_t *count)
{
	uint32_t *numbers = rpv__in_new(in, ids.count * sizeof *numbers);
	rpv_status st = RPV_OK;

	if (!numbers)
		return RPV_E_NOMEM;
	for (size_t i = 0; st == RPV_OK && i < ids.count; i++) {
		rpv__in_weakness *w;

		st = seek(in, ids.items[i], &numbers[i]);
		if (st != RPV_OK || numbers[i])
			continue;
		if (!in->batch->lenient)
			return rpv__in_refuse_unknown(in, index, "weaknesses", "weakness", rpv__in_symbol_text(in, ids.items[i]));
		in->created++;
		st = entry_of(in, ids.items[i], &w);
		numbers[i] = st == RPV_OK ? w->number : 0;
	}
	*out = numbers;
	*count = rpv__sort_unique_u32(numbers, ids.count);
	return st;
}

/* --- writing --- */
static bool same_threat(const rpv__threat *a, const rpv__threat *b)
{
	return a->epss == b->epss && a->severity == b->severity && a->exploit == b->exploit && a->flags == b->flags;
}

static rpv_status write_one(rpv__intake *in, rpv__in_weakness *w)
{
	rpv__key key;
	rpv_bytes stored;
	bool changed, threat_changed = !same_threat(&w->before, &w->threat);
	block *b;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_WEAKNESS, w->number), &stored);

	if (st != RPV_OK)
		return st;
	rpv__buf_clear(&in->buf);
	rpv__put_weakness(&in->buf, &w->facts);
	st = rpv__in_put(in, rpv__key_view(&key), stored, &changed);
	if (st == RPV_OK && threat_changed)
		st = block_at(in, w->number, &b);
	if (st == RPV_OK && threat_changed) {
		b->now.items[w->number % RPV__THREAT_BLOCK] = w->threat;
		b->touched = true;
	}
	in->changed += changed || threat_changed;
	in->epss += !w->is_new && w->before.epss != w->threat.epss;
	return st == RPV_OK ? rpv__in_weakness_changes(in, w) : st;
}

rpv_status rpv__in_weaknesses_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;
	size_t cursor = 0;
	uint64_t at;
	rpv__key key;

	for (size_t i = 0; st == RPV_OK && i < in->weaknesses.count; i++)
		st = write_one(in, in->weaknesses.items[i]);
	while (st == RPV_OK && rpv__map_next(&in->block_of, &cursor, NULL, &at)) {
		const block *b = (const block *)(uintptr_t)at;

		if (!b->touched)
			continue;
		rpv__buf_clear(&in->buf);
		rpv__put_threat_block(&in->buf, &b->now);
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_THREAT, b->number), b->stored, NULL);
	}
	return st;
}
