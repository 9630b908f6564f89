/* SPDX-License-Identifier: MIT */
/* A naive map beside a store: operations run on both, and one is compared with the other. */
#ifndef TXN_MODEL_H
#define TXN_MODEL_H

#include "../support/test.h"

#include "../../lib/port/txn.h"
#include <stdlib.h>

/* --- two processes on one storage --- */
typedef struct world {
	test_memory memory;
	test_storage wrapper;
	rpv_storage inside;
	rpv__port port, other; /* ours sees failures, the other's calls go straight to the storage */
	int64_t now_ms;
	char logged[256];
	size_t log_count;
} world;

static inline void take_log(void *user, rpv_log_level level, const char *text)
{
	world *w = user;
	(void)level;
	w->log_count++;
	snprintf(w->logged, sizeof w->logged, "%s", text);
}

static inline void world_open(world *w)
{
	memset(w, 0, sizeof *w);
	w->now_ms = 1000000;
	rpv_allocator fragile = test_memory_allocator(&w->memory);
	assert_ok(rpv_memory_storage(&fragile, &w->inside));
	w->port.alloc = fragile;
	w->port.storage = test_storage_around(&w->wrapper, &w->inside, false);
	rpv_clock_manual(&w->now_ms, &w->port.clock);
	w->port.log = (rpv_log){ w, take_log };
	w->other = w->port;
	w->other.storage = w->inside;
	w->other.alloc = rpv__alloc_or_default(NULL);
}

static inline void world_close(world *w)
{
	w->port.storage.close(w->port.storage.user);
	assert_int_equal(w->memory.live, 0);
}

static const rpv__txn_options by_ana = { .actor = "ana" };

/* --- the naive map --- */
#define KEYS 24
typedef struct entry { bool present; size_t size; uint64_t seed, hash; } entry;
typedef struct model { entry at[KEYS]; } model;

/* Keys of every sort, ascending: plain ones, ones that end like the key of a piece, ones that start with another. */
static rpv__key keys[KEYS];

static inline int compare_keys(const void *a, const void *b)
{
	return rpv__bytes_compare(rpv__key_view(a), rpv__key_view(b));
}

static inline int make_keys(void **state)
{
	(void)state;
	static const char *const names[] = { "a", "ab", "abc", "b" };
	size_t n = 0;
	for (uint32_t i = 0; i < 8; i++)
		rpv__key32(&keys[n++], RPV__K_TEXT, i * 7);
	for (uint32_t i = 0; i < 4; i++)
		rpv__key_name(&keys[n++], RPV__N_DEVICE, 0, rpv__bytes_of(names[i]));
	for (uint32_t i = 0; i < 3; i++)
		rpv__key32_32(&keys[n++], RPV__K_GROUP, 5, 0xFF0001 + i);
	for (uint32_t i = 0; i < 3; i++)
		rpv__key32_32(&keys[n++], RPV__K_COUNTER, i, 0);
	for (uint32_t i = 0; i < 3; i++)
		rpv__key_deadline(&keys[n++], 1000 + i, 2, 9);
	rpv__key1(&keys[n++], RPV__K_POLICY);
	rpv__key32(&keys[n++], RPV__K_TEXT, UINT32_MAX);
	rpv__key_name(&keys[n++], RPV__N_SET, UINT32_MAX, rpv__bytes_of("s"));
	assert_int_equal(n, KEYS);
	qsort(keys, KEYS, sizeof keys[0], compare_keys);
	return 0;
}

/* Records of the commits themselves lie between them: not of this map. */
static inline bool of_commits(rpv_bytes key)
{
	return strchr("ZCcJ", *(const char *)key.data) != NULL;
}

/* Keys with the same answer have none of those between them. */
static inline int stretch(size_t k)
{
	return k == KEYS || keys[k].data[0] == 'n' ? 3 : keys[k].data[0] < 'C' ? 0 : keys[k].data[0] < 'J' ? 1 : 2;
}

static inline bool kept_in_history(size_t k)
{
	return keys[k].data[0] != RPV__K_COUNTER && keys[k].data[0] != RPV__K_DEADLINE;
}

static inline uint8_t *content(size_t size, uint64_t seed)
{
	uint8_t *bytes = malloc(size + 8);
	assert_non_null(bytes);
	test_random random = { seed };
	for (size_t i = 0; i < size; i += 8) {
		uint64_t word = test_random_next(&random);
		memcpy(bytes + i, &word, 8);
	}
	return bytes;
}

static inline entry make_entry(size_t size, uint64_t seed)
{
	uint8_t *bytes = content(size, seed);
	entry e = { true, size, seed, rpv__hash(bytes, size) };
	free(bytes);
	return e;
}

/* --- an operation as a pure function of a state, run on the map and in a transaction --- */
typedef struct operation { uint64_t seed; unsigned steps; bool use_revision; unsigned runs; } operation;

typedef struct state {
	model *map;     /* one or the other */
	rpv__txn *txn;
	rpv_error *error;
} state;

static inline rpv_status state_get(const state *s, size_t k, uint64_t *hash)
{
	if (s->map) {
		*hash = s->map->at[k].present ? s->map->at[k].hash : 1;
		return RPV_OK;
	}
	rpv_bytes value;
	rpv_status status = rpv__txn_get(s->txn, rpv__key_view(&keys[k]), &value, s->error);
	if (status == RPV_E_NOT_FOUND) {
		*hash = 1;
		return RPV_OK;
	}
	if (!status)
		*hash = rpv__hash(value.data, value.size);
	return status;
}

static inline rpv_status state_put(const state *s, size_t k, size_t size, uint64_t seed)
{
	if (s->map) {
		s->map->at[k] = make_entry(size, seed);
		return RPV_OK;
	}
	uint8_t *bytes = content(size, seed);
	rpv_status status = rpv__txn_put(s->txn, rpv__key_view(&keys[k]), (rpv_bytes){ bytes, size }, s->error);
	free(bytes);
	return status;
}

static inline rpv_status state_remove(const state *s, size_t k)
{
	if (!s->map)
		return rpv__txn_remove(s->txn, rpv__key_view(&keys[k]), s->error);
	s->map->at[k].present = false;
	return RPV_OK;
}

static inline rpv_status fold(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint64_t *sum = user;
	(void)error;
	if (!of_commits(key))
		*sum = *sum * 31 + rpv__hash(key.data, key.size) + rpv__hash(value.data, value.size);
	return RPV_OK;
}

static inline rpv_status state_scan(const state *s, size_t from, size_t to, uint64_t *sum)
{
	*sum = 7;
	if (!s->map) {
		rpv_bytes end = to < KEYS ? rpv__key_view(&keys[to]) : (rpv_bytes){ "x", 1 };
		return rpv__txn_scan(s->txn, rpv__key_view(&keys[from]), end, fold, sum, s->error);
	}
	for (size_t k = from; k < to; k++)
		if (s->map->at[k].present)
			*sum = *sum * 31 + rpv__hash(keys[k].data, keys[k].size) + s->map->at[k].hash;
	return RPV_OK;
}

static inline size_t pick_size(test_random *random)
{
	static const size_t edges[] = { 0, 1, 59994, 59995, 59996, 60000, 60001, 65536, 119994, 119995, 180001 };
	if (test_random_below(random, 6) == 0)
		return edges[test_random_below(random, RPV__COUNT(edges))];
	return test_random_below(random, 40);
}

static inline rpv_status apply(const state *s, const operation *op)
{
	test_random random = { op->seed };
	rpv_status status = RPV_OK;
	for (unsigned i = 0; i < op->steps && !status; i++) {
		size_t a = test_random_below(&random, KEYS), b = test_random_below(&random, KEYS), c = a + b;
		size_t size = pick_size(&random);
		uint64_t x = 0, y = 0;
		switch (test_random_below(&random, 6)) {
		case 0:
			status = state_remove(s, a);
			break;
		case 1:
			status = state_scan(s, a < b ? a : b, a < b ? b : a, &x);
			if (!status)
				status = state_put(s, c % KEYS, size, x);
			break;
		case 2:
			status = state_get(s, a, &x); /* reads only */
			break;
		default:
			status = state_get(s, a, &x);
			if (!status)
				status = state_get(s, b, &y);
			if (!status)
				status = state_put(s, a, size, x * 3 + y);
		}
	}
	return status;
}

static inline rpv_status operate(rpv__txn *txn, void *user, rpv_error *error)
{
	operation *op = user;
	state s = { NULL, txn, error };
	op->runs++;
	if (op->use_revision)
		rpv__txn_revision(txn)->next[RPV__NEXT_TEXT]++;
	rpv_status status = apply(&s, op);
	if (!status && op->seed % 3 == 0) {
		rpv__event event = { .type = RPV_EVENT_DEVICE_ADDED, .device = "pc", .count = op->seed };
		status = rpv__txn_event(txn, &event, error);
	}
	return status;
}

/* --- comparing the store, now or then, with a map --- */
typedef struct checking { const model *map; bool past, reverse; size_t at; uint64_t left; } checking;

static inline bool compared(const checking *c, size_t k)
{
	assert_true(k < KEYS);
	return c->map->at[k].present && (!c->past || kept_in_history(k));
}

static inline rpv_status check_pair(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	checking *c = user;
	(void)error;
	if (of_commits(key))
		return RPV_OK;
	while (!compared(c, c->at))
		c->at += c->reverse ? (size_t)-1 : 1;
	assert_int_equal(rpv__bytes_compare(rpv__key_view(&keys[c->at]), key), 0);
	assert_int_equal(value.size, c->map->at[c->at].size);
	assert_true(rpv__hash(value.data, value.size) == c->map->at[c->at].hash);
	c->at += c->reverse ? (size_t)-1 : 1;
	c->left--;
	return RPV_OK;
}

/* Scans keys `from` up to, not with, `to`. */
static inline void check_range(const rpv__source *s, const model *map, size_t from, size_t to, bool reverse, uint64_t limit)
{
	checking c = { map, s->past != NULL, reverse, reverse ? to - 1 : from, 0 };
	for (size_t k = from; k < to; k++)
		c.left += compared(&c, k);
	if (stretch(from) != stretch(to))
		limit = 0;
	if (limit && limit < c.left)
		c.left = limit;
	rpv_bytes end = to < KEYS ? rpv__key_view(&keys[to]) : (rpv_bytes){ "x", 1 };
	if (from < to)
		assert_ok(rpv__source_scan(s, rpv__key_view(&keys[from]), end, reverse, limit, check_pair, &c, NULL));
	assert_int_equal(c.left, 0);
}

static inline void check_store(const rpv__source *s, const model *map, test_random *random)
{
	rpv__arena arena;
	rpv__arena_init(&arena, &s->port->alloc);
	checking c = { map, s->past != NULL, false, 0, 0 };
	for (size_t k = 0; k < KEYS; k++) {
		rpv_bytes value;
		if (c.past && !kept_in_history(k))
			continue;
		rpv_status status = rpv__source_get(s, rpv__key_view(&keys[k]), &arena, &value, NULL);
		assert_status(map->at[k].present ? RPV_OK : RPV_E_NOT_FOUND, status);
		if (!status)
			assert_true(rpv__hash(value.data, value.size) == map->at[k].hash);
	}
	rpv__arena_free(&arena);
	/* in the past, ranges without counters and deadlines: from the first G on, and up to the first T */
	size_t low = 0, high = KEYS;
	while (c.past && !kept_in_history(low))
		low++;
	for (size_t k = low; c.past && k < high; k++)
		if (!kept_in_history(k))
			high = k;
	for (int i = 0; i < 6; i++) {
		size_t a = low + test_random_below(random, high - low + 1), b = low + test_random_below(random, high - low + 1);
		check_range(s, map, a < b ? a : b, a < b ? b : a, i & 1, test_random_below(random, 5));
	}
	check_range(s, map, low, high, false, 0);
	check_range(s, map, low, high, true, 0);
}

static inline rpv_status count_pairs(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)key;
	(void)value;
	(void)error;
	++*(size_t *)user;
	return RPV_OK;
}

/* --- one text, for simple cases --- */
static inline rpv_status put_text(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__key key;
	return rpv__txn_put(txn, rpv__key32(&key, RPV__K_TEXT, 1), rpv__bytes_of(user), error);
}

static inline void put(world *w, const char *text)
{
	char copy[64];
	snprintf(copy, sizeof copy, "%s", text);
	assert_ok(rpv__txn_run(&w->port, &by_ana, put_text, copy, NULL, NULL));
}

static inline void assert_text(const rpv__source *s, const char *expected)
{
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value;
	rpv__arena_init(&arena, &s->port->alloc);
	rpv_status status = rpv__source_get(s, rpv__key32(&key, RPV__K_TEXT, 1), &arena, &value, NULL);
	assert_status(expected ? RPV_OK : RPV_E_NOT_FOUND, status);
	if (expected) {
		assert_int_equal(value.size, strlen(expected));
		assert_memory_equal(value.data, expected, value.size);
	}
	rpv__arena_free(&arena);
}

#endif
