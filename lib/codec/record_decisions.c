/* SPDX-License-Identifier: MIT */
/* Bytes of decisions: what an exception covers and says, remediation activities and their targets. */
#include "keys.h"
#include "parts.h"

static uint8_t read_flags(rpv__reader *r, uint8_t known)
{
	uint8_t flags = rpv__read_u8(r);
	if (flags & ~known)
		r->bad = true;
	return flags;
}

enum { NEWEST = 2 };

/* --- U --- */
static void put_baseline(rpv__buf *b, const rpv__baseline *r)
{
	const uint64_t numbers[] = { r->devices, r->high_value, r->internet_facing, r->groups, r->weaknesses,
	                             r->scope_devices[0], r->scope_devices[1], r->scope_devices[2] };
	for (size_t i = 0; i < RPV__COUNT(numbers); i++)
		rpv__buf_uint(b, numbers[i]);
	rpv__buf_int(b, r->exposure);
	rpv__buf_u8(b, r->severity);
	rpv__buf_u8(b, r->exploit);
	rpv__buf_uint(b, r->epss);
	rpv__buf_uint(b, r->flags);
	rpv__buf_uint(b, r->epoch);
	rpv__buf_uint(b, r->epss_weakness);
	rpv__buf_int(b, r->base_exposure);
	rpv__buf_uint(b, r->base_epss);
	rpv__buf_uint(b, r->base_doubling);
}

static void read_baseline(rpv__reader *in, uint8_t version, rpv__baseline *r)
{
	uint64_t *numbers[] = { &r->devices, &r->high_value, &r->internet_facing, &r->groups, &r->weaknesses,
	                        &r->scope_devices[0], &r->scope_devices[1], &r->scope_devices[2] };
	for (size_t i = 0; i < RPV__COUNT(numbers); i++)
		*numbers[i] = rpv__read_uint(in);
	r->exposure = rpv__read_int(in);
	r->severity = rpv__read_u8(in);
	r->exploit = rpv__read_u8(in);
	r->epss = rpv__read_u32(in);
	r->flags = rpv__read_u32(in);
	r->epoch = rpv__read_uint(in);
	if (version == 1) {
		r->base_exposure = r->exposure;
		r->base_epss = r->base_doubling = r->epss;
		return;
	}
	r->epss_weakness = rpv__read_u32(in);
	r->base_exposure = rpv__read_int(in);
	r->base_epss = rpv__read_u32(in);
	r->base_doubling = rpv__read_u32(in);
}

enum { PENDING = 1, ALL_GROUPS = 2, SUPERSEDE = 4, COUNTED = 8, LISTED = 16 };

void rpv__put_cover(rpv__buf *b, const rpv__cover *r)
{
	rpv__buf_u8(b, NEWEST);
	rpv__buf_u8(b, (uint8_t)((r->pending ? PENDING : 0) | (r->all_groups ? ALL_GROUPS : 0) |
	                     (r->supersede ? SUPERSEDE : 0) | (r->counted ? COUNTED : 0) |
	                     (r->listed ? LISTED : 0)));
	const int64_t times[] = { r->filed_ms, r->start_ms, r->end_ms, r->ended_ms, r->approve_by_ms, r->approved_ms,
	                          r->stale_ms };
	for (size_t i = 0; i < RPV__COUNT(times); i++)
		rpv__put_time(b, times[i]);
	rpv__buf_uint(b, (uint64_t)r->ending);
	rpv__buf_uint(b, (uint64_t)r->justification);
	rpv__buf_uint(b, (uint64_t)r->impact);
	rpv__buf_uint(b, (uint64_t)r->scope);
	rpv__put_numbers(b, r->groups, r->group_count);
	rpv__put_numbers(b, r->devices, r->device_count);
	rpv__buf_uint(b, r->predecessor);
	rpv__buf_uint(b, r->successor);
	rpv__put_numbers(b, r->controls, r->control_count);
	rpv__buf_uint(b, r->fired);
	put_baseline(b, &r->baseline);
	rpv__put_time(b, r->stale_warn_ms);
	rpv__buf_uint(b, r->requester);
	rpv__buf_uint(b, r->watch);
	rpv__buf_uint(b, r->renewal);
}

bool rpv__get_cover(rpv_bytes key, rpv_bytes v, rpv__arena *into, rpv__cover *r)
{
	uint8_t version;
	rpv__reader in = rpv__open_version(v, NEWEST, &version);
	rpv__cover got = { 0 };
	if (!rpv__key_is_cover(key, &got.recommendation, &got.weakness, &got.exception))
		return false;
	uint8_t flags = read_flags(&in, version == 1 ? PENDING | ALL_GROUPS
	                                             : PENDING | ALL_GROUPS | SUPERSEDE | COUNTED | LISTED);
	got.pending = flags & PENDING;
	got.all_groups = flags & ALL_GROUPS;
	got.supersede = flags & SUPERSEDE;
	got.counted = flags & COUNTED;
	got.listed = flags & LISTED;
	int64_t *times[] = { &got.filed_ms, &got.start_ms, &got.end_ms, &got.ended_ms, &got.approve_by_ms,
	                     &got.approved_ms, &got.stale_ms };
	for (size_t i = 0; i < RPV__COUNT(times); i++)
		*times[i] = rpv__read_time(&in);
	got.ending = (rpv__ending)rpv__read_uint_max(&in, RPV__ENDED_SUPERSEDED);
	got.justification = (rpv_justification)rpv__read_uint_max(&in, RPV_JUSTIFICATION_FALSE_POSITIVE);
	got.impact = (rpv_impact)rpv__read_uint_max(&in, RPV_IMPACT_HYBRID);
	got.scope = (rpv_scope)rpv__read_uint_max(&in, RPV_SCOPE_DEVICES);
	got.groups = rpv__read_numbers(&in, into, 0, &got.group_count);
	got.devices = rpv__read_numbers(&in, into, 0, &got.device_count);
	got.predecessor = rpv__read_uint(&in);
	got.successor = rpv__read_uint(&in);
	got.controls = rpv__read_numbers(&in, into, 0, &got.control_count);
	got.fired = rpv__read_u32(&in);
	read_baseline(&in, version, &got.baseline);
	if (version > 1) {
		got.stale_warn_ms = rpv__read_time(&in);
		got.requester = rpv__read_u32(&in);
		got.watch = rpv__read_u32(&in);
		got.renewal = rpv__read_uint(&in);
	}
	if (!rpv__reader_done(&in) || got.justification == RPV_JUSTIFICATION_NONE || got.impact == RPV_IMPACT_DEFAULT ||
	    got.scope == RPV_SCOPE_ALL_GROUPS || (got.watch & ~RPV__WATCH_BITS))
		return false;
	*r = got;
	return true;
}

/* --- K --- */
void rpv__put_budget_sum(rpv__buf *b, const rpv__budget_sum *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->units.hi);
	rpv__buf_uint(b, r->units.lo);
	rpv__buf_uint(b, r->count);
}

bool rpv__get_budget_sum(rpv_bytes v, rpv__budget_sum *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__budget_sum got;
	got.units.hi = rpv__read_uint(&in);
	got.units.lo = rpv__read_uint(&in);
	got.count = rpv__read_uint(&in);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- X --- */
static void put_firings(rpv__buf *b, const rpv__firing *firings, size_t count)
{
	rpv__buf_uint(b, count);
	for (size_t i = 0; i < count; i++) {
		const rpv__firing *f = &firings[i];
		rpv__buf_uint(b, (uint64_t)f->trigger);
		rpv__buf_u8(b, f->voided);
		rpv__put_time(b, f->time_ms);
		rpv__buf_uint(b, f->weakness);
		rpv__buf_int(b, f->frozen);
		rpv__buf_int(b, f->now);
		rpv__buf_int(b, f->threshold);
		rpv__buf_uint(b, f->control);
	}
}

static const rpv__firing *read_firings(rpv__reader *in, rpv__arena *into, size_t *count)
{
	*count = (size_t)rpv__read_uint_max(in, rpv__left(in) / 8); /* each takes eight bytes at least */
	rpv__firing *firings = *count ? rpv__read_room(in, into, *count, sizeof *firings) : NULL;
	for (size_t i = 0; firings && i < *count; i++) {
		rpv__firing *f = &firings[i];
		f->trigger = (rpv_trigger)rpv__read_uint_max(in, RPV_TRIGGER_CONTROL_STALE);
		f->voided = read_flags(in, 1);
		f->time_ms = rpv__read_time(in);
		f->weakness = rpv__read_u32(in);
		f->frozen = rpv__read_int(in);
		f->now = rpv__read_int(in);
		f->threshold = rpv__read_int(in);
		f->control = rpv__read_u32(in);
	}
	return firings;
}

void rpv__put_exception(rpv__buf *b, const rpv__exception *r)
{
	rpv__buf_u8(b, NEWEST);
	rpv__buf_uint(b, r->recommendation);
	rpv__buf_uint(b, r->weakness);
	const char *texts[] = { r->context, r->requester, r->approver, r->status_reason, r->ticket, r->author };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	rpv__put_time(b, r->authored_ms);
	rpv__put_texts(b, &r->evidence);
	rpv__put_numbers(b, r->canceled_groups, r->canceled_group_count);
	put_firings(b, r->firings, r->firing_count);
}

bool rpv__get_exception(rpv_bytes v, rpv__arena *into, rpv__exception *r)
{
	uint8_t version;
	rpv__reader in = rpv__open_version(v, NEWEST, &version);
	rpv__exception got = { 0 };
	got.recommendation = rpv__read_u32(&in);
	got.weakness = rpv__read_u32(&in);
	const char **texts[] = { &got.context, &got.requester, &got.approver, &got.status_reason, &got.ticket,
	                         &got.author };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	got.authored_ms = rpv__read_time(&in);
	got.evidence = rpv__read_texts(&in, into);
	got.canceled_groups = rpv__read_numbers(&in, into, 0, &got.canceled_group_count);
	if (version > 1)
		got.firings = read_firings(&in, into, &got.firing_count);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- M --- */
static bool status_ok(rpv_remediation_status status)
{
	return status == RPV_REMEDIATION_ACTIVE || status == RPV_REMEDIATION_COMPLETED ||
	       status == RPV_REMEDIATION_CANCELED;
}

void rpv__put_activity(rpv__buf *b, const rpv__activity *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->recommendation);
	rpv__buf_uint(b, (uint64_t)r->kind);
	rpv__buf_uint(b, (uint64_t)r->priority);
	rpv__buf_uint(b, (uint64_t)r->status);
	rpv__buf_u8(b, r->only_without_user_impact);
	rpv__put_time(b, r->requested_ms);
	rpv__put_time(b, r->due_ms);
	rpv__put_time(b, r->ended_ms);
	const char *texts[] = { r->requester, r->notes, r->ended_by, r->reason, r->connector };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	rpv__buf_uint(b, (uint64_t)r->ticket);
	rpv__put_numbers(b, r->groups, r->group_count);
	rpv__buf_uint(b, r->targets);
	rpv__buf_uint(b, r->fixed);
	rpv__buf_uint(b, r->requested_targets);
}

bool rpv__get_activity(rpv_bytes v, rpv__arena *into, rpv__activity *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__activity got = { 0 };
	got.recommendation = rpv__read_u32(&in);
	got.kind = (rpv_remediation_kind)rpv__read_uint_max(&in, RPV_REMEDIATION_ATTENTION_REQUIRED);
	got.priority = (rpv_priority)rpv__read_uint_max(&in, RPV_PRIORITY_HIGH);
	got.status = (rpv_remediation_status)rpv__read_uint_max(&in, RPV_REMEDIATION_CANCELED);
	got.only_without_user_impact = read_flags(&in, 1);
	got.requested_ms = rpv__read_time(&in);
	got.due_ms = rpv__read_time(&in);
	got.ended_ms = rpv__read_time(&in);
	const char **texts[] = { &got.requester, &got.notes, &got.ended_by, &got.reason, &got.connector };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	got.ticket = (rpv_ticket_status)rpv__read_uint_max(&in, RPV_TICKET_REJECTED);
	got.groups = rpv__read_numbers(&in, into, 0, &got.group_count);
	got.targets = rpv__read_uint(&in);
	got.fixed = rpv__read_uint(&in);
	got.requested_targets = rpv__read_uint(&in);
	if (!rpv__reader_done(&in) || !status_ok(got.status))
		return false;
	*r = got;
	return true;
}

/* --- t --- */
enum { FIXED = 1, GONE = 2 };

void rpv__put_target(rpv__buf *b, const rpv__target *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_u8(b, (uint8_t)((r->fixed ? FIXED : 0) | (r->gone ? GONE : 0)));
	rpv__buf_uint(b, r->variant);
	rpv__buf_uint(b, r->group);
}

bool rpv__get_target(rpv_bytes v, rpv__target *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__target got = { 0 };
	uint8_t flags = read_flags(&in, FIXED | GONE);
	got.fixed = flags & FIXED;
	got.gone = flags & GONE;
	got.variant = rpv__read_u32(&in);
	got.group = rpv__read_u32(&in);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}
