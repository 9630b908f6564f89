/* SPDX-License-Identifier: MIT */
/* Random sequences of operations, clock, groups and policies, on the library and on a naive model of the rules; every
 * answer must agree. A failure prints its seed and the shortest sequence found that still fails.
 *
 *     test_model [--sequences N] [--seed FIRST] [--steps K] [--only SEED] [--verbose] [FILE]
 *
 * FILE lists seeds that failed once; they come first. */
#include "driver.h"

#include <stdlib.h>
#include <time.h>

typedef struct step { int kind; uint64_t seed; bool dropped; } step;
typedef struct story { uint64_t seed; step steps[STEPS_MOST]; int count; } story;

static void (*const operations[])(driver *) = { op_batch, op_file, op_clock, op_cancel, op_tick, op_reopen, op_policy,
	op_renew, op_approve };
static const int weights[] = { 24, 26, 15, 9, 6, 2, 7, 6, 5 };

static story tell_story(uint64_t seed, int count)
{
	test_random r = { seed };
	story s = { .seed = test_random_next(&r), .count = count };
	for (int i = 0; i < count; i++) {
		int chance = (int)test_random_below(&r, 100);
		for (int k = 0; (chance -= weights[k]) >= 0; k++)
			s.steps[i].kind = k + 1;
		s.steps[i].seed = test_random_next(&r);
	}
	return s;
}

/* Number of the step that differs, -1: none. The last is the check after all steps. */
static int run(driver *d, const story *s, bool verbose, long *done)
{
	volatile int at = 0;
	memset(d, 0, sizeof *d);
	d->verbose = verbose;
	if (setjmp(d->differs)) {
		close_driver(d);
		return at;
	}
	open_driver(d, s->seed);
	check_step(d, false);
	for (int i = 0; i < s->count && !d->m.tie; i++) {
		at = i;
		if (s->steps[i].dropped)
			continue;
		d->random.state = s->steps[i].seed;
		operations[s->steps[i].kind](d);
		if (!d->m.tie)
			check_step(d, i + 1 == s->count);
		++*done;
	}
	close_driver(d);
	return -1;
}

/* Cuts the tail, then leaves out one step after the other as long as it still fails. */
static void shrink(driver *d, story *s, int at)
{
	long done = 0;
	s->count = at + 1;
	for (bool shorter = true; shorter;) {
		shorter = false;
		for (int i = s->count - 1; i >= 0; i--) {
			if (s->steps[i].dropped)
				continue;
			s->steps[i].dropped = true;
			int failed = run(d, s, false, &done);
			if (failed < 0) {
				s->steps[i].dropped = false;
				continue;
			}
			shorter = true;
			s->count = failed + 1;
		}
	}
}

static bool try_seed(driver *d, uint64_t seed, int steps, bool verbose, long *done)
{
	story s = tell_story(seed, steps);
	int at = run(d, &s, verbose, done);
	if (at < 0)
		return true;
	printf("seed %llu differs at step %d of %d: %s\n", (unsigned long long)seed, at + 1, steps, d->problem);
	shrink(d, &s, at);
	puts("the shortest story that still does:");
	run(d, &s, true, done);
	printf("%s\n", d->problem);
	return false;
}

/* --- the command line --- */
typedef struct arguments {
	uint64_t first, only;
	long sequences;
	int steps;
	bool verbose, single;
	const char *file;
} arguments;

static void read_arguments(int count, char **texts, arguments *a)
{
	*a = (arguments){ .first = 1, .sequences = 10000, .steps = 20 };
	for (int i = 1; i < count; i++) {
		const char *value = i + 1 < count ? texts[i + 1] : "0";
		if (strcmp(texts[i], "--verbose") == 0)
			a->verbose = true;
		else if (texts[i][0] != '-')
			a->file = texts[i];
		else if (strcmp(texts[i], "--sequences") == 0 && ++i)
			a->sequences = atol(value);
		else if (strcmp(texts[i], "--seed") == 0 && ++i)
			a->first = strtoull(value, NULL, 10);
		else if (strcmp(texts[i], "--steps") == 0 && ++i)
			a->steps = atoi(value);
		else if (strcmp(texts[i], "--only") == 0 && ++i)
			a->only = strtoull(value, NULL, 10), a->single = true;
	}
	if (a->steps < 1 || a->steps > STEPS_MOST)
		a->steps = 20;
	if (getenv("RPV_TEST_SHORT") && a->sequences > 50) /* valgrind */
		a->sequences = 50;
}

static int try_file(driver *d, const arguments *a, long *done)
{
	char line[128];
	int failed = 0;
	FILE *file = a->file ? fopen(a->file, "r") : NULL;
	if (a->file && !file)
		return 1;
	while (file && fgets(line, sizeof line, file)) {
		char *end;
		uint64_t seed = strtoull(line, &end, 10);
		int steps = (int)strtol(end, NULL, 10);
		if (seed && steps > 0 && steps <= STEPS_MOST)
			failed += !try_seed(d, seed, steps, false, done);
	}
	if (file)
		fclose(file);
	return failed;
}

int main(int count, char **texts)
{
	static driver d;
	arguments a;
	long done = 0, sequences = 0, ties = 0;
	read_arguments(count, texts, &a);
	if (a.single)
		return !try_seed(&d, a.only, a.steps, a.verbose, &done);
	clock_t begun = clock();
	int failed = try_file(&d, &a, &done);
	for (; sequences < a.sequences && failed < 5; sequences++) {
		failed += !try_seed(&d, a.first + (uint64_t)sequences, a.steps, a.verbose, &done);
		ties += d.m.tie;
	}
	printf("%ld sequences from seed %llu, %ld operations, %ld stopped at a tie, %d differ; %.1f s\n", sequences,
	       (unsigned long long)a.first, done, ties, failed, (double)(clock() - begun) / CLOCKS_PER_SEC);
	return failed != 0;
}
