/* SPDX-License-Identifier: MIT */
/* Typed reading of the fields of a record. */
#include "io.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const rpv__io_alias rpv__io_severities[] = {
	{ "unknown", RPV_SEVERITY_UNKNOWN }, { "none", RPV_SEVERITY_UNKNOWN }, { "low", RPV_SEVERITY_LOW },
	{ "medium", RPV_SEVERITY_MEDIUM }, { "high", RPV_SEVERITY_HIGH }, { "critical", RPV_SEVERITY_CRITICAL }, { NULL, 0 }
};
const rpv__io_alias rpv__io_values[] = {
	{ "low", RPV_VALUE_LOW }, { "normal", RPV_VALUE_NORMAL }, { "high", RPV_VALUE_HIGH }, { NULL, 0 }
};
const rpv__io_alias rpv__io_kinds[] = {
	{ "update", RPV_KIND_UPDATE }, { "upgrade", RPV_KIND_UPGRADE }, { "uninstall", RPV_KIND_UNINSTALL },
	{ "configurationchange", RPV_KIND_CONFIGURATION_CHANGE }, { "attentionrequired", RPV_KIND_ATTENTION_REQUIRED },
	{ NULL, 0 }
};
const rpv__io_alias rpv__io_categories[] = {
	{ "application", RPV_CATEGORY_APPLICATION }, { "os", RPV_CATEGORY_OS }, { "network", RPV_CATEGORY_NETWORK },
	{ "accounts", RPV_CATEGORY_ACCOUNTS }, { "securitycontrols", RPV_CATEGORY_SECURITY_CONTROLS }, { NULL, 0 }
};
const rpv__io_alias rpv__io_exploits[] = {
	{ "noexploit", RPV_EXPLOIT_NONE }, { "exploitispublic", RPV_EXPLOIT_PUBLIC },
	{ "exploitisverified", RPV_EXPLOIT_VERIFIED }, { "exploitisinkit", RPV_EXPLOIT_KIT }, { NULL, 0 }
};
const rpv__io_alias rpv__io_priorities[] = {
	{ "low", RPV_PRIORITY_LOW }, { "medium", RPV_PRIORITY_MEDIUM }, { "high", RPV_PRIORITY_HIGH }, { NULL, 0 }
};

void rpv__io_record_done(rpv__io_record *r)
{
	for (size_t i = 0; i < r->text_count; i++)
		free(r->texts[i]);
	r->text_count = 0;
}

const json_t *rpv__io_get(const rpv__io_record *r, const char *field)
{
	const json_t *found = json_object_get(r->json, field);
	const char *name;
	json_t *value;
	if (found != NULL || !r->any_case)
		return found;
	json_object_foreach(r->json, name, value)
	{
		if (strcasecmp(name, field) == 0)
			found = value;
	}
	return found;
}

bool rpv__io_has(const rpv__io_record *r, const char *field)
{
	return rpv__io_get(r, field) != NULL;
}

rpv_status rpv__io_bad(rpv__io_record *r, const char *field, const char *reason)
{
	char shown[80] = "";
	json_free_t release;
	const json_t *value = rpv__io_get(r, field);
	char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	if (value != NULL && text == NULL)
		return rpv__io_nomem(r->error);
	if (text != NULL)
		snprintf(shown, sizeof(shown), ": %.60s%s", text, strlen(text) > 60 ? "..." : "");
	json_get_alloc_funcs(NULL, &release);
	release(text);
	rpv__io_fail(r->error, RPV_E_INVALID, field, "%s%s", reason, shown);
	rpv__io_place(r->error, &r->where);
	return RPV_E_INVALID;
}

rpv_status rpv__io_need(rpv__io_record *r, const char *field, const void *value)
{
	return value != NULL ? RPV_OK : rpv__io_bad(r, field, "is required");
}

/* NULL when there is nothing to read. */
static const json_t *given(rpv__io_record *r, const char *field)
{
	const json_t *value = rpv__io_get(r, field);
	return value == NULL || json_is_null(value) ? NULL : value;
}

static rpv_status text_of(rpv__io_record *r, const char *field, size_t max, const char **out)
{
	const json_t *value = given(r, field);
	if (value == NULL)
		return RPV_OK;
	if (!json_is_string(value))
		return rpv__io_bad(r, field, "must be a text");
	if (json_string_length(value) > max)
		return rpv__io_bad(r, field, "is too long");
	*out = json_string_value(value);
	return RPV_OK;
}

rpv_status rpv__io_text(rpv__io_record *r, const char *field, const char **out)
{
	return text_of(r, field, RPV_TEXT_MAX, out);
}

rpv_status rpv__io_id(rpv__io_record *r, const char *field, const char **out)
{
	const char *text = NULL;
	rpv_status st = text_of(r, field, RPV_ID_MAX, &text);
	if (st == RPV_OK && text != NULL && text[0] != '\0')
		*out = text;
	return st;
}

rpv_status rpv__io_flag(rpv__io_record *r, const char *field, rpv_flag *out)
{
	const json_t *value = given(r, field);
	const char *text = json_string_value(value);
	if (value == NULL)
		return RPV_OK;
	if (json_is_true(value) || (json_is_integer(value) && json_integer_value(value) == 1) ||
	    (text != NULL && strcasecmp(text, "true") == 0))
		*out = RPV_FLAG_TRUE;
	else if (json_is_false(value) || (json_is_integer(value) && json_integer_value(value) == 0) ||
	         (text != NULL && strcasecmp(text, "false") == 0))
		*out = RPV_FLAG_FALSE;
	else
		return rpv__io_bad(r, field, "must be true or false");
	return RPV_OK;
}

rpv_status rpv__io_number(rpv__io_record *r, const char *field, double *out)
{
	const json_t *value = given(r, field);
	json_t *parsed = NULL;
	double number = 0;
	bool good;
	if (value == NULL)
		return RPV_OK;
	if (json_is_string(value)) {           /* read as JSON: independent of the locale */
		const char *text = json_string_value(value), *reason;
		size_t offset;
		parsed = rpv__io_json(text, strlen(text), &reason, &offset);
		if (parsed == NULL && reason == NULL)
			return rpv__io_nomem(r->error);
		value = parsed;
	}
	good = json_is_number(value);
	if (good)
		number = json_number_value(value);
	json_decref(parsed);
	if (!good || !isfinite(number))
		return rpv__io_bad(r, field, "must be a number");
	*out = number;
	return RPV_OK;
}

rpv_status rpv__io_count(rpv__io_record *r, const char *field, uint64_t max, uint64_t *out)
{
	const json_t *value = given(r, field);
	if (value == NULL)
		return RPV_OK;
	if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > max)
		return rpv__io_bad(r, field, "must be a whole number in its range");
	*out = (uint64_t)json_integer_value(value);
	return RPV_OK;
}

/* Defender writes `2020-12-30 14:17:26`, with or without a fraction and zone: makes RFC 3339 of it. */
static const char *in_rfc_3339(const char *text, char out[64])
{
	size_t n = strlen(text);
	if (n <= 10 || n > 60)
		return text;
	memcpy(out, text, n + 1);
	if (out[10] == ' ')
		out[10] = 'T';
	if (strpbrk(out + 10, "Zz+-") == NULL)
		memcpy(out + n, "Z", 2);
	return out;
}

rpv_status rpv__io_time(rpv__io_record *r, const char *field, int64_t *out_ms)
{
	const json_t *value = given(r, field);
	const char *text = json_string_value(value);
	char copy[64];
	int64_t ms;
	if (value == NULL || (text != NULL && r->any_case && strncmp(text, "0001-01-01", 10) == 0))
		return RPV_OK;                     /* the latter is how .NET writes "never" */
	if (text == NULL || rpv_time_parse(r->any_case ? in_rfc_3339(text, copy) : text, &ms) != RPV_OK || ms == 0)
		return rpv__io_bad(r, field, "is not a time after the beginning of 1970");
	*out_ms = ms;
	return RPV_OK;
}

rpv_status rpv__io_word(rpv__io_record *r, const char *field, rpv_vocabulary vocabulary, int32_t *out)
{
	const json_t *value = given(r, field);
	if (value == NULL)
		return RPV_OK;
	if (!json_is_string(value) || rpv_word_value(vocabulary, json_string_value(value), out) != RPV_OK)
		return rpv__io_bad(r, field, "is none of the words known here");
	return RPV_OK;
}

bool rpv__io_word_find(const rpv__io_alias *words, const char *text, int *out)
{
	char plain[40];
	size_t n = 0;
	for (; *text != '\0' && n + 1 < sizeof(plain); text++)
		if (*text != ' ' && *text != '_' && *text != '-')
			plain[n++] = *text;
	plain[n] = '\0';
	for (; *text == '\0' && words->word != NULL; words++)
		if (strcasecmp(words->word, plain) == 0) {
			*out = words->value;
			return true;
		}
	return false;
}

rpv_status rpv__io_one_of(rpv__io_record *r, const char *field, const rpv__io_alias *words, int *out)
{
	const json_t *value = given(r, field);
	if (value == NULL)
		return RPV_OK;
	if (!json_is_string(value) || !rpv__io_word_find(words, json_string_value(value), out))
		return rpv__io_bad(r, field, "is none of the words known here");
	return RPV_OK;
}

rpv_status rpv__io_texts(rpv__io_record *r, const char *field, const char *const **out, size_t *count)
{
	const json_t *value = given(r, field);
	size_t n = json_array_size(value);
	const char **texts;
	if (value == NULL)
		return RPV_OK;
	if (!json_is_array(value))
		return rpv__io_bad(r, field, "must be an array of texts");
	texts = r->text_count < sizeof(r->texts) / sizeof(r->texts[0]) ? malloc((n + 1) * sizeof(*texts)) : NULL;
	if (texts == NULL)
		return rpv__io_nomem(r->error);
	r->texts[r->text_count++] = texts;
	for (size_t i = 0; i < n; i++) {
		texts[i] = json_string_value(json_array_get(value, i));
		if (texts[i] == NULL)
			return rpv__io_bad(r, field, "must be an array of texts");
	}
	*out = texts;
	*count = n;
	return RPV_OK;
}

const char *rpv__io_group(const char *name)
{
	static const char *const none[] = { "", "Unassigned", "UnassignedGroup", "None" };
	for (size_t i = 0; name != NULL && i < sizeof(none) / sizeof(none[0]); i++)
		if (strcasecmp(name, none[i]) == 0)
			return NULL;
	return name;
}
