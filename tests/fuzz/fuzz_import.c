/* SPDX-License-Identifier: MIT */
/* Fuzzes imports: any bytes are refused with words, or leave a store that can be exported. The first byte chooses the
 * way. */
#include <reprieve-interop/reprieve-interop.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rpv_status drop(void *user, const void *data, size_t size)
{
	(void)user, (void)data, (void)size;
	return RPV_OK;
}

static void import(rpv_session *session, const uint8_t *data, size_t size)
{
	rpv_import_options options = RPV_IMPORT_OPTIONS_INIT;
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_status st;
	unsigned way = size > 0 ? data[0] : 0;
	options.lenient = way & 1;
	options.batch_records = way & 2 ? 3 : 0;
	options.memory = way & 4 ? 1 : 0;
	options.format = way & 8 ? (rpv_format)(way >> 4 < 12 ? way >> 4 : 0) : RPV_FORMAT_DETECT;
	st = rpv_import_memory(session, "input", data + (size > 0), size - (size > 0), &options, &result, &error);
	if (st == RPV_STOP || (st != RPV_OK) != (error.message[0] != '\0') || result.skipped > result.records)
		abort();
	/* an interrupted restore leaves a store that is not open */
	if (st == RPV_OK && rpv_export_ndjson(session, drop, NULL, NULL, &error) != RPV_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t now_ms = INT64_C(1772323200000);
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	rpv_clock_manual(&now_ms, &options.clock);
	principal.id = "fuzz";
	principal.permissions = RPV_PERMIT_ALL;
	if (rpv_memory_storage(NULL, &options.storage) == RPV_OK && rpv_store_open(&options, &store, NULL) == RPV_OK &&
	    rpv_session_open(store, &principal, &session, NULL) == RPV_OK)
		import(session, data, size);
	rpv_session_close(session);
	rpv_store_close(store);
	return 0;
}
