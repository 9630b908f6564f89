/* SPDX-License-Identifier: MIT */
/* Lists as CSV: read back by a reader of RFC 4180 that knows nothing of the writer. */
#include "../support/fleet.h"

#include <locale.h>
#include <reprieve-interop/csv.h>
#include <stdlib.h>

#define COLUMNS 64
#define ROWS 64

/* --- what was written, and its cells --- */
typedef struct paper {
	char *text;
	size_t size, calls, fail_at;
	char *cells[ROWS][COLUMNS];
	size_t rows, columns[ROWS];
} paper;

static rpv_status take(void *user, const void *data, size_t size)
{
	paper *p = user;

	p->calls++;
	if (p->calls == p->fail_at)
		return RPV_E_FULL;
	p->text = realloc(p->text, p->size + size + 1);
	assert_non_null(p->text);
	memcpy(p->text + p->size, data, size);
	p->size += size;
	p->text[p->size] = '\0';
	return RPV_OK;
}

static void drop(paper *p)
{
	for (size_t r = 0; r < p->rows; r++)
		for (size_t c = 0; c < p->columns[r]; c++)
			free(p->cells[r][c]);
	free(p->text);
	memset(p, 0, sizeof *p);
}

/* Reads one cell; returns where it ends. */
static const char *read_cell(const char *at, char **out)
{
	size_t n = 0;
	char *cell = malloc(strlen(at) + 1);

	assert_non_null(cell);
	if (*at == '"') {
		for (at++; *at != '"' || at[1] == '"'; at++) {
			assert_true(*at);
			at += *at == '"';
			cell[n++] = *at;
		}
		at++;
	} else {
		while (*at && *at != ',' && *at != '\r') {
			assert_true(*at != '"' && *at != '\n');
			cell[n++] = *at++;
		}
	}
	cell[n] = '\0';
	*out = cell;
	return at;
}

static void read_paper(paper *p)
{
	for (const char *at = p->text; *at; p->rows++) {
		assert_true(p->rows < ROWS);
		for (bool more = true; more;) {
			assert_true(p->columns[p->rows] < COLUMNS);
			at = read_cell(at, &p->cells[p->rows][p->columns[p->rows]++]);
			more = *at == ',';
			at += more;
		}
		assert_true(at[0] == '\r' && at[1] == '\n');
		at += 2;
		assert_int_equal(p->columns[0], p->columns[p->rows]);
	}
}

static const char *cell(const paper *p, size_t row, const char *column)
{
	assert_true(row < p->rows);
	for (size_t c = 0; c < p->columns[0]; c++)
		if (strcmp(p->cells[0][c], column) == 0)
			return p->cells[row][c];
	fail_msg("there is no column %s", column);
	return NULL;
}

#define assert_cell(expected, paper, row, column) assert_string_equal((expected), cell((paper), (row), (column)))

/* --- remediation activities --- */
static void test_remediations_then_columns_are_those_of_the_task_resource(void **state)
{
	test_world world, *w = &world;
	paper p = { 0 };

	(void)state;
	open_world(w);
	assert_ok(rpv_csv_write_remediations(w->session, NULL, take, &p));
	assert_string_equal("id,title,createdOn,requesterId,requesterEmail,status,statusLastModifiedOn,description,"
	                    "relatedComponent,targetDevices,rbacGroupNames,fixedDevices,requesterNotes,dueOn,category,"
	                    "productivityImpactRemediationType,priority,completionMethod,completerId,completerEmail,scid,type,"
	                    "productId,vendorId,nameId,recommendedVersion,recommendedVendor,recommendedProgram\r\n", p.text);
	drop(&p);
	close_world(w);
}

static void test_remediations_then_each_row_says_what_the_list_says(void **state)
{
	const char *groups[] = { "IT", "Sales" };
	rpv_recommendation_facts facts = { .id = BROWSER, .description = "line 1\nline \"2\"", .vendor = "acme",
		.product = "browser", .recommended_version = "2.0" };
	rpv_remediation_request r = request_on(BROWSER);
	test_world world, *w = &world;
	paper p = { 0 };

	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &facts));
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	r.groups = groups;
	r.group_count = 2;
	r.priority = RPV_PRIORITY_HIGH;
	r.notes = "=HYPERLINK(\"http://example.com\",\"click\")";
	r.due_ms = START + 4 * DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	request_all(w, LOCK);
	w->now += DAY;
	assert_call(RPV_OK, rpv_remediation_complete(w->session, "R-1"));
	configure(w, "s1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	assert_ok(rpv_csv_write_remediations(w->session, NULL, take, &p));
	read_paper(&p);
	assert_int_equal(3, p.rows);
	assert_cell("R-1", &p, 1, "id");
	assert_cell("Do it", &p, 1, "title");
	assert_cell("2026-03-01T00:00:00.000Z", &p, 1, "createdOn");
	assert_cell("ana@corp.example", &p, 1, "requesterEmail");
	assert_cell("Completed", &p, 1, "status");
	assert_cell("2026-03-02T00:00:00.000Z", &p, 1, "statusLastModifiedOn");
	assert_cell("line 1\nline \"2\"", &p, 1, "description");
	assert_cell("4", &p, 1, "targetDevices");
	assert_cell("0", &p, 1, "fixedDevices");
	assert_true(strcmp("Sales;IT", cell(&p, 1, "rbacGroupNames")) == 0 ||
	            strcmp("IT;Sales", cell(&p, 1, "rbacGroupNames")) == 0);
	assert_cell("'=HYPERLINK(\"http://example.com\",\"click\")", &p, 1, "requesterNotes");
	assert_cell("2026-03-05T00:00:00.000Z", &p, 1, "dueOn");
	assert_cell("Software", &p, 1, "category");
	assert_cell("", &p, 1, "productivityImpactRemediationType");
	assert_cell("High", &p, 1, "priority");
	assert_cell("Manual", &p, 1, "completionMethod");
	assert_cell("ana@corp.example", &p, 1, "completerId");
	assert_cell("Update", &p, 1, "type");
	assert_cell("acme-_-browser", &p, 1, "productId");
	assert_cell("2.0", &p, 1, "recommendedVersion");
	assert_cell("", &p, 1, "scid");
	assert_cell("Security configuration", &p, 2, "category");
	assert_cell("AllExposedAssets", &p, 2, "productivityImpactRemediationType");
	assert_cell("Automatic", &p, 2, "completionMethod");
	assert_cell("", &p, 2, "completerId");
	assert_cell("scid-7", &p, 2, "scid");
	assert_cell("ConfigurationChange", &p, 2, "type");
	assert_cell("", &p, 2, "dueOn");
	assert_cell("", &p, 2, "rbacGroupNames");
	drop(&p);
	close_world(w);
}

/* Any text comes back as it went in, but for the apostrophe that keeps it from being run. */
static void test_texts_of_any_characters_then_they_come_back(void **state)
{
	static const char *const pieces[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", "a", " ", "'", "\xc3\xa4",
		"\xe2\x82\xac", "=1+1", "\r\n", "\"\"" };
	test_world world, *w = &world;
	test_random random = { 4180 };

	(void)state;
	open_fleet(w);
	for (int round = 0; round < 100; round++) {
		rpv_remediation_request r = request_on(BROWSER);
		rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;
		char notes[64] = "", id[16];
		const char *got;
		paper p = { 0 };
		uint64_t n = 1 + test_random_below(&random, 8);

		while (n--)
			strcat(notes, pieces[test_random_below(&random, sizeof pieces / sizeof pieces[0])]);
		r.notes = notes;
		assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
		snprintf(id, sizeof id, "R-%d", round + 1);
		q.id = id;
		assert_ok(rpv_csv_write_remediations(w->session, &q, take, &p));
		read_paper(&p);
		got = cell(&p, 1, "requesterNotes");
		if (strchr("=+-@\t\r", notes[0])) {
			assert_int_equal('\'', got[0]);
			got++;
		}
		assert_string_equal(notes, got);
		drop(&p);
	}
	close_world(w);
}

/* --- the other lists --- */
static void test_exceptions_then_words_and_times(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request e = RPV_EXCEPTION_REQUEST_INIT;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_control_facts proxy = { .id = "proxy", .reviewed_ms = START, .review_interval_ms = 20 * DAY };
	const char *const evidence[] = { "https://corp.example/1", "sha256=00" }, *const controls[] = { "proxy" };
	paper p = { 0 };

	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_control(begin(w), &proxy));
	commit(w);
	e.controls = controls;
	e.control_count = 1;
	e.evidence = evidence;
	e.evidence_count = 2;
	e.ticket = "CHG-7";
	e.recommendation = BROWSER;
	e.context = "@SUM(1)";
	e.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	e.duration_ms = 30 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &e, NULL));
	q.with_worth = 1;
	assert_ok(rpv_csv_write_exceptions(w->session, &q, take, &p));
	read_paper(&p);
	assert_int_equal(2, p.rows);
	assert_cell("E-1", &p, 1, "id");
	assert_cell(BROWSER, &p, 1, "recommendation");
	assert_cell("", &p, 1, "weakness");
	assert_cell("global", &p, 1, "scope");
	assert_cell("alternate_mitigation", &p, 1, "justification");
	assert_cell("mitigation_like", &p, 1, "impact");
	assert_cell("in_effect", &p, 1, "status");
	assert_cell("'@SUM(1)", &p, 1, "context");
	assert_cell("2026-03-01T00:00:00.000Z", &p, 1, "start");
	assert_cell("2026-03-31T00:00:00.000Z", &p, 1, "end");
	assert_cell("", &p, 1, "ended");
	assert_cell("4", &p, 1, "filed_devices");
	assert_cell("CHG-7", &p, 1, "ticket");
	assert_non_null(strstr(cell(&p, 1, "evidence"), "https://corp.example/1"));
	assert_cell("proxy", &p, 1, "controls");
	assert_cell("2026-03-21T00:00:00.000Z", &p, 1, "stale");
	assert_true(strtod(cell(&p, 1, "exposure_worth"), NULL) != 0);
	drop(&p);
	close_world(w);
}

static void test_recommendations_and_devices_then_figures_are_those_of_the_lists(void **state)
{
	test_world world, *w = &world;
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	rpv_list *list;
	paper p = { 0 };

	(void)state;
	open_fleet(w);
	exclude_device(w, "i2", true);
	commit(w);
	assert_ok(rpv_csv_write_recommendations(w->session, NULL, take, &p));
	read_paper(&p);
	assert_call(RPV_OK, rpv_recommendation_list(w->session, NULL, &list));
	assert_int_equal(rpv_list_count(list) + 1, p.rows);
	assert_cell(BROWSER, &p, 1, "id");
	assert_cell("active", &p, 1, "state");
	assert_cell("update", &p, 1, "kind");
	assert_cell("3", &p, 1, "exposed_devices");
	assert_cell("high", &p, 1, "severity");
	assert_true(strtod(cell(&p, 1, "exposure_impact"), NULL) == rpv_recommendation_at(list, 0)->exposure_impact);
	rpv_list_free(list);
	drop(&p);
	q.recommendation = BROWSER;
	assert_ok(rpv_csv_write_devices(w->session, &q, take, &p));
	read_paper(&p);
	assert_int_equal(4, p.rows);
	assert_cell("i1", &p, 1, "id");
	assert_cell("IT", &p, 1, "group");
	assert_cell("true", &p, 1, "active");
	assert_cell("normal", &p, 1, "value");
	assert_cell("2026-03-01T00:00:00.000Z", &p, 1, "last_seen");
	drop(&p);
	close_world(w);
}

static void test_numbers_when_the_locale_has_a_comma_then_a_point_all_the_same(void **state)
{
	static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE" };
	test_world world, *w = &world;
	paper p = { 0 };
	bool found = false;

	(void)state;
	for (size_t i = 0; !found && i < sizeof locales / sizeof locales[0]; i++)
		found = setlocale(LC_NUMERIC, locales[i]) != NULL;
	if (!found) {
		print_message("no locale with a decimal comma is installed\n");
		skip();
	}
	open_fleet(w);
	assert_ok(rpv_csv_write_recommendations(w->session, NULL, take, &p));
	setlocale(LC_NUMERIC, "C");
	read_paper(&p);
	assert_non_null(strchr(cell(&p, 1, "exposure_impact"), '.'));
	drop(&p);
	close_world(w);
}

/* --- failures --- */
static void test_sink_when_it_fails_then_its_status_and_no_further_call(void **state)
{
	test_world world, *w = &world;
	size_t calls;

	(void)state;
	open_fleet(w);
	for (int i = 0; i < 40; i++)
		request_all(w, BROWSER);
	for (size_t at = 1;; at++) {
		paper p = { .fail_at = at };
		rpv_status status = rpv_csv_write_remediations(w->session, NULL, take, &p);

		calls = p.calls;
		if (status == RPV_OK)
			drop(&p);
		if (status == RPV_OK)
			break;
		assert_status(RPV_E_FULL, status);
		assert_int_equal(at, calls);
		drop(&p);
	}
	assert_true(calls > 1);
	close_world(w);
}

static void test_memory_when_it_fails_then_that_is_said_or_all_is_written(void **state)
{
	test_world world, *w = &world;
	paper all = { 0 };

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	assert_ok(rpv_csv_write_remediations(w->session, NULL, take, &all));
	for (size_t at = 1;; at++) {
		paper p = { 0 };
		rpv_status status;

		test_memory_fail(&w->memory, at, false);
		status = rpv_csv_write_remediations(w->session, NULL, take, &p);
		if (status == RPV_OK)
			assert_string_equal(all.text, p.text);
		else
			assert_status(RPV_E_NOMEM, status);
		drop(&p);
		if (!test_memory_failed(&w->memory))
			break;
	}
	test_memory_fail(&w->memory, 0, false);
	drop(&all);
	close_world(w);
}

static void test_arguments_when_missing_then_invalid(void **state)
{
	test_world world, *w = &world;
	rpv_session *nobody;
	paper p = { 0 };

	(void)state;
	open_world(w);
	assert_status(RPV_E_INVALID, rpv_csv_write_remediations(NULL, NULL, take, &p));
	assert_status(RPV_E_INVALID, rpv_csv_write_exceptions(w->session, NULL, NULL, &p));
	assert_status(RPV_E_INVALID, rpv_csv_write_recommendations(w->session, NULL, NULL, &p));
	assert_status(RPV_E_INVALID, rpv_csv_write_devices(NULL, NULL, take, &p));
	nobody = open_session(w, "nobody", 0, NULL, 0);
	assert_status(RPV_E_DENIED, rpv_csv_write_devices(nobody, NULL, take, &p));
	assert_null(p.text);
	rpv_session_close(nobody);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remediations_then_columns_are_those_of_the_task_resource),
		cmocka_unit_test(test_remediations_then_each_row_says_what_the_list_says),
		cmocka_unit_test(test_texts_of_any_characters_then_they_come_back),
		cmocka_unit_test(test_exceptions_then_words_and_times),
		cmocka_unit_test(test_recommendations_and_devices_then_figures_are_those_of_the_lists),
		cmocka_unit_test(test_numbers_when_the_locale_has_a_comma_then_a_point_all_the_same),
		cmocka_unit_test(test_sink_when_it_fails_then_its_status_and_no_further_call),
		cmocka_unit_test(test_memory_when_it_fails_then_that_is_said_or_all_is_written),
		cmocka_unit_test(test_arguments_when_missing_then_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
