/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Stores: opening, time, ticking.
 * @defgroup rpv_store Stores
 * @{
 */
#ifndef RPV_STORE_H
#define RPV_STORE_H

#include <reprieve/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An open store. Opaque. May be used from several threads, each with its own sessions; calls on one store wait for
 * each other. */
typedef struct rpv_store rpv_store;

/** A question of permission, put to the host by ::rpv_authorise. Lent for the call. */
typedef struct rpv_question {
	size_t struct_size;    /**< size of this struct */
	const char *principal; /**< id of who asks */
	uint32_t permission;   /**< the one bit of ::rpv_permission that is needed; the session has it */
	uint32_t reserved;     /**< 0 */
	const char *object;    /**< id of the recommendation, weakness, exception or activity acted on, or NULL */
} rpv_question;

/** The host's own say in permissions, on top of the permission bits. Optional. */
typedef struct rpv_authorise {
	void *user; /**< passed to `decide` */
	/** ::RPV_OK allows, ::RPV_E_DENIED denies; anything else fails the call with that status. */
	rpv_status (*decide)(void *user, const rpv_question *question);
} rpv_authorise;

/** How many of each thing a store may hold. 0 stands for the default. */
typedef struct rpv_limits {
	uint64_t devices;         /**< default 1 000 000 */
	uint64_t groups;          /**< default 1 000 */
	uint64_t recommendations; /**< default 5 000 */
	uint64_t weaknesses;      /**< default 1 000 000 */
	uint64_t exceptions;      /**< default 1 000 000 */
	uint64_t remediations;    /**< default 100 000 */
} rpv_limits;

/** Longest id of anything, in bytes of UTF-8. */
#define RPV_ID_MAX 255
/** Longest text, in bytes of UTF-8. */
#define RPV_TEXT_MAX 32768

/** How to open a store. */
typedef struct rpv_store_options {
	size_t struct_size;         /**< size of this struct: ::RPV_STORE_OPTIONS_INIT sets it */
	rpv_storage storage;        /**< required; copied; closed with the store, and when opening fails (but for NULL
	                             * arguments and a wrong `struct_size`: then nobody could tell what to close) */
	rpv_clock clock;            /**< required */
	rpv_allocator allocator;    /**< optional */
	rpv_log log;                /**< optional */
	rpv_authorise authorise;    /**< optional */
	rpv_limits limits;          /**< optional */
	int32_t accept_clock_jump;  /**< 1: commit even when the clock is further ahead of the last commit than
	                             * `clock_jump_limit` (400 days) */
	int32_t reserved;           /**< 0 */
	rpv_executor executor;      /**< optional: threads for long passes */
	rpv_hash hash;              /**< optional; needed to write to a store whose journal is chained with it */
} rpv_store_options;

/** Initial value of ::rpv_store_options. */
#define RPV_STORE_OPTIONS_INIT                                                                                       \
	{ sizeof(rpv_store_options), RPV_STORAGE_INIT, { NULL, NULL }, { NULL, NULL }, { NULL, NULL }, { NULL, NULL },   \
	  { 0, 0, 0, 0, 0, 0 }, 0, 0, { NULL, NULL, 0, 0 }, { NULL, NULL, 0, NULL } }

/** Sets options to their initial values, for languages without ::RPV_STORE_OPTIONS_INIT.
 * @param[out] options where to write them
 * @since 0.1 */
RPV_API void rpv_store_options_init(rpv_store_options *options);

/** Opens a store; an empty storage becomes an empty store with its first commit.
 * Cost: a few reads; facts are loaded when first asked for.
 * @param options    how; copied
 * @param[out] store the store, for rpv_store_close(); NULL on failure
 * @param[out] error what failed, may be NULL
 * @retval RPV_OK        `*store` is set
 * @retval RPV_E_INVALID an option is missing or out of range
 * @retval RPV_E_VERSION the store was written by a newer version of the library
 * @retval RPV_E_CORRUPT the storage holds something else
 * @retval RPV_E_STORAGE the storage failed; likewise ::RPV_E_FULL, ::RPV_E_BUSY, ::RPV_E_READ_ONLY, as it says
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_open(const rpv_store_options *options, rpv_store **store, rpv_error *error);

/** Closes a store and its storage. Every session and list of it must be closed before.
 * @param store the store, may be NULL
 * @since 0.1 */
RPV_API void rpv_store_close(rpv_store *store);

/** Where a store stands. */
typedef struct rpv_store_info {
	size_t struct_size;       /**< size of this struct, set by the caller */
	uint64_t revision;        /**< number of commits so far */
	uint64_t sequence;        /**< number of the last event, 0 before the first */
	int64_t mark_ms;          /**< time of the last commit, 0 before the first: the store's time never lies before it */
	int64_t now_ms;           /**< the store's time: the later of the mark and the host's clock */
	int64_t next_deadline_ms; /**< when rpv_store_tick() next has something to do, 0 for never */
	uint32_t format;          /**< version of the format of keys and records */
	uint32_t reserved;        /**< 0 */
} rpv_store_info;

/** Tells where a store stands.
 * @param store     an open store
 * @param[out] info `struct_size` set by the caller, the rest filled in
 * @param[out] error what failed, may be NULL
 * @retval RPV_OK        `*info` is filled
 * @retval RPV_E_STORAGE the storage failed
 * @retval RPV_E_CLOCK   the clock failed
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_read_info(rpv_store *store, rpv_store_info *info, rpv_error *error);

/** Waits until the store is past a revision, or the time is over. While it waits, other calls on the same store wait too: a
 * program that does several things opens a store of its own for it.
 * @param store         an open store
 * @param revision      returns at once when the store's revision is above this one
 * @param timeout_ms    longest time to wait in milliseconds, at least 0; the wait may end early without a reason
 * @param[out] present  the store's revision afterwards, may be NULL
 * @param[out] error    what failed, may be NULL
 * @retval RPV_OK        `*present` is set; compare it with `revision`
 * @retval RPV_E_REFUSED the storage cannot wait: look again after a while instead
 * @retval RPV_E_INVALID `timeout_ms` is negative
 * @retval RPV_E_STORAGE the storage failed
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_wait(rpv_store *store, uint64_t revision, int32_t timeout_ms,
                                                 uint64_t *present, rpv_error *error);

/** Writes the events of what fell due: starts, ends, returns from suspension. Statuses never wait for it: every reader
 * sees them by the clock. Idempotent, bounded and resumable; cost in what is written down. Every commit does the same for
 * what fell due before it. What cannot be read is skipped: it is logged and told by ::RPV_EVENT_RECORD_DAMAGED.
 * @param store      an open store
 * @param limit      at most so many deadlines, 0 for 1000
 * @param[out] done  how many were handled, may be NULL; fewer than `limit`: nothing more is due
 * @param[out] error what failed, may be NULL
 * @retval RPV_OK         done
 * @retval RPV_E_CLOCK    the clock failed or jumped too far
 * @retval RPV_E_CONFLICT others kept committing
 * @retval RPV_E_STORAGE  the storage failed; nothing was written
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_tick(rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error);

/** Reads a whole store and checks it: every key and value can be read, names lead to what bears them, all counts, rows,
 * sums, indexes and deadlines follow from what they are derived from, and neither events nor commits are missing. Changes
 * nothing. Cost: all pairs of the store, and memory for what follows from them (about 100 bytes for each pair that is
 * derived). The storage's own check, such as rpv_sqlite_check(), comes before it: this one reads what the storage yields.
 * @param store        an open store
 * @param[out] records how many pairs were read, may be NULL; set when nothing is wrong
 * @param[out] error   what was found first, with its key in hexadecimal digits, and how much more; may be NULL
 * @retval RPV_OK        nothing is wrong
 * @retval RPV_E_INVALID `store` is NULL
 * @retval RPV_E_CORRUPT the store is damaged
 * @retval RPV_E_BUSY    others kept committing, and the storage cannot read one moment
 * @retval RPV_E_STORAGE the storage failed
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_check(rpv_store *store, uint64_t *records, rpv_error *error);

/** Raises a store of an older format to the present one: such a store can be read as it is, but writing to it fails with
 * ::RPV_E_VERSION. From its first commit on, older versions of the library refuse the store; before and after, and at
 * every moment between, it reads the same. It may be interrupted anywhere, by anything: the next call goes on. Several
 * callers at once do no harm. A store of the present format is left as it is. Afterwards every value has a sum in front
 * (docs/format.md), and what was not yet kept when the store was written, such as the index of what exceptions reach,
 * has been added. Cost: every pair of the store is read and written once, in commits of at most 256 pairs.
 * @param store      an open store
 * @param[out] error what failed, may be NULL
 * @retval RPV_OK          the store has the present format
 * @retval RPV_E_INVALID   `store` is NULL
 * @retval RPV_E_READ_ONLY the storage is read-only
 * @retval RPV_E_VERSION   the store was written by a newer version of the library
 * @retval RPV_E_CORRUPT   a record is damaged: what was done until then stays, and nothing is lost
 * @retval RPV_E_CONFLICT  others kept committing
 * @retval RPV_E_STORAGE   the storage failed: call again
 * @retval RPV_E_NOMEM     no memory: call again
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_store_upgrade(rpv_store *store, rpv_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
