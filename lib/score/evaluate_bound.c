/* SPDX-License-Identifier: MIT */
/* What no choice of recommendations within a budget can beat. Two bounds, both proved, in integers:
 *
 *  - Each device on its own: whatever is chosen, a device loses at most the heaviest of its memberships that fit into the
 *    budget, the last one in part. The survival never falls when a sum does, so the score is at least that with these sums
 *    taken off.
 *  - All devices together: S(L - W) - S(L) = S(L - W) (1 - S(W)) is at most 1 - S(W), and that at most the sum of 1 - S of
 *    the parts of W. So a choice lowers the score at most by the sum of its standalone exposures, of which the most that
 *    fits into the budget is taken, the last one in part. Roundings of 2^-40 for each S are made up for by SLACK.
 *
 * A budget is shared out by weight for cost, which is the best choice when parts may be taken. */
#include "evaluation.h"

enum { SLACK = 2 * 100 * 16 + 1 }; /* two units of 2^-40 for each device, in units of 2^-44 point; one of rounding down */
#define NONE UINT32_MAX

typedef struct weighed { uint64_t weight; int64_t cost; uint32_t number; } weighed;

/* Heavier for its cost first. */
static int by_worth(const void *a, const void *b, const void *context)
{
	const weighed *x = a, *y = b;
	int order = rpv__wide_compare(rpv__mul64(y->weight, (uint64_t)x->cost), rpv__mul64(x->weight, (uint64_t)y->cost));
	(void)context;
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* What is taken of a row of these while a budget grows. */
typedef struct sharing { uint64_t taken; int64_t spent; size_t next; } sharing;

/* The part of one that `left` buys, rounded up. */
static uint64_t part_of(const weighed *w, int64_t left)
{
	rpv__wide product = rpv__wide_add(rpv__mul64(w->weight, (uint64_t)left), rpv__wide_of((uint64_t)w->cost - 1));
	return rpv__wide_div(product, (uint64_t)w->cost);
}

/* Takes whole ones. */
static bool fits(const sharing *s, const weighed *w, int64_t budget)
{
	return w->cost <= budget - s->spent;
}

static void take(sharing *s, const weighed *w)
{
	s->taken = rpv__l_add(s->taken, w->weight);
	s->spent += w->cost;
	s->next++;
}

typedef struct bounding {
	struct rpv__evaluation *e;
	const rpv__figures *figures;
	unsigned k;               /* the view */
	const int64_t *costs;     /* by recommendation, 0: not to be chosen */
	const int64_t *budgets;
	size_t count;
	rpv__arena arena;
	weighed *all; size_t all_count;  /* variants, or recommendations, heaviest for their cost first */
	uint32_t *place;                 /* of a variant in `all`, NONE: nothing to be taken of it */
	uint32_t *ranks; size_t ranks_cap; /* of one device */
	rpv__wide (*x)[RPV__VALUES];     /* by budget: what all devices lose of their P at most */
} bounding;

/* --- each device on its own --- */
static rpv_status rank_variants(bounding *b)
{
	const rpv__view *view = b->e->view;
	b->all = rpv__arena_get(&b->arena, (view->variant_count + 1) * sizeof *b->all);
	b->place = rpv__arena_get(&b->arena, (view->variant_count + 1) * sizeof *b->place);
	b->x = rpv__arena_get(&b->arena, (b->count + 1) * sizeof *b->x);
	if (!b->all || !b->place || !b->x)
		return RPV_E_NOMEM;
	for (size_t i = 1; i < view->variant_count; i++) {
		uint64_t w = b->e->rows[i].w[b->k]; /* exceptions of single groups and devices only make it less */
		int64_t cost = b->costs[b->e->rows[i].recommendation];
		b->place[i] = NONE;
		if (w && cost)
			b->all[b->all_count++] = (weighed){ w, cost, (uint32_t)i };
	}
	rpv_status status = rpv__sort(&b->arena.alloc, b->all, b->all_count, sizeof *b->all, by_worth, NULL);
	for (size_t i = 0; i < b->all_count; i++)
		b->place[b->all[i].number] = (uint32_t)i;
	return status;
}

static void lose(bounding *b, uint32_t device, size_t n)
{
	const rpv__view_device *d = &b->e->view->devices[device];
	uint64_t sum = b->e->counted[device].sums[b->k] < RPV__L_CAP ? b->e->counted[device].sums[b->k] : RPV__L_CAP;
	uint32_t m = rpv__multiplier_of(b->e, d);
	uint64_t now = rpv__survival(sum * m);
	sharing s = { 0, 0, 0 };
	for (size_t i = 0; i < b->count; i++) {
		while (s.next < n && fits(&s, &b->all[b->ranks[s.next]], b->budgets[i]))
			take(&s, &b->all[b->ranks[s.next]]);
		uint64_t taken = s.taken;
		if (s.next < n)
			taken = rpv__l_add(taken, part_of(&b->all[b->ranks[s.next]], b->budgets[i] - s.spent));
		uint64_t rest = taken < sum ? sum - taken : 0;
		rpv__wide *x = &b->x[i][d->value];
		*x = rpv__wide_add(*x, rpv__wide_of(rpv__survival(rest * m) - now));
	}
}

static rpv_status pass_over(bounding *b)
{
	const rpv__view *view = b->e->view;
	for (size_t i = 0; i < view->device_count; i++) {
		const rpv__view_device *d = &view->devices[i];
		uint32_t count = rpv__device_variant_count(d);
		size_t n = 0;
		if (!b->e->counted[i].in)
			continue;
		if (rpv__grow(&b->e->alloc, &b->ranks, &b->ranks_cap, count + 1u, sizeof *b->ranks))
			return RPV_E_NOMEM;
		for (uint32_t j = 0; j < count; j++) {
			uint32_t place = b->place[rpv__device_variant(d, j)];
			if (place != NONE)
				b->ranks[n++] = place;
		}
		lose(b, (uint32_t)i, rpv__sort_unique_u32(b->ranks, n));
	}
	return RPV_OK;
}

/* --- all devices together --- */
static rpv_status by_standalone(bounding *b, int64_t *out)
{
	const rpv__view *view = b->e->view;
	int64_t score = rpv__exposure_score(b->e->model, &b->e->total[b->k]);
	weighed *all = rpv__arena_get(&b->arena, (view->recommendation_count + 1) * sizeof *all);
	size_t count = 0;
	sharing s = { 0, 0, 0 };
	if (!all)
		return RPV_E_NOMEM;
	for (size_t r = 1; r < view->recommendation_count; r++)
		if (b->costs[r] && b->figures[r].standalone)
			all[count++] = (weighed){ (uint64_t)b->figures[r].standalone + SLACK, b->costs[r], (uint32_t)r };
	if (rpv__sort(&b->arena.alloc, all, count, sizeof *all, by_worth, NULL))
		return RPV_E_NOMEM;
	for (size_t i = 0; i < b->count; i++) {
		while (s.next < count && fits(&s, &all[s.next], b->budgets[i]))
			take(&s, &all[s.next]);
		uint64_t most = 1 + s.taken + (s.next < count ? part_of(&all[s.next], b->budgets[i] - s.spent) : 0);
		out[i] = most < (uint64_t)score ? score - (int64_t)most : 0;
	}
	return RPV_OK;
}

static rpv_status find(bounding *b, int64_t *out)
{
	const rpv__sums *total = &b->e->total[b->k];
	const rpv__exposure_model *model = b->e->model;
	rpv_status status = rank_variants(b);
	if (!status)
		status = pass_over(b);
	if (!status)
		status = by_standalone(b, out);
	for (size_t i = 0; !status && i < b->count; i++) {
		int64_t alone = rpv__exposure_score(model, total) - rpv__exposure_impact(model, total, b->x[i]);
		out[i] = alone > out[i] ? alone : out[i];
	}
	return status;
}

rpv_status rpv__evaluate_bounds(rpv__view *view, const rpv__lens *lens, unsigned k, const int64_t *costs,
                                const int64_t *budgets, size_t count, int64_t *out, rpv_error *error)
{
	bounding b = { .k = k, .costs = costs, .budgets = budgets, .count = count };
	rpv_status status = rpv__evaluate_all(view, lens, NULL, &b.figures, error);
	if (!status)
		status = rpv__evaluation_of(view, lens, true, &b.e, error);
	if (status)
		return status;
	rpv__arena_init(&b.arena, &view->alloc);
	if (find(&b, out))
		status = rpv__fail_nomem(error);
	rpv__free(&view->alloc, b.ranks);
	rpv__arena_free(&b.arena);
	return status;
}
