/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Status codes and the error record.
 * @defgroup rpv_status Status and errors
 * @{
 */
#ifndef RPV_STATUS_H
#define RPV_STATUS_H

#include <reprieve/export.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Outcome of a call. Numbers are fixed for ever; new ones are appended. */
typedef enum rpv_status {
	RPV_STOP = 1,            /**< returned by a sink: enough, end the walk; never an outcome of a call */
	RPV_OK = 0,              /**< done */
	RPV_E_INVALID = -1,      /**< the caller's mistake: an argument, a field, a text that cannot be read */
	RPV_E_NOMEM = -2,        /**< the allocator gave no memory; nothing changed */
	RPV_E_NOT_FOUND = -3,    /**< no such thing, or none that this session may see */
	RPV_E_REFUSED = -4,      /**< a rule refuses: the error record names it */
	RPV_E_DENIED = -5,       /**< the session lacks the permission */
	RPV_E_LIMIT = -6,        /**< a stated limit would be passed */
	RPV_E_CLOCK = -7,        /**< the host's clock failed, or jumped further than `clock_jump_limit` */
	RPV_E_STORAGE = -8,      /**< the host's storage failed; `host_code` says how */
	RPV_E_FULL = -9,         /**< the host's storage has no space left */
	RPV_E_CONFLICT = -10,    /**< a storage commit's expectation no longer held; of other calls: given up after many such,
	                          * nothing was written, the same call may be made again */
	RPV_E_OUTCOME = -11,     /**< a storage commit may or may not have happened */
	RPV_E_BUSY = -12,        /**< called from within a callback of the same store (the session's error record then stays
	                          * as it is), the storage is locked, or others kept committing during a read: try again */
	RPV_E_CORRUPT = -13,     /**< the store holds bytes that the library did not write */
	RPV_E_VERSION = -14,     /**< the store or a struct comes from a newer version of the library */
	RPV_E_READ_ONLY = -15    /**< a write on a session that looks at the past, or on read-only storage */
} rpv_status;

/** `index` of an error that concerns no record of a batch. */
#define RPV_NO_INDEX UINT64_MAX

/** What went wrong, in the session (or at opening) that the failed call used. */
typedef struct rpv_error {
	size_t struct_size;   /**< size of this struct, set by who provides the memory; a record with less than the size of
	                       * version 0.1 is left alone */
	rpv_status status;    /**< outcome of the last call; ::RPV_OK clears all else */
	int32_t host_code;    /**< code of the host's storage or clock, else 0 */
	uint64_t index;       /**< number of the record in its batch, from 0; else ::RPV_NO_INDEX */
	char field[64];       /**< name of the field at fault, or empty */
	char message[512];    /**< one sentence in English, without a final full stop; never empty on failure */
} rpv_error;

/** Initial value of an ::rpv_error that the caller provides. */
#define RPV_ERROR_INIT { sizeof(rpv_error), RPV_OK, 0, RPV_NO_INDEX, "", "" }

/** Name of a status, such as `RPV_E_NOT_FOUND`.
 * @param status any value
 * @return a string that lives as long as the library; `RPV_E_?` for an unknown value
 * @since 0.1 */
RPV_API const char *rpv_status_name(rpv_status status);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
