/* SPDX-License-Identifier: MIT */
/* Tells stories, and shortens those that differ. */
#include "story.h"

#include <stdlib.h>
#include <time.h>

typedef struct step { int kind; uint64_t seed; bool dropped; } step;
typedef struct story { uint64_t seed; step steps[STEPS_MOST]; int count; } story;

static story tell_story(const storyteller *t, uint64_t seed, int count)
{
	test_random r = { seed };
	story s = { .seed = test_random_next(&r), .count = count };
	for (int i = 0; i < count; i++) {
		int chance = (int)test_random_below(&r, 100);
		for (int k = 0; (chance -= t->operations[k].weight) >= 0; k++)
			s.steps[i].kind = k + 1;
		s.steps[i].seed = test_random_next(&r);
	}
	return s;
}

/* Number of the step that differs, -1: none. The last is the check after all steps. */
static int run(const storyteller *t, driver *d, const story *s, bool verbose, long *done)
{
	volatile int at = 0;
	memset(d, 0, sizeof *d);
	d->verbose = verbose;
	if (setjmp(d->differs)) { /* at a tie either answer is right */
		close_driver(d);
		return d->m.tie ? -1 : at;
	}
	t->open(d, s->seed);
	check_step(d, false);
	for (int i = 0; i < s->count && !d->m.tie; i++) {
		at = i;
		if (s->steps[i].dropped)
			continue;
		t->step(d, t->operations[s->steps[i].kind].run, s->steps[i].seed, i + 1 == s->count);
		++*done;
	}
	close_driver(d);
	return -1;
}

/* Cuts the tail, then leaves out one step after the other as long as it still fails. */
static void shrink(const storyteller *t, driver *d, story *s, int at)
{
	long done = 0;
	s->count = at + 1;
	for (bool shorter = true; shorter;) {
		shorter = false;
		for (int i = s->count - 1; i >= 0; i--) {
			if (s->steps[i].dropped)
				continue;
			s->steps[i].dropped = true;
			int failed = run(t, d, s, false, &done);
			if (failed < 0) {
				s->steps[i].dropped = false;
				continue;
			}
			shorter = true;
			s->count = failed + 1;
		}
	}
}

static bool try_seed(const storyteller *t, driver *d, uint64_t seed, int steps, bool verbose, long *done)
{
	story s = tell_story(t, seed, steps);
	int at = run(t, d, &s, verbose, done);
	if (at < 0)
		return true;
	printf("seed %llu differs at step %d of %d: %s\n", (unsigned long long)seed, at + 1, steps, d->problem);
	shrink(t, d, &s, at);
	puts("the shortest story that still does:");
	run(t, d, &s, true, done);
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

static void read_arguments(const storyteller *t, int count, char **texts, arguments *a)
{
	*a = (arguments){ .first = 1, .sequences = t->stories, .steps = t->steps };
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
		a->steps = t->steps;
	if (getenv("RPV_TEST_SHORT") && a->sequences > 50) /* valgrind */
		a->sequences = 50;
}

static int try_file(const storyteller *t, driver *d, const arguments *a, long *done)
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
			failed += !try_seed(t, d, seed, steps, false, done);
	}
	if (file)
		fclose(file);
	return failed;
}

int tell_stories(const storyteller *t, int count, char **texts)
{
	static driver d;
	arguments a;
	long done = 0, sequences = 0, ties = 0;
	read_arguments(t, count, texts, &a);
	if (a.single)
		return !try_seed(t, &d, a.only, a.steps, a.verbose, &done);
	clock_t begun = clock();
	int failed = try_file(t, &d, &a, &done);
	for (; sequences < a.sequences && failed < 5; sequences++) {
		failed += !try_seed(t, &d, a.first + (uint64_t)sequences, a.steps, a.verbose, &done);
		ties += d.m.tie;
	}
	printf("%ld %s from seed %llu, %ld operations, %ld stopped at a tie, %d differ; %.1f s\n", sequences, t->unit,
	       (unsigned long long)a.first, done, ties, failed, (double)(clock() - begun) / CLOCKS_PER_SEC);
	return failed != 0;
}
