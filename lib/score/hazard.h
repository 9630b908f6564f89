/* SPDX-License-Identifier: MIT */
/* From what is known of a weakness to its hazard, in integers: likelihood p in units of 1e-9, q = p c reach as a fraction
 * of 2^64, hazard h = -log2(1 - q) in units of 2^-52. Base 2 makes the survival of a device a shift and a fraction;
 * scores are the same as with e. */
#ifndef RPV__HAZARD_H
#define RPV__HAZARD_H

#include <reprieve/batch.h>
#include <reprieve/model.h>
#include <stdbool.h>
#include <stdint.h>

#define RPV__LIKELIHOOD_ONE RPV_LIKELIHOOD_ONE

/* Constants of the exposure model. Probabilities in 1e-9, consequences and reach in 1e-3, weights in twentieths. */
typedef struct rpv__exposure_model {
	uint32_t base[6];             /* likelihood without EPSS, by rpv_severity; [0] as unknown */
	uint32_t exploit_floor[5];    /* by rpv_exploit; [0] as none */
	uint32_t known_exploited_floor, active_alert_floor;
	uint32_t highest;             /* no likelihood is above; below 1 */
	uint32_t consequence[6];      /* by rpv_severity */
	uint32_t reach;
	uint32_t internet_facing, active_alert; /* multipliers of a device */
	uint32_t value_low, value_normal;       /* weight of a device */
	uint32_t value_high_least, value_high_per_device; /* high: the larger of least and per device x N */
} rpv__exposure_model;

/* Of rpv-exposure-1. */
extern const rpv__exposure_model rpv__exposure_model_default;

/* Whether all constants are in range: what the other functions rely on. */
bool rpv__exposure_model_ok(const rpv__exposure_model *model);

/* What is known of a weakness. */
typedef struct rpv__likelihood_facts {
	uint32_t epss;                /* in 1e-9; UINT32_MAX: not known */
	rpv_severity severity;
	rpv_exploit exploit;
	bool known_exploited, active_alert;
} rpv__likelihood_facts;

/* p, in 1e-9, at most model->highest */
uint32_t rpv__likelihood(const rpv__exposure_model *model, const rpv__likelihood_facts *facts);

/* q = floor(p c reach 2^64), exact. A p above model->highest counts as that. */
uint64_t rpv__reached(const rpv__exposure_model *model, uint32_t likelihood, rpv_severity severity);

/* h = round(2^52 * -log2(1 - q / 2^64)), defined by its integer operations; within 0.5008 of the real number, and never
 * lower for a higher q. 0 for 0, at most 64 bits (2^58), at most 30 bits with p of at most 1 - 1e-9. */
uint64_t rpv__hazard_of(uint64_t reached);

/* The hazard of a weakness of known likelihood. */
static inline uint64_t rpv__hazard(const rpv__exposure_model *model, uint32_t likelihood, rpv_severity severity)
{
	return rpv__hazard_of(rpv__reached(model, likelihood, severity));
}

#endif
