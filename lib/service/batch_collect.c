/* SPDX-License-Identifier: MIT */
/* Collecting facts: each record is checked by itself, whatever the store holds, and copied. */
#include "../model/cvss.h"
#include "batch.h"

/* A copy of a caller's struct in the batch, all zero but for it. */
static void *copy_of(rpv_batch *b, size_t size)
{
	void *copy = rpv__arena_get(&b->arena, size);

	if (!copy)
		rpv__fail_nomem(&b->session->error);
	return copy;
}

static rpv_status check_bits(rpv_batch *b, uint32_t given, uint32_t known)
{
	if (given & ~known)
		return rpv__batch_malformed(b, "given", "given has bits that stand for no field");
	return RPV_OK;
}

typedef struct text_field { const char **text; const char *field; } text_field;

static rpv_status take_all(rpv_batch *b, const text_field *fields, size_t count)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__batch_take_text(b, fields[i].text, fields[i].field);
	return st;
}

typedef struct number_field { int64_t value, most; const char *field; } number_field;

static rpv_status check_all(rpv_batch *b, const number_field *fields, size_t count)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__batch_check_range(b, fields[i].value, fields[i].most, fields[i].field);
	return st;
}

static rpv_status check_times(rpv_batch *b, const number_field *times, size_t count)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = rpv__batch_check_time(b, times[i].value, times[i].field);
	return st;
}

/* --- groups --- */
rpv_status rpv__batch_group(rpv_batch *b, const rpv_group_facts *facts)
{
	rpv__group_record *r = copy_of(b, sizeof *r);
	bool renames;
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	r->facts = *facts;
	if (!facts->name)
		return rpv__batch_malformed(b, "name", "name is missing");
	st = rpv__batch_symbol(b, rpv__group_name(facts->name), "name", &r->name);
	if (st == RPV_OK && facts->previous_name)
		st = rpv__batch_symbol(b, rpv__group_name(facts->previous_name), "previous_name", &r->previous);
	if (r->previous == r->name)
		r->previous = 0;
	renames = r->previous != 0;
	if (st == RPV_OK && renames && (strcmp(b->symbols[r->name], RPV__DEFAULT_GROUP_NAME) == 0 ||
	                                strcmp(b->symbols[r->previous], RPV__DEFAULT_GROUP_NAME) == 0))
		st = rpv__batch_malformed(b, "previous_name", "the default group keeps its name");
	if (st == RPV_OK && renames && facts->removed)
		st = rpv__batch_malformed(b, "removed", "a group cannot be renamed and removed by one record");
	if (st == RPV_OK)
		st = rpv__batch_take_text(b, &r->facts.description, "description");
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_GROUP, r) : st;
}

/* --- devices --- */
rpv_status rpv__batch_device(rpv_batch *b, const rpv_device_facts *facts)
{
	rpv__device_record *r = copy_of(b, sizeof *r);
	rpv_device_facts *f = r ? &r->facts : NULL;
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	*f = *facts;
	const text_field texts[] = { { &f->name, "name" }, { &f->os, "os" }, { &f->justification, "justification" } };
	const number_field numbers[] = {
		{ (int64_t)f->value, RPV_VALUE_HIGH, "value" },
		{ (int64_t)f->internet_facing, RPV_FLAG_TRUE, "internet_facing" },
		{ (int64_t)f->active_alert, RPV_FLAG_TRUE, "active_alert" },
		{ (int64_t)f->excluded, RPV_FLAG_TRUE, "excluded" } };
	const number_field times[] = { { f->last_seen_ms, 0, "last_seen_ms" }, { f->first_seen_ms, 0, "first_seen_ms" } };
	st = rpv__batch_symbol(b, f->id, "id", &r->id);
	if (st == RPV_OK && f->removed)
		return rpv__batch_add(b, RPV__FACT_DEVICE, r);
	if (st == RPV_OK)
		st = check_bits(b, f->given, 2 * RPV_DEVICE_JUSTIFICATION - 1);
	if (st == RPV_OK)
		st = check_all(b, numbers, RPV__COUNT(numbers));
	if (st == RPV_OK)
		st = check_times(b, times, RPV__COUNT(times));
	if (st == RPV_OK)
		st = take_all(b, texts, RPV__COUNT(texts));
	if (st == RPV_OK && f->group)
		st = rpv__batch_symbol(b, rpv__group_name(f->group), "group", &r->group);
	if (st == RPV_OK)
		st = rpv__batch_take_texts(b, &f->tags, f->tag_count, "tags");
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_DEVICE, r) : st;
}

/* --- weaknesses --- */
static rpv_status check_vectors(rpv_batch *b, const rpv_weakness_facts *f)
{
	rpv__cvss_result result;

	for (size_t i = 0; i < f->cvss_count; i++)
		if (!rpv__cvss_score(f->cvss[i], &result))
			return rpv__fail_field(&b->session->error, RPV_E_INVALID, b->count, "cvss", "\"%.200s\" is no CVSS vector",
			                       f->cvss[i]);
	return RPV_OK;
}

static rpv_status check_epss(rpv_batch *b, const rpv_weakness_facts *f)
{
	/* negative is "unknown" where the bit says that the field counts; a NaN fails each comparison */
	if ((f->epss >= 0 && f->epss <= 1) || (f->epss < 0 && f->epss >= -1e300 && (f->given & RPV_WEAKNESS_EPSS)))
		return RPV_OK;
	return rpv__batch_malformed(b, "epss", "epss is not between 0 and 1");
}

rpv_status rpv__batch_weakness(rpv_batch *b, const rpv_weakness_facts *facts)
{
	rpv__weakness_record *r = copy_of(b, sizeof *r);
	rpv_weakness_facts *f = r ? &r->facts : NULL;
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	*f = *facts;
	const text_field texts[] = { { &f->title, "title" }, { &f->epss_model, "epss_model" } };
	const number_field numbers[] = {
		{ (int64_t)f->severity, RPV_SEVERITY_CRITICAL, "severity" },
		{ (int64_t)f->exploit, RPV_EXPLOIT_KIT, "exploit" },
		{ (int64_t)f->ransomware, RPV_FLAG_TRUE, "ransomware" }, { (int64_t)f->zero_day, RPV_FLAG_TRUE, "zero_day" },
		{ (int64_t)f->fix_available, RPV_FLAG_TRUE, "fix_available" },
		{ (int64_t)f->active_alert, RPV_FLAG_TRUE, "active_alert" }, { f->reserved, 0, "reserved" } };
	const number_field times[] = { { f->known_exploited_ms, 0, "known_exploited_ms" },
	                               { f->published_ms, 0, "published_ms" }, { f->updated_ms, 0, "updated_ms" } };
	st = rpv__batch_symbol(b, f->id, "id", &r->id);
	if (st == RPV_OK)
		st = check_bits(b, f->given, 2 * RPV_WEAKNESS_ALIASES - 1);
	if (st == RPV_OK)
		st = check_all(b, numbers, RPV__COUNT(numbers));
	if (st == RPV_OK)
		st = check_times(b, times, RPV__COUNT(times));
	if (st == RPV_OK)
		st = check_epss(b, f);
	if (st == RPV_OK)
		st = take_all(b, texts, RPV__COUNT(texts));
	if (st == RPV_OK)
		st = rpv__batch_take_texts(b, &f->cvss, f->cvss_count, "cvss");
	if (st == RPV_OK)
		st = rpv__batch_take_texts(b, &f->aliases, f->alias_count, "aliases");
	if (st == RPV_OK)
		st = check_vectors(b, f);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_WEAKNESS, r) : st;
}

/* --- recommendations --- */
static rpv_status take_recommendation(rpv_batch *b, rpv_recommendation_facts *f)
{
	const text_field texts[] = {
		{ &f->subcategory, "subcategory" }, { &f->vendor, "vendor" }, { &f->product, "product" },
		{ &f->recommended_version, "recommended_version" }, { &f->recommended_vendor, "recommended_vendor" },
		{ &f->recommended_program, "recommended_program" }, { &f->title, "title" }, { &f->description, "description" },
		{ &f->steps, "steps" }, { &f->component, "component" } };
	const number_field numbers[] = { { (int64_t)f->kind, RPV_KIND_ATTENTION_REQUIRED, "kind" },
	                                 { (int64_t)f->category, RPV_CATEGORY_SECURITY_CONTROLS, "category" },
	                                 { f->points, 10, "points" }, { f->reserved, 0, "reserved" } };
	rpv_status st = check_bits(b, f->given, 2 * RPV_RECOMMENDATION_KIND - 1);

	if (st == RPV_OK)
		st = check_all(b, numbers, RPV__COUNT(numbers));
	if (st == RPV_OK)
		st = take_all(b, texts, RPV__COUNT(texts));
	if (st == RPV_OK)
		st = rpv__batch_take_texts(b, &f->tags, f->tag_count, "tags");
	return st == RPV_OK ? rpv__batch_take_texts(b, &f->threats, f->threat_count, "threats") : st;
}

rpv_status rpv__batch_recommendation(rpv_batch *b, const rpv_recommendation_facts *facts)
{
	rpv__recommendation_record *r = copy_of(b, sizeof *r);
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	r->facts = *facts;
	st = rpv__batch_symbol(b, facts->id, "id", &r->id);
	if (st == RPV_OK && !facts->removed)
		st = take_recommendation(b, &r->facts);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_RECOMMENDATION, r) : st;
}

/* --- sets, assessments, reports --- */
rpv_status rpv__batch_set(rpv_batch *b, const rpv_weakness_set_facts *facts)
{
	rpv__set_record *r = copy_of(b, sizeof *r);
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	r->removed = facts->removed != 0;
	st = rpv__batch_symbol(b, facts->recommendation, "recommendation", &r->recommendation);
	if (st == RPV_OK)
		st = rpv__batch_symbol(b, facts->id, "id", &r->id);
	if (st == RPV_OK && !r->removed)
		st = rpv__batch_symbols(b, facts->weaknesses, facts->weakness_count, "weaknesses", &r->weaknesses);
	if (st == RPV_OK)
		st = rpv__batch_check_range(b, facts->reserved, 0, "reserved");
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_SET, r) : st;
}

static rpv_status check_assessment(rpv_batch *b, const rpv_assessment_facts *f)
{
	const number_field numbers[] = { { (int64_t)f->state, RPV_CONFIGURATION_EXPOSED, "state" },
	                                 { (int64_t)f->user_impact, RPV_FLAG_TRUE, "user_impact" },
	                                 { (int64_t)f->change, RPV_ASSESSMENT_REMOVE, "change" },
	                                 { f->reserved, 0, "reserved" } };
	const number_field times[] = { { f->first_seen_ms, 0, "first_seen_ms" }, { f->last_seen_ms, 0, "last_seen_ms" } };
	bool delta = f->change == RPV_ASSESSMENT_ADD || f->change == RPV_ASSESSMENT_FIX;
	rpv_status st = check_all(b, numbers, RPV__COUNT(numbers));

	if (st == RPV_OK)
		st = check_times(b, times, RPV__COUNT(times));
	if (st != RPV_OK)
		return st;
	if (f->set && f->weakness_count)
		return rpv__batch_malformed(b, "set", "both a set and weaknesses are given");
	if (f->state != RPV_CONFIGURATION_NONE && (f->set || f->weakness_count))
		return rpv__batch_malformed(b, "state", "a state and weaknesses are given: it is one or the other");
	if (delta && f->set)
		return rpv__batch_malformed(b, "set", "a set can only replace what was said before");
	if (delta && f->state != RPV_CONFIGURATION_NONE)
		return rpv__batch_malformed(b, "state", "a state can only replace what was said before");
	return RPV_OK;
}

rpv_status rpv__batch_assessment(rpv_batch *b, const rpv_assessment_facts *f)
{
	rpv__assessment_record *r;
	rpv_status st = check_assessment(b, f);

	if (st != RPV_OK)
		return st;
	r = copy_of(b, sizeof *r);
	if (!r)
		return RPV_E_NOMEM;
	r->first_seen_ms = f->first_seen_ms;
	r->last_seen_ms = f->last_seen_ms;
	r->state = (uint8_t)f->state;
	r->change = (uint8_t)f->change;
	r->user_impact = f->user_impact == RPV_FLAG_TRUE;
	st = rpv__batch_symbol(b, f->device, "device", &r->device);
	if (st == RPV_OK)
		st = rpv__batch_symbol(b, f->recommendation, "recommendation", &r->recommendation);
	if (st == RPV_OK && f->version && *f->version)
		st = rpv__batch_symbol(b, f->version, "version", &r->version);
	if (st == RPV_OK && f->set)
		st = rpv__batch_symbol(b, f->set, "set", &r->set);
	if (st == RPV_OK)
		st = rpv__batch_symbols(b, f->weaknesses, f->weakness_count, "weaknesses", &r->weaknesses);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_ASSESSMENT, r) : st;
}

rpv_status rpv__batch_report(rpv_batch *b, const char *device)
{
	rpv__report_record *r = copy_of(b, sizeof *r);
	rpv_status st;

	if (!r)
		return RPV_E_NOMEM;
	st = rpv__batch_symbol(b, device, "device", &r->device);
	return st == RPV_OK ? rpv__batch_add(b, RPV__FACT_REPORT, r) : st;
}
