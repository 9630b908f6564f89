/* SPDX-License-Identifier: MIT */
/* A store driven beside the naive model, through the public interface, in memory and by a manual clock: by one process,
 * or by several that a simulation disturbs. */
#ifndef MODEL_DRIVER_H
#define MODEL_DRIVER_H

#include "reference.h"
#include "../support/test.h"

enum { STEPS_MOST = 400, PROCESSES_MOST = 3 };

/* Who uses the store: with a clock, a handle and sessions of its own. */
typedef struct process {
	int64_t clock;
	bool accepts_jumps;
	rpv_store *store;
	rpv_session *sessions[2];    /* two persons */
	rpv_score_engine *engine;    /* of the first; NULL until asked for */
} process;

typedef struct driver driver;

/* What a simulation adds. All may be NULL. */
typedef struct disturbance {
	void (*prepare)(driver *d, process *p, rpv_store_options *options); /* before a store is opened */
	void (*closed)(driver *d, process *p);
	void (*begins)(driver *d, bool may_give_up);     /* before a call of the library */
	/* After it: whether to call again. Otherwise *status is what came of it in the end. */
	bool (*again)(driver *d, rpv_status *status, bool may_give_up);
	void (*meanwhile)(driver *d);                    /* while a batch is made up */
} disturbance;

struct driver {
	ref m;
	rpv_storage storage;         /* survives closing and opening the store */
	process processes[PROCESSES_MOST];
	int process_count;
	process *at;                 /* the one at work, */
	rpv_session *session;        /* and for whom */
	const disturbance *disturbs; /* NULL: nothing does */
	bool gave_up;                /* the last call was disturbed, and is not made again */
	uint64_t sequence;           /* last event compared */
	int64_t last_time;           /* and its time */
	test_random random;          /* of the operation at hand */
	bool verbose;
	jmp_buf differs;
	char problem[1024];
};

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
/* Calls the library, again as long as something disturbs it. */
#define ATTEMPT_(d, status, call, may_give_up) \
	do { \
		begin_call((d), (may_give_up)); \
		(status) = (call); \
	} while (call_again((d), &(status), (may_give_up)))
#define ATTEMPT(d, status, call) ATTEMPT_(d, status, call, true)
#define CALL(d, call) \
	do { \
		rpv_status status_; \
		ATTEMPT_(d, status_, call, false); \
		CHECK(d, !status_, "%s: %s (%s)", #call, rpv_status_name(status_), rpv_session_error((d)->session)->message); \
	} while (0)

void begin_call(driver *d, bool may_give_up);
bool call_again(driver *d, rpv_status *status, bool may_give_up);
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
void choose_process(driver *d, process *p);
/* The steps of a story, see story.h. */
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
void check_recommendations(driver *d);
void check_devices(driver *d, int rec); /* exposed to it */
void check_answers(driver *d, bool everything); /* of lists and explanations */
void check_step(driver *d, bool everything);

#endif
