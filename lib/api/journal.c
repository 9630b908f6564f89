/* SPDX-License-Identifier: MIT */
/* Exported functions of journal.h. */
#include "../service/exception.h"
#include "../service/journal.h"

rpv_status rpv_event_list(rpv_session *session, const rpv_event_query *query, rpv_list **list)
{
	rpv_status st;

	if (list)
		*list = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!list)
		st = rpv__fail(&session->error, RPV_E_INVALID, "list is NULL");
	else
		st = rpv__event_list(session, query, list);
	return rpv__leave(session, st);
}

const rpv_event *rpv_event_at(const rpv_list *list, size_t index)
{
	return rpv__list_row(list, RPV__LIST_EVENT, index);
}

rpv_status rpv_journal_chain(rpv_session *session)
{
	if (!session)
		return RPV_E_INVALID;
	rpv_status st = rpv__enter(session);
	return st == RPV_OK ? rpv__leave(session, rpv__journal_chain(session)) : st;
}

rpv_status rpv_journal_anchor(rpv_session *session, char *text, size_t size)
{
	if (text && size)
		text[0] = '\0';
	if (!session)
		return RPV_E_INVALID;
	rpv_status st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!text || !size)
		st = rpv__fail(&session->error, RPV_E_INVALID, "text is NULL, or has no room");
	else
		st = rpv__journal_anchor(session, text, size);
	return rpv__leave(session, st);
}

rpv_status rpv_journal_verify(rpv_session *session, const char *anchor, int32_t from_anchor, rpv_journal_proof *proof)
{
	if (!session)
		return RPV_E_INVALID;
	rpv_status st = rpv__enter(session);
	return st == RPV_OK ? rpv__leave(session, rpv__journal_verify(session, anchor, from_anchor, proof)) : st;
}
