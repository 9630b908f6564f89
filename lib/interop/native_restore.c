/* SPDX-License-Identifier: MIT */
/* Backups: the store record in front, and decisions and history behind the facts. */
#include "native.h"
#include <stdlib.h>
#include <string.h>

enum { BACKUP_FORMAT = 1 };

/* Reads fields in a row; the first failure stays. */
struct reader { rpv__io_record *r; rpv_status st; };

static void text(struct reader *in, const char *field, const char **out)
{
	if (in->st == RPV_OK)
		in->st = rpv__io_text(in->r, field, out);
}

static void texts(struct reader *in, const char *field, const char *const **out, size_t *count)
{
	if (in->st == RPV_OK)
		in->st = rpv__io_texts(in->r, field, out, count);
}

static void when(struct reader *in, const char *field, int64_t *out)
{
	if (in->st == RPV_OK)
		in->st = rpv__io_time(in->r, field, out);
}

static void count(struct reader *in, const char *field, uint64_t *out)
{
	if (in->st == RPV_OK)
		in->st = rpv__io_count(in->r, field, INT64_MAX, out);
}

static void yes(struct reader *in, const char *field, int32_t *out)
{
	rpv_flag flag = RPV_FLAG_FALSE;
	if (in->st == RPV_OK)
		in->st = rpv__io_flag(in->r, field, &flag);
	*out = flag == RPV_FLAG_TRUE;
}

static int32_t word(struct reader *in, const char *field, rpv_vocabulary words, int32_t otherwise)
{
	int32_t value = otherwise;
	if (in->st == RPV_OK)
		in->st = rpv__io_word(in->r, field, words, &value);
	return value;
}

static void need(struct reader *in, const char *field)
{
	if (in->st == RPV_OK && json_is_null(json_object_get(in->r->json, field)))
		in->st = rpv__io_bad(in->r, field, "is required");
	else if (in->st == RPV_OK)
		in->st = rpv__io_need(in->r, field, json_object_get(in->r->json, field));
}

static void number(struct reader *in, const char *field, double *out)
{
	if (in->st == RPV_OK)
		in->st = rpv__io_number(in->r, field, out);
}

/* Words of a vocabulary of at most 32, as bits. */
static void bits_of(struct reader *in, const char *field, rpv_vocabulary vocabulary, const char *problem, uint32_t *out)
{
	const char *const *words = NULL;
	size_t n = 0;
	texts(in, field, &words, &n);
	for (size_t i = 0; in->st == RPV_OK && i < n; i++) {
		int32_t value;
		if (rpv_word_value(vocabulary, words[i], &value) == RPV_OK)
			*out |= 1u << value;
		else
			in->st = rpv__io_bad(in->r, field, problem);
	}
}

static void read_baseline(struct reader *in, rpv_exception *x)
{
	rpv_baseline *b = &x->baseline;
	count(in, "filed_high_value", &b->high_value);
	count(in, "filed_internet_facing", &b->internet_facing);
	count(in, "scope_low", &b->scope_devices[0]);
	count(in, "scope_normal", &b->scope_devices[1]);
	count(in, "scope_high", &b->scope_devices[2]);
	b->severity = (rpv_severity)word(in, "filed_severity", RPV_WORDS_SEVERITY, RPV_SEVERITY_UNCHANGED);
	b->exploit = (rpv_exploit)word(in, "filed_exploit", RPV_WORDS_EXPLOIT, RPV_EXPLOIT_UNCHANGED);
	b->epss = -1;
	number(in, "filed_epss", &b->epss);
	text(in, "filed_epss_weakness", &b->epss_weakness);
	yes(in, "filed_known_exploited", &b->known_exploited);
	yes(in, "filed_fix_available", &b->fix_available);
	yes(in, "filed_end_of_support", &b->end_of_support);
	b->base_exposure = x->filed_exposure;
	number(in, "base_exposure", &b->base_exposure);
	b->base_epss = b->base_doubling = b->epss;
	number(in, "base_epss", &b->base_epss);
	number(in, "base_doubling", &b->base_doubling);
	bits_of(in, "warned", RPV_WORDS_TRIGGER, "names no trigger", &b->warned);
}

/* At most as many as there is room for; one more is enough to be refused. */
static void read_firings(struct reader *in, rpv_firing *out, size_t room, size_t *found)
{
	const json_t *items = json_object_get(in->r->json, "firings");
	*found = 0;
	if (in->st == RPV_OK && items != NULL && !json_is_null(items) && !json_is_array(items))
		in->st = rpv__io_bad(in->r, "firings", "must be an array of objects");
	for (size_t i = 0; in->st == RPV_OK && i < json_array_size(items) && *found < room; i++) {
		rpv_firing *f = &out[(*found)++];
		rpv__io_record item = { .json = json_array_get(items, i), .where = in->r->where, .error = in->r->error };
		struct reader of = { &item, RPV_OK };
		need(&of, "trigger");
		f->trigger = (rpv_trigger)word(&of, "trigger", RPV_WORDS_TRIGGER, 0);
		yes(&of, "voided", &f->voided);
		when(&of, "time", &f->time_ms);
		text(&of, "weakness", &f->weakness);
		text(&of, "control", &f->control);
		number(&of, "frozen", &f->frozen);
		number(&of, "now", &f->now);
		number(&of, "threshold", &f->threshold);
		in->st = of.st;
	}
}

static rpv_status apply_exception(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_exception x = { 0 };
	rpv_firing firings[32] = { { 0 } };
	struct reader in = { r, RPV_OK };
	need(&in, "id");
	text(&in, "id", &x.id);
	text(&in, "recommendation", &x.recommendation);
	text(&in, "weakness", &x.weakness);
	text(&in, "context", &x.context);
	text(&in, "requester", &x.requester);
	text(&in, "approver", &x.approver);
	text(&in, "status_reason", &x.status_reason);
	text(&in, "ticket", &x.ticket);
	text(&in, "predecessor", &x.predecessor);
	text(&in, "successor", &x.successor);
	texts(&in, "groups", &x.groups, &x.group_count);
	texts(&in, "canceled_groups", &x.canceled_groups, &x.canceled_group_count);
	texts(&in, "devices", &x.devices, &x.device_count);
	texts(&in, "controls", &x.controls, &x.control_count);
	texts(&in, "evidence", &x.evidence, &x.evidence_count);
	when(&in, "filed", &x.filed_ms);
	when(&in, "start", &x.start_ms);
	when(&in, "end", &x.end_ms);
	when(&in, "ended", &x.ended_ms);
	when(&in, "approve_by", &x.approve_by_ms);
	when(&in, "approved", &x.approved_ms);
	yes(&in, "supersede", &x.supersede);
	count(&in, "filed_devices", &x.filed_devices);
	count(&in, "filed_groups", &x.filed_groups);
	count(&in, "filed_weaknesses", &x.filed_weaknesses);
	number(&in, "filed_exposure", &x.filed_exposure);
	read_baseline(&in, &x);
	bits_of(&in, "watch", RPV_WORDS_WATCH, "names no watch list", &x.watch);
	bits_of(&in, "watch_told", RPV_WORDS_WATCH, "names no watch list", &x.watch_told);
	read_firings(&in, firings, sizeof(firings) / sizeof(*firings), &x.firing_count);
	x.firings = firings;
	x.justification = (rpv_justification)word(&in, "justification", RPV_WORDS_JUSTIFICATION, RPV_JUSTIFICATION_NONE);
	x.impact = (rpv_impact)word(&in, "impact", RPV_WORDS_IMPACT, RPV_IMPACT_DEFAULT);
	x.scope = (rpv_scope)word(&in, "scope", RPV_WORDS_SCOPE, RPV_SCOPE_GLOBAL);
	x.status = (rpv_exception_status)word(&in, "status", RPV_WORDS_EXCEPTION_STATUS, RPV_EXCEPTION_IN_EFFECT);
	yes(&in, "all_groups", &x.all_groups);
	return in.st == RPV_OK ? rpv__io_added(w, rpv_batch_restore_exception(w->batch, &x), &r->where) : in.st;
}

static rpv_status read_remediation(rpv__io_record *r, rpv_remediation *x)
{
	struct reader in = { r, RPV_OK };
	need(&in, "id");
	text(&in, "id", &x->id);
	text(&in, "recommendation", &x->recommendation);
	text(&in, "requester", &x->requester);
	text(&in, "completed_by", &x->completed_by);
	text(&in, "reason", &x->reason);
	text(&in, "notes", &x->notes);
	text(&in, "connector", &x->connector);
	texts(&in, "groups", &x->groups, &x->group_count);
	when(&in, "requested", &x->requested_ms);
	when(&in, "due", &x->due_ms);
	when(&in, "ended", &x->ended_ms);
	count(&in, "targets", &x->targets);
	count(&in, "fixed", &x->fixed);
	x->status = (rpv_remediation_status)word(&in, "status", RPV_WORDS_REMEDIATION_STATUS, RPV_REMEDIATION_ACTIVE);
	x->kind = (rpv_remediation_kind)word(&in, "kind", RPV_WORDS_REMEDIATION_KIND, RPV_REMEDIATION_DEFAULT);
	x->priority = (rpv_priority)word(&in, "priority", RPV_WORDS_PRIORITY, RPV_PRIORITY_MEDIUM);
	x->ticket = (rpv_ticket_status)word(&in, "ticket_status", RPV_WORDS_TICKET_STATUS, RPV_TICKET_NONE);
	yes(&in, "only_without_user_impact", &x->only_without_user_impact);
	return in.st;
}

static rpv_status read_target(rpv__io_record *r, rpv_target *x)
{
	struct reader in = { r, RPV_OK };
	need(&in, "device");
	text(&in, "device", &x->device);
	text(&in, "group", &x->group);
	texts(&in, "weaknesses", &x->weaknesses, &x->weakness_count);
	yes(&in, "fixed", &x->fixed);
	yes(&in, "gone", &x->gone);
	return in.st;
}

static rpv_status apply_event(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_event x = { 0 };
	struct reader in = { r, RPV_OK };
	const char *name;
	const json_t *groups = json_object_get(r->json, "groups");
	rpv_group_count *counts = calloc(json_object_size(groups) + 1, sizeof(*counts));
	json_t *value;
	if (counts == NULL)
		return rpv__io_nomem(r->error);
	need(&in, "event");
	x.type = (rpv_event_type)word(&in, "event", RPV_WORDS_EVENT_TYPE, RPV_EVENT_NONE);
	count(&in, "sequence", &x.sequence);
	when(&in, "time", &x.time_ms);
	when(&in, "commit", &x.commit_ms);
	text(&in, "actor", &x.actor);
	text(&in, "recommendation", &x.recommendation);
	text(&in, "weakness", &x.weakness);
	text(&in, "device", &x.device);
	text(&in, "group", &x.group);
	text(&in, "control", &x.control);
	text(&in, "exception", &x.exception);
	text(&in, "remediation", &x.remediation);
	text(&in, "before", &x.before);
	text(&in, "after", &x.after);
	text(&in, "reason", &x.reason);
	text(&in, "trigger", &x.trigger);
	text(&in, "threshold", &x.threshold);
	text(&in, "policy", &x.policy);
	count(&in, "count", &x.count);
	json_object_foreach((json_t *)(uintptr_t)groups, name, value)
	{
		counts[x.group_count].group = name;
		counts[x.group_count++].count = (uint64_t)json_integer_value(value);
	}
	x.groups = counts;
	if (x.commit_ms == 0)
		x.commit_ms = x.time_ms;
	if (in.st == RPV_OK)
		in.st = rpv__io_added(w, rpv_batch_restore_event(w->batch, &x), &r->where);
	free(counts);
	return in.st;
}

static rpv_status apply_score(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_score_point x = { .score = &score };
	struct reader in = { r, RPV_OK };
	const char *digest = NULL;
	char *end = NULL;
	need(&in, "engine");
	need(&in, "time");
	text(&in, "engine", &x.engine);
	text(&in, "group", &x.group);
	text(&in, "digest", &digest);
	when(&in, "time", &score.time_ms);
	count(&in, "devices", &score.devices);
	score.level = (rpv_level)word(&in, "level", RPV_WORDS_LEVEL, RPV_LEVEL_LOW);
	for (size_t i = 0; i < RPV__IO_FIGURES; i++)
		number(&in, rpv__io_figures[i].field, rpv__io_figure(&score, i));
	if (digest != NULL) {
		x.digest = strtoull(digest, &end, 16);
		if (strlen(digest) != 16 || *end != '\0' || strspn(digest, "0123456789abcdef") != 16)
			return in.st == RPV_OK ? rpv__io_bad(r, "digest", "is no digest of a model") : in.st;
	}
	return in.st == RPV_OK ? rpv__io_added(w, rpv_batch_restore_score(w->batch, &x), &r->where) : in.st;
}

/* What is one record each. */
static rpv__io_apply apply_of(rpv__io_type type)
{
	switch (type) {
	case RPV__IO_EXCEPTION: return apply_exception;
	case RPV__IO_EVENT: return apply_event;
	case RPV__IO_SCORE: return apply_score;
	default: return NULL;
	}
}

/* An activity with its targets: the first of the bundle, and all others. */
static rpv_status fill_remediation(rpv__io_unit *unit, rpv__io_writer *w)
{
	rpv__io_bundle *b = (rpv__io_bundle *)unit;
	rpv__io_record *records = calloc(b->count, sizeof(*records));
	rpv_target *targets = calloc(b->count, sizeof(*targets));
	rpv_remediation x = { 0 };
	rpv_status st = records != NULL && targets != NULL ? RPV_OK : rpv__io_nomem(w->error);
	for (size_t i = 0; i < b->count && st == RPV_OK; i++) {
		records[i] = (rpv__io_record){ .json = b->items[i].json, .where = b->items[i].where, .error = w->error };
		st = i == 0 ? read_remediation(&records[0], &x) : read_target(&records[i], &targets[i - 1]);
	}
	if (st == RPV_OK)
		st = rpv__io_added(w, rpv_batch_restore_remediation(w->batch, &x, targets, b->count - 1), &unit->where);
	for (size_t i = 0; records != NULL && i < b->count; i++)
		rpv__io_record_done(&records[i]);
	free(records);
	free(targets);
	return st;
}

static const rpv__io_unit_kind remediation_kind = { fill_remediation, rpv__io_bundle_free };

/* What the texts lie in is kept until the import ends. */
static void policies(struct reader *in, rpv__io_native_state *s)
{
	json_t *values = json_object_get(in->r->json, "policies"), *value;
	const char *name;
	if (in->st != RPV_OK || values == NULL || json_is_null(values))
		return;
	if (!json_is_object(values) || s->policies != NULL) {
		in->st = rpv__io_bad(in->r, "policies", "must be one object");
		return;
	}
	s->changes = calloc(json_object_size(values) + 1, sizeof(*s->changes));
	if (s->changes == NULL) {
		in->st = rpv__io_nomem(in->r->error);
		return;
	}
	s->policies = json_incref(values);
	json_object_foreach(values, name, value)
	{
		if (!json_is_string(value))
			in->st = rpv__io_bad(in->r, "policies", "must hold texts");
		s->changes[s->store.policy_count++] = (rpv_policy_change){ name, json_string_value(value) };
	}
	s->store.policies = s->changes;
}

rpv_status rpv__io_restore_store(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	struct reader in = { r, RPV_OK };
	uint64_t format = 0;
	s->store.struct_size = sizeof(s->store);
	need(&in, "format");
	count(&in, "format", &format);
	when(&in, "time", &s->store.mark_ms);
	count(&in, "sequence", &s->store.sequence);
	count(&in, "next_exception", &s->store.next_exception);
	count(&in, "next_remediation", &s->store.next_remediation);
	count(&in, "policy_revision", &s->store.policy_revision);
	policies(&in, s);
	if (in.st == RPV_OK && format != BACKUP_FORMAT) {
		rpv__io_bad(r, "format", "this backup was written by another version of the library");
		in.st = r->error->status = RPV_E_VERSION;
	}
	import->restore = in.st == RPV_OK;
	import->result.restored = in.st == RPV_OK;
	return in.st;
}

static rpv_status check_target(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	const char *of = NULL;
	rpv_target target = { 0 };
	rpv_status st = rpv__io_id(r, "remediation", &of);
	if (st == RPV_OK && (of == NULL || strcmp(of, s->last_remediation) != 0))
		st = rpv__io_bad(r, "remediation", "must be that of the record before");
	return st == RPV_OK ? read_target(r, &target) : st;
}

static rpv_status check_remediation(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	rpv_remediation x = { 0 };
	rpv_status st = read_remediation(r, &x);
	if (st == RPV_OK && strlen(x.id) > RPV_ID_MAX)
		st = rpv__io_bad(r, "id", "is too long");
	if (st == RPV_OK)
		snprintf(s->last_remediation, sizeof(s->last_remediation), "%s", x.id);
	return st;
}

rpv_status rpv__io_restore_check(rpv__io_import *import, rpv__io_record *r, rpv__io_type type)
{
	rpv__io_native_state *s = import->state;
	rpv_status st;
	if (!import->restore)
		return rpv__io_bad(r, "type", "can only be restored, from a backup that begins with the store itself");
	if (type == RPV__IO_TARGET)
		return check_target(import, r);
	if (type == RPV__IO_REMEDIATION) {
		import->result.remediations++;
		return check_remediation(import, r);
	}
	s->last_remediation[0] = '\0';
	st = rpv__io_try(import, apply_of(type), r);
	import->result.scores += st == RPV_OK && type == RPV__IO_SCORE;
	import->result.exceptions += st == RPV_OK && type == RPV__IO_EXCEPTION;
	import->result.events += st == RPV_OK && type == RPV__IO_EVENT;
	return st;
}

rpv_status rpv__io_restore_flush(rpv__io_import *import)
{
	rpv__io_native_state *s = import->state;
	rpv__io_bundle *b = s->remediation;
	s->remediation = NULL;
	return b != NULL ? rpv__io_enqueue(import, &b->unit, NULL, 0) : RPV_OK;
}

rpv_status rpv__io_restore_take(rpv__io_import *import, rpv__io_record *r, rpv__io_type type)
{
	rpv__io_native_state *s = import->state;
	rpv_status st = type == RPV__IO_TARGET ? RPV_OK : rpv__io_restore_flush(import);
	if (st != RPV_OK)
		return st;
	if (apply_of(type) != NULL)
		return rpv__io_enqueue_record(import, apply_of(type), r);
	if (type == RPV__IO_REMEDIATION)
		s->remediation = rpv__io_bundle_new(&remediation_kind, &r->where);
	if (s->remediation == NULL || !rpv__io_bundle_add(s->remediation, r->json, &r->where, r->size))
		return rpv__io_nomem(import->error);
	return RPV_OK;
}
