/* SPDX-License-Identifier: MIT */
/* Settings of a policy from text. Decimals are read as decimals: no floating point is involved. */
#include "policy.h"

/* One value as it was given, without blanks around it. */
typedef struct item { const char *text; size_t size; } item;
typedef struct taking {
	const rpv__policy_row *row;
	char name[RPV__POLICY_NAME_SIZE];
	uint64_t index;
	rpv_error *error;
} taking;

static const char *wanted(rpv__policy_kind kind)
{
	switch (kind) { /* unreachable: the table of policies has no other kinds */
	case RPV__POLICY_DURATION: return "a duration such as 30d, 12h or 90m";
	case RPV__POLICY_COUNT: return "a whole number";
	case RPV__POLICY_PERCENT: return "a whole number of percent";
	case RPV__POLICY_POINTS: return "a number of points with at most six decimals";
	case RPV__POLICY_PARTS: return "a number with at most six decimals";
	case RPV__POLICY_PROBABILITY: return "a probability with at most nine decimals";
	case RPV__POLICY_SWITCH: return "on or off";
	case RPV__POLICY_ACTION: return "void, warn or off";
	case RPV__POLICY_IMPACT: return "no_impact, mitigation_like or hybrid";
	case RPV__POLICY_SEVERITY: return "low, medium, high or critical";
	case RPV__POLICY_JUSTIFICATIONS: return "justifications with commas between them, all or none";
	case RPV__POLICY_SCOPES: return "global, groups, devices with commas between them, all or none";
	case RPV__POLICY_DURATIONS: return "durations with commas between them, such as 30d,7d,1d";
	}
	return "";
}

static rpv_status unreadable(const taking *t, item given)
{
	return rpv__fail_field(t->error, RPV_E_INVALID, t->index, "value", "%s: \"%.*s\" is not %s%s", t->name,
	                       given.size > 80 ? 80 : (int)given.size, given.text, wanted(t->row->kind),
	                       t->row->has_none && t->row->kind != RPV__POLICY_JUSTIFICATIONS &&
	                       t->row->kind != RPV__POLICY_SCOPES ? ", or none" : "");
}

static char lower(char c)
{
	return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(item given, const char *word)
{
	size_t i = 0;
	for (; i < given.size && word[i]; i++)
		if (lower(given.text[i]) != word[i])
			return false;
	return i == given.size && !word[i];
}

static item trimmed(const char *from, const char *to)
{
	while (from < to && strchr(" \t", *from))
		from++;
	while (from < to && strchr(" \t", to[-1]))
		to--;
	return (item){ from, (size_t)(to - from) };
}

/* --- numbers --- */
/* Digits at the front, times 10^-digits; moves the item on behind them. More decimals than that must be zeroes. */
static bool take_decimal(item *given, int digits, uint64_t *out)
{
	uint64_t value = 0;
	int decimals = -1, seen = 0;
	for (; given->size; given->text++, given->size--) {
		char c = *given->text;
		if (c == '.' && digits && decimals < 0 && seen) {
			decimals = 0;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		seen++;
		if (decimals == digits) {
			if (c != '0')
				return false;
			continue;
		}
		if (value > (UINT64_MAX / 100 - 9) / 10)
			return false;
		value = value * 10 + (uint64_t)(c - '0');
		decimals += decimals >= 0;
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < digits; decimals++) {
		if (value > UINT64_MAX / 10)
			return false;
		value *= 10;
	}
	*out = value;
	return seen > 0;
}

/* A number and perhaps a percent sign, which stands for two decimals. */
static bool take_parts(item given, int digits, int64_t *out)
{
	bool percent = given.size && given.text[given.size - 1] == '%';
	uint64_t value;
	if (percent)
		given = trimmed(given.text, given.text + given.size - 1);
	if (!take_decimal(&given, percent ? digits - 2 : digits, &value) || given.size || value > INT64_MAX)
		return false;
	*out = (int64_t)value;
	return true;
}

static bool take_points(item given, int64_t *out)
{
	uint64_t value;
	if (!take_decimal(&given, 6, &value) || given.size)
		return false;
	*out = INT64_MAX; /* too many */
	if (value / 1000000 < UINT64_C(1) << 19)
		*out = (int64_t)((value / 1000000 << 44) + (((value % 1000000 << 44) + 500000) / 1000000));
	return true;
}

static bool take_duration(item given, int64_t *out)
{
	static const struct { const char *name; int64_t ms; } units[] = {
		{ "d", RPV__DAY_MS }, { "day", RPV__DAY_MS }, { "days", RPV__DAY_MS }, { "h", 3600000 }, { "hour", 3600000 },
		{ "hours", 3600000 }, { "m", 60000 }, { "min", 60000 }, { "minute", 60000 }, { "minutes", 60000 }, { "s", 1000 },
		{ "second", 1000 }, { "seconds", 1000 }, { "ms", 1 }, { "w", 7 * RPV__DAY_MS }, { "week", 7 * RPV__DAY_MS },
		{ "weeks", 7 * RPV__DAY_MS } };
	uint64_t value;
	if (!take_decimal(&given, 0, &value))
		return false;
	given = trimmed(given.text, given.text + given.size);
	for (size_t i = 0; i < RPV__COUNT(units); i++)
		if (is_word(given, units[i].name)) {
			*out = value > (uint64_t)(INT64_MAX / units[i].ms) ? INT64_MAX : (int64_t)value * units[i].ms;
			return true;
		}
	*out = 0;
	return given.size == 0 && value == 0; /* 0 needs no unit */
}

/* --- words --- */
static bool take_word(item given, rpv_vocabulary words, int64_t *out)
{
	for (int32_t value = 0; value < 32; value++) {
		const char *word = rpv_word(words, value);
		if (word && is_word(given, word)) {
			*out = value;
			return true;
		}
	}
	return false;
}

static bool take_own_word(item given, rpv__policy_kind kind, int64_t *out)
{
	static const struct { rpv__policy_kind kind; const char *name; int64_t value; } names[] = {
		{ RPV__POLICY_SWITCH, "on", 1 }, { RPV__POLICY_SWITCH, "off", 0 }, { RPV__POLICY_SWITCH, "true", 1 },
		{ RPV__POLICY_SWITCH, "false", 0 }, { RPV__POLICY_SWITCH, "yes", 1 }, { RPV__POLICY_SWITCH, "no", 0 },
		{ RPV__POLICY_ACTION, "void", RPV__ACTION_VOID }, { RPV__POLICY_ACTION, "warn", RPV__ACTION_WARN },
		{ RPV__POLICY_ACTION, "off", RPV__ACTION_OFF }, { RPV__POLICY_ACTION, "none", RPV__ACTION_OFF } };
	for (size_t i = 0; i < RPV__COUNT(names); i++)
		if (names[i].kind == kind && is_word(given, names[i].name)) {
			*out = names[i].value;
			return true;
		}
	return false;
}

static bool read_value(item given, rpv__policy_kind kind, int64_t *out)
{
	switch (kind) {
	case RPV__POLICY_DURATION: case RPV__POLICY_DURATIONS: return take_duration(given, out);
	case RPV__POLICY_COUNT: return !memchr(given.text, '%', given.size) && take_parts(given, 0, out);
	case RPV__POLICY_PERCENT: return take_parts(given, given.size && given.text[given.size - 1] == '%' ? 2 : 0, out);
	case RPV__POLICY_POINTS: return take_points(given, out);
	case RPV__POLICY_PARTS: return take_parts(given, 6, out);
	case RPV__POLICY_PROBABILITY: return take_parts(given, 9, out);
	case RPV__POLICY_IMPACT: return take_word(given, RPV_WORDS_IMPACT, out);
	case RPV__POLICY_SEVERITY: return take_word(given, RPV_WORDS_SEVERITY, out);
	default: return take_own_word(given, kind, out);
	}
}

static bool is_none(item given)
{
	return is_word(given, "none") || is_word(given, "unlimited") || is_word(given, "off") || is_word(given, "never");
}

static rpv_status take_value(const taking *t, item given, int64_t *out)
{
	const rpv__policy_row *row = t->row;
	rpv__policy limits = rpv__policy_default;
	char low[RPV__POLICY_TEXT_SIZE], high[RPV__POLICY_TEXT_SIZE];
	rpv__policy_name name = { row, row->by == RPV__POLICY_ONE ? 0 : RPV_JUSTIFICATION_RISK_ACCEPTED };
	if (row->has_none && is_none(given)) {
		*out = row->none;
		return RPV_OK;
	}
	if (!read_value(given, row->kind, out))
		return unreadable(t, given);
	if (*out >= row->min && *out <= row->max)
		return RPV_OK;
	rpv__policy_put(&limits, row, name.member, row->min);
	rpv__policy_text(&limits, name, low);
	rpv__policy_put(&limits, row, name.member, row->max);
	rpv__policy_text(&limits, name, high);
	return rpv__fail_field(t->error, RPV_E_REFUSED, t->index, "value", "%s: %.*s is not within %s and %s", t->name,
	                       given.size > 80 ? 80 : (int)given.size, given.text, low, high);
}

/* --- lists --- */
/* The next item between commas; false at the end. */
static bool next_item(const char **rest, item *out)
{
	const char *from = *rest;
	if (!from)
		return false;
	const char *comma = strchr(from, ',');
	*rest = comma ? comma + 1 : NULL;
	*out = trimmed(from, comma ? comma : from + strlen(from));
	return true;
}

static rpv_status take_set(const taking *t, const char *text, int64_t *out)
{
	rpv_vocabulary words = t->row->kind == RPV__POLICY_SCOPES ? RPV_WORDS_SCOPE : RPV_WORDS_JUSTIFICATION;
	int64_t bits = 0, value;
	item one;
	while (next_item(&text, &one)) {
		if (is_word(one, "all"))
			bits |= t->row->max;
		else if (take_word(one, words, &value) && t->row->max & INT64_C(1) << value)
			bits |= INT64_C(1) << value;
		else if (bits || text || !is_none(one))
			return unreadable(t, one);
	}
	*out = bits;
	return RPV_OK;
}

/* In any order; kept descending, each once. */
static rpv_status take_durations(const taking *t, const char *text, rpv__policy *policy)
{
	int64_t got[RPV__REMINDERS + 1] = { 0 }, value;
	size_t count = 0;
	item one;
	while (next_item(&text, &one)) {
		size_t at = 0;
		if (count == 0 && !text && is_none(one))
			break;
		rpv_status status = is_none(one) ? unreadable(t, one) : take_value(t, one, &value);
		if (status)
			return status;
		while (at < count && got[at] > value)
			at++;
		if (at < count && got[at] == value)
			continue;
		if (count == RPV__REMINDERS)
			return rpv__fail_field(t->error, RPV_E_REFUSED, t->index, "value", "%s: more than %u times are named",
			                       t->name, RPV__REMINDERS);
		memmove(&got[at + 1], &got[at], (count - at) * sizeof *got);
		got[at] = value;
		count++;
	}
	memcpy(policy->remind_ms, got, sizeof policy->remind_ms);
	return RPV_OK;
}

/* --- settings --- */
static rpv_status take_one(const taking *t, const char *text, rpv__policy *policy, uint32_t member)
{
	int64_t value = 0;
	rpv_status status;
	if (t->row->kind == RPV__POLICY_DURATIONS)
		return take_durations(t, text, policy);
	if (t->row->kind == RPV__POLICY_JUSTIFICATIONS || t->row->kind == RPV__POLICY_SCOPES)
		status = take_set(t, text, &value);
	else
		status = take_value(t, trimmed(text, text + strlen(text)), &value);
	if (status == RPV_OK)
		rpv__policy_put(policy, t->row, member, value);
	return status;
}

static rpv_status take_member(const taking *t, item given, const char *equals, rpv__policy *policy)
{
	item word = trimmed(given.text, equals), rest = trimmed(equals + 1, given.text + given.size);
	int64_t value = 0;
	for (uint32_t m = 0; t->row->members >> m; m++) {
		const char *name = rpv__policy_member(t->row, m);
		if (!name || !is_word(word, name))
			continue;
		rpv_status status = take_value(t, rest, &value);
		if (status == RPV_OK)
			rpv__policy_put(policy, t->row, m, value);
		return status;
	}
	return rpv__fail_field(t->error, RPV_E_INVALID, t->index, "value", "%s has nothing named \"%.*s\"", t->name,
	                       word.size > 80 ? 80 : (int)word.size, word.text);
}

static void put_all(rpv__policy *policy, const rpv__policy_row *row, const int64_t *value)
{
	for (uint32_t m = 0; row->members >> m; m++)
		if (!value || row->aside & 1u << m)
			rpv__policy_copy(policy, &rpv__policy_default, row, m);
		else if (row->members & 1u << m)
			rpv__policy_put(policy, row, m, *value);
}

/* "VALUE", "VALUE,MEMBER=VALUE", "MEMBER=VALUE": the first sets them all. */
static rpv_status take_all(const taking *t, const char *text, rpv__policy *policy)
{
	item one;
	for (bool first = true; next_item(&text, &one); first = false) {
		const char *equals = memchr(one.text, '=', one.size);
		int64_t value;
		rpv_status status = equals ? take_member(t, one, equals, policy)
		                           : first ? take_value(t, one, &value) : unreadable(t, one);
		if (status)
			return status;
		if (!equals)
			put_all(policy, t->row, &value);
	}
	return RPV_OK;
}

rpv_status rpv__policy_take(rpv__policy *policy, rpv__policy_name name, const char *text, uint64_t index,
                            rpv_error *error)
{
	taking t = { .row = name.row, .index = index, .error = error };
	rpv__policy got = *policy;
	rpv_status status = RPV_OK;
	rpv__policy_name_text(name, t.name);
	if (!text && name.member == RPV__POLICY_ALL)
		put_all(&got, name.row, NULL);
	else if (!text)
		rpv__policy_copy(&got, &rpv__policy_default, name.row, name.member);
	else if (name.member == RPV__POLICY_ALL)
		status = take_all(&t, text, &got);
	else
		status = take_one(&t, text, &got, name.member);
	if (status == RPV_OK)
		*policy = got;
	return status;
}
