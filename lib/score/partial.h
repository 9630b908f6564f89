/* SPDX-License-Identifier: MIT */
/* Partials: what a part of the devices contributes to scores and impacts, in plain sums. Merging adds them up; scores and
 * impacts come from the sums by the same functions as those of an evaluation, so they are the same bits. Which weight a
 * device of high value has depends on the number of all devices: therefore sums stay apart by value class.
 *
 * What is kept of a partial, and what reading bytes makes sure of, so that nothing below can overflow or turn negative:
 *  - devices D are at most 10^9; sum of P in a class of n devices is at most n x 2^40; with more exceptions it never grows;
 *  - of a recommendation: no more devices exposed than assessed, no more assessed than 2 D (a device may hold software and
 *    a configuration), what it gains in a class is at most the class's sum of P; compliant devices never get fewer with
 *    more exceptions, and are at most the applicable ones. */
#ifndef RPV__PARTIAL_H
#define RPV__PARTIAL_H

#include "../base/base.h"
#include "exposure.h"
#include "secure.h"
#include <reprieve/partial.h>

/* Of one recommendation: sums over the devices that count. */
typedef struct rpv__share {
	uint64_t assessed;                    /* devices it was assessed for */
	uint64_t left[RPV__VIEWS];            /* devices with a finding left */
	rpv__wide x[RPV__VIEWS][RPV__VALUES]; /* sum of S(L - m W) - S(L) */
	rpv__wide alone[RPV__VALUES];         /* sum of P if its findings were the only ones, no exception applied */
	uint64_t applicable, compliant[RPV__VIEWS];
	uint32_t points; rpv_category category; /* 0 unless it is applicable to some */
} rpv__share;

/* What comes of it. */
typedef struct rpv__gains { int64_t impact[RPV__VIEWS], secure_impact[RPV__VIEWS], standalone; } rpv__gains;
void rpv__share_gains(const rpv__exposure_model *model, const rpv__sums total[RPV__VIEWS], const rpv__share *share,
                      rpv__gains *out);

typedef struct rpv__named_share { const char *id; rpv__share share; } rpv__named_share;

/* What every part of a whole must have been asked alike. */
typedef struct rpv__asked {
	const char *name;            /* of the exposure model */
	rpv__exposure_model model;
	const char *group;           /* NULL: all that is visible */
	int64_t inactive_after_ms;
} rpv__asked;

struct rpv_partial {
	rpv__alloc alloc;
	rpv__arena texts;
	rpv__asked asked;            /* its texts are among the texts */
	int64_t oldest_ms, newest_ms;
	int64_t valid_until_ms;      /* 0: never changes by the clock alone */
	rpv__sums total[RPV__VIEWS];
	rpv__named_share *shares; size_t count, cap; /* by id in byte order; ids are among the texts */
	rpv__buf bytes;              /* of the last call that asked for them */
};

/* An empty one; NULL: no memory. */
rpv_partial *rpv__partial_new(const rpv__alloc *alloc, const rpv__asked *asked);
/* Adds a recommendation behind those there are; one that nothing was assessed for is left out. */
rpv_status rpv__partial_add(rpv_partial *partial, const char *id, const rpv__share *share, rpv_error *error);
void rpv__partial_free(rpv_partial *partial);

rpv_status rpv__partial_merge(rpv_partial *into, const rpv_partial *from, rpv_error *error);

static inline uint64_t rpv__sums_devices(const rpv__sums *sums)
{
	return sums->n[RPV__VALUE_LOW] + sums->n[RPV__VALUE_NORMAL] + sums->n[RPV__VALUE_HIGH];
}

/* --- partial_bytes.c --- */
enum { RPV__PARTIAL_VERSION = 1 };
rpv_status rpv__partial_write(rpv_partial *partial);
rpv_status rpv__partial_read(rpv_bytes bytes, const rpv__alloc *alloc, rpv_partial **out, rpv_error *error);

#endif
