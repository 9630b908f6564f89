/* SPDX-License-Identifier: MIT */
/* One device in an evaluation: counted in, and out again as it was counted in. */
#include "evaluation.h"

bool rpv__evaluation_counts(const struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	if (!rpv__view_active(d, e->lens.active_ms ? e->lens.active_ms : e->lens.now_ms, e->view->policy.inactive_after_ms))
		return false;
	return !e->lens.groups || (d->group < e->lens.group_count && e->lens.groups[d->group]);
}

void rpv__look_ahead(const struct rpv__evaluation *e, const uint32_t *devices, size_t left)
{
	enum { ROW = 6, ROW_BEGIN = 16, DEVICE = 48 };
	const rpv__view_device *all = e->view->devices;
	size_t count = e->view->device_count; /* others are listed before they are there */
	if (left > DEVICE && devices[DEVICE] < count) {
		RPV__PREFETCH(&all[devices[DEVICE]]);
		RPV__PREFETCH(&all[devices[DEVICE]].row); /* it may lie in the next line */
		RPV__PREFETCH(&e->counted[devices[DEVICE]]);
	}
	if (left > ROW_BEGIN && devices[ROW_BEGIN] < count)
		RPV__PREFETCH(all[devices[ROW_BEGIN]].row);
	const rpv__view_row *row = left > ROW && devices[ROW] < count ? all[devices[ROW]].row : NULL;
	if (!row || (devices[ROW - 1] < count && row == all[devices[ROW - 1]].row))
		return;
	for (size_t at = 64, end = rpv__row_size(row); at < end; at += 64)
		RPV__PREFETCH((const uint8_t *)row + at);
}

void rpv__evaluation_choose(struct rpv__evaluation *e)
{
	e->sum = rpv__sum_choose((rpv__gain_way)e->view->way);
	e->gain = e->figures ? rpv__gain_choose((rpv__gain_way)e->view->way, e->view->recommendation_count) : NULL;
}

void rpv__evaluation_sum(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	if (d->row && rpv__evaluation_plain(e, device))
		e->sum(e->rows, rpv__row_numbers(d->row), d->row->wide, d->row->count, e->sum_every, out);
	else
		rpv__evaluation_sum_anew(e, device, out);
}

void rpv__evaluation_sum_anew(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	memset(out, 0, RPV__VIEWS * sizeof *out);
	for (uint32_t i = 0, count = rpv__device_variant_count(d); i < count; i++) {
		uint32_t variant = rpv__device_variant(d, i);
		rpv__variant_row row = e->rows[variant];
		if (row.touched)
			rpv__table_row(e, variant, d->group, device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			out[k] = rpv__l_add(out[k], row.w[k]);
	}
}

/* `one`: 1 to count the device in, UINT32_MAX (that is -1) to count it out. */
static void count_states(struct rpv__evaluation *e, uint32_t device, uint32_t one)
{
	const rpv__view_device *d = &e->view->devices[device];
	for (uint32_t i = 0; i < d->state_count; i++) {
		uint32_t rec = d->states[i].recommendation;
		rpv__state_sums *sums = &e->states[rec];
		rpv_configuration_state state = d->states[i].state;
		uint8_t bits = RPV__HIDES | RPV__REMOVES; /* compliant in every view */
		if (!e->view->recommendations[rec].exists || state == RPV_CONFIGURATION_NOT_APPLICABLE)
			continue;
		if (state == RPV_CONFIGURATION_NONE) {
			sums->installed += one;
			continue;
		}
		if (state == RPV_CONFIGURATION_EXPOSED && rpv__lens_done(&e->lens, rec, device))
			state = RPV_CONFIGURATION_COMPLIANT;
		if (state == RPV_CONFIGURATION_EXPOSED) {
			const rpv__subject *subject = rpv__subject_find(&e->covers, rec, 0);
			bits = subject ? rpv__subject_bits(subject, d->group, device) : 0;
			sums->exposed_alert += d->flags & RPV__DEVICE_ALERT ? one : 0;
		}
		sums->applicable += one;
		sums->compliant[RPV__NO_IMPACT] += state == RPV_CONFIGURATION_COMPLIANT ? one : 0;
		sums->compliant[RPV__OFFICIAL] += bits & RPV__REMOVES ? one : 0;
		sums->compliant[RPV__MITIGATION_LIKE] += bits & RPV__HIDES ? one : 0;
	}
}

static int64_t silence_of(const struct rpv__evaluation *e, const rpv__view_device *d)
{
	return e->lens.active_ms ? INT64_MAX : d->last_seen_ms + e->view->policy.inactive_after_ms;
}

void rpv__evaluation_note_silence(struct rpv__evaluation *e, int64_t at_ms, uint64_t devices)
{
	if (at_ms > e->silent_ms)
		return;
	e->silent_count = at_ms < e->silent_ms ? devices : e->silent_count + devices;
	e->silent_ms = at_ms;
}

void rpv__evaluation_survival(const struct rpv__evaluation *e, uint32_t device, uint64_t l[RPV__VIEWS],
                              uint64_t s[RPV__VIEWS])
{
	const uint64_t *sums = e->counted[device].sums;
	uint32_t m = rpv__multiplier_of(e, &e->view->devices[device]);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		bool as_before = k > 0 && sums[k] == sums[k - 1];
		l[k] = as_before ? l[k - 1] : rpv__l_times(sums[k], m);
		s[k] = as_before ? s[k - 1] : rpv__survival(l[k]);
	}
}

void rpv__evaluation_count(struct rpv__evaluation *e, uint32_t device, const uint64_t s[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_add(&e->total[k], d->value, RPV__SURVIVAL_ONE - s[k]);
	count_states(e, device, 1);
	rpv__evaluation_note_silence(e, silence_of(e, d), 1);
}

static void count_gains(struct rpv__evaluation *e, uint32_t device, const uint64_t l[RPV__VIEWS],
                        const uint64_t s[RPV__VIEWS], bool out)
{
	const rpv__view_device *d = &e->view->devices[device];
	e->settled = false;
	if (!e->figures || !d->row)
		return;
	if (rpv__evaluation_plain(e, device))
		rpv__gains_add(e, d, l, s, 1, out);
	else
		rpv__gains_add_own(e, device, l, s, out);
}

void rpv__evaluation_note(struct rpv__evaluation *e, uint32_t device, bool in)
{
	const rpv__view_device *d = &e->view->devices[device];
	rpv__counted *c = &e->counted[device];
	c->group = d->group;
	c->class = (uint8_t)rpv__class_of(d);
	c->in = in;
}

void rpv__evaluation_out(struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	rpv__evaluation_survival(e, device, l, s);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_remove(&e->total[k], d->value, RPV__SURVIVAL_ONE - s[k]);
	count_states(e, device, UINT32_MAX);
	count_gains(e, device, l, s, true);
	e->silent_count -= silence_of(e, d) == e->silent_ms;
	e->counted[device].in = false;
}

void rpv__evaluation_in(struct rpv__evaluation *e, uint32_t device)
{
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	rpv__evaluation_note(e, device, true);
	rpv__evaluation_sum(e, device, e->counted[device].sums);
	rpv__evaluation_survival(e, device, l, s);
	rpv__evaluation_count(e, device, s);
	count_gains(e, device, l, s, false);
}

void rpv__evaluation_advance(struct rpv__evaluation *e, int64_t now_ms)
{
	bool known = e->silent_count || e->silent_ms == INT64_MAX;
	if (e->stale || (now_ms < e->silent_ms && known))
		return;
	rpv__evaluation_choose(e);
	e->silent_ms = INT64_MAX;
	e->silent_count = 0;
	e->lens.now_ms = now_ms;
	for (size_t i = 0; i < e->view->device_count; i++) {
		if (!e->counted[i].in)
			continue;
		if (rpv__evaluation_counts(e, (uint32_t)i))
			rpv__evaluation_note_silence(e, silence_of(e, &e->view->devices[i]), 1);
		else
			rpv__evaluation_out(e, (uint32_t)i);
	}
}
