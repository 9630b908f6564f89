/* SPDX-License-Identifier: MIT */
/* From what changed on a device (new, updated, fixed) to additions and fixes. Defender speaks of each installed version
 * by itself, the store of the product: a weakness counts as fixed when no version that is known to be there still has
 * it. */
#include "findings.h"
#include <stdlib.h>
#include <string.h>

static int compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* Within a recommendation by weakness and version, what counts last behind: newest event; of one time what is there
 * before what is gone (a device that changed its group is told of twice). */
static int by_event(const void *a, const void *b)
{
	const rpv__io_finding *x = a, *y = b;
	int order = compare(x->recommendation, y->recommendation);
	if (order == 0)
		order = compare(x->weakness, y->weakness);
	if (order == 0)
		order = compare(x->version, y->version);
	if (order == 0)
		order = compare(x->event_ms, y->event_ms);
	if (order == 0)
		order = compare(y->gone, x->gone);
	return order != 0 ? order : compare(x->order, y->order);
}

/* What counts of a weakness and version is the last of its run. */
static bool counts(const rpv__io_finding *items, size_t count, size_t i)
{
	return i + 1 == count || items[i + 1].weakness != items[i].weakness || items[i + 1].version != items[i].version;
}

/* What the store knows of the recommendation on the device, from the same source. */
struct known { bool there; char *text; const char **versions; size_t count; };

static rpv_status read_known(rpv__io_collected *c, const rpv_list *list, const char *recommendation, struct known *out,
                             rpv_import_error *error)
{
	const char *source = c->of->import->options.source;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_assessment *a = rpv_assessment_at(list, i);
		if (strcmp(a->recommendation, recommendation) != 0 || strcmp(a->source, source) != 0)
			continue;
		out->there = true;
		if (a->version == NULL)
			return RPV_OK;
		out->text = strdup(a->version);
		out->versions = malloc((strlen(a->version) / 2 + 1) * sizeof(*out->versions));
		if (out->text == NULL || out->versions == NULL)
			return rpv__io_nomem(error);
		for (char *at = out->text, *end; at != NULL; at = end) {
			end = strstr(at, ", ");
			if (end != NULL) {
				*end = '\0';
				end += 2;
			}
			out->versions[out->count++] = at;
		}
	}
	return RPV_OK;
}

static bool gone_with(rpv__io_findings *f, const rpv__io_finding *items, size_t count, uint32_t weakness, bool any,
                      const char *version)
{
	for (size_t i = 0; i < count; i++)
		if ((any || items[i].weakness == weakness) && counts(items, count, i) && items[i].gone &&
		    items[i].version != RPV__IO_NO_NAME && strcmp(f->texts.text[items[i].version], version) == 0)
			return true;
	return false;
}

static bool here(const rpv__io_finding *items, size_t count, uint32_t weakness, bool any)
{
	for (size_t i = 0; i < count; i++)
		if ((any || items[i].weakness == weakness) && counts(items, count, i) && !items[i].gone)
			return true;
	return false;
}

/* No version that is known to be there still has the weakness. */
static bool fixed(rpv__io_findings *f, const rpv__io_finding *items, size_t count, uint32_t weakness,
                  const struct known *known)
{
	if (here(items, count, weakness, false))
		return false;
	for (size_t i = 0; i < known->count; i++)
		if (!gone_with(f, items, count, weakness, false, known->versions[i]))
			return false;
	return true;
}

struct change {
	const char **add, **fix, **versions;
	size_t add_count, fix_count, version_count;
	bool remove;
	char *version;
};

/* Sorts the findings of a recommendation into what is there and what is gone. */
static rpv_status work_out(rpv__io_findings *f, const rpv__io_finding *items, size_t count, const struct known *known,
                           struct change *out, rpv_import_error *error)
{
	out->add = malloc((count * 3 + known->count) * sizeof(*out->add));
	if (out->add == NULL)
		return rpv__io_nomem(error);
	out->fix = out->add + count;
	out->versions = out->fix + count;
	for (size_t i = 0; i < count; i++) {
		uint32_t weakness = items[i].weakness;
		bool first = weakness != RPV__IO_NO_NAME && (i == 0 || weakness != items[i - 1].weakness);
		if (first && here(items, count, weakness, false))
			out->add[out->add_count++] = f->weaknesses.text[weakness];
		if (first && known->there && fixed(f, items, count, weakness, known))
			out->fix[out->fix_count++] = f->weaknesses.text[weakness];
		if (counts(items, count, i) && !items[i].gone && items[i].version != RPV__IO_NO_NAME)
			out->versions[out->version_count++] = f->texts.text[items[i].version];
	}
	for (size_t i = 0; i < known->count; i++)
		if (!gone_with(f, items, count, 0, true, known->versions[i]))
			out->versions[out->version_count++] = known->versions[i];
	out->remove = known->there && !here(items, count, 0, true) && out->version_count == 0 &&
	              items[count - 1].weakness == RPV__IO_NO_NAME;
	return rpv__io_join_versions(out->versions, out->version_count, &out->version, error);
}

static void seen(const rpv__io_finding *items, size_t count, rpv_assessment_facts *facts)
{
	for (size_t i = 0; i < count; i++) {
		if (!counts(items, count, i) || items[i].gone)
			continue;
		if (items[i].first_ms != 0 && (facts->first_seen_ms == 0 || items[i].first_ms < facts->first_seen_ms))
			facts->first_seen_ms = items[i].first_ms;
		if (items[i].last_ms > facts->last_seen_ms)
			facts->last_seen_ms = items[i].last_ms;
	}
}

static rpv_status apply(rpv__io_collected *c, const rpv__io_finding *items, size_t count, const struct change *change,
                        rpv__io_writer *w)
{
	rpv_assessment_facts facts = { .device = c->device,
	        .recommendation = c->of->recommendations.text[items->recommendation], .version = change->version };
	rpv_status st = RPV_OK;
	if (change->remove) {
		facts.change = RPV_ASSESSMENT_REMOVE;
		facts.version = NULL;
		return rpv__io_added(w, rpv_batch_assessment(w->batch, &facts), &c->unit.where);
	}
	if (change->fix_count > 0) {
		facts.change = RPV_ASSESSMENT_FIX;
		facts.weaknesses = change->fix;
		facts.weakness_count = change->fix_count;
		st = rpv__io_added(w, rpv_batch_assessment(w->batch, &facts), &c->unit.where);
	}
	if (st == RPV_OK && here(items, count, 0, true)) {
		facts.change = RPV_ASSESSMENT_ADD;
		facts.weaknesses = change->add_count > 0 ? change->add : NULL;
		facts.weakness_count = change->add_count;
		seen(items, count, &facts);
		st = rpv__io_added(w, rpv_batch_assessment(w->batch, &facts), &c->unit.where);
	}
	return st;
}

static rpv_status one(rpv__io_collected *c, const rpv__io_finding *items, size_t count, const rpv_list *list,
                      rpv__io_writer *w)
{
	struct known known = { 0 };
	struct change change = { 0 };
	rpv_status st = read_known(c, list, c->of->recommendations.text[items->recommendation], &known, w->error);
	if (st == RPV_OK)
		st = work_out(c->of, items, count, &known, &change, w->error);
	if (st == RPV_OK)
		st = apply(c, items, count, &change, w);
	free(change.add);
	free(change.version);
	free(known.text);
	free(known.versions);
	return st;
}

static void count_once(rpv__io_collected *c)
{
	rpv_import_result *result = &c->of->import->result;
	for (size_t i = 0; i < c->count && !c->counted; i++) {
		result->assessments += i == 0 || c->items[i - 1].recommendation != c->items[i].recommendation;
		result->duplicates += i + 1 < c->count && c->items[i + 1].recommendation == c->items[i].recommendation &&
		                      !counts(c->items, c->count, i);
	}
	c->counted = true;
}

rpv_status rpv__io_delta_fill(rpv__io_unit *unit, rpv__io_writer *w)
{
	rpv__io_collected *c = (rpv__io_collected *)unit;
	rpv_list *list = NULL;
	rpv_status st = rpv__io_collected_device(c, w);
	qsort(c->items, c->count, sizeof(*c->items), by_event);
	count_once(c);
	if (st == RPV_OK) {
		st = rpv_assessment_list(w->session, c->device, &list);
		if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
		else if (st != RPV_OK)
			rpv__io_fail_core(w->error, w->session);
	}
	for (size_t from = 0, to; from < c->count && st == RPV_OK; from = to) {
		for (to = from + 1; to < c->count && c->items[to].recommendation == c->items[from].recommendation;)
			to++;
		st = one(c, &c->items[from], to - from, list, w);
	}
	rpv_list_free(list);
	return st;
}
