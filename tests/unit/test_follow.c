/* SPDX-License-Identifier: MIT */
/* Evaluations that follow random changes of a view by hand, against a recomputation from scratch after every one: devices,
 * exceptions, hazards and the clock, in all orders, with and without impacts asked for in between. */
#include "../support/view_fleet.h"

enum { MOST = 60 };

typedef struct item { enum { DEVICE, COVER, THREAT, KINDS } kind; uint32_t number; } item;

typedef struct world {
	fleet f;
	rpv__lens lens;
	uint8_t groups[GROUPS];
	test_random random;
	rpv__model own;
	item items[MOST]; size_t count;       /* that change next */
	test_memory *memory;                  /* that may fail */
	size_t kept, settled, waited, gone;   /* evaluations that went on; had impacts to settle, sums to pass; that went */
} world;

static uint32_t any(world *w, uint64_t bound)
{
	return below(&w->random, bound);
}

/* --- what changes --- */
static void choose(world *w)
{
	static const unsigned kinds[] = { DEVICE, COVER, COVER, COVER, THREAT, KINDS, KINDS };
	unsigned kind = kinds[any(w, RPV__COUNT(kinds))]; /* or some of each */
	w->count = any(w, 8) ? 1 + any(w, 3) : 4 + any(w, MOST - 4);
	for (size_t i = 0; i < w->count; i++) {
		item *it = &w->items[i];
		it->kind = kind < KINDS ? kind : any(w, KINDS);
		it->number = it->kind == COVER    ? any(w, w->f.view.cover_count)
		             : it->kind == DEVICE ? 1 + any(w, DEVICES - 1)
		                                  : 1 + any(w, WEAKNESSES - 1);
	}
}

static void note_all(world *w, rpv__map *changed)
{
	rpv__key key;
	bool covers = false;
	for (size_t i = 0; i < w->count; i++) {
		uint32_t n = w->items[i].number;
		covers |= w->items[i].kind == COVER;
		if (w->items[i].kind == DEVICE) {
			assert_ok(rpv__map_put(changed, rpv__key32(&key, RPV__K_DEVICE_HOT, n), 0));
			assert_ok(rpv__map_put(changed, rpv__key32(&key, RPV__K_ROW, n), 0));
		} else if (w->items[i].kind == THREAT) {
			assert_ok(rpv__map_put(changed, rpv__key32(&key, RPV__K_THREAT, 0), 0));
		}
	}
	for (size_t i = 0; covers && i < w->f.view.cover_count; i++) { /* a change may end others */
		const rpv__cover *c = &w->f.covers[i];
		rpv__key_cover(&key, c->recommendation, c->weakness, c->exception);
		assert_ok(rpv__map_put(changed, rpv__key_view(&key), 0));
	}
	for (uint32_t i = 0; any(w, 40) == 0 && i <= RPV__SUBJECTS_MOST; i++) { /* more than are followed */
		rpv__key_cover(&key, 1, 1 + i % (WEAKNESSES - 1), 1000 + i);
		assert_ok(rpv__map_put(changed, rpv__key_view(&key), 0));
	}
}

static void change_device(world *w, uint32_t number)
{
	rpv__view_device *d = &w->f.devices[number];
	d->group = any(w, GROUPS);
	d->value = (uint8_t)any(w, 3);
	d->flags = (uint8_t)((any(w, 3) ? 0u : RPV__DEVICE_INTERNET) | (any(w, 4) ? 0u : RPV__DEVICE_ALERT) |
	                     (any(w, 8) ? 0u : RPV__DEVICE_EXCLUDED) | (any(w, 12) ? 0u : RPV__DEVICE_REMOVED));
	d->last_seen_ms = w->lens.now_ms - 30 * DAY + (int64_t)test_random_below(&w->random, 10 * (uint64_t)DAY) - DAY;
	random_row(&w->f, &w->random, number);
}

static void change_cover(world *w, rpv__cover *c)
{
	switch (any(w, 4)) {
	case 0: c->impact = c->weakness ? RPV_IMPACT_MITIGATION_LIKE : (rpv_impact)(1 + any(w, 3)); break;
	case 1: c->end_ms = w->lens.now_ms + any(w, 3 * DAY); break;
	case 2: c->start_ms = w->lens.now_ms - DAY + any(w, 2 * DAY); break;
	default: c->ending = c->ending == RPV__NOT_ENDED ? RPV__ENDED_CANCELED : RPV__NOT_ENDED; break;
	}
}

static void change_all(world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		uint32_t n = w->items[i].number;
		if (w->items[i].kind == DEVICE)
			change_device(w, n);
		else if (w->items[i].kind == COVER)
			change_cover(w, &w->f.covers[n]);
		else
			w->f.threats[n].epss = any(w, 3) ? any(w, RPV_LIKELIHOOD_ONE) : RPV_LIKELIHOOD_ONE;
	}
	drop_conflicts(&w->f);
}

static void follow(world *w)
{
	rpv__revision revision = { .revision = 1 };
	rpv__following f;
	rpv__map changed;
	rpv__view *view = &w->f.view;
	revision.next[RPV__NEXT_GROUP] = view->group_count;
	revision.next[RPV__NEXT_RECOMMENDATION] = view->recommendation_count;
	revision.next[RPV__NEXT_DEVICE] = view->device_count;
	revision.next[RPV__NEXT_VARIANT] = view->variant_count;
	revision.next[RPV__NEXT_WEAKNESS] = view->threat_count;
	const rpv__alloc plain = rpv__alloc_or_default(NULL);
	rpv__map_init(&changed, &plain);
	choose(w);
	note_all(w, &changed);
	if (view->cached && any(w, 30) == 0)
		view->cached->covers.spare = SIZE_MAX / 2; /* as if many had changed */
	bool was = view->cached != NULL;
	rpv_status before = rpv__evaluation_before(view, &changed, &revision, &f);
	change_all(w);
	rpv_status after = rpv__evaluation_after(view, &changed, true, &f);
	rpv__map_free(&changed);
	assert_true((!before && !after) || (w->memory && test_memory_failed(w->memory) && !view->cached));
	w->gone += was && !view->cached;
	w->settled += view->cached && view->cached->unsettled.count;
	w->waited += view->cached && view->cached->stale;
	w->kept += view->cached != NULL;
}

/* --- what it comes to --- */
static void assert_worths(world *w)
{
	rpv__lens without = w->lens;
	rpv__scores now, after;
	without.category = w->lens.category = RPV_CATEGORY_UNCHANGED;
	assert_ok(rpv__evaluate_scores(&w->f.view, &w->lens, &now, NULL));
	for (size_t i = 0; i < w->f.view.cover_count; i++) {
		rpv_worth got;
		without.without = w->f.covers[i].exception;
		assert_ok(rpv__evaluate_scores(&w->f.view, &without, &after, NULL));
		assert_ok(rpv__evaluate_worth(&w->f.view, &w->lens, &w->f.covers[i], &got, NULL));
		assert_true(got.exposure == rpv__score_to_double(after.exposure[1] - now.exposure[1]));
		assert_true(got.exposure_mitigation_like == rpv__score_to_double(after.exposure[2] - now.exposure[2]));
		assert_true(got.secure == rpv__score_to_double((int64_t)(now.secure_points[1] - after.secure_points[1])));
		assert_true(got.secure_mitigation_like ==
		            rpv__score_to_double((int64_t)(now.secure_points[2] - after.secure_points[2])));
	}
}

static void assert_weaknesses(world *w)
{
	for (uint32_t n = 1; n < WEAKNESSES; n++) {
		rpv__weakness_figures got;
		rpv__lens bare = w->lens;
		assert_ok(rpv__evaluate_weakness(&w->f.view, &w->lens, n, &got, NULL));
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			assert_true(alone_in(&w->f, &bare, k, 0, n) == got.alone[k]);
	}
}

static const uint64_t nothing = UINT64_MAX; /* an exception that is not there: a lens with it keeps nothing */

/* A draft by chance, and others on its subject edited for the time being. */
static void assert_drafts(world *w)
{
	for (int i = 0; i < 6; i++) {
		rpv__cover *of = &w->f.covers[any(w, w->f.view.cover_count)], draft = *of, before = *of;
		rpv__lens lens = w->lens, apart;
		rpv__scores got, expected;
		uint32_t groups[] = { any(w, GROUPS) }, devices[] = { any(w, DEVICES) };
		draft.exception = 0;
		draft.ending = RPV__NOT_ENDED;
		draft.recommendation = any(w, 3) ? draft.recommendation : draft.weakness ? any(w, RECOMMENDATIONS) : 1;
		draft.scope = (rpv_scope)any(w, 4);
		draft.groups = groups;
		draft.devices = devices;
		draft.group_count = draft.device_count = 1;
		lens.draft = any(w, 4) ? &draft : NULL;
		if (any(w, 2)) {
			of->ending = RPV__ENDED_SUPERSEDED;
			lens.edited = &before;
		}
		apart = lens;
		apart.withouts = &nothing;
		apart.without_count = 1;
		assert_ok(rpv__evaluate_scores(&w->f.view, &lens, &got, NULL));
		assert_ok(rpv__evaluate_scores(&w->f.view, &apart, &expected, NULL));
		assert_memory_equal(&expected, &got, sizeof got);
		*of = before;
	}
	rpv__scores got = scores_of(&w->f, &w->lens); /* what is kept is as it was */
	naive e;
	recompute(&w->f, &w->lens, 0, &e);
	assert_scores(&e.scores, &got);
}

/* What is kept, against what a lens that keeps nothing gives, and the scores against the recomputation. */
static void look(world *w)
{
	rpv__lens apart = w->lens;
	rpv__figures expected[RECOMMENDATIONS];
	rpv__scores scores, got;
	naive e;
	apart.withouts = &nothing;
	apart.without_count = 1;
	unsigned what = any(w, 8);
	if (what < 2)
		return; /* nobody looks */
	recompute(&w->f, &w->lens, 0, &e);
	got = scores_of(&w->f, &w->lens);
	assert_scores(&e.scores, &got);
	assert_ok(rpv__evaluate_apart(&w->f.view, &apart, &scores, expected, NULL));
	assert_true(scores.valid_until_ms == got.valid_until_ms);
	if (what >= 4) {
		const rpv__figures *figures = figures_of(&w->f, &w->lens);
		for (uint32_t r = 1; r < RECOMMENDATIONS; r++)
			assert_memory_equal(&expected[r], &figures[r], sizeof expected[r]);
	}
	if (what == 7)
		assert_worths(w);
	if (what == 5)
		assert_drafts(w);
	if (what == 6)
		assert_weaknesses(w);
}

/* Every device a row of its own: they change one by one. */
static void part_rows(fleet *f)
{
	for (uint32_t d = 1; d < DEVICES; d++)
		if (f->devices[d].row != &f->rows[d].row) {
			memcpy(&f->rows[d], f->devices[d].row, sizeof f->rows[d]);
			f->devices[d].row = &f->rows[d].row;
		}
	for (uint32_t d = 1; d < DEVICES; d++)
		f->rows[d].row.devices = 1;
	f->view.rows.count = f->view.rows.devices = DEVICES;
}

static void open_world(world *w, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	random_fleet(&w->f, seed);
	part_rows(&w->f);
	w->f.view.way = (uint8_t)(seed % (RPV__GAIN_AVX2 + 1));
	w->random.state = seed * 7919;
	for (uint32_t d = 1; d < DEVICES; d++) /* most fall silent in between */
		w->f.devices[d].last_seen_ms = NOW - 30 * DAY + (int64_t)test_random_below(&w->random, 10 * (uint64_t)DAY);
	w->lens = random_lens(&w->random, w->groups);
	if (seed % 2) { /* hazards so high that sums are bounded */
		w->own.constants = rpv__exposure_model_default;
		w->own.constants.reach = 1000;
		w->own.constants.highest = RPV_LIKELIHOOD_ONE - 1;
		for (size_t i = 0; i < 6; i++)
			w->own.constants.consequence[i] = 1000;
		w->lens.model = &w->own;
		model = &w->own.constants;
	}
}

static void test_evaluation_when_it_follows_random_changes_then_equal_to_recomputation(void **state)
{
	(void)state;
	static world w;
	size_t kept = 0, settled = 0, waited = 0, gone = 0;
	const uint64_t seeds = test_rounds(60, 12);
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		open_world(&w, seed);
		for (int step = 0; step < 60; step++) {
			follow(&w);
			look(&w);
			w.lens.now_ms += any(&w, 2) * any(&w, DAY / 2);
			look(&w);
		}
		kept += w.kept;
		settled += w.settled;
		waited += w.waited;
		gone += w.gone;
		change(&w.f);
		model = &rpv__exposure_model_default;
	}
	assert_true(kept > 40 * seeds && settled > 3 * seeds && waited > seeds && gone > seeds);
}

/* --- far more of everything than a fleet by chance has --- */
enum { MANY = RPV__SUBJECTS_MOST + 10 };

typedef struct heavy {
	rpv__view view;
	rpv__view_device devices[2];
	rpv__view_group groups[1];
	rpv__view_recommendation recommendations[MANY + 1];
	rpv__view_variant variants[MANY + 1];
	rpv__threat threats[MANY + 1];
	rpv__cover covers[2 * MANY];
	uint32_t sets[MANY + 1][2];
	struct { rpv__view_row row; uint16_t numbers[MANY]; } row;
	rpv__model own;
} heavy;

/* One device with a variant of each of many recommendations, each with more hazard than survival can tell. */
static void open_heavy(heavy *h)
{
	memset(h, 0, sizeof *h);
	h->own.constants = rpv__exposure_model_default;
	h->own.constants.reach = 1000;
	h->own.constants.highest = RPV_LIKELIHOOD_ONE - 1;
	h->view = (rpv__view){ .alloc = rpv__alloc_or_default(NULL), .policy = rpv__policy_default, .groups = h->groups,
		.group_count = 1, .devices = h->devices, .device_count = 2, .recommendations = h->recommendations,
		.recommendation_count = MANY + 1, .variants = h->variants, .variant_count = MANY + 1, .threats = h->threats,
		.threat_count = MANY + 1, .covers = h->covers };
	h->devices[0].flags = RPV__DEVICE_REMOVED;
	h->devices[1] = (rpv__view_device){ .value = RPV__VALUE_NORMAL, .last_seen_ms = NOW, .row = &h->row.row };
	h->row.row = (rpv__view_row){ .count = MANY, .devices = 1 };
	for (uint32_t i = 1; i <= MANY; i++) {
		h->row.numbers[i - 1] = (uint16_t)i;
		h->recommendations[i].exists = true;
		h->threats[i] = (rpv__threat){ RPV_LIKELIHOOD_ONE, RPV_SEVERITY_CRITICAL, RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
		h->sets[i][0] = i < MANY ? i : i - 1;
		h->sets[i][1] = h->sets[i][0] + 1;
		h->variants[i] = (rpv__view_variant){ .recommendation = i, .weaknesses = h->sets[i], .weakness_count = 2 };
	}
}

static void tell(heavy *h, const rpv__cover *cover)
{
	rpv__revision revision = { .next = { [RPV__NEXT_GROUP] = 1, [RPV__NEXT_DEVICE] = 2 } };
	rpv__following f;
	rpv__map changed;
	rpv__key key;
	revision.next[RPV__NEXT_RECOMMENDATION] = MANY + 1;
	revision.next[RPV__NEXT_VARIANT] = MANY + 1;
	revision.next[RPV__NEXT_WEAKNESS] = MANY + 1;
	rpv__map_init(&changed, &h->view.alloc);
	rpv__key_cover(&key, cover->recommendation, cover->weakness, cover->exception);
	assert_ok(rpv__map_put(&changed, rpv__key_view(&key), 0));
	assert_ok(rpv__evaluation_before(&h->view, &changed, &revision, &f));
	memmove(h->covers + 1, h->covers, h->view.cover_count++ * sizeof *h->covers); /* it is the first in order */
	h->covers[0] = *cover;
	assert_ok(rpv__evaluation_after(&h->view, &changed, true, &f));
	rpv__map_free(&changed);
}

static void assert_as_made_anew(heavy *h, const rpv__lens *lens)
{
	rpv__lens apart = *lens;
	rpv__scores kept, anew;
	apart.withouts = &nothing;
	apart.without_count = 1;
	assert_ok(rpv__evaluate_scores(&h->view, lens, &kept, NULL));
	assert_ok(rpv__evaluate_scores(&h->view, &apart, &anew, NULL));
	assert_memory_equal(&anew, &kept, sizeof kept);
}

/* First whole recommendations from the last one on, or single weaknesses everywhere, until all is covered. */
static void test_exceptions_when_sums_are_bounded_then_devices_are_added_up_anew(void **state)
{
	(void)state;
	static heavy h;
	for (int everywhere = 0; everywhere < 2; everywhere++) {
		rpv__lens lens = { .now_ms = NOW, .model = &h.own };
		const rpv__figures *figures;
		open_heavy(&h);
		assert_ok(rpv__evaluate_all(&h.view, &lens, NULL, &figures, NULL));
		assert_ok(rpv__index_variants(h.view.cached));
		assert_true(h.view.cached->counted[1].sums[0] == RPV__SUM_MAX);
		for (uint32_t i = MANY; i > 0; i--) {
			tell(&h, &(rpv__cover){ .recommendation = everywhere ? 0 : i, .weakness = everywhere ? i : 0, .exception = i,
				.impact = RPV_IMPACT_MITIGATION_LIKE, .scope = RPV_SCOPE_GLOBAL, .start_ms = NOW - 1, .end_ms = NOW + DAY });
			assert_true(h.view.cached && !h.view.cached->stale);
			assert_as_made_anew(&h, &lens);
		}
		assert_int_equal(0, h.view.cached->counted[1].sums[RPV__OFFICIAL]);
		lens.now_ms += DAY; /* all of them end, more than are followed one by one */
		assert_as_made_anew(&h, &lens);
		rpv__evaluation_free_all(&h.view);
	}
}

/* --- the index, over distances of all sizes --- */
enum { FAR_DEVICES = 300000, FAR_VARIANTS = 6 };

typedef struct far_fleet {
	rpv__view view;
	rpv__view_group groups[1];
	rpv__view_recommendation recommendations[FAR_VARIANTS + 1];
	rpv__view_variant variants[FAR_VARIANTS + 1];
	rpv__threat threats[2];
	rpv__view_device devices[FAR_DEVICES];
	uint32_t weakness;
	uint8_t expected[FAR_DEVICES], met[FAR_DEVICES];
} far_fleet;

static void meet(void *user, uint32_t device, uint32_t variant)
{
	far_fleet *f = user;
	assert_true(device < FAR_DEVICES && variant >= 1 && variant <= FAR_VARIANTS);
	assert_false(f->met[device] >> variant & 1);
	f->met[device] |= (uint8_t)(1u << variant);
}

static void assert_met(far_fleet *f, struct rpv__evaluation *e)
{
	uint32_t all[FAR_VARIANTS];
	for (uint32_t v = 1; v <= FAR_VARIANTS; v++)
		all[v - 1] = v;
	memset(f->met, 0, sizeof f->met);
	assert_ok(rpv__visit_variants(e, all, FAR_VARIANTS, meet, f));
	assert_memory_equal(f->expected, f->met, sizeof f->met);
}

/* Variant v is on one of 8^v devices: their distances take one byte and more, up to four. */
static void test_index_when_distances_are_of_all_sizes_then_finds_every_device(void **state)
{
	(void)state;
	static far_fleet f;
	test_random r = { 12 };
	rpv__scores scores;
	f.view = (rpv__view){ .alloc = rpv__alloc_or_default(NULL), .policy = rpv__policy_default, .groups = f.groups,
		.group_count = 1, .devices = f.devices, .device_count = FAR_DEVICES, .recommendations = f.recommendations,
		.recommendation_count = FAR_VARIANTS + 1, .variants = f.variants, .variant_count = FAR_VARIANTS + 1,
		.threats = f.threats, .threat_count = 2 };
	f.threats[1] = (rpv__threat){ 1000000, RPV_SEVERITY_HIGH, RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
	f.weakness = 1;
	for (uint32_t v = 1; v <= FAR_VARIANTS; v++) {
		f.recommendations[v].exists = true;
		f.variants[v] = (rpv__view_variant){ .recommendation = v, .weaknesses = &f.weakness, .weakness_count = 1 };
	}
	for (uint32_t d = 0; d < FAR_DEVICES; d++) {
		uint32_t row[FAR_VARIANTS], count = 0;
		f.devices[d] = (rpv__view_device){ .value = RPV__VALUE_NORMAL, .last_seen_ms = NOW };
		for (uint32_t v = 1; v <= FAR_VARIANTS; v++)
			if (below(&r, UINT64_C(1) << (3 * v)) == 0) {
				f.expected[d] |= (uint8_t)(1u << v);
				row[count++] = v;
			}
		assert_ok(rpv__row_put(&f.view.alloc, &f.view.rows, row, count, &f.devices[d].row));
	}
	rpv__rows_settle(&f.view.alloc, &f.view.rows);
	assert_ok(rpv__evaluate_scores(&f.view, &everything, &scores, NULL));
	assert_met(&f, f.view.cached);
	for (int i = 0; i < 1000; i++) { /* devices that changed since */
		uint32_t d = below(&r, FAR_DEVICES), variant = 1 + below(&r, FAR_VARIANTS);
		assert_ok(rpv__row_put(&f.view.alloc, &f.view.rows, &variant, 1, &f.devices[d].row));
		rpv__rows_settle(&f.view.alloc, &f.view.rows);
		f.expected[d] = (uint8_t)(1u << variant);
		rpv__index_move(f.view.cached, d);
	}
	assert_met(&f, f.view.cached);
	for (uint32_t d = 0; d < FAR_DEVICES; d++)
		rpv__index_move(f.view.cached, d); /* too many: it is built anew */
	assert_met(&f, f.view.cached);
	rpv__evaluation_free_all(&f.view);
	for (uint32_t d = 0; d < FAR_DEVICES; d++)
		rpv__row_drop(&f.view.alloc, f.devices[d].row);
	rpv__rows_close(&f.view.alloc, &f.view.rows);
}

/* Whichever allocation fails while it follows, what is asked for next is right. */
static void test_evaluation_when_memory_fails_while_it_follows_then_right_afterwards(void **state)
{
	(void)state;
	static world w;
	test_memory memory = { 0 };
	rpv_allocator allocator = test_memory_allocator(&memory);
	open_world(&w, 30);
	w.f.view.alloc = rpv__alloc_or_default(&allocator);
	w.memory = &memory;
	w.lens.groups = NULL;
	for (size_t at = 1; at < 400; at++) {
		figures_of(&w.f, &w.lens);
		assert_ok(rpv__index_variants(w.f.view.cached));
		test_memory_fail(&memory, 1 + at % 40, false);
		follow(&w);
		w.lens.now_ms += any(&w, 2) * any(&w, DAY / 8);
		rpv__scores scores;
		const rpv__figures *figures;
		bool failed = test_memory_failed(&memory); /* and said so */
		rpv_status status = rpv__evaluate_scores(&w.f.view, &w.lens, &scores, NULL);
		rpv_status other = rpv__evaluate_all(&w.f.view, &w.lens, NULL, &figures, NULL);
		assert_true(failed || (status || other) == test_memory_failed(&memory));
		memory.fail_at = 0;
		look(&w);
	}
	change(&w.f);
	assert_int_equal(0, memory.live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evaluation_when_it_follows_random_changes_then_equal_to_recomputation),
		cmocka_unit_test(test_exceptions_when_sums_are_bounded_then_devices_are_added_up_anew),
		cmocka_unit_test(test_index_when_distances_are_of_all_sizes_then_finds_every_device),
		cmocka_unit_test(test_evaluation_when_memory_fails_while_it_follows_then_right_afterwards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
