/* SPDX-License-Identifier: MIT */
/* What goes wrong in a simulation, and what must come of it: the right status, and a store as before or, only where
 * the outcome is unknown, as after. */
#include "simulation.h"

uint64_t chance(uint64_t bound)
{
	return test_random_below(&sim.chance, bound);
}

int number_at_work(void)
{
	return (int)(sim.driver->at - sim.driver->processes);
}

/* --- opening and closing --- */
static rpv_status tell_time(void *user, int64_t *out_ms)
{
	const process *p = user;
	sim.clock_failed = sim.clock_failed || sim.clock_fails;
	*out_ms = p->clock;
	return sim.clock_fails ? RPV_E_STORAGE : RPV_OK;
}

static void prepare(driver *d, process *p, rpv_store_options *options)
{
	int number = (int)(p - d->processes);
	sim.disk.pairs = d->storage;
	options->storage = disk_storage(&sim.disk, number);
	options->clock = (rpv_clock){ p, tell_time };
	options->allocator = test_memory_allocator(&sim.memory[number]);
	options->hash = test_hash();
}

static void closed(driver *d, process *p)
{
	int number = (int)(p - d->processes);
	disk_leave(&sim.disk.ports[number]);
	if (sim.memory[number].live && !d->problem[0])
		differ(d, __FILE__, __LINE__, "%zu blocks of memory left behind", sim.memory[number].live);
}

/* --- before a call --- */
/* Mostly among the first ones, where there is most to go wrong. */
static uint64_t some_count(void)
{
	return 1 + chance(1u << chance(11));
}

static uint64_t some_times(void)
{
	const uint64_t times[] = { 1, 1, 2, UINT64_MAX };
	return times[chance(4)];
}

/* Every draw is a statement of its own: the same on every compiler. */
static fault some_fault(void)
{
	const rpv_status statuses[] = { RPV_E_STORAGE, RPV_E_BUSY, RPV_E_NOMEM, RPV_E_FULL };
	const weather *w = &sim.weather;
	fault f = { .status = statuses[chance(4)] };
	f.times = some_times();
	f.countdown = some_count();
	switch (chance(6)) {
	case 0:
		f.calls = w->reads ? TEST_GET | TEST_SCAN | TEST_BEGIN_READ : 0;
		break;
	case 1:
		f.calls = w->commits ? TEST_COMMIT : 0;
		f.countdown = 1 + chance(2);
		f.all_fail = chance(2);
		break;
	case 2:
		f = (fault){ .calls = w->conflicts ? TEST_COMMIT : 0, .countdown = 1, .status = RPV_E_CONFLICT };
		f.times = chance(8) ? 1 + chance(6) : UINT64_MAX;
		break;
	case 3:
		f = (fault){ .calls = w->outcomes ? TEST_COMMIT : 0, .countdown = 1, .times = f.times, .status = RPV_E_OUTCOME };
		f.happens = chance(2);
		f.all_fail = chance(2);
		break;
	case 4:
		f = (fault){ .countdown = f.countdown, .times = UINT64_MAX, .status = RPV_E_OUTCOME };
		f.all_fail = f.deadly = true;
		f.happens = chance(2);
		f.calls = !w->deaths ? 0 : chance(3) ? TEST_COMMIT : TEST_ANY;
		f.countdown = f.calls == TEST_COMMIT ? 1 : f.countdown;
		break;
	default: break;
	}
	return f;
}

static void begins(driver *d, bool may_give_up)
{
	int number = number_at_work();
	port *p = &sim.disk.ports[number];
	(void)d;
	p->fault = (fault){ .calls = 0 };
	p->struck = sim.clock_fails = sim.clock_failed = false;
	p->commits = 0;
	test_memory_fail(&sim.memory[number], 0, false);
	if (sim.quiet || sim.tries >= 6 || chance(may_give_up ? 2 : 16))
		return;
	if (sim.weather.memory && chance(3) == 0)
		test_memory_fail(&sim.memory[number], (size_t)some_count(), chance(2));
	else if (sim.weather.clocks && chance(12) == 0)
		sim.clock_fails = true;
	else
		p->fault = some_fault();
	if (may_give_up && sim.weather.others && chance(4) == 0) {
		p->meanwhile = commit_meanwhile;
		sim.others_left = 1 + chance(4);
	}
}

/* --- after it --- */
static bool fits(const port *p, int number, rpv_status status)
{
	if (sim.clock_failed && status == RPV_E_CLOCK)
		return true;
	if (test_memory_failed(&sim.memory[number]) && status == RPV_E_NOMEM)
		return true;
	bool unknown = p->fault.status == RPV_E_OUTCOME;
	return p->struck && (status == p->fault.status || (status == RPV_E_STORAGE && unknown));
}

static bool again(driver *d, rpv_status *status, bool may_give_up)
{
	int number = number_at_work();
	port *p = &sim.disk.ports[number];
	bool disturbed = *status && fits(p, number, *status), unknown = *status == RPV_E_OUTCOME;
	if (p->struck && p->fault.deadly)
		sim.dies = d->at;
	counts.disturbed += p->struck || sim.clock_failed || test_memory_failed(&sim.memory[number]);
	test_memory_fail(&sim.memory[number], 0, false);
	p->fault = (fault){ .calls = 0 };
	p->meanwhile = NULL;
	sim.clock_fails = false;
	CHECK(d, !sim.wrong[0], "%s", sim.wrong);
	CHECK(d, !*status || unknown || p->commits == 0, "%s, yet something was committed", rpv_status_name(*status));
	if (!disturbed) {
		sim.tries = 0;
		return false;
	}
	say(d, "\tdisturbed: %s%s", rpv_status_name(*status), p->commits ? ", committed all the same" : "");
	counts.committed += p->commits > 0;
	if (p->commits)
		*status = RPV_OK;
	else if (may_give_up && chance(2))
		d->gave_up = true;
	counts.given_up += d->gave_up;
	sim.tries = *status && !d->gave_up ? sim.tries + 1 : 0;
	return *status && !d->gave_up;
}

/* Others decide while somebody makes up a batch. */
static void decide_meanwhile(driver *d)
{
	static void (*const decisions[])(driver *) = { op_file, op_file, op_cancel, op_renew, op_approve, op_policy,
		op_tick };
	process *own = d->at, *other = &d->processes[pick(d, (uint64_t)d->process_count)];
	rpv_store_info info = { .struct_size = sizeof info };
	if (other == own || pick(d, 4))
		return;
	say(d, "\tmeanwhile process %d:", (int)(other - d->processes) + 1);
	other->clock = own->clock;
	choose_process(d, other);
	decisions[pick(d, 7)](d);
	CALL(d, rpv_store_read_info(other->store, &info, NULL));
	if (info.mark_ms == ref_time(&d->m)) /* a commit that had nothing to tell of exceptions may move it */
		d->m.mark = info.mark_ms;
	choose_process(d, own);
}

const disturbance faults = { prepare, closed, begins, again, decide_meanwhile };

/* --- others --- */
/* Whether a commit that changes nothing the model knows changes nothing in the model. */
bool model_idle(const ref *m)
{
	static ref copy;
	memcpy(&copy, m, sizeof copy);
	ref_fall_due(&copy);
	ref_facts same = copy.facts;
	ref_judge_change(&copy, &same);
	return copy.event_count == m->event_count && memcmp(copy.all, m->all, sizeof copy.all) == 0;
}

static rpv_status change_title(rpv_session *session)
{
	rpv_batch *batch;
	char title[40];
	bool of_weakness = chance(2);
	rpv_weakness_facts weakness = { .id = weak_ids[chance(REF_WEAKS)], .title = title };
	rpv_recommendation_facts rec = { .id = rec_ids[chance(REF_RECS)], .title = title };
	snprintf(title, sizeof title, "title %llu", (unsigned long long)chance(1u << 30));
	rpv_status status = rpv_batch_begin(session, NULL, &batch);
	if (status)
		return status;
	status = of_weakness ? rpv_batch_weakness(batch, &weakness) : rpv_batch_recommendation(batch, &rec);
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status;
}

void commit_meanwhile(void *user)
{
	driver *d = sim.driver;
	process *other = &d->processes[(number_at_work() + 1) % d->process_count];
	(void)user;
	if (other == d->at || sim.others_left == 0 || !other->sessions[0] || chance(2) || !model_idle(&d->m))
		return;
	int64_t clock = other->clock;
	other->clock = d->at->clock;
	bool fails = sim.clock_fails;
	sim.clock_fails = false;
	rpv_status status = change_title(other->sessions[0]);
	sim.clock_fails = fails;
	other->clock = clock;
	if (!status)
		d->m.mark = ref_time(&d->m);
	else if (status != RPV_E_CLOCK)
		snprintf(sim.wrong, sizeof sim.wrong, "meanwhile: %s", rpv_status_name(status));
	sim.others_left--;
	counts.meanwhile += !status;
}
