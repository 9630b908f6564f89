/* SPDX-License-Identifier: MIT */
/* Exposure score from sums; see exposure.h. */
#include "exposure.h"

/* A point is 2^44 units, P one 2^40th: 100 points x 2^4. */
#define RPV__UNITS_PER_P 1600u

void rpv__sums_add(rpv__sums *sums, unsigned value_class, uint64_t p)
{
	sums->n[value_class]++;
	sums->a[value_class] = rpv__wide_add(sums->a[value_class], rpv__wide_of(p));
}

void rpv__sums_remove(rpv__sums *sums, unsigned value_class, uint64_t p)
{
	sums->n[value_class]--;
	sums->a[value_class] = rpv__wide_sub(sums->a[value_class], rpv__wide_of(p));
}

void rpv__sums_merge(rpv__sums *sums, const rpv__sums *other)
{
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		sums->n[c] += other->n[c];
		sums->a[c] = rpv__wide_add(sums->a[c], other->a[c]);
	}
}

void rpv__sums_take(rpv__sums *sums, const rpv__sums *other)
{
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		sums->n[c] -= other->n[c];
		sums->a[c] = rpv__wide_sub(sums->a[c], other->a[c]);
	}
}

int64_t rpv__exposure_over(const rpv__exposure_model *model, const rpv__wide a[RPV__VALUES],
                           const uint64_t n[RPV__VALUES])
{
	uint64_t devices = n[RPV__VALUE_LOW] + n[RPV__VALUE_NORMAL] + n[RPV__VALUE_HIGH];
	uint64_t high = model->value_high_per_device * devices;
	const uint64_t weight[RPV__VALUES] = { model->value_low, model->value_normal,
	                                       high > model->value_high_least ? high : model->value_high_least };
	uint64_t weights = 0;
	rpv__wide sum = { 0, 0 };
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		weights += weight[c] * n[c];
		sum = rpv__wide_add(sum, rpv__wide_mul(a[c], weight[c]));
	}
	if (weights == 0)
		return 0;
	uint64_t score = rpv__wide_div(rpv__wide_mul(sum, RPV__UNITS_PER_P), weights);
	return score < INT64_MAX ? (int64_t)score : INT64_MAX;
}

int64_t rpv__exposure_score(const rpv__exposure_model *model, const rpv__sums *sums)
{
	return rpv__exposure_over(model, sums->a, sums->n);
}

int64_t rpv__exposure_impact(const rpv__exposure_model *model, const rpv__sums *sums, const rpv__wide x[RPV__VALUES])
{
	rpv__wide rest[RPV__VALUES];
	for (unsigned c = 0; c < RPV__VALUES; c++)
		rest[c] = rpv__wide_sub(sums->a[c], x[c]);
	return rpv__exposure_score(model, sums) - rpv__exposure_over(model, rest, sums->n);
}

int64_t rpv__exposure_device(uint64_t p)
{
	return (int64_t)(p * RPV__UNITS_PER_P);
}
