/* SPDX-License-Identifier: MIT */
/* Collects findings by device over the passes of an import. A device is written when its last record was met. When the
 * devices begun take too much memory, further ones wait for another pass. */
#include "findings.h"
#include <stdlib.h>
#include <string.h>

rpv_status rpv__io_findings_begin(rpv__io_import *import,
                                  rpv_status (*parse)(rpv__io_record *, rpv__io_finding_record *), bool delta,
                                  bool configurations)
{
	rpv__io_findings *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return rpv__io_nomem(import->error);
	f->import = import;
	f->parse = parse;
	f->delta = delta;
	f->configurations = configurations;
	import->state = f;
	return RPV_OK;
}

void rpv__io_collected_free(rpv__io_unit *unit)
{
	rpv__io_collected *c = (rpv__io_collected *)unit;
	free(c->name);
	free(c->os);
	free(c->group);
	free(c->items);
	free(c);
}

void rpv__io_findings_free(void *state)
{
	rpv__io_findings *f = state;
	if (f == NULL)
		return;
	rpv__io_gather_free(&f->gather);
	for (uint32_t i = 0; i < f->recommendations.count && i < f->recommendation_cap; i++) {
		free(f->recommendation_rows[i].vendor);
		free(f->recommendation_rows[i].product);
		free(f->recommendation_rows[i].title);
		free(f->recommendation_rows[i].subcategory);
	}
	free(f->weakness_rows);
	free(f->recommendation_rows);
	rpv__io_names_free(&f->weaknesses);
	rpv__io_names_free(&f->recommendations);
	rpv__io_names_free(&f->texts);
	rpv__io_names_free(&f->groups);
	free(f);
}

rpv_status rpv__io_findings_check(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_findings *f = import->state;
	rpv__io_finding_record p = { 0 };
	rpv_status st = f->parse(r, &p);
	if (st == RPV_OK && p.group != NULL)
		st = rpv__io_count_name(import, &f->groups, p.group, &import->result.groups);
	if (st == RPV_OK && p.weakness != NULL)
		st = rpv__io_note_weakness(f, &p);
	if (st == RPV_OK)
		st = rpv__io_note_recommendation(f, &p);
	if (st == RPV_OK)
		st = rpv__io_gather_note(import, &f->gather, p.device);
	if (st != RPV_OK)
		return st;
	import->result.unaffected += p.weakness == NULL && rpv__io_has(r, "cveId");
	import->result.devices = f->gather.devices.count;
	import->result.weaknesses = f->weaknesses.count;
	import->result.recommendations = f->recommendations.count;
	return RPV_OK;
}

rpv_status rpv__io_findings_next(rpv__io_import *import, bool *more)
{
	rpv__io_findings *f = import->state;
	rpv_status st;
	if (import->pass == 0) {
		*more = f->gather.devices.count > 0;
		st = rpv__io_enqueue_tables(f);
	} else {
		st = rpv__io_gather_more(import, &f->gather, more);
	}
	return st == RPV_OK && !*more ? rpv__io_flush(import) : st;
}

static const rpv__io_unit_kind whole_kind = { rpv__io_device_fill, rpv__io_collected_free };
static const rpv__io_unit_kind delta_kind = { rpv__io_delta_fill, rpv__io_collected_free };

static rpv__io_collected *collect(rpv__io_findings *f, const char *device, const rpv__io_record *r)
{
	rpv__io_collected *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->unit.kind = f->delta ? &delta_kind : &whole_kind;
	c->unit.where = r->where;
	c->of = f;
	c->device = f->gather.devices.text[rpv__io_name_find(&f->gather.devices, device)];
	f->gather.held += sizeof(*c);
	return c;
}

static bool replace(char **to, const char *from)
{
	char *copy = strdup(from);
	if (copy == NULL)
		return false;
	free(*to);
	*to = copy;
	return true;
}

/* Name, platform and group as the newest record has them; of one time, the one that is not gone, then the later. */
static bool describe(rpv__io_collected *c, const rpv__io_finding_record *p)
{
	int64_t said = p->event_ms != 0 ? p->event_ms * 2 + !p->gone : p->last_ms;
	if (said < c->said_ms)
		return true;
	c->said_ms = said;
	if (p->group_given) {
		c->group_given = true;
		free(c->group);
		c->group = NULL;
	}
	return (p->name == NULL || replace(&c->name, p->name)) && (p->os == NULL || replace(&c->os, p->os)) &&
	       (p->group == NULL || replace(&c->group, p->group));
}

static rpv_status keep(rpv__io_findings *f, rpv__io_collected *c, const rpv__io_finding_record *p)
{
	rpv__io_finding *item;
	rpv_status st = RPV_OK;
	if (c->count == c->cap) {
		size_t cap = c->cap == 0 ? 8 : c->cap * 2;
		rpv__io_finding *items = realloc(c->items, cap * sizeof(*items));
		if (items == NULL)
			return rpv__io_nomem(f->import->error);
		f->gather.held += (cap - c->cap) * sizeof(*items);
		c->items = items;
		c->cap = cap;
	}
	if (!describe(c, p))
		return rpv__io_nomem(f->import->error);
	item = &c->items[c->count];
	*item = (rpv__io_finding){ .weakness = RPV__IO_NO_NAME, .version = RPV__IO_NO_NAME, .order = (uint32_t)c->count,
	        .first_ms = p->first_ms, .last_ms = p->last_ms, .event_ms = p->event_ms, .state = (uint8_t)p->state,
	        .user_impact = (uint8_t)p->user_impact, .gone = p->gone };
	item->recommendation = rpv__io_name_find(&f->recommendations, p->recommendation);
	if (p->weakness != NULL)
		item->weakness = rpv__io_name_find(&f->weaknesses, p->weakness);
	if (p->version != NULL)
		st = rpv__io_name(&f->texts, p->version, &item->version, f->import->error);
	if (st == RPV_OK && (item->recommendation == RPV__IO_NO_NAME ||
	                     (p->weakness != NULL && item->weakness == RPV__IO_NO_NAME)))
		st = rpv__io_input_changed(f->import);
	if (st != RPV_OK)
		return st;
	c->count++;
	if (p->last_ms > c->last_ms)
		c->last_ms = p->last_ms;
	return RPV_OK;
}

rpv_status rpv__io_findings_write(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_findings *f = import->state;
	rpv__io_finding_record p = { 0 };
	rpv__io_gathered *row = NULL;
	rpv__io_collected *c;
	rpv_status st = f->parse(r, &p);
	if (st == RPV_OK)
		st = rpv__io_gather_admit(import, &f->gather, p.device, &row);
	if (st != RPV_OK || row == NULL)
		return st;
	if (row->open == NULL) {
		c = collect(f, p.device, r);
		row->open = c != NULL ? &c->unit : NULL;
	}
	c = (rpv__io_collected *)row->open;
	if (c == NULL)
		return rpv__io_nomem(import->error);
	st = keep(f, c, &p);
	if (st != RPV_OK || rpv__io_gather_taken(&f->gather, row) == NULL)
		return st;
	f->gather.held -= sizeof(*c) + c->cap * sizeof(*c->items);
	c->unit.weight = c->count + 2;
	c->unit.records = c->count;
	return rpv__io_enqueue(import, &c->unit, NULL, 0);
}
