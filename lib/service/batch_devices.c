/* SPDX-License-Identifier: MIT */
/* Devices: what is said of them, by their own records, reports and assessments. */
#include "batch.h"

/* --- looking at records --- */
static rpv_status load(rpv__intake *in, rpv__in_device *d)
{
	rpv__key key;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_DEVICE_HOT, d->number), &d->hot_stored);

	if (st == RPV_OK && !rpv__get_device_hot(d->hot_stored, in->arena, &d->before))
		st = rpv__fail_corrupt(in->error, "device", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	d->existed = d->exists = !(d->before.flags & RPV__DEVICE_REMOVED);
	d->hot = d->before;
	d->hot.flags &= ~(uint32_t)RPV__DEVICE_REMOVED;
	for (size_t i = 0; !in->batch->restore && i < d->before.report_count; i++)
		if (d->before.reports[i].source == in->source && in->at_ms < d->before.reports[i].newest_ms)
			d->stale = true;
	return RPV_OK;
}

/* What is known under an id; a device that neither batch nor store knows exists not and has no number. */
static rpv_status entry_of(rpv__intake *in, uint32_t symbol, rpv__in_device **out)
{
	rpv__in_device *d = in->symbols[symbol].device;
	rpv_status st = RPV_OK;

	if (!d) {
		d = rpv__in_new(in, sizeof *d);
		if (!d)
			return RPV_E_NOMEM;
		d->id = rpv__in_symbol_text(in, symbol);
		d->hot.value = RPV_VALUE_NORMAL;
		st = rpv__txn_name_find(in->txn, RPV__N_DEVICE, 0, d->id, &d->number, in->error);
		if (st == RPV_OK)
			st = load(in, d);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
		if (st == RPV_OK)
			st = rpv__in_add(in, &in->devices, d);
		if (st == RPV_OK)
			in->symbols[symbol].device = d;
	}
	if (st == RPV_OK)
		*out = d;
	return st;
}

/* The cold facts: those known while it stays, else of a new device. */
static rpv_status load_cold(rpv__intake *in, rpv__in_device *d)
{
	rpv__key key;
	rpv_status st = RPV_OK;

	if (d->cold)
		return RPV_OK;
	d->cold = rpv__in_new(in, sizeof *d->cold);
	if (!d->cold)
		return RPV_E_NOMEM;
	if (d->number)
		st = rpv__in_get(in, rpv__key32(&key, RPV__K_DEVICE, d->number), &d->cold_stored);
	if (st == RPV_OK && d->number && !rpv__get_device(d->cold_stored, in->arena, d->cold))
		st = rpv__fail_corrupt(in->error, "device", rpv__key_view(&key));
	return st;
}

/* As one that was never heard of: facts of a device that was taken out are gone. */
static void forget(rpv__in_device *d)
{
	if (d->cold)
		*d->cold = (rpv__device){ .id = d->id };
	d->hot = (rpv__device_hot){ .value = RPV_VALUE_NORMAL };
	d->told_ms = d->sight_ms = 0;
	d->grouped = false;
}

static rpv_status bring_about(rpv__intake *in, rpv__in_device *d)
{
	rpv_status st;

	if (d->exists)
		return RPV_OK;
	st = load_cold(in, d);
	if (st == RPV_OK && !d->wiped) /* wiped: forgotten already */
		forget(d);
	d->exists = true;
	return st;
}

static void set_flag(rpv__in_device *d, uint32_t flag, bool said, rpv_flag value)
{
	if (said)
		d->hot.flags = value == RPV_FLAG_TRUE ? d->hot.flags | flag : d->hot.flags & ~flag;
}

static void merge(rpv__intake *in, rpv__in_device *d, const rpv__device_record *record)
{
	const rpv_device_facts *f = &record->facts;
	rpv__device *cold = d->cold;
	uint32_t given = f->given;

	if (rpv__said(given, RPV_DEVICE_NAME, f->name))
		cold->name = f->name;
	if (rpv__said(given, RPV_DEVICE_OS, f->os))
		cold->os = f->os;
	if (rpv__said(given, RPV_DEVICE_JUSTIFICATION, f->justification))
		cold->justification = f->justification;
	if (rpv__said(given, RPV_DEVICE_TAGS, f->tag_count))
		cold->tags = (rpv__texts){ f->tags, f->tag_count };
	if (f->first_seen_ms)
		cold->first_seen_ms = rpv__in_time(in, f->first_seen_ms);
	if (rpv__said(given, RPV_DEVICE_GROUP, record->group)) {
		d->grouped = true;
		d->group = record->group;
	}
	if (rpv__said(given, RPV_DEVICE_VALUE, f->value))
		d->hot.value = f->value ? f->value : RPV_VALUE_NORMAL;
	set_flag(d, RPV__DEVICE_INTERNET, rpv__said(given, RPV_DEVICE_INTERNET_FACING, f->internet_facing),
	         f->internet_facing);
	set_flag(d, RPV__DEVICE_ALERT, rpv__said(given, RPV_DEVICE_ACTIVE_ALERT, f->active_alert), f->active_alert);
	set_flag(d, RPV__DEVICE_EXCLUDED, rpv__said(given, RPV_DEVICE_EXCLUDED, f->excluded), f->excluded);
	if (f->last_seen_ms)
		d->told_ms = rpv__in_time(in, f->last_seen_ms);
	else
		d->sight_ms = in->at_ms;
}

rpv_status rpv__in_device_record(rpv__intake *in, size_t index)
{
	const rpv__device_record *record = in->batch->records[index].what;
	rpv__in_device *d = NULL;
	rpv_status st = entry_of(in, record->id, &d);

	if (st == RPV_OK && record->facts.removed) {
		d->wiped = d->wiped || d->existed;
		d->exists = false;
		st = d->wiped ? load_cold(in, d) : RPV_OK;
		forget(d);
		return st;
	}
	if (st == RPV_OK)
		st = bring_about(in, d);
	if (st == RPV_OK)
		st = load_cold(in, d);
	if (st == RPV_OK)
		merge(in, d, record);
	return st;
}

/* For a reference. *out NULL: the report is stale, nothing of it counts. */
static rpv_status named(rpv__intake *in, size_t index, uint32_t symbol, rpv__in_device **out)
{
	rpv__in_device *d = NULL;
	rpv_status st = entry_of(in, symbol, &d);

	if (st != RPV_OK)
		return st;
	if (!d->exists && (d->wiped || !in->batch->lenient))
		return rpv__in_refuse_unknown(in, index, "device", "device", d->id);
	if (!d->exists) {
		in->created++;
		st = bring_about(in, d);
	}
	*out = d->stale && d->existed && !d->wiped ? NULL : d;
	if (st == RPV_OK && *out)
		d->reported = true;
	return st;
}

rpv_status rpv__in_report_record(rpv__intake *in, size_t index)
{
	const rpv__report_record *record = in->batch->records[index].what;
	rpv__in_device *d = NULL;
	rpv_status st = named(in, index, record->device, &d);

	if (st == RPV_OK && d) {
		d->full = true;
		d->sight_ms = in->at_ms;
	}
	return st;
}

rpv_status rpv__in_assessment_record(rpv__intake *in, size_t index)
{
	const rpv__assessment_record *a = in->batch->records[index].what;
	const uint32_t *numbers;
	size_t count;
	int64_t seen;
	rpv__in_device *d = NULL;
	rpv__in_recommendation *r;
	rpv__in_set *set;
	rpv_status st = named(in, index, a->device, &d);

	if (st != RPV_OK || !d) {
		in->stale += st == RPV_OK;
		return st;
	}
	if (a->change == RPV_ASSESSMENT_REMOVE)
		st = rpv__in_recommendation_any(in, index, a->recommendation, &r);
	else
		st = rpv__in_recommendation_named(in, index, a->recommendation, a->state != RPV_CONFIGURATION_NONE, &r);
	if (st != RPV_OK || !r)
		return st;
	if (a->change != RPV_ASSESSMENT_REMOVE && a->set)
		st = rpv__in_set_named(in, index, r, a->set, &set);
	else if (a->change != RPV_ASSESSMENT_REMOVE)
		st = rpv__in_weakness_numbers(in, index, a->weaknesses, &numbers, &count);
	if (st != RPV_OK)
		return st;
	seen = a->last_seen_ms && a->last_seen_ms < in->at_ms ? a->last_seen_ms : in->at_ms;
	if (d->sight_ms < seen)
		d->sight_ms = seen;
	in->next[index] = 0;
	if (d->last)
		in->next[d->last - 1] = (uint32_t)index + 1;
	else
		d->first = (uint32_t)index + 1;
	d->last = (uint32_t)index + 1;
	return RPV_OK;
}

/* --- numbers and groups --- */
static int by_number(const void *a, const void *b, const void *context)
{
	const rpv__in_device *const *x = a, *const *y = b;
	(void)context;
	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

rpv_status rpv__in_devices_settle(rpv__intake *in)
{
	size_t kept = 0;
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->devices.count; i++) {
		rpv__in_device *d = in->devices.items[i];
		rpv__in_group *group;

		if (!d->exists && !d->existed)
			continue; /* taken out before, or never there */
		in->devices.items[kept++] = d;
		if (!d->number) {
			st = rpv__in_number(in, RPV__NEXT_DEVICE, &d->number);
			if (st == RPV_OK)
				st = rpv__txn_name_put(in->txn, RPV__N_DEVICE, 0, d->id, d->number, in->error);
		}
		if (st == RPV_OK && d->exists && d->grouped) {
			st = rpv__in_group_named(in, d->group, &group);
			d->hot.group = st == RPV_OK ? group->number : 0;
		}
	}
	in->devices.count = kept;
	if (st == RPV_OK &&
	    rpv__sort(in->alloc, in->devices.items, kept, sizeof *in->devices.items, by_number, NULL) != RPV_OK)
		st = rpv__fail_nomem(in->error);
	return st;
}
