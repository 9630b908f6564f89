/* SPDX-License-Identifier: MIT */
/* Two sources whose sets have to be united, exceptions of every kind and end, controls, activities, a device group and a
 * recommendation that are no longer what they were. */
#include "full.h"

/* --- short words --- */
size_t ids_of(const char *digits, const char *out[9])
{
	static const char *const names[] = { "CVE-0", "CVE-1", "CVE-2", "CVE-3", "CVE-4", "CVE-5", "CVE-6", "CVE-7", "CVE-8" };
	size_t count = 0;
	for (; digits && *digits; digits++)
		if (*digits != ' ')
			out[count++] = names[*digits - '0'];
	return count;
}

void say(rpv_batch *batch, const said *all, size_t count)
{
	const char *ids[9];
	for (size_t i = 0; i < count; i++) {
		rpv_assessment_facts a = { .device = all[i].device, .recommendation = all[i].recommendation, .set = all[i].set,
			.version = "1.0", .weaknesses = ids };
		a.weakness_count = ids_of(all[i].weaknesses, ids);
		assert_ok(rpv_batch_assessment(batch, &a));
	}
}

rpv_batch *batch_of(run *r, const char *source, bool restores)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	o.source = source;
	o.lenient = 1;
	o.restore = restores;
	assert_status_error(RPV_OK, rpv_batch_begin(r->session, &o, &batch), rpv_session_error(r->session));
	return batch;
}

void commit_batch(run *r, rpv_batch *batch)
{
	assert_status_error(RPV_OK, rpv_batch_commit(batch, NULL), rpv_session_error(r->session));
	rpv_batch_free(batch);
}

/* --- facts --- */
static void put_things(rpv_batch *batch)
{
	static const char *const vectors[] = { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:N/AC:L/Au:N/C:P/I:P/A:P" };
	static const char *const aliases[] = { "GHSA-1" }, *const tags[] = { "vip", "paris" }, *const threats[] = { "T-1" };
	static const char *const evidence[] = { "https://corp.example/c1", "" };
	const rpv_group_facts groups[] = { { .name = "Sales", .rank = 1, .description = "who sells" },
		{ .name = "Plant", .rank = 2 }, { .name = "IT" } };
	const rpv_device_facts devices[] = {
		{ .id = "s1", .name = "s1.corp", .os = "Windows11", .group = "Sales", .value = RPV_VALUE_HIGH, .tags = tags,
			.tag_count = 2, .given = RPV_DEVICE_TAGS },
		{ .id = "s2", .group = "Sales" }, { .id = "i1", .group = "IT", .value = RPV_VALUE_LOW },
		{ .id = "i2", .group = "IT" },
		{ .id = "p1", .group = "Plant", .internet_facing = RPV_FLAG_TRUE, .active_alert = RPV_FLAG_TRUE }, { .id = "u1" },
		{ .id = "x1", .group = "IT", .excluded = RPV_FLAG_TRUE, .justification = "a lab" } };
	const rpv_weakness_facts weaknesses[] = {
		{ .id = "CVE-1", .severity = RPV_SEVERITY_MEDIUM, .epss = 0.1, .epss_model = "v3", .given = RPV_WEAKNESS_EPSS },
		{ .id = "CVE-2", .cvss = vectors, .cvss_count = 2, .aliases = aliases, .alias_count = 1 },
		{ .id = "CVE-5", .severity = RPV_SEVERITY_LOW, .title = "a leak", .epss = 0.02, .given = RPV_WEAKNESS_EPSS },
		{ .id = "CVE-6", .severity = RPV_SEVERITY_HIGH, .exploit = RPV_EXPLOIT_PUBLIC } };
	const rpv_recommendation_facts recommendations[] = { { .id = BROWSER, .kind = RPV_KIND_UPDATE, .title = "Update it",
			.vendor = "acme", .product = "browser", .tags = tags, .tag_count = 1, .threats = threats, .threat_count = 1 },
		{ .id = MAIL, .kind = RPV_KIND_UNINSTALL, .component = "mail" }, { .id = SHELL }, { .id = READER },
		{ .id = LOCK, .kind = RPV_KIND_CONFIGURATION_CHANGE, .title = "Lock it", .points = 5 },
		{ .id = CRYPT, .kind = RPV_KIND_CONFIGURATION_CHANGE } };
	const rpv_control_facts controls[] = { { .id = "c1", .kind = RPV_CONTROL_THIRD_PARTY, .description = "filters mail",
			.owner = "bo", .evidence = evidence, .evidence_count = 2, .review_interval_ms = 90 * DAY },
		{ .id = "c2", .kind = RPV_CONTROL_INTERNAL } };
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		assert_ok(rpv_batch_group(batch, &groups[i]));
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		assert_ok(rpv_batch_device(batch, &devices[i]));
	for (size_t i = 0; i < sizeof weaknesses / sizeof *weaknesses; i++)
		assert_ok(rpv_batch_weakness(batch, &weaknesses[i]));
	for (size_t i = 0; i < sizeof recommendations / sizeof *recommendations; i++)
		assert_ok(rpv_batch_recommendation(batch, &recommendations[i]));
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		assert_ok(rpv_batch_control(batch, &controls[i]));
}

void put_all(rpv_batch *batch)
{
	static const said agent[] = { { "s1", BROWSER, "v1", NULL }, { "s2", BROWSER, "v2", NULL },
		{ "i2", BROWSER, "v1", NULL }, { "i1", BROWSER, NULL, "1 3" }, { "p1", BROWSER, NULL, "2 4" },
		{ "s1", MAIL, NULL, "5" }, { "i1", MAIL, NULL, "1 5" },
		{ "p1", MAIL, NULL, "6" }, { "s1", SHELL, NULL, "1" }, { "u1", SHELL, NULL, "6" }, { "s2", READER, NULL, "4 5" } };
	static const char *const first[] = { "CVE-1", "CVE-2" }, *const second[] = { "CVE-2", "CVE-5" };
	const rpv_weakness_set_facts sets[] = {
		{ .recommendation = BROWSER, .id = "v1", .weaknesses = first, .weakness_count = 2 },
		{ .recommendation = BROWSER, .id = "v2", .weaknesses = second, .weakness_count = 2 },
		{ .recommendation = BROWSER, .id = "v4", .weaknesses = first, .weakness_count = 1 } }; /* nothing is on it */
	static const char *const devices[] = { "s1", "s2", "i1", "i2", "p1" };
	put_things(batch);
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		assert_ok(rpv_batch_weakness_set(batch, &sets[i]));
	say(batch, agent, sizeof agent / sizeof *agent);
	for (size_t i = 0; i < 5; i++) {
		const rpv_assessment_facts lock = { .device = devices[i], .recommendation = LOCK,
			.state = i % 3 ? RPV_CONFIGURATION_EXPOSED : RPV_CONFIGURATION_COMPLIANT, .user_impact = RPV_FLAG_TRUE };
		const rpv_assessment_facts crypt = { .device = devices[i], .recommendation = CRYPT,
			.state = RPV_CONFIGURATION_EXPOSED };
		assert_ok(rpv_batch_assessment(batch, &lock));
		assert_ok(rpv_batch_assessment(batch, &crypt));
	}
}

static void put_facts(run *r)
{
	static const said net[] = { { "s1", BROWSER, "v2", NULL }, { "i1", BROWSER, NULL, "4" }, { "i2", BROWSER, NULL, "6" },
		{ "p1", MAIL, NULL, NULL } };
	rpv_batch *batch = batch_of(r, "agent", false);
	put_all(batch);
	commit_batch(r, batch);
	batch = batch_of(r, "net", false);
	say(batch, net, sizeof net / sizeof *net);
	commit_batch(r, batch);
}

/* --- decisions --- */
static void filed(run *r, rpv_exception_request q, rpv_justification justification)
{
	q.justification = justification;
	assert_status_error(RPV_OK, rpv_exception_file(r->session, &q, NULL), rpv_session_error(r->session));
}

static rpv_exception_request of_weakness(const char *recommendation, const char *weakness, const char *group)
{
	static const char *groups[9];
	static size_t used;
	rpv_exception_request q = accept_risk(recommendation);
	q.weakness = weakness;
	if (group) {
		groups[used % 9] = group;
		q.scope = RPV_SCOPE_GROUPS;
		q.groups = &groups[used++ % 9];
		q.group_count = 1;
	}
	return q;
}

static void decide(run *r)
{
	static const char *const sales[] = { "Sales" }, *const two_groups[] = { "IT", "Sales" };
	static const char *const two[] = { "i1", "p1" }, *const controls[] = { "c1", "c2" };
	rpv_exception_request q = accept_in(BROWSER, sales, 1);
	filed(r, q, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);                          /* E-1 */
	q = accept_in(BROWSER, two_groups, 2);
	q.weakness = "CVE-1";
	q.controls = controls;
	q.control_count = 2;
	filed(r, q, RPV_JUSTIFICATION_ALTERNATE_MITIGATION);                         /* E-2 */
	filed(r, accept_risk(LOCK), RPV_JUSTIFICATION_PLANNED_REMEDIATION);          /* E-3, pending */
	filed(r, of_weakness(NULL, "CVE-5", NULL), RPV_JUSTIFICATION_FALSE_POSITIVE); /* E-4 */
	filed(r, of_weakness(NULL, "CVE-6", "Plant"), RPV_JUSTIFICATION_NO_PATCH_AVAILABLE); /* E-5 */
	filed(r, accept_on(MAIL, two, 2), RPV_JUSTIFICATION_RISK_ACCEPTED);          /* E-6 */
	q = accept_risk(SHELL);
	q.start_ms = r->now + 20 * DAY;
	q.ticket = "T-9";
	filed(r, q, RPV_JUSTIFICATION_RISK_ACCEPTED);                                /* E-7, scheduled */
	filed(r, of_weakness(BROWSER, "CVE-2", "Plant"), RPV_JUSTIFICATION_PLANNED_REMEDIATION); /* E-8, rejected */
	filed(r, of_weakness(MAIL, NULL, "Sales"), RPV_JUSTIFICATION_RISK_ACCEPTED); /* E-9, canceled */
	filed(r, of_weakness(READER, NULL, "Sales"), RPV_JUSTIFICATION_RISK_ACCEPTED); /* E-10, superseded by E-11 */
	q = accept_risk(READER);
	q.supersede = 1;
	filed(r, q, RPV_JUSTIFICATION_RISK_ACCEPTED);
	q = of_weakness(BROWSER, "CVE-4", NULL);
	q.duration_ms = DAY / 2;
	filed(r, q, RPV_JUSTIFICATION_RISK_ACCEPTED);                                /* E-12, expires */
	assert_ok(rpv_exception_reject(r->other, "E-8", "no"));
	assert_ok(rpv_exception_cancel(r->session, "E-9", NULL, "not needed"));
	q = accept_in(MAIL, two_groups, 2);
	filed(r, q, RPV_JUSTIFICATION_RISK_ACCEPTED);                                /* E-13 */
	q = accept_in(MAIL, sales, 1);
	q.supersede = 1;
	filed(r, q, RPV_JUSTIFICATION_PLANNED_REMEDIATION);                          /* E-14, pending: takes a part of it over */
}

static void request(run *r, const char *recommendation, const char *group, int64_t due_ms)
{
	rpv_remediation_request q = request_on(recommendation);
	q.groups = group ? &group : NULL;
	q.group_count = group != NULL;
	q.due_ms = due_ms;
	assert_status_error(RPV_OK, rpv_remediation_request_file(r->session, &q, NULL), rpv_session_error(r->session));
}

static void remedy(run *r)
{
	request(r, MAIL, NULL, r->now + 5 * DAY);
	request(r, BROWSER, "IT", r->now + 9 * DAY);
	request(r, LOCK, NULL, 0);
	request(r, READER, "Sales", 0);
	request(r, SHELL, NULL, r->now + 9 * DAY);
	assert_ok(rpv_remediation_complete(r->session, "R-3"));
	assert_ok(rpv_remediation_cancel(r->session, "R-4", "not now"));
}

static void record(run *r)
{
	rpv_score_engine *engine;
	uint64_t recorded;
	assert_ok(rpv_score_engine_open(r->session, &engine));
	assert_ok(rpv_score_record(engine, &recorded));
	assert_true(recorded > 2);
	rpv_score_engine_close(engine);
}

/* Of what was decided, this makes some void. */
static void change_facts(run *r)
{
	static const said net[] = { { "p1", MAIL, NULL, "1 6" } };
	const rpv_weakness_facts worse = { .id = "CVE-2", .exploit = RPV_EXPLOIT_KIT, .epss = 0.4, .given = RPV_WEAKNESS_EPSS };
	const rpv_recommendation_facts gone = { .id = SHELL, .removed = 1 };
	const rpv_group_facts renamed = { .name = "Works", .previous_name = "Plant" };
	const rpv_device_facts moved = { .id = "s2", .group = "IT" };
	rpv_batch *batch = batch_of(r, "net", false);
	say(batch, net, 1);
	assert_ok(rpv_batch_weakness(batch, &worse));
	assert_ok(rpv_batch_recommendation(batch, &gone));
	assert_ok(rpv_batch_group(batch, &renamed));
	assert_ok(rpv_batch_device(batch, &moved));
	commit_batch(r, batch);
}

void make_base(run *r)
{
	const rpv_policy_change policies[] = { { "approval", "planned_remediation" }, { "budget.risk_accepted", "90" },
		{ "budget.requester", "95" }, { "budget.group", "99" }, { "resurface.third_party_control.exploit", "void" },
		{ "remind", "7d,1d" } };
	memset(r, 0, sizeof *r);
	r->now = START;
	assert_ok(rpv_memory_storage(NULL, &r->pairs));
	sit_down(r);
	assert_status_error(RPV_OK, rpv_policy_set(r->session, policies, sizeof policies / sizeof *policies, NULL, NULL),
	                    rpv_session_error(r->session));
	put_facts(r);
	r->now += DAY;
	decide(r);
	remedy(r);
	r->now += DAY;
	record(r);
	change_facts(r);
	r->now += DAY;
	record(r);
}

/* --- a backup put back --- */
void put_decisions(rpv_batch *batch, rpv_session *from)
{
	rpv_list *list, *targets;
	assert_ok(rpv_exception_list(from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		assert_ok(rpv_batch_restore_exception(batch, rpv_exception_at(list, i)));
	rpv_list_free(list);
	assert_ok(rpv_remediation_list(from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_remediation *a = rpv_remediation_at(list, i);
		assert_ok(rpv_target_list(from, a->id, &targets));
		assert_ok(rpv_batch_restore_remediation(batch, a, rpv_target_at(targets, 0), rpv_list_count(targets)));
		rpv_list_free(targets);
	}
	rpv_list_free(list);
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	for (int i = 0; i < 2; i++, q.group = "IT") {
		assert_ok(rpv_score_point_list(from, &q, &list));
		assert_int_equal(2, rpv_list_count(list));
		for (size_t k = 0; k < rpv_list_count(list); k++)
			assert_ok(rpv_batch_restore_score(batch, rpv_score_point_at(list, k)));
		rpv_list_free(list);
	}
	assert_ok(rpv_event_list(from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		assert_ok(rpv_batch_restore_event(batch, rpv_event_at(list, i)));
	rpv_list_free(list);
}

void begin_restore(run *r, rpv_session *from)
{
	rpv_restore_store s = { .struct_size = sizeof s };
	assert_ok(rpv_restore_read_store(from, &s));
	assert_ok(rpv_restore_begin(r->session, &s));
	r->batch = batch_of(r, "agent", true);
}
