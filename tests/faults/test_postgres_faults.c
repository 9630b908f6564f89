/* SPDX-License-Identifier: MIT */
/* A store in PostgreSQL, with each statement failing in turn, once and from then on: the server refuses it, the connection
 * is lost before it was sent, or after, so that nobody knows what came of it. Each time the status is right and has words,
 * the store is as before or as after, and a repetition succeeds. The storage is compiled anew, with these in place of
 * libpq's functions. Runs within tests/support/in_postgres.py. */
#include "faults.h"
#include "decisions.h"

#include "below_postgres.h"
#include <reprieve-postgres/reprieve-postgres.h>
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* --- what goes wrong --- */
typedef enum what { NOTHING, REFUSED, LOST_BEFORE, LOST_AFTER } what;
typedef struct trouble { what what; bool sticky; rpv_status status; const char *condition, *name; } trouble;

static trouble failing;
static uint64_t countdown;
static bool met;
static int lost[1000]; /* the server's processes whose connections were lost */
static size_t lost_count;

/* Nobody refuses to roll back, or to take what was sent. */
static bool strikes_at(bool refusable)
{
	if (!countdown || (failing.what == REFUSED && !refusable) || (countdown > 1 && --countdown))
		return false;
	met = true;
	if (!failing.sticky)
		countdown = 0;
	return true;
}

static void arm_at(const trouble *t, uint64_t k)
{
	failing = *t;
	countdown = k;
	met = false;
}

static void lose(PGconn *conn)
{
	assert_true(lost_count < sizeof lost / sizeof *lost);
	lost[lost_count++] = PQbackendPID(conn);
	shutdown(PQsocket(conn), SHUT_RDWR);
}

static const char *refusal(void)
{
	static char text[100];
	snprintf(text, sizeof text, "DO $$BEGIN RAISE %s; END$$", failing.condition);
	return text;
}

/* A statement that is waited for: `real` asks the server. */
#define WAITED(refusable, real)                                                                                        \
	if (!strikes_at(refusable))                                                                                        \
		return real;                                                                                                   \
	if (failing.what == REFUSED)                                                                                       \
		return PQexec(conn, refusal());                                                                                \
	if (failing.what == LOST_AFTER)                                                                                    \
		PQclear(real);                                                                                                 \
	lose(conn);                                                                                                        \
	return failing.what == LOST_AFTER ? PQexec(conn, "SELECT 1") : real

PGresult *below_PQexec(PGconn *conn, const char *command)
{
	WAITED(strcmp(command, "ROLLBACK") != 0, PQexec(conn, command));
}

PGresult *below_PQprepare(PGconn *conn, const char *name, const char *command, int count, const Oid *types)
{
	WAITED(true, PQprepare(conn, name, command, count, types));
}

PGresult *below_PQexecPrepared(PGconn *conn, const char *name, int count, const char *const *values, const int *lengths,
                               const int *formats, int binary)
{
	WAITED(true, PQexecPrepared(conn, name, count, values, lengths, formats, binary));
}

/* One that is sent in a pipeline. */
#define SENT(refusable, real)                                                                                          \
	if (!strikes_at(refusable))                                                                                        \
		return real;                                                                                                   \
	if (failing.what == REFUSED)                                                                                       \
		return PQsendQueryParams(conn, refusal(), 0, NULL, NULL, NULL, NULL, 0);                                       \
	if (failing.what == LOST_BEFORE)                                                                                   \
		lose(conn);                                                                                                    \
	int sent = real;                                                                                                   \
	if (failing.what == LOST_AFTER) {                                                                                  \
		PQflush(conn);                                                                                                 \
		lose(conn);                                                                                                    \
	}                                                                                                                  \
	return sent

int below_PQsendQueryParams(PGconn *conn, const char *command, int count, const Oid *types, const char *const *values,
                            const int *lengths, const int *formats, int binary)
{
	SENT(true, PQsendQueryParams(conn, command, count, types, values, lengths, formats, binary));
}

int below_PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values, const int *lengths,
                              const int *formats, int binary)
{
	SENT(true, PQsendQueryPrepared(conn, name, count, values, lengths, formats, binary));
}

int below_PQpipelineSync(PGconn *conn)
{
	SENT(false, PQpipelineSync(conn));
}

/* --- the server, asked past the library --- */
static const char *conninfo;
static PGconn *own;

static long sql(const char *text)
{
	PGresult *result = PQexec(own, text);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(own));
	long answer = PQresultStatus(result) == PGRES_TUPLES_OK ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : 0;
	PQclear(result);
	return answer;
}

/* Until the server is done with what was sent on connections that were lost. */
static void settle(void)
{
	const struct timespec moment = { 0, 1000000 };
	char text[100];
	while (lost_count) {
		snprintf(text, sizeof text, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d", lost[lost_count - 1]);
		if (sql(text))
			nanosleep(&moment, NULL);
		else
			lost_count--;
	}
}

static void begin_with(const char *base)
{
	char text[100];
	snprintf(text, sizeof text, "DELETE FROM at_work; INSERT INTO at_work SELECT * FROM %s", base ? base : "");
	sql(base ? text : "DROP TABLE IF EXISTS at_work");
}

/* --- a store --- */
static rpv_postgres_options options_for(const char *table)
{
	rpv_postgres_options o = RPV_POSTGRES_OPTIONS_INIT;
	o.conninfo = conninfo;
	o.table = table;
	o.statement_timeout_ms = 5000;
	o.reconnect_ms = 1;
	return o;
}

static rpv_status open_storage(run *r, rpv_error *error)
{
	rpv_postgres_options o = options_for("at_work");
	return rpv_postgres_storage(&o, &r->pairs, error);
}

static rpv_error words; /* of what failed last */

static rpv_status open_store(run *r)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_status status = open_storage(r, &words);
	if (status)
		return status;
	o.storage = r->pairs;
	o.allocator = test_memory_allocator(&r->memory);
	rpv_clock_manual(&r->now, &o.clock);
	status = rpv_store_open(&o, &r->store, &words);
	if (status)
		return status;
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(r->store, &p, &r->session, NULL));
	return RPV_OK;
}

static void leave_store(run *r)
{
	rpv_session_close(r->session);
	rpv_store_close(r->store);
	if (!r->store && r->pairs.close)
		r->pairs.close(r->pairs.user);
	memset(&r->pairs, 0, sizeof r->pairs);
	r->session = NULL;
	r->store = NULL;
	assert_int_equal(0, r->memory.live);
}

static rpv_storage beside; /* of the same table, and nothing of it fails */

static test_dump dump_table(bool steps)
{
	run r = { .steps = steps, .pairs = beside };
	settle();
	return sql("SELECT count(*) FROM pg_tables WHERE tablename = 'at_work'") ? dump_of(&r) : (test_dump){ NULL, 0, 0 };
}

static bool is_same(const test_dump *a, const test_dump *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* --- scenes of the storage itself --- */
static rpv_bytes text(const char *t)
{
	return (rpv_bytes){ t, strlen(t) };
}

static rpv_status count_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	run *r = user;
	r->output += key.size + 3 * value.size;
	return RPV_OK;
}

static rpv_status get_two(run *r)
{
	rpv_status status = r->pairs.get(r->pairs.user, text("k10"), count_pair, r, &words);
	if (status)
		return status;
	status = r->pairs.get(r->pairs.user, text("none"), count_pair, r, &words);
	return status == RPV_E_NOT_FOUND ? RPV_OK : status ? status : RPV_E_CORRUPT;
}

static rpv_status scan_all(run *r)
{
	rpv_status status = r->pairs.scan(r->pairs.user, text("k"), text("l"), 0, 0, count_pair, r, &words);
	return status ? status : r->pairs.scan(r->pairs.user, text("k"), text("l"), 1, 120, count_pair, r, &words);
}

static rpv_status read_moment(run *r)
{
	rpv_status status = r->pairs.begin_read(r->pairs.user, &words);
	if (status)
		return status;
	status = get_two(r);
	if (!status)
		status = scan_all(r);
	r->pairs.end_read(r->pairs.user);
	return status;
}

static rpv_status commit_some(run *r, const char *old)
{
	const rpv_write writes[] = { { text("k10"), text("new"), 0 }, { text("k11"), text(""), 1 },
		{ text("k9999"), text("one more"), 0 } };
	const rpv_expect expected[] = { { text("k10"), text(old), 0 }, { text("k9999"), text(""), 1 } };
	return r->pairs.commit(r->pairs.user, writes, 3, expected, 2, &words);
}

static rpv_status commit_it(run *r)
{
	return commit_some(r, "value");
}

static rpv_status conflict(run *r)
{
	rpv_status status = commit_some(r, "another value");
	return status == RPV_E_CONFLICT ? RPV_OK : status ? status : RPV_E_CORRUPT;
}

static rpv_status wait(run *r)
{
	rpv_status status = r->pairs.wait(r->pairs.user, 1, &words);
	return status ? status : r->pairs.wait(r->pairs.user, 1, &words);
}

static rpv_status reopen(run *r)
{
	leave_store(r);
	return open_storage(r, &words);
}

/* --- scenes of the library --- */
static rpv_status say_why(run *r, rpv_status status)
{
	if (status)
		words = *rpv_session_error(r->session);
	return status;
}

static rpv_status put_batch(run *r)
{
	const rpv_device_facts device = { .id = "new", .group = "Sales" };
	const rpv_weakness_facts weakness = { .id = "CVE-1", .severity = RPV_SEVERITY_CRITICAL };
	rpv_batch *batch;
	assert_ok(rpv_batch_begin(r->session, NULL, &batch));
	assert_ok(rpv_batch_device(batch, &device));
	assert_ok(rpv_batch_weakness(batch, &weakness));
	rpv_status status = say_why(r, rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	return status;
}

static rpv_status file(run *r)
{
	rpv_exception_request q = accept_risk(BROWSER);
	rpv_filing *filing = NULL;
	rpv_status status = say_why(r, rpv_exception_file(r->session, &q, &filing));
	assert_true(!status == (filing != NULL));
	rpv_filing_free(filing);
	return status;
}

static rpv_status list(run *r)
{
	rpv_list *out = NULL;
	rpv_status status = say_why(r, rpv_recommendation_list(r->session, NULL, &out));
	assert_true(!status == (out != NULL));
	r->output = status ? 0 : rpv_list_count(out);
	rpv_list_free(out);
	return status;
}

static rpv_status upgrade(run *r)
{
	return rpv_store_upgrade(r->store, &words);
}

typedef struct pg_scene {
	const char *name;
	rpv_status (*act)(run *r);
	const char *base; /* NULL: there is no table */
	bool library, steps;
} pg_scene;

static const pg_scene pg_scenes[] = {
	{ "creating", reopen, NULL, false, false }, { "opening", reopen, "base_pairs", false, false },
	{ "reading", get_two, "base_pairs", false, false }, { "ranges", scan_all, "base_pairs", false, false },
	{ "a moment", read_moment, "base_pairs", false, false }, { "a commit", commit_it, "base_pairs", false, false },
	{ "a conflict", conflict, "base_pairs", false, false }, { "waiting", wait, "base_pairs", false, false },
	{ "a batch", put_batch, "base_fleet", true, false }, { "a filing", file, "base_fleet", true, false },
	{ "a list", list, "base_fleet", true, false }, { "an upgrade", upgrade, "base_old", true, true },
};

static const trouble troubles[] = {
	{ REFUSED, false, RPV_E_STORAGE, "division_by_zero", "refused" },
	{ REFUSED, true, RPV_E_STORAGE, "division_by_zero", "refused from" },
	{ REFUSED, false, RPV_E_FULL, "disk_full", "no space" }, { REFUSED, true, RPV_E_FULL, "disk_full", "no space from" },
	{ REFUSED, false, RPV_E_BUSY, "serialization_failure", "serialization failure" },
	{ LOST_BEFORE, false, RPV_E_STORAGE, NULL, "lost before" },
	{ LOST_BEFORE, true, RPV_E_STORAGE, NULL, "lost from before" },
	{ LOST_AFTER, false, RPV_E_STORAGE, NULL, "lost after" }, { LOST_AFTER, true, RPV_E_STORAGE, NULL, "lost from after" },
};

static void begin_scene(const pg_scene *s, run *r)
{
	*r = (run){ .now = s->steps ? INT64_C(1897344000000) : START + DAY };
	words = (rpv_error)RPV_ERROR_INIT;
	begin_with(s->base);
	if (s->base)
		assert_status_error(RPV_OK, s->library ? open_store(r) : open_storage(r, &words), &words);
}

typedef struct outcome { test_dump before, after; uint64_t output, runs; } outcome;

/* OK: it was done again, or did not matter. */
static bool try_at(const pg_scene *s, const trouble *t, uint64_t k, outcome *o)
{
	run r;
	begin_scene(s, &r);
	arm_at(t, k);
	rpv_status status = s->act(&r);
	bool was_met = met;
	arm_at(&(trouble){ NOTHING, false, RPV_OK, NULL, NULL }, 0);
	test_dump now = dump_table(s->steps);
	bool before = is_same(&now, &o->before), after = is_same(&now, &o->after);
	bool unknown = status == RPV_E_OUTCOME && t->what != REFUSED;
	if (status && (!was_met || !(status == t->status || unknown) || !words.message[0]))
		fail_msg("%s, %s %llu: %s \"%s\"", s->name, t->name, (unsigned long long)k, rpv_status_name(status), words.message);
	if (!(status && s->steps) && !(status ? before || (after && (unknown || !s->base)) : after))
		fail_msg("%s, %s %llu: %s, and neither as before nor as after", s->name, t->name, (unsigned long long)k,
		         rpv_status_name(status));
	if (!status && r.output != o->output)
		fail_msg("%s, %s %llu: what was read is something else", s->name, t->name, (unsigned long long)k);
	r.output = 0;
	if (status && !(unknown && after)) {
		assert_status_error(RPV_OK, s->act(&r), &words);
		test_dump again = dump_table(s->steps);
		assert_true(is_same(&again, &o->after) && r.output == o->output);
		free(again.data);
	}
	free(now.data);
	leave_store(&r);
	o->runs++;
	return was_met;
}

static void play(const pg_scene *s, bool brief, uint64_t *runs)
{
	outcome o = { .runs = 0 };
	run r;
	begin_scene(s, &r);
	o.before = dump_table(s->steps);
	assert_status_error(RPV_OK, s->act(&r), &words);
	o.output = r.output;
	leave_store(&r);
	o.after = dump_table(s->steps);
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
		for (uint64_t k = 1; try_at(s, &troubles[i], k, &o);)
			k += k < 25 && !brief ? 1 : 1 + k / 5; /* every one of the first, then ever fewer */
	free(o.before.data);
	free(o.after.data);
	*runs += o.runs;
}

/* --- what there is before --- */
static void make_table(const char *name, rpv_storage *storage)
{
	rpv_postgres_options o = options_for(name);
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv_postgres_storage(&o, storage, &error), &error);
}

static void make_bases(void)
{
	rpv_storage pairs, golden = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	char path[512], command[700];
	run fleet;
	make_table("at_work", &beside);
	make_table("base_pairs", &pairs);
	pairs.close(pairs.user);
	sql("INSERT INTO base_pairs SELECT convert_to('k' || n, 'UTF8'), 'value' FROM generate_series(10, 230) AS n");
	make_table("base_fleet", &pairs);
	make_fleet(&fleet);
	assert_ok(fleet.pairs.scan(fleet.pairs.user, text(" "), text(""), 0, 0, test_copy_pair, &pairs, &error));
	pairs.close(pairs.user);
	close_run(&fleet);
	make_table("base_old", &pairs);
	test_temporary_path(path, sizeof path, "golden.db");
	snprintf(command, sizeof command, "cp tests/data/golden/format-1.db %s", path);
	assert_int_equal(0, system(command)); /* SQLite leaves files beside what it opens */
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, RPV_SQLITE_READ_ONLY, 0, &golden, &error), &error);
	assert_ok(golden.scan(golden.user, text(" "), text(""), 0, 0, test_copy_pair, &pairs, &error));
	golden.close(golden.user);
	test_remove_folder(path);
	pairs.close(pairs.user);
}

static void test_postgres_when_a_statement_fails_then_before_or_after(void **unused)
{
	bool brief = getenv("RPV_TEST_SHORT") != NULL;
	uint64_t runs = 0;
	(void)unused;
	own = PQconnectdb(conninfo);
	assert_int_equal(PQstatus(own), CONNECTION_OK);
	PQclear(PQexec(own, "SET client_min_messages TO error"));
	make_bases();
	for (size_t i = 0; i < sizeof pg_scenes / sizeof *pg_scenes; i++)
		play(&pg_scenes[i], brief, &runs); /* the first one creates the table */
	beside.close(beside.user);
	PQfinish(own);
	print_message("%zu scenes, %llu runs\n", sizeof pg_scenes / sizeof *pg_scenes, (unsigned long long)runs);
}

int main(void)
{
	conninfo = getenv("REPRIEVE_TEST_POSTGRES");
	if (!conninfo)
		return 77; /* skipped: to be run within in_postgres.py */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_postgres_when_a_statement_fails_then_before_or_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
