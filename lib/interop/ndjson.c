/* SPDX-License-Identifier: MIT */
/* Writing lines of native NDJSON: always the same bytes for the same values, whatever the locale. */
#include "ndjson.h"
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16 };

static void put(rpv__io_line *out, const char *bytes, size_t size)
{
	if (out->cap - out->size < size) {
		size_t cap = out->cap == 0 ? BLOCK : out->cap;
		char *text;
		while (cap - out->size < size)
			cap *= 2;
		text = realloc(out->text, cap);
		if (text == NULL) {
			out->failed = true;
			return;
		}
		out->text = text;
		out->cap = cap;
	}
	memcpy(out->text + out->size, bytes, size);
	out->size += size;
}

static void put_plain(rpv__io_line *out, const char *text)
{
	put(out, text, strlen(text));
}

static void put_string(rpv__io_line *out, const char *text)
{
	put(out, "\"", 1);
	while (*text != '\0') {
		size_t n = 0;
		char escape[8];
		while ((unsigned char)text[n] >= 0x20 && text[n] != '"' && text[n] != '\\')
			n++;
		put(out, text, n);
		text += n;
		if (*text == '\0')
			break;
		if (*text == '"' || *text == '\\')
			snprintf(escape, sizeof(escape), "\\%c", *text);
		else
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(unsigned char)*text);
		put_plain(out, escape);
		text++;
	}
	put(out, "\"", 1);
}

static void put_name(rpv__io_line *out, const char *field)
{
	put_plain(out, ",\"");
	put_plain(out, field);
	put_plain(out, "\":");
}

void rpv__io_line_begin(rpv__io_line *out, const char *type)
{
	put_plain(out, "{\"type\":");
	put_string(out, type);
}

void rpv__io_put_text(rpv__io_line *out, const char *field, const char *value)
{
	if (value == NULL)
		return;
	put_name(out, field);
	put_string(out, value);
}

void rpv__io_put_array(rpv__io_line *out, const char *field, const char *const *values, size_t count)
{
	put_name(out, field);
	put(out, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			put(out, ",", 1);
		put_string(out, values[i]);
	}
	put(out, "]", 1);
}

void rpv__io_put_texts(rpv__io_line *out, const char *field, const char *const *values, size_t count)
{
	if (count > 0)
		rpv__io_put_array(out, field, values, count);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void rpv__io_put_sorted(rpv__io_line *out, const char *field, const char *const *values, size_t count)
{
	const char **sorted = count > 0 ? malloc(count * sizeof(*sorted)) : NULL;
	if (count == 0)
		return;
	if (sorted == NULL) {
		out->failed = true;
		return;
	}
	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_text);
	rpv__io_put_array(out, field, sorted, count);
	free(sorted);
}

void rpv__io_put_word(rpv__io_line *out, const char *field, rpv_vocabulary vocabulary, int32_t value)
{
	rpv__io_put_text(out, field, rpv_word(vocabulary, value));
}

void rpv__io_put_time(rpv__io_line *out, const char *field, int64_t ms)
{
	char text[RPV_TIME_TEXT_SIZE];
	if (ms > 0 && rpv_time_format(ms, text) == RPV_OK)
		rpv__io_put_text(out, field, text);
}

void rpv__io_put_count(rpv__io_line *out, const char *field, uint64_t value)
{
	char text[24];
	put_name(out, field);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	put_plain(out, text);
}

void rpv__io_put_some(rpv__io_line *out, const char *field, uint64_t value)
{
	if (value > 0)
		rpv__io_put_count(out, field, value);
}

/* The fewest digits that read back as the same number. */
void rpv__io_put_number(rpv__io_line *out, const char *field, double value)
{
	char text[40];
	char *point;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	point = strchr(text, localeconv()->decimal_point[0]);
	if (point != NULL)
		*point = '.';
	put_name(out, field);
	put_plain(out, text);
}

void rpv__io_put_flag(rpv__io_line *out, const char *field, bool value)
{
	put_name(out, field);
	put_plain(out, value ? "true" : "false");
}

void rpv__io_put_yes(rpv__io_line *out, const char *field, int32_t value)
{
	if (value)
		rpv__io_put_flag(out, field, true);
}

static int by_group(const void *a, const void *b)
{
	return strcmp(((const rpv_group_count *)a)->group, ((const rpv_group_count *)b)->group);
}

void rpv__io_put_counts(rpv__io_line *out, const char *field, const rpv_group_count *counts, size_t count)
{
	rpv_group_count *sorted = count > 0 ? malloc(count * sizeof(*sorted)) : NULL;
	char text[24];
	if (count == 0)
		return;
	if (sorted == NULL) {
		out->failed = true;
		return;
	}
	memcpy(sorted, counts, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_group);
	put_name(out, field);
	for (size_t i = 0; i < count; i++) {
		put(out, i == 0 ? "{" : ",", 1);
		put_string(out, sorted[i].group);
		snprintf(text, sizeof(text), ":%llu", (unsigned long long)sorted[i].count);
		put_plain(out, text);
	}
	put(out, "}", 1);
	free(sorted);
}

void rpv__io_pair(rpv__io_line *out, const char *field, const char *name, const char *value)
{
	if (field != NULL) {
		put_name(out, field);
		put_plain(out, "{");
	} else {
		put_plain(out, ",");
	}
	put_string(out, name);
	put_plain(out, ":");
	put_string(out, value);
}

void rpv__io_pairs_end(rpv__io_line *out)
{
	put_plain(out, "}");
}

void rpv__io_item_begin(rpv__io_line *out, const char *field, const char *name, const char *value)
{
	if (field != NULL) {
		put_name(out, field);
		put_plain(out, "[{");
	} else {
		put_plain(out, ",{");
	}
	put_string(out, name);
	put_plain(out, ":");
	put_string(out, value);
}

void rpv__io_item_end(rpv__io_line *out, bool last)
{
	put_plain(out, last ? "}]" : "}");
}

rpv_status rpv__io_line_flush(rpv__io_line *out)
{
	rpv_status st = out->size > 0 ? out->sink(out->user, out->text, out->size) : RPV_OK;
	if (st != RPV_OK)
		return rpv__io_fail(out->error, st == RPV_STOP ? RPV_E_REFUSED : st, NULL, "the sink takes no more");
	out->result.bytes += out->size;
	out->size = 0;
	return RPV_OK;
}

rpv_status rpv__io_line_end(rpv__io_line *out)
{
	put_plain(out, "}\n");
	out->result.lines++;
	if (out->failed)
		return rpv__io_nomem(out->error);
	return out->size >= BLOCK ? rpv__io_line_flush(out) : RPV_OK;
}

void rpv__io_line_free(rpv__io_line *out)
{
	free(out->text);
	out->text = NULL;
}

rpv_status rpv__io_line_core(rpv__io_line *out)
{
	return rpv__io_fail_core(out->error, out->session);
}

static rpv_status changed(rpv__io_line *out)
{
	return rpv__io_fail(out->error, RPV_E_CONFLICT, NULL, "the store changed during the export");
}

rpv_status rpv__io_write_rows(rpv__io_line *out, rpv_list *list, rpv__io_row_at at,
                              int (*order)(const void *, const void *), rpv_status (*write)(rpv__io_line *, const void *))
{
	size_t count = rpv_list_count(list);
	const void **rows = malloc((count + 1) * sizeof(*rows));
	rpv_status st = rows != NULL ? RPV_OK : rpv__io_nomem(out->error);
	if (st == RPV_OK && rpv_list_revision(list) != out->result.revision)
		st = changed(out);
	for (size_t i = 0; i < count && st == RPV_OK; i++)
		rows[i] = at(list, i);
	if (st == RPV_OK && order != NULL)
		qsort(rows, count, sizeof(*rows), order);
	for (size_t i = 0; i < count && st == RPV_OK; i++)
		st = write(out, rows[i]);
	free(rows);
	rpv_list_free(list);
	return st;
}

/* Copies the cursor, which lives as long as its page. */
static rpv_status next_page(rpv__io_line *out, const rpv_list *page, char **after)
{
	const char *cursor = rpv_list_cursor(page);
	free(*after);
	*after = cursor != NULL ? strdup(cursor) : NULL;
	return cursor == NULL || *after != NULL ? RPV_OK : rpv__io_nomem(out->error);
}

rpv_status rpv__io_write_pages(rpv__io_line *out, rpv__io_lister ask, const void *query, const char **after,
                               rpv__io_row_at at, rpv_status (*write)(rpv__io_line *, const void *))
{
	char *cursor = NULL;
	rpv_status st = RPV_OK;
	do {
		rpv_list *page = NULL;
		*after = cursor;
		st = ask(out->session, query, &page);
		if (st == RPV_E_NOT_FOUND)
			st = changed(out); /* what it is asked of was there in the list before */
		else
			st = st == RPV_OK ? next_page(out, page, &cursor) : rpv__io_line_core(out);
		if (st != RPV_OK)
			rpv_list_free(page);
		else
			st = rpv__io_write_rows(out, page, at, NULL, write);
	} while (st == RPV_OK && cursor != NULL);
	free(cursor);
	*after = NULL;
	return st;
}
