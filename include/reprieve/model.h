/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Exposure models: the constants that turn facts into an exposure score.
 *
 * Every constant is an integer, so that the same model gives the same bits everywhere. The library's own model is
 * `rpv-exposure-1`; a host may give a score engine another one, under a name of its own. What the constants mean, and the
 * formulas that they go into, is on the documentation page *Scores*.
 * @defgroup rpv_model Exposure models
 * @{
 */
#ifndef RPV_MODEL_H
#define RPV_MODEL_H

#include <reprieve/batch.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Name and version of the library's exposure model. */
#define RPV_EXPOSURE_MODEL "rpv-exposure-1"
/** Name and version of the secure score model. */
#define RPV_SECURE_MODEL "rpv-secure-1"
/** A likelihood of 1: likelihoods are integers in units of 10^-9. */
#define RPV_LIKELIHOOD_ONE UINT32_C(1000000000)
/** No likelihood: not known, or no opinion. */
#define RPV_LIKELIHOOD_UNKNOWN UINT32_MAX
/** Most bytes in the name of a model or of a host's engine. */
#define RPV_MODEL_NAME_MAX 63

/** What is known of a weakness, for a callback. */
typedef struct rpv_likelihood_facts {
	size_t struct_size;     /**< size of this struct */
	const char *weakness;   /**< its id; lives as long as the call */
	uint32_t epss;          /**< EPSS probability in 10^-9; ::RPV_LIKELIHOOD_UNKNOWN: not known */
	uint32_t likelihood;    /**< what the constants of the model make of it, in 10^-9 */
	rpv_severity severity;  /**< from its CVSS vectors, or as given */
	rpv_exploit exploit;    /**< level of exploit */
	int32_t known_exploited; /**< 1: known to be exploited */
	int32_t active_alert;   /**< 1: an alert in this organisation speaks of it */
} rpv_likelihood_facts;

/** A host's own likelihood of a weakness. Asked once for every weakness, and again when one of ::rpv_likelihood_facts
 * changed; the same facts must give the same answer for as long as an engine with the model is open, or scores depend on
 * what was read before. Called while the store is in use: calls on the store from inside give ::RPV_E_BUSY.
 * @param user            as given in ::rpv_exposure_model
 * @param facts           what is known of the weakness
 * @param[out] likelihood in 10^-9, 0 to ::RPV_LIKELIHOOD_ONE; left at ::RPV_LIKELIHOOD_UNKNOWN: that of the constants. One
 *                        above `highest` counts as that
 * @return ::RPV_OK; anything else fails the read that needed it, with that status */
typedef rpv_status (*rpv_likelihood_callback)(void *user, const rpv_likelihood_facts *facts, uint32_t *likelihood);

/** An exposure model. Likelihoods are in 10^-9 and at most ::RPV_LIKELIHOOD_ONE, consequences and `reach` in 10^-3 and at
 * most 1000. The initial values are those of `rpv-exposure-1`. */
typedef struct rpv_exposure_model {
	size_t struct_size;            /**< size of this struct: ::RPV_EXPOSURE_MODEL_INIT sets it */
	const char *name;              /**< name and version, 1 to #RPV_MODEL_NAME_MAX bytes of UTF-8. ::RPV_EXPOSURE_MODEL
	                                * belongs to the initial constants, other ones need another name */
	uint32_t base_unknown;         /**< likelihood without EPSS, severity not known */
	uint32_t base_low;             /**< the same, severity low */
	uint32_t base_medium;          /**< the same, severity medium */
	uint32_t base_high;            /**< the same, severity high */
	uint32_t base_critical;        /**< the same, severity critical */
	uint32_t floor_public;         /**< least likelihood with a public exploit */
	uint32_t floor_verified;       /**< the same, verified exploit */
	uint32_t floor_in_kit;         /**< the same, exploit in a kit */
	uint32_t floor_known_exploited; /**< the same, known to be exploited */
	uint32_t floor_active_alert;   /**< the same, active alert in this organisation */
	uint32_t highest;              /**< no likelihood is above; below ::RPV_LIKELIHOOD_ONE */
	uint32_t consequence_unknown;  /**< consequence, severity not known */
	uint32_t consequence_low;      /**< the same, severity low */
	uint32_t consequence_medium;   /**< the same, severity medium */
	uint32_t consequence_high;     /**< the same, severity high */
	uint32_t consequence_critical; /**< the same, severity critical */
	uint32_t reach;                /**< that an attacker who has the exploit reaches a device */
	uint32_t internet_facing;      /**< a device that faces the internet counts this many times; at least 1 */
	uint32_t active_alert;         /**< the same with an active alert; at least 1, product of both at most 15 */
	uint32_t value_low;            /**< weight of a device of low value, in twentieths, 1 to 20000 */
	uint32_t value_normal;         /**< the same, normal value */
	uint32_t value_high_least;     /**< the same, high value: at least this */
	uint32_t value_high_per_device; /**< and at least this for every device in view; at most 4 */
	rpv_likelihood_callback likelihood; /**< NULL: the constants decide; with one the model needs a name of its own */
	void *user;                    /**< for `likelihood` */
} rpv_exposure_model;

/** Initial value of an ::rpv_exposure_model: `rpv-exposure-1`. */
#define RPV_EXPOSURE_MODEL_INIT                                                                                      \
	{ sizeof(rpv_exposure_model), RPV_EXPOSURE_MODEL, 3000000, 1000000, 3000000, 10000000, 30000000, 50000000,       \
	  200000000, 400000000, 900000000, 990000000, 990000000, 500, 250, 500, 800, 1000, 100, 3, 4, 15, 20, 20, 2,     \
	  NULL, NULL }

/** A number that differs between models of different constants: FNV-1a (64 bits) over the constants in the order of the
 * struct, from `base_unknown` to `value_high_per_device`, each as 4 bytes with the highest first. Recorded scores carry it.
 * A callback is not in it.
 * @param model       the model
 * @param[out] digest the number; 0 on failure
 * @param[out] error  what is wrong, may be NULL
 * @retval RPV_OK        `*digest` is set
 * @retval RPV_E_INVALID an argument is NULL, or a constant is out of range: `field` names it
 * @retval RPV_E_VERSION the struct asks for something newer than this library
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_exposure_model_digest(const rpv_exposure_model *model, uint64_t *digest,
                                                            rpv_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
