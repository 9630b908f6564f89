/* SPDX-License-Identifier: MIT */
/* Evaluation of random views against a recomputation from scratch: every figure to the bit. */
#include "../support/view_fleet.h"

static void test_evaluation_when_fleet_is_random_then_equal_to_recomputation(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		test_random r = { seed * 7919 };
		uint8_t groups[GROUPS];
		naive expected;
		random_fleet(&f, seed);
		f.view.way = (uint8_t)(seed % (RPV__GAIN_AVX2 + 1));
		for (int looks = 0; looks < 3; looks++) {
			rpv__lens lens = random_lens(&r, groups);
			recompute(&f, &lens, 0, &expected);
			rpv__scores got = scores_of(&f, &lens);
			assert_scores(&expected.scores, &got);
			const rpv__figures *figures = figures_of(&f, &lens);
			for (uint32_t rec = 1; rec < RECOMMENDATIONS; rec++)
				assert_figures(&f, &lens, rec, &figures[rec]);
			got = scores_of(&f, &lens); /* of the evaluation with figures */
			assert_scores(&expected.scores, &got);
		}
		change(&f);
	}
}

static void random_model(test_random *r, rpv__exposure_model *m)
{
	*m = rpv__exposure_model_default;
	for (size_t i = 0; i < 6; i++) {
		m->base[i] = (uint32_t)(below(r, RPV__LIKELIHOOD_ONE + 1));
		m->consequence[i] = (uint32_t)(below(r, 1001));
	}
	m->highest = (uint32_t)(below(r, RPV__LIKELIHOOD_ONE));
	m->exploit_floor[RPV_EXPLOIT_PUBLIC] = (uint32_t)(below(r, RPV__LIKELIHOOD_ONE));
	m->reach = (uint32_t)(below(r, 1001));
	m->internet_facing = (uint32_t)(1 + below(r, 3));
	m->active_alert = (uint32_t)(1 + below(r, 5));
	m->value_low = (uint32_t)(1 + below(r, 20000));
	m->value_high_per_device = (uint32_t)(below(r, 5));
	assert_true(rpv__exposure_model_ok(m));
}

/* Two models on one view, asked in turn. */
static void test_evaluation_when_models_are_random_then_equal_to_recomputation(void **state)
{
	(void)state;
	static fleet f;
	static rpv__model own[2];
	for (uint64_t seed = 200; seed < 240; seed++) {
		test_random r = { seed * 7919 };
		uint8_t groups[GROUPS];
		naive expected;
		random_fleet(&f, seed);
		f.view.way = (uint8_t)(seed % (RPV__GAIN_AVX2 + 1));
		random_model(&r, &own[0].constants);
		random_model(&r, &own[1].constants);
		rpv__lens lens = random_lens(&r, groups);
		for (int looks = 0; looks < 4; looks++) {
			lens.model = &own[looks & 1];
			model = &lens.model->constants;
			recompute(&f, &lens, 0, &expected);
			const rpv__figures *figures = figures_of(&f, &lens);
			for (uint32_t rec = 1; rec < RECOMMENDATIONS; rec++)
				assert_figures(&f, &lens, rec, &figures[rec]);
			rpv__scores got = scores_of(&f, &lens);
			assert_scores(&expected.scores, &got);
		}
		if (!lens.draft && !lens.without)
			assert_true(f.view.cached && f.view.cached->next && !f.view.cached->next->next);
		change(&f);
		model = &rpv__exposure_model_default;
	}
}

static void test_evaluation_when_devices_are_split_then_merged_parts_equal_the_whole(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 100; seed < 120; seed++) {
		random_fleet(&f, seed);
		rpv__sums parts[RPV__VIEWS] = { { { 0 }, { { 0, 0 } } } };
		for (uint32_t g = 0; g < GROUPS; g++) {
			uint8_t groups[GROUPS] = { 0 };
			rpv__lens lens = everything;
			naive part;
			groups[g] = 1;
			lens.groups = groups;
			lens.group_count = GROUPS;
			recompute(&f, &lens, 0, &part);
			rpv__scores got = scores_of(&f, &lens);
			assert_scores(&part.scores, &got);
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				rpv__sums_merge(&parts[k], &part.sums[k]);
		}
		rpv__scores whole = scores_of(&f, &everything);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			assert_true(rpv__exposure_score(model, &parts[k]) == whole.exposure[k]);
		change(&f);
	}
}

static void test_devices_when_asked_one_by_one_then_equal_to_recomputation(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 200; seed < 215; seed++) {
		random_fleet(&f, seed);
		for (uint32_t d = 1; d < DEVICES; d++) {
			int64_t got[RPV__VIEWS];
			assert_ok(rpv__evaluate_device(&f.view, &everything, d, got, NULL));
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				assert_true(rpv__exposure_device(exposure_of(&f, &everything, d, k, 0, 0, 0)) == got[k]);
			for (uint32_t rec = 1; rec < RECOMMENDATIONS; rec++) {
				rpv__figures e = { 0 };
				bool covered;
				fleet one = f; /* with this device only */
				for (uint32_t other = 1; other < DEVICES; other++)
					if (other != d)
						one.devices[other].flags |= RPV__DEVICE_REMOVED;
				one.devices[d].flags &= (uint8_t)~(RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED);
				one.devices[d].last_seen_ms = NOW;
				if (!f.recommendations[rec].exists)
					continue;
				recount(&one, &everything, rec, &e);
				assert_ok(rpv__evaluate_covered(&f.view, &everything, d, rec, &covered, NULL));
				assert_int_equal(e.covered, covered);
			}
		}
		change(&f);
	}
}

static void test_weaknesses_when_asked_one_by_one_then_equal_to_recomputation(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 300; seed < 330; seed++) {
		test_random r = { seed };
		uint8_t groups[GROUPS];
		random_fleet(&f, seed);
		rpv__lens lens = random_lens(&r, groups);
		for (uint32_t w = 1; w < WEAKNESSES; w++) {
			rpv__weakness_figures got;
			uint64_t exposed = 0, after = 0;
			for (uint32_t d = 0; d < f.view.device_count; d++) {
				bool has = false, left = false;
				for (uint32_t i = 0; counted(&f, &lens, d) && i < rpv__device_variant_count(&f.devices[d]); i++) {
					const rpv__view_variant *v = &f.variants[rpv__device_variant(&f.devices[d], i)];
					for (uint32_t j = 0; f.recommendations[v->recommendation].exists && j < v->weakness_count; j++)
						if (v->weaknesses[j] == w) {
							has = true;
							left |= left_in(finding_bits(&f, &lens, v->recommendation, w, d), RPV__OFFICIAL);
						}
				}
				exposed += has;
				after += left;
			}
			assert_ok(rpv__evaluate_weakness(&f.view, &lens, w, &got, NULL));
			assert_int_equal(exposed, got.exposed);
			assert_int_equal(after, got.exposed_after);
			rpv__lens bare = lens;
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				assert_true(alone_in(&f, &bare, k, 0, w) == got.alone[k]);
		}
		change(&f);
	}
}

static void test_worth_when_fleet_is_random_then_score_after_canceling_less_score_now(void **state)
{
	(void)state;
	static fleet f;
	size_t worthy = 0;
	for (uint64_t seed = 400; seed < 440; seed++) {
		test_random r = { seed };
		uint8_t groups[GROUPS];
		naive now, after;
		random_fleet(&f, seed);
		rpv__lens lens = random_lens(&r, groups), without = lens;
		lens.category = without.category = RPV_CATEGORY_UNCHANGED;
		recompute(&f, &lens, 0, &now);
		for (size_t i = 0; i < f.view.cover_count; i++) {
			rpv_worth got;
			without.without = f.covers[i].exception;
			recompute(&f, &without, 0, &after);
			rpv__scores direct = scores_of(&f, &without);
			assert_scores(&after.scores, &direct);
			assert_ok(rpv__evaluate_worth(&f.view, &lens, &f.covers[i], &got, NULL));
			const rpv__scores *a = &after.scores, *n = &now.scores;
			assert_true(got.exposure == rpv__score_to_double(a->exposure[1] - n->exposure[1]));
			assert_true(got.exposure_mitigation_like == rpv__score_to_double(a->exposure[2] - n->exposure[2]));
			assert_true(got.secure == rpv__score_to_double((int64_t)(n->secure_points[1] - a->secure_points[1])));
			assert_true(got.secure_mitigation_like ==
			            rpv__score_to_double((int64_t)(n->secure_points[2] - a->secure_points[2])));
			worthy += got.exposure_mitigation_like > 0;
		}
		change(&f);
	}
	assert_true(worthy > 20);
}

static void test_draft_when_given_then_as_if_it_were_in_effect(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 500; seed < 530; seed++) {
		naive expected;
		random_fleet(&f, seed);
		rpv__cover draft = f.covers[seed % f.view.cover_count];
		uint64_t withouts[] = { draft.exception, f.covers[0].exception };
		rpv__lens lens = everything;
		draft.exception = 0;
		draft.start_ms = NOW + 5 * DAY; /* counts all the same */
		lens.draft = &draft;
		lens.withouts = withouts;
		lens.without_count = 2;
		recompute(&f, &lens, 0, &expected);
		rpv__scores got = scores_of(&f, &lens);
		assert_scores(&expected.scores, &got);
		change(&f);
	}
}

/* --- monotone (more findings, likelier ones, more exceptions) --- */
static void test_scores_when_something_is_added_then_they_move_one_way(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 600; seed < 640; seed++) {
		test_random r = { seed };
		random_fleet(&f, seed);
		rpv__scores before = scores_of(&f, &everything);
		change(&f);
		uint32_t w = 1 + below(&r, WEAKNESSES - 1);
		f.threats[w].exploit = RPV_EXPLOIT_KIT;
		f.threats[w].severity = RPV_SEVERITY_CRITICAL;
		rpv__scores likelier = scores_of(&f, &everything);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			assert_true(likelier.exposure[k] >= before.exposure[k]);
		rpv__cover draft = { .recommendation = 1 + below(&r, RECOMMENDATIONS - 1), .scope = RPV_SCOPE_DEVICES,
			                 .impact = (rpv_impact)(1 + below(&r, 3)) };
		uint32_t devices[] = { 3, 9, 27 };
		draft.devices = devices;
		draft.device_count = 3;
		rpv__lens lens = everything;
		lens.draft = &draft;
		rpv__scores with = scores_of(&f, &lens); /* a device exception suspends no other */
		assert_true(with.exposure[RPV__NO_IMPACT] == likelier.exposure[RPV__NO_IMPACT]);
		for (unsigned k = 0; k < RPV__VIEWS; k++) {
			assert_true(with.exposure[k] <= likelier.exposure[k]);
			assert_true(with.secure_points[k] >= likelier.secure_points[k]);
			assert_true(k == 0 || with.exposure[k] <= with.exposure[k - 1]);
		}
		const rpv__figures *figures = figures_of(&f, &everything);
		for (uint32_t rec = 1; rec < RECOMMENDATIONS; rec++)
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				assert_true(figures[rec].impact[k] >= 0 && figures[rec].secure_impact[k] >= 0);
		change(&f);
	}
}

/* --- memory --- */
static void test_evaluation_when_memory_fails_then_says_so_and_works_afterwards(void **state)
{
	(void)state;
	static fleet f;
	naive expected;
	test_memory memory = { 0 };
	rpv_allocator allocator = test_memory_allocator(&memory);
	random_fleet(&f, 77);
	f.view.alloc = rpv__alloc_or_default(&allocator);
	recompute(&f, &everything, 0, &expected);
	rpv_status status = RPV_E_NOMEM;
	for (size_t at = 1; status == RPV_E_NOMEM; at++) {
		const rpv__figures *figures;
		rpv_worth worth;
		rpv__weakness_figures weakness;
		test_memory_fail(&memory, at, false);
		status = rpv__evaluate_all(&f.view, &everything, NULL, &figures, NULL);
		if (!status)
			status = rpv__evaluate_worth(&f.view, &everything, &f.covers[0], &worth, NULL);
		if (!status)
			status = rpv__evaluate_weakness(&f.view, &everything, 5, &weakness, NULL);
		assert_true(status == RPV_OK || test_memory_failed(&memory));
		memory.fail_at = 0;
		rpv__scores got = scores_of(&f, &everything);
		assert_scores(&expected.scores, &got);
		change(&f);
	}
	assert_ok(status);
	assert_int_equal(0, memory.live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evaluation_when_models_are_random_then_equal_to_recomputation),
		cmocka_unit_test(test_evaluation_when_fleet_is_random_then_equal_to_recomputation),
		cmocka_unit_test(test_evaluation_when_devices_are_split_then_merged_parts_equal_the_whole),
		cmocka_unit_test(test_devices_when_asked_one_by_one_then_equal_to_recomputation),
		cmocka_unit_test(test_weaknesses_when_asked_one_by_one_then_equal_to_recomputation),
		cmocka_unit_test(test_worth_when_fleet_is_random_then_score_after_canceling_less_score_now),
		cmocka_unit_test(test_draft_when_given_then_as_if_it_were_in_effect),
		cmocka_unit_test(test_scores_when_something_is_added_then_they_move_one_way),
		cmocka_unit_test(test_evaluation_when_memory_fails_then_says_so_and_works_afterwards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
