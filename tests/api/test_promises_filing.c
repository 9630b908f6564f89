/* SPDX-License-Identifier: MIT */
/* The first half of the table "What is promised" in docs/exceptions.md, one test a row: from filing to precedence. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" }, *const scan[] = { "https://reports.example/7", "sha256:00ff" };

static void set(test_world *w, const char *name, const char *value)
{
	rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

static void test_file(void **state)
{
	test_world world, *w = &world;
	rpv_session *clerk;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	assess(w, "i1", MAIL, "CVE-2", NULL);
	commit(w);
	/* subjects and scopes, with what is optional; the size is kept */
	r = accept_in(BROWSER, sales, 1);
	r.start_ms = START + DAY;
	r.ticket = "CHG-9";
	r.evidence = scan;
	r.evidence_count = 2;
	file_as(w, &r, "E-1");
	const rpv_exception *e = look(w, "E-1");
	assert_true(e->start_ms == START + DAY && e->end_ms == START + 11 * DAY && !strcmp(e->ticket, "CHG-9"));
	assert_true(e->evidence_count == 2 && !strcmp(e->evidence[1], scan[1]) && !strcmp(e->context, r.context));
	assert_true(e->filed_devices == 2 && e->filed_groups == 1 && e->filed_weaknesses == 2 && e->filed_exposure > 0);
	r = accept_on(BROWSER, s1, 1);
	r.weakness = "CVE-2";
	r.justification = RPV_JUSTIFICATION_NO_PATCH_AVAILABLE;
	file_as(w, &r, "E-2");
	r = accept_risk(NULL);
	r.weakness = "CVE-2";
	r.justification = RPV_JUSTIFICATION_FALSE_POSITIVE;
	file_as(w, &r, "E-3");
	assert_true(look(w, "E-3")->filed_devices == 2 && look(w, "E-3")->scope == RPV_SCOPE_GLOBAL);
	r = accept_risk(MAIL);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	file_as(w, &r, "E-4");
	assert_true(look(w, "E-4")->all_groups && look(w, "E-4")->scope == RPV_SCOPE_GROUPS);
	assert_true(look(w, "E-4")->group_count >= 2);
	/* the scope is a rule: it follows what comes */
	device(w, "s3", "Sales");
	assess(w, "s3", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_true(look(w, "E-1")->filed_devices == 2);
	/* limits by policy, and what needs a permission of its own */
	r = accept_risk(LOCK);
	r.context = NULL;
	assert_refused(w, &r, RPV_E_INVALID, "context");
	set(w, "context_min", "40");
	r.context = "too short";
	assert_refused(w, &r, RPV_E_REFUSED, "context_min");
	set(w, "context_min", "1");
	r.duration_ms = 366 * DAY;
	file_as(w, &r, "E-5");
	r = accept_risk(MAIL);
	r.weakness = "CVE-2";
	r.duration_ms = 366 * DAY + 1;
	assert_refused(w, &r, RPV_E_REFUSED, "366");
	set(w, "duration_max.risk_accepted", "30d");
	r.duration_ms = 31 * DAY;
	assert_refused(w, &r, RPV_E_REFUSED, "duration_max.risk_accepted");
	r = accept_risk(MAIL);
	r.justification = RPV_JUSTIFICATION_NO_PATCH_AVAILABLE;
	assert_refused(w, &r, RPV_E_REFUSED, "single weaknesses");
	clerk = open_session(w, "clerk", RPV_PERMIT_VIEW | RPV_PERMIT_EXCEPTIONS | RPV_PERMIT_GLOBAL_EXCEPTIONS, NULL, 0);
	r = accept_risk(MAIL);
	r.impact = RPV_IMPACT_HYBRID;
	assert_int_equal(RPV_E_DENIED, rpv_exception_file(clerk, &r, NULL));
	rpv_session_close(clerk);
	file_as(w, &r, "E-6");
	assert_int_equal(RPV_IMPACT_HYBRID, look(w, "E-6")->impact);
	end_decisions(w);
}

static void test_preview(void **state)
{
	test_world world, *w = &world;
	rpv_filing *draft, *filed;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	commit(w);
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	uint64_t revision = revision_of(w);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &draft));
	const rpv_filing_outcome *d = rpv_filing_read(draft);
	assert_int_equal(revision, revision_of(w));
	assert_null(d->exception->id);
	assert_true(d->hidden_devices == 4 && d->hidden_findings == 5);
	assert_int_equal(4, d->hidden_device_id_count);
	assert_string_equal("i1", d->hidden_device_ids[0]);
	assert_string_equal("s2", d->hidden_device_ids[3]);
	assert_int_equal(2, d->hidden_weakness_count);
	assert_string_equal("CVE-1", d->hidden_weaknesses[0]);
	assert_true(d->suspend_count == 1 && !strcmp(d->suspends[0], "E-1"));
	assert_true(d->worse && d->after.exposure_official > d->before.exposure_official);
	assert_true(d->before.exposure_mitigation_like > d->after.exposure_mitigation_like);
	file_as(w, &r, "E-2");
	r.weakness = NULL;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filed));
	assert_true(rpv_filing_read(filed)->conflict_count == 1 && !strcmp(rpv_filing_read(filed)->conflicts[0], "E-2"));
	rpv_filing_free(filed);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filed));
	const rpv_filing_outcome *f = rpv_filing_read(filed);
	assert_string_equal(d->message, f->message);
	assert_true(f->hidden_devices == d->hidden_devices && f->hidden_findings == d->hidden_findings && f->worse);
	assert_memory_equal(&d->after.exposure_official, &f->after.exposure_official, 3 * sizeof(double));
	rpv_filing_free(draft);
	rpv_filing_free(filed);
	end_decisions(w);
}

static void test_statuses(void **state)
{
	static const rpv_exception_status folded[] = { RPV_EXCEPTION_IN_EFFECT, RPV_EXCEPTION_IN_EFFECT,
		RPV_EXCEPTION_IN_EFFECT, RPV_EXCEPTION_IN_EFFECT, RPV_EXCEPTION_EXPIRED, RPV_EXCEPTION_CANCELED,
		RPV_EXCEPTION_CANCELED, RPV_EXCEPTION_CANCELED, RPV_EXCEPTION_CANCELED };
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	for (int i = 0; i < 9; i++)
		assert_int_equal(folded[i], rpv_exception_status_fold((rpv_exception_status)i));
	open_fleet(w);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1);
	r.supersede = 1;
	file_as(w, &r, "E-2");
	r.groups = both;
	r.group_count = 2;
	file_as(w, &r, "E-3");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUPERSEDED);
	assert_string_equal("E-3", look(w, "E-1")->successor);
	assert_exception(w, "E-2", RPV_EXCEPTION_SUPERSEDED);
	r = accept_risk(BROWSER);
	r.start_ms = START + DAY;
	r.duration_ms = DAY;
	file_as(w, &r, "E-4");
	assert_exception(w, "E-3", RPV_EXCEPTION_IN_EFFECT);
	assert_exception(w, "E-4", RPV_EXCEPTION_SCHEDULED);
	w->now = START + DAY;
	assert_exception(w, "E-3", RPV_EXCEPTION_SUSPENDED);
	assert_string_equal("suspended by E-4", look(w, "E-3")->status_reason);
	w->now = START + 2 * DAY;
	assert_exception(w, "E-4", RPV_EXCEPTION_EXPIRED);
	assert_exception(w, "E-3", RPV_EXCEPTION_IN_EFFECT);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-3", NULL, "the browser goes"));
	assert_exception(w, "E-3", RPV_EXCEPTION_CANCELED);
	assert_string_equal("the browser goes", look(w, "E-3")->status_reason);
	set(w, "approval", "risk_accepted");
	r = accept_risk(MAIL);
	file_as(w, &r, "E-5");
	assert_exception(w, "E-5", RPV_EXCEPTION_PENDING_APPROVAL);
	w->now += 10 * DAY;
	assert_exception(w, "E-5", RPV_EXCEPTION_REJECTED);
	end_decisions(w);
}

/* No job runs between the looks, and the store is closed and opened again on the way. */
static void test_time(void **state)
{
	test_world world, *w = &world;
	rpv_store_info info = { .struct_size = sizeof info };
	uint64_t done;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	r = accept_in(BROWSER, sales, 1);
	r.start_ms = START + 1;
	r.duration_ms = 2;
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_SCHEDULED);
	w->now = START + 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now = START + 2;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now = START + 3;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_true(look(w, "E-1")->ended_ms == START + 3);
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == START + 1); /* nothing is written down yet */
	assert_ok(rpv_store_tick(w->store, 1, &done, NULL));
	assert_int_equal(1, done);
	assert_ok(rpv_store_tick(w->store, 1, &done, NULL));
	assert_int_equal(1, done);
	assert_ok(rpv_store_tick(w->store, 1, &done, NULL));
	assert_int_equal(0, done);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_started E-1, exception_expired E-1",
	                    told(w, NULL, 0));
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == START + 10 * DAY);
	w->now = START + 11 * DAY;
	tick(w);
	w->now = START; /* a clock that jumps back: nothing un-expires */
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	r = accept_in(LOCK, sales, 1);
	file_as(w, &r, "E-3");
	assert_true(look(w, "E-3")->filed_ms == START + 11 * DAY);
	w->now = START + 11 * DAY + 400 * DAY + 1; /* decades ahead: nothing is written until it is confirmed */
	assert_call(RPV_E_CLOCK, rpv_exception_file(w->session, &r, NULL));
	r.end_ms = -5;
	r.duration_ms = 0;
	w->now = START + 11 * DAY;
	assert_true(rpv_exception_file(w->session, &r, NULL) != RPV_OK);
	end_decisions(w);
}

static void test_cancel(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-1");
	w->now += DAY;
	assert_call(RPV_E_INVALID, rpv_exception_cancel(w->session, "E-1", NULL, NULL));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", "IT", "patched there"));
	const rpv_exception *e = look(w, "E-1");
	assert_true(e->status == RPV_EXCEPTION_IN_EFFECT && e->group_count == 1 && !strcmp(e->groups[0], "Sales"));
	assert_true(e->canceled_group_count == 1 && !strcmp(e->canceled_groups[0], "IT") && e->filed_devices == 2);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "patched"));
	e = look(w, "E-1");
	assert_true(e->status == RPV_EXCEPTION_CANCELED && e->ended_ms == w->now && e->end_ms == START + 10 * DAY);
	assert_string_equal("patched", e->status_reason);
	assert_call(RPV_E_REFUSED, rpv_exception_cancel(w->session, "E-1", NULL, "again"));
	end_decisions(w);
}

static void test_renew(void **state)
{
	test_world world, *w = &world;
	rpv_renewal_request again = RPV_RENEWAL_REQUEST_INIT;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	again.id = "E-1";
	again.duration_ms = 5 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &again, NULL));
	assert_true(look(w, "E-1")->end_ms == START + 10 * DAY && look(w, "E-1")->start_ms == START);
	const rpv_exception *e = look(w, "E-2");
	assert_true(e->start_ms == START + 10 * DAY && e->end_ms == START + 15 * DAY && !strcmp(e->predecessor, "E-1"));
	assert_true(e->renewals == 1 && e->total_ms == 15 * DAY);
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &again, NULL)); /* at most one */
	again.id = "E-2";
	set(w, "max_renewals.risk_accepted", "1");
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &again, NULL));
	set(w, "max_renewals.risk_accepted", "none");
	set(w, "total_time_max.risk_accepted", "19d");
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &again, NULL));
	set(w, "total_time_max.risk_accepted", "20d");
	set(w, "context_min", "100"); /* the same checks as filing */
	again.context = "again";
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &again, NULL));
	set(w, "context_min", "1");
	assert_call(RPV_OK, rpv_exception_renew(w->session, &again, NULL));
	assert_true(look(w, "E-3")->renewals == 2 && look(w, "E-3")->total_ms == 20 * DAY);
	end_decisions(w);
}

static void test_conflict(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	assert_refused(w, &r, RPV_E_REFUSED, "E-1");
	r.start_ms = START + 9 * DAY;
	assert_refused(w, &r, RPV_E_REFUSED, "E-1");
	r.start_ms = START + 10 * DAY; /* the intervals touch */
	file_as(w, &r, "E-2");
	r = accept_risk(BROWSER);
	r.scope = RPV_SCOPE_ALL_GROUPS; /* takes those that have none, and names the rest */
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_true(o->skipped_group_count == 1 && !strcmp(o->skipped_groups[0], "Sales"));
	rpv_filing_free(filing);
	r = accept_risk(BROWSER); /* another width: no conflict; the suspended ones keep their places */
	r.duration_ms = DAY;
	file_as(w, &r, "E-4");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	r = accept_in(BROWSER, sales, 1);
	assert_refused(w, &r, RPV_E_REFUSED, "E-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-5");
	r = accept_in(BROWSER, both, 2);
	r.supersede = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	assert_int_equal(2, rpv_filing_read(filing)->supersede_count); /* E-1 and E-3; E-2 starts later */
	rpv_filing_free(filing);
	assert_exception(w, "E-1", RPV_EXCEPTION_SUPERSEDED);
	assert_exception(w, "E-5", RPV_EXCEPTION_SUSPENDED);
	set(w, "scope_devices_max", "1");
	const char *const two[] = { "s1", "s2" };
	r = accept_on(MAIL, two, 2);
	assert_refused(w, &r, RPV_E_REFUSED, "scope_devices_max");
	end_decisions(w);
}

static void test_precedence(void **state)
{
	test_world world, *w = &world;
	rpv_explanation *x;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT); /* only shadowed */
	assert_true(look(w, "E-1")->shadowed && !look(w, "E-2")->shadowed);
	r = accept_risk(BROWSER);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-3");
	assert_call(RPV_OK, rpv_explain(w->session, "s1", BROWSER, "CVE-1", &x));
	const rpv_explanation_outcome *o = rpv_explanation_read(x);
	assert_true(!o->visible && o->rule == RPV_RULE_RECOMMENDATION && !strcmp(o->decided_by, "E-2"));
	assert_true(o->also_count == 1 && !strcmp(o->also[0], "E-3")); /* a union with the single weakness */
	assert_true(o->overruled_count == 1 && !strcmp(o->overruled[0], "E-1"));
	assert_int_equal(RPV_STANDING_SHADOWED, o->exceptions[2].standing);
	rpv_explanation_free(x);
	r = accept_risk(BROWSER);
	r.duration_ms = DAY;
	file_as(w, &r, "E-4");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED); /* old ones */
	assert_exception(w, "E-2", RPV_EXCEPTION_SUSPENDED);
	assert_exception(w, "E-3", RPV_EXCEPTION_IN_EFFECT); /* another subject */
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-5");
	assert_exception(w, "E-5", RPV_EXCEPTION_SUSPENDED); /* and new ones */
	w->now += DAY;
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	assert_true(look(w, "E-2")->end_ms == START + 10 * DAY); /* its time kept running */
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),   cmocka_unit_test(test_preview), cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_time),   cmocka_unit_test(test_cancel),  cmocka_unit_test(test_renew),
		cmocka_unit_test(test_conflict), cmocka_unit_test(test_precedence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
