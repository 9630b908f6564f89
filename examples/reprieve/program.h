/* SPDX-License-Identifier: MIT */
/* The reprieve program: a host of the library for administrators. What its commands share. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <jansson.h>
#include <reprieve/reprieve.h>
#include <stdbool.h>
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_STORAGE = 3 };

/* A list of texts given by a repeated option. */
typedef struct texts { const char **items; size_t count; } texts;

typedef struct program {
	const struct command *command; /* the one asked for */
	int argc;                      /* its arguments; argv[0] is its name */
	char **argv;
	const char *db, *now, *as, *as_of;
	texts visible_groups;
	int accept_clock_jump, what_if;
	int64_t now_ms;
	rpv_store *store;
	rpv_session *session;
	rpv_store *base;               /* with --what-if: the store that `store` is a what-if of; else NULL */
	rpv_session *base_session;
	struct kept *kept;             /* memory of repeated options */
	char logged[512];              /* the last message of the library's log */
} program;

typedef struct command {
	const char *name, *arguments, *summary, *brief;
	int (*run)(program *p); /* returns an exit code */
} command;
extern const command commands[];

/* --- options.c --- */
typedef enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST, OPTION_END } option_kind;
typedef struct option {
	option_kind kind;
	const char *name, *value, *help; /* `--name VALUE  help` */
	void *target;                    /* int *, const char **, texts * */
} option;
#define OPTIONS_END { OPTION_END, NULL, NULL, NULL, NULL }
enum { HELP_PRINTED = -1 };
/* Takes the options of the command; the other arguments go to `rest` (at least `least`, at most `most`, NULL where there
 * is none). Returns EXIT_DONE, HELP_PRINTED (then the program is done), or EXIT_USAGE with a message. */
int take_options(program *p, const option *options, const char **rest, int least, int most);
/* Takes the option at argv[*i] and moves *i over its value. */
int take_option(program *p, const option *options, int argc, char **argv, int *i);
void print_options(const option *options);
const char **keep_texts(program *p, size_t count); /* room for texts until the program ends */
void free_kept(program *p);
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Words, instants, durations and numbers of the command line: EXIT_DONE or EXIT_USAGE with a message. NULL: unchanged. */
int take_word(const char *option_name, rpv_vocabulary vocabulary, const char *text, int32_t *out);
int take_words(const char *option_name, rpv_vocabulary vocabulary, const texts *list, bool shifted, uint32_t *bits);
int take_choice(const char *option_name, const char *const *choices, const char *text, int *index); /* until NULL */
int take_instant(const char *option_name, const char *text, int64_t *out);
int take_duration(const char *option_name, const char *text, int64_t *out);
int take_number(const char *option_name, const char *text, uint64_t *out);
/* URIs, each with a digest behind its last # or without: as URI and digest in turn. */
int take_evidence(program *p, const texts *given, const char *const **out, size_t *count);

/* --- program.c --- */
int open_program(program *p);                      /* EXIT_DONE, or a message and an exit code */
int tell_what_if(program *p);                      /* --what-if: what became of the scores, on standard error */
void close_program(program *p);
int fail(const program *p, rpv_status status);     /* prints the session's error; its exit code */
int fail_with(const char *message, rpv_status status);
void *need_memory(void *block);                    /* ends the program when NULL */

/* --- json.c --- */
void print_json(json_t *object);                   /* one line; takes the reference */
json_t *json_instant(int64_t ms);                  /* null for 0 */
json_t *json_word(rpv_vocabulary vocabulary, int32_t value); /* null where there is no word */
json_t *json_text(const char *text);               /* null for NULL */
json_t *json_count(uint64_t value);
json_t *json_list(const char *const *items, size_t count);
json_t *json_evidence(const char *const *evidence, size_t count); /* objects of uri and digest */
typedef json_t *(*json_row)(const rpv_list *list, size_t index);
json_t *json_rows(const rpv_list *list, json_row row);

/* --- output.c --- */
int terminal_width(void);
void put_plain(FILE *to, const char *text);        /* control characters, which could steer a terminal, as '?' */
/* How much of a text fits into so many columns of a terminal: its bytes; *columns is how many they take. */
size_t fitting(const char *text, int width, int *columns);
int columns_of(const char *text);
const char *instant_text(int64_t ms);              /* "2026-03-01 00:00:00Z" for people, "-" for 0; static ring of 8 */
const char *word_or_dash(rpv_vocabulary vocabulary, int32_t value); /* words with blanks instead of underscores */
const char *number_text(const char *format, double value); /* static ring of 16 */
const char *count_text(uint64_t value);            /* static ring of 16 */
const char *plural(uint64_t count);                /* "" or "s" */
void print_paragraph(int indent, int at, const char *text); /* wrapped at `indent`; the cursor stands at column `at` */
void print_field(const char *label, const char *text);      /* a labelled paragraph; nothing without text */
void print_fields(const char *label, const char *const *items, size_t count); /* one a line */
void print_evidence(const char *const *evidence, size_t count); /* URI and digest in turn */
void print_formatted(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- table.c --- */
typedef enum column_kind {
	COLUMN_FIXED, /* never cut */
	COLUMN_RIGHT, /* a number: never cut, to the right */
	COLUMN_TEXT,  /* cut at its end when the terminal is narrow */
	COLUMN_ID     /* cut in the middle, after the texts */
} column_kind;
typedef struct column { const char *title; column_kind kind; } column;
typedef struct table { const column *columns; int column_count; char **cells; size_t row_count, row_cap; } table;
void table_begin(table *t, const column *columns, int column_count);
void table_row(table *t, ...);                     /* column_count texts */
void table_end(table *t);                          /* prints and frees; columns without any text are left out */
void table_free(table *t);                         /* instead of table_end() */

/* --- listing.c --- */
/* Prints a list as the command asks, and frees it. */
typedef struct listing {
	const char *sort, *limit;
	int json, csv;
	json_row row;
	void (*print)(const rpv_list *list);
} listing;
int print_listing(const program *p, const listing *how, rpv_status status, rpv_list **list);

/* --- rows of lists, shared with `show` --- */
json_t *json_device_at(const rpv_list *list, size_t index);
json_t *json_weakness_at(const rpv_list *list, size_t index);
json_t *json_recommendation_at(const rpv_list *list, size_t index);
json_t *json_exception_at(const rpv_list *list, size_t index);
json_t *json_exception(const rpv_exception *e);
json_t *json_remediation_at(const rpv_list *list, size_t index);
void print_devices(const rpv_list *list);
void print_weaknesses(const rpv_list *list);
void print_recommendations(const rpv_list *list);
void print_exceptions(const rpv_list *list);
void print_remediations(const rpv_list *list);

/* --- except.c --- */
/* As fail(); of several ids it names the one that the error is about. */
int fail_at(const program *p, rpv_status status, const char *const *ids, size_t count);
/* What a decision did or would do. */
void print_filing(const rpv_filing_outcome *f, bool dry_run);
json_t *json_filing(const rpv_filing_outcome *f);

/* --- scores.c --- */
json_t *json_score(const rpv_score *score, bool with_model);
void print_score(const rpv_score *score);

/* --- journal.c --- */
rpv_hash program_hash(void);                       /* SHA-256 */

/* --- one function a command --- */
int run_import(program *p);
int run_recommendations(program *p);
int run_show(program *p);
int run_devices(program *p);
int run_weaknesses(program *p);
int run_except(program *p);
int run_exceptions(program *p);
int run_renew(program *p);
int run_cancel(program *p);
int run_approve(program *p);
int run_budget(program *p);
int run_reject(program *p);
int run_controls(program *p);
int run_explain(program *p);
int run_watch(program *p);
int run_remediate(program *p);
int run_remediations(program *p);
int run_complete(program *p);
int run_score(program *p);
int run_trend(program *p);
int run_partial(program *p);
int run_forecast(program *p);
int run_plan(program *p);
int run_merge(program *p);
int run_events(program *p);
int run_export(program *p);
int run_policy(program *p);
int run_chain(program *p);
int run_anchor(program *p);
int run_verify(program *p);
int run_check(program *p);
int run_upgrade(program *p);

#endif
