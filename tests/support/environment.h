/* SPDX-License-Identifier: MIT */
/* When the environment of an exception counts as worse: worked out anew from all facts, before a commit and after it, by the
 * sentences of the rules and in floating point. Deliberately naive, and made of nothing that the library has. */
#ifndef TEST_ENVIRONMENT_H
#define TEST_ENVIRONMENT_H

#include "decisions.h"

#include <math.h>
#include <stdlib.h>

enum { GROUPS = 3, DEVICES = 14, RECS = 3, CONFIG = 2, WEAKS = 5, SETS = 2, SOURCES = 2, MOST = 24, STEPS = 25 };
enum { JUSTIFICATIONS = 7, TRIGGERS = 14 };
enum { NOT_SAID = -1, OF_SET = 64 }; /* what a source says: nothing, bits of weaknesses, or a set; a configuration state */

static const char *const sources[SOURCES] = { "one", "two" };
static const char *const models[] = { NULL, "v3", "v4", "v5" };

typedef struct weak { /* epss < 0: unknown */
	int severity, exploit, model, fix;
	double epss;
	bool exploited, alert;
} weak;
typedef struct dev { bool there, excluded, internet, alert; int group, value; int said[RECS][SOURCES]; } dev;
typedef struct facts {
	weak weaks[WEAKS];
	dev devs[DEVICES];
	unsigned sets[RECS][SETS]; bool has_set[RECS][SETS];
	bool ended[RECS];                                  /* support */
} facts;

typedef struct base { /* what was frozen */
	double exposure, epss, doubling, weight_sum, weights[3];
	int devices, high, internet, severity, exploit;
	bool exploited, ended, fix;
} base;
typedef struct grant {
	int rec, weak;                                     /* -1: everywhere, whole */
	rpv_scope scope;
	unsigned units;
	int justification;
	base base;
	bool live;
	unsigned warned;
	int warnings;                                      /* how often it was warned about */
	int voided_by;                                     /* -1: not void */
} grant;

typedef struct policy {
	int action[JUSTIFICATIONS][TRIGGERS];
	double ratio, rise, crossing, percent;
	int devices_rise;
} policy;

typedef struct walk {
	test_world world;
	test_random random;
	facts was, is;
	policy policy;
	grant all[MOST];
	int count;
	rpv_batch *batches[SOURCES];
	bool used_dev[DEVICES], used_pair[DEVICES][RECS], used_rec[RECS];
} walk;

static uint64_t pick(walk *k, uint64_t bound)
{
	return test_random_below(&k->random, bound);
}

static const char *id_of(const char *letter, int number)
{
	static char ids[16][16];
	static int at;
	char *id = ids[at++ % 16];
	snprintf(id, sizeof ids[0], "%s%d", letter, number);
	return id;
}

static const char *group_name(int group)
{
	return group == 0 ? "UnassignedGroup" : id_of("g", group);
}

/* --- the facts, by their sentences --- */
static unsigned has(const facts *f, int d, int rec)
{
	unsigned all = 0;
	for (int s = 0; s < SOURCES; s++) {
		int said = f->devs[d].said[rec][s];
		if (said >= OF_SET)
			all |= f->sets[rec][said - OF_SET];
		else if (said > 0)
			all |= (unsigned)said;
	}
	return all;
}

static bool counted(const facts *f, int d)
{
	return f->devs[d].there && !f->devs[d].excluded;
}

static bool covers(const grant *g, const facts *f, int d)
{
	if (g->scope == RPV_SCOPE_GLOBAL)
		return true;
	return g->units >> (g->scope == RPV_SCOPE_DEVICES ? d : f->devs[d].group) & 1;
}

/* Weaknesses of the target on a device, by recommendation. */
static unsigned findings(const grant *g, const facts *f, int d, int rec)
{
	if (rec == CONFIG || (g->rec >= 0 && g->rec != rec))
		return 0;
	return has(f, d, rec) & (g->weak < 0 ? ~0u : 1u << g->weak);
}

static bool exposed(const grant *g, const facts *f, int d)
{
	if (g->rec == CONFIG) /* of several sources the worst state counts */
		return f->devs[d].said[CONFIG][0] == RPV_CONFIGURATION_EXPOSED ||
		       f->devs[d].said[CONFIG][1] == RPV_CONFIGURATION_EXPOSED;
	for (int rec = 0; rec < RECS; rec++)
		if (findings(g, f, d, rec))
			return true;
	return false;
}

static bool concerns(const grant *g, const facts *f, int d)
{
	return counted(f, d) && covers(g, f, d) && exposed(g, f, d);
}

static double hazard(const weak *w)
{
	static const double by_severity[] = { 0.003, 0.003, 0.001, 0.003, 0.01, 0.03 };
	static const double floors[] = { 0, 0, 0.05, 0.2, 0.4 }, consequences[] = { 0.5, 0.5, 0.25, 0.5, 0.8, 1 };
	double p = w->epss >= 0 ? w->epss : by_severity[w->severity];
	p = fmax(p, floors[w->exploit]);
	p = w->exploited ? fmax(p, 0.9) : p;
	p = w->alert ? fmax(p, 0.99) : p;
	return -log(1 - fmin(p, 0.99) * consequences[w->severity] * 0.1);
}

/* Standalone exposure with the weights of `b` (R22), over the devices of `f` but the weaknesses as `threats` has them. */
static double exposure(const grant *g, const base *b, const facts *f, const facts *threats)
{
	double sum = 0;
	for (int d = 0; d < DEVICES; d++) {
		double l = 0;
		if (!concerns(g, f, d))
			continue;
		for (int rec = 0; rec < RECS; rec++)
			for (int k = 0; k < WEAKS; k++)
				if (findings(g, f, d, rec) >> k & 1)
					l += hazard(&threats->weaks[k]);
		l *= (f->devs[d].internet ? 3 : 1) * (f->devs[d].alert ? 4 : 1);
		sum += b->weights[f->devs[d].value - 1] * (1 - exp(-l));
	}
	return b->weight_sum > 0 ? 100 * sum / b->weight_sum : 0;
}

static unsigned present(const grant *g, const facts *f)
{
	unsigned all = 0;
	for (int d = 0; d < DEVICES; d++)
		for (int rec = 0; rec < RECS && concerns(g, f, d); rec++)
			all |= findings(g, f, d, rec);
	return all;
}

static double highest_epss(unsigned weaks, const facts *threats)
{
	double highest = -1;
	for (int k = 0; k < WEAKS; k++)
		if (weaks >> k & 1)
			highest = fmax(highest, threats->weaks[k].epss);
	return highest;
}

static int highest(unsigned weaks, const facts *f, bool exploit)
{
	int most = 0;
	for (int k = 0; k < WEAKS; k++) {
		int level = exploit ? f->weaks[k].exploit : f->weaks[k].severity;
		if (weaks >> k & 1 && level > most)
			most = level;
	}
	return most;
}

static int count(const grant *g, const facts *f, bool high, bool internet)
{
	int n = 0;
	for (int d = 0; d < DEVICES; d++)
		n += concerns(g, f, d) && (!high || f->devs[d].value == RPV_VALUE_HIGH) && (!internet || f->devs[d].internet);
	return n;
}

static void freeze(grant *g, const facts *f)
{
	base *b = &g->base;
	unsigned weaks = present(g, f);
	int by_value[3] = { 0, 0, 0 }, n = 0;
	for (int d = 0; d < DEVICES; d++)
		if (counted(f, d) && covers(g, f, d))
			by_value[f->devs[d].value - 1]++, n++;
	b->weights[0] = 0.75;
	b->weights[1] = 1;
	b->weights[2] = fmax(1, n / 10.0);
	b->weight_sum = by_value[0] * b->weights[0] + by_value[1] + by_value[2] * b->weights[2];
	b->exposure = exposure(g, b, f, f);
	b->epss = b->doubling = highest_epss(weaks, f);
	b->severity = highest(weaks, f, false);
	b->exploit = highest(weaks, f, true);
	b->devices = count(g, f, false, false);
	b->high = count(g, f, true, false);
	b->internet = count(g, f, false, true);
	b->exploited = b->fix = false;
	for (int k = 0; k < WEAKS; k++) {
		b->exploited = b->exploited || (weaks >> k & 1 && f->weaks[k].exploited);
		b->fix = b->fix || (weaks >> k & 1 && f->weaks[k].fix == RPV_FLAG_TRUE);
	}
	b->ended = g->rec >= 0 && f->ended[g->rec];
	g->warned = 0;
}

/* --- the triggers, by their sentences; *unsure: floating point cannot tell --- */
static double micro(double epss)
{
	return epss < 0 ? 0 : floor(epss * 1e6 + 0.5);
}

static bool up(double frozen, double now, double part, double least, double percent, bool *unsure)
{
	double rise = (now - frozen) * 100, wanted = fmax(part * frozen, least) * percent;
	if (fabs(rise - wanted) < 1e-5 * fmax(1, wanted) && now != floor(now))
		*unsure = true;
	return now > frozen && rise >= wanted;
}

static bool rose(const grant *g, const walk *k, bool exploit)
{
	unsigned stayed = present(g, &k->was) & present(g, &k->is);
	for (int w = 0; w < WEAKS; w++)
		if (stayed >> w & 1 && (exploit ? k->is.weaks[w].exploit > k->was.weaks[w].exploit
		                                : k->is.weaks[w].severity > k->was.weaks[w].severity))
			return true;
	return false;
}

static bool newly_exploited(const grant *g, const walk *k)
{
	unsigned before = present(g, &k->was), now = present(g, &k->is);
	for (int w = 0; w < WEAKS; w++)
		if (now >> w & 1 && k->is.weaks[w].exploited && !(before >> w & 1 && k->was.weaks[w].exploited))
			return true;
	return false;
}

static bool any_exploited(const grant *g, const facts *f)
{
	for (int w = 0; w < WEAKS; w++)
		if (present(g, f) >> w & 1 && f->weaks[w].exploited)
			return true;
	return false;
}

static bool fix_came(const grant *g, const walk *k)
{
	unsigned stayed = present(g, &k->was) & present(g, &k->is);
	for (int w = 0; w < WEAKS; w++)
		if (stayed >> w & 1 && k->was.weaks[w].fix == RPV_FLAG_FALSE && k->is.weaks[w].fix == RPV_FLAG_TRUE)
			return true;
	return false;
}

static bool new_alert(const grant *g, const walk *k)
{
	for (int d = 0; d < DEVICES; d++)
		if (concerns(g, &k->is, d) && k->is.devs[d].alert && !(concerns(g, &k->was, d) && k->was.devs[d].alert))
			return true;
	return false;
}

static bool fires(const walk *k, const grant *g, int trigger, bool *unsure)
{
	const base *b = &g->base;
	const facts *f = &k->is;
	unsigned weaks = present(g, f);
	double now = micro(highest_epss(weaks, f));
	switch (trigger) {
	case RPV_TRIGGER_EXPOSURE:
		return up(b->exposure, exposure(g, b, f, f), k->policy.ratio - 1, k->policy.rise, 100, unsure);
	case RPV_TRIGGER_SEVERITY: return highest(weaks, f, false) > fmax(b->severity, 1) || rose(g, k, false);
	case RPV_TRIGGER_EXPLOIT: return highest(weaks, f, true) > fmax(b->exploit, 1) || rose(g, k, true);
	case RPV_TRIGGER_KNOWN_EXPLOITED: return newly_exploited(g, k) || (any_exploited(g, f) && !b->exploited);
	case RPV_TRIGGER_EPSS_CROSSING:
		return micro(b->epss) < micro(k->policy.crossing) && now >= micro(k->policy.crossing) &&
		       now - micro(b->epss) >= 60000;
	case RPV_TRIGGER_EPSS_DOUBLED:
		return b->doubling >= 0 && now >= 2 * micro(b->doubling) && now > 50000 && now > micro(b->doubling);
	case RPV_TRIGGER_ACTIVE_ALERT: return new_alert(g, k);
	case RPV_TRIGGER_EXPOSED_DEVICES:
		return up(b->devices, count(g, f, false, false), k->policy.percent / 100, k->policy.devices_rise, 100, unsure);
	case RPV_TRIGGER_HIGH_VALUE: return count(g, f, true, false) > b->high;
	case RPV_TRIGGER_INTERNET_FACING: return count(g, f, false, true) > b->internet;
	case RPV_TRIGGER_END_OF_SUPPORT: return g->rec >= 0 && f->ended[g->rec] && !b->ended;
	case RPV_TRIGGER_FIX_AVAILABLE: return fix_came(g, k);
	default: return false;
	}
}

static bool rearms(const walk *k, const grant *g, int trigger, bool *unsure)
{
	const base *b = &g->base;
	const facts *f = &k->is;
	unsigned weaks = present(g, f);
	double now = micro(highest_epss(weaks, f));
	bool alert = false, fix = false;
	for (int d = 0; d < DEVICES; d++)
		alert = alert || (concerns(g, f, d) && f->devs[d].alert);
	for (int w = 0; w < WEAKS; w++)
		fix = fix || (weaks >> w & 1 && f->weaks[w].fix == RPV_FLAG_TRUE);
	switch (trigger) {
	case RPV_TRIGGER_EXPOSURE:
		return !up(b->exposure, exposure(g, b, f, f), k->policy.ratio - 1, k->policy.rise, 80, unsure);
	case RPV_TRIGGER_SEVERITY: return highest(weaks, f, false) <= fmax(b->severity, 1);
	case RPV_TRIGGER_EXPLOIT: return highest(weaks, f, true) <= fmax(b->exploit, 1);
	case RPV_TRIGGER_KNOWN_EXPLOITED: return b->exploited || !any_exploited(g, f);
	case RPV_TRIGGER_EPSS_CROSSING: return now < 300000;
	case RPV_TRIGGER_EPSS_DOUBLED: return b->doubling < 0 || 2 * now < 3 * micro(b->doubling);
	case RPV_TRIGGER_ACTIVE_ALERT: return !alert;
	case RPV_TRIGGER_EXPOSED_DEVICES:
		return !up(b->devices, count(g, f, false, false), k->policy.percent / 100, k->policy.devices_rise, 80, unsure);
	case RPV_TRIGGER_HIGH_VALUE: return count(g, f, true, false) <= b->high;
	case RPV_TRIGGER_INTERNET_FACING: return count(g, f, false, true) <= b->internet;
	case RPV_TRIGGER_END_OF_SUPPORT: return g->rec < 0 || !f->ended[g->rec];
	case RPV_TRIGGER_FIX_AVAILABLE: return b->fix || !fix;
	default: return false;
	}
}

/* R27: weaknesses with another EPSS model. */
static void rebase(const walk *k, grant *g)
{
	facts moved = k->was;
	unsigned before = present(g, &k->was);
	bool any = false;
	for (int w = 0; w < WEAKS; w++) {
		int from = k->was.weaks[w].model, to = k->is.weaks[w].model;
		if (!from || !to || from == to)
			continue;
		moved.weaks[w].epss = k->is.weaks[w].epss;
		any = any || before >> w & 1;
	}
	if (!any)
		return;
	double old = exposure(g, &g->base, &k->was, &k->was);
	if (old > 0)
		g->base.exposure *= exposure(g, &g->base, &k->was, &moved) / old;
	g->base.epss = highest_epss(before, &moved);
	if (g->base.epss >= 0)
		g->base.doubling = g->base.epss;
}

/* What becomes of it. Returns false when floating point cannot tell. */
static bool expect(const walk *k, grant *g)
{
	bool unsure = false;
	unsigned warned = g->warned;
	rebase(k, g);
	for (int t = 0; t < TRIGGERS; t++) {
		int action = k->policy.action[g->justification][t];
		bool fired = action && fires(k, g, t, &unsure);
		if (fired && action == 2 && g->live) {
			g->live = false;
			g->voided_by = t;
		}
		bool armed = rearms(k, g, t, &unsure);
		if (armed)
			warned &= ~(1u << t);
		if (fired && action == 1) {
			g->warnings += g->warnings >= 0 && !(warned >> t & 1);
			warned |= armed ? 0 : 1u << t;
		}
	}
	g->warned = warned;
	if (g->base.doubling < 0)
		g->base.doubling = highest_epss(present(g, &k->is), &k->is);
	return !unsure;
}

#endif
