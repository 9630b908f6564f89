/* SPDX-License-Identifier: MIT */
/* Watch lists: who is on them, and who was told of. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" };

/* The numbers of the rows of a watch list, such as "1 2 7". */
static const char *watched(rpv_session *session, rpv_watch watch, int64_t within_ms)
{
	static char out[256];
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	q.watch = watch;
	q.within_ms = within_ms;
	out[0] = '\0';
	assert_status_error(RPV_OK, rpv_exception_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", rpv_exception_at(list, i)->id + 2);
	rpv_list_free(list);
	return out;
}

#define LISTS(wanted, watch) assert_string_equal(wanted, watched(w->session, RPV_WATCH_##watch, 0))

/* R43: end - now <= within, of those in effect and suspended. */
static void test_watch_when_the_end_is_near_then_expiring(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, it, 1);
	r.start_ms = START + DAY;
	r.duration_ms = DAY;
	file_as(w, &r, "E-2"); /* not yet in effect */
	r = accept_risk(BROWSER);
	r.start_ms = START + 4 * DAY;
	r.duration_ms = 40 * DAY;
	file_as(w, &r, "E-3");
#define WITHIN(wanted, ms) assert_string_equal(wanted, watched(w->session, RPV_WATCH_EXPIRING, (ms)))
	LISTS("1", EXPIRING); /* the policy's longest reminder: 30 days */
	WITHIN("", 10 * DAY - 1);
	WITHIN("1", 10 * DAY);
	w->now += DAY;
	WITHIN("1 2", 9 * DAY);
	WITHIN("2", DAY);
	w->now += 4 * DAY; /* E-1 is suspended, E-2 has expired */
	WITHIN("1", 5 * DAY);
	LISTS("1", EXPIRING);
	w->now += 5 * DAY;
	LISTS("", EXPIRING);
#undef WITHIN
	end_decisions(w);
}

static void test_watch_when_another_one_decides_then_shadowed(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	r = accept_in(NULL, both, 2);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-3");
	LISTS("", SHADOWED);
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-4");
	LISTS("1 2", SHADOWED);
	r = accept_in(BROWSER, it, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-5");
	LISTS("1 2 3", SHADOWED);
	r = accept_risk(BROWSER);
	r.duration_ms = DAY / 2;
	file_as(w, &r, "E-6");
	LISTS("2 3", SHADOWED); /* E-1 is suspended */
	w->now += DAY;
	LISTS("", SHADOWED); /* E-3 decides in IT */
	end_decisions(w);
}

/* The same answers without devices in memory as with them. */
static void test_watch_when_nothing_is_loaded_then_the_same(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_score score = { .struct_size = sizeof score };
	(void)state;
	open_fleet(w);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-1");
	r = accept_risk(NULL);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-3");
	rpv_session *past = open_session(w, "ana", RPV_PERMIT_VIEW, NULL, 0);
	w->now += 1000;
	assert_ok(rpv_session_set_as_of(past, START));
	assert_string_equal("1", watched(past, RPV_WATCH_SHADOWED, 0));
	assert_ok(rpv_score_read(past, NULL, &score));
	assert_string_equal("1", watched(past, RPV_WATCH_SHADOWED, 0));
	rpv_session_close(past);
	end_decisions(w);
}

static rpv_exception_request plan_for(const char *rec, const char *const *groups, size_t count)
{
	rpv_exception_request r = accept_in(rec, groups, count);
	if (!groups)
		r.scope = RPV_SCOPE_GLOBAL;
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	return r;
}

static void request_in(test_world *w, const char *rec, const char *const *groups, size_t count, int64_t due_ms)
{
	rpv_remediation_request r = request_on(rec);
	r.groups = groups;
	r.group_count = count;
	r.due_ms = due_ms;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
}

static void test_watch_when_no_activity_is_in_time_then_overdue(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_risk(MAIL);
	file_as(w, &r, "E-1"); /* nothing is planned */
	r = plan_for(BROWSER, sales, 1);
	file_as(w, &r, "E-2");
	r = plan_for(BROWSER, it, 1);
	file_as(w, &r, "E-3");
	r = plan_for(NULL, NULL, 0);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-4");
	LISTS("2 3 4", OVERDUE); /* missing */
	request_in(w, BROWSER, sales, 1, START + 3 * DAY);
	LISTS("3", OVERDUE);
	request_in(w, BROWSER, NULL, 0, START + 5 * DAY);
	LISTS("", OVERDUE);
	w->now = START + 5 * DAY - 1;
	LISTS("", OVERDUE);
	w->now++;
	LISTS("2 3 4", OVERDUE);
	request_in(w, BROWSER, NULL, 0, 0);
	LISTS("", OVERDUE);
	w->now = START + 10 * DAY; /* none of them is left */
	LISTS("", OVERDUE);
	end_decisions(w);
}

/* --- events --- */
static uint64_t sequence_of(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.sequence;
}

/* Watch events after `since`, as "expiring E-1 @9, stale E-2 4>0": instants in days after START. */
static const char *heard(rpv_session *session, uint64_t since)
{
	static char out[1000];
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	int64_t last = 0;
	q.since = since;
	out[0] = '\0';
	assert_status_error(RPV_OK, rpv_event_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		assert_true(e->time_ms >= last);
		last = e->time_ms;
		if (e->type < RPV_EVENT_EXCEPTION_EXPIRING || e->type > RPV_EVENT_EXCEPTION_OVERDUE)
			continue;
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s %s @%d", out[0] ? ", " : "",
		         rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type) + strlen("exception_"), e->exception,
		         (int)((e->time_ms - START) / DAY));
		if (e->before && e->after)
			snprintf(out + strlen(out), sizeof out - strlen(out), " %s>%s", e->before, e->after);
	}
	rpv_list_free(list);
	return out;
}

#define HEARD(wanted) assert_string_equal(wanted, heard(w->session, since))

static int64_t next_deadline(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.next_deadline_ms;
}

/* R43: marks shorter than its duration, each once. */
static void test_watch_when_marks_pass_then_each_reminds_once(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	uint64_t since = 0;
	(void)state;
	open_fleet(w);
	r = accept_risk(BROWSER);
	r.duration_ms = 40 * DAY;
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1); /* suspended all the while */
	r.duration_ms = 7 * DAY;
	file_as(w, &r, "E-2");
	r = accept_risk(MAIL);
	r.start_ms = START + 2 * DAY;
	r.duration_ms = DAY;
	file_as(w, &r, "E-3"); /* too short for any mark */
	assert_true(next_deadline(w) == START + 2 * DAY);
	for (int day = 1; day <= 41; day++) {
		w->now = START + day * DAY - 1;
		tick(w);
		tick(w);
	}
	HEARD("expiring E-2 @6, expiring E-1 @10, expiring E-1 @33, expiring E-1 @39");
	assert_int_equal(1 << RPV_WATCH_EXPIRING, look(w, "E-1")->watch_told);
	assert_true(next_deadline(w) == 0);
	end_decisions(w);
}

static void test_watch_when_down_for_long_then_only_the_latest_mark_reminds(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_risk(BROWSER);
	r.duration_ms = 40 * DAY;
	file_as(w, &r, "E-1");
	r = accept_risk(MAIL);
	r.duration_ms = 35 * DAY;
	file_as(w, &r, "E-2");
	uint64_t since = sequence_of(w);
	w->now = START + 34 * DAY + DAY / 2; /* of E-1 10, 33; of E-2 5, 28, 34 */
	tick(w);
	HEARD("expiring E-1 @33, expiring E-2 @34");
	assert_true(next_deadline(w) == START + 35 * DAY);
	w->now = START + 50 * DAY; /* a commit does the same before its own */
	since = sequence_of(w);
	device(w, "s1", "IT");
	commit(w);
	HEARD("expiring E-1 @39");
	assert_true(next_deadline(w) == 0);
	end_decisions(w);
}

static void test_watch_when_renewed_then_no_more_reminders(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
	uint64_t since = 0;
	(void)state;
	open_fleet(w);
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-1");
	w->now = START + 4 * DAY;
	tick(w);
	HEARD("expiring E-1 @3");
	renewal.id = "E-1";
	renewal.duration_ms = 10 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	since = sequence_of(w);
	w->now = START + 9 * DAY;
	tick(w);
	HEARD("");
	LISTS("1", EXPIRING); /* it ends all the same */
	w->now = START + 14 * DAY;
	tick(w);
	HEARD("expiring E-2 @13");
	renewal.id = "E-2";
	assert_call(RPV_OK, rpv_exception_renew(w->session, &renewal, NULL));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-3", NULL, "not again"));
	since = sequence_of(w);
	w->now = START + 19 * DAY;
	tick(w);
	HEARD("expiring E-2 @19");
	end_decisions(w);
}

static void test_watch_when_the_policy_changes_then_reminders_follow(void **state)
{
	const rpv_policy_change to_two = { "remind", "2d" }, none = { "remind", "none" };
	test_world world, *w = &world;
	rpv_exception_request r;
	uint64_t since = 0;
	(void)state;
	open_fleet(w);
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-1");
	assert_true(next_deadline(w) == START + 3 * DAY);
	assert_call(RPV_OK, rpv_policy_set(w->session, &to_two, 1, NULL, NULL));
	assert_true(next_deadline(w) == START + 8 * DAY);
	w->now = START + 8 * DAY;
	tick(w);
	HEARD("expiring E-1 @8");
	assert_string_equal("1", watched(w->session, RPV_WATCH_EXPIRING, 0));
	assert_call(RPV_OK, rpv_policy_set(w->session, &none, 1, NULL, NULL));
	assert_true(next_deadline(w) == START + 10 * DAY);
	end_decisions(w);
}

/* In the commit that causes it, and once: coming back and going again is not told. */
static void test_watch_when_nothing_is_left_then_stale_is_told_once(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	r = accept_risk(NULL);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-3");
	r = accept_risk(MAIL);
	file_as(w, &r, "E-4"); /* never matched: listed, and its own confirmation said so */
	uint64_t since = sequence_of(w);
	LISTS("4", STALE);
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	HEARD("stale E-2 @0 1>0");
	LISTS("2 4", STALE);
	since = sequence_of(w);
	remove_device(w, "s2");
	commit(w);
	HEARD("stale E-1 @0 2>0");
	LISTS("1 2 4", STALE);
	assert_int_equal(1 << RPV_WATCH_STALE, look(w, "E-1")->watch);
	assert_int_equal(1 << RPV_WATCH_STALE, look(w, "E-1")->watch_told);
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	LISTS("4", STALE);
	since = sequence_of(w);
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	HEARD("");
	LISTS("1 2 4", STALE);
	w->now += 40 * DAY; /* none of them is left */
	LISTS("", STALE);
	end_decisions(w);
}

/* R23: silence changes nothing. R17: a vanished group does. */
static void test_watch_when_devices_fall_silent_then_not_stale(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = 100 * DAY;
	file_as(w, &r, "E-1");
	w->now += 50 * DAY;
	tick(w);
	LISTS("", STALE);
	device(w, "s1", "IT");
	device(w, "s2", "IT");
	commit(w);
	LISTS("1", STALE);
	rpv_session *past = open_session(w, "ana", RPV_PERMIT_VIEW, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START + 50 * DAY - 1));
	assert_string_equal("", watched(past, RPV_WATCH_STALE, 0));
	rpv_session_close(past);
	end_decisions(w);
}

static void expose_more(test_world *w, int from, int to, const char *group)
{
	char id[16];
	for (int i = from; i < to; i++) {
		snprintf(id, sizeof id, "n%d", i);
		device(w, id, group);
		assess(w, id, BROWSER, "CVE-1", NULL);
	}
	commit(w);
}

static void test_watch_when_exposed_devices_are_up_then_grown(void **state)
{
	const rpv_policy_change less = { "grown.rise", "4" };
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL; /* growth warns, it does not void */
	file_as(w, &r, "E-1");
	uint64_t since = sequence_of(w);
	rpv_session *tom = open_session(w, "tom", RPV_PERMIT_VIEW, it, 1);
	expose_more(w, 0, 4, "Sales");
	LISTS("", GROWN); /* 2 to 6: up by 4 only */
	assert_call(RPV_OK, rpv_policy_set(w->session, &less, 1, NULL, NULL));
	LISTS("1", GROWN);
	HEARD("grown E-1 @0 2>6");
	since = sequence_of(w);
	expose_more(w, 4, 9, "Sales");
	HEARD("");
	assert_int_equal(1 << RPV_WATCH_GROWN, look(w, "E-1")->watch);
	expose_more(w, 0, 8, "IT");
	LISTS("", GROWN);
	assert_string_equal("", watched(tom, RPV_WATCH_GROWN, 0));
	rpv_session_close(tom);
	end_decisions(w);
}

/* R44: of a scope that the session sees in part, it hears no figures and finds it on no list of facts. */
static void test_watch_when_the_session_is_limited_then_figures_are_withheld(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, both, 2);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-1");
	uint64_t since = sequence_of(w);
	rpv_session *tom = open_session(w, "tom", RPV_PERMIT_VIEW, sales, 1);
	expose_more(w, 0, 8, "Sales");
	LISTS("1", GROWN);
	assert_string_equal("", watched(tom, RPV_WATCH_GROWN, 0));
	assert_int_equal(0, look_as(tom, "E-1")->watch);
	assert_string_equal("grown E-1 @0", heard(tom, since));
	HEARD("grown E-1 @0 4>12");
	rpv_session_close(tom);
	end_decisions(w);
}

static void test_watch_when_a_wider_one_comes_then_shadowed_is_told_once(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	r = accept_on(BROWSER, s1, 1);
	r.duration_ms = 50 * DAY;
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, both, 2);
	r.weakness = "CVE-1";
	r.duration_ms = 50 * DAY;
	file_as(w, &r, "E-2");
	uint64_t since = sequence_of(w);
	r = accept_in(BROWSER, sales, 1);
	r.start_ms = START + DAY;
	r.duration_ms = 2 * DAY;
	file_as(w, &r, "E-3");
	HEARD("");
	w->now = START + 2 * DAY; /* it has started, and IT is not decided yet */
	tick(w);
	HEARD("shadowed E-1 @1");
	since = sequence_of(w);
	r = accept_in(BROWSER, it, 1);
	r.duration_ms = DAY / 2;
	file_as(w, &r, "E-4");
	HEARD("shadowed E-2 @2");
	w->now = START + 4 * DAY;
	tick(w);
	since = sequence_of(w);
	r = accept_in(BROWSER, both, 2);
	r.duration_ms = DAY / 2;
	file_as(w, &r, "E-5");
	HEARD(""); /* once for each */
	LISTS("1 2", SHADOWED);
	end_decisions(w);
}

static void test_watch_when_planned_work_is_late_then_overdue_is_told_once(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = plan_for(BROWSER, sales, 1);
	r.duration_ms = 50 * DAY;
	file_as(w, &r, "E-1");
	r = plan_for(BROWSER, it, 1);
	r.duration_ms = 50 * DAY;
	file_as(w, &r, "E-2");
	request_in(w, BROWSER, NULL, 0, START + 2 * DAY);
	request_in(w, BROWSER, it, 1, START + 4 * DAY);
	uint64_t since = sequence_of(w);
	assert_true(next_deadline(w) == START + 2 * DAY);
	w->now = START + 3 * DAY;
	tick(w);
	HEARD("overdue E-1 @2");
	assert_call(RPV_OK, rpv_remediation_cancel(w->session, "R-2", "no time"));
	HEARD("overdue E-1 @2, overdue E-2 @3");
	request_in(w, BROWSER, NULL, 0, START + 5 * DAY);
	w->now = START + 6 * DAY;
	tick(w);
	HEARD("overdue E-1 @2, overdue E-2 @3");
	LISTS("1 2", OVERDUE);
	end_decisions(w);
}

static void test_watch_when_asked_wrongly_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	q.watch = (rpv_watch)(RPV_WATCH_OVERDUE + 1);
	assert_call(RPV_E_INVALID, rpv_exception_list(w->session, &q, &list));
	assert_string_equal("watch", rpv_session_error(w->session)->field);
	q.watch = RPV_WATCH_STALE;
	q.within_ms = DAY;
	assert_call(RPV_E_INVALID, rpv_exception_list(w->session, &q, &list));
	q.watch = RPV_WATCH_EXPIRING;
	q.within_ms = -1;
	assert_call(RPV_E_INVALID, rpv_exception_list(w->session, &q, &list));
	end_decisions(w);
}

static void test_watch_when_a_reminder_and_staleness_fall_together_then_no_deadline_is_left(void **state)
{
	static const char *const gate[] = { "gate" };
	test_world world, *w = &world;
	rpv_error error = RPV_ERROR_INIT;
	(void)state;
	open_fleet(w);
	rpv_control_facts f = { .id = "gate", .reviewed_ms = START, .review_interval_ms = DAY };
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.controls = gate;
	r.control_count = 1;
	r.duration_ms = 31 * DAY; /* the reminder 30 days before its end falls on the day of the review */
	file_as(w, &r, "E-1");
	w->now += DAY;
	tick(w);
	assert_status_error(RPV_OK, rpv_store_check(w->store, NULL, &error), &error);
	w->now += 40 * DAY;
	tick(w);
	assert_string_equal("exception_filed E-1, exception_resurfaced E-1", told(w, NULL, 0));
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_when_the_end_is_near_then_expiring),
		cmocka_unit_test(test_watch_when_another_one_decides_then_shadowed),
		cmocka_unit_test(test_watch_when_nothing_is_loaded_then_the_same),
		cmocka_unit_test(test_watch_when_no_activity_is_in_time_then_overdue),
		cmocka_unit_test(test_watch_when_marks_pass_then_each_reminds_once),
		cmocka_unit_test(test_watch_when_down_for_long_then_only_the_latest_mark_reminds),
		cmocka_unit_test(test_watch_when_renewed_then_no_more_reminders),
		cmocka_unit_test(test_watch_when_the_policy_changes_then_reminders_follow),
		cmocka_unit_test(test_watch_when_nothing_is_left_then_stale_is_told_once),
		cmocka_unit_test(test_watch_when_devices_fall_silent_then_not_stale),
		cmocka_unit_test(test_watch_when_exposed_devices_are_up_then_grown),
		cmocka_unit_test(test_watch_when_the_session_is_limited_then_figures_are_withheld),
		cmocka_unit_test(test_watch_when_a_wider_one_comes_then_shadowed_is_told_once),
		cmocka_unit_test(test_watch_when_planned_work_is_late_then_overdue_is_told_once),
		cmocka_unit_test(test_watch_when_a_reminder_and_staleness_fall_together_then_no_deadline_is_left),
		cmocka_unit_test(test_watch_when_asked_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
