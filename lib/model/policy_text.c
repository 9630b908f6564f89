/* SPDX-License-Identifier: MIT */
/* Settings of a policy as text. policy_parse.c reads what is written here back to the same value. */
#include "policy.h"

static void put_decimal(char *out, uint64_t whole, uint64_t part, int digits)
{
	char decimals[16] = "";
	if (digits)
		rpv__format(decimals, sizeof decimals, "%0*llu", digits, (unsigned long long)part);
	for (int end = digits; end > 0 && decimals[end - 1] == '0'; end--)
		decimals[end - 1] = '\0';
	rpv__format(out, RPV__POLICY_TEXT_SIZE, "%llu%s%s", (unsigned long long)whole, *decimals ? "." : "", decimals);
}

static void put_scaled(char *out, int64_t value, int digits)
{
	uint64_t one = 1;
	for (int i = 0; i < digits; i++)
		one *= 10;
	put_decimal(out, (uint64_t)value / one, (uint64_t)value % one, digits);
}

/* 2^-44 point as millionths of a point, which are coarser. */
static void put_points(char *out, int64_t value)
{
	uint64_t whole = (uint64_t)value >> 44, rest = (uint64_t)value & ((UINT64_C(1) << 44) - 1);
	uint64_t part = (rest * 1000000 + (UINT64_C(1) << 43)) >> 44;
	put_decimal(out, whole + part / 1000000, part % 1000000, 6);
}

static void put_duration(char *out, int64_t ms)
{
	static const struct { int64_t ms; const char *unit; } units[] = {
		{ RPV__DAY_MS, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" }, { 1, "ms" } };
	size_t i = 0;
	while (ms % units[i].ms)
		i++;
	rpv__format(out, RPV__POLICY_TEXT_SIZE, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
}

static void append(char *out, const char *format, const char *a, const char *b)
{
	size_t size = strlen(out);
	rpv__format(out + size, RPV__POLICY_TEXT_SIZE - size, format, a, b);
}

static void put_set(char *out, const rpv__policy_row *row, int64_t bits)
{
	rpv_vocabulary words = row->kind == RPV__POLICY_SCOPES ? RPV_WORDS_SCOPE : RPV_WORDS_JUSTIFICATION;
	*out = '\0';
	if (bits == row->max) {
		append(out, "%s", "all", NULL);
		return;
	}
	for (int32_t i = 0; i < 32; i++)
		if (bits & INT64_C(1) << i)
			append(out, "%s%s", *out ? "," : "", rpv_word(words, i));
}

static void put_durations(char *out, const int64_t *ms)
{
	char one[RPV__POLICY_TEXT_SIZE];
	*out = '\0';
	for (size_t i = 0; i < RPV__REMINDERS && ms[i]; i++) {
		put_duration(one, ms[i]);
		append(out, "%s%s", i ? "," : "", one);
	}
	if (!*out)
		append(out, "%s", "none", NULL);
}

static const char *word_of(rpv__policy_kind kind, int64_t value)
{
	static const char *const actions[] = { "off", "warn", "void" };
	switch (kind) {
	case RPV__POLICY_SWITCH: return value ? "on" : "off";
	case RPV__POLICY_ACTION: return actions[value];
	case RPV__POLICY_IMPACT: return rpv_word(RPV_WORDS_IMPACT, (int32_t)value);
	default: return rpv_word(RPV_WORDS_SEVERITY, (int32_t)value);
	}
}

static void put_value(char *out, const rpv__policy *policy, const rpv__policy_row *row, uint32_t member)
{
	if (row->kind == RPV__POLICY_DURATIONS) {
		put_durations(out, policy->remind_ms);
		return;
	}
	int64_t value = rpv__policy_get(policy, row, member);
	*out = '\0';
	if (row->has_none && value == row->none) {
		append(out, "%s", "none", NULL);
		return;
	}
	switch (row->kind) {
	case RPV__POLICY_DURATION: put_duration(out, value); break;
	case RPV__POLICY_COUNT: case RPV__POLICY_PERCENT: put_scaled(out, value, 0); break;
	case RPV__POLICY_POINTS: put_points(out, value); break;
	case RPV__POLICY_PARTS: put_scaled(out, value, 6); break;
	case RPV__POLICY_PROBABILITY: put_scaled(out, value, 9); break;
	case RPV__POLICY_JUSTIFICATIONS: case RPV__POLICY_SCOPES: put_set(out, row, value); break;
	default: append(out, "%s", word_of(row->kind, value), NULL); break;
	}
}

/* The member whose value most have, of those that one value for all reaches; the first of several. */
static uint32_t usual_member(const rpv__policy *policy, const rpv__policy_row *row)
{
	uint32_t reached = row->members & ~row->aside, best = 0, most = 0;
	for (uint32_t m = 0; reached >> m; m++) {
		uint32_t like = 0;
		for (uint32_t k = 0; reached & 1u << m && reached >> k; k++)
			like += reached & 1u << k && rpv__policy_get(policy, row, k) == rpv__policy_get(policy, row, m);
		if (like > most) {
			most = like;
			best = m;
		}
	}
	return best;
}

void rpv__policy_text(const rpv__policy *policy, rpv__policy_name name, char out[RPV__POLICY_TEXT_SIZE])
{
	const rpv__policy_row *row = name.row;
	char value[RPV__POLICY_TEXT_SIZE];
	if (name.member != RPV__POLICY_ALL) {
		put_value(out, policy, row, name.member);
		return;
	}
	uint32_t usual = usual_member(policy, row);
	put_value(out, policy, row, usual);
	for (uint32_t m = 0; row->members >> m; m++) {
		const rpv__policy *like = row->aside & 1u << m ? &rpv__policy_default : policy;
		uint32_t of = row->aside & 1u << m ? m : usual;
		if (!(row->members & 1u << m) || rpv__policy_get(policy, row, m) == rpv__policy_get(like, row, of))
			continue;
		put_value(value, policy, row, m);
		append(out, ",%s=", rpv__policy_member(row, m), NULL);
		append(out, "%s", value, NULL);
	}
}
