/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief What the host supplies besides storage: memory, time, a place for messages, a say in permissions.
 *
 * Every callback gets `user` from its own struct. The library calls none of them from a thread of its own (it has
 * none): always from the thread that called the library, with the store's lock held. A callback must not call the
 * library on the same store: such a call fails with ::RPV_E_BUSY.
 * @defgroup rpv_host What the host supplies
 * @{
 */
#ifndef RPV_HOST_H
#define RPV_HOST_H

#include <reprieve/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Memory. Optional: without one the library uses realloc() and free(). */
typedef struct rpv_allocator {
	void *user; /**< passed to `resize` */
	/** Allocates (`block` NULL), resizes, or frees (`size` 0, returns NULL). Required. Alignment as malloc().
	 * May be called from any thread that uses the store; returns NULL when there is no memory. */
	void *(*resize)(void *user, void *block, size_t size);
} rpv_allocator;

/** Time. Required to open a store. */
typedef struct rpv_clock {
	void *user; /**< passed to `now` */
	/** Tells the time in milliseconds since 1970-01-01T00:00:00Z, UTC without leap seconds. Required.
	 * Anything but ::RPV_OK fails the call that asked, with ::RPV_E_CLOCK. The range is 1 to 253402300799999
	 * (the end of the year 9999). */
	rpv_status (*now)(void *user, int64_t *out_ms);
} rpv_clock;

/** A clock that tells what a variable holds: for tests, simulations and programs that are told the time.
 * @param now_ms     the variable, in milliseconds since 1970; must outlive every store that uses the clock
 * @param[out] clock the clock
 * @since 0.1 */
RPV_API void rpv_clock_manual(int64_t *now_ms, rpv_clock *clock);

/** Weight of a message. */
typedef enum rpv_log_level {
	RPV_LOG_NOTE = 1,   /**< good to know */
	RPV_LOG_WARNING = 2 /**< something an administrator should look at, such as a clock that went back */
} rpv_log_level;

/** Messages for people. Optional. Outcomes never depend on it. */
typedef struct rpv_log {
	void *user; /**< passed to `write` */
	/** Takes one message; `text` is lent for the call. NULL: messages are dropped. */
	void (*write)(void *user, rpv_log_level level, const char *text);
} rpv_log;

/** Most pieces of work at a time that an ::rpv_executor may ask for. */
#define RPV_EXECUTOR_THREADS_MAX 256

/** Threads of the host for long passes over all devices. Optional: the library starts none. Every score and impact has the
 * same bits whatever is given here. */
typedef struct rpv_executor {
	void *user; /**< passed to `run` */
	/** Calls `work(context, i)` for each i from 0 to `count` - 1, in any order and on any threads, and returns when all
	 * calls have returned. It may do less and return, whatever the status: pieces that were not done are done by the
	 * caller then, those asked for again are done once. It is called with the store locked, from the thread of the call
	 * that needs a pass; neither it nor the threads it uses may call the library for that store meanwhile. `work` takes no
	 * memory and calls nothing of the host. NULL: no threads. */
	rpv_status (*run)(void *user, uint32_t count, void (*work)(void *context, uint32_t i), void *context);
	uint32_t threads;  /**< into how many pieces to divide work, 0 to ::RPV_EXECUTOR_THREADS_MAX; 0 and 1: it is not
	                    * divided. Each takes some memory for its sums while a pass is on: about 50 bytes a weakness set
	                    * and 500 a recommendation. */
	uint32_t reserved; /**< 0 */
} rpv_executor;

/** Most bytes that the value of an ::rpv_hash can have. */
#define RPV_HASH_MAX 64

/** A cryptographic hash, from a library that the host trusts: the core has none. Optional: needed for a journal that is
 * chained (rpv_journal_chain()), and to verify it. */
typedef struct rpv_hash {
	void *user;       /**< passed to `digest` */
	const char *name; /**< its name, by which stores remember it: 1 to 15 of a-z, 0-9 and `-`, such as `sha256`; copied */
	size_t size;      /**< bytes of a value: 16 to ::RPV_HASH_MAX */
	/** Hashes `size` bytes and writes as many bytes to `out` as a value has. ::RPV_OK, or ::RPV_E_NOMEM. NULL: there is
	 * no hash. */
	rpv_status (*digest)(void *user, const void *data, size_t size, unsigned char *out);
} rpv_hash;

#ifdef __cplusplus
}
#endif
/** @} */
#endif
