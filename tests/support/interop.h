/* SPDX-License-Identifier: MIT */
/* A store in memory for tests of interchange, and imports and exports in one line. */
#ifndef TEST_INTEROP_H
#define TEST_INTEROP_H

#include "test.h"
#include <reprieve-interop/reprieve-interop.h>

typedef struct test_world {
	int64_t now_ms;
	rpv_store *store;
	rpv_session *session;          /* may do everything */
	rpv_import_options options;    /* of the next imports */
	rpv_import_result result;      /* of the last import */
	rpv_import_error error;
	size_t notices;                /* since the last import began */
	char notice[768];              /* the last one */
} test_world;

#define TEST_NOW INT64_C(1772323200000) /* 2026-03-01T00:00:00Z */

test_world *test_world_new(void);
/* With a storage that takes no larger commits. */
test_world *test_world_narrow(size_t max_commit);
void test_world_free(test_world *world);
rpv_status test_import_bytes(test_world *world, const char *name, const void *data, size_t size);
/* An apostrophe stands for a quotation mark. */
rpv_status test_import_text(test_world *world, const char *text);
rpv_status test_import_path(test_world *world, const char *path);
/* Fails the test, and prints the message, unless it is RPV_OK. */
#define test_must(world, status) test_world_must((world), (status), __FILE__, __LINE__)
void test_world_must(const test_world *world, rpv_status status, const char *file, int line);
/* Asserts the status, and that the message holds the words. */
#define test_refused(world, expected, status, words) \
	test_world_refused((world), (expected), (status), (words), __FILE__, __LINE__)
void test_world_refused(const test_world *world, rpv_status expected, rpv_status status, const char *words,
                        const char *file, int line);

/* Bytes that grow. */
typedef struct test_bytes { char *data; size_t size; } test_bytes;
rpv_status test_bytes_sink(void *user, const void *data, size_t size);
/* An apostrophe stands for a quotation mark. */
void test_bytes_add(test_bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));
void test_bytes_free(test_bytes *bytes);
/* A backup of the store. */
test_bytes test_export(test_world *world);
/* Whole content of a file; data NULL when it is not there. */
test_bytes test_read_file(const char *path);
/* As one gzip member, appended. */
void test_gzip(const void *data, size_t size, test_bytes *out);

uint64_t test_revision(test_world *world);
/* The only row of a query by id; NULL when there is none. The list must be freed. */
const rpv_device *test_device(test_world *world, const char *id, rpv_list **list);
const rpv_weakness *test_weakness(test_world *world, const char *id, rpv_list **list);
const rpv_recommendation *test_recommendation(test_world *world, const char *id, rpv_list **list);
/* The source's word on a device and recommendation, as `version|weaknesses|state`; "none" when it has none. */
const char *test_assessed(test_world *world, const char *device, const char *recommendation, const char *source);

#endif
