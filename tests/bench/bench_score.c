/* SPDX-License-Identifier: MIT */
/* Times and memory of ingestion and scores, through the public interface, on a storage in memory or a SQLite file.
 * usage: bench_score [DEVICES [RECOMMENDATIONS [FILE]]]; each device has about a tenth of the recommendations, at most
 * 100. */
#define _POSIX_C_SOURCE 200809L
#ifdef WITH_SQLITE
#include <reprieve-sqlite/reprieve-sqlite.h>
#endif
#include <reprieve/reprieve.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START INT64_C(1772323200000)
#define GROUPS 50u
#define VERSIONS 10u    /* installed versions of a product, each with a set of weaknesses */
#define SET 5u          /* weaknesses in a set */
#define BATCH 1000u     /* devices in a batch: some 100 000 facts */
typedef struct meter { size_t live, peak; } meter;
typedef struct bench {
	uint64_t devices, recommendations, seed;
	int64_t now;
	meter stored, used;  /* bytes of the storage, and of the library */
	rpv_store *store;
	rpv_session *session;
	const char *file;    /* NULL: in memory */
} bench;

static void check(const bench *b, rpv_status status, const char *what)
{
	if (status == RPV_OK)
		return;
	fprintf(stderr, "%s: %s: %s\n", what, rpv_status_name(status), b->session ? rpv_session_error(b->session)->message : "");
	exit(1);
}

/* Counts bytes: each block has its size in front. */
static void *resize(void *user, void *block, size_t size)
{
	meter *m = user;
	size_t *head = block ? (size_t *)block - 2 : NULL;
	if (head)
		m->live -= head[0];
	if (size == 0) {
		free(head);
		return NULL;
	}
	head = realloc(head, size + 2 * sizeof *head);
	if (!head)
		return NULL;
	head[0] = size;
	m->live += size;
	m->peak = m->live > m->peak ? m->live : m->peak;
	return head + 2;
}

static uint64_t chance(bench *b, uint64_t bound)
{
	uint64_t z = b->seed += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) % bound;
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(const char *what, double since)
{
	printf("%-44s %9.3f ms\n", what, (seconds() - since) * 1e3);
}

static void open_store(bench *b)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_allocator stored = { &b->stored, resize };
	if (!b->file)
		check(b, rpv_memory_storage(&stored, &o.storage), "storage");
#ifdef WITH_SQLITE
	else
		check(b, rpv_sqlite_storage(b->file, RPV_SQLITE_CREATE, 0, &o.storage, NULL), b->file);
#endif
	o.allocator = (rpv_allocator){ &b->used, resize };
	rpv_clock_manual(&b->now, &o.clock);
	check(b, rpv_store_open(&o, &b->store, NULL), "store");
	p.id = "bench@example.com";
	p.permissions = RPV_PERMIT_ALL;
	check(b, rpv_session_open(b->store, &p, &b->session, NULL), "session");
}

static rpv_batch *begin(bench *b)
{
	rpv_batch *batch;
	check(b, rpv_batch_begin(b->session, NULL, &batch), "batch");
	return batch;
}

static void commit(bench *b, rpv_batch *batch)
{
	check(b, rpv_batch_commit(batch, NULL), "commit");
	rpv_batch_free(batch);
}

static void put_catalogue(bench *b)
{
	rpv_batch *batch = begin(b);
	char id[32], names[SET][32], set[32];
	const char *weaknesses[SET];
	for (uint64_t w = 0; w < b->recommendations * 20; w++) {
		rpv_weakness_facts f = { .id = id, .severity = (rpv_severity)(2 + chance(b, 4)),
			.epss = (double)(1 + chance(b, 1000)) / 10000 };
		snprintf(id, sizeof id, "CVE-%llu", (unsigned long long)w);
		check(b, rpv_batch_weakness(batch, &f), "weakness");
	}
	for (uint64_t r = 0; r < b->recommendations; r++) {
		rpv_recommendation_facts f = { .id = id, .kind = RPV_KIND_UPDATE };
		snprintf(id, sizeof id, "rec-%llu", (unsigned long long)r);
		check(b, rpv_batch_recommendation(batch, &f), "recommendation");
		for (unsigned v = 0; v < VERSIONS; v++) {
			rpv_weakness_set_facts s = { .recommendation = id, .id = set, .weaknesses = weaknesses, .weakness_count = SET };
			snprintf(set, sizeof set, "%u.0", v);
			for (unsigned i = 0; i < SET; i++) {
				snprintf(names[i], sizeof names[i], "CVE-%llu", (unsigned long long)(r * 20 + v + i * 2));
				weaknesses[i] = names[i];
			}
			check(b, rpv_batch_weakness_set(batch, &s), "set");
		}
	}
	commit(b, batch);
}

static uint64_t put_device(bench *b, rpv_batch *batch, uint64_t number)
{
	char id[32], rec[32], set[32], group[32];
	rpv_device_facts d = { .id = id, .group = group, .value = (rpv_value)(1 + chance(b, 3)),
		.internet_facing = chance(b, 10) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE };
	uint64_t step = b->recommendations / 100 * 2 + 1, count = 0;
	snprintf(id, sizeof id, "device-%llu", (unsigned long long)number);
	snprintf(group, sizeof group, "group-%llu", (unsigned long long)(number % GROUPS));
	check(b, rpv_batch_device(batch, &d), "device");
	for (uint64_t r = chance(b, step); r < b->recommendations; r += 1 + chance(b, step), count++) {
		rpv_assessment_facts a = { .device = id, .recommendation = rec, .set = set };
		snprintf(rec, sizeof rec, "rec-%llu", (unsigned long long)r);
		snprintf(set, sizeof set, "%llu.0", (unsigned long long)chance(b, VERSIONS));
		check(b, rpv_batch_assessment(batch, &a), "assessment");
	}
	return count;
}

static uint64_t ingest(bench *b)
{
	uint64_t memberships = 0;
	double since = seconds();
	put_catalogue(b);
	for (uint64_t d = 0; d < b->devices;) {
		rpv_batch *batch = begin(b);
		for (uint64_t end = d + BATCH < b->devices ? d + BATCH : b->devices; d < end; d++)
			memberships += put_device(b, batch, d);
		commit(b, batch);
	}
	report("ingestion", since);
	return memberships;
}

static void file(bench *b, uint64_t rec, rpv_scope scope)
{
	char id[32];
	const char *groups[] = { "group-1", "group-2", "group-7" };
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	snprintf(id, sizeof id, "rec-%llu", (unsigned long long)rec);
	r.recommendation = id;
	r.context = "a reason";
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	r.duration_ms = INT64_C(86400000) * 30;
	r.scope = scope;
	r.groups = groups;
	r.group_count = scope == RPV_SCOPE_GROUPS ? 3 : 0;
	if (!r.group_count)
		r.groups = NULL;
	check(b, rpv_exception_file(b->session, &r, NULL), "exception");
}

static void score(bench *b, rpv_score_engine *engine, const char *what)
{
	rpv_score s = RPV_SCORE_INIT;
	double since = seconds();
	check(b, rpv_score_engine_read(engine, NULL, &s), what);
	report(what, since);
	printf("%-44s %9.6f points\n", "", s.exposure_official);
}

static void list(bench *b, uint64_t limit, const char *what)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *rows;
	double since = seconds();
	q.limit = limit;
	check(b, rpv_recommendation_list(b->session, &q, &rows), what);
	report(what, since);
	rpv_list_free(rows);
}

static void list_worths(bench *b)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *rows;
	double since = seconds();
	q.with_worth = 1;
	check(b, rpv_exception_list(b->session, &q, &rows), "exceptions");
	report("all exceptions with their worth", since);
	rpv_list_free(rows);
}

static void change_one(bench *b)
{
	rpv_batch *batch = begin(b);
	b->now += 1000;
	put_device(b, batch, b->devices / 2);
	commit(b, batch);
}

int main(int argc, char **argv)
{
	bench b = { .devices = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000,
		.recommendations = argc > 2 ? strtoull(argv[2], NULL, 10) : 100, .now = START,
		.file = argc > 3 ? argv[3] : NULL };
	rpv_score_engine *engine;
	double since;
	open_store(&b);
	uint64_t memberships = ingest(&b);
	for (uint64_t r = 0; r < b.recommendations; r += 10)
		file(&b, r, r % 20 ? RPV_SCOPE_GROUPS : RPV_SCOPE_GLOBAL);
	printf("%llu devices, %llu memberships; storage %.1f MB\n", (unsigned long long)b.devices,
	       (unsigned long long)memberships, (double)b.stored.live / 1e6);
	size_t before = b.used.live;
	since = seconds();
	check(&b, rpv_score_engine_open(b.session, &engine), "engine");
	report("loading", since);
	printf("%-44s %9.1f MB, %.1f bytes a membership\n", "memory", (double)(b.used.live - before) / 1e6,
	       (double)(b.used.live - before) / (double)memberships);
	score(&b, engine, "first score, three views");
	score(&b, engine, "the same again");
	list(&b, 10, "top ten, impacts of all in three views");
	list(&b, 10, "the same again");
	list_worths(&b);
	printf("%-44s %9.1f MB, %.1f bytes a membership\n", "memory", (double)(b.used.live - before) / 1e6,
	       (double)(b.used.live - before) / (double)memberships);
	for (int i = 0; i < 3; i++) {
		since = seconds();
		change_one(&b);
		report("committing a change of one device", since);
		score(&b, engine, "score after it");
	}
	list(&b, 10, "top ten after it");
	rpv_score_engine_close(engine);
	rpv_session_close(b.session);
	rpv_store_close(b.store);
	return b.used.live != 0;
}
