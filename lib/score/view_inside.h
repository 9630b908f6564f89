/* SPDX-License-Identifier: MIT */
/* What the files of the view share: putting one record into it, or taking one out. */
#ifndef RPV__VIEW_INSIDE_H
#define RPV__VIEW_INSIDE_H

#include "view.h"

/* --- view.c --- */
/* Frees what a view holds of a store; the view itself stays. */
void rpv__view_clear(rpv__view *view);
/* Makes the arrays as long as the numbers given out so far. */
rpv_status rpv__view_room(rpv__view *view, const rpv__revision *revision, rpv_error *error);
/* Cuts the arrays back to them: what lies above was taken out. */
void rpv__view_cut(rpv__view *view, const rpv__revision *revision);
/* Replaces an owned array by a copy of another one. */
rpv_status rpv__view_copy_numbers(rpv__view *view, uint32_t **array, uint32_t *count, const uint32_t *from, size_t n);
/* Forgets what was worked out from the view as it was. */
void rpv__view_changed(rpv__view *view);

/* --- view_apply.c, view_cover.c --- */
bool rpv__view_holds(const rpv__view *view, rpv_bytes key); /* is it of a kind that it holds? */
/* Takes a record in; `value` NULL: it is gone. A number that was not given out yet is of a later commit: left out. */
rpv_status rpv__view_apply(rpv__view *view, rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch, rpv_error *error);
rpv_status rpv__view_apply_cover(rpv__view *view, rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch,
                                 rpv_error *error);
void rpv__view_free_cover(const rpv__view *view, rpv__cover *cover);
/* Unites the weaknesses of variants made of parts. */
rpv_status rpv__view_unite(rpv__view *view, rpv_error *error);

/* --- view_load.c --- */
rpv_status rpv__view_read_all(rpv__view *view, const rpv__source *s, const rpv__revision *revision, rpv_error *error);
/* --- view_follow.c --- */
/* RPV_E_NOT_FOUND: the history is gone. */
rpv_status rpv__view_read_changes(rpv__view *view, const rpv__source *s, const rpv__revision *revision,
                                  rpv_error *error);

#endif
