/* SPDX-License-Identifier: MIT */
/* What the SQLite storage costs beside SQLite: the commits of an ingestion are recorded, then written by the storage's
 * commit callback and by bare SQLite (same table, settings, bytes and transactions, without checking anything), commit by
 * commit in turns. Their ratio is the storage's overhead. And by the library itself, that works them out again.
 *
 * usage: bench_sqlite [DEVICES [RECOMMENDATIONS [ROUNDS [FOLDER]]]] */
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <reprieve/reprieve.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH 50    /* devices */
#define EACH 20     /* assessments of a device */
#define FILINGS 100 /* small commits */

static void must(int right, const char *what)
{
	if (!right) {
		fprintf(stderr, "bench_sqlite: %s failed\n", what);
		exit(1);
	}
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- what is written --- */
static int64_t now_ms = INT64_C(1772323200000);

static void ingest(rpv_session *session, unsigned first, unsigned recommendations)
{
	rpv_batch *batch;
	char device[40], recommendation[40], weakness[40];
	const char *weaknesses[1] = { weakness };
	must(rpv_batch_begin(session, NULL, &batch) == RPV_OK, "batch");
	for (unsigned d = first; d < first + BATCH; d++) {
		snprintf(device, sizeof device, "device-%08u", d);
		const rpv_device_facts facts = { .id = device, .group = d % 3 ? "Sales" : "Servers" };
		must(rpv_batch_device(batch, &facts) == RPV_OK, "device");
		for (unsigned k = 0; k < EACH; k++) {
			unsigned which = (d * 7 + k * 13) % recommendations;
			snprintf(recommendation, sizeof recommendation, "va-_-vendor-_-product_%u", which);
			snprintf(weakness, sizeof weakness, "CVE-2026-%05u", 10000 + which);
			const rpv_weakness_facts w = { .id = weakness, .severity = RPV_SEVERITY_HIGH };
			const rpv_recommendation_facts r = { .id = recommendation, .title = "Update a product" };
			must(rpv_batch_weakness(batch, &w) == RPV_OK && rpv_batch_recommendation(batch, &r) == RPV_OK &&
			     rpv_batch_assess(batch, device, recommendation, weaknesses, 1) == RPV_OK, "assessment");
		}
	}
	must(rpv_batch_commit(batch, NULL) == RPV_OK, "batch");
	rpv_batch_free(batch);
}

static void file(rpv_session *session, unsigned which)
{
	char recommendation[40];
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	snprintf(recommendation, sizeof recommendation, "va-_-vendor-_-product_%u", which);
	request.recommendation = recommendation;
	request.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "measured";
	request.duration_ms = RPV_DAYS(30);
	request.supersede = 1;
	must(rpv_exception_file(session, &request, NULL) == RPV_OK, "filing");
}

/* All commits of the run, on a storage; closes it. Returns the time it took. */
static double write_by_library(rpv_storage storage, unsigned devices, unsigned recommendations)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	rpv_store *store;
	rpv_session *session;
	options.storage = storage;
	rpv_clock_manual(&now_ms, &options.clock);
	ana.id = "ana";
	ana.permissions = RPV_PERMIT_ALL;
	must(rpv_store_open(&options, &store, NULL) == RPV_OK && rpv_session_open(store, &ana, &session, NULL) == RPV_OK,
	     "opening");
	double began = seconds();
	for (unsigned d = 0; d < devices; d += BATCH)
		ingest(session, d, recommendations);
	for (unsigned i = 0; i < FILINGS; i++)
		file(session, i % recommendations);
	double took = seconds() - began;
	rpv_session_close(session);
	rpv_store_close(store);
	return took;
}

/* --- recording --- */
typedef struct recorded { rpv_write *writes; rpv_expect *expected; size_t write_count, expected_count; } recorded;
typedef struct recorder { rpv_storage inner; recorded *commits; size_t count; uint64_t writes, bytes; } recorder;

static rpv_bytes copy(rpv_bytes bytes)
{
	void *data = malloc(bytes.size + 1);
	must(data != NULL, "memory");
	if (bytes.size)
		memcpy(data, bytes.data, bytes.size);
	return (rpv_bytes){ data, bytes.size };
}

static rpv_status record(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                         size_t expected_count, rpv_error *error)
{
	recorder *r = user;
	r->commits = realloc(r->commits, (r->count + 1) * sizeof *r->commits);
	must(r->commits != NULL, "memory");
	recorded *c = &r->commits[r->count++];
	*c = (recorded){ calloc(count, sizeof *writes), calloc(expected_count, sizeof *expected), count, expected_count };
	must(c->writes && c->expected, "memory");
	for (size_t i = 0; i < count; i++) {
		c->writes[i] = (rpv_write){ copy(writes[i].key), copy(writes[i].value), writes[i].remove };
		r->bytes += writes[i].key.size + writes[i].value.size;
	}
	for (size_t i = 0; i < expected_count; i++)
		c->expected[i] = (rpv_expect){ copy(expected[i].key), copy(expected[i].value), expected[i].absent };
	r->writes += count;
	return r->inner.commit(r->inner.user, writes, count, expected, expected_count, error);
}

static rpv_status get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	recorder *r = user;
	return r->inner.get(r->inner.user, key, sink, sink_user, error);
}

static rpv_status scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit, rpv_storage_sink sink,
                       void *sink_user, rpv_error *error)
{
	recorder *r = user;
	return r->inner.scan(r->inner.user, from, to, reverse, limit, sink, sink_user, error);
}

static void free_recorder(recorder *r)
{
	for (size_t c = 0; c < r->count; c++) {
		for (size_t i = 0; i < r->commits[c].write_count; i++) {
			free((void *)r->commits[c].writes[i].key.data);
			free((void *)r->commits[c].writes[i].value.data);
		}
		for (size_t i = 0; i < r->commits[c].expected_count; i++) {
			free((void *)r->commits[c].expected[i].key.data);
			free((void *)r->commits[c].expected[i].value.data);
		}
		free(r->commits[c].writes);
		free(r->commits[c].expected);
	}
	free(r->commits);
	r->inner.close(r->inner.user);
}

/* --- writing what was recorded --- */
static void run(sqlite3 *db, const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

typedef struct bare { sqlite3 *db; sqlite3_stmt *put, *gone, *begin, *end; } bare;

static void open_bare(bare *b, const char *path)
{
	must(sqlite3_open(path, &b->db) == SQLITE_OK, "SQLite");
	run(b->db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; "
	    "CREATE TABLE reprieve (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
	must(sqlite3_prepare_v2(b->db, "INSERT INTO reprieve (key, value) VALUES (?1, ?2) ON CONFLICT (key) "
	                        "DO UPDATE SET value = excluded.value", -1, &b->put, NULL) == 0 &&
	     sqlite3_prepare_v2(b->db, "DELETE FROM reprieve WHERE key = ?1", -1, &b->gone, NULL) == 0 &&
	     sqlite3_prepare_v2(b->db, "BEGIN IMMEDIATE", -1, &b->begin, NULL) == 0 &&
	     sqlite3_prepare_v2(b->db, "COMMIT", -1, &b->end, NULL) == 0, "SQLite");
}

static void close_bare(bare *b)
{
	sqlite3_finalize(b->put);
	sqlite3_finalize(b->gone);
	sqlite3_finalize(b->begin);
	sqlite3_finalize(b->end);
	sqlite3_close(b->db);
}

static double commit_bare(const bare *b, const recorded *c)
{
	double began = seconds();
	sqlite3_step(b->begin);
	sqlite3_reset(b->begin);
	for (size_t i = 0; i < c->write_count; i++) {
		const rpv_write *write = &c->writes[i];
		sqlite3_stmt *statement = write->remove ? b->gone : b->put;
		sqlite3_bind_blob64(statement, 1, write->key.data, write->key.size, SQLITE_STATIC);
		if (!write->remove)
			sqlite3_bind_blob64(statement, 2, write->value.data, write->value.size, SQLITE_STATIC);
		must(sqlite3_step(statement) == SQLITE_DONE, "SQLite");
		sqlite3_reset(statement);
	}
	must(sqlite3_step(b->end) == SQLITE_DONE, "SQLite");
	sqlite3_reset(b->end);
	return seconds() - began;
}

static double commit_storage(const rpv_storage *s, const recorded *c)
{
	rpv_error error = RPV_ERROR_INIT;
	double began = seconds();
	must(s->commit(s->user, c->writes, c->write_count, c->expected, c->expected_count, &error) == RPV_OK, "commit");
	return seconds() - began;
}

/* Each commit by both, one right after the other and in changing order, so that what else the machine does hits both.
 * The times are those of the commits alone. */
static void write_in_turns(const recorder *r, const char *storage_path, const char *bare_path, double took[2])
{
	rpv_storage s = RPV_STORAGE_INIT;
	bare b;
	must(rpv_sqlite_storage(storage_path, RPV_SQLITE_CREATE, 0, &s, NULL) == RPV_OK, "the storage");
	open_bare(&b, bare_path);
	took[0] = took[1] = 0;
	for (size_t i = 0; i < r->count; i++)
		for (int turn = 0; turn < 2; turn++) {
			if ((turn + i) % 2)
				took[0] += commit_storage(&s, &r->commits[i]);
			else
				took[1] += commit_bare(&b, &r->commits[i]);
		}
	s.close(s.user);
	close_bare(&b);
}

static void remove_file(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[400];
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *of, unsigned count)
{
	qsort(of, count, sizeof *of, by_size);
	return of[count / 2];
}

int main(int argc, char **argv)
{
	unsigned devices = argc > 1 ? (unsigned)atoi(argv[1]) : 500, recommendations = argc > 2 ? (unsigned)atoi(argv[2]) : 200;
	unsigned rounds = argc > 3 ? (unsigned)atoi(argv[3]) : 5;
	double storage[100], sqlite[100], ratio[100], library[100];
	char path[300], other[310];
	recorder r = { .commits = NULL };
	must(rounds > 0 && rounds <= 100 && devices >= BATCH && recommendations >= EACH, "usage");
	snprintf(path, sizeof path, "%s/bench_sqlite-%ld.db", argc > 4 ? argv[4] : ".", (long)getpid());
	snprintf(other, sizeof other, "%s.bare", path);
	must(rpv_memory_storage(NULL, &r.inner) == RPV_OK, "memory");
	rpv_storage recording = { .struct_size = sizeof recording, .user = &r, .get = get, .scan = scan, .commit = record };
	write_by_library(recording, devices, recommendations);
	for (unsigned i = 0; i < rounds; i++) {
		rpv_storage s = RPV_STORAGE_INIT;
		double took[2];
		write_in_turns(&r, path, other, took);
		storage[i] = took[0];
		sqlite[i] = took[1];
		ratio[i] = took[0] / took[1];
		remove_file(path);
		remove_file(other);
		must(rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 0, &s, NULL) == RPV_OK, "the storage");
		library[i] = write_by_library(s, devices, recommendations);
		remove_file(path);
	}
	printf("%zu commits, %llu writes, %.1f MiB; medians of %u rounds\n", r.count, (unsigned long long)r.writes,
	       (double)r.bytes / (1024 * 1024), rounds);
	printf("bare SQLite   %8.3f s\n", median(sqlite, rounds));
	printf("the storage   %8.3f s   ratio %.2f\n", median(storage, rounds), median(ratio, rounds));
	printf("the library   %8.3f s   working out what to write included\n", median(library, rounds));
	free_recorder(&r);
	return 0;
}
