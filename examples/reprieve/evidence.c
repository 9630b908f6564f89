/* SPDX-License-Identifier: MIT */
/* Evidence: a URI and, behind its last #, the digest of what stands there, such as #sha256=9f86d0... */
#include "program.h"
#include <stdlib.h>
#include <string.h>

/* Hexadecimal digits of a digest whose text begins so; 0: it is none. */
static size_t digits_of(const char *text)
{
	static const struct { const char *name; size_t digits; } known[] = {
		{ "sha256=", 64 }, { "sha384=", 96 }, { "sha512=", 128 } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncmp(text, known[i].name, strlen(known[i].name)) == 0)
			return known[i].digits;
	return 0;
}

/* Cuts the digest off: one piece of memory holds both. Other fragments belong to the URI. */
static int split(program *p, const char *text, const char **uri, const char **digest)
{
	const char *mark = strrchr(text, '#');
	size_t digits = mark ? digits_of(mark + 1) : 0, size = strlen(text) + 1;
	const char **room;
	char *copy;

	*uri = text;
	*digest = "";
	if (digits == 0)
		return EXIT_DONE;
	if (mark == text || strspn(strchr(mark, '=') + 1, "0123456789abcdefABCDEF") != digits ||
	    strlen(strchr(mark, '=') + 1) != digits)
		return usage_error("--evidence: \"%s\" does not end in a URI's digest of %zu hexadecimal digits", text, digits);
	room = keep_texts(p, size / sizeof *room + 1);
	copy = memcpy((char *)room, text, size);
	copy[mark - text] = '\0';
	*uri = copy;
	*digest = copy + (mark - text) + 1;
	return EXIT_DONE;
}

int take_evidence(program *p, const texts *given, const char *const **out, size_t *count)
{
	const char **evidence;
	int code = EXIT_DONE;

	if (given->count == 0)
		return EXIT_DONE;
	evidence = keep_texts(p, 2 * given->count);
	for (size_t i = 0; code == EXIT_DONE && i < given->count; i++)
		code = split(p, given->items[i], &evidence[2 * i], &evidence[2 * i + 1]);
	*out = evidence;
	*count = 2 * given->count;
	return code;
}

json_t *json_evidence(const char *const *evidence, size_t count)
{
	json_t *list = need_memory(json_array());

	for (size_t i = 0; i + 1 < count; i += 2) {
		json_t *o = need_memory(json_object());

		json_object_set_new(o, "uri", json_string(evidence[i]));
		json_object_set_new(o, "digest", *evidence[i + 1] ? json_string(evidence[i + 1]) : json_null());
		json_array_append_new(list, o);
	}
	return list;
}

void print_evidence(const char *const *evidence, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2)
		print_formatted(i ? "" : "Evidence", "%s%s%s", evidence[i], *evidence[i + 1] ? " " : "", evidence[i + 1]);
}
