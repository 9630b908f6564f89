/* SPDX-License-Identifier: MIT */
/* Cells of CSV. */
#include "csv_cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- bytes --- */
void rpv__csv_flush(rpv__csv *w)
{
	if (w->status == RPV_OK && w->used)
		w->status = w->sink(w->user, w->buffer, w->used);
	w->used = 0;
}

static void put(rpv__csv *w, const char *data, size_t size)
{
	while (size) {
		size_t room = sizeof w->buffer - w->used, part = size < room ? size : room;

		memcpy(w->buffer + w->used, data, part);
		w->used += part;
		data += part;
		size -= part;
		if (w->used == sizeof w->buffer)
			rpv__csv_flush(w);
	}
}

static void begin_cell(rpv__csv *w)
{
	if (w->row_begun)
		put(w, ",", 1);
	w->row_begun = true;
}

void rpv__csv_end_row(rpv__csv *w)
{
	put(w, "\r\n", 2);
	w->row_begun = false;
}

/* --- cells --- */
/* Doubles the quotes. */
static void put_quoted(rpv__csv *w, const char *text)
{
	for (size_t part; *text; text += part) {
		part = strcspn(text, "\"");
		if (part == 0) {
			put(w, "\"\"", 2);
			part = 1;
		} else {
			put(w, text, part);
		}
	}
}

static bool runs(const char *text)
{
	return *text && strchr("=+-@\t\r", *text);
}

static bool needs_quotes(const char *text)
{
	return text[strcspn(text, "\",\r\n")] != '\0';
}

/* Every text that would run gets its apostrophe: a spreadsheet may take the separator for the end of a cell. */
void rpv__csv_joined(rpv__csv *w, const char *const *texts, size_t count, const char *separator)
{
	bool quotes = false;

	begin_cell(w);
	for (size_t i = 0; i < count; i++)
		quotes = quotes || needs_quotes(texts[i]);
	if (quotes)
		put(w, "\"", 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			put(w, separator, strlen(separator));
		if (runs(texts[i]))
			put(w, "'", 1);
		put_quoted(w, texts[i]);
	}
	if (quotes)
		put(w, "\"", 1);
}

void rpv__csv_texts(rpv__csv *w, const char *const *texts, size_t count)
{
	rpv__csv_joined(w, texts, count, ";");
}

void rpv__csv_text(rpv__csv *w, const char *text)
{
	rpv__csv_texts(w, &text, text != NULL);
}

void rpv__csv_word(rpv__csv *w, rpv_vocabulary vocabulary, int32_t value)
{
	rpv__csv_text(w, rpv_word(vocabulary, value));
}

void rpv__csv_bool(rpv__csv *w, int32_t value)
{
	rpv__csv_text(w, value ? "true" : "false");
}

void rpv__csv_time(rpv__csv *w, int64_t ms)
{
	char text[RPV_TIME_TEXT_SIZE];

	rpv__csv_text(w, ms && rpv_time_format(ms, text) == RPV_OK ? text : NULL);
}

void rpv__csv_count(rpv__csv *w, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, value);
	rpv__csv_text(w, text);
}

/* A number is written as one, also a negative one: it is no formula. Whatever the locale has between the digits of a
 * fraction becomes a point. */
void rpv__csv_number(rpv__csv *w, double value)
{
	char text[48];
	const char *at = text;

	snprintf(text, sizeof text, "%.17g", value);
	begin_cell(w);
	while (*at) {
		size_t digits = strspn(at, "0123456789+-e");

		put(w, at, digits);
		at += digits;
		if (*at)
			put(w, ".", 1);
		at += strcspn(at, "0123456789+-e");
	}
}

void rpv__csv_header(rpv__csv *w, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rpv__csv_text(w, names[i]);
	rpv__csv_end_row(w);
}
