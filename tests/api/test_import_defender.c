/* SPDX-License-Identifier: MIT */
/* Importing Defender exports and answers: our own samples of every quirk, and the shared ones where they are at hand. */
#include "../support/interop.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>

#define VALID "tests/data/defender/valid/"
#define INVALID "tests/data/defender/invalid/"
#define SHARED "../shared/data/"
#define SOURCE "defender-vulnerabilities"
#define BROWSER "va-_-acme-_-browser"

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

static void load(test_world *w, const char *path, rpv_format format, uint64_t records)
{
	test_must(w, test_import_path(w, path));
	assert_int_equal(w->result.format, format);
	assert_int_equal(w->result.records, records);
}

static uint64_t count_weaknesses(test_world *w)
{
	rpv_list *list = NULL;
	uint64_t n;
	assert_ok(rpv_weakness_list(w->session, NULL, &list));
	n = rpv_list_count(list);
	rpv_list_free(list);
	return n;
}

/* --- by device --- */

static void test_import_defender_when_vulnerabilities_then_each_device_is_reported_in_full(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	assert_int_equal(w->result.devices, 2);
	assert_int_equal(w->result.weaknesses, 2);
	assert_int_equal(w->result.recommendations, 2);
	assert_int_equal(w->result.assessments, 2);
	assert_int_equal(w->result.unaffected, 1);
	assert_int_equal(w->result.groups, 1);
	assert_int_equal(w->result.extent, RPV_EXTENT_WHOLE);
	/* two versions of one product are one assessment, the older version first */
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.9, 1.10|CVE-2026-0001 CVE-2026-0002|");
	assert_string_equal(test_assessed(w, "dev-2", "va-_-acme-_-editor", SOURCE), "3||");
	const rpv_device *d = test_device(w, "dev-1", &list);
	assert_string_equal(d->group, "Sales");
	assert_string_equal(d->name, "one.corp.example");
	assert_string_equal(d->os, "Windows11");
	assert_true(d->last_seen_ms == INT64_C(1771718400000));
	rpv_list_free(list);
	assert_ok(rpv_assessment_list(w->session, "dev-1", &list));
	assert_true(rpv_assessment_at(list, 0)->first_seen_ms == INT64_C(1767916800000));
	assert_true(rpv_assessment_at(list, 0)->last_seen_ms == INT64_C(1771718400000));
	rpv_list_free(list);
	d = test_device(w, "dev-2", &list);
	assert_string_equal(d->group, "UnassignedGroup");
	assert_null(d->name);
	rpv_list_free(list);
	const rpv_weakness *k = test_weakness(w, "CVE-2026-0002", &list);
	assert_int_equal(k->severity, RPV_SEVERITY_CRITICAL);
	assert_int_equal(k->exploit, RPV_EXPLOIT_KIT);
	assert_int_equal(k->fix_available, RPV_FLAG_FALSE);
	rpv_list_free(list);
	const rpv_recommendation *r = test_recommendation(w, BROWSER, &list);
	assert_string_equal(r->vendor, "acme");
	assert_int_equal(r->kind, RPV_KIND_UPDATE);
	rpv_list_free(list);
	test_must(w, test_import_path(w, VALID "vulnerabilities.json"));
	assert_int_equal(w->result.changed, 0);
}

static void test_import_defender_when_lines_in_any_case_with_mark_and_crlf_then_read(void **state)
{
	test_world *w = *state;
	test_bytes file = test_read_file(VALID "vulnerabilities-lines.json"), windows = { NULL, 0 };
	rpv_list *list;
	assert_non_null(file.data);
	test_bytes_add(&windows, "\xef\xbb\xbf");
	for (size_t i = 0; i < file.size; i++)
		assert_ok(test_bytes_sink(&windows, file.data[i] == '\n' ? "\r\n" : &file.data[i], file.data[i] == '\n' ? 2 : 1));
	test_must(w, test_import_bytes(w, "lines", windows.data, windows.size));
	assert_int_equal(w->result.format, RPV_FORMAT_DEFENDER_VULNERABILITIES);
	assert_string_equal(test_assessed(w, "dev-3", "va-_-git-scm-_-git", SOURCE), "2.24|CVE-2026-0003 TVM-2026-0001|");
	assert_string_equal(test_device(w, "dev-3", &list)->group, "UnassignedGroup");
	rpv_list_free(list);
	test_bytes_free(&windows);
	test_gzip(file.data, file.size, &windows);
	test_must(w, test_import_bytes(w, "part-00000.json.gz", windows.data, windows.size));
	assert_int_equal(w->result.changed, 0);
	test_bytes_free(&windows);
	test_bytes_free(&file);
}

static void test_import_defender_when_changes_then_added_and_fixed_by_version_and_event(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	w->now_ms += RPV_HOURS(1);
	load(w, VALID "changes.json", RPV_FORMAT_DEFENDER_CHANGES, 6);
	assert_int_equal(w->result.devices, 2);
	assert_int_equal(w->result.duplicates, 1);     /* the device that changed its group */
	/* 0001 is still there in version 1.10; 0002 was in 1.9 only, but 1.10 may have it until a full report says so */
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.10|CVE-2026-0001 CVE-2026-0002|");
	assert_string_equal(test_assessed(w, "dev-2", "va-_-acme-_-editor", SOURCE), "none");
	assert_string_equal(test_assessed(w, "dev-2", "va-_-acme-_-viewer", SOURCE), "1|CVE-2026-0009|");
	assert_string_equal(test_device(w, "dev-2", &list)->group, "Field");
	rpv_list_free(list);
	const rpv_weakness *k = test_weakness(w, "CVE-2026-0001", &list);
	assert_int_equal(k->severity, RPV_SEVERITY_CRITICAL);
	assert_int_equal(k->exploit, RPV_EXPLOIT_VERIFIED);
	rpv_list_free(list);
	load(w, VALID "changes.json", RPV_FORMAT_DEFENDER_CHANGES, 6); /* what was fixed in 1.9 says nothing of 1.10 */
	assert_int_equal(w->result.changed, 0);
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.10|CVE-2026-0001 CVE-2026-0002|");
	/* with one version left, its fixes count; the version stays what it was */
	test_must(w, test_import_text(w,
		"{'deviceId':'dev-1','softwareVendor':'acme','softwareName':'browser','softwareVersion':'1.10',"
		"'cveId':'CVE-2026-0001','status':'fixed','eventTimestamp':'2026-02-26 06:00:00'}"));
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.10|CVE-2026-0002|");
	test_must(w, test_import_path(w, VALID "vulnerabilities.json"));
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.9, 1.10|CVE-2026-0001 CVE-2026-0002|");
}

static void test_import_defender_when_machine_vulnerabilities_then_as_the_export(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "machine-vulnerabilities.json", RPV_FORMAT_DEFENDER_MACHINE_VULNERABILITIES, 2);
	assert_string_equal(test_assessed(w, "dev-5", "va-_-acme-_-os_2", SOURCE), "6.3|CVE-2026-0007 CVE-2026-0008|");
	assert_int_equal(test_weakness(w, "CVE-2026-0007", &list)->fix_available, RPV_FLAG_TRUE);
	rpv_list_free(list);
	assert_int_equal(test_weakness(w, "CVE-2026-0008", &list)->fix_available, RPV_FLAG_UNCHANGED);
	rpv_list_free(list);
}

static void test_import_defender_when_configurations_then_newest_state_points_and_category(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "configurations.json", RPV_FORMAT_DEFENDER_CONFIGURATIONS, 4);
	assert_int_equal(w->result.assessments, 3);
	assert_int_equal(w->result.duplicates, 1);
	assert_int_equal(w->result.unaffected, 0);
	assert_string_equal(test_assessed(w, "dev-1", "sca-_-scid-10000", "defender-configurations"), "||exposed");
	assert_string_equal(test_assessed(w, "dev-1", "sca-_-scid-20000", "defender-configurations"), "||compliant");
	assert_string_equal(test_assessed(w, "dev-2", "sca-_-scid-39", "defender-configurations"), "||not_applicable");
	const rpv_recommendation *r = test_recommendation(w, "sca-_-scid-20000", &list);
	assert_int_equal(r->points, 9);
	assert_int_equal(r->kind, RPV_KIND_CONFIGURATION_CHANGE);
	assert_int_equal(r->category, RPV_CATEGORY_SECURITY_CONTROLS);
	assert_string_equal(r->subcategory, "Antivirus");
	assert_string_equal(r->title, "Turn it on");
	rpv_list_free(list);
	r = test_recommendation(w, "sca-_-scid-39", &list);
	assert_int_equal(r->points, 8);
	rpv_list_free(list);
	/* a full report of one source leaves the others alone */
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	assert_string_equal(test_assessed(w, "dev-1", "sca-_-scid-10000", "defender-configurations"), "||exposed");
}

static void test_import_defender_when_page_of_an_answer_then_nothing_is_taken_away(void **state)
{
	static const char page[] = "{'value':[{'deviceId':'dev-1','softwareVendor':'acme','softwareName':'browser',"
		"'softwareVersion':'1.9','cveId':'CVE-2026-0003','recommendationReference':'" BROWSER "'}]%s}";
	test_world *w = *state;
	char text[512];
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	snprintf(text, sizeof text, page, ",'@odata.nextLink':'https://example.invalid/?$skip=1'");
	test_must(w, test_import_text(w, text));
	assert_int_equal(w->result.extent, RPV_EXTENT_PART);
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.9|CVE-2026-0001 CVE-2026-0002 CVE-2026-0003|");
	snprintf(text, sizeof text, page, ",'@odata.count':421");
	test_must(w, test_import_text(w, text));
	assert_int_equal(w->result.extent, RPV_EXTENT_PART);
	w->options.extent = RPV_EXTENT_WHOLE;
	test_must(w, test_import_text(w, text));
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.9|CVE-2026-0003|");
	w->options.extent = RPV_EXTENT_DETECT;
	char both[1024];    /* all pages together are whole */
	snprintf(text, sizeof text, page, ",'@odata.nextLink':'https://example.invalid/?$skip=1'");
	snprintf(both, sizeof both, "%s{'value':[{'deviceId':'dev-1','softwareVendor':'acme','softwareName':'browser',"
	         "'softwareVersion':'1.9','cveId':'CVE-2026-0004'}]}", text);
	test_must(w, test_import_text(w, both));
	assert_int_equal(w->result.extent, RPV_EXTENT_WHOLE);
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, SOURCE), "1.9|CVE-2026-0003 CVE-2026-0004|");
}

/* Findings whose order is given by `step`: contiguous by device for 1. */
static test_bytes findings(unsigned devices, unsigned products, unsigned step)
{
	test_bytes b = { NULL, 0 };
	unsigned count = devices * products;
	for (unsigned n = 0; n < count; n++) {
		unsigned i = n * step % count, d = i / products, p = i % products;
		test_bytes_add(&b, "{'deviceId':'d%u','rbacGroupName':'g%u','softwareVendor':'v','softwareName':'p%u',"
		               "'softwareVersion':'1','cveId':'CVE-%u','lastSeenTimestamp':'2026-02-01 00:00:0%u'}\n",
		               d, d % 4, p, (d * 3 + p) % 11, p % 10);
	}
	return b;
}

static void test_import_defender_when_order_batches_and_memory_differ_then_the_store_is_the_same(void **state)
{
	static const struct { unsigned step; uint64_t batch, memory; } ways[] = {
		{ 1, 0, 0 }, { 7, 0, 0 }, { 7, 0, 1 }, { 101, 5, 4000 }, { 7, 1, 1 } };
	char *first = NULL;
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		test_world *w = test_world_new();
		test_bytes b = findings(20, 6, ways[i].step), got;
		char *events, *facts;
		w->options.batch_records = ways[i].batch;
		w->options.memory = ways[i].memory;
		test_must(w, test_import_bytes(w, "findings", b.data, b.size));
		assert_int_equal(w->result.devices, 20);
		assert_int_equal(w->result.weaknesses, 11);
		assert_int_equal(w->result.assessments, 120);
		got = test_export(w);
		events = strstr(got.data, "{\"type\":\"event\"");
		if (events != NULL)
			*events = '\0';
		facts = strdup(strchr(got.data, '\n'));
		assert_non_null(facts);
		if (first == NULL)
			first = facts;
		else {
			assert_string_equal(first, facts);
			free(facts);
		}
		test_bytes_free(&got);
		test_bytes_free(&b);
		test_world_free(w);
	}
	free(first);
}

/* --- records that stand for themselves --- */

static void test_import_defender_when_machines_then_value_tags_exclusion_and_group(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "machines.json", RPV_FORMAT_DEFENDER_MACHINES, 3);
	assert_int_equal(w->result.devices, 3);
	const rpv_device *d = test_device(w, "dev-1", &list);
	assert_int_equal(d->value, RPV_VALUE_HIGH);
	assert_int_equal(d->tag_count, 2);
	assert_int_equal(d->excluded, 1);
	assert_string_equal(d->justification, "Out of scope");
	assert_true(d->first_seen_ms == INT64_C(1753451042776));
	assert_true(d->last_seen_ms == INT64_C(1771499966253));
	rpv_list_free(list);
	d = test_device(w, "dev-2", &list);
	assert_string_equal(d->group, "UnassignedGroup");
	assert_int_equal(d->excluded, 0);
	rpv_list_free(list);
	load(w, VALID "machine-references.json", RPV_FORMAT_DEFENDER_MACHINES, 1);
	assert_string_equal(test_device(w, "dev-7", &list)->group, "GroupTwo");
	rpv_list_free(list);
	test_must(w, test_import_text(w, "{'id':'dev-1','computerDnsName':null,'osPlatform':null,"
		"'isExcluded':false,'rbacGroupName':null}"));
	d = test_device(w, "dev-1", &list);
	assert_int_equal(d->excluded, 0);
	assert_null(d->justification);
	assert_string_equal(d->group, "UnassignedGroup");
	assert_string_equal(d->name, "one.corp.example");
	assert_int_equal(d->tag_count, 2);
	rpv_list_free(list);
}

static void test_import_defender_when_recommendations_then_kind_category_points_and_tags(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "recommendations.json", RPV_FORMAT_DEFENDER_RECOMMENDATIONS, 3);
	const rpv_recommendation *r = test_recommendation(w, BROWSER, &list);
	assert_int_equal(r->kind, RPV_KIND_UPGRADE);
	assert_string_equal(r->title, "Update Browser");
	assert_string_equal(r->recommended_version, "2.0");
	assert_string_equal(r->component, "Browser");
	assert_int_equal(r->tag_count, 1);
	assert_string_equal(r->tags[0], "internetFacing");
	assert_int_equal(r->threat_count, 1);
	rpv_list_free(list);
	r = test_recommendation(w, "sca-_-scid-20000", &list);
	assert_int_equal(r->points, 9);
	assert_int_equal(r->category, RPV_CATEGORY_SECURITY_CONTROLS);
	assert_null(r->recommended_version);
	rpv_list_free(list);
	r = test_recommendation(w, "va-_-acme-_-old--tool", &list);
	assert_null(r);    /* the last of the separators counts */
	r = test_recommendation(w, "va-_-acme--old-_-tool", &list);
	assert_non_null(r);
	assert_int_equal(r->kind, RPV_KIND_UNINSTALL);
	assert_int_equal(r->category, RPV_CATEGORY_OS);
	assert_string_equal(r->recommended_program, "new_tool");
	rpv_list_free(list);
	/* findings leave kind and title alone */
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	r = test_recommendation(w, BROWSER, &list);
	assert_int_equal(r->kind, RPV_KIND_UPGRADE);
	assert_string_equal(r->title, "Update Browser");
	rpv_list_free(list);
}

static void test_import_defender_when_vulnerability_list_then_vectors_dates_and_epss(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "vulnerability-list.json", RPV_FORMAT_DEFENDER_VULNERABILITY_LIST, 3);
	assert_int_equal(w->result.vectors_skipped, 1);
	assert_int_equal(w->result.skipped, 0);
	const rpv_weakness *k = test_weakness(w, "CVE-2026-0001", &list);
	assert_int_equal(k->severity, RPV_SEVERITY_MEDIUM);
	assert_int_equal(k->cvss_count, 1);
	assert_true(k->cvss_score == 4.3);
	assert_true(k->epss == 0.0005);
	assert_int_equal(k->exploit, RPV_EXPLOIT_PUBLIC);
	assert_string_equal(k->title, "First line....");
	assert_true(k->published_ms == INT64_C(1767830400000));
	rpv_list_free(list);
	k = test_weakness(w, "CVE-2026-0002", &list);
	assert_int_equal(k->exploit, RPV_EXPLOIT_KIT);
	assert_int_equal(k->zero_day, 1);
	assert_int_equal(k->fix_available, RPV_FLAG_FALSE);
	assert_int_equal(k->cvss_count, 0);
	rpv_list_free(list);
	k = test_weakness(w, "TVM-2026-0002", &list);
	assert_string_equal(k->title, "A name of its own");
	assert_int_equal(k->exploit, RPV_EXPLOIT_NONE);
	assert_true(k->published_ms == 0);
	rpv_list_free(list);
}

static void test_import_defender_when_software_then_versions_and_end_of_support(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	load(w, VALID "recommendations.json", RPV_FORMAT_DEFENDER_RECOMMENDATIONS, 3);
	load(w, VALID "software-inventory.json", RPV_FORMAT_DEFENDER_SOFTWARE, 2);
	assert_string_equal(test_assessed(w, "dev-1", BROWSER, "defender-software"), "1.9||");
	const rpv_recommendation *r = test_recommendation(w, BROWSER, &list);
	assert_int_equal(r->tag_count, 2);     /* that of the recommendation stays */
	rpv_list_free(list);
	r = test_recommendation(w, "va-_-acme-_-tool", &list);
	assert_int_equal(r->tag_count, 1);
	assert_string_equal(r->tags[0], "EOS software");
	rpv_list_free(list);
	load(w, VALID "software-list.json", RPV_FORMAT_DEFENDER_SOFTWARE_LIST, 2);
	assert_null(test_recommendation(w, "va-_-acme-_-clean", &list));
}

static void test_import_defender_when_remediation_tasks_then_requested_once_or_told_why_not(void **state)
{
	test_world *w = *state;
	rpv_list *list = NULL;
	load(w, VALID "vulnerabilities.json", RPV_FORMAT_DEFENDER_VULNERABILITIES, 4);
	load(w, VALID "configurations.json", RPV_FORMAT_DEFENDER_CONFIGURATIONS, 4);
	load(w, VALID "remediation-tasks.json", RPV_FORMAT_DEFENDER_REMEDIATION_TASKS, 5);
	assert_int_equal(w->result.remediations, 2);
	assert_int_equal(w->result.skipped, 3);
	assert_int_equal(w->notices, 3);
	assert_ok(rpv_remediation_list(w->session, NULL, &list));
	assert_int_equal(rpv_list_count(list), 2);
	const rpv_remediation *r = rpv_remediation_at(list, 0);
	assert_string_equal(r->recommendation, BROWSER);
	assert_int_equal(r->priority, RPV_PRIORITY_HIGH);
	assert_true(r->due_ms == INT64_C(1775865600000));
	assert_int_equal(r->group_count, 2);
	assert_int_equal(r->targets, 1);
	assert_non_null(strstr(r->notes, "please"));
	assert_non_null(strstr(r->notes, "03942ef5-0000-4c6e-b555-000000000001, requested by user1@example.org"));
	r = rpv_remediation_at(list, 1);
	assert_true(r->due_ms == 0);
	assert_non_null(strstr(r->notes, "was due 2026-02-11"));
	rpv_list_free(list);
	load(w, VALID "remediation-tasks.json", RPV_FORMAT_DEFENDER_REMEDIATION_TASKS, 5);
	assert_int_equal(w->result.remediations, 0);
	assert_int_equal(w->result.skipped, 5);
}

/* --- refusals --- */

static void test_import_defender_when_malformed_then_refused_with_place_and_nothing_written(void **state)
{
	static const struct { const char *file, *words; } cases[] = {
		{ "time-of-machine.json", ":3:3: record 2: firstSeen: is not a time after the beginning of 1970: \"1990-1sdf\"" },
		{ "ellipsis.json", ":3:" }, { "two-texts.json", ":3:" }, { "missing-comma.json", ":3:3: " },
		{ "cut-short.json", ":3:" }, { "tail.json", ":4:" },
		{ "severity.json", ":2:3: record 1: vulnerabilitySeverityLevel: " }, { "points.json", "configurationImpact: " },
		{ "no-device.json", "deviceId: is required" }, { "no-product.json", "recommendationReference: " },
		{ "change-without-status.json", "status: is required" },
		{ "export-files.json", "a list of export files" }, { "exposure-score.json", "an exposure score" },
		{ "certificates.json", "a certificate inventory" }, { "alerts.json", "a list of alerts" },
	};
	test_world *w = *state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char path[256];
		snprintf(path, sizeof path, INVALID "%s", cases[i].file);
		test_refused(w, RPV_E_INVALID, test_import_path(w, path), cases[i].words);
		assert_int_equal(test_revision(w), 0);
	}
}

static void test_import_defender_when_lenient_then_good_records_are_taken(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	w->options.lenient = 1;
	load(w, INVALID "time-of-machine.json", RPV_FORMAT_DEFENDER_MACHINES, 2);
	assert_int_equal(w->result.skipped, 1);
	assert_non_null(test_device(w, "dev-1", &list));
	rpv_list_free(list);
	assert_null(test_device(w, "dev-2", &list));
	test_refused(w, RPV_E_INVALID, test_import_path(w, INVALID "certificates.json"), "a certificate inventory");
	load(w, INVALID "ellipsis.json", RPV_FORMAT_DEFENDER_MACHINES, 2);
	assert_int_equal(w->result.skipped, 1);
	test_refused(w, RPV_E_INVALID, test_import_path(w, INVALID "missing-comma.json"), ":3:3: ");
}

/* --- shared samples --- */

static uint64_t number(const json_t *expected, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(expected, name));
}

static uint64_t severities(test_world *w, rpv_severity severity)
{
	rpv_list *list = NULL;
	uint64_t n = 0;
	assert_ok(rpv_weakness_list(w->session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		n += rpv_weakness_at(list, i)->severity == severity;
	rpv_list_free(list);
	return n;
}

static void check_severities(test_world *w, const json_t *expected)
{
	const json_t *by = json_object_get(expected, "by_severity");
	if (by == NULL || number(expected, "distinct_cveId") != number(expected, "records"))
		return;
	assert_int_equal(severities(w, RPV_SEVERITY_LOW), number(by, "Low"));
	assert_int_equal(severities(w, RPV_SEVERITY_MEDIUM), number(by, "Medium"));
	assert_int_equal(severities(w, RPV_SEVERITY_HIGH), number(by, "High"));
	assert_int_equal(severities(w, RPV_SEVERITY_CRITICAL), number(by, "Critical"));
}

static void check_counts(test_world *w, const json_t *expected)
{
	const rpv_import_result *r = &w->result;
	uint64_t records = json_object_get(expected, "records") != NULL ? number(expected, "records") : 1;
	assert_int_equal(r->records, records);
	if (json_object_get(expected, "distinct_deviceId") != NULL)
		assert_int_equal(r->devices, number(expected, "distinct_deviceId"));
	if (json_object_get(expected, "distinct_machineId") != NULL)
		assert_int_equal(r->devices, number(expected, "distinct_machineId"));
	if (json_object_get(expected, "distinct_cveId") != NULL) { /* null is one of them */
		uint64_t null = number(expected, "null_cveId");
		assert_int_equal(r->weaknesses, number(expected, "distinct_cveId") - (null > 0));
		assert_int_equal(r->unaffected, null);
	}
	if (json_object_get(expected, "distinct_id") != NULL)
		assert_int_equal(r->records - r->duplicates, number(expected, "distinct_id"));
	check_severities(w, expected);
	if (json_object_get(expected, "distinct_cveId") != NULL)
		assert_int_equal(count_weaknesses(w), r->weaknesses);
}

static const char *const unwanted[] = { "check_msdefender", "certificate", "software-vulnerabilities-1", "exposure-score",
	"missing-kbs", "baselines", "baseline" };

static bool is_unwanted(const char *path)
{
	for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
		if (strstr(path, unwanted[i]) != NULL)
			return true;
	return false;
}

/* The line that the expected error of another parser names. */
static uint64_t line_of(const char *words)
{
	const char *at = strstr(words, ": line ");
	return at != NULL ? strtoull(at + 7, NULL, 10) : 0;
}

static void check_shared(const char *name, const json_t *expected)
{
	test_world *w = test_world_new();
	char path[512];
	const char *syntax = json_string_value(json_object_get(expected, "invalid_json"));
	rpv_status st;
	snprintf(path, sizeof path, SHARED "%s", name);
	st = test_import_path(w, path);
	if (syntax != NULL) {
		test_refused(w, RPV_E_INVALID, st, path);
		assert_int_equal(w->error.line, line_of(syntax));
	} else if (is_unwanted(name)) {
		test_refused(w, RPV_E_INVALID, st, "cannot be imported");
	} else if (strstr(name, "multiple_files/machines") != NULL) {
		test_refused(w, RPV_E_INVALID, st, "firstSeen: is not a time"); /* its dates were made unreadable */
		assert_int_equal(test_revision(w), 0);
		w->options.lenient = 1;
		test_must(w, test_import_path(w, path));
		assert_int_equal(w->result.records, number(expected, "records"));
		assert_int_equal(w->result.skipped, 2);
	} else {
		test_must(w, st);
		check_counts(w, expected);
	}
	if (st != RPV_OK && w->options.lenient == 0)
		assert_int_equal(test_revision(w), 0);
	test_world_free(w);
}

static void test_import_defender_when_shared_files_then_counts_are_as_expected(void **state)
{
	json_t *all = json_load_file(SHARED "expected.json", 0, NULL), *expected;
	const char *name;
	size_t n = 0;
	(void)state;
	if (all == NULL) {
		print_message("no %sexpected.json here\n", SHARED);
		skip();
	}
	json_object_foreach(all, name, expected)
	{
		if (strncmp(name, "mde_tvm/", 8) != 0)
			continue;
		check_shared(name, expected);
		n++;
	}
	json_decref(all);
	assert_true(n > 30);
}

/* The documents' own samples: as many records as the file has, or a refusal that says what the file is. */
static void check_sample(const char *path)
{
	test_world *w = test_world_new();
	json_t *json = json_load_file(path, 0, NULL);
	const json_t *value = json_object_get(json, "value");
	rpv_status st = test_import_path(w, path);
	assert_non_null(json);
	if (st == RPV_OK) {
		assert_int_equal(w->result.records, value != NULL ? json_array_size(value) : 1);
		assert_true(w->result.format != RPV_FORMAT_NDJSON);
		assert_int_equal(w->result.skipped, w->result.format == RPV_FORMAT_DEFENDER_REMEDIATION_TASKS ? 1 : 0);
	} else {
		test_refused(w, RPV_E_INVALID, st, "cannot be imported");
		assert_int_equal(test_revision(w), 0);
	}
	json_decref(json);
	test_world_free(w);
}

static void test_import_defender_when_documents_samples_then_imported_or_named(void **state)
{
	DIR *folder = opendir(SHARED "defender/docs-samples");
	struct dirent *entry;
	(void)state;
	if (folder == NULL) {
		print_message("no %sdefender here\n", SHARED);
		skip();
	}
	while ((entry = readdir(folder)) != NULL) {
		char path[512];
		size_t n = strlen(entry->d_name);
		snprintf(path, sizeof path, SHARED "defender/docs-samples/%s", entry->d_name);
		if (n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0)
			check_sample(path);
	}
	closedir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_defender_when_vulnerabilities_then_each_device_is_reported_in_full),
		TEST(test_import_defender_when_lines_in_any_case_with_mark_and_crlf_then_read),
		TEST(test_import_defender_when_changes_then_added_and_fixed_by_version_and_event),
		TEST(test_import_defender_when_machine_vulnerabilities_then_as_the_export),
		TEST(test_import_defender_when_configurations_then_newest_state_points_and_category),
		TEST(test_import_defender_when_page_of_an_answer_then_nothing_is_taken_away),
		TEST(test_import_defender_when_order_batches_and_memory_differ_then_the_store_is_the_same),
		TEST(test_import_defender_when_machines_then_value_tags_exclusion_and_group),
		TEST(test_import_defender_when_recommendations_then_kind_category_points_and_tags),
		TEST(test_import_defender_when_vulnerability_list_then_vectors_dates_and_epss),
		TEST(test_import_defender_when_software_then_versions_and_end_of_support),
		TEST(test_import_defender_when_remediation_tasks_then_requested_once_or_told_why_not),
		TEST(test_import_defender_when_malformed_then_refused_with_place_and_nothing_written),
		TEST(test_import_defender_when_lenient_then_good_records_are_taken),
		cmocka_unit_test(test_import_defender_when_shared_files_then_counts_are_as_expected),
		cmocka_unit_test(test_import_defender_when_documents_samples_then_imported_or_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
