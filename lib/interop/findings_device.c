/* SPDX-License-Identifier: MIT */
/* From the findings of a device to a full report: one assessment a recommendation. */
#include "findings.h"
#include <stdlib.h>
#include <string.h>

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_key(const void *a, const void *b)
{
	const rpv__io_finding *x = a, *y = b;
	int order = compare(x->recommendation, y->recommendation);
	if (order == 0)
		order = compare(x->weakness, y->weakness);
	if (order == 0)
		order = compare(x->version, y->version);
	return order != 0 ? order : compare(x->order, y->order);
}

rpv_status rpv__io_collected_device(rpv__io_collected *c, rpv__io_writer *w)
{
	rpv_device_facts facts = { .id = c->device, .name = c->name, .os = c->os, .group = c->group,
	                           .last_seen_ms = c->last_ms, .given = c->group_given ? RPV_DEVICE_GROUP : 0 };
	return rpv__io_added(w, rpv_batch_device(w->batch, &facts), &c->unit.where);
}

static int by_version(const void *a, const void *b)
{
	return rpv__io_version_compare(*(const char *const *)a, *(const char *const *)b);
}

rpv_status rpv__io_join_versions(const char **versions, size_t count, char **out, rpv_import_error *error)
{
	size_t size = 1, at = 0;
	*out = NULL;
	if (count == 0)
		return RPV_OK;
	qsort(versions, count, sizeof(*versions), by_version);
	for (size_t i = 0; i < count; i++)
		size += strlen(versions[i]) + 2;
	*out = malloc(size);
	if (*out == NULL)
		return rpv__io_nomem(error);
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(versions[i]);
		if (i > 0 && strcmp(versions[i], versions[i - 1]) == 0)
			continue;
		if (at + n + 2 > RPV_ID_MAX)       /* an odd device with very many: the oldest stand for them */
			break;
		if (at > 0) {
			memcpy(*out + at, ", ", 2);
			at += 2;
		}
		memcpy(*out + at, versions[i], n);
		at += n;
	}
	(*out)[at] = '\0';
	return RPV_OK;
}

/* Of a configuration the record with the newest time counts. */
static const rpv__io_finding *newest(const rpv__io_finding *items, size_t count)
{
	const rpv__io_finding *best = items;
	for (size_t i = 1; i < count; i++)
		if (items[i].last_ms > best->last_ms || (items[i].last_ms == best->last_ms && items[i].order > best->order))
			best = &items[i];
	return best;
}

/* Findings of one recommendation become one assessment. */
static rpv_status assess(rpv__io_collected *c, const rpv__io_finding *items, size_t count, rpv__io_writer *w)
{
	rpv__io_findings *f = c->of;
	rpv_assessment_facts facts = { .device = c->device, .recommendation = f->recommendations.text[items->recommendation] };
	const char **weaknesses = malloc(count * 2 * sizeof(*weaknesses)), **versions = weaknesses + count;
	char *version = NULL;
	size_t version_count = 0;
	rpv_status st;
	if (weaknesses == NULL)
		return rpv__io_nomem(w->error);
	for (size_t i = 0; i < count; i++) {
		if (items[i].weakness != RPV__IO_NO_NAME && (i == 0 || items[i].weakness != items[i - 1].weakness))
			weaknesses[facts.weakness_count++] = f->weaknesses.text[items[i].weakness];
		if (items[i].version != RPV__IO_NO_NAME)
			versions[version_count++] = f->texts.text[items[i].version];
		if (items[i].first_ms != 0 && (facts.first_seen_ms == 0 || items[i].first_ms < facts.first_seen_ms))
			facts.first_seen_ms = items[i].first_ms;
		if (items[i].last_ms > facts.last_seen_ms)
			facts.last_seen_ms = items[i].last_ms;
	}
	facts.weaknesses = facts.weakness_count > 0 ? weaknesses : NULL;
	if (f->import->result.extent == RPV_EXTENT_PART && !f->configurations)
		facts.change = RPV_ASSESSMENT_ADD;
	if (f->configurations) {
		facts.state = (rpv_configuration_state)newest(items, count)->state;
		facts.user_impact = (rpv_flag)newest(items, count)->user_impact;
	}
	st = rpv__io_join_versions(versions, version_count, &version, w->error);
	facts.version = version;
	if (st == RPV_OK)
		st = rpv__io_added(w, rpv_batch_assessment(w->batch, &facts), &c->unit.where);
	free(version);
	free(weaknesses);
	return st;
}

/* Once a device: how many assessments, and records that only repeat others. */
static void count_once(rpv__io_collected *c)
{
	rpv_import_result *result = &c->of->import->result;
	if (c->counted)
		return;
	c->counted = true;
	for (size_t i = 0; i < c->count; i++) {
		const rpv__io_finding *x = &c->items[i], *before = x - 1;
		result->assessments += i == 0 || before->recommendation != x->recommendation;
		result->duplicates += i > 0 && before->recommendation == x->recommendation && before->weakness == x->weakness &&
		                      before->version == x->version;
	}
}

rpv_status rpv__io_device_fill(rpv__io_unit *unit, rpv__io_writer *w)
{
	rpv__io_collected *c = (rpv__io_collected *)unit;
	rpv_status st = rpv__io_collected_device(c, w);
	qsort(c->items, c->count, sizeof(*c->items), by_key);
	count_once(c);
	for (size_t from = 0, to; from < c->count && st == RPV_OK; from = to) {
		for (to = from + 1; to < c->count && c->items[to].recommendation == c->items[from].recommendation;)
			to++;
		st = assess(c, &c->items[from], to - from, w);
	}
	if (st == RPV_OK && c->of->import->result.extent == RPV_EXTENT_WHOLE)
		st = rpv__io_added(w, rpv_batch_full_report(w->batch, c->device), &unit->where);
	return st;
}
