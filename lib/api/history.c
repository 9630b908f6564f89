/* SPDX-License-Identifier: MIT */
/* Exported functions of history.h. */
#include "../service/history.h"

rpv_status rpv_score_record(rpv_score_engine *engine, uint64_t *recorded)
{
	uint64_t written = 0;
	rpv_status status = engine ? rpv__score_record(engine, &written) : RPV_E_INVALID;

	if (recorded)
		*recorded = written;
	return status;
}

static rpv_status run(rpv_session *session, rpv_list **list, const rpv_score_point_query *query,
                      rpv_status (*read)(rpv_session *, const rpv_score_point_query *, rpv_list **))
{
	rpv_status status;

	if (list)
		*list = NULL;
	status = session ? rpv__enter(session) : RPV_E_INVALID;
	if (status)
		return status;
	status = list ? read(session, query, list) : rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	return rpv__leave(session, status);
}

rpv_status rpv_score_point_list(rpv_session *session, const rpv_score_point_query *query, rpv_list **list)
{
	return run(session, list, query, rpv__score_point_list);
}

const rpv_score_point *rpv_score_point_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_SCORE_POINT, index);
}

static rpv_status series(rpv_session *session, const rpv_score_point_query *none, rpv_list **list)
{
	(void)none;
	return rpv__score_series_list(session, list);
}

rpv_status rpv_score_series_list(rpv_session *session, rpv_list **list)
{
	return run(session, list, NULL, series);
}

const rpv_score_series *rpv_score_series_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_SCORE_SERIES, index);
}
