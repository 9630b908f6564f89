/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Many assessments at once, as columns: for hosts whose data lie in arrays, and for other languages.
 *
 * One call adds what rpv_batch_assessment() would add row by row. Nothing has to be converted for it: a column of texts
 * is what C has (pointers), what Arrow has (bytes and offsets), or texts one behind the other; and it may stand in a
 * dictionary that rows refer to by number. All arrays are lent for the call.
 * @ingroup rpv_batch
 * @{
 */
#ifndef RPV_COLUMNS_H
#define RPV_COLUMNS_H

#include <reprieve/batch.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A column of texts; all zero: there is none. Start from `= { 0 }`. */
typedef struct rpv_text_column {
	const char *const *texts; /**< the texts, each ended with NUL, NULL for none; or NULL: they are in `bytes` */
	const char *bytes;        /**< the texts, one behind the other, and nothing else */
	size_t size;              /**< number of bytes there */
	const void *offsets;      /**< where each text of `bytes` begins: `count` + 1 unsigned integers, the last is where they
	                           * end, the first need not be 0; NULL: each text is ended with NUL */
	const void *codes;        /**< for each row the place of its text from 0, as unsigned integers, all bits set for
	                           * none; NULL: row 0 has the first text, row 1 the second, ... */
	size_t count;             /**< number of texts: without `codes` as many as there are rows */
	uint32_t offset_width;    /**< bytes of an offset: 4 or 8 */
	uint32_t code_width;      /**< bytes of a code: 1, 2 or 4 */
} rpv_text_column;

/** Assessments: row by row what is in ::rpv_assessment_facts. Starts zeroed; columns that are not there stand for 0. */
typedef struct rpv_assessment_columns {
	size_t struct_size;             /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	size_t count;                   /**< number of rows */
	rpv_text_column device;         /**< required: ids */
	rpv_text_column recommendation; /**< required: ids */
	rpv_text_column version;        /**< installed versions, empty: none */
	rpv_text_column set;            /**< names of weakness sets, instead of `weakness`; empty: none */
	rpv_text_column weakness;       /**< ids of the weaknesses, those of all rows one behind the other */
	const void *weakness_offsets;   /**< where in `weakness` those of each row begin: `count` + 1 unsigned integers, the
	                                 * last is where they end; NULL: `weakness_counts` says how many */
	uint32_t weakness_offset_width; /**< bytes of such an offset: 4 or 8 */
	uint32_t reserved;              /**< 0 */
	const uint8_t *states;          /**< ::rpv_configuration_state, one byte for each row; or NULL */
	const uint8_t *user_impacts;    /**< ::rpv_flag, one byte for each row; or NULL */
	const uint8_t *changes;         /**< ::rpv_assessment_change, one byte for each row; or NULL: they replace */
	const int64_t *first_seen_ms;   /**< milliseconds since 1970, 0: the batch's time, or as known; or NULL */
	const int64_t *last_seen_ms;    /**< milliseconds since 1970, 0: whenever the device was; or NULL */
	const void *weakness_counts;    /**< instead of `weakness_offsets`: how many of `weakness` each row has, unsigned
	                                 * integers; both NULL: one for each row, empty or NULL for none */
	uint32_t weakness_count_width;  /**< bytes of such a count: 1, 2 or 4 */
	uint32_t reserved_too;          /**< 0 */
} rpv_assessment_columns;

/** Adds many assessments, as rpv_batch_assessment() does one: all rows, or none when one is refused. Rows of the same
 * device and recommendation follow each other, so that a later one that replaces wins.
 * Cost: that of rpv_batch_assessment() for each row, without a call for each, and 8 bytes of memory for each text and row
 * during the call. One commit holds as much as the storage takes at once: report large fleets in several batches.
 * @param batch   a batch
 * @param columns the rows; copied
 * @retval RPV_OK        added
 * @retval RPV_E_INVALID a row is malformed: `index` is its place in the batch, `field` its column; or a column is, without
 *                       an index
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_assessments(rpv_batch *batch, const rpv_assessment_columns *columns);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
