/* SPDX-License-Identifier: MIT */
/* Completing and canceling remediation activities by hand. */
#include "activity.h"
#include "watch.h"

typedef struct ending {
	rpv_session *session;
	const char *id, *reason;
	rpv_remediation_status status;
} ending;

/* Of what the session sees a part it may not end the whole. */
static rpv_status check_sight(const ending *e, uint32_t number, const rpv__activity *activity, rpv_error *error)
{
	rpv__activity_rows rows;
	bool visible, whole;
	rpv_status st;

	if (e->session->all_groups)
		return RPV_OK;
	st = rpv__activity_rows_open(&rows, e->session, RPV__LIST_REMEDIATION, sizeof(rpv_remediation));
	if (st != RPV_OK)
		return st;
	st = rpv__activity_visible(&rows, number, activity, &visible);
	whole = rpv__activity_whole(&rows, activity);
	rpv_list_free(rows.list);
	rpv__activity_rows_close(&rows);
	if (st == RPV_OK && !visible)
		return RPV_E_NOT_FOUND;
	if (st == RPV_OK && !whole)
		return rpv__fail(error, RPV_E_DENIED, "%s concerns device groups that the session does not see", e->id);
	return st;
}

static rpv_status end_body(rpv__txn *txn, void *user, rpv_error *error)
{
	const ending *e = user;
	uint64_t number = rpv__number_of_id(e->id, 'R');
	bool completed = e->status == RPV_REMEDIATION_COMPLETED;
	rpv__activity activity;
	rpv_status st = RPV_E_NOT_FOUND;

	if (number > 0 && number < RPV__NO_NUMBER)
		st = rpv__txn_activity(txn, (uint32_t)number, &activity, error);
	if (st == RPV_OK)
		st = check_sight(e, (uint32_t)number, &activity, error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_field(error, st, RPV_NO_INDEX, "id", "there is no remediation activity \"%s\"", e->id);
	if (st != RPV_OK)
		return st;
	if (activity.status != RPV_REMEDIATION_ACTIVE)
		return rpv__fail(error, RPV_E_REFUSED, "%s is %s already", e->id,
		                 activity.status == RPV_REMEDIATION_COMPLETED ? "completed" : "canceled");
	activity.status = e->status;
	activity.ended_ms = rpv__txn_now(txn);
	activity.ended_by = e->session->principal;
	activity.reason = e->reason;
	st = rpv__activity_finish(txn, completed ? RPV_EVENT_REMEDIATION_COMPLETED : RPV_EVENT_REMEDIATION_CANCELED,
	                          (uint32_t)number, &activity, error);
	return st == RPV_OK ? rpv__watch_plans(txn, activity.recommendation, (uint32_t)number, activity.ended_ms, NULL, error)
	                    : st;
}

rpv_status rpv__activity_end(rpv_session *session, const char *id, rpv_remediation_status status, const char *reason)
{
	ending e = { session, id, reason, status };
	rpv_status st = rpv__check_id(id, "id", &session->error);

	if (st == RPV_OK)
		st = rpv__session_require_write(session, RPV_PERMIT_REMEDIATION, id);
	if (st == RPV_OK && status == RPV_REMEDIATION_CANCELED && (!reason || !*reason))
		st = rpv__fail_field(&session->error, RPV_E_INVALID, RPV_NO_INDEX, "reason", "the reason is missing");
	if (st == RPV_OK)
		st = rpv__check_text(reason, "reason", &session->error);
	return st == RPV_OK ? rpv__session_write(session, end_body, &e, NULL) : st;
}
