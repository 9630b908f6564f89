/* SPDX-License-Identifier: MIT */
/* What tests of backends share. */
#include "storage_suite.h"

/* --- small things --- */
rpv_bytes suite_bytes(const char *text)
{
	return (rpv_bytes){ text, strlen(text) };
}

rpv_status suite_put(const rpv_storage *storage, const char *key, const char *value)
{
	rpv_write write = { suite_bytes(key), suite_bytes(value), 0 };
	return storage->commit(storage->user, &write, 1, NULL, 0, NULL);
}

static char got[70000];

static rpv_status take_text(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	assert_true(value.size < sizeof got);
	if (value.size)
		memcpy(got, value.data, value.size);
	got[value.size] = '\0';
	++*(int *)user;
	return RPV_OK;
}

const char *suite_get(const rpv_storage *storage, const char *key)
{
	int fed = 0;
	rpv_status status = storage->get(storage->user, suite_bytes(key), take_text, &fed, NULL);
	assert_status(fed ? RPV_OK : RPV_E_NOT_FOUND, status);
	assert_true(fed <= 1);
	return fed ? got : NULL;
}

/* --- the kit --- */
typedef struct running {
	const suite_backend *backend;
	bool any;             /* something was opened, and is to be cleaned up */
	uint32_t wrong_bit;   /* of storages whose capabilities are not as the test says */
	bool kept;            /* the rule that only persistent storages are asked for */
} running;

static rpv_status open_backend(void *user, rpv_testkit_place place, rpv_storage *storage, rpv_error *error)
{
	running *r = user;
	(void)error;
	if (place == RPV_TESTKIT_FRESH && r->any && r->backend->clean)
		r->backend->clean();
	r->any = true;
	r->backend->open(storage, place == RPV_TESTKIT_AGAIN);
	r->wrong_bit |= !(storage->capabilities & RPV_STORAGE_VOLATILE) != r->backend->persistent;
	return RPV_OK;
}

static void crash_backend(void *user, rpv_storage *storage)
{
	running *r = user;
	r->backend->crash(storage);
}

static int32_t fault_backend(void *user, uint64_t nth)
{
	running *r = user;
	return r->backend->fault(nth);
}

static void note_result(void *user, const rpv_testkit_result *result)
{
	char text[1200];
	running *r = user;
	if (strcmp(result->rule, "reopen-keeps") == 0)
		r->kept = result->outcome == RPV_TESTKIT_PASSED;
	if (result->outcome != RPV_TESTKIT_FAILED)
		return;
	rpv_testkit_text(result, text, sizeof text);
	print_error("%s\n", text);
}

void suite_storage_when_run_through_the_kit_then_keeps_the_contract(void **state)
{
	running r = { *state, false, 0, false };
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	rpv_testkit_report report;
	options.user = &r;
	options.open = open_backend;
	options.crash = r.backend->crash ? crash_backend : NULL;
	options.fault = r.backend->fault ? fault_backend : NULL;
	options.result = note_result;
	options.flags = r.backend->shared ? RPV_TESTKIT_SHARED : 0;
	assert_ok(rpv_testkit_storage(&options, &report));
	assert_int_equal(r.wrong_bit, 0);
	assert_int_equal(r.kept, r.backend->persistent);
	print_message("%u rules passed, %u not tried\n", report.passed, report.not_tried);
	if (r.backend->clean)
		r.backend->clean();
}
