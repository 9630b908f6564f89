/* SPDX-License-Identifier: MIT */
/* reprieve budget */
#include "program.h"

static json_t *json_budget_at(const rpv_list *list, size_t index)
{
	const rpv_budget *b = rpv_budget_at(list, index);
	json_t *o = need_memory(json_object());

	json_object_set_new(o, "by", json_word(RPV_WORDS_BUDGET_BY, (int32_t)b->by));
	json_object_set_new(o, "value", json_text(b->value));
	json_object_set_new(o, "accepted", json_real(b->accepted));
	json_object_set_new(o, "limit", b->limit < 0 ? json_null() : json_real(b->limit));
	json_object_set_new(o, "exceptions", json_count(b->exceptions));
	return o;
}

static void print_budgets(const rpv_list *list)
{
	static const column columns[] = { { "By", COLUMN_FIXED }, { "Of", COLUMN_TEXT }, { "Accepted", COLUMN_RIGHT },
		{ "Limit", COLUMN_RIGHT }, { "Exceptions", COLUMN_RIGHT } };
	table t;

	table_begin(&t, columns, 5);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_budget *b = rpv_budget_at(list, i);

		table_row(&t, word_or_dash(RPV_WORDS_BUDGET_BY, (int32_t)b->by), b->value, number_text("%.2f", b->accepted),
		          b->limit < 0 ? "" : number_text("%.2f", b->limit), count_text(b->exceptions));
	}
	table_end(&t);
	print_paragraph(0, 0, "Points of standalone exposure, frozen when each exception was decided; of those that have not "
	                "ended.");
}

int run_budget(program *p)
{
	int json = 0, code;
	rpv_list *list = NULL;
	const option options[] = {
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	const listing how = { NULL, NULL, json, 0, json_budget_at, print_budgets };
	rpv_status status = rpv_budget_list(p->session, &list);

	return print_listing(p, &how, status, &list);
}
