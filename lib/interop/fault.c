/* SPDX-License-Identifier: MIT */
/* What is wrong with an input, and where. */
#include "io.h"
#include <stdarg.h>
#include <string.h>

static void copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);
	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
			n--;                   /* not within a character */
	}
	memcpy(to, from, n);
	to[n] = '\0';
}

rpv_status rpv__io_fail(rpv_import_error *error, rpv_status status, const char *field, const char *format, ...)
{
	char text[sizeof(error->message)];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	*error = (rpv_import_error)RPV_IMPORT_ERROR_INIT;
	error->status = status;
	copy(error->message, sizeof(error->message), text);
	copy(error->field, sizeof(error->field), field != NULL ? field : "");
	return status;
}

rpv_status rpv__io_fail_core(rpv_import_error *error, const rpv_session *session)
{
	const rpv_error *core = rpv_session_error(session);
	int32_t host_code = core->host_code;
	rpv__io_fail(error, core->status, core->field, "%s", core->message);
	error->host_code = host_code;
	return error->status;
}

rpv_status rpv__io_nomem(rpv_import_error *error)
{
	return rpv__io_fail(error, RPV_E_NOMEM, NULL, "out of memory");
}

void rpv__io_place(rpv_import_error *error, const rpv__io_where *where)
{
	if (error->source[0] == '\0' && where->source != NULL)
		copy(error->source, sizeof(error->source), where->source);
	if (error->record == 0)
		error->record = where->record;
	if (error->line == 0) {
		error->line = where->line;
		error->column = where->column;
		error->offset = where->offset;
	}
}

void rpv__io_finish(rpv_import_error *error)
{
	char text[sizeof(error->message) * 2], place[sizeof(error->source) + 96] = "", record[40] = "";
	if (error->line != 0 && error->column != 0)
		snprintf(place, sizeof(place), "%s:%llu:%llu: ", error->source, (unsigned long long)error->line,
		         (unsigned long long)error->column);
	else if (error->source[0] != '\0')
		snprintf(place, sizeof(place), "%s: ", error->source);
	if (error->record != 0)
		snprintf(record, sizeof(record), "record %llu: ", (unsigned long long)error->record);
	snprintf(text, sizeof(text), "%s%s%s%s%s", place, record, error->field, error->field[0] != '\0' ? ": " : "",
	         error->message);
	copy(error->message, sizeof(error->message), text);
}

void rpv__io_give_error(rpv_import_error *from, rpv_import_error *to)
{
	size_t size = to != NULL ? to->struct_size : 0;
	rpv__io_finish(from);
	if (size > sizeof(*from))
		size = sizeof(*from);
	if (size > sizeof(to->struct_size))
		memcpy((char *)to + sizeof(to->struct_size), (const char *)from + sizeof(from->struct_size),
		       size - sizeof(to->struct_size));
}
