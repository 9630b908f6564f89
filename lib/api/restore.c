/* SPDX-License-Identifier: MIT */
/* Exported functions of restore.h that take a session; those that take a batch are in batch.c. */
#include "../service/batch.h"

rpv_status rpv_restore_read_store(rpv_session *session, rpv_restore_store *store)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!store)
		st = rpv__fail(&session->error, RPV_E_INVALID, "store is NULL");
	else
		st = rpv__restore_read_store(session, store);
	return rpv__leave(session, st);
}

rpv_status rpv_restore_begin(rpv_session *session, const rpv_restore_store *store)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!store)
		st = rpv__fail(&session->error, RPV_E_INVALID, "store is NULL");
	else
		st = rpv__restore_begin(session, store);
	return rpv__leave(session, st);
}

rpv_status rpv_restore_finish(rpv_session *session)
{
	rpv_status st;

	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	return st == RPV_OK ? rpv__leave(session, rpv__restore_finish(session)) : st;
}
