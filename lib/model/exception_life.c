/* SPDX-License-Identifier: MIT */
/* The life of an exception as a table. */
#include "exception_life.h"
#include "exception.h"

#define PENDING RPV_EXCEPTION_PENDING_APPROVAL
#define SCHEDULED RPV_EXCEPTION_SCHEDULED
#define IN_EFFECT RPV_EXCEPTION_IN_EFFECT
#define SUSPENDED RPV_EXCEPTION_SUSPENDED
#define TURN(cause, from, to, event, by) \
	{ RPV__CAUSE_##cause, from, to, RPV_EVENT_EXCEPTION_##event, RPV__BY_##by }

const rpv__turn rpv__turns[] = {
	TURN(FILED, RPV__NOT_FILED, IN_EFFECT, FILED, COMMIT), /* R4 */
	TURN(FILED, RPV__NOT_FILED, SUSPENDED, FILED, COMMIT), /* R8 */
	TURN(FILED_AHEAD, RPV__NOT_FILED, SCHEDULED, FILED, COMMIT), /* R4, R11 */
	TURN(FILED_FOR_APPROVAL, RPV__NOT_FILED, PENDING, FILED, COMMIT), /* R14 */
	TURN(APPROVED, PENDING, IN_EFFECT, APPROVED, COMMIT), /* R14 */
	TURN(APPROVED, PENDING, SUSPENDED, APPROVED, COMMIT), /* R14, R8 */
	TURN(APPROVED_AHEAD, PENDING, SCHEDULED, APPROVED, COMMIT), /* R14 */
	TURN(REJECTED, PENDING, RPV_EXCEPTION_REJECTED, REJECTED, COMMIT), /* R14 */
	TURN(APPROVAL_LAPSED, PENDING, RPV_EXCEPTION_REJECTED, REJECTED, CLOCK), /* R14 */
	TURN(START_REACHED, SCHEDULED, IN_EFFECT, STARTED, CLOCK), /* R3 */
	TURN(START_REACHED, SCHEDULED, SUSPENDED, STARTED, CLOCK), /* R3, R8 */
	TURN(GLOBAL_ABOVE, IN_EFFECT, SUSPENDED, SUSPENDED, EITHER), /* R8 */
	TURN(GLOBAL_GONE, SUSPENDED, IN_EFFECT, RESUMED, EITHER), /* R8 */
	TURN(END_REACHED, IN_EFFECT, RPV_EXCEPTION_EXPIRED, EXPIRED, CLOCK), /* R3 */
	TURN(END_REACHED, SUSPENDED, RPV_EXCEPTION_EXPIRED, EXPIRED, CLOCK), /* R8 */
	TURN(CANCELED, PENDING, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R5, R14 */
	TURN(CANCELED, SCHEDULED, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R5 */
	TURN(CANCELED, IN_EFFECT, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R5 */
	TURN(CANCELED, SUSPENDED, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R5 */
	TURN(LAST_GROUP_CANCELED, PENDING, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R15 */
	TURN(LAST_GROUP_CANCELED, SCHEDULED, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R15 */
	TURN(LAST_GROUP_CANCELED, IN_EFFECT, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R15 */
	TURN(LAST_GROUP_CANCELED, SUSPENDED, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R15 */
	TURN(PREDECESSOR_CANCELED, PENDING, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R12 */
	TURN(PREDECESSOR_CANCELED, SCHEDULED, RPV_EXCEPTION_CANCELED, CANCELED, COMMIT), /* R12 */
	TURN(TRIGGER_FIRED, SCHEDULED, RPV_EXCEPTION_RESURFACED, RESURFACED, COMMIT), /* R10 */
	TURN(TRIGGER_FIRED, IN_EFFECT, RPV_EXCEPTION_RESURFACED, RESURFACED, COMMIT), /* R10 */
	TURN(TRIGGER_FIRED, SUSPENDED, RPV_EXCEPTION_RESURFACED, RESURFACED, COMMIT), /* R10 */
	TURN(CONTROL_STALE, SCHEDULED, RPV_EXCEPTION_RESURFACED, RESURFACED, CLOCK), /* R29 */
	TURN(CONTROL_STALE, IN_EFFECT, RPV_EXCEPTION_RESURFACED, RESURFACED, CLOCK), /* R29 */
	TURN(CONTROL_STALE, SUSPENDED, RPV_EXCEPTION_RESURFACED, RESURFACED, CLOCK), /* R29 */
	TURN(SUPERSEDED, PENDING, RPV_EXCEPTION_SUPERSEDED, SUPERSEDED, COMMIT), /* R7 */
	TURN(SUPERSEDED, SCHEDULED, RPV_EXCEPTION_SUPERSEDED, SUPERSEDED, COMMIT), /* R7 */
	TURN(SUPERSEDED, IN_EFFECT, RPV_EXCEPTION_SUPERSEDED, SUPERSEDED, COMMIT), /* R7 */
	TURN(SUPERSEDED, SUSPENDED, RPV_EXCEPTION_SUPERSEDED, SUPERSEDED, COMMIT), /* R7 */
};
const size_t rpv__turn_count = sizeof rpv__turns / sizeof *rpv__turns;

bool rpv__life_allows(int32_t from, rpv_exception_status to, rpv__turn_by by)
{
	for (size_t i = 0; i < rpv__turn_count; i++)
		if (rpv__turns[i].from == from && rpv__turns[i].to == to && (rpv__turns[i].by & by))
			return true;
	return false;
}

rpv_event_type rpv__life_event(rpv__cause cause)
{
	for (size_t i = 0; i < rpv__turn_count; i++)
		if (rpv__turns[i].cause == cause)
			return rpv__turns[i].event;
	return RPV_EVENT_NONE;
}

const char *rpv__cause_word(rpv__cause cause)
{
	static const char *const words[] = { "filed", "filed_ahead", "filed_for_approval", "approved", "approved_ahead",
		"rejected", "approval_lapsed", "start_reached", "global_above", "global_gone", "end_reached", "canceled",
		"last_group_canceled", "predecessor_canceled", "trigger_fired", "control_stale", "superseded" };
	return words[cause];
}

rpv__ending rpv__life_ending(rpv_exception_status status)
{
	switch (status) {
	case RPV_EXCEPTION_CANCELED: return RPV__ENDED_CANCELED;
	case RPV_EXCEPTION_RESURFACED: return RPV__ENDED_RESURFACED;
	case RPV_EXCEPTION_REJECTED: return RPV__ENDED_REJECTED;
	case RPV_EXCEPTION_SUPERSEDED: return RPV__ENDED_SUPERSEDED;
	default: return RPV__NOT_ENDED;
	}
}

bool rpv__life_keep(rpv__cover *cover, int64_t now_ms)
{
	rpv__ending ending = rpv__life_ending(rpv__exception_status_alone(cover, now_ms));
	if (cover->ending != RPV__NOT_ENDED || ending == RPV__NOT_ENDED)
		return false;
	cover->ended_ms = rpv__exception_ended_ms(cover, now_ms);
	cover->ending = ending;
	return true;
}

bool rpv__life_end(rpv__cover *cover, rpv__cause cause, int64_t now_ms)
{
	int32_t from = (int32_t)rpv__exception_status_alone(cover, now_ms);
	for (size_t i = 0; i < rpv__turn_count; i++) {
		const rpv__turn *turn = &rpv__turns[i];
		rpv__ending ending = rpv__life_ending(turn->to);
		if (turn->cause != cause || turn->from != from || !(turn->by & RPV__BY_COMMIT) || ending == RPV__NOT_ENDED)
			continue;
		cover->ending = ending;
		cover->ended_ms = now_ms;
		return true;
	}
	return false;
}
