/* SPDX-License-Identifier: MIT */
/* A storage that breaks one rule when told to. It keeps its pairs in a storage in memory, and reads from copies of it. */
#include "broken_storage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct handle {
	broken_place *place;
	size_t number;        /* 0: the first one on its place */
	rpv_storage snapshot; /* of begin_read, or what a stale handle goes on reading */
	bool has_snapshot, reading;
	uint64_t waited;      /* commits when it last waited */
} handle;

typedef struct pairs { rpv_write *at; size_t count, cap; } pairs;

static const rpv_bytes first_key = { "\0", 1 }, no_bytes = { NULL, 0 };

/* --- copies --- */
static rpv_bytes copy(rpv_bytes bytes)
{
	void *data = malloc(bytes.size + 1);
	if (!data)
		abort();
	if (bytes.size)
		memcpy(data, bytes.data, bytes.size);
	return (rpv_bytes){ data, bytes.size };
}

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value)
{
	pairs *p = user;
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->at = realloc(p->at, p->cap * sizeof *p->at);
		if (!p->at)
			abort();
	}
	p->at[p->count++] = (rpv_write){ copy(key), copy(value), 0 };
	return RPV_OK;
}

static void free_pairs(pairs *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free((void *)p->at[i].key.data);
		free((void *)p->at[i].value.data);
	}
	free(p->at);
	*p = (pairs){ NULL, 0, 0 };
}

static void must(rpv_status status)
{
	if (status)
		abort();
}

static rpv_storage copy_of(const rpv_storage *storage)
{
	pairs all = { NULL, 0, 0 };
	rpv_storage made = RPV_STORAGE_INIT;
	must(rpv_memory_storage(NULL, &made));
	must(storage->scan(storage->user, first_key, no_bytes, 0, 0, collect, &all, NULL));
	must(made.commit(made.user, all.at, all.count, NULL, 0, NULL));
	free_pairs(&all);
	return made;
}

static bool is(const handle *h, broken what)
{
	return h->place->what == what;
}

static void pause_a_moment(void)
{
	const struct timespec moment = { 0, 200000 };
	nanosleep(&moment, NULL);
}

/* --- orders --- */
static int compare(rpv_bytes a, rpv_bytes b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = memcmp(a.data, b.data, shorter);
	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int signed_order(const void *a, const void *b)
{
	rpv_bytes x = ((const rpv_write *)a)->key, y = ((const rpv_write *)b)->key;
	const signed char *left = x.data, *right = y.data;
	for (size_t i = 0; i < x.size && i < y.size; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return (x.size > y.size) - (x.size < y.size);
}

static int longer_first(const void *a, const void *b)
{
	rpv_bytes x = ((const rpv_write *)a)->key, y = ((const rpv_write *)b)->key;
	int order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);
	return order ? order : (x.size < y.size) - (x.size > y.size);
}

static int caseless(const void *a, const void *b)
{
	rpv_bytes x = ((const rpv_write *)a)->key, y = ((const rpv_write *)b)->key;
	const unsigned char *left = x.data, *right = y.data;
	for (size_t i = 0; i < x.size && i < y.size; i++)
		if (tolower(left[i]) != tolower(right[i]))
			return tolower(left[i]) - tolower(right[i]);
	return compare(x, y);
}

static void reorder(const handle *h, pairs *p)
{
	if (is(h, BROKEN_SIGNED_ORDER))
		qsort(p->at, p->count, sizeof *p->at, signed_order);
	if (is(h, BROKEN_LONGER_FIRST))
		qsort(p->at, p->count, sizeof *p->at, longer_first);
	if (is(h, BROKEN_CASELESS))
		qsort(p->at, p->count, sizeof *p->at, caseless);
}

/* --- faults --- */
/* Whether this operation is the one that fails. */
static bool fails_here(broken_place *place)
{
	if (!place->fault_at || ++place->operations != place->fault_at)
		return false;
	place->met = 1;
	return true;
}

static int32_t fault(void *user, uint64_t nth)
{
	broken_place *place = user;
	int32_t met = place->met;
	place->fault_at = nth;
	place->operations = 0;
	place->met = 0;
	return met;
}

/* --- reading --- */
/* What the handle sees: its own copy, or the pairs as they are. */
static const rpv_storage *seen(handle *h)
{
	if (is(h, BROKEN_STALE_READS) && h->number && !h->reading) {
		if (!h->has_snapshot)
			h->snapshot = copy_of(&h->place->now);
		h->has_snapshot = true;
		return &h->snapshot;
	}
	return h->reading && !is(h, BROKEN_SNAPSHOT_MOVES) ? &h->snapshot : &h->place->now;
}

static rpv_status get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	handle *h = user;
	broken_place *place = h->place;
	pairs found = { NULL, 0, 0 };
	(void)error;
	pthread_mutex_lock(&place->lock);
	const rpv_storage *from = seen(h);
	if (is(h, BROKEN_KEY_CUT) && key.size > 255)
		key.size = 255;
	rpv_status status = from->get(from->user, key, collect, &found, NULL);
	pthread_mutex_unlock(&place->lock);
	if (status)
		return is(h, BROKEN_ABSENT_OK) ? RPV_OK : status;
	rpv_bytes value = found.at[0].value;
	if (is(h, BROKEN_CUT_AT_ZERO))
		value.size = strnlen(value.data, value.size);
	if (is(h, BROKEN_KEEPS_LENT) && place->lent && key.size == 3)
		value.data = place->lent;
	status = sink(sink_user, key, value);
	if (is(h, BROKEN_GET_TWICE))
		status = sink(sink_user, key, value);
	free_pairs(&found);
	if (status == RPV_STOP && !is(h, BROKEN_STOP_FAILS))
		return RPV_OK;
	return status && is(h, BROKEN_FAILURE_RENAMED) ? RPV_E_STORAGE : status;
}

/* Feeds from the pairs as they are now, one by one. */
static rpv_status scan_moving(handle *h, rpv_bytes from, rpv_bytes to, rpv_storage_sink sink, void *sink_user)
{
	rpv_status status = RPV_OK;
	rpv_bytes at = copy(from);
	for (bool more = true; more && !status;) {
		pairs next = { NULL, 0, 0 };
		pthread_mutex_lock(&h->place->lock);
		must(h->place->now.scan(h->place->now.user, at, to, 0, 1, collect, &next, NULL));
		pthread_mutex_unlock(&h->place->lock);
		more = next.count == 1;
		if (more) {
			status = sink(sink_user, next.at[0].key, next.at[0].value);
			free((void *)at.data);
			at = copy(next.at[0].key); /* followed by a zero byte */
			((char *)at.data)[at.size++] = '\0';
		}
		free_pairs(&next);
	}
	free((void *)at.data);
	return status == RPV_STOP ? RPV_OK : status;
}

/* The bounds and the limit as the broken storage understands them. */
static void misunderstand(const handle *h, rpv_bytes *from, rpv_bytes *to, int32_t *reverse, uint64_t *limit, char *later)
{
	if (is(h, BROKEN_TO_INCLUDED) && to->size) {
		memcpy(later, to->data, to->size);
		later[to->size] = '\0';
		*to = (rpv_bytes){ later, to->size + 1 };
	}
	if (is(h, BROKEN_NO_OPEN_END) && to->size == 0)
		*to = *from;
	if (is(h, BROKEN_LIMIT_OFF) && *limit && !*reverse)
		++*limit;
	if (is(h, BROKEN_LIMIT_FORGOTTEN) && *reverse)
		*limit = 0;
	if (is(h, BROKEN_LIMIT_SIGNED) && *limit > INT64_MAX)
		*to = *from;
	if (is(h, BROKEN_RARELY) && *limit == 7)
		*limit = 6;
	if (is(h, BROKEN_REVERSE_IGNORED))
		*reverse = 0;
}

static rpv_status feed(handle *h, const pairs *found, size_t from, rpv_storage_sink sink, void *sink_user)
{
	for (size_t i = from; i < found->count; i++) {
		if (fails_here(h->place))
			return is(h, BROKEN_SHORT_ON_FAULT) ? RPV_OK : RPV_E_STORAGE;
		const rpv_write *value = &found->at[is(h, BROKEN_VALUE_BEFORE) && i ? i - 1 : i];
		rpv_status status = sink(sink_user, found->at[i].key, value->value);
		if (status == RPV_STOP && !is(h, BROKEN_STOP_IGNORED))
			return RPV_OK;
		if (status && status != RPV_STOP)
			return is(h, BROKEN_FAILURE_SWALLOWED) ? RPV_OK : status;
	}
	return RPV_OK;
}

static rpv_status scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit, rpv_storage_sink sink,
                       void *sink_user, rpv_error *error)
{
	handle *h = user;
	pairs found = { NULL, 0, 0 };
	char later[RPV_STORAGE_KEY_MAX + 1];
	(void)error;
	misunderstand(h, &from, &to, &reverse, &limit, later);
	if (is(h, BROKEN_SCAN_MOVES) && !reverse && !limit && !h->reading)
		return scan_moving(h, from, to, sink, sink_user);
	pthread_mutex_lock(&h->place->lock);
	const rpv_storage *source = seen(h);
	must(source->scan(source->user, from, to, reverse, limit, collect, &found, NULL));
	pthread_mutex_unlock(&h->place->lock);
	reorder(h, &found);
	rpv_status status = RPV_E_NOT_FOUND;
	if (found.count || !is(h, BROKEN_EMPTY_FAILS)) {
		bool skip = is(h, BROKEN_FROM_SKIPPED) && !reverse && found.count && compare(found.at[0].key, from) != 0;
		status = feed(h, &found, skip, sink, sink_user);
	}
	free_pairs(&found);
	return status;
}

static rpv_status begin_read(void *user, rpv_error *error)
{
	handle *h = user;
	(void)error;
	if (h->has_snapshot && is(h, BROKEN_SNAPSHOT_STAYS))
		return RPV_E_BUSY;
	pthread_mutex_lock(&h->place->lock);
	if (h->has_snapshot && !is(h, BROKEN_SNAPSHOT_OLD))
		h->snapshot.close(h->snapshot.user);
	if (!h->has_snapshot || !is(h, BROKEN_SNAPSHOT_OLD))
		h->snapshot = copy_of(&h->place->now);
	pthread_mutex_unlock(&h->place->lock);
	h->has_snapshot = h->reading = true;
	return RPV_OK;
}

static void end_read(void *user)
{
	((handle *)user)->reading = false;
}

/* --- expectations --- */
static bool value_holds(const handle *h, rpv_bytes expected, rpv_bytes got)
{
	size_t size = expected.size;
	if (is(h, BROKEN_EXPECT_EMPTY_NEVER) && size == 0)
		return false;
	if (is(h, BROKEN_EXPECT_LENGTH_ONLY))
		return size == got.size;
	if (is(h, BROKEN_EXPECT_SHORTER) && got.size < size)
		size = got.size;
	else if (got.size != size && !is(h, BROKEN_EXPECT_SHORTER))
		return false;
	return size == 0 || memcmp(expected.data, got.data, size) == 0;
}

static bool holds(const handle *h, const rpv_expect *e, const rpv_write *writes, size_t count)
{
	const rpv_storage *now = &h->place->now;
	pairs found = { NULL, 0, 0 };
	bool written = false;
	for (size_t i = 0; i < count && !written; i++)
		written = compare(writes[i].key, e->key) == 0;
	if (is(h, BROKEN_EXPECT_WRITTEN_ONLY) && !written)
		return true;
	if (is(h, BROKEN_TOMBSTONES) && e->absent && h->place->removed)
		return false;
	rpv_status status = now->get(now->user, e->key, collect, &found, NULL);
	bool right;
	if (status)
		right = e->absent || is(h, BROKEN_EXPECT_ABSENT_ANY);
	else if (e->absent)
		right = is(h, BROKEN_ABSENT_WHEN_EMPTY) && found.at[0].value.size == 0;
	else
		right = value_holds(h, e->value, found.at[0].value);
	free_pairs(&found);
	return right;
}

static bool all_hold(const handle *h, const rpv_expect *expected, size_t expected_count, const rpv_write *writes,
                     size_t count)
{
	if (is(h, BROKEN_OTHERS_UNCHECKED) && h->number)
		return true;
	for (size_t i = 0; i < expected_count; i++)
		if (!holds(h, &expected[i], writes, count))
			return i && is(h, BROKEN_EXPECT_FIRST_ONLY);
	return true;
}

/* --- committing --- */
/* A write as the broken storage understands it; `spoilt` is memory to free. */
static rpv_write misread(handle *h, const rpv_write *write, void **spoilt)
{
	rpv_write w = *write;
	if (is(h, BROKEN_EMPTY_REMOVES) && w.value.size == 0)
		w.remove = 1;
	if (is(h, BROKEN_KEY_CUT) && w.key.size > 255)
		w.key.size = 255;
	if (is(h, BROKEN_VALUE_CUT) && w.value.size > 65535)
		w.value.size = 65535;
	if (is(h, BROKEN_KEEPS_LENT))
		h->place->lent = w.key.size == 3 && w.value.size == 5 ? w.value.data : NULL;
	pairs old = { NULL, 0, 0 };
	if (is(h, BROKEN_TAIL_STAYS) && !w.remove &&
	    h->place->now.get(h->place->now.user, w.key, collect, &old, NULL) == RPV_OK && old.at[0].value.size > w.value.size) {
		memcpy((char *)old.at[0].value.data, w.value.data, w.value.size);
		w.value = old.at[0].value;
		*spoilt = (void *)w.value.data;
		old.at[0].value.data = NULL;
	}
	free_pairs(&old);
	return w;
}

static void apply(handle *h, const rpv_write *writes, size_t count)
{
	rpv_storage *now = &h->place->now;
	for (size_t i = 0; i < count; i++) {
		void *spoilt = NULL;
		rpv_write w = misread(h, &writes[i], &spoilt);
		h->place->removed |= w.remove;
		if (!w.remove || !is(h, BROKEN_REMOVE_IGNORED))
			must(now->commit(now->user, &w, 1, NULL, 0, NULL));
		free(spoilt);
		if (is(h, BROKEN_ONE_BY_ONE) && count == 12) { /* others may look in between */
			pthread_mutex_unlock(&h->place->lock);
			pause_a_moment();
			pthread_mutex_lock(&h->place->lock);
		}
	}
}

/* What keeps the commit from happening at all. */
static rpv_status refuse(handle *h, const rpv_write *writes, size_t count)
{
	const rpv_storage *now = &h->place->now;
	size_t size = 0;
	for (size_t i = 0; i < count; i++) {
		pairs found = { NULL, 0, 0 };
		size += writes[i].key.size + writes[i].value.size;
		rpv_status status = now->get(now->user, writes[i].key, collect, &found, NULL);
		free_pairs(&found);
		if (status && writes[i].remove && is(h, BROKEN_REMOVE_ABSENT_FAILS))
			return RPV_E_NOT_FOUND;
	}
	if (count == 0 && is(h, BROKEN_NO_WRITES_FAILS))
		return RPV_E_STORAGE;
	return size > 1024 * 1024 && is(h, BROKEN_SMALL_COMMITS) ? RPV_E_FULL : RPV_OK;
}

/* Whether an operation of the commit fails; a broken storage has written half by then. */
static bool breaks_off(handle *h, const rpv_write *writes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fails_here(h->place)) {
			if (is(h, BROKEN_HALF_ON_FAULT))
				apply(h, writes, i);
			return true;
		}
	return false;
}

static void keep_before(broken_place *place)
{
	if (place->what != BROKEN_REOPEN_LOSES && place->what != BROKEN_CRASH_LOSES)
		return;
	if (place->has_before)
		place->before.close(place->before.user);
	place->before = copy_of(&place->now);
	place->has_before = true;
}

static rpv_status commit_locked(handle *h, const rpv_write *writes, size_t count, const rpv_expect *expected,
                                size_t expected_count)
{
	broken_place *place = h->place;
	bool was = place->conflicted;
	place->conflicted = !all_hold(h, expected, expected_count, writes, count);
	if (place->conflicted) {
		if (is(h, BROKEN_CONFLICT_HALF))
			apply(h, writes, count / 2);
		return RPV_E_CONFLICT;
	}
	if (was && expected_count && is(h, BROKEN_CONFLICT_LOCKS))
		return RPV_E_BUSY;
	rpv_status status = refuse(h, writes, count);
	if (status)
		return status;
	if (breaks_off(h, writes, count))
		return RPV_E_STORAGE;
	if (is(h, BROKEN_CHECK_THEN_WRITE) && expected_count) {
		pthread_mutex_unlock(&place->lock);
		pause_a_moment();
		pthread_mutex_lock(&place->lock);
	}
	keep_before(place);
	place->commits++;
	apply(h, writes, is(h, BROKEN_FEW_WRITES) && count > 10000 ? 10000 : count);
	return RPV_OK;
}

static rpv_status commit(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                         size_t expected_count, rpv_error *error)
{
	handle *h = user;
	(void)error;
	pthread_mutex_lock(&h->place->lock);
	rpv_status status = commit_locked(h, writes, count, expected, expected_count);
	if (is(h, BROKEN_STALE_READS) && h->has_snapshot) { /* its own commits it does see */
		h->snapshot.close(h->snapshot.user);
		h->has_snapshot = false;
	}
	pthread_mutex_unlock(&h->place->lock);
	return status;
}

/* --- waiting --- */
static rpv_status wait_for_commit(void *user, int32_t timeout_ms, rpv_error *error)
{
	handle *h = user;
	(void)error;
	for (int32_t fifths = 5 * timeout_ms; fifths > 0; fifths--) { /* of a millisecond */
		pthread_mutex_lock(&h->place->lock);
		uint64_t commits = h->place->commits;
		pthread_mutex_unlock(&h->place->lock);
		bool changed = commits != h->waited && !is(h, BROKEN_DEAF);
		h->waited = commits;
		if (changed)
			return RPV_OK;
		pause_a_moment();
	}
	return RPV_OK;
}

/* --- opening and closing --- */
static void close_handle(void *user)
{
	handle *h = user;
	if (h->has_snapshot)
		h->snapshot.close(h->snapshot.user);
	free(h);
}

static void lose_last(broken_place *place)
{
	if (!place->has_before)
		return;
	place->now.close(place->now.user);
	place->now = place->before;
	place->has_before = false;
}

static void empty_place(broken_place *place)
{
	if (place->has_before)
		place->before.close(place->before.user);
	if (place->now.close)
		place->now.close(place->now.user);
	must(rpv_memory_storage(NULL, &place->now));
	place->has_before = place->removed = place->conflicted = false;
	place->opened = 0;
	place->lent = NULL;
	if (place->what == BROKEN_OWN_KEY) {
		const rpv_write own = { { "\xFF\xFFmeta", 6 }, { "1", 1 }, 0 };
		must(place->now.commit(place->now.user, &own, 1, NULL, 0, NULL));
	}
}

static rpv_status open_handle(void *user, rpv_testkit_place where, rpv_storage *storage, rpv_error *error)
{
	broken_place *place = user;
	handle *h = calloc(1, sizeof *h);
	(void)error;
	if (!h)
		return RPV_E_NOMEM;
	if (where == RPV_TESTKIT_FRESH)
		empty_place(place);
	else if (place->what == BROKEN_REOPEN_LOSES)
		lose_last(place);
	h->place = place;
	h->number = place->opened++;
	h->waited = place->commits;
	*storage = (rpv_storage){ .struct_size = sizeof *storage, .user = h, .get = get, .scan = scan, .commit = commit,
		.begin_read = begin_read, .end_read = place->what == BROKEN_HALF_SNAPSHOT ? NULL : end_read, .close = close_handle,
		.wait = wait_for_commit };
	return RPV_OK;
}

static void crash(void *user, rpv_storage *storage)
{
	broken_place *place = user;
	close_handle(storage->user);
	if (place->what == BROKEN_CRASH_LOSES)
		lose_last(place);
}

void broken_place_init(broken_place *place, broken what)
{
	memset(place, 0, sizeof *place);
	place->what = what;
	pthread_mutex_init(&place->lock, NULL);
}

void broken_place_free(broken_place *place)
{
	if (place->has_before)
		place->before.close(place->before.user);
	if (place->now.close)
		place->now.close(place->now.user);
	pthread_mutex_destroy(&place->lock);
}

rpv_testkit_options broken_options(broken_place *place)
{
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	options.user = place;
	options.open = open_handle;
	options.crash = crash;
	options.fault = fault;
	options.flags = RPV_TESTKIT_SHARED;
	return options;
}
