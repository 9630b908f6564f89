/* SPDX-License-Identifier: MIT */
/* Compensating controls of a batch become records and events, and act on the exceptions that rest on them. */
#include "../model/control.h"
#include "../model/instant.h"
#include "batch.h"
#include "exception.h"

/* --- events --- */
static rpv_status changed(rpv__intake *in, const rpv__in_control *c, const char *before, const char *after)
{
	rpv__event event = { .type = RPV_EVENT_CONTROL_CHANGED, .control = c->now.id, .before = before, .after = after };
	return strcmp(before, after) == 0 ? RPV_OK : rpv__in_event(in, &event);
}

#define WORDS (RPV_ID_MAX + 64)

static void owner_words(const rpv__control *c, char out[WORDS])
{
	rpv__format(out, WORDS, "owner %.*s", RPV_ID_MAX, c->owner ? c->owner : "-");
}

static void review_words(const rpv__control *c, char out[WORDS])
{
	char when[RPV_TIME_TEXT_SIZE];
	rpv__time_text(c->reviewed_ms, when);
	rpv__format(out, WORDS, "%s%s", c->reviewed_ms ? "reviewed " : "not reviewed", c->reviewed_ms ? when : "");
}

static void interval_words(const rpv__control *c, char out[WORDS])
{
	char duration[RPV__DURATION_WORDS];
	rpv__format(out, WORDS, "%s%s", c->interval_ms ? "review interval " : "no review interval",
	            c->interval_ms ? rpv__duration_words(c->interval_ms, duration) : "");
}

static rpv_status changes(rpv__intake *in, const rpv__in_control *c)
{
	static void (*const words_of[])(const rpv__control *, char *) = { owner_words, review_words, interval_words };
	static const char *const kinds[] = { "", "kind third_party", "kind internal" };
	static const char *const places[] = { "in place", "retired" };
	rpv_status st = changed(in, c, kinds[c->before.kind], kinds[c->now.kind]);
	for (size_t i = 0; st == RPV_OK && i < RPV__COUNT(words_of); i++) {
		char before[WORDS], after[WORDS];
		words_of[i](&c->before, before);
		words_of[i](&c->now, after);
		st = changed(in, c, before, after);
	}
	if (st == RPV_OK && !c->now.retired)
		st = changed(in, c, places[c->before.retired], places[0]);
	return st;
}

/* `resting` exceptions rest on it. */
static rpv_status tell(rpv__intake *in, const rpv__in_control *c, uint64_t resting)
{
	rpv__event event = { .type = RPV_EVENT_CONTROL_ADDED, .control = c->now.id };
	rpv_status st = RPV_OK;
	if (c->now.removed) {
		event.type = RPV_EVENT_CONTROL_REMOVED;
		event.count = resting;
		return rpv__in_event(in, &event);
	}
	st = c->existed ? changes(in, c) : rpv__in_event(in, &event);
	if (st == RPV_OK && c->now.retired && !(c->existed && c->before.retired)) {
		event.type = RPV_EVENT_CONTROL_RETIRED;
		event.count = resting;
		st = rpv__in_event(in, &event);
	}
	return st;
}

/* --- records --- */
/* The deadline of the control itself; those behind the commit were written down before. */
static rpv_status move_deadline(rpv__intake *in, const rpv__in_control *c)
{
	int64_t before = c->stored.size ? rpv__control_stale_ms(&c->before) : 0, now = rpv__control_stale_ms(&c->now);
	int64_t mark = in->batch->restore ? rpv__txn_revision(in->txn)->mark_ms : rpv__txn_now(in->txn);
	rpv__key key;
	rpv_status st = RPV_OK;
	if (before == now)
		return RPV_OK;
	if (before > mark)
		st = rpv__txn_remove(in->txn, rpv__key_deadline(&key, before, RPV__DUE_CONTROL, RPV__DUE_CONTROL_ID(c->number)),
		                     in->error);
	if (st == RPV_OK && now > mark)
		st = rpv__txn_put(in->txn, rpv__key_deadline(&key, now, RPV__DUE_CONTROL, RPV__DUE_CONTROL_ID(c->number)),
		                  (rpv_bytes){ NULL, 0 }, in->error);
	return st;
}

static rpv_status write_one(rpv__intake *in, rpv__in_control *c)
{
	rpv__key key;
	rpv_status st = RPV_OK;
	if (c->now.removed) { /* what it was stays to be read */
		c->now = c->before;
		c->now.removed = true;
	}
	if (!c->now.id) /* it came and went within the batch */
		return RPV_OK;
	rpv__buf_clear(&in->buf);
	rpv__put_control(&in->buf, &c->now);
	st = rpv__in_put(in, rpv__key32(&key, RPV__K_CONTROL, c->number), c->stored, &c->changed);
	if (st == RPV_OK && !c->stored.size)
		st = rpv__txn_name_put(in->txn, RPV__N_CONTROL, 0, c->now.id, c->number, in->error);
	if (st != RPV_OK || !c->changed)
		return st;
	in->changed++;
	rpv__txn_revision(in->txn)->count[RPV__NEXT_CONTROL] += (uint64_t)!c->now.removed - (uint64_t)c->existed;
	st = move_deadline(in, c);
	if (st == RPV_OK)
		st = rpv__txn_resting(in->txn, c->number, in->arena, &c->resting, &c->resting_count, in->error);
	return st == RPV_OK ? tell(in, c, c->resting_count) : st;
}

rpv_status rpv__in_controls_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < in->controls.count; i++)
		st = write_one(in, in->controls.items[i]);
	return st;
}

/* --- what rests on them --- */
rpv_status rpv__in_controls_act(rpv__intake *in)
{
	const rpv__policy *policy;
	uint64_t *all, ignored = 0;
	size_t count = 0, n = 0;
	rpv_status st;
	for (size_t i = 0; i < in->controls.count; i++)
		count += ((const rpv__in_control *)in->controls.items[i])->resting_count;
	if (count == 0 || in->batch->restore)
		return RPV_OK;
	all = rpv__in_new(in, count * sizeof *all);
	st = all ? rpv__txn_policy(in->txn, &policy, in->error) : RPV_E_NOMEM;
	for (size_t i = 0; st == RPV_OK && i < in->controls.count; i++) {
		const rpv__in_control *c = in->controls.items[i];
		for (size_t k = 0; k < c->resting_count; k++)
			all[n++] = c->resting[k];
	}
	return st == RPV_OK ? rpv__txn_judge_resting(in->txn, all, n, policy, &ignored, &ignored, in->error) : st;
}
