/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Lists: what every query answers with.
 *
 * A list is an immutable snapshot of one revision, complete and without repeats. It may be read from any thread, and
 * outlives its session, but not its store. Rows are structs of the query's noun, read with `rpv_<noun>_at()`; they and
 * their texts live as long as the list. Rows grow at their end only: a host built for an older version reads what it
 * knows.
 *
 * **Paging.** A query with a `limit` gives at most so many rows; rpv_list_cursor() then names the last one by its sort
 * key and id, and a query with that as `after` goes on behind it, also in a later revision: rows whose key did not change
 * come exactly once.
 * @defgroup rpv_list Lists
 * @{
 */
#ifndef RPV_LIST_H
#define RPV_LIST_H

#include <reprieve/batch.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A list of rows. Opaque. */
typedef struct rpv_list rpv_list;

/** Number of rows.
 * @param list a list, NULL counts as empty
 * @return the number
 * @since 0.1 */
RPV_API size_t rpv_list_count(const rpv_list *list);
/** Where to go on.
 * @param list a list
 * @return a text for `after` of the next query, or NULL when there is nothing more; lives as long as the list
 * @since 0.1 */
RPV_API const char *rpv_list_cursor(const rpv_list *list);
/** The store's time that the list speaks of.
 * @param list a list
 * @return milliseconds since 1970
 * @since 0.1 */
RPV_API int64_t rpv_list_time(const rpv_list *list);
/** The store's revision that the list speaks of.
 * @param list a list
 * @return number of commits
 * @since 0.1 */
RPV_API uint64_t rpv_list_revision(const rpv_list *list);
/** Frees a list with its rows.
 * @param list the list, may be NULL
 * @since 0.1 */
RPV_API void rpv_list_free(rpv_list *list);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
