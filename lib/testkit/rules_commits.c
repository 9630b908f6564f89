/* SPDX-License-Identifier: MIT */
/* Rules: what a commit expects, and how large things may be. */
#include "inside.h"

#include <stdlib.h>

/* --- expectations --- */
static bool fill(kit *k)
{
	const rpv_write writes[] = { rpv__kit_put("x", "old"), rpv__kit_put("y", "old"), rpv__kit_put("e", "") };
	return rpv__kit_commit(k, &k->s, writes, 3, NULL, 0, RPV_OK);
}

static bool commit_if(kit *k, const rpv_expect *expected, size_t count, rpv_status status)
{
	const rpv_write writes[] = { rpv__kit_put("x", "new"), rpv__kit_remove("y"), rpv__kit_put("z", "new") };
	return rpv__kit_commit(k, &k->s, writes, 3, expected, count, status);
}

static bool holds(kit *k)
{
	const rpv_expect expected[] = { rpv__kit_is("x", "old"), rpv__kit_absent("z"), rpv__kit_is("e", "") };
	return fill(k) && commit_if(k, expected, 3, RPV_OK) && rpv__kit_has_text(k, &k->s, "x", "new") &&
	       rpv__kit_lists(k, &k->s, "f", "", 0, 0, "x z");
}

static bool differs(kit *k)
{
	const rpv_expect other = rpv__kit_is("x", "olD"), first = rpv__kit_is("x", "bld");
	return fill(k) && commit_if(k, &other, 1, RPV_E_CONFLICT) && commit_if(k, &first, 1, RPV_E_CONFLICT);
}

static bool differs_in_length(kit *k)
{
	const rpv_expect shorter = rpv__kit_is("x", "ol"), longer = rpv__kit_is("x", "older"), none = rpv__kit_is("x", "");
	const rpv_expect zero = { rpv__kit_bytes("x"), { "old\0", 4 }, 0 };
	return fill(k) && commit_if(k, &shorter, 1, RPV_E_CONFLICT) && commit_if(k, &longer, 1, RPV_E_CONFLICT) &&
	       commit_if(k, &none, 1, RPV_E_CONFLICT) && commit_if(k, &zero, 1, RPV_E_CONFLICT);
}

static bool absent_but_there(kit *k)
{
	const rpv_expect there = rpv__kit_absent("x"), empty = rpv__kit_absent("e");
	const rpv_write write = rpv__kit_put("e", "1");
	return fill(k) && commit_if(k, &there, 1, RPV_E_CONFLICT) &&
	       rpv__kit_commit(k, &k->s, &write, 1, &empty, 1, RPV_E_CONFLICT);
}

static bool there_but_absent(kit *k)
{
	const rpv_expect some = rpv__kit_is("z", "1"), empty = rpv__kit_is("z", "");
	return fill(k) && commit_if(k, &some, 1, RPV_E_CONFLICT) && commit_if(k, &empty, 1, RPV_E_CONFLICT);
}

static bool every_one(kit *k)
{
	for (size_t wrong = 0; wrong < 3; wrong++) {
		rpv_expect expected[] = { rpv__kit_is("x", "old"), rpv__kit_is("y", "old"), rpv__kit_absent("z") };
		expected[wrong] = wrong < 2 ? rpv__kit_is(wrong ? "y" : "x", "other") : rpv__kit_absent("x");
		if (!fill(k) || !commit_if(k, expected, 3, RPV_E_CONFLICT))
			return false;
	}
	return true;
}

static bool conflict_changes_nothing(kit *k)
{
	const kit_pair before[] = { { rpv__kit_bytes("e"), { "", 0 } }, { rpv__kit_bytes("x"), rpv__kit_bytes("old") },
		{ rpv__kit_bytes("y"), rpv__kit_bytes("old") } };
	const rpv_expect expected[] = { rpv__kit_is("x", "other"), rpv__kit_is("y", "old") };
	return fill(k) && commit_if(k, expected, 2, RPV_E_CONFLICT) &&
	       rpv__kit_gives(k, &k->s, &rpv__kit_all, before, 3);
}

static bool unwritten(kit *k)
{
	const rpv_expect yes = rpv__kit_is("y", "old"), no = rpv__kit_absent("y");
	const rpv_write write = rpv__kit_put("x", "new");
	return fill(k) && rpv__kit_commit(k, &k->s, &write, 1, &no, 1, RPV_E_CONFLICT) &&
	       rpv__kit_commit(k, &k->s, &write, 1, &yes, 1, RPV_OK) && rpv__kit_has_text(k, &k->s, "x", "new") &&
	       rpv__kit_has_text(k, &k->s, "y", "old");
}

static bool removal(kit *k)
{
	const rpv_expect there = rpv__kit_is("x", "old"), gone = rpv__kit_absent("x");
	const rpv_write remove = rpv__kit_remove("x"), put = rpv__kit_put("x", "again");
	return fill(k) && rpv__kit_commit(k, &k->s, &remove, 1, &there, 1, RPV_OK) &&
	       rpv__kit_commit(k, &k->s, &put, 1, &gone, 1, RPV_OK) && rpv__kit_has_text(k, &k->s, "x", "again");
}

static bool usable_after(kit *k)
{
	const rpv_expect wrong = rpv__kit_is("x", "other"), right = rpv__kit_is("e", "");
	return fill(k) && commit_if(k, &wrong, 1, RPV_E_CONFLICT) && commit_if(k, &right, 1, RPV_OK);
}

const kit_rule rpv__kit_expectations[] = {
	{ "expectations", "expect-holds", "if every expectation holds at that moment", holds },
	{ "expectations", "expect-differs", "An expectation that does not hold makes it return ::RPV_E_CONFLICT", differs },
	{ "expectations", "expect-length", "so does an expected value that differs in length or in any byte",
	  differs_in_length },
	{ "expectations", "expect-absent",
	  "a key that is there although it is expected to be absent, even with an empty value", absent_but_there },
	{ "expectations", "expect-present", "An expectation that does not hold makes it return ::RPV_E_CONFLICT",
	  there_but_absent },
	{ "expectations", "expect-every", "if every expectation holds at that moment", every_one },
	{ "expectations", "conflict-changes-nothing", "makes it return ::RPV_E_CONFLICT and change nothing",
	  conflict_changes_nothing },
	{ "expectations", "conflict-usable",
	  "After a failed call the storage can be used further, as soon as the cause is gone.", usable_after },
	{ "expectations", "expect-unwritten", "Expectations may speak of keys that are not written.", unwritten },
	{ "expectations", "expect-removal", "a key that was removed is not there", removal },
	{ NULL, NULL, NULL, NULL },
};

/* --- sizes --- */
static bool key_longest(kit *k)
{
	enum { COUNT = 5 };
	static unsigned char keys[COUNT][RPV_STORAGE_KEY_MAX];
	rpv_write writes[COUNT];
	kit_pair expected[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		memset(keys[i], 0xFF, sizeof keys[i]);
		keys[i][sizeof keys[i] - 1] = (unsigned char)(i * 60);
		writes[COUNT - 1 - i] = (rpv_write){ { keys[i], sizeof keys[i] }, { keys[i], i }, 0 };
		expected[i] = (kit_pair){ { keys[i], sizeof keys[i] }, { keys[i], i } };
	}
	const kit_range middle = { expected[1].key, expected[4].key, 0, 0 };
	return rpv__kit_commit(k, &k->s, writes, COUNT, NULL, 0, RPV_OK) &&
	       rpv__kit_gives(k, &k->s, &rpv__kit_all, expected, COUNT) &&
	       rpv__kit_gives(k, &k->s, &middle, expected + 1, 3) && rpv__kit_has(k, &k->s, expected[2].key, expected[2].value);
}

static void scatter(unsigned char *bytes, size_t size, uint64_t state)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)rpv__kit_random_of(&state);
}

static bool value_largest(kit *k)
{
	unsigned char *value = malloc(2 * RPV_STORAGE_VALUE_MAX);
	if (!value)
		return rpv__kit_nomem(k);
	scatter(value, 2 * RPV_STORAGE_VALUE_MAX, 7);
	bool right = true;
	for (size_t i = 0; i < 3 && right; i++) { /* each as expectation of the next */
		const rpv_bytes now = { value + 1000 * i, RPV_STORAGE_VALUE_MAX - (i == 1) };
		const rpv_bytes before = { value + 1000 * (i - (i > 0)), RPV_STORAGE_VALUE_MAX - (i == 2) };
		const rpv_write write = { rpv__kit_bytes("big"), now, 0 };
		const rpv_expect expected = { rpv__kit_bytes("big"), before, i == 0 };
		right = rpv__kit_commit(k, &k->s, &write, 1, &expected, 1, RPV_OK) && rpv__kit_has(k, &k->s, write.key, now);
	}
	free(value);
	return right;
}

/* Commits `count` pairs with keys of 8 bytes and values of `size` bytes, and reads them back. */
static bool commit_pairs(kit *k, size_t count, size_t size)
{
	unsigned char (*keys)[8] = calloc(count, sizeof *keys), *value = malloc(size + count);
	rpv_write *writes = calloc(count, sizeof *writes);
	kit_pair *expected = calloc(count, sizeof *expected);
	bool right = keys && value && writes && expected;
	if (!right)
		rpv__kit_nomem(k);
	else
		scatter(value, size + count, 11);
	for (size_t i = 0; right && i < count; i++) {
		for (size_t j = 0; j < 8; j++)
			keys[i][7 - j] = (unsigned char)((uint64_t)i >> 8 * j);
		expected[i] = (kit_pair){ { keys[i], 8 }, { value + i, size } };
		writes[(i * 7919 + 5) % count] = (rpv_write){ expected[i].key, expected[i].value, 0 };
	}
	right = right && rpv__kit_commit(k, &k->s, writes, count, NULL, 0, RPV_OK) &&
	        rpv__kit_gives(k, &k->s, &rpv__kit_all, expected, count);
	free(keys);
	free(value);
	free(writes);
	free(expected);
	return right;
}

static bool commit_largest(kit *k)
{
	uint64_t most = k->s.max_commit && k->s.max_commit < RPV_STORAGE_COMMIT_MAX ? k->s.max_commit : RPV_STORAGE_COMMIT_MAX;
	return commit_pairs(k, most / (RPV_STORAGE_VALUE_MAX + 8), RPV_STORAGE_VALUE_MAX);
}

static bool commit_many(kit *k)
{
	return commit_pairs(k, 20011, 20);
}

const kit_rule rpv__kit_sizes[] = {
	{ "sizes", "key-longest", "Keys have 1 to 480 bytes, any bytes.", key_longest },
	{ "sizes", "value-largest", "Values have 0 to 65536 bytes, any bytes.", value_largest },
	{ "sizes", "commit-largest", "One commit has at most 16 MiB of keys and values", commit_largest },
	{ "sizes", "commit-many", "which may be many thousands of small writes", commit_many },
	{ NULL, NULL, NULL, NULL },
};
