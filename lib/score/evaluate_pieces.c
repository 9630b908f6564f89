/* SPDX-License-Identifier: MIT */
/* Pieces of a pass, for an executor: parts of the devices, each with sums of its own, added up afterwards. */
#include "pass.h"

#include <stdatomic.h>

/* The devices of one group class, in pieces of the same size. */
typedef struct division {
	rpv__pass *pass;
	uint32_t first, end;
	atomic_flag begun[RPV_EXECUTOR_THREADS_MAX];
} division;

static void pass_piece(void *context, uint32_t i)
{
	division *d = context;
	uint64_t count = d->end - d->first, pieces = d->pass->piece_count;
	if (i >= pieces || atomic_flag_test_and_set(&d->begun[i]))
		return;
	rpv__pass_range(&d->pass->pieces[i], d->first + (uint32_t)(count * i / pieces),
	                d->first + (uint32_t)(count * (i + 1) / pieces));
}

void rpv__pieces_run(rpv__pass *p, uint32_t first, uint32_t end)
{
	const rpv_executor *executor = &p->e->view->source.port->executor;
	division d = { .pass = p, .first = first, .end = end };
	for (uint32_t i = 0; i < p->piece_count; i++)
		atomic_flag_clear(&d.begun[i]);
	(void)executor->run(executor->user, p->piece_count, pass_piece, &d); /* what it did not do is done here */
	for (uint32_t i = 0; i < p->piece_count; i++)
		pass_piece(&d, i);
}

/* Sums of its own for a piece; all else it shares with the pass. */
static rpv_status open_piece(const rpv__pass *p, rpv__arena *arena, rpv__pass *piece)
{
	const struct rpv__evaluation *all = p->e;
	size_t recommendations = all->view->recommendation_count + 1;
	struct rpv__evaluation *e = rpv__arena_get(arena, sizeof *e);
	bool ok = e != NULL;
	if (!ok)
		return RPV_E_NOMEM;
	*piece = *p;
	*e = *all;
	memset(e->total, 0, sizeof e->total);
	e->since_carry = 0;
	e->silent_ms = INT64_MAX;
	e->silent_count = 0;
	piece->e = e;
	ok = (e->states = rpv__arena_get(arena, recommendations * sizeof *e->states)) != NULL;
	if (e->figures) {
		for (unsigned v = 0; v < RPV__VALUES; v++)
			ok = ok && (e->impacts[v] = rpv__rows_get(arena, recommendations, sizeof *e->impacts[v])) != NULL;
		ok = ok && (e->carried = rpv__arena_get(arena, recommendations * sizeof *e->carried)) != NULL;
		for (unsigned c = 0; c < RPV__CLASSES; c++)
			ok = ok && (e->counts[c] = rpv__arena_get(arena, all->variant_room * sizeof *e->counts[c])) != NULL;
	}
	return ok ? RPV_OK : RPV_E_NOMEM;
}

rpv_status rpv__pieces_open(rpv__pass *p)
{
	const rpv__port *port = p->e->view->source.port;
	rpv_status status = RPV_OK;
	if (!port || !port->executor.run || port->executor.threads < 2)
		return RPV_OK;
	p->pieces = rpv__arena_get(&p->arena, port->executor.threads * sizeof *p->pieces);
	if (!p->pieces)
		return RPV_E_NOMEM;
	for (uint32_t i = 0; !status && i < port->executor.threads; i++)
		status = open_piece(p, &p->arena, &p->pieces[i]);
	p->piece_count = port->executor.threads;
	return status;
}

static void merge_states(struct rpv__evaluation *to, const struct rpv__evaluation *from)
{
	for (size_t r = 0; r < to->view->recommendation_count; r++) {
		rpv__state_sums *a = &to->states[r];
		const rpv__state_sums *b = &from->states[r];
		a->installed += b->installed;
		a->applicable += b->applicable;
		a->exposed_alert += b->exposed_alert;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			a->compliant[k] += b->compliant[k];
	}
}

static void merge_figures(struct rpv__evaluation *to, struct rpv__evaluation *from)
{
	rpv__gains_carry(from);
	for (size_t r = 0; r < to->view->recommendation_count; r++) {
		rpv__carried *a = &to->carried[r];
		const rpv__carried *b = &from->carried[r];
		for (unsigned k = 0; k < RPV__VIEWS; k++) {
			for (unsigned c = 0; c < RPV__VALUES; c++)
				a->x[k][c] = rpv__wide_add(a->x[k][c], b->x[k][c]);
			a->left[k] += b->left[k];
		}
		a->everywhere += b->everywhere;
	}
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		for (size_t v = 0; v < to->variants; v++)
			to->counts[c][v] += from->counts[c][v];
}

void rpv__pieces_merge(rpv__pass *p)
{
	struct rpv__evaluation *e = p->e;
	for (uint32_t i = 0; i < p->piece_count; i++) {
		struct rpv__evaluation *from = p->pieces[i].e;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			rpv__sums_merge(&e->total[k], &from->total[k]);
		rpv__evaluation_note_silence(e, from->silent_ms, from->silent_count);
		merge_states(e, from);
		if (e->figures)
			merge_figures(e, from);
	}
}
