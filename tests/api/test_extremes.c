/* SPDX-License-Identifier: MIT */
/* Requests and facts at the ends of what can be said: counts that no memory has, lists that are not there, times at the end
 * of time, vectors of several versions, more conflicts than a sentence holds. */
#include "../support/decisions.h"

static const char *const sales[] = { "Sales" };

/* --- requests --- */
static void wrong(test_world *w, const rpv_exception_request *q, rpv_status status, const char *field)
{
	rpv_filing *filing;
	assert_call(status, rpv_exception_preview(w->session, q, &filing));
	assert_null(filing);
	assert_string_equal(field, rpv_session_error(w->session)->field);
	assert_call(status, rpv_exception_file(w->session, q, NULL));
}

static void test_request_when_a_list_is_not_there_then_it_is_named(void **state)
{
	test_world world, *w = &world;
	const char *const pairs[][4] = { { "https://corp.example/a", "", NULL, "" }, { "", "sha256:00", "", "" } };
	rpv_exception_request q;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < 2; i++) {
		q = accept_risk(BROWSER);
		q.evidence = pairs[i];
		q.evidence_count = 4;
		wrong(w, &q, RPV_E_INVALID, "evidence");
	}
	q = accept_risk(BROWSER);
	q.evidence_count = 2;
	wrong(w, &q, RPV_E_INVALID, "evidence");
	q = accept_in(BROWSER, NULL, 2);
	wrong(w, &q, RPV_E_INVALID, "groups");
	q = accept_in(BROWSER, sales, 0);
	wrong(w, &q, RPV_E_INVALID, "groups");
	q = accept_on(BROWSER, NULL, 2);
	wrong(w, &q, RPV_E_INVALID, "devices");
	q = accept_on(BROWSER, sales, 0);
	wrong(w, &q, RPV_E_INVALID, "devices");
	q = accept_risk(BROWSER);
	q.control_count = 1;
	wrong(w, &q, RPV_E_INVALID, "controls");
	q = accept_risk(BROWSER);
	q.start_ms = -1;
	wrong(w, &q, RPV_E_INVALID, "start_ms");
	q.start_ms = INT64_MAX;
	wrong(w, &q, RPV_E_INVALID, "start_ms");
	q = accept_risk(BROWSER);
	q.supersede = 2;
	wrong(w, &q, RPV_E_INVALID, "supersede");
	q = accept_risk(BROWSER);
	q.context = " \t\n ";
	wrong(w, &q, RPV_E_INVALID, "context");
	end_decisions(w);
}

/* The year 9999 is over at RPV_TIME_MAX. */
static void test_request_when_time_ends_before_it_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request q = accept_risk(BROWSER);
	const rpv_policy_change longest = { "duration_max", "3650d" };
	(void)state;
	open_world(w);
	w->now = RPV_TIME_MAX - 20 * DAY; /* the first commit may be at any time */
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	commit(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &longest, 1, NULL, NULL));
	q.duration_ms = 30 * DAY;
	assert_call(RPV_E_REFUSED, rpv_exception_file(w->session, &q, NULL));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "9999"));
	q.duration_ms = 19 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &q, NULL));
	assert_true(look(w, "E-1")->end_ms == w->now + 19 * DAY);
	end_decisions(w);
}

static void test_renewal_when_it_brings_evidence_of_its_own_then_that_counts(void **state)
{
	test_world world, *w = &world;
	const char *const old[] = { "https://corp.example/old", "" }, *const new[] = { "https://corp.example/new", "sha256:00" };
	rpv_exception_request q = accept_risk(BROWSER);
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	(void)state;
	open_fleet(w);
	q.ticket = "T-1";
	q.evidence = old;
	q.evidence_count = 2;
	file_as(w, &q, "E-1");
	r.id = "E-1";
	r.duration_ms = 5 * DAY;
	assert_call(RPV_OK, rpv_exception_renew(w->session, &r, NULL));
	assert_string_equal("T-1", look(w, "E-2")->ticket);
	assert_string_equal(old[0], look(w, "E-2")->evidence[0]);
	r.id = "E-2";
	r.ticket = "T-2";
	r.evidence = new;
	r.evidence_count = 2;
	r.context = "once more";
	assert_call(RPV_OK, rpv_exception_renew(w->session, &r, NULL));
	assert_string_equal("T-2", look(w, "E-3")->ticket);
	assert_string_equal(new[1], look(w, "E-3")->evidence[1]);
	assert_string_equal("once more", look(w, "E-3")->context);
	end_decisions(w);
}

/* The words name some of them, and count the rest. */
static void test_request_when_it_conflicts_with_very_many_then_some_are_named(void **state)
{
	enum { MANY = 70 };
	static char names[MANY][16];
	const char *all[MANY];
	test_world world, *w = &world;
	rpv_filing *filing;
	(void)state;
	open_fleet(w);
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "group %d", i);
		all[i] = names[i];
		const rpv_group_facts g = { .name = names[i] };
		assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	}
	commit(w);
	for (int i = 0; i < MANY; i++) {
		rpv_exception_request one = accept_in(BROWSER, &all[i], 1);
		assert_call(RPV_OK, rpv_exception_file(w->session, &one, NULL));
	}
	rpv_exception_request q = accept_in(BROWSER, all, MANY);
	assert_call(RPV_E_REFUSED, rpv_exception_file(w->session, &q, NULL));
	const char *words = rpv_session_error(w->session)->message;
	unsigned more = 0, named = 0;
	for (const char *at = words; (at = strstr(at, "E-")); at += 2)
		named++;
	assert_non_null(strstr(words, " and "));
	assert_int_equal(1, sscanf(strstr(words, " and "), " and %u more", &more));
	assert_int_equal(MANY, named + more);
	assert_true(named > 5);
	assert_call(RPV_OK, rpv_exception_preview(w->session, &q, &filing));
	assert_int_equal(MANY, rpv_filing_read(filing)->conflict_count);
	rpv_filing_free(filing);
	q.supersede = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &q, NULL));
	assert_exception(w, "E-1", RPV_EXCEPTION_SUPERSEDED);
	end_decisions(w);
}

/* --- facts --- */
static void test_facts_when_no_memory_has_so_many_then_so_they_say(void **state)
{
	test_world world, *w = &world;
	const char *const one[] = { "CVE-1" };
	const rpv_device_facts device_facts = { .id = "d", .tags = one, .tag_count = SIZE_MAX / 2, .given = RPV_DEVICE_TAGS };
	const rpv_weakness_facts weakness_facts = { .id = "w", .aliases = one, .alias_count = SIZE_MAX };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;
	rpv_batch *batch;
	rpv_error error = RPV_ERROR_INIT;
	(void)state;
	open_fleet(w);
	assert_call(RPV_E_NOMEM, rpv_batch_device(begin(w), &device_facts));
	assert_call(RPV_E_NOMEM, rpv_batch_weakness(begin(w), &weakness_facts));
	if (SIZE_MAX > UINT32_MAX)
		assert_call(RPV_E_NOMEM, rpv_batch_assess(begin(w), "s1", BROWSER, one, SIZE_MAX / 8));
	p.id = "bo";
	p.permissions = RPV_PERMIT_ALL;
	p.visible_groups = sales;
	p.visible_group_count = SIZE_MAX / 4;
	assert_status(RPV_E_NOMEM, rpv_session_open(w->store, &p, &session, &error));
	assert_null(session);
	p.visible_group_count = 1;
	assert_ok(rpv_session_open(w->store, &p, &session, &error));
	o.restore = 1;
	assert_status(RPV_E_DENIED, rpv_batch_begin(session, &o, &batch));
	rpv_session_close(session);
	o.restore = 0;
	o.reported_ms = INT64_MAX;
	assert_call(RPV_E_INVALID, rpv_batch_begin(w->session, &o, &batch));
	assert_string_equal("reported_ms", rpv_session_error(w->session)->field);
	end_decisions(w);
}

/* Of several vectors that of the highest version counts, and of those the highest. */
static void test_weakness_when_it_has_vectors_of_several_versions_then_the_highest_counts(void **state)
{
#define OLD "AV:N/AC:L/Au:N/C:C/I:C/A:C" /* 10.0 */
#define LOW "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N" /* 3.1 */
#define HIGH "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" /* 9.8 */
#define NEW "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N" /* 6.9 */
	static const struct { const char *vectors[3]; double score; rpv_severity severity; } cases[] = {
		{ { OLD, LOW, NULL }, 3.1, RPV_SEVERITY_LOW }, { { LOW, OLD, NULL }, 3.1, RPV_SEVERITY_LOW },
		{ { LOW, HIGH, OLD }, 9.8, RPV_SEVERITY_CRITICAL }, { { HIGH, LOW, OLD }, 9.8, RPV_SEVERITY_CRITICAL },
		{ { OLD, HIGH, NEW }, 6.9, RPV_SEVERITY_MEDIUM }, { { NEW, HIGH, OLD }, 6.9, RPV_SEVERITY_MEDIUM },
		{ { OLD, NULL, NULL }, 10, RPV_SEVERITY_HIGH } };
	test_world world, *w = &world;
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	rpv_list *list;
	char id[16];
	(void)state;
	open_world(w);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rpv_weakness_facts f = { .id = id, .cvss = cases[i].vectors };
		snprintf(id, sizeof id, "CVE-%zu", i);
		while (f.cvss_count < 3 && cases[i].vectors[f.cvss_count])
			f.cvss_count++;
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	}
	commit(w);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(id, sizeof id, "CVE-%zu", i);
		q.id = id;
		assert_call(RPV_OK, rpv_weakness_list(w->session, &q, &list));
		assert_true(rpv_weakness_at(list, 0)->cvss_score == cases[i].score);
		assert_int_equal(cases[i].severity, rpv_weakness_at(list, 0)->severity);
		rpv_list_free(list);
	}
	end_decisions(w);
}

/* --- handles and structs --- */
typedef struct closing { rpv_score_engine *engine; rpv_session *session; } closing;

static void close_both(void *user)
{
	closing *c = user;
	rpv_score_engine_close(c->engine);
	rpv_session_close(c->session);
	*c = (closing){ NULL, NULL };
}

/* Within a callback nothing can be called, but closing is in order. */
static void test_handles_when_closed_within_a_callback_then_gone(void **state)
{
	test_world world, *w = &world;
	closing c;
	(void)state;
	open_fleet(w);
	c.session = open_session(w, "bo", RPV_PERMIT_ALL, NULL, 0);
	assert_ok(rpv_score_engine_open(c.session, &c.engine));
	w->storage.before_commit = close_both;
	w->storage.before_commit_user = &c;
	device(w, "s1", "IT");
	commit(w);
	w->storage.before_commit = NULL;
	assert_null(c.session);
	end_decisions(w); /* nothing of them is left */
}

static void test_structs_when_sized_or_not_then_taken_or_named(void **state)
{
	test_world world, *w = &world;
	rpv_renewal_request initial, first = RPV_RENEWAL_REQUEST_INIT;
	rpv_exposure_model model = RPV_EXPOSURE_MODEL_INIT;
	rpv_target target = { .struct_size = sizeof target, .device = "d" };
	const rpv_remediation remediation = { .id = "R-1", .recommendation = BROWSER, .status = RPV_REMEDIATION_ACTIVE,
		.kind = RPV_REMEDIATION_UPDATE };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	rpv_error error = RPV_ERROR_INIT;
	char text[RPV_ANCHOR_MAX] = "as it was";
	uint64_t digest = 7;
	(void)state;
	memset(&initial, 0x55, sizeof initial);
	rpv_renewal_request_init(&initial);
	assert_int_equal(first.struct_size, initial.struct_size);
	assert_true(!initial.id && !initial.context && !initial.ticket && !initial.evidence && !initial.duration_ms);
	model.struct_size = 3;
	assert_status(RPV_E_INVALID, rpv_exposure_model_digest(&model, &digest, &error));
	assert_true(digest == 0 && error.message[0]);
	open_fleet(w);
	assert_call(RPV_E_INVALID, rpv_journal_anchor(w->session, text, 0));
	assert_string_equal("as it was", text); /* there is no room for anything */
	o.restore = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
	assert_call(RPV_OK, rpv_batch_restore_remediation(batch, &remediation, &target, 1));
	target.struct_size = 0;
	assert_call(RPV_OK, rpv_batch_restore_remediation(batch, &remediation, &target, 1));
	target.struct_size++;
	assert_call(RPV_E_VERSION, rpv_batch_restore_remediation(batch, &remediation, &target, 1));
	rpv_batch_free(batch);
	end_decisions(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_when_a_list_is_not_there_then_it_is_named),
		cmocka_unit_test(test_request_when_time_ends_before_it_then_refused),
		cmocka_unit_test(test_renewal_when_it_brings_evidence_of_its_own_then_that_counts),
		cmocka_unit_test(test_request_when_it_conflicts_with_very_many_then_some_are_named),
		cmocka_unit_test(test_handles_when_closed_within_a_callback_then_gone),
		cmocka_unit_test(test_structs_when_sized_or_not_then_taken_or_named),
		cmocka_unit_test(test_facts_when_no_memory_has_so_many_then_so_they_say),
		cmocka_unit_test(test_weakness_when_it_has_vectors_of_several_versions_then_the_highest_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
