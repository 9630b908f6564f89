/* SPDX-License-Identifier: MIT */
/* Power that goes at any write or sync below SQLite: what was acknowledged is there when it is back, what was under way is
 * there as a whole or not at all, and the store goes on. Each seed is a store that lives through several crashes, and
 * through upgrades from format 1 that are cut off by others.
 * usage: test_torn [--seeds N] [--first SEED] */
#include "decisions.h"
#include "facts.h"
#include "ledger.h"
#include "torn_disk.h"

#include <reprieve-sqlite/reprieve-sqlite.h>

enum { LIVES = 5, STEPS = 24, TRIES = 12, PAIRS = 4096, SUM_BYTES = 5 };

static uint64_t first_seed = 1, seeds = 150;

typedef struct story {
	torn_disk disk;
	ledger ledger;
	test_random random, for_upgrades;
	int64_t now;
	rpv_store *store;
	rpv_session *session;
	uint64_t crashes, filed, upgrades, cut_off;
} story;

static uint64_t pick(story *s, uint64_t bound)
{
	return test_random_below(&s->random, bound);
}

/* --- opening --- */
static rpv_status open_file(rpv_storage *out, rpv_error *error)
{
	return rpv_sqlite_storage("/torn/store.db", RPV_SQLITE_CREATE, 0, out, error);
}

static rpv_status open_story(story *s)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_storage inner = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = open_file(&inner, &error);
	if (status)
		return status;
	o.storage = ledger_around(&s->ledger, &inner);
	rpv_clock_manual(&s->now, &o.clock);
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	status = rpv_store_open(&o, &s->store, &error);
	if (status)
		return status;
	assert_ok(rpv_session_open(s->store, &p, &s->session, NULL));
	return RPV_OK;
}

static void close_story(story *s)
{
	rpv_session_close(s->session);
	rpv_store_close(s->store);
	s->session = NULL;
	s->store = NULL;
}

/* --- what goes on --- */
static rpv_status ingest(story *s)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	o.lenient = 1;
	rpv_status status = rpv_batch_begin(s->session, &o, &batch);
	for (uint64_t n = 1 + pick(s, pick(s, 4) ? 6 : 60); n > 0 && !status; n--)
		status = any_fact(&s->random, batch);
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status;
}

static rpv_status file(story *s)
{
	char id[16];
	snprintf(id, sizeof id, "va-%d", (int)pick(s, TEST_RECOMMENDATIONS - 2));
	rpv_exception_request r = accept_risk(id);
	r.duration_ms = (int64_t)(1 + pick(s, 20)) * DAY;
	r.supersede = 1;
	rpv_status status = rpv_exception_file(s->session, &r, NULL);
	s->filed += status == RPV_OK;
	return status;
}

static rpv_status cancel(story *s)
{
	char id[24];
	snprintf(id, sizeof id, "E-%d", (int)(1 + pick(s, s->filed + 1)));
	return rpv_exception_cancel(s->session, id, NULL, "no longer needed");
}

static rpv_status let_time_pass(story *s)
{
	rpv_error error = RPV_ERROR_INIT;
	s->now += (int64_t)pick(s, 8) * DAY;
	return rpv_store_tick(s->store, 0, NULL, &error);
}

static bool is_refusal(rpv_status status)
{
	return status == RPV_E_REFUSED || status == RPV_E_NOT_FOUND || status == RPV_E_INVALID || status == RPV_E_LIMIT;
}

/* Until the power goes. */
static void live(story *s)
{
	for (int step = 0; step < STEPS && !s->disk.dead; step++) {
		uint64_t what = pick(s, 8);
		rpv_status status = what < 4 ? ingest(s) : what < 6 ? file(s) : what < 7 ? cancel(s) : let_time_pass(s);
		if (status && !is_refusal(status) && !s->disk.dead)
			print_error("%s: %s\n", rpv_status_name(status), rpv_session_error(s->session)->message);
		assert_true(status == RPV_OK || is_refusal(status) || s->disk.dead);
	}
}

/* The power is back: false, if a promise is broken. */
static bool wake(story *s)
{
	rpv_storage there = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	torn_disk_crash(&s->disk);
	s->crashes++;
	rpv_status status = open_file(&there, &error);
	if (status) {
		print_error("cannot open: %s\n", error.message);
		return false;
	}
	bool agrees = ledger_agrees(&s->ledger, &there);
	there.close(there.user);
	return agrees;
}

/* What it answers; NULL: it cannot, or is damaged. */
static char *look_around(story *s)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	char *picture = NULL;
	if (open_story(s) == RPV_OK && rpv_score_read(s->session, NULL, &score) == RPV_OK &&
	    rpv_store_check(s->store, NULL, &error) == RPV_OK) {
		picture = picture_of(s->session);
		size_t size = picture ? strlen(picture) : 0;
		picture = realloc(picture, size + 100);
		assert_non_null(picture);
		snprintf(picture + size, 100, "%a %a %a\n", score.exposure_official, score.exposure_no_impact,
		         score.secure_official.points);
	} else {
		print_error("%s\n", error.message);
	}
	close_story(s);
	return picture;
}

/* --- upgrades --- */
typedef struct bare_pairs { rpv_write writes[PAIRS]; size_t count; } bare_pairs;

/* As format 1 had it: no sum, and in the revision record codec, oldest reader and format 1. */
static rpv_status keep_bare(void *user, rpv_bytes key, rpv_bytes value)
{
	bare_pairs *all = user;
	if (value.size == 0)
		return RPV_OK;
	rpv_bytes bare = test_unsummed(key, value);
	uint8_t *copy = malloc(key.size + bare.size);
	assert_non_null(copy);
	assert_true(all->count < PAIRS);
	memcpy(copy, key.data, key.size);
	memcpy(copy + key.size, bare.data, bare.size);
	if (key.size == 1 && copy[0] == 'Z')
		memset(copy + 1, 1, 3);
	all->writes[all->count++] = (rpv_write){ { copy, key.size }, { copy + key.size, bare.size }, 0 };
	return RPV_OK;
}

static void make_it_old(story *s)
{
	static bare_pairs all;
	rpv_storage file = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	all.count = 0;
	assert_ok(open_file(&file, &error));
	assert_ok(file.scan(file.user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, keep_bare, &all, &error));
	rpv_storage around = ledger_around(&s->ledger, &file);
	assert_status_error(RPV_OK, around.commit(around.user, all.writes, all.count, NULL, 0, &error), &error);
	around.close(around.user);
	for (size_t i = 0; i < all.count; i++)
		free((void *)(uintptr_t)all.writes[i].key.data);
}

/* False: not through, as the power went. */
static bool try_upgrade(story *s)
{
	rpv_error error = RPV_ERROR_INIT;
	bool through = open_story(s) == RPV_OK && rpv_store_upgrade(s->store, &error) == RPV_OK;
	if (!through && !s->disk.dead)
		print_error("%s\n", error.message);
	assert_true(through || s->disk.dead);
	close_story(s);
	return through;
}

/* Whenever the power goes, the store answers the same, and the next upgrade goes on. */
static bool upgrade(story *s)
{
	bool good = true, through = false;
	make_it_old(s);
	char *before = look_around(s);
	for (int n = 0; before && good && !through; n++) {
		s->disk.fuse = n < TRIES ? 1 + test_random_below(&s->for_upgrades, 30) : 0;
		through = try_upgrade(s);
		s->cut_off += !through;
		good = wake(s);
		char *now = good ? look_around(s) : NULL;
		good = now && strcmp(before, now) == 0;
		free(now);
	}
	free(before);
	s->upgrades++;
	return good && through;
}

static bool has_commits(const story *s)
{
	return s->ledger.acknowledged + s->ledger.happened > 0;
}

static bool run(story *s, uint64_t seed, bool lies)
{
	bool good = true;
	memset(s, 0, sizeof *s);
	s->now = START;
	s->random.state = seed;
	s->for_upgrades.state = ~seed;
	torn_disk_insert(&s->disk, seed * 31);
	s->disk.lies = lies;
	ledger_open(&s->ledger);
	for (int n = 0; n < LIVES && good; n++) {
		s->disk.fuse = 1 + pick(s, pick(s, 3) ? 150 : 25);
		if (open_story(s) == RPV_OK)
			live(s);
		close_story(s); /* a life may also end well: closing moves the log into the file, until the power goes */
		char *picture = wake(s) ? look_around(s) : NULL;
		good = picture != NULL;
		free(picture);
		if (good && !lies && (seed + (uint64_t)n) % 3 == 0 && has_commits(s))
			good = upgrade(s);
	}
	ledger_free(&s->ledger);
	torn_disk_remove(&s->disk);
	return good;
}

static void test_store_when_power_goes_then_all_acknowledged_and_nothing_half(void **unused)
{
	story s;
	uint64_t crashes = 0, acknowledged = 0, happened = 0, vanished = 0, kept = 0, dropped = 0, torn = 0;
	uint64_t upgrades = 0, cut_off = 0;
	(void)unused;
	for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
		if (!run(&s, seed, false))
			fail_msg("seed %llu: what was acknowledged is not what is there", (unsigned long long)seed);
		crashes += s.crashes, acknowledged += s.ledger.acknowledged;
		happened += s.ledger.happened, vanished += s.ledger.vanished;
		upgrades += s.upgrades, cut_off += s.cut_off;
		kept += s.disk.kept, dropped += s.disk.dropped, torn += s.disk.torn;
	}
	print_message("%llu stores, %llu crashes; %llu commits acknowledged, all there; under way %llu came through, %llu did "
	              "not; %llu upgrades, cut off %llu times; %llu unsafe writes kept, %llu dropped, %llu torn\n",
	              (unsigned long long)seeds,
	              (unsigned long long)crashes, (unsigned long long)acknowledged, (unsigned long long)happened,
	              (unsigned long long)vanished, (unsigned long long)upgrades, (unsigned long long)cut_off,
	              (unsigned long long)kept, (unsigned long long)dropped, (unsigned long long)torn);
	assert_true(happened > 0 && vanished > 0 && torn > 0 && dropped > 0);
	assert_true(cut_off > upgrades);
}

/* Else the test above would prove nothing. */
static void test_store_when_the_disk_lies_about_syncing_then_noticed(void **unused)
{
	story s;
	bool noticed = false;
	(void)unused;
	for (uint64_t seed = 1; seed < 20 && !noticed; seed++)
		noticed = !run(&s, seed, true);
	assert_true(noticed);
}

int main(int argc, char **argv)
{
	if (getenv("RPV_TEST_SHORT"))
		seeds = 20;
	for (int i = 1; i + 1 < argc; i += 2)
		*(strcmp(argv[i], "--seeds") == 0 ? &seeds : &first_seed) = strtoull(argv[i + 1], NULL, 10);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_store_when_power_goes_then_all_acknowledged_and_nothing_half),
		cmocka_unit_test(test_store_when_the_disk_lies_about_syncing_then_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
