/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief The storage port: what a host implements to keep a store wherever it likes.
 *
 * Storage is an ordered map from keys to values, both byte strings, with one atomic conditional commit. Three
 * callbacks are required. The library keeps all its rules on this side of the port: a backend never looks into keys or
 * values. This header is the contract; `rpv_testkit_storage()` (library `reprieve-testkit`) proves that a backend keeps
 * it, and names the sentence below that it does not keep.
 *
 * **Order.** Keys are compared as unsigned bytes. A shorter key comes before any longer one that starts with it. Nothing
 * else counts: no locale, no case, no end of text at a zero byte.
 *
 * **Sizes.** Keys have 1 to 480 bytes, any bytes. Values have 0 to 65536 bytes, any bytes. An empty value is a value, not
 * an absent key. One commit has at most 16 MiB of keys and values (of its writes; expectations are a few hundred bytes
 * more), which may be many thousands of small writes. A backend that can take less says so in `max_commit`, at least
 * 1 MiB: the library then refuses what is larger with ::RPV_E_LIMIT and `field` "max_commit", without calling the backend
 * (every other ::RPV_E_LIMIT is a limit of the library itself, and its words name it). A store that cannot grow any more
 * is ::RPV_E_FULL; a backend never answers ::RPV_E_LIMIT.
 *
 * **Atomicity.** A commit happens as a whole or not at all. No reader ever sees a part of a commit, also not after a
 * crash in the middle of one.
 *
 * **Visibility.** A `get` or `scan` that begins after a commit returned ::RPV_OK sees all of it, through this and every
 * other handle and process on the same storage. One `scan` reads one moment, whatever others commit meanwhile. Between
 * `begin_read` and `end_read` all reads see one moment, that of `begin_read`.
 *
 * **Ordering.** Commits take effect one after the other, in one order that all readers agree on. Checking the expectations
 * and making the writes is one step: no other commit comes between them.
 *
 * **Durability.** When `commit` returns ::RPV_OK, the writes survive a crash of the process, and of the machine. This is
 * the durability point: the library reports success to its caller from here on. ::RPV_STORAGE_VOLATILE takes the
 * promise back.
 *
 * **Keys.** All keys of a storage are the library's: a host that keeps its own things in the same place must keep them
 * apart (a prefix of its own, another table).
 *
 * **Lifetimes.** What the library passes to a callback is lent until it returns: a backend copies what it keeps. What a
 * backend feeds to a sink is lent to it: key and value stay unmoved until the sink returns, and may be gone right after.
 *
 * **Threads.** The library calls one storage from one thread at a time (the store's lock), not always the same thread.
 * Callbacks never call the library. Two stores must not share one ::rpv_storage, but may well share what is behind it,
 * in one process or several: that is what the conditional commit is for. A backend that cannot be shared refuses the
 * second opening itself, with ::RPV_E_BUSY.
 *
 * **Failure.** A callback that fails returns ::RPV_E_STORAGE, or what fits better: ::RPV_E_FULL (no space),
 * ::RPV_E_BUSY (locked for too long), ::RPV_E_NOMEM, ::RPV_E_READ_ONLY, ::RPV_E_CORRUPT (what is stored is not what was
 * written). Any other status becomes ::RPV_E_STORAGE. It may write its own `host_code` and `message` to `error`, which
 * comes cleared and is never NULL; without words the library finds some. A read that fails may have fed some pairs
 * before: the library drops them. A read never ends with ::RPV_OK early.
 *
 * **Retries.** After ::RPV_E_CONFLICT the library reads again what others changed, and tries again, up to 100 times.
 * After ::RPV_E_OUTCOME it reads whether the commit is there; what it cannot find out goes to the caller as
 * ::RPV_E_OUTCOME. It repeats no other failure, and never waits: a backend that waits for locks or lost connections
 * bounds that itself. After a failed call the storage can be used further, as soon as the cause is gone. Only after
 * ::RPV_E_OUTCOME may it fail every call until it is opened again.
 *
 * **Without begin_read.** The library then compares the revision before and after a read, and reads again when somebody
 * committed in between: after 16 disturbed tries the call ends with ::RPV_E_BUSY. Long lists over a store that several
 * processes write to without pause need a backend with `begin_read`; for a store with one writing process, or readers that
 * may come again, none is needed.
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
 * hands on unchanged. A sink never calls the storage that feeds it. */
typedef rpv_status (*rpv_storage_sink)(void *sink_user, rpv_bytes key, rpv_bytes value);

/** Capability bits of a storage. Others are refused when the store is opened. */
typedef enum rpv_storage_capability {
	RPV_STORAGE_VOLATILE = 1,  /**< keeps nothing when the process or machine ends */
	RPV_STORAGE_READ_ONLY = 2  /**< `commit` always fails with ::RPV_E_READ_ONLY; the library does not even call it */
} rpv_storage_capability;

/** A storage: callbacks and what they need. Copied when a store is opened. */
typedef struct rpv_storage {
	size_t struct_size;    /**< size of this struct: ::RPV_STORAGE_INIT sets it */
	void *user;            /**< passed to every callback */
	uint32_t capabilities; /**< bits of ::rpv_storage_capability */
	uint32_t reserved;     /**< 0 */
	uint64_t max_commit;   /**< largest commit in bytes, 0 for ::RPV_STORAGE_COMMIT_MAX */
	/** Required. Feeds `key` and its value to `sink`, exactly once; a key that is not there is ::RPV_E_NOT_FOUND and
	 * feeds nothing. A sink that returns ::RPV_STOP makes it succeed. Any other status of a sink than ::RPV_OK and
	 * ::RPV_STOP is handed on unchanged. The key has 1 to 480 bytes; `sink` is never NULL. */
	rpv_status (*get)(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error);
	/** Required. Feeds the pairs with `from` <= key < `to` to `sink`, from the first to the last, or from the last to the
	 * first when `reverse` is 1. `from` is part of the range, `to` is not. An empty `to` means no upper bound; `from`
	 * is never empty. Neither has to exist as a key; both are at most as long as keys. At most `limit` pairs are fed, the
	 * first ones in the direction of the walk; a `limit` of 0 means all of them. A range that holds nothing, or ends
	 * before it begins, is no failure. A sink that returns ::RPV_STOP ends the walk, which then succeeds. Sinks that
	 * fail as for `get`. */
	rpv_status (*scan)(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
	                   rpv_storage_sink sink, void *sink_user, rpv_error *error);
	/** Required. Makes all writes visible and durable at once, if every expectation holds at that moment. An expectation
	 * that does not hold makes it return ::RPV_E_CONFLICT and change nothing; so does an expected value that differs in
	 * length or in any byte, and a key that is there although it is expected to be absent, even with an empty value.
	 * Expectations may speak of keys that are not written. Removing a key that is not there is no failure. A write
	 * replaces the whole value; a key that was removed is not there. A commit without writes, or without expectations,
	 * is valid; one with neither does nothing. Writes come in no particular order, each key once.
	 *
	 * ::RPV_E_OUTCOME says that it cannot be known whether the commit happened (a lost connection): the library then
	 * finds out by reading. After any other failure nothing of the commit is visible, and never becomes visible later.
	 * Never called between `begin_read` and `end_read`. */
	rpv_status (*commit)(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
	                     size_t expected_count, rpv_error *error);
	/** Optional, with `end_read`. From here to `end_read` all reads see one moment. Never nested; in between come only
	 * `get` and `scan`, from the same thread, as many as it takes to compute a score or a list: it must not keep others
	 * from committing for that long. It sees every commit that returned before it was called. */
	rpv_status (*begin_read)(void *user, rpv_error *error);
	/** Optional, with `begin_read`. Called once for each successful `begin_read`, also after reads that failed. Cannot
	 * fail: what goes wrong here shows at the next call. */
	void (*end_read)(void *user);
	/** Optional. Called once, when the store is closed or could not be opened, and nothing is called after it. */
	void (*close)(void *user);
	/** Optional. Waits until another handle commits, for at most `timeout_ms` milliseconds (from 0 on), and returns ::RPV_OK
	 * either way. A commit that returned since the last `wait` of this handle began ends it at once. It may return early
	 * for no reason. Never called between `begin_read` and `end_read`. */
	rpv_status (*wait)(void *user, int32_t timeout_ms, rpv_error *error);
} rpv_storage;

/** Initial value of an ::rpv_storage. */
#define RPV_STORAGE_INIT { sizeof(rpv_storage), NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

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
