/* SPDX-License-Identifier: MIT */
/* What a chained journal costs: the same work on two stores, one of them chained, in turns, in CPU time. On SQLite, or in
 * memory where that is missing; with SHA-256 of nettle where it is there, else with a hash that costs next to nothing.
 *
 * usage: bench_chain [DEVICES [RECOMMENDATIONS [FILINGS [FOLDER]]]] */
#ifdef WITH_SQLITE
#include <reprieve-sqlite/reprieve-sqlite.h>
#endif
#ifdef WITH_NETTLE
#include <nettle/sha2.h>
#endif
#include <reprieve/reprieve.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 50 /* devices */
#define EACH 20  /* assessments of a device */

static void must(int right, const char *what)
{
	if (!right) {
		fprintf(stderr, "bench_chain: %s failed\n", what);
		exit(1);
	}
}

static double cpu(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static rpv_status digest(void *user, const void *data, size_t size, unsigned char *out)
{
	(void)user;
#ifdef WITH_NETTLE
	struct sha256_ctx context;
	sha256_init(&context);
	sha256_update(&context, size, data);
	sha256_digest(&context, SHA256_DIGEST_SIZE, out);
#else
	memset(out, (int)size, 32);
	if (size)
		out[0] ^= *(const unsigned char *)data;
#endif
	return RPV_OK;
}

/* --- two stores --- */
static int64_t now_ms = INT64_C(1772323200000);
typedef struct side { rpv_store *store; rpv_session *session; double ingestion, filing, ticks; } side;

static void open_side(side *s, const char *folder, const char *name, int chained)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	char path[4096];
	snprintf(path, sizeof path, "%s/%s.db", folder, name);
	remove(path);
#ifdef WITH_SQLITE
	must(rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 1000, &options.storage, NULL) == RPV_OK, path);
#else
	must(rpv_memory_storage(NULL, &options.storage) == RPV_OK, "memory");
#endif
	options.hash = (rpv_hash){ NULL, "sha256", 32, digest };
	rpv_clock_manual(&now_ms, &options.clock);
	ana.id = "ana";
	ana.permissions = RPV_PERMIT_ALL;
	must(rpv_store_open(&options, &s->store, NULL) == RPV_OK, "opening");
	must(rpv_session_open(s->store, &ana, &s->session, NULL) == RPV_OK, "a session");
	must(!chained || rpv_journal_chain(s->session) == RPV_OK, "chaining");
}

static void ingest(side *s, unsigned first, unsigned recommendations)
{
	rpv_batch *batch;
	char device[40], recommendation[40], weakness[40];
	const char *weaknesses[1] = { weakness };
	double began = cpu();
	must(rpv_batch_begin(s->session, NULL, &batch) == RPV_OK, "batch");
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
	s->ingestion += cpu() - began;
}

/* For a day: the tick afterwards lets it expire. */
static void file(side *s, unsigned which)
{
	char recommendation[40];
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	snprintf(recommendation, sizeof recommendation, "va-_-vendor-_-product_%u", which);
	request.recommendation = recommendation;
	request.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "measured";
	request.duration_ms = RPV_DAYS(1);
	double began = cpu();
	must(rpv_exception_file(s->session, &request, NULL) == RPV_OK, "filing");
	s->filing += cpu() - began;
}

static void tick(side *s)
{
	double began = cpu();
	must(rpv_store_tick(s->store, 0, NULL, NULL) == RPV_OK, "tick");
	s->ticks += cpu() - began;
}

static void close_side(side *s)
{
	rpv_session_close(s->session);
	rpv_store_close(s->store);
}

static void say(const char *what, double plain, double chained, unsigned times)
{
	printf("%-10s %10.1f us plain %10.1f us chained   %.3f of it\n", what, 1e6 * plain / times, 1e6 * chained / times,
	       chained / plain);
}

int main(int argc, char **argv)
{
	unsigned devices = argc > 1 ? (unsigned)atoi(argv[1]) : 500, recommendations = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
	unsigned filings = argc > 3 ? (unsigned)atoi(argv[3]) : 100, batches = devices / BATCH;
	const char *folder = argc > 4 ? argv[4] : ".";
	side sides[2] = { { 0 }, { 0 } }; /* plain, chained */
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	must(batches > 0 && recommendations > 0 && filings > 0, "arguments: something");
	open_side(&sides[0], folder, "bench_plain", 0);
	open_side(&sides[1], folder, "bench_chained", 1);
	for (unsigned n = 0; n < batches; n++)
		for (unsigned i = 0; i < 2; i++)
			ingest(&sides[(n + i) % 2], n * BATCH, recommendations);
	for (unsigned n = 0; n < filings; n++) { /* each but the first ones expires before the next of its recommendation */
		for (unsigned i = 0; i < 2; i++)
			file(&sides[(n + i) % 2], n % recommendations);
		now_ms += RPV_DAYS(1) + 1;
		for (unsigned i = 0; i < 2; i++)
			tick(&sides[(n + i) % 2]);
	}
	say("ingestion", sides[0].ingestion, sides[1].ingestion, batches);
	say("filing", sides[0].filing, sides[1].filing, filings);
	say("tick", sides[0].ticks, sides[1].ticks, filings);
	double began = cpu(), took;
	unsigned rounds = 0;
	do {
		must(rpv_journal_verify(sides[1].session, NULL, 0, &proof) == RPV_OK, "verifying");
		rounds++;
		took = cpu() - began;
	} while (took < 0.2);
	uint64_t records = proof.commits + proof.events;
	printf("verifying  %10.0f records a second (%llu commits and events)\n", (double)rounds * (double)records / took,
	       (unsigned long long)records);
	close_side(&sides[0]);
	close_side(&sides[1]);
	return 0;
}
