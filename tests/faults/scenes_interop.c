/* SPDX-License-Identifier: MIT */
/* One scene for each function of the interop library, and for each format that it reads. The library is compiled anew, over
 * memory and files that fail (below_interop.h). covered.py holds the scenes against the library's map. */
#include "faults.h"
#include "../support/interop.h"

#include "below_interop.h"
#include <reprieve-interop/csv.h>
#include <stdlib.h>

#define DATA "tests/data/"

void make_base(run *base)
{
	below_begin();
	make_fleet(base);
}

/* --- writing --- */
static rpv_status take_bytes(void *user, const void *data, size_t size)
{
	run *r = user;
	if (strikes(r, FAULT_HOST))
		return r->fault.status;
	for (size_t i = 0; i < size; i++)
		r->output = (r->output ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211);
	return RPV_OK;
}

/* The words are the session's, unless it was the sink that failed. */
static rpv_status csv(run *r, rpv_status status)
{
	const rpv_error *words = rpv_session_error(r->session);
	bool of_sink = status && r->fault.kind == FAULT_HOST;
	return tidy(r, status, of_sink || (words->status == status && words->message[0]), "words of a table");
}

#define CSV(name, call)                                                                                                \
	static rpv_status name(run *r) { r->output = 0; return csv(r, call); }
CSV(csv_devices, rpv_csv_write_devices(r->session, NULL, take_bytes, r))
CSV(csv_exceptions, rpv_csv_write_exceptions(r->session, NULL, take_bytes, r))
CSV(csv_recommendations, rpv_csv_write_recommendations(r->session, NULL, take_bytes, r))
CSV(csv_remediations, rpv_csv_write_remediations(r->session, NULL, take_bytes, r))

static rpv_status export_it(run *r)
{
	rpv_export_result result = RPV_EXPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	r->output = 0;
	rpv_status status = rpv_export_ndjson(r->session, take_bytes, r, &result, &error);
	if (!status && result.lines < 20)
		r->untidy = "lines of an export";
	return tidy(r, status, error.status == status && error.message[0], "words of an export");
}

/* --- reading --- */
static rpv_status get_on(void *user, const rpv_import_progress *progress)
{
	run *r = user;
	(void)progress;
	return strikes(r, FAULT_HOST) ? r->fault.status : RPV_OK;
}

static void take_notice(void *user, const rpv_import_error *what)
{
	run *r = user;
	if (!what->status || !what->message[0])
		r->untidy = "a notice without words";
}

/* Several commits. */
static rpv_import_options few_at_once(run *r)
{
	rpv_import_options o = RPV_IMPORT_OPTIONS_INIT;
	o.batch_records = 12;
	o.memory = 600;
	o.user = r;
	o.progress = get_on;
	o.notice = take_notice;
	return o;
}

/* What it came to are the counts. */
static rpv_status imported(run *r, rpv_status status, const rpv_import_result *result, const rpv_import_error *error)
{
	r->output = result->records + 1000 * result->devices + 1000000 * result->assessments;
	if (!status && (error->status || error->message[0] || !result->records))
		r->untidy = "outcome of an import";
	return tidy(r, status, error->status == status && error->message[0], "words of an import");
}

static rpv_status import_bytes(run *r, const test_bytes *bytes, bool lenient)
{
	rpv_import_options o = few_at_once(r);
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	o.lenient = lenient;
	o.batch_records += bytes->size / 200;
	rpv_status status = rpv_import_memory(r->session, "bytes", bytes->data, bytes->size, &o, &result, &error);
	return imported(r, status, &result, &error);
}

static rpv_status import_path(run *r, const char *path)
{
	test_bytes bytes = test_read_file(path);
	assert_non_null(bytes.data);
	rpv_status status = import_bytes(r, &bytes, false);
	test_bytes_free(&bytes);
	return status;
}

#define IMPORT(name, path) static rpv_status name(run *r) { return import_path(r, DATA path); }
IMPORT(native, "native/everything.ndjson")
IMPORT(vulnerabilities, "defender/valid/vulnerabilities.json")
IMPORT(changes, "defender/valid/changes.json")
IMPORT(machine_vulnerabilities, "defender/valid/machine-vulnerabilities.json")
IMPORT(configurations, "defender/valid/configurations.json")
IMPORT(software, "defender/valid/software-inventory.json")
IMPORT(machines, "defender/valid/machines.json")
IMPORT(references, "defender/valid/machine-references.json")
IMPORT(recommendations, "defender/valid/recommendations.json")
IMPORT(vulnerability_list, "defender/valid/vulnerability-list.json")
IMPORT(software_list, "defender/valid/software-list.json")
IMPORT(tasks, "defender/valid/remediation-tasks.json")

/* So that tasks have what they are about. */
static void know_products(run *r)
{
	static const char *const paths[] = { DATA "defender/valid/vulnerabilities.json",
		DATA "defender/valid/configurations.json" };
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	for (int i = 0; i < 2; i++)
		assert_ok(rpv_import_file(r->session, paths[i], NULL, NULL, &error));
}

/* Some lines are of no use. */
static rpv_status lenient(run *r)
{
	test_bytes bytes = { NULL, 0 };
	for (int i = 0; i < 20; i++) {
		test_bytes_add(&bytes, "{'type':'device','id':'x%d','group':'Far'}\n{'type':'device','id':%d}\n", i, i);
		test_bytes_add(&bytes, i % 2 ? "{'type':'nothing'}\n" : "{'type':'device',\n");
	}
	rpv_status status = import_bytes(r, &bytes, true);
	test_bytes_free(&bytes);
	return status;
}

static rpv_status restore(run *r)
{
	test_bytes bytes = { NULL, 0 };
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	run *was = working;
	working = NULL;
	assert_ok(rpv_export_ndjson(backup->session, test_bytes_sink, &bytes, NULL, &error));
	working = was;
	rpv_status status = import_bytes(r, &bytes, false);
	test_bytes_free(&bytes);
	return status;
}

/* --- files --- */
static rpv_status import_file(run *r)
{
	rpv_import_options o = few_at_once(r);
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	test_bytes plain = test_read_file(DATA "native/small.ndjson"), packed = { NULL, 0 };
	test_gzip(plain.data, plain.size / 2, &packed);
	test_gzip(plain.data + plain.size / 2, plain.size - plain.size / 2, &packed); /* two members */
	char path[512];
	test_temporary_path(path, sizeof path, "native.gz");
	FILE *to = fopen(path, "wb");
	assert_true(to && fwrite(packed.data, 1, packed.size, to) == packed.size && fclose(to) == 0);
	rpv_status status = rpv_import_file(r->session, path, &o, &result, &error);
	test_remove_folder(path);
	test_bytes_free(&plain);
	test_bytes_free(&packed);
	return imported(r, status, &result, &error);
}

static rpv_status import_files(run *r)
{
	static const char *const paths[] = { DATA "defender/valid/vulnerabilities.json",
		DATA "defender/valid/vulnerabilities-lines.json" };
	rpv_import_options o = few_at_once(r);
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_status status = rpv_import_files(r->session, paths, 2, &o, &result, &error);
	return imported(r, status, &result, &error);
}

/* --- what asks for nothing --- */
static rpv_status format_find(run *r)
{
	rpv_format format = RPV_FORMAT_DETECT;
	rpv_status status = rpv_format_find("defender-software", &format);
	r->output = (uint64_t)format;
	return status;
}

static rpv_status format_name(run *r)
{
	r->output = strlen(rpv_format_name(RPV_FORMAT_DEFENDER_SOFTWARE));
	return RPV_OK;
}

static rpv_status options_init(run *r)
{
	rpv_import_options o = { 0 };
	rpv_import_options_init(&o);
	r->output = o.struct_size;
	return RPV_OK;
}

#define TOLD (STEPS | CALLS | OWN_WORDS)
const scene scenes[] = {
	{ "rpv_csv_write_devices", csv_devices, NULL, CALLS | OWN_WORDS },
	{ "rpv_csv_write_exceptions", csv_exceptions, NULL, CALLS | OWN_WORDS },
	{ "rpv_csv_write_recommendations", csv_recommendations, NULL, CALLS | OWN_WORDS },
	{ "rpv_csv_write_remediations", csv_remediations, NULL, CALLS | OWN_WORDS },
	{ "rpv_export_ndjson", export_it, NULL, CALLS | OWN_WORDS },
	{ "rpv_format_find", format_find, NULL, NO_STORAGE },
	{ "rpv_format_name", format_name, NULL, NO_STORAGE },
	{ "rpv_import_file", import_file, NULL, TOLD | FILES },
	{ "rpv_import_files", import_files, NULL, TOLD | FILES },
	{ "rpv_import_memory", native, NULL, TOLD },
	{ "rpv_import_memory", lenient, NULL, TOLD },
	{ "rpv_import_memory", vulnerabilities, NULL, TOLD },
	{ "rpv_import_memory", changes, NULL, TOLD },
	{ "rpv_import_memory", changes, know_products, TOLD },
	{ "rpv_import_memory", machine_vulnerabilities, NULL, TOLD },
	{ "rpv_import_memory", configurations, NULL, TOLD },
	{ "rpv_import_memory", software, NULL, TOLD },
	{ "rpv_import_memory", machines, NULL, TOLD },
	{ "rpv_import_memory", references, NULL, TOLD },
	{ "rpv_import_memory", recommendations, NULL, TOLD },
	{ "rpv_import_memory", vulnerability_list, NULL, TOLD },
	{ "rpv_import_memory", software_list, NULL, TOLD },
	{ "rpv_import_memory", tasks, know_products, TOLD },
	{ "rpv_import_memory", restore, NULL, TOLD | EMPTY | ANEW },
	{ "rpv_import_options_init", options_init, NULL, NO_STORAGE },
};
const size_t scene_count = sizeof scenes / sizeof *scenes;
