/* SPDX-License-Identifier: MIT */
/* Constants of hazards and survivals, written by tests/tools/score-tables.py. */
#ifndef RPV__TABLES_H
#define RPV__TABLES_H

#include <stdint.h>

#define RPV__SERIES 9

/* [i] serves v in [(128 + i) / 256, (129 + i) / 256): r = floor(2^14 * 256 / (129 + i)) in units of 2^-14, and
 * log2(r) in units of 2^-63 */
typedef struct rpv__logarithm { uint64_t log2; uint32_t reciprocal; } rpv__logarithm;
extern const rpv__logarithm rpv__logarithms[128];
/* 1 / (k ln 2) for k = 9, 8, ..., 1, in units of 2^-63 */
extern const uint64_t rpv__logarithm_series[RPV__SERIES];
/* 2^-(i / 2^8) in units of 2^-63 */
extern const uint64_t rpv__survival_high[256];
/* 1 - 2^-(i / 2^16) in units of 2^-72 */
extern const uint64_t rpv__survival_low[256];

#endif
