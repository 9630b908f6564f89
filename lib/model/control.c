/* SPDX-License-Identifier: MIT */
/* The rules of compensating controls; see control.h. */
#include "control.h"

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */

bool rpv__control_in_place(const rpv__control *control)
{
	return !control->retired && !control->removed;
}

/* One that was never reviewed counts as reviewed when it was added: never is not for ever. */
int64_t rpv__control_stale_ms(const rpv__control *control)
{
	int64_t from = control->reviewed_ms ? control->reviewed_ms : control->added_ms;
	if (control->interval_ms == 0 || !rpv__control_in_place(control) || from > TIME_MAX - control->interval_ms)
		return 0;
	return from + control->interval_ms;
}

bool rpv__control_stale(const rpv__control *control, int64_t now_ms)
{
	int64_t at = rpv__control_stale_ms(control);
	return at && now_ms >= at;
}

/* --- those of an exception --- */
static bool before(const char *id, const char *other)
{
	return !other || strcmp(id, other) < 0;
}

void rpv__controls_add(rpv__controls *all, uint32_t number, const rpv__control *control)
{
	int64_t due = rpv__control_stale_ms(control);
	if (!rpv__control_in_place(control) && before(control->id, all->gone_id)) {
		all->gone = number;
		all->gone_id = control->id;
	}
	if (due && (!all->due || due < all->due_ms || (due == all->due_ms && before(control->id, all->due_id)))) {
		all->due = number;
		all->due_id = control->id;
		all->due_ms = due;
		all->reviewed_ms = control->reviewed_ms ? control->reviewed_ms : control->added_ms;
	}
}

void rpv__controls_instants(const rpv__controls *all, const uint8_t actions[RPV__TRIGGERS], rpv__cover *cover)
{
	uint8_t action = actions[RPV_TRIGGER_CONTROL_STALE];
	cover->stale_ms = action == RPV__ACTION_VOID ? all->due_ms : 0;
	cover->stale_warn_ms = action == RPV__ACTION_WARN ? all->due_ms : 0;
}

rpv__firing rpv__controls_overdue(const rpv__controls *all, bool voided, int64_t at_ms)
{
	return (rpv__firing){ .trigger = RPV_TRIGGER_CONTROL_STALE, .voided = voided, .time_ms = at_ms,
		.frozen = all->reviewed_ms, .now = at_ms, .threshold = all->due_ms, .control = all->due };
}

/* A condition that holds fires unless it has warned already; one that does not hold re-arms. */
static bool fires(rpv__cover *cover, rpv_trigger trigger, uint8_t action, bool holds)
{
	uint32_t bit = UINT32_C(1) << trigger;
	bool warned = cover->fired & bit;
	if (!holds || action != RPV__ACTION_WARN)
		cover->fired &= ~bit;
	else
		cover->fired |= bit;
	return holds && (action == RPV__ACTION_VOID || (action == RPV__ACTION_WARN && !warned));
}

size_t rpv__controls_judge(const rpv__controls *all, const uint8_t actions[RPV__TRIGGERS], int64_t now_ms,
                           rpv__cover *cover, rpv__firing out[2])
{
	uint8_t retired = actions[RPV_TRIGGER_CONTROL_RETIRED], stale = actions[RPV_TRIGGER_CONTROL_STALE];
	size_t count = 0;
	rpv__controls_instants(all, actions, cover);
	if (cover->pending)
		return 0;
	if (fires(cover, RPV_TRIGGER_CONTROL_RETIRED, retired, all->gone != 0))
		out[count++] = (rpv__firing){ .trigger = RPV_TRIGGER_CONTROL_RETIRED, .voided = retired == RPV__ACTION_VOID,
			.time_ms = now_ms, .now = 1, .threshold = 1, .control = all->gone };
	if (fires(cover, RPV_TRIGGER_CONTROL_STALE, stale, all->due && all->due_ms <= now_ms)) {
		out[count++] = rpv__controls_overdue(all, stale == RPV__ACTION_VOID, now_ms);
		cover->stale_ms = 0; /* this commit ends it, not the clock */
	}
	return count;
}
