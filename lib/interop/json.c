/* SPDX-License-Identifier: MIT */
/* JSON into jansson's values. Jansson's own parser, when memory runs out, leaves bytes out of texts without a word, or says
 * that they are malformed. */
#include "io.h"
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* `room` is a stack: names of members while their values are read, texts and numbers on their way. */
struct parser {
	const char *at, *end;
	unsigned depth;
	char *room;
	size_t used, cap;
	const char *reason; /* NULL: nothing wrong, or no memory */
};

static bool fails(struct parser *p, const char *reason)
{
	p->reason = reason;
	return false;
}

static json_t *wrong(struct parser *p, const char *reason)
{
	p->reason = reason;
	return NULL;
}

static json_t *value_of(struct parser *p);

static int next(const struct parser *p)
{
	return p->at < p->end ? (unsigned char)*p->at : -1;
}

static int skip(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r'))
		p->at++;
	return next(p);
}

static bool push(struct parser *p, const char *bytes, size_t size)
{
	if (size == 0)
		return true; /* there may be no room yet */
	if (p->cap - p->used < size) {
		size_t cap = p->cap == 0 ? 256 : p->cap;
		char *room;
		while (cap - p->used < size)
			cap *= 2;
		room = realloc(p->room, cap);
		if (room == NULL)
			return false;
		p->room = room;
		p->cap = cap;
	}
	memcpy(p->room + p->used, bytes, size);
	p->used += size;
	return true;
}

/* --- texts --- */
/* Bytes of the UTF-8 character that begins here; 0: it is none. */
static size_t character(const struct parser *p)
{
	const unsigned char *b = (const unsigned char *)p->at;
	size_t size = *b < 0x80 ? 1 : *b < 0xC2 ? 0 : *b < 0xE0 ? 2 : *b < 0xF0 ? 3 : *b < 0xF5 ? 4 : 0;
	if (size > (size_t)(p->end - p->at))
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((b[i] & 0xC0) != 0x80)
			return 0;
	bool overlong = (*b == 0xE0 && b[1] < 0xA0) || (*b == 0xF0 && b[1] < 0x90);
	bool surrogate = *b == 0xED && b[1] > 0x9F, beyond = *b == 0xF4 && b[1] > 0x8F;
	return overlong || surrogate || beyond ? 0 : size;
}

static int32_t four_digits(const char *at, const char *end)
{
	int32_t value = 0;
	for (int i = 0; i < 4; i++) {
		char c = at < end ? *at++ : '\0';
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
		            : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Behind `\u`; a pair of surrogates is one character. */
static bool unicode(struct parser *p)
{
	int32_t value = four_digits(p->at, p->end), low = -1;
	char out[4];
	size_t size = 0;
	if (value >= 0)
		p->at += 4;
	if (value >= 0xD800 && value < 0xDC00 && p->end - p->at >= 6 && p->at[0] == '\\' && p->at[1] == 'u')
		low = four_digits(p->at + 2, p->end);
	if (low >= 0xDC00 && low < 0xE000) {
		p->at += 6;
		value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
	}
	if (value <= 0 || (value >= 0xD800 && value < 0xE000))
		return fails(p, value == 0 ? "a zero character in a text" : "no such character");
	if (value < 0x80) {
		out[size++] = (char)value;
	} else {
		if (value >= 0x10000)
			out[size++] = (char)(0xF0 | value >> 18);
		if (value >= 0x800)
			out[size++] = (char)(value >= 0x10000 ? 0x80 | (value >> 12 & 0x3F) : 0xE0 | value >> 12);
		out[size++] = (char)(value >= 0x800 ? 0x80 | (value >> 6 & 0x3F) : 0xC0 | value >> 6);
		out[size++] = (char)(0x80 | (value & 0x3F));
	}
	return push(p, out, size);
}

static bool escape(struct parser *p)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	int byte = next(p);
	const char *name = byte > 0 ? strchr(names, byte) : NULL;
	if (byte >= 0)
		p->at++;
	if (byte == 'u')
		return unicode(p);
	return name != NULL ? push(p, &bytes[name - names], 1) : fails(p, "no such escape in a text");
}

/* Behind the quotation mark: pushes the text, up to and with the one that closes it. */
static bool text_of(struct parser *p)
{
	for (;;) {
		const char *from = p->at;
		size_t size = 1;
		while (p->at < p->end && (unsigned char)*p->at >= 0x20 && *p->at != '"' && *p->at != '\\' &&
		       (size = character(p)) > 0)
			p->at += size;
		if (!push(p, from, (size_t)(p->at - from)))
			return false;
		if (size == 0)
			return fails(p, "not UTF-8");
		int byte = next(p);
		if (byte >= 0 && byte != '"' && byte != '\\')
			return fails(p, "a control character in a text");
		if (byte < 0)
			return fails(p, "the input ends within a text");
		p->at++;
		if (byte == '"')
			return true;
		if (!escape(p))
			return false;
	}
}

static json_t *text(struct parser *p)
{
	size_t from = p->used;
	json_t *out = text_of(p) && push(p, "", 1) ? json_stringn_nocheck(p->room + from, p->used - from - 1) : NULL;
	p->used = from;
	return out;
}

/* --- numbers --- */
static bool digits(struct parser *p)
{
	const char *from = p->at;
	while (next(p) >= '0' && next(p) <= '9')
		p->at++;
	return p->at > from;
}

/* Pushes it as strtod() wants it: with the point of the locale. */
static json_t *real(struct parser *p, const char *from, const char *point)
{
	const char *mark = localeconv()->decimal_point;
	const char *tail = point != NULL ? point + 1 : p->at;
	size_t start = p->used;
	json_t *out = NULL;
	if (push(p, from, (size_t)((point != NULL ? point : p->at) - from)) &&
	    (point == NULL || push(p, mark, strlen(mark))) && push(p, tail, (size_t)(p->at - tail)) && push(p, "", 1)) {
		double value = strtod(p->room + start, NULL);
		out = isfinite(value) ? json_real(value) : wrong(p, "the number is too large");
	}
	p->used = start;
	return out;
}

static json_t *number(struct parser *p)
{
	const char *from = p->at, *point = NULL;
	bool minus = next(p) == '-', whole = true, good;
	uint64_t value = 0, most = (uint64_t)INT64_MAX + minus;
	p->at += minus;
	good = next(p) == '0' ? (p->at++, true) : digits(p);
	if (good && next(p) == '.') {
		point = p->at++;
		good = digits(p);
	}
	if (good && (next(p) == 'e' || next(p) == 'E')) {
		p->at++;
		whole = false;
		p->at += next(p) == '+' || next(p) == '-';
		good = digits(p);
	}
	if (!good)
		return wrong(p, "no such number");
	if (!whole || point != NULL)
		return real(p, from, point);
	for (const char *at = from + minus; at < p->at; at++) {
		uint64_t digit = (uint64_t)(*at - '0');
		if (value > (most - digit) / 10)
			return wrong(p, "the number is too large");
		value = value * 10 + digit;
	}
	return json_integer(minus ? (json_int_t)(0 - value) : (json_int_t)value);
}

/* --- values of values --- */
/* Behind a value: a comma, with what follows it, or the end. */
static bool separated(struct parser *p, int closing, bool *closed)
{
	int byte = skip(p);
	*closed = byte == closing;
	if (byte != ',' && !*closed)
		return fails(p, closing == ']' ? "',' or ']' is expected behind a value" : "',' or '}' is expected behind a value");
	p->at++;
	return true;
}

static bool element(struct parser *p, json_t *array)
{
	json_t *value = value_of(p);
	return value != NULL && json_array_append_new(array, value) == 0;
}

static bool named_value(struct parser *p, json_t *object, size_t name)
{
	if (skip(p) != ':')
		return fails(p, "':' is expected behind a name");
	p->at++;
	json_t *value = value_of(p);
	return value != NULL && json_object_set_new_nocheck(object, p->room + name, value) == 0;
}

static bool member(struct parser *p, json_t *object)
{
	size_t name = p->used;
	if (skip(p) != '"')
		return fails(p, "a name in quotation marks is expected");
	p->at++;
	bool good = text_of(p) && push(p, "", 1) && named_value(p, object, name);
	p->used = name;
	return good;
}

static json_t *values(struct parser *p, json_t *into, int closing, bool (*one)(struct parser *, json_t *))
{
	bool closed = skip(p) == closing, good = into != NULL;
	p->at += good && closed;
	while (good && !closed)
		good = one(p, into) && separated(p, closing, &closed);
	if (good)
		return into;
	json_decref(into);
	return NULL;
}

static json_t *word(struct parser *p)
{
	static const struct { const char *word; size_t size; json_t *(*value)(void); } words[] = {
		{ "true", 4, json_true }, { "false", 5, json_false }, { "null", 4, json_null } };
	const char *from = p->at;
	while ((next(p) >= 'a' && next(p) <= 'z') || (next(p) >= 'A' && next(p) <= 'Z'))
		p->at++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((size_t)(p->at - from) == words[i].size && memcmp(from, words[i].word, words[i].size) == 0)
			return words[i].value();
	p->at = from;
	return wrong(p, from < p->end ? "a value is expected" : "the input ends within a record");
}

static json_t *value_of(struct parser *p)
{
	json_t *out;
	int byte = skip(p);
	if (byte == '"') {
		p->at++;
		return text(p);
	}
	if (byte == '-' || (byte >= '0' && byte <= '9'))
		return number(p);
	if (byte != '{' && byte != '[')
		return word(p);
	if (p->depth == RPV__IO_DEPTH_MAX)
		return wrong(p, "nested too deeply");
	p->at++;
	p->depth++;
	out = byte == '{' ? values(p, json_object(), '}', member) : values(p, json_array(), ']', element);
	p->depth--;
	return out;
}

json_t *rpv__io_json(const char *bytes, size_t size, const char **reason, size_t *offset)
{
	struct parser p = { .at = bytes, .end = bytes + size };
	json_t *out = value_of(&p);
	if (out != NULL && skip(&p) >= 0) {
		json_decref(out);
		out = wrong(&p, "nothing is expected behind a value");
	}
	free(p.room);
	*reason = p.reason;
	*offset = (size_t)(p.at - bytes);
	return out;
}
