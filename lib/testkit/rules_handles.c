/* SPDX-License-Identifier: MIT */
/* Rules: several handles on one storage, one moment for many reads, and threads. */
#include "inside.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* A second handle; false when the storage has none or it does not open. */
static bool another(kit *k, rpv_storage *out)
{
	if (!(k->options->flags & RPV_TESTKIT_SHARED))
		return rpv__kit_skip(k, "the flag RPV_TESTKIT_SHARED is not given");
	return rpv__kit_open(k, RPV_TESTKIT_AGAIN, out);
}

static bool sees(kit *k)
{
	rpv_storage other;
	if (!another(k, &other))
		return false;
	bool right = rpv__kit_lacks(k, &other, "a") && rpv__kit_set(k, &k->s, "a", "1") &&
	             rpv__kit_has_text(k, &other, "a", "1") && rpv__kit_set(k, &other, "a", "2") &&
	             rpv__kit_set(k, &other, "b", "2") && rpv__kit_has_text(k, &k->s, "a", "2") &&
	             rpv__kit_lists(k, &k->s, "a", "", 0, 0, "a b");
	rpv__kit_close(&other);
	return right && rpv__kit_has_text(k, &k->s, "b", "2");
}

static bool conflicts(kit *k)
{
	rpv_storage other;
	const rpv_expect none = rpv__kit_absent("a"), one = rpv__kit_is("a", "1");
	const rpv_write writes[] = { rpv__kit_put("a", "2"), rpv__kit_put("b", "2") };
	if (!another(k, &other))
		return false;
	bool right = rpv__kit_set(k, &k->s, "a", "1") && rpv__kit_commit(k, &other, writes, 2, &none, 1, RPV_E_CONFLICT) &&
	             rpv__kit_lacks(k, &k->s, "b") && rpv__kit_commit(k, &other, writes, 2, &one, 1, RPV_OK) &&
	             rpv__kit_commit(k, &k->s, writes, 2, &one, 1, RPV_E_CONFLICT);
	rpv__kit_close(&other);
	return right;
}

/* --- one moment --- */
typedef struct meddling { rpv_storage *other; size_t fed; rpv_status status; bool changed, mixed; } meddling;

static rpv_status meddle(void *user, rpv_bytes key, rpv_bytes value)
{
	meddling *m = user;
	const rpv_write writes[] = { rpv__kit_put("a", "new"), rpv__kit_put("b", "new"), rpv__kit_remove("c"),
	                             rpv__kit_put("d", "new"), rpv__kit_put("z", "new") };
	(void)key;
	m->fed++;
	m->mixed |= value.size != 3 || memcmp(value.data, "old", 3) != 0;
	if (m->fed == 2) {
		rpv_error error = RPV_ERROR_INIT;
		m->status = m->other->commit(m->other->user, writes, KIT_COUNT(writes), NULL, 0, &error);
	}
	return RPV_OK;
}

static bool fill(kit *k)
{
	const rpv_write writes[] = { rpv__kit_put("a", "old"), rpv__kit_put("b", "old"), rpv__kit_put("c", "old"),
	                             rpv__kit_put("d", "old") };
	return rpv__kit_commit(k, &k->s, writes, KIT_COUNT(writes), NULL, 0, RPV_OK);
}

static bool scan_one_moment(kit *k)
{
	rpv_storage other;
	rpv_error error = RPV_ERROR_INIT;
	if (!another(k, &other))
		return false;
	meddling m = { &other, 0, RPV_OK, false, false };
	bool right = fill(k);
	rpv_status status = right ? k->s.scan(k->s.user, rpv__kit_bytes("a"), rpv__kit_bytes("zz"), 0, 0, meddle, &m, &error)
	                          : RPV_OK;
	if (right && status)
		right = rpv__kit_wrong(k, "scan, while another handle commits", RPV_OK, status, &error);
	else if (right && m.status && m.status != RPV_E_BUSY)
		right = rpv__kit_wrong(k, "commit, while another handle scans", RPV_OK, m.status, NULL);
	else if (right && (m.fed != 4 || m.mixed))
		right = rpv__kit_fail(k, "scan, while another handle commits: expected the 4 pairs from before, got %zu, %s", m.fed,
		                      m.mixed ? "some of the other commit" : "none of the other commit");
	rpv__kit_close(&other);
	return right;
}

static bool begin(kit *k)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = k->s.begin_read(k->s.user, &error);
	return status == RPV_OK || rpv__kit_wrong(k, "begin_read", RPV_OK, status, &error);
}

static bool snapshot_reads(kit *k)
{
	if (!k->s.begin_read)
		return rpv__kit_skip(k, "the storage has no begin_read");
	bool right = fill(k);
	for (int times = 0; times < 2 && right; times++) {
		if (!begin(k))
			return false;
		right = rpv__kit_has_text(k, &k->s, "b", "old") && rpv__kit_lists(k, &k->s, "a", "d", 1, 2, "c b") &&
		        rpv__kit_lacks(k, &k->s, "bb");
		k->s.end_read(k->s.user);
		right = right && rpv__kit_set(k, &k->s, times ? "f" : "e", "old");
	}
	return right && rpv__kit_lists(k, &k->s, "a", "", 0, 0, "a b c d e f");
}

static bool snapshot_stable(kit *k)
{
	rpv_storage other;
	const rpv_write writes[] = { rpv__kit_put("a", "new"), rpv__kit_remove("b"), rpv__kit_put("e", "new") };
	if (!k->s.begin_read)
		return rpv__kit_skip(k, "the storage has no begin_read");
	if (!another(k, &other))
		return false;
	bool right = fill(k) && begin(k);
	if (right) {
		right = rpv__kit_commit(k, &other, writes, 3, NULL, 0, RPV_OK) && rpv__kit_has_text(k, &k->s, "a", "old") &&
		        rpv__kit_has_text(k, &k->s, "b", "old") && rpv__kit_lists(k, &k->s, "a", "", 0, 0, "a b c d") &&
		        rpv__kit_lists(k, &k->s, "a", "", 1, 1, "d");
		k->s.end_read(k->s.user);
	}
	rpv__kit_close(&other);
	return right;
}

static bool snapshot_fresh(kit *k)
{
	rpv_storage other;
	if (!k->s.begin_read)
		return rpv__kit_skip(k, "the storage has no begin_read");
	if (!another(k, &other))
		return false;
	bool right = true;
	for (int i = 0; i < 3 && right; i++) {
		const char *value = i % 2 ? "odd" : "even";
		right = rpv__kit_set(k, &other, "a", value) && begin(k);
		if (right) {
			right = rpv__kit_has_text(k, &k->s, "a", value);
			k->s.end_read(k->s.user);
			right = right && rpv__kit_set(k, &other, "a", "after") && rpv__kit_has_text(k, &k->s, "a", "after");
		}
	}
	rpv__kit_close(&other);
	return right;
}

/* --- waiting --- */
#define WAIT_MS 4000

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *commit_later(void *user)
{
	const struct timespec moment = { 0, 50000000 };
	const rpv_write write = rpv__kit_put("a", "1");
	const rpv_storage *s = user;
	rpv_error error = RPV_ERROR_INIT;
	nanosleep(&moment, NULL);
	(void)s->commit(s->user, &write, 1, NULL, 0, &error); /* if it fails, it will be missing */
	return NULL;
}

static bool wait_for(kit *k, int32_t timeout_ms)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = k->s.wait(k->s.user, timeout_ms, &error);
	return status == RPV_OK || rpv__kit_wrong(k, "wait", RPV_OK, status, &error);
}

static bool has_come(kit *k)
{
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	bool there = rpv__kit_get(k, &k->s, rpv__kit_bytes("a"), &got, &error) == RPV_OK;
	rpv__kit_free(&got);
	return there;
}

static bool wait_wakes(kit *k)
{
	rpv_storage other;
	pthread_t thread;
	if (!k->s.wait)
		return rpv__kit_skip(k, "the storage has no wait");
	if (!another(k, &other))
		return false;
	bool right = wait_for(k, 0) && wait_for(k, 1) && wait_for(k, 1); /* what ends early has done so */
	int64_t began = now_ms();
	if (right && pthread_create(&thread, NULL, commit_later, &other) != 0)
		right = rpv__kit_skip(k, "there is no further thread");
	else if (right) {
		while (right && !has_come(k) && now_ms() - began < WAIT_MS)
			right = wait_for(k, WAIT_MS);
		int64_t took = now_ms() - began;
		pthread_join(thread, NULL);
		if (right && took >= WAIT_MS)
			right = rpv__kit_fail(k, "wait for %d ms: expected it to end when another handle commits, got %lld ms", WAIT_MS,
			                      (long long)took);
	}
	rpv__kit_close(&other);
	return right;
}

/* --- threads --- */
#define THREADS 4
#define TIMES 40
#define MOST_TRIES 20000
#define WIDTH 12

typedef struct worker {
	rpv_storage s;
	pthread_t thread;
	bool is_open, runs;
	size_t done, *working; /* threads that still write, under the lock */
	pthread_mutex_t *lock;
	rpv_status status;
	char seen[2][24];      /* of a reader that saw two commits in one */
	bool torn;
} worker;

static rpv_status take_text(void *user, rpv_bytes key, rpv_bytes value)
{
	char *text = user;
	(void)key;
	snprintf(text, 24, "%.*s", (int)value.size, value.size ? (const char *)value.data : "");
	return RPV_OK;
}

static bool try_again(rpv_status status)
{
	return status == RPV_E_CONFLICT || status == RPV_E_BUSY;
}

static void *count_up(void *user)
{
	worker *w = user;
	for (size_t tries = 0; w->done < TIMES && !w->status; tries++) {
		rpv_error error = RPV_ERROR_INIT;
		char now[24] = "", next[24];
		rpv_status status = w->s.get(w->s.user, rpv__kit_bytes("count"), take_text, now, &error);
		if (status && status != RPV_E_NOT_FOUND && status != RPV_E_BUSY)
			w->status = status;
		if (w->status || status == RPV_E_BUSY)
			continue;
		snprintf(next, sizeof next, "%lu", strtoul(now, NULL, 10) + 1);
		const rpv_expect expected = { rpv__kit_bytes("count"), rpv__kit_bytes(now), status == RPV_E_NOT_FOUND };
		const rpv_write write = rpv__kit_put("count", next);
		status = w->s.commit(w->s.user, &write, 1, &expected, 1, &error);
		w->done += status == RPV_OK;
		if (status && (!try_again(status) || tries > MOST_TRIES))
			w->status = status;
	}
	return NULL;
}

static void *write_alike(void *user)
{
	worker *w = user;
	static const char *const names[WIDTH] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };
	for (size_t tries = 0; w->done < TIMES && !w->status; tries++) {
		rpv_error error = RPV_ERROR_INIT;
		rpv_write writes[WIDTH];
		char value[48];
		snprintf(value, sizeof value, "%zu by %p", w->done, (void *)w);
		for (size_t i = 0; i < WIDTH; i++)
			writes[i] = rpv__kit_put(names[i], value);
		rpv_status status = w->s.commit(w->s.user, writes, WIDTH, NULL, 0, &error);
		w->done += status == RPV_OK;
		if (status && (!try_again(status) || tries > MOST_TRIES))
			w->status = status;
	}
	pthread_mutex_lock(w->lock);
	--*w->working;
	pthread_mutex_unlock(w->lock);
	return NULL;
}

static rpv_status compare_alike(void *user, rpv_bytes key, rpv_bytes value)
{
	worker *w = user;
	char text[24];
	(void)key;
	snprintf(text, sizeof text, "%.*s", (int)value.size, (const char *)value.data);
	if (!w->seen[0][0])
		memcpy(w->seen[0], text, sizeof text);
	if (strcmp(text, w->seen[0]) != 0 && !w->torn) {
		w->torn = true;
		memcpy(w->seen[1], text, sizeof text);
	}
	return RPV_OK;
}

static void *read_alike(void *user)
{
	worker *w = user;
	bool working = true;
	while (working && !w->torn && !w->status) {
		rpv_error error = RPV_ERROR_INIT;
		w->seen[0][0] = '\0';
		rpv_status status = w->s.scan(w->s.user, rpv__kit_bytes("a"), rpv__kit_bytes("z"), (int32_t)(w->done++ % 2), 0,
		                              compare_alike, w, &error);
		if (status != RPV_E_BUSY)
			w->status = status;
		pthread_mutex_lock(w->lock);
		working = *w->working > 0;
		pthread_mutex_unlock(w->lock);
	}
	return NULL;
}

/* Opens a handle for each, runs them side by side, and closes the handles. */
static bool side_by_side(kit *k, worker workers[THREADS], void *(*const runs[THREADS])(void *))
{
	bool right = true;
	for (size_t i = 0; i < THREADS && right; i++)
		right = workers[i].is_open = another(k, &workers[i].s);
	for (size_t i = 0; i < THREADS && right; i++)
		workers[i].runs = pthread_create(&workers[i].thread, NULL, runs[i], &workers[i]) == 0;
	for (size_t i = 0; i < THREADS; i++) {
		if (workers[i].runs)
			pthread_join(workers[i].thread, NULL);
		if (right && !workers[i].runs)
			right = rpv__kit_skip(k, "there is no further thread");
		if (right && workers[i].status)
			right = rpv__kit_wrong(k, "a call in one of several threads", RPV_OK, workers[i].status, NULL);
		if (workers[i].is_open)
			rpv__kit_close(&workers[i].s);
	}
	return right;
}

static bool threads_count(kit *k)
{
	void *(*const runs[THREADS])(void *) = { count_up, count_up, count_up, count_up };
	worker workers[THREADS];
	rpv_error error = RPV_ERROR_INIT;
	char count[24] = "", expected[24];
	memset(workers, 0, sizeof workers);
	if (!side_by_side(k, workers, runs))
		return false;
	snprintf(expected, sizeof expected, "%d", THREADS * TIMES);
	rpv_status status = k->s.get(k->s.user, rpv__kit_bytes("count"), take_text, count, &error);
	if (status)
		return rpv__kit_wrong(k, "get", RPV_OK, status, &error);
	return strcmp(count, expected) == 0 ||
	       rpv__kit_fail(k, "%d threads count up together: expected %s, got %s", THREADS, expected, count);
}

static bool threads_whole(kit *k)
{
	void *(*const runs[THREADS])(void *) = { write_alike, write_alike, read_alike, read_alike };
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	worker workers[THREADS];
	size_t working = 2;
	memset(workers, 0, sizeof workers);
	for (size_t i = 0; i < THREADS; i++) {
		workers[i].lock = &lock;
		workers[i].working = &working;
	}
	if (!side_by_side(k, workers, runs))
		return false;
	for (size_t i = 0; i < THREADS; i++)
		if (workers[i].torn)
			return rpv__kit_fail(k, "scan, while other threads commit: expected the values of one commit, got \"%s\" and "
			                     "\"%s\"", workers[i].seen[0], workers[i].seen[1]);
	return true;
}

const kit_rule rpv__kit_handles[] = {
	{ "handles", "handles-see", "through this and every other handle and process on the same storage", sees },
	{ "handles", "handles-conflict", "Checking the expectations and making the writes is one step", conflicts },
	{ "handles", "scan-one-moment", "One `scan` reads one moment, whatever others commit meanwhile.", scan_one_moment },
	{ "handles", "snapshot-reads", "Called once for each successful `begin_read`", snapshot_reads },
	{ "handles", "snapshot-stable", "Between `begin_read` and `end_read` all reads see one moment", snapshot_stable },
	{ "handles", "snapshot-fresh", "It sees every commit that returned before it was called.", snapshot_fresh },
	{ "handles", "wait-wakes", "A commit that returned since the last `wait` of this handle began ends it at once.",
	  wait_wakes },
	{ "handles", "threads-count", "no other commit comes between them", threads_count },
	{ "handles", "threads-whole", "No reader ever sees a part of a commit", threads_whole },
	{ NULL, NULL, NULL, NULL },
};
