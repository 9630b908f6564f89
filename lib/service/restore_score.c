/* SPDX-License-Identifier: MIT */
/* Recorded scores of a backup. */
#include "history.h"
#include "restore.h"

rpv_status rpv__batch_restore_score(rpv_batch *b, const rpv_score_point *point)
{
	rpv_status status = rpv__restore_only(b);
	rpv__point_record *r = rpv__restore_record(b, sizeof *r);
	if (status || !r)
		return status ? status : RPV_E_NOMEM;
	if (!point->score)
		return rpv__batch_malformed(b, "score", "the score is missing");
	if (rpv__check_id(point->engine, "engine", NULL) || strlen(point->engine) > RPV_MODEL_NAME_MAX)
		return rpv__batch_malformed(b, "engine", "this is no name of an engine");
	*r = (rpv__point_record){ point->engine, 0, { point->digest, RPV_SCORE_INIT } };
	status = rpv__take_struct(point->score, sizeof r->point.score, &r->point.score, sizeof r->point.score, "score",
	                          &b->session->error);
	if (!status && !rpv__score_ok(&r->point.score))
		status = rpv__batch_malformed(b, "score", "a figure is no number, or there cannot be such devices or level");
	if (!status && r->point.score.time_ms == 0)
		status = rpv__batch_malformed(b, "time_ms", "the time of the score is missing");
	if (!status)
		status = rpv__batch_check_time(b, r->point.score.time_ms, "time_ms");
	if (!status)
		status = rpv__batch_take_text(b, &r->engine, "engine");
	if (!status && point->group)
		status = rpv__batch_symbol(b, rpv__group_name(point->group), "group", &r->group);
	return status ? status : rpv__batch_add(b, RPV__FACT_SCORE, r);
}

rpv_status rpv__restore_score(rpv__intake *in, size_t index, const rpv__point_record *r)
{
	rpv__in_group *group;
	uint32_t engine, number = RPV__ALL_GROUPS;
	if (r->point.score.time_ms > rpv__txn_now(in->txn))
		return rpv__fail_field(in->error, RPV_E_INVALID, index, "time_ms", "the score is of a time that is yet to come");
	rpv_status status = rpv__txn_text(in->txn, r->engine, &engine, in->error);
	if (!status && r->group) {
		status = rpv__in_group_named(in, r->group, &group);
		if (!status)
			number = group->number;
	}
	return status ? status : rpv__txn_put_point(in->txn, engine, number, &r->point, in->error);
}
