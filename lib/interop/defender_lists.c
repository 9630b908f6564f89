/* SPDX-License-Identifier: MIT */
/* Defender answers whose records stand for themselves: machines, recommendations, vulnerabilities, software. */
#include "defender.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct lists { rpv__io_names ids, groups; uint32_t passes; };

static rpv_status begin(rpv__io_import *import)
{
	import->state = calloc(1, sizeof(struct lists));
	return import->state != NULL ? RPV_OK : rpv__io_nomem(import->error);
}

static rpv_status next(rpv__io_import *import, bool *more)
{
	*more = import->pass == 0 && import->number > 0;
	return *more ? RPV_OK : rpv__io_flush(import);
}

static void lists_free(void *state)
{
	struct lists *s = state;
	if (s != NULL) {
		rpv__io_names_free(&s->ids);
		rpv__io_names_free(&s->groups);
	}
	free(s);
}

/* Tries a record, and counts its id once. */
static rpv_status check(rpv__io_import *import, rpv__io_record *r, rpv__io_apply apply, uint64_t *counter)
{
	struct lists *s = import->state;
	const char *id = NULL;
	uint64_t before = s->ids.count;
	rpv_status st = rpv__io_try(import, apply, r);
	if (st == RPV_OK)
		st = rpv__io_id(r, "id", &id);
	if (st == RPV_OK)
		st = rpv__io_count_name(import, &s->ids, id, counter);
	if (st == RPV_OK && s->ids.count == before)
		import->result.duplicates++;
	return st;
}

/* --- machines --- */

static rpv_status exclusion(rpv__io_record *r, rpv_device_facts *facts)
{
	rpv_status st = rpv__io_flag(r, "isExcluded", &facts->excluded);
	if (st == RPV_OK)
		st = rpv__io_text(r, "exclusionReason", &facts->justification);
	if (facts->excluded != RPV_FLAG_UNCHANGED)
		facts->given |= RPV_DEVICE_JUSTIFICATION;
	return st;
}

static rpv_status apply_machine(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_device_facts facts = { 0 };
	int value = 0;
	rpv_status st = rpv__io_id(r, "id", &facts.id);
	if (st == RPV_OK)
		st = rpv__io_need(r, "id", facts.id);
	if (st == RPV_OK)
		st = rpv__io_text(r, "computerDnsName", &facts.name);
	if (st == RPV_OK)
		st = rpv__io_text(r, "osPlatform", &facts.os);
	if (st == RPV_OK)
		st = rpv__io_text(r, "rbacGroupName", &facts.group);
	if (st == RPV_OK)
		st = rpv__io_texts(r, "machineTags", &facts.tags, &facts.tag_count);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "deviceValue", rpv__io_values, &value);
	if (st == RPV_OK)
		st = rpv__io_time(r, "firstSeen", &facts.first_seen_ms);
	if (st == RPV_OK)
		st = rpv__io_time(r, "lastSeen", &facts.last_seen_ms);
	if (st == RPV_OK)
		st = rpv__io_flag(r, "isInternetFacing", &facts.internet_facing);
	if (st == RPV_OK)
		st = exclusion(r, &facts);
	if (st != RPV_OK)
		return st;
	facts.value = (rpv_value)value;
	facts.group = rpv__io_group(facts.group);
	facts.given |= (rpv__io_has(r, "rbacGroupName") ? RPV_DEVICE_GROUP : 0) |
	               (facts.tags != NULL ? RPV_DEVICE_TAGS : 0);
	return rpv__io_added(w, rpv_batch_device(w->batch, &facts), &r->where);
}

static rpv_status check_machine(rpv__io_import *import, rpv__io_record *r)
{
	struct lists *s = import->state;
	const char *group = NULL;
	rpv_status st = check(import, r, apply_machine, &import->result.devices);
	if (st == RPV_OK)
		st = rpv__io_text(r, "rbacGroupName", &group);
	if (st == RPV_OK)
		st = rpv__io_count_name(import, &s->groups, rpv__io_group(group), &import->result.groups);
	return st;
}

static rpv_status write_machine(rpv__io_import *import, rpv__io_record *r)
{
	return rpv__io_enqueue_record(import, apply_machine, r);
}

/* --- recommendations --- */

static rpv_status recommendation_texts(rpv__io_record *r, rpv_recommendation_facts *facts)
{
	const struct { const char *field; const char **to; uint32_t bit; } texts[] = {
		{ "vendor", &facts->vendor, RPV_RECOMMENDATION_VENDOR },
		{ "productName", &facts->product, RPV_RECOMMENDATION_PRODUCT },
		{ "recommendationName", &facts->title, RPV_RECOMMENDATION_TITLE },
		{ "recommendedVersion", &facts->recommended_version, RPV_RECOMMENDATION_VERSION },
		{ "recommendedVendor", &facts->recommended_vendor, RPV_RECOMMENDATION_NEW_VENDOR },
		{ "recommendedProgram", &facts->recommended_program, RPV_RECOMMENDATION_NEW_PROGRAM },
		{ "relatedComponent", &facts->component, RPV_RECOMMENDATION_COMPONENT },
		{ "subCategory", &facts->subcategory, RPV_RECOMMENDATION_SUBCATEGORY },
	};
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == RPV_OK; i++) {
		st = rpv__io_text(r, texts[i].field, texts[i].to);
		if (*texts[i].to != NULL && **texts[i].to == '\0') {
			*texts[i].to = NULL;           /* "" is how the answer says: none */
			facts->given |= texts[i].bit;
		}
	}
	return st;
}

static rpv_status apply_recommendation(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_recommendation_facts facts = { 0 };
	char id[RPV_ID_MAX + 1];
	const char *given = NULL;
	int kind = 0, category = 0;
	uint32_t points = 0;
	rpv_status st = rpv__io_id(r, "id", &given);
	if (st == RPV_OK)
		st = rpv__io_need(r, "id", given);
	if (st == RPV_OK)
		st = rpv__io_reference(r, "id", given, id);
	if (st == RPV_OK)
		st = recommendation_texts(r, &facts);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "recommendationCategory", rpv__io_categories, &category);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "remediationType", rpv__io_kinds, &kind);
	if (st == RPV_OK)
		st = rpv__io_points(r, "severityScore", &points);
	if (st == RPV_OK)
		st = rpv__io_texts(r, "tags", &facts.tags, &facts.tag_count);
	if (st == RPV_OK)
		st = rpv__io_texts(r, "associatedThreats", &facts.threats, &facts.threat_count);
	if (st != RPV_OK)
		return st;
	if (kind == 0 && strncmp(id, "sca-_-", 6) == 0)
		kind = RPV_KIND_CONFIGURATION_CHANGE;
	facts.id = id;
	facts.kind = (rpv_kind)kind;
	facts.category = (rpv_category)category;
	facts.points = kind == RPV_KIND_CONFIGURATION_CHANGE ? points : 0;
	facts.given |= (facts.tags != NULL ? RPV_RECOMMENDATION_TAGS : 0) |
	               (facts.threats != NULL ? RPV_RECOMMENDATION_THREATS : 0);
	return rpv__io_added(w, rpv_batch_recommendation(w->batch, &facts), &r->where);
}

static rpv_status check_recommendation(rpv__io_import *import, rpv__io_record *r)
{
	return check(import, r, apply_recommendation, &import->result.recommendations);
}

static rpv_status write_recommendation(rpv__io_import *import, rpv__io_record *r)
{
	return rpv__io_enqueue_record(import, apply_recommendation, r);
}

/* --- vulnerabilities --- */

static rpv_status exploit(rpv__io_record *r, rpv_weakness_facts *facts)
{
	static const struct { const char *field; rpv_exploit level; } fields[] = {
		{ "publicExploit", RPV_EXPLOIT_PUBLIC }, { "exploitVerified", RPV_EXPLOIT_VERIFIED },
		{ "exploitInKit", RPV_EXPLOIT_KIT },
	};
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < 3 && st == RPV_OK; i++) {
		rpv_flag flag = RPV_FLAG_UNCHANGED;
		st = rpv__io_flag(r, fields[i].field, &flag);
		if (flag == RPV_FLAG_TRUE)
			facts->exploit = fields[i].level;
		else if (flag == RPV_FLAG_FALSE && facts->exploit == RPV_EXPLOIT_UNCHANGED)
			facts->exploit = RPV_EXPLOIT_NONE;
	}
	return st;
}

/* Real answers hold texts that are no vectors; those are left out. */
static rpv_status vector(rpv__io_record *r, const char **vector_out, bool *none)
{
	rpv_cvss cvss = { .struct_size = sizeof(cvss) };
	rpv_status st = rpv__io_text(r, "cvssVector", vector_out);
	*none = false;
	if (st == RPV_OK && *vector_out != NULL && rpv_cvss_score(*vector_out, &cvss) != RPV_OK) {
		*none = **vector_out != '\0';
		*vector_out = NULL;
	}
	return st;
}

static rpv_status tags(rpv__io_record *r, rpv_weakness_facts *facts)
{
	const char *const *texts = NULL;
	size_t count = 0;
	rpv_status st = rpv__io_texts(r, "tags", &texts, &count);
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(texts[i], "ZeroDay") == 0)
			facts->zero_day = RPV_FLAG_TRUE;
		else if (strcasecmp(texts[i], "NoSecurityUpdate") == 0)
			facts->fix_available = RPV_FLAG_FALSE;
	}
	return st;
}

static rpv_status epss(rpv__io_record *r, rpv_weakness_facts *facts)
{
	double value = -1;
	rpv_status st = rpv__io_number(r, "epss", &value);
	if (st == RPV_OK && value > 1)
		st = rpv__io_bad(r, "epss", "must be from 0 to 1");
	if (st == RPV_OK && value >= 0) {
		facts->epss = value;
		facts->given |= RPV_WEAKNESS_EPSS;
	}
	return st;
}

/* A name of its own, else how the description begins. */
static rpv_status title(rpv__io_record *r, const char *id, char out[256], const char **title_out)
{
	const char *name = NULL, *description = NULL;
	size_t n;
	rpv_status st = rpv__io_text(r, "name", &name);
	if (st == RPV_OK && (name == NULL || strcmp(name, id) == 0 || name[0] == '\0')) {
		st = rpv__io_text(r, "description", &description);
		name = description;
	}
	if (st != RPV_OK || name == NULL || name[0] == '\0')
		return st;
	n = strcspn(name, "\r\n");
	if (n > 250) {
		for (n = 250; ((unsigned char)name[n] & 0xC0) == 0x80;)
			n--;
	}
	snprintf(out, 256, "%.*s%s", (int)n, name, n < strlen(name) ? "..." : "");
	*title_out = out;
	return RPV_OK;
}

static rpv_status apply_vulnerability(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_weakness_facts facts = { 0 };
	const char *cvss = NULL;
	char line[256];
	int severity = 0;
	bool none;
	rpv_status st = rpv__io_id(r, "id", &facts.id);
	if (st == RPV_OK)
		st = rpv__io_need(r, "id", facts.id);
	if (st == RPV_OK)
		st = title(r, facts.id, line, &facts.title);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "severity", rpv__io_severities, &severity);
	if (st == RPV_OK)
		st = vector(r, &cvss, &none);
	if (st == RPV_OK)
		st = rpv__io_time(r, "publishedOn", &facts.published_ms);
	if (st == RPV_OK)
		st = rpv__io_time(r, "updatedOn", &facts.updated_ms);
	if (st == RPV_OK)
		st = epss(r, &facts);
	if (st == RPV_OK)
		st = exploit(r, &facts);
	if (st == RPV_OK)
		st = tags(r, &facts);
	if (st != RPV_OK)
		return st;
	facts.severity = (rpv_severity)severity;
	facts.cvss = cvss != NULL ? &cvss : NULL;
	facts.cvss_count = cvss != NULL;
	return rpv__io_added(w, rpv_batch_weakness(w->batch, &facts), &r->where);
}

static rpv_status check_vulnerability(rpv__io_import *import, rpv__io_record *r)
{
	const char *cvss = NULL;
	bool none = false;
	rpv_status st = check(import, r, apply_vulnerability, &import->result.weaknesses);
	if (st == RPV_OK)
		st = vector(r, &cvss, &none);
	import->result.vectors_skipped += none;
	return st;
}

static rpv_status write_vulnerability(rpv__io_import *import, rpv__io_record *r)
{
	return rpv__io_enqueue_record(import, apply_vulnerability, r);
}

/* --- software: what has weaknesses is a recommendation --- */

static rpv_status apply_software(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_recommendation_facts facts = { 0 };
	char id[RPV_ID_MAX + 1];
	const char *software = NULL;
	double weaknesses = 0;
	rpv_status st = rpv__io_id(r, "id", &software);
	if (st == RPV_OK)
		st = rpv__io_need(r, "id", software);
	if (st == RPV_OK)
		st = rpv__io_id(r, "vendor", &facts.vendor);
	if (st == RPV_OK)
		st = rpv__io_id(r, "name", &facts.product);
	if (st == RPV_OK)
		st = rpv__io_number(r, "weaknesses", &weaknesses);
	if (st == RPV_OK && (size_t)snprintf(id, sizeof(id), "va-_-%s", software) >= sizeof(id))
		st = rpv__io_bad(r, "id", "is too long");
	if (st != RPV_OK || weaknesses <= 0)
		return st;
	facts.id = id;
	return rpv__io_added(w, rpv_batch_recommendation(w->batch, &facts), &r->where);
}

static rpv_status check_software(rpv__io_import *import, rpv__io_record *r)
{
	return check(import, r, apply_software, &import->result.recommendations);
}

static rpv_status write_software(rpv__io_import *import, rpv__io_record *r)
{
	return rpv__io_enqueue_record(import, apply_software, r);
}

const rpv__io_driver rpv__io_machines = { "defender", begin, check_machine, next, write_machine, lists_free };
const rpv__io_driver rpv__io_recommendations = { "defender", begin, check_recommendation, next, write_recommendation,
                                                 lists_free };
const rpv__io_driver rpv__io_vulnerability_list = { "defender", begin, check_vulnerability, next, write_vulnerability,
                                                    lists_free };
const rpv__io_driver rpv__io_software_list = { "defender", begin, check_software, next, write_software, lists_free };
