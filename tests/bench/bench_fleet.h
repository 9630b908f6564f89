/* SPDX-License-Identifier: MIT */
/* Fleets for benchmarks, put straight into a view: bringing one of a million devices in would take longer than to measure.
 * KIND: uniform, or skewed (popularity and versions as they are in the field), or images (the same, 60 % of the devices
 * copies of 200 golden images). */
#ifndef BENCH_FLEET_H
#define BENCH_FLEET_H

#include "../../lib/score/evaluation.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW INT64_C(1772323200000)
enum { GROUPS = 50, VERSIONS = 10, SET = 5, IMAGES = 200, COVERED = 1 /* a device group under exceptions */ };

typedef struct bench {
	size_t devices, memberships, recommendations;
	const char *kind;
	rpv__view view;
	size_t count;                     /* memberships */
	uint16_t *ids;                    /* all variants of all devices, one after the other */
	uint32_t *ends;                   /* of each device there */
	uint64_t *table;                  /* a number for each variant */
	uint64_t seed;
} bench;

static uint64_t chance(bench *b, uint64_t bound)
{
	uint64_t z = b->seed += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) % bound;
}

static void *need(void *block)
{
	if (!block) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return block;
}

/* --- the fleet --- */
static void put_catalogue(bench *b)
{
	rpv__view *v = &b->view;
	v->policy = rpv__policy_default;
	v->alloc = rpv__alloc_or_default(NULL);
	v->group_count = GROUPS;
	v->groups = need(calloc(GROUPS, sizeof *v->groups));
	v->threat_count = b->recommendations * 20 + 1;
	v->threats = need(calloc(v->threat_count, sizeof *v->threats));
	for (size_t i = 1; i < v->threat_count; i++)
		v->threats[i] = (rpv__threat){ (uint32_t)(1 + chance(b, 1000)) * 100000, (uint8_t)(2 + chance(b, 4)),
			RPV_EXPLOIT_NONE, RPV__THREAT_EXISTS };
	v->recommendation_count = b->recommendations + 1;
	v->recommendations = need(calloc(v->recommendation_count, sizeof *v->recommendations));
	v->variant_count = b->recommendations * VERSIONS + 1;
	v->variants = need(calloc(v->variant_count, sizeof *v->variants));
	uint32_t *sets = need(calloc(v->variant_count * SET, sizeof *sets));
	for (size_t r = 1; r < v->recommendation_count; r++)
		v->recommendations[r] = (rpv__view_recommendation){ true, RPV_KIND_UPDATE, RPV_CATEGORY_APPLICATION, 0 };
	for (size_t i = 1; i < v->variant_count; i++) {
		size_t r = (i - 1) / VERSIONS;
		v->variants[i] = (rpv__view_variant){ .recommendation = (uint32_t)r + 1, .weaknesses = sets + i * SET,
			.weakness_count = SET };
		for (unsigned j = 0; j < SET; j++)
			sets[i * SET + j] = (uint32_t)(r * 20 + (i - 1) % VERSIONS + j * 2 + 1);
	}
}

/* Each recommendation once, ascending: a device goes through all of them and takes each by its popularity. */
static uint32_t make_row(bench *b, const uint32_t *odds, uint32_t *row)
{
	bool skewed = strcmp(b->kind, "uniform") != 0;
	uint32_t count = 0;
	for (size_t r = 0; r < b->recommendations && count < 2 * b->memberships; r++) {
		if (chance(b, UINT32_MAX) > odds[r])
			continue;
		uint64_t version = chance(b, skewed ? 1 << VERSIONS : VERSIONS), place = 0;
		for (; skewed && version & 1 && place < VERSIONS - 1; place++)
			version >>= 1;
		row[count++] = (uint32_t)(r * VERSIONS + (skewed ? place : version) + 1);
	}
	return count;
}

/* Popularity falls with the rank (Zipf's law with exponent 0.8), and makes `memberships` a device on average. */
static uint32_t *make_odds(const bench *b)
{
	uint32_t *odds = need(calloc(b->recommendations, sizeof *odds));
	double scale = (double)b->memberships, sum = 0;
	bool skewed = strcmp(b->kind, "uniform") != 0;
	for (int tries = 0; tries < 40; tries++, scale *= (double)b->memberships / sum) {
		sum = 0;
		for (size_t r = 0; r < b->recommendations; r++) {
			double p = scale * (skewed ? pow((double)(r + 1), -0.8) : 1.0 / (double)b->recommendations);
			p = p < 0.95 ? p : 0.95;
			odds[r] = (uint32_t)(p * UINT32_MAX);
			sum += p;
		}
	}
	return odds;
}

static void put_devices(bench *b)
{
	rpv__view *v = &b->view;
	uint32_t *odds = make_odds(b), images[IMAGES], used = 0;
	bool copies = strcmp(b->kind, "images") == 0;
	v->device_count = b->devices + 1;
	v->devices = need(calloc(v->device_count, sizeof *v->devices));
	v->devices[0].flags = RPV__DEVICE_REMOVED;
	uint32_t *row = need(calloc(2 * b->memberships, sizeof *row));
	for (size_t i = 1; i <= b->devices; i++) {
		rpv__view_device *d = &v->devices[i];
		bool internet = chance(b, 10) == 0, alert = chance(b, 50) == 0;
		d->group = (uint32_t)(i % GROUPS);
		d->value = (uint8_t)chance(b, 3);
		d->flags = (uint8_t)((internet ? RPV__DEVICE_INTERNET : 0) | (alert ? RPV__DEVICE_ALERT : 0));
		d->last_seen_ms = NOW;
		if (copies && used == IMAGES && chance(b, 10) < 6) {
			d->row = v->devices[images[chance(b, IMAGES)]].row;
			for (uint32_t j = 0; j < d->row->count; j++)
				row[j] = rpv__row_at(rpv__row_numbers(d->row), d->row->wide, j);
		}
		uint32_t count = d->row ? d->row->count : make_row(b, odds, row);
		d->row = NULL;
		if (rpv__row_put(&v->alloc, &v->rows, row, count, &d->row))
			need(NULL);
		if (used < IMAGES)
			images[used++] = (uint32_t)i;
		b->count += rpv__device_variant_count(d);
	}
	rpv__rows_settle(&v->alloc, &v->rows);
	free(row);
	free(odds);
}

/* One in ten recommendations under an exception, every second of these on three device groups. */
static void put_covers(bench *b)
{
	static uint32_t groups[] = { 1, 2, 7 };
	rpv__view *v = &b->view;
	v->covers = need(calloc(b->recommendations, sizeof *v->covers));
	for (size_t r = 1; r <= b->recommendations; r += 10) {
		rpv__cover *c = &v->covers[v->cover_count++];
		c->recommendation = (uint32_t)r;
		c->exception = r;
		c->scope = r % 20 == 1 ? RPV_SCOPE_GLOBAL : RPV_SCOPE_GROUPS;
		c->groups = c->scope == RPV_SCOPE_GROUPS ? groups : NULL;
		c->group_count = c->groups ? 3 : 0;
		c->impact = RPV_IMPACT_MITIGATION_LIKE;
		c->start_ms = NOW - 1;
		c->end_ms = NOW + INT64_C(86400000) * 30;
	}
}

static void list_ids(bench *b)
{
	size_t at = 0;
	b->ids = need(calloc(b->count + 1, sizeof *b->ids));
	b->ends = need(calloc(b->view.device_count, sizeof *b->ends));
	b->table = need(calloc(b->view.variant_count, sizeof *b->table));
	for (size_t i = 1; i < b->view.device_count; i++) {
		for (uint32_t j = 0; j < rpv__device_variant_count(&b->view.devices[i]); j++)
			b->ids[at++] = (uint16_t)rpv__device_variant(&b->view.devices[i], j);
		b->ends[i] = (uint32_t)at;
	}
	for (size_t i = 0; i < b->view.variant_count; i++)
		b->table[i] = i;
}

static void open_fleet(bench *b)
{
	put_catalogue(b);
	put_devices(b);
	put_covers(b);
	list_ids(b);
}

static void close_fleet(bench *b)
{
	rpv__evaluation_free(b->view.cached);
	for (size_t i = 0; i < b->view.device_count; i++)
		rpv__row_drop(&b->view.alloc, b->view.devices[i].row);
	rpv__rows_close(&b->view.alloc, &b->view.rows);
	free(b->ids);
	free(b->ends);
	free(b->table);
	free(b->view.variants[1].weaknesses - SET);
	free(b->view.variants);
	free(b->view.groups);
	free(b->view.threats);
	free(b->view.recommendations);
	free(b->view.devices);
	free(b->view.covers);
}

/* A bare sum of 64-bit numbers by id, of one view, over the devices from `first` on: nothing but ids that lie one behind the
 * other, where each device ends (what it had at first), and the table. */
static inline uint64_t gather_part(const bench *b, size_t first, size_t end)
{
	uint64_t all = 0;
	for (size_t i = first, at = b->ends[first - 1]; i < end; i++) {
		uint64_t sum = 0;
		for (; at < b->ends[i]; at++)
			sum += b->table[b->ids[at]];
		all ^= sum;
	}
	return all;
}

static inline uint64_t gather_of(const bench *b)
{
	return gather_part(b, 1, b->view.device_count);
}

#endif
