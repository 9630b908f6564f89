/* SPDX-License-Identifier: MIT */
/* reprieve score */
#include "program.h"

static json_t *json_secure(const rpv_secure_score *s)
{
	return json_pack("{s:f, s:f, s:o}", "points", s->points, "max_points", s->max_points, "percent",
	                 s->percent < 0 ? json_null() : json_real(s->percent));
}

json_t *json_score(const rpv_score *s, bool with_model)
{
	json_t *object = json_pack(
		"{s:o, s:I, s:{s:f, s:f, s:f, s:o}, s:{s:o, s:o, s:o}}", "time", json_instant(s->time_ms), "devices",
		(json_int_t)s->devices, "exposure", "official", s->exposure_official, "no_impact", s->exposure_no_impact,
		"mitigation_like", s->exposure_mitigation_like, "level", json_word(RPV_WORDS_LEVEL, (int32_t)s->level),
		"secure", "official", json_secure(&s->secure_official), "no_impact", json_secure(&s->secure_no_impact),
		"mitigation_like", json_secure(&s->secure_mitigation_like));

	if (with_model) {
		json_object_set_new(need_memory(object), "model", json_string(RPV_EXPOSURE_MODEL " " RPV_SECURE_MODEL));
		json_object_set_new(object, "valid_until", json_instant(s->valid_until_ms));
	}
	return need_memory(object);
}

static const char *percent_text(const rpv_secure_score *s)
{
	return s->percent < 0 ? "-" : number_text("%.2f", s->percent);
}

static void print_secure_row(const char *label, const rpv_secure_score *s)
{
	if (s->percent < 0)
		printf("  %-30s no data\n", label);
	else
		printf("  %-30s %7.2f %%   %.2f of %.0f points\n", label, s->percent, s->points, s->max_points);
}

void print_score(const rpv_score *s)
{
	printf("At %s, %llu device%s\n\n", instant_text(s->time_ms), (unsigned long long)s->devices, plural(s->devices));
	printf("Exposure score (0 to 100, lower is better)\n");
	printf("  %-30s %7.2f     %s\n", "official", s->exposure_official, word_or_dash(RPV_WORDS_LEVEL, (int32_t)s->level));
	printf("  %-30s %7.2f\n", "without any exception", s->exposure_no_impact);
	printf("  %-30s %7.2f\n", "with every exception in effect", s->exposure_mitigation_like);
	printf("\nSecure score for devices (higher is better)\n");
	print_secure_row("official", &s->secure_official);
	print_secure_row("without any exception", &s->secure_no_impact);
	print_secure_row("with every exception in effect", &s->secure_mitigation_like);
}

/* A line of JSON, or a row of the table. */
static void show_group(const char *group, const rpv_score *s, bool json, table *t)
{
	json_t *object;

	if (!json) {
		table_row(t, group, count_text(s->devices), number_text("%.2f", s->exposure_official),
		          word_or_dash(RPV_WORDS_LEVEL, (int32_t)s->level), number_text("%.2f", s->exposure_no_impact),
		          number_text("%.2f", s->exposure_mitigation_like), percent_text(&s->secure_official));
		return;
	}
	object = json_score(s, true);
	json_object_set_new(object, "group", json_string(group));
	print_json(object);
}

static rpv_status score_by_group(const program *p, bool json, table *t)
{
	static const column columns[] = { { "Device group", COLUMN_ID }, { "Devices", COLUMN_RIGHT },
		{ "Exposure", COLUMN_RIGHT }, { "Level", COLUMN_FIXED }, { "Before", COLUMN_RIGHT },
		{ "Best case", COLUMN_RIGHT }, { "Secure %", COLUMN_RIGHT } };
	rpv_score_engine *engine = NULL;
	rpv_list *groups = NULL;
	rpv_status status = rpv_group_list(p->session, &groups);

	table_begin(t, columns, 7);
	if (status == RPV_OK)
		status = rpv_score_engine_open(p->session, &engine);
	for (size_t i = 0; status == RPV_OK && i < rpv_list_count(groups); i++) {
		const rpv_group *group = rpv_group_at(groups, i);
		rpv_score_query query = RPV_SCORE_QUERY_INIT;
		rpv_score score = RPV_SCORE_INIT;

		query.group = group->name;
		if (group->active_devices > 0)
			status = rpv_score_engine_read(engine, &query, &score);
		if (status == RPV_OK && group->active_devices > 0)
			show_group(group->name, &score, json, t);
	}
	rpv_score_engine_close(engine);
	rpv_list_free(groups);
	return status;
}

static void show_category(rpv_category category, const rpv_score *s, bool json, table *t)
{
	json_t *object;

	if (!json && s->secure_official.percent >= 0)
		table_row(t, word_or_dash(RPV_WORDS_CATEGORY, (int32_t)category), number_text("%.2f", s->secure_official.points),
		          number_text("%.0f", s->secure_official.max_points), percent_text(&s->secure_official),
		          percent_text(&s->secure_no_impact), percent_text(&s->secure_mitigation_like));
	if (!json)
		return;
	object = json_score(s, true);
	json_object_del(object, "exposure"); /* of a category there is none */
	json_object_set_new(object, "category", json_word(RPV_WORDS_CATEGORY, (int32_t)category));
	print_json(object);
}

static rpv_status score_by_category(const program *p, bool json, table *t)
{
	static const column columns[] = { { "Category", COLUMN_TEXT }, { "Points", COLUMN_RIGHT }, { "of", COLUMN_RIGHT },
		{ "Secure %", COLUMN_RIGHT }, { "Before", COLUMN_RIGHT }, { "Best case", COLUMN_RIGHT } };
	rpv_status status = RPV_OK;

	table_begin(t, columns, 6);
	for (int32_t c = RPV_CATEGORY_APPLICATION; status == RPV_OK && c <= RPV_CATEGORY_SECURITY_CONTROLS; c++) {
		rpv_score_query query = RPV_SCORE_QUERY_INIT;
		rpv_score score = RPV_SCORE_INIT;

		query.category = (rpv_category)c;
		status = rpv_score_read(p->session, &query, &score);
		if (status == RPV_OK)
			show_category(query.category, &score, json, t);
	}
	return status;
}

static rpv_status score_by(const program *p, bool by_category, bool json)
{
	table t;
	rpv_status status = by_category ? score_by_category(p, json, &t) : score_by_group(p, json, &t);

	if (json || status != RPV_OK) {
		table_free(&t);
	} else if (t.row_count == 0) {
		table_free(&t);
		puts("(none)");
	} else {
		table_end(&t);
		print_paragraph(0, 0, "Before: without any exception. Best case: with every exception in effect.");
	}
	return status;
}

/* --- what it is made of --- */
static json_t *json_contribution(const rpv_contribution *c, const rpv_list *list)
{
	return need_memory(json_pack(
		"{s:s, s:o, s:{s:f, s:f, s:f}, s:{s:f, s:f, s:f}}", "id", c->id, "time", json_instant(rpv_list_time(list)),
		"exposure", "official", c->exposure_official, "no_impact", c->exposure_no_impact, "mitigation_like",
		c->exposure_mitigation_like, "secure", "official", c->secure_official, "no_impact", c->secure_no_impact,
		"mitigation_like", c->secure_mitigation_like));
}

static void print_contributions(const rpv_list *list, const char *top)
{
	const column columns[] = { { top, COLUMN_ID }, { "Points", COLUMN_RIGHT }, { "Before", COLUMN_RIGHT },
		{ "Best case", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 4);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_contribution *c = rpv_contribution_at(list, i);

		table_row(&t, c->id, number_text("%.2f", c->exposure_official), number_text("%.2f", c->exposure_no_impact),
		          number_text("%.2f", c->exposure_mitigation_like));
	}
	if (rpv_list_count(list)) {
		table_end(&t);
		print_paragraph(0, 0, "Points of exposure score. Before: without any exception. Best case: with every exception in "
		                      "effect.");
	} else {
		table_free(&t);
		puts("(none)");
	}
}

static rpv_status score_top(const program *p, const rpv_contribution_query *query, const char *top, bool json)
{
	rpv_score_engine *engine = NULL;
	rpv_list *list = NULL;
	rpv_status status = rpv_score_engine_open(p->session, &engine);

	if (status == RPV_OK)
		status = rpv_contribution_list(engine, query, &list);
	for (size_t i = 0; json && i < rpv_list_count(list); i++)
		print_json(json_contribution(rpv_contribution_at(list, i), list));
	if (status == RPV_OK && !json)
		print_contributions(list, top);
	rpv_list_free(list);
	rpv_score_engine_close(engine);
	return status;
}

static rpv_status record_scores(const program *p)
{
	rpv_score_engine *engine = NULL;
	rpv_status status = rpv_score_engine_open(p->session, &engine);

	if (status == RPV_OK)
		status = rpv_score_record(engine, NULL);
	rpv_score_engine_close(engine);
	return status;
}

int run_score(program *p)
{
	static const char *const choices[] = { "group", "category", NULL };
	static const char *const tops[] = { "device", "recommendation", "weakness", NULL };
	static const char *const titles[] = { "Device", "Recommendation", "Weakness" };
	rpv_contribution_query query = RPV_CONTRIBUTION_QUERY_INIT;
	const char *by = NULL, *top = NULL, *limit = NULL;
	int json = 0, record = 0, choice = 0, at = 0, code;
	rpv_score score = RPV_SCORE_INIT;
	rpv_status status;

	const option options[] = {
		{ OPTION_TEXT, "--by", "group|category", "one line for each device group, or category", &by },
		{ OPTION_TEXT, "--top", "device|recommendation|weakness", "those that contribute most", &top },
		{ OPTION_TEXT, "--group", "GROUP", "with --top: to the score of this device group", &query.group },
		{ OPTION_TEXT, "--limit", "N", "with --top: so many instead of 10", &limit },
		{ OPTION_FLAG, "--record", NULL, "keep them for `trend`, of each device group too: at most once an hour", &record },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_choice("--by", choices, by, &choice);
	if (code == EXIT_DONE)
		code = take_choice("--top", tops, top, &at);
	if (code == EXIT_DONE && ((by && top) || (!top && (limit || query.group))))
		code = usage_error("--by goes without --top, --limit and --group with it");
	if (code == EXIT_DONE)
		code = take_number("--limit", limit, &query.limit);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	query.by = (rpv_contribution_by)(RPV_CONTRIBUTION_BY_DEVICE + at);
	if (record && (status = record_scores(p)) != RPV_OK)
		return fail(p, status);
	if (top) {
		status = score_top(p, &query, titles[at], json);
		return status == RPV_OK ? EXIT_DONE : fail(p, status);
	}
	status = by ? score_by(p, choice == 1, json) : rpv_score_read(p->session, NULL, &score);
	if (status != RPV_OK)
		return fail(p, status);
	if (!by && json)
		print_json(json_score(&score, true));
	else if (!by)
		print_score(&score);
	return EXIT_DONE;
}
