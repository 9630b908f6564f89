/* SPDX-License-Identifier: MIT */
/* What every storage must do, whatever it is made of: the tests that all backends share. */
#ifndef STORAGE_SUITE_H
#define STORAGE_SUITE_H

#include "test.h"

typedef struct suite_backend {
	/* Opens the storage: an empty one, or with `again` what the last one left. A storage that can be opened twice at a
	 * time has `shared`. */
	void (*open)(rpv_storage *storage, bool again);
	void (*clean)(void); /* after each test; may be NULL */
	bool persistent, shared;
} suite_backend;

void suite_scan_when_keys_are_any_bytes_then_in_order(void **state);
void suite_scan_when_bounded_then_from_to_reverse_and_limit_hold(void **state);
void suite_scan_when_sink_stops_or_fails_then_ends(void **state);
void suite_get_when_there_or_not_then_says_so(void **state);
void suite_commit_when_expected_holds_or_not_then_all_or_nothing(void **state);
void suite_commit_when_at_the_limits_then_taken(void **state);
void suite_storage_when_used_at_random_then_as_a_plain_map(void **state);
void suite_storage_when_opened_again_then_keeps_all(void **state);
void suite_snapshot_when_others_commit_then_unmoved(void **state);

#define STORAGE_SUITE(backend)                                                                                   \
	cmocka_unit_test_prestate(suite_scan_when_keys_are_any_bytes_then_in_order, (backend)),                  \
	cmocka_unit_test_prestate(suite_scan_when_bounded_then_from_to_reverse_and_limit_hold, (backend)),       \
	cmocka_unit_test_prestate(suite_scan_when_sink_stops_or_fails_then_ends, (backend)),                     \
	cmocka_unit_test_prestate(suite_get_when_there_or_not_then_says_so, (backend)),                          \
	cmocka_unit_test_prestate(suite_commit_when_expected_holds_or_not_then_all_or_nothing, (backend)),       \
	cmocka_unit_test_prestate(suite_commit_when_at_the_limits_then_taken, (backend)),                        \
	cmocka_unit_test_prestate(suite_storage_when_used_at_random_then_as_a_plain_map, (backend)),             \
	cmocka_unit_test_prestate(suite_storage_when_opened_again_then_keeps_all, (backend)),                    \
	cmocka_unit_test_prestate(suite_snapshot_when_others_commit_then_unmoved, (backend))

/* Small things that tests of backends need as well. */
rpv_bytes suite_bytes(const char *text);
rpv_status suite_put(const rpv_storage *storage, const char *key, const char *value);
/* The value as text in a buffer that the next call uses again; NULL when there is none. */
const char *suite_get(const rpv_storage *storage, const char *key);

#endif
