/* SPDX-License-Identifier: MIT */
/* reprieve: exceptions, remediation activities and scores of a store, from the command line. */
#include "program.h"
#include <locale.h>
#include <string.h>

const command commands[] = {
	{ "import", "[options] FILE...", "Takes facts from files: native NDJSON, backups, Defender exports and API answers.",
	  "take facts from files", run_import },
	{ "recommendations", "[options]", "Lists security recommendations; by default the active and partly excepted ones.",
	  "list security recommendations", run_recommendations },
	{ "show", "[options] RECOMMENDATION",
	  "Shows one recommendation: what it is, who is exposed, its weaknesses, exceptions and activities.",
	  "show one recommendation", run_show },
	{ "devices", "[options]", "Lists devices.", "list devices", run_devices },
	{ "weaknesses", "[options]", "Lists weaknesses.", "list weaknesses", run_weaknesses },
	{ "except", "[options] ID... --justification WORD --context TEXT (--for 30d | --until DATE)",
	  "Files an exception to a recommendation, to one weakness of it, or to a weakness everywhere.",
	  "file an exception", run_except },
	{ "exceptions", "[options]", "Lists exceptions with what they are worth.",
	  "list exceptions with what they are worth", run_exceptions },
	{ "renew", "[options] EXCEPTION (--for DURATION | --until INSTANT)",
	  "Renews an exception: a new one like it, from its end, or from now on if it has ended.", "renew an exception",
	  run_renew },
	{ "cancel", "[options] EXCEPTION --reason TEXT", "Cancels an exception, whole or for one device group.",
	  "cancel an exception", run_cancel },
	{ "approve", "[options] EXCEPTION...",
	  "Approves exceptions that wait for a second person: somebody else than who requested them. All of them, or none.",
	  "approve exceptions that wait for it", run_approve },
	{ "reject", "[options] EXCEPTION... --reason TEXT",
	  "Rejects exceptions that wait for a second person. All of them, or none.",
	  "reject exceptions that wait for approval", run_reject },
	{ "budget", "[options]", "Lists how much exposure exceptions accept, and how much they may.",
	  "list how much exposure is accepted", run_budget },
	{ "controls", "[options]", "Lists compensating controls, which mitigating exceptions rest on, or changes one.",
	  "list or change compensating controls", run_controls },
	{ "watch", "[options]", "Lists the exceptions that ask for attention: expiring, stale, shadowed, grown, overdue.",
	  "list exceptions that ask for attention", run_watch },
	{ "explain", "[options] DEVICE RECOMMENDATION [WEAKNESS]",
	  "Explains why a recommendation, or one weakness of it, is hidden on a device, or why it is not.",
	  "explain why something is hidden on a device, or not", run_explain },
	{ "remediate", "[options] RECOMMENDATION", "Requests a remediation activity.", "request a remediation activity",
	  run_remediate },
	{ "remediations", "[options]", "Lists remediation activities and their progress.",
	  "list remediation activities and their progress", run_remediations },
	{ "complete", "[options] ACTIVITY", "Marks a remediation activity as completed, or cancels it.",
	  "complete or cancel a remediation activity", run_complete },
	{ "score", "[options]", "Shows the exposure score and the secure score.",
	  "show the exposure score and the secure score", run_score },
	{ "trend", "[options]", "Lists the scores that were recorded with `score --record`, by time.",
	  "show how the scores went", run_trend },
	{ "forecast", "[options] --until INSTANT",
	  "Shows how the scores change until then if nothing is reported: exceptions end, remediation falls due.",
	  "show how the scores will change by themselves", run_forecast },
	{ "plan", "[options]",
	  "Plans which recommendations to carry out first: to a target, within a budget, or until nothing is left.",
	  "plan which recommendations to carry out first", run_plan },
	{ "partial", "[options] FILE",
	  "Writes what this store's devices contribute to scores, to be merged with what those of other stores do.",
	  "write a part of a score that is spread over stores", run_partial },
	{ "merge", "[options] FILE...",
	  "Merges what several stores wrote with `partial`, and shows the scores of all their devices. Needs no --db.",
	  "merge such parts and show the scores of the whole", run_merge },
	{ "events", "[options]", "Lists what happened.", "list what happened", run_events },
	{ "policy", "[options] [NAME] | --set NAME=VALUE... | --unset NAME...",
	  "Lists the policies that the rules go by, or changes them.", "list or change policies", run_policy },
	{ "chain", "[options]",
	  "Begins to chain the journal by hashes, so that nobody can change it unnoticed. Cannot be ended again.",
	  "chain the journal, so that changes of it show", run_chain },
	{ "anchor", "[options]", "Writes the anchor of a chained journal: one line, to be kept elsewhere.",
	  "write the anchor of a chained journal", run_anchor },
	{ "verify", "[options]", "Reads a chained journal and checks that nothing in it was changed.",
	  "check that nothing in a chained journal was changed", run_verify },
	{ "check", "[options]", "Reads a whole store and checks that all of it fits together; changes nothing.",
	  "check a whole store for damage", run_check },
	{ "upgrade", "[options]",
	  "Raises a store that an older version wrote to the present format. May be interrupted, and goes on when called again.",
	  "raise a store of an older format", run_upgrade },
	{ "export", "[options] ndjson | csv VIEW",
	  "Writes a backup (ndjson), or a view as CSV: recommendations, exceptions, remediations, devices.",
	  "write a backup, or a view as CSV", run_export },
	{ NULL, NULL, NULL, NULL, NULL }
};

static const command *find_command(const char *name)
{
	for (const command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int print_usage(const option *global_options)
{
	puts("usage: reprieve --db FILE [global options] COMMAND [options]\n\n"
	     "What comes after the scan: exceptions, remediation activities and scores.\n");
	for (const command *c = commands; c->name; c++)
		printf("  %-16s %s\n", c->name, c->brief);
	puts("\nGlobal options:");
	print_options(global_options);
	puts("\n`reprieve COMMAND --help` shows the options of a command.\n"
	     "Exit status: 0 done, 1 refused, 2 usage, 3 input, output or storage failed.");
	return HELP_PRINTED;
}

/* Takes the options before the command, and finds the command. */
static int take_command(program *p, int argc, char **argv)
{
	int at = 1, version = 0, help = 0, code;
	const option options[] = {
		{ OPTION_TEXT, "--db", "FILE",
			"the store, a SQLite file or postgresql:// address; made when there is none", &p->db },
		{ OPTION_TEXT, "--now", "INSTANT", "the time to work at, instead of the machine's", &p->now },
		{ OPTION_TEXT, "--as", "NAME", "who you are; default: $USER", &p->as },
		{ OPTION_LIST, "--visible-group", "GROUP", "see this device group only", &p->visible_groups },
		{ OPTION_TEXT, "--as-of", "INSTANT", "answer as the store would have then", &p->as_of },
		{ OPTION_FLAG, "--accept-clock-jump", NULL, "write although the clock is far ahead of the last write",
		  &p->accept_clock_jump },
		{ OPTION_FLAG, "--what-if", NULL, "change nothing; tell what the scores would become", &p->what_if },
		{ OPTION_FLAG, "--version", NULL, "the version of the program", &version },
		{ OPTION_FLAG, "--help", NULL, "this text", &help },
		OPTIONS_END
	};

	for (; at < argc && argv[at][0] == '-' && strcmp(argv[at], "-h") != 0; at++) {
		code = take_option(p, options, argc, argv, &at);
		if (code != EXIT_DONE)
			return code;
	}
	if (help || (at < argc && strcmp(argv[at], "-h") == 0))
		return print_usage(options);
	if (version) {
		printf("reprieve %s\n", rpv_version_text());
		return HELP_PRINTED;
	}
	if (at >= argc)
		return usage_error("a command is missing; see reprieve --help");
	p->command = find_command(argv[at]);
	if (!p->command)
		return usage_error("there is no command \"%s\"; see reprieve --help", argv[at]);
	p->argc = argc - at;
	p->argv = argv + at;
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	program p = { 0 };
	int code;

	if (!setlocale(LC_CTYPE, "C.UTF-8")) /* widths of characters; texts are UTF-8 wherever the program runs */
		setlocale(LC_CTYPE, "");
	code = take_command(&p, argc, argv);
	if (code == EXIT_DONE)
		code = p.command->run(&p);
	if (code == EXIT_DONE && p.base)
		code = tell_what_if(&p);
	close_program(&p);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("reprieve: standard output");
		code = EXIT_STORAGE;
	}
	return code == HELP_PRINTED ? EXIT_DONE : code;
}
