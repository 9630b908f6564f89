/* SPDX-License-Identifier: MIT */
/* Counters of devices by recommendation and device group, brought up to date once for all that moved. */
#include "batch.h"

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int same_counter(const rpv__in_move *a, const rpv__in_move *b)
{
	int order = compare_u32(a->recommendation, b->recommendation);

	return order ? order : compare_u32(a->group, b->group);
}

/* In order of a counter's rows. */
static int same_row(const rpv__in_move *a, const rpv__in_move *b)
{
	int order = compare_u32(a->variant, b->variant);

	if (order == 0)
		order = compare_u32(a->state, b->state);
	return order ? order : compare_u32(a->user_impact, b->user_impact);
}

static int by_counter(const void *a, const void *b, const void *context)
{
	int order = same_counter(a, b);
	(void)context;
	return order ? order : same_row(a, b);
}

static rpv__in_move row_key(const rpv__counter_row *row)
{
	return (rpv__in_move){ .variant = row->variant, .state = (uint8_t)row->state, .user_impact = row->user_impact };
}

/* Adds the moves of one row to it: false when it would count less than none. */
static bool apply(rpv__counter_row *row, const rpv__in_move *moves, size_t count, bool *empty)
{
	int64_t devices[RPV__CLASSES];

	*empty = true;
	for (size_t c = 0; c < RPV__CLASSES; c++)
		devices[c] = row->devices[c];
	for (size_t i = 0; i < count; i++)
		devices[moves[i].class] += moves[i].by;
	for (size_t c = 0; c < RPV__CLASSES; c++) {
		if (devices[c] < 0 || devices[c] > UINT32_MAX)
			return false;
		row->devices[c] = (uint32_t)devices[c];
		*empty = *empty && devices[c] == 0;
	}
	return true;
}

/* Merges the rows of a counter with the moves, both in the same order. */
static bool merge(const rpv__counter *before, const rpv__in_move *moves, size_t count, rpv__counter_row *rows,
                  rpv__counter *after)
{
	size_t i = 0, j = 0, n = 0;

	while (i < before->count || j < count) {
		rpv__in_move key = i < before->count ? row_key(&before->items[i]) : moves[j];
		bool empty = false;
		size_t end = j;

		if (i < before->count && j < count && same_row(&moves[j], &key) < 0)
			key = moves[j];
		memset(&rows[n], 0, sizeof rows[n]);
		rows[n].variant = key.variant;
		rows[n].state = (rpv_configuration_state)key.state;
		rows[n].user_impact = key.user_impact;
		if (i < before->count) {
			rpv__in_move row = row_key(&before->items[i]);

			if (same_row(&row, &key) == 0)
				rows[n] = before->items[i++];
		}
		while (end < count && same_row(&moves[end], &key) == 0)
			end++;
		if (end > j && !apply(&rows[n], moves + j, end - j, &empty))
			return false;
		n += !empty;
		j = end;
	}
	*after = (rpv__counter){ rows, n };
	return true;
}

static size_t distinct_rows(const rpv__in_move *moves, size_t count)
{
	size_t n = 1;

	for (size_t i = 1; i < count; i++)
		n += same_row(&moves[i - 1], &moves[i]) != 0;
	return n;
}

static rpv_status write_one(rpv__intake *in, const rpv__in_move *moves, size_t count)
{
	rpv__counter before = { NULL, 0 }, after;
	rpv__counter_row *rows;
	rpv__key key;
	rpv_bytes stored;
	rpv_status st;

	rpv__key32_32(&key, RPV__K_COUNTER, moves->recommendation, moves->group);
	st = rpv__in_get(in, rpv__key_view(&key), &stored);
	if (st != RPV_OK)
		return st;
	if (stored.size && !rpv__get_counter(stored, in->arena, &before))
		return rpv__fail_corrupt(in->error, "counter", rpv__key_view(&key));
	rows = rpv__in_new(in, (before.count + distinct_rows(moves, count)) * sizeof *rows);
	if (!rows)
		return RPV_E_NOMEM;
	st = rpv__in_note_tallied(in, moves->recommendation, moves->group, &before);
	if (st != RPV_OK)
		return st;
	if (!merge(&before, moves, count, rows, &after))
		return rpv__fail_corrupt(in->error, "counter", rpv__key_view(&key));
	if (after.count == 0)
		return stored.size ? rpv__txn_remove(in->txn, rpv__key_view(&key), in->error) : RPV_OK;
	rpv__buf_clear(&in->buf);
	rpv__put_counter(&in->buf, &after);
	return rpv__in_put(in, rpv__key_view(&key), stored, NULL);
}

rpv_status rpv__in_counters_write(rpv__intake *in)
{
	rpv_status st = RPV_OK;

	if (rpv__sort(in->alloc, in->moves, in->move_count, sizeof *in->moves, by_counter, NULL) != RPV_OK)
		return rpv__fail_nomem(in->error);
	for (size_t i = 0, end; st == RPV_OK && i < in->move_count; i = end) {
		for (end = i + 1; end < in->move_count && same_counter(&in->moves[i], &in->moves[end]) == 0; end++)
			;
		st = write_one(in, in->moves + i, end - i);
	}
	return st;
}
