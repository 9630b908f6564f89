/* SPDX-License-Identifier: MIT */
/* Scores, and the figures of every recommendation, from the sums of an evaluation. */
#include "evaluation.h"

void rpv__evaluation_scores(const struct rpv__evaluation *e, rpv_category category, rpv__scores *out)
{
	const rpv__exposure_model *model = e->model;
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

/* Adds the devices of a variant to what its recommendation contributes. */
static void add_variant(const struct rpv__evaluation *e, uint32_t variant, rpv__share *share)
{
	const rpv__variant_row *row = &e->rows[variant];
	for (unsigned c = 0; c < RPV__CLASSES; c++) {
		uint32_t n = e->counts[c][variant];
		if (n == 0)
			continue;
		share->assessed += n;
		share->left[RPV__NO_IMPACT] += row->left & 1u << RPV__NO_IMPACT ? n : 0; /* which no exception changes */
		uint64_t p = rpv__exposure(rpv__l_times(row->w[RPV__NO_IMPACT], e->multipliers[c / RPV__VALUES]));
		share->alone[c % 3] = rpv__wide_add(share->alone[c % 3], rpv__mul64(p, n));
	}
}

/* `out` is all 0. */
static void make_share(const struct rpv__evaluation *e, uint32_t r, rpv__share *out)
{
	const rpv__carried *c = &e->carried[r];
	const rpv__state_sums *s = &e->states[r];
	for (uint32_t j = e->rec_first[r]; j < e->rec_first[r + 1]; j++)
		add_variant(e, e->rec_variants[j], out);
	out->assessed += s->installed + (uint64_t)s->applicable;
	out->left[RPV__OFFICIAL] = c->left[RPV__OFFICIAL];
	out->left[RPV__MITIGATION_LIKE] = c->left[RPV__MITIGATION_LIKE];
	memcpy(out->x, c->x, sizeof out->x);
	out->applicable = s->applicable;
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		out->compliant[k] = s->compliant[k];
	if (s->applicable) {
		out->points = e->view->recommendations[r].points;
		out->category = e->view->recommendations[r].category;
	}
}

/* Adds what is known of the weaknesses of a variant and its devices. `seen` holds the recommendation that last saw a
 * weakness. */
static void add_weaknesses(const struct rpv__evaluation *e, uint32_t variant, uint32_t *seen, rpv__figures *f)
{
	const rpv__view_variant *v = &e->view->variants[variant];
	uint32_t devices = 0;
	for (unsigned c = 0; c < RPV__CLASSES; c++) {
		devices |= e->counts[c][variant];
		f->alert |= v->weakness_count && c >= 6 && e->counts[c][variant];
	}
	for (uint32_t i = 0; devices && i < v->weakness_count; i++) {
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
	rpv__share s = { 0 };
	rpv__gains gains;
	memset(f, 0, sizeof *f);
	make_share(e, r, &s);
	for (uint32_t j = e->rec_first[r]; j < e->rec_first[r + 1]; j++)
		add_weaknesses(e, e->rec_variants[j], seen, f);
	f->assessed = s.assessed;
	f->exposed = s.left[RPV__NO_IMPACT] + (s.applicable - s.compliant[RPV__NO_IMPACT]);
	f->exposed_after = s.left[RPV__OFFICIAL] + (s.applicable - s.compliant[RPV__OFFICIAL]);
	f->covered = f->exposed - s.left[RPV__MITIGATION_LIKE] - (s.applicable - s.compliant[RPV__MITIGATION_LIKE]);
	f->alert |= e->states[r].exposed_alert != 0;
	f->excepted_weakness_everywhere = e->carried[r].everywhere != 0;
	rpv__share_gains(e->model, e->total, &s, &gains);
	f->standalone = gains.standalone;
	memcpy(f->impact, gains.impact, sizeof f->impact);
	memcpy(f->secure_impact, gains.secure_impact, sizeof f->secure_impact);
}

rpv_status rpv__evaluation_figures(struct rpv__evaluation *e)
{
	const rpv__view *view = e->view;
	if (e->settled)
		return RPV_OK;
	uint32_t *seen = rpv__new(&e->alloc, (view->threat_count + 1) * sizeof *seen);
	if (!seen)
		return RPV_E_NOMEM;
	rpv__gains_carry(e);
	rpv__table_list(e);
	for (size_t r = 1; r < view->recommendation_count; r++)
		if (view->recommendations[r].exists)
			work_out(e, (uint32_t)r, seen, &e->worked_out[r]);
	rpv__free(&e->alloc, seen);
	e->settled = true;
	return RPV_OK;
}

rpv_status rpv__evaluate_shares(rpv__view *view, const rpv__lens *lens, rpv__arena *into, rpv__sums total[RPV__VIEWS],
                                int64_t *valid_until_ms, const rpv__share **shares, rpv_error *error)
{
	struct rpv__evaluation *e = NULL;
	rpv__scores scores;
	rpv_status status = rpv__evaluation_of(view, lens, true, &e, error);
	if (status)
		return status;
	rpv__share *all = rpv__arena_get(into, (view->recommendation_count + 1) * sizeof *all);
	if (!all)
		return rpv__fail_nomem(error);
	for (size_t r = 1; r < view->recommendation_count; r++)
		if (view->recommendations[r].exists)
			make_share(e, (uint32_t)r, &all[r]);
	rpv__evaluation_scores(e, RPV_CATEGORY_UNCHANGED, &scores);
	memcpy(total, e->total, sizeof e->total);
	*valid_until_ms = scores.valid_until_ms == INT64_MAX ? 0 : scores.valid_until_ms;
	*shares = all;
	return RPV_OK;
}
