/* SPDX-License-Identifier: MIT */
/* Opening stores, structs of other versions, and reading while somebody else commits. */
#include "broken_storage.h"
#include "test.h"
#include <reprieve/reprieve.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t now = INT64_C(1772323200000);

static rpv_store_options memory_options(void)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;

	rpv_clock_manual(&now, &options.clock);
	assert_status(RPV_OK, rpv_memory_storage(NULL, &options.storage));
	return options;
}

static void test_options_when_set_by_function_then_as_by_macro(void **state)
{
	rpv_store_options options, macro = RPV_STORE_OPTIONS_INIT;
	rpv_exception_request request, request_macro = RPV_EXCEPTION_REQUEST_INIT;

	(void)state;
	memset(&options, 0xA5, sizeof options);
	memset(&request, 0xA5, sizeof request);
	rpv_store_options_init(&options);
	rpv_exception_request_init(&request);
	assert_memory_equal(&options, &macro, sizeof options);
	assert_memory_equal(&request, &request_macro, sizeof request);
}

static void test_open_when_an_option_is_wrong_then_refused(void **state)
{
	(void)state;
	for (int wrong = 0; wrong < 7; wrong++) {
		rpv_store_options options = memory_options();
		rpv_storage spare = options.storage;
		rpv_error error = RPV_ERROR_INIT;
		rpv_store *store = (rpv_store *)&options;
		rpv_status status;

		if (wrong == 0) options.struct_size = 3;
		if (wrong == 1) options.storage.get = NULL;
		if (wrong == 2) options.clock.now = NULL;
		if (wrong == 3) options.reserved = 1;
		if (wrong == 4) options.accept_clock_jump = 7;
		if (wrong == 5) options.storage.max_commit = 1000;
		if (wrong == 6) options.storage.capabilities = 64;
		status = rpv_store_open(&options, &store, &error);
		assert_status(wrong == 6 ? RPV_E_VERSION : RPV_E_INVALID, status);
		assert_null(store);
		assert_true(error.message[0] != '\0');
		if (wrong == 0)
			spare.close(spare.user); /* nobody could tell what to close */
	}
}

static void test_open_when_the_storage_holds_something_else_then_corrupt(void **state)
{
	rpv_store_options options = memory_options();
	const rpv_write write = { { "hello", 5 }, { "world", 5 }, 0 };
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store;

	(void)state;
	assert_status(RPV_OK, options.storage.commit(options.storage.user, &write, 1, NULL, 0, &error));
	assert_status(RPV_E_CORRUPT, rpv_store_open(&options, &store, &error));
}

/* --- two that open an empty storage at once --- */
typedef struct first_comer { rpv_storage inner, other; bool committed; } first_comer;

static void first_commit(const rpv_storage *storage)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	const rpv_weakness_facts weakness = { .id = "CVE-2026-0001", .severity = RPV_SEVERITY_HIGH };
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;

	rpv_clock_manual(&now, &options.clock);
	options.storage = *storage;
	ana.id = "ana";
	ana.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_store_open(&options, &store, NULL));
	assert_ok(rpv_session_open(store, &ana, &session, NULL));
	assert_ok(rpv_batch_begin(session, NULL, &batch));
	assert_ok(rpv_batch_weakness(batch, &weakness));
	assert_ok(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	rpv_session_close(session);
	rpv_store_close(store);
}

static rpv_status get_with_rival(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	first_comer *r = user;
	rpv_status status = r->inner.get(r->inner.user, key, sink, sink_user, error);

	if (status == RPV_E_NOT_FOUND && !r->committed) {
		r->committed = true;
		first_commit(&r->other);
	}
	return status;
}

static rpv_status scan_inner(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                             rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	first_comer *r = user;

	return r->inner.scan(r->inner.user, from, to, reverse, limit, sink, sink_user, error);
}

static rpv_status commit_inner(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                               size_t expected_count, rpv_error *error)
{
	first_comer *r = user;

	return r->inner.commit(r->inner.user, writes, count, expected, expected_count, error);
}

static void test_open_when_somebody_makes_the_first_commit_meanwhile_then_opened(void **state)
{
	broken_place place;
	first_comer r = { .committed = false };
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_store_info info = { .struct_size = sizeof info };
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store;

	(void)state;
	broken_place_init(&place, BROKEN_NOT); /* a storage in memory that can be opened twice */
	rpv_testkit_options kit = broken_options(&place);
	assert_ok(kit.open(kit.user, RPV_TESTKIT_FRESH, &r.inner, NULL));
	assert_ok(kit.open(kit.user, RPV_TESTKIT_AGAIN, &r.other, NULL));
	rpv_clock_manual(&now, &options.clock);
	options.storage = (rpv_storage){ .struct_size = sizeof options.storage, .user = &r, .get = get_with_rival,
		.scan = scan_inner, .commit = commit_inner };
	assert_status_error(RPV_OK, rpv_store_open(&options, &store, &error), &error);
	assert_ok(rpv_store_read_info(store, &info, NULL));
	assert_int_equal(info.revision, 1);
	rpv_store_close(store);
	r.inner.close(r.inner.user);
	broken_place_free(&place);
}

static void test_wait_when_others_commit_or_not_then_tells_the_revision(void **state)
{
	broken_place place;
	rpv_storage other;
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store;
	uint64_t revision = 77;

	(void)state;
	broken_place_init(&place, BROKEN_NOT);
	rpv_testkit_options kit = broken_options(&place);
	rpv_clock_manual(&now, &options.clock);
	assert_ok(kit.open(kit.user, RPV_TESTKIT_FRESH, &options.storage, NULL));
	assert_ok(kit.open(kit.user, RPV_TESTKIT_AGAIN, &other, NULL));
	assert_ok(rpv_store_open(&options, &store, NULL));
	assert_status(RPV_E_INVALID, rpv_store_wait(NULL, 0, 0, &revision, &error));
	assert_status(RPV_E_INVALID, rpv_store_wait(store, 0, -1, &revision, &error));
	assert_int_equal(revision, 77);
	assert_ok(rpv_store_wait(store, 0, 5, &revision, &error)); /* an empty store; nobody commits */
	assert_int_equal(revision, 0);
	first_commit(&other);
	assert_ok(rpv_store_wait(store, 0, 1000000, &revision, &error)); /* it already has */
	assert_int_equal(revision, 1);
	assert_ok(rpv_store_wait(store, 1, 1, NULL, NULL));
	rpv_store_close(store);
	broken_place_free(&place);
}

static void test_wait_when_the_storage_cannot_then_refused(void **state)
{
	rpv_store_options options = memory_options();
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store;
	uint64_t revision = 77;

	(void)state;
	assert_ok(rpv_store_open(&options, &store, NULL));
	assert_status(RPV_E_REFUSED, rpv_store_wait(store, 0, 10, &revision, &error));
	assert_string_equal(error.message, "the storage cannot wait for changes");
	assert_int_equal(revision, 77);
	rpv_store_close(store);
}

static void test_error_when_its_record_is_too_small_then_left_alone(void **state)
{
	rpv_store_options options = memory_options();
	unsigned char small[40], before[40];
	size_t size = sizeof small;
	rpv_store *store;

	(void)state;
	memset(small, 0x5A, sizeof small);
	memcpy(small, &size, sizeof size);
	memcpy(before, small, sizeof small);
	options.clock.now = NULL;
	assert_status(RPV_E_INVALID, rpv_store_open(&options, &store, (rpv_error *)(void *)small));
	assert_memory_equal(small, before, sizeof small);
}

static void open_two(rpv_store_options *options, rpv_store **store, rpv_session **session)
{
	rpv_principal principal = RPV_PRINCIPAL_INIT;

	principal.id = "ana@corp.example";
	principal.permissions = RPV_PERMIT_ALL;
	assert_status(RPV_OK, rpv_store_open(options, store, NULL));
	assert_status(RPV_OK, rpv_session_open(*store, &principal, session, NULL));
}

static void report(rpv_session *session, const char *device)
{
	const rpv_device_facts facts = { .id = device };
	const rpv_recommendation_facts recommendation = { .id = "va-_-acme-_-editor" };
	rpv_batch *batch;

	assert_status(RPV_OK, rpv_batch_begin(session, NULL, &batch));
	assert_status(RPV_OK, rpv_batch_device(batch, &facts));
	assert_status(RPV_OK, rpv_batch_recommendation(batch, &recommendation));
	assert_status(RPV_OK, rpv_batch_assess(batch, device, recommendation.id, NULL, 0));
	assert_status(RPV_OK, rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
}

static void test_facts_when_their_struct_has_another_size_then_taken_or_refused(void **state)
{
	struct { rpv_device_facts facts; uint64_t newer; } longer = { { .id = "pc-1" }, 0 };
	rpv_store_options options = memory_options();
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;

	(void)state;
	open_two(&options, &store, &session);
	assert_status(RPV_OK, rpv_batch_begin(session, NULL, &batch));
	assert_status(RPV_OK, rpv_batch_device(batch, &longer.facts)); /* 0: the first size */
	longer.facts.struct_size = sizeof longer.facts;
	assert_status(RPV_OK, rpv_batch_device(batch, &longer.facts));
	longer.facts.struct_size = sizeof longer;
	assert_status(RPV_OK, rpv_batch_device(batch, &longer.facts)); /* newer, but asks for nothing new */
	longer.newer = 1;
	assert_status(RPV_E_VERSION, rpv_batch_device(batch, &longer.facts));
	longer.facts.struct_size = 8;
	assert_status(RPV_E_INVALID, rpv_batch_device(batch, &longer.facts));
	assert_status(RPV_E_INVALID, rpv_batch_device(batch, NULL));
	rpv_batch_free(batch);
	rpv_session_close(session);
	rpv_store_close(store);
}

/* A storage without begin_read, behind which somebody commits at the `at`-th read. */
static struct { rpv_storage inner; rpv_session *rival; long reads, at; } rivalry;

static void count_read(void)
{
	if (++rivalry.reads == rivalry.at)
		report(rivalry.rival, "pc-2");
}

static rpv_status rival_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	count_read();
	return rivalry.inner.get(user, key, sink, sink_user, error);
}

static rpv_status rival_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                             rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	count_read();
	return rivalry.inner.scan(user, from, to, reverse, limit, sink, sink_user, error);
}

static void test_lists_when_somebody_commits_at_any_read_then_right(void **state)
{
	(void)state;
	for (long at = 1;; at++) {
		rpv_store_options options = memory_options(), other = options;
		rpv_store *store, *second;
		rpv_session *session, *rival;
		rpv_list *list;

		rivalry.inner = options.storage;
		rivalry.at = 0;
		options.storage.get = rival_get;
		options.storage.scan = rival_scan;
		options.storage.begin_read = NULL;
		options.storage.end_read = NULL;
		other.storage.close = NULL;
		open_two(&options, &store, &session);
		open_two(&other, &second, &rival);
		report(session, "pc-1");
		rivalry.rival = rival;
		rivalry.reads = 0;
		rivalry.at = at;
		assert_status(RPV_OK, rpv_assessment_list(session, "pc-1", &list));
		assert_int_equal(rpv_list_count(list), 1);
		assert_string_equal(rpv_assessment_at(list, 0)->device, "pc-1");
		rpv_list_free(list);
		assert_status(RPV_OK, rpv_device_list(session, NULL, &list));
		assert_string_equal(rpv_device_at(list, 0)->id, "pc-1");
		rpv_list_free(list);
		long reads = rivalry.reads;
		rpv_session_close(rival);
		rpv_store_close(second);
		rpv_session_close(session);
		rpv_store_close(store);
		if (reads < at)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_when_set_by_function_then_as_by_macro),
		cmocka_unit_test(test_open_when_an_option_is_wrong_then_refused),
		cmocka_unit_test(test_open_when_the_storage_holds_something_else_then_corrupt),
		cmocka_unit_test(test_open_when_somebody_makes_the_first_commit_meanwhile_then_opened),
		cmocka_unit_test(test_wait_when_others_commit_or_not_then_tells_the_revision),
		cmocka_unit_test(test_wait_when_the_storage_cannot_then_refused),
		cmocka_unit_test(test_error_when_its_record_is_too_small_then_left_alone),
		cmocka_unit_test(test_facts_when_their_struct_has_another_size_then_taken_or_refused),
		cmocka_unit_test(test_lists_when_somebody_commits_at_any_read_then_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
