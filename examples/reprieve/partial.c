/* SPDX-License-Identifier: MIT */
/* reprieve partial, reprieve merge */
#include "program.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- files --- */
static int file_failed(const char *path)
{
	fprintf(stderr, "reprieve: ");
	put_plain(stderr, path);
	fprintf(stderr, ": %s\n", strerror(errno));
	return EXIT_STORAGE;
}

/* "-" is standard output. What could not be written whole is removed. */
static int write_file(const char *path, const void *data, size_t size)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdout : fopen(path, "wb");
	int code = EXIT_DONE;

	if (!file)
		return file_failed(path);
	if (fwrite(data, 1, size, file) != size || fflush(file) != 0)
		code = file_failed(path);
	if (!standard && fclose(file) != 0 && code == EXIT_DONE)
		code = file_failed(path);
	if (code != EXIT_DONE && !standard)
		remove(path);
	return code;
}

static int write_partial(const char *path, rpv_partial *partial)
{
	const void *data;
	size_t size;

	if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO))
		return usage_error("a partial is not for terminals: name a file");
	return rpv_partial_bytes(partial, &data, &size) == RPV_OK ? write_file(path, data, size)
	                                                          : fail_with("no memory", RPV_E_NOMEM);
}

static int read_file(const char *path, char **data, size_t *size)
{
	FILE *file = fopen(path, "rb");
	size_t room = 0, got = 1;

	*data = NULL;
	*size = 0;
	if (!file)
		return file_failed(path);
	while (got) {
		if (*size == room) {
			room = 2 * room + 65536;
			*data = need_memory(realloc(*data, room));
		}
		got = fread(*data + *size, 1, room - *size, file);
		*size += got;
	}
	if (ferror(file)) {
		fclose(file);
		return file_failed(path);
	}
	fclose(file);
	return EXIT_DONE;
}

/* --- partial --- */
int run_partial(program *p)
{
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score_engine *engine = NULL;
	rpv_partial *partial = NULL;
	const char *path = NULL;
	int code;
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--group", "GROUP", "of this device group alone", &query.group },
		OPTIONS_END
	};

	code = take_options(p, options, &path, 1, 1);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = rpv_score_engine_open(p->session, &engine);
	if (status == RPV_OK)
		status = rpv_partial_take(engine, &query, &partial);
	rpv_score_engine_close(engine);
	code = status == RPV_OK ? write_partial(path, partial) : fail(p, status);
	rpv_partial_free(partial);
	return code;
}

/* --- merge --- */
static int fail_at_file(const char *path, const rpv_error *error)
{
	char message[1024];
	int code;

	snprintf(message, sizeof message, "%.400s: %.512s", path, error->message);
	code = fail_with(message, error->status);
	return error->status == RPV_E_CORRUPT || error->status == RPV_E_VERSION ? EXIT_REFUSED : code;
}

/* Reads one more into the whole. */
static int take_in(rpv_partial **whole, const char *path)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial *part = NULL;
	char *data;
	size_t size;
	int code = read_file(path, &data, &size);

	if (code == EXIT_DONE && rpv_partial_read(data, size, NULL, &part, &error) != RPV_OK)
		code = fail_at_file(path, &error);
	free(data);
	if (code == EXIT_DONE && !*whole) {
		*whole = part;
		return code;
	}
	if (code == EXIT_DONE && rpv_partial_merge(*whole, part, &error) != RPV_OK)
		code = fail_at_file(path, &error);
	rpv_partial_free(part);
	return code;
}

static json_t *json_impact(const rpv_partial_impact *i)
{
	json_t *o = need_memory(json_object());

	json_object_set_new(o, "id", json_text(i->recommendation));
	json_object_set_new(o, "assessed_devices", json_count(i->assessed_devices));
	json_object_set_new(o, "exposed_devices", json_count(i->exposed_devices));
	json_object_set_new(o, "exposed_devices_after", json_count(i->exposed_devices_after));
	json_object_set_new(o, "exposed_devices_mitigation_like", json_count(i->exposed_devices_best));
	json_object_set_new(o, "exposure_impact", json_real(i->exposure_impact));
	json_object_set_new(o, "exposure_impact_after", json_real(i->exposure_impact_after));
	json_object_set_new(o, "exposure_impact_mitigation_like", json_real(i->exposure_impact_best));
	json_object_set_new(o, "standalone_exposure", json_real(i->standalone_exposure));
	json_object_set_new(o, "secure_impact", json_real(i->secure_impact));
	json_object_set_new(o, "secure_impact_after", json_real(i->secure_impact_after));
	json_object_set_new(o, "secure_impact_mitigation_like", json_real(i->secure_impact_best));
	return o;
}

/* By impact before exceptions, then by id, as `recommendations` does. */
static int by_impact(const void *a, const void *b)
{
	const rpv_partial_impact *x = a, *y = b;

	if (x->exposure_impact != y->exposure_impact)
		return x->exposure_impact > y->exposure_impact ? -1 : 1;
	if (x->secure_impact != y->secure_impact)
		return x->secure_impact > y->secure_impact ? -1 : 1;
	return strcmp(x->recommendation, y->recommendation);
}

static void print_impacts(const rpv_partial *whole, bool json)
{
	static const column columns[] = { { "Recommendation", COLUMN_ID }, { "Exposed", COLUMN_RIGHT },
		{ "after", COLUMN_RIGHT }, { "Impact", COLUMN_RIGHT }, { "after", COLUMN_RIGHT }, { "Secure", COLUMN_RIGHT } };
	size_t count = (size_t)rpv_partial_count(whole);
	rpv_partial_impact *all = need_memory(calloc(count + 1, sizeof *all));
	table t;

	for (size_t i = 0; i < count; i++) {
		all[i] = (rpv_partial_impact)RPV_PARTIAL_IMPACT_INIT;
		if (rpv_partial_impact_at(whole, i, &all[i]) != RPV_OK)
			count = i;
	}
	qsort(all, count, sizeof *all, by_impact);
	table_begin(&t, columns, 6);
	for (size_t i = 0; i < count; i++) {
		if (json)
			print_json(json_impact(&all[i]));
		else
			table_row(&t, all[i].recommendation, count_text(all[i].exposed_devices),
			          count_text(all[i].exposed_devices_after), number_text("%.2f", all[i].exposure_impact),
			          number_text("%.2f", all[i].exposure_impact_after), number_text("%.2f", all[i].secure_impact));
	}
	if (json || count == 0)
		table_free(&t);
	else
		table_end(&t);
	free(all);
}

static void print_whole(const rpv_partial *whole, size_t parts, rpv_category category, bool impacts, bool json)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT;
	json_t *object;

	if (rpv_partial_score(whole, category, &score) != RPV_OK || rpv_partial_read_info(whole, &info) != RPV_OK)
		return; /* cannot be: their sizes and the category are right */
	if (json && !impacts) {
		object = json_score(&score, true);
		json_object_set_new(object, "parts", json_count(parts));
		json_object_set_new(object, "oldest", json_instant(info.oldest_ms));
		json_object_set_new(object, "group", json_text(info.group));
		print_json(object);
	}
	if (!json) {
		print_score(&score);
		if (info.oldest_ms != info.newest_ms)
			printf("\nThe oldest part is of %s.\n", instant_text(info.oldest_ms));
	}
	if (!json && impacts)
		puts("");
	if (impacts)
		print_impacts(whole, json);
}

int run_merge(program *p)
{
	const char **paths = keep_texts(p, (size_t)p->argc), *into = NULL, *category = NULL;
	int json = 0, impacts = 0, code;
	int32_t only = RPV_CATEGORY_UNCHANGED;
	rpv_partial *whole = NULL;
	size_t count = 0;

	const option options[] = {
		{ OPTION_TEXT, "--into", "FILE", "write the merged part as well, to be merged further", &into },
		{ OPTION_TEXT, "--category", "CATEGORY", "secure score of this category alone", &category },
		{ OPTION_FLAG, "--impacts", NULL, "what each recommendation would gain", &impacts },
		{ OPTION_FLAG, "--json", NULL, "the score as one JSON object; with --impacts those, one a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, paths, 1, p->argc - 1);
	if (code == EXIT_DONE)
		code = take_word("--category", RPV_WORDS_CATEGORY, category, &only);
	for (; code == EXIT_DONE && count + 1 < (size_t)p->argc && paths[count]; count++)
		code = take_in(&whole, paths[count]);
	if (code == EXIT_DONE && into)
		code = write_partial(into, whole);
	if (code == EXIT_DONE)
		print_whole(whole, count, (rpv_category)only, impacts, json);
	rpv_partial_free(whole);
	return code;
}
