/* SPDX-License-Identifier: MIT */
/* Backups: decisions and history. */
#include "ndjson.h"
#include <string.h>

static const void *exception_at(const rpv_list *list, size_t i) { return rpv_exception_at(list, i); }
static const void *remediation_at(const rpv_list *list, size_t i) { return rpv_remediation_at(list, i); }
static const void *target_at(const rpv_list *list, size_t i) { return rpv_target_at(list, i); }
static const void *event_at(const rpv_list *list, size_t i) { return rpv_event_at(list, i); }

/* How it ended, if a decision ended it: all other statuses follow from the dates. A control that went stale since the
 * last commit is none: nothing is written down of it yet. */
static bool decided(const rpv__io_line *out, const rpv_exception *x)
{
	rpv_exception_status status = x->status;
	return status == RPV_EXCEPTION_PENDING_APPROVAL || status == RPV_EXCEPTION_CANCELED ||
	       (status == RPV_EXCEPTION_RESURFACED && x->ended_ms <= out->mark_ms) || status == RPV_EXCEPTION_REJECTED ||
	       status == RPV_EXCEPTION_SUPERSEDED;
}

/* What is not what it would be without being said is said. */
static void write_baseline(rpv__io_line *out, const rpv_exception *x)
{
	const rpv_baseline *b = &x->baseline;
	const char *warned[32];
	size_t count = 0;
	for (int32_t i = 0; i < 32; i++)
		if (b->warned >> i & 1)
			warned[count++] = rpv_word(RPV_WORDS_TRIGGER, i);
	rpv__io_put_some(out, "filed_high_value", b->high_value);
	rpv__io_put_some(out, "filed_internet_facing", b->internet_facing);
	rpv__io_put_some(out, "scope_low", b->scope_devices[0]);
	rpv__io_put_some(out, "scope_normal", b->scope_devices[1]);
	rpv__io_put_some(out, "scope_high", b->scope_devices[2]);
	rpv__io_put_word(out, "filed_severity", RPV_WORDS_SEVERITY, b->severity);
	rpv__io_put_word(out, "filed_exploit", RPV_WORDS_EXPLOIT, b->exploit);
	if (b->epss >= 0)
		rpv__io_put_number(out, "filed_epss", b->epss);
	rpv__io_put_text(out, "filed_epss_weakness", b->epss_weakness);
	rpv__io_put_yes(out, "filed_known_exploited", b->known_exploited);
	rpv__io_put_yes(out, "filed_fix_available", b->fix_available);
	rpv__io_put_yes(out, "filed_end_of_support", b->end_of_support);
	if (b->base_exposure != x->filed_exposure)
		rpv__io_put_number(out, "base_exposure", b->base_exposure);
	if (b->base_epss != b->epss)
		rpv__io_put_number(out, "base_epss", b->base_epss);
	if (b->base_doubling != b->epss)
		rpv__io_put_number(out, "base_doubling", b->base_doubling);
	rpv__io_put_texts(out, "warned", warned, count);
}

static void write_watch(rpv__io_line *out, const char *field, uint32_t bits)
{
	const char *words[32];
	size_t count = 0;
	for (int32_t i = 0; i < 32; i++)
		if (bits >> i & 1)
			words[count++] = rpv_word(RPV_WORDS_WATCH, i);
	rpv__io_put_texts(out, field, words, count);
}

static rpv_status write_firings(rpv__io_line *out, const rpv_exception *x)
{
	size_t count = x->firing_count;
	while (count > 0 && x->firings[count - 1].time_ms > out->mark_ms)
		count--;                           /* the clock's: not written down yet */
	for (size_t i = 0; i < count; i++) {
		const rpv_firing *f = &x->firings[i];
		rpv__io_item_begin(out, i == 0 ? "firings" : NULL, "trigger", rpv_word(RPV_WORDS_TRIGGER, f->trigger));
		rpv__io_put_yes(out, "voided", f->voided);
		rpv__io_put_time(out, "time", f->time_ms);
		rpv__io_put_text(out, "weakness", f->weakness);
		rpv__io_put_text(out, "control", f->control);
		rpv__io_put_number(out, "frozen", f->frozen);
		rpv__io_put_number(out, "now", f->now);
		rpv__io_put_number(out, "threshold", f->threshold);
		rpv__io_item_end(out, i + 1 == count);
	}
	return rpv__io_line_end(out);
}

static rpv_status write_exception(rpv__io_line *out, const void *row)
{
	const rpv_exception *x = row;
	rpv__io_line_begin(out, "exception");
	rpv__io_put_text(out, "id", x->id);
	rpv__io_put_text(out, "recommendation", x->recommendation);
	rpv__io_put_text(out, "weakness", x->weakness);
	rpv__io_put_word(out, "scope", RPV_WORDS_SCOPE, x->scope);
	rpv__io_put_yes(out, "all_groups", x->all_groups);
	rpv__io_put_sorted(out, "groups", x->groups, x->group_count);
	rpv__io_put_sorted(out, "canceled_groups", x->canceled_groups, x->canceled_group_count);
	rpv__io_put_sorted(out, "devices", x->devices, x->device_count);
	rpv__io_put_texts(out, "controls", x->controls, x->control_count);
	rpv__io_put_word(out, "justification", RPV_WORDS_JUSTIFICATION, x->justification);
	rpv__io_put_word(out, "impact", RPV_WORDS_IMPACT, x->impact);
	rpv__io_put_text(out, "context", x->context);
	rpv__io_put_text(out, "requester", x->requester);
	rpv__io_put_text(out, "approver", x->approver);
	rpv__io_put_text(out, "ticket", x->ticket);
	rpv__io_put_texts(out, "evidence", x->evidence, x->evidence_count);
	rpv__io_put_time(out, "filed", x->filed_ms);
	rpv__io_put_time(out, "start", x->start_ms);
	rpv__io_put_time(out, "end", x->end_ms);
	rpv__io_put_time(out, "approve_by", x->approve_by_ms);
	rpv__io_put_time(out, "approved", x->approved_ms);
	rpv__io_put_yes(out, "supersede", x->supersede);
	if (decided(out, x)) {
		rpv__io_put_word(out, "status", RPV_WORDS_EXCEPTION_STATUS, x->status);
		rpv__io_put_text(out, "status_reason", x->status_reason);
		rpv__io_put_time(out, "ended", x->ended_ms);
	}
	rpv__io_put_text(out, "predecessor", x->predecessor);
	rpv__io_put_text(out, "successor", x->successor);
	rpv__io_put_some(out, "filed_devices", x->filed_devices);
	rpv__io_put_some(out, "filed_groups", x->filed_groups);
	rpv__io_put_some(out, "filed_weaknesses", x->filed_weaknesses);
	if (x->filed_exposure > 0)
		rpv__io_put_number(out, "filed_exposure", x->filed_exposure);
	write_baseline(out, x);
	write_watch(out, "watch", x->watch);
	write_watch(out, "watch_told", x->watch_told);
	return write_firings(out, x);
}

rpv_status rpv__io_write_exceptions(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_exception_list(out->session, NULL, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, exception_at, NULL, write_exception);
}

static int by_device(const void *a, const void *b)
{
	const rpv_target *x = *(const void *const *)a, *y = *(const void *const *)b;
	return strcmp(x->device, y->device);
}

/* Of the activity whose line was written last. */
static rpv_status write_target(rpv__io_line *out, const void *row)
{
	const rpv_target *t = row;
	rpv__io_line_begin(out, "target");
	rpv__io_put_text(out, "remediation", out->remediation);
	rpv__io_put_text(out, "device", t->device);
	rpv__io_put_text(out, "group", t->group);
	rpv__io_put_texts(out, "weaknesses", t->weaknesses, t->weakness_count);
	rpv__io_put_yes(out, "fixed", t->fixed);
	rpv__io_put_yes(out, "gone", t->gone);
	return rpv__io_line_end(out);
}

static rpv_status write_remediation(rpv__io_line *out, const void *row)
{
	const rpv_remediation *x = row;
	rpv_list *list = NULL;
	rpv_status st;
	rpv__io_line_begin(out, "remediation");
	rpv__io_put_text(out, "id", x->id);
	rpv__io_put_text(out, "recommendation", x->recommendation);
	rpv__io_put_word(out, "kind", RPV_WORDS_REMEDIATION_KIND, x->kind);
	rpv__io_put_word(out, "status", RPV_WORDS_REMEDIATION_STATUS, x->status);
	rpv__io_put_word(out, "priority", RPV_WORDS_PRIORITY, x->priority);
	rpv__io_put_sorted(out, "groups", x->groups, x->group_count);
	rpv__io_put_text(out, "requester", x->requester);
	rpv__io_put_text(out, "completed_by", x->completed_by);
	rpv__io_put_text(out, "reason", x->reason);
	rpv__io_put_text(out, "notes", x->notes);
	rpv__io_put_text(out, "connector", x->connector);
	if (x->ticket != RPV_TICKET_NONE)
		rpv__io_put_word(out, "ticket_status", RPV_WORDS_TICKET_STATUS, x->ticket);
	rpv__io_put_time(out, "requested", x->requested_ms);
	rpv__io_put_time(out, "due", x->due_ms);
	rpv__io_put_time(out, "ended", x->ended_ms);
	rpv__io_put_yes(out, "only_without_user_impact", x->only_without_user_impact);
	rpv__io_put_count(out, "targets", x->targets);
	rpv__io_put_count(out, "fixed", x->fixed);
	st = rpv__io_line_end(out);
	if (st != RPV_OK)
		return st;
	if (rpv_target_list(out->session, x->id, &list) != RPV_OK)
		return rpv__io_line_core(out);
	out->remediation = x->id;
	return rpv__io_write_rows(out, list, target_at, by_device, write_target);
}

rpv_status rpv__io_write_remediations(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_remediation_list(out->session, NULL, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, remediation_at, NULL, write_remediation);
}

static rpv_status write_event(rpv__io_line *out, const void *row)
{
	const rpv_event *x = row;
	rpv__io_line_begin(out, "event");
	rpv__io_put_count(out, "sequence", x->sequence);
	rpv__io_put_word(out, "event", RPV_WORDS_EVENT_TYPE, x->type);
	rpv__io_put_time(out, "time", x->time_ms);
	if (x->commit_ms != x->time_ms)
		rpv__io_put_time(out, "commit", x->commit_ms);
	rpv__io_put_text(out, "actor", x->actor);
	rpv__io_put_text(out, "recommendation", x->recommendation);
	rpv__io_put_text(out, "weakness", x->weakness);
	rpv__io_put_text(out, "device", x->device);
	rpv__io_put_text(out, "group", x->group);
	rpv__io_put_text(out, "control", x->control);
	rpv__io_put_text(out, "exception", x->exception);
	rpv__io_put_text(out, "remediation", x->remediation);
	rpv__io_put_text(out, "before", x->before);
	rpv__io_put_text(out, "after", x->after);
	rpv__io_put_text(out, "reason", x->reason);
	rpv__io_put_text(out, "trigger", x->trigger);
	rpv__io_put_text(out, "threshold", x->threshold);
	rpv__io_put_text(out, "policy", x->policy);
	rpv__io_put_some(out, "count", x->count);
	rpv__io_put_counts(out, "groups", x->groups, x->group_count);
	return rpv__io_line_end(out);
}

rpv_status rpv__io_write_events(rpv__io_line *out)
{
	enum { PAGE = 10000 };
	rpv_event_query query = RPV_EVENT_QUERY_INIT;
	size_t count = PAGE;
	rpv_status st = RPV_OK;
	query.limit = PAGE;
	while (st == RPV_OK && count == PAGE) {
		rpv_list *list = NULL;
		if (rpv_event_list(out->session, &query, &list) != RPV_OK)
			return rpv__io_line_core(out);
		count = rpv_list_count(list);
		if (count > 0)
			query.since = rpv_event_at(list, count - 1)->sequence;
		st = rpv__io_write_rows(out, list, event_at, NULL, write_event);
	}
	return st;
}
