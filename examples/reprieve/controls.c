/* SPDX-License-Identifier: MIT */
/* reprieve controls */
#include "program.h"
#include <string.h>

static json_t *json_control_at(const rpv_list *list, size_t index)
{
	const double day = 86400000;
	const rpv_control *c = rpv_control_at(list, index);
	json_t *o = json_object();
	bool whole = c->review_interval_ms % (int64_t)day == 0;

	json_object_set_new(need_memory(o), "id", json_text(c->id));
	json_object_set_new(o, "kind", json_word(RPV_WORDS_CONTROL_KIND, (int32_t)c->kind));
	json_object_set_new(o, "description", json_text(c->description));
	json_object_set_new(o, "owner", json_text(c->owner));
	json_object_set_new(o, "evidence", json_evidence(c->evidence, c->evidence_count));
	json_object_set_new(o, "added_at", json_instant(c->added_ms));
	json_object_set_new(o, "reviewed_at", json_instant(c->reviewed_ms));
	json_object_set_new(o, "review_interval_days", c->review_interval_ms == 0 ? json_null()
	                    : whole ? json_integer(c->review_interval_ms / (int64_t)day)
	                            : json_real((double)c->review_interval_ms / day));
	json_object_set_new(o, "retired", json_boolean(c->retired));
	json_object_set_new(o, "stale_at", json_instant(c->stale_ms));
	json_object_set_new(o, "stale", json_boolean(c->stale));
	json_object_set_new(o, "exceptions", json_count(c->exceptions));
	return o;
}

static const char *state_of(const rpv_control *c)
{
	return c->retired ? "retired" : c->stale ? "stale" : "in place";
}

static void print_controls(const rpv_list *list)
{
	static const column columns[] = { { "Id", COLUMN_ID }, { "Kind", COLUMN_FIXED }, { "State", COLUMN_FIXED },
		{ "Reviewed", COLUMN_FIXED }, { "Stale from", COLUMN_FIXED }, { "Exceptions", COLUMN_RIGHT },
		{ "Owner", COLUMN_TEXT }, { "Description", COLUMN_TEXT } };
	table t;

	table_begin(&t, columns, 8);
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_control *c = rpv_control_at(list, i);
		char reviewed[RPV_TIME_TEXT_SIZE];

		snprintf(reviewed, sizeof reviewed, "%.10s", instant_text(c->reviewed_ms));
		table_row(&t, c->id, word_or_dash(RPV_WORDS_CONTROL_KIND, (int32_t)c->kind), state_of(c), reviewed,
		          instant_text(c->stale_ms), count_text(c->exceptions), c->owner ? c->owner : "",
		          c->description ? c->description : "");
	}
	table_end(&t);
}

/* All that is known of one control. */
static void print_control(const rpv_list *list)
{
	const rpv_control *c = rpv_control_at(list, 0);

	print_paragraph(0, printf("%s: ", c->id), c->description ? c->description : "");
	print_formatted("Control", "%s, %s", word_or_dash(RPV_WORDS_CONTROL_KIND, (int32_t)c->kind), state_of(c));
	print_field("Owner", c->owner);
	print_evidence(c->evidence, c->evidence_count);
	print_field("Added", instant_text(c->added_ms));
	print_field("Reviewed", instant_text(c->reviewed_ms));
	if (c->stale_ms)
		print_formatted("Review due", "%s%s", instant_text(c->stale_ms), c->stale ? ": overdue" : "");
	print_formatted("Exceptions", "%llu", (unsigned long long)c->exceptions);
}

typedef struct control_words {
	listing how;
	rpv_control_query query;
	rpv_control_facts facts;
	const char *set, *review, *retire, *reinstate; /* the one that is to change */
	const char *kind, *reviewed, *interval;
	texts evidence;
	int stale, retired;
} control_words;

static int take_interval(const char *text, rpv_control_facts *f)
{
	if (!text)
		return EXIT_DONE;
	f->given |= RPV_CONTROL_REVIEW_INTERVAL;
	return strcmp(text, "none") == 0 ? EXIT_DONE : take_duration("--interval", text, &f->review_interval_ms);
}

/* Which control is to change, and how. */
static int take_change(program *p, control_words *w)
{
	const char *const ids[] = { w->set, w->review, w->retire, w->reinstate };
	rpv_control_facts *f = &w->facts;
	int count = 0, code;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		count += ids[i] != NULL;
		if (ids[i])
			f->id = ids[i];
	}
	if (count > 1)
		return usage_error("--set, --review, --retire and --reinstate exclude each other");
	if (!w->set && (f->description || f->owner || w->interval || w->evidence.count))
		return usage_error("--description, --owner, --evidence and --interval need --set");
	if (w->reviewed && !w->set && !w->review)
		return usage_error("--reviewed needs --set or --review");
	if (w->retire)
		f->retired = RPV_FLAG_TRUE;
	else if (w->reinstate)
		f->retired = RPV_FLAG_FALSE;
	code = take_instant("--reviewed", w->reviewed, &f->reviewed_ms);
	if (code == EXIT_DONE)
		code = take_interval(w->interval, f);
	if (code == EXIT_DONE)
		code = take_evidence(p, &w->evidence, &f->evidence, &f->evidence_count);
	f->kind = w->set ? w->query.kind : RPV_CONTROL_UNCHANGED;
	return code;
}

static int take_controls(program *p, control_words *w)
{
	const option options[] = {
		{ OPTION_TEXT, "--id", "CONTROL", "this one", &w->query.id },
		{ OPTION_TEXT, "--kind", "KIND", "third_party, internal; with --set: what it is", &w->kind },
		{ OPTION_FLAG, "--stale", NULL, "only those whose review is overdue", &w->stale },
		{ OPTION_FLAG, "--retired", NULL, "only retired ones", &w->retired },
		{ OPTION_TEXT, "--limit", "N", "at most so many", &w->how.limit },
		{ OPTION_TEXT, "--after", "CURSOR", "go on behind this cursor", &w->query.after },
		{ OPTION_TEXT, "--set", "CONTROL", "add this control, or change what is said of it", &w->set },
		{ OPTION_TEXT, "--description", "TEXT", "with --set: what it does", &w->facts.description },
		{ OPTION_TEXT, "--owner", "NAME", "with --set: who answers for it", &w->facts.owner },
		{ OPTION_LIST, "--evidence", "URI", "with --set: evidence, such as https://corp.example/audit.pdf#sha256=...",
		  &w->evidence },
		{ OPTION_TEXT, "--interval", "DURATION", "with --set: how long a review holds, such as 90d; none: for ever",
		  &w->interval },
		{ OPTION_TEXT, "--review", "CONTROL", "this control was reviewed", &w->review },
		{ OPTION_TEXT, "--reviewed", "INSTANT", "with --set or --review: when it was reviewed; --review without it: now",
		  &w->reviewed },
		{ OPTION_TEXT, "--retire", "CONTROL", "this control is no longer in place", &w->retire },
		{ OPTION_TEXT, "--reinstate", "CONTROL", "this retired control is in place again", &w->reinstate },
		{ OPTION_FLAG, "--json", NULL, "one JSON object a line", &w->how.json },
		OPTIONS_END
	};
	int32_t kind = 0;
	int code = take_options(p, options, NULL, 0, 0);

	if (code == EXIT_DONE)
		code = take_word("--kind", RPV_WORDS_CONTROL_KIND, w->kind, &kind);
	if (code == EXIT_DONE)
		code = take_number("--limit", w->how.limit, &w->query.limit);
	w->query.kind = (rpv_control_kind)kind;
	w->query.stale = w->stale ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
	w->query.retired = w->retired ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
	return code == EXIT_DONE ? take_change(p, w) : code;
}

/* How many exceptions rest on it; RPV_E_NOT_FOUND when there is no such control. */
static rpv_status count_resting(program *p, const char *id, uint64_t *out)
{
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	rpv_list *list = NULL;
	rpv_status status;

	q.id = id;
	status = rpv_control_list(p->session, &q, &list);
	if (status == RPV_OK)
		*out = rpv_control_at(list, 0)->exceptions;
	rpv_list_free(list);
	return status;
}

static rpv_status report(program *p, control_words *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	rpv_batch *batch = NULL;
	rpv_status status;

	if (w->review && !w->facts.reviewed_ms) {
		status = rpv_store_read_info(p->store, &info, NULL);
		if (status != RPV_OK)
			return status;
		w->facts.reviewed_ms = info.now_ms;
	}
	status = rpv_batch_begin(p->session, NULL, &batch);
	if (status == RPV_OK)
		status = rpv_batch_control(batch, &w->facts);
	if (status == RPV_OK)
		status = rpv_batch_commit(batch, NULL);
	rpv_batch_free(batch);
	return status;
}

static int change(program *p, control_words *w)
{
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	uint64_t before = 0, after = 0;
	rpv_list *list = NULL;
	rpv_status status = count_resting(p, w->facts.id, &before);

	if (status == RPV_E_NOT_FOUND && w->set) /* a new one */
		status = RPV_OK;
	if (status == RPV_OK)
		status = report(p, w);
	if (status == RPV_OK)
		status = count_resting(p, w->facts.id, &after);
	if (status != RPV_OK)
		return fail(p, status);
	if (before > after && !w->how.json)
		printf("%llu exception%s that rested on it ended\n", (unsigned long long)(before - after),
		       plural(before - after));
	q.id = w->facts.id;
	w->how.print = print_control;
	return print_listing(p, &w->how, rpv_control_list(p->session, &q, &list), &list);
}

int run_controls(program *p)
{
	control_words w = { .how = { .row = json_control_at, .print = print_controls }, .query = RPV_CONTROL_QUERY_INIT };
	rpv_list *list = NULL;
	int code = take_controls(p, &w);

	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	if (w.facts.id)
		return change(p, &w);
	if (w.query.id)
		w.how.print = print_control;
	return print_listing(p, &w.how, rpv_control_list(p->session, &w.query, &list), &list);
}
