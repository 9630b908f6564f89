/* SPDX-License-Identifier: MIT */
/* A store of format 1, written by the library of that time, and raised to the present one: whatever fails, it stands between
 * two of the upgrade's commits, and the next call goes on from there. */
#include "faults.h"

#include <reprieve-sqlite/reprieve-sqlite.h>
#include <stdlib.h>

#define GOLDEN "tests/data/golden/format-1.db"
#define NOW INT64_C(1897344000000) /* 2030-02-15 */

/* SQLite leaves files beside what it opens: it gets a copy. */
static void copy_golden(const char *path)
{
	char bytes[65536];
	size_t size;
	FILE *from = fopen(GOLDEN, "rb"), *to = fopen(path, "wb");
	assert_true(from && to);
	while ((size = fread(bytes, 1, sizeof bytes, from)))
		assert_int_equal(size, fwrite(bytes, 1, size, to));
	fclose(from);
	assert_int_equal(0, fclose(to));
}

void make_base(run *base)
{
	rpv_storage file = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	char path[512];
	test_temporary_path(path, sizeof path, "golden.db");
	copy_golden(path);
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, RPV_SQLITE_READ_ONLY, 0, &file, &error), &error);
	memset(base, 0, sizeof *base);
	base->now = NOW;
	base->pairs = test_copy_storage(&file);
	file.close(file.user);
	test_remove_folder(path);
	sit_down(base);
}

static rpv_status upgrade_it(run *r)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = rpv_store_upgrade(r->store, &error);
	return tidy(r, status, error.status == status && error.message[0], "words of an upgrade");
}

static rpv_status list_exceptions(run *r)
{
	rpv_list *out;
	rpv_status status = rpv_exception_list(r->session, NULL, &out);
	if (!status)
		rpv_list_free(out);
	return tidy(r, status, out == NULL, "list");
}

static rpv_status score_read(run *r)
{
	rpv_score score = RPV_SCORE_INIT;
	score.devices = 999;
	rpv_status status = rpv_score_read(r->session, NULL, &score);
	return tidy(r, status, score.devices == 999, "score");
}

/* Reading goes on while it is of format 1. */
const scene scenes[] = {
	{ "rpv_store_upgrade", upgrade_it, NULL, STEPS },
	{ "rpv_exception_list", list_exceptions, NULL, 0 },
	{ "rpv_score_read", score_read, NULL, 0 },
};
const size_t scene_count = sizeof scenes / sizeof *scenes;
