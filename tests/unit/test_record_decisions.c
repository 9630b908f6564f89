/* SPDX-License-Identifier: MIT */
/* Bytes of exceptions, remediation activities and targets: they come back as they were; damage is noticed or harmless. */
#include "../support/test.h"

#include "../../lib/codec/keys.h"
#include "../../lib/codec/records.h"
#include <stdlib.h>

#define TIME_MAX INT64_C(253402300799999)

static const uint32_t some[] = { 0, 1, 7, 8, 300, UINT32_MAX };
static const char *const pairs[] = { "https://example.org/1", "sha256:00", "file:///b", "" };

static rpv__cover full_cover(void)
{
	return (rpv__cover){
		.recommendation = 4, .weakness = 5, .exception = UINT64_MAX,
		.filed_ms = 1, .start_ms = 2, .end_ms = TIME_MAX, .ended_ms = 77,
		.ending = RPV__ENDED_SUPERSEDED, .pending = true, .supersede = true, .counted = true, .renewal = 77,
		.approve_by_ms = 9, .approved_ms = 10,
		.justification = RPV_JUSTIFICATION_FALSE_POSITIVE, .impact = RPV_IMPACT_HYBRID, .scope = RPV_SCOPE_DEVICES,
		.all_groups = true, .groups = some, .group_count = 6, .devices = some + 1, .device_count = 3,
		.predecessor = 3, .successor = UINT64_MAX, .controls = some, .control_count = 1, .stale_ms = 12,
		.stale_warn_ms = 13, .fired = 5, .requester = UINT32_MAX, .watch = RPV__WATCH_BITS,
		.baseline = { .devices = 1, .high_value = 2, .internet_facing = 3, .groups = 4, .weaknesses = UINT64_MAX,
		              .scope_devices = { 6, 7, 8 }, .exposure = INT64_MIN, .severity = 5, .exploit = 4,
		              .epss = UINT32_MAX, .flags = 7, .epoch = 9, .epss_weakness = 8, .base_exposure = INT64_MAX,
		              .base_epss = 3, .base_doubling = UINT32_MAX },
	};
}

static const rpv__firing firings[] = {
	{ RPV_TRIGGER_EXPOSURE, true, 1, 0, INT64_MIN, 0, INT64_MAX, 0 },
	{ RPV_TRIGGER_CONTROL_STALE, false, TIME_MAX, UINT32_MAX, -1, 2, 3, UINT32_MAX },
};

static rpv__exception full_exception(void)
{
	return (rpv__exception){
		.recommendation = UINT32_MAX, .weakness = 1, .context = "accepted \xe2\x82\xac", .requester = "ana@corp.example",
		.approver = "", .status_reason = "x", .ticket = NULL, .author = "someone", .authored_ms = 99,
		.evidence = { pairs, 4 }, .canceled_groups = some, .canceled_group_count = 6,
		.firings = firings, .firing_count = 2,
	};
}

static rpv__activity full_activity(void)
{
	return (rpv__activity){
		.recommendation = 9, .kind = RPV_REMEDIATION_ATTENTION_REQUIRED, .priority = RPV_PRIORITY_HIGH,
		.status = RPV_REMEDIATION_CANCELED, .only_without_user_impact = true, .requested_ms = 1, .due_ms = 2,
		.ended_ms = TIME_MAX, .requester = "ana", .notes = "", .ended_by = NULL, .reason = "r", .connector = "c",
		.ticket = RPV_TICKET_REJECTED, .groups = some, .group_count = 6, .targets = 1, .fixed = UINT64_MAX,
		.requested_targets = 3,
	};
}

/* One kind of record: written from what was read, it must give the same bytes. */
typedef bool (*again)(rpv_bytes value, rpv__buf *out);

static rpv__key cover_key;

static bool cover_again(rpv_bytes value, rpv__buf *out)
{
	rpv__arena arena;
	rpv__cover read;
	rpv__arena_init(&arena, out->alloc);
	bool good = rpv__get_cover(rpv__key_view(&cover_key), value, &arena, &read);
	if (good)
		rpv__put_cover(out, &read);
	rpv__arena_free(&arena);
	return good;
}

static bool exception_again(rpv_bytes value, rpv__buf *out)
{
	rpv__arena arena;
	rpv__exception read;
	rpv__arena_init(&arena, out->alloc);
	bool good = rpv__get_exception(value, &arena, &read);
	if (good)
		rpv__put_exception(out, &read);
	rpv__arena_free(&arena);
	return good;
}

static bool activity_again(rpv_bytes value, rpv__buf *out)
{
	rpv__arena arena;
	rpv__activity read;
	rpv__arena_init(&arena, out->alloc);
	bool good = rpv__get_activity(value, &arena, &read);
	if (good)
		rpv__put_activity(out, &read);
	rpv__arena_free(&arena);
	return good;
}

static bool budget_again(rpv_bytes value, rpv__buf *out)
{
	rpv__budget_sum read;
	bool good = rpv__get_budget_sum(value, &read);
	if (good)
		rpv__put_budget_sum(out, &read);
	return good;
}

static bool target_again(rpv_bytes value, rpv__buf *out)
{
	rpv__target read;
	bool good = rpv__get_target(value, &read);
	if (good)
		rpv__put_target(out, &read);
	return good;
}

typedef struct sample { again again; rpv__buf bytes; } sample;
enum { SAMPLES = 9 };

static void make_samples(sample out[SAMPLES], const rpv__alloc *alloc)
{
	rpv__cover cover = full_cover(), no_cover = { .scope = RPV_SCOPE_GLOBAL,
		.justification = RPV_JUSTIFICATION_RISK_ACCEPTED, .impact = RPV_IMPACT_NO_IMPACT };
	rpv__exception exception = full_exception(), no_exception = { 0 };
	rpv__activity activity = full_activity(), no_activity = { .status = RPV_REMEDIATION_ACTIVE };
	rpv__target target = { UINT32_MAX, 3, true, false }, gone = { 0, 0, false, true };
	rpv__key_cover(&cover_key, 4, 5, UINT64_MAX);
	for (int i = 0; i < SAMPLES; i++)
		rpv__buf_init(&out[i].bytes, alloc);
	rpv__put_cover(&out[0].bytes, &cover);
	rpv__put_cover(&out[1].bytes, &no_cover);
	rpv__put_exception(&out[2].bytes, &exception);
	rpv__put_exception(&out[3].bytes, &no_exception);
	rpv__put_activity(&out[4].bytes, &activity);
	rpv__put_activity(&out[5].bytes, &no_activity);
	rpv__budget_sum budget = { { 3, UINT64_MAX }, 17 };
	rpv__put_budget_sum(&out[8].bytes, &budget);
	rpv__put_target(&out[6].bytes, &target);
	rpv__put_target(&out[7].bytes, &gone);
	static const again functions[] = { cover_again, exception_again, activity_again, target_again, budget_again };
	for (int i = 0; i < SAMPLES; i++) {
		out[i].again = functions[i / 2];
		assert_int_equal(RPV_OK, out[i].bytes.status);
	}
}

static void free_samples(sample samples[SAMPLES])
{
	for (int i = 0; i < SAMPLES; i++)
		rpv__buf_free(&samples[i].bytes);
}

static void test_cover_when_it_is_without_a_reason_then_refused(void **state)
{
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	rpv__arena arena;
	(void)state;
	rpv__arena_init(&arena, &alloc);
	for (int i = 0; i < 3; i++) {
		rpv__cover cover = full_cover(), read;
		rpv__buf buf;
		rpv__buf_init(&buf, &alloc);
		if (i == 1)
			cover.justification = RPV_JUSTIFICATION_NONE;
		if (i == 2)
			cover.impact = RPV_IMPACT_DEFAULT;
		rpv__put_cover(&buf, &cover);
		rpv__key_cover(&cover_key, cover.recommendation, cover.weakness, cover.exception);
		assert_int_equal(i == 0, rpv__get_cover(rpv__key_view(&cover_key), rpv__buf_view(&buf), &arena, &read));
		rpv__buf_free(&buf);
	}
	rpv__arena_free(&arena);
}

static void test_decision_when_written_then_the_same_bytes_come_again(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	sample samples[SAMPLES];
	make_samples(samples, &alloc);
	for (int i = 0; i < SAMPLES; i++) {
		rpv__buf out;
		rpv__buf_init(&out, &alloc);
		assert_true(samples[i].again(rpv__buf_view(&samples[i].bytes), &out));
		assert_int_equal(0, rpv__bytes_compare(rpv__buf_view(&samples[i].bytes), rpv__buf_view(&out)));
		assert_int_equal(i < 4 ? 2 : 1, samples[i].bytes.data[0]);
		rpv__buf_free(&out);
	}
	free_samples(samples);
}

static void test_cover_when_written_then_every_field_comes_back(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	rpv__cover in = full_cover(), out;
	rpv__arena arena;
	rpv__buf b;
	rpv__key key;
	rpv__arena_init(&arena, &alloc);
	rpv__buf_init(&b, &alloc);
	rpv__put_cover(&b, &in);
	rpv_bytes at = rpv__key_cover(&key, in.recommendation, in.weakness, in.exception);
	assert_true(rpv__get_cover(at, rpv__buf_view(&b), &arena, &out));
	assert_memory_equal(in.groups, out.groups, 6 * sizeof *in.groups);
	assert_memory_equal(in.devices, out.devices, 3 * sizeof *in.devices);
	assert_memory_equal(in.controls, out.controls, sizeof *in.controls);
	assert_memory_equal(in.baseline.scope_devices, out.baseline.scope_devices, sizeof in.baseline.scope_devices);
	assert_true(in.group_count == out.group_count && in.device_count == out.device_count &&
	            in.control_count == out.control_count);
	assert_true(in.recommendation == out.recommendation && in.weakness == out.weakness &&
	            in.exception == out.exception);
	assert_true(in.filed_ms == out.filed_ms && in.start_ms == out.start_ms && in.end_ms == out.end_ms &&
	            in.ended_ms == out.ended_ms && in.approve_by_ms == out.approve_by_ms &&
	            in.approved_ms == out.approved_ms && in.stale_ms == out.stale_ms);
	assert_true(in.ending == out.ending && in.pending == out.pending && in.all_groups == out.all_groups);
	assert_true(in.justification == out.justification && in.impact == out.impact && in.scope == out.scope);
	assert_true(in.supersede == out.supersede && in.counted == out.counted && in.renewal == out.renewal);
	assert_true(in.predecessor == out.predecessor && in.successor == out.successor && in.fired == out.fired);
	const rpv__baseline *x = &in.baseline, *y = &out.baseline;
	assert_true(x->devices == y->devices && x->high_value == y->high_value &&
	            x->internet_facing == y->internet_facing && x->groups == y->groups && x->weaknesses == y->weaknesses);
	assert_true(x->exposure == y->exposure && x->severity == y->severity && x->exploit == y->exploit &&
	            x->epss == y->epss && x->flags == y->flags && x->epoch == y->epoch);
	assert_true(x->epss_weakness == y->epss_weakness && x->base_exposure == y->base_exposure &&
	            x->base_epss == y->base_epss && x->base_doubling == y->base_doubling);
	/* an ordinary one is small: there may be a million */
	rpv__cover small = { .filed_ms = TIME_MAX / 100, .start_ms = TIME_MAX / 100, .end_ms = TIME_MAX / 100,
	                     .scope = RPV_SCOPE_GLOBAL, .justification = RPV_JUSTIFICATION_RISK_ACCEPTED };
	rpv__buf_clear(&b);
	rpv__put_cover(&b, &small);
	assert_true(b.size < 64);
	rpv__buf_free(&b);
	rpv__arena_free(&arena);
}

static void test_exception_when_written_then_every_text_comes_back(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	rpv__exception in = full_exception(), out;
	rpv__arena arena;
	rpv__buf b;
	rpv__arena_init(&arena, &alloc);
	rpv__buf_init(&b, &alloc);
	rpv__put_exception(&b, &in);
	assert_true(rpv__get_exception(rpv__buf_view(&b), &arena, &out));
	assert_string_equal(in.context, out.context);
	assert_string_equal("", out.approver);
	assert_null(out.ticket);
	assert_int_equal(4, out.evidence.count);
	for (int i = 0; i < 4; i++)
		assert_string_equal(pairs[i], out.evidence.items[i]);
	assert_int_equal(6, out.canceled_group_count);
	assert_int_equal(2, out.firing_count);
	for (int i = 0; i < 2; i++) {
		const rpv__firing *x = &firings[i], *y = &out.firings[i];
		assert_true(x->trigger == y->trigger && x->voided == y->voided && x->time_ms == y->time_ms &&
		            x->weakness == y->weakness && x->frozen == y->frozen && x->now == y->now &&
		            x->threshold == y->threshold);
	}
	rpv__buf_free(&b);
	rpv__arena_free(&arena);
}

/* Version 1 ended earlier: later values are held against what was frozen, and nothing had fired. */
static void test_decision_when_of_version_1_then_it_is_read(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	rpv__exception exception = full_exception(), read_exception;
	rpv__cover cover = full_cover(), read_cover;
	rpv__arena arena;
	rpv__buf b;
	rpv__key key;
	rpv__arena_init(&arena, &alloc);
	rpv__buf_init(&b, &alloc);
	exception.firing_count = 0;
	rpv__put_exception(&b, &exception);
	b.data[0] = 1;
	b.size -= 1;
	assert_true(rpv__get_exception(rpv__buf_view(&b), &arena, &read_exception));
	assert_int_equal(0, read_exception.firing_count);
	rpv__buf_clear(&b);
	cover.baseline.epss_weakness = cover.baseline.base_epss = cover.baseline.base_doubling = 0;
	cover.baseline.base_exposure = cover.stale_warn_ms = 0;
	cover.supersede = cover.counted = false;
	cover.renewal = 0;
	cover.requester = cover.watch = 0;
	rpv__put_cover(&b, &cover);
	b.data[0] = 1;
	b.size -= 8;
	rpv_bytes at = rpv__key_cover(&key, cover.recommendation, cover.weakness, cover.exception);
	assert_true(rpv__get_cover(at, rpv__buf_view(&b), &arena, &read_cover));
	assert_true(read_cover.baseline.base_exposure == cover.baseline.exposure);
	assert_true(read_cover.baseline.base_epss == cover.baseline.epss);
	assert_true(read_cover.baseline.base_doubling == cover.baseline.epss);
	assert_int_equal(0, read_cover.stale_warn_ms);
	b.data[0] = 3;
	assert_false(rpv__get_cover(at, rpv__buf_view(&b), &arena, &read_cover));
	rpv__buf_free(&b);
	rpv__arena_free(&arena);
}

static void test_decision_when_cut_or_longer_then_it_is_refused(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	sample samples[SAMPLES];
	make_samples(samples, &alloc);
	for (int i = 0; i < SAMPLES; i++) {
		rpv__buf out, *bytes = &samples[i].bytes;
		rpv__buf_init(&out, &alloc);
		for (size_t size = 0; size < bytes->size; size++) {
			/* a copy of its own, so that reading past the end is seen */
			uint8_t *copy = malloc(size ? size : 1);
			memcpy(copy, bytes->data, size);
			assert_false(samples[i].again((rpv_bytes){ copy, size }, &out));
			free(copy);
		}
		rpv__buf_u8(bytes, 0);
		assert_false(samples[i].again(rpv__buf_view(bytes), &out));
		rpv__buf_free(&out);
	}
	free_samples(samples);
}

/* Whatever is read from damaged bytes is in range, and writing it gives just these bytes: there is one way to write. */
static void test_decision_when_bits_flip_then_it_is_refused_or_exact(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	sample samples[SAMPLES];
	make_samples(samples, &alloc);
	for (int i = 0; i < SAMPLES; i++) {
		rpv__buf *bytes = &samples[i].bytes;
		for (size_t bit = 0; bit < 8 * bytes->size; bit++) {
			rpv__buf out;
			rpv__buf_init(&out, &alloc);
			bytes->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (samples[i].again(rpv__buf_view(bytes), &out))
				assert_int_equal(0, rpv__bytes_compare(rpv__buf_view(bytes), rpv__buf_view(&out)));
			bytes->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			rpv__buf_free(&out);
		}
	}
	free_samples(samples);
}

static void test_decision_when_bytes_are_random_then_nothing_breaks(void **state)
{
	(void)state;
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	test_random random = { 20260301 };
	static const again functions[] = { cover_again, exception_again, activity_again, target_again, budget_again };
	for (int i = 0; i < 20000; i++) {
		uint8_t bytes[96];
		rpv__buf out;
		size_t size = test_random_below(&random, sizeof bytes);
		rpv__buf_init(&out, &alloc);
		for (size_t k = 0; k < size; k++) /* small numbers reach further */
			bytes[k] = (uint8_t)(test_random_next(&random) >> (test_random_below(&random, 3) * 3));
		if (size)
			bytes[0] = i % 5 < 2 ? 2 : 1;
		if (functions[i % 5]((rpv_bytes){ bytes, size }, &out))
			assert_int_equal(0, rpv__bytes_compare((rpv_bytes){ bytes, size }, rpv__buf_view(&out)));
		rpv__buf_free(&out);
	}
}

static void test_decision_when_there_is_no_memory_then_it_is_refused(void **state)
{
	(void)state;
	rpv__alloc plain = rpv__alloc_or_default(NULL);
	test_memory memory = { 0 };
	rpv__alloc fragile = test_memory_allocator(&memory);
	rpv__exception in = full_exception(), out;
	rpv__buf b;
	rpv__buf_init(&b, &plain);
	rpv__put_exception(&b, &in);
	for (size_t at = 1, more = 1; more; at++) {
		rpv__arena arena;
		rpv__arena_init(&arena, &fragile);
		test_memory_fail(&memory, at, true);
		bool good = rpv__get_exception(rpv__buf_view(&b), &arena, &out);
		more = test_memory_failed(&memory);
		assert_int_equal(!more, good);
		rpv__arena_free(&arena);
		assert_int_equal(0, memory.live);
	}
	rpv__buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cover_when_it_is_without_a_reason_then_refused),
		cmocka_unit_test(test_decision_when_written_then_the_same_bytes_come_again),
		cmocka_unit_test(test_cover_when_written_then_every_field_comes_back),
		cmocka_unit_test(test_exception_when_written_then_every_text_comes_back),
		cmocka_unit_test(test_decision_when_of_version_1_then_it_is_read),
		cmocka_unit_test(test_decision_when_cut_or_longer_then_it_is_refused),
		cmocka_unit_test(test_decision_when_bits_flip_then_it_is_refused_or_exact),
		cmocka_unit_test(test_decision_when_bytes_are_random_then_nothing_breaks),
		cmocka_unit_test(test_decision_when_there_is_no_memory_then_it_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
