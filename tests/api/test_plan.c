/* SPDX-License-Identifier: MIT */
/* Plans: each step against carrying it out in a what-if, whole plans against all choices there are. */
#include "../support/decisions.h"
#include "../support/engines.h"

#include <math.h>

enum { RECS = 6, WEAKS = 8, DEVICES = 9 };

static void name_of(char out[16], const char *what, size_t number)
{
	snprintf(out, 16, "%s-%zu", what, number);
}

static uint64_t below(test_random *r, uint64_t bound)
{
	return test_random_below(r, bound);
}

/* --- fleets made up --- */
static void say_weaknesses(test_world *w, test_random *r)
{
	char id[16];
	for (size_t i = 0; i < WEAKS; i++) {
		rpv_weakness_facts f = { .id = id, .severity = (rpv_severity)(2 + below(r, 4)),
			.epss = (double)below(r, 1000) / 1000,
			.exploit = (rpv_exploit)below(r, 5), .known_exploited_ms = below(r, 3) ? 0 : START };
		name_of(id, "CVE", i);
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	}
	for (size_t i = 0; i < RECS; i++) {
		name_of(id, "rec", i);
		recommendation(w, id, i == 1 ? RPV_KIND_UNINSTALL : RPV_KIND_UPDATE);
	}
	recommendation(w, LOCK, RPV_KIND_CONFIGURATION_CHANGE);
}

static void say_device(test_world *w, test_random *r, size_t i)
{
	char id[16], rec[16], names[3][16];
	const char *weaknesses[] = { names[0], names[1], names[2] };
	rpv_device_facts d = { .id = id, .group = i % 2 ? "Sales" : "IT", .value = (rpv_value)(1 + below(r, 3)),
		.internet_facing = below(r, 3) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE,
		.active_alert = below(r, 3) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE,
		.last_seen_ms = below(r, 6) ? START : START - 40 * DAY };
	name_of(id, "device", i);
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	configure(w, id, LOCK, RPV_CONFIGURATION_EXPOSED, false);
	for (size_t n = 0; n < RECS; n++) {
		if (below(r, 3) == 0)
			continue;
		name_of(rec, "rec", n);
		for (size_t j = 0; j < 3; j++)
			name_of(names[j], "CVE", (size_t)below(r, WEAKS));
		assert_call(RPV_OK, rpv_batch_assess(begin(w), id, rec, weaknesses, 1 + (size_t)below(r, 3)));
	}
}

static void open_random(test_world *w, uint64_t seed)
{
	test_random r = { seed };
	static const char *const groups[] = { "Sales" };
	rpv_exception_request x = accept_in("rec-0", groups, 1), y = accept_risk("rec-2");
	open_world(w);
	say_weaknesses(w, &r);
	for (size_t i = 0; i < DEVICES; i++)
		say_device(w, &r, i);
	commit(w);
	x.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL;
	if (below(&r, 2))
		assert_call(RPV_OK, rpv_exception_file(w->session, &x, NULL));
	if (below(&r, 2))
		assert_call(RPV_OK, rpv_exception_file(w->session, &y, NULL));
}

/* --- carrying out for real, in a what-if --- */
static rpv_score carried_out(test_world *w, unsigned choice)
{
	rpv_score score = RPV_SCORE_INIT;
	test_world there = { 0 };
	char rec[16];
	rpv_list *list;
	assert_call(RPV_OK, rpv_device_list(w->session, NULL, &list));
	assert_ok(rpv_what_if_open(w->store, NULL, &there.store, NULL));
	there.session = open_session(&there, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	for (size_t n = 0; n < RECS; n++)
		for (size_t i = 0; choice >> n & 1 && i < rpv_list_count(list); i++) {
			name_of(rec, "rec", n);
			if (rpv_device_at(list, i)->active) /* a silent one that is reported counts again */
				assess(&there, rpv_device_at(list, i)->id, rec, NULL, NULL);
		}
	rpv_list_free(list);
	if (choice)
		commit(&there);
	assert_ok(engine_score(there.session, NULL, &score));
	rpv_batch_free(there.batch);
	rpv_session_close(there.session);
	rpv_store_close(there.store);
	return score;
}

static double in_view(const rpv_score *s, rpv_view view)
{
	return view == RPV_VIEW_OFFICIAL ? s->exposure_official : view == RPV_VIEW_NO_IMPACT ? s->exposure_no_impact
	                                                        : s->exposure_mitigation_like;
}

static rpv_list *plan(test_world *w, const rpv_plan_query *q)
{
	rpv_list *list;
	assert_call(RPV_OK, engine_plan(w->session, q, &list));
	return list;
}

static unsigned number_of(const char *rec)
{
	assert_memory_equal(rec, "rec-", 4);
	return (unsigned)(rec[4] - '0');
}

static double highest_gain(test_world *w, unsigned choice, rpv_view view)
{
	rpv_score now = carried_out(w, choice);
	double most = 0;
	for (unsigned n = 0; n < RECS; n++) {
		rpv_score then = carried_out(w, choice | 1u << n);
		double gain = in_view(&now, view) - in_view(&then, view);
		most = gain > most ? gain : most;
	}
	return most;
}

static void test_plan_when_its_steps_are_done_then_the_bits_it_said(void **state)
{
	(void)state;
	const rpv_exposure_model other = other_model();
	for (uint64_t seed = 1; seed <= 6; seed++) {
		test_world world, *w = &world;
		engine_model = seed > 3 ? &other : NULL;
		rpv_plan_query q = RPV_PLAN_QUERY_INIT;
		unsigned choice = 0;
		open_random(w, seed);
		q.view = (rpv_view)(seed % 3);
		rpv_list *list = plan(w, &q);
		rpv_score before = carried_out(w, 0);
		assert_true(rpv_list_count(list) > 1);
		for (size_t i = 0; i < rpv_list_count(list); i++) {
			const rpv_plan_step *s = rpv_plan_step_at(list, i);
			assert_true(highest_gain(w, choice, q.view) == s->gain);
			choice |= 1u << number_of(s->recommendation);
			rpv_score after = carried_out(w, choice);
			assert_true(s->exposure_official == after.exposure_official);
			assert_true(s->exposure_no_impact == after.exposure_no_impact);
			assert_true(s->exposure_mitigation_like == after.exposure_mitigation_like);
			assert_true(s->exposure == in_view(&after, q.view));
			assert_true(s->gain == in_view(&before, q.view) - in_view(&after, q.view));
			assert_true(s->bound <= s->exposure);
			assert_int_equal(i + 1, s->total_cost);
			before = after;
		}
		assert_true(in_view(&before, q.view) == 0); /* with all of them gone */
		rpv_list_free(list);
		end_decisions(w);
	}
	engine_model = NULL;
}

/* --- all choices --- */
static void test_plan_when_all_choices_are_tried_then_none_beats_its_bound(void **state)
{
	double planned = 0, possible = 0, bounded = 0;
	(void)state;
	const rpv_exposure_model other = other_model();
	for (uint64_t seed = 11; seed <= 18; seed++) {
		test_world world, *w = &world;
		engine_model = seed > 15 ? &other : NULL;
		rpv_plan_query q = RPV_PLAN_QUERY_INIT;
		rpv_plan_cost costs[RECS];
		char ids[RECS][16];
		double score[1u << RECS];
		int64_t price[1u << RECS];
		test_random r = { seed };
		open_random(w, seed);
		for (size_t n = 0; n < RECS; n++) {
			name_of(ids[n], "rec", n);
			costs[n] = (rpv_plan_cost){ ids[n], seed % 2 ? 1 : 1 + (int64_t)below(&r, 7) };
		}
		for (unsigned choice = 0; choice < 1u << RECS; choice++) {
			score[choice] = carried_out(w, choice).exposure_official;
			price[choice] = 0;
			for (size_t n = 0; n < RECS; n++)
				price[choice] += choice >> n & 1 ? costs[n].cost : 0;
		}
		q.costs = costs;
		q.cost_count = RECS;
		rpv_list *list = plan(w, &q);
		for (size_t i = 0; i < rpv_list_count(list); i++) {
			const rpv_plan_step *s = rpv_plan_step_at(list, i);
			double best = score[0];
			for (unsigned choice = 0; choice < 1u << RECS; choice++)
				if (price[choice] <= s->total_cost && score[choice] < best)
					best = score[choice];
			assert_true(s->bound <= best && best <= s->exposure);
			planned += score[0] - s->exposure;
			possible += score[0] - best;
			bounded += score[0] - s->bound;
		}
		rpv_list_free(list);
		end_decisions(w);
	}
	engine_model = NULL;
	print_message("steps of plans reach %.1f %% of what is possible, and bounds allow for %.1f %%\n",
	              100 * planned / possible, 100 * bounded / possible);
	assert_true(planned > 0.9 * possible);
}

/* --- targets, budgets, choices --- */
static void test_plan_when_a_target_or_a_budget_is_given_then_it_stops_there(void **state)
{
	test_world world, *w = &world;
	rpv_plan_query q = RPV_PLAN_QUERY_INIT;
	(void)state;
	open_random(w, 5);
	rpv_list *all = plan(w, NULL), *list;
	size_t count = rpv_list_count(all);
	assert_true(count >= 3);
	assert_null(rpv_plan_step_at(all, count));
	q.target = rpv_plan_step_at(all, 1)->exposure;
	list = plan(w, &q);
	assert_int_equal(2, rpv_list_count(list));
	rpv_list_free(list);
	q.target = 100;
	list = plan(w, &q);
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	q.target = -1;
	q.budget = 1;
	list = plan(w, &q);
	assert_int_equal(1, rpv_list_count(list));
	assert_string_equal(rpv_plan_step_at(all, 0)->recommendation, rpv_plan_step_at(list, 0)->recommendation);
	assert_true(rpv_plan_step_at(all, 0)->bound == rpv_plan_step_at(list, 0)->bound);
	rpv_list_free(list);
	rpv_plan_cost costs[] = { { rpv_plan_step_at(all, 0)->recommendation, 0 }, { "nothing of that name", 3 } };
	q.costs = costs;
	q.cost_count = 2;
	q.budget = 0;
	list = plan(w, &q);
	assert_int_equal(count - 1, rpv_list_count(list));
	rpv_list_free(list);
	q.other_cost = 0;
	list = plan(w, &q);
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	q = (rpv_plan_query)RPV_PLAN_QUERY_INIT;
	q.kinds = 1u << RPV_KIND_UNINSTALL;
	list = plan(w, &q);
	assert_int_equal(1, rpv_list_count(list));
	assert_string_equal("rec-1", rpv_plan_step_at(list, 0)->recommendation);
	rpv_list_free(list);
	rpv_list_free(all);
	end_decisions(w);
}

/* Two recommendations, each of which alone lowers nothing: what the other one leaves is certain enough. */
static void test_plan_when_nothing_lowers_alone_then_it_goes_on(void **state)
{
	test_world world, *w = &world;
	rpv_plan_query q = RPV_PLAN_QUERY_INIT;
	char ids[40][16];
	const char *weaknesses[40];
	rpv_device_facts d = { .id = "d", .internet_facing = RPV_FLAG_TRUE, .active_alert = RPV_FLAG_TRUE };
	(void)state;
	open_world(w);
	for (size_t i = 0; i < 40; i++) {
		rpv_weakness_facts f = { .id = ids[i], .severity = RPV_SEVERITY_CRITICAL, .known_exploited_ms = START };
		name_of(ids[i], "CVE", i);
		weaknesses[i] = ids[i];
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	}
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, MAIL, RPV_KIND_UPDATE);
	assert_call(RPV_OK, rpv_batch_assess(begin(w), "d", BROWSER, weaknesses, 39));
	assert_call(RPV_OK, rpv_batch_assess(begin(w), "d", MAIL, weaknesses, 40));
	commit(w);
	q.target = 0;
	rpv_list *list = plan(w, &q);
	assert_int_equal(2, rpv_list_count(list));
	assert_true(rpv_plan_step_at(list, 0)->gain == 0 && rpv_plan_step_at(list, 0)->bound == 100);
	assert_true(rpv_plan_step_at(list, 1)->exposure == 0 && rpv_plan_step_at(list, 1)->bound == 0);
	rpv_list_free(list);
	close_world(w);
}

static void refused(test_world *w, const rpv_plan_query *q, const char *field)
{
	rpv_list *list = (rpv_list *)w;
	assert_call(RPV_E_INVALID, engine_plan(w->session, q, &list));
	assert_string_equal(field, rpv_session_error(w->session)->field);
	assert_null(list);
}

static void test_plan_when_it_is_misused_then_refused(void **state)
{
	test_world world, *w = &world;
	const rpv_plan_query good = RPV_PLAN_QUERY_INIT;
	rpv_plan_query q = good;
	rpv_plan_cost costs[] = { { BROWSER, 1 }, { BROWSER, 2 } };
	rpv_list *list;
	(void)state;
	open_fleet(w);
	q.budget = -1;
	refused(w, &q, "budget");
	q = good;
	q.target = (double)NAN;
	refused(w, &q, "target");
	q = good;
	q.other_cost = 1000000001;
	refused(w, &q, "other_cost");
	q.other_cost = -1;
	refused(w, &q, "other_cost");
	q = good;
	q.kinds = 1;
	refused(w, &q, "kinds");
	q = good;
	q.view = (rpv_view)3;
	refused(w, &q, "view");
	q.view = (rpv_view)-1;
	refused(w, &q, "view");
	q = good;
	q.cost_count = 2;
	refused(w, &q, "costs");
	q.costs = costs;
	refused(w, &q, "costs");
	assert_int_equal(1, rpv_session_error(w->session)->index);
	costs[0].cost = -1;
	refused(w, &q, "costs");
	costs[0].cost = 1000000001;
	refused(w, &q, "costs");
	q = good;
	q.group = "no such group";
	assert_call(RPV_E_NOT_FOUND, engine_plan(w->session, &q, &list));
	q.struct_size = 3;
	assert_call(RPV_E_INVALID, engine_plan(w->session, &q, &list));
	assert_call(RPV_E_INVALID, engine_plan(w->session, NULL, NULL));
	assert_status(RPV_E_INVALID, engine_plan(NULL, NULL, &list));
	rpv_session *blind = open_session(w, "bob", RPV_PERMIT_INGEST, NULL, 0);
	assert_status(RPV_E_DENIED, engine_plan(blind, NULL, &list));
	rpv_session_close(blind);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_when_its_steps_are_done_then_the_bits_it_said),
		cmocka_unit_test(test_plan_when_all_choices_are_tried_then_none_beats_its_bound),
		cmocka_unit_test(test_plan_when_a_target_or_a_budget_is_given_then_it_stops_there),
		cmocka_unit_test(test_plan_when_nothing_lowers_alone_then_it_goes_on),
		cmocka_unit_test(test_plan_when_it_is_misused_then_refused),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
