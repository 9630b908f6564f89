/* SPDX-License-Identifier: MIT */
/* The pass over the memberships of all active devices in the lens: sums of exposures, and what every recommendation
 * contributes. Device groups under the same exceptions are passed over together, with the rows that these touch put into
 * the table meanwhile. */
#include "evaluation.h"

#include <stdatomic.h>

bool rpv__evaluation_counts(const struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	if (!rpv__view_active(d, e->lens.active_ms ? e->lens.active_ms : e->lens.now_ms, e->view->policy.inactive_after_ms))
		return false;
	return !e->lens.groups || (d->group < e->lens.group_count && e->lens.groups[d->group]);
}

/* --- one device --- */
/* Rows of a device that is not like its group, one for each of its variants: built aside. */
typedef struct own_rows { rpv__variant_row *rows; uint32_t *at; size_t rows_cap, at_cap; } own_rows;

/* Devices one after the other that are alike: same row, class and exceptions. Worked out once. */
typedef struct run {
	uint32_t device, times;               /* the first one; 0 times: there is no run */
	unsigned class;
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
} run;

/* One pass. What is in its arena goes with it. */
typedef struct pass {
	struct rpv__evaluation *e;
	rpv__arena arena;
	own_rows own;
	rpv__order order;
	run run;
	rpv__sum_kernel *sum;
	/* without figures: rows of several devices, marked with one of them (+ 1) whose sums are known, of this class */
	rpv__view_row **marked; size_t marked_count;
	struct pass *pieces;                  /* with an executor: parts of the devices, each with sums of its own */
	uint32_t piece_count, piece_total;    /* in use; opened */
	/* with figures: by variant, the recommendation, what it gains at each multiplier, and devices of each class */
	rpv__gain_kernel *kernel;
	uint32_t *recommendations;
	rpv__gain_row *gains[RPV__MULTIPLIERS];
	uint32_t *counts[RPV__CLASSES];
} pass;

/* Counts of one membership, as they are summed up: see gain.h. */
static uint64_t lane_of(const rpv__variant_row *row)
{
	return (uint64_t)(row->left >> RPV__OFFICIAL & 1) << RPV__GAIN_OFFICIAL |
	       (uint64_t)(row->left >> RPV__MITIGATION_LIKE & 1) << RPV__GAIN_BEST |
	       (uint64_t)row->everywhere << RPV__GAIN_EVERYWHERE;
}

static rpv_status make_own(const struct rpv__evaluation *e, uint32_t device, own_rows *own)
{
	const rpv__view_device *d = &e->view->devices[device];
	uint32_t count = rpv__device_variant_count(d);
	if (rpv__grow(&e->alloc, &own->rows, &own->rows_cap, count + 1u, sizeof *own->rows) ||
	    rpv__grow(&e->alloc, &own->at, &own->at_cap, count + 1u, sizeof *own->at))
		return RPV_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t variant = rpv__device_variant(d, i);
		own->at[i] = i;
		if (e->rows[variant].touched)
			rpv__table_row(e, variant, d->group, device, &own->rows[i]);
		else
			own->rows[i] = e->rows[variant];
	}
	return RPV_OK;
}

void rpv__evaluation_sum(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	memset(out, 0, RPV__VIEWS * sizeof *out);
	for (uint32_t i = 0, count = rpv__device_variant_count(d); i < count; i++) {
		uint32_t variant = rpv__device_variant(d, i);
		rpv__variant_row row = e->rows[variant];
		if (row.touched)
			rpv__table_row(e, variant, d->group, device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			out[k] = rpv__l_add(out[k], row.w[k]);
	}
}

/* `one`: 1 to count the device in, UINT32_MAX (that is -1) to count it out. */
static void count_states(struct rpv__evaluation *e, uint32_t device, uint32_t one)
{
	const rpv__view_device *d = &e->view->devices[device];
	for (uint32_t i = 0; i < d->state_count; i++) {
		uint32_t rec = d->states[i].recommendation;
		rpv__state_sums *sums = &e->states[rec];
		rpv_configuration_state state = d->states[i].state;
		uint8_t bits = RPV__HIDES | RPV__REMOVES; /* compliant in every view */
		if (!e->view->recommendations[rec].exists || state == RPV_CONFIGURATION_NOT_APPLICABLE)
			continue;
		if (state == RPV_CONFIGURATION_NONE) {
			sums->installed += one;
			continue;
		}
		if (state == RPV_CONFIGURATION_EXPOSED && rpv__lens_done(&e->lens, rec, device))
			state = RPV_CONFIGURATION_COMPLIANT;
		if (state == RPV_CONFIGURATION_EXPOSED) {
			const rpv__subject *subject = rpv__subject_find(&e->covers, rec, 0);
			bits = subject ? rpv__subject_bits(subject, d->group, device) : 0;
			sums->exposed_alert += d->flags & RPV__DEVICE_ALERT ? one : 0;
		}
		sums->applicable += one;
		sums->compliant[RPV__NO_IMPACT] += state == RPV_CONFIGURATION_COMPLIANT ? one : 0;
		sums->compliant[RPV__OFFICIAL] += bits & RPV__REMOVES ? one : 0;
		sums->compliant[RPV__MITIGATION_LIKE] += bits & RPV__HIDES ? one : 0;
	}
}

static void note_silence(struct rpv__evaluation *e, const rpv__view_device *d)
{
	if (!e->lens.active_ms && d->last_seen_ms + e->view->policy.inactive_after_ms < e->silent_ms)
		e->silent_ms = d->last_seen_ms + e->view->policy.inactive_after_ms;
}

/* Carries the impact sums over before they, or the counts beside them, could pass their bits. */
static void carry(struct rpv__evaluation *e)
{
	for (size_t r = 0; r < e->view->recommendation_count; r++)
		for (unsigned c = 0; c < RPV__VALUES; c++) {
			uint64_t *x = e->impacts[r][c].x, counts = x[RPV__VIEWS];
			rpv__carried *to = &e->carried[r];
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				to->x[k][c] = rpv__wide_add(to->x[k][c], rpv__wide_of(x[k]));
			to->left[RPV__OFFICIAL] += counts >> RPV__GAIN_OFFICIAL & RPV__GAIN_COUNT;
			to->left[RPV__MITIGATION_LIKE] += counts >> RPV__GAIN_BEST & RPV__GAIN_COUNT;
			to->everywhere += counts >> RPV__GAIN_EVERYWHERE & RPV__GAIN_COUNT;
			memset(x, 0, sizeof e->impacts[r][c].x);
		}
	e->since_carry = 0;
}

/* L and S of a device whose sums are known. */
static void find_survival(const struct rpv__evaluation *e, uint32_t device, uint64_t l[RPV__VIEWS], uint64_t s[RPV__VIEWS])
{
	const uint64_t *sums = e->sums[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		bool as_before = k > 0 && sums[k] == sums[k - 1];
		l[k] = as_before ? l[k - 1] : rpv__l_times(sums[k], rpv__multiplier_of(e, &e->view->devices[device]));
		s[k] = as_before ? s[k - 1] : rpv__survival(l[k]);
	}
}

static void count_in(struct rpv__evaluation *e, uint32_t device, const uint64_t s[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_add(&e->total[k], d->value, RPV__SURVIVAL_ONE - s[k]);
	count_states(e, device, 1);
	note_silence(e, d);
}

/* Before what devices would gain is added up. */
static void count_gains(struct rpv__evaluation *e, uint32_t devices)
{
	if (e->since_carry + devices > RPV__GAIN_COUNT)
		carry(e);
	e->since_carry += devices;
}

/* What the device would gain by each of its recommendations, with rows of its own. */
static void add_own_gains(const pass *p, const rpv__view_device *d, const uint64_t l[RPV__VIEWS],
                          const uint64_t s[RPV__VIEWS])
{
	uint32_t m = rpv__multiplier_of(p->e, d);
	count_gains(p->e, 1);
	for (uint32_t i = 0, count = rpv__device_variant_count(d); i < count; i++) {
		const rpv__variant_row *row = &p->own.rows[i];
		rpv__gain_sums *sums = &p->e->impacts[row->recommendation][d->value];
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			sums->x[k] += row->w[k] ? rpv__survival(l[k] - m * row->w[k]) - s[k] : 0;
		sums->x[RPV__VIEWS] += lane_of(row);
		p->counts[rpv__class_of(d)][rpv__device_variant(d, i)]++;
	}
}

static rpv_status add_own(pass *p, uint32_t device)
{
	struct rpv__evaluation *e = p->e;
	const rpv__view_device *d = &e->view->devices[device];
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	rpv_status status = make_own(e, device, &p->own);
	if (status)
		return status;
	p->sum(p->own.rows, p->own.at, true, rpv__device_variant_count(d), e->sums[device]);
	find_survival(e, device, l, s);
	count_in(e, device, s);
	if (e->figures)
		add_own_gains(p, d, l, s);
	return RPV_OK;
}

/* Adds what the devices of the run would gain by each of their recommendations. */
static void end_run(pass *p)
{
	const run *r = &p->run;
	const rpv__view_device *d = &p->e->view->devices[r->device];
	if (p->e->figures && r->times && d->row) {
		rpv__gain gain = { p->gains[r->class / RPV__VALUES], p->recommendations, &p->e->impacts[0][d->value],
			               p->counts[r->class], (const uint8_t *)p->e->rows, sizeof *p->e->rows };
		rpv__gain_device device = { .multiplier = rpv__multiplier_of(p->e, d), .variants = rpv__row_numbers(d->row),
			                        .count = d->row->count, .wide = d->row->wide, .times = r->times };
		count_gains(p->e, r->times);
		rpv__gain_begin(&device, r->l, r->s);
		p->kernel(&gain, &device);
	}
	p->run.times = 0;
}

/* The device that was added last with the same row, or any before it; RPV__NO_NUMBER: there is none. */
static uint32_t find_same(pass *p, uint32_t device)
{
	const rpv__view_device *devices = p->e->view->devices;
	rpv__view_row *row = devices[device].row;
	if (p->run.times && devices[p->run.device].row == row)
		return p->run.device;
	if (!p->marked || !row || row->devices < 2)
		return RPV__NO_NUMBER;
	if (row->mark)
		return row->mark - 1;
	p->marked[p->marked_count++] = row;
	row->mark = device + 1;
	return RPV__NO_NUMBER;
}

static void forget_marks(pass *p)
{
	while (p->marked_count)
		p->marked[--p->marked_count]->mark = 0;
}

static void add_device(pass *p, uint32_t device)
{
	struct rpv__evaluation *e = p->e;
	const rpv__view_device *d = &e->view->devices[device];
	run *r = &p->run;
	unsigned class = rpv__class_of(d);
	uint32_t same = find_same(p, device);
	if (same != RPV__NO_NUMBER)
		memcpy(e->sums[device], e->sums[same], sizeof e->sums[device]);
	else if (d->row)
		p->sum(e->rows, rpv__row_numbers(d->row), d->row->wide, d->row->count, e->sums[device]);
	else
		memset(e->sums[device], 0, sizeof e->sums[device]);
	if (r->times && same == r->device && class == r->class && r->times < RPV__GAIN_COUNT) {
		r->times++;
	} else {
		end_run(p);
		r->device = device;
		r->class = class;
		r->times = 1;
		find_survival(e, device, r->l, r->s);
	}
	count_in(e, device, r->s);
}

/* --- devices that change --- */
void rpv__evaluation_out(struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_remove(&e->total[k], d->value, rpv__exposure(rpv__l_times(e->sums[device][k], rpv__multiplier_of(e, d))));
	count_states(e, device, UINT32_MAX);
	e->silent_stale |= d->last_seen_ms + e->view->policy.inactive_after_ms == e->silent_ms;
}

void rpv__evaluation_in(struct rpv__evaluation *e, uint32_t device)
{
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	rpv__evaluation_sum(e, device, e->sums[device]);
	find_survival(e, device, l, s);
	count_in(e, device, s);
}

void rpv__evaluation_advance(struct rpv__evaluation *e, int64_t now_ms)
{
	int64_t before = e->lens.now_ms;
	if (now_ms < e->silent_ms && !e->silent_stale)
		return;
	e->silent_ms = INT64_MAX;
	e->silent_stale = false;
	for (size_t i = 0; i < e->view->device_count; i++) {
		e->lens.now_ms = before;
		if (!rpv__evaluation_counts(e, (uint32_t)i))
			continue;
		e->lens.now_ms = now_ms;
		if (rpv__evaluation_counts(e, (uint32_t)i)) {
			note_silence(e, &e->view->devices[i]);
		} else {
			e->figures = false;
			rpv__evaluation_out(e, (uint32_t)i);
		}
	}
	e->lens.now_ms = now_ms;
	e->silent_stale = false;
}

/* --- tables of the figures --- */
static void make_gains(const pass *p, uint32_t variant)
{
	const rpv__variant_row *row = &p->e->rows[variant];
	for (unsigned m = 0; m < RPV__MULTIPLIERS; m++)
		rpv__gain_make(&p->gains[m][variant], row->w, p->e->multipliers[m], lane_of(row));
}

static rpv_status open_figures(pass *p)
{
	const struct rpv__evaluation *e = p->e;
	size_t count = e->view->variant_count + 1;
	bool ok = (p->recommendations = rpv__arena_get(&p->arena, count * sizeof *p->recommendations)) != NULL;
	for (unsigned m = 0; m < RPV__MULTIPLIERS; m++)
		ok = ok && (p->gains[m] = rpv__rows_get(&p->arena, count, sizeof *p->gains[m])) != NULL;
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		ok = ok && (p->counts[c] = rpv__arena_get(&p->arena, count * sizeof *p->counts[c])) != NULL;
	if (!ok)
		return RPV_E_NOMEM;
	p->kernel = rpv__gain_choose((rpv__gain_way)e->view->way);
	for (size_t i = 1; i < e->view->variant_count; i++) {
		p->recommendations[i] = e->rows[i].recommendation;
		make_gains(p, (uint32_t)i);
	}
	return RPV_OK;
}

static void close_figures(pass *p)
{
	struct rpv__evaluation *e = p->e;
	carry(e);
	for (size_t i = 1; i < e->view->variant_count; i++)
		for (unsigned c = 0; c < RPV__CLASSES; c++) {
			e->counts[i][c] = p->counts[c][i];
			if (e->rows[i].left & 1u << RPV__NO_IMPACT) /* which no exception changes */
				e->carried[e->rows[i].recommendation].left[RPV__NO_IMPACT] += p->counts[c][i];
		}
}

/* Puts the rows that exceptions of a device group touch into the table, or those without them back. */
static void put_rows(const pass *p, uint32_t representative, bool back)
{
	struct rpv__evaluation *e = p->e;
	const rpv__covers *c = &e->covers;
	for (uint32_t i = c->group_first[representative]; i < c->group_first[representative + 1]; i++) {
		const rpv__subject *subject = &c->subjects[c->group_subjects[i]];
		for (size_t j = 0; j < subject->variant_count; j++) {
			rpv__variant_row *row = &e->rows[subject->variants[j]];
			rpv__table_row(e, subject->variants[j], back ? RPV__NO_NUMBER : representative, RPV__NO_NUMBER, row);
			row->touched = true;
			if (e->figures)
				make_gains(p, subject->variants[j]);
		}
	}
}

/* Rows lie all over memory: asks for those to come while the present one is added up. */
static void look_ahead(const struct rpv__evaluation *e, const uint32_t *devices, size_t left)
{
	const rpv__view_device *all = e->view->devices;
	const rpv__view_row *near = left > 3 ? all[devices[3]].row : NULL;
	if (left > 48) {
		RPV__PREFETCH(&all[devices[48]].row);
		RPV__PREFETCH(&e->sums[devices[48]]);
	}
	if (left > 16)
		RPV__PREFETCH(all[devices[16]].row);
	if (!near || near == all[devices[2]].row)
		return;
	for (size_t at = 64, end = sizeof *near + near->count * (near->wide ? 4u : 2u); at < end; at += 64)
		RPV__PREFETCH((const uint8_t *)near + at);
}

static rpv_status pass_range(pass *p, uint32_t first, uint32_t end)
{
	struct rpv__evaluation *e = p->e;
	rpv_status status = RPV_OK;
	for (uint32_t i = first; !status && i < end; i++) {
		uint32_t device = p->order.devices[i];
		look_ahead(e, p->order.devices + i, end - i);
		if (e->covers.special && e->covers.special[device])
			status = add_own(p, device);
		else
			add_device(p, device);
	}
	end_run(p);
	forget_marks(p);
	return status;
}

/* --- pieces, for an executor --- */
/* The devices of one group class, in pieces of the same size. */
typedef struct division {
	pass *pass;
	uint32_t first, end;
	atomic_flag begun[RPV_EXECUTOR_THREADS_MAX];
	rpv_status status[RPV_EXECUTOR_THREADS_MAX];
} division;

static void pass_piece(void *context, uint32_t i)
{
	division *d = context;
	uint64_t count = d->end - d->first, pieces = d->pass->piece_count;
	if (i >= pieces || atomic_flag_test_and_set(&d->begun[i]))
		return;
	d->status[i] = pass_range(&d->pass->pieces[i], d->first + (uint32_t)(count * i / pieces),
	                          d->first + (uint32_t)(count * (i + 1) / pieces));
}

static rpv_status pass_pieces(pass *p, uint32_t first, uint32_t end)
{
	const rpv_executor *executor = &p->e->view->source.port->executor;
	division d = { .pass = p, .first = first, .end = end };
	rpv_status status = RPV_OK;
	for (uint32_t i = 0; i < p->piece_count; i++)
		atomic_flag_clear(&d.begun[i]);
	(void)executor->run(executor->user, p->piece_count, pass_piece, &d); /* what it did not do is done here */
	for (uint32_t i = 0; i < p->piece_count; i++)
		pass_piece(&d, i);
	for (uint32_t i = 0; i < p->piece_count && !status; i++)
		status = d.status[i];
	return status;
}

/* Room for rows of the longest device that is not like its group: a piece takes no memory. */
static rpv_status reserve_own(const struct rpv__evaluation *e, own_rows *own)
{
	size_t longest = 0;
	for (size_t i = 0; e->covers.special && i < e->view->device_count; i++)
		if (e->covers.special[i] && rpv__device_variant_count(&e->view->devices[i]) > longest)
			longest = rpv__device_variant_count(&e->view->devices[i]);
	return longest == 0 ? RPV_OK
	                    : rpv__grow(&e->alloc, &own->rows, &own->rows_cap, longest + 1, sizeof *own->rows)
	                          ? RPV_E_NOMEM
	                          : rpv__grow(&e->alloc, &own->at, &own->at_cap, longest + 1, sizeof *own->at);
}

/* Sums of its own for a piece; all else it shares with the pass. */
static rpv_status open_piece(const pass *p, rpv__arena *arena, pass *piece)
{
	const struct rpv__evaluation *all = p->e;
	size_t variants = all->view->variant_count + 1, recommendations = all->view->recommendation_count + 1;
	struct rpv__evaluation *e = rpv__arena_get(arena, sizeof *e);
	bool ok = e != NULL;
	if (!ok)
		return RPV_E_NOMEM;
	*piece = *p;
	*e = *all; /* before any sums */
	piece->e = e;
	ok = (e->states = rpv__arena_get(arena, recommendations * sizeof *e->states)) != NULL;
	if (e->figures) {
		ok = ok && (e->impacts = rpv__rows_get(arena, recommendations, sizeof *e->impacts)) != NULL;
		ok = ok && (e->carried = rpv__arena_get(arena, recommendations * sizeof *e->carried)) != NULL;
		for (unsigned c = 0; c < RPV__CLASSES; c++)
			ok = ok && (piece->counts[c] = rpv__arena_get(arena, variants * sizeof *piece->counts[c])) != NULL;
	}
	return ok ? reserve_own(all, &piece->own) : RPV_E_NOMEM;
}

/* Divides the pass when there is an executor and enough to do. */
static rpv_status open_pieces(pass *p)
{
	const rpv__port *port = p->e->view->source.port;
	rpv_status status = RPV_OK;
	if (!port || !port->executor.run || port->executor.threads < 2)
		return RPV_OK;
	p->pieces = rpv__arena_get(&p->arena, port->executor.threads * sizeof *p->pieces);
	if (!p->pieces)
		return RPV_E_NOMEM;
	for (uint32_t i = 0; !status && i < port->executor.threads; i++) {
		status = open_piece(p, &p->arena, &p->pieces[i]);
		p->piece_total = i + 1;
	}
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

static void merge_figures(pass *p, const pass *piece)
{
	struct rpv__evaluation *to = p->e, *from = piece->e;
	carry(from);
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
		for (size_t v = 0; v < to->view->variant_count; v++)
			p->counts[c][v] += piece->counts[c][v];
}

static void merge_pieces(pass *p)
{
	struct rpv__evaluation *e = p->e;
	for (uint32_t i = 0; i < p->piece_count; i++) {
		const struct rpv__evaluation *from = p->pieces[i].e;
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			rpv__sums_merge(&e->total[k], &from->total[k]);
		e->silent_ms = from->silent_ms < e->silent_ms ? from->silent_ms : e->silent_ms;
		merge_states(e, from);
		if (e->figures)
			merge_figures(p, &p->pieces[i]);
	}
}

static void close_pieces(pass *p)
{
	for (uint32_t i = 0; i < p->piece_total; i++) {
		rpv__free(&p->e->alloc, p->pieces[i].own.rows);
		rpv__free(&p->e->alloc, p->pieces[i].own.at);
	}
}

static rpv_status pass_class(pass *p, size_t class)
{
	uint32_t first = p->order.start[class * RPV__CLASSES];
	uint32_t end = p->order.start[(class + 1) * RPV__CLASSES];
	if (first == end)
		return RPV_OK;
	put_rows(p, p->order.representative[class], false);
	rpv_status status = p->piece_count ? pass_pieces(p, first, end) : pass_range(p, first, end);
	put_rows(p, p->order.representative[class], true);
	return status;
}

rpv_status rpv__evaluation_pass(struct rpv__evaluation *e)
{
	pass p = { .e = e, .sum = rpv__sum_choose((rpv__gain_way)e->view->way) };
	rpv__arena_init(&p.arena, &e->alloc);
	e->silent_ms = INT64_MAX;
	rpv_status status = rpv__order_devices(e, &p.arena, &p.order);
	if (!status && e->figures)
		status = open_figures(&p);
	if (!status)
		status = open_pieces(&p);
	if (!status && !e->figures && !p.piece_count && rpv__rows_shared(&e->view->rows)) {
		p.marked = rpv__arena_get(&p.arena, (e->view->rows.count + 1) * sizeof(rpv__view_row *));
		status = p.marked ? RPV_OK : RPV_E_NOMEM;
	}
	for (size_t i = 0; !status && i < p.order.classes; i++)
		status = pass_class(&p, i);
	if (!status)
		merge_pieces(&p);
	if (!status && e->figures)
		close_figures(&p);
	close_pieces(&p);
	rpv__free(&e->alloc, p.own.rows);
	rpv__free(&e->alloc, p.own.at);
	rpv__arena_free(&p.arena);
	return status;
}
