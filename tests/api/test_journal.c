/* SPDX-License-Identifier: MIT */
/* The journal: order, instants, what falls due and the tick that writes it down, cursors, what a session sees of it. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" }, *const s1_i1[] = { "s1", "i1" };

static rpv_list *events(test_world *w, rpv_session *session, uint64_t since, uint64_t limit, const char *exception)
{
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	q.since = since;
	q.limit = limit;
	q.exception = exception;
	assert_status_error(RPV_OK, rpv_event_list(session ? session : w->session, &q, &list),
	                    rpv_session_error(session ? session : w->session));
	return list;
}

/* The n-th event of a type. */
static const rpv_event *nth(const rpv_list *list, rpv_event_type type, size_t n)
{
	for (size_t i = 0; i < rpv_list_count(list); i++)
		if (rpv_event_at(list, i)->type == type && n-- == 0)
			return rpv_event_at(list, i);
	return NULL;
}

static void assert_in_order(const rpv_list *list)
{
	for (size_t i = 1; i < rpv_list_count(list); i++) {
		assert_true(rpv_event_at(list, i - 1)->sequence < rpv_event_at(list, i)->sequence);
		assert_true(rpv_event_at(list, i - 1)->time_ms <= rpv_event_at(list, i)->time_ms);
		assert_true(rpv_event_at(list, i)->time_ms <= rpv_event_at(list, i)->commit_ms);
	}
}

static void test_journal_when_the_store_is_empty_then_nothing(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_world(w);
	list = events(w, NULL, 0, 0, NULL);
	assert_int_equal(0, rpv_list_count(list));
	assert_null(rpv_event_at(list, 0));
	assert_int_equal(START, rpv_list_time(list));
	rpv_list_free(list);
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	q.exception = "E-1";
	assert_call(RPV_E_NOT_FOUND, rpv_event_list(w->session, &q, &list));
	assert_null(list);
	assert_call(RPV_E_INVALID, rpv_event_list(w->session, NULL, NULL));
	q.struct_size = 3;
	assert_call(RPV_E_INVALID, rpv_event_list(w->session, &q, &list));
	uint64_t done = 7;
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(0, done);
	assert_int_equal(0, revision_of(w));
	assert_status(RPV_E_INVALID, rpv_store_tick(NULL, 0, NULL, NULL));
	end_decisions(w);
}

static void test_journal_when_an_exception_lives_then_every_turn_is_told_with_its_instant(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_list *list;
	(void)state;
	open_fleet(w);
	r.start_ms = START + DAY;
	r.duration_ms = DAY;
	file_as(w, &r, "E-1");
	w->now = START + 5 * DAY;
	device(w, "s9", "Sales"); /* an ordinary commit finds what fell due */
	commit(w);
	list = events(w, NULL, 0, 0, "E-1");
	assert_int_equal(3, rpv_list_count(list));
	const rpv_event *filed = rpv_event_at(list, 0), *started = rpv_event_at(list, 1), *expired = rpv_event_at(list, 2);
	assert_int_equal(RPV_EVENT_EXCEPTION_FILED, filed->type);
	assert_int_equal(START, filed->time_ms);
	assert_string_equal("ana@corp.example", filed->actor);
	assert_string_equal(BROWSER, filed->recommendation);
	assert_string_equal("accepted by the change board", filed->reason);
	assert_int_equal(4, filed->count);
	assert_int_equal(2, filed->group_count);
	assert_int_equal(2, filed->groups[0].count);
	assert_int_equal(RPV_EVENT_EXCEPTION_STARTED, started->type);
	assert_int_equal(START + DAY, started->time_ms);
	assert_int_equal(START + 5 * DAY, started->commit_ms);
	assert_int_equal(RPV_EVENT_EXCEPTION_EXPIRED, expired->type);
	assert_int_equal(START + 2 * DAY, expired->time_ms);
	assert_string_equal(BROWSER, expired->recommendation);
	assert_string_equal("E-1", expired->exception);
	assert_int_equal(2, expired->group_count);
	uint64_t sequence = expired->sequence;
	rpv_list_free(list);
	list = events(w, NULL, 0, 0, NULL);
	assert_in_order(list);
	rpv_list_free(list);
	list = events(w, NULL, sequence, 0, NULL); /* the device came after what fell due before it */
	assert_int_equal(RPV_EVENT_DEVICE_ADDED, rpv_event_at(list, 0)->type);
	rpv_list_free(list);
	end_decisions(w);
}

static void test_journal_when_read_by_pages_then_every_event_comes_once(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	uint64_t since = 0, seen = 0;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < (int)test_rounds(1200, 400); i++) { /* more than one step of reading */
		char id[24];
		snprintf(id, sizeof id, "E-%d", i + 1);
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
		assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "again"));
	}
	rpv_list *all = events(w, NULL, 0, 0, NULL);
	assert_in_order(all);
	for (;;) {
		rpv_list *page = events(w, NULL, since, 700, NULL);
		size_t count = rpv_list_count(page);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(rpv_event_at(all, seen++)->sequence, rpv_event_at(page, i)->sequence);
		if (count)
			since = rpv_event_at(page, count - 1)->sequence;
		rpv_list_free(page);
		if (count < 700)
			break;
	}
	assert_int_equal(rpv_list_count(all), seen);
	rpv_list_free(all);
	all = events(w, NULL, UINT64_MAX, 0, NULL);
	assert_int_equal(0, rpv_list_count(all));
	rpv_list_free(all);
	all = events(w, NULL, 0, 1, "E-400");
	assert_int_equal(1, rpv_list_count(all));
	rpv_list_free(all);
	end_decisions(w);
}

/* --- falling due --- */
static void test_tick_when_much_is_due_then_in_steps_and_in_order(void **state)
{
	test_world world, *w = &world;
	const char *const *groups[] = { sales, it };
	rpv_store_info info = { .struct_size = sizeof info };
	uint64_t done = 0;
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	for (int i = 0; i < 4; i++) { /* E-1, E-3 end together; E-2 starts then */
		rpv_exception_request r = accept_in(i < 2 ? BROWSER : MAIL, groups[i % 2], 1);
		r.start_ms = i == 1 ? START + 3 * DAY : 0;
		r.duration_ms = 3 * DAY + (i == 3 ? 1 : 0);
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == START + 3 * DAY);
	uint64_t before = info.sequence;
	w->now = START + 3 * DAY - 1;
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(0, done);
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_int_equal(before, info.sequence);
	w->now = START + 30 * DAY;
	const uint64_t steps[] = { 2, 2, 1, 0 };
	for (int i = 0; i < 4; i++) {
		assert_ok(rpv_store_tick(w->store, 2, &done, NULL));
		assert_int_equal(steps[i], done);
	}
	assert_string_equal("exception_expired E-1, exception_started E-2, exception_expired E-3, exception_expired E-4, "
	                    "exception_expired E-2", told(w, NULL, before));
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == 0);
	assert_true(info.mark_ms == START + 30 * DAY);
	uint64_t revision = info.revision;
	tick(w);
	assert_int_equal(revision, revision_of(w)); /* nothing due: nothing written */
	rpv_list *list = events(w, NULL, 0, 0, NULL);
	assert_in_order(list);
	rpv_list_free(list);
	end_decisions(w);
}

static void test_tick_when_several_end_at_one_instant_then_by_id(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	r.duration_ms = DAY;
	file_as(w, &r, "E-1");
	r.start_ms = START + DAY;
	file_as(w, &r, "E-2"); /* starts when the first ends */
	r = accept_in(MAIL, sales, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-3");
	w->now = START + DAY;
	uint64_t since = 0;
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	since = info.sequence;
	tick(w);
	assert_string_equal("exception_expired E-1, exception_started E-2, exception_expired E-3", told(w, NULL, since));
	end_decisions(w);
}

static void test_tick_when_global_ones_follow_each_other_then_nothing_resumes_between(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	turn_reminders_off(w);
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	r.duration_ms = DAY;
	file_as(w, &r, "E-2");
	r.start_ms = START + DAY;
	file_as(w, &r, "E-3");
	w->now = START + 3 * DAY;
	tick(w);
	assert_string_equal("exception_filed E-1, exception_filed E-2, exception_suspended E-2, exception_filed E-3, "
	                    "exception_expired E-2, exception_started E-3, exception_suspended E-3, exception_expired E-3, "
	                    "exception_resumed E-3", told(w, NULL, 0));
	end_decisions(w);
}

/* Overwrites a value behind the store's back. */
static void damage(test_world *w, const void *key, size_t size, bool remove)
{
	rpv_write write = { { key, size }, { "\x7f", 1 }, remove };
	assert_ok(w->storage.inner.commit(w->storage.inner.user, &write, 1, NULL, 0, NULL));
}

static void test_tick_when_a_record_is_damaged_then_the_rest_goes_on(void **state)
{
	test_world world, *w = &world;
	const char *const recommendations[] = { BROWSER, MAIL, LOCK };
	uint64_t done = 0;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < 3; i++) {
		rpv_exception_request r = accept_in(recommendations[i], sales, 1);
		r.duration_ms = DAY;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	damage(w, "X\0\0\0\0\0\0\0\1", 9, false);
	damage(w, "X\0\0\0\0\0\0\0\2", 9, true);
	damage(w, "T-not-a-deadline", 16, false); /* after all times */
	w->now = START + 2 * DAY;
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(3, done);
	rpv_list *list = events(w, NULL, 0, 0, NULL);
	assert_non_null(nth(list, RPV_EVENT_EXCEPTION_EXPIRED, 0));
	assert_string_equal("E-3", nth(list, RPV_EVENT_EXCEPTION_EXPIRED, 0)->exception);
	assert_null(nth(list, RPV_EVENT_EXCEPTION_EXPIRED, 1));
	assert_string_equal("E-1", nth(list, RPV_EVENT_RECORD_DAMAGED, 0)->exception);
	assert_string_equal("E-2", nth(list, RPV_EVENT_RECORD_DAMAGED, 1)->exception);
	assert_non_null(strstr(nth(list, RPV_EVENT_RECORD_DAMAGED, 0)->reason, "exception"));
	assert_true(nth(list, RPV_EVENT_RECORD_DAMAGED, 0)->time_ms == START + DAY);
	rpv_list_free(list);
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(0, done);
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_true(info.next_deadline_ms == 0);
	end_decisions(w);
}

/* More is due than one commit can hold: it is written down in as many commits as it takes, by ticks or the next writer. */
static void many_fall_due(bool tick_first)
{
	enum { GROUPS = 700, EXCEPTIONS = 400 };
	static char names[GROUPS][24];
	const char *groups[GROUPS];
	test_world world, *w = &world;
	uint64_t done = 1, all = 0, steps = 0;
	open_world_with(w, 1024 * 1024, 0);
	for (int g = 0; g < GROUPS; g++) {
		snprintf(names[g], sizeof names[g], "group %d", g);
		groups[g] = names[g];
		rpv_group_facts f = { .name = names[g] };
		assert_call(RPV_OK, rpv_batch_group(begin(w), &f));
	}
	char id[24];
	for (int i = 0; i < EXCEPTIONS; i++) {
		snprintf(id, sizeof id, "rec %d", i);
		recommendation(w, id, RPV_KIND_UPDATE);
	}
	commit(w);
	for (int i = 0; i < EXCEPTIONS; i++) {
		snprintf(id, sizeof id, "rec %d", i);
		rpv_exception_request r = accept_in(id, groups, GROUPS);
		r.duration_ms = DAY;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	w->now = START + 2 * DAY;
	recommendation(w, "one more", RPV_KIND_UPDATE);
	while (done && tick_first) {
		assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
		all += done;
		steps += done > 0;
	}
	assert_int_equal(tick_first ? EXCEPTIONS : 0, all);
	uint64_t before = revision_of(w);
	commit(w);
	steps += revision_of(w) - before - 1;
	assert_true(steps >= 2);
	rpv_list *list = events(w, NULL, 0, 0, NULL);
	assert_in_order(list);
	assert_non_null(nth(list, RPV_EVENT_EXCEPTION_EXPIRED, EXCEPTIONS - 1));
	assert_int_equal(RPV_EVENT_RECOMMENDATION_ADDED, rpv_event_at(list, rpv_list_count(list) - 1)->type);
	rpv_list_free(list);
	end_decisions(w);
}

static void test_tick_when_more_is_due_than_a_commit_holds_then_smaller_steps(void **state)
{
	(void)state;
	if (test_rounds(0, 1))
		skip(); /* it takes many */
	many_fall_due(true);
}

static void test_commit_when_more_is_due_than_it_holds_then_written_down_before(void **state)
{
	(void)state;
	if (test_rounds(0, 1))
		skip();
	many_fall_due(false);
}

/* However small each is: there are too many of them for one commit. A preview looks as if they were written down. */
static void test_commit_when_too_many_are_due_then_written_down_before(void **state)
{
	enum { MANY = 1100 };
	test_world world, *w = &world;
	char id[24];
	(void)state;
	if (test_rounds(0, 1))
		skip();
	open_world_with(w, 1024 * 1024, 0);
	turn_reminders_off(w);
	for (int i = 0; i < MANY; i++) {
		snprintf(id, sizeof id, "rec %d", i);
		recommendation(w, id, RPV_KIND_UPDATE);
	}
	commit(w);
	for (int i = 0; i < MANY; i++) {
		snprintf(id, sizeof id, "rec %d", i);
		rpv_exception_request r = accept_risk(id);
		r.duration_ms = DAY;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	w->now = START + 2 * DAY;
	uint64_t before = revision_of(w);
	rpv_exception_request again = accept_risk("rec 7");
	rpv_filing *filing;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &again, &filing));
	assert_int_equal(0, rpv_filing_read(filing)->conflict_count);
	rpv_filing_free(filing);
	assert_int_equal(before, revision_of(w));
	assert_call(RPV_OK, rpv_exception_file(w->session, &again, NULL));
	assert_true(revision_of(w) >= before + 2);
	rpv_list *list = events(w, NULL, 0, 0, NULL);
	assert_in_order(list);
	assert_non_null(nth(list, RPV_EVENT_EXCEPTION_EXPIRED, MANY - 1));
	rpv_list_free(list);
	end_decisions(w);
}

static void test_commit_when_another_limit_refuses_then_nothing_is_written(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_world_with(w, 0, 1);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	weakness(w, "CVE-1");
	device(w, "s1", "Sales");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-1");
	request_all(w, BROWSER);
	uint64_t revision = revision_of(w);
	w->now = START + 2 * DAY;
	rpv_remediation_request m = request_on(BROWSER);
	assert_call(RPV_E_LIMIT, rpv_remediation_request_file(w->session, &m, NULL));
	assert_int_equal(revision, revision_of(w));
	end_decisions(w);
}

/* The same instant for many, in steps: lowest ids first, whatever the kinds (R3). */
static void test_tick_when_steps_cut_one_instant_then_by_id(void **state)
{
	test_world world, *w = &world;
	const char *const recommendations[] = { BROWSER, MAIL, LOCK };
	uint64_t done = 1;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < 6; i++) { /* E-1, E-3, E-5 end when E-2, E-4, E-6 start */
		rpv_exception_request r = accept_in(recommendations[i / 2], sales, 1);
		r.start_ms = i % 2 ? START + DAY : 0;
		r.duration_ms = DAY;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	w->now = START + DAY;
	while (done)
		assert_ok(rpv_store_tick(w->store, 1, &done, NULL));
	assert_string_equal("exception_expired E-1, exception_started E-2, exception_expired E-3, exception_started E-4, "
	                    "exception_expired E-5, exception_started E-6", told(w, NULL, info.sequence));
	end_decisions(w);
}

/* --- what a session sees --- */
static void test_journal_when_a_session_is_limited_then_its_groups_count(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_VIEW, sales, 1);
	rpv_session *none = open_session(w, "eve", RPV_PERMIT_VIEW, it, 0);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, it, 1);
	file_as(w, &r, "E-2");
	r = accept_on(BROWSER, s1_i1, 2);
	file_as(w, &r, "E-3");
	r = accept_risk(LOCK);
	file_as(w, &r, "E-4");
	r = accept_on(MAIL, s1, 1);
	file_as(w, &r, "E-5");
	list = events(w, bob, 0, 0, NULL);
	const rpv_event *e = nth(list, RPV_EVENT_EXCEPTION_FILED, 0);
	assert_string_equal("E-1", e->exception);
	assert_int_equal(2, e->count);
	assert_int_equal(1, e->group_count);
	assert_string_equal("Sales", e->groups[0].group);
	assert_string_equal("E-3", nth(list, RPV_EVENT_EXCEPTION_FILED, 1)->exception);
	assert_int_equal(1, nth(list, RPV_EVENT_EXCEPTION_FILED, 1)->count);
	assert_string_equal("E-4", nth(list, RPV_EVENT_EXCEPTION_FILED, 2)->exception); /* global ones are seen by all */
	assert_int_equal(0, nth(list, RPV_EVENT_EXCEPTION_FILED, 2)->count);            /* but not their figures */
	assert_string_equal("E-5", nth(list, RPV_EVENT_EXCEPTION_FILED, 3)->exception);
	assert_null(nth(list, RPV_EVENT_EXCEPTION_FILED, 4));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		e = rpv_event_at(list, i);
		assert_true(!e->device || e->device[0] == 's');
		assert_true(!e->group || strcmp(e->group, "Sales") == 0);
		for (size_t k = 0; k < e->group_count; k++)
			assert_string_equal("Sales", e->groups[k].group);
	}
	rpv_list_free(list);
	assert_string_equal("exception_filed E-4", told(w, none, 0));
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	q.exception = "E-2";
	assert_status(RPV_E_NOT_FOUND, rpv_event_list(bob, &q, &list));
	q.exception = "E-1";
	assert_ok(rpv_event_list(bob, &q, &list));
	rpv_list_free(list);
	list = events(w, bob, 0, 1, "E-5");
	assert_int_equal(1, rpv_list_count(list)); /* the limit counts what is visible */
	rpv_list_free(list);
	/* a device that is gone takes its events along */
	remove_device(w, "s1");
	commit(w);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-5", NULL, "gone"));
	assert_null(strstr(told(w, bob, 0), "canceled E-5"));
	assert_non_null(strstr(told(w, NULL, 0), "canceled E-5"));
	rpv_session_close(bob);
	rpv_session_close(none);
	end_decisions(w);
}

static void test_journal_when_canceled_for_one_group_then_only_that_one_hears_it(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	(void)state;
	open_fleet(w);
	rpv_session *sales_only = open_session(w, "bob", RPV_PERMIT_VIEW, sales, 1);
	rpv_session *it_only = open_session(w, "eve", RPV_PERMIT_VIEW, it, 1);
	file_as(w, &r, "E-1");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", "IT", "IT patches"));
	assert_string_equal("exception_filed E-1", told(w, sales_only, 0));
	assert_string_equal("exception_filed E-1, exception_canceled E-1", told(w, it_only, 0));
	rpv_list *list = events(w, it_only, 0, 0, NULL);
	assert_string_equal("IT", nth(list, RPV_EVENT_EXCEPTION_CANCELED, 0)->group);
	assert_string_equal("IT patches", nth(list, RPV_EVENT_EXCEPTION_CANCELED, 0)->reason);
	rpv_list_free(list);
	rpv_session_close(sales_only);
	rpv_session_close(it_only);
	end_decisions(w);
}

static void test_journal_when_looked_at_as_of_then_what_was_known_then(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	w->now += DAY;
	file_as(w, &r, "E-1");
	w->now += DAY;
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START + DAY));
	assert_string_equal("exception_filed E-1", told(w, NULL, 0));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_null(look(w, "E-1")->status_reason);
	assert_call(RPV_E_READ_ONLY, rpv_exception_file(w->session, &r, NULL));
	assert_call(RPV_E_READ_ONLY, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START + DAY - 1));
	assert_string_equal("", told(w, NULL, 0));
	assert_null(look_as(w->session, "E-1"));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, 0));
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_journal_when_the_store_is_empty_then_nothing),
		cmocka_unit_test(test_journal_when_an_exception_lives_then_every_turn_is_told_with_its_instant),
		cmocka_unit_test(test_journal_when_read_by_pages_then_every_event_comes_once),
		cmocka_unit_test(test_tick_when_much_is_due_then_in_steps_and_in_order),
		cmocka_unit_test(test_tick_when_several_end_at_one_instant_then_by_id),
		cmocka_unit_test(test_tick_when_global_ones_follow_each_other_then_nothing_resumes_between),
		cmocka_unit_test(test_tick_when_a_record_is_damaged_then_the_rest_goes_on),
		cmocka_unit_test(test_tick_when_more_is_due_than_a_commit_holds_then_smaller_steps),
		cmocka_unit_test(test_commit_when_more_is_due_than_it_holds_then_written_down_before),
		cmocka_unit_test(test_commit_when_too_many_are_due_then_written_down_before),
		cmocka_unit_test(test_commit_when_another_limit_refuses_then_nothing_is_written),
		cmocka_unit_test(test_tick_when_steps_cut_one_instant_then_by_id),
		cmocka_unit_test(test_journal_when_a_session_is_limited_then_its_groups_count),
		cmocka_unit_test(test_journal_when_canceled_for_one_group_then_only_that_one_hears_it),
		cmocka_unit_test(test_journal_when_looked_at_as_of_then_what_was_known_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
