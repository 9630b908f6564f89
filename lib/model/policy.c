/* SPDX-License-Identifier: MIT */
/* The default policy. */
#include "policy.h"

#define POINT (INT64_C(1) << 44)
#define EACH(x) { x, x, x, x, x, x, x }
#define OFF RPV__ACTION_OFF
#define WARN RPV__ACTION_WARN
#define VOID RPV__ACTION_VOID

const rpv__policy rpv__policy_default = {
	.inactive_after_ms = 30 * RPV__DAY_MS,
	.clock_jump_limit_ms = 400 * RPV__DAY_MS,
	.history_kept_ms = 30 * RPV__DAY_MS,
	.scores_kept_ms = 180 * RPV__DAY_MS,
	.start_ahead_max_ms = 90 * RPV__DAY_MS,
	.duration_max_ms = EACH(366 * RPV__DAY_MS),
	.context_min = 1,
	.scope_devices_max = 10000,
	.impact = {
		[RPV_JUSTIFICATION_THIRD_PARTY_CONTROL] = RPV_IMPACT_MITIGATION_LIKE,
		[RPV_JUSTIFICATION_ALTERNATE_MITIGATION] = RPV_IMPACT_MITIGATION_LIKE,
		[RPV_JUSTIFICATION_RISK_ACCEPTED] = RPV_IMPACT_NO_IMPACT,
		[RPV_JUSTIFICATION_PLANNED_REMEDIATION] = RPV_IMPACT_NO_IMPACT,
		[RPV_JUSTIFICATION_NO_PATCH_AVAILABLE] = RPV_IMPACT_MITIGATION_LIKE, /* single weaknesses always */
		[RPV_JUSTIFICATION_FALSE_POSITIVE] = RPV_IMPACT_MITIGATION_LIKE },
	.renewal_window_ms = 30 * RPV__DAY_MS,
	.renewals_max = EACH(RPV__UNCAPPED),
	.approval_window_ms = 14 * RPV__DAY_MS,
	.budget_justification = EACH(RPV__NO_BUDGET),
	.budget_requester = RPV__NO_BUDGET,
	.budget_group = RPV__NO_BUDGET,
	.thresholds = { .exposure_ratio_ppm = 1250000, .exposure_rise = POINT / 2,
		.epss_crossing = 360000000, .epss_rise = 60000000, .epss_rearm = 300000000,
		.epss_ratio_ppm = 2000000, .epss_floor = 50000000, .epss_ratio_rearm_ppm = 1500000,
		.devices_percent = 50, .devices_rise = 5, .rearm_percent = 80 },
	.triggers = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
	/* in the order of rpv_trigger: exposure, severity, exploit, known exploited, EPSS crossing, EPSS doubled, active
	 * alert, exposed devices, high value, internet facing, end of support, fix available, control retired, stale */
	.actions = {
		[RPV_JUSTIFICATION_THIRD_PARTY_CONTROL] =
			{ WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, OFF, VOID, VOID },
		[RPV_JUSTIFICATION_ALTERNATE_MITIGATION] =
			{ WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, OFF, VOID, VOID },
		[RPV_JUSTIFICATION_RISK_ACCEPTED] =
			{ VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, OFF, VOID, VOID },
		[RPV_JUSTIFICATION_PLANNED_REMEDIATION] =
			{ VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, VOID, OFF, VOID, VOID },
		[RPV_JUSTIFICATION_NO_PATCH_AVAILABLE] =
			{ WARN, WARN, VOID, VOID, WARN, WARN, WARN, WARN, WARN, WARN, WARN, VOID, VOID, VOID },
		[RPV_JUSTIFICATION_FALSE_POSITIVE] =
			{ WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, WARN, OFF, VOID, VOID } },
	.remind_ms = { 30 * RPV__DAY_MS, 7 * RPV__DAY_MS, RPV__DAY_MS },
	.grown_percent = 50, .grown_rise = 5,
	.import_duration_ms = 90 * RPV__DAY_MS,
};
