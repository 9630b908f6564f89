/* SPDX-License-Identifier: MIT */
/* A device with all that a native input says of it, as one unit for each source and time of report. */
#include "native.h"
#include <stdlib.h>
#include <string.h>

rpv__io_bundle *rpv__io_bundle_new(const rpv__io_unit_kind *kind, const rpv__io_where *where)
{
	rpv__io_bundle *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	b->unit.kind = kind;
	b->unit.where = *where;
	b->bytes = sizeof(*b);
	return b;
}

bool rpv__io_bundle_add(rpv__io_bundle *b, json_t *json, const rpv__io_where *where, size_t size)
{
	if (b->count == b->cap) {
		size_t cap = b->cap == 0 ? 4 : b->cap * 2;
		struct rpv__io_bundled *items = realloc(b->items, cap * sizeof(*items));
		if (items == NULL)
			return false;
		b->items = items;
		b->cap = cap;
	}
	b->items[b->count].json = json_incref(json);
	b->items[b->count++].where = *where;
	b->bytes += sizeof(*b->items) + 8 * size;  /* parsed JSON is larger than its text */
	b->unit.weight++;
	b->unit.records++;
	return true;
}

void rpv__io_bundle_free(rpv__io_unit *unit)
{
	rpv__io_bundle *b = (rpv__io_bundle *)unit;
	for (size_t i = 0; i < b->count; i++)
		json_decref(b->items[i].json);
	free(b->items);
	free(b);
}

static rpv_status fill(rpv__io_unit *unit, rpv__io_writer *w)
{
	rpv__io_bundle *b = (rpv__io_bundle *)unit;
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < b->count && st == RPV_OK; i++) {
		rpv__io_record r = { .json = b->items[i].json, .where = b->items[i].where, .error = w->error };
		st = rpv__io_apply_fact(&r, w);
		rpv__io_record_done(&r);
	}
	return st;
}

static const rpv__io_unit_kind device_kind = { fill, rpv__io_bundle_free };

/* Who reports, and of when; a record of the device itself says neither. */
struct lane { bool any; const char *source; int64_t reported_ms; };

static rpv_status lane_of(rpv__io_import *import, const struct rpv__io_bundled *item, struct lane *out)
{
	rpv__io_record r = { .json = item->json, .where = item->where, .error = import->error };
	rpv__io_type type = RPV__IO_DEVICE;
	rpv_status st = rpv__io_type_of(&r, &type);
	*out = (struct lane){ type == RPV__IO_DEVICE, NULL, 0 };
	if (st == RPV_OK && !out->any)
		st = rpv__io_id(&r, "source", &out->source);
	return st == RPV_OK && !out->any ? rpv__io_time(&r, "reported", &out->reported_ms) : st;
}

static bool same_lane(const struct lane *a, const struct lane *b)
{
	return a->reported_ms == b->reported_ms && (a->source == b->source ||
	       (a->source != NULL && b->source != NULL && strcmp(a->source, b->source) == 0));
}

/* Enqueues the records of one lane, with those of the device itself: an assessment alone would count as a sight of it. */
static rpv_status enqueue_lane(rpv__io_import *import, const rpv__io_bundle *all, const struct lane *lanes,
                               const struct lane *lane)
{
	rpv__io_bundle *part = rpv__io_bundle_new(&device_kind, &all->unit.where);
	for (size_t i = 0; part != NULL && i < all->count; i++)
		if ((lanes[i].any || same_lane(&lanes[i], lane)) &&
		    !rpv__io_bundle_add(part, all->items[i].json, &all->items[i].where, 0)) {
			rpv__io_bundle_free(&part->unit);
			part = NULL;
		}
	return part == NULL ? rpv__io_nomem(import->error)
	                    : rpv__io_enqueue(import, &part->unit, lane->source, lane->reported_ms);
}

/* The first record of its lane. */
static bool opens_lane(const struct lane *lanes, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!lanes[k].any && same_lane(&lanes[k], &lanes[i]))
			return false;
	return !lanes[i].any;
}

static rpv_status enqueue_lanes(rpv__io_import *import, rpv__io_bundle *b)
{
	struct lane *lanes = calloc(b->count, sizeof(*lanes)), first = { .any = true };
	bool several = false;
	rpv_status st = lanes != NULL ? RPV_OK : rpv__io_nomem(import->error);
	for (size_t i = 0; i < b->count && st == RPV_OK; i++) {
		st = lane_of(import, &b->items[i], &lanes[i]);
		if (first.any)
			first = lanes[i];
		else if (!lanes[i].any && !same_lane(&first, &lanes[i]))
			several = true;
	}
	for (size_t i = 0; several && i < b->count && st == RPV_OK; i++)
		if (opens_lane(lanes, i))
			st = enqueue_lane(import, b, lanes, &lanes[i]);
	free(lanes);
	if (st == RPV_OK && !several)
		return rpv__io_enqueue(import, &b->unit, first.source, first.reported_ms);
	rpv__io_bundle_free(&b->unit);
	return st;
}

static rpv_status count_assessments(rpv__io_import *import, const rpv__io_bundle *b)
{
	rpv__io_names recommendations = { 0 };
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < b->count && st == RPV_OK; i++) {
		const char *id = json_string_value(json_object_get(b->items[i].json, "recommendation"));
		uint32_t number;
		if (id != NULL)
			st = rpv__io_name(&recommendations, id, &number, import->error);
	}
	import->result.assessments += recommendations.count;
	rpv__io_names_free(&recommendations);
	return st;
}

rpv_status rpv__io_native_take(rpv__io_import *import, rpv__io_record *r)
{
	rpv__io_native_state *s = import->state;
	const char *device = NULL;
	rpv__io_gathered *row = NULL;
	rpv__io_bundle *b;
	uint64_t before;
	rpv__io_type type;
	rpv_status st = rpv__io_type_of(r, &type);
	if (st == RPV_OK)
		st = rpv__io_id(r, type == RPV__IO_DEVICE ? "id" : "device", &device);
	if (st == RPV_OK)
		st = rpv__io_gather_admit(import, &s->gather, device, &row);
	if (st != RPV_OK || row == NULL)
		return st;
	if (row->open == NULL) {
		b = rpv__io_bundle_new(&device_kind, &r->where);
		row->open = b != NULL ? &b->unit : NULL;
	}
	b = (rpv__io_bundle *)row->open;
	before = b != NULL ? b->bytes : 0;
	if (b == NULL || !rpv__io_bundle_add(b, r->json, &r->where, r->size))
		return rpv__io_nomem(import->error);
	s->gather.held += b->bytes - before;
	if (rpv__io_gather_taken(&s->gather, row) == NULL)
		return RPV_OK;
	s->gather.held -= b->bytes - sizeof(*b);
	st = count_assessments(import, b);
	if (st == RPV_OK)
		return enqueue_lanes(import, b);
	rpv__io_bundle_free(&b->unit);
	return st;
}
