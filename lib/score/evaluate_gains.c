/* SPDX-License-Identifier: MIT */
/* What devices would gain by each of their memberships, summed by recommendation, and counts beside it. */
#include "evaluation.h"

/* Counts of one membership, as they are summed up: see gain.h. */
static uint64_t lane_of(const rpv__variant_row *row)
{
	return (uint64_t)(row->left >> RPV__OFFICIAL & 1) << RPV__GAIN_OFFICIAL |
	       (uint64_t)(row->left >> RPV__MITIGATION_LIKE & 1) << RPV__GAIN_BEST |
	       (uint64_t)row->everywhere << RPV__GAIN_EVERYWHERE;
}

void rpv__gains_row(struct rpv__evaluation *e, uint32_t variant)
{
	const rpv__variant_row *row = &e->rows[variant];
	e->recommendations[variant] = row->recommendation;
	for (unsigned m = 0; m < RPV__MULTIPLIERS; m++)
		rpv__gain_make(&e->gains[m][variant], row->w, e->multipliers[m], lane_of(row), row->recommendation);
}

static rpv_status make_room(struct rpv__evaluation *e)
{
	size_t recommendations = e->view->recommendation_count + 1;
	e->carried = rpv__arena_get(&e->arena, recommendations * sizeof *e->carried);
	e->worked_out = rpv__arena_get(&e->arena, recommendations * sizeof *e->worked_out);
	e->recommendations = rpv__arena_get(&e->arena, e->variant_room * sizeof *e->recommendations);
	bool ok = e->carried && e->worked_out && e->recommendations;
	for (unsigned v = 0; v < RPV__VALUES; v++)
		ok = ok && (e->impacts[v] = rpv__rows_get(&e->arena, recommendations, sizeof *e->impacts[v])) != NULL;
	for (unsigned m = 0; m < RPV__MULTIPLIERS; m++)
		ok = ok && (e->gains[m] = rpv__rows_get(&e->arena, e->variant_room, sizeof *e->gains[m])) != NULL;
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		ok = ok && (e->counts[c] = rpv__arena_get(&e->arena, e->variant_room * sizeof *e->counts[c])) != NULL;
	return ok ? RPV_OK : RPV_E_NOMEM;
}

rpv_status rpv__gains_open(struct rpv__evaluation *e)
{
	size_t recommendations = e->view->recommendation_count + 1;
	if (!e->counts[RPV__CLASSES - 1] && make_room(e)) /* the last that is made */
		return RPV_E_NOMEM;
	for (unsigned v = 0; v < RPV__VALUES; v++)
		memset(e->impacts[v], 0, recommendations * sizeof *e->impacts[v]);
	memset(e->carried, 0, recommendations * sizeof *e->carried);
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		memset(e->counts[c], 0, e->variant_room * sizeof *e->counts[c]);
	for (size_t i = 1; i < e->variants; i++)
		rpv__gains_row(e, (uint32_t)i);
	e->since_carry = 0;
	return RPV_OK;
}

void rpv__gains_carry(struct rpv__evaluation *e)
{
	for (size_t r = 0; r < e->view->recommendation_count; r++)
		for (unsigned c = 0; c < RPV__VALUES; c++) {
			uint64_t *x = e->impacts[c][r].x, counts = x[RPV__VIEWS];
			rpv__carried *to = &e->carried[r];
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				to->x[k][c] = rpv__wide_add(to->x[k][c], (rpv__wide){ x[k] >> 63 ? UINT64_MAX : 0, x[k] });
			to->left[RPV__OFFICIAL] += (uint64_t)rpv__gain_count(&counts);
			to->left[RPV__MITIGATION_LIKE] += (uint64_t)rpv__gain_count(&counts);
			to->everywhere += (uint64_t)rpv__gain_count(&counts);
			memset(x, 0, sizeof e->impacts[c][r].x);
		}
	e->since_carry = 0;
}

/* Before what devices would gain is added up. */
static void count_devices(struct rpv__evaluation *e, uint32_t devices)
{
	if (e->since_carry + devices > RPV__GAIN_COUNT)
		rpv__gains_carry(e);
	e->since_carry += devices;
}

static rpv__gain gain_of(const struct rpv__evaluation *e, const rpv__view_device *d)
{
	unsigned class = rpv__class_of(d);
	return (rpv__gain){ e->gains[class / RPV__VALUES], e->recommendations, e->impacts[d->value], e->counts[class],
		                (const uint8_t *)e->rows, sizeof *e->rows };
}

void rpv__gains_add(struct rpv__evaluation *e, const rpv__view_device *d, const uint64_t l[RPV__VIEWS],
                    const uint64_t s[RPV__VIEWS], uint32_t devices, bool out)
{
	rpv__gain gain = gain_of(e, d);
	rpv__gain_device device = { .multiplier = rpv__multiplier_of(e, d), .variants = rpv__row_numbers(d->row),
		                        .count = d->row->count, .wide = d->row->wide, .times = devices };
	if (out)
		device.times = -device.times;
	count_devices(e, devices);
	rpv__gain_begin(&device, l, s);
	e->gain(&gain, &device);
}

/* One membership with a row of its own. */
static void add_touched(const rpv__gain *gain, const rpv__gain_device *device, const rpv__variant_row *row, uint32_t variant)
{
	rpv__gain_sums *sums = &gain->sums[row->recommendation];
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		if (row->w[k])
			sums->x[k] += (rpv__survival(device->l[k] - device->multiplier * row->w[k]) - device->s[k]) * device->times;
	sums->x[RPV__VIEWS] += lane_of(row) * device->times;
	gain->counts[variant] += (uint32_t)device->times;
}

void rpv__gains_add_own(struct rpv__evaluation *e, uint32_t device, const uint64_t l[RPV__VIEWS],
                        const uint64_t s[RPV__VIEWS], bool out)
{
	const rpv__view_device *d = &e->view->devices[device];
	uint32_t untouched[4 * RPV__GAIN_CHUNK], count = rpv__device_variant_count(d);
	rpv__gain gain = gain_of(e, d);
	rpv__gain_device some = { .multiplier = rpv__multiplier_of(e, d), .variants = untouched, .wide = true,
		                      .times = out ? RPV__GAIN_OUT : 1 };
	count_devices(e, 1);
	rpv__gain_begin(&some, l, s);
	for (uint32_t i = 0; i < count;) {
		for (some.count = 0; i < count && some.count < RPV__COUNT(untouched); i++) {
			uint32_t variant = rpv__device_variant(d, i);
			rpv__variant_row row;
			if (!e->rows[variant].touched) {
				untouched[some.count++] = variant;
				continue;
			}
			rpv__table_row(e, variant, d->group, device, &row);
			add_touched(&gain, &some, &row, variant);
		}
		e->gain(&gain, &some);
	}
}
