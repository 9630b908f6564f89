/* SPDX-License-Identifier: MIT */
/* Filing exceptions: what is accepted and what is refused, to the millisecond; conflicts; all present groups. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" }, *const s1_s2[] = { "s1", "s2" }, *const s2_i1[] = { "s2", "i1" },
                  *const i1[] = { "i1" };

/* --- what is accepted --- */
static void test_file_when_global_then_the_outcome_says_it_all(void **state)
{
	test_world world, *w = &world;
	static const char *const evidence[] = { "https://example.org/4711", "sha256:ab", "file:///minutes", "" };
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r.ticket = "CHG-4711";
	r.evidence = evidence;
	r.evidence_count = 4;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	const rpv_exception *rows[] = { o->exception, look(w, "E-1") };
	for (int i = 0; i < 2; i++) {
		const rpv_exception *e = rows[i];
		assert_string_equal("E-1", e->id);
		assert_string_equal(BROWSER, e->recommendation);
		assert_null(e->weakness);
		assert_string_equal("accepted by the change board", e->context);
		assert_string_equal("ana@corp.example", e->requester);
		assert_string_equal("CHG-4711", e->ticket);
		assert_null(e->approver);
		assert_null(e->status_reason);
		assert_null(e->predecessor);
		assert_null(e->successor);
		assert_int_equal(0, e->group_count + e->canceled_group_count + e->device_count);
		assert_int_equal(4, e->evidence_count);
		for (int k = 0; k < 4; k++)
			assert_string_equal(evidence[k], e->evidence[k]);
		assert_int_equal(START, e->filed_ms);
		assert_int_equal(START, e->start_ms);
		assert_int_equal(START + 10 * DAY, e->end_ms);
		assert_int_equal(0, e->ended_ms);
		assert_int_equal(4, e->filed_devices);
		assert_int_equal(2, e->filed_groups);
		assert_int_equal(1, e->filed_weaknesses);
		assert_true(e->filed_exposure == o->before.exposure_no_impact);
		assert_int_equal(RPV_JUSTIFICATION_RISK_ACCEPTED, e->justification);
		assert_int_equal(RPV_IMPACT_NO_IMPACT, e->impact);
		assert_int_equal(RPV_SCOPE_GLOBAL, e->scope);
		assert_int_equal(RPV_EXCEPTION_IN_EFFECT, e->status);
		assert_int_equal(0, e->all_groups);
		assert_int_equal(0, e->shadowed);
	}
	assert_int_equal(4, o->hidden_devices);
	assert_int_equal(4, o->hidden_findings);
	assert_int_equal(0, o->conflict_count + o->refusal_count + o->suspend_count + o->supersede_count + o->worse);
	assert_string_equal("global, future groups too: 4 devices; in effect from 2026-03-01T00:00:00.000Z until "
	                    "2026-03-11T00:00:00.000Z (that instant excluded); no impact on the official scores; "
	                    "hides 4 findings on 4 devices", o->message);
	assert_true(o->after.exposure_mitigation_like == 0);
	assert_true(o->after.exposure_official == o->before.exposure_official);
	rpv_filing_free(filing);
	end_decisions(w);
}

static void test_file_when_for_groups_then_their_devices_count(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	r.end_ms = START + 1;
	r.duration_ms = 0;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(RPV_IMPACT_MITIGATION_LIKE, o->exception->impact);
	assert_int_equal(2, o->exception->group_count);
	assert_int_equal(2, o->exception->filed_groups);
	assert_true(o->after.exposure_official == 0);
	assert_non_null(strstr(o->message, "2 device groups ("));
	assert_non_null(strstr(o->message, "): 4 devices; in effect from 2026-03-01T00:00:00.000Z until "
	                                   "2026-03-01T00:00:00.001Z"));
	rpv_filing_free(filing);
	assert_int_equal(2, look(w, "E-1")->group_count);
	w->now++;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_int_equal(START + 1, look(w, "E-1")->ended_ms);
	end_decisions(w);
}

static void test_file_when_on_a_weakness_then_it_counts_as_mitigation(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	r.weakness = "CVE-1";
	r.justification = RPV_JUSTIFICATION_FALSE_POSITIVE;
	file_as(w, &r, "E-1");
	assert_int_equal(RPV_IMPACT_MITIGATION_LIKE, look(w, "E-1")->impact);
	assert_string_equal("CVE-1", look(w, "E-1")->weakness);
	r.recommendation = NULL;
	file_as(w, &r, "E-2"); /* another subject */
	assert_null(look(w, "E-2")->recommendation);
	assert_int_equal(4, look(w, "E-2")->filed_devices);
	assert_int_equal(1, look(w, "E-2")->shadowed);
	assert_int_equal(0, look(w, "E-1")->shadowed);
	r.weakness = "CVE-2"; /* known, but nowhere: recorded all the same */
	file_as(w, &r, "E-3");
	assert_int_equal(0, look(w, "E-3")->filed_devices);
	end_decisions(w);
}

static void test_file_when_recommendations_share_a_weakness_then_a_device_with_both_counts_once(void **state)
{
	static const char *const devices[] = { "i2", "s2", "s1" };
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(NULL), named = accept_on(NULL, devices, 3);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	assess(w, "s1", MAIL, "CVE-1", NULL);
	assess(w, "s2", MAIL, "CVE-1", "CVE-2");
	assess(w, "s2", BROWSER, NULL, NULL); /* under one of them */
	exclude_device(w, "i1", true);
	commit(w);
	r.weakness = named.weakness = "CVE-1";
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	assert_int_equal(3, rpv_filing_read(filing)->exception->filed_devices);
	rpv_filing_free(filing);
	file_as(w, &named, "E-2"); /* devices one by one: the same three */
	assert_int_equal(3, look(w, "E-2")->filed_devices);
	double one_by_one = look(w, "E-2")->filed_exposure;
	assert_true(one_by_one > 0 && look(w, "E-1")->filed_exposure == one_by_one);
	assert_string_equal("i2", look(w, "E-2")->devices[0]);
	assert_string_equal("s1", look(w, "E-2")->devices[1]);
	assert_string_equal("s2", look(w, "E-2")->devices[2]);
	end_decisions(w);
}

static void test_file_when_a_configuration_then_exposed_devices_count(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(LOCK);
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(1, o->exception->filed_devices);
	assert_int_equal(1, o->hidden_devices);
	assert_int_equal(1, o->hidden_findings);
	assert_true(o->before.secure_official.points == 2.5);
	assert_true(o->after.secure_official.points == 5);
	rpv_filing_free(filing);
	r = accept_on(LOCK, s1_s2, 2);
	r.weakness = "CVE-1";
	assert_refused(w, &r, RPV_E_REFUSED, "is a configuration");
	r.weakness = NULL;
	file_as(w, &r, "E-2");
	assert_int_equal(1, look(w, "E-2")->filed_devices);
	end_decisions(w);
}

/* --- times (R4) --- */
static void test_file_when_times_are_at_their_bounds_then_to_the_millisecond(void **state)
{
	test_world world, *w = &world;
	const struct { int64_t start, end, duration; const char *refusal; } rows[] = {
		{ START - 1, 0, DAY, "lies in the past" },
		{ START, 0, 1, NULL },
		{ 0, START, 0, "does not lie ahead" },
		{ 0, START - 1, 0, "does not lie ahead" },
		{ 0, START + 1, 0, NULL },
		{ 0, START + 366 * DAY, 0, NULL },
		{ 0, START + 366 * DAY + 1, 0, "longer than 366 days" },
		{ 0, 0, 366 * DAY, NULL },
		{ 0, 0, 366 * DAY + 1, "longer than 366 days" },
		{ 0, 0, INT64_MAX, "longer than 366 days" },
		{ START + 90 * DAY, 0, 366 * DAY, NULL },
		{ START + 90 * DAY + 1, 0, DAY, "more than 90 days ahead" },
		{ START + DAY, START + DAY, 0, "does not lie behind the start" },
		{ START + DAY, START + DAY - 1, 0, "does not lie behind the start" },
		{ START + DAY, START + DAY + 1, 0, NULL },
		{ START + DAY, START + 367 * DAY, 0, NULL },
		{ START + DAY, START + 367 * DAY + 1, 0, "longer than 366 days" },
	};
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rpv_exception_request r = accept_risk(BROWSER);
		rpv_filing *filing;
		uint64_t revision = revision_of(w);
		char id[24];
		r.start_ms = rows[i].start;
		r.end_ms = rows[i].end;
		r.duration_ms = rows[i].duration;
		assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
		assert_int_equal(rows[i].refusal != NULL, rpv_filing_read(filing)->refusal_count);
		if (rows[i].refusal)
			assert_non_null(strstr(rpv_filing_read(filing)->refusals[0], rows[i].refusal));
		rpv_filing_free(filing);
		assert_int_equal(revision, revision_of(w));
		if (rows[i].refusal) {
			assert_refused(w, &r, RPV_E_REFUSED, rows[i].refusal);
			assert_int_equal(revision, revision_of(w));
			continue;
		}
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
		snprintf(id, sizeof id, "%s", rpv_filing_read(filing)->exception->id);
		assert_int_equal(rows[i].start ? rows[i].start : START, rpv_filing_read(filing)->exception->start_ms);
		rpv_filing_free(filing);
		assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "next"));
	}
	end_decisions(w);
}

static void test_file_when_the_clock_is_behind_then_it_is_done_at_the_mark(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	w->now = START + 2 * DAY;
	device(w, "s9", "Sales");
	commit(w);
	w->now = START + DAY;
	r.start_ms = START + DAY;
	assert_refused(w, &r, RPV_E_REFUSED, "in the past");
	r.start_ms = 0;
	r.duration_ms = DAY;
	file_as(w, &r, "E-1");
	assert_int_equal(START + 2 * DAY, look(w, "E-1")->filed_ms);
	assert_int_equal(START + 3 * DAY, look(w, "E-1")->end_ms);
	w->now = START + 3 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	end_decisions(w);
}

static void test_exception_when_time_passes_then_nothing_need_run(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	const struct { int64_t now; rpv_exception_status status; } rows[] = {
		{ START, RPV_EXCEPTION_SCHEDULED }, { START + DAY - 1, RPV_EXCEPTION_SCHEDULED },
		{ START + DAY, RPV_EXCEPTION_IN_EFFECT }, { START + 4 * DAY - 1, RPV_EXCEPTION_IN_EFFECT },
		{ START + 4 * DAY, RPV_EXCEPTION_EXPIRED }, { START, RPV_EXCEPTION_SCHEDULED },
	};
	(void)state;
	open_fleet(w);
	r.start_ms = START + DAY;
	r.duration_ms = 3 * DAY;
	file_as(w, &r, "E-1");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		w->now = rows[i].now;
		assert_exception(w, "E-1", rows[i].status);
	}
	end_decisions(w);
}

/* --- malformed requests --- */
static void test_file_when_malformed_then_the_field_is_named(void **state)
{
	static const char *const odd[] = { "https://example.org" }, *const no_uri[] = { "", "x" };
	static const char *const bad_name[] = { "\xff" }, *const no_name[] = { NULL };
	test_world world, *w = &world;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
#define BAD(field_, ...) do { \
		rpv_exception_request r = accept_risk(BROWSER); \
		__VA_ARGS__; \
		filing = (rpv_filing *)w; \
		assert_call(RPV_E_INVALID, rpv_exception_preview(w->session, &r, &filing)); \
		assert_null(filing); \
		assert_string_equal(field_, rpv_session_error(w->session)->field); \
		assert_call(RPV_E_INVALID, rpv_exception_file(w->session, &r, NULL)); \
		assert_string_equal(field_, rpv_session_error(w->session)->field); \
	} while (0)
	BAD("recommendation", r.recommendation = NULL);
	BAD("recommendation", r.recommendation = "");
	BAD("weakness", r.weakness = "\xff");
	BAD("context", r.context = NULL);
	BAD("context", r.context = "");
	BAD("context", r.context = "\xc3\x28");
	BAD("ticket", r.ticket = "");
	BAD("evidence", r.evidence = odd, r.evidence_count = 1);
	BAD("evidence", r.evidence = no_uri, r.evidence_count = 2);
	BAD("evidence", r.evidence_count = 2);
	BAD("justification", r.justification = RPV_JUSTIFICATION_NONE);
	BAD("justification", r.justification = (rpv_justification)7);
	BAD("impact", r.impact = (rpv_impact)4);
	BAD("scope", r.scope = (rpv_scope)4);
	BAD("supersede", r.supersede = 2);
	BAD("groups", r.groups = sales, r.group_count = 1);      /* else forgetting the scope would make it global */
	BAD("devices", r.devices = s1, r.device_count = 1);
	BAD("groups", r.scope = RPV_SCOPE_GROUPS);
	BAD("devices", r.scope = RPV_SCOPE_DEVICES);
	BAD("groups", r.scope = RPV_SCOPE_GROUPS, r.groups = bad_name, r.group_count = 1);
	BAD("devices", r.scope = RPV_SCOPE_DEVICES, r.devices = no_name, r.device_count = 1);
	BAD("start_ms", r.start_ms = -1);
	BAD("end_ms", r.end_ms = -1, r.duration_ms = 0);
	BAD("end_ms", r.end_ms = INT64_MAX, r.duration_ms = 0);
	BAD("end_ms", r.end_ms = START + DAY);                   /* and a duration */
	BAD("end_ms", r.duration_ms = 0);                        /* neither */
	BAD("duration_ms", r.duration_ms = -DAY);
	BAD("", r.struct_size = 8);
#undef BAD
	assert_call(RPV_E_INVALID, rpv_exception_file(w->session, NULL, NULL));
	assert_call(RPV_E_INVALID, rpv_exception_preview(w->session, NULL, &filing));
	assert_status(RPV_E_INVALID, rpv_exception_file(NULL, NULL, NULL));
	assert_null(rpv_filing_read(NULL));
	rpv_filing_free(NULL);
	assert_int_equal(1, revision_of(w));
	end_decisions(w);
}

static void test_file_when_something_is_unknown_then_not_found(void **state)
{
	static const char *const nowhere[] = { "Sales", "Nowhere" }, *const nothing[] = { "s1", "x9" };
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_risk("va-_-acme-_-unknown");
	assert_refused(w, &r, RPV_E_NOT_FOUND, "va-_-acme-_-unknown");
	r = accept_risk(BROWSER);
	r.weakness = "CVE-9";
	assert_refused(w, &r, RPV_E_NOT_FOUND, "CVE-9");
	r = accept_in(BROWSER, nowhere, 2);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "Nowhere");
	r = accept_on(BROWSER, nothing, 2);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "x9");
	remove_device(w, "s1");
	commit(w);
	r = accept_on(BROWSER, s1, 1);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "s1");
	rpv_recommendation_facts gone = { .id = MAIL, .removed = 1 };
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &gone));
	commit(w);
	r = accept_risk(MAIL);
	assert_refused(w, &r, RPV_E_NOT_FOUND, MAIL);
	end_decisions(w);
}

/* --- rules of justification and impact --- */
static void test_file_when_a_justification_is_for_weaknesses_then_refused_for_recommendations(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	for (int j = RPV_JUSTIFICATION_NO_PATCH_AVAILABLE; j <= RPV_JUSTIFICATION_FALSE_POSITIVE; j++) {
		rpv_exception_request r = accept_risk(BROWSER);
		r.justification = (rpv_justification)j;
		assert_refused(w, &r, RPV_E_REFUSED, "single weaknesses only");
		r.weakness = "CVE-1";
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
		assert_call(RPV_OK, rpv_exception_cancel(w->session, j == RPV_JUSTIFICATION_NO_PATCH_AVAILABLE ? "E-1" : "E-2",
		                                         NULL, "next"));
	}
	end_decisions(w);
}

static void test_file_when_the_impact_is_overridden_then_only_for_recommendations_and_with_permission(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	r.impact = RPV_IMPACT_HYBRID;
	file_as(w, &r, "E-1");
	assert_int_equal(RPV_IMPACT_HYBRID, look(w, "E-1")->impact);
	r.weakness = "CVE-1";
	assert_refused(w, &r, RPV_E_REFUSED, "impact cannot be chosen");
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL & ~RPV_PERMIT_SETTINGS, NULL, 0);
	r = accept_risk(MAIL);
	r.impact = RPV_IMPACT_MITIGATION_LIKE;
	assert_status(RPV_E_DENIED, rpv_exception_file(bob, &r, NULL));
	r.impact = RPV_IMPACT_DEFAULT;
	assert_ok(rpv_exception_file(bob, &r, NULL));
	rpv_session_close(bob);
	end_decisions(w);
}

/* --- conflicts (R6) --- */
static void test_file_when_it_conflicts_then_refused_whole_and_all_are_named(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-2");
	r = accept_in(BROWSER, both, 2);
	uint64_t revision = revision_of(w);
	assert_refused(w, &r, RPV_E_REFUSED, "E-1, E-2");
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(2, o->conflict_count);
	assert_string_equal("E-1", o->conflicts[0]);
	assert_string_equal("E-2", o->conflicts[1]);
	assert_int_equal(0, o->refusal_count);
	assert_int_equal(0, o->unseen_conflicts);
	assert_null(o->exception->id);
	assert_non_null(strstr(o->message, "conflicts with E-1, E-2"));
	rpv_filing_free(filing);
	assert_int_equal(revision, revision_of(w));
	end_decisions(w);
}

static void test_file_when_intervals_touch_then_there_is_no_conflict(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r.start_ms = START + 10 * DAY - 1;
	assert_refused(w, &r, RPV_E_REFUSED, "E-1");
	r.start_ms = START + 10 * DAY;
	file_as(w, &r, "E-2");
	w->now = START + 10 * DAY;
	assert_exception(w, "E-1", RPV_EXCEPTION_EXPIRED);
	assert_exception(w, "E-2", RPV_EXCEPTION_IN_EFFECT);
	end_decisions(w);
}

static void test_file_when_only_devices_or_subjects_differ_then_there_is_no_conflict(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r = accept_on(BROWSER, s1_s2, 2);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s2_i1, 2);
	assert_refused(w, &r, RPV_E_REFUSED, "E-1");
	r = accept_on(BROWSER, i1, 1);
	file_as(w, &r, "E-2");
	r = accept_in(BROWSER, both, 2); /* another width */
	file_as(w, &r, "E-3");
	r = accept_on(BROWSER, s1, 1);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-4");
	r.recommendation = NULL;
	file_as(w, &r, "E-5");
	assert_refused(w, &r, RPV_E_REFUSED, "E-5");
	assert_int_equal(2, look(w, "E-1")->device_count);
	assert_int_equal(1, look(w, "E-1")->shadowed); /* the groups decide */
	assert_exception(w, "E-1", RPV_EXCEPTION_IN_EFFECT);
	assert_int_equal(0, look(w, "E-3")->shadowed);
	assert_int_equal(1, look(w, "E-4")->shadowed);
	assert_int_equal(1, look(w, "E-5")->shadowed);
	end_decisions(w);
}

static void test_file_when_the_same_group_or_device_comes_twice_then_once(void **state)
{
	static const char *const names[] = { "none", "", "UNASSIGNED", "UnassignedGroup" };
	static const char *const twice[] = { "s1", "s1" };
	test_world world, *w = &world;
	rpv_exception_request r = accept_in(BROWSER, names, 4);
	(void)state;
	open_fleet(w);
	file_as(w, &r, "E-1");
	assert_int_equal(1, look(w, "E-1")->group_count);
	assert_string_equal("UnassignedGroup", look(w, "E-1")->groups[0]);
	r = accept_on(BROWSER, twice, 2);
	file_as(w, &r, "E-2");
	assert_int_equal(1, look(w, "E-2")->device_count);
	end_decisions(w);
}

static void test_file_when_too_many_devices_are_named_then_refused(void **state)
{
	static const char *many[10001];
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < 10001; i++)
		many[i] = i % 2 ? "s1" : "s2";
	rpv_exception_request r = accept_on(BROWSER, many, 10001);
	assert_refused(w, &r, RPV_E_REFUSED, "10001 devices are named, at most 10000");
	r.device_count = 10000;
	file_as(w, &r, "E-1");
	end_decisions(w);
}

static void test_file_when_the_store_is_full_then_limit(void **state)
{
	test_world world, *w = &world;
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;
	rpv_filing *filing;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_recommendation_facts f = { .id = BROWSER };
	(void)state;
	open_fleet(w);
	assert_ok(rpv_memory_storage(NULL, &o.storage));
	rpv_clock_manual(&w->now, &o.clock);
	o.limits.exceptions = 1;
	assert_ok(rpv_store_open(&o, &store, NULL));
	p.id = "ana";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(store, &p, &session, NULL));
	assert_ok(rpv_batch_begin(session, NULL, &batch));
	assert_ok(rpv_batch_recommendation(batch, &f));
	assert_ok(rpv_batch_commit(batch, NULL));
	assert_ok(rpv_exception_file(session, &r, NULL));
	assert_ok(rpv_exception_cancel(session, "E-1", NULL, "kept for ever all the same"));
	assert_status(RPV_E_LIMIT, rpv_exception_file(session, &r, NULL));
	assert_ok(rpv_exception_preview(session, &r, &filing));
	assert_int_equal(1, rpv_filing_read(filing)->refusal_count);
	rpv_filing_free(filing);
	rpv_batch_free(batch);
	rpv_session_close(session);
	rpv_store_close(store);
	end_decisions(w);
}

/* --- all present groups (R16) --- */
static void test_file_when_for_all_groups_then_those_with_one_are_left_out(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	r.start_ms = START + 9 * DAY; /* only scheduled: it keeps its place */
	file_as(w, &r, "E-1");
	r = accept_risk(BROWSER);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(1, o->skipped_group_count);
	assert_string_equal("Sales", o->skipped_groups[0]);
	assert_int_equal(2, o->exception->group_count); /* the default group is part of it, with or without a device */
	assert_string_equal("IT", o->exception->groups[0]); /* by name */
	assert_string_equal("UnassignedGroup", o->exception->groups[1]);
	assert_int_equal(RPV_SCOPE_GROUPS, o->exception->scope);
	assert_int_equal(1, o->exception->all_groups);
	assert_non_null(strstr(o->message, "all groups present now: 2 device groups (IT, UnassignedGroup): 2 devices; "));
	assert_non_null(strstr(o->message, "left out, for they have one already: Sales"));
	rpv_filing_free(filing);
	assert_refused(w, &r, RPV_E_REFUSED, "has one already");
	device(w, "x1", "Later"); /* not present then */
	commit(w);
	assert_int_equal(2, look(w, "E-2")->group_count);
	assert_int_equal(1, look(w, "E-2")->all_groups);
	end_decisions(w);
}

static void test_file_when_a_group_is_declared_or_gone_then_presence_decides(void **state)
{
	static const char *const empty[] = { "Empty" };
	test_world world, *w = &world;
	rpv_group_facts g = { .name = "Empty" };
	rpv_exception_request r = accept_risk(BROWSER);
	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	commit(w);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	file_as(w, &r, "E-1");
	assert_int_equal(4, look(w, "E-1")->group_count);
	g.removed = 1;
	assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	commit(w);
	assert_int_equal(4, look(w, "E-1")->group_count); /* stays in the scope as a name */
	r = accept_in(MAIL, empty, 1);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "Empty");
	r = accept_risk(MAIL);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	file_as(w, &r, "E-2");
	assert_int_equal(3, look(w, "E-2")->group_count);
	g.removed = 0;
	g.name = "Field Sales";
	g.previous_name = "Sales";
	assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	commit(w);
	bool renamed = false;
	for (size_t i = 0; i < look(w, "E-2")->group_count; i++)
		renamed = renamed || strcmp(look(w, "E-2")->groups[i], "Field Sales") == 0;
	assert_true(renamed);
	r = accept_in(LOCK, sales, 1);
	assert_refused(w, &r, RPV_E_NOT_FOUND, "Sales");
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_when_global_then_the_outcome_says_it_all),
		cmocka_unit_test(test_file_when_for_groups_then_their_devices_count),
		cmocka_unit_test(test_file_when_on_a_weakness_then_it_counts_as_mitigation),
		cmocka_unit_test(test_file_when_recommendations_share_a_weakness_then_a_device_with_both_counts_once),
		cmocka_unit_test(test_file_when_a_configuration_then_exposed_devices_count),
		cmocka_unit_test(test_file_when_times_are_at_their_bounds_then_to_the_millisecond),
		cmocka_unit_test(test_file_when_the_clock_is_behind_then_it_is_done_at_the_mark),
		cmocka_unit_test(test_exception_when_time_passes_then_nothing_need_run),
		cmocka_unit_test(test_file_when_malformed_then_the_field_is_named),
		cmocka_unit_test(test_file_when_something_is_unknown_then_not_found),
		cmocka_unit_test(test_file_when_a_justification_is_for_weaknesses_then_refused_for_recommendations),
		cmocka_unit_test(test_file_when_the_impact_is_overridden_then_only_for_recommendations_and_with_permission),
		cmocka_unit_test(test_file_when_it_conflicts_then_refused_whole_and_all_are_named),
		cmocka_unit_test(test_file_when_intervals_touch_then_there_is_no_conflict),
		cmocka_unit_test(test_file_when_only_devices_or_subjects_differ_then_there_is_no_conflict),
		cmocka_unit_test(test_file_when_the_same_group_or_device_comes_twice_then_once),
		cmocka_unit_test(test_file_when_too_many_devices_are_named_then_refused),
		cmocka_unit_test(test_file_when_the_store_is_full_then_limit),
		cmocka_unit_test(test_file_when_for_all_groups_then_those_with_one_are_left_out),
		cmocka_unit_test(test_file_when_a_group_is_declared_or_gone_then_presence_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
