/* SPDX-License-Identifier: MIT */
/* Kinds of deadlines: when each falls due, and what is written down then. */
#ifndef RPV__SERVICE_DUE_H
#define RPV__SERVICE_DUE_H

#include "exception.h"

#define RPV__SYSTEM "system" /* who lets time pass */

/* A deadline that fell due, and what it is about. */
typedef struct rpv__deadline {
	int64_t time_ms;
	uint64_t id;               /* of an exception, or of what the kind says */
	rpv__cover cover;          /* of exceptions: it and its texts, in the arena; nothing has ended it */
	rpv__exception texts;
	rpv__arena *arena;
	int64_t next_ms;           /* set by the kind: it comes again then, and that was put; 0: it does not */
} rpv__deadline;

typedef struct rpv__due_kind {
	uint8_t kind;
	/* Of exceptions: the first such instant of one that has not ended, after `after_ms`; 0: none. NULL: the deadlines are
	 * about something else, which puts and removes them itself. */
	int64_t (*next)(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms);
	/* Writes events, each with the deadline's instant. The deadline itself is removed by the caller; one that comes again
	 * puts its next. RPV_E_CORRUPT: told, and the rest goes on. */
	rpv_status (*write_down)(rpv__txn *txn, rpv__deadline *due, rpv_error *error);
} rpv__due_kind;

/* --- watch_due.c --- */
int64_t rpv__due_reminder(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms);
rpv_status rpv__due_remind(rpv__txn *txn, rpv__deadline *due, rpv_error *error);
rpv_status rpv__due_activity(rpv__txn *txn, rpv__deadline *due, rpv_error *error);

/* --- due_kinds.c --- */
extern const rpv__due_kind rpv__due_kinds[];
extern const size_t rpv__due_kind_count;

#endif
