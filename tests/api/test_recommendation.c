/* SPDX-License-Identifier: MIT */
/* Lists of recommendations, devices and weaknesses: figures, states, filters, orders, pages, and what a session sees. */
#include "../support/fleet.h"

#define EDITOR "va-_-acme-_-editor"

static void assert_near(double expected, double got)
{
	double difference = got - expected;
	if (difference < -1e-9 || difference > 1e-9)
		fail_msg("expected %.12f, got %.12f", expected, got);
}

static void threat(test_world *w, const char *id, rpv_severity severity, double epss)
{
	rpv_weakness_facts f = { .id = id, .severity = severity, .epss = epss };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
}

static void file_on(test_world *w, const char *rec, const char *weakness_id, const char *const *groups, size_t count,
                    const char *const *devices, size_t device_count, rpv_justification justification)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	r.recommendation = rec;
	r.weakness = weakness_id;
	r.context = "Accepted by the change board.";
	r.justification = justification;
	r.duration_ms = 20 * DAY;
	r.scope = devices ? RPV_SCOPE_DEVICES : groups ? RPV_SCOPE_GROUPS : RPV_SCOPE_GLOBAL;
	r.groups = groups;
	r.group_count = count;
	r.devices = devices;
	r.device_count = device_count;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
}

static void file(test_world *w, const char *rec, const char *weakness_id, const char *group,
                 rpv_justification justification)
{
	file_on(w, rec, weakness_id, group ? &group : NULL, group ? 1 : 0, NULL, 0, justification);
}

/* s1, s2 in Sales and i1, i2 in IT, all exposed to the browser by CVE-1 of likelihood 0.3; s1 to the editor by both. */
static void open_office(test_world *w)
{
	static const char *const ids[] = { "s1", "s2", "i1", "i2" };
	open_world(w);
	threat(w, "CVE-1", RPV_SEVERITY_HIGH, 0.3);
	threat(w, "CVE-2", RPV_SEVERITY_CRITICAL, 0.1);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, EDITOR, RPV_KIND_UPGRADE);
	recommendation(w, LOCK, RPV_KIND_CONFIGURATION_CHANGE);
	for (size_t i = 0; i < 4; i++) {
		device(w, ids[i], i < 2 ? "Sales" : "IT");
		assess(w, ids[i], BROWSER, "CVE-1", NULL);
	}
	assess(w, "s1", EDITOR, "CVE-1", "CVE-2");
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, true);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
}

/* --- lists; each is kept until the next one of its kind --- */
static rpv_list *kept[3];

static void drop_lists(void)
{
	for (int i = 0; i < 3; i++) {
		rpv_list_free(kept[i]);
		kept[i] = NULL;
	}
}

static void close_office(test_world *w)
{
	drop_lists();
	close_world(w);
}

static const rpv_list *list(test_world *w, rpv_session *session, const rpv_recommendation_query *q)
{
	rpv_list_free(kept[0]);
	kept[0] = NULL;
	session = session ? session : w->session;
	assert_status_error(RPV_OK, rpv_recommendation_list(session, q, &kept[0]), rpv_session_error(session));
	return kept[0];
}

static const rpv_recommendation *one(test_world *w, rpv_session *session, const char *id, const char *group)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	q.id = id;
	q.group = group;
	return rpv_recommendation_at(list(w, session, &q), 0);
}

static const rpv_device *device_of(test_world *w, const rpv_device_query *q, size_t index, size_t count)
{
	rpv_list_free(kept[1]);
	kept[1] = NULL;
	assert_call(RPV_OK, rpv_device_list(w->session, q, &kept[1]));
	assert_int_equal(count, rpv_list_count(kept[1]));
	return rpv_device_at(kept[1], index);
}

static const rpv_weakness *weakness_of(test_world *w, const rpv_weakness_query *q, size_t index, size_t count)
{
	rpv_list_free(kept[2]);
	kept[2] = NULL;
	assert_call(RPV_OK, rpv_weakness_list(w->session, q, &kept[2]));
	assert_int_equal(count, rpv_list_count(kept[2]));
	return rpv_weakness_at(kept[2], index);
}

/* --- figures --- */
static void test_row_when_exceptions_are_in_effect_then_before_and_after(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	const rpv_recommendation *r = one(w, NULL, BROWSER, NULL);
	assert_near(2.379744, r->exposure_impact);
	assert_near(1.2, r->exposure_impact_after);
	assert_near(2.4, r->standalone_exposure);
	assert_int_equal(4, r->assessed_devices);
	assert_int_equal(4, r->exposed_devices);
	assert_int_equal(2, r->exposed_devices_after);
	assert_int_equal(2, r->covered_devices);
	assert_int_equal(1, r->weaknesses);
	assert_int_equal(1, r->exceptions);
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, r->state);
	assert_int_equal(RPV_SEVERITY_HIGH, r->severity);
	r = one(w, NULL, EDITOR, NULL);
	assert_near(0.823744, r->exposure_impact);
	assert_near(0.844, r->exposure_impact_after);
	assert_int_equal(2, r->weaknesses);
	assert_int_equal(RPV_SEVERITY_CRITICAL, r->severity);
	r = one(w, NULL, LOCK, NULL);
	assert_near(2.5, r->secure_impact);
	assert_true(r->exposure_impact == 0);
	assert_int_equal(2, r->assessed_devices);
	assert_int_equal(1, r->exposed_devices);
	assert_int_equal(5, r->points);
	close_office(w);
}

static void test_row_when_fixed_but_installed_then_assessed_and_resolved(void **state)
{
	test_world world, *w = &world;
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	(void)state;
	open_office(w);
	assess(w, "s1", EDITOR, NULL, NULL);
	commit(w);
	const rpv_recommendation *r = one(w, NULL, EDITOR, NULL);
	assert_int_equal(RPV_STATE_RESOLVED, r->state);
	assert_int_equal(1, r->assessed_devices);
	assert_int_equal(0, r->exposed_devices);
	assert_int_equal(0, r->weaknesses);
	assert_int_equal(RPV_SEVERITY_UNKNOWN, r->severity);
	assert_int_equal(2, rpv_list_count(list(w, NULL, NULL))); /* resolved ones are not shown by themselves */
	q.states = RPV_STATE_RESOLVED;
	assert_int_equal(1, rpv_list_count(list(w, NULL, &q)));
	close_office(w);
}

static void test_row_when_threats_worsen_then_says_so(void **state)
{
	test_world world, *w = &world;
	rpv_weakness_facts worse = { .id = "CVE-2", .exploit = RPV_EXPLOIT_VERIFIED, .known_exploited_ms = START,
		.active_alert = RPV_FLAG_TRUE };
	(void)state;
	open_office(w);
	assert_false(one(w, NULL, EDITOR, NULL)->public_exploit);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &worse));
	commit(w);
	const rpv_recommendation *r = one(w, NULL, EDITOR, NULL);
	assert_true(r->public_exploit && r->known_exploited && r->active_alert);
	assert_int_equal(RPV_EXPLOIT_VERIFIED, r->exploit);
	r = one(w, NULL, BROWSER, NULL);
	assert_false(r->public_exploit || r->known_exploited || r->active_alert);
	close_office(w);
}

/* --- states (R19) --- */
static rpv_state state_of(test_world *w, rpv_session *session, const char *id)
{
	return one(w, session, id, NULL)->state;
}

static void test_state_when_exceptions_come_then_first_that_holds(void **state)
{
	static const char *const sales[] = { "Sales" }, *const devices[] = { "s1", "i1" };
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	rpv_session *limited = open_session(w, "sam@corp.example", RPV_PERMIT_VIEW, sales, 1);
	assert_int_equal(RPV_STATE_ACTIVE, state_of(w, NULL, BROWSER));
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_RISK_ACCEPTED);
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, state_of(w, NULL, BROWSER));
	assert_int_equal(RPV_STATE_FULL_EXCEPTION, state_of(w, limited, BROWSER)); /* all that it sees */
	file(w, BROWSER, NULL, "IT", RPV_JUSTIFICATION_RISK_ACCEPTED);
	assert_int_equal(RPV_STATE_FULL_EXCEPTION, state_of(w, NULL, BROWSER));
	device(w, "x", NULL); /* a third group, by a device in the default one */
	commit(w);
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, state_of(w, NULL, BROWSER));
	file(w, BROWSER, NULL, NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	assert_int_equal(RPV_STATE_FULL_EXCEPTION, state_of(w, NULL, BROWSER));
	file_on(w, EDITOR, NULL, NULL, 0, devices, 2, RPV_JUSTIFICATION_RISK_ACCEPTED);
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, state_of(w, NULL, EDITOR));
	rpv_session_close(limited);
	close_office(w);
}

static void test_state_when_a_weakness_is_excepted_everywhere_then_partial_where_a_device_has_it(void **state)
{
	static const char *const i2[] = { "i2" };
	test_world world, *w = &world;
	(void)state;
	open_office(w);
	file_on(w, NULL, "CVE-1", NULL, 0, i2, 1, RPV_JUSTIFICATION_FALSE_POSITIVE);
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, state_of(w, NULL, BROWSER));
	assert_int_equal(RPV_STATE_ACTIVE, state_of(w, NULL, EDITOR)); /* i2 has no editor */
	assert_int_equal(0, one(w, NULL, BROWSER, NULL)->exceptions);  /* it is not on the recommendation */
	assert_int_equal(RPV_STATE_PARTIAL_EXCEPTION, one(w, NULL, BROWSER, "Sales")->state); /* states know no filter */
	w->now += 20 * DAY;
	assert_int_equal(RPV_STATE_ACTIVE, state_of(w, NULL, BROWSER));
	close_office(w);
}

/* --- what a session sees --- */
static void test_list_when_session_is_limited_then_other_groups_do_not_exist(void **state)
{
	static const char *const groups[] = { "IT" };
	test_world world, *w = &world;
	rpv_device_query dq = RPV_DEVICE_QUERY_INIT;
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *found;
	(void)state;
	open_office(w);
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	rpv_session *limited = open_session(w, "it@corp.example", RPV_PERMIT_VIEW, groups, 1);
	const rpv_recommendation *r = one(w, limited, BROWSER, NULL);
	assert_int_equal(2, r->exposed_devices);
	assert_int_equal(2, r->exposed_devices_after);
	assert_int_equal(0, r->exceptions);
	assert_int_equal(RPV_STATE_ACTIVE, r->state);
	assert_near(2.4, r->exposure_impact);
	assert_int_equal(RPV_STATE_RESOLVED, one(w, limited, EDITOR, NULL)->state);
	assert_int_equal(1, rpv_list_count(list(w, limited, NULL)));
	dq.id = "s1";
	assert_status(RPV_E_NOT_FOUND, rpv_device_list(limited, &dq, &found));
	dq.id = NULL;
	assert_status(RPV_OK, rpv_device_list(limited, &dq, &found));
	assert_int_equal(2, rpv_list_count(found));
	assert_string_equal("i1", rpv_device_at(found, 0)->id);
	rpv_list_free(found);
	q.group = "Sales";
	assert_status(RPV_E_NOT_FOUND, rpv_recommendation_list(limited, &q, &found));
	assert_null(found);
	q.group = "IT";
	assert_int_equal(1, rpv_list_count(list(w, NULL, &q))); /* the same by filter: only what is exposed there */
	assert_int_equal(2, rpv_recommendation_at(kept[0], 0)->exposed_devices);
	rpv_session_close(limited);
	close_office(w);
}

/* --- filters --- */
static size_t count(test_world *w, rpv_recommendation_query q)
{
	q.states = q.states ? q.states : RPV_STATE_ALL;
	return rpv_list_count(list(w, NULL, &q));
}

static void test_list_when_filtered_then_only_those(void **state)
{
	static const char *const tags[] = { "EOS software", "zero day" };
	test_world world, *w = &world;
	rpv_recommendation_facts facts = { .id = EDITOR, .vendor = "Acme", .component = "Editor 2", .tags = tags, .tag_count = 2,
		.category = RPV_CATEGORY_OS };
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	(void)state;
	open_office(w);
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &facts));
	commit(w);
	request_all(w, BROWSER);
#define COUNT(...) count(w, (rpv_recommendation_query){ .struct_size = sizeof q, __VA_ARGS__ })
	assert_int_equal(3, COUNT(.limit = 0));
	assert_int_equal(1, COUNT(.vendor = "aCME"));
	assert_int_equal(1, COUNT(.component = "Editor 2"));
	assert_int_equal(0, COUNT(.component = "editor 2"));
	assert_int_equal(1, COUNT(.tag = "Zero Day"));
	assert_int_equal(0, COUNT(.tag = "zero"));
	assert_int_equal(1, COUNT(.kinds = 1u << RPV_KIND_UPGRADE));
	assert_int_equal(2, COUNT(.kinds = 1u << RPV_KIND_UPGRADE | 1u << RPV_KIND_CONFIGURATION_CHANGE));
	assert_int_equal(1, COUNT(.categories = 1u << RPV_CATEGORY_APPLICATION));
	assert_int_equal(1, COUNT(.severity = RPV_SEVERITY_CRITICAL));
	assert_int_equal(2, COUNT(.severity = RPV_SEVERITY_HIGH));
	assert_int_equal(0, COUNT(.exploit = RPV_EXPLOIT_PUBLIC));
	assert_int_equal(1, COUNT(.has_remediation = RPV_FLAG_TRUE));
	assert_int_equal(2, COUNT(.has_remediation = RPV_FLAG_FALSE));
	assert_int_equal(0, COUNT(.states = RPV_STATE_FULL_EXCEPTION));
	assert_int_equal(1, one(w, NULL, BROWSER, NULL)->remediations);
	assert_string_equal("zero day", one(w, NULL, EDITOR, NULL)->tags[1]);
#undef COUNT
	close_office(w);
}

static void test_list_when_called_wrongly_then_the_field_is_named(void **state)
{
	test_world world, *w = &world;
	rpv_list *found;
	(void)state;
	open_office(w);
#define REFUSED(expected, name, noun, ...)                                                                           \
	do {                                                                                                             \
		rpv_##noun##_query bad = { .struct_size = sizeof bad, __VA_ARGS__ };                                         \
		assert_call(expected, rpv_##noun##_list(w->session, &bad, &found));                                          \
		assert_string_equal(name, rpv_session_error(w->session)->field);                                             \
	} while (0)
	REFUSED(RPV_E_INVALID, "sort", recommendation, .sort = (rpv_recommendation_sort)5);
	REFUSED(RPV_E_INVALID, "states", recommendation, .states = 16);
	REFUSED(RPV_E_INVALID, "kinds", recommendation, .kinds = 1);
	REFUSED(RPV_E_INVALID, "categories", recommendation, .categories = 64);
	REFUSED(RPV_E_INVALID, "severity", recommendation, .severity = (rpv_severity)6);
	REFUSED(RPV_E_INVALID, "exploit", recommendation, .exploit = (rpv_exploit)9);
	REFUSED(RPV_E_INVALID, "has_remediation", recommendation, .has_remediation = (rpv_flag)3);
	REFUSED(RPV_E_INVALID, "after", recommendation, .after = "1:2:x");
	REFUSED(RPV_E_INVALID, "after", recommendation, .after = "nonsense");
	REFUSED(RPV_E_NOT_FOUND, "id", recommendation, .id = "no such");
	REFUSED(RPV_E_NOT_FOUND, "group", recommendation, .group = "no such");
	REFUSED(RPV_E_INVALID, "sort", device, .sort = (rpv_device_sort)2);
	REFUSED(RPV_E_INVALID, "covered", device, .covered = RPV_FLAG_TRUE);
	REFUSED(RPV_E_INVALID, "active", device, .active = (rpv_flag)3);
	REFUSED(RPV_E_NOT_FOUND, "recommendation", device, .recommendation = "no such");
	REFUSED(RPV_E_NOT_FOUND, "weakness", device, .weakness = "no such");
	REFUSED(RPV_E_NOT_FOUND, "id", device, .id = "no such");
	REFUSED(RPV_E_NOT_FOUND, "id", weakness, .id = "no such");
	REFUSED(RPV_E_NOT_FOUND, "recommendation", weakness, .recommendation = "no such");
	REFUSED(RPV_E_INVALID, "exposed", weakness, .exposed = (rpv_flag)3);
#undef REFUSED
	assert_status(RPV_E_INVALID, rpv_recommendation_list(NULL, NULL, &found));
	assert_call(RPV_E_INVALID, rpv_recommendation_list(w->session, NULL, NULL));
	rpv_recommendation_query newer[2] = { { .struct_size = sizeof newer }, { .limit = 1 } };
	assert_call(RPV_E_VERSION, rpv_recommendation_list(w->session, newer, &found));
	close_office(w);
}

/* --- the flyout: devices and weaknesses --- */
static void test_devices_when_asked_for_a_recommendation_then_with_version_and_cover(void **state)
{
	test_world world, *w = &world;
	static const char *const weaknesses[] = { "CVE-1" };
	rpv_assessment_facts a = { .device = "s2", .recommendation = BROWSER, .version = "1.7", .weaknesses = weaknesses,
		.weakness_count = 1 };
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	(void)state;
	open_office(w);
	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &a));
	commit(w);
	file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_RISK_ACCEPTED);
	q.recommendation = BROWSER;
	q.covered = RPV_FLAG_TRUE;
	const rpv_device *d = device_of(w, &q, 1, 2);
	assert_string_equal("s2", d->id);
	assert_string_equal("1.7", d->version);
	assert_string_equal("Sales", d->group);
	assert_true(d->covered && d->active);
	assert_near(2.4, d->exposure);
	assert_near(0, d->exposure_mitigation_like);
	q.covered = RPV_FLAG_FALSE;
	d = device_of(w, &q, 0, 2);
	assert_string_equal("i1", d->id);
	assert_null(d->version);
	assert_false(d->covered);
	q.covered = RPV_FLAG_UNCHANGED;
	q.recommendation = LOCK;
	d = device_of(w, &q, 0, 1);
	assert_int_equal(RPV_CONFIGURATION_EXPOSED, d->state);
	assert_int_equal(1, d->user_impact);
	q.recommendation = NULL;
	q.weakness = "CVE-2";
	assert_string_equal("s1", device_of(w, &q, 0, 1)->id);
	w->now += 30 * DAY; /* all silent */
	device_of(w, &q, 0, 0);
	q.weakness = NULL;
	q.active = RPV_FLAG_FALSE;
	q.group = "IT";
	assert_false(device_of(w, &q, 0, 2)->active);
	close_office(w);
}

static void test_devices_when_by_exposure_then_official_exposure_decides(void **state)
{
	test_world world, *w = &world;
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	(void)state;
	open_office(w);
	q.sort = RPV_DEVICE_BY_EXPOSURE;
	assert_string_equal("s1", device_of(w, &q, 0, 4)->id);
	file(w, EDITOR, NULL, NULL, RPV_JUSTIFICATION_ALTERNATE_MITIGATION);
	assert_string_equal("i1", device_of(w, &q, 0, 4)->id); /* all alike: by id */
	assert_string_equal("s2", device_of(w, &q, 3, 4)->id);
	file(w, BROWSER, NULL, "IT", RPV_JUSTIFICATION_ALTERNATE_MITIGATION);
	assert_string_equal("s1", device_of(w, &q, 0, 4)->id);
	close_office(w);
}

static void test_weaknesses_when_listed_then_with_devices_and_likelihood(void **state)
{
	static const char *const vectors[] = { "AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" };
	test_world world, *w = &world;
	rpv_weakness_facts facts = { .id = "CVE-3", .cvss = vectors, .cvss_count = 2, .title = "A hole" };
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	(void)state;
	open_office(w);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &facts));
	commit(w);
	file(w, BROWSER, "CVE-1", "Sales", RPV_JUSTIFICATION_NO_PATCH_AVAILABLE);
	const rpv_weakness *f = weakness_of(w, &q, 2, 3);
	assert_string_equal("CVE-3", f->id);
	assert_string_equal("A hole", f->title);
	assert_near(9.8, f->cvss_score);
	assert_int_equal(RPV_SEVERITY_CRITICAL, f->severity);
	assert_false(f->severity_given);
	assert_true(f->epss < 0);
	assert_near(0.03, f->likelihood);
	assert_int_equal(0, f->exposed_devices);
	f = weakness_of(w, &q, 0, 3);
	assert_near(0.3, f->epss);
	assert_true(f->cvss_score < 0 && f->severity_given);
	assert_int_equal(4, f->exposed_devices);
	assert_int_equal(3, f->exposed_devices_after); /* s1 still has it under the editor */
	assert_near((3 * 2.4 + 100 * (1 - 0.976 * 0.976)) / 4, f->standalone_exposure);
	q.exposed = RPV_FLAG_FALSE;
	assert_string_equal("CVE-3", weakness_of(w, &q, 0, 1)->id);
	q.exposed = RPV_FLAG_TRUE;
	q.severity = RPV_SEVERITY_CRITICAL;
	assert_string_equal("CVE-2", weakness_of(w, &q, 0, 1)->id);
	q.severity = RPV_SEVERITY_UNCHANGED;
	q.recommendation = BROWSER;
	assert_string_equal("CVE-1", weakness_of(w, &q, 0, 1)->id);
	q.recommendation = NULL;
	q.sort = RPV_WEAKNESS_BY_EXPOSURE;
	assert_string_equal("CVE-1", weakness_of(w, &q, 0, 2)->id);
	close_office(w);
}

/* --- pages --- */
/* A fleet with many ties in every order. */
static void open_ties(test_world *w)
{
	char id[32];
	open_world(w);
	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof id, "CVE-%d", i);
		threat(w, id, (rpv_severity)(2 + i % 3), 0);
	}
	for (int i = 0; i < 23; i++) {
		snprintf(id, sizeof id, "r%d", i * 7 % 23);
		recommendation(w, id, i % 4 ? RPV_KIND_UPDATE : RPV_KIND_CONFIGURATION_CHANGE);
	}
	for (int d = 0; d < 17; d++) {
		char name[16];
		snprintf(name, sizeof name, "d%d", d * 5 % 17);
		device(w, name, d % 3 ? "Sales" : "IT");
		for (int i = 0; i < 23; i++) {
			char a[16], b[16];
			snprintf(id, sizeof id, "r%d", i * 7 % 23);
			snprintf(a, sizeof a, "CVE-%d", i % 3);
			snprintf(b, sizeof b, "CVE-%d", 3 + i % 5);
			if ((d + i) % 5 == 0 && i % 4)
				assess(w, name, id, a, i % 2 ? b : NULL);
			else if ((d + i) % 3 == 0 && i % 4 == 0)
				configure(w, name, id, RPV_CONFIGURATION_EXPOSED, false);
		}
	}
	commit(w);
}

static void unrelated(test_world *w, int *n)
{
	char id[32];
	snprintf(id, sizeof id, "zz-%d", ++*n);
	threat(w, id, RPV_SEVERITY_LOW, 0); /* no device has it */
	commit(w);
}

typedef rpv_status (*page_call)(test_world *w, int sort, uint64_t limit, const char *after, rpv_list **out);

static rpv_status page_recommendations(test_world *w, int sort, uint64_t limit, const char *after, rpv_list **out)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	q.sort = (rpv_recommendation_sort)sort;
	q.states = RPV_STATE_ALL;
	q.limit = limit;
	q.after = after;
	return rpv_recommendation_list(w->session, &q, out);
}

static rpv_status page_devices(test_world *w, int sort, uint64_t limit, const char *after, rpv_list **out)
{
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	q.sort = (rpv_device_sort)sort;
	q.limit = limit;
	q.after = after;
	return rpv_device_list(w->session, &q, out);
}

static rpv_status page_weaknesses(test_world *w, int sort, uint64_t limit, const char *after, rpv_list **out)
{
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	q.sort = (rpv_weakness_sort)sort;
	q.exposed = RPV_FLAG_TRUE; /* those that come in between are not */
	q.limit = limit;
	q.after = after;
	return rpv_weakness_list(w->session, &q, out);
}

static const char *id_at(const rpv_list *l, size_t i)
{
	if (rpv_recommendation_at(l, i))
		return rpv_recommendation_at(l, i)->id;
	return rpv_device_at(l, i) ? rpv_device_at(l, i)->id : rpv_weakness_at(l, i)->id;
}

static void assert_pages(test_world *w, page_call call, int sort)
{
	rpv_list *all, *page;
	int commits = 0;
	assert_call(RPV_OK, call(w, sort, 0, NULL, &all));
	assert_true(rpv_list_count(all) > 4);
	assert_null(rpv_list_cursor(all));
	for (uint64_t limit = 1; limit <= rpv_list_count(all); limit += 1 + limit / 3) {
		char after[512];
		size_t seen = 0;
		for (bool more = true, first = true; more; first = false) {
			assert_call(RPV_OK, call(w, sort, limit, first ? NULL : after, &page));
			assert_true(rpv_list_count(page) <= limit);
			for (size_t i = 0; i < rpv_list_count(page); i++)
				assert_string_equal(id_at(all, seen++), id_at(page, i));
			more = rpv_list_cursor(page) != NULL;
			if (more)
				snprintf(after, sizeof after, "%s", rpv_list_cursor(page));
			rpv_list_free(page);
			unrelated(w, &commits);
		}
		assert_int_equal(rpv_list_count(all), seen);
	}
	rpv_list_free(all);
}

static void test_pages_when_walked_then_every_row_once_in_order(void **state)
{
	test_world world, *w = &world;
	(void)state;
	for (int sort = RPV_RECOMMENDATION_BY_IMPACT; sort <= RPV_RECOMMENDATION_BY_ID; sort++) {
		open_ties(w);
		assert_pages(w, page_recommendations, sort);
		close_world(w);
	}
	for (int sort = RPV_DEVICE_BY_ID; sort <= RPV_DEVICE_BY_EXPOSURE; sort++) {
		open_ties(w);
		assert_pages(w, page_devices, sort);
		close_world(w);
	}
	for (int sort = RPV_WEAKNESS_BY_ID; sort <= RPV_WEAKNESS_BY_EXPOSURE; sort++) {
		open_ties(w);
		assert_pages(w, page_weaknesses, sort);
		close_world(w);
	}
}

static void test_orders_when_listed_then_keys_fall_and_ids_rise(void **state)
{
	test_world world, *w = &world;
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	(void)state;
	open_ties(w);
	q.states = RPV_STATE_ALL;
	for (int sort = RPV_RECOMMENDATION_BY_IMPACT; sort <= RPV_RECOMMENDATION_BY_ID; sort++) {
		q.sort = (rpv_recommendation_sort)sort;
		const rpv_list *l = list(w, NULL, &q);
		assert_int_equal(23, rpv_list_count(l));
		for (size_t i = 1; i < rpv_list_count(l); i++) {
			const rpv_recommendation *a = rpv_recommendation_at(l, i - 1), *b = rpv_recommendation_at(l, i);
			double keys[] = { a->exposure_impact - b->exposure_impact, a->secure_impact - b->secure_impact,
				(double)a->exposed_devices - (double)b->exposed_devices,
				(double)a->weaknesses - (double)b->weaknesses, 0 };
			double key = keys[sort];
			if (sort == RPV_RECOMMENDATION_BY_IMPACT && key == 0)
				key = keys[1];
			assert_true(key > 0 || (key == 0 && strcmp(a->id, b->id) < 0));
		}
	}
	close_office(w);
}

/* --- failures --- */
static rpv_status look_at_all(test_world *w)
{
	rpv_device_query dq = RPV_DEVICE_QUERY_INIT;
	rpv_weakness_query wq = RPV_WEAKNESS_QUERY_INIT;
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *found;
	q.tag = "none";
	q.group = "IT";
	rpv_status st = rpv_recommendation_list(w->session, NULL, &found);
	if (st == RPV_OK) {
		rpv_list_free(found);
		st = rpv_recommendation_list(w->session, &q, &found);
	}
	if (st == RPV_OK) {
		rpv_list_free(found);
		dq.recommendation = BROWSER;
		dq.sort = RPV_DEVICE_BY_EXPOSURE;
		st = rpv_device_list(w->session, &dq, &found);
	}
	if (st == RPV_OK) {
		rpv_list_free(found);
		wq.sort = RPV_WEAKNESS_BY_DEVICES;
		st = rpv_weakness_list(w->session, &wq, &found);
	}
	if (st == RPV_OK)
		rpv_list_free(found);
	else
		assert_null(found);
	return st;
}

static void test_lists_when_memory_or_storage_fails_then_said_and_nothing_is_broken(void **state)
{
	test_world world, *w = &world;
	rpv_status st = RPV_E_NOMEM;
	(void)state;
	for (size_t at = 1; st == RPV_E_NOMEM; at++) { /* a store whose view is not loaded yet, each time */
		open_office(w);
		file(w, BROWSER, NULL, "Sales", RPV_JUSTIFICATION_RISK_ACCEPTED);
		test_memory_fail(&w->memory, at, false);
		st = look_at_all(w);
		assert_true(st == RPV_OK || st == RPV_E_NOMEM);
		assert_true(st == RPV_OK || test_memory_failed(&w->memory));
		test_memory_fail(&w->memory, 0, false);
		assert_ok(look_at_all(w));
		close_office(w);
	}
	assert_ok(st);
	open_office(w);
	st = RPV_E_STORAGE;
	for (size_t at = 1; st == RPV_E_STORAGE; at++) {
		threat(w, "CVE-2", RPV_SEVERITY_HIGH, 0.1 + (double)at / 1000);
		commit(w);
		test_storage_fail(&w->storage, TEST_GET | TEST_SCAN | TEST_BEGIN_READ, at, RPV_E_STORAGE);
		w->storage.sticky = true;
		st = look_at_all(w);
		assert_true(st == RPV_OK || st == RPV_E_STORAGE);
		assert_int_equal(st != RPV_OK, w->storage.failed);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		assert_ok(look_at_all(w));
	}
	close_office(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row_when_exceptions_are_in_effect_then_before_and_after),
		cmocka_unit_test(test_row_when_fixed_but_installed_then_assessed_and_resolved),
		cmocka_unit_test(test_row_when_threats_worsen_then_says_so),
		cmocka_unit_test(test_state_when_exceptions_come_then_first_that_holds),
		cmocka_unit_test(test_state_when_a_weakness_is_excepted_everywhere_then_partial_where_a_device_has_it),
		cmocka_unit_test(test_list_when_session_is_limited_then_other_groups_do_not_exist),
		cmocka_unit_test(test_list_when_filtered_then_only_those),
		cmocka_unit_test(test_list_when_called_wrongly_then_the_field_is_named),
		cmocka_unit_test(test_devices_when_asked_for_a_recommendation_then_with_version_and_cover),
		cmocka_unit_test(test_devices_when_by_exposure_then_official_exposure_decides),
		cmocka_unit_test(test_weaknesses_when_listed_then_with_devices_and_likelihood),
		cmocka_unit_test(test_pages_when_walked_then_every_row_once_in_order),
		cmocka_unit_test(test_orders_when_listed_then_keys_fall_and_ids_rise),
		cmocka_unit_test(test_lists_when_memory_or_storage_fails_then_said_and_nothing_is_broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
