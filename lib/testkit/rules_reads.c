/* SPDX-License-Identifier: MIT */
/* Rules: single keys, and the order of keys. */
#include "inside.h"

static bool callbacks(kit *k)
{
	const rpv_storage *s = &k->s;
	if (s->struct_size != sizeof *s)
		return rpv__kit_fail(k, "struct_size: expected %zu, got %zu", sizeof *s, s->struct_size);
	if (!s->get || !s->scan || !s->commit)
		return rpv__kit_fail(k, "%s is missing", !s->get ? "get" : !s->scan ? "scan" : "commit");
	if (!s->begin_read != !s->end_read)
		return rpv__kit_fail(k, "expected both or none of begin_read and end_read, got one");
	if (s->reserved || (s->capabilities & ~(uint32_t)(RPV_STORAGE_VOLATILE | RPV_STORAGE_READ_ONLY)))
		return rpv__kit_fail(k, "expected reserved 0 and known capabilities, got %u and %u", s->reserved, s->capabilities);
	if (s->max_commit && s->max_commit < 1024 * 1024)
		return rpv__kit_fail(k, "max_commit: expected 0 or at least 1048576, got %llu", (unsigned long long)s->max_commit);
	return true;
}

static bool get_present(kit *k)
{
	const rpv_write writes[] = { rpv__kit_put("a", "one"), rpv__kit_put("b", "two"), rpv__kit_put("ab", "three") };
	return rpv__kit_commit(k, &k->s, writes, 3, NULL, 0, RPV_OK) && rpv__kit_has_text(k, &k->s, "a", "one") &&
	       rpv__kit_has_text(k, &k->s, "b", "two") && rpv__kit_has_text(k, &k->s, "ab", "three");
}

static bool get_absent(kit *k)
{
	return rpv__kit_lacks(k, &k->s, "bb") && rpv__kit_set(k, &k->s, "bb", "x") && rpv__kit_lacks(k, &k->s, "b") &&
	       rpv__kit_lacks(k, &k->s, "bbb") && rpv__kit_lacks(k, &k->s, "BB") && rpv__kit_lacks(k, &k->s, "a") &&
	       rpv__kit_lacks(k, &k->s, "c");
}

static rpv_status answer(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	(void)value;
	return *(rpv_status *)user;
}

static bool get_ends_with(kit *k, rpv_status said, rpv_status expected)
{
	rpv_error error = RPV_ERROR_INIT;
	if (!rpv__kit_set(k, &k->s, "a", "one"))
		return false;
	rpv_status got = k->s.get(k->s.user, rpv__kit_bytes("a"), answer, &said, &error);
	return got == expected || rpv__kit_wrong(k, "get", expected, got, &error);
}

static bool get_sink_stops(kit *k)
{
	return get_ends_with(k, RPV_STOP, RPV_OK);
}

static bool get_sink_fails(kit *k)
{
	return get_ends_with(k, RPV_E_LIMIT, RPV_E_LIMIT) && get_ends_with(k, RPV_E_NOMEM, RPV_E_NOMEM) &&
	       get_ends_with(k, RPV_E_NOT_FOUND, RPV_E_NOT_FOUND);
}

static bool value_empty(kit *k)
{
	const rpv_write writes[] = { { rpv__kit_bytes("n"), { NULL, 0 }, 0 }, rpv__kit_put("e", "") };
	const kit_pair both[] = { { rpv__kit_bytes("e"), { "", 0 } }, { rpv__kit_bytes("n"), { "", 0 } } };
	const kit_range range = { rpv__kit_bytes("e"), rpv__kit_bytes("o"), 0, 0 };
	return rpv__kit_commit(k, &k->s, writes, 2, NULL, 0, RPV_OK) && rpv__kit_has_text(k, &k->s, "e", "") &&
	       rpv__kit_has_text(k, &k->s, "n", "") && rpv__kit_gives(k, &k->s, &range, both, 2);
}

static bool write_replaces(kit *k)
{
	return rpv__kit_set(k, &k->s, "a", "a long value") && rpv__kit_set(k, &k->s, "a", "short") &&
	       rpv__kit_has_text(k, &k->s, "a", "short") && rpv__kit_lists(k, &k->s, "a", "z", 0, 0, "a");
}

static bool remove_removes(kit *k)
{
	const rpv_write writes[] = { rpv__kit_put("a", "1"), rpv__kit_put("b", "2"), rpv__kit_put("c", "3") };
	const rpv_write gone = rpv__kit_remove("b");
	return rpv__kit_commit(k, &k->s, writes, 3, NULL, 0, RPV_OK) &&
	       rpv__kit_commit(k, &k->s, &gone, 1, NULL, 0, RPV_OK) && rpv__kit_lacks(k, &k->s, "b") &&
	       rpv__kit_lists(k, &k->s, "a", "z", 0, 0, "a c");
}

static bool remove_absent(kit *k)
{
	const rpv_write writes[] = { rpv__kit_remove("never there"), rpv__kit_put("a", "1") };
	return rpv__kit_commit(k, &k->s, writes, 2, NULL, 0, RPV_OK) && rpv__kit_has_text(k, &k->s, "a", "1");
}

static bool commit_empty(kit *k)
{
	const rpv_expect expected = rpv__kit_absent("a");
	return rpv__kit_commit(k, &k->s, NULL, 0, NULL, 0, RPV_OK) &&
	       rpv__kit_commit(k, &k->s, NULL, 0, &expected, 1, RPV_OK) && rpv__kit_lacks(k, &k->s, "a");
}

static bool commit_copies(kit *k)
{
	char key[] = "key", value[] = "value";
	rpv_write write = { { key, 3 }, { value, 5 }, 0 };
	if (!rpv__kit_commit(k, &k->s, &write, 1, NULL, 0, RPV_OK))
		return false;
	memset(key, 'x', 3);
	memset(value, 'y', 5);
	return rpv__kit_has_text(k, &k->s, "key", "value") && rpv__kit_lists(k, &k->s, "key", "z", 0, 0, "key");
}

static bool any_bytes(kit *k)
{
	unsigned char keys[256][2], value[256];
	rpv_write writes[256];
	for (int i = 0; i < 256; i++) {
		value[i] = (unsigned char)i;
		keys[i][0] = (unsigned char)i;
		keys[i][1] = (unsigned char)(255 - i);
		writes[i] = (rpv_write){ { keys[i], 2 }, { value, (size_t)i + 1 }, 0 };
	}
	bool right = rpv__kit_commit(k, &k->s, writes, 256, NULL, 0, RPV_OK);
	for (int i = 0; i < 256 && right; i++)
		right = rpv__kit_has(k, &k->s, writes[i].key, writes[i].value);
	return right;
}

const kit_rule rpv__kit_reads[] = {
	{ "reads", "callbacks", "Three callbacks are required.", callbacks },
	{ "reads", "get-present", "Feeds `key` and its value to `sink`, exactly once", get_present },
	{ "reads", "get-absent", "a key that is not there is ::RPV_E_NOT_FOUND and feeds nothing", get_absent },
	{ "reads", "get-sink-stops", "A sink that returns ::RPV_STOP makes it succeed.", get_sink_stops },
	{ "reads", "get-sink-fails", "Any other status of a sink than ::RPV_OK and ::RPV_STOP is handed on unchanged.",
	  get_sink_fails },
	{ "reads", "value-empty", "An empty value is a value, not an absent key.", value_empty },
	{ "reads", "write-replaces", "A write replaces the whole value", write_replaces },
	{ "reads", "remove-removes", "a key that was removed is not there", remove_removes },
	{ "reads", "remove-absent", "Removing a key that is not there is no failure.", remove_absent },
	{ "reads", "commit-empty", "A commit without writes, or without expectations, is valid", commit_empty },
	{ "reads", "commit-copies", "a backend copies what it keeps", commit_copies },
	{ "reads", "any-bytes", "Keys have 1 to 480 bytes, any bytes.", any_bytes },
	{ NULL, NULL, NULL, NULL },
};

/* --- order --- */
/* Writes the keys, each in a commit of its own and not in order, and expects them in the order given. */
static bool in_order(kit *k, const rpv_bytes *keys, size_t count)
{
	kit_pair expected[40];
	bool right = true;
	for (size_t i = 0; i < count && right; i++) {
		const rpv_bytes *key = &keys[i * 5 % count];
		const rpv_write write = { *key, *key, 0 };
		expected[i] = (kit_pair){ keys[i], { NULL, 0 } };
		right = rpv__kit_commit(k, &k->s, &write, 1, NULL, 0, RPV_OK);
	}
	const kit_range range = { keys[0], { "\xFF", 1 }, 0, 0 };
	return right && rpv__kit_gives(k, &k->s, &range, expected, count);
}

static bool order_unsigned(kit *k)
{
	static const rpv_bytes keys[] = { { "\x01\x02", 2 }, { "\x01\xFF", 2 }, { "\x02", 1 }, { "a", 1 }, { "\x7F", 1 },
		{ "\x80", 1 }, { "\xC3\xA4", 2 }, { "\xFE", 1 } };
	return in_order(k, keys, KIT_COUNT(keys));
}

static bool order_prefix(kit *k)
{
	static const rpv_bytes keys[] = { { "a", 1 }, { "aa", 2 }, { "aaa", 3 }, { "ab", 2 }, { "b", 1 }, { "ba", 2 },
		{ "c", 1 } };
	return in_order(k, keys, KIT_COUNT(keys));
}

static bool order_plain(kit *k)
{
	static const rpv_bytes keys[] = { { "\0", 1 }, { "\0\0", 2 }, { "\0a", 2 }, { "10", 2 }, { "9", 1 }, { "B", 1 },
		{ "_", 1 }, { "a", 1 }, { "a\0", 2 }, { "a\0x", 3 }, { "a\0y", 3 }, { "b", 1 } };
	return in_order(k, keys, KIT_COUNT(keys));
}

const kit_rule rpv__kit_order[] = {
	{ "order", "order-unsigned", "Keys are compared as unsigned bytes.", order_unsigned },
	{ "order", "order-prefix", "A shorter key comes before any longer one that starts with it.", order_prefix },
	{ "order", "order-plain", "no locale, no case, no end of text at a zero byte", order_plain },
	{ NULL, NULL, NULL, NULL },
};
