/* SPDX-License-Identifier: MIT */
/* What-ifs: what one says of changes is what they come to when they are made, to the last bit, and its store sees none of
 * them. */
#include "../support/decisions.h"
#include "../support/facts.h"

/* --- a second place to work at --- */
typedef struct what_if { rpv_store *store; rpv_session *session; } what_if;

static void open_what_if(test_world *w, what_if *x, int64_t *clock)
{
	rpv_what_if_options o = RPV_WHAT_IF_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	if (clock)
		rpv_clock_manual(clock, &o.clock);
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_status_error(RPV_OK, rpv_what_if_open(w->store, clock ? &o : NULL, &x->store, &error), &error);
	assert_ok(rpv_session_open(x->store, &p, &x->session, NULL));
}

static void close_what_if(what_if *x)
{
	rpv_session_close(x->session);
	rpv_store_close(x->store);
}

/* --- all that can be seen, with every bit of every figure --- */
static void draw_double(test_picture *p, double d)
{
	draw(p, " %a", d);
}

static void draw_score(test_picture *p, rpv_session *session, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score s = RPV_SCORE_INIT;
	q.group = group;
	rpv_status status = rpv_score_read(session, &q, &s);
	if (status == RPV_E_NOT_FOUND)
		return;
	assert_status_error(RPV_OK, status, rpv_session_error(session));
	draw(p, "score of %s at %lld until %lld over %d:", shown(group), (long long)s.time_ms, (long long)s.valid_until_ms,
	     (int)s.devices);
	draw_double(p, s.exposure_official);
	draw_double(p, s.exposure_no_impact);
	draw_double(p, s.exposure_mitigation_like);
	draw_double(p, s.secure_official.points);
	draw_double(p, s.secure_no_impact.points);
	draw_double(p, s.secure_mitigation_like.points);
	draw_double(p, s.secure_official.max_points);
	draw(p, "\n");
}

static void draw_impacts(test_picture *p, rpv_session *session)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;
	q.states = RPV_STATE_ALL;
	assert_status_error(RPV_OK, rpv_recommendation_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *r = rpv_recommendation_at(list, i);
		draw(p, "impacts of %s on %d, %d after, covered %d:", r->id, (int)r->exposed_devices,
		     (int)r->exposed_devices_after, (int)r->covered_devices);
		draw_double(p, r->exposure_impact);
		draw_double(p, r->exposure_impact_after);
		draw_double(p, r->exposure_impact_best);
		draw_double(p, r->standalone_exposure);
		draw_double(p, r->secure_impact);
		draw_double(p, r->secure_impact_after);
		draw_double(p, r->secure_impact_best);
		draw(p, "\n");
	}
	rpv_list_free(list);
}

static void draw_decisions(test_picture *p, rpv_session *session, uint64_t since)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_event_query eq = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_exception_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		draw(p, "exception %s %d until %lld\n", e->id, (int)e->status, (long long)e->end_ms);
	}
	rpv_list_free(list);
	eq.since = since;
	assert_status_error(RPV_OK, rpv_event_list(session, &eq, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		draw(p, "event %d type %d of %s %s\n", (int)e->sequence, (int)e->type, shown(e->exception),
		     shown(e->recommendation));
	}
	rpv_list_free(list);
}

static char *whole_picture(rpv_session *session, uint64_t since)
{
	test_picture p = { NULL, 0, 0 };
	draw_score(&p, session, NULL);
	draw_score(&p, session, "group 0");
	draw_score(&p, session, "group 1");
	draw_impacts(&p, session);
	draw_decisions(&p, session, since);
	draw_groups(&p, session);
	draw_devices(&p, session);
	draw_weaknesses(&p, session);
	draw_recommendations(&p, session);
	return p.text;
}

static void assert_sees(rpv_session *session, uint64_t since, const char *wanted)
{
	char *is = whole_picture(session, since);
	assert_pictures(wanted, is);
	assert_string_equal(wanted, is);
	free(is);
}

/* The store as a handle sees it that loads it from storage now. */
static void assert_stored(test_world *w, uint64_t since, const char *wanted)
{
	test_world again = { .now = w->now };
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	o.storage = w->storage.inner;
	o.storage.close = NULL;
	rpv_clock_manual(&again.now, &o.clock);
	assert_ok(rpv_store_open(&o, &again.store, NULL));
	again.session = open_session(&again, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	assert_sees(again.session, since, wanted);
	rpv_session_close(again.session);
	rpv_store_close(again.store);
}

/* --- changes made up, each the same for the same dice and the same store --- */
static rpv_status any_batch(test_random *r, rpv_session *session)
{
	rpv_batch *batch;
	rpv_status status = rpv_batch_begin(session, NULL, &batch);
	for (size_t i = 0, n = 1 + (size_t)test_random_below(r, 12); !status && i < n; i++)
		(void)any_fact(r, batch); /* what is refused is left out, here as there */
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status;
}

static rpv_status any_exception(test_random *r, rpv_session *session)
{
	test_names n;
	const char *devices[] = { n.device }, *groups[] = { n.group };
	bool configuration = name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS));
	rpv_exception_request q = accept_risk(n.recommendation);
	name_all(r, &n);
	q.justification = test_random_below(r, 2) ? RPV_JUSTIFICATION_RISK_ACCEPTED : RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	q.duration_ms = (int64_t)(1 + test_random_below(r, 20)) * DAY;
	if (!configuration && test_random_below(r, 3) == 0)
		q.weakness = n.weakness[0];
	q.scope = (rpv_scope[]){ RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES }[test_random_below(r, 3)];
	if (q.scope == RPV_SCOPE_GROUPS) {
		q.groups = groups;
		q.group_count = 1;
	} else if (q.scope == RPV_SCOPE_DEVICES) {
		q.devices = devices;
		q.device_count = 1;
	}
	return rpv_exception_file(session, &q, NULL);
}

static rpv_status any_weakness(test_random *r, rpv_session *session)
{
	test_names n;
	rpv_weakness_facts f = { .id = n.weakness[0], .severity = (rpv_severity)(1 + test_random_below(r, 5)),
		.epss = (double)test_random_below(r, 1000) / 1000, .exploit = (rpv_exploit)test_random_below(r, 5) };
	rpv_batch *batch;
	name_all(r, &n);
	rpv_status status = rpv_batch_begin(session, NULL, &batch);
	if (!status)
		status = rpv_batch_weakness(batch, &f);
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status;
}

static rpv_status any_decision(test_random *r, rpv_session *session)
{
	const rpv_policy_change change = { "inactive_after", test_random_below(r, 2) ? "20 days" : "30 days" };
	rpv_remediation_request q = RPV_REMEDIATION_REQUEST_INIT;
	test_names n;
	char id[16];
	name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS));
	snprintf(id, sizeof id, "E-%d", (int)test_random_below(r, 6));
	q.recommendation = n.recommendation;
	switch (test_random_below(r, 4)) {
	case 0: return rpv_policy_set(session, &change, 1, NULL, NULL);
	case 1: return rpv_remediation_request_file(session, &q, NULL);
	default: return rpv_exception_cancel(session, id, NULL, "no longer");
	}
}

static rpv_status any_change(test_random *r, rpv_session *session)
{
	switch (test_random_below(r, 6)) {
	case 0: case 1: return any_batch(r, session);
	case 2: return any_weakness(r, session);
	case 3: case 4: return any_exception(r, session);
	default: return any_decision(r, session);
	}
}

enum { CHANGES = 6 };

/* --- the property --- */
static size_t look_at_both(test_world *w, what_if *x, uint64_t seed)
{
	size_t done = 0;
	test_random dice = { seed };
	rpv_status said[CHANGES];
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	char *before = whole_picture(w->session, info.sequence);
	if (test_random_below(&dice, 2))
		assert_sees(x->session, info.sequence, before); /* nothing was changed yet */
	uint64_t start = test_random_next(&dice);
	test_random there = { start }, here = { start };
	for (size_t i = 0; i < CHANGES; i++) {
		said[i] = any_change(&there, x->session);
		done += said[i] == RPV_OK;
		if (test_random_below(&dice, 3) == 0) { /* to and fro */
			rpv_score score = RPV_SCORE_INIT;
			assert_ok(rpv_score_read(x->session, NULL, &score));
			assert_sees(w->session, info.sequence, before);
		}
	}
	char *predicted = whole_picture(x->session, info.sequence);
	assert_sees(w->session, info.sequence, before);
	assert_stored(w, info.sequence, before);
	assert_sees(x->session, info.sequence, predicted);
	close_what_if(x);
	assert_sees(w->session, info.sequence, before);
	for (size_t i = 0; i < CHANGES; i++)
		assert_int_equal(said[i], any_change(&here, w->session));
	assert_sees(w->session, info.sequence, predicted);
	assert_stored(w, info.sequence, predicted);
	free(before);
	free(predicted);
	return done;
}

static void test_what_if_when_any_changes_then_what_they_come_to(void **state)
{
	size_t done = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		test_world world, *w = &world;
		test_random dice = { seed * 77 };
		open_world(w);
		declare_all(begin(w), &dice);
		commit(w);
		for (int i = 0; i < 8; i++)
			(void)any_change(&dice, w->session);
		for (uint64_t round = 0; round < 4; round++) {
			what_if x;
			open_what_if(w, &x, NULL);
			done += look_at_both(w, &x, seed * 1000 + round);
			w->now += (int64_t)test_random_below(&dice, 8) * DAY;
		}
		assert_ok(rpv_store_check(w->store, NULL, NULL));
		close_world(w);
	}
	assert_true(done > 12 * 4 * CHANGES / 2); /* the rest is refused, here as there */
}

/* --- time --- */
static double official(rpv_session *session)
{
	rpv_score s = RPV_SCORE_INIT;
	assert_status_error(RPV_OK, rpv_score_read(session, NULL, &s), rpv_session_error(session));
	return s.exposure_official;
}

static void test_it_stands_still_unless_it_has_a_clock(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_store_info info = { .struct_size = sizeof info };
	what_if still, moving;
	int64_t clock = START;
	(void)state;
	open_fleet(w);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	open_what_if(w, &still, NULL);
	open_what_if(w, &moving, &clock);
	double with = official(w->session);
	clock += 10 * DAY;
	w->now += 3 * DAY;
	assert_ok(rpv_store_read_info(still.store, &info, NULL));
	assert_int_equal(START, info.now_ms);
	assert_true(official(moving.session) > with && official(still.session) == with && official(w->session) == with);
	clock += 21 * DAY; /* the devices, last seen at the start, are silent */
	assert_true(official(moving.session) == 0);
	clock += 1000 * DAY; /* no jump is too far */
	r.duration_ms = DAY;
	r.recommendation = MAIL;
	assert_status(RPV_OK, rpv_exception_file(moving.session, &r, NULL));
	assert_true(official(w->session) == with);
	close_what_if(&moving);
	close_what_if(&still);
	end_decisions(w);
}

/* --- what it says beyond scores --- */
static void test_it_tells_which_exceptions_would_be_voided(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_weakness_facts worse = { .id = "CVE-1", .known_exploited_ms = START };
	what_if x;
	test_world there = { 0 };
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	open_what_if(w, &x, NULL);
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	there.session = x.session;
	assert_status(RPV_OK, rpv_batch_weakness(begin(&there), &worse));
	commit(&there);
	assert_non_null(strstr(told(&there, NULL, info.sequence), "E-1"));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, look_as(x.session, "E-1")->status);
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	rpv_batch_free(there.batch);
	close_what_if(&x);
	end_decisions(w);
}

static void test_it_may_look_back_at_what_it_did(void **state)
{
	test_world world, *w = &world;
	int64_t clock = START;
	test_world there = { 0 };
	what_if x;
	(void)state;
	open_fleet(w);
	open_what_if(w, &x, &clock);
	there.session = x.session;
	double before = official(x.session);
	clock += DAY;
	assess(&there, "s1", BROWSER, NULL, NULL);
	commit(&there);
	double after = official(x.session);
	assert_true(after < before);
	assert_status(RPV_OK, rpv_session_set_as_of(x.session, START));
	assert_true(official(x.session) == before);
	assert_status(RPV_OK, rpv_session_set_as_of(x.session, 0));
	assert_true(official(x.session) == after && official(w->session) == before);
	rpv_batch_free(there.batch);
	close_what_if(&x);
	close_world(w);
}

/* --- when the store moves on --- */
static void test_it_ends_with_the_next_commit(void **state)
{
	(void)state;
	for (int looked = 0; looked < 3; looked++) { /* never, at the what-if last, at the store last */
		test_world world, *w = &world;
		rpv_exception_request r = accept_risk(BROWSER);
		rpv_score score = RPV_SCORE_INIT;
		what_if x;
		open_fleet(w);
		open_what_if(w, &x, NULL);
		assert_status(RPV_OK, rpv_exception_file(x.session, &r, NULL));
		if (looked)
			official(x.session);
		if (looked == 2)
			official(w->session);
		r.recommendation = MAIL;
		file_as(w, &r, "E-1");
		assert_status(RPV_E_BUSY, rpv_score_read(x.session, NULL, &score));
		assert_non_null(strstr(rpv_session_error(x.session)->message, "somebody committed to the store"));
		assert_int_equal(0, score.devices);
		assert_status(RPV_E_BUSY, rpv_exception_file(x.session, &r, NULL));
		char *now = whole_picture(w->session, 0);
		assert_stored(w, 0, now);
		free(now);
		assert_true(official(w->session) > 0);
		close_what_if(&x);
		open_what_if(w, &x, NULL);
		assert_true(official(x.session) == official(w->session));
		close_what_if(&x);
		end_decisions(w);
	}
}

/* --- several at once, and the first to load --- */
static void test_several_know_nothing_of_each_other(void **state)
{
	test_world world, *w = &world;
	what_if x[3];
	test_world there = { 0 };
	static const char *const fixed[] = { "s1", "s2", "i1" };
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < 3; i++) {
		open_what_if(w, &x[i], NULL);
		there.session = x[i].session;
		for (size_t j = 0; j <= i; j++)
			assess(&there, fixed[j], BROWSER, NULL, NULL);
		device(&there, "new", "Elsewhere");
		commit(&there);
		rpv_batch_free(there.batch);
		there.batch = NULL;
	}
	double first = official(x[0].session), second = official(x[1].session), third = official(x[2].session);
	assert_true(first > second && second > third && official(w->session) > first);
	assert_true(official(x[0].session) == first && official(x[2].session) == third);
	close_what_if(&x[2]); /* while the memory is as it saw it */
	assert_true(official(x[1].session) == second);
	close_what_if(&x[0]);
	assert_true(official(w->session) > first);
	close_what_if(&x[1]);
	close_world(w);
}

/* --- arguments, and places that cannot be written --- */
static void test_arguments(void **state)
{
	test_world world, *w = &world;
	rpv_what_if_options o;
	rpv_store *out = (rpv_store *)&world, *second = (rpv_store *)&world;
	rpv_error error = RPV_ERROR_INIT;
	(void)state;
	rpv_what_if_options_init(&o);
	rpv_what_if_options_init(NULL);
	assert_int_equal(sizeof o, o.struct_size);
	open_fleet(w);
	assert_status(RPV_E_INVALID, rpv_what_if_open(NULL, NULL, &out, &error));
	assert_null(out);
	assert_status(RPV_E_INVALID, rpv_what_if_open(w->store, NULL, NULL, &error));
	o.struct_size = 1;
	assert_status(RPV_E_INVALID, rpv_what_if_open(w->store, &o, &out, &error));
	o.struct_size = sizeof o;
	assert_ok(rpv_what_if_open(w->store, &o, &out, &error));
	assert_status(RPV_E_REFUSED, rpv_what_if_open(out, NULL, &second, &error));
	assert_null(second);
	assert_non_null(strstr(error.message, "itself a what-if"));
	rpv_store_close(out);
	close_world(w);
}

static void test_a_store_that_cannot_be_written_has_what_ifs(void **state)
{
	test_world world, *w = &world, there = { .now = START };
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_exception_request r = accept_risk(BROWSER);
	what_if x;
	(void)state;
	open_fleet(w);
	o.storage = w->storage.inner;
	o.storage.close = NULL;
	o.storage.capabilities = RPV_STORAGE_READ_ONLY;
	rpv_clock_manual(&there.now, &o.clock);
	assert_ok(rpv_store_open(&o, &there.store, NULL));
	open_what_if(&there, &x, NULL);
	assert_status(RPV_OK, rpv_exception_file(x.session, &r, NULL));
	assert_non_null(look_as(x.session, "E-1"));
	look_as(NULL, NULL);
	close_what_if(&x);
	rpv_store_close(there.store);
	end_decisions(w);
}

static void test_an_empty_store_has_what_ifs(void **state)
{
	test_world world, *w = &world, there = { 0 };
	what_if x;
	(void)state;
	open_world(w);
	open_what_if(w, &x, NULL);
	there.session = x.session;
	weakness(&there, "CVE-1");
	recommendation(&there, BROWSER, RPV_KIND_UPDATE);
	device(&there, "d1", "Sales");
	assess(&there, "d1", BROWSER, "CVE-1", NULL);
	commit(&there);
	assert_true(official(x.session) > 0 && official(w->session) == 0 && revision_of(w) == 0);
	rpv_batch_free(there.batch);
	close_what_if(&x);
	close_world(w);
}

/* --- memory and storage that fail while one goes to and fro --- */
static rpv_status there_and_back(test_world *w, double *is)
{
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_session *session = NULL;
	rpv_store *store = NULL;
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	rpv_status status = rpv_what_if_open(w->store, NULL, &store, NULL);
	if (!status)
		status = rpv_session_open(store, &p, &session, NULL);
	if (!status)
		status = rpv_exception_file(session, &r, NULL);
	if (!status)
		status = rpv_score_read(session, NULL, &score);
	if (!status)
		status = rpv_score_read(w->session, NULL, &score);
	if (!status)
		*is = score.exposure_official;
	if (!status) /* to be closed while the memory is as it sees it */
		status = rpv_score_read(session, NULL, &score);
	rpv_session_close(session);
	rpv_store_close(store);
	return status;
}

static void fail_everywhere(test_world *w, bool memory, double before)
{
	bool struck = true;
	for (size_t at = 1; struck; at++) {
		double is = before;
		if (memory)
			test_memory_fail(&w->memory, at, false);
		else
			test_storage_fail(&w->storage, TEST_ANY, at, RPV_E_STORAGE);
		rpv_status status = there_and_back(w, &is);
		struck = memory ? test_memory_failed(&w->memory) : w->storage.failed;
		test_memory_fail(&w->memory, 0, false);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		if (status)
			assert_status(memory ? RPV_E_NOMEM : RPV_E_STORAGE, status);
		assert_true(is == before);
		assert_true(official(w->session) == before); /* whatever went wrong on the way back */
	}
}

static void test_failures_leave_the_store_as_it_is(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	double before = official(w->session);
	fail_everywhere(w, true, before);
	fail_everywhere(w, false, before);
	assert_int_equal(1, revision_of(w));
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_if_when_any_changes_then_what_they_come_to),
		cmocka_unit_test(test_it_stands_still_unless_it_has_a_clock),
		cmocka_unit_test(test_it_tells_which_exceptions_would_be_voided),
		cmocka_unit_test(test_it_may_look_back_at_what_it_did),
		cmocka_unit_test(test_it_ends_with_the_next_commit),
		cmocka_unit_test(test_several_know_nothing_of_each_other),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_a_store_that_cannot_be_written_has_what_ifs),
		cmocka_unit_test(test_an_empty_store_has_what_ifs),
		cmocka_unit_test(test_failures_leave_the_store_as_it_is),
	};
	return cmocka_run_group_tests_name("what-if", tests, NULL, NULL);
}
