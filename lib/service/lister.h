/* SPDX-License-Identifier: MIT */
/* What lists of facts share: one revision, the session's lens, names in byte order, cursors. */
#ifndef RPV__SERVICE_LISTER_H
#define RPV__SERVICE_LISTER_H

#include "store.h"

typedef struct rpv__lister {
	rpv_session *session;
	rpv_error *error;
	rpv__source source;
	rpv__view *view;
	rpv__lens lens;          /* its groups: the visible ones, or one of them */
	rpv_list *list;          /* rows and their texts */
	rpv__arena scratch;      /* emptied before each try */
	/* of the run */
	rpv__noun noun;
	size_t row_size;
	rpv_status (*fill)(struct rpv__lister *l, void *user);
	void *user;
} rpv__lister;

/* Runs `fill` on a list of one revision; again when others commit meanwhile. l: noun, row_size, fill and user are set. */
rpv_status rpv__lister_run(rpv__lister *l, rpv_session *session, rpv_list **out);
/* Narrows a lens to one visible group; not visible is not found. NULL: leaves it alone. */
rpv_status rpv__lens_narrow(rpv_session *session, const rpv__view *view, const char *group, rpv__arena *arena,
                            rpv__lens *lens);
bool rpv__lister_sees(const rpv__lister *l, uint32_t device); /* it exists in a group of the lens */
/* Not found or not visible: names the field. */
rpv_status rpv__lister_missing(const rpv__lister *l, const char *field, const char *what, const char *id);
/* Number of an id that must be known; RPV_E_NOT_FOUND with words. */
rpv_status rpv__lister_find(const rpv__lister *l, rpv__name_kind kind, const char *field, const char *what,
                            const char *id, uint32_t *out);
bool rpv__state_of_device(const rpv__view_device *d, uint32_t recommendation, rpv__state *out);
/* The device's variant of a recommendation, NULL: none. */
const rpv__view_variant *rpv__variant_of_device(const rpv__view *view, const rpv__view_device *d,
                                                uint32_t recommendation);
/* Counts as exposed to it, before exceptions. */
bool rpv__device_exposed(const rpv__view *view, const rpv__view_device *d, uint32_t recommendation);

/* Candidates for rows: by key, highest first, then by id. */
typedef struct rpv__candidate { uint32_t number; int64_t key; const char *id; } rpv__candidate;
typedef struct rpv__candidates { rpv__candidate *items; size_t count, cap; } rpv__candidates;
/* Walks names in byte order, from `after` on (NULL: all). `take` says RPV_STOP when it had enough; it does not read. */
typedef rpv_status (*rpv__name_sink)(rpv__lister *l, void *user, uint32_t number, const char *id);
rpv_status rpv__lister_names(rpv__lister *l, rpv__name_kind kind, const char *after, rpv__name_sink take, void *user);
rpv_status rpv__candidates_add(rpv__lister *l, rpv__candidates *c, uint32_t number, int64_t key, const char *id);
/* Drops those up to the cursor and sorts the rest. */
rpv_status rpv__candidates_arrange(rpv__lister *l, rpv__candidates *c, const rpv__cursor *after);
/* Adds a row for each, as many as the limit says (0: all), and the cursor when some are left. */
rpv_status rpv__candidates_fill(rpv__lister *l, const rpv__candidates *c, uint64_t limit, int32_t sort,
                                rpv_status (*row)(rpv__lister *l, void *user, const rpv__candidate *candidate),
                                void *user);

/* --- list_recommendation.c, list_device.c, list_weakness.c, list_control.c, scores.c --- */
rpv_status rpv__recommendation_list(rpv_session *session, const rpv_recommendation_query *query, rpv_list **out);
rpv_status rpv__device_list(rpv_session *session, const rpv_device_query *query, rpv_list **out);
rpv_status rpv__weakness_list(rpv_session *session, const rpv_weakness_query *query, rpv_list **out);
rpv_status rpv__control_list(rpv_session *session, const rpv_control_query *query, rpv_list **out);

/* --- recommendation_state.c --- */
/* What the exceptions on a recommendation come to in a lens. */
typedef struct rpv__recommendation_covers {
	uint64_t live, covered;  /* that have not ended; present groups under whole ones in effect */
	bool global, others;     /* in effect: a global whole one; any other */
} rpv__recommendation_covers;
/* `marks`: a number for each device group, 0 at first; shared by all recommendations. */
void rpv__recommendation_look(const rpv__view *view, const rpv__lens *lens, uint32_t recommendation, uint32_t *marks,
                              rpv__recommendation_covers *out);
uint64_t rpv__present_groups(const rpv__view *view, const rpv__lens *lens);
/* Whether an exception on a weakness everywhere is in effect: then states depend on devices. */
bool rpv__weakness_everywhere(const rpv__view *view, const rpv__lens *lens);

#endif
