/* SPDX-License-Identifier: MIT */
/* The passes over a fleet in memory, beside a bare stream and a bare gather of the same ids and, with SQLite, the best
 * statements for the same facts. A contestant of compare.py, which starts it, interleaves it with others and reports:
 *
 *     bench_passes DEVICES MEMBERSHIPS RECOMMENDATIONS KIND [sqlite] [to=FOLDER]     KIND: see bench_fleet.h
 *
 * First comes a line of JSON about the fleet. Then, for each line of the input that names a work, a line with the seconds
 * it took by the clock and by the processor, and what came out, in points: three scores, or the impacts of each
 * recommendation in three views. With `to` the facts are written into a folder first, as tables with commas. */
#define _POSIX_C_SOURCE 200809L
#include "bench_fleet.h"
#ifdef WITH_SQLITE
#include <sqlite3.h>
#endif
#include <pthread.h>
#include <time.h>

typedef struct results { double *points; size_t count; uint64_t sink; } results;

static double clock_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void put_out(results *out, double points)
{
	out->points[out->count++] = points;
}

/* --- the library --- */
static const rpv__lens everything = { .now_ms = NOW };

static void forget(bench *b)
{
	rpv__evaluation_free(b->view.cached);
	b->view.cached = NULL;
}

static void stream(bench *b, results *out)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < b->count; i++)
		sum += b->ids[i];
	out->sink = sum;
}

static void gather(bench *b, results *out) { out->sink = gather_of(b); }

static void score(bench *b, results *out)
{
	rpv__scores scores;
	forget(b);
	b->view.way = RPV__GAIN_BEST_WAY; /* whatever was measured before */
	if (rpv__evaluate_scores(&b->view, &everything, &scores, NULL))
		exit(1);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		put_out(out, rpv__score_to_double(scores.exposure[k]));
}

static void impacts(bench *b, results *out, rpv__gain_way way)
{
	const rpv__scores *scores;
	const rpv__figures *figures;
	forget(b);
	b->view.way = (uint8_t)way;
	if (rpv__evaluate_all(&b->view, &everything, &scores, &figures, NULL))
		exit(1);
	for (size_t r = 1; r < b->view.recommendation_count; r++)
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			put_out(out, rpv__score_to_double(figures[r].impact[k]));
}

static void impacts_avx2(bench *b, results *out) { impacts(b, out, RPV__GAIN_AVX2); }
static void impacts_pairs(bench *b, results *out) { impacts(b, out, RPV__GAIN_PAIRS); }
static void impacts_integers(bench *b, results *out) { impacts(b, out, RPV__GAIN_INTEGERS); }

/* --- with a second thread, which waits between passes --- */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*work)(void *context, uint32_t i);
	void *context;
	bool given;
} second = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void *be_second(void *user)
{
	(void)user;
	pthread_mutex_lock(&second.lock);
	for (;;) {
		while (!second.given)
			pthread_cond_wait(&second.changed, &second.lock);
		pthread_mutex_unlock(&second.lock);
		second.work(second.context, 1);
		pthread_mutex_lock(&second.lock);
		second.given = false;
		pthread_cond_signal(&second.changed);
	}
	return NULL;
}

static rpv_status run_both(void *user, uint32_t count, void (*work)(void *context, uint32_t i), void *context)
{
	(void)user;
	(void)count;
	pthread_mutex_lock(&second.lock);
	second.work = work;
	second.context = context;
	second.given = true;
	pthread_cond_signal(&second.changed);
	pthread_mutex_unlock(&second.lock);
	work(context, 0);
	pthread_mutex_lock(&second.lock);
	while (second.given)
		pthread_cond_wait(&second.changed, &second.lock);
	pthread_mutex_unlock(&second.lock);
	return RPV_OK;
}

static void with_second(bench *b, results *out, void (*work)(bench *b, results *out))
{
	static rpv__port port = { .executor = { NULL, run_both, 2, 0 } };
	static pthread_t thread;
	static bool there;
	if (!there && pthread_create(&thread, NULL, be_second, NULL))
		exit(1);
	there = true;
	b->view.source.port = &port;
	work(b, out);
	b->view.source.port = NULL;
}

/* What two threads gain at best. */
static void gather_piece(void *context, uint32_t i)
{
	uint64_t volatile found;
	const bench *b = context;
	size_t count = b->view.device_count - 1;
	found = gather_part(b, 1 + count * i / 2, 1 + count * (i + 1) / 2);
	(void)found;
}

static void gather_both(bench *b, results *out)
{
	(void)out;
	run_both(NULL, 2, gather_piece, b);
}

static void gather_2(bench *b, results *out) { with_second(b, out, gather_both); }
static void score_2(bench *b, results *out) { with_second(b, out, score); }
static void impacts_2(bench *b, results *out) { with_second(b, out, impacts_avx2); }

/* --- the facts as tables --- */
/* Hazards (with base e) come in by variant; those of device groups under exceptions have variants of their own, numbered
 * above the others: no statement has to look at exceptions. */
static const struct { const char *name, *columns; } tables[] = {
	{ "device", "id, m, weight" }, { "variant", "id, recommendation, a, b, c" }, { "has", "device, variant" },
};
typedef void receiver(void *to, size_t table, const double *columns, size_t count);

static bool is_covered(const bench *b, uint32_t group)
{
	for (size_t i = 0; i < b->view.cover_count; i++)
		for (size_t j = 0; j < b->view.covers[i].group_count; j++)
			if (b->view.covers[i].groups[j] == group)
				return true;
	return false;
}

static void tell_variant(bench *b, uint32_t variant, bool covered, receiver *receive, void *to)
{
	rpv__variant_row row;
	rpv__table_row(b->view.cached, variant, covered ? COVERED : 0, RPV__NO_NUMBER, &row);
	double columns[5] = { (double)(variant + (covered ? b->view.variant_count : 0)), row.recommendation };
	for (int k = 0; k < RPV__VIEWS; k++)
		columns[2 + k] = (double)row.w[k] / (double)RPV__BIT * log(2);
	receive(to, 1, columns, 5);
}

static void tell(bench *b, receiver *receive, void *to)
{
	rpv__scores scores;
	forget(b);
	if (rpv__evaluate_scores(&b->view, &everything, &scores, NULL))
		exit(1);
	const double weights[] = { 0.75, 1, b->devices > 10 ? (double)b->devices / 10 : 1 };
	for (size_t i = 1; i < b->view.variant_count; i++) {
		tell_variant(b, (uint32_t)i, false, receive, to);
		tell_variant(b, (uint32_t)i, true, receive, to);
	}
	for (size_t i = 1; i < b->view.device_count; i++) {
		const rpv__view_device *d = &b->view.devices[i];
		size_t add = is_covered(b, d->group) ? b->view.variant_count : 0;
		int multiplier = (d->flags & RPV__DEVICE_INTERNET ? 3 : 1) * (d->flags & RPV__DEVICE_ALERT ? 4 : 1);
		const double device[3] = { (double)i, multiplier, weights[d->value] };
		receive(to, 0, device, 3);
		for (uint32_t j = 0; j < rpv__device_variant_count(d); j++) {
			const double has[2] = { (double)i, (double)(rpv__device_variant(d, j) + add) };
			receive(to, 2, has, 2);
		}
	}
}

static void to_file(void *to, size_t table, const double *columns, size_t count)
{
	FILE **files = to;
	for (size_t i = 0; i < count; i++)
		fprintf(files[table], "%s%.17g", i ? "," : "", columns[i]);
	fputc('\n', files[table]);
}

static void write_tables(bench *b, const char *folder)
{
	FILE *files[3];
	char path[4096];
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s.csv", folder, tables[i].name);
		files[i] = need(fopen(path, "w"));
		fprintf(files[i], "%s\n", tables[i].columns);
	}
	tell(b, to_file, files);
	for (size_t i = 0; i < 3; i++)
		if (fclose(files[i]))
			exit(1);
}

/* --- SQLite --- */
#ifdef WITH_SQLITE
static sqlite3 *db;

static int take_numbers(void *user, int count, char **values, char **names)
{
	results *out = user;
	(void)names;
	for (int i = 0; i < count; i++)
		put_out(out, values[i] ? strtod(values[i], NULL) : 0);
	return 0;
}

static void run(const char *sql, results *out)
{
	char *message;
	if (sqlite3_exec(db, sql, out ? take_numbers : NULL, out, &message)) {
		fprintf(stderr, "%s\n", message);
		exit(1);
	}
}

static void to_sqlite(void *to, size_t table, const double *columns, size_t count)
{
	sqlite3_stmt **inserts = to;
	for (size_t i = 0; i < count; i++)
		sqlite3_bind_double(inserts[table], (int)i + 1, columns[i]); /* INTEGER columns make integers of them */
	sqlite3_step(inserts[table]);
	sqlite3_reset(inserts[table]);
}

static void put_sqlite(bench *b)
{
	sqlite3_stmt *inserts[3];
	if (sqlite3_open(":memory:", &db))
		exit(1);
	run("CREATE TABLE device(id INTEGER PRIMARY KEY, m REAL, weight REAL);"
	    "CREATE TABLE variant(id INTEGER PRIMARY KEY, recommendation INTEGER, a REAL, b REAL, c REAL);"
	    "CREATE TABLE has(device INTEGER, variant INTEGER, PRIMARY KEY(device, variant)) WITHOUT ROWID; BEGIN", NULL);
	sqlite3_prepare_v2(db, "INSERT INTO device VALUES(?, ?, ?)", -1, &inserts[0], NULL);
	sqlite3_prepare_v2(db, "INSERT INTO variant VALUES(?, ?, ?, ?, ?)", -1, &inserts[1], NULL);
	sqlite3_prepare_v2(db, "INSERT INTO has VALUES(?, ?)", -1, &inserts[2], NULL);
	tell(b, to_sqlite, inserts);
	for (size_t i = 0; i < 3; i++)
		sqlite3_finalize(inserts[i]);
	run("COMMIT; ANALYZE", NULL);
}

#define SUMS "SELECT device, sum(a) a, sum(b) b, sum(c) c FROM has JOIN variant ON variant.id = variant GROUP BY device"

static void sqlite_score(bench *b, results *out)
{
	(void)b;
	run("WITH l AS (" SUMS ") SELECT 100 * sum(weight * (1 - exp(-m * a))) / total,"
	    " 100 * sum(weight * (1 - exp(-m * b))) / total, 100 * sum(weight * (1 - exp(-m * c))) / total"
	    " FROM l JOIN device ON id = device, (SELECT sum(weight) total FROM device)", out);
}

/* Survivals are summed by variant and multiplier first: an exponential for each of these alone. */
static void sqlite_impacts(bench *b, results *out)
{
	(void)b;
	run("WITH l AS MATERIALIZED (SELECT device, m, weight * exp(-m * a) a, weight * exp(-m * b) b, weight * exp(-m * c) c"
	    " FROM (" SUMS ") JOIN device ON id = device), s AS (SELECT variant, m, sum(a) a, sum(b) b, sum(c) c"
	    " FROM l JOIN has USING(device) GROUP BY variant, m)"
	    " SELECT 100 * total(s.a * (exp(m * v.a) - 1)) / weights, 100 * total(s.b * (exp(m * v.b) - 1)) / weights,"
	    " 100 * total(s.c * (exp(m * v.c) - 1)) / weights"
	    " FROM variant v LEFT JOIN s ON v.id = variant, (SELECT sum(weight) weights FROM device)"
	    " GROUP BY recommendation ORDER BY recommendation", out);
}
#endif

static const struct work { const char *name; void (*run)(bench *b, results *out); } works[] = {
	{ "stream", stream },
	{ "gather", gather },
	{ "score", score },
	{ "gather 2", gather_2 },
	{ "score 2", score_2 },
	{ "impacts", impacts_avx2 },
	{ "impacts 2", impacts_2 },
	{ "impacts_no_avx2", impacts_pairs },
	{ "impacts_integers", impacts_integers },
#ifdef WITH_SQLITE
	{ "sqlite_score", sqlite_score },
	{ "sqlite_impacts", sqlite_impacts },
#endif
};

static void answer(bench *b, const char *name, results *out)
{
	for (size_t w = 0; w < sizeof works / sizeof *works; w++) {
		if (strcmp(works[w].name, name) != 0)
			continue;
#ifdef WITH_SQLITE
		if (strncmp(name, "sqlite", 6) == 0 && !db)
			break;
#endif
		double wall = clock_of(CLOCK_MONOTONIC), used = clock_of(CLOCK_PROCESS_CPUTIME_ID);
		out->count = 0;
		works[w].run(b, out);
		wall = clock_of(CLOCK_MONOTONIC) - wall;
		printf("%.9f %.9f", wall, clock_of(CLOCK_PROCESS_CPUTIME_ID) - used);
		for (size_t i = 0; i < out->count; i++)
			printf(" %.17g", out->points[i]);
		putchar('\n');
		fflush(stdout);
		return;
	}
	fprintf(stderr, "there is no work %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	bench b = { .seed = 1 };
	results out = { NULL, 0, 0 };
	char line[64];
	if (argc < 5 || (b.devices = strtoull(argv[1], NULL, 10)) < 1 || (b.memberships = strtoull(argv[2], NULL, 10)) < 1 ||
	    (b.recommendations = strtoull(argv[3], NULL, 10)) < 1 ||
	    b.recommendations * VERSIONS > UINT16_MAX - 1) {
		fputs("usage: bench_passes DEVICES MEMBERSHIPS RECOMMENDATIONS uniform|skewed|images [sqlite] [to=FOLDER]\n",
		      stderr);
		return 2;
	}
	b.kind = argv[4];
	open_fleet(&b);
	out.points = need(calloc(b.view.recommendation_count, RPV__VIEWS * sizeof *out.points));
	for (int i = 5; i < argc; i++) {
		if (strncmp(argv[i], "to=", 3) == 0)
			write_tables(&b, argv[i] + 3);
#ifdef WITH_SQLITE
		else
			put_sqlite(&b);
#endif
	}
	printf("{\"kind\":\"%s\",\"devices\":%zu,\"memberships\":%zu,\"recommendations\":%zu,\"variants\":%zu}\n", b.kind,
	       b.devices, b.count, b.recommendations, b.view.variant_count - 1);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		answer(&b, line, &out);
	}
	free(out.points);
#ifdef WITH_SQLITE
	sqlite3_close(db);
#endif
	close_fleet(&b);
	return 0;
}
