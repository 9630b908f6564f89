/* SPDX-License-Identifier: MIT */
/* A store driven beside the naive model, through the public interface, in memory and by a manual clock. */
#ifndef MODEL_DRIVER_H
#define MODEL_DRIVER_H

#include "reference.h"
#include "../support/test.h"

enum { STEPS_MOST = 400 };

typedef struct driver {
	ref m;
	int64_t clock;
	rpv_storage storage;         /* survives closing and opening the store */
	rpv_store *store;
	rpv_session *sessions[2], *session; /* two persons; the one at work */
	uint64_t sequence;           /* last event compared */
	int64_t last_time;           /* and its time */
	test_random random;          /* of the operation at hand */
	bool verbose;
	jmp_buf differs;
	char problem[1024];
} driver;

/* Says what differs, and leaves the operation. */
void differ(driver *d, const char *file, int line, const char *format, ...) __attribute__((noreturn, format(printf, 4, 5)));
#define CHECK(d, condition, ...) \
	do { \
		if (!(condition)) \
			differ((d), __FILE__, __LINE__, __VA_ARGS__); \
	} while (0)
#define SAME(d, wanted, got, what) \
	CHECK(d, (int64_t)(wanted) == (int64_t)(got), "%s is %lld, the model says %lld", what, (long long)(got), \
	      (long long)(wanted))
#define CALL(d, call) \
	do { \
		rpv_status status_ = (call); \
		CHECK(d, !status_, "%s: %s (%s)", #call, rpv_status_name(status_), rpv_session_error((d)->session)->message); \
	} while (0)

/* In verbose runs, what is done. */
void say(const driver *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t pick(driver *d, uint64_t bound);
bool one_in(driver *d, uint64_t n);
/* Checks a status against what may come of it; whether it was done. */
bool outcome(driver *d, const char *what, unsigned allowed, rpv_status status);

extern const char *const device_ids[REF_DEVICES], *const group_names[REF_GROUPS], *const rec_ids[REF_RECS],
	*const weak_ids[REF_WEAKS], *const control_ids[REF_CONTROLS];
const char *list_bits(const char *const *names, unsigned bits); /* for messages; lives until the fourth next call */
const char *story_of(const driver *d, int number);

bool mark_moved(driver *d);

/* --- operations --- */
void open_driver(driver *d, uint64_t seed);
void close_driver(driver *d);
void reopen_store(driver *d, bool accept_jump);
void op_clock(driver *d);
void op_tick(driver *d);
void op_batch(driver *d);
void op_file(driver *d);
void op_cancel(driver *d);
void op_renew(driver *d);
void op_approve(driver *d);
int someone(driver *d);      /* whose turn it is */
void op_reopen(driver *d);
void op_policy(driver *d);
int64_t some_instant(driver *d);

/* --- comparisons, after every operation --- */
int number_of(const char *id); /* from 0, -1: NULL */
unsigned bits_of(driver *d, const char *const *names, size_t count, const char *const *all, int most);
void same_units(driver *d, int number, unsigned wanted, unsigned got, const char *const *names, const char *what);
void check_events(driver *d);
void check_explanation(driver *d, int device);
void check_preview(driver *d, const ref_request *r, const rpv_filing_outcome *o, unsigned allowed);
void check_step(driver *d, bool everything);

#endif
