/* SPDX-License-Identifier: MIT */
/* Indexes from what devices have to the devices. Built when first asked for, gone with the evaluation. */
#include "evaluation.h"

static rpv_status make(const rpv__alloc *a, rpv__index *index, size_t numbers)
{
	index->first = rpv__new(a, (numbers + 1) * sizeof *index->first);
	return index->first ? RPV_OK : RPV_E_NOMEM;
}

/* Between counting and filling in. */
static rpv_status reserve(const rpv__alloc *a, rpv__index *index, size_t numbers)
{
	size_t sum = 0;
	for (size_t i = 0; i <= numbers; i++) {
		sum += index->first[i];
		index->first[i] = sum; /* end of i, which filling in from behind makes its start */
	}
	if (sum > SIZE_MAX / sizeof *index->devices - 1)
		return RPV_E_NOMEM;
	index->devices = a->resize(a->user, NULL, (sum + 1) * sizeof *index->devices);
	return index->devices ? RPV_OK : RPV_E_NOMEM;
}

void rpv__index_drop(const rpv__alloc *a, rpv__index *index)
{
	rpv__free(a, index->first);
	rpv__free(a, index->devices);
	memset(index, 0, sizeof *index);
}

static void put(rpv__index *index, uint32_t number, uint32_t item, bool fill)
{
	if (fill)
		index->devices[--index->first[number]] = item;
	else
		index->first[number]++;
}

static void put_device(const struct rpv__evaluation *e, rpv__index *index, uint32_t device, bool states, bool fill)
{
	const rpv__view_device *d = &e->view->devices[device];
	for (uint32_t i = 0; !states && i < d->variant_count; i++)
		put(index, d->variants[i], device, fill);
	for (uint32_t i = 0; states && i < d->state_count; i++)
		if (d->states[i].state == RPV_CONFIGURATION_EXPOSED)
			put(index, d->states[i].recommendation, device, fill);
}

static rpv_status index_devices(struct rpv__evaluation *e, rpv__index *index, size_t numbers, bool states)
{
	if (index->first)
		return RPV_OK;
	rpv_status status = make(&e->alloc, index, numbers);
	for (int fill = 0; !status && fill < 2; fill++) {
		if (fill)
			status = reserve(&e->alloc, index, numbers);
		for (size_t i = e->view->device_count; !status && i-- > 0;)
			if (rpv__evaluation_counts(e, (uint32_t)i))
				put_device(e, index, (uint32_t)i, states, fill);
	}
	if (status)
		rpv__index_drop(&e->alloc, index);
	return status;
}

rpv_status rpv__index_variants(struct rpv__evaluation *e)
{
	return index_devices(e, &e->by_variant, e->view->variant_count, false);
}

rpv_status rpv__index_states(struct rpv__evaluation *e)
{
	return index_devices(e, &e->by_exposed_state, e->view->recommendation_count, true);
}

rpv_status rpv__index_weaknesses(struct rpv__evaluation *e)
{
	rpv__index *index = &e->by_weakness;
	const rpv__view *view = e->view;
	if (index->first)
		return RPV_OK;
	rpv_status status = make(&e->alloc, index, view->threat_count);
	for (int fill = 0; !status && fill < 2; fill++) {
		if (fill)
			status = reserve(&e->alloc, index, view->threat_count);
		for (size_t i = view->variant_count; !status && i-- > 1;)
			for (uint32_t j = 0; j < view->variants[i].weakness_count; j++)
				put(index, view->variants[i].weaknesses[j], (uint32_t)i, fill);
	}
	if (status)
		rpv__index_drop(&e->alloc, index);
	return status;
}
