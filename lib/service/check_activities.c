/* SPDX-License-Identifier: MIT */
/* Checks remediation activities and their targets; then deadlines and names, which come from all that was read before. */
#include "check.h"
#include "activity.h"
#include "due.h"

static rpv_status target(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t activity = 0, device = 0;
	rpv__target record;
	if (!rpv__key_is32_32(key, RPV__K_TARGET, &activity, &device) || !rpv__get_target(value, &record)) {
		rpv__check_fault(c, "this is no target of a remediation activity", key);
		return RPV_OK;
	}
	size_t last = c->activity_count;
	if (!last || c->activities[last - 1].activity != activity) {
		if (rpv__grow(&c->alloc, &c->activities, &c->activity_cap, last + 1, sizeof *c->activities))
			return rpv__fail_nomem(error);
		c->activities[c->activity_count++] = (rpv__check_target){ .activity = activity };
	}
	rpv__check_target *t = &c->activities[c->activity_count - 1];
	t->all++;
	t->targets += !record.gone;
	t->fixed += record.fixed && !record.gone;
	rpv__key at;
	return rpv__check_expect(c, rpv__key32_32(&at, RPV__K_DEVICE_ACTIVITY, device, activity), (rpv_bytes){ NULL, 0 },
	                         true, error);
}

static rpv_status activity(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number = 0;
	rpv__activity record;
	rpv__key at;
	const rpv__check_target *t = NULL;
	if (!rpv__key_is32(key, RPV__K_ACTIVITY, &number) || !rpv__get_activity(value, &c->scratch, &record)) {
		rpv__check_fault(c, "this is no remediation activity", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_ACTIVITY, number, "no such remediation activity was given a number", key);
	for (size_t i = 0; i < c->activity_count; i++)
		if (c->activities[i].activity == number)
			t = &c->activities[i];
	bool active = record.status == RPV_REMEDIATION_ACTIVE;
	if ((t ? t->all : 0) != record.requested_targets)
		rpv__check_fault(c, "the remediation activity has another number of targets", key);
	else if (active && ((t ? t->targets : 0) != record.targets || (t ? t->fixed : 0) != record.fixed))
		rpv__check_fault(c, "another number of targets of the remediation activity is left or fixed", key);
	c->counted++;
	c->met_targets += t ? 1 : 0;
	if (!active)
		return RPV_OK;
	rpv_status st = rpv__check_expect(c, rpv__key32_32(&at, RPV__K_REC_ACTIVITY, record.recommendation, number),
	                                  (rpv_bytes){ NULL, 0 }, false, error);
	if (st == RPV_OK && record.due_ms > c->revision->mark_ms)
		st = rpv__check_expect(c, rpv__key_deadline(&at, record.due_ms, RPV__DUE_ACTIVITY, RPV__DUE_ACTIVITY_ID(number)),
		                       (rpv_bytes){ NULL, 0 }, false, error);
	if (st == RPV_OK && rpv__map_put_u64(&c->active, number, 1))
		st = rpv__fail_nomem(error);
	return st;
}

/* A target of an active one is found by its device. */
static void need_targets(rpv__check *c)
{
	uint64_t found;
	for (size_t i = 0; i < c->expected_count; i++) {
		const uint8_t *bytes = c->expected[i].key;
		uint32_t device, number;
		if (rpv__key_is32_32((rpv_bytes){ bytes, c->expected[i].size }, RPV__K_DEVICE_ACTIVITY, &device, &number) &&
		    rpv__map_get_u64(&c->active, number, &found))
			c->expected[i].optional = false;
	}
}

/* Those behind the last commit may wait for a tick. */
static rpv_status old_deadline(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	int64_t time_ms;
	uint8_t kind;
	uint64_t id;
	c->records--; /* they are read again to be compared */
	if (!rpv__key_is_deadline(key, &time_ms, &kind, &id) || value.size)
		rpv__check_fault(c, "this is no deadline", key);
	else if (time_ms <= c->revision->mark_ms && rpv__map_put_u64(&c->waiting, id, 1))
		return rpv__fail_nomem(error);
	else if (time_ms <= c->revision->mark_ms)
		return rpv__check_expect(c, key, value, true, error);
	return RPV_OK;
}

/* A reminder that waits for a tick puts the next one then. */
static void excuse_reminders(rpv__check *c)
{
	for (size_t i = 0; i < c->expected_count; i++) {
		int64_t time_ms;
		uint8_t kind;
		uint64_t id, found;
		rpv_bytes key = { c->expected[i].key, c->expected[i].size };
		if (rpv__key_is_deadline(key, &time_ms, &kind, &id) && kind == RPV__DUE_REMINDER &&
		    rpv__map_get_u64(&c->waiting, id, &found))
			c->expected[i].optional = true;
	}
}

/* A set without weaknesses may be one that was removed, while devices on it were excluded: it has no name any more. */
static rpv_status expect_sets(rpv__check *c, rpv_error *error)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < c->variant_count; i++) {
		const rpv__check_variant *v = &c->variants[i];
		uint64_t exists = 0;
		bool needed = v->used && v->record.weakness_count &&
		              rpv__map_get_u64(&c->recommendations, v->record.recommendation, &exists) && exists;
		if (v->record.set)
			st = rpv__check_expect_name(c, RPV__N_SET, v->record.recommendation, v->record.set, v->number, !needed, error);
	}
	return st;
}

rpv_status rpv__check_activities(rpv__check *c, rpv_error *error)
{
	rpv__key key;
	rpv_status st = rpv__check_each(c, RPV__K_TARGET, target, error);
	c->counted = 0;
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_ACTIVITY, activity, error);
	if (st)
		return st;
	rpv__check_counted(c, RPV__NEXT_ACTIVITY, c->counted, "another number of remediation activities exists");
	if (c->met_targets != c->activity_count)
		rpv__check_fault(c, "there are targets of remediation activities that do not exist", rpv__key1(&key, RPV__K_TARGET));
	need_targets(c);
	st = rpv__check_compare(c, RPV__K_REC_ACTIVITY, "the recommendation does not know of the remediation activity", error);
	if (st == RPV_OK)
		st = rpv__check_compare(c, RPV__K_DEVICE_ACTIVITY, "the device does not know of the remediation activity", error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_DEADLINE, old_deadline, error);
	excuse_reminders(c);
	if (st == RPV_OK)
		st = rpv__check_compare(c, RPV__K_DEADLINE, "this deadline is missing", error);
	if (st == RPV_OK)
		st = expect_sets(c, error);
	return st == RPV_OK ? rpv__check_compare(c, RPV__K_NAME, "this name is missing", error) : st;
}
