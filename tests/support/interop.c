/* SPDX-License-Identifier: MIT */
/* A store in memory for tests of interchange. */
#include "interop.h"

#include <stdlib.h>
#include <zlib.h>

static void take_notice(void *user, const rpv_import_error *what)
{
	test_world *w = user;
	w->notices++;
	snprintf(w->notice, sizeof w->notice, "%s", what->message);
}

test_world *test_world_narrow(size_t max_commit)
{
	test_world *w = calloc(1, sizeof *w);
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	assert_non_null(w);
	w->now_ms = TEST_NOW;
	w->options = (rpv_import_options)RPV_IMPORT_OPTIONS_INIT;
	w->options.notice = take_notice;
	w->options.user = w;
	rpv_clock_manual(&w->now_ms, &options.clock);
	assert_ok(rpv_memory_storage(NULL, &options.storage));
	options.storage.max_commit = max_commit;
	assert_status_error(RPV_OK, rpv_store_open(&options, &w->store, &error), &error);
	principal.id = "tester@example.org";
	principal.permissions = RPV_PERMIT_ALL;
	assert_status_error(RPV_OK, rpv_session_open(w->store, &principal, &w->session, &error), &error);
	return w;
}

test_world *test_world_new(void)
{
	return test_world_narrow(0);
}

void test_world_free(test_world *w)
{
	rpv_session_close(w->session);
	rpv_store_close(w->store);
	free(w);
}

static void reset(test_world *w)
{
	w->result = (rpv_import_result)RPV_IMPORT_RESULT_INIT;
	w->error = (rpv_import_error)RPV_IMPORT_ERROR_INIT;
	w->notices = 0;
	w->notice[0] = '\0';
}

rpv_status test_import_bytes(test_world *w, const char *name, const void *data, size_t size)
{
	void *copy = malloc(size != 0 ? size : 1); /* so that a sanitizer sees reads past the end */
	rpv_status st;
	assert_non_null(copy);
	memcpy(copy, data, size);
	reset(w);
	st = rpv_import_memory(w->session, name, copy, size, &w->options, &w->result, &w->error);
	free(copy);
	return st;
}

static void unquote(char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			*text = '"';
}

rpv_status test_import_text(test_world *w, const char *text)
{
	char *copy = strdup(text);
	rpv_status st;
	assert_non_null(copy);
	unquote(copy);
	st = test_import_bytes(w, "text", copy, strlen(copy));
	free(copy);
	return st;
}

rpv_status test_import_path(test_world *w, const char *path)
{
	reset(w);
	return rpv_import_file(w->session, path, &w->options, &w->result, &w->error);
}

void test_world_must(const test_world *w, rpv_status status, const char *file, int line)
{
	if (status == RPV_OK)
		return;
	print_error("%s: %s\n", rpv_status_name(status), w->error.message);
	_fail(file, line);
}

void test_world_refused(const test_world *w, rpv_status expected, rpv_status status, const char *words,
                        const char *file, int line)
{
	if (status == expected && strstr(w->error.message, words) != NULL)
		return;
	print_error("%s, expected %s with \"%s\": %s\n", rpv_status_name(status), rpv_status_name(expected), words,
	            w->error.message);
	_fail(file, line);
}

rpv_status test_bytes_sink(void *user, const void *data, size_t size)
{
	test_bytes *b = user;
	b->data = realloc(b->data, b->size + size + 1);
	if (b->data == NULL)
		return RPV_E_NOMEM;
	memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0';
	return RPV_OK;
}

void test_bytes_add(test_bytes *b, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	assert_true(n >= 0 && (size_t)n < sizeof text);
	unquote(text);
	assert_ok(test_bytes_sink(b, text, (size_t)n));
}

void test_bytes_free(test_bytes *b)
{
	free(b->data);
	b->data = NULL;
	b->size = 0;
}

test_bytes test_export(test_world *w)
{
	test_bytes out = { NULL, 0 };
	rpv_export_result result = RPV_EXPORT_RESULT_INIT;
	test_must(w, rpv_export_ndjson(w->session, test_bytes_sink, &out, &result, &w->error));
	assert_true(result.bytes == out.size);
	return out;
}

test_bytes test_read_file(const char *path)
{
	test_bytes out = { NULL, 0 };
	char block[4096];
	size_t n;
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return out;
	assert_ok(test_bytes_sink(&out, "", 0));
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		assert_ok(test_bytes_sink(&out, block, n));
	fclose(f);
	return out;
}

void test_gzip(const void *data, size_t size, test_bytes *out)
{
	z_stream z = { 0 };
	uLong bound;
	unsigned char *packed;
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	bound = deflateBound(&z, (uLong)size) + 64;
	packed = malloc(bound);
	assert_non_null(packed);
	z.next_in = (unsigned char *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = packed;
	z.avail_out = (uInt)bound;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_ok(test_bytes_sink(out, packed, z.total_out));
	deflateEnd(&z);
	free(packed);
}

uint64_t test_revision(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.revision;
}

const rpv_device *test_device(test_world *w, const char *id, rpv_list **list)
{
	rpv_device_query query = RPV_DEVICE_QUERY_INIT;
	query.id = id;
	*list = NULL;
	return rpv_device_list(w->session, &query, list) == RPV_OK ? rpv_device_at(*list, 0) : NULL;
}

const rpv_weakness *test_weakness(test_world *w, const char *id, rpv_list **list)
{
	rpv_weakness_query query = RPV_WEAKNESS_QUERY_INIT;
	query.id = id;
	*list = NULL;
	return rpv_weakness_list(w->session, &query, list) == RPV_OK ? rpv_weakness_at(*list, 0) : NULL;
}

const rpv_recommendation *test_recommendation(test_world *w, const char *id, rpv_list **list)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	query.id = id;
	query.states = RPV_STATE_ALL;
	*list = NULL;
	return rpv_recommendation_list(w->session, &query, list) == RPV_OK ? rpv_recommendation_at(*list, 0) : NULL;
}

const char *test_assessed(test_world *w, const char *device, const char *recommendation, const char *source)
{
	static char text[1024];
	rpv_list *list = NULL;
	snprintf(text, sizeof text, "none");
	if (rpv_assessment_list(w->session, device, &list) != RPV_OK)
		return text;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_assessment *a = rpv_assessment_at(list, i);
		const char *state = rpv_word(RPV_WORDS_CONFIGURATION_STATE, (int32_t)a->state);
		if (strcmp(a->recommendation, recommendation) != 0 || strcmp(a->source, source) != 0)
			continue;
		int n = snprintf(text, sizeof text, "%s|", a->version != NULL ? a->version : "");
		for (size_t k = 0; k < a->weakness_count; k++)
			n += snprintf(text + n, sizeof text - (size_t)n, "%s%s", k > 0 ? " " : "", a->weaknesses[k]);
		snprintf(text + n, sizeof text - (size_t)n, "|%s", state != NULL ? state : "");
	}
	rpv_list_free(list);
	return text;
}
