/* SPDX-License-Identifier: MIT */
/* Transactions on the storage port: optimistic, with a read cache that survives conflicts.
 *
 * A write is a function that reads and puts through a transaction and may be run again: rpv__txn_run() runs it, first
 * writes down what fell due, commits expecting the revision record unchanged, and after a conflict drops from the cache
 * only what others changed (the change records name it) and runs the function again, or only commits again when nothing
 * it read was touched. Reads are those of one revision; see read_consistent below.
 *
 * The files of this folder are the only callers of the host's callbacks. */
#ifndef RPV__TXN_H
#define RPV__TXN_H

#include "../base/base.h"
#include "../codec/keys.h"
#include "../codec/records.h"
#include "../model/policy.h"
#include <reprieve/store.h>

/* The host's side of a store. Owned by the store handle. */
typedef struct rpv__port {
	rpv__alloc alloc;
	rpv_storage storage;
	rpv_clock clock;
	rpv_log log;
	rpv_authorise authorise;
	rpv_executor executor;
	bool accept_clock_jump;
	rpv_hash hash;            /* its name is `hash_name`; digest NULL: there is none */
	char hash_name[RPV__HASH_NAME];
	uint64_t max_commit;
	uint64_t tag_counter;
	bool reading;             /* between begin_read and end_read */
	bool summed;              /* every value has a sum in front: the store is of format 2 */
} rpv__port;

rpv_status rpv__port_now(rpv__port *port, int64_t *out_ms, rpv_error *error);
void rpv__port_log(rpv__port *port, rpv_log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));
void rpv__port_log_behind(rpv__port *port, int64_t clock_ms, int64_t mark_ms); /* warns: the mark counts */
rpv_status rpv__port_authorise(rpv__port *port, const char *principal, uint32_t permission, const char *object,
                               rpv_error *error);

/* Asks a model's callback for the likelihood of a weakness. */
struct rpv_exposure_model;
struct rpv_likelihood_facts;
rpv_status rpv__port_likelihood(const struct rpv_exposure_model *model, const struct rpv_likelihood_facts *facts,
                                uint32_t *out, rpv_error *error);

/* A place to read from: the present, or a past revision (then `past` holds the values that later commits replaced). */
typedef struct rpv__source {
	rpv__port *port;
	struct rpv__past *past; /* NULL: the present */
} rpv__source;

/* Reads. Values above 64 KiB come back whole: pieces are put together here. `value` is lent for the sink's time. */
typedef rpv_status (*rpv__sink)(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error);
/* RPV_E_NOT_FOUND leaves *out alone and records no error. *out is a copy in the arena. */
rpv_status rpv__source_get(const rpv__source *s, rpv_bytes key, rpv__arena *into, rpv_bytes *out, rpv_error *error);
rpv_status rpv__source_scan(const rpv__source *s, rpv_bytes from, rpv_bytes to, bool reverse, uint64_t limit,
                            rpv__sink sink, void *user, rpv_error *error);
/* Whether there is anything in a range; *any is set when there is. */
rpv_status rpv__source_any(const rpv__source *s, rpv_bytes from, rpv_bytes to, bool *any, rpv_error *error);
rpv_status rpv__source_scan_prefix(const rpv__source *s, rpv_bytes prefix, rpv__sink sink, void *user, rpv_error *error);
/* The revision record; a store without one: RPV_E_NOT_FOUND. Newer formats: RPV_E_VERSION. */
rpv_status rpv__source_revision(const rpv__source *s, rpv__revision *out, rpv_error *error);
/* The keys of the storage, those of pieces too, whose values have no sum in front, from `from` on, until the sink stops. */
rpv_status rpv__source_unsummed(rpv__port *port, rpv_bytes from, rpv__sink sink, void *user, rpv_error *error);
/* Waits for others' commits, as far as the storage can (RPV_E_REFUSED: it cannot). */
rpv_status rpv__source_wait(const rpv__source *s, int32_t timeout_ms, rpv_error *error);
/* That of a store without commits. */
void rpv__revision_empty(rpv__revision *out);
/* Runs `read` so that all its reads are of one revision: within begin_read/end_read where the storage has them, else
 * again until the revision before and after agree (at most 16 times, then RPV_E_BUSY). */
rpv_status rpv__source_consistent(const rpv__source *s, rpv_status (*read)(void *user, const rpv__source *s,
                                  const rpv__revision *revision, rpv_error *error), void *user, rpv_error *error);

/* The policy, the default one where none is stored. */
rpv_status rpv__source_policy(const rpv__source *s, rpv__policy *out, rpv_error *error);
/* The policy that a value of P stands for; NULL: there is none. */
rpv_status rpv__policy_decode(rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch, rpv__policy *out,
                              rpv_error *error);

/* A storage over another one, at the other one's present revision: commits stay in memory, and once somebody commits to the
 * other, every call ends with RPV_E_BUSY. `base` is not closed with it, and must outlive it. */
rpv_status rpv__overlay_open(rpv__port *base, const rpv__alloc *alloc, rpv_storage *storage, rpv_error *error);
/* Feeds what was written to such a storage, and what was removed, as stored. */
rpv_status rpv__overlay_keys(const rpv_storage *storage, rpv__sink sink, void *user, rpv_error *error);

/* The past: what the store held after the last commit with time <= time_ms. RPV_E_REFUSED outside the history kept. */
rpv_status rpv__past_open(rpv__port *port, int64_t time_ms, struct rpv__past **out, rpv_error *error);
void rpv__past_close(rpv__port *port, struct rpv__past *past);

/* The record of a commit. RPV_E_NOT_FOUND: there is none. */
rpv_status rpv__commit_of(rpv__port *port, uint64_t revision, rpv__arena *into, rpv__commit *out, rpv_error *error);

/* Calls `sink` for every key that the commits after revision `since` up to `until` changed (once per commit, values
 * empty). RPV_E_NOT_FOUND when that history is no longer kept: then load anew. */
rpv_status rpv__changes_since(rpv__port *port, uint64_t since, uint64_t until, rpv__sink sink, void *user,
                              rpv_error *error);

/* A journal, chained: a link is folded over the commit's record without it, and over its events (docs/format.md).
 * Folds what comes after `at`, a place in the journal, up to revision `until`; *at is then there. With `compare`, links
 * that are stored must be those that were folded, from `first_linked` on every commit must have one, and RPV_E_CORRUPT
 * names the first one that is not so. */
typedef struct rpv__chain_at {
	uint64_t revision, sequence; /* the last commit and event that are folded in; 0: none */
	rpv__link link;
	uint64_t commits, events;    /* how many were read */
	uint64_t first_linked;       /* 0: none yet */
} rpv__chain_at;
bool rpv__chain_has_hash(const rpv__port *port, const rpv__link *link); /* the store was opened with it */
void rpv__chain_begin(const rpv__port *port, rpv__chain_at *at); /* before the first commit; the port has a hash */
rpv_status rpv__chain_follow(rpv__port *port, rpv__chain_at *at, uint64_t until, bool compare, rpv_error *error);
/* Whether there are commits after a revision, or events after a sequence. */
rpv_status rpv__chain_more(rpv__port *port, uint64_t revision, uint64_t sequence, bool *more, rpv_error *error);
/* Events that no commit wrote, put there by a restore, up to `sequence`. */
rpv_status rpv__chain_follow_events(rpv__port *port, rpv__chain_at *at, uint64_t sequence, rpv_error *error);

typedef struct rpv__txn rpv__txn;

typedef struct rpv__txn_options {
	const char *actor;        /* of the commit and its events */
	bool restoring;           /* no events, no due transitions, the mark stays; revision record may be set freely */
	/* Called before the body when the store's time has passed deadlines: writes down what is due. May be NULL. */
	rpv_status (*due)(rpv__txn *txn, void *user, rpv_error *error);
	void *due_user;
	bool upgrading;           /* may write to a store of an older format; no time passes */
} rpv__txn_options;

typedef rpv_status (*rpv__txn_body)(rpv__txn *txn, void *user, rpv_error *error);

/* Runs and commits. A body that wrote nothing commits nothing (and moves no mark). *out (may be NULL) is the revision
 * record after it. A body may end with RPV_STOP: succeed without committing (dry runs). */
rpv_status rpv__txn_run(rpv__port *port, const rpv__txn_options *options, rpv__txn_body body, void *user,
                        rpv__revision *out, rpv_error *error);

rpv__port *rpv__txn_port(rpv__txn *txn);
rpv__arena *rpv__txn_arena(rpv__txn *txn);            /* emptied before every run of the body */
rpv__revision *rpv__txn_revision(rpv__txn *txn);      /* as read; bodies take numbers from it (next_*) and may change it */
int64_t rpv__txn_now(rpv__txn *txn);                  /* time of the commit: the later of the mark and the host's clock */

/* Reads see the transaction's own writes. Values live until the body returns. */
rpv_status rpv__txn_get(rpv__txn *txn, rpv_bytes key, rpv_bytes *out, rpv_error *error);   /* RPV_E_NOT_FOUND */
rpv_status rpv__txn_scan(rpv__txn *txn, rpv_bytes from, rpv_bytes to, rpv__sink sink, void *user, rpv_error *error);
rpv_status rpv__txn_scan_prefix(rpv__txn *txn, rpv_bytes prefix, rpv__sink sink, void *user, rpv_error *error);
/* The policy that counts: the transaction's own once it wrote one. Lives as long as the body runs. */
rpv_status rpv__txn_policy(rpv__txn *txn, const rpv__policy **out, rpv_error *error);
/* Key and value are copied. Writing what is there already (as last read) is dropped at commit. */
rpv_status rpv__txn_put(rpv__txn *txn, rpv_bytes key, rpv_bytes value, rpv_error *error);
rpv_status rpv__txn_remove(rpv__txn *txn, rpv_bytes key, rpv_error *error);
/* Writes what the storage holds under a key once more, with its sum. It is no change: change records do not list it. */
rpv_status rpv__txn_put_again(rpv__txn *txn, rpv_bytes key, rpv_error *error);
/* Appends an event of this commit; sequence and commit time are filled in, and the actor where there is none.
 * `time_ms` 0: the commit's time. */
rpv_status rpv__txn_event(rpv__txn *txn, const rpv__event *event, rpv_error *error);
/* The events appended so far, in order; an event lives as long as the body runs, its place until the next one. */
size_t rpv__txn_told_count(const rpv__txn *txn);
const rpv__event *rpv__txn_told(const rpv__txn *txn, size_t index);

#endif
