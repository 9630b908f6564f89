/* SPDX-License-Identifier: MIT */
/* What a cancellation writes: of the exception, whole or for one device group, and of its renewals. */
#include "exception.h"

static rpv_status cancel_whole(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__withdrawal *w,
                               rpv_error *error)
{
	const rpv__event event = { .reason = w->reason };
	char id[24];
	rpv__id_of_number('E', cover->exception, id);
	if (!rpv__life_end(cover, w->cause, rpv__txn_now(txn)))
		return rpv__fail(error, RPV_E_REFUSED, "%s cannot be canceled as it stands", id);
	texts->status_reason = w->reason;
	return rpv__txn_exception_ended(txn, cover, w->cause, texts, &event, error);
}

/* R15: the others stay, and what the exception rests on is frozen anew for them. */
static rpv_status take_out(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__withdrawal *w,
                           rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(txn);
	uint32_t *rest = rpv__arena_get(arena, cover->group_count * sizeof *rest);
	uint32_t *gone = rpv__arena_get(arena, (texts->canceled_group_count + 1) * sizeof *gone);
	rpv__group_count_pair pair = { w->group, 0 };
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_CANCELED, .reason = w->reason, .groups = &pair, .group_count = 1 };
	size_t kept = 0;
	if (!rest || !gone)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < cover->group_count; i++)
		if (cover->groups[i] != w->group)
			rest[kept++] = cover->groups[i];
	cover->groups = rest;
	cover->group_count = kept;
	if (texts->canceled_group_count)
		memcpy(gone, texts->canceled_groups, texts->canceled_group_count * sizeof *gone);
	gone[texts->canceled_group_count] = w->group;
	texts->canceled_group_count = rpv__sort_unique_u32(gone, texts->canceled_group_count + 1);
	texts->canceled_groups = gone;
	rpv_status st = rpv__txn_group_name(txn, w->group, arena, &event.group, error);
	if (st == RPV_OK)
		st = rpv__baseline_freeze(txn, cover, arena, &cover->baseline, NULL, NULL, error);
	cover->fired = 0;
	rpv__watch_frozen(cover);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, cover, error);
	if (st == RPV_OK)
		st = rpv__txn_put_exception(txn, cover->exception, texts, error);
	return st == RPV_OK ? rpv__txn_exception_event(txn, cover, &event, error) : st;
}

static rpv_status withdraw_one(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__withdrawal *w,
                               rpv_error *error)
{
	bool some_stay = w->group != RPV__NO_NUMBER && cover->group_count > 1;
	return some_stay ? take_out(txn, cover, texts, w, error) : cancel_whole(txn, cover, texts, w, error);
}

/* --- renewals (R12) --- */
/* What goes: an exception, or one device group of it. */
typedef struct going { uint64_t exception; bool whole; } going;

/* What takes a renewal that has not started with it; NULL: nothing does. */
static const going *taken_by(const rpv__cover *c, const going *gone, size_t gone_count, const rpv__withdrawal *w,
                             int64_t now)
{
	rpv_exception_status status = rpv__exception_status_alone(c, now);
	if (!c->predecessor || (status != RPV_EXCEPTION_SCHEDULED && status != RPV_EXCEPTION_PENDING_APPROVAL))
		return NULL;
	for (size_t i = 0; i < gone_count; i++)
		if (gone[i].exception == c->predecessor)
			return gone[i].whole || rpv__exception_covers_group(c, w->group) ? &gone[i] : NULL;
	return NULL;
}

static rpv_status withdraw_renewal(rpv__txn *txn, rpv__cover *cover, uint32_t group, rpv_error *error)
{
	rpv__withdrawal w = { RPV__CAUSE_PREDECESSOR_CANCELED, group, NULL };
	char id[24], reason[96];
	rpv__exception texts;
	rpv_status st = rpv__txn_known_exception(txn, cover->exception, rpv__txn_arena(txn), &texts, cover, error);
	if (st)
		return st;
	rpv__id_of_number('E', cover->predecessor, id);
	rpv__format(reason, sizeof reason, "%s, which it renews, was canceled", id);
	w.reason = reason;
	return withdraw_one(txn, cover, &texts, &w, error);
}

/* Who cancels does not accept it any more, and must not find it hidden again when a renewal starts. Renewals are younger
 * than what they renew: one pass by number meets them all. */
rpv_status rpv__txn_withdraw(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__withdrawal *w,
                             rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(txn);
	rpv__cover *all = NULL;
	size_t count = 0, gone_count = 1;
	rpv_status st = withdraw_one(txn, cover, texts, w, error);
	if (st == RPV_OK)
		st = rpv__txn_subject(txn, cover->recommendation, cover->weakness, arena, &all, &count, error);
	going *gone = st == RPV_OK ? rpv__arena_get(arena, (count + 1) * sizeof *gone) : NULL;
	if (st == RPV_OK && !gone)
		st = rpv__fail_nomem(error);
	if (st)
		return st;
	gone[0] = (going){ cover->exception, cover->ending != RPV__NOT_ENDED };
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		const going *by = taken_by(&all[i], gone, gone_count, w, rpv__txn_now(txn));
		if (!by)
			continue;
		st = withdraw_renewal(txn, &all[i], by->whole ? RPV__NO_NUMBER : w->group, error);
		gone[gone_count++] = (going){ all[i].exception, all[i].ending != RPV__NOT_ENDED };
	}
	return st;
}
