/* SPDX-License-Identifier: MIT */
/* Forecasts against what-ifs whose clock is at that time. */
#include "../support/decisions.h"
#include "../support/engines.h"
#include "../support/facts.h"

/* --- what-ifs at a time --- */
typedef struct later { int64_t clock; test_world world; } later;

static void go_to(test_world *w, later *x, int64_t time_ms)
{
	rpv_what_if_options o = RPV_WHAT_IF_OPTIONS_INIT;
	memset(x, 0, sizeof *x);
	x->clock = time_ms;
	rpv_clock_manual(&x->clock, &o.clock);
	assert_ok(rpv_what_if_open(w->store, &o, &x->world.store, NULL));
	x->world.session = open_session(&x->world, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
}

static void leave(later *x)
{
	rpv_batch_free(x->world.batch);
	rpv_session_close(x->world.session);
	rpv_store_close(x->world.store);
}

static void assert_same_figures(const rpv_score *a, const rpv_score *b)
{
	assert_int_equal(a->devices, b->devices);
	assert_true(a->exposure_official == b->exposure_official && a->exposure_no_impact == b->exposure_no_impact &&
	            a->exposure_mitigation_like == b->exposure_mitigation_like);
	assert_true(a->secure_official.points == b->secure_official.points &&
	            a->secure_no_impact.points == b->secure_no_impact.points &&
	            a->secure_mitigation_like.points == b->secure_mitigation_like.points &&
	            a->secure_official.max_points == b->secure_official.max_points);
}

static rpv_score score_of(rpv_session *session, const char *group)
{
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score s = RPV_SCORE_INIT;
	q.group = group;
	assert_status_error(RPV_OK, engine_score(session, &q, &s), rpv_session_error(session));
	return s;
}

static rpv_score forecast(test_world *w, const rpv_forecast_query *q)
{
	rpv_score s = RPV_SCORE_INIT;
	assert_call(RPV_OK, engine_forecast(w->session, q, &s));
	assert_int_equal(q->time_ms, s.time_ms);
	return s;
}

/* --- facts and exceptions made up --- */
static void any_exceptions(test_world *w, test_random *r)
{
	for (int i = 0; i < 8; i++) {
		test_names n;
		const char *devices[] = { n.device };
		name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS));
		rpv_exception_request x = accept_risk(n.recommendation);
		name_all(r, &n);
		x.duration_ms = (int64_t)(1 + test_random_below(r, 30)) * DAY;
		x.justification = test_random_below(r, 2) ? RPV_JUSTIFICATION_RISK_ACCEPTED : RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
		if (test_random_below(r, 2)) {
			x.scope = RPV_SCOPE_DEVICES;
			x.devices = devices;
			x.device_count = 1;
		}
		rpv_status status = rpv_exception_file(w->session, &x, NULL);
		assert_true(status == RPV_OK || status == RPV_E_REFUSED); /* some conflict */
	}
}

static void open_random(test_world *w, uint64_t seed)
{
	test_random r = { seed };
	open_world(w);
	declare_all(begin(w), &r);
	commit(w);
	for (int i = 0; i < 60; i++)
		if (i % 12)
			(void)any_assessment(&r, begin(w));
		else
			(void)any_device(&r, begin(w), false);
	commit(w);
	any_exceptions(w, &r);
}

static void test_forecast_when_nothing_else_is_taken_as_done_then_a_what_if_at_that_time(void **state)
{
	(void)state;
	const rpv_exposure_model other = other_model();
	for (uint64_t seed = 1; seed <= 10; seed++) {
		test_world world, *w = &world;
		engine_model = seed > 6 ? &other : NULL;
		rpv_forecast_query q = RPV_FORECAST_QUERY_INIT;
		open_random(w, seed);
		q.devices_fall_silent = q.without_remediation = 1;
		q.time_ms = w->now;
		for (int points = 0; q.time_ms && points < 40; points++) { /* from one change to the next */
			later x;
			rpv_score said = forecast(w, &q);
			go_to(w, &x, q.time_ms);
			rpv_score is = score_of(x.world.session, NULL);
			assert_same_figures(&is, &said);
			assert_true(is.valid_until_ms == said.valid_until_ms);
			if (said.valid_until_ms) {
				x.clock = said.valid_until_ms - 1;
				is = score_of(x.world.session, NULL);
				assert_same_figures(&is, &said);
			}
			leave(&x);
			q.time_ms = said.valid_until_ms;
		}
		end_decisions(w);
	}
	engine_model = NULL;
}

/* Devices that count now are reported again at the time of the forecast. */
static void test_forecast_when_devices_count_as_now_then_as_if_they_were_seen(void **state)
{
	(void)state;
	for (uint64_t seed = 21; seed <= 30; seed++) {
		test_world world, *w = &world;
		rpv_forecast_query q = RPV_FORECAST_QUERY_INIT;
		rpv_list *list;
		later x;
		open_random(w, seed);
		q.time_ms = w->now + (int64_t)(seed - 20) * 7 * DAY;
		go_to(w, &x, q.time_ms);
		assert_call(RPV_OK, rpv_device_list(w->session, NULL, &list));
		for (size_t i = 0; i < rpv_list_count(list); i++) {
			const rpv_device *d = rpv_device_at(list, i);
			rpv_device_facts f = { .id = d->id, .last_seen_ms = q.time_ms };
			if (d->active)
				assert_ok(rpv_batch_device(begin(&x.world), &f));
		}
		rpv_list_free(list);
		assert_ok(rpv_batch_commit(begin(&x.world), NULL));
		rpv_score is = score_of(x.world.session, NULL), said = forecast(w, &q), now = score_of(w->session, NULL);
		if (is.devices == now.devices) /* else one was silent by then that nobody reported */
			assert_same_figures(&is, &said);
		assert_int_equal(now.devices, said.devices);
		leave(&x);
		end_decisions(w);
	}
}

/* --- remediation --- */
static void test_forecast_when_remediation_falls_due_then_what_it_targets_is_gone(void **state)
{
	test_world world, *w = &world;
	static const char *const sales[] = { "Sales" };
	rpv_remediation_request r = request_on(BROWSER);
	rpv_forecast_query q = RPV_FORECAST_QUERY_INIT;
	later x;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	r.groups = sales;
	r.group_count = 1;
	r.due_ms = w->now + 5 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	r.recommendation = LOCK;
	r.due_ms = w->now + 9 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	rpv_score now = score_of(w->session, NULL);
	q.time_ms = w->now + 5 * DAY - 1;
	rpv_score said = forecast(w, &q);
	assert_same_figures(&now, &said);
	assert_true(said.valid_until_ms == w->now + 5 * DAY);
	q.time_ms++;
	said = forecast(w, &q);
	assert_true(said.valid_until_ms == w->now + 9 * DAY);
	go_to(w, &x, q.time_ms);
	assess(&x.world, "s1", BROWSER, NULL, NULL);
	assess(&x.world, "s2", BROWSER, NULL, NULL);
	commit(&x.world);
	rpv_score is = score_of(x.world.session, NULL);
	assert_same_figures(&is, &said);
	assert_true(said.exposure_official < now.exposure_official);
	q.time_ms = w->now + 9 * DAY;
	said = forecast(w, &q);
	configure(&x.world, "s1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(&x.world);
	is = score_of(x.world.session, NULL);
	assert_same_figures(&is, &said);
	assert_true(said.secure_official.points > now.secure_official.points);
	q.group = "IT";
	said = forecast(w, &q);
	is = score_of(w->session, "IT");
	assert_same_figures(&is, &said);
	q.group = NULL;
	q.without_remediation = 1;
	said = forecast(w, &q);
	assert_same_figures(&now, &said);
	leave(&x);
	w->now += 6 * DAY; /* what is overdue was not carried out, and is not counted on */
	q.without_remediation = 0;
	q.time_ms = w->now + DAY;
	said = forecast(w, &q);
	assert_same_figures(&now, &said);
	close_world(w);
}

/* --- arguments --- */
static void refused(test_world *w, const rpv_forecast_query *q, const char *field)
{
	rpv_score s = RPV_SCORE_INIT;
	assert_call(RPV_E_INVALID, engine_forecast(w->session, q, &s));
	assert_string_equal(field, rpv_session_error(w->session)->field);
	assert_int_equal(0, s.devices);
}

static void test_forecast_when_misused_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_forecast_query good = RPV_FORECAST_QUERY_INIT, q;
	rpv_score s = RPV_SCORE_INIT;
	(void)state;
	open_fleet(w);
	good.time_ms = w->now;
	q = good;
	q.time_ms--;
	refused(w, &q, "time_ms");
	q.time_ms = RPV_TIME_MAX + 1;
	refused(w, &q, "time_ms");
	q = good;
	q.category = (rpv_category)99;
	refused(w, &q, "category");
	q = good;
	q.devices_fall_silent = 2;
	refused(w, &q, "devices_fall_silent");
	q.devices_fall_silent = -1;
	refused(w, &q, "devices_fall_silent");
	q = good;
	q.without_remediation = -1;
	refused(w, &q, "without_remediation");
	q.without_remediation = 2;
	refused(w, &q, "without_remediation");
	q = good;
	q.group = "no such group";
	assert_call(RPV_E_NOT_FOUND, engine_forecast(w->session, &q, &s));
	q.struct_size = 3;
	assert_call(RPV_E_INVALID, engine_forecast(w->session, &q, &s));
	s.struct_size = 3;
	assert_call(RPV_E_INVALID, engine_forecast(w->session, &good, &s));
	s.struct_size = sizeof s;
	assert_call(RPV_E_INVALID, engine_forecast(w->session, NULL, &s));
	assert_call(RPV_E_INVALID, engine_forecast(w->session, &good, NULL));
	assert_status(RPV_E_INVALID, engine_forecast(NULL, &good, &s));
	rpv_session *blind = open_session(w, "bob", RPV_PERMIT_INGEST, NULL, 0);
	assert_status(RPV_E_DENIED, engine_forecast(blind, &good, &s));
	rpv_session_close(blind);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forecast_when_nothing_else_is_taken_as_done_then_a_what_if_at_that_time),
		cmocka_unit_test(test_forecast_when_devices_count_as_now_then_as_if_they_were_seen),
		cmocka_unit_test(test_forecast_when_remediation_falls_due_then_what_it_targets_is_gone),
		cmocka_unit_test(test_forecast_when_misused_then_refused),
	};
	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
