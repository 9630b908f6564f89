/* SPDX-License-Identifier: MIT */
/* What changes when a subject is decided in another way: the sums of the devices on which that differs, and nothing else.
 * A sum that was never bounded is what it was made of: then what the subject's variants add to it is taken off and added
 * again as it is afterwards, without a look at the others. Else the device is added up anew. */
#include "evaluation.h"

enum { PARTS_MOST = 1 << 22 }; /* differences of up to 2^40 that a part holds */

static void flush(rpv__shift *c)
{
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		for (unsigned v = 0; v < RPV__VALUES; v++) {
			rpv__wide part = { c->parts[k][v] < 0 ? UINT64_MAX : 0, (uint64_t)c->parts[k][v] };
			c->total[k].a[v] = rpv__wide_add(c->total[k].a[v], part);
		}
	memset(c->parts, 0, sizeof c->parts);
	c->parts_count = 0;
}

/* Moves a device from how it counts now to how it counts afterwards. */
static void move(rpv__shift *c, uint32_t device, const uint64_t after[RPV__VIEWS])
{
	const struct rpv__evaluation *e = c->e;
	const uint64_t *now = e->counted[device].sums;
	unsigned class = e->counted[device].class;
	uint32_t m = e->multipliers[class / RPV__VALUES];
	int64_t difference = 0;
	if (c->parts_count++ == PARTS_MOST)
		flush(c);
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		if (k == 0 || now[k] != now[k - 1] || after[k] != after[k - 1])
			difference = now[k] == after[k] ? 0 : (int64_t)rpv__survival(rpv__l_times(now[k], m)) -
			                                      (int64_t)rpv__survival(rpv__l_times(after[k], m));
		c->parts[k][class % RPV__VALUES] += difference;
	}
}

/* A device on which some row differs: counts it, keeps its sums. */
static void affect(rpv__shift *c, uint32_t device, const uint64_t after[RPV__VIEWS])
{
	struct rpv__evaluation *e = c->e;
	rpv__unsettled *u = &e->unsettled;
	move(c, device, after);
	if (!c->keep)
		return;
	if (e->figures && !c->status) {
		c->status = rpv__grow(&e->alloc, &u->devices, &u->cap, u->count + 1, sizeof *u->devices);
		if (!c->status)
			c->status = rpv__grow(&e->alloc, &u->sums, &u->sums_cap, u->count + 1, sizeof *u->sums);
		if (!c->status) {
			u->devices[u->count] = device;
			memcpy(u->sums[u->count++], e->counted[device].sums, sizeof *u->sums);
		}
	}
	memcpy(e->counted[device].sums, after, sizeof e->counted[device].sums);
}

static void make_effect(rpv__shift *c, uint32_t variant, uint32_t group, uint32_t device, rpv__effect *out)
{
	out->variant = variant;
	out->same = rpv__subject_bits(&c->now, group, device) == rpv__subject_bits(&c->after, group, device);
	if (out->same)
		return;
	rpv__variant_row before, after;
	rpv__table_row(c->e, variant, group, device, &before);
	*c->subject = c->after;
	rpv__table_row(c->e, variant, group, device, &after);
	*c->subject = c->now;
	out->same = memcmp(&before, &after, sizeof before) == 0; /* all 0 where there is no member */
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		out->change[k] = after.w[k] - before.w[k];
}

/* The effect on a variant of a device: the same for all of a group, but for those with deciders of their own. */
static const rpv__effect *effect_of(rpv__shift *c, uint32_t device, uint32_t variant)
{
	const struct rpv__evaluation *e = c->e;
	uint32_t group = e->counted[device].group;
	bool own = c->now.device_count || c->after.device_count || (e->covers.special && e->covers.special[device]);
	rpv__effect *effect = own ? &c->own : &c->effects[group];
	if (own || effect->variant != variant)
		make_effect(c, variant, group, own ? device : RPV__NO_NUMBER, effect);
	return effect;
}

static void add_up_anew(rpv__shift *c, uint32_t device, uint64_t out[RPV__VIEWS])
{
	*c->subject = c->after;
	rpv__evaluation_sum_anew(c->e, device, out);
	*c->subject = c->now;
}

/* Of a recommendation: a device has one variant of it. */
static void visit_one(void *user, uint32_t device, uint32_t variant)
{
	rpv__shift *c = user;
	const rpv__effect *effect = effect_of(c, device, variant);
	uint64_t after[RPV__VIEWS];
	if (effect->same)
		return;
	const uint64_t *now = c->e->counted[device].sums;
	if (now[RPV__NO_IMPACT] < RPV__L_CAP)
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			after[k] = now[k] + effect->change[k];
	else
		add_up_anew(c, device, after);
	affect(c, device, after);
}

/* Everywhere: several variants of a device may hold the weakness. */
static void visit_all(void *user, uint32_t device, uint32_t variant)
{
	rpv__shift *c = user;
	const rpv__view_device *d = &c->e->view->devices[device];
	uint64_t after[RPV__VIEWS];
	bool same = true;
	(void)variant;
	if (c->seen[device])
		return;
	c->seen[device] = 1;
	memcpy(after, c->e->counted[device].sums, sizeof after);
	for (uint32_t i = 0, count = rpv__device_variant_count(d); i < count; i++) {
		if (!c->touched[rpv__device_variant(d, i)])
			continue;
		const rpv__effect *effect = effect_of(c, device, rpv__device_variant(d, i));
		for (unsigned k = 0; k < RPV__VIEWS && !effect->same; k++)
			after[k] += effect->change[k];
		same &= effect->same;
	}
	if (same)
		return;
	if (c->e->counted[device].sums[RPV__NO_IMPACT] >= RPV__L_CAP)
		add_up_anew(c, device, after);
	affect(c, device, after);
}

static rpv_status work_out_exposure(rpv__shift *c)
{
	const rpv__view *view = c->e->view;
	const rpv__subject *s = c->subject;
	if (s->variant_count == 0)
		return RPV_OK;
	c->effects = rpv__arena_get(&c->arena, (view->group_count + 1) * sizeof *c->effects);
	if (!c->effects)
		return RPV_E_NOMEM;
	if (!s->recommendation) {
		c->touched = rpv__arena_get(&c->arena, view->variant_count + 1);
		c->seen = rpv__arena_get(&c->arena, view->device_count + 1);
		if (!c->touched || !c->seen)
			return RPV_E_NOMEM;
		for (size_t i = 0; i < s->variant_count; i++)
			c->touched[s->variants[i]] = 1;
	}
	rpv_status status = rpv__visit_variants(c->e, s->variants, s->variant_count,
	                                        s->recommendation ? visit_one : visit_all, c);
	flush(c);
	return status ? status : c->status;
}

static void visit_state(void *user, uint32_t device, uint32_t variant)
{
	rpv__shift *c = user;
	uint32_t group = c->e->counted[device].group;
	uint8_t had = rpv__subject_bits(&c->now, group, device), has = rpv__subject_bits(&c->after, group, device);
	(void)variant;
	c->states.compliant[RPV__OFFICIAL] += ((has & RPV__REMOVES) != 0) - (uint32_t)((had & RPV__REMOVES) != 0);
	c->states.compliant[RPV__MITIGATION_LIKE] += ((has & RPV__HIDES) != 0) - (uint32_t)((had & RPV__HIDES) != 0);
}

rpv_status rpv__shift_work_out(rpv__shift *c, struct rpv__evaluation *e, rpv__subject *subject,
                                const rpv__subject *after, bool keep)
{
	memset(c, 0, sizeof *c);
	c->e = e;
	c->subject = subject;
	c->now = c->after = *subject;
	c->after.global = after->global;
	c->after.groups = after->groups;
	c->after.group_count = after->group_count;
	c->after.devices = after->devices;
	c->after.device_count = after->device_count;
	c->keep = keep;
	c->states = e->states[subject->recommendation];
	memcpy(c->total, e->total, sizeof c->total);
	rpv__arena_init(&c->arena, &e->alloc);
	rpv_status status = work_out_exposure(c);
	if (!status && !subject->weakness && c->states.applicable)
		status = rpv__visit_exposed(e, subject->recommendation, visit_state, c);
	rpv__arena_free(&c->arena);
	return status;
}
