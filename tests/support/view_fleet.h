/* SPDX-License-Identifier: MIT */
/* Views built by hand or by chance, and their evaluation from scratch: finding by finding, exception by exception. */
#ifndef TEST_VIEW_FLEET_H
#define TEST_VIEW_FLEET_H

#include "test.h"

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
	struct { rpv__view_row row; union { uint32_t wide[ROW]; uint16_t narrow[ROW]; } numbers; } rows[DEVICES];
	uint32_t sets[VARIANTS][SET], scopes[COVERS][SCOPE];
	rpv__state states[DEVICES][CONFIGURATIONS];
} fleet;

/* What recomputing goes by. */
static const rpv__exposure_model *model = &rpv__exposure_model_default;

/* --- fleets --- */
static inline void open_fleet(fleet *f)
{
	memset(f, 0, sizeof *f);
	rpv__view *v = &f->view;
	v->policy = rpv__policy_default;
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
		f->devices[i] = (rpv__view_device){ .flags = RPV__DEVICE_REMOVED };
}

/* Forgets what was evaluated: the fleet changes. */
static inline void change(fleet *f)
{
	rpv__evaluation_free_all(&f->view);
	f->view.generation++;
}

static inline uint32_t add_device(fleet *f, uint32_t group, unsigned value, unsigned flags)
{
	uint32_t n = (uint32_t)f->view.device_count++;
	f->devices[n] = (rpv__view_device){ .group = group, .value = (uint8_t)value, .flags = (uint8_t)flags,
		.last_seen_ms = NOW, .row = &f->rows[n].row, .states = f->states[n] };
	return n;
}

static inline uint32_t add_weakness(fleet *f, rpv_severity severity, uint32_t epss)
{
	uint32_t n = (uint32_t)f->view.threat_count++;
	f->threats[n] = (rpv__threat){ epss, (uint8_t)severity, RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
	return n;
}

static inline uint32_t add_recommendation(fleet *f, rpv_kind kind, uint32_t points)
{
	uint32_t n = (uint32_t)f->view.recommendation_count++;
	f->recommendations[n] = (rpv__view_recommendation){ true, kind, RPV_CATEGORY_APPLICATION, points };
	return n;
}

static inline uint32_t add_variant(fleet *f, uint32_t recommendation, const uint32_t *weaknesses, uint32_t count)
{
	uint32_t n = (uint32_t)f->view.variant_count++;
	memcpy(f->sets[n], weaknesses, count * sizeof *weaknesses);
	f->variants[n] = (rpv__view_variant){ recommendation, f->sets[n], count, NULL, 0 };
	return n;
}

static inline void give(fleet *f, uint32_t device, uint32_t variant)
{
	rpv__view_row *row = f->devices[device].row;
	if (row != &f->rows[device].row) /* it had that of another one: now a copy */
		memcpy(&f->rows[device], row, sizeof f->rows[device]);
	row = f->devices[device].row = &f->rows[device].row;
	if (row->count == 0)
		row->wide = device % 3 == 0;
	if (row->wide)
		f->rows[device].numbers.wide[row->count++] = variant;
	else
		f->rows[device].numbers.narrow[row->count++] = (uint16_t)variant;
}

/* Instead of all that it has. */
static inline void give_only(fleet *f, uint32_t device, uint32_t variant)
{
	f->devices[device].row->count = 0;
	give(f, device, variant);
}

static inline void give_state(fleet *f, uint32_t device, uint32_t recommendation, rpv_configuration_state state)
{
	f->states[device][f->devices[device].state_count++] = (rpv__state){ recommendation, state, false };
}

static inline void sort_covers(fleet *f)
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
static inline uint64_t cover(fleet *f, uint32_t recommendation, uint32_t weakness, rpv_scope scope, const uint32_t *numbers,
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

static inline rpv__scores scores_of(fleet *f, const rpv__lens *lens)
{
	rpv__scores scores;
	assert_ok(rpv__evaluate_scores(&f->view, lens, &scores, NULL));
	return scores;
}

static inline const rpv__figures *figures_of(fleet *f, const rpv__lens *lens)
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

static inline bool excluded_by(const rpv__lens *lens, uint64_t exception)
{
	for (size_t i = 0; i < lens->without_count; i++)
		if (lens->withouts[i] == exception)
			return true;
	return exception == lens->without && exception != 0;
}

/* What the exceptions on one subject do to a device: the widest in effect decides. 0, 1: hidden, 3: removed as well. */
static inline unsigned decided(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness, uint32_t device)
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

static inline bool counted(const fleet *f, const rpv__lens *lens, uint32_t device)
{
	const rpv__view_device *d = &f->devices[device];
	return !(d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)) && lens->now_ms < d->last_seen_ms + 30 * DAY &&
	       (!lens->groups || lens->groups[d->group]);
}

static inline bool left_in(unsigned bits, unsigned view)
{
	return view == RPV__NO_IMPACT || !(bits & (view == RPV__OFFICIAL ? 2u : 1u));
}

/* The bits of one finding, all subjects united. */
static inline unsigned finding_bits(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness, uint32_t device)
{
	return decided(f, lens, rec, 0, device) | decided(f, lens, rec, weakness, device) |
	       decided(f, lens, 0, weakness, device);
}

static inline uint64_t hazard_of(const fleet *f, uint32_t weakness)
{
	const rpv__threat *t = &f->threats[weakness];
	rpv__likelihood_facts facts = { t->epss, (rpv_severity)t->severity, (rpv_exploit)t->exploit,
		                            t->flags & RPV__THREAT_KNOWN_EXPLOITED, t->flags & RPV__THREAT_ALERT };
	return rpv__hazard(model, rpv__likelihood(model, &facts), facts.severity);
}

/* P of a device in a view, apart from a recommendation (0: none), or of a recommendation or weakness alone. */
static inline uint64_t exposure_of(const fleet *f, const rpv__lens *lens, uint32_t device, unsigned view, uint32_t gone,
                            uint32_t only_rec, uint32_t only_weakness)
{
	const rpv__view_device *d = &f->devices[device];
	uint64_t sum = 0;
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++) {
		const rpv__view_variant *v = &f->variants[rpv__device_variant(d, i)];
		if (!f->recommendations[v->recommendation].exists || v->recommendation == gone ||
		    (only_rec && v->recommendation != only_rec))
			continue;
		for (uint32_t j = 0; j < v->weakness_count; j++)
			if ((!only_weakness || v->weaknesses[j] == only_weakness) &&
			    left_in(finding_bits(f, lens, v->recommendation, v->weaknesses[j], device), view))
				sum += hazard_of(f, v->weaknesses[j]);
	}
	uint32_t m = rpv__multiplier(model, d->flags & RPV__DEVICE_INTERNET, d->flags & RPV__DEVICE_ALERT);
	return sum >= 41 * RPV__BIT ? RPV__SURVIVAL_ONE : rpv__exposure(sum * m);
}

/* Scores with the findings of one recommendation gone (0: none). */
static inline void recompute(const fleet *f, const rpv__lens *lens, uint32_t gone, naive *out)
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

static inline void assert_scores(const rpv__scores *expected, const rpv__scores *got)
{
	assert_int_equal(expected->devices, got->devices);
	assert_int_equal(expected->secure_max, got->secure_max);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		assert_true(expected->exposure[k] == got->exposure[k]);
		assert_true(expected->secure_points[k] == got->secure_points[k]);
	}
}

/* --- random fleets --- */
static inline uint32_t below(test_random *r, uint64_t bound)
{
	return (uint32_t)test_random_below(r, bound);
}

static inline void random_facts(fleet *f, test_random *r)
{
	for (int i = 1; i < WEAKNESSES; i++) {
		uint32_t epss = below(r, 3) ? below(r, 1000000000) : RPV__EPSS_UNKNOWN;
		uint32_t n = add_weakness(f, (rpv_severity)(1 + below(r, 5)), epss);
		f->threats[n].exploit = (uint8_t)(1 + below(r, 4));
		f->threats[n].flags |= below(r, 5) ? 0 : RPV__THREAT_KNOWN_EXPLOITED;
		f->threats[n].flags |= below(r, 7) ? 0 : RPV__THREAT_ALERT;
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
static inline void random_row(fleet *f, test_random *r, uint32_t device)
{
	bool has[RECOMMENDATIONS] = { false };
	f->devices[device].row = &f->rows[device].row;
	f->devices[device].row->count = f->devices[device].state_count = 0;
	for (uint32_t v = 1; v < VARIANTS && f->devices[device].row->count < ROW; v++)
		if (!has[f->variants[v].recommendation] && below(r, 3) == 0) {
			has[f->variants[v].recommendation] = true;
			give(f, device, v);
		}
	for (uint32_t c = RECOMMENDATIONS - CONFIGURATIONS; c < RECOMMENDATIONS; c++)
		if (below(r, 4))
			give_state(f, device, c, (rpv_configuration_state)(1 + below(r, 3)));
}

/* Gives a device the row of another one. */
static inline void share_row(fleet *f, uint32_t device, uint32_t other)
{
	rpv__view_row *row = f->devices[other].row;
	f->devices[device].row = row;
	row->devices = row->devices ? row->devices + 1 : 2;
	f->view.rows.devices = DEVICES;
	f->view.rows.count = DEVICES / 2;
}

static inline void random_cover(fleet *f, test_random *r)
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
static inline void drop_conflicts(fleet *f)
{
	for (size_t i = 0; i < f->view.cover_count; i++)
		for (size_t j = 0; j < i; j++)
			if (f->covers[j].ending == RPV__NOT_ENDED && rpv__exception_conflict(&f->covers[j], &f->covers[i]))
				f->covers[i].ending = RPV__ENDED_REJECTED;
}

static inline void random_fleet(fleet *f, uint64_t seed)
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
		if (d > 1 && below(&r, 4) == 0)
			share_row(f, d, 1 + below(&r, d - 1));
	}
	for (int i = below(&r, 4) ? COVERS : 2; i > 0; i--)
		random_cover(f, &r);
	drop_conflicts(f);
}

static inline rpv__lens random_lens(test_random *r, uint8_t groups[GROUPS])
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
static inline void recount(const fleet *f, const rpv__lens *lens, uint32_t rec, rpv__figures *out)
{
	bool known[WEAKNESSES] = { false };
	for (uint32_t i = 0; i < f->view.device_count; i++) {
		const rpv__view_device *d = &f->devices[i];
		bool has = false, exposed = false, left[RPV__VIEWS] = { false };
		if (!counted(f, lens, i))
			continue;
		for (uint32_t j = 0; j < rpv__device_variant_count(d); j++) {
			const rpv__view_variant *v = &f->variants[rpv__device_variant(d, j)];
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

static inline int64_t alone_in(const fleet *f, const rpv__lens *lens, unsigned view, uint32_t rec, uint32_t weakness)
{
	rpv__sums sums = { { 0 }, { { 0, 0 } } };
	for (uint32_t i = 0; i < f->view.device_count; i++)
		if (counted(f, lens, i))
			rpv__sums_add(&sums, f->devices[i].value, exposure_of(f, lens, i, view, 0, rec, weakness));
	return rpv__exposure_score(model, &sums);
}

static inline int64_t alone(const fleet *f, const rpv__lens *lens, uint32_t rec, uint32_t weakness)
{
	return alone_in(f, lens, RPV__NO_IMPACT, rec, weakness);
}

static inline void assert_figures(const fleet *f, const rpv__lens *lens, uint32_t rec, const rpv__figures *got)
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

#endif
