/* SPDX-License-Identifier: MIT */
/* Rules: a long random run, compared with a plain sorted list. */
#include "inside.h"

#include <stdlib.h>

#define SLOTS 120 /* different keys */
#define LONG_VALUE RPV_STORAGE_VALUE_MAX

typedef struct slot {
	unsigned char bytes[RPV_STORAGE_KEY_MAX];
	rpv_bytes key, value;   /* the value of the model, in the pool */
	bool there;
} slot;

typedef struct run {
	kit *k;
	uint64_t chance;
	slot *slots[SLOTS];     /* in the order of keys */
	unsigned char *pool;    /* random bytes, of which values are cut */
	kit_pair expected[SLOTS];
	rpv_storage other;
	bool has_other;
} run;

static uint64_t below(run *r, uint64_t bound)
{
	return rpv__kit_below(&r->chance, bound);
}

static rpv_bytes some_value(run *r)
{
	static const size_t sizes[] = { 0, 1, 8, 40, 300, 5000 };
	uint64_t which = below(r, 40);
	size_t size = which == 0 ? LONG_VALUE : (size_t)below(r, sizes[which % KIT_COUNT(sizes)] + 1);
	return (rpv_bytes){ r->pool + below(r, 1000), size };
}

static void some_key(run *r, slot *s)
{
	static const unsigned char letters[] = { 0x00, 0x01, 'a', 'b', 0x7F, 0x80, 0xFE, 0xFF };
	size_t size = below(r, 15) == 0 ? RPV_STORAGE_KEY_MAX : (size_t)(1 + below(r, 4));
	memset(s->bytes, letters[below(r, KIT_COUNT(letters))], sizeof s->bytes);
	for (size_t i = size < 8 ? 0 : size - 3; i < size; i++)
		s->bytes[i] = letters[below(r, KIT_COUNT(letters))];
	s->key = (rpv_bytes){ s->bytes, size };
}

static int by_key(const void *a, const void *b)
{
	return rpv__kit_compare((*(slot *const *)a)->key, (*(slot *const *)b)->key);
}

/* Keys that are all different, sorted. */
static void choose_keys(run *r)
{
	for (size_t i = 0; i < SLOTS;) {
		some_key(r, r->slots[i]);
		bool is_new = true;
		for (size_t j = 0; j < i && is_new; j++)
			is_new = rpv__kit_compare(r->slots[i]->key, r->slots[j]->key) != 0;
		i += is_new;
	}
	qsort(r->slots, SLOTS, sizeof r->slots[0], by_key);
}

static const rpv_storage *some_handle(run *r)
{
	return r->has_other && below(r, 2) ? &r->other : &r->k->s;
}

/* Some expectations, of which one may be wrong. */
static size_t some_expectations(run *r, rpv_expect *expected, bool *wrong)
{
	size_t count = (size_t)below(r, 4);
	*wrong = false;
	for (size_t i = 0; i < count; i++) {
		slot *s = r->slots[below(r, SLOTS)];
		bool lie = below(r, 8) == 0;
		expected[i] = (rpv_expect){ s->key, s->value, s->there ? 0 : 1 };
		if (lie && s->there && s->value.size && below(r, 2))
			expected[i].value.size--;
		else if (lie)
			expected[i].absent = !expected[i].absent;
		*wrong |= lie;
	}
	return count;
}

static bool commit(run *r)
{
	rpv_write writes[SLOTS];
	rpv_expect expected[4];
	size_t count = 0, step = (size_t)(1 + below(r, 30));
	bool wrong;
	size_t expected_count = some_expectations(r, expected, &wrong);
	for (size_t i = (size_t)below(r, step); i < SLOTS; i += step)
		writes[count++] = (rpv_write){ r->slots[i]->key, some_value(r), below(r, 3) == 0 };
	for (size_t i = count; i > 1; i--) { /* in no particular order */
		size_t other = (size_t)below(r, i);
		rpv_write moved = writes[i - 1];
		writes[i - 1] = writes[other];
		writes[other] = moved;
	}
	if (!rpv__kit_commit(r->k, some_handle(r), writes, count, expected, expected_count, wrong ? RPV_E_CONFLICT : RPV_OK))
		return false;
	for (size_t i = 0; i < SLOTS && !wrong; i++)
		for (size_t j = 0; j < count; j++)
			if (writes[j].key.data == r->slots[i]->key.data) {
				r->slots[i]->there = !writes[j].remove;
				r->slots[i]->value = writes[j].value;
			}
	return true;
}

/* A scan of some range; the model's answer is found by looking at every slot. */
static bool scan(run *r, bool whole)
{
	kit_range range = rpv__kit_all;
	size_t count = 0;
	if (!whole) {
		range.from = r->slots[below(r, SLOTS)]->key;
		if (below(r, 4))
			range.to = r->slots[below(r, SLOTS)]->key;
		range.limit = below(r, 2) ? below(r, 10) : 0;
	}
	range.reverse = (int32_t)below(r, 2);
	for (size_t i = 0; i < SLOTS; i++) {
		const slot *s = r->slots[range.reverse ? SLOTS - 1 - i : i];
		bool in = rpv__kit_compare(s->key, range.from) >= 0 &&
		          (range.to.size == 0 || rpv__kit_compare(s->key, range.to) < 0);
		if (s->there && in && (range.limit == 0 || count < range.limit))
			r->expected[count++] = (kit_pair){ s->key, { s->value.size ? s->value.data : "", s->value.size } };
	}
	return rpv__kit_gives(r->k, some_handle(r), &range, r->expected, count);
}

static bool get(run *r)
{
	const slot *s = r->slots[below(r, SLOTS)];
	const rpv_storage *handle = some_handle(r);
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	if (s->there)
		return rpv__kit_has(r->k, handle, s->key, s->value);
	rpv_status status = rpv__kit_get(r->k, handle, s->key, &got, &error);
	rpv__kit_free(&got);
	return status == RPV_E_NOT_FOUND || rpv__kit_wrong(r->k, "get of an absent key", RPV_E_NOT_FOUND, status, &error);
}

static bool one_round(run *r, uint32_t number)
{
	bool lasting = !(r->k->s.capabilities & RPV_STORAGE_VOLATILE);
	if (lasting && number % 50 == 49 && !rpv__kit_reopen(r->k))
		return false;
	return commit(r) && get(r) && scan(r, false) && scan(r, false) && (number % 10 || scan(r, true));
}

static bool rounds(run *r)
{
	kit *k = r->k;
	for (size_t i = 0; i < 1000 + LONG_VALUE; i++)
		r->pool[i] = (unsigned char)below(r, 256);
	choose_keys(r);
	if (k->options->flags & RPV_TESTKIT_SHARED)
		r->has_other = rpv__kit_open(k, RPV_TESTKIT_AGAIN, &r->other);
	for (uint32_t i = 0; i < k->rounds && !k->failed && !k->no_memory; i++)
		if (!one_round(r, i)) {
			char words[sizeof k->message];
			memcpy(words, k->message, sizeof words);
			snprintf(k->message, sizeof k->message, "seed %llu, round %u: %.600s", (unsigned long long)k->seed, i, words);
		}
	bool right = !k->failed && !k->no_memory && scan(r, true);
	if (r->has_other)
		rpv__kit_close(&r->other);
	return right;
}

static bool random_run(kit *k)
{
	run *r = calloc(1, sizeof *r);
	slot *slots = calloc(SLOTS, sizeof *slots);
	unsigned char *pool = malloc(1000 + LONG_VALUE);
	bool right = r && slots && pool;
	if (!right) {
		rpv__kit_nomem(k);
	} else {
		r->k = k;
		r->chance = k->seed;
		r->pool = pool;
		for (size_t i = 0; i < SLOTS; i++)
			r->slots[i] = &slots[i];
		right = rounds(r);
	}
	free(r);
	free(slots);
	free(pool);
	return right;
}

const kit_rule rpv__kit_random[] = {
	{ "random", "random-run",
	  "Storage is an ordered map from keys to values, both byte strings, with one atomic conditional commit.",
	  random_run },
	{ NULL, NULL, NULL, NULL },
};
