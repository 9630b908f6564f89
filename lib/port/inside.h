/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef RPV__INSIDE_H
#define RPV__INSIDE_H

#include "ordered.h"
#include "txn.h"

/* --- storage.c: the storage's callbacks, values whole --- */
/* A value above RPV__PIECE bytes is stored in pieces: PIECE_FIRST, its length (be32) and its first bytes under the key
 * itself, then PIECE_NEXT and more bytes under the key followed by 0xFF and the number of the piece (be16, from 1).
 * No codec version is as high as these two. */
#define RPV__PIECE 60000u
#define RPV__PIECE_FIRST 0xFFu
#define RPV__PIECE_NEXT 0xFEu
#define RPV__KEY_MAX (RPV_STORAGE_KEY_MAX - 3) /* so that the keys of pieces fit */

bool rpv__in_pieces(rpv_bytes value);
size_t rpv__pieces(rpv_bytes value);                              /* how many, 1 for a value stored as it is */
void rpv__piece_put(rpv__buf *b, rpv_bytes value, size_t number); /* bytes of piece `number`, from 0 */
rpv_bytes rpv__piece_key(rpv__key *out, rpv_bytes key, size_t number);

/* --- sums.c: SUMMED, the sum of key and value (be32), then the value; empty values stay empty --- */
#define RPV__SUMMED 0xFDu
#define RPV__SUM_BYTES 5u
void rpv__summed_put(rpv__buf *b, rpv_bytes key, rpv_bytes value);
bool rpv__is_summed(rpv_bytes value);
/* Checks the sum of a value as stored and takes it off. Without one it stays as it is, where that is allowed. */
rpv_status rpv__sum_take_off(const rpv__port *port, rpv_bytes key, rpv_bytes *value, rpv_error *error);

/* --- storage.c again --- */
rpv_status rpv__present_get_stored(rpv__port *port, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error);
rpv_status rpv__present_get(rpv__port *port, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error);

typedef struct rpv__range {
	rpv_bytes from, to;
	bool reverse;
	uint64_t limit; /* 0: all */
} rpv__range;
rpv_status rpv__present_scan(rpv__port *port, const rpv__range *range, rpv__sink sink, void *user, rpv_error *error);
/* Values get their sums here, but not what is expected. RPV_E_CONFLICT and RPV_E_OUTCOME come back as they are. */
rpv_status rpv__present_commit(rpv__port *port, const rpv_write *writes, size_t count, const rpv_expect *expected,
                               rpv_error *error);
rpv_status rpv__present_begin(rpv__port *port, rpv_error *error); /* begin_read */
rpv_status rpv__present_wait(rpv__port *port, int32_t timeout_ms, rpv_error *error);

/* --- changes.c: the keys that a commit changed, with the values replaced --- */
typedef enum rpv__replaced { RPV__REPLACED_NOT_KEPT, RPV__REPLACED_ABSENT, RPV__REPLACED_VALUE } rpv__replaced;
typedef struct rpv__change {
	rpv_bytes key;
	rpv__replaced what;
	rpv_bytes old; /* of RPV__REPLACED_VALUE */
} rpv__change;

bool rpv__change_listed(rpv_bytes key);   /* whether change records speak of such keys */
bool rpv__change_keeps(rpv_bytes key);    /* ... with the value replaced */
/* Appends one entry; keys ascend. `previous` is the key before it, empty for the first. */
void rpv__change_put(rpv__buf *b, rpv_bytes previous, const rpv__change *change);
size_t rpv__change_parts(rpv_bytes all);
void rpv__change_part_put(rpv__buf *b, rpv_bytes all, size_t part); /* from 0 */
/* Walks the changes of one commit. RPV_E_NOT_FOUND when they are not kept. */
typedef rpv_status (*rpv__change_sink)(void *user, const rpv__change *change, rpv_error *error);
rpv_status rpv__changes_of(rpv__port *port, uint64_t revision, rpv__change_sink sink, void *user, rpv_error *error);

/* --- chain.c --- */
/* Folds a record, a commit's without its link, and its key into a link. */
rpv_status rpv__chain_fold(const rpv__port *port, rpv__buf *scratch, rpv__link *link, rpv_bytes key, rpv_bytes value,
                           rpv_error *error);

/* --- past.c --- */
struct rpv__past {
	rpv__ordered replaced;       /* what a key held at `time_ms`, for the keys changed since */
	int64_t time_ms;
	uint64_t until;              /* the last revision whose changes are in `replaced` */
	uint64_t revision, sequence; /* the last ones at that time */
};
/* Takes in the commits that came since, so that the present can be seen through again. */
rpv_status rpv__past_follow(rpv__port *port, struct rpv__past *past, uint64_t revision, rpv_error *error);
bool rpv__past_hides(const struct rpv__past *past, rpv_bytes key); /* a record written later */

#endif
