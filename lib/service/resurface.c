/* SPDX-License-Identifier: MIT */
/* An exception whose environment got worse becomes void, or warns, in the commit of the change. */
#include "due.h"

static rpv_status read_texts(rpv__txn *txn, const rpv__cover *cover, rpv__exception *out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key64(&key, RPV__K_EXCEPTION, cover->exception), value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_exception(value, rpv__txn_arena(txn), out)))
		st = rpv__fail_corrupt(error, "exception", at);
	return st;
}

/* The newest of each trigger stays, in their order. */
static rpv_status note(rpv__txn *txn, rpv__exception *texts, const rpv__firing *firings, size_t count, rpv_error *error)
{
	rpv__firing *all = rpv__arena_get(rpv__txn_arena(txn), (texts->firing_count + count) * sizeof *all);
	size_t n = 0, i = 0, j = 0;
	if (!all)
		return rpv__fail_nomem(error);
	while (i < texts->firing_count || j < count) {
		bool newer = i == texts->firing_count || (j < count && firings[j].trigger <= texts->firings[i].trigger);
		if (newer && i < texts->firing_count && firings[j].trigger == texts->firings[i].trigger)
			i++;
		all[n++] = newer ? firings[j++] : texts->firings[i++];
	}
	texts->firings = all;
	texts->firing_count = n;
	return RPV_OK;
}

static rpv_status tell(rpv__txn *txn, const rpv__cover *cover, const rpv__firing *firing, bool by_clock,
                       rpv_error *error)
{
	char before[RPV__VALUE_TEXT], after[RPV__VALUE_TEXT], threshold[RPV__VALUE_TEXT];
	rpv__event event = { .type = firing->voided ? RPV_EVENT_EXCEPTION_RESURFACED : RPV_EVENT_EXCEPTION_WARNED,
	                     .before = before, .after = after, .threshold = threshold, .triggered = true,
	                     .trigger = firing->trigger, .reason = rpv__trigger_sentence(firing->trigger) };
	rpv__key key;
	rpv__weakness weakness;
	rpv__control control;
	rpv_bytes at = rpv__key32(&key, RPV__K_WEAKNESS, firing->weakness), value;
	rpv_status st = RPV_OK;
	if (by_clock) {
		event.time_ms = firing->time_ms;
		event.actor = RPV__SYSTEM;
	}
	rpv__firing_value(firing->trigger, firing->frozen, before);
	rpv__firing_value(firing->trigger, firing->now, after);
	rpv__firing_value(firing->trigger, firing->threshold, threshold);
	if (firing->weakness) {
		st = rpv__txn_get(txn, at, &value, error);
		if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_weakness(value, rpv__txn_arena(txn), &weakness)))
			return rpv__fail_corrupt(error, "weakness", at);
		event.weakness = st == RPV_OK ? weakness.id : NULL;
	}
	if (st == RPV_OK && firing->control) {
		st = rpv__txn_control(txn, firing->control, rpv__txn_arena(txn), &control, error);
		event.control = st == RPV_OK ? control.id : NULL;
	}
	return st == RPV_OK ? rpv__txn_exception_event(txn, cover, &event, error) : st;
}

static rpv_status write(rpv__txn *txn, const rpv__cover *cover, rpv__exception *texts, const rpv__firing *firings,
                        size_t count, rpv_error *error)
{
	rpv_status st = note(txn, texts, firings, count, error);
	if (st == RPV_OK)
		st = rpv__txn_put_exception(txn, cover->exception, texts, error);
	return st == RPV_OK ? rpv__txn_put_cover(txn, cover, error) : st;
}

rpv_status rpv__resurface_cover(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__firing *firings,
                                size_t count, rpv_error *error)
{
	const rpv__firing *voids = rpv__firing_voids(firings, count);
	int64_t now = rpv__txn_now(txn);
	rpv__exception read;
	rpv_status st = texts ? RPV_OK : read_texts(txn, cover, &read, error);
	if (!texts)
		texts = &read;
	if (st == RPV_OK && voids) {
		st = rpv__txn_remove_deadlines(txn, cover, now, error);
		if (st == RPV_OK && !rpv__life_end(cover, RPV__CAUSE_TRIGGER_FIRED, now))
			st = rpv__fail(error, RPV_E_REFUSED, "an exception that pends or has ended cannot resurface");
	}
	if (st == RPV_OK)
		st = write(txn, cover, texts, firings, count, error);
	if (st == RPV_OK && voids)
		st = tell(txn, cover, voids, false, error);
	for (size_t i = 0; st == RPV_OK && !voids && i < count; i++)
		st = tell(txn, cover, &firings[i], false, error);
	return st;
}

rpv_status rpv__resurface_by_clock(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, rpv__firing firing,
                                   rpv_error *error)
{
	rpv_status st = RPV_OK;
	if (firing.voided) { /* nothing else becomes of it from this instant on */
		st = rpv__txn_remove_deadlines(txn, cover, firing.time_ms - 1, error);
		if (st == RPV_OK) /* a reminder of this very instant put the next one */
			st = rpv__txn_remove_deadlines(txn, cover, firing.time_ms, error);
		if (st == RPV_OK && !rpv__life_keep(cover, firing.time_ms))
			st = rpv__fail(error, RPV_E_CORRUPT, "an exception resurfaces that the clock left alone");
	}
	if (st == RPV_OK)
		st = write(txn, cover, texts, &firing, 1, error);
	return st == RPV_OK ? tell(txn, cover, &firing, true, error) : st;
}

rpv_status rpv__resurface_note(rpv__txn *txn, const rpv__cover *cover, const rpv__firing *firings, size_t count,
                               rpv_error *error)
{
	rpv__exception texts;
	rpv_status st = read_texts(txn, cover, &texts, error);
	return st == RPV_OK ? write(txn, cover, &texts, firings, count, error) : st;
}
