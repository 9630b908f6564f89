/* SPDX-License-Identifier: MIT */
/* Scenes that act on much of a full store at once. */
#include "full.h"

static char untouched;
#define UNTOUCHED ((void *)&untouched)

/* --- facts that change much --- */
static rpv_status batch_commit(run *r)
{
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	result.revision = 999;
	rpv_status status = rpv_batch_commit(r->batch, &result);
	return tidy(r, status, result.revision == 999, "result of a batch");
}

static void worse_threats(run *r)
{
	static const char *const names[] = { "CVE-1", "CVE-5", "CVE-6", "CVE-4" };
	r->batch = batch_of(r, "agent", false);
	for (int i = 0; i < 4; i++) {
		const rpv_weakness_facts w = { .id = names[i], .severity = RPV_SEVERITY_CRITICAL, .epss = 0.9, .epss_model = "v4",
			.exploit = RPV_EXPLOIT_KIT, .known_exploited_ms = START, .fix_available = RPV_FLAG_TRUE,
			.active_alert = RPV_FLAG_TRUE, .given = RPV_WEAKNESS_EPSS };
		assert_ok(rpv_batch_weakness(r->batch, &w));
	}
}

static void other_sets(run *r)
{
	static const said all[] = { { "s1", BROWSER, "v2", NULL }, { "i1", BROWSER, "v1", NULL }, { "i2", BROWSER, NULL, "7" },
		{ "u1", BROWSER, "v3", NULL }, { "p1", MAIL, NULL, "5 6 8" } };
	static const char *const more[] = { "CVE-1", "CVE-5", "CVE-6", "CVE-7" };
	const rpv_weakness_set_facts sets[] = {
		{ .recommendation = BROWSER, .id = "v1", .weaknesses = more, .weakness_count = 4 },
		{ .recommendation = BROWSER, .id = "v2", .weaknesses = more + 2, .weakness_count = 1 },
		{ .recommendation = BROWSER, .id = "v3", .weaknesses = more + 1, .weakness_count = 2 } };
	r->batch = batch_of(r, "agent", false);
	for (int i = 0; i < 3; i++)
		assert_ok(rpv_batch_weakness_set(r->batch, &sets[i]));
	say(r->batch, all, sizeof all / sizeof *all);
	assert_ok(rpv_batch_full_report(r->batch, "s1"));
	assert_ok(rpv_batch_full_report(r->batch, "i1"));
}

static void other_fleet(run *r)
{
	static const char *const tags[] = { "kiosk" };
	const rpv_device_facts devices[] = { { .id = "s1", .group = "Works", .tags = tags, .tag_count = 1,
			.internet_facing = RPV_FLAG_TRUE, .active_alert = RPV_FLAG_TRUE, .given = RPV_DEVICE_TAGS },
		{ .id = "p1", .removed = 1 }, { .id = "i1", .excluded = RPV_FLAG_TRUE }, { .id = "x1", .excluded = RPV_FLAG_FALSE },
		{ .id = "n1", .group = "New", .value = RPV_VALUE_HIGH } };
	static const said all[] = { { "n1", BROWSER, NULL, "1 5 6" }, { "x1", MAIL, NULL, "5" } };
	const rpv_group_facts groups[] = { { .name = "Office", .previous_name = "Sales" }, { .name = "IT", .removed = 1 } };
	r->batch = batch_of(r, "agent", false);
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		assert_ok(rpv_batch_device(r->batch, &devices[i]));
	for (size_t i = 0; i < 2; i++)
		assert_ok(rpv_batch_group(r->batch, &groups[i]));
	say(r->batch, all, 2);
}

static void other_recommendations(run *r)
{
	static const said all[] = { { "s1", SHELL, NULL, "1 6" }, { "i2", SHELL, NULL, "5" } };
	static const char *const tags[] = { "EOS software" };
	const rpv_recommendation_facts recommendations[] = { { .id = BROWSER, .removed = 1 }, { .id = SHELL },
		{ .id = MAIL, .kind = RPV_KIND_UPGRADE, .tags = tags, .tag_count = 1, .given = RPV_RECOMMENDATION_TAGS } };
	const rpv_control_facts controls[] = { { .id = "c1", .retired = RPV_FLAG_TRUE },
		{ .id = "c2", .review_interval_ms = DAY, .given = RPV_CONTROL_REVIEW_INTERVAL } };
	r->batch = batch_of(r, "agent", false);
	for (size_t i = 0; i < 3; i++)
		assert_ok(rpv_batch_recommendation(r->batch, &recommendations[i]));
	for (size_t i = 0; i < 2; i++)
		assert_ok(rpv_batch_control(r->batch, &controls[i]));
	say(r->batch, all, 2);
}

/* What is new and fixed, a set that goes, and lists that need more room than there was. */
static void deltas(run *r)
{
	enum { LONG = 60 };
	static char names[LONG][12];
	const char *all[LONG], *ids[9];
	const rpv_weakness_set_facts gone = { .recommendation = BROWSER, .id = "v4", .removed = 1 };
	rpv_assessment_facts more = { .device = "i1", .recommendation = BROWSER, .weaknesses = ids,
		.change = RPV_ASSESSMENT_ADD };
	rpv_assessment_facts fixed = { .device = "p1", .recommendation = BROWSER, .weaknesses = ids,
		.change = RPV_ASSESSMENT_FIX };
	const rpv_assessment_facts unknown = { .device = "u1", .recommendation = BROWSER, .set = "v9", .version = "9.0" };
	r->batch = batch_of(r, "agent", false);
	for (int i = 0; i < LONG; i++) {
		snprintf(names[i], sizeof names[i], "CVE-%d", 100 + i);
		all[i] = names[i];
	}
	assert_ok(rpv_batch_assess(r->batch, "s2", READER, all, LONG));
	more.weakness_count = ids_of("2 8", ids);
	assert_ok(rpv_batch_assessment(r->batch, &more));
	fixed.weakness_count = ids_of("4", ids);
	assert_ok(rpv_batch_assessment(r->batch, &fixed));
	assert_ok(rpv_batch_assessment(r->batch, &unknown));
	assert_ok(rpv_batch_weakness_set(r->batch, &gone));
}

/* A record of several pieces, and what it becomes. */
static rpv_batch *large_record(run *r, char letter)
{
	static char text[RPV_TEXT_MAX + 1];
	const rpv_recommendation_facts large = { .id = "large", .description = text, .steps = text };
	rpv_batch *batch = batch_of(r, "agent", false);
	memset(text, letter, RPV_TEXT_MAX);
	assert_ok(rpv_batch_recommendation(batch, &large));
	return batch;
}

static void have_large(run *r)
{
	commit_batch(r, large_record(r, 'a'));
}

static void change_large(run *r)
{
	have_large(r);
	r->batch = large_record(r, 'b');
}

/* --- a backup put back --- */
static void restoring_all(run *r)
{
	begin_restore(r, backup->session);
	put_all(r->batch);
	put_decisions(r->batch, backup->session);
}

static void restoring_decisions(run *r)
{
	begin_restore(r, backup->session);
	put_decisions(r->batch, backup->session);
}

/* --- time --- */
static void be_late(run *r)
{
	r->now += 120 * DAY;
}

static rpv_status tick_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	uint64_t done = 999;
	rpv_status status = rpv_store_tick(r->store, 0, &done, &error);
	return tidy(r, status, done == 999, "ticked");
}

static rpv_status check_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	uint64_t records = 999;
	rpv_status status = rpv_store_check(r->store, &records, &error);
	return tidy(r, status, records == 999, "records of a check");
}

/* --- decisions --- */
static rpv_status file_it(run *r, const rpv_exception_request *q)
{
	rpv_filing *out = UNTOUCHED;
	rpv_status status = rpv_exception_file(r->session, q, &out);
	if (!status)
		rpv_filing_free(out);
	return tidy(r, status, out == NULL, "filing");
}

static rpv_status file_everywhere(run *r)
{
	rpv_exception_request q = accept_risk(NULL);
	q.weakness = "CVE-1";
	q.scope = RPV_SCOPE_ALL_GROUPS;
	return file_it(r, &q);
}

static rpv_status file_over(run *r)
{
	static const char *const evidence[] = { "https://corp.example/e", "sha256:00" };
	rpv_exception_request q = accept_risk(BROWSER);
	q.supersede = 1;
	q.evidence = evidence;
	q.evidence_count = 2;
	return file_it(r, &q);
}

/* Takes one device group out of an exception for two. */
static rpv_status file_part(run *r)
{
	static const char *const sales[] = { "Sales" };
	rpv_exception_request q = accept_in(BROWSER, sales, 1);
	q.weakness = "CVE-1";
	q.supersede = 1;
	return file_it(r, &q);
}

static rpv_status preview_conflicts(run *r)
{
	rpv_exception_request q = accept_risk(BROWSER);
	rpv_filing *out = UNTOUCHED;
	q.scope = RPV_SCOPE_ALL_GROUPS;
	rpv_status status = rpv_exception_preview(r->other, &q, &out);
	if (!status)
		rpv_filing_free(out);
	return tidy(r, status, out == NULL, "filing");
}

static rpv_status approve(run *r)
{
	rpv_filing *out = UNTOUCHED;
	rpv_status status = rpv_exception_approve(r->other, "E-14", "fine", &out);
	if (!status)
		rpv_filing_free(out);
	return tidy(r, status, out == NULL, "filing");
}

static rpv_status cancel_group(run *r)
{
	return rpv_exception_cancel(r->other, "E-13", "IT", "not there");
}

static rpv_status request(run *r)
{
	rpv_remediation_request q = request_on(BROWSER);
	return rpv_remediation_request_file(r->other, &q, NULL);
}

static rpv_status request_configuration(run *r)
{
	rpv_remediation_request q = request_on(CRYPT);
	q.only_without_user_impact = 1;
	return rpv_remediation_request_file(r->session, &q, NULL);
}

static rpv_status complete(run *r)
{
	return rpv_remediation_complete(r->other, "R-2");
}

static rpv_status set_policies(run *r)
{
	static const rpv_policy_change all[] = { { "resurface.false_positive", "void" }, { "inactive_after", "1d" },
		{ "threshold.exposure_rise", "0.1" }, { "resurface.third_party_control.exposure", "void" }, { "remind", "9d,3d" },
		{ "grown.rise", "1" } };
	return rpv_policy_set(r->session, all, sizeof all / sizeof *all, NULL, NULL);
}

static rpv_status renew(run *r)
{
	rpv_renewal_request q = RPV_RENEWAL_REQUEST_INIT;
	rpv_filing *out = UNTOUCHED;
	q.id = "E-13";
	q.duration_ms = 30 * DAY;
	rpv_status status = rpv_exception_renew(r->other, &q, &out);
	if (!status)
		rpv_filing_free(out);
	return tidy(r, status, out == NULL, "renewal");
}

/* --- answers --- */
#define LIST(name, setting, call)                                                                                      \
	static rpv_status name(run *r)                                                                                      \
	{                                                                                                                   \
		rpv_list *out = UNTOUCHED;                                                                                      \
		setting;                                                                                                        \
		rpv_status status = call;                                                                                       \
		if (!status)                                                                                                    \
			rpv_list_free(out);                                                                                         \
		return tidy(r, status, out == NULL, #call);                                                                     \
	}

/* Sees some device groups only. */
static void see_little(run *r)
{
	static const char *const groups[] = { "IT", "Sales" };
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session_close(r->other);
	p.id = "cy@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	p.visible_groups = groups;
	p.visible_group_count = 2;
	assert_ok(rpv_session_open(r->store, &p, &r->other, NULL));
}

static void look_back(run *r)
{
	assert_ok(rpv_session_set_as_of(r->session, START + DAY / 2));
	assert_ok(rpv_session_set_as_of(r->other, START + DAY + DAY / 2));
}

LIST(devices_on, rpv_device_query q = RPV_DEVICE_QUERY_INIT; q.recommendation = BROWSER, rpv_device_list(r->other, &q, &out))
LIST(devices_of, rpv_device_query q = RPV_DEVICE_QUERY_INIT; q.weakness = "CVE-5"; q.sort = RPV_DEVICE_BY_EXPOSURE,
     rpv_device_list(r->other, &q, &out))
LIST(weaknesses_of, rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT; q.recommendation = BROWSER,
     rpv_weakness_list(r->other, &q, &out))
LIST(weaknesses, rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT; q.sort = RPV_WEAKNESS_BY_EXPOSURE,
     rpv_weakness_list(r->other, &q, &out))
LIST(recommendations, rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT; q.states = RPV_STATE_ALL,
     rpv_recommendation_list(r->other, &q, &out))
LIST(one_recommendation, rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT; q.id = BROWSER,
     rpv_recommendation_list(r->other, &q, &out))
LIST(exceptions, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.with_worth = 1,
     rpv_exception_list(r->other, &q, &out))
LIST(exceptions_by, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.requester = "ana@corp.example";
     q.sort = RPV_EXCEPTION_BY_END; q.limit = 3, rpv_exception_list(r->other, &q, &out))
LIST(exceptions_in, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.group = "IT"; q.control = "c1",
     rpv_exception_list(r->other, &q, &out))
LIST(grown, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.watch = RPV_WATCH_GROWN,
     rpv_exception_list(r->other, &q, &out))
LIST(shadowed, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.watch = RPV_WATCH_SHADOWED,
     rpv_exception_list(r->other, &q, &out))
LIST(overdue, rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT; q.watch = RPV_WATCH_OVERDUE,
     rpv_exception_list(r->other, &q, &out))
LIST(remediations, rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT; q.sort = RPV_REMEDIATION_BY_IMPACT,
     rpv_remediation_list(r->other, &q, &out))
LIST(remediation, rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT; q.id = "R-2",
     rpv_remediation_list(r->other, &q, &out))
LIST(targets, (void)0, rpv_target_list(r->other, "R-1", &out))
LIST(assessments, (void)0, rpv_assessment_list(r->other, "i2", &out))
LIST(events, (void)0, rpv_event_list(r->other, NULL, &out))
LIST(events_of, rpv_event_query q = RPV_EVENT_QUERY_INIT; q.exception = "E-2", rpv_event_list(r->other, &q, &out))
LIST(budgets, (void)0, rpv_budget_list(r->session, &out))

LIST(large, rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT; q.id = "large"; q.states = RPV_STATE_ALL,
     rpv_recommendation_list(r->session, &q, &out))

static rpv_status explain_one(run *r, const char *device, const char *recommendation, const char *weakness)
{
	rpv_explanation *out = UNTOUCHED;
	rpv_status status = rpv_explain(r->other, device, recommendation, weakness, &out);
	if (!status)
		rpv_explanation_free(out);
	return tidy(r, status, out == NULL, "explanation");
}

static rpv_status explain(run *r)
{
	return explain_one(r, "i2", BROWSER, NULL);
}

static rpv_status explain_lock(run *r)
{
	return explain_one(r, "s2", LOCK, NULL);
}

static rpv_status forecast(run *r)
{
	rpv_forecast_query q = RPV_FORECAST_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	score.devices = 999;
	q.time_ms = r->now + 25 * DAY;
	rpv_status status = rpv_forecast_read(r->engine, &q, &score);
	return tidy(r, status, score.devices == 999, "score of a forecast");
}

static void forecast_little(run *r)
{
	see_little(r);
	assert_ok(rpv_score_engine_open(r->other, &r->engine));
}

const scene scenes[] = {
	{ "rpv_batch_commit", batch_commit, worse_threats, LARGE },
	{ "rpv_batch_commit", batch_commit, other_sets, LARGE },
	{ "rpv_batch_commit", batch_commit, other_fleet, LARGE },
	{ "rpv_batch_commit", batch_commit, other_recommendations, LARGE },
	{ "rpv_batch_commit", batch_commit, deltas, LARGE },
	{ "rpv_batch_commit", batch_commit, change_large, LARGE },
	{ "rpv_recommendation_list", large, have_large, LARGE },
	{ "rpv_batch_commit", batch_commit, restoring_all, EMPTY | LARGE },
	{ "rpv_batch_commit", batch_commit, restoring_decisions, EMPTY | LARGE },
	{ "rpv_store_tick", tick_it, be_late, STEPS | LARGE },
	{ "rpv_store_check", check_it, NULL, LARGE },
	{ "rpv_exception_file", file_everywhere, NULL, LARGE },
	{ "rpv_exception_file", file_over, NULL, LARGE },
	{ "rpv_exception_renew", renew, see_little, LARGE },
	{ "rpv_exception_file", file_part, NULL, LARGE },
	{ "rpv_exception_preview", preview_conflicts, see_little, LARGE },
	{ "rpv_exception_approve", approve, see_little, LARGE },
	{ "rpv_exception_cancel", cancel_group, see_little, LARGE },
	{ "rpv_remediation_request_file", request, see_little, LARGE },
	{ "rpv_remediation_request_file", request_configuration, NULL, LARGE },
	{ "rpv_remediation_complete", complete, see_little, LARGE },
	{ "rpv_policy_set", set_policies, NULL, LARGE },
	{ "rpv_device_list", devices_on, see_little, LARGE },
	{ "rpv_device_list", devices_of, see_little, LARGE },
	{ "rpv_device_list", devices_on, look_back, LARGE },
	{ "rpv_weakness_list", weaknesses_of, see_little, LARGE },
	{ "rpv_weakness_list", weaknesses, look_back, LARGE },
	{ "rpv_recommendation_list", recommendations, see_little, LARGE },
	{ "rpv_recommendation_list", one_recommendation, look_back, LARGE },
	{ "rpv_exception_list", exceptions, see_little, LARGE },
	{ "rpv_exception_list", exceptions_by, see_little, LARGE },
	{ "rpv_exception_list", exceptions_in, see_little, LARGE },
	{ "rpv_exception_list", grown, see_little, LARGE },
	{ "rpv_exception_list", shadowed, see_little, LARGE },
	{ "rpv_exception_list", overdue, see_little, LARGE },
	{ "rpv_exception_list", exceptions, look_back, LARGE },
	{ "rpv_remediation_list", remediations, see_little, LARGE },
	{ "rpv_remediation_list", remediation, see_little, LARGE },
	{ "rpv_target_list", targets, see_little, LARGE },
	{ "rpv_assessment_list", assessments, see_little, LARGE },
	{ "rpv_event_list", events, see_little, LARGE },
	{ "rpv_event_list", events_of, see_little, LARGE },
	{ "rpv_budget_list", budgets, NULL, LARGE },
	{ "rpv_explain", explain, see_little, LARGE },
	{ "rpv_explain", explain_lock, NULL, LARGE },
	{ "rpv_forecast_read", forecast, forecast_little, LARGE },
};
const size_t scene_count = sizeof scenes / sizeof *scenes;
