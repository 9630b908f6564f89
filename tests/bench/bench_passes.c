/* SPDX-License-Identifier: MIT */
/* The passes over a fleet in memory, beside a bare stream and a bare gather of the same ids and, on request, SQLite on the
 * same facts: medians of interleaved rounds, in CPU time of one thread, as one line of JSON and a table.
 * usage: bench_passes [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [KIND [ROUNDS [sqlite]]]]]]; KIND: uniform, or skewed
 * (popularity and versions as they are in the field), or images (the same, 60 % of the devices copies of 200 images).
 * It looks inside the library: a fleet of this size would take longer to bring in than to measure. */
#include "../../lib/score/evaluation.h"
#ifdef WITH_SQLITE
#include <sqlite3.h>
#endif
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOW INT64_C(1772323200000)
enum { GROUPS = 50, VERSIONS = 10, SET = 5, IMAGES = 200, ROUNDS_MAX = 31 };

typedef struct bench {
	size_t devices, memberships, recommendations;
	const char *kind;
	bool sqlite;
	rpv__view view;
	uint32_t *rows;                   /* all variants of all devices, one after the other */
	size_t count;
	uint64_t seed;
	volatile uint64_t sink;
} bench;

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
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *need(void *block)
{
	if (!block) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return block;
}

/* --- the fleet --- */
static void put_catalogue(bench *b)
{
	rpv__view *v = &b->view;
	v->policy = rpv__policy_default;
	v->alloc = rpv__alloc_or_default(NULL);
	v->group_count = GROUPS;
	v->groups = need(calloc(GROUPS, sizeof *v->groups));
	v->threat_count = b->recommendations * 20 + 1;
	v->threats = need(calloc(v->threat_count, sizeof *v->threats));
	for (size_t i = 1; i < v->threat_count; i++)
		v->threats[i] = (rpv__threat){ (uint32_t)(1 + chance(b, 1000)) * 100000, (uint8_t)(2 + chance(b, 4)),
			RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
	v->recommendation_count = b->recommendations + 1;
	v->recommendations = need(calloc(v->recommendation_count, sizeof *v->recommendations));
	v->variant_count = b->recommendations * VERSIONS + 1;
	v->variants = need(calloc(v->variant_count, sizeof *v->variants));
	uint32_t *sets = need(calloc(v->variant_count * SET, sizeof *sets));
	for (size_t r = 1; r < v->recommendation_count; r++)
		v->recommendations[r] = (rpv__view_recommendation){ true, RPV_KIND_UPDATE, RPV_CATEGORY_APPLICATION, 0 };
	for (size_t i = 1; i < v->variant_count; i++) {
		size_t r = (i - 1) / VERSIONS;
		v->variants[i] = (rpv__view_variant){ .recommendation = (uint32_t)r + 1, .weaknesses = sets + i * SET,
			.weakness_count = SET };
		for (unsigned j = 0; j < SET; j++)
			sets[i * SET + j] = (uint32_t)(r * 20 + (i - 1) % VERSIONS + j * 2 + 1);
	}
}

/* Each recommendation once, ascending: a device goes through all of them and takes each by its popularity. */
static uint32_t make_row(bench *b, const uint32_t *odds, uint32_t *row)
{
	bool skewed = strcmp(b->kind, "uniform") != 0;
	uint32_t count = 0;
	for (size_t r = 0; r < b->recommendations && count < 2 * b->memberships; r++) {
		if (chance(b, UINT32_MAX) > odds[r])
			continue;
		uint64_t version = chance(b, skewed ? 1 << VERSIONS : VERSIONS), place = 0;
		for (; skewed && version & 1 && place < VERSIONS - 1; place++)
			version >>= 1;
		row[count++] = (uint32_t)(r * VERSIONS + (skewed ? place : version) + 1);
	}
	return count;
}

/* Popularity falls with the rank (Zipf's law with exponent 0.8), and makes `memberships` a device on average. */
static uint32_t *make_odds(const bench *b)
{
	uint32_t *odds = need(calloc(b->recommendations, sizeof *odds));
	double scale = (double)b->memberships, sum = 0;
	bool skewed = strcmp(b->kind, "uniform") != 0;
	for (int tries = 0; tries < 40; tries++, scale *= (double)b->memberships / sum) {
		sum = 0;
		for (size_t r = 0; r < b->recommendations; r++) {
			double p = scale * (skewed ? pow((double)(r + 1), -0.8) : 1.0 / (double)b->recommendations);
			p = p < 0.95 ? p : 0.95;
			odds[r] = (uint32_t)(p * UINT32_MAX);
			sum += p;
		}
	}
	return odds;
}

static void put_devices(bench *b)
{
	rpv__view *v = &b->view;
	uint32_t *odds = make_odds(b), images[IMAGES], used = 0;
	bool copies = strcmp(b->kind, "images") == 0;
	v->device_count = b->devices + 1;
	v->devices = need(calloc(v->device_count, sizeof *v->devices));
	v->devices[0].flags = RPV__DEVICE_REMOVED;
	b->rows = need(calloc(b->devices + 1, 2 * b->memberships * sizeof *b->rows));
	for (size_t i = 1; i <= b->devices; i++) {
		rpv__view_device *d = &v->devices[i];
		bool internet = chance(b, 10) == 0, alert = chance(b, 50) == 0;
		d->group = (uint32_t)(i % GROUPS);
		d->value = (uint8_t)chance(b, 3);
		d->flags = (uint8_t)((internet ? RPV__DEVICE_INTERNET : 0) | (alert ? RPV__DEVICE_ALERT : 0));
		d->multiplier = (uint8_t)rpv__multiplier(&rpv__exposure_model_default, internet, alert);
		d->last_seen_ms = NOW;
		d->variants = b->rows + b->count;
		if (copies && used == IMAGES && chance(b, 10) < 6) {
			const rpv__view_device *image = &v->devices[images[chance(b, IMAGES)]];
			d->variant_count = image->variant_count;
			memcpy(d->variants, image->variants, d->variant_count * sizeof *d->variants);
		} else {
			d->variant_count = make_row(b, odds, d->variants);
			if (used < IMAGES)
				images[used++] = (uint32_t)i;
		}
		b->count += d->variant_count;
	}
	free(odds);
}

/* One in ten recommendations under an exception, every second of these on three device groups. */
static void put_covers(bench *b)
{
	static uint32_t groups[] = { 1, 2, 7 };
	rpv__view *v = &b->view;
	v->covers = need(calloc(b->recommendations, sizeof *v->covers));
	for (size_t r = 1; r <= b->recommendations; r += 10) {
		rpv__cover *c = &v->covers[v->cover_count++];
		c->recommendation = (uint32_t)r;
		c->exception = r;
		c->scope = r % 20 == 1 ? RPV_SCOPE_GLOBAL : RPV_SCOPE_GROUPS;
		c->groups = c->scope == RPV_SCOPE_GROUPS ? groups : NULL;
		c->group_count = c->groups ? 3 : 0;
		c->impact = RPV_IMPACT_MITIGATION_LIKE;
		c->start_ms = NOW - 1;
		c->end_ms = NOW + INT64_C(86400000) * 30;
	}
}

/* --- what is measured --- */
static const rpv__lens everything = { .now_ms = NOW };

static void forget(bench *b)
{
	rpv__evaluation_free(b->view.cached);
	b->view.cached = NULL;
}

static void stream(bench *b)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < b->count; i++)
		sum += b->rows[i];
	b->sink = sum;
}

/* A bare sum of 64-bit numbers by id, of one view. */
static void gather(bench *b)
{
	static uint64_t *table;
	if (!table) {
		table = need(calloc(b->view.variant_count, sizeof *table));
		for (size_t i = 0; i < b->view.variant_count; i++)
			table[i] = i;
	}
	uint64_t all = 0;
	for (size_t i = 1; i < b->view.device_count; i++) {
		const rpv__view_device *d = &b->view.devices[i];
		uint64_t sum = 0;
		for (uint32_t j = 0; j < d->variant_count; j++)
			sum += table[d->variants[j]];
		all ^= sum;
	}
	b->sink = all;
}

static void score(bench *b)
{
	rpv__scores scores;
	forget(b);
	if (rpv__evaluate_scores(&b->view, &everything, &scores, NULL))
		exit(1);
	b->sink = (uint64_t)scores.exposure[RPV__OFFICIAL];
}

static void impacts(bench *b, rpv__gain_way way)
{
	const rpv__scores *scores;
	const rpv__figures *figures;
	uint64_t digest = 0;
	forget(b);
	b->view.way = (uint8_t)way;
	if (rpv__evaluate_all(&b->view, &everything, &scores, &figures, NULL))
		exit(1);
	for (size_t r = 1; r < b->view.recommendation_count; r++)
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			digest = digest * 31 + (uint64_t)figures[r].impact[k];
	b->sink = digest;
}

static void impacts_avx2(bench *b) { impacts(b, RPV__GAIN_AVX2); }
static void impacts_doubles(bench *b) { impacts(b, RPV__GAIN_DOUBLES); }
static void impacts_integers(bench *b) { impacts(b, RPV__GAIN_INTEGERS); }

/* --- SQLite --- */
#ifdef WITH_SQLITE
static sqlite3 *db;

static void run(const char *sql)
{
	char *message;
	if (sqlite3_exec(db, sql, NULL, NULL, &message)) {
		fprintf(stderr, "%s\n", message);
		exit(1);
	}
}

static void put_sqlite(bench *b)
{
	rpv__scores scores;
	sqlite3_stmt *s;
	if (sqlite3_open(":memory:", &db))
		exit(1);
	run("CREATE TABLE device(id INTEGER PRIMARY KEY, m, weight);"
	    "CREATE TABLE variant(id INTEGER PRIMARY KEY, recommendation, a, b, c);"
	    "CREATE TABLE has(device, variant, PRIMARY KEY(device, variant)) WITHOUT ROWID; BEGIN");
	forget(b);
	if (rpv__evaluate_scores(&b->view, &everything, &scores, NULL))
		exit(1);
	sqlite3_prepare_v2(db, "INSERT INTO variant VALUES(?, ?, ?, ?, ?)", -1, &s, NULL);
	for (size_t i = 1; i < b->view.variant_count; i++, sqlite3_reset(s)) {
		sqlite3_bind_int64(s, 1, (int64_t)i);
		sqlite3_bind_int64(s, 2, b->view.variants[i].recommendation);
		for (int k = 0; k < RPV__VIEWS; k++)
			sqlite3_bind_double(s, 3 + k, (double)b->view.cached->rows[i].w[k] / (double)RPV__BIT * log(2));
		sqlite3_step(s);
	}
	sqlite3_finalize(s);
	sqlite3_prepare_v2(db, "INSERT INTO has VALUES(?, ?)", -1, &s, NULL);
	for (size_t i = 1; i < b->view.device_count; i++)
		for (uint32_t j = 0; j < b->view.devices[i].variant_count; j++, sqlite3_reset(s)) {
			sqlite3_bind_int64(s, 1, (int64_t)i);
			sqlite3_bind_int64(s, 2, b->view.devices[i].variants[j]);
			sqlite3_step(s);
		}
	sqlite3_finalize(s);
	sqlite3_prepare_v2(db, "INSERT INTO device VALUES(?, ?, ?)", -1, &s, NULL);
	for (size_t i = 1; i < b->view.device_count; i++, sqlite3_reset(s)) {
		const double weights[] = { 0.75, 1, (double)b->devices / 10 };
		sqlite3_bind_int64(s, 1, (int64_t)i);
		sqlite3_bind_int64(s, 2, b->view.devices[i].multiplier);
		sqlite3_bind_double(s, 3, weights[b->view.devices[i].value]);
		sqlite3_step(s);
	}
	sqlite3_finalize(s);
	run("COMMIT; ANALYZE");
}

#define SUMS "SELECT device, sum(a) a, sum(b) b, sum(c) c FROM has JOIN variant ON variant.id = variant GROUP BY device"

static void sqlite_score(bench *b)
{
	(void)b;
	run("WITH l AS (" SUMS ") SELECT 100 * sum(weight * (1 - exp(-m * a))) / sum(weight),"
	    "100 * sum(weight * (1 - exp(-m * b))) / sum(weight), 100 * sum(weight * (1 - exp(-m * c))) / sum(weight)"
	    "FROM l JOIN device ON id = device");
}

static void sqlite_impacts(bench *b)
{
	(void)b;
	run("WITH l AS MATERIALIZED (SELECT device, m, weight, exp(-m * a) a, exp(-m * b) b, exp(-m * c) c"
	    " FROM (" SUMS ") JOIN device ON id = device) SELECT recommendation,"
	    "sum(weight * l.a * (exp(m * v.a) - 1)), sum(weight * l.b * (exp(m * v.b) - 1)),"
	    "sum(weight * l.c * (exp(m * v.c) - 1)) FROM l JOIN has USING(device) JOIN variant v ON v.id = variant"
	    " GROUP BY recommendation");
}
#endif

typedef struct work { const char *name; void (*run)(bench *b); const char *against; double at[ROUNDS_MAX], median; } work;
static work works[] = {
	{ .name = "stream", .run = stream },
	{ .name = "gather", .run = gather },
	{ .name = "score", .run = score, .against = "gather" },
	{ .name = "impacts", .run = impacts_avx2, .against = "score" },
	{ .name = "impacts_no_avx2", .run = impacts_doubles, .against = "score" },
	{ .name = "impacts_integers", .run = impacts_integers, .against = "impacts" },
#ifdef WITH_SQLITE
	{ .name = "sqlite_score", .run = sqlite_score, .against = "score" },
	{ .name = "sqlite_impacts", .run = sqlite_impacts, .against = "impacts" },
#endif
};
enum { WORKS = sizeof works / sizeof *works };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void measure(bench *b, size_t rounds)
{
	uint64_t digest = 0;
	for (size_t i = 0; i < rounds; i++)
		for (size_t w = 0; w < WORKS; w++) {
			if (strncmp(works[w].name, "sqlite", 6) == 0 && !b->sqlite)
				continue;
			double since = seconds();
			works[w].run(b);
			works[w].at[i] = seconds() - since;
			if (strncmp(works[w].name, "impacts", 7) != 0)
				continue;
			if (digest && digest != b->sink) {
				fprintf(stderr, "%s gives other bits\n", works[w].name);
				exit(1);
			}
			digest = b->sink;
		}
	for (size_t w = 0; w < WORKS; w++) {
		qsort(works[w].at, rounds, sizeof *works[w].at, compare);
		works[w].median = works[w].at[rounds / 2];
	}
}

static double median_of(const char *name)
{
	for (size_t w = 0; name && w < WORKS; w++)
		if (strcmp(works[w].name, name) == 0)
			return works[w].median;
	return 0;
}

static void report(const bench *b)
{
	printf("{\"kind\":\"%s\",\"devices\":%zu,\"memberships\":%zu,\"recommendations\":%zu,\"variants\":%zu", b->kind,
	       b->devices, b->count, b->recommendations, b->view.variant_count - 1);
	for (size_t w = 0; w < WORKS; w++)
		if (works[w].median > 0)
			printf(",\"%s_s\":%.6f", works[w].name, works[w].median);
	printf("}\n%-18s %12s %16s %s\n", "", "ms", "ns a membership", "ratio");
	for (size_t w = 0; w < WORKS; w++) {
		double other = median_of(works[w].against);
		if (!(works[w].median > 0))
			continue;
		printf("%-18s %12.3f %16.2f", works[w].name, works[w].median * 1e3, works[w].median * 1e9 / (double)b->count);
		if (other > 0)
			printf(" %.2f x %s", works[w].median / other, works[w].against);
		puts("");
	}
}

int main(int argc, char **argv)
{
	bench b = { .devices = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000,
		.memberships = argc > 2 ? strtoull(argv[2], NULL, 10) : 100,
		.recommendations = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000, .kind = argc > 4 ? argv[4] : "uniform",
		.sqlite = argc > 6 && strcmp(argv[6], "sqlite") == 0, .seed = 1 };
	size_t rounds = argc > 5 ? strtoull(argv[5], NULL, 10) : 3;
	if (rounds < 1 || rounds > ROUNDS_MAX || b.devices < 1 || b.memberships < 1 || b.recommendations < 1) {
		fputs("usage: bench_passes [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [KIND [ROUNDS [sqlite]]]]]]\n", stderr);
		return 2;
	}
	put_catalogue(&b);
	put_devices(&b);
	put_covers(&b);
#ifdef WITH_SQLITE
	if (b.sqlite)
		put_sqlite(&b);
#endif
	measure(&b, rounds);
	report(&b);
	forget(&b);
#ifdef WITH_SQLITE
	sqlite3_close(db);
#endif
	free(b.rows);
	free(b.view.variants[0].weaknesses);
	free(b.view.variants[1].weaknesses - SET);
	free(b.view.variants);
	free(b.view.groups);
	free(b.view.threats);
	free(b.view.recommendations);
	free(b.view.devices);
	free(b.view.covers);
	return 0;
}
