/* SPDX-License-Identifier: MIT */
/* Holds the events of an operation against the model's; numbers without a gap, times that never fall. */
#include "driver.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
	const ref_event *x = a, *y = b;
	return x->time != y->time ? (x->time < y->time ? -1 : 1) : x->number != y->number ? x->number - y->number
	     : x->type != y->type ? (int)x->type - (int)y->type : x->trigger - y->trigger;
}

static bool modelled(rpv_event_type type)
{
	return type >= RPV_EVENT_EXCEPTION_FILED && type <= RPV_EVENT_EXCEPTION_REJECTED;
}

static int trigger_of(const char *word)
{
	for (int t = 0; word && t < REF_TRIGGERS; t++)
		if (strcmp(word, rpv_word(RPV_WORDS_TRIGGER, t)) == 0)
			return t;
	return -1;
}

static int read_events(driver *d, ref_event *got)
{
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	int count = 0;
	q.since = d->sequence;
	CALL(d, rpv_event_list(d->session, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		SAME(d, d->sequence + 1, e->sequence, "sequence of an event");
		CHECK(d, e->time_ms >= d->last_time && e->time_ms <= e->commit_ms, "event %d at %+lld after %+lld", (int)e->sequence,
		      (long long)(e->time_ms - REF_START), (long long)(d->last_time - REF_START));
		d->sequence = e->sequence;
		d->last_time = e->time_ms;
		if (modelled(e->type) && count < REF_EVENTS)
			got[count++] = (ref_event){ e->type, number_of(e->exception), e->time_ms, e->count, trigger_of(e->trigger) };
	}
	rpv_list_free(list);
	return count;
}

static const char *told(const ref_event *e)
{
	static char out[2][160];
	static int at;
	char *text = out[at++ & 1];
	snprintf(text, sizeof out[0], "%s E-%d at %+lld of %d%s%s", rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type),
	         e->number + 1, (long long)(e->time - REF_START), (int)e->count, e->trigger < 0 ? "" : " by ",
	         e->trigger < 0 ? "" : rpv_word(RPV_WORDS_TRIGGER, e->trigger));
	return text;
}

void check_events(driver *d)
{
	static ref_event got[REF_EVENTS];
	ref *m = &d->m;
	int count = read_events(d, got);
	qsort(got, (size_t)count, sizeof *got, by_time);
	qsort(m->events, (size_t)m->event_count, sizeof *got, by_time);
	for (int i = 0; i < count || i < m->event_count; i++) {
		const ref_event *a = &m->events[i], *b = &got[i];
		CHECK(d, i < m->event_count, "told: %s, of which the model knows nothing", told(b));
		CHECK(d, i < count, "not told: %s", told(a));
		bool counts = a->type == RPV_EVENT_EXCEPTION_SUSPENDED || a->type == RPV_EVENT_EXCEPTION_RESUMED;
		CHECK(d, a->type == b->type && a->number == b->number && a->time == b->time && a->trigger == b->trigger &&
		      (!counts || a->count == b->count), "told: %s, the model says %s", told(b), told(a));
	}
	m->event_count = 0;
}
