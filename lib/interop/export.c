/* SPDX-License-Identifier: MIT */
/* Backups: everything in a store as native NDJSON, in a fixed order, only what differs from the default. */
#include "ndjson.h"
#include <string.h>

/* Those that are not the default, for all justifications and triggers at once. */
static void write_policies(rpv__io_line *out, const rpv_list *list)
{
	bool any = false;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_policy *p = rpv_policy_at(list, i);
		if (p->part_of != NULL || p->is_default)
			continue;
		rpv__io_pair(out, any ? NULL : "policies", p->name, p->value);
		any = true;
	}
	if (any)
		rpv__io_pairs_end(out);
}

static rpv_status write_store(rpv__io_line *out)
{
	rpv_restore_store store = { .struct_size = sizeof(store) };
	rpv_list *list = NULL;
	if (rpv_restore_read_store(out->session, &store) != RPV_OK || rpv_policy_list(out->session, NULL, &list) != RPV_OK)
		return rpv__io_line_core(out);
	out->result.revision = rpv_list_revision(list);   /* all others must be of it */
	out->mark_ms = store.mark_ms;
	rpv__io_line_begin(out, "store");
	rpv__io_put_count(out, "format", 1);
	rpv__io_put_time(out, "time", store.mark_ms);
	rpv__io_put_count(out, "sequence", store.sequence);
	rpv__io_put_count(out, "next_exception", store.next_exception);
	rpv__io_put_count(out, "next_remediation", store.next_remediation);
	rpv__io_put_some(out, "policy_revision", store.policy_revision);
	write_policies(out, list);
	rpv_list_free(list);
	return rpv__io_line_end(out);
}

static const void *group_at(const rpv_list *list, size_t i) { return rpv_group_at(list, i); }
static const void *weakness_at(const rpv_list *list, size_t i) { return rpv_weakness_at(list, i); }
static const void *recommendation_at(const rpv_list *list, size_t i) { return rpv_recommendation_at(list, i); }
static const void *control_at(const rpv_list *list, size_t i) { return rpv_control_at(list, i); }
static const void *set_at(const rpv_list *list, size_t i) { return rpv_weakness_set_at(list, i); }
static const void *device_at(const rpv_list *list, size_t i) { return rpv_device_at(list, i); }
static const void *assessment_at(const rpv_list *list, size_t i) { return rpv_assessment_at(list, i); }

static rpv_status write_group(rpv__io_line *out, const void *row)
{
	const rpv_group *g = row;
	if (!g->declared)
		return RPV_OK;                     /* its devices bring it back */
	rpv__io_line_begin(out, "group");
	rpv__io_put_text(out, "name", g->name);
	rpv__io_put_text(out, "description", g->description);
	rpv__io_put_some(out, "rank", g->rank);
	return rpv__io_line_end(out);
}

static rpv_status write_groups(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_group_list(out->session, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, group_at, NULL, write_group);
}

static rpv_status write_weakness(rpv__io_line *out, const void *row)
{
	const rpv_weakness *w = row;
	rpv__io_line_begin(out, "weakness");
	rpv__io_put_text(out, "id", w->id);
	rpv__io_put_text(out, "title", w->title);
	if (w->severity_given)
		rpv__io_put_word(out, "severity", RPV_WORDS_SEVERITY, w->severity);
	rpv__io_put_texts(out, "cvss", w->cvss, w->cvss_count);
	rpv__io_put_texts(out, "aliases", w->aliases, w->alias_count);
	if (w->epss >= 0)
		rpv__io_put_number(out, "epss", w->epss);
	rpv__io_put_text(out, "epss_model", w->epss_model);
	if (w->exploit != RPV_EXPLOIT_NONE)
		rpv__io_put_word(out, "exploit", RPV_WORDS_EXPLOIT, w->exploit);
	rpv__io_put_time(out, "known_exploited", w->known_exploited_ms);
	rpv__io_put_yes(out, "ransomware", w->ransomware);
	rpv__io_put_yes(out, "zero_day", w->zero_day);
	if (w->fix_available != RPV_FLAG_UNCHANGED)
		rpv__io_put_flag(out, "fix_available", w->fix_available == RPV_FLAG_TRUE);
	rpv__io_put_yes(out, "active_alert", w->active_alert);
	rpv__io_put_time(out, "published", w->published_ms);
	rpv__io_put_time(out, "updated", w->updated_ms);
	return rpv__io_line_end(out);
}

static rpv_status write_recommendation(rpv__io_line *out, const void *row)
{
	const rpv_recommendation *r = row;
	bool configuration = r->kind == RPV_KIND_CONFIGURATION_CHANGE;
	rpv__io_line_begin(out, "recommendation");
	rpv__io_put_text(out, "id", r->id);
	if (r->kind != RPV_KIND_UPDATE)
		rpv__io_put_word(out, "kind", RPV_WORDS_KIND, r->kind);
	if (r->category != (configuration ? RPV_CATEGORY_OS : RPV_CATEGORY_APPLICATION))
		rpv__io_put_word(out, "category", RPV_WORDS_CATEGORY, r->category);
	rpv__io_put_text(out, "subcategory", r->subcategory);
	rpv__io_put_text(out, "vendor", r->vendor);
	rpv__io_put_text(out, "product", r->product);
	rpv__io_put_text(out, "recommended_version", r->recommended_version);
	rpv__io_put_text(out, "recommended_vendor", r->recommended_vendor);
	rpv__io_put_text(out, "recommended_program", r->recommended_program);
	rpv__io_put_text(out, "title", r->title);
	rpv__io_put_text(out, "description", r->description);
	rpv__io_put_text(out, "steps", r->steps);
	rpv__io_put_text(out, "component", r->component);
	if (r->points > 1)
		rpv__io_put_count(out, "points", r->points);
	rpv__io_put_texts(out, "tags", r->tags, r->tag_count);
	rpv__io_put_texts(out, "threats", r->threats, r->threat_count);
	return rpv__io_line_end(out);
}

static int by_recommendation(const void *a, const void *b)
{
	const rpv_assessment *x = *(const void *const *)a, *y = *(const void *const *)b;
	int order = strcmp(x->recommendation, y->recommendation);
	return order != 0 ? order : strcmp(x->source, y->source);
}

static rpv_status write_assessment(rpv__io_line *out, const void *row)
{
	const rpv_assessment *a = row;
	rpv__io_line_begin(out, "assessment");
	rpv__io_put_text(out, "device", a->device);
	rpv__io_put_text(out, "recommendation", a->recommendation);
	if (strcmp(a->source, "default") != 0)
		rpv__io_put_text(out, "source", a->source);
	rpv__io_put_time(out, "reported", a->reported_ms);
	rpv__io_put_text(out, "version", a->version);
	rpv__io_put_text(out, "set", a->set);
	if (a->set == NULL)
		rpv__io_put_texts(out, "weaknesses", a->weaknesses, a->weakness_count);
	if (a->state != RPV_CONFIGURATION_NONE)
		rpv__io_put_word(out, "state", RPV_WORDS_CONFIGURATION_STATE, a->state);
	rpv__io_put_yes(out, "user_impact", a->user_impact);
	rpv__io_put_time(out, "first_seen", a->first_seen_ms);
	if (!a->follows_device)
		rpv__io_put_time(out, "last_seen", a->last_seen_ms);
	return rpv__io_line_end(out);
}

static rpv_status write_device(rpv__io_line *out, const void *row)
{
	const rpv_device *d = row;
	rpv_list *list = NULL;
	rpv_status st;
	rpv__io_line_begin(out, "device");
	rpv__io_put_text(out, "id", d->id);
	rpv__io_put_text(out, "name", d->name);
	rpv__io_put_text(out, "os", d->os);
	rpv__io_put_text(out, "group", rpv__io_group(d->group));
	rpv__io_put_texts(out, "tags", d->tags, d->tag_count);
	if (d->value != RPV_VALUE_NORMAL)
		rpv__io_put_word(out, "value", RPV_WORDS_VALUE, d->value);
	rpv__io_put_yes(out, "internet_facing", d->internet_facing);
	rpv__io_put_yes(out, "active_alert", d->active_alert);
	rpv__io_put_yes(out, "excluded", d->excluded);
	rpv__io_put_text(out, "justification", d->justification);
	rpv__io_put_time(out, "first_seen", d->first_seen_ms);
	rpv__io_put_time(out, "last_seen", d->last_seen_ms);
	st = rpv__io_line_end(out);
	if (st != RPV_OK)
		return st;
	if (rpv_assessment_list(out->session, d->id, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, assessment_at, by_recommendation, write_assessment);
}

static rpv_status ask_weaknesses(rpv_session *session, const void *query, rpv_list **list)
{
	return rpv_weakness_list(session, query, list);
}

static rpv_status write_weaknesses(rpv__io_line *out)
{
	rpv_weakness_query query = RPV_WEAKNESS_QUERY_INIT;
	query.limit = 10000;
	return rpv__io_write_pages(out, ask_weaknesses, &query, &query.after, weakness_at, write_weakness);
}

static rpv_status ask_devices(rpv_session *session, const void *query, rpv_list **list)
{
	return rpv_device_list(session, query, list);
}

static rpv_status write_devices(rpv__io_line *out)
{
	rpv_device_query query = RPV_DEVICE_QUERY_INIT;
	query.limit = 1000;
	return rpv__io_write_pages(out, ask_devices, &query, &query.after, device_at, write_device);
}

static rpv_status write_recommendations(rpv__io_line *out)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list = NULL;
	query.states = RPV_STATE_ALL;
	query.sort = RPV_RECOMMENDATION_BY_ID;
	if (rpv_recommendation_list(out->session, &query, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, recommendation_at, NULL, write_recommendation);
}

static rpv_status write_control(rpv__io_line *out, const void *row)
{
	const rpv_control *c = row;
	rpv__io_line_begin(out, "control");
	rpv__io_put_text(out, "id", c->id);
	if (c->kind != RPV_CONTROL_INTERNAL)
		rpv__io_put_word(out, "kind", RPV_WORDS_CONTROL_KIND, c->kind);
	rpv__io_put_text(out, "description", c->description);
	rpv__io_put_text(out, "owner", c->owner);
	rpv__io_put_texts(out, "evidence", c->evidence, c->evidence_count);
	rpv__io_put_time(out, "added_at", c->added_ms);
	rpv__io_put_time(out, "reviewed_at", c->reviewed_ms);
	if (c->review_interval_ms > 0)
		rpv__io_put_number(out, "review_interval_days", (double)c->review_interval_ms / 86400000);
	rpv__io_put_yes(out, "retired", c->retired);
	return rpv__io_line_end(out);
}

static rpv_status write_controls(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_control_list(out->session, NULL, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, control_at, NULL, write_control);
}

static rpv_status write_set(rpv__io_line *out, const void *row)
{
	const rpv_weakness_set *s = row;
	rpv__io_line_begin(out, "weakness_set");
	rpv__io_put_text(out, "recommendation", s->recommendation);
	rpv__io_put_text(out, "id", s->id);
	rpv__io_put_array(out, "weaknesses", s->weaknesses, s->weakness_count);
	return rpv__io_line_end(out);
}

static rpv_status write_sets(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_weakness_set_list(out->session, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, set_at, NULL, write_set);
}

rpv_status rpv_export_ndjson(rpv_session *session, rpv_interop_sink sink, void *user, rpv_export_result *result,
                             rpv_import_error *error)
{
	static rpv_status (*const parts[])(rpv__io_line *) = { write_store, write_groups, write_weaknesses,
		write_recommendations, write_controls, write_sets, write_devices, rpv__io_write_exceptions,
		rpv__io_write_remediations, rpv__io_write_events, rpv__io_write_scores };
	rpv_import_error own = RPV_IMPORT_ERROR_INIT;
	rpv__io_line out = { .session = session, .sink = sink, .user = user, .error = &own,
	                     .result = RPV_EXPORT_RESULT_INIT };
	rpv_status st = session != NULL && sink != NULL ? RPV_OK
	                : rpv__io_fail(&own, RPV_E_INVALID, session == NULL ? "session" : "sink", "is NULL");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && st == RPV_OK; i++)
		st = parts[i](&out);
	if (st == RPV_OK)
		st = rpv__io_line_flush(&out);
	rpv__io_line_free(&out);
	if (st == RPV_OK)
		own = (rpv_import_error)RPV_IMPORT_ERROR_INIT;
	if (result != NULL && result->struct_size >= sizeof(*result)) {
		size_t size = result->struct_size;
		*result = out.result;
		result->struct_size = size;
	}
	rpv__io_give_error(&own, error);
	return st;
}
