/* SPDX-License-Identifier: MIT */
/* Reading the command line: options by table, words, instants, durations. */
#include "program.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Room for the texts of an option that may repeat, freed when the program ends. */
struct kept {
	struct kept *next;
	const char *items[];
};

const char **keep_texts(program *p, size_t count)
{
	struct kept *kept = need_memory(malloc(sizeof *kept + count * sizeof *kept->items));

	kept->next = p->kept;
	p->kept = kept;
	return kept->items;
}

void free_kept(program *p)
{
	while (p->kept) {
		struct kept *next = p->kept->next;

		free(p->kept);
		p->kept = next;
	}
}

int usage_error(const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	fputs("reprieve: ", stderr);
	put_plain(stderr, text);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

void print_options(const option *options)
{
	enum { HELP_COLUMN = 26 };

	for (const option *o = options; o->kind != OPTION_END; o++) {
		int at = printf("  %s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		char help[256];

		snprintf(help, sizeof help, "%s%s", o->help, o->kind == OPTION_LIST ? " (may repeat)" : "");
		if (at > HELP_COLUMN - 2)
			at = printf("\n") - 1;
		printf("%*s", HELP_COLUMN - at, "");
		print_paragraph(HELP_COLUMN, HELP_COLUMN, help);
	}
}

static int print_help(const program *p, const option *options)
{
	const option help[] = { { OPTION_FLAG, "--help", NULL, "this text", NULL }, OPTIONS_END };
	const command *c = p->command;
	int at = printf("usage: reprieve [global options] %s", c->name);

	fputc(' ', stdout);
	print_paragraph(7, at + 1, c->arguments);
	fputc('\n', stdout);
	print_paragraph(0, 0, c->summary);
	fputc('\n', stdout);
	print_options(options);
	print_options(help);
	return HELP_PRINTED;
}

static const option *find_option(const option *options, const char *name, size_t size)
{
	for (const option *o = options; o->kind != OPTION_END; o++)
		if (strlen(o->name) == size && strncmp(o->name, name, size) == 0)
			return o;
	return NULL;
}

/* The option was not found. */
static int unknown_option(const program *p, const char *name)
{
	if (p->command)
		return usage_error("%s has no option \"%s\"; see reprieve %s --help", p->command->name, name, p->command->name);
	return usage_error("there is no global option \"%s\"; see reprieve --help", name);
}

int take_option(program *p, const option *options, int argc, char **argv, int *i)
{
	const char *name = argv[*i], *equals = strchr(name, '='), *value = NULL;
	const option *o = find_option(options, name, equals ? (size_t)(equals - name) : strlen(name));

	if (!o)
		return unknown_option(p, name);
	if (o->kind == OPTION_FLAG) {
		if (equals)
			return usage_error("option %s takes no value", o->name);
		*(int *)o->target = 1;
		return EXIT_DONE;
	}
	if (equals)
		value = equals + 1;
	else if (*i + 1 < argc)
		value = argv[++*i];
	if (!value)
		return usage_error("option %s needs a value: %s", o->name, o->value);
	if (o->kind == OPTION_LIST) {
		texts *list = o->target;

		if (!list->items)
			list->items = keep_texts(p, (size_t)argc); /* it cannot be given more often than that */
		list->items[list->count++] = value;
		return EXIT_DONE;
	}
	if (*(const char **)o->target)
		return usage_error("option %s is given twice", o->name);
	*(const char **)o->target = value;
	return EXIT_DONE;
}

int take_options(program *p, const option *options, const char **rest, int least, int most)
{
	bool only_rest = false;
	int found = 0;

	for (int i = 1; i < p->argc; i++) {
		const char *argument = p->argv[i];

		if (!only_rest && strcmp(argument, "--") == 0) {
			only_rest = true;
		} else if (!only_rest && (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)) {
			return print_help(p, options);
		} else if (!only_rest && argument[0] == '-' && argument[1]) {
			int code = take_option(p, options, p->argc, p->argv, &i);

			if (code != EXIT_DONE)
				return code;
		} else if (found == most) {
			return usage_error("\"%s\" is one argument too many; see reprieve %s --help", argument, p->command->name);
		} else {
			rest[found++] = argument;
		}
	}
	if (found < least)
		return usage_error("something is missing: reprieve %s %s", p->command->name, p->command->arguments);
	while (found < most)
		rest[found++] = NULL;
	return EXIT_DONE;
}

int take_word(const char *option_name, rpv_vocabulary vocabulary, const char *text, int32_t *out)
{
	const char *choices[64] = { NULL };
	int index = 0;

	if (!text || rpv_word_value(vocabulary, text, out) == RPV_OK)
		return EXIT_DONE;
	for (size_t i = 0; i < 63 && (choices[i] = rpv_word_at(vocabulary, i)) != NULL; i++)
		;
	return take_choice(option_name, choices, text, &index);
}

int take_words(const char *option_name, rpv_vocabulary vocabulary, const texts *list, bool shifted, uint32_t *bits)
{
	for (size_t i = 0; i < list->count; i++) {
		int32_t value = 0;
		int code = take_word(option_name, vocabulary, list->items[i], &value);

		if (code != EXIT_DONE)
			return code;
		*bits |= shifted ? UINT32_C(1) << value : (uint32_t)value;
	}
	return EXIT_DONE;
}

int take_choice(const char *option_name, const char *const *choices, const char *text, int *index)
{
	char all[1024] = "";
	size_t used = 0;

	if (!text)
		return EXIT_DONE;
	for (int i = 0; choices[i]; i++) {
		if (strcmp(text, choices[i]) == 0) {
			*index = i;
			return EXIT_DONE;
		}
		if (used < sizeof all)
			used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", choices[i]);
	}
	return usage_error("%s: \"%s\" is not one of %s", option_name, text, all);
}

int take_instant(const char *option_name, const char *text, int64_t *out)
{
	if (!text)
		return EXIT_DONE;
	if (rpv_time_parse(text, out) == RPV_OK) {
		if (*out == 0)
			*out = 1; /* to the library 0 means that none is given */
		return EXIT_DONE;
	}
	return usage_error("%s: \"%s\" is neither an instant such as 2026-03-01T12:00:00Z nor a date such as 2026-03-01 "
	                   "(its 00:00 UTC)", option_name, text);
}

int take_duration(const char *option_name, const char *text, int64_t *out)
{
	if (!text || rpv_duration_parse(text, out) == RPV_OK)
		return EXIT_DONE;
	return usage_error("%s: \"%s\" is not a duration such as 30d, 12h or 90m", option_name, text);
}

int take_number(const char *option_name, const char *text, uint64_t *out)
{
	unsigned long long value;
	char *end;

	if (!text)
		return EXIT_DONE;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || text[0] < '0' || text[0] > '9')
		return usage_error("%s: \"%s\" is not a number", option_name, text);
	*out = value;
	return EXIT_DONE;
}
