/* SPDX-License-Identifier: MIT */
/* A view: what scores, lists and previews need of a store, in memory, at one revision. Loaded once, then brought up to
 * date from the change records. Shared by all sessions of a store (under its lock). Holds no texts but group names. */
#ifndef RPV__VIEW_H
#define RPV__VIEW_H

#include "../base/base.h"
#include "../codec/records.h"
#include "../model/policy.h"
#include "../port/txn.h"
#include "hazard.h"
#include "view_row.h"

typedef struct rpv__view_device {
	uint32_t group;
	uint32_t state_count;          /* of `states` */
	int64_t last_seen_ms : 50;     /* 32 bytes in all, as there is one of these for each device */
	uint64_t value : 2;            /* 0 low, 1 normal, 2 high */
	uint64_t flags : 8;            /* RPV__DEVICE_...; RPV__DEVICE_REMOVED for numbers without a device */
	rpv__view_row *row;            /* its variants; NULL: none. See rpv__device_variant() */
	rpv__state *states;            /* by recommendation; owned */
} rpv__view_device;

typedef struct rpv__view_variant {
	uint32_t recommendation;       /* 0: no such number */
	uint32_t *weaknesses; uint32_t weakness_count; /* ascending, parts already united; owned */
	uint32_t *parts; uint32_t part_count;          /* owned */
} rpv__view_variant;

typedef struct rpv__view_recommendation {
	bool exists;                   /* known and not removed */
	rpv_kind kind; rpv_category category; uint32_t points;
} rpv__view_recommendation;

typedef struct rpv__view_group {
	char *name;                    /* owned; NULL for numbers without a group */
	bool declared; uint32_t rank;
	rpv__group_count count;
} rpv__view_group;

typedef struct rpv__view {
	rpv__alloc alloc;
	rpv__source source;
	rpv__revision revision;
	rpv__policy policy;
	uint64_t generation;           /* grows with every change of what follows */
	bool stale;                    /* what follows is incomplete: load anew */
	uint8_t way;                   /* how gains are worked out, an rpv__gain_way: tests compare them */
	bool light;                    /* policy, groups and covers alone: the other arrays stay empty */
	/* each array is indexed by number; numbers >= count do not exist. Numbers inside rows, states and variants are below
	 * the counts */
	rpv__view_group *groups; size_t group_count, group_cap;
	rpv__view_device *devices; size_t device_count, device_cap;
	rpv__view_rows rows;
	rpv__view_variant *variants; size_t variant_count, variant_cap;
	rpv__threat *threats; size_t threat_count, threat_cap;      /* by weakness; flag EXISTS when there is one */
	rpv__view_recommendation *recommendations; size_t recommendation_count, recommendation_cap;
	/* covers in order of recommendation, weakness, exception (key order); their arrays are owned */
	rpv__cover *covers; size_t cover_count, cover_cap;
	struct rpv__evaluation *cached; /* last evaluation of each model, see evaluate.h; of this generation */
} rpv__view;

rpv_status rpv__view_load(const rpv__source *source, rpv__view **out, rpv_error *error);
/* The same of policy, groups and covers alone, which needs no pass over devices; rpv__view_complete() adds the rest. */
rpv_status rpv__view_load_light(const rpv__source *source, rpv__view **out, rpv_error *error);
rpv_status rpv__view_complete(rpv__view *view, rpv_error *error);
/* Brings a view of the present up to date: reads the change records since its revision, or loads anew when they are no
 * longer kept. On failure the view is as before, or is marked to be loaded anew at the next call. */
rpv_status rpv__view_follow(rpv__view *view, rpv_error *error);
/* Makes it a view of another source, from which it differs by these keys alone; afterwards it is of revision `as`, or the
 * other source's present one (NULL). On failure it is marked to be loaded anew. */
rpv_status rpv__view_turn(rpv__view *view, const rpv__source *to, const rpv__map *differ, const rpv__revision *as,
                          rpv_error *error);
void rpv__view_free(rpv__view *view);

static inline uint32_t rpv__device_variant_count(const rpv__view_device *d)
{
	return d->row ? d->row->count : 0;
}

/* The i-th of them, ascending. */
static inline uint32_t rpv__device_variant(const rpv__view_device *d, uint32_t i)
{
	return rpv__row_at(rpv__row_numbers(d->row), d->row->wide, i);
}

/* What the likelihood of a weakness comes from. */
static inline rpv__likelihood_facts rpv__threat_facts(const rpv__threat *t)
{
	rpv__likelihood_facts facts = { t->epss, (rpv_severity)t->severity, (rpv_exploit)t->exploit,
		                            (t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0, (t->flags & RPV__THREAT_ALERT) != 0 };
	return facts;
}

static inline bool rpv__view_active(const rpv__view_device *d, int64_t now_ms, int64_t inactive_after_ms)
{
	return (d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)) == 0 &&
	       now_ms < d->last_seen_ms + inactive_after_ms;
}
bool rpv__view_group_present(const rpv__view *view, uint32_t group); /* R16; default group: only with a device in it */

#endif
