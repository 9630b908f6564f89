/* SPDX-License-Identifier: MIT */
/* The rules of remediation activities. */
#include "remediation.h"

rpv_remediation_kind rpv__activity_kind(rpv_kind kind)
{
	switch (kind) {
	case RPV_KIND_UPGRADE: return RPV_REMEDIATION_UPGRADE;
	case RPV_KIND_UNINSTALL: return RPV_REMEDIATION_UNINSTALL;
	case RPV_KIND_CONFIGURATION_CHANGE: return RPV_REMEDIATION_CONFIGURATION_CHANGE;
	case RPV_KIND_ATTENTION_REQUIRED: return RPV_REMEDIATION_ATTENTION_REQUIRED;
	default: return RPV_REMEDIATION_UPDATE;
	}
}

bool rpv__activity_kind_fits(rpv_remediation_kind asked, rpv_kind kind)
{
	if (asked == RPV_REMEDIATION_ATTENTION_REQUIRED || kind == RPV_KIND_ATTENTION_REQUIRED)
		return true;
	return (asked == RPV_REMEDIATION_CONFIGURATION_CHANGE) == (kind == RPV_KIND_CONFIGURATION_CHANGE);
}

bool rpv__activity_overdue(const rpv__activity *activity, int64_t now_ms)
{
	return activity->status == RPV_REMEDIATION_ACTIVE && activity->due_ms != 0 && now_ms >= activity->due_ms;
}

bool rpv__activity_done(const rpv__activity *activity)
{
	return activity->targets > 0 && activity->fixed == activity->targets;
}

bool rpv__activity_covers_group(const rpv__activity *activity, uint32_t group)
{
	for (size_t i = 0; i < activity->group_count; i++)
		if (activity->groups[i] == group)
			return true;
	return activity->group_count == 0;
}

bool rpv__activity_overlaps(const rpv__activity *a, const rpv__activity *b)
{
	for (size_t i = 0; i < a->group_count; i++)
		if (rpv__activity_covers_group(b, a->groups[i]))
			return true;
	return a->group_count == 0;
}

bool rpv__weaknesses_meet(const uint32_t *had, size_t had_count, const uint32_t *has, size_t has_count)
{
	size_t i = 0, j = 0;

	while (i < had_count && j < has_count && had[i] != has[j]) {
		if (had[i] < has[j])
			i++;
		else
			j++;
	}
	return i < had_count && j < has_count;
}

void rpv__activity_set_target(rpv__activity *activity, rpv__target *target, bool fixed, bool gone)
{
	if (!target->gone) {
		activity->targets--;
		activity->fixed -= target->fixed;
	}
	target->fixed = fixed;
	target->gone = gone;
	if (!gone) {
		activity->targets++;
		activity->fixed += fixed;
	}
}
