/* SPDX-License-Identifier: MIT */
/* A transaction, for the files that make it up. */
#ifndef RPV__TXN_INSIDE_H
#define RPV__TXN_INSIDE_H

#include "inside.h"

struct rpv__txn {
	rpv__port *port;
	const rpv__txn_options *options;
	rpv__arena arena;            /* of the body, and of its events */
	rpv__buf base_bytes;         /* the revision record as read, byte for byte; empty: there is none */
	rpv__revision base;          /* the same */
	rpv__revision revision;      /* what the body made of it */
	int64_t now_ms;
	bool used_revision, used_now; /* what the body did may depend on them */
	bool warned;                 /* of the clock, once a call */
	rpv__ordered known;          /* what was read, absent keys too; survives conflicts as far as nobody changed it */
	rpv__ordered ranges;         /* from -> to: all pairs of these are known; disjoint */
	rpv__ordered writes;         /* RPV__MARK_ABSENT: remove */
	rpv__ordered again;          /* as the storage holds it, without a sum: to be written once more with one */
	rpv__node *retired;          /* writes replaced by later ones: their values live until the body returns */
	const rpv__policy *policy;   /* in the arena, as decoded from `policy_bytes`; NULL: not yet */
	const void *policy_bytes;
	rpv__event *events;
	size_t event_count, event_cap;
};

/* --- txn_reads.c --- */
void rpv__txn_init(rpv__txn *txn, rpv__port *port, const rpv__txn_options *options);
void rpv__txn_free(rpv__txn *txn);
void rpv__txn_reset(rpv__txn *txn);                 /* forgets what the body did, not what it read */
/* What the storage holds, by the cache: NULL or a node marked absent when nothing. */
rpv_status rpv__txn_stored(rpv__txn *txn, rpv_bytes key, rpv__node **out, rpv_error *error);
static inline bool rpv__is_there(const rpv__node *stored)
{
	return stored && stored->mark == RPV__MARK_VALUE;
}
bool rpv__txn_forget(rpv__txn *txn, rpv_bytes key); /* somebody changed it; true: it had been read */
void rpv__txn_forget_all(rpv__txn *txn);

/* --- txn_policy.c --- */
/* What the storage holds, whatever the body wrote. */
rpv_status rpv__txn_stored_policy(rpv__txn *txn, rpv__policy *out, rpv_error *error);

/* --- txn_batch.c --- */
typedef struct rpv__txn_batch {
	rpv__txn *txn;
	rpv__arena bytes;
	rpv__buf scratch;
	rpv_write *writes;
	size_t count, cap;
	uint64_t size;      /* of keys and values */
	rpv__revision next; /* the revision record to be */
	rpv__commit commit;
} rpv__txn_batch;
/* Fills a batch that is empty but for `txn` and its memory. */
rpv_status rpv__txn_batch_fill(rpv__txn_batch *batch, rpv_error *error);

/* --- txn_commit.c --- */
/* Drops writes that change nothing and links the others to what they replace. *anything: there is something to commit. */
rpv_status rpv__txn_settle(rpv__txn *txn, bool *anything, rpv_error *error);
/* One attempt. RPV_E_CONFLICT: others were first. *out is set on success. */
rpv_status rpv__txn_commit(rpv__txn *txn, rpv__revision *out, rpv_error *error);

#endif
