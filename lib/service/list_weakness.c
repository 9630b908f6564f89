/* SPDX-License-Identifier: MIT */
/* Listing weaknesses: facts, likelihood by the exposure model, and the devices that have them. */
#include "../model/cvss.h"
#include "../score/hazard.h"
#include "../score/units.h"
#include "lister.h"

enum { ON_A_DEVICE = 1, ON_ONE_OF_IT = 2 /* of the recommendation asked for */ };

typedef struct listing {
	rpv_weakness_query query;
	rpv__cursor after;
	uint32_t recommendation;        /* 0: none asked for */
	uint8_t *found;                 /* by weakness; NULL: not asked for */
	rpv__candidates candidates;
} listing;

/* --- which --- */
/* Notes what active devices in the lens have. */
static rpv_status find(rpv__lister *l, listing *s)
{
	const rpv__view *view = l->view;
	const uint32_t *const *counts;
	rpv_status status = rpv__evaluate_counts(l->view, &l->lens, &counts, l->error);
	if (status)
		return status;
	s->found = rpv__arena_get(&l->scratch, view->threat_count + 1);
	if (!s->found)
		return rpv__fail_nomem(l->error);
	for (size_t i = 1; i < view->variant_count; i++) {
		const rpv__view_variant *v = &view->variants[i];
		uint32_t any = 0;
		for (unsigned c = 0; c < RPV__CLASSES; c++)
			any |= counts[c][i];
		uint8_t bits = (uint8_t)(ON_A_DEVICE | (v->recommendation == s->recommendation ? ON_ONE_OF_IT : 0));
		for (uint32_t j = 0; any && view->recommendations[v->recommendation].exists && j < v->weakness_count; j++)
			s->found[v->weaknesses[j]] |= bits;
	}
	return RPV_OK;
}

static bool wanted(const rpv__lister *l, const listing *s, uint32_t number)
{
	const rpv_weakness_query *q = &s->query;
	if (number >= l->view->threat_count || !(l->view->threats[number].flags & RPV__THREAT_EXISTS))
		return false;
	const rpv__threat *t = &l->view->threats[number];
	if (t->severity < q->severity || t->exploit < q->exploit)
		return false;
	if (s->recommendation && !(s->found[number] & ON_ONE_OF_IT))
		return false;
	return q->exposed == RPV_FLAG_UNCHANGED ||
	       ((s->found[number] & ON_A_DEVICE) != 0) == (q->exposed == RPV_FLAG_TRUE);
}

static rpv_status consider(rpv__lister *l, void *user, uint32_t number, const char *id)
{
	listing *s = user;
	const rpv_weakness_query *q = &s->query;
	bool by_id = q->sort == RPV_WEAKNESS_BY_ID;
	rpv__weakness_figures figures = { 0, 0, { 0 } };
	rpv_status status = RPV_OK;
	if (!wanted(l, s, number) || (by_id && s->after.id && strcmp(id, s->after.id) == 0))
		return RPV_OK;
	if (!by_id)
		status = rpv__evaluate_weakness(l->view, &l->lens, number, &figures, l->error);
	int64_t key = q->sort == RPV_WEAKNESS_BY_DEVICES ? (int64_t)figures.exposed : figures.alone[RPV__NO_IMPACT];
	if (!status)
		status = rpv__candidates_add(l, &s->candidates, number, key, id);
	if (!status && by_id && q->limit && s->candidates.count > q->limit)
		return RPV_STOP; /* one more than asked for: there is another page */
	return status;
}

/* --- rows --- */
static double cvss_score(const rpv__texts *vectors)
{
	rpv__cvss_result best = { 0, { -1, -1 }, RPV_SEVERITY_UNKNOWN }, got;
	for (size_t i = 0; i < vectors->count; i++)
		if (rpv__cvss_score(vectors->items[i], &got) &&
		    (got.version > best.version || (got.version == best.version && got.tenths.base > best.tenths.base)))
			best = got;
	return best.version ? best.tenths.base / 10.0 : -1;
}

static void set_threat(rpv_weakness *row, const rpv__threat *t)
{
	rpv__likelihood_facts facts = { t->epss, (rpv_severity)t->severity, (rpv_exploit)t->exploit,
		                            t->flags & RPV__THREAT_KNOWN_EXPLOITED, t->flags & RPV__THREAT_ALERT };
	row->epss = t->epss == RPV__EPSS_UNKNOWN ? -1 : t->epss / (double)RPV__LIKELIHOOD_ONE;
	row->likelihood = rpv__likelihood(&rpv__exposure_model_default, &facts) / (double)RPV__LIKELIHOOD_ONE;
	row->severity = t->severity ? (rpv_severity)t->severity : RPV_SEVERITY_UNKNOWN;
	row->exploit = t->exploit ? (rpv_exploit)t->exploit : RPV_EXPLOIT_NONE;
	row->ransomware = (t->flags & RPV__THREAT_RANSOMWARE) != 0;
	row->zero_day = (t->flags & RPV__THREAT_ZERO_DAY) != 0;
	row->active_alert = (t->flags & RPV__THREAT_ALERT) != 0;
	row->known_exploited = (t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0;
	if (t->flags & RPV__THREAT_FIX_KNOWN)
		row->fix_available = t->flags & RPV__THREAT_FIX ? RPV_FLAG_TRUE : RPV_FLAG_FALSE;
}

static void set_texts(rpv_weakness *row, const rpv__weakness *w)
{
	row->id = w->id;
	row->title = w->title;
	row->epss_model = w->epss_model;
	row->cvss = w->cvss.items;
	row->cvss_count = w->cvss.count;
	row->aliases = w->aliases.items;
	row->alias_count = w->aliases.count;
	row->cvss_score = cvss_score(&w->cvss);
	row->known_exploited_ms = w->known_exploited_ms;
	row->published_ms = w->published_ms;
	row->updated_ms = w->updated_ms;
	row->severity_given = w->severity_given;
}

static rpv_status add_row(rpv__lister *l, void *user, const rpv__candidate *candidate)
{
	rpv__weakness record;
	rpv__weakness_figures figures;
	(void)user;
	rpv_status status = rpv__read_weakness(&l->source, candidate->number, &l->list->arena, &record, l->error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail(l->error, RPV_E_CORRUPT, "the weakness \"%s\" has no record", candidate->id);
	if (!status)
		status = rpv__evaluate_weakness(l->view, &l->lens, candidate->number, &figures, l->error);
	if (status)
		return status;
	rpv_weakness *row = rpv__list_add(l->list);
	if (!row)
		return rpv__fail_nomem(l->error);
	set_texts(row, &record);
	set_threat(row, &l->view->threats[candidate->number]);
	row->exposed_devices = figures.exposed;
	row->exposed_devices_after = figures.exposed_after;
	row->standalone_exposure = rpv__score_to_double(figures.alone[RPV__NO_IMPACT]);
	return RPV_OK;
}

/* --- the list --- */
static rpv_status fill(rpv__lister *l, void *user)
{
	listing *s = user;
	const rpv_weakness_query *q = &s->query;
	uint32_t number;
	rpv_status status = RPV_OK;
	memset(&s->candidates, 0, sizeof s->candidates);
	s->recommendation = 0;
	s->found = NULL;
	if (q->recommendation)
		status = rpv__lister_find(l, RPV__N_RECOMMENDATION, "recommendation", "recommendation", q->recommendation,
		                          &s->recommendation);
	if (!status && (q->recommendation || q->exposed != RPV_FLAG_UNCHANGED))
		status = find(l, s);
	if (!status && q->id) {
		status = rpv__lister_find(l, RPV__N_WEAKNESS, "id", "weakness", q->id, &number);
		if (!status)
			status = consider(l, s, number, q->id);
	} else if (!status) {
		status = rpv__lister_names(l, RPV__N_WEAKNESS, q->sort == RPV_WEAKNESS_BY_ID ? s->after.id : NULL, consider, s);
	}
	if (!status)
		status = rpv__candidates_arrange(l, &s->candidates, &s->after);
	return status ? status : rpv__candidates_fill(l, &s->candidates, q->limit, (int32_t)q->sort, add_row, s);
}

static rpv_status check(listing *s, rpv_error *error)
{
	const rpv_weakness_query *q = &s->query;
	const char *bad = NULL;
	if ((int)q->sort < RPV_WEAKNESS_BY_ID || (int)q->sort > RPV_WEAKNESS_BY_EXPOSURE)
		bad = "sort";
	else if ((int)q->severity < RPV_SEVERITY_UNCHANGED || (int)q->severity > RPV_SEVERITY_CRITICAL)
		bad = "severity";
	else if ((int)q->exploit < RPV_EXPLOIT_UNCHANGED || (int)q->exploit > RPV_EXPLOIT_KIT)
		bad = "exploit";
	else if ((int)q->exposed < RPV_FLAG_UNCHANGED || (int)q->exposed > RPV_FLAG_TRUE)
		bad = "exposed";
	if (bad)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, bad, "%s has no such value", bad);
	return rpv__cursor_read(q->after, (int32_t)q->sort, &s->after, error);
}

rpv_status rpv__weakness_list(rpv_session *session, const rpv_weakness_query *query, rpv_list **out)
{
	listing s = { .query = RPV_WEAKNESS_QUERY_INIT };
	rpv__lister l = { .noun = RPV__LIST_WEAKNESS, .row_size = sizeof(rpv_weakness), .fill = fill, .user = &s };
	rpv_status status = rpv__take_struct(query, sizeof s.query, &s.query, sizeof s.query, "weakness query",
	                                     &session->error);
	if (!status)
		status = check(&s, &session->error);
	return status ? status : rpv__lister_run(&l, session, out);
}
