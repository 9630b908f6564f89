/* SPDX-License-Identifier: MIT */
/* Backups: what they hold, and that a restored store is the same store. */
#include "../support/interop.h"

#include <stdlib.h>

static int setup(void **state)
{
	*state = test_world_new();
	return 0;
}

static int teardown(void **state)
{
	test_world_free(*state);
	return 0;
}

#define FACTS "tests/data/native/everything.ndjson"

/* Says in which line they differ. */
static void assert_same(const test_bytes *a, const test_bytes *b)
{
	const char *x = a->data, *y = b->data;
	while (*x != '\0' || *y != '\0') {
		size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");
		if (n != m || memcmp(x, y, n) != 0) {
			print_error("%.*s\n%.*s\n", (int)n, x, (int)m, y);
			fail();
		}
		x += n + (x[n] != '\0');
		y += m + (y[m] != '\0');
	}
}

/* A store, read back as the same bytes and scores. */
static void check_round_trip(test_world *w, uint64_t batch)
{
	test_world *other = test_world_new();
	test_bytes first = test_export(w), second;
	rpv_score before = RPV_SCORE_INIT, after = RPV_SCORE_INIT;
	other->now_ms = w->now_ms;
	other->options.batch_records = batch;
	test_must(other, test_import_bytes(other, "backup", first.data, first.size));
	assert_int_equal(other->result.restored, 1);
	second = test_export(other);
	assert_same(&first, &second);
	assert_ok(rpv_score_read(w->session, NULL, &before));
	assert_ok(rpv_score_read(other->session, NULL, &after));
	assert_true(before.exposure_official == after.exposure_official);
	assert_true(before.exposure_no_impact == after.exposure_no_impact);
	assert_true(before.exposure_mitigation_like == after.exposure_mitigation_like);
	assert_true(before.secure_official.points == after.secure_official.points);
	assert_true(before.secure_no_impact.max_points == after.secure_no_impact.max_points);
	assert_true(before.devices == after.devices);
	test_refused(other, RPV_E_REFUSED, test_import_bytes(other, "backup", first.data, first.size), "empty");
	test_bytes_free(&first);
	test_bytes_free(&second);
	test_world_free(other);
}

static void test_export_when_store_is_empty_then_restores_empty(void **state)
{
	check_round_trip(*state, 0);
}

static void test_export_when_facts_then_every_field_comes_back(void **state)
{
	test_world *w = *state;
	test_bytes out;
	test_must(w, test_import_path(w, FACTS));
	out = test_export(w);
	assert_non_null(strstr(out.data, "\"epss\":0.123456789,"));
	assert_non_null(strstr(out.data, "\"description\":\"those who \\\"sell\\\"\\u000a\\u0001 \xc3\xa9\""));
	assert_non_null(strstr(out.data, "\"published\":\"2025-12-31T23:59:59.999Z\""));
	assert_non_null(strstr(out.data, "\"source\":\"other\",\"reported\":\"2026-02-01T00:00:00.000Z\",\"version\":\"0.9\","
	                       "\"weaknesses\":[\"CVE-2026-3\"],\"first_seen\":\"2026-01-01T00:00:00.000Z\","
	                       "\"last_seen\":\"2026-01-31T00:00:00.000Z\"}\n"));
	assert_null(strstr(out.data, "\"value\":\"normal\""));
	test_bytes_free(&out);
	check_round_trip(w, 0);
	check_round_trip(w, 1);
	check_round_trip(w, 3);
}

static void file_exception(test_world *w, const char *recommendation, const char *weakness, rpv_justification why,
                           rpv_scope scope, const char *unit, int64_t days)
{
	rpv_exception_request q = RPV_EXCEPTION_REQUEST_INIT;
	q.recommendation = recommendation;
	q.weakness = weakness;
	q.justification = why;
	q.context = "Decided by the change board";
	q.scope = scope;
	if (scope == RPV_SCOPE_GROUPS) {
		q.groups = &unit;
		q.group_count = 1;
	} else if (scope == RPV_SCOPE_DEVICES) {
		q.devices = &unit;
		q.device_count = 1;
	}
	q.duration_ms = RPV_DAYS(days);
	rpv_status st = rpv_exception_file(w->session, &q, NULL);
	assert_status_error(RPV_OK, st, rpv_session_error(w->session));
}

static const char *exception_id(test_world *w, size_t index, char out[32])
{
	rpv_list *list = NULL;
	assert_ok(rpv_exception_list(w->session, NULL, &list));
	assert_non_null(rpv_exception_at(list, index));
	snprintf(out, 32, "%s", rpv_exception_at(list, index)->id);
	rpv_list_free(list);
	return out;
}

static void decide(test_world *w)
{
	rpv_remediation_request q = RPV_REMEDIATION_REQUEST_INIT;
	const char *groups[] = { "Sales", "Field" };
	char id[32];
	file_exception(w, "va-_-acme-_-browser", NULL, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL, RPV_SCOPE_GROUPS, "Sales", 9);
	file_exception(w, "va-_-acme-_-old", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_SCOPE_DEVICES, "b", 30);
	file_exception(w, NULL, "CVE-2026-3", RPV_JUSTIFICATION_FALSE_POSITIVE, RPV_SCOPE_GLOBAL, NULL, 60);
	file_exception(w, "sca-_-scid-1", NULL, RPV_JUSTIFICATION_ALTERNATE_MITIGATION, RPV_SCOPE_ALL_GROUPS, NULL, 5);
	assert_ok(rpv_exception_cancel(w->session, exception_id(w, 3, id), "Field", "not there"));
	assert_ok(rpv_exception_cancel(w->session, exception_id(w, 1, id), NULL, "a \"reason\""));
	q.recommendation = "va-_-acme-_-browser";
	q.groups = groups;
	q.group_count = 2;
	q.notes = "soon";
	q.due_ms = w->now_ms + RPV_DAYS(20);
	q.priority = RPV_PRIORITY_HIGH;
	assert_status_error(RPV_OK, rpv_remediation_request_file(w->session, &q, NULL), rpv_session_error(w->session));
	q = (rpv_remediation_request)RPV_REMEDIATION_REQUEST_INIT;
	q.recommendation = "va-_-acme-_-old";
	assert_ok(rpv_remediation_request_file(w->session, &q, NULL));
	assert_ok(rpv_remediation_cancel(w->session, "R-2", "no longer"));
}

static void test_export_when_decisions_then_restored_with_their_history(void **state)
{
	test_world *w = *state;
	uint64_t done;
	test_must(w, test_import_path(w, FACTS));
	decide(w);
	check_round_trip(w, 0);
	check_round_trip(w, 2);
	w->now_ms += RPV_DAYS(6);              /* one has ended, and nobody has written it down */
	check_round_trip(w, 0);
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	check_round_trip(w, 0);
	test_must(w, test_import_text(w,       /* fixed on one target; a device gone; a group renamed */
		"{'type':'assessment','device':'a','recommendation':'va-_-acme-_-browser','weaknesses':[]}\n"
		"{'type':'assessment','device':'a','recommendation':'va-_-acme-_-browser','source':'other',"
		"'change':'remove'}\n"));
	check_round_trip(w, 0);
	test_must(w, test_import_text(w, "{'type':'device','id':'b','removed':true}\n{'type':'group',"
		"'name':'Retail','previous_name':'Sales'}"));
	check_round_trip(w, 0);
	check_round_trip(w, 1);
	w->now_ms += RPV_DAYS(100);
	check_round_trip(w, 0);
}

/* Three controls, and exceptions that rest on them: one ends by the clock, one by retirement, one has its control gone. */
static void rest_on_controls(test_world *w)
{
	static const char *const zone[] = { "zone" }, *const both[] = { "proxy", "isolation" }, *const old[] = { "old" };
	static const char *const *const names[] = { zone, both, old };
	static const char *const recommendations[] = { "va-_-acme-_-browser", "va-_-acme-_-old", "sca-_-scid-1" };
	rpv_status st;
	test_must(w, test_import_text(w, "{'type':'control','id':'zone','reviewed_at':'2026-03-01','review_interval_days':5}\n"
		"{'type':'control','id':'isolation','retired':false}\n"
		"{'type':'control','id':'proxy','reviewed_at':'2026-03-01','review_interval_days':500}\n"
		"{'type':'control','id':'old','owner':'net'}"));
	for (size_t i = 0; i < 3; i++) {
		rpv_exception_request q = RPV_EXCEPTION_REQUEST_INIT;
		q.recommendation = recommendations[i];
		q.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
		q.context = "covered";
		q.duration_ms = RPV_DAYS(30);
		q.controls = names[i];
		q.control_count = i == 1 ? 2 : 1;
		st = rpv_exception_file(w->session, &q, NULL);
		assert_status_error(RPV_OK, st, rpv_session_error(w->session));
	}
}

static void test_export_when_exceptions_rest_on_controls_then_restored_alike(void **state)
{
	test_world *w = *state;
	uint64_t done;
	test_must(w, test_import_path(w, FACTS));
	rest_on_controls(w);
	check_round_trip(w, 0);
	check_round_trip(w, 1);
	w->now_ms += RPV_DAYS(1);
	test_must(w, test_import_text(w, "{'type':'control','id':'isolation','retired':true}"));
	test_must(w, test_import_text(w, "{'type':'control','id':'old','removed':true}"));
	check_round_trip(w, 0);
	w->now_ms += RPV_DAYS(5);              /* zone is stale, and nobody has written it down */
	check_round_trip(w, 0);
	assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
	check_round_trip(w, 0);
}

static void test_export_when_restored_then_controls_go_stale_alike(void **state)
{
	test_world *w = *state, *other = test_world_new();
	test_bytes backup, first, second;
	uint64_t done;
	test_must(w, test_import_path(w, FACTS));
	rest_on_controls(w);
	w->now_ms += RPV_DAYS(1);
	test_must(w, test_import_text(w, "{'type':'device','id':'later'}"));
	backup = test_export(w);
	other->now_ms = w->now_ms;
	test_must(other, test_import_bytes(other, "backup", backup.data, backup.size));
	for (int i = 0; i < 2; i++) {
		test_world *x = i == 0 ? w : other;
		x->now_ms += RPV_DAYS(5);
		assert_ok(rpv_store_tick(x->store, 0, &done, NULL));
		assert_int_equal(2, done);         /* the exception and its control */
		test_must(x, test_import_text(x, "{'type':'control','id':'proxy','retired':true}"));
	}
	first = test_export(w);
	second = test_export(other);
	assert_non_null(strstr(first.data, "control_stale"));
	assert_non_null(strstr(first.data, "control_retired"));
	assert_same(&first, &second);
	test_bytes_free(&backup);
	test_bytes_free(&first);
	test_bytes_free(&second);
	test_world_free(other);
}

/* The clock of the machine that restores is ahead, and put right afterwards: the store's time is that of the backup. */
static void test_export_when_restored_by_a_clock_ahead_then_life_goes_on_alike(void **state)
{
	test_world *w = *state, *other = test_world_new();
	test_bytes backup, first, second;
	test_must(w, test_import_path(w, FACTS));
	file_exception(w, "va-_-acme-_-browser", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_SCOPE_GLOBAL, NULL, 7);
	backup = test_export(w);
	other->now_ms = w->now_ms + RPV_DAYS(8);
	test_must(other, test_import_bytes(other, "backup", backup.data, backup.size));
	other->now_ms = w->now_ms;
	for (int i = 0; i < 2; i++)
		test_must(i ? other : w, test_import_text(i ? other : w,
			"{'type':'device','id':'e','group':'Sales','internet_facing':true}\n"
			"{'type':'assessment','device':'e','recommendation':'va-_-acme-_-browser','weaknesses':['CVE-2026-1']}\n"
			"{'type':'weakness','id':'CVE-2026-1','severity':'critical','exploit':'kit'}"));
	first = test_export(w);
	second = test_export(other);
	assert_non_null(strstr(first.data, "exception_resurfaced"));
	assert_same(&first, &second);
	test_bytes_free(&backup);
	test_bytes_free(&first);
	test_bytes_free(&second);
	test_world_free(other);
}

/* It expired before anybody said that its control was to be reviewed by then. */
static void test_export_when_a_control_went_stale_in_hindsight_then_what_expired_stays_so(void **state)
{
	static const char *const old[] = { "old" };
	test_world *w = *state;
	rpv_exception_request q = RPV_EXCEPTION_REQUEST_INIT;
	test_must(w, test_import_path(w, FACTS));
	test_must(w, test_import_text(w, "{'type':'control','id':'old','reviewed_at':'2026-03-01'}"));
	q.recommendation = "va-_-acme-_-browser";
	q.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	q.context = "covered";
	q.duration_ms = RPV_DAYS(30);
	q.controls = old;
	q.control_count = 1;
	assert_status_error(RPV_OK, rpv_exception_file(w->session, &q, NULL), rpv_session_error(w->session));
	w->now_ms += RPV_DAYS(31);
	test_must(w, test_import_text(w, "{'type':'control','id':'old','review_interval_days':1}"));
	check_round_trip(w, 0);
}

static void test_export_when_restored_then_life_goes_on_alike(void **state)
{
	test_world *w = *state, *other = test_world_new();
	test_bytes backup, first, second;
	uint64_t done;
	test_must(w, test_import_path(w, FACTS));
	decide(w);
	backup = test_export(w);
	test_must(other, test_import_bytes(other, "backup", backup.data, backup.size));
	for (int i = 0; i < 2; i++) {
		test_world *x = i == 0 ? w : other;
		x->now_ms += RPV_DAYS(10);
		assert_ok(rpv_store_tick(x->store, 0, &done, NULL));
		file_exception(x, "va-_-acme-_-old", NULL, RPV_JUSTIFICATION_PLANNED_REMEDIATION, RPV_SCOPE_GLOBAL, NULL, 7);
		test_must(x, test_import_text(x, "{'type':'weakness','id':'CVE-2026-1','severity':'critical'}\n"
		                                 "{'type':'device','id':'e','group':'Sales'}\n"
		                                 "{'type':'assessment','device':'e',"
		"'recommendation':'va-_-acme-_-browser','weaknesses':['CVE-2026-1']}"));
	}
	first = test_export(w);
	second = test_export(other);
	assert_same(&first, &second);
	test_bytes_free(&backup);
	test_bytes_free(&first);
	test_bytes_free(&second);
	test_world_free(other);
}

static void renew(test_world *w, const char *id, int days)
{
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	r.id = id;
	r.duration_ms = RPV_DAYS(days);
	rpv_status st = rpv_exception_renew(w->session, &r, NULL);
	assert_status_error(RPV_OK, st, rpv_session_error(w->session));
}

static void test_export_when_restored_then_renewals_go_on_alike(void **state)
{
	test_world *w = *state, *other = test_world_new();
	test_bytes backup, first, second;
	test_must(w, test_import_path(w, FACTS));
	file_exception(w, "va-_-acme-_-browser", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_SCOPE_GLOBAL, NULL, 5);
	renew(w, "E-1", 5);
	renew(w, "E-2", 5);
	file_exception(w, "va-_-acme-_-old", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_SCOPE_GLOBAL, NULL, 5);
	w->now_ms += RPV_DAYS(6);
	check_round_trip(w, 0);
	renew(w, "E-4", 7);
	check_round_trip(w, 1);
	backup = test_export(w);
	other->now_ms = w->now_ms;
	test_must(other, test_import_bytes(other, "backup", backup.data, backup.size));
	for (int i = 0; i < 2; i++) {
		test_world *x = i == 0 ? w : other;
		x->now_ms += RPV_DAYS(1);
		assert_ok(rpv_exception_cancel(x->session, "E-2", NULL, "fixed"));
		assert_ok(rpv_exception_cancel(x->session, "E-5", NULL, "fixed"));
		x->now_ms += RPV_DAYS(1);
		file_exception(x, "va-_-acme-_-browser", NULL, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_SCOPE_GLOBAL, NULL, 5);
		renew(x, "E-6", 3);
	}
	first = test_export(w);
	second = test_export(other);
	assert_non_null(strstr(first.data, "E-2, which it renews, was canceled"));
	assert_same(&first, &second);
	test_bytes_free(&backup);
	test_bytes_free(&first);
	test_bytes_free(&second);
	test_world_free(other);
}

static void test_export_when_backup_is_damaged_then_nothing_is_restored(void **state)
{
	test_world *w = *state;
	test_bytes backup;
	char *at;
	test_must(w, test_import_path(w, FACTS));
	decide(w);
	backup = test_export(w);
	at = strstr(backup.data, "\"type\":\"target\"");
	assert_non_null(at);
	memcpy(at, "\"type\":\"tarxet\"", 15);
	test_world *other = test_world_new();
	test_refused(other, RPV_E_INVALID, test_import_bytes(other, "backup", backup.data, backup.size), "type: ");
	assert_int_equal(test_revision(other), 0);
	memcpy(at, "\"type\":\"target\"", 15);
	test_refused(other, RPV_E_INVALID, test_import_bytes(other, "backup", backup.data, backup.size / 2), "backup:");
	assert_int_equal(test_revision(other), 0);
	at = strchr(backup.data, '\n') + 1;    /* without the store itself decisions are not taken */
	test_refused(other, RPV_E_INVALID, test_import_bytes(other, "backup", at, strlen(at)), "begins with the store");
	assert_int_equal(test_revision(other), 0);
	test_bytes_free(&backup);
	test_world_free(other);
}

static void test_export_when_policies_were_changed_then_restored_with_their_history(void **state)
{
	const rpv_policy_change changes[] = { { "max_renewals", "1" }, { "max_renewals.risk_accepted", "none" },
		{ "budget.group", "2.500001" }, { "resurface.risk_accepted", "warn,severity=off" }, { "remind", "none" },
		{ "threshold.epss_crossing", "0.2" }, { "threshold.epss_rearm", "0.1" } };
	test_world *w = *state;
	test_bytes backup;
	char *at;
	test_must(w, test_import_path(w, FACTS));
	assert_ok(rpv_policy_set(w->session, changes, sizeof(changes) / sizeof(changes[0]), NULL, NULL));
	check_round_trip(w, 0);
	check_round_trip(w, 1);
	backup = test_export(w);
	assert_non_null(strstr(backup.data, "\"policy_revision\":1,\"policies\":{\"max_renewals\":\"1,risk_accepted=none\","));
	at = strstr(backup.data, "\"2.500001\"");
	assert_non_null(at);
	memcpy(at, "\"2.50000x\"", 10);
	test_world *other = test_world_new();
	test_refused(other, RPV_E_INVALID, test_import_bytes(other, "backup", backup.data, backup.size), "budget.group");
	memcpy(at, "123456    ", 10);
	test_refused(other, RPV_E_INVALID, test_import_bytes(other, "backup", backup.data, backup.size), "policies: must hold");
	assert_int_equal(test_revision(other), 0);
	test_bytes_free(&backup);
	test_world_free(other);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_ok(rpv_policy_set(w->session, &(rpv_policy_change){ changes[i].name, NULL }, 1, NULL, NULL));
	check_round_trip(w, 0); /* all at their defaults, but changed before */
}

static void record_scores(test_world *w, const rpv_exposure_model *model)
{
	rpv_score_engine *engine;
	assert_ok(rpv_score_engine_open_model(w->session, model, &engine));
	test_must(w, rpv_score_record(engine, NULL));
	rpv_score_engine_close(engine);
}

static void test_export_when_scores_were_recorded_then_restored_bit_for_bit(void **state)
{
	static const char *const bad[] = { "'engine':''", "'digest':'12'", "'digest':'zz00000000000000'", "'level':'odd'",
		"'time':'tomorrow'", "'time':null", "'time':'2999-01-01'", "'devices':-1", "'exposure_official':'x'", "'group':7" };
	test_world *w = *state;
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	model.name = "corp \"2\"";
	model.reach = 333;
	test_must(w, test_import_path(w, FACTS));
	for (int i = 0; i < 3; i++, w->now_ms += RPV_DAYS(1) / 5) {
		record_scores(w, NULL);
		record_scores(w, &model);
	}
	test_bytes out = test_export(w);
	assert_non_null(strstr(out.data, "{\"type\":\"score\",\"engine\":\"corp \\\"2\\\"\",\"digest\":\""));
	assert_non_null(strstr(out.data, "{\"type\":\"score\",\"engine\":\"rpv-exposure-1\",\"digest\":\"12a09a4b03892f6b\""));
	test_bytes_free(&out);
	check_round_trip(w, 0);
	check_round_trip(w, 3);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char text[512];
		test_world *other = test_world_new();
		snprintf(text, sizeof text, "{'type':'store','format':1,'time':'2026-01-01','next_exception':1,"
		         "'next_remediation':1}\n{'type':'score',%s%s%s}\n", strstr(bad[i], "'engine'") ? "" : "'engine':'m',",
		         strstr(bad[i], "'time'") ? "" : "'time':'2026-01-01',", bad[i]);
		test_refused(other, RPV_E_INVALID, test_import_text(other, text), "");
		assert_int_equal(other->error.line, 2);
		assert_memory_equal(bad[i] + 1, other->error.field, 4); /* that field, and not another one */
		test_world_free(other);
	}
}

static void test_export_when_session_does_not_see_all_then_denied(void **state)
{
	test_world *w = *state;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	const char *groups[] = { "Sales" };
	rpv_session *session = NULL;
	test_bytes out = { NULL, 0 };
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	test_must(w, test_import_path(w, FACTS));
	principal.id = "someone";
	principal.permissions = RPV_PERMIT_ALL;
	principal.visible_groups = groups;
	principal.visible_group_count = 1;
	assert_ok(rpv_session_open(w->store, &principal, &session, NULL));
	assert_int_equal(rpv_export_ndjson(session, test_bytes_sink, &out, NULL, &error), RPV_E_DENIED);
	assert_int_equal(out.size, 0);
	rpv_session_close(session);
}

static rpv_status full(void *user, const void *data, size_t size)
{
	(void)user, (void)data, (void)size;
	return RPV_E_FULL;
}

static rpv_status meddle(void *user, const void *data, size_t size)
{
	test_world *w = user;
	(void)data, (void)size;
	assert_ok(test_import_text(w, "{'type':'device','id':'new'}"));
	return RPV_OK;
}

static void test_export_when_sink_fails_or_store_changes_then_it_fails(void **state)
{
	test_world *w = *state;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	test_bytes many = { NULL, 0 };
	test_must(w, test_import_path(w, FACTS));
	assert_int_equal(rpv_export_ndjson(w->session, full, NULL, NULL, &error), RPV_E_FULL);
	assert_int_equal(rpv_export_ndjson(w->session, NULL, NULL, NULL, NULL), RPV_E_INVALID);
	for (int i = 0; i < 3000; i++)
		test_bytes_add(&many, "{'type':'device','id':'device-%06d'}\n", i);
	test_must(w, test_import_bytes(w, "many", many.data, many.size));
	assert_int_equal(rpv_export_ndjson(w->session, meddle, w, NULL, &error), RPV_E_CONFLICT);
	test_bytes_free(&many);
}

/* Renames the device groups when the first recorded scores have come. */
static rpv_status rename_groups(void *user, const void *data, size_t size)
{
	test_world *w = user;
	char *text = calloc(1, size + 1);
	memcpy(text, data, size);
	if (strstr(text, "\"type\":\"score\""))
		(void)test_import_text(w, "{'type':'group','name':'Renamed','previous_name':'Elsewhere'}");
	free(text);
	return RPV_OK;
}

static void test_export_when_a_device_group_of_scores_goes_meanwhile_then_conflict(void **state)
{
	test_world *w = *state;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	assert_ok(test_import_text(w, "{'type':'device','id':'d','group':'Elsewhere'}"));
	for (int i = 0; i < 300; i++, w->now_ms += RPV_HOURS(1))
		record_scores(w, NULL);
	assert_int_equal(rpv_export_ndjson(w->session, rename_groups, w, NULL, &error), RPV_E_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_export_when_store_is_empty_then_restores_empty),
		TEST(test_export_when_facts_then_every_field_comes_back),
		TEST(test_export_when_decisions_then_restored_with_their_history),
		TEST(test_export_when_exceptions_rest_on_controls_then_restored_alike),
		TEST(test_export_when_restored_then_controls_go_stale_alike),
		TEST(test_export_when_restored_by_a_clock_ahead_then_life_goes_on_alike),
		TEST(test_export_when_a_control_went_stale_in_hindsight_then_what_expired_stays_so),
		TEST(test_export_when_restored_then_life_goes_on_alike),
		TEST(test_export_when_restored_then_renewals_go_on_alike),
		TEST(test_export_when_backup_is_damaged_then_nothing_is_restored),
		TEST(test_export_when_policies_were_changed_then_restored_with_their_history),
		TEST(test_export_when_scores_were_recorded_then_restored_bit_for_bit),
		TEST(test_export_when_session_does_not_see_all_then_denied),
		TEST(test_export_when_a_device_group_of_scores_goes_meanwhile_then_conflict),
		TEST(test_export_when_sink_fails_or_store_changes_then_it_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
