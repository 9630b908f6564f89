/* SPDX-License-Identifier: MIT */
/* Batches as a whole: order does not matter, all or nothing holds whatever fails, others may commit meanwhile. */
#include "facts.h"

/* --- order --- */
typedef struct any_record {
	enum { GROUP, DEVICE, WEAKNESS, RECOMMENDATION, SET, ASSESSMENT } type;
	int a, b, source;                     /* what it is about */
} any_record;

typedef struct world_facts { any_record records[256]; size_t count; uint64_t seed; } world_facts;

static void add_fact(world_facts *f, int type, int a, int b, int source)
{
	f->records[f->count++] = (any_record){ type, a, b, source };
}

static world_facts all_facts(uint64_t seed)
{
	world_facts f = { .count = 0, .seed = seed };
	test_random r = { seed };
	for (int i = 0; i < TEST_DEVICES; i++)
		add_fact(&f, DEVICE, i, 0, 0);
	for (int i = 0; i < TEST_WEAKNESSES; i++)
		add_fact(&f, WEAKNESS, i, 0, 0);
	for (int i = 0; i < TEST_GROUPS; i++)
		if (test_random_below(&r, 2))
			add_fact(&f, GROUP, i, 0, 0);
	for (int i = 0; i < TEST_RECOMMENDATIONS; i++) {
		add_fact(&f, RECOMMENDATION, i, 0, 0);
		for (int s = 0; i < TEST_RECOMMENDATIONS - 2 && s < TEST_SETS; s++)
			add_fact(&f, SET, i, s, 0);
		for (int d = 0; d < TEST_DEVICES; d++)
			for (int source = 0; source < 3; source++)
				if (test_random_below(&r, 3) == 0)
					add_fact(&f, ASSESSMENT, d, i, source);
	}
	return f;
}

/* Three weaknesses, the same for the same numbers. */
static size_t some_weaknesses(test_random *r, test_names *n)
{
	name_all(r, n);
	return test_random_below(r, 4);
}

static void say(test_world *w, rpv_batch *batch, const world_facts *f, const any_record *x)
{
	test_random r = { f->seed * 1000003 + (uint64_t)(x->type * 10000 + x->a * 1000 + x->b * 100 + x->source) };
	test_names n;
	size_t count = some_weaknesses(&r, &n);
	rpv_group_facts group = { .name = n.group, .description = "declared", .rank = (uint32_t)x->a };
	rpv_device_facts device_facts = { .id = n.device, .os = "Windows11", .value = (rpv_value)test_random_below(&r, 4),
		.excluded = any_flag(&r), .internet_facing = any_flag(&r), .group = test_random_below(&r, 3) ? n.group : NULL };
	rpv_weakness_facts weakness_facts = { .id = n.weakness[0], .severity = (rpv_severity)test_random_below(&r, 6),
		.epss = (double)test_random_below(&r, 1000) / 1000, .exploit = (rpv_exploit)test_random_below(&r, 5) };
	rpv_recommendation_facts rec = { .id = n.recommendation, .title = "Do it", .points = 3 };
	rpv_weakness_set_facts set = { .recommendation = n.recommendation, .id = n.set, .weaknesses = n.weaknesses,
		.weakness_count = count };
	rpv_assessment_facts assessment = { .device = n.device, .recommendation = n.recommendation, .version = "1" };
	bool configuration = name_recommendation(&n, x->type == ASSESSMENT ? x->b : x->a);
	if (x->type == DEVICE || x->type == ASSESSMENT)
		snprintf(n.device, sizeof n.device, "d%d", x->a);
	if (x->type == WEAKNESS)
		snprintf(n.weakness[0], sizeof n.weakness[0], "CVE-%d", x->a);
	if (x->type == GROUP)
		snprintf(n.group, sizeof n.group, "group %d", x->a);
	if (x->type == SET)
		snprintf(n.set, sizeof n.set, "v%d", x->b);
	rec.kind = configuration ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPGRADE;
	if (configuration) {
		assessment.state = (rpv_configuration_state)(1 + test_random_below(&r, 3));
		assessment.user_impact = any_flag(&r);
	} else if (test_random_below(&r, 3) == 0) {
		assessment.set = n.set;
	} else {
		assessment.weaknesses = n.weaknesses;
		assessment.weakness_count = count;
	}
	switch (x->type) {
	case GROUP: assert_call(RPV_OK, rpv_batch_group(batch, &group)); break;
	case DEVICE: assert_call(RPV_OK, rpv_batch_device(batch, &device_facts)); break;
	case WEAKNESS: assert_call(RPV_OK, rpv_batch_weakness(batch, &weakness_facts)); break;
	case RECOMMENDATION: assert_call(RPV_OK, rpv_batch_recommendation(batch, &rec)); break;
	case SET: assert_call(RPV_OK, rpv_batch_weakness_set(batch, &set)); break;
	default: assert_call(RPV_OK, rpv_batch_assessment(batch, &assessment)); break;
	}
}

/* Takes the facts in a random order, in batches of random size. A batch has one source: others wait for theirs. */
static char *ingest(const world_facts *facts, uint64_t seed)
{
	static const char *const sources[] = { "one", "two", "three" };
	world_facts f = *facts;
	test_random r = { seed };
	test_world world, *w = &world;
	open_world(w);
	for (size_t i = f.count; i > 1; i--) {
		size_t k = (size_t)test_random_below(&r, i);
		any_record swap = f.records[k];
		f.records[k] = f.records[i - 1];
		f.records[i - 1] = swap;
	}
	for (size_t i = 0; i < f.count;) {
		size_t end = i + 1 + (size_t)test_random_below(&r, seed % 2 ? 5 : 100);
		for (int source = 0; source < 3; source++) {
			rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
			rpv_batch *batch;
			o.source = sources[source];
			o.lenient = 1;
			assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
			for (size_t k = i; k < end && k < f.count; k++)
				if (f.records[k].source == source)
					say(w, batch, facts, &f.records[k]);
			assert_call(RPV_OK, rpv_batch_commit(batch, NULL));
			rpv_batch_free(batch);
		}
		i = end;
	}
	char *picture = picture_of(w->session);
	close_world(w);
	return picture;
}

static void test_facts_when_in_any_order_and_split_then_the_same_store(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		world_facts facts = all_facts(seed);
		char *first = ingest(&facts, 2);
		for (uint64_t order = 3; order < 9; order++) {
			char *other = ingest(&facts, order + 100 * seed);
			assert_pictures(first, other);
			free(other);
		}
		free(first);
	}
}

/* --- failures --- */
/* A batch that touches all there is: everything changes, comes, goes, moves. */
static rpv_status everything(test_world *w)
{
	static const char *const ids[] = { "CVE-1", "CVE-3" };
	static const char *const vectors[] = { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" };
	const rpv_group_facts renamed = { .name = "Field", .previous_name = "Sales", .description = "in the field" };
	const rpv_weakness_facts weak = { .id = "CVE-3", .cvss = vectors, .cvss_count = 1, .epss = 0.25 };
	const rpv_recommendation_facts gone = { .id = MAIL, .removed = 1 }, fresh = { .id = "va-new", .title = "New" };
	const rpv_weakness_set_facts set = { .recommendation = BROWSER, .id = "1", .weaknesses = ids, .weakness_count = 2 };
	const rpv_device_facts leaves = { .id = "s1", .removed = 1 }, moves = { .id = "s2", .group = "Lab" };
	const rpv_assessment_facts on_set = { .device = "i1", .recommendation = BROWSER, .set = "1", .version = "1.0" };
	const rpv_assessment_facts state = { .device = "i2", .recommendation = LOCK, .state = RPV_CONFIGURATION_EXPOSED };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch = NULL;
	rpv_status st;
	o.source = "other";
	st = rpv_batch_begin(w->session, &o, &batch);
	if (st == RPV_OK && (st = rpv_batch_group(batch, &renamed)) == RPV_OK &&
	    (st = rpv_batch_weakness(batch, &weak)) == RPV_OK && (st = rpv_batch_recommendation(batch, &gone)) == RPV_OK &&
	    (st = rpv_batch_recommendation(batch, &fresh)) == RPV_OK && (st = rpv_batch_weakness_set(batch, &set)) == RPV_OK &&
	    (st = rpv_batch_device(batch, &leaves)) == RPV_OK && (st = rpv_batch_device(batch, &moves)) == RPV_OK &&
	    (st = rpv_batch_assessment(batch, &on_set)) == RPV_OK && (st = rpv_batch_assessment(batch, &state)) == RPV_OK &&
	    (st = rpv_batch_full_report(batch, "i2")) == RPV_OK)
		st = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return st;
}

/* Fails at each point in turn until one run meets no failure; *store equals before or after, and then it can be done. */
static void fail_at_each_point(bool memory, bool sticky)
{
	char *before, *after, *now;
	test_world world, *w = &world;
	open_fleet(w);
	before = picture_of(w->session);
	assert_call(RPV_OK, everything(w));
	after = picture_of(w->session);
	close_world(w);
	for (size_t at = 1; at; at++) {
		rpv_status st;
		bool hit;
		open_fleet(w);
		if (memory)
			test_memory_fail(&w->memory, at, sticky);
		else
			test_storage_fail(&w->storage, TEST_ANY, at, RPV_E_STORAGE);
		w->storage.sticky = sticky;
		st = everything(w);
		hit = memory ? test_memory_failed(&w->memory) : w->storage.failed;
		test_memory_fail(&w->memory, 0, false);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		if (!hit)
			at = SIZE_MAX;
		if (st != RPV_OK)
			assert_status(memory ? RPV_E_NOMEM : RPV_E_STORAGE, st);
		now = picture_of(w->session);
		assert_pictures(st == RPV_OK ? after : before, now);
		free(now);
		if (st != RPV_OK)
			assert_call(RPV_OK, everything(w));
		now = picture_of(w->session);
		assert_pictures(after, now);
		free(now);
		close_world(w);
	}
	free(before);
	free(after);
}

static void test_batch_when_memory_fails_then_all_or_nothing(void **state)
{
	(void)state;
	fail_at_each_point(true, false);
	fail_at_each_point(true, true);
}

static void test_batch_when_storage_fails_then_all_or_nothing(void **state)
{
	(void)state;
	fail_at_each_point(false, false);
	fail_at_each_point(false, true);
}

/* --- somebody else --- */
typedef struct other_process {
	test_world *w;
	rpv_store *store;
	rpv_session *session;
	int left;
	rpv_status status;
} other_process;

static void others_commit(void *user)
{
	other_process *o = user;
	const char *weaknesses[] = { "CVE-2" };
	char name[24];
	rpv_batch *batch;
	if (o->left == 0)
		return;
	o->left--;
	snprintf(name, sizeof name, "group %d", o->left);
	const rpv_device_facts moved = { .id = "s1", .group = name }, fresh = { .id = name };
	o->status = rpv_batch_begin(o->session, NULL, &batch);
	if (o->status == RPV_OK)
		o->status = rpv_batch_device(batch, &moved);
	if (o->status == RPV_OK)
		o->status = rpv_batch_device(batch, &fresh);
	if (o->status == RPV_OK)
		o->status = rpv_batch_assess(batch, "s1", BROWSER, weaknesses, 1);
	if (o->status == RPV_OK)
		o->status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
}

static void test_batch_when_others_commit_first_then_both_count(void **state)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	test_world world, *w = &world, second;
	other_process other = { &world, NULL, NULL, 3, RPV_OK };
	char *one, *two;
	(void)state;
	open_fleet(w);
	options.storage = w->storage.inner;
	options.storage.close = NULL;
	rpv_clock_manual(&w->now, &options.clock);
	assert_ok(rpv_store_open(&options, &second.store, NULL));
	other.store = second.store;
	other.session = open_session(&second, "bob", RPV_PERMIT_ALL, NULL, 0);
	w->storage.before_commit = others_commit;
	w->storage.before_commit_user = &other;
	assess(w, "s1", BROWSER, "CVE-1", "CVE-2");
	assess(w, "s1", MAIL, "CVE-1", NULL);
	device(w, "n1", "group 0");
	commit(w);
	assert_int_equal(0, other.left);
	assert_ok(other.status);
	one = picture_of(w->session);
	two = picture_of(other.session);
	assert_pictures(one, two);
	assert_non_null(strstr(one, "group group 0 - rank 0 declared 0 devices 2 active 2"));
	assert_non_null(strstr(one, BROWSER " by default version - set - has[CVE-1,CVE-2]"));
	free(one);
	free(two);
	rpv_session_close(other.session);
	rpv_store_close(second.store);
	close_world(w);
}

/* --- size --- */
static void test_batch_when_large_then_one_commit_and_few_reads(void **state)
{
	enum { MANY = 400, EACH = 40 };
	test_world world, *w = &world;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	char device_id[24], rec[24], cve[32];
	(void)state;
	open_world(w);
	for (int again = 0; again < 2; again++) {
		for (int r = 0; r < EACH && !again; r++) {
			snprintf(rec, sizeof rec, "va-%d", r);
			recommendation(w, rec, RPV_KIND_UPDATE);
			for (int v = 0; v < 5; v++) {
				snprintf(cve, sizeof cve, "CVE-%d-%d", r, v);
				weakness(w, cve);
			}
		}
		for (int d = 0; d < MANY; d++) {
			snprintf(device_id, sizeof device_id, "d%d", d);
			device(w, device_id, d % 2 ? "A" : "B");
			assert_call(RPV_OK, rpv_batch_full_report(begin(w), device_id));
			for (int r = 0; r < EACH; r++) {
				snprintf(rec, sizeof rec, "va-%d", r);
				snprintf(cve, sizeof cve, "CVE-%d-%d", r, (d + r) % 5);
				assess(w, device_id, rec, cve, NULL);
			}
		}
		size_t gets = w->storage.gets, commits = w->storage.commits, writes = w->storage.writes;
		assert_call(RPV_OK, rpv_batch_commit(w->batch, &result));
		assert_int_equal(1 - again, w->storage.commits - commits);
		assert_int_equal(again ? 0 : MANY * EACH + MANY + 6 * EACH + 2, result.changed);
		assert_true(w->storage.gets - gets <= 8 * (size_t)MANY + 20 * (size_t)EACH + 500);
		assert_true(w->storage.writes - writes <= 6 * (size_t)MANY + 40 * (size_t)EACH + 100);
	}
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts_when_in_any_order_and_split_then_the_same_store),
		cmocka_unit_test(test_batch_when_memory_fails_then_all_or_nothing),
		cmocka_unit_test(test_batch_when_storage_fails_then_all_or_nothing),
		cmocka_unit_test(test_batch_when_others_commit_first_then_both_count),
		cmocka_unit_test(test_batch_when_large_then_one_commit_and_few_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
