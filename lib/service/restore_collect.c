/* SPDX-License-Identifier: MIT */
/* Collecting decisions and history of a backup: checked and copied as facts are. */
#include "../model/exception.h"
#include "restore.h"

void *rpv__restore_record(rpv_batch *b, size_t size)
{
	void *record = rpv__arena_get(&b->arena, size);

	if (!record)
		rpv__fail_nomem(&b->session->error);
	return record;
}

rpv_status rpv__restore_only(rpv_batch *b)
{
	return b->restore ? RPV_OK : rpv__batch_malformed(b, "restore", "the batch does not restore a backup");
}

/* A number behind a letter; none is 0 where that is allowed. */
static rpv_status number_of(rpv_batch *b, const char *id, char letter, bool required, const char *field, uint64_t *out)
{
	*out = id ? rpv__number_of_id(id, letter) : 0;
	if (*out || (!id && !required))
		return RPV_OK;
	return rpv__batch_malformed(b, field, "this is not an id that the library gave");
}

typedef struct text_field { const char **text; const char *field; } text_field;
typedef struct number_field { int64_t value, most; const char *field; } number_field;

static rpv_status take_all(rpv_batch *b, const text_field *texts, size_t text_count, const number_field *numbers,
                           size_t number_count)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < text_count; i++)
		st = rpv__batch_take_text(b, texts[i].text, texts[i].field);
	for (size_t i = 0; st == RPV_OK && i < number_count; i++)
		st = numbers[i].most ? rpv__batch_check_range(b, numbers[i].value, numbers[i].most, numbers[i].field)
		                     : rpv__batch_check_time(b, numbers[i].value, numbers[i].field);
	return st;
}

/* --- exceptions --- */
static rpv_status check_exception(rpv_batch *b, const rpv__exception_record *r)
{
	const rpv_exception *e = &r->row;

	if (!e->recommendation && !e->weakness)
		return rpv__batch_malformed(b, "recommendation", "an exception is about a recommendation or a weakness");
	if (e->justification == RPV_JUSTIFICATION_NONE || e->impact == RPV_IMPACT_DEFAULT)
		return rpv__batch_malformed(b, "justification", "justification or impact is missing");
	if (e->scope == RPV_SCOPE_ALL_GROUPS)
		return rpv__batch_malformed(b, "scope", "all groups is a scope of requests only");
	if (e->end_ms <= e->start_ms)
		return rpv__batch_malformed(b, "end_ms", "the end is not after the start");
	if (e->approve_by_ms > e->end_ms)
		return rpv__batch_malformed(b, "approve_by_ms", "a pending exception waits for approval until its end at most");
	if (!(e->filed_exposure >= 0 && e->filed_exposure < 100000))
		return rpv__batch_malformed(b, "filed_exposure", "this is no exposure score");
	return RPV_OK;
}

static rpv_status take_exception(rpv_batch *b, rpv__exception_record *r)
{
	rpv_exception *e = &r->row;
	const text_field texts[] = { { &e->context, "context" }, { &e->requester, "requester" },
	                             { &e->approver, "approver" }, { &e->status_reason, "status_reason" },
	                             { &e->ticket, "ticket" } };
	const number_field numbers[] = {
		{ e->filed_ms, 0, "filed_ms" }, { e->start_ms, 0, "start_ms" }, { e->end_ms, 0, "end_ms" },
		{ e->ended_ms, 0, "ended_ms" }, { e->approve_by_ms, 0, "approve_by_ms" }, { e->approved_ms, 0, "approved_ms" },
		{ (int64_t)e->justification, RPV_JUSTIFICATION_FALSE_POSITIVE, "justification" },
		{ (int64_t)e->impact, RPV_IMPACT_HYBRID, "impact" }, { (int64_t)e->scope, RPV_SCOPE_DEVICES, "scope" },
		{ (int64_t)e->status, RPV_EXCEPTION_SUPERSEDED, "status" } };
	rpv_status st = take_all(b, texts, RPV__COUNT(texts), numbers, RPV__COUNT(numbers));

	if (st == RPV_OK)
		st = check_exception(b, r);
	return st == RPV_OK ? rpv__batch_take_texts(b, &e->evidence, e->evidence_count, "evidence") : st;
}

rpv_status rpv__batch_restore_exception(rpv_batch *b, const rpv_exception *e)
{
	rpv_status st = rpv__restore_only(b);
	rpv__exception_record *r = rpv__restore_record(b, sizeof *r);

	if (!r)
		return RPV_E_NOMEM;
	r->row = *e;
	if (st == RPV_OK)
		st = take_exception(b, r);
	if (st == RPV_OK)
		st = number_of(b, e->id, 'E', true, "id", &r->number);
	if (st == RPV_OK)
		st = number_of(b, e->predecessor, 'E', false, "predecessor", &r->predecessor);
	if (st == RPV_OK)
		st = number_of(b, e->successor, 'E', false, "successor", &r->successor);
	if (st == RPV_OK && e->recommendation)
		st = rpv__batch_symbol(b, e->recommendation, "recommendation", &r->recommendation);
	if (st == RPV_OK && e->weakness)
		st = rpv__batch_symbol(b, e->weakness, "weakness", &r->weakness);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, e->groups, e->group_count, "groups", &r->groups);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, e->canceled_groups, e->canceled_group_count, "canceled_groups", &r->canceled);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, e->devices, e->device_count, "devices", &r->devices);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, e->controls, e->control_count, "controls", &r->controls);
	if (st == RPV_OK)
		st = rpv__restore_take_firings(b, r);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_EXCEPTION, r) : st;
}

/* --- remediation activities --- */
static rpv_status take_activity(rpv_batch *b, rpv__activity_record *r)
{
	rpv_remediation *a = &r->row;
	const text_field texts[] = { { &a->requester, "requester" }, { &a->completed_by, "completed_by" },
	                             { &a->reason, "reason" }, { &a->notes, "notes" }, { &a->connector, "connector" },
	                             { &a->title, "title" }, { &a->component, "component" } };
	const number_field numbers[] = {
		{ a->requested_ms, 0, "requested_ms" }, { a->due_ms, 0, "due_ms" }, { a->ended_ms, 0, "ended_ms" },
		{ (int64_t)a->status, RPV_REMEDIATION_CANCELED, "status" },
		{ (int64_t)a->kind, RPV_REMEDIATION_ATTENTION_REQUIRED, "kind" },
		{ (int64_t)a->priority, RPV_PRIORITY_HIGH, "priority" },
		{ (int64_t)a->ticket, RPV_TICKET_REJECTED, "ticket" } };
	uint64_t number;
	rpv_status st = take_all(b, texts, RPV__COUNT(texts), numbers, RPV__COUNT(numbers));

	if (st == RPV_OK && a->status != RPV_REMEDIATION_ACTIVE && a->status != RPV_REMEDIATION_COMPLETED &&
	    a->status != RPV_REMEDIATION_CANCELED)
		st = rpv__batch_malformed(b, "status", "there is no such status");
	if (st == RPV_OK && a->kind == RPV_REMEDIATION_DEFAULT)
		st = rpv__batch_malformed(b, "kind", "the kind is missing");
	if (st == RPV_OK)
		st = number_of(b, a->id, 'R', true, "id", &number);
	if (st == RPV_OK && number >= RPV__NO_NUMBER)
		st = rpv__batch_malformed(b, "id", "this is not an id that the library gave");
	if (st == RPV_OK)
		r->number = (uint32_t)number;
	return st;
}

static rpv_status take_targets(rpv_batch *b, const rpv_target *targets, size_t count, rpv__activity_record *r)
{
	rpv__target_record *copies = count > SIZE_MAX / sizeof *copies ? NULL : rpv__restore_record(b, count * sizeof *copies);
	rpv_status st = RPV_OK;

	if (!copies)
		return rpv__fail_nomem(&b->session->error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		st = rpv__batch_symbol(b, targets[i].device, "targets", &copies[i].device);
		if (st == RPV_OK)
			st = rpv__batch_symbol(b, rpv__group_name(targets[i].group), "targets", &copies[i].group);
		if (st == RPV_OK)
			st = rpv__batch_symbols(b, targets[i].weaknesses, targets[i].weakness_count, "targets",
			                        &copies[i].weaknesses);
		copies[i].fixed = targets[i].fixed != 0;
		copies[i].gone = targets[i].gone != 0;
	}
	r->targets = copies;
	r->target_count = count;
	return st;
}

rpv_status rpv__batch_restore_remediation(rpv_batch *b, const rpv_remediation *remediation, const rpv_target *targets,
                                          size_t target_count)
{
	rpv_status st = rpv__restore_only(b);
	rpv__activity_record *r = rpv__restore_record(b, sizeof *r);

	if (!r)
		return RPV_E_NOMEM;
	r->row = *remediation;
	if (st == RPV_OK)
		st = take_activity(b, r);
	if (st == RPV_OK)
		st = rpv__batch_symbol(b, remediation->recommendation, "recommendation", &r->recommendation);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, remediation->groups, remediation->group_count, "groups", &r->groups);
	if (st == RPV_OK)
		st = take_targets(b, targets, target_count, r);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_ACTIVITY, r) : st;
}

/* --- events --- */
static rpv_status take_event(rpv_batch *b, rpv_event *e)
{
	const text_field texts[] = {
		{ &e->actor, "actor" }, { &e->recommendation, "recommendation" }, { &e->weakness, "weakness" },
		{ &e->device, "device" }, { &e->group, "group" }, { &e->before, "before" }, { &e->after, "after" },
		{ &e->reason, "reason" }, { &e->threshold, "threshold" },
		{ &e->control, "control" }, { &e->policy, "policy" } };
	int32_t trigger;
	const number_field numbers[] = { { e->time_ms, 0, "time_ms" }, { e->commit_ms, 0, "commit_ms" },
	                                 { (int64_t)e->type, RPV__EVENT_LAST, "type" } };
	rpv_status st = take_all(b, texts, RPV__COUNT(texts), numbers, RPV__COUNT(numbers));

	if (st == RPV_OK && e->trigger && rpv_word_value(RPV_WORDS_TRIGGER, e->trigger, &trigger) != RPV_OK)
		st = rpv__batch_malformed(b, "trigger", "there is no such trigger");
	if (st == RPV_OK && e->trigger)
		e->trigger = rpv_word(RPV_WORDS_TRIGGER, trigger); /* lives for ever */
	return st == RPV_OK && e->sequence == 0 ? rpv__batch_malformed(b, "sequence", "sequence is missing") : st;
}

static rpv_status take_event_groups(rpv_batch *b, const rpv_event *e, rpv__event_record *r)
{
	size_t count = e->group_count;
	uint32_t *items;
	uint64_t *counts;
	rpv_status st = RPV_OK;

	if (count == 0)
		return RPV_OK;
	if (!e->groups)
		return rpv__batch_malformed(b, "groups", "the list is NULL, but its count is not 0");
	items = count > SIZE_MAX / sizeof *counts ? NULL : rpv__arena_get(&b->arena, count * sizeof *items);
	counts = items ? rpv__arena_get(&b->arena, count * sizeof *counts) : NULL;
	if (!counts)
		return rpv__fail_nomem(&b->session->error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		st = rpv__batch_symbol(b, e->groups[i].group, "groups", &items[i]);
		counts[i] = e->groups[i].count;
	}
	r->groups = (rpv__symbols){ items, count };
	r->counts = counts;
	return st;
}

rpv_status rpv__batch_restore_event(rpv_batch *b, const rpv_event *e)
{
	rpv_status st = rpv__restore_only(b);
	rpv__event_record *r = rpv__restore_record(b, sizeof *r);

	if (!r)
		return RPV_E_NOMEM;
	r->row = *e;
	if (st == RPV_OK)
		st = take_event(b, &r->row);
	if (st == RPV_OK)
		st = number_of(b, e->exception, 'E', false, "exception", &r->exception);
	if (st == RPV_OK)
		st = number_of(b, e->remediation, 'R', false, "remediation", &r->remediation);
	if (st == RPV_OK)
		st = take_event_groups(b, e, r);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_EVENT, r) : st;
}
