/* SPDX-License-Identifier: MIT */
/* Accepted exposure (R35): sums by justification, requester and device group, kept with every cover that is written, so that
 * a filing is held against its limits without looking at other exceptions. */
#include "../score/exposure.h"
#include "exception.h"
#include <reprieve/budget.h>

/* --- one sum --- */
/* Number: a justification, the text number of a requester, or a device group; RPV__NO_NUMBER: the global ones. */
static rpv_bytes key_of(rpv__key *key, rpv_budget_by by, uint32_t number)
{
	return rpv__key8_32(key, RPV__K_BUDGET, (uint8_t)by, number);
}

static rpv_status get_sum(rpv__txn *txn, rpv_bytes key, rpv__budget_sum *out, rpv_error *error)
{
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, key, &value, error);
	*out = (rpv__budget_sum){ { 0, 0 }, 0 };
	if (st == RPV_OK && !rpv__get_budget_sum(value, out))
		return rpv__fail_corrupt(error, "budget", key);
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

/* What an exception counts with. */
typedef struct share { bool counts; uint64_t units; } share;

static rpv_status change(rpv__txn *txn, rpv_bytes key, share was, share is, rpv_error *error)
{
	rpv__budget_sum sum;
	rpv__buf value;
	rpv_status st = get_sum(txn, key, &sum, error);
	if (st)
		return st;
	if (was.counts && !sum.count)
		return rpv__fail_corrupt(error, "budget", key);
	sum.count += (uint64_t)is.counts - (uint64_t)was.counts;
	sum.units = rpv__wide_sub(rpv__wide_add(sum.units, rpv__wide_of(is.units)), rpv__wide_of(was.units));
	if (!sum.count)
		return rpv__txn_remove(txn, key, error);
	rpv__buf_init(&value, &rpv__txn_port(txn)->alloc);
	rpv__put_budget_sum(&value, &sum);
	st = value.status ? rpv__fail_nomem(error) : rpv__txn_put(txn, key, rpv__buf_view(&value), error);
	rpv__buf_free(&value);
	return st;
}

bool rpv__budget_of_requester(const char *requester)
{
	return requester && rpv__check_id(requester, "requester", NULL) == RPV_OK;
}

/* All sums that a cover counts for. */
static rpv_status change_all(rpv__txn *txn, const rpv__cover *cover, const char *requester, share was, share is,
                             rpv_error *error)
{
	rpv__key key;
	uint32_t number;
	rpv_status st = RPV_OK;
	if (!was.counts && !is.counts)
		return RPV_OK;
	st = change(txn, key_of(&key, RPV_BUDGET_BY_JUSTIFICATION, (uint32_t)cover->justification), was, is, error);
	if (st == RPV_OK && rpv__budget_of_requester(requester)) {
		st = rpv__txn_text(txn, requester, &number, error);
		if (st == RPV_OK)
			st = change(txn, key_of(&key, RPV_BUDGET_BY_REQUESTER, number), was, is, error);
	}
	if (st == RPV_OK && cover->scope == RPV_SCOPE_GLOBAL)
		st = change(txn, key_of(&key, RPV_BUDGET_BY_GROUP, RPV__NO_NUMBER), was, is, error);
	for (size_t i = 0; st == RPV_OK && cover->scope == RPV_SCOPE_GROUPS && i < cover->group_count; i++)
		st = change(txn, key_of(&key, RPV_BUDGET_BY_GROUP, cover->groups[i]), was, is, error);
	return st;
}

static share share_of(const rpv__cover *cover)
{
	return cover->counted ? (share){ true, (uint64_t)cover->baseline.exposure } : (share){ false, 0 };
}

static bool same_groups(const rpv__cover *a, const rpv__cover *b)
{
	return a->group_count == b->group_count &&
	       (!a->group_count || memcmp(a->groups, b->groups, a->group_count * sizeof *a->groups) == 0);
}

rpv_status rpv__budget_recount(rpv__txn *txn, const rpv__cover *stored, const rpv__cover *cover, rpv__arena *arena,
                               rpv_error *error)
{
	share was = share_of(stored), is = share_of(cover), none = { false, 0 };
	rpv__exception texts;
	rpv_bytes value;
	rpv__key key;
	if (was.counts == is.counts && was.units == is.units && (!was.counts || same_groups(stored, cover)))
		return RPV_OK;
	rpv_bytes at = rpv__key64(&key, RPV__K_EXCEPTION, cover->exception);
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_exception(value, arena, &texts)))
		return rpv__fail_corrupt(error, "exception", at);
	if (st == RPV_OK)
		st = change_all(txn, stored, texts.requester, was, none, error);
	return st == RPV_OK ? change_all(txn, cover, texts.requester, none, is, error) : st;
}

/* It has not ended, and no renewal of it that has not ended counts in its place. */
bool rpv__budget_counts(const rpv__cover *cover, int64_t now_ms)
{
	return !cover->renewal && rpv__exception_live(rpv__exception_status_alone(cover, now_ms));
}

/* --- limits --- */
static rpv_status hold(rpv__plan *plan, rpv__wide units, int64_t limit, const char *policy, const char *whose,
                       rpv_error *error)
{
	char sum[RPV__VALUE_TEXT], most[RPV__VALUE_TEXT];
	const uint64_t half = RPV__POINT / 2000000; /* limits have six decimals: what is shown as equal passes */
	if (limit == RPV__NO_BUDGET || rpv__wide_compare(units, rpv__wide_of((uint64_t)limit + half)) <= 0)
		return RPV_OK;
	rpv__firing_value(RPV_TRIGGER_EXPOSURE, units.hi || units.lo > INT64_MAX ? INT64_MAX : (int64_t)units.lo, sum);
	rpv__firing_value(RPV_TRIGGER_EXPOSURE, limit, most);
	return rpv__plan_refuse(plan, RPV_E_REFUSED, error, "with it %s points of exposure would be accepted for %s: at most %s "
	                        "are allowed (policy %s)", sum, whose, most, policy);
}

static rpv_status hold_group(rpv__plan *plan, rpv__txn *txn, uint32_t group, rpv__wide global, rpv_error *error)
{
	rpv__budget_sum sum = { { 0, 0 }, 0 };
	const char *name;
	rpv__key key;
	rpv_status st = get_sum(txn, key_of(&key, RPV_BUDGET_BY_GROUP, group), &sum, error);
	if (st == RPV_OK)
		st = rpv__txn_group_name(txn, group, &plan->filing->arena, &name, error);
	if (st)
		return st;
	return hold(plan, rpv__wide_add(sum.units, global), plan->policy->budget_group, "budget.group", name, error);
}

typedef struct group_walk { rpv__arena *arena; uint32_t *groups; size_t count, cap; } group_walk;

static rpv_status add_group(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	group_walk *w = user;
	uint32_t group;
	(void)value;
	if (!rpv__key_is32(key, RPV__K_GROUP_COUNT, &group))
		return rpv__fail_corrupt(error, "device group", key);
	if (rpv__arena_grow(w->arena, &w->groups, &w->cap, w->count, sizeof *w->groups))
		return rpv__fail_nomem(error);
	w->groups[w->count++] = group;
	return RPV_OK;
}

/* A global one adds to every device group. */
static rpv_status hold_groups(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	group_walk all = { &plan->filing->arena, NULL, 0, 0 };
	const uint32_t *groups = plan->cover.groups;
	size_t count = plan->cover.group_count;
	rpv__budget_sum global;
	rpv__key key;
	if (plan->policy->budget_group == RPV__NO_BUDGET || plan->cover.scope == RPV_SCOPE_DEVICES)
		return RPV_OK;
	rpv_status st = get_sum(txn, key_of(&key, RPV_BUDGET_BY_GROUP, RPV__NO_NUMBER), &global, error);
	if (st == RPV_OK && plan->cover.scope == RPV_SCOPE_GLOBAL) {
		st = rpv__txn_scan_prefix(txn, rpv__key1(&key, RPV__K_GROUP_COUNT), add_group, &all, error);
		groups = all.groups;
		count = all.count;
	}
	size_t refused = plan->refusals.count;
	for (size_t i = 0; st == RPV_OK && plan->refusals.count == refused && i < count; i++)
		st = hold_group(plan, txn, groups[i], global.units, error);
	return st;
}

rpv_status rpv__plan_hold_budgets(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv__cover *cover = &plan->cover;
	int64_t of_justification = plan->policy->budget_justification[cover->justification];
	const char *word = rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)cover->justification);
	rpv__budget_sum sum = { { 0, 0 }, 0 };
	char policy[64];
	uint32_t number;
	rpv__key key;
	rpv_status st = RPV_OK;
	if (of_justification != RPV__NO_BUDGET) {
		st = get_sum(txn, key_of(&key, RPV_BUDGET_BY_JUSTIFICATION, (uint32_t)cover->justification), &sum, error);
		rpv__format(policy, sizeof policy, "budget.%s", word);
		if (st == RPV_OK)
			st = hold(plan, sum.units, of_justification, policy, word, error);
	}
	if (st == RPV_OK && plan->policy->budget_requester != RPV__NO_BUDGET &&
	    rpv__budget_of_requester(plan->texts.requester)) {
		st = rpv__txn_text(txn, plan->texts.requester, &number, error);
		if (st == RPV_OK)
			st = get_sum(txn, key_of(&key, RPV_BUDGET_BY_REQUESTER, number), &sum, error);
		if (st == RPV_OK)
			st = hold(plan, sum.units, plan->policy->budget_requester, "budget.requester", plan->texts.requester, error);
	}
	return st == RPV_OK ? hold_groups(plan, txn, error) : st;
}
