/* SPDX-License-Identifier: MIT */
/* An explanation as ids and words. */
#include "explain.h"

static rpv_status keep(rpv__explaining *e, const char *text, const char **out)
{
	*out = rpv__arena_text(&e->out->arena, text, strlen(text));
	return *out ? RPV_OK : rpv__fail_nomem(e->error);
}

/* "words: why", or the words alone. */
static rpv_status keep_both(rpv__explaining *e, const char *words, const char *why, const char **out)
{
	if (!why)
		return keep(e, words, out);
	size_t size = strlen(words) + strlen(why) + 3;
	char *both = rpv__arena_get(&e->out->arena, size);
	if (!both)
		return rpv__fail_nomem(e->error);
	rpv__format(both, size, "%s: %s", words, why);
	*out = both;
	return RPV_OK;
}

rpv_status rpv__explain_id(rpv__explaining *e, uint64_t number, const char **out)
{
	char id[24];
	*out = NULL;
	if (number == 0)
		return RPV_OK;
	rpv__id_of_number('E', number, id);
	return keep(e, id, out);
}

/* --- one exception --- */
static const char *scope_words(rpv_scope scope)
{
	if (scope == RPV_SCOPE_GLOBAL)
		return "global";
	return scope == RPV_SCOPE_DEVICES ? "for this device" : "for the device group";
}

/* Why it ended, as far as it is told: the trigger that fired, or what was said. */
static const char *why_ended(const rpv__cover *cover, const rpv__exception *texts, rpv_standing standing)
{
	for (size_t i = 0; standing == RPV_STANDING_RESURFACED && i < texts->firing_count; i++)
		if (texts->firings[i].voided)
			return rpv__trigger_sentence(texts->firings[i].trigger);
	if (standing == RPV_STANDING_RESURFACED && cover->ending == RPV__NOT_ENDED)
		return rpv__trigger_sentence(RPV_TRIGGER_CONTROL_STALE);
	if (standing == RPV_STANDING_REJECTED && cover->ending == RPV__NOT_ENDED)
		return "approval lapsed";
	return standing == RPV_STANDING_SUPERSEDED ? NULL : texts->status_reason;
}

static rpv_status reason(rpv__explaining *e, const rpv__entry *entry, const char *by, const char **out)
{
	char words[200], at[RPV_TIME_TEXT_SIZE], end[RPV_TIME_TEXT_SIZE];
	const char *scope = scope_words(entry->cover->scope), *why = NULL;
	rpv__exception texts;
	rpv_status st = RPV_OK;
	rpv__time_text(entry->at_ms, at);
	rpv__time_text(entry->cover->end_ms, end);
	if (rpv__standing_ended(entry->standing)) {
		st = rpv__known_exception(e->source, entry->cover->exception, &e->out->arena, &texts, e->error);
		if (st == RPV_OK)
			why = why_ended(entry->cover, &texts, entry->standing);
	}
	switch (entry->standing) {
	case RPV_STANDING_DECIDES: rpv__format(words, sizeof words, "decides: %s, until %s", scope, end); break;
	case RPV_STANDING_ALSO: rpv__format(words, sizeof words, "hides it too: %s, until %s", scope, end); break;
	case RPV_STANDING_SUSPENDED: rpv__format(words, sizeof words, "suspended by %s, which is global", by); break;
	case RPV_STANDING_SHADOWED:
		rpv__format(words, sizeof words, "shadowed by %s, which covers the device group", by);
		break;
	case RPV_STANDING_PENDING: rpv__format(words, sizeof words, "waits for approval: %s", scope); break;
	case RPV_STANDING_SCHEDULED: rpv__format(words, sizeof words, "scheduled: starts at %s", at); break;
	case RPV_STANDING_EXPIRED: rpv__format(words, sizeof words, "expired at %s", at); break;
	case RPV_STANDING_CANCELED: rpv__format(words, sizeof words, "canceled at %s", at); break;
	case RPV_STANDING_RESURFACED: rpv__format(words, sizeof words, "void since %s", at); break;
	case RPV_STANDING_REJECTED: rpv__format(words, sizeof words, "not approved, at %s", at); break;
	case RPV_STANDING_SUPERSEDED: rpv__format(words, sizeof words, "superseded by %s at %s", by, at); break;
	case RPV_STANDING_TAKEN_OUT: rpv__format(words, sizeof words, "the device group was taken out of it"); break;
	}
	return st == RPV_OK ? keep_both(e, words, why, out) : st;
}

static rpv_exception_status status_of(const rpv__explaining *e, const rpv__entry *entry)
{
	return rpv__exception_status(entry->cover, entry->standing == RPV_STANDING_SUSPENDED, e->place.now_ms);
}

static rpv_status add_row(rpv__explaining *e, const rpv__entry *entry, rpv_explained_exception *row)
{
	const rpv__cover *c = entry->cover;
	rpv_status st = rpv__explain_id(e, c->exception, &row->id);
	if (st == RPV_OK)
		st = rpv__explain_id(e, entry->by, &row->by);
	if (st == RPV_OK && c->recommendation)
		row->recommendation = e->out->outcome.recommendation;
	if (st == RPV_OK && c->weakness)
		st = rpv__weakness_id(e->source, c->weakness, &e->out->arena, &row->weakness, e->error);
	row->standing = entry->standing;
	row->at_ms = entry->at_ms;
	row->status = status_of(e, entry);
	row->scope = c->scope;
	return st == RPV_OK ? reason(e, entry, row->by, &row->reason) : st;
}

static rpv_status add_rows(rpv__explaining *e)
{
	rpv_explanation_outcome *o = &e->out->outcome;
	size_t n = e->entry_count;
	rpv_explained_exception *rows = rpv__arena_get(&e->out->arena, (n + 1) * sizeof *rows);
	const char **also = rpv__arena_get(&e->out->arena, (n + 1) * sizeof *also);
	const char **overruled = rpv__arena_get(&e->out->arena, (n + 1) * sizeof *overruled);
	rpv_status st = rows && also && overruled ? RPV_OK : rpv__fail_nomem(e->error);
	for (size_t i = 0; st == RPV_OK && i < n; i++) {
		rpv_standing standing = e->entries[i].standing;
		st = add_row(e, &e->entries[i], &rows[i]);
		if (o->visible)
			continue;
		if (standing == RPV_STANDING_ALSO)
			also[o->also_count++] = rows[i].id;
		else if (standing == RPV_STANDING_SUSPENDED || standing == RPV_STANDING_SHADOWED)
			overruled[o->overruled_count++] = rows[i].id;
	}
	o->exceptions = rows;
	o->exception_count = n;
	o->also = also;
	o->overruled = overruled;
	return st;
}

/* --- all of it --- */
static rpv_status message(rpv__explaining *e)
{
	rpv_explanation_outcome *o = &e->out->outcome;
	char words[200];
	switch (o->rule) {
	case RPV_RULE_NONE_COVERS: rpv__format(words, sizeof words, "visible: no exception in effect covers it"); break;
	case RPV_RULE_SOME_VISIBLE:
		rpv__format(words, sizeof words, "visible: exceptions hide some of its findings on the device, but not all");
		break;
	case RPV_RULE_RECOMMENDATION:
		rpv__format(words, sizeof words, "hidden: %s decides, an exception to the whole recommendation", o->decided_by);
		break;
	case RPV_RULE_WEAKNESS:
		rpv__format(words, sizeof words, "hidden: %s decides, an exception to the weakness of this recommendation",
		            o->decided_by);
		break;
	case RPV_RULE_WEAKNESS_EVERYWHERE:
		rpv__format(words, sizeof words, "hidden: %s decides, an exception to the weakness everywhere", o->decided_by);
		break;
	case RPV_RULE_EVERY_WEAKNESS:
		rpv__format(words, sizeof words, "hidden: exceptions to single weaknesses, such as %s, hide every finding",
		            o->decided_by);
		break;
	}
	return keep(e, words, &o->message);
}

rpv_status rpv__explain_text(rpv__explaining *e)
{
	rpv_explanation_outcome *o = &e->out->outcome;
	int64_t silent_ms = e->last_seen_ms + e->inactive_after_ms;
	rpv_status st = keep(e, e->device_id, &o->device);
	if (st == RPV_OK)
		st = keep(e, e->recommendation_id, &o->recommendation);
	if (st == RPV_OK && e->weakness_id)
		st = keep(e, e->weakness_id, &o->weakness);
	o->time_ms = e->place.now_ms;
	o->in_no_impact = 1;
	o->in_mitigation_like = o->visible;
	o->excluded = (e->flags & RPV__DEVICE_EXCLUDED) != 0;
	o->active = !o->excluded && e->place.now_ms < silent_ms;
	if (o->active && (o->valid_until_ms == 0 || silent_ms < o->valid_until_ms))
		o->valid_until_ms = silent_ms;
	if (st == RPV_OK)
		st = add_rows(e);
	return st == RPV_OK ? message(e) : st;
}
