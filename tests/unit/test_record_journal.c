/* SPDX-License-Identifier: MIT */
/* Revision, commit and event records: what is written is read back, and any bytes are survived. */
#include "../support/test.h"

#include "../../lib/codec/records.h"

static rpv__alloc alloc;
static rpv__arena arena;
static rpv__buf buf, again;

static int set_up(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	rpv__arena_init(&arena, &alloc);
	rpv__buf_init(&buf, &alloc);
	rpv__buf_init(&again, &alloc);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rpv__arena_free(&arena);
	rpv__buf_free(&buf);
	rpv__buf_free(&again);
	return 0;
}

/* Writes the record that the bytes hold, if they hold one. */
typedef bool (*copying)(rpv_bytes v);

static bool copy_revision(rpv_bytes v)
{
	rpv__revision r;
	bool ok = rpv__get_revision(v, &r);
	if (ok)
		rpv__put_revision(&again, &r);
	return ok;
}

static bool copy_commit(rpv_bytes v)
{
	rpv__commit r;
	bool ok = rpv__get_commit(v, &arena, &r);
	if (ok)
		rpv__put_commit(&again, &r);
	return ok;
}

static bool copy_event(rpv_bytes v)
{
	rpv__event r;
	bool ok = rpv__get_event(v, &arena, &r);
	if (ok)
		rpv__put_event(&again, &r);
	return ok;
}

/* What can be read is written back byte for byte; cut short or longer it cannot be read. */
static void check_bytes(copying copy)
{
	rpv_bytes whole = rpv__buf_view(&buf);
	rpv__buf_clear(&again);
	assert_true(copy(whole));
	assert_int_equal(rpv__bytes_compare(rpv__buf_view(&again), whole), 0);
	for (size_t size = 0; size < whole.size; size++)
		assert_false(copy((rpv_bytes){ whole.data, size }));
	rpv__buf_u8(&buf, 0);
	assert_false(copy(rpv__buf_view(&buf)));
	buf.size--;
	test_random random = { 11 };
	for (int i = 0; i < 20000; i++) {
		uint8_t *byte = &buf.data[test_random_below(&random, buf.size)], was = *byte;
		*byte = (uint8_t)test_random_next(&random);
		rpv__buf_clear(&again);
		if (copy(rpv__buf_view(&buf)))
			assert_int_equal(rpv__bytes_compare(rpv__buf_view(&again), rpv__buf_view(&buf)), 0);
		if (i % 3 == 0)
			*byte = was;
		if (i % 100 == 0)
			rpv__arena_free(&arena);
	}
	rpv__buf_clear(&buf);
}

static void test_revision_when_written_then_read_back(void **state)
{
	(void)state;
	rpv__revision r = { .format = 1, .oldest_reader = 1, .revision = 12345678901, .sequence = UINT64_MAX,
		.mark_ms = 253402300799999, .oldest_changes = 7, .oldest_changes_ms = 3, .restoring = true,
		.tag = UINT64_C(0x8000000000000001) };
	for (size_t i = 0; i < RPV__NEXT_COUNT; i++) {
		r.next[i] = 100 * i + 1;
		r.count[i] = i;
	}
	rpv__put_revision(&buf, &r);
	rpv__revision got;
	assert_true(rpv__get_revision(rpv__buf_view(&buf), &got));
	assert_true(got.revision == r.revision && got.sequence == r.sequence && got.mark_ms == r.mark_ms);
	assert_true(got.oldest_changes == 7 && got.oldest_changes_ms == 3 && got.restoring && got.tag == r.tag);
	assert_memory_equal(got.next, r.next, sizeof r.next);
	assert_memory_equal(got.count, r.count, sizeof r.count);
	assert_memory_equal(buf.data, "\1\1\1", 3); /* codec, format, oldest reader: in front for ever */
	check_bytes(copy_revision);
	rpv__buf_clear(&buf);
	r.link = (rpv__link){ "sha256", 32, { 7, 8, 9 } }; /* of a chained journal */
	rpv__put_revision(&buf, &r);
	assert_true(rpv__get_revision(rpv__buf_view(&buf), &got));
	assert_memory_equal(&got.link, &r.link, sizeof r.link);
	check_bytes(copy_revision);
}

static void test_commit_when_written_then_read_back(void **state)
{
	(void)state;
	rpv__commit r = { 1700000000000, "ana@corp.example", 5, 2, 3, 77, { NULL, 0 } }, got;
	rpv__put_commit(&buf, &r);
	assert_true(rpv__get_commit(rpv__buf_view(&buf), &arena, &got));
	assert_true(got.time_ms == r.time_ms && got.first_sequence == 5 && got.event_count == 2 && got.parts == 3);
	assert_true(got.tag == 77);
	assert_string_equal(got.actor, "ana@corp.example");
	check_bytes(copy_commit);
	r.actor = NULL;
	rpv__put_commit(&buf, &r);
	assert_true(rpv__get_commit(rpv__buf_view(&buf), &arena, &got));
	assert_null(got.actor);
	rpv__buf_clear(&buf);
	r.link = (rpv_bytes){ "0123456789abcdef", 16 }; /* of a chained journal */
	rpv__put_commit(&buf, &r);
	assert_true(rpv__get_commit(rpv__buf_view(&buf), &arena, &got));
	assert_int_equal(got.link.size, 16);
	assert_memory_equal(got.link.data, r.link.data, 16);
	check_bytes(copy_commit);
}

static void test_event_when_written_then_read_back(void **state)
{
	(void)state;
	const rpv__group_count_pair groups[] = { { 0, 3 }, { 7, UINT64_MAX }, { UINT32_MAX, 0 } };
	rpv__event r = { .sequence = 9, .time_ms = 5, .commit_ms = 6, .actor = "ana", .type = RPV_EVENT_EXCEPTION_FILED,
		.recommendation = "va-_-chrome", .weakness = "CVE-2024-4671", .device = "pc-17", .group = "Sälés",
		.exception = 12, .remediation = 13, .before = "", .after = NULL, .reason = "why", .count = 4, .groups = groups,
		.policy = "max_renewals", .group_count = 3 };
	rpv__event got;
	rpv__put_event(&buf, &r);
	assert_true(rpv__get_event(rpv__buf_view(&buf), &arena, &got));
	assert_true(got.sequence == 9 && got.time_ms == 5 && got.commit_ms == 6 && got.exception == 12);
	assert_true(got.remediation == 13 && got.count == 4 && got.type == RPV_EVENT_EXCEPTION_FILED);
	assert_string_equal(got.recommendation, "va-_-chrome");
	assert_string_equal(got.weakness, "CVE-2024-4671");
	assert_string_equal(got.device, "pc-17");
	assert_string_equal(got.group, "Sälés");
	assert_string_equal(got.before, "");
	assert_null(got.after);
	assert_string_equal(got.reason, "why");
	assert_string_equal(got.policy, "max_renewals");
	assert_int_equal(got.group_count, 3);
	assert_true(got.groups[1].group == 7 && got.groups[1].count == UINT64_MAX && got.groups[2].group == UINT32_MAX);
	check_bytes(copy_event);
	rpv__event empty = { .type = RPV_EVENT_POLICY_CHANGED };
	rpv__put_event(&buf, &empty);
	check_bytes(copy_event);
}

static void test_records_when_out_of_range_then_refused(void **state)
{
	(void)state;
	rpv__commit commit = { .time_ms = 253402300800000 }, got_commit;
	rpv__put_commit(&buf, &commit); /* the year 10000 */
	assert_false(rpv__get_commit(rpv__buf_view(&buf), &arena, &got_commit));
	rpv__buf_clear(&buf);
	rpv__event event = { .type = (rpv_event_type)(RPV__EVENT_LAST + 1) }, got_event;
	rpv__put_event(&buf, &event);
	assert_false(rpv__get_event(rpv__buf_view(&buf), &arena, &got_event));
	rpv__buf_clear(&buf);
	rpv__put_commit(&buf, &(rpv__commit){ .time_ms = 1 });
	buf.data[0] = 2; /* a later codec */
	assert_false(rpv__get_commit(rpv__buf_view(&buf), &arena, &got_commit));
	rpv__buf_clear(&buf);
}

static void test_event_when_memory_fails_then_not_read(void **state)
{
	(void)state;
	const rpv__group_count_pair groups[] = { { 0, 3 } };
	rpv__event r = { .actor = "ana", .device = "pc-17", .groups = groups, .group_count = 1 }, got;
	rpv__put_event(&buf, &r);
	test_memory memory = { .fail_at = 1, .sticky = true };
	rpv__alloc fragile = test_memory_allocator(&memory);
	rpv__arena none;
	rpv__arena_init(&none, &fragile);
	assert_false(rpv__get_event(rpv__buf_view(&buf), &none, &got));
	rpv__buf_clear(&buf);
}

/* Links are digests of 16 to RPV_HASH_MAX bytes. */
static void test_link_when_too_short_or_too_long_then_no_record(void **state)
{
	static const char digest[RPV_HASH_MAX + 1] = "0123456789abcdef";
	static const struct { size_t size; bool good; } sizes[] = { { 15, false }, { 16, true }, { RPV_HASH_MAX, true },
		{ RPV_HASH_MAX + 1, false } };
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const rpv__commit commit = { .time_ms = 3, .actor = "ana@corp.example", .link = { digest, sizes[i].size } };
		rpv__revision revision = { .revision = 3, .link = { "sha256", 16, { 7 } } };
		rpv__commit told;
		rpv__buf_clear(&buf);
		rpv__put_commit(&buf, &commit);
		assert_int_equal(sizes[i].good, rpv__get_commit(rpv__buf_view(&buf), &arena, &told));
		rpv__buf_clear(&buf);
		rpv__put_revision(&buf, &revision);
		buf.size -= 1 + 16; /* the size of the link, and the link */
		rpv__buf_bytes(&buf, digest, sizes[i].size);
		assert_int_equal(sizes[i].good, rpv__get_revision(rpv__buf_view(&buf), &revision));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revision_when_written_then_read_back),
		cmocka_unit_test(test_commit_when_written_then_read_back),
		cmocka_unit_test(test_event_when_written_then_read_back),
		cmocka_unit_test(test_records_when_out_of_range_then_refused),
		cmocka_unit_test(test_link_when_too_short_or_too_long_then_no_record),
		cmocka_unit_test(test_event_when_memory_fails_then_not_read),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
