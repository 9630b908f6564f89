/* SPDX-License-Identifier: MIT */
/* reprieve devices, reprieve weaknesses */
#include "program.h"
#include "transfer.h"

json_t *json_device_at(const rpv_list *list, size_t index)
{
	const rpv_device *d = rpv_device_at(list, index);
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_string(d->id));
	json_object_set_new(o, "name", json_text(d->name));
	json_object_set_new(o, "os", json_text(d->os));
	json_object_set_new(o, "group", json_string(d->group));
	json_object_set_new(o, "value", json_word(RPV_WORDS_VALUE, (int32_t)d->value));
	json_object_set_new(o, "internet_facing", json_boolean(d->internet_facing));
	json_object_set_new(o, "active_alert", json_boolean(d->active_alert));
	json_object_set_new(o, "excluded", json_boolean(d->excluded));
	json_object_set_new(o, "justification", json_text(d->justification));
	json_object_set_new(o, "active", json_boolean(d->active));
	json_object_set_new(o, "first_seen", json_instant(d->first_seen_ms));
	json_object_set_new(o, "last_seen", json_instant(d->last_seen_ms));
	json_object_set_new(o, "exposure", json_real(d->exposure));
	json_object_set_new(o, "exposure_no_impact", json_real(d->exposure_no_impact));
	json_object_set_new(o, "exposure_mitigation_like", json_real(d->exposure_mitigation_like));
	json_object_set_new(o, "version", json_text(d->version));
	json_object_set_new(o, "covered", json_boolean(d->covered));
	json_object_set_new(o, "state", json_word(RPV_WORDS_CONFIGURATION_STATE, (int32_t)d->state));
	json_object_set_new(o, "tags", json_list(d->tags, d->tag_count));
	return o;
}

void print_devices(const rpv_list *list)
{
	static const column columns[] = { { "Device", COLUMN_ID }, { "Group", COLUMN_ID }, { "Value", COLUMN_FIXED },
		{ "Exposure", COLUMN_RIGHT }, { "Last seen", COLUMN_FIXED }, { "", COLUMN_FIXED }, { "Version", COLUMN_TEXT },
		{ "Name", COLUMN_TEXT } };
	table t;

	table_begin(&t, columns, 8);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_device *d = rpv_device_at(list, i);
		const char *note = d->excluded ? "excluded" : !d->active ? "inactive" : d->covered ? "covered"
			: d->active_alert ? "alert" : d->internet_facing ? "internet" : "";
		char seen[RPV_TIME_TEXT_SIZE];

		snprintf(seen, sizeof seen, "%.10s", instant_text(d->last_seen_ms));
		table_row(&t, d->id, d->group, word_or_dash(RPV_WORDS_VALUE, (int32_t)d->value),
		          number_text("%.2f", d->exposure), seen, note, d->version ? d->version : "", d->name ? d->name : "");
	}
	table_end(&t);
}

typedef struct device_filters {
	listing how;
	int covered, not_covered, active, inactive;
} device_filters;

static int take_device_filters(program *p, device_filters *f, rpv_device_query *q)
{
	static const char *const sorts[] = { "id", "exposure", NULL };
	int sort = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--id", "DEVICE", "this one", &q->id },
		{ OPTION_TEXT, "--group", "GROUP", "of this device group", &q->group },
		{ OPTION_TEXT, "--recommendation", "ID", "exposed to this recommendation", &q->recommendation },
		{ OPTION_TEXT, "--weakness", "ID", "that have this weakness", &q->weakness },
		{ OPTION_FLAG, "--covered", NULL, "with --recommendation: hidden by an exception", &f->covered },
		{ OPTION_FLAG, "--not-covered", NULL, "with --recommendation: not hidden", &f->not_covered },
		{ OPTION_FLAG, "--active", NULL, "that count in scores now", &f->active },
		{ OPTION_FLAG, "--inactive", NULL, "that do not", &f->inactive },
		{ OPTION_TEXT, "--sort", "ORDER", "id, exposure", &f->how.sort },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &f->how.limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &q->after },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &f->how.json },
		{ OPTION_FLAG, "--csv", NULL, "as CSV", &f->how.csv },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_number("--limit", f->how.limit, &q->limit);
	if (code == EXIT_DONE)
		code = take_choice("--sort", sorts, f->how.sort, &sort);
	if (code == EXIT_DONE && (f->covered || f->not_covered) && !q->recommendation)
		code = usage_error("--covered and --not-covered need --recommendation");
	if (code == EXIT_DONE && ((f->covered && f->not_covered) || (f->active && f->inactive)))
		code = usage_error("--covered and --not-covered, --active and --inactive exclude each other");
	q->sort = (rpv_device_sort)sort;
	q->covered = f->covered ? RPV_FLAG_TRUE : f->not_covered ? RPV_FLAG_FALSE : RPV_FLAG_UNCHANGED;
	q->active = f->active ? RPV_FLAG_TRUE : f->inactive ? RPV_FLAG_FALSE : RPV_FLAG_UNCHANGED;
	return code;
}

int run_devices(program *p)
{
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	device_filters f = { .how = { .row = json_device_at, .print = print_devices } };
	rpv_list *list = NULL;
	int code = take_device_filters(p, &f, &q);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	if (f.how.csv)
		return print_csv(p, rpv_csv_write_devices(p->session, &q, write_stdout, NULL));
	return print_listing(p, &f.how, rpv_device_list(p->session, &q, &list), &list);
}

json_t *json_weakness_at(const rpv_list *list, size_t index)
{
	const rpv_weakness *w = rpv_weakness_at(list, index);
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_string(w->id));
	json_object_set_new(o, "title", json_text(w->title));
	json_object_set_new(o, "severity", json_word(RPV_WORDS_SEVERITY, (int32_t)w->severity));
	json_object_set_new(o, "cvss", json_list(w->cvss, w->cvss_count));
	json_object_set_new(o, "cvss_score", w->cvss_score < 0 ? json_null() : json_real(w->cvss_score));
	json_object_set_new(o, "epss", w->epss < 0 ? json_null() : json_real(w->epss));
	json_object_set_new(o, "epss_model", json_text(w->epss_model));
	json_object_set_new(o, "likelihood", json_real(w->likelihood));
	json_object_set_new(o, "exploit", json_word(RPV_WORDS_EXPLOIT, (int32_t)w->exploit));
	json_object_set_new(o, "known_exploited", json_instant(w->known_exploited_ms));
	json_object_set_new(o, "ransomware", json_boolean(w->ransomware));
	json_object_set_new(o, "zero_day", json_boolean(w->zero_day));
	json_object_set_new(o, "fix_available", w->fix_available == RPV_FLAG_UNCHANGED ? json_null()
	                                        : json_boolean(w->fix_available == RPV_FLAG_TRUE));
	json_object_set_new(o, "active_alert", json_boolean(w->active_alert));
	json_object_set_new(o, "published", json_instant(w->published_ms));
	json_object_set_new(o, "updated", json_instant(w->updated_ms));
	json_object_set_new(o, "exposed_devices", json_count(w->exposed_devices));
	json_object_set_new(o, "exposed_devices_after", json_count(w->exposed_devices_after));
	json_object_set_new(o, "standalone_exposure", json_real(w->standalone_exposure));
	json_object_set_new(o, "aliases", json_list(w->aliases, w->alias_count));
	return o;
}

void print_weaknesses(const rpv_list *list)
{
	static const column columns[] = { { "Weakness", COLUMN_ID }, { "Severity", COLUMN_FIXED },
		{ "CVSS", COLUMN_RIGHT }, { "EPSS", COLUMN_RIGHT }, { "Exploit", COLUMN_FIXED }, { "KEV", COLUMN_FIXED },
		{ "Exposed", COLUMN_RIGHT }, { "after", COLUMN_RIGHT }, { "Impact", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 9);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness *w = rpv_weakness_at(list, i);

		table_row(&t, w->id, word_or_dash(RPV_WORDS_SEVERITY, (int32_t)w->severity),
		          w->cvss_score < 0 ? "" : number_text("%.1f", w->cvss_score),
		          w->epss < 0 ? "" : number_text("%.4f", w->epss), word_or_dash(RPV_WORDS_EXPLOIT, (int32_t)w->exploit),
		          w->known_exploited ? "yes" : "", count_text(w->exposed_devices), count_text(w->exposed_devices_after),
		          number_text("%.3f", w->standalone_exposure));
	}
	table_end(&t);
	print_paragraph(0, 0, "KEV: known exploited. Impact: points of exposure score if it were the only one.");
}

typedef struct weakness_filters {
	listing how;
	const char *severity, *exploit;
	int exposed;
} weakness_filters;

static int take_weakness_filters(program *p, weakness_filters *f, rpv_weakness_query *q)
{
	static const char *const sorts[] = { "id", "exposed_devices", "exposure", NULL };
	int32_t severity = 0, exploit = 0;
	int sort = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--id", "WEAKNESS", "this one", &q->id },
		{ OPTION_TEXT, "--recommendation", "ID", "of this recommendation, on an active device", &q->recommendation },
		{ OPTION_TEXT, "--severity", "SEVERITY", "at least this severe", &f->severity },
		{ OPTION_TEXT, "--exploit", "LEVEL", "with an exploit at least this far", &f->exploit },
		{ OPTION_FLAG, "--exposed", NULL, "that an active device has", &f->exposed },
		{ OPTION_TEXT, "--sort", "ORDER", "id, exposed_devices, exposure", &f->how.sort },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &f->how.limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &q->after },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &f->how.json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_number("--limit", f->how.limit, &q->limit);
	if (code == EXIT_DONE)
		code = take_word("--severity", RPV_WORDS_SEVERITY, f->severity, &severity);
	if (code == EXIT_DONE)
		code = take_word("--exploit", RPV_WORDS_EXPLOIT, f->exploit, &exploit);
	if (code == EXIT_DONE)
		code = take_choice("--sort", sorts, f->how.sort, &sort);
	q->sort = (rpv_weakness_sort)sort;
	q->severity = (rpv_severity)severity;
	q->exploit = (rpv_exploit)exploit;
	q->exposed = f->exposed ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
	return code;
}

int run_weaknesses(program *p)
{
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	weakness_filters f = { .how = { .row = json_weakness_at, .print = print_weaknesses } };
	rpv_list *list = NULL;
	int code = take_weakness_filters(p, &f, &q);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	return print_listing(p, &f.how, rpv_weakness_list(p->session, &q, &list), &list);
}
