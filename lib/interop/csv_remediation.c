/* SPDX-License-Identifier: MIT */
/* Remediation activities as CSV, in the words and order of Defender's remediationTask. */
#include "csv_cells.h"

#include <string.h>

static const char *const remediation_columns[] = { "id", "title", "createdOn", "requesterId", "requesterEmail", "status",
	"statusLastModifiedOn", "description", "relatedComponent", "targetDevices", "rbacGroupNames", "fixedDevices",
	"requesterNotes", "dueOn", "category", "productivityImpactRemediationType", "priority", "completionMethod",
	"completerId", "completerEmail", "scid", "type", "productId", "vendorId", "nameId", "recommendedVersion",
	"recommendedVendor", "recommendedProgram" };

static const char *status_name(rpv_remediation_status status)
{
	switch (status) {
	case RPV_REMEDIATION_COMPLETED: return "Completed";
	case RPV_REMEDIATION_CANCELED: return "Canceled";
	default: return "Active";
	}
}

static const char *type_name(rpv_remediation_kind kind)
{
	switch (kind) {
	case RPV_REMEDIATION_UPGRADE: return "Upgrade";
	case RPV_REMEDIATION_UNINSTALL: return "Uninstall";
	case RPV_REMEDIATION_CONFIGURATION_CHANGE: return "ConfigurationChange";
	case RPV_REMEDIATION_ATTENTION_REQUIRED: return "AttentionRequired";
	default: return "Update";
	}
}

static const char *priority_name(rpv_priority priority)
{
	switch (priority) {
	case RPV_PRIORITY_HIGH: return "High";
	case RPV_PRIORITY_LOW: return "Low";
	default: return "Medium";
	}
}

static const char *if_email(const char *principal)
{
	return principal && strchr(principal, '@') ? principal : NULL;
}

/* The recommendation of a list in order of id, NULL when it is not in there. */
static const rpv_recommendation *find(const rpv_list *recommendations, const char *id)
{
	size_t low = 0, high = rpv_list_count(recommendations);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const rpv_recommendation *r = rpv_recommendation_at(recommendations, middle);
		int order = strcmp(r->id, id);

		if (order == 0)
			return r;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void put_product(rpv__csv *w, const rpv_recommendation *r)
{
	const char *const product[] = { r->vendor, r->product };
	bool software = r->kind != RPV_KIND_CONFIGURATION_CHANGE && r->vendor && r->product;

	rpv__csv_joined(w, product, software ? 2 : 0, "-_-");
	rpv__csv_text(w, r->vendor);
	rpv__csv_text(w, r->product);
	rpv__csv_text(w, r->recommended_version);
	rpv__csv_text(w, r->recommended_vendor);
	rpv__csv_text(w, r->recommended_program);
}

static void put_completion(rpv__csv *w, const rpv_remediation *m)
{
	bool completed = m->status == RPV_REMEDIATION_COMPLETED;
	bool automatic = completed && m->completed_by && strcmp(m->completed_by, "System confirmation") == 0;
	const char *completer = completed && !automatic ? m->completed_by : NULL;

	rpv__csv_text(w, !completed ? NULL : automatic ? "Automatic" : "Manual");
	rpv__csv_text(w, completer);
	rpv__csv_text(w, if_email(completer));
}

static void put_remediation(rpv__csv *w, const rpv_remediation *m, const rpv_recommendation *r)
{
	static const char scid[] = "sca-_-";
	static const rpv_recommendation unknown; /* taken out since */
	bool configuration;

	r = r ? r : &unknown;
	configuration = r->kind == RPV_KIND_CONFIGURATION_CHANGE || m->kind == RPV_REMEDIATION_CONFIGURATION_CHANGE;
	rpv__csv_text(w, m->id);
	rpv__csv_text(w, m->title);
	rpv__csv_time(w, m->requested_ms);
	rpv__csv_text(w, m->requester);
	rpv__csv_text(w, if_email(m->requester));
	rpv__csv_text(w, status_name(m->status));
	rpv__csv_time(w, m->ended_ms ? m->ended_ms : m->requested_ms);
	rpv__csv_text(w, r->description);
	rpv__csv_text(w, m->component);
	rpv__csv_count(w, m->targets);
	rpv__csv_texts(w, m->groups, m->group_count);
	rpv__csv_count(w, m->fixed);
	rpv__csv_text(w, m->notes);
	rpv__csv_time(w, m->due_ms);
	rpv__csv_text(w, configuration ? "Security configuration" : "Software");
	rpv__csv_text(w, !configuration ? NULL : m->only_without_user_impact ? "NoUserImpactAssets" : "AllExposedAssets");
	rpv__csv_text(w, priority_name(m->priority));
	put_completion(w, m);
	rpv__csv_text(w, configuration && strncmp(m->recommendation, scid, sizeof scid - 1) == 0
	                ? m->recommendation + sizeof scid - 1 : NULL);
	rpv__csv_text(w, type_name(m->kind));
	put_product(w, r);
	rpv__csv_end_row(w);
}

rpv_status rpv_csv_write_remediations(rpv_session *session, const rpv_remediation_query *query, rpv_interop_sink sink,
                                      void *user)
{
	rpv__csv w = { .sink = sink, .user = user };
	rpv_recommendation_query all = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list = NULL, *recommendations = NULL;
	rpv_status status;

	if (!session || !sink)
		return RPV_E_INVALID;
	all.states = RPV_STATE_ALL;
	all.sort = RPV_RECOMMENDATION_BY_ID;
	status = rpv_remediation_list(session, query, &list);
	if (status == RPV_OK)
		status = rpv_recommendation_list(session, &all, &recommendations);
	if (status == RPV_OK) {
		rpv__csv_header(&w, remediation_columns, RPV__CSV_COUNT(remediation_columns));
		for (size_t i = 0; w.status == RPV_OK && i < rpv_list_count(list); i++) {
			const rpv_remediation *m = rpv_remediation_at(list, i);

			put_remediation(&w, m, find(recommendations, m->recommendation));
		}
		rpv__csv_flush(&w);
		status = w.status;
	}
	rpv_list_free(recommendations);
	rpv_list_free(list);
	return status;
}
