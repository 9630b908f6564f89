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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_when_the_end_is_near_then_expiring),
		cmocka_unit_test(test_watch_when_another_one_decides_then_shadowed),
		cmocka_unit_test(test_watch_when_nothing_is_loaded_then_the_same),
		cmocka_unit_test(test_watch_when_no_activity_is_in_time_then_overdue),
		cmocka_unit_test(test_watch_when_asked_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
