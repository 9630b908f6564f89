/* SPDX-License-Identifier: MIT */
/* Remediation activities follow the facts: targets fixed, gone and back, completion; also against a model of random
 * batches, and when memory or storage fails. */
#include "../support/fleet.h"

/* --- progress --- */
static void test_target_when_removed_then_it_leaves_and_comes_back(void **state) /* REM03 */
{
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	w->now += DAY;
	remove_device(w, "s1");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 3, 0);
	w->now += DAY;
	device(w, "s1", "Sales");
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 0);
	w->now += DAY;
	assess(w, "s1", BROWSER, NULL, NULL);
	assess(w, "s2", BROWSER, NULL, NULL);
	assess(w, "i1", BROWSER, NULL, NULL);
	remove_device(w, "i2");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 3, 3);
	assert_string_equal("System confirmation", get(w, NULL, "R-1")->completed_by);
	assert_int_equal(START + 3 * DAY, get(w, NULL, "R-1")->ended_ms);
	close_world(w);
}

static void test_target_when_silent_then_it_stays_open_and_the_clock_completes_nothing(void **state) /* REM05 */
{
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	w->now = START + 20 * DAY;
	assess(w, "s1", BROWSER, NULL, NULL);
	assess(w, "s2", BROWSER, NULL, NULL);
	assess(w, "i1", BROWSER, NULL, NULL);
	commit(w);
	w->now = START + 30 * DAY;
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 3);
	assert_ok(rpv_store_tick(w->store, 0, NULL, NULL));
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 3);
	w->now = START + 40 * DAY;
	assess(w, "i2", BROWSER, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	close_world(w);
}

static void test_target_when_moved_or_exposed_again_then_it_stays(void **state) /* REM06 */
{
	test_world world, *w = &world;
	const char *groups[] = { "Sales" };
	rpv_remediation_request r = request_on(BROWSER);

	(void)state;
	open_fleet(w);
	device(w, "s3", "Sales");
	commit(w);
	r.groups = groups;
	r.group_count = 1;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
	assess(w, "s3", BROWSER, "CVE-1", NULL); /* does not join */
	device(w, "s1", "IT");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	assess(w, "s1", BROWSER, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 1);
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	close_world(w);
}

static void test_target_when_only_newer_weaknesses_are_left_then_it_is_fixed(void **state) /* REM07 */
{
	static const char *const ids[] = { "s1", "s2", "i1", "i2" };
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	for (size_t i = 0; i < 4; i++)
		assess(w, ids[i], BROWSER, "CVE-2", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	assert_int_equal(0, get(w, NULL, "R-1")->exposed_again);
	assess(w, "s2", BROWSER, "CVE-2", "CVE-1");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	assert_int_equal(1, get(w, NULL, "R-1")->exposed_again);
	close_world(w);
}

static void test_target_on_a_named_set_when_the_set_changes_then_it_keeps_what_it_had(void **state)
{
	test_world world, *w = &world;
	rpv_list *list;

	(void)state;
	open_fleet(w);
	name_set(w, MAIL, "1.0", "CVE-1", "CVE-2");
	assess_set(w, "s1", MAIL, "1.0");
	assess_set(w, "s2", MAIL, "1.0");
	commit(w);
	request_all(w, MAIL);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	name_set(w, MAIL, "1.0", "CVE-2", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	assert_call(RPV_OK, rpv_target_list(w->session, "R-1", &list));
	assert_int_equal(2, rpv_target_at(list, 0)->weakness_count);
	rpv_list_free(list);
	name_set(w, MAIL, "1.0", NULL, NULL);
	assess(w, "s2", MAIL, "CVE-1", NULL); /* in the same batch */
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 1);
	name_set(w, MAIL, "1.0", "CVE-1", NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 2, 0);
	name_set(w, MAIL, "1.0", NULL, NULL);
	assess(w, "s2", MAIL, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 2, 2);
	close_world(w);
}

static void test_target_when_excluded_then_it_leaves_until_it_is_back(void **state)
{
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	exclude_device(w, "s1", true);
	assess(w, "s2", BROWSER, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 3, 1);
	assess(w, "s1", BROWSER, NULL, NULL); /* while it does not count */
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 3, 1);
	exclude_device(w, "s1", false);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 2);
	close_world(w);
}

static void test_activity_when_every_target_is_gone_then_it_stays_active(void **state)
{
	test_world world, *w = &world;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	for (int i = 0; i < 4; i++)
		remove_device(w, (const char *[]){ "s1", "s2", "i1", "i2" }[i]);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 0, 0);
	close_world(w);
}

static void test_recommendation_when_taken_out_and_back_then_its_activities_are_still_on_it(void **state)
{
	rpv_recommendation_facts removal = { .id = BROWSER, .removed = 1 };
	rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;
	test_world world, *w = &world;
	rpv_list *list;

	(void)state;
	open_fleet(w);
	request_all(w, BROWSER);
	for (int i = 0; i < 4; i++)
		assess(w, (const char *[]){ "s1", "s2", "i1", "i2" }[i], BROWSER, NULL, NULL);
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &removal));
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 4, 4);
	assert_string_equal(BROWSER, get(w, NULL, "R-1")->recommendation);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	assess(w, "s2", BROWSER, "CVE-1", NULL);
	commit(w);
	request_all(w, BROWSER);
	q.recommendation = BROWSER;
	q.sort = RPV_REMEDIATION_BY_IMPACT;
	assert_call(RPV_OK, rpv_remediation_list(w->session, &q, &list));
	assert_int_equal(2, rpv_list_count(list));
	assert_int_equal(1, rpv_remediation_at(list, 0)->exposed_again);
	assert_int_equal(1, rpv_remediation_at(list, 1)->targets);
	rpv_list_free(list);
	close_world(w);
}

static void test_exception_in_effect_then_no_target_is_fixed_by_it(void **state)
{
	test_world world, *w = &world;
	rpv_exception_request e = RPV_EXCEPTION_REQUEST_INIT;

	(void)state;
	open_fleet(w);
	e.recommendation = BROWSER;
	e.context = "isolated";
	e.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	e.duration_ms = 30 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &e, NULL));
	request_all(w, BROWSER); /* and excepted devices are targets all the same */
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	commit(w);
	assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 0);
	close_world(w);
}

/* --- failures --- */
static void everything(test_world *w, rpv_status *statuses)
{
	rpv_remediation_request r = request_on(BROWSER);
	rpv_list *list = NULL;

	r.kind = RPV_REMEDIATION_UNINSTALL;
	statuses[0] = rpv_remediation_request_file(w->session, &r, &list);
	if (statuses[0] == RPV_OK)
		assert_string_equal(BROWSER, rpv_remediation_at(list, 0)->recommendation);
	else
		assert_null(list);
	rpv_list_free(list);
	statuses[1] = rpv_remediation_list(w->session, NULL, &list);
	assert_int_equal(statuses[1] == RPV_OK, list != NULL);
	rpv_list_free(list);
	statuses[2] = rpv_target_list(w->session, "R-1", &list);
	rpv_list_free(list);
	statuses[3] = rpv_remediation_cancel(w->session, "R-1", "why");
}

/* Whatever fails, fails with that status and leaves all as it was; what succeeded stays. */
static void fail_everywhere(bool memory)
{
	for (size_t at = 1;; at++) {
		test_world world, *w = &world;
		rpv_status statuses[4];
		size_t failed = 0;
		bool hit;

		open_fleet(w);
		request_all(w, BROWSER);
		if (memory)
			test_memory_fail(&w->memory, at, false);
		else
			test_storage_fail(&w->storage, TEST_ANY, at, RPV_E_STORAGE);
		everything(w, statuses);
		hit = memory ? test_memory_failed(&w->memory) : w->storage.failed;
		test_memory_fail(&w->memory, 0, false);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		for (size_t i = 0; i < 4; i++) {
			failed += statuses[i] != RPV_OK;
			if (statuses[i] != RPV_OK)
				assert_status(memory ? RPV_E_NOMEM : RPV_E_STORAGE, statuses[i]);
		}
		assert_true(failed <= 1);
		assert_int_equal(1 + (statuses[0] == RPV_OK), count_all(w->session));
		assert_progress(w, "R-1", statuses[3] == RPV_OK ? RPV_REMEDIATION_CANCELED : RPV_REMEDIATION_ACTIVE, 4, 0);
		close_world(w);
		if (!hit)
			break;
	}
}

static void test_everything_when_memory_fails_then_nothing_is_half_done(void **state)
{
	(void)state;
	fail_everywhere(true);
}

static void test_everything_when_storage_fails_then_nothing_is_half_done(void **state)
{
	(void)state;
	fail_everywhere(false);
}

static void test_progress_when_memory_fails_then_the_batch_can_be_committed_again(void **state)
{
	(void)state;
	for (size_t at = 1;; at++) {
		test_world world, *w = &world;
		rpv_status status;
		bool hit;

		open_fleet(w);
		request_all(w, BROWSER);
		for (int i = 0; i < 3; i++)
			assess(w, (const char *[]){ "s1", "s2", "i1" }[i], BROWSER, NULL, NULL);
		remove_device(w, "i2");
		test_memory_fail(&w->memory, at, false);
		status = rpv_batch_commit(w->batch, NULL);
		hit = test_memory_failed(&w->memory);
		test_memory_fail(&w->memory, 0, false);
		if (status != RPV_OK) {
			assert_status(RPV_E_NOMEM, status);
			assert_progress(w, "R-1", RPV_REMEDIATION_ACTIVE, 4, 0);
			commit(w);
		}
		assert_progress(w, "R-1", RPV_REMEDIATION_COMPLETED, 3, 3);
		close_world(w);
		if (!hit)
			break;
	}
}

/* --- random batches against a model that looks at everything each time --- */
#define DEVICES 10
#define WEAKNESSES 5
#define ACTIVITIES 40

typedef struct naive_target { bool is, fixed, gone; unsigned had; int group; } naive_target;
typedef struct naive {
	struct { bool removed, excluded; int group; unsigned has[3]; int set; } devices[DEVICES]; /* has[2]: configuration */
	unsigned sets[2];                                      /* of recommendation 0; a device is on one of them or none */
	struct { int rec, group; rpv_remediation_status status; naive_target targets[DEVICES]; } activities[ACTIVITIES];
	int activity_count;
} naive;

static const char *const recs[] = { BROWSER, MAIL, LOCK };
static const char *const group_names[] = { "G0", "G1", "G2" };
static const char *const set_names[] = { "A", "B" };

static const char *device_name(int i)
{
	static char names[DEVICES][8];

	snprintf(names[i], sizeof names[i], "d%d", i);
	return names[i];
}

static unsigned naive_has(const naive *n, int d, int rec)
{
	if (n->devices[d].removed)
		return 0;
	return rec == 0 && n->devices[d].set >= 0 ? n->sets[n->devices[d].set] : n->devices[d].has[rec];
}

static size_t names_of(unsigned bits, const char **out)
{
	static const char *const all[] = { "W0", "W1", "W2", "W3", "W4" };
	size_t count = 0;

	for (int i = 0; i < WEAKNESSES; i++)
		if (bits & 1u << i)
			out[count++] = all[i];
	return count;
}

static void random_assessment(test_world *w, naive *n, test_random *random, int d)
{
	int rec = (int)test_random_below(random, 3);
	unsigned bits = (unsigned)test_random_below(random, 3) ? (unsigned)test_random_below(random, 1u << WEAKNESSES) : 0;
	const char *names[WEAKNESSES];

	if (rec == 2) {
		n->devices[d].has[2] = bits & 1;
		configure(w, device_name(d), LOCK, bits & 1 ? RPV_CONFIGURATION_EXPOSED : RPV_CONFIGURATION_COMPLIANT, false);
		return;
	}
	if (rec == 0 && test_random_below(random, 2)) {
		n->devices[d].set = (int)(bits & 1);
		assess_set(w, device_name(d), BROWSER, set_names[bits & 1]);
		return;
	}
	if (rec == 0)
		n->devices[d].set = -1;
	n->devices[d].has[rec] = bits;
	assert_call(RPV_OK, rpv_batch_assess(begin(w), device_name(d), recs[rec], names, names_of(bits, names)));
}

static void random_device(test_world *w, naive *n, test_random *random, int d)
{
	unsigned what = (unsigned)test_random_below(random, 8);

	if (n->devices[d].removed && what > 1)
		return;
	if (what == 0 && !n->devices[d].removed) {
		n->devices[d].removed = true;
		n->devices[d].excluded = false;
		n->devices[d].set = -1;
		memset(n->devices[d].has, 0, sizeof n->devices[d].has);
		remove_device(w, device_name(d));
	} else if (what <= 2) {
		n->devices[d].removed = false;
		n->devices[d].group = (int)test_random_below(random, 3);
		device(w, device_name(d), group_names[n->devices[d].group]);
	} else if (what == 3) {
		n->devices[d].excluded = !n->devices[d].excluded;
		exclude_device(w, device_name(d), n->devices[d].excluded);
	} else {
		random_assessment(w, n, random, d);
	}
}

static void naive_follow(naive *n)
{
	for (int a = 0; a < n->activity_count; a++) {
		int counted = 0, fixed = 0;

		if (n->activities[a].status != RPV_REMEDIATION_ACTIVE)
			continue;
		for (int d = 0; d < DEVICES; d++) {
			naive_target *t = &n->activities[a].targets[d];

			t->gone = n->devices[d].removed || n->devices[d].excluded;
			t->fixed = !(t->had & naive_has(n, d, n->activities[a].rec));
			counted += t->is && !t->gone;
			fixed += t->is && !t->gone && t->fixed;
		}
		if (counted && counted == fixed)
			n->activities[a].status = RPV_REMEDIATION_COMPLETED;
	}
}

static void random_request(test_world *w, naive *n, test_random *random)
{
	int rec = (int)test_random_below(random, 3), group = (int)test_random_below(random, 4) - 1;
	rpv_remediation_request r = request_on(recs[rec]);
	int a = n->activity_count, targets = 0;

	if (a == ACTIVITIES)
		return;
	if (group >= 0) {
		r.groups = &group_names[group];
		r.group_count = 1;
	}
	memset(&n->activities[a], 0, sizeof n->activities[a]);
	n->activities[a].rec = rec;
	n->activities[a].group = group;
	n->activities[a].status = RPV_REMEDIATION_ACTIVE;
	for (int d = 0; d < DEVICES; d++) {
		unsigned has = naive_has(n, d, rec);

		if (n->devices[d].removed || n->devices[d].excluded || !has || (group >= 0 && n->devices[d].group != group))
			continue;
		n->activities[a].targets[d] = (naive_target){ true, false, false, has, n->devices[d].group };
		targets++;
	}
	n->activity_count += targets > 0;
	assert_call(targets ? RPV_OK : RPV_E_REFUSED, rpv_remediation_request_file(w->session, &r, NULL));
}

static void compare(test_world *w, rpv_session *session, int group, const naive *n)
{
	rpv_list *list;
	size_t row = 0;

	assert_ok(rpv_remediation_list(session, NULL, &list));
	for (int a = 0; a < n->activity_count; a++) {
		uint64_t targets = 0, fixed = 0, again = 0, seen = 0;
		const rpv_remediation *m;

		for (int d = 0; d < DEVICES; d++) {
			const naive_target *t = &n->activities[a].targets[d];
			bool counts = t->is && !t->gone && (group < 0 || t->group == group);

			seen += t->is && (group < 0 || t->group == group);
			targets += counts;
			fixed += counts && t->fixed;
			again += counts && t->fixed && n->activities[a].status == RPV_REMEDIATION_COMPLETED &&
			         !n->devices[d].excluded && (t->had & naive_has(n, d, n->activities[a].rec));
		}
		if (seen == 0 && group >= 0 && n->activities[a].group != group)
			continue; /* nothing of it is visible */
		m = rpv_remediation_at(list, row++);
		assert_non_null(m);
		assert_string_equal(recs[n->activities[a].rec], m->recommendation);
		assert_int_equal(n->activities[a].status, m->status);
		assert_int_equal(targets, m->targets);
		assert_int_equal(fixed, m->fixed);
		assert_int_equal(again, m->exposed_again);
	}
	assert_int_equal(row, rpv_list_count(list));
	rpv_list_free(list);
	(void)w;
}

static void random_run(uint64_t seed)
{
	test_world world, *w = &world;
	test_random random = { seed };
	naive n;
	const char *names[WEAKNESSES];
	rpv_session *limited;

	memset(&n, 0, sizeof n);
	open_world(w);
	for (size_t i = 0; i < names_of((1u << WEAKNESSES) - 1, names); i++)
		weakness(w, names[i]);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, MAIL, RPV_KIND_UPDATE);
	recommendation(w, LOCK, RPV_KIND_CONFIGURATION_CHANGE);
	name_set(w, BROWSER, "A", NULL, NULL);
	name_set(w, BROWSER, "B", NULL, NULL);
	for (int i = 0; i < 3; i++) {
		rpv_group_facts g = { .name = group_names[i] };

		assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	}
	for (int d = 0; d < DEVICES; d++) {
		n.devices[d].set = -1;
		device(w, device_name(d), "G0");
	}
	commit(w);
	limited = open_session(w, "lim", RPV_PERMIT_VIEW, &group_names[1], 1);
	for (int step = 0; step < 120; step++) {
		uint64_t records = 1 + test_random_below(&random, 4);

		w->now += 1000;
		if (test_random_below(&random, 5) == 0) {
			unsigned set = (unsigned)test_random_below(&random, 2);
			size_t count;
			rpv_weakness_set_facts f = { .recommendation = BROWSER, .id = set_names[set], .weaknesses = names };

			n.sets[set] = (unsigned)test_random_below(&random, 1u << WEAKNESSES);
			count = names_of(n.sets[set], names);
			f.weakness_count = count;
			assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &f));
		}
		for (int first = (int)test_random_below(&random, DEVICES); records; records--, first++)
			random_device(w, &n, &random, first % DEVICES); /* each device once a batch */
		commit(w);
		naive_follow(&n);
		if (test_random_below(&random, 3) == 0)
			random_request(w, &n, &random);
		compare(w, w->session, -1, &n);
		compare(w, limited, 1, &n);
	}
	rpv_session_close(limited);
	close_world(w);
}

static void test_random_batches_then_figures_are_those_of_the_model(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++)
		random_run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_target_when_removed_then_it_leaves_and_comes_back),
		cmocka_unit_test(test_target_when_silent_then_it_stays_open_and_the_clock_completes_nothing),
		cmocka_unit_test(test_target_when_moved_or_exposed_again_then_it_stays),
		cmocka_unit_test(test_target_when_only_newer_weaknesses_are_left_then_it_is_fixed),
		cmocka_unit_test(test_target_on_a_named_set_when_the_set_changes_then_it_keeps_what_it_had),
		cmocka_unit_test(test_target_when_excluded_then_it_leaves_until_it_is_back),
		cmocka_unit_test(test_activity_when_every_target_is_gone_then_it_stays_active),
		cmocka_unit_test(test_recommendation_when_taken_out_and_back_then_its_activities_are_still_on_it),
		cmocka_unit_test(test_exception_in_effect_then_no_target_is_fixed_by_it),
		cmocka_unit_test(test_everything_when_memory_fails_then_nothing_is_half_done),
		cmocka_unit_test(test_everything_when_storage_fails_then_nothing_is_half_done),
		cmocka_unit_test(test_progress_when_memory_fails_then_the_batch_can_be_committed_again),
		cmocka_unit_test(test_random_batches_then_figures_are_those_of_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
