/* SPDX-License-Identifier: MIT */
/* The rules of watch lists as pure functions; time is an argument. */
#include "watch.h"

bool rpv__watch_follows(rpv_exception_status status)
{
	return status == RPV_EXCEPTION_IN_EFFECT || status == RPV_EXCEPTION_SUSPENDED || status == RPV_EXCEPTION_SCHEDULED;
}

void rpv__watch_frozen(rpv__cover *cover)
{
	cover->watch &= ~(RPV__WATCH_ON(RPV_WATCH_STALE) | RPV__WATCH_ON(RPV_WATCH_GROWN));
	if (cover->baseline.devices == 0)
		cover->watch |= RPV__WATCH_ON(RPV_WATCH_STALE);
}

bool rpv__watch_counted(rpv__cover *cover, const rpv__policy *policy, uint64_t devices)
{
	uint64_t base = cover->baseline.devices, rise = devices > base ? devices - base : 0;
	bool grown = rise && rise >= policy->grown_rise && 100 * rise >= policy->grown_percent * base;
	uint32_t before = cover->watch;
	cover->watch &= ~(RPV__WATCH_ON(RPV_WATCH_STALE) | RPV__WATCH_ON(RPV_WATCH_GROWN));
	if (devices == 0)
		cover->watch |= RPV__WATCH_ON(RPV_WATCH_STALE);
	if (grown)
		cover->watch |= RPV__WATCH_ON(RPV_WATCH_GROWN);
	return cover->watch != before;
}

bool rpv__watch_expiring(const rpv__cover *cover, rpv_exception_status status, int64_t within_ms, int64_t now_ms)
{
	return (status == RPV_EXCEPTION_IN_EFFECT || status == RPV_EXCEPTION_SUSPENDED) && cover->end_ms - now_ms <= within_ms;
}

int64_t rpv__watch_within(const rpv__policy *policy)
{
	return policy->remind_ms[0] ? policy->remind_ms[0] : 30 * RPV__DAY_MS;
}

int64_t rpv__watch_reminder(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms)
{
	for (size_t i = 0; i < RPV__REMINDERS && policy->remind_ms[i]; i++) {
		int64_t mark = policy->remind_ms[i];
		if (mark < cover->end_ms - cover->start_ms && cover->end_ms - mark > after_ms)
			return cover->end_ms - mark;
	}
	return 0;
}

bool rpv__watch_plans_for(const rpv__cover *cover, rpv_exception_status status)
{
	return cover->justification == RPV_JUSTIFICATION_PLANNED_REMEDIATION &&
	       (status == RPV_EXCEPTION_IN_EFFECT || status == RPV_EXCEPTION_SUSPENDED) &&
	       !(cover->watch & RPV__WATCH_ON(RPV_WATCH_STALE));
}

bool rpv__watch_awaits(const rpv__cover *cover, const rpv__activity *activity, int64_t now_ms)
{
	bool meets = cover->scope != RPV_SCOPE_GROUPS || activity->group_count == 0;
	for (size_t i = 0; !meets && i < cover->group_count; i++)
		meets = rpv__activity_covers_group(activity, cover->groups[i]);
	return meets && activity->status == RPV_REMEDIATION_ACTIVE && !rpv__activity_overdue(activity, now_ms);
}
