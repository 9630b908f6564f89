/* SPDX-License-Identifier: MIT */
/* Looking back: what the store held at a time, while others go on committing, and for how long. */
#include "txn_model.h"

static rpv_status expect_text(void *user, const rpv__source *s, const rpv__revision *revision, rpv_error *error)
{
	(void)revision;
	(void)error;
	assert_text(s, user);
	return RPV_OK;
}

static void test_past_when_others_go_on_committing_then_stays(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	struct rpv__past *past, *before;
	assert_status(RPV_E_REFUSED, rpv__past_open(&w.port, 5, &past, NULL));
	put(&w, "one");
	w.now_ms += 10;
	put(&w, "two");
	assert_ok(rpv__past_open(&w.port, w.now_ms, &past, NULL));
	assert_ok(rpv__past_open(&w.port, 999999, &before, NULL));
	rpv__source then = { &w.port, past }, nothing = { &w.port, before };
	put(&w, "two and a bit"); /* the same millisecond: a reader at that time gets the last commit of it */
	assert_ok(rpv__source_consistent(&then, expect_text, "two and a bit", NULL));
	w.now_ms += 10;
	put(&w, "three");
	put(&w, "four");
	assert_ok(rpv__source_consistent(&then, expect_text, "two and a bit", NULL));
	assert_ok(rpv__source_consistent(&nothing, expect_text, NULL, NULL));
	rpv__revision revision;
	assert_ok(rpv__source_revision(&then, &revision, NULL));
	assert_int_equal(revision.revision, 3);
	assert_status(RPV_E_NOT_FOUND, rpv__source_revision(&nothing, &revision, NULL));
	rpv__past_close(&w.port, past);
	rpv__past_close(&w.port, before);
	assert_status(RPV_E_REFUSED, rpv__past_open(&w.port, w.now_ms + 1, &past, NULL));
	world_close(&w);
}

static void test_history_when_older_than_30_days_then_pruned(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	char text[32];
	for (int day = 0; day < 80; day++) {
		snprintf(text, sizeof text, "day %d", day);
		put(&w, text);
		if (day < 79)
			w.now_ms += RPV__DAY_MS;
	}
	rpv__source present = { &w.port, NULL };
	rpv__revision now;
	assert_ok(rpv__source_revision(&present, &now, NULL));
	assert_int_equal(now.revision, 80);
	assert_int_equal(now.oldest_changes, 50); /* commits 50 to 80 are at most 30 days old */
	struct rpv__past *past;
	assert_status(RPV_E_REFUSED, rpv__past_open(&w.port, now.oldest_changes_ms - 1, &past, NULL));
	assert_ok(rpv__past_open(&w.port, now.oldest_changes_ms, &past, NULL));
	rpv__source then = { &w.port, past };
	assert_text(&then, "day 48");
	rpv__past_close(&w.port, past);
	size_t changes = 0;
	assert_status(RPV_E_NOT_FOUND, rpv__changes_since(&w.port, 48, 80, count_pairs, &changes, NULL));
	assert_ok(rpv__changes_since(&w.port, 49, 80, count_pairs, &changes, NULL));
	assert_int_equal(changes, 2 * 31);
	world_close(&w);
}

static void test_past_when_journal_grew_then_later_records_are_hidden(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	operation op = { 3, 6, false, 0 }; /* a multiple of 3: one event */
	for (int i = 0; i < 4; i++, w.now_ms++, op.seed += 3)
		assert_ok(rpv__txn_run(&w.port, &by_ana, operate, &op, NULL, NULL));
	struct rpv__past *past;
	assert_ok(rpv__past_open(&w.port, 1000001, &past, NULL));
	rpv__source then = { &w.port, past };
	size_t events = 0, commits = 0;
	assert_ok(rpv__source_scan_prefix(&then, rpv__bytes_of("J"), count_pairs, &events, NULL));
	assert_ok(rpv__source_scan_prefix(&then, rpv__bytes_of("C"), count_pairs, &commits, NULL));
	assert_int_equal(events, 2);
	assert_int_equal(commits, 2);
	rpv__arena arena;
	rpv__arena_init(&arena, &w.port.alloc);
	rpv__key key;
	rpv_bytes value;
	assert_ok(rpv__source_get(&then, rpv__key64(&key, RPV__K_EVENT, 2), &arena, &value, NULL));
	assert_status(RPV_E_NOT_FOUND, rpv__source_get(&then, rpv__key64(&key, RPV__K_EVENT, 3), &arena, &value, NULL));
	rpv__arena_free(&arena);
	rpv__past_close(&w.port, past);
	world_close(&w);
}

static void test_past_when_memory_or_storage_fails_then_clean(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	put(&w, "one");
	for (int i = 0; i < 4; i++) {
		w.now_ms++;
		operation op = { (uint64_t)i, 5, false, 0 };
		assert_ok(rpv__txn_run(&w.port, &by_ana, operate, &op, NULL, NULL));
	}
	size_t live = w.memory.live;
	for (int storage = 0; storage < 2; storage++) {
		bool failed = true;
		for (size_t k = 1; failed; k++) {
			struct rpv__past *past = NULL;
			if (storage)
				test_storage_fail(&w.wrapper, TEST_ANY, k, RPV_E_STORAGE);
			else
				test_memory_fail(&w.memory, k, false);
			rpv_status status = rpv__past_open(&w.port, 1000000, &past, NULL);
			failed = storage ? w.wrapper.failed : test_memory_failed(&w.memory);
			test_memory_fail(&w.memory, 0, false);
			test_storage_fail(&w.wrapper, 0, 0, RPV_OK);
			assert_status(!failed ? RPV_OK : storage ? RPV_E_STORAGE : RPV_E_NOMEM, status);
			assert_true(failed == (past == NULL));
			rpv__past_close(&w.port, past);
			assert_int_equal(w.memory.live, live);
		}
	}
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_past_when_others_go_on_committing_then_stays),
		cmocka_unit_test(test_history_when_older_than_30_days_then_pruned),
		cmocka_unit_test(test_past_when_journal_grew_then_later_records_are_hidden),
		cmocka_unit_test(test_past_when_memory_or_storage_fails_then_clean),
	};
	return cmocka_run_group_tests(tests, make_keys, NULL);
}
