/* SPDX-License-Identifier: MIT */
/* Renewals: when they start, what they copy, what becomes of them, how they are counted (R11 to R13). */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };

static rpv_renewal_request renewal_of(const char *id, int days)
{
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	r.id = id;
	r.duration_ms = days * DAY;
	return r;
}

static void renew_as(test_world *w, const char *id, int days, const char *new_id)
{
	rpv_renewal_request r = renewal_of(id, days);
	rpv_filing *filing;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &r, &filing));
	assert_string_equal(new_id, rpv_filing_read(filing)->exception->id);
	assert_string_equal(id, rpv_filing_read(filing)->exception->predecessor);
	rpv_filing_free(filing);
}

static void assert_not_renewed(test_world *w, rpv_session *session, const rpv_renewal_request *r, rpv_status status,
                               const char *words)
{
	assert_status_error(status, rpv_exception_renew(session, r, NULL), rpv_session_error(session));
	assert_non_null(strstr(rpv_session_error(session)->message, words));
	(void)w;
}

static void cancel(test_world *w, const char *id, const char *group)
{
	assert_call(RPV_OK, rpv_exception_cancel(w->session, id, group, "fixed"));
}

static uint64_t sequence_of(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.sequence;
}

/* --- start, copy --- */
static void test_renewal_when_live_then_from_its_end_whenever_that_is(void **state)
{
	test_world world, *w = &world;
	const char *const evidence[] = { "https://corp.example/4711", "sha256:00" };
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	r.duration_ms = 366 * DAY; /* further ahead than a start may be filed */
	r.ticket = "CHG-1";
	r.evidence = evidence;
	r.evidence_count = 2;
	r.impact = RPV_IMPACT_HYBRID;
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 30, "E-2");
	const rpv_exception *e = look(w, "E-2");
	assert_int_equal(RPV_EXCEPTION_SCHEDULED, e->status);
	assert_true(e->start_ms == START + 366 * DAY && e->end_ms == START + 396 * DAY && e->filed_ms == START);
	assert_int_equal(2, e->group_count);
	assert_int_equal(RPV_JUSTIFICATION_RISK_ACCEPTED, e->justification);
	assert_int_equal(RPV_IMPACT_HYBRID, e->impact);
	assert_string_equal("accepted by the change board", e->context);
	assert_string_equal("CHG-1", e->ticket);
	assert_int_equal(2, e->evidence_count);
	assert_string_equal("sha256:00", e->evidence[1]);
	assert_int_equal(1, e->renewals);
	assert_true(e->total_ms == 396 * DAY);
	e = look(w, "E-1");
	assert_true(e->start_ms == START && e->end_ms == START + 366 * DAY && !e->ended_ms); /* its dates stay */
	assert_int_equal(0, e->renewals);
	w->now = START + 366 * DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_exception(w, "E-2", RPV_EXCEPTION_SCHEDULED);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	w->now = START + 396 * DAY;
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED); /* and expires again */
	end_decisions(w);
}

static void test_renewal_when_ended_then_from_now(void **state)
{
	test_world world, *w = &world;
	const char *const devices[] = { "s1", "i1" };
	rpv_exception_request r = accept_on(BROWSER, devices, 2);
	rpv_renewal_request n = renewal_of("E-1", 5);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now = START + 100 * DAY;
	renew_as(w, "E-1", 5, "E-2");
	assert_true(look(w, "E-2")->start_ms == w->now && look(w, "E-2")->device_count == 2);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	assert_true(look(w, "E-2")->total_ms == 15 * DAY);
	cancel(w, "E-2", NULL);
	w->now++;
	n.id = "E-2";
	n.context = "still no fix";
	n.duration_ms = 0;
	n.end_ms = w->now + 1;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &n, NULL));
	assert_string_equal("still no fix", look(w, "E-3")->context);
	assert_int_equal(1, look(w, "E-3")->renewals); /* E-2 was canceled as it began */
	assert_true(look(w, "E-3")->total_ms == 10 * DAY + 1);
	end_decisions(w);
}

static void test_renewal_when_removed_devices_are_in_its_scope_then_kept(void **state)
{
	test_world world, *w = &world;
	const char *const devices[] = { "s1", "i1" };
	rpv_exception_request r = accept_on(BROWSER, devices, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	remove_device(w, "s1");
	commit(w);
	renew_as(w, "E-1", 5, "E-2");
	assert_int_equal(2, look(w, "E-2")->device_count);
	end_decisions(w);
}

static void test_renewal_when_it_rests_on_a_control_then_on_the_same(void **state)
{
	test_world world, *w = &world;
	const char *const controls[] = { "waf" };
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_renewal_request n = renewal_of("E-1", 10);
	rpv_control_facts f = { .id = "waf", .description = "filters requests", .reviewed_ms = START,
	                        .review_interval_ms = 15 * DAY };
	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.controls = controls;
	r.control_count = 1;
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	assert_int_equal(1, look(w, "E-2")->control_count);
	assert_true(look(w, "E-2")->stale_ms == START + 15 * DAY);
	w->now = START + 15 * DAY - 1;
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	w->now++;
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	n.id = "E-2";
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "waf"); /* not before its review */
	f.reviewed_ms = w->now;
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	renew_as(w, "E-2", 10, "E-3");
	assert_exception(w, "E-3", RPV_EXCEPTION_IN_EFFECT);
	assert_true(look(w, "E-3")->total_ms == 25 * DAY);
	end_decisions(w);
}

/* --- refusals --- */
static void test_renewal_when_renewed_already_then_a_conflict(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_renewal_request n = renewal_of("E-1", 5);
	rpv_filing *preview;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "E-2");
	assert_call(RPV_OK, rpv_exception_renew_preview(w->session, &n, &preview));
	assert_int_equal(1, rpv_filing_read(preview)->conflict_count);
	assert_string_equal("E-2", rpv_filing_read(preview)->conflicts[0]);
	rpv_filing_free(preview);
	renew_as(w, "E-2", 10, "E-3"); /* that one in its turn */
	assert_true(look(w, "E-3")->start_ms == START + 20 * DAY);
	end_decisions(w);
}

static void test_renewal_when_malformed_then_said(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_renewal_request n = renewal_of(NULL, 5);
	rpv_filing *preview;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	uint64_t revision = revision_of(w);
	assert_not_renewed(w, w->session, &n, RPV_E_INVALID, "id");
	n = renewal_of("E-9", 5);
	assert_not_renewed(w, w->session, &n, RPV_E_NOT_FOUND, "E-9");
	n = renewal_of("browser", 5);
	assert_not_renewed(w, w->session, &n, RPV_E_NOT_FOUND, "browser");
	n = renewal_of("E-1", 0);
	assert_not_renewed(w, w->session, &n, RPV_E_INVALID, "end");
	n.end_ms = START + 10 * DAY; /* its own start */
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "does not lie behind the start");
	n = renewal_of("E-1", 367);
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "366 days");
	n = renewal_of("E-1", 5);
	n.context = " ";
	assert_not_renewed(w, w->session, &n, RPV_E_INVALID, "context");
	n.context = NULL;
	n.evidence_count = 1;
	assert_not_renewed(w, w->session, &n, RPV_E_INVALID, "evidence");
	n.struct_size = 3;
	assert_not_renewed(w, w->session, &n, RPV_E_INVALID, "size");
	assert_int_equal(RPV_E_INVALID, rpv_exception_renew(NULL, &n, NULL));
	assert_not_renewed(w, w->session, NULL, RPV_E_INVALID, "NULL");
	assert_call(RPV_E_INVALID, rpv_exception_renew_preview(w->session, &n, NULL));
	n = renewal_of("E-1", 367);
	assert_call(RPV_OK, rpv_exception_renew_preview(w->session, &n, &preview));
	assert_int_equal(1, rpv_filing_read(preview)->refusal_count);
	rpv_filing_free(preview);
	assert_int_equal(revision, revision_of(w));
	end_decisions(w);
}

static void test_renewal_when_a_session_is_limited_then_only_of_what_it_sees(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_renewal_request n = renewal_of("E-1", 5);
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_VIEW | RPV_PERMIT_EXCEPTIONS, sales, 1);
	rpv_session *eve = open_session(w, "eve", RPV_PERMIT_VIEW, NULL, 0);
	file_as(w, &r, "E-1");
	assert_not_renewed(w, bob, &n, RPV_E_REFUSED, "does not see");
	assert_not_renewed(w, eve, &n, RPV_E_DENIED, "exception handling");
	r = accept_in(MAIL, it, 1);
	file_as(w, &r, "E-2");
	n.id = "E-2";
	assert_not_renewed(w, bob, &n, RPV_E_NOT_FOUND, "E-2");
	r = accept_risk(MAIL);
	file_as(w, &r, "E-3");
	n.id = "E-3";
	assert_not_renewed(w, bob, &n, RPV_E_DENIED, "global");
	r = accept_in(MAIL, sales, 1);
	r.impact = RPV_IMPACT_HYBRID;
	file_as(w, &r, "E-4");
	n.id = "E-4";
	assert_not_renewed(w, bob, &n, RPV_E_DENIED, "settings"); /* as for filing it */
	r = accept_in(LOCK, sales, 1);
	file_as(w, &r, "E-5");
	n.id = "E-5";
	assert_ok(rpv_exception_renew(bob, &n, NULL));
	assert_string_equal("E-5", look_as(bob, "E-6")->predecessor);
	rpv_session_close(bob);
	rpv_session_close(eve);
	end_decisions(w);
}

/* --- preview --- */
static void test_preview_when_renewed_then_it_shows_what_changed_since_the_first(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_renewal_request n = renewal_of("E-2", 10);
	rpv_filing *preview;
	const rpv_figure_then *devices = NULL;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	assess(w, "s2", BROWSER, NULL, NULL);
	commit(w);
	renew_as(w, "E-1", 10, "E-2");
	assert_true(look(w, "E-2")->filed_devices == 1); /* frozen anew at its filing */
	uint64_t revision = revision_of(w);
	assert_call(RPV_OK, rpv_exception_renew_preview(w->session, &n, &preview));
	const rpv_filing_outcome *o = rpv_filing_read(preview);
	for (size_t i = 0; i < o->figure_count; i++)
		if (strcmp(o->figures[i].figure, "exposed_devices") == 0)
			devices = &o->figures[i];
	assert_non_null(devices);
	assert_true(devices->then == 2 && devices->now == 1);
	assert_int_equal(2, o->exception->renewals);
	assert_true(o->exception->total_ms == 30 * DAY);
	assert_null(o->exception->id);
	assert_non_null(strstr(o->message, "renewal 2 in a row, of E-2; 30 days in exception in all"));
	rpv_filing_free(preview);
	assert_int_equal(revision, revision_of(w));
	r = accept_in(MAIL, sales, 1);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &preview));
	assert_int_equal(0, rpv_filing_read(preview)->figure_count); /* a first one */
	rpv_filing_free(preview);
	end_decisions(w);
}

/* --- what becomes of renewals (R12) --- */
static void test_cancel_when_renewals_have_not_started_then_they_go_too(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	renew_as(w, "E-2", 10, "E-3");
	r = accept_risk(MAIL);
	file_as(w, &r, "E-4");
	renew_as(w, "E-4", 10, "E-5");
	uint64_t since = sequence_of(w);
	w->now = START + DAY;
	cancel(w, "E-1", NULL);
	assert_string_equal("exception_canceled E-1, exception_canceled E-2, exception_canceled E-3", told(w, NULL, since));
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	assert_true(look(w, "E-3")->ended_ms == START + DAY && look(w, "E-3")->end_ms == START + 30 * DAY);
	assert_string_equal("E-2, which it renews, was canceled", look(w, "E-3")->status_reason);
	assert_string_equal("fixed", look(w, "E-1")->status_reason);
	assert_exception(w, "E-5", RPV_EXCEPTION_SCHEDULED);
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == START + 10 * DAY); /* of E-4 and E-5 only */
	w->now = START + 15 * DAY;
	since = sequence_of(w);
	tick(w);
	assert_string_equal("exception_expired E-4, exception_started E-5", told(w, NULL, since));
	end_decisions(w);
}

static void test_cancel_when_a_renewal_has_started_then_only_those_after_it_go(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	renew_as(w, "E-2", 10, "E-3");
	w->now = START + 10 * DAY; /* expiry leaves renewals */
	tick(w);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	assert_exception(w, "E-3", RPV_EXCEPTION_SCHEDULED);
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", NULL, "no more"));
	cancel(w, "E-2", NULL);
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	end_decisions(w);
}

static void test_cancel_when_for_one_group_then_its_renewals_lose_it_too(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	renew_as(w, "E-2", 10, "E-3");
	uint64_t since = sequence_of(w);
	cancel(w, "E-1", "Sales");
	assert_string_equal("exception_canceled E-1, exception_canceled E-2, exception_canceled E-3", told(w, NULL, since));
	assert_exception(w, "E-3", RPV_EXCEPTION_SCHEDULED);
	assert_int_equal(1, look(w, "E-3")->group_count);
	assert_string_equal("IT", look(w, "E-3")->groups[0]);
	assert_string_equal("Sales", look(w, "E-3")->canceled_groups[0]);
	assert_true(look(w, "E-3")->filed_devices == 2); /* frozen anew for the rest */
	cancel(w, "E-3", "IT"); /* the last one */
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	assert_exception(w, "E-2", RPV_EXCEPTION_SCHEDULED);
	cancel(w, "E-1", "IT");
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_exception(w, "E-2", RPV_EXCEPTION_CANCELED);
	end_decisions(w);
}

/* --- counted without being asked (R13) --- */
static void test_filing_when_one_like_it_ended_lately_then_counts_as_renewal(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2), s = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now = START + 2 * DAY;
	cancel(w, "E-1", NULL);
	w->now = START + 32 * DAY; /* the window is inclusive */
	file_as(w, &s, "E-2");
	assert_string_equal("E-1", look(w, "E-2")->predecessor);
	assert_true(look(w, "E-2")->renewals == 1 && look(w, "E-2")->total_ms == 12 * DAY);
	w->now++;
	s = accept_in(BROWSER, it, 1);
	file_as(w, &s, "E-3"); /* 30 days and a millisecond */
	assert_null(look(w, "E-3")->predecessor);
	assert_true(look(w, "E-3")->renewals == 0 && look(w, "E-3")->total_ms == 10 * DAY);
	end_decisions(w);
}

static void test_filing_when_none_like_it_took_effect_then_a_first_one(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	r.start_ms = START + 5 * DAY;
	file_as(w, &r, "E-1");
	cancel(w, "E-1", NULL); /* before its start */
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-2");
	cancel(w, "E-2", NULL); /* as it began */
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-3");
	w->now++;
	cancel(w, "E-3", NULL); /* another scope */
	r = accept_in(BROWSER, sales, 1);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-4");
	w->now++;
	cancel(w, "E-4", NULL); /* another subject */
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-5");
	assert_null(look(w, "E-5")->predecessor);
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-6");
	assert_null(look(w, "E-6")->predecessor);
	end_decisions(w);
}

static void test_filing_when_scopes_of_other_widths_meet_then_counts_as_renewal(void **state)
{
	test_world world, *w = &world;
	const char *const s1[] = { "s1" }, *const i1[] = { "i1" };
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now += DAY;
	cancel(w, "E-1", NULL);
	r = accept_on(BROWSER, i1, 1);
	file_as(w, &r, "E-2");
	assert_null(look(w, "E-2")->predecessor);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-3");
	assert_string_equal("E-1", look(w, "E-3")->predecessor);
	w->now += DAY;
	cancel(w, "E-3", NULL);
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-4");
	assert_string_equal("E-3", look(w, "E-4")->predecessor); /* that was renewed more often */
	assert_int_equal(2, look(w, "E-4")->renewals);
	assert_true(look(w, "E-4")->total_ms == 12 * DAY);
	end_decisions(w);
}

static void test_filing_when_it_supersedes_whole_then_counts_as_renewal(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now += 3 * DAY;
	r.supersede = 1;
	file_as(w, &r, "E-2");
	assert_string_equal("E-1", look(w, "E-2")->predecessor);
	assert_string_equal("E-2", look(w, "E-1")->successor);
	assert_true(look(w, "E-2")->total_ms == 13 * DAY); /* not longer than it really was */
	end_decisions(w);
}

/* --- caps, with the figures in the refusal (R13) --- */
static void set_policy(test_world *w, const char *name, const char *value)
{
	const rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

static void test_renewal_when_renewed_too_often_then_refused_with_figures(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_renewal_request n = renewal_of("E-2", 5);
	rpv_filing *preview;
	(void)state;
	open_fleet(w);
	set_policy(w, "max_renewals.risk_accepted", "1");
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2"); /* equal passes */
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "it would renew E-2, as renewal 2 in a row: at most 1 are "
	                   "allowed (policy max_renewals.risk_accepted)");
	assert_call(RPV_OK, rpv_exception_renew_preview(w->session, &n, &preview));
	assert_int_equal(1, rpv_filing_read(preview)->refusal_count);
	rpv_filing_free(preview);
	w->now = START + 21 * DAY; /* nor by filing anew */
	assert_refused(w, &r, RPV_E_REFUSED, "renewal 2 in a row");
	r.scope = RPV_SCOPE_GLOBAL;
	r.group_count = 0;
	assert_refused(w, &r, RPV_E_REFUSED, "renewal 2 in a row");
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-3");
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION; /* has a cap of its own */
	file_as(w, &r, "E-4");
	assert_int_equal(2, look(w, "E-4")->renewals);
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED); /* what was decided stays as it was */
	end_decisions(w);
}

static void test_renewal_when_too_long_in_all_then_refused_with_figures(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_renewal_request n = renewal_of("E-1", 15);
	(void)state;
	open_fleet(w);
	set_policy(w, "total_time_max", "25d");
	r.duration_ms = 26 * DAY;
	assert_refused(w, &r, RPV_E_REFUSED, "for 26 days in all: at most 25 days are allowed");
	r.duration_ms = 10 * DAY;
	file_as(w, &r, "E-1");
	n.duration_ms++;
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "policy total_time_max.risk_accepted");
	n.duration_ms--;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &n, NULL)); /* equal passes */
	w->now = START + 12 * DAY;
	cancel(w, "E-2", NULL); /* 12 days were used */
	r.duration_ms = 13 * DAY + 1;
	assert_refused(w, &r, RPV_E_REFUSED, "total_time_max");
	r.duration_ms = 13 * DAY;
	file_as(w, &r, "E-3");
	assert_true(look(w, "E-3")->total_ms == 25 * DAY);
	r.supersede = 1;
	w->now += DAY;
	assert_refused(w, &r, RPV_E_REFUSED, "for 26 days in all"); /* nor by taking over */
	end_decisions(w);
}

static void test_chain_when_a_renewal_comes_before_what_it_follows_then_counted_once_each(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	r.start_ms = w->now + 20 * DAY;
	file_as(w, &r, "E-1");        /* 20 to 30 */
	renew_as(w, "E-1", 5, "E-2"); /* 30 to 35 */
	cancel(w, "E-2", NULL);
	renew_as(w, "E-2", 7, "E-3"); /* 0 to 7 */
	assert_true(look(w, "E-3")->start_ms == w->now);
	assert_true(look(w, "E-3")->total_ms == 17 * DAY);
	end_decisions(w);
}

static void test_chain_when_what_would_take_over_is_rejected_then_the_other_keeps_its_time(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, NULL, 0);
	file_as(w, &r, "E-1");
	set_policy(w, "approval", "risk_accepted");
	r.supersede = 1;
	file_as(w, &r, "E-2");
	assert_status_error(RPV_OK, rpv_exception_reject(bob, "E-2", "no"), rpv_session_error(bob));
	assert_true(look(w, "E-2")->total_ms == 10 * DAY); /* of E-1 alone */
	rpv_session_close(bob);
	end_decisions(w);
}

/* R12, R15: the last group left is the whole, whatever its renewals still cover. */
static void test_cancel_when_its_last_group_goes_then_renewals_of_more_groups_go_too(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 10, "E-2");
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = DAY;
	r.supersede = 1;
	file_as(w, &r, "E-3"); /* takes Sales from E-1 alone */
	cancel(w, "E-1", it[0]);
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_exception(w, "E-2", RPV_EXCEPTION_CANCELED);
	end_decisions(w);
}

static void test_renewal_when_it_names_more_devices_than_allowed_now_then_refused(void **state)
{
	static const char *const devices[] = { "s1", "i1" };
	test_world world, *w = &world;
	rpv_exception_request r = accept_on(BROWSER, devices, 2);
	rpv_renewal_request n = renewal_of("E-1", 10);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	set_policy(w, "scope_devices_max", "1");
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "2 devices are named, at most 1 are allowed");
	end_decisions(w);
}

static void test_filing_when_it_supersedes_what_never_took_effect_then_no_renewal(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	r.start_ms = w->now + DAY;
	file_as(w, &r, "E-1");
	r.start_ms = 0;
	r.supersede = 1;
	file_as(w, &r, "E-2");
	assert_string_equal("E-2", look(w, "E-1")->successor);
	assert_null(look(w, "E-2")->predecessor);
	assert_int_equal(0, look(w, "E-2")->renewals);
	end_decisions(w);
}

/* --- renewals and a second person (R14) --- */
static void test_renewal_when_it_waits_for_approval_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_renewal_request n = renewal_of("E-1", 5);
	(void)state;
	open_fleet(w);
	set_policy(w, "approval", "risk_accepted");
	file_as(w, &r, "E-1");
	assert_not_renewed(w, w->session, &n, RPV_E_REFUSED, "waits for approval");
	w->now = START + 20 * DAY; /* lapsed: a request anew, which is its first */
	assert_exception(w, "E-1", RPV_EXCEPTION_REJECTED);
	assert_call(RPV_OK, rpv_exception_renew(w->session, &n, NULL));
	assert_exception(w, "E-2", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_true(look(w, "E-2")->renewals == 0 && look(w, "E-2")->total_ms == 5 * DAY);
	end_decisions(w);
}

static void test_renewal_when_the_policy_asks_for_approval_then_it_waits_and_goes_with_its_predecessor(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	rpv_session *ben = open_session(w, "ben", RPV_PERMIT_ALL, NULL, 0);
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-2");
	set_policy(w, "approval", "all");
	renew_as(w, "E-1", 5, "E-3");
	renew_as(w, "E-2", 5, "E-4");
	assert_exception(w, "E-3", RPV_EXCEPTION_PENDING_APPROVAL);
	rpv_filing *filing;
	assert_status_error(RPV_OK, rpv_exception_approve(ben, "E-4", NULL, &filing), rpv_session_error(ben));
	assert_string_equal("E-2", rpv_filing_read(filing)->exception->predecessor);
	assert_int_equal(1, rpv_filing_read(filing)->exception->renewals);
	assert_true(rpv_filing_read(filing)->exception->total_ms == 15 * DAY);
	rpv_filing_free(filing);
	assert_exception(w, "E-4", RPV_EXCEPTION_SCHEDULED);
	cancel(w, "E-1", "IT");
	assert_exception(w, "E-3", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_int_equal(1, look(w, "E-3")->group_count);
	cancel(w, "E-1", NULL);
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	assert_string_equal("E-1, which it renews, was canceled", look(w, "E-3")->status_reason);
	assert_status_error(RPV_E_REFUSED, rpv_exception_approve(ben, "E-3", NULL, NULL), rpv_session_error(ben));
	cancel(w, "E-2", NULL);
	assert_exception(w, "E-4", RPV_EXCEPTION_CANCELED);
	rpv_session_close(ben);
	end_decisions(w);
}

/* --- what a limited session sees of a chain (R44) --- */
static void test_chain_when_its_beginning_is_not_visible_then_left_out(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, it, 1);
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1);
	file_as(w, &r, "E-1");
	w->now += DAY;
	cancel(w, "E-1", NULL);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-2");
	assert_string_equal("E-1", look(w, "E-2")->predecessor);
	assert_true(look(w, "E-2")->total_ms == 11 * DAY);
	assert_null(look_as(bob, "E-2")->predecessor);
	assert_int_equal(0, look_as(bob, "E-2")->renewals);
	assert_true(look_as(bob, "E-2")->total_ms == 10 * DAY);
	rpv_session_close(bob);
	end_decisions(w);
}

/* --- memory --- */
static void test_renewal_when_memory_is_short_then_nothing_is_lost(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_renewal_request n = renewal_of("E-1", 10);
	bool failed = true;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	for (size_t at = 1; failed; at++) {
		rpv_filing *filing = NULL;
		uint64_t revision = revision_of(w);
		test_memory_fail(&w->memory, at, true);
		rpv_status status = rpv_exception_renew(w->session, &n, &filing);
		failed = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		assert_int_equal(failed ? RPV_E_NOMEM : RPV_OK, status);
		assert_int_equal(revision + !failed, revision_of(w));
		rpv_filing_free(filing);
	}
	assert_exception(w, "E-2", RPV_EXCEPTION_SCHEDULED);
	failed = true;
	for (size_t at = 1; failed; at++) {
		uint64_t revision = revision_of(w);
		test_memory_fail(&w->memory, at, true);
		rpv_status status = rpv_exception_cancel(w->session, "E-1", NULL, "fixed");
		failed = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		assert_int_equal(failed ? RPV_E_NOMEM : RPV_OK, status);
		assert_int_equal(revision + !failed, revision_of(w));
	}
	assert_exception(w, "E-2", RPV_EXCEPTION_CANCELED);
	end_decisions(w);
}

/* E-2 ends before it begins, with what is left of E-1 in Sales; E-1 goes on in IT, and counts whole for what renews E-2. */
static void test_chain_when_the_first_goes_on_for_other_groups_then_its_time_counts_whole(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	renew_as(w, "E-1", 30, "E-2");
	cancel(w, "E-2", "IT");
	cancel(w, "E-1", "Sales");
	w->now += DAY;
	renew_as(w, "E-2", 2, "E-3");
	assert_true(look(w, "E-3")->start_ms == START + DAY);
	assert_true(look(w, "E-3")->total_ms == 10 * DAY);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renewal_when_live_then_from_its_end_whenever_that_is),
		cmocka_unit_test(test_renewal_when_ended_then_from_now),
		cmocka_unit_test(test_renewal_when_removed_devices_are_in_its_scope_then_kept),
		cmocka_unit_test(test_renewal_when_it_rests_on_a_control_then_on_the_same),
		cmocka_unit_test(test_renewal_when_renewed_already_then_a_conflict),
		cmocka_unit_test(test_renewal_when_malformed_then_said),
		cmocka_unit_test(test_renewal_when_a_session_is_limited_then_only_of_what_it_sees),
		cmocka_unit_test(test_preview_when_renewed_then_it_shows_what_changed_since_the_first),
		cmocka_unit_test(test_cancel_when_renewals_have_not_started_then_they_go_too),
		cmocka_unit_test(test_cancel_when_a_renewal_has_started_then_only_those_after_it_go),
		cmocka_unit_test(test_cancel_when_for_one_group_then_its_renewals_lose_it_too),
		cmocka_unit_test(test_filing_when_one_like_it_ended_lately_then_counts_as_renewal),
		cmocka_unit_test(test_filing_when_none_like_it_took_effect_then_a_first_one),
		cmocka_unit_test(test_filing_when_scopes_of_other_widths_meet_then_counts_as_renewal),
		cmocka_unit_test(test_filing_when_it_supersedes_whole_then_counts_as_renewal),
		cmocka_unit_test(test_filing_when_it_supersedes_what_never_took_effect_then_no_renewal),
		cmocka_unit_test(test_renewal_when_it_names_more_devices_than_allowed_now_then_refused),
		cmocka_unit_test(test_chain_when_what_would_take_over_is_rejected_then_the_other_keeps_its_time),
		cmocka_unit_test(test_chain_when_a_renewal_comes_before_what_it_follows_then_counted_once_each),
		cmocka_unit_test(test_cancel_when_its_last_group_goes_then_renewals_of_more_groups_go_too),
		cmocka_unit_test(test_renewal_when_renewed_too_often_then_refused_with_figures),
		cmocka_unit_test(test_renewal_when_too_long_in_all_then_refused_with_figures),
		cmocka_unit_test(test_renewal_when_it_waits_for_approval_then_refused),
		cmocka_unit_test(test_renewal_when_the_policy_asks_for_approval_then_it_waits_and_goes_with_its_predecessor),
		cmocka_unit_test(test_chain_when_its_beginning_is_not_visible_then_left_out),
		cmocka_unit_test(test_chain_when_the_first_goes_on_for_other_groups_then_its_time_counts_whole),
		cmocka_unit_test(test_renewal_when_memory_is_short_then_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
