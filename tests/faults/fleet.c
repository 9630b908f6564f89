/* SPDX-License-Identifier: MIT */
/* A store in which every scene has something to do. */
#include "faults.h"
#include "decisions.h"

static void put_facts(run *r)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	const char *const ids[] = { "s1", "s2", "i1", "i2" }, *const had[] = { "CVE-1", "CVE-2" };
	const rpv_weakness_facts w[] = {
		{ .id = "CVE-1", .severity = RPV_SEVERITY_MEDIUM, .epss = 0.1, .given = RPV_WEAKNESS_EPSS },
		{ .id = "CVE-2", .severity = RPV_SEVERITY_HIGH } };
	const rpv_recommendation_facts recs[] = { { .id = BROWSER, .kind = RPV_KIND_UPDATE, .title = "Update it" },
		{ .id = MAIL, .kind = RPV_KIND_UNINSTALL, .title = "Remove it" },
		{ .id = LOCK, .kind = RPV_KIND_CONFIGURATION_CHANGE, .title = "Lock it", .points = 5 } };
	const rpv_weakness_set_facts set = { .recommendation = BROWSER, .id = "v1", .weaknesses = had, .weakness_count = 2 };
	const rpv_control_facts control = { .id = "c1", .kind = RPV_CONTROL_THIRD_PARTY, .description = "filters mail",
		.given = RPV_CONTROL_KIND | RPV_CONTROL_DESCRIPTION };
	o.lenient = 1;
	assert_ok(rpv_batch_begin(r->session, &o, &r->batch));
	for (int i = 0; i < 2; i++)
		assert_ok(rpv_batch_weakness(r->batch, &w[i]));
	for (int i = 0; i < 3; i++)
		assert_ok(rpv_batch_recommendation(r->batch, &recs[i]));
	assert_ok(rpv_batch_weakness_set(r->batch, &set));
	assert_ok(rpv_batch_control(r->batch, &control));
	for (int i = 0; i < 4; i++) {
		const rpv_device_facts d = { .id = ids[i], .group = i < 2 ? "Sales" : "IT", .value = (rpv_value)(1 + i % 3) };
		const rpv_assessment_facts by_set = { .device = ids[i], .recommendation = BROWSER, .set = "v1", .version = "1.0" };
		const rpv_assessment_facts lock = { .device = ids[i], .recommendation = LOCK,
			.state = i ? RPV_CONFIGURATION_EXPOSED : RPV_CONFIGURATION_COMPLIANT };
		assert_ok(rpv_batch_device(r->batch, &d));
		assert_ok(rpv_batch_assessment(r->batch, &by_set));
		assert_ok(rpv_batch_assessment(r->batch, &lock));
		assert_ok(rpv_batch_assess(r->batch, ids[i], MAIL, had, 1));
	}
	assert_ok(rpv_batch_commit(r->batch, NULL));
}

static void must_file(run *r, const rpv_exception_request *request)
{
	assert_status_error(RPV_OK, rpv_exception_file(r->session, request, NULL), rpv_session_error(r->session));
}

void make_fleet(run *r)
{
	static const char *const both[] = { "IT", "Sales" }, *const controls[] = { "c1" };
	const rpv_policy_change policies[] = { { "approval", "planned_remediation" }, { "budget.risk_accepted", "90" } };
	rpv_remediation_request mail = request_on(MAIL);
	rpv_exception_request sales = accept_in(BROWSER, both + 1, 1), weakness = accept_in(BROWSER, both, 2);
	rpv_exception_request pending = accept_risk(LOCK);
	memset(r, 0, sizeof *r);
	r->now = START;
	assert_ok(rpv_memory_storage(NULL, &r->pairs));
	sit_down(r);
	put_facts(r);
	assert_ok(rpv_policy_set(r->session, policies, 2, NULL, NULL));
	r->now += DAY;
	must_file(r, &sales);
	weakness.weakness = "CVE-1";
	weakness.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	weakness.controls = controls;
	weakness.control_count = 1;
	must_file(r, &weakness);
	pending.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	must_file(r, &pending);
	assert_ok(rpv_remediation_request_file(r->session, &mail, NULL));
	r->now += DAY;
}
