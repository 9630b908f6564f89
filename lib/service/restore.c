/* SPDX-License-Identifier: MIT */
/* Restoring as such: beginning, ending, what a backup says of the store itself, and events. */
#include "policy.h"
#include "restore.h"

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */

static rpv_status require(rpv_session *session, uint32_t permission, bool writes)
{
	if (!session->all_groups)
		return rpv__fail(&session->error, RPV_E_DENIED, "a backup needs a session that sees all device groups");
	return writes ? rpv__session_require_write(session, permission, NULL)
	              : rpv__session_require(session, permission, NULL);
}

static rpv_status write(rpv_session *session, rpv__txn_body body, void *user)
{
	rpv__txn_options options = { .actor = session->principal, .restoring = true };

	return rpv__txn_run(&session->store->port, &options, body, user, NULL, &session->error);
}

static rpv_status begin_body(rpv__txn *txn, void *user, rpv_error *error)
{
	const rpv_restore_store *store = user;
	rpv__revision *revision = rpv__txn_revision(txn);

	if (revision->revision)
		return rpv__fail(error, RPV_E_REFUSED, "the store is not empty: a backup is restored into an empty storage");
	revision->restoring = true;
	revision->mark_ms = store->mark_ms;
	revision->sequence = store->sequence;
	revision->next[RPV__NEXT_EXCEPTION] = store->next_exception;
	revision->next[RPV__NEXT_ACTIVITY] = store->next_remediation;
	if (!store->policy_revision && !store->policy_count)
		return RPV_OK;
	rpv__policy policy = rpv__policy_default;
	policy.revision = store->policy_revision;
	rpv_status st = rpv__policy_take_all(&policy, store->policies, store->policy_count, error);
	return st == RPV_OK ? rpv__txn_put_policy(txn, &policy, error) : st;
}

rpv_status rpv__restore_begin(rpv_session *session, const rpv_restore_store *given)
{
	rpv_restore_store store = { .struct_size = sizeof store, .next_exception = 1, .next_remediation = 1 };
	rpv_status st = require(session, RPV_PERMIT_SETTINGS, true);

	if (st == RPV_OK)
		st = rpv__take_struct(given, offsetof(rpv_restore_store, policy_revision), &store, sizeof store, "restore",
		                      &session->error);
	if (st == RPV_OK && (store.mark_ms < 0 || store.mark_ms > TIME_MAX || store.next_exception == 0 ||
	                     store.next_remediation == 0 || store.next_remediation > RPV__NO_NUMBER))
		st = rpv__fail(&session->error, RPV_E_INVALID, "what the backup says of the store is out of range");
	if (st == RPV_OK && store.policy_count && !store.policies)
		st = rpv__fail(&session->error, RPV_E_INVALID, "policies is NULL, but policy_count is not 0");
	return st == RPV_OK ? write(session, begin_body, &store) : st;
}

static rpv_status finish_body(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__revision *revision = rpv__txn_revision(txn);

	(void)user;
	if (!revision->restoring)
		return rpv__fail(error, RPV_E_REFUSED, "no restore was begun");
	revision->restoring = false;
	return RPV_OK;
}

rpv_status rpv__restore_finish(rpv_session *session)
{
	rpv_status st = require(session, RPV_PERMIT_SETTINGS, true);

	return st == RPV_OK ? write(session, finish_body, NULL) : st;
}

/* --- what a backup says of the store --- */
static rpv_status read_store(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	rpv_restore_store *store = user;
	rpv__policy policy;
	rpv_status st;

	if (revision->restoring)
		return rpv__fail(error, RPV_E_REFUSED, "a restore is under way or broke off");
	store->mark_ms = revision->mark_ms;
	store->sequence = revision->sequence;
	store->next_exception = revision->next[RPV__NEXT_EXCEPTION];
	store->next_remediation = revision->next[RPV__NEXT_ACTIVITY];
	st = rpv__source_policy(source, &policy, error);
	if (st == RPV_OK)
		store->policy_revision = policy.revision;
	return st;
}

rpv_status rpv__restore_read_store(rpv_session *session, rpv_restore_store *out)
{
	rpv__source source = rpv__session_source(session);
	rpv_restore_store store = { .struct_size = sizeof store };
	rpv_status st = require(session, RPV_PERMIT_VIEW, false);

	if (st == RPV_OK && !rpv__can_give(out))
		st = rpv__fail(&session->error, RPV_E_INVALID, "the size of the restore struct is %zu", out->struct_size);
	if (st == RPV_OK)
		st = rpv__source_consistent(&source, read_store, &store, &session->error);
	if (st != RPV_OK)
		return st;
	rpv__give_struct(out, &store, sizeof store);
	return RPV_OK;
}

/* --- carrying it out --- */
static rpv_status restore_event(rpv__intake *in, const rpv__event_record *r)
{
	const rpv_event *e = &r->row;
	rpv__event event = { .sequence = e->sequence, .time_ms = e->time_ms, .commit_ms = e->commit_ms, .actor = e->actor,
		.type = e->type, .recommendation = e->recommendation, .weakness = e->weakness, .device = e->device,
		.group = e->group, .exception = r->exception, .remediation = r->remediation, .before = e->before,
		.after = e->after, .reason = e->reason, .count = e->count, .group_count = r->groups.count,
		.triggered = e->trigger != NULL, .threshold = e->threshold, .control = e->control, .policy = e->policy };
	int32_t trigger = 0;
	rpv__group_count_pair *pairs = rpv__in_new(in, r->groups.count * sizeof *pairs);
	const uint32_t *groups;
	size_t count;
	rpv__key key;
	rpv_status st;

	if (!pairs)
		return RPV_E_NOMEM;
	if (e->trigger && rpv_word_value(RPV_WORDS_TRIGGER, e->trigger, &trigger) == RPV_OK)
		event.trigger = (rpv_trigger)trigger;
	st = rpv__restore_groups(in, r->groups, false, &groups, &count);
	if (st != RPV_OK)
		return st;
	for (size_t i = 0; i < count; i++)
		pairs[i] = (rpv__group_count_pair){ groups[i], r->counts[i] };
	event.groups = pairs;
	rpv__buf_clear(&in->buf);
	rpv__put_event(&in->buf, &event);
	return rpv__in_put(in, rpv__key64(&key, RPV__K_EVENT, e->sequence), (rpv_bytes){ NULL, 0 }, NULL);
}

/* Device groups and weaknesses that are spoken of are there before these are written. */
rpv_status rpv__in_restored_record(rpv__intake *in, size_t index)
{
	const rpv__record *record = &in->batch->records[index];
	const rpv__exception_record *e = record->what;
	const rpv__activity_record *a = record->what;
	const rpv__event_record *v = record->what;
	const rpv__point_record *s = record->what;
	const uint32_t *ignored;
	size_t count;
	rpv_status st;

	if (record->type == RPV__FACT_EVENT)
		return rpv__restore_groups(in, v->groups, false, &ignored, &count);
	if (record->type == RPV__FACT_SCORE)
		return rpv__restore_groups(in, (rpv__symbols){ &s->group, s->group != 0 }, false, &ignored, &count);
	if (record->type == RPV__FACT_EXCEPTION) {
		st = rpv__restore_groups(in, e->groups, false, &ignored, &count);
		if (st == RPV_OK)
			st = rpv__restore_groups(in, e->canceled, false, &ignored, &count);
		if (st == RPV_OK && e->weakness)
			st = rpv__in_weakness_numbers(in, index, (rpv__symbols){ &e->weakness, 1 }, &ignored, &count);
		return st == RPV_OK ? rpv__restore_weaknesses(in, index, e) : st;
	}
	st = rpv__restore_groups(in, a->groups, false, &ignored, &count);
	for (size_t i = 0; st == RPV_OK && i < a->target_count; i++) {
		rpv__in_group *group;

		st = rpv__in_group_named(in, a->targets[i].group, &group);
		if (st == RPV_OK)
			st = rpv__in_weakness_numbers(in, index, a->targets[i].weaknesses, &ignored, &count);
	}
	return st;
}

rpv_status rpv__in_restored(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && in->batch->restore && i < in->batch->count; i++) {
		const rpv__record *r = &in->batch->records[i];

		if (r->type == RPV__FACT_EXCEPTION)
			st = rpv__restore_exception(in, i, r->what);
		else if (r->type == RPV__FACT_ACTIVITY)
			st = rpv__restore_activity(in, i, r->what);
		else if (r->type == RPV__FACT_EVENT)
			st = restore_event(in, r->what);
		else if (r->type == RPV__FACT_SCORE)
			st = rpv__restore_score(in, i, r->what);
	}
	return st;
}
