/* SPDX-License-Identifier: MIT */
/* reprieve recommendations, reprieve show */
#include "program.h"
#include "transfer.h"

json_t *json_recommendation_at(const rpv_list *list, size_t index)
{
	const rpv_recommendation *r = rpv_recommendation_at(list, index);
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_string(r->id));
	json_object_set_new(o, "state", json_word(RPV_WORDS_STATE, (int32_t)r->state));
	json_object_set_new(o, "kind", json_word(RPV_WORDS_KIND, (int32_t)r->kind));
	json_object_set_new(o, "category", json_word(RPV_WORDS_CATEGORY, (int32_t)r->category));
	json_object_set_new(o, "subcategory", json_text(r->subcategory));
	json_object_set_new(o, "title", json_text(r->title));
	json_object_set_new(o, "component", json_text(r->component));
	json_object_set_new(o, "vendor", json_text(r->vendor));
	json_object_set_new(o, "product", json_text(r->product));
	json_object_set_new(o, "recommended_version", json_text(r->recommended_version));
	json_object_set_new(o, "points", json_integer(r->points));
	json_object_set_new(o, "assessed_devices", json_count(r->assessed_devices));
	json_object_set_new(o, "exposed_devices", json_count(r->exposed_devices));
	json_object_set_new(o, "exposed_devices_after", json_count(r->exposed_devices_after));
	json_object_set_new(o, "covered_devices", json_count(r->covered_devices));
	json_object_set_new(o, "exposure_impact", json_real(r->exposure_impact));
	json_object_set_new(o, "exposure_impact_after", json_real(r->exposure_impact_after));
	json_object_set_new(o, "exposure_impact_mitigation_like", json_real(r->exposure_impact_best));
	json_object_set_new(o, "standalone_exposure", json_real(r->standalone_exposure));
	json_object_set_new(o, "secure_impact", json_real(r->secure_impact));
	json_object_set_new(o, "secure_impact_after", json_real(r->secure_impact_after));
	json_object_set_new(o, "secure_impact_mitigation_like", json_real(r->secure_impact_best));
	json_object_set_new(o, "weaknesses", json_count(r->weaknesses));
	json_object_set_new(o, "severity", json_word(RPV_WORDS_SEVERITY, (int32_t)r->severity));
	json_object_set_new(o, "exploit", json_word(RPV_WORDS_EXPLOIT, (int32_t)r->exploit));
	json_object_set_new(o, "public_exploit", json_boolean(r->public_exploit));
	json_object_set_new(o, "known_exploited", json_boolean(r->known_exploited));
	json_object_set_new(o, "active_alert", json_boolean(r->active_alert));
	json_object_set_new(o, "exceptions", json_count(r->exceptions));
	json_object_set_new(o, "remediations", json_count(r->remediations));
	json_object_set_new(o, "tags", json_list(r->tags, r->tag_count));
	json_object_set_new(o, "threats", json_list(r->threats, r->threat_count));
	return o;
}

/* A word that leaves room for the figures. */
static const char *short_state(rpv_state state)
{
	switch (state) {
	case RPV_STATE_PARTIAL_EXCEPTION:
		return "partial";
	case RPV_STATE_FULL_EXCEPTION:
		return "full";
	default:
		return word_or_dash(RPV_WORDS_STATE, (int32_t)state);
	}
}

void print_recommendations(const rpv_list *list)
{
	static const column columns[] = { { "Recommendation", COLUMN_ID }, { "State", COLUMN_FIXED },
		{ "Exposed", COLUMN_RIGHT }, { "after", COLUMN_RIGHT }, { "Impact", COLUMN_RIGHT }, { "after", COLUMN_RIGHT },
		{ "Points", COLUMN_RIGHT }, { "after", COLUMN_RIGHT }, { "", COLUMN_FIXED } };
	table t;

	table_begin(&t, columns, 9);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *r = rpv_recommendation_at(list, i);
		bool configuration = r->kind == RPV_KIND_CONFIGURATION_CHANGE;

		table_row(&t, r->id, short_state(r->state), count_text(r->exposed_devices),
		          count_text(r->exposed_devices_after),
		          configuration ? "" : number_text("%+.2f", -r->exposure_impact),
		          configuration ? "" : number_text("%+.2f", -r->exposure_impact_after),
		          configuration ? number_text("%+.2f", r->secure_impact) : "",
		          configuration ? number_text("%+.2f", r->secure_impact_after) : "",
		          r->known_exploited ? "!" : r->public_exploit ? "x" : r->active_alert ? "a" : "");
	}
	table_end(&t);
	print_paragraph(0, 0, "Carried out, it takes Impact off the exposure score, or adds Points to the secure score; "
	                "after: after exceptions. ! known exploited, x exploit, a alert.");
}

typedef struct filters {
	listing how;
	texts states, kinds, categories;
	const char *severity, *exploit;
	int remediated, not_remediated;
} filters;

static int take_states(const texts *list, uint32_t *states)
{
	static const char *const words[] = { "active", "partial_exception", "full_exception", "resolved", "all", NULL };
	static const uint32_t bits[] = { RPV_STATE_ACTIVE, RPV_STATE_PARTIAL_EXCEPTION, RPV_STATE_FULL_EXCEPTION,
		RPV_STATE_RESOLVED, RPV_STATE_ALL };
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < list->count; i++) {
		int word = 0;

		code = take_choice("--state", words, list->items[i], &word);
		*states |= bits[word];
	}
	return code;
}

static int read_filters(const filters *f, rpv_recommendation_query *q)
{
	static const char *const sorts[] = { "impact", "secure_impact", "exposed_devices", "weaknesses", "id", NULL };
	int32_t severity = 0, exploit = 0;
	int sort = 0, code = take_states(&f->states, &q->states);

	if (code == EXIT_DONE)
		code = take_words("--kind", RPV_WORDS_KIND, &f->kinds, true, &q->kinds);
	if (code == EXIT_DONE)
		code = take_words("--category", RPV_WORDS_CATEGORY, &f->categories, true, &q->categories);
	if (code == EXIT_DONE)
		code = take_word("--severity", RPV_WORDS_SEVERITY, f->severity, &severity);
	if (code == EXIT_DONE)
		code = take_word("--exploit", RPV_WORDS_EXPLOIT, f->exploit, &exploit);
	if (code == EXIT_DONE)
		code = take_choice("--sort", sorts, f->how.sort, &sort);
	if (code == EXIT_DONE)
		code = take_number("--limit", f->how.limit, &q->limit);
	if (code == EXIT_DONE && f->remediated && f->not_remediated)
		code = usage_error("--remediated and --not-remediated exclude each other");
	q->severity = (rpv_severity)severity;
	q->exploit = (rpv_exploit)exploit;
	q->sort = (rpv_recommendation_sort)sort;
	q->has_remediation = f->remediated ? RPV_FLAG_TRUE : f->not_remediated ? RPV_FLAG_FALSE : RPV_FLAG_UNCHANGED;
	return code;
}

static int take_filters(program *p, filters *f, rpv_recommendation_query *q)
{
	const option options[] = {
		{ OPTION_LIST, "--state", "STATE", "active, partial_exception, full_exception, resolved, all", &f->states },
		{ OPTION_LIST, "--kind", "KIND", "update, upgrade, uninstall, configuration_change, ...", &f->kinds },
		{ OPTION_LIST, "--category", "CATEGORY", "application, os, network, accounts, security_controls",
		  &f->categories },
		{ OPTION_TEXT, "--component", "TEXT", "with this related component", &q->component },
		{ OPTION_TEXT, "--vendor", "TEXT", "of this vendor", &q->vendor },
		{ OPTION_TEXT, "--tag", "TEXT", "with this tag", &q->tag },
		{ OPTION_TEXT, "--group", "GROUP", "what is exposed in this device group, with its figures", &q->group },
		{ OPTION_TEXT, "--severity", "SEVERITY", "with a weakness at least this severe", &f->severity },
		{ OPTION_TEXT, "--exploit", "LEVEL", "with an exploit at least this far", &f->exploit },
		{ OPTION_FLAG, "--remediated", NULL, "with an active remediation activity", &f->remediated },
		{ OPTION_FLAG, "--not-remediated", NULL, "without one", &f->not_remediated },
		{ OPTION_TEXT, "--sort", "ORDER", "impact, secure_impact, exposed_devices, weaknesses, id", &f->how.sort },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &f->how.limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &q->after },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &f->how.json },
		{ OPTION_FLAG, "--csv", NULL, "as CSV", &f->how.csv },
		OPTIONS_END
	};
	int code = take_options(p, options, NULL, 0, 0);

	return code == EXIT_DONE ? read_filters(f, q) : code;
}

int run_recommendations(program *p)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	filters f = { .how = { .row = json_recommendation_at, .print = print_recommendations } };
	rpv_list *list = NULL;
	int code = take_filters(p, &f, &q);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	if (f.how.csv)
		return print_csv(p, rpv_csv_write_recommendations(p->session, &q, write_stdout, NULL));
	return print_listing(p, &f.how, rpv_recommendation_list(p->session, &q, &list), &list);
}

/* What the flyout of a recommendation shows besides its row. */
typedef struct flyout { rpv_list *row, *devices, *weaknesses, *exceptions, *remediations; } flyout;

static rpv_status open_flyout(program *p, const char *id, uint64_t limit, flyout *f)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_device_query devices = RPV_DEVICE_QUERY_INIT;
	rpv_weakness_query weaknesses = RPV_WEAKNESS_QUERY_INIT;
	rpv_exception_query exceptions = RPV_EXCEPTION_QUERY_INIT;
	rpv_remediation_query remediations = RPV_REMEDIATION_QUERY_INIT;
	rpv_status status;

	q.id = devices.recommendation = weaknesses.recommendation = exceptions.recommendation =
		remediations.recommendation = id;
	devices.sort = RPV_DEVICE_BY_EXPOSURE;
	devices.limit = weaknesses.limit = limit;
	weaknesses.sort = RPV_WEAKNESS_BY_EXPOSURE;
	exceptions.with_worth = 1;
	status = rpv_recommendation_list(p->session, &q, &f->row);
	if (status == RPV_OK)
		status = rpv_device_list(p->session, &devices, &f->devices);
	if (status == RPV_OK)
		status = rpv_weakness_list(p->session, &weaknesses, &f->weaknesses);
	if (status == RPV_OK)
		status = rpv_exception_list(p->session, &exceptions, &f->exceptions);
	if (status == RPV_OK)
		status = rpv_remediation_list(p->session, &remediations, &f->remediations);
	return status;
}

static void close_flyout(flyout *f)
{
	rpv_list_free(f->row);
	rpv_list_free(f->devices);
	rpv_list_free(f->weaknesses);
	rpv_list_free(f->exceptions);
	rpv_list_free(f->remediations);
}

static void print_impact(const rpv_recommendation *r)
{
	print_formatted("Exposed devices", "%llu of %llu; after exceptions %llu", (unsigned long long)r->exposed_devices,
	                (unsigned long long)r->assessed_devices, (unsigned long long)r->exposed_devices_after);
	if (r->kind == RPV_KIND_CONFIGURATION_CHANGE) {
		print_formatted("Impact", "%s points of secure score (weight %u); after exceptions %s, best case %s",
		                number_text("%+.3f", r->secure_impact), r->points, number_text("%+.3f", r->secure_impact_after),
		                number_text("%+.3f", r->secure_impact_best));
	} else {
		print_formatted("Impact", "%s points of exposure score; after exceptions %s, best case %s",
		                number_text("%+.3f", -r->exposure_impact), number_text("%+.3f", -r->exposure_impact_after),
		                number_text("%+.3f", -r->exposure_impact_best));
		print_formatted("Standalone", "%.3f points if it were the only one", r->standalone_exposure);
	}
}

static void print_part(const char *title, uint64_t count, const rpv_list *list, void (*print)(const rpv_list *list))
{
	if (rpv_list_count(list) == 0)
		return;
	printf("\n%s (%llu)\n", title, (unsigned long long)count);
	print(list);
	if (rpv_list_count(list) < count)
		printf("%llu more: --limit 0 shows all\n", (unsigned long long)(count - rpv_list_count(list)));
}

static void print_flyout(const flyout *f)
{
	const rpv_recommendation *r = rpv_recommendation_at(f->row, 0);

	print_paragraph(0, 0, r->title ? r->title : r->id);
	print_field("Id", r->id);
	print_formatted("State", "%s; %s, %s", word_or_dash(RPV_WORDS_STATE, (int32_t)r->state),
	                word_or_dash(RPV_WORDS_KIND, (int32_t)r->kind),
	                word_or_dash(RPV_WORDS_CATEGORY, (int32_t)r->category));
	print_field("Component", r->component);
	print_field("Version", r->recommended_version);
	print_field("Description", r->description);
	print_field("Steps", r->steps);
	print_impact(r);
	print_part("Weaknesses", r->weaknesses, f->weaknesses, print_weaknesses);
	print_part("Exposed devices", r->exposed_devices, f->devices, print_devices);
	print_part("Exceptions", rpv_list_count(f->exceptions), f->exceptions, print_exceptions);
	print_part("Remediation activities", rpv_list_count(f->remediations), f->remediations, print_remediations);
}

static json_t *json_flyout(const flyout *f)
{
	const rpv_recommendation *r = rpv_recommendation_at(f->row, 0);
	json_t *o = json_recommendation_at(f->row, 0);

	json_object_set_new(o, "description", json_text(r->description));
	json_object_set_new(o, "steps", json_text(r->steps));
	json_object_set_new(o, "devices", json_rows(f->devices, json_device_at));
	json_object_set_new(o, "weakness_list", json_rows(f->weaknesses, json_weakness_at));
	json_object_set_new(o, "exception_list", json_rows(f->exceptions, json_exception_at));
	json_object_set_new(o, "remediation_list", json_rows(f->remediations, json_remediation_at));
	return o;
}

int run_show(program *p)
{
	const char *id = NULL, *limit_text = NULL;
	uint64_t limit = 10;
	int json = 0, code;
	flyout f = { 0 };
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--limit", "N", "at most so many devices and weaknesses (10; 0: all)", &limit_text },
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, &id, 1, 1);
	if (code == EXIT_DONE)
		code = take_number("--limit", limit_text, &limit);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = open_flyout(p, id, limit, &f);
	if (status != RPV_OK)
		code = fail(p, status);
	else if (json)
		print_json(json_flyout(&f));
	else
		print_flyout(&f);
	close_flyout(&f);
	return code;
}
