/* SPDX-License-Identifier: MIT */
/* What batches write into the journal. */
#include "batch.h"

rpv_status rpv__in_event(rpv__intake *in, rpv__event *event)
{
	return in->batch->restore ? RPV_OK : rpv__txn_event(in->txn, event, in->error);
}

/* One event for each thing that changed: `subject` and the words before and after. */
static rpv_status changed(rpv__intake *in, const rpv__event *subject, const char *before, const char *after)
{
	rpv__event event = *subject;

	event.before = before;
	event.after = after;
	return strcmp(before, after) == 0 ? RPV_OK : rpv__in_event(in, &event);
}

/* `what` and a word behind it, in the arena. */
static const char *phrase(rpv__intake *in, const char *what, const char *word)
{
	size_t a = strlen(what), b = strlen(word);
	char *text = rpv__in_new(in, a + b + 1);

	if (text) {
		memcpy(text, what, a);
		memcpy(text + a, word, b);
	}
	return text;
}

static rpv_status changed_phrase(rpv__intake *in, const rpv__event *subject, const char *what, const char *before,
                                 const char *after)
{
	const char *b = phrase(in, what, before), *a = phrase(in, what, after);

	return a && b ? changed(in, subject, b, a) : RPV_E_NOMEM;
}

/* --- devices --- */
rpv_status rpv__in_device_event(rpv__intake *in, rpv_event_type type, const rpv__in_device *d)
{
	const rpv__device_hot *hot = type == RPV_EVENT_DEVICE_REMOVED ? &d->before : &d->hot;
	rpv__group_count_pair pair = { hot->group, 1 };
	rpv__event event = { .type = type, .device = d->id, .groups = &pair, .group_count = 1 };

	return rpv__in_event(in, &event);
}

static const char *value_word(rpv_value value)
{
	return value == RPV_VALUE_LOW ? "value low" : value == RPV_VALUE_HIGH ? "value high" : "value normal";
}

static rpv_status changed_flag(rpv__intake *in, const rpv__event *event, const rpv__in_device *d, uint32_t flag,
                               const char *const words[2])
{
	return changed(in, event, words[(d->before.flags & flag) != 0], words[(d->hot.flags & flag) != 0]);
}

rpv_status rpv__in_device_changes(rpv__intake *in, const rpv__in_device *d)
{
	static const struct { uint32_t flag; const char *words[2]; } flags[] = {
		{ RPV__DEVICE_EXCLUDED, { "not excluded", "excluded" } },
		{ RPV__DEVICE_INTERNET, { "not internet facing", "internet facing" } },
		{ RPV__DEVICE_ALERT, { "no active alert", "active alert" } } };
	rpv__group_count_pair groups[2] = { { d->before.group, 1 }, { d->hot.group, 1 } };
	rpv__event event = { .type = RPV_EVENT_DEVICE_CHANGED, .device = d->id, .groups = groups, .group_count = 2 };
	rpv_status st = RPV_OK;

	if (d->before.group != d->hot.group) { /* seen by those who see the one or the other */
		rpv__in_group *from, *to;

		st = rpv__in_group_at(in, d->before.group, &from);
		if (st == RPV_OK)
			st = rpv__in_group_at(in, d->hot.group, &to);
		if (st == RPV_OK)
			st = changed_phrase(in, &event, "group ", from->now.name, to->now.name);
	}
	groups[0] = groups[1];
	event.group_count = 1;
	if (st == RPV_OK)
		st = changed(in, &event, value_word(d->before.value), value_word(d->hot.value));
	for (size_t i = 0; st == RPV_OK && i < RPV__COUNT(flags); i++)
		st = changed_flag(in, &event, d, flags[i].flag, flags[i].words);
	return st;
}

/* --- weaknesses --- */
static const char *severity_word(uint8_t severity)
{
	static const char *const words[] = { "severity unknown", "severity unknown", "severity low", "severity medium",
	                                     "severity high", "severity critical" };
	return words[severity < RPV__COUNT(words) ? severity : 0];
}

static const char *exploit_word(uint8_t exploit)
{
	static const char *const words[] = { "exploit none", "exploit none", "exploit public", "exploit verified",
	                                     "exploit kit" };
	return words[exploit < RPV__COUNT(words) ? exploit : 0];
}

static const char *fix_word(uint8_t flags)
{
	if (!(flags & RPV__THREAT_FIX_KNOWN))
		return "fix unknown";
	return flags & RPV__THREAT_FIX ? "fix available" : "no fix available";
}

rpv_status rpv__in_weakness_changes(rpv__intake *in, const rpv__in_weakness *w)
{
	static const char *const exploited[2] = { "not known exploited", "known exploited" };
	static const char *const alert[2] = { "no active alert", "active alert" };
	rpv__event event = { .type = RPV_EVENT_WEAKNESS_CHANGED, .weakness = w->facts.id };
	const rpv__threat *b = &w->before, *a = &w->threat;
	rpv_status st;

	if (w->is_new) {
		event.type = RPV_EVENT_WEAKNESS_ADDED;
		return rpv__in_event(in, &event);
	}
	st = changed(in, &event, severity_word(b->severity), severity_word(a->severity));
	if (st == RPV_OK)
		st = changed(in, &event, exploit_word(b->exploit), exploit_word(a->exploit));
	if (st == RPV_OK)
		st = changed(in, &event, exploited[(b->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0],
		             exploited[(a->flags & RPV__THREAT_KNOWN_EXPLOITED) != 0]);
	if (st == RPV_OK)
		st = changed(in, &event, alert[(b->flags & RPV__THREAT_ALERT) != 0],
		             alert[(a->flags & RPV__THREAT_ALERT) != 0]);
	return st == RPV_OK ? changed(in, &event, fix_word(b->flags), fix_word(a->flags)) : st;
}

/* --- recommendations --- */
static const char *kind_word(rpv_kind kind)
{
	static const char *const words[] = { "kind update", "kind update", "kind upgrade", "kind uninstall",
	                                     "kind configuration change", "kind attention required" };
	return words[kind];
}

static const char *category_word(rpv_category category)
{
	static const char *const words[] = { "", "category application", "category OS", "category network",
	                                     "category accounts", "category security controls" };
	return words[category];
}

/* Tags in one text, in the arena. */
static const char *tags_phrase(rpv__intake *in, const rpv__texts *tags)
{
	rpv_bytes all;

	rpv__buf_clear(&in->buf);
	rpv__buf_put(&in->buf, "tags", 4);
	for (size_t i = 0; i < tags->count; i++) {
		rpv__buf_put(&in->buf, i ? ", " : " ", i ? 2 : 1);
		rpv__buf_put(&in->buf, tags->items[i], strlen(tags->items[i]));
	}
	all = rpv__buf_view(&in->buf);
	const char *text = in->buf.status == RPV_OK ? rpv__arena_text(in->arena, all.data, all.size) : NULL;
	if (!text)
		rpv__fail_nomem(in->error);
	return text;
}

rpv_status rpv__in_recommendation_changes(rpv__intake *in, const rpv__in_recommendation *r)
{
	rpv__event event = { .type = RPV_EVENT_RECOMMENDATION_CHANGED, .recommendation = r->id };
	const rpv__recommendation *b = &r->before, *a = &r->now;
	const char *tags_before, *tags_after;
	char before[32], after[32];
	rpv_status st = changed(in, &event, kind_word(b->kind), kind_word(a->kind));

	if (st == RPV_OK)
		st = changed(in, &event, category_word(b->category), category_word(a->category));
	rpv__format(before, sizeof before, "points %u", (unsigned)b->points);
	rpv__format(after, sizeof after, "points %u", (unsigned)a->points);
	if (st == RPV_OK)
		st = changed(in, &event, before, after);
	if (st != RPV_OK)
		return st;
	tags_before = tags_phrase(in, &b->tags);
	tags_after = tags_before ? tags_phrase(in, &a->tags) : NULL;
	return tags_after ? changed(in, &event, tags_before, tags_after) : RPV_E_NOMEM;
}

/* --- all the rest --- */
static int by_group(const void *a, const void *b, const void *context)
{
	const rpv__group_count_pair *x = a, *y = b;
	(void)context;
	return (x->group > y->group) - (x->group < y->group);
}

/* One event for all assessments and EPSS values that changed. */
rpv_status rpv__in_reported_event(rpv__intake *in)
{
	rpv__event event = { .type = RPV_EVENT_FACTS_REPORTED, .count = in->assessments + in->epss };
	rpv__group_count_pair *pairs;

	if (event.count == 0 || in->batch->restore)
		return RPV_OK;
	pairs = rpv__in_new(in, in->groups.count * sizeof *pairs);
	if (!pairs)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < in->groups.count; i++) {
		const rpv__in_group *g = in->groups.items[i];

		if (g->assessments)
			pairs[event.group_count++] = (rpv__group_count_pair){ g->number, g->assessments };
	}
	if (rpv__sort(in->alloc, pairs, event.group_count, sizeof *pairs, by_group, NULL) != RPV_OK)
		return rpv__fail_nomem(in->error);
	event.groups = event.group_count ? pairs : NULL;
	return rpv__in_event(in, &event);
}
