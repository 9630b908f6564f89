/* SPDX-License-Identifier: MIT */
/* The storage of a simulation, and its faults. */
#include "disk.h"

/* Whether this call fails. */
static bool strikes(port *p, unsigned call, rpv_error *error)
{
	fault *f = &p->fault;
	bool yes = (p->struck && f->all_fail) || (f->calls & call && f->countdown && --f->countdown == 0 && f->times > 0);
	if (!yes)
		return false;
	if (f->calls & call && f->times != UINT64_MAX)
		f->times--;
	f->countdown = 1;
	p->struck = true;
	snprintf(error->message, sizeof error->message, "the simulation makes it fail");
	return true;
}

/* What a failing read says: nothing there can have an unknown outcome. */
static rpv_status failure(const port *p)
{
	return p->fault.status == RPV_E_OUTCOME ? RPV_E_STORAGE : p->fault.status;
}

static void let_others(port *p, bool reads)
{
	if (p->meanwhile && (!reads || p->crowded))
		p->meanwhile(p->meanwhile_user);
}

static const rpv_storage *seen_by(const port *p)
{
	return p->reading && p->moment.get ? &p->moment : &p->disk->pairs;
}

static rpv_status port_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	port *p = user;
	let_others(p, true);
	if (strikes(p, TEST_GET, error))
		return failure(p);
	const rpv_storage *s = seen_by(p);
	return s->get(s->user, key, sink, sink_user, error);
}

static rpv_status port_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                            rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	port *p = user;
	let_others(p, true);
	bool fails = strikes(p, TEST_SCAN, error);
	const rpv_storage *s = seen_by(p);
	if (fails && (limit == 0 || limit > 2)) /* short: it feeds some, and fails then */
		limit = 2;
	rpv_status status = s->scan(s->user, from, to, reverse, limit, sink, sink_user, error);
	return fails && !status ? failure(p) : status;
}

/* --- moments --- */
/* Those who are reading go on seeing what was there. */
static rpv_status keep_moments(disk *d)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = RPV_OK;
	for (int i = 0; i < PORTS_MOST && !status; i++) {
		port *p = &d->ports[i];
		if (!p->reading || p->moment.get)
			continue;
		status = rpv_memory_storage(NULL, &p->moment);
		if (!status)
			status = d->pairs.scan(d->pairs.user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, test_copy_pair,
			                       &p->moment, &error);
	}
	return status;
}

static rpv_status port_begin_read(void *user, rpv_error *error)
{
	port *p = user;
	if (strikes(p, TEST_BEGIN_READ, error))
		return failure(p);
	p->reading = true;
	return RPV_OK;
}

static void port_end_read(void *user)
{
	disk_leave(user);
}

void disk_leave(port *p)
{
	if (p->moment.close)
		p->moment.close(p->moment.user);
	p->moment = (rpv_storage)RPV_STORAGE_INIT;
	p->reading = false;
}

/* --- commits --- */
static rpv_status port_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                              size_t expected_count, rpv_error *error)
{
	port *p = user;
	disk *d = p->disk;
	let_others(p, false);
	bool fails = strikes(p, TEST_COMMIT, error);
	if (fails && !p->fault.happens)
		return p->fault.status;
	rpv_status status = keep_moments(d);
	if (!status)
		status = d->pairs.commit(d->pairs.user, writes, write_count, expected, expected_count, error);
	p->commits += !status;
	return fails ? p->fault.status : status;
}

rpv_storage disk_storage(disk *d, int number)
{
	rpv_storage s = RPV_STORAGE_INIT;
	port *p = &d->ports[number];
	p->disk = d;
	s.user = p;
	s.capabilities = RPV_STORAGE_VOLATILE;
	s.get = port_get;
	s.scan = port_scan;
	s.commit = port_commit;
	if (d->moments) {
		s.begin_read = port_begin_read;
		s.end_read = port_end_read;
	}
	return s;
}
