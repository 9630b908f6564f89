/* SPDX-License-Identifier: MIT */
/* What importers and exports share: inputs, records found in them, typed reading of fields, names by number. Uses the
 * public interface of the core only. */
#ifndef RPV__INTEROP_IO_H
#define RPV__INTEROP_IO_H

#include <jansson.h>
#include <reprieve-interop/reprieve-interop.h>
#include <stdbool.h>
#include <stdio.h>
#include <zlib.h>

#define RPV__IO_RECORD_MAX (16u * 1024 * 1024) /* bytes of one record */
#define RPV__IO_DEPTH_MAX 64                   /* levels of brackets */
#define RPV__IO_VALUES_MAX (1u << 20)          /* values in one record: jansson needs some 200 bytes for each */

/* Where something was found. */
typedef struct rpv__io_where {
	const char *source;
	uint64_t record, line, column, offset;
} rpv__io_where;

/* --- fault.c: what is wrong --- */
/* Sets status and reason, and forgets any place; returns the status. */
rpv_status rpv__io_fail(rpv_import_error *error, rpv_status status, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* What a call of the core failed with. */
rpv_status rpv__io_fail_core(rpv_import_error *error, const rpv_session *session);
rpv_status rpv__io_nomem(rpv_import_error *error);
/* Says where, unless that was said already. */
void rpv__io_place(rpv_import_error *error, const rpv__io_where *where);
/* Joins place, field and reason into the message. */
void rpv__io_finish(rpv_import_error *error);
/* Finishes the error and copies it to the caller's struct, which may be NULL. */
void rpv__io_give_error(rpv_import_error *from, rpv_import_error *to);

/* --- source.c: bytes, decompressed --- */
typedef struct rpv__io_source {
	const char *name;
	FILE *file;                    /* or the memory: */
	const unsigned char *data;
	size_t size;
	uint64_t raw_total, raw_done;  /* bytes before decompression */
	unsigned char *in, *out;       /* buffers */
	const unsigned char *at, *end; /* decompressed bytes not taken yet */
	z_stream z;
	bool z_open, gzip, z_done;
	rpv__io_where where;           /* of the byte at `at` */
} rpv__io_source;

rpv_status rpv__io_source_file(rpv__io_source *s, const char *path, rpv_import_error *error);
rpv_status rpv__io_source_memory(rpv__io_source *s, const char *name, const void *data, size_t size,
                                 rpv_import_error *error);
/* To the beginning; behind the byte order mark. */
rpv_status rpv__io_source_rewind(rpv__io_source *s, rpv_import_error *error);
/* Makes `at` < `end`, unless the input has ended. */
rpv_status rpv__io_source_fill(rpv__io_source *s, rpv_import_error *error);
void rpv__io_source_close(rpv__io_source *s);

/* --- json.c --- */
/* NULL: *reason says what is wrong at *offset; where that is NULL too, there is no memory. */
json_t *rpv__io_json(const char *bytes, size_t size, const char **reason, size_t *offset);

/* --- scan.c: records --- */
typedef struct rpv__io_scan {
	rpv__io_source *source;
	char *text;                    /* of the value being read */
	size_t size, cap;
	rpv__io_where start;           /* of that value */
	uint64_t records;              /* found so far */
	int state;
	bool lines;                    /* records stand one a line: one that is open at its end is broken off there */
	uint64_t documents, next_links, declared; /* documents with `value`, those with a next link, highest @odata.count */
	char context[160];             /* the last @odata.context */
} rpv__io_scan;

void rpv__io_scan_begin(rpv__io_scan *scan, rpv__io_source *source);
/* The next record, an object, and where it begins; RPV_STOP at the end. After a failure with RPV_E_INVALID the scan may
 * be able to go on behind the record (rpv__io_scan_skip). */
rpv_status rpv__io_scan_next(rpv__io_scan *scan, json_t **out, rpv__io_where *where, rpv_import_error *error);
/* RPV_OK when the record at fault is behind the scan now, RPV_STOP when nothing more can be read. */
rpv_status rpv__io_scan_skip(rpv__io_scan *scan, rpv_import_error *error);
void rpv__io_scan_end(rpv__io_scan *scan);

/* --- names.c: texts by number --- */
typedef struct rpv__io_names {
	char **text;                   /* by number */
	uint32_t count, cap;
	struct rpv__io_fork *forks;    /* crit-bit tree: count - 1 inner nodes */
	uint32_t root;
	size_t bytes;
} rpv__io_names;

#define RPV__IO_NO_NAME UINT32_MAX
rpv_status rpv__io_name(rpv__io_names *names, const char *text, uint32_t *out, rpv_import_error *error);
uint32_t rpv__io_name_find(const rpv__io_names *names, const char *text); /* RPV__IO_NO_NAME when it is not there */
void rpv__io_names_free(rpv__io_names *names);

/* --- export_scores.c: the figures of a recorded score, by the field that holds them --- */
#define RPV__IO_FIGURES 12u
typedef struct rpv__io_figure_field { const char *field; size_t offset; } rpv__io_figure_field;
extern const rpv__io_figure_field rpv__io_figures[RPV__IO_FIGURES];
double *rpv__io_figure(rpv_score *score, size_t index);

/* --- field.c: typed reading of a record --- */
typedef struct rpv__io_record {
	json_t *json;
	size_t size;                   /* bytes of its text */
	rpv__io_where where;
	rpv_import_error *error;
	const char **texts[8];         /* arrays handed out, freed by rpv__io_record_done() */
	size_t text_count;
	bool any_case;                 /* field names in any case */
} rpv__io_record;

typedef struct rpv__io_alias { const char *word; int value; } rpv__io_alias; /* ends with a NULL word */

void rpv__io_record_done(rpv__io_record *r);
/* NULL when absent; JSON null counts as a value. */
const json_t *rpv__io_get(const rpv__io_record *r, const char *field);
bool rpv__io_has(const rpv__io_record *r, const char *field);
rpv_status rpv__io_bad(rpv__io_record *r, const char *field, const char *reason);
/* All leave *out alone, and return RPV_OK, when the field is absent or null. */
rpv_status rpv__io_text(rpv__io_record *r, const char *field, const char **out);
rpv_status rpv__io_id(rpv__io_record *r, const char *field, const char **out);   /* at most RPV_ID_MAX; "" is absent */
rpv_status rpv__io_flag(rpv__io_record *r, const char *field, rpv_flag *out);
rpv_status rpv__io_number(rpv__io_record *r, const char *field, double *out);
rpv_status rpv__io_count(rpv__io_record *r, const char *field, uint64_t max, uint64_t *out);
/* RFC 3339 or a date; where field names may have any case also a blank for the T, and no zone (UTC). */
rpv_status rpv__io_time(rpv__io_record *r, const char *field, int64_t *out_ms);
/* A word of the core. */
rpv_status rpv__io_word(rpv__io_record *r, const char *field, rpv_vocabulary vocabulary, int32_t *out);
/* A word of others: any case; blanks, `_` and `-` do not count. */
rpv_status rpv__io_one_of(rpv__io_record *r, const char *field, const rpv__io_alias *words, int *out);
rpv_status rpv__io_texts(rpv__io_record *r, const char *field, const char *const **out, size_t *count);
/* Fails unless the id was given. */
rpv_status rpv__io_need(rpv__io_record *r, const char *field, const void *value);
/* NULL for the names of the default group. */
const char *rpv__io_group(const char *name);
bool rpv__io_word_find(const rpv__io_alias *words, const char *text, int *out);

/* Words of Defender. */
extern const rpv__io_alias rpv__io_severities[], rpv__io_values[], rpv__io_kinds[], rpv__io_categories[],
	rpv__io_exploits[], rpv__io_priorities[];

#endif
