/* SPDX-License-Identifier: MIT */
/* The rules of exceptions as pure functions: status by time, conflict, impact, scope. Time is an argument. */
#ifndef RPV__MODEL_EXCEPTION_H
#define RPV__MODEL_EXCEPTION_H

#include "../codec/records.h"
#include "policy.h"

/* Status apart from suspension (R8): ended by a decision, pending, scheduled, expired, in effect. */
rpv_exception_status rpv__exception_status_alone(const rpv__cover *cover, int64_t now_ms);
/* The same, and RPV_EXCEPTION_SUSPENDED when in effect, not global, and `global_in_effect` on the same subject. */
rpv_exception_status rpv__exception_status(const rpv__cover *cover, bool global_in_effect, int64_t now_ms);
/* When it really ended, by a decision or by the clock; 0: it has not. */
int64_t rpv__exception_ended_ms(const rpv__cover *cover, int64_t now_ms);
bool rpv__exception_live(rpv_exception_status status);   /* pending, scheduled, in effect, suspended */
bool rpv__exception_same_subject(const rpv__cover *a, const rpv__cover *b);
/* Of the same width, and a group or device in common. */
bool rpv__exception_units_meet(const rpv__cover *a, const rpv__cover *b);
/* R6: same subject and width, a group or device in common, intersecting intervals; both must be live. Pure on scope and
 * interval: does not look at status. */
bool rpv__exception_conflict(const rpv__cover *a, const rpv__cover *b);
bool rpv__exception_covers_group(const rpv__cover *cover, uint32_t group);   /* global: always; devices: never */
bool rpv__exception_covers_device(const rpv__cover *cover, uint32_t device, uint32_t group);
rpv_impact rpv__exception_impact(const rpv__policy *policy, rpv_justification justification, rpv_impact asked,
                                 bool single_weakness); /* R33 */
/* Is a finding under it removed from the official view? */
bool rpv__exception_official(const rpv__cover *cover);
/* The next instant after now at which its status changes by the clock alone, INT64_MAX: never. */
int64_t rpv__exception_next_instant(const rpv__cover *cover, int64_t now_ms);
/* Numbers and ids: "E-17", "R-4". 0 when the text is not one. */
uint64_t rpv__number_of_id(const char *id, char letter);
void rpv__id_of_number(char letter, uint64_t number, char out[24]);

#endif
