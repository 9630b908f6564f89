/* SPDX-License-Identifier: MIT */
/* Views: what follows the changes equals what is loaded anew, whatever was committed, also while it was read, and after
 * failures. */
#include "../support/test.h"

#include "../../lib/score/evaluate.h"
#include "../../lib/service/store.h"

#define DAY INT64_C(86400000)
#define START INT64_C(1772323200000)

/* Two stores on one storage: `store` is looked at, `other` writes. */
typedef struct world {
	int64_t now;
	test_memory memory;
	rpv_storage inner, shared;
	rpv_store *store, *other;
	rpv_session *session;      /* of `other` */
	test_random random;
	size_t scans, commit_at;   /* somebody commits before scan number `commit_at`; 0: nobody */
	uint8_t groups[64];        /* of the lens, when it is not all */
	bool limited;
	size_t kept;               /* evaluations that followed instead of being made anew */
} world;

static world *current;

static void commit_random(world *w);

static rpv_status hooked_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                              rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	world *w = current;
	if (w->commit_at && ++w->scans == w->commit_at) {
		w->commit_at = 0;
		commit_random(w);
	}
	return w->inner.scan(user, from, to, reverse, limit, sink, sink_user, error);
}

static rpv_store *open_store(world *w, const rpv_storage *storage, bool counted)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_store *store;
	o.storage = *storage;
	if (counted)
		o.allocator = test_memory_allocator(&w->memory);
	rpv_clock_manual(&w->now, &o.clock);
	assert_ok(rpv_store_open(&o, &store, NULL));
	return store;
}

static void open_world(world *w, uint64_t seed)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	memset(w, 0, sizeof *w);
	current = w;
	w->now = START;
	w->random.state = seed;
	w->inner = (rpv_storage)RPV_STORAGE_INIT;
	assert_ok(rpv_memory_storage(NULL, &w->inner));
	w->shared = w->inner;
	w->shared.close = NULL;
	w->other = open_store(w, &w->inner, false);
	w->shared.scan = hooked_scan;
	w->store = open_store(w, &w->shared, true);
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(w->other, &p, &w->session, NULL));
}

static void close_world(world *w)
{
	rpv_store_close(w->store);
	rpv_session_close(w->session);
	rpv_store_close(w->other);
	assert_int_equal(0, w->memory.live);
}

/* --- commits by chance --- */
enum { DEVICES = 12, RECOMMENDATIONS = 5, CONFIGURATIONS = 2, WEAKNESSES = 300, GROUPS = 4 }; /* two blocks of threats */

static unsigned below(world *w, unsigned bound)
{
	return (unsigned)test_random_below(&w->random, bound);
}

static const char *name(char out[16], char letter, unsigned number)
{
	snprintf(out, 16, "%c%u", letter, number);
	return out;
}

static void must(const world *w, rpv_status status)
{
	assert_status_error(RPV_OK, status, rpv_session_error(w->session));
}

static void put_device(world *w, rpv_batch *batch)
{
	char id[16], group[16];
	rpv_device_facts d = { .id = name(id, 'd', below(w, DEVICES)), .group = name(group, 'g', below(w, GROUPS)),
		.value = (rpv_value)below(w, 4), .internet_facing = (rpv_flag)below(w, 3), .excluded = (rpv_flag)below(w, 3),
		.removed = below(w, 12) == 0 };
	must(w, rpv_batch_device(batch, &d));
}

static void put_weaknesses(world *w, rpv_batch *batch)
{
	char id[16];
	for (unsigned n = below(w, 40); n > 0; n--) {
		rpv_weakness_facts f = { .id = name(id, 'w', below(w, WEAKNESSES)), .severity = (rpv_severity)below(w, 6),
			.epss = below(w, 100) / 100.0, .exploit = (rpv_exploit)below(w, 5) };
		must(w, rpv_batch_weakness(batch, &f));
	}
}

static void put_recommendation(world *w, rpv_batch *batch)
{
	char id[16];
	unsigned n = below(w, RECOMMENDATIONS);
	rpv_recommendation_facts f = { .id = name(id, n < CONFIGURATIONS ? 'c' : 'r', n), .removed = below(w, 10) == 0,
		.kind = n < CONFIGURATIONS ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE,
		.points = n < CONFIGURATIONS ? 1 + below(w, 10) : 0, .category = (rpv_category)below(w, 6) };
	must(w, rpv_batch_recommendation(batch, &f));
}

/* Weaknesses in a small window, so that sets meet. */
static size_t some_weaknesses(world *w, char ids[4][16], const char *out[4])
{
	size_t count = below(w, 5);
	for (size_t i = 0; i < count; i++)
		out[i] = name(ids[i], 'w', 250 + below(w, 12));
	return count;
}

static void put_set(world *w, rpv_batch *batch)
{
	char ids[4][16], rec[16], set[16];
	const char *weaknesses[4];
	unsigned n = CONFIGURATIONS + below(w, RECOMMENDATIONS - CONFIGURATIONS);
	rpv_weakness_set_facts f = { .recommendation = name(rec, 'r', n), .id = name(set, 's', below(w, 2)),
		.weaknesses = weaknesses };
	f.weakness_count = some_weaknesses(w, ids, weaknesses);
	must(w, rpv_batch_weakness_set(batch, &f));
}

static void put_assessment(world *w, rpv_batch *batch)
{
	char ids[4][16], device[16], rec[16], set[16];
	const char *weaknesses[4];
	unsigned n = below(w, RECOMMENDATIONS);
	rpv_assessment_facts f = { .device = name(device, 'd', below(w, DEVICES)),
		.recommendation = name(rec, n < CONFIGURATIONS ? 'c' : 'r', n) };
	if (n < CONFIGURATIONS) {
		f.state = (rpv_configuration_state)(1 + below(w, 3));
	} else if (below(w, 2)) {
		rpv_weakness_set_facts s = { .recommendation = rec, .id = name(set, 's', below(w, 2)), .weaknesses = weaknesses };
		s.weakness_count = some_weaknesses(w, ids, weaknesses);
		must(w, rpv_batch_weakness_set(batch, &s));
		f.set = set;
	} else {
		f.weaknesses = weaknesses;
		f.weakness_count = some_weaknesses(w, ids, weaknesses);
	}
	must(w, rpv_batch_assessment(batch, &f));
}

static void commit_facts(world *w)
{
	static void (*const puts[])(world *w, rpv_batch *batch) = { put_device, put_assessment, put_device, put_assessment,
		put_assessment, put_weaknesses, put_recommendation, put_set };
	static const char *const sources[] = { "one", "two" };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	o.source = sources[below(w, 2)];
	o.lenient = 1;
	must(w, rpv_batch_begin(w->session, &o, &batch));
	unsigned kinds = below(w, 2) ? 2 : sizeof puts / sizeof *puts; /* devices alone, or all */
	for (unsigned n = 1 + below(w, 8); n > 0; n--)
		puts[below(w, kinds)](w, batch);
	rpv_status st = rpv_batch_commit(batch, NULL); /* may be refused: a removed thing is named */
	if (st != RPV_OK && st != RPV_E_INVALID && st != RPV_E_REFUSED && st != RPV_E_NOT_FOUND)
		must(w, st);
	rpv_batch_free(batch);
}

static void commit_exception(world *w)
{
	char rec[16], weakness[16], group[16], device[16], id[24];
	const char *groups[] = { name(group, 'g', below(w, GROUPS)) }, *devices[] = { name(device, 'd', below(w, DEVICES)) };
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	unsigned n = below(w, RECOMMENDATIONS), kind = below(w, 3);
	if (below(w, 4) == 0) {
		snprintf(id, sizeof id, "E-%u", 1 + below(w, 20));
		(void)!rpv_exception_cancel(w->session, id, NULL, "x");
		return;
	}
	r.recommendation = kind == 2 ? NULL : name(rec, n < CONFIGURATIONS ? 'c' : 'r', n);
	r.weakness = kind == 0 ? NULL : name(weakness, 'w', 250 + below(w, 12));
	r.context = "because";
	r.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	r.duration_ms = DAY * (1 + below(w, 30));
	r.scope = (rpv_scope)(below(w, 4));
	r.groups = r.scope == RPV_SCOPE_GROUPS ? groups : NULL;
	r.group_count = r.scope == RPV_SCOPE_GROUPS;
	r.devices = r.scope == RPV_SCOPE_DEVICES ? devices : NULL;
	r.device_count = r.scope == RPV_SCOPE_DEVICES;
	(void)!rpv_exception_file(w->session, &r, NULL); /* often refused: unknown, or in conflict */
}

static void commit_random(world *w)
{
	w->now += below(w, 3) * DAY / 8;
	if (below(w, 4))
		commit_facts(w);
	else
		commit_exception(w);
}

/* --- equality --- */
static void assert_numbers(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	assert_int_equal(a_count, b_count);
	if (a_count)
		assert_memory_equal(a, b, a_count * sizeof *a);
}

static void assert_devices(const rpv__view *a, const rpv__view *b)
{
	assert_int_equal(a->device_count, b->device_count);
	for (size_t i = 0; i < a->device_count; i++) {
		const rpv__view_device *x = &a->devices[i], *y = &b->devices[i];
		assert_int_equal(x->flags, y->flags);
		assert_int_equal(x->group, y->group);
		assert_int_equal(x->value, y->value);
		assert_true(x->last_seen_ms == y->last_seen_ms);
		assert_int_equal(rpv__device_variant_count(x), rpv__device_variant_count(y));
		for (uint32_t j = 0; j < rpv__device_variant_count(x); j++)
			assert_int_equal(rpv__device_variant(x, j), rpv__device_variant(y, j));
		assert_int_equal(x->state_count, y->state_count);
		for (size_t j = 0; j < x->state_count; j++) {
			assert_int_equal(x->states[j].recommendation, y->states[j].recommendation);
			assert_int_equal(x->states[j].state, y->states[j].state);
		}
	}
}

static void assert_covers(const rpv__view *a, const rpv__view *b)
{
	assert_int_equal(a->cover_count, b->cover_count);
	for (size_t i = 0; i < a->cover_count; i++) {
		const rpv__cover *x = &a->covers[i], *y = &b->covers[i];
		assert_true(x->exception == y->exception && x->recommendation == y->recommendation && x->weakness == y->weakness);
		assert_true(x->start_ms == y->start_ms && x->end_ms == y->end_ms && x->ended_ms == y->ended_ms);
		assert_int_equal(x->ending, y->ending);
		assert_int_equal(x->scope, y->scope);
		assert_numbers(x->groups, x->group_count, y->groups, y->group_count);
		assert_numbers(x->devices, x->device_count, y->devices, y->device_count);
	}
}

static void assert_rest(const rpv__view *a, const rpv__view *b)
{
	assert_true(a->revision.revision == b->revision.revision);
	assert_int_equal(a->group_count, b->group_count);
	for (size_t i = 0; i < a->group_count; i++) {
		assert_int_equal(a->groups[i].name != NULL, b->groups[i].name != NULL);
		if (a->groups[i].name)
			assert_string_equal(a->groups[i].name, b->groups[i].name);
		assert_memory_equal(&a->groups[i].count, &b->groups[i].count, sizeof a->groups[i].count);
	}
	assert_int_equal(a->variant_count, b->variant_count);
	for (size_t i = 0; i < a->variant_count; i++) {
		const rpv__view_variant *x = &a->variants[i], *y = &b->variants[i];
		assert_int_equal(x->recommendation, y->recommendation);
		assert_numbers(x->weaknesses, x->weakness_count, y->weaknesses, y->weakness_count);
		assert_numbers(x->parts, x->part_count, y->parts, y->part_count);
	}
	assert_int_equal(a->threat_count, b->threat_count);
	for (size_t i = 0; i < a->threat_count; i++)
		assert_true(a->threats[i].epss == b->threats[i].epss && a->threats[i].severity == b->threats[i].severity &&
		            a->threats[i].exploit == b->threats[i].exploit && a->threats[i].flags == b->threats[i].flags);
	assert_int_equal(a->rows.count, b->rows.count);
	assert_int_equal(a->rows.devices, b->rows.devices);
	assert_int_equal(a->recommendation_count, b->recommendation_count);
	for (size_t i = 0; i < a->recommendation_count; i++)
		assert_true(a->recommendations[i].exists == b->recommendations[i].exists &&
		            a->recommendations[i].points == b->recommendations[i].points &&
		            a->recommendations[i].category == b->recommendations[i].category);
}

/* Scores always; figures now and then, and from the first time on they are kept up to date as well. */
static void assert_evaluations_of(world *w, rpv__model *own, rpv__view *a, rpv__view *b)
{
	rpv__lens lens = { .now_ms = w->now, .model = own };
	const rpv__scores *x, *y;
	const rpv__figures *f, *g;
	rpv__scores kept;
	if (w->limited) {
		lens.groups = w->groups;
		lens.group_count = sizeof w->groups;
	}
	w->kept += a->cached != NULL;
	assert_ok(rpv__evaluate_scores(a, &lens, &kept, NULL));
	assert_ok(rpv__evaluate_all(b, &lens, &y, &g, NULL));
	assert_memory_equal(&kept, y, sizeof *y);
	for (uint32_t d = 1; d < a->device_count; d++) {
		int64_t p[RPV__VIEWS], q[RPV__VIEWS];
		if (w->limited && !w->groups[a->devices[d].group])
			continue;
		assert_ok(rpv__evaluate_device(a, &lens, d, p, NULL));
		assert_ok(rpv__evaluate_device(b, &lens, d, q, NULL));
		assert_memory_equal(q, p, sizeof p);
	}
	for (size_t i = 0; i < a->cover_count; i++) {
		rpv_worth p, q;
		assert_ok(rpv__evaluate_worth(a, &lens, &a->covers[i], &p, NULL));
		assert_ok(rpv__evaluate_worth(b, &lens, &b->covers[i], &q, NULL));
		assert_memory_equal(&q, &p, sizeof p);
	}
	if (below(w, 4))
		return;
	assert_ok(rpv__evaluate_all(a, &lens, &x, &f, NULL));
	assert_ok(rpv__evaluate_all(b, &lens, &y, &g, NULL)); /* still there */
	assert_memory_equal(x, y, sizeof *x);
	for (size_t i = 1; i < a->recommendation_count; i++)
		assert_memory_equal(&f[i], &g[i], sizeof *f);
}

/* Of two models side by side. */
static void assert_evaluations(world *w, rpv__view *a, rpv__view *b)
{
	static rpv__model own;
	own.constants = rpv__exposure_model_default;
	own.constants.reach = 700;
	own.constants.internet_facing = 2;
	own.constants.active_alert = 7;
	own.constants.value_high_per_device = 0;
	assert_evaluations_of(w, NULL, a, b);
	assert_evaluations_of(w, &own, a, b);
}

/* A view that followed against one that is loaded now. */
static void assert_as_loaded(world *w, rpv__view *view)
{
	rpv__source source = { &w->other->port, NULL };
	rpv__view *fresh;
	assert_ok(rpv__view_load(&source, &fresh, NULL));
	assert_devices(fresh, view);
	assert_covers(fresh, view);
	assert_rest(fresh, view);
	assert_evaluations(w, view, fresh);
	rpv__view_free(fresh);
}

/* --- tests --- */
static void test_view_when_commits_come_then_following_equals_loading(void **state)
{
	world w;
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		rpv__view *view;
		open_world(&w, seed);
		rpv__source source = { &w.store->port, NULL };
		assert_ok(rpv__view_load(&source, &view, NULL)); /* of an empty store */
		size_t composites = 0;
		w.limited = seed % 3 == 0;
		for (size_t i = 0; i < sizeof w.groups; i++)
			w.groups[i] = (uint8_t)below(&w, 2);
		for (int round = 0; round < 60; round++) {
			for (unsigned n = 1 + below(&w, 3); n > 0; n--)
				commit_random(&w);
			assert_ok(rpv__view_follow(view, NULL));
			assert_as_loaded(&w, view);
			w.now += below(&w, 2) * DAY; /* and by the clock alone */
			assert_as_loaded(&w, view);
		}
		for (size_t i = 0; i < view->variant_count; i++)
			composites += view->variants[i].part_count > 0;
		assert_true(composites > 0 && view->cover_count > 0 && w.kept > 60);
		rpv__view_free(view);
		close_world(&w);
	}
}

static void test_view_when_somebody_commits_during_the_load_then_all_of_one_revision(void **state)
{
	world w;
	(void)state;
	for (size_t at = 1; at <= 12; at++) {
		rpv__view *view;
		open_world(&w, at);
		rpv__source source = { &w.store->port, NULL };
		for (int n = 0; n < 12; n++)
			commit_random(&w);
		w.commit_at = at;
		assert_ok(rpv__view_load(&source, &view, NULL));
		assert_as_loaded(&w, view);
		for (int n = 0; n < 4; n++) {
			commit_random(&w);
			w.scans = 0;
			w.commit_at = 1 + below(&w, 3); /* during the following */
			assert_ok(rpv__view_follow(view, NULL));
			assert_as_loaded(&w, view);
		}
		rpv__view_free(view);
		close_world(&w);
	}
}

static void test_view_when_history_is_gone_then_loaded_anew(void **state)
{
	world w;
	rpv__view *view;
	(void)state;
	open_world(&w, 5);
	rpv__source source = { &w.store->port, NULL };
	for (int n = 0; n < 8; n++)
		commit_random(&w);
	assert_ok(rpv__view_load(&source, &view, NULL));
	for (int n = 0; n < 40; n++) {
		w.now += 3 * DAY;
		commit_random(&w);
	}
	assert_ok(rpv__view_follow(view, NULL));
	assert_as_loaded(&w, view);
	rpv__view_free(view);
	close_world(&w);
}

/* As calls of the library do: within them, what cannot be decoded for lack of memory is RPV_E_NOMEM. */
static rpv_status load_as_a_call(world *w, const rpv__source *source, rpv__view **view)
{
	assert_ok(rpv__store_enter(w->store, NULL));
	return rpv__store_leave(w->store, rpv__view_load(source, view, NULL), NULL);
}

static rpv_status follow_as_a_call(world *w, rpv__view *view)
{
	assert_ok(rpv__store_enter(w->store, NULL));
	return rpv__store_leave(w->store, rpv__view_follow(view, NULL), NULL);
}

static void test_view_when_memory_fails_then_usable_at_the_next_call(void **state)
{
	world w;
	rpv__view *view = NULL;
	rpv_status st = RPV_E_NOMEM;
	(void)state;
	open_world(&w, 9);
	rpv__source source = { &w.store->port, NULL };
	for (int n = 0; n < 25; n++)
		commit_random(&w);
	for (size_t at = 1; st == RPV_E_NOMEM; at++) {
		test_memory_fail(&w.memory, at, false);
		st = load_as_a_call(&w, &source, &view);
		assert_true(st == RPV_OK || (st == RPV_E_NOMEM && test_memory_failed(&w.memory) && !view));
	}
	assert_ok(st);
	for (int n = 0; n < 30; n++) {
		st = RPV_E_NOMEM;
		for (size_t at = 1; st == RPV_E_NOMEM; at += 1 + at / 4) {
			commit_random(&w);
			test_memory_fail(&w.memory, at, false);
			st = follow_as_a_call(&w, view);
			assert_true(st == RPV_OK || (st == RPV_E_NOMEM && test_memory_failed(&w.memory)));
			test_memory_fail(&w.memory, 0, false);
			assert_ok(follow_as_a_call(&w, view));
			assert_as_loaded(&w, view);
		}
	}
	rpv__view_free(view);
	close_world(&w);
}

static void test_groups_when_asked_then_present_as_ruled(void **state)
{
	rpv__view_group groups[4] = { { .name = (char *)(uintptr_t)"UnassignedGroup", .declared = true },
		{ .name = (char *)(uintptr_t)"declared", .declared = true },
		{ .name = (char *)(uintptr_t)"inhabited", .count = { .known = 1 } }, { .name = (char *)(uintptr_t)"gone" } };
	rpv__view view = { .groups = groups, .group_count = 4 };
	(void)state;
	assert_false(rpv__view_group_present(&view, 0)); /* the default group: only with a device */
	assert_true(rpv__view_group_present(&view, 1));
	assert_true(rpv__view_group_present(&view, 2));
	assert_false(rpv__view_group_present(&view, 3));
	assert_false(rpv__view_group_present(&view, 4));
	groups[0].count.known = 1;
	assert_true(rpv__view_group_present(&view, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_view_when_commits_come_then_following_equals_loading),
		cmocka_unit_test(test_view_when_somebody_commits_during_the_load_then_all_of_one_revision),
		cmocka_unit_test(test_view_when_history_is_gone_then_loaded_anew),
		cmocka_unit_test(test_view_when_memory_fails_then_usable_at_the_next_call),
		cmocka_unit_test(test_groups_when_asked_then_present_as_ruled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
