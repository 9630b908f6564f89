/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Interchange: reading facts from files, writing backups. A library of its own, on top of libreprieve.
 *
 * Inputs are told apart by their content: gzip (also of several members) or not, with or without a byte order mark, one
 * JSON document with a `value` array, a bare array or a single object, several documents one behind the other, or one
 * object a line. Field names of Defender files are matched without regard to case, unknown fields are ignored, of a
 * repeated field the last counts.
 *
 * **Strict and lenient.** Strict imports (the default) read every byte of the input and check every record before they
 * write anything, so malformed input changes nothing. Lenient ones skip what cannot be used, and count it.
 *
 * **Batches.** An import is a sequence of commits of bounded size: first weaknesses and recommendations, then devices,
 * each with all that the input says of it, in one commit even when its records are scattered over the input. What only a
 * commit can find (a limit of the store, a recommendation that changes its nature) ends the import there: commits before
 * it stay, and the same input may be sent again at any time.
 *
 * **Memory.** One record (at most 16 MiB, 64 levels, 1 048 576 values), about 100 bytes for each device, weakness and
 * recommendation that the input names, the devices whose records have not all been met (at most `memory`: beyond it
 * further devices wait for another pass over the input), and one batch.
 * @defgroup rpv_interop Interchange
 * @{
 */
#ifndef RPV_INTEROP_H
#define RPV_INTEROP_H

#include <reprieve/reprieve.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Takes the next bytes of what is being written; they are lent for the call. Anything but ::RPV_OK ends the writing,
 * which then fails with that status. */
typedef rpv_status (*rpv_interop_sink)(void *user, const void *data, size_t size);

/** What an input is. */
typedef enum rpv_format {
	RPV_FORMAT_DETECT = 0,                         /**< find out */
	RPV_FORMAT_NDJSON = 1,                         /**< native: one object a line with a `type`; a backup is one too */
	RPV_FORMAT_DEFENDER_VULNERABILITIES = 2,       /**< SoftwareVulnerabilitiesByMachine and its export files */
	RPV_FORMAT_DEFENDER_CHANGES = 3,               /**< SoftwareVulnerabilityChangesByMachine */
	RPV_FORMAT_DEFENDER_MACHINE_VULNERABILITIES = 4, /**< vulnerabilities/machinesVulnerabilities */
	RPV_FORMAT_DEFENDER_CONFIGURATIONS = 5,        /**< SecureConfigurationsAssessmentByMachine and its export files */
	RPV_FORMAT_DEFENDER_SOFTWARE = 6,              /**< SoftwareInventoryByMachine, SoftwareInventoryNoProductCodeByMachine
	                                                * and their export files */
	RPV_FORMAT_DEFENDER_MACHINES = 7,              /**< machines, and lists of machine references */
	RPV_FORMAT_DEFENDER_RECOMMENDATIONS = 8,       /**< recommendations */
	RPV_FORMAT_DEFENDER_VULNERABILITY_LIST = 9,    /**< vulnerabilities, not by machine */
	RPV_FORMAT_DEFENDER_SOFTWARE_LIST = 10,        /**< Software, not by machine */
	RPV_FORMAT_DEFENDER_REMEDIATION_TASKS = 11     /**< remediationTasks */
} rpv_format;

/** Name of a format, such as `defender-vulnerabilities`.
 * @param format any value
 * @return a string that lives as long as the library, NULL for an unknown value
 * @since 0.1 */
RPV_API const char *rpv_format_name(rpv_format format);
/** The format of a name.
 * @param name        as rpv_format_name() gives it, or `detect`; may be NULL
 * @param[out] format the format; untouched on failure
 * @retval RPV_OK        `*format` is set
 * @retval RPV_E_INVALID no such name
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_format_find(const char *name, rpv_format *format);

/** Whether an input says all there is about the devices it names. Formats that say so themselves do not ask. */
typedef enum rpv_extent {
	RPV_EXTENT_DETECT = 0, /**< whole, unless the answers at hand are pages of a longer one: every document has an
	                        * `@odata.nextLink`, or `@odata.count` is more than there is */
	RPV_EXTENT_WHOLE = 1,  /**< whole: what the source said before of these devices, and does not say now, is gone */
	RPV_EXTENT_PART = 2    /**< a part: findings are added, nothing is taken away */
} rpv_extent;

/** How far an import has got. */
typedef struct rpv_import_progress {
	size_t struct_size;   /**< size of this struct */
	uint64_t bytes;       /**< bytes of the input read so far, in all passes */
	uint64_t bytes_total; /**< bytes that all passes will read, as far as known now */
	uint64_t records;     /**< records read so far in this pass */
	uint64_t batches;     /**< commits so far */
	int32_t writing;      /**< 0: the input is being checked, 1: it is being written */
	int32_t reserved;     /**< 0 */
} rpv_import_progress;

/** What is wrong with an input, and where. */
typedef struct rpv_import_error {
	size_t struct_size;  /**< size of this struct, set by who provides the memory */
	rpv_status status;   /**< outcome */
	int32_t host_code;   /**< code of the host's storage or clock, or `errno` of a file, else 0 */
	uint64_t record;     /**< number of the record from 1, 0: none in particular */
	uint64_t line;       /**< line from 1, after decompression; 0: none in particular */
	uint64_t column;     /**< character in the line from 1, 0: unknown */
	uint64_t offset;     /**< byte from 0, after decompression */
	char source[256];    /**< name of the input, or empty */
	char field[64];      /**< name of the field at fault, or empty */
	char message[768];   /**< all of it in one sentence: `name:line:column: record n: field: reason` */
} rpv_import_error;

/** Initial value of an ::rpv_import_error. */
#define RPV_IMPORT_ERROR_INIT { sizeof(rpv_import_error), RPV_OK, 0, 0, 0, 0, 0, "", "", "" }

/** How to import. */
typedef struct rpv_import_options {
	size_t struct_size;    /**< size of this struct: ::RPV_IMPORT_OPTIONS_INIT sets it */
	const char *source;    /**< who reports; NULL: `default`, or by format `defender-vulnerabilities` (also for changes and
	                        * machine vulnerabilities), `defender-configurations`, `defender-software`, `defender` */
	int64_t reported_ms;   /**< time of the facts, 0: the store's time; see ::rpv_batch_options */
	uint64_t batch_records; /**< facts in one commit, 0 for 50 000; halved when a commit would be too large */
	uint64_t memory;       /**< bytes for devices whose records are scattered, 0 for 256 MiB */
	rpv_format format;     /**< what the input is; another one is refused */
	rpv_extent extent;     /**< whether it says all */
	int32_t lenient;       /**< 1: skip and count what cannot be used; 0: refuse the input */
	int32_t reserved;      /**< 0 */
	void *user;            /**< passed to `progress` and `notice` */
	/** Optional. Called now and then. Anything but ::RPV_OK ends the import, which then fails with that status
	 * (::RPV_STOP: with ::RPV_E_REFUSED). Must not call the library. */
	rpv_status (*progress)(void *user, const rpv_import_progress *progress);
	/** Optional. Told of everything skipped: where and why. Lent for the call. Must not call the library. */
	void (*notice)(void *user, const rpv_import_error *what);
} rpv_import_options;

/** Initial value of ::rpv_import_options. */
#define RPV_IMPORT_OPTIONS_INIT                                                                                      \
	{ sizeof(rpv_import_options), NULL, 0, 0, 0, RPV_FORMAT_DETECT, RPV_EXTENT_DETECT, 0, 0, NULL, NULL, NULL }

/** Sets options to their initial values, for languages without ::RPV_IMPORT_OPTIONS_INIT.
 * @param[out] options where to write them
 * @since 0.1 */
RPV_API void rpv_import_options_init(rpv_import_options *options);

/** What an import came to. Counts are of distinct things in the input unless said otherwise. */
typedef struct rpv_import_result {
	size_t struct_size;       /**< size of this struct, set by the caller */
	uint64_t records;         /**< records read, used or not */
	uint64_t duplicates;      /**< of those, records that say again what another one says */
	uint64_t skipped;         /**< of those, records not used: bad ones (lenient), and remediation tasks that cannot be
	                           * requested here */
	uint64_t groups;          /**< device groups declared, or named by devices */
	uint64_t devices;         /**< devices */
	uint64_t weaknesses;      /**< weaknesses; of lists by device those named by it */
	uint64_t recommendations; /**< recommendations */
	uint64_t assessments;     /**< device and recommendation */
	uint64_t unaffected;      /**< records of software without known weakness (`cveId` null) */
	uint64_t remediations;    /**< remediation activities requested, or restored */
	uint64_t exceptions;      /**< exceptions restored */
	uint64_t events;          /**< events restored */
	uint64_t vectors_skipped; /**< CVSS vectors that are none, left out */
	uint64_t batches;         /**< commits */
	uint64_t changed;         /**< things that changed or are new, see ::rpv_batch_result */
	uint64_t stale;           /**< assessments left out because the source said something newer */
	uint64_t clipped;         /**< times that lay in the future and were taken as the store's time */
	rpv_format format;        /**< what the input is */
	rpv_extent extent;        /**< whether it was taken as whole or as a part */
	int32_t restored;         /**< 1: it was a backup */
	int32_t reserved;         /**< 0 */
	uint64_t controls;        /**< compensating controls */
	uint64_t scores;          /**< recorded scores restored */
} rpv_import_result;

/** Initial value of an ::rpv_import_result. */
#define RPV_IMPORT_RESULT_INIT                                                                                       \
	{ sizeof(rpv_import_result), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, RPV_FORMAT_DETECT,               \
	  RPV_EXTENT_DETECT, 0, 0, 0, 0 }

/** Imports files as one input: the pages of an answer, the parts of an export. All must be of one format. Files are
 * read at least twice, so they must be regular files that nobody changes meanwhile.
 * @param session     a session with ::RPV_PERMIT_INGEST, for remediation tasks ::RPV_PERMIT_VIEW and
 *                    ::RPV_PERMIT_REMEDIATION too, to restore ::RPV_PERMIT_VIEW and ::RPV_PERMIT_SETTINGS
 * @param paths       names of the files
 * @param path_count  number of them
 * @param options     how, NULL for the defaults
 * @param[out] result what it came to, `struct_size` set by the caller; filled on failure too, as far as it got; may be
 *                    NULL
 * @param[out] error  what failed, `struct_size` set by the caller; may be NULL
 * @retval RPV_OK        imported
 * @retval RPV_E_INVALID the input is malformed, of another format, or of none
 * @retval RPV_E_REFUSED a backup, but the store is not empty
 * @retval RPV_E_LIMIT   a record is too large or too deep, or a limit of the store would be passed
 * @retval RPV_E_NOT_FOUND a file cannot be opened
 * @return else as rpv_batch_commit()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_import_files(rpv_session *session, const char *const *paths, size_t path_count,
                                                   const rpv_import_options *options, rpv_import_result *result,
                                                   rpv_import_error *error);
/** Imports one file; see rpv_import_files().
 * @param session     a session
 * @param path        name of the file
 * @param options     how, NULL for the defaults
 * @param[out] result what it came to, may be NULL
 * @param[out] error  what failed, may be NULL
 * @return as rpv_import_files()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_import_file(rpv_session *session, const char *path,
                                                  const rpv_import_options *options, rpv_import_result *result,
                                                  rpv_import_error *error);
/** Imports bytes in memory; see rpv_import_files().
 * @param session     a session
 * @param name        what messages call the input, may be NULL
 * @param data        the bytes, which must stay as they are during the call; may be NULL when `size` is 0
 * @param size        number of them
 * @param options     how, NULL for the defaults
 * @param[out] result what it came to, may be NULL
 * @param[out] error  what failed, may be NULL
 * @return as rpv_import_files()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_import_memory(rpv_session *session, const char *name, const void *data,
                                                    size_t size, const rpv_import_options *options,
                                                    rpv_import_result *result, rpv_import_error *error);

/** What a backup holds. */
typedef struct rpv_export_result {
	size_t struct_size; /**< size of this struct, set by the caller */
	uint64_t lines;     /**< lines written */
	uint64_t bytes;     /**< bytes written */
	uint64_t revision;  /**< the store's revision that it shows */
} rpv_export_result;

/** Initial value of an ::rpv_export_result. */
#define RPV_EXPORT_RESULT_INIT { sizeof(rpv_export_result), 0, 0, 0 }

/** Writes everything in a store as native NDJSON: the store itself, groups, weaknesses, recommendations, weakness sets,
 * devices with their assessments, exceptions, remediation activities with their targets, events, recorded scores. Only
 * what differs from the default is written; the same contents give the same bytes. rpv_import_file() puts it back into an
 * empty store, which then exports the same bytes.
 * @param session     a session with ::RPV_PERMIT_VIEW that sees all device groups and looks at the present
 * @param sink        takes the bytes
 * @param user        passed to `sink`
 * @param[out] result what was written, may be NULL
 * @param[out] error  what failed, may be NULL
 * @retval RPV_OK         written
 * @retval RPV_E_DENIED   the session does not see everything
 * @retval RPV_E_CONFLICT the store changed meanwhile: what was written is of no use, write it again
 * @return else as rpv_recommendation_list(), or what the sink returned
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_export_ndjson(rpv_session *session, rpv_interop_sink sink, void *user,
                                                    rpv_export_result *result, rpv_import_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
