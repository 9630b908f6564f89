/* SPDX-License-Identifier: MIT */
/* The rules of approval by a second person (R14) as pure functions. */
#include "approval.h"

bool rpv__approval_asked(const rpv__approval_rule *rule, const rpv__cover *cover)
{
	return (rule->justifications >> cover->justification & 1) || (rule->scopes >> cover->scope & 1) ||
	       (rule->severity && cover->baseline.severity >= rule->severity) ||
	       (rule->longer_than_ms && cover->end_ms - cover->start_ms > rule->longer_than_ms);
}

void rpv__approval_await(rpv__cover *cover, int64_t window_ms)
{
	int64_t left = cover->end_ms - cover->filed_ms;
	cover->pending = true;
	cover->approve_by_ms = cover->filed_ms + (window_ms < left ? window_ms : left);
}

void rpv__approval_give(rpv__cover *cover, int64_t now_ms)
{
	cover->pending = cover->supersede = false;
	cover->approved_ms = now_ms;
	if (cover->start_ms < now_ms)
		cover->start_ms = now_ms;
}

int64_t rpv__approval_lapse(const rpv__cover *cover)
{
	return cover->approve_by_ms && cover->approve_by_ms < cover->end_ms ? cover->approve_by_ms : cover->end_ms;
}
