/* SPDX-License-Identifier: MIT */
/* The names of policies: a row for each setting, or for each family of settings by justification or trigger.
 * docs/policy.md lists them all; a test compares the two. */
#include "policy.h"

#define PLACE(member, first) offsetof(rpv__policy, member), sizeof(((const rpv__policy *)NULL)->first)
#define ONE(member) RPV__POLICY_ONE, PLACE(member, member), 1, 0
#define BY_JUSTIFICATION(member, members) RPV__POLICY_BY_JUSTIFICATION, PLACE(member, member[0]), members, 0
#define BY_TRIGGER(member, aside) RPV__POLICY_BY_TRIGGER, PLACE(member, member[0]), (1u << RPV__TRIGGERS) - 1, aside

#define J(justification) (1u << RPV_JUSTIFICATION_##justification)
#define OF_RECOMMENDATIONS (J(THIRD_PARTY_CONTROL) | J(ALTERNATE_MITIGATION) | J(RISK_ACCEPTED) | J(PLANNED_REMEDIATION))
#define JUSTIFICATIONS (OF_RECOMMENDATIONS | J(NO_PATCH_AVAILABLE) | J(FALSE_POSITIVE))
#define SCOPES (1 << RPV_SCOPE_GLOBAL | 1 << RPV_SCOPE_GROUPS | 1 << RPV_SCOPE_DEVICES)

#define NO_NONE false, 0
#define NONE(value) true, value
#define MINUTE_MS INT64_C(60000)
#define TEN_YEARS_MS (3660 * RPV__DAY_MS)
#define ONE_POINT (INT64_C(1) << 44)
#define PARTS 1000000
#define CERTAIN 1000000000

#define DURATION RPV__POLICY_DURATION
#define COUNT RPV__POLICY_COUNT
#define PERCENT RPV__POLICY_PERCENT
#define POINTS RPV__POLICY_POINTS
#define RATIO RPV__POLICY_PARTS
#define PROBABILITY RPV__POLICY_PROBABILITY

/* R30: a fix that becomes available contradicts only who said that there is none. */
#define FIX (1u << RPV_TRIGGER_FIX_AVAILABLE)
#define RESURFACE(id, justification, word, aside) \
	{ id, "resurface." word, RPV__POLICY_ACTION, BY_TRIGGER(actions[RPV_JUSTIFICATION_##justification], aside), \
	  RPV__ACTION_OFF, RPV__ACTION_VOID, NO_NONE, \
	  "what a trigger does to exceptions of this justification: void, warn or off" }

const rpv__policy_row rpv__policy_rows[] = {
	{ 1, "inactive_after", DURATION, ONE(inactive_after_ms), MINUTE_MS, TEN_YEARS_MS, NO_NONE,
	  "a device not seen for so long drops out of counts and scores" },
	{ 2, "clock_jump_limit", DURATION, ONE(clock_jump_limit_ms), RPV__DAY_MS, TEN_YEARS_MS, NO_NONE,
	  "a commit further than this after the last one is refused until the jump is accepted" },
	{ 3, "history_kept", DURATION, ONE(history_kept_ms), RPV__DAY_MS, TEN_YEARS_MS, NO_NONE,
	  "how far one can look back; decisions and events are kept for ever" },
	{ 4, "start_ahead_max", DURATION, ONE(start_ahead_max_ms), 0, TEN_YEARS_MS, NO_NONE,
	  "how far ahead the start of an exception may lie; 0d: it starts when it is filed" },
	{ 5, "duration_max", DURATION, BY_JUSTIFICATION(duration_max_ms, JUSTIFICATIONS), MINUTE_MS, TEN_YEARS_MS, NO_NONE,
	  "the longest duration of an exception" },
	{ 6, "context_min", COUNT, ONE(context_min), 1, 10000, NO_NONE,
	  "how many characters the context of an exception has at least, blanks around it left out" },
	{ 7, "scope_devices_max", COUNT, ONE(scope_devices_max), 1, 100000, NO_NONE,
	  "how many devices an exception may name" },
	{ 8, "impact", RPV__POLICY_IMPACT, BY_JUSTIFICATION(impact, OF_RECOMMENDATIONS), RPV_IMPACT_NO_IMPACT,
	  RPV_IMPACT_HYBRID, NO_NONE, "how an exception to a whole recommendation counts in scores; kept from its filing" },
	{ 9, "renewal_window", DURATION, ONE(renewal_window_ms), 0, TEN_YEARS_MS, NO_NONE,
	  "an exception filed within this after one like it ended counts as its renewal; 0d: only at its very end" },
	{ 10, "max_renewals", COUNT, BY_JUSTIFICATION(renewals_max, JUSTIFICATIONS), 0, 1000000, NONE(RPV__UNCAPPED),
	  "how often an exception may be renewed" },
	{ 11, "total_time_max", DURATION, BY_JUSTIFICATION(total_time_max_ms, JUSTIFICATIONS), MINUTE_MS, TEN_YEARS_MS,
	  NONE(0), "the longest time that an exception and its renewals take together" },
	{ 12, "approval", RPV__POLICY_JUSTIFICATIONS, ONE(approval.justifications), 0, JUSTIFICATIONS, NONE(0),
	  "exceptions of these justifications need a second person" },
	{ 13, "approval_scope", RPV__POLICY_SCOPES, ONE(approval.scopes), 0, SCOPES, NONE(0),
	  "exceptions as wide as this need a second person" },
	{ 14, "approval_severity", RPV__POLICY_SEVERITY, ONE(approval.severity), RPV_SEVERITY_LOW, RPV_SEVERITY_CRITICAL,
	  NONE(0), "exceptions that cover a weakness at least this severe need a second person" },
	{ 15, "approval_longer_than", DURATION, ONE(approval.longer_than_ms), MINUTE_MS, TEN_YEARS_MS, NONE(0),
	  "exceptions longer than this need a second person" },
	{ 16, "approval_window", DURATION, ONE(approval_window_ms), MINUTE_MS, TEN_YEARS_MS, NO_NONE,
	  "an exception that nobody approved lapses so long after its filing" },
	{ 17, "budget", POINTS, BY_JUSTIFICATION(budget_justification, JUSTIFICATIONS), 0, 500000 * ONE_POINT,
	  NONE(RPV__NO_BUDGET), "how many points of exposure may be accepted with this justification" },
	{ 18, "budget.requester", POINTS, ONE(budget_requester), 0, 500000 * ONE_POINT, NONE(RPV__NO_BUDGET),
	  "how many points of exposure each requester may have accepted" },
	{ 19, "budget.group", POINTS, ONE(budget_group), 0, 500000 * ONE_POINT, NONE(RPV__NO_BUDGET),
	  "how many points of exposure may be accepted in each device group" },
	RESURFACE(20, THIRD_PARTY_CONTROL, "third_party_control", FIX),
	RESURFACE(21, ALTERNATE_MITIGATION, "alternate_mitigation", FIX),
	RESURFACE(22, RISK_ACCEPTED, "risk_accepted", FIX),
	RESURFACE(23, PLANNED_REMEDIATION, "planned_remediation", FIX),
	RESURFACE(24, NO_PATCH_AVAILABLE, "no_patch_available", 0),
	RESURFACE(25, FALSE_POSITIVE, "false_positive", FIX),
	{ 26, "trigger", RPV__POLICY_SWITCH, BY_TRIGGER(triggers, 0), 0, 1, NO_NONE,
	  "off: it never fires, whatever the justification" },
	{ 27, "threshold.exposure_ratio", RATIO, ONE(thresholds.exposure_ratio_ppm), PARTS, 1000 * PARTS, NO_NONE,
	  "exposure fires at this multiple of the frozen standalone exposure" },
	{ 28, "threshold.exposure_rise", POINTS, ONE(thresholds.exposure_rise), ONE_POINT / 1000, 100 * ONE_POINT, NO_NONE,
	  "exposure fires only when it is up by so many points" },
	{ 29, "threshold.epss_crossing", PROBABILITY, ONE(thresholds.epss_crossing), 1, CERTAIN, NO_NONE,
	  "epss_crossing fires when the highest EPSS reaches this from below" },
	{ 30, "threshold.epss_rise", PROBABILITY, ONE(thresholds.epss_rise), 0, CERTAIN, NO_NONE,
	  "epss_crossing fires only when it is up by this" },
	{ 31, "threshold.epss_rearm", PROBABILITY, ONE(thresholds.epss_rearm), 0, CERTAIN, NO_NONE,
	  "after a warning epss_crossing is armed again below this" },
	{ 32, "threshold.epss_ratio", RATIO, ONE(thresholds.epss_ratio_ppm), PARTS + 1, 1000 * PARTS, NO_NONE,
	  "epss_doubled fires at this multiple of the frozen highest EPSS" },
	{ 33, "threshold.epss_floor", PROBABILITY, ONE(thresholds.epss_floor), 0, CERTAIN, NO_NONE,
	  "epss_doubled fires only above this" },
	{ 34, "threshold.epss_ratio_rearm", RATIO, ONE(thresholds.epss_ratio_rearm_ppm), 0, 1000 * PARTS, NO_NONE,
	  "after a warning epss_doubled is armed again below this multiple" },
	{ 35, "threshold.devices_percent", PERCENT, ONE(thresholds.devices_percent), 0, 100000, NO_NONE,
	  "exposed_devices fires when they are up by so many percent" },
	{ 36, "threshold.devices_rise", COUNT, ONE(thresholds.devices_rise), 1, 1000000, NO_NONE,
	  "exposed_devices fires only when they are up by so many devices" },
	{ 37, "threshold.rearm_percent", PERCENT, ONE(thresholds.rearm_percent), 1, 100, NO_NONE,
	  "after a warning other triggers are armed again below this part of what fires them" },
	{ 38, "remind", RPV__POLICY_DURATIONS, ONE(remind_ms), MINUTE_MS, TEN_YEARS_MS, NONE(0),
	  "how long before its end an exception is told to expire: at most eight times" },
	{ 39, "grown.percent", PERCENT, ONE(grown_percent), 0, 100000, NO_NONE,
	  "an exception counts as grown when its exposed devices are up by so many percent since its filing" },
	{ 40, "grown.rise", COUNT, ONE(grown_rise), 1, 1000000, NO_NONE,
	  "an exception counts as grown only when they are up by so many devices" },
	{ 41, "import_duration", DURATION, ONE(import_duration_ms), MINUTE_MS, TEN_YEARS_MS, NO_NONE,
	  "how long an imported decision without an end of its own holds" },
	{ 42, "scores_kept", DURATION, ONE(scores_kept_ms), RPV__DAY_MS, TEN_YEARS_MS, NONE(0),
	  "how long recorded scores are kept; none: for ever" },
};
const size_t rpv__policy_row_count = RPV__COUNT(rpv__policy_rows);

const char *rpv__policy_member(const rpv__policy_row *row, uint32_t member)
{
	if (row->by == RPV__POLICY_ONE || member >= 32 || !(row->members & 1u << member))
		return NULL;
	return rpv_word(row->by == RPV__POLICY_BY_TRIGGER ? RPV_WORDS_TRIGGER : RPV_WORDS_JUSTIFICATION, (int32_t)member);
}

static char folded(char c)
{
	return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether `text` begins with `start`; returns what follows, or NULL. */
static const char *after(const char *text, const char *start)
{
	for (; *start; text++, start++)
		if (folded(*text) != *start)
			return NULL;
	return text;
}

bool rpv__policy_find(const char *name, rpv__policy_name *out)
{
	for (size_t i = 0; i < rpv__policy_row_count; i++) {
		const rpv__policy_row *row = &rpv__policy_rows[i];
		const char *rest = after(name, row->name);
		if (!rest || (*rest && *rest != '.'))
			continue;
		uint32_t member = *rest ? 0 : RPV__POLICY_ALL;
		for (const char *word = NULL; *rest && member < 32; member++) {
			word = rpv__policy_member(row, member);
			const char *end = word ? after(rest + 1, word) : NULL;
			if (end && !*end)
				break;
		}
		if (member == 32)
			continue; /* "budget.requester" is a row of its own */
		*out = (rpv__policy_name){ row, row->by == RPV__POLICY_ONE ? 0 : member };
		return true;
	}
	return false;
}

void rpv__policy_name_text(rpv__policy_name name, char out[RPV__POLICY_NAME_SIZE])
{
	const char *word = name.member == RPV__POLICY_ALL ? NULL : rpv__policy_member(name.row, name.member);
	rpv__format(out, RPV__POLICY_NAME_SIZE, "%s%s%s", name.row->name, word ? "." : "", word ? word : "");
}
