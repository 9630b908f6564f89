/* SPDX-License-Identifier: MIT */
/* Resurfacing as hosts see it: what sessions of some device groups learn, the past, policies, and commits that fail. */
#include "../support/decisions.h"

static void exploited(test_world *w, const char *id)
{
	rpv_weakness_facts f = { .id = id, .known_exploited_ms = w->now };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
}

static void open_with_exception(test_world *w)
{
	const rpv_exception_request r = accept_risk(BROWSER);
	open_fleet(w);
	file_as(w, &r, "E-1");
	w->now += DAY;
}

static void test_exception_when_it_resurfaces_then_row_and_event_say_why(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	(void)state;
	open_with_exception(w);
	exploited(w, "CVE-1");
	commit(w);
	const rpv_exception *e = look(w, "E-1");
	assert_int_equal(RPV_EXCEPTION_RESURFACED, e->status);
	assert_true(e->ended_ms == w->now && e->end_ms == START + 10 * DAY);
	assert_non_null(strstr(e->status_reason, "exposure: "));
	assert_int_equal(2, e->firing_count);
	assert_int_equal(RPV_TRIGGER_EXPOSURE, e->firings[0].trigger);
	assert_int_equal(RPV_TRIGGER_KNOWN_EXPLOITED, e->firings[1].trigger);
	assert_string_equal("CVE-1", e->firings[1].weakness);
	assert_true(e->firings[1].voided && e->firings[1].frozen == 0 && e->firings[1].now == 1);
	assert_true(e->firings[0].frozen == e->baseline.base_exposure && e->firings[0].now >= e->firings[0].threshold);
	assert_true(e->baseline.scope_devices[1] == 4 && e->baseline.severity == RPV_SEVERITY_HIGH);
	q.exception = "E-1";
	assert_call(RPV_OK, rpv_event_list(w->session, &q, &list));
	const rpv_event *last = rpv_event_at(list, rpv_list_count(list) - 1);
	assert_int_equal(RPV_EVENT_EXCEPTION_RESURFACED, last->type);
	assert_string_equal("exposure", last->trigger);
	assert_true(last->before && last->after && last->threshold && last->time_ms == w->now);
	rpv_list_free(list);
	end_decisions(w);
}

/* R44: who does not see all of the scope learns that it resurfaced and by what, but no figures. */
static void test_resurfaced_when_the_session_sees_a_part_then_figures_are_withheld(void **state)
{
	static const char *const sales[] = { "Sales" };
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_with_exception(w);
	rpv_session *some = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1);
	exploited(w, "CVE-1");
	commit(w);
	const rpv_exception *e = look_as(some, "E-1");
	assert_int_equal(RPV_EXCEPTION_RESURFACED, e->status);
	assert_string_equal("exposure: the standalone exposure rose", e->status_reason);
	assert_int_equal(2, e->firing_count);
	for (size_t i = 0; i < e->firing_count; i++)
		assert_true(!e->firings[i].weakness && e->firings[i].frozen == 0 && e->firings[i].now == 0);
	assert_true(e->baseline.scope_devices[1] == 0 && e->baseline.severity == 0 && e->filed_devices == 0);
	assert_call(RPV_OK, rpv_event_list(some, NULL, &list));
	const rpv_event *last = rpv_event_at(list, rpv_list_count(list) - 1);
	assert_string_equal("exposure", last->trigger);
	assert_true(!last->before && !last->after && !last->threshold);
	rpv_list_free(list);
	rpv_session_close(some);
	end_decisions(w);
}

static void test_past_when_it_was_in_effect_then_it_still_is_there(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_with_exception(w);
	exploited(w, "CVE-1");
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, w->now - 1));
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(0, look(w, "E-1")->firing_count);
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, 0));
	end_decisions(w);
}

/* The worse facts and the void exception come together or not at all. */
static void test_commit_when_anything_fails_then_neither_facts_nor_exception_change(void **state)
{
	static const unsigned calls[] = { TEST_GET, TEST_SCAN, TEST_COMMIT };
	(void)state;
	for (size_t kind = 0; kind <= sizeof calls / sizeof *calls; kind++)
		for (size_t at = 1, more = 1; more; at++) {
			test_world world, *w = &world;
			bool memory = kind == sizeof calls / sizeof *calls;
			open_with_exception(w);
			exploited(w, "CVE-1");
			if (memory)
				test_memory_fail(&w->memory, at, false);
			else
				test_storage_fail(&w->storage, calls[kind], at, RPV_E_STORAGE);
			rpv_status status = rpv_batch_commit(begin(w), NULL);
			more = memory ? test_memory_failed(&w->memory) : w->storage.failed;
			test_memory_fail(&w->memory, 0, false);
			test_storage_fail(&w->storage, 0, 0, RPV_OK);
			if (status != RPV_OK) {
				assert_true(more);
				assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
				commit(w);
			}
			assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
			end_decisions(w);
		}
}

/* A renewal that waits for its turn is judged by its own facts (R12), and ended ones are left alone. */
static void test_ended_when_facts_get_worse_then_it_stays_as_it_ended(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_with_exception(w);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "not needed"));
	exploited(w, "CVE-1");
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_CANCELED);
	assert_int_equal(0, look(w, "E-1")->firing_count);
	end_decisions(w);
}

/* The expired one does not become void at the very millisecond of its end (R3). */
static void test_expired_when_facts_arrive_at_its_end_then_it_is_expired(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_with_exception(w);
	w->now = START + 10 * DAY;
	exploited(w, "CVE-1");
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	end_decisions(w);
}

/* A session without Sales files for IT: what happens in Sales does not concern it. */
static void test_group_scope_when_others_get_worse_then_it_stays(void **state)
{
	static const char *const groups[] = { "IT" };
	const rpv_exception_request r = accept_in(BROWSER, groups, 1);
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	rpv_device_facts d = { .id = "s1", .value = RPV_VALUE_HIGH, .active_alert = RPV_FLAG_TRUE };
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	commit(w);
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	d.group = "IT";
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	commit(w);
	const rpv_exception *e = look(w, "E-1");
	assert_int_equal(RPV_EXCEPTION_RESURFACED, e->status);
	assert_int_equal(RPV_TRIGGER_ACTIVE_ALERT, e->firings[0].trigger);
	assert_int_equal(RPV_TRIGGER_HIGH_VALUE, e->firings[1].trigger);
	end_decisions(w);
}

static void test_restore_when_a_row_is_put_back_then_baseline_and_firings_are_the_same(void **state)
{
	const rpv_restore_store store = { .struct_size = sizeof store, .mark_ms = START + DAY, .sequence = 0,
	                                  .next_exception = 2, .next_remediation = 1 };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	test_world from, to;
	rpv_batch *batch;
	(void)state;
	open_with_exception(&from);
	exploited(&from, "CVE-1");
	commit(&from);
	const rpv_exception row = *look(&from, "E-1");
	open_world(&to);
	to.now = START + DAY;
	assert_status_error(RPV_OK, rpv_restore_begin(to.session, &store), rpv_session_error(to.session));
	o.restore = o.lenient = 1;
	assert_status_error(RPV_OK, rpv_batch_begin(to.session, &o, &batch), rpv_session_error(to.session));
	rpv_exception bad = row;
	bad.baseline.epss = 2;
	assert_status(RPV_E_INVALID, rpv_batch_restore_exception(batch, &bad));
	bad = row;
	bad.baseline.warned = 1u << 31;
	assert_status(RPV_E_INVALID, rpv_batch_restore_exception(batch, &bad));
	rpv_firing swapped[2] = { row.firings[1], row.firings[0] };
	bad = row;
	bad.firings = swapped;
	assert_status(RPV_E_INVALID, rpv_batch_restore_exception(batch, &bad));
	assert_status_error(RPV_OK, rpv_batch_restore_exception(batch, &row), rpv_session_error(to.session));
	assert_status_error(RPV_OK, rpv_batch_commit(batch, NULL), rpv_session_error(to.session));
	rpv_batch_free(batch);
	assert_status_error(RPV_OK, rpv_restore_finish(to.session), rpv_session_error(to.session));
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_exception_list(to.session, NULL, &list), rpv_session_error(to.session));
	const rpv_exception *again = rpv_exception_at(list, 0);
	assert_string_equal(row.status_reason, again->status_reason);
	assert_int_equal(row.firing_count, again->firing_count);
	for (size_t i = 0; i < row.firing_count; i++)
		assert_true(row.firings[i].trigger == again->firings[i].trigger && row.firings[i].now == again->firings[i].now &&
		            row.firings[i].frozen == again->firings[i].frozen && row.firings[i].voided &&
		            row.firings[i].threshold == again->firings[i].threshold);
	assert_true(row.baseline.base_exposure == again->baseline.base_exposure &&
	            row.baseline.scope_devices[1] == again->baseline.scope_devices[1] &&
	            row.baseline.severity == again->baseline.severity && row.baseline.epss == again->baseline.epss);
	rpv_list_free(list);
	end_decisions(&from);
	close_world(&to);
}

/* What is void by the same commit does not return from suspension. */
static void test_exception_when_void_together_with_the_global_one_above_then_it_does_not_return(void **state)
{
	static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };
	test_world world, *w = &world;
	rpv_exception_request wide = accept_risk(BROWSER), narrow = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &wide, "E-1");
	file_as(w, &narrow, "E-2");
	exploited(w, "CVE-1");
	commit(w);
	assert_exception(w, "E-2", RPV_EXCEPTION_RESURFACED);
	assert_null(strstr(told(w, NULL, 0), "exception_resumed"));
	file_as(w, &wide, "E-3");
	file_as(w, &narrow, "E-4");
	narrow = accept_in(BROWSER, it, 1);
	narrow.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION; /* warns */
	file_as(w, &narrow, "E-5");
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	exploited(w, "CVE-2");
	commit(w);
	assert_exception(w, "E-4", RPV_EXCEPTION_RESURFACED);
	assert_exception(w, "E-5", RPV_EXCEPTION_IN_EFFECT);
	assert_non_null(strstr(told(w, NULL, 0), "exception_resumed E-3"));
	end_decisions(w);
}

/* The switch of a trigger counts besides what the justification says. */
static void test_exception_when_the_trigger_of_staleness_is_off_then_nothing_happens_until_on(void **state)
{
	static const char *const proxy[] = { "proxy" };
	const rpv_control_facts f = { .id = "proxy", .reviewed_ms = START, .review_interval_ms = 5 * DAY };
	rpv_policy_change change = { "trigger.control_stale", "off" };
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_control(begin(w), &f));
	commit(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.controls = proxy;
	r.control_count = 1;
	file_as(w, &r, "E-1");
	w->now = START + 6 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	change.value = "on";
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
	assert_true(look(w, "E-1")->ended_ms == w->now);
	end_decisions(w);
}

/* Wide scopes are looked up otherwise than narrow ones: across the number of device groups where that changes. */
static void test_group_scope_when_it_shrinks_from_many_groups_then_still_judged(void **state)
{
	enum { MANY = 20 };
	test_world world, *w = &world;
	char names[MANY][16], id[16];
	const char *groups[MANY];
	rpv_exception_request r;
	(void)state;
	for (int left = MANY; left >= 12; left--) {
		open_fleet(w);
		for (int i = 0; i < MANY; i++) {
			snprintf(names[i], sizeof names[i], "group %02d", i);
			snprintf(id, sizeof id, "n%02d", i);
			groups[i] = names[i];
			device(w, id, names[i]);
			assess(w, id, BROWSER, "CVE-2", NULL);
		}
		commit(w);
		r = accept_in(BROWSER, groups, MANY);
		file_as(w, &r, "E-1");
		for (int i = left; i < MANY; i++)
			assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", names[i], "x"));
		device(w, "outside", "Sales");
		assess(w, "outside", BROWSER, "CVE-1", "CVE-2");
		rpv_device_facts alerted = { .id = "outside", .active_alert = RPV_FLAG_TRUE };
		assert_call(RPV_OK, rpv_batch_device(begin(w), &alerted));
		commit(w);
		assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
		alerted.id = "n11";
		assert_call(RPV_OK, rpv_batch_device(begin(w), &alerted));
		commit(w);
		assert_exception(w, "E-1", RPV_EXCEPTION_RESURFACED);
		end_decisions(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exception_when_it_resurfaces_then_row_and_event_say_why),
		cmocka_unit_test(test_resurfaced_when_the_session_sees_a_part_then_figures_are_withheld),
		cmocka_unit_test(test_past_when_it_was_in_effect_then_it_still_is_there),
		cmocka_unit_test(test_exception_when_void_together_with_the_global_one_above_then_it_does_not_return),
		cmocka_unit_test(test_exception_when_the_trigger_of_staleness_is_off_then_nothing_happens_until_on),
		cmocka_unit_test(test_commit_when_anything_fails_then_neither_facts_nor_exception_change),
		cmocka_unit_test(test_ended_when_facts_get_worse_then_it_stays_as_it_ended),
		cmocka_unit_test(test_expired_when_facts_arrive_at_its_end_then_it_is_expired),
		cmocka_unit_test(test_group_scope_when_it_shrinks_from_many_groups_then_still_judged),
		cmocka_unit_test(test_group_scope_when_others_get_worse_then_it_stays),
		cmocka_unit_test(test_restore_when_a_row_is_put_back_then_baseline_and_firings_are_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
