/* SPDX-License-Identifier: MIT */
/* Runs each scene with the first, second, third ... allocation or call of the storage failing, once and from then on, until
 * it meets no fault. Each time: the status that belongs to the fault, with words; outputs as documented; nothing leaked;
 * the store as before, or as after; and a repetition that succeeds. Scenes that write run on a chained journal as well,
 * whose links must follow from it each time. Then with the first, second, third ... pair that is read cut, gone, or
 * under a longer key: an answer or an error with words, never a crash, and nothing kept of what was damaged.
 * With RPV_TEST_SHORT set only some of many. */
#include "faults.h"

#include <stdlib.h>

static run base, chained_base, empty_base;
run *backup = &base;
static char anchor[RPV_ANCHOR_MAX]; /* where the chained base stands */
static bool brief;
#ifdef RPV_ARENA_EACH /* the core asks for each piece of a region: each is missing once, and no more is done */
static const bool memory_only = true;
#else
static const bool memory_only = false;
#endif
static uint64_t runs_made;

/* A scene on a store of a kind, and what it is at first and after each commit. */
typedef struct trial { const scene *scene; bool chained; moments moments; uint64_t output; } trial;

static bool is_same(const test_dump *a, const test_dump *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* --- one run of a scene --- */
static void prepare(const trial *t, run *r)
{
	const scene *s = t->scene;
	copy_run(s->traits & EMPTY ? &empty_base : t->chained ? &chained_base : &base, r);
	r->steps = s->traits & STEPS;
	if (s->traits & (UNOPENED | NO_STORAGE))
		return;
	sit_down(r);
	if (s->arrange)
		s->arrange(r);
}

static bool belongs(const fault *f, rpv_status status)
{
	if (f->kind == FAULT_LOST)
		return status == RPV_OK || status == RPV_E_STORAGE || status == RPV_E_OUTCOME;
	if (f->kind == FAULT_DONE || (f->kind == FAULT_CONFLICT && !f->sticky))
		return status == RPV_OK; /* found out, tried again */
	if (f->kind == FAULT_CUT || f->kind == FAULT_KEY)
		return status == RPV_OK || status == RPV_E_CORRUPT; /* OK: the key was all that it wanted */
	if (f->kind == FAULT_GONE)
		return status != RPV_E_NOMEM && status != RPV_E_STORAGE; /* it may be what was never there */
	if (f->kind == FAULT_SHORT && status == RPV_OK)
		return true; /* the one pair was all that it wanted */
	return status == f->status;
}

static void complain(const trial *t, const fault *f, size_t k, const char *what)
{
	fail_msg("%s%s%s: %s%s %zu: %s", t->scene->function, t->scene->traits & EMPTY ? " (empty)" : "",
	         t->chained ? " (chained)" : "", f->name, f->sticky ? " from" : "", k, what);
}

static void check_words(const trial *t, const fault *f, size_t k, const run *r, rpv_status status)
{
	const char *function = t->scene->function;
	const rpv_error *a = r->session ? rpv_session_error(r->session) : NULL;
	const rpv_error *b = r->other ? rpv_session_error(r->other) : NULL;
	if (strncmp(function, "rpv_store", 9) == 0 || strcmp(function, "rpv_session_open") == 0 ||
	    strcmp(function, "rpv_what_if_open") == 0 || t->scene->traits & (NO_STORAGE | OWN_WORDS))
		return; /* these have no session that would tell */
	if (!(a && a->status == status && a->message[0]) && !(b && b->status == status && b->message[0]))
		complain(t, f, k, "no words");
}

/* What a store may be after a failure: as before, and of several commits as after any of them. */
static bool may_be(const trial *t, rpv_status status, const test_dump *now)
{
	const moments *m = &t->moments;
	size_t last = m->count - 1;
	for (size_t i = 0; i < m->count; i++)
		if ((status ? i == 0 || t->scene->traits & STEPS || (status == RPV_E_OUTCOME && i == last) : i == last) &&
		    is_same(now, &m->at[i]))
			return true;
	return false;
}

static void check_chain(const trial *t, const fault *f, size_t k, run *r)
{
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	if (t->chained && rpv_journal_verify(r->session, anchor, 0, &proof))
		complain(t, f, k, rpv_session_error(r->session)->message);
}

/* A scene that met no fault ends the loop. */
static bool try_fault(const trial *t, const fault *f, size_t k)
{
	run r;
	prepare(t, &r);
	arm(&r, f, k);
	rpv_status status = t->scene->act(&r);
	bool met = disarm(&r);
	test_dump now = dump_of(&r);
	runs_made++;
	if (met && !belongs(f, status))
		complain(t, f, k, rpv_status_name(status));
	if (r.untidy)
		complain(t, f, k, r.untidy);
	if (met && !status && f->kind < FAULT_CUT && r.output != t->output)
		complain(t, f, k, "what it handed out is something else");
	if (status)
		check_words(t, f, k, &r, status);
	/* What is gone without a trace was believed never to have been there, and a view may have kept that. */
	bool steps = t->scene->traits & STEPS;
	bool believed = ((f->kind == FAULT_CUT || f->kind == FAULT_KEY) && !status) ||
	                (f->kind == FAULT_GONE && (steps || status != RPV_E_CORRUPT));
	if (!(believed && (steps || !status)) && !may_be(t, status, &now))
		complain(t, f, k, "the store is neither as before nor as after");
	bool begun = t->scene->traits & ANEW && !is_same(&now, t->moments.at);
	free(now.data);
	if (!believed)
		check_chain(t, f, k, &r);
	if (status && begun && t->scene->act(&r) != RPV_E_REFUSED)
		complain(t, f, k, "a repetition is not refused");
	if (status && !believed && !begun) {
		rpv_status again = t->scene->act(&r);
		if (again)
			complain(t, f, k, "a repetition fails");
		now = dump_of(&r);
		if (!may_be(t, RPV_OK, &now))
			complain(t, f, k, "a repetition ends elsewhere");
		free(now.data);
		check_chain(t, f, k, &r);
	}
	close_run(&r); /* nothing is left of its memory */
	return met;
}

static const fault faults[] = {
	{ FAULT_MEMORY, false, RPV_E_NOMEM, "allocation" }, { FAULT_MEMORY, true, RPV_E_NOMEM, "allocation" },
	{ FAULT_CALL, false, RPV_E_STORAGE, "call" }, { FAULT_CALL, true, RPV_E_STORAGE, "call" },
	{ FAULT_CALL, false, RPV_E_FULL, "call (full)" }, { FAULT_CALL, true, RPV_E_FULL, "call (full)" },
	{ FAULT_CALL, true, RPV_E_BUSY, "call (busy)" },
	{ FAULT_SHORT, false, RPV_E_STORAGE, "short scan" }, { FAULT_SHORT, true, RPV_E_STORAGE, "short scan" },
	{ FAULT_CONFLICT, false, RPV_E_CONFLICT, "conflict" }, { FAULT_CONFLICT, true, RPV_E_CONFLICT, "conflict" },
	{ FAULT_LOST, false, RPV_E_OUTCOME, "lost commit" }, { FAULT_DONE, false, RPV_E_OUTCOME, "unknown commit" },
	{ FAULT_CUT, false, RPV_E_CORRUPT, "value cut" }, { FAULT_KEY, false, RPV_E_CORRUPT, "key longer" },
	{ FAULT_GONE, false, RPV_E_CORRUPT, "pair gone" },
	{ FAULT_FILE, false, RPV_E_STORAGE, "file" }, { FAULT_FILE, true, RPV_E_STORAGE, "file" },
	{ FAULT_HOST, false, RPV_E_FULL, "callback" }, { FAULT_HOST, true, RPV_E_FULL, "callback" },
};

static bool matters(const scene *s, fault_kind kind)
{
	return kind == FAULT_FILE ? s->traits & FILES : kind == FAULT_HOST ? s->traits & CALLS
	       : kind == FAULT_MEMORY || !(s->traits & NO_STORAGE);
}

/* Whether the scene wrote anything. */
static bool play(const scene *s, bool chained)
{
	static trial t;
	run clean;
	t = (trial){ .scene = s, .chained = chained };
	prepare(&t, &clean);
	t.moments.at[t.moments.count++] = dump_of(&clean);
	clean.moments = &t.moments;
	arm(&clean, &(fault){ FAULT_NONE, false, RPV_OK, NULL }, 0);
	rpv_status status = s->act(&clean);
	size_t allocations = clean.memory.requests;
	t.output = clean.output;
	disarm(&clean);
	if (status || clean.untidy)
		fail_msg("%s%s without a fault: %s: %s %s", s->function, s->traits & EMPTY ? " (empty)" : "",
		         rpv_status_name(status), clean.session ? rpv_session_error(clean.session)->message : "",
		         clean.untidy ? clean.untidy : "");
	bool wrote = t.moments.count > 1;
	assert_true(t.moments.count < 3 || s->traits & STEPS);
	close_run(&clean);
	bool large = s->traits & LARGE;
	size_t first = large ? 5 : 20; /* so many, however brief */
	size_t step = brief ? 1 + allocations / (large ? 10 : 30) : chained && s->traits & STEPS ? 1 + allocations / 100 : 1;
	for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
		bool many = large || faults[f].kind == FAULT_MEMORY || faults[f].kind == FAULT_CALL || faults[f].kind >= FAULT_CUT;
		bool memory = faults[f].kind == FAULT_MEMORY;
		if (!matters(s, faults[f].kind) || (memory_only && !memory))
			continue;
		if (memory_only ? faults[f].sticky : large && (memory || faults[f].sticky))
			continue;
		for (size_t k = 1; try_fault(&t, &faults[f], k); k += many && k > first ? step : 1)
			;
	}
	while (t.moments.count)
		free(t.moments.at[--t.moments.count].data);
	return wrote;
}

static void test_calls_when_memory_or_storage_fails_then_before_or_after(void **unused)
{
	size_t chained = 0;
	(void)unused;
	make_base(&base);
	copy_run(&base, &chained_base);
	sit_down(&chained_base);
	rpv_status chains = rpv_journal_chain(chained_base.session);
	if (chains != RPV_E_VERSION) /* an older format */
		assert_ok(chains ? chains : rpv_journal_anchor(chained_base.session, anchor, sizeof anchor));
	assert_ok(rpv_memory_storage(NULL, &empty_base.pairs));
	empty_base.now = base.now;
	for (size_t i = 0; i < scene_count; i++) /* whatever writes, once more on a chained journal */
		if (play(&scenes[i], false) && anchor[0] && !(scenes[i].traits & (EMPTY | LARGE)) && play(&scenes[i], true))
			chained++;
	close_run(&base);
	close_run(&chained_base);
	empty_base.pairs.close(empty_base.pairs.user);
	print_message("%zu scenes, %zu of them on a chained journal too, %llu runs\n", scene_count, chained,
	              (unsigned long long)runs_made);
}

int main(void)
{
	brief = getenv("RPV_TEST_SHORT") != NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_when_memory_or_storage_fails_then_before_or_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
