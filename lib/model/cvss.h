/* SPDX-License-Identifier: MIT */
/* CVSS 2.0, 3.0, 3.1 and 4.0: vectors into metrics, metrics into scores. Scores are whole tenths, computed in
 * integers alone, so that they are the same on every machine. */
#ifndef RPV__CVSS_H
#define RPV__CVSS_H

#include "../base/base.h"

#include <reprieve/batch.h>

#define RPV__CVSS_METRICS_MAX 32

/* A metric: its name, and its values parted by blanks. Optional metrics have "not defined" first, the others their
 * most severe value. */
typedef struct rpv__cvss_metric { const char *name, *values; } rpv__cvss_metric;
/* The metrics of a version, the `mandatory` ones first. */
typedef struct rpv__cvss_metrics { const rpv__cvss_metric *list; int count, mandatory; } rpv__cvss_metrics;

extern const rpv__cvss_metrics rpv__cvss2_metrics;
extern const rpv__cvss_metrics rpv__cvss3_metrics;
extern const rpv__cvss_metrics rpv__cvss4_metrics;

/* A vector: for each metric of its version the position of its value; 0 (not defined) for those it lacks. */
typedef struct rpv__cvss_vector { int32_t version; uint8_t value[RPV__CVSS_METRICS_MAX]; } rpv__cvss_vector;
/* In tenths, 0 to 100. */
typedef struct rpv__cvss_tenths { int base, overall; } rpv__cvss_tenths;
typedef struct rpv__cvss_result { int32_t version; rpv__cvss_tenths tenths; rpv_severity severity; } rpv__cvss_result;

/* Metrics in any order. False, and *out as it was, when the text is not a vector. */
bool rpv__cvss_parse(const char *text, rpv__cvss_vector *out);
rpv__cvss_tenths rpv__cvss2_score(const rpv__cvss_vector *v);
rpv__cvss_tenths rpv__cvss3_score(const rpv__cvss_vector *v);
rpv__cvss_tenths rpv__cvss4_score(const rpv__cvss_vector *v);

/* All of it: reads the text, scores it by its version, rates the base score. */
bool rpv__cvss_score(const char *text, rpv__cvss_result *out);

/* Scores in tenths of the MacroVectors of CVSS 4.0, by the levels of EQ1 to EQ6; 0 where there is none. */
extern const uint8_t rpv__cvss4_table[3][2][3][3][3][2];

#endif
