/* SPDX-License-Identifier: MIT */
/* Two handles, and several processes, on one SQLite file want the last of one budget: one gets it. */
#include "../support/decisions.h"
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4

static char path[300];
static const char *const sales[] = { "Sales" }, *const it[] = { "IT" };

/* A handle of its own on the file. */
static void open_handle(test_world *w, const char *principal)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_storage inner = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	memset(w, 0, sizeof *w);
	w->now = START;
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 30000, &inner, &error), &error);
	o.storage = test_storage_around(&w->storage, &inner, true);
	rpv_clock_manual(&w->now, &o.clock);
	assert_status_error(RPV_OK, rpv_store_open(&o, &w->store, &error), &error);
	w->session = open_session(w, principal, RPV_PERMIT_ALL, NULL, 0);
}

static rpv_exception_request planned(const char *const *group)
{
	rpv_exception_request r = accept_in(BROWSER, group, 1);
	r.justification = RPV_JUSTIFICATION_PLANNED_REMEDIATION;
	return r;
}

/* Four exposed devices, two of them in each group, and room for one group's exposure. */
static void open_file(test_world *w)
{
	static const char *const ids[] = { "s1", "s2", "i1", "i2" };
	rpv_exception_request r = planned(sales);
	rpv_filing *filing;
	char room[64];
	test_temporary_path(path, sizeof path, "store.db");
	open_handle(w, "ana@corp.example");
	weakness(w, "CVE-1");
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	for (int i = 0; i < 4; i++) {
		device(w, ids[i], i < 2 ? "Sales" : "IT");
		assess(w, ids[i], BROWSER, "CVE-1", NULL);
	}
	commit(w);
	rpv_batch_free(w->batch);
	w->batch = NULL;
	assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &filing));
	double one = rpv_filing_read(filing)->exception->filed_exposure;
	rpv_filing_free(filing);
	assert_true(one > 0.01);
	snprintf(room, sizeof room, "%.6f", 1.5 * one);
	assert_call(RPV_OK, rpv_policy_set(w->session, &(rpv_policy_change){ "budget.planned_remediation", room }, 1, NULL,
	                                   NULL));
}

static void close_handle(test_world *w)
{
	end_decisions(w);
}

static size_t count_exceptions(test_world *w)
{
	rpv_list *list;
	assert_call(RPV_OK, rpv_exception_list(w->session, NULL, &list));
	size_t count = rpv_list_count(list);
	rpv_list_free(list);
	return count;
}

/* --- two handles, in the order that hurts: the second commits between the reads and the commit of the first --- */
typedef struct rival { test_world *w; int left; rpv_status status; } rival;

static void commit_first(void *user)
{
	rival *r = user;
	rpv_exception_request request = planned(it);
	if (r->left-- > 0)
		r->status = rpv_exception_file(r->w->session, &request, NULL);
}

static void test_budget_when_two_handles_want_the_last_of_it_then_one_gets_it(void **state)
{
	test_world first, second, *w = &first;
	rpv_exception_request request = planned(sales);
	(void)state;
	open_file(w);
	open_handle(&second, "bob@corp.example");
	rival other = { &second, 1, RPV_E_NOT_FOUND };
	w->storage.before_commit = commit_first;
	w->storage.before_commit_user = &other;
	assert_refused(w, &request, RPV_E_REFUSED, "budget.planned_remediation");
	assert_ok(other.status);
	assert_true(other.left <= 0);
	w->storage.before_commit = NULL;
	assert_int_equal(1, count_exceptions(w));
	assert_int_equal(1, count_exceptions(&second));
	assert_string_equal("bob@corp.example", look(w, "E-1")->requester);
	close_handle(&second);
	close_handle(w);
	test_remove_folder(path);
}

/* --- two answers to the same exception --- */
static void approve_first(void *user)
{
	rival *r = user;
	if (r->left-- > 0)
		r->status = rpv_exception_approve(r->w->session, "E-2", NULL, NULL);
}

static void test_approval_when_two_handles_answer_at_once_then_the_first_counts(void **state)
{
	test_world first, second, *w = &first;
	rpv_exception_request a = planned(sales);
	(void)state;
	open_file(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &(rpv_policy_change){ "approval", "all" }, 1, NULL, NULL));
	assert_call(RPV_OK, rpv_policy_set(w->session, &(rpv_policy_change){ "budget.planned_remediation", NULL }, 1, NULL,
	                                   NULL));
	file_as(w, &a, "E-1");
	a = planned(it);
	file_as(w, &a, "E-2");
	open_handle(&second, "bob@corp.example");
	rpv_session *cyd = open_session(w, "cyd@corp.example", RPV_PERMIT_ALL, NULL, 0);
	rival other = { &second, 1, RPV_E_NOT_FOUND };
	w->storage.before_commit = approve_first;
	w->storage.before_commit_user = &other;
	assert_int_equal(RPV_E_REFUSED, rpv_exception_approve(cyd, "E-2", NULL, NULL)); /* the same one: answered already */
	assert_non_null(strstr(rpv_session_error(cyd)->message, "in_effect"));
	assert_ok(other.status);
	w->storage.before_commit = NULL;
	assert_ok(rpv_exception_approve(cyd, "E-1", NULL, NULL));
	assert_string_equal("bob@corp.example", look(w, "E-2")->approver);
	rpv_session_close(cyd);
	close_handle(&second);
	close_handle(w);
	test_remove_folder(path);
}

/* --- several processes --- */
static int child(int number, int go)
{
	test_world world, *w = &world;
	char principal[32], byte;
	rpv_exception_request request = planned(number % 2 ? sales : it);
	snprintf(principal, sizeof principal, "p%d@corp.example", number);
	open_handle(w, principal);
	if (read(go, &byte, 1) != 0) /* until the parent closes its end */
		return 9;
	rpv_status st = rpv_exception_file(w->session, &request, NULL);
	rpv_session_close(w->session);
	rpv_store_close(w->store);
	return st == RPV_OK ? 0 : st == RPV_E_REFUSED ? 1 : 2;
}

static void test_budget_when_processes_race_for_it_then_exactly_one_passes(void **state)
{
	(void)state;
	for (int round = 0; round < 5; round++) {
		test_world world, *w = &world;
		pid_t children[PROCESSES];
		int go[2], ends[3] = { 0, 0, 0 };
		open_file(w);
		close_handle(w);
		assert_int_equal(0, pipe(go));
		for (int i = 0; i < PROCESSES; i++) {
			children[i] = fork();
			assert_true(children[i] >= 0);
			if (children[i] == 0) {
				close(go[1]);
				_exit(child(i, go[0]));
			}
		}
		close(go[0]);
		close(go[1]);
		for (int i = 0; i < PROCESSES; i++) {
			int status = 0;
			assert_true(waitpid(children[i], &status, 0) == children[i]);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 3);
			ends[WEXITSTATUS(status)]++;
		}
		assert_int_equal(1, ends[0]);
		assert_int_equal(PROCESSES - 1, ends[1]);
		open_handle(w, "ana@corp.example");
		assert_int_equal(1, count_exceptions(w));
		close_handle(w);
		test_remove_folder(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget_when_two_handles_want_the_last_of_it_then_one_gets_it),
		cmocka_unit_test(test_approval_when_two_handles_answer_at_once_then_the_first_counts),
		cmocka_unit_test(test_budget_when_processes_race_for_it_then_exactly_one_passes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
