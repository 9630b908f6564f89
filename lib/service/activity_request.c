/* SPDX-License-Identifier: MIT */
/* Requesting a remediation activity: its targets are the active devices exposed at that moment. */
#include "activity.h"
#include "watch.h"

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */

typedef struct draft {
	rpv_session *session;
	rpv_remediation_request request;
	rpv__activity_rows rows;  /* of the list that is handed out */
	bool rows_open;
	bool complete;            /* the body came to its end: what fails then is the commit */
	/* of one run of the body */
	rpv__recommendation recommendation;
	rpv__activity activity;
	uint32_t number;
	rpv__known_variants known;
	rpv__tally tally;
	const rpv__policy *policy;
} draft;

static rpv_status malformed(rpv_session *session, const char *field, const char *words)
{
	return rpv__fail_field(&session->error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s", words);
}

static rpv_status check_request(rpv_session *session, const rpv_remediation_request *r)
{
	rpv_error *error = &session->error;
	rpv_status st = rpv__check_id(r->recommendation, "recommendation", error);

	if (st == RPV_OK && r->group_count && !r->groups)
		st = malformed(session, "groups", "groups is NULL, but group_count is not 0");
	for (size_t i = 0; st == RPV_OK && r->groups && i < r->group_count; i++)
		st = rpv__check_id(rpv__group_name(r->groups[i]), "groups", error);
	if (st == RPV_OK)
		st = rpv__check_text(r->notes, "notes", error);
	if (st == RPV_OK && (r->due_ms < 0 || r->due_ms > TIME_MAX))
		st = malformed(session, "due_ms", "the due date is out of range");
	if (st == RPV_OK && ((int)r->kind < RPV_REMEDIATION_DEFAULT || (int)r->kind > RPV_REMEDIATION_ATTENTION_REQUIRED))
		st = malformed(session, "kind", "there is no such kind of remediation activity");
	if (st == RPV_OK && ((int)r->priority < RPV_PRIORITY_MEDIUM || (int)r->priority > RPV_PRIORITY_HIGH))
		st = malformed(session, "priority", "there is no such priority");
	if (st == RPV_OK && r->groups && r->group_count == 0)
		st = malformed(session, "groups", "no device group is named");
	if (st == RPV_OK && r->connector)
		st = rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "connector", "the connection to ticket systems is off");
	return st;
}

/* --- what it is about --- */
static rpv_status find_recommendation(draft *d, rpv__txn *txn, rpv_error *error)
{
	const char *id = d->request.recommendation;
	rpv_status st = rpv__txn_name_find(txn, RPV__N_RECOMMENDATION, 0, id, &d->activity.recommendation, error);

	if (st == RPV_OK)
		st = rpv__txn_recommendation(txn, d->activity.recommendation, &d->recommendation, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && d->recommendation.removed))
		return rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "recommendation", "there is no recommendation \"%s\"",
		                       id);
	return st;
}

static rpv_status find_group(draft *d, rpv__txn *txn, const char *name, uint32_t *out, rpv_error *error)
{
	if (!rpv__session_sees(d->session, name))
		return RPV_E_NOT_FOUND;
	if (strcmp(name, RPV__DEFAULT_GROUP_NAME) == 0) {
		*out = RPV__DEFAULT_GROUP;
		return RPV_OK;
	}
	return rpv__txn_name_find(txn, RPV__N_GROUP, 0, name, out, error);
}

/* The device groups asked for; without any those that the session sees, which is none in particular when it sees all. */
static rpv_status find_scope(draft *d, rpv__txn *txn, rpv_error *error)
{
	bool given = d->request.groups != NULL;
	const char *const *names = given ? d->request.groups : (const char *const *)d->session->visible;
	size_t name_count = given ? d->request.group_count : d->session->visible_count, count = 0;
	uint32_t *groups;

	if (!given && d->session->all_groups)
		return RPV_OK;
	groups = rpv__arena_get(rpv__txn_arena(txn), name_count * sizeof *groups);
	if (!groups)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < name_count; i++) {
		const char *name = rpv__group_name(names[i]);
		rpv_status st = find_group(d, txn, name, &groups[count], error);

		if (st == RPV_E_NOT_FOUND && given)
			return rpv__fail_field(error, st, RPV_NO_INDEX, "groups", "there is no device group \"%s\"", name);
		if (st != RPV_OK && st != RPV_E_NOT_FOUND)
			return st;
		count += st == RPV_OK;
	}
	if (count == 0)
		return rpv__fail(error, RPV_E_REFUSED, "the session sees no device group");
	d->activity.groups = groups;
	d->activity.group_count = rpv__sort_unique_u32(groups, count);
	return RPV_OK;
}

static rpv_status check_rules(draft *d, rpv__txn *txn, rpv_error *error)
{
	const rpv__revision *revision = rpv__txn_revision(txn);
	rpv__activity *a = &d->activity;

	if (!rpv__activity_kind_fits(a->kind, d->recommendation.kind))
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "kind",
		                       "\"%s\" cannot be carried out by an activity of this kind", d->recommendation.id);
	if (a->only_without_user_impact && d->recommendation.kind != RPV_KIND_CONFIGURATION_CHANGE)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "only_without_user_impact",
		                       "the impact on users is known of configurations only");
	if (a->due_ms && a->kind == RPV_REMEDIATION_ATTENTION_REQUIRED)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "due_ms",
		                       "an activity that asks for attention has no due date");
	if (a->due_ms && a->due_ms <= a->requested_ms)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "due_ms", "the due date has passed");
	if (revision->count[RPV__NEXT_ACTIVITY] >= d->session->store->limits.remediations ||
	    revision->next[RPV__NEXT_ACTIVITY] >= RPV__NO_NUMBER)
		return rpv__fail(error, RPV_E_LIMIT, "the store holds as many remediation activities as it may");
	return RPV_OK;
}

/* --- targets --- */
static rpv_status ignore(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)user, (void)key, (void)value, (void)error;
	return RPV_OK;
}

/* Reads whatever a change of who is exposed, or of the other activities, would change: then the body runs again. The
 * targets, which are not there yet, are read at once instead of one by one when they are written. */
static rpv_status watch(const draft *d, rpv__txn *txn, rpv_error *error)
{
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_COUNTER, d->activity.recommendation), ignore, NULL,
	                                     error);

	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_REC_ACTIVITY, d->activity.recommendation), ignore, NULL,
		                          error);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_TARGET, d->number), ignore, NULL, error);
	return st;
}

static bool view_exposed(const rpv__view *view, uint32_t device, uint32_t recommendation)
{
	const rpv__view_device *d = &view->devices[device];

	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++)
		if (view->variants[rpv__device_variant(d, i)].recommendation == recommendation) /* numbers are below the count */
			return true;
	for (uint32_t i = 0; i < d->state_count; i++)
		if (d->states[i].recommendation == recommendation && d->states[i].state == RPV_CONFIGURATION_EXPOSED)
			return true;
	return false;
}

/* Whether the device is active and in scope, as the transaction reads it. */
static rpv_status in_scope(draft *d, rpv__txn *txn, uint32_t device, bool *in, uint32_t *group, rpv_error *error)
{
	rpv__arena scratch;
	rpv__device_hot hot;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, rpv__key32(&key, RPV__K_DEVICE_HOT, device), &value, error);

	*in = false;
	if (st != RPV_OK)
		return st == RPV_E_NOT_FOUND ? RPV_OK : st;
	rpv__arena_init(&scratch, &rpv__txn_port(txn)->alloc);
	if (!rpv__get_device_hot(value, &scratch, &hot)) {
		st = rpv__fail_corrupt(error, "device", rpv__key_view(&key));
	} else {
		*in = (hot.flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED)) == 0 &&
		      d->activity.requested_ms < hot.last_seen_ms + d->policy->inactive_after_ms &&
		      rpv__activity_covers_group(&d->activity, hot.group);
		*group = hot.group;
	}
	rpv__arena_free(&scratch);
	return st;
}

/* What the device has now, frozen: the weaknesses of a named set may change later. */
static rpv_status freeze(rpv__txn *txn, rpv__known_variant *variant, uint32_t *out, rpv_error *error)
{
	rpv_status st = RPV_OK;

	if (variant->unnamed == 0)
		st = rpv__txn_variant(txn, variant->recommendation, variant->weaknesses, variant->weakness_count,
		                      &variant->unnamed, error);
	*out = variant->unnamed;
	return st;
}

static rpv_status try_device(draft *d, rpv__txn *txn, uint32_t device, rpv_error *error)
{
	rpv__target target = { 0 };
	rpv__finding finding;
	rpv__key key;
	bool in;
	rpv_status st = in_scope(d, txn, device, &in, &target.group, error);

	if (st != RPV_OK || !in)
		return st;
	st = rpv__finding_read(&d->known, device, d->activity.recommendation, &finding, error);
	if (st != RPV_OK)
		return st;
	if (finding.variant && finding.variant->weakness_count)
		st = freeze(txn, finding.variant, &target.variant, error);
	else if (!finding.exposed || (finding.user_impact && d->activity.only_without_user_impact))
		return RPV_OK;
	if (st == RPV_OK)
		st = rpv__txn_put_target(txn, d->number, device, &target, error);
	if (st == RPV_OK)
		st = rpv__txn_put(txn, rpv__key32_32(&key, RPV__K_DEVICE_ACTIVITY, device, d->number), (rpv_bytes){ NULL, 0 },
		                  error);
	if (st == RPV_OK)
		st = rpv__tally_add(&d->tally, &target, error);
	d->activity.targets++;
	return st;
}

/* Candidates come from the view, silent ones too: whether they count is for the transaction to say. */
static rpv_status add_targets(draft *d, rpv__txn *txn, rpv_error *error)
{
	const rpv__view *view = d->rows.view;
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < view->device_count; i++)
		if (view_exposed(view, (uint32_t)i, d->activity.recommendation))
			st = try_device(d, txn, (uint32_t)i, error);
	if (st == RPV_OK && d->activity.targets == 0 && d->activity.kind != RPV_REMEDIATION_ATTENTION_REQUIRED)
		st = rpv__fail(error, RPV_E_REFUSED, "no active device in scope is exposed to \"%s\"", d->recommendation.id);
	d->activity.requested_targets = d->activity.targets;
	return st;
}

/* --- the request --- */
static void drop_rows(draft *d)
{
	if (d->rows_open) {
		rpv_list_free(d->rows.list);
		rpv__activity_rows_close(&d->rows);
	}
	d->rows_open = false;
}

static rpv_status begin_run(draft *d, rpv__txn *txn)
{
	const rpv_remediation_request *r = &d->request;
	rpv_status st;

	drop_rows(d);
	d->complete = false;
	d->number = (uint32_t)rpv__txn_revision(txn)->next[RPV__NEXT_ACTIVITY];
	d->known = (rpv__known_variants){ .txn = txn };
	d->tally = (rpv__tally){ rpv__txn_arena(txn), NULL, 0, 0 };
	d->activity = (rpv__activity){ .priority = r->priority, .status = RPV_REMEDIATION_ACTIVE,
		.only_without_user_impact = r->only_without_user_impact != 0, .requested_ms = rpv__txn_now(txn),
		.due_ms = r->due_ms, .requester = d->session->principal, .notes = r->notes };
	st = rpv__txn_policy(txn, &d->policy, &d->session->error);
	if (st != RPV_OK)
		return st;
	st = rpv__activity_rows_open(&d->rows, d->session, RPV__LIST_REMEDIATION, sizeof(rpv_remediation));
	d->rows_open = st == RPV_OK;
	d->rows.now_ms = rpv__txn_now(txn);
	return st;
}

static rpv_status write_activity(draft *d, rpv__txn *txn, rpv_error *error)
{
	rpv__revision *revision = rpv__txn_revision(txn);
	rpv__key key;
	rpv_status st = rpv__txn_put_activity(txn, d->number, &d->activity, error);

	revision->next[RPV__NEXT_ACTIVITY]++;
	revision->count[RPV__NEXT_ACTIVITY]++;
	if (st == RPV_OK)
		st = rpv__txn_put(txn, rpv__key32_32(&key, RPV__K_REC_ACTIVITY, d->activity.recommendation, d->number),
		                  (rpv_bytes){ NULL, 0 }, error);
	if (st == RPV_OK)
		st = rpv__txn_activity_due(txn, d->number, &d->activity, true, error);
	if (st == RPV_OK)
		st = rpv__activity_event(txn, RPV_EVENT_REMEDIATION_REQUESTED, d->number, &d->activity, &d->tally, error);
	return st;
}

static rpv_status request_body(rpv__txn *txn, void *user, rpv_error *error)
{
	draft *d = user;
	rpv_status st = begin_run(d, txn);

	if (st == RPV_OK)
		st = find_recommendation(d, txn, error);
	if (st == RPV_OK)
		st = find_scope(d, txn, error);
	if (st != RPV_OK)
		return st;
	d->activity.kind = d->request.kind != RPV_REMEDIATION_DEFAULT ? d->request.kind
	                                                              : rpv__activity_kind(d->recommendation.kind);
	st = check_rules(d, txn, error);
	if (st == RPV_OK)
		st = watch(d, txn, error);
	if (st == RPV_OK)
		st = add_targets(d, txn, error);
	if (st == RPV_OK)
		st = write_activity(d, txn, error);
	if (st == RPV_OK) /* before the commit: nothing may fail after it */
		st = rpv__activity_row(&d->rows, d->number, &d->activity);
	d->complete = st == RPV_OK;
	return st;
}

rpv_status rpv__activity_request(rpv_session *session, const rpv_remediation_request *given, rpv_list **out)
{
	draft d = { .session = session, .request = RPV_REMEDIATION_REQUEST_INIT };
	rpv__revision revision;
	rpv_status st = rpv__take_struct(given, sizeof d.request, &d.request, sizeof d.request, "remediation request",
	                                 &session->error);

	if (st == RPV_OK)
		st = rpv__session_require_write(session, RPV_PERMIT_REMEDIATION, d.request.recommendation);
	if (st == RPV_OK)
		st = check_request(session, &d.request);
	if (st == RPV_OK)
		st = rpv__session_write(session, request_body, &d, &revision);
	if (st == RPV_E_LIMIT && d.complete)
		st = rpv__fail(&session->error, st, "%llu targets are more than one commit can hold: ask for fewer device groups",
		               (unsigned long long)d.activity.targets);
	if (st == RPV_OK && out) {
		d.rows.list->time_ms = d.activity.requested_ms;
		d.rows.list->revision = revision.revision;
		*out = d.rows.list;
		d.rows.list = NULL;
	}
	drop_rows(&d);
	return st;
}
