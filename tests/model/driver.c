/* SPDX-License-Identifier: MIT */
/* The store beside the model: opening, clock, ticks, reopening. */
#include "driver.h"

#include <stdlib.h>

const char *const device_ids[REF_DEVICES] = { "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8" };
const char *const group_names[REF_GROUPS] = { "UnassignedGroup", "g1", "g2", "g3", "g4", "new1", "new2" };
const char *const rec_ids[REF_RECS] = { "va-_-a-_-browser", "va-_-a-_-mail", "sca-_-scid-7" };
const char *const control_ids[REF_CONTROLS] = { "c1", "c2", "c3" };
const char *const weak_ids[REF_WEAKS] = { "CVE-1", "CVE-2", "CVE-3", "CVE-4" };

void differ(driver *d, const char *file, int line, const char *format, ...)
{
	va_list args;
	const char *name = strrchr(file, '/');
	int size = snprintf(d->problem, sizeof d->problem, "%s:%d: ", name ? name + 1 : file, line);
	va_start(args, format);
	vsnprintf(d->problem + size, sizeof d->problem - (size_t)size, format, args);
	va_end(args);
	longjmp(d->differs, 1);
}

void say(const driver *d, const char *format, ...)
{
	va_list args;
	if (!d->verbose)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

uint64_t pick(driver *d, uint64_t bound)
{
	return test_random_below(&d->random, bound);
}

bool one_in(driver *d, uint64_t n)
{
	return pick(d, n) == 0;
}

const char *list_bits(const char *const *names, unsigned bits)
{
	static char out[4][256];
	static int at;
	char *text = out[at++ & 3];
	size_t size = 0;
	text[0] = '\0';
	for (int i = 0; bits >> i; i++)
		if (bits >> i & 1)
			size += (size_t)snprintf(text + size, sizeof out[0] - size, "%s%s", size ? "," : "", names[i]);
	return text;
}

const char *story_of(const driver *d, int number)
{
	static char out[4][512];
	static int at;
	const ref_exception *e = &d->m.all[number];
	const char *const scopes[] = { "global", "all groups", "groups", "devices" };
	char *text = out[at++ & 3];
	snprintf(text, sizeof out[0], "E-%d %s %s, %s %s, %s%s%s, [%+lld, %+lld)", number + 1,
	         e->rec < 0 ? "everywhere" : rec_ids[e->rec], e->weak < 0 ? "whole" : weak_ids[e->weak], scopes[e->scope],
	         e->scope == RPV_SCOPE_GLOBAL ? ""
	                                      : list_bits(e->scope == RPV_SCOPE_DEVICES ? device_ids : group_names, e->units),
	         rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)e->justification), e->controls ? " on " : "",
	         list_bits(control_ids, e->controls), (long long)(e->start - REF_START),
	         (long long)(e->end - REF_START));
	return text;
}

bool outcome(driver *d, const char *what, unsigned allowed, rpv_status status)
{
	if (d->gave_up) {
		say(d, "\tgiven up");
		return false;
	}
	const rpv_status statuses[] = { RPV_OK, RPV_E_REFUSED, RPV_E_NOT_FOUND, RPV_E_INVALID, RPV_E_CLOCK };
	for (int i = 0; i < 5; i++)
		if (allowed >> i & 1 && statuses[i] == status) {
			say(d, "\t%s", rpv_status_name(status));
			return !status;
		}
	differ(d, __FILE__, __LINE__, "%s: %s (%s), the model allows %s%s%s%s%s", what, rpv_status_name(status),
	       status ? rpv_session_error(d->session)->message : "", allowed & 1 ? "ok " : "", allowed & 2 ? "refused " : "",
	       allowed & 4 ? "not found " : "", allowed & 8 ? "invalid " : "", allowed & 16 ? "clock" : "");
}

/* --- calls --- */
void begin_call(driver *d, bool may_give_up)
{
	if (d->disturbs)
		d->disturbs->begins(d, may_give_up);
}

bool call_again(driver *d, rpv_status *status, bool may_give_up)
{
	d->gave_up = false;
	return d->disturbs && d->disturbs->again(d, status, may_give_up);
}

/* Whether a call that changed nothing was a commit all the same: it may write down what fell due. */
bool mark_moved(driver *d)
{
	rpv_store_info info = { .struct_size = sizeof info };
	CALL(d, rpv_store_read_info(d->at->store, &info, NULL));
	return info.mark_ms != d->m.mark;
}

/* --- opening --- */
void choose_process(driver *d, process *p)
{
	d->at = p;
	d->session = p->sessions[0];
	d->m.clock = p->clock;
	d->m.accepts_jumps = p->accepts_jumps;
}

static void open_session(driver *d, process *p, int who, const char *id)
{
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status;
	principal.id = id;
	principal.permissions = RPV_PERMIT_ALL;
	ATTEMPT_(d, status, rpv_session_open(p->store, &principal, &p->sessions[who], &error), false);
	CHECK(d, !status, "no session: %s", error.message);
}

static void close_process(driver *d, process *p)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_score_engine_close(p->engine);
	rpv_session_close(p->sessions[0]);
	rpv_session_close(p->sessions[1]);
	rpv_status status = p->store && !d->disturbs ? rpv_store_check(p->store, NULL, &error) : RPV_OK;
	rpv_store_close(p->store);
	*p = (process){ .clock = p->clock, .accepts_jumps = p->accepts_jumps };
	if (d->disturbs)
		d->disturbs->closed(d, p);
	CHECK(d, !status, "the store is not what it should be: %s", error.message); /* last: what differs closes again */
}

int someone(driver *d)
{
	int who = (int)pick(d, 2);
	d->session = d->at->sessions[who];
	return who;
}

void reopen_store(driver *d, bool accept_jump)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	process *p = d->at;
	rpv_status status;
	d->session = NULL;
	close_process(d, p);
	p->accepts_jumps = accept_jump;
	o.storage = d->storage;
	o.storage.close = NULL;
	o.accept_clock_jump = accept_jump;
	rpv_clock_manual(&p->clock, &o.clock);
	if (d->disturbs)
		d->disturbs->prepare(d, p, &o);
	ATTEMPT_(d, status, rpv_store_open(&o, &p->store, &error), false);
	CHECK(d, !status, "opening: %s", error.message);
	open_session(d, p, 0, "ana@corp.example");
	open_session(d, p, 1, "bob@corp.example");
	choose_process(d, p);
}

void close_driver(driver *d)
{
	for (int i = 0; i < d->process_count; i++)
		close_process(d, &d->processes[i]);
	if (d->storage.close)
		d->storage.close(d->storage.user);
	d->storage = (rpv_storage)RPV_STORAGE_INIT;
}

/* --- time --- */
/* Around starts and ends, and some time ahead. */
int64_t some_instant(driver *d)
{
	const ref *m = &d->m;
	const int64_t ahead[] = { 0, 1, 60000, REF_DAY, 3 * REF_DAY, 10 * REF_DAY, 31 * REF_DAY, 89 * REF_DAY, 91 * REF_DAY };
	if (m->count && pick(d, 3)) {
		const ref_exception *e = &m->all[pick(d, (uint64_t)m->count)];
		return (pick(d, 2) ? e->start : e->end) + (int64_t)pick(d, 3) - 1;
	}
	return ref_time(m) + ahead[pick(d, 9)] + (int64_t)pick(d, 2);
}

void op_clock(driver *d)
{
	int64_t now = ref_time(&d->m), to = some_instant(d);
	if (one_in(d, 5)) /* a clock that goes back: the mark counts */
		to = now - (int64_t)pick(d, 5) * REF_DAY;
	else if (one_in(d, 40)) /* decades ahead */
		to = now + 12000 * REF_DAY;
	else if (one_in(d, 12))
		to = d->m.mark + d->m.policy.jump + (int64_t)pick(d, 2);
	else if (to < now)
		to = now + (int64_t)pick(d, 3);
	d->at->clock = d->m.clock = to;
	say(d, "clock %+lld", (long long)(to - REF_START));
}

void op_tick(driver *d)
{
	rpv_error error = RPV_ERROR_INIT;
	uint64_t limit = pick(d, 4), done = 1;
	rpv_status status;
	bool due = ref_next_deadline(&d->m) && ref_next_deadline(&d->m) <= ref_time(&d->m);
	say(d, "tick, at most %d", (int)limit);
	ATTEMPT(d, status, rpv_store_tick(d->at->store, limit, &done, &error));
	if (d->gave_up)
		return;
	if (ref_clock_refuses(&d->m)) {
		CHECK(d, status == RPV_E_CLOCK || (!status && !due), "tick far ahead: %s", rpv_status_name(status));
		return;
	}
	CHECK(d, !status, "tick: %s (%s)", rpv_status_name(status), error.message);
	for (int rounds = 0; done && rounds < 200; rounds++) { /* small limits must not change what comes of it */
		ATTEMPT_(d, status, rpv_store_tick(d->at->store, 1 + pick(d, 3), &done, &error), false);
		CHECK(d, !status, "tick: %s", error.message);
	}
	if (due)
		ref_fall_due(&d->m);
}

void op_reopen(driver *d)
{
	bool accept = one_in(d, 3);
	say(d, "reopen%s", accept ? ", jumps accepted" : "");
	reopen_store(d, accept);
}
