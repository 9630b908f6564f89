/* SPDX-License-Identifier: MIT */
/* Fuzzes the record codec: any bytes are refused, or are a record that is written as the same bytes again (one of an older
 * codec version, and holdings, which may say what need not be said: as bytes that stand for the same). The first byte
 * chooses the record, the next ones are the key of a cover. */
#include "codec/keys.h"
#include "codec/records.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KEY_SIZE = 17 };

typedef struct codec { bool (*again)(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__buf *out); } codec;

/* Reads a record and writes it. */
#define PLAIN(name) \
	static bool name##_again(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__buf *out) \
	{ \
		rpv__##name record; \
		(void)key; \
		(void)into; \
		if (!rpv__get_##name(value, &record)) \
			return false; \
		rpv__put_##name(out, &record); \
		return true; \
	}
#define OWNING(name, type) \
	static bool name##_again(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__buf *out) \
	{ \
		rpv__##type record; \
		(void)key; \
		if (!rpv__get_##name(value, into, &record)) \
			return false; \
		rpv__put_##name(out, &record); \
		return true; \
	}
PLAIN(revision)
OWNING(commit, commit)
OWNING(event, event)
OWNING(policy, policy_record)
OWNING(group, group)
PLAIN(group_count)
OWNING(device, device)
OWNING(device_hot, device_hot)
OWNING(holdings, holdings)
OWNING(row, row)
OWNING(states, states)
OWNING(weakness, weakness)
PLAIN(threat_block)
OWNING(recommendation, recommendation)
OWNING(variant, variant)
OWNING(counter, counter)
OWNING(control, control)
OWNING(census, census)
PLAIN(budget_sum)
OWNING(exception, exception)
OWNING(activity, activity)
PLAIN(target)
PLAIN(point)

static bool everywhere_again(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__buf *out)
{
	const uint32_t *weaknesses;
	size_t count;
	(void)key;
	if (!rpv__get_everywhere(value, into, &weaknesses, &count))
		return false;
	rpv__put_everywhere(out, weaknesses, count);
	return true;
}

static bool cover_again(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__buf *out)
{
	rpv__cover record;
	if (!rpv__get_cover(key, value, into, &record))
		return false;
	rpv__put_cover(out, &record);
	return true;
}

static const codec codecs[] = { { revision_again }, { commit_again }, { event_again }, { policy_again }, { group_again },
	{ group_count_again }, { device_again }, { device_hot_again }, { holdings_again }, { row_again }, { states_again },
	{ weakness_again }, { threat_block_again }, { recommendation_again }, { variant_again }, { counter_again },
	{ control_again }, { census_again }, { budget_sum_again }, { exception_again }, { activity_again }, { target_again },
	{ everywhere_again }, { cover_again }, { point_again } };

static bool same(rpv_bytes a, rpv_bytes b)
{
	return a.size == b.size && rpv__bytes_compare(a, b) == 0;
}

static void try_record(const codec *c, rpv_bytes key, rpv_bytes value)
{
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	rpv__arena arena;
	rpv__buf first, second;
	rpv__arena_init(&arena, &alloc);
	rpv__buf_init(&first, &alloc);
	rpv__buf_init(&second, &alloc);
	if (c->again(key, value, &arena, &first)) {
		rpv_bytes written = { first.data, first.size };
		if (!c->again(key, written, &arena, &second) || !same(written, (rpv_bytes){ second.data, second.size }))
			abort();
		bool one_form = c->again != holdings_again && ((const uint8_t *)value.data)[0] == first.data[0];
		if (one_form && !same(value, written))
			abort();
	}
	rpv__buf_free(&first);
	rpv__buf_free(&second);
	rpv__arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t key[KEY_SIZE] = { RPV__K_COVER };
	size_t used = 1;
	if (size == 0)
		return 0;
	const codec *c = &codecs[data[0] % (sizeof codecs / sizeof *codecs)];
	for (size_t i = 1; c->again == cover_again && i < KEY_SIZE && used < size; i++)
		key[i] = data[used++];
	try_record(c, (rpv_bytes){ key, KEY_SIZE }, (rpv_bytes){ data + used, size - used });
	return 0;
}
