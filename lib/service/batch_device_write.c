/* SPDX-License-Identifier: MIT */
/* Device by device, what all that was said of it comes to. */
#include "batch.h"

/* R37: the future was cut off before; earlier than known is kept out. */
static void settle_sight(rpv__intake *in, rpv__in_device *d)
{
	bool known = d->existed && !d->wiped;
	int64_t seen = d->told_ms ? d->told_ms : d->sight_ms;

	if (in->batch->restore)
		seen = d->told_ms ? d->told_ms : known ? d->before.last_seen_ms : in->at_ms;
	else if (known && d->before.last_seen_ms > seen)
		seen = d->before.last_seen_ms;
	d->hot.last_seen_ms = seen;
}

/* Notes that the source reported, for what comes later and says something older. */
static rpv_status note_report(rpv__intake *in, rpv__in_device *d)
{
	size_t count = 0;
	bool noted = false;
	rpv__report *reports;

	if (!d->reported)
		return RPV_OK;
	reports = rpv__in_new(in, (d->hot.report_count + 1) * sizeof *reports);
	if (!reports)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < d->hot.report_count; i++) {
		rpv__report report = d->hot.reports[i];

		if (report.source == in->source && report.newest_ms < in->at_ms)
			report.newest_ms = in->at_ms;
		if (report.source > in->source && !noted)
			reports[count++] = (rpv__report){ in->source, in->at_ms };
		noted = noted || report.source >= in->source;
		reports[count++] = report;
	}
	if (!noted)
		reports[count++] = (rpv__report){ in->source, in->at_ms };
	d->hot.reports = reports;
	d->hot.report_count = count;
	return RPV_OK;
}

static rpv_status write_facts(rpv__intake *in, rpv__in_device *d, bool *changed)
{
	rpv__key key;
	rpv_status st = RPV_OK;

	if (!d->exists)
		d->hot.flags |= RPV__DEVICE_REMOVED;
	*changed = d->exists != d->existed || d->wiped || d->hot.group != d->before.group ||
	           d->hot.value != d->before.value || d->hot.flags != d->before.flags;
	if (d->cold) {
		bool cold_changed;

		d->cold->id = d->id;
		if (d->exists && !d->cold->first_seen_ms)
			d->cold->first_seen_ms = in->at_ms;
		rpv__buf_clear(&in->buf);
		rpv__put_device(&in->buf, d->cold);
		st = rpv__in_put(in, rpv__key32(&key, RPV__K_DEVICE, d->number), d->cold_stored, &cold_changed);
		*changed = *changed || cold_changed;
	}
	rpv__buf_clear(&in->buf);
	rpv__put_device_hot(&in->buf, &d->hot);
	return st == RPV_OK ? rpv__in_put(in, rpv__key32(&key, RPV__K_DEVICE_HOT, d->number), d->hot_stored, NULL) : st;
}

/* Devices of its group: known ones, and by value those that count. */
static rpv_status count_in_group(rpv__intake *in, const rpv__device_hot *hot, int by)
{
	rpv__in_group *group;
	rpv_status st;

	if (hot->flags & RPV__DEVICE_REMOVED)
		return RPV_OK;
	st = rpv__in_group_at(in, hot->group, &group);
	if (st != RPV_OK)
		return st;
	group->known += by;
	if (!(hot->flags & RPV__DEVICE_EXCLUDED))
		group->counted[hot->value - RPV_VALUE_LOW] += by;
	return RPV_OK;
}

static rpv_status write_holdings(rpv__intake *in, rpv__in_device *d, const rpv__holdings *holdings, rpv_bytes stored,
                                 bool *changed)
{
	rpv__key key;

	*changed = false;
	rpv__key32(&key, RPV__K_HOLDINGS, d->number);
	if (holdings->count == 0) {
		*changed = stored.size != 0;
		return *changed ? rpv__txn_remove(in->txn, rpv__key_view(&key), in->error) : RPV_OK;
	}
	rpv__buf_clear(&in->buf);
	rpv__put_holdings(&in->buf, holdings);
	return rpv__in_put(in, rpv__key_view(&key), stored, changed);
}

/* What the sources hold, and what follows from it where anything changed. */
static rpv_status write_findings(rpv__intake *in, rpv__in_device *d, bool moved)
{
	rpv__holdings before = { NULL, 0 }, after = { NULL, 0 };
	rpv__in_effects were, are;
	rpv_bytes stored;
	uint64_t assessments = 0;
	bool changed;
	rpv__key key;
	rpv_status st = rpv__in_get(in, rpv__key32(&key, RPV__K_HOLDINGS, d->number), &stored);

	if (st == RPV_OK && stored.size && !rpv__get_holdings(stored, in->arena, &before))
		st = rpv__fail_corrupt(in->error, "assessments of a device", rpv__key_view(&key));
	if (st == RPV_OK && d->exists)
		st = rpv__in_holdings(in, d, &before, &after, &assessments);
	if (st == RPV_OK)
		st = write_holdings(in, d, &after, stored, &changed);
	if (st != RPV_OK || (!changed && !moved))
		return st;
	in->changed += assessments;
	in->assessments += assessments;
	if (assessments) {
		rpv__in_group *group;

		st = rpv__in_group_at(in, d->hot.group, &group);
		if (st == RPV_OK)
			group->assessments += assessments;
	}
	if (st == RPV_OK)
		st = rpv__in_effects_of(in, &before, &were);
	if (st == RPV_OK)
		st = rpv__in_effects_of(in, &after, &are);
	if (st == RPV_OK)
		st = rpv__in_effects_write(in, d->number, &are);
	return st == RPV_OK ? rpv__in_effects_move(in, d, &were, &are) : st;
}

static rpv_status announce(rpv__intake *in, rpv__in_device *d, bool changed)
{
	uint64_t *count = &rpv__txn_revision(in->txn)->count[RPV__NEXT_DEVICE];

	in->changed += changed;
	if (!d->existed) {
		(*count)++;
		return rpv__in_device_event(in, RPV_EVENT_DEVICE_ADDED, d);
	}
	if (!d->exists) {
		(*count)--;
		return rpv__in_device_event(in, RPV_EVENT_DEVICE_REMOVED, d);
	}
	return changed ? rpv__in_device_changes(in, d) : RPV_OK;
}

static rpv_status write_one(rpv__intake *in, rpv__in_device *d)
{
	const uint32_t counts = RPV__DEVICE_INTERNET | RPV__DEVICE_ALERT | RPV__DEVICE_EXCLUDED | RPV__DEVICE_REMOVED;
	bool changed, moved, comes, goes;
	rpv_status st;

	if (!d->existed)
		d->before.flags |= RPV__DEVICE_REMOVED;
	settle_sight(in, d);
	st = note_report(in, d);
	if (st == RPV_OK)
		st = write_facts(in, d, &changed);
	if (st == RPV_OK)
		st = count_in_group(in, &d->before, -1);
	if (st == RPV_OK)
		st = count_in_group(in, &d->hot, 1);
	if (st != RPV_OK)
		return st;
	moved = d->before.group != d->hot.group || d->before.value != d->hot.value ||
	        (d->before.flags & counts) != (d->hot.flags & counts);
	goes = !(d->before.flags & (RPV__DEVICE_EXCLUDED | RPV__DEVICE_REMOVED));
	comes = !(d->hot.flags & (RPV__DEVICE_EXCLUDED | RPV__DEVICE_REMOVED));
	if (moved || d->first || d->full || d->wiped)
		st = write_findings(in, d, moved);
	if (st == RPV_OK && comes != goes) {
		if (rpv__grow(in->alloc, &in->comings, &in->coming_cap, in->coming_count + 1, sizeof *in->comings) != RPV_OK)
			return rpv__fail_nomem(in->error);
		in->comings[in->coming_count++] = (rpv__in_coming){ d->number, comes };
	}
	return st == RPV_OK ? announce(in, d, changed) : st;
}

rpv_status rpv__in_devices_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < in->devices.count; i++)
		st = write_one(in, in->devices.items[i]);
	return st;
}
