/* SPDX-License-Identifier: MIT */
/* Reading: single keys, ranges by the page, snapshots. */
#include "inside.h"

#include <string.h>

#define READ_TRIES 3
#define FIRST_PAGE 100
#define LAST_PAGE 1000 /* pairs; at worst 64 MiB */

static rpv_bytes bytes_of(const PGresult *result, int row, int column)
{
	return (rpv_bytes){ PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column) };
}

/* --- get --- */
static rpv_status pg_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	server *s = user;
	pg_call call = { .statement = PG_GET };
	PGresult *result = NULL;
	rpv_status status;
	rpv__pg_value(&call, key.data, key.size);
	for (int tries = 1;; tries++) {
		status = s->reading ? RPV_OK : rpv__pg_ready(s, error);
		if (status)
			return status;
		result = rpv__pg_call(s, &call);
		if (rpv__pg_worked(result))
			break;
		status = rpv__pg_failed(s, result, error);
		bool again = rpv__pg_lost(s) && !s->reading && tries < READ_TRIES;
		PQclear(result);
		if (!again)
			return status;
	}
	status = RPV_E_NOT_FOUND;
	if (PQntuples(result) > 0)
		status = sink(sink_user, key, bytes_of(result, 0, 0));
	PQclear(result);
	return status == RPV_STOP ? RPV_OK : status;
}

/* --- scan --- */
typedef struct paging {
	rpv_bytes from, to; /* of what is left */
	int32_t reverse;
	uint64_t limit;     /* of what is left; 0: all */
	uint64_t page;
	char edge[RPV_STORAGE_KEY_MAX + 2]; /* the bound after a page */
	bool fed, ended;
	rpv_storage_sink sink;
	void *user;
} paging;

static PGresult *ask_page(server *s, const paging *p, uint64_t count)
{
	pg_call call = { .statement = p->reverse ? (p->to.size ? PG_SCAN_BACK : PG_SCAN_BACK_DOWN)
	                                         : (p->to.size ? PG_SCAN : PG_SCAN_UP) };
	unsigned char limit[8];
	for (int i = 0; i < 8; i++)
		limit[i] = (unsigned char)(count >> 8 * (7 - i));
	rpv__pg_value(&call, p->from.data, p->from.size);
	if (p->to.size)
		rpv__pg_value(&call, p->to.data, p->to.size);
	rpv__pg_value(&call, limit, sizeof limit);
	return rpv__pg_call(s, &call);
}

/* Goes on after the last pair of a page. */
static void step(paging *p, const PGresult *result, int rows)
{
	rpv_bytes last = bytes_of(result, rows - 1, 0);
	if (last.size > RPV_STORAGE_KEY_MAX) /* nothing that the library wrote */
		last.size = RPV_STORAGE_KEY_MAX;
	memcpy(p->edge, last.data, last.size);
	p->edge[last.size] = '\0';
	if (p->reverse)
		p->to = (rpv_bytes){ p->edge, last.size };
	else
		p->from = (rpv_bytes){ p->edge, last.size + 1 };
	if (p->limit && (p->limit -= (uint64_t)rows) == 0)
		p->ended = true;
}

static rpv_status feed_page(paging *p, const PGresult *result)
{
	rpv_status status = RPV_OK;
	for (int row = 0; row < PQntuples(result) && !status; row++) {
		p->fed = true;
		status = p->sink(p->user, bytes_of(result, row, 0), bytes_of(result, row, 1));
	}
	p->ended |= status != RPV_OK;
	return status == RPV_STOP ? RPV_OK : status;
}

static rpv_status one_page(server *s, paging *p, rpv_error *error)
{
	uint64_t count = p->limit && p->limit < p->page ? p->limit : p->page;
	PGresult *result = ask_page(s, p, count);
	rpv_status status = rpv__pg_worked(result) ? feed_page(p, result) : rpv__pg_failed(s, result, error);
	int rows = PQntuples(result);
	if (!status && !p->ended) {
		p->ended = (uint64_t)rows < count;
		if (!p->ended)
			step(p, result, rows);
	}
	p->page = LAST_PAGE;
	PQclear(result);
	return status;
}

static rpv_status begin(server *s, rpv_error *error)
{
	/* the first statement fixes the moment, and BEGIN is none */
	static const char command[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
	rpv_status status = rpv__pg_command(s, command, error);
	if (status)
		rpv__pg_rollback(s);
	return status;
}

/* All pages of one moment: within a transaction of its own when there may be several. */
static rpv_status scan_once(server *s, paging *p, rpv_error *error)
{
	bool several = !s->reading && (p->limit == 0 || p->limit > p->page);
	rpv_status status = several ? begin(s, error) : RPV_OK;
	while (!status && !p->ended)
		status = one_page(s, p, error);
	if (several)
		rpv__pg_rollback(s);
	return status;
}

static rpv_status pg_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                          rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	server *s = user;
	for (int tries = 1;; tries++) {
		paging p = { .from = from, .to = to, .reverse = reverse, .limit = limit, .page = FIRST_PAGE, .sink = sink,
		             .user = sink_user };
		rpv_status status = s->reading ? RPV_OK : rpv__pg_ready(s, error);
		if (!status)
			status = scan_once(s, &p, error);
		if (!status || !rpv__pg_lost(s) || s->reading || p.fed || tries == READ_TRIES)
			return status;
	}
}

/* --- snapshots --- */
static rpv_status pg_begin_read(void *user, rpv_error *error)
{
	server *s = user;
	for (int tries = 1;; tries++) {
		rpv_status status = rpv__pg_ready(s, error);
		if (!status)
			status = begin(s, error);
		s->reading = status == RPV_OK;
		if (!status || !rpv__pg_lost(s) || tries == READ_TRIES)
			return status;
	}
}

static void pg_end_read(void *user)
{
	server *s = user;
	s->reading = false;
	rpv__pg_rollback(s);
}

void rpv__pg_callbacks(server *s, rpv_storage *storage)
{
	storage->user = s;
	storage->get = pg_get;
	storage->scan = pg_scan;
	storage->begin_read = pg_begin_read;
	storage->end_read = pg_end_read;
}
