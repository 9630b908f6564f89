/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief What-ifs: any changes, made to a copy that is never written.
 *
 * A what-if is a store: sessions are opened on it, and every call of the library works on it as it does on any other. It
 * holds what its store holds and keeps its own commits in memory. So scores, impacts, lists and events after changes are
 * those that the same changes would bring about, to the last bit: it is the same code that works them out. A batch says
 * what would be fixed, found or worth more; exceptions, policies and controls are filed, changed and canceled as ever;
 * the journal from the store's sequence on tells what would happen, such as the exceptions that would be voided.
 *
 * Nothing is copied: reads see through to the store, and engines share its memory. Going to and fro between a store and its
 * what-ifs costs the records that the what-if changed, read again.
 * @defgroup rpv_what_if What-ifs
 * @{
 */
#ifndef RPV_WHAT_IF_H
#define RPV_WHAT_IF_H

#include <reprieve/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How to open a what-if. */
typedef struct rpv_what_if_options {
	size_t struct_size; /**< size of this struct: ::RPV_WHAT_IF_OPTIONS_INIT sets it */
	rpv_clock clock;    /**< its time; without one it stands still at the store's time of opening. With rpv_clock_manual()
	                     * the host lets time pass in it, however far: exceptions start and end, devices fall silent */
} rpv_what_if_options;

/** Initial value of ::rpv_what_if_options. */
#define RPV_WHAT_IF_OPTIONS_INIT { sizeof(rpv_what_if_options), { NULL, NULL } }

/** Sets options to their initial values, for languages without ::RPV_WHAT_IF_OPTIONS_INIT.
 * @param[out] options where to write them
 * @since 0.1 */
RPV_API void rpv_what_if_options_init(rpv_what_if_options *options);

/** Opens a what-if of a store. It has the store's limits, log and say in permissions, and may be written even where the
 * storage is read-only. It lasts until somebody commits to the store, in this process or another: from then on its calls
 * fail with ::RPV_E_BUSY, and it is to be closed. Calls on a store and its what-ifs wait for each other. Cost: two reads.
 * @param store        an open store that is not itself a what-if; must outlive the what-if
 * @param options      how, NULL for the initial values; copied
 * @param[out] what_if the what-if, for rpv_store_close(); NULL on failure
 * @param[out] error   what failed, may be NULL
 * @retval RPV_OK        `*what_if` is set
 * @retval RPV_E_INVALID an argument is NULL, or the options are not initialised
 * @retval RPV_E_REFUSED the store is itself a what-if
 * @retval RPV_E_CLOCK   the store's clock failed
 * @retval RPV_E_STORAGE the storage failed; likewise ::RPV_E_BUSY, as it says
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_what_if_open(rpv_store *store, const rpv_what_if_options *options,
                                                   rpv_store **what_if, rpv_error *error);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
