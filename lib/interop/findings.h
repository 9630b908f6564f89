/* SPDX-License-Identifier: MIT */
/* Findings by device: what Defender's exports have in common. Records of one device may lie anywhere in the input; they
 * are held in a compact form until the last of them was met. */
#ifndef RPV__INTEROP_FINDINGS_H
#define RPV__INTEROP_FINDINGS_H

#include "defender.h"
#include "gather.h"

/* What a record says; texts are lent. */
typedef struct rpv__io_finding_record {
	const char *device, *name, *os, *group;
	bool group_given;
	char recommendation[RPV_ID_MAX + 1];
	const char *weakness;              /* NULL: software without known weakness */
	const char *version, *vendor, *product, *title, *subcategory;
	int64_t first_ms, last_ms, event_ms;
	rpv_severity severity;
	rpv_exploit exploit;
	rpv_flag fix_available, user_impact;
	rpv_category category;
	rpv_configuration_state state;
	uint32_t points, support;          /* support: bit of an end-of-support tag */
	bool gone;                         /* delta: fixed */
} rpv__io_finding_record;

/* One record, kept. Texts by number. */
typedef struct rpv__io_finding {
	uint32_t recommendation, weakness, version, order;
	int64_t first_ms, last_ms, event_ms;
	uint8_t state, user_impact, gone;
} rpv__io_finding;

/* All of a device, kept until written. */
typedef struct rpv__io_collected {
	rpv__io_unit unit;                 /* must be first */
	struct rpv__io_findings *of;
	const char *device;                /* of the names */
	char *name, *os, *group;
	bool group_given, counted;
	int64_t last_ms, said_ms;          /* said: time of the record that name and group come from */
	rpv__io_finding *items;
	size_t count, cap;
} rpv__io_collected;

typedef struct rpv__io_weakness_row { int64_t event_ms; uint8_t severity, exploit, fix; } rpv__io_weakness_row;
typedef struct rpv__io_recommendation_row {
	char *vendor, *product, *title, *subcategory;
	uint32_t points, support;
	rpv_category category;
	bool configuration;
} rpv__io_recommendation_row;

typedef struct rpv__io_findings {
	rpv__io_import *import;
	rpv_status (*parse)(rpv__io_record *r, rpv__io_finding_record *out);
	bool delta;                        /* says what changed, not what is */
	bool configurations;
	rpv__io_gather gather;
	rpv__io_names weaknesses, recommendations, texts, groups;
	rpv__io_weakness_row *weakness_rows;
	rpv__io_recommendation_row *recommendation_rows;
	size_t weakness_cap, recommendation_cap;
} rpv__io_findings;

/* --- findings.c: the driver --- */
rpv_status rpv__io_findings_begin(rpv__io_import *import,
                                  rpv_status (*parse)(rpv__io_record *, rpv__io_finding_record *), bool delta,
                                  bool configurations);
rpv_status rpv__io_findings_check(rpv__io_import *import, rpv__io_record *r);
rpv_status rpv__io_findings_next(rpv__io_import *import, bool *more);
rpv_status rpv__io_findings_write(rpv__io_import *import, rpv__io_record *r);
void rpv__io_findings_free(void *state);

/* --- findings_tables.c: weaknesses and recommendations that records speak of --- */
rpv_status rpv__io_note_weakness(rpv__io_findings *f, const rpv__io_finding_record *p);
rpv_status rpv__io_note_recommendation(rpv__io_findings *f, const rpv__io_finding_record *p);
rpv_status rpv__io_enqueue_tables(rpv__io_findings *f);

/* --- findings_device.c, findings_delta.c: from findings to assessments --- */
rpv_status rpv__io_device_fill(rpv__io_unit *unit, rpv__io_writer *w);
rpv_status rpv__io_delta_fill(rpv__io_unit *unit, rpv__io_writer *w);
void rpv__io_collected_free(rpv__io_unit *unit);
rpv_status rpv__io_collected_device(rpv__io_collected *c, rpv__io_writer *w);
/* The distinct versions of findings, in order, joined by ", "; NULL when none has one. */
rpv_status rpv__io_join_versions(const char **versions, size_t count, char **out, rpv_import_error *error);

#endif
