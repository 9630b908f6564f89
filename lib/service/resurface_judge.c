/* SPDX-License-Identifier: MIT */
/* Judging exceptions: what the kinds of a field mean for a target, what that comes to inside a scope, and what fires. */
#include "resurface_inside.h"
#include "watch.h"

enum { BEFORE, MOVED, AFTER, SIDES };

struct rpv__aspect { /* what a kind means for a target */
	bool before, after;                     /* exposed */
	bool has_moved;                         /* by a weakness with a new EPSS model (R27) */
	uint64_t p[SIDES][4];                   /* by internet facing + 2 * alert */
	uint32_t epss_moved;
	rpv__circumstances highest;             /* its highest after the commit */
	rpv__set_side exploited[SIDES];         /* known exploited ones of it, before and after */
};

static uint64_t hazard_of(const rpv__world *w, const rpv__threat *t)
{
	rpv__likelihood_facts facts = { t->epss, (rpv_severity)t->severity, (rpv_exploit)t->exploit,
		(t->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0, (t->flags & RPV__THREAT_ALERT) != 0 };
	return rpv__hazard(w->model, rpv__likelihood(w->model, &facts), facts.severity);
}

static void take_epss(uint32_t *highest, uint32_t *whence, uint32_t epss, uint32_t weakness)
{
	if (epss == RPV__EPSS_UNKNOWN || (*highest != RPV__EPSS_UNKNOWN && epss <= *highest))
		return;
	*highest = epss;
	if (whence)
		*whence = weakness;
}

static void take_highest(rpv__circumstances *c, uint32_t weakness, const rpv__threat *t)
{
	if (t->severity > c->severity) {
		c->severity = t->severity;
		c->severity_weakness = weakness;
	}
	if (t->exploit > c->exploit) {
		c->exploit = t->exploit;
		c->exploit_weakness = weakness;
	}
	take_epss(&c->epss, &c->epss_weakness, t->epss, weakness);
	if ((t->flags & RPV__THREAT_KNOWN_EXPLOITED) && !c->known_exploited)
		c->known_exploited = weakness;
	c->fix = c->fix || (t->flags & RPV__THREAT_FIX);
}

/* Those of one side of a set that belong to the target; their hazards are added up as scores do. */
static rpv_status take_side(rpv__world *w, rpv__set_side set, uint32_t weakness, bool after, rpv__aspect *a,
                            uint64_t sums[SIDES])
{
	uint32_t *exploited = rpv__arena_get(&w->scratch, set.count * sizeof *exploited);
	uint64_t sum = 0, moved = 0;
	size_t n = 0;
	rpv__set_side *known = &a->exploited[after ? AFTER : BEFORE];
	if (!exploited)
		return rpv__fail_nomem(w->error);
	for (size_t i = 0; i < set.count; i++) {
		rpv__threat_sides t;
		if (weakness && set.items[i] != weakness)
			continue;
		rpv_status st = rpv__world_threat(w, set.items[i], &t);
		if (st)
			return st;
		const rpv__threat *side = after ? &t.after : &t.before;
		*(after ? &a->after : &a->before) = true;
		if (side->flags & RPV__THREAT_KNOWN_EXPLOITED)
			exploited[n++] = set.items[i];
		sum = rpv__w_add(sum, hazard_of(w, side));
		if (after) {
			take_highest(&a->highest, set.items[i], side);
			continue;
		}
		a->has_moved = a->has_moved || t.has_moved;
		moved = rpv__w_add(moved, hazard_of(w, &t.moved));
		take_epss(&a->epss_moved, NULL, t.moved.epss, set.items[i]);
	}
	if (n && !known->count)
		*known = (rpv__set_side){ exploited, n };
	sums[after ? AFTER : BEFORE] = rpv__l_add(sums[after ? AFTER : BEFORE], sum);
	if (!after)
		sums[MOVED] = rpv__l_add(sums[MOVED], moved);
	return RPV_OK;
}

static rpv_status aspect_of(rpv__world *w, const rpv__field_kind *kind, uint32_t weakness, rpv__aspect *a)
{
	uint64_t sums[SIDES] = { 0, 0, 0 };
	rpv_status st = RPV_OK;
	a->epss_moved = a->highest.epss = RPV__EPSS_UNKNOWN;
	if (kind->count == 0) /* a configuration: exposed, without hazards */
		a->before = a->after = weakness == 0;
	for (size_t i = 0; st == RPV_OK && i < kind->count; i++) {
		const rpv__world_variant *variant;
		st = rpv__world_variant_at(w, kind->variants[i], &variant);
		if (st == RPV_OK)
			st = take_side(w, variant->before, weakness, false, a, sums);
		if (st == RPV_OK)
			st = take_side(w, variant->after, weakness, true, a, sums);
	}
	for (unsigned side = 0; side < SIDES; side++)
		for (unsigned m = 0; m < 4; m++)
			a->p[side][m] = rpv__exposure(rpv__l_times(sums[side], rpv__multiplier(w->model, m & 1, m >> 1)));
	return st;
}

rpv_status rpv__field_aspects(rpv__field *f, uint32_t weakness, rpv__aspect **out)
{
	rpv__aspect *aspects = rpv__arena_get(&f->world->scratch, f->kind_count * sizeof *aspects);
	rpv_status st = aspects ? RPV_OK : rpv__fail_nomem(f->world->error);
	for (size_t i = 0; st == RPV_OK && i < f->kind_count; i++)
		st = aspect_of(f->world, &f->kinds[i], weakness, &aspects[i]);
	*out = aspects;
	return st;
}

/* --- one exception --- */
typedef struct judging {
	rpv__field *f;
	const rpv__aspect *aspects;
	const rpv__cover *cover;
	bool *was, *is;                         /* by kind: present in scope */
	rpv__wide a[SIDES][RPV__VALUES];
	uint32_t epss_moved;
	bool has_moved;
	rpv__circumstances now;
	rpv__transitions done;
} judging;

static bool in_scope(const rpv__cover *cover, uint32_t group)
{
	return cover->scope == RPV_SCOPE_DEVICES || rpv__exception_covers_group(cover, group);
}

static void add(rpv__wide sums[RPV__VALUES], const uint64_t p[4], const uint32_t devices[RPV__CLASSES])
{
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		if (devices[c])
			sums[c % 3] = rpv__wide_add(sums[c % 3], rpv__mul64(p[c / 3], devices[c]));
}

static void take_cell(judging *j, const rpv__cell *cell)
{
	const rpv__aspect *aspect = &j->aspects[cell->kind];
	uint64_t alerts = 0;
	bool was = false, is = false;
	for (unsigned c = 0; c < RPV__CLASSES; c++) {
		was = was || cell->before[c];
		is = is || cell->after[c];
		if (!aspect->after)
			continue;
		j->now.devices += cell->after[c];
		j->now.high_value += c % 3 == RPV__VALUE_HIGH ? cell->after[c] : 0;
		j->now.internet_facing += c / 3 % 2 ? cell->after[c] : 0;
		alerts += c / 6 ? cell->after[c] : 0;
	}
	j->now.alerts += alerts;
	if (was && aspect->before) {
		j->was[cell->kind] = true;
		j->has_moved = j->has_moved || aspect->has_moved;
		take_epss(&j->epss_moved, NULL, aspect->epss_moved, 0);
	}
	if (is && aspect->after) {
		j->is[cell->kind] = true;
		add(j->a[AFTER], aspect->p[AFTER], cell->after);
		if (!aspect->before) /* their set changed under them */
			j->done.alerts += alerts - cell->shifted;
	}
}

/* The cells of a scope: all, or those of each of its groups. */
static void each_cell(judging *j, void (*take)(judging *, const rpv__cell *))
{
	const rpv__field *f = j->f;
	if (j->cover->scope != RPV_SCOPE_GROUPS) {
		for (size_t i = 0; i < f->cell_count; i++)
			take(j, &f->cells[i]);
		return;
	}
	for (size_t g = 0; g < j->cover->group_count; g++) {
		size_t low = 0, high = f->cell_count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (f->cells[middle].group < j->cover->groups[g])
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < f->cell_count && f->cells[low].group == j->cover->groups[g]; low++)
			take(j, &f->cells[low]);
	}
}

/* R27 only: exposure before the commit, with the values of before and with those of the new model. */
static void take_moved(judging *j, const rpv__cell *cell)
{
	const rpv__aspect *aspect = &j->aspects[cell->kind];
	if (!aspect->before)
		return;
	add(j->a[BEFORE], aspect->p[BEFORE], cell->before);
	add(j->a[MOVED], aspect->p[MOVED], cell->before);
}

static void take_shifts(judging *j)
{
	for (size_t i = 0; i < j->f->shift_count; i++) {
		const rpv__place *from = &j->f->shifts[i].before, *to = &j->f->shifts[i].after;
		if (!in_scope(j->cover, to->group) || !j->aspects[to->kind].after)
			continue;
		j->done.alerts += !(from->kind != RPV__NO_KIND && from->class >= RPV__CLASSES / 2 &&
		                    in_scope(j->cover, from->group) && j->aspects[from->kind].before);
	}
}

static bool side_has(judging *j, const bool *present, bool after, uint32_t weakness, rpv_status *st)
{
	for (size_t k = 0; *st == RPV_OK && k < j->f->kind_count; k++)
		for (size_t i = 0; present[k] && i < j->f->kinds[k].count; i++) {
			const rpv__world_variant *variant;
			*st = rpv__world_variant_at(j->f->world, j->f->kinds[k].variants[i], &variant);
			if (*st || rpv__set_has(after ? variant->after : variant->before, weakness))
				return *st == RPV_OK;
		}
	return false;
}

static void raise(rpv__rise *rise, uint32_t weakness, uint8_t before, uint8_t now)
{
	if (now > before && (!rise->weakness || now > rise->now))
		*rise = (rpv__rise){ weakness, before, now };
}

/* R24, R31: what was there and stayed got worse. */
static rpv_status take_rises(judging *j)
{
	const rpv__world *world = j->f->world;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < world->risen_count; i++) {
		const rpv__in_weakness *w = world->risen[i];
		if ((j->cover->weakness && j->cover->weakness != w->number) || !side_has(j, j->was, false, w->number, &st) ||
		    !side_has(j, j->is, true, w->number, &st))
			continue;
		raise(&j->done.severity, w->number, w->before.severity, w->threat.severity);
		raise(&j->done.exploit, w->number, w->before.exploit, w->threat.exploit);
		if (rpv__fix_came(w) && !j->done.fix)
			j->done.fix = w->number;
	}
	return st;
}

/* R24: known exploited ones that were not there, or were not known to be, before. */
static void take_exploited(judging *j)
{
	for (size_t k = 0; k < j->f->kind_count && !j->done.known_exploited; k++) {
		const rpv__set_side *now = &j->aspects[k].exploited[AFTER];
		for (size_t i = 0; j->is[k] && i < now->count && !j->done.known_exploited; i++) {
			bool before = false;
			for (size_t b = 0; b < j->f->kind_count && !before; b++)
				before = j->was[b] && rpv__set_has(j->aspects[b].exploited[BEFORE], now->items[i]);
			if (!before)
				j->done.known_exploited = now->items[i];
		}
	}
}

static void take_kinds(judging *j)
{
	for (size_t k = 0; k < j->f->kind_count; k++) {
		const rpv__circumstances *h = &j->aspects[k].highest;
		rpv__circumstances *now = &j->now;
		if (!j->is[k])
			continue;
		if (h->severity > now->severity) {
			now->severity = h->severity;
			now->severity_weakness = h->severity_weakness;
		}
		if (h->exploit > now->exploit) {
			now->exploit = h->exploit;
			now->exploit_weakness = h->exploit_weakness;
		}
		take_epss(&now->epss, &now->epss_weakness, h->epss, h->epss_weakness);
		if (!now->known_exploited)
			now->known_exploited = h->known_exploited;
		now->fix = now->fix || h->fix;
	}
}

static bool same_base(const rpv__baseline *a, const rpv__baseline *b)
{
	return a->base_exposure == b->base_exposure && a->base_epss == b->base_epss && a->base_doubling == b->base_doubling;
}

static rpv_status conclude(judging *j, rpv__cover *cover)
{
	rpv__world *w = j->f->world;
	const rpv__baseline base = cover->baseline;
	uint32_t fired = cover->fired, tell;
	rpv_status st = RPV_OK;
	uint8_t actions[RPV__TRIGGERS];
	rpv__firing firings[RPV__TRIGGERS];
	rpv__policy_actions(w->policy, cover->justification, actions);
	if (j->has_moved) {
		rpv__circumstances before = { .exposure = rpv__exposure_over(w->model, j->a[BEFORE], base.scope_devices) };
		rpv__circumstances moved = { .exposure = rpv__exposure_over(w->model, j->a[MOVED], base.scope_devices),
		                             .epss = j->epss_moved };
		rpv__baseline_move(&cover->baseline, &before, &moved);
	}
	size_t count = rpv__resurface(&cover->baseline, &j->now, &j->done, &w->policy->thresholds, actions, w->now_ms,
	                              &cover->fired, firings);
	rpv__baseline_learn(&cover->baseline, &j->now);
	w->voided += rpv__firing_voids(firings, count) != NULL;
	w->warned += count && !rpv__firing_voids(firings, count);
	bool watched = rpv__watch_take(cover, w->policy, j->now.devices, &tell);
	if (count)
		st = rpv__resurface_cover(w->txn, cover, NULL, firings, count, w->error);
	else if (watched || fired != cover->fired || !same_base(&base, &cover->baseline))
		st = rpv__txn_put_cover(w->txn, cover, w->error);
	return st == RPV_OK && cover->ending == RPV__NOT_ENDED
		? rpv__watch_tell(w->txn, cover, j->now.devices, tell, w->error) : st;
}

static rpv_status open_judging(judging *j, rpv__field *f, const rpv__aspect *aspects, const rpv__cover *cover,
                               bool end_of_support)
{
	rpv__world *w = f->world;
	*j = (judging){ .f = f, .aspects = aspects, .cover = cover, .epss_moved = RPV__EPSS_UNKNOWN,
	                .now = { .epss = RPV__EPSS_UNKNOWN, .end_of_support = end_of_support } };
	j->was = rpv__arena_get(&w->scratch, f->kind_count * sizeof *j->was);
	j->is = rpv__arena_get(&w->scratch, f->kind_count * sizeof *j->is);
	if (!j->was || !j->is)
		return rpv__fail_nomem(w->error);
	each_cell(j, take_cell);
	j->now.exposure = rpv__exposure_over(w->model, j->a[AFTER], cover->baseline.scope_devices);
	take_kinds(j);
	return RPV_OK;
}

rpv_status rpv__measure(rpv__field *f, const rpv__aspect *aspects, const rpv__cover *cover, bool end_of_support,
                        rpv__circumstances *out, bool **present)
{
	judging j;
	rpv_status st = open_judging(&j, f, aspects, cover, end_of_support);
	if (st == RPV_OK) {
		*out = j.now;
		*present = j.is;
	}
	return st;
}

uint64_t rpv__cell_exposed(const rpv__cell *cell, const rpv__aspect *aspects, const rpv__cover *cover)
{
	uint64_t devices = 0;
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		devices += cell->after[c];
	return in_scope(cover, cell->group) && aspects[cell->kind].after ? devices : 0;
}

rpv_status rpv__judge(rpv__field *f, const rpv__aspect *aspects, rpv__cover *cover, bool end_of_support)
{
	judging j;
	rpv_status st = open_judging(&j, f, aspects, cover, end_of_support);
	if (st)
		return st;
	if (j.has_moved)
		each_cell(&j, take_moved);
	take_shifts(&j);
	if (f->world->in)
		take_exploited(&j);
	st = take_rises(&j);
	return st == RPV_OK ? conclude(&j, cover) : st;
}
