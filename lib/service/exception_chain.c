/* SPDX-License-Identifier: MIT */
/* What a new exception renews: said by the request, or because it takes the place of one that ended lately (R13). How often
 * and how long one may be renewed. */
#include "../model/instant.h"
#include "exception.h"

/* Whether two scopes of any widths have a device group or device in common, by the groups that devices are in now. */
static rpv_status scopes_meet(rpv__plan *plan, rpv__txn *txn, const rpv__cover *a, const rpv__cover *b, bool *out,
                              rpv_error *error)
{
	rpv__group_count_pair *groups = NULL;
	const rpv__cover *wide = a->scope == RPV_SCOPE_DEVICES ? b : a, *narrow = wide == a ? b : a;
	size_t count = 0;
	*out = a->scope == RPV_SCOPE_GLOBAL || b->scope == RPV_SCOPE_GLOBAL || rpv__exception_units_meet(a, b);
	if (*out || a->scope == b->scope)
		return RPV_OK;
	rpv_status st = rpv__txn_cover_groups(txn, narrow, &plan->filing->arena, &groups, &count, error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		*out = *out || rpv__exception_covers_group(wide, groups[i].group);
	return st;
}

/* Whether a new one takes the place of `old`: that ended lately, or is taken over whole. */
static rpv_status takes_place(rpv__plan *plan, rpv__txn *txn, const rpv__cover *old, bool *out, rpv_error *error)
{
	rpv__cover rest = *old, taken;
	rpv_status st = RPV_OK;
	*out = false;
	if (rpv__chain_ended_lately(old, plan->policy->renewal_window_ms, plan->now_ms))
		return scopes_meet(plan, txn, &plan->cover, old, out, error);
	/* what never took effect does not count */
	bool takes = plan->request.supersede && !old->pending && old->start_ms <= plan->now_ms;
	for (size_t i = 0; takes && !*out && i < plan->conflict_count; i++)
		*out = plan->conflicts[i] == old;
	if (*out)
		st = rpv__plan_take(plan, &rest, &taken, error);
	*out = *out && st == RPV_OK && rest.ending != RPV__NOT_ENDED;
	return st;
}

static rpv__chain chain_behind(const rpv__plan *plan, uint64_t predecessor)
{
	rpv__cover draft = plan->cover;
	draft.predecessor = predecessor;
	rpv__chain chain = rpv__chain_of(&draft, plan->others, plan->other_count, 0, plan->now_ms);
	if (chain.first == &draft)
		chain.first = NULL;
	return chain;
}

/* Of several the one that was renewed most often, then the youngest. */
static rpv_status find_predecessor(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	uint64_t most = 0;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < plan->other_count; i++) {
		bool takes = false;
		st = takes_place(plan, txn, &plan->others[i], &takes, error);
		uint64_t renewals = takes ? chain_behind(plan, plan->others[i].exception).renewals : 0;
		if (st || !takes || renewals < most)
			continue;
		most = renewals;
		plan->cover.predecessor = plan->others[i].exception;
	}
	return st;
}

rpv_status rpv__plan_hold_caps(rpv__plan *plan, rpv_error *error)
{
	rpv_justification justification = plan->cover.justification;
	uint32_t renewals_max = plan->policy->renewals_max[justification];
	int64_t total_max = plan->policy->total_time_max_ms[justification];
	const char *word = rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)justification);
	char id[24], total[RPV__DURATION_WORDS], limit[RPV__DURATION_WORDS];
	rpv_status st = RPV_OK;
	plan->chain = chain_behind(plan, plan->cover.predecessor);
	rpv__id_of_number('E', plan->cover.predecessor, id);
	if (plan->chain.renewals && renewals_max != RPV__UNCAPPED && plan->chain.renewals > renewals_max)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "it would renew %s, as renewal %llu in a row: at most %u are "
		                      "allowed (policy max_renewals.%s)", id, (unsigned long long)plan->chain.renewals,
		                      (unsigned)renewals_max, word);
	if (st == RPV_OK && total_max && plan->chain.total_ms > total_max)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "with what it renews it would be in exception for %s in all: at "
		                      "most %s are allowed (policy total_time_max.%s)",
		                      rpv__duration_words(plan->chain.total_ms, total), rpv__duration_words(total_max, limit),
		                      word);
	return st;
}

/* What changed since the first of the chain, as far as the session sees all of that one (R44). */
static rpv_status compare_with_first(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const rpv__cover *first = plan->chain.first;
	size_t all = 0, seen = 0;
	if (!plan->chain.renewals)
		return RPV_OK;
	rpv_status st = rpv__txn_cover_seen(txn, plan->session, first, &all, &seen, error);
	if (st == RPV_OK && seen == all && (first->scope != RPV_SCOPE_GLOBAL || plan->session->all_groups))
		plan->since = &first->baseline;
	return st;
}

rpv_status rpv__plan_chain(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv_status st = plan->cover.predecessor ? RPV_OK : find_predecessor(plan, txn, error);
	if (st == RPV_OK)
		st = rpv__plan_hold_caps(plan, error);
	return st == RPV_OK ? compare_with_first(plan, txn, error) : st;
}
