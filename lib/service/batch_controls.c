/* SPDX-License-Identifier: MIT */
/* Compensating controls: what a batch says of them. */
#include "batch.h"

/* --- collecting --- */
static rpv_status check(rpv_batch *b, const rpv_control_facts *f)
{
	rpv_status st = RPV_OK;
	if (f->given & ~(2u * RPV_CONTROL_RETIRED - 1))
		return rpv__batch_malformed(b, "given", "given has bits that stand for no field");
	st = rpv__batch_check_range(b, (int64_t)f->kind, RPV_CONTROL_INTERNAL, "kind");
	if (st == RPV_OK)
		st = rpv__batch_check_range(b, (int64_t)f->retired, RPV_FLAG_TRUE, "retired");
	if (st == RPV_OK)
		st = rpv__batch_check_range(b, f->review_interval_ms, RPV_REVIEW_INTERVAL_MAX, "review_interval_ms");
	if (st == RPV_OK)
		st = rpv__batch_check_time(b, f->reviewed_ms, "reviewed_ms");
	return st == RPV_OK ? rpv__batch_check_time(b, f->added_ms, "added_ms") : st;
}

static rpv_status take_evidence(rpv_batch *b, rpv_control_facts *f)
{
	rpv_status st = RPV_OK;
	if (f->evidence_count % 2)
		st = rpv__batch_malformed(b, "evidence", "evidence consists of pairs: URI and digest");
	if (st == RPV_OK)
		st = rpv__batch_take_texts(b, &f->evidence, f->evidence_count, "evidence");
	for (size_t i = 0; st == RPV_OK && i < f->evidence_count; i += 2)
		if (!*f->evidence[i])
			st = rpv__batch_malformed(b, "evidence", "a URI is missing");
	return st;
}

rpv_status rpv__batch_control(rpv_batch *b, const rpv_control_facts *facts)
{
	rpv__control_record *r = rpv__arena_get(&b->arena, sizeof *r);
	rpv_status st;
	if (!r)
		return rpv__fail_nomem(&b->session->error);
	r->facts = *facts;
	st = rpv__batch_symbol(b, facts->id, "id", &r->id);
	if (st == RPV_OK && facts->removed)
		return rpv__batch_add(b, RPV__FACT_CONTROL, r);
	if (st == RPV_OK)
		st = check(b, facts);
	if (st == RPV_OK)
		st = rpv__batch_take_text(b, &r->facts.description, "description");
	if (st == RPV_OK)
		st = rpv__batch_take_text(b, &r->facts.owner, "owner");
	if (st == RPV_OK)
		st = take_evidence(b, &r->facts);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_CONTROL, r) : st;
}

/* --- looking at them --- */
static rpv_status load(rpv__intake *in, rpv__in_control *c)
{
	rpv__key key;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_CONTROL, c->number), &c->stored);
	if (st == RPV_OK && !rpv__get_control(c->stored, in->arena, &c->before))
		st = rpv__fail_corrupt(in->error, "control", rpv__key_view(&key));
	c->existed = st == RPV_OK && !c->before.removed;
	c->now = c->before;
	return st;
}

/* The one of that id; with `create`, a new one when there is none, else NULL. */
static rpv_status entry_of(rpv__intake *in, uint32_t symbol, bool create, rpv__in_control **out)
{
	const char *id = rpv__in_symbol_text(in, symbol);
	rpv__in_control *c = in->symbols[symbol].control;
	rpv_status st;
	*out = c;
	if (c)
		return RPV_OK;
	c = rpv__in_new(in, sizeof *c);
	if (!c)
		return RPV_E_NOMEM;
	st = rpv__txn_name_find(in->txn, RPV__N_CONTROL, 0, id, &c->number, in->error);
	if (st == RPV_OK) {
		st = load(in, c);
	} else if (st == RPV_E_NOT_FOUND && create) {
		c->now.removed = true; /* until a record of it is looked at */
		st = rpv__in_number(in, RPV__NEXT_CONTROL, &c->number);
	} else if (st == RPV_E_NOT_FOUND) {
		return RPV_OK;
	}
	c->now.id = id;
	if (st == RPV_OK)
		st = rpv__in_add(in, &in->controls, c);
	if (st == RPV_OK)
		*out = in->symbols[symbol].control = c;
	return st;
}

static void merge(rpv__intake *in, rpv__control *c, const rpv_control_facts *f)
{
	if (rpv__said(f->given, RPV_CONTROL_KIND, f->kind))
		c->kind = f->kind ? f->kind : RPV_CONTROL_INTERNAL;
	if (rpv__said(f->given, RPV_CONTROL_DESCRIPTION, f->description))
		c->description = f->description;
	if (rpv__said(f->given, RPV_CONTROL_OWNER, f->owner))
		c->owner = f->owner;
	if (rpv__said(f->given, RPV_CONTROL_EVIDENCE, f->evidence_count))
		c->evidence = (rpv__texts){ f->evidence, f->evidence_count };
	if (rpv__said(f->given, RPV_CONTROL_REVIEWED, f->reviewed_ms))
		c->reviewed_ms = rpv__in_time(in, f->reviewed_ms);
	if (rpv__said(f->given, RPV_CONTROL_REVIEW_INTERVAL, f->review_interval_ms))
		c->interval_ms = f->review_interval_ms;
	if (rpv__said(f->given, RPV_CONTROL_RETIRED, f->retired))
		c->retired = f->retired == RPV_FLAG_TRUE;
	if (f->added_ms)
		c->added_ms = rpv__in_time(in, f->added_ms);
}

rpv_status rpv__in_control_record(rpv__intake *in, size_t index)
{
	const rpv__control_record *r = in->batch->records[index].what;
	rpv__in_control *c;
	rpv_status st = entry_of(in, r->id, !r->facts.removed, &c);
	if (st != RPV_OK || !c)
		return st;
	if (r->facts.removed) {
		c->now.removed = true;
		return RPV_OK;
	}
	if (c->now.removed) /* back, or new: nothing is left of what was */
		c->now = (rpv__control){ .id = c->now.id, .kind = RPV_CONTROL_INTERNAL, .added_ms = in->at_ms };
	merge(in, &c->now, &r->facts);
	return RPV_OK;
}
