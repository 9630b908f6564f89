/* SPDX-License-Identifier: MIT */
/* Sessions: without a permission nothing is answered and nothing done; what is not visible is not found; the host's own
 * say; what exceptions show to a session of some device groups. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" }, *const both[] = { "Sales", "IT" };
static const char *const s1[] = { "s1" }, *const i1[] = { "i1" }, *const s1_i1[] = { "s1", "i1" };

/* --- permissions --- */
typedef struct call {
	const char *name;
	uint32_t permission; /* what it needs */
	rpv_status (*run)(rpv_session *session);
} call;

/* Calls that answer with a list: no list when it fails. */
#define LIST(noun, ...) \
	static rpv_status list_##noun(rpv_session *session) \
	{ \
		rpv_list *list = (rpv_list *)session; \
		rpv_status status = rpv_##noun##_list(__VA_ARGS__); \
		if (status) \
			assert_null(list); \
		rpv_list_free(list); \
		return status; \
	}
LIST(group, session, &list)
LIST(device, session, NULL, &list)
LIST(assessment, session, "s1", &list)
LIST(weakness, session, NULL, &list)
LIST(weakness_set, session, &list)
LIST(recommendation, session, NULL, &list)
LIST(exception, session, NULL, &list)
LIST(remediation, session, NULL, &list)
LIST(target, session, "R-1", &list)
LIST(event, session, NULL, &list)
LIST(policy, session, NULL, &list)

static rpv_status read_score(rpv_session *session)
{
	rpv_score score = RPV_SCORE_INIT;
	return rpv_score_read(session, NULL, &score);
}

static rpv_status open_engine(rpv_session *session)
{
	rpv_score_engine *engine = (rpv_score_engine *)session;
	rpv_status status = rpv_score_engine_open(session, &engine);
	if (status)
		assert_null(engine);
	rpv_score_engine_close(engine);
	return status;
}

static const rpv_policy_change longer = { "history_kept", "31d" };

static rpv_status change_policies(rpv_session *session)
{
	return rpv_policy_set(session, &longer, 1, NULL, NULL);
}

static rpv_status preview_policies(rpv_session *session)
{
	return rpv_policy_preview(session, &longer, 1, NULL, NULL);
}

static rpv_status begin_batch(rpv_session *session)
{
	rpv_batch *batch = (rpv_batch *)session;
	rpv_status status = rpv_batch_begin(session, NULL, &batch);
	if (status)
		assert_null(batch);
	rpv_batch_free(batch);
	return status;
}

static rpv_status preview(rpv_session *session)
{
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_filing *filing = (rpv_filing *)session;
	rpv_status status = rpv_exception_preview(session, &r, &filing);
	if (status)
		assert_null(filing);
	rpv_filing_free(filing);
	return status;
}

static rpv_status file(rpv_session *session)
{
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	return rpv_exception_file(session, &r, NULL);
}

static rpv_status file_global(rpv_session *session)
{
	rpv_exception_request r = accept_risk(MAIL);
	return rpv_exception_file(session, &r, NULL);
}

static rpv_status file_overriding(rpv_session *session)
{
	rpv_exception_request r = accept_in(LOCK, sales, 1);
	r.impact = RPV_IMPACT_HYBRID;
	return rpv_exception_file(session, &r, NULL);
}

static rpv_status cancel(rpv_session *session)
{
	return rpv_exception_cancel(session, "E-1", NULL, "x");
}

static rpv_status cancel_global(rpv_session *session)
{
	return rpv_exception_cancel(session, "E-2", NULL, "x");
}

static rpv_status request(rpv_session *session)
{
	rpv_remediation_request r = request_on(BROWSER);
	return rpv_remediation_request_file(session, &r, NULL);
}

static rpv_status complete(rpv_session *session)
{
	return rpv_remediation_complete(session, "R-1");
}

static rpv_status cancel_activity(rpv_session *session)
{
	return rpv_remediation_cancel(session, "R-2", "x");
}

/* In this order each of them succeeds. */
static const call calls[] = {
	{ "batch", RPV_PERMIT_INGEST, begin_batch },
	{ "preview", RPV_PERMIT_EXCEPTIONS, preview },
	{ "file", RPV_PERMIT_EXCEPTIONS, file },
	{ "file global", RPV_PERMIT_EXCEPTIONS | RPV_PERMIT_GLOBAL_EXCEPTIONS, file_global },
	{ "file overriding", RPV_PERMIT_EXCEPTIONS | RPV_PERMIT_SETTINGS, file_overriding },
	{ "request", RPV_PERMIT_REMEDIATION, request },
	{ "groups", RPV_PERMIT_VIEW, list_group },
	{ "devices", RPV_PERMIT_VIEW, list_device },
	{ "assessments", RPV_PERMIT_VIEW, list_assessment },
	{ "weaknesses", RPV_PERMIT_VIEW, list_weakness },
	{ "weakness sets", RPV_PERMIT_VIEW, list_weakness_set },
	{ "recommendations", RPV_PERMIT_VIEW, list_recommendation },
	{ "exceptions", RPV_PERMIT_VIEW, list_exception },
	{ "activities", RPV_PERMIT_VIEW, list_remediation },
	{ "targets", RPV_PERMIT_VIEW, list_target },
	{ "events", RPV_PERMIT_VIEW, list_event },
	{ "policies", RPV_PERMIT_VIEW, list_policy },
	{ "change policies", RPV_PERMIT_SETTINGS, change_policies },
	{ "preview policies", RPV_PERMIT_SETTINGS, preview_policies },
	{ "score", RPV_PERMIT_VIEW, read_score },
	{ "engine", RPV_PERMIT_VIEW, open_engine },
	{ "cancel", RPV_PERMIT_EXCEPTIONS, cancel },
	{ "cancel global", RPV_PERMIT_EXCEPTIONS | RPV_PERMIT_GLOBAL_EXCEPTIONS, cancel_global },
	{ "complete", RPV_PERMIT_REMEDIATION, complete },
	{ "request again", RPV_PERMIT_REMEDIATION, request },
	{ "cancel activity", RPV_PERMIT_REMEDIATION, cancel_activity },
};

static void test_session_when_a_permission_is_missing_then_denied_whatever_else_it_has(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		rpv_session *session;
		for (uint32_t bit = 1; bit <= calls[i].permission; bit <<= 1) {
			if (!(calls[i].permission & bit))
				continue;
			uint64_t revision = revision_of(w);
			const uint32_t lacking[] = { 0, RPV_PERMIT_ALL & ~bit };
			for (int k = 0; k < 2; k++) {
				session = open_session(w, "bob", lacking[k], NULL, 0);
				rpv_status status = calls[i].run(session);
				if (status != RPV_E_DENIED)
					print_error("%s without %u\n", calls[i].name, bit);
				assert_status_error(RPV_E_DENIED, status, rpv_session_error(session));
				assert_non_null(strstr(rpv_session_error(session)->message, "bob"));
				rpv_session_close(session);
			}
			assert_int_equal(revision, revision_of(w));
		}
		session = open_session(w, "bob", calls[i].permission, NULL, 0);
		rpv_status status = calls[i].run(session);
		if (status)
			print_error("%s\n", calls[i].name);
		assert_status_error(RPV_OK, status, rpv_session_error(session));
		rpv_session_close(session);
	}
	end_decisions(w);
}

/* The host's own say. */
typedef struct say { uint32_t permission; char object[64], principal[64]; rpv_status answer; int asked; } say;

static rpv_status decide(void *user, const rpv_question *question)
{
	say *s = user;
	s->asked++;
	s->permission |= question->permission;
	snprintf(s->object, sizeof s->object, "%s", question->object ? question->object : "");
	snprintf(s->principal, sizeof s->principal, "%s", question->principal);
	return s->answer;
}

static void test_session_when_the_host_denies_then_denied(void **state)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_store *store;
	rpv_session *session;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_exception_request r = accept_risk(BROWSER);
	int64_t now = START;
	say s = { .answer = RPV_E_DENIED };
	(void)state;
	assert_ok(rpv_memory_storage(NULL, &o.storage));
	rpv_clock_manual(&now, &o.clock);
	o.authorise = (rpv_authorise){ &s, decide };
	assert_ok(rpv_store_open(&o, &store, NULL));
	p.id = "ana";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(store, &p, &session, NULL));
	assert_status(RPV_E_DENIED, rpv_exception_file(session, &r, NULL));
	assert_string_equal(BROWSER, s.object);
	assert_string_equal("ana", s.principal);
	assert_int_equal(1, s.asked);
	r.recommendation = NULL;
	r.weakness = "CVE-1";
	assert_status(RPV_E_DENIED, rpv_exception_file(session, &r, NULL));
	assert_string_equal("CVE-1", s.object);
	assert_status(RPV_E_DENIED, rpv_exception_cancel(session, "E-7", NULL, "x"));
	assert_string_equal("E-7", s.object);
	s.answer = (rpv_status)7; /* no status: a no is a no */
	assert_status(RPV_E_DENIED, rpv_exception_cancel(session, "E-7", NULL, "x"));
	s.answer = RPV_E_STORAGE; /* the host's own failure comes through */
	assert_status(RPV_E_STORAGE, rpv_exception_cancel(session, "E-7", NULL, "x"));
	s.answer = RPV_OK;
	s.permission = 0;
	assert_status(RPV_E_NOT_FOUND, rpv_exception_file(session, &r, NULL));
	assert_int_equal(RPV_PERMIT_EXCEPTIONS | RPV_PERMIT_GLOBAL_EXCEPTIONS, s.permission);
	rpv_session_close(session);
	rpv_store_close(store);
}

/* --- visible groups --- */
static void test_session_when_it_sees_some_groups_then_it_files_for_those_only(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1);
	r = accept_risk(BROWSER);
	assert_status(RPV_E_DENIED, rpv_exception_file(bob, &r, NULL)); /* a global one hides what it does not see */
	r = accept_in(BROWSER, it, 1);
	assert_status(RPV_E_NOT_FOUND, rpv_exception_file(bob, &r, NULL));
	r = accept_in(BROWSER, both, 2);
	assert_status(RPV_E_NOT_FOUND, rpv_exception_preview(bob, &r, &filing));
	r = accept_on(BROWSER, i1, 1);
	assert_status(RPV_E_NOT_FOUND, rpv_exception_file(bob, &r, NULL));
	char words[512];
	snprintf(words, sizeof words, "%s", rpv_session_error(bob)->message);
	static const char *const unknown[] = { "i9" };
	r = accept_on(BROWSER, unknown, 1); /* in the same words as one that is unknown */
	assert_status(RPV_E_NOT_FOUND, rpv_exception_file(bob, &r, NULL));
	*strstr(words, "i1") = '#';
	char other[512];
	snprintf(other, sizeof other, "%s", rpv_session_error(bob)->message);
	*strstr(other, "i9") = '#';
	words[strcspn(words, "#") + 1] = other[strcspn(other, "#") + 1] = '#';
	assert_string_equal(words, other);
	r = accept_risk(BROWSER);
	r.scope = RPV_SCOPE_ALL_GROUPS; /* all that it sees */
	assert_ok(rpv_exception_preview(bob, &r, &filing));
	const rpv_filing_outcome *o = rpv_filing_read(filing);
	assert_int_equal(1, o->exception->group_count);
	assert_string_equal("Sales", o->exception->groups[0]);
	assert_int_equal(2, o->hidden_devices);
	assert_int_equal(2, o->exception->filed_devices);
	assert_int_equal(2, o->before.devices);
	rpv_filing_free(filing);
	assert_ok(rpv_exception_file(bob, &r, NULL));
	r = accept_on(BROWSER, s1, 1);
	assert_ok(rpv_exception_file(bob, &r, NULL));
	rpv_session *eve = open_session(w, "eve", RPV_PERMIT_ALL, sales, 0);
	r = accept_risk(BROWSER);
	r.scope = RPV_SCOPE_ALL_GROUPS;
	assert_status(RPV_E_REFUSED, rpv_exception_file(eve, &r, NULL));
	assert_int_equal(1, look(w, "E-1")->group_count);
	rpv_session_close(eve);
	rpv_session_close(bob);
	end_decisions(w);
}

static void test_session_when_it_sees_some_groups_then_exceptions_show_that_part(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	rpv_list *list;
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, it, 1);
	file_as(w, &r, "E-2");
	r = accept_on(BROWSER, s1_i1, 2);
	file_as(w, &r, "E-3");
	r = accept_on(MAIL, i1, 1);
	file_as(w, &r, "E-4");
	r = accept_risk(LOCK);
	file_as(w, &r, "E-5");
	r = accept_in(LOCK, sales, 1);
	file_as(w, &r, "E-6");
	assert_ok(rpv_exception_list(bob, NULL, &list));
	assert_int_equal(4, rpv_list_count(list));
	const rpv_exception *e = rpv_exception_at(list, 0);
	assert_string_equal("E-1", e->id);
	assert_int_equal(1, e->group_count);
	assert_string_equal("Sales", e->groups[0]);
	assert_int_equal(0, e->filed_devices + e->filed_groups + e->filed_weaknesses); /* figures over more than it sees */
	assert_true(e->filed_exposure == 0);
	e = rpv_exception_at(list, 1);
	assert_string_equal("E-3", e->id);
	assert_int_equal(1, e->device_count);
	assert_string_equal("s1", e->devices[0]);
	assert_int_equal(0, e->filed_devices);
	e = rpv_exception_at(list, 2);
	assert_string_equal("E-5", e->id);
	assert_int_equal(0, e->filed_groups);
	e = rpv_exception_at(list, 3);
	assert_string_equal("E-6", e->id);
	assert_int_equal(1, e->filed_groups);
	assert_int_equal(RPV_EXCEPTION_SUSPENDED, e->status);
	rpv_list_free(list);
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	q.id = "E-2";
	assert_status(RPV_E_NOT_FOUND, rpv_exception_list(bob, &q, &list));
	q.id = NULL;
	q.group = "IT";
	assert_status(RPV_E_NOT_FOUND, rpv_exception_list(bob, &q, &list));
	assert_null(list);
	rpv_session_close(bob);
	end_decisions(w);
}

static void test_session_when_it_sees_some_groups_then_it_cancels_those_only(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request r;
	(void)state;
	open_fleet(w);
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1);
	r = accept_in(BROWSER, both, 2);
	file_as(w, &r, "E-1");
	r = accept_in(MAIL, it, 1);
	file_as(w, &r, "E-2");
	r = accept_risk(LOCK);
	file_as(w, &r, "E-3");
	r = accept_on(BROWSER, s1_i1, 2);
	file_as(w, &r, "E-4");
	assert_status(RPV_E_REFUSED, rpv_exception_cancel(bob, "E-1", NULL, "x"));
	assert_status(RPV_E_NOT_FOUND, rpv_exception_cancel(bob, "E-1", "IT", "x"));
	assert_status(RPV_E_NOT_FOUND, rpv_exception_cancel(bob, "E-2", NULL, "x"));
	assert_status(RPV_E_NOT_FOUND, rpv_exception_cancel(bob, "E-9", NULL, "x"));
	assert_status(RPV_E_DENIED, rpv_exception_cancel(bob, "E-3", NULL, "x"));
	assert_status(RPV_E_REFUSED, rpv_exception_cancel(bob, "E-4", NULL, "x"));
	assert_ok(rpv_exception_cancel(bob, "E-1", "Sales", "x"));
	assert_null(look_as(bob, "E-1")); /* nothing of it is left that this session sees */
	assert_int_equal(1, look(w, "E-1")->group_count);
	assert_string_equal("IT", look(w, "E-1")->groups[0]);
	assert_exception(w, "E-3", RPV_EXCEPTION_IN_EFFECT);
	rpv_session_close(bob);
	end_decisions(w);
}

static void test_session_when_malformed_then_not_opened(void **state)
{
	test_world world, *w = &world;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;
	rpv_error error = RPV_ERROR_INIT;
	static const char *const bad[] = { "\xff" };
	(void)state;
	open_world(w);
	session = (rpv_session *)w;
	assert_status(RPV_E_INVALID, rpv_session_open(w->store, &p, &session, &error)); /* no id */
	assert_null(session);
	assert_string_equal("id", error.field);
	p.id = "bob";
	p.permissions = RPV_PERMIT_ALL + 1;
	assert_status(RPV_E_INVALID, rpv_session_open(w->store, &p, &session, &error));
	p.permissions = 0;
	p.visible_groups = bad;
	p.visible_group_count = 1;
	assert_status(RPV_E_INVALID, rpv_session_open(w->store, &p, &session, &error));
	p.visible_groups = NULL;
	assert_status(RPV_E_INVALID, rpv_session_open(NULL, &p, &session, &error));
	assert_status(RPV_E_INVALID, rpv_session_open(w->store, NULL, &session, &error));
	assert_status(RPV_E_INVALID, rpv_session_open(w->store, &p, NULL, &error));
	assert_null(rpv_session_error(NULL));
	rpv_session_close(NULL);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		assert_status(RPV_E_INVALID, calls[i].run(NULL));
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_when_a_permission_is_missing_then_denied_whatever_else_it_has),
		cmocka_unit_test(test_session_when_the_host_denies_then_denied),
		cmocka_unit_test(test_session_when_it_sees_some_groups_then_it_files_for_those_only),
		cmocka_unit_test(test_session_when_it_sees_some_groups_then_exceptions_show_that_part),
		cmocka_unit_test(test_session_when_it_sees_some_groups_then_it_cancels_those_only),
		cmocka_unit_test(test_session_when_malformed_then_not_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
