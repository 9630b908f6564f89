/* SPDX-License-Identifier: MIT */
/* Bytes of the records of what is known: groups, devices, weaknesses, recommendations. */
#include "parts.h"

/* --- G, g --- */
void rpv__put_group(rpv__buf *b, const rpv__group *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_text(b, r->name);
	rpv__buf_text(b, r->description);
	rpv__buf_uint(b, r->rank);
	rpv__buf_u8(b, r->declared);
}

bool rpv__get_group(rpv_bytes v, rpv__arena *into, rpv__group *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__group got = { 0 };
	got.name = rpv__read_text(&in, into);
	got.description = rpv__read_text(&in, into);
	got.rank = rpv__read_u32(&in);
	uint8_t declared = rpv__read_u8(&in);
	got.declared = declared == 1;
	if (!rpv__reader_done(&in) || declared > 1 || !got.name)
		return false;
	*r = got;
	return true;
}

void rpv__put_group_count(rpv__buf *b, const rpv__group_count *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->known);
	for (size_t i = 0; i < RPV__COUNT(r->counted); i++)
		rpv__buf_uint(b, r->counted[i]);
}

bool rpv__get_group_count(rpv_bytes v, rpv__group_count *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__group_count got;
	got.known = rpv__read_uint(&in);
	for (size_t i = 0; i < RPV__COUNT(got.counted); i++)
		got.counted[i] = rpv__read_uint(&in);
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- d, h --- */
void rpv__put_device(rpv__buf *b, const rpv__device *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_text(b, r->id);
	rpv__buf_text(b, r->name);
	rpv__buf_text(b, r->os);
	rpv__buf_text(b, r->justification);
	rpv__put_texts(b, &r->tags);
	rpv__put_time(b, r->first_seen_ms);
}

bool rpv__get_device(rpv_bytes v, rpv__arena *into, rpv__device *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__device got = { 0 };
	got.id = rpv__read_text(&in, into);
	got.name = rpv__read_text(&in, into);
	got.os = rpv__read_text(&in, into);
	got.justification = rpv__read_text(&in, into);
	got.tags = rpv__read_texts(&in, into);
	got.first_seen_ms = rpv__read_time(&in);
	if (!rpv__reader_done(&in) || !got.id)
		return false;
	*r = got;
	return true;
}

void rpv__put_device_hot(rpv__buf *b, const rpv__device_hot *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->group);
	rpv__buf_uint(b, r->flags << 2 | (uint32_t)r->value);
	rpv__put_time(b, r->last_seen_ms);
	for (size_t i = 0; i < r->report_count; i++) {
		rpv__buf_uint(b, r->reports[i].source);
		/* mostly the report that the device was seen by: then a zero */
		rpv__buf_int(b, r->reports[i].newest_ms - r->last_seen_ms);
	}
}

bool rpv__get_device_hot(rpv_bytes v, rpv__arena *into, rpv__device_hot *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__device_hot got = { 0 };
	got.group = rpv__read_u32(&in);
	uint32_t packed = rpv__read_u32(&in);
	got.value = (rpv_value)(packed & 3);
	got.flags = packed >> 2;
	got.last_seen_ms = rpv__read_time(&in);
	rpv__report *reports = NULL;
	if (rpv__left(&in))
		reports = rpv__read_room(&in, into, rpv__left(&in) / 2 + 1, sizeof *reports); /* two bytes each, and a broken one */
	for (; reports && !in.bad && rpv__left(&in); got.report_count++) {
		rpv__report *report = &reports[got.report_count];
		report->source = rpv__read_u32(&in);
		int64_t later = rpv__read_int(&in);
		if (later > (int64_t)RPV__TIME_MAX - got.last_seen_ms || later < -got.last_seen_ms)
			in.bad = true;
		else
			report->newest_ms = got.last_seen_ms + later;
	}
	got.reports = reports;
	if (!rpv__reader_done(&in) || got.value == RPV_VALUE_UNCHANGED)
		return false;
	*r = got;
	return true;
}

/* --- W, w --- */
void rpv__put_weakness(rpv__buf *b, const rpv__weakness *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_text(b, r->id);
	rpv__buf_text(b, r->title);
	rpv__buf_text(b, r->epss_model);
	rpv__put_texts(b, &r->cvss);
	rpv__put_texts(b, &r->aliases);
	rpv__put_time(b, r->known_exploited_ms);
	rpv__put_time(b, r->published_ms);
	rpv__put_time(b, r->updated_ms);
	rpv__buf_u8(b, r->severity_given);
}

bool rpv__get_weakness(rpv_bytes v, rpv__arena *into, rpv__weakness *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__weakness got = { 0 };
	got.id = rpv__read_text(&in, into);
	got.title = rpv__read_text(&in, into);
	got.epss_model = rpv__read_text(&in, into);
	got.cvss = rpv__read_texts(&in, into);
	got.aliases = rpv__read_texts(&in, into);
	got.known_exploited_ms = rpv__read_time(&in);
	got.published_ms = rpv__read_time(&in);
	got.updated_ms = rpv__read_time(&in);
	uint8_t given = rpv__read_u8(&in);
	got.severity_given = given == 1;
	if (!rpv__reader_done(&in) || given > 1 || !got.id)
		return false;
	*r = got;
	return true;
}

/* Flags 0: no such weakness, and nothing else. Else flags, severity and exploit in one byte, EPSS plus 1 (0: unknown).
 * Those behind the last one that exists are left out. */
void rpv__put_threat_block(rpv__buf *b, const rpv__threat_block *r)
{
	size_t count = RPV__THREAT_BLOCK;
	while (count && !(r->items[count - 1].flags & RPV__THREAT_EXISTS))
		count--;
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < count; i++) {
		const rpv__threat *t = &r->items[i];
		if (!(t->flags & RPV__THREAT_EXISTS)) {
			rpv__buf_u8(b, 0);
			continue;
		}
		rpv__buf_u8(b, t->flags);
		rpv__buf_u8(b, (uint8_t)(t->severity | t->exploit << 3));
		rpv__buf_uint(b, t->epss == RPV__EPSS_UNKNOWN ? 0 : (uint64_t)t->epss + 1);
	}
}

bool rpv__get_threat_block(rpv_bytes v, rpv__threat_block *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__threat_block got;
	memset(&got, 0, sizeof got);
	for (size_t i = 0; !in.bad && rpv__left(&in); i++) {
		if (i == RPV__THREAT_BLOCK)
			return false;
		rpv__threat *t = &got.items[i];
		t->flags = rpv__read_u8(&in);
		if (!t->flags && rpv__left(&in)) /* the last one exists */
			continue;
		uint8_t packed = rpv__read_u8(&in);
		t->severity = packed & 7;
		t->exploit = packed >> 3;
		uint64_t epss = rpv__read_uint_max(&in, UINT64_C(1000000001));
		t->epss = epss ? (uint32_t)(epss - 1) : RPV__EPSS_UNKNOWN;
		if (!(t->flags & RPV__THREAT_EXISTS) || t->flags > 127 || t->severity > RPV_SEVERITY_CRITICAL ||
		    t->exploit > RPV_EXPLOIT_KIT)
			return false;
	}
	if (!rpv__reader_done(&in))
		return false;
	*r = got;
	return true;
}

/* --- R --- */
void rpv__put_recommendation(rpv__buf *b, const rpv__recommendation *r)
{
	const char *texts[] = { r->id, r->subcategory, r->vendor, r->product, r->recommended_version, r->recommended_vendor,
	                        r->recommended_program, r->title, r->description, r->steps, r->component };
	rpv__buf_u8(b, RPV__CODEC);
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		rpv__buf_text(b, texts[i]);
	rpv__buf_u8(b, (uint8_t)r->kind);
	rpv__buf_u8(b, (uint8_t)r->category);
	rpv__buf_uint(b, r->points);
	rpv__put_texts(b, &r->tags);
	rpv__put_texts(b, &r->threats);
	rpv__buf_u8(b, r->removed);
}

bool rpv__get_recommendation(rpv_bytes v, rpv__arena *into, rpv__recommendation *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__recommendation got = { 0 };
	const char **texts[] = { &got.id, &got.subcategory, &got.vendor, &got.product, &got.recommended_version,
	                         &got.recommended_vendor, &got.recommended_program, &got.title, &got.description,
	                         &got.steps, &got.component };
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		*texts[i] = rpv__read_text(&in, into);
	uint8_t kind = rpv__read_u8(&in), category = rpv__read_u8(&in);
	got.kind = (rpv_kind)kind;
	got.category = (rpv_category)category;
	got.points = (uint32_t)rpv__read_uint_max(&in, 10);
	got.tags = rpv__read_texts(&in, into);
	got.threats = rpv__read_texts(&in, into);
	uint8_t removed = rpv__read_u8(&in);
	got.removed = removed == 1;
	if (!rpv__reader_done(&in) || removed > 1 || !got.id || kind > RPV_KIND_ATTENTION_REQUIRED ||
	    category > RPV_CATEGORY_SECURITY_CONTROLS)
		return false;
	*r = got;
	return true;
}
