/* SPDX-License-Identifier: MIT */
/* Now and then scores are recorded: whatever fails, dies or comes in between, there is one point for each hour in which that
 * was asked for, with the scores of its time, until it is no longer kept. Draws of its own, as the chain has. */
#include "simulation.h"

enum { HOUR = 3600000 };

/* The points that there must be, by time; those before `first` are no longer kept. */
static struct { int64_t hour; rpv_score score; } expected[STEPS_MOST + 1];
static size_t first, count;

void forget_points(void)
{
	first = count = 0;
}

static void compare(driver *d)
{
	rpv_list *list;
	CALL(d, rpv_score_point_list(d->session, NULL, &list));
	while (first < count && expected[first].hour < (d->m.mark - 180 * REF_DAY) / HOUR)
		first++;
	SAME(d, count - first, rpv_list_count(list), "how many points there are");
	for (size_t i = first; i < count; i++) {
		rpv_score got = *rpv_score_point_at(list, i - first)->score, *wanted = &expected[i].score;
		SAME(d, expected[i].hour, got.time_ms / HOUR, "the hour of a point");
		got.time_ms = wanted->time_ms; /* that of another try in the hour, it may be */
		got.revision = wanted->revision;
		got.valid_until_ms = wanted->valid_until_ms;
		CHECK(d, same_scores(wanted, &got), "point %d is not the scores of its time", (int)i);
	}
	rpv_list_free(list);
}

/* A device group that is new in the hour gets a point of its own, so something may be written or not. */
static void follow_mark(driver *d)
{
	rpv_restore_store store = { .struct_size = sizeof store };
	CALL(d, rpv_restore_read_store(d->session, &store));
	CHECK(d, store.mark_ms == d->m.mark || store.mark_ms == ref_time(&d->m), "mark is %lld", (long long)store.mark_ms);
	d->m.mark = store.mark_ms;
}

void history_step(driver *d)
{
	rpv_score now = RPV_SCORE_INIT;
	rpv_status status;
	process *p = d->at;
	d->session = p->sessions[0];
	if (chance(5) || !model_idle(&d->m)) /* it writes down what fell due, too */
		return;
	say(d, "scores are recorded");
	if (!p->engine)
		CALL(d, rpv_score_engine_open(d->session, &p->engine));
	ATTEMPT_(d, status, rpv_score_record(p->engine, NULL), false);
	CHECK(d, !status || status == RPV_E_CLOCK, "recording: %s (%s)", rpv_status_name(status),
	      rpv_session_error(d->session)->message);
	if (status)
		return;
	CALL(d, rpv_score_engine_read(p->engine, NULL, &now));
	if (!count || expected[count - 1].hour != now.time_ms / HOUR) {
		CHECK(d, count <= STEPS_MOST, "too many points");
		expected[count].hour = now.time_ms / HOUR;
		expected[count++].score = now;
	}
	follow_mark(d);
	counts.recorded++;
	compare(d);
}
