/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Partial scores: what an engine over a part of the devices contributes, as bytes that merge to the whole.
 *
 * Devices may be spread over any number of stores, or over sessions that see different device groups. Each of these takes
 * a partial of its own devices; merged in any order, and in groups of any shape, partials give the scores and impacts of
 * one engine over all the devices, to the last bit. A partial holds sums of integers, no names but those of
 * recommendations and of the device group it was asked for. The formulas and the bytes are on the documentation page
 * *Scores*.
 *
 * A partial belongs to nobody: it outlives its engine, session and store. It may be read from several threads at once;
 * rpv_partial_merge() and rpv_partial_bytes() change it.
 * @defgroup rpv_partial Partial scores
 * @{
 */
#ifndef RPV_PARTIAL_H
#define RPV_PARTIAL_H

#include <reprieve/host.h>
#include <reprieve/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The score of a part of the devices, which merges with those of other parts. Opaque. */
typedef struct rpv_partial rpv_partial;

/** What a partial speaks of. */
typedef struct rpv_partial_info {
	size_t struct_size;       /**< size of this struct, set by the caller */
	uint64_t devices;         /**< devices that count */
	uint64_t recommendations; /**< that its devices were assessed for */
	int64_t oldest_ms;        /**< the earliest time that a part of it speaks of */
	int64_t newest_ms;        /**< the latest one; the same in all parts if they are to be the bits of one engine */
	int64_t inactive_after_ms; /**< policy `inactive_after` of its stores */
	const char *group;        /**< the device group it was asked for, NULL: all that the sessions see */
	const char *model;        /**< name and version of the exposure model, such as `rpv-exposure-1` */
} rpv_partial_info;

/** Initial value of an ::rpv_partial_info that the caller provides. */
#define RPV_PARTIAL_INFO_INIT { sizeof(rpv_partial_info), 0, 0, 0, 0, 0, NULL, NULL }

/** One recommendation in a partial: what carrying it out would gain in all its devices. Figures mean what they mean in
 * ::rpv_recommendation. */
typedef struct rpv_partial_impact {
	size_t struct_size;           /**< size of this struct, set by the caller */
	const char *recommendation;   /**< its id */
	uint64_t assessed_devices;    /**< devices it was assessed for */
	uint64_t exposed_devices;     /**< before exceptions */
	uint64_t exposed_devices_after; /**< after exceptions, officially */
	uint64_t exposed_devices_best;  /**< after all exceptions in effect */
	double exposure_impact;       /**< points of the exposure score, before exceptions */
	double exposure_impact_after; /**< after exceptions, officially */
	double exposure_impact_best;  /**< after all exceptions in effect */
	double standalone_exposure;   /**< the score if its findings were the only ones, no exception applied */
	double secure_impact;         /**< points of the secure score, before exceptions */
	double secure_impact_after;   /**< after exceptions, officially */
	double secure_impact_best;    /**< after all exceptions in effect */
} rpv_partial_impact;

/** Initial value of an ::rpv_partial_impact that the caller provides. */
#define RPV_PARTIAL_IMPACT_INIT { sizeof(rpv_partial_impact), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/** Most devices that a partial speaks of. */
#define RPV_PARTIAL_DEVICES_MAX UINT64_C(1000000000)
/** Most recommendations in a partial. */
#define RPV_PARTIAL_RECOMMENDATIONS_MAX UINT64_C(50000)

/** Takes the partial of an engine: of the devices its session sees, at the store's present revision and time (or the
 * session's as-of time). Cost: as listing all recommendations.
 * @param engine       an engine
 * @param query        whose, NULL for everything the session sees; `category` stays ::RPV_CATEGORY_UNCHANGED, as a partial
 *                     holds all categories
 * @param[out] partial the partial, for rpv_partial_free(); NULL on failure
 * @retval RPV_OK          `*partial` is set
 * @retval RPV_E_INVALID   an argument is NULL, or `query` names a category
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_LIMIT     there are more than #RPV_PARTIAL_RECOMMENDATIONS_MAX recommendations
 * @return else as rpv_recommendation_list(); the session's error record says more
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_take(rpv_score_engine *engine, const rpv_score_query *query,
                                                   rpv_partial **partial);

/** The bytes of a partial: what other processes and machines read with rpv_partial_read(). The same sums are always the
 * same bytes: those of merged parts are the bytes that one engine over all their devices would give.
 * @param partial    the partial
 * @param[out] data  its bytes, which live until it is merged into, asked for bytes again or freed; NULL on failure
 * @param[out] size  how many; 0 on failure
 * @retval RPV_OK        `*data` and `*size` are set
 * @retval RPV_E_INVALID an argument is NULL
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_bytes(rpv_partial *partial, const void **data, size_t *size);

/** Reads the bytes of a partial. Any bytes are safe: what is read holds only sums that devices can come to, and takes
 * memory in proportion to `size`. Its bytes are the same again.
 * @param data         the bytes; copied
 * @param size         how many
 * @param allocator    where the partial has its memory from, NULL for malloc(); copied
 * @param[out] partial the partial, for rpv_partial_free(); NULL on failure
 * @param[out] error   what is wrong and at which byte, may be NULL
 * @retval RPV_OK        `*partial` is set
 * @retval RPV_E_INVALID an argument is NULL
 * @retval RPV_E_CORRUPT the bytes are no partial, or were damaged on their way
 * @retval RPV_E_VERSION they come from a newer version of the library
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_read(const void *data, size_t size, const rpv_allocator *allocator,
                                                   rpv_partial **partial, rpv_error *error);

/** Merges a partial of other devices into this one. Both must have been asked for the same: model, device group,
 * `inactive_after`; and what they say of a configuration must be the same category and points. Every device belongs into
 * one part: a partial that is merged twice counts its devices twice.
 * @param into       what it is merged into; unchanged on failure
 * @param from       what is merged, another one; unchanged
 * @param[out] error why they do not merge, may be NULL
 * @retval RPV_OK         `into` speaks of the devices of both
 * @retval RPV_E_INVALID  an argument is NULL, or both are the same
 * @retval RPV_E_REFUSED  they speak of different things: `field` and words name the first
 * @retval RPV_E_LIMIT    together they have more than #RPV_PARTIAL_DEVICES_MAX devices or
 *                        #RPV_PARTIAL_RECOMMENDATIONS_MAX recommendations
 * @retval RPV_E_NOMEM    no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_merge(rpv_partial *into, const rpv_partial *from, rpv_error *error);

/** Reads the scores of a partial: those of one engine over its devices. `revision` is 0, as it speaks of no single store;
 * `time_ms` is the latest of its parts, `valid_until_ms` the earliest.
 * @param partial    the partial
 * @param category   secure score of this category alone; ::RPV_CATEGORY_UNCHANGED: all
 * @param[out] score the scores, `struct_size` set by the caller; untouched on failure
 * @retval RPV_OK        `*score` is filled
 * @retval RPV_E_INVALID an argument is NULL, there is no such category, or `struct_size` is out of range
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_score(const rpv_partial *partial, rpv_category category, rpv_score *score);

/** Tells what a partial speaks of.
 * @param partial   the partial
 * @param[out] info `struct_size` set by the caller, the rest filled in; untouched on failure. Its texts live until the
 *                  partial is freed
 * @retval RPV_OK        `*info` is filled
 * @retval RPV_E_INVALID an argument is NULL, or `struct_size` is out of range
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_read_info(const rpv_partial *partial, rpv_partial_info *info);

/** Counts the recommendations that devices of a partial were assessed for.
 * @param partial the partial, may be NULL
 * @return how many; 0 for NULL
 * @since 0.1 */
RPV_API uint64_t rpv_partial_count(const rpv_partial *partial);

/** Reads what one recommendation would gain in all devices of a partial.
 * @param partial     the partial
 * @param index       from 0, by id in byte order
 * @param[out] impact `struct_size` set by the caller, the rest filled in; untouched on failure. Its id lives until the
 *                    partial is freed
 * @retval RPV_OK          `*impact` is filled
 * @retval RPV_E_INVALID   an argument is NULL, or `struct_size` is out of range
 * @retval RPV_E_NOT_FOUND there are not so many
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_partial_impact_at(const rpv_partial *partial, uint64_t index,
                                                        rpv_partial_impact *impact);

/** Frees a partial.
 * @param partial the partial, may be NULL
 * @since 0.1 */
RPV_API void rpv_partial_free(rpv_partial *partial);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
