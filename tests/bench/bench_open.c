/* SPDX-License-Identifier: MIT */
/* Opening an engine on a SQLite store, beside reading the bytes of the same file through SQLite, and the memory that it
 * takes then:
 *
 *     bench_open FILE [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [KIND [ROUNDS]]]]]      KIND: see bench_fleet.h
 *
 * A file that exists is taken as it is, and nothing but its name given. Else it is made of the records that an engine reads,
 * and nothing more that a store holds: bytes that an engine has no use for do not count in its favour. That is removed
 * afterwards. Works are interleaved; medians are of processor time. Memory is counted in bytes asked of the allocator,
 * without what that adds. */
#define _POSIX_C_SOURCE 200809L
#include "bench_fleet.h"

#include "../../lib/port/inside.h"
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 101, WRITES = 5000 };
typedef enum work { READ, OPEN, SCORE, WORKS } work;
static const char *const works[WORKS] = { [READ] = "read", [OPEN] = "open", [SCORE] = "score" };
static double taken[WORKS][ROUNDS_MAX];
static size_t live;

static void must(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "bench_open: %s failed\n", what);
	exit(1);
}

/* Counts bytes: each block has its size in front. */
static void *resize(void *user, void *block, size_t size)
{
	size_t *head = block ? (size_t *)block - 2 : NULL;
	(void)user;
	if (head)
		live -= head[0];
	if (size == 0) {
		free(head);
		return NULL;
	}
	head = need(realloc(head, size + 2 * sizeof *head));
	head[0] = size;
	live += size;
	return head + 2;
}

static double now_of_processor(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- writing the file --- */
typedef struct writer {
	rpv_storage *storage;
	rpv_write writes[WRITES]; size_t count;
	rpv__arena arena;
	rpv__buf value, summed;
	uint64_t bytes;
} writer;

static void flush(writer *w)
{
	must(w->storage->commit(w->storage->user, w->writes, w->count, NULL, 0, NULL) == RPV_OK, "writing");
	w->count = 0;
	rpv__arena_free(&w->arena);
}

/* Puts what was written into w->value. */
static void put(writer *w, const rpv__key *key)
{
	rpv_bytes at = rpv__key_view(key);
	rpv__buf_clear(&w->summed);
	rpv__summed_put(&w->summed, at, rpv__buf_view(&w->value));
	rpv_bytes value = rpv__buf_view(&w->summed);
	w->writes[w->count++] = (rpv_write){ .key = { need(rpv__arena_text(&w->arena, at.data, at.size)), at.size },
		.value = { need(rpv__arena_text(&w->arena, value.data, value.size)), value.size } };
	w->bytes += at.size + value.size;
	rpv__buf_clear(&w->value);
	if (w->count == WRITES)
		flush(w);
}

static void put_catalogue_records(bench *b, writer *w)
{
	char id[32];
	rpv__key key;
	for (uint32_t i = 1; i < b->view.group_count; i++) {
		snprintf(id, sizeof id, "group-%u", i);
		rpv__put_group(&w->value, &(rpv__group){ .name = id, .declared = true });
		rpv__key32(&key, RPV__K_GROUP, i);
		put(w, &key);
	}
	for (uint32_t i = 1; i < b->view.recommendation_count; i++) {
		snprintf(id, sizeof id, "rec-%u", i);
		rpv__put_recommendation(&w->value, &(rpv__recommendation){ .id = id, .kind = RPV_KIND_UPDATE,
			.category = RPV_CATEGORY_APPLICATION });
		rpv__key32(&key, RPV__K_RECOMMENDATION, i);
		put(w, &key);
	}
	for (uint32_t i = 1; i < b->view.variant_count; i++) {
		const rpv__view_variant *v = &b->view.variants[i];
		rpv__put_variant(&w->value, &(rpv__variant){ .recommendation = v->recommendation, .weaknesses = v->weaknesses,
			.weakness_count = v->weakness_count });
		rpv__key32(&key, RPV__K_VARIANT, i);
		put(w, &key);
	}
	for (uint32_t i = 0; i * RPV__THREAT_BLOCK < b->view.threat_count; i++) {
		static rpv__threat_block block;
		memset(&block, 0, sizeof block);
		for (size_t j = 0; j < RPV__THREAT_BLOCK && i * RPV__THREAT_BLOCK + j < b->view.threat_count; j++)
			block.items[j] = b->view.threats[i * RPV__THREAT_BLOCK + j];
		rpv__put_threat_block(&w->value, &block);
		rpv__key32(&key, RPV__K_THREAT, i);
		put(w, &key);
	}
}

static void put_device_records(bench *b, writer *w)
{
	static const rpv_value values[] = { RPV_VALUE_LOW, RPV_VALUE_NORMAL, RPV_VALUE_HIGH };
	uint32_t *row = need(calloc(2 * b->memberships, sizeof *row));
	rpv__key key;
	for (uint32_t i = 1; i < b->view.device_count; i++) {
		const rpv__view_device *d = &b->view.devices[i];
		rpv__put_device_hot(&w->value, &(rpv__device_hot){ .group = d->group, .value = values[d->value], .flags = d->flags,
			.last_seen_ms = d->last_seen_ms + i });
		rpv__key32(&key, RPV__K_DEVICE_HOT, i);
		put(w, &key);
	}
	for (uint32_t i = 1; i < b->view.device_count; i++) {
		const rpv__view_device *d = &b->view.devices[i];
		for (uint32_t j = 0; j < rpv__device_variant_count(d); j++)
			row[j] = rpv__device_variant(d, j);
		rpv__put_row(&w->value, &(rpv__row){ row, rpv__device_variant_count(d) });
		rpv__key32(&key, RPV__K_ROW, i);
		put(w, &key);
	}
	free(row);
}

static void put_revision(bench *b, writer *w)
{
	rpv__revision r;
	rpv__key key;
	rpv__revision_empty(&r);
	r.revision = 1;
	r.mark_ms = NOW;
	r.next[RPV__NEXT_GROUP] = b->view.group_count;
	r.next[RPV__NEXT_DEVICE] = b->view.device_count;
	r.next[RPV__NEXT_RECOMMENDATION] = b->view.recommendation_count;
	r.next[RPV__NEXT_VARIANT] = b->view.variant_count;
	r.next[RPV__NEXT_WEAKNESS] = b->view.threat_count;
	rpv__put_revision(&w->value, &r);
	rpv__key1(&key, RPV__K_REVISION);
	put(w, &key);
}

static void write_file(bench *b, rpv_storage *storage, writer *w)
{
	const rpv__alloc alloc = rpv__alloc_or_default(NULL);
	w->storage = storage;
	rpv__arena_init(&w->arena, &alloc);
	rpv__buf_init(&w->value, &alloc);
	rpv__buf_init(&w->summed, &alloc);
	put_catalogue_records(b, w);
	put_device_records(b, w);
	put_revision(b, w);
	flush(w);
	rpv__buf_free(&w->value);
	rpv__buf_free(&w->summed);
}

/* --- reading --- */
/* Every byte of every key and value, as the storage would lend them. */
static uint64_t read_file(const char *file, uint64_t *bytes)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	uint64_t sum = 0;
	*bytes = 0;
	must(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "opening with SQLite");
	must(sqlite3_exec(db, "PRAGMA cache_size=-16384; BEGIN", NULL, NULL, NULL) == SQLITE_OK, "settings");
	must(sqlite3_prepare_v2(db, "SELECT key, value FROM reprieve ORDER BY key", -1, &statement, NULL) == SQLITE_OK, "query");
	while (sqlite3_step(statement) == SQLITE_ROW)
		for (int column = 0; column < 2; column++) {
			const uint8_t *at = sqlite3_column_blob(statement, column);
			int size = sqlite3_column_bytes(statement, column);
			for (int i = 0; i < size; i++)
				sum += at[i];
			*bytes += (uint64_t)size;
		}
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return sum;
}

static void report(const rpv__view *view, const bench *b, const char *what, size_t before)
{
	double bytes = (double)(live - before), devices = (double)(view->device_count - 1);
	printf("%-44s %9.1f MB, %6.3f bytes a membership; with 64 a device apart %6.3f\n", what, bytes / 1e6,
	       bytes / (double)b->count, (bytes - 64 * devices) / (double)b->count);
}

static void count_memberships(const rpv__view *view, bench *b)
{
	b->count = 0;
	b->devices = view->device_count - 1;
	for (size_t i = 0; i < view->device_count; i++)
		b->count += rpv__device_variant_count(&view->devices[i]);
}

static void open_and_score(const char *file, bench *b, size_t round, bool last)
{
	static const rpv__lens everything = { .now_ms = NOW };
	const rpv_allocator counting = { NULL, resize };
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv__port port = { .max_commit = 1 << 24 };
	const rpv__figures *figures;
	rpv__scores scores;
	rpv__view *view;
	size_t before = live;
	port.alloc = rpv__alloc_or_default(&counting);
	double since = now_of_processor();
	must(rpv_sqlite_storage(file, 0, 0, &storage, NULL) == RPV_OK, "opening the storage");
	port.storage = storage;
	rpv__source source = { &port, NULL };
	must(rpv__view_load(&source, &view, NULL) == RPV_OK, "loading");
	double loaded = now_of_processor();
	taken[OPEN][round] = loaded - since;
	must(b->count == 0 || view->device_count == b->devices + 1, "finding all devices");
	count_memberships(view, b);
	if (last)
		report(view, b, "memory, loaded", before);
	must(rpv__evaluate_scores(view, &everything, &scores, NULL) == RPV_OK, "scores");
	taken[SCORE][round] = now_of_processor() - loaded;
	if (last) {
		report(view, b, "and scores", before);
		must(rpv__evaluate_all(view, &everything, NULL, &figures, NULL) == RPV_OK, "impacts");
		report(view, b, "and impacts", before);
		must(rpv__index_variants(view->cached) == RPV_OK, "index");
		report(view, b, "and the inverse index", before);
	}
	rpv__view_free(view);
	storage.close(storage.user);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static size_t number(int argc, char **argv, int at, size_t otherwise)
{
	return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	bench b = { .devices = number(argc, argv, 2, 2000), .memberships = number(argc, argv, 3, 100),
		.recommendations = number(argc, argv, 4, 1000), .kind = argc > 5 ? argv[5] : "uniform", .seed = 1 };
	size_t rounds = number(argc, argv, 6, 3);
	static writer w;
	rpv_storage storage = RPV_STORAGE_INIT;
	uint64_t bytes, sum = 0;
	if (argc < 2 || b.devices < 1 || b.memberships < 1 || b.recommendations < 1 || rounds < 1 || rounds > ROUNDS_MAX ||
	    b.recommendations * VERSIONS > UINT16_MAX - 1) {
		fputs("usage: bench_open FILE [DEVICES [MEMBERSHIPS [RECOMMENDATIONS [KIND [ROUNDS]]]]]\n", stderr);
		return 2;
	}
	bool made = access(argv[1], F_OK) != 0;
	if (made) {
		must(rpv_sqlite_storage(argv[1], RPV_SQLITE_CREATE, 0, &storage, NULL) == RPV_OK, "creating the file");
		open_fleet(&b);
		write_file(&b, &storage, &w);
		storage.close(storage.user);
		close_fleet(&b);
	}
	for (size_t i = 0; i < rounds; i++) {
		double since = now_of_processor();
		sum += read_file(argv[1], &bytes);
		taken[READ][i] = now_of_processor() - since;
		must(bytes >= w.bytes, "reading all bytes");
		open_and_score(argv[1], &b, i, i + 1 == rounds);
	}
	for (work k = 0; k < WORKS; k++)
		qsort(taken[k], rounds, sizeof **taken, by_size);
	printf("%s, %zu devices, %zu memberships; %.1f MB of keys and values; medians of %zu rounds\n",
	       made ? b.kind : argv[1], b.devices, b.count, (double)bytes / 1e6, rounds);
	for (work k = 0; k < WORKS; k++)
		printf("%-44s %9.1f ms %8.3f of reading\n", works[k], taken[k][rounds / 2] * 1e3,
		       taken[k][rounds / 2] / taken[READ][rounds / 2]);
	if (made)
		(void)unlink(argv[1]);
	return sum == 0;
}
