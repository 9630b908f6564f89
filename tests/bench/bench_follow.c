/* SPDX-License-Identifier: MIT */
/* What it costs to keep scores and impacts up to date, beside working all out from scratch and beside bare memory, on the
 * same fleet in the same run:
 *
 *     bench_follow [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [KIND [ROUNDS]]]]]      KIND: see bench_fleet.h
 *
 * Works are interleaved; medians of the rounds are printed as a table, and as JSON in the last line: seconds, of which those
 * of devices are for one of them. Time of the processor, so that others on the machine disturb little. Every round ends with
 * a comparison: what followed the changes must equal what is worked out anew. */
#define _POSIX_C_SOURCE 200809L
#include "bench_fleet.h"

#include "../../lib/score/view_inside.h"
#include "../../lib/service/batch.h"
#include <time.h>

enum { UPDATES = 1000, ROUNDS_MAX = 101 };

typedef enum work {
	STREAM, GATHER, CHANCE, WAITED, SCORE, IMPACTS, INDEX,
	BARE,                            /* the row of a device by chance, read once, and its numbers looked up */
	SOME_SCORE, ALL_SCORE,           /* devices with 5 % of their memberships changed, with all of them new; scores kept */
	SOME, ALL, SOME_FIGURES,         /* the same, impacts and indexes kept as well; impacts of all read after them */
	SOME_OUT, SOME_ROW, SOME_IN,     /* of SOME: counted out as it was, its row put, counted in */
	SOME_SETS,                       /* of SOME_FINDINGS: sets looked up */
	SOME_RECORDS, ALL_RECORDS,       /* the same from the records of a store */
	SOME_FINDINGS, ALL_FINDINGS,     /* the same from findings, whose sets are interned as those of a batch are */
	DRAFT_MOVED, DRAFT,              /* of a global exception on one recommendation, devices changed and not */
	FILE_SCORE, FILE_WORTH, FILE_FIGURES, CANCEL_SCORE, CANCEL_FIGURES, /* filed and canceled */
	GROUPS_SCORE, GROUPS_WORTH, GROUPS_FIGURES, GROUPS_CANCEL_SCORE, GROUPS_CANCEL_FIGURES, /* one of all groups but one */
	EPSS_SCORE, EPSS_FIGURES, ONE_SCORE, ONE_FIGURES, /* likelihoods of all weaknesses, of a single one */
	WORKS
} work;

static const struct { const char *name, *what; } works[WORKS] = {
	[STREAM] = { "stream", "stream of the ids" },
	[GATHER] = { "gather", "bare gather of one view" },
	[CHANCE] = { "memory", "8 bytes of memory by chance" },
	[WAITED] = { "memory_waited", "the same, each waited for" },
	[SCORE] = { "score", "scores from scratch" },
	[IMPACTS] = { "impacts", "scores and impacts from scratch" },
	[INDEX] = { "index", "inverse index from scratch" },
	[BARE] = { "device_bare", "device, its row read and looked up" },
	[SOME_SCORE] = { "device_score_some", "device, 5 % changed: scores" },
	[ALL_SCORE] = { "device_score_all", "device, all new: scores" },
	[SOME] = { "device_some", "device, 5 % changed: impacts, index" },
	[ALL] = { "device_all", "device, all new: impacts, index" },
	[SOME_OUT] = { "device_some_out", "of it: counted out" },
	[SOME_ROW] = { "device_some_row", "of it: its row put" },
	[SOME_IN] = { "device_some_in", "of it: counted in" },
	[SOME_SETS] = { "device_some_sets", "of the one from findings: sets looked up" },
	[SOME_FIGURES] = { "device_figures", "impacts read after 1000 devices" },
	[SOME_RECORDS] = { "device_some_records", "device, 5 % changed: from records" },
	[ALL_RECORDS] = { "device_all_records", "device, all new: from records" },
	[SOME_FINDINGS] = { "device_some_findings", "device, 5 % changed: from 5 findings each" },
	[ALL_FINDINGS] = { "device_all_findings", "device, all new: from 5 findings each" },
	[DRAFT_MOVED] = { "draft_moved", "draft of an exception, devices changed: scores" },
	[DRAFT] = { "draft", "draft of an exception: scores" },
	[FILE_SCORE] = { "file_score", "exception filed: scores" },
	[FILE_WORTH] = { "file_worth", "its worth" },
	[FILE_FIGURES] = { "file_figures", "impacts read" },
	[CANCEL_SCORE] = { "cancel_score", "exception canceled: scores" },
	[CANCEL_FIGURES] = { "cancel_figures", "impacts read" },
	[GROUPS_SCORE] = { "groups_score", "exception of groups filed: scores" },
	[GROUPS_WORTH] = { "groups_worth", "its worth" },
	[GROUPS_FIGURES] = { "groups_figures", "impacts read" },
	[GROUPS_CANCEL_SCORE] = { "groups_cancel_score", "exception of groups canceled: scores" },
	[GROUPS_CANCEL_FIGURES] = { "groups_cancel_figures", "impacts read" },
	[EPSS_SCORE] = { "epss_score", "all likelihoods new: scores" },
	[EPSS_FIGURES] = { "epss_figures", "impacts read" },
	[ONE_SCORE] = { "one_score", "one likelihood new: scores" },
	[ONE_FIGURES] = { "one_figures", "impacts read" },
};

static const rpv__lens everything = { .now_ms = NOW };
static double taken[WORKS][ROUNDS_MAX];
static size_t round_now;
static uint64_t sink;

static double now_of_processor(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double note(work w, double since, double times)
{
	double now = now_of_processor();
	taken[w][round_now] = (now - since) / times;
	return now_of_processor();
}

static void must(rpv_status status)
{
	if (status) {
		fprintf(stderr, "%s\n", rpv_status_name(status));
		exit(1);
	}
}

/* --- reading --- */
static void read_scores(bench *b)
{
	rpv__scores scores;
	must(rpv__evaluate_scores(&b->view, &everything, &scores, NULL));
	sink += (uint64_t)scores.exposure[0];
}

static const rpv__figures *read_figures(bench *b)
{
	const rpv__figures *figures;
	must(rpv__evaluate_all(&b->view, &everything, NULL, &figures, NULL));
	return figures;
}

static void read_worth(bench *b, const rpv__cover *cover)
{
	rpv_worth worth;
	must(rpv__evaluate_worth(&b->view, &everything, cover, &worth, NULL));
	sink += (uint64_t)(worth.exposure * 1e6);
}

static void forget(bench *b)
{
	rpv__evaluation_free_all(&b->view);
}

/* Places by chance, in the ids: one after the other where each is known only from what the one before holds. */
static void read_by_chance(bench *b, bool wait, work w)
{
	enum { READS = 100000 };
	uint64_t place = round_now + 1, size = b->count / 4, found = 0;
	double since = now_of_processor();
	for (size_t i = 0; i < READS; i++) {
		uint64_t word;
		place = place * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407) + (wait ? found : 0);
		memcpy(&word, b->ids + (place >> 32) % size * 4, sizeof word);
		found += word;
	}
	note(w, since, READS);
	sink += found;
}

static void floors(bench *b)
{
	double since = now_of_processor();
	for (size_t i = 0; i < b->count; i++)
		sink += b->ids[i];
	note(STREAM, since, 1);
	since = now_of_processor();
	sink ^= gather_of(b);
	note(GATHER, since, 1);
	read_by_chance(b, false, CHANCE);
	read_by_chance(b, true, WAITED);
}

static void from_scratch(bench *b)
{
	forget(b);
	double since = now_of_processor();
	read_scores(b);
	note(SCORE, since, 1);
	forget(b);
	since = now_of_processor();
	read_figures(b);
	note(IMPACTS, since, 1);
	since = now_of_processor();
	must(rpv__index_variants(b->view.cached));
	note(INDEX, since, 1);
}

/* --- devices --- */
typedef struct report { uint32_t device, count, *row; } report;

/* New rows for devices by chance, each once. */
static void make_reports(bench *b, report *reports, bool all)
{
	uint32_t *odds = make_odds(b);
	uint8_t *taken_before = need(calloc(b->devices + 1, 1));
	for (size_t i = 0; i < UPDATES; i++) {
		report *r = &reports[i];
		do
			r->device = 1 + (uint32_t)chance(b, b->devices);
		while (b->devices >= 2 * UPDATES && taken_before[r->device]);
		taken_before[r->device] = 1;
		const rpv__view_device *d = &b->view.devices[r->device];
		r->row = need(malloc(2 * b->memberships * sizeof *r->row));
		r->count = rpv__device_variant_count(d);
		for (uint32_t j = 0; j < r->count; j++)
			r->row[j] = rpv__device_variant(d, j);
		for (uint32_t n = r->count / 20; n > 0 && !all; n--) {
			uint32_t *variant = &r->row[chance(b, r->count)];
			*variant = (*variant - 1) / VERSIONS * VERSIONS + (uint32_t)chance(b, VERSIONS) + 1;
		}
		if (all)
			r->count = make_row(b, odds, r->row);
	}
	free(taken_before);
	free(odds);
}

static void free_reports(report *reports)
{
	for (size_t i = 0; i < UPDATES; i++)
		free(reports[i].row);
}

static rpv__revision revision_of(const bench *b)
{
	rpv__revision r = { .revision = 1 };
	r.next[RPV__NEXT_GROUP] = b->view.group_count;
	r.next[RPV__NEXT_RECOMMENDATION] = b->view.recommendation_count;
	r.next[RPV__NEXT_DEVICE] = b->view.device_count;
	r.next[RPV__NEXT_VARIANT] = b->view.variant_count;
	r.next[RPV__NEXT_WEAKNESS] = b->view.threat_count;
	return r;
}

static void note_rows(bench *b, const report *reports, rpv__map *changed)
{
	rpv__map_init(changed, &b->view.alloc);
	for (size_t i = 0; i < UPDATES; i++) {
		rpv__key key;
		must(rpv__map_put(changed, rpv__key32(&key, RPV__K_ROW, reports[i].device), 0));
	}
}

/* --- findings --- */
typedef struct finding { uint32_t recommendation, weakness; } finding;

static finding *findings_of(const bench *b, const report *r)
{
	finding *findings = need(malloc((r->count * SET + 1) * sizeof *findings));
	for (uint32_t i = 0; i < r->count * SET; i++) {
		const rpv__view_variant *v = &b->view.variants[r->row[i / SET]];
		findings[i] = (finding){ v->recommendation, v->weaknesses[i % SET] };
	}
	return findings;
}

/* An intake that has met all sets before: as one that read them, see rpv__in_variant_of(). */
static rpv__intake *open_intake(const bench *b)
{
	static rpv__intake in;
	if (in.alloc)
		return &in;
	in.alloc = &b->view.alloc;
	rpv__list_map_init(&in.interned, in.alloc);
	for (uint32_t i = 1; i < b->view.variant_count; i++) {
		const rpv__view_variant *v = &b->view.variants[i];
		must(rpv__list_map_add(&in.interned, v->recommendation, v->weaknesses, SET, i));
	}
	return &in;
}

/* The row of a device from its findings. */
static void intern(rpv__intake *in, const finding *findings, report *r)
{
	uint32_t count = r->count * SET, weaknesses[SET];
	r->count = 0;
	for (uint32_t i = 0, n; i < count; i += n) {
		for (n = 0; n < SET && i + n < count && findings[i + n].recommendation == findings[i].recommendation; n++)
			weaknesses[n] = findings[i + n].weakness;
		must(rpv__in_variant_of(in, findings[i].recommendation, weaknesses, n, &r->row[r->count++]));
	}
}

/* Reports that are numbers in memory: rows, or findings. */
static void take_reports(bench *b, bool all, bool of_findings, work w)
{
	report reports[UPDATES];
	finding *findings[UPDATES];
	rpv__intake *in = open_intake(b);
	rpv__revision revision = revision_of(b);
	rpv__following f;
	rpv__map changed;
	make_reports(b, reports, all);
	for (size_t i = 0; i < UPDATES; i++)
		findings[i] = findings_of(b, &reports[i]);
	note_rows(b, reports, &changed);
	double since = now_of_processor(), step = since;
	for (size_t i = 0; of_findings && i < UPDATES; i++)
		intern(in, findings[i], &reports[i]);
	if (w == SOME_FINDINGS)
		step = note(SOME_SETS, step, UPDATES);
	must(rpv__evaluation_before(&b->view, &changed, &revision, &f));
	if (w == SOME)
		step = note(SOME_OUT, step, UPDATES);
	for (size_t i = 0; i < UPDATES; i++)
		must(rpv__row_put(&b->view.alloc, &b->view.rows, reports[i].row, reports[i].count,
		                  &b->view.devices[reports[i].device].row));
	rpv__rows_settle(&b->view.alloc, &b->view.rows);
	if (w == SOME)
		step = note(SOME_ROW, step, UPDATES);
	must(rpv__evaluation_after(&b->view, &changed, true, &f));
	if (w == SOME)
		note(SOME_IN, step, UPDATES);
	read_scores(b);
	note(w, since, UPDATES);
	rpv__map_free(&changed);
	for (size_t i = 0; i < UPDATES; i++)
		free(findings[i]);
	free_reports(reports);
}

/* Records of a store, as they are read after a commit. */
static void take_records(bench *b, bool all, work w)
{
	report reports[UPDATES];
	rpv__buf records[UPDATES];
	rpv__revision revision = revision_of(b);
	rpv__following f;
	rpv__map changed;
	rpv__arena scratch;
	make_reports(b, reports, all);
	for (size_t i = 0; i < UPDATES; i++) {
		rpv__row row = { reports[i].row, reports[i].count };
		rpv__buf_init(&records[i], &b->view.alloc);
		rpv__put_row(&records[i], &row);
	}
	rpv__arena_init(&scratch, &b->view.alloc);
	double since = now_of_processor();
	note_rows(b, reports, &changed);
	must(rpv__evaluation_before(&b->view, &changed, &revision, &f));
	for (size_t i = 0; i < UPDATES; i++) {
		rpv__key key;
		rpv_bytes value = rpv__buf_view(&records[i]);
		must(rpv__view_apply(&b->view, rpv__key32(&key, RPV__K_ROW, reports[i].device), &value, &scratch, NULL));
		rpv__arena_free(&scratch);
	}
	rpv__rows_settle(&b->view.alloc, &b->view.rows);
	must(rpv__evaluation_after(&b->view, &changed, true, &f));
	rpv__map_free(&changed);
	read_scores(b);
	note(w, since, UPDATES);
	for (size_t i = 0; i < UPDATES; i++)
		rpv__buf_free(&records[i]);
	free_reports(reports);
}

static void read_rows(bench *b)
{
	uint64_t *table = need(calloc(b->view.variant_count, sizeof *table));
	uint32_t chosen[UPDATES];
	for (size_t i = 0; i < UPDATES; i++)
		chosen[i] = 1 + (uint32_t)chance(b, b->devices);
	double since = now_of_processor();
	for (size_t i = 0; i < UPDATES; i++) {
		const rpv__view_device *d = &b->view.devices[chosen[i]];
		for (uint32_t j = 0; j < rpv__device_variant_count(d); j++)
			sink ^= table[rpv__device_variant(d, j)];
	}
	note(BARE, since, UPDATES);
	free(table);
}

/* Reports come one after the other: the second thousand counts, for which tables are near. */
static void take_twice(bench *b, bool all, bool of_findings, work w)
{
	take_reports(b, all, of_findings, w);
	take_reports(b, all, of_findings, w);
}

static void devices(bench *b)
{
	forget(b);
	read_scores(b);
	read_rows(b);
	take_twice(b, false, false, SOME_SCORE);
	take_twice(b, true, false, ALL_SCORE);
	read_figures(b);
	must(rpv__index_variants(b->view.cached));
	take_twice(b, false, false, SOME);
	double since = now_of_processor();
	read_figures(b);
	note(SOME_FIGURES, since, 1);
	take_twice(b, true, false, ALL);
	read_figures(b);
	take_twice(b, false, true, SOME_FINDINGS);
	read_figures(b);
	take_twice(b, true, true, ALL_FINDINGS);
	read_figures(b);
	for (int times = 0; times < 2; times++)
		take_records(b, false, SOME_RECORDS);
	read_figures(b);
	for (int times = 0; times < 2; times++)
		take_records(b, true, ALL_RECORDS);
}

/* --- exceptions --- */
/* Puts a cover in or takes it out as the record of one is. */
static void put_cover(bench *b, const rpv__cover *cover, bool in)
{
	rpv__revision revision = revision_of(b);
	rpv__following f;
	rpv__map changed;
	rpv__arena scratch;
	rpv__buf record;
	rpv__key key;
	rpv__key_cover(&key, cover->recommendation, cover->weakness, cover->exception);
	rpv__arena_init(&scratch, &b->view.alloc);
	rpv__buf_init(&record, &b->view.alloc);
	rpv__put_cover(&record, cover);
	rpv_bytes value = rpv__buf_view(&record);
	rpv__map_init(&changed, &b->view.alloc);
	must(rpv__map_put(&changed, rpv__key_view(&key), 0));
	must(rpv__evaluation_before(&b->view, &changed, &revision, &f));
	must(rpv__view_apply(&b->view, rpv__key_view(&key), in ? &value : NULL, &scratch, NULL));
	must(rpv__evaluation_after(&b->view, &changed, true, &f));
	rpv__map_free(&changed);
	rpv__arena_free(&scratch);
	rpv__buf_free(&record);
}

static void exception(bench *b, const rpv__cover *cover, const work w[5])
{
	read_figures(b); /* kept from here on */
	must(rpv__index_variants(b->view.cached));
	double since = now_of_processor();
	put_cover(b, cover, true);
	read_scores(b);
	since = note(w[0], since, 1);
	read_worth(b, cover);
	since = note(w[1], since, 1);
	read_figures(b);
	since = note(w[2], since, 1);
	put_cover(b, cover, false);
	read_scores(b);
	since = note(w[3], since, 1);
	read_figures(b);
	note(w[4], since, 1);
}

static void draft(bench *b, const rpv__cover *cover, work w)
{
	rpv__lens lens = everything;
	rpv__scores scores;
	lens.draft = cover;
	read_scores(b);
	must(rpv__index_variants(b->view.cached));
	double since = now_of_processor();
	must(rpv__evaluate_scores(&b->view, &lens, &scores, NULL));
	note(w, since, 1);
	sink += (uint64_t)scores.exposure[1];
}

static void exceptions(bench *b)
{
	static const work global[5] = { FILE_SCORE, FILE_WORTH, FILE_FIGURES, CANCEL_SCORE, CANCEL_FIGURES };
	static const work grouped[5] = { GROUPS_SCORE, GROUPS_WORTH, GROUPS_FIGURES, GROUPS_CANCEL_SCORE,
		GROUPS_CANCEL_FIGURES };
	uint32_t groups[GROUPS - 1];
	for (uint32_t i = 0; i < GROUPS - 1; i++)
		groups[i] = i + 1;
	/* on one that has no exception; of the popularity that an average one has */
	size_t rank = b->recommendations / (strcmp(b->kind, "uniform") == 0 ? 2 : 10);
	uint32_t r = (uint32_t)rank / 10 * 10 + 3;
	rpv__cover cover = { .recommendation = r, .exception = 1000000, .scope = RPV_SCOPE_GLOBAL,
		.impact = RPV_IMPACT_MITIGATION_LIKE, .justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION, .filed_ms = NOW - 1,
		.start_ms = NOW - 1, .end_ms = NOW + INT64_C(86400000) * 30 };
	draft(b, &cover, DRAFT_MOVED); /* those of devices() since the index was made */
	forget(b);
	read_figures(b);
	draft(b, &cover, DRAFT);
	exception(b, &cover, global);
	cover.scope = RPV_SCOPE_GROUPS;
	cover.groups = groups;
	cover.group_count = GROUPS - 1;
	exception(b, &cover, grouped);
}

/* --- likelihoods --- */
static void change_threats(bench *b, uint32_t first, uint32_t end)
{
	rpv__revision revision = revision_of(b);
	rpv__following f;
	rpv__map changed;
	rpv__key key;
	rpv__map_init(&changed, &b->view.alloc);
	for (uint32_t block = first / RPV__THREAT_BLOCK; block <= (end - 1) / RPV__THREAT_BLOCK; block++)
		must(rpv__map_put(&changed, rpv__key32(&key, RPV__K_THREAT, block), 0));
	must(rpv__evaluation_before(&b->view, &changed, &revision, &f));
	for (uint32_t i = first; i < end; i++)
		b->view.threats[i].epss = (uint32_t)(1 + chance(b, 1000)) * 100000;
	must(rpv__evaluation_after(&b->view, &changed, true, &f));
	rpv__map_free(&changed);
}

static void likelihoods(bench *b)
{
	read_figures(b);
	must(rpv__index_variants(b->view.cached));
	double since = now_of_processor();
	change_threats(b, 1, (uint32_t)b->view.threat_count);
	read_scores(b);
	since = note(EPSS_SCORE, since, 1);
	read_figures(b);
	note(EPSS_FIGURES, since, 1);
	must(rpv__index_variants(b->view.cached));
	since = now_of_processor();
	change_threats(b, (uint32_t)b->recommendations * 10 + 5, (uint32_t)b->recommendations * 10 + 6);
	read_scores(b);
	since = note(ONE_SCORE, since, 1);
	read_figures(b);
	note(ONE_FIGURES, since, 1);
}

/* --- what followed equals what is made anew --- */
static void compare(bench *b)
{
	rpv__scores kept, anew;
	size_t size = b->view.recommendation_count * sizeof(rpv__figures);
	rpv__figures *figures = need(malloc(size));
	memcpy(figures, read_figures(b), size);
	must(rpv__evaluate_scores(&b->view, &everything, &kept, NULL));
	forget(b);
	must(rpv__evaluate_scores(&b->view, &everything, &anew, NULL));
	if (memcmp(&kept, &anew, sizeof kept) != 0 || memcmp(figures, read_figures(b), size) != 0) {
		fputs("what followed the changes differs from what is worked out anew\n", stderr);
		exit(1);
	}
	free(figures);
}

/* --- the report --- */
static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(work w, size_t rounds)
{
	double sorted[ROUNDS_MAX];
	memcpy(sorted, taken[w], rounds * sizeof *sorted);
	qsort(sorted, rounds, sizeof *sorted, by_size);
	return rounds % 2 ? sorted[rounds / 2] : (sorted[rounds / 2 - 1] + sorted[rounds / 2]) / 2;
}

static void print(const bench *b, size_t rounds)
{
	double scratch = median(IMPACTS, rounds), stream = median(STREAM, rounds);
	printf("%s, %zu devices, %zu memberships, %zu recommendations, %zu variants, %zu weaknesses; medians of %zu rounds\n",
	       b->kind, b->devices, b->count, b->recommendations, b->view.variant_count - 1, b->view.threat_count - 1, rounds);
	printf("%-38s %12s %14s %10s\n", "", "us", "of all anew", "of stream");
	for (work w = 0; w < WORKS; w++)
		printf("%-38s %12.2f %14.6f %10.3f\n", works[w].what, median(w, rounds) * 1e6, median(w, rounds) / scratch,
		       median(w, rounds) / stream);
	printf("{\"kind\":\"%s\",\"devices\":%zu,\"memberships\":%zu,\"recommendations\":%zu,\"rounds\":%zu", b->kind,
	       b->devices, b->count, b->recommendations, rounds);
	for (work w = 0; w < WORKS; w++)
		printf(",\"%s\":%.9f", works[w].name, median(w, rounds));
	printf("}\n");
}

static size_t number(int argc, char **argv, int at, size_t otherwise)
{
	return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	bench b = { .devices = number(argc, argv, 1, 3000), .memberships = number(argc, argv, 2, 100),
		.recommendations = number(argc, argv, 3, 1000), .kind = argc > 4 ? argv[4] : "uniform", .seed = 1 };
	size_t rounds = number(argc, argv, 5, 3);
	if (b.devices < 1 || b.memberships < 1 || b.recommendations < 40 ||
	    b.recommendations * VERSIONS > UINT16_MAX - 1 || rounds < 1 || rounds > ROUNDS_MAX) {
		fputs("usage: bench_follow [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [uniform|skewed|images [ROUNDS]]]]]\n",
		      stderr);
		return 2;
	}
	open_fleet(&b);
	for (round_now = 0; round_now < rounds; round_now++) {
		floors(&b);
		from_scratch(&b);
		devices(&b);
		exceptions(&b);
		likelihoods(&b);
		compare(&b);
	}
	print(&b, rounds);
	close_fleet(&b);
	return sink == 0;
}
