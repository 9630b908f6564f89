/* SPDX-License-Identifier: MIT */
/* Partials: making and merging them; and what one recommendation gains. */
#include "partial.h"

void rpv__share_gains(const rpv__exposure_model *model, const rpv__sums total[RPV__VIEWS], const rpv__share *share,
                      rpv__gains *out)
{
	out->standalone = rpv__exposure_over(model, share->alone, total[0].n);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		out->impact[k] = rpv__exposure_impact(model, &total[k], share->x[k]);
		out->secure_impact[k] = (int64_t)rpv__secure_impact(share->points, share->compliant[k], share->applicable);
	}
}

void rpv__partial_free(rpv_partial *partial)
{
	if (!partial)
		return;
	const rpv__alloc alloc = partial->alloc;
	rpv__arena_free(&partial->texts);
	rpv__free(&alloc, partial->shares);
	rpv__buf_free(&partial->bytes);
	rpv__free(&alloc, partial);
}

rpv_partial *rpv__partial_new(const rpv__alloc *alloc, const rpv__asked *asked)
{
	rpv_partial *partial = rpv__new(alloc, sizeof *partial);
	if (!partial)
		return NULL;
	partial->alloc = *alloc;
	partial->asked = *asked;
	rpv__arena_init(&partial->texts, &partial->alloc);
	rpv__buf_init(&partial->bytes, &partial->alloc);
	partial->asked.name = rpv__arena_text(&partial->texts, asked->name, strlen(asked->name));
	if (asked->group)
		partial->asked.group = rpv__arena_text(&partial->texts, asked->group, strlen(asked->group));
	if (!partial->asked.name || !partial->asked.group != !asked->group) {
		rpv__partial_free(partial);
		return NULL;
	}
	return partial;
}

static rpv_status too_many(rpv_error *error)
{
	return rpv__fail(error, RPV_E_LIMIT, "a partial holds at most %llu recommendations",
	                 (unsigned long long)RPV_PARTIAL_RECOMMENDATIONS_MAX);
}

rpv_status rpv__partial_add(rpv_partial *p, const char *id, const rpv__share *share, rpv_error *error)
{
	if (share->assessed == 0)
		return RPV_OK;
	if (p->count >= RPV_PARTIAL_RECOMMENDATIONS_MAX)
		return too_many(error);
	const char *copy = rpv__arena_text(&p->texts, id, strlen(id));
	if (!copy || rpv__grow(&p->alloc, &p->shares, &p->cap, p->count + 1, sizeof *p->shares))
		return rpv__fail_nomem(error);
	p->shares[p->count++] = (rpv__named_share){ copy, *share };
	return RPV_OK;
}

/* --- merging --- */
static void add_shares(rpv__share *to, const rpv__share *from)
{
	if (to->applicable == 0) {
		to->points = from->points;
		to->category = from->category;
	}
	to->assessed += from->assessed;
	to->applicable += from->applicable;
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		to->left[k] += from->left[k];
		to->compliant[k] += from->compliant[k];
		for (unsigned c = 0; c < RPV__VALUES; c++)
			to->x[k][c] = rpv__wide_add(to->x[k][c], from->x[k][c]);
	}
	for (unsigned c = 0; c < RPV__VALUES; c++)
		to->alone[c] = rpv__wide_add(to->alone[c], from->alone[c]);
}

static int order_of(const rpv__named_share *a, const rpv__named_share *b)
{
	return rpv__bytes_compare(rpv__bytes_of(a->id), rpv__bytes_of(b->id));
}

static rpv_status refuse(rpv_error *error, const char *field, const char *what)
{
	return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, field, "the partials differ in %s", what);
}

static rpv_status check_asked(const rpv_partial *a, const rpv_partial *b, rpv_error *error)
{
	const char *one = a->asked.group, *other = b->asked.group;
	if (strcmp(a->asked.name, b->asked.name) != 0)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "model",
		                       "one partial is of the model %s, the other of %s", a->asked.name, b->asked.name);
	if (memcmp(&a->asked.model, &b->asked.model, sizeof a->asked.model) != 0)
		return refuse(error, "model", "the constants of the exposure model");
	if (a->asked.inactive_after_ms != b->asked.inactive_after_ms)
		return refuse(error, "inactive_after", "the policy inactive_after");
	if (!one != !other || (one && strcmp(one, other) != 0))
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "group",
		                       "one partial is of the device group \"%.200s\", the other of \"%.200s\"",
		                       one ? one : "(all)", other ? other : "(all)");
	if (rpv__sums_devices(&a->total[0]) + rpv__sums_devices(&b->total[0]) > RPV_PARTIAL_DEVICES_MAX)
		return rpv__fail(error, RPV_E_LIMIT, "a partial speaks of at most %llu devices",
		                 (unsigned long long)RPV_PARTIAL_DEVICES_MAX);
	return RPV_OK;
}

static rpv_status check_shares(const rpv__named_share *a, const rpv__named_share *b, rpv_error *error)
{
	if (!a->share.applicable || !b->share.applicable)
		return RPV_OK;
	if (a->share.points != b->share.points)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "points",
		                       "the configuration \"%.255s\" has %lu points in one partial, %lu in the other", a->id,
		                       (unsigned long)a->share.points, (unsigned long)b->share.points);
	if (a->share.category != b->share.category)
		return rpv__fail_field(error, RPV_E_REFUSED, RPV_NO_INDEX, "category",
		                       "the configuration \"%.255s\" has different categories in the partials", a->id);
	return RPV_OK;
}

/* Walks the recommendations of both: checks them, and counts what there are. */
static rpv_status check_all(const rpv_partial *a, const rpv_partial *b, size_t *count, rpv_error *error)
{
	rpv_status status = check_asked(a, b, error);
	*count = 0;
	for (size_t i = 0, j = 0; !status && (i < a->count || j < b->count); ++*count) {
		int order = i == a->count ? 1 : j == b->count ? -1 : order_of(&a->shares[i], &b->shares[j]);
		if (order == 0)
			status = check_shares(&a->shares[i], &b->shares[j], error);
		i += order <= 0;
		j += order >= 0;
	}
	return !status && *count > RPV_PARTIAL_RECOMMENDATIONS_MAX ? too_many(error) : status;
}

/* `out` has room for all of both. */
static rpv_status merge_shares(rpv_partial *into, const rpv_partial *from, rpv__named_share *out, rpv_error *error)
{
	size_t i = 0, j = 0;
	for (; i < into->count || j < from->count; out++) {
		int order = i == into->count ? 1 : j == from->count ? -1 : order_of(&into->shares[i], &from->shares[j]);
		*out = order <= 0 ? into->shares[i] : from->shares[j];
		if (order == 0)
			add_shares(&out->share, &from->shares[j].share);
		if (order > 0)
			out->id = rpv__arena_text(&into->texts, out->id, strlen(out->id));
		if (!out->id)
			return rpv__fail_nomem(error);
		i += order <= 0;
		j += order >= 0;
	}
	return RPV_OK;
}

static void merge_rest(rpv_partial *into, const rpv_partial *from)
{
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_merge(&into->total[k], &from->total[k]);
	if (from->oldest_ms < into->oldest_ms)
		into->oldest_ms = from->oldest_ms;
	if (from->newest_ms > into->newest_ms)
		into->newest_ms = from->newest_ms;
	if (into->valid_until_ms == 0 || (from->valid_until_ms && from->valid_until_ms < into->valid_until_ms))
		into->valid_until_ms = from->valid_until_ms;
}

rpv_status rpv__partial_merge(rpv_partial *into, const rpv_partial *from, rpv_error *error)
{
	size_t count;
	rpv_status status = check_all(into, from, &count, error);
	if (status)
		return status;
	rpv__named_share *shares = rpv__new(&into->alloc, (count + 1) * sizeof *shares);
	if (!shares)
		return rpv__fail_nomem(error);
	status = merge_shares(into, from, shares, error);
	if (status) {
		rpv__free(&into->alloc, shares);
		return status;
	}
	rpv__free(&into->alloc, into->shares);
	into->shares = shares;
	into->count = count;
	into->cap = count + 1;
	merge_rest(into, from);
	return RPV_OK;
}
