/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief The storage port: what a host implements to keep a store wherever it likes.
 *
 * Storage is an ordered map from keys to values, both byte strings, with one atomic conditional commit. Three
 * callbacks are required. The library keeps all its rules on this side of the port: a backend never looks into keys or
 * values.
 *
 * **Order.** Keys are compared as unsigned bytes, a shorter key before any longer one that starts with it.
 *
 * **Sizes.** Keys have 1 to 480 bytes, values 0 to 65536 bytes (an empty value is a value), one commit at most 16 MiB
 * of keys and values (of its writes; expectations are a few hundred bytes more). A backend that can take less says so
 * in `max_commit`; below 1 MiB it is refused.
 *
 * **Visibility.** A `get` or `scan` that begins after a commit returned ::RPV_OK sees all of it, in this and every
 * other process on the same storage; no reader ever sees a part of a commit. One `scan` reads one moment. Between
 * `begin_read` and `end_read`, where offered, all reads see one moment.
 *
 * **Durability.** When `commit` returns ::RPV_OK, the writes survive a crash of the process and, unless
 * ::RPV_STORAGE_VOLATILE says otherwise, of the machine.
 *
 * **Keys.** All keys of a storage are the library's: a host that keeps its own things in the same place must keep them
 * apart (a prefix of its own, another table).
 *
 * **Reads.** `from` is never empty; bounds are at most as long as keys; `sink` is never NULL. A sink that returns
 * ::RPV_STOP ends a scan or `get`, which then succeeds. Without `begin_read` the library finds out afterwards whether
 * somebody committed while it read, and reads again: long lists on a busy store may then end with ::RPV_E_BUSY. Between
 * `begin_read` and `end_read` come only reads, from the same thread.
 *
 * **Threads.** The library calls one storage from one thread at a time (the store's lock). Two stores must not share
 * one ::rpv_storage, but may well share what is behind it: that is what the conditional commit is for.
 *
 * **Failure.** A callback returns ::RPV_E_STORAGE (or ::RPV_E_FULL, ::RPV_E_BUSY, ::RPV_E_NOMEM, ::RPV_E_READ_ONLY,
 * ::RPV_E_CORRUPT) and may write its own `host_code` and `message` to `error`, which is never NULL and comes cleared;
 * without words the library finds some. After any failure of `commit` but ::RPV_E_OUTCOME
 * nothing of it is or becomes visible. The library never retries a failure by itself but ::RPV_E_CONFLICT.
 * @defgroup rpv_storage Storage port
 * @{
 */
#ifndef RPV_STORAGE_H
#define RPV_STORAGE_H

#include <reprieve/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Longest key, in bytes. */
#define RPV_STORAGE_KEY_MAX 480
/** Longest value, in bytes. */
#define RPV_STORAGE_VALUE_MAX 65536
/** Largest commit that the library ever asks for: bytes of all its keys and values. */
#define RPV_STORAGE_COMMIT_MAX (16u * 1024 * 1024)

/** Some bytes, lent for the length of a call. */
typedef struct rpv_bytes {
	const void *data; /**< NULL only when `size` is 0 */
	size_t size;      /**< number of bytes */
} rpv_bytes;

/** One change of a commit. */
typedef struct rpv_write {
	rpv_bytes key;   /**< what to write; every key occurs once in a commit */
	rpv_bytes value; /**< its new value; unused when removing */
	int32_t remove;  /**< 1: remove the key (it may be absent), 0: set it */
} rpv_write;

/** What must still hold when a commit takes effect. */
typedef struct rpv_expect {
	rpv_bytes key;   /**< the key */
	rpv_bytes value; /**< the value it must have, byte for byte; unused when `absent` */
	int32_t absent;  /**< 1: the key must not exist */
} rpv_expect;

/** Takes what a read found; key and value are lent for the call.
 * Returns ::RPV_OK to go on, ::RPV_STOP to end the walk (which then succeeds), or a failure, which the storage
 * hands on unchanged. A sink never calls the storage. */
typedef rpv_status (*rpv_storage_sink)(void *sink_user, rpv_bytes key, rpv_bytes value);

/** Capability bits of a storage. */
typedef enum rpv_storage_capability {
	RPV_STORAGE_VOLATILE = 1,  /**< keeps nothing when the process or machine ends */
	RPV_STORAGE_READ_ONLY = 2  /**< `commit` always fails */
} rpv_storage_capability;

/** A storage: callbacks and what they need. Copied when a store is opened. */
typedef struct rpv_storage {
	size_t struct_size;    /**< size of this struct: ::RPV_STORAGE_INIT sets it */
	void *user;            /**< passed to every callback */
	uint32_t capabilities; /**< bits of ::rpv_storage_capability */
	uint32_t reserved;     /**< 0 */
	uint64_t max_commit;   /**< largest commit in bytes, 0 for ::RPV_STORAGE_COMMIT_MAX */
	/** Required. Feeds the value of `key` to `sink`, once. ::RPV_E_NOT_FOUND when there is none. */
	rpv_status (*get)(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error);
	/** Required. Feeds the pairs with `from` <= key < `to` to `sink`, in order, or from the last to the first when
	 * `reverse` is 1; at most `limit` of them (0: all). `to.size` 0 means no upper bound. Finding none is ::RPV_OK. */
	rpv_status (*scan)(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
	                   rpv_storage_sink sink, void *sink_user, rpv_error *error);
	/** Required. Makes all writes visible and durable at once, if every expectation holds at that moment; else
	 * changes nothing and returns ::RPV_E_CONFLICT. ::RPV_E_OUTCOME when it cannot be known whether it happened
	 * (a lost connection): the library then finds out by reading. */
	rpv_status (*commit)(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
	                     size_t expected_count, rpv_error *error);
	/** Optional, with `end_read`. From here to `end_read` all reads see one moment. Never nested. */
	rpv_status (*begin_read)(void *user, rpv_error *error);
	/** Optional, with `begin_read`. Called once for each successful `begin_read`. Cannot fail. */
	void (*end_read)(void *user);
	/** Optional. Called once, when the store is closed or could not be opened. */
	void (*close)(void *user);
} rpv_storage;

/** Initial value of an ::rpv_storage. */
#define RPV_STORAGE_INIT { sizeof(rpv_storage), NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }

/** A storage in memory, for tests and short-lived stores. Its memory is freed by `close`.
 * @param allocator    memory to use, NULL for the default
 * @param[out] storage the storage; unchanged on failure
 * @retval RPV_OK        `*storage` is set
 * @retval RPV_E_INVALID `storage` is NULL
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_memory_storage(const rpv_allocator *allocator, rpv_storage *storage);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
