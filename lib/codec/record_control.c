/* SPDX-License-Identifier: MIT */
/* Bytes of compensating controls. */
#include "parts.h"

enum { RETIRED = 1, REMOVED = 2 };

void rpv__put_control(rpv__buf *b, const rpv__control *r)
{
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_u8(b, (uint8_t)((r->retired ? RETIRED : 0) | (r->removed ? REMOVED : 0)));
	rpv__buf_u8(b, (uint8_t)r->kind);
	rpv__buf_text(b, r->id);
	rpv__buf_text(b, r->description);
	rpv__buf_text(b, r->owner);
	rpv__put_texts(b, &r->evidence);
	rpv__put_time(b, r->added_ms);
	rpv__put_time(b, r->reviewed_ms);
	rpv__buf_uint(b, (uint64_t)r->interval_ms);
}

bool rpv__get_control(rpv_bytes v, rpv__arena *into, rpv__control *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__control got = { 0 };
	uint8_t flags = rpv__read_u8(&in), kind = rpv__read_u8(&in);
	got.retired = flags & RETIRED;
	got.removed = flags & REMOVED;
	got.kind = (rpv_control_kind)kind;
	got.id = rpv__read_text(&in, into);
	got.description = rpv__read_text(&in, into);
	got.owner = rpv__read_text(&in, into);
	got.evidence = rpv__read_texts(&in, into);
	got.added_ms = rpv__read_time(&in);
	got.reviewed_ms = rpv__read_time(&in);
	got.interval_ms = (int64_t)rpv__read_uint_max(&in, RPV_REVIEW_INTERVAL_MAX);
	if (!rpv__reader_done(&in) || flags > (RETIRED | REMOVED) || !got.id || kind == RPV_CONTROL_UNCHANGED ||
	    kind > RPV_CONTROL_INTERNAL || got.evidence.count % 2)
		return false;
	*r = got;
	return true;
}
