/* SPDX-License-Identifier: MIT */
/* One of many processes that ingest, file and cancel on one store at once. It says on its output what was acknowledged
 * to it; when told to on its input it says what it sees in the end. crowd.py brings them together.
 *
 * usage: crowd_worker DB NUMBER SECONDS
 *   DB: file of a SQLite store, or connection string of a PostgreSQL one. Lines of output:
 *     device ID | filed ID | canceled ID      acknowledged
 *     failed STATUS MESSAGE                    a call that the storage failed; the worker goes on
 *     done                                     waits for a line of input
 *     sees REVISION SEQUENCE EVENTS DEVICES SCORES...   (scores bit for bit)
 *     lost WHAT                                something acknowledged is not there */
#include "test.h"

#include <inttypes.h>
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <reprieve/reprieve.h>
#include <reprieve/system-clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef WITH_POSTGRES
#include <reprieve-postgres/reprieve-postgres.h>
#endif

#define SHARED_DEVICES 30
#define SHARED_RECOMMENDATIONS 12
#define OWN_DEVICES 200
#define FILED 4000

typedef struct filed { char id[24]; int canceled; } filed;

typedef struct worker {
	rpv_store *store;
	rpv_session *session;
	rpv_score_engine *engine;
	unsigned number;
	uint64_t chance;
	unsigned own_devices; /* acknowledged: numbers below this */
	filed filed[FILED];
	unsigned filed_count;
	char anchor[RPV_ANCHOR_MAX]; /* of the journal, on the way */
} worker;

static uint64_t below(worker *w, uint64_t bound)
{
	uint64_t z = w->chance += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) % bound;
}

static rpv_status open_storage(const char *db, rpv_storage *storage, rpv_error *error)
{
#ifdef WITH_POSTGRES
	if (strchr(db, '=') || strstr(db, "://")) {
		rpv_postgres_options options = RPV_POSTGRES_OPTIONS_INIT;
		options.conninfo = db;
		options.reconnect_ms = 20000;
		return rpv_postgres_storage(&options, storage, error);
	}
#endif
	return rpv_sqlite_storage(db, RPV_SQLITE_CREATE, 20000, storage, error);
}

static rpv_status open_worker(worker *w, const char *db)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	char id[40];
	snprintf(id, sizeof id, "worker-%u@corp.example", w->number);
	principal.id = id;
	principal.permissions = RPV_PERMIT_ALL;
	options.clock = rpv_clock_system();
	options.hash = test_hash();
	rpv_status status = open_storage(db, &options.storage, &error);
	if (!status)
		status = rpv_store_open(&options, &w->store, &error);
	if (!status)
		status = rpv_session_open(w->store, &principal, &w->session, &error);
	if (!status)
		status = rpv_score_engine_open(w->session, &w->engine);
	if (status)
		fprintf(stderr, "%s: %s\n", rpv_status_name(status), error.message);
	return status;
}

/* --- what it does --- */
static rpv_status put_facts(worker *w, rpv_batch *batch, const char *device)
{
	static const char *const groups[] = { "Sales", "Servers", "Kiosks" };
	char recommendation[40], weakness[40];
	const char *weaknesses[1] = { weakness };
	rpv_device_facts d = { .id = device, .group = groups[below(w, 3)] };
	rpv_status status = rpv_batch_device(batch, &d);
	for (int i = 0; i < 3 && !status; i++) {
		unsigned which = (unsigned)below(w, SHARED_RECOMMENDATIONS);
		snprintf(recommendation, sizeof recommendation, "va-_-shared-_-app_%u", which);
		snprintf(weakness, sizeof weakness, "CVE-2026-%04u", 1000 + which);
		const rpv_weakness_facts facts = { .id = weakness, .severity = (rpv_severity)(1 + which % 4) };
		const rpv_recommendation_facts r = { .id = recommendation, .title = "Update a shared application" };
		status = rpv_batch_weakness(batch, &facts);
		if (!status)
			status = rpv_batch_recommendation(batch, &r);
		if (!status)
			status = rpv_batch_assess(batch, device, recommendation, weaknesses, below(w, 4) != 0);
	}
	return status;
}

static rpv_status ingest(worker *w)
{
	char own[40], shared[40];
	rpv_batch *batch;
	rpv_status status = rpv_batch_begin(w->session, NULL, &batch);
	if (status)
		return status;
	unsigned next = w->own_devices < OWN_DEVICES ? w->own_devices : (unsigned)below(w, OWN_DEVICES);
	snprintf(own, sizeof own, "own-%u-%u", w->number, next);
	snprintf(shared, sizeof shared, "pc-%u", (unsigned)below(w, SHARED_DEVICES));
	status = put_facts(w, batch, own);
	if (!status)
		status = put_facts(w, batch, shared);
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	if (!status && next == w->own_devices) {
		w->own_devices++;
		printf("device %s\n", own);
	}
	return status;
}

static rpv_status file(worker *w)
{
	char recommendation[40];
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	rpv_filing *filing;
	snprintf(recommendation, sizeof recommendation, "va-_-shared-_-app_%u", (unsigned)below(w, SHARED_RECOMMENDATIONS));
	request.recommendation = recommendation;
	request.justification = below(w, 2) ? RPV_JUSTIFICATION_ALTERNATE_MITIGATION : RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "one of many at once";
	request.duration_ms = RPV_DAYS(30);
	request.supersede = 1;
	rpv_status status = w->filed_count < FILED ? rpv_exception_file(w->session, &request, &filing) : RPV_E_REFUSED;
	if (status)
		return status;
	filed *f = &w->filed[w->filed_count++];
	snprintf(f->id, sizeof f->id, "%s", rpv_filing_read(filing)->exception->id);
	f->canceled = 0;
	rpv_filing_free(filing);
	printf("filed %s\n", f->id);
	return RPV_OK;
}

static rpv_status cancel(worker *w)
{
	if (w->filed_count == 0)
		return RPV_OK;
	filed *f = &w->filed[w->filed_count - 1 - below(w, w->filed_count < 3 ? w->filed_count : 3)];
	rpv_status status = rpv_exception_cancel(w->session, f->id, NULL, "no longer needed");
	if (!status) {
		f->canceled = 1;
		printf("canceled %s\n", f->id);
	}
	return status;
}

static rpv_status look(worker *w)
{
	rpv_score score = RPV_SCORE_INIT;
	return rpv_score_engine_read(w->engine, NULL, &score);
}

/* Everybody begins the chain, and only the first does. */
static rpv_status anchor(worker *w)
{
	char text[RPV_ANCHOR_MAX];
	rpv_status status = rpv_journal_chain(w->session);
	if (!status)
		status = rpv_journal_anchor(w->session, text, sizeof text);
	if (!status)
		memcpy(w->anchor, text, sizeof text);
	return status;
}

/* The storage may fail, and others be first; a rule may refuse what others made impossible. All else is a mistake. */
static int is_allowed(rpv_status status)
{
	return status == RPV_OK || status == RPV_E_STORAGE || status == RPV_E_BUSY || status == RPV_E_OUTCOME ||
	       status == RPV_E_CONFLICT || status == RPV_E_REFUSED || status == RPV_E_NOT_FOUND;
}

static int work(worker *w, double seconds)
{
	struct timespec began, now;
	clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		uint64_t what = below(w, 10);
		rpv_status status = !w->anchor[0] || !below(w, 200) ? anchor(w) : what < 5 ? ingest(w)
		                    : what < 8 ? file(w) : what < 9 ? cancel(w) : look(w);
		if (status && status != RPV_E_REFUSED && status != RPV_E_NOT_FOUND)
			printf("failed %s %s\n", rpv_status_name(status), rpv_session_error(w->session)->message);
		if (!is_allowed(status))
			return 1;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((double)(now.tv_sec - began.tv_sec) + 1e-9 * (double)(now.tv_nsec - began.tv_nsec) < seconds);
	return 0;
}

/* --- what it sees in the end --- */
static rpv_status check_devices(worker *w, size_t *count)
{
	rpv_list *list;
	unsigned char seen[OWN_DEVICES] = { 0 };
	rpv_status status = rpv_device_list(w->session, NULL, &list);
	if (status)
		return status;
	*count = rpv_list_count(list);
	for (size_t i = 0; i < *count; i++) {
		unsigned number, which;
		if (sscanf(rpv_device_at(list, i)->id, "own-%u-%u", &number, &which) == 2 && number == w->number &&
		    which < OWN_DEVICES)
			seen[which] = 1;
	}
	rpv_list_free(list);
	for (unsigned i = 0; i < w->own_devices; i++)
		if (!seen[i])
			printf("lost device own-%u-%u\n", w->number, i);
	return RPV_OK;
}

static rpv_status check_exceptions(worker *w)
{
	rpv_list *list;
	rpv_status status = rpv_exception_list(w->session, NULL, &list);
	if (status)
		return status;
	for (unsigned f = 0; f < w->filed_count; f++) {
		const rpv_exception *found = NULL;
		for (size_t i = 0; i < rpv_list_count(list) && !found; i++)
			if (strcmp(rpv_exception_at(list, i)->id, w->filed[f].id) == 0)
				found = rpv_exception_at(list, i);
		if (!found)
			printf("lost exception %s\n", w->filed[f].id);
		else if (w->filed[f].canceled && found->status != RPV_EXCEPTION_CANCELED)
			printf("lost cancellation %s\n", w->filed[f].id);
	}
	rpv_list_free(list);
	return RPV_OK;
}

static rpv_status check_journal(worker *w, size_t *count)
{
	rpv_list *list;
	rpv_status status = rpv_event_list(w->session, NULL, &list);
	if (status)
		return status;
	*count = rpv_list_count(list);
	for (size_t i = 0; i < *count; i++)
		if (rpv_event_at(list, i)->sequence != i + 1) {
			printf("lost event %zu: the journal goes on with %" PRIu64 "\n", i + 1, rpv_event_at(list, i)->sequence);
			break;
		}
	rpv_list_free(list);
	return RPV_OK;
}

static void print_bits(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	printf(" %016" PRIx64, bits);
}

static rpv_status report(worker *w)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_store_info info = { .struct_size = sizeof info };
	size_t devices = 0, events = 0;
	rpv_status status = check_devices(w, &devices);
	if (!status)
		status = check_exceptions(w);
	if (!status)
		status = check_journal(w, &events);
	if (!status && w->number) /* the late one has no anchor */
		status = rpv_journal_verify(w->session, w->anchor, 0, NULL);
	if (!status)
		status = rpv_score_engine_read(w->engine, NULL, &score);
	if (!status)
		status = rpv_store_read_info(w->store, &info, NULL);
	if (status)
		return status;
	printf("sees %" PRIu64 " %" PRIu64 " %zu %zu", info.revision, info.sequence, events, devices);
	print_bits(score.exposure_official);
	print_bits(score.exposure_no_impact);
	print_bits(score.exposure_mitigation_like);
	print_bits(score.secure_official.points);
	putchar('\n');
	return RPV_OK;
}

int main(int argc, char **argv)
{
	static worker w;
	char line[20];
	int wrong = 1;
	if (argc != 4)
		return 2;
	w.number = (unsigned)atoi(argv[2]);
	w.chance = w.number * 1000003u;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (open_worker(&w, argv[1]) == RPV_OK) {
		wrong = work(&w, atof(argv[3]));
		puts("done");
		if (!wrong && fgets(line, sizeof line, stdin))
			wrong = report(&w) != RPV_OK;
		if (wrong)
			fprintf(stderr, "%s\n", rpv_session_error(w.session)->message);
	}
	rpv_score_engine_close(w.engine);
	rpv_session_close(w.session);
	rpv_store_close(w.store);
	return wrong;
}
