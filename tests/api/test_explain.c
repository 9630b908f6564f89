/* SPDX-License-Identifier: MIT */
/* Explaining: which exception decides for a device, which ones lost, by which rule, and why something is not hidden. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "IT", "Sales" };
static const char *const s1[] = { "s1" };
#define CONTEXT_OF(session) rpv_session_error(session)->message

/* The outcome, which lives until the next call; NULL as a session frees it. */
static const rpv_explanation_outcome *ask(rpv_session *session, const char *device, const char *rec, const char *cve)
{
	static rpv_explanation *kept;
	rpv_explanation_free(kept);
	kept = NULL;
	if (!session)
		return NULL;
	assert_status_error(RPV_OK, rpv_explain(session, device, rec, cve, &kept), rpv_session_error(session));
	return rpv_explanation_read(kept);
}

static void join(char *out, size_t size, const char *const *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		snprintf(out + strlen(out), size - strlen(out), " %s", ids[i]);
}

/* As "E-1 recommendation; overruled E-2; also E-3", or "visible none_covers; overruled; also". */
static const char *said(rpv_session *session, const char *device, const char *rec, const char *cve)
{
	static char out[400];
	const rpv_explanation_outcome *o = ask(session, device, rec, cve);
	assert_int_equal(o->visible, o->decided_by == NULL);
	assert_int_equal(1, o->in_no_impact);
	assert_int_equal(o->visible, o->in_mitigation_like);
	snprintf(out, sizeof out, "%s %s; overruled", o->visible ? "visible" : o->decided_by,
	         rpv_word(RPV_WORDS_RULE, (int32_t)o->rule));
	join(out, sizeof out, o->overruled, o->overruled_count);
	snprintf(out + strlen(out), sizeof out - strlen(out), "; also");
	join(out, sizeof out, o->also, o->also_count);
	return out;
}

/* All exceptions as "E-1 decides, E-2 suspended E-1". */
static const char *standings(rpv_session *session, const char *device, const char *rec, const char *cve)
{
	static char out[1000];
	const rpv_explanation_outcome *o = ask(session, device, rec, cve);
	out[0] = '\0';
	for (size_t i = 0; i < o->exception_count; i++) {
		const rpv_explained_exception *x = &o->exceptions[i];
		assert_non_null(x->reason);
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s %s%s%s", i ? ", " : "", x->id,
		         rpv_word(RPV_WORDS_STANDING, (int32_t)x->standing), x->by ? " " : "", x->by ? x->by : "");
	}
	return out;
}

static const char *reason(rpv_session *session, const char *device, const char *rec, const char *id)
{
	const rpv_explanation_outcome *o = ask(session, device, rec, NULL);
	for (size_t i = 0; i < o->exception_count; i++)
		if (strcmp(o->exceptions[i].id, id) == 0)
			return o->exceptions[i].reason;
	fail_msg("%s is not explained", id);
	return NULL;
}

static void end(test_world *w)
{
	ask(NULL, NULL, NULL, NULL);
	end_decisions(w);
}

#define SAYS(wanted, device, cve) assert_string_equal(wanted, said(w->session, device, BROWSER, cve))
#define STANDS(wanted, device) assert_string_equal(wanted, standings(w->session, device, BROWSER, NULL))

static void test_explain_when_nothing_covers_it_then_visible(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	SAYS("visible none_covers; overruled; also", "s1", NULL);
	SAYS("visible none_covers; overruled; also", "s1", "CVE-1");
	const rpv_explanation_outcome *o = ask(w->session, "s1", BROWSER, "CVE-1");
	assert_string_equal("s1", o->device);
	assert_string_equal("Sales", o->group);
	assert_string_equal(BROWSER, o->recommendation);
	assert_string_equal("CVE-1", o->weakness);
	assert_string_equal("visible: no exception in effect covers it", o->message);
	assert_int_equal(1, o->active);
	assert_int_equal(1, o->in_official);
	assert_int_equal(0, o->exception_count);
	assert_int_equal(1, o->finding_count);
	assert_string_equal("CVE-1", o->findings[0].weakness);
	assert_int_equal(START, o->time_ms);
	assert_int_equal(START + 30 * DAY, o->valid_until_ms); /* then the device is silent */
	w->now += 30 * DAY;
	assert_int_equal(0, ask(w->session, "s1", BROWSER, NULL)->active);
	assert_int_equal(0, ask(w->session, "s1", BROWSER, NULL)->valid_until_ms);
	assert_null(rpv_explanation_read(NULL));
	end(w);
}

static void test_explain_when_several_widths_cover_it_then_the_widest_decides(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-1");
	SAYS("E-1 recommendation; overruled; also", "s1", "CVE-1");
	SAYS("visible none_covers; overruled; also", "s2", "CVE-1");
	r = accept_in(BROWSER, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	file_as(w, &r, "E-2");
	SAYS("E-2 recommendation; overruled E-1; also", "s1", "CVE-1");
	STANDS("E-2 decides, E-1 shadowed E-2", "s1");
	assert_int_equal(0, ask(w->session, "s1", BROWSER, "CVE-1")->in_official);
	r = accept_risk(BROWSER);
	r.duration_ms = 3 * DAY;
	file_as(w, &r, "E-3");
	SAYS("E-3 recommendation; overruled E-1 E-2; also", "s1", "CVE-1");
	SAYS("E-3 recommendation; overruled E-1 E-2; also", "s1", NULL);
	SAYS("E-3 recommendation; overruled; also", "i1", "CVE-1");
	STANDS("E-3 decides, E-1 suspended E-3, E-2 suspended E-3", "s1");
	assert_int_equal(1, ask(w->session, "s1", BROWSER, "CVE-1")->in_official); /* risk accepted: it counts */
	assert_int_equal(START + 3 * DAY, ask(w->session, "s1", BROWSER, NULL)->valid_until_ms);
	assert_int_equal(RPV_EXCEPTION_SUSPENDED, ask(w->session, "s1", BROWSER, NULL)->exceptions[1].status);
	w->now += 3 * DAY; /* at that very millisecond, no tick needed */
	SAYS("E-2 recommendation; overruled E-1; also", "s1", "CVE-1");
	STANDS("E-2 decides, E-1 shadowed E-2, E-3 expired", "s1");
	assert_string_equal("expired at 2026-03-04T00:00:00.000Z", reason(w->session, "s1", BROWSER, "E-3"));
	end(w);
}

static void test_explain_when_several_subjects_hide_it_then_the_others_are_also(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_risk(NULL);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-1");
	SAYS("E-1 weakness_everywhere; overruled; also", "s1", "CVE-1");
	SAYS("E-1 every_weakness; overruled; also", "s1", NULL);
	r = accept_in(BROWSER, sales, 1);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	SAYS("E-2 weakness; overruled; also E-1", "s1", "CVE-1");
	SAYS("E-1 weakness_everywhere; overruled; also", "i1", "CVE-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-3");
	SAYS("E-3 recommendation; overruled; also E-1 E-2", "s1", "CVE-1");
	SAYS("E-3 recommendation; overruled; also E-1 E-2", "s1", NULL);
	/* the decider accepts the risk, another subject takes it out of the official view all the same */
	assert_int_equal(0, ask(w->session, "s1", BROWSER, "CVE-1")->in_official);
	assert_string_equal("hidden: E-3 decides, an exception to the whole recommendation",
	                    ask(w->session, "s1", BROWSER, "CVE-1")->message);
	r = accept_risk(BROWSER);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-4");
	SAYS("E-3 recommendation; overruled E-2; also E-1 E-4", "s1", "CVE-1");
	end(w);
}

static void test_explain_when_some_findings_are_hidden_then_each_is_told(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	commit(w);
	r = accept_risk(BROWSER);
	r.weakness = "CVE-2";
	file_as(w, &r, "E-1");
	SAYS("visible some_visible; overruled; also", "s1", NULL);
	const rpv_explanation_outcome *o = ask(w->session, "s1", BROWSER, NULL);
	assert_int_equal(2, o->finding_count);
	assert_string_equal("CVE-1", o->findings[0].weakness);
	assert_int_equal(1, o->findings[0].visible);
	assert_null(o->findings[0].decided_by);
	assert_string_equal("CVE-2", o->findings[1].weakness);
	assert_string_equal("E-1", o->findings[1].decided_by);
	assert_int_equal(RPV_RULE_WEAKNESS, o->findings[1].rule);
	assert_int_equal(0, o->findings[1].in_official);
	assert_int_equal(1, o->in_official);
	STANDS("E-1 decides", "s1");
	r = accept_risk(NULL);
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	SAYS("E-2 every_weakness; overruled; also E-1", "s1", NULL);
	STANDS("E-2 decides, E-1 also", "s1");
	end(w);
}

static void test_explain_when_a_configuration_then_without_weakness(void **state)
{
	test_world world, *w = &world;
	rpv_explanation *none = NULL;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	assert_string_equal("visible none_covers; overruled; also", said(w->session, "s1", LOCK, NULL));
	assert_null(ask(w->session, "s1", LOCK, NULL)->findings[0].weakness);
	rpv_exception_request r = accept_in(LOCK, sales, 1);
	file_as(w, &r, "E-1");
	assert_string_equal("E-1 recommendation; overruled; also", said(w->session, "s1", LOCK, NULL));
	assert_call(RPV_E_NOT_FOUND, rpv_explain(w->session, "s2", LOCK, NULL, &none));
	assert_call(RPV_E_NOT_FOUND, rpv_explain(w->session, "s1", LOCK, "CVE-1", &none));
	end(w);
}

/* R18: group scopes follow the group of now, in the batch that moves the device; device scopes follow the id. */
static void test_explain_when_a_device_moves_between_groups_then_scopes_follow(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-2");
	SAYS("E-1 recommendation; overruled E-2; also", "s1", "CVE-1");
	device(w, "s1", "IT");
	device(w, "i1", "Sales");
	commit(w);
	SAYS("E-2 recommendation; overruled; also", "s1", "CVE-1");
	SAYS("E-1 recommendation; overruled; also", "i1", "CVE-1");
	assert_string_equal("IT", ask(w->session, "s1", BROWSER, NULL)->group);
	remove_device(w, "s1");
	commit(w);
	rpv_explanation *none = NULL;
	assert_call(RPV_E_NOT_FOUND, rpv_explain(w->session, "s1", BROWSER, NULL, &none));
	device(w, "s1", "Sales");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	SAYS("E-1 recommendation; overruled E-2; also", "s1", "CVE-1");
	end(w);
}

/* R17: a renamed group is the same one; a vanished one stays in the scope as a name, and covers a later one of it. */
static void test_explain_when_groups_are_renamed_or_vanish_then_scopes_keep_them(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	rpv_group_facts rename = { .name = "Verkauf", .previous_name = "Sales" };
	assert_call(RPV_OK, rpv_batch_group(begin(w), &rename));
	commit(w);
	SAYS("E-1 recommendation; overruled; also", "s1", "CVE-1");
	assert_string_equal("Verkauf", ask(w->session, "s1", BROWSER, NULL)->group);
	device(w, "s1", "IT");
	device(w, "s2", "IT");
	rpv_group_facts gone = { .name = "Verkauf", .removed = 1 };
	assert_call(RPV_OK, rpv_batch_group(begin(w), &gone));
	commit(w);
	SAYS("visible none_covers; overruled; also", "s1", "CVE-1");
	device(w, "s2", "Verkauf");
	commit(w);
	SAYS("E-1 recommendation; overruled; also", "s2", "CVE-1");
	end(w);
}

static void test_explain_when_visible_then_those_that_would_hide_it_say_why_not(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	r.duration_ms = DAY;
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-2");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-2", NULL, "the vendor shipped a fix"));
	r = accept_in(BROWSER, sales, 1);
	r.start_ms = START + 5 * DAY;
	file_as(w, &r, "E-3");
	r = accept_in(BROWSER, both, 2);
	r.start_ms = START + 20 * DAY;
	file_as(w, &r, "E-4");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-4", "Sales", "not there"));
	r = accept_in(BROWSER, it, 1);
	file_as(w, &r, "E-5"); /* of another group: says nothing about s1 */
	w->now += 2 * DAY;
	SAYS("visible none_covers; overruled; also", "s1", NULL);
	STANDS("E-3 scheduled, E-4 taken_out, E-1 expired, E-2 canceled", "s1");
	assert_string_equal("scheduled: starts at 2026-03-06T00:00:00.000Z", reason(w->session, "s1", BROWSER, "E-3"));
	assert_string_equal("the device group was taken out of it", reason(w->session, "s1", BROWSER, "E-4"));
	assert_string_equal("canceled at 2026-03-01T00:00:00.000Z: the vendor shipped a fix",
	                    reason(w->session, "s1", BROWSER, "E-2"));
	assert_int_equal(START + 5 * DAY, ask(w->session, "s1", BROWSER, NULL)->valid_until_ms);
	end(w);
}

static void test_explain_when_superseded_then_names_the_successor(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r.supersede = 1;
	file_as(w, &r, "E-2");
	STANDS("E-2 decides, E-1 superseded E-2", "s1");
	assert_string_equal("superseded by E-2 at 2026-03-01T00:00:00.000Z", reason(w->session, "s1", BROWSER, "E-1"));
	end(w);
}

static void test_explain_when_many_ended_then_the_latest_are_told(void **state)
{
	test_world world, *w = &world;
	char id[16];
	(void)state;
	open_fleet(w);
	for (int i = 1; i <= 20; i++) {
		rpv_exception_request r = accept_risk(BROWSER);
		snprintf(id, sizeof id, "E-%d", i);
		file_as(w, &r, id);
		assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "x"));
		w->now += 1000;
	}
	const rpv_explanation_outcome *o = ask(w->session, "s1", BROWSER, "CVE-1");
	assert_int_equal(16, o->exception_count);
	assert_int_equal(4, o->ended_left_out);
	assert_string_equal("E-20", o->exceptions[0].id);
	assert_string_equal("E-5", o->exceptions[15].id);
	end(w);
}

static void test_explain_when_limited_or_unknown_then_not_found(void **state)
{
	test_world world, *w = &world;
	rpv_explanation *none = (rpv_explanation *)w;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	rpv_session *tom = open_session(w, "tom", RPV_PERMIT_VIEW, sales, 1);
	r = accept_risk(BROWSER);
	file_as(w, &r, "E-1");
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-2");
	assert_string_equal("E-1 recommendation; overruled E-2; also", said(tom, "s1", BROWSER, "CVE-1"));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "i1", BROWSER, "CVE-1", &none));
	assert_null(none);
	assert_string_equal("there is no device \"i1\"", CONTEXT_OF(tom));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "nowhere", BROWSER, NULL, &none));
	assert_string_equal("there is no device \"nowhere\"", CONTEXT_OF(tom));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "s1", "nothing", NULL, &none));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "s1", BROWSER, "CVE-9", &none));
	assert_string_equal("there is no weakness \"CVE-9\"", CONTEXT_OF(tom));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "s1", BROWSER, "CVE-2", &none));
	assert_string_equal("\"CVE-2\" is not found on \"s1\" under \"" BROWSER "\"", CONTEXT_OF(tom));
	assert_int_equal(RPV_E_NOT_FOUND, rpv_explain(tom, "s1", MAIL, NULL, &none));
	rpv_session_close(tom);
	tom = open_session(w, "tom", RPV_PERMIT_INGEST, NULL, 0);
	assert_int_equal(RPV_E_DENIED, rpv_explain(tom, "s1", BROWSER, NULL, &none));
	rpv_session_close(tom);
	assert_call(RPV_E_INVALID, rpv_explain(w->session, NULL, BROWSER, NULL, &none));
	assert_call(RPV_E_INVALID, rpv_explain(w->session, "s1", NULL, NULL, &none));
	assert_call(RPV_E_INVALID, rpv_explain(w->session, "s1", "\xff", NULL, &none));
	assert_call(RPV_E_INVALID, rpv_explain(w->session, "s1", BROWSER, "", &none));
	assert_call(RPV_E_INVALID, rpv_explain(w->session, "s1", BROWSER, NULL, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_explain(NULL, "s1", BROWSER, NULL, &none));
	end(w);
}

static void test_explain_when_as_of_then_as_it_was_told_then(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	w->now += DAY;
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	device(w, "s1", "IT");
	commit(w);
	SAYS("visible none_covers; overruled; also", "s1", NULL);
	rpv_session *past = open_session(w, "ana", RPV_PERMIT_VIEW, NULL, 0);
	assert_ok(rpv_session_set_as_of(past, START + DAY - 1));
	assert_string_equal("E-1 recommendation; overruled; also", said(past, "s1", BROWSER, NULL));
	assert_string_equal("Sales", ask(past, "s1", BROWSER, NULL)->group);
	assert_int_equal(START + DAY - 1, ask(past, "s1", BROWSER, NULL)->time_ms);
	ask(NULL, NULL, NULL, NULL);
	rpv_session_close(past);
	end(w);
}

/* It must stay cheap: the same reads whatever else is there, and neither a load nor a scan of all. */
static void test_explain_when_the_store_is_large_then_reads_as_much(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	char id[16];
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	ask(w->session, "s1", BROWSER, "CVE-1");
	size_t calls = w->storage.gets + w->storage.scans;
	ask(w->session, "s1", BROWSER, "CVE-1");
	calls = w->storage.gets + w->storage.scans - calls;
	assert_true(calls <= 16);
	for (int i = 0; i < 50; i++) {
		snprintf(id, sizeof id, "x%d", i);
		device(w, id, "Elsewhere");
		assess(w, id, BROWSER, "CVE-1", "CVE-2");
		assess(w, id, MAIL, "CVE-2", NULL);
	}
	commit(w);
	for (int i = 0; i < 50; i++) {
		const char *one[] = { id };
		snprintf(id, sizeof id, "x%d", i);
		r = accept_on(MAIL, one, 1);
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	}
	size_t before = w->storage.gets + w->storage.scans;
	SAYS("E-1 recommendation; overruled; also", "s1", "CVE-1");
	assert_int_equal(calls, w->storage.gets + w->storage.scans - before);
	end(w);
}

/* Whatever call fails, it is told, nothing leaks, and the next one answers. */
static void test_explain_when_storage_or_memory_fails_then_says_so(void **state)
{
	test_world world, *w = &world;
	rpv_explanation *explanation = NULL;
	rpv_exception_request r;
	rpv_status st;
	(void)state;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "x"));
	r.weakness = "CVE-1";
	file_as(w, &r, "E-2");
	for (size_t at = 1; ; at++) {
		test_storage_fail(&w->storage, TEST_ANY, at, RPV_E_STORAGE);
		st = rpv_explain(w->session, "s1", BROWSER, NULL, &explanation);
		if (!w->storage.failed)
			break;
		assert_int_equal(RPV_E_STORAGE, st);
		assert_null(explanation);
	}
	assert_call(RPV_OK, st);
	rpv_explanation_free(explanation);
	test_storage_fail(&w->storage, TEST_ANY, 0, RPV_OK);
	for (size_t at = 1; ; at++) {
		size_t live = w->memory.live;
		test_memory_fail(&w->memory, at, false);
		st = rpv_explain(w->session, "s1", BROWSER, NULL, &explanation);
		if (!test_memory_failed(&w->memory))
			break;
		assert_int_equal(RPV_E_NOMEM, st);
		assert_null(explanation);
		assert_int_equal(live, w->memory.live);
	}
	test_memory_fail(&w->memory, 0, false);
	assert_call(RPV_OK, st);
	rpv_explanation_free(explanation);
	SAYS("E-2 weakness; overruled; also", "s1", "CVE-1");
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_when_nothing_covers_it_then_visible),
		cmocka_unit_test(test_explain_when_several_widths_cover_it_then_the_widest_decides),
		cmocka_unit_test(test_explain_when_several_subjects_hide_it_then_the_others_are_also),
		cmocka_unit_test(test_explain_when_some_findings_are_hidden_then_each_is_told),
		cmocka_unit_test(test_explain_when_a_configuration_then_without_weakness),
		cmocka_unit_test(test_explain_when_a_device_moves_between_groups_then_scopes_follow),
		cmocka_unit_test(test_explain_when_groups_are_renamed_or_vanish_then_scopes_keep_them),
		cmocka_unit_test(test_explain_when_visible_then_those_that_would_hide_it_say_why_not),
		cmocka_unit_test(test_explain_when_superseded_then_names_the_successor),
		cmocka_unit_test(test_explain_when_many_ended_then_the_latest_are_told),
		cmocka_unit_test(test_explain_when_limited_or_unknown_then_not_found),
		cmocka_unit_test(test_explain_when_as_of_then_as_it_was_told_then),
		cmocka_unit_test(test_explain_when_the_store_is_large_then_reads_as_much),
		cmocka_unit_test(test_explain_when_storage_or_memory_fails_then_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
