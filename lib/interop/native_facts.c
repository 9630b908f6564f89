/* SPDX-License-Identifier: MIT */
/* Native records of facts: absent means unchanged, null the default. */
#include "native.h"
#include <string.h>

bool rpv__io_null(const rpv__io_record *r, const char *field)
{
	return json_is_null(rpv__io_get(r, field));
}

/* A field of facts: how it is read, where it goes, its bit in `given`. */
typedef enum shape { TEXT, TEXTS, WORD, FLAG, TIME } shape;
struct field { const char *name; shape shape; void *to; size_t *count; rpv_vocabulary words; uint32_t bit; };

static rpv_status read_field(rpv__io_record *r, const struct field *f, uint32_t *given)
{
	if (rpv__io_null(r, f->name))
		*given |= f->bit;
	switch (f->shape) {
	case TEXT: return rpv__io_text(r, f->name, f->to);
	case WORD: return rpv__io_word(r, f->name, f->words, f->to);
	case FLAG: return rpv__io_flag(r, f->name, f->to);
	case TIME: return rpv__io_time(r, f->name, f->to);
	case TEXTS: break;
	}
	if (rpv__io_has(r, f->name))
		*given |= f->bit;                  /* an empty array means none */
	return rpv__io_texts(r, f->name, f->to, f->count);
}

static rpv_status read_fields(rpv__io_record *r, const struct field *fields, size_t count, uint32_t *given)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; i < count && st == RPV_OK; i++)
		st = read_field(r, &fields[i], given);
	return st;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static rpv_status needed_id(rpv__io_record *r, const char *field, const char **out)
{
	rpv_status st = rpv__io_id(r, field, out);
	return st == RPV_OK ? rpv__io_need(r, field, *out) : st;
}

static rpv_status read_removed(rpv__io_record *r, int32_t *out)
{
	rpv_flag flag = RPV_FLAG_UNCHANGED;
	rpv_status st = rpv__io_flag(r, "removed", &flag);
	*out = flag == RPV_FLAG_TRUE;
	return st;
}

rpv_status rpv__io_apply_device(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_device_facts x = { 0 };
	int32_t value = 0;
	const struct field fields[] = {
		{ "name", TEXT, &x.name, NULL, 0, RPV_DEVICE_NAME }, { "os", TEXT, &x.os, NULL, 0, RPV_DEVICE_OS },
		{ "group", TEXT, &x.group, NULL, 0, RPV_DEVICE_GROUP },
		{ "tags", TEXTS, &x.tags, &x.tag_count, 0, RPV_DEVICE_TAGS },
		{ "value", WORD, &value, NULL, RPV_WORDS_VALUE, RPV_DEVICE_VALUE },
		{ "internet_facing", FLAG, &x.internet_facing, NULL, 0, RPV_DEVICE_INTERNET_FACING },
		{ "active_alert", FLAG, &x.active_alert, NULL, 0, RPV_DEVICE_ACTIVE_ALERT },
		{ "excluded", FLAG, &x.excluded, NULL, 0, RPV_DEVICE_EXCLUDED },
		{ "justification", TEXT, &x.justification, NULL, 0, RPV_DEVICE_JUSTIFICATION },
		{ "last_seen", TIME, &x.last_seen_ms, NULL, 0, 0 }, { "first_seen", TIME, &x.first_seen_ms, NULL, 0, 0 },
	};
	rpv_status st = needed_id(r, "id", &x.id);
	if (st == RPV_OK)
		st = read_fields(r, fields, COUNT(fields), &x.given);
	if (st == RPV_OK)
		st = read_removed(r, &x.removed);
	x.value = (rpv_value)value;
	if (x.group != NULL && x.group[0] == '\0') {
		x.group = NULL;
		x.given |= RPV_DEVICE_GROUP;
	}
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_device(w->batch, &x), &r->where) : st;
}

static rpv_status read_epss(rpv__io_record *r, rpv_weakness_facts *x)
{
	rpv_status st = rpv__io_number(r, "epss", &x->epss);
	if (!rpv__io_has(r, "epss"))
		return st;
	x->given |= RPV_WEAKNESS_EPSS;
	if (rpv__io_null(r, "epss"))
		x->epss = -1;
	else if (st == RPV_OK && (x->epss < 0 || x->epss > 1))
		st = rpv__io_bad(r, "epss", "must be from 0 to 1");
	return st;
}

rpv_status rpv__io_apply_weakness(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_weakness_facts x = { 0 };
	int32_t severity = 0, exploit = 0;
	const struct field fields[] = {
		{ "title", TEXT, &x.title, NULL, 0, RPV_WEAKNESS_TITLE },
		{ "cvss", TEXTS, &x.cvss, &x.cvss_count, 0, RPV_WEAKNESS_CVSS },
		{ "aliases", TEXTS, &x.aliases, &x.alias_count, 0, RPV_WEAKNESS_ALIASES },
		{ "epss_model", TEXT, &x.epss_model, NULL, 0, RPV_WEAKNESS_EPSS_MODEL },
		{ "known_exploited", TIME, &x.known_exploited_ms, NULL, 0, RPV_WEAKNESS_KNOWN_EXPLOITED },
		{ "published", TIME, &x.published_ms, NULL, 0, RPV_WEAKNESS_PUBLISHED },
		{ "updated", TIME, &x.updated_ms, NULL, 0, RPV_WEAKNESS_UPDATED },
		{ "severity", WORD, &severity, NULL, RPV_WORDS_SEVERITY, RPV_WEAKNESS_SEVERITY },
		{ "exploit", WORD, &exploit, NULL, RPV_WORDS_EXPLOIT, RPV_WEAKNESS_EXPLOIT },
		{ "ransomware", FLAG, &x.ransomware, NULL, 0, RPV_WEAKNESS_RANSOMWARE },
		{ "zero_day", FLAG, &x.zero_day, NULL, 0, RPV_WEAKNESS_ZERO_DAY },
		{ "fix_available", FLAG, &x.fix_available, NULL, 0, RPV_WEAKNESS_FIX_AVAILABLE },
		{ "active_alert", FLAG, &x.active_alert, NULL, 0, RPV_WEAKNESS_ACTIVE_ALERT },
	};
	rpv_status st = needed_id(r, "id", &x.id);
	if (st == RPV_OK)
		st = read_fields(r, fields, COUNT(fields), &x.given);
	if (st == RPV_OK)
		st = read_epss(r, &x);
	x.severity = (rpv_severity)severity;
	x.exploit = (rpv_exploit)exploit;
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_weakness(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_apply_recommendation(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_recommendation_facts x = { 0 };
	int32_t kind = 0, category = 0;
	uint64_t points = 0;
	const struct field fields[] = {
		{ "kind", WORD, &kind, NULL, RPV_WORDS_KIND, RPV_RECOMMENDATION_KIND },
		{ "category", WORD, &category, NULL, RPV_WORDS_CATEGORY, RPV_RECOMMENDATION_CATEGORY },
		{ "subcategory", TEXT, &x.subcategory, NULL, 0, RPV_RECOMMENDATION_SUBCATEGORY },
		{ "vendor", TEXT, &x.vendor, NULL, 0, RPV_RECOMMENDATION_VENDOR },
		{ "product", TEXT, &x.product, NULL, 0, RPV_RECOMMENDATION_PRODUCT },
		{ "recommended_version", TEXT, &x.recommended_version, NULL, 0, RPV_RECOMMENDATION_VERSION },
		{ "recommended_vendor", TEXT, &x.recommended_vendor, NULL, 0, RPV_RECOMMENDATION_NEW_VENDOR },
		{ "recommended_program", TEXT, &x.recommended_program, NULL, 0, RPV_RECOMMENDATION_NEW_PROGRAM },
		{ "title", TEXT, &x.title, NULL, 0, RPV_RECOMMENDATION_TITLE },
		{ "description", TEXT, &x.description, NULL, 0, RPV_RECOMMENDATION_DESCRIPTION },
		{ "steps", TEXT, &x.steps, NULL, 0, RPV_RECOMMENDATION_STEPS },
		{ "component", TEXT, &x.component, NULL, 0, RPV_RECOMMENDATION_COMPONENT },
		{ "tags", TEXTS, &x.tags, &x.tag_count, 0, RPV_RECOMMENDATION_TAGS },
		{ "threats", TEXTS, &x.threats, &x.threat_count, 0, RPV_RECOMMENDATION_THREATS },
	};
	rpv_status st = needed_id(r, "id", &x.id);
	if (st == RPV_OK)
		st = read_fields(r, fields, COUNT(fields), &x.given);
	if (st == RPV_OK)
		st = rpv__io_count(r, "points", 10, &points);
	if (st == RPV_OK && points == 0 && rpv__io_has(r, "points") && !rpv__io_null(r, "points"))
		st = rpv__io_bad(r, "points", "must be from 1 to 10");
	if (st == RPV_OK)
		st = read_removed(r, &x.removed);
	x.kind = (rpv_kind)kind;
	x.category = (rpv_category)category;
	x.points = (uint32_t)points;
	x.given |= rpv__io_null(r, "points") ? RPV_RECOMMENDATION_POINTS : 0;
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_recommendation(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_apply_group(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_group_facts x = { 0 };
	uint64_t rank = 0;
	rpv_status st = needed_id(r, "name", &x.name);
	if (st == RPV_OK)
		st = rpv__io_id(r, "previous_name", &x.previous_name);
	if (st == RPV_OK)
		st = rpv__io_text(r, "description", &x.description);
	if (st == RPV_OK)
		st = rpv__io_count(r, "rank", UINT32_MAX, &rank);
	if (st == RPV_OK)
		st = read_removed(r, &x.removed);
	x.rank = (uint32_t)rank;
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_group(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_apply_set(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_weakness_set_facts x = { 0 };
	rpv_status st = needed_id(r, "recommendation", &x.recommendation);
	if (st == RPV_OK)
		st = needed_id(r, "id", &x.id);
	if (st == RPV_OK)
		st = rpv__io_texts(r, "weaknesses", &x.weaknesses, &x.weakness_count);
	if (st == RPV_OK)
		st = read_removed(r, &x.removed);
	if (st == RPV_OK && !x.removed)
		st = rpv__io_need(r, "weaknesses", x.weaknesses);
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_weakness_set(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_apply_assessment(rpv__io_record *r, rpv__io_writer *w)
{
	static const rpv__io_alias changes[] = { { "replace", RPV_ASSESSMENT_REPLACE }, { "add", RPV_ASSESSMENT_ADD },
		{ "fix", RPV_ASSESSMENT_FIX }, { "remove", RPV_ASSESSMENT_REMOVE }, { NULL, 0 } };
	rpv_assessment_facts x = { 0 };
	int32_t state = 0;
	int change = 0;
	uint32_t given = 0;
	const struct field fields[] = {
		{ "weaknesses", TEXTS, &x.weaknesses, &x.weakness_count, 0, 0 },
		{ "state", WORD, &state, NULL, RPV_WORDS_CONFIGURATION_STATE, 0 },
		{ "user_impact", FLAG, &x.user_impact, NULL, 0, 0 }, { "first_seen", TIME, &x.first_seen_ms, NULL, 0, 0 },
		{ "last_seen", TIME, &x.last_seen_ms, NULL, 0, 0 },
	};
	rpv_status st = needed_id(r, "device", &x.device);
	if (st == RPV_OK)
		st = needed_id(r, "recommendation", &x.recommendation);
	if (st == RPV_OK)
		st = rpv__io_id(r, "version", &x.version);
	if (st == RPV_OK)
		st = rpv__io_id(r, "set", &x.set);
	if (st == RPV_OK)
		st = read_fields(r, fields, COUNT(fields), &given);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "change", changes, &change);
	x.state = (rpv_configuration_state)state;
	x.change = (rpv_assessment_change)change;
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_assessment(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_apply_report(rpv__io_record *r, rpv__io_writer *w)
{
	const char *device = NULL;
	rpv_status st = needed_id(r, "device", &device);
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_full_report(w->batch, device), &r->where) : st;
}

static rpv_status read_interval(rpv__io_record *r, rpv_control_facts *x)
{
	const double day = 86400000;
	double days = 0;
	rpv_status st = rpv__io_number(r, "review_interval_days", &days);
	if (st != RPV_OK || !rpv__io_has(r, "review_interval_days"))
		return st;
	x->given |= RPV_CONTROL_REVIEW_INTERVAL;
	if (!(days >= 0 && days * day <= (double)RPV_REVIEW_INTERVAL_MAX))
		return rpv__io_bad(r, "review_interval_days", "must be from 0 to 36525");
	x->review_interval_ms = (int64_t)(days * day + 0.5);
	return RPV_OK;
}

rpv_status rpv__io_apply_control(rpv__io_record *r, rpv__io_writer *w)
{
	rpv_control_facts x = { 0 };
	int32_t kind = 0;
	const struct field fields[] = {
		{ "kind", WORD, &kind, NULL, RPV_WORDS_CONTROL_KIND, RPV_CONTROL_KIND },
		{ "description", TEXT, &x.description, NULL, 0, RPV_CONTROL_DESCRIPTION },
		{ "owner", TEXT, &x.owner, NULL, 0, RPV_CONTROL_OWNER },
		{ "evidence", TEXTS, &x.evidence, &x.evidence_count, 0, RPV_CONTROL_EVIDENCE },
		{ "reviewed_at", TIME, &x.reviewed_ms, NULL, 0, RPV_CONTROL_REVIEWED },
		{ "retired", FLAG, &x.retired, NULL, 0, RPV_CONTROL_RETIRED },
		{ "added_at", TIME, &x.added_ms, NULL, 0, 0 },
	};
	rpv_status st = needed_id(r, "id", &x.id);
	if (st == RPV_OK)
		st = read_fields(r, fields, COUNT(fields), &x.given);
	if (st == RPV_OK)
		st = read_interval(r, &x);
	if (st == RPV_OK)
		st = read_removed(r, &x.removed);
	x.kind = (rpv_control_kind)kind;
	return st == RPV_OK ? rpv__io_added(w, rpv_batch_control(w->batch, &x), &r->where) : st;
}

rpv_status rpv__io_type_of(rpv__io_record *r, rpv__io_type *out)
{
	static const char *const names[RPV__IO_TYPES] = { NULL, "store", "group", "weakness", "recommendation",
		"weakness_set", "device", "assessment", "full_report", "exception", "remediation", "target", "event", "control",
		"score" };
	const char *type = NULL;
	rpv_status st = rpv__io_text(r, "type", &type);
	if (st == RPV_OK)
		st = rpv__io_need(r, "type", type);
	if (st != RPV_OK)
		return st;
	for (int i = 1; i < RPV__IO_TYPES; i++)
		if (strcmp(names[i], type) == 0) {
			*out = (rpv__io_type)i;
			return RPV_OK;
		}
	return rpv__io_bad(r, "type", "is none of the types known here");
}

rpv_status rpv__io_apply_fact(rpv__io_record *r, rpv__io_writer *w)
{
	static const rpv__io_apply applies[RPV__IO_TYPES] = { NULL, NULL, rpv__io_apply_group, rpv__io_apply_weakness,
		rpv__io_apply_recommendation, rpv__io_apply_set, rpv__io_apply_device, rpv__io_apply_assessment,
		rpv__io_apply_report, NULL, NULL, NULL, NULL, rpv__io_apply_control, NULL };
	rpv__io_type type;
	rpv_status st = rpv__io_type_of(r, &type);
	return st == RPV_OK ? applies[type](r, w) : st;
}
