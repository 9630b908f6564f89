/* SPDX-License-Identifier: MIT */
/* Transactions when memory or storage fails, at every point where it can: nothing changed, nothing leaked. */
#include "txn_model.h"

/* --- failures --- */
typedef struct failing { model before, after; operation op; } failing;

static void prepare(world *w, failing *f)
{
	memset(f, 0, sizeof *f);
	operation first = { 77, 14, false, 0 };
	assert_ok(apply(&(state){ &f->before, NULL, NULL }, &first));
	assert_ok(rpv__txn_run(&w->other, &by_ana, operate, &first, NULL, NULL));
	f->op = (operation){ 81, 10, true, 0 };
	f->after = f->before;
	assert_ok(apply(&(state){ &f->after, NULL, NULL }, &f->op));
}

/* Runs once with a failure in it. True: it got far enough to fail. */
static bool fails(world *w, rpv_status expected)
{
	failing f;
	rpv__revision after = { .revision = 999 };
	rpv_error error = RPV_ERROR_INIT;
	test_random random = { 5 };
	size_t live = w->memory.live;
	rpv_status status = rpv__txn_run(&w->port, &by_ana, operate, &(operation){ 81, 10, true, 0 }, &after, &error);
	bool failed = test_memory_failed(&w->memory) || w->wrapper.failed;
	test_memory_fail(&w->memory, 0, false);
	test_storage_fail(&w->wrapper, 0, 0, RPV_OK);
	assert_status(failed ? expected : RPV_OK, status);
	rpv__source present = { &w->other, NULL };
	memset(&f, 0, sizeof f);
	operation first = { 77, 14, false, 0 };
	assert_ok(apply(&(state){ &f.before, NULL, NULL }, &first));
	if (failed) {
		assert_int_equal(after.revision, 999);
		assert_true(error.message[0] != 0);
		assert_int_equal(error.status, status);
		assert_int_equal(w->memory.live, live);
	} else {
		assert_ok(apply(&(state){ &f.before, NULL, NULL }, &(operation){ 81, 10, true, 0 }));
	}
	check_store(&present, &f.before, &random);
	return failed;
}

static void test_txn_when_memory_fails_then_nothing_changed(void **unused)
{
	(void)unused;
	for (int sticky = 0; sticky < 2; sticky++) {
		world w;
		failing f;
		world_open(&w);
		prepare(&w, &f);
		size_t k = 1;
		for (bool failed = true; failed; k++) {
			test_memory_fail(&w.memory, k, sticky);
			failed = fails(&w, RPV_E_NOMEM);
		}
		assert_true(k > 50);
		world_close(&w);
	}
}

static void test_txn_when_storage_fails_then_nothing_changed(void **unused)
{
	(void)unused;
	static const rpv_status statuses[] = { RPV_E_STORAGE, RPV_E_FULL, RPV_E_BUSY, RPV_E_READ_ONLY, RPV_E_NOMEM };
	for (size_t i = 0; i < RPV__COUNT(statuses); i++) {
		world w;
		failing f;
		world_open(&w);
		prepare(&w, &f);
		size_t k = 1;
		for (bool failed = true; failed; k++) {
			test_storage_fail(&w.wrapper, TEST_ANY, k, statuses[i]);
			failed = fails(&w, statuses[i]);
		}
		assert_true(k > 10);
		world_close(&w);
	}
}

static void test_storage_when_it_breaks_its_contract_then_noticed(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	put(&w, "x");
	rpv_error error = RPV_ERROR_INIT;
	test_storage_fail(&w.wrapper, TEST_GET, 1, RPV_OK); /* fine, but fed nothing */
	assert_status(RPV_E_STORAGE, rpv__txn_run(&w.port, &by_ana, put_text, "y", NULL, &error));
	test_storage_fail(&w.wrapper, TEST_GET, 1, RPV_E_DENIED);
	assert_status(RPV_E_STORAGE, rpv__txn_run(&w.port, &by_ana, put_text, "y", NULL, &error));
	test_storage_fail(&w.wrapper, TEST_GET, 1, RPV_E_STORAGE);
	assert_status(RPV_E_STORAGE, rpv__txn_run(&w.port, &by_ana, put_text, "y", NULL, &error));
	assert_int_equal(error.host_code, 4711);
	assert_string_equal(error.message, "the test makes call 1 fail");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_txn_when_memory_fails_then_nothing_changed),
		cmocka_unit_test(test_txn_when_storage_fails_then_nothing_changed),
		cmocka_unit_test(test_storage_when_it_breaks_its_contract_then_noticed),
	};
	return cmocka_run_group_tests(tests, make_keys, NULL);
}
