/* SPDX-License-Identifier: MIT */
/* Rules: scans of ranges. */
#include "inside.h"

static bool fill(kit *k)
{
	const rpv_write writes[] = { rpv__kit_put("h", "5"), rpv__kit_put("da", ""), rpv__kit_put("b", "1"),
	                             rpv__kit_put("f", "4"), rpv__kit_put("d", "2") };
	return rpv__kit_commit(k, &k->s, writes, KIT_COUNT(writes), NULL, 0, RPV_OK);
}

static bool fresh(kit *k)
{
	return rpv__kit_gives(k, &k->s, &rpv__kit_all, NULL, 0);
}

static bool bounds(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "d", "f", 0, 0, "d da") && rpv__kit_lists(k, &k->s, "b", "d", 0, 0, "b") &&
	       rpv__kit_lists(k, &k->s, "da", "h", 0, 0, "da f");
}

static bool values(kit *k)
{
	const kit_pair expected[] = { { rpv__kit_bytes("b"), rpv__kit_bytes("1") }, { rpv__kit_bytes("d"), rpv__kit_bytes("2") },
		{ rpv__kit_bytes("da"), rpv__kit_bytes("") }, { rpv__kit_bytes("f"), rpv__kit_bytes("4") },
		{ rpv__kit_bytes("h"), rpv__kit_bytes("5") } };
	const kit_range range = { rpv__kit_bytes("b"), rpv__kit_bytes("z"), 0, 0 };
	return fill(k) && rpv__kit_gives(k, &k->s, &range, expected, KIT_COUNT(expected));
}

static bool open_end(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "f", "", 0, 0, "f h") &&
	       rpv__kit_lists(k, &k->s, "d", "", 0, 0, "d da f h");
}

static bool bounds_absent(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "c", "g", 0, 0, "d da f") && rpv__kit_lists(k, &k->s, "a", "c", 0, 0, "b") &&
	       rpv__kit_lists(k, &k->s, "db", "z", 0, 0, "f h");
}

static bool empty(kit *k)
{
	return rpv__kit_lists(k, &k->s, "a", "z", 0, 0, "") && fill(k) && rpv__kit_lists(k, &k->s, "i", "z", 0, 0, "") &&
	       rpv__kit_lists(k, &k->s, "d", "d", 0, 0, "") && rpv__kit_lists(k, &k->s, "f", "b", 0, 0, "") &&
	       rpv__kit_lists(k, &k->s, "dd", "e", 0, 0, "");
}

static bool reverse(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "b", "z", 1, 0, "h f da d b") &&
	       rpv__kit_lists(k, &k->s, "d", "g", 1, 0, "f da d") && rpv__kit_lists(k, &k->s, "f", "h", 1, 0, "f") &&
	       rpv__kit_lists(k, &k->s, "d", "", 1, 0, "h f da d");
}

static bool limit(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "d", "z", 0, 2, "d da") && rpv__kit_lists(k, &k->s, "b", "z", 0, 1, "b") &&
	       rpv__kit_lists(k, &k->s, "d", "e", 0, 5, "d da");
}

static bool limit_reverse(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "b", "z", 1, 2, "h f") && rpv__kit_lists(k, &k->s, "b", "e", 1, 1, "da") &&
	       rpv__kit_lists(k, &k->s, "b", "z", 1, 3, "h f da");
}

static bool limit_none(kit *k)
{
	return fill(k) && rpv__kit_lists(k, &k->s, "b", "z", 0, 0, "b d da f h") &&
	       rpv__kit_lists(k, &k->s, "b", "z", 0, 100, "b d da f h") &&
	       rpv__kit_lists(k, &k->s, "b", "z", 0, UINT64_MAX, "b d da f h") &&
	       rpv__kit_lists(k, &k->s, "b", "z", 0, (uint64_t)INT64_MAX + 1, "b d da f h");
}

typedef struct ending { size_t fed, after; rpv_status status; } ending;

static rpv_status end_after(void *user, rpv_bytes key, rpv_bytes value)
{
	ending *e = user;
	(void)key;
	(void)value;
	return ++e->fed == e->after ? e->status : RPV_OK;
}

/* A sink that says `said` at the second pair: how the scan ends, and that the sink is not called again. The rules go on
 * with a commit, so that a walk that left something locked is noticed. */
static bool scan_ends_with(kit *k, int32_t back, rpv_status said, rpv_status expected)
{
	ending e = { 0, 2, said };
	rpv_error error = RPV_ERROR_INIT;
	rpv_status got = k->s.scan(k->s.user, rpv__kit_bytes("b"), rpv__kit_bytes("z"), back, 0, end_after, &e, &error);
	if (got != expected)
		return rpv__kit_wrong(k, "scan", expected, got, &error);
	return e.fed == 2 || rpv__kit_fail(k, "scan: the sink ended it at pair 2, and was fed %zu", e.fed);
}

static bool sink_stops(kit *k)
{
	return fill(k) && scan_ends_with(k, 0, RPV_STOP, RPV_OK) && scan_ends_with(k, 1, RPV_STOP, RPV_OK) &&
	       rpv__kit_set(k, &k->s, "i", "6") && rpv__kit_lists(k, &k->s, "f", "z", 0, 0, "f h i");
}

static bool sink_fails(kit *k)
{
	return fill(k) && scan_ends_with(k, 0, RPV_E_LIMIT, RPV_E_LIMIT) && scan_ends_with(k, 1, RPV_E_NOMEM, RPV_E_NOMEM) &&
	       rpv__kit_set(k, &k->s, "i", "6") && rpv__kit_lists(k, &k->s, "f", "z", 0, 0, "f h i");
}

const kit_rule rpv__kit_ranges[] = {
	{ "ranges", "fresh-is-empty", "All keys of a storage are the library's", fresh },
	{ "ranges", "range-values", "Feeds the pairs with `from` <= key < `to` to `sink`, from the first to the last", values },
	{ "ranges", "range-bounds", "`from` is part of the range, `to` is not.", bounds },
	{ "ranges", "range-open-end", "An empty `to` means no upper bound", open_end },
	{ "ranges", "range-bounds-absent", "Neither has to exist as a key", bounds_absent },
	{ "ranges", "range-empty", "A range that holds nothing, or ends before it begins, is no failure.", empty },
	{ "ranges", "range-reverse", "or from the last to the first when `reverse` is 1", reverse },
	{ "ranges", "range-limit", "At most `limit` pairs are fed, the first ones in the direction of the walk", limit },
	{ "ranges", "range-limit-reverse", "At most `limit` pairs are fed, the first ones in the direction of the walk",
	  limit_reverse },
	{ "ranges", "range-limit-none", "a `limit` of 0 means all of them", limit_none },
	{ "ranges", "scan-sink-stops", "A sink that returns ::RPV_STOP ends the walk, which then succeeds.", sink_stops },
	{ "ranges", "scan-sink-fails", "Sinks that fail as for `get`.", sink_fails },
	{ NULL, NULL, NULL, NULL },
};
