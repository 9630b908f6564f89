/* SPDX-License-Identifier: MIT */
/* The naive model: what an exception rests on, and what makes it void or warn. */
#include "reference.h"

#include <math.h>
#include <string.h>

static const int mitigating[] = { 0, 1, 1, 0, 0, 0, 0 };

/* Spec 3 and R30, R31. A fix speaks against "no patch available" only. */
unsigned ref_default_justification(int justification, int trigger)
{
	bool control = trigger == RPV_TRIGGER_CONTROL_RETIRED || trigger == RPV_TRIGGER_CONTROL_STALE;
	if (justification == RPV_JUSTIFICATION_NO_PATCH_AVAILABLE)
		return control || trigger == RPV_TRIGGER_FIX_AVAILABLE || trigger == RPV_TRIGGER_EXPLOIT ||
		       trigger == RPV_TRIGGER_KNOWN_EXPLOITED ? REF_VOID : REF_WARN;
	if (justification == RPV_JUSTIFICATION_NONE)
		return REF_OFF;
	if (trigger == RPV_TRIGGER_FIX_AVAILABLE)
		return REF_OFF;
	if (justification == RPV_JUSTIFICATION_FALSE_POSITIVE || mitigating[justification])
		return control ? REF_VOID : REF_WARN;
	return REF_VOID;
}

/* --- scoring, section 1, evaluated as it stands --- */
static long double hazard(const ref_weakness *w)
{
	const long double bases[] = { 0, 0.003L, 0.001L, 0.003L, 0.010L, 0.030L };
	const long double consequences[] = { 0, 0.5L, 0.25L, 0.5L, 0.8L, 1.0L };
	const long double floors[] = { 0, 0, 0.05L, 0.20L, 0.40L };
	long double p = w->epss >= 0 ? (long double)w->epss / 1000000 : bases[w->severity];
	p = fmaxl(p, floors[w->exploit]);
	p = fmaxl(p, w->exploited ? 0.90L : 0);
	p = fmaxl(p, w->alert ? 0.99L : 0);
	return -log1pl(-fminl(p, 0.99L) * consequences[w->severity] * 0.1L);
}

static unsigned weaks_of(const ref_exception *e, int rec, unsigned has)
{
	if (rec == REF_CONFIG || (e->rec >= 0 && e->rec != rec))
		return 0;
	return e->weak < 0 ? has : has & 1u << e->weak;
}

/* R23: known and not excluded devices, active or not. */
static bool counts(const ref_facts *f, const ref_exception *e, int device)
{
	return f->devices[device].known && !f->devices[device].excluded && ref_covers(e, f, device);
}

static bool exposed(const ref_facts *f, const ref_exception *e, int device, unsigned *weaks, long double *sum)
{
	const ref_device *d = &f->devices[device];
	bool is = e->rec == REF_CONFIG && e->weak < 0 && d->has[REF_CONFIG];
	*weaks = 0;
	*sum = 0;
	if (!counts(f, e, device))
		return false;
	for (int r = 0; r < REF_RECS; r++) {
		unsigned bits = weaks_of(e, r, d->has[r]);
		*weaks |= bits;
		for (int w = 0; w < REF_WEAKS; w++)
			*sum += bits >> w & 1 ? hazard(&f->weaks[w]) : 0;
	}
	*sum *= (d->internet ? 3 : 1) * (d->alert ? 4 : 1);
	return is || *weaks;
}

static long double weigh(rpv_value value, const int frozen[3])
{
	long double n = frozen[0] + frozen[1] + frozen[2];
	return value == RPV_VALUE_LOW ? 0.75L : value == RPV_VALUE_HIGH ? fmaxl(1, n / 10) : 1;
}

static void take_weakness(const ref_weakness *w, ref_measure *out)
{
	out->severity = (int)w->severity > out->severity ? (int)w->severity : out->severity;
	out->exploit = (int)w->exploit > out->exploit ? (int)w->exploit : out->exploit;
	out->exploited |= w->exploited;
	out->fix |= w->fix == RPV_FLAG_TRUE;
	out->epss = w->epss > out->epss ? w->epss : out->epss;
}

void ref_take_measure(const ref_facts *f, const ref_exception *e, const int frozen[3], ref_measure *out)
{
	long double sum = 0;
	memset(out, 0, sizeof *out);
	out->epss = -1;
	for (int d = 0; d < REF_DEVICES; d++)
		if (counts(f, e, d))
			out->by_value[f->devices[d].value - RPV_VALUE_LOW]++;
	const int *n = frozen ? frozen : out->by_value;
	for (int d = 0; d < REF_DEVICES; d++) {
		unsigned weaks;
		long double load;
		if (!exposed(f, e, d, &weaks, &load))
			continue;
		out->devices++;
		out->high += f->devices[d].value == RPV_VALUE_HIGH;
		out->internet += f->devices[d].internet;
		out->weaks |= weaks;
		sum += weigh(f->devices[d].value, n) * -expm1l(-load);
	}
	for (int w = 0; w < REF_WEAKS; w++)
		if (out->weaks >> w & 1)
			take_weakness(&f->weaks[w], out);
	long double total = n[0] * weigh(RPV_VALUE_LOW, n) + n[1] + n[2] * weigh(RPV_VALUE_HIGH, n);
	out->exposure = total > 0 ? 100 * sum / total : 0;
	out->end_of_support = e->rec >= 0 && f->end_of_support[e->rec];
}

void ref_freeze(ref *m, ref_exception *e)
{
	ref_take_measure(&m->facts, e, NULL, &e->base);
	e->base_doubling = e->base.epss;
}

/* --- triggers --- */
typedef struct judged { bool fires, armed; } judged; /* armed: so far down that it may fire again */

/* At least: exactly, or in doubt. */
static bool at_least(ref *m, long double value, long double threshold)
{
	if (fabsl(value - threshold) < 1e-9L && value > 0)
		m->tie = true;
	return value >= threshold;
}

static judged exposure(ref *m, const ref_exception *e, const ref_measure *now)
{
	long double base = e->base.exposure, ratio = base * m->policy.exposure_percent / 100;
	long double threshold = fmaxl(ratio, base + m->policy.exposure_rise);
	judged j = { at_least(m, now->exposure, threshold),
		!at_least(m, now->exposure, threshold * m->policy.rearm_percent / 100) };
	return j;
}

static judged counted(const ref *m, int now, int threshold)
{
	return (judged){ now >= threshold, now * 100 < threshold * m->policy.rearm_percent };
}

static judged devices(const ref *m, const ref_exception *e, const ref_measure *now)
{
	int rise = (e->base.devices * m->policy.devices_percent + 99) / 100;
	if (rise < m->policy.devices_rise)
		rise = m->policy.devices_rise;
	return counted(m, now->devices, e->base.devices + rise);
}

/* R26 */
static judged crossing(const ref *m, const ref_exception *e, const ref_measure *now)
{
	long base = e->base.epss < 0 ? 0 : e->base.epss;
	return (judged){ base < m->policy.crossing && now->epss >= m->policy.crossing &&
		                 now->epss - base >= m->policy.crossing_rise, now->epss < m->policy.crossing_rearm };
}

static judged doubled(const ref *m, ref_exception *e, const ref_measure *now)
{
	long base = e->base_doubling;
	if (base < 0) { /* the first known value becomes the base */
		e->base_doubling = now->epss;
		return (judged){ false, true };
	}
	return (judged){ now->epss * 100 >= base * m->policy.doubled_percent && now->epss > m->policy.doubled_floor,
		             now->epss * 100 < base * m->policy.doubled_rearm_percent };
}

/* R24: a weakness that rose, or one newly present above the highest frozen. */
static judged raised(const ref_exception *e, const ref_facts *before, const ref_facts *after, unsigned had, unsigned has,
                     rpv_trigger trigger)
{
	judged j = { false, true };
	for (int w = 0; w < REF_WEAKS; w++) {
		const ref_weakness *a = &before->weaks[w], *b = &after->weaks[w];
		bool is_new = !(had >> w & 1);
		if (!(has >> w & 1))
			continue;
		if (trigger == RPV_TRIGGER_SEVERITY)
			j.fires |= b->severity > a->severity || (is_new && (int)b->severity > e->base.severity);
		if (trigger == RPV_TRIGGER_EXPLOIT)
			j.fires |= b->exploit > a->exploit || (is_new && (int)b->exploit > e->base.exploit &&
			                                       b->exploit >= RPV_EXPLOIT_PUBLIC);
		if (trigger == RPV_TRIGGER_KNOWN_EXPLOITED)
			j.fires |= b->exploited && (is_new || !a->exploited);
		if (trigger == RPV_TRIGGER_FIX_AVAILABLE)
			j.fires |= a->fix == RPV_FLAG_FALSE && b->fix == RPV_FLAG_TRUE;
		j.armed &= trigger == RPV_TRIGGER_SEVERITY ? (int)b->severity <= e->base.severity
		         : trigger == RPV_TRIGGER_EXPLOIT ? (int)b->exploit <= e->base.exploit
		         : trigger == RPV_TRIGGER_KNOWN_EXPLOITED ? !b->exploited : b->fix != RPV_FLAG_TRUE;
	}
	return j;
}

/* R28: a transition by device. */
static judged alerts(const ref_exception *e, const ref_facts *before, const ref_facts *after)
{
	judged j = { false, true };
	for (int d = 0; d < REF_DEVICES; d++) {
		unsigned weaks;
		long double load;
		bool now = exposed(after, e, d, &weaks, &load) && after->devices[d].alert;
		bool then = exposed(before, e, d, &weaks, &load) && before->devices[d].alert;
		j.fires |= now && !then;
		j.armed &= !now;
	}
	return j;
}

static judged judge(ref *m, ref_exception *e, const ref_facts *before, int trigger, const ref_measure *then,
                    const ref_measure *now)
{
	switch (trigger) {
	case RPV_TRIGGER_EXPOSURE: return exposure(m, e, now);
	case RPV_TRIGGER_EPSS_CROSSING: return crossing(m, e, now);
	case RPV_TRIGGER_EPSS_DOUBLED: return doubled(m, e, now);
	case RPV_TRIGGER_ACTIVE_ALERT: return alerts(e, before, &m->facts);
	case RPV_TRIGGER_EXPOSED_DEVICES: return devices(m, e, now);
	case RPV_TRIGGER_HIGH_VALUE: return counted(m, now->high, e->base.high + 1);
	case RPV_TRIGGER_INTERNET_FACING: return counted(m, now->internet, e->base.internet + 1);
	case RPV_TRIGGER_END_OF_SUPPORT: return (judged){ now->end_of_support && !e->base.end_of_support, !now->end_of_support };
	case RPV_TRIGGER_CONTROL_RETIRED:
	case RPV_TRIGGER_CONTROL_STALE: return (judged){ false, false };
	default: return raised(e, before, &m->facts, then->weaks, now->weaks, (rpv_trigger)trigger);
	}
}

void ref_void(ref *m, int number)
{
	ref_exception *e = &m->all[number];
	bool was = ref_alone(e, m->mark) == RPV_EXCEPTION_IN_EFFECT && e->scope == RPV_SCOPE_GLOBAL;
	e->ending = RPV_EXCEPTION_RESURFACED;
	e->ended = m->mark;
	if (was && ref_below(m, e, m->mark) && ref_global_above(m, e, m->mark) < 0)
		ref_tell(m, RPV_EVENT_EXCEPTION_RESUMED, number, m->mark, ref_below(m, e, m->mark), -1);
}

/* R30: all that fired are recorded, in order; the first that voids is the reason. */
static void judge_one(ref *m, int number, const ref_facts *before)
{
	ref_exception *e = &m->all[number];
	ref_measure then, now;
	bool voided = false;
	ref_take_measure(before, e, e->base.by_value, &then);
	ref_take_measure(&m->facts, e, e->base.by_value, &now);
	for (int t = 0; t < REF_TRIGGERS; t++) {
		ref_action action = m->policy.actions[e->justification][t];
		judged j = judge(m, e, before, t, &then, &now);
		if (j.armed)
			e->warned &= ~(1u << t);
		if (!j.fires || action == REF_OFF || (action == REF_WARN && e->warned >> t & 1))
			continue;
		e->fired |= 1u << t;
		if (action == REF_WARN)
			e->warned |= 1u << t;
		voided = voided || action == REF_VOID;
		ref_tell(m, action == REF_VOID ? RPV_EVENT_EXCEPTION_RESURFACED : RPV_EVENT_EXCEPTION_WARNED, number, m->mark, 0, t);
	}
	if (voided)
		ref_void(m, number);
}

/* R10: all that are accepted and have not ended. */
void ref_judge_change(ref *m, const ref_facts *before)
{
	for (int i = 0; i < m->count; i++)
		if (ref_live(m, &m->all[i]))
			judge_one(m, i, before);
}
