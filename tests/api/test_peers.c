/* SPDX-License-Identifier: MIT */
/* How others fail with exceptions, each as a test: none of it happens here. */
#include "../support/decisions.h"

#include <stdlib.h>
#include <time.h>

static const char *const sales[] = { "Sales" }, *const both[] = { "Sales", "IT" };

/* --- a date that means four instants: the local day's end, its beginning, UTC, the next job --- */
static void assert_all_readers_say(test_world *w, rpv_session *other, bool in_effect)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_recommendation_query rq = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_score_query sq = RPV_SCORE_QUERY_INIT;
	rpv_session *sessions[] = { w->session, other };
	for (int i = 0; i < 2; i++) {
		rpv_score score = RPV_SCORE_INIT;
		rpv_list *list;
		assert_int_equal(in_effect ? RPV_EXCEPTION_IN_EFFECT : RPV_EXCEPTION_EXPIRED, look_as(sessions[i], "E-1")->status);
		q.statuses = 1u << RPV_EXCEPTION_IN_EFFECT;
		assert_ok(rpv_exception_list(sessions[i], &q, &list));
		assert_int_equal(in_effect, rpv_list_count(list));
		rpv_list_free(list);
		rq.id = BROWSER;
		assert_ok(rpv_recommendation_list(sessions[i], &rq, &list));
		assert_int_equal(in_effect ? RPV_STATE_FULL_EXCEPTION : RPV_STATE_ACTIVE, rpv_recommendation_at(list, 0)->state);
		rpv_list_free(list);
		assert_ok(rpv_score_read(sessions[i], &sq, &score));
		assert_true((score.exposure_mitigation_like < score.exposure_no_impact) == in_effect);
	}
}

static void test_a_date_means_one_instant_for_every_reader(void **state)
{
	static const char *const zones[] = { "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata" };
	(void)state;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		test_world world, *w = &world;
		rpv_exception_request r = accept_risk(BROWSER);
		setenv("TZ", zones[z], 1);
		tzset();
		open_fleet(w);
		rpv_session *bob = open_session(w, "bob", RPV_PERMIT_VIEW, sales, 1);
		assert_ok(rpv_time_parse("2026-03-05", &r.end_ms));
		assert_true(r.end_ms == START + 4 * DAY); /* its 00:00 UTC */
		r.duration_ms = 0;
		file_as(w, &r, "E-1");
		w->now = r.end_ms - 1;
		assert_all_readers_say(w, bob, true);
		w->now = r.end_ms; /* and no job ran */
		assert_all_readers_say(w, bob, false);
		tick(w);
		assert_all_readers_say(w, bob, false);
		w->now += DAY;
		commit(w);
		assert_call(RPV_OK, rpv_session_set_as_of(w->session, r.end_ms - 1)); /* nor in hindsight */
		assert_call(RPV_OK, rpv_session_set_as_of(bob, r.end_ms - 1));
		assert_all_readers_say(w, bob, true);
		assert_call(RPV_OK, rpv_session_set_as_of(w->session, r.end_ms));
		assert_call(RPV_OK, rpv_session_set_as_of(bob, r.end_ms));
		assert_all_readers_say(w, bob, false);
		rpv_session_close(bob);
		end_decisions(w);
	}
	unsetenv("TZ");
}

/* --- an expiry that cannot be read, and so means for ever --- */
static void test_a_malformed_end_is_refused_never_forever(void **state)
{
	static const char *const dates[] = { "", "never", "forever", "0", "2026-13-01", "2026-02-30", "2026-2-3", "2026-03-01T",
		"2026-03-01T24:00:00Z", "2026-03-01 ", " 2026-03-01", "01.03.2026", "03/01/2026", "20260301", "2026-03-01T10:00:00",
		"2026-03-01T10:00:00+0100", "99999-01-01", "2026-03-01Z", "NaN", "null", "-1" };
	static const char *const durations[] = { "", "30", "d", "0d", "-3d", "1.5d", "30 d", "1y", "99999999999d", "inf" };
	static const int64_t times[] = { -1, INT64_MIN, INT64_MAX, INT64_C(253402300800000) };
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	int64_t out = 77;
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
		assert_int_not_equal(RPV_OK, rpv_time_parse(dates[i], &out));
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
		assert_int_not_equal(RPV_OK, rpv_duration_parse(durations[i], &out));
	assert_true(out == 77);
	open_fleet(w);
	uint64_t revision = revision_of(w);
	r.duration_ms = 0;
	assert_refused(w, &r, RPV_E_INVALID, "an end or a duration is needed"); /* without one: not for ever either */
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		r.end_ms = times[i];
		r.duration_ms = 0;
		assert_refused(w, &r, RPV_E_INVALID, "not an instant");
		r.end_ms = 0;
		r.duration_ms = times[i];
		assert_call(times[i] < 0 ? RPV_E_INVALID : RPV_E_REFUSED, rpv_exception_file(w->session, &r, NULL));
	}
	assert_int_equal(revision, revision_of(w));
	end_decisions(w);
}

/* --- a sweep that stops at one bad record --- */
static void damage(test_world *w, const void *key, size_t size, bool remove)
{
	rpv_write write = { { key, size }, { "\x7f", 1 }, remove };
	assert_ok(w->storage.inner.commit(w->storage.inner.user, &write, 1, NULL, 0, NULL));
}

static uint64_t count_events(test_world *w, rpv_session *session, rpv_event_type type)
{
	rpv_list *list;
	uint64_t count = 0;
	assert_status_error(RPV_OK, rpv_event_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		count += rpv_event_at(list, i)->type == type;
	rpv_list_free(list);
	(void)w;
	return count;
}

static void test_one_bad_record_does_not_stop_the_tick(void **state)
{
	test_world world, *w = &world;
	char id[24];
	uint64_t done = 0;
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_VIEW, both, 2);
	for (int i = 0; i < 20; i++) {
		snprintf(id, sizeof id, "rec %d", i);
		recommendation(w, id, RPV_KIND_UPDATE);
	}
	commit(w);
	for (int i = 0; i < 20; i++) {
		rpv_exception_request r;
		snprintf(id, sizeof id, "rec %d", i);
		r = accept_in(id, sales, 1);
		r.duration_ms = DAY + i;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	damage(w, "X\0\0\0\0\0\0\0\1", 9, false);                     /* the texts of E-1 */
	damage(w, "X\0\0\0\0\0\0\0\3", 9, true);                      /* those of E-3 are gone */
	damage(w, "U\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\5", 17, false);  /* what decides of E-5, on the eighth recommendation */
	damage(w, "U\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0\0\7", 17, true);   /* of E-7 */
	damage(w, "T\0\0\1\x9c", 5, false);                           /* a deadline that is none */
	w->now = START + 2 * DAY;
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(21, done);
	assert_int_equal(16, count_events(w, w->session, RPV_EVENT_EXCEPTION_EXPIRED));
	assert_int_equal(5, count_events(w, w->session, RPV_EVENT_RECORD_DAMAGED)); /* and it is told */
	assert_int_equal(0, count_events(w, bob, RPV_EVENT_RECORD_DAMAGED));        /* to whoever sees everything */
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(0, done); /* once */
	rpv_session_close(bob);
	end_decisions(w);
}

static void test_one_bad_record_does_not_stop_a_commit(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1), m = accept_in(MAIL, sales, 1);
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	file_as(w, &r, "E-1");
	file_as(w, &m, "E-2");
	damage(w, "X\0\0\0\0\0\0\0\1", 9, false);
	w->now = START + 11 * DAY;
	device(w, "s1", "IT");
	commit(w);
	assert_int_equal(1, count_events(w, w->session, RPV_EVENT_EXCEPTION_EXPIRED));
	assert_int_equal(1, count_events(w, w->session, RPV_EVENT_RECORD_DAMAGED));
	end_decisions(w);
}

/* Bytes that cannot be read for lack of memory are not damaged. */
static void test_a_tick_without_memory_loses_no_deadline(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1), g = accept_risk(BROWSER);
	bool failed = true;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	file_as(w, &g, "E-2");
	w->now = START + 10 * DAY;
	for (size_t at = 1; failed; at++) {
		uint64_t revision = revision_of(w);
		test_memory_fail(&w->memory, at, false);
		rpv_status status = rpv_store_tick(w->store, 0, NULL, NULL);
		failed = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		assert_int_equal(failed ? RPV_E_NOMEM : RPV_OK, status);
		assert_int_equal(revision + !failed, revision_of(w));
	}
	assert_int_equal(2, count_events(w, w->session, RPV_EVENT_EXCEPTION_EXPIRED));
	assert_int_equal(0, count_events(w, w->session, RPV_EVENT_RECORD_DAMAGED));
	end_decisions(w);
}

/* --- an extension that loses its date, or the agreed one --- */
static void test_an_extension_keeps_its_chosen_date_and_expires_again(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_renewal_request n = RPV_RENEWAL_REQUEST_INIT;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	n.id = "E-1";
	assert_ok(rpv_time_parse("2026-03-20T12:00:00Z", &n.end_ms));
	assert_call(RPV_OK, rpv_exception_renew(w->session, &n, NULL));
	for (int day = 0; day < 3; day++) { /* whatever else is done meanwhile */
		w->now += DAY;
		tick(w);
		device(w, "s1", "Sales");
		commit(w);
		assert_true(look(w, "E-2")->end_ms == n.end_ms);
	}
	w->now = n.end_ms - 1;
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	w->now = n.end_ms;
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	tick(w);
	assert_int_equal(2, count_events(w, w->session, RPV_EVENT_EXCEPTION_EXPIRED));
	assert_true(look(w, "E-1")->end_ms == START + 10 * DAY && look(w, "E-2")->end_ms == n.end_ms);
	w->now = START; /* a clock that jumps back revives nothing */
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	end_decisions(w);
}

static void test_the_agreed_end_is_never_overwritten(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2), m = accept_in(MAIL, sales, 1);
	rpv_renewal_request n = RPV_RENEWAL_REQUEST_INIT;
	const int64_t end = START + 10 * DAY;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	file_as(w, &m, "E-2");
	n.id = "E-2";
	n.duration_ms = DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &n, NULL));
	assert_true(look(w, "E-2")->end_ms == end);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", "IT", "fixed there"));
	assert_true(look(w, "E-1")->end_ms == end && look(w, "E-1")->ended_ms == 0);
	w->now = START + DAY;
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "fixed"));
	assert_true(look(w, "E-1")->end_ms == end && look(w, "E-1")->ended_ms == START + DAY); /* two facts, two fields */
	m.supersede = 1;
	file_as(w, &m, "E-4");
	assert_exception(w, "E-2", RPV_EXCEPTION_SUPERSEDED);
	assert_true(look(w, "E-2")->end_ms == end && look(w, "E-2")->ended_ms == START + DAY);
	w->now = START + 30 * DAY;
	tick(w);
	assert_true(look(w, "E-1")->end_ms == end && look(w, "E-2")->end_ms == end);
	assert_true(look(w, "E-4")->end_ms == START + 11 * DAY && look(w, "E-4")->ended_ms == START + 11 * DAY);
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", NULL, "again")); /* ended stays ended */
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-4", NULL, "too late"));
	end_decisions(w);
}

/* --- what is hidden --- */
static void test_why_is_this_hidden_has_an_answer(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_explanation *why;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	r.duration_ms = DAY;
	file_as(w, &r, "E-2");
	assert_call(RPV_OK, rpv_explain(w->session, "s1", BROWSER, "CVE-1", &why));
	const rpv_explanation_outcome *o = rpv_explanation_read(why);
	assert_int_equal(0, o->visible);
	assert_string_equal("E-2", o->decided_by);
	assert_string_equal("E-1", o->overruled[0]);
	assert_int_equal(RPV_RULE_RECOMMENDATION, o->rule);
	assert_string_equal("suspended by E-2, which is global", o->exceptions[1].reason);
	rpv_explanation_free(why);
	w->now += DAY; /* and why it is not hidden any more */
	assert_call(RPV_OK, rpv_explain(w->session, "i1", BROWSER, NULL, &why));
	o = rpv_explanation_read(why);
	assert_int_equal(1, o->visible);
	assert_int_equal(RPV_STANDING_EXPIRED, o->exceptions[0].standing);
	rpv_explanation_free(why);
	end_decisions(w);
}

static void test_what_was_suppressed_comes_back_by_itself(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_explanation *why;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	rpv_weakness_facts worse = { .id = "CVE-1", .known_exploited_ms = START };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &worse));
	commit(w); /* no sweep, no tick: in the commit that makes it worse */
	assert_call(RPV_OK, rpv_explain(w->session, "s1", BROWSER, "CVE-1", &why));
	const rpv_explanation_outcome *o = rpv_explanation_read(why);
	assert_int_equal(1, o->visible);
	assert_int_equal(RPV_STANDING_RESURFACED, o->exceptions[0].standing);
	assert_non_null(strstr(o->exceptions[0].reason, "void since 2026-03-01"));
	rpv_explanation_free(why);
	end_decisions(w);
}

static void test_rules_that_match_nothing_are_reported(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r = accept_risk(MAIL); /* matches nothing from the beginning */
	file_as(w, &r, "E-2");
	assess(w, "s1", BROWSER, NULL, NULL);
	assess(w, "s2", BROWSER, NULL, NULL);
	commit(w);
	assert_int_equal(1, count_events(w, w->session, RPV_EVENT_EXCEPTION_STALE));
	q.watch = RPV_WATCH_STALE;
	assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
	assert_int_equal(2, rpv_list_count(list));
	rpv_list_free(list);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_date_means_one_instant_for_every_reader),
		cmocka_unit_test(test_a_malformed_end_is_refused_never_forever),
		cmocka_unit_test(test_one_bad_record_does_not_stop_the_tick),
		cmocka_unit_test(test_one_bad_record_does_not_stop_a_commit),
		cmocka_unit_test(test_a_tick_without_memory_loses_no_deadline),
		cmocka_unit_test(test_an_extension_keeps_its_chosen_date_and_expires_again),
		cmocka_unit_test(test_the_agreed_end_is_never_overwritten),
		cmocka_unit_test(test_why_is_this_hidden_has_an_answer),
		cmocka_unit_test(test_what_was_suppressed_comes_back_by_itself),
		cmocka_unit_test(test_rules_that_match_nothing_are_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
