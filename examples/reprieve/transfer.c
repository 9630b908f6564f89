/* SPDX-License-Identifier: MIT */
/* reprieve import, reprieve export */
#include "transfer.h"
#include <string.h>
#include <unistd.h>

rpv_status write_stdout(void *user, const void *data, size_t size)
{
	(void)user;
	return fwrite(data, 1, size, stdout) == size ? RPV_OK : RPV_E_STORAGE;
}

int print_csv(const program *p, rpv_status status)
{
	return status == RPV_OK || ferror(stdout) ? EXIT_DONE : fail(p, status);
}

/* Draws a progress bar on a terminal, at most every hundredth of the input. */
static rpv_status show_progress(void *user, const rpv_import_progress *at)
{
	int *shown = user;
	int percent = at->bytes_total ? (int)(at->bytes * 100 / at->bytes_total) : 0, filled;

	if (percent == *shown)
		return RPV_OK;
	*shown = percent;
	filled = percent * 40 / 100;
	fprintf(stderr, "\r%s [%.*s%*s] %3d %%  %llu records", at->writing ? "writing " : "checking", filled,
	        "########################################", 40 - filled, "", percent, (unsigned long long)at->records);
	return RPV_OK;
}

static void show_notice(void *user, const rpv_import_error *what)
{
	(void)user;
	fputs("reprieve: skipped: ", stderr);
	put_plain(stderr, what->message);
	fputc('\n', stderr);
}

static void print_count(const char *what, uint64_t count)
{
	if (count)
		printf("  %-32s %12llu\n", what, (unsigned long long)count);
}

static void print_result(const rpv_import_result *r)
{
	if (r->records == 0) {
		puts("nothing in it");
		return;
	}
	printf("%s%s: %llu record%s in %llu commit%s, %llu change%s\n", rpv_format_name(r->format),
	       r->restored ? " (backup restored)" : "", (unsigned long long)r->records, plural(r->records),
	       (unsigned long long)r->batches, plural(r->batches), (unsigned long long)r->changed, plural(r->changed));
	print_count("device groups", r->groups);
	print_count("devices", r->devices);
	print_count("weaknesses", r->weaknesses);
	print_count("recommendations", r->recommendations);
	print_count("compensating controls", r->controls);
	print_count("assessments", r->assessments);
	print_count("software without known weakness", r->unaffected);
	print_count("remediation activities", r->remediations);
	print_count("exceptions", r->exceptions);
	print_count("events", r->events);
	print_count("recorded scores", r->scores);
	print_count("repeated records", r->duplicates);
	print_count("skipped records", r->skipped);
	print_count("invalid CVSS vectors left out", r->vectors_skipped);
	print_count("stale assessments left out", r->stale);
	print_count("times in the future taken as now", r->clipped);
}

static json_t *json_result(const rpv_import_result *r)
{
	const struct { const char *name; uint64_t count; } counts[] = {
		{ "records", r->records }, { "groups", r->groups }, { "devices", r->devices },
		{ "weaknesses", r->weaknesses }, { "recommendations", r->recommendations }, { "controls", r->controls },
		{ "assessments", r->assessments }, { "unaffected", r->unaffected }, { "remediations", r->remediations },
		{ "exceptions", r->exceptions }, { "events", r->events }, { "scores", r->scores }, { "duplicates", r->duplicates },
		{ "skipped", r->skipped }, { "vectors_skipped", r->vectors_skipped }, { "batches", r->batches },
		{ "changed", r->changed }, { "stale", r->stale }, { "clipped", r->clipped } };
	json_t *o = need_memory(json_object());

	json_object_set_new(o, "format", json_text(rpv_format_name(r->format)));
	json_object_set_new(o, "restored", json_boolean(r->restored));
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_object_set_new(o, counts[i].name, json_count(counts[i].count));
	return o;
}

typedef struct import_words {
	const char *format, *extent, *reported;
	int strict, lenient, json;
} import_words;

static int take_import(program *p, import_words *w, const char **paths, int most, rpv_import_options *o)
{
	static const char *const extents[] = { "detect", "whole", "part", NULL };
	int extent = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--format", "FORMAT", "what the files are, instead of finding out", &w->format },
		{ OPTION_FLAG, "--strict", NULL, "refuse the input when anything is wrong with it (the default)", &w->strict },
		{ OPTION_FLAG, "--lenient", NULL, "skip and count what cannot be used", &w->lenient },
		{ OPTION_TEXT, "--source", "NAME", "who reports; default: by format", &o->source },
		{ OPTION_TEXT, "--reported", "INSTANT", "time of the facts; default: now", &w->reported },
		{ OPTION_TEXT, "--extent", "whole|part", "whether they say all of the devices in them; default: find out",
		  &w->extent },
		{ OPTION_FLAG, "--json", NULL, "counts as one JSON object", &w->json },
		OPTIONS_END
	};

	code = take_options(p, options, paths, 1, most);
	if (code == EXIT_DONE && w->strict && w->lenient)
		code = usage_error("--strict and --lenient exclude each other");
	if (code == EXIT_DONE && w->format && rpv_format_find(w->format, &o->format) != RPV_OK)
		code = usage_error("--format: there is no format \"%s\"", w->format);
	if (code == EXIT_DONE)
		code = take_instant("--reported", w->reported, &o->reported_ms);
	if (code == EXIT_DONE)
		code = take_choice("--extent", extents, w->extent, &extent);
	o->extent = (rpv_extent)extent;
	o->lenient = w->lenient;
	return code;
}

int run_import(program *p)
{
	rpv_import_options o = RPV_IMPORT_OPTIONS_INIT;
	rpv_import_result result = RPV_IMPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	const char **paths = keep_texts(p, (size_t)p->argc);
	import_words w = { 0 };
	size_t count = 0;
	int shown = -1, code = take_import(p, &w, paths, p->argc - 1, &o);
	rpv_status status;

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	while (count + 1 < (size_t)p->argc && paths[count])
		count++;
	o.notice = show_notice;
	if (isatty(STDERR_FILENO)) {
		o.progress = show_progress;
		o.user = &shown;
	}
	status = rpv_import_files(p->session, paths, count, &o, &result, &error);
	if (shown >= 0)
		fprintf(stderr, "\r%79s\r", "");
	if (status != RPV_OK) {
		code = fail_with(error.message, status);
		return status == RPV_E_NOT_FOUND && error.host_code ? EXIT_STORAGE : code; /* a file that is not there */
	}
	if (w.json)
		print_json(json_result(&result));
	else
		print_result(&result);
	return EXIT_DONE;
}

static int export_csv(const program *p, int view, const char *recommendation)
{
	rpv_device_query devices = RPV_DEVICE_QUERY_INIT;
	rpv_recommendation_query all = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_exception_query worth = RPV_EXCEPTION_QUERY_INIT;

	devices.recommendation = recommendation;
	all.states = RPV_STATE_ALL;
	worth.with_worth = 1;
	switch (view) {
	case 0:
		return print_csv(p, rpv_csv_write_recommendations(p->session, &all, write_stdout, NULL));
	case 1:
		return print_csv(p, rpv_csv_write_exceptions(p->session, &worth, write_stdout, NULL));
	case 2:
		return print_csv(p, rpv_csv_write_remediations(p->session, NULL, write_stdout, NULL));
	default:
		return print_csv(p, rpv_csv_write_devices(p->session, &devices, write_stdout, NULL));
	}
}

int run_export(program *p)
{
	static const char *const formats[] = { "ndjson", "csv", NULL };
	static const char *const views[] = { "recommendations", "exceptions", "remediations", "devices", NULL };
	const char *what[2] = { NULL, NULL }, *recommendation = NULL;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	int format = 0, view = 0, code;
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--recommendation", "ID", "csv devices: those exposed to it", &recommendation },
		OPTIONS_END
	};

	code = take_options(p, options, what, 1, 2);
	if (code == EXIT_DONE)
		code = take_choice("export", formats, what[0], &format);
	if (code == EXIT_DONE && (format == 1) != (what[1] != NULL))
		code = usage_error("export is followed by ndjson, or by csv and a view; see reprieve export --help");
	if (code == EXIT_DONE)
		code = take_choice("export csv", views, what[1], &view);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	if (format == 1)
		return export_csv(p, view, recommendation);
	status = rpv_export_ndjson(p->session, write_stdout, NULL, NULL, &error);
	return status == RPV_OK || ferror(stdout) ? EXIT_DONE : fail_with(error.message, status);
}
