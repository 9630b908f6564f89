/* SPDX-License-Identifier: MIT */
/* Output for people: texts that fit the terminal and cannot steer it. */
#define _XOPEN_SOURCE 700 /* wcwidth() */
#include "program.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { LABEL_WIDTH = 16 };

int terminal_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;

	if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	return width >= 40 && width <= 1000 ? width : 80;
}

/* Bytes of the character at `text`; *columns is how many it takes, -1 when it is a control character or malformed. */
static size_t character(const char *text, int *columns)
{
	unsigned char first = (unsigned char)text[0];
	size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
	uint32_t code = size == 1 ? first : first & (0xFFu >> (size + 1));

	*columns = -1;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			return 1;
		code = code << 6 | ((unsigned char)text[i] & 0x3F);
	}
	if (size == 1 && (first < 0x20 || first >= 0x7F))
		return 1;
	if ((code >= 0x80 && code < 0xA0) || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069))
		return size; /* control characters, and those that turn the direction of writing */
	*columns = code < 0x80 ? 1 : wcwidth((wchar_t)code);
	if (*columns < 0)
		*columns = 1; /* not known to this machine */
	return size;
}

void put_plain(FILE *to, const char *text)
{
	while (*text) {
		int columns;
		size_t size = character(text, &columns);

		if (columns < 0)
			fputc('?', to);
		else
			fwrite(text, 1, size, to);
		text += size;
	}
}

size_t fitting(const char *text, int width, int *columns)
{
	size_t bytes = 0;

	*columns = 0;
	while (text[bytes]) {
		int wide;
		size_t size = character(text + bytes, &wide);

		if (wide < 0)
			wide = 1;
		if (*columns + wide > width)
			break;
		*columns += wide;
		bytes += size;
	}
	return bytes;
}

int columns_of(const char *text)
{
	int columns;

	fitting(text, 1 << 20, &columns);
	return columns;
}

const char *instant_text(int64_t ms)
{
	static char ring[8][RPV_TIME_TEXT_SIZE];
	static int next;
	char *text = ring[next = (next + 1) % 8];

	if (!ms || rpv_time_format(ms, text) != RPV_OK)
		return "-";
	text[10] = ' ';
	if (strcmp(text + 19, ".000Z") == 0)
		strcpy(text + 19, "Z");
	return text;
}

const char *word_or_dash(rpv_vocabulary vocabulary, int32_t value)
{
	static char ring[8][32];
	static int next;
	const char *word = rpv_word(vocabulary, value);
	char *text = ring[next = (next + 1) % 8];

	if (!word)
		return "-";
	snprintf(text, sizeof ring[0], "%s", word);
	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	return text;
}

const char *number_text(const char *format, double value)
{
	static char ring[16][32];
	static int next;
	char *text = ring[next = (next + 1) % 16];

	snprintf(text, sizeof ring[0], format, value);
	if ((text[0] == '-' || text[0] == '+') && strspn(text + 1, "0.") == strlen(text + 1))
		return text + 1; /* no "-0.00" */
	return text;
}

const char *count_text(uint64_t value)
{
	static char ring[16][24];
	static int next;
	char *text = ring[next = (next + 1) % 16];

	snprintf(text, sizeof ring[0], "%llu", (unsigned long long)value);
	return text;
}

const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* Copies a word with what could steer the terminal taken out; words longer than a line are broken at the line's end. */
static size_t put_word(const char *text, size_t size, int room, int *columns)
{
	char word[1024];

	if (size >= sizeof word)
		size = sizeof word - 1;
	memcpy(word, text, size);
	word[size] = '\0';
	size = fitting(word, room, columns);
	word[size] = '\0';
	put_plain(stdout, word);
	return size;
}

void print_paragraph(int indent, int at, const char *text)
{
	int width = terminal_width(), columns;
	bool fresh = true, broken = false; /* nothing stands on this line yet; not even the indent */

	for (;;) {
		size_t size;

		text += strspn(text, " \t\r");
		size = strcspn(text, " \t\r\n");
		if (size == 0 && (*text == '\0' || text[strspn(text, " \t\r\n")] == '\0'))
			break;
		if (size == 0 || (!fresh && fitting(text, width - at - 1, &columns) < size)) {
			fputc('\n', stdout);
			text += size == 0; /* a line of the text ends */
			at = indent;
			fresh = broken = true;
			continue;
		}
		if (broken)
			printf("%*s", indent, "");
		else if (!fresh)
			at += fputc(' ', stdout) == ' ';
		text += put_word(text, size, width - at > 0 ? width - at : 1, &columns);
		at += columns;
		fresh = broken = false;
	}
	fputc('\n', stdout);
}

void print_field(const char *label, const char *text)
{
	if (!text || !*text)
		return;
	printf("%-*s", LABEL_WIDTH, label);
	print_paragraph(LABEL_WIDTH, LABEL_WIDTH, text);
}

void print_fields(const char *label, const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_field(i ? "" : label, items[i]);
}

void print_formatted(const char *label, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	print_field(label, text);
}
