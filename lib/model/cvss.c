/* SPDX-License-Identifier: MIT */
/* Reads CVSS vectors of all versions, and hands them to the formulas of theirs. */
#include "cvss.h"

static const struct { const char *prefix; int32_t version; const rpv__cvss_metrics *metrics; } versions[] = {
	{ "CVSS:4.0/", 40, &rpv__cvss4_metrics }, { "CVSS:3.1/", 31, &rpv__cvss3_metrics },
	{ "CVSS:3.0/", 30, &rpv__cvss3_metrics }, { "CVSS:2.0/", 20, &rpv__cvss2_metrics },
};

/* Position of a word in a list parted by blanks, -1 when it is not there. */
static int word_position(const char *list, const char *word, size_t size)
{
	for (int position = 0;; position++) {
		const char *blank = strchr(list, ' ');
		size_t length = blank ? (size_t)(blank - list) : strlen(list);
		if (length == size && memcmp(list, word, size) == 0)
			return position;
		if (!blank)
			return -1;
		list = blank + 1;
	}
}

/* Reads one `name:value`; `seen` has a bit for each metric met. */
static bool parse_pair(const rpv__cvss_metrics *metrics, const char *pair, size_t size, uint8_t *value,
                       uint32_t *seen)
{
	const char *colon = memchr(pair, ':', size);
	size_t name_size;

	if (!colon)
		return false;
	name_size = (size_t)(colon - pair);
	for (int i = 0; i < metrics->count; i++) {
		const rpv__cvss_metric *metric = &metrics->list[i];
		uint32_t bit = UINT32_C(1) << i;
		if (strlen(metric->name) != name_size || memcmp(metric->name, pair, name_size) != 0)
			continue;
		int position = word_position(metric->values, colon + 1, size - name_size - 1);
		if (position < 0 || (*seen & bit))
			return false;
		value[i] = (uint8_t)position;
		*seen |= bit;
		return true;
	}
	return false;
}

static bool parse_pairs(const rpv__cvss_metrics *metrics, const char *text, size_t size, uint8_t *value)
{
	uint32_t mandatory = (UINT32_C(1) << metrics->mandatory) - 1, seen = 0;
	const char *end = text + size;

	for (;;) {
		const char *slash = memchr(text, '/', (size_t)(end - text));
		const char *stop = slash ? slash : end;
		if (!parse_pair(metrics, text, (size_t)(stop - text), value, &seen))
			return false;
		if (!slash)
			return (seen & mandatory) == mandatory;
		text = slash + 1;
	}
}

bool rpv__cvss_parse(const char *text, rpv__cvss_vector *out)
{
	const rpv__cvss_metrics *metrics = &rpv__cvss2_metrics;
	rpv__cvss_vector got = { 20, { 0 } };
	size_t size = strlen(text), prefix = 0;

	for (size_t i = 0; i < RPV__COUNT(versions); i++) {
		size_t length = strlen(versions[i].prefix);
		if (strncmp(text, versions[i].prefix, length) == 0) {
			metrics = versions[i].metrics;
			got.version = versions[i].version;
			prefix = length;
		}
	}
	if (prefix == 0 && size >= 2 && text[0] == '(' && text[size - 1] == ')') {
		prefix = 1;
		size--;
	}
	if (!parse_pairs(metrics, text + prefix, size - prefix, got.value))
		return false;
	*out = got;
	return true;
}

/* Severity of a base score: of 2.0 by the scale of the NVD, later ones by that of their specifications. */
static rpv_severity severity_of(int32_t version, int tenths)
{
	if (tenths == 0 && version != 20)
		return RPV_SEVERITY_UNKNOWN;
	if (tenths < 40)
		return RPV_SEVERITY_LOW;
	if (tenths < 70)
		return RPV_SEVERITY_MEDIUM;
	return tenths < 90 || version == 20 ? RPV_SEVERITY_HIGH : RPV_SEVERITY_CRITICAL;
}

bool rpv__cvss_score(const char *text, rpv__cvss_result *out)
{
	rpv__cvss_vector v;

	if (!rpv__cvss_parse(text, &v))
		return false;
	out->version = v.version;
	switch (v.version) {
	case 20: out->tenths = rpv__cvss2_score(&v); break;
	case 40: out->tenths = rpv__cvss4_score(&v); break;
	default: out->tenths = rpv__cvss3_score(&v); break;
	}
	out->severity = severity_of(v.version, out->tenths.base);
	return true;
}
