/* SPDX-License-Identifier: MIT */
/* Runs each scene with the first, second, third ... allocation or call of the storage failing, once and from then on, until
 * it meets no fault. Each time: the status that belongs to the fault, with words; outputs as documented; nothing leaked;
 * the store as before, or as after; and a repetition that succeeds. Then with the first, second, third ... pair that is read
 * cut or gone: an answer or an error with words, never a crash, and nothing kept of what was damaged.
 * With RPV_TEST_SHORT set only some of many. */
#include "faults.h"

#include <stdlib.h>

static run base, empty_base;
run *backup = &base;
static bool brief;
static uint64_t runs_made;

/* --- a storage that fails --- */
static bool strikes(run *r, bool counts)
{
	if (!counts || !r->fail_at)
		return false;
	r->calls++;
	bool yes = r->fault.sticky ? r->calls >= r->fail_at : r->calls == r->fail_at;
	r->met = r->met || yes;
	return yes;
}

static rpv_status failure(run *r, rpv_error *error)
{
	snprintf(error->message, sizeof error->message, "the test makes call %zu fail", r->calls);
	return r->fault.status;
}

/* Hands pairs on, one of them damaged. */
typedef struct damage { run *r; rpv_storage_sink sink; void *user; bool gone; } damage;

static rpv_status hand_on(void *user, rpv_bytes key, rpv_bytes value)
{
	damage *d = user;
	uint8_t room[65536];
	if (!strikes(d->r, true))
		return d->sink(d->user, key, value);
	if (d->r->fault.kind == FAULT_GONE) {
		d->gone = true;
		return RPV_OK;
	}
	rpv_bytes real = test_unsummed(key, value);
	assert_true(real.size + 5 < sizeof room);
	real.size -= real.size > 0;
	return d->sink(d->user, key, (rpv_bytes){ room, test_summed(room, key, real) });
}

static bool damages(const run *r)
{
	return r->fail_at && (r->fault.kind == FAULT_CUT || r->fault.kind == FAULT_GONE);
}

static rpv_status port_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	run *r = user;
	if (strikes(r, r->fault.kind == FAULT_CALL))
		return failure(r, error);
	damage d = { r, sink, sink_user, false };
	if (!damages(r))
		return r->pairs.get(r->pairs.user, key, sink, sink_user, error);
	rpv_status status = r->pairs.get(r->pairs.user, key, hand_on, &d, error);
	return d.gone ? RPV_E_NOT_FOUND : status;
}

static rpv_status port_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                            rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	run *r = user;
	damage d = { r, sink, sink_user, false };
	if (damages(r))
		return r->pairs.scan(r->pairs.user, from, to, reverse, limit, hand_on, &d, error);
	bool fails = strikes(r, r->fault.kind == FAULT_CALL || r->fault.kind == FAULT_SHORT);
	if (fails && r->fault.kind == FAULT_CALL)
		return failure(r, error);
	rpv_status status = r->pairs.scan(r->pairs.user, from, to, reverse, fails ? 1 : limit, sink, sink_user, error);
	return fails && !status ? failure(r, error) : status;
}

static rpv_status port_commit(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                              size_t expected_count, rpv_error *error)
{
	run *r = user;
	bool fails = strikes(r, r->fault.kind == FAULT_CALL ||
	                        (r->fault.kind >= FAULT_CONFLICT && r->fault.kind <= FAULT_DONE));
	rpv_status status = RPV_OK;
	if (!fails || r->fault.kind == FAULT_DONE)
		status = r->pairs.commit(r->pairs.user, writes, count, expected, expected_count, error);
	return fails && !status ? failure(r, error) : status;
}

/* --- opening --- */
static rpv_status walk(const rpv_storage *s, rpv_storage_sink sink, void *user)
{
	rpv_error error = RPV_ERROR_INIT;
	return s->scan(s->user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, sink, user, &error);
}

rpv_status open_run(run *r)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	o.storage.user = r;
	o.storage.get = port_get;
	o.storage.scan = port_scan;
	o.storage.commit = port_commit;
	o.allocator = test_memory_allocator(&r->memory);
	o.hash = test_hash();
	rpv_clock_manual(&r->now, &o.clock);
	rpv_status status = rpv_store_open(&o, &r->store, &error);
	if (status && (error.status != status || !error.message[0]))
		r->untidy = "words of opening";
	return status;
}

static rpv_session *session_of(run *r, const char *id)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *out;
	p.id = id;
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(r->store, &p, &out, NULL));
	return out;
}

static void copy_of(const run *from, run *r)
{
	memset(r, 0, sizeof *r);
	r->now = from->now;
	assert_ok(rpv_memory_storage(NULL, &r->pairs));
	assert_ok(walk(&from->pairs, test_copy_pair, &r->pairs));
}

static void sit_down(run *r)
{
	assert_ok(open_run(r));
	r->session = session_of(r, "ana@corp.example");
	r->other = session_of(r, "bo@corp.example");
}

void close_run(run *r)
{
	rpv_batch_free(r->batch);
	rpv_score_engine_close(r->engine);
	rpv_session_close(r->session);
	rpv_session_close(r->other);
	rpv_store_close(r->store);
	r->pairs.close(r->pairs.user);
	assert_int_equal(0, r->memory.live);
}

/* --- what there is before each scene --- */
static void put_facts(run *r)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	const char *const ids[] = { "s1", "s2", "i1", "i2" }, *const had[] = { "CVE-1", "CVE-2" };
	const rpv_weakness_facts w[] = {
		{ .id = "CVE-1", .severity = RPV_SEVERITY_MEDIUM, .epss = 0.1, .given = RPV_WEAKNESS_EPSS },
		{ .id = "CVE-2", .severity = RPV_SEVERITY_HIGH } };
	const rpv_recommendation_facts recs[] = { { .id = BROWSER, .kind = RPV_KIND_UPDATE, .title = "Update it" },
		{ .id = MAIL, .kind = RPV_KIND_UNINSTALL, .title = "Remove it" },
		{ .id = LOCK, .kind = RPV_KIND_CONFIGURATION_CHANGE, .title = "Lock it", .points = 5 } };
	const rpv_weakness_set_facts set = { .recommendation = BROWSER, .id = "v1", .weaknesses = had, .weakness_count = 2 };
	const rpv_control_facts control = { .id = "c1", .kind = RPV_CONTROL_THIRD_PARTY, .description = "filters mail",
		.given = RPV_CONTROL_KIND | RPV_CONTROL_DESCRIPTION };
	o.lenient = 1;
	assert_ok(rpv_batch_begin(r->session, &o, &r->batch));
	for (int i = 0; i < 2; i++)
		assert_ok(rpv_batch_weakness(r->batch, &w[i]));
	for (int i = 0; i < 3; i++)
		assert_ok(rpv_batch_recommendation(r->batch, &recs[i]));
	assert_ok(rpv_batch_weakness_set(r->batch, &set));
	assert_ok(rpv_batch_control(r->batch, &control));
	for (int i = 0; i < 4; i++) {
		const rpv_device_facts d = { .id = ids[i], .group = i < 2 ? "Sales" : "IT", .value = (rpv_value)(1 + i % 3) };
		const rpv_assessment_facts by_set = { .device = ids[i], .recommendation = BROWSER, .set = "v1", .version = "1.0" };
		const rpv_assessment_facts lock = { .device = ids[i], .recommendation = LOCK,
			.state = i ? RPV_CONFIGURATION_EXPOSED : RPV_CONFIGURATION_COMPLIANT };
		assert_ok(rpv_batch_device(r->batch, &d));
		assert_ok(rpv_batch_assessment(r->batch, &by_set));
		assert_ok(rpv_batch_assessment(r->batch, &lock));
		assert_ok(rpv_batch_assess(r->batch, ids[i], MAIL, had, 1));
	}
	assert_ok(rpv_batch_commit(r->batch, NULL));
}

static void must_file(run *r, const rpv_exception_request *request)
{
	assert_status_error(RPV_OK, rpv_exception_file(r->session, request, NULL), rpv_session_error(r->session));
}

void make_base(run *r)
{
	static const char *const both[] = { "IT", "Sales" }, *const controls[] = { "c1" };
	const rpv_policy_change policies[] = { { "approval", "planned_remediation" }, { "budget.risk_accepted", "90" } };
	rpv_remediation_request mail = request_on(MAIL);
	rpv_exception_request sales = accept_in(BROWSER, both + 1, 1), weakness = accept_in(BROWSER, both, 2);
	rpv_exception_request pending = accept_risk(LOCK);
	memset(r, 0, sizeof *r);
	r->now = START;
	assert_ok(rpv_memory_storage(NULL, &r->pairs));
	sit_down(r);
	put_facts(r);
	assert_ok(rpv_policy_set(r->session, policies, 2, NULL, NULL));
	r->now += DAY;
	must_file(r, &sales);
	weakness.weakness = "CVE-1";
	weakness.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	weakness.controls = controls;
	weakness.control_count = 1;
	must_file(r, &weakness);
	pending.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	must_file(r, &pending);
	assert_ok(rpv_remediation_request_file(r->session, &mail, NULL));
	r->now += DAY;
}

/* --- what a store holds --- */
/* All but Z and C: the tag of a commit in them tells attempts apart. */
static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	char kind = *(const char *)key.data;
	test_dump_add(user, &key.size, sizeof key.size);
	test_dump_add(user, key.data, key.size);
	if (kind == 'Z' || kind == 'C')
		return RPV_OK;
	test_dump_add(user, &value.size, sizeof value.size);
	test_dump_add(user, value.data, value.size);
	return RPV_OK;
}

static test_dump dump_of(const run *r)
{
	test_dump d = { NULL, 0, 0 };
	assert_ok(walk(&r->pairs, take, &d));
	return d;
}

static bool is_same(const test_dump *a, const test_dump *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* --- one run of a scene --- */
static void prepare(const scene *s, run *r)
{
	copy_of(s->empty ? &empty_base : &base, r);
	if (s->unopened || s->no_storage)
		return;
	sit_down(r);
	if (s->arrange)
		s->arrange(r);
}

static void arm(run *r, const fault *f, size_t k)
{
	r->fault = *f;
	r->calls = 0;
	r->met = false;
	r->fail_at = f->kind > FAULT_MEMORY ? k : 0;
	test_memory_fail(&r->memory, f->kind == FAULT_MEMORY ? k : 0, f->sticky);
}

static bool disarm(run *r)
{
	bool met = r->met || test_memory_failed(&r->memory);
	arm(r, &(fault){ FAULT_NONE, false, RPV_OK, NULL }, 0);
	return met;
}

static bool belongs(const fault *f, rpv_status status)
{
	if (f->kind == FAULT_LOST)
		return status == RPV_OK || status == RPV_E_STORAGE || status == RPV_E_OUTCOME;
	if (f->kind == FAULT_DONE || (f->kind == FAULT_CONFLICT && !f->sticky))
		return status == RPV_OK; /* found out, tried again */
	if (f->kind == FAULT_CUT)
		return status == RPV_OK || status == RPV_E_CORRUPT; /* OK: the key was all that it wanted */
	if (f->kind == FAULT_GONE)
		return status != RPV_E_NOMEM && status != RPV_E_STORAGE; /* it may be what was never there */
	if (f->kind == FAULT_SHORT && status == RPV_OK)
		return true; /* the one pair was all that it wanted */
	return status == f->status;
}

static void complain(const scene *s, const fault *f, size_t k, const char *what)
{
	fail_msg("%s%s: %s%s %zu: %s", s->function, s->empty ? " (empty)" : "", f->name, f->sticky ? " from" : "", k, what);
}

static void check_words(const scene *s, const fault *f, size_t k, const run *r, rpv_status status)
{
	const rpv_error *a = r->session ? rpv_session_error(r->session) : NULL;
	const rpv_error *b = r->other ? rpv_session_error(r->other) : NULL;
	if (strncmp(s->function, "rpv_store", 9) == 0 || strcmp(s->function, "rpv_session_open") == 0 ||
	    strcmp(s->function, "rpv_what_if_open") == 0 || s->no_storage)
		return; /* these have no session that would tell */
	if (!(a && a->status == status && a->message[0]) && !(b && b->status == status && b->message[0]))
		complain(s, f, k, "no words");
}

/* A scene that met no fault ends the loop. */
static bool try_fault(const scene *s, const fault *f, size_t k, const test_dump *before, const test_dump *after)
{
	run r;
	prepare(s, &r);
	arm(&r, f, k);
	rpv_status status = s->act(&r);
	bool met = disarm(&r);
	test_dump now = dump_of(&r);
	runs_made++;
	if (met && !belongs(f, status))
		complain(s, f, k, rpv_status_name(status));
	if (r.untidy)
		complain(s, f, k, r.untidy);
	if (status)
		check_words(s, f, k, &r, status);
	/* What is gone without a trace was believed never to have been there, and a view may have kept that. */
	bool believed = (f->kind == FAULT_CUT && !status) || (f->kind == FAULT_GONE && status != RPV_E_CORRUPT);
	if (!(believed && !status) && !is_same(&now, status ? before : after) &&
	    !(status == RPV_E_OUTCOME && is_same(&now, after)))
		complain(s, f, k, "the store is neither as before nor as after");
	free(now.data);
	if (status && !believed) {
		rpv_status again = s->act(&r);
		if (again)
			complain(s, f, k, "a repetition fails");
		now = dump_of(&r);
		if (!is_same(&now, after))
			complain(s, f, k, "a repetition ends elsewhere");
		free(now.data);
	}
	close_run(&r); /* nothing is left of its memory */
	return met;
}

static const fault faults[] = {
	{ FAULT_MEMORY, false, RPV_E_NOMEM, "allocation" }, { FAULT_MEMORY, true, RPV_E_NOMEM, "allocation" },
	{ FAULT_CALL, false, RPV_E_STORAGE, "call" }, { FAULT_CALL, true, RPV_E_STORAGE, "call" },
	{ FAULT_CALL, false, RPV_E_FULL, "call (full)" }, { FAULT_CALL, true, RPV_E_FULL, "call (full)" },
	{ FAULT_CALL, true, RPV_E_BUSY, "call (busy)" },
	{ FAULT_SHORT, false, RPV_E_STORAGE, "short scan" }, { FAULT_SHORT, true, RPV_E_STORAGE, "short scan" },
	{ FAULT_CONFLICT, false, RPV_E_CONFLICT, "conflict" }, { FAULT_CONFLICT, true, RPV_E_CONFLICT, "conflict" },
	{ FAULT_LOST, false, RPV_E_OUTCOME, "lost commit" }, { FAULT_DONE, false, RPV_E_OUTCOME, "unknown commit" },
	{ FAULT_CUT, false, RPV_E_CORRUPT, "value cut" }, { FAULT_GONE, false, RPV_E_CORRUPT, "pair gone" },
};

static void play(const scene *s)
{
	run clean;
	prepare(s, &clean);
	test_dump before = dump_of(&clean);
	rpv_status status = s->act(&clean);
	if (status)
		fail_msg("%s%s without a fault: %s: %s", s->function, s->empty ? " (empty)" : "", rpv_status_name(status),
		         clean.session ? rpv_session_error(clean.session)->message : "");
	test_dump after = dump_of(&clean);
	size_t allocations = clean.memory.requests;
	close_run(&clean);
	size_t step = brief ? 1 + allocations / 30 : 1;
	for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
		bool many = faults[f].kind == FAULT_MEMORY || faults[f].kind == FAULT_CALL || faults[f].kind >= FAULT_CUT;
		if (s->no_storage && faults[f].kind != FAULT_MEMORY)
			continue;
		for (size_t k = 1; try_fault(s, &faults[f], k, &before, &after); k += many && k > 20 ? step : 1)
			;
	}
	free(before.data);
	free(after.data);
}

static void test_calls_when_memory_or_storage_fails_then_before_or_after(void **unused)
{
	(void)unused;
	make_base(&base);
	assert_ok(rpv_memory_storage(NULL, &empty_base.pairs));
	empty_base.now = base.now;
	for (size_t i = 0; i < scene_count; i++)
		play(&scenes[i]);
	close_run(&base);
	empty_base.pairs.close(empty_base.pairs.user);
	print_message("%zu scenes, %llu runs\n", scene_count, (unsigned long long)runs_made);
}

int main(void)
{
	brief = getenv("RPV_TEST_SHORT") != NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_when_memory_or_storage_fails_then_before_or_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
