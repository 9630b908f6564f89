/* SPDX-License-Identifier: MIT */
/* reprieve policy */
#include "program.h"
#include <stdlib.h>
#include <string.h>

static json_t *json_policy_at(const rpv_list *list, size_t index)
{
	const rpv_policy *p = rpv_policy_at(list, index);
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "name", json_string(p->name));
	json_object_set_new(o, "value", json_string(p->value));
	json_object_set_new(o, "default", json_string(p->default_value));
	json_object_set_new(o, "description", json_string(p->description));
	json_object_set_new(o, "part_of", json_text(p->part_of));
	return o;
}

/* What holds others stands for them: its value tells theirs. */
static void print_policies(const rpv_list *list)
{
	static const column columns[] = { { "Policy", COLUMN_FIXED }, { "Value", COLUMN_TEXT }, { "Default", COLUMN_TEXT },
		{ "What it is", COLUMN_TEXT } };
	table t;

	table_begin(&t, columns, 4);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_policy *p = rpv_policy_at(list, i);

		if (!p->part_of)
			table_row(&t, p->name, p->value, p->is_default ? "" : p->default_value, p->description);
	}
	table_end(&t);
}

static void print_policy(const rpv_list *list)
{
	const rpv_policy *p = rpv_policy_at(list, 0);

	print_field("Policy", p->name);
	print_field("Value", p->value);
	print_field("Default", p->default_value);
	print_field("What it is", p->description);
	for (size_t i = 1; i < rpv_list_count(list); i++)
		print_field(i == 1 ? "Parts" : "", rpv_policy_at(list, i)->name);
}

static int list_policies(const program *p, const char *name, int json)
{
	const listing how = { NULL, NULL, json, 0, json_policy_at, name ? print_policy : print_policies };
	rpv_list *list = NULL;
	rpv_status status = rpv_policy_list(p->session, name, &list);

	if (status == RPV_E_NOT_FOUND)
		return usage_error("there is no policy \"%s\"; see reprieve policy", name);
	return print_listing(p, &how, status, &list);
}

/* --- changes --- */
/* Splits NAME=VALUE; the name is a copy, for free(). */
static int take_change(const char *text, rpv_policy_change *out)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return usage_error("--set: \"%s\" is not NAME=VALUE, such as inactive_after=30d", text);
	out->name = need_memory(strndup(text, (size_t)(equals - text)));
	out->value = equals + 1;
	return EXIT_DONE;
}

static void print_outcome(const rpv_policy_outcome *outcome, const rpv_list *list, bool dry)
{
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_policy *p = rpv_policy_at(list, i);
		char text[4096];

		snprintf(text, sizeof text, "%s -> %s", p->previous, p->value);
		print_paragraph(4, printf("%s: ", p->name), text);
	}
	if (!rpv_list_count(list))
		puts("nothing to change: these values count already");
	if (outcome->voided || outcome->warned)
		printf("%llu exception%s %s void, %llu %s\n", (unsigned long long)outcome->voided, plural(outcome->voided),
		       dry ? "would become" : "became", (unsigned long long)outcome->warned, dry ? "would warn" : "warned");
	if (dry && rpv_list_count(list))
		puts("dry run: nothing was written");
}

static json_t *json_outcome(const rpv_policy_outcome *outcome, const rpv_list *list, bool dry)
{
	json_t *o = json_object(), *changes = need_memory(json_array());

	for (size_t i = 0; i < rpv_list_count(list); i++) {
		json_t *change = json_policy_at(list, i);

		json_object_set_new(change, "before", json_string(rpv_policy_at(list, i)->previous));
		json_array_append_new(changes, change);
	}
	json_object_set_new(need_memory(o), "dry_run", json_boolean(dry));
	json_object_set_new(o, "revision", json_count(outcome->revision));
	json_object_set_new(o, "changes", changes);
	json_object_set_new(o, "voids", json_count(outcome->voided));
	json_object_set_new(o, "warns", json_count(outcome->warned));
	return o;
}

/* A name or value that cannot be read is one of the command line. */
static int change_policies(const program *p, const rpv_policy_change *changes, size_t count, bool dry, int json)
{
	rpv_policy_outcome outcome = RPV_POLICY_OUTCOME_INIT;
	rpv_list *list = NULL;
	rpv_status status = dry ? rpv_policy_preview(p->session, changes, count, &outcome, &list)
	                        : rpv_policy_set(p->session, changes, count, &outcome, &list);

	if (status == RPV_E_INVALID)
		return usage_error("%s", rpv_session_error(p->session)->message);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_outcome(&outcome, list, dry));
	else
		print_outcome(&outcome, list, dry);
	rpv_list_free(list);
	return EXIT_DONE;
}

int run_policy(program *p)
{
	texts set = { NULL, 0 }, unset = { NULL, 0 };
	rpv_policy_change *changes;
	const char *name = NULL;
	size_t count = 0;
	int dry = 0, json = 0, code;

	const option options[] = {
		{ OPTION_LIST, "--set", "NAME=VALUE", "let this value count", &set },
		{ OPTION_LIST, "--unset", "NAME", "let the default count again", &unset },
		{ OPTION_FLAG, "--dry-run", NULL, "show what it would do, write nothing", &dry },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line; of a change one object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, &name, 0, 1);
	if (code != EXIT_DONE)
		return code;
	if (name && (set.count || unset.count))
		return usage_error("\"%s\" is one argument too many; see reprieve policy --help", name);
	if (dry && !set.count && !unset.count)
		return usage_error("--dry-run needs --set or --unset");
	changes = need_memory(calloc(set.count + unset.count + 1, sizeof *changes));
	for (size_t i = 0; i < unset.count; i++)
		changes[count++].name = unset.items[i];
	for (size_t i = 0; code == EXIT_DONE && i < set.count; i++) {
		code = take_change(set.items[i], &changes[count]);
		count += code == EXIT_DONE;
	}
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code == EXIT_DONE)
		code = count ? change_policies(p, changes, count, dry, json) : list_policies(p, name, json);
	for (size_t i = unset.count; i < count; i++)
		free((char *)changes[i].name);
	free(changes);
	return code;
}
