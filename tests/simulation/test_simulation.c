/* SPDX-License-Identifier: MIT */
/* Simulations: processes work on one store while storage, memory and clocks fail and jump, and processes die and come
 * back; every answer is held against a naive model.
 *
 *     test_simulation [--sequences N] [--seed FIRST] [--steps K] [--only SEED] [--verbose] [FILE]
 *
 * FILE lists seeds that failed once; they come first. */
#include "simulation.h"

simulation sim;
tally counts;

static const story_operation operations[] = { { op_batch, 20 }, { op_file, 22 }, { op_time, 12 }, { op_cancel, 8 },
	{ op_tick, 5 }, { op_reopen, 2 }, { op_policy, 6 }, { op_renew, 5 }, { op_approve, 4 }, { op_restart, 2 },
	{ op_crowd, 3 }, { op_past, 5 }, { op_scores, 5 }, { op_replace, 1 } };

static void open(driver *d, uint64_t seed)
{
	memset(&sim, 0, sizeof sim);
	forget_points();
	sim.driver = d;
	sim.chance.state = seed ^ 0x5eed;
	sim.disk.moments = chance(2);
	uint64_t bits = chance(256) | chance(256); /* three of four kinds */
	sim.weather = (weather){ bits & 1, bits >> 1 & 1, bits >> 2 & 1, bits >> 3 & 1, bits >> 4 & 1, bits >> 5 & 1,
		bits >> 6 & 1, bits >> 7 & 1 };
	if (chance(8) == 0)
		sim.weather = (weather){ .others = true };
	d->process_count = 1 + (int)chance(PROCESSES_MOST);
	d->disturbs = &faults;
	sim.quiet = true;
	open_driver(d, seed);
	sim.quiet = false;
	sim.chains = chance(2);
}

/* What later looks at the past must say. */
static void remember(driver *d)
{
	const ref *newest = &sim.moments[sim.newest];
	if (!sim.moment_count || newest->mark != d->m.mark)
		sim.newest = (sim.newest + 1) % MOMENTS_MOST;
	else
		sim.moment_count--;
	sim.moments[sim.newest] = d->m;
	sim.moment_count += sim.moment_count < MOMENTS_MOST;
}

/* What it had not been told of is there as a whole or not at all: the model knows which. */
static void come_back(driver *d)
{
	process *own = d->at;
	d->at = sim.dies;
	say(d, "process %d dies, and comes back", number_at_work() + 1);
	counts.deaths++;
	reopen_store(d, d->at->accepts_jumps);
	sim.dies = NULL;
	choose_process(d, own);
}

static void step(driver *d, void (*operation)(driver *), uint64_t seed, bool last)
{
	d->random.state = seed;
	sim.chance.state = seed ^ 0x5eed;
	choose_process(d, &d->processes[pick(d, (uint64_t)d->process_count)]);
	say(d, "process %d, at %+lld", number_at_work() + 1, (long long)(d->at->clock - REF_START));
	operation(d);
	if (d->m.tie)
		return;
	check_step(d, last);
	if (sim.dies)
		come_back(d);
	sim.chance.state = seed ^ 0xc4a1;
	chain_step(d, last);
	if (sim.dies)
		come_back(d);
	sim.chance.state = seed ^ 0x9057;
	history_step(d);
	if (sim.dies)
		come_back(d);
	remember(d);
	if (last || one_in(d, 3)) {
		choose_process(d, &d->processes[pick(d, (uint64_t)d->process_count)]);
		check_step(d, last);
	}
	if (last || one_in(d, 3)) /* at the end: seeds of before play the same */
		check_limited(d);
	if (sim.dies)
		come_back(d);
}

int main(int count, char **texts)
{
	const storyteller teller = { "simulations", operations, open, step, 200, 60 };
	int code = tell_stories(&teller, count, texts);
	printf("%llu calls disturbed, of which %llu committed all the same, %llu were given up; %llu deaths, %llu restarts, "
	       "%llu commits in the middle of a call, %llu sessions of some groups; %llu times the journal was verified, %llu "
	       "times scores were recorded\n",
	       counts.disturbed, counts.committed, counts.given_up, counts.deaths, counts.restarts, counts.meanwhile,
	       counts.limited, counts.verified, counts.recorded);
	return code;
}
