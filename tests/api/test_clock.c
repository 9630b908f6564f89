/* SPDX-License-Identifier: MIT */
/* A host's clock that goes back, or far ahead: for everything that writes (R1, R2). And when there is something to tick. */
#include "../support/decisions.h"

/* --- everything that writes --- */
static rpv_status by_batch(test_world *w)
{
	device(w, "new", "Sales");
	return rpv_batch_commit(w->batch, NULL);
}

static rpv_status by_filing(test_world *w)
{
	const rpv_exception_request r = accept_risk(MAIL);
	return rpv_exception_file(w->session, &r, NULL);
}

static rpv_status by_supersede(test_world *w)
{
	rpv_exception_request r = accept_risk(LOCK);
	r.supersede = 1;
	return rpv_exception_file(w->session, &r, NULL);
}

static rpv_status by_renewal(test_world *w)
{
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	r.id = "E-1";
	r.duration_ms = DAY;
	return rpv_exception_renew(w->session, &r, NULL);
}

static rpv_status by_cancel(test_world *w)
{
	return rpv_exception_cancel(w->session, "E-1", NULL, "fixed");
}

static rpv_status by_cancel_of_a_group(test_world *w)
{
	return rpv_exception_cancel(w->session, "E-1", "Sales", "fixed there");
}

static rpv_status by_request(test_world *w)
{
	const rpv_remediation_request r = { .struct_size = sizeof r, .recommendation = BROWSER,
	                                    .kind = RPV_REMEDIATION_ATTENTION_REQUIRED };
	return rpv_remediation_request_file(w->session, &r, NULL);
}

static rpv_status by_completion(test_world *w)
{
	return rpv_remediation_complete(w->session, "R-1");
}

static rpv_status by_policy(test_world *w)
{
	const rpv_policy_change change = { "max_renewals", "7" };
	return rpv_policy_set(w->session, &change, 1, NULL, NULL);
}

/* By another person, whose session takes the place of the world's. */
static rpv_status answer(test_world *w, bool approve)
{
	rpv_session *ana = w->session, *ben = open_session(w, "ben", RPV_PERMIT_ALL, NULL, 0);
	rpv_status status = approve ? rpv_exception_approve(ben, "E-3", NULL, NULL) : rpv_exception_reject(ben, "E-3", "no");
	w->session = ben;
	rpv_session_close(ana);
	return status;
}

static rpv_status by_approval(test_world *w)
{
	return answer(w, true);
}

static rpv_status by_rejection(test_world *w)
{
	return answer(w, false);
}

typedef rpv_status (*writer)(test_world *w);
static const writer writers[] = { by_batch, by_filing, by_supersede, by_renewal, by_cancel, by_cancel_of_a_group,
	by_request, by_completion, by_policy, by_approval, by_rejection };

/* --- the world they write to --- */
typedef struct logged { int warnings; char last[300]; } logged;

static void take_log(void *user, rpv_log_level level, const char *text)
{
	logged *l = user;
	l->warnings += level == RPV_LOG_WARNING;
	snprintf(l->last, sizeof l->last, "%s", text);
}

/* Another handle on the world's storage, in its place. */
static void reopen(test_world *w, logged *log, bool accept_jump)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	o.storage = w->storage.inner;
	o.storage.close = NULL;
	o.log = (rpv_log){ log, take_log };
	o.accept_clock_jump = accept_jump;
	rpv_clock_manual(&w->now, &o.clock);
	rpv_batch_free(w->batch);
	w->batch = NULL;
	rpv_session_close(w->session);
	assert_ok(rpv_store_open(&o, &w->store, NULL));
	w->session = open_session(w, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
}

typedef struct clock_world { test_world w; rpv_store *first; logged log; } clock_world;

/* E-1 lives for more than 400 days, E-2 for ten; E-3 waits for approval. */
static void open_clock_world(clock_world *c, bool accept_jump)
{
	static const char *const both[] = { "Sales", "IT" };
	test_world *w = &c->w;
	memset(&c->log, 0, sizeof c->log);
	open_fleet(w);
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	r.start_ms = START + 90 * DAY;
	r.duration_ms = 366 * DAY;
	file_as(w, &r, "E-1");
	r = accept_risk(LOCK);
	file_as(w, &r, "E-2");
	const rpv_policy_change changes[] = { { "approval", "planned_remediation" }, { "approval_window", "1000d" } };
	assert_call(RPV_OK, rpv_policy_set(w->session, changes, 2, NULL, NULL));
	r = accept_in(MAIL, both, 2);
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	r.start_ms = START + 90 * DAY;
	r.duration_ms = 366 * DAY;
	file_as(w, &r, "E-3");
	request_all(w, BROWSER);
	w->now = START + DAY;
	device(w, "s1", "IT");
	commit(w); /* the mark */
	c->first = w->store;
	reopen(w, &c->log, accept_jump);
}

static void close_clock_world(clock_world *c)
{
	look_as(NULL, NULL);
	rpv_list_free(c->w.kept);
	rpv_batch_free(c->w.batch);
	rpv_session_close(c->w.session);
	rpv_store_close(c->w.store);
	rpv_store_close(c->first);
	assert_int_equal(0, c->w.memory.live);
}

static rpv_store_info info_of(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info;
}

static int64_t time_of_last_event(test_world *w)
{
	rpv_list *list;
	assert_call(RPV_OK, rpv_event_list(w->session, NULL, &list));
	int64_t time = rpv_event_at(list, rpv_list_count(list) - 1)->time_ms;
	rpv_list_free(list);
	return time;
}

/* --- back --- */
static void test_clock_when_it_goes_back_then_written_at_the_mark_with_a_warning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		clock_world world, *c = &world;
		open_clock_world(c, false);
		c->w.now = START - 30 * DAY;
		rpv_store_info before = info_of(&c->w);
		assert_true(before.mark_ms == START + DAY && before.now_ms == START + DAY);
		c->log.warnings = 0;
		assert_status_error(RPV_OK, writers[i](&c->w), rpv_session_error(c->w.session));
		rpv_store_info after = info_of(&c->w);
		assert_int_equal(before.revision + 1, after.revision);
		assert_true(after.mark_ms == START + DAY);
		assert_true(c->log.warnings >= 1 && strstr(c->log.last, "clock"));
		assert_true(time_of_last_event(&c->w) == START + DAY);
		close_clock_world(c);
	}
}

static void test_clock_when_it_goes_back_then_answers_are_of_the_mark(void **state)
{
	clock_world world, *c = &world;
	test_world *w = &c->w;
	(void)state;
	open_clock_world(c, false);
	w->now = START + 10 * DAY; /* E-2 expires, which is written */
	tick(w);
	w->now = START + DAY;
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED); /* nothing un-expires */
	uint64_t done = 1;
	c->log.warnings = 0;
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	assert_int_equal(0, done);
	assert_true(c->log.warnings >= 1);
	assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED);
	close_clock_world(c);
}

/* --- ahead --- */
static void test_clock_when_far_ahead_then_every_write_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		clock_world world, *c = &world;
		test_world *w = &c->w;
		open_clock_world(c, false);
		rpv_store_info before = info_of(w);
		w->now = START + 401 * DAY + 1;
		assert_status_error(RPV_E_CLOCK, writers[i](w), rpv_session_error(w->session));
		assert_non_null(strstr(rpv_session_error(w->session)->message, "clock"));
		assert_int_equal(RPV_E_CLOCK, rpv_store_tick(w->store, 0, NULL, NULL)); /* E-2 is due */
		rpv_store_info after = info_of(w);
		assert_true(before.revision == after.revision && before.mark_ms == after.mark_ms);
		assert_exception(w, "E-2", RPV_EXCEPTION_EXPIRED); /* who asks at that time is answered */
		w->now = START + 2 * DAY;                          /* and the battery was replaced */
		assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
		assert_status_error(RPV_OK, writers[i](w), rpv_session_error(w->session));
		close_clock_world(c);
	}
}

static void test_clock_when_ahead_by_the_limit_or_accepted_then_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
		for (int accept = 0; accept < 2; accept++) {
			clock_world world, *c = &world;
			open_clock_world(c, accept);
			c->w.now = START + (accept ? 450 : 401) * DAY; /* the limit is inclusive */
			assert_status_error(RPV_OK, writers[i](&c->w), rpv_session_error(c->w.session));
			assert_true(info_of(&c->w).mark_ms == c->w.now);
			close_clock_world(c);
		}
}

/* --- next_deadline: nothing changes by the clock before it, and at it something does --- */
static rpv_exception_status status_now(test_world *w, int number)
{
	char id[24];
	snprintf(id, sizeof id, "E-%d", number);
	return look(w, id)->status;
}

static void test_next_deadline_when_statuses_change_then_exactly_there(void **state)
{
	enum { EXCEPTIONS = 12 };
	test_random random = { 11 };
	(void)state;
	for (int run = 0; run < 20; run++) {
		test_world world, *w = &world;
		rpv_exception_status was[EXCEPTIONS];
		int count = 0;
		open_fleet(w);
		for (int i = 0; i < EXCEPTIONS; i++) { /* milliseconds, on few subjects */
			static const char *const groups[] = { "Sales", "IT" };
			const char *rec = test_random_below(&random, 2) ? BROWSER : MAIL;
			rpv_exception_request r = accept_risk(rec);
			if (test_random_below(&random, 3))
				r = accept_in(rec, groups + test_random_below(&random, 2), 1);
			r.start_ms = START + (int64_t)test_random_below(&random, 60);
			r.duration_ms = 1 + (int64_t)test_random_below(&random, 30);
			count += rpv_exception_file(w->session, &r, NULL) == RPV_OK;
		}
		for (int i = 0; i < count; i++)
			was[i] = status_now(w, i + 1);
		int64_t next = info_of(w).next_deadline_ms;
		for (w->now = START + 1; w->now < START + 100; w->now++) {
			bool changed = false;
			for (int i = 0; i < count; i++) {
				rpv_exception_status is = status_now(w, i + 1);
				changed = changed || is != was[i];
				was[i] = is;
			}
			if (changed)
				assert_true(next == w->now);
			if (next == w->now) {
				uint64_t before = info_of(w).sequence;
				tick(w);
				assert_true(info_of(w).sequence > before);
				next = info_of(w).next_deadline_ms;
				assert_true(next == 0 || next > w->now);
			}
		}
		assert_true(next == 0);
		end_decisions(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_when_it_goes_back_then_written_at_the_mark_with_a_warning),
		cmocka_unit_test(test_clock_when_it_goes_back_then_answers_are_of_the_mark),
		cmocka_unit_test(test_clock_when_far_ahead_then_every_write_is_refused),
		cmocka_unit_test(test_clock_when_ahead_by_the_limit_or_accepted_then_written),
		cmocka_unit_test(test_next_deadline_when_statuses_change_then_exactly_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
