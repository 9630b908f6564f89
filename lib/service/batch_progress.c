/* SPDX-License-Identifier: MIT */
/* Tells remediation activities what changed, once all is written. */
#include "batch.h"

static rpv_status report_finding(rpv__intake *in, rpv__progress *p, const rpv__in_finding *f)
{
	rpv__in_variant none = { 0 }, *v = &none;
	rpv_status st = f->variant ? rpv__in_variant_at(in, f->variant, &v) : RPV_OK;

	if (st != RPV_OK)
		return st;
	return rpv__progress_finding(p, f->device, f->recommendation, v->weaknesses, v->count, f->exposed, in->error);
}

typedef struct burial { rpv__intake *in; rpv__progress *progress; uint32_t recommendation; } burial;

static rpv_status nothing_left(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const burial *b = user;
	uint32_t activity, device;

	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_TARGET, &activity, &device))
		return rpv__fail_corrupt(error, "target", key);
	return rpv__progress_finding(b->progress, device, b->recommendation, NULL, 0, false, error);
}

static rpv_status bury_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const burial *b = user;
	uint32_t recommendation, activity;
	rpv__key prefix;

	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &activity))
		return rpv__fail_corrupt(error, "place of a remediation activity", key);
	rpv__key32(&prefix, RPV__K_TARGET, activity);
	return rpv__txn_scan_prefix(b->in->txn, rpv__key_view(&prefix), nothing_left, user, error);
}

/* A recommendation was taken out: none of its targets has anything there, whatever their rows still say. */
static rpv_status report_removed(rpv__intake *in, rpv__progress *p)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->recommendations.count; i++) {
		const rpv__in_recommendation *r = in->recommendations.items[i];
		burial b = { in, p, r->number };
		rpv__key prefix;

		if (!r->wiped)
			continue;
		rpv__key32(&prefix, RPV__K_REC_ACTIVITY, r->number);
		st = rpv__txn_scan_prefix(in->txn, rpv__key_view(&prefix), bury_activity, &b, in->error);
	}
	return st;
}

static rpv_status report_all(rpv__intake *in, rpv__progress *p)
{
	rpv_status st = report_removed(in, p);

	for (size_t i = 0; st == RPV_OK && i < in->coming_count; i++)
		if (!in->comings[i].counted)
			st = rpv__progress_device(p, in->comings[i].device, false, in->error);
	for (size_t i = 0; st == RPV_OK && i < in->sets.count; i++) {
		const rpv__in_set *s = in->sets.items[i];

		if (s->changed)
			st = rpv__progress_recommendation(p, s->recommendation->number, in->error);
	}
	for (size_t i = 0; st == RPV_OK && i < in->finding_count; i++)
		st = report_finding(in, p, &in->findings[i]);
	for (size_t i = 0; st == RPV_OK && i < in->coming_count; i++)
		if (in->comings[i].counted)
			st = rpv__progress_device(p, in->comings[i].device, true, in->error);
	return st;
}

rpv_status rpv__in_progress(rpv__intake *in)
{
	rpv__progress *p;
	rpv_status st;

	if (in->batch->restore)
		return RPV_OK;
	st = rpv__progress_begin(in->txn, &p, in->error);
	if (st == RPV_OK)
		st = report_all(in, p);
	return st == RPV_OK ? rpv__progress_finish(p, in->error) : st;
}
