/* SPDX-License-Identifier: MIT */
/* Policies: every name and value as text, both ways; limits; stored records, whatever their bytes. */
#include "../support/test.h"

#include "../../lib/model/policy.h"

static rpv__policy_name named(const char *name)
{
	rpv__policy_name n;
	if (!rpv__policy_find(name, &n))
		fail_msg("there is no policy %s", name);
	return n;
}

static const char *text_of(const rpv__policy *p, const char *name)
{
	static char out[RPV__POLICY_TEXT_SIZE];
	rpv__policy_text(p, named(name), out);
	return out;
}

static rpv_error error = RPV_ERROR_INIT;

#define assert_takes(p, name, text) \
	assert_status_error(RPV_OK, rpv__policy_take((p), named(name), (text), 0, &error), &error)
#define assert_refuses(p, status, name, text) \
	assert_status_error((status), rpv__policy_take((p), named(name), (text), 3, &error), &error)

/* Calls `each` for every name that there is, rows before their members. */
static void every_name(void (*each)(rpv__policy_name name, void *user), void *user)
{
	for (size_t i = 0; i < rpv__policy_row_count; i++) {
		const rpv__policy_row *row = &rpv__policy_rows[i];
		each((rpv__policy_name){ row, row->by == RPV__POLICY_ONE ? 0 : RPV__POLICY_ALL }, user);
		for (uint32_t m = 0; m < 32; m++)
			if (rpv__policy_member(row, m))
				each((rpv__policy_name){ row, m }, user);
	}
}

/* --- names --- */
static void check_name(rpv__policy_name name, void *user)
{
	char text[RPV__POLICY_NAME_SIZE], loud[RPV__POLICY_NAME_SIZE];
	rpv__policy_name found;
	rpv__policy_name_text(name, text);
	assert_true(rpv__policy_find(text, &found));
	assert_true(found.row == name.row && found.member == name.member);
	for (size_t i = 0; i <= strlen(text); i++)
		loud[i] = text[i] == '_' ? '-' : text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
	assert_true(rpv__policy_find(loud, &found));
	assert_true(found.row == name.row && found.member == name.member);
	++*(int *)user;
}

static void test_names_when_written_then_found_again(void **state)
{
	(void)state;
	int count = 0;
	rpv__policy_name n;
	every_name(check_name, &count);
	assert_int_equal(42 + 6 + 4 + 6 + 6 + 6 + 6 * 14 + 14, count);
	const char *const unknown[] = { "", ".", "max_renewal", "max_renewals.", "max_renewals.risk", "max_renewals.none",
		"max_renewals.risk_accepted.x", "inactive_after.risk_accepted", "impact.false_positive", "resurface",
		"resurface.risk_accepted.", "threshold", "budget.", "budget.nobody", "x", "trigger.all", "max_renewals " };
	for (size_t i = 0; i < RPV__COUNT(unknown); i++)
		assert_false(rpv__policy_find(unknown[i], &n));
	for (size_t i = 0; i < rpv__policy_row_count; i++)
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(rpv__policy_rows[i].id, rpv__policy_rows[k].id);
			assert_string_not_equal(rpv__policy_rows[i].name, rpv__policy_rows[k].name);
		}
}

/* --- values --- */
static int64_t some_value(test_random *random, const rpv__policy_row *row)
{
	if (row->has_none && test_random_below(random, 4) == 0)
		return row->none;
	if (row->kind == RPV__POLICY_JUSTIFICATIONS || row->kind == RPV__POLICY_SCOPES)
		return (int64_t)test_random_next(random) & row->max;
	uint64_t span = (uint64_t)(row->max - row->min);
	uint64_t within = test_random_below(random, test_random_below(random, 2) ? span + 1 : (span < 50 ? span : 50) + 1);
	int64_t value = row->min + (int64_t)within;
	if (row->kind == RPV__POLICY_POINTS) { /* what a text can say: millionths */
		uint64_t points = (uint64_t)value >> 44, millionths = test_random_below(random, 1000000);
		value = (int64_t)((points << 44) + ((millionths << 44) + 500000) / 1000000);
	}
	return value < row->min ? row->min : value > row->max ? row->max : value;
}

static void some_policy(test_random *random, rpv__policy *p)
{
	*p = rpv__policy_default;
	for (size_t i = 0; i < rpv__policy_row_count; i++) {
		const rpv__policy_row *row = &rpv__policy_rows[i];
		if (row->kind == RPV__POLICY_DURATIONS) {
			size_t count = test_random_below(random, RPV__REMINDERS + 1);
			memset(p->remind_ms, 0, sizeof p->remind_ms);
			for (size_t k = 0; k < count; k++)
				p->remind_ms[k] = (int64_t)(count - k) * 3600001;
			continue;
		}
		for (uint32_t m = 0; m < 32; m++)
			if (row->members & 1u << m && test_random_below(random, 2))
				rpv__policy_put(p, row, m, some_value(random, row));
	}
	if (p->thresholds.epss_rearm > p->thresholds.epss_crossing)
		p->thresholds.epss_rearm = p->thresholds.epss_crossing;
	if (p->thresholds.epss_ratio_rearm_ppm > p->thresholds.epss_ratio_ppm)
		p->thresholds.epss_ratio_rearm_ppm = p->thresholds.epss_ratio_ppm;
}

static void assert_same(const rpv__policy *a, const rpv__policy *b)
{
	for (size_t i = 0; i < rpv__policy_row_count; i++)
		for (uint32_t m = 0; m < 32; m++)
			if (rpv__policy_rows[i].members & 1u << m && !rpv__policy_equal(a, b, &rpv__policy_rows[i], m))
				fail_msg("%s differs, member %u", rpv__policy_rows[i].name, (unsigned)m);
}

typedef struct copying { const rpv__policy *from; rpv__policy *to; } copying;

static void copy_by_text(rpv__policy_name name, void *user)
{
	copying *c = user;
	char text[RPV__POLICY_TEXT_SIZE], again[RPV__POLICY_TEXT_SIZE];
	rpv__policy_text(c->from, name, text);
	assert_true(strlen(text) + 100 < sizeof text);
	assert_status_error(RPV_OK, rpv__policy_take(c->to, name, text, 0, &error), &error);
	rpv__policy_text(c->to, name, again);
	assert_string_equal(text, again);
}

/* Rows with members are text enough for all of them, whatever was there before. */
static void copy_rows_by_text(rpv__policy_name name, void *user)
{
	if (name.row->by == RPV__POLICY_ONE || name.member == RPV__POLICY_ALL)
		copy_by_text(name, user);
}

static void test_values_when_written_then_read_back_the_same(void **state)
{
	(void)state;
	test_random random = { 7 };
	for (int i = 0; i < 2000; i++) {
		rpv__policy from, to;
		some_policy(&random, &from);
		some_policy(&random, &to);
		every_name(i % 2 ? copy_by_text : copy_rows_by_text, &(copying){ &from, &to });
		assert_same(&from, &to);
	}
}

static void take_limits(rpv__policy_name name, void *user)
{
	rpv__policy p = rpv__policy_default;
	char text[RPV__POLICY_TEXT_SIZE];
	const rpv__policy_row *row = name.row;
	(void)user;
	if (name.member == RPV__POLICY_ALL || row->kind == RPV__POLICY_JUSTIFICATIONS || row->kind == RPV__POLICY_SCOPES ||
	    row->kind == RPV__POLICY_DURATIONS)
		return;
	for (int high = 0; high < 2; high++) {
		int64_t limit = high ? row->max : row->min, beyond = high ? limit + 1 : limit - 1;
		rpv__policy_put(&p, row, name.member, limit);
		rpv__policy_text(&p, name, text);
		assert_status_error(RPV_OK, rpv__policy_take(&p, name, text, 0, &error), &error);
		assert_true(rpv__policy_get(&p, row, name.member) == limit);
		if (row->kind == RPV__POLICY_POINTS || row->kind == RPV__POLICY_SWITCH || row->kind == RPV__POLICY_ACTION ||
		    row->kind == RPV__POLICY_IMPACT || beyond < 0)
			continue;
		rpv__policy_put(&p, row, name.member, beyond);
		rpv__policy_text(&p, name, text);
		if (strcmp(text, "none") != 0 && row->kind != RPV__POLICY_SEVERITY)
			assert_status_error(RPV_E_REFUSED, rpv__policy_take(&p, name, text, 0, &error), &error);
	}
}

static void test_values_when_at_their_limits_then_taken_and_refused_beyond(void **state)
{
	(void)state;
	every_name(take_limits, NULL);
	rpv__policy p = rpv__policy_default, same = p;
	const struct { const char *name, *text; } beyond[] = {
		{ "duration_max", "3661d" }, { "duration_max.risk_accepted", "59s" }, { "context_min", "0" },
		{ "budget.risk_accepted", "500000.000001" }, { "budget.requester", "99999999999" },
		{ "approval_severity", "unknown" },
		{ "threshold.exposure_rise", "0" }, { "threshold.epss_crossing", "1.000000001" }, { "remind", "1d,20s" },
		{ "remind", "9d,8d,7d,6d,5d,4d,3d,2d,1d" }, { "inactive_after", "99999999999999999d" },
		{ "max_renewals", "1000001" } };
	for (size_t i = 0; i < RPV__COUNT(beyond); i++) {
		assert_refuses(&p, RPV_E_REFUSED, beyond[i].name, beyond[i].text);
		assert_string_equal("value", error.field);
		assert_int_equal(3, error.index);
	}
	assert_same(&same, &p);
}

static void test_values_when_spelled_otherwise_then_understood(void **state)
{
	(void)state;
	const struct { const char *name, *text, *shown; } values[] = {
		{ "inactive_after", "48h", "2d" }, { "inactive_after", " 7 Days ", "7d" }, { "inactive_after", "1w", "7d" },
		{ "inactive_after", "90 min", "90m" }, { "inactive_after", "86400s", "1d" },
		{ "inactive_after", "60001ms", "60001ms" },
		{ "start_ahead_max", "0", "0d" }, { "total_time_max", "None", "none" }, { "max_renewals", "1", "1" },
		{ "max_renewals", "unlimited", "none" }, { "max_renewals", "2,risk-accepted=0", "2,risk_accepted=0" },
		{ "max_renewals.risk_accepted", "none", "none" },
		{ "duration_max", "risk_accepted=90d", "366d,risk_accepted=90d" },
		{ "duration_max", "1d, risk_accepted = 2d", "1d,risk_accepted=2d" }, { "duration_max", "90d", "90d" },
		{ "approval", "ALL", "all" }, { "approval", "none", "none" }, { "approval", "off", "none" },
		{ "approval", "risk_accepted, third-party-control", "third_party_control,risk_accepted" },
		{ "approval", "false_positive,all", "all" }, { "approval_scope", "global", "global" },
		{ "approval_scope", "devices,groups,global", "all" }, { "approval_severity", "High", "high" },
		{ "approval_longer_than", "30d", "30d" }, { "approval_longer_than", "never", "none" },
		{ "budget.risk_accepted", "2.5", "2.5" }, { "budget.risk_accepted", "2.500000", "2.5" },
		{ "budget.risk_accepted", "0.000001", "0.000001" }, { "budget.risk_accepted", "none", "none" },
		{ "budget.group", "10", "10" }, { "budget", "3", "3" }, { "threshold.exposure_ratio", "125%", "1.25" },
		{ "threshold.exposure_ratio", "1.250000000", "1.25" }, { "threshold.epss_crossing", "36.5%", "0.365" },
		{ "threshold.epss_crossing", "0.4", "0.4" }, { "threshold.devices_percent", "75%", "75" },
		{ "remind", "1d,30d,7d,7d", "30d,7d,1d" }, { "remind", "none", "none" }, { "remind", "12h", "12h" },
		{ "impact", "hybrid", "hybrid" }, { "impact.risk_accepted", "hybrid", "hybrid" },
		{ "trigger.known_exploited", "off", "off" }, { "trigger", "on,severity=off", "on,severity=off" },
		{ "resurface.risk_accepted", "off,exposure=warn", "off,exposure=warn" },
		{ "resurface.no_patch_available", "void", "void" },
		{ "resurface.risk_accepted.fix_available", "warn", "warn" } };
	for (size_t i = 0; i < RPV__COUNT(values); i++) {
		rpv__policy p = rpv__policy_default;
		assert_takes(&p, values[i].name, values[i].text);
		assert_string_equal(values[i].shown, text_of(&p, values[i].name));
		assert_takes(&p, values[i].name, NULL);
		assert_same(&rpv__policy_default, &p);
	}
}

static void test_values_when_not_such_then_refused_and_nothing_changed(void **state)
{
	(void)state;
	const struct { const char *name, *text; } values[] = {
		{ "inactive_after", "" }, { "inactive_after", "30" },
		{ "inactive_after", "-1d" }, { "inactive_after", "1.5d" },
		{ "inactive_after", "soon" }, { "inactive_after", "none" },
		{ "start_ahead_max", "none" }, { "inactive_after", "30d,31d" },
		{ "inactive_after", "30 d d" }, { "context_min", "ten" }, { "context_min", "5.0" }, { "context_min", "+5" },
		{ "context_min", "5%" }, { "context_min", "0x10" },
		{ "context_min", "99999999999999999999" }, { "max_renewals", "-1" },
		{ "max_renewals", "1,2" }, { "max_renewals", "1,nobody=2" },
		{ "max_renewals", "risk_accepted=" }, { "max_renewals", "=1" },
		{ "max_renewals.risk_accepted", "1,false_positive=2" }, { "approval", "" }, { "approval", "some" },
		{ "approval", "all,none" }, { "approval", "none,all" },
		{ "approval", "risk_accepted," }, { "approval_scope", "all_groups" },
		{ "budget.risk_accepted", "2,5" }, { "budget.risk_accepted", "1e3" }, { "budget.risk_accepted", "2.5.1" },
		{ "budget.risk_accepted", "0.0000001" }, { "budget.risk_accepted", ".5" }, { "budget.risk_accepted", "nan" },
		{ "threshold.epss_crossing", "0.3600000001" }, { "threshold.exposure_ratio", "%" }, { "remind", "" },
		{ "remind", "1d,none" }, { "remind", "none,1d" }, { "remind", "1d,,2d" }, { "impact", "default" },
		{ "impact", "hybrid,false_positive=hybrid" }, { "trigger.severity", "void" },
		{ "resurface.risk_accepted", "on" },
		{ "approval_severity", "severe" } };
	for (size_t i = 0; i < RPV__COUNT(values); i++) {
		rpv__policy p = rpv__policy_default;
		assert_refuses(&p, RPV_E_INVALID, values[i].name, values[i].text);
		assert_string_equal("value", error.field);
		assert_int_equal(3, error.index);
		assert_non_null(strstr(error.message, named(values[i].name).row->name));
		assert_same(&rpv__policy_default, &p);
	}
}

/* --- rules --- */
static void test_resurface_when_set_whole_then_a_fix_matters_only_to_no_patch(void **state)
{
	(void)state;
	rpv__policy p = rpv__policy_default;
	assert_takes(&p, "resurface.risk_accepted.fix_available", "void");
	assert_takes(&p, "resurface.risk_accepted", "void");
	assert_int_equal(RPV__ACTION_OFF,
	                 rpv__policy_action(&p, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_TRIGGER_FIX_AVAILABLE));
	assert_int_equal(RPV__ACTION_VOID, rpv__policy_action(&p, RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_TRIGGER_CONTROL_STALE));
	assert_takes(&p, "resurface.no_patch_available", "warn");
	assert_int_equal(RPV__ACTION_WARN,
	                 rpv__policy_action(&p, RPV_JUSTIFICATION_NO_PATCH_AVAILABLE, RPV_TRIGGER_FIX_AVAILABLE));
}

static void test_trigger_when_switched_off_then_no_action_whatever_the_justification(void **state)
{
	(void)state;
	rpv__policy p = rpv__policy_default;
	assert_takes(&p, "trigger.known_exploited", "off");
	for (int j = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL; j <= RPV_JUSTIFICATION_FALSE_POSITIVE; j++) {
		assert_int_equal(RPV__ACTION_OFF, rpv__policy_action(&p, (rpv_justification)j, RPV_TRIGGER_KNOWN_EXPLOITED));
		assert_int_not_equal(RPV__ACTION_OFF, rpv__policy_action(&p, (rpv_justification)j, RPV_TRIGGER_EXPLOIT));
	}
	assert_takes(&p, "trigger.known_exploited", "on");
	assert_same(&rpv__policy_default, &p);
}

static void test_check_when_a_warning_would_rearm_above_its_mark_then_refused(void **state)
{
	(void)state;
	rpv__policy p = rpv__policy_default;
	assert_ok(rpv__policy_check(&p, &error));
	assert_takes(&p, "threshold.epss_rearm", "0.37");
	assert_status(RPV_E_REFUSED, rpv__policy_check(&p, &error));
	p = rpv__policy_default;
	assert_takes(&p, "threshold.epss_ratio_rearm", "2.000001");
	assert_status(RPV_E_REFUSED, rpv__policy_check(&p, &error));
}

/* --- stored --- */
static rpv__alloc alloc;

static rpv_status through_bytes(const rpv__policy *from, rpv__buf *buf, rpv__policy *to)
{
	rpv__arena arena;
	rpv__policy_record record;
	rpv__arena_init(&arena, &alloc);
	rpv__buf_clear(buf);
	assert_ok(rpv__policy_to_record(from, &arena, &record));
	rpv__put_policy(buf, &record);
	assert_true(rpv__get_policy(rpv__buf_view(buf), &arena, &record));
	rpv_status status = rpv__policy_from_record(&record, to);
	rpv__arena_free(&arena);
	return status;
}

static void test_record_when_written_then_read_back_and_small(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	rpv__buf buf;
	rpv__policy from = rpv__policy_default, to;
	test_random random = { 19 };
	rpv__buf_init(&buf, &alloc);
	assert_ok(through_bytes(&from, &buf, &to));
	assert_int_equal(2, buf.size); /* codec, revision */
	assert_takes(&from, "max_renewals.risk_accepted", "1");
	from.revision = 3;
	assert_ok(through_bytes(&from, &buf, &to));
	const uint8_t bytes[] = { 1, 3, 0x83, 0x05, 1, 2 }; /* row 10 * 64 + 3, one value, 1 */
	assert_int_equal(sizeof bytes, buf.size);
	assert_memory_equal(bytes, buf.data, sizeof bytes);
	for (int i = 0; i < 2000; i++) {
		some_policy(&random, &from);
		from.revision = test_random_next(&random);
		assert_ok(through_bytes(&from, &buf, &to));
		assert_same(&from, &to);
		assert_true(from.revision == to.revision);
	}
	rpv__buf_free(&buf);
}

static rpv_status from_bytes(rpv_bytes bytes, rpv__policy *out)
{
	rpv__arena arena;
	rpv__policy_record record;
	rpv_status status = RPV_E_CORRUPT;
	rpv__arena_init(&arena, &alloc);
	if (rpv__get_policy(bytes, &arena, &record))
		status = rpv__policy_from_record(&record, out);
	rpv__arena_free(&arena);
	return status;
}

static void test_record_when_bytes_are_damaged_then_survived(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	rpv__buf buf, again;
	rpv__policy p, got;
	test_random random = { 23 };
	rpv__buf_init(&buf, &alloc);
	rpv__buf_init(&again, &alloc);
	for (int i = 0; i < 30000; i++) {
		if (i % 50 == 0) {
			some_policy(&random, &p);
			assert_ok(through_bytes(&p, &buf, &got));
		}
		size_t size = i % 7 ? buf.size : test_random_below(&random, buf.size + 1);
		if (buf.size > 2)
			buf.data[test_random_below(&random, buf.size)] = (uint8_t)test_random_next(&random);
		if (from_bytes((rpv_bytes){ buf.data, size }, &got) == RPV_OK) {
			assert_ok(rpv__policy_check(&got, &error)); /* whatever is read can be gone by, and stored again */
			assert_ok(through_bytes(&got, &again, &p));
			assert_same(&got, &p);
			p = got;
		}
	}
	rpv__buf_free(&buf);
	rpv__buf_free(&again);
}

static void test_record_when_newer_or_out_of_range_then_said(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	rpv__policy got;
	const struct { uint8_t bytes[8]; size_t size; rpv_status status; } records[] = {
		{ { 1, 1, 0xC0, 0x3E, 1, 2 }, 6, RPV_E_VERSION },       /* row 125 */
		{ { 1, 1, 0x80, 0x05, 1, 2 }, 6, RPV_E_VERSION },       /* max_renewals has no member 0 */
		{ { 1, 1, 0x83, 0x05, 1, 1 }, 6, RPV_E_CORRUPT },       /* -1 */
		{ { 1, 1, 0x83, 0x05, 0 }, 5, RPV_E_CORRUPT },          /* no value */
		{ { 1, 1, 0x83, 0x05, 2, 2, 2 }, 7, RPV_E_CORRUPT },    /* two */
		{ { 1, 1, 0x80, 0x13, 2, 2, 4 }, 7, RPV_E_CORRUPT },    /* remind: a millisecond */
		{ { 2, 1 }, 2, RPV_E_CORRUPT } };                       /* codec */
	for (size_t i = 0; i < RPV__COUNT(records); i++)
		assert_status(records[i].status, from_bytes((rpv_bytes){ records[i].bytes, records[i].size }, &got));
	assert_ok(from_bytes((rpv_bytes){ (const uint8_t[]){ 1, 9, 0x80, 0x13, 0 }, 5 }, &got));
	assert_true(got.remind_ms[0] == 0 && got.revision == 9);
}

/* Values as long as anybody likes: their words show the beginning. */
static void test_value_when_long_or_large_then_refused_in_few_words(void **state)
{
	(void)state;
	char nines[121], seven[121] = "7.";
	rpv__policy p = rpv__policy_default;
	memset(nines, '9', 120);
	nines[120] = '\0';
	memset(seven + 2, '0', 118);
	assert_refuses(&p, RPV_E_INVALID, "threshold.epss_crossing", nines);
	assert_non_null(strstr(error.message, "\"99999"));
	assert_null(strstr(error.message, nines + 120 - 81)); /* 81 of them */
	assert_refuses(&p, RPV_E_REFUSED, "threshold.epss_crossing", seven);
	assert_non_null(strstr(error.message, "7.000"));
	assert_null(strstr(error.message, seven + 2 + 118 - 79));
	assert_refuses(&p, RPV_E_INVALID, "threshold.epss_crossing", "184467440737095500"); /* 10^9 times this: no 64 bits */
	assert_refuses(&p, RPV_E_INVALID, "threshold.epss_crossing", "10000000000");        /* 10^9 times this: no sign */
	assert_refuses(&p, RPV_E_INVALID, "threshold.epss_crossing", "");
	assert_refuses(&p, RPV_E_INVALID, "threshold.devices_percent", " ");
	memcpy(nines + 100, "=void", 6);
	assert_refuses(&p, RPV_E_INVALID, "resurface.risk_accepted", nines);
	assert_null(strstr(error.message, nines + 100 - 81));
	assert_int_equal(0, memcmp(&p, &rpv__policy_default, sizeof p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value_when_long_or_large_then_refused_in_few_words),
		cmocka_unit_test(test_names_when_written_then_found_again),
		cmocka_unit_test(test_values_when_written_then_read_back_the_same),
		cmocka_unit_test(test_values_when_at_their_limits_then_taken_and_refused_beyond),
		cmocka_unit_test(test_values_when_spelled_otherwise_then_understood),
		cmocka_unit_test(test_values_when_not_such_then_refused_and_nothing_changed),
		cmocka_unit_test(test_resurface_when_set_whole_then_a_fix_matters_only_to_no_patch),
		cmocka_unit_test(test_trigger_when_switched_off_then_no_action_whatever_the_justification),
		cmocka_unit_test(test_check_when_a_warning_would_rearm_above_its_mark_then_refused),
		cmocka_unit_test(test_record_when_written_then_read_back_and_small),
		cmocka_unit_test(test_record_when_bytes_are_damaged_then_survived),
		cmocka_unit_test(test_record_when_newer_or_out_of_range_then_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
