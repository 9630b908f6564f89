/* SPDX-License-Identifier: MIT */
/* Imports: passes over the inputs. The first one checks everything, later ones write. */
#include "import.h"
#include <stdlib.h>
#include <string.h>

static const char *const format_names[] = {
	"detect", "ndjson", "defender-vulnerabilities", "defender-changes", "defender-machine-vulnerabilities",
	"defender-configurations", "defender-software", "defender-machines", "defender-recommendations",
	"defender-vulnerability-list", "defender-software-list", "defender-remediation-tasks"
};
enum { FORMATS = sizeof(format_names) / sizeof(format_names[0]) };

const char *rpv_format_name(rpv_format format)
{
	return (unsigned)format < FORMATS ? format_names[format] : NULL;
}

rpv_status rpv_format_find(const char *name, rpv_format *format)
{
	for (int i = 0; name != NULL && format != NULL && i < FORMATS; i++)
		if (strcmp(format_names[i], name) == 0) {
			*format = (rpv_format)i;
			return RPV_OK;
		}
	return RPV_E_INVALID;
}

void rpv_import_options_init(rpv_import_options *options)
{
	*options = (rpv_import_options)RPV_IMPORT_OPTIONS_INIT;
}

void rpv__io_notice(rpv__io_import *import)
{
	if (import->options.notice != NULL) {
		rpv_import_error told = *import->error;
		rpv__io_finish(&told);
		import->options.notice(import->options.user, &told);
	}
	*import->error = (rpv_import_error)RPV_IMPORT_ERROR_INIT;
}

void rpv__io_skipped(rpv__io_import *import, uint64_t records)
{
	import->result.skipped += records;
	rpv__io_notice(import);
}

rpv_status rpv__io_progress(rpv__io_import *import, bool writing)
{
	rpv_import_progress p = { .struct_size = sizeof(p), .records = import->number, .batches = import->result.batches,
	                          .writing = writing };
	uint64_t pass_total = 0;
	rpv_status st;
	if (import->options.progress == NULL)
		return RPV_OK;
	for (size_t i = 0; i < import->source_count; i++)
		pass_total += import->sources[i].raw_total;
	p.bytes = import->bytes_done;
	p.bytes_total = pass_total * (import->pass < 1 ? 2 : import->pass + 1);
	if (p.bytes > p.bytes_total)
		p.bytes_total = p.bytes;
	st = import->options.progress(import->options.user, &p);
	if (st == RPV_OK)
		return RPV_OK;
	return rpv__io_fail(import->error, st == RPV_STOP ? RPV_E_REFUSED : st, NULL, "stopped by the caller");
}

static rpv_status remember_bad(rpv__io_import *import)
{
	if (import->bad_count == import->bad_cap) {
		size_t cap = import->bad_cap == 0 ? 64 : import->bad_cap * 2;
		uint32_t *bad = realloc(import->bad, cap * sizeof(*bad));
		if (bad == NULL)
			return rpv__io_nomem(import->error);
		import->bad = bad;
		import->bad_cap = cap;
	}
	import->bad[import->bad_count++] = (uint32_t)import->number;
	return RPV_OK;
}

static bool known_bad(rpv__io_import *import)
{
	while (import->bad_next < import->bad_count && import->bad[import->bad_next] < import->number)
		import->bad_next++;
	return import->bad_next < import->bad_count && import->bad[import->bad_next] == import->number;
}

/* Finds out what an input is by a record of it, unless that is known. */
static rpv_status detect(rpv__io_import *import, rpv__io_record *record, bool *detected)
{
	rpv_format format = import->options.format;
	rpv_status st = RPV_OK;
	if (*detected)
		return RPV_OK;
	if (format == RPV_FORMAT_DETECT)
		st = rpv__io_detect(record, &format);
	if (st != RPV_OK)
		return st;
	if (import->driver != NULL && import->result.format != format) {
		rpv__io_fail(import->error, RPV_E_INVALID, NULL, "this is %s, but what was read before is %s",
		             rpv_format_name(format), rpv_format_name(import->result.format));
		rpv__io_place(import->error, &record->where);
		return RPV_E_INVALID;
	}
	*detected = true;
	if (import->driver != NULL)
		return RPV_OK;
	import->result.format = format;
	import->driver = rpv__io_driver_of(format);
	if (import->options.source == NULL)
		import->options.source = import->driver->source;
	return import->driver->begin(import);
}

/* What to do with a record that was refused. */
static rpv_status refused(rpv__io_import *import, rpv_status st)
{
	if (st != RPV_E_INVALID || !import->options.lenient || import->restore)
		return st;
	if (import->pass > 0)                  /* fine in the first pass: the input changed */
		return rpv__io_fail(import->error, RPV_E_INVALID, NULL, "the input changed while it was being read");
	if (import->driver == NULL && import->bad_count == 0)
		import->first = *import->error;
	if (remember_bad(import) != RPV_OK)
		return RPV_E_NOMEM;
	rpv__io_skipped(import, 1);
	return RPV_OK;
}

static rpv_status one_record(rpv__io_import *import, json_t *json, size_t size, const rpv__io_where *where,
                             bool *detected)
{
	rpv__io_record record = { .json = json, .size = size, .where = *where, .error = import->error, .any_case = true };
	rpv_status st = RPV_OK;
	if (import->pass > 0 && known_bad(import))
		return RPV_OK;
	if (import->pass == 0)
		st = detect(import, &record, detected);
	record.any_case = import->result.format != RPV_FORMAT_NDJSON;
	if (st == RPV_OK)
		st = import->pass == 0 ? import->driver->check(import, &record) : import->driver->write(import, &record);
	if (st != RPV_OK)
		rpv__io_place(import->error, where);
	rpv__io_record_done(&record);
	return st == RPV_OK ? RPV_OK : refused(import, st);
}

static rpv_status pass_source(rpv__io_import *import, rpv__io_source *source)
{
	rpv__io_scan scan;
	uint64_t before = import->bytes_done;
	bool detected = false, going = true;
	rpv_status st = rpv__io_source_rewind(source, import->error);
	rpv__io_scan_begin(&scan, source);
	while (st == RPV_OK && going) {
		rpv__io_where where;
		json_t *json = NULL;
		st = rpv__io_scan_next(&scan, &json, &where, import->error);
		import->bytes_done = before + source->raw_done;
		if (st == RPV_STOP) {
			going = false;
			st = RPV_OK;
			break;
		}
		if (st == RPV_OK)
			st = one_record(import, json, scan.size, &where, &detected);
		else if (st == RPV_E_INVALID && import->options.lenient && rpv__io_scan_skip(&scan, import->error) == RPV_OK)
			st = import->pass > 0 && known_bad(import) ? RPV_OK : refused(import, st);
		json_decref(json);
		import->number++;
		if (st == RPV_OK && import->number % 1024 == 0)
			st = rpv__io_progress(import, import->pass > 0);
	}
	if (import->pass == 0) {
		import->documents += scan.documents;
		import->next_links += scan.next_links;
		if (scan.declared > import->declared)
			import->declared = scan.declared;
	}
	rpv__io_scan_end(&scan);
	return st;
}

static rpv_status pass_all(rpv__io_import *import)
{
	rpv_status st = RPV_OK;
	import->number = 0;
	import->bad_next = 0;
	for (size_t i = 0; i < import->source_count && st == RPV_OK; i++)
		st = pass_source(import, &import->sources[i]);
	if (import->pass == 0)
		import->result.records = import->number;
	return st;
}

static void resolve_extent(rpv__io_import *import)
{
	bool page = import->documents > 0 && import->next_links >= import->documents;
	import->result.extent = import->options.extent;
	if (import->options.extent == RPV_EXTENT_DETECT)
		import->result.extent = page || import->declared > import->number ? RPV_EXTENT_PART : RPV_EXTENT_WHOLE;
}

static rpv_status run(rpv__io_import *import)
{
	bool more = true;
	rpv_status st = pass_all(import);
	if (st == RPV_OK && import->driver == NULL) {
		*import->error = import->first;    /* what was wrong with the first record, if there was one */
		return import->number == 0 ? RPV_OK : RPV_E_INVALID;
	}
	if (st != RPV_OK)
		return st;
	resolve_extent(import);
	rpv_batch_free(import->scratch.batch);
	import->scratch.batch = NULL;
	while (st == RPV_OK && more) {
		more = false;
		st = import->driver->next(import, &more);
		if (st == RPV_OK && more) {
			import->pass++;
			st = pass_all(import);
		}
	}
	return st;
}

/* Copies a size-first struct of the caller over `to`, which holds the defaults. */
static rpv_status take_options(const rpv_import_options *given, rpv_import_options *to, rpv_import_error *error)
{
	const unsigned char *bytes = (const unsigned char *)given;
	if (given == NULL)
		return RPV_OK;
	if (given->struct_size < sizeof(*to) || given->struct_size > 4096)
		return rpv__io_fail(error, RPV_E_INVALID, "struct_size", "is not that of rpv_import_options");
	for (size_t i = sizeof(*to); i < given->struct_size; i++)
		if (bytes[i] != 0)
			return rpv__io_fail(error, RPV_E_VERSION, "struct_size", "options of a newer version are set");
	*to = *given;
	if (rpv_format_name(to->format) == NULL || (unsigned)to->extent > RPV_EXTENT_PART || to->reserved != 0)
		return rpv__io_fail(error, RPV_E_INVALID, NULL, "an option is out of range");
	return RPV_OK;
}

static void give_result(const rpv_import_result *from, rpv_import_result *to)
{
	size_t size = to != NULL ? to->struct_size : 0;
	if (size > sizeof(*from))
		size = sizeof(*from);
	if (size > sizeof(to->struct_size))
		memcpy((char *)to + sizeof(to->struct_size), (const char *)from + sizeof(from->struct_size),
		       size - sizeof(to->struct_size));
}

static void import_free(rpv__io_import *import)
{
	for (size_t i = 0; i < import->source_count; i++)
		rpv__io_source_close(&import->sources[i]);
	free(import->sources);
	if (import->driver != NULL)
		import->driver->free(import->state);
	rpv_batch_free(import->scratch.batch);
	free(import->scratch.places);
	rpv__io_queue_free(&import->queue);
	free(import->bad);
}

/* One input from memory, or files. */
struct inputs { const char *const *paths; size_t path_count; const char *name; const void *data; size_t size; };

static rpv_status open_inputs(rpv__io_import *import, const struct inputs *in)
{
	size_t count = in->paths != NULL ? in->path_count : 1;
	rpv_status st = RPV_OK;
	import->sources = calloc(count + 1, sizeof(*import->sources));
	if (import->sources == NULL)
		return rpv__io_nomem(import->error);
	while (import->source_count < count && st == RPV_OK) {
		size_t i = import->source_count++;
		st = in->paths == NULL
		     ? rpv__io_source_memory(&import->sources[i], in->name, in->data, in->size, import->error)
		     : in->paths[i] == NULL ? rpv__io_fail(import->error, RPV_E_INVALID, "paths", "is NULL")
		     : rpv__io_source_file(&import->sources[i], in->paths[i], import->error);
	}
	return st;
}

static rpv_status import_inputs(rpv_session *session, const struct inputs *in, const rpv_import_options *options,
                                rpv_import_result *result, rpv_import_error *error)
{
	rpv_import_error own = RPV_IMPORT_ERROR_INIT;
	rpv__io_import import = { .session = session, .options = RPV_IMPORT_OPTIONS_INIT,
	                          .result = RPV_IMPORT_RESULT_INIT, .error = &own };
	rpv_status st = session == NULL ? rpv__io_fail(&own, RPV_E_INVALID, "session", "is NULL")
	                                : take_options(options, &import.options, &own);
	import.queue.limit = import.options.batch_records != 0 ? import.options.batch_records : 50000;
	if (import.options.memory == 0)
		import.options.memory = UINT64_C(256) << 20;
	if (st == RPV_OK)
		st = open_inputs(&import, in);
	if (st == RPV_OK)
		st = run(&import);
	import_free(&import);
	give_result(&import.result, result);
	if (st == RPV_OK)
		own = (rpv_import_error)RPV_IMPORT_ERROR_INIT;
	rpv__io_give_error(&own, error);
	return st;
}

rpv_status rpv_import_files(rpv_session *session, const char *const *paths, size_t path_count,
                            const rpv_import_options *options, rpv_import_result *result, rpv_import_error *error)
{
	static const char *const none[] = { NULL };
	struct inputs in = { paths != NULL ? paths : none, paths != NULL ? path_count : 1, NULL, NULL, 0 };
	return import_inputs(session, &in, options, result, error);
}

rpv_status rpv_import_file(rpv_session *session, const char *path, const rpv_import_options *options,
                           rpv_import_result *result, rpv_import_error *error)
{
	return rpv_import_files(session, &path, 1, options, result, error);
}

rpv_status rpv_import_memory(rpv_session *session, const char *name, const void *data, size_t size,
                             const rpv_import_options *options, rpv_import_result *result, rpv_import_error *error)
{
	struct inputs in = { NULL, 0, name != NULL ? name : "(memory)", size != 0 ? data : "", size };
	return import_inputs(session, &in, options, result, error);
}
