/* SPDX-License-Identifier: MIT */
/* An ordered map of byte strings (a skip list with a hash table beside it): the memory storage, what a transaction has
 * read and wants to write, and what the past replaced. Making a node may fail, putting it in its place cannot: so many
 * changes can be prepared first and then made at once. */
#ifndef RPV__ORDERED_H
#define RPV__ORDERED_H

#include "../base/base.h"

#define RPV__ORDERED_LEVELS 20

typedef enum rpv__mark {           /* for the user: what a node says of its key */
	RPV__MARK_VALUE, RPV__MARK_ABSENT, RPV__MARK_UNKNOWN
} rpv__mark;

typedef struct rpv__node {
	uint64_t front;            /* first bytes of the key as a number: mostly tells the order without the key */
	rpv_bytes key, value;      /* both in the node's own memory */
	uint8_t mark;              /* RPV__MARK_VALUE at first */
	struct rpv__node *stored;  /* for the user: the node of another map with the same key */
	uint8_t levels;
	struct rpv__node *before;
	struct rpv__node *chain;   /* next one with the same place in the hash table */
	uint64_t hash;             /* of the key */
	struct rpv__node *next[];  /* `levels` of them */
} rpv__node;

typedef struct rpv__ordered {
	rpv__alloc alloc;
	rpv__node *first[RPV__ORDERED_LEVELS], *last;
	rpv__node **table;         /* finds a key at once; made large enough when nodes are made, so placing cannot fail */
	size_t table_size;         /* a power of two, or 0 */
	size_t count, made;        /* nodes in the map; nodes made and not discarded */
	uint64_t dice;
} rpv__ordered;

void rpv__ordered_init(rpv__ordered *o, const rpv__alloc *a);
void rpv__ordered_clear(rpv__ordered *o);                      /* frees all nodes; may be used again */
/* A node with copies of key and value, not yet in any map; NULL: no memory. */
rpv__node *rpv__ordered_make(rpv__ordered *o, rpv_bytes key, rpv_bytes value);
void rpv__ordered_discard(rpv__ordered *o, rpv__node *node);   /* frees one that is in no map; NULL is fine */
/* Puts a node in and returns the one it replaces, now the caller's, or NULL. */
rpv__node *rpv__ordered_place(rpv__ordered *o, rpv__node *node);
rpv__node *rpv__ordered_take(rpv__ordered *o, rpv_bytes key);  /* out of the map, now the caller's; or NULL */
rpv__node *rpv__ordered_find(const rpv__ordered *o, rpv_bytes key);
rpv__node *rpv__ordered_from(const rpv__ordered *o, rpv_bytes key);   /* first one with this key or a later one */
rpv__node *rpv__ordered_before(const rpv__ordered *o, rpv_bytes key); /* last one with an earlier key; empty: last of all */

/* The writes of a commit, all of them or (RPV_E_NOMEM) none. What they remove goes, or stays as RPV__MARK_ABSENT. */
rpv_status rpv__ordered_commit(rpv__ordered *o, const rpv_write *writes, size_t count, bool mark_removed);

/* Whether `key` lies below `to`, where an empty `to` is no bound. */
static inline bool rpv__below(rpv_bytes key, rpv_bytes to)
{
	return to.size == 0 || rpv__bytes_compare(key, to) < 0;
}

#endif
