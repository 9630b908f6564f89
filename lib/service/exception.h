/* SPDX-License-Identifier: MIT */
/* What filing, previewing, canceling and falling due of exceptions share. */
#ifndef RPV__SERVICE_EXCEPTION_H
#define RPV__SERVICE_EXCEPTION_H

#include "../model/control.h"
#include "../model/exception.h"
#include "../model/exception_life.h"
#include "../model/renewal.h"
#include "../model/resurface.h"
#include "../model/watch.h"
#include "store.h"

/* Texts that grow in a region. */
typedef struct rpv__text_list { const char **items; size_t count, cap; } rpv__text_list;

struct rpv_filing {
	rpv__arena arena;
	rpv_filing_outcome outcome;
	rpv_exception row;
};

/* A request and what it comes to. One run of rpv__plan_body() fills in all below `filing`. */
typedef struct rpv__plan {
	rpv_session *session;
	rpv_status (*run)(struct rpv__plan *plan, rpv__txn *txn, rpv_error *error); /* works it out, and writes unless dry */
	rpv_exception_request request;     /* its texts are the caller's */
	const rpv_renewal_request *renewal; /* the predecessor's then, from it; or NULL */
	bool dry;                          /* collects what refuses instead of failing, and writes nothing */
	const rpv_filing_outcome *known;   /* scores and message of the dry run before; or NULL */
	rpv_filing *filing;                /* owns everything below */
	int64_t now_ms;
	const rpv__policy *policy;         /* that counts */
	const char *recommendation, *weakness;
	bool configuration;
	rpv__cover cover;                  /* of the new exception; its number is 0 in a dry run */
	rpv__exception texts;
	const char **controls;             /* ids of the cover's controls, in byte order */
	const char **unit_names;           /* of the cover's groups or devices, in their order; at last by name */
	rpv__group_count_pair *pairs; size_t pair_count; /* exposed devices by group at filing; none when global */
	rpv__cover *others; size_t other_count;          /* the other covers of the subject */
	rpv__cover **conflicts; size_t conflict_count;   /* those of `others` that it conflicts with, or takes over */
	rpv__chain chain;                  /* with it as the last */
	rpv__text_list refusals, skipped;
	uint64_t call_from;                /* of several in one call: the number of the first; else 0 */
	const rpv__baseline *since;        /* what was frozen before: the outcome tells what changed; or NULL */
} rpv__plan;

/* --- exception_request.c --- */
rpv_status rpv__plan_open(rpv__plan *plan, rpv_session *session, const rpv_exception_request *request);
/* The same for a plan without a request. */
rpv_status rpv__plan_open_empty(rpv__plan *plan, rpv_session *session);
/* Checks what can be checked without the store, and the session's permissions. */
rpv_status rpv__plan_check(rpv__plan *plan, rpv_error *error);
/* What can be checked of a request to renew without the store. */
rpv_status rpv__plan_check_renewal(const rpv_renewal_request *request, rpv_error *error);
/* Finds subject, times and units in the store and holds them against the rules. */
rpv_status rpv__plan_resolve(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* A rule refuses: in a dry run noted, RPV_OK. */
rpv_status rpv__plan_refuse(rpv__plan *plan, rpv_status status, rpv_error *error, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
rpv_status rpv__text_list_add(rpv__arena *arena, rpv__text_list *list, const char *text);
/* In byte order: numbers of groups and devices differ between stores of the same facts. */
rpv_status rpv__text_list_sort(rpv__arena *arena, const char **texts, size_t count);
void rpv__filing_free(rpv_filing *filing);
/* --- exception_scope.c --- */
/* Finds the groups or devices that the cover is to have. */
rpv_status rpv__plan_scope(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* Names of the groups or devices that the cover has already. */
rpv_status rpv__plan_name_units(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* --- exception_conflict.c --- */
/* Takes out of the scope what another one covers already, and names it (R16). */
rpv_status rpv__plan_skip_groups(rpv__plan *plan, rpv_error *error);
rpv_status rpv__plan_find_conflicts(rpv__plan *plan, rpv_error *error);
/* What a conflict is called: by its id, or by its place when it is of the same call. */
void rpv__plan_name_conflict(const rpv__plan *plan, const rpv__cover *conflict, char out[40]);
rpv_status rpv__plan_refuse_conflicts(const rpv__plan *plan, rpv_error *error);
/* R7: an old one loses what the new one covers. Left with nothing it is superseded, and keeps its last units to be read.
 * `taken`: the old one as far as it was taken over. */
rpv_status rpv__plan_take(const rpv__plan *plan, rpv__cover *old, rpv__cover *taken, rpv_error *error);
rpv_status rpv__plan_supersede(rpv__plan *plan, rpv__txn *txn, rpv__cover *old, rpv_error *error);
/* --- exception_chain.c --- */
/* Finds what it renews unless the cover says so, and holds the chain against the policy (R13). After the conflicts. */
rpv_status rpv__plan_chain(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* Holds how often and how long it has been renewed, as its cover says, against the policy: at filing, and at approval. */
rpv_status rpv__plan_hold_caps(rpv__plan *plan, rpv_error *error);
/* --- exception_file.c --- */
/* What a request comes to. */
rpv_status rpv__plan_file(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* The transaction of a plan. */
rpv_status rpv__plan_body(rpv__txn *txn, void *plan, rpv_error *error);
/* Commits it; *out (may be NULL) has the scores of `preview`, which is freed. They are worked out before: after the
 * commit nothing must fail any more. */
rpv_status rpv__plan_commit(rpv__plan *plan, rpv_filing *preview, rpv_filing **out);
/* What was decided as an event of that type, what it takes over, and what it suspends. */
rpv_status rpv__plan_write_events(rpv__plan *plan, rpv__txn *txn, rpv_event_type type, const char *reason,
                                  rpv_error *error);
rpv_status rpv__exception_file(rpv_session *session, const rpv_exception_request *request, rpv_filing **out);
/* --- exception_outcome.c --- */
/* The plan as a row, ids of those concerned and, when the scores are known, the message. */
rpv_status rpv__plan_outcome(rpv__plan *plan, rpv_error *error);
rpv_status rpv__plan_message(rpv__plan *plan, rpv_error *error);
void rpv__time_text(int64_t ms, char out[RPV_TIME_TEXT_SIZE]); /* for people */
/* Fills in what follows from cover and texts alone; names and ids are the caller's. */
void rpv__exception_row(rpv_exception *row, const rpv__cover *cover, const rpv__exception *texts,
                        rpv_exception_status status, int64_t now_ms);
/* --- exception_figures.c --- */
/* What changed since `plan->since`. */
rpv_status rpv__plan_figures(rpv__plan *plan, rpv_error *error);
/* --- exception_preview.c --- */
rpv_status rpv__exception_preview(rpv_session *session, const rpv_exception_request *request, rpv_filing **out);
/* The scores before a dry plan and with it, and its message. */
rpv_status rpv__plan_scores(rpv__plan *plan, rpv_error *error);
/* Runs a plan dry and works out the scores with it; frees what it holds when it fails. */
rpv_status rpv__plan_preview(rpv__plan *plan, rpv_filing **out);
/* --- exception_renew.c --- */
rpv_status rpv__exception_renew_preview(rpv_session *session, const rpv_renewal_request *request, rpv_filing **out);
rpv_status rpv__exception_renew(rpv_session *session, const rpv_renewal_request *request, rpv_filing **out);
/* --- exception_approve.c: the answers of a second person (R14) --- */
rpv_status rpv__exception_approve_preview(rpv_session *session, const char *id, rpv_filing **out);
rpv_status rpv__exception_approve(rpv_session *session, const char *id, const char *comment, rpv_filing **out);
rpv_status rpv__exception_approve_preview_many(rpv_session *session, const char *const *ids, size_t count,
                                               rpv_filing **filings);
rpv_status rpv__exception_approve_many(rpv_session *session, const char *const *ids, size_t count, const char *comment,
                                       rpv_filing **filings);
rpv_status rpv__exception_reject(rpv_session *session, const char *const *ids, size_t count, const char *reason);
#define RPV__LAPSED "approval lapsed" /* the reason when nobody answered in time */
/* --- exception_hidden.c --- */
/* Active exposed devices under the draft, and findings that it hides and no other exception in effect with it does; the
 * numbers of at most RPV_HIDDEN_IDS_MAX devices, and of as many weaknesses of those findings, in `into`. */
typedef struct rpv__hidden {
	uint64_t devices, findings;
	uint32_t *device, *weakness; size_t device_count, weakness_count;
} rpv__hidden;
rpv_status rpv__draft_hidden(rpv__view *view, const rpv__lens *lens, rpv__arena *into, rpv__hidden *out, rpv_error *error);
/* --- exception_cancel.c --- */
rpv_status rpv__exception_cancel(rpv_session *session, const char *id, const char *group, const char *reason);
/* --- exception_withdraw.c --- */
/* Cancels for one device group, or whole (RPV__NO_NUMBER); `cause`: when nothing of it stays. */
typedef struct rpv__withdrawal { rpv__cause cause; uint32_t group; const char *reason; } rpv__withdrawal;
/* Of one that has not ended, and of its renewals that have not started (R12). Reads the covers of its subject. */
rpv_status rpv__txn_withdraw(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__withdrawal *w,
                             rpv_error *error);
/* --- exception_rows.c --- */
typedef struct rpv__exception_rows {
	rpv_session *session;
	rpv_error *error;
	rpv__view *view;
	rpv__source source;
	rpv__lens lens;                    /* its groups: the visible ones */
	rpv_list *list;                    /* rows and their texts */
} rpv__exception_rows;
/* `full`: scores will be asked for. Else a light view does for a session that sees all device groups. */
rpv_status rpv__exception_rows_open(rpv__exception_rows *rows, rpv_session *session, bool full);
/* Whether the session sees any of it; a global one is seen by all (R44). */
bool rpv__exception_visible(const rpv__exception_rows *rows, const rpv__cover *cover);
/* Whether it sees all of its scope: else figures over it are withheld. */
bool rpv__exception_whole(const rpv__exception_rows *rows, const rpv__cover *cover);
/* Fills in a row of the list; `global`: the global exception in effect on its subject, 0 for none. */
rpv_status rpv__exception_fill(rpv__exception_rows *rows, const rpv__cover *cover, rpv_exception_status status,
                               uint64_t global, rpv_exception *row);
/* --- exception_shadow.c --- */
/* Whether wider or other ones decide all that it covers: 1 or 0; only of one in effect. */
rpv_status rpv__exception_shadowed(const rpv__exception_rows *rows, const rpv__cover *cover, rpv_exception_status status,
                                   int32_t *out);
/* Recommendations that bring a weakness, ascending, in `into`. */
rpv_status rpv__exception_brought(const rpv__exception_rows *rows, uint32_t weakness, rpv__arena *into,
                                  const uint32_t **out, size_t *count);
/* Covers of a subject in the view: the first, and how many. Where the first one from a subject on is. */
const rpv__cover *rpv__view_subject(const rpv__view *view, uint32_t recommendation, uint32_t weakness, size_t *count);
size_t rpv__view_cover_place(const rpv__view *view, uint32_t recommendation, uint32_t weakness);
/* --- list_exception.c, list_event.c --- */
rpv_status rpv__exception_list(rpv_session *session, const rpv_exception_query *query, rpv_list **out);
rpv_status rpv__event_list(rpv_session *session, const rpv_event_query *query, rpv_list **out);

/* --- due.c --- */
rpv_status rpv__store_tick(rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error);
/* --- due_kinds.c --- */
/* Deadlines of a cover that has not ended, later than `after_ms`: all are put, or removed. */
rpv_status rpv__txn_put_deadlines(rpv__txn *txn, const rpv__cover *cover, int64_t after_ms, rpv_error *error);
rpv_status rpv__txn_remove_deadlines(rpv__txn *txn, const rpv__cover *cover, int64_t after_ms, rpv_error *error);

/* --- budget.c --- */
bool rpv__budget_counts(const rpv__cover *cover, int64_t now_ms);
bool rpv__budget_of_requester(const char *requester); /* not of one from a backup that is no id */
/* Takes `stored` out of the sums of accepted exposure as it counts there, and takes `cover` in as it is to count; its texts
 * lie there. */
rpv_status rpv__budget_recount(rpv__txn *txn, const rpv__cover *stored, const rpv__cover *cover, rpv__arena *arena,
                               rpv_error *error);
/* Holds the sums that a plan counts for, once it is written, against the policy. Constant, but for a global one with a
 * limit for device groups, which looks at each. */
rpv_status rpv__plan_hold_budgets(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* --- list_budget.c --- */
rpv_status rpv__budget_list(rpv_session *session, rpv_list **out);
/* --- exception_many.c --- */
/* Several plans in one commit. */
typedef struct rpv__call {
	rpv_session *session;
	rpv_status (*open)(const struct rpv__call *call, size_t i, bool dry, rpv__plan *plan);
	size_t size;                       /* of a plan, with what comes behind it */
	const void *const *items;          /* what is asked for, none NULL when `open` sees it */
	size_t count;
	const char *comment;               /* on all of them; or NULL */
} rpv__call;
/* `filings` has room for all, and is set on success. Errors have the index of the item. */
rpv_status rpv__call_preview(const rpv__call *call, rpv_filing **filings);
rpv_status rpv__call_commit(const rpv__call *call, rpv_filing **filings);
rpv_status rpv__exception_preview_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                       rpv_filing **filings);
rpv_status rpv__exception_file_many(rpv_session *session, const rpv_exception_request *const *requests, size_t count,
                                    rpv_filing **filings);

/* --- exception_record.c: covers, texts and events in a transaction --- */
rpv_status rpv__txn_exception(rpv__txn *txn, uint64_t number, rpv__arena *into, rpv__exception *texts,
                              rpv__cover *cover, rpv_error *error); /* RPV_E_NOT_FOUND without words */
/* One that others name: when it is missing, the store is damaged. */
rpv_status rpv__txn_known_exception(rpv__txn *txn, uint64_t number, rpv__arena *into, rpv__exception *texts,
                                    rpv__cover *cover, rpv_error *error);
rpv_status rpv__txn_put_exception(rpv__txn *txn, uint64_t number, const rpv__exception *texts, rpv_error *error);
/* All covers of a subject, by number. */
rpv_status rpv__txn_subject(rpv__txn *txn, uint32_t recommendation, uint32_t weakness, rpv__arena *into,
                            rpv__cover **out, size_t *count, rpv_error *error);
rpv_status rpv__source_subject(const rpv__source *s, uint32_t recommendation, uint32_t weakness, rpv__arena *into,
                               rpv__cover **out, size_t *count, rpv_error *error);
/* Of covers of one subject: the number of the global one in effect (0: none), how many others are, suspended or not. */
uint64_t rpv__global_in_effect(const rpv__cover *covers, size_t count, int64_t now_ms);
uint64_t rpv__others_in_effect(const rpv__cover *covers, size_t count, int64_t now_ms);
/* Name of a group that is known; the default group's without a record. */
rpv_status rpv__txn_group_name(rpv__txn *txn, uint32_t group, rpv__arena *into, const char **out, rpv_error *error);
/* Id of a device that is known or was. */
rpv_status rpv__txn_device_id(rpv__txn *txn, uint32_t device, rpv__arena *into, const char **out, rpv_error *error);
/* h of a device; one without record counts as removed. */
rpv_status rpv__txn_device(rpv__txn *txn, uint32_t device, rpv__arena *into, rpv__device_hot *out, rpv_error *error);
/* Device groups of a cover, for events: those of its devices for a device scope, none for a global one. */
rpv_status rpv__txn_cover_groups(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into,
                                 rpv__group_count_pair **out, size_t *count, rpv_error *error);
/* How many device groups a cover has, and how many of them the session sees. A global one counts as one, which all see. */
rpv_status rpv__txn_cover_seen(rpv__txn *txn, const rpv_session *session, const rpv__cover *cover, size_t *all,
                               size_t *seen, rpv_error *error);
/* Ids of its subject, NULL for none. */
rpv_status rpv__txn_subject_ids(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, const char **recommendation,
                                const char **weakness, rpv_error *error);
/* Writes an event about an exception: its ids are filled in, and its groups unless `about` has some. */
rpv_status rpv__txn_exception_event(rpv__txn *txn, const rpv__cover *cover, const rpv__event *about, rpv_error *error);
/* Tells what returns from suspension when a decision ended `cover`, if that is a global one that was in effect. */
rpv_status rpv__txn_tell_return(rpv__txn *txn, const rpv__cover *cover, rpv_error *error);
/* The same for all that became void in this transaction, by its events from number `from` on: told when all of them are
 * void, for what is void as well does not return. */
rpv_status rpv__txn_tell_returns(rpv__txn *txn, size_t from, rpv_error *error);
/* Writes what rpv__life_end() ended: its deadlines go; the event of the cause is told, with what `about` says besides, and
 * what returns from suspension by it. `texts` NULL: as they are. */
rpv_status rpv__txn_exception_ended(rpv__txn *txn, const rpv__cover *cover, rpv__cause cause,
                                    const rpv__exception *texts, const rpv__event *about, rpv_error *error);

/* --- exception_cover.c --- */
/* The only way to write one: its sums of accepted exposure, what it reaches and what it rests on follow. */
rpv_status rpv__txn_put_cover(rpv__txn *txn, const rpv__cover *cover, rpv_error *error);

/* --- exception_reach.c: exceptions that have not ended, by the device groups and devices that they reach --- */
typedef struct rpv__reach { /* device groups and devices, and always the global ones */
	bool everything;             /* whatever they reach */
	bool of_weaknesses;          /* only exceptions on weaknesses, none on the whole recommendation */
	const uint32_t *groups; size_t group_count;
	const uint32_t *devices; size_t device_count;
} rpv__reach;
/* Covers on a recommendation and its weaknesses (0: weaknesses everywhere) that reach one of those, in key order. Some may
 * have ended by the clock since. Cost: what is asked for and what is found. */
rpv_status rpv__txn_reaching(rpv__txn *txn, uint32_t recommendation, const rpv__reach *what, rpv__arena *into,
                             rpv__cover **out, size_t *count, rpv_error *error);
/* The devices that covers on a recommendation name, ascending. */
rpv_status rpv__txn_reached_devices(rpv__txn *txn, uint32_t recommendation, rpv__arena *into, uint32_t **out, size_t *count,
                                    rpv_error *error);
/* Follows a cover: entries of `stored` that `written` no longer has go, new ones come. */
rpv_status rpv__reach_put(rpv__txn *txn, const rpv__cover *stored, const rpv__cover *written, rpv_error *error);

/* --- exception_control.c, exception_control_plan.c: the controls that an exception rests on --- */
/* RPV_E_NOT_FOUND without words. */
rpv_status rpv__txn_control(rpv__txn *txn, uint32_t number, rpv__arena *into, rpv__control *out, rpv_error *error);
/* One that must be there. */
rpv_status rpv__txn_known_control(rpv__txn *txn, uint32_t number, rpv__arena *into, rpv__control *out,
                                  rpv_error *error);
rpv_status rpv__txn_controls(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__controls *out,
                             rpv_error *error);
rpv_status rpv__source_controls(const rpv__source *s, const rpv__cover *cover, rpv__arena *into, rpv__controls *out,
                                rpv_error *error);
/* Sets the instants at which it becomes void, or warns, by the policy. */
rpv_status rpv__txn_control_instants(rpv__txn *txn, rpv__cover *cover, rpv_error *error);
/* What rests on a control: rpv__txn_put_cover() notes it, and forgets what a decision ended; this forgets what the clock
 * ended. */
rpv_status rpv__txn_note_controls(rpv__txn *txn, const rpv__cover *cover, rpv_error *error);
rpv_status rpv__txn_leave_controls(rpv__txn *txn, const rpv__cover *cover, rpv_error *error);
/* Exceptions that rest on it, as far as no decision ended them, by number. Cost: in them. */
rpv_status rpv__txn_resting(rpv__txn *txn, uint32_t control, rpv__arena *into, uint64_t **out, size_t *count,
                            rpv_error *error);
/* Its controls or the policy changed in this commit: it becomes void, warns, or has other instants ahead. Nothing happens
 * to one that had ended before. `policy`: the one that counts now. Counts what became void and what warned. */
rpv_status rpv__txn_judge_controls(rpv__txn *txn, rpv__cover *cover, const rpv__policy *policy, uint64_t *voided,
                                   uint64_t *warned, rpv_error *error);
/* The same for several, by number, each once. */
rpv_status rpv__txn_judge_resting(rpv__txn *txn, const uint64_t *exceptions, size_t count, const rpv__policy *policy,
                                  uint64_t *voided, uint64_t *warned, rpv_error *error);
/* Another policy counts from now on: the same for all that rest on controls, if it says otherwise of them. Cost: in the
 * exceptions that rest on one. */
rpv_status rpv__controls_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, uint64_t *voided,
                                uint64_t *warned, rpv_error *error);
/* Finds the controls that a filing names; of a renewal or an approval the cover has them already. Refuses what is not in
 * place, or whose review is overdue. */
rpv_status rpv__plan_controls(rpv__plan *plan, rpv__txn *txn, rpv_error *error);
/* Only their ids, for the outcome of an approval. */
rpv_status rpv__plan_name_controls(rpv__plan *plan, rpv__txn *txn, rpv_error *error);

/* --- resurface.c, resurface_text.c --- */
/* Triggers fired for an exception that has not ended, in their order: notes them, and makes it void when one of them voids
 * it, with records, deadlines and events. Its other members are written as they stand in `cover`. `texts` NULL: they are
 * read. Constant cost, but for a global one in effect, which looks at the others on its subject. */
rpv_status rpv__resurface_cover(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, const rpv__firing *firings,
                                size_t count, rpv_error *error);
/* The same for one that fired at the clock, at the time of the firing. What returns from suspension is the caller's. */
rpv_status rpv__resurface_by_clock(rpv__txn *txn, rpv__cover *cover, rpv__exception *texts, rpv__firing firing,
                                   rpv_error *error);
/* Fired in the very commit that made it void by another one: noted only. */
rpv_status rpv__resurface_note(rpv__txn *txn, const rpv__cover *cover, const rpv__firing *firings, size_t count,
                               rpv_error *error);
/* Another policy counts from now on: judges all exceptions that have not ended under it, as after a batch that changed
 * nothing: amounts count, single events do not. Adds how many became void, and warned. Cost: one pass over the exceptions
 * and the counters of their targets. */
rpv_status rpv__resurface_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, uint64_t *voided,
                                 uint64_t *warned, rpv_error *error);
/* A weakness has exceptions wherever it occurs, or none that has not ended: batches look there, or no longer do. */
rpv_status rpv__everywhere_set(rpv__txn *txn, uint32_t weakness, bool has, rpv_error *error);
#define RPV__VALUE_TEXT RPV_TIME_TEXT_SIZE
const char *rpv__trigger_sentence(rpv_trigger trigger);  /* what has happened, without figures */
void rpv__firing_value(rpv_trigger trigger, int64_t value, char out[RPV__VALUE_TEXT]);
/* Fills in baseline, firings and, when one of them made it void, the reason. `all`: the session sees all of its scope;
 * else figures are withheld (R44). */
rpv_status rpv__exception_row_firings(const rpv__source *source, const rpv__cover *cover, const rpv__exception *texts,
                                      bool all, rpv__arena *into, rpv_exception *row, rpv_error *error);

/* --- baseline.c --- */
/* What the decision rests on (R22 to R28), from counters of the target's recommendations, for a device scope from the
 * devices' rows, as for a weakness everywhere that several recommendations bring: that reads all rows once. Counts known
 * devices that are not excluded, active or not. `pairs` (may be NULL): exposed devices by group. */
rpv_status rpv__baseline_freeze(rpv__txn *txn, const rpv__cover *cover, rpv__arena *into, rpv__baseline *out,
                                rpv__group_count_pair **pairs, size_t *pair_count, rpv_error *error);

#endif
