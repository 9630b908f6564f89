/* SPDX-License-Identifier: MIT */
/* Memory and storage that fail at every point of every decision on exceptions: each happens as a whole or not at all, says
 * why it did not, and can be done again by the same handle. */
#include "../support/decisions.h"
#include <stdlib.h>

static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };

typedef struct scene {
	test_world world;
	rpv_session *ben;                  /* another one, who may approve */
} scene;

static void set(test_world *w, const char *name, const char *value)
{
	const rpv_policy_change change = { name, value };
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

/* E-1 for Sales and E-2 for devices in IT, both planned; E-3, a risk on MAIL, and E-4, which is to take over Sales, wait. */
static void open_scene(scene *s)
{
	static const char *const devices[] = { "i1", "i2" }, *const ids[] = { "s1", "s2", "i1", "i2" };
	test_world *w = &s->world;
	rpv_exception_request a = accept_in(BROWSER, sales, 1), b = accept_on(BROWSER, devices, 2), c = accept_risk(MAIL);
	open_fleet(w);
	for (int i = 0; i < 4; i++)
		assess(w, ids[i], MAIL, "CVE-2", NULL);
	commit(w);
	set(w, "approval", "risk_accepted");
	set(w, "budget.requester", "400");
	set(w, "budget.group", "400");
	set(w, "max_renewals", "3");
	a.justification = b.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	file_as(w, &a, "E-1");
	file_as(w, &b, "E-2");
	file_as(w, &c, "E-3");
	a.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	a.supersede = 1;
	file_as(w, &a, "E-4");
	s->ben = open_session(w, "ben@corp.example", RPV_PERMIT_ALL, NULL, 0);
	w->now += DAY;
}

static void close_scene(scene *s)
{
	rpv_session_close(s->ben);
	end_decisions(&s->world);
}

/* --- what is done --- */
static rpv_status file_one(scene *s)
{
	rpv_exception_request r = accept_in(BROWSER, it, 1);
	rpv_filing *filing = NULL;
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION; /* it shadows E-2 */
	rpv_status st = rpv_exception_file(s->world.session, &r, &filing);
	rpv_filing_free(filing);
	return st;
}

static rpv_status file_several(scene *s)
{
	rpv_exception_request a = accept_in(BROWSER, it, 1), b = accept_risk(BROWSER), c = accept_in(LOCK, sales, 1);
	const rpv_exception_request *all[] = { &a, &b, &c };
	rpv_filing *filings[3] = { NULL, NULL, NULL };
	b.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION; /* it suspends E-1 and E-2 */
	rpv_status st = rpv_exception_file_many(s->world.session, all, 3, filings);
	for (int i = 0; i < 3; i++)
		rpv_filing_free(filings[i]);
	return st;
}

static rpv_status approve_global(scene *s)
{
	rpv_filing *filing = NULL;
	rpv_status st = rpv_exception_approve(s->ben, "E-3", "seen", &filing);
	rpv_filing_free(filing);
	return st;
}

static rpv_status approve_taking_over(scene *s)
{
	return rpv_exception_approve(s->ben, "E-4", NULL, NULL);
}

static rpv_status reject(scene *s)
{
	return rpv_exception_reject(s->ben, "E-3", "too wide");
}

static const char *const waiting[] = { "E-3", "E-4" };

static rpv_status approve_several(scene *s)
{
	rpv_filing *filings[2] = { NULL, NULL };
	rpv_status st = rpv_exception_approve_many(s->ben, waiting, 2, "both", filings);
	rpv_filing_free(filings[0]);
	rpv_filing_free(filings[1]);
	return st;
}

static rpv_status reject_several(scene *s)
{
	return rpv_exception_reject_many(s->ben, waiting, 2, "neither");
}

static rpv_status renew(scene *s)
{
	rpv_renewal_request r = RPV_RENEWAL_REQUEST_INIT;
	rpv_filing *filing = NULL;
	r.id = "E-1";
	r.duration_ms = 5 * DAY;
	rpv_status st = rpv_exception_renew(s->world.session, &r, &filing);
	rpv_filing_free(filing);
	return st;
}

static rpv_status cancel(scene *s)
{
	return rpv_exception_cancel(s->world.session, "E-1", NULL, "fixed");
}

static rpv_status change_policy(scene *s)
{
	const rpv_policy_change changes[] = { { "budget.group", "50" }, { "remind", "2d" }, { "grown.rise", "1" } };
	return rpv_policy_set(s->world.session, changes, 3, NULL, NULL);
}

/* Reminders, ends, a lapse, and planned remediation that nobody works on. */
static rpv_status tick_late(scene *s)
{
	s->world.now = START + 9 * DAY;
	return rpv_store_tick(s->world.store, 0, NULL, NULL);
}

/* --- what is read --- */
static rpv_status preview(scene *s)
{
	rpv_exception_request r = accept_risk(BROWSER);
	rpv_filing *filing = NULL;
	rpv_status st = rpv_exception_preview(s->world.session, &r, &filing);
	rpv_filing_free(filing);
	return st;
}

static rpv_status preview_approval(scene *s)
{
	rpv_filing *filing = NULL;
	rpv_status st = rpv_exception_approve_preview(s->ben, "E-4", &filing);
	rpv_filing_free(filing);
	return st;
}

static rpv_status add_up(scene *s)
{
	rpv_list *list = NULL;
	rpv_status st = rpv_budget_list(s->world.session, &list);
	rpv_list_free(list);
	return st;
}

static rpv_status watch(scene *s)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_status st = RPV_OK;
	for (int list = RPV_WATCH_EXPIRING; st == RPV_OK && list <= RPV_WATCH_OVERDUE; list++) {
		rpv_list *rows = NULL;
		q.watch = (rpv_watch)list;
		st = rpv_exception_list(s->world.session, &q, &rows);
		rpv_list_free(rows);
	}
	return st;
}

static rpv_status explain(scene *s)
{
	rpv_explanation *explanation = NULL;
	rpv_status st = rpv_explain(s->world.session, "i1", BROWSER, NULL, &explanation);
	rpv_explanation_free(explanation);
	return st;
}

static const struct { const char *name; rpv_status (*run)(scene *s); bool writes; } steps[] = {
	{ "file", file_one, true }, { "file many", file_several, true }, { "approve", approve_global, true },
	{ "approve, superseding", approve_taking_over, true }, { "reject", reject, true }, { "renew", renew, true },
	{ "approve many", approve_several, true }, { "reject many", reject_several, true },
	{ "cancel", cancel, true }, { "policy", change_policy, true }, { "tick", tick_late, true },
	{ "preview", preview, false }, { "preview of an approval", preview_approval, false }, { "budgets", add_up, false },
	{ "watch lists", watch, false }, { "explain", explain, false } };
#define STEPS (sizeof steps / sizeof *steps)

/* The revision, all exceptions, sums and events as text. */
static void picture(scene *s, char *out, size_t size)
{
	rpv_list *list;
	size_t at = (size_t)snprintf(out, size, "revision %llu\n", (unsigned long long)revision_of(&s->world));
	assert_ok(rpv_exception_list(s->world.session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		at += (size_t)snprintf(out + at, size - at, "%s %d %lld %lld %lld %x %s %s\n", e->id, (int)e->status,
		                       (long long)e->start_ms, (long long)e->end_ms, (long long)e->ended_ms, e->watch_told,
		                       e->approver ? e->approver : "-", e->status_reason ? e->status_reason : "-");
	}
	rpv_list_free(list);
	assert_ok(rpv_budget_list(s->world.session, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_budget *b = rpv_budget_at(list, i);
		at += (size_t)snprintf(out + at, size - at, "%s %a %llu\n", b->value, b->accepted,
		                       (unsigned long long)b->exceptions);
	}
	rpv_list_free(list);
	snprintf(out + at, size - at, "%s", told(&s->world, NULL, 0));
}

/* --- ways to fail --- */
typedef struct fault { bool memory, sticky, happens; unsigned mask; rpv_status status; } fault;

/* Fails at each point in turn, until one run meets no failure. `cold`: a new world each time, with nothing read before. */
static void fail_everywhere(size_t step, const fault *f, bool cold)
{
	static char before[8192], after[8192], now[8192];
	scene scene_, *s = &scene_;
	test_world *w = &s->world;
	bool hit = true;
	open_scene(s);
	picture(s, before, sizeof before);
	assert_ok(steps[step].run(s));
	picture(s, after, sizeof after);
	assert_int_equal(steps[step].writes, strcmp(before, after) != 0);
	close_scene(s);
	if (!cold)
		open_scene(s);
	for (size_t at = 1; hit; at++) {
		if (cold)
			open_scene(s);
		if (f->memory)
			test_memory_fail(&w->memory, at, f->sticky);
		else
			test_storage_fail(&w->storage, f->mask, at, f->status);
		w->storage.sticky = f->sticky;
		w->storage.happens = f->happens;
		rpv_status st = steps[step].run(s);
		hit = f->memory ? test_memory_failed(&w->memory) : w->storage.failed;
		test_memory_fail(&w->memory, 0, false);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		w->storage.sticky = w->storage.happens = false;
		if (st != RPV_OK && st != f->status)
			fail_msg("%s at %zu: %s", steps[step].name, at, rpv_status_name(st));
		w->now = strcmp(steps[step].name, "tick") ? w->now : START + DAY;
		if (st != RPV_OK) { /* nothing of it happened; what may have is looked at */
			picture(s, now, sizeof now);
			if (strcmp(now, before) && !(f->status == RPV_E_OUTCOME && !strcmp(now, after)))
				fail_msg("%s at %zu: half done\n%s\n--\n%s", steps[step].name, at, before, now);
		}
		if (cold && st != RPV_OK && f->status != RPV_E_OUTCOME)
			assert_ok(steps[step].run(s)); /* and the next time it does */
		if (cold && f->status != RPV_E_OUTCOME) {
			picture(s, now, sizeof now);
			assert_string_equal(after, now);
		}
		if (cold)
			close_scene(s);
		else if (st == RPV_OK && steps[step].writes)
			hit = false; /* done, though something failed on the way: it was not needed */
	}
	if (cold)
		return;
	picture(s, now, sizeof now);
	assert_string_equal(after, now);
	close_scene(s);
}

static void fail_all(const fault *f, bool cold)
{
	for (size_t i = 0; i < STEPS; i++)
		fail_everywhere(i, f, cold);
}

static void test_decisions_when_memory_fails_then_all_or_nothing(void **state)
{
	(void)state;
	fail_all(&(fault){ .memory = true, .status = RPV_E_NOMEM }, false);
	fail_all(&(fault){ .memory = true, .status = RPV_E_NOMEM, .sticky = true }, false);
}

static void test_decisions_when_storage_fails_then_all_or_nothing(void **state)
{
	(void)state;
	fail_all(&(fault){ .mask = TEST_ANY, .status = RPV_E_STORAGE }, false);
	fail_all(&(fault){ .mask = TEST_ANY, .status = RPV_E_STORAGE, .sticky = true }, false);
}

static void test_decisions_when_all_is_read_anew_and_storage_fails_then_all_or_nothing(void **state)
{
	(void)state;
	fail_all(&(fault){ .mask = TEST_ANY, .status = RPV_E_STORAGE }, true);
}

/* Whether the commit took place is looked up, so that the caller is told the truth. */
static void test_decisions_when_the_outcome_is_unknown_then_settled(void **state)
{
	(void)state;
	fail_all(&(fault){ .mask = TEST_COMMIT, .status = RPV_E_OUTCOME }, true);
	fail_all(&(fault){ .mask = TEST_COMMIT, .status = RPV_E_OUTCOME, .happens = true }, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions_when_memory_fails_then_all_or_nothing),
		cmocka_unit_test(test_decisions_when_storage_fails_then_all_or_nothing),
		cmocka_unit_test(test_decisions_when_all_is_read_anew_and_storage_fails_then_all_or_nothing),
		cmocka_unit_test(test_decisions_when_the_outcome_is_unknown_then_settled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
