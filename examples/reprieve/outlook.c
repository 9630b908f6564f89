/* SPDX-License-Identifier: MIT */
/* reprieve forecast, reprieve plan */
#include "program.h"
#include <stdlib.h>
#include <string.h>

/* --- forecast --- */
static void show_forecast(const rpv_score *s, bool json, table *t)
{
	if (json)
		print_json(json_score(s, true));
	else
		table_row(t, instant_text(s->time_ms), count_text(s->devices), number_text("%.2f", s->exposure_official),
		          number_text("%.2f", s->exposure_no_impact), number_text("%.2f", s->exposure_mitigation_like),
		          s->secure_official.percent < 0 ? "-" : number_text("%.2f", s->secure_official.percent));
}

/* One row now, one at each change, one at the end. */
static rpv_status forecast(const program *p, rpv_forecast_query *q, int64_t until, bool json, table *t)
{
	rpv_store_info info = { .struct_size = sizeof info };
	rpv_score score = RPV_SCORE_INIT;
	rpv_score_engine *engine = NULL;
	rpv_status status = rpv_store_read_info(p->store, &info, NULL);

	if (status == RPV_OK)
		status = rpv_score_engine_open(p->session, &engine);

	q->time_ms = until < info.now_ms ? until : info.now_ms; /* what lies behind is refused, with words */
	for (int64_t next = q->time_ms; status == RPV_OK && next; q->time_ms = next) {
		status = rpv_forecast_read(engine, q, &score);
		if (status == RPV_OK)
			show_forecast(&score, json, t);
		next = q->time_ms >= until ? 0 : score.valid_until_ms && score.valid_until_ms < until ? score.valid_until_ms : until;
	}
	rpv_score_engine_close(engine);
	return status;
}

int run_forecast(program *p)
{
	static const column columns[] = { { "From", COLUMN_FIXED }, { "Devices", COLUMN_RIGHT }, { "Exposure", COLUMN_RIGHT },
		{ "Before", COLUMN_RIGHT }, { "Best case", COLUMN_RIGHT }, { "Secure %", COLUMN_RIGHT } };
	rpv_forecast_query query = RPV_FORECAST_QUERY_INIT;
	const char *until = NULL;
	int64_t until_ms = 0;
	int json = 0, silent = 0, without = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--until", "INSTANT", "the last time to look at; required", &until },
		{ OPTION_TEXT, "--group", "GROUP", "of this device group alone", &query.group },
		{ OPTION_FLAG, "--devices-fall-silent", NULL, "devices stop counting unless they are seen again", &silent },
		{ OPTION_FLAG, "--without-remediation", NULL, "no remediation activity is carried out", &without },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};
	table t;

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE && !until)
		code = usage_error("--until INSTANT is missing");
	if (code == EXIT_DONE)
		code = take_instant("--until", until, &until_ms);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	query.devices_fall_silent = silent;
	query.without_remediation = without;
	table_begin(&t, columns, 6);
	rpv_status status = forecast(p, &query, until_ms, json, &t);

	if (json || status != RPV_OK)
		table_free(&t);
	else
		table_end(&t);
	return status == RPV_OK ? EXIT_DONE : fail(p, status);
}

/* --- plan --- */
static json_t *json_step_at(const rpv_list *list, size_t index)
{
	const rpv_plan_step *s = rpv_plan_step_at(list, index);

	return need_memory(json_pack("{s:s, s:o, s:I, s:I, s:f, s:f, s:f, s:{s:f, s:f, s:f}, s:I}", "recommendation",
		s->recommendation, "title", json_text(s->title), "cost", (json_int_t)s->cost, "total_cost",
		(json_int_t)s->total_cost, "gain", s->gain, "score", s->exposure, "bound", s->bound, "exposure", "official",
		s->exposure_official, "no_impact", s->exposure_no_impact, "mitigation_like", s->exposure_mitigation_like, "devices",
		(json_int_t)s->devices));
}

static void print_steps(const rpv_list *list)
{
	static const column columns[] = { { "Recommendation", COLUMN_ID }, { "Devices", COLUMN_RIGHT },
		{ "Cost", COLUMN_RIGHT }, { "In all", COLUMN_RIGHT }, { "Gain", COLUMN_RIGHT }, { "Exposure", COLUMN_RIGHT },
		{ "Bound", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 7);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_plan_step *s = rpv_plan_step_at(list, i);

		table_row(&t, s->recommendation, count_text(s->devices), count_text((uint64_t)s->cost),
		          count_text((uint64_t)s->total_cost), number_text("%.2f", s->gain), number_text("%.2f", s->exposure),
		          number_text("%.2f", s->bound));
	}
	table_end(&t);
	print_paragraph(0, 0, "Bound: nothing that costs as much brings the exposure score below it.");
}

/* ID=COST, each into one place; ids are copies that live as long as the program. */
static int take_costs(program *p, const texts *given, rpv_plan_cost *out)
{
	for (size_t i = 0; i < given->count; i++) {
		const char *equals = strrchr(given->items[i], '=');
		uint64_t cost = 0;
		int code = equals && equals != given->items[i]
			? take_number("--cost", equals + 1, &cost) : usage_error("--cost: \"%s\" is not ID=COST", given->items[i]);

		if (code != EXIT_DONE)
			return code;
		size_t size = (size_t)(equals - given->items[i]);
		char *id = (char *)keep_texts(p, size / sizeof(char *) + 1);

		memcpy(id, given->items[i], size);
		id[size] = '\0';
		out[i] = (rpv_plan_cost){ id, cost > INT32_MAX ? INT32_MAX : (int64_t)cost };
	}
	return EXIT_DONE;
}

typedef struct plan_options { const char *target, *budget, *other, *view; texts costs, kinds; } plan_options;

static int take_plan(program *p, const plan_options *o, rpv_plan_query *q, rpv_plan_cost *costs)
{
	static const char *const views[] = { "official", "no_impact", "mitigation_like", NULL };
	uint64_t budget = 0, other = 1;
	int view = 0, code = take_number("--budget", o->budget, &budget);
	char *end = NULL;

	if (code == EXIT_DONE)
		code = take_number("--other-cost", o->other, &other);
	if (code == EXIT_DONE)
		code = take_choice("--view", views, o->view, &view);
	if (code == EXIT_DONE)
		code = take_words("--kind", RPV_WORDS_KIND, &o->kinds, true, &q->kinds);
	if (code == EXIT_DONE)
		code = take_costs(p, &o->costs, costs);
	if (code == EXIT_DONE && o->target) {
		q->target = strtod(o->target, &end);
		if (end == o->target || *end || !(q->target >= 0))
			code = usage_error("--target: \"%s\" is not a score", o->target);
	}
	q->budget = budget > INT64_MAX ? INT64_MAX : (int64_t)budget;
	q->other_cost = other > INT64_MAX ? INT64_MAX : (int64_t)other;
	q->view = (rpv_view)view;
	q->costs = costs;
	q->cost_count = o->costs.count;
	return code;
}

int run_plan(program *p)
{
	rpv_plan_query query = RPV_PLAN_QUERY_INIT;
	plan_options o = { 0 };
	rpv_list *list = NULL;
	int json = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--target", "SCORE", "stop when the exposure score is at most this", &o.target },
		{ OPTION_TEXT, "--budget", "N", "spend at most this; without costs, at most so many steps", &o.budget },
		{ OPTION_LIST, "--cost", "ID=COST", "what a recommendation costs; 0: never choose it", &o.costs },
		{ OPTION_TEXT, "--other-cost", "COST", "what each of the others costs; default: 1", &o.other },
		{ OPTION_TEXT, "--group", "GROUP", "of this device group alone", &query.group },
		{ OPTION_LIST, "--kind", "KIND", "update, uninstall, ...", &o.kinds },
		{ OPTION_TEXT, "--view", "VIEW", "official, no_impact, mitigation_like; default: official", &o.view },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE) {
		rpv_plan_cost *costs = need_memory(calloc(o.costs.count + 1, sizeof *costs));

		code = take_plan(p, &o, &query, costs);
		if (code == EXIT_DONE)
			code = open_program(p);
		if (code == EXIT_DONE) {
			const listing how = { NULL, NULL, json, 0, json_step_at, print_steps };
			rpv_score_engine *engine = NULL;
			rpv_status status = rpv_score_engine_open(p->session, &engine);

			if (status == RPV_OK)
				status = rpv_plan_make(engine, &query, &list);
			code = print_listing(p, &how, status, &list);
			rpv_score_engine_close(engine);
		}
		free(costs);
	}
	return code;
}
