/* SPDX-License-Identifier: MIT */
/* A process that is killed at any moment while it upgrades a SQLite store, ingests, files, cancels, renews and ticks, and
 * the one that checks afterwards what it left. kill.py brings them together.
 *
 * usage: crash_worker work FILE SEED       says on its output what it is about to do, and what was acknowledged
 *        crash_worker verify FILE          reads what was acknowledged so far, says what is missing
 *
 * Lines of output of the first, and of input of the second:
 *   try WHAT ID                            what comes next
 *   did REVISION SEQUENCE WHAT ID          acknowledged, and where the store stood then
 *   anchor TEXT                            of the chained journal there
 * WHAT is device, filed, canceled, renewed, chained, ticked or upgraded. The clock goes a few hours with each
 * revision. */
#include "test.h"

#include <inttypes.h>
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <reprieve/reprieve.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START INT64_C(1772323200000)
#define STEP INT64_C(10000000)
#define RECOMMENDATIONS 40
#define MOST 1000000
#define FORMAT 2

typedef struct worker {
	rpv_store *store;
	rpv_session *session;
	int64_t now;
	uint64_t chance;
	rpv_store_info info;
} worker;

static uint64_t below(worker *w, uint64_t bound)
{
	uint64_t z = w->chance += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) % bound;
}

/* --- opening --- */
static rpv_status look(worker *w)
{
	w->info.struct_size = sizeof w->info;
	rpv_status status = rpv_store_read_info(w->store, &w->info, NULL);
	w->now = START + (int64_t)w->info.revision * STEP;
	return status;
}

static rpv_status open_worker(worker *w, const char *path)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	w->now = START;
	rpv_clock_manual(&w->now, &options.clock);
	options.hash = test_hash();
	principal.id = "worker@corp.example";
	principal.permissions = RPV_PERMIT_ALL;
	rpv_status status = rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 0, &options.storage, &error);
	if (!status)
		status = rpv_store_open(&options, &w->store, &error);
	if (!status)
		status = rpv_session_open(w->store, &principal, &w->session, &error);
	if (!status)
		status = look(w);
	if (status)
		fprintf(stderr, "cannot open: %s: %s\n", rpv_status_name(status), error.message);
	return status;
}

static void close_worker(worker *w)
{
	rpv_session_close(w->session);
	rpv_store_close(w->store);
}

/* --- saying: in one write, so that a kill leaves whole lines --- */
static void say(const char *line)
{
	size_t size = strlen(line);
	if (write(STDOUT_FILENO, line, size) != (ssize_t)size)
		exit(3);
}

static void will(const char *what, const char *id)
{
	char line[128];
	snprintf(line, sizeof line, "try %s %s\n", what, id);
	say(line);
}

static rpv_status did(worker *w, const char *what, const char *id)
{
	char line[160];
	rpv_status status = look(w);
	snprintf(line, sizeof line, "did %" PRIu64 " %" PRIu64 " %s %s\n", w->info.revision, w->info.sequence, what, id);
	if (!status)
		say(line);
	return status;
}

/* --- what it does --- */
static rpv_status put(worker *w, rpv_batch *batch, const char *device)
{
	static const char *const groups[] = { "Sales", "Servers", "Kiosks" };
	const rpv_device_facts d = { .id = device, .group = groups[below(w, 3)], .value = (rpv_value)(1 + below(w, 3)) };
	rpv_status status = rpv_batch_device(batch, &d);
	for (int i = 0; i < 4 && !status; i++) {
		char rec[40], weakness[40];
		const char *weaknesses[1] = { weakness };
		unsigned which = (unsigned)below(w, RECOMMENDATIONS);
		snprintf(rec, sizeof rec, "va-_-acme-_-app_%u", which);
		snprintf(weakness, sizeof weakness, "CVE-2026-%04u", 1000 + which);
		const rpv_weakness_facts facts = { .id = weakness, .severity = (rpv_severity)(2 + which % 3) };
		const rpv_recommendation_facts r = { .id = rec, .kind = RPV_KIND_UPDATE, .title = "Update it" };
		status = rpv_batch_weakness(batch, &facts);
		if (!status)
			status = rpv_batch_recommendation(batch, &r);
		if (!status)
			status = rpv_batch_assess(batch, device, rec, weaknesses, below(w, 5) != 0);
	}
	return status;
}

static rpv_status ingest(worker *w)
{
	char id[40];
	rpv_batch *batch;
	rpv_status status = rpv_batch_begin(w->session, NULL, &batch);
	snprintf(id, sizeof id, "pc-%" PRIu64, w->info.revision);
	will("device", id);
	for (uint64_t n = below(w, 8) ? 1 : 150; n > 0 && !status; n--) {
		char other[40];
		snprintf(other, sizeof other, "shared-%u", (unsigned)below(w, 400));
		status = put(w, batch, n == 1 ? id : other);
	}
	if (!status)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status ? status : did(w, "device", id);
}

static rpv_status file(worker *w)
{
	char rec[40], id[40];
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	rpv_filing *filing;
	snprintf(rec, sizeof rec, "va-_-acme-_-app_%u", (unsigned)below(w, RECOMMENDATIONS));
	request.recommendation = rec;
	request.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "until it is killed";
	request.duration_ms = RPV_DAYS(1 + below(w, 20));
	request.supersede = 1;
	will("filed", rec);
	rpv_status status = rpv_exception_file(w->session, &request, &filing);
	if (status)
		return status;
	snprintf(id, sizeof id, "%s", rpv_filing_read(filing)->exception->id);
	rpv_filing_free(filing);
	return did(w, "filed", id);
}

/* Any exception; most have ended by themselves, which is refused. */
static rpv_status change(worker *w, bool renews)
{
	char id[40];
	rpv_renewal_request request = RPV_RENEWAL_REQUEST_INIT;
	snprintf(id, sizeof id, "E-%u", (unsigned)(1 + below(w, 1 + w->info.revision / 3)));
	request.id = id;
	request.duration_ms = RPV_DAYS(5);
	will(renews ? "renewed" : "canceled", id);
	rpv_status status = renews ? rpv_exception_renew(w->session, &request, NULL)
	                           : rpv_exception_cancel(w->session, id, NULL, "no longer needed");
	return status ? status : did(w, renews ? "renewed" : "canceled", id);
}

static rpv_status tick(worker *w)
{
	rpv_error error = RPV_ERROR_INIT;
	will("ticked", "-");
	w->now += 20 * STEP;
	rpv_status status = rpv_store_tick(w->store, 0, NULL, &error);
	return status ? status : did(w, "ticked", "-");
}

static rpv_status upgrade(worker *w)
{
	rpv_error error = RPV_ERROR_INIT;
	if (w->info.format == FORMAT)
		return RPV_OK;
	will("upgraded", "-");
	rpv_status status = rpv_store_upgrade(w->store, &error);
	return status ? status : did(w, "upgraded", "-");
}

/* It may be chained already: then nothing is committed. */
static rpv_status chain(worker *w)
{
	char anchor[RPV_ANCHOR_MAX], line[RPV_ANCHOR_MAX + 16];
	will("chained", "-");
	rpv_status status = rpv_journal_chain(w->session);
	if (!status)
		status = did(w, "chained", "-");
	if (!status)
		status = rpv_journal_anchor(w->session, anchor, sizeof anchor);
	snprintf(line, sizeof line, "anchor %s\n", anchor);
	if (!status)
		say(line);
	return status;
}

static bool is_refusal(rpv_status status)
{
	return status == RPV_E_REFUSED || status == RPV_E_NOT_FOUND;
}

static rpv_status work(worker *w, uint64_t seed)
{
	rpv_status status = w->info.revision ? upgrade(w) : RPV_OK;
	w->chance = seed;
	while (!status || is_refusal(status)) {
		uint64_t what = below(w, 13);
		status = what < 5 ? ingest(w) : what < 8 ? file(w) : what < 10 ? change(w, what == 9) : what < 12 ? tick(w)
		         : chain(w);
	}
	fprintf(stderr, "%s: %s\n", rpv_status_name(status), rpv_session_error(w->session)->message);
	return status;
}

/* --- what must be there --- */
typedef struct promises {
	uint64_t revision, sequence;   /* of the last that was acknowledged */
	unsigned char *device;         /* by the number in its id */
	unsigned char *filed, *canceled;
	bool open;                     /* something was under way: one commit, or many, of an upgrade */
	bool upgrading;
	char anchor[RPV_ANCHOR_MAX];   /* the last one; empty: it was not chained yet */
	unsigned wrong;
} promises;

static void missing(promises *p, const char *what, uint64_t number)
{
	p->wrong++;
	printf("lost %s %" PRIu64 "\n", what, number);
}

static void read_promises(promises *p)
{
	char line[300], what[20], id[60];
	while (fgets(line, sizeof line, stdin)) {
		uint64_t revision, sequence, number = 0;
		if (sscanf(line, "anchor %255s", p->anchor) == 1)
			continue;
		p->open = strncmp(line, "try", 3) == 0;
		p->upgrading = strncmp(line, "try upgraded", 12) == 0;
		if (sscanf(line, "did %" SCNu64 " %" SCNu64 " %19s %59s", &revision, &sequence, what, id) != 4)
			continue;
		p->revision = revision;
		p->sequence = sequence;
		if (sscanf(id, "pc-%" SCNu64, &number) != 1 && sscanf(id, "E-%" SCNu64, &number) != 1)
			continue;
		if (number < MOST)
			(strcmp(what, "device") == 0 ? p->device : strcmp(what, "canceled") == 0 ? p->canceled : p->filed)[number] = 1;
	}
}

static rpv_status check_devices(worker *w, promises *p)
{
	rpv_list *list;
	rpv_status status = rpv_device_list(w->session, NULL, &list);
	uint64_t number;
	if (status)
		return status;
	for (size_t i = 0; i < rpv_list_count(list); i++)
		if (sscanf(rpv_device_at(list, i)->id, "pc-%" SCNu64, &number) == 1 && number < MOST)
			p->device[number] = 0;
	rpv_list_free(list);
	for (number = 0; number < MOST; number++)
		if (p->device[number])
			missing(p, "device", number);
	return RPV_OK;
}

static rpv_status check_exceptions(worker *w, promises *p)
{
	rpv_list *list;
	rpv_status status = rpv_exception_list(w->session, NULL, &list);
	uint64_t number;
	if (status)
		return status;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		if (sscanf(e->id, "E-%" SCNu64, &number) != 1 || number >= MOST)
			continue;
		p->filed[number] = 0;
		if (e->status == RPV_EXCEPTION_CANCELED)
			p->canceled[number] = 0;
	}
	rpv_list_free(list);
	for (number = 0; number < MOST; number++) {
		if (p->filed[number])
			missing(p, "exception", number);
		if (p->canceled[number])
			missing(p, "cancellation of exception", number);
	}
	return RPV_OK;
}

static rpv_status check_journal(worker *w, promises *p)
{
	rpv_list *list;
	rpv_status status = rpv_event_list(w->session, NULL, &list);
	if (status)
		return status;
	size_t count = rpv_list_count(list);
	for (size_t i = 0; i < count; i++)
		if (rpv_event_at(list, i)->sequence != i + 1) {
			missing(p, "event", i + 1);
			break;
		}
	if (count != w->info.sequence)
		missing(p, "the end of the journal, event", w->info.sequence);
	rpv_list_free(list);
	return RPV_OK;
}

/* What was acknowledged, and at most the one call that was under way. */
static void check_revision(const worker *w, promises *p)
{
	if (w->info.revision < p->revision || w->info.sequence < p->sequence)
		missing(p, "revision", p->revision);
	if (p->revision && w->info.revision > p->revision + 1 && !p->upgrading)
		missing(p, "the acknowledgement of revision", w->info.revision);
	if (!p->open && p->revision && w->info.revision != p->revision)
		missing(p, "the wish for revision", w->info.revision);
}

static rpv_status verify(worker *w, promises *p)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	read_promises(p);
	check_revision(w, p);
	rpv_status status = check_devices(w, p);
	if (!status)
		status = check_exceptions(w, p);
	if (!status)
		status = check_journal(w, p);
	if (!status && p->anchor[0])
		status = rpv_journal_verify(w->session, p->anchor, 0, NULL);
	if (!status)
		status = rpv_score_read(w->session, NULL, &score);
	if (status)
		fprintf(stderr, "%s: %s\n", rpv_status_name(status), rpv_session_error(w->session)->message);
	else if ((status = rpv_store_check(w->store, NULL, &error)))
		fprintf(stderr, "%s: %s\n", rpv_status_name(status), error.message);
	printf("%s %" PRIu64 " %" PRIu64 "\n", p->open && w->info.revision > p->revision ? "came-through" : "sees",
	       w->info.revision, w->info.sequence);
	return status;
}

int main(int argc, char **argv)
{
	static worker w;
	promises p = { .device = calloc(MOST, 1), .filed = calloc(MOST, 1), .canceled = calloc(MOST, 1) };
	rpv_error error = RPV_ERROR_INIT;
	bool verifies = argc == 3 && strcmp(argv[1], "verify") == 0;
	if ((!verifies && argc != 4) || !p.device || !p.filed || !p.canceled)
		return 2;
	rpv_status status = open_worker(&w, argv[2]);
	if (!status)
		status = verifies ? verify(&w, &p) : work(&w, strtoull(argv[3], NULL, 10));
	close_worker(&w);
	if (verifies && !status && (status = rpv_sqlite_check(argv[2], &error)))
		fprintf(stderr, "%s\n", error.message);
	free(p.device);
	free(p.filed);
	free(p.canceled);
	return status || p.wrong ? 1 : 0;
}
