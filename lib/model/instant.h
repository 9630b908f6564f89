/* SPDX-License-Identifier: MIT */
/* Times and durations as text: the rules of <reprieve/instant.h>. Outputs are set only when the result is true. */
#ifndef RPV__INSTANT_H
#define RPV__INSTANT_H

#include "../base/base.h"

#include <reprieve/instant.h>

bool rpv__time_parse(const char *text, int64_t *out_ms);
bool rpv__time_format(int64_t ms, char *out); /* RPV_TIME_TEXT_SIZE bytes */
bool rpv__duration_parse(const char *text, int64_t *out_ms);
#define RPV__DURATION_WORDS 40
/* For people: "366 days", "1 hour"; returns `out`. */
const char *rpv__duration_words(int64_t ms, char out[RPV__DURATION_WORDS]);

#endif
