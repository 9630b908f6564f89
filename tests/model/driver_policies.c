/* SPDX-License-Identifier: MIT */
/* The store beside the model: changes of policies. */
#include "driver.h"

#include <stdlib.h>

static const int justifications[] = { RPV_JUSTIFICATION_THIRD_PARTY_CONTROL, RPV_JUSTIFICATION_ALTERNATE_MITIGATION,
	RPV_JUSTIFICATION_RISK_ACCEPTED, RPV_JUSTIFICATION_PLANNED_REMEDIATION, RPV_JUSTIFICATION_NO_PATCH_AVAILABLE,
	RPV_JUSTIFICATION_FALSE_POSITIVE };

/* A change being made up: as the library is told, and as the model takes it. */
typedef struct change {
	char name[96], value[32];
	ref_policy after;
} change;

static void set_days(driver *d, change *c, const char *name, int64_t *field, const int *days, size_t count)
{
	int chosen = days[pick(d, count)];
	snprintf(c->name, sizeof c->name, "%s", name);
	snprintf(c->value, sizeof c->value, chosen < 0 ? "none" : "%dd", chosen);
	*field = chosen < 0 ? INT64_MAX : chosen * REF_DAY;
}

static void set_count(driver *d, change *c, const char *name, int *field, const int *counts, size_t count)
{
	*field = counts[pick(d, count)];
	snprintf(c->name, sizeof c->name, "%s", name);
	snprintf(c->value, sizeof c->value, "%d", *field);
}

#define SET(set, name, field, ...) \
	do { \
		static const int values_[] = { __VA_ARGS__ }; \
		set(d, c, name, field, values_, sizeof values_ / sizeof *values_); \
	} while (0)

static void limits(driver *d, change *c)
{
	ref_policy *p = &c->after;
	int justification = justifications[pick(d, 6)];
	char name[96];
	switch (pick(d, 9)) {
	case 0:
		snprintf(name, sizeof name, "duration_max.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification));
		SET(set_days, name, &p->duration_max[justification], 1, 7, 30, 366);
		break;
	case 1: SET(set_days, "start_ahead_max", &p->start_ahead, 1, 30, 90); break;
	case 2: SET(set_days, "inactive_after", &p->inactive, 5, 30, 90); break;
	case 3: SET(set_days, "clock_jump_limit", &p->jump, 100, 400); break;
	case 4: SET(set_count, "context_min", &p->context_min, 1, 12, 13); break;
	case 5: SET(set_days, "renewal_window", &p->renewal_window, 1, 30, 365); break;
	case 6:
		snprintf(name, sizeof name, "max_renewals.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification));
		SET(set_count, name, &p->renewals_max[justification], 0, 1, 2);
		break;
	case 7:
		snprintf(name, sizeof name, "total_time_max.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification));
		SET(set_days, name, &p->total_max[justification], 10, 50, 100, 400, -1);
		break;
	default: SET(set_count, "scope_devices_max", &p->scope_devices_max, 1, 2, 10000); break;
	}
}

static void impacts(driver *d, change *c)
{
	int justification = justifications[pick(d, 4)];
	rpv_impact impact = c->after.impacts[justification] = (rpv_impact)(1 + pick(d, 3));
	snprintf(c->name, sizeof c->name, "impact.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification));
	snprintf(c->value, sizeof c->value, "%s", rpv_word(RPV_WORDS_IMPACT, (int32_t)impact));
}

static void resurfacing(driver *d, change *c)
{
	static const char *const actions[] = { "off", "warn", "void" };
	int justification = justifications[pick(d, 6)], trigger = (int)pick(d, REF_TRIGGERS);
	const char *word = rpv_word(RPV_WORDS_TRIGGER, trigger);
	if (one_in(d, 4)) {
		c->after.triggers ^= 1u << trigger;
		snprintf(c->name, sizeof c->name, "trigger.%s", word);
		snprintf(c->value, sizeof c->value, "%s", c->after.triggers >> trigger & 1 ? "on" : "off");
		return;
	}
	ref_action action = c->after.actions[justification][trigger] = (ref_action)pick(d, 3);
	snprintf(c->name, sizeof c->name, "resurface.%s.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification), word);
	snprintf(c->value, sizeof c->value, "%s", actions[action]);
}

static void approvals(driver *d, change *c)
{
	static const char *const scopes[] = { "global", "groups", "devices" };
	static const char *const severities[] = { "none", "high", "critical" };
	static const unsigned bits[] = { 1u << RPV_SCOPE_GLOBAL, 1u << RPV_SCOPE_GROUPS, 1u << RPV_SCOPE_DEVICES };
	ref_policy *p = &c->after;
	int at = (int)pick(d, 3), justification = justifications[pick(d, 4)];
	switch (pick(d, 5)) {
	case 0:
		p->approval = one_in(d, 3) ? 0 : 1u << justification;
		snprintf(c->name, sizeof c->name, "approval");
		snprintf(c->value, sizeof c->value, "%s", p->approval ? rpv_word(RPV_WORDS_JUSTIFICATION, justification) : "none");
		break;
	case 1:
		p->approval_scopes = one_in(d, 3) ? 0 : bits[at];
		snprintf(c->name, sizeof c->name, "approval_scope");
		snprintf(c->value, sizeof c->value, "%s", p->approval_scopes ? scopes[at] : "none");
		break;
	case 2:
		p->approval_severity = at ? RPV_SEVERITY_HIGH + at - 1 : 0;
		snprintf(c->name, sizeof c->name, "approval_severity");
		snprintf(c->value, sizeof c->value, "%s", severities[at]);
		break;
	case 3: SET(set_days, "approval_longer_than", &p->approval_longer, 1, 30, -1); break;
	default: SET(set_days, "approval_window", &p->approval_window, 1, 14, 60); break;
	}
}

static void thresholds(driver *d, change *c)
{
	ref_policy *p = &c->after;
	int tenths = 0;
	switch (pick(d, 5)) {
	case 0:
		SET(set_count, "threshold.exposure_ratio", &p->exposure_percent, 110, 125, 300);
		strcat(c->value, "%");
		break;
	case 1:
		SET(set_count, "threshold.exposure_rise", &tenths, 1, 5, 50);
		p->exposure_rise = tenths / 10.0L;
		snprintf(c->value, sizeof c->value, "%d.%d", tenths / 10, tenths % 10);
		break;
	case 2: SET(set_count, "threshold.devices_percent", &p->devices_percent, 20, 50, 100); break;
	case 3: SET(set_count, "threshold.devices_rise", &p->devices_rise, 1, 2, 5); break;
	default: SET(set_count, "threshold.rearm_percent", &p->rearm_percent, 50, 80, 100); break;
	}
}

static void budgets(driver *d, change *c)
{
	static const int tenths[] = { -1, -1, 1, 10, 50, 150 };
	int justification = justifications[pick(d, 6)], limit = tenths[pick(d, 6)];
	if (one_in(d, 3)) {
		c->after.budget_requester = limit;
		snprintf(c->name, sizeof c->name, "budget.requester");
	} else {
		c->after.budget[justification] = limit;
		snprintf(c->name, sizeof c->name, "budget.%s", rpv_word(RPV_WORDS_JUSTIFICATION, justification));
	}
	if (limit < 0)
		snprintf(c->value, sizeof c->value, "none");
	else
		snprintf(c->value, sizeof c->value, "%d.%d", limit / 10, limit % 10);
}

void op_policy(driver *d)
{
	ref *m = &d->m;
	static void (*const kinds[])(driver *, change *) = { limits, impacts, resurfacing, thresholds, approvals, approvals,
	                                                    budgets };
	change c = { .after = m->policy };
	kinds[pick(d, 7)](d, &c);
	bool changes = memcmp(&c.after, &m->policy, sizeof c.after) != 0;
	rpv_status status;
	rpv_policy_change told = { c.name, c.value };
	say(d, "policy %s is %s", c.name, c.value);
	unsigned allowed = !ref_clock_refuses(m) ? REF_OK : changes ? REF_CLOCK : REF_OK | REF_CLOCK;
	ATTEMPT(d, status, rpv_policy_set(d->session, &told, 1, NULL, NULL));
	if (!outcome(d, "policy", allowed, status) || (!changes && !mark_moved(d)))
		return;
	ref_fall_due(m);
	m->policy = c.after;
	ref_facts same = m->facts;
	ref_judge_change(m, &same);
}
