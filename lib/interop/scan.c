/* SPDX-License-Identifier: MIT */
/* Finds the records of an input: elements of a document's `value` array or of a bare array, or objects one behind the
 * other. Only brackets, strings and commas are looked at here; each record is then parsed by itself, so memory is
 * bounded by one record. */
#include "io.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOP, ARRAY_FIRST, ARRAY_NEXT, VALUE_FIRST, VALUE_NEXT, LOST };

void rpv__io_scan_begin(rpv__io_scan *scan, rpv__io_source *source)
{
	memset(scan, 0, sizeof(*scan));
	scan->source = source;
	scan->state = TOP;
}

void rpv__io_scan_end(rpv__io_scan *scan)
{
	free(scan->text);
	memset(scan, 0, sizeof(*scan));
}

/* The next byte without taking it; -1 at the end. */
static rpv_status peek(rpv__io_scan *scan, int *out, rpv_import_error *error)
{
	rpv__io_source *s = scan->source;
	rpv_status st = s->at < s->end ? RPV_OK : rpv__io_source_fill(s, error);
	*out = st == RPV_OK && s->at < s->end ? *s->at : -1;
	return st;
}

static void pass(rpv__io_where *where, int byte)
{
	where->offset++;
	if (byte == '\n') {
		where->line++;
		where->column = 1;
	} else if ((byte & 0xC0) != 0x80) {
		where->column++;
	}
}

static void take(rpv__io_scan *scan)
{
	pass(&scan->source->where, *scan->source->at);
	scan->source->at++;
}

static bool keep(rpv__io_scan *scan, const char *bytes, size_t size)
{
	if (scan->cap - scan->size < size) {
		size_t cap = scan->cap == 0 ? 4096 : scan->cap * 2;
		char *text;
		while (cap - scan->size < size)
			cap *= 2;
		text = realloc(scan->text, cap);
		if (text == NULL)
			return false;
		scan->text = text;
		scan->cap = cap;
	}
	memcpy(scan->text + scan->size, bytes, size);
	scan->size += size;
	return true;
}

static rpv_status skip_blanks(rpv__io_scan *scan, int *next, rpv_import_error *error)
{
	rpv_status st;
	while ((st = peek(scan, next, error)) == RPV_OK && (*next == ' ' || *next == '\t' || *next == '\r' || *next == '\n'))
		take(scan);
	return st;
}

static rpv_status fail_at(rpv__io_scan *scan, const rpv__io_where *where, rpv_status status, const char *reason,
                          rpv_import_error *error)
{
	rpv__io_where place = *where;
	place.record = scan->records;
	rpv__io_fail(error, status, NULL, "%s", reason);
	rpv__io_place(error, &place);
	return status;
}

/* Parses the text kept; its first `added` bytes are not from the input. */
static rpv_status parse(rpv__io_scan *scan, size_t added, json_t **out, rpv_import_error *error)
{
	rpv__io_where where = scan->start;
	const char *reason;
	size_t offset;
	*out = rpv__io_json(scan->text, scan->size, &reason, &offset);
	if (*out != NULL)
		return RPV_OK;
	if (reason == NULL)
		return rpv__io_nomem(error);
	for (size_t i = added; i < offset; i++)
		pass(&where, (unsigned char)scan->text[i]);
	return fail_at(scan, &where, RPV_E_INVALID, reason, error);
}

/* The text kept cannot be a value: lets the parser say where. */
static rpv_status explain(rpv__io_scan *scan, size_t added, const char *otherwise, rpv_import_error *error)
{
	json_t *json = NULL;
	rpv_status st = parse(scan, added, &json, error);
	if (st == RPV_OK) {
		json_decref(json);
		st = fail_at(scan, &scan->source->where, RPV_E_INVALID, otherwise, error);
	}
	return st;
}

/* What is open while a value is read. */
struct open { unsigned depth, values; uint64_t arrays; bool string, escape; size_t string_from, key, key_size; };

static bool is_value_key(const rpv__io_scan *scan, const struct open *o)
{
	return o->depth == 1 && (o->arrays & 1) == 0 && o->key_size == 5 && strncasecmp(scan->text + o->key, "value", 5) == 0;
}

/* One byte outside of strings. *end: the value is complete with it. */
static const char *structure(rpv__io_scan *scan, struct open *o, int byte, bool *end)
{
	if (byte == '"') {
		o->string = true;
		o->string_from = scan->size;   /* the quote itself is kept before */
	} else if (byte == '{' || byte == '[') {
		uint64_t bit = UINT64_C(1) << (o->depth & 63);
		if (o->depth == RPV__IO_DEPTH_MAX)
			return "nested too deeply";
		o->arrays = byte == '[' ? o->arrays | bit : o->arrays & ~bit;
		o->depth++;
		o->values++;
	} else if (byte == '}' || byte == ']') {
		bool array = o->depth > 0 && (o->arrays >> (o->depth - 1) & 1) != 0;
		if (o->depth == 0 || array != (byte == ']'))
			return "brackets do not match";
		*end = --o->depth == 0;
	} else if (byte == ',') {
		o->values++;
		if (o->depth == 1)
			o->key_size = 0;
	}
	return o->values > RPV__IO_VALUES_MAX ? "too many values in one record" : NULL;
}

static bool in_string(rpv__io_scan *scan, struct open *o, int byte)
{
	if (o->escape)
		o->escape = false;
	else if (byte == '\\')
		o->escape = true;
	else if (byte == '"')
		o->string = false;
	if (!o->string && o->depth == 1 && o->key_size == 0) {
		o->key = o->string_from;
		o->key_size = scan->size - 1 - o->string_from;
	}
	return !o->string && o->depth == 0;
}

static bool ends_word(int byte)
{
	return byte == ',' || byte == ']' || byte == '}' || byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' ||
	       byte == '{' || byte == '[' || byte == '"';
}

/* Keeps, at one go, the bytes of a text up to one that means something. Most of an input is such bytes. */
static rpv_status keep_run(rpv__io_scan *scan, rpv_import_error *error)
{
	rpv__io_source *s = scan->source;
	size_t n = 0, most = (size_t)(s->end - s->at), characters = 0;
	if (most > RPV__IO_RECORD_MAX - scan->size)
		most = RPV__IO_RECORD_MAX - scan->size;
	for (; n < most && s->at[n] >= 0x20 && s->at[n] != '"' && s->at[n] != '\\'; n++)
		characters += (s->at[n] & 0xC0) != 0x80;
	if (!keep(scan, (const char *)s->at, n))
		return rpv__io_nomem(error);
	s->at += n;
	s->where.offset += n;
	s->where.column += characters;
	return RPV_OK;
}

/* Keeps the text of one value that begins here. With `watch`, stops in front of the `[` of a member `value` at the
 * highest level and sets *found. */
static rpv_status read_value(rpv__io_scan *scan, struct open *o, size_t added, bool *found, rpv_import_error *error)
{
	rpv_status st;
	int byte;
	bool end = false, word = false;
	while (!end) {
		const char *reason = NULL;
		char c;
		if (o->string && !o->escape && (st = keep_run(scan, error)) != RPV_OK)
			return st;
		if ((st = peek(scan, &byte, error)) != RPV_OK)
			return st;
		if (word && (byte < 0 || ends_word(byte)))
			return RPV_OK;
		if (byte < 0)
			return explain(scan, added, "the input ends within a record", error);
		if (o->string && byte < 0x20)
			return explain(scan, added, "a control character in a text", error);
		if (byte == '\n' && scan->lines && found != NULL && o->depth > 0)
			return explain(scan, added, "the line ends within a record", error);
		if (found != NULL && byte == '[' && !o->string && is_value_key(scan, o)) {
			*found = true;
			return RPV_OK;
		}
		c = (char)byte;
		if (scan->size >= RPV__IO_RECORD_MAX)
			return fail_at(scan, &scan->start, RPV_E_LIMIT, "the record is larger than 16 MiB", error);
		if (!keep(scan, &c, 1))
			return rpv__io_nomem(error);
		if (o->string)
			end = in_string(scan, o, byte);
		else if (o->depth == 0 && !ends_word(byte))
			word = true;
		else
			reason = structure(scan, o, byte, &end);
		if (reason != NULL && byte != '}' && byte != ']')
			return fail_at(scan, &scan->source->where, RPV_E_LIMIT, reason, error);
		take(scan);
		if (reason != NULL)
			return explain(scan, added, reason, error);
	}
	return RPV_OK;
}

/* What a document says of itself. */
static void note_members(rpv__io_scan *scan, const json_t *document)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)document, name, value)
	{
		if (strcasecmp(name, "@odata.nextLink") == 0 && json_is_string(value))
			scan->next_links++;
		if (strcasecmp(name, "@odata.count") == 0 && json_integer_value(value) > 0 &&
		    (uint64_t)json_integer_value(value) > scan->declared)
			scan->declared = (uint64_t)json_integer_value(value);
		if (strcasecmp(name, "@odata.context") == 0 && json_is_string(value))
			snprintf(scan->context, sizeof(scan->context), "%s", json_string_value(value));
	}
}

static rpv_status document_part(rpv__io_scan *scan, size_t added, rpv_import_error *error)
{
	json_t *json = NULL;
	rpv_status st = parse(scan, added, &json, error);
	if (st == RPV_OK && json_is_object(json))
		note_members(scan, json);
	json_decref(json);
	return st;
}

/* The members before `value` are kept: makes an object of them. */
static rpv_status begin_document(rpv__io_scan *scan, rpv_import_error *error)
{
	rpv_status st;
	if (!keep(scan, "null}", 5))
		return rpv__io_nomem(error);
	st = document_part(scan, 0, error);
	take(scan);                        /* the [ */
	scan->documents++;
	scan->state = VALUE_FIRST;
	return st;
}

/* Behind the `]` of `value`: the other members. */
static rpv_status end_document(rpv__io_scan *scan, rpv_import_error *error)
{
	static const char before[] = "{\"value\":null";
	struct open o = { .depth = 1 };
	rpv_status st;
	scan->size = 0;
	scan->start = scan->source->where;
	if (!keep(scan, before, sizeof(before) - 1))
		return rpv__io_nomem(error);
	st = read_value(scan, &o, sizeof(before) - 1, NULL, error);
	if (st == RPV_OK)
		st = document_part(scan, sizeof(before) - 1, error);
	scan->state = st == RPV_OK ? TOP : LOST;
	return st;
}

static rpv_status read_record(rpv__io_scan *scan, json_t **out, rpv_import_error *error)
{
	bool top = scan->state == TOP, found = false;
	struct open o = { 0 };
	rpv_status st;
	int state = scan->state;
	scan->size = 0;
	scan->start = scan->source->where;
	scan->records++;
	scan->start.record = scan->records;
	scan->state = LOST;                /* unless all of the record is found */
	st = read_value(scan, &o, 0, top ? &found : NULL, error);
	if (st != RPV_OK) {
		if (top && st != RPV_E_LIMIT)
			scan->state = TOP;         /* another line may be whole */
		return st;
	}
	if (found) {
		scan->records--;
		return begin_document(scan, error);
	}
	if (top && memchr(scan->text, '\n', scan->size) == NULL)
		scan->lines = true;
	scan->state = top ? TOP : state == ARRAY_FIRST ? ARRAY_NEXT : state == VALUE_FIRST ? VALUE_NEXT : state;
	st = parse(scan, 0, out, error);
	if (st == RPV_OK && !json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		st = fail_at(scan, &scan->start, RPV_E_INVALID, "an object is expected", error);
	}
	return st;
}

static rpv_status between(rpv__io_scan *scan, bool *record, rpv_import_error *error)
{
	int byte;
	bool first = scan->state == ARRAY_FIRST || scan->state == VALUE_FIRST;
	rpv_status st = skip_blanks(scan, &byte, error);
	*record = false;
	if (st != RPV_OK)
		return st;
	if (scan->state == TOP) {
		if (byte == '[') {
			take(scan);
			scan->state = ARRAY_FIRST;
			return RPV_OK;
		}
		*record = byte >= 0;
		return byte < 0 ? RPV_STOP : RPV_OK;
	}
	if (byte == ']') {
		take(scan);
		if (scan->state == VALUE_FIRST || scan->state == VALUE_NEXT)
			return end_document(scan, error);
		scan->state = TOP;
		return RPV_OK;
	}
	if (!first && byte == ',') {
		take(scan);
		st = skip_blanks(scan, &byte, error);
	} else if (!first) {
		scan->state = LOST;
		return fail_at(scan, &scan->source->where, RPV_E_INVALID, byte < 0 ? "the input ends within an array"
		               : "',' or ']' is expected behind a record", error);
	}
	*record = true;
	if (st == RPV_OK && (byte < 0 || byte == ']' || byte == ',' || byte == '}' || byte == ':')) {
		scan->state = LOST;
		st = fail_at(scan, &scan->source->where, RPV_E_INVALID, byte < 0 ? "the input ends within an array"
		             : "a record is expected", error);
	}
	return st;
}

rpv_status rpv__io_scan_next(rpv__io_scan *scan, json_t **out, rpv__io_where *where, rpv_import_error *error)
{
	rpv_status st = RPV_OK;
	*out = NULL;
	while (st == RPV_OK && *out == NULL) {
		bool record = false;
		st = scan->state == LOST ? RPV_STOP : between(scan, &record, error);
		if (st == RPV_OK && record)
			st = read_record(scan, out, error);
	}
	*where = scan->start;
	return st;
}

rpv_status rpv__io_scan_skip(rpv__io_scan *scan, rpv_import_error *error)
{
	int byte = 0;
	rpv_status st = RPV_OK;
	if (scan->state == LOST)
		return RPV_STOP;
	if (scan->state != TOP || scan->size == 0)
		return RPV_OK;
	while (st == RPV_OK && byte >= 0 && byte != '\n') {
		st = peek(scan, &byte, error);
		if (st == RPV_OK && byte >= 0)
			take(scan);
	}
	return st == RPV_OK ? RPV_OK : RPV_STOP;
}
