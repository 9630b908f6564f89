/* SPDX-License-Identifier: MIT */
/* Accepted exposure as a list, added up from the covers themselves. */
#include "../model/approval.h"
#include "../score/exposure.h"
#include "../score/units.h"
#include "exception.h"
#include "facts.h"
#include <reprieve/budget.h>

typedef struct entry { rpv_budget_by by; const char *value; rpv__wide units; uint64_t count; } entry;

typedef struct summing {
	rpv__facts facts;
	const rpv__policy *policy;
	int64_t now_ms;
	rpv__arena arena;               /* covers and entries */
	rpv__cover *covers; size_t cover_count, cover_cap;
	entry *entries; size_t entry_count, entry_cap;
	rpv__map index;                 /* by and value -> entry */
} summing;

static rpv_status gather(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	summing *s = user;
	const rpv__alloc *alloc = &s->arena.alloc;
	if (rpv__grow(alloc, &s->covers, &s->cover_cap, s->cover_count + 1, sizeof *s->covers))
		return rpv__fail_nomem(error);
	if (!rpv__get_cover(key, value, &s->arena, &s->covers[s->cover_count]))
		return rpv__fail_corrupt(error, "cover", key);
	s->cover_count++;
	return RPV_OK;
}

static bool is_live(const summing *s, const rpv__cover *cover)
{
	return rpv__exception_live(rpv__exception_status_alone(cover, s->now_ms));
}

/* Covers come by subject, then by number: a renewal lies behind what it renews. */
static bool is_renewed(const summing *s, size_t i)
{
	const rpv__cover *cover = &s->covers[i];
	size_t low = i + 1, high = s->cover_count;
	while (cover->renewal && low < high) {
		size_t middle = low + (high - low) / 2;
		const rpv__cover *at = &s->covers[middle];
		if (rpv__exception_same_subject(cover, at) && at->exception < cover->renewal)
			low = middle + 1;
		else
			high = middle;
	}
	return cover->renewal && low < s->cover_count && s->covers[low].exception == cover->renewal &&
	       is_live(s, &s->covers[low]);
}

static rpv_status add(summing *s, rpv_budget_by by, const char *value, int64_t units)
{
	rpv_error *error = s->facts.error;
	size_t size = strlen(value) + 1;
	uint64_t at;
	char *key = rpv__arena_get(&s->arena, size + 1);
	if (!key)
		return rpv__fail_nomem(error);
	key[0] = (char)by;
	memcpy(key + 1, value, size);
	if (!rpv__map_get(&s->index, (rpv_bytes){ key, size }, &at)) {
		at = s->entry_count;
		if (rpv__grow(&s->arena.alloc, &s->entries, &s->entry_cap, s->entry_count + 1, sizeof *s->entries) ||
		    rpv__map_put(&s->index, (rpv_bytes){ key, size }, at))
			return rpv__fail_nomem(error);
		s->entries[s->entry_count++] = (entry){ by, key + 1, { 0, 0 }, 0 };
	}
	s->entries[at].units = rpv__wide_add(s->entries[at].units, rpv__wide_of((uint64_t)units));
	s->entries[at].count++;
	return RPV_OK;
}

/* --- device groups --- */
typedef struct present { summing *s; uint32_t *groups; size_t count, cap; } present;

static rpv_status note_group(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	present *p = user;
	uint32_t number;
	(void)value;
	if (!rpv__key_is32(key, RPV__K_GROUP_COUNT, &number))
		return rpv__fail_corrupt(error, "device group", key);
	if (rpv__grow(&p->s->arena.alloc, &p->groups, &p->cap, p->count + 1, sizeof *p->groups))
		return rpv__fail_nomem(error);
	p->groups[p->count++] = number;
	return RPV_OK;
}

/* What counts for each device group: its own and the global ones. */
static rpv_status add_groups(summing *s)
{
	present all = { s, NULL, 0, 0 };
	rpv__key key;
	const char *name;
	rpv_status st = rpv__source_scan_prefix(s->facts.source, rpv__key1(&key, RPV__K_GROUP_COUNT), note_group, &all,
	                                        s->facts.error);
	for (size_t i = 0; st == RPV_OK && i < s->cover_count; i++) {
		const rpv__cover *c = &s->covers[i];
		bool global = c->scope == RPV_SCOPE_GLOBAL;
		if (c->scope == RPV_SCOPE_DEVICES || !is_live(s, c) || is_renewed(s, i))
			continue;
		for (size_t g = 0; st == RPV_OK && g < (global ? all.count : c->group_count); g++) {
			st = rpv__group_name_of(s->facts.source, global ? all.groups[g] : c->groups[g], "device group", &s->arena,
			                        &name, s->facts.error);
			if (st == RPV_OK)
				st = add(s, RPV_BUDGET_BY_GROUP, name, c->baseline.exposure);
		}
	}
	rpv__free(&s->arena.alloc, all.groups);
	return st;
}

static rpv_status add_people(summing *s)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < s->cover_count; i++) {
		const rpv__cover *c = &s->covers[i];
		rpv__exception texts;
		if (!is_live(s, c) || is_renewed(s, i))
			continue;
		st = rpv__read_exception(s->facts.source, c->exception, &s->arena, &texts, s->facts.error);
		if (st == RPV_E_NOT_FOUND) {
			rpv__key key;
			st = rpv__fail_corrupt(s->facts.error, "exception", rpv__key64(&key, RPV__K_EXCEPTION, c->exception));
		}
		if (st == RPV_OK)
			st = add(s, RPV_BUDGET_BY_JUSTIFICATION, rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)c->justification),
			         c->baseline.exposure);
		if (st == RPV_OK && rpv__budget_of_requester(texts.requester))
			st = add(s, RPV_BUDGET_BY_REQUESTER, texts.requester, c->baseline.exposure);
	}
	return st;
}

/* --- rows --- */
static int in_order(const void *a, const void *b, const void *context)
{
	const entry *x = a, *y = b;
	(void)context;
	return x->by != y->by ? (int)x->by - (int)y->by : strcmp(x->value, y->value);
}

static int64_t limit_of(const summing *s, const entry *e)
{
	int32_t justification = 0;
	if (e->by == RPV_BUDGET_BY_REQUESTER)
		return s->policy->budget_requester;
	if (e->by == RPV_BUDGET_BY_GROUP)
		return s->policy->budget_group;
	return rpv_word_value(RPV_WORDS_JUSTIFICATION, e->value, &justification) == RPV_OK
		? s->policy->budget_justification[justification] : RPV__NO_BUDGET;
}

static rpv_status add_rows(summing *s)
{
	if (rpv__sort(&s->arena.alloc, s->entries, s->entry_count, sizeof *s->entries, in_order, NULL))
		return rpv__fail_nomem(s->facts.error);
	for (size_t i = 0; i < s->entry_count; i++) {
		const entry *e = &s->entries[i];
		int64_t limit = limit_of(s, e);
		rpv_budget *row = rpv__list_add(s->facts.list);
		if (!row)
			return rpv__fail_nomem(s->facts.error);
		row->by = e->by;
		row->exceptions = e->count;
		row->accepted = rpv__number_to_double(e->units.hi) * 0x1p64 / (double)RPV__POINT +
		                rpv__number_to_double(e->units.lo) / (double)RPV__POINT;
		row->limit = limit == RPV__NO_BUDGET ? -1 : rpv__score_to_double(limit);
		rpv_status st = rpv__facts_text(&s->facts, e->value, &row->value);
		if (st)
			return st;
	}
	return RPV_OK;
}

static rpv_status read_budgets(rpv__facts *f, const rpv__revision *revision)
{
	summing s = { .facts = *f };
	rpv__policy policy;
	rpv__key key;
	rpv_status st = RPV_OK;
	rpv__arena_init(&s.arena, &f->session->store->port.alloc);
	rpv__map_init(&s.index, &s.arena.alloc);
	s.now_ms = f->session->as_of_ms;
	if (!s.now_ms)
		st = rpv__port_now(&f->session->store->port, &s.now_ms, f->error);
	if (s.now_ms < revision->mark_ms)
		s.now_ms = revision->mark_ms;
	if (st == RPV_OK)
		st = rpv__facts_begin(&s.facts, RPV__LIST_BUDGET, sizeof(rpv_budget), s.now_ms, revision);
	if (st == RPV_OK)
		st = rpv__source_policy(f->source, &policy, f->error);
	s.policy = &policy;
	if (st == RPV_OK)
		st = rpv__source_scan_prefix(f->source, rpv__key1(&key, RPV__K_COVER), gather, &s, f->error);
	if (st == RPV_OK)
		st = add_people(&s);
	if (st == RPV_OK)
		st = add_groups(&s);
	if (st == RPV_OK)
		st = add_rows(&s);
	f->list = s.facts.list;
	rpv__free(&s.arena.alloc, s.covers);
	rpv__free(&s.arena.alloc, s.entries);
	rpv__map_free(&s.index);
	rpv__arena_free(&s.arena);
	return st;
}

rpv_status rpv__budget_list(rpv_session *session, rpv_list **out)
{
	rpv__facts f = { .session = session };
	if (!session->all_groups)
		return rpv__fail(&session->error, RPV_E_DENIED, "budgets need a session that sees all device groups");
	return rpv__facts_read(&f, read_budgets, out);
}
