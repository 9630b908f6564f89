/* SPDX-License-Identifier: MIT */
/* Every function with every wrong argument: without a handle, from within a callback of the store, without outputs, with
 * structs of no size, of any version and with values that there are not. The status is right, the words name what is wrong,
 * and outputs are as documented. tests/lint/misused.py holds the calls against the headers. */
#include "decisions.h"

static char untouched;
#define UNTOUCHED ((void *)&untouched)

/* Handles to call with: all NULL, or all there. */
typedef struct handles {
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;
	rpv_score_engine *engine;
} handles;

typedef struct misuse { const char *function; rpv_status (*call)(const handles *h); } misuse;

/* --- calls that would be right, were it not for the handle or the moment --- */
#define GIVES(name, type, call) \
	static rpv_status name(const handles *h) \
	{ \
		type *out = UNTOUCHED; \
		rpv_status status = call; \
		assert_null(out); \
		return status; \
	}
#define LEAVES(name, type, call) \
	static rpv_status name(const handles *h) \
	{ \
		type out, before; \
		memset(&out, 0x5a, sizeof out); \
		*(size_t *)&out = sizeof out; \
		before = out; \
		rpv_status status = call; \
		assert_memory_equal(&before, &out, sizeof out); \
		return status; \
	}
#define PLAIN(name, call) \
	static rpv_status name(const handles *h) { return call; }

static const rpv_forecast_query a_forecast = RPV_FORECAST_QUERY_INIT;
static const rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
static const rpv_renewal_request renewal = RPV_RENEWAL_REQUEST_INIT;
static const rpv_remediation_request remediation = RPV_REMEDIATION_REQUEST_INIT;
static const rpv_exception_request *const requests[] = { &request };
static const char *const ids[] = { "E-1" };
static const rpv_policy_change change = { "threshold.epss_rise", "0.3" };
static const rpv_restore_store restored = { .struct_size = sizeof restored, .next_exception = 1, .next_remediation = 1 };
static const rpv_device_facts device_facts = { .id = "s9" };
static const rpv_weakness_facts weakness_facts = { .id = "CVE-9" };
static const rpv_recommendation_facts recommendation_facts = { .id = "va-_-acme-_-shell" };
static const rpv_group_facts group_facts = { .name = "Kiosks" };
static const rpv_weakness_set_facts set_facts = { .id = "v1" };
static const rpv_control_facts control_facts = { .id = "c1" };
static const rpv_assessment_facts assessment_facts = { .device = "s1" };
static const rpv_assessment_columns columns = { .count = 0 };
static const rpv_exception exception;
static const rpv_remediation activity;
static const rpv_event event;
static const rpv_score_point point;
static const rpv_host_engine host = RPV_HOST_ENGINE_INIT;
static const rpv_principal principal = { .struct_size = sizeof principal, .id = "cy@corp.example" };

GIVES(assessments, rpv_list, rpv_assessment_list(h->session, "s1", &out))
GIVES(budgets, rpv_list, rpv_budget_list(h->session, &out))
GIVES(controls, rpv_list, rpv_control_list(h->session, NULL, &out))
GIVES(devices, rpv_list, rpv_device_list(h->session, NULL, &out))
GIVES(events, rpv_list, rpv_event_list(h->session, NULL, &out))
GIVES(exceptions, rpv_list, rpv_exception_list(h->session, NULL, &out))
GIVES(groups, rpv_list, rpv_group_list(h->session, &out))
GIVES(policies, rpv_list, rpv_policy_list(h->session, NULL, &out))
GIVES(recommendations, rpv_list, rpv_recommendation_list(h->session, NULL, &out))
GIVES(remediations, rpv_list, rpv_remediation_list(h->session, NULL, &out))
GIVES(targets, rpv_list, rpv_target_list(h->session, "R-1", &out))
GIVES(weaknesses, rpv_list, rpv_weakness_list(h->session, NULL, &out))
GIVES(sets, rpv_list, rpv_weakness_set_list(h->session, &out))
GIVES(preview, rpv_filing, rpv_exception_preview(h->session, &request, &out))
GIVES(file, rpv_filing, rpv_exception_file(h->session, &request, &out))
GIVES(renew_preview, rpv_filing, rpv_exception_renew_preview(h->session, &renewal, &out))
GIVES(renew, rpv_filing, rpv_exception_renew(h->session, &renewal, &out))
GIVES(approve_preview, rpv_filing, rpv_exception_approve_preview(h->session, "E-1", &out))
GIVES(approve, rpv_filing, rpv_exception_approve(h->session, "E-1", "fine", &out))
PLAIN(reject, rpv_exception_reject(h->session, "E-1", "no"))
PLAIN(cancel, rpv_exception_cancel(h->session, "E-1", NULL, "no longer needed"))
PLAIN(preview_many, rpv_exception_preview_many(h->session, requests, 1, (rpv_filing *[]){ NULL }))
PLAIN(file_many, rpv_exception_file_many(h->session, requests, 1, NULL))
PLAIN(approve_preview_many, rpv_exception_approve_preview_many(h->session, ids, 1, (rpv_filing *[]){ NULL }))
PLAIN(approve_many, rpv_exception_approve_many(h->session, ids, 1, "fine", NULL))
PLAIN(reject_many, rpv_exception_reject_many(h->session, ids, 1, "no"))
GIVES(explain, rpv_explanation, rpv_explain(h->session, "s1", BROWSER, NULL, &out))
GIVES(policy_set, rpv_list, rpv_policy_set(h->session, &change, 1, NULL, &out))
GIVES(policy_preview, rpv_list, rpv_policy_preview(h->session, &change, 1, NULL, &out))
GIVES(remediation_file, rpv_list, rpv_remediation_request_file(h->session, &remediation, &out))
PLAIN(remediation_complete, rpv_remediation_complete(h->session, "R-1"))
PLAIN(remediation_cancel, rpv_remediation_cancel(h->session, "R-1", "not now"))
GIVES(batch_begin, rpv_batch, rpv_batch_begin(h->session, NULL, &out))
PLAIN(put_device, rpv_batch_device(h->batch, &device_facts))
PLAIN(put_weakness, rpv_batch_weakness(h->batch, &weakness_facts))
PLAIN(put_recommendation, rpv_batch_recommendation(h->batch, &recommendation_facts))
PLAIN(put_group, rpv_batch_group(h->batch, &group_facts))
PLAIN(put_set, rpv_batch_weakness_set(h->batch, &set_facts))
PLAIN(put_control, rpv_batch_control(h->batch, &control_facts))
PLAIN(put_assessment, rpv_batch_assessment(h->batch, &assessment_facts))
PLAIN(put_columns, rpv_batch_assessments(h->batch, &columns))
PLAIN(put_assess, rpv_batch_assess(h->batch, "s1", BROWSER, NULL, 0))
PLAIN(put_full, rpv_batch_full_report(h->batch, "s1"))
PLAIN(put_exception, rpv_batch_restore_exception(h->batch, &exception))
PLAIN(put_remediation, rpv_batch_restore_remediation(h->batch, &activity, NULL, 0))
PLAIN(put_event, rpv_batch_restore_event(h->batch, &event))
PLAIN(put_score, rpv_batch_restore_score(h->batch, &point))
LEAVES(batch_commit, rpv_batch_result, rpv_batch_commit(h->batch, &out))
GIVES(engine_open, rpv_score_engine, rpv_score_engine_open(h->session, &out))
GIVES(engine_open_model, rpv_score_engine, rpv_score_engine_open_model(h->session, NULL, &out))
GIVES(engine_open_host, rpv_score_engine, rpv_score_engine_open_host(h->session, &host, &out))
GIVES(points, rpv_list, rpv_score_point_list(h->session, NULL, &out))
GIVES(series, rpv_list, rpv_score_series_list(h->session, &out))
static rpv_status record(const handles *h)
{
	uint64_t recorded = 9;
	rpv_status status = rpv_score_record(h->engine, &recorded);
	assert_int_equal(0, recorded);
	return status;
}
GIVES(contributions, rpv_list, rpv_contribution_list(h->engine, NULL, &out))
LEAVES(engine_read, rpv_score, rpv_score_engine_read(h->engine, NULL, &out))
LEAVES(score_read, rpv_score, rpv_score_read(h->session, NULL, &out))
GIVES(partial_take, rpv_partial, rpv_partial_take(h->engine, NULL, &out))
GIVES(session_open, rpv_session, rpv_session_open(h->store, &principal, &out, NULL))
PLAIN(as_of, rpv_session_set_as_of(h->session, START))
LEAVES(restore_read, rpv_restore_store, rpv_restore_read_store(h->session, &out))
PLAIN(restore_begin, rpv_restore_begin(h->session, &restored))
PLAIN(restore_finish, rpv_restore_finish(h->session))
LEAVES(read_info, rpv_store_info, rpv_store_read_info(h->store, &out, NULL))
PLAIN(wait_for, rpv_store_wait(h->store, 0, 0, NULL, NULL))
PLAIN(tick_it, rpv_store_tick(h->store, 0, NULL, NULL))
PLAIN(check_it, rpv_store_check(h->store, NULL, NULL))
PLAIN(journal_chain, rpv_journal_chain(h->session))
LEAVES(journal_verify, rpv_journal_proof, rpv_journal_verify(h->session, NULL, 0, &out))
static rpv_status journal_anchor(const handles *h)
{
	char text[RPV_ANCHOR_MAX] = "?";
	rpv_status status = rpv_journal_anchor(h->session, text, sizeof text);
	assert_string_equal("", text);
	return status;
}
GIVES(plan, rpv_list, rpv_plan_make(h->engine, NULL, &out))
PLAIN(forecast, rpv_forecast_read(h->engine, &a_forecast, &(rpv_score)RPV_SCORE_INIT))
PLAIN(upgrade_it, rpv_store_upgrade(h->store, NULL))
GIVES(what_if, rpv_store, rpv_what_if_open(h->store, NULL, &out, NULL))

static const misuse misuses[] = {
	{ "rpv_assessment_list", assessments }, { "rpv_budget_list", budgets }, { "rpv_control_list", controls },
	{ "rpv_device_list", devices }, { "rpv_event_list", events }, { "rpv_exception_list", exceptions },
	{ "rpv_group_list", groups }, { "rpv_policy_list", policies }, { "rpv_recommendation_list", recommendations },
	{ "rpv_remediation_list", remediations }, { "rpv_target_list", targets }, { "rpv_weakness_list", weaknesses },
	{ "rpv_weakness_set_list", sets }, { "rpv_exception_preview", preview }, { "rpv_exception_file", file },
	{ "rpv_exception_renew_preview", renew_preview }, { "rpv_exception_renew", renew },
	{ "rpv_exception_approve_preview", approve_preview }, { "rpv_exception_approve", approve },
	{ "rpv_exception_reject", reject }, { "rpv_exception_cancel", cancel },
	{ "rpv_exception_preview_many", preview_many }, { "rpv_exception_file_many", file_many },
	{ "rpv_exception_approve_preview_many", approve_preview_many }, { "rpv_exception_approve_many", approve_many },
	{ "rpv_exception_reject_many", reject_many }, { "rpv_explain", explain }, { "rpv_policy_set", policy_set },
	{ "rpv_policy_preview", policy_preview }, { "rpv_remediation_request_file", remediation_file },
	{ "rpv_remediation_complete", remediation_complete }, { "rpv_remediation_cancel", remediation_cancel },
	{ "rpv_batch_begin", batch_begin }, { "rpv_batch_device", put_device }, { "rpv_batch_weakness", put_weakness },
	{ "rpv_batch_recommendation", put_recommendation }, { "rpv_batch_group", put_group },
	{ "rpv_batch_weakness_set", put_set }, { "rpv_batch_control", put_control },
	{ "rpv_batch_assessment", put_assessment }, { "rpv_batch_assessments", put_columns },
	{ "rpv_batch_assess", put_assess }, { "rpv_batch_full_report", put_full },
	{ "rpv_batch_restore_exception", put_exception }, { "rpv_batch_restore_remediation", put_remediation },
	{ "rpv_batch_restore_event", put_event }, { "rpv_batch_restore_score", put_score },
	{ "rpv_batch_commit", batch_commit }, { "rpv_score_engine_open_host", engine_open_host },
	{ "rpv_score_record", record }, { "rpv_score_point_list", points }, { "rpv_score_series_list", series },
	{ "rpv_score_engine_open_model", engine_open_model }, { "rpv_contribution_list", contributions },
	{ "rpv_score_engine_open", engine_open }, { "rpv_score_engine_read", engine_read },
	{ "rpv_score_read", score_read }, { "rpv_partial_take", partial_take }, { "rpv_session_open", session_open },
	{ "rpv_session_set_as_of", as_of }, { "rpv_restore_read_store", restore_read },
	{ "rpv_restore_begin", restore_begin }, { "rpv_restore_finish", restore_finish },
	{ "rpv_store_read_info", read_info }, { "rpv_store_wait", wait_for }, { "rpv_store_tick", tick_it },
	{ "rpv_journal_chain", journal_chain }, { "rpv_journal_anchor", journal_anchor },
	{ "rpv_journal_verify", journal_verify }, { "rpv_store_check", check_it }, { "rpv_store_upgrade", upgrade_it },
	{ "rpv_what_if_open", what_if }, { "rpv_plan_make", plan }, { "rpv_forecast_read", forecast },
};

static void expect_all(const handles *h, rpv_status status)
{
	for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
		rpv_status got = misuses[i].call(h);
		if (got != status)
			fail_msg("%s: %s, not %s", misuses[i].function, rpv_status_name(got), rpv_status_name(status));
	}
}

static void test_calls_when_there_is_no_handle_then_invalid(void **unused)
{
	(void)unused;
	expect_all(&(handles){ NULL, NULL, NULL, NULL }, RPV_E_INVALID);
	assert_null(rpv_session_error(NULL));
	assert_null(rpv_filing_read(NULL));
	assert_null(rpv_explanation_read(NULL));
	assert_null(rpv_list_cursor(NULL));
	assert_int_equal(0, rpv_list_count(NULL));
	assert_int_equal(0, rpv_list_time(NULL));
	assert_int_equal(0, rpv_list_revision(NULL));
	assert_int_equal(0, rpv_partial_count(NULL));
	rpv_list_free(NULL);
	rpv_batch_free(NULL);
	rpv_filing_free(NULL);
	rpv_explanation_free(NULL);
	rpv_partial_free(NULL);
	rpv_score_engine_close(NULL);
	rpv_session_close(NULL);
	rpv_store_close(NULL);
	rpv_exception_request_init(NULL);
	rpv_renewal_request_init(NULL);
	rpv_store_options_init(NULL);
}

/* --- from within a callback --- */
static void call_everything(void *user)
{
	expect_all(user, RPV_E_BUSY);
}

static void test_calls_when_within_a_callback_then_busy(void **unused)
{
	test_world w;
	handles h;
	rpv_batch *other;
	(void)unused;
	open_world(&w);
	h = (handles){ .store = w.store, .session = w.session };
	assert_ok(rpv_score_engine_open(w.session, &h.engine));
	device(&w, "s1", "Sales");
	assert_ok(rpv_batch_begin(w.session, NULL, &other));
	h.batch = other;
	w.storage.before_commit = call_everything;
	w.storage.before_commit_user = &h;
	assert_ok(rpv_batch_commit(w.batch, NULL));
	w.storage.before_commit = NULL;
	assert_ok(rpv_batch_device(other, &device_facts)); /* nothing was done to it */
	assert_ok(rpv_batch_commit(other, NULL));
	rpv_batch_free(other);
	rpv_score_engine_close(h.engine);
	close_world(&w);
}

/* --- arguments --- */
static void expect(const rpv_error *error, rpv_status wanted, const char *words, rpv_status got, const char *call)
{
	if (got != wanted || error->status != wanted)
		fail_msg("%s: %s (%s), not %s", call, rpv_status_name(got), error->message, rpv_status_name(wanted));
	if (!strstr(error->message, words) && strcmp(error->field, words) != 0)
		fail_msg("%s: \"%s\" (%s) does not say \"%s\"", call, error->message, error->field, words);
}
/* A call of a session; and one with an error record of its own. */
#define BAD(status, words, call) expect(rpv_session_error(w.session), (status), (words), (call), #call)
#define BAD_(status, words, call) expect(&error, (status), (words), (call), #call)

static void test_calls_when_an_argument_is_null_then_it_is_named(void **unused)
{
	test_world w;
	rpv_filing *filing = UNTOUCHED;
	rpv_list *list = UNTOUCHED;
	rpv_explanation *explanation = UNTOUCHED;
	(void)unused;
	open_world(&w);
	rpv_score_engine *engine;
	assert_ok(rpv_score_engine_open(w.session, &engine));
	BAD(RPV_E_INVALID, "list", rpv_assessment_list(w.session, "s1", NULL));
	BAD(RPV_E_INVALID, "device", rpv_assessment_list(w.session, NULL, &list));
	BAD(RPV_E_INVALID, "list", rpv_budget_list(w.session, NULL));
	BAD(RPV_E_INVALID, "list", rpv_control_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_device_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_event_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "text", rpv_journal_anchor(w.session, NULL, RPV_ANCHOR_MAX));
	BAD(RPV_E_INVALID, "from_anchor", rpv_journal_verify(w.session, NULL, 1, NULL));
	BAD(RPV_E_INVALID, "not an anchor", rpv_journal_verify(w.session, "reprieve", 0, NULL));
	BAD(RPV_E_INVALID, "list", rpv_exception_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_group_list(w.session, NULL));
	BAD(RPV_E_INVALID, "list", rpv_policy_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_recommendation_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_remediation_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_target_list(w.session, "R-1", NULL));
	BAD(RPV_E_INVALID, "id", rpv_target_list(w.session, NULL, &list));
	BAD(RPV_E_INVALID, "list", rpv_weakness_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_weakness_set_list(w.session, NULL));
	BAD(RPV_E_INVALID, "filing", rpv_exception_preview(w.session, &request, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_preview(w.session, NULL, &filing));
	BAD(RPV_E_INVALID, "request", rpv_exception_file(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "filing", rpv_exception_renew_preview(w.session, &renewal, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_renew_preview(w.session, NULL, &filing));
	BAD(RPV_E_INVALID, "request", rpv_exception_renew(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "id", rpv_exception_renew(w.session, &renewal, NULL));
	BAD(RPV_E_INVALID, "filing", rpv_exception_approve_preview(w.session, "E-1", NULL));
	BAD(RPV_E_INVALID, "id", rpv_exception_approve_preview(w.session, NULL, &filing));
	BAD(RPV_E_INVALID, "id", rpv_exception_approve(w.session, NULL, NULL, NULL));
	BAD(RPV_E_INVALID, "id", rpv_exception_reject(w.session, NULL, "no"));
	BAD(RPV_E_INVALID, "reason", rpv_exception_reject(w.session, "E-1", NULL));
	BAD(RPV_E_INVALID, "id", rpv_exception_cancel(w.session, NULL, NULL, "no"));
	BAD(RPV_E_INVALID, "reason", rpv_exception_cancel(w.session, "E-1", NULL, NULL));
	BAD(RPV_E_INVALID, "filings", rpv_exception_preview_many(w.session, requests, 1, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_preview_many(w.session, NULL, 1, &filing));
	BAD(RPV_E_INVALID, "request", rpv_exception_file_many(w.session, NULL, 1, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_file_many(w.session, requests, 0, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_file_many(w.session, (const rpv_exception_request *[]){ NULL }, 1, NULL));
	BAD(RPV_E_LIMIT, "1001", rpv_exception_file_many(w.session, requests, 1001, NULL));
	BAD(RPV_E_INVALID, "filings", rpv_exception_approve_preview_many(w.session, ids, 1, NULL));
	BAD(RPV_E_INVALID, "request", rpv_exception_approve_many(w.session, NULL, 1, NULL, NULL));
	BAD(RPV_E_INVALID, "id", rpv_exception_reject_many(w.session, NULL, 1, "no"));
	BAD(RPV_E_INVALID, "id", rpv_exception_reject_many(w.session, ids, 0, "no"));
	BAD(RPV_E_LIMIT, "1001", rpv_exception_reject_many(w.session, ids, 1001, "no"));
	BAD(RPV_E_INVALID, "explanation", rpv_explain(w.session, "s1", BROWSER, NULL, NULL));
	BAD(RPV_E_INVALID, "device", rpv_explain(w.session, NULL, BROWSER, NULL, &explanation));
	BAD(RPV_E_INVALID, "recommendation", rpv_explain(w.session, "s1", NULL, NULL, &explanation));
	BAD(RPV_E_INVALID, "changes", rpv_policy_set(w.session, NULL, 1, NULL, NULL));
	BAD(RPV_E_INVALID, "changes", rpv_policy_preview(w.session, NULL, 1, NULL, NULL));
	BAD(RPV_E_INVALID, "request", rpv_remediation_request_file(w.session, NULL, &list));
	BAD(RPV_E_INVALID, "id", rpv_remediation_complete(w.session, NULL));
	BAD(RPV_E_INVALID, "id", rpv_remediation_cancel(w.session, NULL, "no"));
	BAD(RPV_E_INVALID, "reason", rpv_remediation_cancel(w.session, "R-1", NULL));
	BAD(RPV_E_INVALID, "batch", rpv_batch_begin(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "engine", rpv_score_engine_open(w.session, NULL));
	BAD(RPV_E_INVALID, "engine", rpv_score_engine_open_model(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_score_point_list(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "list", rpv_score_series_list(w.session, NULL));
	BAD(RPV_E_INVALID, "list", rpv_contribution_list(engine, NULL, NULL));
	{
		rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
		rpv_error error = RPV_ERROR_INIT;
		uint64_t digest;
		BAD_(RPV_E_INVALID, "model", rpv_exposure_model_digest(NULL, &digest, &error));
		BAD_(RPV_E_INVALID, "digest", rpv_exposure_model_digest(&model, NULL, &error));
		assert_status(RPV_E_INVALID, rpv_score_engine_model(NULL, &model));
		assert_status(RPV_E_INVALID, rpv_score_engine_model(engine, NULL));
	}
	BAD(RPV_E_INVALID, "score", rpv_score_engine_read(engine, NULL, NULL));
	BAD(RPV_E_INVALID, "score", rpv_score_read(w.session, NULL, NULL));
	BAD(RPV_E_INVALID, "partial", rpv_partial_take(engine, NULL, NULL));
	BAD(RPV_E_INVALID, "store", rpv_restore_read_store(w.session, NULL));
	BAD(RPV_E_INVALID, "store", rpv_restore_begin(w.session, NULL));
	assert_null(filing);
	assert_null(list);
	assert_null(explanation);
	rpv_score_engine_close(engine);
	close_world(&w);
}

static void test_batch_when_an_argument_is_null_then_it_is_named(void **unused)
{
	test_world w;
	rpv_remediation one = { .struct_size = sizeof one };
	rpv_target target = { .struct_size = 3 };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	(void)unused;
	open_world(&w);
	rpv_batch *b = begin(&w);
	BAD(RPV_E_INVALID, "record", rpv_batch_device(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_weakness(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_recommendation(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_group(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_weakness_set(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_control(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_assessment(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_assessments(b, NULL));
	BAD(RPV_E_INVALID, "device", rpv_batch_assess(b, NULL, BROWSER, NULL, 0));
	BAD(RPV_E_INVALID, "recommendation", rpv_batch_assess(b, "s1", NULL, NULL, 0));
	BAD(RPV_E_INVALID, "weaknesses", rpv_batch_assess(b, "s1", BROWSER, NULL, 1));
	BAD(RPV_E_INVALID, "device", rpv_batch_full_report(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_restore_exception(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_restore_event(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_restore_score(b, NULL));
	BAD(RPV_E_INVALID, "record", rpv_batch_restore_remediation(b, NULL, NULL, 0));
	BAD(RPV_E_INVALID, "targets", rpv_batch_restore_remediation(b, &one, NULL, 1));
	BAD(RPV_E_VERSION, "targets", rpv_batch_restore_remediation(b, &one, &target, 1));
	o.reported_ms = -1;
	rpv_batch *none = UNTOUCHED;
	BAD(RPV_E_INVALID, "reported_ms", rpv_batch_begin(w.session, &o, &none));
	assert_null(none);
	close_world(&w);
}

/* What structs are at first. */
static const rpv_control_query first_control_query = RPV_CONTROL_QUERY_INIT;
static const rpv_device_query first_device_query = RPV_DEVICE_QUERY_INIT;
static const rpv_event_query first_event_query = RPV_EVENT_QUERY_INIT;
static const rpv_exception_query first_exception_query = RPV_EXCEPTION_QUERY_INIT;
static const rpv_recommendation_query first_recommendation_query = RPV_RECOMMENDATION_QUERY_INIT;
static const rpv_remediation_query first_remediation_query = RPV_REMEDIATION_QUERY_INIT;
static const rpv_weakness_query first_weakness_query = RPV_WEAKNESS_QUERY_INIT;
static const rpv_exception_request first_exception_request = RPV_EXCEPTION_REQUEST_INIT;
static const rpv_renewal_request first_renewal_request = RPV_RENEWAL_REQUEST_INIT;
static const rpv_remediation_request first_remediation_request = RPV_REMEDIATION_REQUEST_INIT;
static const rpv_batch_options first_batch_options = RPV_BATCH_OPTIONS_INIT;
static const rpv_score_query first_score_query = RPV_SCORE_QUERY_INIT;

/* Structs of no size, of no sane one, and with something that this version does not know. */
#define SIZED(type, init, what, call) \
	do { \
		struct { type given; uint64_t more; } s = { init, 0 }; \
		type *given = &s.given; \
		given->struct_size = 0; \
		BAD(RPV_E_INVALID, what, call); \
		given->struct_size = 4097; \
		BAD(RPV_E_INVALID, what, call); \
		given->struct_size = sizeof s.given + sizeof s.more; \
		s.more = 1; \
		BAD(RPV_E_VERSION, what, call); \
	} while (0)
/* Structs that are filled in: any size within reason is one. */
#define FILLED(type, what, call) \
	do { \
		type filled = { .struct_size = 1 }, *out = &filled; \
		BAD(RPV_E_INVALID, what, call); \
		out->struct_size = 4097; \
		BAD(RPV_E_INVALID, what, call); \
	} while (0)

static void test_calls_when_a_struct_has_no_size_then_it_is_named(void **unused)
{
	test_world w;
	rpv_list *list;
	rpv_batch *batch;
	rpv_score score = RPV_SCORE_INIT;
	rpv_partial *partial;
	rpv_score_engine *engine;
	(void)unused;
	open_world(&w);
	assert_ok(rpv_score_engine_open(w.session, &engine));
	SIZED(rpv_control_query, first_control_query, "control query", rpv_control_list(w.session, given, &list));
	SIZED(rpv_device_query, first_device_query, "device query", rpv_device_list(w.session, given, &list));
	SIZED(rpv_event_query, first_event_query, "event query", rpv_event_list(w.session, given, &list));
	SIZED(rpv_exception_query, first_exception_query, "exception query",
	      rpv_exception_list(w.session, given, &list));
	SIZED(rpv_recommendation_query, first_recommendation_query, "recommendation query",
	      rpv_recommendation_list(w.session, given, &list));
	SIZED(rpv_remediation_query, first_remediation_query, "remediation query",
	      rpv_remediation_list(w.session, given, &list));
	SIZED(rpv_weakness_query, first_weakness_query, "weakness query", rpv_weakness_list(w.session, given, &list));
	SIZED(rpv_exception_request, first_exception_request, "exception request",
	      rpv_exception_file(w.session, given, NULL));
	SIZED(rpv_renewal_request, first_renewal_request, "renewal request", rpv_exception_renew(w.session, given, NULL));
	SIZED(rpv_remediation_request, first_remediation_request, "remediation request",
	      rpv_remediation_request_file(w.session, given, NULL));
	SIZED(rpv_batch_options, first_batch_options, "batch options", rpv_batch_begin(w.session, given, &batch));
	SIZED(rpv_score_query, first_score_query, "score query", rpv_score_read(w.session, given, &score));
	SIZED(rpv_score_query, first_score_query, "score query", rpv_partial_take(engine, given, &partial));
	SIZED(rpv_restore_store, restored, "restore", rpv_restore_begin(w.session, given));
	FILLED(rpv_score, "score struct", rpv_score_read(w.session, NULL, out));
	FILLED(rpv_score, "score struct", rpv_score_engine_read(engine, NULL, out));
	FILLED(rpv_policy_outcome, "policy outcome", rpv_policy_set(w.session, &change, 1, out, NULL));
	FILLED(rpv_policy_outcome, "policy outcome", rpv_policy_preview(w.session, &change, 1, out, NULL));
	FILLED(rpv_restore_store, "restore struct", rpv_restore_read_store(w.session, out));
	FILLED(rpv_journal_proof, "proof struct", rpv_journal_verify(w.session, NULL, 0, out));
	FILLED(rpv_batch_result, "batch result", rpv_batch_commit(begin(&w), out));
	rpv_score_engine_close(engine);
	close_world(&w);
}

/* Of facts, no size stands for the first; others are refused. */
#define FACTS(type, function) \
	do { \
		struct { type given; uint64_t more; } s = { { .struct_size = 1 }, 1 }; \
		BAD(RPV_E_INVALID, "size of the facts struct", function(b, &s.given)); \
		s.given.struct_size = sizeof s.given + sizeof s.more; \
		BAD(RPV_E_VERSION, "newer", function(b, &s.given)); \
	} while (0)
#define restore_activity(b, given) rpv_batch_restore_remediation((b), (given), NULL, 0)

static void test_batch_when_facts_have_a_wrong_size_then_refused(void **unused)
{
	test_world w;
	(void)unused;
	open_world(&w);
	rpv_batch *b = begin(&w);
	FACTS(rpv_device_facts, rpv_batch_device);
	FACTS(rpv_weakness_facts, rpv_batch_weakness);
	FACTS(rpv_recommendation_facts, rpv_batch_recommendation);
	FACTS(rpv_group_facts, rpv_batch_group);
	FACTS(rpv_weakness_set_facts, rpv_batch_weakness_set);
	FACTS(rpv_control_facts, rpv_batch_control);
	FACTS(rpv_assessment_facts, rpv_batch_assessment);
	FACTS(rpv_assessment_columns, rpv_batch_assessments);
	FACTS(rpv_exception, rpv_batch_restore_exception);
	FACTS(rpv_event, rpv_batch_restore_event);
	FACTS(rpv_score_point, rpv_batch_restore_score);
	FACTS(rpv_remediation, restore_activity);
	close_world(&w);
}

/* --- values that there are not: below and above --- */
#define FIELD(type, init, field, value, call) \
	do { \
		type q = init; \
		memcpy(&q.field, &(int32_t){ value }, sizeof(int32_t)); \
		BAD(RPV_E_INVALID, #field, call); \
	} while (0)
#define AROUND(type, init, field, call) \
	do { \
		FIELD(type, init, field, -1, call); \
		FIELD(type, init, field, 99, call); \
	} while (0)
#define DEVICES(field) AROUND(rpv_device_query, first_device_query, field, rpv_device_list(w.session, &q, &list))
#define WEAKNESSES(field) \
	AROUND(rpv_weakness_query, first_weakness_query, field, rpv_weakness_list(w.session, &q, &list))
#define CONTROLS(field) AROUND(rpv_control_query, first_control_query, field, rpv_control_list(w.session, &q, &list))
#define EXCEPTIONS(field) \
	AROUND(rpv_exception_query, first_exception_query, field, rpv_exception_list(w.session, &q, &list))
#define RECOMMENDATIONS(field) \
	AROUND(rpv_recommendation_query, first_recommendation_query, field, \
	       rpv_recommendation_list(w.session, &q, &list))
#define REMEDIATIONS(field) \
	AROUND(rpv_remediation_query, first_remediation_query, field, rpv_remediation_list(w.session, &q, &list))

static void test_lists_when_there_is_no_such_value_then_it_is_named(void **unused)
{
	test_world w;
	rpv_list *list = UNTOUCHED;
	rpv_score score = RPV_SCORE_INIT;
	(void)unused;
	open_world(&w);
	DEVICES(sort);
	DEVICES(covered);
	DEVICES(active);
	FIELD(rpv_device_query, first_device_query, covered, RPV_FLAG_TRUE, rpv_device_list(w.session, &q, &list));
	WEAKNESSES(sort);
	WEAKNESSES(severity);
	WEAKNESSES(exploit);
	WEAKNESSES(exposed);
	CONTROLS(kind);
	CONTROLS(stale);
	CONTROLS(retired);
	EXCEPTIONS(sort);
	EXCEPTIONS(watch);
	EXCEPTIONS(single_weakness);
	FIELD(rpv_exception_query, first_exception_query, within_ms, 1, rpv_exception_list(w.session, &q, &list));
	RECOMMENDATIONS(sort);
	RECOMMENDATIONS(states);
	RECOMMENDATIONS(kinds);
	RECOMMENDATIONS(categories);
	RECOMMENDATIONS(severity);
	RECOMMENDATIONS(exploit);
	RECOMMENDATIONS(has_remediation);
	REMEDIATIONS(sort);
	REMEDIATIONS(statuses);
	REMEDIATIONS(kinds);
	REMEDIATIONS(overdue);
	AROUND(rpv_score_query, first_score_query, category, rpv_score_read(w.session, &q, &score));
	assert_null(list);
	close_world(&w);
}

#define AFTER(type, init, call) \
	do { \
		type q = init; \
		q.after = "no cursor"; \
		BAD(RPV_E_INVALID, "after", call); \
	} while (0)

static void test_lists_when_the_cursor_is_none_then_it_is_named(void **unused)
{
	test_world w;
	rpv_list *list = UNTOUCHED;
	(void)unused;
	open_world(&w);
	AFTER(rpv_control_query, first_control_query, rpv_control_list(w.session, &q, &list));
	AFTER(rpv_device_query, first_device_query, rpv_device_list(w.session, &q, &list));
	AFTER(rpv_exception_query, first_exception_query, rpv_exception_list(w.session, &q, &list));
	AFTER(rpv_recommendation_query, first_recommendation_query, rpv_recommendation_list(w.session, &q, &list));
	AFTER(rpv_remediation_query, first_remediation_query, rpv_remediation_list(w.session, &q, &list));
	AFTER(rpv_weakness_query, first_weakness_query, rpv_weakness_list(w.session, &q, &list));
	assert_null(list);
	close_world(&w);
}

/* --- what has no session --- */
static rpv_status any_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	(void)user, (void)key, (void)sink, (void)sink_user, (void)error;
	return RPV_E_STORAGE;
}

static rpv_status any_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                           rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	(void)user, (void)from, (void)to, (void)reverse, (void)limit, (void)sink, (void)sink_user, (void)error;
	return RPV_E_STORAGE;
}

static rpv_status any_commit(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                             size_t expected_count, rpv_error *error)
{
	(void)user, (void)writes, (void)count, (void)expected, (void)expected_count, (void)error;
	return RPV_E_STORAGE;
}

static rpv_status any_begin(void *user, rpv_error *error)
{
	(void)user, (void)error;
	return RPV_OK;
}

static void any_end(void *user)
{
	(void)user;
}

static rpv_store_options good_options(void)
{
	static int64_t now = START;
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	o.storage.get = any_get;
	o.storage.scan = any_scan;
	o.storage.commit = any_commit;
	rpv_clock_manual(&now, &o.clock);
	return o;
}

#define OPTION(status, words, change) \
	do { \
		rpv_store_options o = good_options(); \
		change; \
		BAD_(status, words, rpv_store_open(&o, &store, &error)); \
		assert_null(store); \
	} while (0)

static void test_store_open_when_an_option_is_wrong_then_it_is_named(void **unused)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = UNTOUCHED;
	rpv_store_options none = good_options();
	(void)unused;
	BAD_(RPV_E_INVALID, "options", rpv_store_open(NULL, &store, &error));
	BAD_(RPV_E_INVALID, "store", rpv_store_open(&none, NULL, &error));
	OPTION(RPV_E_INVALID, "store options", o.struct_size = 0);
	OPTION(RPV_E_INVALID, "storage struct", o.storage.struct_size = 0);
	OPTION(RPV_E_VERSION, "storage struct", o.storage.struct_size++);
	OPTION(RPV_E_INVALID, "lacks get", o.storage.get = NULL);
	OPTION(RPV_E_INVALID, "lacks get, scan", o.storage.scan = NULL);
	OPTION(RPV_E_INVALID, "or commit", o.storage.commit = NULL);
	OPTION(RPV_E_INVALID, "one of begin_read", o.storage.begin_read = any_begin);
	OPTION(RPV_E_INVALID, "one of begin_read", o.storage.end_read = any_end);
	OPTION(RPV_E_INVALID, "less than 1 MiB", o.storage.max_commit = 1024);
	OPTION(RPV_E_VERSION, "capabilities", o.storage.capabilities = UINT32_MAX);
	OPTION(RPV_E_VERSION, "storage", o.storage.reserved = 1);
	OPTION(RPV_E_INVALID, "accept_clock_jump", o.accept_clock_jump = -1);
	OPTION(RPV_E_INVALID, "accept_clock_jump", o.accept_clock_jump = 2);
	OPTION(RPV_E_INVALID, "executor", o.executor.threads = RPV_EXECUTOR_THREADS_MAX + 1);
	OPTION(RPV_E_INVALID, "executor", o.executor.reserved = 1);
	OPTION(RPV_E_INVALID, "reserved", o.reserved = 1);
	OPTION(RPV_E_INVALID, "hash", o.hash = test_hash(); o.hash.name = "SHA 256");
	OPTION(RPV_E_INVALID, "clock", o.clock.now = NULL);
	OPTION(RPV_E_STORAGE, "storage failed", (void)o); /* nothing is wrong with these */
}

static void test_session_open_when_an_argument_is_wrong_then_it_is_named(void **unused)
{
	test_world w;
	rpv_error error = RPV_ERROR_INIT;
	rpv_session *session = UNTOUCHED;
	rpv_principal p = principal;
	rpv_store_info info = { .struct_size = 1 };
	char long_id[RPV_ID_MAX + 2];
	(void)unused;
	open_world(&w);
	memset(long_id, 'a', sizeof long_id - 1);
	long_id[sizeof long_id - 1] = '\0';
	BAD_(RPV_E_INVALID, "principal", rpv_session_open(w.store, NULL, &session, &error));
	BAD_(RPV_E_INVALID, "session", rpv_session_open(w.store, &p, NULL, &error));
	p.struct_size = 0;
	BAD_(RPV_E_INVALID, "principal struct", rpv_session_open(w.store, &p, &session, &error));
	p = principal;
	const char *const bad_ids[] = { NULL, "", long_id, "\xff" };
	for (int i = 0; i < 4; i++) {
		p.id = bad_ids[i];
		BAD_(RPV_E_INVALID, "id", rpv_session_open(w.store, &p, &session, &error));
	}
	p = principal;
	p.permissions = UINT32_MAX;
	BAD_(RPV_E_INVALID, "permissions", rpv_session_open(w.store, &p, &session, &error));
	assert_null(session);
	BAD(RPV_E_INVALID, "time_ms", rpv_session_set_as_of(w.session, -1));
	BAD_(RPV_E_INVALID, "info", rpv_store_read_info(w.store, NULL, &error));
	BAD_(RPV_E_INVALID, "store info struct", rpv_store_read_info(w.store, &info, &error));
	info.struct_size = 4097;
	BAD_(RPV_E_INVALID, "store info struct", rpv_store_read_info(w.store, &info, &error));
	BAD_(RPV_E_INVALID, "negative", rpv_store_wait(w.store, 0, -1, NULL, &error));
	BAD_(RPV_E_INVALID, "NULL", rpv_store_wait(NULL, 0, 0, NULL, &error));
	BAD_(RPV_E_INVALID, "NULL", rpv_store_tick(NULL, 0, NULL, &error));
	BAD_(RPV_E_INVALID, "NULL", rpv_store_check(NULL, NULL, &error));
	BAD_(RPV_E_INVALID, "NULL", rpv_store_upgrade(NULL, &error));
	close_world(&w);
}

static void check_partial(rpv_partial *p)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial *none = UNTOUCHED;
	rpv_score score = RPV_SCORE_INIT;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT;
	rpv_partial_impact impact = RPV_PARTIAL_IMPACT_INIT;
	const void *data = UNTOUCHED;
	size_t size = 999;
	assert_status(RPV_E_INVALID, rpv_partial_bytes(NULL, &data, &size));
	assert_true(data == NULL && size == 0);
	assert_status(RPV_E_INVALID, rpv_partial_bytes(p, NULL, &size));
	assert_status(RPV_E_INVALID, rpv_partial_bytes(p, &data, NULL));
	BAD_(RPV_E_INVALID, "data", rpv_partial_read(NULL, 0, NULL, &none, &error));
	assert_null(none);
	BAD_(RPV_E_INVALID, "partial", rpv_partial_read("", 0, NULL, NULL, &error));
	BAD_(RPV_E_INVALID, "into", rpv_partial_merge(NULL, p, &error));
	BAD_(RPV_E_INVALID, "from", rpv_partial_merge(p, NULL, &error));
	BAD_(RPV_E_INVALID, "itself", rpv_partial_merge(p, p, &error));
	assert_status(RPV_E_INVALID, rpv_partial_score(NULL, RPV_CATEGORY_UNCHANGED, &score));
	assert_status(RPV_E_INVALID, rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, NULL));
	assert_status(RPV_E_INVALID, rpv_partial_score(p, (rpv_category)99, &score));
	assert_status(RPV_E_INVALID, rpv_partial_read_info(NULL, &info));
	assert_status(RPV_E_INVALID, rpv_partial_read_info(p, NULL));
	assert_status(RPV_E_INVALID, rpv_partial_impact_at(NULL, 0, &impact));
	assert_status(RPV_E_INVALID, rpv_partial_impact_at(p, 0, NULL));
	assert_status(RPV_E_NOT_FOUND, rpv_partial_impact_at(p, 99, &impact));
	score.struct_size = info.struct_size = impact.struct_size = 4097;
	assert_status(RPV_E_INVALID, rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, &score));
	assert_status(RPV_E_INVALID, rpv_partial_read_info(p, &info));
	assert_status(RPV_E_INVALID, rpv_partial_impact_at(p, 0, &impact));
}

static void test_partial_when_an_argument_is_wrong_then_refused(void **unused)
{
	test_world w;
	rpv_score_engine *engine;
	rpv_partial *partial;
	(void)unused;
	open_world(&w);
	device(&w, "s1", "Sales");
	weakness(&w, "CVE-1");
	recommendation(&w, BROWSER, RPV_KIND_UPDATE);
	assess(&w, "s1", BROWSER, "CVE-1", NULL);
	assert_ok(rpv_batch_commit(begin(&w), NULL));
	assert_ok(rpv_score_engine_open(w.session, &engine));
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	q.category = RPV_CATEGORY_OS;
	BAD(RPV_E_INVALID, "category", rpv_partial_take(engine, &q, &partial));
	assert_ok(rpv_partial_take(engine, NULL, &partial));
	check_partial(partial);
	rpv_partial_free(partial);
	rpv_score_engine_close(engine);
	close_world(&w);
}

static void test_texts_when_an_argument_is_wrong_then_refused(void **unused)
{
	int64_t ms = 7;
	int32_t value = 7;
	char text[RPV_TIME_TEXT_SIZE];
	rpv_cvss cvss = { .struct_size = sizeof cvss };
	(void)unused;
	assert_status(RPV_E_INVALID, rpv_time_parse(NULL, &ms));
	assert_status(RPV_E_INVALID, rpv_time_parse("2026-03-01", NULL));
	assert_status(RPV_E_INVALID, rpv_time_parse("soon", &ms));
	assert_status(RPV_E_INVALID, rpv_duration_parse(NULL, &ms));
	assert_status(RPV_E_INVALID, rpv_duration_parse("1d", NULL));
	assert_status(RPV_E_INVALID, rpv_duration_parse("long", &ms));
	assert_status(RPV_E_INVALID, rpv_time_format(INT64_MAX, text));
	assert_status(RPV_E_INVALID, rpv_time_format(0, NULL));
	assert_status(RPV_E_INVALID, rpv_word_value(RPV_WORDS_SCOPE, NULL, &value));
	assert_status(RPV_E_INVALID, rpv_word_value(RPV_WORDS_SCOPE, "global", NULL));
	assert_status(RPV_E_INVALID, rpv_word_value(RPV_WORDS_SCOPE, "planet", &value));
	assert_null(rpv_word(RPV_WORDS_SCOPE, 99));
	assert_null(rpv_word_at(RPV_WORDS_SCOPE, 99));
	assert_status(RPV_E_INVALID, rpv_cvss_score(NULL, &cvss));
	assert_status(RPV_E_INVALID, rpv_cvss_score("AV:N/AC:L/Au:N/C:P/I:P/A:P", NULL));
	cvss.struct_size = 4097;
	assert_status(RPV_E_INVALID, rpv_cvss_score("AV:N/AC:L/Au:N/C:P/I:P/A:P", &cvss));
	assert_true(ms == 7 && value == 7);
	assert_status(RPV_E_INVALID, rpv_memory_storage(NULL, NULL));
	assert_string_equal("RPV_E_?", rpv_status_name((rpv_status)99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_when_there_is_no_handle_then_invalid),
		cmocka_unit_test(test_calls_when_within_a_callback_then_busy),
		cmocka_unit_test(test_calls_when_an_argument_is_null_then_it_is_named),
		cmocka_unit_test(test_batch_when_an_argument_is_null_then_it_is_named),
		cmocka_unit_test(test_calls_when_a_struct_has_no_size_then_it_is_named),
		cmocka_unit_test(test_batch_when_facts_have_a_wrong_size_then_refused),
		cmocka_unit_test(test_lists_when_there_is_no_such_value_then_it_is_named),
		cmocka_unit_test(test_lists_when_the_cursor_is_none_then_it_is_named),
		cmocka_unit_test(test_store_open_when_an_option_is_wrong_then_it_is_named),
		cmocka_unit_test(test_session_open_when_an_argument_is_wrong_then_it_is_named),
		cmocka_unit_test(test_partial_when_an_argument_is_wrong_then_refused),
		cmocka_unit_test(test_texts_when_an_argument_is_wrong_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
