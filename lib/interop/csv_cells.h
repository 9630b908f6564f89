/* SPDX-License-Identifier: MIT */
/* Cells of CSV: quoted, kept from being run as formulas, handed to a sink by way of one buffer. */
#ifndef RPV__INTEROP_CSV_CELLS_H
#define RPV__INTEROP_CSV_CELLS_H

#include <reprieve-interop/csv.h>
#include <stdbool.h>

typedef struct rpv__csv {
	rpv_interop_sink sink;
	void *user;
	rpv_status status; /* of the sink: the first failure stays, and nothing more is given to it */
	bool row_begun;
	size_t used;
	char buffer[4096];
} rpv__csv; /* all 0 but `sink` and `user` at first */

#define RPV__CSV_COUNT(array) (sizeof(array) / sizeof((array)[0]))

void rpv__csv_header(rpv__csv *w, const char *const *names, size_t count); /* a whole row */
void rpv__csv_text(rpv__csv *w, const char *text);                         /* NULL: an empty cell */
void rpv__csv_texts(rpv__csv *w, const char *const *texts, size_t count);  /* several in one cell */
void rpv__csv_joined(rpv__csv *w, const char *const *texts, size_t count, const char *separator);
void rpv__csv_word(rpv__csv *w, rpv_vocabulary vocabulary, int32_t value);
void rpv__csv_bool(rpv__csv *w, int32_t value);
void rpv__csv_time(rpv__csv *w, int64_t ms);                               /* 0: an empty cell */
void rpv__csv_count(rpv__csv *w, uint64_t value);
void rpv__csv_number(rpv__csv *w, double value);
void rpv__csv_end_row(rpv__csv *w);
void rpv__csv_flush(rpv__csv *w);                                          /* at the end */

#endif
