/* SPDX-License-Identifier: MIT */
/* Assessments as columns: each column is turned into a table of texts, then rows are collected as if they came one by
 * one. The tables live as long as the call. */
#include "batch.h"

typedef struct reader {
	rpv_batch *batch;
	rpv__arena arena;
	const rpv_assessment_columns *c;
	const char *const *device, *const *recommendation, *const *version, *const *set, *const *weakness; /* NULL: none */
	size_t next;                          /* with counts: the first weakness of the next row */
} reader;

static rpv_status bad_column(reader *in, const char *field, const char *words)
{
	return rpv__fail_field(&in->batch->session->error, RPV_E_INVALID, RPV_NO_INDEX, field, "the column %s %s", field,
	                       words);
}

/* Room for pointers; NULL records the failure. */
static const char **room(reader *in, size_t count)
{
	const char **table = count > SIZE_MAX / sizeof *table - 1 ? NULL
	                                                          : rpv__arena_get(&in->arena, (count + 1) * sizeof *table);

	if (!table)
		rpv__fail_nomem(&in->batch->session->error);
	return table;
}

/* An unsigned integer of an array, which may lie anywhere. */
static uint64_t number_at(const void *array, uint32_t width, size_t i)
{
	const char *at = (const char *)array + i * width;
	uint64_t wide;
	uint32_t word;
	uint16_t half;

	switch (width) {
	case 8:
		memcpy(&wide, at, sizeof wide);
		return wide;
	case 4:
		memcpy(&word, at, sizeof word);
		return word;
	case 2:
		memcpy(&half, at, sizeof half);
		return half;
	default:
		return *(const uint8_t *)at;
	}
}

/* --- texts --- */
static rpv_status split_at_offsets(reader *in, const rpv_text_column *c, const char *field, const char **table)
{
	uint64_t from, to;

	if (c->offset_width != 4 && c->offset_width != 8)
		return bad_column(in, field, "has offsets that are neither 4 nor 8 bytes wide");
	from = number_at(c->offsets, c->offset_width, 0);
	for (size_t i = 0; i < c->count; i++, from = to) {
		to = number_at(c->offsets, c->offset_width, i + 1);
		if (to < from || to > c->size)
			return bad_column(in, field, "has offsets that go back, or lead behind its bytes");
		if (to > from && memchr(c->bytes + from, 0, (size_t)(to - from)))
			return bad_column(in, field, "holds U+0000");
		table[i] = rpv__arena_text(&in->arena, to > from ? c->bytes + from : "", (size_t)(to - from));
		if (!table[i])
			return rpv__fail_nomem(&in->batch->session->error);
	}
	return RPV_OK;
}

static rpv_status split_at_ends(reader *in, const rpv_text_column *c, const char *field, const char **table)
{
	const char *at = c->bytes;
	size_t left = c->size;

	for (size_t i = 0; i < c->count; i++) {
		const char *end = left ? memchr(at, 0, left) : NULL;
		if (!end)
			return bad_column(in, field, "has fewer texts than its count says, or the last one has no NUL");
		table[i] = at;
		left -= (size_t)(end + 1 - at);
		at = end + 1;
	}
	return left ? bad_column(in, field, "has more texts than its count says, or one of them holds U+0000") : RPV_OK;
}

static rpv_status split(reader *in, const rpv_text_column *c, const char *field, const char *const **out)
{
	const char **table;
	rpv_status st;

	if (c->texts || c->count == 0) {
		*out = c->texts;
		return RPV_OK;
	}
	if (!c->bytes && c->size)
		return bad_column(in, field, "has a size, but no bytes");
	table = room(in, c->count);
	if (!table)
		return RPV_E_NOMEM;
	st = c->offsets ? split_at_offsets(in, c, field, table) : split_at_ends(in, c, field, table);
	*out = table;
	return st;
}

/* The text of each row by its code. */
static rpv_status look_up(reader *in, const rpv_text_column *c, const char *field, size_t rows, const char *const **texts)
{
	uint64_t none = c->code_width == 1 ? UINT8_MAX : c->code_width == 2 ? UINT16_MAX : UINT32_MAX;
	const char **table;

	if (c->code_width != 1 && c->code_width != 2 && c->code_width != 4)
		return bad_column(in, field, "has codes that are neither 1, 2 nor 4 bytes wide");
	table = room(in, rows);
	if (!table)
		return RPV_E_NOMEM;
	for (size_t i = 0; i < rows; i++) {
		uint64_t code = number_at(c->codes, c->code_width, i);
		if (code != none && code >= c->count)
			return rpv__fail_field(&in->batch->session->error, RPV_E_INVALID, RPV_NO_INDEX, field,
			                       "the column %s has the code %llu, but only %zu texts", field,
			                       (unsigned long long)code, c->count);
		table[i] = code == none ? NULL : (*texts)[code];
	}
	*texts = table;
	return RPV_OK;
}

/* A table of the texts of `rows` rows; NULL when there is no such column. */
static rpv_status read_column(reader *in, const rpv_text_column *c, const char *field, size_t rows,
                              const char *const **out)
{
	rpv_status st;

	*out = NULL;
	if (c->count == 0 && !c->codes)
		return RPV_OK;
	if (!c->codes && c->count != rows)
		return rpv__fail_field(&in->batch->session->error, RPV_E_INVALID, RPV_NO_INDEX, field,
		                       "the column %s has %zu texts for %zu rows", field, c->count, rows);
	st = split(in, c, field, out);
	return st == RPV_OK && c->codes ? look_up(in, c, field, rows, out) : st;
}

/* --- rows --- */
static rpv_status add_counts(reader *in, size_t *out)
{
	const rpv_assessment_columns *c = in->c;
	uint64_t sum = 0;

	if (c->weakness_count_width != 1 && c->weakness_count_width != 2 && c->weakness_count_width != 4)
		return bad_column(in, "weaknesses", "has counts that are neither 1, 2 nor 4 bytes wide");
	for (size_t i = 0; i < c->count; i++)
		sum += number_at(c->weakness_counts, c->weakness_count_width, i);
	if (sum > SIZE_MAX || (!c->weakness.codes && sum > c->weakness.count))
		return bad_column(in, "weaknesses", "has counts of more texts than it holds");
	*out = c->weakness.codes ? (size_t)sum : c->weakness.count;
	return RPV_OK;
}

/* How many weaknesses all rows have, checked. */
static rpv_status count_weaknesses(reader *in, size_t *out)
{
	const rpv_assessment_columns *c = in->c;
	uint64_t from, to;

	*out = c->count;
	if (c->weakness_offsets && c->weakness_counts)
		return bad_column(in, "weaknesses", "has both offsets and counts");
	if (c->weakness_counts)
		return add_counts(in, out);
	if (!c->weakness_offsets)
		return RPV_OK;
	if (c->weakness_offset_width != 4 && c->weakness_offset_width != 8)
		return bad_column(in, "weaknesses", "has offsets that are neither 4 nor 8 bytes wide");
	from = number_at(c->weakness_offsets, c->weakness_offset_width, 0);
	for (size_t i = 0; i < c->count; i++, from = to) {
		to = number_at(c->weakness_offsets, c->weakness_offset_width, i + 1);
		if (to < from)
			return bad_column(in, "weaknesses", "has offsets that go back");
	}
	if (from > SIZE_MAX || (!c->weakness.codes && from > c->weakness.count))
		return bad_column(in, "weaknesses", "has offsets that lead behind its texts");
	*out = c->weakness.codes ? (size_t)from : c->weakness.count;
	return RPV_OK;
}

static rpv_status read_columns(reader *in)
{
	const rpv_assessment_columns *c = in->c;
	size_t weaknesses;
	rpv_status st = count_weaknesses(in, &weaknesses);

	if (st == RPV_OK && (c->reserved || c->reserved_too))
		st = bad_column(in, "reserved", "must be 0");
	if (st == RPV_OK)
		st = read_column(in, &c->device, "device", c->count, &in->device);
	if (st == RPV_OK)
		st = read_column(in, &c->recommendation, "recommendation", c->count, &in->recommendation);
	if (st == RPV_OK)
		st = read_column(in, &c->version, "version", c->count, &in->version);
	if (st == RPV_OK)
		st = read_column(in, &c->set, "set", c->count, &in->set);
	if (st == RPV_OK)
		st = read_column(in, &c->weakness, "weaknesses", weaknesses, &in->weakness);
	return st;
}

static const char *text_of(const char *const *column, size_t row)
{
	return column && column[row] && *column[row] ? column[row] : NULL;
}

static void set_weaknesses(reader *in, size_t row, rpv_assessment_facts *f)
{
	const rpv_assessment_columns *c = in->c;
	size_t from = row, to = row;

	if (!in->weakness)
		return;
	if (c->weakness_offsets) {
		from = (size_t)number_at(c->weakness_offsets, c->weakness_offset_width, row);
		to = (size_t)number_at(c->weakness_offsets, c->weakness_offset_width, row + 1);
	} else if (c->weakness_counts) {
		from = in->next;
		to = in->next += (size_t)number_at(c->weakness_counts, c->weakness_count_width, row);
	} else if (text_of(in->weakness, row)) {
		to++;
	}
	f->weaknesses = in->weakness + from;
	f->weakness_count = to - from;
}

static rpv_status add_row(reader *in, size_t row)
{
	const rpv_assessment_columns *c = in->c;
	rpv_assessment_facts f = { 0 };

	f.device = text_of(in->device, row);
	f.recommendation = text_of(in->recommendation, row);
	f.version = text_of(in->version, row);
	f.set = text_of(in->set, row);
	set_weaknesses(in, row, &f);
	f.state = c->states ? (rpv_configuration_state)c->states[row] : RPV_CONFIGURATION_NONE;
	f.user_impact = c->user_impacts ? (rpv_flag)c->user_impacts[row] : RPV_FLAG_UNCHANGED;
	f.change = c->changes ? (rpv_assessment_change)c->changes[row] : RPV_ASSESSMENT_REPLACE;
	f.first_seen_ms = c->first_seen_ms ? c->first_seen_ms[row] : 0;
	f.last_seen_ms = c->last_seen_ms ? c->last_seen_ms[row] : 0;
	return rpv__batch_assessment(in->batch, &f);
}

rpv_status rpv__batch_assessments(rpv_batch *b, const rpv_assessment_columns *columns)
{
	reader in = { .batch = b, .c = columns };
	size_t before = b->count;
	rpv_status st;

	rpv__arena_init(&in.arena, &b->arena.alloc);
	st = read_columns(&in);
	for (size_t i = 0; st == RPV_OK && i < columns->count; i++)
		st = add_row(&in, i);
	if (st != RPV_OK)
		b->count = before;
	rpv__arena_free(&in.arena);
	return st;
}
