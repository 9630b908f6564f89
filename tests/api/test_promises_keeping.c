/* SPDX-License-Identifier: MIT */
/* The second half of the table "What is promised" in docs/exceptions.md, one test a row: from resurfacing to filters. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const s1[] = { "s1" }, *const proxy[] = { "proxy" };

static void set(test_world *w, const char *name, const char *value)
{
	rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

static void exploit(test_world *w, const char *id, rpv_exploit exploit)
{
	rpv_weakness_facts f = { .id = id, .exploit = exploit };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	commit(w);
}

static const rpv_worth *worth_of(test_world *w, const char *id, rpv_list **list)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	q.id = id;
	q.with_worth = 1;
	assert_call(RPV_OK, rpv_exception_list(w->session, &q, list));
	assert_int_equal(revision_of(w), rpv_list_revision(*list)); /* what it speaks of */
	return &rpv_exception_at(*list, 0)->worth;
}

/* The numbers of the rows of a query, such as "1 2 7". */
static const char *numbers(test_world *w, const rpv_exception_query *q)
{
	static char out[256];
	rpv_list *list;
	out[0] = '\0';
	assert_call(RPV_OK, rpv_exception_list(w->session, q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", rpv_exception_at(list, i)->id + 2);
	rpv_list_free(list);
	return out;
}

/* Void in the commit of the change, with what fired; warned once, and again after it came down; what ended stays ended. */
static void test_resurface(void **state)
{
	test_world world, *w = &world;
	rpv_policy_change change = { "resurface.risk_accepted.exploit", "void" };
	rpv_policy_outcome outcome = RPV_POLICY_OUTCOME_INIT;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	set(w, "resurface.risk_accepted.exploit", "warn");
	set(w, "resurface.risk_accepted.exposure", "off");
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-2");
	exploit(w, "CVE-1", RPV_EXPLOIT_PUBLIC);
	const rpv_exception *e = look(w, "E-1");
	assert_true(e->status == RPV_EXCEPTION_IN_EFFECT && e->firing_count == 1 && !e->firings[0].voided);
	assert_true(e->firings[0].trigger == RPV_TRIGGER_EXPLOIT && !strcmp(e->firings[0].weakness, "CVE-1"));
	assert_true(e->firings[0].frozen == RPV_EXPLOIT_NONE && e->firings[0].now == RPV_EXPLOIT_PUBLIC);
	assert_int_equal(1u << RPV_TRIGGER_EXPLOIT, e->baseline.warned);
	assert_int_equal(0, look(w, "E-2")->firing_count); /* nothing of its own changed */
	uint64_t revision = revision_of(w);
	assert_call(RPV_OK, rpv_policy_preview(w->session, &change, 1, &outcome, NULL));
	assert_int_equal(1, outcome.voided); /* a policy change is judged like a batch */
	assert_int_equal(revision, revision_of(w));
	exploit(w, "CVE-1", RPV_EXPLOIT_NONE);
	assert_int_equal(0, look(w, "E-1")->baseline.warned);
	set(w, "resurface.risk_accepted.exploit", "void");
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now += DAY;
	exploit(w, "CVE-1", RPV_EXPLOIT_VERIFIED);
	e = look(w, "E-1");
	assert_true(e->status == RPV_EXCEPTION_RESURFACED && e->ended_ms == w->now && e->end_ms == START + 10 * DAY);
	assert_non_null(strstr(e->status_reason, "exploit"));
	exploit(w, "CVE-1", RPV_EXPLOIT_NONE);
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_non_null(strstr(told(w, NULL, 0), "exception_warned E-1, exception_resurfaced E-1"));
	end_decisions(w);
}

static void test_controls(void **state)
{
	test_world world, *w = &world;
	rpv_control_query all = RPV_CONTROL_QUERY_INIT;
	rpv_list *list;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	rpv_control_facts f = { .id = "proxy", .kind = RPV_CONTROL_THIRD_PARTY, .description = "Filtering proxy",
		.owner = "net@corp.example", .reviewed_ms = START, .review_interval_ms = 5 * DAY };
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	r = accept_risk(BROWSER);
	r.controls = proxy;
	r.control_count = 1;
	assert_refused(w, &r, RPV_E_REFUSED, "control"); /* only mitigating ones rest on any */
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	assert_true(look(w, "E-1")->control_count == 1 && look(w, "E-1")->stale_ms == START + 5 * DAY);
	assert_call(RPV_OK, rpv_control_list(w->session, &all, &list));
	const rpv_control *c = rpv_control_at(list, 0);
	assert_true(!strcmp(c->id, "proxy") && !strcmp(c->owner, "net@corp.example") && c->exceptions == 1);
	assert_true(c->reviewed_ms == START && c->review_interval_ms == 5 * DAY && c->kind == RPV_CONTROL_THIRD_PARTY);
	rpv_list_free(list);
	w->now = START + 5 * DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now = START + 5 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED); /* by the clock, with no write */
	f = (rpv_control_facts){ .id = "proxy", .reviewed_ms = w->now };
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	file_as(w, &r, "E-2");
	f = (rpv_control_facts){ .id = "proxy", .retired = RPV_FLAG_TRUE };
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED); /* in the commit that retires it */
	end_decisions(w);
}

/* What an exception takes off both scores: in the list, in the filing, and as the difference that canceling it makes; a
 * hybrid one has both figures. The kind of impact is frozen at filing. */
static void test_impact(void **state)
{
	test_world world, *w = &world;
	rpv_score with = RPV_SCORE_INIT, without = RPV_SCORE_INIT;
	rpv_exception_query by_worth = RPV_EXCEPTION_QUERY_INIT;
	rpv_exception_request r;
	rpv_filing *filing;
	rpv_list *list;
	rpv_worth filed;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	r = accept_risk(BROWSER);
	r.impact = RPV_IMPACT_HYBRID;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	filed = rpv_filing_read(filing)->exception->worth;
	rpv_filing_free(filing);
	assert_true(filed.exposure == 0 && filed.exposure_mitigation_like > 0 && filed.secure == 0);
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	assert_memory_equal(&filed, &rpv_filing_read(filing)->exception->worth, sizeof filed);
	rpv_filing_free(filing);
	assert_memory_equal(&filed, worth_of(w, "E-1", &list), sizeof filed);
	rpv_list_free(list);
	r = accept_risk(LOCK);
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	file_as(w, &r, "E-2");
	const rpv_worth *worth = worth_of(w, "E-2", &list);
	filed = *worth;
	rpv_list_free(list);
	assert_true(filed.secure == 2.5 && filed.secure_mitigation_like == 2.5 && filed.exposure == 0);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &with));
	set(w, "impact.alternate_mitigation", "no_impact"); /* of what is filed from now on */
	assert_int_equal(RPV_IMPACT_MITIGATION_LIKE, look(w, "E-2")->impact);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &without));
	assert_true(with.secure_official.points - without.secure_official.points == filed.secure);
	file_as(w, &r, "E-3");
	assert_int_equal(RPV_IMPACT_NO_IMPACT, look(w, "E-3")->impact);
	r = accept_in(MAIL, sales, 1); /* worth nothing: nobody has it */
	file_as(w, &r, "E-4");
	by_worth.sort = RPV_EXCEPTION_BY_WORTH;
	by_worth.statuses = 1u << RPV_EXCEPTION_IN_EFFECT;
	assert_string_equal("1 3 4", numbers(w, &by_worth));
	/* one that takes over another is worth what canceling it costs, not what it adds */
	r = accept_risk(BROWSER);
	r.impact = RPV_IMPACT_MITIGATION_LIKE;
	r.supersede = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	filed = rpv_filing_read(filing)->exception->worth;
	rpv_filing_free(filing);
	assert_true(filed.exposure > 0 && filed.exposure_mitigation_like > 0);
	assert_memory_equal(&filed, worth_of(w, "E-5", &list), sizeof filed);
	rpv_list_free(list);
	end_decisions(w);
}

static void test_watch_lists(void **state)
{
	test_world world, *w = &world;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	set(w, "remind", "7d,1d");
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	file_as(w, &r, "E-1"); /* overdue: no activity */
	r = accept_in(MAIL, sales, 1);
	r.duration_ms = 60 * DAY;
	file_as(w, &r, "E-2"); /* stale: nobody has it */
	r = accept_on(BROWSER, s1, 1);
	r.duration_ms = 60 * DAY;
	file_as(w, &r, "E-3"); /* shadowed by E-1 */
	r = accept_in(BROWSER, it, 1);
	r.duration_ms = 60 * DAY;
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	file_as(w, &r, "E-4");
	for (int i = 0; i < 6; i++) {
		char id[8];
		snprintf(id, sizeof id, "n%d", i);
		device(w, id, "IT");
		assess(w, id, BROWSER, "CVE-1", NULL);
	}
	commit(w); /* E-4 has grown */
#define ON(list, wanted) (q.watch = RPV_WATCH_##list, assert_string_equal(wanted, numbers(w, &q)))
	ON(OVERDUE, "1");
	ON(STALE, "2");
	ON(SHADOWED, "3");
	ON(GROWN, "4");
	ON(EXPIRING, "");
	w->now += 3 * DAY;
	ON(EXPIRING, "1");
	q.within_ms = 2 * DAY;
	ON(EXPIRING, "");
	uint64_t before = revision_of(w);
	tick(w);
	assert_non_null(strstr(told(w, NULL, 0), "exception_grown E-4, exception_expiring E-1"));
	w->now += 1;
	tick(w);
	assert_int_equal(before + 1, revision_of(w)); /* told once */
	w->now += 6 * DAY;
	tick(w);
	assert_non_null(strstr(told(w, NULL, 0), "exception_expiring E-1, exception_expiring E-1"));
	end_decisions(w);
}

static void test_risk_budget(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_filing *filing;
	rpv_list *list;
	char limit[64];
	double sum = 0;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	sum = look(w, "E-1")->filed_exposure;
	assert_true(sum > 0);
	assert_call(RPV_OK, rpv_budget_list(w->session, &list));
	assert_int_equal(3, rpv_list_count(list)); /* by justification, requester and device group */
	for (size_t i = 0; i < 3; i++)
		assert_true(rpv_budget_at(list, i)->accepted == sum && rpv_budget_at(list, i)->exceptions == 1);
	rpv_list_free(list);
	snprintf(limit, sizeof limit, "%.6f", sum + 1e-6);
	set(w, "budget.risk_accepted", limit);
	r = accept_in(BROWSER, it, 1);
	assert_refused(w, &r, RPV_E_REFUSED, "budget.risk_accepted");
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing)); /* a dry run says it */
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	rpv_filing_free(filing);
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION; /* has a budget of its own */
	file_as(w, &r, "E-2");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-3");
	end_decisions(w);
}

static void test_approval(void **state)
{
	test_world world, *w = &world;
	rpv_score before = RPV_SCORE_INIT, pending = RPV_SCORE_INIT;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	rpv_session *ben = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	set(w, "approval", "risk_accepted");
	set(w, "approval_window", "2d");
	r = accept_risk(BROWSER);
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &before));
	file_as(w, &r, "E-1");
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &pending));
	assert_memory_equal(&before.exposure_official, &pending.exposure_official, 3 * sizeof(double));
	assert_call(RPV_E_REFUSED, rpv_exception_approve(w->session, "E-1", NULL, NULL)); /* the requester cannot */
	w->now += DAY;
	assert_ok(rpv_exception_approve(ben, "E-1", NULL, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_true(look(w, "E-1")->start_ms == START + DAY && look(w, "E-1")->end_ms == START + 10 * DAY);
	r = accept_risk(MAIL);
	file_as(w, &r, "E-2");
	assert_ok(rpv_exception_reject(ben, "E-2", "not this one"));
	assert_exception(w, "E-2", RPV_EXCEPTION_REJECTED);
	file_as(w, &r, "E-3");
	w->now += 2 * DAY - 1;
	assert_exception(w, "E-3", RPV_EXCEPTION_PENDING_APPROVAL);
	w->now++;
	assert_exception(w, "E-3", RPV_EXCEPTION_REJECTED); /* it lapses by the clock */
	assert_string_equal("approval lapsed", look(w, "E-3")->status_reason);
	const char *const rules[][2] = { { "approval_severity", "high" }, { "approval_scope", "global" },
		{ "approval_longer_than", "5d" } };
	set(w, "approval", "none");
	for (size_t i = 0; i < 3; i++) {
		char id[8];
		set(w, rules[i][0], rules[i][1]);
		r = accept_risk(i == 0 ? BROWSER : MAIL);
		r.start_ms = i == 0 ? START + 10 * DAY : 0;
		snprintf(id, sizeof id, "E-%zu", 4 + i);
		file_as(w, &r, id);
		assert_exception(w, id, RPV_EXCEPTION_PENDING_APPROVAL);
		assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "x")); /* the requester may cancel */
		set(w, rules[i][0], "none");
	}
	look_as(NULL, NULL);
	rpv_session_close(ben);
	end_decisions(w);
}

static void test_filters(void **state)
{
	test_world world, *w = &world;
	rpv_exception_query q;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = 30 * DAY;
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	r.weakness = "CVE-1";
	r.justification = RPV_JUSTIFICATION_FALSE_POSITIVE;
	file_as(w, &r, "E-2");
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, NULL, 0);
	r = accept_risk(MAIL);
	r.start_ms = START + DAY;
	assert_ok(rpv_exception_file(bob, &r, NULL));
	rpv_session_close(bob);
#define BY(field, value, wanted) \
	(q = (rpv_exception_query)RPV_EXCEPTION_QUERY_INIT, q.field = (value), assert_string_equal(wanted, numbers(w, &q)))
	BY(justifications, 1u << RPV_JUSTIFICATION_RISK_ACCEPTED, "1 3");
	BY(single_weakness, RPV_FLAG_TRUE, "2");
	BY(statuses, 1u << RPV_EXCEPTION_SCHEDULED, "3");
	BY(scopes, 1u << RPV_SCOPE_GLOBAL | 1u << RPV_SCOPE_DEVICES, "2 3");
	BY(group, "IT", "3");
	BY(group, "Sales", "1 3");
	BY(requester, "bob", "3");
	BY(ends_before_ms, START + 11 * DAY, "2");
	BY(impacts, 1u << RPV_IMPACT_MITIGATION_LIKE, "2");
	BY(sort, RPV_EXCEPTION_BY_END, "2 3 1");
	BY(sort, RPV_EXCEPTION_BY_FILED, "1 2 3");
	BY(sort, RPV_EXCEPTION_BY_WORTH, "1 2 3");
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resurface),   cmocka_unit_test(test_controls),    cmocka_unit_test(test_impact),
		cmocka_unit_test(test_watch_lists), cmocka_unit_test(test_risk_budget), cmocka_unit_test(test_approval),
		cmocka_unit_test(test_filters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
