/* SPDX-License-Identifier: MIT */
/* The naive model: what an exception rests on, and what makes it void or warn. */
#include "reference.h"

#include <math.h>
#include <string.h>

static const int mitigating[] = { 0, 1, 1, 0, 0, 0, 0 };

/* Spec 3 and R30, R31. A fix speaks against "no patch available" only. */
ref_action ref_default_action(int justification, int trigger)
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
	e->base_doubling = e->base_epss = e->base.epss;
	e->base_exposure = e->base.exposure;
	e->base_slack = 1e-9L;
	e->warned = 0;
}

/* --- triggers --- */
/* Armed: what fired lies so far back that it may fire again. A warning is given once until then. */
typedef struct judged { bool fires, armed; } judged;

/* At least: exactly, or in doubt. */
static bool at_least(ref *m, long double value, long double threshold, long double slack)
{
	if (fabsl(value - threshold) < slack && value > 0)
		m->tie = true;
	return value >= threshold;
}

/* R22, R25: up by a part and by points; armed again below the policy's percentage of either. */
static bool exposure_up(ref *m, const ref_exception *e, const ref_measure *now, int percent)
{
	long double base = e->base_exposure, rise = now->exposure - base, part = base * (m->policy.exposure_percent - 100) / 100;
	if (rise < 1e-12L)
		return false;
	return at_least(m, rise, part * percent / 100, 3 * e->base_slack) &
	       at_least(m, rise, m->policy.exposure_rise * percent / 100, 3 * e->base_slack);
}

static judged exposure(ref *m, const ref_exception *e, const ref_measure *now)
{
	bool warned = e->warned >> RPV_TRIGGER_EXPOSURE & 1;
	bool up = exposure_up(m, e, now, 100);
	return (judged){ up, warned ? !exposure_up(m, e, now, m->policy.rearm_percent) : !up };
}

static bool devices_up(const ref *m, const ref_exception *e, const ref_measure *now, int percent)
{
	int rise = now->devices - e->base.devices;
	return rise > 0 && rise * 10000 >= e->base.devices * m->policy.devices_percent * percent &&
	       rise * 100 >= m->policy.devices_rise * percent;
}

/* R26 */
static judged crossing(const ref *m, const ref_exception *e, const ref_measure *now)
{
	long base = e->base_epss < 0 ? 0 : e->base_epss;
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

/* R24: above the highest frozen, or a weakness that was there and rose. */
static judged raised(const ref_exception *e, const ref_facts *before, const ref_facts *after, unsigned stayed,
                     const ref_measure *now, bool exploit)
{
	int frozen = exploit ? e->base.exploit : e->base.severity, highest = exploit ? now->exploit : now->severity;
	bool above = highest > 1 && highest > frozen;
	judged j = { above, !above };
	for (int w = 0; w < REF_WEAKS; w++) {
		const ref_weakness *a = &before->weaks[w], *b = &after->weaks[w];
		if (stayed >> w & 1)
			j.fires |= exploit ? b->exploit > a->exploit : b->severity > a->severity;
	}
	return j;
}

/* R24: a weakness newly known exploited, or new and known exploited. */
static judged exploited(const ref_exception *e, const ref_facts *before, const ref_facts *after, unsigned had,
                        const ref_measure *now)
{
	judged j = { now->exploited && !e->base.exploited, !now->exploited || e->base.exploited };
	for (int w = 0; w < REF_WEAKS; w++)
		if (now->weaks >> w & 1 && after->weaks[w].exploited)
			j.fires |= !(had >> w & 1) || !before->weaks[w].exploited;
	return j;
}

/* R31 */
static judged fixed(const ref_exception *e, const ref_facts *before, const ref_facts *after, unsigned stayed,
                    const ref_measure *now)
{
	judged j = { false, !now->fix || e->base.fix };
	for (int w = 0; w < REF_WEAKS; w++)
		if (stayed >> w & 1)
			j.fires |= before->weaks[w].fix == RPV_FLAG_FALSE && after->weaks[w].fix == RPV_FLAG_TRUE;
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
	const ref_facts *after = &m->facts;
	switch (trigger) {
	case RPV_TRIGGER_EXPOSURE: return exposure(m, e, now);
	case RPV_TRIGGER_SEVERITY: return raised(e, before, after, then->weaks & now->weaks, now, false);
	case RPV_TRIGGER_EXPLOIT: return raised(e, before, after, then->weaks & now->weaks, now, true);
	case RPV_TRIGGER_KNOWN_EXPLOITED: return exploited(e, before, after, then->weaks, now);
	case RPV_TRIGGER_EPSS_CROSSING: return crossing(m, e, now);
	case RPV_TRIGGER_EPSS_DOUBLED: return doubled(m, e, now);
	case RPV_TRIGGER_ACTIVE_ALERT: return alerts(e, before, after);
	case RPV_TRIGGER_EXPOSED_DEVICES:
		return (judged){ devices_up(m, e, now, 100), !devices_up(m, e, now, m->policy.rearm_percent) };
	case RPV_TRIGGER_HIGH_VALUE: return (judged){ now->high > e->base.high, now->high <= e->base.high };
	case RPV_TRIGGER_INTERNET_FACING: return (judged){ now->internet > e->base.internet, now->internet <= e->base.internet };
	case RPV_TRIGGER_END_OF_SUPPORT:
		return (judged){ now->end_of_support && !e->base.end_of_support, !now->end_of_support };
	case RPV_TRIGGER_FIX_AVAILABLE: return fixed(e, before, after, then->weaks & now->weaks, now);
	case RPV_TRIGGER_CONTROL_RETIRED:
		return (judged){ ref_gone(after, e->controls), !ref_gone(after, e->controls) };
	default: return (judged){ ref_stale(after, e->controls) <= m->mark, ref_stale(after, e->controls) > m->mark };
	}
}

/* R27: what a new EPSS model says is no news; older figures are read through it. */
static void move_base(ref *m, ref_exception *e, const ref_facts *before, const ref_measure *then)
{
	ref_facts moved = *before;
	ref_measure is;
	unsigned weaks = 0;
	for (int w = 0; w < REF_WEAKS; w++)
		if (m->facts.weaks[w].model != before->weaks[w].model) {
			moved.weaks[w].epss = m->facts.weaks[w].epss;
			weaks |= 1u << w;
		}
	if (!(weaks & then->weaks))
		return;
	ref_take_measure(&moved, e, e->base.by_value, &is);
	if (then->exposure > 0) {
		long double ratio = is.exposure / then->exposure, units = 200 * 0x1p-40L;
		e->base_slack = e->base_slack * ratio + units + units * (1 + ratio) * e->base_exposure / then->exposure;
		e->base_exposure *= ratio;
	}
	e->base_epss = is.epss;
	e->base_doubling = is.epss >= 0 ? is.epss : e->base_doubling;
}

/* R30: all that fired are recorded, in order; the first that voids is the reason. */
static bool judge_one(ref *m, int number, const ref_facts *before)
{
	ref_exception *e = &m->all[number];
	ref_measure then, now;
	bool voided = false;
	ref_take_measure(before, e, e->base.by_value, &then);
	ref_take_measure(&m->facts, e, e->base.by_value, &now);
	move_base(m, e, before, &then);
	unsigned told = 0;
	bool by_control = false;
	for (int t = 0; t < REF_TRIGGERS; t++) {
		ref_action action = m->policy.triggers >> t & 1 ? m->policy.actions[e->justification][t] : REF_OFF;
		judged j = judge(m, e, before, t, &then, &now);
		if (j.armed)
			e->warned &= ~(1u << t);
		if (!j.fires || action == REF_OFF || (action == REF_WARN && e->warned >> t & 1))
			continue;
		e->fired |= 1u << t;
		if (action == REF_WARN && !j.armed) /* an event above nothing that lasts leaves it armed */
			e->warned |= 1u << t;
		by_control = action == REF_VOID && !voided ? t >= RPV_TRIGGER_CONTROL_RETIRED : by_control;
		if (action == REF_VOID && !voided)
			ref_tell(m, RPV_EVENT_EXCEPTION_RESURFACED, number, m->mark, 0, t);
		voided = voided || action == REF_VOID;
		told |= action == REF_WARN ? 1u << t : 0;
	}
	for (int t = 0; t < REF_TRIGGERS; t++) /* what is void needs no warning; controls are looked at afterwards */
		if (told >> t & 1 && (!voided || (by_control && t < RPV_TRIGGER_CONTROL_RETIRED)))
			ref_tell(m, RPV_EVENT_EXCEPTION_WARNED, number, m->mark, 0, t);
	if (!voided)
		return false;
	e->ending = RPV_EXCEPTION_RESURFACED;
	e->ended = m->mark;
	return true;
}

/* R10: all that are accepted and have not ended. What a void global one suspended returns, if it is not void as well. */
void ref_judge_change(ref *m, const ref_facts *before)
{
	bool was[REF_MOST], voided[REF_MOST] = { false };
	for (int i = 0; i < m->count; i++)
		was[i] = m->all[i].scope == RPV_SCOPE_GLOBAL && ref_alone(&m->all[i], m->mark) == RPV_EXCEPTION_IN_EFFECT;
	for (int i = 0; i < m->count; i++)
		voided[i] = ref_live(m, &m->all[i]) && !m->all[i].pending && judge_one(m, i, before);
	for (int i = 0; i < m->count; i++)
		if (was[i] && voided[i])
			ref_resume(m, i);
	ref_rest(m);
}
