/* SPDX-License-Identifier: MIT */
/* Lists of exceptions: filters, orders, pages, worth, what is shadowed. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" };

/* E-1 global on BROWSER from tomorrow, E-2 Sales on BROWSER, E-3 s1 on CVE-1 of it, E-4 CVE-1 everywhere in both groups
 * by bob, E-5 canceled on MAIL, E-6 all groups on MAIL, E-7 hybrid on LOCK. */
static void open_listed(test_world *w)
{
	rpv_exception_request r;
	open_fleet(w);
	r = accept_risk(BROWSER);
	r.start_ms = START + DAY;
	r.duration_ms = 3 * DAY;
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-2");
	r = accept_on(BROWSER, s1, 1);
	r.weakness = "CVE-1";
	r.justification = RPV_JUSTIFICATION_FALSE_POSITIVE;
	r.duration_ms = 2 * DAY;
	file_as(w, &r, "E-3");
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, NULL, 0);
	r = accept_in(NULL, both, 2);
	r.weakness = "CVE-1";
	assert_ok(rpv_exception_file(bob, &r, NULL));
	rpv_session_close(bob);
	r = accept_in(MAIL, it, 1);
	file_as(w, &r, "E-5");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-5", NULL, "x"));
	r = accept_risk(MAIL);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	file_as(w, &r, "E-6");
	r = accept_risk(LOCK);
	r.impact = RPV_IMPACT_HYBRID;
	file_as(w, &r, "E-7");
}

/* The numbers of the rows, such as "1 2 7". */
static const char *numbers(test_world *w, const rpv_exception_query *q)
{
	static char out[256];
	rpv_list *list;
	out[0] = '\0';
	assert_call(RPV_OK, rpv_exception_list(w->session, q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", rpv_exception_at(list, i)->id + 2);
	assert_null(rpv_list_cursor(list));
	assert_null(rpv_exception_at(list, rpv_list_count(list)));
	assert_null(rpv_event_at(list, 0));
	rpv_list_free(list);
	return out;
}

static void test_list_when_filtered_then_only_what_matches(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_listed(w);
#define EXPECT(wanted, ...) do { \
		rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; \
		__VA_ARGS__; \
		assert_string_equal(wanted, numbers(w, &q)); \
	} while (0)
	EXPECT("1 2 3 4 5 6 7", (void)0);
	assert_string_equal("1 2 3 4 5 6 7", numbers(w, NULL));
	EXPECT("3", q.id = "E-3");
	EXPECT("", q.id = "E-3", q.weakness = "CVE-2");
	EXPECT("1 2 3", q.recommendation = BROWSER);
	EXPECT("3 4", q.weakness = "CVE-1");
	EXPECT("3", q.weakness = "CVE-1", q.recommendation = BROWSER);
	EXPECT("", q.weakness = "CVE-2");
	EXPECT("1 2 4 6 7", q.group = "Sales");
	EXPECT("1 4 5 6 7", q.group = "IT");
	EXPECT("1 6 7", q.group = "None");
	EXPECT("4", q.requester = "bob");
	EXPECT("", q.requester = "nobody");
	EXPECT("1 3", q.ends_before_ms = START + 10 * DAY);
	EXPECT("3", q.ends_before_ms = START + 2 * DAY + 1);
	EXPECT("", q.ends_before_ms = START + 2 * DAY);
	EXPECT("1 5", q.statuses = 1u << RPV_EXCEPTION_SCHEDULED | 1u << RPV_EXCEPTION_CANCELED);
	EXPECT("2", q.justifications = 1u << RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	EXPECT("2 3 4", q.impacts = 1u << RPV_IMPACT_MITIGATION_LIKE);
	EXPECT("7", q.impacts = 1u << RPV_IMPACT_HYBRID);
	EXPECT("1 7", q.scopes = 1u << RPV_SCOPE_GLOBAL);
	EXPECT("2 4 5 6", q.scopes = 1u << RPV_SCOPE_GROUPS);
	EXPECT("6", q.scopes = 1u << RPV_SCOPE_ALL_GROUPS);
	EXPECT("3", q.scopes = 1u << RPV_SCOPE_DEVICES);
	EXPECT("3 4", q.single_weakness = RPV_FLAG_TRUE);
	EXPECT("1 2 5 6 7", q.single_weakness = RPV_FLAG_FALSE);
	w->now += DAY;
	EXPECT("2", q.statuses = 1u << RPV_EXCEPTION_SUSPENDED);
#undef EXPECT
#define FAILS(status, ...) do { \
		rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; \
		__VA_ARGS__; \
		list = (rpv_list *)w; \
		assert_call(status, rpv_exception_list(w->session, &q, &list)); \
		assert_null(list); \
	} while (0)
	FAILS(RPV_E_NOT_FOUND, q.id = "E-8");
	FAILS(RPV_E_NOT_FOUND, q.id = "seven");
	FAILS(RPV_E_NOT_FOUND, q.recommendation = "x");
	FAILS(RPV_E_NOT_FOUND, q.weakness = "x");
	FAILS(RPV_E_NOT_FOUND, q.group = "x");
	FAILS(RPV_E_INVALID, q.sort = (rpv_exception_sort)3);
	FAILS(RPV_E_INVALID, q.single_weakness = (rpv_flag)3);
	FAILS(RPV_E_INVALID, q.after = "nonsense");
	FAILS(RPV_E_INVALID, q.after = "0:1:x");
	FAILS(RPV_E_INVALID, q.after = "1:1:E-1"); /* of another order */
	FAILS(RPV_E_INVALID, q.id = "\xff");
	FAILS(RPV_E_INVALID, q.struct_size = 1);
#undef FAILS
	assert_call(RPV_E_INVALID, rpv_exception_list(w->session, NULL, NULL));
	assert_null(rpv_exception_at(NULL, 0));
	end_decisions(w);
}

static void test_list_when_sorted_then_in_that_order_and_pages_join(void **state)
{
	test_world world, *w = &world;
	const char *const orders[] = { "1 2 3 4 5 6 7", "3 1 2 4 5 6 7", NULL };
	(void)state;
	open_listed(w);
	for (int sort = RPV_EXCEPTION_BY_FILED; sort <= RPV_EXCEPTION_BY_WORTH; sort++) {
		rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
		char whole[256], joined[256] = "", after[64];
		q.sort = (rpv_exception_sort)sort;
		snprintf(whole, sizeof whole, "%s", numbers(w, &q));
		if (orders[sort])
			assert_string_equal(orders[sort], whole);
		for (uint64_t limit = 1; limit <= 8; limit++) {
			joined[0] = '\0';
			q.limit = limit;
			q.after = NULL;
			for (int pages = 0; pages < 10; pages++) {
				rpv_list *list;
				assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
				for (size_t i = 0; i < rpv_list_count(list); i++)
					snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", *joined ? " " : "",
					         rpv_exception_at(list, i)->id + 2);
				bool more = rpv_list_cursor(list) != NULL;
				assert_true(!more || rpv_list_count(list) == limit);
				snprintf(after, sizeof after, "%s", more ? rpv_list_cursor(list) : "");
				rpv_list_free(list);
				if (!more)
					break;
				q.after = after;
			}
			assert_string_equal(whole, joined);
		}
		q.after = NULL;
		q.limit = 0;
	}
	end_decisions(w);
}

/* R34: worth is the score after canceling less the score now. */
static void test_list_when_with_worth_then_it_is_what_canceling_costs(void **state)
{
	test_world world, *w = &world;
	(void)state;
	for (int number = 1; number <= 7; number++) {
		rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
		rpv_score before = RPV_SCORE_INIT, after = RPV_SCORE_INIT;
		rpv_list *list;
		char id[16];
		open_listed(w);
		configure(w, "i1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
		commit(w);
		w->now += DAY; /* E-1 is in effect, E-2 suspended */
		snprintf(id, sizeof id, "E-%d", number);
		q.id = id;
		assert_true(look(w, id)->worth.exposure_mitigation_like == 0); /* not asked for */
		q.with_worth = 1;
		assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
		rpv_worth worth = rpv_exception_at(list, 0)->worth;
		rpv_list_free(list);
		assert_call(RPV_OK, rpv_score_read(w->session, NULL, &before));
		bool in_effect = look(w, id)->status == RPV_EXCEPTION_IN_EFFECT;
		if (look(w, id)->status != RPV_EXCEPTION_CANCELED)
			assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "to see"));
		assert_call(RPV_OK, rpv_score_read(w->session, NULL, &after));
		if (in_effect) {
			assert_true(worth.exposure == after.exposure_official - before.exposure_official);
			assert_true(worth.exposure_mitigation_like == after.exposure_mitigation_like - before.exposure_mitigation_like);
			assert_true(worth.secure == before.secure_official.points - after.secure_official.points);
			assert_true(worth.secure_mitigation_like ==
			            before.secure_mitigation_like.points - after.secure_mitigation_like.points);
		} else {
			assert_true(worth.exposure == 0 && worth.exposure_mitigation_like == 0 && worth.secure == 0 &&
			            worth.secure_mitigation_like == 0);
		}
		end_decisions(w);
	}
}

static void test_list_when_sorted_by_worth_then_highest_first(void **state)
{
	test_world world, *w = &world;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	assess(w, "s1", MAIL, "CVE-1", "CVE-2");
	device(w, "x1", "Other");
	commit(w);
	r = accept_in(MAIL, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-2");
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-3");
	q.sort = RPV_EXCEPTION_BY_WORTH;
	q.with_worth = 1;
	assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
	for (size_t i = 1; i < 3; i++)
		assert_true(rpv_exception_at(list, i - 1)->worth.exposure_mitigation_like >=
		            rpv_exception_at(list, i)->worth.exposure_mitigation_like);
	assert_true(rpv_exception_at(list, 0)->worth.exposure_mitigation_like > 0);
	assert_string_equal("E-2", rpv_exception_at(list, 2)->id);
	rpv_list_free(list);
	end_decisions(w);
}

static void test_list_when_others_decide_everything_then_shadowed(void **state)
{
	static const char *const s1_i1[] = { "s1", "i1" };
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_on(BROWSER, s1_i1, 2);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-2");
	assert_int_equal(0, look(w, "E-1")->shadowed); /* i1 is its own */
	r = accept_in(BROWSER, it, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-3");
	assert_int_equal(1, look(w, "E-1")->shadowed);
	r = accept_in(NULL, both, 2);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-4");
	assert_int_equal(1, look(w, "E-4")->shadowed);
	assess(w, "i2", MAIL, "CVE-1", NULL); /* now it decides something there */
	commit(w);
	assert_int_equal(0, look(w, "E-4")->shadowed);
	w->now += DAY;
	assert_int_equal(0, look(w, "E-1")->shadowed);
	assert_int_equal(0, look(w, "E-2")->shadowed); /* expired */
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-5");
	assert_exception(w, "E-1", RPV_EXCEPTION_SUSPENDED);
	assert_int_equal(0, look(w, "E-1")->shadowed); /* only what is in effect */
	r.weakness = "CVE-1";
	file_as(w, &r, "E-6");
	assert_int_equal(1, look(w, "E-6")->shadowed);
	r.weakness = "CVE-2";
	r.recommendation = NULL;
	file_as(w, &r, "E-7"); /* matches nothing: decided by nobody */
	assert_int_equal(0, look(w, "E-7")->shadowed);
	end_decisions(w);
}

/* A list of exceptions needs less of the store than one of recommendations: what the second loads besides may fail. */
static void test_list_when_memory_ran_out_in_the_past_then_whole_the_next_time(void **state)
{
	bool failed = true;
	(void)state;
	for (size_t k = 1; failed; k++) {
		test_world world, *w = &world;
		rpv_list *list = NULL;
		open_listed(w);
		w->now += DAY;
		assert_call(RPV_OK, rpv_policy_set(w->session, &(rpv_policy_change){ "context_min", "3" }, 1, NULL, NULL));
		assert_call(RPV_OK, rpv_session_set_as_of(w->session, START));
		assert_call(RPV_OK, rpv_exception_list(w->session, NULL, &list));
		rpv_list_free(list);
		test_memory_fail(&w->memory, k, false);
		rpv_status status = rpv_recommendation_list(w->session, NULL, &list);
		failed = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		if (status)
			assert_int_equal(RPV_E_NOMEM, status);
		else
			rpv_list_free(list);
		assert_call(RPV_OK, rpv_recommendation_list(w->session, NULL, &list));
		assert_int_equal(1, rpv_list_count(list)); /* what is not covered */
		rpv_list_free(list);
		end_decisions(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_when_filtered_then_only_what_matches),
		cmocka_unit_test(test_list_when_sorted_then_in_that_order_and_pages_join),
		cmocka_unit_test(test_list_when_with_worth_then_it_is_what_canceling_costs),
		cmocka_unit_test(test_list_when_sorted_by_worth_then_highest_first),
		cmocka_unit_test(test_list_when_memory_ran_out_in_the_past_then_whole_the_next_time),
		cmocka_unit_test(test_list_when_others_decide_everything_then_shadowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
