/* SPDX-License-Identifier: MIT */
/* Scores, and the figures of every recommendation, from the sums of an evaluation. */
#include "evaluation.h"

void rpv__evaluation_scores(const struct rpv__evaluation *e, rpv_category category, rpv__scores *out)
{
	const rpv__exposure_model *model = &rpv__exposure_model_default;
	rpv__secure secure[RPV__VIEWS] = { { 0, 0 } };
	const uint64_t *n = e->total[0].n;
	memset(out, 0, sizeof *out);
	out->devices = n[RPV__VALUE_LOW] + n[RPV__VALUE_NORMAL] + n[RPV__VALUE_HIGH];
	for (size_t r = 1; r < e->view->recommendation_count; r++) {
		const rpv__view_recommendation *rec = &e->view->recommendations[r];
		const rpv__state_sums *s = &e->states[r];
		if (s->applicable == 0 || (category != RPV_CATEGORY_UNCHANGED && rec->category != category))
			continue;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			rpv__secure_add(&secure[k], rec->points, s->compliant[k], s->applicable);
	}
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		out->exposure[k] = rpv__exposure_score(model, &e->total[k]);
		out->secure_points[k] = secure[k].points;
	}
	out->secure_max = secure[0].max_points;
	out->valid_until_ms = e->silent_ms < e->covers.told_ms ? e->silent_ms : e->covers.told_ms;
}

/* Adds the devices of a variant to the figures of its recommendation; says whether there are any. */
static bool add_variant(const struct rpv__evaluation *e, uint32_t variant, rpv__figures *f, rpv__wide alone[RPV__VALUES])
{
	const rpv__exposure_model *model = &rpv__exposure_model_default;
	uint64_t devices = 0, w = e->rows[variant].w[RPV__NO_IMPACT];
	for (unsigned c = 0; c < RPV__CLASSES; c++) {
		uint32_t n = e->counts[variant][c];
		if (n == 0)
			continue;
		devices += n;
		if (e->view->variants[variant].weakness_count && c >= 6)
			f->alert = true;
		uint64_t p = rpv__exposure(rpv__l_times(w, rpv__multiplier(model, c / 3 & 1, c >= 6)));
		alone[c % 3] = rpv__wide_add(alone[c % 3], rpv__mul64(p, n));
	}
	f->assessed += devices;
	return devices != 0;
}

/* Adds what is known of the weaknesses of a variant. `seen` holds the recommendation that last saw a weakness. */
static void add_weaknesses(const struct rpv__evaluation *e, const rpv__view_variant *v, uint32_t *seen, rpv__figures *f)
{
	for (uint32_t i = 0; i < v->weakness_count; i++) {
		uint32_t weakness = v->weaknesses[i];
		const rpv__threat *t = &e->view->threats[weakness];
		if (seen[weakness] == v->recommendation)
			continue;
		seen[weakness] = v->recommendation;
		f->weaknesses++;
		f->severity = t->severity > f->severity ? t->severity : f->severity;
		f->exploit = t->exploit > f->exploit ? t->exploit : f->exploit;
		f->known_exploited |= (t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0;
		f->alert |= (t->flags & RPV__THREAT_ALERT) != 0;
	}
}

static void work_out(const struct rpv__evaluation *e, uint32_t r, uint32_t *seen, rpv__figures *f)
{
	const rpv__exposure_model *model = &rpv__exposure_model_default;
	const rpv__carried *i = &e->carried[r];
	const rpv__state_sums *s = &e->states[r];
	uint32_t points = e->view->recommendations[r].points;
	rpv__wide alone[RPV__VALUES] = { { 0, 0 } };
	for (uint32_t j = e->rec_first[r]; j < e->rec_first[r + 1]; j++)
		if (add_variant(e, e->rec_variants[j], f, alone))
			add_weaknesses(e, &e->view->variants[e->rec_variants[j]], seen, f);
	f->assessed += s->installed + s->applicable;
	f->exposed = i->left[RPV__NO_IMPACT] + (s->applicable - s->compliant[RPV__NO_IMPACT]);
	f->exposed_after = i->left[RPV__OFFICIAL] + (s->applicable - s->compliant[RPV__OFFICIAL]);
	f->covered = f->exposed - i->left[RPV__MITIGATION_LIKE] - (s->applicable - s->compliant[RPV__MITIGATION_LIKE]);
	f->alert |= s->exposed_alert != 0;
	f->excepted_weakness_everywhere = i->everywhere != 0;
	f->standalone = rpv__exposure_over(model, alone, e->total[0].n);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		f->impact[k] = rpv__exposure_impact(model, &e->total[k], i->x[k]);
		f->secure_impact[k] = (int64_t)rpv__secure_impact(points, s->compliant[k], s->applicable);
	}
}

rpv_status rpv__evaluation_figures(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	uint32_t *seen = rpv__new(&e->alloc, (view->threat_count + 1) * sizeof *seen);
	e->worked_out = rpv__arena_get(&e->arena, (view->recommendation_count + 1) * sizeof *e->worked_out);
	if (seen && e->worked_out)
		for (size_t r = 1; r < view->recommendation_count; r++)
			if (view->recommendations[r].exists)
				work_out(e, (uint32_t)r, seen, &e->worked_out[r]);
	rpv_status status = seen && e->worked_out ? RPV_OK : RPV_E_NOMEM;
	rpv__free(&e->alloc, seen);
	return status;
}
