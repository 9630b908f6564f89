/* SPDX-License-Identifier: MIT */
/* reprieve check, reprieve upgrade */
#include "program.h"
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <string.h>

/* What the storage itself can tell comes first: it names pages. */
static rpv_status check_storage(const program *p, rpv_error *error)
{
	bool file = strncmp(p->db, "postgresql://", 13) != 0 && strncmp(p->db, "postgres://", 11) != 0;

	return file ? rpv_sqlite_check(p->db, error) : RPV_OK;
}

int run_check(program *p)
{
	int json = 0, code;
	uint64_t records = 0;
	rpv_error error = RPV_ERROR_INIT;
	const option options[] = {
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	rpv_status status = check_storage(p, &error);
	if (status == RPV_OK)
		status = rpv_store_check(p->store, &records, &error);
	if (status != RPV_OK)
		return fail_with(error.message, status);
	if (json) {
		json_t *o = need_memory(json_object());

		json_object_set_new(o, "records", json_count(records));
		print_json(o);
	} else {
		printf("%s records, nothing is wrong.\n", count_text(records));
	}
	return EXIT_DONE;
}

int run_upgrade(program *p)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_store_info before = { .struct_size = sizeof before }, after = { .struct_size = sizeof after };
	const option options[] = { OPTIONS_END };
	int code = take_options(p, options, NULL, 0, 0);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	rpv_status status = rpv_store_read_info(p->store, &before, &error);
	if (status == RPV_OK)
		status = rpv_store_upgrade(p->store, &error);
	if (status == RPV_OK)
		status = rpv_store_read_info(p->store, &after, &error);
	if (status != RPV_OK)
		return fail_with(error.message, status);
	if (before.format == after.format)
		printf("The store has format %u already: nothing was done.\n", (unsigned)after.format);
	else
		printf("The store has format %u now; it had format %u.\n", (unsigned)after.format, (unsigned)before.format);
	return EXIT_DONE;
}
