/* SPDX-License-Identifier: MIT */
/* Weaknesses and recommendations that findings speak of: gathered by the first pass, written before any device. */
#include "findings.h"
#include <stdlib.h>
#include <string.h>

/* Of several records the newest counts; of one time (or none) the highest, so that their order does not matter. */
rpv_status rpv__io_note_weakness(rpv__io_findings *f, const rpv__io_finding_record *p)
{
	rpv__io_weakness_row *rows, *row;
	uint32_t n;
	rpv_status st = rpv__io_name(&f->weaknesses, p->weakness, &n, f->import->error);
	if (st != RPV_OK)
		return st;
	rows = rpv__io_rows(f->weakness_rows, &f->weakness_cap, n, sizeof(*row));
	if (rows == NULL)
		return rpv__io_nomem(f->import->error);
	f->weakness_rows = rows;
	row = &rows[n];
	if (p->event_ms > row->event_ms)
		*row = (rpv__io_weakness_row){ .event_ms = p->event_ms, .fix = row->fix };
	if (p->event_ms == row->event_ms) {
		row->severity = p->severity > row->severity ? (uint8_t)p->severity : row->severity;
		row->exploit = p->exploit > row->exploit ? (uint8_t)p->exploit : row->exploit;
	}
	row->fix = p->fix_available > row->fix ? (uint8_t)p->fix_available : row->fix;
	return RPV_OK;
}

static rpv_status set_once(rpv__io_findings *f, char **to, const char *from)
{
	if (*to == NULL && from != NULL && (*to = strdup(from)) == NULL)
		return rpv__io_nomem(f->import->error);
	return RPV_OK;
}

rpv_status rpv__io_note_recommendation(rpv__io_findings *f, const rpv__io_finding_record *p)
{
	rpv__io_recommendation_row *rows, *row;
	uint32_t n;
	rpv_status st = rpv__io_name(&f->recommendations, p->recommendation, &n, f->import->error);
	if (st != RPV_OK)
		return st;
	rows = rpv__io_rows(f->recommendation_rows, &f->recommendation_cap, n, sizeof(*row));
	if (rows == NULL)
		return rpv__io_nomem(f->import->error);
	f->recommendation_rows = rows;
	row = &rows[n];
	row->configuration = f->configurations;
	row->support |= p->support;
	row->points = p->points > row->points ? p->points : row->points;
	row->category = p->category != RPV_CATEGORY_UNCHANGED ? p->category : row->category;
	st = set_once(f, &row->vendor, p->vendor);
	if (st == RPV_OK)
		st = set_once(f, &row->product, p->product);
	if (st == RPV_OK)
		st = set_once(f, &row->title, p->title);
	return st == RPV_OK ? set_once(f, &row->subcategory, p->subcategory) : st;
}

/* A row of a table. */
struct row_unit { rpv__io_unit unit; rpv__io_findings *of; uint32_t n; };

static void row_free(rpv__io_unit *unit)
{
	free(unit);
}

static rpv_status fill_weakness(rpv__io_unit *unit, rpv__io_writer *w)
{
	struct row_unit *u = (struct row_unit *)unit;
	const rpv__io_weakness_row *row = &u->of->weakness_rows[u->n];
	rpv_weakness_facts facts = { .id = u->of->weaknesses.text[u->n], .severity = (rpv_severity)row->severity,
	                             .exploit = (rpv_exploit)row->exploit, .fix_available = (rpv_flag)row->fix };
	return rpv__io_added(w, rpv_batch_weakness(w->batch, &facts), &unit->where);
}

static const char *const support_tags[] = { "EOS software", "EOS version", "upcoming EOS software", "upcoming EOS version" };

/* Tags of the recommendation that are not about the end of support, and those of the input. */
static rpv_status tags(struct row_unit *u, rpv__io_writer *w, rpv_recommendation_facts *facts)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	const char **all;
	rpv_list *list = NULL;
	const rpv_recommendation *known;
	size_t n = 0, known_count;
	rpv_status st;
	query.id = facts->id;
	st = rpv_recommendation_list(w->session, &query, &list);
	known = st == RPV_OK ? rpv_recommendation_at(list, 0) : NULL;
	known_count = known != NULL ? known->tag_count : 0;
	all = malloc((known_count + 4) * sizeof(*all));
	if (all == NULL)
		st = rpv__io_nomem(w->error);
	else if (st != RPV_OK && st != RPV_E_NOT_FOUND)
		rpv__io_fail_core(w->error, w->session);
	else
		st = RPV_OK;
	for (size_t i = 0; i < known_count && st == RPV_OK; i++) {
		bool support = false;
		for (size_t k = 0; k < 4; k++)
			support = support || strcmp(known->tags[i], support_tags[k]) == 0;
		if (!support)
			all[n++] = known->tags[i];
	}
	for (size_t k = 0; k < 4 && st == RPV_OK; k++)
		if (u->of->recommendation_rows[u->n].support >> k & 1)
			all[n++] = support_tags[k];
	facts->tags = all;
	facts->tag_count = n;
	facts->given |= RPV_RECOMMENDATION_TAGS;
	if (st == RPV_OK)
		st = rpv__io_added(w, rpv_batch_recommendation(w->batch, facts), &u->unit.where);
	free(all);
	rpv_list_free(list);
	return st;
}

static rpv_status fill_recommendation(rpv__io_unit *unit, rpv__io_writer *w)
{
	struct row_unit *u = (struct row_unit *)unit;
	const rpv__io_recommendation_row *row = &u->of->recommendation_rows[u->n];
	rpv_recommendation_facts facts = { .id = u->of->recommendations.text[u->n], .vendor = row->vendor,
	        .product = row->product, .title = row->title, .subcategory = row->subcategory, .category = row->category,
	        .kind = row->configuration ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UNCHANGED, .points = row->points };
	if (row->support != 0)
		return tags(u, w, &facts);
	return rpv__io_added(w, rpv_batch_recommendation(w->batch, &facts), &unit->where);
}

static rpv_status enqueue_rows(rpv__io_findings *f, uint32_t count, const rpv__io_unit_kind *kind)
{
	rpv_status st = RPV_OK;
	for (uint32_t i = 0; i < count && st == RPV_OK; i++) {
		struct row_unit *u = calloc(1, sizeof(*u));
		if (u == NULL)
			return rpv__io_nomem(f->import->error);
		u->unit.kind = kind;
		u->unit.where.source = f->import->sources[0].name;
		u->unit.weight = 1;
		u->of = f;
		u->n = i;
		st = rpv__io_enqueue(f->import, &u->unit, NULL, 0);
	}
	return st;
}

rpv_status rpv__io_enqueue_tables(rpv__io_findings *f)
{
	static const rpv__io_unit_kind weakness_kind = { fill_weakness, row_free };
	static const rpv__io_unit_kind recommendation_kind = { fill_recommendation, row_free };
	rpv_status st = enqueue_rows(f, f->weaknesses.count, &weakness_kind);
	return st == RPV_OK ? enqueue_rows(f, f->recommendations.count, &recommendation_kind) : st;
}
