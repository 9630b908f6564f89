/* SPDX-License-Identifier: MIT */
/* The figures of one weakness wherever it occurs. A device that has it under two recommendations counts once among the
 * devices, and twice in its exposure. */
#include "evaluation.h"

typedef struct occurrence { uint16_t times[RPV__VIEWS]; } occurrence; /* on one device */

static bool has_devices(const struct rpv__evaluation *e, uint32_t variant)
{
	uint32_t any = 0;
	for (unsigned c = 0; c < RPV__CLASSES; c++)
		any |= e->counts[c][variant];
	return any != 0 && e->view->recommendations[e->view->variants[variant].recommendation].exists;
}

static uint64_t alone(uint64_t hazard, unsigned times, uint32_t multiplier)
{
	uint64_t sum = 0;
	for (; times > 0; times--)
		sum = rpv__l_add(sum, rpv__w_add(0, hazard));
	return rpv__exposure(rpv__l_times(sum, multiplier));
}

/* Variants of one recommendation share no devices: then the counts say it all, unless exceptions touch some. */
static bool is_plain(const struct rpv__evaluation *e, const uint32_t *variants, size_t count)
{
	uint32_t rec = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t own = e->view->variants[variants[i]].recommendation;
		if (e->rows[variants[i]].touched || (rec && rec != own))
			return false;
		rec = own;
	}
	return true;
}

static void count_plain(const struct rpv__evaluation *e, const uint32_t *variants, size_t count, uint64_t hazard,
                        rpv__weakness_figures *out, rpv__wide sums[RPV__VIEWS][RPV__VALUES])
{
	const rpv__exposure_model *model = e->model;
	for (size_t i = 0; i < count; i++)
		for (unsigned c = 0; c < RPV__CLASSES; c++) {
			uint32_t n = e->counts[c][variants[i]];
			uint64_t p = alone(hazard, 1, rpv__multiplier(model, c / 3 & 1, c >= 6));
			out->exposed += n;
			out->exposed_after += n;
			for (unsigned k = 0; k < RPV__VIEWS; k++)
				sums[k][c % 3] = rpv__wide_add(sums[k][c % 3], rpv__mul64(p, n));
		}
}

static uint8_t bits_of(const struct rpv__evaluation *e, uint32_t rec, uint32_t weakness, uint32_t device)
{
	const rpv__subject *const subjects[] = { rpv__subject_find(&e->covers, rec, 0),
		                                     rpv__subject_find(&e->covers, rec, weakness),
		                                     rpv__subject_find(&e->covers, 0, weakness) };
	uint8_t bits = 0;
	for (size_t i = 0; i < RPV__COUNT(subjects); i++)
		if (subjects[i])
			bits |= rpv__subject_bits(subjects[i], e->view->devices[device].group, device);
	return bits;
}

/* Devices that have it, as they are found. */
typedef struct finding {
	const struct rpv__evaluation *e;
	uint32_t weakness;
	occurrence *at;              /* by device */
	rpv__weakness_figures *out;
	rpv__wide (*sums)[RPV__VALUES];
} finding;

static void note(void *user, uint32_t device, uint32_t variant)
{
	finding *f = user;
	uint8_t bits = bits_of(f->e, f->e->view->variants[variant].recommendation, f->weakness, device);
	occurrence *o = &f->at[device];
	o->times[RPV__NO_IMPACT]++;
	o->times[RPV__OFFICIAL] += !(bits & RPV__REMOVES);
	o->times[RPV__MITIGATION_LIKE] += !(bits & RPV__HIDES);
}

/* At the first of its variants, all of which were noted. */
static void add_up(void *user, uint32_t device, uint32_t variant)
{
	finding *f = user;
	const rpv__view_device *d = &f->e->view->devices[device];
	occurrence *o = &f->at[device];
	(void)variant;
	if (!o->times[RPV__NO_IMPACT])
		return;
	f->out->exposed++;
	f->out->exposed_after += o->times[RPV__OFFICIAL] != 0;
	for (unsigned k = 0; k < RPV__VIEWS; k++) {
		uint64_t p = alone(f->e->hazards[f->weakness], o->times[k], rpv__multiplier_of(f->e, d));
		f->sums[k][d->value] = rpv__wide_add(f->sums[k][d->value], rpv__wide_of(p));
	}
	memset(o, 0, sizeof *o);
}

static rpv_status list_variants(struct rpv__evaluation *e, uint32_t weakness, rpv__arena *arena, uint32_t **out,
                                size_t *count)
{
	if (rpv__index_weaknesses(e))
		return RPV_E_NOMEM;
	rpv__items items = rpv__index_items(&e->by_weakness, weakness);
	*count = 0;
	*out = rpv__arena_get(arena, ((size_t)(items.end - items.at) + 1) * sizeof **out); /* at least a byte each */
	while (*out && rpv__items_next(&items))
		if (has_devices(e, items.item))
			(*out)[(*count)++] = items.item;
	return *out ? RPV_OK : RPV_E_NOMEM;
}

rpv_status rpv__evaluate_weakness(rpv__view *view, const rpv__lens *lens, uint32_t weakness,
                                  rpv__weakness_figures *out, rpv_error *error)
{
	struct rpv__evaluation *e;
	rpv__arena arena;
	uint32_t *variants;
	size_t count;
	rpv__weakness_figures figures = { 0, 0, { 0 } };
	rpv__wide sums[RPV__VIEWS][RPV__VALUES] = { { { 0, 0 } } };
	rpv_status status = rpv__evaluation_of(view, lens, true, &e, error);
	if (status)
		return status;
	rpv__arena_init(&arena, &view->alloc);
	status = list_variants(e, weakness, &arena, &variants, &count);
	if (!status && is_plain(e, variants, count)) {
		count_plain(e, variants, count, e->hazards[weakness], &figures, sums);
	} else if (!status) {
		finding f = { e, weakness, rpv__arena_get(&arena, (view->device_count + 1) * sizeof *f.at), &figures, sums };
		status = f.at ? rpv__visit_variants(e, variants, count, note, &f) : RPV_E_NOMEM;
		if (!status)
			status = rpv__visit_variants(e, variants, count, add_up, &f);
	}
	rpv__arena_free(&arena);
	if (status)
		return rpv__fail_nomem(error);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		figures.alone[k] = rpv__exposure_over(e->model, sums[k], e->total[0].n);
	*out = figures;
	return RPV_OK;
}
