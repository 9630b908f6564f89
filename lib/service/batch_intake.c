/* SPDX-License-Identifier: MIT */
/* One run of a commit: what is said is looked at kind by kind, then carried out. */
#include "batch.h"
#include "exception.h"

/* --- what the steps share --- */
rpv_status rpv__in_add(rpv__intake *in, rpv__in_list *list, void *item)
{
	if (rpv__grow(in->alloc, &list->items, &list->cap, list->count + 1, sizeof *list->items) != RPV_OK)
		return rpv__fail_nomem(in->error);
	list->items[list->count++] = item;
	return RPV_OK;
}

void *rpv__in_new(rpv__intake *in, size_t size)
{
	void *item = rpv__arena_get(in->arena, size);

	if (!item)
		rpv__fail_nomem(in->error);
	return item;
}

int64_t rpv__in_time(rpv__intake *in, int64_t ms)
{
	if (in->batch->restore || ms <= in->at_ms)
		return ms;
	in->clipped++;
	return in->at_ms;
}

const char *rpv__in_symbol_text(const rpv__intake *in, uint32_t symbol)
{
	return in->batch->symbols[symbol];
}

rpv_status rpv__in_number(rpv__intake *in, unsigned which, uint32_t *out)
{
	uint64_t *next = &rpv__txn_revision(in->txn)->next[which];

	if (*next >= RPV__NO_NUMBER)
		return rpv__fail(in->error, RPV_E_LIMIT, "the store has no numbers left for new things of this kind");
	*out = (uint32_t)(*next)++;
	return RPV_OK;
}

rpv_status rpv__in_refuse_unknown(rpv__intake *in, size_t index, const char *field, const char *what, const char *id)
{
	return rpv__fail_field(in->error, RPV_E_INVALID, index, field, "no such %s \"%s\"", what, id);
}

rpv_status rpv__in_put(rpv__intake *in, rpv_bytes key, rpv_bytes stored, bool *changed)
{
	rpv_bytes value = rpv__buf_view(&in->buf);
	bool same;

	if (changed)
		*changed = false;
	if (in->buf.status != RPV_OK)
		return rpv__fail_nomem(in->error);
	same = stored.size && rpv__bytes_compare(value, stored) == 0;
	if (changed)
		*changed = !same;
	return same ? RPV_OK : rpv__txn_put(in->txn, key, value, in->error);
}

rpv_status rpv__in_get(rpv__intake *in, rpv_bytes key, rpv_bytes *out)
{
	rpv_status st;

	*out = (rpv_bytes){ NULL, 0 };
	st = rpv__txn_get(in->txn, key, out, in->error);
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

/* --- looking at records --- */
typedef rpv_status (*record_step)(rpv__intake *in, size_t index);

/* Looks at the records of one kind. One that is refused ends the batch, but later kinds are still looked at up to it,
 * so that the first bad record is the one that is named. */
static rpv_status look_at(rpv__intake *in, rpv__fact type, record_step step)
{
	for (size_t i = 0; i < in->limit; i++) {
		rpv_status st = in->batch->records[i].type == type ? step(in, i) : RPV_OK;

		if (st == RPV_E_INVALID) {
			in->limit = i;
			in->refused = true;
		} else if (st != RPV_OK) {
			return st;
		}
	}
	return RPV_OK;
}

static rpv_status look_at_all(rpv__intake *in)
{
	rpv_status st = look_at(in, RPV__FACT_GROUP, rpv__in_group_record);

	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_WEAKNESS, rpv__in_weakness_record);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_RECOMMENDATION, rpv__in_recommendation_record);
	if (st == RPV_OK)
		st = rpv__in_recommendations_settle(in);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_DEVICE, rpv__in_device_record);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_SET, rpv__in_set_record);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_REPORT, rpv__in_report_record);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_ASSESSMENT, rpv__in_assessment_record);
	if (st == RPV_OK)
		st = look_at(in, RPV__FACT_CONTROL, rpv__in_control_record);
	for (rpv__fact type = RPV__FACT_EXCEPTION; st == RPV_OK && type <= RPV__FACT_SCORE; type++)
		st = look_at(in, type, rpv__in_restored_record);
	return st == RPV_OK && in->refused ? RPV_E_INVALID : st;
}

/* --- carrying it out --- */
static rpv_status check_limits(rpv__intake *in)
{
	const rpv_limits *limits = &in->batch->session->store->limits;
	const struct { unsigned which; uint64_t limit; const char *what; } all[] = {
		{ RPV__NEXT_DEVICE, limits->devices, "devices" },
		{ RPV__NEXT_GROUP, limits->groups, "device groups" },
		{ RPV__NEXT_WEAKNESS, limits->weaknesses, "weaknesses" },
		{ RPV__NEXT_RECOMMENDATION, limits->recommendations, "recommendations" },
		{ RPV__NEXT_EXCEPTION, limits->exceptions, "exceptions" },
		{ RPV__NEXT_ACTIVITY, limits->remediations, "remediation activities" },
		{ RPV__NEXT_CONTROL, RPV__CONTROLS_MAX, "compensating controls" } };
	const uint64_t *count = rpv__txn_revision(in->txn)->count;

	for (size_t i = 0; i < RPV__COUNT(all); i++)
		if (count[all[i].which] > all[i].limit && count[all[i].which] > in->counts[all[i].which])
			return rpv__fail(in->error, RPV_E_LIMIT, "the store holds at most %llu %s, this batch would make it %llu",
			                 (unsigned long long)all[i].limit, all[i].what, (unsigned long long)count[all[i].which]);
	return RPV_OK;
}

static rpv_status carry_out(rpv__intake *in)
{
	rpv_status st = rpv__in_devices_settle(in);

	if (st == RPV_OK)
		st = rpv__in_groups_write(in);
	if (st == RPV_OK)
		st = rpv__in_weaknesses_write(in);
	if (st == RPV_OK)
		st = rpv__in_recommendations_write(in);
	if (st == RPV_OK)
		st = rpv__in_sets_write(in);
	if (st == RPV_OK)
		st = rpv__in_devices_write(in);
	if (st == RPV_OK)
		st = rpv__in_counters_write(in);
	if (st == RPV_OK)
		st = rpv__in_sets_check(in);
	if (st == RPV_OK)
		st = rpv__in_controls_write(in);
	if (st == RPV_OK)
		st = rpv__in_restored(in);
	if (st == RPV_OK)
		st = rpv__in_groups_count(in);
	if (st == RPV_OK)
		st = check_limits(in);
	if (st == RPV_OK)
		st = rpv__in_reported_event(in);
	if (st == RPV_OK)
		st = rpv__in_progress(in);
	size_t told = rpv__txn_told_count(in->txn);
	if (st == RPV_OK)
		st = rpv__in_resurface(in);
	if (st == RPV_OK)
		st = rpv__in_controls_act(in);
	return st == RPV_OK ? rpv__txn_tell_returns(in->txn, told, in->error) : st;
}

/* --- beginning and end --- */
static rpv_status begin(rpv__intake *in)
{
	rpv_batch *b = in->batch;
	const rpv__revision *revision = rpv__txn_revision(in->txn);
	int64_t now = rpv__txn_now(in->txn);
	bool tells = false;

	if (b->restore && !revision->restoring)
		return rpv__fail(in->error, RPV_E_REFUSED, "no restore was begun");
	memcpy(in->counts, revision->count, sizeof in->counts);
	in->judges = !b->restore && revision->count[RPV__NEXT_EXCEPTION] > 0;
	in->at_ms = b->reported_ms ? b->reported_ms : now;
	if (in->at_ms > now && !b->restore) {
		in->at_ms = now;
		in->clipped++;
	}
	in->symbols = rpv__in_new(in, b->symbol_count * sizeof *in->symbols);
	in->next = rpv__in_new(in, (b->count + 1) * sizeof *in->next);
	if (!in->symbols || !in->next)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < b->count && !tells; i++)
		tells = b->records[i].type == RPV__FACT_ASSESSMENT || b->records[i].type == RPV__FACT_REPORT;
	return tells ? rpv__txn_text(in->txn, b->source, &in->source, in->error) : RPV_OK;
}

rpv_status rpv__in_run(rpv__intake *in, rpv_batch *batch, rpv__txn *txn, rpv_error *error)
{
	rpv_status st;

	in->batch = batch;
	in->txn = txn;
	in->arena = rpv__txn_arena(txn);
	in->error = error;
	in->alloc = &rpv__txn_port(txn)->alloc;
	in->limit = batch->count;
	rpv__buf_init(&in->buf, in->alloc);
	rpv__map_init(&in->group_of, in->alloc);
	rpv__map_init(&in->recommendation_of, in->alloc);
	rpv__map_init(&in->set_of, in->alloc);
	rpv__map_init(&in->variant_of, in->alloc);
	rpv__map_init(&in->block_of, in->alloc);
	rpv__list_map_init(&in->interned, in->alloc);
	rpv__list_map_init(&in->united, in->alloc);
	st = begin(in);
	if (st == RPV_OK)
		st = look_at_all(in);
	return st == RPV_OK ? carry_out(in) : st;
}

void rpv__in_free(rpv__intake *in)
{
	rpv__in_list *lists[] = { &in->groups, &in->weaknesses, &in->recommendations, &in->sets, &in->devices,
	                          &in->controls };
	rpv__map *maps[] = { &in->group_of, &in->recommendation_of, &in->set_of, &in->variant_of, &in->block_of };

	for (size_t i = 0; i < RPV__COUNT(lists); i++)
		rpv__free(in->alloc, lists[i]->items);
	for (size_t i = 0; i < RPV__COUNT(maps); i++)
		rpv__map_free(maps[i]);
	rpv__list_map_free(&in->interned);
	rpv__list_map_free(&in->united);
	rpv__free(in->alloc, in->moves);
	rpv__free(in->alloc, in->findings);
	rpv__free(in->alloc, in->comings);
	rpv__free(in->alloc, in->tallied);
	rpv__free(in->alloc, in->pairs);
	rpv__free(in->alloc, in->touched);
	rpv__free(in->alloc, in->hits);
	rpv__buf_free(&in->buf);
}
