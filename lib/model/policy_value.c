/* SPDX-License-Identifier: MIT */
/* Settings of a policy as numbers, and how they are stored: only what differs from the default. */
#include "policy.h"

#define MEMBERS 64u /* a stored setting is row * MEMBERS + member */

static uint8_t *place(rpv__policy *policy, const rpv__policy_row *row, uint32_t member)
{
	return (uint8_t *)policy + row->offset + member * row->size;
}

int64_t rpv__policy_get(const rpv__policy *policy, const rpv__policy_row *row, uint32_t member)
{
	const uint8_t *at = (const uint8_t *)policy + row->offset + member * row->size;
	uint32_t word;
	int64_t value;
	if (row->size == sizeof *at)
		return *at;
	if (row->size == sizeof word) {
		memcpy(&word, at, sizeof word);
		return word;
	}
	memcpy(&value, at, sizeof value);
	return value;
}

void rpv__policy_put(rpv__policy *policy, const rpv__policy_row *row, uint32_t member, int64_t value)
{
	uint8_t *at = place(policy, row, member);
	uint32_t word = (uint32_t)value;
	if (row->size == sizeof *at)
		*at = (uint8_t)value;
	else if (row->size == sizeof word)
		memcpy(at, &word, sizeof word);
	else
		memcpy(at, &value, sizeof value);
}

bool rpv__policy_equal(const rpv__policy *a, const rpv__policy *b, const rpv__policy_row *row, uint32_t member)
{
	size_t from = row->offset + member * row->size;
	return memcmp((const uint8_t *)a + from, (const uint8_t *)b + from, row->size) == 0;
}

void rpv__policy_copy(rpv__policy *to, const rpv__policy *from, const rpv__policy_row *row, uint32_t member)
{
	memcpy(place(to, row, member), (const uint8_t *)from + row->offset + member * row->size, row->size);
}

rpv_status rpv__policy_check(const rpv__policy *policy, rpv_error *error)
{
	const rpv__thresholds *t = &policy->thresholds;
	if (t->epss_rearm > t->epss_crossing)
		return rpv__fail(error, RPV_E_REFUSED, "threshold.epss_rearm is above threshold.epss_crossing: a warning would be "
		                 "given again and again");
	if (t->epss_ratio_rearm_ppm > t->epss_ratio_ppm)
		return rpv__fail(error, RPV_E_REFUSED, "threshold.epss_ratio_rearm is above threshold.epss_ratio: a warning would "
		                 "be given again and again");
	return RPV_OK;
}

/* --- stored --- */
static rpv_status add_entry(rpv__arena *into, const rpv__policy *policy, const rpv__policy_row *row, uint32_t member,
                            rpv__policy_entry *out)
{
	int64_t *values = rpv__arena_get(into, RPV__REMINDERS * sizeof *values);
	if (!values)
		return RPV_E_NOMEM;
	*out = (rpv__policy_entry){ row->id * MEMBERS + member, values, 1 };
	if (row->kind == RPV__POLICY_DURATIONS) {
		memcpy(values, policy->remind_ms, sizeof policy->remind_ms);
		for (out->count = 0; out->count < RPV__REMINDERS && values[out->count]; out->count++)
			;
	} else {
		values[0] = rpv__policy_get(policy, row, member);
	}
	return RPV_OK;
}

rpv_status rpv__policy_to_record(const rpv__policy *policy, rpv__arena *into, rpv__policy_record *out)
{
	rpv__policy_entry *items = rpv__arena_get(into, rpv__policy_row_count * RPV__TRIGGERS * sizeof *items);
	size_t count = 0;
	if (!items)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < rpv__policy_row_count; i++) {
		const rpv__policy_row *row = &rpv__policy_rows[i];
		for (uint32_t m = 0; row->members >> m; m++)
			if (row->members & 1u << m && !rpv__policy_equal(policy, &rpv__policy_default, row, m) &&
			    add_entry(into, policy, row, m, &items[count++]))
				return RPV_E_NOMEM;
	}
	*out = (rpv__policy_record){ policy->revision, items, count };
	return RPV_OK;
}

static bool in_range(const rpv__policy_row *row, int64_t value)
{
	if (row->has_none && value == row->none)
		return true;
	if (row->kind == RPV__POLICY_JUSTIFICATIONS || row->kind == RPV__POLICY_SCOPES)
		return (value & ~row->max) == 0;
	return value >= row->min && value <= row->max;
}

static bool take_durations(const rpv__policy_entry *e, const rpv__policy_row *row, rpv__policy *out)
{
	if (e->count > RPV__REMINDERS)
		return false;
	for (size_t i = 0; i < e->count; i++)
		if (!in_range(row, e->values[i]) || e->values[i] == 0 || (i && e->values[i] >= e->values[i - 1]))
			return false;
	memset(out->remind_ms, 0, sizeof out->remind_ms);
	if (e->count)
		memcpy(out->remind_ms, e->values, e->count * sizeof *e->values);
	return true;
}

rpv_status rpv__policy_from_record(const rpv__policy_record *record, rpv__policy *out)
{
	rpv__policy got = rpv__policy_default;
	got.revision = record->revision;
	for (size_t i = 0; i < record->count; i++) {
		const rpv__policy_entry *e = &record->items[i];
		uint32_t member = e->setting % MEMBERS;
		const rpv__policy_row *row = NULL;
		for (size_t k = 0; k < rpv__policy_row_count && !row; k++)
			if (rpv__policy_rows[k].id == e->setting / MEMBERS)
				row = &rpv__policy_rows[k];
		if (!row || member >= 32 || !(row->members & 1u << member))
			return RPV_E_VERSION;
		bool list = row->kind == RPV__POLICY_DURATIONS;
		if (list ? !take_durations(e, row, &got) : e->count != 1 || !in_range(row, e->values[0]))
			return RPV_E_CORRUPT;
		if (!list)
			rpv__policy_put(&got, row, member, e->values[0]);
	}
	if (rpv__policy_check(&got, NULL))
		return RPV_E_CORRUPT;
	*out = got;
	return RPV_OK;
}
