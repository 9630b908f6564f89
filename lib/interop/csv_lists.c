/* SPDX-License-Identifier: MIT */
/* Exceptions, recommendations and devices as CSV. */
#include "csv_cells.h"

/* --- exceptions --- */
static const char *const exception_columns[] = { "id", "recommendation", "weakness", "scope", "all_groups", "groups",
	"canceled_groups", "devices", "justification", "impact", "status", "status_reason", "shadowed", "context", "requester",
	"approver", "ticket", "evidence", "predecessor", "successor", "filed", "start", "end", "ended", "exposure_worth",
	"exposure_worth_mitigation_like", "secure_worth", "secure_worth_mitigation_like", "filed_devices", "filed_groups",
	"filed_weaknesses", "filed_exposure", "controls", "stale" };

static void put_exception(rpv__csv *w, const rpv_exception *e)
{
	rpv__csv_text(w, e->id);
	rpv__csv_text(w, e->recommendation);
	rpv__csv_text(w, e->weakness);
	rpv__csv_word(w, RPV_WORDS_SCOPE, e->scope);
	rpv__csv_bool(w, e->all_groups);
	rpv__csv_texts(w, e->groups, e->group_count);
	rpv__csv_texts(w, e->canceled_groups, e->canceled_group_count);
	rpv__csv_texts(w, e->devices, e->device_count);
	rpv__csv_word(w, RPV_WORDS_JUSTIFICATION, e->justification);
	rpv__csv_word(w, RPV_WORDS_IMPACT, e->impact);
	rpv__csv_word(w, RPV_WORDS_EXCEPTION_STATUS, e->status);
	rpv__csv_text(w, e->status_reason);
	rpv__csv_bool(w, e->shadowed);
	rpv__csv_text(w, e->context);
	rpv__csv_text(w, e->requester);
	rpv__csv_text(w, e->approver);
	rpv__csv_text(w, e->ticket);
	rpv__csv_texts(w, e->evidence, e->evidence_count);
	rpv__csv_text(w, e->predecessor);
	rpv__csv_text(w, e->successor);
	rpv__csv_time(w, e->filed_ms);
	rpv__csv_time(w, e->start_ms);
	rpv__csv_time(w, e->end_ms);
	rpv__csv_time(w, e->ended_ms);
	rpv__csv_number(w, e->worth.exposure);
	rpv__csv_number(w, e->worth.exposure_mitigation_like);
	rpv__csv_number(w, e->worth.secure);
	rpv__csv_number(w, e->worth.secure_mitigation_like);
	rpv__csv_count(w, e->filed_devices);
	rpv__csv_count(w, e->filed_groups);
	rpv__csv_count(w, e->filed_weaknesses);
	rpv__csv_number(w, e->filed_exposure);
	rpv__csv_texts(w, e->controls, e->control_count);
	rpv__csv_time(w, e->stale_ms);
	rpv__csv_end_row(w);
}

rpv_status rpv_csv_write_exceptions(rpv_session *session, const rpv_exception_query *query, rpv_interop_sink sink,
                                    void *user)
{
	rpv__csv w = { .sink = sink, .user = user };
	rpv_list *list = NULL;
	rpv_status status;

	if (!session || !sink)
		return RPV_E_INVALID;
	status = rpv_exception_list(session, query, &list);
	if (status != RPV_OK)
		return status;
	rpv__csv_header(&w, exception_columns, RPV__CSV_COUNT(exception_columns));
	for (size_t i = 0; w.status == RPV_OK && i < rpv_list_count(list); i++)
		put_exception(&w, rpv_exception_at(list, i));
	rpv__csv_flush(&w);
	rpv_list_free(list);
	return w.status;
}

/* --- recommendations --- */
static const char *const recommendation_columns[] = { "id", "title", "state", "kind", "category", "subcategory",
	"component", "vendor", "product", "recommended_version", "recommended_vendor", "recommended_program", "tags", "threats",
	"points", "severity", "exploit", "public_exploit", "known_exploited", "active_alert", "assessed_devices",
	"exposed_devices", "exposed_devices_after", "covered_devices", "weaknesses", "exceptions", "remediations",
	"exposure_impact", "exposure_impact_after", "exposure_impact_best", "standalone_exposure", "secure_impact",
	"secure_impact_after", "secure_impact_best", "description", "steps" };

static void put_recommendation_figures(rpv__csv *w, const rpv_recommendation *r)
{
	rpv__csv_count(w, r->assessed_devices);
	rpv__csv_count(w, r->exposed_devices);
	rpv__csv_count(w, r->exposed_devices_after);
	rpv__csv_count(w, r->covered_devices);
	rpv__csv_count(w, r->weaknesses);
	rpv__csv_count(w, r->exceptions);
	rpv__csv_count(w, r->remediations);
	rpv__csv_number(w, r->exposure_impact);
	rpv__csv_number(w, r->exposure_impact_after);
	rpv__csv_number(w, r->exposure_impact_best);
	rpv__csv_number(w, r->standalone_exposure);
	rpv__csv_number(w, r->secure_impact);
	rpv__csv_number(w, r->secure_impact_after);
	rpv__csv_number(w, r->secure_impact_best);
}

static void put_recommendation(rpv__csv *w, const rpv_recommendation *r)
{
	rpv__csv_text(w, r->id);
	rpv__csv_text(w, r->title);
	rpv__csv_word(w, RPV_WORDS_STATE, r->state);
	rpv__csv_word(w, RPV_WORDS_KIND, r->kind);
	rpv__csv_word(w, RPV_WORDS_CATEGORY, r->category);
	rpv__csv_text(w, r->subcategory);
	rpv__csv_text(w, r->component);
	rpv__csv_text(w, r->vendor);
	rpv__csv_text(w, r->product);
	rpv__csv_text(w, r->recommended_version);
	rpv__csv_text(w, r->recommended_vendor);
	rpv__csv_text(w, r->recommended_program);
	rpv__csv_texts(w, r->tags, r->tag_count);
	rpv__csv_texts(w, r->threats, r->threat_count);
	rpv__csv_count(w, r->points);
	rpv__csv_word(w, RPV_WORDS_SEVERITY, r->severity);
	rpv__csv_word(w, RPV_WORDS_EXPLOIT, r->exploit);
	rpv__csv_bool(w, r->public_exploit);
	rpv__csv_bool(w, r->known_exploited);
	rpv__csv_bool(w, r->active_alert);
	put_recommendation_figures(w, r);
	rpv__csv_text(w, r->description);
	rpv__csv_text(w, r->steps);
	rpv__csv_end_row(w);
}

rpv_status rpv_csv_write_recommendations(rpv_session *session, const rpv_recommendation_query *query,
                                         rpv_interop_sink sink, void *user)
{
	rpv__csv w = { .sink = sink, .user = user };
	rpv_list *list = NULL;
	rpv_status status;

	if (!session || !sink)
		return RPV_E_INVALID;
	status = rpv_recommendation_list(session, query, &list);
	if (status != RPV_OK)
		return status;
	rpv__csv_header(&w, recommendation_columns, RPV__CSV_COUNT(recommendation_columns));
	for (size_t i = 0; w.status == RPV_OK && i < rpv_list_count(list); i++)
		put_recommendation(&w, rpv_recommendation_at(list, i));
	rpv__csv_flush(&w);
	rpv_list_free(list);
	return w.status;
}

/* --- devices --- */
static const char *const device_columns[] = { "id", "name", "os", "group", "value", "tags", "internet_facing",
	"active_alert", "excluded", "justification", "active", "first_seen", "last_seen", "exposure", "exposure_no_impact",
	"exposure_mitigation_like", "version", "covered", "state", "user_impact" };

static void put_device(rpv__csv *w, const rpv_device *d)
{
	rpv__csv_text(w, d->id);
	rpv__csv_text(w, d->name);
	rpv__csv_text(w, d->os);
	rpv__csv_text(w, d->group);
	rpv__csv_word(w, RPV_WORDS_VALUE, d->value);
	rpv__csv_texts(w, d->tags, d->tag_count);
	rpv__csv_bool(w, d->internet_facing);
	rpv__csv_bool(w, d->active_alert);
	rpv__csv_bool(w, d->excluded);
	rpv__csv_text(w, d->justification);
	rpv__csv_bool(w, d->active);
	rpv__csv_time(w, d->first_seen_ms);
	rpv__csv_time(w, d->last_seen_ms);
	rpv__csv_number(w, d->exposure);
	rpv__csv_number(w, d->exposure_no_impact);
	rpv__csv_number(w, d->exposure_mitigation_like);
	rpv__csv_text(w, d->version);
	rpv__csv_bool(w, d->covered);
	rpv__csv_word(w, RPV_WORDS_CONFIGURATION_STATE, d->state);
	rpv__csv_bool(w, d->user_impact);
	rpv__csv_end_row(w);
}

rpv_status rpv_csv_write_devices(rpv_session *session, const rpv_device_query *query, rpv_interop_sink sink, void *user)
{
	rpv__csv w = { .sink = sink, .user = user };
	rpv_list *list = NULL;
	rpv_status status;

	if (!session || !sink)
		return RPV_E_INVALID;
	status = rpv_device_list(session, query, &list);
	if (status != RPV_OK)
		return status;
	rpv__csv_header(&w, device_columns, RPV__CSV_COUNT(device_columns));
	for (size_t i = 0; w.status == RPV_OK && i < rpv_list_count(list); i++)
		put_device(&w, rpv_device_at(list, i));
	rpv__csv_flush(&w);
	rpv_list_free(list);
	return w.status;
}
