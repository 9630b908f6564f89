/* SPDX-License-Identifier: MIT */
/* A store of an older format is read as it is, refuses to be written to, and is upgraded: whatever fails between, it reads
 * the same at every moment, and the next call goes on. One of a newer format is left alone. */
#include "../support/interop.h"
#include <reprieve-sqlite/reprieve-sqlite.h>

#include <stdlib.h>

#define GOLDEN "tests/data/golden/format-1.db"
#define NOW INT64_C(1897344000000) /* 2030-02-15 */
enum { ALL = 256 };

/* The golden store, in memory. SQLite leaves files beside what it opens: it gets a copy. */
static rpv_storage golden(void)
{
	static rpv_storage kept;
	rpv_storage file = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	char path[256];
	if (kept.user)
		return test_copy_storage(&kept);
	test_temporary_path(path, sizeof path, "golden.db");
	test_bytes bytes = test_read_file(GOLDEN);
	FILE *to = fopen(path, "wb");
	assert_true(to && fwrite(bytes.data, 1, bytes.size, to) == bytes.size && fclose(to) == 0);
	test_bytes_free(&bytes);
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, RPV_SQLITE_READ_ONLY, 0, &file, &error), &error);
	kept = test_copy_storage(&file);
	file.close(file.user);
	test_remove_folder(path);
	return test_copy_storage(&kept);
}

typedef struct handle { int64_t now_ms; rpv_store *store; rpv_session *session; } handle;

static void open_handle(handle *h, rpv_storage storage, const rpv_allocator *allocator)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	h->now_ms = NOW;
	options.storage = storage;
	if (allocator)
		options.allocator = *allocator;
	rpv_clock_manual(&h->now_ms, &options.clock);
	assert_status_error(RPV_OK, rpv_store_open(&options, &h->store, &error), &error);
	principal.id = "ida@harbour.example";
	principal.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(h->store, &principal, &h->session, NULL));
}

static void close_handle(handle *h)
{
	rpv_session_close(h->session);
	rpv_store_close(h->store);
}

/* What it answers: scores now and then, and a backup. */
static test_bytes answers(handle *h)
{
	test_bytes out = { NULL, 0 };
	rpv_export_result result = RPV_EXPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_score score = RPV_SCORE_INIT;
	const int64_t times[] = { 0, INT64_C(1893888000000) }; /* 2030-01-06 */
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		assert_status_error(RPV_OK, rpv_session_set_as_of(h->session, times[i]), rpv_session_error(h->session));
		assert_status_error(RPV_OK, rpv_score_read(h->session, NULL, &score), rpv_session_error(h->session));
		test_bytes_add(&out, "%a %a %a %a\n", score.exposure_official, score.exposure_no_impact,
		               score.exposure_mitigation_like, score.secure_official.points);
	}
	assert_ok(rpv_session_set_as_of(h->session, 0));
	assert_ok(rpv_export_ndjson(h->session, test_bytes_sink, &out, &result, &error));
	return out;
}

static void assert_answers(handle *h, const test_bytes *before)
{
	test_bytes now = answers(h);
	assert_int_equal(before->size, now.size);
	assert_memory_equal(before->data, now.data, now.size);
	test_bytes_free(&now);
}

static rpv_store_info info_of(handle *h)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(h->store, &info, NULL));
	return info;
}

static rpv_status must_be_summed(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)test_unsummed(key, value);
	++*(size_t *)user;
	return RPV_OK;
}

/* The upgrade over, by whoever it was: all is as it must be. */
static void assert_upgraded(const rpv_storage *storage, const test_bytes *before)
{
	rpv_storage same = *storage;
	rpv_error error = RPV_ERROR_INIT;
	size_t pairs = 0;
	handle h;
	same.close = NULL;
	open_handle(&h, same, NULL);
	assert_int_equal(2, info_of(&h).format);
	assert_answers(&h, before);
	assert_status_error(RPV_OK, rpv_store_check(h.store, NULL, &error), &error);
	assert_ok(same.scan(same.user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, must_be_summed, &pairs, &error));
	assert_true(pairs > 200);
	close_handle(&h);
}

static void test_old_store_is_read_but_not_written(void **state)
{
	rpv_storage storage = golden(), same = storage;
	handle h;
	(void)state;
	same.close = NULL;
	open_handle(&h, storage, NULL);
	rpv_store_info before = info_of(&h), after;
	assert_int_equal(1, before.format);
	assert_status(RPV_E_VERSION, rpv_exception_cancel(h.session, "E-2", NULL, "no"));
	assert_non_null(strstr(rpv_session_error(h.session)->message, "rpv_store_upgrade()"));
	assert_status(RPV_E_VERSION, rpv_store_tick(h.store, 0, NULL, NULL));
	test_bytes all = answers(&h);
	after = info_of(&h);
	assert_int_equal(before.revision, after.revision);
	assert_ok(rpv_store_upgrade(h.store, NULL));
	assert_upgraded(&same, &all);
	after = info_of(&h);
	assert_int_equal(before.mark_ms, after.mark_ms); /* no time passed by it */
	assert_int_equal(before.sequence, after.sequence);
	assert_ok(rpv_store_upgrade(h.store, NULL)); /* nothing left to do */
	assert_int_equal(after.revision, info_of(&h).revision);
	assert_status_error(RPV_OK, rpv_exception_cancel(h.session, "E-2", NULL, "no"), rpv_session_error(h.session));
	test_bytes_free(&all);
	close_handle(&h);
}

/* Fails one call, or all from it on. True: the upgrade got so far. */
static bool fail_at(unsigned call, size_t k, rpv_status how, bool happens, bool sticky)
{
	test_storage wrapper;
	rpv_storage same = golden(), around = test_storage_around(&wrapper, &same, k % 2);
	rpv_error error = RPV_ERROR_INIT;
	handle h, other;
	same.close = NULL;
	open_handle(&other, same, NULL);
	test_bytes before = answers(&other);
	open_handle(&h, around, NULL);
	test_storage_fail(&wrapper, call, k, how);
	wrapper.happens = happens;
	wrapper.sticky = sticky;
	rpv_status status = rpv_store_upgrade(h.store, &error);
	bool failed = wrapper.failed;
	test_storage_fail(&wrapper, 0, 0, RPV_OK);
	if (status) {
		assert_true(failed && error.message[0]);
		assert_true(status == how || status == RPV_E_CONFLICT || status == RPV_E_OUTCOME);
	}
	assert_answers(&other, &before);
	assert_answers(&h, &before);
	if (status)
		assert_status_error(RPV_OK, rpv_store_upgrade(k % 3 ? h.store : other.store, &error), &error);
	assert_upgraded(&same, &before);
	test_bytes_free(&before);
	close_handle(&other);
	close_handle(&h);
	return failed;
}

static void test_whatever_fails_it_goes_on(void **state)
{
	const struct { unsigned call; rpv_status how; bool happens; } ways[] = {
		{ TEST_COMMIT, RPV_E_STORAGE, false }, { TEST_COMMIT, RPV_E_CONFLICT, false }, { TEST_COMMIT, RPV_E_OUTCOME, true },
		{ TEST_COMMIT, RPV_E_OUTCOME, false }, { TEST_GET, RPV_E_STORAGE, false }, { TEST_SCAN, RPV_E_STORAGE, false } };
	size_t most = getenv("RPV_TEST_SHORT") ? 3 : ALL;
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		for (int sticky = 0; sticky < 2; sticky++) {
			size_t k = 1, step = ways[i].call == TEST_GET ? 7 : 1;
			if (sticky && ways[i].how == RPV_E_CONFLICT)
				continue; /* then nothing is ever done */
			while (k < most * step && fail_at(ways[i].call, k, ways[i].how, ways[i].happens, sticky))
				k += step;
			assert_true(k > 1);
		}
}

static void test_memory_fails(void **state)
{
	size_t k = 1, step = getenv("RPV_TEST_SHORT") ? 401 : 13;
	bool failed = true;
	(void)state;
	for (; failed; k += step) {
		test_memory memory = { .live = 0 };
		rpv_allocator allocator = test_memory_allocator(&memory);
		rpv_storage storage = golden(), same = storage;
		handle h;
		open_handle(&h, storage, &allocator);
		test_bytes before = answers(&h);
		test_memory_fail(&memory, k, k % 2);
		rpv_status status = rpv_store_upgrade(h.store, NULL);
		failed = test_memory_failed(&memory);
		test_memory_fail(&memory, 0, false);
		assert_status(failed ? RPV_E_NOMEM : RPV_OK, status);
		assert_answers(&h, &before);
		assert_ok(rpv_store_upgrade(h.store, NULL));
		assert_upgraded(&same, &before);
		test_bytes_free(&before);
		close_handle(&h);
		assert_int_equal(0, memory.live);
	}
	assert_true(k > 3 * step);
}

/* --- two at once --- */
typedef struct rival { handle *other; size_t left; } rival;

static void upgrade_first(void *user)
{
	rival *r = user;
	if (r->left && --r->left == 0)
		assert_ok(rpv_store_upgrade(r->other->store, NULL));
}

static void test_two_upgrade_at_once(void **state)
{
	(void)state;
	for (size_t k = 1; k < 6; k++) {
		test_storage wrapper;
		rpv_storage same = golden(), around = test_storage_around(&wrapper, &same, true);
		handle h, other;
		rival r = { &other, k };
		rpv_error error = RPV_ERROR_INIT;
		same.close = NULL;
		open_handle(&other, same, NULL);
		test_bytes before = answers(&other);
		open_handle(&h, around, NULL);
		wrapper.before_commit = upgrade_first;
		wrapper.before_commit_user = &r;
		assert_status_error(RPV_OK, rpv_store_upgrade(h.store, &error), &error);
		assert_upgraded(&same, &before);
		test_bytes_free(&before);
		close_handle(&other);
		close_handle(&h);
	}
}

/* --- newer ones --- */
typedef struct newer { uint8_t codec, format, oldest_reader; } newer;

static rpv_status take_value(void *user, rpv_bytes key, rpv_bytes value)
{
	test_bytes *out = user;
	rpv_bytes bare = test_unsummed(key, value);
	out->data = malloc(bare.size);
	assert_non_null(out->data);
	memcpy(out->data, bare.data, bare.size);
	out->size = bare.size;
	return RPV_OK;
}

/* 0: as it is. */
static void make_newer(const rpv_storage *storage, newer how)
{
	const rpv_bytes key = { "Z", 1 };
	uint8_t stored[256];
	test_bytes z = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(storage->get(storage->user, key, take_value, &z, &error));
	assert_true(z.size + 5 < sizeof stored);
	z.data[0] = how.codec ? (char)how.codec : z.data[0];
	z.data[1] = (char)how.format;
	z.data[2] = (char)how.oldest_reader;
	rpv_write write = { key, { stored, test_summed(stored, key, (rpv_bytes){ z.data, z.size }) }, 0 };
	assert_ok(storage->commit(storage->user, &write, 1, NULL, 0, &error));
	test_bytes_free(&z);
}

static rpv_status add_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	test_bytes *all = user;
	size_t more = key.size + value.size + 1;
	all->data = realloc(all->data, all->size + more);
	assert_non_null(all->data);
	memcpy(all->data + all->size, key.data, key.size);
	all->data[all->size + key.size] = 0;
	if (value.size)
		memcpy(all->data + all->size + key.size + 1, value.data, value.size);
	all->size += more;
	return RPV_OK;
}

static test_bytes all_pairs(const rpv_storage *storage)
{
	test_bytes all = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(storage->scan(storage->user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, add_pair, &all, &error));
	return all;
}

static void refuse_writes(handle *h)
{
	rpv_batch *batch = NULL;
	rpv_device_facts facts = { .id = "new" };
	rpv_status status = rpv_batch_begin(h->session, NULL, &batch);
	if (!status)
		status = rpv_batch_device(batch, &facts);
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	assert_status(RPV_E_VERSION, status);
	assert_status(RPV_E_VERSION, rpv_exception_cancel(h->session, "E-2", NULL, "no"));
	assert_status(RPV_E_VERSION, rpv_store_tick(h->store, 0, NULL, NULL));
	assert_status(RPV_E_VERSION, rpv_store_upgrade(h->store, NULL));
}

static void assert_refused(rpv_storage storage)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = NULL;
	int64_t now_ms = NOW;
	options.storage = storage;
	rpv_clock_manual(&now_ms, &options.clock);
	assert_status(RPV_E_VERSION, rpv_store_open(&options, &store, &error));
	assert_null(store);
	assert_non_null(strstr(error.message, "newer version of the library"));
}

static void assert_only_read(rpv_storage storage, const test_bytes *before)
{
	handle h;
	open_handle(&h, storage, NULL);
	assert_int_equal(3, info_of(&h).format);
	refuse_writes(&h);
	assert_answers(&h, before);
	assert_status(RPV_OK, rpv_store_check(h.store, NULL, NULL));
	close_handle(&h);
}

/* What it can read it reads; it changes nothing. */
static void test_newer_store_is_left_alone(void **state)
{
	static const newer ways[] = { { 0, 3, 2 }, { 0, 3, 3 }, { 0, 100, 3 }, { 31, 3, 3 }, { 31, 2, 2 } };
	rpv_storage storage = golden(), same = storage;
	handle h;
	(void)state;
	same.close = NULL;
	open_handle(&h, same, NULL);
	assert_ok(rpv_store_upgrade(h.store, NULL));
	test_bytes before = answers(&h);
	close_handle(&h);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		rpv_storage other = test_copy_storage(&same), left = other;
		other.close = NULL;
		make_newer(&other, ways[i]);
		test_bytes pairs = all_pairs(&other);
		if (i == 0)
			assert_only_read(other, &before);
		else
			assert_refused(other);
		test_bytes now = all_pairs(&other);
		assert_int_equal(pairs.size, now.size);
		assert_memory_equal(pairs.data, now.data, now.size);
		test_bytes_free(&now);
		test_bytes_free(&pairs);
		left.close(left.user);
	}
	test_bytes_free(&before);
	storage.close(storage.user);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_store_is_read_but_not_written),
		cmocka_unit_test(test_whatever_fails_it_goes_on),
		cmocka_unit_test(test_memory_fails),
		cmocka_unit_test(test_two_upgrade_at_once),
		cmocka_unit_test(test_newer_store_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
