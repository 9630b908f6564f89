/* SPDX-License-Identifier: MIT */
/* Evaluation of hand-built and random views, against a recomputation from scratch: finding by finding, exception by
 * exception, every figure to the bit. */
#include "../support/test.h"

#include "../../lib/model/exception.h"
#include "../../lib/model/policy.h"
#include "../../lib/score/evaluation.h"

#define NOW INT64_C(1772323200000)
#define DAY RPV__DAY_MS

enum { GROUPS = 6, DEVICES = 48, RECOMMENDATIONS = 14, CONFIGURATIONS = 4, VARIANTS = 30, WEAKNESSES = 40, COVERS = 24,
       ROW = 10, SET = 8, SCOPE = 5 };

typedef struct fleet {
	rpv__view view;
	rpv__view_group groups[GROUPS];
	rpv__view_device devices[DEVICES];
	rpv__view_recommendation recommendations[RECOMMENDATIONS];
	rpv__view_variant variants[VARIANTS];
	rpv__threat threats[WEAKNESSES];
	rpv__cover covers[COVERS];
	uint32_t rows[DEVICES][ROW], sets[VARIANTS][SET], scopes[COVERS][SCOPE];
	rpv__state states[DEVICES][CONFIGURATIONS];
} fleet;

static const rpv__exposure_model *const model = &rpv__exposure_model_default;

/* --- fleets --- */
static void open_fleet(fleet *f)
{
	memset(f, 0, sizeof *f);
	rpv__view *v = &f->view;
	v->alloc = rpv__alloc_or_default(NULL);
	v->groups = f->groups;
	v->devices = f->devices;
	v->recommendations = f->recommendations;
	v->variants = f->variants;
	v->threats = f->threats;
	v->covers = f->covers;
	v->group_count = GROUPS;
	v->device_count = v->recommendation_count = v->variant_count = v->threat_count = 1;
	for (size_t i = 0; i < DEVICES; i++)
		f->devices[i] = (rpv__view_device){ .flags = RPV__DEVICE_REMOVED, .multiplier = 1 };
}

/* Forgets what was evaluated: the fleet changes. */
static void change(fleet *f)
{
	rpv__evaluation_free(f->view.cached);
	f->view.cached = NULL;
	f->view.generation++;
}

static uint32_t add_device(fleet *f, uint32_t group, unsigned value, unsigned flags)
{
	uint32_t n = (uint32_t)f->view.device_count++;
	f->devices[n] = (rpv__view_device){ .group = group, .value = (uint8_t)value, .flags = (uint8_t)flags,
		.multiplier = (uint8_t)rpv__multiplier(model, flags & RPV__DEVICE_INTERNET, flags & RPV__DEVICE_ALERT),
		.last_seen_ms = NOW, .variants = f->rows[n], .states = f->states[n] };
	return n;
}

static uint32_t add_weakness(fleet *f, rpv_severity severity, uint32_t epss)
{
	uint32_t n = (uint32_t)f->view.threat_count++;
	f->threats[n] = (rpv__threat){ epss, (uint8_t)severity, RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
	return n;
}

static uint32_t add_recommendation(fleet *f, rpv_kind kind, uint32_t points)
{
	uint32_t n = (uint32_t)f->view.recommendation_count++;
	f->recommendations[n] = (rpv__view_recommendation){ true, kind, RPV_CATEGORY_APPLICATION, points };
	return n;
}

static uint32_t add_variant(fleet *f, uint32_t recommendation, const uint32_t *weaknesses, uint32_t count)
{
	uint32_t n = (uint32_t)f->view.variant_count++;
	memcpy(f->sets[n], weaknesses, count * sizeof *weaknesses);
	f->variants[n] = (rpv__view_variant){ recommendation, f->sets[n], count, NULL, 0 };
	return n;
}

static void give(fleet *f, uint32_t device, uint32_t variant)
{
	f->rows[device][f->devices[device].variant_count++] = variant;
}

static void give_state(fleet *f, uint32_t device, uint32_t recommendation, rpv_configuration_state state)
{
	f->states[device][f->devices[device].state_count++] = (rpv__state){ recommendation, state, false };
}

static void sort_covers(fleet *f)
{
	for (size_t i = 1; i < f->view.cover_count; i++)
		for (size_t j = i; j > 0; j--) {
			rpv__cover *a = &f->covers[j - 1], *b = a + 1, swap = *a;
			if (a->recommendation < b->recommendation ||
			    (a->recommendation == b->recommendation && (a->weakness < b->weakness ||
			     (a->weakness == b->weakness && a->exception < b->exception))))
				break;
			*a = *b;
			*b = swap;
		}
}

/* Scopes are kept beside: at most SCOPE numbers. Ids count from 1. */
static uint64_t cover(fleet *f, uint32_t recommendation, uint32_t weakness, rpv_scope scope, const uint32_t *numbers,
                      size_t count, rpv_impact impact)
{
	size_t n = f->view.cover_count++;
	rpv__cover *c = &f->covers[n];
	memset(c, 0, sizeof *c);
	c->recommendation = recommendation;
	c->weakness = weakness;
	c->exception = n + 1;
	c->start_ms = NOW - DAY;
	c->end_ms = NOW + DAY;
	c->impact = impact;
	c->justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	c->scope = scope;
	memcpy(f->scopes[n], numbers, count * sizeof *numbers);
	if (scope == RPV_SCOPE_DEVICES) {
		c->devices = f->scopes[n];
		c->device_count = count;
	} else {
		c->groups = f->scopes[n];
		c->group_count = count;
	}
	sort_covers(f);
	return n + 1;
}

static const rpv__cover *cover_of(const fleet *f, uint64_t exception)
{
	for (size_t i = 0; i < f->view.cover_count; i++)
		if (f->covers[i].exception == exception)
			return &f->covers[i];
	return NULL;
}

static const rpv__lens everything = { .now_ms = NOW };

static rpv__scores scores_of(fleet *f, const rpv__lens *lens)
{
	rpv__scores scores;
	assert_ok(rpv__evaluate_scores(&f->view, lens, &scores, NULL));
	return scores;
}

static const rpv__figures *figures_of(fleet *f, const rpv__lens *lens)
{
	const rpv__figures *figures;
	assert_ok(rpv__evaluate_all(&f->view, lens, NULL, &figures, NULL));
	return figures;
}

/* --- from scratch --- */
typedef struct naive {
	rpv__scores scores;
	rpv__sums sums[RPV__VIEWS];
	uint64_t compliant[RPV__VIEWS][RECOMMENDATIONS], applicable[RECOMMENDATIONS];
} naive;

static bool excluded_by(const rpv__lens *lens, uint64_t exception)
{
	for (size_t i = 0; i < lens->without_count; i++)
		if (lens->withouts[i] == exception)
			return true;
	return exception == lens->without && exception != 0;
}

/* What the exceptions on one subject do to a device: the widest in effect decides. 0, 1: hidden, 3: removed as well. */
static unsigned decided(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness, uint32_t device)
{
	uint32_t group = f->devices[device].group;
	for (int width = 0; width < 3; width++)
		for (size_t i = 0; i <= f->view.cover_count; i++) {
			const rpv__cover *c = i < f->view.cover_count ? &f->covers[i] : lens->draft;
			if (!c || c->recommendation != rec || c->weakness != weakness || excluded_by(lens, c->exception))
				continue;
			if (c != lens->draft && rpv__exception_status_alone(c, lens->now_ms) != RPV_EXCEPTION_IN_EFFECT)
				continue;
			int own = c->scope == RPV_SCOPE_GLOBAL ? 0 : c->scope == RPV_SCOPE_DEVICES ? 2 : 1;
			if (own == width && rpv__exception_covers_device(c, device, group))
				return rpv__exception_official(c) ? 3 : 1;
		}
	return 0;
}

static bool counted(const fleet *f, const rpv__lens *lens, uint32_t device)
{
	const rpv__view_device *d = &f->devices[device];
	return !(d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)) && lens->now_ms < d->last_seen_ms + 30 * DAY &&
	       (!lens->groups || lens->groups[d->group]);
}

static bool left_in(unsigned bits, unsigned view)
{
	return view == RPV__NO_IMPACT || !(bits & (view == RPV__OFFICIAL ? 2u : 1u));
}

/* The bits of one finding, all subjects united. */
static unsigned finding_bits(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness, uint32_t device)
{
	return decided(f, lens, rec, 0, device) | decided(f, lens, rec, weakness, device) |
	       decided(f, lens, 0, weakness, device);
}

static uint64_t hazard_of(const fleet *f, uint32_t weakness)
{
	const rpv__threat *t = &f->threats[weakness];
	rpv__likelihood_facts facts = { t->epss, (rpv_severity)t->severity, (rpv_exploit)t->exploit,
		                            t->flags & RPV__THREAT_KNOWN_EXPLOITED, t->flags & RPV__THREAT_ALERT };
	return rpv__hazard(model, rpv__likelihood(model, &facts), facts.severity);
}

/* P of a device in a view, apart from a recommendation (0: none), or of a recommendation or weakness alone. */
static uint64_t exposure_of(const fleet *f, const rpv__lens *lens, uint32_t device, unsigned view, uint32_t gone,
                            uint32_t only_rec, uint32_t only_weakness)
{
	const rpv__view_device *d = &f->devices[device];
	uint64_t sum = 0;
	for (uint32_t i = 0; i < d->variant_count; i++) {
		const rpv__view_variant *v = &f->variants[d->variants[i]];
		if (!f->recommendations[v->recommendation].exists || v->recommendation == gone ||
		    (only_rec && v->recommendation != only_rec))
			continue;
		for (uint32_t j = 0; j < v->weakness_count; j++)
			if ((!only_weakness || v->weaknesses[j] == only_weakness) &&
			    left_in(finding_bits(f, lens, v->recommendation, v->weaknesses[j], device), view))
				sum += hazard_of(f, v->weaknesses[j]);
	}
	return sum >= 41 * RPV__BIT ? RPV__SURVIVAL_ONE : rpv__exposure(sum * d->multiplier);
}

/* Scores with the findings of one recommendation gone (0: none). */
static void recompute(const fleet *f, const rpv__lens *lens, uint32_t gone, naive *out)
{
	memset(out, 0, sizeof *out);
	for (uint32_t i = (uint32_t)f->view.device_count; i-- > 0;) { /* in another order */
		const rpv__view_device *d = &f->devices[i];
		if (!counted(f, lens, i))
			continue;
		out->scores.devices++;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			rpv__sums_add(&out->sums[k], d->value, exposure_of(f, lens, i, k, gone, 0, 0));
		for (uint32_t j = 0; j < d->state_count; j++) {
			uint32_t rec = d->states[j].recommendation;
			if (!f->recommendations[rec].exists || d->states[j].state == RPV_CONFIGURATION_NOT_APPLICABLE)
				continue;
			unsigned bits = decided(f, lens, rec, 0, i);
			out->applicable[rec]++;
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				out->compliant[k][rec] += d->states[j].state == RPV_CONFIGURATION_COMPLIANT || rec == gone ||
				                          !left_in(bits, k);
		}
	}
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		rpv__secure secure = { 0, 0 };
		for (uint32_t r = 0; r < RECOMMENDATIONS; r++)
			if (!lens->category || f->recommendations[r].category == lens->category)
				rpv__secure_add(&secure, f->recommendations[r].points, out->compliant[k][r], out->applicable[r]);
		out->scores.exposure[k] = rpv__exposure_score(model, &out->sums[k]);
		out->scores.secure_points[k] = secure.points;
		out->scores.secure_max = secure.max_points;
	}
}

static void assert_scores(const rpv__scores *expected, const rpv__scores *got)
{
	assert_int_equal(expected->devices, got->devices);
	assert_int_equal(expected->secure_max, got->secure_max);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		assert_true(expected->exposure[k] == got->exposure[k]);
		assert_true(expected->secure_points[k] == got->secure_points[k]);
	}
}

/* --- random fleets --- */
static uint32_t below(test_random *r, uint64_t bound)
{
	return (uint32_t)test_random_below(r, bound);
}

static void random_facts(fleet *f, test_random *r)
{
	for (int i = 1; i < WEAKNESSES; i++) {
		uint32_t n = add_weakness(f, (rpv_severity)(1 + below(r, 5)), below(r, 3) ? below(r, 1000000000) : RPV__EPSS_UNKNOWN);
		f->threats[n].exploit = (uint8_t)(1 + below(r, 4));
		f->threats[n].flags |= (uint8_t)((below(r, 5) ? 0u : RPV__THREAT_KNOWN_EXPLOITED) | (below(r, 7) ? 0u : RPV__THREAT_ALERT));
		if (below(r, 9) == 0)
			f->threats[n].epss = 0;
	}
	for (int i = 1; i < RECOMMENDATIONS; i++) {
		bool configuration = i >= RECOMMENDATIONS - CONFIGURATIONS;
		uint32_t n = add_recommendation(f, configuration ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE,
		                                configuration ? 1 + below(r, 10) : 0);
		f->recommendations[n].category = (rpv_category)(1 + below(r, 5));
		f->recommendations[n].exists = below(r, 12) != 0;
	}
	for (int i = 1; i < VARIANTS; i++) {
		uint32_t set[SET], count = 0;
		for (uint32_t w = 1 + below(r, 10); w < WEAKNESSES && count < SET; w += 1 + below(r, 12))
			set[count++] = w;
		add_variant(f, 1 + below(r, RECOMMENDATIONS - CONFIGURATIONS - 1), set, below(r, 15) ? count : 0);
	}
}

/* A device has at most one variant of a recommendation. */
static void random_row(fleet *f, test_random *r, uint32_t device)
{
	bool has[RECOMMENDATIONS] = { false };
	f->devices[device].variant_count = f->devices[device].state_count = 0;
	for (uint32_t v = 1; v < VARIANTS && f->devices[device].variant_count < ROW; v++)
		if (!has[f->variants[v].recommendation] && below(r, 3) == 0) {
			has[f->variants[v].recommendation] = true;
			give(f, device, v);
		}
	for (uint32_t c = RECOMMENDATIONS - CONFIGURATIONS; c < RECOMMENDATIONS; c++)
		if (below(r, 4))
			give_state(f, device, c, (rpv_configuration_state)(1 + below(r, 3)));
}

static void random_cover(fleet *f, test_random *r)
{
	rpv_scope scope = below(r, 5) == 0 ? RPV_SCOPE_GLOBAL : below(r, 2) ? RPV_SCOPE_GROUPS : RPV_SCOPE_DEVICES;
	uint32_t numbers[SCOPE], count = 0, bound = scope == RPV_SCOPE_DEVICES ? DEVICES + 2 : GROUPS + 1;
	for (uint32_t n = below(r, 3); scope != RPV_SCOPE_GLOBAL && n < bound && count < SCOPE; n += 1 + below(r, bound / 3))
		numbers[count++] = n;
	uint32_t rec = below(r, 4) ? 1 + below(r, RECOMMENDATIONS - 1) : 0;
	uint32_t weakness = rec == 0 || below(r, 3) == 0 ? 1 + below(r, WEAKNESSES - 1) : 0;
	uint64_t id = cover(f, rec, weakness, scope, numbers, count, weakness ? RPV_IMPACT_MITIGATION_LIKE
	                                                                     : (rpv_impact)(1 + below(r, 3)));
	rpv__cover *c = (rpv__cover *)(uintptr_t)cover_of(f, id);
	if (below(r, 6) == 0)
		c->start_ms = NOW + 1 + below(r, 1000);
	if (below(r, 6) == 0)
		c->end_ms = NOW - below(r, 2);
	if (below(r, 8) == 0)
		c->ending = RPV__ENDED_CANCELED;
}

/* Covers of one width on one subject that overlap cannot be filed. */
static void drop_conflicts(fleet *f)
{
	for (size_t i = 0; i < f->view.cover_count; i++)
		for (size_t j = 0; j < i; j++)
			if (f->covers[j].ending == RPV__NOT_ENDED && rpv__exception_conflict(&f->covers[j], &f->covers[i]))
				f->covers[i].ending = RPV__ENDED_REJECTED;
}

static void random_fleet(fleet *f, uint64_t seed)
{
	test_random r = { seed };
	open_fleet(f);
	random_facts(f, &r);
	for (int i = 1; i < DEVICES; i++) {
		unsigned flags = (below(&r, 3) ? 0u : RPV__DEVICE_INTERNET) | (below(&r, 4) ? 0u : RPV__DEVICE_ALERT) |
		                 (below(&r, 8) ? 0u : RPV__DEVICE_EXCLUDED) | (below(&r, 12) ? 0u : RPV__DEVICE_REMOVED);
		uint32_t d = add_device(f, below(&r, GROUPS), below(&r, 3), flags);
		f->devices[d].last_seen_ms = NOW - (int64_t)below(&r, 33) * DAY + below(&r, 2);
		random_row(f, &r, d);
	}
	for (int i = below(&r, 4) ? COVERS : 2; i > 0; i--)
		random_cover(f, &r);
	drop_conflicts(f);
}

static rpv__lens random_lens(test_random *r, uint8_t groups[GROUPS])
{
	rpv__lens lens = everything;
	for (int i = 0; i < GROUPS; i++)
		groups[i] = (uint8_t)below(r, 2);
	if (below(r, 2)) {
		lens.groups = groups;
		lens.group_count = GROUPS;
	}
	if (below(r, 3) == 0)
		lens.category = (rpv_category)(1 + below(r, 5));
	return lens;
}

/* --- a recommendation's figures, recounted --- */
static void recount(const fleet *f, const rpv__lens *lens, uint32_t rec, rpv__figures *out)
{
	bool known[WEAKNESSES] = { false };
	for (uint32_t i = 0; i < f->view.device_count; i++) {
		const rpv__view_device *d = &f->devices[i];
		bool has = false, exposed = false, left[RPV__VIEWS] = { false };
		if (!counted(f, lens, i))
			continue;
		for (uint32_t j = 0; j < d->variant_count; j++) {
			const rpv__view_variant *v = &f->variants[d->variants[j]];
			has |= v->recommendation == rec;
			for (uint32_t l = 0; v->recommendation == rec && l < v->weakness_count; l++) {
				unsigned bits = finding_bits(f, lens, rec, v->weaknesses[l], i);
				exposed = known[v->weaknesses[l]] = true;
				out->excepted_weakness_everywhere |= decided(f, lens, 0, v->weaknesses[l], i) != 0;
				for (unsigned k = 0; k < RPV__VIEWS; k++)
					left[k] |= left_in(bits, k);
			}
		}
		for (uint32_t j = 0; j < d->state_count; j++)
			if (d->states[j].recommendation == rec) {
				has |= d->states[j].state != RPV_CONFIGURATION_NOT_APPLICABLE;
				exposed |= d->states[j].state == RPV_CONFIGURATION_EXPOSED;
				for (unsigned k = 0; k < RPV__VIEWS; k++)
					left[k] |= exposed && left_in(decided(f, lens, rec, 0, i), k);
			}
		out->assessed += has;
		out->exposed += exposed;
		out->exposed_after += left[RPV__OFFICIAL];
		out->covered += exposed && !left[RPV__MITIGATION_LIKE];
		out->alert |= exposed && d->flags & RPV__DEVICE_ALERT;
	}
	for (uint32_t w = 1; w < WEAKNESSES; w++)
		if (known[w]) {
			const rpv__threat *t = &f->threats[w];
			out->weaknesses++;
			out->severity = t->severity > out->severity ? t->severity : out->severity;
			out->exploit = t->exploit > out->exploit ? t->exploit : out->exploit;
			out->known_exploited |= (t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0;
			out->alert |= (t->flags & RPV__THREAT_ALERT) != 0;
		}
}

static int64_t alone(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness)
{
	rpv__sums sums = { { 0 }, { { 0, 0 } } };
	for (uint32_t i = 0; i < f->view.device_count; i++)
		if (counted(f, lens, i))
			rpv__sums_add(&sums, f->devices[i].value, exposure_of(f, lens, i, RPV__NO_IMPACT, 0, rec, weakness));
	return rpv__exposure_score(model, &sums);
}

static void assert_figures(const fleet *f, const rpv__lens *lens, uint32_t rec, const rpv__figures *got)
{
	rpv__figures e = { 0 };
	naive now, gone;
	if (!f->recommendations[rec].exists) {
		assert_memory_equal(&e, got, sizeof e);
		return;
	}
	recount(f, lens, rec, &e);
	recompute(f, lens, 0, &now);
	recompute(f, lens, rec, &gone);
	assert_int_equal(e.assessed, got->assessed);
	assert_int_equal(e.exposed, got->exposed);
	assert_int_equal(e.exposed_after, got->exposed_after);
	assert_int_equal(e.covered, got->covered);
	assert_int_equal(e.weaknesses, got->weaknesses);
	assert_int_equal(e.severity, got->severity);
	assert_int_equal(e.exploit, got->exploit);
	assert_int_equal(e.known_exploited, got->known_exploited);
	assert_int_equal(e.alert, got->alert);
	assert_int_equal(e.excepted_weakness_everywhere, got->excepted_weakness_everywhere);
	assert_true(alone(f, lens, rec, 0) == got->standalone);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		assert_true(now.scores.exposure[k] - gone.scores.exposure[k] == got->impact[k]);
		uint32_t points = f->recommendations[rec].points;
		assert_true((int64_t)(rpv__secure_units(points, gone.compliant[k][rec], now.applicable[rec]) -
		                      rpv__secure_units(points, now.compliant[k][rec], now.applicable[rec])) ==
		            got->secure_impact[k]);
	}
}

/* --- tests: against the recomputation --- */
static void test_evaluation_when_fleet_is_random_then_equal_to_recomputation(void **state)
{
	(void)state;
	static fleet f;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		test_random r = { seed * 7919 };
		uint8_t groups[GROUPS];
		naive expected;
		random_fleet(&f, seed);
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
				uint8_t alone_in[GROUPS] = { 0 };
				rpv__figures e = { 0 };
				bool covered;
				fleet one = f; /* with this device only */
				for (uint32_t other = 1; other < DEVICES; other++)
					if (other != d)
						one.devices[other].flags |= RPV__DEVICE_REMOVED;
				one.devices[d].flags &= (uint8_t)~(RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED);
				one.devices[d].last_seen_ms = NOW;
				(void)alone_in;
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
				for (uint32_t i = 0; counted(&f, &lens, d) && i < f.devices[d].variant_count; i++) {
					const rpv__view_variant *v = &f.variants[f.devices[d].variants[i]];
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
			assert_true(alone(&f, &bare, 0, w) == got.standalone);
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

/* --- tests: by hand --- */
/* Two devices in group 1, one in group 2, each with one weakness of recommendation 1. */
typedef struct trio { fleet f; uint32_t rec, weakness, variant, a, b, c; } trio;

static void open_trio(trio *t)
{
	open_fleet(&t->f);
	t->weakness = add_weakness(&t->f, RPV_SEVERITY_HIGH, 300000000);
	t->rec = add_recommendation(&t->f, RPV_KIND_UPDATE, 0);
	t->variant = add_variant(&t->f, t->rec, &t->weakness, 1);
	t->a = add_device(&t->f, 1, RPV__VALUE_NORMAL, 0);
	t->b = add_device(&t->f, 1, RPV__VALUE_NORMAL, 0);
	t->c = add_device(&t->f, 2, RPV__VALUE_NORMAL, 0);
	give(&t->f, t->a, t->variant);
	give(&t->f, t->b, t->variant);
	give(&t->f, t->c, t->variant);
}

static void assert_points(double expected, int64_t units)
{
	double difference = expected - rpv__score_to_double(units);
	if (difference < -1e-9 || difference > 1e-9)
		print_error("expected %.12f, got %.12f\n", expected, rpv__score_to_double(units));
	assert_true(difference >= -1e-9 && difference <= 1e-9);
}

static void assert_three(trio *t, double no_impact, double official, double best)
{
	change(&t->f);
	rpv__scores s = scores_of(&t->f, &everything);
	assert_points(no_impact, s.exposure[RPV__NO_IMPACT]);
	assert_points(official, s.exposure[RPV__OFFICIAL]);
	assert_points(best, s.exposure[RPV__MITIGATION_LIKE]);
}

static void test_views_when_kinds_of_exception_differ_then_as_their_impact_says(void **state)
{
	(void)state;
	static trio t;
	const uint32_t one[] = { 1 }, two[] = { 2 };
	open_trio(&t); /* q = 0.3 x 0.8 x 0.1 */
	assert_three(&t, 2.4, 2.4, 2.4);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, one, 1, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, 2.4, 0.8, 0.8);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, two, 1, RPV_IMPACT_HYBRID);
	assert_three(&t, 2.4, 0.8, 0);
	change(&t.f);
}

static void test_widths_when_they_meet_then_global_suspends_and_group_decides(void **state)
{
	(void)state;
	static trio t;
	const uint32_t one[] = { 1 }, devices[] = { 1, 3 };
	open_trio(&t);
	uint64_t on_devices = cover(&t.f, t.rec, 0, RPV_SCOPE_DEVICES, devices, 2, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, 2.4, 0.8, 0.8);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GROUPS, one, 1, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, 2.4, 1.6, 0); /* in group 1 its own decides: no impact */
	uint64_t global = cover(&t.f, t.rec, 0, RPV_SCOPE_GLOBAL, one, 0, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, 2.4, 2.4, 0); /* suspends both: the official score gets worse */
	rpv_worth worth;
	assert_ok(rpv__evaluate_worth(&t.f.view, &everything, cover_of(&t.f, global), &worth, NULL));
	assert_true(worth.exposure < 0 && worth.exposure_mitigation_like == 0);
	assert_ok(rpv__evaluate_worth(&t.f.view, &everything, cover_of(&t.f, on_devices), &worth, NULL));
	assert_true(worth.exposure == 0); /* suspended */
	change(&t.f);
}

static void test_subjects_when_they_meet_then_union(void **state)
{
	(void)state;
	static trio t;
	uint32_t both[2];
	open_trio(&t);
	both[0] = t.weakness;
	both[1] = add_weakness(&t.f, RPV_SEVERITY_CRITICAL, 100000000); /* q = 0.01 */
	t.variant = add_variant(&t.f, t.rec, both, 2);
	t.f.rows[t.a][0] = t.f.rows[t.b][0] = t.f.rows[t.c][0] = t.variant;
	double all = 100 * (1 - (1 - 0.024) * (1 - 0.01));
	assert_three(&t, all, all, all);
	cover(&t.f, t.rec, 0, RPV_SCOPE_GLOBAL, both, 0, RPV_IMPACT_NO_IMPACT);
	assert_three(&t, all, all, 0);
	cover(&t.f, t.rec, both[0], RPV_SCOPE_GLOBAL, both, 0, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, all, 1, 0); /* a single weakness counts officially, on top of the whole */
	cover(&t.f, 0, both[1], RPV_SCOPE_DEVICES, &t.c, 1, RPV_IMPACT_MITIGATION_LIKE);
	assert_three(&t, all, 2.0 / 3, 0);
	assert_true(figures_of(&t.f, &everything)[t.rec].excepted_weakness_everywhere);
	assert_int_equal(2, figures_of(&t.f, &everything)[t.rec].exposed_after);
	change(&t.f);
}

static void test_high_value_when_more_than_ten_devices_then_weighs_a_tenth_of_them(void **state)
{
	(void)state;
	static trio t;
	open_trio(&t);
	for (int i = 0; i < 16; i++)
		add_device(&t.f, 1, RPV__VALUE_NORMAL, 0);
	t.f.rows[t.b][0] = t.f.rows[t.c][0] = add_variant(&t.f, t.rec, &t.weakness, 0);
	t.f.devices[t.a].value = RPV__VALUE_HIGH; /* the only one with a finding, N = 19 */
	assert_three(&t, 2.4 * 1.9 / (18 + 1.9), 2.4 * 1.9 / (18 + 1.9), 2.4 * 1.9 / (18 + 1.9));
	change(&t.f);
}

static void test_device_when_sums_pass_all_bounds_then_impacts_are_still_exact(void **state)
{
	(void)state;
	static fleet f;
	naive expected;
	open_fleet(&f);
	uint32_t set[SET];
	static uint32_t many[WEAKNESSES][400];
	for (int i = 0; i < WEAKNESSES - 1; i++)
		add_weakness(&f, RPV_SEVERITY_CRITICAL, 990000000);
	uint32_t device = add_device(&f, 1, RPV__VALUE_NORMAL, RPV__DEVICE_INTERNET | RPV__DEVICE_ALERT);
	add_device(&f, 1, RPV__VALUE_LOW, 0);
	for (uint32_t v = 1; v <= ROW; v++) { /* each more than 48 bits by itself; the same weakness over and over */
		add_variant(&f, add_recommendation(&f, RPV_KIND_UPDATE, 0), set, 0);
		for (uint32_t j = 0; j < 400; j++)
			many[v][j] = 1 + j % (WEAKNESSES - 1);
		f.variants[v].weaknesses = many[v];
		f.variants[v].weakness_count = 400;
		give(&f, device, v);
		recompute(&f, &everything, 0, &expected);
		change(&f);
		rpv__scores got = scores_of(&f, &everything);
		assert_scores(&expected.scores, &got);
		const rpv__figures *figures = figures_of(&f, &everything);
		for (uint32_t rec = 1; rec <= v; rec++) {
			naive gone;
			recompute(&f, &everything, rec, &gone);
			assert_true(expected.scores.exposure[0] - gone.scores.exposure[0] == figures[rec].impact[0]);
			assert_true(v > 1 || figures[rec].impact[0] > 0);
		}
	}
	change(&f);
}

static void test_clock_when_nothing_else_moves_then_valid_until_says_when(void **state)
{
	(void)state;
	static trio t;
	rpv__lens lens = everything;
	open_trio(&t);
	assert_true(scores_of(&t.f, &lens).valid_until_ms == NOW + 30 * DAY);
	uint64_t id = cover(&t.f, t.rec, 0, RPV_SCOPE_DEVICES, &t.c, 1, RPV_IMPACT_MITIGATION_LIKE);
	change(&t.f);
	rpv__scores before = scores_of(&t.f, &lens);
	assert_true(before.valid_until_ms == cover_of(&t.f, id)->end_ms);
	uint8_t others[GROUPS] = { 0, 1 };
	rpv__lens limited = { .now_ms = NOW, .groups = others, .group_count = GROUPS };
	assert_true(scores_of(&t.f, &limited).valid_until_ms == NOW + 30 * DAY); /* not its business */
	lens.now_ms = before.valid_until_ms - 1;
	rpv__scores last = scores_of(&t.f, &lens);
	assert_scores(&before, &last);
	lens.now_ms++;
	rpv__scores after = scores_of(&t.f, &lens);
	assert_true(after.exposure[RPV__OFFICIAL] > before.exposure[RPV__OFFICIAL]);
	assert_true(after.valid_until_ms == NOW + 30 * DAY);
	lens.now_ms = after.valid_until_ms;
	rpv__scores silent = scores_of(&t.f, &lens);
	assert_int_equal(0, silent.devices);
	assert_true(silent.valid_until_ms == INT64_MAX);
	lens.now_ms = NOW; /* and back */
	rpv__scores again = scores_of(&t.f, &lens);
	assert_scores(&before, &again);
	change(&t.f);
}

/* --- tests: monotone (more findings, likelier ones, more exceptions) --- */
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

/* --- tests: memory --- */
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
		cmocka_unit_test(test_evaluation_when_fleet_is_random_then_equal_to_recomputation),
		cmocka_unit_test(test_evaluation_when_devices_are_split_then_merged_parts_equal_the_whole),
		cmocka_unit_test(test_devices_when_asked_one_by_one_then_equal_to_recomputation),
		cmocka_unit_test(test_weaknesses_when_asked_one_by_one_then_equal_to_recomputation),
		cmocka_unit_test(test_worth_when_fleet_is_random_then_score_after_canceling_less_score_now),
		cmocka_unit_test(test_draft_when_given_then_as_if_it_were_in_effect),
		cmocka_unit_test(test_views_when_kinds_of_exception_differ_then_as_their_impact_says),
		cmocka_unit_test(test_widths_when_they_meet_then_global_suspends_and_group_decides),
		cmocka_unit_test(test_subjects_when_they_meet_then_union),
		cmocka_unit_test(test_high_value_when_more_than_ten_devices_then_weighs_a_tenth_of_them),
		cmocka_unit_test(test_device_when_sums_pass_all_bounds_then_impacts_are_still_exact),
		cmocka_unit_test(test_clock_when_nothing_else_moves_then_valid_until_says_when),
		cmocka_unit_test(test_scores_when_something_is_added_then_they_move_one_way),
		cmocka_unit_test(test_evaluation_when_memory_fails_then_says_so_and_works_afterwards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
