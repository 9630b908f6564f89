/* SPDX-License-Identifier: MIT */
/* Remediation activities: requesting, ending by hand, listing, what a session of some device groups sees. */
#include "../support/fleet.h"

/* --- requesting --- */
static void test_request_when_exposed_then_the_row_says_it_all(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(BROWSER);
	rpv_list *list;
	const rpv_remediation *m;

	(void)state;
	open_fleet(w);
	r.notes = "please";
	r.priority = RPV_PRIORITY_HIGH;
	r.due_ms = START + 4 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, &list));
	assert_int_equal(1, rpv_list_count(list));
	assert_int_equal(START, rpv_list_time(list));
	assert_int_equal(2, rpv_list_revision(list));
	m = rpv_remediation_at(list, 0);
	assert_string_equal("R-1", m->id);
	assert_string_equal(BROWSER, m->recommendation);
	assert_string_equal("Do it", m->title);
	assert_string_equal("Acme", m->component);
	assert_string_equal("ana@corp.example", m->requester);
	assert_string_equal("please", m->notes);
	assert_null(m->completed_by);
	assert_null(m->reason);
	assert_null(m->connector);
	assert_int_equal(0, m->group_count);
	assert_int_equal(0, m->overlap_count);
	assert_int_equal(START, m->requested_ms);
	assert_int_equal(START + 4 * DAY, m->due_ms);
	assert_int_equal(0, m->ended_ms);
	assert_int_equal(4, m->targets);
	assert_int_equal(0, m->fixed);
	assert_int_equal(RPV_REMEDIATION_ACTIVE, m->status);
	assert_int_equal(RPV_REMEDIATION_UPDATE, m->kind);
	assert_int_equal(RPV_PRIORITY_HIGH, m->priority);
	assert_int_equal(RPV_TICKET_NONE, m->ticket);
	assert_int_equal(0, m->overdue);
	assert_null(rpv_remediation_at(list, 1));
	assert_null(rpv_target_at(list, 0));
	rpv_list_free(list);
	close_world(w);
}

static void test_request_when_malformed_then_invalid(void **state)
{
	static const char *const not_utf8[] = { "\xff" };
	static const struct { const char *field; rpv_remediation_request request; } bad[] = {
		{ "recommendation", { .recommendation = NULL } },
		{ "recommendation", { .recommendation = "" } },
		{ "due_ms", { .recommendation = BROWSER, .due_ms = -1 } },
		{ "due_ms", { .recommendation = BROWSER, .due_ms = INT64_MAX } },
		{ "kind", { .recommendation = BROWSER, .kind = (rpv_remediation_kind)9 } },
		{ "priority", { .recommendation = BROWSER, .priority = (rpv_priority)9 } },
		{ "notes", { .recommendation = BROWSER, .notes = "\xff" } },
		{ "groups", { .recommendation = BROWSER, .group_count = 1 } },
		{ "groups", { .recommendation = BROWSER, .groups = not_utf8, .group_count = 1 } },
		{ "groups", { .recommendation = BROWSER, .groups = not_utf8, .group_count = 0 } },
	};
	test_world world, *w = &world;
	rpv_list *list;

	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		rpv_remediation_request r = bad[i].request;

		r.struct_size = sizeof r;
		list = (rpv_list *)w;
		assert_call(RPV_E_INVALID, rpv_remediation_request_file(w->session, &r, &list));
		assert_string_equal(bad[i].field, rpv_session_error(w->session)->field);
		assert_null(list);
	}
	assert_call(RPV_E_INVALID, rpv_remediation_request_file(w->session, NULL, &list));
	assert_status(RPV_E_INVALID, rpv_remediation_request_file(NULL, NULL, &list));
	assert_int_equal(0, count_all(w->session));
	close_world(w);
}

static void test_request_when_a_rule_refuses_then_nothing_is_written(void **state)
{
	const char *const impact[] = { "Marketing" };
	struct { rpv_status status; const char *field; rpv_remediation_request request; } bad[] = {
		{ RPV_E_NOT_FOUND, "recommendation", request_on("nothing") },
		{ RPV_E_NOT_FOUND, "groups", request_on(BROWSER) },
		{ RPV_E_REFUSED, "", request_on(MAIL) },
		{ RPV_E_REFUSED, "due_ms", request_on(BROWSER) },
		{ RPV_E_REFUSED, "due_ms", request_on(BROWSER) },
		{ RPV_E_REFUSED, "kind", request_on(BROWSER) },
		{ RPV_E_REFUSED, "kind", request_on(LOCK) },
		{ RPV_E_REFUSED, "only_without_user_impact", request_on(BROWSER) },
		{ RPV_E_REFUSED, "connector", request_on(BROWSER) },
	};
	test_world world, *w = &world;
	rpv_store_info before = { .struct_size = sizeof before }, after = { .struct_size = sizeof after };

	(void)state;
	bad[1].request.groups = impact;
	bad[1].request.group_count = 1;
	bad[3].request.due_ms = START;
	bad[4].request.due_ms = START + DAY;
	bad[4].request.kind = RPV_REMEDIATION_ATTENTION_REQUIRED;
	bad[5].request.kind = RPV_REMEDIATION_CONFIGURATION_CHANGE;
	bad[6].request.kind = RPV_REMEDIATION_UPDATE;
	bad[7].request.only_without_user_impact = 1;
	bad[8].request.connector = "intune";
	open_fleet(w);
	assert_ok(rpv_store_read_info(w->store, &before, NULL));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_call(bad[i].status, rpv_remediation_request_file(w->session, &bad[i].request, NULL));
		assert_string_equal(bad[i].field, rpv_session_error(w->session)->field);
	}
	assert_string_equal("the connection to ticket systems is off", rpv_session_error(w->session)->message);
	assert_ok(rpv_store_read_info(w->store, &after, NULL));
	assert_int_equal(before.revision, after.revision);
	assert_int_equal(0, count_all(w->session));
	close_world(w);
}

static void test_request_for_attention_when_nobody_is_exposed_then_it_stays_active(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(MAIL);

	(void)state;
	open_fleet(w);
	r.kind = RPV_REMEDIATION_ATTENTION_REQUIRED;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	assess(w, "s1", MAIL, "CVE-1", NULL);
	commit(w);
	assess(w, "s1", MAIL, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 0, 0);
	assert_int_equal(RPV_REMEDIATION_ATTENTION_REQUIRED, get(w, NULL, "R-1")->kind);
	close_world(w);
}

static void test_request_when_devices_are_silent_or_excluded_then_they_are_no_targets(void **state)
{
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	w->now += 30 * DAY - 1;
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	assess(w, "i1", BROWSER, "CVE-1", NULL);
	exclude_device(w, "i1", true);
	commit(w);
	request_all(w, BROWSER);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 3, 0); /* s2 and i2 until the next millisecond */
	w->now++;
	request_all(w, BROWSER);
	assert_progress(w, "R-2", RPV_REMEDIATION_ACTIVE, 1, 0);
	close_world(w);
}

static void test_request_for_groups_then_the_default_group_has_many_names(void **state)
{
	static const char *const names[] = { "Unassigned", "none", "", "UnassignedGroup" };
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	device(w, "u1", NULL);
	assess(w, "u1", BROWSER, "CVE-2", NULL);
	commit(w);
	for (size_t i = 0; i < 4; i++) {
		const char *groups[] = { "Sales", names[i], "Sales" };
		rpv_remediation_request r = request_on(BROWSER);
		rpv_list *list;

		r.groups = groups;
		r.group_count = 3;
		assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, &list));
		assert_int_equal(3, rpv_remediation_at(list, 0)->targets);
		assert_int_equal(2, rpv_remediation_at(list, 0)->group_count);
		assert_string_equal("UnassignedGroup", rpv_remediation_at(list, 0)->groups[0]);
		assert_string_equal("Sales", rpv_remediation_at(list, 0)->groups[1]);
		assert_int_equal(i, rpv_remediation_at(list, 0)->overlap_count);
		rpv_list_free(list);
	}
	close_world(w);
}

static void test_request_on_a_configuration_then_impact_on_users_counts(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(LOCK);

	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, true);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	configure(w, "i2", LOCK, RPV_CONFIGURATION_NOT_APPLICABLE, false);
	commit(w);
	request_all(w, LOCK);
	r.only_without_user_impact = 1;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	assert_progress(w, "R-2", RPV_REMEDIATION_ACTIVE, 1, 0);
	assert_int_equal(1, get(w, NULL, "R-2")->only_without_user_impact);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_NOT_APPLICABLE, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 1);
	assert_progress(w, "R-2", RPV_REMEDIATION_COMPLETED, 1, 1);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 2, 2);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	assert_int_equal(1, get(w, NULL, "R-1")->exposed_again);
	close_world(w);
}

static void test_request_when_the_store_is_full_then_limit(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(BROWSER);

	(void)state;
	open_world_with(w, 0, 1);
	weakness(w, "CVE-1");
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	device(w, "s1", "Sales");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	request_all(w, BROWSER);
	assert_call(RPV_E_LIMIT, rpv_remediation_request_file(w->session, &r, NULL));
	close_world(w);
}

static void test_request_when_too_many_targets_for_one_commit_then_limit_says_so(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(BROWSER);
	const char *groups[] = { "g0" };
	char id[16], group[16];

	(void)state;
	open_world_with(w, 1024 * 1024, 0);
	weakness(w, "CVE-1");
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	commit(w);
	for (int i = 0; i < 40000; i++) {
		snprintf(id, sizeof id, "d%d", i);
		snprintf(group, sizeof group, "g%d", i / 4000);
		device(w, id, group);
		assess(w, id, BROWSER, "CVE-1", NULL);
		if (i % 2000 == 1999)
			commit(w);
	}
	assert_call(RPV_E_LIMIT, rpv_remediation_request_file(w->session, &r, NULL));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "40000 targets"));
	assert_int_equal(0, count_all(w->session));
	r.groups = groups;
	r.group_count = 1;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4000, 0);
	close_world(w);
}

/* --- ending by hand --- */
static void test_complete_by_hand_then_real_progress_and_not_twice(void **state) /* REM08 */
{
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(BROWSER);
	rpv_session *ben;

	(void)state;
	open_fleet(w);
	r.due_ms = START + 4 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	w->now += DAY;
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	w->now += DAY;
	ben = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	assert_ok(rpv_remediation_complete(ben, "R-1"));
	w->now += 4 * DAY;
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 1);
	assert_string_equal("ben@corp.example", get(w, NULL, "R-1")->completed_by);
	assert_int_equal(START + 2 * DAY, get(w, NULL, "R-1")->ended_ms);
	assert_int_equal(0, get(w, NULL, "R-1")->overdue);
	assert_int_equal(0, get(w, NULL, "R-1")->exposed_again);
	assert_status(RPV_E_REFUSED, rpv_remediation_complete(ben, "R-1"));
	assert_status(RPV_E_REFUSED, rpv_remediation_cancel(ben, "R-1", "changed my mind"));
	assess(w, "s2", BROWSER, NULL, NULL); /* frozen */
	remove_device(w, "i1");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 1);
	rpv_session_close(ben);
	close_world(w);
}

static void test_cancel_then_reason_stays_and_nobody_completed_it(void **state)
{
	test_world world, *w = &world;
	const rpv_remediation *m;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	assert_call(RPV_E_INVALID, rpv_remediation_cancel(w->session, "R-1", NULL));
	assert_call(RPV_E_INVALID, rpv_remediation_cancel(w->session, "R-1", ""));
	assert_string_equal("reason", rpv_session_error(w->session)->field);
	assert_call(RPV_E_NOT_FOUND, rpv_remediation_cancel(w->session, "R-2", "why"));
	assert_call(RPV_E_NOT_FOUND, rpv_remediation_complete(w->session, "E-1"));
	assert_call(RPV_E_INVALID, rpv_remediation_complete(w->session, NULL));
	assert_call(RPV_OK, rpv_remediation_cancel(w->session, "R-1", "the vendor withdrew it"));
	m = get(w, NULL, "R-1");
	assert_int_equal(RPV_REMEDIATION_CANCELED, m->status);
	assert_string_equal("the vendor withdrew it", m->reason);
	assert_null(m->completed_by);
	assert_call(RPV_E_REFUSED, rpv_remediation_complete(w->session, "R-1"));
	close_world(w);
}

static void test_permission_when_missing_then_denied(void **state)
{
	test_world world, *w = &world;
	rpv_session *viewer, *worker;
	rpv_remediation_request r = request_on(BROWSER);
	rpv_list *list;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	viewer = open_session(w, "vic", RPV_PERMIT_VIEW, NULL, 0);
	worker = open_session(w, "wim", RPV_PERMIT_REMEDIATION, NULL, 0);
	assert_status(RPV_E_DENIED, rpv_remediation_request_file(viewer, &r, NULL));
	assert_status(RPV_E_DENIED, rpv_remediation_complete(viewer, "R-1"));
	assert_status(RPV_E_DENIED, rpv_remediation_cancel(viewer, "R-1", "why"));
	assert_status(RPV_E_DENIED, rpv_remediation_list(worker, NULL, &list));
	assert_status(RPV_E_DENIED, rpv_target_list(worker, "R-1", &list));
	assert_null(list);
	assert_ok(rpv_remediation_request_file(worker, &r, &list)); /* sees what it asked for */
	assert_string_equal("R-2", rpv_remediation_at(list, 0)->id);
	assert_int_equal(1, rpv_remediation_at(list, 0)->overlap_count);
	rpv_list_free(list);
	rpv_session_close(viewer);
	rpv_session_close(worker);
	close_world(w);
}

/* --- listing --- */
static void test_list_of_several_on_one_recommendation_then_overlaps_are_named(void **state) /* REM10 */
{
	static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };
	test_world world, *w = &world;
	rpv_remediation_request r = request_on(BROWSER);
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;

	(void)state;
	open_fleet(w);
	r.connector = "intune";
	assert_call(RPV_E_REFUSED, rpv_remediation_request_file(w->session, &r, NULL));
	assert_int_equal(0, count_all(w->session));
	r.connector = NULL;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	r.group_count = 1;
	r.groups = it;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	r.groups = sales;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	assert_int_equal(2, get(w, NULL, "R-1")->overlap_count);
	assert_string_equal("R-2", get(w, NULL, "R-1")->overlaps[0]);
	assert_string_equal("R-3", get(w, NULL, "R-1")->overlaps[1]);
	assert_int_equal(1, get(w, NULL, "R-2")->overlap_count);
	assert_string_equal("R-1", get(w, NULL, "R-2")->overlaps[0]);
	assert_int_equal(RPV_TICKET_NONE, get(w, NULL, "R-2")->ticket);
	q.id = BROWSER;
	assert_call(RPV_OK, rpv_recommendation_list(w->session, &q, &list));
	assert_int_equal(3, rpv_recommendation_at(list, 0)->remediations);
	rpv_list_free(list);
	assert_call(RPV_OK, rpv_remediation_complete(w->session, "R-1"));
	assert_int_equal(0, get(w, NULL, "R-2")->overlap_count);
	close_world(w);
}

/* The ids that a query gives, joined by spaces; page by page when it has a limit. */
static const char *ids_of(test_world *w, rpv_remediation_query q, char *out)
{
	char after[64] = "";
	bool more = true;

	out[0] = '\0';
	while (more) {
		rpv_list *list;

		q.after = after[0] ? after : NULL;
		assert_call(RPV_OK, rpv_remediation_list(w->session, &q, &list));
		for (size_t i = 0; i < rpv_list_count(list); i++)
			sprintf(out + strlen(out), "%s%s", out[0] ? " " : "", rpv_remediation_at(list, i)->id);
		more = rpv_list_cursor(list) != NULL;
		snprintf(after, sizeof after, "%s", more ? rpv_list_cursor(list) : "");
		rpv_list_free(list);
	}
	return out;
}

static void test_list_by_every_filter_and_order(void **state)
{
	test_world world, *w = &world;
	rpv_remediation_query all = RPV_REMEDIATION_QUERY_INIT, q;
	rpv_remediation_request r = request_on(BROWSER);
	char out[128];

	(void)state;
	open_fleet(w);
	assess(w, "s1", MAIL, "CVE-2", NULL);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	request_all(w, MAIL);                       /* */
	r.due_ms = START + 2 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL)); /* */
	request_all(w, LOCK);                       /* */
	r.due_ms = START + DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL)); /* */
	request_all(w, BROWSER);                    /* */
	assert_call(RPV_OK, rpv_remediation_cancel(w->session, "R-5", "too many"));
	w->now += DAY;
	for (uint64_t limit = 0; limit < 7; limit++) {
		all.limit = limit;
		q = all;
		assert_string_equal("R-1 R-2 R-3 R-4 R-5", ids_of(w, q, out));
		q.sort = RPV_REMEDIATION_BY_DUE;
		assert_string_equal("R-4 R-2 R-1 R-3 R-5", ids_of(w, q, out));
		q.sort = RPV_REMEDIATION_BY_IMPACT;
		assert_string_equal("R-2 R-4 R-5 R-1 R-3", ids_of(w, q, out));
	}
	q = all;
	q.recommendation = BROWSER;
	assert_string_equal("R-2 R-4 R-5", ids_of(w, q, out));
	q.statuses = RPV_REMEDIATION_ACTIVE | RPV_REMEDIATION_COMPLETED;
	assert_string_equal("R-2 R-4", ids_of(w, q, out));
	q = all;
	q.kinds = 1u << RPV_REMEDIATION_UNINSTALL | 1u << RPV_REMEDIATION_CONFIGURATION_CHANGE;
	assert_string_equal("R-1 R-3", ids_of(w, q, out));
	q = all;
	q.overdue = RPV_FLAG_TRUE;
	assert_string_equal("R-4", ids_of(w, q, out));
	q.overdue = RPV_FLAG_FALSE;
	assert_string_equal("R-1 R-2 R-3 R-5", ids_of(w, q, out));
	q.id = "R-2";
	assert_string_equal("R-2", ids_of(w, q, out));
	q.statuses = RPV_REMEDIATION_CANCELED;
	assert_string_equal("", ids_of(w, q, out));
	close_world(w);
}

static void test_list_when_asked_badly_then_it_says_what(void **state)
{
	test_world world, *w = &world;
	struct { rpv_status status; const char *field; rpv_remediation_query query; } bad[] = {
		{ RPV_E_NOT_FOUND, "id", RPV_REMEDIATION_QUERY_INIT }, { RPV_E_NOT_FOUND, "id", RPV_REMEDIATION_QUERY_INIT },
		{ RPV_E_NOT_FOUND, "recommendation", RPV_REMEDIATION_QUERY_INIT },
		{ RPV_E_INVALID, "after", RPV_REMEDIATION_QUERY_INIT }, { RPV_E_INVALID, "after", RPV_REMEDIATION_QUERY_INIT },
		{ RPV_E_INVALID, "sort", RPV_REMEDIATION_QUERY_INIT }, { RPV_E_INVALID, "statuses", RPV_REMEDIATION_QUERY_INIT },
		{ RPV_E_INVALID, "kinds", RPV_REMEDIATION_QUERY_INIT }, { RPV_E_INVALID, "overdue", RPV_REMEDIATION_QUERY_INIT },
	};
	rpv_list *list;

	(void)state;
	bad[0].query.id = "R-9";
	bad[1].query.id = "hello";
	bad[2].query.recommendation = "hello";
	bad[3].query.after = "hello";
	bad[4].query.after = "0:1:E-1";
	bad[5].query.sort = (rpv_remediation_sort)7;
	bad[6].query.statuses = 8;
	bad[7].query.kinds = 1;
	bad[8].query.overdue = (rpv_flag)5;
	open_fleet(w);
	request_all(w, BROWSER);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_call(bad[i].status, rpv_remediation_list(w->session, &bad[i].query, &list));
		assert_string_equal(bad[i].field, rpv_session_error(w->session)->field);
		assert_null(list);
	}
	assert_call(RPV_E_INVALID, rpv_remediation_list(w->session, NULL, NULL));
	assert_call(RPV_E_NOT_FOUND, rpv_target_list(w->session, "R-9", &list));
	assert_call(RPV_E_INVALID, rpv_target_list(w->session, NULL, &list));
	close_world(w);
}

static void test_targets_are_listed_by_device_with_what_they_had(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;

	(void)state;
	open_fleet(w);
	assess(w, "s1", BROWSER, "CVE-2", "CVE-1");
	commit(w);
	request_all(w, BROWSER);
	device(w, "s2", "Other");
	assess(w, "s2", BROWSER, NULL, NULL);
	assess(w, "i2", BROWSER, NULL, NULL);
	exclude_device(w, "i2", true);
	remove_device(w, "i1");
	commit(w);
	assert_call(RPV_OK, rpv_target_list(w->session, "R-1", &list));
	assert_int_equal(4, rpv_list_count(list));
	for (size_t i = 0; i < 4; i++) {
		static const struct { const char *device, *group; size_t weaknesses; int fixed, gone; } expected[] = {
			{ "i1", "IT", 1, 1, 1 }, { "i2", "IT", 1, 1, 1 }, { "s1", "Sales", 2, 0, 0 }, { "s2", "Sales", 1, 1, 0 },
		};
		const rpv_target *t = rpv_target_at(list, i);

		assert_string_equal(expected[i].device, t->device);
		assert_string_equal(expected[i].group, t->group);
		assert_int_equal(expected[i].weaknesses, t->weakness_count);
		assert_string_equal("CVE-1", t->weaknesses[0]);
		assert_int_equal(expected[i].gone, t->gone);
		if (!t->gone)
			assert_int_equal(expected[i].fixed, t->fixed);
	}
	assert_string_equal("CVE-2", rpv_target_at(list, 2)->weaknesses[1]);
	assert_null(rpv_target_at(list, 4));
	rpv_list_free(list);
	close_world(w);
}

static void test_list_as_of_the_past_then_it_is_what_it_was(void **state)
{
	test_world world, *w = &world;
	rpv_session *past;
	rpv_remediation_request r = request_on(BROWSER);

	(void)state;
	open_fleet(w);
	r.due_ms = START + 3 * DAY;
	w->now += DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	w->now += DAY;
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	w->now += 3 * DAY;
	assert_call(RPV_OK, rpv_remediation_complete(w->session, "R-1"));
	past = open_session(w, "past", RPV_PERMIT_ALL, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START + DAY));
	assert_int_equal(0, get(w, past, "R-1")->fixed);
	assert_int_equal(0, get(w, past, "R-1")->overdue);
	assert_ok(rpv_session_set_as_of(past, START + 3 * DAY));
	assert_int_equal(1, get(w, past, "R-1")->fixed);
	assert_int_equal(1, get(w, past, "R-1")->overdue);
	assert_int_equal(RPV_REMEDIATION_ACTIVE, get(w, past, "R-1")->status);
	assert_ok(rpv_session_set_as_of(past, START));
	assert_null(get(w, past, "R-1"));
	assert_status(RPV_E_READ_ONLY, rpv_remediation_request_file(past, &r, NULL));
	assert_status(RPV_E_READ_ONLY, rpv_remediation_complete(past, "R-1"));
	rpv_session_close(past);
	close_world(w);
}

/* --- visible device groups --- */
static void test_session_of_some_groups_sees_its_part_and_ends_nothing_wider(void **state)
{
	static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "IT", "Sales" };
	test_world world, *w = &world;
	rpv_session *sue, *ivo, *nob;
	rpv_remediation_request r = request_on(BROWSER);
	rpv_list *list;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);                          /* R-1, all */
	r.groups = both;
	r.group_count = 2;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL)); /* */
	r.groups = it;
	r.group_count = 1;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL)); /* */
	sue = open_session(w, "sue", RPV_PERMIT_VIEW | RPV_PERMIT_REMEDIATION, sales, 1);
	ivo = open_session(w, "ivo", RPV_PERMIT_VIEW | RPV_PERMIT_REMEDIATION, it, 1);
	nob = open_session(w, "nob", RPV_PERMIT_VIEW | RPV_PERMIT_REMEDIATION, sales, 0);
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	assert_int_equal(2, count_all(sue));
	assert_int_equal(3, count_all(ivo));
	assert_int_equal(0, count_all(nob));
	assert_int_equal(2, get(w, sue, "R-1")->targets);
	assert_int_equal(1, get(w, sue, "R-1")->fixed);
	assert_int_equal(1, get(w, sue, "R-1")->overlap_count);
	assert_int_equal(1, get(w, sue, "R-2")->group_count);
	assert_string_equal("Sales", get(w, sue, "R-2")->groups[0]);
	assert_int_equal(0, get(w, ivo, "R-2")->fixed);
	assert_null(get(w, sue, "R-3"));
	assert_ok(rpv_target_list(sue, "R-1", &list));
	assert_int_equal(2, rpv_list_count(list));
	rpv_list_free(list);
	assert_status(RPV_E_NOT_FOUND, rpv_target_list(sue, "R-3", &list));
	assert_status(RPV_E_NOT_FOUND, rpv_remediation_complete(sue, "R-3"));
	assert_status(RPV_E_DENIED, rpv_remediation_complete(sue, "R-1"));
	assert_status(RPV_E_DENIED, rpv_remediation_cancel(sue, "R-2", "why"));
	assert_ok(rpv_remediation_complete(ivo, "R-3"));
	assert_status(RPV_E_NOT_FOUND, rpv_remediation_request_file(sue, &r, NULL));
	r.groups = NULL;
	r.group_count = 0;
	assert_status(RPV_E_REFUSED, rpv_remediation_request_file(nob, &r, NULL));
	assert_ok(rpv_remediation_request_file(sue, &r, &list)); /* all that it sees */
	assert_int_equal(1, rpv_remediation_at(list, 0)->targets);
	assert_int_equal(1, rpv_remediation_at(list, 0)->group_count);
	assert_int_equal(2, rpv_remediation_at(list, 0)->overlap_count);
	rpv_list_free(list);
	rpv_session_close(sue);
	rpv_session_close(ivo);
	rpv_session_close(nob);
	close_world(w);
}

/* --- events --- */
static const rpv_event *last_event(rpv_session *session, rpv_list **list)
{
	assert_ok(rpv_event_list(session, NULL, list));
	assert_true(rpv_list_count(*list) > 0);
	return rpv_event_at(*list, rpv_list_count(*list) - 1);
}

static void test_events_say_who_where_and_how_many(void **state)
{
	static const char *const it[] = { "IT" };
	test_world world, *w = &world;
	rpv_session *ivo;
	rpv_list *list;
	const rpv_event *e;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	e = last_event(w->session, &list);
	assert_int_equal(RPV_EVENT_REMEDIATION_REQUESTED, e->type);
	assert_string_equal("R-1", e->remediation);
	assert_string_equal(BROWSER, e->recommendation);
	assert_string_equal("ana@corp.example", e->actor);
	assert_int_equal(4, e->count);
	assert_int_equal(2, e->group_count);
	assert_int_equal(2, e->groups[0].count);
	rpv_list_free(list);
	ivo = open_session(w, "ivo", RPV_PERMIT_VIEW, it, 1);
	e = last_event(ivo, &list);
	assert_int_equal(RPV_EVENT_REMEDIATION_REQUESTED, e->type);
	assert_int_equal(1, e->group_count);
	assert_string_equal("IT", e->groups[0].group);
	rpv_list_free(list);
	for (int i = 0; i < 4; i++)
		assess(w, (const char *[]){ "s1", "s2", "i1", "i2" }[i], BROWSER, NULL, NULL);
	commit(w);
	e = last_event(w->session, &list);
	assert_int_equal(RPV_EVENT_REMEDIATION_COMPLETED, e->type);
	assert_string_equal("System confirmation", e->after);
	assert_int_equal(4, e->count);
	rpv_list_free(list);
	assess(w, "i1", BROWSER, "CVE-1", NULL);
	commit(w);
	request_all(w, BROWSER);
	assert_call(RPV_OK, rpv_remediation_cancel(w->session, "R-2", "no"));
	e = last_event(w->session, &list);
	assert_int_equal(RPV_EVENT_REMEDIATION_CANCELED, e->type);
	assert_string_equal("no", e->reason);
	assert_int_equal(1, e->group_count);
	rpv_list_free(list);
	rpv_session_close(ivo);
	close_world(w);
}

/* --- somebody else commits in between --- */
typedef struct intruder { rpv_session *session; const char *device; bool done; } intruder;

static void intrude(void *user)
{
	intruder *i = user;
	rpv_batch *batch;
	const char *weaknesses[] = { "CVE-1" };

	if (i->done)
		return;
	i->done = true;
	assert_ok(rpv_batch_begin(i->session, NULL, &batch));
	assert_ok(rpv_batch_assess(batch, i->device, BROWSER, weaknesses, 1));
	assert_ok(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
}

static void test_request_when_somebody_reports_meanwhile_then_the_newly_exposed_join(void **state)
{
	test_world world, *w = &world;
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_store *other;
	intruder i = { NULL, "s3", false };

	(void)state;
	open_fleet(w);
	device(w, "s3", "Sales");
	commit(w);
	o.storage = w->storage.inner; /* a second store on the same storage */
	o.storage.close = NULL;
	rpv_clock_manual(&w->now, &o.clock);
	assert_ok(rpv_store_open(&o, &other, NULL));
	p.id = "other";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(other, &p, &i.session, NULL));
	w->storage.before_commit_user = &i;
	w->storage.before_commit = intrude;
	request_all(w, BROWSER);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 5, 0);
	rpv_session_close(i.session);
	rpv_store_close(other);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_when_exposed_then_the_row_says_it_all),
		cmocka_unit_test(test_request_when_malformed_then_invalid),
		cmocka_unit_test(test_request_when_a_rule_refuses_then_nothing_is_written),
		cmocka_unit_test(test_request_for_attention_when_nobody_is_exposed_then_it_stays_active),
		cmocka_unit_test(test_request_when_devices_are_silent_or_excluded_then_they_are_no_targets),
		cmocka_unit_test(test_request_for_groups_then_the_default_group_has_many_names),
		cmocka_unit_test(test_request_on_a_configuration_then_impact_on_users_counts),
		cmocka_unit_test(test_request_when_the_store_is_full_then_limit),
		cmocka_unit_test(test_request_when_too_many_targets_for_one_commit_then_limit_says_so),
		cmocka_unit_test(test_complete_by_hand_then_real_progress_and_not_twice),
		cmocka_unit_test(test_cancel_then_reason_stays_and_nobody_completed_it),
		cmocka_unit_test(test_permission_when_missing_then_denied),
		cmocka_unit_test(test_list_of_several_on_one_recommendation_then_overlaps_are_named),
		cmocka_unit_test(test_list_by_every_filter_and_order),
		cmocka_unit_test(test_list_when_asked_badly_then_it_says_what),
		cmocka_unit_test(test_targets_are_listed_by_device_with_what_they_had),
		cmocka_unit_test(test_list_as_of_the_past_then_it_is_what_it_was),
		cmocka_unit_test(test_session_of_some_groups_sees_its_part_and_ends_nothing_wider),
		cmocka_unit_test(test_events_say_who_where_and_how_many),
		cmocka_unit_test(test_request_when_somebody_reports_meanwhile_then_the_newly_exposed_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
