/* SPDX-License-Identifier: MIT */
/* Exposure models of a host's: constants and names, several on one store, likelihoods by callback. */
#include "../support/fleet.h"

#include <math.h>
#include <stddef.h>

static rpv_exposure_model own_model(const char *name)
{
	rpv_exposure_model m = RPV_EXPOSURE_MODEL_INIT;
	m.name = name;
	return m;
}

static rpv_score_engine *engine_of(test_world *w, const rpv_exposure_model *m)
{
	rpv_score_engine *engine;
	assert_call(RPV_OK, rpv_score_engine_open_model(w->session, m, &engine));
	return engine;
}

static rpv_score score_of(test_world *w, rpv_score_engine *engine)
{
	rpv_score score = RPV_SCORE_INIT;
	assert_call(RPV_OK, rpv_score_engine_read(engine, NULL, &score));
	return score;
}

static void assert_near(double expected, double got)
{
	if (fabs(expected - got) > 1e-9)
		fail_msg("expected %.12f, got %.12f", expected, got);
}

static void threat(test_world *w, const char *id, rpv_severity severity, double epss)
{
	rpv_weakness_facts f = { .id = id, .severity = severity, .epss = epss };
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
}

/* One device of two with CVE-1: likelihood 0.3, consequence 0.8. */
static void open_pair(test_world *w)
{
	open_world(w);
	threat(w, "CVE-1", RPV_SEVERITY_HIGH, 0.3);
	threat(w, "CVE-2", RPV_SEVERITY_LOW, 0.1);
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, MAIL, RPV_KIND_UPDATE);
	device(w, "a", "Sales");
	device(w, "b", "IT");
	assess(w, "a", BROWSER, "CVE-1", NULL);
	commit(w);
}

/* --- constants and names --- */
static void assert_refused(test_world *w, const rpv_exposure_model *m, const char *field)
{
	rpv_score_engine *engine = (rpv_score_engine *)w;
	rpv_error error = RPV_ERROR_INIT;
	uint64_t digest = 7;
	assert_call(RPV_E_INVALID, rpv_score_engine_open_model(w->session, m, &engine));
	assert_null(engine);
	assert_string_equal(field, rpv_session_error(w->session)->field);
	assert_int_equal(RPV_E_INVALID, rpv_exposure_model_digest(m, &digest, &error));
	assert_string_equal(field, error.field);
	assert_true(digest == 0);
}

static void test_model_when_a_constant_is_out_of_range_then_named(void **state)
{
	static const struct { const char *field; size_t at; uint32_t most, least; } bounds[] = {
#define BOUND(field, most, least) { #field, offsetof(rpv_exposure_model, field), most, least }
		BOUND(base_unknown, 1000000000, 0), BOUND(base_low, 1000000000, 0), BOUND(base_medium, 1000000000, 0),
		BOUND(base_high, 1000000000, 0), BOUND(base_critical, 1000000000, 0), BOUND(floor_public, 1000000000, 0),
		BOUND(floor_verified, 1000000000, 0), BOUND(floor_in_kit, 1000000000, 0),
		BOUND(floor_known_exploited, 1000000000, 0), BOUND(floor_active_alert, 1000000000, 0),
		BOUND(highest, 999999999, 0), BOUND(consequence_unknown, 1000, 0), BOUND(consequence_low, 1000, 0),
		BOUND(consequence_medium, 1000, 0), BOUND(consequence_high, 1000, 0), BOUND(consequence_critical, 1000, 0),
		BOUND(reach, 1000, 0), BOUND(internet_facing, 3, 1), BOUND(active_alert, 5, 1), BOUND(value_low, 20000, 1),
		BOUND(value_normal, 20000, 1), BOUND(value_high_least, 20000, 1), BOUND(value_high_per_device, 4, 0),
	};
	test_world world, *w = &world;
	uint64_t digests[2 * sizeof bounds / sizeof *bounds], count = 0;
	(void)state;
	open_pair(w);
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		for (int upper = 0; upper < 2; upper++) {
			rpv_exposure_model m = own_model("own 1");
			uint32_t edge = upper ? bounds[i].most : bounds[i].least, beyond = upper ? edge + 1 : edge - 1;
			bool moved = memcmp((char *)&m + bounds[i].at, &edge, sizeof edge) != 0;
			memcpy((char *)&m + bounds[i].at, &edge, sizeof edge);
			assert_ok(rpv_exposure_model_digest(&m, &digests[count], NULL));
			for (uint64_t j = 0; j < count; j++)
				assert_true(digests[j] != digests[count]);
			count += moved;
			rpv_score_engine_close(engine_of(w, &m));
			if (!upper && edge == 0)
				continue;
			memcpy((char *)&m + bounds[i].at, &beyond, sizeof beyond);
			/* of the two multipliers the product has a limit */
			bool product = upper && strcmp(bounds[i].field, "internet_facing") == 0;
			assert_refused(w, &m, product ? "active_alert" : bounds[i].field);
		}
	close_world(w);
}

static void test_model_when_its_name_is_wrong_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model(NULL);
	char longest[RPV_MODEL_NAME_MAX + 2];
	rpv_score_engine *engine;
	uint64_t digest;
	(void)state;
	open_pair(w);
	assert_refused(w, &m, "name");
	m.name = "";
	assert_refused(w, &m, "name");
	m.name = "\xff";
	assert_refused(w, &m, "name");
	memset(longest, 'm', sizeof longest);
	longest[RPV_MODEL_NAME_MAX + 1] = '\0';
	m.name = longest;
	assert_refused(w, &m, "name");
	longest[RPV_MODEL_NAME_MAX] = '\0';
	rpv_score_engine_close(engine_of(w, &m));
	m = own_model(RPV_EXPOSURE_MODEL);
	m.reach = 200;
	assert_refused(w, &m, "name");
	m.struct_size = 8;
	assert_call(RPV_E_INVALID, rpv_score_engine_open_model(w->session, &m, &engine));
	assert_int_equal(RPV_E_INVALID, rpv_exposure_model_digest(NULL, &digest, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_exposure_model_digest(&m, NULL, NULL));
	assert_call(RPV_E_INVALID, rpv_score_engine_open_model(w->session, NULL, NULL));
	assert_int_equal(RPV_E_INVALID, rpv_score_engine_open_model(NULL, NULL, &engine));
	assert_null(engine);
	close_world(w);
}

static void test_model_when_default_then_its_digest_is_fixed(void **state)
{
	/* FNV-1a over the constants, written down apart from the library */
	const rpv_exposure_model m = RPV_EXPOSURE_MODEL_INIT;
	const uint32_t constants[] = { 3000000, 1000000, 3000000, 10000000, 30000000, 50000000, 200000000, 400000000,
		900000000, 990000000, 990000000, 500, 250, 500, 800, 1000, 100, 3, 4, 15, 20, 20, 2 };
	uint64_t expected = UINT64_C(0xcbf29ce484222325), got;
	(void)state;
	for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
		for (int shift = 24; shift >= 0; shift -= 8)
			expected = (expected ^ (constants[i] >> shift & 0xff)) * UINT64_C(0x100000001b3);
	assert_ok(rpv_exposure_model_digest(&m, &got, NULL));
	assert_true(got == expected);
}

/* --- several on one store --- */
static void test_model_when_two_are_open_then_each_follows_by_its_own_constants(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model("reach 1"), got = RPV_EXPOSURE_MODEL_INIT;
	(void)state;
	open_pair(w);
	m.reach = 1000;
	m.value_normal = 1;
	rpv_score_engine *a = engine_of(w, NULL), *b = engine_of(w, &m), *c = engine_of(w, &m);
	static const char *const more[] = { MAIL, LOCK, "va-_-acme-_-tool" };
	for (int i = 0; i < 3; i++) {
		rpv_score own = score_of(w, b);
		assert_near(100 * (1 - pow(1 - 0.3 * 0.8 * 0.1, i + 1)) / 2, score_of(w, a).exposure_official);
		assert_near(100 * (1 - pow(1 - 0.3 * 0.8, i + 1)) / 2, own.exposure_official);
		assert_true(own.exposure_official == score_of(w, c).exposure_official);
		recommendation(w, more[i], RPV_KIND_UPDATE);
		assess(w, "a", more[i], "CVE-1", NULL);
		commit(w);
	}
	assert_ok(rpv_score_engine_model(b, &got));
	assert_string_equal("reach 1", got.name);
	assert_int_equal(1000, got.reach);
	assert_ok(rpv_score_engine_model(a, &got));
	assert_string_equal(RPV_EXPOSURE_MODEL, got.name);
	got.struct_size = 0;
	assert_int_equal(RPV_E_INVALID, rpv_score_engine_model(a, &got));
	assert_int_equal(RPV_E_INVALID, rpv_score_engine_model(NULL, &got));
	rpv_score_engine_close(b);
	assert_near(100 * (1 - pow(1 - 0.3 * 0.8, 4)) / 2, score_of(w, c).exposure_official);
	rpv_score_engine_close(c);
	assert_near(100 * (1 - pow(1 - 0.3 * 0.8 * 0.1, 4)) / 2, score_of(w, a).exposure_official);
	rpv_score_engine_close(a);
	close_world(w);
}

/* A past view keeps what is worked out for a model, too: gone with the engine. */
static void test_model_when_the_session_looks_at_the_past_then_by_the_same_model(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model("reach 1");
	(void)state;
	open_pair(w);
	m.reach = 1000;
	rpv_score_engine *b = engine_of(w, &m);
	rpv_score then = score_of(w, b);
	w->now += DAY;
	assess(w, "b", BROWSER, "CVE-1", NULL);
	commit(w);
	assert_true(score_of(w, b).exposure_official > then.exposure_official);
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START));
	assert_true(score_of(w, b).exposure_official == then.exposure_official);
	rpv_score_engine_close(b);
	m.reach = 500;
	b = engine_of(w, &m);
	assert_near(100 * (0.3 * 0.8 * 0.5) / 2, score_of(w, b).exposure_official);
	rpv_score_engine_close(b);
	close_world(w);
}

/* --- callbacks --- */
typedef struct teller { test_world *w; int calls; rpv_status status, inner; uint32_t told; char last[32]; } teller;

static rpv_status tell(void *user, const rpv_likelihood_facts *facts, uint32_t *likelihood)
{
	teller *t = user;
	rpv_score score = RPV_SCORE_INIT;
	t->calls++;
	assert_int_equal(sizeof *facts, facts->struct_size);
	if (strcmp(facts->weakness, "CVE-1") == 0) {
		assert_int_equal(300000000, facts->likelihood);
		assert_int_equal(300000000, facts->epss);
		assert_int_equal(RPV_SEVERITY_HIGH, facts->severity);
		*likelihood = t->told;
	}
	snprintf(t->last, sizeof t->last, "%s", facts->weakness);
	t->inner = rpv_score_read(t->w->session, NULL, &score);
	return t->status;
}

static void test_likelihood_when_a_callback_tells_it_then_it_counts(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model("told");
	teller t = { w, 0, RPV_OK, RPV_OK, 500000000, "" };
	(void)state;
	open_pair(w);
	m.likelihood = tell;
	m.user = &t;
	rpv_score_engine *a = engine_of(w, NULL), *b = engine_of(w, &m);
	assert_near(100 * (0.5 * 0.8 * 0.1) / 2, score_of(w, b).exposure_official);
	assert_near(100 * (0.3 * 0.8 * 0.1) / 2, score_of(w, a).exposure_official);
	assert_int_equal(2, t.calls);
	assert_int_equal(RPV_E_BUSY, t.inner);
	/* other changes ask nothing again; a changed weakness asks for that one */
	assess(w, "b", MAIL, "CVE-2", NULL);
	commit(w);
	score_of(w, b);
	assert_int_equal(2, t.calls);
	threat(w, "CVE-2", RPV_SEVERITY_LOW, 0.2);
	commit(w);
	assert_near(100 * (0.5 * 0.8 * 0.1 + 0.2 * 0.25 * 0.1) / 2, score_of(w, b).exposure_official);
	assert_int_equal(3, t.calls);
	assert_string_equal("CVE-2", t.last);
	rpv_score_engine_close(a);
	rpv_score_engine_close(b);
	close_world(w);
}

static void test_likelihood_when_the_callback_has_no_opinion_then_that_of_the_constants(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model("silent");
	teller t = { w, 0, RPV_OK, RPV_OK, RPV_LIKELIHOOD_UNKNOWN, "" };
	(void)state;
	open_pair(w);
	m.likelihood = tell;
	m.user = &t;
	rpv_score_engine *a = engine_of(w, NULL), *b = engine_of(w, &m);
	assert_true(score_of(w, a).exposure_official == score_of(w, b).exposure_official);
	rpv_score_engine_close(b);
	t.told = 1000000000; /* counts as the highest */
	b = engine_of(w, &m);
	assert_near(100 * (0.99 * 0.8 * 0.1) / 2, score_of(w, b).exposure_official);
	rpv_score_engine_close(a);
	rpv_score_engine_close(b);
	close_world(w);
}

static void test_likelihood_when_the_callback_fails_then_the_read_says_so(void **state)
{
	test_world world, *w = &world;
	rpv_exposure_model m = own_model("broken");
	teller t = { w, 0, RPV_E_STORAGE, RPV_OK, 500000000, "" };
	rpv_score score = RPV_SCORE_INIT;
	(void)state;
	open_pair(w);
	m.likelihood = tell;
	m.user = &t;
	rpv_score_engine *b = engine_of(w, &m);
	score.devices = 99;
	assert_call(RPV_E_STORAGE, rpv_score_engine_read(b, NULL, &score));
	assert_true(score.devices == 99);
	assert_non_null(strstr(rpv_session_error(w->session)->message, "broken"));
	assert_non_null(strstr(rpv_session_error(w->session)->message, "CVE-1"));
	t.status = (rpv_status)77; /* no status */
	assert_call(RPV_E_INVALID, rpv_score_engine_read(b, NULL, &score));
	t.status = RPV_OK;
	t.told = RPV_LIKELIHOOD_ONE + 1;
	assert_call(RPV_E_INVALID, rpv_score_engine_read(b, NULL, &score));
	assert_string_equal("likelihood", rpv_session_error(w->session)->field);
	t.told = 0;
	assert_near(0, score_of(w, b).exposure_official);
	rpv_score_engine_close(b);
	m = own_model(RPV_EXPOSURE_MODEL); /* a callback needs a name of its own */
	m.likelihood = tell;
	assert_refused(w, &m, "name");
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model_when_a_constant_is_out_of_range_then_named),
		cmocka_unit_test(test_model_when_its_name_is_wrong_then_refused),
		cmocka_unit_test(test_model_when_default_then_its_digest_is_fixed),
		cmocka_unit_test(test_model_when_two_are_open_then_each_follows_by_its_own_constants),
		cmocka_unit_test(test_model_when_the_session_looks_at_the_past_then_by_the_same_model),
		cmocka_unit_test(test_likelihood_when_a_callback_tells_it_then_it_counts),
		cmocka_unit_test(test_likelihood_when_the_callback_has_no_opinion_then_that_of_the_constants),
		cmocka_unit_test(test_likelihood_when_the_callback_fails_then_the_read_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
