/* SPDX-License-Identifier: MIT */
/* Transactions against a naive map: what they read and write, conflicts with another process, limits, the clock,
 * unknown outcomes, restoring. */
#include "txn_model.h"

/* Pieces of big values after the first ones, by what they start with. */
static rpv_status count_pieces(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	*(size_t *)user += value.size && *(const uint8_t *)value.data == 0xFE;
	return RPV_OK;
}

static void check_no_piece_is_left_over(world *w, const model *map)
{
	size_t expected = 0, found = 0;
	for (size_t k = 0; k < KEYS; k++) {
		const entry *e = &map->at[k];
		uint8_t *bytes = content(e->size, e->seed);
		if (e->present && (e->size > 60000 || (e->size > 59995 && bytes[0] >= 0xFE)))
			expected += (e->size - 59995 + 59998) / 59999;
		free(bytes);
	}
	rpv_bytes all = { NULL, 0 };
	assert_ok(w->inside.scan(w->inside.user, all, all, 0, 0, count_pieces, &found, NULL));
	assert_int_equal(found, expected);
}

/* --- the random run --- */
typedef struct rivalry { world *w; operation op; bool pending, committed; unsigned times; } rivalry;

static void rival_commits(void *user)
{
	rivalry *r = user;
	if (!r->pending)
		return;
	r->pending = --r->times > 0;
	r->committed = true;
	assert_ok(rpv__txn_run(&r->w->other, &by_ana, operate, &r->op, NULL, NULL));
}

#define SNAPSHOTS 400
typedef struct snapshot { int64_t time_ms; model map; rpv__revision revision; } snapshot;

typedef struct past_check { const model *map; test_random *random; uint64_t revision; } past_check;

static rpv_status check_past(void *user, const rpv__source *s, const rpv__revision *revision, rpv_error *error)
{
	past_check *p = user;
	(void)error;
	assert_true(revision->revision == p->revision);
	check_store(s, p->map, p->random);
	return RPV_OK;
}

static void check_history(world *w, const snapshot *snapshots, size_t count, test_random *random)
{
	for (int i = 0; i < 3 && count; i++) {
		size_t n = test_random_below(random, count);
		while (n + 1 < count && snapshots[n + 1].time_ms == snapshots[n].time_ms)
			n++;
		int64_t until = n + 1 < count ? snapshots[n + 1].time_ms - 1 : snapshots[n].time_ms;
		struct rpv__past *past;
		assert_ok(rpv__past_open(&w->port, i ? snapshots[n].time_ms : until, &past, NULL));
		rpv__source s = { &w->port, past };
		past_check p = { &snapshots[n].map, random, snapshots[n].revision.revision };
		assert_ok(rpv__source_consistent(&s, check_past, &p, NULL));
		rpv__past_close(&w->port, past);
	}
}

static void test_txn_of_two_processes_is_as_if_one_after_the_other(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	test_random random = { 2024 };
	model map;
	memset(&map, 0, sizeof map);
	snapshot *snapshots = calloc(SNAPSHOTS, sizeof *snapshots);
	size_t count = 0;
	rpv__revision after;
	uint64_t revision = 0;
	for (unsigned round = 0; round < 200; round++) {
		w.now_ms += (int64_t)test_random_below(&random, 3);
		rivalry r = { .w = &w };
		r.pending = test_random_below(&random, 3) == 0;
		r.times = 1 + (unsigned)test_random_below(&random, 3);
		r.op = (operation){ test_random_next(&random), 1 + (unsigned)test_random_below(&random, 3), round & 1, 0 };
		operation op = { test_random_next(&random), (unsigned)test_random_below(&random, 9), round % 5 == 0, 0 };
		w.wrapper.before_commit = rival_commits;
		w.wrapper.before_commit_user = &r;
		assert_ok(rpv__txn_run(&w.port, &by_ana, operate, &op, &after, NULL));
		w.wrapper.before_commit = NULL;
		for (unsigned i = 0; i < r.op.runs && r.committed; i++)
			assert_ok(apply(&(state){ &map, NULL, NULL }, &r.op));
		assert_ok(apply(&(state){ &map, NULL, NULL }, &op));
		rpv__source present = { &w.port, NULL };
		check_store(&present, &map, &random);
		if (after.revision == revision)
			continue;
		revision = after.revision;
		assert_true(after.mark_ms == w.now_ms);
		if (count < SNAPSHOTS)
			snapshots[count++] = (snapshot){ after.mark_ms, map, after };
		check_history(&w, snapshots, count, &random);
	}
	assert_true(revision > 180);
	check_no_piece_is_left_over(&w, &map);
	size_t changes = 0;
	assert_ok(rpv__changes_since(&w.port, 0, revision, count_pairs, &changes, NULL));
	assert_true(changes > revision);
	free(snapshots);
	world_close(&w);
}

/* --- what is and is not committed --- */
static rpv_status do_nothing(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	(void)user;
	(void)error;
	(void)rpv__txn_get(txn, rpv__key32(&key, RPV__K_TEXT, 1), &value, error);
	return rpv__txn_remove(txn, rpv__key32(&key, RPV__K_TEXT, 99), error);
}

static rpv_status put_and_stop(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv_status status = put_text(txn, user, error);
	return status ? status : RPV_STOP;
}

static rpv_status put_and_refuse(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv_status status = put_text(txn, user, error);
	return status ? status : rpv__fail(error, RPV_E_REFUSED, "no");
}

static void test_txn_when_nothing_changes_then_no_commit(void **unused)
{
	(void)unused;
	world w;
	rpv__revision after;
	world_open(&w);
	assert_ok(rpv__txn_run(&w.port, &by_ana, do_nothing, NULL, &after, NULL));
	assert_int_equal(after.revision, 0);
	assert_int_equal(after.next[RPV__NEXT_DEVICE], 1);
	put(&w, "x");
	w.now_ms += 5;
	put(&w, "x");
	assert_ok(rpv__txn_run(&w.port, &by_ana, do_nothing, NULL, NULL, NULL));
	assert_ok(rpv__txn_run(&w.port, &by_ana, put_and_stop, "y", NULL, NULL));
	rpv_error error = RPV_ERROR_INIT;
	assert_status(RPV_E_REFUSED, rpv__txn_run(&w.port, &by_ana, put_and_refuse, "y", &after, &error));
	assert_string_equal(error.message, "no");
	assert_int_equal(w.wrapper.commits, 1);
	rpv__source present = { &w.port, NULL };
	assert_ok(rpv__source_revision(&present, &after, NULL));
	assert_int_equal(after.revision, 1);
	assert_int_equal(after.mark_ms, 1000000);
	assert_text(&present, "x");
	world_close(&w);
}

static rpv_status put_big(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__key key;
	rpv_status status = RPV_OK;
	uint8_t *bytes = content(1024 * 1024, 5);
	for (uint32_t i = 0; i < *(uint32_t *)user && !status; i++)
		status = rpv__txn_put(txn, rpv__key32(&key, RPV__K_TEXT, i), (rpv_bytes){ bytes, 1024 * 1024 - 270 }, error);
	free(bytes);
	return status;
}

static void test_commit_when_above_the_limit_then_refused(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	uint32_t count = 16;
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv__txn_run(&w.port, &by_ana, put_big, &count, NULL, &error), &error);
	count = 17;
	w.port.max_commit = 1024 * 1024;
	assert_status(RPV_E_LIMIT, rpv__txn_run(&w.port, &by_ana, put_big, &count, NULL, &error));
	assert_non_null(strstr(error.message, "the storage takes 1.0 MiB"));
	assert_string_equal(error.field, "max_commit"); /* tells it from limits of the library */
	w.port.max_commit = 0;
	uint32_t many = 40; /* 24 new ones */
	assert_status(RPV_E_LIMIT, rpv__txn_run(&w.port, &by_ana, put_big, &many, NULL, &error));
	assert_non_null(strstr(error.message, "24.0 MiB, the storage takes 16.0 MiB"));
	world_close(&w);
}

/* --- the clock --- */
static void test_clock_when_behind_then_the_mark_holds(void **unused)
{
	(void)unused;
	world w;
	rpv__revision after;
	world_open(&w);
	put(&w, "one");
	w.now_ms -= 500;
	assert_ok(rpv__txn_run(&w.port, &by_ana, put_text, "two", &after, NULL));
	assert_int_equal(after.mark_ms, 1000000);
	assert_int_equal(w.log_count, 1);
	assert_non_null(strstr(w.logged, "1970-01-01T00:16:39.500Z, is behind the store's time, 1970-01-01T00:16:40.000Z"));
	world_close(&w);
}

static void test_clock_when_far_ahead_then_refused_unless_accepted(void **unused)
{
	(void)unused;
	world w;
	rpv__revision after;
	world_open(&w);
	put(&w, "one");
	w.now_ms += 400 * RPV__DAY_MS;
	put(&w, "two");
	w.now_ms += 400 * RPV__DAY_MS + 1;
	assert_status(RPV_E_CLOCK, rpv__txn_run(&w.port, &by_ana, put_text, "three", &after, NULL));
	assert_ok(rpv__txn_run(&w.port, &by_ana, do_nothing, NULL, &after, NULL));
	w.port.accept_clock_jump = true;
	put(&w, "three");
	w.now_ms = 0;
	assert_status(RPV_E_CLOCK, rpv__txn_run(&w.port, &by_ana, put_text, "four", &after, NULL));
	world_close(&w);
}

/* --- conflicts --- */
static rpv_status count_up(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	uint8_t n = 0;
	rpv_bytes at = rpv__key32(&key, RPV__K_TEXT, *(uint32_t *)user);
	rpv_status status = rpv__txn_get(txn, at, &value, error);
	if (!status)
		n = *(const uint8_t *)value.data;
	else if (status != RPV_E_NOT_FOUND)
		return status;
	n++;
	return rpv__txn_put(txn, at, (rpv_bytes){ &n, 1 }, error);
}

typedef struct other_counter { world *w; uint32_t number; unsigned times; unsigned runs; } other_counter;

static void other_counts(void *user)
{
	other_counter *o = user;
	if (o->times == 0)
		return;
	o->times--;
	assert_ok(rpv__txn_run(&o->w->other, &by_ana, count_up, &o->number, NULL, NULL));
}

static rpv_status count_and_note(rpv__txn *txn, void *user, rpv_error *error)
{
	other_counter *o = user;
	o->runs++;
	uint32_t number = 1;
	return count_up(txn, &number, error);
}

static uint8_t counted(world *w, uint32_t number)
{
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value;
	rpv__source present = { &w->port, NULL };
	rpv__arena_init(&arena, &w->port.alloc);
	assert_ok(rpv__source_get(&present, rpv__key32(&key, RPV__K_TEXT, number), &arena, &value, NULL));
	uint8_t n = *(const uint8_t *)value.data;
	rpv__arena_free(&arena);
	return n;
}

static void test_conflict_when_elsewhere_then_body_runs_once(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	other_counter o = { &w, 2, 3, 0 };
	w.wrapper.before_commit = other_counts;
	w.wrapper.before_commit_user = &o;
	assert_ok(rpv__txn_run(&w.port, &by_ana, count_and_note, &o, NULL, NULL));
	assert_int_equal(o.runs, 1);
	assert_int_equal(w.wrapper.commits, 4);
	assert_int_equal(counted(&w, 1), 1);
	assert_int_equal(counted(&w, 2), 3);
	o = (other_counter){ &w, 1, 3, 0 };
	assert_ok(rpv__txn_run(&w.port, &by_ana, count_and_note, &o, NULL, NULL));
	assert_int_equal(o.runs, 4);
	assert_int_equal(counted(&w, 1), 5);
	o = (other_counter){ &w, 1, 200, 0 };
	rpv_error error = RPV_ERROR_INIT;
	assert_status(RPV_E_CONFLICT, rpv__txn_run(&w.port, &by_ana, count_and_note, &o, NULL, &error));
	assert_string_equal(error.message, "others kept committing");
	assert_int_equal(o.runs, 100);
	world_close(&w);
}

/* What of others' commits can no longer be told key by key: their changes are not kept any more, or an older copy of the
 * storage was put back. Then all is read again. */
typedef struct upheaval { world *w; rpv_storage older; bool met; } upheaval;

static void live_for_years(void *user)
{
	upheaval *u = user;
	uint32_t number = 1;
	if (u->met)
		return;
	u->met = true;
	u->w->other.accept_clock_jump = true;
	for (int year = 0; year < 6; year++) {
		u->w->now_ms += 366 * RPV__DAY_MS;
		assert_ok(rpv__txn_run(&u->w->other, &by_ana, count_up, &number, NULL, NULL));
	}
}

static rpv_status wipe(void *user, rpv_bytes key, rpv_bytes value)
{
	const upheaval *u = user;
	rpv_write write = { key, { NULL, 0 }, 1 };
	(void)value;
	return u->w->inside.commit(u->w->inside.user, &write, 1, NULL, 0, NULL);
}

static void put_older_back(void *user)
{
	upheaval *u = user;
	const rpv_storage *now = &u->w->inside;
	if (u->met)
		return;
	u->met = true;
	rpv_storage copy = test_copy_storage(now);
	assert_ok(copy.scan(copy.user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, wipe, u, NULL));
	copy.close(copy.user);
	assert_ok(u->older.scan(u->older.user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, test_copy_pair,
	                        &u->w->inside, NULL));
}

static void test_conflict_when_what_changed_cannot_be_told_then_all_is_read_again(void **unused)
{
	(void)unused;
	for (int older = 0; older < 2; older++) {
		world w;
		world_open(&w);
		uint32_t number = 1;
		other_counter o = { &w, 0, 0, 0 };
		rpv__revision after;
		assert_ok(rpv__txn_run(&w.port, &by_ana, count_up, &number, NULL, NULL));
		upheaval u = { &w, test_copy_storage(&w.inside), false };
		assert_ok(rpv__txn_run(&w.port, &by_ana, count_up, &number, NULL, NULL));
		assert_int_equal(2, counted(&w, 1));
		w.port.accept_clock_jump = true;
		w.wrapper.before_commit = older ? put_older_back : live_for_years;
		w.wrapper.before_commit_user = &u;
		assert_ok(rpv__txn_run(&w.port, &by_ana, count_and_note, &o, &after, NULL));
		assert_int_equal(2, o.runs);
		assert_int_equal(older ? 2 : 9, counted(&w, 1));
		assert_int_equal(older ? 2 : 9, after.revision);
		if (!older)
			assert_true(after.oldest_changes > 3);
		u.older.close(u.older.user);
		world_close(&w);
	}
}

/* A refusal that rests on two values of which only one had been changed yet. */
typedef struct torn { world *w; int runs; } torn;

static rpv_status refuse_when_unequal(rpv__txn *txn, void *user, rpv_error *error)
{
	torn *t = user;
	rpv__key key;
	rpv_bytes a, b;
	rpv_status status = rpv__txn_get(txn, rpv__key32(&key, RPV__K_TEXT, 1), &a, error);
	if (!status && t->runs++ == 0) {
		uint32_t one = 1, two = 2;
		assert_ok(rpv__txn_run(&t->w->other, &by_ana, count_up, &one, NULL, NULL));
		assert_ok(rpv__txn_run(&t->w->other, &by_ana, count_up, &two, NULL, NULL));
	}
	if (!status)
		status = rpv__txn_get(txn, rpv__key32(&key, RPV__K_TEXT, 2), &b, error);
	if (status)
		return status;
	return memcmp(a.data, b.data, 1) ? rpv__fail(error, RPV_E_CORRUPT, "unequal") : RPV_STOP;
}

static void test_failure_when_read_between_commits_then_judged_again(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	uint32_t one = 1, two = 2;
	assert_ok(rpv__txn_run(&w.port, &by_ana, count_up, &one, NULL, NULL));
	assert_ok(rpv__txn_run(&w.port, &by_ana, count_up, &two, NULL, NULL));
	torn t = { &w, 0 };
	assert_ok(rpv__txn_run(&w.port, &by_ana, refuse_when_unequal, &t, NULL, NULL));
	assert_int_equal(t.runs, 2);
	world_close(&w);
}

typedef struct busy_reader { world *w; int runs, until; } busy_reader;

static rpv_status read_while_others_commit(void *user, const rpv__source *s, const rpv__revision *revision,
                                           rpv_error *error)
{
	busy_reader *b = user;
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value = { NULL, 0 };
	uint32_t one = 1;
	rpv__arena_init(&arena, &s->port->alloc);
	if (++b->runs < b->until)
		assert_ok(rpv__txn_run(&b->w->other, &by_ana, count_up, &one, NULL, NULL));
	assert_ok(rpv__source_get(s, rpv__key32(&key, RPV__K_TEXT, 1), &arena, &value, error));
	bool torn_read = *(const uint8_t *)value.data != revision->revision;
	rpv__arena_free(&arena);
	return torn_read ? rpv__fail(error, RPV_E_CORRUPT, "torn") : RPV_OK;
}

static void test_consistent_reading_when_others_commit_then_of_one_revision(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	uint32_t one = 1;
	assert_ok(rpv__txn_run(&w.port, &by_ana, count_up, &one, NULL, NULL));
	busy_reader b = { &w, 0, 16 };
	rpv__source present = { &w.port, NULL };
	assert_ok(rpv__source_consistent(&present, read_while_others_commit, &b, NULL));
	assert_int_equal(b.runs, 16);
	b = (busy_reader){ &w, 0, 100 };
	rpv_error error = RPV_ERROR_INIT;
	assert_status(RPV_E_BUSY, rpv__source_consistent(&present, read_while_others_commit, &b, &error));
	assert_int_equal(b.runs, 16);
	world_close(&w);
}

/* --- an outcome that the storage does not know --- */
static void test_outcome_when_unknown_then_the_tag_tells(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	put(&w, "one");
	rpv__revision after;
	rpv_error error = RPV_ERROR_INIT;
	w.wrapper.happens = true; /* it happened */
	test_storage_fail(&w.wrapper, TEST_COMMIT, 1, RPV_E_OUTCOME);
	assert_ok(rpv__txn_run(&w.port, &by_ana, put_text, "two", &after, &error));
	assert_int_equal(after.revision, 2);
	assert_int_equal(error.status, RPV_OK);
	rpv__source present = { &w.port, NULL };
	assert_text(&present, "two");
	w.wrapper.happens = false; /* it did not, and nobody can say that it will not */
	test_storage_fail(&w.wrapper, TEST_COMMIT, 1, RPV_E_OUTCOME);
	assert_status(RPV_E_OUTCOME, rpv__txn_run(&w.port, &by_ana, put_text, "three", &after, &error));
	assert_text(&present, "two");
	other_counter o = { &w, 7, 1, 0 }; /* another commit took its place: it never will */
	w.wrapper.before_commit = other_counts;
	w.wrapper.before_commit_user = &o;
	test_storage_fail(&w.wrapper, TEST_COMMIT, 1, RPV_E_OUTCOME);
	assert_ok(rpv__txn_run(&w.port, &by_ana, put_text, "four", &after, &error));
	assert_int_equal(after.revision, 4);
	assert_text(&present, "four");
	world_close(&w);
}

/* --- versions, damage, restoring --- */
static void write_raw(world *w, rpv_bytes key, rpv_bytes value)
{
	rpv_write one = { key, value, 0 };
	assert_ok(w->inside.commit(w->inside.user, &one, 1, NULL, 0, NULL));
}

static void test_revision_when_newer_or_damaged_then_said_so(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	rpv__source present = { &w.port, NULL };
	rpv__revision revision;
	write_raw(&w, rpv__bytes_of("Z"), rpv__bytes_of("\x01\x03\x03"));
	assert_status(RPV_E_VERSION, rpv__source_revision(&present, &revision, NULL));
	write_raw(&w, rpv__bytes_of("Z"), rpv__bytes_of("\x03\x02\x02 whatever"));
	assert_status(RPV_E_VERSION, rpv__source_revision(&present, &revision, NULL));
	write_raw(&w, rpv__bytes_of("Z"), rpv__bytes_of("\x01\x01\x01"));
	assert_status(RPV_E_CORRUPT, rpv__source_revision(&present, &revision, NULL));
	write_raw(&w, rpv__bytes_of("Z"), rpv__bytes_of("hello, world"));
	assert_status(RPV_E_CORRUPT, rpv__source_revision(&present, &revision, NULL));
	write_raw(&w, rpv__bytes_of("Z"), (rpv_bytes){ NULL, 0 });
	assert_status(RPV_E_CORRUPT, rpv__source_revision(&present, &revision, NULL));
	world_close(&w);
}

static rpv_status restore_step(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__revision *r = rpv__txn_revision(txn);
	rpv__key key;
	r->restoring = *(bool *)user;
	r->mark_ms = 500;
	r->sequence = 3;
	r->count[RPV__NEXT_DEVICE] = 12;
	rpv_status status = rpv__txn_put(txn, rpv__key64(&key, RPV__K_EVENT, 3), rpv__bytes_of("\x01"), error);
	assert_status(RPV_E_INVALID, rpv__txn_event(txn, &(rpv__event){ .type = RPV_EVENT_DEVICE_ADDED }, NULL));
	return status;
}

static void test_restoring_when_done_then_the_mark_is_as_given(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	rpv__txn_options options = { .actor = "restore", .restoring = true };
	bool restoring = true;
	rpv__revision after;
	assert_ok(rpv__txn_run(&w.port, &options, restore_step, &restoring, &after, NULL));
	restoring = false;
	assert_ok(rpv__txn_run(&w.port, &options, restore_step, &restoring, &after, NULL)); /* the revision record alone */
	assert_ok(rpv__txn_run(&w.port, &options, restore_step, &restoring, &after, NULL)); /* nothing at all */
	assert_int_equal(after.revision, 2);
	assert_int_equal(after.mark_ms, 500);
	assert_int_equal(after.sequence, 3);
	assert_int_equal(after.count[RPV__NEXT_DEVICE], 12);
	assert_false(after.restoring);
	struct rpv__past *past;
	assert_status(RPV_E_REFUSED, rpv__past_open(&w.port, 499, &past, NULL)); /* looking back begins at the restore */
	assert_ok(rpv__past_open(&w.port, 500, &past, NULL));
	rpv__past_close(&w.port, past);
	put(&w, "after it");
	rpv__source present = { &w.port, NULL };
	assert_ok(rpv__source_revision(&present, &after, NULL));
	assert_int_equal(after.sequence, 3);
	assert_int_equal(after.mark_ms, w.now_ms);
	assert_ok(rpv__past_open(&w.port, 600, &past, NULL));
	rpv__source then = { &w.port, past };
	assert_text(&then, NULL);
	rpv__past_close(&w.port, past);
	world_close(&w);
}

static rpv_status write_reserved(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__key key;
	uint8_t longest[RPV_STORAGE_KEY_MAX] = { 'Q' };
	(void)user;
	(void)error;
	assert_status(RPV_E_INVALID, rpv__txn_put(txn, rpv__key1(&key, RPV__K_REVISION), rpv__bytes_of("x"), NULL));
	assert_status(RPV_E_INVALID, rpv__txn_put(txn, rpv__key64(&key, RPV__K_EVENT, 1), rpv__bytes_of("x"), NULL));
	assert_status(RPV_E_INVALID, rpv__txn_remove(txn, rpv__key64(&key, RPV__K_COMMIT, 1), NULL));
	assert_status(RPV_E_INVALID, rpv__txn_put(txn, (rpv_bytes){ NULL, 0 }, rpv__bytes_of("x"), NULL));
	assert_status(RPV_E_INVALID, rpv__txn_put(txn, (rpv_bytes){ longest, 478 }, rpv__bytes_of("x"), NULL));
	return rpv__txn_put(txn, (rpv_bytes){ longest, 477 }, rpv__bytes_of("x"), NULL);
}

static void test_txn_when_key_is_not_the_bodys_to_write_then_invalid(void **unused)
{
	(void)unused;
	world w;
	world_open(&w);
	assert_ok(rpv__txn_run(&w.port, &by_ana, write_reserved, NULL, NULL, NULL));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_txn_of_two_processes_is_as_if_one_after_the_other),
		cmocka_unit_test(test_txn_when_nothing_changes_then_no_commit),
		cmocka_unit_test(test_commit_when_above_the_limit_then_refused),
		cmocka_unit_test(test_clock_when_behind_then_the_mark_holds),
		cmocka_unit_test(test_clock_when_far_ahead_then_refused_unless_accepted),
		cmocka_unit_test(test_conflict_when_elsewhere_then_body_runs_once),
		cmocka_unit_test(test_conflict_when_what_changed_cannot_be_told_then_all_is_read_again),
		cmocka_unit_test(test_failure_when_read_between_commits_then_judged_again),
		cmocka_unit_test(test_consistent_reading_when_others_commit_then_of_one_revision),
		cmocka_unit_test(test_outcome_when_unknown_then_the_tag_tells),
		cmocka_unit_test(test_revision_when_newer_or_damaged_then_said_so),
		cmocka_unit_test(test_restoring_when_done_then_the_mark_is_as_given),
		cmocka_unit_test(test_txn_when_key_is_not_the_bodys_to_write_then_invalid),
	};
	return cmocka_run_group_tests(tests, make_keys, NULL);
}
