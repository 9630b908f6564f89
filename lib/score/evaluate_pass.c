/* SPDX-License-Identifier: MIT */
/* The pass over the memberships of all active devices in the lens: sums of exposures, and what every recommendation
 * contributes. Device groups under the same exceptions are passed over together, with the rows that these touch put into
 * the table meanwhile. */
#include "evaluation.h"

bool rpv__evaluation_counts(const struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	if (!rpv__view_active(d, e->lens.now_ms, e->view->policy.inactive_after_ms))
		return false;
	return !e->lens.groups || (d->group < e->lens.group_count && e->lens.groups[d->group]);
}

/* --- one device --- */
/* Rows of a device, one for each of its variants: rows[at[i]]. */
typedef struct device_rows { const rpv__variant_row *rows; const uint32_t *at; } device_rows;

/* Rows of a device that is not like its group: built aside. */
typedef struct own_rows { rpv__variant_row *rows; uint32_t *at; size_t rows_cap, at_cap; } own_rows;

static rpv_status make_own(const struct rpv__evaluation *e, uint32_t device, own_rows *own, device_rows *out)
{
	const rpv__view_device *d = &e->view->devices[device];
	if (rpv__grow(&e->alloc, &own->rows, &own->rows_cap, d->variant_count + 1u, sizeof *own->rows) ||
	    rpv__grow(&e->alloc, &own->at, &own->at_cap, d->variant_count + 1u, sizeof *own->at))
		return RPV_E_NOMEM;
	for (uint32_t i = 0; i < d->variant_count; i++) {
		own->at[i] = i;
		if (e->rows[d->variants[i]].touched)
			rpv__table_row(e, d->variants[i], d->group, device, &own->rows[i]);
		else
			own->rows[i] = e->rows[d->variants[i]];
	}
	*out = (device_rows){ own->rows, own->at };
	return RPV_OK;
}

static void add_up(device_rows r, uint32_t count, uint64_t out[RPV__VIEWS])
{
	uint64_t a = 0, b = 0, c = 0;
	for (uint32_t i = 0; i < count;) {
		uint32_t end = count - i > RPV__SUM_EVERY ? i + RPV__SUM_EVERY : count;
		for (; i < end; i++) {
			const uint64_t *w = r.rows[r.at[i]].w;
			a += w[0];
			b += w[1];
			c += w[2];
		}
		a = rpv__l_clamp(a);
		b = rpv__l_clamp(b);
		c = rpv__l_clamp(c);
	}
	out[0] = a;
	out[1] = b;
	out[2] = c;
}

void rpv__evaluation_sum(const struct rpv__evaluation *e, uint32_t device, uint64_t out[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	memset(out, 0, RPV__VIEWS * sizeof *out);
	for (uint32_t i = 0; i < d->variant_count; i++) {
		rpv__variant_row row = e->rows[d->variants[i]];
		if (row.touched)
			rpv__table_row(e, d->variants[i], d->group, device, &row);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			out[k] = rpv__l_add(out[k], row.w[k]);
	}
}

/* What the device would gain by each of its recommendations: S(L - m W) - S(L). */
static void add_impacts(struct rpv__evaluation *e, const rpv__view_device *d, device_rows r,
                        const uint64_t l[RPV__VIEWS], const uint64_t s[RPV__VIEWS])
{
	unsigned class = rpv__class_of(d);
	for (uint32_t i = 0; i < d->variant_count; i++) {
		const rpv__variant_row *row = &r.rows[r.at[i]];
		rpv__impact_sums *sums = &e->impacts[row->recommendation];
		uint64_t gain = 0;
		for (unsigned k = 0; k < RPV__VIEWS; k++) {
			if (k == 0 || row->w[k] != row->w[k - 1] || l[k] != l[k - 1])
				gain = row->w[k] ? rpv__survival(l[k] - d->multiplier * row->w[k]) - s[k] : 0;
			sums->x[k][d->value] += gain;
			sums->left[k] += row->left >> k & 1u;
		}
		sums->everywhere += row->everywhere;
		e->counts[d->variants[i]][class]++;
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
	if (d->last_seen_ms + e->view->policy.inactive_after_ms < e->silent_ms)
		e->silent_ms = d->last_seen_ms + e->view->policy.inactive_after_ms;
}

/* Carries the impact sums over before they could pass 64 bits: a term is at most 2^40. */
static void carry(struct rpv__evaluation *e)
{
	for (size_t r = 0; r < e->view->recommendation_count; r++)
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			for (unsigned c = 0; c < RPV__VALUES; c++) {
				e->carried[r][k][c] = rpv__wide_add(e->carried[r][k][c], rpv__wide_of(e->impacts[r].x[k][c]));
				e->impacts[r].x[k][c] = 0;
			}
	e->since_carry = 0;
}

/* Counts a device in whose sums are known; *l and *s are its L and S. */
static void add_exposure(struct rpv__evaluation *e, uint32_t device, uint64_t l[RPV__VIEWS], uint64_t s[RPV__VIEWS])
{
	const rpv__view_device *d = &e->view->devices[device];
	const uint64_t *sums = e->sums[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		if (k == 0 || sums[k] != sums[k - 1]) {
			l[k] = rpv__l_times(sums[k], d->multiplier);
			s[k] = rpv__survival(l[k]);
		} else {
			l[k] = l[k - 1];
			s[k] = s[k - 1];
		}
		rpv__sums_add(&e->total[k], d->value, RPV__SURVIVAL_ONE - s[k]);
	}
	count_states(e, device, 1);
	note_silence(e, d);
}

static void add_device(struct rpv__evaluation *e, uint32_t device, device_rows r)
{
	const rpv__view_device *d = &e->view->devices[device];
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	add_up(r, d->variant_count, e->sums[device]);
	add_exposure(e, device, l, s);
	if (!e->figures)
		return;
	add_impacts(e, d, r, l, s);
	if (++e->since_carry == (size_t)1 << 23)
		carry(e);
}

/* --- devices that change --- */
void rpv__evaluation_out(struct rpv__evaluation *e, uint32_t device)
{
	const rpv__view_device *d = &e->view->devices[device];
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__sums_remove(&e->total[k], d->value, rpv__exposure(rpv__l_times(e->sums[device][k], d->multiplier)));
	count_states(e, device, UINT32_MAX);
	e->silent_stale |= d->last_seen_ms + e->view->policy.inactive_after_ms == e->silent_ms;
}

void rpv__evaluation_in(struct rpv__evaluation *e, uint32_t device)
{
	uint64_t l[RPV__VIEWS], s[RPV__VIEWS];
	rpv__evaluation_sum(e, device, e->sums[device]);
	add_exposure(e, device, l, s);
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

/* --- device groups by what decides them --- */
typedef struct group_class { uint32_t group; uint32_t class; } group_class;

static int compare_groups(const void *a, const void *b, const void *context)
{
	const struct rpv__evaluation *e = context;
	const rpv__covers *c = &e->covers;
	uint32_t x = ((const group_class *)a)->group, y = ((const group_class *)b)->group;
	const uint32_t *xs = c->group_subjects + c->group_first[x], *ys = c->group_subjects + c->group_first[y];
	size_t xn = c->group_first[x + 1] - c->group_first[x], yn = c->group_first[y + 1] - c->group_first[y];
	for (size_t i = 0; i < xn && i < yn; i++) {
		if (xs[i] != ys[i])
			return xs[i] < ys[i] ? -1 : 1;
		uint8_t xb = rpv__subject_bits(&c->subjects[xs[i]], x, RPV__NO_NUMBER);
		uint8_t yb = rpv__subject_bits(&c->subjects[ys[i]], y, RPV__NO_NUMBER);
		if (xb != yb)
			return xb < yb ? -1 : 1;
	}
	return (xn > yn) - (xn < yn);
}

/* Devices that count, by class of their group; groups[g].class is that of group g, representative[c] a group of class c. */
typedef struct passing {
	group_class *groups;
	uint32_t *representative, *start, *devices;
	size_t classes;
} passing;

static rpv_status class_groups(struct rpv__evaluation *e, rpv__arena *arena, passing *p)
{
	size_t count = e->view->group_count;
	group_class *sorted = rpv__arena_get(arena, (count + 1) * sizeof *sorted);
	p->groups = rpv__arena_get(arena, (count + 1) * sizeof *p->groups);
	p->representative = rpv__arena_get(arena, (count + 1) * sizeof *p->representative);
	if (!sorted || !p->groups || !p->representative)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i].group = (uint32_t)i;
	rpv_status status = rpv__sort(&e->alloc, sorted, count, sizeof *sorted, compare_groups, e);
	for (size_t i = 0; !status && i < count; i++) {
		if (i == 0 || compare_groups(&sorted[i - 1], &sorted[i], e) != 0)
			p->representative[p->classes++] = sorted[i].group;
		p->groups[sorted[i].group].class = (uint32_t)(p->classes - 1);
	}
	return status;
}

static rpv_status class_devices(struct rpv__evaluation *e, rpv__arena *arena, passing *p)
{
	const rpv__view *view = e->view;
	size_t sum = 0;
	p->start = rpv__arena_get(arena, (p->classes + 2) * sizeof *p->start);
	p->devices = rpv__arena_get(arena, (view->device_count + 1) * sizeof *p->devices);
	if (!p->start || !p->devices)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < view->device_count; i++)
		if (rpv__evaluation_counts(e, (uint32_t)i))
			p->start[p->groups[view->devices[i].group].class]++;
	for (size_t i = 0; i <= p->classes; i++) {
		sum += p->start[i];
		p->start[i] = (uint32_t)sum;
	}
	for (size_t i = view->device_count; i-- > 0;)
		if (rpv__evaluation_counts(e, (uint32_t)i))
			p->devices[--p->start[p->groups[view->devices[i].group].class]] = (uint32_t)i;
	return RPV_OK;
}

/* Puts the rows that exceptions of a device group touch into the table, or those without them back. */
static void put_rows(struct rpv__evaluation *e, uint32_t representative, bool back)
{
	const rpv__covers *c = &e->covers;
	for (uint32_t i = c->group_first[representative]; i < c->group_first[representative + 1]; i++) {
		const rpv__subject *subject = &c->subjects[c->group_subjects[i]];
		for (size_t j = 0; j < subject->variant_count; j++) {
			rpv__variant_row *row = &e->rows[subject->variants[j]];
			rpv__table_row(e, subject->variants[j], back ? RPV__NO_NUMBER : representative, RPV__NO_NUMBER, row);
			row->touched = true;
		}
	}
}

/* Rows lie all over memory: asks for those to come while the present one is added up. A third faster. */
#if defined(__GNUC__)
static void look_ahead(const struct rpv__evaluation *e, const uint32_t *devices, size_t left)
{
	const rpv__view_device *next = left > 2 ? &e->view->devices[devices[2]] : NULL;
	for (uint32_t i = 0; next && i < next->variant_count; i += 16)
		__builtin_prefetch(next->variants + i);
	if (left > 6)
		__builtin_prefetch(&e->view->devices[devices[6]]);
}
#else
static void look_ahead(const struct rpv__evaluation *e, const uint32_t *devices, size_t left)
{
	(void)e, (void)devices, (void)left;
}
#endif

static rpv_status pass_class(struct rpv__evaluation *e, const passing *p, size_t class, own_rows *own)
{
	rpv_status status = RPV_OK;
	if (p->start[class] == p->start[class + 1])
		return RPV_OK;
	put_rows(e, p->representative[class], false);
	for (uint32_t i = p->start[class]; !status && i < p->start[class + 1]; i++) {
		uint32_t device = p->devices[i];
		look_ahead(e, p->devices + i, p->start[class + 1] - i);
		device_rows rows = { e->rows, e->view->devices[device].variants };
		if (e->covers.special && e->covers.special[device])
			status = make_own(e, device, own, &rows);
		if (!status)
			add_device(e, device, rows);
	}
	put_rows(e, p->representative[class], true);
	return status;
}

rpv_status rpv__evaluation_pass(struct rpv__evaluation *e)
{
	passing p = { 0 };
	own_rows own = { 0 };
	rpv__arena arena;
	rpv__arena_init(&arena, &e->alloc);
	e->silent_ms = INT64_MAX;
	rpv_status status = class_groups(e, &arena, &p);
	if (!status)
		status = class_devices(e, &arena, &p);
	for (size_t i = 0; !status && i < p.classes; i++)
		status = pass_class(e, &p, i, &own);
	if (!status && e->figures)
		carry(e);
	rpv__free(&e->alloc, own.rows);
	rpv__free(&e->alloc, own.at);
	rpv__arena_free(&arena);
	return status;
}
