/* SPDX-License-Identifier: MIT */
/* Bytes of the policy: what differs from the default, by the numbers of the settings. */
#include "parts.h"

void rpv__put_policy(rpv__buf *b, const rpv__policy_record *r)
{
	uint32_t before = 0;
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_uint(b, r->revision);
	for (size_t i = 0; i < r->count; i++) {
		const rpv__policy_entry *e = &r->items[i];
		rpv__buf_uint(b, e->setting - before);
		rpv__buf_uint(b, e->count);
		for (size_t k = 0; k < e->count; k++)
			rpv__buf_int(b, e->values[k]);
		before = e->setting;
	}
}

static void read_entry(rpv__reader *in, rpv__arena *into, uint32_t before, rpv__policy_entry *e)
{
	e->setting = rpv__read_step(in, before, 1);
	e->count = (size_t)rpv__read_uint_max(in, rpv__left(in));
	int64_t *values = rpv__read_room(in, into, e->count, sizeof *values);
	for (size_t k = 0; values && !in->bad && k < e->count; k++)
		values[k] = rpv__read_int(in);
	e->values = values;
}

bool rpv__get_policy(rpv_bytes v, rpv__arena *into, rpv__policy_record *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__policy_record got = { .revision = rpv__read_uint(&in) };
	size_t most = rpv__left(&in) / 2; /* each takes two bytes at least */
	rpv__policy_entry *items = rpv__read_room(&in, into, most + 1, sizeof *items);
	for (; items && !in.bad && rpv__left(&in); got.count++)
		read_entry(&in, into, got.count ? items[got.count - 1].setting : 0, &items[got.count]);
	if (!rpv__reader_done(&in))
		return false;
	got.items = items;
	*r = got;
	return true;
}
