/* SPDX-License-Identifier: MIT */
/* When the environment of an exception counts as worse (R22 to R31): each trigger as a pure function of what was frozen
 * at filing, what is, what the commit did, and the thresholds. All comparisons are exact, in integers.
 *
 * Units of a firing: exposure in 2^-44 point; severity and exploit by number; EPSS in 1e-9; devices and alerts counted;
 * a stale control in milliseconds; the others 0 or 1. */
#ifndef RPV__RESURFACE_H
#define RPV__RESURFACE_H

#include "../codec/records.h"
#include "policy.h"

/* The findings of the target inside the scope, on known devices that are not excluded (R23). */
typedef struct rpv__circumstances {
	uint64_t devices, high_value, internet_facing, alerts; /* exposed devices */
	int64_t exposure;                 /* standalone, with the weights of filing (R22) */
	uint8_t severity, exploit;        /* highest; 0: none */
	uint32_t epss;                    /* highest; RPV__EPSS_UNKNOWN: of none known */
	uint32_t severity_weakness, exploit_weakness, epss_weakness; /* whence */
	uint32_t known_exploited;         /* a weakness that is; 0: none */
	bool fix, end_of_support;
} rpv__circumstances;

typedef struct rpv__rise { uint32_t weakness; uint8_t before, now; } rpv__rise; /* weakness 0: none */
/* What the commit did that fires whatever was frozen. */
typedef struct rpv__transitions {
	rpv__rise severity, exploit;      /* of a weakness present before and after (R24) */
	uint32_t known_exploited, fix;    /* newly so, of which weakness; 0: none */
	uint64_t alerts;                  /* covered exposed devices that newly have one (R28) */
} rpv__transitions;

/* Whether a trigger fires; *out but for time and action. Those of controls never do here. */
bool rpv__trigger_fires(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now,
                        const rpv__transitions *done, const rpv__thresholds *thresholds, rpv__firing *out);
/* Whether one that warned may warn again. */
bool rpv__trigger_rearms(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now,
                         const rpv__thresholds *thresholds);
/* R31: whether tags say that support has ended. */
bool rpv__tags_end_of_support(const rpv__texts *tags);
/* R26: what doubling is measured from, once a value is known. */
void rpv__baseline_learn(rpv__baseline *base, const rpv__circumstances *now);
/* R27: a new EPSS model takes the exposure from `before` to `after`, and the highest EPSS to that of `after`. */
void rpv__baseline_move(rpv__baseline *base, const rpv__circumstances *before, const rpv__circumstances *after);

/* What all triggers come to under a policy's actions: those that void or newly warn, in their order, into `out`, which has
 * room for RPV__TRIGGERS; returns how many. `fired` are the bits of those that have warned. */
size_t rpv__resurface(const rpv__baseline *base, const rpv__circumstances *now, const rpv__transitions *done,
                      const rpv__thresholds *thresholds, const uint8_t actions[RPV__TRIGGERS], int64_t now_ms,
                      uint32_t *fired, rpv__firing *out);
/* The first that voids; NULL: none does. */
const rpv__firing *rpv__firing_voids(const rpv__firing *firings, size_t count);

#endif
