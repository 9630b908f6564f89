/* SPDX-License-Identifier: MIT */
/* Bytes of decisions: what an exception covers and says, remediation activities and their targets. */
#include "keys.h"
#include "records.h"

#define CODEC 1u
#define TIME_MAX UINT64_C(253402300799999) /* the end of the year 9999 */

static void put_time(rpv__buf *b, int64_t ms)
{
	rpv__buf_uint(b, ms < 0 ? 0 : (uint64_t)ms);
}

static int64_t read_time(rpv__reader *r)
{
	return (int64_t)rpv__read_uint_max(r, TIME_MAX);
}

static uint32_t read_u32(rpv__reader *r)
{
	return (uint32_t)rpv__read_uint_max(r, UINT32_MAX);
}

static void read_codec(rpv__reader *r)
{
	if (rpv__read_u8(r) != CODEC)
		r->bad = true;
}

static uint8_t read_flags(rpv__reader *r, uint8_t known)
{
	uint8_t flags = rpv__read_u8(r);
	if (flags & ~known)
		r->bad = true;
	return flags;
}

/* A count of things that take `size` bytes each at least: damaged bytes cannot ask for much memory. */
static size_t read_count(rpv__reader *r, size_t size)
{
	return (size_t)rpv__read_uint_max(r, (uint64_t)(r->end - r->at) / size);
}

/* Ascending numbers: the first, then how far each lies behind the one before, less 1. */
static void put_numbers(rpv__buf *b, const uint32_t *numbers, size_t count)
{
	rpv__buf_uint(b, count);
	for (size_t i = 0; i < count; i++)
		rpv__buf_uint(b, i ? numbers[i] - numbers[i - 1] - 1 : numbers[i]);
}

static const uint32_t *read_numbers(rpv__reader *r, rpv__arena *into, size_t *count)
{
	*count = read_count(r, 1);
	if (*count == 0)
		return NULL;
	uint32_t *numbers = rpv__arena_get(into, *count * sizeof *numbers);
	if (!numbers) {
		r->bad = true;
		return NULL;
	}
	uint64_t next = 0;
	for (size_t i = 0; i < *count; i++) {
		uint64_t number = next + rpv__read_uint_max(r, UINT32_MAX);
		if (number > UINT32_MAX)
			r->bad = true;
		numbers[i] = (uint32_t)number;
		next = number + 1;
	}
	return numbers;
}

static void put_texts(rpv__buf *b, const rpv__texts *texts)
{
	rpv__buf_uint(b, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		rpv__buf_text(b, texts->items[i]);
}

static rpv__texts read_texts(rpv__reader *r, rpv__arena *into)
{
	rpv__texts texts = { NULL, read_count(r, 1) };
	if (texts.count == 0)
		return texts;
	const char **items = rpv__arena_get(into, texts.count * sizeof *items);
	if (!items)
		r->bad = true;
	for (size_t i = 0; items && i < texts.count; i++) {
		items[i] = rpv__read_text(r, into);
		if (!items[i])
			r->bad = true;
	}
	texts.items = items;
	return texts;
}

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
}

static void read_baseline(rpv__reader *in, rpv__baseline *r)
{
	uint64_t *numbers[] = { &r->devices, &r->high_value, &r->internet_facing, &r->groups, &r->weaknesses,
	                        &r->scope_devices[0], &r->scope_devices[1], &r->scope_devices[2] };
	for (size_t i = 0; i < RPV__COUNT(numbers); i++)
		*numbers[i] = rpv__read_uint(in);
	r->exposure = rpv__read_int(in);
	r->severity = rpv__read_u8(in);
	r->exploit = rpv__read_u8(in);
	r->epss = read_u32(in);
	r->flags = read_u32(in);
	r->epoch = rpv__read_uint(in);
}

enum { PENDING = 1, ALL_GROUPS = 2 };

void rpv__put_cover(rpv__buf *b, const rpv__cover *r)
{
	rpv__buf_u8(b, CODEC);
	rpv__buf_u8(b, (uint8_t)((r->pending ? PENDING : 0) | (r->all_groups ? ALL_GROUPS : 0)));
	const int64_t times[] = { r->filed_ms, r->start_ms, r->end_ms, r->ended_ms, r->approve_by_ms, r->approved_ms,
	                          r->stale_ms };
	for (size_t i = 0; i < RPV__COUNT(times); i++)
		put_time(b, times[i]);
	rpv__buf_uint(b, (uint64_t)r->ending);
	rpv__buf_uint(b, (uint64_t)r->justification);
	rpv__buf_uint(b, (uint64_t)r->impact);
	rpv__buf_uint(b, (uint64_t)r->scope);
	put_numbers(b, r->groups, r->group_count);
	put_numbers(b, r->devices, r->device_count);
	rpv__buf_uint(b, r->predecessor);
	rpv__buf_uint(b, r->successor);
	put_numbers(b, r->controls, r->control_count);
	rpv__buf_uint(b, r->fired);
	put_baseline(b, &r->baseline);
}

bool rpv__get_cover(rpv_bytes key, rpv_bytes v, rpv__arena *into, rpv__cover *r)
{
	rpv__reader in = rpv__reader_of(v);
	rpv__cover got = { 0 };
	if (!rpv__key_is_cover(key, &got.recommendation, &got.weakness, &got.exception))
		return false;
	read_codec(&in);
	uint8_t flags = read_flags(&in, PENDING | ALL_GROUPS);
	got.pending = flags & PENDING;
	got.all_groups = flags & ALL_GROUPS;
	int64_t *times[] = { &got.filed_ms, &got.start_ms, &got.end_ms, &got.ended_ms, &got.approve_by_ms,
	                     &got.approved_ms, &got.stale_ms };
	for (size_t i = 0; i < RPV__COUNT(times); i++)
		*times[i] = read_time(&in);
	got.ending = (rpv__ending)rpv__read_uint_max(&in, RPV__ENDED_SUPERSEDED);
	got.justification = (rpv_justification)rpv__read_uint_max(&in, RPV_JUSTIFICATION_FALSE_POSITIVE);
	got.impact = (rpv_impact)rpv__read_uint_max(&in, RPV_IMPACT_HYBRID);
	got.scope = (rpv_scope)rpv__read_uint_max(&in, RPV_SCOPE_DEVICES);
	got.groups = read_numbers(&in, into, &got.group_count);
	got.devices = read_numbers(&in, into, &got.device_count);
	got.predecessor = rpv__read_uint(&in);
	got.successor = rpv__read_uint(&in);
	got.controls = read_numbers(&in, into, &got.control_count);
	got.fired = read_u32(&in);
	read_baseline(&in, &got.baseline);
	if (!rpv__reader_done(&in) || got.scope == RPV_SCOPE_ALL_GROUPS)
		return false;
	*r = got;
	return true;
}

/* --- X --- */
static void put_actions(rpv__buf *b, const rpv__exception *r)
{
	rpv__buf_uint(b, r->action_count);
	for (size_t i = 0; i < r->action_count; i++) {
		put_time(b, r->actions[i].time_ms);
		rpv__buf_text(b, r->actions[i].actor);
		rpv__buf_text(b, r->actions[i].what);
		rpv__buf_text(b, r->actions[i].reason);
		rpv__buf_uint(b, r->actions[i].group);
	}
}

static const rpv__action *read_actions(rpv__reader *in, rpv__arena *into, size_t *count)
{
	*count = read_count(in, 5);
	if (*count == 0)
		return NULL;
	rpv__action *actions = rpv__arena_get(into, *count * sizeof *actions);
	if (!actions) {
		in->bad = true;
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		actions[i].time_ms = read_time(in);
		actions[i].actor = rpv__read_text(in, into);
		actions[i].what = rpv__read_text(in, into);
		actions[i].reason = rpv__read_text(in, into);
		actions[i].group = read_u32(in);
	}
	return actions;
}

void rpv__put_exception(rpv__buf *b, const rpv__exception *r)
{
	rpv__buf_u8(b, CODEC);
	rpv__buf_uint(b, r->recommendation);
	rpv__buf_uint(b, r->weakness);
	const char *texts[] = { r->context, r->requester, r->approver, r->status_reason, r->ticket, r->author };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	put_time(b, r->authored_ms);
	put_texts(b, &r->evidence);
	put_numbers(b, r->canceled_groups, r->canceled_group_count);
	put_actions(b, r);
}

bool rpv__get_exception(rpv_bytes v, rpv__arena *into, rpv__exception *r)
{
	rpv__reader in = rpv__reader_of(v);
	rpv__exception got = { 0 };
	read_codec(&in);
	got.recommendation = read_u32(&in);
	got.weakness = read_u32(&in);
	const char **texts[] = { &got.context, &got.requester, &got.approver, &got.status_reason, &got.ticket,
	                         &got.author };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	got.authored_ms = read_time(&in);
	got.evidence = read_texts(&in, into);
	got.canceled_groups = read_numbers(&in, into, &got.canceled_group_count);
	got.actions = read_actions(&in, into, &got.action_count);
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
	rpv__buf_u8(b, CODEC);
	rpv__buf_uint(b, r->recommendation);
	rpv__buf_uint(b, (uint64_t)r->kind);
	rpv__buf_uint(b, (uint64_t)r->priority);
	rpv__buf_uint(b, (uint64_t)r->status);
	rpv__buf_u8(b, r->only_without_user_impact);
	put_time(b, r->requested_ms);
	put_time(b, r->due_ms);
	put_time(b, r->ended_ms);
	const char *texts[] = { r->requester, r->notes, r->ended_by, r->reason, r->connector };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	rpv__buf_uint(b, (uint64_t)r->ticket);
	put_numbers(b, r->groups, r->group_count);
	rpv__buf_uint(b, r->targets);
	rpv__buf_uint(b, r->fixed);
	rpv__buf_uint(b, r->requested_targets);
}

bool rpv__get_activity(rpv_bytes v, rpv__arena *into, rpv__activity *r)
{
	rpv__reader in = rpv__reader_of(v);
	rpv__activity got = { 0 };
	read_codec(&in);
	got.recommendation = read_u32(&in);
	got.kind = (rpv_remediation_kind)rpv__read_uint_max(&in, RPV_REMEDIATION_ATTENTION_REQUIRED);
	got.priority = (rpv_priority)rpv__read_uint_max(&in, RPV_PRIORITY_HIGH);
	got.status = (rpv_remediation_status)rpv__read_uint_max(&in, RPV_REMEDIATION_CANCELED);
	got.only_without_user_impact = read_flags(&in, 1);
	got.requested_ms = read_time(&in);
	got.due_ms = read_time(&in);
	got.ended_ms = read_time(&in);
	const char **texts[] = { &got.requester, &got.notes, &got.ended_by, &got.reason, &got.connector };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	got.ticket = (rpv_ticket_status)rpv__read_uint_max(&in, RPV_TICKET_REJECTED);
	got.groups = read_numbers(&in, into, &got.group_count);
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
	rpv__buf_u8(b, CODEC);
	rpv__buf_u8(b, (uint8_t)((r->fixed ? FIXED : 0) | (r->gone ? GONE : 0)));
	rpv__buf_uint(b, r->variant);
	rpv__buf_uint(b, r->group);
}

bool rpv__get_target(rpv_bytes v, rpv__target *r)
{
	rpv__reader in = rpv__reader_of(v);
	rpv__target got = { 0 };
	read_codec(&in);
	uint8_t flags = read_flags(&in, FIXED | GONE);
	got.fixed = flags & FIXED;
	got.gone = flags & GONE;
	got.variant = read_u32(&in);
	got.group = read_u32(&in);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}
