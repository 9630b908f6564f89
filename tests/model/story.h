/* SPDX-License-Identifier: MIT */
/* Stories: random sequences of operations, told by a seed. One that differs is made as short as it gets. */
#ifndef MODEL_STORY_H
#define MODEL_STORY_H

#include "driver.h"

typedef struct story_operation {
	void (*run)(driver *d);
	int weight;                  /* of all of them 100 in sum */
} story_operation;

typedef struct storyteller {
	const char *unit;            /* what one story is called */
	const story_operation *operations;
	void (*open)(driver *d, uint64_t seed);
	void (*step)(driver *d, void (*operation)(driver *), uint64_t seed, bool last);
	long stories;                /* unless told otherwise, */
	int steps;                   /* of so many steps */
} storyteller;

/* The command line, see test_model.c; the exit code. */
int tell_stories(const storyteller *teller, int count, char **texts);

#endif
