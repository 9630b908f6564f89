/* SPDX-License-Identifier: MIT */
/* Approval by a second person. */
#include "../support/decisions.h"

#define HOUR (DAY / 24)

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };

static void set(test_world *w, const char *name, const char *value)
{
	rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

/* A fleet where risk acceptances ask for a second person, and ben, who may approve. */
static rpv_session *open_asking(test_world *w)
{
	open_fleet(w);
	set(w, "approval", "risk_accepted");
	return open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
}

static void close_asking(test_world *w, rpv_session *ben)
{
	look_as(NULL, NULL);
	rpv_session_close(ben);
	end_decisions(w);
}

#define assert_says(session, words) assert_non_null(strstr(rpv_session_error(session)->message, words))

static void test_approval_when_asked_then_nothing_changes_until_it_is_given(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_score before = RPV_SCORE_INIT, pending = RPV_SCORE_INIT, after = RPV_SCORE_INIT;
	(void)state;
	rpv_session *ben = open_asking(w);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &before));
	file_as(w, &r, "E-1");
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_true(look(w, "E-1")->approve_by_ms == START + 10 * DAY); /* its end comes before the window's */
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &pending));
	assert_true(before.exposure_mitigation_like == pending.exposure_mitigation_like);
	w->now += DAY;
	assert_ok(rpv_exception_approve(ben, "E-1", "seen", NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_string_equal("ben@corp.example", look(w, "E-1")->approver);
	assert_true(look(w, "E-1")->approved_ms == START + DAY && look(w, "E-1")->start_ms == START + DAY);
	assert_true(look(w, "E-1")->end_ms == START + 10 * DAY && !look(w, "E-1")->approve_by_ms);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &after));
	assert_true(after.exposure_mitigation_like < pending.exposure_mitigation_like);
	assert_string_equal("exception_filed E-1, exception_approved E-1", told(w, NULL, 0));
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(ben, "E-1", NULL, NULL));
	assert_says(ben, "in_effect");
	close_asking(w, ben);
}

/* No way around the second pair of eyes: other sessions, other groups, all permissions, a renewal, many at once. */
static void test_approval_when_by_the_requester_then_refused_on_every_path(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1), other = accept_in(BROWSER, it, 1);
	const rpv_exception_request *many[] = { &other };
	rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
	(void)state;
	rpv_session *ben = open_asking(w);
	rpv_session *again = open_session(w, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	rpv_session *limited = open_session(w, "ana@corp.example", RPV_PERMIT_ALL, sales, 1);
	rpv_session *sessions[] = { w->session, again, limited };
	file_as(w, &r, "E-1");
	assert_call(RPV_OK, rpv_exception_file_many(w->session, many, 1, NULL));
	assert_exception(w, "E-2", RPV_EXCEPTION_PENDING_APPROVAL);
	for (int i = 0; i < 3; i++) {
		rpv_filing *filing = NULL;
		assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(sessions[i], "E-1", NULL, NULL));
		assert_says(sessions[i], "second person");
		assert_int_equal(RPV_E_REFUSED, rpv_exception_reject(sessions[i], "E-1", "no"));
		assert_ok(rpv_exception_approve_preview(sessions[i], "E-1", &filing)); /* it only reports */
		assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
		rpv_filing_free(filing);
	}
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, NULL));
	renewal.id = "E-1";
	renewal.duration_ms = DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	assert_exception(w, "E-3", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(again, "E-3", NULL, NULL));
	assert_call(RPV_OK, rpv_exception_cancel(again, "E-3", NULL, "withdrawn"));
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	rpv_session_close(again);
	rpv_session_close(limited);
	close_asking(w, ben);
}

static void test_approval_when_nobody_answers_then_it_lapses_by_the_clock(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_store_info info = { .struct_size = sizeof info };
	(void)state;
	rpv_session *ben = open_asking(w);
	set(w, "approval_window", "2d");
	file_as(w, &r, "E-1");
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == START + 2 * DAY);
	w->now = START + 2 * DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_REJECTED);
	assert_string_equal("approval lapsed", look(w, "E-1")->status_reason);
	assert_true(look(w, "E-1")->ended_ms == START + 2 * DAY);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(ben, "E-1", NULL, NULL));
	w->now += HOUR;
	tick(w);
	assert_string_equal("exception_filed E-1, exception_rejected E-1", told(w, NULL, 0));
	file_as(w, &r, "E-2"); /* its place is free */
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START + DAY));
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	close_asking(w, ben);
}

static void test_approval_when_rejected_or_withdrawn_then_it_ended(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1);
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &a, "E-1");
	file_as(w, &b, "E-2");
	assert_refused(w, &a, RPV_E_REFUSED, "E-1"); /* it keeps its place */
	assert_int_equal(RPV_E_INVALID, rpv_exception_reject(ben, "E-1", ""));
	assert_ok(rpv_exception_reject(ben, "E-1", "too wide"));
	assert_exception(w, "E-1", RPV_EXCEPTION_REJECTED);
	assert_string_equal("too wide", look(w, "E-1")->status_reason);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "withdrawn"));
	assert_exception(w, "E-2", RPV_EXCEPTION_CANCELED);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_rejected E-1, exception_canceled E-2",
	                    told(w, NULL, 0));
	close_asking(w, ben);
}

static void test_approval_when_permissions_or_sight_are_missing_then_denied(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request global = accept_risk(BROWSER), wide = accept_in(MAIL, both, 2), of_it = accept_in(BROWSER, it, 1);
	(void)state;
	rpv_session *ben = open_asking(w);
	rpv_session *no = open_session(w, "eve", RPV_PERMIT_ALL & ~(uint32_t)RPV_PERMIT_APPROVE, NULL, 0);
	rpv_session *not_global = open_session(w, "fay", RPV_PERMIT_VIEW | RPV_PERMIT_APPROVE, NULL, 0);
	rpv_session *of_sales = open_session(w, "gus", RPV_PERMIT_ALL, sales, 1);
	file_as(w, &global, "E-1");
	file_as(w, &wide, "E-2");
	file_as(w, &of_it, "E-3");
	assert_int_equal(RPV_E_DENIED, rpv_exception_approve(no, "E-1", NULL, NULL));
	assert_int_equal(RPV_E_DENIED, rpv_exception_approve(not_global, "E-1", NULL, NULL));
	assert_int_equal(RPV_E_DENIED, rpv_exception_approve(of_sales, "E-2", NULL, NULL)); /* sees half of it */
	assert_int_equal(RPV_E_NOT_FOUND, rpv_exception_approve(of_sales, "E-3", NULL, NULL));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_exception_reject(ben, "E-9", "no"));
	assert_ok(rpv_exception_approve(not_global, "E-2", NULL, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	rpv_session_close(no);
	rpv_session_close(not_global);
	rpv_session_close(of_sales);
	close_asking(w, ben);
}

static void expect_asked(test_world *w, const rpv_exception_request *r, bool asked)
{
	rpv_filing *filing;
	assert_call(RPV_OK, rpv_exception_preview(w->session, r, &filing));
	assert_int_equal(asked ? RPV_EXCEPTION_PENDING_APPROVAL : RPV_EXCEPTION_IN_EFFECT,
	                 rpv_filing_read(filing)->exception->status);
	rpv_filing_free(filing);
}

/* Any part of the rule that holds asks. */
static void test_approval_when_any_part_of_the_rule_holds_then_it_is_asked(void **state)
{
	static const struct { const char *name, *value; bool global, of_sales; } rules[] = {
		{ "approval", "none", false, false }, { "approval", "all", true, true },
		{ "approval", "third_party_control", false, false }, { "approval", "third_party_control,risk_accepted", true, true },
		{ "approval_scope", "global", true, false }, { "approval_scope", "groups,devices", false, true },
		{ "approval_severity", "critical", false, false }, { "approval_severity", "high", true, true },
		{ "approval_longer_than", "10d", false, false }, { "approval_longer_than", "9d", true, true } };
	test_world world, *w = &world;
	rpv_exception_request global = accept_risk(BROWSER), of_sales = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		set(w, rules[i].name, rules[i].value);
		expect_asked(w, &global, rules[i].global);
		expect_asked(w, &of_sales, rules[i].of_sales);
		set(w, rules[i].name, NULL);
	}
	end_decisions(w);
}

/* What was decided stays: a policy that asks later, or no longer asks, changes no status. */
static void test_approval_when_the_policy_changes_then_what_was_decided_stays(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &a, "E-1");
	set(w, "approval", "all");
	file_as(w, &b, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	set(w, "approval", "none");
	assert_exception(w, "E-2", RPV_EXCEPTION_PENDING_APPROVAL);
	end_decisions(w);
}

static double figure(const rpv_filing_outcome *o, const char *name, bool now)
{
	for (size_t i = 0; i < o->figure_count; i++)
		if (strcmp(o->figures[i].figure, name) == 0)
			return now ? o->figures[i].now : o->figures[i].then;
	fail_msg("there is no figure %s", name);
	return 0;
}

static void test_approval_when_the_world_got_worse_then_the_approver_sees_it_and_it_counts_from_there(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_weakness_facts public = { .id = "CVE-1", .exploit = RPV_EXPLOIT_PUBLIC };
	rpv_filing *filing;
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &r, "E-1");
	w->now += DAY;
	device(w, "s3", "Sales");
	assess(w, "s3", BROWSER, "CVE-1", NULL);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &public));
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_ok(rpv_exception_approve_preview(ben, "E-1", &filing));
	assert_true(figure(rpv_filing_read(filing), "exposed_devices", false) == 4);
	assert_true(figure(rpv_filing_read(filing), "exposed_devices", true) == 5);
	assert_true(figure(rpv_filing_read(filing), "exploit", true) > figure(rpv_filing_read(filing), "exploit", false));
	rpv_filing_free(filing);
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL); /* that was a preview */
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, &filing));
	assert_string_equal("E-1", rpv_filing_read(filing)->exception->id);
	rpv_filing_free(filing);
	assert_int_equal(5, look(w, "E-1")->filed_devices);
	close_asking(w, ben);
}

static void test_approval_when_it_supersedes_then_the_old_one_goes_at_the_approval(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request old = accept_in(BROWSER, both, 2), new = accept_in(BROWSER, sales, 1);
	(void)state;
	rpv_session *ben = open_asking(w);
	set(w, "approval", "none");
	file_as(w, &old, "E-1");
	set(w, "approval", "all");
	new.supersede = 1;
	w->now += HOUR;
	file_as(w, &new, "E-2");
	assert_int_equal(2, look(w, "E-1")->group_count);
	assert_int_equal(1, look(w, "E-2")->supersede);
	w->now += HOUR;
	assert_ok(rpv_exception_approve(ben, "E-2", NULL, NULL));
	assert_int_equal(1, look(w, "E-1")->group_count);
	assert_string_equal("IT", look(w, "E-1")->groups[0]);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	close_asking(w, ben);
}

/* Between filing and approval somebody else was faster under another rule: the approval finds the conflict again. */
static void test_approval_when_a_global_one_is_above_then_it_is_suspended(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1), global = accept_risk(BROWSER);
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &r, "E-1");
	set(w, "approval", "none");
	file_as(w, &global, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL); /* a global one does not suspend it yet */
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	close_asking(w, ben);
}

/* What was asked for is not decided yet: the caps of the day of the approval hold, as budgets do. */
static void test_approval_when_renewals_are_capped_meanwhile_then_refused_with_figures(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
	rpv_filing *filing;
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &r, "E-1");
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, NULL));
	renewal.id = "E-1";
	renewal.duration_ms = 5 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	set(w, "max_renewals.risk_accepted", "0");
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(ben, "E-2", NULL, NULL));
	assert_says(ben, "max_renewals.risk_accepted");
	assert_says(ben, "E-1, as renewal 1 in a row: at most 0");
	set(w, "max_renewals.risk_accepted", "1");
	set(w, "total_time_max.risk_accepted", "14d");
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(ben, "E-2", NULL, NULL));
	assert_says(ben, "total_time_max.risk_accepted");
	assert_ok(rpv_exception_approve_preview(ben, "E-2", &filing)); /* a dry run says so, too */
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	assert_non_null(strstr(rpv_filing_read(filing)->refusals[0], "15 days"));
	rpv_filing_free(filing);
	assert_exception(w, "E-2", RPV_EXCEPTION_PENDING_APPROVAL);
	set(w, "total_time_max.risk_accepted", "15d"); /* equal passes */
	assert_ok(rpv_exception_approve(ben, "E-2", NULL, NULL));
	assert_exception(w, "E-2", RPV_EXCEPTION_SCHEDULED);
	assert_int_equal(1, look(w, "E-2")->renewals);
	close_asking(w, ben);
}

/* All or none: a conflict, one that does not wait, one named twice, and one that the principal requested refuse all. */
static void test_approval_when_of_many_then_all_or_none_and_the_refused_one_is_named(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1), c = accept_in(MAIL, sales, 1);
	const char *ids[] = { "E-1", "E-2" }, *twice[] = { "E-2", "E-1", "E-2" }, *with_own[] = { "E-1", "E-3" },
	           *unknown[] = { "E-1", "E-9" }, *none[] = { "E-1", NULL };
	rpv_filing *filings[2] = { NULL, NULL };
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &a, "E-1");
	file_as(w, &b, "E-2");
	assert_ok(rpv_exception_file(ben, &c, NULL)); /* ben's own is E-3 */
	uint64_t revision = revision_of(w);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve_many(ben, with_own, 2, NULL, NULL));
	assert_says(ben, "second person");
	assert_int_equal(1, rpv_session_error(ben)->index);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve_many(ben, twice, 3, NULL, NULL));
	assert_int_equal(2, rpv_session_error(ben)->index);
	assert_int_equal(RPV_E_NOT_FOUND, rpv_exception_approve_many(ben, unknown, 2, NULL, filings));
	assert_int_equal(RPV_E_INVALID, rpv_exception_approve_many(ben, none, 2, NULL, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_exception_approve_many(ben, ids, 0, NULL, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_exception_approve_preview_many(ben, ids, 2, NULL));
	assert_int_equal(RPV_E_LIMIT, rpv_exception_approve_many(ben, ids, RPV_FILINGS_MAX + 1, NULL, NULL));
	assert_int_equal(RPV_E_REFUSED, rpv_exception_reject_many(ben, with_own, 2, "no"));
	assert_int_equal(1, rpv_session_error(ben)->index);
	assert_int_equal(RPV_E_INVALID, rpv_exception_reject_many(ben, ids, 2, ""));
	assert_int_equal(RPV_E_INVALID, rpv_exception_reject_many(ben, none, 2, "no"));
	assert_int_equal(RPV_E_INVALID, rpv_exception_reject_many(ben, NULL, 1, "no"));
	assert_ok(rpv_exception_approve_preview_many(ben, ids, 2, filings));
	for (int i = 0; i < 2; i++) {
		assert_string_equal(ids[i], rpv_filing_read(filings[i])->exception->id);
		rpv_filing_free(filings[i]);
	}
	assert_int_equal(revision, revision_of(w));
	assert_ok(rpv_exception_approve_many(ben, ids, 2, "both seen", filings));
	assert_int_equal(revision + 1, revision_of(w));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(RPV_EXCEPTION_IN_EFFECT, rpv_filing_read(filings[i])->exception->status);
		rpv_filing_free(filings[i]);
		assert_exception(w, ids[i], RPV_EXCEPTION_IN_EFFECT);
	}
	assert_call(RPV_OK, rpv_exception_reject_many(w->session, &with_own[1], 1, "not that"));
	assert_exception(w, "E-3", RPV_EXCEPTION_REJECTED);
	close_asking(w, ben);
}

/* Together above a budget: each alone would pass, and a dry run says which one would not. */
static void test_approval_when_many_pass_a_budget_together_then_none_is_approved(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1);
	const char *ids[] = { "E-1", "E-2" };
	rpv_filing *filings[2];
	char room[64];
	(void)state;
	rpv_session *ben = open_asking(w);
	file_as(w, &a, "E-1");
	file_as(w, &b, "E-2");
	snprintf(room, sizeof room, "%.6f", 1.5 * look(w, "E-1")->filed_exposure);
	set(w, "budget.risk_accepted", room);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve_many(ben, ids, 2, NULL, NULL));
	assert_says(ben, "budget.risk_accepted");
	assert_ok(rpv_exception_approve_preview_many(ben, ids, 2, filings));
	assert_true(rpv_filing_read(filings[0])->refusal_count + rpv_filing_read(filings[1])->refusal_count > 0);
	rpv_filing_free(filings[0]);
	rpv_filing_free(filings[1]);
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	set(w, "budget.risk_accepted", "none");
	assert_ok(rpv_exception_reject_many(ben, ids, 2, "too much"));
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_rejected E-1, exception_rejected E-2",
	                    told(w, NULL, 0));
	close_asking(w, ben);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_approval_when_asked_then_nothing_changes_until_it_is_given),
		cmocka_unit_test(test_approval_when_by_the_requester_then_refused_on_every_path),
		cmocka_unit_test(test_approval_when_nobody_answers_then_it_lapses_by_the_clock),
		cmocka_unit_test(test_approval_when_rejected_or_withdrawn_then_it_ended),
		cmocka_unit_test(test_approval_when_permissions_or_sight_are_missing_then_denied),
		cmocka_unit_test(test_approval_when_any_part_of_the_rule_holds_then_it_is_asked),
		cmocka_unit_test(test_approval_when_the_policy_changes_then_what_was_decided_stays),
		cmocka_unit_test(test_approval_when_the_world_got_worse_then_the_approver_sees_it_and_it_counts_from_there),
		cmocka_unit_test(test_approval_when_it_supersedes_then_the_old_one_goes_at_the_approval),
		cmocka_unit_test(test_approval_when_a_global_one_is_above_then_it_is_suspended),
		cmocka_unit_test(test_approval_when_renewals_are_capped_meanwhile_then_refused_with_figures),
		cmocka_unit_test(test_approval_when_of_many_then_all_or_none_and_the_refused_one_is_named),
		cmocka_unit_test(test_approval_when_many_pass_a_budget_together_then_none_is_approved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
