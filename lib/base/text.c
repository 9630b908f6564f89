/* SPDX-License-Identifier: MIT */
/* Text and bytes: comparing, checking, formatting. Nothing here depends on a locale. */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>

rpv_bytes rpv__bytes_of(const char *text)
{
	return (rpv_bytes){ text, text ? strlen(text) : 0 };
}

int rpv__bytes_compare(rpv_bytes a, rpv_bytes b)
{
	size_t both = a.size < b.size ? a.size : b.size;
	int order = both ? memcmp(a.data, b.data, both) : 0;
	if (order)
		return order < 0 ? -1 : 1;
	return a.size < b.size ? -1 : a.size > b.size;
}

/* Length of the well-formed sequence at `s`, 0 when there is none. */
static size_t utf8_length(const uint8_t *s, size_t left)
{
	if (s[0] < 0x80)
		return s[0] != 0;
	size_t size = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
	if (s[0] < 0xC2 || s[0] > 0xF4 || left < size)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
	bool surrogate = s[0] == 0xED && s[1] >= 0xA0;
	bool too_high = s[0] == 0xF4 && s[1] >= 0x90;
	return overlong || surrogate || too_high ? 0 : size;
}

bool rpv__utf8_ok(const char *text, size_t size)
{
	const uint8_t *s = (const uint8_t *)text;
	for (size_t i = 0; i < size;) {
		size_t step = utf8_length(s + i, size - i);
		if (step == 0)
			return false;
		i += step;
	}
	return true;
}

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool rpv__equal_fold(const char *a, const char *b)
{
	for (; *a && fold(*a) == fold(*b); a++, b++)
		;
	return fold(*a) == fold(*b);
}

int rpv__format(char *out, size_t size, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(out, size, format, args);
	va_end(args);
	return length;
}

void rpv__hex(char *out, const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = bytes;
	for (size_t i = 0; i < size; i++) {
		*out++ = digits[at[i] >> 4];
		*out++ = digits[at[i] & 15];
	}
	*out = '\0';
}
