/* SPDX-License-Identifier: MIT */
/* What becomes of exceptions: superseding, suspension, canceling, devices that move. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" }, *const s1_s2[] = { "s1", "s2" }, *const s2_i1[] = { "s2", "i1" },
                  *const i1[] = { "i1" };

/* --- superseding (R7) --- */
static void test_supersede_when_some_groups_overlap_then_only_those_are_taken(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now += DAY;
	r = accept_in(BROWSER, it, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.supersede = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(1, o->supersede_count);
	assert_string_equal("E-1", o->supersedes[0]);
	assert_non_null(strstr(o->message, "supersedes E-1"));
	rpv_filing_free(filing);
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(1, look(w, "E-1")->group_count);
	assert_string_equal("Sales", look(w, "E-1")->groups[0]);
	assert_int_equal(1, look(w, "E-1")->canceled_group_count);
	assert_string_equal("IT", look(w, "E-1")->canceled_groups[0]);
	assert_int_equal(2, look(w, "E-1")->filed_devices); /* frozen anew for the rest */
	assert_int_equal(START + 10 * DAY, look(w, "E-1")->end_ms);
	r.start_ms = w->now + 1;
	assert_refused(w, &r, RPV_E_REFUSED, "a later start is refused");
	r = accept_in(BROWSER, both, 2);
	r.supersede = 1;
	w->now += DAY;
	file_as(w, &r, "E-3");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUPERSEDED);
	assert_exception(w, "E-2", RPV_EXCEPTION_SUPERSEDED);
	assert_string_equal("superseded by E-3", look(w, "E-1")->status_reason);
	assert_string_equal("E-3", look(w, "E-1")->successor);
	assert_int_equal(START + 2 * DAY, look(w, "E-1")->ended_ms);
	assert_int_equal(START + 10 * DAY, look(w, "E-1")->end_ms);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_superseded E-1, exception_filed E-3, "
	                    "exception_superseded E-1, exception_superseded E-2", told(w, NULL, 0));
	w->now = START + 11 * DAY + 1; /* of the superseded ones nothing more is heard */
	tick(w);
	assert_null(strstr(told(w, NULL, 0), "expired E-1"));
	end_decisions(w);
}

static void test_supersede_when_devices_or_global_then_likewise(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_on(BROWSER, s1_s2, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s2_i1, 2);
	r.supersede = 1;
	file_as(w, &r, "E-2");
	assert_int_equal(1, look(w, "E-1")->device_count);
	assert_string_equal("s1", look(w, "E-1")->devices[0]);
	assert_int_equal(1, look(w, "E-1")->filed_devices);
	r = accept_risk(BROWSER);
	r.start_ms = START + DAY;
	file_as(w, &r, "E-3");
	r.start_ms = 0;
	r.supersede = 1;
	file_as(w, &r, "E-4"); /* ends 10 days from now: it overlaps the scheduled one */
	assert_exception(w, "E-3", RPV_EXCEPTION_SUPERSEDED);
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	r = accept_in(BROWSER, sales, 1);
	r.supersede = 1; /* nothing of its width to take over */
	file_as(w, &r, "E-5");
	assert_exception(w, "E-4", RPV_EXCEPTION_IN_EFFECT);
	assert_exception(w, "E-5", RPV_EXCEPTION_SUSPENDED);
	w->now += 2 * DAY;
	tick(w);
	assert_null(strstr(told(w, NULL, 0), "started E-3"));
	end_decisions(w);
}

/* --- suspension (R8) --- */
static void test_exception_when_a_global_one_is_in_effect_then_suspended_and_back(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	r.start_ms = START + DAY;
	r.duration_ms = 2 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	assert_int_equal(1, rpv_filing_read(filing)->suspend_count);
	assert_string_equal("E-1", rpv_filing_read(filing)->suspends[0]);
	assert_non_null(strstr(rpv_filing_read(filing)->message, "suspends E-1"));
	rpv_filing_free(filing);
	w->now = START + DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	assert_string_equal("suspended by E-2", look(w, "E-1")->status_reason);
	r = accept_in(BROWSER, sales, 1);
	assert_refused(w, &r, RPV_E_REFUSED, "E-1"); /* it keeps its place */
	r = accept_in(BROWSER, it, 1);
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing)); /* new ones are suspended too */
	assert_int_equal(RPV_EXCEPTION_SUSPENDED, rpv_filing_read(filing)->exception->status);
	assert_string_equal("suspended by E-2", rpv_filing_read(filing)->exception->status_reason);
	rpv_filing_free(filing);
	w->now = START + 3 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	tick(w);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_started E-2, exception_suspended E-2, "
	                    "exception_filed E-3, exception_expired E-2, exception_resumed E-2", told(w, NULL, 0));
	end_decisions(w);
}

static void test_exception_when_suspended_then_its_time_runs_and_a_tie_ends_both(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	r.duration_ms = 5 * DAY;
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, it, 1);
	r.duration_ms = 2 * DAY;
	file_as(w, &r, "E-2");
	r = accept_risk(BROWSER);
	r.duration_ms = 5 * DAY;
	file_as(w, &r, "E-3");
	w->now = START + 2 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	w->now = START + 5 * DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_exception(w, "E-3", RPV_EXCEPTION_EXPIRED);
	tick(w);
	assert_null(strstr(told(w, NULL, 0), "resumed"));
	end_decisions(w);
}

static void test_preview_when_the_official_score_gets_worse_then_it_says_so(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	assert_int_equal(1, rpv_filing_read(filing)->worse);
	assert_non_null(strstr(rpv_filing_read(filing)->message, "the official exposure score gets worse"));
	assert_true(rpv_filing_read(filing)->after.exposure_official > rpv_filing_read(filing)->before.exposure_official);
	assert_int_equal(4, rpv_filing_read(filing)->hidden_findings);
	rpv_filing_free(filing);
	end_decisions(w);
}

/* --- canceling (R5, R15) --- */
static void test_cancel_when_whole_then_canceled_for_good(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now += 5;
	assert_call(RPV_E_INVALID, rpv_exception_cancel(w->session, "E-1", NULL, NULL));
	assert_string_equal("reason", rpv_session_error(w->session)->field);
	assert_call(RPV_E_INVALID, rpv_exception_cancel(w->session, "E-1", NULL, ""));
	assert_call(RPV_E_INVALID, rpv_exception_cancel(w->session, NULL, NULL, "x"));
	static const char *const unknown[] = { "E-2", "E-0", "E-01", "e-1", "R-1", "17", "E-99999999999999999999" };
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
		assert_call(RPV_E_NOT_FOUND, rpv_exception_cancel(w->session, unknown[i], NULL, "x"));
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", "Sales", "x"));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "global"));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "no longer accepted"));
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_string_equal("no longer accepted", look(w, "E-1")->status_reason);
	assert_int_equal(START + 5, look(w, "E-1")->ended_ms);
	assert_int_equal(START + 10 * DAY, look(w, "E-1")->end_ms);
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", NULL, "again"));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "canceled since 2026-03-01T00:00:00.005Z"));
	file_as(w, &r, "E-2"); /* its place is free again */
	w->now = START + 10 * DAY + 5;
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-2", NULL, "at its very end"));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "expired since 2026-03-11T00:00:00.005Z"));
	end_decisions(w);
}

static void test_cancel_when_the_last_millisecond_then_still_canceled(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	file_as(w, &r, "E-1");
	r.start_ms = START + 20 * DAY;
	file_as(w, &r, "E-2");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "before it starts"));
	w->now = START + 10 * DAY - 1;
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	w->now = START + 40 * DAY;
	tick(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_exception(w, "E-2", RPV_EXCEPTION_CANCELED);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_canceled E-2, exception_canceled E-1",
	                    told(w, NULL, 0));
	end_decisions(w);
}

static void test_cancel_when_for_one_group_then_the_others_stay(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	assert_call(RPV_E_NOT_FOUND, rpv_exception_cancel(w->session, "E-1", "Nowhere", "x"));
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", "None", "x"));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", "IT", "IT patches"));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(1, look(w, "E-1")->group_count);
	assert_string_equal("IT", look(w, "E-1")->canceled_groups[0]);
	assert_null(look(w, "E-1")->status_reason);
	assert_int_equal(2, look(w, "E-1")->filed_devices);
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", "IT", "again"));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", "Sales", "the last one"));
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_string_equal("the last one", look(w, "E-1")->status_reason);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-2");
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-2", "Sales", "a device scope"));
	end_decisions(w);
}

static void test_cancel_when_a_global_one_then_what_it_suspended_returns(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_suspended E-2, exception_canceled E-2, "
	                    "exception_resumed E-2", told(w, NULL, 0));
	end_decisions(w);
}

/* --- scope is a rule (R18) --- */
static void test_exception_when_a_device_moves_or_returns_then_its_scope_follows(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_score score = RPV_SCORE_INIT;
	(void)state;
	open_fleet(w);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, i1, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-2");
	device(w, "i2", "Sales");
	commit(w);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &score));
	assert_true(score.exposure_official == 0);
	remove_device(w, "i1");
	commit(w);
	assert_int_equal(1, look(w, "E-2")->device_count);
	device(w, "i1", "Elsewhere");
	assess(w, "i1", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &score));
	assert_true(score.exposure_official == 0);
	assert_true(score.exposure_no_impact > 0);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_supersede_when_some_groups_overlap_then_only_those_are_taken),
		cmocka_unit_test(test_supersede_when_devices_or_global_then_likewise),
		cmocka_unit_test(test_exception_when_a_global_one_is_in_effect_then_suspended_and_back),
		cmocka_unit_test(test_exception_when_suspended_then_its_time_runs_and_a_tie_ends_both),
		cmocka_unit_test(test_preview_when_the_official_score_gets_worse_then_it_says_so),
		cmocka_unit_test(test_cancel_when_whole_then_canceled_for_good),
		cmocka_unit_test(test_cancel_when_the_last_millisecond_then_still_canceled),
		cmocka_unit_test(test_cancel_when_for_one_group_then_the_others_stay),
		cmocka_unit_test(test_cancel_when_a_global_one_then_what_it_suspended_returns),
		cmocka_unit_test(test_exception_when_a_device_moves_or_returns_then_its_scope_follows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
