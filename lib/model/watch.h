/* SPDX-License-Identifier: MIT */
/* The rules of watch lists as pure functions; time is an argument. What only facts decide (stale, grown) is kept in the
 * cover, and follows in the commit that changes it; the rest follows from time and other decisions. */
#ifndef RPV__MODEL_WATCH_H
#define RPV__MODEL_WATCH_H

#include "exception.h"
#include "remediation.h"

/* Statuses whose facts are watched: in effect, suspended, scheduled. */
bool rpv__watch_follows(rpv_exception_status status);
/* The baseline was frozen just now: what is there is what was filed. */
void rpv__watch_frozen(rpv__cover *cover);
/* Exposed devices in its scope are as many now. True when that puts it on a list, or takes it off one. */
bool rpv__watch_counted(rpv__cover *cover, const rpv__policy *policy, uint64_t devices);
/* R43: in effect or suspended, and end - now <= within. */
bool rpv__watch_expiring(const rpv__cover *cover, rpv_exception_status status, int64_t within_ms, int64_t now_ms);
/* The longest of the policy's reminders, 30 days when there is none. */
int64_t rpv__watch_within(const rpv__policy *policy);
/* The first reminder after that instant; only marks shorter than its duration count. 0: none. */
int64_t rpv__watch_reminder(const rpv__cover *cover, const rpv__policy *policy, int64_t after_ms);
/* Planned remediation that may be overdue: in effect or suspended, and something is there to be remediated. */
bool rpv__watch_plans_for(const rpv__cover *cover, rpv_exception_status status);
/* Whether planned remediation has this activity to wait for: active, in its scope, and not overdue. */
bool rpv__watch_awaits(const rpv__cover *cover, const rpv__activity *activity, int64_t now_ms);

#endif
