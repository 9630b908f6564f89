/* SPDX-License-Identifier: MIT */
/* What single calls cost while a store holds many exceptions: filing, canceling, explaining, ticking, listing, ingesting.
 * Each size stands in a column of its own, so that what grows with the number of exceptions or devices shows.
 * usage: bench_exceptions [DEVICES [EXCEPTIONS [FOLDER]]]: measures a hundredth of both first, then all of it; storages in
 * memory, or SQLite files in FOLDER. */
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
#define DAY INT64_C(86400000)
#define GROUPS 100u
#define WEAKNESSES 20u  /* of a recommendation */
#define VERSIONS 4u
#define BATCH 2000u
#define DUE 50u         /* exceptions that end while the benchmark looks */
#define ROUNDS 21u

typedef struct bench {
	uint64_t devices, exceptions, recommendations, seed;
	int64_t now;
	char file[512];     /* empty: in memory */
	rpv_store *store;
	rpv_session *session;
	unsigned column, line;
} bench;

typedef struct line { const char *what; double ms[2]; } line;
static line lines[64];

static void check(const bench *b, rpv_status status, const char *what)
{
	if (status == RPV_OK)
		return;
	fprintf(stderr, "%s: %s: %s\n", what, rpv_status_name(status), b->session ? rpv_session_error(b->session)->message : "");
	exit(1);
}

static double milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void note(bench *b, const char *what, double ms)
{
	lines[b->line].what = what;
	lines[b->line++].ms[b->column] = ms;
}

/* The median of some rounds. */
static void measure(bench *b, const char *what, void (*run)(bench *b, unsigned round))
{
	double ms[ROUNDS];
	for (unsigned i = 0; i < ROUNDS; i++) {
		double since = milliseconds();
		run(b, i);
		ms[i] = milliseconds() - since;
	}
	qsort(ms, ROUNDS, sizeof *ms, ascending);
	note(b, what, ms[ROUNDS / 2]);
}

static uint64_t chance(bench *b, uint64_t bound)
{
	uint64_t z = b->seed += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) % bound;
}

static void name(char out[32], const char *what, uint64_t number)
{
	snprintf(out, 32, "%s-%llu", what, (unsigned long long)number);
}

/* --- the store --- */
static void open_store(bench *b)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	o.limits.exceptions = b->exceptions + 100000;
	if (!*b->file)
		check(b, rpv_memory_storage(NULL, &o.storage), "storage");
#ifdef WITH_SQLITE
	else
		check(b, rpv_sqlite_storage(b->file, RPV_SQLITE_CREATE, 0, &o.storage, NULL), b->file);
#endif
	rpv_clock_manual(&b->now, &o.clock);
	check(b, rpv_store_open(&o, &b->store, NULL), "store");
	p.id = "bench@example.com";
	p.permissions = RPV_PERMIT_ALL;
	check(b, rpv_session_open(b->store, &p, &b->session, NULL), "session");
}

static rpv_batch *begin(bench *b, int32_t restore)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	o.restore = restore;
	check(b, rpv_batch_begin(b->session, &o, &batch), "batch");
	return batch;
}

static void commit(bench *b, rpv_batch *batch)
{
	check(b, rpv_batch_commit(batch, NULL), "commit");
	rpv_batch_free(batch);
}

static void put_catalogue(bench *b)
{
	rpv_batch *batch = begin(b, 1);
	char id[32], names[WEAKNESSES][32], set[32];
	const char *weaknesses[WEAKNESSES];
	for (uint64_t r = 0; r < b->recommendations; r++) {
		rpv_recommendation_facts f = { .id = id, .kind = RPV_KIND_UPDATE };
		name(id, "rec", r);
		check(b, rpv_batch_recommendation(batch, &f), "recommendation");
		for (unsigned i = 0; i < WEAKNESSES; i++) {
			rpv_weakness_facts w = { .id = names[i], .severity = (rpv_severity)(2 + i % 4), .epss = (double)(i + 1) / 1000 };
			name(names[i], "CVE", r * WEAKNESSES + i);
			weaknesses[i] = names[i];
			check(b, rpv_batch_weakness(batch, &w), "weakness");
		}
		for (unsigned v = 0; v < VERSIONS; v++) {
			rpv_weakness_set_facts s = { .recommendation = id, .id = set, .weaknesses = weaknesses,
			                             .weakness_count = WEAKNESSES - v };
			name(set, "version", v);
			check(b, rpv_batch_weakness_set(batch, &s), "set");
		}
	}
	commit(b, batch);
}

static void put_device(bench *b, rpv_batch *batch, uint64_t number)
{
	char id[32], rec[32], set[32], group[32];
	rpv_device_facts d = { .id = id, .group = group };
	name(id, "device", number);
	name(group, "group", number % GROUPS);
	check(b, rpv_batch_device(batch, &d), "device");
	for (unsigned i = 0; i < 10; i++) {
		rpv_assessment_facts a = { .device = id, .recommendation = rec, .set = set };
		name(rec, "rec", chance(b, b->recommendations));
		name(set, "version", chance(b, VERSIONS));
		check(b, rpv_batch_assessment(batch, &a), "assessment");
	}
}

/* Whole recommendations and single weaknesses of them, each for one device group: none conflicts with another. */
static void put_exception(bench *b, rpv_batch *batch, uint64_t number)
{
	static const rpv_justification why[] = { RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_JUSTIFICATION_ALTERNATE_MITIGATION,
	                                         RPV_JUSTIFICATION_PLANNED_REMEDIATION };
	char id[32], rec[32], weakness[32], group[32], requester[40];
	const char *groups[] = { group };
	uint64_t r = number % b->recommendations, k = number / b->recommendations, w = k % (WEAKNESSES + 1);
	rpv_exception x = { .id = id, .recommendation = rec, .context = "accepted by the change board",
		.requester = requester, .groups = groups, .group_count = 1, .filed_ms = START, .start_ms = START,
		.justification = why[number % 3], .scope = RPV_SCOPE_GROUPS, .status = RPV_EXCEPTION_IN_EFFECT };
	snprintf(id, sizeof id, "E-%llu", (unsigned long long)number + 1);
	name(rec, "rec", r);
	name(weakness, "CVE", r * WEAKNESSES + w - 1);
	name(group, "group", k / (WEAKNESSES + 1) % GROUPS);
	snprintf(requester, sizeof requester, "person-%llu@example.com", (unsigned long long)(number % 1000));
	x.weakness = w ? weakness : NULL;
	x.impact = w || x.justification == RPV_JUSTIFICATION_ALTERNATE_MITIGATION ? RPV_IMPACT_MITIGATION_LIKE
	                                                                          : RPV_IMPACT_NO_IMPACT;
	x.end_ms = START + (number < DUE ? DAY : 60 * DAY) + (int64_t)number;
	check(b, rpv_batch_restore_exception(batch, &x), "exception");
}

static void fill(bench *b)
{
	rpv_restore_store s = { .struct_size = sizeof s, .mark_ms = START, .next_exception = b->exceptions + 1,
		.next_remediation = 1 };
	double since = milliseconds();
	check(b, rpv_restore_begin(b->session, &s), "restore");
	put_catalogue(b);
	for (uint64_t d = 0; d < b->devices;) {
		rpv_batch *batch = begin(b, 1);
		for (uint64_t end = d + BATCH < b->devices ? d + BATCH : b->devices; d < end; d++)
			put_device(b, batch, d);
		commit(b, batch);
	}
	for (uint64_t e = 0; e < b->exceptions;) {
		rpv_batch *batch = begin(b, 1);
		for (uint64_t end = e + 5 * BATCH < b->exceptions ? e + 5 * BATCH : b->exceptions; e < end; e++)
			put_exception(b, batch, e);
		commit(b, batch);
	}
	check(b, rpv_restore_finish(b->session), "restored");
	note(b, "restoring all of it", milliseconds() - since);
}

/* --- what is measured --- */
/* For the last device groups, or devices, or globally: none conflicts with what fill() filed. */
static void file(bench *b, unsigned round, rpv_scope scope)
{
	char rec[32], unit[32];
	const char *units[] = { unit };
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	name(rec, "rec", (uint64_t)round % b->recommendations);
	r.recommendation = rec;
	r.context = "a reason";
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	r.duration_ms = 30 * DAY;
	r.scope = scope;
	if (scope == RPV_SCOPE_DEVICES)
		name(unit, "device", round);
	else
		name(unit, "group", GROUPS - 1 - round / b->recommendations);
	if (scope == RPV_SCOPE_DEVICES) {
		r.devices = units;
		r.device_count = 1;
	} else if (scope == RPV_SCOPE_GROUPS) {
		r.groups = units;
		r.group_count = 1;
	}
	check(b, rpv_exception_file(b->session, &r, NULL), "file");
}

static void file_group(bench *b, unsigned round) { file(b, round, RPV_SCOPE_GROUPS); }
static void file_device(bench *b, unsigned round) { file(b, round, RPV_SCOPE_DEVICES); }
static void file_global(bench *b, unsigned round) { file(b, round, RPV_SCOPE_GLOBAL); }

static void cancel(bench *b, unsigned round)
{
	char id[32];
	snprintf(id, sizeof id, "E-%llu", (unsigned long long)(b->exceptions - round));
	check(b, rpv_exception_cancel(b->session, id, NULL, "no longer"), "cancel");
}

static void ingest_one(bench *b, unsigned round)
{
	rpv_batch *batch = begin(b, 0);
	b->now += 1000;
	put_device(b, batch, b->devices / 2 + round);
	commit(b, batch);
}

static void deadline(bench *b, unsigned round)
{
	rpv_store_info info = { .struct_size = sizeof info };
	(void)round;
	check(b, rpv_store_read_info(b->store, &info, NULL), "info");
}

static char held[ROUNDS][32]; /* a recommendation that the device of that round is exposed to */

static void find_held(bench *b)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		rpv_list *list;
		char device[32];
		name(device, "device", round);
		check(b, rpv_assessment_list(b->session, device, &list), "assessments");
		snprintf(held[round], sizeof held[round], "%s", rpv_assessment_at(list, 0)->recommendation);
		rpv_list_free(list);
	}
}

static void explain(bench *b, unsigned round)
{
	rpv_explanation *explanation;
	char device[32];
	name(device, "device", round);
	check(b, rpv_explain(b->session, device, held[round], NULL, &explanation), "explain");
	rpv_explanation_free(explanation);
}

static void tick_due(bench *b)
{
	uint64_t done = 0;
	double since;
	b->now = START + DAY + 3600 * 1000;
	since = milliseconds();
	check(b, rpv_store_tick(b->store, 0, &done, NULL), "tick");
	note(b, "tick with 50 due", milliseconds() - since);
	if (done < DUE) {
		fprintf(stderr, "only %llu were due\n", (unsigned long long)done);
		exit(1);
	}
	since = milliseconds();
	check(b, rpv_store_tick(b->store, 0, &done, NULL), "tick");
	note(b, "tick with nothing due", milliseconds() - since);
}

static rpv_exception_query query;

static void list(bench *b, unsigned round)
{
	rpv_list *rows;
	(void)round;
	check(b, rpv_exception_list(b->session, &query, &rows), "list");
	rpv_list_free(rows);
}

static rpv_exception_query page(void)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	q.limit = 100;
	return q;
}

static void lists(bench *b)
{
	static const char *const labels[] = { "list: by id", "list: by recommendation", "list: by weakness", "list: by group",
		"list: by requester", "list: by justification", "list: by status", "list: by impact", "list: by scope",
		"list: single weaknesses", "list: ends before, by end", "list: first page by filing" };
	double since = milliseconds();
	query = page();
	list(b, 0);
	note(b, "list: the first time", milliseconds() - since);
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		query = page();
		switch (i) {
		case 0: query.id = "E-77"; break;
		case 1: query.recommendation = "rec-3"; break;
		case 2: query.weakness = "CVE-65"; break;
		case 3: query.group = "group-0"; break;
		case 4: query.requester = "person-7@example.com"; break;
		case 5: query.justifications = 1u << RPV_JUSTIFICATION_RISK_ACCEPTED; break;
		case 6: query.statuses = 1u << RPV_EXCEPTION_EXPIRED; break;
		case 7: query.impacts = 1u << RPV_IMPACT_NO_IMPACT; break;
		case 8: query.scopes = 1u << RPV_SCOPE_DEVICES; break;
		case 9: query.single_weakness = RPV_FLAG_TRUE; break;
		case 10: query.ends_before_ms = START + 2 * DAY; query.sort = RPV_EXCEPTION_BY_END; break;
		default: break;
		}
		measure(b, labels[i], list);
	}
}

static void run(bench *b)
{
	double since;
	open_store(b);
	fill(b);
	measure(b, "next deadline", deadline);
	tick_due(b);
	measure(b, "file for one device group", file_group);
	measure(b, "file for one device", file_device);
	measure(b, "file globally", file_global);
	measure(b, "cancel", cancel);
	find_held(b);
	measure(b, "explain one finding", explain);
	measure(b, "report of one device, 10 assessments", ingest_one);
	lists(b);
	since = milliseconds();
	rpv_session_close(b->session);
	rpv_store_close(b->store);
	note(b, "close", milliseconds() - since);
}

int main(int argc, char **argv)
{
	uint64_t devices = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000;
	uint64_t exceptions = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000;
	const char *folder = argc > 3 ? argv[3] : NULL;
	unsigned count = 0;
	for (unsigned column = 0; column < 2; column++) {
		uint64_t part = column ? 1 : 100;
		bench b = { .devices = devices / part + 100, .exceptions = exceptions / part + 100, .now = START,
			.column = column };
		b.recommendations = b.exceptions / 1000 + 50;
		if (folder)
			snprintf(b.file, sizeof b.file, "%s/bench-%u.db", folder, column);
		printf("%s%llu exceptions, %llu devices, %llu recommendations", column ? "; " : "",
		       (unsigned long long)b.exceptions, (unsigned long long)b.devices, (unsigned long long)b.recommendations);
		fflush(stdout);
		run(&b);
		count = b.line;
	}
	printf("; %s\n%-40s %12s %12s %8s\n", folder ? "SQLite" : "memory", "milliseconds, medians", "small", "large", "ratio");
	for (unsigned i = 0; i < count; i++)
		printf("%-40s %12.3f %12.3f %8.1f\n", lines[i].what, lines[i].ms[0], lines[i].ms[1],
		       lines[i].ms[1] / lines[i].ms[0]);
	return 0;
}
