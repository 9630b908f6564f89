/* SPDX-License-Identifier: MIT */
/* The handles behind the public types, and what every use case needs of them. */
#ifndef RPV__SERVICE_STORE_H
#define RPV__SERVICE_STORE_H

#include "../model/policy.h"
#include "../port/txn.h"
#include "../score/evaluate.h"
#include "../score/view.h"
#include <reprieve/reprieve.h>

struct rpv_store {
	rpv__port port;
	rpv__alloc host_alloc;     /* port.alloc is around it */
	bool starved;              /* it gave no memory since the last rpv__enter() */
	rpv__lock *lock;
	rpv_limits limits;         /* none is 0 */
	rpv__model *models;        /* those that engines have open. Of a what-if they are its base's */
	rpv__view *view;           /* of the present; NULL until first needed. That of a what-if is its base's */
	rpv_store *shown;          /* whose present `view` is: this store, or a what-if of it */
	/* of a what-if */
	rpv_store *base;           /* NULL: an ordinary store. Its lock is this one's too */
	rpv__revision began;       /* where the base stood */
	int64_t still_ms;          /* its time, where no clock was given */
};

struct rpv_session {
	rpv_store *store;
	char *principal;
	uint32_t permissions;
	bool all_groups;
	char **visible; size_t visible_count; /* names, default group folded to RPV__DEFAULT_GROUP_NAME */
	int64_t as_of_ms;          /* 0: the present */
	struct rpv__past *past;
	rpv__view *past_view;
	rpv_error error;
};

/* --- store.c, session.c --- */
rpv_status rpv__store_open(const rpv_store_options *options, rpv_store **out, rpv_error *error);
void rpv__store_close(rpv_store *store);
/* --- what_if.c: stores over a store, which share its memory and its lock --- */
rpv_status rpv__what_if_open(rpv_store *base, const rpv_what_if_options *options, rpv_store **out, rpv_error *error);
void rpv__what_if_close(rpv_store *what_if);
/* Makes the view that a store and its what-ifs share one of this store's present, if there is one. */
rpv_status rpv__store_turn_view(rpv_store *store, rpv_error *error);
static inline rpv_store *rpv__store_base(rpv_store *store) { return store->base ? store->base : store; }
/* Take and give the store's lock around a call that has no session. */
rpv_status rpv__store_enter(rpv_store *store, rpv_error *error);
rpv_status rpv__store_leave(rpv_store *store, rpv_status status, rpv_error *error);
rpv_status rpv__store_read_info(rpv_store *store, rpv_store_info *info, rpv_error *error);
rpv_status rpv__store_check(rpv_store *store, uint64_t *records, rpv_error *error); /* check.c */
rpv_status rpv__store_upgrade(rpv_store *store, rpv_error *error); /* upgrade.c */
rpv_status rpv__store_wait(rpv_store *store, uint64_t revision, int32_t timeout_ms, uint64_t *present, rpv_error *error);
rpv_status rpv__session_open(rpv_store *store, const rpv_principal *principal, rpv_session **out, rpv_error *error);
void rpv__session_close(rpv_session *session);
rpv_status rpv__session_set_as_of(rpv_session *session, int64_t time_ms);
/* Begins a public call: takes the store's lock, clears the session's error. Every api function is
 * `if ((st = rpv__enter(session)) == RPV_OK) { st = ...; } return rpv__leave(session, st);` */
rpv_status rpv__enter(rpv_session *session);
rpv_status rpv__leave(rpv_session *session, rpv_status status);
/* The permission bits, then the host's own decision about `object` (id, or NULL). */
rpv_status rpv__session_require(rpv_session *session, uint32_t permission, const char *object);
/* As rpv__session_require(), and RPV_E_READ_ONLY when the session looks at the past. */
rpv_status rpv__session_require_write(rpv_session *session, uint32_t permission, const char *object);
/* A view that is up to date with the session's revision, and the time it is to be looked at. It stays as it is until the
 * next such call under the lock. */
rpv_status rpv__session_view(rpv_session *session, rpv__view **view, int64_t *now_ms);
/* The same, but the view may be a light one: a pass over devices is not needed for it. */
rpv_status rpv__session_light_view(rpv_session *session, rpv__view **view, int64_t *now_ms);
rpv__source rpv__session_source(rpv_session *session);
/* The time to look at what was read at this revision, for reads without a view. */
rpv_status rpv__session_now(rpv_session *session, const rpv__revision *revision, int64_t *now_ms);
/* Which groups the session sees: *groups NULL for all, else by number (1: visible), in the arena. */
rpv_status rpv__session_groups(rpv_session *session, const rpv__view *view, rpv__arena *arena, const uint8_t **groups,
                               size_t *count);
bool rpv__session_sees(const rpv_session *session, const char *group_name);
/* The device group of any of its names. RPV_E_NOT_FOUND, with words, when it is not there or not visible. */
rpv_status rpv__session_group(rpv_session *session, const rpv__source *source, const char *given, const char **name,
                              uint32_t *number);
/* A lens of the session: time and visible groups. */
rpv_status rpv__session_lens(rpv_session *session, const rpv__view *view, int64_t now_ms, rpv__arena *arena,
                             rpv__lens *out);
/* Folds the names of the default group (F 7: "", Unassigned, UnassignedGroup, None) to RPV__DEFAULT_GROUP_NAME. */
const char *rpv__group_name(const char *name);
/* rpv__txn_run with the session's principal and what falls due (due.c). Where that does not fit into one commit, it gets
 * commits of its own before. */
rpv_status rpv__session_write(rpv_session *session, rpv__txn_body body, void *user, rpv__revision *out);
/* The same for a body that ends with RPV_STOP: nothing is written, nor what fell due. */
rpv_status rpv__session_try(rpv_session *session, rpv__txn_body body, void *user);

/* Checks a size-first struct of a caller and copies it into `out` (of `size` bytes, which holds the defaults): shorter
 * than `oldest` or above 4096 is RPV_E_INVALID, unknown bytes that are not 0 are RPV_E_VERSION. */
rpv_status rpv__take_struct(const void *given, size_t oldest, void *out, size_t size, const char *what,
                            rpv_error *error);
bool rpv__category_ok(rpv_category category); /* of a query: RPV_CATEGORY_UNCHANGED too */
/* The way back: whether a caller's struct can take an answer, and the answer, of `size` bytes, as far as there is room.
 * Its own size stays. */
bool rpv__can_give(const void *out);
void rpv__give_struct(void *out, const void *answer, size_t size);
/* id: 1..RPV_ID_MAX bytes of UTF-8; text: NULL or at most RPV_TEXT_MAX bytes of UTF-8. */
rpv_status rpv__check_id(const char *id, const char *field, rpv_error *error);
rpv_status rpv__check_text(const char *text, const char *field, rpv_error *error);

/* --- names.c: ids and numbers --- */
/* RPV_E_NOT_FOUND, without words, when unknown. `rec` only for RPV__N_SET. */
rpv_status rpv__name_find(const rpv__source *s, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t *out,
                          rpv_error *error);
rpv_status rpv__txn_name_find(rpv__txn *txn, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t *out,
                              rpv_error *error);
rpv_status rpv__txn_name_put(rpv__txn *txn, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t number,
                             rpv_error *error);
/* Interned texts of at most RPV_ID_MAX bytes (versions, sources): number 0 is NULL. */
rpv_status rpv__txn_text(rpv__txn *txn, const char *text, uint32_t *out, rpv_error *error);
/* Ids by number, read once per arena user: NULL in *out never happens on RPV_OK. A missing record is RPV_E_CORRUPT. */
rpv_status rpv__device_id(const rpv__source *s, uint32_t device, rpv__arena *into, const char **out, rpv_error *error);
rpv_status rpv__weakness_id(const rpv__source *s, uint32_t weakness, rpv__arena *into, const char **out, rpv_error *e);
rpv_status rpv__recommendation_id(const rpv__source *s, uint32_t rec, rpv__arena *into, const char **out, rpv_error *e);
rpv_status rpv__control_id(const rpv__source *s, uint32_t control, rpv__arena *into, const char **out, rpv_error *error);
rpv_status rpv__text_of(const rpv__source *s, uint32_t text, rpv__arena *into, const char **out, rpv_error *error);
/* The name of a device group that must be there; `what` says whose group it is when it is not. */
rpv_status rpv__group_name_of(const rpv__source *s, uint32_t number, const char *what, rpv__arena *into,
                              const char **out, rpv_error *error);
/* That of a cover, which must be there. */
rpv_status rpv__known_exception(const rpv__source *s, uint64_t exception, rpv__arena *into, rpv__exception *out,
                                rpv_error *e);
/* Typed reads for sources: RPV_E_NOT_FOUND without words when absent, RPV_E_CORRUPT when unreadable. */
rpv_status rpv__read_device(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__device *out, rpv_error *e);
rpv_status rpv__read_weakness(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__weakness *out, rpv_error *e);
rpv_status rpv__read_recommendation(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__recommendation *out,
                                    rpv_error *e);
rpv_status rpv__read_control(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__control *out, rpv_error *e);
rpv_status rpv__read_holdings(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__holdings *out, rpv_error *e);
rpv_status rpv__read_exception(const rpv__source *s, uint64_t n, rpv__arena *a, rpv__exception *out, rpv_error *e);
rpv_status rpv__read_activity(const rpv__source *s, uint32_t n, rpv__arena *a, rpv__activity *out, rpv_error *e);

/* --- variants.c --- */
/* The unnamed variant of these weaknesses (ascending, at least one) under the recommendation; a new one when there is
 * none yet. */
rpv_status rpv__txn_variant(rpv__txn *txn, uint32_t rec, const uint32_t *weaknesses, size_t n, uint32_t *out,
                            rpv_error *error);

/* --- list.c --- */
typedef enum rpv__noun { RPV__LIST_GROUP, RPV__LIST_DEVICE, RPV__LIST_ASSESSMENT, RPV__LIST_WEAKNESS,
	RPV__LIST_WEAKNESS_SET, RPV__LIST_RECOMMENDATION, RPV__LIST_EXCEPTION, RPV__LIST_REMEDIATION, RPV__LIST_TARGET,
	RPV__LIST_EVENT, RPV__LIST_CONTROL, RPV__LIST_POLICY, RPV__LIST_BUDGET,
	RPV__LIST_CONTRIBUTION, RPV__LIST_PLAN, RPV__LIST_SCORE_POINT, RPV__LIST_SCORE_SERIES } rpv__noun;
struct rpv_list {
	rpv__arena arena;          /* rows' texts; set up by rpv__list_new() */
	rpv__noun noun;
	uint8_t *rows; size_t row_size, count, cap;
	const char *cursor;
	int64_t time_ms;
	uint64_t revision;
};
rpv_status rpv__list_new(const rpv__alloc *alloc, rpv__noun noun, size_t row_size, int64_t time_ms, uint64_t revision,
                         rpv_list **out);
void *rpv__list_add(rpv_list *list);                 /* a zeroed row at the end; NULL: no memory. Earlier rows may move */
const void *rpv__list_row(const rpv_list *list, rpv__noun noun, size_t index);
/* Cursors: sort order, key and id of the last row, as "sort:key:id". */
typedef struct rpv__cursor { int32_t sort; int64_t key; const char *id; } rpv__cursor;
rpv_status rpv__cursor_read(const char *text, int32_t sort, rpv__cursor *out, rpv_error *error); /* NULL: {sort,0,NULL} */
rpv_status rpv__list_set_cursor(rpv_list *list, int32_t sort, int64_t key, const char *id);

/* --- due.c --- */
/* Kinds under 'T'. */
enum { RPV__DUE_START = 1, RPV__DUE_END = 2, RPV__DUE_LAPSE = 3, RPV__DUE_STALE = 6, RPV__DUE_STALE_WARN = 7,
       RPV__DUE_CONTROL = 8, RPV__DUE_REMINDER = 5, RPV__DUE_ACTIVITY = 9 };
/* Controls come behind the exceptions of the same instant: numbers of controls differ between stores of the same facts. */
#define RPV__DUE_ACTIVITY_ID(number) (UINT64_C(1) << 62 | (number))
#define RPV__DUE_CONTROL_ID(number) (UINT64_C(1) << 63 | (number))
/* What fell due before a commit: how many deadlines the last run of rpv__due() wrote down. */
typedef struct rpv__due_before { const rpv_store *store; uint64_t done; } rpv__due_before;
/* Writes down what fell due at or before the time of the commit, in the order of R3. For rpv__txn_options.due;
 * `before` is an rpv__due_before. RPV_E_LIMIT, field "max_commit": more than fits beside the commit's own. */
rpv_status rpv__due(rpv__txn *txn, void *before, rpv_error *error);
/* Writes down all that is due, in as many commits as it takes. */
rpv_status rpv__due_catch_up(rpv_store *store, rpv_error *error);
/* The earliest deadline not yet written down, 0 when there is none. */
rpv_status rpv__next_deadline(const rpv__source *s, int64_t *out_ms, rpv_error *error);

/* --- progress.c: remediation activities follow the facts; called by batches inside their transaction --- */
typedef struct rpv__progress rpv__progress;
rpv_status rpv__progress_begin(rpv__txn *txn, rpv__progress **out, rpv_error *error);
/* The findings of a device under a recommendation changed: `weaknesses` (ascending) are what it has now; for
 * configurations `exposed` counts instead. */
rpv_status rpv__progress_finding(rpv__progress *p, uint32_t device, uint32_t recommendation, const uint32_t *weaknesses,
                                 size_t count, bool exposed, rpv_error *error);
/* A device was removed or excluded (counted false), or is back (true). */
rpv_status rpv__progress_device(rpv__progress *p, uint32_t device, bool counted, rpv_error *error);
/* A named set of the recommendation changed: looks at all targets of its activities again. */
rpv_status rpv__progress_recommendation(rpv__progress *p, uint32_t recommendation, rpv_error *error);
/* To be called when all rows of the batch are written. Writes activities that moved; completes those whose counted targets
 * are all fixed. */
rpv_status rpv__progress_finish(rpv__progress *p, rpv_error *error);

#endif
