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
