/* SPDX-License-Identifier: MIT */
/* Asking a storage, and comparing what it answers with what it should. */
#include "inside.h"

#include <stdlib.h>

const kit_range rpv__kit_all = { { "\0", 1 }, { NULL, 0 }, 0, 0 };

rpv_bytes rpv__kit_bytes(const char *text)
{
	return (rpv_bytes){ text, strlen(text) };
}

rpv_write rpv__kit_put(const char *key, const char *value)
{
	return (rpv_write){ rpv__kit_bytes(key), rpv__kit_bytes(value), 0 };
}

rpv_write rpv__kit_remove(const char *key)
{
	return (rpv_write){ rpv__kit_bytes(key), { NULL, 0 }, 1 };
}

rpv_expect rpv__kit_is(const char *key, const char *value)
{
	return (rpv_expect){ rpv__kit_bytes(key), rpv__kit_bytes(value), 0 };
}

rpv_expect rpv__kit_absent(const char *key)
{
	return (rpv_expect){ rpv__kit_bytes(key), { NULL, 0 }, 1 };
}

/* --- lists of pairs --- */
int rpv__kit_compare(rpv_bytes a, rpv_bytes b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static bool copy(rpv_bytes bytes, rpv_bytes *out)
{
	void *data = malloc(bytes.size + 1);
	if (!data)
		return false;
	if (bytes.size)
		memcpy(data, bytes.data, bytes.size);
	*out = (rpv_bytes){ data, bytes.size };
	return true;
}

bool rpv__kit_add(kit_pairs *pairs, rpv_bytes key, rpv_bytes value)
{
	if (pairs->count == pairs->cap) {
		size_t cap = pairs->cap ? 2 * pairs->cap : 64;
		kit_pair *at = realloc(pairs->at, cap * sizeof *at);
		if (!at)
			return false;
		pairs->at = at;
		pairs->cap = cap;
	}
	kit_pair *pair = &pairs->at[pairs->count];
	if (!copy(key, &pair->key))
		return false;
	if (!copy(value, &pair->value)) {
		free((void *)pair->key.data);
		return false;
	}
	pairs->count++;
	return true;
}

void rpv__kit_free(kit_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free((void *)pairs->at[i].key.data);
		free((void *)pairs->at[i].value.data);
	}
	free(pairs->at);
	*pairs = (kit_pairs){ NULL, 0, 0 };
}

/* --- asking --- */
/* Memory that the kit itself lacks is not the storage's failure, whatever that makes of the sink's. */
typedef struct taking { kit *k; kit_pairs *into; } taking;

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	taking *t = user;
	if (rpv__kit_add(t->into, key, value))
		return RPV_OK;
	rpv__kit_nomem(t->k);
	return RPV_E_NOMEM;
}

rpv_status rpv__kit_get(kit *k, const rpv_storage *s, rpv_bytes key, kit_pairs *into, rpv_error *error)
{
	taking t = { k, into };
	*error = (rpv_error)RPV_ERROR_INIT;
	return s->get(s->user, key, take, &t, error);
}

rpv_status rpv__kit_scan(kit *k, const rpv_storage *s, const kit_range *r, kit_pairs *into, rpv_error *error)
{
	taking t = { k, into };
	*error = (rpv_error)RPV_ERROR_INIT;
	return s->scan(s->user, r->from, r->to, r->reverse, r->limit, take, &t, error);
}

bool rpv__kit_wrong(kit *k, const char *call, rpv_status expected, rpv_status got, const rpv_error *error)
{
	bool words = error && error->message[0];
	return rpv__kit_fail(k, "%s: expected %s, got %s (%d)%s%s", call, rpv_status_name(expected), rpv_status_name(got),
	                     (int)got, words ? ": " : "", words ? error->message : "");
}

bool rpv__kit_commit(kit *k, const rpv_storage *s, const rpv_write *writes, size_t count, const rpv_expect *expected,
                     size_t expected_count, rpv_status status)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status got = s->commit(s->user, writes, count, expected, expected_count, &error);
	return got == status || rpv__kit_wrong(k, "commit", status, got, &error);
}

bool rpv__kit_set(kit *k, const rpv_storage *s, const char *key, const char *value)
{
	rpv_write write = rpv__kit_put(key, value);
	return rpv__kit_commit(k, s, &write, 1, NULL, 0, RPV_OK);
}

/* --- comparing --- */
/* The first byte at which two values differ. */
static size_t difference(rpv_bytes a, rpv_bytes b)
{
	size_t i = 0;
	while (i < a.size && i < b.size && ((const char *)a.data)[i] == ((const char *)b.data)[i])
		i++;
	return i;
}

static bool same_value(kit *k, rpv_bytes key, rpv_bytes expected, rpv_bytes got)
{
	char a[KIT_SHOWN], b[KIT_SHOWN], c[KIT_SHOWN];
	if (rpv__kit_compare(expected, got) == 0)
		return true;
	return rpv__kit_fail(k, "value of %s: expected %s, got %s; %zu and %zu bytes, different from byte %zu on",
	                     rpv__kit_show(key, a), rpv__kit_show(expected, b), rpv__kit_show(got, c), expected.size, got.size,
	                     difference(expected, got));
}

bool rpv__kit_has(kit *k, const rpv_storage *s, rpv_bytes key, rpv_bytes value)
{
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	char shown[KIT_SHOWN], other[KIT_SHOWN];
	rpv_status status = rpv__kit_get(k, s, key, &got, &error);
	bool right = false;
	if (status == RPV_E_NOT_FOUND && got.count == 0)
		rpv__kit_fail(k, "get %s: expected its value, got RPV_E_NOT_FOUND", rpv__kit_show(key, shown));
	else if (status)
		rpv__kit_wrong(k, "get", RPV_OK, status, &error);
	else if (got.count != 1)
		rpv__kit_fail(k, "get %s: expected one value, got %zu", rpv__kit_show(key, shown), got.count);
	else if (rpv__kit_compare(got.at[0].key, key) != 0)
		rpv__kit_fail(k, "get %s: the sink was fed the key %s", rpv__kit_show(key, shown),
		              rpv__kit_show(got.at[0].key, other));
	else
		right = same_value(k, key, value, got.at[0].value);
	rpv__kit_free(&got);
	return right;
}

bool rpv__kit_has_text(kit *k, const rpv_storage *s, const char *key, const char *value)
{
	return rpv__kit_has(k, s, rpv__kit_bytes(key), rpv__kit_bytes(value));
}

bool rpv__kit_lacks(kit *k, const rpv_storage *s, const char *key)
{
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	char shown[KIT_SHOWN];
	rpv_status status = rpv__kit_get(k, s, rpv__kit_bytes(key), &got, &error);
	size_t count = got.count;
	if (count)
		rpv__kit_fail(k, "get \"%s\": expected RPV_E_NOT_FOUND, got the value %s", key,
		              rpv__kit_show(got.at[0].value, shown));
	else if (status != RPV_E_NOT_FOUND)
		rpv__kit_wrong(k, "get of an absent key", RPV_E_NOT_FOUND, status, &error);
	rpv__kit_free(&got);
	return status == RPV_E_NOT_FOUND && count == 0;
}

/* What was asked, for messages. */
static void describe(const kit_range *r, char *out, size_t size)
{
	char from[KIT_SHOWN], to[KIT_SHOWN], limit[40] = "";
	if (r->limit)
		snprintf(limit, sizeof limit, ", at most %llu", (unsigned long long)r->limit);
	snprintf(out, size, "scan from %s to %s%s%s", rpv__kit_show(r->from, from),
	         r->to.size ? rpv__kit_show(r->to, to) : "the end", r->reverse ? " in reverse" : "", limit);
}

static bool compare_pairs(kit *k, const kit_range *range, const kit_pair *expected, size_t count, const kit_pairs *got)
{
	char what[300], a[KIT_SHOWN], b[KIT_SHOWN];
	describe(range, what, sizeof what);
	for (size_t i = 0; i < count || i < got->count; i++) {
		if (i >= got->count)
			return rpv__kit_fail(k, "%s: expected %zu pairs, got %zu; the first one missing is %s", what, count, got->count,
			                     rpv__kit_show(expected[i].key, a));
		if (i >= count)
			return rpv__kit_fail(k, "%s: expected %zu pairs, got %zu; the first one too many is %s", what, count, got->count,
			                     rpv__kit_show(got->at[i].key, a));
		if (rpv__kit_compare(expected[i].key, got->at[i].key) != 0)
			return rpv__kit_fail(k, "%s: pair %zu: expected the key %s, got %s", what, i + 1,
			                     rpv__kit_show(expected[i].key, a), rpv__kit_show(got->at[i].key, b));
		if (expected[i].value.data && !same_value(k, expected[i].key, expected[i].value, got->at[i].value))
			return false;
	}
	return true;
}

/* A value without data is not looked at. */
bool rpv__kit_gives(kit *k, const rpv_storage *s, const kit_range *range, const kit_pair *expected, size_t count)
{
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	char what[300];
	rpv_status status = rpv__kit_scan(k, s, range, &got, &error);
	describe(range, what, sizeof what);
	bool right = status ? rpv__kit_wrong(k, what, RPV_OK, status, &error)
	                    : compare_pairs(k, range, expected, count, &got);
	rpv__kit_free(&got);
	return right;
}

bool rpv__kit_lists(kit *k, const rpv_storage *s, const char *from, const char *to, int32_t reverse, uint64_t limit,
                    const char *keys)
{
	kit_pair expected[40];
	size_t count = 0;
	for (const char *at = keys; *at;) {
		size_t size = strcspn(at, " ");
		expected[count++] = (kit_pair){ { at, size }, { NULL, 0 } };
		at += size + (at[size] == ' ');
	}
	kit_range range = { rpv__kit_bytes(from), rpv__kit_bytes(to), reverse, limit };
	return rpv__kit_gives(k, s, &range, expected, count);
}

/* --- chance --- */
uint64_t rpv__kit_random_of(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

uint64_t rpv__kit_below(uint64_t *state, uint64_t bound)
{
	return rpv__kit_random_of(state) % bound;
}
