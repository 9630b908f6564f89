/* SPDX-License-Identifier: MIT */
/* Exceptions that rest on compensating controls: filing, going stale by the clock, retirement, reviews (R29). */
#include "../support/decisions.h"

static const char *const proxy[] = { "proxy" }, *const both[] = { "proxy", "isolation" };
static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };

static void say(test_world *w, const rpv_control_facts *f)
{
	assert_call(RPV_OK, rpv_batch_control(begin(w), f));
	commit(w);
}

static void review(test_world *w, const char *id, int64_t at)
{
	say(w, &(rpv_control_facts){ .id = id, .reviewed_ms = at });
}

static void retire(test_world *w, const char *id)
{
	say(w, &(rpv_control_facts){ .id = id, .retired = RPV_FLAG_TRUE });
}

/* The fleet, and two controls: proxy is stale 5 days from now, isolation after 8. */
static void open_controls(test_world *w)
{
	open_fleet(w);
	turn_reminders_off(w);
	assert_call(RPV_OK, rpv_batch_control(begin(w), &(rpv_control_facts){ .id = "isolation", .reviewed_ms = START,
	                                      .review_interval_ms = 8 * DAY }));
	say(w, &(rpv_control_facts){ .id = "proxy", .kind = RPV_CONTROL_THIRD_PARTY, .reviewed_ms = START - 85 * DAY,
		.review_interval_ms = 90 * DAY });
}

static rpv_exception_request mitigated(const char *const *groups, const char *const *controls, size_t count)
{
	rpv_exception_request r = groups ? accept_in(BROWSER, groups, 1) : accept_risk(BROWSER);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.controls = controls;
	r.control_count = count;
	return r;
}

static uint64_t resting(rpv_session *session, const char *id)
{
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	rpv_list *list;
	q.id = id;
	assert_status_error(RPV_OK, rpv_control_list(session, &q, &list), rpv_session_error(session));
	uint64_t count = rpv_control_at(list, 0)->exceptions;
	rpv_list_free(list);
	return count;
}

static int64_t next_deadline(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.next_deadline_ms;
}

static uint64_t sequence_of(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.sequence;
}

static double official(rpv_session *session)
{
	rpv_score score = RPV_SCORE_INIT;
	assert_ok(rpv_score_read(session, NULL, &score));
	return score.exposure_official;
}

/* Exceptions and controls in events after `since`, as "exception_resurfaced E-1 proxy @86400000, ...". */
static const char *heard(rpv_session *session, uint64_t since)
{
	static char out[4096];
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	q.since = since;
	out[0] = '\0';
	assert_ok(rpv_event_list(session, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		size_t size = strlen(out);
		snprintf(out + size, sizeof out - size, "%s%s%s%s%s%s @%lld", size ? ", " : "",
		         rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type), e->exception ? " " : "",
		         e->exception ? e->exception : "", e->control ? " " : "", e->control ? e->control : "",
		         (long long)((e->time_ms - START) / (DAY / 24)));
	}
	rpv_list_free(list);
	return out;
}

/* --- filing --- */
static void test_file_when_controls_are_named_then_it_rests_on_them(void **state)
{
	static const char *const twice[] = { "proxy", "isolation", "proxy" };
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, twice, 3);
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_filing *filing;
	rpv_list *list;
	(void)state;
	open_controls(w);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	assert_int_equal(0, rpv_filing_read(filing)->refusal_count);
	assert_int_equal(START + 5 * DAY, rpv_filing_read(filing)->exception->stale_ms);
	rpv_filing_free(filing);
	assert_int_equal(0, resting(w->session, "proxy"));
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	assert_non_null(strstr(rpv_filing_read(filing)->message, "rests on isolation, proxy; void from "
	                       "2026-03-06T00:00:00.000Z on unless that is reviewed before"));
	rpv_filing_free(filing);
	assert_int_equal(2, look(w, "E-1")->control_count);
	assert_string_equal("isolation", look(w, "E-1")->controls[0]);
	assert_string_equal("proxy", look(w, "E-1")->controls[1]);
	assert_int_equal(START + 5 * DAY, look(w, "E-1")->stale_ms);
	assert_int_equal(1, resting(w->session, "proxy"));
	assert_int_equal(1, resting(w->session, "isolation"));
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-2");
	q.control = "proxy";
	assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
	assert_int_equal(1, rpv_list_count(list));
	assert_string_equal("E-1", rpv_exception_at(list, 0)->id);
	rpv_list_free(list);
	q.control = "other";
	assert_call(RPV_E_NOT_FOUND, rpv_exception_list(w->session, &q, &list));
	assert_string_equal("control", rpv_session_error(w->session)->field);
	end_decisions(w);
}

static void test_file_when_the_control_will_not_do_then_refused(void **state)
{
	static const char *const unknown[] = { "proxy", "firewall" }, *const empty[] = { "" };
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, unknown, 2);
	rpv_filing *filing;
	(void)state;
	open_controls(w);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "there is no control \"firewall\"");
	assert_string_equal("controls", rpv_session_error(w->session)->field);
	r.controls = empty;
	r.control_count = 1;
	assert_call(RPV_E_INVALID, rpv_exception_file(w->session, &r, NULL));
	r.controls = NULL;
	assert_refused(w, &r, RPV_E_INVALID, "NULL");
	for (int j = RPV_JUSTIFICATION_RISK_ACCEPTED; j <= RPV_JUSTIFICATION_FALSE_POSITIVE; j++) {
		r = mitigated(sales, proxy, 1);
		r.weakness = "CVE-1";
		r.justification = (rpv_justification)j;
		assert_refused(w, &r, RPV_E_REFUSED, "rests on no control");
	}
	r = mitigated(sales, proxy, 1);
	w->now = START + 5 * DAY - 1;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	rpv_filing_free(filing);
	w->now++;
	assert_refused(w, &r, RPV_E_REFUSED, "the review of the control \"proxy\" is overdue since 2026-03-06T00:00:00.000Z");
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	rpv_filing_free(filing);
	retire(w, "proxy");
	assert_refused(w, &r, RPV_E_REFUSED, "the control \"proxy\" is retired");
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 });
	assert_refused(w, &r, RPV_E_NOT_FOUND, "there is no control \"proxy\"");
	end_decisions(w);
}

/* --- staleness by the clock --- */
static void test_exception_when_its_control_goes_stale_then_resurfaced_with_no_write(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(NULL, both, 2);
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_exception_query worth = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	double full;
	(void)state;
	open_controls(w);
	full = official(w->session);
	file_as(w, &r, "E-1");
	assert_int_equal(START + 5 * DAY, next_deadline(w)); /* min(end, stale) */
	w->now = START + 5 * DAY - 1;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_true(official(w->session) < full);
	assert_int_equal(1, resting(w->session, "isolation"));
	w->now++;
	uint64_t revision = revision_of(w);
	const rpv_exception *e = look(w, "E-1");
	assert_int_equal(RPV_EXCEPTION_RESURFACED, e->status);
	assert_int_equal(START + 5 * DAY, e->ended_ms);
	assert_int_equal(START + 10 * DAY, e->end_ms);
	assert_int_equal(0, e->stale_ms);
	assert_int_equal(1, e->firing_count);
	assert_int_equal(RPV_TRIGGER_CONTROL_STALE, e->firings[0].trigger);
	assert_int_equal(1, e->firings[0].voided);
	assert_string_equal("proxy", e->firings[0].control);
	assert_true(e->firings[0].threshold == (double)(START + 5 * DAY));
	assert_true(e->firings[0].frozen == (double)(START - 85 * DAY));
	assert_int_equal(START + 5 * DAY, e->firings[0].time_ms);
	char reason[300];
	snprintf(reason, sizeof reason, "%s", e->status_reason);
	assert_non_null(strstr(reason, "control_stale: the review of a control that it rests on is overdue (proxy)"));
	assert_true(official(w->session) == full);
	assert_int_equal(0, resting(w->session, "isolation"));
	q.id = BROWSER;
	assert_call(RPV_OK, rpv_recommendation_list(w->session, &q, &list));
	assert_int_equal(RPV_STATE_ACTIVE, rpv_recommendation_at(list, 0)->state);
	rpv_list_free(list);
	worth.with_worth = 1;
	assert_call(RPV_OK, rpv_exception_list(w->session, &worth, &list));
	assert_true(rpv_exception_at(list, 0)->worth.exposure == 0);
	rpv_list_free(list);
	assert_int_equal(revision, revision_of(w)); /* with nothing written */
	uint64_t since = sequence_of(w);
	w->now += DAY / 2;
	tick(w);
	assert_string_equal("exception_resurfaced E-1 proxy @120, control_stale proxy @120", heard(w->session, since));
	assert_string_equal(reason, look(w, "E-1")->status_reason); /* written down: the same answer */
	assert_int_equal(START + 5 * DAY, look(w, "E-1")->ended_ms);
	assert_int_equal(1, look(w, "E-1")->firing_count);
	since = sequence_of(w);
	tick(w);
	assert_int_equal(since, sequence_of(w));
	assert_int_equal(START + 8 * DAY, next_deadline(w)); /* of the other control; the end of E-1 is none any more */
	w->now = START + 20 * DAY;
	tick(w);
	assert_string_equal("control_stale isolation @192", heard(w->session, since));
	end_decisions(w);
}

static void test_exception_when_reviewed_in_time_then_later_and_not_revived_after(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	w->now = START + 2 * DAY;
	say(w, &(rpv_control_facts){ .id = "proxy", .review_interval_ms = 3 * DAY, .reviewed_ms = START + 2 * DAY });
	assert_int_equal(START + 5 * DAY, look(w, "E-1")->stale_ms);
	w->now = START + 5 * DAY - 1;
	review(w, "proxy", w->now);
	assert_int_equal(START + 8 * DAY - 1, look(w, "E-1")->stale_ms);
	assert_int_equal(START + 8 * DAY - 1, next_deadline(w));
	w->now = START + 8 * DAY - 2;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	uint64_t since = sequence_of(w);
	review(w, "proxy", w->now); /* at that very millisecond: too late */
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + 8 * DAY - 1, look(w, "E-1")->ended_ms);
	assert_int_equal(0, resting(w->session, "proxy"));
	assert_string_equal("exception_resurfaced E-1 proxy @191, control_stale proxy @191, control_changed proxy @191",
	                    heard(w->session, since));
	say(w, &(rpv_control_facts){ .id = "proxy", .given = RPV_CONTROL_REVIEW_INTERVAL });
	r.duration_ms = DAY;
	file_as(w, &r, "E-2"); /* a new one may rest on it */
	assert_int_equal(0, look(w, "E-2")->stale_ms);
	w->now += DAY; /* expired: nothing rests on the control any more */
	tick(w);
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	retire(w, "proxy");
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	end_decisions(w);
}

static void test_exception_when_scheduled_or_suspended_then_stale_all_the_same(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	r.start_ms = START + 6 * DAY;
	file_as(w, &r, "E-1"); /* would start after */
	r = mitigated(it, proxy, 1);
	file_as(w, &r, "E-2");
	r = accept_risk(BROWSER); /* suspends E-2 */
	file_as(w, &r, "E-3");
	assert_exception(w, "E-2", RPV_EXCEPTION_SUSPENDED);
	uint64_t since = sequence_of(w);
	w->now = START + 5 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	w->now = START + 20 * DAY;
	tick(w);
	assert_string_equal("exception_resurfaced E-1 proxy @120, exception_resurfaced E-2 proxy @120, "
	                    "control_stale proxy @120, control_stale isolation @192, exception_expired E-3 @240",
	                    heard(w->session, since));
	end_decisions(w);
}

static void test_exception_when_a_global_one_goes_stale_then_the_others_return(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	r = mitigated(NULL, proxy, 1);
	file_as(w, &r, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	uint64_t since = sequence_of(w);
	w->now = START + 5 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	tick(w);
	assert_string_equal("exception_resurfaced E-2 proxy @120, exception_resumed E-2 @120, control_stale proxy @120",
	                    heard(w->session, since));
	end_decisions(w);
}

static void test_exception_when_end_and_staleness_fall_together_then_expired(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	r.duration_ms = 5 * DAY;
	file_as(w, &r, "E-1");
	w->now = START + 5 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	uint64_t since = sequence_of(w);
	tick(w);
	assert_string_equal("exception_expired E-1 @120, control_stale proxy @120", heard(w->session, since));
	end_decisions(w);
}

/* --- renewing --- */
static void test_renewal_when_it_rests_on_controls_then_they_are_copied_and_checked(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
	(void)state;
	open_controls(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .review_interval_ms = 100 * DAY });
	r.duration_ms = 2 * DAY;
	file_as(w, &r, "E-1");
	renewal.id = "E-1";
	renewal.duration_ms = 5 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	assert_int_equal(1, look(w, "E-2")->control_count);
	assert_string_equal("proxy", look(w, "E-2")->controls[0]);
	assert_int_equal(START + 15 * DAY, look(w, "E-2")->stale_ms);
	assert_int_equal(2, resting(w->session, "proxy"));
	retire(w, "proxy");
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &renewal, NULL));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "\"proxy\" is retired"));
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 });
	assert_call(RPV_E_REFUSED, rpv_exception_renew(w->session, &renewal, NULL));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "\"proxy\" is not known any more"));
	end_decisions(w);
}

/* --- waiting for approval (R14) --- */
static void test_exception_when_it_waits_for_approval_then_its_controls_are_looked_at_then(void **state)
{
	const rpv_policy_change change = { "approval", "third_party_control" };
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_session *second;
	(void)state;
	open_controls(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
	second = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	file_as(w, &r, "E-1");
	r = mitigated(it, both + 1, 1);
	file_as(w, &r, "E-2");
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_int_equal(1, resting(w->session, "proxy"));
	w->now = START + 5 * DAY;
	tick(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(second, "E-1", NULL, NULL));
	assert_non_null(strstr(rpv_session_error(second)->message, "the review of the control \"proxy\" is overdue"));
	review(w, "proxy", w->now);
	retire(w, "isolation");
	assert_exception(w, "E-2", RPV_EXCEPTION_PENDING_APPROVAL);
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(second, "E-2", NULL, NULL));
	assert_non_null(strstr(rpv_session_error(second)->message, "\"isolation\" is retired"));
	say(w, &(rpv_control_facts){ .id = "proxy", .review_interval_ms = 2 * DAY });
	assert_int_equal(RPV_OK, rpv_exception_approve(second, "E-1", NULL, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(START + 7 * DAY, look(w, "E-1")->stale_ms);
	assert_int_equal(START + 7 * DAY, next_deadline(w));
	uint64_t since = sequence_of(w);
	w->now = START + 7 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	tick(w);
	assert_string_equal("exception_resurfaced E-1 proxy @168, control_stale proxy @168", heard(w->session, since));
	w->now = START + 10 * DAY; /* E-2 lapses */
	tick(w);
	assert_exception(w, "E-2", RPV_EXCEPTION_REJECTED);
	assert_int_equal(0, resting(w->session, "isolation"));
	rpv_session_close(second);
	end_decisions(w);
}

/* --- in a commit --- */
static void test_approval_when_it_rests_on_controls_then_the_outcome_names_them(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, both, 2);
	rpv_filing *filing;
	(void)state;
	open_controls(w);
	rpv_session *ben = open_session(w, "ben", RPV_PERMIT_ALL, NULL, 0);
	assert_call(RPV_OK, rpv_policy_set(w->session, &(rpv_policy_change){ "approval", "all" }, 1, NULL, NULL));
	file_as(w, &r, "E-1");
	assert_status_error(RPV_OK, rpv_exception_approve_preview(ben, "E-1", &filing), rpv_session_error(ben));
	assert_non_null(strstr(rpv_filing_read(filing)->message, "rests on isolation, proxy"));
	rpv_filing_free(filing);
	assert_status_error(RPV_OK, rpv_exception_approve(ben, "E-1", NULL, &filing), rpv_session_error(ben));
	assert_int_equal(2, rpv_filing_read(filing)->exception->control_count);
	assert_string_equal("proxy", rpv_filing_read(filing)->exception->controls[1]);
	rpv_filing_free(filing);
	rpv_session_close(ben);
	end_decisions(w);
}

static void test_exception_when_its_control_is_retired_then_void_in_that_commit(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, both, 2);
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	r = mitigated(it, proxy, 1);
	r.start_ms = START + 3 * DAY;
	file_as(w, &r, "E-2");
	w->now = START + DAY;
	uint64_t since = sequence_of(w);
	retire(w, "proxy");
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + DAY, look(w, "E-1")->ended_ms);
	assert_int_equal(RPV_TRIGGER_CONTROL_RETIRED, look(w, "E-1")->firings[0].trigger);
	assert_string_equal("proxy", look(w, "E-1")->firings[0].control);
	assert_non_null(strstr(look(w, "E-1")->status_reason,
	                       "control_retired: a control that it rests on was retired (proxy)"));
	assert_string_equal("control_retired proxy @24, exception_resurfaced E-1 proxy @24, exception_resurfaced E-2 proxy @24",
	                    heard(w->session, since));
	assert_int_equal(0, resting(w->session, "isolation"));
	say(w, &(rpv_control_facts){ .id = "proxy", .retired = RPV_FLAG_FALSE }); /* revives nothing */
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	r = mitigated(it, proxy, 1);
	file_as(w, &r, "E-3");
	since = sequence_of(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 });
	assert_exception(w, "E-3", RPV_EXCEPTION_RESURFACED);
	assert_string_equal("proxy", look(w, "E-3")->controls[0]); /* its id stays to be read */
	assert_string_equal("control_removed proxy @24, exception_resurfaced E-3 proxy @24", heard(w->session, since));
	w->now = START + 30 * DAY; /* no deadline of any of them is left */
	tick(w);
	assert_null(strstr(told(w, NULL, since), "expired"));
	assert_null(strstr(told(w, NULL, since), "started"));
	end_decisions(w);
}

static void test_exception_when_a_correction_makes_it_stale_then_void_in_that_commit(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	w->now = START + DAY;
	uint64_t since = sequence_of(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .review_interval_ms = DAY }); /* overdue for 84 days */
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + DAY, look(w, "E-1")->ended_ms); /* not in the past */
	assert_true(look(w, "E-1")->firings[0].threshold == (double)(START - 84 * DAY));
	assert_string_equal("control_changed proxy @24, exception_resurfaced E-1 proxy @24", heard(w->session, since));
	end_decisions(w);
}

/* --- by policy --- */
static rpv_policy_outcome set_policy(test_world *w, const char *value, bool preview)
{
	const rpv_policy_change change = { "resurface.third_party_control", value };
	rpv_policy_outcome outcome = RPV_POLICY_OUTCOME_INIT;
	assert_call(RPV_OK, preview ? rpv_policy_preview(w->session, &change, 1, &outcome, NULL)
	                            : rpv_policy_set(w->session, &change, 1, &outcome, NULL));
	return outcome;
}

static void test_exception_when_the_policy_warns_of_staleness_then_once_until_reviewed(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	set_policy(w, "warn", false);
	r.duration_ms = 60 * DAY;
	file_as(w, &r, "E-1");
	assert_int_equal(START + 5 * DAY, look(w, "E-1")->stale_ms);
	uint64_t since = sequence_of(w);
	w->now = START + 6 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	tick(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_string_equal("exception_warned E-1 proxy @120, control_stale proxy @120", heard(w->session, since));
	assert_int_equal(1, look(w, "E-1")->firing_count);
	assert_int_equal(0, look(w, "E-1")->firings[0].voided);
	assert_int_equal(1, resting(w->session, "proxy"));
	say(w, &(rpv_control_facts){ .id = "proxy", .owner = "net" }); /* still stale: not warned again */
	since = sequence_of(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .reviewed_ms = w->now, .review_interval_ms = DAY });
	w->now += DAY + DAY / 2;
	tick(w);
	assert_string_equal("control_changed proxy @144, control_changed proxy @144, exception_warned E-1 proxy @168, "
	                    "control_stale proxy @168", heard(w->session, since));
	since = sequence_of(w);
	retire(w, "proxy");
	retire(w, "proxy");
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_string_equal("control_retired proxy @180, exception_warned E-1 proxy @180", heard(w->session, since));
	say(w, &(rpv_control_facts){ .id = "proxy", .retired = RPV_FLAG_FALSE, .reviewed_ms = w->now });
	since = sequence_of(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 }); /* re-armed by being back */
	assert_string_equal("control_removed proxy @180, exception_warned E-1 proxy @180", heard(w->session, since));
	end_decisions(w);
}

static void test_exception_when_the_policy_does_not_look_at_controls_then_nothing_happens(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	(void)state;
	open_controls(w);
	set_policy(w, "off", false);
	file_as(w, &r, "E-1");
	assert_int_equal(0, look(w, "E-1")->stale_ms);
	uint64_t since = sequence_of(w);
	w->now = START + 6 * DAY;
	retire(w, "proxy");
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_string_equal("control_stale proxy @120, control_retired proxy @144", heard(w->session, since));
	assert_int_equal(1, set_policy(w, "off,control_retired=void", true).voided);
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(1, set_policy(w, "off,control_retired=void", false).voided);
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + 6 * DAY, look(w, "E-1")->ended_ms);
	end_decisions(w);
}

static void test_policy_when_it_changes_what_a_stale_control_does_then_judged_like_a_batch(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_policy_outcome outcome;
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	assert_int_equal(0, set_policy(w, "warn", false).voided); /* before it is stale */
	w->now = START + 6 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	r = mitigated(it, both + 1, 1);
	file_as(w, &r, "E-2"); /* rests on the other one, stale in two days */
	outcome = set_policy(w, "off", false);
	assert_int_equal(0, outcome.voided + outcome.warned);
	outcome = set_policy(w, "void", true);
	assert_int_equal(1, outcome.voided);
	outcome = set_policy(w, "void", false);
	assert_int_equal(1, outcome.voided);
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + 6 * DAY, look(w, "E-1")->ended_ms); /* now, not in the past */
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(START + 8 * DAY, look(w, "E-2")->stale_ms);
	w->now = START + 8 * DAY;
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	set_policy(w, "off", false); /* revives nothing */
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	assert_int_equal(START + 8 * DAY, look(w, "E-2")->ended_ms);
	end_decisions(w);
}

static void test_exception_when_a_control_and_its_world_get_worse_at_once_then_all_is_noted_in_order(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_weakness_facts worse = { .id = "CVE-1", .severity = RPV_SEVERITY_CRITICAL };
	(void)state;
	open_controls(w);
	set_policy(w, "void", false);
	file_as(w, &r, "E-1");
	uint64_t since = sequence_of(w);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &worse));
	retire(w, "proxy");
	const rpv_exception *e = look(w, "E-1");
	assert_int_equal(RPV_EXCEPTION_RESURFACED, e->status);
	assert_non_null(strstr(e->status_reason, "severity: ")); /* the first that voids (R30) */
	assert_true(e->firing_count >= 2);
	assert_int_equal(RPV_TRIGGER_SEVERITY, e->firings[0].trigger == RPV_TRIGGER_EXPOSURE ? e->firings[1].trigger
	                                                                                    : e->firings[0].trigger);
	assert_int_equal(RPV_TRIGGER_CONTROL_RETIRED, e->firings[e->firing_count - 1].trigger);
	assert_string_equal("proxy", e->firings[e->firing_count - 1].control);
	assert_string_equal("exception_resurfaced E-1", told(w, NULL, since)); /* once */
	end_decisions(w);
}

/* --- others who look --- */
static void test_control_when_the_session_is_limited_then_counts_are_its_own(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_session *limited;
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	r = mitigated(it, proxy, 1);
	file_as(w, &r, "E-2");
	limited = open_session(w, "ben@corp.example", RPV_PERMIT_ALL & ~(uint32_t)RPV_PERMIT_GLOBAL_EXCEPTIONS, sales, 1);
	assert_int_equal(2, resting(w->session, "proxy"));
	assert_int_equal(1, resting(limited, "proxy"));
	assert_int_equal(START + 5 * DAY, look_as(limited, "E-1")->stale_ms);
	assert_null(look_as(limited, "E-2"));
	uint64_t since = sequence_of(w);
	w->now = START + 5 * DAY;
	tick(w);
	assert_string_equal("exception_resurfaced E-1 proxy @120, control_stale proxy @120", heard(limited, since));
	assert_non_null(strstr(look_as(limited, "E-1")->status_reason, "(proxy)"));
	rpv_session_close(limited);
	end_decisions(w);
}

static void test_exception_when_looked_at_in_the_past_then_as_it_was(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = mitigated(sales, proxy, 1);
	rpv_session *past;
	(void)state;
	open_controls(w);
	file_as(w, &r, "E-1");
	w->now = START + 6 * DAY;
	review(w, "proxy", w->now);
	past = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START + 5 * DAY - 1));
	assert_int_equal(RPV_EXCEPTION_IN_EFFECT, look_as(past, "E-1")->status);
	assert_int_equal(START + 5 * DAY, look_as(past, "E-1")->stale_ms);
	assert_int_equal(1, resting(past, "proxy"));
	assert_ok(rpv_session_set_as_of(past, START + 5 * DAY));
	assert_int_equal(RPV_EXCEPTION_RESURFACED, look_as(past, "E-1")->status);
	assert_non_null(strstr(look_as(past, "E-1")->status_reason, "(proxy)"));
	assert_int_equal(0, resting(past, "proxy"));
	look_as(NULL, NULL);
	rpv_session_close(past);
	end_decisions(w);
}

static void test_tick_when_many_go_stale_then_bounded_and_in_order(void **state)
{
	test_world world, *w = &world;
	uint64_t done = 0, since;
	(void)state;
	open_controls(w);
	for (int i = 0; i < 12; i++) {
		char id[24];
		rpv_exception_request r = mitigated(sales, proxy, 1);
		snprintf(id, sizeof id, "va-%d", i);
		recommendation(w, id, RPV_KIND_UPDATE);
		commit(w);
		r.recommendation = id;
		snprintf(id, sizeof id, "E-%d", i + 1);
		r.recommendation = i ? r.recommendation : BROWSER;
		char rec[24];
		snprintf(rec, sizeof rec, "va-%d", i);
		r.recommendation = rec;
		file_as(w, &r, id);
	}
	since = sequence_of(w);
	w->now = START + 7 * DAY;
	for (int round = 0; round < 4; round++) {
		assert_ok(rpv_store_tick(w->store, 4, &done, NULL));
		assert_int_equal(round < 3 ? 4 : 1, done);
	}
	const char *all = heard(w->session, since);
	const char *at = all;
	for (int i = 1; i <= 12; i++) {
		char one[40];
		snprintf(one, sizeof one, "exception_resurfaced E-%d proxy", i);
		at = strstr(at, one);
		assert_non_null(at);
	}
	assert_non_null(strstr(all, "control_stale proxy @120"));
	end_decisions(w);
}

/* --- without memory, or with a storage that fails --- */
static rpv_status attempt(test_world *w, int step, rpv_batch *batch)
{
	rpv_exception_request r = mitigated(sales, both, 2);
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_filing *filing = NULL;
	rpv_list *list = NULL;
	rpv_status st;
	switch (step) {
	case 0:
		st = rpv_exception_file(w->session, &r, &filing);
		rpv_filing_free(filing);
		return st;
	case 1:
		st = rpv_control_list(w->session, NULL, &list);
		rpv_list_free(list);
		return st;
	case 2:
		q.control = "proxy";
		st = rpv_exception_list(w->session, &q, &list);
		rpv_list_free(list);
		return st;
	case 3: return rpv_batch_commit(batch, NULL);
	default: return rpv_store_tick(w->store, 0, NULL, NULL);
	}
}

static void test_control_when_memory_or_storage_fails_then_nothing_happens(void **state)
{
	(void)state;
	for (int memory = 0; memory < 2; memory++)
		for (int step = 0; step < 5; step++) {
			bool hit = true;
			for (size_t at = 1; hit; at++) {
				test_world world, *w = &world;
				rpv_exception_request r = mitigated(sales, both, 2);
				open_controls(w);
				if (step > 0)
					file_as(w, &r, "E-1");
				if (step == 2 || step == 4)
					w->now = START + 5 * DAY; /* what the clock made void, not written down */
				if (step == 3)
					assert_call(RPV_OK, rpv_batch_control(begin(w), &(rpv_control_facts){ .id = "proxy",
					                                      .retired = RPV_FLAG_TRUE }));
				uint64_t before = sequence_of(w);
				if (memory)
					test_memory_fail(&w->memory, at, false);
				else
					test_storage_fail(&w->storage, TEST_GET | TEST_SCAN | TEST_COMMIT, at, RPV_E_STORAGE);
				rpv_status st = attempt(w, step, w->batch);
				hit = memory ? test_memory_failed(&w->memory) : w->storage.failed;
				test_memory_fail(&w->memory, 0, false);
				test_storage_fail(&w->storage, 0, 0, RPV_OK);
				if (st != RPV_OK)
					assert_int_equal(before, sequence_of(w));
				assert_true(hit || st == RPV_OK);
				assert_ok(st == RPV_OK ? RPV_OK : attempt(w, step, w->batch)); /* and the next time it does */
				end_decisions(w);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_when_controls_are_named_then_it_rests_on_them),
		cmocka_unit_test(test_file_when_the_control_will_not_do_then_refused),
		cmocka_unit_test(test_exception_when_its_control_goes_stale_then_resurfaced_with_no_write),
		cmocka_unit_test(test_exception_when_reviewed_in_time_then_later_and_not_revived_after),
		cmocka_unit_test(test_exception_when_scheduled_or_suspended_then_stale_all_the_same),
		cmocka_unit_test(test_exception_when_a_global_one_goes_stale_then_the_others_return),
		cmocka_unit_test(test_exception_when_end_and_staleness_fall_together_then_expired),
		cmocka_unit_test(test_renewal_when_it_rests_on_controls_then_they_are_copied_and_checked),
		cmocka_unit_test(test_exception_when_it_waits_for_approval_then_its_controls_are_looked_at_then),
		cmocka_unit_test(test_approval_when_it_rests_on_controls_then_the_outcome_names_them),
		cmocka_unit_test(test_exception_when_its_control_is_retired_then_void_in_that_commit),
		cmocka_unit_test(test_exception_when_a_correction_makes_it_stale_then_void_in_that_commit),
		cmocka_unit_test(test_exception_when_the_policy_warns_of_staleness_then_once_until_reviewed),
		cmocka_unit_test(test_exception_when_the_policy_does_not_look_at_controls_then_nothing_happens),
		cmocka_unit_test(test_policy_when_it_changes_what_a_stale_control_does_then_judged_like_a_batch),
		cmocka_unit_test(test_exception_when_a_control_and_its_world_get_worse_at_once_then_all_is_noted_in_order),
		cmocka_unit_test(test_control_when_the_session_is_limited_then_counts_are_its_own),
		cmocka_unit_test(test_exception_when_looked_at_in_the_past_then_as_it_was),
		cmocka_unit_test(test_tick_when_many_go_stale_then_bounded_and_in_order),
		cmocka_unit_test(test_control_when_memory_or_storage_fails_then_nothing_happens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
