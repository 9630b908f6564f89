/* SPDX-License-Identifier: MIT */
/* Random sequences of operations, clock, groups and policies, on the library and on a naive model of the rules; every
 * answer must agree. A failure prints its seed and the shortest sequence found that still fails.
 *
 *     test_model [--sequences N] [--seed FIRST] [--steps K] [--only SEED] [--verbose] [FILE]
 *
 * FILE lists seeds that failed once; they come first. */
#include "story.h"

static const story_operation operations[] = { { op_batch, 24 }, { op_file, 26 }, { op_clock, 15 }, { op_cancel, 9 },
	{ op_tick, 6 }, { op_reopen, 2 }, { op_policy, 7 }, { op_renew, 6 }, { op_approve, 5 } };

static void step(driver *d, void (*operation)(driver *), uint64_t seed, bool last)
{
	d->random.state = seed;
	operation(d);
	if (!d->m.tie)
		check_step(d, last);
}

int main(int count, char **texts)
{
	const storyteller teller = { "sequences", operations, open_driver, step, 10000, 20 };
	return tell_stories(&teller, count, texts);
}
