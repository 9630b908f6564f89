/* SPDX-License-Identifier: MIT */
/* Likelihoods and hazards of weaknesses; see hazard.h. */
#include "hazard.h"

#include "../base/wide.h"
#include "survival.h"
#include "tables.h"

const rpv__exposure_model rpv__exposure_model_default = {
	.base = { 3000000, 3000000, 1000000, 3000000, 10000000, 30000000 },
	.exploit_floor = { 0, 0, 50000000, 200000000, 400000000 },
	.known_exploited_floor = 900000000,
	.active_alert_floor = 990000000,
	.highest = 990000000,
	.consequence = { 500, 500, 250, 500, 800, 1000 },
	.reach = 100,
	.internet_facing = 3,
	.active_alert = 4,
	.value_low = 15,
	.value_normal = 20,
	.value_high_least = 20,
	.value_high_per_device = 2,
};

static bool rpv__all_at_most(const uint32_t *numbers, size_t count, uint32_t most)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] > most)
			return false;
	return true;
}

bool rpv__exposure_model_ok(const rpv__exposure_model *model)
{
	const uint32_t most_weight = 20000; /* so that weights x 10^9 devices stay within exposure.h's bounds */
	if (!rpv__all_at_most(model->base, 6, RPV__LIKELIHOOD_ONE) ||
	    !rpv__all_at_most(model->exploit_floor, 5, RPV__LIKELIHOOD_ONE) ||
	    model->known_exploited_floor > RPV__LIKELIHOOD_ONE || model->active_alert_floor > RPV__LIKELIHOOD_ONE ||
	    model->highest >= RPV__LIKELIHOOD_ONE || !rpv__all_at_most(model->consequence, 6, 1000) ||
	    model->reach > 1000)
		return false;
	if (model->internet_facing < 1 || model->internet_facing > RPV__M_MAX || model->active_alert < 1 ||
	    model->active_alert > RPV__M_MAX || model->internet_facing * model->active_alert > RPV__M_MAX)
		return false;
	return model->value_low >= 1 && model->value_low <= most_weight && model->value_normal >= 1 &&
	       model->value_normal <= most_weight && model->value_high_least >= 1 &&
	       model->value_high_least <= most_weight && model->value_high_per_device <= 4;
}

uint32_t rpv__likelihood(const rpv__exposure_model *model, const rpv__likelihood_facts *facts)
{
	uint32_t p = facts->epss == UINT32_MAX ? model->base[facts->severity] : facts->epss;
	uint32_t floor = model->exploit_floor[facts->exploit];
	if (facts->known_exploited && floor < model->known_exploited_floor)
		floor = model->known_exploited_floor;
	if (facts->active_alert && floor < model->active_alert_floor)
		floor = model->active_alert_floor;
	if (p < floor)
		p = floor;
	return p < model->highest ? p : model->highest;
}

uint64_t rpv__reached(const rpv__exposure_model *model, uint32_t likelihood, rpv_severity severity)
{
	uint64_t p = likelihood < model->highest ? likelihood : model->highest;
	uint64_t parts = p * model->consequence[severity] * model->reach; /* below 1e15 */
	return rpv__wide_div((rpv__wide){ parts, 0 }, UINT64_C(1000000000000000));
}

/* 1 - q = v 2^-shift with v in [1/2, 1). With r, a reciprocal of 15 bits from v's top 8, v r = 1 - y, 0 <= y < 2^-7, and
 * -log2(v) = log2(r) + (y + y^2/2 + ... + y^9/9) / ln 2, what is left out being below 2^-72. Every step is monotone in y,
 * so the whole is within one r; the 128 places where r changes are tested. */
uint64_t rpv__hazard_of(uint64_t reached)
{
	if (reached == 0)
		return 0;
	uint64_t v = -reached; /* 2^64 - q */
	unsigned shift = 0;
	for (unsigned step = 32; step != 0; step >>= 1)
		if (v >> (64 - step) == 0) {
			v <<= step;
			shift += step;
		}
	const rpv__logarithm *entry = &rpv__logarithms[v >> 56 & 127];
	rpv__wide product = rpv__mul64(v, entry->reciprocal); /* v r, units of 2^-78 */
	rpv__wide rest = rpv__wide_sub((rpv__wide){ UINT64_C(1) << 14, 0 }, product);
	uint64_t y = rest.hi << 57 | rest.lo >> 7;             /* units of 2^-71 */
	uint64_t sum = 0;                                      /* units of 2^-63 */
	for (unsigned i = 0; i < RPV__SERIES; i++)
		sum = rpv__logarithm_series[i] + (rpv__mul_high(sum, y) >> 7);
	sum = entry->log2 + (rpv__mul_high(sum, y) >> 7);
	return ((uint64_t)shift << 52) + ((sum + (1u << 10)) >> 11);
}
