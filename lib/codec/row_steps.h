/* SPDX-License-Identifier: MIT */
/* Differences of a row that take one or two bytes, as nearly all do: an engine that is opened reads little else. Which of
 * the two it is, is as good as by chance, so nothing branches on it. Of many bytes at a time, sums are made up to each
 * byte, and those kept that are at the last byte of a number. */
#ifndef RPV__ROW_STEPS_H
#define RPV__ROW_STEPS_H

#include "../base/base.h"

enum { RPV__ROW_STEPS_MORE = 8 }; /* numbers behind the last one that may be written over */

/* Reads such differences, until few are left or one is not fine: longer, 0, not the shortest form. Writes the numbers, which
 * `before` precedes, and returns how many. There is a byte before in->at, no part of a number that goes on; the last byte of
 * all ends one. `out` has room for as many as there are bytes, and RPV__ROW_STEPS_MORE. */
typedef size_t rpv__row_stepper(rpv__reader *in, uint32_t before, uint32_t *out);
rpv__row_stepper rpv__row_steps;       /* the quickest one here */
rpv__row_stepper rpv__row_steps_plain; /* on any machine */
#if defined __x86_64__ && defined __GNUC__
#define RPV__HAVE_SSE41
rpv__row_stepper rpv__row_steps_sse41; /* where the processor has SSE 4.1 */
#endif

#endif
