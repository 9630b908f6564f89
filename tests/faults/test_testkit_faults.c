/* SPDX-License-Identifier: MIT */
/* The conformance kit, with each allocation of its own failing, once and from then on: it says that it has no memory, blames
 * no storage, and leaks nothing. It is compiled anew over these. */
#include "test.h"

#include <reprieve-testkit/reprieve-testkit.h>
#include <stdlib.h>

static test_memory memory;

void *below_malloc(size_t size);
void *below_calloc(size_t count, size_t size);
void *below_realloc(void *block, size_t size);
void below_free(void *block);

void *below_realloc(void *block, size_t size)
{
	rpv_allocator a = test_memory_allocator(&memory);
	return a.resize(a.user, block, size ? size : 1);
}

void *below_malloc(size_t size)
{
	return below_realloc(NULL, size);
}

void *below_calloc(size_t count, size_t size)
{
	void *out = below_realloc(NULL, count * size);
	return out ? memset(out, 0, count * size) : NULL;
}

void below_free(void *block)
{
	rpv_allocator a = test_memory_allocator(&memory);
	if (block)
		a.resize(a.user, block, 0);
}

/* --- a storage that keeps the contract --- */
static rpv_status open_it(void *user, rpv_testkit_place place, rpv_storage *out, rpv_error *error)
{
	(void)user;
	(void)error;
	assert_int_equal(RPV_TESTKIT_FRESH, place);
	return rpv_memory_storage(NULL, out);
}

static int32_t never(void *user, uint64_t nth)
{
	(void)user;
	(void)nth;
	return 0;
}

static char blamed[200];

static void result(void *user, const rpv_testkit_result *r)
{
	(void)user;
	if (r->outcome == RPV_TESTKIT_FAILED)
		snprintf(blamed, sizeof blamed, "%s: %.150s", r->rule, r->message);
}

static bool try_at(size_t k, bool sticky)
{
	rpv_testkit_options o = RPV_TESTKIT_OPTIONS_INIT;
	rpv_testkit_report report;
	o.open = open_it;
	o.fault = never;
	o.result = result;
	o.rounds = 20;
	test_memory_fail(&memory, k, sticky);
	rpv_status status = rpv_testkit_storage(&o, &report);
	bool met = test_memory_failed(&memory);
	if (blamed[0] || status != (met ? RPV_E_NOMEM : RPV_OK) || memory.live)
		fail_msg("allocation %zu%s: %s, %zu blocks left, %s", k, sticky ? " and all after it" : "", rpv_status_name(status),
		         memory.live, blamed);
	return met;
}

static void test_testkit_when_it_has_no_memory_then_says_so_and_blames_nobody(void **state)
{
	size_t runs = 0, step = test_rounds(30, 5);
	(void)state;
	for (int sticky = 0; sticky < 2; sticky++)
		for (size_t k = 1; try_at(k, sticky); k += 1 + k / step) /* every one of the first, then ever fewer */
			runs++;
	print_message("%zu runs\n", runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_testkit_when_it_has_no_memory_then_says_so_and_blames_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
