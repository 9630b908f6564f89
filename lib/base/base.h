/* SPDX-License-Identifier: MIT */
/* What every layer stands on: memory through the host's allocator, growable arrays, bytes, maps, text checks, times.
 * Knows nothing of stores. Every function that can fail returns an rpv_status; on failure outputs are as they were. */
#ifndef RPV__BASE_H
#define RPV__BASE_H

#include <reprieve/storage.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RPV__COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RPV__DAY_MS INT64_C(86400000)

/* Eight bytes, the lowest first, on every machine. */
static inline uint64_t rpv__word_at(const uint8_t *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
	       (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* --- memory (alloc.c) --- */
typedef rpv_allocator rpv__alloc;
rpv__alloc rpv__alloc_or_default(const rpv_allocator *given); /* fills in realloc()/free() */
void *rpv__new(const rpv__alloc *a, size_t size);             /* zeroed; NULL when there is none */
void rpv__free(const rpv__alloc *a, void *block);             /* NULL is fine */
/* Grows an array of `item` bytes each so that it holds at least `need`; *cap is its capacity. */
rpv_status rpv__grow(const rpv__alloc *a, void *array_ptr, size_t *cap, size_t need, size_t item);
rpv_status rpv__copy_text(const rpv__alloc *a, const char *text, char **out); /* NULL stays NULL */

/* A region: many small pieces, freed together. Pieces are aligned for anything and never move. */
typedef struct rpv__arena { rpv__alloc alloc; struct rpv__chunk *chunks; } rpv__arena;
void rpv__arena_init(rpv__arena *r, const rpv__alloc *a);
void *rpv__arena_get(rpv__arena *r, size_t size);             /* zeroed; NULL when there is no memory */
void *rpv__arena_room(rpv__arena *r, size_t size);            /* the same, not zeroed */
/* Room for one more behind `count` items of `item` bytes each; *cap is the array's capacity. What it grew out of goes with
 * the region. */
rpv_status rpv__arena_grow(rpv__arena *r, void *array_ptr, size_t *cap, size_t count, size_t item);
char *rpv__arena_text(rpv__arena *r, const char *data, size_t size); /* a NUL-terminated copy */
void rpv__arena_free(rpv__arena *r);                          /* frees all; may be used again */
void rpv__arena_reuse(rpv__arena *r);                         /* the same, but keeps some memory for what comes next */

/* --- growable bytes and varints (buf.c) --- */
typedef struct rpv__buf { const rpv__alloc *alloc; uint8_t *data; size_t size, cap; rpv_status status; } rpv__buf;
/* Writers remember the first failure in `status` and then do nothing: check once at the end. */
void rpv__buf_init(rpv__buf *b, const rpv__alloc *a);
void rpv__buf_free(rpv__buf *b);
void rpv__buf_clear(rpv__buf *b);                             /* size 0, status RPV_OK, memory kept */
void rpv__buf_put(rpv__buf *b, const void *data, size_t size);
void rpv__buf_u8(rpv__buf *b, uint8_t v);
void rpv__buf_be32(rpv__buf *b, uint32_t v);
void rpv__buf_be64(rpv__buf *b, uint64_t v);
void rpv__buf_uint(rpv__buf *b, uint64_t v);                  /* LEB128, shortest form */
void rpv__buf_int(rpv__buf *b, int64_t v);                    /* zigzag, then LEB128 */
void rpv__buf_text(rpv__buf *b, const char *text);            /* 0 for NULL, else length + 1, then the bytes */
void rpv__buf_bytes(rpv__buf *b, const void *data, size_t size); /* length, then the bytes */
rpv_bytes rpv__buf_view(const rpv__buf *b);

/* Reading back. A reader that meets the end, an overlong varint or a number out of range sets `bad` and yields 0. */
typedef struct rpv__reader { const uint8_t *at, *end; bool bad; } rpv__reader;
rpv__reader rpv__reader_of(rpv_bytes bytes);
uint8_t rpv__read_u8(rpv__reader *r);
uint32_t rpv__read_be32(rpv__reader *r);
uint64_t rpv__read_be64(rpv__reader *r);
uint64_t rpv__read_uint(rpv__reader *r);
uint64_t rpv__read_uint_max(rpv__reader *r, uint64_t max);    /* above max: bad */
int64_t rpv__read_int(rpv__reader *r);
rpv_bytes rpv__read_bytes(rpv__reader *r);                    /* borrowed from the input */
const char *rpv__read_text(rpv__reader *r, rpv__arena *into); /* NULL stays NULL; no memory: bad */
bool rpv__reader_done(const rpv__reader *r);                  /* all read and nothing bad */

/* --- maps (map.c): open addressing, any bytes or 64-bit numbers -> 64-bit numbers --- */
typedef struct rpv__map { rpv__alloc alloc; struct rpv__slot *slots; size_t count, mask; rpv__arena keys; } rpv__map;
void rpv__map_init(rpv__map *m, const rpv__alloc *a);
void rpv__map_free(rpv__map *m);
void rpv__map_clear(rpv__map *m);
rpv_status rpv__map_put(rpv__map *m, rpv_bytes key, uint64_t value); /* inserts or replaces; the key is copied */
bool rpv__map_get(const rpv__map *m, rpv_bytes key, uint64_t *value);
bool rpv__map_remove(rpv__map *m, rpv_bytes key);
rpv_status rpv__map_put_u64(rpv__map *m, uint64_t key, uint64_t value);
bool rpv__map_get_u64(const rpv__map *m, uint64_t key, uint64_t *value);
bool rpv__map_remove_u64(rpv__map *m, uint64_t key);
/* Walks all entries in no particular order: *cursor starts at 0. Keys of _u64 maps are 8 bytes, host order. */
bool rpv__map_next(const rpv__map *m, size_t *cursor, rpv_bytes *key, uint64_t *value);
uint64_t rpv__hash(const void *data, size_t size);            /* FNV-1a 64 */

/* --- text (text.c) --- */
rpv_bytes rpv__bytes_of(const char *text);                    /* without the NUL */
int rpv__bytes_compare(rpv_bytes a, rpv_bytes b);             /* order of the storage port */
bool rpv__utf8_ok(const char *text, size_t size);             /* well-formed, no U+0000 */
bool rpv__equal_fold(const char *a, const char *b);           /* ASCII letters without regard to case */
void rpv__hex(char *out, const void *bytes, size_t size);      /* two digits a byte, and a NUL */
int rpv__format(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* --- sums (sum.c): CRC-32C of bytes behind others, whose sum is given (0: none) --- */
uint32_t rpv__sum(uint32_t sum, const void *data, size_t size);
uint32_t rpv__sum_by_tables(uint32_t sum, const void *data, size_t size); /* the same, on any machine */

/* --- sorting (sort.c): stable merge sort with a context; needs scratch memory, hence may fail --- */
typedef int (*rpv__compare)(const void *a, const void *b, const void *context);
rpv_status rpv__sort(const rpv__alloc *a, void *array, size_t count, size_t item, rpv__compare compare,
                     const void *context);
size_t rpv__sort_unique_u32(uint32_t *array, size_t count);   /* in place (heap sort); returns the new count */

/* --- locks (lock.c): a mutex that notices its own owner coming back --- */
typedef struct rpv__lock rpv__lock;
rpv_status rpv__lock_new(const rpv__alloc *a, rpv__lock **out);
void rpv__lock_free(const rpv__alloc *a, rpv__lock *lock);
rpv_status rpv__lock_take(rpv__lock *lock);                   /* RPV_E_BUSY when this thread holds it already */
void rpv__lock_give(rpv__lock *lock);

/* --- errors (error.c) --- */
void rpv__error_clear(rpv_error *e);                          /* NULL is fine, here and below */
/* Records and returns `status`; keeps `host_code`. Words: one sentence, lower case start, no full stop. */
rpv_status rpv__fail(rpv_error *e, rpv_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
rpv_status rpv__fail_field(rpv_error *e, rpv_status status, uint64_t index, const char *field, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
rpv_status rpv__fail_nomem(rpv_error *e);
rpv_status rpv__fail_corrupt(rpv_error *e, const char *what, rpv_bytes key); /* names the kind and the key in hex */

#endif
