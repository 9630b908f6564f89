/* SPDX-License-Identifier: MIT */
/* The rules of remediation activities as pure functions: progress, completion, being overdue. Time is an argument. */
#ifndef RPV__MODEL_REMEDIATION_H
#define RPV__MODEL_REMEDIATION_H

#include "../codec/records.h"

#define RPV__SYSTEM_CONFIRMATION "System confirmation" /* completes an activity whose targets are all fixed */

/* What an activity asks for unless its request says so. */
rpv_remediation_kind rpv__activity_kind(rpv_kind kind);
/* Whether a recommendation of that kind can be carried out like that: configurations are changed, software is not. */
bool rpv__activity_kind_fits(rpv_remediation_kind asked, rpv_kind kind);
bool rpv__activity_overdue(const rpv__activity *activity, int64_t now_ms);   /* active, and at or past its due date */
/* R41: at least one target is counted and all counted ones are fixed. */
bool rpv__activity_done(const rpv__activity *activity);
bool rpv__activity_covers_group(const rpv__activity *activity, uint32_t group);
bool rpv__activity_overlaps(const rpv__activity *a, const rpv__activity *b); /* a device group in common */
/* R40: a target is fixed while it has none of the weaknesses it had at the request; both lists ascend. */
bool rpv__weaknesses_meet(const uint32_t *had, size_t had_count, const uint32_t *has, size_t has_count);
/* Takes a target in or out of the count, or changes its word; the activity's figures follow. */
void rpv__activity_set_target(rpv__activity *activity, rpv__target *target, bool fixed, bool gone);

#endif
