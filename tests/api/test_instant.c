/* SPDX-License-Identifier: MIT */
/* Times and durations as text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <reprieve/instant.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_time(const char *text, int64_t expected)
{
	int64_t ms = -7;
	if (rpv_time_parse(text, &ms) != RPV_OK)
		fail_msg("%s is refused", text);
	if (ms != expected)
		fail_msg("%s is %lld, not %lld", text, (long long)ms, (long long)expected);
}

static void assert_duration(const char *text, int64_t expected)
{
	int64_t ms = -7;
	if (rpv_duration_parse(text, &ms) != RPV_OK || ms != expected)
		fail_msg("%s is %lld, not %lld", text, (long long)ms, (long long)expected);
}

static void assert_all_refused(rpv_status (*parse)(const char *, int64_t *), const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t ms = -7;
		if (parse(texts[i], &ms) != RPV_E_INVALID || ms != -7)
			fail_msg("'%s' is not refused", texts[i]);
	}
}

static void test_time_when_well_formed_then_read(void **state)
{
	(void)state;
	assert_time("1970-01-01", 0);
	assert_time("1970-01-01T00:00:00Z", 0);
	assert_time("1970-01-01T00:00:00.001Z", 1);
	assert_time("2001-09-09T01:46:40Z", INT64_C(1000000000000));
	assert_time("2038-01-19T03:14:07Z", INT64_C(2147483647000));
	assert_time("2024-02-29", INT64_C(1709164800000));
	assert_time("2000-02-29T12:00:00z", INT64_C(951825600000));
	assert_time("2026-03-01T00:00:00.000Z", INT64_C(1772323200000));
	assert_time("2026-03-01t01:30:00+01:30", INT64_C(1772323200000));
	assert_time("2026-02-28T16:00:00-08:00", INT64_C(1772323200000));
	assert_time("2026-03-01T00:00:00-00:00", INT64_C(1772323200000));
	assert_time("2026-03-01T23:59:00+23:59", INT64_C(1772323200000));
	assert_time("9999-12-31T23:59:59.999Z", RPV_TIME_MAX);
}

static void test_time_when_a_fraction_then_cut_to_milliseconds(void **state)
{
	(void)state;
	assert_time("1970-01-01T00:00:01.2Z", 1200);
	assert_time("1970-01-01T00:00:01.02Z", 1020);
	assert_time("1970-01-01T00:00:01.0009Z", 1000);
	assert_time("1970-01-01T00:00:01.123999999999999999999999999999999999999999Z", 1123);
	assert_time("1969-12-31T23:59:59.9-00:01", 59900);
}

static void test_time_when_a_zone_moves_it_then_range_is_of_utc(void **state)
{
	static const char *const outside[] = {
		"1969-12-31", "1969-12-31T23:59:59.999Z", "1970-01-01T00:59:59+01:00", "9999-12-31T23:59:59-00:01",
		"0000-01-01", "0000-02-29T00:00:00Z", "0001-01-01",
	};

	(void)state;
	assert_time("1969-12-31T23:00:00-01:00", 0);
	assert_time("1970-01-01T01:00:00+01:00", 0);
	assert_all_refused(rpv_time_parse, outside, sizeof outside / sizeof outside[0]);
}

static void test_leap_second_when_at_the_end_of_a_utc_day_then_next_day(void **state)
{
	static const char *const elsewhere[] = {
		"2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-31T00:00:60Z", "2016-12-31T23:59:61Z",
		"2016-12-31T23:59:60+01:00", "9999-12-31T23:59:60Z",
	};

	(void)state;
	assert_time("2016-12-31T23:59:60Z", INT64_C(1483228800000));
	assert_time("2016-12-31T23:59:60.75Z", INT64_C(1483228800000));
	assert_time("2016-12-31T15:59:60-08:00", INT64_C(1483228800000));
	assert_all_refused(rpv_time_parse, elsewhere, sizeof elsewhere / sizeof elsewhere[0]);
}

static void test_time_when_malformed_then_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "2026", "2026-04", "2026-4-1", "20260401", "2026-04-01T", "2026/04/01", "26-04-01", "12026-04-01",
		"2026-02-30", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31",
		"2026-04-01T12:00:00", "2026-04-01T12:00Z", "2026-04-01T12Z", "2026-04-01Z", "2026-04-01+01:00",
		"2026-04-01T25:00:00Z", "2026-04-01T24:00:00Z", "2026-04-01T12:60:00Z", "2026-04-01T1:00:00Z",
		"2026-04-01 12:00:00Z", " 2026-04-01", "2026-04-01 ", "2026-04-01T12:00:00 Z", "2026-04-01T12:00:00Z ",
		"2026-04-01T12:00:00ZZ", "2026-04-01T12:00:00Z+00:00", "2026-04-01T12:00:00.Z", "2026-04-01T12:00:00,5Z",
		"2026-04-01T12:00:00.5", "2026-04-01T12:00:00.5.5Z", "2026-04-01T12:00:00+0100", "2026-04-01T12:00:00+01",
		"2026-04-01T12:00:00+24:00", "2026-04-01T12:00:00+01:60", "2026-04-01T12:00:00+-1:00", "2026-04-01T12:00:00+01:00Z",
		"-2026-04-01", "+2026-04-01", "2026-04--1", "2026-04-01T-1:00:00Z", "2026-04-01\n", "2026-W14-3", "2026-091", "now",
		"2026-04-01T12:00:00UTC", "2026-04-0\xd9\xa1",
	};
	int64_t ms;

	(void)state;
	assert_all_refused(rpv_time_parse, texts, sizeof texts / sizeof texts[0]);
	assert_int_equal(rpv_time_parse(NULL, &ms), RPV_E_INVALID);
	assert_int_equal(rpv_time_parse("2026-04-01", NULL), RPV_E_INVALID);
}

static void test_time_when_cut_short_anywhere_then_only_the_date_is_one(void **state)
{
	static const char whole[] = "2026-03-01T09:30:00.250+01:00";
	char text[sizeof whole];
	int64_t ms;

	(void)state;
	for (size_t size = 0; size < sizeof whole - 1; size++) {
		memcpy(text, whole, size);
		text[size] = '\0';
		assert_int_equal(rpv_time_parse(text, &ms), size == 10 ? RPV_OK : RPV_E_INVALID);
	}
}

/* Every day by counting on from 1970-01-01, with every month's length by heart. */
static void test_days_when_counted_one_by_one_then_texts_agree(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t midnight = 0, ms;
	char expected[64], text[RPV_TIME_TEXT_SIZE];

	(void)state;
	for (int year = 1970; year <= 9999; year++) {
		int leap = year % 400 == 0 || (year % 100 != 0 && year % 4 == 0);
		for (int month = 1; month <= 12; month++) {
			int length = lengths[month - 1] + (month == 2 && leap);
			for (int day = 1; day <= length; day++, midnight += 86400000) {
				/* another time of day each day */
				int second = (int)(midnight / 86400000 * 7919 % 86400);
				int milli = (int)(midnight / 86400000 * 31 % 1000);
				int64_t then = midnight + second * INT64_C(1000) + milli;
				snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
				         second / 3600, second / 60 % 60, second % 60, milli);
				if (rpv_time_format(then, text) != RPV_OK || strcmp(text, expected) != 0)
					fail_msg("%lld is written as %s, not %s", (long long)then, text, expected);
				assert_true(rpv_time_parse(text, &ms) == RPV_OK && ms == then);
				text[10] = '\0';
				assert_true(rpv_time_parse(text, &ms) == RPV_OK && ms == midnight);
			}
			snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, length + 1);
			assert_int_equal(rpv_time_parse(expected, &ms), RPV_E_INVALID);
		}
	}
	assert_true(midnight - 1 == RPV_TIME_MAX);
}

static void test_time_when_out_of_range_then_not_written(void **state)
{
	static const int64_t times[] = { -1, RPV_TIME_MAX + 1, INT64_MIN, INT64_MAX };
	char text[RPV_TIME_TEXT_SIZE] = "as it was";

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		assert_int_equal(rpv_time_format(times[i], text), RPV_E_INVALID);
	assert_string_equal(text, "as it was");
	assert_int_equal(rpv_time_format(0, NULL), RPV_E_INVALID);
	assert_int_equal(rpv_time_format(RPV_TIME_MAX, text), RPV_OK);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void test_duration_when_well_formed_then_read(void **state)
{
	(void)state;
	assert_duration("30d", RPV_DAYS(30));
	assert_duration("12h", RPV_HOURS(12));
	assert_duration("90m", RPV_MINUTES(90));
	assert_duration("1m", 60000);
	assert_duration("007d", INT64_C(604800000));
	assert_duration("00000000000000000000000000000000000000001h", 3600000);
	assert_duration("10000d", INT64_C(864000000000));
	assert_duration("240000h", INT64_C(864000000000));
	assert_duration("14400000m", INT64_C(864000000000));
}

static void test_duration_when_malformed_or_out_of_range_then_refused(void **state)
{
	static const char *const texts[] = {
		"", "d", "30", "0d", "000m", "-1d", "+1d", " 1d", "1d ", "1 d", "1D", "1s", "1w", "1dd", "1d1h",
		"1.5d", "1e3d", "0x1d",
		"10001d", "240001h", "14400001m", "9223372036854775807m", "9223372036854775808d", "18446744073709551617d",
		"213503982335d", "99999999999999999999999999999999999999999999d", "P30D", "thirty",
	};
	int64_t ms;

	(void)state;
	assert_all_refused(rpv_duration_parse, texts, sizeof texts / sizeof texts[0]);
	assert_int_equal(rpv_duration_parse(NULL, &ms), RPV_E_INVALID);
	assert_int_equal(rpv_duration_parse("1d", NULL), RPV_E_INVALID);
}

static void test_macros_when_of_large_numbers_then_64_bits(void **state)
{
	(void)state;
	assert_true(RPV_DAYS(10000) == INT64_C(864000000000));
	assert_true(RPV_HOURS(2 + 1) == 10800000 && RPV_MINUTES(-1) == -60000);
	assert_int_equal(sizeof RPV_DAYS(1), sizeof(int64_t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_when_well_formed_then_read),
		cmocka_unit_test(test_time_when_a_fraction_then_cut_to_milliseconds),
		cmocka_unit_test(test_time_when_a_zone_moves_it_then_range_is_of_utc),
		cmocka_unit_test(test_leap_second_when_at_the_end_of_a_utc_day_then_next_day),
		cmocka_unit_test(test_time_when_malformed_then_refused),
		cmocka_unit_test(test_time_when_cut_short_anywhere_then_only_the_date_is_one),
		cmocka_unit_test(test_days_when_counted_one_by_one_then_texts_agree),
		cmocka_unit_test(test_time_when_out_of_range_then_not_written),
		cmocka_unit_test(test_duration_when_well_formed_then_read),
		cmocka_unit_test(test_duration_when_malformed_or_out_of_range_then_refused),
		cmocka_unit_test(test_macros_when_of_large_numbers_then_64_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
