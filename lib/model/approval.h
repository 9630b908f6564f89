/* SPDX-License-Identifier: MIT */
/* The rules of approval by a second person (R14) as pure functions. */
#ifndef RPV__MODEL_APPROVAL_H
#define RPV__MODEL_APPROVAL_H

#include "../codec/records.h"
#include "policy.h"

/* Whether the policy asks for a second person: any part of the rule that holds asks. Looks at justification, scope, dates
 * and the highest severity of the baseline. */
bool rpv__approval_asked(const rpv__approval_rule *rule, const rpv__cover *cover);
/* Becomes pending until the window is over, at the latest until its end. */
void rpv__approval_await(rpv__cover *cover, int64_t window_ms);
/* Is approved: takes effect now, or at its start when that is later. */
void rpv__approval_give(rpv__cover *cover, int64_t now_ms);
/* A pending one lapses unapproved at this instant. */
int64_t rpv__approval_lapse(const rpv__cover *cover);

#endif
