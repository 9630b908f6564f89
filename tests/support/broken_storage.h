/* SPDX-License-Identifier: MIT */
/* A storage in memory that can be shared and opened again, and that breaks one rule of the contract when told to: what
 * the conformance kit must notice. */
#ifndef BROKEN_STORAGE_H
#define BROKEN_STORAGE_H

#include <pthread.h>
#include <reprieve-testkit/reprieve-testkit.h>
#include <stdbool.h>

typedef enum broken {
	BROKEN_NOT = 0,
	/* reads */
	BROKEN_HALF_SNAPSHOT, BROKEN_GET_TWICE, BROKEN_ABSENT_OK, BROKEN_STOP_FAILS, BROKEN_FAILURE_RENAMED,
	BROKEN_EMPTY_REMOVES,
	BROKEN_TAIL_STAYS, BROKEN_REMOVE_IGNORED, BROKEN_REMOVE_ABSENT_FAILS, BROKEN_NO_WRITES_FAILS, BROKEN_KEEPS_LENT,
	BROKEN_CUT_AT_ZERO,
	/* order, ranges */
	BROKEN_SIGNED_ORDER, BROKEN_LONGER_FIRST, BROKEN_CASELESS, BROKEN_OWN_KEY, BROKEN_VALUE_BEFORE, BROKEN_TO_INCLUDED,
	BROKEN_NO_OPEN_END, BROKEN_FROM_SKIPPED, BROKEN_EMPTY_FAILS, BROKEN_REVERSE_IGNORED, BROKEN_LIMIT_OFF,
	BROKEN_LIMIT_FORGOTTEN,
	BROKEN_LIMIT_SIGNED, BROKEN_STOP_IGNORED, BROKEN_FAILURE_SWALLOWED,
	/* expectations */
	BROKEN_EXPECT_EMPTY_NEVER, BROKEN_EXPECT_LENGTH_ONLY, BROKEN_EXPECT_SHORTER, BROKEN_ABSENT_WHEN_EMPTY,
	BROKEN_EXPECT_ABSENT_ANY,
	BROKEN_EXPECT_FIRST_ONLY, BROKEN_CONFLICT_HALF, BROKEN_CONFLICT_LOCKS, BROKEN_EXPECT_WRITTEN_ONLY, BROKEN_TOMBSTONES,
	/* sizes, keeping */
	BROKEN_KEY_CUT, BROKEN_VALUE_CUT, BROKEN_SMALL_COMMITS, BROKEN_FEW_WRITES, BROKEN_REOPEN_LOSES, BROKEN_CRASH_LOSES,
	/* handles */
	BROKEN_STALE_READS, BROKEN_OTHERS_UNCHECKED, BROKEN_SCAN_MOVES, BROKEN_SNAPSHOT_STAYS, BROKEN_SNAPSHOT_MOVES,
	BROKEN_SNAPSHOT_OLD, BROKEN_DEAF, BROKEN_CHECK_THEN_WRITE, BROKEN_ONE_BY_ONE,
	/* faults, random */
	BROKEN_HALF_ON_FAULT, BROKEN_SHORT_ON_FAULT, BROKEN_RARELY
} broken;

/* What handles share. */
typedef struct broken_place {
	broken what;
	pthread_mutex_t lock;
	rpv_storage now, before;   /* the pairs, and what they were before the last commit */
	bool has_before, removed;  /* something was once removed */
	bool conflicted;           /* the last commit was in conflict */
	uint64_t commits;          /* so far */
	uint64_t fault_at, operations;
	int32_t met;
	size_t opened;
	const void *lent;          /* of the last commit: where the value was */
} broken_place;

void broken_place_init(broken_place *place, broken what);
void broken_place_free(broken_place *place);
/* Options of the kit: all flags and callbacks, over the place. */
rpv_testkit_options broken_options(broken_place *place);

#endif
