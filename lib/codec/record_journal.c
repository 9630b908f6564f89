/* SPDX-License-Identifier: MIT */
/* Bytes of the records around a commit: where the store stands, what a commit was, what happened. */
#include "parts.h"

/* Z and C have a second version for stores whose journal is chained, so that all others stay as they were. */
enum { UNCHAINED = 1, CHAINED = 2, DIGEST_MIN = 16 };

/* --- Z --- */
void rpv__put_revision(rpv__buf *b, const rpv__revision *r)
{
	bool chained = r->link.hash[0] != '\0';
	rpv__buf_u8(b, chained ? CHAINED : UNCHAINED);
	rpv__buf_uint(b, r->format); /* these two stay in front for ever: older readers look at them */
	rpv__buf_uint(b, r->oldest_reader);
	rpv__buf_uint(b, r->revision);
	rpv__buf_uint(b, r->sequence);
	rpv__put_time(b, r->mark_ms);
	rpv__buf_uint(b, r->oldest_changes);
	rpv__put_time(b, r->oldest_changes_ms);
	rpv__buf_u8(b, RPV__NEXT_COUNT);
	for (size_t i = 0; i < RPV__NEXT_COUNT; i++) {
		rpv__buf_uint(b, r->next[i]);
		rpv__buf_uint(b, r->count[i]);
	}
	rpv__buf_u8(b, r->restoring);
	rpv__buf_be64(b, r->tag);
	if (!chained)
		return;
	rpv__buf_bytes(b, r->link.hash, strlen(r->link.hash));
	rpv__buf_bytes(b, r->link.bytes, r->link.size);
}

bool rpv__hash_name_ok(rpv_bytes name)
{
	const char *text = name.data;
	if (name.size == 0 || name.size >= RPV__HASH_NAME)
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') || text[i] == '-'))
			return false;
	return true;
}

static void read_link(rpv__reader *in, rpv__link *r)
{
	rpv_bytes hash = rpv__read_bytes(in), link = rpv__read_bytes(in);
	if (in->bad || !rpv__hash_name_ok(hash) || link.size < DIGEST_MIN || link.size > sizeof r->bytes) {
		in->bad = true;
		return;
	}
	memcpy(r->hash, hash.data, hash.size);
	memcpy(r->bytes, link.data, link.size);
	r->size = (uint8_t)link.size;
}

bool rpv__get_revision(rpv_bytes v, rpv__revision *r)
{
	uint8_t version;
	rpv__reader in = rpv__open_version(v, CHAINED, &version);
	rpv__revision got = { 0 };
	got.format = (uint32_t)rpv__read_uint_max(&in, UINT32_MAX);
	got.oldest_reader = (uint32_t)rpv__read_uint_max(&in, UINT32_MAX);
	got.revision = rpv__read_uint(&in);
	got.sequence = rpv__read_uint(&in);
	got.mark_ms = rpv__read_time(&in);
	got.oldest_changes = rpv__read_uint(&in);
	got.oldest_changes_ms = rpv__read_time(&in);
	if (rpv__read_u8(&in) != RPV__NEXT_COUNT)
		return false;
	for (size_t i = 0; i < RPV__NEXT_COUNT; i++) {
		got.next[i] = rpv__read_uint(&in);
		got.count[i] = rpv__read_uint(&in);
	}
	uint8_t restoring = rpv__read_u8(&in);
	got.restoring = restoring == 1;
	got.tag = rpv__read_be64(&in);
	if (version == CHAINED)
		read_link(&in, &got.link);
	if (!rpv__reader_done(&in) || restoring > 1)
		return false;
	*r = got;
	return true;
}

/* --- C --- */
void rpv__put_commit(rpv__buf *b, const rpv__commit *r)
{
	rpv__buf_u8(b, r->link.size ? CHAINED : UNCHAINED);
	rpv__put_time(b, r->time_ms);
	rpv__buf_text(b, r->actor);
	rpv__buf_uint(b, r->first_sequence);
	rpv__buf_uint(b, r->event_count);
	rpv__buf_uint(b, r->parts);
	rpv__buf_be64(b, r->tag);
	if (r->link.size)
		rpv__buf_bytes(b, r->link.data, r->link.size);
}

bool rpv__get_commit(rpv_bytes v, rpv__arena *into, rpv__commit *r)
{
	uint8_t version;
	rpv__reader in = rpv__open_version(v, CHAINED, &version);
	rpv__commit got = { 0 };
	got.time_ms = rpv__read_time(&in);
	got.actor = rpv__read_text(&in, into);
	got.first_sequence = rpv__read_uint(&in);
	got.event_count = rpv__read_uint(&in);
	got.parts = (uint32_t)rpv__read_uint_max(&in, UINT32_MAX);
	got.tag = rpv__read_be64(&in);
	if (version == CHAINED) {
		rpv_bytes link = rpv__read_bytes(&in);
		got.link = (rpv_bytes){ rpv__arena_text(into, link.data, link.size), link.size };
		if (!got.link.data || link.size < DIGEST_MIN || link.size > RPV_HASH_MAX)
			return false;
	}
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- J --- */
enum { NEWEST_EVENT = 2 };

void rpv__put_event(rpv__buf *b, const rpv__event *r)
{
	rpv__buf_u8(b, NEWEST_EVENT);
	rpv__buf_uint(b, r->sequence);
	rpv__put_time(b, r->time_ms);
	rpv__put_time(b, r->commit_ms);
	rpv__buf_text(b, r->actor);
	rpv__buf_uint(b, (uint64_t)r->type);
	const char *texts[] = { r->recommendation, r->weakness, r->device, r->group, r->before, r->after, r->reason };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	rpv__buf_uint(b, r->exception);
	rpv__buf_uint(b, r->remediation);
	rpv__buf_uint(b, r->count);
	rpv__buf_uint(b, r->group_count);
	for (size_t i = 0; i < r->group_count; i++) {
		rpv__buf_uint(b, r->groups[i].group);
		rpv__buf_uint(b, r->groups[i].count);
	}
	rpv__buf_uint(b, r->triggered ? (uint64_t)r->trigger + 1 : 0);
	rpv__buf_text(b, r->threshold);
	rpv__buf_text(b, r->control);
	rpv__buf_text(b, r->policy);
}

static void read_later_members(rpv__reader *in, rpv__arena *into, rpv__event *r)
{
	uint64_t trigger = rpv__read_uint_max(in, RPV_TRIGGER_CONTROL_STALE + 1);
	r->triggered = trigger != 0;
	r->trigger = (rpv_trigger)(trigger ? trigger - 1 : 0);
	r->threshold = rpv__read_text(in, into);
	r->control = rpv__read_text(in, into);
	r->policy = rpv__read_text(in, into);
}

static const rpv__group_count_pair *read_groups(rpv__reader *in, rpv__arena *into, size_t *count)
{
	/* each takes two bytes at least, so damaged bytes cannot ask for much memory */
	*count = (size_t)rpv__read_uint_max(in, (uint64_t)(in->end - in->at) / 2);
	if (*count == 0)
		return NULL;
	rpv__group_count_pair *groups = rpv__arena_get(into, *count * sizeof *groups);
	if (!groups) {
		in->bad = true;
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		groups[i].group = (uint32_t)rpv__read_uint_max(in, UINT32_MAX);
		groups[i].count = rpv__read_uint(in);
	}
	return groups;
}

bool rpv__get_event(rpv_bytes v, rpv__arena *into, rpv__event *r)
{
	uint8_t version;
	rpv__reader in = rpv__open_version(v, NEWEST_EVENT, &version);
	rpv__event got = { 0 };
	got.sequence = rpv__read_uint(&in);
	got.time_ms = rpv__read_time(&in);
	got.commit_ms = rpv__read_time(&in);
	got.actor = rpv__read_text(&in, into);
	got.type = (rpv_event_type)rpv__read_uint_max(&in, RPV__EVENT_LAST);
	const char **texts[] = { &got.recommendation, &got.weakness, &got.device, &got.group, &got.before, &got.after,
	                         &got.reason };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	got.exception = rpv__read_uint(&in);
	got.remediation = rpv__read_uint(&in);
	got.count = rpv__read_uint(&in);
	got.groups = read_groups(&in, into, &got.group_count);
	if (version > 1)
		read_later_members(&in, into, &got);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}
