/* SPDX-License-Identifier: MIT */
/* A host: opens an empty store and closes it again. Valid C and C++. */
#include <reprieve/reprieve.h>
#ifdef WITH_SQLITE
#include <reprieve-sqlite/reprieve-sqlite.h>
#endif
#ifdef WITH_POSTGRES
#include <reprieve-postgres/reprieve-postgres.h>
#endif
#ifdef WITH_TESTKIT
#include <reprieve-testkit/reprieve-testkit.h>
#endif
#ifdef WITH_INTEROP
#include <reprieve-interop/csv.h>
#include <reprieve-interop/reprieve-interop.h>
#endif
#include <stdio.h>
#include <string.h>

static int components(void)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;

	(void)storage;
	(void)error;
#ifdef WITH_SQLITE
	if (rpv_sqlite_storage("/nowhere/at/all", RPV_SQLITE_EXISTING, 0, &storage, &error) == RPV_OK)
		return 1;
#endif
#ifdef WITH_POSTGRES
	rpv_postgres_options postgres = RPV_POSTGRES_OPTIONS_INIT;

	postgres.mode = -1;
	if (rpv_postgres_storage(&postgres, &storage, &error) != RPV_E_INVALID)
		return 1;
#endif
#ifdef WITH_TESTKIT
	if (rpv_testkit_storage(NULL, NULL) != RPV_E_INVALID)
		return 1;
#endif
#ifdef WITH_INTEROP
	if (strcmp(rpv_format_name(RPV_FORMAT_NDJSON), "ndjson") != 0)
		return 1;
#endif
	return 0;
}

int main(void)
{
	int64_t now = 1772323200000;
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = NULL;
	rpv_status status;

	rpv_clock_manual(&now, &options.clock);
	status = rpv_memory_storage(NULL, &options.storage);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &store, &error);
	rpv_store_close(store);
	if (rpv_version() != RPV_VERSION || strcmp(rpv_version_text(), RPV_VERSION_TEXT) != 0 || components() != 0)
		status = RPV_E_VERSION;
	printf("%s %s\n", rpv_version_text(), rpv_status_name(status));
	return status == RPV_OK ? 0 : 1;
}
