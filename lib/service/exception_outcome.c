/* SPDX-License-Identifier: MIT */
/* What a filing did or would do, as rows, ids and words. */
#include "../model/approval.h"
#include "../model/instant.h"
#include "../score/units.h"
#include "exception.h"

#include <stdarg.h>
#include <stdio.h>

void rpv__exception_row(rpv_exception *row, const rpv__cover *cover, const rpv__exception *texts,
                        rpv_exception_status status, int64_t now_ms)
{
	row->context = texts->context;
	row->requester = texts->requester;
	row->approver = texts->approver;
	row->ticket = texts->ticket;
	row->evidence = texts->evidence.items;
	row->evidence_count = texts->evidence.count;
	row->filed_ms = cover->filed_ms;
	row->start_ms = cover->start_ms;
	row->end_ms = cover->end_ms;
	row->ended_ms = rpv__exception_ended_ms(cover, now_ms);
	row->approve_by_ms = cover->pending ? rpv__approval_lapse(cover) : 0;
	row->approved_ms = cover->approved_ms;
	row->supersede = cover->pending && cover->supersede;
	if (status == RPV_EXCEPTION_REJECTED)
		row->status_reason = cover->ending == RPV__ENDED_REJECTED ? texts->status_reason : RPV__LAPSED;
	row->filed_devices = cover->baseline.devices;
	row->filed_groups = cover->baseline.groups;
	row->filed_weaknesses = cover->baseline.weaknesses;
	row->filed_exposure = rpv__score_to_double(cover->baseline.exposure);
	row->justification = cover->justification;
	row->impact = cover->impact;
	row->scope = cover->scope;
	row->status = status;
	row->all_groups = cover->all_groups;
	row->watch = rpv__watch_follows(status) ? cover->watch & 0xffu : 0;
	row->watch_told = cover->watch >> 8;
	if (rpv__exception_live(status))
		row->stale_ms = cover->stale_ms ? cover->stale_ms : cover->stale_warn_ms;
}

/* --- ids --- */
static rpv_status add_id(rpv__plan *plan, rpv__text_list *list, uint64_t number)
{
	char id[24];
	rpv__id_of_number('E', number, id);
	return rpv__text_list_add(&plan->filing->arena, list, id);
}

/* Whether a global one takes it out of effect for some time. */
static bool suspends(const rpv__plan *plan, const rpv__cover *other)
{
	rpv_exception_status status = rpv__exception_status_alone(other, plan->now_ms);
	return plan->cover.scope == RPV_SCOPE_GLOBAL && other->scope != RPV_SCOPE_GLOBAL &&
	       (status == RPV_EXCEPTION_SCHEDULED || status == RPV_EXCEPTION_IN_EFFECT) &&
	       other->start_ms < plan->cover.end_ms && plan->cover.start_ms < other->end_ms;
}

static rpv_status list_ids(rpv__plan *plan, rpv_error *error)
{
	rpv__text_list concerned = { NULL, 0, 0 }, suspended = { NULL, 0, 0 };
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < plan->conflict_count; i++) {
		char name[40];
		rpv__plan_name_conflict(plan, plan->conflicts[i], name);
		st = rpv__text_list_add(&plan->filing->arena, &concerned, name);
	}
	for (size_t i = 0; st == RPV_OK && i < plan->other_count; i++)
		if (suspends(plan, &plan->others[i]))
			st = add_id(plan, &suspended, plan->others[i].exception);
	if (st == RPV_OK)
		st = rpv__text_list_sort(&plan->filing->arena, plan->skipped.items, plan->skipped.count);
	if (st)
		return rpv__fail_nomem(error);
	if (plan->request.supersede) {
		o->supersedes = concerned.items;
		o->supersede_count = concerned.count;
	} else {
		o->conflicts = concerned.items;
		o->conflict_count = concerned.count;
	}
	o->suspends = suspended.items;
	o->suspend_count = suspended.count;
	o->refusals = plan->refusals.items;
	o->refusal_count = plan->refusals.count;
	o->skipped_groups = plan->skipped.items;
	o->skipped_group_count = plan->skipped.count;
	return RPV_OK;
}

/* --- the row --- */
static rpv_status fill_row(rpv__plan *plan, rpv_error *error)
{
	rpv_exception *row = &plan->filing->row;
	rpv__arena *arena = &plan->filing->arena;
	const rpv__cover *cover = &plan->cover;
	size_t units = cover->scope == RPV_SCOPE_DEVICES ? cover->device_count : cover->group_count;
	uint64_t global = cover->scope == RPV_SCOPE_GLOBAL
		? 0 : rpv__global_in_effect(plan->others, plan->other_count, plan->now_ms);
	rpv_exception_status status = rpv__exception_status(cover, global != 0, plan->now_ms);
	char text[64];
	if (rpv__text_list_sort(arena, plan->unit_names, units))
		return rpv__fail_nomem(error);
	rpv__exception_row(row, cover, &plan->texts, status, plan->now_ms);
	row->recommendation = plan->recommendation;
	row->weakness = plan->weakness;
	row->controls = plan->controls;
	row->control_count = cover->control_count;
	row->groups = plan->unit_names;
	row->group_count = units;
	if (cover->scope == RPV_SCOPE_DEVICES) {
		row->groups = NULL;
		row->group_count = 0;
		row->devices = plan->unit_names;
		row->device_count = units;
	}
	if (cover->exception) {
		rpv__id_of_number('E', cover->exception, text);
		row->id = rpv__arena_text(arena, text, strlen(text));
	}
	if (cover->predecessor) {
		rpv__id_of_number('E', cover->predecessor, text);
		row->predecessor = rpv__arena_text(arena, text, strlen(text));
	}
	rpv__chain chain = rpv__chain_of(cover, plan->others, plan->other_count, 0, plan->now_ms);
	row->renewals = chain.renewals;
	row->total_ms = chain.total_ms;
	if (status == RPV_EXCEPTION_SUSPENDED) {
		rpv__format(text, sizeof text, "suspended by E-%llu", (unsigned long long)global);
		row->status_reason = rpv__arena_text(arena, text, strlen(text));
	}
	if ((cover->exception && !row->id) || (cover->predecessor && !row->predecessor) ||
	    (status == RPV_EXCEPTION_SUSPENDED && !row->status_reason))
		return rpv__fail_nomem(error);
	rpv__source source = rpv__session_source(plan->session);
	return rpv__exception_row_firings(&source, cover, &plan->texts, true, arena, row, error);
}

rpv_status rpv__plan_outcome(rpv__plan *plan, rpv_error *error)
{
	rpv_filing_outcome *o = &plan->filing->outcome;
	rpv_status st = fill_row(plan, error);
	if (st == RPV_OK)
		st = list_ids(plan, error);
	if (st)
		return st;
	o->exception = &plan->filing->row;
	if (plan->since)
		st = rpv__plan_figures(plan, error);
	if (st)
		return st;
	if (!plan->known)
		return RPV_OK;
	o->hidden_devices = plan->known->hidden_devices;
	o->hidden_findings = plan->known->hidden_findings;
	o->before = plan->known->before;
	o->after = plan->known->after;
	o->worse = plan->known->worse;
	plan->filing->row.worth = plan->known->exception->worth;
	return rpv__plan_message(plan, error);
}

/* --- words --- */
void rpv__time_text(int64_t ms, char out[RPV_TIME_TEXT_SIZE])
{
	if (rpv_time_format(ms, out))
		rpv__format(out, RPV_TIME_TEXT_SIZE, "%lld ms", (long long)ms);
}

static void put_words(rpv__buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put_count(rpv__buf *b, uint64_t count, const char *noun)
{
	put_words(b, "%llu %s%s", (unsigned long long)count, noun, count == 1 ? "" : "s");
}

static void put_names(rpv__buf *b, const char *const *names, size_t count)
{
	const size_t shown = 10;
	for (size_t i = 0; i < count && i < shown; i++)
		put_words(b, "%s%s", i ? ", " : "", names[i]);
	if (count > shown)
		put_words(b, " and %zu more", count - shown);
}

/* The scope and its size come first: nobody is to file for everybody by mistake. */
static void put_scope(rpv__buf *b, const rpv__plan *plan)
{
	const rpv__cover *c = &plan->cover;
	uint64_t devices = c->baseline.scope_devices[0] + c->baseline.scope_devices[1] + c->baseline.scope_devices[2];
	if (c->scope == RPV_SCOPE_GLOBAL) {
		put_words(b, "global, future groups too: ");
	} else if (c->scope == RPV_SCOPE_GROUPS) {
		put_words(b, "%s", c->all_groups ? "all groups present now: " : "");
		put_count(b, c->group_count, "device group");
		put_words(b, " (");
		put_names(b, plan->unit_names, c->group_count);
		put_words(b, "): ");
	} else {
		devices = c->device_count;
	}
	put_count(b, devices, "device");
}

static void put_interval(rpv__buf *b, const rpv__cover *c)
{
	char start[RPV_TIME_TEXT_SIZE], end[RPV_TIME_TEXT_SIZE];
	rpv__time_text(c->start_ms, start);
	rpv__time_text(c->end_ms, end);
	put_words(b, "; in effect from %s until %s (that instant excluded)", start, end);
}

static void put_effect(rpv__buf *b, const rpv__plan *plan)
{
	const rpv_filing_outcome *o = &plan->filing->outcome;
	static const char *const impacts[] = { "", "no impact on the official scores", "counts as mitigation",
	                                       "no impact on the official scores, both figures are shown" };
	put_words(b, "; %s", impacts[plan->cover.impact]);
	if (plan->cover.control_count) {
		put_words(b, "; rests on ");
		put_names(b, plan->controls, plan->cover.control_count);
	}
	if (plan->cover.stale_ms && plan->cover.stale_ms < plan->cover.end_ms) {
		char when[RPV_TIME_TEXT_SIZE];
		rpv__time_text(plan->cover.stale_ms, when);
		put_words(b, "; void from %s on unless that is reviewed before", when);
	}
	put_words(b, "; hides ");
	put_count(b, o->hidden_findings, "finding");
	put_words(b, " on ");
	put_count(b, o->hidden_devices, "device");
	if (o->skipped_group_count) {
		put_words(b, "; left out, for they have one already: ");
		put_names(b, o->skipped_groups, o->skipped_group_count);
	}
	if (o->conflict_count) {
		put_words(b, "; conflicts with ");
		put_names(b, o->conflicts, o->conflict_count);
	}
	if (o->supersede_count) {
		put_words(b, "; supersedes ");
		put_names(b, o->supersedes, o->supersede_count);
	}
	if (o->suspend_count) {
		put_words(b, "; suspends ");
		put_names(b, o->suspends, o->suspend_count);
	}
	if (plan->chain.renewals) {
		char total[RPV__DURATION_WORDS];
		put_words(b, "; renewal %llu in a row, of %s; %s in exception in all", (unsigned long long)plan->chain.renewals,
		          plan->filing->row.predecessor, rpv__duration_words(plan->chain.total_ms, total));
	}
	if (plan->filing->row.status == RPV_EXCEPTION_SUSPENDED)
		put_words(b, "; %s", plan->filing->row.status_reason);
	if (plan->cover.pending) {
		char by[RPV_TIME_TEXT_SIZE];
		rpv__time_text(rpv__approval_lapse(&plan->cover), by);
		put_words(b, "; it changes nothing before a second person approves it, until %s at the latest", by);
	}
	if (o->worse)
		put_words(b, "; the official exposure score gets worse by it");
}

static void put_words(rpv__buf *b, const char *format, ...)
{
	char words[600]; /* the longest: a name of RPV_ID_MAX bytes */
	va_list args;
	va_start(args, format);
	int length = vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (length > 0)
		rpv__buf_put(b, words, (size_t)length < sizeof words ? (size_t)length : sizeof words - 1);
}

rpv_status rpv__plan_message(rpv__plan *plan, rpv_error *error)
{
	rpv__buf b;
	char *text = NULL;
	rpv__buf_init(&b, &plan->filing->arena.alloc);
	put_scope(&b, plan);
	put_interval(&b, &plan->cover);
	put_effect(&b, plan);
	if (!b.status)
		text = rpv__arena_text(&plan->filing->arena, (const char *)b.data, b.size);
	rpv__buf_free(&b);
	plan->filing->outcome.message = text;
	return text ? RPV_OK : rpv__fail_nomem(error);
}
