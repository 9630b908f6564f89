/* SPDX-License-Identifier: MIT */
/* reprieve explain */
#include "program.h"

static json_t *json_explained(const rpv_explained_exception *x)
{
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "id", json_text(x->id));
	json_object_set_new(o, "standing", json_word(RPV_WORDS_STANDING, (int32_t)x->standing));
	json_object_set_new(o, "recommendation", json_text(x->recommendation));
	json_object_set_new(o, "weakness", json_text(x->weakness));
	json_object_set_new(o, "scope", json_word(RPV_WORDS_SCOPE, (int32_t)x->scope));
	json_object_set_new(o, "status", json_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)x->status));
	json_object_set_new(o, "by", json_text(x->by));
	json_object_set_new(o, "at", json_instant(x->at_ms));
	json_object_set_new(o, "reason", json_text(x->reason));
	return o;
}

static json_t *json_finding(const rpv_explained_finding *f)
{
	json_t *o = json_object();

	json_object_set_new(need_memory(o), "weakness", json_text(f->weakness));
	json_object_set_new(o, "visible", json_boolean(f->visible));
	json_object_set_new(o, "decided_by", json_text(f->decided_by));
	json_object_set_new(o, "rule", json_word(RPV_WORDS_RULE, (int32_t)f->rule));
	json_object_set_new(o, "in_official", json_boolean(f->in_official));
	return o;
}

static json_t *json_explanation(const rpv_explanation_outcome *o)
{
	json_t *all = json_object(), *exceptions = json_array(), *findings = json_array();

	json_object_set_new(need_memory(all), "visible", json_boolean(o->visible));
	json_object_set_new(all, "decided_by", json_text(o->decided_by));
	json_object_set_new(all, "overruled", json_list(o->overruled, o->overruled_count));
	json_object_set_new(all, "also", json_list(o->also, o->also_count));
	json_object_set_new(all, "rule", json_word(RPV_WORDS_RULE, (int32_t)o->rule));
	json_object_set_new(all, "message", json_text(o->message));
	json_object_set_new(all, "device", json_text(o->device));
	json_object_set_new(all, "group", json_text(o->group));
	json_object_set_new(all, "recommendation", json_text(o->recommendation));
	json_object_set_new(all, "weakness", json_text(o->weakness));
	json_object_set_new(all, "active", json_boolean(o->active));
	json_object_set_new(all, "excluded", json_boolean(o->excluded));
	json_object_set_new(all, "in_no_impact", json_boolean(o->in_no_impact));
	json_object_set_new(all, "in_official", json_boolean(o->in_official));
	json_object_set_new(all, "in_mitigation_like", json_boolean(o->in_mitigation_like));
	json_object_set_new(all, "time", json_instant(o->time_ms));
	json_object_set_new(all, "valid_until", json_instant(o->valid_until_ms));
	for (size_t i = 0; i < o->exception_count; i++)
		json_array_append_new(exceptions, json_explained(&o->exceptions[i]));
	for (size_t i = 0; i < o->finding_count; i++)
		json_array_append_new(findings, json_finding(&o->findings[i]));
	json_object_set_new(all, "exceptions", exceptions);
	json_object_set_new(all, "ended_left_out", json_count(o->ended_left_out));
	json_object_set_new(all, "findings", findings);
	return all;
}

static const char *counts_in(const rpv_explanation_outcome *o)
{
	if (!o->active)
		return o->excluded ? "in no score: the device is excluded" : "in no score: the device is silent";
	if (o->in_mitigation_like)
		return "in all three views";
	return o->in_official ? "without exceptions and in the official scores, not in the best case"
	                      : "without exceptions only";
}

static void print_explanation(const rpv_explanation_outcome *o)
{
	print_paragraph(0, 0, o->message);
	print_formatted("On", "%s, in the device group %s", o->device, o->group);
	print_formatted("Recommendation", "%s%s%s", o->recommendation, o->weakness ? ", " : "",
	                o->weakness ? o->weakness : "");
	print_field("Counts", counts_in(o));
	for (size_t i = 0; i < o->exception_count; i++) {
		const rpv_explained_exception *x = &o->exceptions[i];

		print_formatted(x->id, "%s%s%s%s", x->reason, x->weakness ? " (on " : "", x->weakness ? x->weakness : "",
		                !x->weakness ? "" : x->recommendation ? ")" : " everywhere)");
	}
	if (o->ended_left_out)
		print_formatted("", "and %s ended earlier", count_text(o->ended_left_out));
	for (size_t i = 0; !o->weakness && o->finding_count > 1 && i < o->finding_count; i++)
		print_formatted(i ? "" : "Weaknesses", "%s: %s%s", o->findings[i].weakness,
		                o->findings[i].visible ? "visible" : "hidden by ",
		                o->findings[i].visible ? "" : o->findings[i].decided_by);
}

int run_explain(program *p)
{
	const char *rest[3];
	int json = 0, code;
	rpv_explanation *explanation = NULL;
	rpv_status status;

	const option options[] = {
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, rest, 2, 3);
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	status = rpv_explain(p->session, rest[0], rest[1], rest[2], &explanation);
	if (status != RPV_OK)
		return fail(p, status);
	if (json)
		print_json(json_explanation(rpv_explanation_read(explanation)));
	else
		print_explanation(rpv_explanation_read(explanation));
	rpv_explanation_free(explanation);
	return EXIT_DONE;
}
