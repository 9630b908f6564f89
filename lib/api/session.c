/* SPDX-License-Identifier: MIT */
/* Exported functions of session.h. */
#include "../service/store.h"

rpv_status rpv_session_open(rpv_store *store, const rpv_principal *principal, rpv_session **session, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (session)
		*session = NULL;
	if (!store || !principal || !session)
		return rpv__fail(error, RPV_E_INVALID, "store, principal or session is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__session_open(store, principal, session, error), error) : st;
}

void rpv_session_close(rpv_session *session)
{
	rpv_store *store;

	if (!session)
		return;
	store = session->store;
	/* Within a callback the lock is this thread's already: closing is still in order then. */
	if (rpv__lock_take(store->lock) == RPV_OK) {
		rpv__session_close(session);
		rpv__lock_give(store->lock);
	} else {
		rpv__session_close(session);
	}
}

const rpv_error *rpv_session_error(const rpv_session *session)
{
	return session ? &session->error : NULL;
}

rpv_status rpv_session_set_as_of(rpv_session *session, int64_t time_ms)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	return rpv__leave(session, rpv__session_set_as_of(session, time_ms));
}
