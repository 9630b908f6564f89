/* SPDX-License-Identifier: MIT */
/* The conformance kit: sound storages pass, and each broken one fails in the rule that it breaks, with words that say
 * what was wrong. */
#include "../support/broken_storage.h"
#include "../support/test.h"

/* --- what the kit says --- */
typedef struct protocol {
	broken_place place; /* first: callbacks of the place get the same pointer */
	char failed[600];   /* names of the rules that failed, each with a blank after it */
	char message[800], text[2000], not_tried[4000];
	size_t count;
} protocol;

static void note(void *user, const rpv_testkit_result *result)
{
	protocol *p = user;
	p->count++;
	assert_non_null(result->rule);
	assert_non_null(result->part);
	assert_non_null(result->sentence);
	assert_int_equal(result->message[0] == '\0', result->outcome == RPV_TESTKIT_PASSED);
	char text[1200];
	rpv_testkit_text(result, text, sizeof text);
	assert_non_null(strstr(text, result->rule));
	if (result->outcome == RPV_TESTKIT_NOT_TRIED)
		snprintf(p->not_tried + strlen(p->not_tried), sizeof p->not_tried - strlen(p->not_tried), "%s ", result->rule);
	if (result->outcome != RPV_TESTKIT_FAILED)
		return;
	if (!p->failed[0]) {
		snprintf(p->message, sizeof p->message, "%s", result->message);
		snprintf(p->text, sizeof p->text, "%s", text);
	}
	snprintf(p->failed + strlen(p->failed), sizeof p->failed - strlen(p->failed), "%s ", result->rule);
}

static rpv_status run(protocol *p, broken what, rpv_testkit_report *report)
{
	memset(p, 0, sizeof *p);
	broken_place_init(&p->place, what);
	rpv_testkit_options options = broken_options(&p->place);
	options.result = note;
	rpv_status status = rpv_testkit_storage(&options, report);
	broken_place_free(&p->place);
	return status;
}

/* --- broken ones --- */
typedef struct expected_failure {
	broken what;
	const char *rule, *words; /* the rule that fails first, and what its message says */
	const char *also;         /* others that may fail with it */
} expected_failure;

static const expected_failure failures[] = {
	{ BROKEN_HALF_SNAPSHOT, "callbacks", "expected both or none of begin_read and end_read", "" },
	{ BROKEN_GET_TWICE, "get-present", "get \"a\": expected one value, got 2", "get-sink-fails value-empty write-replaces "
	  "remove-absent commit-copies any-bytes" },
	{ BROKEN_ABSENT_OK, "get-absent", "expected RPV_E_NOT_FOUND, got RPV_OK", "remove-removes commit-empty" },
	{ BROKEN_STOP_FAILS, "get-sink-stops", "get: expected RPV_OK, got RPV_STOP", "" },
	{ BROKEN_FAILURE_RENAMED, "get-sink-fails", "expected RPV_E_LIMIT, got RPV_E_STORAGE", "" },
	{ BROKEN_EMPTY_REMOVES, "value-empty", "get \"e\": expected its value, got RPV_E_NOT_FOUND", "" },
	{ BROKEN_TAIL_STAYS, "write-replaces", "value of \"a\": expected \"short\", got \"short", "" },
	{ BROKEN_REMOVE_IGNORED, "remove-removes", "get \"b\": expected RPV_E_NOT_FOUND, got the value \"2\"", "" },
	{ BROKEN_REMOVE_ABSENT_FAILS, "remove-absent", "commit: expected RPV_OK, got RPV_E_NOT_FOUND", "" },
	{ BROKEN_NO_WRITES_FAILS, "commit-empty", "commit: expected RPV_OK, got RPV_E_STORAGE", "" },
	{ BROKEN_KEEPS_LENT, "commit-copies", "value of \"key\": expected \"value\", got \"yyyyy\"", "" },
	{ BROKEN_CUT_AT_ZERO, "any-bytes", "1 and 0 bytes, different from byte 0 on", "" },
	{ BROKEN_SIGNED_ORDER, "order-unsigned", "expected the key \"\\x01\\x02\", got \"\\x80\"", "" },
	{ BROKEN_LONGER_FIRST, "order-prefix", "expected the key \"a\", got \"aaa\"", "order-plain" },
	{ BROKEN_CASELESS, "order-plain", "expected the key \"B\", got", "" },
	{ BROKEN_OWN_KEY, "fresh-is-empty", "expected 0 pairs, got 1; the first one too many is \"\\xFF\\xFFmeta\"",
	  "range-open-end range-reverse" },
	{ BROKEN_VALUE_BEFORE, "range-values", "value of \"d\": expected \"2\", got \"1\"", "" },
	{ BROKEN_TO_INCLUDED, "range-bounds",
	  "scan from \"d\" to \"f\": expected 2 pairs, got 3; the first one too many is \"f\"",
	  "range-empty range-reverse" },
	{ BROKEN_NO_OPEN_END, "range-open-end", "scan from \"f\" to the end: expected 2 pairs, got 0", "range-reverse" },
	{ BROKEN_FROM_SKIPPED, "range-bounds-absent",
	  "scan from \"c\" to \"g\": pair 1: expected the key \"d\", got \"da\"", "" },
	{ BROKEN_EMPTY_FAILS, "range-empty", "expected RPV_OK, got RPV_E_NOT_FOUND", "fresh-is-empty" },
	{ BROKEN_REVERSE_IGNORED, "range-reverse", "in reverse: pair 1: expected the key \"h\", got \"b\"",
	  "range-limit-reverse" },
	{ BROKEN_LIMIT_OFF, "range-limit", "at most 2: expected 2 pairs, got 3", "" },
	{ BROKEN_LIMIT_FORGOTTEN, "range-limit-reverse", "in reverse, at most 2: expected 2 pairs, got 5", "" },
	{ BROKEN_LIMIT_SIGNED, "range-limit-none", "at most 18446744073709551615: expected 5 pairs, got 0", "" },
	{ BROKEN_STOP_IGNORED, "scan-sink-stops", "the sink ended it at pair 2, and was fed", "" },
	{ BROKEN_FAILURE_SWALLOWED, "scan-sink-fails", "scan: expected RPV_E_LIMIT, got RPV_OK", "" },
	{ BROKEN_EXPECT_EMPTY_NEVER, "expect-holds", "commit: expected RPV_OK, got RPV_E_CONFLICT", "conflict-usable" },
	{ BROKEN_EXPECT_LENGTH_ONLY, "expect-differs", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_EXPECT_SHORTER, "expect-length", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_ABSENT_WHEN_EMPTY, "expect-absent", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_EXPECT_ABSENT_ANY, "expect-present", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_EXPECT_FIRST_ONLY, "expect-every", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_CONFLICT_HALF, "conflict-changes-nothing", "value of \"x\": expected \"old\", got \"new\"", "" },
	{ BROKEN_CONFLICT_LOCKS, "conflict-usable", "commit: expected RPV_OK, got RPV_E_BUSY", "expect-unwritten" },
	{ BROKEN_EXPECT_WRITTEN_ONLY, "expect-unwritten", "expected RPV_E_CONFLICT, got RPV_OK", "" },
	{ BROKEN_TOMBSTONES, "expect-removal", "commit: expected RPV_OK, got RPV_E_CONFLICT", "" },
	{ BROKEN_KEY_CUT, "key-longest", "... (480 bytes), got ", "" },
	{ BROKEN_VALUE_CUT, "value-largest", "65536 and 65535 bytes, different from byte 65535 on", "commit-largest" },
	{ BROKEN_SMALL_COMMITS, "commit-largest", "commit: expected RPV_OK, got RPV_E_FULL", "" },
	{ BROKEN_FEW_WRITES, "commit-many", "expected the key", "" },
	{ BROKEN_REOPEN_LOSES, "reopen-keeps", "value of \"a\": expected \"3\", got \"1\"", "crash-keeps" },
	{ BROKEN_CRASH_LOSES, "crash-keeps", "value of \"a\": expected \"3\", got \"1\"", "" },
	{ BROKEN_STALE_READS, "handles-see",
	  "get \"a\": expected its value, got RPV_E_NOT_FOUND", "snapshot-fresh threads-whole" },
	{ BROKEN_OTHERS_UNCHECKED, "handles-conflict", "expected RPV_E_CONFLICT, got RPV_OK", "threads-count" },
	{ BROKEN_SCAN_MOVES, "scan-one-moment",
	  "expected the 4 pairs from before, got 4, some of the other commit", "threads-whole" },
	{ BROKEN_SNAPSHOT_STAYS, "snapshot-reads", "begin_read: expected RPV_OK, got RPV_E_BUSY", "snapshot-fresh" },
	{ BROKEN_SNAPSHOT_MOVES, "snapshot-stable", "value of \"a\": expected \"old\", got \"new\"", "" },
	{ BROKEN_SNAPSHOT_OLD, "snapshot-fresh", "value of \"a\": expected \"odd\", got \"even\"", "" },
	{ BROKEN_DEAF, "wait-wakes", "expected it to end when another handle commits, got", "" },
	{ BROKEN_CHECK_THEN_WRITE, "threads-count", "threads count up together: expected 160, got", "" },
	{ BROKEN_ONE_BY_ONE, "threads-whole", "expected the values of one commit, got", "" },
	{ BROKEN_HALF_ON_FAULT, "fault-commit", "operation 3 of a commit fails: ", "" },
	{ BROKEN_SHORT_ON_FAULT, "fault-read", "expected a failure or 30 pairs, got RPV_OK and 0", "" },
	{ BROKEN_RARELY, "random-run", "at most 7: expected 7 pairs, got 6", "" },
};

static bool may_fail(const expected_failure *f, const char *rule, size_t size)
{
	char name[64];
	snprintf(name, sizeof name, "%.*s", (int)size, rule);
	return strcmp(f->rule, name) == 0 || strstr(f->also, name);
}

static void test_testkit_when_a_rule_is_broken_then_that_rule_fails_and_says_why(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		const expected_failure *f = &failures[i];
		protocol p;
		rpv_testkit_report report;
		assert_int_equal(f->what, i + 1); /* every way to break it, in order */
		rpv_status status = run(&p, f->what, &report);
		bool right = status == RPV_E_REFUSED && strstr(p.message, f->words);
		bool first = false;
		for (const char *at = p.failed; *at; at += strcspn(at, " ") + 1) {
			first |= strncmp(at, f->rule, strlen(f->rule)) == 0 && at[strlen(f->rule)] == ' ';
			right = right && may_fail(f, at, strcspn(at, " "));
		}
		if (!right || !first || !report.first_failed) {
			print_error("broken %d: expected %s (%s), also %s\n\tgot %s: %s\n", (int)f->what, f->rule, f->words, f->also,
			            p.failed, p.message);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void test_testkit_when_a_rule_fails_then_the_text_quotes_the_contract(void **state)
{
	(void)state;
	protocol p;
	rpv_testkit_report report;
	assert_status(RPV_E_REFUSED, run(&p, BROKEN_REMOVE_IGNORED, &report));
	assert_string_equal(report.first_failed, "remove-removes");
	assert_int_equal(report.failed, 1);
	assert_string_equal(p.text, "FAILED    remove-removes: get \"b\": expected RPV_E_NOT_FOUND, got the value \"2\"\n"
	                    "          storage.h: \"a key that was removed is not there\"");
	assert_non_null(strstr(p.not_tried, "order-unsigned ")); /* a later part */
	assert_non_null(strstr(p.not_tried, "random-run "));
	assert_null(strstr(p.not_tried, "any-bytes "));          /* the same part */
}

/* --- sound ones --- */
static void test_testkit_when_nothing_is_broken_then_everything_passes(void **state)
{
	(void)state;
	protocol p;
	rpv_testkit_report report;
	rpv_status status = run(&p, BROKEN_NOT, &report);
	if (status)
		print_error("%s\n", p.text);
	assert_ok(status);
	assert_int_equal(report.failed, 0);
	assert_int_equal(report.not_tried, 0);
	assert_int_equal(report.passed, p.count);
	assert_null(report.first_failed);
	assert_int_equal(report.seed, 1);
	assert_int_equal(report.rounds, 300);
}

static rpv_status open_memory(void *user, rpv_testkit_place place, rpv_storage *storage, rpv_error *error)
{
	(void)error;
	assert_int_equal(place, RPV_TESTKIT_FRESH); /* what is volatile is not opened again */
	const rpv_allocator memory = test_memory_allocator(user);
	return rpv_memory_storage(&memory, storage);
}

static int32_t fail_memory(void *user, uint64_t nth)
{
	test_memory *memory = user;
	bool met = test_memory_failed(memory);
	test_memory_fail(memory, (size_t)nth, false);
	return met;
}

static void test_testkit_when_run_on_the_memory_storage_then_passes(void **state)
{
	(void)state;
	test_memory memory = { 0 };
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	rpv_testkit_report report;
	options.user = &memory;
	options.open = open_memory;
	options.fault = fail_memory;
	options.seed = 20261126;
	options.rounds = 1000;
	assert_ok(rpv_testkit_storage(&options, &report));
	assert_int_equal(report.seed, 20261126);
	assert_int_equal(report.rounds, 1000);
	assert_true(report.passed > 40);
	assert_int_equal(memory.live, 0);
}

/* --- calling it --- */
static rpv_status open_nothing(void *user, rpv_testkit_place place, rpv_storage *storage, rpv_error *error)
{
	(void)user;
	(void)place;
	(void)storage;
	snprintf(error->message, sizeof error->message, "the disk is gone");
	return RPV_E_STORAGE;
}

static void note_last(void *user, const rpv_testkit_result *result)
{
	if (result->outcome == RPV_TESTKIT_FAILED)
		snprintf(user, 200, "%s", result->message);
}

static void test_testkit_when_called_wrongly_then_invalid(void **state)
{
	(void)state;
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	assert_status(RPV_E_INVALID, rpv_testkit_storage(NULL, NULL));
	assert_status(RPV_E_INVALID, rpv_testkit_storage(&options, NULL)); /* no open */
	options.open = open_nothing;
	options.flags = 2;
	assert_status(RPV_E_INVALID, rpv_testkit_storage(&options, NULL));
	options.flags = 0;
	options.struct_size = 8;
	assert_status(RPV_E_INVALID, rpv_testkit_storage(&options, NULL));
	char small[4] = "abc";
	rpv_testkit_text(NULL, small, sizeof small);
	assert_string_equal(small, "");
}

static void test_testkit_when_the_storage_does_not_open_then_failed(void **state)
{
	(void)state;
	char message[200] = "";
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	rpv_testkit_report report;
	options.user = message;
	options.open = open_nothing;
	options.result = note_last;
	assert_status(RPV_E_REFUSED, rpv_testkit_storage(&options, &report));
	assert_int_equal(report.passed, 0);
	assert_string_equal(message, "opening afresh: expected RPV_OK, got RPV_E_STORAGE (-8): the disk is gone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_testkit_when_a_rule_is_broken_then_that_rule_fails_and_says_why),
		cmocka_unit_test(test_testkit_when_a_rule_fails_then_the_text_quotes_the_contract),
		cmocka_unit_test(test_testkit_when_nothing_is_broken_then_everything_passes),
		cmocka_unit_test(test_testkit_when_run_on_the_memory_storage_then_passes),
		cmocka_unit_test(test_testkit_when_called_wrongly_then_invalid),
		cmocka_unit_test(test_testkit_when_the_storage_does_not_open_then_failed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
