/* SPDX-License-Identifier: MIT */
/* Batches: what is taken, merged and refused. */
#include "look.h"
#include <math.h>

static void test_record_when_malformed_then_refused_with_index_and_field(void **state)
{
	char long_id[RPV_ID_MAX + 2], *long_text = malloc(RPV_TEXT_MAX + 2);
	const char *ids[] = { "CVE-1", NULL }, *vectors[] = { "CVSS:3.1/AV:N" };
	test_world world, *w = &world;
	(void)state;
	memset(long_id, 'x', sizeof long_id);
	long_id[sizeof long_id - 1] = '\0';
	memset(long_text, 'y', RPV_TEXT_MAX + 2);
	long_text[RPV_TEXT_MAX + 1] = '\0';
	open_world(w);
	const struct { rpv_device_facts facts; const char *field, *words; } devices[] = {
		{ { .id = NULL }, "id", "missing" }, { { .id = "" }, "id", "missing" }, { { .id = long_id }, "id", "256 bytes" },
		{ { .id = "\xc3\x28" }, "id", "UTF-8" }, { { .id = "d", .name = "\xff" }, "name", "UTF-8" },
		{ { .id = "d", .os = long_text }, "os", "32769 bytes" }, { { .id = "d", .group = long_id }, "group", "256" },
		{ { .id = "d", .value = (rpv_value)4 }, "value", "no such value" },
		{ { .id = "d", .excluded = (rpv_flag)3 }, "excluded", "no such value" },
		{ { .id = "d", .last_seen_ms = -1 }, "last_seen_ms", "1970" },
		{ { .id = "d", .first_seen_ms = INT64_C(253402300800000) }, "first_seen_ms", "9999" },
		{ { .id = "d", .tag_count = 1 }, "tags", "NULL" }, { { .id = "d", .tags = ids, .tag_count = 2 }, "tags", "NULL" },
		{ { .id = "d", .given = 512 }, "given", "bits" } };
	const struct { rpv_weakness_facts facts; const char *field, *words; } weaknesses[] = {
		{ { .id = "w", .epss = 1.01 }, "epss", "between" }, { { .id = "w", .epss = -0.5 }, "epss", "between" },
		{ { .id = "w", .epss = (double)NAN, .given = RPV_WEAKNESS_EPSS }, "epss", "between" },
		{ { .id = "w", .epss = -(double)INFINITY, .given = RPV_WEAKNESS_EPSS }, "epss", "between" },
		{ { .id = "w", .severity = (rpv_severity)6 }, "severity", "no such" },
		{ { .id = "w", .exploit = (rpv_exploit)-1 }, "exploit", "no such" },
		{ { .id = "w", .cvss = vectors, .cvss_count = 1 }, "cvss", "no CVSS vector" },
		{ { .id = "w", .reserved = 1 }, "reserved", "no such" } };
	const struct { rpv_recommendation_facts facts; const char *field, *words; } recommendations[] = {
		{ { .id = "r", .points = 11 }, "points", "no such" }, { { .id = "r", .kind = (rpv_kind)6 }, "kind", "no such" },
		{ { .id = "r", .category = (rpv_category)9 }, "category", "no such" } };
	const struct { rpv_assessment_facts facts; const char *field, *words; } assessments[] = {
		{ { .recommendation = "r" }, "device", "missing" }, { { .device = "d" }, "recommendation", "missing" },
		{ { .device = "d", .recommendation = "r", .set = "1", .weaknesses = ids, .weakness_count = 1 }, "set", "both" },
		{ { .device = "d", .recommendation = "r", .set = "1", .state = RPV_CONFIGURATION_EXPOSED }, "state", "one or" },
		{ { .device = "d", .recommendation = "r", .weaknesses = ids, .weakness_count = 2 }, "weaknesses", "missing" },
		{ { .device = "d", .recommendation = "r", .version = long_id }, "version", "256 bytes" },
		{ { .device = "d", .recommendation = "r", .set = "1", .change = RPV_ASSESSMENT_ADD }, "set", "replace" },
		{ { .device = "d", .recommendation = "r", .state = RPV_CONFIGURATION_COMPLIANT, .change = RPV_ASSESSMENT_FIX },
		  "state", "replace" },
		{ { .device = "d", .recommendation = "r", .change = (rpv_assessment_change)4 }, "change", "no such" } };
	device(w, "first", NULL);
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_device(w->batch, &devices[i].facts));
		assert_error(w, 1, devices[i].field, devices[i].words);
	}
	for (size_t i = 0; i < sizeof weaknesses / sizeof *weaknesses; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_weakness(w->batch, &weaknesses[i].facts));
		assert_error(w, 1, weaknesses[i].field, weaknesses[i].words);
	}
	for (size_t i = 0; i < sizeof recommendations / sizeof *recommendations; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_recommendation(w->batch, &recommendations[i].facts));
		assert_error(w, 1, recommendations[i].field, recommendations[i].words);
	}
	for (size_t i = 0; i < sizeof assessments / sizeof *assessments; i++) {
		assert_call(RPV_E_INVALID, rpv_batch_assessment(w->batch, &assessments[i].facts));
		assert_error(w, 1, assessments[i].field, assessments[i].words);
	}
	const rpv_group_facts unnamed = { .name = NULL }, renames_default = { .name = "A", .previous_name = "none" };
	assert_call(RPV_E_INVALID, rpv_batch_group(w->batch, &unnamed));
	assert_call(RPV_E_INVALID, rpv_batch_group(w->batch, &renames_default));
	assert_error(w, 1, "previous_name", "default");
	assert_call(RPV_E_INVALID, rpv_batch_full_report(w->batch, NULL));
	assert_call(RPV_E_INVALID, rpv_batch_device(w->batch, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_batch_device(NULL, NULL));
	commit(w); /* what was refused is not in it */
	assert_non_null(see(w, "first"));
	assert_null(see(w, "d"));
	close_all(w);
	free(long_text);
}

static void test_batch_when_not_permitted_then_denied(void **state)
{
	test_world world, *w = &world;
	rpv_batch_options restore = RPV_BATCH_OPTIONS_INIT, odd = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch = (rpv_batch *)&world;
	(void)state;
	open_world(w);
	rpv_session *reader = open_session(w, "eve", RPV_PERMIT_ALL & ~(uint32_t)RPV_PERMIT_INGEST, NULL, 0);
	assert_int_equal(RPV_E_DENIED, rpv_batch_begin(reader, NULL, &batch));
	assert_null(batch);
	restore.restore = 1;
	assert_int_equal(RPV_OK, rpv_batch_begin(reader, &restore, &batch));
	assert_int_equal(RPV_E_REFUSED, rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	odd.reported_ms = -5;
	assert_call(RPV_E_INVALID, rpv_batch_begin(w->session, &odd, &batch));
	odd.struct_size = 3;
	assert_call(RPV_E_INVALID, rpv_batch_begin(w->session, &odd, &batch));
	rpv_session_close(reader);
	close_all(w);
}

static void test_references_when_forward_then_found(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	(void)state;
	open_world(w);
	assess_set(w, "s1", BROWSER, "1.0");
	name_set(w, BROWSER, "1.0", "CVE-1", "CVE-2");
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	device(w, "s1", "Sales");
	weakness(w, "CVE-1");
	weakness(w, "CVE-2");
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_string_equal(BROWSER " default: set 1.0 CVE-1 CVE-2", held(w, "s1"));
	assert_int_equal(6, result.records);
	assert_int_equal(7, result.changed); /* and the group */
	assert_int_equal(0, result.created);
	assert_int_equal(1, result.revision);
	assert_string_equal("group_added Sales; weakness_added CVE-1; weakness_added CVE-2; recommendation_added " BROWSER
	                    "; weakness_set_changed " BROWSER " [- -> 1.0]; device_added s1; facts_reported  1 Sales=1",
	                    told(w, 0));
	assert_int_equal(7, result.events);
	close_all(w);
}

static void test_references_when_unknown_then_first_is_named(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	rpv_batch_free(w->batch);
	w->batch = NULL;
	assess(w, "s1", BROWSER, "CVE-1", "CVE-9");
	assess(w, "s9", BROWSER, "CVE-1", NULL);
	refuse_commit(w, 0, "weaknesses", "no such weakness \"CVE-9\"");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	assess(w, "s9", BROWSER, "CVE-1", NULL);
	refuse_commit(w, 1, "device", "no such device \"s9\"");
	assess(w, "s1", "va-9", NULL, NULL);
	refuse_commit(w, 0, "recommendation", "no such recommendation \"va-9\"");
	assess_set(w, "s1", BROWSER, "1.0");
	refuse_commit(w, 0, "set", "no such weakness set \"1.0\"");
	name_set(w, "va-9", "1.0", NULL, NULL);
	refuse_commit(w, 0, "recommendation", "va-9");
	assert_call(RPV_OK, rpv_batch_full_report(begin(w), "s9"));
	refuse_commit(w, 0, "device", "s9");
	const rpv_group_facts renamed = { .name = "New", .previous_name = "Nowhere" };
	assess(w, "s1", "va-9", NULL, NULL);
	assert_call(RPV_OK, rpv_batch_group(begin(w), &renamed));
	refuse_commit(w, 0, "recommendation", "va-9"); /* though groups are looked at before assessments */
	assert_call(RPV_OK, rpv_batch_group(begin(w), &renamed));
	assess(w, "s1", "va-9", NULL, NULL);
	refuse_commit(w, 0, "previous_name", "Nowhere");
	device(w, "s1", NULL);
	remove_device(w, "s1");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	refuse_commit(w, 2, "device", "s1");
	close_all(w);
}

static void test_references_when_unknown_and_lenient_then_created_bare(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	(void)state;
	open_world(w);
	begin_as(w, NULL, 0, true);
	assess(w, "x", BROWSER, "CVE-7", NULL);
	configure(w, "x", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	assess_set(w, "x", MAIL, "9.9");
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(6, result.created); /* device, weakness, three recommendations, set */
	assert_string_equal(LOCK " default: state 3; " BROWSER " default: CVE-7; " MAIL " default: set 9.9", held(w, "x"));
	assert_int_equal(RPV_KIND_CONFIGURATION_CHANGE, see_recommendation(w, LOCK)->kind);
	assert_int_equal(RPV_CATEGORY_OS, see_recommendation(w, LOCK)->category);
	assert_int_equal(1, see_recommendation(w, LOCK)->points);
	assert_int_equal(RPV_KIND_UPDATE, see_recommendation(w, BROWSER)->kind);
	assert_int_equal(RPV_CATEGORY_APPLICATION, see_recommendation(w, BROWSER)->category);
	assert_int_equal(0, see_recommendation(w, BROWSER)->points);
	assert_int_equal(RPV_SEVERITY_UNKNOWN, see_weakness(w, "CVE-7")->severity);
	assert_true(see_weakness(w, "CVE-7")->epss < 0);
	assert_string_equal("UnassignedGroup", see(w, "x")->group);
	rpv_batch_result again = RPV_BATCH_RESULT_INIT;
	assess(w, "x", BROWSER, "CVE-7", NULL);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &again));
	assert_int_equal(0, again.created + again.changed + again.events);
	close_all(w);
}

static void test_record_when_it_leaves_fields_out_then_they_stay(void **state)
{
	static const char *const tags[] = { "kiosk", "lobby" };
	test_world world, *w = &world;
	rpv_device_facts full = { .id = "s1", .name = "s1.corp", .os = "Windows11", .group = "Sales", .tags = tags,
		.tag_count = 2, .value = RPV_VALUE_HIGH, .internet_facing = RPV_FLAG_TRUE, .active_alert = RPV_FLAG_TRUE,
		.excluded = RPV_FLAG_TRUE, .justification = "test machine" };
	rpv_device_facts part = { .id = "s1", .os = "Windows12" };
	rpv_device_facts none = { .id = "s1", .given = 511 };
	(void)state;
	open_world(w);
	assert_call(RPV_OK, rpv_batch_device(begin(w), &full));
	commit(w);
	assert_call(RPV_OK, rpv_batch_device(begin(w), &part));
	commit(w);
	const rpv_device *d = see(w, "s1");
	assert_string_equal("s1.corp", d->name);
	assert_string_equal("Windows12", d->os);
	assert_string_equal("Sales", d->group);
	assert_string_equal("lobby", d->tags[1]);
	assert_int_equal(2, d->tag_count);
	assert_string_equal("test machine", d->justification);
	assert_true(d->value == RPV_VALUE_HIGH && d->internet_facing && d->active_alert && d->excluded);
	assert_call(RPV_OK, rpv_batch_device(begin(w), &none)); /* null is the default */
	commit(w);
	d = see(w, "s1");
	assert_null(d->name);
	assert_null(d->os);
	assert_null(d->justification);
	assert_string_equal("UnassignedGroup", d->group);
	assert_int_equal(0, d->tag_count);
	assert_true(d->value == RPV_VALUE_NORMAL && !d->internet_facing && !d->active_alert && !d->excluded);
	assert_true(d->first_seen_ms == START && d->last_seen_ms == START);
	close_all(w);
}

static void test_weakness_when_merged_then_severity_follows_vectors_unless_given(void **state)
{
	static const char *const low3[] = { "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N" };
	static const char *const both[] = { "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
	                                    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H" };
	test_world world, *w = &world;
	rpv_weakness_facts f = { .id = "CVE-1", .cvss = low3, .cvss_count = 1, .epss = 0.123456789 };
	(void)state;
	open_world(w);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	commit(w);
	assert_int_equal(RPV_SEVERITY_LOW, see_weakness(w, "CVE-1")->severity);
	assert_int_equal(0, see_weakness(w, "CVE-1")->severity_given);
	assert_true(see_weakness(w, "CVE-1")->epss == 0.123456789);
	f = (rpv_weakness_facts){ .id = "CVE-1", .cvss = both, .cvss_count = 2 };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	commit(w);
	assert_int_equal(RPV_SEVERITY_CRITICAL, see_weakness(w, "CVE-1")->severity); /* the highest version counts */
	assert_true(see_weakness(w, "CVE-1")->epss == 0.123456789);
	f = (rpv_weakness_facts){ .id = "CVE-1", .severity = RPV_SEVERITY_MEDIUM };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	f = (rpv_weakness_facts){ .id = "CVE-1", .epss = 0, .given = RPV_WEAKNESS_EPSS };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f)); /* of two records field by field the later wins */
	commit(w);
	assert_int_equal(RPV_SEVERITY_MEDIUM, see_weakness(w, "CVE-1")->severity);
	assert_int_equal(1, see_weakness(w, "CVE-1")->severity_given);
	assert_true(see_weakness(w, "CVE-1")->epss == 0.0);
	f = (rpv_weakness_facts){ .id = "CVE-1", .epss = -1, .given = RPV_WEAKNESS_EPSS | RPV_WEAKNESS_SEVERITY };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	commit(w);
	assert_int_equal(RPV_SEVERITY_CRITICAL, see_weakness(w, "CVE-1")->severity);
	assert_int_equal(0, see_weakness(w, "CVE-1")->severity_given);
	assert_true(see_weakness(w, "CVE-1")->epss < 0);
	close_all(w);
}

static void test_kind_when_changed_then_not_between_configuration_and_others(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	recommendation(w, BROWSER, RPV_KIND_UPGRADE);
	commit(w);
	assert_int_equal(RPV_KIND_UPGRADE, see_recommendation(w, BROWSER)->kind);
	assert_string_equal("Do it", see_recommendation(w, BROWSER)->title);
	recommendation(w, BROWSER, RPV_KIND_CONFIGURATION_CHANGE);
	refuse_commit(w, 0, "kind", "cannot change");
	configure(w, "s1", BROWSER, RPV_CONFIGURATION_EXPOSED, false);
	refuse_commit(w, 0, "state", "no configuration");
	assess(w, "s1", LOCK, "CVE-1", NULL);
	refuse_commit(w, 0, "weaknesses", "is a configuration");
	name_set(w, LOCK, "1", "CVE-1", NULL);
	refuse_commit(w, 0, "weaknesses", "is a configuration");
	close_all(w);
}

static void test_limits_when_passed_then_named_and_nothing_changes(void **state)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	test_world world, *w = &world;
	(void)state;
	memset(w, 0, sizeof *w);
	w->now = START;
	assert_ok(rpv_memory_storage(NULL, &o.storage));
	rpv_clock_manual(&w->now, &o.clock);
	o.limits = (rpv_limits){ .devices = 2, .groups = 1, .recommendations = 1, .weaknesses = 1 };
	assert_ok(rpv_store_open(&o, &w->store, NULL));
	w->session = open_session(w, "ana", RPV_PERMIT_ALL, NULL, 0);
	device(w, "a", "A");
	device(w, "b", "A");
	weakness(w, "CVE-1");
	recommendation(w, MAIL, RPV_KIND_UPDATE);
	commit(w); /* the limits themselves are fine */
	for (int i = 0; i < 4; i++) {
		static const char *const words[] = { "2 devices", "1 device groups", "1 weaknesses", "1 recommendations" };
		if (i == 0)
			device(w, "c", NULL);
		else if (i == 1)
			device(w, "a", "B");
		else if (i == 2)
			weakness(w, "CVE-2");
		else
			recommendation(w, BROWSER, RPV_KIND_UPDATE);
		assert_call(RPV_E_LIMIT, rpv_batch_commit(w->batch, NULL));
		assert_error(w, RPV_NO_INDEX, "", words[i]);
		rpv_batch_free(w->batch);
		w->batch = NULL;
	}
	remove_device(w, "a"); /* makes room */
	device(w, "c", "none");
	device(w, "b", "B"); /* A is gone, B comes */
	remove_recommendation(w, MAIL);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	commit(w);
	assert_string_equal("B 1, UnassignedGroup 1", groups(w));
	close_all(w);
}

static void test_batch_when_commit_fails_then_keeps_its_records(void **state)
{
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT, odd = { .struct_size = 1 };
	(void)state;
	open_world(w);
	device(w, "a", NULL);
	assert_call(RPV_E_INVALID, rpv_batch_commit(w->batch, &odd));
	test_storage_fail(&w->storage, TEST_COMMIT, 1, RPV_E_STORAGE);
	assert_call(RPV_E_STORAGE, rpv_batch_commit(w->batch, &result));
	assert_int_equal(0, result.records);
	test_storage_fail(&w->storage, 0, 0, RPV_OK);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(1, result.records);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result)); /* empty now, and usable */
	assert_int_equal(0, result.records);
	assert_int_equal(1, result.revision);
	close_all(w);
}

static void test_batch_when_the_session_looks_at_the_past_then_read_only(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	w->now += DAY;
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	commit(w);
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START));
	assert_call(RPV_E_READ_ONLY, rpv_batch_commit(w->batch, NULL));
	assert_string_equal(BROWSER " default: CVE-1", held(w, "s1"));
	assert_string_equal("IT 2, Sales 2", groups(w));
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, 0));
	assert_string_equal(BROWSER " default: CVE-1 CVE-2", held(w, "s1"));
	close_all(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_when_malformed_then_refused_with_index_and_field),
		cmocka_unit_test(test_batch_when_not_permitted_then_denied),
		cmocka_unit_test(test_references_when_forward_then_found),
		cmocka_unit_test(test_references_when_unknown_then_first_is_named),
		cmocka_unit_test(test_references_when_unknown_and_lenient_then_created_bare),
		cmocka_unit_test(test_record_when_it_leaves_fields_out_then_they_stay),
		cmocka_unit_test(test_weakness_when_merged_then_severity_follows_vectors_unless_given),
		cmocka_unit_test(test_kind_when_changed_then_not_between_configuration_and_others),
		cmocka_unit_test(test_limits_when_passed_then_named_and_nothing_changes),
		cmocka_unit_test(test_batch_when_commit_fails_then_keeps_its_records),
		cmocka_unit_test(test_batch_when_the_session_looks_at_the_past_then_read_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
