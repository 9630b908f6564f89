/* SPDX-License-Identifier: MIT */
/* What tests of backends share: the conformance kit as one test, and small reads and writes. */
#ifndef STORAGE_SUITE_H
#define STORAGE_SUITE_H

#include "test.h"
#include <reprieve-testkit/reprieve-testkit.h>

typedef struct suite_backend {
	/* Opens the storage: an empty one, or with `again` what the last one left. A storage that can be opened twice at a
	 * time has `shared`. */
	void (*open)(rpv_storage *storage, bool again);
	void (*clean)(void); /* when nothing is open any more; may be NULL */
	bool persistent, shared;
	void (*crash)(rpv_storage *storage); /* as for the kit; may be NULL */
	int32_t (*fault)(uint64_t nth);      /* the same */
} suite_backend;

/* Runs all rules of the kit; prints those that fail. */
void suite_storage_when_run_through_the_kit_then_keeps_the_contract(void **state);

#define STORAGE_SUITE(backend) \
	cmocka_unit_test_prestate(suite_storage_when_run_through_the_kit_then_keeps_the_contract, (backend))

/* Small things that tests of backends need as well. */
rpv_bytes suite_bytes(const char *text);
rpv_status suite_put(const rpv_storage *storage, const char *key, const char *value);
/* The value as text in a buffer that the next call uses again; NULL when there is none. */
const char *suite_get(const rpv_storage *storage, const char *key);

#endif
