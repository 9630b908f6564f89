/* SPDX-License-Identifier: MIT */
/* What a score is made of: against the lists that give the same figures, and against the score that they come to. */
#include "../support/fleet.h"

#include <math.h>

enum { DEVICES = 40, RECOMMENDATIONS = 6, WEAKNESSES = 9 };

static const char *named(const char *letter, int number)
{
	static char names[8][16];
	static int next;
	char *name = names[next++ & 7];
	snprintf(name, sizeof names[0], "%s-%02d", letter, number);
	return name;
}

/* Devices of all values and multipliers, some alike, some without anything. */
static void open_varied(test_world *w)
{
	test_random r = { 11 };
	open_world(w);
	for (int i = 0; i < WEAKNESSES; i++) {
		rpv_weakness_facts f = { .id = named("CVE", i), .severity = (rpv_severity)(1 + i % 5), .epss = 0.05 * i };
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
	}
	for (int i = 0; i < RECOMMENDATIONS; i++)
		recommendation(w, named("rec", i), RPV_KIND_UPDATE);
	for (int i = 0; i < 3; i++) {
		rpv_recommendation_facts k = { .id = named("set", i), .kind = RPV_KIND_CONFIGURATION_CHANGE, .points = 4,
			.category = i ? RPV_CATEGORY_OS : RPV_CATEGORY_NETWORK };
		assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &k));
	}
	for (int i = 0; i < DEVICES; i++) {
		rpv_device_facts d = { .id = named("d", i), .group = i % 3 ? "Sales" : "IT", .value = (rpv_value)(1 + i % 3) };
		assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
		for (int rec = 0; i % 7 && rec < RECOMMENDATIONS; rec++)
			if (test_random_below(&r, 2))
				assess(w, named("d", i), named("rec", rec), named("CVE", (int)test_random_below(&r, WEAKNESSES)),
				       named("CVE", (int)test_random_below(&r, WEAKNESSES)));
		for (int k = 0; k < 3; k++) {
			rpv_assessment_facts f = { .device = named("d", i), .recommendation = named("set", k),
				.state = i % (k + 2) ? RPV_CONFIGURATION_EXPOSED : RPV_CONFIGURATION_COMPLIANT };
			assert_call(RPV_OK, rpv_batch_assessment(begin(w), &f));
		}
	}
	commit(w);
	rpv_exception_request e = RPV_EXCEPTION_REQUEST_INIT;
	const char *const group = "Sales";
	e.recommendation = "rec-01";
	e.context = "Accepted by the change board, reference 4711.";
	e.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	e.duration_ms = 20 * DAY;
	e.scope = RPV_SCOPE_GROUPS;
	e.groups = &group;
	e.group_count = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &e, NULL));
	e.recommendation = "rec-02";
	e.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	assert_call(RPV_OK, rpv_exception_file(w->session, &e, NULL));
}

static rpv_score_engine *engine_of(test_world *w, const rpv_exposure_model *m)
{
	rpv_score_engine *engine;
	assert_call(RPV_OK, rpv_score_engine_open_model(w->session, m, &engine));
	return engine;
}

static rpv_list *parts_of(test_world *w, rpv_score_engine *engine, rpv_contribution_by by, const char *group,
                          rpv_category category, uint64_t limit)
{
	rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
	rpv_list *list;
	q.by = by;
	q.group = group;
	q.category = category;
	q.limit = limit;
	assert_call(RPV_OK, rpv_contribution_list(engine, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_contribution *c = rpv_contribution_at(list, i), *before = i ? rpv_contribution_at(list, i - 1) : c;
		double key = category ? c->secure_official : c->exposure_official;
		double last = category ? before->secure_official : before->exposure_official;
		assert_true(key > 0 && (key < last || (key == last && strcmp(before->id, c->id) <= 0)));
	}
	return list;
}

/* Shares add up to the score: each is rounded down by less than 2^-44. */
static void assert_shares(test_world *w, rpv_score_engine *engine, const char *group)
{
	rpv_list *list = parts_of(w, engine, RPV_CONTRIBUTION_BY_DEVICE, group, RPV_CATEGORY_UNCHANGED, 1000);
	rpv_score_query q = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	double official = 0, least = ldexp((double)rpv_list_count(list), -44);
	q.group = group;
	assert_call(RPV_OK, rpv_score_engine_read(engine, &q, &score));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		official += rpv_contribution_at(list, i)->exposure_official;
	assert_true(rpv_list_count(list) > 5 && official <= score.exposure_official);
	assert_true(score.exposure_official - official <= least);
	rpv_list_free(list);
}

static void test_contributions_when_by_device_then_they_add_up_to_the_score(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = RPV_EXPOSURE_MODEL_INIT;
	(void)state;
	open_varied(w);
	m.name = "own";
	m.reach = 1000;
	m.value_high_per_device = 0;
	rpv_score_engine *a = engine_of(w, NULL), *b = engine_of(w, &m);
	for (int i = 0; i < 2; i++) {
		assert_shares(w, i ? b : a, NULL);
		assert_shares(w, i ? b : a, "IT");
		assert_shares(w, i ? b : a, "Sales");
	}
	/* v(d) P(d) / sum of v, from what the list of devices tells */
	rpv_list *list = parts_of(w, a, RPV_CONTRIBUTION_BY_DEVICE, NULL, RPV_CATEGORY_UNCHANGED, 1000), *devices;
	double weights = 0;
	assert_call(RPV_OK, rpv_device_list(w->session, NULL, &devices));
	const double v[] = { 0, 0.75, 1, DEVICES / 10.0 };
	for (size_t i = 0; i < rpv_list_count(devices); i++)
		weights += v[rpv_device_at(devices, i)->value];
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_contribution *c = rpv_contribution_at(list, i);
		for (size_t j = 0; j < rpv_list_count(devices); j++) {
			const rpv_device *d = rpv_device_at(devices, j);
			if (strcmp(c->id, d->id))
				continue;
			assert_true(fabs(c->exposure_official - v[d->value] * d->exposure / weights) < 1e-12);
			assert_true(fabs(c->exposure_no_impact - v[d->value] * d->exposure_no_impact / weights) < 1e-12);
			assert_true(c->exposure_mitigation_like <= c->exposure_official);
		}
	}
	rpv_list_free(devices);
	rpv_list_free(list);
	rpv_score_engine_close(a);
	rpv_score_engine_close(b);
	close_world(w);
}

/* To the bit what the list of recommendations says. */
static void assert_impacts(test_world *w, rpv_list *list, const char *group)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *rows;
	size_t found = 0;
	q.group = group;
	assert_call(RPV_OK, rpv_recommendation_list(w->session, &q, &rows));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		for (size_t j = 0; j < rpv_list_count(rows); j++) {
			const rpv_contribution *c = rpv_contribution_at(list, i);
			const rpv_recommendation *r = rpv_recommendation_at(rows, j);
			if (strcmp(c->id, r->id))
				continue;
			found++;
			assert_true(c->exposure_no_impact == r->exposure_impact && c->exposure_official == r->exposure_impact_after);
			assert_true(c->secure_no_impact == r->secure_impact && c->secure_official == r->secure_impact_after);
		}
	assert_int_equal(rpv_list_count(list), found);
	rpv_list_free(rows);
}

static void test_contributions_when_by_recommendation_then_its_impacts(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	rpv_score_engine *a = engine_of(w, NULL);
	for (int i = 0; i < 2; i++) {
		const char *group = i ? "IT" : NULL;
		rpv_list *list = parts_of(w, a, RPV_CONTRIBUTION_BY_RECOMMENDATION, group, RPV_CATEGORY_UNCHANGED, 1000);
		assert_true(rpv_list_count(list) >= 3);
		assert_impacts(w, list, group);
		rpv_list_free(list);
		list = parts_of(w, a, RPV_CONTRIBUTION_BY_RECOMMENDATION, group, RPV_CATEGORY_OS, 1000);
		assert_int_equal(i ? 1 : 2, rpv_list_count(list)); /* all of IT complies with one of them */
		assert_impacts(w, list, group);
		rpv_list_free(list);
		list = parts_of(w, a, RPV_CONTRIBUTION_BY_RECOMMENDATION, group, RPV_CATEGORY_ACCOUNTS, 1000);
		assert_int_equal(0, rpv_list_count(list));
		rpv_list_free(list);
	}
	rpv_score_engine_close(a);
	close_world(w);
}

static void test_contributions_when_by_weakness_then_standalone(void **state)
{
	test_world world, *w = &world;
	rpv_list *rows;
	size_t found = 0;
	(void)state;
	open_varied(w);
	rpv_score_engine *a = engine_of(w, NULL);
	rpv_list *list = parts_of(w, a, RPV_CONTRIBUTION_BY_WEAKNESS, NULL, RPV_CATEGORY_UNCHANGED, 1000);
	assert_call(RPV_OK, rpv_weakness_list(w->session, NULL, &rows));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		for (size_t j = 0; j < rpv_list_count(rows); j++) {
			const rpv_contribution *c = rpv_contribution_at(list, i);
			if (strcmp(c->id, rpv_weakness_at(rows, j)->id))
				continue;
			found++;
			assert_true(c->exposure_no_impact == rpv_weakness_at(rows, j)->standalone_exposure);
			assert_true(c->exposure_official <= c->exposure_no_impact && c->secure_official == 0);
			assert_true(c->exposure_mitigation_like <= c->exposure_official);
		}
	assert_true(found == rpv_list_count(list) && found > 4);
	rpv_list_free(rows);
	rpv_list_free(list);
	rpv_score_engine_close(a);
	close_world(w);
}

/* The first n are the first n of all, whatever n. */
static void test_contributions_when_limited_then_the_first_of_all(void **state)
{
	test_world world, *w = &world;
	(void)state;
	open_varied(w);
	rpv_score_engine *a = engine_of(w, NULL);
	for (int by = RPV_CONTRIBUTION_BY_DEVICE; by <= RPV_CONTRIBUTION_BY_WEAKNESS; by++) {
		rpv_list *all = parts_of(w, a, (rpv_contribution_by)by, NULL, RPV_CATEGORY_UNCHANGED, 1000);
		for (uint64_t n = 1; n <= rpv_list_count(all) + 1; n++) {
			rpv_list *some = parts_of(w, a, (rpv_contribution_by)by, NULL, RPV_CATEGORY_UNCHANGED, n);
			assert_true(rpv_list_count(some) == (n < rpv_list_count(all) ? n : rpv_list_count(all)));
			assert_null(rpv_list_cursor(some));
			for (size_t i = 0; i < rpv_list_count(some); i++)
				assert_string_equal(rpv_contribution_at(all, i)->id, rpv_contribution_at(some, i)->id);
			rpv_list_free(some);
		}
		assert_null(rpv_contribution_at(all, rpv_list_count(all)));
		assert_null(rpv_device_at(all, 0));
		rpv_list_free(all);
	}
	rpv_score_engine_close(a);
	close_world(w);
}

static void test_contributions_when_asked_wrongly_then_refused(void **state)
{
	static const struct { int by, category; uint64_t limit; const char *field; } wrong[] = {
		{ 0, 0, 1, "by" }, { 4, 0, 1, "by" }, { 1, RPV_CATEGORY_OS, 1, "category" }, { 3, RPV_CATEGORY_OS, 1, "category" },
		{ 2, 6, 1, "category" }, { 2, -1, 1, "category" }, { 1, 0, 0, "limit" },
		{ 1, 0, RPV_CONTRIBUTIONS_MAX + 1, "limit" },
	};
	test_world world, *w = &world;
	rpv_list *list;
	const char *const it = "IT";
	(void)state;
	open_varied(w);
	rpv_score_engine *a = engine_of(w, NULL);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
		q.by = (rpv_contribution_by)wrong[i].by;
		q.category = (rpv_category)wrong[i].category;
		q.limit = wrong[i].limit;
		list = (rpv_list *)w;
		assert_call(RPV_E_INVALID, rpv_contribution_list(a, &q, &list));
		assert_null(list);
		assert_string_equal(wrong[i].field, rpv_session_error(w->session)->field);
	}
	assert_call(RPV_E_INVALID, rpv_contribution_list(a, NULL, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_contribution_list(NULL, NULL, &list));
	/* what a session does not see is not there */
	rpv_session *limited = open_session(w, "bo@corp.example", RPV_PERMIT_VIEW, &it, 1);
	rpv_contribution_query q = RPV_CONTRIBUTION_QUERY_INIT;
	rpv_score_engine *b;
	q.limit = 1000;
	assert_ok(rpv_score_engine_open(limited, &b));
	assert_ok(rpv_contribution_list(b, &q, &list));
	rpv_list *own = parts_of(w, a, RPV_CONTRIBUTION_BY_DEVICE, "IT", RPV_CATEGORY_UNCHANGED, 1000);
	assert_int_equal(rpv_list_count(own), rpv_list_count(list));
	for (size_t i = 0; i < rpv_list_count(own); i++)
		assert_true(rpv_contribution_at(own, i)->exposure_official == rpv_contribution_at(list, i)->exposure_official);
	rpv_list_free(own);
	rpv_list_free(list);
	q.group = "Sales";
	assert_int_equal(RPV_E_NOT_FOUND, rpv_contribution_list(b, &q, &list));
	rpv_score_engine_close(b);
	rpv_session_close(limited);
	rpv_score_engine_close(a);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contributions_when_by_device_then_they_add_up_to_the_score),
		cmocka_unit_test(test_contributions_when_by_recommendation_then_its_impacts),
		cmocka_unit_test(test_contributions_when_by_weakness_then_standalone),
		cmocka_unit_test(test_contributions_when_limited_then_the_first_of_all),
		cmocka_unit_test(test_contributions_when_asked_wrongly_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
