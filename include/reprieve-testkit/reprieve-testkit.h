/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Proves that a storage backend keeps the contract of `reprieve/storage.h`.
 *
 * The host says how to open its storage; the kit runs one rule after the other on fresh storages, and says of each
 * what was expected, what came, and which sentence of the contract it proves. It uses nothing but the callbacks. It needs
 * no test framework; memory comes from malloc(), threads from POSIX.
 *
 * Rules build on each other. They come in parts (reads, order, ranges, expectations, sizes, keeping, handles, faults,
 * random): when a rule fails, the rest of its part still runs, and the parts after it are not tried.
 * @defgroup rpv_testkit Conformance kit for storages
 * @{
 */
#ifndef RPV_TESTKIT_H
#define RPV_TESTKIT_H

#include <reprieve/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What the kit asks `open` for. */
typedef enum rpv_testkit_place {
	RPV_TESTKIT_FRESH = 0, /**< a new and empty storage; nothing of an earlier one is open any more */
	RPV_TESTKIT_AGAIN = 1  /**< the storage that was last opened fresh, with what it holds; with ::RPV_TESTKIT_SHARED
	                        * while other handles on it are still open */
} rpv_testkit_place;

/** Parts that only some backends can be asked for. */
typedef enum rpv_testkit_flag {
	RPV_TESTKIT_SHARED = 1 /**< a storage can be opened several times at once, and the handles be used by several
	                        * threads at a time */
} rpv_testkit_flag;

/** How a rule came out. */
typedef enum rpv_testkit_outcome {
	RPV_TESTKIT_PASSED = 0,   /**< kept */
	RPV_TESTKIT_FAILED = 1,   /**< not kept: `message` says what was expected and what came */
	RPV_TESTKIT_NOT_TRIED = 2 /**< `message` says why: a flag or a callback is missing, or an earlier part failed */
} rpv_testkit_outcome;

/** What came of one rule. Texts live as long as the library, the message for the call. */
typedef struct rpv_testkit_result {
	const char *rule;            /**< name, such as `range-limit` */
	const char *part;            /**< name of its part */
	const char *sentence;        /**< the sentence of `reprieve/storage.h` that it proves */
	rpv_testkit_outcome outcome; /**< how it came out */
	const char *message;         /**< empty when passed */
} rpv_testkit_result;

/** What the kit needs of the host. */
typedef struct rpv_testkit_options {
	size_t struct_size; /**< size of this struct: ::RPV_TESTKIT_OPTIONS_INIT sets it */
	void *user;         /**< passed to every callback */
	/** Required. Opens the storage. Each is closed through its own `close` before the next fresh one is asked for, or
	 * given to `crash`. */
	rpv_status (*open)(void *user, rpv_testkit_place place, rpv_storage *storage, rpv_error *error);
	/** Optional. Ends a handle as a crash of its process would: without its `close`, without writing down anything that is
	 * not written yet. What the backend holds in memory may leak. */
	void (*crash)(void *user, rpv_storage *storage);
	/** Optional. Makes the `nth` operation from now on, counted from 1, fail once, of whatever the backend rests on and
	 * the host can make fail (allocations, writes, syncs); 0: none. Returns 1 if the fault asked for last was met, else
	 * 0. The kit asks for the first, second, third ... until one is not met any more. */
	int32_t (*fault)(void *user, uint64_t nth);
	/** Optional. Takes the result of each rule, in the order in which they run. */
	void (*result)(void *user, const rpv_testkit_result *result);
	uint32_t flags;     /**< bits of ::rpv_testkit_flag */
	uint32_t rounds;    /**< of the random run, 0 for 300 */
	uint64_t seed;      /**< of the random run, 0 for 1: the same seed and rounds do the same */
} rpv_testkit_options;

/** Initial value of ::rpv_testkit_options. */
#define RPV_TESTKIT_OPTIONS_INIT { sizeof(rpv_testkit_options), NULL, NULL, NULL, NULL, NULL, 0, 0, 0 }

/** The sum of a run. */
typedef struct rpv_testkit_report {
	uint32_t passed;          /**< rules that were kept */
	uint32_t failed;          /**< rules that were not */
	uint32_t not_tried;       /**< the others */
	uint32_t rounds;          /**< of the random run, as used */
	uint64_t seed;            /**< of the random run, as used */
	const char *first_failed; /**< name of the first rule that failed, or NULL; lives as long as the library */
} rpv_testkit_report;

/** Runs all rules on a storage.
 * @param options     how to open it
 * @param[out] report the sum; may be NULL; set also when rules failed
 * @retval RPV_OK        every rule that was tried is kept
 * @retval RPV_E_REFUSED some rule failed
 * @retval RPV_E_INVALID `options` or its `open` is NULL, or has flags or a size that are not known
 * @retval RPV_E_NOMEM   no memory for the kit itself
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_testkit_storage(const rpv_testkit_options *options, rpv_testkit_report *report);

/** Writes a result for people: one line, and for a rule that failed the sentence it proves below it.
 * @param result    a result
 * @param[out] text where to write, always ended with a zero; cut off when too long
 * @param size      bytes there; 1000 are enough
 * @since 0.1 */
RPV_API void rpv_testkit_text(const rpv_testkit_result *result, char *text, size_t size);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
