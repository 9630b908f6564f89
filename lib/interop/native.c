/* SPDX-License-Identifier: MIT */
/* The importer of native NDJSON: what to write in which pass. */
#include "native.h"
#include <stdlib.h>
#include <string.h>

static rpv_status begin(rpv__io_import *import)
{
	import->state = calloc(1, sizeof(rpv__io_native_state));
	return import->state != NULL ? RPV_OK : rpv__io_nomem(import->error);
}

static void state_free(void *state)
{
	rpv__io_native_state *s = state;
	if (s == NULL)
		return;
	rpv__io_gather_free(&s->gather);
	rpv__io_references_free(&s->weaknesses);
	rpv__io_references_free(&s->recommendations);
	rpv__io_references_free(&s->devices);
	rpv__io_names_free(&s->groups);
	rpv__io_names_free(&s->controls);
	if (s->remediation != NULL)
		rpv__io_bundle_free(&s->remediation->unit);
	json_decref(s->policies);
	free(s->changes);
	free(s);
}

/* Sets are removed last, when devices have left them. */
static rpv__io_phase phase_of(const rpv__io_record *r, rpv__io_type type)
{
	switch (type) {
	case RPV__IO_GROUP:
	case RPV__IO_WEAKNESS:
	case RPV__IO_RECOMMENDATION:
	case RPV__IO_CONTROL: return RPV__IO_PHASE_FACTS;
	case RPV__IO_SET:
		return json_is_true(json_object_get(r->json, "removed")) ? RPV__IO_PHASE_REMOVALS : RPV__IO_PHASE_SETS;
	case RPV__IO_DEVICE:
	case RPV__IO_ASSESSMENT:
	case RPV__IO_FULL_REPORT: return RPV__IO_PHASE_DEVICES;
	default: return RPV__IO_PHASE_DECISIONS;
	}
}

/* Who an id is mentioned by does not matter, only that it is known. */
static rpv_status mention(rpv__io_import *import, rpv__io_references *refs, rpv__io_record *r, const char *field)
{
	const json_t *value = json_object_get(r->json, field);
	rpv_status st = RPV_OK;
	if (json_is_string(value))
		return rpv__io_refer(import, refs, json_string_value(value), &r->where);
	for (size_t i = 0; i < json_array_size(value) && st == RPV_OK; i++)
		st = rpv__io_refer(import, refs, json_string_value(json_array_get(value, i)), &r->where);
	return st;
}

static rpv_status note_device(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	const char *id = json_string_value(json_object_get(r->json, "id"));
	const char *group = rpv__io_group(json_string_value(json_object_get(r->json, "group")));
	rpv_status st = rpv__io_define(import, &s->devices, id, &import->result.devices);
	if (st == RPV_OK && group != NULL) {
		uint32_t n;
		st = rpv__io_name(&s->groups, group, &n, import->error);
	}
	return st == RPV_OK ? rpv__io_gather_note(import, &s->gather, id) : st;
}

static rpv_status note_assessment(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	rpv_status st = mention(import, &s->devices, r, "device");
	if (st == RPV_OK)
		st = mention(import, &s->recommendations, r, "recommendation");
	if (st == RPV_OK)
		st = mention(import, &s->weaknesses, r, "weaknesses");
	if (st == RPV_OK)
		st = rpv__io_gather_note(import, &s->gather, json_string_value(json_object_get(r->json, "device")));
	return st;
}

/* What a good record names. */
static rpv_status note(rpv__io_import *import, rpv__io_record *r, rpv__io_type type)
{
	rpv__io_native_state *s = import->state;
	const char *id = json_string_value(json_object_get(r->json, type == RPV__IO_GROUP ? "name" : "id"));
	uint32_t n;
	rpv_status st = RPV_OK;
	switch (type) {
	case RPV__IO_GROUP: st = rpv__io_name(&s->groups, id, &n, import->error); break;
	case RPV__IO_CONTROL: st = rpv__io_name(&s->controls, id, &n, import->error); break;
	case RPV__IO_WEAKNESS: st = rpv__io_define(import, &s->weaknesses, id, &import->result.weaknesses); break;
	case RPV__IO_RECOMMENDATION:
		st = rpv__io_define(import, &s->recommendations, id, &import->result.recommendations);
		break;
	case RPV__IO_SET:
		st = mention(import, &s->recommendations, r, "recommendation");
		if (st == RPV_OK)
			st = mention(import, &s->weaknesses, r, "weaknesses");
		break;
	case RPV__IO_DEVICE: st = note_device(import, r); break;
	case RPV__IO_ASSESSMENT:
	case RPV__IO_FULL_REPORT: st = note_assessment(import, r); break;
	default: break;
	}
	import->result.groups = s->groups.count;
	import->result.controls = s->controls.count;
	return st;
}

static rpv_status check(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	rpv__io_type type;
	rpv_status st = rpv__io_type_of(r, &type);
	if (st != RPV_OK)
		return st;
	if (type == RPV__IO_STORE)
		return import->number == 0 ? rpv__io_restore_store(import, r)
		                           : rpv__io_bad(r, "type", "must be that of the first record");
	if (phase_of(r, type) == RPV__IO_PHASE_DECISIONS) {
		st = rpv__io_restore_check(import, r, type);
	} else {
		st = rpv__io_try(import, rpv__io_apply_fact, r);
		if (st == RPV_OK)
			st = note(import, r, type);
	}
	if (st == RPV_OK)
		s->in_phase[phase_of(r, type)]++;
	return st;
}

static rpv_status write_record(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	rpv__io_type type;
	rpv_status st = rpv__io_type_of(r, &type);
	if (st != RPV_OK || type == RPV__IO_STORE || phase_of(r, type) != s->phase)
		return st;
	if (s->phase == RPV__IO_PHASE_DEVICES)
		return rpv__io_native_take(import, r);
	if (s->phase == RPV__IO_PHASE_DECISIONS)
		return rpv__io_restore_take(import, r, type);
	return rpv__io_enqueue_record(import, rpv__io_apply_fact, r);
}

static rpv_status start(rpv__io_import *import)
{
	rpv__io_native_state *s = import->state;
	rpv_status st = rpv__io_references_check(import);
	if (st == RPV_OK && import->restore && (st = rpv_restore_begin(import->session, &s->store)) != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	return st;
}

static rpv_status finish(rpv__io_import *import)
{
	rpv_status st = rpv__io_flush(import);
	if (st == RPV_OK && import->restore && (st = rpv_restore_finish(import->session)) != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	return st;
}

static rpv_status next(rpv__io_import *import, bool *more)
{
	rpv__io_native_state *s = import->state;
	unsigned phase = import->pass == 0 ? 0 : (unsigned)s->phase + 1;
	rpv_status st = import->pass == 0 ? start(import) : RPV_OK;
	if (st == RPV_OK && import->pass > 0 && s->phase == RPV__IO_PHASE_DEVICES) {
		st = rpv__io_gather_more(import, &s->gather, more);
		if (*more)
			return st;
	}
	if (st == RPV_OK && import->pass > 0 && s->phase == RPV__IO_PHASE_DECISIONS)
		st = rpv__io_restore_flush(import);
	while (phase < RPV__IO_PHASES && s->in_phase[phase] == 0)
		phase++;
	*more = st == RPV_OK && phase < RPV__IO_PHASES;
	if (*more)
		s->phase = (rpv__io_phase)phase;
	return st == RPV_OK && !*more ? finish(import) : st;
}

const rpv__io_driver rpv__io_native = { NULL, begin, check, next, write_record, state_free };
