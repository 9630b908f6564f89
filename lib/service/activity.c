/* SPDX-License-Identifier: MIT */
/* Records of remediation activities in a transaction, their targets by device group, their events. */
#include "activity.h"
#include "watch.h"

rpv_status rpv__txn_activity(rpv__txn *txn, uint32_t number, rpv__activity *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, rpv__key32(&key, RPV__K_ACTIVITY, number), &value, error);

	if (st == RPV_OK && !rpv__get_activity(value, rpv__txn_arena(txn), out))
		st = rpv__fail_corrupt(error, "remediation activity", rpv__key_view(&key));
	return st;
}

rpv_status rpv__txn_put_activity(rpv__txn *txn, uint32_t number, const rpv__activity *activity, rpv_error *error)
{
	rpv__key key;
	rpv__buf b;
	rpv_status st;

	rpv__buf_init(&b, &rpv__txn_port(txn)->alloc);
	rpv__put_activity(&b, activity);
	if (b.status != RPV_OK)
		st = rpv__fail_nomem(error);
	else
		st = rpv__txn_put(txn, rpv__key32(&key, RPV__K_ACTIVITY, number), rpv__buf_view(&b), error);
	rpv__buf_free(&b);
	return st;
}

rpv_status rpv__txn_target(rpv__txn *txn, uint32_t activity, uint32_t device, rpv__target *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, rpv__key32_32(&key, RPV__K_TARGET, activity, device), &value, error);

	if (st == RPV_OK && !rpv__get_target(value, out))
		st = rpv__fail_corrupt(error, "target", rpv__key_view(&key));
	return st;
}

rpv_status rpv__txn_put_target(rpv__txn *txn, uint32_t activity, uint32_t device, const rpv__target *target,
                               rpv_error *error)
{
	rpv__key key;
	rpv__buf b;
	rpv_status st;

	rpv__buf_init(&b, &rpv__txn_port(txn)->alloc);
	rpv__put_target(&b, target);
	if (b.status != RPV_OK)
		st = rpv__fail_nomem(error);
	else
		st = rpv__txn_put(txn, rpv__key32_32(&key, RPV__K_TARGET, activity, device), rpv__buf_view(&b), error);
	rpv__buf_free(&b);
	return st;
}

rpv_status rpv__txn_recommendation(rpv__txn *txn, uint32_t number, rpv__recommendation *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, rpv__key32(&key, RPV__K_RECOMMENDATION, number), &value, error);

	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_recommendation(value, rpv__txn_arena(txn), out)))
		st = rpv__fail_corrupt(error, "recommendation", rpv__key_view(&key));
	return st;
}

/* --- targets by device group --- */
/* The place of `group` in the tally: its row, or the one before which it belongs. */
static size_t place(const rpv__tally *tally, uint32_t group)
{
	size_t low = 0, high = tally->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tally->rows[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static rpv_status row_of(rpv__tally *tally, uint32_t group, rpv__tally_row **out, rpv_error *error)
{
	size_t at = place(tally, group);

	if (at == tally->count || tally->rows[at].group != group) {
		if (rpv__arena_grow(tally->arena, &tally->rows, &tally->cap, tally->count, sizeof *tally->rows))
			return rpv__fail_nomem(error);
		memmove(tally->rows + at + 1, tally->rows + at, (tally->count - at) * sizeof *tally->rows);
		memset(tally->rows + at, 0, sizeof *tally->rows);
		tally->rows[at].group = group;
		tally->count++;
	}
	*out = &tally->rows[at];
	return RPV_OK;
}

rpv_status rpv__tally_add(rpv__tally *tally, const rpv__target *target, rpv_error *error)
{
	rpv__tally_row *row;
	rpv_status st = row_of(tally, target->group, &row, error);

	if (st != RPV_OK)
		return st;
	row->all++;
	row->targets += !target->gone;
	row->fixed += target->fixed && !target->gone;
	return RPV_OK;
}

rpv_status rpv__tally_sink(void *tally, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__target target;

	if (!rpv__get_target(value, &target))
		return rpv__fail_corrupt(error, "target", key);
	return rpv__tally_add(tally, &target, error);
}

/* --- events and endings --- */
rpv_status rpv__activity_event(rpv__txn *txn, rpv_event_type type, uint32_t number, const rpv__activity *activity,
                               const rpv__tally *tally, rpv_error *error)
{
	rpv__event event = { .type = type, .remediation = number, .count = activity->targets };
	rpv__tally all = *tally;
	rpv__group_count_pair *pairs;
	rpv__recommendation recommendation;
	rpv__tally_row *row;
	rpv_status st = rpv__txn_recommendation(txn, activity->recommendation, &recommendation, error);

	all.cap = all.count; /* groups of the scope without a target join a copy */
	for (size_t i = 0; st == RPV_OK && i < activity->group_count; i++)
		st = row_of(&all, activity->groups[i], &row, error);
	if (st != RPV_OK)
		return st;
	pairs = rpv__arena_get(rpv__txn_arena(txn), all.count * sizeof *pairs);
	if (!pairs)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < all.count; i++)
		pairs[i] = (rpv__group_count_pair){ all.rows[i].group, all.rows[i].targets };
	event.recommendation = recommendation.id;
	event.groups = pairs;
	event.group_count = all.count;
	event.after = activity->status == RPV_REMEDIATION_COMPLETED ? activity->ended_by : NULL;
	event.reason = activity->reason;
	return rpv__txn_event(txn, &event, error);
}

rpv_status rpv__activity_finish(rpv__txn *txn, rpv_event_type type, uint32_t number, const rpv__activity *activity,
                                rpv_error *error)
{
	rpv__tally tally = { rpv__txn_arena(txn), NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__txn_scan_prefix(txn, rpv__key32(&key, RPV__K_TARGET, number), rpv__tally_sink, &tally, error);

	if (st == RPV_OK)
		st = rpv__txn_put_activity(txn, number, activity, error);
	if (st == RPV_OK)
		st = rpv__txn_remove(txn, rpv__key32_32(&key, RPV__K_REC_ACTIVITY, activity->recommendation, number), error);
	if (st == RPV_OK && activity->due_ms > rpv__txn_now(txn))
		st = rpv__txn_activity_due(txn, number, activity, false, error);
	if (st == RPV_OK)
		st = rpv__activity_event(txn, type, number, activity, &tally, error);
	return st;
}
