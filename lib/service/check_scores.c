/* SPDX-License-Identifier: MIT */
/* Checks recorded scores. */
#include "check.h"

static rpv_status point(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__point_key at;
	rpv__point record;
	(void)error;
	c->counted++;
	if (!rpv__key_is_point(key, &at) || !rpv__get_point(value, &record)) {
		rpv__check_fault(c, "this is no recorded score", key);
		return RPV_OK;
	}
	if (at.engine == 0 || at.engine >= c->revision->next[RPV__NEXT_TEXT])
		rpv__check_fault(c, "a score of an engine without a name", key);
	if (at.group != RPV__ALL_GROUPS && at.group >= c->revision->next[RPV__NEXT_GROUP])
		rpv__check_fault(c, "a score of a device group that there never was", key);
	if (record.score.time_ms / RPV__HOUR_MS != (int64_t)at.hour)
		rpv__check_fault(c, "a score that was recorded in another hour", key);
	if (record.score.time_ms > c->revision->mark_ms)
		rpv__check_fault(c, "a score of a time after the last commit", key);
	return RPV_OK;
}

rpv_status rpv__check_scores(rpv__check *c, rpv_error *error)
{
	rpv__key key;
	c->counted = 0;
	rpv_status status = rpv__check_each(c, RPV__K_POINT, point, error);
	if (!status && c->counted != c->points && !c->restored) /* a backup may hold points without what is told of them */
		rpv__check_fault(c, "as many scores were not recorded, by the events", rpv__key1(&key, RPV__K_POINT));
	return status;
}
