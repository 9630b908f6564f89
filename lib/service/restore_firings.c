/* SPDX-License-Identifier: MIT */
/* What a backup says an exception rests on, and what fired for it. */
#include "../score/units.h"
#include "exception.h"
#include "restore.h"

/* --- collecting --- */
static bool is_probability(double value)
{
	return value <= 1; /* below 0: not known */
}

static bool is_exposure(double value)
{
	return value >= 0 && value < 100000;
}

static rpv_status check_baseline(rpv_batch *b, const rpv_baseline *base)
{
	const uint64_t most = UINT32_MAX;
	if (!is_probability(base->epss) || !is_probability(base->base_epss) || !is_probability(base->base_doubling))
		return rpv__batch_malformed(b, "epss", "this is no probability");
	if (!is_exposure(base->base_exposure))
		return rpv__batch_malformed(b, "base_exposure", "this is no exposure score");
	if ((uint32_t)base->severity > RPV_SEVERITY_CRITICAL || (uint32_t)base->exploit > RPV_EXPLOIT_KIT)
		return rpv__batch_malformed(b, "severity", "there is no such severity or exploit level");
	if (base->warned >> RPV__TRIGGERS)
		return rpv__batch_malformed(b, "warned", "there is no such trigger");
	if (base->high_value > most || base->internet_facing > most || base->scope_devices[0] > most ||
	    base->scope_devices[1] > most || base->scope_devices[2] > most)
		return rpv__batch_malformed(b, "scope_devices", "these are more devices than there can be");
	return RPV_OK;
}

/* In their order, one of each trigger; values within what all units hold. */
static bool firing_ok(const rpv_firing *f, const rpv_firing *before)
{
	const double most = 1e15;
	return (uint32_t)f->trigger < RPV__TRIGGERS && (!before || before->trigger < f->trigger) && f->frozen >= -1 &&
	       f->frozen <= most && f->now >= 0 && f->now <= most && f->threshold >= 0 && f->threshold <= most;
}

rpv_status rpv__restore_take_firings(rpv_batch *b, rpv__exception_record *r)
{
	const rpv_exception *e = &r->row;
	size_t count = e->firing_count;
	rpv_firing *copies = count <= RPV__TRIGGERS ? rpv__arena_get(&b->arena, count * sizeof *copies) : NULL;
	uint32_t *weaknesses = copies ? rpv__arena_get(&b->arena, count * sizeof *weaknesses) : NULL;
	uint32_t *controls = weaknesses ? rpv__arena_get(&b->arena, count * sizeof *controls) : NULL;
	rpv_status st = check_baseline(b, &e->baseline);
	if (st == RPV_OK && ((e->watch & ~RPV__WATCH_BITS) || (e->watch_told & ~(RPV__WATCH_BITS >> 8))))
		st = rpv__batch_malformed(b, "watch", "there is no such watch list, or none that is kept");
	if (st == RPV_OK && e->baseline.epss_weakness)
		st = rpv__batch_symbol(b, e->baseline.epss_weakness, "epss_weakness", &r->epss_weakness);
	if (st == RPV_OK && (count > RPV__TRIGGERS || (count && !e->firings)))
		st = rpv__batch_malformed(b, "firings", "there is at most one for each trigger");
	if (st == RPV_OK && !controls)
		st = rpv__fail_nomem(&b->session->error);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		copies[i] = e->firings[i];
		if (!firing_ok(&copies[i], i ? &copies[i - 1] : NULL))
			st = rpv__batch_malformed(b, "firings", "they are not in the order of triggers, or a value is out of range");
		if (st == RPV_OK)
			st = rpv__batch_check_time(b, copies[i].time_ms, "firings");
		if (st == RPV_OK && copies[i].weakness)
			st = rpv__batch_symbol(b, copies[i].weakness, "firings", &weaknesses[i]);
		if (st == RPV_OK && copies[i].control)
			st = rpv__batch_symbol(b, copies[i].control, "firings", &controls[i]);
	}
	r->row.firings = copies;
	r->firing_weaknesses = weaknesses;
	r->firing_controls = controls;
	return st;
}

/* --- writing --- */
static int64_t units_of(double points)
{
	return (int64_t)(points * (double)RPV__POINT);
}

static uint32_t epss_of(double probability)
{
	return probability < 0 ? RPV__EPSS_UNKNOWN : (uint32_t)(probability * 1e9 + 0.5);
}

static int64_t value_of(rpv_trigger trigger, double value)
{
	if (trigger == RPV_TRIGGER_EXPOSURE)
		return units_of(value);
	return trigger == RPV_TRIGGER_EPSS_CROSSING || trigger == RPV_TRIGGER_EPSS_DOUBLED ? (int64_t)(value * 1e9 + 0.5)
	                                                                                  : (int64_t)value;
}

static rpv_status weakness_of(rpv__intake *in, size_t index, uint32_t symbol, uint32_t *out)
{
	const uint32_t *number;
	size_t count;
	rpv_status st = symbol ? rpv__in_weakness_numbers(in, index, (rpv__symbols){ &symbol, 1 }, &number, &count) : RPV_OK;
	if (st == RPV_OK && symbol)
		*out = *number;
	return st;
}

rpv_status rpv__restore_weaknesses(rpv__intake *in, size_t index, const rpv__exception_record *r)
{
	uint32_t ignored;
	rpv_status st = weakness_of(in, index, r->epss_weakness, &ignored);
	for (size_t i = 0; st == RPV_OK && i < r->row.firing_count; i++)
		st = weakness_of(in, index, r->firing_weaknesses[i], &ignored);
	return st;
}

rpv_status rpv__restore_firings(rpv__intake *in, size_t index, const rpv__exception_record *r, rpv__cover *cover,
                                rpv__exception *texts)
{
	const rpv_exception *e = &r->row;
	const rpv_baseline *from = &e->baseline;
	rpv__baseline *base = &cover->baseline;
	rpv__firing *firings = rpv__in_new(in, e->firing_count * sizeof *firings);
	rpv_status st = firings ? weakness_of(in, index, r->epss_weakness, &base->epss_weakness) : RPV_E_NOMEM;
	base->high_value = from->high_value;
	base->internet_facing = from->internet_facing;
	for (int i = 0; i < 3; i++)
		base->scope_devices[i] = from->scope_devices[i];
	base->severity = (uint8_t)from->severity;
	base->exploit = (uint8_t)from->exploit;
	base->epss = epss_of(from->epss);
	base->flags = (from->known_exploited ? RPV__BASELINE_KNOWN_EXPLOITED : 0u) |
	              (from->fix_available ? RPV__BASELINE_FIX : 0u) |
	              (from->end_of_support ? RPV__BASELINE_END_OF_SUPPORT : 0u);
	base->base_exposure = units_of(from->base_exposure);
	base->base_epss = epss_of(from->base_epss);
	base->base_doubling = epss_of(from->base_doubling);
	cover->fired = from->warned;
	for (size_t i = 0; st == RPV_OK && i < e->firing_count; i++) {
		const rpv_firing *f = &e->firings[i];
		firings[i] = (rpv__firing){ .trigger = f->trigger, .voided = f->voided != 0, .time_ms = f->time_ms,
			.frozen = value_of(f->trigger, f->frozen), .now = value_of(f->trigger, f->now),
			.threshold = value_of(f->trigger, f->threshold) };
		st = weakness_of(in, index, r->firing_weaknesses[i], &firings[i].weakness);
		if (st == RPV_OK && r->firing_controls[i])
			st = rpv__restore_control(in, r->firing_controls[i], &firings[i].control);
	}
	texts->firings = firings;
	texts->firing_count = e->firing_count;
	return st;
}
