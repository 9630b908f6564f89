/* SPDX-License-Identifier: MIT */
/* A store over memory and storage that fail when told to. */
#include "faults.h"

#include <stdlib.h>

/* --- what a store holds --- */
/* Values of stores of format 1 have no sum. */
static rpv_bytes bare(rpv_bytes key, rpv_bytes stored)
{
	bool summed = stored.size > 5 && *(const uint8_t *)stored.data == 0xFD;
	return summed ? test_unsummed(key, stored) : stored;
}

static rpv_status walk(const rpv_storage *s, rpv_storage_sink sink, void *user)
{
	rpv_error error = RPV_ERROR_INIT;
	return s->scan(s->user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, sink, user, &error);
}

/* What tells attempts apart stands at the end of Z and C: the tag of a commit, and in chained stores the link, which depends
 * on it. All before it is compared; the links are verified. */
enum { TAG = 8, NAME = 1 + 3, LINK = 1 + 32 }; /* as test_hash() has them */

static size_t tail_of(char kind, rpv_bytes value)
{
	bool chained = *(const uint8_t *)value.data == 2;
	size_t size = TAG + (chained ? LINK : 0) + (chained && kind == 'Z' ? NAME : 0);
	assert_true(value.size > size);
	return size;
}

typedef struct taking {
	test_dump out;
	test_dump tags; /* of all commits: revision, tag, link */
} taking;

static void blank(uint8_t *in, size_t size, const uint8_t *what, size_t what_size)
{
	for (size_t i = 0; i + what_size <= size; i++)
		if (in[i] == *what && memcmp(in + i, what, what_size) == 0)
			memset(in + i, 0, what_size);
}

/* A change record holds the revision record of the commit before it, with its tag. */
static void blank_tags(taking *t, rpv_bytes key, rpv_bytes value)
{
	const uint8_t *revision = (const uint8_t *)key.data + 1;
	for (size_t at = 0; at < t->tags.size; at += 8 + TAG + LINK) {
		const uint8_t *of = t->tags.data + at;
		uint8_t next[8];
		memcpy(next, of, 8);
		for (int i = 7; i >= 0 && ++next[i] == 0; i--)
			;
		if (memcmp(next, revision, 8) != 0)
			continue;
		blank(t->out.data + t->out.size - value.size, value.size, of + 8, TAG);
		blank(t->out.data + t->out.size - value.size, value.size, of + 8 + TAG, LINK);
	}
}

static void keep_tag(taking *t, rpv_bytes key, rpv_bytes value)
{
	uint8_t tail[TAG + LINK] = { 0 };
	size_t size = tail_of('C', value);
	memcpy(tail, (const uint8_t *)value.data + value.size - size, size);
	test_dump_add(&t->tags, (const uint8_t *)key.data + 1, 8);
	test_dump_add(&t->tags, tail, sizeof tail);
}

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	taking *t = user;
	char kind = *(const char *)key.data;
	if (kind == 'Z' || kind == 'C' || kind == 'c')
		value = bare(key, value);
	if (kind == 'C')
		keep_tag(t, key, value);
	if (kind == 'Z' || kind == 'C')
		value.size -= tail_of(kind, value);
	test_dump_add(&t->out, &key.size, sizeof key.size);
	test_dump_add(&t->out, key.data, key.size);
	test_dump_add(&t->out, &value.size, sizeof value.size);
	test_dump_add(&t->out, value.data, value.size);
	if (kind == 'c')
		blank_tags(t, key, value);
	return RPV_OK;
}

test_dump dump_of(const run *r)
{
	taking t = { 0 };
	assert_ok(walk(&r->pairs, take, &t));
	free(t.tags.data);
	return t.out;
}

/* --- a storage that fails --- */
run *working;

bool strikes(run *r, fault_kind kind)
{
	if (r->fault.kind != kind || !r->fail_at)
		return false;
	r->calls++;
	bool yes = r->fault.sticky ? r->calls >= r->fail_at : r->calls == r->fail_at;
	r->met = r->met || yes;
	return yes;
}

static rpv_status failure(run *r, rpv_error *error)
{
	snprintf(error->message, sizeof error->message, "the test makes call %zu fail", r->calls);
	return r->fault.status;
}

/* Hands pairs on, one of them damaged. */
typedef struct damage { run *r; rpv_storage_sink sink; void *user; bool scan, gone; } damage;

static rpv_status hand_on(void *user, rpv_bytes key, rpv_bytes value)
{
	damage *d = user;
	uint8_t room[65536], longer[RPV_STORAGE_KEY_MAX + 1] = { 0 };
	rpv_bytes real = bare(key, value);
	bool summed = real.data != value.data;
	/* where there are no sums, an upgrade cannot but take what it reads for what there is */
	bool counts = (summed || !d->r->steps) && (d->scan || d->r->fault.kind != FAULT_KEY);
	if (!counts || !strikes(d->r, d->r->fault.kind))
		return d->sink(d->user, key, value);
	if (d->r->fault.kind == FAULT_GONE) {
		d->gone = true;
		return RPV_OK;
	}
	assert_true(real.size + 5 < sizeof room);
	if (d->r->fault.kind == FAULT_KEY) {
		memcpy(longer, key.data, key.size);
		key = (rpv_bytes){ longer, key.size + 1 };
	} else {
		real.size -= real.size > 0;
	}
	return d->sink(d->user, key, summed ? (rpv_bytes){ room, test_summed(room, key, real) } : real);
}

static bool damages(const run *r)
{
	return r->fail_at && r->fault.kind >= FAULT_CUT && r->fault.kind <= FAULT_GONE;
}

static rpv_status port_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	run *r = user;
	if (strikes(r, FAULT_CALL))
		return failure(r, error);
	damage d = { r, sink, sink_user, false, false };
	if (!damages(r))
		return r->pairs.get(r->pairs.user, key, sink, sink_user, error);
	rpv_status status = r->pairs.get(r->pairs.user, key, hand_on, &d, error);
	return d.gone ? RPV_E_NOT_FOUND : status;
}

static rpv_status port_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                            rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	run *r = user;
	damage d = { r, sink, sink_user, true, false };
	if (damages(r))
		return r->pairs.scan(r->pairs.user, from, to, reverse, limit, hand_on, &d, error);
	bool fails = strikes(r, FAULT_CALL) || strikes(r, FAULT_SHORT);
	if (fails && r->fault.kind == FAULT_CALL)
		return failure(r, error);
	rpv_status status = r->pairs.scan(r->pairs.user, from, to, reverse, fails ? 1 : limit, sink, sink_user, error);
	return fails && !status ? failure(r, error) : status;
}

static rpv_status port_commit(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                              size_t expected_count, rpv_error *error)
{
	run *r = user;
	bool fails = strikes(r, FAULT_CALL) || strikes(r, FAULT_CONFLICT) || strikes(r, FAULT_LOST) || strikes(r, FAULT_DONE);
	rpv_status status = RPV_OK;
	if (!fails || r->fault.kind == FAULT_DONE)
		status = r->pairs.commit(r->pairs.user, writes, count, expected, expected_count, error);
	if (r->moments && !status) {
		assert_true(r->moments->count < MOMENTS);
		r->moments->at[r->moments->count++] = dump_of(r);
	}
	return fails && !status ? failure(r, error) : status;
}

/* --- opening --- */
rpv_status open_run(run *r)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	o.storage.user = r;
	o.storage.get = port_get;
	o.storage.scan = port_scan;
	o.storage.commit = port_commit;
	o.allocator = test_memory_allocator(&r->memory);
	o.hash = test_hash();
	rpv_clock_manual(&r->now, &o.clock);
	rpv_status status = rpv_store_open(&o, &r->store, &error);
	if (status && (error.status != status || !error.message[0]))
		r->untidy = "words of opening";
	return status;
}

static rpv_session *session_of(run *r, const char *id)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *out;
	p.id = id;
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(r->store, &p, &out, NULL));
	return out;
}

void copy_run(const run *from, run *r)
{
	memset(r, 0, sizeof *r);
	r->now = from->now;
	assert_ok(rpv_memory_storage(NULL, &r->pairs));
	assert_ok(walk(&from->pairs, test_copy_pair, &r->pairs));
}

void sit_down(run *r)
{
	assert_ok(open_run(r));
	r->session = session_of(r, "ana@corp.example");
	r->other = session_of(r, "bo@corp.example");
}

void close_run(run *r)
{
	rpv_batch_free(r->batch);
	rpv_score_engine_close(r->engine);
	rpv_session_close(r->session);
	rpv_session_close(r->other);
	rpv_store_close(r->store);
	r->pairs.close(r->pairs.user);
	assert_int_equal(0, r->memory.live);
}

/* --- faults --- */
void arm(run *r, const fault *f, size_t k)
{
	working = r;
	r->fault = *f;
	r->calls = 0;
	r->met = false;
	r->fail_at = f->kind > FAULT_MEMORY ? k : 0;
	test_memory_fail(&r->memory, f->kind == FAULT_MEMORY ? k : 0, f->sticky);
}

bool disarm(run *r)
{
	bool met = r->met || test_memory_failed(&r->memory);
	arm(r, &(fault){ FAULT_NONE, false, RPV_OK, NULL }, 0);
	working = NULL;
	return met;
}
