/* SPDX-License-Identifier: MIT */
/* Defender remediation tasks. What is open there is requested here too, for the devices that are exposed now; progress
 * then follows the facts. Each is requested once: its id stands in the notes. */
#include "defender.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct tasks { rpv__io_names ids, recommendations, groups, imported; int64_t now_ms; };

/* What a task says; texts are lent. */
struct task {
	const char *id, *requester, *notes, *const *groups;
	size_t group_count;
	char recommendation[RPV_ID_MAX + 1];
	int64_t due_ms;
	int priority;
	bool completed, only_without_user_impact;
};

static const char mark[] = "Defender remediation task ";

static rpv_status begin(rpv__io_import *import)
{
	import->state = calloc(1, sizeof(struct tasks));
	return import->state != NULL ? RPV_OK : rpv__io_nomem(import->error);
}

static void tasks_free(void *state)
{
	struct tasks *s = state;
	if (s != NULL) {
		rpv__io_names_free(&s->ids);
		rpv__io_names_free(&s->recommendations);
		rpv__io_names_free(&s->groups);
		rpv__io_names_free(&s->imported);
	}
	free(s);
}

static rpv_status recommendation(rpv__io_record *r, struct task *t)
{
	const char *scid = NULL, *product = NULL, *vendor = NULL, *name = NULL;
	rpv_status st = rpv__io_id(r, "scid", &scid);
	if (st == RPV_OK)
		st = rpv__io_id(r, "productId", &product);
	if (st == RPV_OK)
		st = rpv__io_id(r, "vendorId", &vendor);
	if (st == RPV_OK)
		st = rpv__io_id(r, "nameId", &name);
	if (st != RPV_OK)
		return st;
	if (scid == NULL && product == NULL)
		return rpv__io_software_id(r, NULL, vendor, name, t->recommendation);
	if ((size_t)snprintf(t->recommendation, sizeof(t->recommendation), "%s-_-%s", scid != NULL ? "sca" : "va",
	                     scid != NULL ? scid : product) >= sizeof(t->recommendation))
		return rpv__io_bad(r, scid != NULL ? "scid" : "productId", "is too long");
	return RPV_OK;
}

static rpv_status read_task(rpv__io_record *r, struct task *t)
{
	static const rpv__io_alias statuses[] = { { "active", 0 }, { "completed", 1 }, { NULL, 0 } };
	int completed = 0;
	int64_t created_ms = 0;
	const char *impact = NULL;
	rpv_status st = rpv__io_id(r, "id", &t->id);
	if (st == RPV_OK)
		st = rpv__io_need(r, "id", t->id);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "status", statuses, &completed);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "priority", rpv__io_priorities, &t->priority);
	if (st == RPV_OK)
		st = rpv__io_text(r, "requesterEmail", &t->requester);
	if (st == RPV_OK)
		st = rpv__io_text(r, "requesterNotes", &t->notes);
	if (st == RPV_OK)
		st = rpv__io_text(r, "productivityImpactRemediationType", &impact);
	if (st == RPV_OK)
		st = rpv__io_texts(r, "rbacGroupNames", &t->groups, &t->group_count);
	if (st == RPV_OK)
		st = rpv__io_time(r, "createdOn", &created_ms);
	if (st == RPV_OK)
		st = rpv__io_time(r, "dueOn", &t->due_ms);
	t->completed = completed != 0;
	t->only_without_user_impact = impact != NULL && impact[0] != '\0' && strcasecmp(impact, "AllExposedAssets") != 0;
	return st == RPV_OK ? recommendation(r, t) : st;
}

static rpv_status check(rpv__io_import *import, rpv__io_record *r)
{
	struct tasks *s = import->state;
	struct task t = { 0 };
	uint32_t before = s->ids.count, n;
	rpv_status st = read_task(r, &t);
	if (st == RPV_OK)
		st = rpv__io_name(&s->ids, t.id, &n, import->error);
	if (st == RPV_OK && s->ids.count == before)
		import->result.duplicates++;
	return st;
}

static rpv_status know_recommendations(rpv__io_import *import, struct tasks *s)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list = NULL;
	uint32_t n;
	rpv_status st;
	query.states = RPV_STATE_ALL;
	query.sort = RPV_RECOMMENDATION_BY_ID;
	if (rpv_recommendation_list(import->session, &query, &list) != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	st = RPV_OK;
	for (size_t i = 0; i < rpv_list_count(list) && st == RPV_OK; i++)
		st = rpv__io_name(&s->recommendations, rpv_recommendation_at(list, i)->id, &n, import->error);
	s->now_ms = rpv_list_time(list);
	rpv_list_free(list);
	return st;
}

static rpv_status know_groups(rpv__io_import *import, struct tasks *s)
{
	rpv_list *list = NULL;
	uint32_t n;
	rpv_status st = RPV_OK;
	if (rpv_group_list(import->session, &list) != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	for (size_t i = 0; i < rpv_list_count(list) && st == RPV_OK; i++)
		st = rpv__io_name(&s->groups, rpv_group_at(list, i)->name, &n, import->error);
	rpv_list_free(list);
	return st;
}

/* Tasks that were imported before, by the mark in the notes. */
static rpv_status know_imported(rpv__io_import *import, struct tasks *s)
{
	rpv_list *list = NULL;
	uint32_t n;
	rpv_status st = RPV_OK;
	if (rpv_remediation_list(import->session, NULL, &list) != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	for (size_t i = 0; i < rpv_list_count(list) && st == RPV_OK; i++) {
		const char *notes = rpv_remediation_at(list, i)->notes;
		const char *found = notes != NULL ? strstr(notes, mark) : NULL;
		char id[RPV_ID_MAX + 1];
		if (found != NULL) {
			snprintf(id, sizeof(id), "%.*s", (int)strcspn(found + sizeof(mark) - 1, ",\n"), found + sizeof(mark) - 1);
			st = rpv__io_name(&s->imported, id, &n, import->error);
		}
	}
	rpv_list_free(list);
	return st;
}

static rpv_status next(rpv__io_import *import, bool *more)
{
	struct tasks *s = import->state;
	rpv_status st;
	*more = import->pass == 0 && import->number > 0;
	if (!*more)
		return RPV_OK;
	st = know_recommendations(import, s);
	if (st == RPV_OK)
		st = know_groups(import, s);
	return st == RPV_OK ? know_imported(import, s) : st;
}

static rpv_status skip(rpv__io_import *import, rpv__io_record *r, const char *reason)
{
	rpv__io_fail(import->error, RPV_E_REFUSED, NULL, "the task is not requested here: %s", reason);
	rpv__io_place(import->error, &r->where);
	rpv__io_skipped(import, 1);
	return RPV_OK;
}

static void write_notes(const struct task *t, bool late, char *out, size_t size)
{
	char due[RPV_TIME_TEXT_SIZE] = "";
	if (t->due_ms != 0 && rpv_time_format(t->due_ms, due) == RPV_OK)
		due[10] = '\0';
	snprintf(out, size, "%s%s%s%s%s%s%s%s", t->notes != NULL ? t->notes : "",
	         t->notes != NULL && t->notes[0] != '\0' ? "\n\n" : "", mark, t->id,
	         t->requester != NULL ? ", requested by " : "", t->requester != NULL ? t->requester : "",
	         late ? ", was due " : "", late ? due : "");
}

static rpv_status request(rpv__io_import *import, rpv__io_record *r, const struct task *t, const char *const *groups,
                          size_t group_count)
{
	struct tasks *s = import->state;
	rpv_remediation_request q = RPV_REMEDIATION_REQUEST_INIT;
	bool late = t->due_ms != 0 && t->due_ms <= s->now_ms;
	size_t size = (t->notes != NULL ? strlen(t->notes) : 0) + (t->requester != NULL ? strlen(t->requester) : 0) +
	              strlen(t->id) + 128;
	char *notes = malloc(size);
	uint32_t n;
	rpv_status st;
	if (notes == NULL)
		return rpv__io_nomem(import->error);
	write_notes(t, late, notes, size);
	q.recommendation = t->recommendation;
	q.groups = group_count > 0 ? groups : NULL;
	q.group_count = group_count;
	q.notes = notes;
	q.due_ms = late ? 0 : t->due_ms;
	q.priority = (rpv_priority)t->priority;
	q.only_without_user_impact = t->only_without_user_impact;
	st = rpv_remediation_request_file(import->session, &q, NULL);
	free(notes);
	if (st == RPV_E_REFUSED || st == RPV_E_NOT_FOUND)
		return skip(import, r, rpv_session_error(import->session)->message);
	if (st != RPV_OK)
		return rpv__io_fail_core(import->error, import->session);
	import->result.remediations++;
	import->result.batches++;
	return rpv__io_name(&s->imported, t->id, &n, import->error);
}

static rpv_status write_task(rpv__io_import *import, rpv__io_record *r)
{
	struct tasks *s = import->state;
	struct task t = { 0 };
	const char **groups;
	size_t n = 0;
	rpv_status st = read_task(r, &t);
	if (st != RPV_OK)
		return st;
	if (t.completed)
		return skip(import, r, "it is completed");
	if (rpv__io_name_find(&s->imported, t.id) != RPV__IO_NO_NAME)
		return skip(import, r, "it was before");
	if (rpv__io_name_find(&s->recommendations, t.recommendation) == RPV__IO_NO_NAME)
		return skip(import, r, "its recommendation is not known");
	groups = malloc((t.group_count + 1) * sizeof(*groups));
	if (groups == NULL)
		return rpv__io_nomem(import->error);
	for (size_t i = 0; i < t.group_count; i++) {
		const char *name = rpv__io_group(t.groups[i]) != NULL ? t.groups[i] : "UnassignedGroup";
		if (rpv__io_name_find(&s->groups, name) != RPV__IO_NO_NAME)
			groups[n++] = name;
	}
	st = n > 0 || t.group_count == 0 ? request(import, r, &t, groups, n)
	                                 : skip(import, r, "none of its device groups is known");
	free(groups);
	return st;
}

const rpv__io_driver rpv__io_remediation_tasks = { "defender", begin, check, next, write_task, tasks_free };
