/* SPDX-License-Identifier: MIT */
/* Decisions of a backup become records. What they speak of but the backup no longer holds is put there as taken out. */
#include "../score/units.h"
#include "activity.h"
#include "exception.h"
#include "restore.h"
#include "watch.h"

/* --- numbers for ids --- */
rpv_status rpv__restore_groups(rpv__intake *in, rpv__symbols names, bool sorted, const uint32_t **out, size_t *count)
{
	uint32_t *numbers = rpv__in_new(in, names.count * sizeof *numbers);
	rpv_status st = RPV_OK;

	if (!numbers)
		return RPV_E_NOMEM;
	for (size_t i = 0; st == RPV_OK && i < names.count; i++) {
		rpv__in_group *group;

		st = rpv__in_group_named(in, names.items[i], &group);
		if (st == RPV_OK)
			numbers[i] = group->number;
	}
	*out = numbers;
	*count = sorted && st == RPV_OK ? rpv__sort_unique_u32(numbers, names.count) : names.count;
	return st;
}

static rpv_status dead_recommendation(rpv__intake *in, const char *id, uint32_t *out)
{
	rpv__recommendation record = { .id = id, .kind = RPV_KIND_UPDATE, .category = RPV_CATEGORY_APPLICATION,
	                               .removed = true };
	rpv__key key;
	rpv_status st = rpv__in_number(in, RPV__NEXT_RECOMMENDATION, out);

	rpv__buf_clear(&in->buf);
	rpv__put_recommendation(&in->buf, &record);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_RECOMMENDATION, *out), (rpv_bytes){ NULL, 0 }, NULL);
	return st == RPV_OK ? rpv__txn_name_put(in->txn, RPV__N_RECOMMENDATION, 0, id, *out, in->error) : st;
}

static rpv_status dead_device(rpv__intake *in, const char *id, uint32_t *out)
{
	rpv__device cold = { .id = id };
	rpv__device_hot hot = { .value = RPV_VALUE_NORMAL, .flags = RPV__DEVICE_REMOVED };
	rpv__key key;
	rpv_status st = rpv__in_number(in, RPV__NEXT_DEVICE, out);

	rpv__buf_clear(&in->buf);
	rpv__put_device(&in->buf, &cold);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_DEVICE, *out), (rpv_bytes){ NULL, 0 }, NULL);
	rpv__buf_clear(&in->buf);
	rpv__put_device_hot(&in->buf, &hot);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_DEVICE_HOT, *out), (rpv_bytes){ NULL, 0 }, NULL);
	return st == RPV_OK ? rpv__txn_name_put(in->txn, RPV__N_DEVICE, 0, id, *out, in->error) : st;
}

static rpv_status dead_control(rpv__intake *in, const char *id, uint32_t *out)
{
	rpv__control record = { .id = id, .kind = RPV_CONTROL_INTERNAL, .removed = true };
	rpv__key key;
	rpv_status st = rpv__in_number(in, RPV__NEXT_CONTROL, out);

	rpv__buf_clear(&in->buf);
	rpv__put_control(&in->buf, &record);
	if (st == RPV_OK)
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_CONTROL, *out), (rpv_bytes){ NULL, 0 }, NULL);
	return st == RPV_OK ? rpv__txn_name_put(in->txn, RPV__N_CONTROL, 0, id, *out, in->error) : st;
}

rpv_status rpv__restore_control(rpv__intake *in, uint32_t symbol, uint32_t *out)
{
	const char *id = rpv__in_symbol_text(in, symbol);
	rpv_status st = rpv__txn_name_find(in->txn, RPV__N_CONTROL, 0, id, out, in->error);

	return st == RPV_E_NOT_FOUND ? dead_control(in, id, out) : st;
}

/* Number of a device or recommendation, which need not exist any more. */
static rpv_status number_of(rpv__intake *in, rpv__name_kind kind, uint32_t symbol, uint32_t *out)
{
	const char *id = rpv__in_symbol_text(in, symbol);
	rpv_status st = rpv__txn_name_find(in->txn, kind, 0, id, out, in->error);

	if (st != RPV_E_NOT_FOUND)
		return st;
	return kind == RPV__N_DEVICE ? dead_device(in, id, out) : dead_recommendation(in, id, out);
}

/* --- exceptions --- */
static rpv__cover cover_of(const rpv__exception_record *r)
{
	const rpv_exception *e = &r->row;
	rpv__cover cover = { .exception = r->number, .filed_ms = e->filed_ms, .start_ms = e->start_ms, .end_ms = e->end_ms,
		.ending = rpv__life_ending(e->status), .justification = e->justification, .impact = e->impact, .scope = e->scope,
		.all_groups = e->all_groups != 0, .predecessor = r->predecessor, .successor = r->successor };

	if (e->status == RPV_EXCEPTION_REJECTED && e->approve_by_ms && e->ended_ms == e->approve_by_ms)
		cover.ending = RPV__NOT_ENDED; /* it lapsed by the clock */
	if (cover.ending != RPV__NOT_ENDED)
		cover.ended_ms = e->ended_ms;
	cover.approve_by_ms = e->approve_by_ms;
	cover.approved_ms = e->approved_ms;
	cover.supersede = e->supersede != 0;
	cover.pending = e->approve_by_ms != 0;
	cover.watch = e->watch | e->watch_told << 8;
	cover.baseline.devices = e->filed_devices;
	cover.baseline.groups = e->filed_groups;
	cover.baseline.weaknesses = e->filed_weaknesses;
	cover.baseline.exposure = (int64_t)(e->filed_exposure * (double)RPV__POINT);
	return cover;
}

static rpv_status cover_units(rpv__intake *in, const rpv__exception_record *r, rpv__cover *cover)
{
	uint32_t *devices = rpv__in_new(in, r->devices.count * sizeof *devices);
	rpv_status st = devices ? RPV_OK : RPV_E_NOMEM;

	for (size_t i = 0; st == RPV_OK && i < r->devices.count; i++)
		st = number_of(in, RPV__N_DEVICE, r->devices.items[i], &devices[i]);
	if (st != RPV_OK)
		return st;
	cover->devices = devices;
	cover->device_count = rpv__sort_unique_u32(devices, r->devices.count);
	uint32_t *controls = rpv__in_new(in, r->controls.count * sizeof *controls);
	st = controls ? RPV_OK : RPV_E_NOMEM;
	for (size_t i = 0; st == RPV_OK && i < r->controls.count; i++)
		st = rpv__restore_control(in, r->controls.items[i], &controls[i]);
	if (st != RPV_OK)
		return st;
	cover->controls = controls;
	cover->control_count = rpv__sort_unique_u32(controls, r->controls.count);
	if (rpv__exception_live(rpv__exception_status_alone(cover, rpv__txn_revision(in->txn)->mark_ms)))
		st = rpv__txn_control_instants(in->txn, cover, in->error); /* what is over is not judged any more */
	if (st != RPV_OK)
		return st;
	return rpv__restore_groups(in, r->groups, true, &cover->groups, &cover->group_count);
}

rpv_status rpv__restore_exception(rpv__intake *in, size_t index, const rpv__exception_record *r)
{
	const rpv_exception *e = &r->row;
	rpv__revision *revision = rpv__txn_revision(in->txn);
	rpv__cover cover = cover_of(r);
	bool decided = cover.ending != RPV__NOT_ENDED && cover.ending != RPV__ENDED_SUPERSEDED;
	rpv__exception texts = { .context = e->context, .requester = e->requester, .approver = e->approver,
		.status_reason = decided ? e->status_reason : NULL, .ticket = e->ticket,
		.evidence = { e->evidence, e->evidence_count } };
	const uint32_t *weakness;
	size_t count;
	rpv_status st = RPV_OK;

	if (r->recommendation)
		st = number_of(in, RPV__N_RECOMMENDATION, r->recommendation, &cover.recommendation);
	if (st == RPV_OK && r->weakness)
		st = rpv__in_weakness_numbers(in, index, (rpv__symbols){ &r->weakness, 1 }, &weakness, &count);
	if (st == RPV_OK && r->weakness)
		cover.weakness = *weakness;
	if (st == RPV_OK)
		st = cover_units(in, r, &cover);
	if (st == RPV_OK)
		st = rpv__restore_groups(in, r->canceled, true, &texts.canceled_groups, &texts.canceled_group_count);
	if (st == RPV_OK)
		st = rpv__restore_firings(in, index, r, &cover, &texts);
	texts.recommendation = cover.recommendation;
	texts.weakness = cover.weakness;
	if (st == RPV_OK && rpv__budget_of_requester(e->requester))
		st = rpv__txn_text(in->txn, e->requester, &cover.requester, in->error);
	if (st == RPV_OK)
		st = rpv__txn_put_exception(in->txn, r->number, &texts, in->error);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(in->txn, &cover, in->error);
	if (st == RPV_OK && cover.ending == RPV__NOT_ENDED && cover.end_ms > revision->mark_ms)
		st = rpv__txn_put_deadlines(in->txn, &cover, revision->mark_ms, in->error);
	revision->count[RPV__NEXT_EXCEPTION]++;
	if (revision->next[RPV__NEXT_EXCEPTION] <= r->number)
		revision->next[RPV__NEXT_EXCEPTION] = r->number + 1;
	return st;
}

/* --- remediation activities --- */
static rpv_status restore_target(rpv__intake *in, size_t index, const rpv__activity_record *r, uint32_t recommendation,
                                 const rpv__target_record *t)
{
	rpv__target target = { .fixed = t->fixed, .gone = t->gone };
	rpv__in_group *group;
	const uint32_t *weaknesses;
	size_t count;
	uint32_t device;
	rpv__key key;
	rpv_status st = number_of(in, RPV__N_DEVICE, t->device, &device);

	if (st == RPV_OK)
		st = rpv__in_group_named(in, t->group, &group);
	if (st == RPV_OK)
		target.group = group->number;
	if (st == RPV_OK && t->weaknesses.count) {
		st = rpv__in_weakness_numbers(in, index, t->weaknesses, &weaknesses, &count);
		if (st == RPV_OK)
			st = rpv__in_variant_of(in, recommendation, weaknesses, count, &target.variant);
	}
	if (st == RPV_OK)
		st = rpv__txn_put_target(in->txn, r->number, device, &target, in->error);
	if (st != RPV_OK || r->row.status != RPV_REMEDIATION_ACTIVE)
		return st;
	rpv__key32_32(&key, RPV__K_DEVICE_ACTIVITY, device, r->number);
	return rpv__txn_put(in->txn, rpv__key_view(&key), (rpv_bytes){ NULL, 0 }, in->error);
}

/* What an activity still shows of a recommendation that is gone. */
static rpv_status keep_title(rpv__intake *in, uint32_t number, const rpv_remediation *a)
{
	rpv__recommendation record;
	rpv__key key;
	rpv_bytes stored;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_RECOMMENDATION, number), &stored);

	if (st == RPV_OK && !rpv__get_recommendation(stored, in->arena, &record))
		st = rpv__fail_corrupt(in->error, "recommendation", rpv__key_view(&key));
	if (st != RPV_OK || !record.removed)
		return st;
	if (a->title && strcmp(a->title, record.id) != 0)
		record.title = a->title;
	if (a->component)
		record.component = a->component;
	rpv__buf_clear(&in->buf);
	rpv__put_recommendation(&in->buf, &record);
	return rpv__in_put(in, rpv__key_view(&key), stored, NULL);
}

rpv_status rpv__restore_activity(rpv__intake *in, size_t index, const rpv__activity_record *r)
{
	const rpv_remediation *a = &r->row;
	rpv__revision *revision = rpv__txn_revision(in->txn);
	rpv__activity activity = { .kind = a->kind, .priority = a->priority, .status = a->status,
		.only_without_user_impact = a->only_without_user_impact != 0, .requested_ms = a->requested_ms,
		.due_ms = a->due_ms, .ended_ms = a->ended_ms, .requester = a->requester, .notes = a->notes,
		.ended_by = a->completed_by, .reason = a->reason, .connector = a->connector, .ticket = a->ticket,
		.targets = a->targets, .fixed = a->fixed, .requested_targets = r->target_count };
	rpv__key key;
	rpv_status st = number_of(in, RPV__N_RECOMMENDATION, r->recommendation, &activity.recommendation);

	if (st == RPV_OK)
		st = keep_title(in, activity.recommendation, a);
	if (st == RPV_OK)
		st = rpv__restore_groups(in, r->groups, true, &activity.groups, &activity.group_count);
	for (size_t i = 0; st == RPV_OK && i < r->target_count; i++)
		st = restore_target(in, index, r, activity.recommendation, &r->targets[i]);
	if (st == RPV_OK)
		st = rpv__txn_put_activity(in->txn, r->number, &activity, in->error);
	if (st == RPV_OK && a->status == RPV_REMEDIATION_ACTIVE)
		st = rpv__txn_put(in->txn, rpv__key32_32(&key, RPV__K_REC_ACTIVITY, activity.recommendation, r->number),
		                  (rpv_bytes){ NULL, 0 }, in->error);
	if (st == RPV_OK && a->status == RPV_REMEDIATION_ACTIVE && a->due_ms > revision->mark_ms)
		st = rpv__txn_activity_due(in->txn, r->number, &activity, true, in->error);
	revision->count[RPV__NEXT_ACTIVITY]++;
	if (revision->next[RPV__NEXT_ACTIVITY] <= r->number)
		revision->next[RPV__NEXT_ACTIVITY] = (uint64_t)r->number + 1;
	return st;
}
