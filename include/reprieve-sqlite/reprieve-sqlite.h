/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Storage in one SQLite file, shared by any number of processes on one machine.
 * @defgroup rpv_sqlite SQLite storage
 * @{
 */
#ifndef RPV_SQLITE_H
#define RPV_SQLITE_H

#include <reprieve/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How to open the file. */
typedef enum rpv_sqlite_mode {
	RPV_SQLITE_CREATE = 0,   /**< read and write, create the file when there is none */
	RPV_SQLITE_EXISTING = 1, /**< read and write an existing file */
	RPV_SQLITE_READ_ONLY = 2 /**< read an existing file */
} rpv_sqlite_mode;

/** Opens a storage in a SQLite file: write-ahead log, `synchronous=FULL`, so a commit survives a power failure. Waits
 * up to `busy_ms` for other processes, then ::RPV_E_BUSY. Reading waits for nobody. Opened for reading only, the folder
 * must still be writable, or somebody else have the file open, because readers of a write-ahead log share an index.
 * @param path         UTF-8 path of the file
 * @param mode         how to open it
 * @param busy_ms      milliseconds to wait for a lock, 0 for 5000
 * @param[out] storage the storage; its `close` closes the file; unchanged on failure
 * @param[out] error   what failed, may be NULL
 * @retval RPV_OK          `*storage` is set
 * @retval RPV_E_INVALID   an argument is NULL or unknown
 * @retval RPV_E_NOT_FOUND no such file, and `mode` does not create one
 * @retval RPV_E_CORRUPT   the file is not a SQLite database, or not one of ours
 * @retval RPV_E_STORAGE   SQLite failed: `host_code` is its extended result code
 * @retval RPV_E_NOMEM     no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_sqlite_storage(const char *path, rpv_sqlite_mode mode, int32_t busy_ms,
                                                     rpv_storage *storage, rpv_error *error);

/** Reads a whole file and checks it: SQLite's own integrity check, and that its table holds only what the library can have
 * written. May be called while others use the file. Cost: all pages of the file.
 * @param path       UTF-8 path of the file
 * @param[out] error what was found first, may be NULL
 * @retval RPV_OK          nothing is wrong
 * @retval RPV_E_CORRUPT   the file is damaged, or not one of ours
 * @retval RPV_E_NOT_FOUND no such file
 * @return else as rpv_sqlite_storage()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_sqlite_check(const char *path, rpv_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
