/* SPDX-License-Identifier: MIT */
/* Deciding findings, subject by subject: the whole recommendation, the weakness of it, the weakness everywhere (R21). */
#include "explain.h"

#define ENDED_MAX 16u /* of those that ended */
#define PROBED_MAX 16u /* of those whose texts are read for device groups taken out */

/* Notes where an exception stands; the strongest standing over all findings counts. */
static rpv_status note(rpv__explaining *e, const rpv__cover *cover, rpv_standing standing, uint64_t by)
{
	uint64_t place = 0;
	rpv__entry entry = { cover, standing, by, rpv__standing_at(cover, standing, e->place.now_ms) };
	if (standing == RPV_STANDING_SUPERSEDED)
		entry.by = cover->successor;
	if (rpv__map_get_u64(&e->known, cover->exception, &place)) {
		if (standing < e->entries[place - 1].standing)
			e->entries[place - 1] = entry;
		return RPV_OK;
	}
	if (rpv__arena_grow(&e->out->arena, &e->entries, &e->entry_cap, e->entry_count, sizeof *e->entries))
		return rpv__fail_nomem(e->error);
	e->entries[e->entry_count++] = entry;
	return rpv__map_put_u64(&e->known, cover->exception, e->entry_count) ? rpv__fail_nomem(e->error) : RPV_OK;
}

static rpv_status read_side(rpv__explaining *e, uint32_t recommendation, uint32_t weakness, rpv__side *side)
{
	rpv_status st = rpv__source_subject(e->source, recommendation, weakness, &e->out->arena, &side->covers, &side->count,
	                                    e->error);
	if (st == RPV_OK)
		side->decider = rpv__decider(side->covers, side->count, &e->place);
	for (size_t i = 0; st == RPV_OK && i < side->count; i++) {
		int64_t next = rpv__exception_next_instant(&side->covers[i], e->place.now_ms), *until;
		until = &e->out->outcome.valid_until_ms;
		if (next != INT64_MAX && (*until == 0 || next < *until))
			*until = next;
	}
	return st;
}

/* Notes all of a subject that cover the device; `hides`: another subject decides already. */
static rpv_status note_side(rpv__explaining *e, const rpv__side *side, bool hides)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < side->count; i++) {
		const rpv__cover *c = &side->covers[i];
		if (!rpv__exception_covers_device(c, e->place.device, e->place.group))
			continue;
		rpv_standing standing = rpv__standing(c, side->decider, e->place.now_ms);
		bool overruled = standing == RPV_STANDING_SUSPENDED || standing == RPV_STANDING_SHADOWED;
		if (standing == RPV_STANDING_DECIDES && hides)
			standing = RPV_STANDING_ALSO;
		st = note(e, c, standing, overruled ? side->decider->exception : 0);
	}
	return st;
}

static bool contains(const uint32_t *numbers, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* Of those on a visible finding that have not ended: the newest ones that the device group was taken out of. */
static rpv_status note_taken_out(rpv__explaining *e, const rpv__side *side)
{
	size_t probed = 0;
	rpv_status st = RPV_OK;
	for (size_t i = side->count; st == RPV_OK && i > 0 && probed < PROBED_MAX; i--) {
		const rpv__cover *c = &side->covers[i - 1];
		rpv__exception texts;
		if (c->scope != RPV_SCOPE_GROUPS || rpv__exception_covers_group(c, e->place.group) ||
		    !rpv__exception_live(rpv__exception_status_alone(c, e->place.now_ms)))
			continue;
		probed++;
		st = rpv__known_exception(e->source, c->exception, &e->out->arena, &texts, e->error);
		if (st == RPV_OK && contains(texts.canceled_groups, texts.canceled_group_count, e->place.group))
			st = note(e, c, RPV_STANDING_TAKEN_OUT, 0);
	}
	return st;
}

/* --- findings --- */
static rpv_rule rule_of(const rpv__side *sides, size_t first)
{
	static const rpv_rule rules[] = { RPV_RULE_RECOMMENDATION, RPV_RULE_WEAKNESS, RPV_RULE_WEAKNESS_EVERYWHERE };
	return sides[first].decider ? rules[first] : RPV_RULE_NONE_COVERS;
}

static rpv_status decide_finding(rpv__explaining *e, uint32_t weakness, rpv_explained_finding *row)
{
	rpv__side sides[3] = { e->whole, { NULL, 0, NULL }, { NULL, 0, NULL } };
	size_t count = weakness ? 3 : 1, first = 0;
	rpv_status st = RPV_OK;
	if (weakness)
		st = read_side(e, e->recommendation, weakness, &sides[1]);
	if (st == RPV_OK && weakness)
		st = read_side(e, 0, weakness, &sides[2]);
	while (first + 1 < count && !sides[first].decider)
		first++;
	row->in_official = 1;
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		if (sides[i].decider && rpv__exception_official(sides[i].decider))
			row->in_official = 0;
		st = note_side(e, &sides[i], i > first);
		if (st == RPV_OK && !sides[first].decider)
			st = note_taken_out(e, &sides[i]);
	}
	if (st)
		return st;
	row->rule = rule_of(sides, first);
	row->visible = row->rule == RPV_RULE_NONE_COVERS;
	st = rpv__explain_id(e, row->visible ? 0 : sides[first].decider->exception, &row->decided_by);
	if (st == RPV_OK && weakness)
		st = rpv__weakness_id(e->source, weakness, &e->out->arena, &row->weakness, e->error);
	return st;
}

static int by_weakness(const void *a, const void *b, const void *context)
{
	const rpv_explained_finding *x = a, *y = b;
	(void)context;
	return x->weakness && y->weakness ? strcmp(x->weakness, y->weakness) : 0;
}

/* Whole ones decide for all findings; else, when all are hidden, the one of the first finding is named. */
static void decide_all(rpv__explaining *e, const rpv_explained_finding *findings)
{
	rpv_explanation_outcome *o = &e->out->outcome;
	bool hides = false;
	o->visible = 0;
	o->in_official = 0;
	for (size_t i = 0; i < e->found_count; i++) {
		o->visible |= findings[i].visible;
		o->in_official |= findings[i].in_official;
		hides = hides || !findings[i].visible;
	}
	if (o->visible) {
		o->rule = hides ? RPV_RULE_SOME_VISIBLE : RPV_RULE_NONE_COVERS;
		return;
	}
	o->decided_by = findings[0].decided_by;
	o->rule = e->weakness || e->whole.decider ? findings[0].rule : RPV_RULE_EVERY_WEAKNESS;
	e->decided_by = rpv__number_of_id(o->decided_by, 'E');
	for (size_t i = 0; i < e->entry_count; i++)
		if (e->entries[i].standing == RPV_STANDING_DECIDES && e->entries[i].cover->exception != e->decided_by)
			e->entries[i].standing = RPV_STANDING_ALSO;
}

/* --- the order of the others --- */
static int by_standing(const void *a, const void *b, const void *context)
{
	const rpv__entry *x = a, *y = b;
	bool x_ended = rpv__standing_ended(x->standing), y_ended = rpv__standing_ended(y->standing);
	(void)context;
	if (x_ended != y_ended)
		return x_ended ? 1 : -1;
	if (x_ended && x->at_ms != y->at_ms)
		return x->at_ms > y->at_ms ? -1 : 1;
	if (!x_ended && x->standing != y->standing)
		return (int)x->standing - (int)y->standing;
	return (x->cover->exception > y->cover->exception) - (x->cover->exception < y->cover->exception);
}

static rpv_status arrange(rpv__explaining *e)
{
	size_t ended = 0;
	if (rpv__sort(&e->out->arena.alloc, e->entries, e->entry_count, sizeof *e->entries, by_standing, NULL))
		return rpv__fail_nomem(e->error);
	for (size_t i = 0; i < e->entry_count; i++)
		ended += rpv__standing_ended(e->entries[i].standing);
	if (ended > ENDED_MAX) {
		e->out->outcome.ended_left_out = ended - ENDED_MAX;
		e->entry_count -= ended - ENDED_MAX;
	}
	return RPV_OK;
}

rpv_status rpv__explain_decide(rpv__explaining *e)
{
	rpv_explained_finding *findings = rpv__arena_get(&e->out->arena, e->found_count * sizeof *findings);
	rpv_status st = findings ? read_side(e, e->recommendation, 0, &e->whole) : rpv__fail_nomem(e->error);
	for (size_t i = 0; st == RPV_OK && i < e->found_count; i++)
		st = decide_finding(e, e->found[i], &findings[i]);
	if (st == RPV_OK && rpv__sort(&e->out->arena.alloc, findings, e->found_count, sizeof *findings, by_weakness, NULL))
		st = rpv__fail_nomem(e->error);
	if (st)
		return st;
	e->out->outcome.findings = findings;
	e->out->outcome.finding_count = e->found_count;
	decide_all(e, findings);
	return arrange(e);
}
