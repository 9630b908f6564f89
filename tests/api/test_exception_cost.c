/* SPDX-License-Identifier: MIT */
/* What calls read of the storage: as much however many exceptions there are, or were, that are not on the same subject and
 * do not reach the device, though they are on the same recommendation. */
#include "../support/decisions.h"

static const char *const s1[] = { "s1" }, *const i1[] = { "i1" }, *const elsewhere[] = { "Elsewhere" };

/* Device-scope exceptions on single weaknesses of BROWSER and on MAIL, of devices of another group; a half of them is
 * canceled. */
static void open_crowded(test_world *w, unsigned others)
{
	char id[16];
	const char *const one[] = { id };
	open_fleet(w);
	turn_reminders_off(w);
	for (unsigned i = 0; i < others; i++) {
		snprintf(id, sizeof id, "x%u", i);
		device(w, id, "Elsewhere");
		assess(w, id, BROWSER, "CVE-1", "CVE-2");
		assess(w, id, MAIL, "CVE-2", NULL);
	}
	commit(w);
	for (unsigned i = 0; i < others; i++) {
		rpv_exception_request r = accept_on(i % 2 ? BROWSER : MAIL, one, 1);
		snprintf(id, sizeof id, "x%u", i);
		r.weakness = i % 2 ? "CVE-2" : NULL;
		r.duration_ms = 20 * DAY;
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
		snprintf(id, sizeof id, "E-%u", i + 1);
		if (i % 4 == 1)
			assert_call(RPV_OK, rpv_exception_cancel(w->session, id, NULL, "x"));
	}
}

enum { FILE_DEVICE, FILE_GROUP, EXPLAIN, REPORT, CANCEL, TICK, CALLS };

static size_t reads(const test_world *w)
{
	return w->storage.gets + w->storage.pairs;
}

static void call(test_world *w, unsigned which, const char *last)
{
	rpv_explanation *explanation;
	rpv_exception_request r = which == FILE_GROUP ? accept_in(MAIL, elsewhere, 1) : accept_on(BROWSER, s1, 1);
	uint64_t done;
	switch (which) {
	case FILE_GROUP:
		r.weakness = "CVE-1";
		/* fall through */
	case FILE_DEVICE:
		assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
		break;
	case EXPLAIN:
		assert_call(RPV_OK, rpv_explain(w->session, "s1", BROWSER, "CVE-1", &explanation));
		rpv_explanation_free(explanation);
		break;
	case REPORT:
		assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
		commit(w);
		break;
	case CANCEL:
		assert_call(RPV_OK, rpv_exception_cancel(w->session, last, NULL, "x"));
		break;
	default:
		w->now += 10 * DAY;
		assert_ok(rpv_store_tick(w->store, 0, &done, NULL));
		assert_true(done > 0);
	}
}

static void measure(unsigned others, size_t out[CALLS])
{
	test_world world, *w = &world;
	char last[16];
	rpv_exception_request due = accept_on(BROWSER, i1, 1);
	open_crowded(w, others);
	assert_call(RPV_OK, rpv_exception_file(w->session, &due, NULL));
	snprintf(last, sizeof last, "E-%u", others + 3);
	for (unsigned i = 0; i < CALLS; i++) {
		size_t before = reads(w);
		call(w, i, last);
		out[i] = reads(w) - before;
	}
	close_world(w);
}

static void test_exception_when_many_others_then_reads_as_much(void **state)
{
	static const char *const names[CALLS] = { "file for a device", "file for a device group", "explain", "report a device",
	                                          "cancel", "tick" };
	size_t few[CALLS], many[CALLS];
	(void)state;
	measure(8, few);
	measure(400, many);
	for (unsigned i = 0; i < CALLS; i++) {
		if (few[i] != many[i])
			print_error("%s: %zu reads, then %zu\n", names[i], few[i], many[i]);
		assert_true(few[i] > 0);
	}
	assert_memory_equal(few, many, sizeof few);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_exception_when_many_others_then_reads_as_much) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
