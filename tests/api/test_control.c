/* SPDX-License-Identifier: MIT */
/* Compensating controls as facts: absent and given fields, lists, sessions, the past. */
#include "../support/decisions.h"

static const char *const pair[] = { "https://corp.example/audit", "sha256=00" };

/* The only row of a query by id, kept until the next call; NULL: not found. */
static const rpv_control *control_as(rpv_session *session, const char *id)
{
	static rpv_list *list;
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	rpv_list_free(list);
	list = NULL;
	if (!session)
		return NULL;
	q.id = id;
	rpv_status st = rpv_control_list(session, &q, &list);
	if (st == RPV_E_NOT_FOUND)
		return NULL;
	assert_status_error(RPV_OK, st, rpv_session_error(session));
	assert_int_equal(1, rpv_list_count(list));
	return rpv_control_at(list, 0);
}

static const rpv_control *control(test_world *w, const char *id)
{
	const rpv_control *c = control_as(w->session, id);
	assert_non_null(c);
	return c;
}

static void end(test_world *w)
{
	control_as(NULL, NULL);
	end_decisions(w);
}

static void tell(test_world *w, const rpv_control_facts *f)
{
	assert_call(RPV_OK, rpv_batch_control(begin(w), f));
}

static void say(test_world *w, const rpv_control_facts *f)
{
	tell(w, f);
	commit(w);
}

/* Ids that a query finds, as "a b c". */
static const char *found(test_world *w, const rpv_control_query *q)
{
	static char out[512];
	rpv_list *list;
	out[0] = '\0';
	assert_call(RPV_OK, rpv_control_list(w->session, q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "", rpv_control_at(list, i)->id);
	assert_null(rpv_control_at(list, rpv_list_count(list)));
	assert_null(rpv_group_at(list, 0));
	rpv_list_free(list);
	return out;
}

/* Events about controls after `since`, as "control_added proxy, ...". */
static const char *heard(rpv_session *session, uint64_t since)
{
	static char out[2048];
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	q.since = since;
	out[0] = '\0';
	assert_ok(rpv_event_list(session, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		size_t size = strlen(out);
		if (e->control)
			snprintf(out + size, sizeof out - size, "%s%s %s%s%s%s%s", size ? ", " : "",
			         rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type), e->control, e->before ? ": " : "",
			         e->before ? e->before : "", e->after ? " -> " : "", e->after ? e->after : "");
	}
	rpv_list_free(list);
	return out;
}

/* --- fields --- */
static void test_control_when_new_then_defaults_hold(void **state)
{
	test_world world, *w = &world;
	const rpv_control *c;
	(void)state;
	open_world(w);
	say(w, &(rpv_control_facts){ .id = "proxy" });
	c = control(w, "proxy");
	assert_int_equal(RPV_CONTROL_INTERNAL, c->kind);
	assert_null(c->description);
	assert_null(c->owner);
	assert_int_equal(0, c->evidence_count);
	assert_int_equal(START, c->added_ms);
	assert_int_equal(0, c->reviewed_ms);
	assert_int_equal(0, c->review_interval_ms);
	assert_int_equal(0, c->stale_ms);
	assert_int_equal(0, c->stale + c->retired);
	assert_int_equal(0, c->exceptions);
	assert_string_equal("control_added proxy", heard(w->session, 0));
	end(w);
}

static void test_control_when_fields_are_absent_then_unchanged_and_given_ones_default(void **state)
{
	test_world world, *w = &world;
	const rpv_control *c;
	uint64_t before;
	(void)state;
	open_world(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .kind = RPV_CONTROL_THIRD_PARTY, .description = "filters", .owner = "net",
		.evidence = pair, .evidence_count = 2, .reviewed_ms = START - DAY, .review_interval_ms = 90 * DAY });
	w->now += DAY;
	before = revision_of(w);
	say(w, &(rpv_control_facts){ .id = "proxy" }); /* the same again: nothing at all (R38) */
	assert_int_equal(before, revision_of(w));
	say(w, &(rpv_control_facts){ .id = "proxy", .owner = "sec" });
	c = control(w, "proxy");
	assert_string_equal("sec", c->owner);
	assert_string_equal("filters", c->description);
	assert_int_equal(RPV_CONTROL_THIRD_PARTY, c->kind);
	assert_int_equal(2, c->evidence_count);
	assert_string_equal(pair[1], c->evidence[1]);
	assert_int_equal(START, c->added_ms);
	assert_int_equal(START + 89 * DAY, c->stale_ms);
	say(w, &(rpv_control_facts){ .id = "proxy", .given = 2 * RPV_CONTROL_RETIRED - 1 });
	c = control(w, "proxy");
	assert_int_equal(RPV_CONTROL_INTERNAL, c->kind);
	assert_null(c->description);
	assert_null(c->owner);
	assert_int_equal(0, c->evidence_count);
	assert_int_equal(0, c->reviewed_ms + c->review_interval_ms + c->stale_ms);
	tell(w, &(rpv_control_facts){ .id = "proxy", .owner = "a", .description = "b" }); /* twice: field by field */
	say(w, &(rpv_control_facts){ .id = "proxy", .owner = "c" });
	assert_string_equal("c", control(w, "proxy")->owner);
	assert_string_equal("b", control(w, "proxy")->description);
	end(w);
}

static void test_control_when_reviewed_in_the_future_then_taken_as_now(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	(void)state;
	open_world(w);
	tell(w, &(rpv_control_facts){ .id = "proxy", .reviewed_ms = START + 9 * DAY });
	assert_call(RPV_OK, rpv_batch_commit(begin(w), &result));
	assert_int_equal(1, result.clipped);
	assert_int_equal(1, result.changed);
	assert_int_equal(START, control(w, "proxy")->reviewed_ms);
	end(w);
}

static void test_control_when_malformed_then_refused_by_field(void **state)
{
	static const char *const no_uri[] = { "", "sha256=00" };
	static const struct { rpv_control_facts f; const char *field; } bad[] = {
		{ { .id = NULL }, "id" }, { { .id = "" }, "id" }, { { .id = "a", .kind = (rpv_control_kind)3 }, "kind" },
		{ { .id = "a", .retired = (rpv_flag)3 }, "retired" }, { { .id = "a", .given = 128 }, "given" },
		{ { .id = "a", .reviewed_ms = -1 }, "reviewed_ms" }, { { .id = "a", .added_ms = INT64_MAX }, "added_ms" },
		{ { .id = "a", .review_interval_ms = RPV_REVIEW_INTERVAL_MAX + 1 }, "review_interval_ms" },
		{ { .id = "a", .owner = "\xff" }, "owner" }, { { .id = "a", .description = "\xff" }, "description" },
		{ { .id = "a", .evidence_count = 2 }, "evidence" },
		{ { .id = "a", .evidence = pair, .evidence_count = 1 }, "evidence" },
		{ { .id = "a", .evidence = no_uri, .evidence_count = 2 }, "evidence" } };
	test_world world, *w = &world;
	(void)state;
	open_world(w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_control(begin(w), &bad[i].f));
		assert_string_equal(bad[i].field, rpv_session_error(w->session)->field);
	}
	assert_call(RPV_E_INVALID, rpv_batch_control(begin(w), NULL));
	assert_int_equal(RPV_E_INVALID, rpv_batch_control(NULL, &bad[0].f));
	commit(w);
	assert_null(control_as(w->session, "a"));
	end(w);
}

/* --- its life --- */
static void test_control_when_it_changes_then_each_change_is_told(void **state)
{
	test_world world, *w = &world;
	uint64_t since;
	rpv_store_info info = { .struct_size = sizeof info };
	(void)state;
	open_world(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .retired = RPV_FLAG_TRUE });
	assert_string_equal("control_added proxy, control_retired proxy", heard(w->session, 0));
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	since = info.sequence;
	say(w, &(rpv_control_facts){ .id = "proxy", .kind = RPV_CONTROL_THIRD_PARTY, .owner = "net", .reviewed_ms = START,
		.review_interval_ms = 90 * DAY, .retired = RPV_FLAG_FALSE, .description = "filters" });
	assert_string_equal("control_changed proxy: kind internal -> kind third_party, "
	                    "control_changed proxy: owner - -> owner net, "
	                    "control_changed proxy: not reviewed -> reviewed 2026-03-01T00:00:00.000Z, "
	                    "control_changed proxy: no review interval -> review interval 90 days, "
	                    "control_changed proxy: retired -> in place", heard(w->session, since));
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	since = info.sequence;
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 });
	assert_null(control_as(w->session, "proxy"));
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 }); /* again, and one that never was */
	say(w, &(rpv_control_facts){ .id = "other", .removed = 1 });
	assert_string_equal("control_removed proxy", heard(w->session, since));
	w->now += DAY;
	say(w, &(rpv_control_facts){ .id = "proxy" }); /* back: nothing is left of what was */
	assert_null(control(w, "proxy")->owner);
	assert_int_equal(START + DAY, control(w, "proxy")->added_ms);
	assert_string_equal("control_removed proxy, control_added proxy", heard(w->session, since));
	tell(w, &(rpv_control_facts){ .id = "brief" }); /* came and went within a batch */
	say(w, &(rpv_control_facts){ .id = "brief", .removed = 1 });
	assert_null(control_as(w->session, "brief"));
	say(w, &(rpv_control_facts){ .id = "brief" });
	assert_non_null(control_as(w->session, "brief"));
	end(w);
}

static void test_control_when_listed_then_by_id_filtered_and_paged(void **state)
{
	test_world world, *w = &world;
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	rpv_list *list;
	(void)state;
	open_world(w);
	tell(w, &(rpv_control_facts){ .id = "c", .review_interval_ms = DAY });
	tell(w, &(rpv_control_facts){ .id = "a", .kind = RPV_CONTROL_THIRD_PARTY, .review_interval_ms = 2 * DAY });
	tell(w, &(rpv_control_facts){ .id = "d", .retired = RPV_FLAG_TRUE, .review_interval_ms = DAY });
	tell(w, &(rpv_control_facts){ .id = "gone" });
	say(w, &(rpv_control_facts){ .id = "b" });
	say(w, &(rpv_control_facts){ .id = "gone", .removed = 1 });
	assert_string_equal("a b c d", found(w, NULL));
	q.kind = RPV_CONTROL_THIRD_PARTY;
	assert_string_equal("a", found(w, &q));
	q = (rpv_control_query)RPV_CONTROL_QUERY_INIT;
	q.retired = RPV_FLAG_TRUE;
	assert_string_equal("d", found(w, &q));
	q.retired = RPV_FLAG_FALSE;
	assert_string_equal("a b c", found(w, &q));
	q = (rpv_control_query)RPV_CONTROL_QUERY_INIT;
	q.stale = RPV_FLAG_TRUE;
	w->now = START + DAY - 1;
	assert_string_equal("", found(w, &q));
	w->now++;
	assert_string_equal("c", found(w, &q)); /* at that very millisecond; a retired one is not reviewed any more */
	assert_int_equal(1, control(w, "c")->stale);
	q.stale = RPV_FLAG_FALSE;
	assert_string_equal("a b d", found(w, &q));
	q = (rpv_control_query)RPV_CONTROL_QUERY_INIT;
	q.limit = 3;
	assert_call(RPV_OK, rpv_control_list(w->session, &q, &list));
	q.after = rpv_list_cursor(list);
	assert_non_null(q.after);
	assert_string_equal("d", found(w, &q));
	rpv_list_free(list);
	q.after = "nonsense";
	assert_call(RPV_E_INVALID, rpv_control_list(w->session, &q, &list));
	q = (rpv_control_query)RPV_CONTROL_QUERY_INIT;
	q.stale = (rpv_flag)3;
	assert_call(RPV_E_INVALID, rpv_control_list(w->session, &q, &list));
	q = (rpv_control_query)RPV_CONTROL_QUERY_INIT;
	q.id = "gone";
	assert_call(RPV_E_NOT_FOUND, rpv_control_list(w->session, &q, &list));
	assert_string_equal("id", rpv_session_error(w->session)->field);
	assert_null(list);
	assert_int_equal(RPV_E_INVALID, rpv_control_list(NULL, NULL, &list));
	assert_call(RPV_E_INVALID, rpv_control_list(w->session, NULL, NULL));
	end(w);
}

static void test_control_when_looked_at_in_the_past_then_as_it_was(void **state)
{
	test_world world, *w = &world;
	rpv_session *past;
	(void)state;
	open_world(w);
	say(w, &(rpv_control_facts){ .id = "proxy", .owner = "net", .review_interval_ms = 2 * DAY });
	w->now += DAY;
	say(w, &(rpv_control_facts){ .id = "proxy", .owner = "sec", .retired = RPV_FLAG_TRUE });
	w->now += 5 * DAY;
	say(w, &(rpv_control_facts){ .id = "proxy", .removed = 1 });
	past = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START));
	assert_string_equal("net", control_as(past, "proxy")->owner);
	assert_int_equal(0, control_as(past, "proxy")->retired);
	assert_ok(rpv_session_set_as_of(past, START + 2 * DAY));
	assert_string_equal("sec", control_as(past, "proxy")->owner);
	assert_int_equal(1, control_as(past, "proxy")->retired);
	assert_null(control_as(w->session, "proxy"));
	control_as(NULL, NULL);
	rpv_session_close(past);
	end(w);
}

static void test_control_when_permissions_are_missing_then_denied(void **state)
{
	static const char *const sales[] = { "Sales" };
	test_world world, *w = &world;
	rpv_session *limited, *writer;
	rpv_batch *batch;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	say(w, &(rpv_control_facts){ .id = "proxy" });
	limited = open_session(w, "ben@corp.example", RPV_PERMIT_VIEW, sales, 1);
	writer = open_session(w, "cho@corp.example", RPV_PERMIT_INGEST, NULL, 0);
	assert_non_null(control_as(limited, "proxy")); /* it belongs to the whole organisation */
	assert_string_equal("control_added proxy", heard(limited, 0));
	assert_int_equal(RPV_E_DENIED, rpv_batch_begin(limited, NULL, &batch));
	assert_int_equal(RPV_E_DENIED, rpv_control_list(writer, NULL, &list));
	control_as(NULL, NULL);
	rpv_session_close(limited);
	rpv_session_close(writer);
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_when_new_then_defaults_hold),
		cmocka_unit_test(test_control_when_fields_are_absent_then_unchanged_and_given_ones_default),
		cmocka_unit_test(test_control_when_reviewed_in_the_future_then_taken_as_now),
		cmocka_unit_test(test_control_when_malformed_then_refused_by_field),
		cmocka_unit_test(test_control_when_it_changes_then_each_change_is_told),
		cmocka_unit_test(test_control_when_listed_then_by_id_filtered_and_paged),
		cmocka_unit_test(test_control_when_looked_at_in_the_past_then_as_it_was),
		cmocka_unit_test(test_control_when_permissions_are_missing_then_denied),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
