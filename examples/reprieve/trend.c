/* SPDX-License-Identifier: MIT */
/* reprieve trend */
#include "program.h"

static json_t *json_point_at(const rpv_list *list, size_t index)
{
	const rpv_score_point *p = rpv_score_point_at(list, index);
	char digest[20];
	json_t *o = json_score(p->score, false);

	snprintf(digest, sizeof digest, "%016llx", (unsigned long long)p->digest);
	json_object_set_new(o, "engine", json_text(p->engine));
	json_object_set_new(o, "group", json_text(p->group));
	json_object_set_new(o, "digest", p->digest ? json_text(digest) : json_null());
	return o;
}

static void print_points(const rpv_list *list)
{
	static const column columns[] = { { "Time", COLUMN_FIXED }, { "Devices", COLUMN_RIGHT }, { "Exposure", COLUMN_RIGHT },
		{ "Level", COLUMN_FIXED }, { "Before", COLUMN_RIGHT }, { "Best case", COLUMN_RIGHT }, { "Secure %", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 7);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_score *s = rpv_score_point_at(list, i)->score;

		table_row(&t, instant_text(s->time_ms), count_text(s->devices), number_text("%.2f", s->exposure_official),
		          word_or_dash(RPV_WORDS_LEVEL, (int32_t)s->level), number_text("%.2f", s->exposure_no_impact),
		          number_text("%.2f", s->exposure_mitigation_like),
		          s->secure_official.percent < 0 ? "-" : number_text("%.2f", s->secure_official.percent));
	}
	table_end(&t);
	print_paragraph(0, 0, "Before: without any exception. Best case: with every exception in effect.");
}

static json_t *json_series_at(const rpv_list *list, size_t index)
{
	const rpv_score_series *s = rpv_score_series_at(list, index);

	return need_memory(json_pack("{s:s, s:o, s:o, s:o}", "engine", s->engine, "group", json_text(s->group), "first",
	                             json_instant(s->first_ms), "last", json_instant(s->last_ms)));
}

static void print_series(const rpv_list *list)
{
	static const column columns[] = { { "Engine", COLUMN_ID }, { "Device group", COLUMN_ID }, { "From", COLUMN_FIXED },
		{ "To", COLUMN_FIXED } };
	table t;

	table_begin(&t, columns, 4);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_score_series *s = rpv_score_series_at(list, i);

		table_row(&t, s->engine, s->group ? s->group : "(all)", instant_text(s->first_ms), instant_text(s->last_ms));
	}
	table_end(&t);
}

int run_trend(program *p)
{
	rpv_score_point_query query = RPV_SCORE_POINT_QUERY_INIT;
	const char *since = NULL, *until = NULL, *every = NULL, *limit = NULL;
	int json = 0, newest_first = 0, series = 0, code;
	rpv_list *list = NULL;
	rpv_status status;
	const option options[] = {
		{ OPTION_TEXT, "--group", "GROUP", "of this device group; without it, of all together", &query.group },
		{ OPTION_TEXT, "--engine", "NAME", "as recorded by this engine; default: " RPV_EXPOSURE_MODEL, &query.engine },
		{ OPTION_TEXT, "--since", "INSTANT", "from then on", &since },
		{ OPTION_TEXT, "--until", "INSTANT", "up to then", &until },
		{ OPTION_TEXT, "--every", "DURATION", "the last of each day (1d), or another span, alone", &every },
		{ OPTION_FLAG, "--newest-first", NULL, "the newest first", &newest_first },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on where a limited list ended", &query.after },
		{ OPTION_FLAG, "--series", NULL, "list of what there are some instead; with --json alone", &series },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = take_instant("--since", since, &query.from_ms);
	if (code == EXIT_DONE)
		code = take_instant("--until", until, &query.to_ms);
	if (code == EXIT_DONE)
		code = take_duration("--every", every, &query.every_ms);
	if (code == EXIT_DONE)
		code = take_number("--limit", limit, &query.limit);
	if (code == EXIT_DONE && series && (query.group || query.engine || since || until || every || newest_first || limit ||
	                                    query.after))
		code = usage_error("--series lists all of them: it goes with --json alone");
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	query.newest_first = newest_first;
	const listing how = { NULL, NULL, json, 0, series ? json_series_at : json_point_at,
		                  series ? print_series : print_points };

	status = series ? rpv_score_series_list(p->session, &list) : rpv_score_point_list(p->session, &query, &list);
	return print_listing(p, &how, status, &list);
}
