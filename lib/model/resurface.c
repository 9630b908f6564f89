/* SPDX-License-Identifier: MIT */
/* Triggers; see resurface.h. */
#include "resurface.h"

#include "../base/wide.h"

#define MILLION 1000000u

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static rpv__wide times(uint64_t a, uint64_t b, uint64_t c)
{
	return rpv__wide_mul(rpv__mul64(a, b), c);
}

/* ceil(a * b / c); as much as fits */
static int64_t share(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t whole = rpv__wide_div(rpv__wide_add(rpv__mul64(a, b), rpv__wide_of(c - 1)), c);
	return whole < INT64_MAX ? (int64_t)whole : INT64_MAX;
}

/* Whether `now` is above `base` by `percent` of (a share of it in `unit`ths, and a number): R25, and re-arming. */
static bool up_by(int64_t base, int64_t now, uint64_t part, uint64_t unit, uint64_t least, uint32_t percent)
{
	if (now <= base)
		return false;
	uint64_t rise = (uint64_t)now - (uint64_t)base, from = (uint64_t)larger(base, 0);
	return rpv__wide_compare(times(rise, unit, 100), times(from, part, percent)) >= 0 &&
	       rpv__wide_compare(rpv__mul64(rise, 100), rpv__mul64(least, percent)) >= 0;
}

/* --- the amounts --- */
static bool exposure_up(const rpv__baseline *base, const rpv__circumstances *now, const rpv__thresholds *t,
                        uint32_t percent)
{
	uint64_t part = t->exposure_ratio_ppm > MILLION ? t->exposure_ratio_ppm - MILLION : 0;
	return up_by(base->base_exposure, now->exposure, part, MILLION, (uint64_t)larger(t->exposure_rise, 0), percent);
}

static bool devices_up(const rpv__baseline *base, const rpv__circumstances *now, const rpv__thresholds *t,
                       uint32_t percent)
{
	return up_by((int64_t)base->devices, (int64_t)now->devices, t->devices_percent, 100, t->devices_rise, percent);
}

/* R26: decimals are compared to 1e-6. */
static int64_t micro(uint32_t epss)
{
	return epss == RPV__EPSS_UNKNOWN ? 0 : (int64_t)((epss + UINT64_C(500)) / 1000);
}

static bool crosses(uint32_t base, uint32_t now, const rpv__thresholds *t)
{
	int64_t mark = micro(t->epss_crossing);
	return micro(base) < mark && mark <= micro(now) && micro(now) - micro(base) >= micro(t->epss_rise);
}

static bool multiplied(uint32_t base, uint32_t now, uint32_t ratio_ppm)
{
	uint64_t reached = (uint64_t)micro(now) * MILLION;
	return base != RPV__EPSS_UNKNOWN && reached >= (uint64_t)micro(base) * ratio_ppm;
}

static bool doubles(uint32_t base, uint32_t now, const rpv__thresholds *t)
{
	return multiplied(base, now, t->epss_ratio_ppm) && micro(now) > micro(t->epss_floor); /* the ratio is above 1 */
}

/* --- firing --- */
static bool level(rpv__firing *out, uint32_t weakness, int64_t frozen, int64_t now, int64_t threshold)
{
	out->weakness = weakness;
	out->frozen = frozen;
	out->now = now;
	out->threshold = threshold;
	return now >= threshold;
}

/* Above what was the highest, or higher than that weakness was. Nothing and not known are the lowest level, 1. */
static bool raised(uint32_t weakness, uint8_t base, uint8_t now, const rpv__rise *rise, rpv__firing *out)
{
	int64_t frozen = larger(base, 1);
	if (level(out, weakness, frozen, now, frozen + 1))
		return true;
	return rise->weakness && level(out, rise->weakness, rise->before, rise->now, rise->before + 1);
}

static int64_t known(uint32_t epss)
{
	return epss == RPV__EPSS_UNKNOWN ? 0 : epss;
}

static bool exposure_fires(const rpv__baseline *base, const rpv__circumstances *now, const rpv__thresholds *t,
                           rpv__firing *out)
{
	uint64_t from = (uint64_t)larger(base->base_exposure, 0);
	int64_t by = share(from, t->exposure_ratio_ppm > MILLION ? t->exposure_ratio_ppm - MILLION : 0, MILLION);
	int64_t rise = larger(by, t->exposure_rise); /* a baseline that a model moved may be as large as fits */
	level(out, 0, base->base_exposure, now->exposure,
	      base->base_exposure > INT64_MAX - rise ? INT64_MAX : base->base_exposure + rise);
	return exposure_up(base, now, t, 100);
}

static bool devices_fire(const rpv__baseline *base, const rpv__circumstances *now, const rpv__thresholds *t,
                         rpv__firing *out)
{
	int64_t frozen = (int64_t)base->devices;
	level(out, 0, frozen, (int64_t)now->devices,
	      frozen + larger(share(base->devices, t->devices_percent, 100), t->devices_rise));
	return devices_up(base, now, t, 100);
}

static bool epss_fires(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now,
                       const rpv__thresholds *t, rpv__firing *out)
{
	if (trigger == RPV_TRIGGER_EPSS_CROSSING) {
		int64_t frozen = known(base->base_epss);
		level(out, now->epss_weakness, frozen, known(now->epss), larger(t->epss_crossing, frozen + t->epss_rise));
		return crosses(base->base_epss, now->epss, t);
	}
	int64_t frozen = known(base->base_doubling);
	level(out, now->epss_weakness, frozen, known(now->epss),
	      larger(share((uint64_t)frozen, t->epss_ratio_ppm, MILLION), (int64_t)t->epss_floor + 1000));
	return doubles(base->base_doubling, now->epss, t);
}

bool rpv__trigger_fires(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now,
                        const rpv__transitions *done, const rpv__thresholds *t, rpv__firing *out)
{
	int64_t exploited = (base->flags & RPV__BASELINE_KNOWN_EXPLOITED) != 0;
	memset(out, 0, sizeof *out);
	out->trigger = trigger;
	switch (trigger) { /* unreachable: callers go through the triggers that there are */
	case RPV_TRIGGER_EXPOSURE: return exposure_fires(base, now, t, out);
	case RPV_TRIGGER_SEVERITY:
		return raised(now->severity_weakness, base->severity, now->severity, &done->severity, out);
	case RPV_TRIGGER_EXPLOIT:
		return raised(now->exploit_weakness, base->exploit, now->exploit, &done->exploit, out);
	case RPV_TRIGGER_KNOWN_EXPLOITED:
		return done->known_exploited ? level(out, done->known_exploited, 0, 1, 1)
		                             : level(out, now->known_exploited, exploited, now->known_exploited != 0, 1 + exploited);
	case RPV_TRIGGER_EPSS_CROSSING:
	case RPV_TRIGGER_EPSS_DOUBLED: return epss_fires(trigger, base, now, t, out);
	case RPV_TRIGGER_ACTIVE_ALERT: return level(out, 0, 0, (int64_t)done->alerts, 1);
	case RPV_TRIGGER_EXPOSED_DEVICES: return devices_fire(base, now, t, out);
	case RPV_TRIGGER_HIGH_VALUE:
		return level(out, 0, (int64_t)base->high_value, (int64_t)now->high_value, (int64_t)base->high_value + 1);
	case RPV_TRIGGER_INTERNET_FACING:
		return level(out, 0, (int64_t)base->internet_facing, (int64_t)now->internet_facing,
		             (int64_t)base->internet_facing + 1);
	case RPV_TRIGGER_END_OF_SUPPORT:
		return level(out, 0, 0, now->end_of_support && !(base->flags & RPV__BASELINE_END_OF_SUPPORT), 1);
	case RPV_TRIGGER_FIX_AVAILABLE: return level(out, done->fix, 0, done->fix != 0, 1);
	case RPV_TRIGGER_CONTROL_RETIRED:
	case RPV_TRIGGER_CONTROL_STALE: break;
	}
	return false;
}

bool rpv__trigger_rearms(rpv_trigger trigger, const rpv__baseline *base, const rpv__circumstances *now,
                         const rpv__thresholds *t)
{
	switch (trigger) { /* unreachable: callers go through the triggers that there are */
	case RPV_TRIGGER_EXPOSURE: return !exposure_up(base, now, t, t->rearm_percent);
	case RPV_TRIGGER_SEVERITY: return now->severity <= larger(base->severity, 1);
	case RPV_TRIGGER_EXPLOIT: return now->exploit <= larger(base->exploit, 1);
	case RPV_TRIGGER_KNOWN_EXPLOITED: return !now->known_exploited || (base->flags & RPV__BASELINE_KNOWN_EXPLOITED);
	case RPV_TRIGGER_EPSS_CROSSING: return micro(now->epss) < micro(t->epss_rearm);
	case RPV_TRIGGER_EPSS_DOUBLED: return !multiplied(base->base_doubling, now->epss, t->epss_ratio_rearm_ppm);
	case RPV_TRIGGER_ACTIVE_ALERT: return now->alerts == 0;
	case RPV_TRIGGER_EXPOSED_DEVICES: return !devices_up(base, now, t, t->rearm_percent);
	case RPV_TRIGGER_HIGH_VALUE: return now->high_value <= base->high_value;
	case RPV_TRIGGER_INTERNET_FACING: return now->internet_facing <= base->internet_facing;
	case RPV_TRIGGER_END_OF_SUPPORT: return !now->end_of_support;
	case RPV_TRIGGER_FIX_AVAILABLE: return !now->fix || (base->flags & RPV__BASELINE_FIX);
	case RPV_TRIGGER_CONTROL_RETIRED:
	case RPV_TRIGGER_CONTROL_STALE: break;
	}
	return false;
}

/* --- the baseline --- */
bool rpv__tags_end_of_support(const rpv__texts *tags)
{
	for (size_t i = 0; i < tags->count; i++)
		if (rpv__equal_fold(tags->items[i], "EOS software") || rpv__equal_fold(tags->items[i], "EOS versions"))
			return true;
	return false;
}

void rpv__baseline_learn(rpv__baseline *base, const rpv__circumstances *now)
{
	if (base->base_doubling == RPV__EPSS_UNKNOWN)
		base->base_doubling = now->epss;
}

void rpv__baseline_move(rpv__baseline *base, const rpv__circumstances *before, const rpv__circumstances *after)
{
	if (before->exposure > 0 && after->exposure >= 0 && base->base_exposure > 0) {
		rpv__wide moved = rpv__mul64((uint64_t)base->base_exposure, (uint64_t)after->exposure);
		uint64_t exposure = rpv__wide_div(moved, (uint64_t)before->exposure);
		base->base_exposure = exposure < INT64_MAX ? (int64_t)exposure : INT64_MAX;
	}
	base->base_epss = after->epss;
	if (after->epss != RPV__EPSS_UNKNOWN)
		base->base_doubling = after->epss;
}

/* --- all of them --- */
size_t rpv__resurface(const rpv__baseline *base, const rpv__circumstances *now, const rpv__transitions *done,
                      const rpv__thresholds *thresholds, const uint8_t actions[RPV__TRIGGERS], int64_t now_ms,
                      uint32_t *fired, rpv__firing *out)
{
	size_t count = 0;
	for (unsigned i = 0; i < RPV__TRIGGERS; i++) {
		uint32_t bit = UINT32_C(1) << i;
		rpv__firing firing;
		/* a single event above nothing that lasts, such as a rise below what was the highest, leaves it armed */
		bool armed = rpv__trigger_rearms((rpv_trigger)i, base, now, thresholds);
		if (armed)
			*fired &= ~bit;
		if (actions[i] == RPV__ACTION_OFF ||
		    !rpv__trigger_fires((rpv_trigger)i, base, now, done, thresholds, &firing))
			continue;
		firing.voided = actions[i] == RPV__ACTION_VOID;
		firing.time_ms = now_ms;
		if (firing.voided || !(*fired & bit))
			out[count++] = firing;
		if (!firing.voided && !armed)
			*fired |= bit;
	}
	return count;
}

const rpv__firing *rpv__firing_voids(const rpv__firing *firings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (firings[i].voided)
			return &firings[i];
	return NULL;
}
