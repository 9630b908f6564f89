/* SPDX-License-Identifier: MIT */
/* Policies: listed, changed all or nothing, previewed, in the journal, as of the past; every rule goes by them, and what
 * was decided stays. */
#include "../support/decisions.h"

#include <stdlib.h>

static rpv_policy_outcome outcome;

static rpv_status set_as(test_world *w, rpv_session *session, const char *name, const char *value)
{
	const rpv_policy_change change = { name, value };
	outcome = (rpv_policy_outcome)RPV_POLICY_OUTCOME_INIT;
	(void)w;
	return rpv_policy_set(session, &change, 1, &outcome, NULL);
}

#define set_policy(w, name, value) assert_call(RPV_OK, set_as(w, (w)->session, name, value))

static const char *value_as(test_world *w, rpv_session *session, const char *name)
{
	static char out[2048];
	rpv_list *list;
	(void)w;
	assert_status_error(RPV_OK, rpv_policy_list(session, name, &list), rpv_session_error(session));
	assert_true(rpv_list_count(list) > 0);
	snprintf(out, sizeof out, "%s", rpv_policy_at(list, 0)->value);
	rpv_list_free(list);
	return out;
}

#define assert_policy(w, name, wanted) assert_string_equal(wanted, value_as(w, (w)->session, name))

static uint64_t last_sequence(test_world *w)
{
	rpv_list *list;
	assert_call(RPV_OK, rpv_event_list(w->session, NULL, &list));
	size_t count = rpv_list_count(list);
	uint64_t sequence = count ? rpv_event_at(list, count - 1)->sequence : 0;
	rpv_list_free(list);
	return sequence;
}

static uint64_t scored_devices(test_world *w)
{
	rpv_score score = RPV_SCORE_INIT;
	assert_call(RPV_OK, rpv_score_read(w->session, NULL, &score));
	return score.devices;
}

/* --- lists --- */
static void test_list_when_nothing_was_changed_then_all_policies_at_their_defaults(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_world(w);
	assert_call(RPV_OK, rpv_policy_list(w->session, NULL, &list));
	assert_true(rpv_list_count(list) > 150);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_policy *p = rpv_policy_at(list, i);
		assert_true(p->is_default && strcmp(p->value, p->default_value) == 0);
		assert_null(p->previous);
		assert_true(strlen(p->description) > 10);
		assert_true(!p->part_of || strncmp(p->part_of, p->name, strlen(p->part_of)) == 0);
	}
	assert_null(rpv_policy_at(list, rpv_list_count(list)));
	assert_null(rpv_event_at(list, 0));
	assert_string_equal("inactive_after", rpv_policy_at(list, 0)->name);
	assert_string_equal("30d", rpv_policy_at(list, 0)->value);
	rpv_list_free(list);
	assert_policy(w, "APPROVAL", "none");
	assert_policy(w, "budget.risk-accepted", "none");
	assert_call(RPV_E_NOT_FOUND, rpv_policy_list(w->session, "max_renewal", &list));
	assert_null(list);
	assert_call(RPV_E_INVALID, rpv_policy_list(w->session, NULL, NULL));
	assert_status(RPV_E_INVALID, rpv_policy_list(NULL, NULL, &list));
	assert_call(RPV_OK, rpv_policy_list(w->session, "max_renewals", &list));
	assert_int_equal(7, rpv_list_count(list));
	assert_string_equal("max_renewals.risk_accepted", rpv_policy_at(list, 3)->name);
	assert_string_equal("max_renewals", rpv_policy_at(list, 3)->part_of);
	rpv_list_free(list);
	close_world(w);
}

/* --- changes --- */
static void test_set_when_several_then_all_or_nothing_and_the_first_bad_one_is_named(void **state)
{
	const rpv_policy_change good[] = { { "max_renewals", "1" }, { "max_renewals.risk_accepted", "none" },
		{ "approval", "all" }, { "budget.risk_accepted", "2.5" } };
	const struct { rpv_policy_change change; rpv_status status; const char *field, *words; } bad[] = {
		{ { "max_renewal", "1" }, RPV_E_INVALID, "name", "max_renewal" }, { { NULL, "1" }, RPV_E_INVALID, "name", "" },
		{ { "", "1" }, RPV_E_INVALID, "name", "" }, { { "inactive_after", "soon" }, RPV_E_INVALID, "value", "soon" },
		{ { "inactive_after", "\xff" }, RPV_E_INVALID, "value", "UTF-8" },
		{ { "duration_max.risk_accepted", "99999d" }, RPV_E_REFUSED, "value", "3660d" } };
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_world(w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const rpv_policy_change changes[] = { good[0], bad[i].change, good[1] };
		const rpv_error *error = rpv_session_error(w->session);
		assert_call(bad[i].status, rpv_policy_set(w->session, changes, 3, NULL, &list));
		assert_null(list);
		assert_string_equal(bad[i].field, error->field);
		assert_int_equal(1, error->index);
		assert_non_null(strstr(error->message, bad[i].words));
		assert_policy(w, "max_renewals", "none");
	}
	assert_int_equal(0, revision_of(w));
	outcome = (rpv_policy_outcome)RPV_POLICY_OUTCOME_INIT;
	assert_call(RPV_OK, rpv_policy_set(w->session, good, 4, &outcome, &list));
	assert_true(outcome.changed == 3 && outcome.revision == 1 && outcome.voided == 0 && outcome.warned == 0);
	assert_int_equal(3, rpv_list_count(list));
	assert_string_equal("max_renewals", rpv_policy_at(list, 0)->name);
	assert_string_equal("none", rpv_policy_at(list, 0)->previous);
	assert_string_equal("1,risk_accepted=none", rpv_policy_at(list, 0)->value);
	assert_string_equal("budget.risk_accepted", rpv_policy_at(list, 2)->name);
	assert_false(rpv_policy_at(list, 2)->is_default);
	rpv_list_free(list);
	assert_policy(w, "max_renewals.false_positive", "1");
	assert_policy(w, "approval", "all");
	assert_int_equal(1, revision_of(w));
	close_world(w);
}

static void test_set_when_two_do_not_go_together_then_refused(void **state)
{
	const rpv_policy_change both[] = { { "threshold.epss_crossing", "0.2" }, { "threshold.epss_rearm", "0.1" } };
	test_world world, *w = &world;
	(void)state;
	open_world(w);
	assert_call(RPV_E_REFUSED, rpv_policy_set(w->session, both, 1, NULL, NULL));
	assert_call(RPV_OK, rpv_policy_set(w->session, both, 2, NULL, NULL));
	close_world(w);
}

static void test_set_when_it_counts_already_then_nothing_is_written(void **state)
{
	const rpv_policy_change there_and_back[] = { { "approval", "all" }, { "approval", NULL } };
	test_world world, *w = &world;
	(void)state;
	open_world(w);
	set_policy(w, "max_renewals", "1");
	set_policy(w, "max_renewals.risk_accepted", "1");
	assert_true(outcome.changed == 0 && outcome.revision == 1);
	assert_call(RPV_OK, rpv_policy_set(w->session, there_and_back, 2, NULL, NULL));
	assert_call(RPV_OK, rpv_policy_set(w->session, NULL, 0, NULL, NULL));
	assert_call(RPV_E_INVALID, rpv_policy_set(w->session, NULL, 1, NULL, NULL));
	assert_int_equal(1, revision_of(w));
	set_policy(w, "max_renewals", NULL);
	assert_true(outcome.changed == 1 && outcome.revision == 2);
	assert_policy(w, "max_renewals", "none");
	close_world(w);
}

static void test_outcome_when_the_struct_is_of_another_version_then_taken_as_far_as_it_goes(void **state)
{
	const rpv_policy_change change = { "approval", "all" };
	test_world world, *w = &world;
	rpv_policy_outcome small = { .struct_size = offsetof(rpv_policy_outcome, changed), .changed = 77 };
	rpv_policy_outcome none = { .struct_size = 3 };
	(void)state;
	open_world(w);
	assert_call(RPV_E_INVALID, rpv_policy_set(w->session, &change, 1, &none, NULL));
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, &small, NULL));
	assert_true(small.revision == 1 && small.changed == 77);
	close_world(w);
}

static void test_preview_when_asked_then_the_same_answer_and_nothing_written(void **state)
{
	const rpv_policy_change change = { "inactive_after", "1d" };
	test_world world, *w = &world;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	uint64_t revision = revision_of(w);
	outcome = (rpv_policy_outcome)RPV_POLICY_OUTCOME_INIT;
	assert_call(RPV_OK, rpv_policy_preview(w->session, &change, 1, &outcome, &list));
	assert_true(outcome.revision == 1 && outcome.changed == 1);
	assert_string_equal("1d", rpv_policy_at(list, 0)->value);
	assert_string_equal("30d", rpv_policy_at(list, 0)->previous);
	rpv_list_free(list);
	assert_int_equal(revision, revision_of(w));
	assert_policy(w, "inactive_after", "30d");
	close_world(w);
}

static void test_set_when_not_allowed_then_denied(void **state)
{
	static const char *const sales[] = { "Sales" };
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_ALL, sales, 1);
	rpv_session *reader = open_session(w, "cy@corp.example", RPV_PERMIT_VIEW, NULL, 0);
	assert_status(RPV_E_DENIED, set_as(w, limited, "approval", "all"));
	assert_status(RPV_E_DENIED, set_as(w, reader, "approval", "all"));
	assert_string_equal("none", value_as(w, limited, "approval")); /* rules are no secret */
	assert_ok(rpv_session_set_as_of(reader, w->now));
	assert_status(RPV_E_READ_ONLY, set_as(w, reader, "approval", "all"));
	assert_policy(w, "approval", "none");
	rpv_session_close(limited);
	rpv_session_close(reader);
	close_world(w);
}

/* --- the journal and the past --- */
static void test_event_when_policies_change_then_one_each_with_both_values(void **state)
{
	const rpv_policy_change changes[] = { { "max_renewals", "2" }, { "budget.requester", "1.5" },
		{ "resurface.risk_accepted.severity", "warn" } };
	const char *const told[][3] = { { "max_renewals", "none", "2" }, { "budget.requester", "none", "1.5" },
		{ "resurface.risk_accepted.severity", "void", "warn" } };
	static const char *const sales[] = { "Sales" };
	test_world world, *w = &world;
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	q.since = last_sequence(w);
	w->now += 5;
	assert_call(RPV_OK, rpv_policy_set(w->session, changes, 3, NULL, NULL));
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_VIEW, sales, 1);
	for (int i = 0; i < 2; i++) {
		rpv_session *session = i ? limited : w->session;
		assert_status_error(RPV_OK, rpv_event_list(session, &q, &list), rpv_session_error(session));
		assert_int_equal(3, rpv_list_count(list));
		for (size_t k = 0; k < 3; k++) {
			const rpv_event *e = rpv_event_at(list, k);
			assert_int_equal(RPV_EVENT_POLICY_CHANGED, e->type);
			assert_string_equal("ana@corp.example", e->actor);
			assert_true(e->time_ms == w->now);
			assert_string_equal(told[k][0], e->policy);
			assert_string_equal(told[k][1], e->before);
			assert_string_equal(told[k][2], e->after);
		}
		rpv_list_free(list);
	}
	rpv_session_close(limited);
	close_world(w);
}

static void test_session_when_it_looks_at_the_past_then_by_the_policies_of_then(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	w->now += 2 * DAY;
	set_policy(w, "inactive_after", "1d");
	w->now += DAY;
	set_policy(w, "inactive_after", "10d");
	set_policy(w, "approval", "all");
	assert_int_equal(4, scored_devices(w));
	const struct { int64_t ms; const char *value; uint64_t devices; } times[] = {
		{ START, "30d", 4 }, { START + 2 * DAY - 1, "30d", 4 }, { START + 2 * DAY, "1d", 0 },
		{ START + 3 * DAY - 1, "1d", 0 }, { START + 3 * DAY, "10d", 4 } };
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		assert_call(RPV_OK, rpv_session_set_as_of(w->session, times[i].ms));
		assert_policy(w, "inactive_after", times[i].value);
		assert_int_equal(times[i].devices, scored_devices(w));
	}
	close_world(w);
}

/* --- what goes by them --- */
static void test_inactive_after_when_changed_then_scores_and_lists_follow_at_once(void **state)
{
	test_world world, *w = &world;
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	rpv_score_engine *engine;
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_session *other = open_session(w, "bo@corp.example", RPV_PERMIT_ALL, NULL, 0);
	assert_call(RPV_OK, rpv_score_engine_open(w->session, &engine));
	w->now += 5 * DAY;
	assert_int_equal(4, scored_devices(w));
	assert_ok(set_as(w, other, "inactive_after", "5d"));
	assert_int_equal(0, scored_devices(w));
	assert_ok(rpv_score_engine_read(engine, NULL, &score));
	assert_int_equal(0, score.devices);
	q.active = RPV_FLAG_TRUE;
	assert_call(RPV_OK, rpv_device_list(w->session, &q, &list));
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	assert_call(RPV_OK, rpv_group_list(w->session, &list));
	assert_int_equal(0, rpv_group_at(list, 0)->active_devices);
	rpv_list_free(list);
	rpv_remediation_request r = request_on(BROWSER);
	assert_call(RPV_E_REFUSED, rpv_remediation_request_file(w->session, &r, NULL));
	assert_ok(set_as(w, other, "inactive_after", "121h"));
	assert_int_equal(4, scored_devices(w));
	score = (rpv_score)RPV_SCORE_INIT;
	assert_ok(rpv_score_engine_read(engine, NULL, &score));
	assert_int_equal(4, score.devices);
	assert_true(score.valid_until_ms == START + 121 * DAY / 24);
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	rpv_score_engine_close(engine);
	rpv_session_close(other);
	close_world(w);
}

static void test_clock_jump_limit_when_changed_then_the_next_commit_goes_by_it(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	w->now += 401 * DAY;
	assert_call(RPV_E_CLOCK, set_as(w, w->session, "clock_jump_limit", "500d")); /* it would allow itself */
	w->now -= DAY;
	set_policy(w, "clock_jump_limit", "500d");
	w->now += 500 * DAY;
	set_policy(w, "clock_jump_limit", "2d");
	w->now += 2 * DAY + 1;
	assert_call(RPV_E_CLOCK, set_as(w, w->session, "approval", "all"));
	w->now -= 1;
	set_policy(w, "approval", "all");
	close_world(w);
}

static void test_history_kept_when_shorter_then_the_past_is_let_go(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < 6; i++) {
		w->now += DAY;
		set_policy(w, "context_min", i % 2 ? "2" : "3");
	}
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, 0));
	set_policy(w, "history_kept", "2d");
	set_policy(w, "context_min", "9");
	assert_call(RPV_E_REFUSED, rpv_session_set_as_of(w->session, START + 2 * DAY));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, w->now - 2 * DAY));
	assert_policy(w, "context_min", "2");
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, 0));
	close_world(w);
}

static void test_filing_when_a_policy_is_stricter_then_refused_naming_it(void **state)
{
	static const char *const devices[] = { "s1", "s2", "i1" };
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER), on = accept_on(BROWSER, devices, 3);
	(void)state;
	open_fleet(w);
	set_policy(w, "duration_max.risk_accepted", "9d");
	assert_refused(w, &r, RPV_E_REFUSED, "longer than 9 days (policy duration_max.risk_accepted)");
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	file_as(w, &r, "E-1");
	set_policy(w, "duration_max", "10d");
	set_policy(w, "start_ahead_max", "12h");
	r.recommendation = MAIL;
	r.start_ms = w->now + DAY / 2 + 1;
	assert_refused(w, &r, RPV_E_REFUSED, "more than 12 hours ahead (policy start_ahead_max)");
	r.start_ms = w->now + DAY / 2;
	file_as(w, &r, "E-2");
	set_policy(w, "scope_devices_max", "2");
	assert_refused(w, &on, RPV_E_REFUSED, "at most 2 are allowed (policy scope_devices_max)");
	on.device_count = 2;
	set_policy(w, "context_min", "6");
	on.context = " Grü\xc3\x9f""e \t"; /* five characters */
	assert_refused(w, &on, RPV_E_REFUSED, "5 characters, at least 6 are asked for (policy context_min)");
	rpv_filing *filing;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &on, &filing));
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	rpv_filing_free(filing);
	set_policy(w, "context_min", "5");
	file_as(w, &on, "E-3");
	end_decisions(w);
}

static void test_exception_when_policies_change_then_what_was_decided_stays(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	rpv_exception before = *look(w, "E-1");
	set_policy(w, "impact.risk_accepted", "hybrid");
	set_policy(w, "duration_max", "1d");
	set_policy(w, "approval", "all");
	set_policy(w, "context_min", "1000");
	const rpv_exception *after = look(w, "E-1");
	assert_int_equal(before.impact, after->impact);
	assert_int_equal(before.status, after->status);
	assert_true(before.end_ms == after->end_ms && before.start_ms == after->start_ms);
	set_policy(w, "duration_max", NULL);
	set_policy(w, "approval", NULL);
	set_policy(w, "context_min", NULL);
	r.recommendation = MAIL;
	file_as(w, &r, "E-2");
	assert_int_equal(RPV_IMPACT_HYBRID, look(w, "E-2")->impact);
	end_decisions(w);
}

/* --- backups --- */
static void test_restore_when_policies_are_given_then_they_count_and_their_revision(void **state)
{
	const rpv_policy_change policies[] = { { "max_renewals", "1,risk_accepted=2" }, { "remind", "14d" } };
	const rpv_policy_change bad[] = { { "max_renewals", "1" }, { "remind", "soon" } };
	test_world world, *w = &world;
	rpv_restore_store store = { .struct_size = sizeof store, .mark_ms = START - 1, .sequence = 4, .next_exception = 1,
		.next_remediation = 1, .policy_revision = 7, .policies = bad, .policy_count = 2 };
	rpv_restore_store read = { .struct_size = sizeof read };
	(void)state;
	open_world(w);
	assert_call(RPV_E_INVALID, rpv_restore_begin(w->session, &store));
	assert_int_equal(1, rpv_session_error(w->session)->index);
	store.policies = NULL;
	assert_call(RPV_E_INVALID, rpv_restore_begin(w->session, &store));
	store.policies = policies;
	assert_call(RPV_OK, rpv_restore_begin(w->session, &store));
	assert_call(RPV_OK, rpv_restore_finish(w->session));
	assert_policy(w, "max_renewals", "1,risk_accepted=2");
	assert_policy(w, "remind", "14d");
	assert_call(RPV_OK, rpv_restore_read_store(w->session, &read));
	assert_true(read.policy_revision == 7 && read.policy_count == 0 && read.sequence == 4);
	set_policy(w, "remind", NULL);
	assert_int_equal(8, outcome.revision);
	close_world(w);
}

/* --- what fails --- */
static void test_set_when_memory_fails_then_said_and_nothing_changed(void **state)
{
	const rpv_policy_change changes[] = { { "max_renewals", "1" }, { "inactive_after", "1d" }, { "remind", "9d,1d" } };
	test_world world, *w = &world;
	rpv_list *list;
	bool done = false;
	(void)state;
	open_fleet(w);
	assert_int_equal(4, scored_devices(w));
	for (size_t at = 1; !done; at++) {
		test_memory_fail(&w->memory, at, false);
		outcome = (rpv_policy_outcome)RPV_POLICY_OUTCOME_INIT;
		rpv_status status = rpv_policy_set(w->session, changes, 3, &outcome, &list);
		bool failed = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		done = status == RPV_OK;
		assert_true(failed || done);
		if (!done) {
			assert_int_equal(RPV_E_NOMEM, status);
			assert_null(list);
			assert_policy(w, "inactive_after", "30d");
		}
	}
	assert_int_equal(3, rpv_list_count(list));
	rpv_list_free(list);
	w->now += DAY;
	for (size_t at = 1; at < 40; at++) { /* the view takes the policy in, or is loaded anew */
		rpv_score score = RPV_SCORE_INIT;
		test_memory_fail(&w->memory, at, false);
		rpv_status status = rpv_score_read(w->session, NULL, &score);
		test_memory_fail(&w->memory, 0, false);
		assert_true(status == RPV_OK || status == RPV_E_NOMEM);
		assert_true(status != RPV_OK || score.devices == 0);
	}
	assert_int_equal(0, scored_devices(w));
	close_world(w);
}

static void test_record_when_damaged_or_newer_then_said_and_nothing_goes_by_the_defaults(void **state)
{
	const struct { const char *bytes; size_t size; rpv_status status; } records[] = {
		{ "\1\1\xC0\x3E\1\2", 6, RPV_E_VERSION }, { "\1\1\x83\5\1\1", 6, RPV_E_CORRUPT }, { "\2", 1, RPV_E_CORRUPT },
		{ "", 0, RPV_E_CORRUPT } };
	test_world world, *w = &world;
	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		uint8_t stored[16];
		rpv_bytes key = { "P", 1 };
		rpv_write write = { key, { stored, test_summed(stored, key, (rpv_bytes){ records[i].bytes, records[i].size }) }, 0 };
		rpv_score score = RPV_SCORE_INIT;
		rpv_exception_request r = accept_risk(BROWSER);
		rpv_list *list;
		open_fleet(w);
		assert_ok(w->storage.inner.commit(w->storage.inner.user, &write, 1, NULL, 0, NULL));
		assert_call(records[i].status, rpv_policy_list(w->session, NULL, &list));
		assert_call(records[i].status, rpv_score_read(w->session, NULL, &score));
		assert_call(records[i].status, rpv_exception_file(w->session, &r, NULL));
		assert_call(records[i].status, set_as(w, w->session, "approval", "all"));
		write.remove = 1;
		assert_ok(w->storage.inner.commit(w->storage.inner.user, &write, 1, NULL, 0, NULL));
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
		close_world(w);
	}
}

static void test_list_when_memory_or_storage_fails_then_said(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;
	bool done = false;
	(void)state;
	open_fleet(w);
	set_policy(w, "max_renewals", "1");
	for (size_t at = 1; !done; at++) {
		test_memory_fail(&w->memory, at, false);
		rpv_status status = rpv_policy_list(w->session, "max_renewals", &list);
		test_memory_fail(&w->memory, 0, false);
		done = status == RPV_OK;
		assert_true(done || (status == RPV_E_NOMEM && !list));
		rpv_list_free(list);
	}
	test_storage_fail(&w->storage, TEST_GET, 2, RPV_E_STORAGE);
	assert_call(RPV_E_STORAGE, rpv_policy_list(w->session, NULL, &list));
	assert_null(list);
	close_world(w);
}

static void test_set_when_the_storage_fails_or_others_are_first_then_still_right(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	test_storage_fail(&w->storage, TEST_COMMIT, 1, RPV_E_STORAGE);
	assert_call(RPV_E_STORAGE, set_as(w, w->session, "approval", "all"));
	assert_policy(w, "approval", "none");
	test_storage_fail(&w->storage, TEST_COMMIT, 1, RPV_E_CONFLICT);
	set_policy(w, "approval", "all");
	assert_policy(w, "approval", "all");
	close_world(w);
}

/* Somebody else, on the same storage. */
typedef struct intruder { rpv_store *store; rpv_session *session; const char *name, *value; } intruder;

static void keep_open(void *user)
{
	(void)user;
}

static void intrude(void *user)
{
	intruder *other = user;
	const rpv_policy_change change = { other->name, other->value };
	if (other->name)
		assert_status_error(RPV_OK, rpv_policy_set(other->session, &change, 1, NULL, NULL),
		                    rpv_session_error(other->session));
	other->name = NULL;
}

static void open_intruder(test_world *w, intruder *other)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	o.storage = w->storage.inner;
	o.storage.close = keep_open;
	rpv_clock_manual(&w->now, &o.clock);
	assert_ok(rpv_store_open(&o, &other->store, NULL));
	p.id = "bo@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(other->store, &p, &other->session, NULL));
	w->storage.before_commit = intrude;
	w->storage.before_commit_user = other;
}

static void test_filing_when_a_policy_changes_meanwhile_then_the_new_one_counts(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	intruder other = { .name = "duration_max.risk_accepted", .value = "9d" };
	(void)state;
	open_fleet(w);
	open_intruder(w, &other);
	assert_refused(w, &r, RPV_E_REFUSED, "longer than 9 days (policy duration_max.risk_accepted)");
	assert_null(other.name);
	other = (intruder){ other.store, other.session, "max_renewals.risk_accepted", "2" };
	set_policy(w, "max_renewals.false_positive", "1"); /* both stay */
	assert_policy(w, "max_renewals", "none,risk_accepted=2,false_positive=1");
	assert_int_equal(3, outcome.revision);
	other = (intruder){ other.store, other.session, "inactive_after", "1d" };
	w->now += DAY;
	set_policy(w, "approval", "all"); /* in the same moment: this handle's view sees both */
	assert_int_equal(0, scored_devices(w));
	w->storage.before_commit = NULL;
	rpv_session_close(other.session);
	rpv_store_close(other.store);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_when_nothing_was_changed_then_all_policies_at_their_defaults),
		cmocka_unit_test(test_set_when_several_then_all_or_nothing_and_the_first_bad_one_is_named),
		cmocka_unit_test(test_set_when_two_do_not_go_together_then_refused),
		cmocka_unit_test(test_set_when_it_counts_already_then_nothing_is_written),
		cmocka_unit_test(test_outcome_when_the_struct_is_of_another_version_then_taken_as_far_as_it_goes),
		cmocka_unit_test(test_preview_when_asked_then_the_same_answer_and_nothing_written),
		cmocka_unit_test(test_set_when_not_allowed_then_denied),
		cmocka_unit_test(test_event_when_policies_change_then_one_each_with_both_values),
		cmocka_unit_test(test_session_when_it_looks_at_the_past_then_by_the_policies_of_then),
		cmocka_unit_test(test_inactive_after_when_changed_then_scores_and_lists_follow_at_once),
		cmocka_unit_test(test_clock_jump_limit_when_changed_then_the_next_commit_goes_by_it),
		cmocka_unit_test(test_history_kept_when_shorter_then_the_past_is_let_go),
		cmocka_unit_test(test_filing_when_a_policy_is_stricter_then_refused_naming_it),
		cmocka_unit_test(test_exception_when_policies_change_then_what_was_decided_stays),
		cmocka_unit_test(test_restore_when_policies_are_given_then_they_count_and_their_revision),
		cmocka_unit_test(test_filing_when_a_policy_changes_meanwhile_then_the_new_one_counts),
		cmocka_unit_test(test_set_when_memory_fails_then_said_and_nothing_changed),
		cmocka_unit_test(test_record_when_damaged_or_newer_then_said_and_nothing_goes_by_the_defaults),
		cmocka_unit_test(test_list_when_memory_or_storage_fails_then_said),
		cmocka_unit_test(test_set_when_the_storage_fails_or_others_are_first_then_still_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
