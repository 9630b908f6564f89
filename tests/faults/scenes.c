/* SPDX-License-Identifier: MIT */
/* One scene for each function that can fail. covered.py holds them against the headers. */
#include "faults.h"
#include "decisions.h"

/* What outputs are before a call. */
static char untouched;
#define UNTOUCHED ((void *)&untouched)

/* A call that gives a handle: NULL on failure. */
#define GIVES(type, free_it, call)                                                                                     \
	type *out = UNTOUCHED;                                                                                             \
	rpv_status status = call;                                                                                          \
	if (!status)                                                                                                       \
		free_it(out);                                                                                                  \
	return tidy(r, status, out == NULL, #call)

#define LIST(name, call)                                                                                               \
	static rpv_status name(run *r) { GIVES(rpv_list, rpv_list_free, call); }
#define FILING(name, call)                                                                                             \
	static rpv_status name(run *r) { GIVES(rpv_filing, rpv_filing_free, call); }
#define PLAIN(name, call)                                                                                              \
	static rpv_status name(run *r) { return call; }

/* --- requests --- */
static const char *const sales[] = { "Sales" };
static const char *const on_device[] = { "i1" };
static const char *const weaknesses[] = { "CVE-1", "CVE-2", "CVE-3" };
static const rpv_policy_change change[] = { { "threshold.epss_rise", "0.3" }, { "approval_window", "5d" } };

static rpv_exception_request of_mail(void)
{
	rpv_exception_request r = accept_in(MAIL, sales, 1);
	r.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	return r;
}

static rpv_exception_request of_device(void)
{
	rpv_exception_request r = accept_on(LOCK, on_device, 1);
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	return r;
}

static rpv_renewal_request longer(void)
{
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	r.id = "E-1";
	r.duration_ms = 30 * DAY;
	return r;
}

/* --- lists --- */
LIST(list_assessments, rpv_assessment_list(r->session, "s1", &out))
LIST(list_budgets, rpv_budget_list(r->session, &out))
LIST(list_controls, rpv_control_list(r->session, NULL, &out))
LIST(list_devices, rpv_device_list(r->session, NULL, &out))
LIST(list_events, rpv_event_list(r->session, NULL, &out))
LIST(list_exceptions, rpv_exception_list(r->session, NULL, &out))
LIST(list_groups, rpv_group_list(r->session, &out))
LIST(list_policies, rpv_policy_list(r->session, NULL, &out))
LIST(list_recommendations, rpv_recommendation_list(r->session, NULL, &out))
LIST(list_remediations, rpv_remediation_list(r->session, NULL, &out))
LIST(list_targets, rpv_target_list(r->session, "R-1", &out))
LIST(list_weaknesses, rpv_weakness_list(r->session, NULL, &out))
LIST(list_sets, rpv_weakness_set_list(r->session, &out))

/* That something is not there is an answer: it must not be given while it is not known whether it still holds. */
static rpv_status list_of_nothing(run *r)
{
	rpv_list *out;
	rpv_status status = rpv_assessment_list(r->session, "s9", &out);
	return status == RPV_E_NOT_FOUND ? RPV_OK : tidy(r, status ? status : RPV_E_CORRUPT, !out, "list of nothing");
}

static void chained(run *r)
{
	assert_ok(rpv_journal_chain(r->session));
}

static rpv_status anchor_it(run *r)
{
	char text[RPV_ANCHOR_MAX] = "?";
	rpv_status status = rpv_journal_anchor(r->session, text, sizeof text);
	return tidy(r, status, text[0] == '\0', "anchor");
}

static rpv_status verify_it(run *r)
{
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	rpv_status status = rpv_journal_verify(r->session, NULL, 0, &proof);
	return tidy(r, status, proof.commits == 0, "proof");
}

static void look_back(run *r)
{
	assert_ok(rpv_session_set_as_of(r->session, START + DAY / 2));
}

/* --- decisions --- */
PLAIN(chain_it, rpv_journal_chain(r->session))
FILING(preview, rpv_exception_preview(r->session, &(rpv_exception_request[]){ of_mail() }[0], &out))
FILING(file, rpv_exception_file(r->session, &(rpv_exception_request[]){ of_mail() }[0], &out))
FILING(file_on_device, rpv_exception_file(r->session, &(rpv_exception_request[]){ of_device() }[0], &out))
FILING(renew, rpv_exception_renew(r->session, &(rpv_renewal_request[]){ longer() }[0], &out))
FILING(renew_preview, rpv_exception_renew_preview(r->session, &(rpv_renewal_request[]){ longer() }[0], &out))
FILING(approve, rpv_exception_approve(r->other, "E-3", "fine", &out))
FILING(approve_preview, rpv_exception_approve_preview(r->other, "E-3", &out))
PLAIN(reject, rpv_exception_reject(r->other, "E-3", "no"))
PLAIN(cancel, rpv_exception_cancel(r->session, "E-1", NULL, "no longer needed"))
PLAIN(cancel_group, rpv_exception_cancel(r->session, "E-2", "IT", "no longer needed there"))

static rpv_status many(run *r, bool files)
{
	rpv_exception_request a = of_mail(), b = of_device();
	const rpv_exception_request *const all[] = { &a, &b };
	rpv_filing *out[2] = { UNTOUCHED, UNTOUCHED };
	rpv_status status = files ? rpv_exception_file_many(r->session, all, 2, out)
	                          : rpv_exception_preview_many(r->session, all, 2, out);
	for (int i = 0; i < 2 && !status; i++)
		rpv_filing_free(out[i]);
	return tidy(r, status, out[0] == UNTOUCHED && out[1] == UNTOUCHED, "filings");
}
PLAIN(file_many, many(r, true))
PLAIN(preview_many, many(r, false))

static const char *const pending[] = { "E-3" };

static rpv_status approve_some(run *r, bool approves)
{
	rpv_filing *out = UNTOUCHED;
	rpv_status status = approves ? rpv_exception_approve_many(r->other, pending, 1, "fine", &out)
	                             : rpv_exception_approve_preview_many(r->other, pending, 1, &out);
	if (!status)
		rpv_filing_free(out);
	return tidy(r, status, out == UNTOUCHED, "filings");
}
PLAIN(approve_many, approve_some(r, true))
PLAIN(approve_preview_many, approve_some(r, false))
PLAIN(reject_many, rpv_exception_reject_many(r->other, pending, 1, "no"))

static rpv_status explain(run *r)
{
	GIVES(rpv_explanation, rpv_explanation_free, rpv_explain(r->session, "s1", BROWSER, "CVE-1", &out));
}

static rpv_status change_policy(run *r, bool sets)
{
	rpv_policy_outcome outcome = RPV_POLICY_OUTCOME_INIT;
	rpv_list *list = UNTOUCHED;
	outcome.revision = 999;
	rpv_status status = sets ? rpv_policy_set(r->session, change, 2, &outcome, &list)
	                         : rpv_policy_preview(r->session, change, 2, &outcome, &list);
	if (!status)
		rpv_list_free(list);
	return tidy(r, status, list == NULL && outcome.revision == 999, "outcome of a policy");
}
PLAIN(policy_set, change_policy(r, true))
PLAIN(policy_preview, change_policy(r, false))

static rpv_status request_mail(run *r)
{
	rpv_remediation_request q = request_on(BROWSER);
	q.notes = "again";
	GIVES(rpv_list, rpv_list_free, rpv_remediation_request_file(r->session, &q, &out));
}
PLAIN(complete, rpv_remediation_complete(r->session, "R-1"))
PLAIN(cancel_remediation, rpv_remediation_cancel(r->session, "R-1", "not now"))

/* --- facts --- */
static void begin_batch(run *r)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	o.lenient = 1;
	assert_ok(rpv_batch_begin(r->session, &o, &r->batch));
}

static rpv_status batch_begin(run *r)
{
	GIVES(rpv_batch, rpv_batch_free, rpv_batch_begin(r->session, NULL, &out));
}

static const rpv_device_facts a_device = { .id = "s9", .name = "s9.corp", .group = "Kiosks", .os = "Linux",
	.value = RPV_VALUE_HIGH, .given = RPV_DEVICE_NAME | RPV_DEVICE_OS };
static const rpv_weakness_facts a_weakness = { .id = "CVE-1", .severity = RPV_SEVERITY_CRITICAL,
	.exploit = RPV_EXPLOIT_KIT };
static const rpv_recommendation_facts a_recommendation = { .id = "va-_-acme-_-shell", .kind = RPV_KIND_UPDATE,
	.title = "Update it" };
static const rpv_group_facts a_group = { .name = "Kiosks", .rank = 3 };
static const rpv_weakness_set_facts a_set = { .recommendation = BROWSER, .id = "v1", .weaknesses = weaknesses,
	.weakness_count = 3 };
static const rpv_control_facts a_control = { .id = "c1", .kind = RPV_CONTROL_INTERNAL, .retired = RPV_FLAG_TRUE };
static const rpv_assessment_facts an_assessment = { .device = "i2", .recommendation = MAIL, .version = "3.0",
	.weaknesses = weaknesses, .weakness_count = 3 };

PLAIN(put_device, rpv_batch_device(r->batch, &a_device))
PLAIN(put_weakness, rpv_batch_weakness(r->batch, &a_weakness))
PLAIN(put_recommendation, rpv_batch_recommendation(r->batch, &a_recommendation))
PLAIN(put_group, rpv_batch_group(r->batch, &a_group))
PLAIN(put_set, rpv_batch_weakness_set(r->batch, &a_set))
PLAIN(put_control, rpv_batch_control(r->batch, &a_control))
PLAIN(put_assessment, rpv_batch_assessment(r->batch, &an_assessment))
PLAIN(put_assess, rpv_batch_assess(r->batch, "i2", MAIL, weaknesses, 3))
static const char *const column_devices[] = { "i2", "s1" }, *const column_recommendations[] = { MAIL, BROWSER };
static const uint8_t column_codes[] = { 1, 0 };
static const rpv_assessment_columns columns = { .count = 2,
	.device = { .texts = column_devices, .count = 2, .codes = column_codes, .code_width = 1 },
	.recommendation = { .texts = column_recommendations, .count = 2, .codes = column_codes, .code_width = 1 },
	.weakness = { .bytes = "CVE-1\0CVE-2", .size = 12, .count = 2 } };

PLAIN(put_columns, rpv_batch_assessments(r->batch, &columns))
PLAIN(put_full, rpv_batch_full_report(r->batch, "s2"))

/* All kinds of facts; exceptions become void by them. */
static void fill_batch(run *r)
{
	begin_batch(r);
	assert_ok(put_device(r));
	assert_ok(put_weakness(r));
	assert_ok(put_recommendation(r));
	assert_ok(put_group(r));
	assert_ok(put_set(r));
	assert_ok(put_control(r));
	assert_ok(put_assessment(r));
	assert_ok(put_full(r));
}

static rpv_status batch_commit(run *r)
{
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	result.revision = 999;
	rpv_status status = rpv_batch_commit(r->batch, &result);
	return tidy(r, status, result.revision == 999, "result of a batch");
}

/* --- scores --- */
static rpv_status score_read(run *r)
{
	rpv_score score = RPV_SCORE_INIT;
	score.devices = 999;
	rpv_status status = rpv_score_read(r->session, NULL, &score);
	return tidy(r, status, score.devices == 999, "score");
}

static rpv_status forecast_read(run *r)
{
	rpv_forecast_query q = RPV_FORECAST_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	score.devices = 999;
	q.time_ms = r->now + 100 * DAY;
	rpv_status status = rpv_forecast_read(r->engine, &q, &score);
	return tidy(r, status, score.devices == 999, "score of a forecast");
}

static rpv_status plan_make(run *r)
{
	static const rpv_plan_cost costs[] = { { BROWSER, 3 } };
	rpv_plan_query q = RPV_PLAN_QUERY_INIT;
	q.costs = costs;
	q.cost_count = 1;
	GIVES(rpv_list, rpv_list_free, rpv_plan_make(r->engine, &q, &out));
}

static rpv_status engine_open(run *r)
{
	GIVES(rpv_score_engine, rpv_score_engine_close, rpv_score_engine_open(r->session, &out));
}

static rpv_status tell_likelihood(void *user, const rpv_likelihood_facts *facts, uint32_t *likelihood)
{
	(void)user;
	(void)facts;
	*likelihood = 5000000;
	return RPV_OK;
}

static rpv_status open_model(run *r, rpv_score_engine **out)
{
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	model.name = "own";
	model.likelihood = tell_likelihood;
	return rpv_score_engine_open_model(r->session, &model, out);
}

static rpv_status engine_open_model(run *r)
{
	GIVES(rpv_score_engine, rpv_score_engine_close, open_model(r, &out));
}

static rpv_status contributions(run *r)
{
	rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
	q.by = RPV_CONTRIBUTION_BY_WEAKNESS;
	GIVES(rpv_list, rpv_list_free, rpv_contribution_list(r->engine, &q, &out));
}

static void have_model(run *r)
{
	assert_ok(open_model(r, &r->engine));
}

static void have_engine(run *r)
{
	assert_ok(rpv_score_engine_open(r->session, &r->engine));
}

static rpv_status engine_read(run *r)
{
	rpv_score score = RPV_SCORE_INIT;
	score.devices = 999;
	rpv_status status = rpv_score_engine_read(r->engine, NULL, &score);
	return tidy(r, status, score.devices == 999, "score of an engine");
}

/* --- partials: that of the backup, read into memory that fails --- */
static rpv_status partial_take(run *r)
{
	GIVES(rpv_partial, rpv_partial_free, rpv_partial_take(r->engine, NULL, &out));
}

static rpv_partial *of_base(void)
{
	rpv_score_engine *engine;
	rpv_partial *partial;
	assert_ok(rpv_score_engine_open(backup->session, &engine));
	assert_ok(rpv_partial_take(engine, NULL, &partial));
	rpv_score_engine_close(engine);
	return partial;
}

static rpv_status read_partial(run *r, rpv_partial *from, rpv_partial **out)
{
	rpv_allocator allocator = test_memory_allocator(&r->memory);
	rpv_error error = RPV_ERROR_INIT;
	const void *data;
	size_t size;
	*out = UNTOUCHED;
	assert_ok(rpv_partial_bytes(from, &data, &size));
	rpv_status status = rpv_partial_read(data, size, &allocator, out, &error);
	return tidy(r, status, *out == NULL && error.message[0], "partial read");
}

static rpv_status partial_read(run *r)
{
	rpv_partial *from = of_base(), *out;
	rpv_status status = read_partial(r, from, &out);
	rpv_partial_free(out);
	rpv_partial_free(from);
	return status;
}

static rpv_status partial_bytes(run *r)
{
	rpv_partial *from = of_base(), *out;
	const void *data = UNTOUCHED;
	size_t size = 999;
	rpv_status status = read_partial(r, from, &out);
	if (!status) {
		status = rpv_partial_bytes(out, &data, &size);
		tidy(r, status, data == NULL && size == 0, "bytes of a partial");
	}
	rpv_partial_free(out);
	rpv_partial_free(from);
	return status;
}

static rpv_status partial_merge(run *r)
{
	rpv_partial *from = of_base(), *out;
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT, before = RPV_PARTIAL_INFO_INIT;
	rpv_status status = read_partial(r, from, &out);
	if (!status) {
		assert_ok(rpv_partial_read_info(out, &before));
		status = rpv_partial_merge(out, from, &error);
		assert_ok(rpv_partial_read_info(out, &info));
		tidy(r, status, info.devices == before.devices && error.message[0], "partial merged");
	}
	rpv_partial_free(out);
	rpv_partial_free(from);
	return status;
}

/* --- stores, sessions --- */
static rpv_status store_open(run *r)
{
	rpv_status status = open_run(r);
	return tidy(r, status, r->store == NULL, "store");
}

static rpv_status session_open(run *r)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	p.id = "cy@corp.example";
	p.permissions = RPV_PERMIT_VIEW;
	p.visible_groups = sales;
	p.visible_group_count = 1;
	GIVES(rpv_session, rpv_session_close, rpv_session_open(r->store, &p, &out, NULL));
}

static rpv_status what_if(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *out = UNTOUCHED;
	rpv_status status = rpv_what_if_open(r->store, NULL, &out, &error);
	if (!status)
		rpv_store_close(out);
	return tidy(r, status, out == NULL && error.status == status && error.message[0], "what-if, or its words");
}

static rpv_status as_of(run *r)
{
	return rpv_session_set_as_of(r->session, START + DAY / 2);
}

static rpv_status read_info(run *r)
{
	rpv_store_info info = { .struct_size = sizeof info, .revision = 999 };
	rpv_status status = rpv_store_read_info(r->store, &info, NULL);
	return tidy(r, status, info.revision == 999, "info");
}

static void be_late(run *r)
{
	r->now += 40 * DAY;
}

static rpv_status check_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	uint64_t records = 999;
	rpv_status status = rpv_store_check(r->store, &records, &error);
	return tidy(r, status, records == 999, "records of a check");
}

/* It finds nothing to do: scenes_upgrade.c has a store of an older format. */
static rpv_status upgrade_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	return tidy(r, rpv_store_upgrade(r->store, &error), true, "nothing");
}

static rpv_status tick_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	uint64_t done = 999;
	rpv_status status = rpv_store_tick(r->store, 0, &done, &error);
	return tidy(r, status, done == 999, "ticked");
}

/* The storage in memory itself, over the memory that fails. */
static rpv_status memory_storage(run *r)
{
	rpv_allocator allocator = test_memory_allocator(&r->memory);
	rpv_storage s = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_write write = { { "key", 3 }, { "value", 5 }, 0 };
	rpv_status status = rpv_memory_storage(&allocator, &s);
	if (status)
		return tidy(r, status, s.user == NULL, "storage");
	status = s.commit(s.user, &write, 1, NULL, 0, &error);
	s.close(s.user);
	return status;
}

/* --- backups --- */
static rpv_restore_store of_backup(void)
{
	rpv_restore_store s = { .struct_size = sizeof s };
	assert_ok(rpv_restore_read_store(backup->session, &s));
	return s;
}

static rpv_status restore_read(run *r)
{
	rpv_restore_store s = { .struct_size = sizeof s, .sequence = 999 };
	rpv_status status = rpv_restore_read_store(r->session, &s);
	return tidy(r, status, s.sequence == 999, "what a backup says");
}

static rpv_status restore_begin(run *r)
{
	rpv_restore_store s = of_backup();
	return rpv_restore_begin(r->session, &s);
}

static void restoring(run *r)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	assert_ok(restore_begin(r));
	o.restore = 1;
	o.lenient = 1;
	assert_ok(rpv_batch_begin(r->session, &o, &r->batch));
}
PLAIN(restore_finish, rpv_restore_finish(r->session))

static rpv_status put_exception(run *r)
{
	rpv_list *list;
	assert_ok(rpv_exception_list(backup->session, NULL, &list));
	rpv_status status = rpv_batch_restore_exception(r->batch, rpv_exception_at(list, 0));
	rpv_list_free(list);
	return status;
}

static rpv_status put_remediation(run *r)
{
	rpv_list *list, *targets;
	assert_ok(rpv_remediation_list(backup->session, NULL, &list));
	assert_ok(rpv_target_list(backup->session, "R-1", &targets));
	rpv_status status = rpv_batch_restore_remediation(r->batch, rpv_remediation_at(list, 0), rpv_target_at(targets, 0), 1);
	rpv_list_free(targets);
	rpv_list_free(list);
	return status;
}

static rpv_status put_event(run *r)
{
	rpv_list *list;
	assert_ok(rpv_event_list(backup->session, NULL, &list));
	rpv_status status = rpv_batch_restore_event(r->batch, rpv_event_at(list, 0));
	rpv_list_free(list);
	return status;
}

/* --- recorded scores, and an engine of the host's that asks the library --- */
static rpv_status ask_devices(void *user, rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	rpv_list *list;
	rpv_status status = rpv_device_list(session, NULL, &list);
	(void)user;
	(void)query;
	if (!status)
		score->exposure_official = (double)rpv_list_count(list);
	rpv_list_free(list);
	return status;
}

static rpv_status ask_one(void *user, rpv_session *session, const rpv_contribution_query *query, rpv_contribution *rows,
                          size_t *count)
{
	(void)user;
	(void)session;
	(void)query;
	rows[0].id = "s1";
	rows[0].exposure_official = 1;
	*count = 1;
	return RPV_OK;
}

static rpv_status open_host(run *r, rpv_score_engine **out)
{
	rpv_host_engine host = RPV_HOST_ENGINE_INIT;
	host.name = "host-1";
	host.score = ask_devices;
	host.contributions = ask_one;
	return rpv_score_engine_open_host(r->session, &host, out);
}

static rpv_status engine_open_host(run *r)
{
	GIVES(rpv_score_engine, rpv_score_engine_close, open_host(r, &out));
}

static void have_host(run *r)
{
	assert_ok(open_host(r, &r->engine));
}

static rpv_status record(run *r)
{
	uint64_t recorded = 999;
	rpv_status status = rpv_score_record(r->engine, &recorded);
	return tidy(r, status, recorded == 0, "number of points");
}

static void have_points(run *r)
{
	rpv_score_engine *engine;
	assert_ok(rpv_score_engine_open(r->session, &engine));
	assert_ok(rpv_score_record(engine, NULL));
	r->now += 2 * DAY;
	assert_ok(rpv_score_record(engine, NULL));
	rpv_score_engine_close(engine);
}

/* So late that points are to be taken out. */
static void have_old_points(run *r)
{
	static const rpv_policy_change kept = { "scores_kept", "1d" };
	have_engine(r);
	have_points(r);
	assert_ok(rpv_policy_set(r->session, &kept, 1, NULL, NULL));
	r->now += DAY / 2;
}

static rpv_status list_points(run *r)
{
	rpv_score_point_query q = RPV_SCORE_POINT_QUERY_INIT;
	q.group = "Sales";
	q.limit = 1;
	GIVES(rpv_list, rpv_list_free, rpv_score_point_list(r->session, &q, &out));
}

static rpv_status list_series(run *r)
{
	GIVES(rpv_list, rpv_list_free, rpv_score_series_list(r->session, &out));
}

static rpv_status put_score(run *r)
{
	rpv_score score = RPV_SCORE_INIT;
	const rpv_score_point point = { 0, "host-1", "Sales", 0, &score };
	score.time_ms = START;
	return rpv_batch_restore_score(r->batch, &point);
}

void make_base(run *base)
{
	make_fleet(base);
}

const scene scenes[] = {
	{ "rpv_assessment_list", list_assessments, NULL, 0 },
	{ "rpv_assessment_list", list_of_nothing, NULL, 0 },
	{ "rpv_batch_assess", put_assess, begin_batch, 0 },
	{ "rpv_batch_assessment", put_assessment, begin_batch, 0 },
	{ "rpv_batch_assessments", put_columns, begin_batch, 0 },
	{ "rpv_batch_begin", batch_begin, NULL, 0 },
	{ "rpv_batch_commit", batch_commit, fill_batch, 0 },
	{ "rpv_batch_commit", batch_commit, fill_batch, EMPTY },
	{ "rpv_batch_control", put_control, begin_batch, 0 },
	{ "rpv_batch_device", put_device, begin_batch, 0 },
	{ "rpv_batch_full_report", put_full, begin_batch, 0 },
	{ "rpv_batch_group", put_group, begin_batch, 0 },
	{ "rpv_batch_recommendation", put_recommendation, begin_batch, 0 },
	{ "rpv_batch_restore_event", put_event, restoring, EMPTY },
	{ "rpv_batch_restore_exception", put_exception, restoring, EMPTY },
	{ "rpv_batch_restore_remediation", put_remediation, restoring, EMPTY },
	{ "rpv_batch_restore_score", put_score, restoring, EMPTY },
	{ "rpv_batch_weakness", put_weakness, begin_batch, 0 },
	{ "rpv_batch_weakness_set", put_set, begin_batch, 0 },
	{ "rpv_budget_list", list_budgets, NULL, 0 },
	{ "rpv_control_list", list_controls, NULL, 0 },
	{ "rpv_device_list", list_devices, NULL, 0 },
	{ "rpv_device_list", list_devices, look_back, 0 },
	{ "rpv_event_list", list_events, NULL, 0 },
	{ "rpv_exception_approve", approve, NULL, 0 },
	{ "rpv_exception_approve_many", approve_many, NULL, 0 },
	{ "rpv_exception_approve_preview", approve_preview, NULL, 0 },
	{ "rpv_exception_approve_preview_many", approve_preview_many, NULL, 0 },
	{ "rpv_exception_cancel", cancel, NULL, 0 },
	{ "rpv_exception_cancel", cancel_group, NULL, 0 },
	{ "rpv_exception_file", file, NULL, 0 },
	{ "rpv_exception_file", file_on_device, be_late, 0 },
	{ "rpv_exception_file_many", file_many, NULL, 0 },
	{ "rpv_exception_list", list_exceptions, NULL, 0 },
	{ "rpv_exception_list", list_exceptions, look_back, 0 },
	{ "rpv_exception_preview", preview, NULL, 0 },
	{ "rpv_exception_preview_many", preview_many, NULL, 0 },
	{ "rpv_exception_reject", reject, NULL, 0 },
	{ "rpv_exception_reject_many", reject_many, NULL, 0 },
	{ "rpv_exception_renew", renew, NULL, 0 },
	{ "rpv_exception_renew_preview", renew_preview, NULL, 0 },
	{ "rpv_explain", explain, NULL, 0 },
	{ "rpv_forecast_read", forecast_read, have_model, 0 },
	{ "rpv_plan_make", plan_make, have_engine, 0 },
	{ "rpv_group_list", list_groups, NULL, 0 },
	{ "rpv_memory_storage", memory_storage, NULL, NO_STORAGE },
	{ "rpv_partial_bytes", partial_bytes, NULL, NO_STORAGE },
	{ "rpv_partial_merge", partial_merge, NULL, NO_STORAGE },
	{ "rpv_journal_anchor", anchor_it, chained, 0 },
	{ "rpv_journal_chain", chain_it, NULL, 0 },
	{ "rpv_journal_verify", verify_it, chained, 0 },
	{ "rpv_partial_read", partial_read, NULL, NO_STORAGE },
	{ "rpv_partial_take", partial_take, have_engine, 0 },
	{ "rpv_policy_list", list_policies, NULL, 0 },
	{ "rpv_policy_preview", policy_preview, NULL, 0 },
	{ "rpv_policy_set", policy_set, NULL, 0 },
	{ "rpv_recommendation_list", list_recommendations, NULL, 0 },
	{ "rpv_recommendation_list", list_recommendations, look_back, 0 },
	{ "rpv_remediation_cancel", cancel_remediation, NULL, 0 },
	{ "rpv_remediation_complete", complete, NULL, 0 },
	{ "rpv_remediation_list", list_remediations, NULL, 0 },
	{ "rpv_remediation_request_file", request_mail, NULL, 0 },
	{ "rpv_restore_begin", restore_begin, NULL, EMPTY },
	{ "rpv_restore_finish", restore_finish, restoring, EMPTY },
	{ "rpv_restore_read_store", restore_read, NULL, 0 },
	{ "rpv_score_engine_open_host", engine_open_host, NULL, 0 },
	{ "rpv_score_record", record, have_engine, 0 },
	{ "rpv_score_record", record, have_old_points, 0 },
	{ "rpv_score_record", record, have_host, 0 },
	{ "rpv_score_point_list", list_points, have_points, 0 },
	{ "rpv_score_series_list", list_series, have_points, 0 },
	{ "rpv_score_engine_read", engine_read, have_host, 0 },
	{ "rpv_contribution_list", contributions, have_host, 0 },
	{ "rpv_score_engine_open", engine_open, NULL, 0 },
	{ "rpv_score_engine_open_model", engine_open_model, NULL, 0 },
	{ "rpv_contribution_list", contributions, have_model, 0 },
	{ "rpv_score_engine_read", engine_read, have_engine, 0 },
	{ "rpv_score_engine_read", engine_read, have_model, 0 },
	{ "rpv_score_read", score_read, NULL, 0 },
	{ "rpv_session_open", session_open, NULL, 0 },
	{ "rpv_session_set_as_of", as_of, NULL, 0 },
	{ "rpv_store_open", store_open, NULL, UNOPENED },
	{ "rpv_store_open", store_open, NULL, EMPTY | UNOPENED },
	{ "rpv_store_read_info", read_info, NULL, 0 },
	{ "rpv_store_check", check_it, NULL, 0 },
	{ "rpv_store_upgrade", upgrade_it, NULL, 0 },
	{ "rpv_store_tick", tick_it, be_late, 0 },
	{ "rpv_target_list", list_targets, NULL, 0 },
	{ "rpv_what_if_open", what_if, NULL, 0 },
	{ "rpv_what_if_open", what_if, NULL, EMPTY },
	{ "rpv_weakness_list", list_weaknesses, NULL, 0 },
	{ "rpv_weakness_set_list", list_sets, NULL, 0 },
};
const size_t scene_count = sizeof scenes / sizeof *scenes;
