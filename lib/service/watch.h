/* SPDX-License-Identifier: MIT */
/* Telling of exceptions that come onto a watch list: each list once for each exception, but for reminders of the end. */
#ifndef RPV__SERVICE_WATCH_H
#define RPV__SERVICE_WATCH_H

#include "exception.h"

/* --- watch.c --- */
/* Exposed devices in the scope of one in effect, suspended or scheduled, counted by a batch: keeps the cover's bits, and
 * sets *tell to bits 1 << rpv_watch of what is to be told. True: the cover changed. Told is by rpv__watch_tell(). */
bool rpv__watch_take(rpv__cover *cover, const rpv__policy *policy, uint64_t devices, uint32_t *tell);
rpv_status rpv__watch_tell(rpv__txn *txn, const rpv__cover *cover, uint64_t devices, uint32_t tell, rpv_error *error);
bool rpv__watch_is_told(const rpv__cover *cover, rpv_watch watch);
/* Notes on the cover that it was told, and tells. */
rpv_status rpv__watch_tell_once(rpv__txn *txn, rpv__cover *cover, rpv_watch watch, const rpv__event *event,
                                rpv_error *error);
/* An activity ended or is overdue: tells of planned remediation on its recommendation that waits for none now. */
rpv_status rpv__watch_plans(rpv__txn *txn, uint32_t recommendation, uint32_t activity, int64_t at_ms, const char *actor,
                            rpv_error *error);
/* --- watch_shadow.c --- */
/* One that is in effect from `at_ms` on: tells of those on its recommendation, or on its subject when it is on a weakness,
 * of which others decide everything now. Reads those that it reaches, and which devices have one there. */
rpv_status rpv__watch_shadows(rpv__txn *txn, const rpv__cover *cover, int64_t at_ms, const char *actor, rpv_error *error);
/* --- watch_due.c --- */
/* Puts the reminders of another policy in the place of those of the one before. A pass over the exceptions, when they
 * differ. */
rpv_status rpv__watch_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, rpv_error *error);
/* The due date of an active activity: put, or removed. */
rpv_status rpv__txn_activity_due(rpv__txn *txn, uint32_t number, const rpv__activity *activity, bool put,
                                 rpv_error *error);

#endif
