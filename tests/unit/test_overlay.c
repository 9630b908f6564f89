/* SPDX-License-Identifier: MIT */
/* A storage over another one keeps the contract of storages, whatever lies below; what it answers is what one storage with
 * all of it would answer; and below nothing changes. */
#include "../support/storage_suite.h"

#include "../../lib/port/txn.h"
#include <stdlib.h>

static test_memory memory;
static rpv__port base;

/* Reads below that are of one moment, and may fail to begin. */
static rpv_status begins;
static int begun;

static rpv_status begin_below(void *user, rpv_error *error)
{
	(void)user;
	(void)error;
	begun += begins == RPV_OK;
	return begins;
}

static void end_below(void *user)
{
	(void)user;
	begun--;
}

static void put_base(const char *key, size_t size, const char *value)
{
	rpv_write write = { { key, size }, suite_bytes(value), 0 };
	assert_ok(base.storage.commit(base.storage.user, &write, 1, NULL, 0, NULL));
}

static void open_base(bool snapshots)
{
	memset(&base, 0, sizeof base);
	base.alloc = rpv__alloc_or_default(NULL);
	assert_ok(rpv_memory_storage(NULL, &base.storage));
	begins = RPV_OK;
	if (snapshots)
		base.storage.begin_read = begin_below, base.storage.end_read = end_below;
}

static void close_base(void)
{
	base.storage.close(base.storage.user);
	assert_int_equal(0, memory.live);
	assert_int_equal(0, begun);
}

static void open_over(rpv_storage *storage)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv__alloc alloc = test_memory_allocator(&memory);
	assert_status_error(RPV_OK, rpv__overlay_open(&base, &alloc, storage, &error), &error);
}

/* --- the kit --- */
/* Every key of one byte lies below, and is removed above. */
static void open_emptied(rpv_storage *storage, bool again)
{
	(void)again;
	test_memory_fail(&memory, 0, false);
	open_base(true);
	open_over(storage);
	for (int c = 0; c < 256; c++) {
		const char key = (char)c;
		rpv_write write = { { &key, 1 }, { NULL, 0 }, 1 };
		if (c == 'Z')
			continue; /* the revision record of what lies below */
		put_base(&key, 1, "below");
		assert_ok(storage->commit(storage->user, &write, 1, NULL, 0, NULL));
	}
}

static int32_t fail_memory(uint64_t nth)
{
	int32_t met = test_memory_failed(&memory);
	test_memory_fail(&memory, (size_t)nth, false);
	return met;
}

static const suite_backend over = { open_emptied, close_base, false, false, NULL, fail_memory };

/* --- beside one storage that holds it all --- */
typedef struct walk { test_dump out; uint64_t stop_after; rpv_status stops; } walk;

static rpv_status note(void *user, rpv_bytes key, rpv_bytes value)
{
	walk *w = user;
	test_dump_add(&w->out, &key.size, sizeof key.size);
	test_dump_add(&w->out, key.data, key.size);
	test_dump_add(&w->out, &value.size, sizeof value.size);
	test_dump_add(&w->out, value.data, value.size);
	return w->stop_after && --w->stop_after == 0 ? w->stops : RPV_OK;
}

static void random_key(test_random *r, char key[3], size_t *size)
{
	*size = 1 + (size_t)test_random_below(r, 2);
	for (size_t i = 0; i < *size; i++)
		key[i] = (char)('a' + test_random_below(r, 5));
}

/* Writes and removals, some expecting what is there or is not: into both, or into the whole and the base. */
static void change(test_random *r, const rpv_storage *one, const rpv_storage *two)
{
	char key[3][3], value[3][8], expect[3];
	rpv_write writes[3];
	size_t count = 1 + (size_t)test_random_below(r, 3), size;
	for (size_t i = 0; i < count; i++) {
		random_key(r, key[i], &size);
		snprintf(value[i], sizeof value[i], "%d", (int)test_random_below(r, 4));
		writes[i] = (rpv_write){ { key[i], size }, suite_bytes(value[i]), test_random_below(r, 3) == 0 };
		for (size_t k = 0; k < i; k++)
			if (rpv__bytes_compare(writes[k].key, writes[i].key) == 0)
				count = i; /* a key stands in a commit once */
	}
	random_key(r, expect, &size);
	rpv_expect expected = { { expect, size }, suite_bytes("1"), test_random_below(r, 2) == 0 };
	size_t expects = test_random_below(r, 2) == 0;
	rpv_status first = one->commit(one->user, writes, count, &expected, expects, NULL);
	if (expects || two == one) {
		if (two != one)
			assert_status(first, two->commit(two->user, writes, count, &expected, expects, NULL));
		return;
	}
	assert_ok(first);
	assert_ok(two->commit(two->user, writes, count, NULL, 0, NULL));
}

static void compare(test_random *r, const rpv_storage *one, const rpv_storage *two)
{
	char from[3] = { 0 }, to[3];
	size_t from_size, to_size;
	uint64_t stop_after = test_random_below(r, 3) ? 0 : 1 + test_random_below(r, 9);
	uint64_t limit = test_random_below(r, 2) ? 0 : 1 + test_random_below(r, 9);
	rpv_status stops = test_random_below(r, 2) ? RPV_STOP : RPV_E_BUSY;
	int32_t reverse = (int32_t)test_random_below(r, 2);
	walk a = { .stop_after = stop_after, .stops = stops }, b = a;
	random_key(r, from, &from_size);
	random_key(r, to, &to_size);
	rpv_bytes low = { from, from_size }, high = { to, test_random_below(r, 4) ? to_size : 0 };
	assert_status(one->scan(one->user, low, high, reverse, limit, note, &a, NULL),
	              two->scan(two->user, low, high, reverse, limit, note, &b, NULL));
	assert_int_equal(a.out.size, b.out.size);
	if (a.out.size)
		assert_memory_equal(a.out.data, b.out.data, a.out.size);
	free(a.out.data);
	free(b.out.data);
	a = (walk){ .stop_after = stop_after, .stops = stops }, b = a;
	assert_status(one->get(one->user, low, note, &a, NULL), two->get(two->user, low, note, &b, NULL));
	assert_int_equal(a.out.size, b.out.size);
	free(a.out.data);
	free(b.out.data);
}

static void test_overlay_when_anything_lies_below_then_answers_as_one_storage(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= test_rounds(60, 6); seed++) {
		test_random r = { seed };
		rpv_storage whole, storage;
		walk before = { .stop_after = 0 }, after = before;
		rpv_error error = RPV_ERROR_INIT;
		open_base(seed % 2);
		assert_ok(rpv_memory_storage(NULL, &whole));
		for (int i = 0; i < 15; i++)
			change(&r, &whole, &base.storage);
		assert_ok(base.storage.scan(base.storage.user, (rpv_bytes){ "a", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, note, &before,
		                            &error));
		open_over(&storage);
		for (int i = 0; i < 120; i++) {
			if (i % 3 == 0)
				change(&r, &whole, &storage);
			bool held = test_random_below(&r, 2) && storage.begin_read;
			if (held)
				assert_ok(storage.begin_read(storage.user, NULL));
			compare(&r, &whole, &storage);
			if (held)
				storage.end_read(storage.user);
		}
		assert_ok(base.storage.scan(base.storage.user, (rpv_bytes){ "a", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, note, &after,
		                            &error));
		assert_int_equal(before.out.size, after.out.size);
		if (before.out.size)
			assert_memory_equal(before.out.data, after.out.data, before.out.size);
		free(before.out.data);
		free(after.out.data);
		storage.close(storage.user);
		whole.close(whole.user);
		close_base();
	}
}

/* --- what lies below --- */
static rpv_status try_get(const rpv_storage *s, rpv_error *error)
{
	walk w = { .stop_after = 0 };
	rpv_status status = s->get(s->user, suite_bytes("a"), note, &w, error);
	free(w.out.data);
	return status;
}

static void test_overlay_when_the_revision_below_changes_then_busy_or_damaged(void **state)
{
	rpv__buf buf;
	rpv__revision revision = { .revision = 3, .tag = 1 };
	rpv_storage storage;
	rpv_error error = RPV_ERROR_INIT;
	(void)state;
	for (int snapshots = 0; snapshots < 2; snapshots++) {
		open_base(snapshots);
		rpv__buf_init(&buf, &base.alloc);
		rpv__put_revision(&buf, &revision);
		rpv_write write = { suite_bytes("Z"), rpv__buf_view(&buf), 0 };
		put_base("a", 1, "1");
		assert_ok(base.storage.commit(base.storage.user, &write, 1, NULL, 0, NULL));
		open_over(&storage);
		assert_ok(try_get(&storage, &error));
		begins = RPV_E_STORAGE;
		assert_status(snapshots ? RPV_E_STORAGE : RPV_OK, storage.begin_read(storage.user, &error));
		storage.end_read(storage.user);
		begins = RPV_OK;
		buf.data[buf.size - 1]++; /* its tag */
		assert_ok(base.storage.commit(base.storage.user, &write, 1, NULL, 0, NULL));
		assert_status(RPV_E_BUSY, snapshots ? storage.begin_read(storage.user, &error) : try_get(&storage, &error));
		storage.end_read(storage.user);
		base.summed = snapshots; /* then it is no value at all */
		write.value.size -= !snapshots;
		assert_ok(base.storage.commit(base.storage.user, &write, 1, NULL, 0, NULL));
		assert_status(RPV_E_CORRUPT, try_get(&storage, &error));
		assert_status(RPV_E_CORRUPT, storage.commit(storage.user, &write, 1, NULL, 0, &error));
		rpv_storage none = RPV_STORAGE_INIT;
		rpv__alloc alloc = test_memory_allocator(&memory);
		assert_status(RPV_E_CORRUPT, rpv__overlay_open(&base, &alloc, &none, &error));
		write.remove = 1;
		assert_ok(base.storage.commit(base.storage.user, &write, 1, NULL, 0, NULL));
		assert_status(RPV_E_BUSY, try_get(&storage, &error)); /* it is gone */
		storage.close(storage.user);
		rpv__buf_free(&buf);
		close_base();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORAGE_SUITE((void *)(uintptr_t)&over),
		cmocka_unit_test(test_overlay_when_anything_lies_below_then_answers_as_one_storage),
		cmocka_unit_test(test_overlay_when_the_revision_below_changes_then_busy_or_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
