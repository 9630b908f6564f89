/* SPDX-License-Identifier: MIT */
/* CVSS vectors: which texts are ones, and how they score. Published vectors come from ../shared/data/cvss. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <reprieve/weakness.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATA "../shared/data/cvss/"
#define SAMPLE "tests/data/cvss/vectors.csv"
#define V2 "AV:N/AC:L/Au:N/C:C/I:C/A:C"
#define V3 "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define V4 "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"

static rpv_cvss score_of(const char *vector)
{
	rpv_cvss got = { .struct_size = sizeof got };
	if (rpv_cvss_score(vector, &got) != RPV_OK)
		fail_msg("%s is refused", vector);
	return got;
}

static void assert_refused(const char *vector)
{
	rpv_cvss got, before;

	memset(&got, 0x5a, sizeof got);
	got.struct_size = sizeof got;
	before = got;
	if (rpv_cvss_score(vector, &got) != RPV_E_INVALID)
		fail_msg("%s is not refused", vector);
	assert_memory_equal(&got, &before, sizeof got);
}

/* Both are the nearest doubles to a number of one decimal. */
static void assert_score(const char *vector, const char *what, double got, double expected)
{
	if (got != expected)
		fail_msg("%s: %s is %.17g, not %.17g", vector, what, got, expected);
}

/* Examples of FIRST's documents, and the ends of the scales. */
static const struct { const char *vector; int32_t version; double base, overall; rpv_severity severity; } known[] = {
	{ "AV:N/AC:L/Au:N/C:N/I:N/A:C", 20, 7.8, 7.8, RPV_SEVERITY_HIGH },
	{ "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 20, 7.8, 6.4, RPV_SEVERITY_HIGH },
	{ "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 20, 7.8, 9.2, RPV_SEVERITY_HIGH },
	{ "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 20, 10.0, 8.3, RPV_SEVERITY_HIGH },
	{ "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 20, 10.0, 9.0, RPV_SEVERITY_HIGH },
	{ "(AV:L/AC:H/Au:N/C:C/I:C/A:C)", 20, 6.2, 6.2, RPV_SEVERITY_MEDIUM },
	{ "CVSS:2.0/AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 20, 6.2, 4.9, RPV_SEVERITY_MEDIUM },
	{ "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 20, 6.2, 7.5, RPV_SEVERITY_MEDIUM },
	{ "AV:L/AC:L/Au:N/C:C/I:C/A:C", 20, 7.2, 7.2, RPV_SEVERITY_HIGH }, /* 7.15 only with an impact of more than 10 */
	{ "AV:N/AC:L/Au:N/C:N/I:N/A:N", 20, 0.0, 0.0, RPV_SEVERITY_LOW },
	{ "AV:N/AC:L/Au:N/C:C/I:C/A:C/TD:N", 20, 10.0, 0.0, RPV_SEVERITY_HIGH },
	{ "AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L", 20, 0.8, 0.0, RPV_SEVERITY_LOW }, /* the equation gives -0.2 */
	{ "CVSS:3.0/" V3, 30, 9.8, 9.8, RPV_SEVERITY_CRITICAL },
	{ "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 30, 6.4, 6.4, RPV_SEVERITY_MEDIUM },
	{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31, 3.1, 3.1, RPV_SEVERITY_LOW },
	{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 31, 9.9, 9.9, RPV_SEVERITY_CRITICAL },
	{ "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 31, 9.3, 9.3, RPV_SEVERITY_CRITICAL },
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 31, 10.0, 10.0, RPV_SEVERITY_CRITICAL },
	{ "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", 31, 7.8, 6.8, RPV_SEVERITY_HIGH },
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:L/E:H/RL:O/RC:C/MC:N/MI:N/MA:N", 31, 7.2, 0.0, RPV_SEVERITY_HIGH },
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 31, 0.0, 0.0, RPV_SEVERITY_UNKNOWN },
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/MC:H/MI:H/MA:H", 31, 0.0, 9.8, RPV_SEVERITY_UNKNOWN },
	{ "CVSS:4.0/" V4, 40, 9.3, 9.3, RPV_SEVERITY_CRITICAL },
	{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 40, 10.0, 10.0, RPV_SEVERITY_CRITICAL },
	{ "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 40, 7.3, 7.3, RPV_SEVERITY_HIGH },
	{ "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 40, 7.3, 4.4, RPV_SEVERITY_HIGH },
	{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N", 40, 6.9, 6.9, RPV_SEVERITY_MEDIUM },
	{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/U:Amber", 40, 0.0, 0.0, RPV_SEVERITY_UNKNOWN },
};

static void test_vector_when_known_then_scores(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		rpv_cvss got = score_of(known[i].vector);
		assert_score(known[i].vector, "base", got.base, known[i].base);
		assert_score(known[i].vector, "overall", got.overall, known[i].overall);
		assert_int_equal(got.version, known[i].version);
		assert_int_equal(got.severity, known[i].severity);
		assert_int_equal(got.struct_size, sizeof got);
	}
}

static void test_text_when_not_a_vector_then_refused(void **state)
{
	static const char *const texts[] = {
		"", "/", ":", "()", "(", "CVSS:3.1", "CVSS:3.1/", "CVSS:4.0/", "CVSS:2.0/", "CVSS:3.2/" V3, "CVSS:1.0/" V2,
		"CVSS:2/" V2, "CVSS:3.1/" V2, "CVSS:2.0/" V3, "CVSS:4.0/" V3, "CVSS:3.1/" V4, V3, V4,
		"CVSS:3.1/" V3 "/", "CVSS:4.0/" V4 "/", V2 "/", "CVSS:3.1//" V3, "/" V2, "CVSS:3.1/" V3 "//E:X",
		"CVSS:3.1/" V3 "/AV:N", "CVSS:3.1/" V3 "/AV:L", "CVSS:4.0/" V4 "/E:X/E:X", V2 "/E:ND/E:ND",
		"CVSS:3.1/" V3 "/XX:H", "CVSS:3.1/" V3 "/E", "CVSS:3.1/" V3 "/E:", "CVSS:3.1/" V3 "/:X",
		"CVSS:3.1/" V3 "/E:X X",
		"CVSS:3.1/" V3 "/E:X:", "CVSS:3.1/" V3 "/E:ND", V2 "/E:X", V2 "/E:F POC", V2 "/E:PO", "CVSS:4.0/" V4 "/MSC:S",
		"CVSS:4.0/" V4 "/U:Cle", "CVSS:4.0/" V4 "/U:Clear Green", "CVSS:4.0/" V4 "/U:amber", "CVSS:4.0/" V4 "/RL:O",
		"cvss:3.1/" V3, "CVSS:3.1/av:n/ac:l/pr:n/ui:n/s:u/c:h/i:h/a:h", "CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		" " V2, V2 " ", V2 "\n", "(" V2, V2 ")", "((" V2 "))",
		"CVSS:2.0/(" V2 ")", "(CVSS:2.0/" V2 ")", "(CVSS:3.1/" V3 ")",
		"AV:X/AC:L/Au:N/C:C/I:C/A:C", "AC:L/Au:N/C:C/I:C/A:C", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:S/SI:N/SA:N",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_refused(texts[i]);
}

static void test_vector_when_too_long_then_refused(void **state)
{
	static const char *const fillers[] = { "/E:X", "A", "/", ":", "(", " " };
	const size_t size = 1 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
		size_t at = (size_t)snprintf(text, size, "CVSS:3.1/" V3);
		for (size_t length = strlen(fillers[i]); at + length < size; at += length)
			memcpy(text + at, fillers[i], length + 1);
		assert_refused(text);
	}
	free(text);
}

static void test_arguments_when_null_or_of_odd_size_then_refused(void **state)
{
	rpv_cvss got = { .struct_size = sizeof got };
	struct { rpv_cvss cvss; double later; } larger = { { .struct_size = sizeof larger }, 1.5 };

	(void)state;
	assert_int_equal(rpv_cvss_score(NULL, &got), RPV_E_INVALID);
	assert_int_equal(rpv_cvss_score(V2, NULL), RPV_E_INVALID);
	got.struct_size = 0;
	assert_int_equal(rpv_cvss_score(V2, &got), RPV_E_INVALID);
	got.struct_size = SIZE_MAX;
	assert_int_equal(rpv_cvss_score(V2, &got), RPV_E_INVALID);
	/* an older host gets what it knows, a newer one what there is */
	got = (rpv_cvss){ .struct_size = offsetof(rpv_cvss, overall), .overall = 1.5 };
	assert_int_equal(rpv_cvss_score(V2, &got), RPV_OK);
	assert_true(got.base == 10.0 && got.overall == 1.5);
	assert_int_equal(rpv_cvss_score(V2, &larger.cvss), RPV_OK);
	assert_true(larger.cvss.overall == 10.0 && larger.later == 1.5 && larger.cvss.struct_size == sizeof larger);
}

/* Writes the metrics of `vector` behind its prefix in the opposite order. */
static void reverse(const char *vector, char *out)
{
	const char *start = strncmp(vector, "CVSS:", 5) == 0 ? strchr(vector, '/') + 1 : vector;
	const char *end = vector + strlen(vector);

	memcpy(out, vector, (size_t)(start - vector));
	out += start - vector;
	while (end > start) {
		const char *from = end;
		while (from > start && from[-1] != '/')
			from--;
		memcpy(out, from, (size_t)(end - from));
		out += end - from;
		if (from > start)
			*out++ = '/';
		end = from - (from > start);
	}
	*out = '\0';
}

static void test_metrics_when_in_any_order_then_same_scores(void **state)
{
	char turned[512];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (known[i].vector[0] == '(')
			continue;
		reverse(known[i].vector, turned);
		rpv_cvss got = score_of(turned);
		assert_score(turned, "base", got.base, known[i].base);
		assert_score(turned, "overall", got.overall, known[i].overall);
	}
}

static void test_optional_metrics_when_not_defined_then_overall_is_base(void **state)
{
	static const char *const pairs[][2] = {
		{ V2, "/E:ND/RL:ND/RC:ND/CDP:ND/TD:ND/CR:ND/IR:ND/AR:ND" },
		{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:H/A:H",
		  "/E:X/RL:X/RC:X/CR:X/IR:X/AR:X/MAV:X/MAC:X/MPR:X/MUI:X/MS:X/MC:X/MI:X/MA:X" },
		{ "CVSS:4.0/" V4, "/E:X/CR:X/IR:X/AR:X/MAV:X/MAC:X/MAT:X/MPR:X/MUI:X/MVC:X/MVI:X/MVA:X/MSC:X/MSI:X/MSA:X"
		                  "/S:X/AU:X/R:X/V:X/RE:X/U:X" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		char text[512];
		snprintf(text, sizeof text, "%s%s", pairs[i][0], pairs[i][1]);
		rpv_cvss plain = score_of(pairs[i][0]), full = score_of(text);
		assert_score(text, "base", full.base, plain.base);
		assert_score(text, "overall", full.overall, plain.base);
	}
}

/* --- published vectors --- */

#define COLUMNS 10

/* Parts a line into its columns, in place; quoted ones may hold commas and doubled quotes. */
static void split(char *line, char **column)
{
	char *out = line;

	line[strcspn(line, "\r\n")] = '\0';
	for (int i = 0; i < COLUMNS; i++) {
		int quoted = *line == '"';
		line += quoted;
		column[i] = out;
		while (*line && (quoted || *line != ',')) {
			if (quoted && *line == '"' && *++line != '"')
				quoted = 0;
			else
				*out++ = *line++;
		}
		line += *line == ',';
		*out++ = '\0';
	}
}

/* Calls `check` with every row of a file. Skips the test when there is no such file. */
static void each_row(const char *path, int at_least, void (*check)(char *const *column))
{
	char line[4096], *column[COLUMNS];
	FILE *file = fopen(path, "r");
	int rows = 0;

	if (!file) {
		print_message("%s is not there: skipped\n", path);
		skip();
	}
	assert_non_null(fgets(line, sizeof line, file));
	for (; fgets(line, sizeof line - COLUMNS, file); rows++) {
		split(line, column);
		check(column);
	}
	fclose(file);
	assert_true(rows >= at_least);
}

static rpv_severity severity_named(const char *name)
{
	static const char *const names[] = { "None", "Low", "Medium", "High", "Critical" };
	for (int i = 0; i < 5; i++)
		if (strcmp(name, names[i]) == 0)
			return (rpv_severity)(RPV_SEVERITY_UNKNOWN + i);
	return RPV_SEVERITY_UNCHANGED;
}

static void assert_either(const char *vector, const char *what, double got, const char *one, const char *other)
{
	if (!(got == strtod(one, NULL) || (*other && got == strtod(other, NULL))))
		fail_msg("%s: %s is %.1f, not %s%s%s", vector, what, got, one, *other ? " or " : "", other);
}

/* Copies a vector of 2.0 or 3.x without its environmental metrics; true when one of them was defined. */
static int without_environment(const char *vector, char *out)
{
	static const char list[] = " CDP TD CR IR AR MAV MAC MPR MUI MS MC MI MA ";
	int defined = 0;
	char name[8];

	*out = '\0';
	while (*vector) {
		size_t size = strcspn(vector, "/"), colon = strcspn(vector, ":");
		snprintf(name, sizeof name, " %.*s ", (int)colon, vector);
		if (!strstr(list, name))
			snprintf(out + strlen(out), 512 - strlen(out), "%s%.*s", *out ? "/" : "", (int)size, vector);
		else if (strncmp(vector + colon, ":X", 2) != 0 && strncmp(vector + colon, ":ND", 3) != 0)
			defined = 1;
		vector += size + (vector[size] == '/');
	}
	return defined;
}

/* version,vector,base,temporal,environmental,base_severity,macrovector,alt_temporal,alt_environmental,source */
static void check_early(char *const *column)
{
	rpv_cvss got = score_of(column[1]);
	char text[512];
	int environment = without_environment(column[1], text);
	const char *temporal = *column[3] ? column[3] : column[2];

	assert_int_equal(got.version, (int)(strtod(column[0], NULL) * 10 + 0.5));
	assert_either(column[1], "base", got.base, column[2], "");
	assert_either(text, "temporal", score_of(text).overall, temporal, column[7]);
	if (environment)
		assert_either(column[1], "environmental", got.overall, column[4], column[8]);
	else
		assert_score(column[1], "overall", got.overall, score_of(text).overall);
	assert_int_equal(got.severity, severity_named(column[5]));
}

static void check_4(char *const *column)
{
	rpv_cvss got = score_of(column[1]), base;
	char text[512] = "CVSS:4.0";

	assert_int_equal(got.version, 40);
	assert_either(column[1], "score", got.overall, column[2], "");
	for (const char *at = strchr(column[1], '/'); at; at = strchr(at + 1, '/')) {
		int size = (int)strcspn(at + 1, "/") + 1;
		char key[5];
		snprintf(key, sizeof key, "%.4s", at);
		if (key[3] == ':' && strstr("/AV:/AC:/AT:/PR:/UI:/VC:/VI:/VA:/SC:/SI:/SA:", key))
			snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s", size, at);
	}
	base = score_of(text);
	assert_score(column[1], "base", got.base, base.overall);
	assert_int_equal(got.severity, base.severity);
	if (strcmp(text, column[1]) == 0)
		assert_int_equal(got.severity, severity_named(column[5]));
}

static void test_vectors_of_2_0_when_published_then_scores_agree(void **state)
{
	(void)state;
	each_row(DATA "vectors_2.0.csv", 4000, check_early);
}

static void test_vectors_of_3_0_when_published_then_scores_agree(void **state)
{
	(void)state;
	each_row(DATA "vectors_3.0.csv", 5000, check_early);
}

static void test_vectors_of_3_1_when_published_then_scores_agree(void **state)
{
	(void)state;
	each_row(DATA "vectors_3.1.csv", 5000, check_early);
}

static void test_vectors_of_4_0_when_published_then_scores_agree(void **state)
{
	(void)state;
	each_row(DATA "vectors_4.0.csv", 5000, check_4);
}

/* Some of all versions, chosen so that each value of each metric and each pair of digits of a MacroVector is among them. */
static void check_sample(char *const *column)
{
	(strcmp(column[0], "4.0") == 0 ? check_4 : check_early)(column);
}

static void test_vectors_when_of_each_kind_then_scores_agree(void **state)
{
	(void)state;
	assert_int_equal(0, access(SAMPLE, R_OK)); /* the others may be skipped */
	each_row(SAMPLE, 116, check_sample);
}

/* version,vector,reported_score,reported_severity,computed_base,verdict,cve,container */
static void check_real(char *const *column)
{
	rpv_cvss got = score_of(column[1]);
	assert_int_equal(got.version, (int)(strtod(column[0], NULL) * 10 + 0.5));
	assert_either(column[1], "base", got.version == 40 ? got.overall : got.base, column[4], "");
}

static void test_vectors_when_of_real_weaknesses_then_base_agrees(void **state)
{
	(void)state;
	each_row(DATA "real_world_vectors.csv", 12000, check_real);
}

/* vector,strictness,reason,origin,kind */
static void check_malformed(char *const *column)
{
	rpv_cvss got = { .struct_size = sizeof got };
	if (strcmp(column[1], "must_reject") == 0)
		assert_refused(column[0]);
	else if (rpv_cvss_score(column[0], &got) == RPV_OK)
		assert_int_equal(got.version, 20);
}

static void test_vectors_when_malformed_then_refused(void **state)
{
	(void)state;
	each_row(DATA "malformed_vectors.csv", 300, check_malformed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector_when_known_then_scores),
		cmocka_unit_test(test_text_when_not_a_vector_then_refused),
		cmocka_unit_test(test_vector_when_too_long_then_refused),
		cmocka_unit_test(test_arguments_when_null_or_of_odd_size_then_refused),
		cmocka_unit_test(test_metrics_when_in_any_order_then_same_scores),
		cmocka_unit_test(test_optional_metrics_when_not_defined_then_overall_is_base),
		cmocka_unit_test(test_vectors_when_of_each_kind_then_scores_agree),
		cmocka_unit_test(test_vectors_of_2_0_when_published_then_scores_agree),
		cmocka_unit_test(test_vectors_of_3_0_when_published_then_scores_agree),
		cmocka_unit_test(test_vectors_of_3_1_when_published_then_scores_agree),
		cmocka_unit_test(test_vectors_of_4_0_when_published_then_scores_agree),
		cmocka_unit_test(test_vectors_when_of_real_weaknesses_then_base_agrees),
		cmocka_unit_test(test_vectors_when_malformed_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
