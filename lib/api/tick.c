/* SPDX-License-Identifier: MIT */
/* The tick of store.h. */
#include "../service/exception.h"

rpv_status rpv_store_tick(rpv_store *store, uint64_t limit, uint64_t *done, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (!store)
		return rpv__fail(error, RPV_E_INVALID, "store is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__store_tick(store, limit, done, error), error) : st;
}
