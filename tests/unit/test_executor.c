/* SPDX-License-Identifier: MIT */
/* Passes in pieces: whatever an executor does with them, the figures have the bits of a pass in one piece. */
#include "../support/view_fleet.h"

#include <pthread.h>

/* An executor of tests. */
typedef struct runner {
	enum { IN_THREADS, BACKWARDS, AT_RANDOM, TWICE, HALF, REFUSES } how;
	test_random random;
	unsigned runs;
} runner;

typedef struct piece { void (*work)(void *context, uint32_t i); void *context; uint32_t i; } piece;

static void *in_thread(void *user)
{
	piece *p = user;
	p->work(p->context, p->i);
	return NULL;
}

static void run_threads(uint32_t count, void (*work)(void *context, uint32_t i), void *context)
{
	pthread_t threads[RPV_EXECUTOR_THREADS_MAX];
	piece pieces[RPV_EXECUTOR_THREADS_MAX];
	for (uint32_t i = 0; i < count; i++) {
		pieces[i] = (piece){ work, context, i };
		assert_int_equal(0, pthread_create(&threads[i], NULL, in_thread, &pieces[i]));
	}
	for (uint32_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void run_at_random(runner *r, uint32_t count, void (*work)(void *context, uint32_t i), void *context)
{
	uint32_t order[RPV_EXECUTOR_THREADS_MAX];
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)test_random_below(&r->random, i + 1);
		order[i] = order[at];
		order[at] = i;
	}
	for (uint32_t i = 0; i < count; i++)
		work(context, order[i]);
}

static rpv_status run(void *user, uint32_t count, void (*work)(void *context, uint32_t i), void *context)
{
	runner *r = user;
	r->runs++;
	switch (r->how) {
	case IN_THREADS: run_threads(count, work, context); return RPV_OK;
	case AT_RANDOM: run_at_random(r, count, work, context); return RPV_OK;
	case REFUSES: return RPV_E_STORAGE;
	case HALF: /* and fails */
		for (uint32_t i = 0; i < count / 2; i++)
			work(context, i);
		return RPV_E_NOMEM;
	case TWICE: /* and one that does not exist */
		for (uint32_t i = 0; i <= count; i++)
			work(context, i);
		break;
	case BACKWARDS: break;
	}
	for (uint32_t i = count; i-- > 0;)
		work(context, i);
	return RPV_OK;
}

typedef struct outcome { rpv__scores scores; rpv__figures figures[RECOMMENDATIONS]; } outcome;

/* Scores alone first, then all figures. */
static rpv_status look(fleet *f, const rpv__lens *lens, outcome *out)
{
	rpv__scores alone;
	const rpv__scores *scores;
	const rpv__figures *figures;
	change(f);
	memset(out, 0, sizeof *out);
	rpv_status status = rpv__evaluate_scores(&f->view, lens, &alone, NULL);
	if (!status)
		status = rpv__evaluate_all(&f->view, lens, &scores, &figures, NULL);
	if (status)
		return status;
	assert_memory_equal(&alone, scores, sizeof alone);
	out->scores = alone;
	memcpy(out->figures, figures, f->view.recommendation_count * sizeof *figures);
	return RPV_OK;
}

static void test_passes_when_an_executor_divides_them_then_same_bits(void **state)
{
	(void)state;
	static fleet f;
	static outcome whole, pieces;
	static const uint32_t threads[] = { 1, 2, 3, 8, RPV_EXECUTOR_THREADS_MAX };
	for (uint64_t seed = 1; seed <= 40; seed++) {
		test_random r = { seed };
		uint8_t groups[GROUPS];
		rpv__port port = { 0 };
		random_fleet(&f, seed);
		rpv__lens lens = random_lens(&r, groups);
		f.view.source.port = NULL;
		assert_ok(look(&f, &lens, &whole));
		f.view.source.port = &port;
		for (unsigned how = IN_THREADS; how <= REFUSES; how++)
			for (size_t t = 0; t < RPV__COUNT(threads) - (how == IN_THREADS); t++) {
				runner one = { .how = how, .random = { seed } };
				port.executor = (rpv_executor){ &one, run, threads[t], 0 };
				assert_ok(look(&f, &lens, &pieces));
				assert_memory_equal(&whole, &pieces, sizeof whole);
				if (whole.scores.devices)
					assert_true(threads[t] > 1 ? one.runs > 0 : one.runs == 0);
			}
		f.view.source.port = NULL;
		change(&f);
	}
}

/* --- memory --- */
static void test_pieces_when_memory_fails_then_nothing_is_lost(void **state)
{
	(void)state;
	static fleet f;
	static outcome whole, pieces;
	test_memory memory = { 0 };
	rpv_allocator allocator = test_memory_allocator(&memory);
	runner one = { .how = BACKWARDS };
	rpv__port port = { .executor = { &one, run, 3, 0 } };
	rpv__lens lens = { .now_ms = NOW };
	random_fleet(&f, 7);
	f.view.alloc = rpv__alloc_or_default(&allocator);
	f.view.source.port = &port;
	assert_ok(look(&f, &lens, &whole));
	change(&f);
	assert_int_equal(0, memory.live);
	rpv_status status = RPV_E_NOMEM;
	for (size_t at = 1; status == RPV_E_NOMEM; at++) {
		test_memory_fail(&memory, at, false);
		status = look(&f, &lens, &pieces);
		assert_true(status == RPV_OK || test_memory_failed(&memory));
		memory.fail_at = 0;
		change(&f);
		assert_int_equal(0, memory.live);
	}
	assert_ok(status);
	assert_memory_equal(&whole, &pieces, sizeof whole);
	f.view.source.port = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passes_when_an_executor_divides_them_then_same_bits),
		cmocka_unit_test(test_pieces_when_memory_fails_then_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
