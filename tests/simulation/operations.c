/* SPDX-License-Identifier: MIT */
/* What simulations do besides what the model's stories do. */
#include "simulation.h"

#ifdef WITH_INTEROP
#include <reprieve-interop/reprieve-interop.h>
#endif
#include <stdlib.h>

/* Clocks of several machines agree, mostly. */
void op_time(driver *d)
{
	op_clock(d);
	if (one_in(d, 3))
		return;
	for (int i = 0; i < d->process_count; i++)
		d->processes[i].clock = d->at->clock;
}

void op_restart(driver *d)
{
	process *before = d->at;
	say(d, "the machine restarts");
	for (int i = 0; i < d->process_count; i++) {
		d->at = &d->processes[i];
		reopen_store(d, d->at->accepts_jumps);
		counts.restarts++;
	}
	choose_process(d, before);
}

/* --- reads while others commit --- */
/* Without begin_read they may commit too often for a list; not for ever. */
void op_crowd(driver *d)
{
	port *p = &sim.disk.ports[number_at_work()];
	rpv_list *list = NULL;
	rpv_status status;
	int tries = 0;
	if (d->process_count < 2 || !model_idle(&d->m))
		return;
	sim.others_left = 1 + pick(d, one_in(d, 8) ? 200 : 20);
	say(d, "a list while others commit, at most %d times", (int)sim.others_left);
	do {
		p->crowded = true;
		p->meanwhile = commit_meanwhile;
		status = rpv_exception_list(d->session, NULL, &list);
		p->meanwhile = NULL;
		p->crowded = false;
	} while (status == RPV_E_BUSY && !sim.disk.moments && tries++ < 20);
	CHECK(d, !sim.wrong[0], "%s", sim.wrong);
	CHECK(d, !status, "a list while others commit: %s", rpv_status_name(status));
	for (int i = 0; i < d->m.count; i++) {
		const rpv_exception *row = rpv_exception_at(list, (size_t)i);
		rpv_exception_status status_then = ref_status(&d->m, &d->m.all[i], ref_time(&d->m));
		CHECK(d, row && row->status == status_then, "E-%d while others commit", i + 1);
	}
	rpv_list_free(list);
}

/* --- the past --- */
void op_past(driver *d)
{
	static ref present;
	if (!sim.moment_count)
		return;
	int back = (int)pick(d, (uint64_t)sim.moment_count);
	const ref *then = &sim.moments[(sim.newest + MOMENTS_MOST - back) % MOMENTS_MOST];
	const ref *next = back ? &sim.moments[(sim.newest + MOMENTS_MOST - back + 1) % MOMENTS_MOST] : &d->m;
	int64_t last = back ? next->mark - 1 : then->mark;
	int64_t between = then->mark + (int64_t)pick(d, (uint64_t)(last - then->mark + 1));
	int64_t at = one_in(d, 2) ? then->mark : one_in(d, 2) ? last : between;
	rpv_status status;
	say(d, "look at %+lld", (long long)(at - REF_START));
	ATTEMPT_(d, status, rpv_session_set_as_of(d->session, at), false);
	if (at < d->m.mark - 30 * REF_DAY && status == RPV_E_REFUSED)
		return;
	CHECK(d, !status, "the past at %+lld: %s (%s)", (long long)(at - REF_START), rpv_status_name(status),
	      rpv_session_error(d->session)->message);
	present = d->m;
	d->m = *then;
	d->m.clock = at;
	check_answers(d, one_in(d, 4));
	d->m = present;
	CALL(d, rpv_session_set_as_of(d->session, 0));
}

/* --- scores --- */
bool same_scores(const rpv_score *a, const rpv_score *b)
{
	size_t from = offsetof(rpv_score, exposure_official), to = offsetof(rpv_score, level);
	return a->time_ms == b->time_ms && a->revision == b->revision && a->valid_until_ms == b->valid_until_ms &&
	       a->devices == b->devices && a->level == b->level &&
	       memcmp((const char *)a + from, (const char *)b + from, to - from) == 0;
}

static void read_afresh(driver *d, rpv_score *out)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	o.storage = d->storage;
	o.storage.close = NULL;
	rpv_clock_manual(&d->at->clock, &o.clock);
	principal.id = "new@corp.example";
	principal.permissions = RPV_PERMIT_ALL;
	rpv_status status = rpv_store_open(&o, &store, NULL);
	if (!status)
		status = rpv_session_open(store, &principal, &session, NULL);
	if (!status)
		status = rpv_score_read(session, NULL, out);
	rpv_session_close(session);
	rpv_store_close(store);
	CHECK(d, !status, "scores afresh: %s", rpv_status_name(status));
}

/* An engine that has followed the store since long says what one says that has just been loaded. */
void op_scores(driver *d)
{
	rpv_score followed = RPV_SCORE_INIT, fresh = RPV_SCORE_INIT;
	process *p = d->at;
	say(d, "scores");
	d->session = p->sessions[0];
	if (!p->engine)
		CALL(d, rpv_score_engine_open(d->session, &p->engine));
	CALL(d, rpv_score_engine_read(p->engine, NULL, &followed));
	read_afresh(d, &fresh);
	CHECK(d, same_scores(&followed, &fresh), "%.17g %.17g %.17g at revision %llu, afresh %.17g %.17g %.17g at %llu",
	      followed.exposure_official, followed.exposure_no_impact, followed.exposure_mitigation_like,
	      (unsigned long long)followed.revision, fresh.exposure_official, fresh.exposure_no_impact,
	      fresh.exposure_mitigation_like, (unsigned long long)fresh.revision);
}

/* --- backups --- */
#ifdef WITH_INTEROP
typedef struct text {
	char *data;
	size_t size, room;
} text;

static rpv_status append(void *user, const void *data, size_t size)
{
	text *t = user;
	if (t->size + size > t->room) {
		t->room = 2 * (t->size + size);
		t->data = realloc(t->data, t->room);
	}
	memcpy(t->data + t->size, data, size);
	t->size += size;
	return RPV_OK;
}

static void export(driver *d, text *t)
{
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_status status;
	*t = (text){ NULL, 0, 0 };
	do {
		t->size = 0;
		begin_call(d, false);
		status = rpv_export_ndjson(d->session, append, t, NULL, &error);
	} while (call_again(d, &status, false));
	CHECK(d, !status, "a backup: %s (%s)", rpv_status_name(status), error.message);
}

void op_replace(driver *d)
{
	rpv_storage old = d->storage;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	process *before = d->at;
	text first, second;
	say(d, "a backup is restored");
	export(d, &first);
	CHECK(d, !rpv_memory_storage(NULL, &d->storage), "no storage");
	for (int i = 0; i < d->process_count; i++) {
		d->at = &d->processes[i];
		reopen_store(d, d->at->accepts_jumps);
	}
	old.close(old.user);
	choose_process(d, before);
	rpv_status status = rpv_import_memory(d->session, "backup", first.data, first.size, NULL, NULL, &error);
	CHECK(d, !status, "a restore: %s (%s)", rpv_status_name(status), error.message);
	export(d, &second);
	CHECK(d, first.size == second.size && memcmp(first.data, second.data, first.size) == 0,
	      "a restored backup is written differently");
	free(first.data);
	free(second.data);
	sim.moment_count = 0; /* a backup does not hold them */
	forget_chain();
}
#else
void op_replace(driver *d)
{
	op_restart(d);
}
#endif
