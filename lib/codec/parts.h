/* SPDX-License-Identifier: MIT */
/* Parts that records share. Readers mark what is not theirs as bad, as those of base.h do. */
#ifndef RPV__PARTS_H
#define RPV__PARTS_H

#include "records.h"

#define RPV__CODEC 1u                                   /* first byte of every value */
#define RPV__TIME_MAX UINT64_C(253402300799999)         /* the end of the year 9999 */

rpv__reader rpv__open_value(rpv_bytes v);               /* behind the codec version */
/* The same for a record that is written in version `newest`, and read in that and all before. */
rpv__reader rpv__open_version(rpv_bytes v, uint8_t newest, uint8_t *version);
size_t rpv__left(const rpv__reader *r);                 /* bytes not yet read */
/* Room for `most` items; callers derive that from the bytes left, so damaged bytes cannot ask for much memory. */
void *rpv__read_room(rpv__reader *r, rpv__arena *into, size_t most, size_t item);

void rpv__put_time(rpv__buf *b, int64_t ms);
int64_t rpv__read_time(rpv__reader *r);
uint32_t rpv__read_u32(rpv__reader *r);
/* The next number of an ascending list: the one before and a difference of at least `least`. */
uint32_t rpv__read_step(rpv__reader *r, uint32_t before, uint32_t least);
void rpv__put_numbers(rpv__buf *b, const uint32_t *numbers, size_t count);              /* ascending */
const uint32_t *rpv__read_numbers(rpv__reader *r, rpv__arena *into, uint32_t first, size_t *count); /* from `first` on */
void rpv__put_classes(rpv__buf *b, const uint32_t devices[RPV__CLASSES]);               /* which ones there are, and they */
void rpv__read_classes(rpv__reader *r, uint32_t devices[RPV__CLASSES]);
void rpv__put_texts(rpv__buf *b, const rpv__texts *texts);
rpv__texts rpv__read_texts(rpv__reader *r, rpv__arena *into);                           /* none is NULL */

#endif
