/* SPDX-License-Identifier: MIT */
/* Assessments as columns: every way to give them comes to what single calls come to, and what is odd is refused whole. */
#include "look.h"

/* The same three rows in every form: s1 has both weaknesses, s2 none, i1 the second. */
static const char *const DEVICES[] = { "s1", "s2", "i1" };
static const char *const BROWSERS[] = { BROWSER, BROWSER, BROWSER };
static const char *const WEAKNESSES[] = { "CVE-1", "CVE-2", "CVE-2" };
static const uint32_t ENDS[] = { 0, 2, 2, 3 };

static rpv_text_column pointers(const char *const *texts, size_t count)
{
	return (rpv_text_column){ .texts = texts, .count = count };
}

static rpv_assessment_columns plain(void)
{
	return (rpv_assessment_columns){ .count = 3, .device = pointers(DEVICES, 3), .recommendation = pointers(BROWSERS, 3),
		.weakness = pointers(WEAKNESSES, 3), .weakness_offsets = ENDS, .weakness_offset_width = 4 };
}

static void assert_three(test_world *w)
{
	commit(w);
	assert_string_equal(BROWSER " default: CVE-1 CVE-2", held(w, "s1"));
	assert_string_equal(BROWSER " default:", held(w, "s2"));
	assert_string_equal(BROWSER " default: CVE-2", held(w, "i1"));
	assert_string_equal(BROWSER " default: CVE-1", held(w, "i2"));
	close_all(w);
}

static void test_columns_when_pointers_then_as_row_by_row(void **state)
{
	test_world world, *w = &world;
	rpv_assessment_columns c = plain();
	(void)state;
	open_fleet(w);
	c.struct_size = sizeof c;
	assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
	assert_three(w);
}

static void test_columns_when_counts_of_weaknesses_then_as_row_by_row(void **state)
{
	static const uint8_t bytes[] = { 2, 0, 1 };
	static const uint16_t halves[] = { 2, 0, 1 };
	static const uint32_t words[] = { 2, 0, 1 }, codes[] = { 0, 1, 1 };
	const void *const counts[] = { bytes, halves, words };
	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		test_world world, *w = &world;
		rpv_assessment_columns c = plain();
		open_fleet(w);
		c.weakness_offsets = NULL;
		c.weakness_counts = counts[i % 3];
		c.weakness_count_width = 1u << i % 3;
		if (i >= 3) {
			c.weakness.count = 2;
			c.weakness.codes = codes;
			c.weakness.code_width = 4;
		}
		assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
		assert_three(w);
	}
}

static void test_columns_when_bytes_and_offsets_then_as_row_by_row(void **state)
{
	test_world world, *w = &world;
	const uint32_t device_ends[] = { 2, 4, 6, 8 };
	uint64_t ends[4], weakness_ends[] = { 5, 10, 15, 20 };
	char odd[33];
	rpv_assessment_columns c = plain();
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < 4; i++)
		ends[i] = ENDS[i];
	memcpy(odd + 1, ends, sizeof ends); /* arrays may lie anywhere */
	c.device = (rpv_text_column){ .bytes = "xxs1s2i1", .size = 8, .offsets = device_ends, .offset_width = 4, .count = 3 };
	c.weakness = (rpv_text_column){ .bytes = "head CVE-1CVE-2CVE-2", .size = 20, .offsets = weakness_ends,
		.offset_width = 8, .count = 3 };
	c.weakness_offsets = odd + 1;
	c.weakness_offset_width = 8;
	assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
	assert_three(w);
}

static void test_columns_when_texts_end_with_nul_and_stand_in_dictionaries_then_as_row_by_row(void **state)
{
	test_world world, *w = &world;
	const uint8_t browser[] = { 1, 1, 1 };
	const uint16_t weakness[] = { 0, 1, 1 };
	const uint32_t device[] = { 2, 0, 1 };
	rpv_assessment_columns c = plain();
	(void)state;
	open_fleet(w);
	c.device = (rpv_text_column){ .bytes = "s2\0i1\0s1", .size = 9, .count = 3, .codes = device, .code_width = 4 };
	c.recommendation = (rpv_text_column){ .bytes = MAIL "\0" BROWSER, .size = sizeof MAIL + sizeof BROWSER, .count = 2,
		.codes = browser, .code_width = 1 };
	c.weakness.codes = weakness;
	c.weakness.code_width = 2;
	assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
	assert_three(w);
}

static void test_columns_when_of_all_kinds_then_each_counts(void **state)
{
	test_world world, *w = &world;
	const char *const devices[] = { "s1", "s1", "s2", "i1", "i1" };
	const char *const recommendations[] = { BROWSER, LOCK, BROWSER, BROWSER, LOCK };
	const char *const versions[] = { "1.0", NULL, "", "2.0", NULL };
	const char *const sets[] = { "1.0", "", NULL, NULL, NULL };
	const uint8_t weakness[] = { UINT8_MAX, UINT8_MAX, 1, UINT8_MAX, UINT8_MAX };
	const uint8_t states[] = { 0, RPV_CONFIGURATION_EXPOSED, 0, 0, RPV_CONFIGURATION_COMPLIANT };
	const uint8_t changes[] = { 0, 0, RPV_ASSESSMENT_ADD, RPV_ASSESSMENT_REMOVE, 0 };
	const uint8_t impacts[] = { 0, RPV_FLAG_TRUE, 0, 0, RPV_FLAG_FALSE };
	const int64_t seen[] = { START - DAY, START - DAY, START - DAY, START - DAY, START - DAY };
	rpv_assessment_columns c = { .count = 5, .device = pointers(devices, 5),
		.recommendation = pointers(recommendations, 5), .version = pointers(versions, 5), .set = pointers(sets, 5),
		.weakness = { .texts = WEAKNESSES, .count = 3, .codes = weakness, .code_width = 1 }, .states = states,
		.changes = changes, .user_impacts = impacts, .first_seen_ms = seen, .last_seen_ms = seen };
	rpv_list *list;
	(void)state;
	open_fleet(w);
	name_set(w, BROWSER, "1.0", "CVE-2", NULL);
	assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
	commit(w);
	assert_string_equal(LOCK " default: state 3; " BROWSER " default 1.0: set 1.0 CVE-2", held(w, "s1"));
	assert_string_equal(BROWSER " default: CVE-1 CVE-2", held(w, "s2"));
	assert_string_equal(LOCK " default: state 2", held(w, "i1"));
	assert_call(RPV_OK, rpv_assessment_list(w->session, "s1", &list));
	assert_int_equal(START - DAY, rpv_assessment_at(list, 0)->first_seen_ms);
	assert_int_equal(1, rpv_assessment_at(list, 0)->user_impact);
	rpv_list_free(list);
	close_all(w);
}

static void test_columns_when_empty_then_nothing(void **state)
{
	test_world world, *w = &world;
	rpv_assessment_columns c = { 0 };
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_batch_assessments(begin(w), &c));
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(0, result.records);
	close_all(w);
}

/* A row that is refused takes all others along; its place is that in the batch. */
static void test_columns_when_a_row_is_refused_then_none_is_added(void **state)
{
	test_world world, *w = &world;
	const char *const bad[] = { "s1", "s2", "" };
	const uint8_t states[] = { 0, 9, 0 };
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	rpv_assessment_columns c = plain();
	(void)state;
	open_fleet(w);
	device(w, "s1", "Sales");
	c.device = pointers(bad, 3);
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, 3, "device", "missing");
	c = plain();
	c.states = states;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, 2, "state", "9");
	c = plain();
	c.recommendation = (rpv_text_column){ 0 };
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, 1, "recommendation", "missing");
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(1, result.records);
	close_all(w);
}

static void test_columns_when_odd_then_refused_by_name(void **state)
{
	test_world world, *w = &world;
	static const uint32_t back[] = { 0, 4, 2, 6 }, far[] = { 0, 2, 4, 9 }, fine[] = { 0, 2, 4, 6 };
	static const uint8_t codes[] = { 0, 1, 3 };
	const struct { rpv_text_column device; const char *words; } columns[] = {
		{ { .texts = DEVICES, .count = 2 }, "2 texts for 3 rows" },
		{ { .bytes = "s1\0s2\0i1", .size = 8, .count = 3 }, "no NUL" },
		{ { .bytes = "s1\0s2\0i\0001", .size = 10, .count = 3 }, "more texts than its count says" },
		{ { .bytes = NULL, .size = 8, .count = 3 }, "no bytes" },
		{ { .bytes = NULL, .size = 0, .count = 3 }, "fewer texts" },
		{ { .bytes = "s1s2i1", .size = 6, .count = 3, .offsets = back, .offset_width = 4 }, "go back" },
		{ { .bytes = "s1s2i1", .size = 6, .count = 3, .offsets = far, .offset_width = 4 }, "behind its bytes" },
		{ { .bytes = "s1s2i1", .size = 6, .count = 3, .offsets = fine, .offset_width = 2 }, "neither 4 nor 8" },
		{ { .bytes = "s1s\0i1", .size = 6, .count = 3, .offsets = fine, .offset_width = 4 }, "U+0000" },
		{ { .texts = DEVICES, .count = 3, .codes = codes, .code_width = 1 }, "code 3, but only 3 texts" },
		{ { .texts = DEVICES, .count = 3, .codes = codes, .code_width = 3 }, "neither 1, 2 nor 4" } };
	rpv_assessment_columns c;
	(void)state;
	open_fleet(w);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		c = plain();
		c.device = columns[i].device;
		assert_call(RPV_E_INVALID, rpv_batch_assessments(begin(w), &c));
		assert_error(w, RPV_NO_INDEX, "device", columns[i].words);
	}
	c = plain();
	c.weakness_offsets = back;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, RPV_NO_INDEX, "weaknesses", "go back");
	c.weakness_offsets = fine;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, RPV_NO_INDEX, "weaknesses", "behind its texts");
	c.weakness_offset_width = 1;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	c = plain();
	c.weakness_counts = codes; /* 0, 1, 3 of 3 */
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, RPV_NO_INDEX, "weaknesses", "both offsets and counts");
	c.weakness_offsets = NULL;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, RPV_NO_INDEX, "weaknesses", "neither 1, 2 nor 4");
	c.weakness_count_width = 1;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	assert_error(w, RPV_NO_INDEX, "weaknesses", "counts of more texts");
	c = plain();
	c.reserved_too = 1;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	c = plain();
	c.reserved = 1;
	assert_call(RPV_E_INVALID, rpv_batch_assessments(w->batch, &c));
	c = plain();
	c.struct_size = 3;
	assert_int_not_equal(RPV_OK, rpv_batch_assessments(w->batch, &c));
	assert_int_not_equal(RPV_OK, rpv_batch_assessments(w->batch, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_batch_assessments(NULL, &c));
	close_all(w);
}

static void test_columns_when_memory_runs_out_then_nothing_is_added(void **state)
{
	test_world world, *w = &world;
	const uint16_t weakness[] = { 0, 1, 1 };
	rpv_assessment_columns c = plain();
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	rpv_status st = RPV_E_NOMEM;
	(void)state;
	open_fleet(w);
	c.device = (rpv_text_column){ .bytes = "s1\0s2\0i1", .size = 9, .count = 3 };
	c.weakness.codes = weakness;
	c.weakness.code_width = 2;
	begin(w);
	for (size_t i = 1; st == RPV_E_NOMEM; i++) {
		assert_true(i < 100);
		test_memory_fail(&w->memory, i, false);
		st = rpv_batch_assessments(w->batch, &c);
		test_memory_fail(&w->memory, 0, false);
	}
	assert_int_equal(RPV_OK, st);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
	assert_int_equal(3, result.records);
	close_all(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_when_pointers_then_as_row_by_row),
		cmocka_unit_test(test_columns_when_counts_of_weaknesses_then_as_row_by_row),
		cmocka_unit_test(test_columns_when_bytes_and_offsets_then_as_row_by_row),
		cmocka_unit_test(test_columns_when_texts_end_with_nul_and_stand_in_dictionaries_then_as_row_by_row),
		cmocka_unit_test(test_columns_when_of_all_kinds_then_each_counts),
		cmocka_unit_test(test_columns_when_empty_then_nothing),
		cmocka_unit_test(test_columns_when_a_row_is_refused_then_none_is_added),
		cmocka_unit_test(test_columns_when_odd_then_refused_by_name),
		cmocka_unit_test(test_columns_when_memory_runs_out_then_nothing_is_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
