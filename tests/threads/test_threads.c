/* SPDX-License-Identifier: MIT */
/* Eight threads at once, four on each of two stores over the same storage: each with sessions, an engine and lists of its
 * own. Nothing acknowledged may be lost, the journal has no gap, and all engines end at the same bits. Meant to be built
 * with -Db_sanitize=thread as well.
 *
 *     threads [ROUNDS] */
#include "../support/test.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 8, STORES = 2, RECS = 6 };

#define START INT64_C(1772323200000) /* 2026-03-01 */

/* A storage that several stores share: one call at a time. */
typedef struct shared {
	pthread_mutex_t lock;
	rpv_storage inner;
} shared;

typedef struct worker {
	pthread_t thread;
	unsigned number, rounds;
	rpv_store *store;
	test_random random;
	unsigned devices, filed;      /* acknowledged */
	char problem[160];
	rpv_score score;
} worker;

/* --- the executor --- */
typedef struct piece { void (*work)(void *context, uint32_t i); void *context; uint32_t i; } piece;

static void *do_piece(void *user)
{
	piece *p = user;
	p->work(p->context, p->i);
	return NULL;
}

/* A thread for each piece; where none can be had, the library does the piece. */
static rpv_status in_threads(void *user, uint32_t count, void (*work)(void *context, uint32_t i), void *context)
{
	pthread_t threads[8];
	piece pieces[8];
	uint32_t begun = 0;
	(void)user;
	for (; begun < count && begun < 8; begun++) {
		pieces[begun] = (piece){ work, context, begun };
		if (pthread_create(&threads[begun], NULL, do_piece, &pieces[begun]))
			break;
	}
	for (uint32_t i = 0; i < begun; i++)
		pthread_join(threads[i], NULL);
	return RPV_OK;
}

/* --- the storage --- */
static rpv_status shared_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	shared *s = user;
	pthread_mutex_lock(&s->lock);
	rpv_status status = s->inner.get(s->inner.user, key, sink, sink_user, error);
	pthread_mutex_unlock(&s->lock);
	return status;
}

static rpv_status shared_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                              rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	shared *s = user;
	pthread_mutex_lock(&s->lock);
	rpv_status status = s->inner.scan(s->inner.user, from, to, reverse, limit, sink, sink_user, error);
	pthread_mutex_unlock(&s->lock);
	return status;
}

static rpv_status shared_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                                size_t expected_count, rpv_error *error)
{
	shared *s = user;
	pthread_mutex_lock(&s->lock);
	rpv_status status = s->inner.commit(s->inner.user, writes, write_count, expected, expected_count, error);
	pthread_mutex_unlock(&s->lock);
	return status;
}

static rpv_store *open_store(shared *s, const int64_t *now_ms)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	o.executor = (rpv_executor){ NULL, in_threads, 3, 0 };
	rpv_store *store = NULL;
	int64_t *now = (int64_t *)now_ms; /* nobody writes it meanwhile */
	o.storage.user = s;
	o.storage.capabilities = RPV_STORAGE_VOLATILE;
	o.storage.get = shared_get;
	o.storage.scan = shared_scan;
	o.storage.commit = shared_commit;
	rpv_clock_manual(now, &o.clock);
	return rpv_store_open(&o, &store, NULL) ? NULL : store;
}

/* --- what a thread does --- */
static void wrong(worker *w, const char *what, rpv_status status)
{
	if (!w->problem[0])
		snprintf(w->problem, sizeof w->problem, "thread %u: %s: %s", w->number, what, rpv_status_name(status));
}

/* Others may be faster, for long; a rule may refuse what they made impossible. */
static bool fine(rpv_status status)
{
	return status == RPV_OK || status == RPV_E_CONFLICT || status == RPV_E_BUSY || status == RPV_E_REFUSED;
}

static void rec_id(unsigned rec, char out[32])
{
	snprintf(out, 32, "va-_-shared-_-app_%u", rec);
}

static rpv_session *open_session(worker *w)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session = NULL;
	char id[32];
	snprintf(id, sizeof id, "thread-%u@corp.example", w->number);
	p.id = id;
	p.permissions = RPV_PERMIT_ALL;
	rpv_status status = rpv_session_open(w->store, &p, &session, NULL);
	if (status)
		wrong(w, "session", status);
	return session;
}

static void ingest(worker *w, rpv_session *session)
{
	char device[32], rec[32];
	const char *weakness[] = { "CVE-1", "CVE-2" };
	rpv_batch *batch;
	rpv_status status = rpv_batch_begin(session, NULL, &batch);
	if (status) {
		wrong(w, "begin", status);
		return;
	}
	snprintf(device, sizeof device, "d-%u-%u", w->number, w->devices);
	rec_id((unsigned)test_random_below(&w->random, RECS), rec);
	rpv_device_facts d = { .id = device, .group = w->number % 2 ? "Sales" : "IT" };
	rpv_recommendation_facts r = { .id = rec };
	rpv_weakness_facts one = { .id = "CVE-1", .severity = RPV_SEVERITY_HIGH }, two = { .id = "CVE-2" };
	size_t weaknesses = 1 + (size_t)test_random_below(&w->random, 2);
	if (rpv_batch_device(batch, &d) || rpv_batch_recommendation(batch, &r) || rpv_batch_weakness(batch, &one) ||
	    rpv_batch_weakness(batch, &two) || rpv_batch_assess(batch, device, rec, weakness, weaknesses))
		wrong(w, "record", rpv_session_error(session)->status);
	status = rpv_batch_commit(batch, NULL);
	w->devices += !status;
	if (!fine(status))
		wrong(w, "commit", status);
	rpv_batch_free(batch);
}

static void decide(worker *w, rpv_session *session)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	char rec[32];
	rec_id((unsigned)test_random_below(&w->random, RECS), rec);
	r.recommendation = rec;
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	r.context = "one of eight";
	r.duration_ms = RPV_DAYS(20);
	r.supersede = 1;
	rpv_status status = rpv_exception_file(session, &r, NULL);
	w->filed += !status;
	if (!fine(status) && status != RPV_E_NOT_FOUND)
		wrong(w, "filing", status);
}

/* A list, page by page. */
static void list(worker *w, rpv_session *session)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *page = NULL;
	rpv_status status;
	q.states = RPV_STATE_ALL;
	q.limit = 2;
	do {
		rpv_list *next = NULL;
		status = rpv_recommendation_list(session, &q, &next);
		rpv_list_free(page);
		page = next;
		q.after = rpv_list_cursor(page);
	} while (!status && q.after);
	rpv_list_free(page);
	if (!fine(status))
		wrong(w, "list", status);
}

static void look_back(worker *w, rpv_session *session)
{
	rpv_list *past = NULL;
	rpv_status status = rpv_session_set_as_of(session, START);
	if (!status)
		status = rpv_exception_list(session, NULL, &past);
	rpv_list_free(past);
	if (!fine(status))
		wrong(w, "the past", status);
	if (rpv_session_set_as_of(session, 0))
		wrong(w, "the present", RPV_E_STORAGE);
}

static void *work(void *user)
{
	worker *w = user;
	rpv_session *session = open_session(w), *other = open_session(w);
	rpv_score_engine *engine = NULL;
	rpv_score score = RPV_SCORE_INIT;
	rpv_status status = session ? rpv_score_engine_open(session, &engine) : RPV_E_NOMEM;
	for (unsigned i = 0; i < w->rounds && !w->problem[0] && !status; i++) {
		ingest(w, session);
		if (i % 3 == 0)
			decide(w, other);
		list(w, session);
		if (i % 4 == 0)
			look_back(w, other);
		status = rpv_score_engine_read(engine, NULL, &score);
		status = fine(status) ? RPV_OK : status;
		if (i % 5 == 0 && !fine(rpv_store_tick(w->store, 0, NULL, NULL)))
			wrong(w, "tick", RPV_E_STORAGE);
	}
	if (status)
		wrong(w, "engine", status);
	rpv_score_engine_close(engine);
	rpv_session_close(session);
	rpv_session_close(other);
	return NULL;
}

/* --- what must be there in the end --- */
static void check(worker *w, unsigned devices, unsigned filed)
{
	rpv_session *session = open_session(w);
	rpv_list *list;
	w->score = (rpv_score)RPV_SCORE_INIT;
	assert_non_null(session);
	assert_ok(rpv_device_list(session, NULL, &list));
	assert_int_equal(devices, rpv_list_count(list));
	rpv_list_free(list);
	assert_ok(rpv_exception_list(session, NULL, &list));
	assert_int_equal(filed, rpv_list_count(list));
	rpv_list_free(list);
	assert_ok(rpv_event_list(session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		assert_int_equal(i + 1, rpv_event_at(list, i)->sequence);
	rpv_list_free(list);
	assert_ok(rpv_score_read(session, NULL, &w->score));
	rpv_session_close(session);
}

static unsigned rounds_asked = 150;

static void test_threads_when_eight_work_at_once_then_nothing_is_lost(void **state)
{
	static const int64_t now = START;
	shared s = { .lock = PTHREAD_MUTEX_INITIALIZER };
	worker workers[THREADS];
	rpv_store *stores[STORES + 1];
	unsigned devices = 0, filed = 0;
	(void)state;
	assert_ok(rpv_memory_storage(NULL, &s.inner));
	for (int i = 0; i < STORES; i++)
		assert_non_null(stores[i] = open_store(&s, &now));
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (worker){ .number = i, .rounds = rounds_asked, .store = stores[i % STORES], .random = { i } };
		assert_int_equal(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(0, pthread_join(workers[i].thread, NULL));
		assert_string_equal("", workers[i].problem);
		devices += workers[i].devices;
		filed += workers[i].filed;
	}
	assert_true(filed > 0 && devices > THREADS);
	assert_non_null(stores[STORES] = open_store(&s, &now)); /* and one that comes later */
	for (unsigned i = 0; i <= STORES; i++) {
		workers[i].store = stores[i];
		check(&workers[i], devices, filed);
		assert_memory_equal(&workers[0].score, &workers[i].score, sizeof workers[i].score);
	}
	for (int i = 0; i <= STORES; i++)
		rpv_store_close(stores[i]);
	s.inner.close(s.inner.user);
	printf("%u devices, %u exceptions, all there\n", devices, filed);
}

int main(int count, char **texts)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_threads_when_eight_work_at_once_then_nothing_is_lost) };
	if (count > 1)
		rounds_asked = (unsigned)atoi(texts[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
