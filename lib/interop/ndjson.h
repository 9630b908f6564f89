/* SPDX-License-Identifier: MIT */
/* Writing lines of native NDJSON. */
#ifndef RPV__INTEROP_NDJSON_H
#define RPV__INTEROP_NDJSON_H

#include "io.h"

typedef struct rpv__io_line {
	rpv_session *session;
	rpv_interop_sink sink;
	void *user;
	rpv_import_error *error;
	rpv_export_result result;
	char *text;
	size_t size, cap;
	bool failed;                   /* no memory for the line */
	int64_t mark_ms;               /* the last commit: what the clock brought about since is not written down yet */
	const char *remediation;       /* id of the activity whose targets are written */
} rpv__io_line;

/* Fields that are NULL, 0 or empty are left out, but for put_count, put_flag and put_array. */
void rpv__io_line_begin(rpv__io_line *out, const char *type);
void rpv__io_put_text(rpv__io_line *out, const char *field, const char *value);
void rpv__io_put_texts(rpv__io_line *out, const char *field, const char *const *values, size_t count);
/* In byte order, whatever the order of the store. */
void rpv__io_put_sorted(rpv__io_line *out, const char *field, const char *const *values, size_t count);
void rpv__io_put_array(rpv__io_line *out, const char *field, const char *const *values, size_t count);
void rpv__io_put_word(rpv__io_line *out, const char *field, rpv_vocabulary vocabulary, int32_t value);
void rpv__io_put_time(rpv__io_line *out, const char *field, int64_t ms);
void rpv__io_put_count(rpv__io_line *out, const char *field, uint64_t value);
void rpv__io_put_some(rpv__io_line *out, const char *field, uint64_t value);
void rpv__io_put_number(rpv__io_line *out, const char *field, double value);
void rpv__io_put_flag(rpv__io_line *out, const char *field, bool value);
void rpv__io_put_yes(rpv__io_line *out, const char *field, int32_t value);
/* In byte order of the groups. */
void rpv__io_put_counts(rpv__io_line *out, const char *field, const rpv_group_count *counts, size_t count);
/* A text in an object of texts: `field` names the object before its first one, else NULL. */
void rpv__io_pair(rpv__io_line *out, const char *field, const char *name, const char *value);
void rpv__io_pairs_end(rpv__io_line *out);
/* An object in an array of them: `field` names the array before its first one, else NULL. Begins with a text. */
void rpv__io_item_begin(rpv__io_line *out, const char *field, const char *name, const char *value);
void rpv__io_item_end(rpv__io_line *out, bool last);
rpv_status rpv__io_line_end(rpv__io_line *out);
/* What is not yet with the sink. */
rpv_status rpv__io_line_flush(rpv__io_line *out);
void rpv__io_line_free(rpv__io_line *out);

/* Writes the rows of a list, after checking that it is of the same revision as all others, and frees it. `at` gives a
 * row; with `order`, they are sorted first. */
typedef const void *(*rpv__io_row_at)(const rpv_list *list, size_t index);
rpv_status rpv__io_write_rows(rpv__io_line *out, rpv_list *list, rpv__io_row_at at,
                              int (*order)(const void *, const void *), rpv_status (*write)(rpv__io_line *, const void *));
/* What the last call of the core failed with. */
rpv_status rpv__io_line_core(rpv__io_line *out);

/* Writes the rows of all pages of a query; *after is the cursor in it. */
typedef rpv_status (*rpv__io_lister)(rpv_session *session, const void *query, rpv_list **list);
rpv_status rpv__io_write_pages(rpv__io_line *out, rpv__io_lister ask, const void *query, const char **after,
                               rpv__io_row_at at, rpv_status (*write)(rpv__io_line *, const void *));

/* --- export_decisions.c --- */
rpv_status rpv__io_write_exceptions(rpv__io_line *out);
rpv_status rpv__io_write_remediations(rpv__io_line *out);
rpv_status rpv__io_write_events(rpv__io_line *out);

/* --- export_scores.c --- */
rpv_status rpv__io_write_scores(rpv__io_line *out);

#endif
