/* SPDX-License-Identifier: MIT */
/* What changed since a decision was frozen, for those who decide again. */
#include "../score/exposure.h"
#include "../score/units.h"
#include "exception.h"

static double has(const rpv__baseline *b, uint32_t flag)
{
	return (b->flags & flag) != 0;
}

static double epss_of(const rpv__baseline *b)
{
	return b->epss == RPV__EPSS_UNKNOWN ? -1 : b->epss / (double)RPV__LIKELIHOOD_ONE;
}

rpv_status rpv__plan_figures(rpv__plan *plan, rpv_error *error)
{
	const rpv__baseline *then = plan->since, *now = &plan->cover.baseline;
	const rpv_figure_then figures[] = {
		{ "exposed_devices", (double)then->devices, (double)now->devices },
		{ "high_value_devices", (double)then->high_value, (double)now->high_value },
		{ "internet_facing_devices", (double)then->internet_facing, (double)now->internet_facing },
		{ "weaknesses", (double)then->weaknesses, (double)now->weaknesses },
		{ "exposure", rpv__score_to_double(then->exposure), rpv__score_to_double(now->exposure) },
		{ "severity", then->severity, now->severity },
		{ "exploit", then->exploit, now->exploit },
		{ "epss", epss_of(then), epss_of(now) },
		{ "known_exploited", has(then, RPV__BASELINE_KNOWN_EXPLOITED), has(now, RPV__BASELINE_KNOWN_EXPLOITED) },
		{ "fix_available", has(then, RPV__BASELINE_FIX), has(now, RPV__BASELINE_FIX) },
		{ "end_of_support", has(then, RPV__BASELINE_END_OF_SUPPORT), has(now, RPV__BASELINE_END_OF_SUPPORT) } };
	rpv_figure_then *copy = rpv__arena_get(&plan->filing->arena, sizeof figures);
	if (!copy)
		return rpv__fail_nomem(error);
	memcpy(copy, figures, sizeof figures);
	plan->filing->outcome.figures = copy;
	plan->filing->outcome.figure_count = RPV__COUNT(figures);
	return RPV_OK;
}
