/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Exposure score and secure score, in three views.
 *
 * `no_impact` counts no exception, `official` those that count as mitigation, `mitigation_like` all that are in effect.
 * Every figure is worked out in integers, in units of 2^-44 point: the same facts give the same bits on every machine.
 * The formulas are on the documentation page *Scores*.
 * @defgroup rpv_score Scores
 * @{
 */
#ifndef RPV_SCORE_H
#define RPV_SCORE_H

#include <reprieve/list.h>
#include <reprieve/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Level of an exposure score. */
typedef enum rpv_level {
	RPV_LEVEL_LOW = 1,    /**< below 30 */
	RPV_LEVEL_MEDIUM = 2, /**< below 70 */
	RPV_LEVEL_HIGH = 3    /**< from 70 on */
} rpv_level;

/** Secure score in one view. */
typedef struct rpv_secure_score {
	double points;     /**< points reached */
	double max_points; /**< points there are */
	double percent;    /**< 0 to 100, negative when there is no data */
} rpv_secure_score;

/** Both scores in three views. */
typedef struct rpv_score {
	size_t struct_size;                     /**< size of this struct, set by the caller where it is an output */
	int64_t time_ms;                        /**< the store's time they speak of */
	uint64_t revision;                      /**< the store's revision they speak of */
	int64_t valid_until_ms;                 /**< when the clock alone changes them next: an exception starts or ends, a
	                                         * device falls silent; 0: never */
	uint64_t devices;                       /**< devices that count */
	double exposure_official;               /**< 0 to 100, lower is better */
	double exposure_no_impact;              /**< 0 to 100 */
	double exposure_mitigation_like;        /**< 0 to 100 */
	rpv_secure_score secure_official;       /**< higher is better */
	rpv_secure_score secure_no_impact;      /**< higher is better */
	rpv_secure_score secure_mitigation_like; /**< higher is better */
	rpv_level level;                        /**< of the official exposure score */
	int32_t reserved;                       /**< 0 */
} rpv_score;

/** Initial value of an ::rpv_score that the caller provides. */
#define RPV_SCORE_INIT                                                                                               \
	{ sizeof(rpv_score), 0, 0, 0, 0, 0, 0, 0, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, RPV_LEVEL_LOW, 0 }

/** Whose scores. */
typedef struct rpv_score_query {
	size_t struct_size;    /**< size of this struct: ::RPV_SCORE_QUERY_INIT sets it */
	const char *group;     /**< of this device group alone, with its own number of devices; NULL: all visible */
	rpv_category category; /**< secure score of this category alone; ::RPV_CATEGORY_UNCHANGED: all */
	int32_t reserved;      /**< 0 */
} rpv_score_query;

/** Initial value of an ::rpv_score_query: everything the session sees. */
#define RPV_SCORE_QUERY_INIT { sizeof(rpv_score_query), NULL, RPV_CATEGORY_UNCHANGED, 0 }

/** By what a score is taken apart. */
typedef enum rpv_contribution_by {
	RPV_CONTRIBUTION_BY_DEVICE = 1,         /**< its share of the exposure score: v(d) P(d) / sum of v. All shares come to
	                                         * the score, but for what rounding each down takes off */
	RPV_CONTRIBUTION_BY_RECOMMENDATION = 2, /**< its impact: the score now less the score with its findings removed. What
	                                         * several share counts for none of them, so impacts do not add up */
	RPV_CONTRIBUTION_BY_WEAKNESS = 3        /**< its standalone exposure: the score if its findings that count in the view
	                                         * were the only ones. These do not add up either */
} rpv_contribution_by;

/** Most rows of rpv_contribution_list(). */
#define RPV_CONTRIBUTIONS_MAX UINT64_C(1000)

/** What is asked of rpv_contribution_list(). */
typedef struct rpv_contribution_query {
	size_t struct_size;     /**< size of this struct: ::RPV_CONTRIBUTION_QUERY_INIT sets it */
	const char *group;      /**< of the scores of this device group; NULL: of all that is visible */
	uint64_t limit;         /**< the first so many, 1 to #RPV_CONTRIBUTIONS_MAX */
	rpv_contribution_by by; /**< by what */
	rpv_category category;  /**< with ::RPV_CONTRIBUTION_BY_RECOMMENDATION: of the secure score of this category;
	                         * ::RPV_CATEGORY_UNCHANGED: of the exposure score */
} rpv_contribution_query;

/** Initial value of an ::rpv_contribution_query: the ten devices that contribute most. */
#define RPV_CONTRIBUTION_QUERY_INIT                                                                                  \
	{ sizeof(rpv_contribution_query), NULL, 10, RPV_CONTRIBUTION_BY_DEVICE, RPV_CATEGORY_UNCHANGED }

/** What one device, recommendation or weakness contributes, in points. */
typedef struct rpv_contribution {
	const char *id;                  /**< of the device, recommendation or weakness */
	double exposure_official;        /**< of the exposure score */
	double exposure_no_impact;       /**< the same before exceptions */
	double exposure_mitigation_like; /**< the same after all exceptions in effect */
	double secure_official;          /**< what the secure score would gain; 0 but for a recommendation */
	double secure_no_impact;         /**< the same before exceptions */
	double secure_mitigation_like;   /**< the same after all exceptions in effect */
} rpv_contribution;

/** A score engine: follows a store and keeps what scores need in memory. Opaque; belongs to its session. Engines of one
 * store share that memory: facts all of them, what is worked out from facts those of the same model. */
typedef struct rpv_score_engine rpv_score_engine;

/** Opens a score engine. Cost: loads the store on first use: about 6 bytes a membership (device and recommendation).
 * @param session     a session with ::RPV_PERMIT_VIEW; must outlive the engine
 * @param[out] engine the engine, for rpv_score_engine_close(); NULL on failure
 * @retval RPV_OK       `*engine` is set
 * @retval RPV_E_DENIED the permission is missing
 * @retval RPV_E_NOMEM  no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_engine_open(rpv_session *session, rpv_score_engine **engine);
/** Opens a score engine with an exposure model of the host's. Any number of models may be open on one store. Lists,
 * previews and resurfacing keep to the constants of `rpv-exposure-1`: a model, and its callback, decide no exception.
 * Engines whose models are equal in name, constants, callback and `user` share what they work out.
 * @param session     a session with ::RPV_PERMIT_VIEW; must outlive the engine
 * @param model       the model; copied. NULL: `rpv-exposure-1`
 * @param[out] engine the engine, for rpv_score_engine_close(); NULL on failure
 * @retval RPV_OK        `*engine` is set
 * @retval RPV_E_INVALID a constant or the name is out of range, or the name belongs to other constants: `field` names it
 * @retval RPV_E_VERSION the model asks for something newer than this library
 * @return else as rpv_score_engine_open()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_engine_open_model(rpv_session *session, const rpv_exposure_model *model,
                                                              rpv_score_engine **engine);
/** A score engine of the host's own: callbacks, under a name. What the library does with scores it does with those: it
 * lists what contributes most, records them (rpv_score_record()), tells what they would be (an engine on a session of a
 * what-if). No rule goes by them: exceptions, triggers, budgets and plans keep to the library's own model. */
typedef struct rpv_host_engine {
	size_t struct_size; /**< size of this struct: ::RPV_HOST_ENGINE_INIT sets it */
	const char *name;   /**< required: name and version, 1 to #RPV_MODEL_NAME_MAX bytes of UTF-8, not that of a model of the
	                     * library; copied */
	/** Required. Works scores out. The callback may use `session` for any call that reads: it is that of the engine, and no
	 * call of the library is under way. What it reads is of one revision: when somebody commits meanwhile, it is asked
	 * again.
	 * @param user       as given
	 * @param session    the engine's session: its present or as-of time, its visible groups
	 * @param query      whose scores, checked: a device group is there and visible, by its own name; never NULL
	 * @param[out] score to be filled in; at first it is ::RPV_SCORE_INIT with secure scores that have no data and `level`
	 *                   0, which stands for that of `exposure_official`. All figures must be numbers, `devices` at most
	 *                   INT64_MAX; `time_ms` and `revision` are filled in behind it
	 * @return ::RPV_OK; anything else fails the read with that status */
	rpv_status (*score)(void *user, rpv_session *session, const rpv_score_query *query, rpv_score *score);
	/** Optional: without it, rpv_contribution_list() is refused. Tells what contributes most, as `score` does.
	 * @param user       as given
	 * @param session    as for `score`
	 * @param query      what is asked for, checked as for `score`; never NULL
	 * @param[out] rows  room for `query->limit` rows, zeroed; in any order. Ids are copied when the callback has returned
	 * @param[out] count how many there are, at most `query->limit`
	 * @return ::RPV_OK; anything else fails the list with that status */
	rpv_status (*contributions)(void *user, rpv_session *session, const rpv_contribution_query *query,
	                            rpv_contribution *rows, size_t *count);
	void *user;         /**< passed to the callbacks */
} rpv_host_engine;

/** Initial value of an ::rpv_host_engine; name and `score` must be set. */
#define RPV_HOST_ENGINE_INIT { sizeof(rpv_host_engine), NULL, NULL, NULL, NULL }

/** Opens a score engine of the host's own.
 * @param session     a session with ::RPV_PERMIT_VIEW; must outlive the engine
 * @param host        its name and callbacks; copied
 * @param[out] engine the engine, for rpv_score_engine_close(); NULL on failure
 * @retval RPV_OK        `*engine` is set
 * @retval RPV_E_INVALID the name is not one, or `score` is NULL: `field` names it
 * @retval RPV_E_DENIED  the permission is missing
 * @retval RPV_E_VERSION the struct asks for something newer than this library
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_engine_open_host(rpv_session *session, const rpv_host_engine *host,
                                                             rpv_score_engine **engine);
/** The name that an engine's scores are recorded under.
 * @param engine an engine
 * @return the name of its model, or the host's; lives as long as the engine. NULL without an engine
 * @since 0.1 */
RPV_API const char *rpv_score_engine_name(const rpv_score_engine *engine);
/** Reads the model of an engine.
 * @param engine     an engine
 * @param[out] model the model, `struct_size` set by the caller; its name lives as long as the engine
 * @retval RPV_OK        `*model` is filled
 * @retval RPV_E_INVALID an argument is NULL, or `struct_size` is out of range
 * @retval RPV_E_REFUSED the engine is one of the host's, and has no model
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_engine_model(const rpv_score_engine *engine, rpv_exposure_model *model);
/** Closes a score engine. Not from within a callback of its store, or of its own.
 * @param engine the engine, may be NULL
 * @since 0.1 */
RPV_API void rpv_score_engine_close(rpv_score_engine *engine);
/** Reads the scores as of the store's present revision and time (or the session's as-of time). Cost: what changed since
 * the last read, then one pass over the device groups; after many changes one pass over all memberships.
 * @param engine     an engine
 * @param query      whose, NULL for everything the session sees
 * @param[out] score the scores, `struct_size` set by the caller; untouched on failure
 * @retval RPV_OK          `*score` is filled
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_BUSY      others committed again and again while an engine of the host's read, or it is being read
 * @return else as rpv_recommendation_list(), or what a callback of the host's engine returned
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_engine_read(rpv_score_engine *engine, const rpv_score_query *query,
                                                        rpv_score *score);
/** Lists what contributes most to the scores of an engine, by its model: by official exposure, or with a category by
 * official secure points, highest first, then by id in byte order. What contributes nothing officially is left out. Figures
 * are exact, as scores are. Cost: that of the scores and one pass over the devices, of all impacts for recommendations, over
 * all findings for weaknesses; only what is listed is sorted.
 * @param engine    an engine
 * @param query     by what, and of which scores; NULL: the ten devices that contribute most
 * @param[out] list the list, complete, without a cursor; NULL on failure
 * @retval RPV_OK          `*list` is set
 * @retval RPV_E_INVALID   an argument is NULL, or a field of `query` is out of range
 * @retval RPV_E_NOT_FOUND the device group is not there or not visible
 * @retval RPV_E_REFUSED   the engine is one of the host's, and does not tell
 * @return else as rpv_recommendation_list(), or what a callback of the host's engine returned
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_contribution_list(rpv_score_engine *engine, const rpv_contribution_query *query,
                                                        rpv_list **list);
/** A row of rpv_contribution_list().
 * @param list  a list of contributions
 * @param index from 0
 * @return the row, NULL past the end or for another list
 * @since 0.1 */
RPV_API const rpv_contribution *rpv_contribution_at(const rpv_list *list, size_t index);
/** Reads the scores of a device group or category of the session without keeping an engine.
 * @param session    a session with ::RPV_PERMIT_VIEW
 * @param query      whose, NULL for everything the session sees
 * @param[out] score the scores, `struct_size` set by the caller; untouched on failure
 * @return as rpv_score_engine_read()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_score_read(rpv_session *session, const rpv_score_query *query, rpv_score *score);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
