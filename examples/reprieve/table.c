/* SPDX-License-Identifier: MIT */
/* Tables that fit the terminal. */
#include "program.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 16, TEXT_LEAST = 12, ID_LEAST = 13, LEAST = 8 };

void table_begin(table *t, const column *columns, int column_count)
{
	memset(t, 0, sizeof *t);
	t->columns = columns;
	t->column_count = column_count;
}

void table_row(table *t, ...)
{
	va_list arguments;

	if (t->row_count == t->row_cap) {
		t->row_cap = t->row_cap ? t->row_cap * 2 : 64;
		t->cells = need_memory(realloc(t->cells, t->row_cap * (size_t)t->column_count * sizeof *t->cells));
	}
	va_start(arguments, t);
	for (int i = 0; i < t->column_count; i++)
		t->cells[t->row_count * (size_t)t->column_count + (size_t)i] =
			need_memory(strdup(va_arg(arguments, const char *)));
	va_end(arguments);
	t->row_count++;
}

void table_free(table *t)
{
	for (size_t i = 0; i < t->row_count * (size_t)t->column_count; i++)
		free(t->cells[i]);
	free(t->cells);
}

static const char *cell(const table *t, size_t row, int at)
{
	return t->cells[row * (size_t)t->column_count + (size_t)at];
}

/* Takes `over` columns off those of a kind, always from the widest; returns what could not be taken. */
static int shrink(const table *t, int *widths, column_kind kind, int least, int over)
{
	while (over > 0) {
		int widest = -1;

		for (int c = 0; c < t->column_count; c++)
			if (t->columns[c].kind == kind && widths[c] > least && (widest < 0 || widths[c] > widths[widest]))
				widest = c;
		if (widest < 0)
			break;
		widths[widest]--;
		over--;
	}
	return over;
}

/* Widths without regard to the terminal, -1 for a column without any text. */
static void measure(const table *t, int *widths)
{
	for (int c = 0; c < t->column_count; c++) {
		int widest = 0;

		for (size_t r = 0; r < t->row_count; r++) {
			int width = columns_of(cell(t, r, c));

			widest = width > widest ? width : widest;
		}
		widths[c] = columns_of(t->columns[c].title);
		if (widest == 0 && t->row_count > 0)
			widths[c] = -1;
		else if (widest > widths[c])
			widths[c] = widest;
	}
}

/* Makes the widths fit the terminal: texts give way first, then ids. Returns what is still too much. */
static int squeeze(const table *t, int *widths)
{
	int over = -2 - terminal_width();

	for (int c = 0; c < t->column_count; c++)
		over += widths[c] < 0 ? 0 : widths[c] + 2;
	over = shrink(t, widths, COLUMN_TEXT, TEXT_LEAST, over);
	over = shrink(t, widths, COLUMN_ID, ID_LEAST, over);
	over = shrink(t, widths, COLUMN_TEXT, LEAST, over);
	return shrink(t, widths, COLUMN_ID, LEAST, over);
}

/* As squeeze(); where that is not enough, texts are left out, from the right. */
static void fit(const table *t, int *widths)
{
	int whole[COLUMNS_MAX];
	int last = t->column_count;

	measure(t, whole);
	memcpy(widths, whole, sizeof whole);
	while (squeeze(t, widths) > 0) {
		do
			last--;
		while (last >= 0 && (t->columns[last].kind != COLUMN_TEXT || whole[last] < 0));
		if (last < 0)
			break;
		whole[last] = -1;
		memcpy(widths, whole, sizeof whole);
	}
}

/* The end of a text that fits into so many columns. */
static const char *tail(const char *text, int width)
{
	while (columns_of(text) > width)
		do
			text++;
		while (((unsigned char)*text & 0xC0) == 0x80);
	return text;
}

/* Prints a cell; what comes before the next one, blanks that fill it up, is left to the next in `*pending`. */
static void print_cell(const char *text, int width, column_kind kind, int *pending)
{
	int all = columns_of(text), columns = all, head = width;
	size_t size = strlen(text);

	if (all > width) {
		head = kind == COLUMN_ID ? width / 2 : width - 1;
		size = fitting(text, head, &columns);
	}
	if (kind == COLUMN_RIGHT)
		*pending += width - columns;
	if (all > 0) {
		char *start = need_memory(strndup(text, size));

		printf("%*s", *pending, "");
		put_plain(stdout, start);
		free(start);
		*pending = 0;
	}
	if (all > width) {
		fputs("…", stdout);
		columns++;
		if (kind == COLUMN_ID) {
			text = tail(text, width - head - 1);
			put_plain(stdout, text);
			columns += columns_of(text);
		}
	}
	if (kind != COLUMN_RIGHT)
		*pending += width - columns;
	*pending += 2;
}

void table_end(table *t)
{
	int widths[COLUMNS_MAX];

	fit(t, widths);
	for (size_t r = 0; r <= t->row_count; r++) {
		int pending = 0;

		for (int c = 0; c < t->column_count; c++)
			if (widths[c] >= 0)
				print_cell(r ? cell(t, r - 1, c) : t->columns[c].title, widths[c], t->columns[c].kind, &pending);
		fputc('\n', stdout);
	}
	table_free(t);
}
