/* SPDX-License-Identifier: MIT */
/* The check of a whole store: what all parts of it share, and the order of the parts. */
#include "check.h"

/* --- faults --- */
void rpv__check_fault(rpv__check *c, const char *what, rpv_bytes key)
{
	char hex[2 * 64 + 1];
	if (c->faults++)
		return;
	rpv__hex(hex, key.data, key.size < 64 ? key.size : 64);
	(void)rpv__fail(c->first, RPV_E_CORRUPT, "the store is damaged: key %s: %s", hex, what);
}

void rpv__check_number(rpv__check *c, size_t next, uint64_t number, const char *what, rpv_bytes key)
{
	if (number == 0 || number >= c->revision->next[next])
		rpv__check_fault(c, what, key);
}

void rpv__check_counted(rpv__check *c, size_t of, uint64_t count, const char *what)
{
	rpv__key key;
	if (c->revision->count[of] != count)
		rpv__check_fault(c, what, rpv__key1(&key, RPV__K_REVISION));
}

/* --- reading --- */
typedef struct feeding { rpv__check *c; rpv__check_pair pair; } feeding;

static rpv_status feed(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const feeding *f = user;
	f->c->records++;
	rpv_status st = f->pair(f->c, key, value, error);
	rpv__arena_free(&f->c->scratch);
	return st;
}

rpv_status rpv__check_each(rpv__check *c, rpv__kind kind, rpv__check_pair pair, rpv_error *error)
{
	feeding f = { c, pair };
	rpv__key key;
	return rpv__source_scan_prefix(c->source, rpv__key1(&key, kind), feed, &f, error);
}

static rpv_status strange(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)value;
	(void)error;
	rpv__check_fault(c, "no record of a store has such a key", key);
	return RPV_OK;
}

/* Read when the check began: only their keys are looked at here. */
static rpv_status alone(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)value;
	(void)error;
	if (key.size != 1)
		rpv__check_fault(c, "no record of a store has such a key", key);
	return RPV_OK;
}

static rpv_status check_letters(rpv__check *c, rpv_error *error)
{
	static const char known[] = "ABCDEGJKLMNPQRTUVWXZacdeghkmnostuvwy";
	rpv_status st = RPV_OK;
	for (unsigned letter = 0; st == RPV_OK && letter <= UINT8_MAX; letter++)
		if (letter == 0 || !strchr(known, (int)letter))
			st = rpv__check_each(c, (rpv__kind)letter, strange, error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_REVISION, alone, error);
	return st == RPV_OK ? rpv__check_each(c, RPV__K_POLICY, alone, error) : st;
}

/* --- what must be there --- */
uint64_t rpv__check_hash(rpv_bytes value)
{
	uint64_t hash = rpv__hash(value.data, value.size);
	return hash ? hash : 1;
}

/* Names are as long as ids are: what follows the letters is hashed. */
static void short_key(rpv_bytes key, rpv__expected *out)
{
	const uint8_t *bytes = key.data;
	*out = (rpv__expected){ .size = (uint8_t)key.size };
	if (bytes[0] != RPV__K_NAME) {
		memcpy(out->key, bytes, key.size < sizeof out->key ? key.size : sizeof out->key);
		return;
	}
	uint64_t hash = rpv__hash(bytes, key.size);
	out->key[0] = bytes[0];
	memcpy(out->key + 1, &hash, sizeof hash);
	out->size = 1 + sizeof hash;
}

rpv_status rpv__check_expect(rpv__check *c, rpv_bytes key, rpv_bytes value, bool optional, rpv_error *error)
{
	rpv__expected expected;
	if (rpv__grow(&c->alloc, &c->expected, &c->expected_cap, c->expected_count + 1, sizeof *c->expected))
		return rpv__fail_nomem(error);
	short_key(key, &expected);
	expected.optional = optional;
	expected.value = rpv__check_hash(value);
	c->expected[c->expected_count++] = expected;
	return RPV_OK;
}

rpv_status rpv__check_expect_name(rpv__check *c, rpv__name_kind kind, uint32_t recommendation, const char *id,
                                  uint32_t number, bool optional, rpv_error *error)
{
	uint8_t bytes[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	rpv__key key;
	return rpv__check_expect(c, rpv__key_name(&key, kind, recommendation, rpv__bytes_of(id)),
	                         (rpv_bytes){ bytes, sizeof bytes }, optional, error);
}

static int order_of(const rpv__expected *a, const rpv__expected *b)
{
	size_t common = a->size < b->size ? a->size : b->size;
	int order = memcmp(a->key, b->key, common);
	return order ? order : (int)a->size - (int)b->size;
}

static int by_key(const void *a, const void *b, const void *context)
{
	(void)context;
	return order_of(a, b);
}

static size_t first_not_before(const rpv__check *c, const rpv__expected *key)
{
	size_t low = 0, high = c->expected_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (order_of(&c->expected[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static rpv_status meet(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__expected met;
	uint64_t hash = rpv__check_hash(value);
	bool same = false;
	(void)error;
	short_key(key, &met);
	for (size_t i = first_not_before(c, &met); i < c->expected_count && order_of(&c->expected[i], &met) == 0; i++)
		if (c->expected[i].value == hash)
			c->expected[i].met = same = true;
	if (!same)
		rpv__check_fault(c, "this does not follow from the other records", key);
	return RPV_OK;
}

rpv_status rpv__check_compare(rpv__check *c, rpv__kind kind, const char *what, rpv_error *error)
{
	if (rpv__sort(&c->alloc, c->expected, c->expected_count, sizeof *c->expected, by_key, NULL))
		return rpv__fail_nomem(error);
	rpv_status st = rpv__check_each(c, kind, meet, error);
	const rpv__expected first = { .key = { (uint8_t)kind }, .size = 1 };
	size_t from = first_not_before(c, &first), to = from;
	for (; to < c->expected_count && c->expected[to].key[0] == (uint8_t)kind; to++)
		if (st == RPV_OK && !c->expected[to].met && !c->expected[to].optional)
			rpv__check_fault(c, what, (rpv_bytes){ c->expected[to].key, c->expected[to].size });
	if (to < c->expected_count) /* those are done with */
		memmove(c->expected + from, c->expected + to, (c->expected_count - to) * sizeof *c->expected);
	c->expected_count -= to - from;
	return st;
}

/* --- all of it --- */
static void begin(rpv__check *c)
{
	rpv__arena_init(&c->kept, &c->alloc);
	rpv__arena_init(&c->scratch, &c->alloc);
	rpv__buf_init(&c->buf, &c->alloc);
	rpv__map *maps[] = { &c->texts, &c->sets, &c->counters, &c->groups, &c->present, &c->recommendations,
	                     &c->shares, &c->everywhere, &c->active, &c->waiting };
	for (size_t i = 0; i < RPV__COUNT(maps); i++)
		rpv__map_init(maps[i], &c->alloc);
}

static void end(rpv__check *c)
{
	void *arrays[] = { c->expected, c->devices, c->variants, c->covers, c->weaknesses, c->activities };
	rpv__map *maps[] = { &c->texts, &c->sets, &c->counters, &c->groups, &c->present, &c->recommendations,
	                     &c->shares, &c->everywhere, &c->active, &c->waiting };
	for (size_t i = 0; i < RPV__COUNT(arrays); i++)
		rpv__free(&c->alloc, arrays[i]);
	for (size_t i = 0; i < RPV__COUNT(maps); i++)
		rpv__map_free(maps[i]);
	rpv__buf_free(&c->buf);
	rpv__arena_free(&c->kept);
	rpv__arena_free(&c->scratch);
}

typedef struct result { uint64_t records, faults; rpv_error first; bool starved; } result;

static rpv_status check_all(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	static const rpv_error none = RPV_ERROR_INIT;
	rpv_status (*const parts[])(rpv__check *, rpv_error *) = { check_letters, rpv__check_facts, rpv__check_variants,
		rpv__check_devices, rpv__check_decisions, rpv__check_activities, rpv__check_journal, rpv__check_scores };
	result *r = user;
	*r = (result){ .first = none };
	rpv__check c = { .source = source, .revision = revision, .alloc = source->port->alloc, .first = &r->first };
	begin(&c);
	rpv_status st = rpv__source_policy(source, &c.policy, error);
	for (size_t i = 0; st == RPV_OK && i < RPV__COUNT(parts); i++)
		st = parts[i](&c, error);
	r->records = c.records;
	r->faults = c.faults;
	end(&c);
	return st;
}

rpv_status rpv__store_check(rpv_store *store, uint64_t *records, rpv_error *error)
{
	rpv__source source = { &store->port, NULL };
	result r;
	rpv_status st = rpv__source_consistent(&source, check_all, &r, error);
	if (st)
		return st;
	if (r.faults > 1)
		return rpv__fail(error, RPV_E_CORRUPT, "%.400s (and %llu faults more)", r.first.message,
		                 (unsigned long long)r.faults - 1);
	if (r.faults)
		return rpv__fail(error, RPV_E_CORRUPT, "%s", r.first.message);
	if (records)
		*records = r.records;
	return RPV_OK;
}
