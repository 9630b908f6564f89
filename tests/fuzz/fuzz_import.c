/* SPDX-License-Identifier: MIT */
/* Fuzzes imports: any bytes are refused with words, or leave a store whose backup can be restored and is then written as the
 * same bytes. The last byte chooses the way: that of a text is the end of its last line, which stands for the defaults,
 * three facts a commit, and the backup. */
#include "world.h"

#include <reprieve-interop/reprieve-interop.h>

typedef struct text {
	uint8_t *data;
	size_t size, room;
} text;

static rpv_status append(void *user, const void *data, size_t size)
{
	text *t = user;
	if (t->size + size > t->room) {
		t->room = 2 * (t->size + size);
		t->data = realloc(t->data, t->room);
		if (!t->data)
			abort();
	}
	if (size)
		memcpy(t->data + t->size, data, size);
	t->size += size;
	return RPV_OK;
}

static text backup_of(world *w)
{
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	text t = { NULL, 0, 0 };
	if (rpv_export_ndjson(w->session, append, &t, NULL, &error))
		abort();
	return t;
}

static void restore(text backup)
{
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	world other;
	if (world_open(&other, NULL) || rpv_import_memory(other.session, "backup", backup.data, backup.size, NULL, NULL, &error))
		abort();
	text again = backup_of(&other);
	if (again.size != backup.size || memcmp(again.data, backup.data, backup.size) != 0)
		abort();
	free(again.data);
	world_close(&other);
}

static void import(world *w, const uint8_t *data, size_t size)
{
	rpv_import_options options = RPV_IMPORT_OPTIONS_INIT;
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	unsigned way = size > 0 ? data[size - 1] : 0;
	options.lenient = way & 1;
	options.batch_records = way & 2 ? 3 : 0;
	options.memory = way & 4 ? 1 : 0;
	options.format = way >> 4 < 12 ? (rpv_format)(way >> 4) : RPV_FORMAT_DETECT;
	rpv_status status = rpv_import_memory(w->session, "input", data, size, &options, &result, &error);
	if (status == RPV_STOP || (status != RPV_OK) != (error.message[0] != '\0') || result.skipped > result.records)
		abort();
	if (status || !(way & 8)) /* an interrupted restore leaves a store that is not open */
		return;
	text backup = backup_of(w);
	restore(backup);
	free(backup.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world w;
	if (world_open(&w, NULL))
		abort();
	import(&w, data, size);
	world_close(&w);
	return 0;
}
