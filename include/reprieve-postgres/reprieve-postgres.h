/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Storage in one table of a PostgreSQL database, shared by any number of processes and machines.
 *
 * A commit locks the key that it expects, so that commits take effect one after the other; readers are never held up.
 * A lost connection is opened again. Then reads are repeated (but not between `begin_read` and `end_read`: their moment
 * is gone, and the call fails with ::RPV_E_STORAGE); a commit is repeated when it cannot have happened, and is
 * ::RPV_E_OUTCOME when that cannot be known, which the library then settles by reading.
 *
 * `host_code` of a failure is the SQLSTATE read as a number to the base 36, 0 when there is none; the message has it in
 * words. ::RPV_E_BUSY is a statement that took longer than `statement_timeout_ms`, or a lock that others kept.
 * @defgroup rpv_postgres PostgreSQL storage
 * @{
 */
#ifndef RPV_POSTGRES_H
#define RPV_POSTGRES_H

#include <reprieve/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How to open the table. */
typedef enum rpv_postgres_mode {
	RPV_POSTGRES_CREATE = 0,   /**< read and write, create the table (not the schema) when there is none */
	RPV_POSTGRES_EXISTING = 1, /**< read and write an existing table */
	RPV_POSTGRES_READ_ONLY = 2 /**< read an existing table; enough for a standby server */
} rpv_postgres_mode;

/** Where the store is. Texts are copied. */
typedef struct rpv_postgres_options {
	size_t struct_size;           /**< size of this struct: ::RPV_POSTGRES_OPTIONS_INIT sets it */
	const char *conninfo;         /**< connection string or URI of libpq, with all it knows: hosts, passwords, service
	                               * files, `sslmode`, `sslrootcert`, ...; NULL or empty for libpq's defaults */
	const char *schema;           /**< schema of the table, NULL for the first one of the search path */
	const char *table;            /**< name of the table, NULL for `reprieve` */
	int32_t mode;                 /**< an ::rpv_postgres_mode */
	int32_t statement_timeout_ms; /**< longest time for one statement, waiting for locks included; 0 for 30000 */
	int32_t reconnect_ms;         /**< how long to try to connect again after the connection was lost; 0 for 10000 */
	int32_t quiet;                /**< 1: commits do not NOTIFY, and rpv_store_wait() looks once a second instead; for
	                               * databases in which other programs notify much. The same where the server has no
	                               * notifications */
} rpv_postgres_options;

/** Initial value of ::rpv_postgres_options. */
#define RPV_POSTGRES_OPTIONS_INIT { sizeof(rpv_postgres_options), NULL, NULL, NULL, 0, 0, 0, 0 }

/** Opens a storage in a table: `key` and `value` are of type `bytea`, `key` is the primary key. A commit is durable as
 * the server promises it: where `synchronous_commit` is off it is turned on for the connection.
 * @param options      where
 * @param[out] storage the storage; its `close` closes the connection; unchanged on failure
 * @param[out] error   what failed, may be NULL
 * @retval RPV_OK          `*storage` is set
 * @retval RPV_E_INVALID   an argument is NULL, unknown, negative or too long, or the connection string cannot be read
 * @retval RPV_E_NOT_FOUND there is no such table, and `mode` does not create one
 * @retval RPV_E_CORRUPT   there is a table of that name, but not one of this library
 * @retval RPV_E_STORAGE   the server cannot be reached, or refuses
 * @retval RPV_E_NOMEM     no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_postgres_storage(const rpv_postgres_options *options, rpv_storage *storage,
                                                       rpv_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
