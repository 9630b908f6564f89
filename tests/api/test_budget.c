/* SPDX-License-Identifier: MIT */
/* Risk budgets, and many filings in one commit. */
#include "../support/decisions.h"
#include <math.h>

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };
static const char *const everyone[] = { "s1", "s2", "i1", "i2" };

static void set(test_world *w, const char *name, const char *value)
{
	rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

static void set_points(test_world *w, const char *name, double points)
{
	char text[64];
	snprintf(text, sizeof text, "%.6f", points); /* policies have six decimals */
	set(w, name, text);
}

/* What the list says; 0 when it has no such row. */
static double accepted(test_world *w, rpv_budget_by by, const char *value, uint64_t *count)
{
	rpv_list *list;
	double points = 0;
	*count = 0;
	assert_call(RPV_OK, rpv_budget_list(w->session, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_budget *b = rpv_budget_at(list, i);
		if (b->by == by && strcmp(b->value, value) == 0) {
			points = b->accepted;
			*count = b->exceptions;
		}
	}
	rpv_list_free(list);
	return points;
}

/* The sums that filings are held against are those of the list: just enough passes, a little less does not. */
static void assert_sums_agree(test_world *w)
{
	static const char *const names[] = { "budget.risk_accepted", "budget.requester", "budget.group" };
	static const rpv_budget_by by[] = { RPV_BUDGET_BY_JUSTIFICATION, RPV_BUDGET_BY_REQUESTER, RPV_BUDGET_BY_GROUP };
	static const char *const of[] = { "risk_accepted", "ana@corp.example", "Sales" };
	rpv_exception_request r = accept_in(MAIL, sales, 1);
	rpv_filing *filing;
	uint64_t count;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	double own = rpv_filing_read(filing)->exception->filed_exposure;
	rpv_filing_free(filing);
	for (size_t i = 0; i < 3; i++) {
		double sum = accepted(w, by[i], of[i], &count) + own;
		for (int little = 0; little < 2; little++) {
			set_points(w, names[i], little ? floor(sum * 1e6) / 1e6 - 1e-6 : ceil(sum * 1e6) / 1e6);
			assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
			if (rpv_filing_read(filing)->refusal_count != (size_t)little)
				fail_msg("%s: %.12f accepted with it, %d below: %zu refusals", names[i], sum, little,
				         rpv_filing_read(filing)->refusal_count);
			rpv_filing_free(filing);
		}
		set(w, names[i], NULL);
	}
}

static void open_budgets(test_world *w)
{
	open_fleet(w);
	for (int i = 0; i < 4; i++)
		assess(w, everyone[i], MAIL, "CVE-2", NULL);
	commit(w);
}

static void test_budget_when_the_sum_would_pass_the_limit_then_refused_and_equal_passes(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER), more = accept_risk(MAIL);
	rpv_filing *filing;
	uint64_t count;
	(void)state;
	open_budgets(w);
	file_as(w, &r, "E-1");
	double sum = accepted(w, RPV_BUDGET_BY_JUSTIFICATION, "risk_accepted", &count);
	assert_true(count == 1 && sum == look(w, "E-1")->filed_exposure && sum > 0);
	set(w, "budget.risk_accepted", "0");
	assert_refused(w, &more, RPV_E_REFUSED, "budget.risk_accepted");
	assert_call(RPV_OK, rpv_exception_preview(w->session, &more, &filing)); /* a dry run reports */
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	assert_null(rpv_filing_read(filing)->exception->id);
	rpv_filing_free(filing);
	set(w, "budget.risk_accepted", "none");
	more.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION; /* another budget */
	set(w, "budget.risk_accepted", "0");
	file_as(w, &more, "E-2");
	end_decisions(w);
}

static void test_budget_when_decisions_come_and_go_then_sums_follow(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1), g = accept_risk(MAIL);
	rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
	uint64_t count;
	(void)state;
	open_budgets(w);
	file_as(w, &a, "E-1");
	b.start_ms = START + 2 * DAY; /* scheduled ones count */
	file_as(w, &b, "E-2");
	g.weakness = "CVE-2";
	file_as(w, &g, "E-3");
	assert_sums_agree(w);
	accepted(w, RPV_BUDGET_BY_GROUP, "Sales", &count);
	assert_int_equal(2, count); /* its own and the global one */
	accepted(w, RPV_BUDGET_BY_REQUESTER, "ana@corp.example", &count);
	assert_int_equal(3, count);
	w->now += DAY;
	renewal.id = "E-1";
	renewal.duration_ms = 5 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	accepted(w, RPV_BUDGET_BY_REQUESTER, "ana@corp.example", &count);
	assert_int_equal(3, count); /* the renewal counts in place of what it renews */
	assert_sums_agree(w);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-4", NULL, "not needed"));
	accepted(w, RPV_BUDGET_BY_REQUESTER, "ana@corp.example", &count);
	assert_int_equal(3, count); /* and that counts again */
	assert_sums_agree(w);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-3", NULL, "fixed"));
	assert_sums_agree(w);
	w->now = START + 10 * DAY; /* E-1 expired, with nothing written */
	accepted(w, RPV_BUDGET_BY_REQUESTER, "ana@corp.example", &count);
	assert_int_equal(1, count);
	assert_sums_agree(w);
	tick(w);
	assert_sums_agree(w);
	w->now = START + 20 * DAY;
	assert_sums_agree(w);
	accepted(w, RPV_BUDGET_BY_REQUESTER, "ana@corp.example", &count);
	assert_int_equal(0, count);
	end_decisions(w);
}

static void test_budget_when_approved_then_it_is_held_against_it_again(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_weakness_facts worse = { .id = "CVE-1", .epss = 0.2 };
	uint64_t count;
	(void)state;
	open_budgets(w);
	rpv_session *ben = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	set(w, "approval", "all");
	file_as(w, &r, "E-1");
	double sum = accepted(w, RPV_BUDGET_BY_JUSTIFICATION, "risk_accepted", &count);
	assert_true(count == 1); /* pending ones count */
	set_points(w, "budget.risk_accepted", ceil(sum * 1e6) / 1e6);
	w->now += DAY;
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &worse));
	commit(w);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(ben, "E-1", NULL, NULL));
	assert_non_null(strstr(rpv_session_error(ben)->message, "budget.risk_accepted"));
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	set(w, "budget.risk_accepted", NULL);
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, NULL));
	assert_true(accepted(w, RPV_BUDGET_BY_JUSTIFICATION, "risk_accepted", &count) > sum && count == 1);
	assert_sums_agree(w);
	look_as(NULL, NULL);
	rpv_session_close(ben);
	end_decisions(w);
}

static void test_budget_when_sight_is_limited_then_denied(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_budgets(w);
	rpv_session *limited = open_session(w, "gus", RPV_PERMIT_ALL, sales, 1);
	assert_int_equal(RPV_E_DENIED, rpv_budget_list(limited, &list));
	assert_null(list);
	rpv_session_close(limited);
	end_decisions(w);
}

/* --- many at once --- */
static void test_many_when_all_pass_then_one_commit_with_one_result_each(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_risk(BROWSER), b = accept_in(MAIL, sales, 1), c = accept_in(MAIL, it, 1);
	const rpv_exception_request *all[] = { &a, &b, &c };
	rpv_filing *filings[3];
	(void)state;
	open_budgets(w);
	uint64_t before = revision_of(w);
	assert_call(RPV_OK, rpv_exception_preview_many(w->session, all, 3, filings));
	for (int i = 0; i < 3; i++) {
		assert_null(rpv_filing_read(filings[i])->exception->id);
		rpv_filing_free(filings[i]);
	}
	assert_int_equal(before, revision_of(w));
	assert_call(RPV_OK, rpv_exception_file_many(w->session, all, 3, filings));
	assert_int_equal(before + 1, revision_of(w));
	for (int i = 0; i < 3; i++) {
		char id[8];
		snprintf(id, sizeof id, "E-%d", i + 1);
		assert_string_equal(id, rpv_filing_read(filings[i])->exception->id);
		rpv_filing_free(filings[i]);
		assert_exception(w, id, RPV_EXCEPTION_IN_EFFECT);
	}
	end_decisions(w);
}

static void test_many_when_one_is_refused_then_none_is_filed_and_it_is_named(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(MAIL, sales, 1), b = accept_risk(BROWSER), c = accept_in(MAIL, sales, 1), d = b;
	const rpv_exception_request *twice[] = { &a, &b, &c }, *bad[] = { &a, &d };
	rpv_filing *filings[3] = { NULL, NULL, NULL };
	(void)state;
	open_budgets(w);
	uint64_t before = revision_of(w);
	assert_call(RPV_E_REFUSED, rpv_exception_file_many(w->session, twice, 3, NULL));
	assert_int_equal(2, rpv_session_error(w->session)->index);
	assert_non_null(strstr(rpv_session_error(w->session)->message, "request 1"));
	d.recommendation = "nothing";
	assert_call(RPV_E_NOT_FOUND, rpv_exception_file_many(w->session, bad, 2, filings));
	assert_int_equal(1, rpv_session_error(w->session)->index);
	d.context = NULL;
	assert_call(RPV_E_INVALID, rpv_exception_file_many(w->session, bad, 2, filings));
	assert_int_equal(1, rpv_session_error(w->session)->index);
	assert_null(filings[0]);
	assert_call(RPV_E_INVALID, rpv_exception_file_many(w->session, NULL, 0, NULL));
	assert_int_equal(before, revision_of(w));
	assert_call(RPV_OK, rpv_exception_preview_many(w->session, twice, 3, filings)); /* reports the same */
	assert_int_equal(0, rpv_filing_read(filings[0])->conflict_count);
	assert_int_equal(1, rpv_filing_read(filings[2])->conflict_count);
	for (int i = 0; i < 3; i++)
		rpv_filing_free(filings[i]);
	end_decisions(w);
}

/* Budgets add up over the call. */
static void test_many_when_together_above_a_budget_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_in(BROWSER, it, 1);
	const rpv_exception_request *both[] = { &a, &b };
	rpv_filing *filing;
	(void)state;
	open_budgets(w);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &a, &filing));
	set_points(w, "budget.risk_accepted", rpv_filing_read(filing)->exception->filed_exposure * 1.5);
	rpv_filing_free(filing);
	assert_call(RPV_E_REFUSED, rpv_exception_file_many(w->session, both, 2, NULL));
	assert_int_equal(1, rpv_session_error(w->session)->index);
	assert_call(RPV_OK, rpv_exception_file_many(w->session, both, 1, NULL));
	assert_sums_agree(w);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget_when_the_sum_would_pass_the_limit_then_refused_and_equal_passes),
		cmocka_unit_test(test_budget_when_decisions_come_and_go_then_sums_follow),
		cmocka_unit_test(test_budget_when_approved_then_it_is_held_against_it_again),
		cmocka_unit_test(test_budget_when_sight_is_limited_then_denied),
		cmocka_unit_test(test_many_when_all_pass_then_one_commit_with_one_result_each),
		cmocka_unit_test(test_many_when_one_is_refused_then_none_is_filed_and_it_is_named),
		cmocka_unit_test(test_many_when_together_above_a_budget_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
