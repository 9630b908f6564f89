/* SPDX-License-Identifier: MIT */
/* Chains of renewals. */
#include "renewal.h"
#include "exception.h"

const rpv__cover *rpv__chain_find(const rpv__cover *covers, size_t count, uint64_t number)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (covers[middle].exception < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && covers[low].exception == number ? &covers[low] : NULL;
}

/* Ended before it took effect, or as it did. */
static bool never_held(const rpv__cover *c, int64_t now_ms)
{
	int64_t ended = rpv__exception_ended_ms(c, now_ms);
	return ended && (c->pending || ended <= c->start_ms ||
	                 rpv__exception_status_alone(c, now_ms) == RPV_EXCEPTION_REJECTED);
}

/* The instant it stops; its start when it never took effect. */
static int64_t stop_of(const rpv__cover *c, int64_t now_ms)
{
	int64_t ended = rpv__exception_ended_ms(c, now_ms);
	if (never_held(c, now_ms))
		return c->start_ms;
	return ended ? ended : c->end_ms;
}

/* How much of [from, to) the members of the chain younger than `before` leave. Only where one starts before what it
 * follows is there anything: a renewal of a canceled renewal of what has not begun. */
static int64_t left_by(const rpv__cover *last, const rpv__cover *before, const rpv__cover *covers, size_t count,
                       int64_t from, int64_t to, int64_t now_ms)
{
	int64_t left = 0;
	while (from < to) {
		int64_t reach = from, next = to;
		for (const rpv__cover *c = last; c != before; c = rpv__chain_find(covers, count, c->predecessor)) {
			int64_t stop = stop_of(c, now_ms);
			if (c->start_ms <= from && stop > reach)
				reach = stop;
			if (c->start_ms > from && c->start_ms < next && stop > c->start_ms)
				next = c->start_ms;
		}
		left += reach > from ? 0 : next - from;
		from = reach > from ? reach : next;
	}
	return left;
}

/* From the last to the first starts mostly fall: one that another follows is counted up to its start, for by then it was
 * over, or is taken over. One that is followed by what never took effect may still go on, for other device groups. */
rpv__chain rpv__chain_of(const rpv__cover *last, const rpv__cover *covers, size_t count, uint64_t after, int64_t now_ms)
{
	rpv__chain chain = { 0, 0, last };
	int64_t next_start = INT64_MAX;
	bool followed = true;
	for (const rpv__cover *c = last; c;) {
		int64_t stop = stop_of(c, now_ms);
		if (c->start_ms > next_start || !followed)
			chain.total_ms += left_by(last, c, covers, count, c->start_ms, stop, now_ms);
		else if (stop > c->start_ms)
			chain.total_ms += (stop < next_start ? stop : next_start) - c->start_ms;
		if (stop > c->start_ms && c->start_ms < next_start) /* one that never took effect cuts nothing off */
			next_start = c->start_ms;
		followed = stop > c->start_ms;
		const rpv__cover *before = c->predecessor > after ? rpv__chain_find(covers, count, c->predecessor) : NULL;
		if (before && c->exception && before->exception >= c->exception)
			before = NULL; /* damaged: predecessors are older */
		chain.first = c;
		chain.renewals += before && !never_held(before, now_ms);
		c = before;
	}
	return chain;
}

bool rpv__chain_ended_lately(const rpv__cover *cover, int64_t window_ms, int64_t now_ms)
{
	int64_t ended = rpv__exception_ended_ms(cover, now_ms);
	return ended && now_ms - ended <= window_ms && !never_held(cover, now_ms);
}
