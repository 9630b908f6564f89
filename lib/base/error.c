/* SPDX-License-Identifier: MIT */
/* The error record: one place that fills it, so that a failure always has a status and words. */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>

/* A record smaller than the first one ever released was not initialised: it is left alone. */
static bool usable(const rpv_error *e)
{
	return e && e->struct_size >= sizeof *e;
}

void rpv__error_clear(rpv_error *e)
{
	if (!usable(e))
		return;
	e->status = RPV_OK;
	e->host_code = 0;
	e->index = RPV_NO_INDEX;
	e->field[0] = '\0';
	e->message[0] = '\0';
}

/* A cut text must not end within a character. */
static void trim_utf8(char *text)
{
	size_t size = strlen(text), start = size;
	while (start > 0 && size - start < 4 && ((uint8_t)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start > 0 && ((uint8_t)text[start - 1] & 0xC0) == 0xC0 && !rpv__utf8_ok(text + start - 1, size - start + 1))
		text[start - 1] = '\0';
}

static void record(rpv_error *e, rpv_status status, uint64_t index, const char *field)
{
	e->status = status;
	e->index = index;
	rpv__format(e->field, sizeof e->field, "%s", field ? field : "");
	trim_utf8(e->field);
}

static void write_words(rpv_error *e, const char *format, va_list args)
{
	char words[sizeof e->message]; /* the arguments may lie in e->message itself */
	int length = vsnprintf(words, sizeof words, format, args);
	if (length <= 0)
		rpv__format(words, sizeof words, "failed");
	trim_utf8(words);
	memcpy(e->message, words, sizeof words);
}

rpv_status rpv__fail(rpv_error *e, rpv_status status, const char *format, ...)
{
	if (!usable(e))
		return status;
	va_list args;
	va_start(args, format);
	record(e, status, RPV_NO_INDEX, NULL);
	write_words(e, format, args);
	va_end(args);
	return status;
}

rpv_status rpv__fail_field(rpv_error *e, rpv_status status, uint64_t index, const char *field, const char *format, ...)
{
	if (!usable(e))
		return status;
	va_list args;
	va_start(args, format);
	record(e, status, index, field);
	write_words(e, format, args);
	va_end(args);
	return status;
}

rpv_status rpv__fail_nomem(rpv_error *e)
{
	return rpv__fail(e, RPV_E_NOMEM, "there is no memory");
}

rpv_status rpv__fail_corrupt(rpv_error *e, const char *what, rpv_bytes key)
{
	char hex[2 * 64 + 1];
	rpv__hex(hex, key.data, key.size < 64 ? key.size : 64);
	return rpv__fail(e, RPV_E_CORRUPT, "the %s under key %s%s cannot be read: the store is damaged", what, hex,
	                 key.size > 64 ? "..." : "");
}
